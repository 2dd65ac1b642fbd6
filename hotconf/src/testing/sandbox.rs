//! [`Sandbox`]: a folder and an environment of one's own.

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
        Hot::builder().env_from(self.variables.iter().cloned()).watch(Watch::Off)
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

    /// Writes a file whole, by another that is renamed into its place, so that nobody sees half of it. Makes the folders
    /// on the way.
    #[track_caller]
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        let parent = path.parent().unwrap_or(&self.folder);
        done(fs::create_dir_all(parent), parent);
        let mut aside = path.clone().into_os_string();
        aside.push(".next");
        done(fs::write(&aside, text), &path);
        done(fs::rename(&aside, &path), &path);
    }

    /// Takes a file away.
    #[track_caller]
    pub fn remove(&self, name: impl AsRef<Path>) {
        let path = self.path(name);
        done(fs::remove_file(&path), &path);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // What cannot be removed is in a folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
