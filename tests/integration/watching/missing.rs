//! Files that are not there yet, or not there any more.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

use hotconf::{Builder, Format, Hot, ProblemKind};
use hotconf_tests::Sandbox;

use super::{App, Followed, polling, text};

const CHANGES: [fn(Builder<App>) -> Builder<App>; 2] = [|builder| builder, polling];

#[test]
fn folders_and_a_file_that_come_one_after_the_other() {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        let builder = Hot::builder().text(Format::Toml, "").optional_file(sandbox.at("a/b/c/app.toml"));
        let mut store = Followed::new(change(builder));
        assert_eq!(store.cfg.load().said(), 0);
        for folder in ["a", "a/b", "a/b/c"] {
            sandbox.make_folder(folder);
            store.expect_nothing();
        }
        sandbox.write("a/b/c/app.toml", text(1000));
        store.expect(1000);
        sandbox.replace("a/b/c/app.toml", text(1001));
        store.expect(1001);
        store.finish();
    }
}

#[test]
fn folders_and_a_file_that_come_all_at_once() {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        let builder = Hot::builder().text(Format::Toml, "").optional_file(sandbox.at("a/b/c/app.toml"));
        let mut store = Followed::new(change(builder));
        sandbox.write("a/b/c/app.toml", text(1000));
        store.expect(1000);
        sandbox.remove_folder("a");
        store.expect(0);
        sandbox.write("elsewhere/b/c/app.toml", text(1001));
        sandbox.rename("elsewhere", "a");
        store.expect(1001);
        store.finish();
    }
}

#[test]
fn a_link_that_leads_nowhere_at_first() {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        sandbox.link("../store/real/app.toml", "conf/app.toml");
        let builder = Hot::builder().text(Format::Toml, "").optional_file(sandbox.at("conf/app.toml"));
        let mut store = Followed::new(change(builder));
        sandbox.make_folder("store/real");
        store.expect_nothing();
        sandbox.write("store/real/app.toml", text(1000));
        store.expect(1000);
        sandbox.replace("store/real/app.toml", text(1001));
        store.expect(1001);
        sandbox.relink("../nowhere/app.toml", "conf/app.toml");
        store.expect(0);
        sandbox.write("nowhere/app.toml", text(1002));
        store.expect(1002);
        store.finish();
    }
}

#[test]
fn a_link_in_the_place_of_a_folder_that_is_missing() {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        sandbox.write("store/app.toml", text(1000));
        let builder = Hot::builder().text(Format::Toml, "").optional_file(sandbox.at("conf/app.toml"));
        let mut store = Followed::new(change(builder));
        sandbox.link("store", "conf");
        store.expect(1000);
        sandbox.replace("store/app.toml", text(1001));
        store.expect(1001);
        sandbox.remove("conf");
        store.expect(0);
        store.finish();
    }
}

#[test]
fn a_file_of_the_same_name_further_up_is_another_file() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(666));
    sandbox.write("conf/app.toml", text(1000));
    let mut store = Followed::new(Hot::builder().file(sandbox.at("conf/app.toml")));
    sandbox.remove("conf/app.toml");
    let refusal = store.refusals.wait_for(1).remove(0);
    assert!(refusal.contains("conf/app.toml") && refusal.contains("does not exist"), "{refusal}");
    assert_eq!(store.cfg.load().said(), 1000);
    sandbox.remove_folder("conf");
    sandbox.write("app.toml", text(667));
    store.expect_nothing();
    let status = store.cfg.status();
    assert_eq!(status.last_error().unwrap().problems()[0].kind(), ProblemKind::MissingSource);
    sandbox.write("conf/app.toml", text(1001));
    store.expect(1001);
    assert_eq!(store.refusals.len(), 1);
}

#[test]
fn names_that_are_no_text() {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        let name = OsStr::from_bytes(b"caf\xe9.toml");
        sandbox.write(name, text(1000));
        let mut store = Followed::new(change(Hot::builder().file(sandbox.at(name))));
        sandbox.replace_from_afar(name, text(1001));
        store.expect(1001);
        sandbox.write(name, text(1002));
        store.expect(1002);
        store.finish();
    }
}

#[test]
fn a_path_with_detours() {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    sandbox.make_folder("conf/sub");
    let path = sandbox.root().join("conf/./sub/..//app.toml");
    let mut store = Followed::new(Hot::builder().file(path));
    for value in 1001..1004 {
        sandbox.replace("conf/app.toml", text(value));
        store.expect(value);
    }
    store.finish();
}

/// By events, that is: below them there is a net of looks, which would find it too, though not as soon.
#[test]
fn what_appears_and_what_goes_is_heard_of() {
    type Edit = fn(&Sandbox);
    let edits: [(Edit, u64); 6] = [
        (|sandbox| sandbox.hard_link("store/app.toml", "conf/app.toml"), 1000),
        (|sandbox| sandbox.remove("conf/app.toml"), 0),
        (|sandbox| sandbox.link("../store/app.toml", "conf/app.toml"), 1000),
        (|sandbox| sandbox.remove("store/app.toml"), 0),
        (|sandbox| sandbox.write("store/app.toml", text(1001)), 1001),
        (|sandbox| sandbox.remove_folder("conf"), 0),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("store/app.toml", text(1000));
    sandbox.make_folder("conf");
    let builder = Hot::builder().text(Format::Toml, "").optional_file(sandbox.at("conf/app.toml"));
    let mut store = Followed::new(builder);
    for (edit, value) in edits {
        let begun = Instant::now();
        edit(&sandbox);
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "not heard of, but found by looking");
    }
    store.finish();
}

/// A key of a Kubernetes ConfigMap that is taken out of it and put in again: the link to it leads nowhere in between.
#[test]
fn a_key_that_is_taken_out_of_a_volume() {
    for change in CHANGES {
        let sandbox = Sandbox::new();
        let publish = |generation: &str, value: Option<u64>| {
            sandbox.make_folder(format!("volume/{generation}"));
            if let Some(value) = value {
                sandbox.write(format!("volume/{generation}/app.toml"), text(value));
            }
            sandbox.relink(generation, "volume/..data");
        };
        publish("..2026_01", Some(1000));
        sandbox.link("..data/app.toml", "volume/app.toml");
        let mut store = Followed::new(change(Hot::builder().file(sandbox.at("volume/app.toml"))));
        publish("..2026_02", None);
        let refusal = store.refusals.wait_for(1).remove(0);
        assert!(refusal.contains("does not exist"), "{refusal}");
        assert_eq!(store.cfg.load().said(), 1000);
        publish("..2026_03", Some(1001));
        store.expect(1001);
        assert_eq!(store.cfg.status().last_error(), None);
        // Its keeper takes the link away as well, a little later.
        publish("..2026_04", None);
        sandbox.remove("volume/app.toml");
        store.refusals.wait_for(2);
        publish("..2026_05", Some(1002));
        sandbox.link("..data/app.toml", "volume/app.toml");
        store.expect(1002);
    }
}
