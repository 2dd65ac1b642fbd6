//! [`Report`]: which promises were kept.

use std::fmt;

/// What came of the promises of one source.
///
/// `Display` is every fault, one line each with the promise in front.
#[derive(Debug, Clone, Default)]
pub struct Report {
    faults: Vec<Fault>,
    kept: Vec<&'static str>,
    skipped: Vec<(&'static str, String)>,
}

/// One way in which a promise was broken.
#[derive(Debug, Clone)]
pub struct Fault {
    promise: &'static str,
    message: String,
}

impl Report {
    pub(super) fn note(&mut self, promise: &'static str, faults: Vec<String>) {
        if faults.is_empty() {
            self.kept.push(promise);
        }
        self.faults.extend(faults.into_iter().map(|message| Fault { promise, message }));
    }

    pub(super) fn skip(&mut self, promise: &'static str, reason: String) {
        self.skipped.push((promise, reason));
    }

    /// Everything that was wrong, in the order of the promises. None where all were kept.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The promises that were broken, each once.
    #[must_use]
    pub fn broken(&self) -> Vec<&'static str> {
        let mut broken: Vec<_> = self.faults.iter().map(Fault::promise).collect();
        broken.dedup();
        broken
    }

    /// The promises that were kept.
    #[must_use]
    pub fn kept(&self) -> &[&'static str] {
        &self.kept
    }

    /// The promises that were not tried, each with the reason.
    #[must_use]
    pub fn skipped(&self) -> &[(&'static str, String)] {
        &self.skipped
    }
}

impl Fault {
    /// The promise, by its name in the list of the [module](super).
    #[must_use]
    pub fn promise(&self) -> &'static str {
        self.promise
    }

    /// What the source did, and what it should have done.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.message)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (broken, kept, skipped) = (self.broken().len(), self.kept.len(), self.skipped.len());
        write!(f, "{kept} promises kept, {broken} broken, {skipped} not tried")?;
        for fault in &self.faults {
            write!(f, "\n{fault}")?;
        }
        Ok(())
    }
}
