//! What the operating system refuses, and mounts. Set up in a namespace of its own, in which one test of this binary is
//! run again.

use std::time::{Duration, Instant};

use hotconf::Hot;
use hotconf_tests::{Sandbox, tool, wait_until};

use super::{Followed, text};

/// Says in the inner process where the sandbox of the outer one is.
const FOLDER: &str = "HOTCONF_TESTS_FOLDER";

/// Runs an ignored test of this module in new namespaces, after a shell has set them up.
fn run_inside(test: &str, sandbox: &Sandbox, set_up: &str) {
    let Some(mut unshare) = tool("unshare", sandbox.root()) else { return };
    let exe = std::env::current_exe().expect("the path of the tests");
    let script = format!("{set_up} || exit 77; exec \"$0\" \"$@\"");
    unshare.args(["-Urm", "sh", "-c", &script]).arg(exe).env(FOLDER, sandbox.root());
    unshare.args(["--ignored", "--exact", "--nocapture", &format!("watching::limits::{test}")]);
    let output = unshare.output().expect("unshare can be started");
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.code() == Some(77) || errors.contains("unshare") {
        println!("skipped: namespaces are not allowed here: {errors}");
        return;
    }
    assert!(output.status.success() && told.contains("1 passed"), "{told}{errors}");
}

/// The store of the sandbox that the outer process has made.
fn inside() -> Option<(std::path::PathBuf, Followed)> {
    let folder = std::path::PathBuf::from(std::env::var_os(FOLDER)?);
    let store = Followed::new(Hot::builder().file(folder.join("conf/app.toml")));
    Some((folder, store))
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    sandbox
}

fn warns_of(store: &Followed, words: &str) -> bool {
    store.cfg.status().warnings().iter().any(|warning| warning.message().contains(words))
}

#[test]
fn without_inotify_it_looks_and_says_so() {
    run_inside("looks_and_says_so", &sandbox(), "echo 0 > /proc/sys/user/max_inotify_instances");
}

#[test]
fn with_too_few_watches_it_looks_and_says_so() {
    run_inside("looks_and_says_so", &sandbox(), "echo 1 > /proc/sys/user/max_inotify_watches");
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
    run_inside("the_limit_is_raised", &sandbox(), "echo 0 > /proc/sys/user/max_inotify_instances");
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

#[test]
fn what_is_mounted_over_a_folder_is_found_and_counted() {
    let sandbox = sandbox();
    sandbox.write("other/app.toml", text(1001));
    run_inside("something_is_mounted_over_the_folder", &sandbox, "true");
}

#[test]
#[ignore = "run by another test, where mounts are allowed"]
fn something_is_mounted_over_the_folder() {
    let Some((folder, mut store)) = inside() else { return };
    let mount = |arguments: &[&str]| {
        let mut mount = tool(arguments[0], &folder).expect("a program to mount with");
        assert!(mount.args(&arguments[1..]).status().expect("it can be started").success());
    };
    mount(&["mount", "--bind", "other", "conf"]);
    store.expect(1001);
    assert_eq!(store.cfg.status().watcher().missed(), 1);
    std::fs::write(folder.join("other/app.toml"), text(1002)).unwrap();
    store.expect(1002);
    mount(&["umount", "conf"]);
    store.expect(1000);
    assert_eq!(store.cfg.status().watcher().missed(), 2);
    store.finish();
}

#[test]
fn a_mount_of_one_file_is_heard_of_and_its_end_is_told() {
    let sandbox = sandbox();
    sandbox.write("host/app.toml", text(1000));
    run_inside("one_file_is_mounted", &sandbox, "mount --bind host/app.toml conf/app.toml");
}

#[test]
#[ignore = "run by another test, where the file is mounted"]
fn one_file_is_mounted() {
    let Some((folder, mut store)) = inside() else { return };
    assert!(warns_of(&store, "mounted as a single file"), "{:#?}", store.cfg.status());
    for value in 1001..1003 {
        let begun = Instant::now();
        std::fs::write(folder.join("host/app.toml"), text(value)).unwrap();
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "as slowly as a net below events");
    }
    std::fs::write(folder.join("host/next.toml"), text(1003)).unwrap();
    std::fs::rename(folder.join("host/next.toml"), folder.join("host/app.toml")).unwrap();
    wait_until("a warning that the mount is dead", || {
        let _ = store.cfg.reload();
        warns_of(&store, "deleted or replaced outside")
    });
    assert_eq!(store.cfg.load().said(), 1002);
    store.finish();
}

#[test]
fn a_mounted_folder_is_heard_of() {
    let sandbox = sandbox();
    sandbox.write("host/app.toml", text(1000));
    run_inside("the_folder_is_mounted", &sandbox, "mount --bind host conf");
}

#[test]
#[ignore = "run by another test, where the folder is mounted"]
fn the_folder_is_mounted() {
    let Some((folder, mut store)) = inside() else { return };
    for value in 1001..1004 {
        let begun = Instant::now();
        std::fs::write(folder.join("host/next.toml"), text(value)).unwrap();
        std::fs::rename(folder.join("host/next.toml"), folder.join("host/app.toml")).unwrap();
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "as slowly as a net below events");
    }
    store.finish();
}
