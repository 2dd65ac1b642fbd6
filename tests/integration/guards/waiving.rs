//! One call that lets the next change pass.

use hotconf::{Format, Hot, Outcome};
use hotconf_tests::{Record, Sandbox, wait_until};

use super::{App, Kept, guard};

const FOUR: &str = "mirrors = ['a', 'b', 'c', 'd']\n";
const ONE: &str = "mirrors = ['a']\n";

fn is_waived(cfg: &Hot<App>) -> bool {
    let (_, _, shrink) = guard(cfg, "shrink_guard");
    let (_, _, keys) = guard(cfg, "max_keys");
    assert_eq!(shrink, keys);
    assert!(!guard(cfg, "max_depth").2 && !guard(cfg, "max_file_size").2);
    shrink
}

#[test]
fn a_change_that_waits_is_put_in_place_by_the_call() {
    let kept = Kept::shrinking(FOUR, 0.5);
    kept.refused(ONE);
    assert!(!is_waived(&kept.cfg));
    let Outcome::Applied(change) = kept.cfg.waive_guards() else { panic!("it is let in") };
    assert_eq!(change.keys(), ["mirrors"]);
    assert_eq!((kept.cfg.status().last_error(), is_waived(&kept.cfg)), (None, false));
    // It is over.
    kept.accepted(FOUR);
    kept.refused(ONE);
}

#[test]
fn it_waits_for_a_change() {
    let kept = Kept::shrinking(FOUR, 0.5);
    assert!(matches!(kept.cfg.waive_guards(), Outcome::Unchanged));
    assert!(matches!(kept.cfg.waive_guards(), Outcome::Unchanged));
    assert!(matches!(kept.cfg.reload(), Outcome::Unchanged));
    assert!(is_waived(&kept.cfg));
    kept.accepted(ONE);
    assert_eq!((kept.cfg.load().mirrors.len(), is_waived(&kept.cfg)), (1, false));
    kept.accepted(FOUR);
    kept.refused(ONE);
}

/// A change of the sources that needs no waiver uses it up; what an operator sets does not.
#[test]
fn the_next_change_of_the_sources_uses_it_up() {
    let kept = Kept::shrinking(FOUR, 0.5);
    let _ = kept.cfg.waive_guards();
    let _ = kept.cfg.set("workers", 5).unwrap();
    assert!(is_waived(&kept.cfg));
    kept.accepted("mirrors = ['a', 'b', 'c', 'd', 'e']\n");
    assert!(!is_waived(&kept.cfg));
    kept.refused(ONE);
}

#[test]
fn what_is_set_may_use_it_up_where_it_needs_it() {
    let kept = Kept::new(FOUR, |builder| builder.max_keys(4).shrink_guard(0.5));
    assert!(kept.cfg.set("workers", 5).is_err());
    let _ = kept.cfg.waive_guards();
    assert!(matches!(kept.cfg.set("workers", 5), Ok(Outcome::Applied(_))));
    assert!(!is_waived(&kept.cfg));
}

/// Everything else is checked as ever.
#[test]
fn what_is_bad_for_another_reason_stays_refused_and_uses_nothing_up() {
    let kept = Kept::shrinking(FOUR, 0.5);
    kept.refused("mirrors = ['a']\nworkers = 'many'\n");
    let Outcome::Rejected(error) = kept.cfg.waive_guards() else { panic!("it is bad") };
    assert_eq!(error.problems().len(), 1, "{error}");
    assert_eq!(error.problems()[0].key().unwrap(), "workers");
    assert!(is_waived(&kept.cfg));
    kept.accepted(ONE);
    assert!(!is_waived(&kept.cfg));
}

/// Such a change makes no version, and is over all the same.
#[test]
fn a_change_that_only_the_layers_see_uses_it_up_too() {
    let kept = Kept::shrinking(FOUR, 0.5);
    let _ = kept.cfg.set("mirrors", ["x"]).unwrap();
    kept.refused(ONE);
    assert!(matches!(kept.cfg.waive_guards(), Outcome::Unchanged));
    assert!(!is_waived(&kept.cfg));
    assert_eq!(kept.cfg.status().last_error(), None);
    let _ = kept.cfg.unset("mirrors").unwrap();
    assert_eq!(kept.cfg.load().mirrors, ["a"]);
}

#[test]
fn from_inside_of_a_callback_it_is_done_right_after() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", FOUR);
    let builder = Hot::<App>::builder().file(sandbox.at("app.toml")).shrink_guard(0.5);
    let cfg = builder.build().unwrap();
    let (answers, weak) = (Record::new(), cfg.downgrade());
    let told = answers.clone();
    cfg.on_rejected(move |_| {
        if let Some(cfg) = weak.upgrade() {
            told.push(format!("{:?}", cfg.waive_guards()));
        }
    })
    .forever();
    sandbox.replace("app.toml", ONE);
    wait_until("the change that was refused is put in place", || cfg.load().mirrors.len() == 1);
    assert_eq!(answers.all(), ["Deferred"]);
}

#[test]
fn a_store_without_sources_has_no_guards() {
    let app = Hot::<App>::builder().text(Format::Toml, FOUR).load().unwrap();
    let cfg = Hot::fixed(app);
    assert!(matches!(cfg.waive_guards(), Outcome::Unchanged));
    assert!(cfg.status().guards().is_empty());
}

#[test]
fn it_waits_for_the_end_of_a_rollback() {
    let kept = Kept::shrinking(FOUR, 0.5);
    kept.refused(ONE);
    assert!(kept.cfg.waive_guards().change().is_some());
    assert!(kept.cfg.rollback(1).expect("it is kept").change().is_some());
    assert!(matches!(kept.cfg.waive_guards(), Outcome::Unchanged));
    assert!(is_waived(&kept.cfg));
    assert_eq!(kept.cfg.load().mirrors.len(), 4);
    assert!(kept.cfg.release_rollback().change().is_some());
    assert_eq!((kept.cfg.load().mirrors.len(), is_waived(&kept.cfg)), (1, false));
}
