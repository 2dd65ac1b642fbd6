//! Contents that are no configuration.

use hotconf::{Format, Outcome, ProblemKind, Reading};
use hotconf_tests::Probe;

use super::{Kept, rejection};

/// A text with one mistake: its sort, its place, and words that the message has to have.
type Mistake = (&'static str, ProblemKind, (u32, u32), &'static str);

const MISTAKES: [Mistake; 10] = [
    ("name = 'a'\nlow 1\n", ProblemKind::Syntax, (2, 4), ""),
    ("name = 'a\n", ProblemKind::Syntax, (1, 8), ""),
    ("name = 'a'\nname = 'b'\n", ProblemKind::DuplicateKey, (2, 1), "name"),
    ("name = 'a'\nlow = true\n", ProblemKind::WrongType, (2, 7), "low"),
    ("[server]\nport = 70000\n", ProblemKind::OutOfRange, (2, 8), "65535"),
    ("[server]\n  port = 0\n", ProblemKind::Rule, (2, 10), "server.port"),
    ("low = 20\n", ProblemKind::Rule, (0, 0), "low_above_high"),
    ("[server]\nworker = 1\n", ProblemKind::UnknownKey, (2, 1), "did you mean `workers`"),
    ("servers = 1\n", ProblemKind::UnknownKey, (1, 1), "did you mean `server`"),
    ("[flags]\n\"dark mode\" = 'on'\n", ProblemKind::WrongType, (2, 15), "dark mode"),
];

#[test]
fn each_mistake_keeps_the_last_good_one_and_is_told_once() {
    for (bad, kind, place, words) in MISTAKES {
        let mut kept = Kept::new("name = 'good'\n");
        kept.save(bad);
        let error = kept.refusals.wait_for(1).remove(0);
        assert_eq!(error.problems().len(), 1, "{error}");
        let problem = &error.problems()[0];
        assert_eq!(problem.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        if place.0 > 0 {
            let origin = problem.origin().expect("a place");
            assert_eq!(origin.file(), Some(&*kept.sandbox.at("app.toml")), "{error}");
            assert_eq!((origin.line(), origin.column()), (Some(place.0), Some(place.1)), "{error}");
        }
        assert_eq!(kept.last_error(), Some(error.clone()));
        assert_eq!((kept.cfg.version(), kept.cfg.load().name.as_str()), (1, "good"));
        assert!(kept.changes.try_next().is_none());

        // Asked, it says the same again; touched or written again, it says nothing more.
        assert_eq!(rejection(kept.cfg.reload()), error);
        kept.look_after(|sandbox| sandbox.set_modified("app.toml", std::time::SystemTime::now()));
        kept.look_after(|sandbox| sandbox.write("app.toml", bad));
        assert_eq!(rejection(kept.cfg.reload()), error);
        assert_eq!(kept.refusals_so_far(), [error]);
    }
}

#[test]
fn it_heals_by_itself_when_the_former_text_comes_back() {
    for bad in ["low 1", "low = 'x'", "lows = 1"] {
        let mut kept = Kept::new("name = 'good'\n");
        let since = kept.cfg.status().since();
        kept.save(bad);
        kept.refusals.wait_for(1);
        kept.save("name = 'good'\n");
        hotconf_tests::wait_until("the error is gone", || kept.last_error().is_none());
        assert_eq!(kept.cfg.version(), 1);
        assert_eq!(kept.cfg.status().since(), since);
        assert!(kept.changes.try_next().is_none());
        // The same mistake made again is another one.
        kept.save(bad);
        kept.refusals.wait_for(2);
        kept.save("name = 'better'\n");
        kept.expect(2, &["name"]);
        assert_eq!(kept.last_error(), None);
        assert_eq!(kept.refusals_so_far().len(), 2);
    }
}

#[test]
fn each_bad_content_is_told() {
    let mut kept = Kept::new("");
    for (count, bad) in (1..).zip(["low = 'x'", "low = 'y'\n", "\nlow = 'y'\n", "low = 20"]) {
        kept.save(bad);
        let error = kept.refusals.wait_for(count).pop();
        hotconf_tests::wait_until("the status follows", || kept.last_error() == error);
    }
    assert_eq!(kept.refusals_so_far().len(), 4);
}

#[test]
fn all_mistakes_of_all_layers_are_named() {
    let first = "low = 'x'\n[server]\nport = 0\nworker = 3\n";
    let mut kept = Kept::with("", |builder, sandbox| {
        builder
            .optional_file(sandbox.at("local.toml"))
            .env_from([("APP_NAME".to_owned(), "from the environment".to_owned())])
            .env("APP")
    });
    kept.sandbox.write("next/app.toml", first);
    kept.sandbox.write("next/local.toml", "hihg = 5\nflags.dark = 1\n");
    kept.sandbox.rename("next/local.toml", "local.toml");
    kept.sandbox.rename("next/app.toml", "app.toml");
    hotconf_tests::wait_until("a refusal that names all", || {
        kept.last_error().is_some_and(|error| error.problems().len() == 5)
    });
    let error = kept.last_error().expect("just seen");
    let told: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| {
            let origin = problem.origin().expect("a place");
            let file = origin.file().and_then(|file| file.file_name()).expect("a file").to_owned();
            (problem.key().expect("a key").to_string(), file, origin.line(), origin.column())
        })
        .collect();
    let expected = [
        ("low", "app.toml", 1, 7),
        ("server.port", "app.toml", 3, 8),
        ("server.worker", "app.toml", 4, 1),
        ("hihg", "local.toml", 1, 1),
        ("flags.dark", "local.toml", 2, 14),
    ];
    let expected =
        expected.map(|(key, file, line, column)| (key.into(), file.into(), Some(line), Some(column)));
    assert_eq!(told, expected, "{error}");
    assert_eq!(kept.cfg.version(), 1);

    // One of the two being good again is not enough, and is another state of affairs.
    kept.save("low = 2\n");
    hotconf_tests::wait_until("the mistakes of one file", || {
        kept.last_error().is_some_and(|error| error.problems().len() == 2)
    });
    assert_eq!(kept.cfg.load().low, 1);
    kept.sandbox.replace("local.toml", "high = 5\n");
    kept.expect(2, &["high", "low"]);
    assert_eq!(kept.cfg.load().name, "from the environment");
    assert_eq!(kept.last_error(), None);
}

#[test]
fn a_file_that_cannot_be_parsed_does_not_hide_mistakes_in_another() {
    let kept = Kept::with("", |builder, sandbox| builder.optional_file(sandbox.at("local.toml")));
    kept.save("low = = 1\n");
    kept.sandbox.replace("local.toml", "high = true\n");
    let error = rejection(kept.cfg.reload());
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Syntax, ProblemKind::WrongType], "{error}");
    let states: Vec<_> = kept.cfg.status().sources().iter().map(hotconf::SourceStatus::has_failed).collect();
    assert_eq!(states, [false, true, false]);
}

#[test]
fn a_good_change_of_one_file_waits_for_the_bad_one_of_another() {
    let mut kept = Kept::with("", |builder, sandbox| builder.optional_file(sandbox.at("local.toml")));
    kept.save("low = [\n");
    kept.refusals.wait_for(1);
    kept.sandbox.replace("local.toml", "name = 'new'\n");
    kept.look_after(|sandbox| sandbox.set_modified("local.toml", std::time::SystemTime::now()));
    assert!(matches!(kept.cfg.reload(), Outcome::Rejected(_)));
    assert_eq!(kept.cfg.load().name, "nobody");
    kept.save("low = 2\n");
    kept.expect(2, &["low", "name"]);
}

/// Whoever may be half-way through a change is given time, and not for ever.
#[test]
fn what_is_bad_in_another_way_at_each_look_is_told_in_the_end() {
    let mut looks = 0;
    let restless = Probe::new("restless", move || {
        looks += 1;
        let text = if looks == 1 { String::new() } else { format!("low = [ # {looks}") };
        Ok(Reading::text(Format::Toml, text))
    });
    let kept = Kept::with("", |builder, _| builder.source(restless));
    kept.save("low = 2\n");
    let refusal = kept.refusals.wait_for(1).remove(0);
    assert_eq!(refusal.problems()[0].kind(), ProblemKind::Syntax, "{refusal}");
    assert_eq!(kept.cfg.version(), 1);
}

#[test]
fn the_first_load_is_refused_with_everything_that_is_wrong() {
    let sandbox = hotconf_tests::Sandbox::new();
    sandbox.write("app.toml", "low = 'x'\n[server]\nport = 0\n");
    let builder =
        hotconf::Hot::<super::App>::builder().file(sandbox.at("app.toml")).file(sandbox.at("none.toml"));
    let error = builder.build().expect_err("nothing of it is good");
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::WrongType, ProblemKind::Rule, ProblemKind::MissingSource], "{error}");
}

#[test]
fn the_status_tells_when_it_was_looked_and_since_when_it_is_so() {
    let mut kept = Kept::new("");
    let first = kept.cfg.status();
    assert_eq!((first.version(), first.since()), (1, first.last_attempt()));
    kept.save("low = [");
    kept.refusals.wait_for(1);
    let refused = kept.cfg.status();
    assert_eq!(refused.since(), first.since());
    assert!(refused.last_attempt() > first.last_attempt());
    kept.save("low = 2");
    kept.expect(2, &["low"]);
    let applied = kept.cfg.status();
    assert!(applied.since() > first.since() && applied.last_attempt() >= refused.last_attempt());
    assert!(matches!(kept.cfg.reload(), Outcome::Unchanged));
    let asked = kept.cfg.status();
    assert_eq!(asked.since(), applied.since());
    assert!(asked.last_attempt() > applied.last_attempt());
}
