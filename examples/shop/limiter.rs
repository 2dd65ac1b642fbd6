//! A token bucket that follows the configuration.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::settings::RateLimit;

/// Counts what was let through. It holds no limits: they are given with each request, so that new ones count from the
/// next request on and what was used before stays used.
#[derive(Debug)]
pub struct Limiter {
    used: Mutex<Used>,
}

#[derive(Debug)]
struct Used {
    requests: f64,
    at: Instant,
}

impl Limiter {
    /// A limiter that has let nothing through.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { used: Mutex::new(Used { requests: 0.0, at: now }) }
    }

    /// Lets one request through.
    ///
    /// # Errors
    ///
    /// When the limit is used up: the time until one more is let through.
    pub fn take(&self, now: Instant, limit: RateLimit) -> Result<(), Duration> {
        let per_second = f64::from(limit.requests_per_minute) / 60.0;
        // The numbers are whole after every step, so that a panic elsewhere cannot have left them half-way.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_duration_since(used.at);
        used.requests = (used.requests - passed.as_secs_f64() * per_second).max(0.0);
        used.at = now;
        let too_many = used.requests + 1.0 - f64::from(limit.burst_size);
        if too_many > 0.0 {
            return Err(Duration::from_secs_f64(too_many / per_second));
        }
        used.requests += 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_limits_count_from_the_next_request_and_forget_nothing() {
        let start = Instant::now();
        let limiter = Limiter::new(start);
        let limit = |burst_size| RateLimit { requests_per_minute: 60, burst_size };
        assert_eq!(limiter.take(start, limit(2)), Ok(()));
        assert_eq!(limiter.take(start, limit(2)), Ok(()));
        assert_eq!(limiter.take(start, limit(2)), Err(Duration::from_secs(1)));
        assert_eq!(limiter.take(start, limit(3)), Ok(()), "two of three were used");
        assert_eq!(limiter.take(start, limit(1)), Err(Duration::from_secs(3)), "three of one were used");
        let later = start + Duration::from_secs(3);
        assert_eq!(limiter.take(later, limit(1)), Ok(()), "one comes back each second");
        assert!(limiter.take(later, limit(1)).is_err());
    }
}
