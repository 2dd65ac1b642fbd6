//! [`Sandbox`]: a folder and an environment of one's own.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::builder::Builder;
use crate::cell::HotConfig;
use crate::hot::Hot;
use crate::watch::Watch;

/// A temporary folder and the variables that a store reads instead of the process's own: each test has its own, so that
/// tests do not meet. The folder goes with the sandbox.
///
/// ```
/// use hotconf::testing::Sandbox;
/// use hotconf::{HotConfig, Outcome};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// # #[cfg(feature = "toml")] {
/// let mut sandbox = Sandbox::new();
/// sandbox.write("conf/app.toml", "workers = 6");
/// sandbox.var("APP_PORT", "9000");
/// let cfg = sandbox.builder::<AppConfig>().file(sandbox.path("conf/app.toml")).env("APP").build()?;
/// assert_eq!((cfg.load().workers, cfg.load().port), (6, 9000));
///
/// sandbox.write("conf/app.toml", "workers = 7");
/// assert!(matches!(cfg.reload(), Outcome::Applied(_)));
/// # }
/// # Ok::<(), hotconf::Error>(())
/// ```
///
/// # Panics
///
/// All methods panic when they cannot do what they say, so that the test fails there.
#[derive(Debug)]
pub struct Sandbox {
    folder: PathBuf,
    variables: Vec<(String, String)>,
}

#[track_caller]
fn done<T>(result: io::Result<T>, path: &Path) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

impl Sandbox {
    /// An empty folder, and no variables.
    #[must_use]
    #[track_caller]
    #[allow(clippy::new_without_default)] // it makes a folder
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let base = std::env::temp_dir();
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = base.join(format!("hotconf-sandbox-{}-{number}", std::process::id()));
            match fs::create_dir(&folder) {
                // One that an older process of the same number has left.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => {
                    done(made, &folder);
                    let folder = done(folder.canonicalize(), &folder);
                    return Self { folder, variables: Vec::new() };
                }
            }
        }
    }

    /// Begins a store that reads these variables, those so far, where it says [`env`](Builder::env), and that looks at
    /// its files when [`reload`](Hot::reload) is called; [`watch`](Builder::watch) says otherwise.
    pub fn builder<T: HotConfig + Send + Sync>(&self) -> Builder<T> {
        Hot::builder().env_from(self.vars()).watch(Watch::Off)
    }

    /// The folder, without symbolic links on the way.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.folder
    }

    /// The path of a file in the folder.
    #[must_use]
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// Sets a variable for the stores that are begun from now on.
    pub fn var(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        let name = name.into();
        self.variables.retain(|(other, _)| *other != name);
        self.variables.push((name, value.into()));
        self
    }

    /// Takes a variable away from the stores that are begun from now on; one that is not there is gone already.
    pub fn remove_var(&mut self, name: &str) -> &mut Self {
        self.variables.retain(|(other, _)| other != name);
        self
    }

    /// The variables so far, as [`Builder::env_from`] takes them.
    pub fn vars(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.variables.iter().cloned()
    }

    /// Writes a file whole, by another that is renamed into its place, so that nobody sees half of it. Makes the folders
    /// on the way.
    #[track_caller]
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.with_parent(name);
        let aside = aside(&path);
        done(fs::write(&aside, text), &path);
        done(fs::rename(&aside, &path), &path);
    }

    /// Empties a file and writes into it, as many programs do: whoever looks in between sees it empty, or a part of the
    /// text. Makes the file, and the folders on the way, where there is none.
    #[track_caller]
    pub fn write_in_place(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.with_parent(name);
        done(fs::write(&path, text), &path);
    }

    /// The text of a file.
    #[must_use]
    #[track_caller]
    pub fn read(&self, name: impl AsRef<Path>) -> String {
        let path = self.path(name);
        done(fs::read_to_string(&path), &path)
    }

    /// Makes a folder, and those on the way. One that is there stays.
    #[track_caller]
    pub fn make_dir(&self, name: impl AsRef<Path>) {
        let path = self.path(name);
        done(fs::create_dir_all(&path), &path);
    }

    /// Makes a symbolic link, or turns the one of this name in one step, as Kubernetes and releases do. A relative
    /// `target` is taken from the folder that the link is in. Makes the folders on the way.
    ///
    /// ```
    /// use hotconf::testing::Sandbox;
    /// use hotconf::{HotConfig, Outcome};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     workers: usize,
    /// }
    ///
    /// # #[cfg(feature = "toml")] {
    /// let sandbox = Sandbox::new();
    /// sandbox.write("releases/1/app.toml", "workers = 6");
    /// sandbox.write("releases/2/app.toml", "workers = 7");
    /// sandbox.link("releases/1", "current");
    /// let cfg = sandbox.builder::<AppConfig>().file(sandbox.path("current/app.toml")).build()?;
    ///
    /// sandbox.link("releases/2", "current");
    /// assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    /// assert_eq!(cfg.load().workers, 7);
    /// # }
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[cfg(unix)]
    #[track_caller]
    pub fn link(&self, target: impl AsRef<Path>, name: impl AsRef<Path>) {
        let path = self.with_parent(name);
        let aside = aside(&path);
        done(std::os::unix::fs::symlink(target, &aside), &path);
        done(fs::rename(&aside, &path), &path);
    }

    /// Gives a file or a folder another name. Makes the folders on the way.
    #[track_caller]
    pub fn rename(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) {
        let (from, to) = (self.path(from), self.with_parent(to));
        done(fs::rename(&from, &to), &from);
    }

    /// Takes away a file, a link, or a folder with everything in it.
    #[track_caller]
    pub fn remove(&self, name: impl AsRef<Path>) {
        let path = self.path(name);
        let is_folder = done(fs::symlink_metadata(&path), &path).is_dir();
        done(if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }, &path);
    }

    #[track_caller]
    fn with_parent(&self, name: impl AsRef<Path>) -> PathBuf {
        let path = self.path(name);
        let parent = path.parent().unwrap_or(&self.folder);
        done(fs::create_dir_all(parent), parent);
        path
    }
}

/// A name beside this one that folders of files and of secrets pass over, because it begins with a dot.
fn aside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".next.");
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // What cannot be removed is in a folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
