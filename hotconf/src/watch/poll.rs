//! The slow check: what `stat` says about the paths, compared with what it said before they were last read.

use std::collections::HashMap;
use std::ffi::OsString;
use std::time::{Duration, Instant, SystemTime};

use super::WatchPath;
use crate::source::read::{Stamp, stamp};

/// How often the slow check runs, and when it distrusts itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Between checks while all events work.
    pub(super) healthy: Duration,
    /// Between checks while some events are missing.
    pub(super) degraded: Duration,
    /// Until the native watcher is tried again.
    pub(super) retry: Duration,
    /// The longest time without a look at the content.
    pub(super) content: Duration,
    /// The coarsest clock of a file system: within this time of being new, a stamp may hide a second change.
    pub(super) clock: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            healthy: Duration::from_secs(5),
            degraded: Duration::from_secs(1),
            retry: Duration::from_secs(10),
            content: Duration::from_secs(30),
            clock: Duration::from_secs(2),
        }
    }
}

/// What `stat` says about one path.
#[derive(Debug, Clone, PartialEq)]
enum Observation {
    Absent,
    File(Stamp),
    /// A folder and what its names lead to.
    Folder(Stamp, Vec<(OsString, Option<Stamp>)>),
}

/// So that a folder full of other things costs no more than this at each check. Names beyond still move the
/// folder's own stamp when they come and go.
const MOST_ENTRIES: usize = 4096;

impl Observation {
    fn of(path: &WatchPath) -> Observation {
        let Some(own) = stamp(&path.path) else { return Observation::Absent };
        if !path.folder {
            return Observation::File(own);
        }
        let entries = std::fs::read_dir(&path.path).into_iter().flatten().flatten().take(MOST_ENTRIES);
        let mut entries: Vec<_> = entries.map(|entry| (entry.file_name(), stamp(&entry.path()))).collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        Observation::Folder(own, entries)
    }

    /// Whether anything of it was changed within this time.
    fn is_younger_than(&self, time: Duration, now: SystemTime) -> bool {
        let is_young = |stamp: &Stamp| stamp.age(now).is_some_and(|age| age < time);
        match self {
            Observation::Absent => false,
            Observation::File(stamp) => is_young(stamp),
            Observation::Folder(_, entries) => {
                entries.iter().any(|(_, stamp)| stamp.as_ref().is_some_and(is_young))
            }
        }
    }

    fn is_unlinked(&self) -> bool {
        matches!(self, Observation::File(stamp) | Observation::Folder(stamp, _) if stamp.is_unlinked())
    }
}

/// What the last look saw of one path.
#[derive(Debug)]
struct Reference {
    observation: Observation,
    /// When a look saw it for the first time.
    since: Instant,
    /// A look that came later than any clock is coarse saw it too, so it stands for one content only. No clock of
    /// the file system takes part in this, so it may be wrong, or jump.
    proven: bool,
}

/// What the slow check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Same,
    Different,
    /// No difference, but the content has to be read to know.
    Unproven,
}

#[derive(Debug, Default)]
pub(super) struct SlowCheck {
    references: HashMap<WatchPath, Reference>,
    /// Taken before a look reads, and only then the reference: what changes while it reads differs afterwards.
    before_look: Option<(Instant, Vec<(WatchPath, Observation)>)>,
    last_look: Option<Instant>,
    /// What the last comparison saw.
    present: Vec<Observation>,
}

impl SlowCheck {
    /// A look begins: the paths are read after this.
    pub(super) fn before_look(&mut self, paths: &[WatchPath], now: Instant) {
        let observed = paths.iter().map(|path| (path.clone(), Observation::of(path)));
        self.before_look = Some((now, observed.collect()));
    }

    /// Whether something changed between the last comparison and the look that begins.
    pub(super) fn has_moved(&mut self) -> bool {
        let Some((_, observed)) = &self.before_look else { return false };
        let present: Vec<_> = observed.iter().map(|(_, observation)| observation.clone()).collect();
        let moved = self.present.len() == present.len() && self.present != present;
        self.present = present;
        moved
    }

    /// Whether the look that begins finds something that was changed within this time, by the clock of the files.
    pub(super) fn is_young(&self, path: &WatchPath, time: Duration) -> bool {
        let Some((_, observed)) = &self.before_look else { return false };
        let now = SystemTime::now();
        observed.iter().any(|(seen, observation)| seen == path && observation.is_younger_than(time, now))
    }

    /// Whether the paths changed since the look began, or within this time before now.
    pub(super) fn is_restless(&self, time: Duration) -> bool {
        let Some((_, observed)) = &self.before_look else { return false };
        let now = SystemTime::now();
        observed.iter().any(|(path, before)| {
            let present = Observation::of(path);
            present != *before || present.is_younger_than(time, now)
        })
    }

    /// Whether a file was changed within this time before now, and after what was heard of it last: somebody is in the
    /// middle of writing, as that is told when it is done.
    pub(super) fn is_untold(&self, time: Duration, heard: impl Fn(&WatchPath) -> Option<SystemTime>) -> bool {
        let Some((_, observed)) = &self.before_look else { return false };
        let now = SystemTime::now();
        observed.iter().any(|(path, _)| {
            let Some(heard) = heard(path) else { return false };
            let stamp = stamp(&path.path);
            stamp.is_some_and(|stamp| {
                stamp.age(now).is_some_and(|age| age < time) && stamp.changed_at() > Some(heard)
            })
        })
    }

    /// The look is over: everything was read.
    pub(super) fn looked(&mut self, pace: &Pace, now: Instant) {
        let Some((begun, observed)) = self.before_look.take() else { return };
        self.last_look = Some(begun);
        let mut earlier = std::mem::take(&mut self.references);
        for (path, observation) in observed {
            let reference = match earlier.remove(&path) {
                Some(known) if known.observation == observation => {
                    let proven = known.proven || begun.saturating_duration_since(known.since) >= pace.clock;
                    Reference { proven, ..known }
                }
                _ => Reference { proven: observation == Observation::Absent, observation, since: now },
            };
            self.references.insert(path, reference);
        }
    }

    /// Compares the paths with what the last look saw of them.
    pub(super) fn compare(&mut self, paths: &[WatchPath], pace: &Pace, now: Instant) -> Finding {
        self.present = paths.iter().map(Observation::of).collect();
        let mut proven =
            self.last_look.is_some_and(|last| now.saturating_duration_since(last) < pace.content);
        for (path, present) in paths.iter().zip(&self.present) {
            match self.references.get(path) {
                Some(reference) if reference.observation == *present => proven &= reference.proven,
                _ => return Finding::Different,
            }
        }
        if proven { Finding::Same } else { Finding::Unproven }
    }

    /// Whether anything changed since the last comparison; if so, somebody is still at work.
    pub(super) fn still_changing(&mut self, paths: &[WatchPath]) -> bool {
        let present: Vec<_> = paths.iter().map(Observation::of).collect();
        let changing = present != self.present;
        self.present = present;
        changing
    }

    /// Whether a path leads to something that no folder names any more.
    pub(super) fn is_unlinked(&self, path: &WatchPath) -> bool {
        self.references.get(path).is_some_and(|reference| reference.observation.is_unlinked())
    }
}

/// Spreads the checks of many programs that started together: an interval of nine to eleven tenths.
#[derive(Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new() -> Jitter {
        use std::hash::{BuildHasher, RandomState};
        Jitter(RandomState::new().hash_one(std::process::id()))
    }

    pub(super) fn spread(&mut self, interval: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (self.0 >> 33) % 201;
        interval * 9 / 10 + interval / 1000 * share as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::time::SystemTime;

    struct Place {
        folder: tempfile::TempDir,
        paths: Vec<WatchPath>,
        check: SlowCheck,
        pace: Pace,
        now: Instant,
    }

    impl Place {
        fn new(paths: &[&str]) -> Place {
            let folder = tempfile::tempdir().unwrap();
            let watch_path = |name: &&str| match name.strip_suffix('/') {
                Some(name) => WatchPath::folder(folder.path().join(name)),
                None => WatchPath::file(folder.path().join(name)),
            };
            let paths = paths.iter().map(watch_path).collect();
            let (check, pace) = (SlowCheck::default(), Pace::default());
            Place { folder, paths, check, pace, now: Instant::now() }
        }

        fn at(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn look(&mut self) {
            self.check.before_look(&self.paths, self.now);
            self.check.looked(&self.pace, self.now);
        }

        fn after(&mut self, seconds: u64) -> Finding {
            self.now += Duration::from_secs(seconds);
            self.check.compare(&self.paths, &self.pace, self.now)
        }

        /// Two looks far enough apart to trust the stamps.
        fn settled(paths: &[&str], prepare: impl Fn(&Place)) -> Place {
            let mut place = Place::new(paths);
            prepare(&place);
            place.look();
            place.now += Duration::from_secs(5);
            place.look();
            assert_eq!(place.after(1), Finding::Same);
            place
        }
    }

    #[test]
    fn a_new_stamp_is_trusted_only_after_a_later_look() {
        let mut place = Place::new(&["app.toml"]);
        fs::write(place.at("app.toml"), "a").unwrap();
        assert_eq!(place.after(0), Finding::Different);
        place.look();
        assert_eq!(place.after(1), Finding::Unproven);
        place.look();
        assert_eq!(place.after(1), Finding::Unproven);
        place.look();
        assert_eq!(place.after(1), Finding::Same);
        assert_eq!(place.after(28), Finding::Same);
        assert_eq!(place.after(1), Finding::Unproven);
        place.look();
        assert_eq!(place.after(29), Finding::Same);
    }

    #[test]
    fn absence_needs_no_proof_and_ends_with_a_difference() {
        let mut place = Place::new(&["app.toml"]);
        place.look();
        assert_eq!(place.after(1), Finding::Same);
        fs::write(place.at("app.toml"), "").unwrap();
        assert_eq!(place.after(1), Finding::Different);
        place.look();
        fs::remove_file(place.at("app.toml")).unwrap();
        assert_eq!(place.after(1), Finding::Different);
    }

    #[test]
    fn older_and_future_times_differ_like_newer_ones() {
        let mut place = Place::settled(&["app.toml"], |place| fs::write(place.at("app.toml"), "a").unwrap());
        let set =
            |path: PathBuf, time| File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        let year = Duration::from_secs(365 * 24 * 3600);
        for time in [SystemTime::now() - year, SystemTime::now() + year] {
            set(place.at("app.toml"), time);
            assert_eq!(place.after(1), Finding::Different);
            place.look();
            place.now += Duration::from_secs(2);
            place.look();
            assert_eq!(place.after(1), Finding::Same);
        }
    }

    /// Nobody can set the time at which a file was last changed in any way, though its clock may be coarse.
    #[cfg(unix)]
    #[test]
    fn a_file_that_is_written_and_given_its_old_time_differs() {
        let write = |path: PathBuf, text: &str| {
            fs::write(&path, text).unwrap();
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        let mut place = Place::settled(&["app.toml"], |place| write(place.at("app.toml"), "a"));
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            write(place.at("app.toml"), "b");
            if place.after(0) == Finding::Different {
                break;
            }
            assert!(Instant::now() < deadline, "it does not differ");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_the_same_size_and_time_in_its_place_differs() {
        let time = SystemTime::UNIX_EPOCH;
        let write = |path: PathBuf, text: &str| {
            fs::write(&path, text).unwrap();
            File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        };
        let mut place = Place::settled(&["app.toml"], |place| write(place.at("app.toml"), "a"));
        write(place.at("next"), "b");
        fs::rename(place.at("next"), place.at("app.toml")).unwrap();
        assert_eq!(place.after(1), Finding::Different);
    }

    #[test]
    fn a_change_during_the_look_differs_afterwards() {
        let mut place = Place::new(&["app.toml"]);
        fs::write(place.at("app.toml"), "a").unwrap();
        place.check.before_look(&place.paths, place.now);
        fs::write(place.at("app.toml"), "longer").unwrap();
        place.check.looked(&place.pace, place.now);
        assert_eq!(place.after(1), Finding::Different);
    }

    #[test]
    fn a_folder_differs_when_anything_in_it_does() {
        let mut place = Place::settled(&["conf.d/"], |place| {
            fs::create_dir(place.at("conf.d")).unwrap();
            fs::write(place.at("conf.d/a.toml"), "a").unwrap();
        });
        fs::write(place.at("conf.d/a.toml"), "longer").unwrap();
        assert_eq!(place.after(1), Finding::Different);
        assert!(!place.check.still_changing(&place.paths));
        fs::write(place.at("conf.d/b.toml"), "").unwrap();
        assert!(place.check.still_changing(&place.paths));
        assert!(!place.check.still_changing(&place.paths));
    }

    #[test]
    fn a_path_that_no_look_has_seen_differs() {
        let mut place = Place::settled(&["app.toml"], |_| {});
        place.paths.push(WatchPath::file(place.at("other")));
        assert_eq!(place.after(1), Finding::Different);
    }

    #[test]
    fn intervals_spread_by_a_tenth() {
        let mut jitter = Jitter::new();
        let spread: Vec<_> = (0..200).map(|_| jitter.spread(Duration::from_secs(5)).as_millis()).collect();
        assert!(spread.iter().all(|interval| (4500..=5500).contains(interval)));
        assert!(
            spread.iter().any(|&interval| interval < 4800) && spread.iter().any(|&interval| interval > 5200)
        );
    }
}
