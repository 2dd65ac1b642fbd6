//! Whether a look may have met a writer of whom no event has told.
//!
//! A writer may begin in a folder that nobody listens in yet, because it was put in place a moment ago; an event may be
//! on its way while the file is read that it is about; and who only looks never hears of a writer. In each case the
//! times of the files tell, or that they differ from what was seen a moment before. A writer may also begin at a file
//! that nobody means yet, in a folder that is listened in: that is remembered until a link leads there.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use super::armed::{Armed, Plan};
use super::chain::End;
use super::poll::SlowCheck;
use super::settle::{COMPLETE, Settling, UNTOLD};
use super::{SignKind, WatchPath};

#[derive(Debug, Default)]
pub(super) struct Unrest {
    /// The paths that were watched when the watches were made last.
    followed: Vec<WatchPath>,
    /// Those that lead to a place where nobody listened before: a writer may have begun there unheard.
    unheard: Vec<WatchPath>,
    /// The look that goes on met something that may have such a writer, or that changed while nobody compared.
    is_met: bool,
    /// A name on the way to a file changed since the watches were made.
    way_changed: bool,
    /// Since when looks are dropped for one of these reasons.
    put_off_since: Option<Instant>,
    /// The files that the paths lead to, and when something was heard of each last, or it was heard of from then on.
    heard: HashMap<WatchPath, (PathBuf, SystemTime)>,
    /// Writers at work on files that the paths do not lead to, though they may later; the last one begun is the last.
    elsewhere: VecDeque<(PathBuf, SignKind)>,
}

/// More writers at other files of the same folders are not remembered.
const MOST_ELSEWHERE: usize = 32;

impl Unrest {
    /// An event tells of these paths.
    pub(super) fn event(&mut self, kind: SignKind, paths: &[PathBuf], plan: &Plan) {
        self.way_changed |= kind.replaces() && paths.iter().any(|path| plan.is_on_the_way(path));
        if kind.replaces() {
            self.forget_elsewhere(paths);
        }
        for (_, at) in self.heard.values_mut().filter(|(file, _)| paths.contains(file)) {
            *at = SystemTime::now();
        }
    }

    /// An event tells of files that the paths do not lead to.
    pub(super) fn event_elsewhere(&mut self, kind: SignKind, paths: Vec<PathBuf>) {
        if matches!(kind, SignKind::Metadata | SignKind::Unknown) {
            return;
        }
        self.forget_elsewhere(&paths);
        if matches!(kind, SignKind::Data | SignKind::Created) {
            self.elsewhere.extend(paths.into_iter().map(|path| (path, kind)));
            let too_many = self.elsewhere.len().saturating_sub(MOST_ELSEWHERE);
            self.elsewhere.drain(..too_many);
        }
    }

    /// What had these names, or was beneath, is done with or is something else.
    fn forget_elsewhere(&mut self, paths: &[PathBuf]) {
        self.elsewhere.retain(|(known, _)| !paths.iter().any(|path| known.starts_with(path)));
    }

    /// Events were lost, and the end of any writer may be among them.
    pub(super) fn events_were_lost(&mut self) {
        self.elsewhere.clear();
    }

    /// The events of writers at work whom the paths lead to by now.
    pub(super) fn take_concerned(&mut self, plan: &Plan) -> Vec<(PathBuf, SignKind)> {
        let all = std::mem::take(&mut self.elsewhere).into_iter();
        // Where nobody listens any more the end of a writer is not heard of.
        let heard = all.filter(|(path, _)| path.parent().is_some_and(|folder| plan.concerns(folder)));
        let (concerned, elsewhere): (VecDeque<_>, _) = heard.partition(|(path, _)| plan.concerns(path));
        self.elsewhere = elsewhere;
        Vec::from(concerned)
    }

    /// The watches were made anew: notes the paths that lead to where nobody has listened until now.
    pub(super) fn armed(&mut self, paths: &[WatchPath], before: &Plan, plan: &Plan, armed: &mut Armed) {
        let begun = armed.take_begun();
        self.hear_of_files(paths, plan);
        for (path, chain) in paths.iter().zip(&plan.chains) {
            let (end, listened_in) = match &chain.end {
                End::File(file) => (file, file.parent()),
                End::Folder(folder) if path.folder => (folder, Some(folder.as_path())),
                End::Folder(_) | End::Missing | End::Denied(_) | End::Loop => continue,
            };
            let is_new =
                begun.iter().any(|begun| Some(begun.as_path()) == listened_in) || !before.concerns(end);
            // What is watched for the first time is read at the start of a program, which nobody should have to wait for.
            let is_followed = armed.is_working() && self.followed.contains(path);
            if is_new && is_followed && !self.unheard.contains(path) {
                self.unheard.push(path.clone());
            }
        }
        self.followed = paths.to_vec();
    }

    /// Notes which files are heard of, and since when.
    fn hear_of_files(&mut self, paths: &[WatchPath], plan: &Plan) {
        let mut before = std::mem::take(&mut self.heard);
        for (path, chain) in paths.iter().zip(&plan.chains) {
            let End::File(file) = &chain.end else { continue };
            let known = before.remove(path).filter(|(known, _)| known == file);
            let heard = known.unwrap_or_else(|| (file.clone(), SystemTime::now()));
            self.heard.insert(path.clone(), heard);
        }
    }

    /// A look was asked for.
    pub(super) fn look_is_due(&mut self) {
        self.is_met = false;
    }

    /// The files are about to be read.
    pub(super) fn look_begins(
        &mut self,
        check: &mut SlowCheck,
        armed: &Armed,
        settling: &mut Settling,
        now: Instant,
    ) {
        self.way_changed = false;
        let rest = settling.rest();
        let unheard = std::mem::take(&mut self.unheard);
        let is_young = unheard.iter().any(|path| check.is_young(path, rest));
        let has_moved = !armed.tells_close() && check.has_moved();
        if is_young || has_moved {
            self.is_met = true;
            settling.met_unrest(rest, armed.is_working(), now);
        }
    }

    /// The files were read: whether that has to be repeated. Another look is due then.
    pub(super) fn disturbs(
        &mut self,
        check: &SlowCheck,
        armed: &Armed,
        settling: &mut Settling,
        now: Instant,
    ) -> bool {
        if settling.rest().is_zero() || settling.is_at_the_limit() {
            return false;
        }
        if !self.is_met && !self.way_changed {
            // An event about what was read may be on its way.
            let (wait, lookback) = match armed.tells_close() {
                true => (COMPLETE, COMPLETE),
                false => (settling.rest(), Duration::ZERO),
            };
            let heard = |path: &WatchPath| self.heard.get(path).map(|(_, at)| *at);
            let is_untold = armed.tells_close() && check.is_untold(UNTOLD, heard);
            if !is_untold && !check.is_restless(lookback) {
                return false;
            }
            settling.met_unrest(wait, armed.is_working(), now);
        }
        let since = *self.put_off_since.get_or_insert(now);
        now.saturating_duration_since(since) < settling.at_most()
    }

    /// What was read is believed.
    pub(super) fn look_is_over(&mut self) {
        self.is_met = false;
        self.put_off_since = None;
    }
}
