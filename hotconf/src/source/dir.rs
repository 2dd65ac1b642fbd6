//! A folder of configuration files, each a layer of its own.

use std::path::Path;

use super::folder::{Folder, Listing};
use super::reading::Part;
use super::{Content, File, Reading, Request, Source, SourceError, SourcePath, whole};
use crate::error::{Problem, ProblemKind};
use crate::format::Format;
use crate::origin::OriginKind;

/// The files of a folder, by name. It may be there or not.
pub(crate) struct Dir {
    folder: Folder,
    files: Vec<File>,
}

impl Dir {
    pub(crate) fn new(path: &Path) -> Self {
        Self { folder: Folder::new(path), files: Vec::new() }
    }
}

impl Source for Dir {
    fn name(&self) -> String {
        self.folder.shown.display().to_string()
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        self.files.clear();
        let names = match self.folder.list() {
            Listing::Names(names) => names,
            Listing::Missing => return Ok(Reading::of_parts(Vec::new())),
            Listing::Failed { message, patience } => {
                let problem = Problem::new(ProblemKind::UnreadableSource, message);
                let problem = problem.with_origin(whole(self.origin_kind()), request.index);
                return Ok(Reading::failed(problem, patience));
            }
        };
        let (mut parts, mut ignored) = (Vec::new(), Vec::new());
        for name in names {
            // What editors and packagers leave behind ends in something else, or begins with a dot.
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if is_hidden || Format::of(name.as_ref()).is_none() || self.folder.has_folder(&name) {
                ignored.push(name.to_string_lossy().into_owned());
                continue;
            }
            let mut file = File::within(&self.folder.shown.join(&name), self.folder.path.join(&name));
            let kind = file.origin_kind();
            let contents = file.read(request)?.parts.into_iter().map(|part| part.content);
            // A name that leads nowhere is as good as none.
            let there = contents.filter(|content| *content != Content::Absent);
            parts.extend(there.map(|content| Part { kind: Some(kind.clone()), content }));
            self.files.push(file);
        }
        Ok(Reading::of_parts(parts).with_ignored(ignored))
    }

    fn paths(&self) -> Vec<SourcePath> {
        let folder = SourcePath { path: self.folder.path.clone(), is_folder: true };
        // Links in it may lead elsewhere.
        std::iter::once(folder).chain(self.files.iter().flat_map(Source::paths)).collect()
    }

    fn is_current(&self) -> bool {
        self.folder.is_current() && self.files.iter().all(Source::is_current)
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::File(self.folder.shown.as_path().into())
    }
}
