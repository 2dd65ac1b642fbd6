//! From an edit of a file to its value in the reader's hand.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use hotconf::{Hot, HotConfig};
use inotify::{Inotify, WatchMask};
use serde::Deserialize;

use crate::median::quantile;

#[derive(HotConfig, Deserialize)]
struct Config {
    number: u64,
}

const EDITS: u64 = 400;

pub(crate) fn measure() {
    println!("\n### From an edit to the value, {EDITS} edits, on the clock\n");
    println!("| watcher | edit | p50 | p99 | most | the edit alone, most |\n|---|---|---|---|---|---|");
    for (edit, how) in [("renamed over", rename as Edit), ("written in place", write)] {
        let raw = Raw::new();
        row("raw inotify, read, parse", edit, &raw.file, how, || raw.number());
        let instant = Stored::new(Some(Duration::ZERO));
        row("hotconf, without settling", edit, &instant.file, how, || instant.number());
        let settled = Stored::new(None);
        row("hotconf, default (settles for 10 ms)", edit, &settled.file, how, || settled.number());
    }
}

type Edit = fn(&Path, u64);

fn text(number: u64) -> String {
    format!("number = {number}\n")
}

fn rename(file: &Path, number: u64) {
    let aside = file.with_extension("new");
    fs::write(&aside, text(number)).expect("the folder can be written to");
    fs::rename(&aside, file).expect("a file can be renamed");
}

fn write(file: &Path, number: u64) {
    fs::write(file, text(number)).expect("the file can be written to");
}

fn row(watcher: &str, edit: &str, file: &Path, how: Edit, number: impl Fn() -> u64) {
    let mut took = Vec::with_capacity(EDITS as usize);
    // A file system may hold up whoever writes, and that is no time of the watcher's.
    let mut edit_took = Duration::ZERO;
    for edit in 1..=EDITS {
        // Edits come at any phase of whatever goes in intervals.
        std::thread::sleep(Duration::from_micros(3_000 + (edit * 7_919) % 5_000));
        let start = Instant::now();
        how(file, edit);
        edit_took = edit_took.max(start.elapsed());
        while number() != edit {
            assert!(start.elapsed() < Duration::from_secs(5), "edit {edit} was never seen by {watcher}");
            std::thread::yield_now();
        }
        took.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let [p50, p99, most] = [0.5, 0.99, 1.0].map(|share| quantile(took.clone(), share));
    let alone = edit_took.as_secs_f64() * 1e3;
    println!("| {watcher} | {edit} | {p50:.2} ms | {p99:.2} ms | {most:.2} ms | {alone:.2} ms |");
}

fn first_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("app.toml");
    fs::write(&file, text(0)).expect("the folder can be written to");
    (folder, file)
}

struct Stored {
    _folder: tempfile::TempDir,
    file: PathBuf,
    cfg: Hot<Config>,
}

impl Stored {
    fn new(quiet: Option<Duration>) -> Self {
        let (folder, file) = first_file();
        let mut builder = Hot::builder().file(&file);
        if let Some(quiet) = quiet {
            builder = builder.settle(quiet, Duration::from_secs(2));
        }
        let cfg = builder.build().unwrap_or_else(|error| panic!("{error}"));
        Self { _folder: folder, file, cfg }
    }

    fn number(&self) -> u64 {
        self.cfg.load().number
    }
}

/// The least that can be done: the events of the folder, and at each of them the file read and parsed.
struct Raw {
    _folder: tempfile::TempDir,
    file: PathBuf,
    newest: Arc<ArcSwap<Config>>,
}

impl Raw {
    fn new() -> Self {
        let (folder, file) = first_file();
        let newest = Arc::new(ArcSwap::from_pointee(Config { number: 0 }));
        let mut inotify = Inotify::init().expect("inotify is there");
        let mask = WatchMask::CLOSE_WRITE | WatchMask::MOVED_TO | WatchMask::DELETE_SELF;
        inotify.watches().add(folder.path(), mask).expect("a folder can be watched");
        let (swap, path) = (newest.clone(), file.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(events) = inotify.read_events_blocking(&mut buffer) {
                let is_ours =
                    events.fold(false, |ours, event| ours | (event.name == Some(OsStr::new("app.toml"))));
                let Ok(text) = fs::read_to_string(&path) else { return };
                if let (true, Ok(config)) = (is_ours, toml::from_str(&text)) {
                    swap.store(Arc::new(config));
                }
            }
        });
        Self { _folder: folder, file, newest }
    }

    fn number(&self) -> u64 {
        self.newest.load().number
    }
}
