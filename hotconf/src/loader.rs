//! Ordered sources to a checked configuration, or everything that is wrong with them.
//!
//! The loader keeps what each source said last and the layer made of it. A look reads every source; only a source that
//! says something else is parsed again, and the layers of the others are shared with the configuration before.

mod voice;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::build::{Build, ConfigValue, Input};
use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::explain::places;
use crate::key::{DEEPEST, KeyPath};
use crate::origin::{Origin, OriginKind};
use crate::schema::Schema;
use crate::source::{Content, Failure, Patience, Reading, Request, Source, SourcePath};
use crate::tree::{Layer, Stack};
use voice::Voice;

/// The sources of one store, the lowest first.
pub(crate) struct Loader {
    slots: Vec<Slot>,
    max_size: u64,
    /// What had keys before this program was started.
    had_keys: Vec<OriginKind>,
    /// Counts what sources say anew.
    revisions: u64,
}

struct Slot {
    source: Box<dyn Source>,
    name: String,
    kind: OriginKind,
    /// Whether what it says is kept for no other start of the program.
    is_of_this_start: bool,
    /// What it reads, as it said after the last reading.
    paths: Vec<SourcePath>,
    /// What it said when it panicked before it could be read; it stays refused.
    fault: Option<String>,
    /// One for a source that is one layer; for a folder one for each of its files.
    voices: Vec<Voice>,
    /// Those that are silent since the configuration that is in place.
    away: Vec<Voice>,
    warnings: Vec<Problem>,
    ignored: Vec<String>,
}

/// What a text may be, and what may be shown of it.
#[derive(Clone, Copy)]
struct Limits<'l> {
    max_size: u64,
    /// What is not empty on purpose.
    had_keys: &'l [OriginKind],
    /// What says whether there are secrets in it.
    schema: &'static Schema,
}

/// What all sources said at one look.
pub(crate) struct Look {
    pub(crate) layers: Vec<Arc<Layer>>,
    /// What could not be read or parsed.
    pub(crate) failure: Option<Failures>,
    pub(crate) warnings: Vec<Problem>,
    /// Which saying of each source this is: equal for equal contents.
    pub(crate) revisions: Vec<u64>,
    /// Whether a source changed while the others were read.
    pub(crate) is_torn: bool,
    /// Whether an optional file that has keys in place is away; it may be about to be put back.
    pub(crate) is_without_a_file: bool,
    /// Whether it is what the sources say, and not what somebody goes back to or sets above them.
    pub(crate) is_of_sources: bool,
}

/// Everything that could not be read or parsed at one look.
pub(crate) struct Failures {
    pub(crate) problems: Vec<Problem>,
    /// The most that any of it deserves.
    patience: Patience,
    /// The keys that may stand in it.
    pub(crate) lacking: Vec<KeyPath>,
}

/// How a source did at the last look, for the status.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SourceState {
    pub(crate) name: String,
    pub(crate) is_present: bool,
    pub(crate) has_failed: bool,
    pub(crate) ignored: Vec<String>,
}

/// A configuration that was built and checked.
pub(crate) struct Built<T> {
    pub(crate) value: T,
    pub(crate) warnings: Vec<Problem>,
}

impl Loader {
    pub(crate) fn new(sources: Vec<Box<dyn Source>>, max_size: u64) -> Self {
        let slots = sources.into_iter().map(|source| {
            let asked = || (source.name(), source.origin_kind(), source.is_of_this_start(), source.paths());
            let (named, fault) = match catch_unwind(AssertUnwindSafe(asked)) {
                Ok(named) => (named, None),
                Err(panic) => {
                    let name = "a source";
                    let kind = OriginKind::Source(name.into());
                    ((name.to_owned(), kind, false, Vec::new()), Some(panic_text(&*panic).to_owned()))
                }
            };
            let (name, kind, is_of_this_start, paths) = named;
            Slot {
                source,
                name,
                kind,
                is_of_this_start,
                paths,
                fault,
                voices: Vec::new(),
                away: Vec::new(),
                warnings: Vec::new(),
                ignored: Vec::new(),
            }
        });
        Self { slots: slots.collect(), max_size, had_keys: Vec::new(), revisions: 0 }
    }

    /// Notes what had keys at an earlier start, so that an empty text is not taken for one without keys.
    pub(crate) fn remember(&mut self, had_keys: Vec<OriginKind>) {
        self.had_keys = had_keys;
    }

    /// Hands every source the bell that it may ring.
    pub(crate) fn connect(&mut self, bell: &crate::source::Bell) {
        for slot in &mut self.slots {
            let connected = catch_unwind(AssertUnwindSafe(|| slot.source.connect(bell.clone())));
            slot.fault = slot.fault.take().or(connected.err().map(|panic| panic_text(&*panic).to_owned()));
        }
    }

    /// The files and folders that matter now.
    pub(crate) fn paths(&self) -> Vec<SourcePath> {
        self.slots.iter().flat_map(|slot| slot.paths.iter().cloned()).collect()
    }

    /// What messages call the source with this number.
    pub(crate) fn source_name(&self, index: usize) -> &str {
        self.slots.get(index).map_or("", |slot| &slot.name)
    }

    pub(crate) fn states(&self) -> Vec<SourceState> {
        let states = self.slots.iter().map(|slot| {
            let mut outcomes = slot.voices.iter().filter_map(Voice::outcome);
            SourceState {
                name: slot.name.clone(),
                is_present: outcomes.clone().any(|outcome| matches!(outcome, Ok(Some(_)))),
                has_failed: outcomes.any(Result::is_err),
                ignored: slot.ignored.clone(),
            }
        });
        states.collect()
    }

    /// Asks every source what it says now.
    pub(crate) fn look<T: HotConfig>(&mut self) -> Look {
        let mut look = Look { is_of_sources: true, ..Look::of_nothing() };
        for index in 0..self.slots.len() {
            let request =
                Request { schema: T::schema(), below: &look.layers, index, max_size: self.max_size };
            let slot = &mut self.slots[index];
            let reading = slot.ask(&request);
            let limits = Limits { max_size: self.max_size, schema: T::schema(), had_keys: &self.had_keys };
            slot.hear(reading, index, limits, &mut self.revisions);
            look.warnings.extend(slot.warnings.iter().cloned());
            for voice in &slot.voices {
                look.add(voice);
            }
            look.is_without_a_file |= !slot.away.is_empty();
        }
        let is_current = |slot: &Slot| catch_unwind(AssertUnwindSafe(|| slot.source.is_current()));
        look.is_torn = self.slots.iter().any(|slot| !is_current(slot).unwrap_or(true));
        look
    }

    /// The names of the sources, and whether each belongs to this start of the program.
    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = (&str, bool)> {
        self.slots.iter().map(|slot| (slot.name.as_str(), slot.is_of_this_start))
    }

    /// What could be read of one source at the last look.
    pub(crate) fn rest(&self, index: usize) -> Vec<Arc<Layer>> {
        let mut look = Look::of_nothing();
        self.slots[index].voices.iter().for_each(|voice| look.add(voice));
        look.layers
    }

    /// Asks one source what it says over these layers, which are not those of the last look. What it said then stays what
    /// it said last. `None` where it cannot say.
    pub(crate) fn read_over<T: HotConfig>(
        &mut self,
        index: usize,
        below: &[Arc<Layer>],
    ) -> Option<Vec<Arc<Layer>>> {
        let request = Request { schema: T::schema(), below, index, max_size: self.max_size };
        let slot = &mut self.slots[index];
        let mut look = Look::of_nothing();
        for part in slot.ask(&request).parts {
            let mut voice = Voice::new(part.kind.unwrap_or_else(|| slot.kind.clone()), false);
            voice.hear(part.content, index, T::schema(), &mut 0);
            look.add(&voice);
        }
        look.failure.is_none().then_some(look.layers)
    }

    /// Notes that the last look is in place now.
    pub(crate) fn applied(&mut self) {
        self.had_keys.clear();
        for slot in &mut self.slots {
            slot.away.clear();
            slot.voices.iter_mut().for_each(Voice::applied);
        }
    }

    /// Notes that the last look was refused.
    pub(crate) fn refused(&mut self) {
        self.slots.iter_mut().flat_map(|slot| &mut slot.voices).for_each(Voice::refused);
    }
}

impl Look {
    /// A look at no source at all.
    pub(crate) fn of_nothing() -> Self {
        Self {
            layers: Vec::new(),
            failure: None,
            warnings: Vec::new(),
            revisions: Vec::new(),
            is_torn: false,
            is_without_a_file: false,
            is_of_sources: false,
        }
    }

    /// The most patience that anything in it deserves; `None` where nothing is amiss.
    pub(crate) fn patience(&self) -> Option<Patience> {
        let torn = self.is_torn.then_some(Patience::Torn);
        let missing = self.is_without_a_file.then_some(Patience::Missing);
        let failure = self.failure.as_ref().map(|failure| failure.patience);
        [torn, missing, failure].into_iter().flatten().max()
    }

    /// Whether a source was changing while it was read.
    pub(crate) fn is_unstable(&self) -> bool {
        self.is_torn || self.failure.as_ref().is_some_and(|failure| failure.patience == Patience::Torn)
    }

    fn add(&mut self, voice: &Voice) {
        self.is_without_a_file |= voice.is_a_file_that_went();
        self.revisions.extend(voice.revision());
        let Some(outcome) = voice.outcome() else { return };
        match outcome {
            Ok(layer) => self.layers.extend(layer.clone()),
            Err(broken) => {
                // Nothing of this look is put in place, so what is left of a broken layer may stand among the others.
                self.layers.extend(broken.rest.clone());
                let none = Failures { problems: Vec::new(), patience: Patience::None, lacking: Vec::new() };
                let all = self.failure.get_or_insert(none);
                all.problems.extend(broken.problems.iter().cloned());
                all.patience = all.patience.max(broken.patience);
                all.lacking.extend(broken.lacking.iter().cloned());
            }
        }
    }
}

impl Slot {
    fn ask(&mut self, request: &Request<'_>) -> Reading {
        let source = &mut self.source;
        let asked = || {
            let reading = source.read(request);
            (reading, source.paths())
        };
        let panicked =
            |words: &str| Problem::new(ProblemKind::Panic, format!("the source panicked: {words}"));
        let problem = match (&self.fault, catch_unwind(AssertUnwindSafe(asked))) {
            (Some(words), _) => panicked(words),
            (None, Err(panic)) => panicked(panic_text(&*panic)),
            (None, Ok((reading, paths))) => {
                self.paths = paths;
                match reading {
                    Ok(reading) => return reading,
                    Err(error) => Problem::new(ProblemKind::UnreadableSource, error.message()),
                }
            }
        };
        let origin = Origin::new(self.kind.clone());
        Reading::failed(problem.with_origin(Some(origin), request.index), Patience::None)
    }

    /// Takes what the source says now: each part by its own voice, in the order of the parts. A voice that is not in it
    /// is remembered as long as the configuration in place has keys from it.
    fn hear(&mut self, reading: Reading, index: usize, limits: Limits<'_>, revisions: &mut u64) {
        let Limits { max_size, had_keys, schema } = limits;
        (self.warnings, self.ignored) = (reading.warnings, reading.ignored);
        let mut before = std::mem::take(&mut self.voices);
        for part in reading.parts {
            let kind = part.kind.unwrap_or_else(|| self.kind.clone());
            let known = before.iter().position(|voice| voice.kind == kind);
            let mut voice = match known {
                Some(known) => before.swap_remove(known),
                None => Voice::new(kind.clone(), had_keys.contains(&kind)),
            };
            let content = match part.content {
                Content::Text { text: Some(text), .. } if text.len() as u64 > max_size => {
                    let problem = too_large(text.len(), max_size);
                    let problem = problem.with_origin(Some(Origin::new(voice.kind.clone())), index);
                    Content::Failed(Failure::of_all(vec![problem], Patience::None))
                }
                other => other,
            };
            voice.hear(content, index, schema, revisions);
            self.voices.push(voice);
        }
        self.away = before.into_iter().chain(self.away.drain(..)).filter(|voice| voice.had_keys).collect();
    }
}

/// Whether every key of the type is one field's, whatever the sources say.
pub(crate) fn check_schema(schema: &'static Schema) -> Result<(), Error> {
    let mut problems = Vec::new();
    schema.visit_all(&mut |section, path| {
        let mut tell = |kind, name, message| {
            let key = KeyPath::from_segments(path.iter().copied().chain([name]));
            problems.push(Problem::new(kind, message).with_key(key));
        };
        for name in section.shared_names() {
            let message = format!(
                "is the name of two fields, for one is flattened into `{}`; rename one of them",
                section.name()
            );
            tell(ProblemKind::AmbiguousKey, name, message);
        }
        for (name, key) in section.unkeyed_lists() {
            let message = format!(
                "cannot be merged by `{key}`, which is no field of its items that is one value of each"
            );
            tell(ProblemKind::Misuse, name, message);
        }
    });
    if problems.is_empty() { Ok(()) } else { Err(Error::new(problems)) }
}

/// Builds and checks the configuration that these layers are.
pub(crate) fn build<T: HotConfig>(stack: &Stack) -> Result<Built<T>, Error> {
    let (value, problems, warnings) = attempt::<T>(stack, &[]);
    match value {
        Some(value) if problems.is_empty() => Ok(Built { value, warnings }),
        _ if problems.is_empty() => {
            let message = "the configuration could not be built, and no reason was given";
            Err(Problem::new(ProblemKind::Misuse, message).into())
        }
        _ => Err(Error::new(problems)),
    }
}

/// What is wrong with the layers that could be read, where others could not. `lacking` are the keys that may stand in
/// those: nothing is held against their absence.
pub(crate) fn problems_of_rest<T: HotConfig>(stack: &Stack, lacking: &[KeyPath]) -> Vec<Problem> {
    let (_, problems, _) = attempt::<T>(stack, lacking);
    problems
}

/// The value, the problems and the warnings.
fn attempt<T: HotConfig>(stack: &Stack, lacking: &[KeyPath]) -> (Option<T>, Vec<Problem>, Vec<Problem>) {
    let mut build = Build::new(stack, T::schema()).without(lacking);
    let built = catch_unwind(AssertUnwindSafe(|| <T as ConfigValue>::build(Input::root(stack), &mut build)));
    let value = built.unwrap_or_else(|panic| {
        build.panicked(panic_text(&*panic));
        None
    });
    let (mut problems, warnings) = build.into_findings();
    problems.iter_mut().for_each(|problem| note_other_places(T::schema(), stack, problem));
    (value, problems, warnings)
}

/// Says of a bad value which other layers set it: taking it away would uncover one of these.
fn note_other_places(schema: &'static Schema, stack: &Stack, problem: &mut Problem) {
    let is_about_a_value = matches!(
        problem.kind(),
        ProblemKind::WrongType
            | ProblemKind::OutOfRange
            | ProblemKind::UnknownVariant
            | ProblemKind::NoVariant
            | ProblemKind::InvalidValue
            | ProblemKind::Rule
    );
    if let (true, Some(key)) = (is_about_a_value && stack.len() > 1, problem.key()) {
        let mut places = places(schema, stack, key);
        places.retain(|place| Some(place) != problem.origin());
        problem.set_also(places);
    }
}

/// The text without the byte order mark that some editors put in front.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The problem of a text that did not come from a file, whose size nobody has looked at.
fn too_large(size: usize, max_size: u64) -> Problem {
    let message =
        format!("the text has {size} bytes, more than the limit of {max_size}; raise `max_file_size`");
    Problem::new(ProblemKind::Limit, message)
}

/// The problem of values that are nested deeper than anything is walked.
pub(crate) fn too_deep() -> Problem {
    Problem::new(ProblemKind::Limit, format!("nested deeper than {DEEPEST} levels"))
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
