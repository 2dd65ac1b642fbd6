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
    assert!(warns_of(&store, "fs.inotify.max_user_"), "{:#?}", store.cfg.status());
    for value in 1001..1003 {
        let begun = Instant::now();
        std::fs::write(folder.join("conf/app.toml"), text(value)).unwrap();
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "as slowly as a net below events");
    }
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
