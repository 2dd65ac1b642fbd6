//! The file of the last good configuration: the one file that is written.

use std::fs::OpenOptions;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::read::{self, FileReading};

/// A file that is read whole, and written so that whoever reads it finds the one text or the other.
pub(crate) struct KeptFile {
    /// As the builder was given it.
    pub(crate) shown: PathBuf,
    path: PathBuf,
}

impl KeptFile {
    pub(crate) fn new(path: &Path) -> Self {
        Self { shown: path.to_owned(), path: super::absolute(path.to_owned()) }
    }

    /// The text in it; `None` where there is no such file.
    pub(crate) fn read(&self, limit: u64) -> Result<Option<String>, String> {
        match read::read_file(&self.path, limit) {
            FileReading::Missing => Ok(None),
            FileReading::Text(bytes, _) => {
                read::decode(bytes).map(Some).map_err(|fault| format!("the file is damaged: {fault}"))
            }
            FileReading::Unstable => Err("the file changed while it was read".to_owned()),
            FileReading::Failed(fault) => Err(fault.to_string()),
        }
    }

    /// Puts this text in its place: written beside it, for the eyes of its owner only, and renamed once it is on the disk.
    pub(crate) fn write(&self, text: &str) -> Result<(), String> {
        let folder = match self.path.parent() {
            Some(folder) => folder,
            None => return Err("this is no name of a file".to_owned()),
        };
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        // A name that no other program, and nothing that a crash has left behind, has.
        let chance = RandomState::new().build_hasher().finish();
        let aside = folder.join(format!(".{name}.{chance:016x}.tmp"));
        let written = write_whole(&aside, text).and_then(|()| std::fs::rename(&aside, &self.path));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&aside);
            return Err(match error.kind() {
                io::ErrorKind::NotFound => {
                    "its folder does not exist; create it, so that the program can write there".to_owned()
                }
                io::ErrorKind::PermissionDenied => {
                    "permission denied; the user of this program needs to write in its folder".to_owned()
                }
                _ => error.to_string(),
            });
        }
        keep_names(folder);
        Ok(())
    }
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Has the names of a folder be on the disk. Some file systems cannot, and the text is in its place all the same.
fn keep_names(folder: &Path) {
    #[cfg(unix)]
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}
