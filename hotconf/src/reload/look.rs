//! One look at all sources.

use std::sync::Arc;
use std::time::Instant;

use super::inbox::Inbox;
use super::patience::{PATIENCE_WITH_TORN, SHORTEST_PAUSE};
use crate::cell::HotConfig;
use crate::error::{Error, ProblemKind};
use crate::loader::{self, Built, Loader, Look};
use crate::schema::Schema;
use crate::tree::Layer;
use crate::watch::{WatchPath, Watcher};

/// Several files may change while they are read; who keeps changing them is looked at again a little later.
const MOST_ROUNDS: usize = 8;

/// A look that somebody waits for. Files that are being written at that moment are given time to be finished.
pub(super) fn rested_look<T: HotConfig>(
    loader: &mut Loader,
    watcher: &mut Watcher,
    inbox: &Inbox<T>,
) -> Look {
    let deadline = Instant::now() + PATIENCE_WITH_TORN;
    loop {
        let look = read_whole(loader, watcher, inbox);
        let is_being_written = watcher.is_being_written() || look.is_unstable();
        let is_at_rest = !is_being_written && !watcher.was_being_written();
        if is_at_rest || inbox.is_stopping() || Instant::now() >= deadline {
            // Before that the signs are still to be answered: they tell of the writer.
            watcher.looked(Instant::now());
            return look;
        }
        if is_being_written {
            std::thread::park_timeout(SHORTEST_PAUSE);
        }
    }
}

/// What was read, and whether somebody began to write while it was.
pub(super) struct Taken {
    pub(super) look: Look,
    pub(super) is_half_written: bool,
}

/// A look that nobody waits for. It is for the caller to say that it is over: one that is half-written is followed by
/// another.
pub(super) fn take_look<T: HotConfig>(loader: &mut Loader, watcher: &mut Watcher, inbox: &Inbox<T>) -> Taken {
    let look = read_whole(loader, watcher, inbox);
    Taken { look, is_half_written: watcher.is_half_written(Instant::now()) }
}

/// Arms the watches, then reads, until what was read together was there together. Hands over the signs that came
/// meanwhile.
fn read_whole<T: HotConfig>(loader: &mut Loader, watcher: &mut Watcher, inbox: &Inbox<T>) -> Look {
    let mut round = 0;
    loop {
        round += 1;
        watcher.set_paths(&watch_paths(loader));
        hand_over_signs(watcher, inbox);
        watcher.arm(Instant::now());
        let look = loader.look::<T>();
        // What is read may name further files, which have to be watched before they are believed.
        let has_new_paths = watcher.set_paths(&watch_paths(loader));
        if (look.is_torn || has_new_paths) && round < MOST_ROUNDS {
            continue;
        }
        watcher.hear_out();
        hand_over_signs(watcher, inbox);
        return look;
    }
}

fn hand_over_signs<T>(watcher: &mut Watcher, inbox: &Inbox<T>) {
    let now = Instant::now();
    for sign in inbox.take_signs() {
        watcher.sign(sign, now);
    }
}

fn watch_paths(loader: &Loader) -> Vec<WatchPath> {
    let paths = loader.paths().into_iter();
    paths.map(|path| WatchPath { path: path.path, folder: path.is_folder }).collect()
}

/// Builds what was seen, or says all that is wrong with it.
pub(super) fn evaluate<T: HotConfig>(
    look: &Look,
    stack: &[Arc<Layer>],
    prefixes: &[String],
) -> Result<Built<T>, Error> {
    let Some(failure) = &look.failure else {
        return loader::build(stack).map_err(|error| naming_variables(T::schema(), prefixes, &error));
    };
    let mut problems = failure.problems.clone();
    // What could be read is checked all the same.
    problems.extend(loader::problems_of_rest::<T>(stack, &failure.lacking));
    Err(Error::new(problems))
}

/// The error with the variables that would set the keys which are missing.
fn naming_variables(schema: &Schema, prefixes: &[String], error: &Error) -> Error {
    let named = error.problems().iter().map(|problem| {
        let field = problem.key().and_then(|key| schema.fields().find(|field| field.key() == key));
        let Some(field) = field.filter(|_| problem.kind() == ProblemKind::MissingKey) else {
            return problem.clone();
        };
        let mut names: Vec<_> = prefixes.iter().flat_map(|prefix| field.env_names(prefix)).collect();
        names.dedup();
        let names = names.join(" or ");
        let help = match problem.help() {
            _ if names.is_empty() => return problem.clone(),
            Some(help) if problem.origin().is_some() => format!("{help}, or set the variable {names}"),
            // Where no text is read there is none to add it to.
            _ => format!("set the variable {names}"),
        };
        problem.clone().with_help(Some(help))
    });
    Error::new(named.collect())
}

#[cfg(all(test, unix, feature = "toml"))]
mod tests {
    use std::fs::{self, File};
    use std::io::Write;

    use super::*;
    use crate::source;
    use crate::watch::{Sign, SignKind, Watch, scripted};

    #[derive(crate::HotConfig)]
    #[hot(crate = crate)]
    struct Config {
        #[hot(default)]
        steps: Vec<u64>,
    }

    /// On a busy machine events come late: what is read of a file may be half of it before any of them tells of a writer.
    #[test]
    fn the_events_of_a_writer_are_heard_out_before_what_it_wrote_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("app.toml");
        fs::write(&path, "steps = [1]").unwrap();
        let inbox = Arc::new(Inbox::<Config>::new());
        let (signs, script) = (inbox.clone(), scripted::Shared::default());
        let mut watcher = scripted::watcher(Watch::Auto, &script, Arc::new(move |sign| signs.sign(sign)));
        let mut loader = Loader::new(vec![Box::new(source::File::new(&path, None, true))], 1024);
        drop(rested_look(&mut loader, &mut watcher, &inbox));

        let mut file = File::create(&path).unwrap();
        file.write_all(b"steps = [2]").unwrap();
        // Old enough for the times of the file to say nothing.
        let_age(&path);
        let sign = Sign::Event { kind: SignKind::Data, paths: vec![path.clone()] };
        script.lock().on_its_way.push(sign);
        assert!(take_look(&mut loader, &mut watcher, &inbox).is_half_written);

        file.write_all(b"\n# and more").unwrap();
        drop(file);
        let sign = Sign::Event { kind: SignKind::Written, paths: vec![path.clone()] };
        script.lock().on_its_way.push(sign);
        let_age(&path);
        assert!(!take_look(&mut loader, &mut watcher, &inbox).is_half_written);
    }

    /// Waits until the file is older than the time within which its events are waited for anyway.
    fn let_age(path: &std::path::Path) {
        let modified = fs::metadata(path).unwrap().modified().unwrap();
        while modified.elapsed().is_ok_and(|age| age < std::time::Duration::from_millis(30)) {
            std::thread::park_timeout(SHORTEST_PAUSE);
        }
    }
}
