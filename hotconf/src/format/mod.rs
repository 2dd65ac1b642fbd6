//! Text to tree, one file for each format; and where in the text each key and value stands, when somebody asks.
//!
//! Invariant: pure. The only floor that knows the parsers of formats.

#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
mod advice;
#[cfg(feature = "json")]
mod json;
mod json_value;
mod kept;
#[cfg(any(feature = "json", feature = "yaml"))]
mod placed;
#[cfg(all(test, any(feature = "toml", feature = "json", feature = "yaml")))]
mod tests;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

use std::path::Path;

use crate::error::{Problem, ProblemKind};
use crate::key::DEEPEST;
#[cfg(any(feature = "json", feature = "yaml"))]
use crate::key::KeyPath;
use crate::tree::{Layer, LayerName};

pub(crate) use json_value::{JsonFault, draft_of_json};
pub(crate) use kept::{Kept, KeptFault, KeptLayer, KeptSource};

/// How a text is written.
///
/// Each format needs the feature of its name; a file of a format that is not built in is an error that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// TOML 1.1.
    Toml,
    /// YAML 1.2: one document, anchors and merge keys within limits.
    Yaml,
    /// JSON, as RFC 8259 has it: no comments.
    Json,
}

impl Format {
    /// The format that a file of this name has: by its extension `toml`, `yaml`, `yml` or `json`, in any case.
    ///
    /// ```
    /// use hotconf::Format;
    ///
    /// assert_eq!(Format::of("config/default.yaml".as_ref()), Some(Format::Yaml));
    /// assert_eq!(Format::of("config".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Its name, as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }

    fn feature(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }
}

/// The most problems that are told of one text.
#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
const MOST_PROBLEMS: usize = 50;

/// The layer that a text is, or every syntax error in it. `index` is that of the layer among the others.
pub(crate) fn parse(
    name: LayerName,
    format: Format,
    text: &str,
    index: usize,
) -> Result<Layer, Vec<Problem>> {
    match format {
        #[cfg(feature = "toml")]
        Format::Toml => toml::parse(name, text, index),
        #[cfg(feature = "yaml")]
        Format::Yaml => yaml::parse(name, text, index),
        #[cfg(feature = "json")]
        Format::Json => json::parse(name, text, index),
        #[allow(unreachable_patterns)] // with all formats built in there is no other
        other => {
            let _ = text;
            let feature = other.feature();
            let message = format!("{} is not built in; enable hotconf's feature `{feature}`", other.name());
            let problem = Problem::new(ProblemKind::UnreadableSource, message);
            Err(vec![problem.with_origin(Some(crate::origin::Origin::new(name.origin_kind())), index)])
        }
    }
}

/// The problem of this kind at a byte offset of a text.
#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
fn problem_at(
    kind: ProblemKind,
    message: String,
    name: &LayerName,
    text: &str,
    offset: usize,
    index: usize,
) -> Problem {
    let (line, column) = crate::tree::line_and_column(text, offset);
    let origin = crate::origin::Origin::new(name.origin_kind()).at(line, column);
    Problem::new(kind, message).with_origin(Some(origin), index)
}

/// The problem that something is nested deeper than is read.
#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
fn too_deep(name: &LayerName, text: &str, offset: usize, index: usize) -> Problem {
    let message = format!("nested deeper than {DEEPEST} levels");
    problem_at(ProblemKind::Limit, message, name, text, offset, index)
}

/// The problem that a key stands at `offset` although it stood at `first` already.
#[cfg(any(feature = "json", feature = "yaml"))]
fn duplicate_key(
    path: KeyPath,
    first: Option<usize>,
    name: &LayerName,
    text: &str,
    offset: usize,
    index: usize,
) -> Problem {
    let mut message = "duplicate key".to_owned();
    if let Some(first) = first {
        let (line, column) = crate::tree::line_and_column(text, first);
        message.push_str(&format!("; it stands first at {line}:{column}"));
    }
    problem_at(ProblemKind::DuplicateKey, message, name, text, offset, index).with_key(path)
}
