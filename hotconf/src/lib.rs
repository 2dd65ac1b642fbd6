//! Configuration that is typed, layered, explained, and reloaded without a restart.
//!
//! A service declares its configuration as plain structs with [`#[derive(HotConfig)]`](derive@HotConfig). hotconf layers
//! files, the environment, arguments and other sources, builds the typed value or says everything that is wrong with it
//! and where, and publishes it as one immutable snapshot. When a source changes it does so again: a good change is
//! swapped in by one atomic step, a bad one is refused while the last good one keeps serving. Reading costs about what a
//! reference costs.
//!
//! ```
//! use hotconf::{Format, Hot, HotConfig};
//! use std::time::Duration;
//!
//! /// Settings of the shop.
//! #[derive(HotConfig)]
//! struct AppConfig {
//!     server: Server,
//!     #[hot(default = false)]
//!     debug: bool,
//! }
//!
//! #[derive(HotConfig)]
//! struct Server {
//!     /// Where the shop listens.
//!     #[hot(default = 8000, restart)]
//!     port: u16,
//!     #[hot(default = "30s")]
//!     timeout: Duration,
//! }
//!
//! # #[cfg(feature = "toml")] {
//! let cfg: Hot<AppConfig> = Hot::builder()
//!     .text(Format::Toml, "server.timeout = '10s'") // or a file: .file("config/default.toml")
//!     .optional_file("config/local.toml") // may come, change and go while the program runs
//!     .env("APP") // APP_SERVER_PORT -> server.port
//!     .build()?; // loads, checks, starts to watch
//!
//! // Read: always the last good value.
//! assert_eq!(cfg.load().server.timeout, Duration::from_secs(10));
//!
//! // Ask why it is what it is.
//! assert_eq!(
//!     cfg.explain("server.timeout").to_string(),
//!     "server.timeout = \"10s\"\n  at embedded TOML:1:18\n  over \"30s\", the default",
//! );
//!
//! // Hear of changes: by a callback for one key, or one after the other.
//! let keys = AppConfig::keys();
//! cfg.on(keys.debug, |old, new| println!("debug: {old} -> {new}")).forever();
//! let mut changes = cfg.subscribe();
//!
//! // Change it from within, above all sources. What is bad is refused whole.
//! let _ = cfg.set(keys.debug, true)?;
//! assert!(changes.next().unwrap().new().debug);
//! let error = cfg.set("server.port", 70_000).unwrap_err();
//! assert_eq!(error.problems()[0].message(), "70000 is too large for u16 (at most 65535)");
//! # }
//! # Ok::<(), hotconf::Error>(())
//! ```
//!
//! # Where to look
//!
//! | to | look at |
//! |---|---|
//! | declare a configuration | [`derive(HotConfig)`](derive@HotConfig) with all its words; [`ConfigValue`] for the types that fields can have |
//! | name the sources and their order | [`Builder`]; [`Format`], [`Watch`]; [`Source`] for one of one's own |
//! | read it | [`Hot::load`], [`Hot::read`], [`Hot::snapshot`], [`Hot::reader`] |
//! | give a component its section and no more | [`Hot::view`], [`Part`] |
//! | ask by key | [`Key`] and [`OptionalKey`] with types; [`Hot::get`], [`Hot::get_as`] and [`Hot::values`] by text |
//! | know why a value is what it is | [`Hot::explain`], [`Explanation`], [`Origin`] |
//! | hear of changes | [`Hot::on`], [`Hot::on_change`], [`Hot::subscribe`], [`Change`]; of refusals [`Hot::on_rejected`] |
//! | change it while it runs | [`Hot::set`], [`Hot::update`], [`Hot::unset`]; [`IntoValue`](derive@IntoValue) for whole sections |
//! | look at the sources now | [`Hot::reload`], [`Outcome`] |
//! | start although the sources are bad | [`Builder::last_good`] |
//! | know how it is doing | [`Hot::status`], [`Status`] |
//! | know what went wrong | [`Error`], [`Problem`], [`ProblemKind`]; with the lines of the files, [`Error::report`] |
//! | list the keys, their types and rules | [`Schema`], [`FieldSchema`] |
//! | write a commented file, or tables of all keys and variables | `Template`, `KeyTable`, `EnvTable`, with the feature `template` |
//! | test a program | [`testing`]; [`Hot::fixed`] for a store of one given value |
//!
//! # What may be relied on
//!
//! * Later sources win. Maps are merged, everything else is replaced, but for lists that [say otherwise](Merge). A value
//!   keeps its text until the type of its field reads it.
//! * A change is whole or not at all: all fields that are read through one guard or snapshot belong to one version, and
//!   versions never go back.
//! * Reading never fails and never waits for a reload.
//! * A load reports all that is wrong, each problem with its key and its place: file, line and column, variable, argument.
//! * What is marked `secret` is in no message, no log and no `Debug` or `Display` of hotconf's types.
//! * Nothing of this needs `unsafe`, an async runtime, or `Deserialize`, `Clone` or `PartialEq` on the structs.
//!
//! # Features
//!
//! | feature | by default | what it brings |
//! |---|---|---|
//! | `toml` | yes | TOML files and texts |
//! | `watch` | yes | file changes as events of the operating system; without it files are looked at in intervals |
//! | `yaml` | | YAML files and texts |
//! | `json` | | JSON files and texts |
//! | `stream` | | subscriptions as streams: `Subscription::into_stream` |
//! | `validator` | | the rules of `#[validate(...)]`; without it the attribute is an error |
//! | `template` | | commented files and tables of all keys and variables, from the schema |
//! | `miette` | | errors as diagnostics of miette: `Error::diagnosis` |
//! | `signals` | | SIGHUP asks for a look, where a program wants that, on Unix |
//! | `secrecy` | | the types of secrecy for fields, which are secrets without a word |
//!
//! Without any of them the environment, arguments, figment providers and sources of one's own are layered all the same.
//!
//! # Logging
//!
//! Through the `log` facade: one line at info for each version, with its keys and no values; one at warn for each
//! refusal and each warning; one at error for a start from the last good configuration.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// What serves some features or some systems only is dead without them; with all features on Linux nothing may be.
#![cfg_attr(
    not(all(
        target_os = "linux",
        feature = "toml",
        feature = "yaml",
        feature = "json",
        feature = "watch",
        feature = "stream",
        feature = "validator",
        feature = "template",
        feature = "miette",
        feature = "secrecy",
        feature = "signals"
    )),
    allow(dead_code, unused_imports)
)]

mod key;
mod origin;
mod sync;

mod error;
mod value;

mod schema;
mod tree;

mod format;

mod build;

mod snapshot;
mod source;

mod cell;
mod change;
mod explain;
mod guards;
mod history;
mod loader;
mod plan;
mod status;
mod watch;

mod listeners;
mod participants;
mod reader;
mod reload;

mod builder;
mod hot;

#[cfg(feature = "miette")]
mod diagnostic;

#[cfg(feature = "template")]
mod template;

pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
#[allow(missing_docs)] // named by generated code only
pub mod __private;

/// Makes a struct or an enum part of a configuration.
///
/// ```
/// use hotconf::{Hot, HotConfig};
/// use std::net::IpAddr;
///
/// /// Settings of the shop.
/// #[derive(HotConfig)]
/// struct AppConfig {
///     server: Server,
///     #[hot(default)]
///     log_level: LogLevel,
/// }
///
/// #[derive(HotConfig)]
/// struct Server {
///     /// Where it listens.
///     #[hot(default = "0.0.0.0", restart)]
///     host: IpAddr,
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// #[derive(Debug, Default, PartialEq, HotConfig)]
/// #[serde(rename_all = "UPPERCASE")]
/// enum LogLevel {
///     Debug,
///     #[default]
///     Info,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["server.port=9000"]).build()?;
/// assert_eq!((cfg.load().server.port, &cfg.load().log_level), (9000, &LogLevel::Info));
/// assert_eq!(AppConfig::keys().server.host.path(), "server.host");
/// # Ok::<(), hotconf::Error>(())
/// ```
///
pub use hotconf_derive::HotConfig;

/// Makes a struct with named fields a value that can be set.
///
/// ```
/// use hotconf::{Hot, HotConfig, IntoValue};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     server: Server,
/// }
///
/// #[derive(HotConfig, IntoValue)]
/// struct Server {
///     #[hot(default = "localhost")]
///     host: String,
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let outcome = cfg.set(AppConfig::keys().server, Server { host: "::1".to_owned(), port: 80 })?;
/// assert_eq!(outcome.change().unwrap().keys(), ["server.host", "server.port"]);
/// # Ok::<(), hotconf::Error>(())
/// ```
///
pub use hotconf_derive::IntoValue;

pub use build::{ConfigValue, EmptyValue};
pub use cell::HotConfig;
pub use schema::{FieldSchema, Merge, Rule, Schema, Unknown, VariantSchema};

pub use builder::Builder;
pub use format::Format;
pub use source::{Bell, Reading, Request, Source, SourceError, SourcePath};
pub use watch::Watch;

pub use cell::Guard;
pub use hot::{Hot, Part, PartChange, PartSnapshot, PartSubscription, WeakHot};
pub use reader::Reader;
pub use snapshot::Snapshot;

pub use explain::{ExplainedKey, Explanation};
pub use key::{AsKey, Entries, Found, Items, Key, KeyPath, OptionalKey, Pointer, ToKeyPath, TypedKey};
pub use origin::{Origin, OriginKind};
pub use value::{IntoValue, Value};

pub use change::{Change, Subscription, WaitError};

#[cfg(feature = "stream")]
pub use change::Changes;
pub use listeners::Listener;
pub use participants::Participant;

#[cfg(feature = "template")]
pub use template::{EnvTable, KeyTable, Template};

pub use guards::GuardStatus;
pub use history::{Cause, Diff, HistoryEntry, KeyChange};
pub use plan::Plan;
pub use reload::{Edit, Outcome};
pub use status::{PendingRestart, SourceStatus, Status, Watched, WatcherStatus};

pub use error::{BoxError, Error, Problem, ProblemKind, Report};

#[cfg(feature = "miette")]
pub use diagnostic::Diagnosis;

/// The figment that [`Builder::provider`] and [`Builder::figment`] take.
pub use figment;
