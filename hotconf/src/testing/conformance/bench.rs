//! One backend on trial, and what was found wrong with its source.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::sample::{Contents, Sample, differences};
use super::{Conformance, Failure};
use crate::builder::Builder;
use crate::cell::HotConfig;
use crate::change::Subscription;
use crate::error::{Error, ProblemKind};
use crate::hot::Hot;
use crate::loader::panic_text;
use crate::origin::OriginKind;
use crate::reload::Outcome;
use crate::source::{Bell, Content, Reading, Request, Source, SourceError};
use crate::value::{IntoValue, Value};
use crate::watch::Watch;

/// More versions than this while one is waited for come of a source that never rests.
const MOST_VERSIONS: usize = 1000;

/// How long stores let changes settle: as with closed files, so that a suite with many changes is soon over.
const QUIET: Duration = Duration::from_millis(10);
const AT_MOST: Duration = Duration::from_secs(2);

/// What is read at most where nothing is said of it.
const MAX_SIZE: u64 = 16 << 20;

pub(super) struct Bench<'c, B> {
    suite: &'c Conformance<B>,
    pub(super) backend: B,
    faults: Vec<String>,
}

/// What a source said, to be compared.
pub(super) type Said = Result<Vec<(Option<OriginKind>, Content)>, String>;

impl<'c, B> Bench<'c, B> {
    pub(super) fn new(suite: &'c Conformance<B>) -> Self {
        Self { suite, backend: (suite.fresh)(), faults: Vec::new() }
    }

    pub(super) fn into_faults(self) -> Vec<String> {
        self.faults
    }

    pub(super) fn fault(&mut self, words: impl Into<String>) {
        let words = words.into();
        if !self.faults.contains(&words) {
            self.faults.push(words);
        }
    }

    pub(super) fn has_sources(&mut self) -> bool {
        !self.sources().is_empty()
    }

    pub(super) fn put(&mut self, contents: &Contents) {
        (self.suite.put)(&mut self.backend, contents);
    }

    pub(super) fn remove(&mut self) {
        if let Some(remove) = &self.suite.removal {
            remove(&mut self.backend);
        }
    }

    /// The ways to fail, by name.
    pub(super) fn failures(&self) -> impl Iterator<Item = (usize, &'c str)> + use<'c, B> {
        self.suite.failures.iter().map(|failure| failure.name.as_str()).enumerate()
    }

    pub(super) fn fail(&mut self, which: usize, planted: &str) {
        let Failure { fail, .. } = &self.suite.failures[which];
        fail(&mut self.backend, planted);
    }

    /// The same trial on a backend of its own; what is wrong is noted here.
    pub(super) fn anew(&mut self, keep: impl FnOnce(&mut Bench<'c, B>)) {
        let mut bench = Bench::new(self.suite);
        keep(&mut bench);
        bench.faults.into_iter().for_each(|words| self.fault(words));
    }

    /// Whether changes can be found at all.
    pub(super) fn is_fixed(&self) -> bool {
        self.suite.hearing == super::Hearing::Never
    }

    /// Whether changes are to be found without being asked for.
    pub(super) fn is_noticing(&self) -> bool {
        self.suite.hearing == super::Hearing::ByItself
    }

    /// The sources by themselves, without a store, ready to be asked.
    pub(super) fn connected(&mut self) -> Vec<Box<dyn Source>> {
        let mut sources = self.sources();
        sources.iter_mut().for_each(|source| source.connect(Bell::new(|| {})));
        sources
    }

    /// The sources by themselves, which are to be connected before they are asked.
    pub(super) fn sources(&mut self) -> Vec<Box<dyn Source>> {
        (self.suite.source)(&mut self.backend, Hot::builder()).into_sources()
    }

    /// Asks a source as a store does. A panic is a fault.
    pub(super) fn ask(&mut self, source: &mut Box<dyn Source>) -> Option<Said> {
        let request = Request { schema: Sample::schema(), below: &[], index: 0, max_size: MAX_SIZE };
        match catch_unwind(AssertUnwindSafe(|| source.read(&request))) {
            Ok(said) => Some(comparable(said)),
            Err(panic) => {
                self.fault(format!("`read` panicked: {}", panic_text(&*panic)));
                None
            }
        }
    }

    /// The builder of a store that has the source over a layer of its own.
    pub(super) fn builder(&mut self) -> Builder<Sample> {
        let builder = Hot::builder().settle(QUIET, AT_MOST).source(Below);
        (self.suite.source)(&mut self.backend, builder)
    }

    /// A store that looks at its sources when it is asked to.
    pub(super) fn build(&mut self) -> Result<Hot<Sample>, Error> {
        self.builder().watch(Watch::Off).build()
    }

    /// The same, where it is a fault if there is none.
    pub(super) fn started(&mut self) -> Option<Hot<Sample>> {
        let built = self.build();
        self.expect_started(built)
    }

    /// A store that hears of changes by itself.
    pub(super) fn started_live(&mut self) -> Option<Hot<Sample>> {
        let built = self.builder().build();
        self.expect_started(built)
    }

    fn expect_started(&mut self, built: Result<Hot<Sample>, Error>) -> Option<Hot<Sample>> {
        built.map_err(|error| self.fault(format!("no store can be built: {}", on_one_line(&error)))).ok()
    }

    /// Puts contents, and looks whether a store that is started then has them.
    pub(super) fn arrives(&mut self, contents: &Contents) {
        self.put(contents);
        match self.build() {
            Ok(cfg) => self.expect(&cfg, contents, "at the start"),
            Err(error) => {
                self.fault(format!("{contents} was put, and is refused: {}", on_one_line(&error)));
            }
        }
    }

    /// Looks whether the store has what was put, and what the layer below says of the rest.
    pub(super) fn expect(&mut self, cfg: &Hot<Sample>, contents: &Contents, when: &str) {
        for difference in Self::differences(cfg, contents) {
            self.fault(format!("{when}, {difference}"));
        }
    }

    fn differences(cfg: &Hot<Sample>, contents: &Contents) -> Vec<String> {
        differences(contents, &contents.over(&below()), &cfg.read(Sample::value))
    }

    /// Reloads, and looks whether the store has what was put.
    pub(super) fn expect_after_reload(&mut self, cfg: &Hot<Sample>, contents: &Contents, when: &str) {
        match cfg.reload() {
            Outcome::Rejected(error) => {
                self.fault(format!("{when}, a reload is refused: {}", on_one_line(&error)));
            }
            _ => self.expect(cfg, contents, when),
        }
    }

    /// Waits until the store has what was put, and tells whether it does.
    pub(super) fn expect_soon(
        &mut self,
        cfg: &Hot<Sample>,
        changes: &mut Subscription<Sample>,
        contents: &Contents,
        when: &str,
    ) -> bool {
        let deadline = self.suite.deadline;
        for _ in 0..MOST_VERSIONS {
            if Self::differences(cfg, contents).is_empty() {
                return true;
            }
            if changes.next_timeout(deadline).is_err() {
                self.explain_silence(cfg, contents, when);
                return false;
            }
        }
        self.fault(format!("{when}, the source makes version after version, and never rests"));
        false
    }

    /// Says why a store has not come to what was put: because it was not told, or because of what it found.
    fn explain_silence(&mut self, cfg: &Hot<Sample>, contents: &Contents, when: &str) {
        let deadline = self.suite.deadline;
        let is_refused = matches!(cfg.reload(), Outcome::Rejected(_));
        if !is_refused && Self::differences(cfg, contents).is_empty() {
            self.fault(format!(
                "{when}, {contents} is held, and nothing was heard of it within {deadline:?} although a reload finds it; \
                 the source has to ring its bell after the change, or to name the paths that change"
            ));
        } else {
            self.expect_after_reload(cfg, contents, when);
        }
    }

    /// Looks whether an error has words, and is no panic.
    pub(super) fn expect_good_words(&mut self, error: &Error, when: &str) {
        for problem in error.problems() {
            if problem.kind() == ProblemKind::Panic {
                self.fault(format!("{when}, {}; it has to return an error", problem.message()));
            } else if problem.message().trim().is_empty() {
                self.fault(format!("{when}, the error has no words"));
            }
        }
    }
}

/// The layer beneath the source.
pub(super) fn below() -> Contents {
    let inner = super::sample::map([("name", "below".into_value())]);
    let section = [("name", "below".into_value()), ("two_words", (-7).into_value()), ("inner", inner)];
    Contents::of([
        ("text", "below".into_value()),
        ("whole", (-7).into_value()),
        ("flag", true.into_value()),
        ("section", super::sample::map(section)),
        ("numbers", vec![-7].into_value()),
    ])
}

/// What [`below`] says, as a source.
struct Below;

impl Source for Below {
    fn name(&self) -> String {
        BELOW.to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        Ok(Reading::value(Value::clone(below().value())))
    }
}

/// What the layer beneath is called.
pub(super) const BELOW: &str = "the layer below";

fn comparable(said: Result<Reading, SourceError>) -> Said {
    match said {
        Ok(reading) => Ok(reading.parts.into_iter().map(|part| (part.kind, part.content)).collect()),
        Err(error) => Err(error.to_string()),
    }
}

/// What a source said, in a few words and without its values.
pub(super) fn in_words(said: &Said) -> String {
    let contents = match said {
        Ok(parts) => parts.iter().map(|(_, content)| content),
        Err(message) => return format!("the error {message:?}"),
    };
    let words: Vec<_> = contents
        .map(|content| match content {
            Content::Absent => "nothing".to_owned(),
            Content::Text { text, .. } => format!("a text of {} bytes", text.as_ref().map_or(0, String::len)),
            Content::Values(_) => "values".to_owned(),
            Content::Failed(failure) => match failure.problems.first() {
                Some(problem) => format!("the failure {:?}", problem.message()),
                None => "a failure".to_owned(),
            },
        })
        .collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

pub(super) fn on_one_line(error: &Error) -> String {
    let lines = error.to_string();
    lines.lines().skip(1).map(str::trim).collect::<Vec<_>>().join(" ")
}
