//! Many changes at once: the last one counts, and few versions tell of it.

use std::time::{Duration, Instant};

use hotconf::{Builder, Hot};
use hotconf_tests::{Gate, Probe, Sandbox};

use super::{App, Followed, polling, text};

const CHANGES: [fn(Builder<App>) -> Builder<App>; 2] = [|builder| builder, polling];

fn check(save: fn(&Sandbox, &str)) {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text(1000));
        let mut store = Followed::new(change(Hot::builder().file(sandbox.at("app.toml"))));
        let mut value = 1000;
        for _ in 0..3 {
            for _ in 0..20 {
                value += 1;
                save(&sandbox, &text(value));
            }
            // One is usual; a machine that stops in the middle of it makes more.
            store.expect_within(value, 12);
        }
        store.finish();
    }
}

#[test]
fn many_files_renamed_into_place() {
    check(|sandbox, text| sandbox.replace("app.toml", text));
}

#[test]
fn many_files_written_in_place() {
    check(|sandbox, text| sandbox.write("app.toml", text));
}

#[test]
fn many_folders_in_the_place_of_one_another() {
    check(|sandbox, text| {
        sandbox.remove("app.toml");
        sandbox.replace_from_afar("app.toml", text);
    });
}

/// The thread that looks is held up, while more events come than anybody keeps. Among those that are lost are the ones
/// that tell of another folder, which may well have the number of the one before it.
#[test]
fn more_events_than_are_kept() {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    let gate = Gate::new();
    let held = gate.clone();
    let probe = Probe::silent(move || held.pass());
    let mut store = Followed::new(Hot::builder().file(sandbox.at("conf/app.toml")).source(probe));
    gate.close();
    sandbox.replace("conf/app.toml", text(1001));
    gate.wait_for_somebody();
    for value in 1002..2002 {
        sandbox.replace("conf/app.toml", text(value));
    }
    sandbox.remove_folder("conf");
    sandbox.write("conf/app.toml", text(2002));
    gate.open();
    store.expect_within(2002, 2);
    let begun = Instant::now();
    for value in 2003..2006 {
        sandbox.write("conf/app.toml", text(value));
        store.expect(value);
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "not heard of, but found by looking");
    let status = store.cfg.status();
    assert!(status.watcher().overflows() > 0 && status.watcher().missed() == 0, "{status:#?}");
    store.finish();
}

/// As many events as the queue of the kernel holds and more, about names that nobody asked for.
#[test]
fn more_events_than_the_kernel_keeps() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    let mut store = Followed::new(Hot::builder().file(sandbox.at("app.toml")));
    for _ in 0..10_000 {
        sandbox.write("noise", "");
        sandbox.remove("noise");
    }
    sandbox.replace("app.toml", text(1001));
    store.expect(1001);
    sandbox.write("app.toml", text(1002));
    store.expect(1002);
    store.finish();
}
