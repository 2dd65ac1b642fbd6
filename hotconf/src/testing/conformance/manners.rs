//! How a source behaves when it is asked, whatever it says.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bench::{Bench, Said, in_words};
use super::sample::Contents;
use super::{Need, Promise};
use crate::loader::panic_text;
use crate::source::{Bell, Source};
use crate::value::IntoValue;

pub(super) fn promises<B>() -> Vec<Promise<B>> {
    vec![
        Promise { name: "name", need: Need::Nothing, keep: name },
        Promise { name: "level", need: Need::Nothing, keep: level },
        Promise { name: "again", need: Need::Nothing, keep: again },
        Promise { name: "paths", need: Need::Nothing, keep: paths },
        Promise { name: "bell", need: Need::Nothing, keep: bell },
        Promise { name: "end", need: Need::Changes, keep: end },
    ]
}

pub(super) fn one() -> Contents {
    Contents::of([("text", "one".into_value()), ("whole", 1.into_value())])
}

pub(super) fn other() -> Contents {
    Contents::of([("text", "other".into_value()), ("whole", 2.into_value())])
}

fn name<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    for mut source in bench.connected() {
        let first = source.name();
        if first.trim().is_empty() {
            bench.fault("the source has no name; messages could not say where a value is from");
        }
        if first.contains(['\n', '\r']) {
            bench.fault(format!("the name {first:?} does not stand on one line"));
        }
        bench.ask(&mut source);
        bench.put(&other());
        bench.ask(&mut source);
        let last = source.name();
        if first != last {
            bench.fault(format!("the source is called {first:?} at first, and {last:?} later"));
        }
    }
}

fn level<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    for mut source in bench.connected() {
        says_the_same(bench, &mut source, "");
        if !bench.is_fixed() {
            bench.put(&other());
            says_the_same(bench, &mut source, "after a change, ");
        }
    }
}

fn says_the_same<B>(bench: &mut Bench<'_, B>, source: &mut Box<dyn Source>, when: &str) {
    let Some(first) = bench.ask(source) else { return };
    for _ in 0..2 {
        let Some(next) = bench.ask(source) else { return };
        if first != next {
            bench.fault(format!(
                "{when}the source says {}, and asked again {}, although nothing was changed in between; it has to say \
                 what it holds, not what is new",
                in_words(&first),
                what_differs(&first, &next),
            ));
            return;
        }
    }
}

fn what_differs(first: &Said, next: &Said) -> String {
    let (before, now) = (in_words(first), in_words(next));
    if before == now { format!("{now} that differ") } else { now }
}

fn again<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    let Some(cfg) = bench.started() else { return };
    bench.expect(&cfg, &one(), "at the start");
    for when in ["asked again from another thread", "asked once more from another thread"] {
        bench.expect_after_reload(&cfg, &one(), when);
    }
}

fn paths<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    for mut source in bench.connected() {
        let told = |source: &dyn Source| -> Vec<_> {
            source.paths().into_iter().map(|path| (path.path, path.is_folder)).collect()
        };
        told(&*source);
        bench.ask(&mut source);
        let first = told(&*source);
        for (path, _) in &first {
            if !path.is_absolute() {
                bench.fault(format!("the path {} does not begin at the root", path.display()));
            }
        }
        bench.ask(&mut source);
        let next = told(&*source);
        if first != next {
            bench.fault(format!("asked again without a change, the paths {first:?} have become {next:?}"));
        }
    }
}

thread_local! {
    /// Whether this thread is asking a source.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

fn bell<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    for mut source in bench.sources() {
        let rings = Arc::new(AtomicU64::new(0));
        let counted = rings.clone();
        source.connect(Bell::new(move || {
            if IS_ASKING.get() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }));
        for _ in 0..3 {
            IS_ASKING.set(true);
            bench.ask(&mut source);
            IS_ASKING.set(false);
        }
        let rings = rings.load(Ordering::Relaxed);
        if rings > 0 {
            bench.fault(format!(
                "asked three times, the source rings its bell {rings} times while it is read; a store would look at it \
                 again and again"
            ));
        }
    }
}

fn end<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    let Some(cfg) = bench.started_live() else { return };
    drop(cfg);
    let changed = catch_unwind(AssertUnwindSafe(|| {
        bench.put(&other());
        bench.put(&one());
    }));
    if let Err(panic) = changed {
        bench.fault(format!("a change after the end of the store panicked: {}", panic_text(&*panic)));
    }
    // The next store begins where the last one has ended.
    let Some(cfg) = bench.started_live() else { return };
    bench.expect(&cfg, &one(), "in the store after it");
}
