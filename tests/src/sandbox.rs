//! A folder of one's own.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A temporary folder that belongs to one test, and the ways in which files are changed. Names are relative to it;
/// folders on the way to a file that is written are made. All methods fail the test when they cannot do what they say.
#[derive(Debug)]
pub struct Sandbox {
    folder: tempfile::TempDir,
    root: PathBuf,
    aside: AtomicU64,
}

#[track_caller]
fn done<T>(result: io::Result<T>, what: impl Display) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}

#[allow(missing_docs)] // they are called what they do
#[allow(clippy::new_without_default)] // it makes a folder
impl Sandbox {
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let folder = done(tempfile::tempdir(), "a temporary folder");
        let root = done(folder.path().canonicalize(), "the real path of the temporary folder");
        Self { folder, root, aside: AtomicU64::new(0) }
    }

    /// The folder, without symbolic links on the way.
    #[must_use]
    pub fn root(&self) -> &Path {
        debug_assert!(self.folder.path().exists());
        &self.root
    }

    /// The path of a name.
    #[must_use]
    pub fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    /// A name that was not there before.
    fn aside(&self) -> PathBuf {
        self.at(format!("aside-{}", self.aside.fetch_add(1, Ordering::Relaxed)))
    }

    #[track_caller]
    pub fn make_folder(&self, name: impl AsRef<Path>) {
        let path = self.at(name);
        done(fs::create_dir_all(&path), path.display());
    }

    #[track_caller]
    fn make_parent(&self, path: &Path) {
        let parent = path.parent().unwrap_or(&self.root);
        done(fs::create_dir_all(parent), parent.display());
    }

    /// Truncates the file, or makes it, and writes.
    #[track_caller]
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.at(name);
        self.make_parent(&path);
        done(fs::write(&path, text), path.display());
    }

    /// Writes another file beside this one, and renames it into place: the file is never half-written.
    #[track_caller]
    pub fn replace(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.at(name);
        self.make_parent(&path);
        let mut aside = path.clone().into_os_string();
        aside.push(".next");
        done(fs::write(&aside, text), path.display());
        done(fs::rename(&aside, &path), path.display());
    }

    /// As [`replace`](Sandbox::replace), from another folder.
    #[track_caller]
    pub fn replace_from_afar(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let (path, aside) = (self.at(name), self.aside());
        done(fs::write(&aside, text), path.display());
        done(fs::rename(&aside, &path), path.display());
    }

    #[must_use]
    #[track_caller]
    pub fn read(&self, name: impl AsRef<Path>) -> String {
        let path = self.at(name);
        done(fs::read_to_string(&path), path.display())
    }

    /// Opens a file to write into it; with `truncate` from its start, else at its end.
    #[must_use]
    #[track_caller]
    pub fn open(&self, name: impl AsRef<Path>, truncate: bool) -> fs::File {
        let path = self.at(name);
        let mut options = fs::File::options();
        if truncate {
            options.write(true).create(true).truncate(true);
        } else {
            options.append(true);
        }
        done(options.open(&path), path.display())
    }

    #[track_caller]
    pub fn remove(&self, name: impl AsRef<Path>) {
        let path = self.at(name);
        done(fs::remove_file(&path), path.display());
    }

    #[track_caller]
    pub fn remove_folder(&self, name: impl AsRef<Path>) {
        let path = self.at(name);
        done(fs::remove_dir_all(&path), path.display());
    }

    #[track_caller]
    pub fn rename(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) {
        let (from, to) = (self.at(from), self.at(to));
        self.make_parent(&to);
        done(fs::rename(&from, &to), from.display());
    }

    /// Makes a hard link `name` to `original`.
    #[track_caller]
    pub fn hard_link(&self, original: impl AsRef<Path>, name: impl AsRef<Path>) {
        let path = self.at(name);
        self.make_parent(&path);
        done(fs::hard_link(self.at(original), &path), path.display());
    }

    /// Makes a symbolic link `name` that says `target`, which may be relative.
    #[cfg(unix)]
    #[track_caller]
    pub fn link(&self, target: impl AsRef<Path>, name: impl AsRef<Path>) {
        let path = self.at(name);
        self.make_parent(&path);
        done(std::os::unix::fs::symlink(target, &path), path.display());
    }

    /// Points a symbolic link elsewhere, by renaming another into its place, as `ln -sfn` does.
    #[cfg(unix)]
    #[track_caller]
    pub fn relink(&self, target: impl AsRef<Path>, name: impl AsRef<Path>) {
        let (path, aside) = (self.at(name), self.aside());
        done(std::os::unix::fs::symlink(target, &aside), path.display());
        done(fs::rename(&aside, &path), path.display());
    }

    #[must_use]
    #[track_caller]
    pub fn modified(&self, name: impl AsRef<Path>) -> std::time::SystemTime {
        let path = self.at(name);
        done(fs::metadata(&path).and_then(|metadata| metadata.modified()), path.display())
    }

    #[track_caller]
    pub fn set_modified(&self, name: impl AsRef<Path>, time: std::time::SystemTime) {
        let path = self.at(name);
        let file = done(fs::File::options().write(true).open(&path), path.display());
        done(file.set_modified(time), path.display());
    }

    #[cfg(unix)]
    #[track_caller]
    pub fn set_mode(&self, name: impl AsRef<Path>, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.at(name);
        done(fs::set_permissions(&path, fs::Permissions::from_mode(mode)), path.display());
    }
}
