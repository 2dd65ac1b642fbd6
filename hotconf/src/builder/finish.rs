//! What a builder comes to: a store, a value or a plan.

use super::{Builder, Planned};
use crate::cell::HotConfig;
use crate::error::Error;
use crate::hot::Hot;
use crate::loader;
use crate::plan::{Basis, Plan};
use crate::reload::{self, LastGood, Start};
use crate::source::{self, EnvFile, Environment, FigmentProvider, Source};
use crate::watch::Watch;

impl<T: HotConfig + Send + Sync> Builder<T> {
    /// Loads and checks the configuration, and starts to watch: a thread of the store's own, which ends with the last
    /// [`Hot`].
    ///
    /// # Errors
    ///
    /// When anything is wrong: every problem of every source, each with its place.
    pub fn build(self) -> Result<Hot<T>, Error> {
        loader::check_schema(T::schema())?;
        reload::start(self.into_start()).map(Hot::new)
    }

    /// Loads and checks the configuration once, and gives the value itself: for programs that run to their end with what
    /// they began with. There is no store and no thread; nothing is watched, whatever was said of it. Warnings go to the
    /// log.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let config: AppConfig = Hot::builder().arg_overrides(["workers=8"]).load()?;
    /// assert_eq!(config.workers, 8);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The same as of [`build`](Builder::build): every problem of every source, each with its place.
    pub fn load(self) -> Result<T, Error> {
        loader::check_schema(T::schema())?;
        reload::load(Start { watch: Watch::Off, ..self.into_start() })
    }

    /// Reads and checks all sources as [`build`](Builder::build) does, and tells what would come of it: what is wrong, or which
    /// keys differ from the defaults and by which source. Nothing is started, watched or kept, and
    /// [`prepare_initial`](Builder::prepare_initial) is not called. For a `--check` of the program:
    ///
    /// ```
    /// use hotconf::{Builder, Hot, HotConfig};
    /// use std::process::ExitCode;
    ///
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// fn sources() -> Builder<AppConfig> {
    ///     Hot::builder().optional_file("shop.toml").env("SHOP")
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     if std::env::args().any(|argument| argument == "--check") {
    ///         let plan = sources().plan();
    ///         println!("{plan:#}");
    ///         return plan.exit_code();
    ///     }
    ///     // …
    ///     ExitCode::SUCCESS
    /// }
    /// ```
    #[must_use]
    pub fn plan(self) -> Plan<T> {
        match loader::check_schema(T::schema()) {
            Ok(()) => reload::plan(Start { watch: Watch::Off, ..self.into_start() }),
            Err(error) => Plan::refused(Basis::Defaults, error),
        }
    }

    fn into_start(mut self) -> Start<T> {
        Start {
            watch: self.watch,
            settle: self.settle,
            guards: self.guards,
            history: self.history,
            prefixes: self.prefixes(),
            last_good: self
                .last_good
                .take()
                .map(|(file, keeps_secrets)| LastGood::new(file, keeps_secrets, self.guards.max_file_size)),
            initial: std::mem::take(&mut self.initial),
            #[cfg(all(unix, feature = "signals"))]
            reload_on_sighup: self.reload_on_sighup,
            sources: self.into_sources(),
        }
    }

    /// The prefixes that variables are read under, in the order of their layers.
    fn prefixes(&self) -> Vec<String> {
        let mut prefixes = Vec::new();
        let mut has_file = false;
        for planned in &self.sources {
            match planned {
                Planned::Environment { prefix, .. } => prefixes.push(prefix.clone()),
                Planned::EnvFile(_) => has_file = true,
                Planned::Ready(_) | Planned::Provider(_) => {}
            }
        }
        if prefixes.is_empty() && has_file {
            prefixes.push(String::new());
        }
        prefixes
    }

    /// The sources in their order, each with what was said of the whole store.
    pub(crate) fn into_sources(self) -> Vec<Box<dyn Source>> {
        let Self { sources, environment, profile, .. } = self;
        let prefixes = sources.iter().filter_map(|planned| match planned {
            Planned::Environment { prefix, is_strict } => Some((prefix.clone(), *is_strict)),
            _ => None,
        });
        let prefixes: Vec<_> = prefixes.collect();
        let mut captured = environment;
        let sources = sources.into_iter().map(|planned| -> Box<dyn Source> {
            match planned {
                Planned::Ready(source) => source,
                Planned::Provider(provider) => {
                    Box::new(FigmentProvider { provider, profile: profile.clone() })
                }
                Planned::EnvFile(path) => Box::new(EnvFile::new(&path, prefixes.clone())),
                Planned::Environment { prefix, is_strict } => {
                    let variables = captured.get_or_insert_with(source::process_environment).clone();
                    Box::new(Environment { prefix, variables, is_strict, files: Vec::new() })
                }
            }
        });
        sources.collect()
    }
}
