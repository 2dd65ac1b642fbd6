//! The ways in which files come to say something else.

mod bad;
mod files;
mod folders;
mod tools;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hotconf::testing::Memory;

use crate::chance::Chance;
use crate::judge::Judge;
use crate::place::{Layout, Place};
use crate::state::Scribe;

/// One edit as it is about to happen.
pub(crate) struct Edit<'a> {
    pub(crate) place: &'a mut Place,
    pub(crate) memory: Option<&'a Memory>,
    pub(crate) scribe: Scribe,
    /// Where the file itself is.
    pub(crate) file: PathBuf,
    pub(crate) before: String,
    pub(crate) text: String,
    pub(crate) number: u64,
    pub(crate) chance: &'a mut Chance,
    /// The longest pause of a writer that takes its time.
    pub(crate) pause: Duration,
    pub(crate) judge: &'a Judge,
}

impl Edit<'_> {
    fn rest(&mut self) {
        let pause = self.chance.pause(self.pause);
        // The pause of this writer is what is tried; nobody waits for anything by it.
        std::thread::sleep(pause);
        self.done("rested");
    }

    /// A step is done, between which and the next a reader may find half of the edit.
    fn done(&self, words: &str) {
        self.judge.step(|| words.to_owned());
    }

    /// Writes the text to a path that was not there before.
    fn aside(&mut self) -> io::Result<PathBuf> {
        let path = self.place.fresh();
        fs::write(&path, &self.text)?;
        Ok(path)
    }

    /// The name of the file with something behind it.
    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(suffix);
        name.into()
    }

    fn open(&self) -> io::Result<File> {
        File::options().write(true).open(&self.file)
    }
}

/// What a style changes, and how much of it at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reach {
    /// One file.
    File,
    /// A folder: one file in it, or all of them in one step.
    Folder,
    /// All files, each by itself.
    Each,
    /// The source beside the files.
    Memory,
    /// Something that has to be refused, in one file.
    Bad,
    /// Something that has to be refused, in the source beside the files.
    BadMemory,
}

impl Reach {
    pub(crate) fn is_bad(self) -> bool {
        matches!(self, Reach::Bad | Reach::BadMemory)
    }
}

/// What the text is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Text {
    /// Something else as a whole.
    New,
    /// The text before, with another number in it: as long as before.
    Substituted,
    /// The text before, and more.
    Appended,
}

pub(crate) struct Style {
    pub(crate) name: &'static str,
    pub(crate) weight: u64,
    pub(crate) reach: Reach,
    pub(crate) text: Text,
    /// The layouts that it is for; for all where there is none.
    layouts: &'static [Layout],
    /// The program that does it.
    program: Option<&'static str>,
    /// It is waited for in any case, because what it holds on to goes with the next edit.
    pub(crate) is_slow: bool,
    pub(crate) run: fn(&mut Edit<'_>) -> io::Result<()>,
}

type Run = fn(&mut Edit<'_>) -> io::Result<()>;

impl Style {
    const fn new(name: &'static str, weight: u64, reach: Reach, text: Text, run: Run) -> Self {
        Self { name, weight, reach, text, layouts: &[], program: None, is_slow: false, run }
    }

    const fn file(name: &'static str, weight: u64, run: Run) -> Self {
        Self::new(name, weight, Reach::File, Text::New, run)
    }

    const fn substituted(name: &'static str, weight: u64, run: Run) -> Self {
        Self::new(name, weight, Reach::File, Text::Substituted, run)
    }

    const fn tool(name: &'static str, program: &'static str, text: Text, run: Run) -> Self {
        Self { program: Some(program), ..Self::new(name, 1, Reach::File, text, run) }
    }

    const fn folder(name: &'static str, weight: u64, layouts: &'static [Layout], run: Run) -> Self {
        Self { layouts, ..Self::new(name, weight, Reach::Folder, Text::New, run) }
    }

    const fn bad(name: &'static str, run: Run) -> Self {
        Self::new(name, 1, Reach::Bad, Text::New, run)
    }

    const fn slow(self) -> Self {
        Self { is_slow: true, ..self }
    }

    /// Whether the style can be used where files lie like this.
    pub(crate) fn fits(&self, layout: Layout, has_memory: bool) -> bool {
        let fits = self.layouts.is_empty() || self.layouts.contains(&layout);
        fits && self.program.is_none_or(is_installed)
            && match self.reach {
                Reach::Each => layout.files() > 1,
                Reach::Memory | Reach::BadMemory => has_memory,
                Reach::File | Reach::Folder | Reach::Bad => true,
            }
    }
}

/// Whether there is such a program.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The programs that are asked for and not there.
pub(crate) fn missing_programs() -> Vec<&'static str> {
    let mut missing: Vec<_> = STYLES.iter().filter_map(|style| style.program).collect();
    missing.retain(|program| !is_installed(program));
    missing.dedup();
    missing
}

/// The style whose edits put an end to a bad state.
pub(crate) const MENDING: [&str; 2] = ["truncated and written", "renamed into place"];

const PLAIN: &[Layout] = &[Layout::Plain, Layout::Two];
const VOLUME: &[Layout] = &[Layout::Volume, Layout::TwoInVolume];
const LINKS: &[Layout] = &[Layout::Links];

pub(crate) static STYLES: &[Style] = &[
    // In place.
    Style::file("truncated and written", 8, files::truncated),
    Style::file("written in pieces", 8, files::in_pieces),
    Style::file("written in pieces, with pauses", 4, files::slowly),
    Style::substituted("overwritten where it differs", 4, files::overwritten),
    Style::file("overwritten from the start, then cut", 4, files::overwritten_and_cut),
    Style::new("appended in pieces", 4, Reach::File, Text::Appended, files::appended),
    Style::file("opened twice, as by > and >>", 3, files::opened_twice),
    Style::substituted("of the same size and time", 4, files::unnoticed),
    Style::file("written by another name", 3, files::by_another_name),
    Style::file("written, and kept open", 1, files::kept_open).slow(),
    // In its place.
    Style::file("renamed into place", 10, files::renamed),
    Style::file("renamed into place, all flushed", 2, files::renamed_and_flushed),
    Style::file("renamed from another folder", 6, files::renamed_from_afar),
    Style::file("exchanged by renameat2", 5, files::exchanged),
    Style::substituted("replaced by one of the same size and time", 4, files::replaced_unnoticed),
    Style::file("replaced by a hard link", 4, files::hard_linked),
    Style::file("renamed into place, then its mode", 2, files::renamed_with_mode),
    // Away for a moment.
    Style::file("removed and written", 6, files::removed_and_written),
    Style::file("removed, and after a pause written", 2, files::removed_for_a_while),
    Style::file("removed, and another renamed in", 4, files::removed_and_renamed),
    Style::file("renamed to a backup, and written", 4, files::backed_up),
    Style::file("swapped through a third name", 4, files::through_a_third_name),
    // Programs.
    Style::tool("sed -i", "sed", Text::Substituted, tools::sed),
    Style::tool("perl -pi", "perl", Text::Substituted, tools::perl),
    Style::tool("a shell that redirects", "sh", Text::New, tools::shell),
    Style::tool("tee", "tee", Text::New, tools::tee),
    Style::tool("cp", "cp", Text::New, tools::cp),
    Style::tool("cp --remove-destination", "cp", Text::New, tools::cp_removing),
    Style::tool("install", "install", Text::New, tools::install),
    Style::tool("mv", "mv", Text::New, tools::mv),
    Style::tool("git checkout-index", "git", Text::New, tools::git),
    Style::tool("vim", "vim", Text::Substituted, tools::vim),
    Style::tool("rsync", "rsync", Text::New, tools::rsync),
    Style::tool("rsync --inplace", "rsync", Text::New, tools::rsync_in_place),
    // Folders.
    Style::folder("folder swapped by two renames", 6, PLAIN, folders::swapped),
    Style::folder("folder exchanged by renameat2", 6, PLAIN, folders::exchanged),
    Style::folder("folder removed and made again", 6, PLAIN, folders::made_again),
    Style::folder("folders above it removed and made again", 3, PLAIN, folders::made_again_above),
    Style::folder("folder above it swapped", 6, PLAIN, folders::swapped_above),
    Style::folder("folder above it away and back, then written", 3, PLAIN, folders::away_and_back),
    // Links.
    Style::folder("..data swapped", 30, VOLUME, folders::data_swapped),
    Style::folder("..data swapped, the old one kept", 6, VOLUME, folders::data_swapped_and_kept),
    Style::folder("volume swapped by two renames", 4, VOLUME, folders::volume_swapped),
    Style::folder("link of the file pointed elsewhere", 10, LINKS, folders::file_relinked),
    Style::folder("link of the file removed and made", 6, LINKS, folders::file_link_made_again),
    Style::folder("link of the file replaced by a file", 4, LINKS, folders::link_replaced_by_file),
    Style::folder("link of the folder pointed elsewhere", 10, LINKS, folders::release_switched),
    Style::folder("link of the folder, the old one deleted", 6, LINKS, folders::release_switched_and_deleted),
    // Several at once.
    Style::new("each file renamed into place", 8, Reach::Each, Text::New, files::renamed),
    Style::new("each file truncated and written", 6, Reach::Each, Text::New, files::truncated),
    Style::new("memory", 20, Reach::Memory, Text::New, bad::memory_set),
    // Bad.
    Style::bad("wrong type, written", bad::wrong_type_written),
    Style::bad("wrong type, renamed into place", bad::wrong_type_renamed),
    Style::bad("syntax, written", bad::syntax_written),
    Style::bad("syntax, renamed into place", bad::syntax_renamed),
    Style::bad("emptied", bad::emptied),
    Style::bad("removed", bad::removed),
    Style::new("memory fails", 1, Reach::BadMemory, Text::New, bad::memory_failed),
];

/// Makes a file look as old as another time says.
fn set_modified(path: &Path, time: std::time::SystemTime) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(time)
}
