//! One mistake in a document that is good otherwise is one problem, told with its key and its place.

use hotconf::{Format, Hot, KeyPath, ProblemKind, Watch};
use hotconf_tests::Sandbox;
use proptest::prelude::*;

use super::document::Document;
use super::layers::FORMATS;
use super::sample::Sample;
use super::schema::{Config, default_of};
use super::tree::{Dice, Items, Sort, Text, Tree};
use super::{cases, config, dice};

/// What is wrong in a document, and what is to be said of it.
#[derive(Debug)]
struct Mistake {
    /// The place of the key, by own names.
    path: Vec<String>,
    kind: ProblemKind,
    at: At,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Value,
    Key,
    /// The key of the section around it, or the file where that is the root.
    Around,
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn one_mistake_is_one_problem(config in config(), format in prop::sample::select(FORMATS), mut dice in dice()) {
        let mut tree = without_nulls(&config.tree(), format);
        let Some(mistake) = plant(&mut tree, &mut dice) else { return Ok(()) };
        let document = Document::new(format, &tree, &mut dice);
        let sandbox = Sandbox::new();
        let file = sandbox.at("app.config");
        std::fs::write(&file, &document.text).unwrap();
        let error = match Hot::<Config>::builder().file_as(&file, format).watch(Watch::Off).build() {
            Ok(_) => return Err(TestCaseError::fail(format!("{mistake:?} is read:\n{}", document.text))),
            Err(error) => error,
        };
        let what = || format!("{error}\n{mistake:?}\n{}", document.text);
        prop_assert_eq!(error.problems().len(), 1, "{}", what());
        let problem = &error.problems()[0];
        prop_assert_eq!(problem.kind(), mistake.kind, "{}", what());
        let around = &mistake.path[..mistake.path.len() - 1];
        // By the names that are used, and where a key is missing by its own.
        let spelt = |path: &[String]| document.places.get(path).map(|place| KeyPath::from_segments(&place.spelt));
        let missing = || spelt(around).unwrap_or_default().join(mistake.path.last().expect("a key has a name"));
        let key = spelt(&mistake.path).unwrap_or_else(missing);
        prop_assert_eq!(problem.key(), Some(&key), "{}", what());
        let origin = problem.origin().expect("a file is behind it");
        prop_assert_eq!(origin.file(), Some(file.as_path()));
        let place = document.places.get(match mistake.at {
            At::Around => around,
            _ => &mistake.path,
        });
        let is_there = match (mistake.at, place) {
            (At::Value, Some(place)) => place.is_value_at(origin),
            (_, Some(place)) => place.is_key_at(origin),
            (_, None) => origin.line().is_none(),
        };
        prop_assert!(is_there, "not at {:?}: {}", place, what());
    }
}

/// The name of the type of a number that stands in place of a null: it may be that of a float.
const ANY: &str = "any";

/// The configuration without what TOML cannot say.
fn without_nulls(tree: &Tree, format: Format) -> Tree {
    match tree {
        Tree::Map(sort, entries) => {
            let kept =
                entries.iter().filter(|(_, entry)| format != Format::Toml || !matches!(entry, Tree::Null(_)));
            Tree::Map(*sort, kept.map(|(name, entry)| (name.clone(), without_nulls(entry, format))).collect())
        }
        Tree::List(sort, items) => {
            let items = items.iter().map(|item| match item {
                Tree::Null(_) if format == Format::Toml => Tree::Integer("1".to_owned(), ANY),
                other => without_nulls(other, format),
            });
            Tree::List(*sort, items.collect())
        }
        other => other.clone(),
    }
}

/// Makes one mistake somewhere in the tree. `None` where the dice name a place that nothing can be wrong with.
fn plant(tree: &mut Tree, dice: &mut Dice) -> Option<Mistake> {
    let mut places = Vec::new();
    collect(tree, &mut Vec::new(), &mut places);
    let path = places[dice.below(places.len())].clone();
    let in_section = matches!(find(tree, &path[..path.len() - 1]), Tree::Map(Sort::Section, _));
    match dice.below(4) {
        // A key that no field has.
        3 if in_section => {
            let stranger = "nobody.knows me".to_owned();
            let mut path = path;
            *path.last_mut()? = stranger.clone();
            let Tree::Map(_, entries) = find(tree, &path[..path.len() - 1]) else { return None };
            entries.insert(stranger, Tree::Bool(true));
            Some(Mistake { path, kind: ProblemKind::UnknownKey, at: At::Key })
        }
        // A required key that is gone.
        2 if in_section && is_required(&path) => {
            let Tree::Map(_, entries) = find(tree, &path[..path.len() - 1]) else { return None };
            entries.remove(path.last()?);
            Some(Mistake { path, kind: ProblemKind::MissingKey, at: At::Around })
        }
        _ => {
            let here = find(tree, &path);
            let (wrong, kind) = wrong(here, dice)?;
            *here = wrong;
            Some(Mistake { path, kind, at: At::Value })
        }
    }
}

/// Every place, items of lists too. What is read whole is left alone: of that its type says what is wrong.
fn collect(tree: &Tree, path: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Tree)> = match tree {
        Tree::Map(Sort::Whole, _) | Tree::Text(_, Text::Foreign) => return,
        Tree::Map(_, entries) => entries.iter().map(|(name, entry)| (name.clone(), entry)).collect(),
        Tree::List(_, items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (name, entry) in inner {
        path.push(name);
        // Of an enum it is told which variants there are, which is another matter.
        let is_choice = path.first().is_some_and(|first| first == "choices");
        if !is_choice
            && !matches!(entry, Tree::Map(Sort::Whole, _) | Tree::Text(_, Text::Foreign))
            && path.last().unwrap() != "points"
        {
            places.push(path.clone());
            collect(entry, path, places);
        }
        path.pop();
    }
}

fn find<'t>(tree: &'t mut Tree, path: &[String]) -> &'t mut Tree {
    path.iter().fold(tree, |here, segment| match here {
        Tree::Map(_, entries) => entries.get_mut(segment).unwrap(),
        Tree::List(_, items) => &mut items[segment.parse::<usize>().unwrap()],
        _ => unreachable!("a path leads through maps and lists"),
    })
}

/// Whether the schema has no default for the key.
fn is_required(path: &[String]) -> bool {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["name"] => true,
        ["numbers", _] => default_of(path).is_none(),
        ["texts", name] => default_of(path).is_none() && !matches!(*name, "speed" | "point"),
        ["lists", name] => default_of(path).is_none() && !matches!(*name, "points"),
        ["maps", _] => default_of(path).is_none(),
        [.., "url" | "cert" | "third"] => !path.iter().any(|name| name == "labels" || name == "flags"),
        _ => false,
    }
}

/// A value that is wrong in the place of this one, and how.
fn wrong(tree: &Tree, dice: &mut Dice) -> Option<(Tree, ProblemKind)> {
    let text = |text: &str| Tree::Text(text.to_owned(), Text::Stray);
    let section = || Tree::section([("some", Tree::Bool(true))]);
    let list = || Tree::List(Items::Free, vec![Tree::Bool(true)]);
    Some(match (tree, dice.below(3)) {
        (Tree::Null(_) | Tree::Integer(_, ANY), _) => return None,
        (Tree::Integer(_, name), 1) => (Tree::Integer(beyond(name), name), ProblemKind::OutOfRange),
        (Tree::Integer(..), 2) => (Tree::Float(1.5), ProblemKind::WrongType),
        (Tree::Integer(..) | Tree::Float(_), _) => (text("many"), ProblemKind::WrongType),
        (Tree::Bool(_), 1) => (Tree::Integer("1".to_owned(), "u8"), ProblemKind::WrongType),
        (Tree::Bool(_), _) => (text("perhaps"), ProblemKind::WrongType),
        (Tree::Text(_, Text::Variant), 1) => (text("infos"), ProblemKind::UnknownVariant),
        (Tree::Text(_, Text::Character), 1) => (text("ab"), ProblemKind::InvalidValue),
        (Tree::Text(_, Text::Address | Text::Duration), 1) => (text("1 of them"), ProblemKind::InvalidValue),
        (Tree::Text(..), 2) => (list(), ProblemKind::WrongType),
        (Tree::Text(..), _) => (Tree::Bool(true), ProblemKind::WrongType),
        (Tree::List(Items::Fixed, items), 1) => {
            (Tree::List(Items::Fixed, items[1..].to_vec()), ProblemKind::WrongType)
        }
        (Tree::List(..), 2) => (section(), ProblemKind::WrongType),
        (Tree::List(..), _) => (text("a, b"), ProblemKind::WrongType),
        (Tree::Map(..), 1) => (list(), ProblemKind::WrongType),
        (Tree::Map(..), _) => (text("something else"), ProblemKind::WrongType),
    })
}

/// The digits of a number that is just too large for its type.
fn beyond(name: &str) -> String {
    let most = match name {
        "u8" => u128::from(u8::MAX),
        "u16" => u128::from(u16::MAX),
        "u32" => u128::from(u32::MAX),
        "u64" => u128::from(u64::MAX),
        "usize" => usize::MAX as u128,
        "i8" => i8::MAX as u128,
        "i16" => i16::MAX as u128,
        "i32" => i32::MAX as u128,
        "i64" => i64::MAX as u128,
        "isize" => isize::MAX as u128,
        "i128" => i128::MAX as u128,
        _ => return "340282366920938463463374607431768211456".to_owned(),
    };
    (most + 1).to_string()
}
