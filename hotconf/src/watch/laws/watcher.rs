//! The whole watcher over real files, with a backend that does as it is told: whatever is heard of changes, and whatever
//! is not, the last state is looked at.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{cases, kind};
use crate::watch::native::WatchFault;
use crate::watch::scripted::{self, Shared};
use crate::watch::settle::Settle;
use crate::watch::{Sign, SignKind, SignSender, Watch, WatchPath, Watcher};

const PATHS: [&str; 4] = ["conf/app.toml", "conf", "", "conf/other.toml"];

#[derive(Debug, Clone, Copy)]
enum Edit {
    Write,
    RenameInto,
    Remove,
    ReplaceFolder,
    RemoveFolder,
}

#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    /// A change of which this is heard.
    Edit(Edit, Vec<(SignKind, usize)>),
    /// The next look meets a change after it has read, of which this is heard.
    EditDuringLook(Edit, Vec<(SignKind, usize)>),
    /// What is heard may be about nothing.
    Event(SignKind, usize),
    Overflow,
    Complaints(u8),
    Fault(usize, WatchFault),
    NoFaults,
    /// No backend can be had, or one can again.
    Refuse(bool),
    /// Somebody asks for a look.
    Ask,
}

fn edit() -> impl Strategy<Value = Edit> {
    let edits = [Edit::Write, Edit::RenameInto, Edit::Remove, Edit::ReplaceFolder, Edit::RemoveFolder];
    prop::sample::select(edits.to_vec())
}

fn heard() -> impl Strategy<Value = Vec<(SignKind, usize)>> {
    prop::collection::vec((kind(), 0..PATHS.len()), 0..3)
}

fn step() -> impl Strategy<Value = Step> {
    let faults = [WatchFault::Missing, WatchFault::Denied, WatchFault::Limit, WatchFault::Dead];
    prop_oneof![
        3 => (0_u64..100).prop_map(Step::Wait),
        2 => (0_u64..8000).prop_map(Step::Wait),
        6 => (edit(), heard()).prop_map(|(edit, heard)| Step::Edit(edit, heard)),
        2 => (edit(), heard()).prop_map(|(edit, heard)| Step::EditDuringLook(edit, heard)),
        2 => (kind(), 0..PATHS.len()).prop_map(|(kind, path)| Step::Event(kind, path)),
        1 => Just(Step::Overflow),
        1 => (1_u8..14).prop_map(Step::Complaints),
        2 => (0..PATHS.len(), prop::sample::select(faults.to_vec()))
            .prop_map(|(path, fault)| Step::Fault(path, fault)),
        1 => Just(Step::NoFaults),
        1 => any::<bool>().prop_map(Step::Refuse),
        1 => Just(Step::Ask),
    ]
}

/// One file, who watches it, and what the last look read of it.
struct Lab {
    _folder: tempfile::TempDir,
    root: PathBuf,
    script: Shared,
    watcher: Watcher,
    now: Instant,
    /// Every text is longer than all before it, so that none has the stamp of another: time runs only in the watcher.
    length: usize,
    during_look: Vec<(Edit, Vec<(SignKind, usize)>)>,
    read: Option<usize>,
}

impl Lab {
    fn new(mode: Watch) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let script = Shared::default();
        let send: SignSender = Arc::new(|_| ());
        let watcher = scripted::watcher(mode, &script, send);
        let mut lab = Self {
            _folder: folder,
            root,
            script,
            watcher,
            now: Instant::now(),
            length: 0,
            during_look: Vec::new(),
            read: None,
        };
        lab.edit(Edit::Write);
        lab.watcher.set_paths(&[WatchPath::file(lab.at(PATHS[0]))]);
        lab.look(true);
        lab
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// How much is in the file.
    fn present(&self) -> Option<usize> {
        fs::read(self.at(PATHS[0])).ok().map(|text| text.len())
    }

    fn edit(&mut self, edit: Edit) {
        let (folder, file) = (self.at("conf"), self.at(PATHS[0]));
        self.length += 1;
        let text = "x".repeat(self.length);
        match edit {
            Edit::Write => {
                fs::create_dir_all(&folder).unwrap();
                fs::write(file, text).unwrap();
            }
            Edit::RenameInto => {
                fs::create_dir_all(&folder).unwrap();
                fs::write(self.at("next.toml"), text).unwrap();
                fs::rename(self.at("next.toml"), file).unwrap();
            }
            Edit::Remove => drop(fs::remove_file(file)),
            Edit::ReplaceFolder => {
                drop(fs::remove_dir_all(&folder));
                fs::create_dir(&folder).unwrap();
                fs::write(file, text).unwrap();
            }
            Edit::RemoveFolder => drop(fs::remove_dir_all(folder)),
        }
    }

    fn hear(&mut self, heard: &[(SignKind, usize)]) {
        for (kind, path) in heard {
            let sign = Sign::Event { kind: *kind, paths: vec![self.at(PATHS[*path])] };
            self.watcher.sign(sign, self.now);
        }
    }

    /// What the manager does: it drops what may be half-written, unless somebody waits for it.
    fn look(&mut self, is_asked: bool) {
        self.watcher.arm(self.now);
        let read = self.present();
        for (edit, heard) in std::mem::take(&mut self.during_look) {
            self.edit(edit);
            self.hear(&heard);
        }
        if is_asked || !self.watcher.is_half_written(self.now) {
            self.watcher.looked(self.now);
            self.read = read;
        }
    }

    fn wait(&mut self, until: Instant) {
        while let Some(due) = self.watcher.due().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            if self.watcher.wake(self.now).is_some() {
                self.look(false);
            }
        }
        self.now = self.now.max(until);
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Wait(milliseconds) => self.wait(self.now + Duration::from_millis(*milliseconds)),
            Step::Edit(edit, heard) => {
                self.edit(*edit);
                self.hear(heard);
            }
            Step::EditDuringLook(edit, heard) => self.during_look.push((*edit, heard.clone())),
            Step::Event(kind, path) => self.hear(&[(*kind, *path)]),
            Step::Overflow => self.watcher.sign(Sign::Rescan, self.now),
            Step::Complaints(count) => {
                (0..*count).for_each(|_| self.watcher.sign(Sign::Failed("a fault".into()), self.now));
            }
            Step::Fault(path, fault) => {
                drop(self.script.lock().faults.insert(self.at(PATHS[*path]), fault.clone()));
            }
            Step::NoFaults => self.script.lock().faults.clear(),
            Step::Refuse(refuses) => {
                self.script.lock().refuses_to_open = refuses.then(|| "there is none".to_owned());
            }
            Step::Ask => self.look(true),
        }
    }
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn the_last_state_is_looked_at_within_the_slow_interval(
        polls: bool,
        steps in prop::collection::vec(step(), 0..25),
    ) {
        let mode = if polls { Watch::Poll(Duration::from_secs(3)) } else { Watch::Auto };
        let mut lab = Lab::new(mode);
        for step in &steps {
            lab.take(step);
        }
        lab.during_look.clear();
        // The longest time to the next check, and the longest that a look is put off.
        let longest = lab.watcher.pace.healthy * 11 / 10 + Settle::default().at_most;
        lab.wait(lab.now + longest);
        prop_assert_eq!(lab.read, lab.present());
    }
}
