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

/// The processor time, in seconds, of all processes that this one has waited for, as the kernel counts it.
pub(crate) fn of_children() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this is measured on Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_PER_SECOND
}
