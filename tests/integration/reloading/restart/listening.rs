//! Callbacks that hear of what waits for a restart.

use hotconf::{Hot, HotConfig, Listener, PendingRestart, ProblemKind, WeakHot};
use hotconf_tests::{Gate, Record, Sandbox, wait_until};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 8000, restart)]
    port: u16,
    #[hot(default = "eth0", restart)]
    interface: String,
    #[hot(default = "none", restart, secret)]
    seed: String,
    #[hot(default = 1)]
    workers: u32,
}

type Heard = Record<Vec<String>>;

fn told(pending: &[PendingRestart]) -> Vec<String> {
    let told = pending.iter().map(|pending| {
        let value = pending.configured().map(ToString::to_string).unwrap_or_default();
        format!("{} = {value}", pending.key())
    });
    told.collect()
}

fn listen(cfg: &Hot<App>) -> (Listener, Heard) {
    let heard = Heard::new();
    let note = heard.clone();
    (cfg.on_pending_restart(move |pending| note.push(told(pending))), heard)
}

/// Everything that was to be told has been: a last change is told of, after all others.
#[track_caller]
fn all_of(cfg: &Hot<App>, heard: &Heard) -> Vec<Vec<String>> {
    let _ = cfg.set("port", 1).unwrap();
    wait_until("the last list", || {
        heard.all().last().is_some_and(|last| last.contains(&"port = 1".to_owned()))
    });
    let mut all = heard.all();
    all.pop();
    all
}

#[test]
fn every_change_of_the_list_is_told_with_all_of_it() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "port = 80\n");
    let cfg: Hot<App> = Hot::builder().file(sandbox.at("app.toml")).build().unwrap();
    let (_listener, heard) = listen(&cfg);
    let save = |text: &str, count: usize| {
        sandbox.replace("app.toml", text);
        heard.wait_for(count);
    };
    save("port = 81\n", 1);
    save("port = 81\ninterface = 'eth1'\n", 2);
    save("port = 82\ninterface = 'eth1'\n", 3);
    // The same list is no news, whatever else changes.
    let _ = cfg.set("workers", 2).unwrap();
    let _ = cfg.reload();
    save("port = 80\ninterface = 'eth1'\n", 4);
    save("port = 80\n", 5);
    sandbox.replace("app.toml", "port = 80\nworkers = 3\n");
    let _ = cfg.reload();
    let expected: [&[&str]; 5] = [
        &["port = 81"],
        &["interface = \"eth1\"", "port = 81"],
        &["interface = \"eth1\"", "port = 82"],
        &["interface = \"eth1\""],
        &[],
    ];
    assert_eq!(all_of(&cfg, &heard), expected);
}

/// What is refused does not wait, and is not told.
#[test]
fn what_is_refused_is_not_told() {
    let cfg: Hot<App> = Hot::builder().build().unwrap();
    let (_listener, heard) = listen(&cfg);
    assert!(cfg.update(|edit| _ = edit.set("port", 81).set("workers", "many")).is_err());
    assert_eq!(all_of(&cfg, &heard), Vec::<Vec<String>>::new());
}

#[test]
fn one_that_comes_later_is_told_of_what_changes_from_then_on() {
    let cfg: Hot<App> = Hot::builder().build().unwrap();
    let (first, heard) = listen(&cfg);
    let _ = cfg.set("port", 81).unwrap();
    let (_second, later) = listen(&cfg);
    let _ = cfg.set("workers", 2).unwrap();
    let _ = cfg.set("interface", "eth1").unwrap();
    later.wait_for(1);
    let (_third, last) = listen(&cfg);
    drop(first);
    let before = heard.len();
    let _ = cfg.unset("").unwrap();
    later.wait_for(2);
    assert_eq!(last.wait_for(1), [Vec::<String>::new()], "what it found is not there any more");
    assert_eq!(later.all(), [vec!["interface = \"eth1\"", "port = 81"], vec![]]);
    assert_eq!(heard.len(), before, "one that is dropped is not called any more");
    assert_eq!(heard.all().last().unwrap(), &["interface = \"eth1\"", "port = 81"]);
}

/// A slow one is told of the newest list, and of none that is as it knows it.
#[test]
fn a_slow_one_hears_of_the_newest() {
    let cfg: Hot<App> = Hot::builder().build().unwrap();
    let (heard, gate) = (Heard::new(), Gate::new());
    let (note, passed) = (heard.clone(), gate.clone());
    cfg.on_pending_restart(move |pending| {
        note.push(told(pending));
        passed.pass();
    })
    .forever();
    gate.close();
    let _ = cfg.set("port", 81).unwrap();
    heard.wait_for(1);
    for port in 82..90 {
        let _ = cfg.set("port", port).unwrap();
    }
    gate.open();
    heard.wait_for(2);
    assert_eq!(heard.all(), [["port = 81"], ["port = 89"]]);
    gate.close();
    let _ = cfg.set("port", 90).unwrap();
    heard.wait_for(3);
    for port in [91, 90] {
        let _ = cfg.set("port", port).unwrap();
    }
    gate.open();
    assert_eq!(all_of(&cfg, &heard), [["port = 81"], ["port = 89"], ["port = 90"]]);
}

/// Whoever hears of it finds the rest of the edit in place, and may ask the store for anything.
#[test]
fn the_rest_of_the_edit_is_in_place() {
    let cfg: Hot<App> = Hot::builder().build().unwrap();
    let (weak, heard): (WeakHot<App>, Record<_>) = (cfg.downgrade(), Record::new());
    let note = heard.clone();
    cfg.on_pending_restart(move |pending| {
        let Some(cfg) = weak.upgrade() else { return };
        let deferred = format!("{:?}", cfg.reload());
        note.push((pending == cfg.status().pending_restart(), cfg.load().workers, cfg.version(), deferred));
    })
    .forever();
    let _ = cfg.update(|edit| _ = edit.set("port", 81).set("workers", 5)).unwrap();
    assert_eq!(heard.wait_for(1), [(true, 5, 2, "Deferred".to_owned())]);
}

#[test]
fn a_panic_stops_nobody_else() {
    let cfg: Hot<App> = Hot::builder().build().unwrap();
    cfg.on_pending_restart(|_| panic!("out of order")).forever();
    let (_listener, heard) = listen(&cfg);
    let _ = cfg.set("port", 81).unwrap();
    heard.wait_for(1);
    let _ = cfg.set("port", 82).unwrap();
    heard.wait_for(2);
    let is_panic = |problem: &hotconf::Problem| problem.kind() == ProblemKind::Panic;
    let status = cfg.status();
    assert_eq!(status.warnings().iter().filter(|problem| is_panic(problem)).count(), 1, "{status:#?}");
}

#[test]
fn secrets_are_masked() {
    let cfg: Hot<App> = Hot::builder().build().unwrap();
    let (_listener, heard) = listen(&cfg);
    let _ = cfg.set("seed", "hunter2").unwrap();
    assert_eq!(heard.wait_for(1), [["seed = ***"]]);
}
