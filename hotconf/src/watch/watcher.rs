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
/// 1. calls [`arm`](Watcher::arm), reads everything, hands over the signs that came meanwhile, and calls
///    [`looked`](Watcher::looked), or drops what it read if that [`is_half_written`](Watcher::is_half_written);
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

    /// Whether a writer is known to be at work on what was read since the last [`arm`](Watcher::arm).
    pub(crate) fn is_being_written(&self) -> bool {
        self.is_on() && self.settling.is_disturbed()
    }

    /// Whether what was read since the last [`arm`](Watcher::arm) may be half of what somebody is writing at the
    /// moment. Then it is best dropped, without calling [`looked`](Watcher::looked): another look becomes due when
    /// the writer is done, or after the longest wait, and the answer to that one is no.
    pub(crate) fn is_half_written(&mut self, now: Instant) -> bool {
        if self.is_being_written() {
            return true;
        }
        self.is_on() && self.unrest.disturbs(&self.check, &self.armed, &mut self.settling, now)
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
                }
            }
            Sign::Rescan => {
                self.counts.overflows += 1;
                self.armed.doubt_all();
                self.settling.rescan(now);
            }
            Sign::Failed(text) => {
                self.armed.doubt_all();
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
mod tests {
    use super::*;
    use crate::watch::native::WatchFault;
    use crate::watch::scripted::{self, Shared};
    use crate::watch::settle;
    use std::fs;
    use std::path::PathBuf;
    use std::sync::Arc;

    const MILLISECOND: Duration = Duration::from_millis(1);
    const SECOND: Duration = Duration::from_secs(1);

    struct Lab {
        _folder: tempfile::TempDir,
        root: PathBuf,
        script: Shared,
        watcher: Watcher,
        now: Instant,
    }

    impl Lab {
        /// A watcher of `app.toml` in `conf`, after two looks that are far enough apart to trust the stamps.
        fn new(mode: Watch) -> Lab {
            let mut lab = Lab::unarmed(mode);
            fs::create_dir(lab.at("conf")).unwrap();
            fs::write(lab.at("conf/app.toml"), "a").unwrap();
            let path = WatchPath::file(lab.at("conf/app.toml"));
            assert!(lab.watcher.set_paths(std::slice::from_ref(&path)));
            assert!(!lab.watcher.set_paths(&[path]));
            lab.look();
            lab.now += 3 * SECOND;
            lab.look();
            lab
        }

        fn unarmed(mode: Watch) -> Lab {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().canonicalize().unwrap();
            let script = Shared::default();
            let send: SignSender = Arc::new(|_| {});
            let watcher = Watcher::with_backend(mode, Settle::default(), send, scripted::open(&script));
            Lab { _folder: folder, root, script, watcher, now: Instant::now() }
        }

        fn at(&self, name: &str) -> PathBuf {
            self.root.join(name)
        }

        fn look(&mut self) {
            self.watcher.arm(self.now);
            self.watcher.looked(self.now);
        }

        /// Waits until the file is older than this, by the clock of the files.
        fn let_age(&self, age: Duration) {
            let modified = fs::metadata(self.at("conf/app.toml")).unwrap().modified().unwrap();
            while modified.elapsed().is_ok_and(|present| present <= 2 * age) {
                std::thread::park_timeout(age / 4);
            }
        }

        fn event(&mut self, kind: SignKind, name: &str) {
            let sign = Sign::Event { kind, paths: vec![self.at(name)] };
            self.watcher.sign(sign, self.now);
        }

        fn wait(&self) -> Option<Duration> {
            self.watcher.due().map(|due| due - self.now)
        }

        /// Lets the time come at which something is due.
        fn wake(&mut self) -> Option<Reason> {
            self.now = self.now.max(self.watcher.due().expect("something is due"));
            self.watcher.wake(self.now)
        }

        /// The calls to the backend about places of this lab.
        fn calls(&self) -> Vec<String> {
            let root = format!("{}/", self.root.display());
            let calls = std::mem::take(&mut self.script.lock().calls);
            calls
                .into_iter()
                .filter(|call| call.contains(&root))
                .map(|call| call.replace(&root, ""))
                .collect()
        }
    }

    #[test]
    fn the_file_and_all_folders_above_are_watched() {
        let lab = Lab::new(Watch::Auto);
        let watched = lab.script.lock().watched.clone();
        assert_eq!(watched, lab.at("conf/app.toml").ancestors().map(Path::to_owned).collect());
        assert_eq!(lab.watcher.health().native, NativeHealth::Working);
        assert_eq!(lab.watcher.health().paths[0].mode, PathMode::Native);
        assert!(lab.watcher.warnings().is_empty());
    }

    #[test]
    fn other_names_are_ignored() {
        let mut lab = Lab::new(Watch::Auto);
        let idle = lab.watcher.due();
        for name in ["conf/app.toml~", "conf/.app.toml.swp", "other/app.toml", "conf/app.toml/x", "elsewhere"]
        {
            lab.event(SignKind::Written, name);
        }
        assert_eq!(lab.watcher.due(), idle);
        assert_eq!(lab.watcher.counts().signs, 0);
        for name in ["conf/app.toml", "conf", ""] {
            lab.event(SignKind::Written, name);
            assert_eq!(lab.wait(), Some(10 * MILLISECOND));
            assert_eq!(lab.wake(), Some(Reason::Settled));
        }
        assert_eq!(lab.watcher.counts().signs, 3);
    }

    #[test]
    fn what_was_removed_is_watched_anew_although_it_looks_the_same() {
        let mut lab = Lab::new(Watch::Auto);
        lab.calls();
        lab.look();
        assert!(lab.calls().is_empty());
        lab.event(SignKind::Removed, "conf/app.toml");
        lab.look();
        assert_eq!(lab.calls(), ["-conf/app.toml", "+conf/app.toml"]);
        lab.event(SignKind::Renamed, "conf");
        lab.look();
        assert_eq!(lab.calls(), ["-conf", "-conf/app.toml", "+conf/app.toml", "+conf"]);
        lab.look();
        assert!(lab.calls().is_empty());
    }

    #[test]
    fn a_new_folder_is_watched_before_it_is_looked_at() {
        let mut lab = Lab::new(Watch::Auto);
        fs::remove_dir_all(lab.at("conf")).unwrap();
        lab.look();
        lab.calls();
        fs::create_dir(lab.at("conf")).unwrap();
        lab.event(SignKind::FolderCreated, "conf");
        assert_eq!(lab.calls(), ["+conf"]);
        assert_eq!(lab.wait(), Some(60 * MILLISECOND));
        lab.event(SignKind::Data, "conf/app.toml");
        assert_eq!(lab.wait(), Some(2 * SECOND));
    }

    #[test]
    fn what_is_replaced_while_it_is_being_watched_is_watched_anew() {
        let mut lab = Lab::new(Watch::Auto);
        lab.watcher.sign(Sign::Rescan, lab.now);
        lab.calls();
        let (folder, times) = (lab.at("conf"), std::cell::Cell::new(0));
        lab.script.lock().before_watch = Some(Box::new(move |path| {
            if path == folder && times.get() < 2 {
                times.set(times.get() + 1);
                let next = folder.with_extension("next");
                fs::create_dir(&next).unwrap();
                fs::rename(&folder, folder.with_extension(times.get().to_string())).unwrap();
                fs::rename(next, &folder).unwrap();
            }
        }));
        lab.look();
        let calls: Vec<_> = lab.calls().into_iter().filter(|call| call.ends_with("conf")).collect();
        assert_eq!(calls, ["-conf", "+conf", "-conf", "+conf", "-conf", "+conf"]);
        assert!(!lab.script.lock().watched.contains(&lab.at("conf/app.toml")));
    }

    #[test]
    fn what_never_stays_the_same_is_looked_at_again_later() {
        let mut lab = Lab::new(Watch::Auto);
        lab.watcher.sign(Sign::Rescan, lab.now);
        lab.calls();
        let (folder, times) = (lab.at("conf"), std::cell::Cell::new(0));
        lab.script.lock().before_watch = Some(Box::new(move |path| {
            if path == folder {
                times.set(times.get() + 1);
                fs::rename(&folder, folder.with_extension(times.get().to_string())).unwrap();
                fs::create_dir(&folder).unwrap();
            }
        }));
        lab.look();
        assert_eq!(lab.calls().iter().filter(|call| *call == "+conf").count(), MOST_ROUNDS);
        assert_eq!((lab.wait(), lab.wake()), (Some(10 * MILLISECOND), Some(Reason::Settled)));
    }

    #[test]
    fn another_file_in_its_place_is_watched_anew_without_any_event() {
        let mut lab = Lab::new(Watch::Auto);
        lab.calls();
        fs::write(lab.at("next"), "b").unwrap();
        fs::rename(lab.at("next"), lab.at("conf/app.toml")).unwrap();
        lab.look();
        assert_eq!(lab.calls(), ["-conf/app.toml", "+conf/app.toml"]);
    }

    #[test]
    fn lost_events_put_all_watches_in_doubt() {
        let mut lab = Lab::new(Watch::Auto);
        lab.calls();
        lab.watcher.sign(Sign::Rescan, lab.now);
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.look();
        assert_eq!(lab.calls(), ["-conf", "-conf/app.toml", "+conf/app.toml", "+conf"]);
        assert_eq!(lab.watcher.counts().overflows, 1);
    }

    #[test]
    fn two_names_of_one_file_are_watched_once() {
        let mut lab = Lab::new(Watch::Auto);
        fs::hard_link(lab.at("conf/app.toml"), lab.at("conf/other.toml")).unwrap();
        let both = ["app.toml", "other.toml"].map(|name| WatchPath::file(lab.at("conf").join(name)));
        lab.watcher.set_paths(&both);
        lab.look();
        assert!(!lab.script.lock().watched.contains(&lab.at("conf/other.toml")));
        lab.event(SignKind::Written, "conf/other.toml");
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.calls();
        lab.watcher.set_paths(&both[1..]);
        lab.look();
        assert_eq!(lab.calls(), ["-conf/app.toml", "+conf/other.toml"]);
    }

    #[test]
    fn without_events_files_are_checked_each_second_until_they_come() {
        let mut lab = Lab::unarmed(Watch::Auto);
        lab.script.lock().refuses_to_open = Some("too many of them".into());
        lab.watcher.set_paths(&[WatchPath::file(lab.at("app.toml"))]);
        let start = lab.now;
        lab.look();
        assert!(lab.wait().unwrap() <= SECOND * 11 / 10);
        let health = lab.watcher.health();
        assert_eq!(health.native, NativeHealth::Failed("too many of them".into()));
        assert_eq!((health.interval, health.paths[0].mode), (Some(SECOND), PathMode::Poll));
        assert_eq!(lab.watcher.warnings(), ["no file events, looking every 1s instead: too many of them"]);
        assert_eq!(lab.wake(), None);
        lab.script.lock().refuses_to_open = None;
        while lab.script.lock().opened == 0 {
            assert_eq!(lab.wake(), None);
        }
        assert!((9 * SECOND..12 * SECOND).contains(&(lab.now - start)));
        assert_eq!(lab.watcher.health().native, NativeHealth::Working);
        assert!(lab.watcher.warnings().is_empty());
        assert_eq!(lab.watcher.health().interval, Some(5 * SECOND));
    }

    #[test]
    fn a_folder_that_must_not_be_read_is_checked_more_often() {
        let mut lab = Lab::unarmed(Watch::Auto);
        fs::write(lab.at("app.toml"), "a").unwrap();
        lab.watcher.set_paths(&[WatchPath::file(lab.at("app.toml"))]);
        let root = lab.root.clone();
        lab.script.lock().faults.insert(root.clone(), WatchFault::Denied);
        lab.look();
        let health = lab.watcher.health();
        assert_eq!((health.interval, health.paths[0].mode), (Some(SECOND), PathMode::NativeAndPoll));
        assert_eq!(health.paths[0].reasons, lab.watcher.warnings());
        let expected = format!("{} is not watched: no permission to read it", root.display());
        assert_eq!(lab.watcher.warnings(), [expected]);
        lab.script.lock().faults.clear();
        assert_eq!(lab.wake(), Some(Reason::Routine));
        assert_eq!(lab.watcher.health().paths[0].mode, PathMode::Native);
    }

    #[test]
    fn an_exhausted_limit_is_one_warning() {
        let mut lab = Lab::unarmed(Watch::Auto);
        let all = lab.root.ancestors().map(|path| (path.to_owned(), WatchFault::Limit));
        lab.script.lock().faults = all.collect();
        lab.watcher.set_paths(&["a.toml", "b.toml"].map(|name| WatchPath::file(lab.at(name))));
        lab.look();
        assert_eq!(lab.watcher.warnings().len(), 1);
        assert!(lab.watcher.warnings()[0].contains("raise fs.inotify.max_user_watches"));
        assert_eq!(lab.watcher.health().interval, Some(SECOND));
    }

    #[test]
    fn a_backend_that_only_complains_is_given_up_for_a_while() {
        let mut lab = Lab::new(Watch::Auto);
        for _ in 0..50 {
            lab.now += 110 * MILLISECOND;
            lab.watcher.sign(Sign::Failed("bad descriptor".into()), lab.now);
        }
        assert_eq!(lab.watcher.health().native, NativeHealth::Working);
        for _ in 0..11 {
            lab.now += 10 * MILLISECOND;
            lab.watcher.sign(Sign::Failed("bad descriptor".into()), lab.now);
        }
        assert_eq!(lab.watcher.health().native, NativeHealth::Failed("bad descriptor".into()));
        assert!(lab.script.lock().watched.is_empty());
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.look();
        assert_eq!(lab.script.lock().opened, 1);
        lab.now += 10 * SECOND;
        lab.look();
        assert_eq!(lab.script.lock().opened, 2);
        assert_eq!(lab.watcher.health().native, NativeHealth::Working);
        assert!(lab.script.lock().watched.contains(&lab.at("conf/app.toml")));
    }

    #[test]
    fn a_dead_backend_is_replaced() {
        let mut lab = Lab::new(Watch::Auto);
        let root = lab.root.clone();
        lab.script.lock().faults.insert(root.clone(), WatchFault::Dead);
        lab.watcher.sign(Sign::Rescan, lab.now);
        lab.look();
        assert!(matches!(lab.watcher.health().native, NativeHealth::Failed(_)));
        assert_eq!(lab.watcher.warnings().len(), 1);
        lab.script.lock().faults.clear();
        lab.now += 10 * SECOND;
        assert_eq!(lab.watcher.wake(lab.now), None);
        assert_eq!(lab.watcher.health().native, NativeHealth::Working);
        assert!(lab.script.lock().watched.contains(&root));
    }

    #[test]
    fn switched_off_or_without_paths_nothing_is_ever_due() {
        let mut lab = Lab::new(Watch::Off);
        lab.event(SignKind::Written, "conf/app.toml");
        lab.watcher.sign(Sign::Rescan, lab.now);
        assert_eq!((lab.watcher.due(), lab.watcher.wake(lab.now)), (None, None));
        assert_eq!(lab.watcher.health().paths[0].mode, PathMode::Off);
        let mut lab = Lab::unarmed(Watch::Auto);
        lab.look();
        assert_eq!((lab.watcher.due(), lab.script.lock().opened), (None, 0));
    }

    #[test]
    fn polling_finds_a_change_when_its_writer_rests() {
        let mut lab = Lab::new(Watch::Poll(100 * MILLISECOND));
        assert_eq!(lab.script.lock().opened, 0);
        assert_eq!(lab.watcher.health().paths[0].mode, PathMode::Poll);
        assert_eq!(lab.wait(), Some(Duration::ZERO));
        assert_eq!(lab.wake(), None);
        assert_eq!((lab.wait(), lab.wake()), (Some(100 * MILLISECOND), None));
        fs::write(lab.at("conf/app.toml"), "longer").unwrap();
        assert_eq!((lab.wait(), lab.wake()), (Some(100 * MILLISECOND), None));
        fs::write(lab.at("conf/app.toml"), "longest of all").unwrap();
        assert_eq!((lab.wait(), lab.wake()), (Some(100 * MILLISECOND), None));
        assert_eq!((lab.wait(), lab.wake()), (Some(100 * MILLISECOND), Some(Reason::SlowCheck)));
        lab.look();
        // The new stamp may hide a second change until the clock of any file system has moved on.
        let start = lab.now;
        while lab.wake() == Some(Reason::Routine) {
            lab.look();
        }
        assert!((2 * SECOND..3 * SECOND).contains(&(lab.now - start)));
        assert_eq!(lab.watcher.counts().missed, 0);
    }

    #[test]
    fn polling_does_not_wait_for_ever_for_rest() {
        let mut lab = Lab::new(Watch::Poll(100 * MILLISECOND));
        lab.wake();
        let start = lab.now;
        for turn in 0.. {
            fs::write(lab.at("conf/app.toml"), "x".repeat(turn + 2)).unwrap();
            if lab.wake() == Some(Reason::SlowCheck) {
                break;
            }
        }
        assert!((2 * SECOND..3 * SECOND).contains(&(lab.now - start)));
    }

    #[test]
    fn intervals_of_any_length_are_taken() {
        let mut lab = Lab::new(Watch::Poll(Duration::ZERO));
        lab.wake();
        assert_eq!(lab.wait(), Some(10 * MILLISECOND));
        assert!(Lab::new(Watch::Poll(Duration::MAX)).wait() > Some(3600 * SECOND));
    }

    #[test]
    fn what_no_event_told_of_is_found_and_counted() {
        let mut lab = Lab::new(Watch::Auto);
        fs::write(lab.at("conf/app.toml"), "longer").unwrap();
        lab.calls();
        assert_eq!(lab.wake(), None);
        assert_eq!(lab.wake(), Some(Reason::SlowCheck));
        assert_eq!(lab.watcher.counts().missed, 1);
        lab.look();
        assert_eq!(lab.calls(), ["-conf", "-conf/app.toml", "+conf/app.toml", "+conf"]);
    }

    #[test]
    fn an_event_on_its_way_is_not_counted_as_missing() {
        let mut lab = Lab::new(Watch::Auto);
        fs::write(lab.at("conf/app.toml"), "longer").unwrap();
        assert_eq!(lab.wake(), None);
        lab.event(SignKind::Data, "conf/app.toml");
        lab.event(SignKind::Written, "conf/app.toml");
        assert_eq!(lab.wake(), Some(Reason::Settled));
        assert_eq!(lab.watcher.counts().missed, 0);
    }

    #[test]
    fn a_look_into_a_file_that_is_being_written_is_repeated() {
        let mut lab = Lab::new(Watch::Auto);
        lab.let_age(settle::COMPLETE);
        lab.event(SignKind::Metadata, "conf/app.toml");
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.watcher.arm(lab.now);
        assert!(!lab.watcher.is_half_written(lab.now));
        lab.event(SignKind::Data, "conf/app.toml");
        assert!(lab.watcher.is_half_written(lab.now));
        lab.event(SignKind::Written, "conf/app.toml");
        assert!(!lab.watcher.is_half_written(lab.now));
        lab.watcher.looked(lab.now);
        assert_eq!(lab.wake(), Some(Reason::Settled));
    }

    /// Puts another `conf` in place whose file may have been begun before anybody listened there.
    fn swap_folder(lab: &mut Lab) {
        fs::create_dir(lab.at("next")).unwrap();
        fs::write(lab.at("next/app.toml"), "half").unwrap();
        fs::rename(lab.at("conf"), lab.at("old")).unwrap();
        fs::rename(lab.at("next"), lab.at("conf")).unwrap();
        lab.event(SignKind::Renamed, "conf");
    }

    #[test]
    fn a_young_file_where_nobody_listened_is_let_rest() {
        let mut lab = Lab::new(Watch::Auto);
        swap_folder(&mut lab);
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.watcher.arm(lab.now);
        assert!(lab.watcher.is_half_written(lab.now));
        assert_eq!(lab.wait(), Some(100 * MILLISECOND));
        // A writer that goes on is heard from here on, and waited for.
        lab.event(SignKind::Data, "conf/app.toml");
        assert_eq!(lab.wait(), Some(1990 * MILLISECOND));
        lab.event(SignKind::Written, "conf/app.toml");
        lab.let_age(settle::COMPLETE);
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.watcher.arm(lab.now);
        assert!(!lab.watcher.is_half_written(lab.now));
        lab.watcher.looked(lab.now);
        assert_eq!(lab.watcher.counts().missed, 0);
    }

    #[test]
    fn a_file_of_whose_change_no_event_has_come_yet_is_looked_at_again() {
        let mut lab = Lab::new(Watch::Auto);
        lab.let_age(settle::COMPLETE);
        lab.watcher.arm(lab.now);
        assert!(!lab.watcher.is_half_written(lab.now));
        fs::write(lab.at("conf/app.toml"), "half").unwrap();
        assert!(lab.watcher.is_half_written(lab.now));
        assert_eq!(lab.wait(), Some(10 * MILLISECOND));
        assert!(!lab.watcher.is_being_written(), "who asks for a look has done with writing");
    }

    #[test]
    fn a_file_that_was_finished_long_before_its_folder_came_is_taken_at_once() {
        let mut lab = Lab::new(Watch::Auto);
        swap_folder(&mut lab);
        lab.let_age(settle::UNTOLD);
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.watcher.arm(lab.now);
        assert!(!lab.watcher.is_half_written(lab.now));
    }

    #[test]
    fn a_folder_that_is_swapped_during_a_look_has_it_repeated_though_not_for_ever() {
        let mut lab = Lab::new(Watch::Auto);
        let begun = lab.now;
        loop {
            lab.event(SignKind::Written, "conf/app.toml");
            assert_eq!(lab.wake(), Some(Reason::Settled));
            lab.watcher.arm(lab.now);
            lab.event(SignKind::Renamed, "conf");
            if !lab.watcher.is_half_written(lab.now) {
                break;
            }
        }
        assert_eq!((lab.now - begun).as_secs(), 2);
    }

    #[test]
    fn a_file_that_is_replaced_during_a_look_does_not_have_it_repeated() {
        let mut lab = Lab::new(Watch::Auto);
        lab.let_age(settle::COMPLETE);
        lab.watcher.arm(lab.now);
        lab.event(SignKind::Renamed, "conf/app.toml");
        assert!(!lab.watcher.is_half_written(lab.now), "it is read whole, or torn");
    }

    #[test]
    fn what_changes_between_the_slow_check_and_the_look_is_let_rest() {
        for is_routine in [true, false] {
            let mut lab = Lab::new(Watch::Poll(20 * MILLISECOND));
            fs::write(lab.at("conf/app.toml"), "longer").unwrap();
            assert_eq!(lab.wake(), None);
            assert_eq!(lab.wake(), Some(Reason::SlowCheck));
            if is_routine {
                lab.look();
                assert_eq!(lab.wake(), Some(Reason::Routine));
            }
            fs::write(lab.at("conf/app.toml"), "half of what will be longer").unwrap();
            lab.watcher.arm(lab.now);
            assert!(lab.watcher.is_half_written(lab.now));
            assert_eq!(lab.wait(), Some(100 * MILLISECOND));
            fs::write(lab.at("conf/app.toml"), "longer than the half that there was").unwrap();
            lab.now += 100 * MILLISECOND;
            assert_eq!(lab.wake(), None, "it has not rested");
            assert_eq!(lab.wake(), Some(Reason::SlowCheck));
            lab.watcher.arm(lab.now);
            assert!(!lab.watcher.is_half_written(lab.now));
        }
    }

    #[test]
    fn the_slow_check_does_not_look_into_a_file_that_is_being_written() {
        let mut lab = Lab::new(Watch::Auto);
        lab.now = lab.watcher.due().unwrap() - MILLISECOND;
        fs::write(lab.at("conf/app.toml"), "longer").unwrap();
        lab.event(SignKind::Data, "conf/app.toml");
        assert_eq!(lab.wait(), Some(2 * SECOND));
        lab.now += 500 * MILLISECOND;
        assert_eq!(lab.watcher.wake(lab.now), None);
        lab.event(SignKind::Written, "conf/app.toml");
        assert_eq!((lab.wait(), lab.wake()), (Some(10 * MILLISECOND), Some(Reason::Settled)));
    }

    #[test]
    fn content_is_looked_at_now_and_then_whatever_the_stamps_say() {
        let mut lab = Lab::new(Watch::Auto);
        let start = lab.now;
        while lab.wake().is_none() {}
        assert!((30 * SECOND..36 * SECOND).contains(&(lab.now - start)));
    }

    #[test]
    fn each_wake_moves_the_next_one_on() {
        for mode in [Watch::Auto, Watch::Poll(SECOND)] {
            let mut lab = Lab::new(mode);
            for turn in 0..200 {
                match turn % 7 {
                    0 => fs::write(lab.at("conf/app.toml"), turn.to_string()).unwrap(),
                    1 => lab.event(SignKind::Data, "conf/app.toml"),
                    2 => lab.watcher.sign(Sign::Rescan, lab.now),
                    3 => lab.look(),
                    4 => lab.watcher.arm(lab.now),
                    _ => {}
                }
                lab.now = lab.now.max(lab.watcher.due().unwrap());
                lab.watcher.wake(lab.now);
                assert!(lab.watcher.due().unwrap() > lab.now, "turn {turn}");
            }
        }
    }
}
