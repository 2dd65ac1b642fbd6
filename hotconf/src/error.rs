//! Everything that is wrong with one load.
//!
//! Invariant: knows no secret value. Whoever makes a [`Problem`] puts only into it what may be shown.

mod kind;
mod printable;
mod report;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::key::KeyPath;
use crate::origin::Origin;

pub use kind::ProblemKind;
use printable::Printable;
pub use report::Report;

/// Any error: what participants and other code of a program refuse with, so that `?` and `Ok` need no types.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Everything that was wrong with a configuration, or why a call was refused.
///
/// `Display` is for people: a line that counts, then each problem with its place.
///
/// ```text
/// 2 problems in the configuration
/// server.port: 70000 is too large for u16 (at most 65535)
///   at config/production.yaml:3:9
/// serverr: unknown key; did you mean `server`?
///   at config/local.yaml:1:1
/// ```
///
/// The alternate form, `{error:#}`, shows the lines of the files as well, as [`report`](Error::report) does.
///
/// Problems stand in the order of the layers, and within a layer in the order of its lines. Cloning is cheap. `Debug` is
/// the text of `Display`; it serializes as the list of its problems. No secret is in it.
///
/// ```
/// use hotconf::{Hot, HotConfig, ProblemKind};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// let error = Hot::<AppConfig>::builder().arg_overrides(["prot=1", "port=x"]).build().unwrap_err();
/// let kinds: Vec<_> = error.problems().iter().map(|problem| problem.kind()).collect();
/// assert_eq!(kinds, [ProblemKind::WrongType, ProblemKind::UnknownKey]);
/// let unknown = &error.problems()[1];
/// assert_eq!((unknown.key().unwrap().as_str(), unknown.suggestion()), ("prot", Some("port")));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    problems: Arc<[Problem]>,
}

impl Error {
    /// The error of these problems, ordered by place and each once. There must be one at least.
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| a.place().cmp(&b.place()));
        problems.dedup();
        Self { problems: problems.into() }
    }

    /// Every problem, in the order of layers and lines. Never empty.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn count(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("1 problem in the configuration"),
            count => write!(f, "{count} problems in the configuration"),
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::new(vec![problem])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return self.report().fmt(f);
        }
        self.count(f)?;
        for problem in &*self.problems {
            write!(f, "\n{problem}")?;
        }
        Ok(())
    }
}

/// `Debug` is the text of `Display`, because that is what `unwrap` and `main` show to people.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&*self.problems)
    }
}

/// One thing that is wrong: which key, what, where, and where known what to write instead.
///
/// Its [`kind`](Problem::kind) is what a program tells problems apart by; the words of its message may change.
///
/// ```
/// use hotconf::{Hot, HotConfig, Problem, ProblemKind};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// fn exit_code(problem: &Problem) -> u8 {
///     match problem.kind() {
///         ProblemKind::MissingSource | ProblemKind::UnreadableSource => 66, // no input
///         ProblemKind::UnknownKey | ProblemKind::UnknownVariable => 64,     // wrong usage
///         _ => 78,                                                         // wrong configuration
///     }
/// }
///
/// let error = Hot::<AppConfig>::builder().file("not/there.toml").build().unwrap_err();
/// assert_eq!(exit_code(&error.problems()[0]), 66);
/// let error = Hot::<AppConfig>::builder().arg_overrides(["prot=1"]).build().unwrap_err();
/// assert_eq!(exit_code(&error.problems()[0]), 64);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    key: Option<KeyPath>,
    origin: Option<Origin>,
    message: String,
    suggestion: Option<String>,
    help: Option<String>,
    also_set: Vec<Origin>,
    is_warning: bool,
    order: Order,
}

/// Where a problem stands among the others: the layer, the line, the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Order {
    layer: usize,
    line: u32,
    column: u32,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            key: None,
            origin: None,
            message: printable::words(message.into()),
            suggestion: None,
            help: None,
            also_set: Vec::new(),
            is_warning: false,
            order: Order::default(),
        }
    }

    /// What it is sorted by. The files of one folder are layers of one number.
    fn place(&self) -> (usize, Option<&Path>, u32, u32) {
        let Order { layer, line, column } = self.order;
        (layer, self.origin.as_ref().and_then(Origin::file), line, column)
    }

    pub(crate) fn with_key(mut self, key: KeyPath) -> Self {
        self.key = Some(key).filter(|key| !key.is_root());
        self
    }

    /// Sets the origin, and with it the place among other problems: `layer` counts from the lowest.
    pub(crate) fn with_origin(mut self, origin: Option<Origin>, layer: usize) -> Self {
        let (line, column) = origin
            .as_ref()
            .map_or((0, 0), |origin| (origin.line().unwrap_or(0), origin.column().unwrap_or(0)));
        self.order = Order { layer, line, column };
        self.origin = origin;
        self
    }

    /// The same with the line that it is in; not for texts that may have a secret there.
    pub(crate) fn in_line_of(mut self, text: &str) -> Self {
        self.origin = self.origin.map(|origin| origin.in_line_of(text));
        self
    }

    /// The same with the key of the line that it is in, where all its segments are `known`.
    pub(crate) fn at_key_of(mut self, text: &str, known: impl Fn(&str) -> bool) -> Self {
        self.origin = self.origin.map(|origin| origin.at_key_of(text, known));
        self
    }

    pub(crate) fn with_suggestion(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    pub(crate) fn with_help(mut self, help: Option<impl Into<String>>) -> Self {
        self.help = help.map(Into::into);
        self
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = printable::words(message.into());
        self
    }

    /// The key it is about, as the source spells it; `None` where it is about a whole source.
    #[must_use]
    pub fn key(&self) -> Option<&KeyPath> {
        self.key.as_ref()
    }

    /// What sort of problem it is.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Where it is: the value's first character for a wrong value, the key's for an unknown, duplicate or deprecated key,
    /// the section's (else the file) for a missing one; a variable, an argument, a default.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// What is wrong, without key, place and suggestion.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The nearest thing that would have been right: a key, a variant, a variable.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What to do about it, where neither the message nor the suggestion says so: where a key that is missing can be added.
    /// It is part of the [`report`](Error::report), and not of `Display`.
    ///
    /// ```
    /// use hotconf::{Format, Hot, HotConfig};
    ///
    /// #[derive(Debug, HotConfig)]
    /// struct AppConfig {
    ///     server: Server,
    /// }
    ///
    /// #[derive(Debug, HotConfig)]
    /// struct Server {
    ///     port: u16,
    /// }
    ///
    /// # #[cfg(feature = "toml")] {
    /// let error = Hot::<AppConfig>::builder().text(Format::Toml, "").build().unwrap_err();
    /// assert_eq!(error.problems()[0].help(), Some("add `port` to the section `server`"));
    /// # }
    /// ```
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Where else the key is set, by layers that this one won over, the strongest first. Empty where the problem is not
    /// about a value, or where no other layer sets it.
    #[must_use]
    pub fn also_set(&self) -> &[Origin] {
        &self.also_set
    }

    pub(crate) fn set_also(&mut self, origins: Vec<Origin>) {
        self.also_set = origins;
    }

    /// The same as a warning, which refuses nothing.
    pub(crate) fn into_warning(self) -> Self {
        Self { is_warning: true, ..self }
    }

    pub(crate) fn is_warning(&self) -> bool {
        self.is_warning
    }

    /// Key and message, as every way of showing it begins.
    pub(crate) fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(key) = &self.key {
            write!(f, "{}: ", Printable(key))?;
        }
        f.write_str(&self.message)
    }

    /// A short name of the kind that stays the same from version to version, such as `missing-key`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        if let Some(origin) = &self.origin {
            write!(f, "\n  {} {}", origin.preposition(), Printable(origin))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("kind", &self.kind)
            .field("key", &self.key)
            .field("origin", &self.origin)
            .field("message", &self.message)
            .field("suggestion", &self.suggestion)
            .finish()
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut problem = serializer.serialize_struct("Problem", 7)?;
        problem.serialize_field("code", self.code())?;
        problem.serialize_field("key", &self.key.as_ref().map(KeyPath::as_str))?;
        problem.serialize_field("message", &self.message)?;
        problem.serialize_field("suggestion", &self.suggestion)?;
        problem.serialize_field("help", &self.help)?;
        problem.serialize_field("origin", &self.origin)?;
        problem.serialize_field("also_set", &self.also_set)?;
        problem.end()
    }
}
