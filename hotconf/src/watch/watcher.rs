//! The watcher itself: both senses, and when they ask for a look.

use std::path::Path;
use std::time::{Duration, Instant};

use super::armed::{Armed, Plan};
use super::health::{
    Health, NativeHealth, PathHealth, PathMode, all_troubles, unlinked, unreachable_changes,
};
use super::mounts::Mounts;
use super::native::{self, Open};
use super::poll::{Finding, Jitter, Pace, SlowCheck};
use super::settle::{Origin, Settle, Settling, later};
use super::unrest::Unrest;
use super::{Sign, SignKind, SignSender, Watch, WatchPath};

/// Why it is time to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Events told of something, and it is over.
    Settled,
    /// The slow check found a difference that no event had told of.
    SlowCheck,
    /// No difference is known, but only the content can tell. When such a look finds a change, call
    /// [`Watcher::count_missed`].
    Routine,
}

/// Finds out when files may have changed. Owned by one thread, which
///
/// 1. calls [`arm`](Watcher::arm), reads everything, [hears the events out](Watcher::hear_out), hands over the signs
///    that came meanwhile, and calls [`looked`](Watcher::looked), or drops what it read if that
///    [`is_half_written`](Watcher::is_half_written);
/// 2. waits for signs until [`due`](Watcher::due) and hands them to [`sign`](Watcher::sign);
/// 3. at that time calls [`wake`](Watcher::wake), and looks again if it gives a reason.
pub(crate) struct Watcher {
    mode: Watch,
    send: SignSender,
    open: Open,
    pub(super) pace: Pace,
    /// What was last asked for, in the order in which it was.
    asked: Vec<WatchPath>,
    /// The same in order, each once.
    paths: Vec<WatchPath>,
    plan: Plan,
    armed: Armed,
    mounts: Mounts,
    /// What keeps events from coming, for each path.
    troubles: Vec<Vec<String>>,
    /// The changes that do not reach a path, for each path.
    unreachable: Vec<Option<String>>,
    /// Why the backend is not there.
    failure: Option<String>,
    retry_at: Option<Instant>,
    /// Since when faults of the backend are counted, and how many there were.
    faults: Option<(Instant, u32)>,
    settling: Settling,
    unrest: Unrest,
    check: SlowCheck,
    next_check: Option<Instant>,
    jitter: Jitter,
    counts: Counts,
    /// Rises with each change of how the paths are watched.
    revision: u64,
}

/// What has been noticed so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    /// Events that concerned the paths.
    pub(crate) signs: u64,
    /// How often events were lost because nobody could take them in time.
    pub(crate) overflows: u64,
    /// Changes that the slow check found and no event had told of.
    pub(crate) missed: u64,
}

/// Paths may change while they are walked; who keeps changing them is looked at again a little later.
const MOST_ROUNDS: usize = 16;

/// A backend with more faults in a second is given up for a while.
const MOST_FAULTS: u32 = 10;

const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

impl Watcher {
    /// A watcher of nothing yet. It never fails: without events it checks, and says so in its health.
    pub(crate) fn new(mode: Watch, settle: Settle, send: SignSender) -> Watcher {
        Watcher::with_backend(mode, settle, send, Box::new(native::open))
    }

    /// The same with another source of events.
    pub(super) fn with_backend(mode: Watch, settle: Settle, send: SignSender, open: Open) -> Watcher {
        Watcher {
            mode,
            send,
            open,
            pace: Pace::default(),
            asked: Vec::new(),
            paths: Vec::new(),
            plan: Plan::default(),
            armed: Armed::default(),
            mounts: Mounts::default(),
            troubles: Vec::new(),
            unreachable: Vec::new(),
            failure: None,
            retry_at: None,
            faults: None,
            settling: Settling::new(settle),
            unrest: Unrest::default(),
            check: SlowCheck::default(),
            next_check: None,
            jitter: Jitter::new(),
            counts: Counts::default(),
            revision: 0,
        }
    }

    /// Says what to watch from the next [`arm`](Watcher::arm) on. True when there is a path that was not watched
    /// before: what was read of it so far may be outdated, and has to be read again after arming.
    pub(crate) fn set_paths(&mut self, paths: &[WatchPath]) -> bool {
        if self.asked == paths {
            return false;
        }
        self.asked = paths.to_vec();
        let mut paths = paths.to_vec();
        paths.sort();
        paths.dedup();
        let new = paths.iter().any(|path| self.paths.binary_search(path).is_err());
        if paths != self.paths {
            self.paths = paths;
            self.troubles.clear();
            self.unreachable.clear();
            self.revision += 1;
        }
        new
    }

    /// Makes the watches fit the paths. Called right before every read of the sources, after all signs that wait
    /// were handed over: whatever happens from here on is noticed, whatever happened before is about to be read.
    pub(crate) fn arm(&mut self, now: Instant) {
        self.settling.mark_armed();
        if !self.is_on() {
            return;
        }
        self.rearm(now);
        self.check.before_look(&self.paths, now);
        self.unrest.look_begins(&mut self.check, &self.armed, &mut self.settling, now);
    }

    /// Everything was read: waits until all events of before have been sent, which may take long on a busy machine.
    /// Without them nothing might be known of a writer who is at work. Where nothing has changed of late there is none.
    pub(crate) fn hear_out(&mut self) {
        if self.is_on() && self.armed.is_working() && self.check.is_restless(self.settling.at_most()) {
            self.armed.flush();
        }
    }

    /// Whether a writer is known to be at work on what was read since the last [`arm`](Watcher::arm).
    pub(crate) fn is_being_written(&self) -> bool {
        self.is_on() && self.settling.is_disturbed()
    }

    /// Whether a writer was at work since the last [`arm`](Watcher::arm), who may be done by now.
    pub(crate) fn was_being_written(&self) -> bool {
        self.is_on() && self.settling.was_disturbed()
    }

    /// Whether what was read since the last [`arm`](Watcher::arm) may be half of what somebody is writing at the
    /// moment. Then it is best dropped, without calling [`looked`](Watcher::looked): another look becomes due when
    /// the writer is done, or after the longest wait, and the answer to that one is no.
    pub(crate) fn is_half_written(&mut self, now: Instant) -> bool {
        if !self.is_on() {
            return false;
        }
        self.settling.is_disturbed()
            || self.settling.was_disturbed()
            || self.settling.is_disturbed_by_a_new_name(now)
            || self.unrest.disturbs(&self.check, &self.armed, &mut self.settling, now)
    }

    /// Everything was read since the last [`arm`](Watcher::arm). Signs from before it are answered.
    pub(crate) fn looked(&mut self, now: Instant) {
        self.settling.looked();
        self.unrest.look_is_over();
        if self.is_on() {
            self.check.looked(&self.pace, now);
        }
    }

    /// Takes the word of a source that it may have changed, which settles like any sign. It is taken also where no file
    /// is watched.
    pub(crate) fn ring(&mut self, now: Instant) {
        self.settling.rescan(now);
    }

    /// Takes a sign. Events about other names than those that the paths depend on are ignored.
    pub(crate) fn sign(&mut self, sign: Sign, now: Instant) {
        if !self.is_on() {
            return;
        }
        match sign {
            Sign::Event { kind, paths } => {
                if paths.iter().any(|path| self.plan.concerns(path)) {
                    self.counts.signs += 1;
                    self.armed.event(kind, &paths);
                    self.unrest.event(kind, &paths, &self.plan);
                    self.settling.event(kind, paths, now);
                    if kind == SignKind::FolderCreated {
                        // Somebody is about to fill it, and is waited for only if the events from inside come.
                        self.rearm(now);
                    }
                } else {
                    self.unrest.event_elsewhere(kind, paths);
                }
            }
            Sign::Rescan => {
                self.counts.overflows += 1;
                self.armed.doubt_all();
                self.unrest.events_were_lost();
                self.settling.rescan(now);
            }
            Sign::Failed(text) => {
                self.armed.doubt_all();
                self.unrest.events_were_lost();
                self.settling.rescan(now);
                self.count_fault(text, now);
            }
        }
    }

    /// The next instant at which [`wake`](Watcher::wake) has something to do.
    pub(crate) fn due(&self) -> Option<Instant> {
        // While signs settle there is no check: it would find the change half-made.
        self.settling.due().or(self.next_check.filter(|_| self.is_on()))
    }

    /// Does what is due at `now`. Gives a reason when it is time to look, and has forgotten it then; without one
    /// only housekeeping was done.
    pub(crate) fn wake(&mut self, now: Instant) -> Option<Reason> {
        let reason = self.reason_to_look(now);
        if reason.is_some() {
            self.unrest.look_is_due();
        }
        reason
    }

    fn reason_to_look(&mut self, now: Instant) -> Option<Reason> {
        if !self.is_on() {
            return self.take_settled(now);
        }
        if self.settling.due().is_none() && self.next_check.is_some_and(|at| at <= now) {
            self.next_check = None;
            self.rearm(now);
            match self.check.compare(&self.paths, &self.pace, now) {
                Finding::Same => return None,
                Finding::Unproven => return Some(Reason::Routine),
                Finding::Different => self.settling.found(now),
            }
        }
        self.take_settled(now)
    }

    /// The longest time for which a look is put off for a writer.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.settling.at_most()
    }

    /// How well changes are noticed.
    pub(crate) fn health(&self) -> Health {
        let native = match (&self.failure, self.armed.is_working()) {
            (_, true) => NativeHealth::Working,
            (Some(failure), false) => NativeHealth::Failed(failure.clone()),
            (None, false) => NativeHealth::Unused,
        };
        Health {
            native,
            paths: (0..self.paths.len()).map(|index| self.path_health(index)).collect(),
            interval: if self.is_on() { Some(self.interval()) } else { None },
        }
    }

    /// What has been noticed so far.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// A number that differs from an earlier one if [`health`](Watcher::health) or [`warnings`](Watcher::warnings) may
    /// say something else.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// What somebody should know about the watching as it is at present, each once.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = Vec::new();
        if let Some(failure) = self.failure.as_ref().filter(|_| self.mode == Watch::Auto) {
            let interval = self.pace.degraded;
            warnings.push(format!("no file events, looking every {interval:?} instead: {failure}"));
        }
        let unreachable = (0..self.paths.len()).filter_map(|index| self.unreachable_changes(index));
        warnings.extend(self.troubles.iter().flatten().cloned().chain(unreachable));
        let mut said = std::collections::HashSet::new();
        warnings.retain(|warning| said.insert(warning.clone()));
        warnings
    }

    /// A look that had no better reason than [`Reason::Routine`] found a change. If there are events at all, the
    /// watches are in doubt.
    pub(crate) fn count_missed(&mut self) {
        if self.armed.is_working() {
            self.counts.missed += 1;
            self.armed.doubt_all();
        }
    }

    fn is_on(&self) -> bool {
        self.mode != Watch::Off && !self.paths.is_empty()
    }

    fn take_settled(&mut self, now: Instant) -> Option<Reason> {
        if self.settling.due()? > now {
            return None;
        }
        // Nobody tells when the writer of a change that the check found is done; resting files do.
        if self.settling.waits_for_rest(now) && self.check.still_changing(&self.paths) {
            self.settling.found(now);
        }
        if self.settling.take_due(now)? == Origin::Told {
            return Some(Reason::Settled);
        }
        self.count_missed();
        Some(Reason::SlowCheck)
    }

    /// Walks the paths and watches what they mean, until walking them again gives the same.
    fn rearm(&mut self, now: Instant) {
        let interval_before = self.interval();
        self.open_backend(now);
        let before = std::mem::take(&mut self.plan);
        let mut changed = true;
        for _ in 0..MOST_ROUNDS {
            self.plan = Plan::of(&self.paths);
            changed = self.armed.apply(&self.plan);
            if !changed {
                break;
            }
        }
        self.unrest.armed(&self.paths, &before, &self.plan, &mut self.armed);
        for (path, kind) in self.unrest.take_concerned(&self.plan) {
            self.settling.event(kind, [path], now);
        }
        if self.failure.is_none() && self.mode == Watch::Auto && !self.armed.is_working() {
            self.give_up("the watcher of the operating system stopped working".to_owned(), now);
        } else if changed {
            self.settling.rescan(now);
        }
        self.mounts = Mounts::read();
        let troubles = match self.mode {
            Watch::Auto => all_troubles(&self.paths, &self.plan, &self.armed, &self.mounts),
            Watch::Poll(_) | Watch::Off => Vec::new(),
        };
        let chains = self.plan.chains.iter();
        let unreachable = chains.map(|chain| unreachable_changes(chain, &self.mounts)).collect();
        let before = (
            std::mem::replace(&mut self.troubles, troubles),
            std::mem::replace(&mut self.unreachable, unreachable),
        );
        let interval = self.interval();
        if (&before.0, &before.1, interval_before) != (&self.troubles, &self.unreachable, interval) {
            self.revision += 1;
        }
        let next = later(now, if self.mode == Watch::Auto { self.jitter.spread(interval) } else { interval });
        self.next_check = Some(self.next_check.map_or(next, |at| at.min(next)));
    }

    fn open_backend(&mut self, now: Instant) {
        let wanted = self.mode == Watch::Auto && !self.armed.is_working();
        if !wanted || self.retry_at.is_some_and(|at| now < at) {
            return;
        }
        match (self.open)(self.send.clone()) {
            Ok(backend) => {
                self.armed.set_backend(Some(backend));
                self.failure = None;
                self.retry_at = None;
                self.revision += 1;
            }
            Err(failure) => self.give_up(failure, now),
        }
        self.settling.set_closes(self.armed.tells_close());
    }

    fn give_up(&mut self, failure: String, now: Instant) {
        self.armed.set_backend(None);
        self.settling.set_closes(false);
        self.failure = Some(failure);
        self.revision += 1;
        self.retry_at = Some(later(now, self.pace.retry));
    }

    fn count_fault(&mut self, text: String, now: Instant) {
        let (since, count) = match self.faults {
            Some((since, count)) if now.saturating_duration_since(since) < Duration::from_secs(1) => {
                (since, count)
            }
            _ => (now, 0),
        };
        self.faults = Some((since, count + 1));
        if count + 1 > MOST_FAULTS && self.armed.is_working() {
            self.faults = None;
            self.give_up(text, now);
        }
    }

    fn interval(&self) -> Duration {
        match self.mode {
            Watch::Poll(interval) => interval.max(SHORTEST_INTERVAL),
            Watch::Auto if self.armed.is_working() && self.troubles.iter().all(Vec::is_empty) => {
                self.pace.healthy
            }
            Watch::Auto | Watch::Off => self.pace.degraded,
        }
    }

    fn path_health(&self, index: usize) -> PathHealth {
        let path = &self.paths[index];
        let mut reasons = self.troubles.get(index).cloned().unwrap_or_default();
        let mode = match self.mode {
            Watch::Off => PathMode::Off,
            Watch::Poll(_) => PathMode::Poll,
            Watch::Auto if !self.armed.is_working() => PathMode::Poll,
            Watch::Auto if reasons.is_empty() => PathMode::Native,
            Watch::Auto => PathMode::NativeAndPoll,
        };
        if self.mode == Watch::Auto && !self.armed.is_working() {
            reasons.extend(self.failure.clone());
        }
        reasons.extend(self.unreachable_changes(index));
        PathHealth { path: path.path.clone(), mode, reasons }
    }

    /// The changes that do not reach a path.
    fn unreachable_changes(&self, index: usize) -> Option<String> {
        let path = &self.paths[index];
        if self.is_unlinked(path) {
            return Some(unlinked(&path.path));
        }
        self.unreachable.get(index).cloned().flatten()
    }

    /// Whether the path is a mount of something deleted. File systems of other machines may not count names.
    fn is_unlinked(&self, path: &WatchPath) -> bool {
        let silent = |path: &Path| self.mounts.silent(path).is_some();
        self.check.is_unlinked(path) && !silent(&path.path)
    }
}

#[cfg(all(test, unix))]
mod tests;
