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

/// A source that could not be read, or not all of it, and how long one should hope that it is only half-way through a
/// change.
#[derive(Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) problems: Vec<Problem>,
    pub(crate) patience: Patience,
    /// What could be read all the same. It is checked with all else, and never put in place.
    pub(crate) rest: Draft,
    /// The keys that may stand in what could not be read; the root where it may be any.
    pub(crate) lacking: Vec<KeyPath>,
}

impl Failure {
    /// Nothing could be read.
    pub(crate) fn of_all(problems: Vec<Problem>, patience: Patience) -> Self {
        Self { problems, patience, rest: Draft::default(), lacking: vec![KeyPath::default()] }
    }
}

/// What a source of many values has found so far: one that is bad does not hide the others.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) draft: Draft,
    problems: Vec<Problem>,
    patience: Patience,
    lacking: Vec<KeyPath>,
}

impl Findings {
    /// Takes in what is wrong with the value of the key `lacking`; that is the root where it may be the value of any.
    pub(super) fn refuse(&mut self, problem: Problem, lacking: KeyPath, patience: Patience) {
        self.problems.push(problem);
        self.lacking.push(lacking);
        self.patience = self.patience.max(patience);
    }

    /// Notes a key whose value may have been kept away by a problem that is told of another.
    pub(super) fn lacks(&mut self, key: KeyPath) {
        self.lacking.push(key);
    }

    /// Takes in a problem that keeps no value away.
    pub(super) fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn into_reading(self) -> Reading {
        let Self { draft, problems, patience, lacking } = self;
        if problems.is_empty() {
            Reading::draft(draft)
        } else {
            Reading::new(Content::Failed(Failure { problems, patience, rest: draft, lacking }))
        }
    }
}

/// Why a failure may be gone in a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Patience {
    /// It will not.
    #[default]
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
        Self::new(Content::Failed(Failure::of_all(vec![problem], patience)))
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
