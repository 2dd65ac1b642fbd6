//! What fails is refused, and heals.

use super::bench::{Bench, on_one_line};
use super::manners::{one, other};
use super::sample::Contents;
use super::{Need, Promise};
use crate::error::Error;
use crate::hot::Hot;
use crate::reload::Outcome;
use crate::value::IntoValue;

pub(super) fn promises<B>() -> Vec<Promise<B>> {
    vec![
        Promise { name: "start", need: Need::Failure, keep: start },
        Promise { name: "failure", need: Need::FailureOnTheWay, keep: failure },
        Promise { name: "recovery", need: Need::Recovery, keep: recovery },
        Promise { name: "secrets", need: Need::Failure, keep: secrets },
    ]
}

/// A value of a field that is secret.
const SECRET: &str = "correct-horse-battery";
/// What stands in a text that cannot be read.
const PLANTED: &str = "tr0ub4dor-and-3";

fn start<B>(bench: &mut Bench<'_, B>) {
    for (which, name) in bench.failures() {
        bench.anew(|bench| {
            bench.fail(which, PLANTED);
            let when = format!("where {name}");
            match bench.build() {
                Ok(_) => bench.fault(format!(
                    "{when}, a store is built; a source that cannot say what it holds has to return an error"
                )),
                Err(error) => {
                    bench.expect_good_words(&error, &when);
                    expect_a_place(bench, &error, &when);
                }
            }
            bench.put(&one());
            let Some(cfg) = bench.started() else { return };
            bench.expect(&cfg, &one(), &format!("after the failure ({name})"));
        });
    }
}

fn failure<B>(bench: &mut Bench<'_, B>) {
    for (which, name) in bench.failures() {
        bench.anew(|bench| {
            bench.put(&one());
            let Some(cfg) = bench.started() else { return };
            bench.fail(which, PLANTED);
            let when = format!("while {name}");
            let Some(first) = refused(bench, &cfg, &when) else { return };
            bench.expect_good_words(&first, &when);
            expect_a_place(bench, &first, &when);
            bench.expect(&cfg, &one(), &when);
            let Some(next) = refused(bench, &cfg, &when) else { return };
            if first != next {
                bench.fault(format!(
                    "{when}, the error is {:?} and then {:?}; the same failure has to say the same, or it would be \
                     announced again and again",
                    on_one_line(&first),
                    on_one_line(&next)
                ));
            }
            let before = cfg.version();
            bench.put(&one());
            let healed = format!("after the failure ({name}), with the same contents as before");
            bench.expect_after_reload(&cfg, &one(), &healed);
            if cfg.version() != before || cfg.status().last_error().is_some() {
                bench.fault(format!("{healed}, the store is not as if nothing had happened"));
            }
            bench.put(&other());
            bench.expect_after_reload(&cfg, &other(), &format!("after the failure ({name}) and a change"));
        });
    }
}

/// The error of a reload, which has to be refused.
fn refused<B>(bench: &mut Bench<'_, B>, cfg: &Hot<super::Sample>, when: &str) -> Option<Error> {
    match cfg.reload() {
        Outcome::Rejected(error) => Some(error),
        _ => {
            bench.fault(format!(
                "{when}, a reload is not refused; a source that cannot say what it holds has to return an error, and \
                 not something else"
            ));
            None
        }
    }
}

fn expect_a_place<B>(bench: &mut Bench<'_, B>, error: &Error, when: &str) {
    for problem in error.problems() {
        if problem.origin().is_none_or(|origin| origin.to_string().trim().is_empty()) {
            bench.fault(format!("{when}, {:?} does not say where it is from", problem.message()));
        }
    }
}

fn recovery<B>(bench: &mut Bench<'_, B>) {
    for (which, name) in bench.failures() {
        bench.anew(|bench| {
            bench.put(&one());
            let Some(cfg) = bench.started_live() else { return };
            let mut changes = cfg.subscribe();
            bench.fail(which, PLANTED);
            // So that the failure has been seen before it is over.
            let _ = cfg.reload();
            bench.expect(&cfg, &one(), &format!("while {name}"));
            bench.put(&other());
            bench.expect_soon(&cfg, &mut changes, &other(), &format!("after the failure ({name})"));
        });
    }
}

fn secrets<B>(bench: &mut Bench<'_, B>) {
    for (which, name) in bench.failures() {
        let held = || Contents::of([("text", "shown".into_value()), ("password", SECRET.into_value())]);
        bench.anew(|bench| {
            bench.put(&held());
            bench.fail(which, PLANTED);
            if let Err(error) = bench.build() {
                expect_nothing_shown(bench, &format!("{error} {:?}", error.problems()), name);
            }
        });
        if bench.is_fixed() {
            continue;
        }
        bench.anew(|bench| {
            bench.put(&held());
            let Some(cfg) = bench.started() else { return };
            bench.fail(which, PLANTED);
            let outcome = cfg.reload();
            let status = cfg.status();
            expect_nothing_shown(bench, &format!("{outcome:?} {status:?}"), name);
        });
    }
}

fn expect_nothing_shown<B>(bench: &mut Bench<'_, B>, text: &str, name: &str) {
    for (secret, what) in [(SECRET, "the password that was held"), (PLANTED, "what was planted in the text")]
    {
        if text.contains(secret) {
            bench
                .fault(format!("while {name}, the error shows {what}; an error must not quote what is held"));
        }
    }
}
