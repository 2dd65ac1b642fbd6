//! The versions before: what is kept of them, how they differ, and going back.

use std::time::Duration;

use hotconf::testing::Memory;
use hotconf::{Cause, HistoryEntry, Hot, HotConfig, Outcome, ProblemKind, Value, Watch};
use hotconf_tests::{DEADLINE, MOMENT, Record, Sandbox, wait_until};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 4)]
    workers: u64,
    #[hot(default = 1, restart)]
    slots: u64,
    #[hot(default = "hunter2", secret)]
    password: String,
    #[hot(default)]
    limits: std::collections::BTreeMap<String, u64>,
}

const LONG: Duration = Duration::from_secs(3600);

/// A store that looks at its source only when it is told to.
fn store() -> (Hot<App>, Memory) {
    let memory = Memory::new();
    (Hot::builder().source(memory.clone()).settle(LONG, LONG).build().expect("good"), memory)
}

#[track_caller]
fn applied(outcome: &Outcome<App>) -> u64 {
    outcome.change().unwrap_or_else(|| panic!("{outcome:?}")).version()
}

fn told(cfg: &Hot<App>) -> Vec<String> {
    cfg.history().iter().map(ToString::to_string).collect()
}

#[test]
fn every_version_is_kept_with_its_cause_and_its_keys() {
    let sandbox = Sandbox::new();
    sandbox.write("base.toml", "workers = 5");
    let memory = Memory::new();
    let cfg: Hot<App> = Hot::builder()
        .file(sandbox.at("base.toml"))
        .optional_file(sandbox.at("site.toml"))
        .source(memory.clone())
        .settle(LONG, LONG)
        .build()
        .expect("good");
    sandbox.replace("site.toml", "workers = 6\nlimits.burst = 1");
    assert_eq!(applied(&cfg.reload()), 2);
    let _ = cfg.set("limits.rate", 7).expect("good");
    memory.set("limits.size", 3);
    sandbox.replace("base.toml", "workers = 5\nlimits.pages = 2");
    assert_eq!(applied(&cfg.reload()), 4);

    let (base, site) = (sandbox.at("base.toml"), sandbox.at("site.toml"));
    let (base, site) = (base.display(), site.display());
    assert_eq!(
        told(&cfg),
        [
            "version 1, by the start".to_owned(),
            format!("version 2, by {site}: limits.burst, workers"),
            "version 3, by an override: limits.rate".to_owned(),
            format!("version 4, by {base}, memory: limits.pages, limits.size"),
        ]
    );
    let history = cfg.history();
    let workers = &history[1].changes()[1];
    assert_eq!((workers.old(), workers.new()), (Some(&Value::Integer(5)), Some(&Value::Integer(6))));
    assert_eq!(workers.old_origin().map(ToString::to_string), Some(format!("{base}:1:11")));
    assert_eq!(workers.new_origin().map(ToString::to_string), Some(format!("{site}:1:11")));
    assert!(history.windows(2).all(|pair| pair[0].published() <= pair[1].published()));
    assert_eq!(history[3].published(), cfg.status().since());
}

#[test]
fn what_is_refused_or_changes_nothing_is_not_in_the_history() {
    let (cfg, memory) = store();
    memory.set("workers", "many");
    assert!(cfg.reload().error().is_some());
    memory.set("workers", 4);
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    assert!(cfg.set("workers", "few").is_err());
    assert_eq!(told(&cfg), ["version 1, by the start"]);
}

#[test]
fn a_secret_is_shown_neither_in_the_history_nor_in_a_difference() {
    let (cfg, memory) = store();
    memory.set("password", "correct horse");
    assert_eq!(applied(&cfg.reload()), 2);
    let history = cfg.history();
    let change = &history[1].changes()[0];
    assert_eq!((change.old(), change.new()), (Some(&Value::Secret), Some(&Value::Secret)));
    let diff = cfg.diff(1, 2).expect("both are kept");
    assert_eq!(diff.to_string(), "version 1 to version 2:\n  password: *** -> ***, from memory");
    let shown =
        format!("{history:?} {diff:?} {} {}", diff, serde_json::to_string(&(&history, &diff)).expect("json"));
    assert!(!shown.contains("horse") && !shown.contains("hunter"), "{shown}");
}

#[test]
fn so_many_versions_are_kept_and_no_more() {
    let (cfg, _memory) = store();
    for workers in 10..30 {
        let _ = cfg.set("workers", workers).expect("good");
    }
    let versions = |cfg: &Hot<App>| cfg.history().iter().map(HistoryEntry::version).collect::<Vec<_>>();
    assert_eq!(versions(&cfg), (14..=21).collect::<Vec<_>>());
    // What the first of them has changed is known although the version before is gone.
    assert_eq!(cfg.history()[0].changes()[0].old(), Some(&Value::Integer(21)));

    let none: Hot<App> = Hot::builder().history(0, usize::MAX).build().expect("good");
    let _ = none.set("workers", 9).expect("good");
    assert!(none.history().is_empty());
    let problem = none.rollback(1).expect_err("it is not kept").problems()[0].message().to_owned();
    assert_eq!(problem, "version 1 is not kept; there is no history");
}

#[test]
fn old_versions_hold_on_to_so_many_bytes_and_no_more() {
    let memory = Memory::new();
    let text = |number: u64| format!("workers = {number}\n# {}", "x".repeat(1 << 20));
    memory.set_text(hotconf::Format::Toml, text(1));
    let bytes = (5 << 20) / 2;
    let cfg: Hot<App> =
        Hot::builder().source(memory.clone()).settle(LONG, LONG).history(8, bytes).build().expect("good");
    for number in 2..8 {
        memory.set_text(hotconf::Format::Toml, text(number));
        assert_eq!(applied(&cfg.reload()), number);
    }
    // Two old texts fit; the version before the oldest one that is kept is one of them.
    let versions: Vec<_> = cfg.history().iter().map(HistoryEntry::version).collect();
    assert_eq!(versions, [6, 7]);
    let workers = |version| cfg.rollback(version).map(|outcome| applied(&outcome));
    assert_eq!(workers(6).expect("it is kept"), 8);
    assert_eq!(cfg.load().workers, 6);
}

#[test]
fn any_two_versions_that_are_kept_can_be_compared() {
    let (cfg, memory) = store();
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 2);
    let _ = cfg.set("limits.rate", 7).expect("good");
    let there = cfg.diff(1, 3).expect("both are kept");
    assert_eq!((there.from(), there.to()), (1, 3));
    let first = "version 1 to version 3:\n  limits.rate: nothing -> 7, from an override set at ";
    let text = there.to_string();
    assert!(text.starts_with(first), "{text}");
    assert!(text.ends_with("\n  workers: 4 -> 8, from memory"), "{text}");
    let back = cfg.diff(3, 1).expect("both are kept").to_string();
    assert_eq!(back, "version 3 to version 1:\n  limits.rate: 7 -> nothing\n  workers: 8 -> 4, the default");
    assert!(cfg.diff(2, 2).expect("it is kept").is_empty());
    let error = cfg.diff(1, 9).expect_err("it is not kept");
    assert_eq!(error.problems()[0].message(), "version 9 is not kept; the history goes from 1 to 3");
    assert_eq!(error.problems()[0].kind(), ProblemKind::Misuse);
}

#[test]
fn a_rollback_is_a_new_version_that_says_what_the_old_one_said() {
    let (cfg, memory) = store();
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 2);
    let _ = cfg.set("limits.rate", 7).expect("good");
    assert_eq!(cfg.status().rolled_back_to(), None);

    let mut changes = cfg.subscribe();
    let outcome = cfg.rollback(1).expect("it is kept");
    assert_eq!(applied(&outcome), 4);
    assert_eq!((cfg.load().workers, cfg.load().limits.len()), (4, 0));
    assert_eq!(cfg.status().rolled_back_to(), Some(1));
    assert_eq!(cfg.history()[3].cause(), &Cause::Rollback(1));
    let change = changes.next_timeout(DEADLINE).expect("it is told of");
    assert_eq!(change.to_string(), "version 4: limits.rate, workers");
    assert_eq!(cfg.explain("workers").to_string(), "workers = 4\n  the default");
}

#[test]
fn a_rollback_holds_until_the_sources_change() {
    let (cfg, memory) = store();
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 2);
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 3);
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    let outcome = cfg.set("limits.rate", 7).expect("good");
    assert_eq!(applied(&outcome), 4);
    assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (4, Some(1)));

    memory.set("workers", "many");
    assert!(cfg.reload().error().is_some());
    assert!(cfg.reload().error().is_some());
    assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (4, Some(1)));

    memory.set("workers", 9);
    assert_eq!(applied(&cfg.reload()), 5);
    assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (9, None));
    assert_eq!(cfg.load().limits["rate"], 7);
}

#[test]
fn a_rollback_holds_against_files_that_are_watched() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 5");
    let builder = Hot::<App>::builder().file(sandbox.at("app.toml"));
    let cfg = builder.build().expect("good");
    let mut changes = cfg.subscribe();
    sandbox.replace("app.toml", "workers = 6");
    assert_eq!(changes.next_timeout(DEADLINE).expect("a change").version(), 2);
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 3);
    assert_eq!(changes.next_timeout(DEADLINE).expect("a change").version(), 3);
    // The same text again is no change of the source.
    sandbox.replace("app.toml", "workers = 6");
    assert!(changes.next_timeout(MOMENT).is_err());
    assert_eq!(cfg.load().workers, 5);
    sandbox.replace("app.toml", "workers = 7");
    let change = changes.next_timeout(DEADLINE).expect("a change");
    assert_eq!((change.version(), change.new().workers), (4, 7));
    assert_eq!(cfg.status().rolled_back_to(), None);
}

#[test]
fn a_release_brings_the_sources_back_and_not_the_overrides() {
    let (cfg, memory) = store();
    assert!(matches!(cfg.release_rollback(), Outcome::Unchanged));
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 2);
    let _ = cfg.set("limits.rate", 7).expect("good");
    assert_eq!(applied(&cfg.rollback(2).expect("it is kept")), 4);
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 5);
    let outcome = cfg.release_rollback();
    assert_eq!(applied(&outcome), 6);
    assert_eq!((cfg.load().workers, cfg.load().limits.len()), (8, 0));
    assert_eq!(cfg.status().rolled_back_to(), None);
    assert_eq!(cfg.history()[5].cause(), &Cause::Sources(vec!["memory".to_owned()]));
    assert!(matches!(cfg.release_rollback(), Outcome::Unchanged));
}

#[test]
fn a_release_to_bad_sources_keeps_what_is_in_place() {
    let (cfg, memory) = store();
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 2);
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 3);
    memory.set("workers", "many");
    assert!(cfg.release_rollback().error().is_some());
    assert_eq!((cfg.load().workers, cfg.status().version()), (4, 3));
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 4);
}

#[test]
fn a_rollback_is_prepared_for_and_may_be_refused() {
    let (cfg, memory) = store();
    memory.set("workers", 8);
    assert_eq!(applied(&cfg.reload()), 2);
    let refusing =
        cfg.prepare(|_, new| if new.workers < 8 { Err("too few")? } else { Ok(|| ()) }).named("the pool");
    let error = cfg.rollback(1).expect_err("it is refused");
    assert_eq!(error.problems()[0].message(), "`the pool` refuses the change of workers: too few");
    assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (8, None));
    drop(refusing);
    assert_eq!(applied(&cfg.rollback(1).expect("nobody minds")), 3);
}

#[test]
fn what_waits_for_a_restart_waits_in_a_rollback_too() {
    let (cfg, memory) = store();
    memory.set_all([("slots", 5), ("workers", 8)]);
    assert_eq!(applied(&cfg.reload()), 2);
    assert_eq!(cfg.status().pending_restart()[0].configured(), Some(&Value::Integer(5)));
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 3);
    assert!(cfg.status().pending_restart().is_empty());
    assert_eq!(applied(&cfg.rollback(2).expect("it is kept")), 4);
    assert_eq!((cfg.load().slots, cfg.load().workers), (1, 8));
    assert_eq!(cfg.status().pending_restart()[0].configured(), Some(&Value::Integer(5)));
}

#[test]
fn a_rollback_to_the_version_in_place_changes_nothing() {
    let (cfg, _memory) = store();
    assert!(matches!(cfg.rollback(1), Ok(Outcome::Unchanged)));
    assert_eq!(cfg.history().len(), 1);
    assert_eq!(
        cfg.rollback(2).expect_err("there is none").problems()[0].message(),
        "version 2 is not kept; the history has 1 alone"
    );
}

#[test]
fn a_rollback_from_a_callback_is_done_right_after_it() {
    let (cfg, memory) = store();
    let weak = cfg.downgrade();
    let answers = Record::new();
    let heard = answers.clone();
    cfg.on_change(move |change| {
        if change.new().workers > 100 {
            let cfg = weak.upgrade().expect("there is a handle");
            heard.push(format!("{:?}", cfg.rollback(change.old().version()).expect("it is kept")));
        }
    })
    .forever();
    memory.set("workers", 1000);
    assert_eq!(applied(&cfg.reload()), 2);
    wait_until("the rollback", || cfg.load().workers == 4);
    assert_eq!(answers.wait_for(1), ["Deferred"]);
}

#[test]
fn a_fixed_store_has_no_history() {
    let app = || App { workers: 1, slots: 1, password: String::new(), limits: Default::default() };
    let cfg = Hot::fixed(app());
    let _ = cfg.replace(app());
    assert!(cfg.history().is_empty());
    assert!(cfg.rollback(1).is_err() && cfg.diff(1, 2).is_err());
    assert!(matches!(cfg.release_rollback(), Outcome::Unchanged));
}

/// A look in the middle of a save sees something else, and the one after it what was there before.
#[test]
fn a_rollback_holds_where_the_sources_say_the_same_again_after_something_else() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 5");
    let cfg: Hot<App> = Hot::builder().watch(Watch::Off).file(sandbox.at("app.toml")).build().expect("good");
    sandbox.write("app.toml", "workers = 6");
    assert_eq!(applied(&cfg.reload()), 2);
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 3);
    for between in ["", "workers = 7", "workers = "] {
        sandbox.write("app.toml", between);
        let plan = cfg.plan();
        assert!(!plan.is_good() || !plan.changes().is_empty());
        sandbox.write("app.toml", "workers = 6 # as before");
        assert!(cfg.plan().changes().is_empty());
        assert!(matches!(cfg.reload(), Outcome::Unchanged), "after {between:?}");
        assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (5, Some(1)));
    }
    sandbox.write("app.toml", "workers = 7");
    assert_eq!(applied(&cfg.reload()), 4);
    assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (7, None));
}

#[test]
fn texts_that_say_the_same_in_other_words_are_counted_too() {
    let memory = Memory::new();
    let text = |number: u64, words: &str| format!("workers = {number}\n# {}", words.repeat(1 << 20));
    memory.set_text(hotconf::Format::Toml, text(1, "x"));
    let bytes = (7 << 20) / 2;
    let cfg: Hot<App> =
        Hot::builder().source(memory.clone()).settle(LONG, LONG).history(8, bytes).build().expect("good");
    for number in 2..7 {
        memory.set_text(hotconf::Format::Toml, text(number - 1, "y"));
        assert!(matches!(cfg.reload(), Outcome::Unchanged));
        memory.set_text(hotconf::Format::Toml, text(number, "x"));
        assert_eq!(applied(&cfg.reload()), number);
    }
    // Both texts of the version before, and the last one of that before it.
    let versions: Vec<_> = cfg.history().iter().map(HistoryEntry::version).collect();
    assert_eq!(versions, [5, 6]);
}

#[test]
fn what_is_gone_back_to_while_the_sources_are_bad_ends_once_they_are_good() {
    let sandbox = Sandbox::new();
    let memory = Memory::new();
    memory.set("workers", 5);
    let builder = || {
        Hot::<App>::builder()
            .source(memory.clone())
            .settle(LONG, LONG)
            .last_good(sandbox.at("last-good.json"))
    };
    drop(builder().build().expect("good"));
    memory.set("workers", "many");
    let cfg = builder().build().expect("it begins with the last good configuration");
    let _ = cfg.set("limits.rate", 7).expect("good");
    assert_eq!(applied(&cfg.rollback(1).expect("it is kept")), 3);
    assert!(cfg.reload().error().is_some());
    assert!(cfg.release_rollback().error().is_some());
    assert_eq!((cfg.load().workers, cfg.status().rolled_back_to()), (5, None));
    assert!(cfg.status().started_from_last_good().is_some());
    assert!(matches!(cfg.rollback(1), Ok(Outcome::Unchanged)));
    // What is bad is no less bad for being what the sources said when it was gone back.
    assert!(cfg.reload().error().is_some() && cfg.status().last_error().is_some());
    memory.set("workers", 6);
    assert_eq!(applied(&cfg.reload()), 4);
    let status = cfg.status();
    assert_eq!((status.started_from_last_good(), status.rolled_back_to()), (None, None));
    assert!(status.warnings().is_empty(), "{:?}", status.warnings());
}
