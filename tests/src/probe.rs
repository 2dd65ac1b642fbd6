//! A source that a test has in its hands.

use std::fmt;

use hotconf::{Bell, Reading, Request, Source, SourceError, SourcePath};

type Read = dyn FnMut() -> Result<Reading, SourceError> + Send;

/// A source that runs a closure whenever it is read. As sources are read in their order, the closure stands between
/// those before it and those after it: what it does happens in the middle of a look.
pub struct Probe {
    name: String,
    read: Box<Read>,
    paths: Vec<SourcePath>,
    connect: Option<Box<dyn FnOnce(Bell) + Send>>,
    check: Option<Box<dyn Fn() + Send>>,
}

impl Probe {
    /// A source that says what the closure says.
    pub fn new(
        name: impl Into<String>,
        read: impl FnMut() -> Result<Reading, SourceError> + Send + 'static,
    ) -> Self {
        Self { name: name.into(), read: Box::new(read), paths: Vec::new(), connect: None, check: None }
    }

    /// A source that says nothing, and runs the closure.
    pub fn silent(mut run: impl FnMut() + Send + 'static) -> Self {
        Self::new("probe", move || {
            run();
            Ok(Reading::absent())
        })
    }

    /// Hands the bell of the store over.
    #[must_use]
    pub fn with_bell(mut self, take: impl FnOnce(Bell) + Send + 'static) -> Self {
        self.connect = Some(Box::new(take));
        self
    }

    /// Runs the closure whenever the source is asked whether what it said still holds. By then all sources have been read,
    /// and those before it have been asked the same.
    #[must_use]
    pub fn with_check(mut self, run: impl Fn() + Send + 'static) -> Self {
        self.check = Some(Box::new(run));
        self
    }

    /// Names a path that is to be watched.
    #[must_use]
    pub fn with_path(mut self, path: SourcePath) -> Self {
        self.paths.push(path);
        self
    }
}

impl Source for Probe {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        (self.read)()
    }

    fn paths(&self) -> Vec<SourcePath> {
        self.paths.clone()
    }

    fn connect(&mut self, bell: Bell) {
        if let Some(take) = self.connect.take() {
            take(bell);
        }
    }

    fn is_current(&self) -> bool {
        if let Some(check) = &self.check {
            check();
        }
        true
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("name", &self.name).finish_non_exhaustive()
    }
}
