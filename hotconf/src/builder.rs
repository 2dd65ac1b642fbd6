//! [`Builder`]: the sources of a store in their order, and how it is watched.

mod finish;
mod guards;
mod last_good;

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::{Figment, Profile, Provider};

use crate::cell::HotConfig;
use crate::error::BoxError;
use crate::format::Format;
use crate::guards::Settings;
use crate::participants::{Commit, Name, PrepareInitial};
use crate::reload::HistoryLimits;
use crate::source::{self, Arguments, KeptFile, Source, Text, Variables};
use crate::watch::{Settle, Watch};

/// Describes a store: its sources, the lowest first, and how changes are noticed. Later sources win.
///
/// ```no_run
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 8000)] port: u16 }
/// let cfg: Hot<AppConfig> = Hot::builder()
///     .file("config/default.toml")
///     .optional_file("config/local.toml")
///     .env("APP")
///     .arg_overrides(["port=9000"])
///     .build()?;
/// # Ok::<(), hotconf::Error>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct Builder<T> {
    sources: Vec<Planned>,
    environment: Option<Variables>,
    profile: Option<Profile>,
    watch: Watch,
    settle: Settle,
    guards: Settings,
    history: HistoryLimits,
    /// Where the last good configuration is kept, and whether with its secrets.
    last_good: Option<(KeptFile, bool)>,
    initial: Vec<(Name, PrepareInitial<T>)>,
    #[cfg(all(unix, feature = "signals"))]
    reload_on_sighup: bool,
    configuration: PhantomData<fn() -> T>,
}

/// A source as it was asked for. Some depend on what is said of the whole store later.
enum Planned {
    Ready(Box<dyn Source>),
    Environment { prefix: String, is_strict: bool },
    EnvFile(PathBuf),
    Provider(Box<dyn Provider + Send + Sync>),
}

impl<T: HotConfig + Send + Sync> Builder<T> {
    pub(crate) fn new() -> Self {
        Self {
            sources: Vec::new(),
            environment: None,
            profile: None,
            watch: Watch::Auto,
            settle: Settle::default(),
            guards: Settings::default(),
            history: HistoryLimits::default(),
            last_good: None,
            initial: Vec::new(),
            #[cfg(all(unix, feature = "signals"))]
            reload_on_sighup: false,
            configuration: PhantomData,
        }
    }

    fn with(mut self, source: impl Source) -> Self {
        self.sources.push(Planned::Ready(Box::new(source)));
        self
    }

    /// A file that must exist, its format by its extension (`toml`, `yaml`, `yml`, `json`). It may be a symbolic link,
    /// and be replaced in any way while the program runs; while it is away the last good configuration keeps serving.
    /// A relative path is taken from the folder that the program is in now.
    pub fn file(self, path: impl AsRef<Path>) -> Self {
        self.with(source::File::new(path.as_ref(), None, true))
    }

    /// A file that may be there or not, and may appear, change and vanish while the program runs. One that vanishes is
    /// given half a second to come back, because replacing it may take it away for a moment.
    pub fn optional_file(self, path: impl AsRef<Path>) -> Self {
        self.with(source::File::new(path.as_ref(), None, false))
    }

    /// A file that must exist, in this format whatever its name.
    pub fn file_as(self, path: impl AsRef<Path>, format: Format) -> Self {
        self.with(source::File::new(path.as_ref(), Some(format), true))
    }

    /// A file that may be there or not, in this format whatever its name: for `/etc/shop.conf` and its like.
    ///
    /// ```
    /// # use hotconf::{Format, Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 8000)] port: u16 }
    /// let cfg: Hot<AppConfig> = Hot::builder().optional_file_as("/etc/shop.conf", Format::Toml).build()?;
    /// assert_eq!(cfg.load().port, 8000);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn optional_file_as(self, path: impl AsRef<Path>, format: Format) -> Self {
        self.with(source::File::new(path.as_ref(), Some(format), false))
    }

    /// The files in a folder, in the order of their names, each a layer of its own: `config/conf.d/10-base.toml`, then
    /// `20-site.yaml`. Later names win.
    ///
    /// The format is told by the extension. Everything else in the folder is left alone and listed by
    /// [`SourceStatus::ignored`](crate::SourceStatus::ignored): names that begin with a dot, other extensions, with which
    /// the backups and the temporary files of editors and packagers end, and folders. The folder and each of its files may
    /// appear, change and vanish while the program runs; without it there is no layer. One bad file refuses the load, and
    /// what is wrong in the others is told as well.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 8000)] port: u16 }
    /// # let folder = std::env::temp_dir().join(format!("hotconf-dir-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # #[cfg(feature = "toml")] {
    /// std::fs::write(folder.join("10-base.toml"), "port = 8080")?;
    /// std::fs::write(folder.join("20-site.toml"), "port = 9000")?;
    /// std::fs::write(folder.join("20-site.toml~"), "port = 1")?;
    /// let cfg: Hot<AppConfig> = Hot::builder().dir(&folder).build()?;
    /// assert_eq!(cfg.load().port, 9000);
    /// # }
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dir(self, path: impl AsRef<Path>) -> Self {
        self.with(source::Dir::new(path.as_ref()))
    }

    /// A folder with one file for each key, as Docker, Kubernetes and systemd hand secrets over.
    ///
    /// A file's name is the dotted key (`database.url`), or its segments in lower case joined by `_` (`database_url`),
    /// below an entry of a map by `__`. Its content is the value, read by the type of the field as that of a variable
    /// is; one newline at its end is dropped. Two files for one key are refused. Names that begin with a dot or belong to
    /// no key are listed by [`SourceStatus::ignored`](crate::SourceStatus::ignored).
    ///
    /// Whatever is from here is a secret, also where its field is not marked: no error, explanation or value shows it. The
    /// folder may appear, change and vanish while the program runs, and be turned by links, as Kubernetes does.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { database: Database }
    /// # #[derive(HotConfig)]
    /// # struct Database { url: String }
    /// # let folder = std::env::temp_dir().join(format!("hotconf-secrets-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// std::fs::write(folder.join("database_url"), "postgresql://shop:pass@db/shop\n")?;
    /// let cfg: Hot<AppConfig> = Hot::builder().secrets_dir(&folder).build()?;
    /// assert_eq!(cfg.load().database.url, "postgresql://shop:pass@db/shop");
    /// assert_eq!(cfg.get("database.url").unwrap().to_string(), "***");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn secrets_dir(self, path: impl AsRef<Path>) -> Self {
        self.with(source::SecretsDir::new(path.as_ref()))
    }

    /// A text that the program brings along: `.text(Format::Toml, include_str!("defaults.toml"))`. In messages it is
    /// called `embedded TOML`.
    pub fn text(self, format: Format, text: impl Into<String>) -> Self {
        let name = format!("embedded {}", format.name()).into();
        self.with(Text { name, format, text: text.into() })
    }

    /// The environment variables under `prefix`: `APP_SERVER_PORT` is `server.port` where the prefix is `APP`.
    ///
    /// The names come from the schema: for each key the prefix and the key's segments in upper case, joined by `_`; so
    /// `APP_RATE_LIMIT_BURST_SIZE` is `rate_limit.burst_size`, and nothing else. Entries of maps and items of lists
    /// follow after `__` (`APP_FEATURE_FLAGS__DARK_MODE`), or the whole field is given as JSON or, for a list, with
    /// commas. `NAME_FILE` names a file that holds the value, and is watched. A key's own `#[hot(env = "…")]` names are
    /// read here as well; the prefixed name wins over them. Values are read by the type of the field: `00123` stays as
    /// it is for a text. A variable under the prefix that belongs to no key is a warning.
    ///
    /// Variables are captured when the store is built. Without this call none is read. With an empty prefix the names are
    /// those of the keys alone, and a variable that belongs to no key is no concern.
    pub fn env(mut self, prefix: impl Into<String>) -> Self {
        self.sources.push(Planned::Environment { prefix: prefix.into(), is_strict: false });
        self
    }

    /// As [`env`](Builder::env), except that a variable under the prefix which belongs to no key is an error.
    pub fn strict_env(mut self, prefix: impl Into<String>) -> Self {
        self.sources.push(Planned::Environment { prefix: prefix.into(), is_strict: true });
        self
    }

    /// The variables to read instead of the process's own: for tests, which then need not change those of the process.
    pub fn env_from(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment =
            Some(Variables::new(variables.into_iter().map(|(name, value)| (name, Some(value))).collect()));
        self
    }

    /// A `.env` file, which may be there or not, and is read again when it changes. Its variables are a layer at this place
    /// of the order, matched as [`env`](Builder::env) matches those of the process: by the prefixes of the store's
    /// environment layers wherever these stand, or by the bare names of keys where there is none.
    ///
    /// A line is `NAME=VALUE`, with `export ` in front or without; a `#` begins a comment. In single quotes a value is as
    /// it stands, in double quotes `\n`, `\r`, `\t`, `\\`, `\"`, `\'` and `\$` are escapes; both may go over several lines.
    /// Nothing is expanded, and of a name that comes twice the last counts. A malformed line refuses the load.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 8000)] port: u16 }
    /// # let path = std::env::temp_dir().join(format!("hotconf-{}.env", std::process::id()));
    /// std::fs::write(&path, "export APP_PORT=9000 # for now")?;
    /// let cfg: Hot<AppConfig> = Hot::builder().env_file(&path).env("APP").build()?;
    /// assert_eq!(cfg.load().port, 9000);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn env_file(mut self, path: impl AsRef<Path>) -> Self {
        self.sources.push(Planned::EnvFile(path.as_ref().to_owned()));
        self
    }

    /// `KEY=VALUE` texts, as from a command line: `server.port=9000`.
    ///
    /// Keys are dotted. Values are read as those of variables are: by the type of the field, a list by commas or as JSON. An
    /// argument that has no `KEY=` in front is a problem, as is one whose key no field has; so a program hands over what is
    /// meant for the configuration, and no other arguments.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let arguments = ["serve", "--set", "workers=8"]; // as they come from a command line
    /// let overrides = arguments.iter().filter(|argument| argument.contains('='));
    /// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(overrides).build()?;
    /// assert_eq!(cfg.load().workers, 8);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn arg_overrides(self, arguments: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        self.with(Arguments { arguments })
    }

    /// Any figment provider, as one layer. It is asked again at each reload, and not watched: what it reads from files is
    /// seen when something else is a reason to look. Errors name it and its source, without lines and columns.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// use hotconf::figment::providers::Serialized;
    ///
    /// let cfg: Hot<AppConfig> = Hot::builder().provider(Serialized::default("workers", 8)).build()?;
    /// assert_eq!(cfg.load().workers, 8);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn provider(mut self, provider: impl Provider + Send + Sync + 'static) -> Self {
        self.sources.push(Planned::Provider(Box::new(provider)));
        self
    }

    /// A whole figment, merged by its own rules, as one layer; for the rest as [`provider`](Builder::provider).
    pub fn figment(self, figment: Figment) -> Self {
        self.provider(figment)
    }

    /// A source of one's own; [`Source`] has an example.
    pub fn source(self, source: impl Source) -> Self {
        self.with(source)
    }

    /// The profile that figment providers are read for, over their `default` and beneath their `global`. It holds for all
    /// of them, wherever it is said, and for no other source.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// use hotconf::figment::{Figment, Profile, providers::Serialized};
    ///
    /// let large = Serialized::default("workers", 64).profile(Profile::const_new("production"));
    /// let figment = Figment::new().merge(Serialized::default("workers", 8)).merge(large);
    /// let cfg: Hot<AppConfig> = Hot::builder().figment(figment).profile("production").build()?;
    /// assert_eq!(cfg.load().workers, 64);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn profile(mut self, profile: impl Into<Profile>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// How changes of files are noticed; [`Watch::Auto`] where nothing is said.
    pub fn watch(mut self, watch: Watch) -> Self {
        self.watch = watch;
        self
    }

    /// How long the sources, with their files and their bells, must have been quiet before they are looked at, and after
    /// what time since the first sign they are looked at all the same. `quiet` of zero looks at once.
    ///
    /// Where nothing is said a file that was closed after writing, or renamed into place, is looked at after 10 ms, one
    /// that is still being written when it is closed, and anything at the latest after 2 s.
    pub fn settle(mut self, quiet: Duration, at_most: Duration) -> Self {
        self.settle = Settle { quiet: Some(quiet), at_most };
        self
    }

    /// How many versions [`Hot::history`](crate::Hot::history) keeps, the newest included, and how many bytes the texts and trees may take that it
    /// keeps alone, because they are in place no more. Where nothing is said: 8 versions, 16 MiB. Without any version there is
    /// nothing to go back to.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().history(2, 1 << 20).build()?;
    /// for workers in 5..9 {
    ///     let _ = cfg.set("workers", workers)?;
    /// }
    /// let versions: Vec<u64> = cfg.history().iter().map(|entry| entry.version()).collect();
    /// assert_eq!(versions, [4, 5]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn history(mut self, versions: usize, bytes: usize) -> Self {
        self.history = HistoryLimits { versions, bytes };
        self
    }

    /// Has SIGHUP ask for a look at all sources, as [`Hot::reload`](crate::Hot::reload) does, from the moment of [`build`](Builder::build) on.
    /// What came of it is in the log. With the feature `signals`, on Unix.
    ///
    /// Without this call hotconf touches no signal. With it the process no longer ends by SIGHUP, also not after the last
    /// [`Hot`](crate::Hot) is gone. Other handlers of the program that are installed by `signal-hook` or tokio are called as well.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 8000)] port: u16 }
    /// let cfg: Hot<AppConfig> = Hot::builder().optional_file("app.toml").reload_on_sighup().build()?;
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[cfg(all(unix, feature = "signals"))]
    pub fn reload_on_sighup(mut self) -> Self {
        self.reload_on_sighup = true;
        self
    }

    /// Prepares for the first configuration, before [`build`](Builder::build) or [`load`](Builder::load) return it: opens
    /// what it names, as [`Hot::prepare`](crate::Hot::prepare) does for later changes. An error is that of the build; what `prepare` gives runs
    /// once all have agreed. Several are asked in their order.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = "127.0.0.1:0")] listen: std::net::SocketAddr }
    /// # let (give, take) = std::sync::mpsc::channel();
    /// let cfg = Hot::<AppConfig>::builder()
    ///     .prepare_initial(move |new| {
    ///         let socket = std::net::TcpListener::bind(new.listen)?;
    ///         Ok(move || give.send(socket).unwrap())
    ///     })
    ///     .build()?;
    /// assert!(take.recv().unwrap().local_addr()?.port() > 0);
    /// # drop(cfg);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn prepare_initial<F, P>(mut self, prepare: F) -> Self
    where
        F: FnOnce(&T) -> Result<P, BoxError> + Send + 'static,
        P: FnOnce() + Send + 'static,
    {
        let prepare: PrepareInitial<T> =
            Box::new(|new| prepare(new).map(|commit| Box::new(commit) as Commit));
        self.initial.push((Name::Caller(Location::caller()), prepare));
        self
    }
}

impl<T> fmt::Debug for Builder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("sources", &self.sources.len()).finish_non_exhaustive()
    }
}
