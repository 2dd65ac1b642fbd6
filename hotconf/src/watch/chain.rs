//! From a path to every folder that decides what the path means.
//!
//! Renaming an ancestor, turning a symbolic link, mounting a single file: each changes the content behind a path
//! without an event on the path itself. So the path is walked as the kernel walks it, and each real folder in which
//! a name was looked up is noted with that name.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// As many links as the kernel follows.
const MOST_LINKS: u32 = 40;

/// How the meaning of one path comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    /// Real folders and the name that was looked up in each, in walking order; a folder may occur again.
    pub(super) lookups: Vec<(PathBuf, OsString)>,
    pub(super) end: End,
}

/// Where the walk ended. A missing or forbidden name is the last of the lookups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// At something that is not a folder, under its real path.
    File(PathBuf),
    /// At a folder, under its real path.
    Folder(PathBuf),
    /// A name on the way does not exist.
    Missing,
    /// A folder may not be entered.
    Denied(PathBuf),
    /// Links in a circle, or too many.
    Loop,
}

impl Chain {
    /// Walks `path`, which must be absolute.
    pub(super) fn of(path: &Path) -> Chain {
        let mut here = PathBuf::new();
        let mut ahead = VecDeque::new();
        prepend(&mut ahead, path);
        let mut lookups = Vec::new();
        let mut links = 0;
        let mut end = End::Folder(PathBuf::new());
        while let Some(step) = ahead.pop_front() {
            let name = match step {
                Step::Root(root) => {
                    here = root;
                    end = End::Folder(here.clone());
                    continue;
                }
                Step::Up => {
                    here.pop();
                    end = End::Folder(here.clone());
                    continue;
                }
                Step::Down(name) => name,
            };
            lookups.push((here.clone(), name.clone()));
            let next = here.join(&name);
            let file_type = match fs::symlink_metadata(&next) {
                Ok(metadata) => metadata.file_type(),
                Err(error) => return Chain { lookups, end: stop(&error, here) },
            };
            if file_type.is_symlink() {
                links += 1;
                if links > MOST_LINKS {
                    return Chain { lookups, end: End::Loop };
                }
                match fs::read_link(&next) {
                    Ok(target) => prepend(&mut ahead, &target),
                    Err(error) => return Chain { lookups, end: stop(&error, here) },
                }
            } else if file_type.is_dir() {
                here = next;
                end = End::Folder(here.clone());
            } else if ahead.is_empty() {
                return Chain { lookups, end: End::File(next) };
            } else {
                return Chain { lookups, end: End::Missing };
            }
        }
        Chain { lookups, end }
    }

    /// The real path of what the chain leads to, or of the last folder on the way there.
    pub(super) fn deepest(&self) -> &Path {
        match &self.end {
            End::File(path) | End::Folder(path) => path,
            End::Missing | End::Denied(_) | End::Loop => {
                self.lookups.last().map_or(Path::new("/"), |(folder, _)| folder)
            }
        }
    }
}

enum Step {
    Root(PathBuf),
    Up,
    Down(OsString),
}

/// Puts the steps of `path` in front of those ahead.
fn prepend(ahead: &mut VecDeque<Step>, path: &Path) {
    let mut root = PathBuf::new();
    let mut steps = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir => root.push(component.as_os_str()),
            Component::CurDir => {}
            Component::ParentDir => steps.push(Step::Up),
            Component::Normal(name) => steps.push(Step::Down(OsStr::to_owned(name))),
        }
    }
    for step in steps.into_iter().rev() {
        ahead.push_front(step);
    }
    if !root.as_os_str().is_empty() {
        ahead.push_front(Step::Root(root));
    }
}

fn stop(error: &io::Error, folder: PathBuf) -> End {
    match error.kind() {
        io::ErrorKind::PermissionDenied => End::Denied(folder),
        _ => End::Missing,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

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

        fn file(&self, name: &str) -> PathBuf {
            let path = self.root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        }

        fn link(&self, name: &str, target: &str) {
            let path = self.root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            symlink(target, path).unwrap();
        }

        /// The end and the lookups below the root of the place, as text.
        fn walk(&self, name: &str) -> (Vec<String>, End) {
            let chain = Chain::of(&self.root.join(name));
            let below = |(folder, name): &(PathBuf, OsString)| {
                let folder = folder.strip_prefix(&self.root).ok()?;
                Some(format!("{}:{}", folder.display(), name.to_str()?))
            };
            (chain.lookups.iter().filter_map(below).collect(), chain.end)
        }
    }

    #[test]
    fn every_ancestor_is_noted_from_the_root_on() {
        let place = Place::new();
        let path = place.file("conf/app.toml");
        let chain = Chain::of(&path);
        assert_eq!(chain.lookups[0].0, Path::new("/"));
        assert_eq!(chain.lookups.len(), path.components().count() - 1);
        assert_eq!(
            place.walk("conf/app.toml"),
            (vec![":conf".into(), "conf:app.toml".into()], End::File(path))
        );
    }

    #[test]
    fn links_are_followed_through_both_of_their_sides() {
        let place = Place::new();
        let path = place.file("store/v1/app.toml");
        place.link("releases/1", "../store/v1");
        place.link("current", "releases/1");
        place.link("conf/app.toml", "../current/app.toml");
        let (lookups, end) = place.walk("conf/app.toml");
        assert_eq!(end, End::File(path));
        let expected =
            [":conf", "conf:app.toml", ":current", ":releases", "releases:1", ":store", "store:v1"];
        assert_eq!(lookups[..7], expected);
        assert_eq!(lookups[7..], ["store/v1:app.toml"]);
    }

    #[test]
    fn an_absolute_link_starts_again_at_the_root() {
        let place = Place::new();
        let path = place.file("store/app.toml");
        place.link("conf/app.toml", path.to_str().unwrap());
        let chain = Chain::of(&place.root.join("conf/app.toml"));
        assert_eq!(chain.end, End::File(path));
        assert_eq!(chain.lookups.iter().filter(|(folder, _)| folder == Path::new("/")).count(), 2);
    }

    #[test]
    fn the_parent_of_a_linked_folder_is_that_of_its_target() {
        let place = Place::new();
        let path = place.file("store/app.toml");
        place.file("store/deep/x");
        place.link("conf", "store/deep");
        assert_eq!(place.walk("conf/../app.toml").1, End::File(path));
        assert_eq!(place.walk("missing/../app.toml").1, End::Missing);
    }

    #[test]
    fn what_is_missing_is_noted_in_the_deepest_folder_there_is() {
        let place = Place::new();
        place.file("conf/other");
        assert_eq!(place.walk("conf/a/b/app.toml"), (vec![":conf".into(), "conf:a".into()], End::Missing));
        place.link("conf/dangling", "nowhere/app.toml");
        let (lookups, end) = place.walk("conf/dangling");
        assert_eq!(end, End::Missing);
        assert_eq!(lookups, [":conf", "conf:dangling", "conf:nowhere"]);
        assert_eq!(place.walk("conf/other/app.toml").1, End::Missing);
    }

    #[test]
    fn circles_end_after_as_many_links_as_the_kernel_follows() {
        let place = Place::new();
        place.link("a", "b");
        place.link("b", "a");
        assert_eq!(place.walk("a").1, End::Loop);
        let path = place.file("l0");
        for hop in 1..=41 {
            place.link(&format!("l{hop}"), &format!("l{}", hop - 1));
        }
        assert_eq!(place.walk("l40").1, End::File(path));
        assert_eq!(place.walk("l41").1, End::Loop);
        assert!(
            fs::metadata(place.root.join("l40")).is_ok() && fs::metadata(place.root.join("l41")).is_err()
        );
    }

    #[test]
    fn a_folder_ends_at_itself() {
        let place = Place::new();
        place.file("conf.d/a.toml");
        place.link("linked", "conf.d");
        let real = place.root.join("conf.d");
        assert_eq!(place.walk("linked").1, End::Folder(real.clone()));
        assert_eq!(Chain::of(&place.root.join("linked")).deepest(), real);
        assert_eq!(Chain::of(Path::new("/")).end, End::Folder("/".into()));
    }
}
