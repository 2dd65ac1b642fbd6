//! How long something that may be half-way through a change is looked at again before it is called bad. Pure: the time is
//! an argument.

use std::time::{Duration, Instant};

use crate::source::Patience;
use crate::watch::later;

/// The longest time that is given to anything that was not there, or could not be read, for a moment.
pub(super) const PATIENCE_WITH_TORN: Duration = Duration::from_secs(2);
const PATIENCE_WITH_MISSING: Duration = Duration::from_millis(500);
const PATIENCE_WITH_BROKEN: Duration = Duration::from_millis(300);
/// Between looks at something that is being written.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Something that may be half-way through a change, and since when.
pub(super) struct Waiting {
    /// When something bad was seen for the first time.
    begun: Instant,
    /// When the time for all that is bad began.
    first: Instant,
    /// When the time for what is bad at present began.
    since: Instant,
    /// What the sources said then.
    revisions: Vec<u64>,
    pause: Duration,
}

impl Waiting {
    /// What is bad at `now`, with what is known of it from before. What is wrong in another way has a time of its own,
    /// though not for ever.
    pub(super) fn after(before: Option<Waiting>, revisions: &[u64], now: Instant) -> Waiting {
        match before {
            Some(waiting) if waiting.revisions == revisions => waiting,
            Some(waiting) => Waiting { since: now, revisions: revisions.to_vec(), ..waiting },
            None => Waiting {
                begun: now,
                first: now,
                since: now,
                revisions: revisions.to_vec(),
                pause: SHORTEST_PAUSE,
            },
        }
    }

    /// A look was dropped, because somebody is at work: what was wrong before has its time anew. Writers are waited for no
    /// longer than `at_most` in this as well, so that there is an end to it.
    pub(super) fn disturbed(&mut self, at_most: Duration, now: Instant) {
        self.since = now;
        self.first = now.min(later(self.begun, at_most)).max(self.first);
    }

    /// When to look again; `None` once that has gone on long enough.
    pub(super) fn next_look(&mut self, patience: Patience, now: Instant) -> Option<Instant> {
        let limit = match patience {
            Patience::None => Duration::ZERO,
            Patience::Broken => PATIENCE_WITH_BROKEN,
            Patience::Missing => PATIENCE_WITH_MISSING,
            Patience::Truncated | Patience::Torn => PATIENCE_WITH_TORN,
        };
        let end = (self.since + limit).min(self.first + PATIENCE_WITH_TORN.max(limit));
        if now >= end {
            return None;
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        Some(if patience >= Patience::Truncated { (now + pause).min(end) } else { end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);
    const AT_MOST: Duration = Duration::from_secs(2);

    #[test]
    fn what_is_missing_has_half_a_second() {
        let start = Instant::now();
        let mut waiting = Waiting::after(None, &[1], start);
        let end = start + 500 * MILLISECOND;
        assert_eq!(waiting.next_look(Patience::Missing, start), Some(end));
        assert_eq!(Waiting::after(Some(waiting), &[1], end).next_look(Patience::Missing, end), None);
    }

    #[test]
    fn what_is_torn_is_looked_at_ever_more_rarely() {
        let (mut now, mut looks) = (Instant::now(), 0);
        let end = now + PATIENCE_WITH_TORN;
        let mut waiting = Waiting::after(None, &[1], now);
        while let Some(next) = waiting.next_look(Patience::Torn, now) {
            assert!(next > now && next <= end);
            (now, looks) = (next, looks + 1);
        }
        assert!(now == end && (10..20).contains(&looks), "{looks} looks");
    }

    #[test]
    fn what_keeps_being_wrong_in_other_ways_has_two_seconds() {
        let start = Instant::now();
        let mut waiting = Waiting::after(None, &[0], start);
        for revision in 1..1000 {
            let now = start + 10 * MILLISECOND * revision;
            waiting = Waiting::after(Some(waiting), &[revision.into()], now);
            if waiting.next_look(Patience::Missing, now).is_none() {
                assert_eq!(now, start + PATIENCE_WITH_TORN);
                return;
            }
        }
        panic!("it is never called bad");
    }

    /// A file is away at two moments, and between them somebody writes for as long as writers are waited for.
    #[test]
    fn the_time_of_a_writer_is_not_taken_from_what_is_missing_after_it() {
        let start = Instant::now();
        let mut waiting = Waiting::after(None, &[1], start);
        for step in 1..=199 {
            waiting.disturbed(AT_MOST, start + 10 * MILLISECOND * step);
        }
        let now = start + AT_MOST;
        let mut waiting = Waiting::after(Some(waiting), &[1], now);
        assert_eq!(waiting.next_look(Patience::Missing, now), Some(now + 490 * MILLISECOND));
        let mut waiting = Waiting::after(Some(waiting), &[2], now);
        assert_eq!(waiting.next_look(Patience::Missing, now), Some(now + 500 * MILLISECOND));
    }

    #[test]
    fn writers_who_disturb_every_look_do_not_put_it_off_for_ever() {
        let start = Instant::now();
        let mut waiting = Waiting::after(None, &[1], start);
        for step in 1..1000 {
            let now = start + 10 * MILLISECOND * step;
            waiting.disturbed(AT_MOST, now);
            waiting = Waiting::after(Some(waiting), &[1], now);
            if waiting.next_look(Patience::Missing, now).is_none() {
                assert_eq!(now, start + AT_MOST + PATIENCE_WITH_TORN);
                return;
            }
        }
        panic!("it is never called bad");
    }
}
