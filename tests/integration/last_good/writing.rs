//! When the file is written, and how.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hotconf::testing::Memory;
use hotconf::{Hot, ProblemKind, Watch};
use hotconf_tests::{Sandbox, wait_until};

use super::{App, Place};

/// The file that stands there: another one for each time that it was written.
fn identity(place: &Place) -> (u64, std::time::SystemTime) {
    let metadata = std::fs::metadata(place.kept()).unwrap();
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    (inode, metadata.modified().unwrap())
}

#[test]
fn it_is_written_for_what_is_good_and_is_not_there_already() {
    let place = Place::new("port = 1");
    place.begin();
    let first = identity(&place);
    place.begin();
    assert_eq!(identity(&place), first, "it says the same");
    let _ = place.builder::<App>().load().unwrap();
    assert_eq!(identity(&place), first, "it says the same");

    let cfg = place.builder::<App>().build().unwrap();
    place.sandbox.write("app.toml", "port = 'x'");
    assert!(cfg.reload().error().is_some());
    let _ = cfg.set("port", 5).unwrap();
    place.sandbox.write("app.toml", "port = 1");
    assert!(cfg.reload().error().is_none());
    drop(cfg);
    assert_eq!(identity(&place), first, "neither what is bad nor what was set is kept");

    let cfg = place.builder::<App>().build().unwrap();
    cfg.prepare(|_: &App, new: &App| if new.port == 2 { Err("no".into()) } else { Ok(|| ()) }).forever();
    place.sandbox.write("app.toml", "port = 2");
    assert!(cfg.reload().error().is_some());
    place.sandbox.write("app.toml", "port = 3");
    assert!(cfg.reload().error().is_none());
    place.sandbox.write("app.toml", "port = 2");
    assert!(cfg.reload().error().is_some());
    drop(cfg);
    assert_ne!(identity(&place), first);
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<App>().load().unwrap().port, 3, "what somebody refused was never good");
}

#[test]
fn what_is_good_only_beneath_an_override_is_not_kept() {
    let place = Place::new("port = 1");
    let cfg = place.builder::<App>().build().unwrap();
    let _ = cfg.set("port", 5).unwrap();
    place.sandbox.write("app.toml", "port = 'x'");
    assert!(cfg.reload().error().is_none());
    drop(cfg);
    assert_eq!(place.builder::<App>().load().unwrap().port, 1);

    place.sandbox.write("app.toml", "port = 2");
    let cfg = place.builder::<App>().build().unwrap();
    let _ = cfg.set("port", 5).unwrap();
    place.sandbox.write("app.toml", "port = 3");
    assert!(cfg.reload().error().is_none());
    drop(cfg);
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<App>().load().unwrap().port, 3);
}

#[test]
fn a_change_is_kept_while_the_program_runs() {
    let place = Place::new("port = 1");
    let cfg = place.builder::<App>().watch(Watch::Auto).build().unwrap();
    place.sandbox.write("app.toml", "port = 4242");
    wait_until("it is kept", || {
        std::fs::read_to_string(place.kept()).is_ok_and(|kept| kept.contains("4242"))
    });
    assert_eq!(cfg.load().port, 4242);
    assert!(place.sandbox.read("last-good.json").contains("\"version\":2"));
}

#[test]
fn a_folder_that_is_not_there_is_a_warning_once_and_not_made() {
    let sandbox = Sandbox::new();
    let memory = Memory::new();
    let cfg: Hot<App> =
        Hot::builder().source(memory.clone()).last_good(sandbox.at("state/kept")).build().unwrap();
    let warnings = || cfg.status().warnings().to_vec();
    wait_until("it is told", || !warnings().is_empty());
    for port in [1, 2] {
        memory.set("port", port);
        assert!(cfg.reload().error().is_none());
        assert_eq!(cfg.load().port, port);
    }
    assert!(cfg.set("port", 3).is_ok());
    let [warning] = &warnings()[..] else { panic!("{:?}", warnings()) };
    assert_eq!(warning.kind(), ProblemKind::LastGood);
    assert!(warning.message().contains("its folder does not exist"), "{warning}");
    assert_eq!(warning.origin().unwrap().file(), Some(&*sandbox.at("state/kept")));
    assert!(!sandbox.at("state").exists());

    // It is tried again, also where nothing has changed.
    sandbox.make_folder("state");
    memory.set("port", 2);
    wait_until("it is kept", || warnings().is_empty());
    assert!(sandbox.at("state/kept").exists());
}

#[test]
fn what_is_larger_than_any_file_may_be_is_not_written() {
    let place = Place::new("port = 1");
    let cfg = place.builder::<App>().max_file_size(100).build().unwrap();
    wait_until("it is told", || !cfg.status().warnings().is_empty());
    assert!(cfg.status().warnings()[0].message().contains("more than the limit of 100"));
    assert!(!place.kept().exists());
}

#[test]
fn what_a_crash_leaves_behind_is_not_looked_at() {
    let place = Place::new("port = 1");
    place.begin();
    let first = place.sandbox.read("last-good.json");
    // Written and not renamed, whole or half.
    place.sandbox.write(".last-good.json.0123456789abcdef.tmp", first.replace(":1", ":2"));
    place.sandbox.write(".last-good.json.tmp", &first[..first.len() / 2]);
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<App>().load().unwrap().port, 1);
    place.sandbox.write("app.toml", "port = 7");
    place.begin();
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<App>().load().unwrap().port, 7);
    let left = std::fs::read_dir(place.sandbox.root()).unwrap();
    let left = left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"));
    assert_eq!(left.count(), 2, "nothing else is left behind");
}

#[test]
fn of_several_programs_one_is_kept_and_whole() {
    let place = Place::new("port = 1");
    place.begin();
    let stores: Vec<_> = (0..2)
        .map(|_| {
            let memory = Memory::new();
            let build = || {
                Hot::<App>::builder().watch(Watch::Off).source(memory.clone()).last_good(place.kept()).build()
            };
            (build().unwrap(), memory.clone())
        })
        .collect();
    let is_over = Arc::new(AtomicBool::new(false));
    let reader = {
        let (is_over, path) = (is_over.clone(), place.kept());
        std::thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let text = std::fs::read_to_string(&path).unwrap();
                let _: serde_json::Value = serde_json::from_str(&text).unwrap();
            }
        })
    };
    let writers: Vec<_> = stores
        .into_iter()
        .enumerate()
        .map(|(number, (cfg, memory))| {
            std::thread::spawn(move || {
                for step in 0..100 {
                    memory.set("name", "x".repeat(1 + step * 50 + number));
                    assert!(cfg.reload().error().is_none());
                    assert!(cfg.status().warnings().is_empty());
                }
            })
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    is_over.store(true, Ordering::Relaxed);
    reader.join().unwrap();
}
