//! The watcher with a scripted system of events and with given time.

use super::*;
use crate::watch::native::WatchFault;
use crate::watch::scripted::{self, Shared};
use crate::watch::settle;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

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
        let watcher = scripted::watcher(mode, &script, send);
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
        calls.into_iter().filter(|call| call.contains(&root)).map(|call| call.replace(&root, "")).collect()
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
    for name in ["conf/app.toml~", "conf/.app.toml.swp", "other/app.toml", "conf/app.toml/x", "elsewhere"] {
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
    assert!(lab.watcher.is_half_written(lab.now), "it may be the middle that was read");
    assert_eq!(lab.wake(), Some(Reason::Settled));
    lab.watcher.arm(lab.now);
    assert!(!lab.watcher.is_half_written(lab.now));
}

#[test]
fn a_look_at_a_name_that_has_just_appeared_is_repeated() {
    let mut lab = Lab::new(Watch::Auto);
    lab.let_age(settle::COMPLETE);
    lab.watcher.arm(lab.now);
    lab.event(SignKind::Created, "conf/app.toml");
    assert!(lab.watcher.is_half_written(lab.now));
    assert!(!lab.watcher.is_being_written(), "who asks for a look has done with writing");
    assert_eq!((lab.wait(), lab.wake()), (Some(60 * MILLISECOND), Some(Reason::Settled)));
    lab.watcher.arm(lab.now);
    assert!(!lab.watcher.is_half_written(lab.now));
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

/// A call to write may take long, and is told when it is over.
#[test]
fn a_file_that_was_changed_after_all_that_was_heard_of_it_is_looked_at_again() {
    for is_heard in [true, false] {
        let mut lab = Lab::new(Watch::Auto);
        let deadline = Instant::now() + 20 * SECOND;
        loop {
            let begun = Instant::now();
            let heard = SystemTime::now();
            // The clock of files may be behind by a tick.
            while fs::metadata(lab.at("conf/app.toml")).unwrap().modified().unwrap() <= heard {
                fs::write(lab.at("conf/app.toml"), "half").unwrap();
            }
            lab.let_age(settle::COMPLETE);
            if is_heard {
                lab.event(SignKind::Written, "conf/app.toml");
            }
            lab.watcher.arm(lab.now);
            let is_half_written = lab.watcher.is_half_written(lab.now);
            // On a busy machine the file may be old by then.
            if begun.elapsed() < settle::UNTOLD {
                assert_eq!(is_half_written, !is_heard);
                break;
            }
            assert!(Instant::now() < deadline, "the machine is too busy");
        }
        lab.let_age(settle::UNTOLD);
        lab.watcher.arm(lab.now);
        assert!(!lab.watcher.is_half_written(lab.now));
    }
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

/// A lab whose file is a link to one that lies elsewhere, where there is room for others.
fn with_a_link() -> Lab {
    let mut lab = Lab::unarmed(Watch::Auto);
    fs::create_dir(lab.at("store")).unwrap();
    fs::write(lab.at("store/one"), "a").unwrap();
    std::os::unix::fs::symlink("store/one", lab.at("app.toml")).unwrap();
    lab.watcher.set_paths(&[WatchPath::file(lab.at("app.toml"))]);
    lab.look();
    lab
}

fn relink(lab: &mut Lab, target: &str) {
    std::os::unix::fs::symlink(target, lab.at("next")).unwrap();
    fs::rename(lab.at("next"), lab.at("app.toml")).unwrap();
    lab.event(SignKind::Renamed, "app.toml");
}

#[test]
fn a_writer_who_began_before_a_link_led_to_the_file_is_waited_for() {
    let mut lab = with_a_link();
    let idle = lab.watcher.due();
    fs::write(lab.at("store/two"), "half").unwrap();
    lab.event(SignKind::Created, "store/two");
    lab.event(SignKind::Data, "store/two");
    assert_eq!(lab.watcher.due(), idle, "nobody means that file");
    relink(&mut lab, "store/two");
    assert_eq!(lab.wake(), Some(Reason::Settled));
    lab.watcher.arm(lab.now);
    assert!(lab.watcher.is_being_written() && lab.watcher.is_half_written(lab.now));
    assert_eq!(lab.wait(), Some(1990 * MILLISECOND));
    lab.event(SignKind::Written, "store/two");
    assert!(!lab.watcher.is_being_written());
    assert_eq!(lab.wait(), Some(100 * MILLISECOND), "others may be at work where nobody listened");
}

#[test]
fn who_is_done_before_a_link_leads_to_the_file_is_not_waited_for() {
    for end in [SignKind::Written, SignKind::Removed, SignKind::Renamed] {
        let mut lab = with_a_link();
        fs::write(lab.at("store/two"), "b").unwrap();
        lab.event(SignKind::Data, "store/two");
        lab.event(end, "store/two");
        relink(&mut lab, "store/two");
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.watcher.arm(lab.now);
        assert!(!lab.watcher.is_being_written(), "{end:?}");
    }
}

/// Others may be at work in a folder all the time, and what is remembered of them has a bound.
#[test]
fn of_many_writers_at_other_files_the_last_ones_are_remembered() {
    for (writer, is_remembered) in [("store/one0", false), ("store/one99", true)] {
        let mut lab = with_a_link();
        for number in 0..100 {
            lab.event(SignKind::Data, &format!("store/one{number}"));
        }
        fs::write(lab.at(writer), "b").unwrap();
        relink(&mut lab, writer);
        assert_eq!(lab.wake(), Some(Reason::Settled));
        lab.watcher.arm(lab.now);
        assert_eq!(lab.watcher.is_being_written(), is_remembered);
    }
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
