//! One configuration said by several layers: who says what, how it is written, and the store that reads it.

mod spelling;
mod spreading;
mod untyped;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hotconf::{Builder, Error, Format, Hot, KeyPath, Origin, OriginKind, Value, Watch};
use hotconf_tests::Sandbox;

use super::document::{Document, Place, can_say};
use super::schema::Config;
use super::tree::{Dice, Tree};

pub use spelling::respelt;
pub use spreading::{Lower, overridden, spread};

/// What sort of source a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    File(Format),
    Variables,
    Arguments,
}

pub const SOURCES: &[Source] = &[
    Source::File(Format::Toml),
    Source::File(Format::Yaml),
    Source::File(Format::Json),
    Source::Variables,
    Source::Arguments,
];

pub const FORMATS: &[Format] = &[Format::Toml, Format::Yaml, Format::Json];

/// One layer as it is handed to a store.
#[derive(Debug, Clone)]
enum Piece {
    File(Document),
    /// Names with values, and the name that says each place.
    Variables(Vec<(String, String)>, BTreeMap<Vec<String>, Option<String>>),
    Arguments(Vec<String>, BTreeMap<Vec<String>, Option<String>>),
    /// Set while the program runs.
    Overrides(Vec<(KeyPath, Value)>, BTreeSet<Vec<String>>),
}

/// Layers, the lowest first.
#[derive(Clone, Default)]
pub struct Layers {
    pieces: Vec<(Piece, Tree)>,
}

impl Layers {
    /// The layers of these trees, each from a source of any sort.
    pub fn written(trees: &[Tree], dice: &mut Dice) -> Self {
        let mut layers = Self::default();
        for tree in trees {
            let source = dice.pick(SOURCES);
            layers.push(source, tree, trees, dice);
        }
        layers
    }

    /// One layer above the others. What its source cannot say a file right above it says.
    pub fn push(&mut self, source: Source, tree: &Tree, all: &[Tree], dice: &mut Dice) {
        let (piece, rest) = match source {
            Source::File(Format::Toml) => {
                let mut rest = Tree::section([]);
                let mut said = Tree::section([]);
                for (path, leaf) in tree.leaves() {
                    let target = if can_say(Format::Toml, leaf) { &mut said } else { &mut rest };
                    target.insert(&path, leaf.clone(), Some(tree));
                }
                (Piece::File(Document::new(Format::Toml, &said, dice)), rest)
            }
            Source::File(format) => (Piece::File(Document::new(format, tree, dice)), Tree::section([])),
            Source::Variables => {
                let prefix = format!("L{}", self.pieces.len());
                let untyped::Said { said, rest, by } = untyped::variables(tree, all, &prefix, dice);
                (Piece::Variables(said, by), rest)
            }
            Source::Arguments => {
                let untyped::Said { said, rest, by } = untyped::arguments(tree, dice);
                let said = said.into_iter().map(|(key, value)| format!("{key}={value}"));
                (Piece::Arguments(said.collect(), by), rest)
            }
        };
        self.pieces.push((piece, without(tree, &rest)));
        if !rest.is_empty_map() {
            let format = dice.pick(&[Format::Yaml, Format::Json]);
            self.pieces.push((Piece::File(Document::new(format, &rest, dice)), rest));
        }
    }

    pub fn push_overrides(&mut self, tree: &Tree, dice: &mut Dice) {
        let leaves = tree.leaves().into_iter().filter(|(path, _)| !path.is_empty());
        let leaves = dice.shuffled(leaves);
        let values = leaves.iter().map(|(path, leaf)| (KeyPath::from_segments(path), leaf.value()));
        let values = values.collect();
        let paths = leaves.into_iter().map(|(path, _)| path).collect();
        self.pieces.push((Piece::Overrides(values, paths), tree.clone()));
    }

    /// The document of the layer with this number.
    pub fn document(&self, number: usize) -> &Document {
        match &self.pieces[number].0 {
            Piece::File(document) => document,
            _ => panic!("that layer is no document"),
        }
    }

    /// What is set while the program runs.
    pub fn overrides(&self) -> &[(KeyPath, Value)] {
        match &self.pieces[0].0 {
            Piece::Overrides(values, _) => values,
            _ => panic!("the lowest layer is none of overrides"),
        }
    }

    /// Writes the layers, which are files, into the sandbox in place of those that were there.
    pub fn rewrite(&self, sandbox: &Sandbox) {
        for file in std::fs::read_dir(sandbox.root()).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
        for (number, (piece, _)) in self.pieces.iter().enumerate() {
            let Piece::File(document) = piece else { panic!("that layer is no file") };
            self.write_file(number, document, sandbox);
        }
    }

    /// A store of these layers, the files in the sandbox.
    pub fn open(&self, sandbox: &Sandbox) -> Result<Hot<Config>, Error> {
        let cfg = self.builder(sandbox).build()?;
        for (piece, _) in &self.pieces {
            if let Piece::Overrides(values, _) = piece {
                let _ = cfg.update(|edit| {
                    for (key, value) in values {
                        edit.set(key, value.clone());
                    }
                })?;
            }
        }
        Ok(cfg)
    }

    /// The builder with the sources, overrides apart.
    pub fn builder(&self, sandbox: &Sandbox) -> Builder<Config> {
        let variables: Vec<(String, String)> = self
            .pieces
            .iter()
            .filter_map(|(piece, _)| match piece {
                Piece::Variables(variables, _) => Some(variables.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        let mut builder = Hot::builder().watch(Watch::Off).env_from(variables);
        for (number, (piece, _)) in self.pieces.iter().enumerate() {
            builder = match piece {
                Piece::File(document) => builder.file(self.write_file(number, document, sandbox)),
                Piece::Variables(..) => builder.strict_env(format!("L{number}")),
                Piece::Arguments(arguments, _) => builder.arg_overrides(arguments),
                Piece::Overrides(..) => builder,
            };
        }
        builder
    }

    /// Writes the file of a layer, and gives its path.
    fn write_file(&self, number: usize, document: &Document, sandbox: &Sandbox) -> std::path::PathBuf {
        let name = format!("{number}.{}", document.format.name().to_lowercase());
        std::fs::write(sandbox.at(&name), &document.text).unwrap();
        sandbox.at(name)
    }

    /// Every place of a single value or a list that some layer has something to say of.
    pub fn places(&self) -> BTreeSet<Vec<String>> {
        let is_map = |path: &[String]| {
            self.pieces.iter().any(|(_, tree)| tree.at(path).is_some_and(|tree| tree.entries().is_some()))
        };
        let leaves = self.pieces.iter().flat_map(|(_, tree)| tree.leaves());
        leaves.map(|(path, _)| path).filter(|path| !is_map(path)).collect()
    }

    /// Whether the strongest layer that says something at a place has one above it that says something else in place of a
    /// map around it.
    pub fn is_hidden(&self, path: &[String]) -> bool {
        let said = self.pieces.iter().rposition(|(_, tree)| tree.at(path).is_some());
        let above = self.pieces.iter().skip(said.map_or(0, |said| said + 1));
        above.into_iter().any(|(_, tree)| {
            (1..path.len())
                .any(|length| tree.at(&path[..length]).is_some_and(|around| around.entries().is_none()))
        })
    }

    /// What each layer says at a place, the strongest first, and from where. Only places that a layer says as such, which
    /// are those of single values and lists.
    pub fn said_at(&self, path: &[String]) -> Vec<(&Tree, Said)> {
        let said = self.pieces.iter().enumerate().rev().filter_map(|(number, (piece, tree))| {
            let said = match piece {
                Piece::File(document) => Said::InFile(
                    format!("{number}.{}", document.format.name().to_lowercase()),
                    document.places.get(path)?.clone(),
                ),
                Piece::Variables(_, by) => match by.get(path)? {
                    Some(name) => Said::By(OriginKind::Environment(name.as_str().into())),
                    None => Said::ByItems,
                },
                Piece::Arguments(_, by) => {
                    Said::By(OriginKind::Argument(by.get(path)?.as_deref().unwrap_or_default().into()))
                }
                Piece::Overrides(_, paths) => {
                    paths.contains(path).then_some(Said::By(OriginKind::Override))?
                }
            };
            Some((tree.at(path)?, said))
        });
        said.collect()
    }
}

/// The tree without the places that the other has.
fn without(tree: &Tree, other: &Tree) -> Tree {
    let mut kept = Tree::section([]);
    for (path, leaf) in tree.leaves() {
        if other.at(&path).is_none() {
            kept.insert(&path, leaf.clone(), Some(tree));
        }
    }
    kept
}

/// Where a layer says something.
#[derive(Debug, Clone)]
pub enum Said {
    InFile(String, Place),
    By(OriginKind),
    /// By variables of its items, and of what is in them.
    ByItems,
}

impl Said {
    /// Whether that is the place of the value.
    pub fn is(&self, origin: &Origin) -> bool {
        match self {
            Self::InFile(name, place) => {
                origin.file().and_then(|file| file.file_name()).is_some_and(|file| file == name.as_str())
                    && place.is_value_at(origin)
            }
            Self::By(kind) => origin.kind() == kind,
            Self::ByItems => match origin.kind() {
                OriginKind::Environment(name) => name.ends_with("__0") || name.contains("__0__"),
                OriginKind::Source(name) => **name == *"environment",
                _ => false,
            },
        }
    }
}

/// The layers as a person would write them, for when a law does not hold.
impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (piece, _)) in self.pieces.iter().enumerate() {
            match piece {
                Piece::File(document) => {
                    write!(f, "\n--- layer {number}, {}:\n{}", document.format.name(), document.text)?;
                }
                Piece::Variables(variables, _) => {
                    write!(f, "\n--- layer {number}, variables:")?;
                    for (name, value) in variables {
                        write!(f, "\n{name}={value:?}")?;
                    }
                }
                Piece::Arguments(arguments, _) => {
                    write!(f, "\n--- layer {number}, arguments:")?;
                    for argument in arguments {
                        write!(f, "\n{argument:?}")?;
                    }
                }
                Piece::Overrides(values, _) => {
                    write!(f, "\n--- layer {number}, set while running:")?;
                    for (key, value) in values {
                        write!(f, "\n{key} = {value}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
