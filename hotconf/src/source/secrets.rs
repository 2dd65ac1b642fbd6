//! A folder of secrets, one file for each key: the convention of containers and of service managers.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::folder::{Folder, Listing};
use super::names::{self, Target};
use super::read::{self, FileReading, Stamp};
use super::reading::Findings;
use super::typed::typed_draft;
use super::{Patience, Reading, Request, Source, SourceError, SourcePath, whole};
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};

/// The files of a folder, each the value of the key that is its name. It may be there or not.
pub(crate) struct SecretsDir {
    folder: Folder,
    /// The files that were read, with their stamps where they could be.
    files: Vec<(PathBuf, Option<Stamp>)>,
}

impl SecretsDir {
    pub(crate) fn new(path: &Path) -> Self {
        Self { folder: Folder::new(path), files: Vec::new() }
    }

    fn origin_of(&self, name: &OsString) -> Origin {
        Origin::new(OriginKind::File(self.folder.shown.join(name).into())).secret()
    }

    /// The text in the file; `None` where the name leads nowhere.
    fn text(&mut self, name: &OsString, max_size: u64) -> Result<Option<String>, Unread> {
        let path = self.folder.path.join(name);
        let reading = read::read_file(&path, max_size);
        let stamp = match &reading {
            FileReading::Text(_, stamp) => Some(stamp.clone()),
            _ => None,
        };
        self.files.push((path, stamp));
        match reading {
            FileReading::Text(bytes, _) => match read::decode(bytes) {
                Ok(text) => Ok(Some(read::without_last_newline(text))),
                Err(fault) => Err(Unread {
                    kind: ProblemKind::Encoding,
                    message: fault.to_string(),
                    place: fault.position(),
                    patience: Patience::Truncated,
                }),
            },
            FileReading::Missing => Ok(None),
            FileReading::Unstable => {
                Err(Unread::whole("the file keeps changing while it is read".to_owned(), Patience::Torn))
            }
            FileReading::Failed(fault) => {
                let patience = if fault.is_transient() { Patience::Torn } else { Patience::None };
                Err(Unread::whole(fault.to_string(), patience))
            }
        }
    }
}

/// Why a file gave no text.
struct Unread {
    kind: ProblemKind,
    message: String,
    place: Option<(u32, u32)>,
    patience: Patience,
}

impl Unread {
    fn whole(message: String, patience: Patience) -> Self {
        Self { kind: ProblemKind::UnreadableSource, message, place: None, patience }
    }
}

impl Source for SecretsDir {
    fn name(&self) -> String {
        self.folder.shown.display().to_string()
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        self.files.clear();
        let names = match self.folder.list() {
            Listing::Names(names) => names,
            Listing::Missing => return Ok(Reading::absent()),
            Listing::Failed { message, patience } => {
                let problem = Problem::new(ProblemKind::UnreadableSource, message);
                let problem = problem.with_origin(whole(self.origin_kind()), request.index);
                return Ok(Reading::failed(problem, patience));
            }
        };
        let mut found = Findings::default();
        let mut taken: BTreeMap<Vec<String>, OsString> = BTreeMap::new();
        let mut ignored = Vec::new();
        for name in names {
            let target =
                name.to_str().filter(|text| !text.starts_with('.') && !self.folder.has_folder(&name));
            let Some((target, shared_with)) = target.and_then(|text| target_of(text, request)) else {
                ignored.push(name.to_string_lossy().into_owned());
                continue;
            };
            let origin = self.origin_of(&name);
            let key = KeyPath::from_segments(&target.path);
            let mut refuse = |kind, message: String, origin: Origin, patience| {
                let problem = Problem::new(kind, message).with_key(key.clone());
                found.refuse(problem.with_origin(Some(origin), request.index), key.clone(), patience);
            };
            if let Some(other) = shared_with {
                let message =
                    format!("the file's name may mean `{other}` as well; name it by its dotted key");
                refuse(ProblemKind::AmbiguousVariable, message, origin, Patience::None);
                found.lacks(other);
                continue;
            }
            if let Some(other) = taken.get(&target.path) {
                let (first, second) = (other.to_string_lossy(), name.to_string_lossy());
                let message = format!("is set by two files, {first} and {second}; keep one of them");
                refuse(ProblemKind::DuplicateKey, message, origin, Patience::None);
                continue;
            }
            match self.text(&name, request.max_size) {
                Ok(None) => continue,
                Ok(Some(text)) => match typed_draft(Some(target.shape), &text, &origin) {
                    Ok(value) => found.draft.insert(target.path.iter().map(String::as_str), value),
                    Err(fault) => {
                        let (message, origin) = fault.in_file(origin);
                        refuse(ProblemKind::WrongType, message, origin, Patience::None);
                    }
                },
                Err(Unread { kind, message, place, patience }) => {
                    let origin = match place {
                        Some((line, column)) => origin.at(line, column),
                        None => origin,
                    };
                    refuse(kind, message, origin, patience);
                }
            }
            taken.insert(target.path, name);
        }
        Ok(found.into_reading().with_ignored(ignored))
    }

    fn paths(&self) -> Vec<SourcePath> {
        let folder = SourcePath { path: self.folder.path.clone(), is_folder: true };
        let files = self.files.iter().map(|(path, _)| SourcePath { path: path.clone(), is_folder: false });
        // The folder tells of names, and each file's links of what they lead to.
        std::iter::once(folder).chain(files).collect()
    }

    fn is_current(&self) -> bool {
        self.folder.is_current()
            && self.files.iter().all(|(path, stamp)| stamp.is_none() || read::stamp(path) == *stamp)
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::File(self.folder.shown.as_path().into())
    }
}

/// The key that a file's name means, and another that it may mean as well: the key itself, or its segments in lower case
/// joined by `_`. Items of lists have no files of their own.
fn target_of(name: &str, request: &Request<'_>) -> Option<(Target, Option<KeyPath>)> {
    let schema = request.schema;
    if let Some(target) = names::find_key(schema, name) {
        return Some((target, None));
    }
    if name.contains(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')) {
        return None;
    }
    let variable = name.to_ascii_uppercase();
    let target = names::find(schema, &variable, request.below)?;
    if target.is_file || names::is_within_a_list(schema, &target.path) {
        return None;
    }
    let key = KeyPath::from_segments(&target.path);
    let mut others = schema.fields().filter(|field| *field.key() != key);
    let other = others.find(|field| field.env_names("").first() == Some(&variable));
    Some((target, other.map(|field| field.key().clone())))
}
