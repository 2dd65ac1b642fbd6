//! SIGHUP, in a process of its own: one test of this binary is run again, and signalled.

use std::process::Command;

use hotconf::{Hot, HotConfig, Watch};
use hotconf_tests::{Record, Sandbox, outer_folder, run_alone, tool, wait_until};

#[derive(Debug, HotConfig)]
struct Small {
    value: u64,
}

#[test]
fn a_hangup_asks_for_a_look() {
    let sandbox = Sandbox::new();
    let Some(_) = tool("kill", sandbox.root()) else { return };
    run_alone("reloading::signals::it_is_signalled", sandbox.root(), None);
}

/// Whether the process has a handler for SIGHUP: the first bit of a mask in hexadecimal digits.
fn is_handled() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").expect("a system with /proc");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("the mask of handlers");
    u64::from_str_radix(mask.trim(), 16).expect("a number") & 1 == 1
}

/// Whether a thread of this process waits for signals.
fn is_listened_to() -> bool {
    let threads = std::fs::read_dir("/proc/self/task").expect("a system with /proc").flatten();
    let mut names = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    names.any(|name| name.trim() == "hotconf-signal")
}

fn hang_up() {
    let mut kill = Command::new("kill");
    kill.args(["-HUP", &std::process::id().to_string()]);
    assert!(kill.status().expect("it can be started").success());
}

#[test]
#[ignore = "run by another test, in a process that may be signalled"]
fn it_is_signalled() {
    let Some(folder) = outer_folder() else { return };
    let file = folder.join("app.toml");
    std::fs::write(&file, "value = 1").unwrap();
    let builder = || Hot::<Small>::builder().file(&file).watch(Watch::Off);

    let silent = builder().build().expect("good");
    assert!(!is_handled(), "nobody has asked for it");
    let cfg = builder().reload_on_sighup().build().expect("good");
    assert!(is_handled());
    wait_until("somebody listens", is_listened_to);
    let refusals = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.to_string())).forever();

    std::fs::write(&file, "value = 2").unwrap();
    hang_up();
    wait_until("the second value", || cfg.load().value == 2);
    std::fs::write(&file, "value = \"two\"").unwrap();
    hang_up();
    refusals.wait_for(1);
    assert_eq!((cfg.load().value, cfg.version()), (2, 2));
    std::fs::write(&file, "value = 3").unwrap();
    hang_up();
    wait_until("the third value", || cfg.load().value == 3);

    // The process is still there after a signal that no store is left for.
    drop(cfg);
    wait_until("nobody listens", || !is_listened_to());
    hang_up();
    assert_eq!(silent.load().value, 1);
}
