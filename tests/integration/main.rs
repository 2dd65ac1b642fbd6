//! hotconf through its public face, a file for each topic.
#![allow(missing_docs, unreachable_pub)] // nobody uses a test from outside, and its types are declared as users declare theirs

mod contract;
mod environment;
mod events;
mod hygiene;
mod merging;
mod problems;
mod reads;
mod reloading;
mod tidy;
mod watching;
