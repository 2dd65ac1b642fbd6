//! What stands above the files: variables, arguments, and values that are set while the program runs.

use hotconf::{Outcome, ProblemKind};
use hotconf_tests::wait_until;

use super::{App, Kept, rejection};

fn applied<T: std::fmt::Debug>(outcome: Result<Outcome<T>, hotconf::Error>) -> bool {
    matches!(outcome.expect("no refusal"), Outcome::Applied(_))
}

fn unchanged<T: std::fmt::Debug>(outcome: Result<Outcome<T>, hotconf::Error>) -> bool {
    matches!(outcome.expect("no refusal"), Outcome::Unchanged)
}

#[test]
fn higher_layers_survive_changes_of_files() {
    let mut kept = Kept::with("low = 2\nhigh = 20\nname = 'file'\n", |builder, _| {
        builder
            .env_from([("APP_LOW".to_owned(), "3".to_owned())])
            .env("APP")
            .arg_overrides(["server.port=9000"])
    });
    let keys = App::keys();
    assert!(applied(kept.cfg.set(keys.name, "set")));
    kept.expect(2, &["name"]);
    kept.save("low = 5\nhigh = 50\nname = 'file again'\nserver.port = 1\nserver.workers = 9\n");
    kept.expect(3, &["high", "server.workers"]);
    let app = kept.cfg.snapshot();
    assert_eq!((app.low, app.high, app.name.as_str()), (3, 50, "set"));
    assert_eq!((app.server.port, app.server.workers), (9000, 9));
    // What lies beneath has changed meanwhile, and is uncovered as it is now.
    assert!(applied(kept.cfg.unset(keys.name)));
    kept.expect(4, &["name"]);
    assert_eq!(kept.cfg.load().name, "file again");
}

#[test]
fn a_file_that_says_what_is_set_already_changes_nothing() {
    let mut kept = Kept::new("");
    assert!(applied(kept.cfg.set("low", 2)));
    kept.expect(2, &["low"]);
    kept.save("low = 2\n");
    assert!(matches!(kept.cfg.reload(), Outcome::Unchanged));
    assert!(unchanged(kept.cfg.unset("low")));
    assert_eq!((kept.cfg.version(), kept.cfg.load().low), (2, 2));
    assert!(kept.cfg.explain("low").to_string().contains("app.toml"));
}

#[test]
fn of_what_is_refused_nothing_is_kept() {
    let mut kept = Kept::new("low = 2\n");
    let refusals = [
        (kept.cfg.set("lowest", 1), ProblemKind::UnknownKey),
        (kept.cfg.set("low", "two"), ProblemKind::WrongType),
        (kept.cfg.set("server.port", 0), ProblemKind::Rule),
        (kept.cfg.set("server.port", 70_000), ProblemKind::OutOfRange),
        (kept.cfg.set("low", 11), ProblemKind::Rule),
        (
            kept.cfg.update(|edit| {
                edit.set("name", "kept?");
                edit.set("low", 3);
                edit.set("high", -1);
            }),
            ProblemKind::OutOfRange,
        ),
    ];
    for (outcome, kind) in refusals {
        let error = outcome.expect_err("it cannot be good");
        assert_eq!(error.problems()[0].kind(), kind, "{error}");
    }
    assert_eq!((kept.cfg.version(), kept.cfg.load().low, kept.cfg.load().name.as_str()), (1, 2, "nobody"));
    assert!(matches!(kept.cfg.reload(), Outcome::Unchanged));
    kept.save("high = 5\n");
    kept.expect(2, &["high", "low"]);
    assert_eq!(kept.cfg.load().name, "nobody");
    // A refusal goes to the one who asked, and is none of the sources.
    assert_eq!(kept.last_error(), None);
    assert_eq!(kept.refusals_so_far(), []);
}

#[test]
fn what_cannot_be_taken_back_stays() {
    let mut kept = Kept::new("");
    let outcome = kept.cfg.update(|edit| {
        edit.set("low", 20);
        edit.set("high", 30);
    });
    assert!(applied(outcome));
    kept.expect(2, &["high", "low"]);
    let error = kept.cfg.unset("high").expect_err("the low one is above what lies beneath");
    assert_eq!(error.problems()[0].kind(), ProblemKind::Rule, "{error}");
    kept.save("name = 'new'\n");
    kept.expect(3, &["name"]);
    assert_eq!((kept.cfg.load().low, kept.cfg.load().high), (20, 30));
    let outcome = kept.cfg.update(|edit| {
        edit.unset("low");
        edit.unset("high");
    });
    assert!(applied(outcome));
    kept.expect(4, &["high", "low"]);
}

#[test]
fn taking_back_reaches_what_lies_beneath_a_key_and_no_more() {
    let kept = Kept::new("");
    assert!(unchanged(kept.cfg.unset("server")));
    assert!(applied(kept.cfg.set("server.port", 9000)));
    assert!(applied(kept.cfg.set("server.workers", 9)));
    assert!(applied(kept.cfg.set("name", "set")));
    assert!(unchanged(kept.cfg.set("name", "set")));
    assert!(unchanged(kept.cfg.unset("flags")));
    assert!(applied(kept.cfg.unset("server")));
    let app = kept.cfg.snapshot();
    assert_eq!((app.server.port, app.server.workers, app.name.as_str()), (8000, 4, "set"));
}

#[test]
fn setting_works_while_a_source_is_bad() {
    let mut kept = Kept::new("low = 2\n");
    kept.save("low = [\n");
    let error = kept.refusals.wait_for(1).remove(0);
    assert!(applied(kept.cfg.set("name", "set")));
    kept.expect(2, &["name"]);
    assert_eq!(kept.last_error(), Some(error.clone()), "the source is as bad as before");
    assert_eq!(rejection(kept.cfg.reload()), error);
    assert!(kept.cfg.set("high", 1).is_err());
    assert_eq!(kept.last_error(), Some(error));
    assert!(applied(kept.cfg.unset("name")));
    assert!(applied(kept.cfg.set("high", 30)));
    kept.expect(4, &["high", "name"]);
    kept.save("low = 20\n");
    kept.expect(5, &["low"]);
    assert_eq!(kept.last_error(), None);
}

/// The file is good, and only does not go together with what is set: once that is gone it applies by itself.
#[test]
fn a_file_that_what_is_set_stood_in_the_way_of_applies_when_that_is_gone() {
    let mut kept = Kept::new("low = 1\nhigh = 10\n");
    assert!(applied(kept.cfg.set("high", 5)));
    kept.expect(2, &["high"]);
    kept.save("low = 7\nhigh = 10\n");
    let error = kept.refusals.wait_for(1).remove(0);
    assert_eq!(error.problems()[0].kind(), ProblemKind::Rule, "{error}");
    let _ = kept.cfg.unset("high");
    wait_until("the file applies", || kept.cfg.load().low == 7 && kept.cfg.load().high == 10);
    wait_until("the error is gone", || kept.last_error().is_none());
    assert_eq!(kept.refusals_so_far().len(), 1);
}

/// And the other way round: what is set makes a bad file good.
#[test]
fn a_file_that_lacks_something_applies_when_that_is_set() {
    let mut kept = Kept::new("");
    kept.save("low = 20\n");
    kept.refusals.wait_for(1);
    assert!(applied(kept.cfg.set("high", 30)));
    wait_until("the file applies", || kept.cfg.load().low == 20);
    wait_until("the error is gone", || kept.last_error().is_none());
    assert_eq!(kept.refusals_so_far().len(), 1);
}

#[test]
fn what_is_set_is_no_second_announcement_of_what_stays_bad() {
    let mut kept = Kept::new("");
    kept.save("low = [\n");
    let error = kept.refusals.wait_for(1).remove(0);
    for value in 2..6 {
        assert!(applied(kept.cfg.set("high", value)));
    }
    assert_eq!(kept.last_error(), Some(error.clone()));
    assert_eq!(kept.refusals_so_far(), [error]);
}

#[test]
fn a_file_that_a_variable_names_is_watched_as_any_other() {
    let mut kept = Kept::with("low = 2\n", |builder, sandbox| {
        sandbox.write("secrets/0/name", "first\n");
        sandbox.link("0", "secrets/..data");
        let path = sandbox.at("secrets/..data/name");
        let variables = [("APP_NAME_FILE".to_owned(), path.to_str().expect("a text").to_owned())];
        builder.env_from(variables).env("APP")
    });
    assert_eq!(kept.cfg.load().name, "first");
    for (version, name) in (2..).zip(["second", "third", "fourth"]) {
        kept.sandbox.write(format!("secrets/{version}/name"), format!("{name}\n"));
        kept.sandbox.relink(version.to_string(), "secrets/..data");
        kept.expect(version, &["name"]);
        assert_eq!(kept.cfg.load().name, name);
    }
    kept.sandbox.remove("secrets/..data");
    let error = kept.refusals.wait_for(1).remove(0);
    assert!(error.to_string().contains("APP_NAME_FILE"), "{error}");
    kept.sandbox.link("2", "secrets/..data");
    kept.expect(5, &["name"]);
    assert_eq!(kept.last_error(), None);
}
