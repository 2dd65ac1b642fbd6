//! Processor time, because the time on the clock depends on what else the machine does.

use rustix::time::{ClockId, clock_gettime};

/// The processor time of this thread so far, in nanoseconds.
pub(crate) fn of_thread() -> f64 {
    nanoseconds(ClockId::ThreadCPUTime)
}

/// The processor time of all threads of this process so far, in nanoseconds.
pub(crate) fn of_process() -> f64 {
    nanoseconds(ClockId::ProcessCPUTime)
}

fn nanoseconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}
