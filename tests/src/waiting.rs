//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// How long anything may take before a test fails. Machines that run many tests at once are slow; a test that passes
/// never waits for this long.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// How long a test listens when nothing is supposed to come. Longer than any wait of hotconf that is not about a fault.
pub const MOMENT: Duration = Duration::from_millis(120);

/// Waits until `condition` holds.
///
/// # Panics
///
/// When it does not hold within [`DEADLINE`]; `what` says what was waited for.
#[track_caller]
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}
