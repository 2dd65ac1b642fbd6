//! A soak: very many edits of files in every style, and what those who follow the files see of them.
//!
//! Each lane is a layout of files, a way of watching them, a writer, two threads that read in every way, a subscription
//! that is waited for, one that is rarely asked, and a callback. The writer says beforehand what it is about to write;
//! the judge of the lane compares everything that is seen with that.

#![cfg(target_os = "linux")]

mod chance;
mod diary;
mod judge;
mod lane;
#[cfg(feature = "peers")]
mod peers;
mod place;
mod report;
mod spread;
mod state;
mod store;
mod styles;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chance::mix;
use judge::{Judge, Tally};
use lane::Course;
use report::Lane;
use store::{Library, WATCHERS, Watcher};

pub use report::Report;

/// What is asked of a soak.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many edits in all lanes of a library together.
    pub edits: u64,
    /// What the order of the edits follows from.
    pub seed: u64,
    /// After so much time no edit begins.
    pub longest: Option<Duration>,
    /// The layouts by name; all, if there are none.
    pub layouts: Vec<String>,
    /// The watchers by name; all, if there are none.
    pub watchers: Vec<String>,
    /// The libraries by name; all that are built in, if there are none.
    pub libraries: Vec<String>,
    /// The folder in which another is made for the files; the one for temporary files, if there is none.
    pub folder: Option<PathBuf>,
    /// Whether the report has every style.
    pub shows_all_styles: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            edits: 20_000,
            seed: 1,
            longest: None,
            layouts: Vec::new(),
            watchers: Vec::new(),
            libraries: Vec::new(),
            folder: None,
            shows_all_styles: false,
        }
    }
}

impl Plan {
    /// The names of layouts, watchers and libraries.
    #[must_use]
    pub fn names() -> [Vec<&'static str>; 3] {
        [
            place::LAYOUTS.iter().map(|layout| layout.name()).collect(),
            WATCHERS.iter().map(|watcher| watcher.name()).collect(),
            store::LIBRARIES.iter().map(|library| library.name()).collect(),
        ]
    }

    /// Does what is asked, one library after the other. Every ten thousand edits a line on standard error tells how far
    /// it is.
    ///
    /// # Errors
    ///
    /// Where no folder can be made for the files.
    pub fn soak(&self) -> io::Result<Report> {
        let begun = Instant::now();
        let folder = match &self.folder {
            Some(folder) => tempfile::tempdir_in(folder)?,
            None => tempfile::tempdir()?,
        };
        let root = folder.path().canonicalize()?;
        let mut report = Report {
            lanes: Vec::new(),
            lacking: Vec::new(),
            took: Duration::ZERO,
            seed: self.seed,
            shows_all_styles: self.shows_all_styles,
        };
        for &library in store::LIBRARIES {
            if is_wanted(&self.libraries, library.name()) {
                let courses = self.courses(library, &mut report.lacking);
                report.lanes.extend(self.drive(&courses, &root, begun));
            }
        }
        report.took = begun.elapsed();
        folder.close()?;
        Ok(report)
    }

    fn courses(&self, library: Library, lacking: &mut Vec<String>) -> Vec<Course> {
        let mut courses = Vec::new();
        for watcher in WATCHERS.into_iter().filter(|watcher| is_wanted(&self.watchers, watcher.name())) {
            if let Some(why) = library.lacks(watcher) {
                lacking.push(format!("{}, {}: {why}", library.name(), watcher.name()));
                continue;
            }
            for layout in place::LAYOUTS {
                if is_wanted(&self.layouts, layout.name()) {
                    let seed = mix(self.seed) ^ mix(courses.len() as u64 + 1);
                    courses.push(Course { library, layout, watcher, edits: 0, seed });
                }
            }
        }
        // Who looks again and again takes longer over each edit.
        let weight = |course: &Course| if course.watcher == Watcher::Polling { 1 } else { 4 };
        let total: u64 = courses.iter().map(weight).sum();
        for course in &mut courses {
            course.edits = (self.edits * weight(course)).div_ceil(total);
        }
        courses
    }

    /// Drives all lanes at the same time.
    fn drive(&self, courses: &[Course], root: &std::path::Path, begun: Instant) -> Vec<Lane> {
        let judges: Vec<Arc<Judge>> = courses.iter().map(Course::judge).collect();
        let (edits, running) = (&AtomicU64::new(0), &AtomicUsize::new(courses.len()));
        let goes_on = &|| {
            edits.fetch_add(1, Ordering::Relaxed);
            self.longest.is_none_or(|longest| begun.elapsed() < longest)
        };
        std::thread::scope(|scope| {
            for (course, judge) in courses.iter().zip(&judges) {
                let folder = root.join(course.name().replace(' ', "-"));
                let waiting = std::thread::current();
                scope.spawn(move || {
                    let _left = Left(running, waiting);
                    course.drive(&folder, judge, goes_on);
                });
            }
            let mut told = 0;
            while running.load(Ordering::Acquire) > 0 {
                std::thread::park_timeout(Duration::from_millis(200));
                let made = edits.load(Ordering::Relaxed) / TOLD;
                if made > told {
                    told = made;
                    tell(made * TOLD, &judges, begun);
                }
            }
        });
        let lanes = courses.iter().zip(&judges).map(|(course, judge)| {
            let (styles, words) = judge.verdict();
            Lane { course: *course, styles, words }
        });
        lanes.collect()
    }
}

/// One lane fewer, however it ended.
struct Left<'a>(&'a AtomicUsize, std::thread::Thread);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
        self.1.unpark();
    }
}

fn is_wanted(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|wanted| wanted == name)
}

/// Edits between two lines that tell how far it is.
const TOLD: u64 = 10_000;

fn tell(edits: u64, judges: &[Arc<Judge>], begun: Instant) {
    let mut total = Tally::default();
    judges.iter().for_each(|judge| judge.verdict().0.iter().for_each(|tally| total.add(tally)));
    eprintln!(
        "{:6.0} s: {edits} edits, {} versions; lost {}, torn {}, went back {}, not converged {}; {} MiB in memory",
        begun.elapsed().as_secs_f64(),
        total.versions,
        total.lost,
        total.torn,
        total.back,
        total.unconverged,
        memory() >> 20,
    );
}

/// The memory of this process that is in use, in bytes.
fn memory() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * 4096
}
