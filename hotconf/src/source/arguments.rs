//! `KEY=VALUE` arguments, as from a command line.

use super::names::find_key;
use super::reading::Findings;
use super::typed::typed_draft;
use super::{Patience, Reading, Request, Source, SourceError};
use crate::error::{Problem, ProblemKind};
use crate::key::{DEEPEST, KeyPath};
use crate::origin::{Origin, OriginKind};
use crate::schema::{Schema, Shape};

/// `KEY=VALUE` texts: dotted keys, values read by the field's type as those of variables are.
pub(crate) struct Arguments {
    pub(crate) arguments: Vec<String>,
}

impl Source for Arguments {
    fn name(&self) -> String {
        "arguments".to_owned()
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        let mut found = Findings::default();
        for (number, argument) in (1..).zip(&self.arguments) {
            let Some((key, text)) = key_and_value(argument).filter(|(key, _)| !key.trim().is_empty()) else {
                // Not the argument itself: it may be a password that has lost its key.
                let message = format!(
                    "argument {number} has no `KEY=` in front of its value; write it as in `server.port=9000`"
                );
                found.refuse(self.refused(ProblemKind::Syntax, message, request), anything(), Patience::None);
                continue;
            };
            let path = KeyPath::parse(key.trim());
            if path.is_too_deep() {
                let message = format!("the key of argument {number} has more than {DEEPEST} segments");
                found.note(self.refused(ProblemKind::Limit, message, request));
                continue;
            }
            let segments: Vec<_> = path.segments().collect();
            let origin = Origin::new(OriginKind::Argument(key.trim().into()));
            let shape = shape_at(request.schema, segments.iter().map(AsRef::as_ref));
            match typed_draft(shape, text, &origin) {
                Ok(value) => found.draft.insert(segments.iter().map(AsRef::as_ref), value),
                Err(fault) => {
                    let own = find_key(request.schema, key.trim());
                    let lacking = own.map_or_else(anything, |own| KeyPath::from_segments(own.path));
                    let problem = Problem::new(ProblemKind::WrongType, fault.within_value()).with_key(path);
                    let problem = problem.with_origin(Some(origin), request.index);
                    found.refuse(problem, lacking, Patience::None);
                }
            }
        }
        Ok(found.into_reading())
    }

    fn is_of_this_start(&self) -> bool {
        true
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::Source("arguments".into())
    }
}

impl Arguments {
    fn refused(&self, kind: ProblemKind, message: String, request: &Request<'_>) -> Problem {
        let origin = Origin::new(self.origin_kind());
        Problem::new(kind, message).with_origin(Some(origin), request.index)
    }
}

/// What an argument may set whose key is not known.
fn anything() -> KeyPath {
    KeyPath::default()
}

/// The two sides of the first `=` that stands in no quoted segment of the key.
fn key_and_value(argument: &str) -> Option<(&str, &str)> {
    let (mut is_quoted, mut is_escaped, mut begins_segment) = (false, false, true);
    let equals = argument.trim_start().bytes().position(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_quoted,
            b'"' if is_quoted || begins_segment => is_quoted = !is_quoted,
            _ => {}
        }
        begins_segment = byte == b'.';
        byte == b'=' && !is_quoted
    })?;
    let (key, value) = argument.split_at(argument.len() - argument.trim_start().len() + equals);
    Some((key, &value[1..]))
}

/// What the schema expects at a path; `None` for a path that it does not know.
pub(super) fn shape_at<'s>(
    schema: &'static Schema,
    path: impl Iterator<Item = &'s str>,
) -> Option<&'static Shape> {
    let mut here: Option<&'static Shape> = None;
    for segment in path {
        let shape = match here {
            None => schema.member(segment)?.shape,
            Some(shape) => shape.beneath(segment)?,
        };
        here = Some(shape);
    }
    here
}
