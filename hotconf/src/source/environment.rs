//! Environment variables, their names worked out from the schema.
//!
//! For every key there is one name: the prefix and the key's segments in upper case, joined by `_`. Because the keys are
//! known, single underscores are never ambiguous. A variable is found by walking the schema with it, so that recursive
//! types, which have no end of names, work too. The layer is made once: the variables of a process do not change.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::{Target, explicit_names, find};
use super::reading::raw;
use super::{Patience, Reading, Request, Source, SourceError, SourcePath, read};
use crate::build::nearest;
use crate::error::{Problem, ProblemKind};
use crate::format::draft_of_json;
use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{Field, Schema, Shape};
use crate::tree::{Draft, DraftContent};
use crate::value::Value;

/// The variables of an environment, by name.
pub(crate) type Variables = Arc<BTreeMap<String, String>>;

/// The variables of this process, as they are now. Those that are not Unicode belong to no key, and are left out.
pub(crate) fn process_environment() -> Variables {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())));
    Arc::new(variables.collect())
}

/// The environment under one prefix.
pub(crate) struct Environment {
    pub(crate) prefix: String,
    pub(crate) variables: Variables,
    /// Whether a variable that belongs to no key is an error.
    pub(crate) is_strict: bool,
    /// The files that `NAME_FILE` variables point at.
    pub(crate) files: Vec<SourcePath>,
}

impl Source for Environment {
    fn name(&self) -> String {
        "environment".to_owned()
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        let mut layer = EnvironmentLayer {
            draft: Draft::default(),
            taken: BTreeMap::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            patience: Patience::None,
            files: Vec::new(),
            request: *request,
        };
        layer.report_ambiguous_names(&self.prefix);
        layer.take_prefixed(&self.prefix, &self.variables, self.is_strict);
        layer.take_explicit(request.schema, &mut Vec::new(), &self.variables, &mut Vec::new());
        layer.gather_items();
        self.files = layer.files;
        let reading = if layer.problems.is_empty() {
            Reading::draft(layer.draft)
        } else {
            Reading::all_failed(layer.problems, layer.patience)
        };
        Ok(reading.with_warnings(layer.warnings))
    }

    fn paths(&self) -> Vec<SourcePath> {
        self.files.clone()
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::Source("environment".into())
    }
}

struct EnvironmentLayer<'r> {
    draft: Draft,
    /// The keys that have a value, with the variable it is from.
    taken: BTreeMap<Vec<String>, String>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    patience: Patience,
    files: Vec<SourcePath>,
    request: Request<'r>,
}

impl EnvironmentLayer<'_> {
    /// Two keys that would share a name are refused, because nobody could say which one a variable means.
    fn report_ambiguous_names(&mut self, prefix: &str) {
        let mut names: BTreeMap<String, KeyPath> = BTreeMap::new();
        for field in self.request.schema.fields() {
            for name in field.env_names(prefix) {
                match names.get(&name) {
                    Some(other) if other != field.key() => {
                        let message = format!(
                            "shares the environment variable {name} with `{other}`; rename one of the keys, or the \
                             variable with `env = \"…\"`"
                        );
                        let problem = Problem::new(ProblemKind::AmbiguousVariable, message);
                        self.problems.push(
                            problem.with_key(field.key().clone()).with_origin(None, self.request.index),
                        );
                    }
                    _ => {
                        names.insert(name, field.key().clone());
                    }
                }
            }
        }
    }

    fn take_prefixed(&mut self, prefix: &str, variables: &BTreeMap<String, String>, is_strict: bool) {
        let start = match prefix.trim_end_matches('_') {
            "" => String::new(),
            prefix => format!("{prefix}_"),
        };
        let explicit = explicit_names(self.request.schema);
        for (name, text) in variables.range(start.clone()..).take_while(|(name, _)| name.starts_with(&start))
        {
            let Some(target) = find(self.request.schema, &name[start.len()..], self.request.below) else {
                // Without a prefix every variable of the machine would be a stranger.
                if !start.is_empty() && !explicit.contains(&name.as_str()) {
                    self.report_unknown(name, prefix, is_strict);
                }
                continue;
            };
            self.take(name, text, target);
        }
    }

    /// The names that fields declare themselves, for keys that the prefix has not set. The first that is there wins.
    fn take_explicit(
        &mut self,
        schema: &'static Schema,
        path: &mut Vec<String>,
        variables: &BTreeMap<String, String>,
        open: &mut Vec<*const Field>,
    ) {
        let fields = schema.own_fields();
        if open.contains(&fields.as_ptr()) {
            return;
        }
        open.push(fields.as_ptr());
        for field in fields {
            path.push(field.name.to_owned());
            let is_free = !self.taken.contains_key(path);
            let found = field.env.iter().find_map(|name| {
                let direct = variables.get(*name).map(|text| ((*name).to_owned(), text, false));
                direct.or_else(|| {
                    let file = format!("{name}_FILE");
                    variables.get(&file).map(|text| (file, text, true))
                })
            });
            if let (true, Some((name, text, is_file))) = (is_free, found) {
                self.take(&name, text, Target { path: path.clone(), shape: field.shape, is_file });
            }
            if let Some(section) = field.shape.section() {
                self.take_explicit(section, path, variables, open);
            }
            path.pop();
        }
        open.pop();
    }

    fn take(&mut self, name: &str, text: &str, target: Target) {
        if target.is_file && self.taken.contains_key(&target.path) {
            // A variable with the value itself wins, and sorts before the one that names a file.
            return;
        }
        let kind = OriginKind::Environment(name.into());
        let read;
        let text = if target.is_file {
            match self.read_file(text, &kind, &target) {
                Some(content) => {
                    read = content;
                    &read
                }
                None => return,
            }
        } else {
            text
        };
        match typed_draft(Some(target.shape), text, &kind) {
            Ok(draft) => {
                self.draft.insert(target.path.iter().map(String::as_str), draft);
                self.taken.insert(target.path, name.to_owned());
            }
            Err(message) => self.refuse(message, &target, kind),
        }
    }

    /// Turns what was set item by item into lists. The items must count from 0 without a gap, because a list from here
    /// replaces the list beneath it whole.
    fn gather_items(&mut self) {
        let paths: Vec<Vec<String>> = self.taken.keys().cloned().collect();
        for path in paths {
            for length in 1..path.len() {
                let (list, item) = (&path[..length], &path[length]);
                let is_list =
                    super::arguments::shape_at(self.request.schema, list.iter().map(String::as_str))
                        .is_some_and(|shape| shape.items().is_some());
                if is_list && item.parse::<usize>().is_ok() {
                    self.gather_list(list);
                }
            }
        }
    }

    fn gather_list(&mut self, path: &[String]) {
        let Some(draft) = self.draft.find_mut(path.iter().map(String::as_str)) else { return };
        let DraftContent::Map(items) = &mut draft.content else { return };
        let count = items.len();
        let mut gathered = Vec::with_capacity(count);
        for index in 0..count {
            gathered.extend(items.remove(&index.to_string()));
        }
        if gathered.len() == count {
            draft.content = DraftContent::List(gathered);
            return;
        }
        let message = "items of a list are numbered from 0 without a gap, each by its own variable";
        let problem = Problem::new(ProblemKind::WrongType, message).with_key(KeyPath::from_segments(path));
        self.problems.push(
            problem
                .with_origin(Some(Origin::new(OriginKind::Source("environment".into()))), self.request.index),
        );
    }

    fn refuse(&mut self, message: String, target: &Target, kind: OriginKind) {
        let problem =
            Problem::new(ProblemKind::WrongType, message).with_key(KeyPath::from_segments(&target.path));
        self.problems.push(problem.with_origin(Some(Origin::new(kind)), self.request.index));
    }

    /// The value in the file that a `NAME_FILE` variable names, without the newline that editors end files with.
    fn read_file(&mut self, path: &str, kind: &OriginKind, target: &Target) -> Option<String> {
        let file = SourcePath::file(path);
        let reading = read::read_file(&file.path, self.request.max_size);
        self.files.push(file);
        let (message, patience) = match reading {
            read::FileReading::Text(bytes, _) => match read::decode(bytes) {
                Ok(mut text) => {
                    if text.ends_with('\n') {
                        text.pop();
                        if text.ends_with('\r') {
                            text.pop();
                        }
                    }
                    return Some(text);
                }
                Err(fault) => (fault.to_string(), Patience::Truncated),
            },
            read::FileReading::Missing => ("the file does not exist".to_owned(), Patience::Missing),
            read::FileReading::Unstable => {
                ("the file keeps changing while it is read".to_owned(), Patience::Torn)
            }
            read::FileReading::Failed(fault) => (fault.to_string(), Patience::None),
        };
        self.patience = self.patience.max(patience);
        let message = format!("its value is to be read from {path:?}, and cannot be: {message}");
        let problem = Problem::new(ProblemKind::UnreadableSource, message);
        let problem = problem.with_key(KeyPath::from_segments(&target.path));
        self.problems.push(problem.with_origin(Some(Origin::new(kind.clone())), self.request.index));
        None
    }

    fn report_unknown(&mut self, name: &str, prefix: &str, is_strict: bool) {
        let names: Vec<String> = self
            .request
            .schema
            .fields()
            .flat_map(|field| field.env_names(prefix).into_iter().take(1))
            .collect();
        let problem = Problem::new(ProblemKind::UnknownVariable, format!("{name} belongs to no key"))
            .with_suggestion(nearest(name, names.iter().map(String::as_str)))
            .with_origin(Some(Origin::new(OriginKind::Environment(name.into()))), self.request.index);
        if is_strict {
            self.problems.push(problem);
        } else {
            self.warnings.push(problem);
        }
    }
}

/// The draft of a text for a field of this shape: a single value stays text until it is read by type, a list may be
/// separated by commas, and lists, maps and sections may be JSON.
pub(super) fn typed_draft(
    shape: Option<&'static Shape>,
    text: &str,
    kind: &OriginKind,
) -> Result<Draft, String> {
    let origin = Origin::new(kind.clone());
    let trimmed = text.trim();
    let Some(shape) = shape else { return Ok(raw(text, kind.clone())) };
    match shape.inner() {
        Shape::Leaf(leaf) if leaf.structured && trimmed.starts_with(['{', '[']) => {
            Ok(draft_of_json(trimmed, &origin).unwrap_or_else(|_| raw(text, kind.clone())))
        }
        Shape::Leaf(_) => Ok(raw(text, kind.clone())),
        Shape::List(_) | Shape::Tuple(_) if trimmed.starts_with('[') => draft_of_json(trimmed, &origin),
        list @ (Shape::List(_) | Shape::Tuple(_)) => {
            let mut items = list.items().into_iter().flatten();
            if items.any(|item| !matches!(item.inner(), Shape::Leaf(_))) {
                return Err("a list of sections is written as JSON here: [{\"name\": …}, …]".to_owned());
            }
            let items = trimmed.split(',').map(str::trim).filter(|item| !item.is_empty());
            let items = items.map(|item| raw(item, kind.clone())).collect();
            Ok(Draft::new(DraftContent::List(items), origin))
        }
        _ if trimmed.is_empty() => Ok(Draft::value(Value::Null, origin)),
        _ if trimmed.starts_with('{') => draft_of_json(trimmed, &origin),
        _ => {
            Err("a section or a map is written as JSON here, as in {\"name\": …}, or by its entries"
                .to_owned())
        }
    }
}
