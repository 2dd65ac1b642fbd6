//! Several files of one store, and several stores of one file.

use std::sync::{Arc, Mutex};

use hotconf::testing::Memory;
use hotconf::{Hot, HotConfig, Outcome};
use hotconf_tests::{DEADLINE, Probe, Record, Sandbox};

use super::{Followed, text};

/// Two files say one of these each.
#[derive(Debug, HotConfig)]
struct Pair {
    #[hot(default)]
    one: u64,
    #[hot(default)]
    other: u64,
}

fn pair_is(pair: &Pair, value: u64) -> bool {
    assert_eq!(pair.one, pair.other, "files of different times were put together");
    pair.one == value
}

fn write_pair(sandbox: &Sandbox, folder: &str, value: u64) {
    sandbox.replace(format!("{folder}/one.toml"), format!("one = {value}\n"));
    sandbox.replace(format!("{folder}/other.toml"), format!("other = {value}\n"));
}

#[test]
fn files_that_change_together_make_one_version() {
    let sandbox = Sandbox::new();
    write_pair(&sandbox, "conf", 1);
    let builder =
        Hot::<Pair>::builder().file(sandbox.at("conf/one.toml")).file(sandbox.at("conf/other.toml"));
    let cfg = builder.build().unwrap();
    let mut changes = cfg.subscribe();
    for value in 2..6 {
        // Renamed by their folder, so that no moment tells them apart.
        write_pair(&sandbox, "next", value);
        sandbox.rename("conf", format!("old-{value}"));
        sandbox.rename("next", "conf");
        let change = changes.next_timeout(DEADLINE).unwrap();
        assert!(pair_is(change.new(), value));
        assert_eq!(change.version(), value);
        assert_eq!(change.keys(), ["one", "other"]);
    }
    assert_eq!(cfg.status().last_error(), None);
}

/// Refuses a pair that does not fit together, and has the other half arrive right then.
fn arriving_late(cfg: &Hot<Pair>, arrive: impl Fn(u64) + Send + Sync + 'static) -> Record<(u64, u64)> {
    let asked = Record::new();
    let heard = asked.clone();
    cfg.prepare(move |_, new: &Pair| {
        heard.push((new.one, new.other));
        if new.one != new.other {
            arrive(new.one);
            Err("half of a pair")?;
        }
        Ok(|| ())
    })
    .forever();
    asked
}

/// Each file is good, and the two are not while only one of them has arrived. That is no reason to say that they are bad.
#[track_caller]
fn expect_whole_pairs(cfg: &Hot<Pair>, asked: &Record<(u64, u64)>, mut edit: impl FnMut(u64)) {
    let (mut changes, refusals) = (cfg.subscribe(), Record::new());
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.to_string())).forever();
    for value in 2..5 {
        edit(value);
        let change = changes.next_timeout(DEADLINE).unwrap();
        assert!(pair_is(change.new(), value));
        assert_eq!((change.version(), change.keys().len()), (value, 2));
    }
    let halves: Vec<_> = (2..5).flat_map(|value| [(value, value - 1), (value, value)]).collect();
    assert_eq!(asked.all(), halves, "the half was seen, and seen to be one");
    assert_eq!((cfg.status().last_error(), refusals.all()), (None, Vec::new()));
}

#[test]
fn half_of_a_pair_of_files_is_given_time() {
    let sandbox = Arc::new(Sandbox::new());
    write_pair(&sandbox, "conf", 1);
    let files = Hot::<Pair>::builder().file(sandbox.at("conf/one.toml")).file(sandbox.at("conf/other.toml"));
    let cfg = files.build().unwrap();
    let late = sandbox.clone();
    let arrive = move |value| late.replace("conf/other.toml", format!("other = {value}\n"));
    let asked = arriving_late(&cfg, arrive);
    expect_whole_pairs(&cfg, &asked, |value| {
        sandbox.replace("conf/one.toml", format!("one = {value}\n"));
    });
}

#[test]
fn half_of_a_pair_of_sources_is_given_time() {
    let (one, other) = (Memory::new(), Memory::new());
    one.set("one", 1);
    other.set("other", 1);
    let cfg: Hot<Pair> = Hot::builder().source(one.clone()).source(other.clone()).build().unwrap();
    let asked = arriving_late(&cfg, move |value| other.set("other", value));
    expect_whole_pairs(&cfg, &asked, |value| one.set("one", value));
}

/// Both files are replaced in the middle of a look, after the first was read and before the other.
#[test]
fn files_that_change_while_they_are_read_are_read_again() {
    let sandbox = Arc::new(Sandbox::new());
    write_pair(&sandbox, "conf", 1);
    let next = Arc::new(Mutex::new(Some(2)));
    let (planned, between) = (next.clone(), sandbox.clone());
    let meddle = Probe::silent(move || {
        if let Some(value) = planned.lock().unwrap().take() {
            write_pair(&between, "conf", value);
        }
    });
    let builder = Hot::<Pair>::builder().file(sandbox.at("conf/one.toml"));
    let cfg = builder.source(meddle).file(sandbox.at("conf/other.toml")).build().unwrap();
    let mut changes = cfg.subscribe();
    assert!(pair_is(&cfg.load(), 2));
    for value in 3..7 {
        *next.lock().unwrap() = Some(value);
        assert!(!matches!(cfg.reload(), Outcome::Rejected(_)));
        let change = changes.next_timeout(DEADLINE).unwrap();
        assert!(pair_is(change.new(), value));
        assert_eq!(change.version(), value - 1);
    }
    assert_eq!(cfg.status().last_error(), None);
}

/// Both files are replaced in the middle of each look, more often than a look is repeated at once.
#[test]
fn files_that_keep_changing_while_they_are_read_are_waited_for() {
    let sandbox = Arc::new(Sandbox::new());
    write_pair(&sandbox, "conf", 1);
    let (values, bell) = (Arc::new(Mutex::new(0..0)), Record::new());
    let (planned, between, given) = (values.clone(), sandbox.clone(), bell.clone());
    let meddle = Probe::silent(move || {
        if let Some(value) = planned.lock().unwrap().next() {
            write_pair(&between, "conf", value);
        }
    });
    let meddle = meddle.with_bell(move |bell| given.push(bell));
    let builder = Hot::<Pair>::builder().file(sandbox.at("conf/one.toml"));
    let cfg = builder.source(meddle).file(sandbox.at("conf/other.toml")).build().unwrap();
    let mut changes = cfg.subscribe();
    *values.lock().unwrap() = 2..22;
    bell.all()[0].ring();
    while !pair_is(changes.next_timeout(DEADLINE).unwrap().new(), 21) {}
    assert_eq!(cfg.status().last_error(), None);
}

/// The keys of one Kubernetes volume, swapped in the middle of a look.
#[test]
fn a_volume_that_is_swapped_while_it_is_read_is_read_again() {
    let sandbox = Arc::new(Sandbox::new());
    let publish = |sandbox: &Sandbox, value: u64| {
        write_pair(sandbox, &format!("volume/..{value}"), value);
        sandbox.relink(format!("..{value}"), "volume/..data");
    };
    write_pair(&sandbox, "volume/..1", 1);
    sandbox.link("..1", "volume/..data");
    sandbox.link("..data/one.toml", "volume/one.toml");
    sandbox.link("..data/other.toml", "volume/other.toml");
    let next = Arc::new(Mutex::new(None));
    let (planned, between) = (next.clone(), sandbox.clone());
    let swap = Probe::silent(move || {
        if let Some(value) = planned.lock().unwrap().take() {
            publish(&between, value);
        }
    });
    let builder = Hot::<Pair>::builder().file(sandbox.at("volume/one.toml"));
    let cfg = builder.source(swap).file(sandbox.at("volume/other.toml")).build().unwrap();
    let mut changes = cfg.subscribe();
    for value in [3, 5, 7] {
        *next.lock().unwrap() = Some(value);
        publish(&sandbox, value - 1);
        loop {
            let change = changes.next_timeout(DEADLINE).unwrap();
            if pair_is(change.new(), value) {
                break;
            }
        }
    }
    assert_eq!(cfg.status().last_error(), None);
}

#[test]
fn stores_of_one_file_do_not_disturb_each_other() {
    let sandbox = Sandbox::new();
    sandbox.write("store/app.toml", text(1000));
    sandbox.link("store", "linked");
    sandbox.hard_link("store/app.toml", "store/other.toml");
    let mut first = Followed::new(Hot::builder().file(sandbox.at("store/app.toml")));
    let mut second = Followed::new(Hot::builder().file(sandbox.at("linked/app.toml")));
    let third = Followed::new(
        Hot::builder().file(sandbox.at("store/other.toml")).optional_file(sandbox.at("linked/app.toml")),
    );
    sandbox.write("store/app.toml", text(1001));
    first.expect(1001);
    second.expect(1001);
    drop(third);
    sandbox.write("store/app.toml", text(1002));
    first.expect(1002);
    second.expect(1002);
    drop(first);
    for value in 1003..1006 {
        sandbox.replace("store/app.toml", text(value));
        second.expect(value);
    }
    second.finish();
}

#[test]
fn one_file_named_twice_in_one_store() {
    let sandbox = Sandbox::new();
    sandbox.write("store/app.toml", text(1000));
    sandbox.hard_link("store/app.toml", "a/app.toml");
    let builder = Hot::builder().file(sandbox.at("a/app.toml")).file(sandbox.at("store/app.toml"));
    let mut store = Followed::new(builder);
    sandbox.write("a/app.toml", text(1001));
    store.expect(1001);
    // From here on they are two.
    sandbox.replace("a/app.toml", text(1002));
    store.expect_nothing();
    sandbox.replace("store/app.toml", text(1003));
    store.expect(1003);
    sandbox.write("store/app.toml", text(1004));
    store.expect(1004);
    store.finish();
}
