//! Many who ask at once.

use std::sync::atomic::{AtomicBool, Ordering};

use hotconf::{Hot, HotConfig, Outcome};
use hotconf_tests::{Gate, MOMENT, Probe, Sandbox};

use super::Kept;

#[derive(Debug, HotConfig)]
struct Pair {
    #[hot(default)]
    one: u64,
    #[hot(default)]
    other: u64,
}

/// Lets the threads of a test end, also when it fails.
struct Done(AtomicBool);

struct Finish<'d>(&'d Done);

impl Done {
    fn is_done(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn at_the_end(&self) -> Finish<'_> {
        Finish(self)
    }
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Files are edited, values are set, reloads are asked for and everyone reads, all at the same time.
#[test]
fn versions_only_rise_and_each_is_whole() {
    let sandbox = Sandbox::new();
    let write = |value: u64| sandbox.replace("app.toml", format!("one = {value}\nother = {value}\n"));
    write(0);
    let cfg = Hot::<Pair>::builder().file(sandbox.at("app.toml")).build().expect("good");
    let done = Done(AtomicBool::new(false));
    std::thread::scope(|scope| {
        let finish = done.at_the_end();
        for _ in 0..2 {
            scope.spawn(|| {
                let (mut version, mut reader) = (0, cfg.reader());
                while !done.is_done() {
                    let seen = cfg.load();
                    assert_eq!(seen.one, seen.other);
                    assert!(seen.version() >= version);
                    version = seen.version();
                    assert!(reader.snapshot().version() >= version);
                }
            });
        }
        scope.spawn(|| {
            let mut version = 1;
            let mut changes = cfg.subscribe();
            while !done.is_done() {
                let Ok(change) = changes.next_timeout(MOMENT) else { continue };
                assert!(change.old().version() >= version && change.new().version() > change.old().version());
                assert_eq!(change.new().one, change.new().other);
                version = change.version();
            }
        });
        let writers = [
            scope.spawn(|| (1..100).for_each(write)),
            scope.spawn(|| {
                for value in 1..100 {
                    let outcome = cfg.update(|edit| {
                        edit.set("one", value);
                        edit.set("other", value);
                    });
                    assert!(outcome.is_ok());
                }
            }),
            scope.spawn(|| {
                for _ in 0..100 {
                    assert!(matches!(cfg.reload(), Outcome::Applied(_) | Outcome::Unchanged));
                }
            }),
        ];
        for writer in writers {
            writer.join().expect("no panic");
        }
        drop(finish);
        let last = cfg.update(|edit| {
            edit.unset("one");
            edit.unset("other");
        });
        assert!(last.is_ok());
        sandbox.replace("app.toml", "one = 1000\nother = 1000\n");
        let _ = cfg.reload();
    });
    assert_eq!((cfg.load().one, cfg.status().last_error()), (1000, None));
    assert_eq!(cfg.status().version(), cfg.version());
}

/// A slow source holds up those who ask, and nobody who reads.
#[test]
fn readers_do_not_wait_for_a_reload() {
    let (sandbox, gate) = (Sandbox::new(), Gate::new());
    sandbox.write("app.toml", "one = 1\n");
    let held = gate.clone();
    let probe = Probe::silent(move || held.pass());
    let cfg = Hot::<Pair>::builder().file(sandbox.at("app.toml")).source(probe).build().expect("good");
    gate.close();
    sandbox.replace("app.toml", "one = 2\n");
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| cfg.reload());
        gate.wait_for_somebody();
        for _ in 0..100 {
            assert_eq!((cfg.load().one, cfg.snapshot().one, cfg.reader().load().one), (1, 1, 1));
            assert_eq!((cfg.version(), cfg.status().version()), (1, 1));
            assert!(cfg.get("one").is_some() && cfg.subscribe().try_next().is_none());
        }
        gate.open();
        assert!(!matches!(asking.join(), Ok(Outcome::Rejected(_)) | Err(_)));
    });
    assert_eq!(cfg.load().one, 2);
}

#[test]
fn each_caller_gets_the_answer_for_what_is_there_now() {
    let kept = Kept::new("low = 1\n");
    for value in 2..8 {
        kept.save(&format!("low = {value}\n"));
        let _ = kept.cfg.reload();
        assert_eq!(kept.cfg.load().low, value, "whoever reloads reads what is there");
    }
}
