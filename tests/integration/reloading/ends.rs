//! How a store ends.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use hotconf::{Hot, HotConfig, Outcome, Reading, WaitError};
use hotconf_tests::{DEADLINE, Gate, MOMENT, Probe, Record, Sandbox, run_alone, wait_until};

use super::{App, Kept};

/// Says when it is dropped.
struct Last(Record<&'static str>, &'static str);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.push(self.1);
    }
}

#[derive(Debug, HotConfig)]
struct Small {
    #[hot(default = 0)]
    value: u64,
}

#[test]
fn with_the_last_handle_everything_ends() {
    let ended = Record::new();
    let (source, change, refusal) =
        (Last(ended.clone(), "source"), Last(ended.clone(), "callback"), Last(ended.clone(), "callback"));
    let probe = Probe::silent(move || {
        let _ = &source;
    });
    let cfg = Hot::<Small>::builder().source(probe).build().expect("good");
    cfg.on_change(move |_| {
        let _ = &change;
    })
    .forever();
    cfg.on_rejected(move |_| {
        let _ = &refusal;
    })
    .forever();
    let (clone, weak, mut changes) = (cfg.clone(), cfg.downgrade(), cfg.subscribe());
    let (mut reader, snapshot) = (cfg.reader(), cfg.snapshot());
    drop(cfg);
    assert!(weak.upgrade().is_some() && ended.is_empty(), "a clone is left");
    assert!(matches!(clone.set("value", 1), Ok(Outcome::Applied(_))));
    drop(clone);
    // The source is gone at once, because its thread was waited for.
    assert!(ended.all().contains(&"source"));
    ended.wait_for(3);
    assert!(weak.upgrade().is_none());
    // What was published is seen, and then no more.
    assert_eq!(changes.next().map(|change| change.version()), Some(2));
    assert!(changes.next().is_none());
    assert!(matches!(changes.next_timeout(Duration::from_secs(60)), Err(WaitError::Closed)));
    assert!(changes.try_next().is_none());
    assert_eq!((reader.load().value, snapshot.value), (1, 0));
}

#[test]
fn those_who_wait_are_told_of_the_end() {
    let cfg = Hot::<Small>::builder().build().expect("good");
    let (mut blocked, mut timed, mut polled) = (cfg.subscribe(), cfg.subscribe(), cfg.subscribe());
    std::thread::scope(|scope| {
        let blocked = scope.spawn(move || blocked.next().is_none());
        let timed = scope.spawn(move || timed.next_timeout(DEADLINE));
        let polled = scope.spawn(move || wait_for(polled.changed()).is_none());
        std::thread::park_timeout(MOMENT / 4);
        drop(cfg);
        assert!(blocked.join().expect("no panic") && polled.join().expect("no panic"));
        assert!(matches!(timed.join().expect("no panic"), Err(WaitError::Closed)));
    });
}

#[test]
fn a_task_that_waits_is_woken_by_a_change() {
    let cfg = Hot::<Small>::builder().build().expect("good");
    let mut changes = cfg.subscribe();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || wait_for(changes.changed()).map(|change| change.new().value));
        std::thread::park_timeout(MOMENT / 4);
        let _ = cfg.set("value", 7).expect("good");
        assert_eq!(waiting.join().expect("no panic"), Some(7));
    });
}

/// Runs a future on this thread.
fn wait_for<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park_timeout(DEADLINE),
        }
    }
}

/// A source hangs in the middle of a reload: the end waits for it, though not for ever, and what it says in the end is
/// not published any more.
#[test]
fn the_end_does_not_wait_for_ever_for_a_reload() {
    let (gate, ended) = (Gate::new(), Record::new());
    let (held, last) = (gate.clone(), Last(ended.clone(), "source"));
    let (mut value, bell) = (0, Record::new());
    let given = bell.clone();
    let probe = Probe::new("the slow one", move || {
        held.pass();
        value += 1;
        let _ = &last;
        Ok(Reading::values([("value", value)]))
    });
    let builder = Hot::<Small>::builder().source(probe.with_bell(move |bell| given.push(bell)));
    let cfg = builder.build().expect("good");
    let heard = Record::new();
    let told = heard.clone();
    cfg.on_change(move |change| told.push(change.version())).forever();
    let (mut changes, mut reader) = (cfg.subscribe(), cfg.reader());
    gate.close();
    bell.all()[0].ring();
    gate.wait_for_somebody();
    let begun = Instant::now();
    drop(cfg);
    assert!(begun.elapsed() < Duration::from_secs(10), "it waited {:?}", begun.elapsed());
    assert!(matches!(changes.next_timeout(DEADLINE), Err(WaitError::Closed)));
    gate.open();
    ended.wait_for(1);
    assert!(changes.try_next().is_none(), "published after the end");
    assert_eq!((reader.load().value, heard.len()), (1, 0));
}

#[test]
fn the_end_waits_for_a_reload_that_is_about_to_be_done() {
    let (gate, ended) = (Gate::new(), Record::new());
    let (held, last, bell) = (gate.clone(), Last(ended.clone(), "source"), Record::new());
    let given = bell.clone();
    let probe = Probe::silent(move || {
        held.pass();
        let _ = &last;
    });
    let builder = Hot::<Small>::builder().source(probe.with_bell(move |bell| given.push(bell)));
    let cfg = builder.build().expect("good");
    gate.close();
    bell.all()[0].ring();
    gate.wait_for_somebody();
    let opener = gate.clone();
    let opening = std::thread::spawn(move || {
        std::thread::park_timeout(MOMENT);
        opener.open();
    });
    drop(cfg);
    assert_eq!(ended.all(), ["source"]);
    assert!(opening.join().is_ok());
}

#[test]
fn the_last_handle_may_go_in_a_callback() {
    for is_refusal in [false, true] {
        let kept = Kept::new("");
        let Kept { sandbox, cfg, mut changes, .. } = kept;
        let handle = Arc::new(Mutex::new(None));
        let (own, gone) = (handle.clone(), Record::new());
        let told = gone.clone();
        let end = move || {
            if let Some(cfg) = own.lock().expect("no panic").take() {
                let begun = Instant::now();
                drop::<Hot<App>>(cfg);
                told.push(begun.elapsed());
            }
        };
        if is_refusal {
            cfg.on_rejected(move |_| end()).forever();
        } else {
            cfg.on_change(move |_| end()).forever();
        }
        let weak = cfg.downgrade();
        *handle.lock().expect("no panic") = Some(cfg);
        sandbox.replace("app.toml", if is_refusal { "low = [\n" } else { "low = 2\n" });
        let took = gone.wait_for(1)[0];
        assert!(took < Duration::from_secs(1), "it waited for itself: {took:?}");
        assert!(weak.upgrade().is_none());
        wait_until("the subscription ends", || {
            matches!(changes.next_timeout(MOMENT), Err(WaitError::Closed))
        });
    }
}

#[test]
fn the_last_handle_may_go_in_a_source() {
    let handle: Arc<Mutex<Option<Hot<Small>>>> = Arc::default();
    let (own, bell, ended) = (handle.clone(), Record::new(), Record::new());
    let (given, last) = (bell.clone(), Last(ended.clone(), "source"));
    let probe = Probe::silent(move || {
        let _ = &last;
        let cfg = own.lock().expect("no panic").take();
        drop(cfg);
    });
    let builder = Hot::<Small>::builder().source(probe.with_bell(move |bell| given.push(bell)));
    let cfg = builder.build().expect("good");
    let mut changes = cfg.subscribe();
    *handle.lock().expect("no panic") = Some(cfg);
    bell.all()[0].ring();
    ended.wait_for(1);
    assert!(changes.next().is_none());
    // Nobody answers the bell any more, and nobody minds.
    bell.all()[0].ring();
}

#[test]
fn nothing_is_heard_after_the_end() {
    let sandbox = Sandbox::new();
    let looks = Gate::new();
    for value in 0..20 {
        sandbox.replace("app.toml", format!("value = {value}\n"));
        let (heard, passed) = (Record::new(), looks.clone());
        let told = heard.clone();
        let builder = Hot::<Small>::builder().file(sandbox.at("app.toml"));
        let cfg = builder.source(Probe::silent(move || passed.pass())).build().expect("good");
        cfg.on_change(move |change| told.push(change.version())).forever();
        let mut changes = cfg.subscribe();
        sandbox.replace("app.toml", format!("value = {}\n", value + 100));
        drop(cfg);
        let looked = looks.passes();
        let last = changes.by_ref().last().map(|change| change.version());
        sandbox.replace("app.toml", format!("value = {}\n", value + 200));
        assert!(matches!(changes.next_timeout(MOMENT / 10), Err(WaitError::Closed)));
        assert_eq!(looks.passes(), looked);
        assert!(heard.len() <= usize::from(last.is_some()));
    }
}

#[test]
fn a_store_that_could_not_be_built_leaves_nothing_behind() {
    let ended = Record::new();
    let last = Last(ended.clone(), "source");
    let probe = Probe::new("bad", move || {
        let _ = &last;
        Ok(Reading::values([("nothing", true)]))
    });
    assert!(Hot::<Small>::builder().source(probe).build().is_err());
    assert_eq!(ended.all(), ["source"]);
}

/// What a process has: threads, descriptors, and what its descriptors for events watch.
#[cfg(target_os = "linux")]
fn held() -> (usize, usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).expect("a system with /proc").count();
    let infos = std::fs::read_dir("/proc/self/fdinfo").expect("a system with /proc").flatten();
    let texts = infos.filter_map(|info| std::fs::read_to_string(info.path()).ok());
    let watches = texts.map(|text| text.lines().filter(|line| line.starts_with("inotify wd:")).count());
    (count("/proc/self/task"), count("/proc/self/fd"), watches.sum())
}

#[cfg(target_os = "linux")]
#[test]
fn thousands_of_stores_leave_nothing_behind() {
    run_alone("reloading::ends::stores_come_and_go", Sandbox::new().root(), None);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "run by another test, in a process whose threads and descriptors are counted"]
fn stores_come_and_go() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "value = 1");
    let open = || Hot::<Small>::builder().file(sandbox.at("app.toml")).build().expect("good");
    let before = held();
    for _ in 0..30 {
        let stores: Vec<_> = (0..100).map(|_| open()).collect();
        assert!(held().0 >= before.0 + 100 && held().2 > before.2, "they are there");
        assert_eq!(stores.iter().map(|cfg| cfg.load().value).sum::<u64>(), 100);
    }
    // The thread of the operating system's events ends a moment after its store.
    wait_until("all of it is gone", || held() == before);
}

/// A copy of the process has the memory of a store and none of its threads.
#[cfg(unix)]
#[test]
fn a_process_that_is_forked_later_is_told_so() {
    run_alone("reloading::ends::it_is_forked", Sandbox::new().root(), None);
}

#[cfg(unix)]
#[test]
#[ignore = "run by another test, in a process that may be forked"]
fn it_is_forked() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "value = 1");
    let cfg = Hot::<Small>::builder().file(sandbox.at("app.toml")).build().expect("good");
    match fork::fork().expect("a process may be copied") {
        fork::Fork::Child => {
            let told = cfg.reload().error().is_some_and(|error| error.to_string().contains("forked"));
            let warned = cfg.status().warnings().iter().any(|warning| warning.message().contains("forked"));
            let reads = cfg.load().value == 1 && cfg.set("value", 2).is_err();
            let begun = Instant::now();
            drop(cfg);
            let is_quick = begun.elapsed() < Duration::from_secs(1);
            std::process::exit(if told && warned && reads && is_quick { 0 } else { 1 });
        }
        fork::Fork::Parent(child) => {
            let status = fork::waitpid(child).expect("the copy ends");
            assert_eq!(status, 0, "the copy does not say that it is one");
            assert!(matches!(cfg.set("value", 2), Ok(Outcome::Applied(_))));
        }
    }
}
