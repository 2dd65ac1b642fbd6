//! Configuration that is typed, layered, explained, and reloaded without a restart.
//!
//! A service declares its configuration as plain structs with [`#[derive(HotConfig)]`](derive@HotConfig). hotconf layers
//! files, the environment, arguments and other sources, builds the typed value or says everything that is wrong with it
//! and where, and publishes it as one immutable snapshot. When a source changes it does so again: a good change is
//! swapped in by one atomic step, a bad one is refused while the last good one keeps serving. Reading costs about what a
//! reference costs.
//!
//! ```no_run
//! use hotconf::{Hot, HotConfig};
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
//! let cfg: Hot<AppConfig> = Hot::builder()
//!     .file("config/default.toml")
//!     .optional_file("config/local.toml")
//!     .env("APP") // APP_SERVER_PORT -> server.port
//!     .build()?; // loads, checks, starts watching
//!
//! let timeout = cfg.load().server.timeout; // always the last good value
//! cfg.on(AppConfig::keys().debug, |old, new| println!("debug: {old} -> {new}")).forever();
//! println!("{}", cfg.explain("server.port"));
//! # let _ = timeout;
//! # Ok::<(), hotconf::Error>(())
//! ```
//!
//! # Where to look
//!
//! * Declaring: [`#[derive(HotConfig)]`](derive@HotConfig) with its attributes, [`HotConfig`](trait@HotConfig),
//!   [`ConfigValue`], [`IntoValue`](derive@IntoValue), [`Schema`].
//! * Loading: [`Builder`], [`Format`], [`Source`] for stores of one's own, [`Watch`].
//! * Reading: [`Hot::load`], [`Hot::snapshot`], [`Hot::reader`]; one section: [`Hot::view`].
//! * Asking by key: [`Key`], [`OptionalKey`], [`Hot::get`], [`Hot::explain`], [`Value`].
//! * Changes: [`Hot::subscribe`], [`Hot::on`], [`Hot::on_change`], [`Change`].
//! * Changing it: [`Hot::set`], [`Hot::update`], [`Hot::reload`], [`Outcome`], [`Status`].
//! * Without sources: [`Hot::fixed`], [`Hot::replace`].
//! * Testing: [`testing`].
//! * What went wrong: [`Error`], [`Problem`].
//!
//! # Features
//!
//! On by default: `toml` (TOML files and texts) and `watch` (hearing of file changes from the operating system; without
//! it files are looked at in intervals). Off by default: `yaml`, `json`, `stream`, with which a subscription can become a stream,
//! and `validator`, which runs the rules of `#[validate(...)]`. Without any of them the environment, arguments, figment providers and sources of one's own are
//! layered all the same.
//!
//! # Logging
//!
//! Through the `log` facade: one line at info for each version, with its keys and no values; one at warn for each
//! refusal and each warning.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// What serves some features only is dead without them; with all of them nothing may be.
#![cfg_attr(
    not(all(
        feature = "toml",
        feature = "yaml",
        feature = "json",
        feature = "watch",
        feature = "stream",
        feature = "validator"
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
mod loader;
mod status;
mod watch;

mod listeners;
mod reader;
mod reload;

mod builder;
mod hot;

pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
#[allow(missing_docs)] // named by generated code only
pub mod __private;

pub use hotconf_derive::{HotConfig, IntoValue};

pub use build::{ConfigValue, EmptyValue};
pub use cell::HotConfig;
pub use schema::{FieldSchema, Rule, Schema, Unknown, VariantSchema};

pub use builder::Builder;
pub use format::Format;
pub use source::{Bell, Reading, Request, Source, SourceError, SourcePath};
pub use watch::Watch;

pub use cell::Guard;
pub use hot::{Hot, Part, PartChange, PartSnapshot, PartSubscription, WeakHot};
pub use reader::Reader;
pub use snapshot::Snapshot;

pub use explain::Explanation;
pub use key::{AsKey, Entries, Found, Items, Key, KeyPath, OptionalKey, Pointer, ToKeyPath, TypedKey};
pub use origin::{Origin, OriginKind};
pub use value::{IntoValue, Value};

pub use change::{Change, Subscription, WaitError};

#[cfg(feature = "stream")]
pub use change::Changes;
pub use listeners::Listener;

pub use reload::{Edit, Outcome};
pub use status::{PendingRestart, SourceStatus, Status, Watched};

pub use error::{Error, Problem, ProblemKind, Report};

/// The figment that [`Builder::provider`] and [`Builder::figment`] take.
pub use figment;
