//! Where in the world a value comes from.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Where a value, or a problem, comes from: a place in a file, an environment variable, an argument, an override,
/// a default.
///
/// `Display` is the place as a person would look for it: `config/production.yaml:3:9`,
/// `APP_SERVER_PORT (environment)`, `the default`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    kind: OriginKind,
    line: Option<u32>,
    column: Option<u32>,
    is_secret: bool,
}

/// What sort of place an [`Origin`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        Self { kind, line: None, column: None, is_secret: false }
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

    pub(crate) fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
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
            OriginKind::File(path) | OriginKind::EnvironmentFile { file: path, .. } => Some(path),
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

    /// The word that leads to the origin in a sentence: things are *at* a place in a text and *from* elsewhere.
    pub(crate) fn preposition(&self) -> &'static str {
        match self.kind {
            OriginKind::File(_) | OriginKind::Text(_) => "at",
            _ => "from",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OriginKind::File(path) => write!(f, "{}", path.display())?,
            OriginKind::Text(name) | OriginKind::Source(name) => f.write_str(name)?,
            OriginKind::Environment(name) => write!(f, "{name} (environment)")?,
            OriginKind::EnvironmentFile { name, file } => {
                let line = self.line.unwrap_or(1);
                return write!(f, "{name} ({}:{line})", file.display());
            }
            OriginKind::Argument(key) => write!(f, "{key}=… (argument)")?,
            OriginKind::Override => f.write_str("an override set while running")?,
            OriginKind::Default => f.write_str("the default")?,
        }
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        Ok(())
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
