//! What is bad at the start, and what was kept and cannot be used.

use hotconf::testing::Memory;
use hotconf::{Error, Format, Hot, HotConfig, Problem, ProblemKind, Reading, Watch};
use hotconf_tests::{Probe, Sandbox};

use super::{App, Place};

/// What is wrong with a file, and what makes it so.
type Fault = (ProblemKind, fn(&Sandbox));

/// What tells why that which was kept cannot be used, behind all that is wrong with the sources.
#[track_caller]
fn useless(error: &Error) -> String {
    let is_of_file = |problem: &&Problem| problem.kind() == ProblemKind::LastGood;
    let sources = error.problems().iter().take_while(|problem| !is_of_file(problem)).count();
    let told = &error.problems()[sources..];
    assert!(sources > 0 && !told.is_empty() && told.iter().all(|problem| is_of_file(&problem)), "{error}");
    assert!(told.iter().all(|problem| problem.help().unwrap().contains("repair the sources")), "{error}");
    told.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_fault_at_the_start_is_told_and_the_last_good_configuration_serves() {
    let faults: [Fault; 9] = [
        (ProblemKind::MissingSource, |sandbox| sandbox.remove("app.toml")),
        (ProblemKind::Syntax, |sandbox| sandbox.write("app.toml", "port = ")),
        (ProblemKind::WrongType, |sandbox| sandbox.write("app.toml", "port = 'x'")),
        (ProblemKind::OutOfRange, |sandbox| sandbox.write("app.toml", "port = 70000")),
        (ProblemKind::UnknownKey, |sandbox| sandbox.write("app.toml", "prot = 1")),
        (ProblemKind::DuplicateKey, |sandbox| sandbox.write("app.toml", "port = 1\nport = 2")),
        (ProblemKind::Encoding, |sandbox| sandbox.write("app.toml", b"port = 1 # \xff")),
        (ProblemKind::Limit, |sandbox| sandbox.write("app.toml", "#".repeat(100_000))),
        (ProblemKind::UnreadableSource, |sandbox| {
            sandbox.remove("app.toml");
            sandbox.make_folder("app.toml");
        }),
    ];
    for (kind, make) in faults {
        let place = Place::new("port = 9");
        place.begin();
        make(&place.sandbox);
        let plain = Hot::<App>::builder().file(place.sandbox.at("app.toml")).max_file_size(50_000);
        let error = plain.build().unwrap_err();
        assert_eq!(error.problems()[0].kind(), kind);
        let cfg = place.builder::<App>().max_file_size(50_000).build().unwrap();
        assert_eq!((cfg.load().port, cfg.version()), (9, 1));
        let status = cfg.status();
        assert_eq!(status.last_error(), Some(&error));
        assert!(status.started_from_last_good().is_some());
        let [warning] = status.warnings() else { panic!("{:?}", status.warnings()) };
        assert_eq!(warning.kind(), ProblemKind::LastGood);
        assert_eq!(warning.origin().unwrap().file(), Some(&*place.kept()));
        assert!(cfg.reload().error().is_some());
        assert_eq!(place.builder::<App>().max_file_size(50_000).load().unwrap().port, 9);
    }
}

#[test]
fn a_source_that_fails_or_panics_is_stood_in_for() {
    for is_panic in [false, true] {
        let sandbox = Sandbox::new();
        let good = Memory::new();
        good.set("port", 7);
        let builder = |bad: Option<Probe>| {
            let builder = Hot::<App>::builder().watch(Watch::Off).last_good(sandbox.at("kept"));
            match bad {
                Some(bad) => builder.source(bad),
                None => builder.source(Probe::new("probe", || Ok(Reading::values([("port", 7)])))),
            }
        };
        drop(builder(None).build().unwrap());
        let bad = Probe::new("probe", move || {
            assert!(!is_panic, "as it is told");
            Err(hotconf::SourceError::new("away"))
        });
        let cfg = builder(Some(bad)).build().unwrap();
        assert_eq!(cfg.load().port, 7);
        let kind = if is_panic { ProblemKind::Panic } else { ProblemKind::UnreadableSource };
        assert_eq!(cfg.status().last_error().unwrap().problems()[0].kind(), kind);
    }
}

#[test]
fn a_file_that_had_keys_and_is_empty_is_no_file_without_keys() {
    let place = Place::new("port = 9");
    place.begin();
    for blank in ["", " \n"] {
        place.sandbox.write("app.toml", blank);
        let cfg = place.builder::<App>().build().unwrap();
        assert_eq!(cfg.load().port, 9);
        let status = cfg.status();
        assert_eq!(status.last_error().unwrap().problems()[0].kind(), ProblemKind::EmptySource);
        assert_eq!(place.builder::<App>().load().unwrap().port, 9);
        assert!(cfg.reload().error().is_some());
    }
    // A comment says that it is meant, and after that it may be empty.
    for meant in ["# without keys", ""] {
        place.sandbox.write("app.toml", meant);
        let cfg = place.builder::<App>().build().unwrap();
        assert_eq!((cfg.load().port, cfg.status().last_error()), (8000, None));
    }
}

#[test]
fn where_nothing_was_kept_the_sources_are_told_of_as_ever() {
    let place = Place::new("port = 'x'");
    let error = place.builder::<App>().build().unwrap_err();
    let plain = Hot::<App>::builder().file(place.sandbox.at("app.toml")).build().unwrap_err();
    assert_eq!(error, plain);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_damaged() {
    let place = Place::new("port = 9\nname = 'ü'\n[limits]\nhosts = ['a']\n[flags]\nx = true\n");
    place.begin();
    let whole = std::fs::read(place.kept()).unwrap();
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<App>().load().unwrap().port, 9);
    // The last byte ends the line.
    for length in 0..whole.len() - 1 {
        std::fs::write(place.kept(), &whole[..length]).unwrap();
        let told = useless(&place.builder::<App>().load().unwrap_err());
        assert!(told.contains("the file is damaged") && told.contains("last-good.json"), "{length}: {told}");
    }
}

#[test]
fn a_file_with_any_byte_changed_makes_no_panic() {
    let place = Place::new("port = 9\nname = 'n'\n[limits]\nrate = 0.5\nhosts = ['a']\nsince = 1979-05-27\n");
    place.begin();
    let whole = std::fs::read(place.kept()).unwrap();
    place.sandbox.write("app.toml", "!");
    for at in 0..whole.len() {
        for byte in [b'"', b'9', 0xff] {
            let mut changed = whole.clone();
            changed[at] = byte;
            std::fs::write(place.kept(), &changed).unwrap();
            if let Err(error) = place.builder::<App>().load() {
                useless(&error);
                assert!(!error.to_string().contains("panicked"), "{error}");
            }
        }
    }
}

#[test]
fn another_format_another_type_and_other_sources_are_told_apart() {
    #[derive(Debug, HotConfig)]
    struct Other {
        #[hot(default = 1)]
        port: u16,
    }
    let place = Place::new("port = 9");
    place.begin();
    place.sandbox.write("app.toml", "!");
    let told = useless(&place.builder::<Other>().load().unwrap_err());
    assert!(told.contains("it is of `App`, and not of `Other`"), "{told}");

    let builder = place.builder::<App>().optional_file(place.sandbox.at("more.toml"));
    let told = useless(&builder.load().unwrap_err());
    assert!(told.contains("of other sources: ") && told.contains("app.toml"), "{told}");

    let text =
        place.sandbox.read("last-good.json").replace("\"hotconf_last_good\":1", "\"hotconf_last_good\":99");
    place.sandbox.write("last-good.json", text);
    let told = useless(&place.builder::<App>().load().unwrap_err());
    assert!(told.contains("the format 99"), "{told}");

    place.sandbox.write("last-good.json", " ".repeat(2000));
    let told = useless(&place.builder::<App>().max_file_size(1000).load().unwrap_err());
    assert!(told.contains("max_file_size"), "{told}");

    place.sandbox.remove("last-good.json");
    place.sandbox.make_folder("last-good.json");
    let told = useless(&place.builder::<App>().load().unwrap_err());
    assert!(told.contains("a directory"), "{told}");
}

#[test]
fn a_type_that_has_changed_is_told_with_the_key() {
    mod later {
        use hotconf::HotConfig;

        #[derive(Debug, HotConfig)]
        pub struct App {
            pub port: String,
            pub region: String,
        }
    }
    let place = Place::new("port = 9");
    place.begin();
    place.sandbox.write("app.toml", "port = ");
    let error = place.builder::<later::App>().build().unwrap_err();
    let told = useless(&error);
    assert!(told.contains("port: ") && told.contains("region: "), "{told}");
    assert!(told.matches("it does not fit: ").count() == 2, "{told}");

    // An alias, a default and a key that is gone from the sources since are no obstacle.
    mod renamed {
        use hotconf::HotConfig;

        #[derive(Debug, HotConfig)]
        pub struct App {
            #[serde(alias = "port")]
            pub listen: u16,
            #[hot(default = "eu")]
            pub region: String,
        }
    }
    let config = place.builder::<renamed::App>().load().unwrap();
    assert_eq!((config.listen, &*config.region), (9, "eu"));
}

#[test]
fn who_prepares_is_asked_for_what_serves_and_may_refuse_it() {
    let place = Place::new("port = 9");
    place.begin();
    // A participant who refuses what the sources say is no reason to take anything else.
    let refusing = || {
        place.builder::<App>().prepare_initial(|new| match new.port {
            9 => Err::<fn(), _>("not nine".into()),
            _ => Ok(|| ()),
        })
    };
    let error = refusing().build().unwrap_err();
    assert_eq!(error.problems().len(), 1);
    assert!(error.to_string().contains("not nine"), "{error}");

    place.sandbox.write("app.toml", "port = ");
    let error = refusing().build().unwrap_err();
    let kinds: Vec<_> = error.problems().iter().map(Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Syntax, ProblemKind::Refused], "{error}");
    let (give, take) = std::sync::mpsc::channel();
    let asked = place.builder::<App>().prepare_initial(move |new| {
        let port = new.port;
        Ok(move || give.send(port).unwrap())
    });
    drop(asked.build().unwrap());
    assert_eq!(take.recv().unwrap(), 9);
}

#[test]
fn a_bad_program_text_is_not_healed() {
    let place = Place::new("port = 9");
    let builder = |text| {
        let builder = Hot::<App>::builder().watch(Watch::Off).text(Format::Toml, text);
        builder.file(place.sandbox.at("app.toml")).last_good(place.kept())
    };
    drop(builder("").build().unwrap());
    let told = useless(&builder("!").build().unwrap_err());
    assert!(told.contains("embedded TOML cannot be read"), "{told}");
}
