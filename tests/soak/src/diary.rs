//! What happened of late in a lane: the steps of the writer and what was seen between them, told where something is found.

use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::time::{Duration, Instant};

/// The edits that are remembered: what is found in one may have begun in those before.
const EDITS: usize = 3;
/// An edit has no more steps than these, but for what is seen of versions that nobody stops.
const MOST_STEPS: usize = 100;

#[derive(Default)]
pub(crate) struct Diary {
    entries: VecDeque<Entry>,
}

struct Entry {
    name: String,
    begun: Instant,
    steps: Vec<(Duration, String)>,
}

impl Diary {
    /// An edit begins.
    pub(crate) fn begin(&mut self, name: String) {
        if self.entries.len() == EDITS {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry { name, begun: Instant::now(), steps: Vec::new() });
    }

    /// Something happened.
    pub(crate) fn note(&mut self, words: impl FnOnce() -> String) {
        if let Some(entry) = self.entries.back_mut().filter(|entry| entry.steps.len() < MOST_STEPS) {
            entry.steps.push((entry.begun.elapsed(), words()));
        }
    }
}

impl fmt::Display for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(last) = self.entries.back() else { return Ok(()) };
        for entry in &self.entries {
            let before = last.begun - entry.begun;
            writeln!(f, "  {}, {:.1} ms before the last", entry.name, milliseconds(before))?;
            for (at, words) in &entry.steps {
                writeln!(f, "  {:10.1} ms  {words}", milliseconds(*at))?;
            }
        }
        f.write_char('\n')
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
