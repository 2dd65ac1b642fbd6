//! From a start with the last good configuration back to the sources.

use hotconf::testing::Memory;
use hotconf::{Hot, Outcome, Watch};
use hotconf_tests::{Record, Sandbox, wait_until};

use super::{App, Place, told};

#[test]
fn a_good_file_is_put_in_place_by_itself() {
    let place = Place::new("port = 9\nname = 'first'");
    place.begin();
    place.sandbox.write("app.toml", "port = 'x'");
    let cfg = place.builder::<App>().watch(Watch::Auto).build().unwrap();
    let refusals = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.clone())).forever();
    let mut changes = cfg.subscribe();

    let error = refusals.wait_for(1).remove(0);
    assert_eq!(cfg.status().last_error(), Some(&error), "the start is told of");

    place.sandbox.write("app.toml", "port = true");
    let error = refusals.wait_for(2).remove(1);
    assert_eq!(cfg.status().last_error(), Some(&error));
    let (late, told) = (Record::new(), refusals.all().len());
    let heard = late.clone();
    cfg.on_rejected(move |error| heard.push(error.clone())).forever();
    assert_eq!((late.wait_for(1), refusals.all().len()), (vec![error], told));
    assert!(cfg.status().started_from_last_good().is_some());

    place.sandbox.replace("app.toml", "port = 10\nname = 'second'");
    let change = changes.next().unwrap();
    assert_eq!((change.old().port, change.new().port, change.version()), (9, 10, 2));
    assert_eq!(cfg.load().name, "first", "a key that waits for a restart runs as it was kept");
    assert_eq!(cfg.status().pending_restart()[0].key(), "name");
    wait_until("it is healed", || cfg.status().started_from_last_good().is_none());
    assert_eq!(cfg.status().last_error(), None);
    cfg.on_rejected(|error| panic!("nothing is wrong: {error}")).forever();
    assert!(cfg.status().warnings().is_empty(), "{:?}", cfg.status().warnings());
    drop(cfg);
    place.sandbox.remove("app.toml");
    assert_eq!(place.builder::<App>().load().unwrap().port, 10, "what is good is kept again");
}

#[test]
fn a_file_that_comes_back_as_it_was_ends_it_without_a_version() {
    let place = Place::new("port = 9");
    place.begin();
    place.sandbox.remove("app.toml");
    let cfg = place.builder::<App>().watch(Watch::Auto).build().unwrap();
    place.sandbox.write("app.toml", "port = 9");
    wait_until("it is healed", || cfg.status().started_from_last_good().is_none());
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    assert_eq!((cfg.version(), cfg.status().last_error()), (1, None));
    assert!(!told(&cfg).contains("(last good)"), "{}", told(&cfg));
}

#[test]
fn a_reload_answers_for_the_sources() {
    let sandbox = Sandbox::new();
    let memory = Memory::new();
    let builder = || Hot::<App>::builder().source(memory.clone()).last_good(sandbox.at("kept"));
    memory.set("port", 9);
    drop(builder().build().unwrap());
    memory.fail("away");
    let cfg = builder().build().unwrap();
    let error = cfg.status().last_error().unwrap().clone();
    assert_eq!(cfg.reload().error(), Some(&error));
    assert_eq!((cfg.load().port, cfg.version()), (9, 1));

    // An operator is not kept from anything, and what is set stays over what heals.
    let _ = cfg.set("limits.most", 5).unwrap();
    assert_eq!((cfg.load().port, cfg.load().limits.most), (9, 5));
    assert!(cfg.status().started_from_last_good().is_some());
    assert_eq!(cfg.status().warnings().len(), 1, "{:?}", cfg.status().warnings());
    memory.set_all([("port", 11)]);
    let _ = cfg.reload();
    assert_eq!((cfg.load().port, cfg.load().limits.most), (11, 5));
    assert_eq!(cfg.status().started_from_last_good(), None);
    assert!(cfg.status().warnings().is_empty());
}

#[test]
fn the_time_is_that_of_the_keeping() {
    let place = Place::new("port = 9");
    let before = std::time::SystemTime::now();
    place.begin();
    place.sandbox.write("app.toml", "!");
    let cfg = place.builder::<App>().build().unwrap();
    let time = cfg.status().started_from_last_good().unwrap();
    let second = std::time::Duration::from_secs(1);
    assert!(time + second > before && time <= std::time::SystemTime::now());
    let json = serde_json::to_value(cfg.status()).unwrap();
    assert!(json["started_from_last_good"].is_object(), "{json}");
}
