//! How well changes are noticed at present, and why not better.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::WatchPath;
use super::armed::{Armed, Plan};
use super::chain::{Chain, End};
use super::mounts::{Mounts, Pinned};
use super::native::WatchFault;

/// How changes are noticed at present.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Health {
    pub(crate) native: NativeHealth,
    pub(crate) paths: Vec<PathHealth>,
    /// Between two runs of the slow check; `None` when nothing is watched.
    pub(crate) interval: Option<Duration>,
}

/// The state of the operating system's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NativeHealth {
    /// Not asked for, or there is nothing to watch.
    Unused,
    Working,
    /// Not available, and why; it is tried again.
    Failed(String),
}

/// How changes of one path are noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathHealth {
    pub(crate) path: PathBuf,
    pub(crate) mode: PathMode,
    /// Why the mode is not the best one, in sentences.
    pub(crate) reasons: Vec<String>,
}

/// How changes of one path are noticed. The slow check runs in all modes but `Off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathMode {
    /// By events.
    Native,
    /// By events as far as there are any, and by frequent checks.
    NativeAndPoll,
    /// By checks.
    Poll,
    Off,
}

/// What keeps events about one path from coming.
pub(super) fn troubles(path: &WatchPath, chain: &Chain, armed: &Armed, mounts: &Mounts) -> Vec<String> {
    let mut reasons = Vec::new();
    for (place, fault) in armed.refusals(chain) {
        reasons.push(match fault {
            WatchFault::Limit => "not all folders can be watched: the system's limit is reached; raise \
                                  fs.inotify.max_user_watches"
                .to_owned(),
            _ => format!("{} is not watched: {fault}", place.display()),
        });
    }
    match &chain.end {
        End::Denied(folder) => reasons.push(format!("no permission to enter {}", folder.display())),
        End::Loop => {
            let path = path.path.display();
            reasons.push(format!("the symbolic links of {path} go in circles"));
        }
        End::File(_) | End::Folder(_) | End::Missing => {}
    }
    let folders = chain.lookups.iter().map(|(folder, _)| folder.as_path());
    for (point, kind) in folders.chain([chain.deepest()]).filter_map(|place| mounts.silent(place)) {
        let point = point.display();
        reasons.push(format!(
            "changes of files under {point} may send no events, because it is mounted by {kind}"
        ));
    }
    reasons.sort();
    reasons.dedup();
    reasons
}

/// Changes of a path that no watching can notice, because they do not reach it.
pub(super) fn unreachable_changes(chain: &Chain, mounts: &Mounts) -> Option<String> {
    let End::File(path) = &chain.end else { return None };
    let (point, pinned) = mounts.pinned(path)?;
    let point = point.display();
    Some(match pinned {
        Pinned::File => format!(
            "{point} is mounted as a single file, so a file that is put in its place outside will not show; mount \
             its folder instead"
        ),
        Pinned::Generation => format!(
            "{point} is mounted from one generation of a Kubernetes volume, as by subPath, and will not change; \
             mount the whole volume instead"
        ),
    })
}

/// The warning about a path whose content cannot change any more.
pub(super) fn unlinked(path: &Path) -> String {
    format!(
        "{} is the mount of a file that was deleted or replaced outside, so changes will not show; mount its \
         folder instead, or restart",
        path.display()
    )
}

/// The troubles of all paths of a plan, in the order of the paths.
pub(super) fn all_troubles(
    paths: &[WatchPath],
    plan: &Plan,
    armed: &Armed,
    mounts: &Mounts,
) -> Vec<Vec<String>> {
    let pairs = paths.iter().zip(&plan.chains);
    pairs.map(|(path, chain)| troubles(path, chain, armed, mounts)).collect()
}
