//! A file of variables, `.env` by convention: matched as those of the environment are, and re-read when it changes.

use std::collections::BTreeMap;
use std::path::Path;

use super::dotenv::{self, Assignment, Fault};
use super::environment::{Variables, VariablesLayer};
use super::{File, Patience, Reading, Request, Source, SourceError, SourcePath};
use crate::error::{Problem, ProblemKind};
use crate::origin::{Origin, OriginKind};
use crate::tree::Place;

/// A file of `NAME=VALUE` lines, which may be there or not.
pub(crate) struct EnvFile {
    file: File,
    /// The prefixes of the store's environment, each with whether it is strict; none means bare names.
    prefixes: Vec<(String, bool)>,
    /// The files that `NAME_FILE` variables point at.
    value_files: Vec<SourcePath>,
    had_variables: bool,
}

impl EnvFile {
    pub(crate) fn new(path: &Path, prefixes: Vec<(String, bool)>) -> Self {
        Self { file: File::new(path, None, false), prefixes, value_files: Vec::new(), had_variables: false }
    }

    /// The layer of these variables.
    fn layer(&mut self, assignments: Vec<Assignment>, faults: Vec<Fault>, request: &Request<'_>) -> Reading {
        let mut places = BTreeMap::new();
        let mut variables = BTreeMap::new();
        for Assignment { name, value, line, column, value_at } in assignments {
            places.insert(name.clone(), ((line, column), value_at));
            variables.insert(name, Some(value));
        }
        let variables = Variables::new(variables);
        let OriginKind::File(file) = self.origin_kind() else { return Reading::absent() };
        let origin_of = |name: &str, place| {
            let origin = Origin::new(OriginKind::EnvironmentFile { name: name.into(), file: file.clone() });
            let (name_at, value_at) = places.get(name).copied().unwrap_or(((1, 1), (1, 1)));
            let (line, column) = if place == Place::Key { name_at } else { value_at };
            origin.at(line, column)
        };
        let mut layer = VariablesLayer::new(request, &origin_of);
        for Fault { message, line, column } in faults {
            let origin = Origin::new(self.origin_kind()).at(line, column);
            let problem = Problem::new(ProblemKind::Syntax, message).with_origin(Some(origin), request.index);
            layer.refuse_line(problem);
        }
        if self.prefixes.is_empty() {
            layer.report_ambiguous_names("");
            layer.take_prefixed("", &variables, false);
        }
        for (prefix, is_strict) in &self.prefixes {
            layer.take_prefixed(prefix, &variables, *is_strict);
        }
        layer.take_explicit_names(&variables);
        let (reading, files) = layer.finish();
        self.value_files = files;
        reading
    }
}

impl Source for EnvFile {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        self.value_files.clear();
        let text = match self.file.read_text(request) {
            Ok(text) => text,
            Err(reading) => return Ok(reading),
        };
        if text.trim().is_empty() && self.had_variables {
            let message = "the file had variables and is now empty; to take all away leave a comment in it";
            let origin = Origin::new(self.origin_kind()).at(1, 1);
            let problem = Problem::new(ProblemKind::EmptySource, message);
            let problem = problem.with_origin(Some(origin), request.index);
            return Ok(Reading::failed(problem, Patience::Truncated));
        }
        let dotenv::Lines { assignments, faults } = dotenv::parse(&text);
        if faults.is_empty() {
            self.had_variables = !assignments.is_empty();
        }
        Ok(self.layer(assignments, faults, request))
    }

    fn paths(&self) -> Vec<SourcePath> {
        self.file.paths().into_iter().chain(self.value_files.iter().cloned()).collect()
    }

    fn is_current(&self) -> bool {
        self.file.is_current()
    }

    fn origin_kind(&self) -> OriginKind {
        self.file.origin_kind()
    }
}
