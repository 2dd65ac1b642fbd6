//! The names in a folder, as one look finds them.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::Patience;

/// More names than this are no configuration.
const MOST_NAMES: usize = 10_000;

/// What one look at a folder found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Listing {
    /// The names of all that lies in it, in their order.
    Names(Vec<OsString>),
    /// There is no such folder.
    Missing,
    /// It is there, and what it holds cannot be told.
    Failed { message: String, patience: Patience },
}

/// The names of all that lies in the folder at `path`.
pub(super) fn list(path: &Path) -> Listing {
    let failed = |message: &str, patience| Listing::Failed { message: message.to_owned(), patience };
    let names = std::fs::read_dir(path).and_then(|entries| {
        let names = entries.take(MOST_NAMES + 1).map(|entry| entry.map(|entry| entry.file_name()));
        names.collect::<io::Result<Vec<_>>>()
    });
    match names {
        Ok(names) if names.len() > MOST_NAMES => {
            failed("the folder has more than 10000 files in it; is it the right one?", Patience::None)
        }
        Ok(mut names) => {
            names.sort_unstable();
            Listing::Names(names)
        }
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound => Listing::Missing,
            io::ErrorKind::NotADirectory => failed("this is a file, and not a folder", Patience::Broken),
            io::ErrorKind::PermissionDenied => failed(
                "permission denied; the user of this program needs to read the folder and to enter it",
                Patience::None,
            ),
            _ => failed(&format!("the folder cannot be read: {error}"), Patience::Torn),
        },
    }
}

/// A folder that is a source, and what the last look found in it.
pub(super) struct Folder {
    /// As the builder was given it: this is what messages show.
    pub(super) shown: PathBuf,
    pub(super) path: PathBuf,
    last: Option<Listing>,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self { shown: path.to_owned(), path: super::absolute(path.to_owned()), last: None }
    }

    pub(super) fn list(&mut self) -> Listing {
        self.last.insert(list(&self.path)).clone()
    }

    /// Whether the names in it are still those of the last look.
    pub(super) fn is_current(&self) -> bool {
        self.last.as_ref().is_none_or(|last| *last == list(&self.path))
    }

    /// Whether a name in it leads to a folder.
    pub(super) fn has_folder(&self, name: &OsString) -> bool {
        std::fs::metadata(self.path.join(name)).is_ok_and(|metadata| metadata.is_dir())
    }
}
