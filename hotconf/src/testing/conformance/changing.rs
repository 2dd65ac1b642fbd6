//! What is changed is found.

use super::bench::Bench;
use super::manners::{one, other};
use super::sample::{Contents, map};
use super::{Need, Promise};
use crate::value::IntoValue;

pub(super) fn promises<B>() -> Vec<Promise<B>> {
    vec![
        Promise { name: "change", need: Need::Changes, keep: change },
        Promise { name: "forgetting", need: Need::Changes, keep: forgetting },
        Promise { name: "notice", need: Need::Notice, keep: notice },
        Promise { name: "burst", need: Need::Notice, keep: burst },
        Promise { name: "removal", need: Need::Removal, keep: removal },
    ]
}

fn change<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    let Some(cfg) = bench.started() else { return };
    bench.put(&other());
    bench.expect_after_reload(&cfg, &other(), "after a change");
    bench.put(&one());
    bench.expect_after_reload(&cfg, &one(), "after going back to what was before");
}

fn forgetting<B>(bench: &mut Bench<'_, B>) {
    let section = map([("name", "held".into_value()), ("two_words", 2.into_value())]);
    let more = Contents::of([("text", "held".into_value()), ("whole", 1.into_value()), ("section", section)]);
    bench.put(&more);
    let Some(cfg) = bench.started() else { return };
    let less = Contents::of([("whole", 1.into_value()), ("section", map([("two_words", 2.into_value())]))]);
    bench.put(&less);
    bench.expect_after_reload(&cfg, &less, "after some keys were taken away");
    bench.put(&Contents::of([]));
    bench.expect_after_reload(&cfg, &Contents::of([]), "after all keys were taken away");
    bench.put(&more);
    bench.expect_after_reload(&cfg, &more, "after they were put back");
}

fn notice<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    let Some(cfg) = bench.started_live() else { return };
    let mut changes = cfg.subscribe();
    for (contents, when) in [
        (other(), "after a change"),
        (one(), "after going back to what was before"),
        (Contents::of([("text", "third".into_value())]), "after a key was taken away"),
    ] {
        bench.put(&contents);
        if !bench.expect_soon(&cfg, &mut changes, &contents, when) {
            return;
        }
    }
}

fn burst<B>(bench: &mut Bench<'_, B>) {
    const CHANGES: i64 = 30;
    let numbered = |number: i64| Contents::of([("whole", number.into_value())]);
    bench.put(&numbered(0));
    let Some(cfg) = bench.started_live() else { return };
    let mut changes = cfg.subscribe();
    for _ in 0..3 {
        for number in 1..=CHANGES {
            bench.put(&numbered(number));
        }
        if !bench.expect_soon(&cfg, &mut changes, &numbered(CHANGES), "after many changes at once") {
            return;
        }
        bench.put(&numbered(0));
        if !bench.expect_soon(&cfg, &mut changes, &numbered(0), "after a change that followed many") {
            return;
        }
    }
    bench.expect_after_reload(&cfg, &numbered(0), "when many changes are over");
}

fn removal<B>(bench: &mut Bench<'_, B>) {
    let nothing = Contents::of([]);
    bench.remove();
    match bench.build() {
        Ok(cfg) => {
            bench.expect(&cfg, &nothing, "with nothing there at the start");
            bench.put(&one());
            bench.expect_after_reload(&cfg, &one(), "after something came where nothing was");
        }
        Err(error) => {
            let words = super::bench::on_one_line(&error);
            bench.fault(format!(
                "with nothing there at the start no store can be built: {words}; what may be away is a layer less, and \
                 no error"
            ));
        }
    }
    bench.anew(|bench| {
        bench.put(&one());
        let Some(cfg) = bench.started() else { return };
        let present = |cfg: &crate::hot::Hot<super::Sample>| {
            cfg.status().sources().iter().filter(|source| source.is_present()).count()
        };
        let before = present(&cfg);
        bench.remove();
        bench.expect_after_reload(&cfg, &nothing, "after everything was removed");
        if present(&cfg) == before {
            bench.fault("after everything was removed, the status tells the source as present");
        }
        bench.put(&one());
        bench.expect_after_reload(&cfg, &one(), "after it came back");
    });
    if !bench.is_noticing() {
        return;
    }
    bench.anew(|bench| {
        bench.put(&one());
        let Some(cfg) = bench.started_live() else { return };
        let mut changes = cfg.subscribe();
        bench.remove();
        if bench.expect_soon(&cfg, &mut changes, &nothing, "after everything was removed") {
            bench.put(&other());
            bench.expect_soon(&cfg, &mut changes, &other(), "after it came back");
        }
    });
}
