//! How times are spread, in little memory however many there are.

use std::time::Duration;

/// A count for each class of times that differ by less than two per cent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spread {
    counts: Vec<u64>,
    total: u64,
    longest: Duration,
}

const STEP: f64 = 1.02;

impl Spread {
    pub(crate) fn add(&mut self, time: Duration) {
        let micros = (time.as_secs_f64() * 1e6).max(1.0);
        let class = micros.log(STEP) as usize;
        if self.counts.len() <= class {
            self.counts.resize(class + 1, 0);
        }
        self.counts[class] += 1;
        self.total += 1;
        self.longest = self.longest.max(time);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own += other;
        }
        self.total += other.total;
        self.longest = self.longest.max(other.longest);
    }

    /// The time that this share of all does not exceed.
    fn at(&self, share: f64) -> Duration {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut passed = 0;
        for (class, count) in self.counts.iter().enumerate() {
            passed += count;
            if passed >= wanted {
                return Duration::from_secs_f64(STEP.powi(class as i32 + 1) / 1e6).min(self.longest);
            }
        }
        self.longest
    }

    /// Half of all, ninety-nine in a hundred, and the longest, in milliseconds.
    pub(crate) fn cells(&self) -> [String; 3] {
        if self.total == 0 {
            return ["", "", ""].map(str::to_owned);
        }
        [self.at(0.5), self.at(0.99), self.longest].map(|time| format!("{:.1}", time.as_secs_f64() * 1e3))
    }
}
