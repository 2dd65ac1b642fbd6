//! One configuration file, which must exist or may come and go.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::{self, FileReading, Stamp};
use super::{Patience, Reading, Request, Source, SourceError, SourcePath, whole};
use crate::error::{Problem, ProblemKind};
use crate::format::Format;
use crate::origin::{Origin, OriginKind};

/// A file that is a layer.
pub(crate) struct File {
    /// As the builder was given it: this is what messages show.
    shown: Arc<Path>,
    path: PathBuf,
    format: Option<Format>,
    is_required: bool,
    stamp: Option<Stamp>,
}

impl File {
    /// The file at `path`, its format by its extension where none is given.
    pub(crate) fn new(path: &Path, format: Option<Format>, is_required: bool) -> Self {
        Self {
            shown: path.into(),
            path: super::absolute(path.to_owned()),
            format: format.or_else(|| Format::of(path)),
            is_required,
            stamp: None,
        }
    }

    /// The file at the absolute `path`, called `shown`, which may be there or not.
    pub(super) fn within(shown: &Path, path: PathBuf) -> Self {
        Self { shown: shown.into(), format: Format::of(&path), path, is_required: false, stamp: None }
    }

    /// The text in the file, or what there is to be said instead.
    pub(super) fn read_text(&mut self, request: &Request<'_>) -> Result<String, Reading> {
        let index = request.index;
        self.stamp = None;
        match read::read_file(&self.path, request.max_size) {
            FileReading::Missing if self.is_required => {
                let message = "the file does not exist; create it, or name it with `optional_file`";
                let problem = self.problem(ProblemKind::MissingSource, message.to_owned(), index);
                Err(Reading::failed(problem, Patience::Missing))
            }
            FileReading::Missing => Err(Reading::absent()),
            FileReading::Unstable => {
                let message =
                    "the file keeps changing while it is read; write it aside and rename it into place";
                let problem = self.problem(ProblemKind::UnreadableSource, message.to_owned(), index);
                Err(Reading::failed(problem, Patience::Torn))
            }
            FileReading::Failed(fault) => {
                let kind = match fault {
                    read::ReadFault::TooLarge { .. } => ProblemKind::Limit,
                    _ => ProblemKind::UnreadableSource,
                };
                let patience = if fault.is_transient() { Patience::Torn } else { Patience::None };
                Err(Reading::failed(self.problem(kind, fault.to_string(), index), patience))
            }
            FileReading::Text(bytes, stamp) => {
                self.stamp = Some(stamp);
                match read::decode(bytes) {
                    Ok(text) => Ok(text),
                    Err(fault) => {
                        let origin = Origin::new(self.origin_kind());
                        let origin = match fault.position() {
                            Some((line, column)) => origin.at(line, column),
                            None => origin,
                        };
                        let problem = Problem::new(ProblemKind::Encoding, fault.to_string());
                        Err(Reading::failed(problem.with_origin(Some(origin), index), Patience::Truncated))
                    }
                }
            }
        }
    }

    fn problem(&self, kind: ProblemKind, message: String, index: usize) -> Problem {
        Problem::new(kind, message).with_origin(whole(self.origin_kind()), index)
    }
}

impl Source for File {
    fn name(&self) -> String {
        self.shown.display().to_string()
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        let index = request.index;
        let Some(format) = self.format else {
            let message = "the format cannot be told from the name; end it in .toml, .yaml or .json, or say the \
                           format with `file_as`";
            let problem = self.problem(ProblemKind::UnreadableSource, message.to_owned(), index);
            return Ok(Reading::failed(problem, Patience::None));
        };
        Ok(self.read_text(request).map_or_else(|reading| reading, |text| Reading::text(format, text)))
    }

    fn paths(&self) -> Vec<SourcePath> {
        vec![SourcePath { path: self.path.clone(), is_folder: false }]
    }

    fn is_current(&self) -> bool {
        match &self.stamp {
            Some(stamp) => read::stamp(&self.path).as_ref() == Some(stamp),
            None => true,
        }
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::File(self.shown.clone())
    }
}
