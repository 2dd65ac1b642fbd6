//! Ordered sources to a checked configuration, or everything that is wrong with them.
//!
//! The loader keeps what each source said last and the layer made of it. A look reads every source; only a source that
//! says something else is parsed again, and the layers of the others are shared with the configuration before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::build::{Build, ConfigValue, Input};
use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::format;
use crate::key::DEEPEST;
use crate::origin::{Origin, OriginKind};
use crate::source::{Content, Failure, Patience, Reading, Request, Source, SourcePath};
use crate::tree::{Draft, DraftContent, Layer, LayerName, Stack};
use crate::value::Value;

/// The sources of one store, the lowest first.
pub(crate) struct Loader {
    slots: Vec<Slot>,
    max_size: u64,
    /// Counts what sources say anew.
    revisions: u64,
}

struct Slot {
    source: Box<dyn Source>,
    name: String,
    kind: OriginKind,
    /// What it reads, as it said after the last reading.
    paths: Vec<SourcePath>,
    /// What it said when it panicked before it could be read; it stays refused.
    fault: Option<String>,
    last: Option<Said>,
    /// What it said when the whole was refused, if it has said something else since.
    refused: Option<Said>,
    /// Whether the layer of the configuration that is in place has keys.
    had_keys: bool,
}

/// What a source said at the last look.
struct Said {
    content: Content,
    outcome: Result<Option<Arc<Layer>>, Failure>,
    warnings: Vec<Problem>,
    revision: u64,
    /// Whether the whole that it belongs to was refused.
    is_refused: bool,
}

/// What all sources said at one look.
pub(crate) struct Look {
    pub(crate) layers: Vec<Arc<Layer>>,
    /// What could not be read or parsed, and the most patience that any of it deserves.
    pub(crate) failure: Option<Failure>,
    pub(crate) warnings: Vec<Problem>,
    /// Which saying of each source this is: equal for equal contents.
    pub(crate) revisions: Vec<u64>,
    /// Whether a source changed while the others were read.
    pub(crate) is_torn: bool,
    /// Whether an optional file that has keys in place is away; it may be about to be put back.
    pub(crate) is_without_a_file: bool,
}

/// How a source did at the last look, for the status.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SourceState {
    pub(crate) name: String,
    pub(crate) is_present: bool,
    pub(crate) has_failed: bool,
}

/// A configuration that was built and checked.
pub(crate) struct Built<T> {
    pub(crate) value: T,
    pub(crate) warnings: Vec<Problem>,
}

impl Loader {
    pub(crate) fn new(sources: Vec<Box<dyn Source>>, max_size: u64) -> Self {
        let slots = sources.into_iter().map(|source| {
            let asked = || (source.name(), source.origin_kind(), source.paths());
            let (named, fault) = match catch_unwind(AssertUnwindSafe(asked)) {
                Ok(named) => (named, None),
                Err(panic) => {
                    let name = "a source";
                    let kind = OriginKind::Source(name.into());
                    ((name.to_owned(), kind, Vec::new()), Some(panic_text(&*panic).to_owned()))
                }
            };
            let (name, kind, paths) = named;
            Slot { source, name, kind, paths, fault, last: None, refused: None, had_keys: false }
        });
        Self { slots: slots.collect(), max_size, revisions: 0 }
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

    pub(crate) fn states(&self) -> Vec<SourceState> {
        let states = self.slots.iter().map(|slot| {
            let outcome = slot.last.as_ref().map(|said| &said.outcome);
            SourceState {
                name: slot.name.clone(),
                is_present: matches!(outcome, Some(Ok(Some(_)))),
                has_failed: matches!(outcome, Some(Err(_))),
            }
        });
        states.collect()
    }

    /// Asks every source what it says now.
    pub(crate) fn look<T: HotConfig>(&mut self) -> Look {
        let mut look = Look::of_nothing();
        for index in 0..self.slots.len() {
            let request =
                Request { schema: T::schema(), below: &look.layers, index, max_size: self.max_size };
            let slot = &mut self.slots[index];
            let reading = slot.ask(&request);
            slot.hear(reading, index, &mut self.revisions);
            if let Some(said) = &slot.last {
                look.add(said);
                look.is_without_a_file |= slot.had_keys && slot.is_file() && matches!(said.outcome, Ok(None));
            }
        }
        let is_current = |slot: &Slot| catch_unwind(AssertUnwindSafe(|| slot.source.is_current()));
        look.is_torn = self.slots.iter().any(|slot| !is_current(slot).unwrap_or(true));
        look
    }

    /// Notes that the last look is in place now.
    pub(crate) fn applied(&mut self) {
        for slot in &mut self.slots {
            let outcome = slot.last.as_ref().map(|said| &said.outcome);
            slot.had_keys = matches!(outcome, Some(Ok(Some(layer))) if !layer.is_empty());
            slot.refused = None;
            if let Some(last) = &mut slot.last {
                last.is_refused = false;
            }
        }
    }

    /// Notes that the last look was refused.
    pub(crate) fn refused(&mut self) {
        for last in self.slots.iter_mut().filter_map(|slot| slot.last.as_mut()) {
            last.is_refused = true;
        }
    }
}

impl Said {
    /// Whether the source says the same again. A text that became a layer is kept there, and not twice.
    fn is_repeated_by(&self, content: &Content) -> bool {
        match (&self.content, content, &self.outcome) {
            (Content::Text { format, text: None }, Content::Text { format: same, text }, Ok(Some(layer))) => {
                format == same && text.as_deref().map(without_mark) == Some(layer.text())
            }
            (mine, theirs, _) => mine == theirs,
        }
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

    fn add(&mut self, said: &Said) {
        self.warnings.extend(said.warnings.iter().cloned());
        self.revisions.push(said.revision);
        match &said.outcome {
            Ok(layer) => self.layers.extend(layer.clone()),
            Err(failure) => {
                let whole =
                    self.failure.get_or_insert(Failure { problems: Vec::new(), patience: Patience::None });
                whole.problems.extend(failure.problems.iter().cloned());
                whole.patience = whole.patience.max(failure.patience);
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

    fn is_file(&self) -> bool {
        matches!(self.kind, OriginKind::File(_))
    }

    /// Takes what the source says now. Something that was refused is known again when it comes back after something
    /// else, such as the empty file in the middle of a save.
    fn hear(&mut self, reading: Reading, index: usize, revisions: &mut u64) {
        let is_known =
            |said: &Option<Said>| said.as_ref().is_some_and(|said| said.is_repeated_by(&reading.content));
        if is_known(&self.refused) && !is_known(&self.last) {
            std::mem::swap(&mut self.last, &mut self.refused);
        }
        match &mut self.last {
            Some(last) if last.is_repeated_by(&reading.content) => last.warnings = reading.warnings,
            _ => {
                *revisions += 1;
                let said = self.take(reading, index, *revisions);
                let before = self.last.replace(said);
                self.refused = before.filter(|before| before.is_refused).or(self.refused.take());
            }
        }
    }

    /// Makes the layer of what the source says anew.
    fn take(&self, reading: Reading, index: usize, revision: u64) -> Said {
        let mut content = reading.content;
        let outcome = match &mut content {
            Content::Absent => Ok(None),
            Content::Failed(failure) => Err(failure.clone()),
            Content::Values(draft) => self.layer_of_values(draft, index),
            Content::Text { format, text } => match text.as_deref().map(without_mark) {
                None => Ok(None),
                Some(blank) if blank.trim().is_empty() => self.blank(index),
                Some(written) => match format::parse(self.layer_name(), *format, written, index) {
                    Ok(layer) => {
                        *text = None;
                        Ok(Some(Arc::new(layer.with_index(index))))
                    }
                    Err(problems) => Err(Failure { problems, patience: Patience::Broken }),
                },
            },
        };
        Said { content, outcome, warnings: reading.warnings, revision, is_refused: false }
    }

    /// A text of nothing but white space. One that had keys before was truncated, more likely than emptied.
    fn blank(&self, index: usize) -> Result<Option<Arc<Layer>>, Failure> {
        if !self.had_keys {
            return Ok(Some(Arc::new(
                Layer::from_draft(self.layer_name(), &Draft::default()).with_index(index),
            )));
        }
        let message =
            "the file had keys and is now empty; to take all keys away leave a comment in it, or `{}`";
        let problem = Problem::new(ProblemKind::EmptySource, message);
        let problem = problem.with_origin(Some(Origin::new(self.kind.clone()).at(1, 1)), index);
        Err(Failure { problems: vec![problem], patience: Patience::Truncated })
    }

    fn layer_of_values(&self, draft: &Draft, index: usize) -> Result<Option<Arc<Layer>>, Failure> {
        if !matches!(draft.content, DraftContent::Map(_) | DraftContent::Value(Value::Map(_) | Value::Null)) {
            let problem =
                Problem::new(ProblemKind::WrongType, "the source gives one value, and not a map of keys");
            let problem = problem.with_origin(Some(Origin::new(self.kind.clone())), index);
            return Err(Failure { problems: vec![problem], patience: Patience::None });
        }
        if draft.is_deeper_than(DEEPEST) {
            let problem = too_deep().with_origin(Some(Origin::new(self.kind.clone())), index);
            return Err(Failure { problems: vec![problem], patience: Patience::None });
        }
        Ok(Some(Arc::new(Layer::from_draft(self.layer_name(), draft).with_index(index))))
    }

    fn layer_name(&self) -> LayerName {
        match &self.kind {
            OriginKind::File(path) => LayerName::File(path.clone()),
            OriginKind::Text(name) => LayerName::Text(name.clone()),
            other => LayerName::Other(other.clone()),
        }
    }
}

/// Builds and checks the configuration that these layers are.
pub(crate) fn build<T: HotConfig>(stack: &Stack) -> Result<Built<T>, Error> {
    let mut build = Build::new(stack);
    let built = catch_unwind(AssertUnwindSafe(|| <T as ConfigValue>::build(Input::root(stack), &mut build)));
    let value = match built {
        Ok(value) => value,
        Err(panic) => return Err(build.panicked(panic_text(&*panic)).into()),
    };
    let (problems, warnings) = build.into_findings();
    match value {
        Some(value) if problems.is_empty() => Ok(Built { value, warnings }),
        _ if problems.is_empty() => {
            let message = "the configuration could not be built, and no reason was given";
            Err(Problem::new(ProblemKind::Misuse, message).into())
        }
        _ => Err(Error::new(problems)),
    }
}

/// The text without the byte order mark that some editors put in front.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
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
