//! What changes nothing publishes nothing. A source that counts the looks tells when a look is over.

use std::fs;
use std::time::{Duration, SystemTime};

use hotconf::{Builder, Hot, Outcome, Watch};
use hotconf_tests::{Gate, Probe, Sandbox};

use super::{App, Followed, polling, text};

fn store(sandbox: &Sandbox, looks: &Gate, change: fn(Builder<App>) -> Builder<App>) -> Followed {
    let looks = looks.clone();
    let builder = Hot::builder().file(sandbox.at("app.toml"));
    Followed::new(change(builder).source(Probe::silent(move || looks.pass())))
}

/// Does what makes no difference, waits for a look at it, and then makes a difference.
fn check(edit: fn(&Sandbox)) {
    for change in [|builder| builder, polling] {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text(1000));
        let looks = Gate::new();
        let mut store = store(&sandbox, &looks, change);
        for value in 1001..1003 {
            let before = looks.passes();
            edit(&sandbox);
            looks.wait_for_passes(before + 1);
            sandbox.replace("app.toml", text(value));
            store.expect(value);
        }
        store.finish();
    }
}

#[test]
fn a_touched_file() {
    check(|sandbox| sandbox.set_modified("app.toml", SystemTime::now()));
}

#[test]
fn another_mode() {
    check(|sandbox| {
        sandbox.set_mode("app.toml", 0o600);
        sandbox.set_mode("app.toml", 0o644);
    });
}

#[test]
fn the_same_bytes_again() {
    check(|sandbox| {
        let text = sandbox.read("app.toml");
        sandbox.write("app.toml", text);
    });
}

#[test]
fn the_same_bytes_in_another_file() {
    check(|sandbox| {
        let text = sandbox.read("app.toml");
        sandbox.replace("app.toml", text);
    });
}

#[test]
fn the_same_values_in_other_words() {
    check(|sandbox| {
        let text = sandbox.read("app.toml").replace("# something", "# some other thing");
        sandbox.replace("app.toml", text);
    });
}

#[test]
fn another_hard_link() {
    check(|sandbox| {
        sandbox.hard_link("app.toml", "backup/app.toml");
        sandbox.remove("backup/app.toml");
    });
}

#[test]
fn there_and_back_within_one_burst() {
    check(|sandbox| {
        sandbox.rename("app.toml", "away.toml");
        sandbox.rename("away.toml", "app.toml");
    });
}

#[test]
fn other_files_in_the_folder_are_not_even_looked_at() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    let looks = Gate::new();
    let mut store = store(&sandbox, &looks, |builder| builder);
    let before = looks.passes();
    for name in
        ["app.toml~", ".app.toml.swp", "4913", "#app.toml#", "app.toml.bak", "app", "toml", "sub/app.toml"]
    {
        sandbox.write(name, text(2000));
        sandbox.replace(name, text(2001));
        sandbox.remove(name);
    }
    sandbox.link("someone@somewhere.123:456", ".#app.toml");
    store.expect_nothing();
    assert_eq!(looks.passes(), before);
    sandbox.replace("app.toml", text(1001));
    store.expect(1001);
    assert_eq!(store.cfg.load().said(), 1001);
    store.finish();
}

#[test]
fn reading_the_file_is_no_reason_to_read_it() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    let looks = Gate::new();
    let mut store = store(&sandbox, &looks, |builder| builder);
    for _ in 0..100 {
        let _ = sandbox.read("app.toml");
        let _ = fs::read_dir(sandbox.root()).unwrap().count();
    }
    store.expect_nothing();
    assert_eq!(looks.passes(), 1);
    sandbox.replace("app.toml", text(1001));
    store.expect(1001);
    store.expect_nothing();
    // One for the save; a second one where the machine was slow enough to tell its events apart.
    assert!(looks.passes() <= 3, "{} looks at one save", looks.passes());
    store.finish();
}

#[test]
fn what_was_replaced_does_not_count_any_more() {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    let mut store = Followed::new(Hot::builder().file(sandbox.at("conf/app.toml")));
    sandbox.hard_link("conf/app.toml", "old.toml");
    sandbox.replace("conf/app.toml", text(1001));
    store.expect(1001);
    sandbox.write("old.toml", text(2000));

    sandbox.write("conf.new/app.toml", text(1002));
    sandbox.rename("conf", "conf.old");
    sandbox.rename("conf.new", "conf");
    store.expect(1002);
    sandbox.write("conf.old/app.toml", text(2001));
    sandbox.replace("conf.old/app.toml", text(2002));
    store.expect_nothing();
    sandbox.replace("conf/app.toml", text(1003));
    store.expect(1003);
    store.finish();
}

#[test]
fn nothing_happens_unasked_when_watching_is_off() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    let mut store = Followed::new(Hot::builder().file(sandbox.at("app.toml")).watch(Watch::Off));
    for value in 1001..1003 {
        sandbox.replace("app.toml", text(value));
        store.expect_nothing();
        assert_eq!(store.cfg.load().said(), value - 1);
        assert!(matches!(store.cfg.reload(), Outcome::Applied(change) if change.new().said() == value));
        store.expect(value);
        assert!(matches!(store.cfg.reload(), Outcome::Unchanged));
    }
    assert!(store.cfg.status().watching().iter().all(|watched| watched.how() == "not watched"));
    store.finish();
}

#[test]
fn what_a_reload_has_taken_is_not_taken_again() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    let mut store = Followed::new(
        Hot::builder().file(sandbox.at("app.toml")).settle(Duration::from_millis(50), Duration::from_secs(1)),
    );
    for value in 1001..1004 {
        sandbox.replace("app.toml", text(value));
        assert!(matches!(store.cfg.reload(), Outcome::Applied(change) if change.new().said() == value));
        store.expect(value);
        store.expect_nothing();
    }
    store.finish();
}
