//! Why a value does not fit its type, in words that a person can act on.

use std::borrow::Cow;

use super::remedies;
use crate::error::{Problem, ProblemKind};
use crate::value::View;

/// Why a value does not fit its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mismatch {
    reason: Reason,
    /// What to do about it.
    remedy: Option<Cow<'static, str>>,
    /// Whether what to do about it was told from the value, and so tells something of it.
    remedy_tells_value: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Reason {
    /// Something of another sort stands there.
    Expected(Cow<'static, str>),
    /// A number beyond a limit of its type.
    Beyond { too: &'static str, limit: String },
    /// A text that its type cannot read.
    NotA(Cow<'static, str>),
    /// A text that is none of these.
    NoVariant(Vec<&'static str>),
    /// What the type itself said of the value.
    Refused(String),
    /// A name that the type does not know.
    UnknownKey { name: String, near: Option<String> },
    /// A name that the type cannot do without.
    MissingKey(&'static str),
}

/// A name within a value that is read whole.
pub(super) enum Name<'n> {
    Unknown(&'n str),
    Missing(&'static str),
}

impl Mismatch {
    pub(crate) fn expected(what: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: Reason::Expected(what.into()), remedy: None, remedy_tells_value: false }
    }

    pub(crate) fn too_large(type_name: &str, most: impl ToString) -> Self {
        let limit = format!("for {type_name} (at most {})", most.to_string());
        Self { reason: Reason::Beyond { too: "large", limit }, remedy: None, remedy_tells_value: false }
    }

    pub(crate) fn too_small(type_name: &str, least: impl ToString) -> Self {
        let limit = format!("for {type_name} (at least {})", least.to_string());
        Self { reason: Reason::Beyond { too: "small", limit }, remedy: None, remedy_tells_value: false }
    }

    /// `what` comes with its article: `an IP address`.
    pub(crate) fn not(what: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: Reason::NotA(what.into()), remedy: None, remedy_tells_value: false }
    }

    pub(crate) fn variant(names: impl Iterator<Item = &'static str>) -> Self {
        Self { reason: Reason::NoVariant(names.collect()), remedy: None, remedy_tells_value: false }
    }

    /// The type's own words, which may hold the value.
    pub(crate) fn refused(words: String) -> Self {
        Self { reason: Reason::Refused(words), remedy: None, remedy_tells_value: false }
    }

    pub(crate) fn unknown_key(name: &str, known: &'static [&'static str]) -> Self {
        let near = nearest(name, known.iter().copied());
        let reason = Reason::UnknownKey { name: name.to_owned(), near };
        Self { reason, remedy: None, remedy_tells_value: false }
    }

    pub(crate) fn missing_key(name: &'static str) -> Self {
        Self { reason: Reason::MissingKey(name), remedy: None, remedy_tells_value: false }
    }

    /// The name within the value that it is about, where it is not about the value.
    pub(super) fn name(&self) -> Option<Name<'_>> {
        match &self.reason {
            Reason::UnknownKey { name, .. } => Some(Name::Unknown(name)),
            Reason::MissingKey(name) => Some(Name::Missing(name)),
            _ => None,
        }
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// With a remedy that was told from the value, where there is one. It is not said of a secret.
    pub(crate) fn with_remedy_for_value(self, remedy: Option<impl Into<Cow<'static, str>>>) -> Self {
        match remedy {
            Some(remedy) => Self { remedy_tells_value: true, ..self.with_remedy(remedy) },
            None => self,
        }
    }

    /// The problem of finding `view` there. A secret value is not named.
    pub(crate) fn into_problem(self, view: View<'_>, secret: bool) -> Problem {
        let mut suggestion = None;
        let (kind, mut message) = match self.reason {
            Reason::Expected(what) => {
                (ProblemKind::WrongType, format!("expected {what}, found {}", describe(view, secret)))
            }
            Reason::Beyond { too, limit } => {
                let number = match view {
                    View::Raw(digits) => View::Digits(digits.trim()),
                    other => other,
                };
                (ProblemKind::OutOfRange, format!("{} is too {too} {limit}", quote(number, secret)))
            }
            Reason::NotA(what) => {
                (ProblemKind::InvalidValue, format!("{} is not {what}", quote(view, secret)))
            }
            Reason::NoVariant(names) => {
                if let (View::Text(text) | View::Raw(text), false) = (view, secret) {
                    suggestion = nearest(text, names.iter().copied());
                }
                let names = names.join(", ");
                let found = quote(view, secret);
                (ProblemKind::UnknownVariant, format!("{found} is not one of {names}"))
            }
            Reason::MissingKey(_) => (ProblemKind::MissingKey, "is required, and set nowhere".to_owned()),
            // A name within a secret may be part of it.
            Reason::Refused(_) | Reason::UnknownKey { .. } if secret => {
                (ProblemKind::InvalidValue, "the value is refused by its type".to_owned())
            }
            Reason::Refused(words) => (ProblemKind::InvalidValue, words),
            Reason::UnknownKey { near, .. } => {
                suggestion = near;
                (ProblemKind::UnknownKey, "unknown key".to_owned())
            }
        };
        let is_about_text = matches!(kind, ProblemKind::WrongType | ProblemKind::InvalidValue);
        if let (View::Text(text) | View::Raw(text), true, false) = (view, is_about_text, secret)
            && self.remedy.is_none()
            && let Some(remedy) = remedies::any(text, matches!(view, View::Raw(_)))
        {
            message = format!("{message}; {remedy}");
        }
        let may_be_said = !(secret && self.remedy_tells_value);
        if let Some(remedy) = self.remedy.filter(|_| may_be_said) {
            message = format!("{message}; {remedy}");
        }
        Problem::new(kind, message).with_suggestion(suggestion)
    }
}

/// What stands there, with its sort: `the text "abc"`.
pub(super) fn describe(view: View<'_>, secret: bool) -> String {
    match view {
        View::Null => "null".to_owned(),
        View::List => "a list".to_owned(),
        View::Map => "a section".to_owned(),
        View::Bool(_) if secret => "a truth value".to_owned(),
        View::Bool(truth) => truth.to_string(),
        View::Integer(_) | View::Digits(_) | View::Float(_) if secret => "a number".to_owned(),
        View::Text(_) | View::Raw(_) | View::Time(_) if secret => "a text".to_owned(),
        View::Integer(_) | View::Digits(_) => format!("the number {}", quote(view, secret)),
        View::Float(_) => format!("the number {}", quote(view, secret)),
        View::Text(_) | View::Raw(_) => format!("the text {}", quote(view, secret)),
        View::Time(text) => format!("the date or time {}", shortened(text)),
    }
}

/// What stands there, as it would be written.
pub(super) fn quote(view: View<'_>, secret: bool) -> String {
    match view {
        _ if secret => "the value".to_owned(),
        View::Null | View::List | View::Map => describe(view, secret),
        View::Bool(truth) => truth.to_string(),
        View::Integer(number) => number.to_string(),
        View::Digits(digits) => shortened(digits).into_owned(),
        View::Float(number) => format!("{number:?}"),
        View::Text(text) | View::Raw(text) | View::Time(text) => format!("{:?}", shortened(text)),
    }
}

/// Enough of a text to recognise it by.
fn shortened(text: &str) -> Cow<'_, str> {
    const ENOUGH: usize = 80;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The candidate that `text` was probably meant to be.
pub(crate) fn nearest<'n>(text: &str, candidates: impl Iterator<Item = &'n str>) -> Option<String> {
    const CLOSE_ENOUGH: f64 = 0.75;
    /// Nobody misspells a name of this length, and comparing it would take long.
    const LONGEST: usize = 100;
    if text.len() > LONGEST {
        return None;
    }
    let lower = text.to_lowercase().replace('-', "_");
    candidates
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('-', "_");
            (strsim::damerau_levenshtein(&lower, &other), strsim::jaro_winkler(&lower, &other), candidate)
        })
        .filter(|(edits, likeness, _)| {
            *edits <= 1 || *likeness >= CLOSE_ENOUGH && *edits <= 1 + lower.len() / 4
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)))
        .map(|(_, _, candidate)| candidate.to_owned())
}
