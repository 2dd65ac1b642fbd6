//! Real edits under the real events of Linux. Nothing sleeps: each step waits for what it expects, with a deadline.
//! The slow check is as good as off, so a look can only come from events.
#![cfg(all(feature = "watch", target_os = "linux"))]

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::health::NativeHealth;
use super::poll::Pace;
use super::{Reason, Settle, Sign, SignKind, SignSender, Watch, WatchPath, Watcher};
use crate::source::read::{FileReading, read_file};

const DEADLINE: Duration = Duration::from_secs(20);
const HOUR: Duration = Duration::from_secs(3600);

/// A folder of its own.
struct Place {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        Place { _folder: folder, root }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.at(from), self.at(to)).unwrap();
    }

    /// Makes the link in one step, also over an existing one.
    fn link(&self, target: &str, name: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let fresh = path.with_file_name("fresh link");
        symlink(target, &fresh).unwrap();
        fs::rename(fresh, path).unwrap();
    }

    fn remove(&self, name: &str) {
        match fs::symlink_metadata(self.at(name)) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(self.at(name)).unwrap(),
            Ok(_) => fs::remove_file(self.at(name)).unwrap(),
            Err(_) => {}
        }
    }

    /// What Kubernetes does when a ConfigMap changes.
    fn publish_config_map(&self, turn: usize, text: &str) {
        let old = fs::read_link(self.at("conf/..data")).ok();
        self.write(&format!("conf/..version{turn}/app.toml"), text);
        if old.is_none() {
            self.link("..data/app.toml", "conf/app.toml");
        }
        symlink(format!("..version{turn}"), self.at("conf/..data_tmp")).unwrap();
        self.rename("conf/..data_tmp", "conf/..data");
        if let Some(old) = old {
            fs::remove_dir_all(self.at("conf").join(old)).unwrap();
        }
    }
}

/// The loop of the manager thread, run step by step by the test.
struct Manager {
    watcher: Watcher,
    inbox: Receiver<Sign>,
    /// What the last look read at the path, or at all paths of a folder.
    content: String,
    path: WatchPath,
    looks: Vec<Reason>,
}

impl Manager {
    fn start(path: WatchPath, settle: Settle) -> Manager {
        let (sender, inbox) = channel();
        let sender = Mutex::new(sender);
        Manager::with_sender(path, settle, inbox, Arc::new(move |sign| drop(sender.lock().send(sign))))
    }

    fn with_sender(path: WatchPath, settle: Settle, inbox: Receiver<Sign>, send: SignSender) -> Manager {
        let mut watcher = Watcher::new(Watch::Auto, settle, send);
        watcher.pace = Pace { healthy: HOUR, degraded: HOUR, ..Pace::default() };
        watcher.set_paths(std::slice::from_ref(&path));
        let mut manager = Manager { watcher, inbox, content: String::new(), path, looks: Vec::new() };
        manager.look();
        assert_eq!(manager.watcher.health().native, NativeHealth::Working);
        manager
    }

    fn look(&mut self) {
        self.watcher.arm(Instant::now());
        self.content = if self.path.folder {
            let entries = fs::read_dir(&self.path.path).into_iter().flatten().flatten();
            let mut texts: Vec<_> = entries.map(|entry| read(&entry.path())).collect();
            texts.sort();
            texts.concat()
        } else {
            read(&self.path.path)
        };
        self.watcher.looked(Instant::now());
    }

    /// Waits for the next sign, or for what is due, and acts on it.
    fn step(&mut self, deadline: Instant) -> Option<Sign> {
        let until = self.watcher.due().map_or(deadline, |due| due.min(deadline));
        let sign = match self.inbox.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(sign) => {
                self.watcher.sign(sign.clone(), Instant::now());
                Some(sign)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the watcher dropped its sender"),
        };
        if let Some(reason) = self.watcher.wake(Instant::now()) {
            self.looks.push(reason);
            self.look();
        }
        sign
    }

    fn wait_for(&mut self, what: &str, condition: impl Fn(&Manager) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !condition(self) {
            assert!(Instant::now() < deadline, "{what}: still {:?} after {:?}", self.content, self.looks);
            self.step(deadline);
        }
    }

    fn wait_for_content(&mut self, what: &str, text: &str) {
        self.wait_for(what, |manager| manager.content == text);
    }

    /// Takes in all signs of what happened so far: when that of a file made now arrives, all earlier ones have.
    fn catch_up(&mut self, place: &Place) {
        let cookie = place.at("cookie");
        fs::write(&cookie, "").unwrap();
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.step(deadline) {
                Some(Sign::Event { kind: SignKind::Written, paths }) if paths == [cookie.clone()] => break,
                _ => assert!(Instant::now() < deadline, "the cookie is lost"),
            }
        }
    }

    /// Whether nothing but the slow check is due.
    fn is_idle(&self) -> bool {
        self.watcher.due().is_some_and(|due| due > Instant::now() + HOUR / 2)
    }
}

fn read(path: &Path) -> String {
    match read_file(path, 1 << 20) {
        FileReading::Text(bytes, _) => String::from_utf8(bytes).unwrap(),
        other => format!("{other:?}"),
    }
}

/// Prepares a place with text 0 at `conf/app.toml`, then makes edits that give it texts 1, 2 and so on, and expects
/// a look that reads each of them.
fn survives(style: &str, prepare: impl Fn(&Place), edit: impl Fn(&Place, usize, &str)) {
    let place = Place::new();
    prepare(&place);
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), Settle::default());
    for turn in 1..=4 {
        let text = format!("turn = {turn} of {style}");
        edit(&place, turn, &text);
        manager.wait_for_content(style, &text);
    }
    manager.wait_for("rest", Manager::is_idle);
    assert!(manager.looks.iter().all(|reason| *reason == Reason::Settled), "{style}: {:?}", manager.looks);
    assert!(manager.looks.len() <= 12, "{style}: {:?}", manager.looks);
    assert_eq!(manager.watcher.counts().missed, 0);
}

fn plain(place: &Place) {
    place.write("conf/app.toml", "turn = 0");
}

#[test]
fn edits_of_the_file_in_its_place() {
    survives("truncate and write", plain, |place, _, text| place.write("conf/app.toml", text));
    survives("write in pieces", plain, |place, _, text| {
        let mut file = File::create(place.at("conf/app.toml")).unwrap();
        text.as_bytes().chunks(2).for_each(|piece| file.write_all(piece).unwrap());
    });
    survives("two writers after each other", plain, |place, _, text| {
        let (start, end) = text.split_at(text.len() / 2);
        place.write("conf/app.toml", start);
        let file = OpenOptions::new().append(true).open(place.at("conf/app.toml"));
        file.unwrap().write_all(end.as_bytes()).unwrap();
    });
    let linked = |place: &Place| {
        plain(place);
        fs::create_dir(place.at("elsewhere")).unwrap();
        fs::hard_link(place.at("conf/app.toml"), place.at("elsewhere/app.toml")).unwrap();
    };
    survives("write by another name", linked, |place, _, text| place.write("elsewhere/app.toml", text));
}

#[test]
fn edits_that_replace_the_file() {
    survives("rename over", plain, |place, _, text| {
        place.write("conf/next", text);
        place.rename("conf/next", "conf/app.toml");
    });
    survives("rename from elsewhere", plain, |place, _, text| {
        place.write("elsewhere/next", text);
        place.rename("elsewhere/next", "conf/app.toml");
    });
    survives("remove and create", plain, |place, _, text| {
        place.remove("conf/app.toml");
        place.write("conf/app.toml", text);
    });
    survives("link after removal", plain, |place, turn, text| {
        place.write(&format!("conf/next{turn}"), text);
        place.remove("conf/app.toml");
        fs::hard_link(place.at(&format!("conf/next{turn}")), place.at("conf/app.toml")).unwrap();
    });
    survives("rename away and create", plain, |place, _, text| {
        place.rename("conf/app.toml", "conf/app.toml~");
        place.write("conf/app.toml", text);
        place.remove("conf/app.toml~");
    });
    survives("rename away, rename in", plain, |place, _, text| {
        place.write("conf/next", text);
        place.rename("conf/app.toml", "conf/old");
        place.rename("conf/next", "conf/app.toml");
        place.remove("conf/old");
    });
    survives("twenty at once", plain, |place, turn, text| {
        for round in 0..20 {
            place.write("conf/next", &format!("{turn} {round}"));
            place.rename("conf/next", "conf/app.toml");
        }
        place.write("conf/next", text);
        place.rename("conf/next", "conf/app.toml");
    });
}

#[test]
fn edits_by_symbolic_links() {
    let config_map = |place: &Place| place.publish_config_map(0, "turn = 0");
    survives("config map", config_map, Place::publish_config_map);
    survives("config map three times", config_map, |place, turn, text| {
        place.publish_config_map(turn * 10, "one");
        place.publish_config_map(turn * 10 + 1, "two");
        place.publish_config_map(turn * 10 + 2, text);
    });
    let linked_file = |place: &Place| {
        place.write("store/0", "turn = 0");
        place.link("../store/0", "conf/app.toml");
    };
    survives("link turned", linked_file, |place, turn, text| {
        place.write(&format!("store/{turn}"), text);
        place.link(&format!("../store/{turn}"), "conf/app.toml");
    });
    survives("target edited", linked_file, |place, _, text| place.write("store/0", text));
    survives("target replaced", linked_file, |place, _, text| {
        place.write("store/next", text);
        place.rename("store/next", "store/0");
    });
    survives("folder of the target replaced", linked_file, |place, turn, text| {
        place.write(&format!("next{turn}/0"), text);
        place.rename("store", &format!("old{turn}"));
        place.rename(&format!("next{turn}"), "store");
    });
    let release = |place: &Place| {
        place.write("releases/0/etc/app/app.toml", "turn = 0");
        place.link("releases/0", "current");
        place.link("current/etc/app", "conf");
    };
    survives("current release", release, |place, turn, text| {
        place.write(&format!("releases/{turn}/etc/app/app.toml"), text);
        place.link(&format!("releases/{turn}"), "current");
    });
    let chain = |place: &Place| {
        place.write("d/e/file", "turn = 0");
        place.link("d/e/../e/file", "c");
        place.link(place.at("c").to_str().unwrap(), "b");
        place.link("../b", "conf/app.toml");
    };
    survives("each link of a chain", chain, |place, turn, text| {
        place.write(&format!("target{turn}"), text);
        place.link(&format!("target{turn}"), ["c", "b", "c", "b"][turn - 1]);
        if turn == 3 {
            place.link("c", "b");
        }
    });
}

#[test]
fn edits_of_the_folders_above() {
    survives("folder replaced", plain, |place, turn, text| {
        place.write(&format!("next{turn}/app.toml"), text);
        place.rename("conf", &format!("old{turn}"));
        place.rename(&format!("next{turn}"), "conf");
    });
    survives("folder removed and made", plain, |place, _, text| {
        place.remove("conf");
        place.write("conf/app.toml", text);
    });
    let deep = |place: &Place| {
        place.write("opt/app/etc/app.toml", "turn = 0");
        place.link("opt/app/etc", "conf");
    };
    survives("ancestor replaced", deep, |place, turn, text| {
        place.write(&format!("opt{turn}/app/etc/app.toml"), text);
        place.rename("opt", &format!("old{turn}"));
        place.rename(&format!("opt{turn}"), "opt");
    });
    survives("ancestor replaced, then the file", deep, |place, turn, text| {
        if turn % 2 == 1 {
            place.write(&format!("opt{turn}/app/etc/app.toml"), text);
            place.rename("opt", &format!("old{turn}"));
            place.rename(&format!("opt{turn}"), "opt");
        } else {
            place.write("opt/app/etc/next", text);
            place.rename("opt/app/etc/next", "opt/app/etc/app.toml");
        }
    });
    survives(
        "nothing there at first",
        |_| {},
        |place, turn, text| {
            if turn == 3 {
                place.remove("conf");
            }
            place.write("conf/app.toml", text);
        },
    );
    survives(
        "a dangling link",
        |place| place.link("a/b/c/app.toml", "conf/app.toml"),
        |place, turn, text| {
            if turn == 3 {
                place.remove("conf/a");
            }
            place.write("conf/a/b/c/app.toml", text);
        },
    );
}

/// File systems give the number of the removed folder to the next one, so only events tell that it is another.
#[test]
fn a_folder_that_is_removed_and_made_many_times() {
    let place = Place::new();
    plain(&place);
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), Settle::default());
    for turn in 0..40 {
        let removed = format!("removed {turn}");
        place.remove("conf");
        place.write("conf/app.toml", &removed);
        manager.wait_for_content("removed", &removed);
        let written = format!("written {turn}");
        place.write("conf/app.toml", &written);
        manager.wait_for_content("written", &written);
    }
}

#[test]
fn each_missing_folder_is_waited_for() {
    let place = Place::new();
    let mut manager = Manager::start(WatchPath::file(place.at("a/b/c/app.toml")), Settle::default());
    for name in ["a", "a/b", "a/b/c"] {
        let looks = manager.looks.len();
        fs::create_dir(place.at(name)).unwrap();
        manager.wait_for(name, |manager| manager.looks.len() > looks && manager.is_idle());
        assert_eq!(manager.content, "Missing");
    }
    place.write("a/b/c/app.toml", "there");
    manager.wait_for_content("file", "there");
}

#[test]
fn a_folder_of_files() {
    let place = Place::new();
    let mut manager = Manager::start(WatchPath::folder(place.at("conf.d")), Settle::default());
    let edits: [(&str, &dyn Fn(), &str); 5] = [
        ("first file", &|| place.write("conf.d/a.toml", "[a]"), "[a]"),
        ("second file", &|| place.write("conf.d/b.toml", "[b]"), "[a][b]"),
        ("changed file", &|| place.write("conf.d/a.toml", "[c]"), "[b][c]"),
        ("removed file", &|| place.remove("conf.d/b.toml"), "[c]"),
        ("removed folder", &|| place.remove("conf.d"), ""),
    ];
    for _ in 0..3 {
        for (what, edit, content) in &edits {
            edit();
            manager.wait_for_content(what, content);
        }
    }
}

#[test]
fn looking_does_not_ask_for_a_look() {
    let place = Place::new();
    place.publish_config_map(0, "turn = 0");
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), Settle::default());
    for _ in 0..100 {
        manager.look();
        fs::read_dir(place.at("conf")).unwrap().count();
    }
    manager.catch_up(&place);
    assert!(manager.is_idle());
    assert_eq!((manager.looks.len(), manager.watcher.counts().signs), (0, 0));
}

#[test]
fn other_files_do_not_ask_for_a_look() {
    let place = Place::new();
    plain(&place);
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), Settle::default());
    for name in ["conf/app.toml~", "conf/.app.toml.swp", "conf/4913", "conf/deeper/app.toml", "app.toml"] {
        place.write(name, "");
        place.remove(name);
    }
    manager.catch_up(&place);
    assert!(manager.is_idle());
    assert_eq!((manager.looks.len(), manager.watcher.counts().signs), (0, 0));
}

#[test]
fn a_slow_writer_is_waited_for() {
    let place = Place::new();
    plain(&place);
    let settle = Settle { quiet: None, at_most: HOUR };
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), settle);
    for turn in 0..3 {
        let mut file = File::create(place.at("conf/app.toml")).unwrap();
        for _ in 0..10 {
            write!(file, "{turn}").unwrap();
            manager.catch_up(&place);
        }
        assert_eq!(manager.looks.len(), turn);
        drop(file);
        manager.wait_for_content("closed", &turn.to_string().repeat(10));
        assert_eq!(manager.looks.len(), turn + 1);
    }
}

#[test]
fn a_writer_that_never_closes_is_read_at_the_limit() {
    let place = Place::new();
    plain(&place);
    let settle = Settle { quiet: None, at_most: Duration::from_millis(200) };
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), settle);
    let mut file = OpenOptions::new().append(true).open(place.at("conf/app.toml")).unwrap();
    let mut expected = String::from("turn = 0");
    for turn in 1..4 {
        write!(file, "{turn}").unwrap();
        expected += &turn.to_string();
        let start = Instant::now();
        manager.wait_for_content("unclosed", &expected);
        assert!(start.elapsed() >= settle.at_most / 2);
    }
}

#[test]
fn without_settling_a_look_comes_at_once() {
    let place = Place::new();
    plain(&place);
    let settle = Settle { quiet: Some(Duration::ZERO), at_most: HOUR };
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), settle);
    let mut file = OpenOptions::new().append(true).open(place.at("conf/app.toml")).unwrap();
    write!(file, "1").unwrap();
    manager.wait_for_content("unclosed", "turn = 01");
}

/// While nobody takes events, more happens than the kernel's queue holds; the edit in the midst has no event of its
/// own any more.
#[test]
fn an_edit_whose_event_was_lost_in_a_flood() {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let limit: usize = limit.trim().parse().unwrap();
    if limit > 20_000 {
        return;
    }
    let place = Place::new();
    plain(&place);
    let gate = Arc::new(Mutex::new(()));
    let (sender, inbox) = channel();
    let (sender, handler_gate) = (Mutex::new(sender), Arc::clone(&gate));
    let send: SignSender = Arc::new(move |sign| {
        drop(handler_gate.lock());
        drop(sender.lock().send(sign));
    });
    let path = WatchPath::file(place.at("conf/app.toml"));
    let mut manager = Manager::with_sender(path, Settle::default(), inbox, send);
    let closed = gate.lock();
    for number in 0..limit / 2 + 2000 {
        fs::hard_link(place.at("conf/app.toml"), place.at("conf").join(number.to_string())).unwrap();
    }
    place.remove("conf");
    place.write("conf/app.toml", "after the flood");
    drop(closed);
    manager.wait_for_content("flood", "after the flood");
    manager.wait_for("overflow", |manager| manager.watcher.counts().overflows > 0 && manager.is_idle());
    place.write("conf/app.toml", "later");
    manager.wait_for_content("later", "later");
}

/// Nearly always: the second question may come in the turn of the first as well.
#[test]
fn what_is_on_its_way_is_sent_when_it_is_heard_out() {
    let place = Place::new();
    place.write("app.toml", "");
    let mut manager = Manager::start(WatchPath::file(place.at("app.toml")), Settle::default());
    let mut heard = 0;
    for turn in 0..100 {
        manager.watcher.arm(Instant::now());
        place.write("app.toml", &turn.to_string());
        manager.watcher.hear_out();
        let mut signs = manager.inbox.try_iter();
        heard += usize::from(signs.any(|sign| matches!(sign, Sign::Event { kind: SignKind::Written, .. })));
        manager.inbox.try_iter().for_each(drop);
        manager.watcher.looked(Instant::now());
    }
    assert!(heard >= 99, "of 100 writers {heard} were heard of");
}

#[test]
fn a_dropped_watcher_sends_nothing_more() {
    let place = Place::new();
    plain(&place);
    let mut manager = Manager::start(WatchPath::file(place.at("conf/app.toml")), Settle::default());
    place.write("conf/app.toml", "turn = 1");
    manager.wait_for_content("before", "turn = 1");
    let Manager { watcher, inbox, .. } = manager;
    drop(watcher);
    place.write("conf/app.toml", "turn = 2");
    // The sender goes with the thread of the events, so this ends.
    assert!(inbox.iter().all(|sign| !matches!(sign, Sign::Failed(_))));
}

/// The thread of the events is in the middle of its first sign, with more to come, when its watcher goes.
#[test]
fn what_is_on_its_way_when_a_watcher_is_dropped_arrives_nowhere() {
    let place = Place::new();
    plain(&place);
    let ((sent, signs), (release, released)) = (channel(), channel::<()>());
    let ends = Mutex::new((sent, released));
    let send: SignSender = Arc::new(move |_| {
        let ends = ends.lock();
        let _ = ends.0.send(());
        let _ = ends.1.recv();
    });
    let mut watcher = Watcher::new(Watch::Auto, Settle::default(), send);
    watcher.set_paths(&[WatchPath::file(place.at("conf/app.toml"))]);
    watcher.arm(Instant::now());
    place.write("conf/app.toml", "turn = 1");
    signs.recv_timeout(DEADLINE).expect("the first sign");
    for turn in 2..10 {
        place.write("conf/app.toml", &format!("turn = {turn}"));
    }
    drop(watcher);
    drop(release);
    // The sender goes with the thread of the events, so this ends.
    assert_eq!(signs.iter().count(), 0);
}
