//! Writers that take their time. Here the test is the writer: it stops in the middle of a save and looks around.

use std::io::Write;
use std::time::{Duration, Instant};

use hotconf::{Builder, Hot, Outcome};
use hotconf_tests::{DEADLINE, Gate, Probe, Sandbox, wait_until};

use super::{App, Followed, text};

fn store(sandbox: &Sandbox, change: impl FnOnce(Builder<App>) -> Builder<App>) -> Followed {
    sandbox.write("app.toml", text(1000));
    Followed::new(change(Hot::builder().file(sandbox.at("app.toml"))))
}

#[test]
fn nothing_is_taken_before_the_file_is_closed() {
    let sandbox = Sandbox::new();
    let mut store = store(&sandbox, |builder| builder);
    for value in 1001..1004 {
        let text = text(value);
        let mut file = sandbox.open("app.toml", true);
        store.expect_nothing();
        for half in text.as_bytes().chunks(text.len().div_ceil(2)) {
            file.write_all(half).unwrap();
            store.expect_nothing();
        }
        drop(file);
        store.expect(value);
    }
    store.finish();
}

#[test]
fn what_is_appended_is_not_taken_before_the_file_is_closed() {
    let sandbox = Sandbox::new();
    let mut store = store(&sandbox, |builder| builder);
    for value in 1001..1003 {
        let text = text(value);
        let mut file = sandbox.open("app.toml", false);
        for half in text.as_bytes().chunks(text.len().div_ceil(2)) {
            file.write_all(half).unwrap();
            store.expect_nothing();
        }
        drop(file);
        store.expect(value);
    }
    store.finish();
}

#[test]
fn a_reload_that_is_asked_for_waits_until_the_file_is_closed() {
    let sandbox = Sandbox::new();
    let looks = Gate::new();
    let passed = looks.clone();
    let mut store = store(&sandbox, |builder| builder.source(Probe::silent(move || passed.pass())));
    let text = text(1001);
    let (half, rest) = text.split_at(text.find("copy").unwrap());
    let before = store.cfg.status().watcher().signs();
    let mut file = sandbox.open("app.toml", true);
    file.write_all(half.as_bytes()).unwrap();
    wait_until("the writer is heard", || store.cfg.status().watcher().signs() > before);
    let before = looks.passes();
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| store.cfg.reload());
        // It looks again and again.
        looks.wait_for_passes(before + 2);
        file.write_all(rest.as_bytes()).unwrap();
        drop(file);
        let outcome = asked.join().unwrap();
        assert!(matches!(&outcome, Outcome::Applied(change) if change.new().said() == 1001), "{outcome:?}");
    });
    store.expect(1001);
    store.finish();
}

#[test]
fn the_file_that_is_written_beside_is_not_waited_for() {
    let sandbox = Sandbox::new();
    // A wait for the other file's writer would outlast the test.
    let mut store =
        store(&sandbox, |builder| builder.settle(Duration::from_millis(10), Duration::from_secs(120)));
    let mut log = sandbox.open("app.log", true);
    log.write_all(b"started\n").unwrap();
    sandbox.write("app.toml", text(1001));
    log.write_all(b"noticed nothing\n").unwrap();
    store.expect(1001);
    store.finish();
}

#[test]
fn a_writer_that_never_closes_is_waited_for_no_longer_than_the_limit() {
    let sandbox = Sandbox::new();
    let limit = Duration::from_millis(400);
    let mut store = store(&sandbox, |builder| builder.settle(Duration::from_millis(10), limit));
    let mut file = sandbox.open("app.toml", true);
    for value in 1001..1004 {
        let text = text(value);
        file.write_all(text.as_bytes()).unwrap();
        store.expect(value);
    }
    drop(file);
    store.expect_nothing();
    store.finish();
}

#[test]
fn a_writer_that_never_rests_starves_nobody() {
    let sandbox = Sandbox::new();
    let quiet = Duration::from_secs(1);
    let mut store = store(&sandbox, |builder| builder.settle(quiet, Duration::from_millis(300)));
    let (mut value, begun) = (1000, Instant::now());
    // Every save comes long before the quiet time is over.
    while store.cfg.version() < 4 {
        value += 1;
        sandbox.replace("app.toml", text(value));
        std::thread::park_timeout(Duration::from_millis(2));
        assert!(begun.elapsed() < DEADLINE, "starved: {:#?}", store.cfg.status());
    }
    store.expect_within(value, 20);
    store.finish();
}

#[test]
fn without_a_quiet_time_it_is_looked_at_once() {
    let sandbox = Sandbox::new();
    let mut store = store(&sandbox, |builder| builder.settle(Duration::ZERO, Duration::from_secs(2)));
    for value in 1001..1004 {
        sandbox.replace("app.toml", text(value));
        store.expect(value);
    }
    store.finish();
}

#[test]
fn the_quiet_time_that_was_asked_for_is_kept() {
    let sandbox = Sandbox::new();
    let quiet = Duration::from_millis(300);
    let mut store = store(&sandbox, |builder| builder.settle(quiet, Duration::from_secs(5)));
    for value in 1001..1003 {
        let begun = Instant::now();
        sandbox.replace("app.toml", text(value));
        store.expect(value);
        assert!(begun.elapsed() >= quiet);
    }
    store.finish();
}
