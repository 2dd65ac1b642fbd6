//! Callbacks, and what they may do.

use std::sync::{Arc, Mutex};

use hotconf::{Hot, HotConfig, Listener, Outcome, ProblemKind, Reading, WeakHot};
use hotconf_tests::{Gate, Probe, Record, wait_until};

use super::{App, Kept};

#[test]
fn callbacks_hear_in_the_order_in_which_they_came() {
    let kept = Kept::new("");
    let heard = Record::new();
    for name in ["first", "second", "third"] {
        let heard = heard.clone();
        kept.cfg.on_change(move |change| heard.push((name, change.version()))).forever();
    }
    for version in 2..5 {
        let _ = kept.cfg.set("low", version).expect("good");
        let told = heard.wait_for(3 * (version as usize - 1));
        let newest = ["first", "second", "third"].map(|name| (name, version));
        assert_eq!(told[told.len() - 3..], newest);
    }
}

#[test]
fn a_key_is_heard_of_when_it_or_what_lies_beneath_changes() {
    let mut kept = Kept::new("");
    let (keys, ports, servers, all) = (App::keys(), Record::new(), Record::new(), Record::new());
    let (port, server, any) = (ports.clone(), servers.clone(), all.clone());
    kept.cfg.on(keys.server.port, move |old, new| port.push((*old, *new))).forever();
    kept.cfg.on(&keys.server, move |old, new| server.push((old.workers, new.workers))).forever();
    kept.cfg.on_change(move |change| any.push(change.to_string())).forever();
    kept.save("server.workers = 5\n");
    kept.expect(2, &["server.workers"]);
    all.wait_for(1);
    kept.save("server.workers = 5\nname = 'a'\n");
    kept.expect(3, &["name"]);
    all.wait_for(2);
    kept.save("server.port = 1\n");
    kept.expect(4, &["name", "server.port", "server.workers"]);
    assert_eq!(all.wait_for(3)[2], "version 4: name, server.port, server.workers");
    assert_eq!(ports.all(), [(8000, 1)]);
    assert_eq!(servers.all(), [(4, 5), (5, 4)]);
}

/// Each of these is called from inside a callback, answers that it is put off, and happens right after it.
#[test]
fn what_a_callback_asks_for_happens_right_after_it() {
    let kept = Kept::new("");
    let (answers, weak) = (Record::new(), kept.cfg.downgrade());
    let told = answers.clone();
    kept.cfg
        .on(App::keys().low, move |_, new| {
            let Some(cfg) = weak.upgrade() else { return };
            let outcomes = match new {
                2 => vec![Ok(cfg.reload()), cfg.set("name", "from a callback")],
                3 => vec![cfg.update(|edit| {
                    edit.set("high", 30);
                    edit.set("name", "updated");
                })],
                4 => vec![cfg.unset("name"), cfg.set("high", "no number")],
                _ => Vec::new(),
            };
            let deferred = outcomes.iter().all(|outcome| matches!(outcome, Ok(Outcome::Deferred)));
            told.push((*new, outcomes.len(), deferred));
        })
        .forever();
    let name_is = |name: &str| wait_until(name, || kept.cfg.load().name == name);
    let _ = kept.cfg.set("low", 2).expect("good");
    name_is("from a callback");
    let _ = kept.cfg.set("low", 3).expect("good");
    name_is("updated");
    assert_eq!(kept.cfg.load().high, 30);
    let _ = kept.cfg.set("low", 4).expect("good");
    name_is("nobody");
    assert_eq!(kept.cfg.load().high, 30);
    assert_eq!(answers.wait_for(3), [(2, 2, true), (3, 1, true), (4, 2, true)]);
}

#[test]
fn a_refusal_may_be_answered_by_setting_something() {
    let kept = Kept::new("");
    let weak = kept.cfg.downgrade();
    let outcomes = Record::new();
    let told = outcomes.clone();
    kept.cfg
        .on_rejected(move |_| {
            if let Some(cfg) = weak.upgrade() {
                told.push(format!("{:?}", cfg.set("name", "refused").ok()));
            }
        })
        .forever();
    kept.save("low = [\n");
    wait_until("the callback's value", || kept.cfg.load().name == "refused");
    assert_eq!(outcomes.wait_for(1), ["Some(Deferred)"]);
}

#[test]
fn a_callback_may_ask_anything_and_register_more() {
    let kept = Kept::new("");
    let (weak, seen, inner) = (kept.cfg.downgrade(), Record::new(), Record::new());
    let (saw, heard) = (seen.clone(), inner.clone());
    kept.cfg
        .on_change(move |change| {
            let Some(cfg) = weak.upgrade() else { return };
            let _ = (cfg.status(), cfg.values(), cfg.subscribe(), cfg.explain("low"), cfg.get("low"));
            saw.push((change.version(), cfg.load().low, cfg.snapshot().version(), cfg.reader().load().low));
            let heard = heard.clone();
            cfg.on_change(move |change| heard.push(change.version())).forever();
        })
        .forever();
    let _ = kept.cfg.set("low", 2).expect("good");
    assert_eq!(seen.wait_for(1), [(2, 2, 2, 2)]);
    let _ = kept.cfg.set("low", 3).expect("good");
    // The one that was registered during version 2 hears of version 3, and not of what was before its time.
    wait_until("the inner callback", || inner.all().contains(&3));
    assert!(!inner.all().contains(&2));
}

#[test]
fn a_callback_may_unregister_itself() {
    let kept = Kept::new("");
    let (own, heard, all): (Arc<Mutex<Option<Listener>>>, _, _) =
        (Arc::default(), Record::new(), Record::new());
    let (mine, told, any) = (own.clone(), heard.clone(), all.clone());
    let listener = kept.cfg.on_change(move |change| {
        told.push(change.version());
        drop(mine.lock().expect("no panic").take());
    });
    *own.lock().expect("no panic") = Some(listener);
    kept.cfg.on_change(move |change| any.push(change.version())).forever();
    for version in 2..5 {
        let _ = kept.cfg.set("low", version).expect("good");
        wait_until("the other one", || all.all().last() == Some(&version));
    }
    assert_eq!(heard.all(), [2]);
}

#[test]
fn a_callback_that_panics_is_reported_and_stops_nobody() {
    let mut kept = Kept::new("");
    let heard = Record::new();
    kept.cfg.on_change(|change| panic!("no good at version {}", change.version())).forever();
    kept.cfg.on_rejected(|_| panic!("nor at refusals")).forever();
    let told = heard.clone();
    kept.cfg.on_change(move |change| told.push(change.version())).forever();
    let refused = Record::new();
    let other = refused.clone();
    kept.cfg.on_rejected(move |error| other.push(error.to_string())).forever();
    for version in 2..4 {
        kept.save(&format!("low = {version}\n"));
        kept.expect(version, &["low"]);
        wait_until("the other one", || heard.all().last() == Some(&version));
    }
    kept.save("low = [\n");
    refused.wait_for(1);
    let warned = |words: &str| {
        let is_it = |warning: &hotconf::Problem| {
            warning.kind() == ProblemKind::Panic && warning.message().contains(words)
        };
        kept.cfg.status().warnings().iter().any(is_it)
    };
    wait_until("the panics are in the status", || {
        warned("no good at version 2") && warned("no good at version 3") && warned("nor at refusals")
    });
    assert_eq!(kept.last_error().expect("refused").problems()[0].kind(), ProblemKind::Syntax);
}

#[test]
fn a_callback_that_is_stuck_stalls_no_reload_and_is_told_of_the_newest() {
    let mut kept = Kept::new("");
    let (gate, heard) = (Gate::new(), Record::new());
    let (held, told) = (gate.clone(), heard.clone());
    kept.cfg
        .on_change(move |change| {
            told.push((change.old().version(), change.version()));
            held.pass();
        })
        .forever();
    gate.close();
    kept.save("low = 2\n");
    kept.expect(2, &["low"]);
    gate.wait_for_somebody();
    for version in 3..6 {
        kept.save(&format!("low = {version}\n"));
        kept.expect(version, &["low"]);
    }
    let _ = kept.cfg.set("name", "also").expect("good");
    kept.expect(6, &["name"]);
    kept.save("low = [\n");
    wait_until("a refusal comes through", || kept.last_error().is_some());
    assert_eq!(heard.all(), [(1, 2)]);
    gate.open();
    assert_eq!(heard.wait_for(2), [(1, 2), (2, 6)]);
    kept.refusals.wait_for(1);
}

#[test]
fn a_listener_that_is_dropped_hears_no_more() {
    let kept = Kept::new("");
    let (heard, all) = (Record::new(), Record::new());
    let (told, any) = (heard.clone(), all.clone());
    let listener = kept.cfg.on_change(move |change| told.push(change.version()));
    kept.cfg.on_change(move |change| any.push(change.version())).forever();
    let _ = kept.cfg.set("low", 2).expect("good");
    all.wait_for(1);
    drop(listener);
    let _ = kept.cfg.set("low", 3).expect("good");
    all.wait_for(2);
    assert_eq!(heard.all(), [2]);
}

/// A handle that code of the store itself can reach.
type Reachable<T> = Arc<Mutex<Option<WeakHot<T>>>>;

#[test]
fn a_source_that_asks_its_own_store_is_put_off() {
    #[derive(Debug, HotConfig)]
    struct Small {
        #[hot(default = 0)]
        looks: u64,
        #[hot(default = 0)]
        set: u64,
    }

    let (reachable, answers): (Reachable<Small>, _) = (Arc::default(), Record::new());
    let (reached, told) = (reachable.clone(), answers.clone());
    let mut looks = 0;
    let probe = Probe::new("the curious one", move || {
        looks += 1;
        let cfg = reached.lock().expect("no panic").as_ref().and_then(WeakHot::upgrade);
        if let Some(cfg) = cfg.filter(|_| looks < 4) {
            told.push((
                format!("{:?}", cfg.reload()),
                format!("{:?}", cfg.set("set", looks).ok()),
                cfg.load().set,
            ));
        }
        Ok(Reading::values([("looks", looks)]))
    });
    let cfg = Hot::<Small>::builder().source(probe).build().expect("good");
    *reachable.lock().expect("no panic") = Some(cfg.downgrade());
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    wait_until("what was put off", || cfg.load().set == 3 && cfg.load().looks == 4);
    let answers = answers.all();
    assert_eq!(answers.len(), 2);
    assert!(
        answers.iter().all(|(reload, set, _)| reload == "Deferred" && set == "Some(Deferred)"),
        "{answers:?}"
    );
}
