//! Folders of files: configuration, each file a layer; and secrets, each file a key.

mod dir;
mod secrets;

use std::time::Duration;

use hotconf::{Builder, HotConfig, Subscription, Watch};
use hotconf_tests::DEADLINE;

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
