//! Where in the world a value comes from.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::panic::Location;
use std::path::Path;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Where a value, or a problem, comes from: a place in a file, an environment variable, an argument, an override,
/// a default.
///
/// `Display` is the place as a person would look for it: `config/production.yaml:3:9`,
/// `APP_SERVER_PORT (environment)`, `the default`. It serializes as that text.
#[derive(Clone)]
pub struct Origin {
    kind: OriginKind,
    line: Option<u32>,
    column: Option<u32>,
    is_secret: bool,
    /// Whether the value was kept from the last good configuration, and is not what stands there.
    is_last_good: bool,
    /// What may be shown of the line.
    excerpt: Option<Arc<Excerpt>>,
    /// The place in the program that set an override.
    caller: Option<&'static Location<'static>>,
    /// The struct and the field that declare a default.
    declared: Option<(&'static str, &'static str)>,
}

/// What may be shown of a line of a text: the guilty piece of it, and what stands right before and behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    text: Box<str>,
    guilty: Range<usize>,
}

impl Excerpt {
    /// A key or a value, without what else is in its line.
    pub(crate) fn new(before: &str, guilty: &str) -> Self {
        Self::of_line(before, guilty, "")
    }

    /// A whole line, from the first character that is no blank.
    pub(crate) fn of_line(before: &str, guilty: &str, after: &str) -> Self {
        /// Enough to recognise it by.
        const LONGEST: usize = 80;
        let mut shown = String::new();
        let mut show = |text: &str| {
            shown.extend(text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }));
            if text.chars().nth(LONGEST).is_some() {
                shown.push('…');
            }
            shown.len()
        };
        let start = show(before.trim_start());
        let end = show(guilty);
        show(after);
        Self { text: shown.into(), guilty: start..end }
    }

    /// The text, in which [`guilty`](Self::guilty) is a piece.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the text that are the guilty piece.
    pub(crate) fn guilty(&self) -> Range<usize> {
        self.guilty.clone()
    }
}

/// Two origins are equal where they are the same place.
impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        let Self { kind, line, column, is_secret, is_last_good, excerpt: _, caller: _, declared: _ } = self;
        *kind == other.kind
            && (*line, *column) == (other.line, other.column)
            && (*is_secret, *is_last_good) == (other.is_secret, other.is_last_good)
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { kind, line, column, is_secret, is_last_good, excerpt: _, caller: _, declared: _ } = self;
        (kind, line, column, is_secret, is_last_good).hash(state);
    }
}

/// Shows the place, and nothing of what stands there.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, line, column, is_secret: _, is_last_good: _, excerpt: _, caller: _, declared: _ } =
            self;
        f.debug_struct("Origin").field("kind", kind).field("line", line).field("column", column).finish()
    }
}

/// What sort of place an [`Origin`] is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OriginKind {
    /// A file, by its name as it was given to the builder.
    File(Arc<Path>),
    /// A text that has a name and no file, such as an embedded default.
    Text(Arc<str>),
    /// An environment variable, by its name.
    Environment(Arc<str>),
    /// A variable in a file of variables, by its name and the file's as it was given to the builder.
    EnvironmentFile {
        /// The variable.
        name: Arc<str>,
        /// The file.
        file: Arc<Path>,
    },
    /// A file that a variable names, as `APP_TOKEN_FILE` does.
    VariableFile {
        /// The variable.
        name: Arc<str>,
        /// The file, as the variable names it.
        file: Arc<Path>,
    },
    /// A `KEY=VALUE` argument, by its key.
    Argument(Arc<str>),
    /// Set while the program runs, by `set` or `update`.
    Override,
    /// A figment provider or another source, by what it calls itself.
    Source(Arc<str>),
    /// The default that the struct declares.
    Default,
}

impl Origin {
    pub(crate) fn new(kind: OriginKind) -> Self {
        Self {
            kind,
            line: None,
            column: None,
            is_secret: false,
            is_last_good: false,
            excerpt: None,
            caller: None,
            declared: None,
        }
    }

    /// The same place, what is from there to be shown nowhere.
    pub(crate) fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// Whether what is from here is a secret, whatever the schema says of its key.
    pub(crate) fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// The same place, whose value was kept from the last good configuration.
    pub(crate) fn last_good(mut self) -> Self {
        self.is_last_good = true;
        self
    }

    /// Whether the value is not what stands there, but was kept from the last good configuration:
    /// [`Builder::last_good`](crate::Builder::last_good). `Display` says so too: `config/app.toml:3:9 (last good)`.
    #[must_use]
    pub fn is_last_good(&self) -> bool {
        self.is_last_good
    }

    /// Whether it is a place that secrets are handed over by, also where what is from there may be shown.
    pub(crate) fn is_for_secrets(&self) -> bool {
        self.is_secret || matches!(self.kind, OriginKind::VariableFile { .. })
    }

    pub(crate) fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    pub(crate) fn with_excerpt(mut self, excerpt: Excerpt) -> Self {
        self.excerpt = Some(Arc::new(excerpt));
        self
    }

    /// The same with the whole line of `text` that it is in. Not for texts that may have a secret in that line.
    pub(crate) fn in_line_of(self, text: &str) -> Self {
        let (Some(number), Some(column)) = (self.line, self.column) else { return self };
        let line = text.lines().nth(number as usize - 1).unwrap_or_default();
        let start = line.char_indices().nth(column as usize - 1).map_or(line.len(), |(start, _)| start);
        let (before, rest) = line.split_at(start);
        let end = rest.chars().next().map_or(0, char::len_utf8);
        let (guilty, after) = rest.split_at(end);
        let excerpt = Excerpt::of_line(before, guilty, after);
        self.with_excerpt(excerpt)
    }

    /// The same with the key of the line of `text` that it is in, and nothing of what stands behind that. Only of a key
    /// whose every segment is `known`, as the name of a field is: any other text may be a piece of a secret.
    pub(crate) fn at_key_of(self, text: &str, known: impl Fn(&str) -> bool) -> Self {
        let (Some(number), Some(column)) = (self.line, self.column) else { return self };
        let line = text.lines().nth(number as usize - 1).unwrap_or_default();
        let Some((left, right)) = line.split_once(['=', ':']) else { return self };
        let key = left.trim_start_matches([' ', '\t', '-', '{']).trim_end();
        let mut segments = key.split('.').map(|segment| segment.trim().trim_matches(['"', '\'']));
        let end = left.chars().count();
        let before: String = right.chars().take((column as usize).saturating_sub(end + 2)).collect();
        // Behind a comma another key may be meant.
        if key.is_empty() || !segments.all(known) || before.contains(',') {
            return self;
        }
        let separator = &line[left.len()..=left.len()];
        let excerpt = match column as usize <= end {
            true => Excerpt::of_line("", key, ""),
            false if separator == "=" => Excerpt::new(&format!("{key} = "), "***"),
            false => Excerpt::new(&format!("{key}: "), "***"),
        };
        self.with_excerpt(excerpt)
    }

    /// Line and column, as they follow on the name of a file.
    fn write_place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, ":{line}:{column}"),
            _ => Ok(()),
        }
    }

    /// The default of a field, by the names that it and its struct have in the program.
    pub(crate) fn default_of(section: &'static str, field: &'static str) -> Self {
        Self { declared: Some((section, field)), ..Self::new(OriginKind::Default) }
    }

    /// The origin of an override that is set there in the program.
    pub(crate) fn set_by(caller: &'static Location<'static>) -> Self {
        Self { caller: Some(caller), ..Self::new(OriginKind::Override) }
    }

    /// The place in the program that set an override; `None` for every other origin.
    #[must_use]
    pub fn caller(&self) -> Option<&'static Location<'static>> {
        self.caller
    }

    /// What may be shown of the line; `None` where the origin is no text, or nothing of it may be shown.
    pub(crate) fn excerpt(&self) -> Option<&Excerpt> {
        self.excerpt.as_deref()
    }

    /// What sort of place this is.
    #[must_use]
    pub fn kind(&self) -> &OriginKind {
        &self.kind
    }

    /// The file, as it was named to the builder; `None` where the origin is no file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.kind {
            OriginKind::File(path)
            | OriginKind::EnvironmentFile { file: path, .. }
            | OriginKind::VariableFile { file: path, .. } => Some(path),
            _ => None,
        }
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.line
    }

    /// The column, from 1, in characters.
    #[must_use]
    pub fn column(&self) -> Option<u32> {
        self.column
    }

    /// What the text is called that this is a place in.
    pub(crate) fn name(&self) -> String {
        match self.file() {
            Some(path) => path.display().to_string(),
            None => Self { line: None, column: None, is_last_good: false, ..self.clone() }.to_string(),
        }
    }

    /// The word that leads to the origin in a sentence: things are *at* a place in a text and *from* elsewhere.
    pub(crate) fn preposition(&self) -> &'static str {
        match self.kind {
            OriginKind::File(_) | OriginKind::Text(_) | OriginKind::VariableFile { .. } => "at",
            _ => "from",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)?;
        f.write_str(if self.is_last_good { " (last good)" } else { "" })
    }
}

impl Origin {
    /// The place as a person would look for it.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OriginKind::File(path) => write!(f, "{}", path.display())?,
            OriginKind::Text(name) | OriginKind::Source(name) => f.write_str(name)?,
            OriginKind::Environment(name) => write!(f, "{name} (environment)")?,
            OriginKind::EnvironmentFile { name, file } => {
                write!(f, "{name} ({}", file.display())?;
                self.write_place(f)?;
                return f.write_str(")");
            }
            OriginKind::VariableFile { name, file } => {
                write!(f, "{}", file.display())?;
                self.write_place(f)?;
                return write!(f, " (named by {name})");
            }
            OriginKind::Argument(key) => write!(f, "{key}=… (argument)")?,
            OriginKind::Override => match self.caller {
                Some(caller) => write!(f, "an override set at {caller}")?,
                None => f.write_str("an override set while running")?,
            },
            OriginKind::Default => match self.declared {
                Some((section, field)) => write!(f, "the default of `{section}::{field}`")?,
                None => f.write_str("the default")?,
            },
        }
        self.write_place(f)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
