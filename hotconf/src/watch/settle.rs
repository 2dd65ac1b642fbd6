//! When a burst of signs is over. Pure: the time is an argument.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::SignKind;

/// How long the sources must have been silent before a look, and how long a look may be put off.
///
/// Without `quiet` the wait fits the sign: a file that is closed or renamed into place is complete, one that was
/// just created may not be, and one that is being written is waited for until its writer closes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settle {
    /// Silence after any sign; zero looks at once, also into files that are still being written.
    pub(crate) quiet: Option<Duration>,
    /// After this time since the first sign a look happens anyway.
    pub(crate) at_most: Duration,
}

impl Default for Settle {
    fn default() -> Settle {
        Settle { quiet: None, at_most: Duration::from_secs(2) }
    }
}

/// After a sign that leaves the file complete; two commands that append one after the other stay together.
pub(super) const COMPLETE: Duration = Duration::from_millis(10);
/// After a name appeared, as a link has no writer that closes it.
const CREATED: Duration = Duration::from_millis(60);
/// Where nobody tells when a writer is done.
pub(super) const UNTOLD: Duration = Duration::from_millis(100);

/// Adds without the panic of an instant that cannot be represented.
pub(crate) fn later(now: Instant, wait: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    now.checked_add(wait).unwrap_or_else(|| now + FAR)
}

/// The signs that no look has answered yet.
#[derive(Debug)]
pub(super) struct Settling {
    rules: Settle,
    /// Whether the backend tells when a writer closes its file.
    closes: bool,
    burst: Option<Burst>,
    /// Signs from before the watches were last armed: the look that follows answers them.
    before_arm: Option<Burst>,
    /// The first of the signs that the look which is under way is to answer. They are answered when it is over, and
    /// not when it is dropped for a writer.
    begun_for: Option<Instant>,
    /// The look that was asked for last came because it could not be put off for longer.
    at_the_limit: bool,
    /// Somebody wrote since the watches were last armed, and may have closed the file since then.
    was_written: bool,
}

/// Signs that one look will answer.
#[derive(Debug)]
struct Burst {
    first: Instant,
    calm_at: Instant,
    unfinished: HashMap<PathBuf, Unfinished>,
    /// Events are part of it; what the slow check found besides needs no wait of its own.
    told: bool,
    found_calm_at: Option<Instant>,
}

/// Which of the senses asks for a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Events told of a change.
    Told,
    /// Only the slow check found one.
    Found,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unfinished {
    Writing,
    CreatedUntil(Instant),
}

impl Settling {
    pub(super) fn new(rules: Settle) -> Settling {
        Settling {
            rules,
            closes: false,
            burst: None,
            before_arm: None,
            begun_for: None,
            at_the_limit: false,
            was_written: false,
        }
    }

    /// Says whether the backend tells when a writer closes its file.
    pub(super) fn set_closes(&mut self, closes: bool) {
        self.closes = closes;
    }

    /// An event concerns these paths.
    pub(super) fn event(&mut self, kind: SignKind, paths: impl IntoIterator<Item = PathBuf>, now: Instant) {
        let (quiet, closes) = (self.rules.quiet, self.closes);
        let waits_for_close = closes && quiet != Some(Duration::ZERO);
        let burst = self.burst.get_or_insert_with(|| Burst::starting(now));
        burst.told = true;
        let wait = match kind {
            SignKind::Data if waits_for_close => {
                self.was_written = true;
                burst.unfinished.extend(paths.into_iter().map(|path| (path, Unfinished::Writing)));
                return;
            }
            SignKind::Created | SignKind::FolderCreated if closes && quiet.is_none() => {
                let created = Unfinished::CreatedUntil(later(now, CREATED));
                for path in paths {
                    // What was written under this name before is another file.
                    if let Some(earlier) = &mut self.before_arm {
                        earlier.unfinished.remove(&path);
                    }
                    burst.unfinished.insert(path, created);
                }
                return;
            }
            SignKind::Metadata | SignKind::Unknown => COMPLETE,
            SignKind::Written
            | SignKind::Renamed
            | SignKind::Removed
            | SignKind::Created
            | SignKind::FolderCreated
            | SignKind::Data => {
                for path in paths {
                    burst.unfinished.remove(&path);
                    if let Some(earlier) = &mut self.before_arm {
                        earlier.unfinished.remove(&path);
                    }
                }
                COMPLETE
            }
        };
        let wait = quiet.unwrap_or(if closes { wait } else { UNTOLD });
        burst.calm_at = burst.calm_at.max(later(now, wait));
    }

    /// Events were lost, or the watches themselves are in doubt.
    pub(super) fn rescan(&mut self, now: Instant) {
        self.event(SignKind::Unknown, None, now);
    }

    /// The slow check found a difference, and cannot know whether its writer is done.
    pub(super) fn found(&mut self, now: Instant) {
        let wait = self.rules.quiet.unwrap_or(UNTOLD);
        let burst = self.burst.get_or_insert_with(|| Burst::starting(now));
        burst.found_calm_at = Some(later(now, wait));
    }

    /// How long files rest before they are believed where nobody tells when their writer is done.
    pub(super) fn rest(&self) -> Duration {
        self.rules.quiet.unwrap_or(UNTOLD)
    }

    /// The longest time for which a look is put off.
    pub(super) fn at_most(&self) -> Duration {
        self.rules.at_most
    }

    /// A look met files that may have a writer of whom nobody can tell, so that another is due once they have rested.
    /// Where there are events, the look is one of those that they ask for.
    pub(super) fn met_unrest(&mut self, wait: Duration, told: bool, now: Instant) {
        let calm_at = later(now, wait);
        let burst = self.burst.get_or_insert_with(|| Burst::starting(now));
        burst.told |= told;
        burst.calm_at = burst.calm_at.max(calm_at);
    }

    /// When the look is due; `None` when nothing asks for one.
    pub(super) fn due(&self) -> Option<Instant> {
        let cap = self.cap()?;
        if self.is_being_written() {
            return Some(cap);
        }
        let told = self.is_told();
        let calm_at = self.bursts().map(|burst| burst.calm_at(told)).max()?;
        Some(calm_at.min(cap))
    }

    /// Whether only the slow check asks for the look, and it may still be put off.
    pub(super) fn waits_for_rest(&self, now: Instant) -> bool {
        !self.is_told() && self.cap().is_some_and(|cap| now < cap)
    }

    /// If a look is due, forgets the signs that ask for it and says where they came from.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Origin> {
        if self.due()? > now {
            return None;
        }
        self.at_the_limit = self.cap().is_some_and(|cap| cap <= now);
        let told = self.is_told();
        self.begun_for = self.first();
        (self.before_arm, self.burst) = (None, None);
        Some(if told { Origin::Told } else { Origin::Found })
    }

    /// Whether the look that goes on came because it could not be put off for longer.
    pub(super) fn is_at_the_limit(&self) -> bool {
        self.at_the_limit
    }

    /// Whether a look that is not over yet may have met a writer at work, and may be repeated later. A look that
    /// came because the writer took too long may not.
    pub(super) fn is_disturbed(&self) -> bool {
        !self.at_the_limit && self.is_being_written()
    }

    /// The same of a writer who has closed the file since then: what was read may be the middle of it.
    pub(super) fn was_disturbed(&self) -> bool {
        !self.at_the_limit && self.was_written
    }

    /// The same of a name that has just appeared, and may be about to get content.
    pub(super) fn is_disturbed_by_a_new_name(&self, now: Instant) -> bool {
        let mut unfinished = self.bursts().flat_map(|burst| burst.unfinished.values());
        !self.at_the_limit
            && unfinished.any(|state| matches!(state, Unfinished::CreatedUntil(until) if now < *until))
    }

    /// From here on a look sees whatever the signs so far were about.
    pub(super) fn mark_armed(&mut self) {
        self.was_written = false;
        self.before_arm = match (self.before_arm.take(), self.burst.take()) {
            (Some(mut earlier), Some(burst)) => {
                earlier.first = earlier.first.min(burst.first);
                earlier.calm_at = earlier.calm_at.max(burst.calm_at);
                earlier.unfinished.extend(burst.unfinished);
                earlier.told |= burst.told;
                earlier.found_calm_at = earlier.found_calm_at.max(burst.found_calm_at);
                Some(earlier)
            }
            (earlier, burst) => earlier.or(burst),
        };
    }

    /// A look has answered the signs that came before the watches were armed for it.
    pub(super) fn looked(&mut self) {
        self.before_arm = None;
        self.begun_for = None;
        self.at_the_limit = false;
        self.was_written = false;
    }

    /// When the look comes whatever happens.
    fn cap(&self) -> Option<Instant> {
        Some(later(self.first()?, self.rules.at_most))
    }

    /// The first sign that no look has answered, where there are signs that ask for one.
    fn first(&self) -> Option<Instant> {
        let first = self.bursts().map(|burst| burst.first).min()?;
        Some(self.begun_for.map_or(first, |begun_for| begun_for.min(first)))
    }

    /// Whether a writer is known to be at work.
    fn is_being_written(&self) -> bool {
        let mut unfinished = self.bursts().flat_map(|burst| burst.unfinished.values());
        unfinished.any(|state| *state == Unfinished::Writing)
    }

    fn is_told(&self) -> bool {
        self.bursts().any(|burst| burst.told)
    }

    fn bursts(&self) -> impl Iterator<Item = &Burst> {
        self.before_arm.iter().chain(&self.burst)
    }
}

impl Burst {
    fn starting(now: Instant) -> Burst {
        Burst { first: now, calm_at: now, unfinished: HashMap::new(), told: false, found_calm_at: None }
    }

    /// When the signs are over unless a writer is at work.
    fn calm_at(&self, told: bool) -> Instant {
        let found_calm_at = self.found_calm_at.filter(|_| !told);
        let created_until = self.unfinished.values().filter_map(|state| match state {
            Unfinished::CreatedUntil(until) => Some(*until),
            Unfinished::Writing => None,
        });
        created_until.chain(found_calm_at).fold(self.calm_at, Instant::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSING: bool = true;

    struct Clock {
        start: Instant,
        settling: Settling,
    }

    impl Clock {
        fn with(quiet: Option<u64>, at_most: u64, closes: bool) -> Clock {
            let quiet = quiet.map(Duration::from_millis);
            let mut settling = Settling::new(Settle { quiet, at_most: Duration::from_millis(at_most) });
            settling.set_closes(closes);
            Clock { start: Instant::now(), settling }
        }

        fn default() -> Clock {
            Clock::with(None, 2000, CLOSING)
        }

        fn at(&self, milliseconds: u64) -> Instant {
            self.start + Duration::from_millis(milliseconds)
        }

        fn event(&mut self, milliseconds: u64, kind: SignKind, path: &str) -> &mut Clock {
            let now = self.at(milliseconds);
            self.settling.event(kind, [PathBuf::from(path)], now);
            self
        }

        fn due(&self) -> Option<u64> {
            self.settling.due().map(|due| (due - self.start).as_millis() as u64)
        }
    }

    #[test]
    fn complete_files_wait_for_a_moment() {
        for kind in
            [SignKind::Written, SignKind::Renamed, SignKind::Removed, SignKind::Metadata, SignKind::Unknown]
        {
            assert_eq!(Clock::default().event(5, kind, "a").due(), Some(15), "{kind:?}");
        }
        let mut clock = Clock::default();
        clock.settling.rescan(clock.at(5));
        assert_eq!(clock.due(), Some(15));
    }

    #[test]
    fn a_second_sign_starts_the_wait_again() {
        let mut clock = Clock::default();
        clock.event(0, SignKind::Written, "a").event(8, SignKind::Written, "a");
        assert_eq!(clock.due(), Some(18));
        assert_eq!(clock.settling.take_due(clock.at(17)), None);
        assert_eq!(clock.settling.take_due(clock.at(18)), Some(Origin::Told));
        assert_eq!(clock.due(), None);
    }

    #[test]
    fn a_created_name_may_get_content() {
        let mut clock = Clock::default();
        assert_eq!(clock.event(0, SignKind::Created, "a").due(), Some(60));
        assert_eq!(clock.event(5, SignKind::Removed, "b").due(), Some(60));
        assert_eq!(clock.event(20, SignKind::Written, "a").due(), Some(30));
    }

    #[test]
    fn a_writer_is_waited_for_up_to_the_limit() {
        let mut clock = Clock::default();
        assert_eq!(clock.event(100, SignKind::Data, "a").due(), Some(2100));
        assert_eq!(clock.event(250, SignKind::Data, "a").due(), Some(2100));
        assert_eq!(clock.event(300, SignKind::Written, "b").due(), Some(2100));
        assert_eq!(clock.event(400, SignKind::Metadata, "a").due(), Some(2100));
        assert_eq!(clock.event(900, SignKind::Written, "a").due(), Some(910));
    }

    #[test]
    fn what_takes_the_place_of_an_unfinished_file_is_not_waited_for() {
        for kind in [SignKind::Removed, SignKind::Renamed] {
            let mut clock = Clock::default();
            clock.event(0, SignKind::Data, "a").event(20, kind, "a");
            assert_eq!(clock.due(), Some(30));
        }
    }

    #[test]
    fn the_limit_counts_from_the_first_sign_also_in_an_endless_storm() {
        let mut clock = Clock::default();
        for step in 0..1000 {
            clock.event(step * 5, SignKind::Written, "a");
            let now = clock.at(step * 5);
            if clock.settling.take_due(now).is_some() {
                assert_eq!(step * 5, 2000);
                return;
            }
        }
        panic!("never due");
    }

    #[test]
    fn without_close_events_all_signs_wait_longer() {
        for kind in [SignKind::Data, SignKind::Created, SignKind::Renamed, SignKind::Removed] {
            let mut clock = Clock::with(None, 1000, !CLOSING);
            assert_eq!(clock.event(0, kind, "a").event(30, SignKind::Unknown, "a").due(), Some(130));
        }
    }

    #[test]
    fn a_chosen_silence_holds_for_all_but_writers() {
        for kind in [SignKind::Written, SignKind::Created, SignKind::Renamed, SignKind::Metadata] {
            assert_eq!(Clock::with(Some(40), 500, CLOSING).event(0, kind, "a").due(), Some(40));
        }
        let mut clock = Clock::with(Some(40), 500, CLOSING);
        assert_eq!(clock.event(0, SignKind::Data, "a").due(), Some(500));
        assert_eq!(clock.event(100, SignKind::Written, "a").due(), Some(140));
        assert_eq!(Clock::with(Some(40), 500, !CLOSING).event(0, SignKind::Data, "a").due(), Some(40));
        assert_eq!(Clock::with(Some(800), 500, CLOSING).event(0, SignKind::Written, "a").due(), Some(500));
    }

    #[test]
    fn no_silence_looks_at_once() {
        for kind in [SignKind::Data, SignKind::Written, SignKind::Created] {
            assert_eq!(Clock::with(Some(0), 500, CLOSING).event(7, kind, "a").due(), Some(7));
        }
    }

    #[test]
    fn waits_beyond_all_time_are_no_fault() {
        let mut clock = Clock::default();
        clock.settling = Settling::new(Settle { quiet: Some(Duration::MAX), at_most: Duration::MAX });
        clock.event(0, SignKind::Written, "a");
        assert!(clock.due() > Some(1_000_000));
    }

    #[test]
    fn a_look_answers_only_what_came_before_it_was_armed() {
        let mut clock = Clock::default();
        clock.event(0, SignKind::Written, "a");
        clock.settling.mark_armed();
        assert_eq!(clock.due(), Some(10));
        clock.event(3, SignKind::Written, "b");
        clock.settling.looked();
        assert_eq!(clock.due(), Some(13));
        // Without the look both wait together.
        clock.settling.mark_armed();
        clock.event(5, SignKind::Data, "b");
        assert_eq!(clock.due(), Some(2003));
        clock.settling.mark_armed();
        clock.event(6, SignKind::Written, "b");
        assert_eq!(clock.due(), Some(16));
        clock.settling.mark_armed();
        clock.settling.looked();
        assert_eq!(clock.due(), None);
    }

    #[test]
    fn a_writer_disturbs_a_look_unless_it_took_too_long() {
        let mut clock = Clock::default();
        clock.event(0, SignKind::Written, "a");
        assert!(clock.settling.take_due(clock.at(10)).is_some());
        clock.settling.mark_armed();
        assert!(!clock.settling.is_disturbed());
        clock.event(11, SignKind::Data, "a");
        assert!(clock.settling.is_disturbed());
        assert_eq!(clock.due(), Some(2000));
        clock.settling.mark_armed();
        assert!(clock.settling.is_disturbed());
        assert!(clock.settling.take_due(clock.at(2000)).is_some());
        clock.event(2012, SignKind::Data, "a");
        assert!(!clock.settling.is_disturbed());
        clock.settling.looked();
        assert!(clock.settling.is_disturbed());
        assert_eq!(clock.due(), Some(4012));
    }

    /// What was read may be the middle of it.
    #[test]
    fn who_wrote_during_a_look_disturbed_it_although_he_is_done() {
        let mut clock = Clock::default();
        clock.settling.mark_armed();
        clock.event(1, SignKind::Data, "a").event(2, SignKind::Written, "a");
        assert!(clock.settling.was_disturbed() && !clock.settling.is_disturbed());
        assert_eq!(clock.due(), Some(12));
        clock.settling.mark_armed();
        assert!(!clock.settling.was_disturbed());
    }

    #[test]
    fn a_name_that_appears_during_a_look_disturbs_it_for_a_moment() {
        let mut clock = Clock::default();
        clock.settling.mark_armed();
        clock.event(1, SignKind::Created, "a");
        assert!(clock.settling.is_disturbed_by_a_new_name(clock.at(60)));
        assert!(!clock.settling.is_disturbed_by_a_new_name(clock.at(61)));
        assert_eq!(clock.due(), Some(61));
        clock.event(2, SignKind::Written, "a");
        assert!(!clock.settling.is_disturbed_by_a_new_name(clock.at(3)));
    }

    #[test]
    fn writers_who_disturb_every_look_put_it_off_no_longer_than_the_limit() {
        let mut clock = Clock::default();
        clock.event(0, SignKind::Written, "a");
        let mut dropped = 0;
        loop {
            let due = clock.due().unwrap();
            let now = clock.at(due);
            assert!(clock.settling.take_due(now).is_some());
            clock.settling.mark_armed();
            clock.event(due + 1, SignKind::Data, "a");
            if !clock.settling.is_disturbed() {
                assert!(due <= 2000 && dropped > 100, "looked at {due} after {dropped} looks");
                return;
            }
            dropped += 1;
            clock.event(due + 2, SignKind::Written, "a");
        }
    }

    #[test]
    fn the_slow_check_waits_for_rest_and_is_told_apart() {
        let mut clock = Clock::default();
        clock.settling.found(clock.at(0));
        assert_eq!(clock.due(), Some(100));
        assert!(clock.settling.waits_for_rest(clock.at(100)));
        clock.settling.found(clock.at(100));
        assert_eq!(clock.settling.take_due(clock.at(200)), Some(Origin::Found));
        clock.settling.found(clock.at(300));
        clock.event(310, SignKind::Written, "a");
        assert!(!clock.settling.waits_for_rest(clock.at(320)));
        assert_eq!(clock.settling.take_due(clock.at(320)), Some(Origin::Told));
    }

    /// Numbers that are the same in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }

    /// Whatever the signs, each is answered by a look after it and at most the limit later; and no look comes
    /// earlier than that while a writer is at work or right after the last sign.
    #[test]
    fn no_sign_is_missed_starved_or_answered_too_early() {
        const KINDS: [SignKind; 7] = [
            SignKind::Written,
            SignKind::Data,
            SignKind::Created,
            SignKind::Renamed,
            SignKind::Removed,
            SignKind::Metadata,
            SignKind::Unknown,
        ];
        for seed in 0..400 {
            let mut random = Random(seed);
            let at_most = 50 + random.below(1500);
            let mut clock = Clock::with(None, at_most, CLOSING);
            let mut now = 0;
            let mut open: Vec<(SignKind, String, u64)> = Vec::new();
            let mut gap = 200;
            for step in 0..300 {
                if step % 30 == 0 {
                    gap = 1 + random.below(300);
                }
                let next = now + random.below(gap);
                while let Some(due) = clock.due().filter(|&due| due <= next) {
                    let first = open[0].2;
                    let last = open.last().unwrap().2;
                    assert!(due >= last && due <= first + at_most, "seed {seed}");
                    if due < first + at_most {
                        assert!(due >= last + 10, "seed {seed}");
                        let mut writers: Vec<&str> = Vec::new();
                        for (kind, path, _) in &open {
                            match kind {
                                SignKind::Data => writers.push(path),
                                SignKind::Metadata | SignKind::Unknown => {}
                                _ => writers.retain(|writer| writer != path),
                            }
                        }
                        assert!(writers.is_empty(), "seed {seed}");
                    }
                    assert!(clock.settling.take_due(clock.at(due)).is_some());
                    clock.settling.looked();
                    open.clear();
                }
                assert_eq!(clock.due().is_some(), !open.is_empty(), "seed {seed}");
                now = next;
                if random.below(20) == 0 {
                    clock.settling.mark_armed();
                    open.clear();
                    if random.below(2) == 0 {
                        clock.event(now, SignKind::Written, "during the look");
                        open.push((SignKind::Written, "during the look".into(), now));
                    }
                    clock.settling.looked();
                } else {
                    let kind = KINDS[random.below(KINDS.len() as u64) as usize];
                    let path = format!("file {}", random.below(3));
                    clock.event(now, kind, &path);
                    open.push((kind, path, now));
                }
            }
        }
    }
}
