//! How the files of a lane lie, and what is where at present.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::state::Syntax;

/// How files are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A file in a folder, which is in a folder.
    Plain,
    /// `current` is a link to a release; the file of a release is a link into a store.
    Links,
    /// A volume of Kubernetes: the file is a link through `..data`, which is a link to a folder.
    Volume,
    /// Two plain files, which are two layers.
    Two,
    /// A volume with two files, which are two layers.
    TwoInVolume,
}

pub(crate) const LAYOUTS: [Layout; 5] =
    [Layout::Plain, Layout::Links, Layout::Volume, Layout::Two, Layout::TwoInVolume];

impl Layout {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Layout::Plain => "plain",
            Layout::Links => "links",
            Layout::Volume => "k8s",
            Layout::Two => "two-layers",
            Layout::TwoInVolume => "two-layers-k8s",
        }
    }

    /// How many files there are.
    pub(crate) fn files(self) -> usize {
        match self {
            Layout::Plain | Layout::Links | Layout::Volume => 1,
            Layout::Two | Layout::TwoInVolume => 2,
        }
    }
}

pub(crate) struct Place {
    root: PathBuf,
    layout: Layout,
    extension: &'static str,
    /// What each file says when it is whole.
    pub(crate) texts: Vec<String>,
    /// How many things were made here, for names that were not there before.
    made: u64,
    /// The number in the name of the release, or of the folder behind `..data`.
    release: u64,
    /// The number in the name of the stored file; none while the link is a file itself.
    stored: Option<u64>,
    /// A descriptor that is kept open.
    pub(crate) held: Option<File>,
}

impl Place {
    pub(crate) fn new(root: PathBuf, layout: Layout, syntax: Syntax, texts: Vec<String>) -> io::Result<Self> {
        let extension = if syntax == Syntax::Toml { "toml" } else { "yaml" };
        let stored = (layout == Layout::Links).then_some(0);
        let place = Self { root, layout, extension, texts, made: 0, release: 0, stored, held: None };
        fs::create_dir_all(place.at("aside"))?;
        match layout {
            Layout::Plain | Layout::Two => place.write_folder(&place.at("opt/app/conf"))?,
            Layout::Volume | Layout::TwoInVolume => place.write_volume(&place.at("volume"))?,
            Layout::Links => {
                fs::create_dir_all(place.at("store"))?;
                fs::write(place.store(0), &place.texts[0])?;
                place.make_release()?;
                symlink("releases/r0", place.at("current"))?;
            }
        }
        Ok(place)
    }

    pub(crate) fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn name(&self, part: usize) -> String {
        format!("{}.{}", crate::state::PARTS[part], self.extension)
    }

    /// The folder in which the files are looked for.
    fn folder(&self) -> PathBuf {
        self.at(match self.layout {
            Layout::Plain | Layout::Two => "opt/app/conf",
            Layout::Volume | Layout::TwoInVolume => "volume",
            Layout::Links => "current/conf",
        })
    }

    /// The path under which the library knows a file.
    pub(crate) fn path(&self, part: usize) -> PathBuf {
        self.folder().join(self.name(part))
    }

    /// Where the file itself is at present, without links on the way.
    pub(crate) fn real(&self, part: usize) -> PathBuf {
        match (self.layout, self.stored) {
            (Layout::Plain | Layout::Two, _) => self.path(part),
            (Layout::Volume | Layout::TwoInVolume, _) => self.behind_data().join(self.name(part)),
            (Layout::Links, Some(stored)) => self.store(stored),
            (Layout::Links, None) => self.link(),
        }
    }

    /// A path that was not there before, on the same file system.
    pub(crate) fn fresh(&mut self) -> PathBuf {
        self.made += 1;
        self.at(format!("aside/{}", self.made))
    }

    /// Forgets what was put aside.
    pub(crate) fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.at("aside"))? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }

    /// Writes all files into a folder that is made for them.
    pub(crate) fn write_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for (part, text) in self.texts.iter().enumerate() {
            fs::write(folder.join(self.name(part)), text)?;
        }
        Ok(())
    }

    /// Makes a whole volume.
    pub(crate) fn write_volume(&self, folder: &Path) -> io::Result<()> {
        let data = format!("..data_{}", self.release);
        self.write_folder(&folder.join(&data))?;
        symlink(&data, folder.join("..data"))?;
        for part in 0..self.texts.len() {
            symlink(Path::new("..data").join(self.name(part)), folder.join(self.name(part)))?;
        }
        Ok(())
    }

    /// The folder that `..data` leads to.
    pub(crate) fn behind_data(&self) -> PathBuf {
        self.at(format!("volume/..data_{}", self.release))
    }

    /// The next release, or folder behind `..data`, has another name.
    pub(crate) fn next_release(&mut self) -> u64 {
        self.release += 1;
        self.release
    }

    pub(crate) fn release(&self) -> PathBuf {
        self.at(format!("releases/r{}", self.release))
    }

    pub(crate) fn store(&self, stored: u64) -> PathBuf {
        self.at(format!("store/s{stored}.{}", self.extension))
    }

    pub(crate) fn stored(&self) -> Option<u64> {
        self.stored
    }

    /// From here on the file is this one in the store, or none and lies where its link was.
    pub(crate) fn set_stored(&mut self, stored: Option<u64>) {
        self.stored = stored;
    }

    /// A number for the store that was not there before.
    pub(crate) fn next_stored(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// The link of the file in the present release.
    pub(crate) fn link(&self) -> PathBuf {
        self.release().join("conf").join(self.name(0))
    }

    /// What a link to the stored file says: every other one a relative path.
    pub(crate) fn target(&self) -> PathBuf {
        let stored = self.stored.unwrap_or_default();
        let store = self.store(stored);
        match stored % 2 {
            0 => Path::new("../../../store").join(store.file_name().unwrap_or_default()),
            _ => store,
        }
    }

    /// Makes the folder of the present release, with a link into the store.
    pub(crate) fn make_release(&self) -> io::Result<()> {
        fs::create_dir_all(self.release().join("conf"))?;
        symlink(self.target(), self.link())
    }
}
