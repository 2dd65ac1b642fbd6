//! Files that go away, are emptied, and come back.

use std::time::{Duration, Instant};

use hotconf::{Hot, Outcome, ProblemKind};
use hotconf_tests::{DEADLINE, Sandbox, wait_until};

use super::{App, Kept, rejection};

#[test]
fn a_required_file_that_vanishes_is_refused_and_may_come_back() {
    let mut kept = Kept::new("name = 'good'\n");
    let begun = Instant::now();
    kept.sandbox.remove("app.toml");
    let error = kept.refusals.wait_for(1).remove(0);
    assert!(begun.elapsed() >= Duration::from_millis(400), "without any grace");
    assert_eq!(error.problems()[0].kind(), ProblemKind::MissingSource);
    assert_eq!(error.problems().len(), 1, "{error}");
    assert!(error.to_string().contains("the file does not exist"), "{error}");
    assert_eq!(kept.cfg.load().name, "good");
    let status = kept.cfg.status();
    let file = &status.sources()[1];
    assert!(file.has_failed() && !file.is_present());
    assert_eq!(rejection(kept.cfg.reload()), error);

    kept.sandbox.write("app.toml", "name = 'good'\n");
    wait_until("the error is gone", || kept.last_error().is_none());
    assert_eq!(kept.cfg.version(), 1);
    kept.sandbox.remove("app.toml");
    kept.refusals.wait_for(2);
    kept.sandbox.replace("app.toml", "name = 'better'\n");
    kept.expect(2, &["name"]);
    assert_eq!(kept.refusals_so_far().len(), 2);
}

#[test]
fn an_optional_file_that_vanishes_is_an_absent_layer() {
    let mut kept = Kept::with("name = 'file'\n", |builder, sandbox| {
        sandbox.write("local.toml", "name = 'local'\nlow = 2\n");
        builder.optional_file(sandbox.at("local.toml"))
    });
    let is_present = |kept: &Kept| kept.cfg.status().sources()[2].is_present();
    for version in [2, 4] {
        assert!(is_present(&kept));
        kept.sandbox.remove("local.toml");
        kept.expect(version, &["low", "name"]);
        assert_eq!((kept.cfg.load().name.as_str(), kept.cfg.load().low), ("file", 1));
        wait_until("the status follows", || !is_present(&kept));
        kept.sandbox.replace("local.toml", "name = 'local'\nlow = 2\n");
        kept.expect(version + 1, &["low", "name"]);
        wait_until("the status follows", || is_present(&kept));
    }
    assert_eq!(kept.refusals_so_far(), []);
}

#[test]
fn a_reload_that_is_asked_for_does_not_wait_for_what_is_away() {
    let mut kept = Kept::with("", |builder, sandbox| {
        sandbox.write("local.toml", "low = 2\n");
        builder.optional_file(sandbox.at("local.toml"))
    });
    kept.sandbox.remove("local.toml");
    assert!(matches!(kept.cfg.reload(), Outcome::Applied(_)));
    kept.expect(2, &["low"]);
    kept.sandbox.remove("app.toml");
    assert_eq!(rejection(kept.cfg.reload()).problems()[0].kind(), ProblemKind::MissingSource);
    assert_eq!(kept.refusals.wait_for(1).len(), 1);
}

/// Truncated files, as a full disk or a crash leaves them, are refused, but not at once.
#[test]
fn a_file_that_had_keys_and_is_empty_is_refused_after_a_while() {
    let texts = ["", "\n", " \r\n\t\n"];
    let mut all: Vec<_> = texts.iter().map(|_| Kept::new("name = 'good'\n")).collect();
    let begun = Instant::now();
    for (kept, blank) in all.iter().zip(texts) {
        kept.sandbox.write("app.toml", blank);
    }
    for kept in &mut all {
        let error = kept.refusals.wait_for(1).remove(0);
        assert!(begun.elapsed() >= Duration::from_secs(1), "without any grace");
        assert_eq!(error.problems()[0].kind(), ProblemKind::EmptySource, "{error}");
        assert!(error.to_string().contains("leave a comment"), "{error}");
        assert_eq!((kept.cfg.version(), kept.cfg.load().name.as_str()), (1, "good"));
        kept.sandbox.write("app.toml", "name = 'better'\n");
        kept.expect(2, &["name"]);
        assert_eq!(kept.last_error(), None);
    }
}

#[test]
fn an_optional_file_that_had_keys_and_is_empty_is_refused_too() {
    let mut kept = Kept::with("", |builder, sandbox| {
        sandbox.write("local.toml", "low = 2\n");
        builder.optional_file(sandbox.at("local.toml"))
    });
    kept.sandbox.write("local.toml", "");
    assert_eq!(kept.refusals.wait_for(1)[0].problems()[0].kind(), ProblemKind::EmptySource);
    assert_eq!(kept.cfg.load().low, 2);
    // Taken away altogether it says what it means.
    kept.sandbox.remove("local.toml");
    kept.expect(2, &["low"]);
    assert_eq!(kept.last_error(), None);
    // And having no keys it may be empty.
    kept.sandbox.write("local.toml", "");
    wait_until("it is there again", || kept.cfg.status().sources()[2].is_present());
    assert_eq!(kept.last_error(), None);
}

#[test]
fn a_file_without_keys_on_purpose_is_an_empty_layer() {
    let cases = [
        ("app.toml", "low = 2\n", "# low = 2\n"),
        ("app.yaml", "low: 2\n", "# low: 2\n"),
        ("app.yaml", "low: 2\n", "{}\n"),
        ("app.yaml", "low: 2\n", "---\n# nothing\n"),
        ("app.json", "{\"low\": 2}", "{}"),
        ("app.json", "{\"low\": 2}", " {\n}\n"),
    ];
    for (name, keys, none) in cases {
        let sandbox = Sandbox::new();
        sandbox.write(name, keys);
        let cfg = Hot::<App>::builder().file(sandbox.at(name)).build().expect("good");
        let mut changes = cfg.subscribe();
        sandbox.replace(name, none);
        let change = changes.next_timeout(DEADLINE).expect("an empty layer is applied");
        assert_eq!((change.keys().len(), change.new().low), (1, 1), "{name}: {none:?}");
        if name != "app.json" {
            // It had no keys, so it may as well be empty.
            sandbox.replace(name, "");
            assert!(matches!(cfg.reload(), Outcome::Unchanged), "{name}: {none:?}");
        }
        sandbox.replace(name, keys);
        assert_eq!(changes.next_timeout(DEADLINE).expect("a good text").new().low, 2);
        assert_eq!(cfg.status().last_error(), None);
    }
}

#[test]
fn a_file_that_was_always_empty_may_be() {
    let mut kept = Kept::new("");
    assert!(matches!(kept.cfg.reload(), Outcome::Unchanged));
    kept.save("\n\n");
    assert!(matches!(kept.cfg.reload(), Outcome::Unchanged));
    kept.save("low = 2\n");
    kept.expect(2, &["low"]);
    kept.save("\n");
    assert_eq!(rejection(kept.cfg.reload()).problems()[0].kind(), ProblemKind::EmptySource);
}

#[test]
fn a_mark_at_the_start_of_a_file_is_no_content() {
    let mut kept = Kept::new("low = 2\n");
    kept.save("\u{feff}low = 3\r\n");
    kept.expect(2, &["low"]);
    kept.save("\u{feff}");
    assert_eq!(rejection(kept.cfg.reload()).problems()[0].kind(), ProblemKind::EmptySource);
}
