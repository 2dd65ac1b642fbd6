//! What tests of programs need: a source that is changed by hand, a folder and an environment of their own, a check of
//! all defaults, and the promises that sources of one's own have to keep.
//!
//! | to test | take |
//! |---|---|
//! | what a program does when values change | [`Memory`], or a store of one given value, [`Hot::fixed`](crate::Hot::fixed) |
//! | what it reads from files and variables | [`Sandbox`] |
//! | that every default is good | [`check_defaults`] |
//! | a [`Source`](crate::Source) of one's own | [`conformance`], with an example that runs |
//!
//! Nothing here touches what the process shares, such as its environment or its current folder, so tests run in parallel.
//! It needs no other crate, and what a program does not call is not in it; so it is always there, and no feature has to
//! be turned on for tests.
//!
//! ```
//! use hotconf::testing::{Sandbox, check_defaults};
//! use hotconf::{HotConfig, Outcome};
//!
//! #[derive(HotConfig)]
//! struct AppConfig {
//!     #[hot(default = 4)]
//!     workers: u8,
//! }
//!
//! check_defaults::<AppConfig>();
//!
//! let mut sandbox = Sandbox::new();
//! sandbox.var("APP_WORKERS_FILE", sandbox.path("workers").display().to_string());
//! sandbox.write("workers", "6\n");
//! let cfg = sandbox.builder::<AppConfig>().env("APP").build()?;
//! assert_eq!(cfg.load().workers, 6);
//!
//! sandbox.write("workers", "many\n");
//! assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
//! assert_eq!(cfg.load().workers, 6);
//! # Ok::<(), hotconf::Error>(())
//! ```

pub mod conformance;
mod defaults;
mod memory;
mod sandbox;

pub use defaults::check_defaults;
pub use memory::Memory;
pub use sandbox::Sandbox;
