//! What a source said.

use std::fmt;

use crate::error::{Problem, ProblemKind};
use crate::format::Format;
use crate::key::{DEEPEST, KeyPath};
use crate::origin::{Origin, OriginKind};
use crate::tree::{Draft, DraftContent};
use crate::value::{IntoValue, Value};

/// What a source says at one moment: nothing, a text in a format, or values. [`Source`](crate::Source) has an example.
#[derive(Clone)]
pub struct Reading {
    pub(crate) parts: Vec<Part>,
    pub(crate) warnings: Vec<Problem>,
    /// What there was that means nothing here.
    pub(crate) ignored: Vec<String>,
}

/// What becomes one layer. Most readings are one part; that of a folder is one for each file.
#[derive(Clone)]
pub(crate) struct Part {
    /// Where it is from; `None` for the source itself.
    pub(crate) kind: Option<OriginKind>,
    pub(crate) content: Content,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Content {
    Absent,
    /// The text is taken away once it has become a layer, which keeps it.
    Text {
        format: Format,
        text: Option<String>,
    },
    Values(Draft),
    Failed(Failure),
}

/// A source that could not be read, and how long one should hope that it is only half-way through a change.
#[derive(Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) problems: Vec<Problem>,
    pub(crate) patience: Patience,
}

/// Why a failure may be gone in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Patience {
    /// It will not.
    None,
    /// An editor may be between two of its steps.
    Broken,
    /// The file is away; it may be about to be put back.
    Missing,
    /// The file looks as if its end were still to be written.
    Truncated,
    /// The file is being written.
    Torn,
}

impl Reading {
    /// The source says nothing now.
    #[must_use]
    pub fn absent() -> Self {
        Self::new(Content::Absent)
    }

    /// A text in `format`; problems in it are reported by line and column.
    pub fn text(format: Format, text: impl Into<String>) -> Self {
        Self::new(Content::Text { format, text: Some(text.into()) })
    }

    /// Values by dotted key. They are texts, numbers and so on as given: the text `"8080"` is no number.
    pub fn values<K: AsRef<str>, V: IntoValue>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut draft = Draft::default();
        for (key, value) in values {
            let path = KeyPath::parse(key.as_ref());
            if path.is_too_deep() {
                let message = format!("a key has more than {DEEPEST} segments");
                return Self::failed(Problem::new(ProblemKind::Limit, message), Patience::None);
            }
            let segments: Vec<_> = path.segments().collect();
            let content = DraftContent::Value(value.into_value());
            draft.insert(segments.iter().map(AsRef::as_ref), Draft { content, origin: None });
        }
        Self::new(Content::Values(draft))
    }

    /// A whole map of values; anything else than a [`Value::Map`] is refused by the load.
    #[must_use]
    pub fn value(value: Value) -> Self {
        Self::new(Content::Values(Draft { content: DraftContent::Value(value), origin: None }))
    }

    pub(crate) fn draft(draft: Draft) -> Self {
        Self::new(Content::Values(draft))
    }

    pub(crate) fn failed(problem: Problem, patience: Patience) -> Self {
        Self::all_failed(vec![problem], patience)
    }

    pub(crate) fn all_failed(problems: Vec<Problem>, patience: Patience) -> Self {
        Self::new(Content::Failed(Failure { problems, patience }))
    }

    pub(crate) fn with_warnings(mut self, warnings: Vec<Problem>) -> Self {
        self.warnings = warnings;
        self
    }

    /// Several layers, the lowest first.
    pub(crate) fn of_parts(parts: Vec<Part>) -> Self {
        Self { parts, warnings: Vec::new(), ignored: Vec::new() }
    }

    pub(crate) fn with_ignored(mut self, ignored: Vec<String>) -> Self {
        self.ignored = ignored;
        self
    }

    fn new(content: Content) -> Self {
        Self::of_parts(vec![Part { kind: None, content }])
    }
}

/// Shows what sort of reading it is, and no value.
impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.parts.as_slice() {
            [Part { content: Content::Absent, .. }] | [] => "Reading::Absent",
            [Part { content: Content::Text { .. }, .. }] => "Reading::Text",
            [Part { content: Content::Values(_), .. }] => "Reading::Values",
            [Part { content: Content::Failed(_), .. }] => "Reading::Failed",
            _ => "Reading::Parts",
        })
    }
}

/// The draft of untyped text.
pub(crate) fn raw(text: &str, origin: Origin) -> Draft {
    Draft::new(DraftContent::Raw(text.to_owned()), origin)
}
