//! What speaks in a source, and what it said last: the source itself, or one of a folder's files.

use std::sync::Arc;

use super::{too_deep, without_mark};
use crate::error::{Problem, ProblemKind};
use crate::format;
use crate::key::{DEEPEST, KeyPath};
use crate::origin::{Origin, OriginKind};
use crate::schema::Schema;
use crate::source::{Content, Failure, Patience};
use crate::tree::{Draft, DraftContent, Layer, LayerName};
use crate::value::Value;

/// What becomes one layer, with its memory.
pub(super) struct Voice {
    pub(super) kind: OriginKind,
    last: Option<Said>,
    /// What it said when the whole was refused, if it has said something else since.
    refused: Option<Said>,
    /// Whether the layer of the last good configuration has keys.
    pub(super) had_keys: bool,
}

/// What a voice said at the last look.
struct Said {
    content: Content,
    outcome: Outcome,
    revision: u64,
    /// Whether the whole that it belongs to was refused.
    is_refused: bool,
}

type Outcome = Result<Option<Arc<Layer>>, Broken>;

/// What could not be read, and what of it could.
pub(super) struct Broken {
    pub(super) problems: Vec<Problem>,
    pub(super) patience: Patience,
    /// The keys that may stand in what could not be read.
    pub(super) lacking: Vec<KeyPath>,
    pub(super) rest: Option<Arc<Layer>>,
}

impl Broken {
    /// Nothing of it can be read.
    fn of_all(problems: Vec<Problem>, patience: Patience) -> Self {
        Self { problems, patience, lacking: vec![KeyPath::default()], rest: None }
    }
}

impl Voice {
    pub(super) fn new(kind: OriginKind, had_keys: bool) -> Self {
        Self { kind, last: None, refused: None, had_keys }
    }

    /// The layer that came of what it said last.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.last.as_ref().map(|said| &said.outcome)
    }

    /// Which saying that was.
    pub(super) fn revision(&self) -> Option<u64> {
        self.last.as_ref().map(|said| said.revision)
    }

    /// Whether it is a file that has keys in place, and is away.
    pub(super) fn is_a_file_that_went(&self) -> bool {
        self.had_keys && matches!(self.kind, OriginKind::File(_)) && matches!(self.outcome(), Some(Ok(None)))
    }

    /// Notes that what it said last is in place now.
    pub(super) fn applied(&mut self) {
        self.had_keys = matches!(self.outcome(), Some(Ok(Some(layer))) if !layer.is_empty());
        self.refused = None;
        if let Some(last) = &mut self.last {
            last.is_refused = false;
        }
    }

    /// Notes that the whole that it belongs to was refused.
    pub(super) fn refused(&mut self) {
        if let Some(last) = &mut self.last {
            last.is_refused = true;
        }
    }

    /// Takes what it says now. Something that was refused is known again when it comes back after something else, such
    /// as the empty file in the middle of a save.
    pub(super) fn hear(
        &mut self,
        content: Content,
        index: usize,
        schema: &'static Schema,
        revisions: &mut u64,
    ) {
        let is_known = |said: &Option<Said>| said.as_ref().is_some_and(|said| said.is_repeated_by(&content));
        if is_known(&self.last) {
            return;
        }
        if is_known(&self.refused) {
            std::mem::swap(&mut self.last, &mut self.refused);
            return;
        }
        *revisions += 1;
        let said = self.take(content, index, schema, *revisions);
        let before = self.last.replace(said);
        self.refused = before.filter(|before| before.is_refused).or(self.refused.take());
    }

    /// Makes the layer of what the source says anew.
    fn take(&self, mut content: Content, index: usize, schema: &'static Schema, revision: u64) -> Said {
        let outcome = match &mut content {
            Content::Absent => Ok(None),
            Content::Failed(failure) => Err(self.layer_of_rest(failure, index)),
            Content::Values(draft) => self.layer_of_values(draft, index),
            Content::Text { format, text } => match text.as_deref().map(without_mark) {
                None => Ok(None),
                Some(blank) if blank.trim().is_empty() => self.blank(index),
                Some(written) => match format::parse(self.layer_name(), *format, written, index) {
                    Ok(layer) => {
                        *text = None;
                        Ok(Some(Arc::new(layer.with_index(index))))
                    }
                    Err(problems) => {
                        // Of a text that is not read nobody knows where its secrets stand.
                        let has_secret = schema.has_secret();
                        let problems = problems.into_iter().map(|problem| match has_secret {
                            true => problem.at_key_of(written, |name| schema.has_name(name)),
                            false => problem.in_line_of(written),
                        });
                        Err(Broken::of_all(problems.collect(), Patience::Broken))
                    }
                },
            },
        };
        Said { content, outcome, revision, is_refused: false }
    }

    /// A text of nothing but white space. One that had keys before was truncated, more likely than emptied.
    fn blank(&self, index: usize) -> Outcome {
        if !self.had_keys {
            return Ok(Some(Arc::new(
                Layer::from_draft(self.layer_name(), &Draft::default()).with_index(index),
            )));
        }
        let message =
            "the file had keys and is now empty; to take all keys away leave a comment in it, or `{}`";
        let problem = Problem::new(ProblemKind::EmptySource, message);
        let problem = problem.with_origin(Some(Origin::new(self.kind.clone()).at(1, 1)), index);
        Err(Broken::of_all(vec![problem], Patience::Truncated))
    }

    /// What is wrong with a source of which not all could be read, and the layer of what could.
    fn layer_of_rest(&self, failure: &Failure, index: usize) -> Broken {
        let Failure { problems, patience, rest, lacking } = failure.clone();
        let mut broken = Broken { problems, patience, lacking, rest: None };
        if !rest.is_empty_map() {
            match self.layer_of_values(&rest, index) {
                Ok(layer) => broken.rest = layer,
                Err(worse) => {
                    broken.problems.extend(worse.problems);
                    broken.lacking = worse.lacking;
                }
            }
        }
        broken
    }

    fn layer_of_values(&self, draft: &Draft, index: usize) -> Outcome {
        if !matches!(draft.content, DraftContent::Map(_) | DraftContent::Value(Value::Map(_) | Value::Null)) {
            let problem =
                Problem::new(ProblemKind::WrongType, "the source gives one value, and not a map of keys");
            let problem = problem.with_origin(Some(Origin::new(self.kind.clone())), index);
            return Err(Broken::of_all(vec![problem], Patience::None));
        }
        if draft.is_deeper_than(DEEPEST) {
            let problem = too_deep().with_origin(Some(Origin::new(self.kind.clone())), index);
            return Err(Broken::of_all(vec![problem], Patience::None));
        }
        // A key that is missing is to be written into a text, and not where values are from.
        let name = LayerName::Other(self.kind.clone());
        Ok(Some(Arc::new(Layer::from_draft(name, draft).with_index(index))))
    }

    fn layer_name(&self) -> LayerName {
        match &self.kind {
            OriginKind::File(path) => LayerName::File(path.clone()),
            OriginKind::Text(name) => LayerName::Text(name.clone()),
            other => LayerName::Other(other.clone()),
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
