//! What works in hotconf and in other libraries, one test for each fact and library. docs/COMPARE.md is the table of it.

mod changes;
mod documents;
mod environment;
mod generated;
mod mistakes;
mod moving;
mod names;
mod provenance;
mod reloading;
mod secrets;
mod shapes;
mod support;
mod theirs;
mod values;
mod variables;
