//! Folders of files: configuration, each file a layer; and secrets, each file a key.

mod dir;
mod secrets;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hotconf::{Builder, Hot, HotConfig, Outcome, Subscription, Watch};
use hotconf_tests::{DEADLINE, Probe, Sandbox};

/// Waits for the next version that satisfies the condition.
#[track_caller]
fn wait_for<T: HotConfig + Send + Sync>(changes: &mut Subscription<T>, is_it: impl Fn(&T) -> bool) {
    loop {
        match changes.next_timeout(DEADLINE) {
            Ok(change) if is_it(change.new()) => return,
            Ok(_) => {}
            Err(error) => panic!("waited in vain: {error}"),
        }
    }
}

/// As it is watched by default, and by looks alone.
fn both_ways<T: HotConfig + Send + Sync>(builder: impl Fn() -> Builder<T>) -> [Builder<T>; 2] {
    let polling = Watch::Poll(Duration::from_millis(20));
    let settled = builder().settle(Duration::from_millis(25), Duration::from_secs(2));
    [builder(), settled.watch(polling)]
}

/// A store of the builder's folder and of the file `last.toml`, after a reload. When that had read the folder, and not yet
/// the file, `between` happened.
fn reloaded_while<T: HotConfig + Send + Sync>(
    builder: Builder<T>,
    sandbox: &Arc<Sandbox>,
    between: impl FnOnce(&Sandbox) + Send + 'static,
) -> Hot<T> {
    let (edited, mut step) = (sandbox.clone(), Some(between));
    let is_built = Arc::new(AtomicBool::new(false));
    let may_step = is_built.clone();
    let meddle = Probe::silent(move || {
        if may_step.load(Ordering::SeqCst) {
            if let Some(step) = step.take() {
                step(&edited);
            }
        }
    });
    let builder = builder.source(meddle).file(sandbox.at("last.toml"));
    let cfg = builder.watch(Watch::Off).build().expect("it is good before");
    is_built.store(true, Ordering::SeqCst);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)), "it is good after");
    cfg
}
