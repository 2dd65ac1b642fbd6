//! Taking part in changes before they are published.

use std::panic::Location;

use super::Hot;
use crate::cell::HotConfig;
use crate::change::Change;
use crate::error::BoxError;
use crate::key::{AsKey, Found, ToKeyPath};
use crate::participants::{Commit, Participant};

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// Takes part in every change of the configuration from now on, until the participant is dropped: a change in two
    /// phases, as databases know them.
    ///
    /// Before a change is published `prepare` is asked with the running configuration and the new one. It opens, binds or
    /// compiles what the new one names, and gives a closure that puts it to use. Once everybody has agreed and the new
    /// version is published these closures run, in the order of registration. One error, or a panic, refuses the change for
    /// all: it is an [`Outcome::Rejected`](crate::Outcome::Rejected) that names the participant and the keys, the running
    /// configuration stays, and what others have prepared is dropped, the last first.
    ///
    /// It runs on the thread that loads, outside every lock: a reload takes as long as its participants, and readers do not
    /// wait. [`set`](Hot::set), [`reload`](Hot::reload) and their like answer
    /// [`Deferred`](crate::Outcome::Deferred) in there. The same refused content is not tried again by itself; a
    /// [`reload`](Hot::reload) tries it again. A closure that panics after publication is a warning in
    /// [`status`](Hot::status), as nothing can be taken back any more. The text of an error is shown, but for the secrets of
    /// both configurations.
    ///
    /// What a participant keeps must not be a `Hot` of the same store, which would never end; see
    /// [`downgrade`](Hot::downgrade). For the first configuration there is
    /// [`prepare_initial`](crate::Builder::prepare_initial).
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig, Outcome};
    /// use std::net::{SocketAddr, TcpListener};
    /// use std::sync::{Arc, Mutex};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = "127.0.0.1:0")]
    ///     listen: SocketAddr,
    /// }
    ///
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let socket = Arc::new(Mutex::new(TcpListener::bind(cfg.load().listen)?));
    ///
    /// let installed = socket.clone();
    /// cfg.prepare(move |_old, new| {
    ///     let bound = TcpListener::bind(new.listen)?;
    ///     let installed = installed.clone();
    ///     Ok(move || *installed.lock().unwrap() = bound)
    /// })
    /// .forever();
    ///
    /// let taken = TcpListener::bind("127.0.0.1:0")?;
    /// let error = cfg.set("listen", taken.local_addr()?.to_string()).unwrap_err();
    /// assert_eq!(error.problems()[0].code(), "refused");
    /// assert!(matches!(cfg.set("listen", "127.0.0.2:0")?, Outcome::Applied(_)));
    /// assert_eq!(socket.lock().unwrap().local_addr()?.ip().to_string(), "127.0.0.2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn prepare<F, P>(&self, prepare: F) -> Participant
    where
        F: Fn(&T, &T) -> Result<P, BoxError> + Send + Sync + 'static,
        P: FnOnce() + Send + 'static,
    {
        let prepare = move |change: &Change<T>| {
            let prepared = prepare(change.old(), change.new());
            Some(prepared.map(|commit| Box::new(commit) as Commit))
        };
        self.shared().participants.register(None, Location::caller(), Box::new(prepare))
    }

    /// Takes part in the changes of one key, or of a section: the same as [`prepare`](Hot::prepare), asked only where the
    /// value of `key` changes, and with its two values.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = "info")] log_level: String, #[hot(default = 4)] workers: usize }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// cfg.prepare_for(AppConfig::keys().log_level, |_old, new| {
    ///     let level: log::LevelFilter = new.parse().map_err(|_| format!("there is no level `{new}`"))?;
    ///     Ok(move || log::set_max_level(level))
    /// })
    /// .forever();
    /// assert!(cfg.set("log_level", "loud").is_err());
    /// let _ = cfg.set("log_level", "debug")?;
    /// assert_eq!(log::max_level(), log::LevelFilter::Debug);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[track_caller]
    pub fn prepare_for<K, F, P>(&self, key: K, prepare: F) -> Participant
    where
        K: AsKey<T>,
        F: Fn(Found<'_, T, K>, Found<'_, T, K>) -> Result<P, BoxError> + Send + Sync + 'static,
        P: FnOnce() + Send + 'static,
    {
        let key = key.as_key();
        let path = key.to_key_path();
        let key_path = path.clone();
        let prepare = move |change: &Change<T>| {
            let (old, new) = change.at(&key, &key_path)?;
            Some(prepare(old, new).map(|commit| Box::new(commit) as Commit))
        };
        self.shared().participants.register(Some(path), Location::caller(), Box::new(prepare))
    }
}
