//! Keeps the backend's watches equal to what the paths mean at present.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::chain::{Chain, End};
use super::native::{Backend, WatchFault};
use super::{SignKind, WatchPath};

/// What has to be watched for some paths, and which events among those are about them.
#[derive(Debug, Default)]
pub(super) struct Plan {
    nodes: BTreeMap<PathBuf, Node>,
    /// One for each path, in their order.
    pub(super) chains: Vec<Chain>,
}

/// One real folder or file.
#[derive(Debug)]
struct Node {
    path: PathBuf,
    identity: Option<Identity>,
    names: HashSet<OsString>,
    every_name: bool,
}

/// Device and inode. Different ones prove that a watch is on something else; equal ones prove nothing, because
/// file systems give the number of a deleted file to the next one.
type Identity = (u64, u64);

impl Plan {
    /// Walks all paths.
    pub(super) fn of(paths: &[WatchPath]) -> Plan {
        let chains: Vec<Chain> = paths.iter().map(|path| Chain::of(&path.path)).collect();
        let mut plan = Plan::default();
        for (path, chain) in paths.iter().zip(&chains) {
            for (folder, name) in &chain.lookups {
                plan.add(folder, Some(name), false);
            }
            match &chain.end {
                End::File(file) => plan.add(file, None, false),
                End::Folder(folder) if path.folder => plan.add(folder, None, true),
                End::Folder(_) | End::Missing | End::Denied(_) | End::Loop => {}
            }
        }
        plan.merge_aliases();
        plan.chains = chains;
        plan
    }

    /// Whether something that happened to `path` may change what the paths mean. Decided by the name alone.
    pub(super) fn concerns(&self, path: &Path) -> bool {
        let path = folded(path);
        if self.nodes.contains_key(&*path) {
            return true;
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
        self.nodes.get(folder).is_some_and(|node| node.every_name || node.names.contains(name))
    }

    /// Whether `path` is a name on the way to something, and not the end of the way: what it leads to afterwards may be
    /// where nobody listens.
    pub(super) fn is_on_the_way(&self, path: &Path) -> bool {
        let place = folded(path);
        let is_end = self.chains.iter().any(|chain| match &chain.end {
            End::File(end) => folded(end) == place,
            End::Folder(_) | End::Missing | End::Denied(_) | End::Loop => false,
        });
        let in_folder = place.parent().zip(place.file_name()).is_some_and(|(folder, name)| {
            self.nodes.get(folder).is_some_and(|node| node.names.contains(name))
        });
        !is_end && (in_folder || self.nodes.contains_key(&*place))
    }

    fn add(&mut self, path: &Path, name: Option<&OsStr>, every_name: bool) {
        let key = folded(path);
        if !self.nodes.contains_key(&*key) {
            // What vanished in between is not watched; the next walk ends before it.
            let Ok(metadata) = std::fs::metadata(path) else { return };
            let node = Node {
                path: path.to_owned(),
                identity: identity(&metadata),
                names: HashSet::new(),
                every_name: false,
            };
            self.nodes.insert(key.clone().into_owned(), node);
        }
        if let Some(node) = self.nodes.get_mut(&*key) {
            node.names.extend(name.map(|name| folded(Path::new(name)).into_owned().into_os_string()));
            node.every_name |= every_name;
        }
    }

    /// Two paths may lead to one folder or file without any link, through hard links and mounts. The kernel watches
    /// it once, under one of its names, and would end both watches when one is ended: so only the first is used.
    fn merge_aliases(&mut self) {
        let mut first: HashMap<Identity, PathBuf> = HashMap::new();
        let mut aliases = Vec::new();
        for (key, node) in &self.nodes {
            let Some(identity) = node.identity else { continue };
            match first.get(&identity) {
                Some(known) => aliases.push((key.clone(), known.clone())),
                None => drop(first.insert(identity, key.clone())),
            }
        }
        for (alias, known) in aliases {
            let Some(alias) = self.nodes.remove(&alias) else { continue };
            if let Some(node) = self.nodes.get_mut(&known) {
                node.names.extend(alias.names);
                node.every_name |= alias.every_name;
            }
        }
    }
}

/// Names that differ in case may be one name, and events tell the file system's spelling, not ours.
#[cfg(any(target_os = "macos", target_os = "windows"))]
fn folded(path: &Path) -> Cow<'_, Path> {
    Cow::Owned(path.to_string_lossy().to_lowercase().into())
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn folded(path: &Path) -> Cow<'_, Path> {
    Cow::Borrowed(path)
}

#[cfg(unix)]
fn identity(metadata: &std::fs::Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> Option<Identity> {
    None
}

/// The backend, and what it is believed to watch.
#[derive(Default)]
pub(super) struct Armed {
    backend: Option<Box<dyn Backend>>,
    watched: BTreeMap<PathBuf, Option<Identity>>,
    refused: BTreeMap<PathBuf, WatchFault>,
    /// Places where something was removed, renamed or created since the last arming. Watches there, and below,
    /// may be on what used to have the name.
    dead: Vec<PathBuf>,
    all_dead: bool,
    /// What is watched since the last time that somebody asked.
    begun: Vec<PathBuf>,
}

impl Armed {
    pub(super) fn is_working(&self) -> bool {
        self.backend.is_some()
    }

    pub(super) fn tells_close(&self) -> bool {
        self.backend.as_ref().is_some_and(|backend| backend.tells_close())
    }

    /// Waits until the events of before have been sent.
    pub(super) fn flush(&mut self) {
        if let Some(backend) = &mut self.backend {
            backend.flush();
        }
    }

    pub(super) fn set_backend(&mut self, backend: Option<Box<dyn Backend>>) {
        *self = Armed { backend, ..Armed::default() };
    }

    /// Remembers what an event says about the watches themselves.
    pub(super) fn event(&mut self, kind: SignKind, paths: &[PathBuf]) {
        if kind.replaces() {
            for path in paths {
                let place = folded(path);
                if self.watched.keys().any(|watched| folded(watched).starts_with(&place)) {
                    self.dead.push(place.into_owned());
                }
            }
        }
    }

    /// Every watch is in doubt, because events were lost.
    pub(super) fn doubt_all(&mut self) {
        self.all_dead = true;
    }

    /// The folders and files whose watches were made since the last call.
    pub(super) fn take_begun(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.begun)
    }

    /// Makes the watches those of the plan and says whether any had to be made anew; then what was read from the
    /// file system before may be outdated, and the plan has to be made again. The backend is gone afterwards if it
    /// turns out to be dead.
    pub(super) fn apply(&mut self, plan: &Plan) -> bool {
        let Some(backend) = &mut self.backend else { return false };
        let wanted: BTreeMap<&Path, Option<Identity>> =
            plan.nodes.values().map(|node| (node.path.as_path(), node.identity)).collect();
        let mut changed = false;
        let mut working = true;

        // All ends come before all beginnings: an old watch may be on what has a new name now.
        let (dead, all_dead) = (std::mem::take(&mut self.dead), std::mem::take(&mut self.all_dead));
        self.watched.retain(|path, identity| {
            let place = folded(path);
            let in_doubt = all_dead || dead.iter().any(|dead| place.starts_with(dead));
            let keep = !in_doubt && wanted.get(path.as_path()) == Some(identity);
            if !keep {
                changed = true;
                working &= backend.unwatch(path) != Err(WatchFault::Dead);
            }
            keep
        });

        self.refused.retain(|path, _| wanted.contains_key(path.as_path()));
        // The deepest come first, because they tell the most should the watches not suffice for all.
        for (path, identity) in wanted.into_iter().rev() {
            if self.watched.contains_key(path) {
                continue;
            }
            match backend.watch(path) {
                Ok(()) => {
                    changed = true;
                    self.refused.remove(path);
                    self.watched.insert(path.to_owned(), identity);
                    self.begun.push(path.to_owned());
                }
                Err(fault) => {
                    working &= fault != WatchFault::Dead;
                    // What vanished since the plan was made asks for a new plan, but not again and again.
                    let vanished = fault == WatchFault::Missing;
                    let known = self.refused.insert(path.to_owned(), fault.clone()) == Some(fault);
                    changed |= vanished && !known;
                }
            }
        }
        if !working {
            self.set_backend(None);
        }
        changed
    }

    /// Why something that the chain depends on is not watched.
    pub(super) fn refusals<'a>(
        &'a self,
        chain: &'a Chain,
    ) -> impl Iterator<Item = (&'a Path, &'a WatchFault)> {
        let folders = chain.lookups.iter().map(|(folder, _)| folder.as_path());
        let end = matches!(chain.end, End::File(_) | End::Folder(_)).then(|| chain.deepest());
        folders.chain(end).filter_map(|path| Some((path, self.refused.get(path)?)))
    }
}
