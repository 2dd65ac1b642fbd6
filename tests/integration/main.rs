//! hotconf through its public face, a file for each topic.
#![allow(clippy::needless_borrows_for_generic_args)] // a reference to a key is as good as the key, and both are tried
#![allow(dead_code)] // fields are declared for what is said when they are read, and not all are looked at
#![allow(missing_docs, unreachable_pub)] // nobody uses a test from outside, and its types are declared as users declare theirs

mod api;
mod conformance;
mod contract;
mod corpus;
mod declaring;
mod diagnostics;
mod env_file;
mod environment;
mod events;
mod explaining;
mod fixed;
mod folders;
mod fuzzed;
mod guards;
mod history;
mod hostile;
mod hygiene;
mod last_good;
mod laws;
mod limits;
mod merging;
mod model;
mod once;
mod overriding;
mod pages;
mod parts;
mod plainly;
mod plan;
mod preparing;
mod problems;
mod reads;
mod reloading;
mod secrecy;
mod secret_types;
mod services;
mod stepping;
mod streams;
mod syntax;
mod templates;
mod testing;
mod tidy;
mod told;
mod watching;
