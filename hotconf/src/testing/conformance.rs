//! The promises that every [`Source`](crate::Source) keeps, as a suite that any source can be put through.
//!
//! The suite is handed the source and a few grips on its backend, which is whatever the source reads: a server, a table,
//! a file. It has the backend say many things, fail, and heal, builds stores over it, and tells every promise that is
//! broken, with what the source did. hotconf's own sources pass it.
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::{Arc, Mutex};
//!
//! use hotconf::testing::conformance::Conformance;
//! use hotconf::{Bell, Reading, Request, Source, SourceError, Value};
//!
//! /// A shelf that holds values, and tells who reads it when they change.
//! #[derive(Clone, Default)]
//! struct Shelf(Arc<Mutex<State>>);
//!
//! #[derive(Default)]
//! struct State {
//!     values: Option<Value>,
//!     is_locked: bool,
//!     bell: Option<Bell>,
//! }
//!
//! impl Shelf {
//!     fn change(&self, change: impl FnOnce(&mut State)) {
//!         let bell = {
//!             let mut state = self.0.lock().unwrap();
//!             change(&mut state);
//!             state.bell.clone()
//!         };
//!         bell.inspect(Bell::ring);
//!     }
//! }
//!
//! /// The source under test.
//! struct ShelfSource(Shelf);
//!
//! impl Source for ShelfSource {
//!     fn name(&self) -> String {
//!         "the shelf".to_owned()
//!     }
//!
//!     fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
//!         let state = self.0.0.lock().unwrap();
//!         match &state.values {
//!             _ if state.is_locked => Err(SourceError::new("the shelf is locked")),
//!             Some(values) => Ok(Reading::value(values.clone())),
//!             None => Ok(Reading::absent()),
//!         }
//!     }
//!
//!     fn connect(&mut self, bell: Bell) {
//!         self.0.0.lock().unwrap().bell = Some(bell);
//!     }
//! }
//!
//! let put = |shelf: &mut Shelf, values: Option<Value>| {
//!     shelf.change(|state| (state.values, state.is_locked) = (values, false));
//! };
//! // In a test.
//! Conformance::new(
//!     Shelf::default,
//!     |shelf, builder| builder.source(ShelfSource(shelf.clone())),
//!     move |shelf, contents| put(shelf, Some(contents.value().clone())),
//! )
//! .removal(move |shelf| put(shelf, None))
//! .failure("it is locked", |shelf, _| shelf.change(|state| state.is_locked = true))
//! .check();
//! ```
//!
//! | promise | what is looked for |
//! |---|---|
//! | `name` | it is not blank, one line, and stays the same |
//! | `level` | asked again without a change, the source says the same again, and nothing else |
//! | `again` | so it does when the thread of a store asks |
//! | `texts`, `long texts` | a text arrives as it was put: `00123`, `true`, an empty one, several lines, quotes, any script |
//! | `whole numbers`, `fractions`, `booleans` | arrive as they were put, to the last digit |
//! | `types` | the text `"8080"` is no number, and the number 8080 no text |
//! | `sections`, `keys` | nested values find their places; keys may have dots, dashes, capitals, spaces |
//! | `lists`, `lists of maps`, `empty` | in their order and whole; an empty one is not absent |
//! | `nulls` | an explicit null discards what lower layers say |
//! | `silence` | what the backend does not hold is left to the lower layers |
//! | `origins` | a value is told to be from the source |
//! | `change`, `forgetting` | a reload finds what is held now, and nothing that was held before |
//! | `notice`, `burst` | a change is found without being asked for, and many at once end at the last |
//! | `removal` | a backend that holds nothing is a layer less, and no error |
//! | `failure`, `start` | one that fails refuses the load with the same words each time; then it heals |
//! | `recovery` | so it does without being asked |
//! | `secrets` | no error shows what the backend holds |
//! | `depth`, `size` | what is nested too deep, or is too large, is an error and no panic |
//! | `paths`, `bell` | the same paths where nothing changed; no ringing while being read |
//! | `end` | a change after the end of the store does no harm |
//!
//! What the backend cannot hold, or the source is not made for, is said with [`without`](Conformance::without),
//! [`only_on_reload`](Conformance::only_on_reload) and [`fixed`](Conformance::fixed); the promises that this leaves out
//! are in the [`Report`].

mod bench;
mod changing;
mod failing;
mod manners;
mod report;
mod sample;
mod saying;

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::builder::Builder;
use crate::loader::panic_text;
use bench::Bench;

pub use report::{Fault, Report};
pub use sample::{Contents, Sample};

/// How long a change may take to be noticed where nothing is said.
const DEADLINE: Duration = Duration::from_secs(10);

type AddSource<B> = dyn Fn(&mut B, Builder<Sample>) -> Builder<Sample>;
type Put<B> = dyn Fn(&mut B, &Contents);
type Remove<B> = dyn Fn(&mut B);
type Fail<B> = dyn Fn(&mut B, &str);

/// A source, and the grips on its backend, to be put through the promises of the [module](self).
///
/// `B` is the backend with all that the test has to keep for it. Each promise gets a fresh one.
#[must_use = "nothing is tried before `check`"]
pub struct Conformance<B> {
    fresh: Box<dyn Fn() -> B>,
    source: Box<AddSource<B>>,
    put: Box<Put<B>>,
    removal: Option<Box<Remove<B>>>,
    failures: Vec<Failure<B>>,
    left_out: Vec<Kind>,
    hearing: Hearing,
    is_size_kept: bool,
    deadline: Duration,
}

/// A way in which the backend can fail.
struct Failure<B> {
    name: String,
    fail: Box<Fail<B>>,
}

/// How a source learns of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    ByItself,
    OnReload,
    Never,
}

/// A kind of content that not every backend can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Numbers and booleans that are told from texts. A source without them gives texts that the type of the field reads,
    /// as variables are read.
    Types,
    /// Texts of 64 KiB.
    LongTexts,
    /// Names of map entries with dots, dashes, capitals, spaces, quotes and letters of any script.
    AnyKeys,
    /// Lists of single values.
    Lists,
    /// Lists of maps.
    ListsOfMaps,
    /// Empty lists and maps, told from absent ones.
    Empty,
    /// Explicit nulls.
    Nulls,
    /// Maps in maps to any depth.
    Depth,
}

/// What a promise takes to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Nothing,
    Kind(Kind),
    Removal,
    Failure,
    /// Changes are found by a reload at least.
    Changes,
    /// Changes are found without being asked for.
    Notice,
    /// A failure that comes while the store runs.
    FailureOnTheWay,
    Recovery,
    SizeLimit,
}

struct Promise<B: 'static> {
    name: &'static str,
    need: Need,
    keep: fn(&mut Bench<'_, B>),
}

impl<B> Conformance<B> {
    /// The suite for a source.
    ///
    /// `fresh` makes a backend that holds nothing. `source` adds the source that reads it to a builder; it is called
    /// more than once for a backend. `put` has the backend hold exactly these contents in place of what it held before,
    /// in one step if it can, and ends any failure; what there is to hear of, such as a bell, is as it would be in
    /// earnest.
    pub fn new(
        fresh: impl Fn() -> B + 'static,
        source: impl Fn(&mut B, Builder<Sample>) -> Builder<Sample> + 'static,
        put: impl Fn(&mut B, &Contents) + 'static,
    ) -> Self {
        Self {
            fresh: Box::new(fresh),
            source: Box::new(source),
            put: Box::new(put),
            removal: None,
            failures: Vec::new(),
            left_out: Vec::new(),
            hearing: Hearing::ByItself,
            is_size_kept: false,
            deadline: DEADLINE,
        }
    }

    /// How the backend comes to hold nothing at all, where the source has that for a layer that is absent: as an
    /// optional file that is taken away.
    pub fn removal(mut self, remove: impl Fn(&mut B) + 'static) -> Self {
        self.removal = Some(Box::new(remove));
        self
    }

    /// A way in which the backend fails, by what it is called in the report, until something is put again. It may be
    /// given several times. Where the failure has a text, such as a file with a mistake in it, `fail` plants the word
    /// that it is given there, which no error must show.
    pub fn failure(mut self, name: impl Into<String>, fail: impl Fn(&mut B, &str) + 'static) -> Self {
        self.failures.push(Failure { name: name.into(), fail: Box::new(fail) });
        self
    }

    /// Leaves out contents of this kind, which the backend cannot hold.
    pub fn without(mut self, kind: Kind) -> Self {
        self.left_out.push(kind);
        self
    }

    /// For a source that finds changes when it is asked, and has no bell and no paths to hear of them by.
    pub fn only_on_reload(mut self) -> Self {
        self.hearing = Hearing::OnReload;
        self
    }

    /// For a source that says all its life what it said at first, such as a text in the program.
    pub fn fixed(mut self) -> Self {
        self.hearing = Hearing::Never;
        self
    }

    /// For a source that keeps to the limit of [`Builder::max_file_size`].
    pub fn size_limit(mut self) -> Self {
        self.is_size_kept = true;
        self
    }

    /// How long a change may take to be noticed by itself; 10 s where nothing is said. A source that keeps its promises
    /// never takes so long.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Tries every promise.
    ///
    /// # Panics
    ///
    /// When the source breaks any; the message has all of them. When `source` adds no source.
    #[track_caller]
    pub fn check(&self)
    where
        B: 'static,
    {
        let report = self.run();
        assert!(report.faults().is_empty(), "{report}");
    }

    /// Tries every promise, and tells how it went.
    ///
    /// # Panics
    ///
    /// When `source` adds no source.
    #[must_use]
    #[track_caller]
    pub fn run(&self) -> Report
    where
        B: 'static,
    {
        assert!(Bench::new(self).has_sources(), "the suite was handed no source: `source` adds none");
        let mut report = Report::default();
        let promises = [manners::promises(), saying::promises(), changing::promises(), failing::promises()];
        for Promise { name, need, keep } in promises.into_iter().flatten() {
            if let Some(reason) = self.reason_against(need) {
                report.skip(name, reason);
                continue;
            }
            let faults = self.try_out(keep);
            report.note(name, faults);
        }
        report
    }

    /// Tries one promise on a fresh backend, and gives what is wrong, also where a panic ends the trial.
    fn try_out(&self, keep: fn(&mut Bench<'_, B>)) -> Vec<String> {
        let ended_by =
            |panic: Box<dyn Any + Send>| format!("a panic ended the trial: {}", panic_text(&*panic));
        let mut bench = match catch_unwind(AssertUnwindSafe(|| Bench::new(self))) {
            Ok(bench) => bench,
            Err(panic) => return vec![ended_by(panic)],
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| keep(&mut bench))) {
            bench.fault(ended_by(panic));
        }
        bench.into_faults()
    }

    /// Why a promise is not tried; `None` where it is.
    fn reason_against(&self, need: Need) -> Option<String> {
        let is_fixed = self.hearing == Hearing::Never;
        let reason = match need {
            Need::Kind(kind) if self.left_out.contains(&kind) => {
                return Some(format!("the backend does not hold {kind}"));
            }
            Need::Removal if self.removal.is_none() => "there is no way to remove the content",
            Need::Failure | Need::FailureOnTheWay | Need::Recovery if self.failures.is_empty() => {
                "there is no way to fail"
            }
            Need::Changes | Need::Removal | Need::FailureOnTheWay if is_fixed => "the source is fixed",
            Need::Notice | Need::Recovery if is_fixed => "the source is fixed",
            Need::Notice | Need::Recovery if self.hearing == Hearing::OnReload => {
                "changes are found on reload only"
            }
            Need::SizeLimit if !self.is_size_kept => "the source is not said to keep to a size",
            _ => return None,
        };
        Some(reason.to_owned())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Types => "numbers that are told from texts",
            Self::LongTexts => "long texts",
            Self::AnyKeys => "keys of any name",
            Self::Lists => "lists",
            Self::ListsOfMaps => "lists of maps",
            Self::Empty => "empty lists and maps",
            Self::Nulls => "nulls",
            Self::Depth => "maps of any depth",
        })
    }
}

impl<B> fmt::Debug for Conformance<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance")
            .field("hearing", &self.hearing)
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}
