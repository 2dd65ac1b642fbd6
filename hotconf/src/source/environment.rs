//! Environment variables, their names worked out from the schema.
//!
//! For every key there is one name: the prefix and the key's segments in upper case, joined by `_`. Because the keys are
//! known, single underscores are never ambiguous. A variable is found by walking the schema with it, so that recursive
//! types, which have no end of names, work too. The layer is made once: the variables of a process do not change.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::arguments::shape_at;
use super::meant::probably_meant;
use super::names::{Target, explicit_names, find};
use super::reading::Findings;
use super::typed::typed_draft;
use super::{Patience, Reading, Request, Source, SourceError, SourcePath, read};
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{Field, Schema};
use crate::tree::{Draft, DraftContent, Place};
use crate::value::Value;

/// The variables of an environment, by name; without a value where it is no Unicode text.
pub(crate) type Variables = Arc<BTreeMap<String, Option<String>>>;

/// The variables of this process, as they are now. Names that are not Unicode belong to no key, and are left out.
pub(crate) fn process_environment() -> Variables {
    let variables = std::env::vars_os();
    let named =
        variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok())));
    Arc::new(named.collect())
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
        let origin_of = |name: &str, _| Origin::new(OriginKind::Environment(name.into()));
        let mut layer = VariablesLayer::new(request, &origin_of);
        layer.report_ambiguous_names(&self.prefix);
        layer.take_prefixed(&self.prefix, &self.variables, self.is_strict);
        layer.take_explicit_names(&self.variables);
        let (reading, files) = layer.finish();
        self.files = files;
        Ok(reading)
    }

    fn paths(&self) -> Vec<SourcePath> {
        self.files.clone()
    }

    fn is_of_this_start(&self) -> bool {
        true
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::Source("environment".into())
    }
}

/// The layer of some variables, in the making.
pub(super) struct VariablesLayer<'r> {
    found: Findings,
    /// The variable that sets each key.
    chosen: BTreeMap<Vec<String>, Chosen>,
    /// The keys that were set.
    filled: Vec<Vec<String>>,
    warnings: Vec<Problem>,
    files: Vec<SourcePath>,
    request: Request<'r>,
    /// Where a variable of this name is, or its value.
    origin_of: &'r dyn Fn(&str, Place) -> Origin,
}

/// A variable that was found to set a key.
struct Chosen {
    name: String,
    /// `None` for what is no text.
    text: Option<String>,
    target: Target,
}

impl<'r> VariablesLayer<'r> {
    pub(super) fn new(request: &Request<'r>, origin_of: &'r dyn Fn(&str, Place) -> Origin) -> Self {
        Self {
            found: Findings::default(),
            chosen: BTreeMap::new(),
            filled: Vec::new(),
            warnings: Vec::new(),
            files: Vec::new(),
            request: *request,
            origin_of,
        }
    }

    /// What became of the variables, and the files that some of them name.
    pub(super) fn finish(mut self) -> (Reading, Vec<SourcePath>) {
        self.fill();
        self.gather_items();
        (self.found.into_reading().with_warnings(self.warnings), self.files)
    }

    /// The variables that fields name themselves.
    pub(super) fn take_explicit_names(&mut self, variables: &BTreeMap<String, Option<String>>) {
        self.take_explicit(self.request.schema, &mut Vec::new(), variables, &mut Vec::new());
    }

    /// Two keys that would share a name are refused, because nobody could say which one a variable means.
    pub(super) fn report_ambiguous_names(&mut self, prefix: &str) {
        if !self.request.schema.may_share_variables(prefix) {
            return;
        }
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
                        let problem = problem.with_key(field.key().clone());
                        self.found.refuse(
                            problem.with_origin(None, self.request.index),
                            field.key().clone(),
                            Patience::None,
                        );
                        self.found.lacks(other.clone());
                    }
                    _ => {
                        names.insert(name, field.key().clone());
                    }
                }
            }
        }
    }

    pub(super) fn take_prefixed(
        &mut self,
        prefix: &str,
        variables: &BTreeMap<String, Option<String>>,
        is_strict: bool,
    ) {
        let start = match prefix.trim_end_matches('_') {
            "" => String::new(),
            prefix => format!("{prefix}_"),
        };
        let explicit = explicit_names(self.request.schema);
        let is_explicit = |name: &String| {
            let own = name.strip_suffix("_FILE").unwrap_or(name);
            explicit.contains(&name.as_str()) || explicit.contains(&own)
        };
        for (name, text) in variables.range(start.clone()..).take_while(|(name, _)| name.starts_with(&start))
        {
            let Some(target) = find(self.request.schema, &name[start.len()..], self.request.below) else {
                // Without a prefix every variable of the machine would be a stranger.
                if !start.is_empty() && !is_explicit(name) {
                    self.report_unknown(name, &start, is_strict);
                }
                continue;
            };
            self.choose_prefixed(name, text.as_ref(), target, &start);
        }
        self.report_prefixes_in_another_case(&start, variables);
    }

    /// A variable that would set a key if its prefix were written in the right case does nothing, which is worth a word.
    fn report_prefixes_in_another_case(&mut self, start: &str, variables: &BTreeMap<String, Option<String>>) {
        for name in variables.keys() {
            let head = name.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start));
            if start.is_empty() || head.is_none_or(|head| head == start) {
                continue;
            }
            let rest = name[start.len()..].to_ascii_uppercase();
            let is_set = variables.contains_key(&format!("{start}{rest}"));
            if !is_set && find(self.request.schema, &rest, self.request.below).is_some() {
                self.report_unknown(name, start, false);
            }
        }
    }

    /// Takes a variable under a prefix. Another one under it may mean the same entry of a map, whose names ignore case.
    fn choose_prefixed(&mut self, name: &str, text: Option<&String>, target: Target, start: &str) {
        let other = self.chosen.get(&target.path).filter(|other| other.target.is_file == target.is_file);
        if let Some(other) = other.filter(|other| other.name.starts_with(start)) {
            let message = format!("is set by two variables, {} and {name}; keep one of them", other.name);
            self.refuse(ProblemKind::DuplicateKey, message, &target, (self.origin_of)(name, Place::Key));
            return;
        }
        self.choose(name, text, target);
    }

    /// The first variable that is found for a key is that of the strongest name: a prefixed name comes before explicit
    /// ones, and the value itself before the file that has it.
    fn choose(&mut self, name: &str, text: Option<&String>, target: Target) {
        self.chosen.entry(target.path.clone()).or_insert_with(|| Chosen {
            name: name.to_owned(),
            text: text.cloned(),
            target,
        });
    }

    /// Puts all values in, whole sections before single keys of theirs, whatever the names were.
    fn fill(&mut self) {
        let mut chosen: Vec<Chosen> = std::mem::take(&mut self.chosen).into_values().collect();
        chosen.sort_by_key(|chosen| chosen.target.path.len());
        for Chosen { name, text, target } in chosen {
            let path = target.path.clone();
            match text {
                Some(text) => self.take(&name, &text, target),
                None => {
                    let message = "the variable is not Unicode text, and cannot be read";
                    let origin = (self.origin_of)(&name, Place::Value);
                    self.refuse(ProblemKind::Encoding, message.to_owned(), &target, origin);
                }
            }
            self.filled.push(path);
        }
    }

    /// The names that fields declare themselves, for keys that the prefix has not set. The first that is there wins.
    fn take_explicit(
        &mut self,
        schema: &'static Schema,
        path: &mut Vec<String>,
        variables: &BTreeMap<String, Option<String>>,
        open: &mut Vec<*const Field>,
    ) {
        let fields = schema.own_fields();
        if open.contains(&fields.as_ptr()) {
            return;
        }
        open.push(fields.as_ptr());
        for field in fields {
            let section = field.shape.section();
            if field.env.is_empty() && section.is_none() {
                continue;
            }
            let depth = path.len();
            path.extend((!field.is_flat).then(|| field.name.to_owned()));
            let found = field.env.iter().find_map(|name| {
                let direct = variables.get(*name).map(|text| ((*name).to_owned(), text, false));
                direct.or_else(|| {
                    let file = format!("{name}_FILE");
                    variables.get(&file).map(|text| (file, text, true))
                })
            });
            if let Some((name, text, is_file)) = found {
                self.choose(&name, text.as_ref(), Target { path: path.clone(), shape: field.shape, is_file });
            }
            if let Some(section) = section {
                self.take_explicit(section, path, variables, open);
            }
            path.truncate(depth);
        }
        open.pop();
    }

    fn take(&mut self, name: &str, text: &str, target: Target) {
        let mut origin = (self.origin_of)(name, Place::Value);
        let read;
        let text = if target.is_file {
            match self.read_file(text, &origin, &target) {
                Some(content) => {
                    let (name, file) = (name.into(), Path::new(text).into());
                    origin = Origin::new(OriginKind::VariableFile { name, file });
                    read = content;
                    &read
                }
                None => return,
            }
        } else {
            text
        };
        match typed_draft(Some(target.shape), text, &origin) {
            Ok(draft) => {
                self.found.draft.insert(target.path.iter().map(String::as_str), draft);
            }
            Err(fault) => {
                let (message, origin) = match target.is_file {
                    true => fault.in_file(origin),
                    false => (fault.within_value(), origin),
                };
                self.refuse(ProblemKind::WrongType, message, &target, origin);
            }
        }
    }

    /// Turns what was set item by item into lists. The items must count from 0 without a gap, because a list from here
    /// replaces the list beneath it whole.
    fn gather_items(&mut self) {
        for path in std::mem::take(&mut self.filled) {
            let lists: Vec<_> = self.lists_on(&path).collect();
            for list in lists {
                self.gather_list(list);
            }
        }
    }

    /// The paths of the lists that a path leads through, the outermost first.
    fn lists_on<'p>(&self, path: &'p [String]) -> impl Iterator<Item = &'p [String]> + use<'p> {
        let schema = self.request.schema;
        (1..path.len()).filter_map(move |length| {
            let (list, item) = (&path[..length], &path[length]);
            let shape = shape_at(schema, list.iter().map(String::as_str))?;
            (shape.items().is_some() && item.parse::<usize>().is_ok()).then_some(list)
        })
    }

    fn gather_list(&mut self, path: &[String]) {
        let Some(draft) = self.found.draft.find_mut(path.iter().map(String::as_str)) else { return };
        let DraftContent::Map(items) = &mut draft.content else { return };
        let count = items.len();
        let mut gathered = Vec::with_capacity(count);
        for index in 0..count {
            let Some(mut item) = items.remove(&index.to_string()) else { break };
            item.origin = item.first_origin().cloned();
            gathered.push(item);
        }
        let behind = items.values().next().and_then(|item| item.first_origin().cloned());
        let missing = gathered.len();
        draft.origin = gathered.first().and_then(|item| item.origin.clone());
        draft.content = DraftContent::List(gathered);
        if missing < count {
            let message = format!(
                "item {missing} is missing; items of a list are numbered from 0 without a gap, each by its own variable"
            );
            let key = KeyPath::from_segments(path);
            let problem = Problem::new(ProblemKind::WrongType, message).with_key(key.clone());
            self.found.refuse(problem.with_origin(behind, self.request.index), key, Patience::None);
        }
    }

    /// Takes in what is wrong with a line that may have set any key.
    pub(super) fn refuse_line(&mut self, problem: Problem) {
        self.found.refuse(problem, KeyPath::default(), Patience::Broken);
    }

    fn refuse(&mut self, kind: ProblemKind, message: String, target: &Target, origin: Origin) {
        self.refuse_for_now(Problem::new(kind, message), target, origin, Patience::None);
    }

    /// Takes in a problem with the value of a key, which may be gone in a moment.
    fn refuse_for_now(&mut self, problem: Problem, target: &Target, origin: Origin, patience: Patience) {
        let key = KeyPath::from_segments(&target.path);
        let problem = problem.with_key(key.clone()).with_origin(Some(origin.clone()), self.request.index);
        self.found.refuse(problem, key, patience);
        if self.lists_on(&target.path).next().is_some() {
            // The items behind it keep their numbers.
            let nothing = Draft::value(Value::Null, origin);
            self.found.draft.insert(target.path.iter().map(String::as_str), nothing);
        }
    }

    /// The value in the file that a `NAME_FILE` variable names, without the newline that editors end files with.
    fn read_file(&mut self, path: &str, origin: &Origin, target: &Target) -> Option<String> {
        let file = SourcePath::file(path);
        let reading = read::read_file(&file.path, self.request.max_size);
        self.files.push(file);
        let (message, patience) = match reading {
            read::FileReading::Text(bytes, _) => match read::decode(bytes) {
                Ok(text) => return Some(read::without_last_newline(text)),
                Err(fault) => (fault.to_string(), Patience::Truncated),
            },
            read::FileReading::Missing => ("the file does not exist".to_owned(), Patience::Missing),
            read::FileReading::Unstable => {
                ("the file keeps changing while it is read".to_owned(), Patience::Torn)
            }
            read::FileReading::Failed(fault) => (fault.to_string(), Patience::None),
        };
        let message = format!("its value is to be read from {path:?}, and cannot be: {message}");
        let problem = Problem::new(ProblemKind::UnreadableSource, message);
        self.refuse_for_now(problem, target, origin.clone(), patience);
        None
    }

    fn report_unknown(&mut self, name: &str, start: &str, is_strict: bool) {
        let Request { schema, below, index, .. } = self.request;
        let problem = Problem::new(ProblemKind::UnknownVariable, format!("{name} belongs to no key"))
            .with_suggestion(probably_meant(schema, name, start, below))
            .with_origin(Some((self.origin_of)(name, Place::Key)), index);
        if is_strict {
            self.found.note(problem);
        } else {
            self.warnings.push(problem);
        }
    }
}
