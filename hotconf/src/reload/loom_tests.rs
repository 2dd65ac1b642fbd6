//! Signs, looks, publications, those who are told, and the end, under the model checker:
//! `RUSTFLAGS="--cfg loom" cargo test -p hotconf --lib --release loom`.
//!
//! No model has the help of time: a deadline is never reached in one, so whoever misses what should wake it waits for
//! ever, and that is told as a deadlock.

mod callbacks;
mod inbox;
mod store;
mod subscriptions;

use std::sync::Arc;

use crate::HotConfig;
use crate::change::{Change, Core};
use crate::key::KeyPath;
use crate::snapshot::{Alive, Snapshot};

/// Three threads with locks and waits have too many orders to try them all, and hardly any fault needs more preemptions.
const PREEMPTIONS: usize = 3;

fn model(run: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    // `LOOM_MAX_PREEMPTIONS` goes deeper.
    builder.preemption_bound.get_or_insert(PREEMPTIONS);
    builder.check(run);
}

#[derive(HotConfig)]
#[hot(crate = crate)]
struct Config {
    #[hot(default = 0)]
    step: u64,
    #[hot(default = 0)]
    other: u64,
}

fn config(step: u64) -> Config {
    Config { step, other: 0 }
}

fn core() -> Arc<Core<Config>> {
    let alive = Alive::default();
    Arc::new(Core::new(Snapshot::new(config(1), 1, Vec::new(), &alive), alive))
}

fn publish(core: &Core<Config>, version: u64) {
    let snapshot = Snapshot::new(config(version), version, Vec::new(), &core.alive);
    core.publish(snapshot, [KeyPath::parse("step")].into(), || ());
}

/// Takes changes as they come, holds them to their rules, and gives the version that it ends at.
fn follow(changes: impl Iterator<Item = Change<Config>>) -> u64 {
    changes.fold(1, |seen, change| after(seen, &change))
}

/// The version after a change, which begins where the one before ended.
fn after(seen: u64, change: &Change<Config>) -> u64 {
    assert_eq!(change.old().version(), seen, "a change begins where the one before ended");
    assert!(change.version() > seen, "{change} after version {seen}");
    change.version()
}
