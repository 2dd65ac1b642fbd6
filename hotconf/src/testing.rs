//! What tests of programs need: a source that is changed by hand, a folder and an environment of their own, and a check
//! of all defaults.
//!
//! Nothing here touches what the process shares, such as its environment or its current folder, so tests run in parallel.
//! It needs no other crate, and what a program does not call is not in it; so it is always there, and no feature has to
//! be turned on for tests.
//!
//! A store of one given value is [`Hot::fixed`](crate::Hot::fixed).

mod defaults;
mod memory;
mod sandbox;

pub use defaults::check_defaults;
pub use memory::Memory;
pub use sandbox::Sandbox;
