//! What the operating system refuses.

use std::time::{Duration, Instant};

use hotconf_tests::wait_until;

use super::namespace::{inside, run_inside, sandbox, warns_of};
use super::text;

#[test]
fn without_inotify_it_looks_and_says_so() {
    run_inside("limits::looks_and_says_so", &sandbox(), "echo 0 > /proc/sys/user/max_inotify_instances");
}

#[test]
fn with_too_few_watches_it_looks_and_says_so() {
    run_inside("limits::looks_and_says_so", &sandbox(), "echo 1 > /proc/sys/user/max_inotify_watches");
}

#[test]
#[ignore = "run by another test, where the limits are low"]
fn looks_and_says_so() {
    let Some((folder, mut store)) = inside() else { return };
    let status = store.cfg.status();
    assert!(warns_of(&store, "fs.inotify.max_user_"), "{status:#?}");
    let [watched] = status.watching() else { panic!("{status:#?}") };
    assert_eq!(watched.interval(), Some(Duration::from_secs(1)));
    assert!(watched.reasons().iter().any(|reason| reason.contains("fs.inotify.max_user_")), "{watched:?}");
    for value in 1001..1003 {
        let begun = Instant::now();
        std::fs::write(folder.join("conf/app.toml"), text(value)).unwrap();
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "as slowly as a net below events");
    }
    store.finish();
}

#[test]
fn events_are_asked_for_again_where_there_were_none() {
    run_inside("limits::the_limit_is_raised", &sandbox(), "echo 0 > /proc/sys/user/max_inotify_instances");
}

#[test]
#[ignore = "run by another test, where the limit is low"]
fn the_limit_is_raised() {
    let Some((folder, mut store)) = inside() else { return };
    let failure = store.cfg.status().watcher().failure().map(str::to_owned);
    assert!(failure.is_some_and(|failure| failure.contains("fs.inotify.max_user_instances")));
    std::fs::write("/proc/sys/user/max_inotify_instances", "100").expect("the limit can be raised");
    // Nothing is changed and nothing is read: the watching itself tells how it is.
    wait_until("events again", || store.cfg.status().watcher().hears_events());
    let status = store.cfg.status();
    assert_eq!((status.watcher().failure(), status.warnings().len()), (None, 0), "{status:#?}");
    assert!(status.watching().iter().all(|watched| watched.hears_events() && watched.reasons().is_empty()));
    std::fs::write(folder.join("conf/app.toml"), text(1001)).unwrap();
    store.expect(1001);
    assert_eq!(store.cfg.status().watcher().missed(), 0);
    store.finish();
}
