//! A folder of configuration files.

use std::sync::Arc;

use hotconf::{Hot, HotConfig, Outcome, ProblemKind, Watch};
use hotconf_tests::{DEADLINE, Gate, MOMENT, Probe, Record, Sandbox};

use super::{both_ways, reloaded_while, wait_for};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default = 1)]
    #[serde(alias = "old_first")]
    first: u32,
    #[hot(default = 2)]
    second: u32,
    #[hot(default = 3)]
    third: u32,
}

fn store(sandbox: &Sandbox) -> Hot<Config> {
    Hot::builder().dir(sandbox.at("conf.d")).build().unwrap()
}

#[test]
fn files_are_layers_in_the_order_of_their_names() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/20-site.yaml", "second: 20\n");
    sandbox.write("conf.d/10-base.toml", "first = 10\nsecond = 11\n");
    sandbox.write("conf.d/30-last.json", "{\"third\": 30}");
    let cfg = store(&sandbox);
    let config = cfg.load();
    assert_eq!((config.first, config.second, config.third), (10, 20, 30));
    let at = |name: &str| sandbox.at("conf.d").join(name).display().to_string();
    assert_eq!(
        cfg.explain("second").to_string(),
        format!(
            "second = 20\n  at {}:1:9\n  over 11 at {}:2:10\n  over 2, the default",
            at("20-site.yaml"),
            at("10-base.toml")
        )
    );
    let status = cfg.status();
    assert_eq!(status.sources().len(), 1);
    assert!(status.sources()[0].is_present() && !status.sources()[0].has_failed());
}

#[test]
fn the_folder_is_shown_as_it_was_given() {
    let inside = env!("CARGO_MANIFEST_DIR");
    let cfg = Hot::<Config>::builder().dir("integration/../integration").build();
    assert!(cfg.is_ok(), "no file in {inside}/integration is configuration");
    assert_eq!(cfg.unwrap().status().sources()[0].name(), "integration/../integration");
}

#[test]
fn what_lies_about_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/app.toml", "first = 10\n");
    let strangers = [
        "#app.toml#",
        ".#app.toml",
        ".app.toml.swp",
        ".hidden.toml",
        "4913",
        "README.md",
        "app.toml.bak",
        "app.toml.dpkg-dist",
        "app.toml.dpkg-old",
        "app.toml.orig",
        "app.toml.rpmnew",
        "app.toml.rpmsave",
        "app.toml.swp",
        "app.toml.tmp",
        "app.toml~",
    ];
    for name in strangers {
        sandbox.write(format!("conf.d/{name}"), "first = [[[ no configuration at all");
    }
    sandbox.write("conf.d/deeper.toml/inner.toml", "first = 99\n");
    sandbox.write("conf.d/sub/inner.toml", "first = 99\n");
    let cfg = store(&sandbox);
    assert_eq!(cfg.load().first, 10);
    let status = cfg.status();
    let mut expected: Vec<_> = strangers.into_iter().chain(["deeper.toml", "sub"]).collect();
    expected.sort_unstable();
    assert_eq!(status.sources()[0].ignored(), expected);
    assert!(status.warnings().is_empty());
}

#[test]
fn a_bad_file_hides_nothing_of_the_others() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/a.toml", "\nfirst = \"ten\"\n");
    sandbox.write("conf.d/b.toml", "second = 2\nthird = = 3\n");
    sandbox.write("conf.d/c.toml", "thirdd = 3\n");
    sandbox.write("conf.d/d.toml", b"third = \"\xFF\"\n");
    let error = Hot::<Config>::builder().dir(sandbox.at("conf.d")).build().unwrap_err();
    let found: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| {
            let origin = problem.origin().unwrap();
            let name = origin.file().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
            (name, origin.line().unwrap(), origin.column().unwrap(), problem.kind())
        })
        .collect();
    let expected = [
        ("a.toml".to_owned(), 2, 9, ProblemKind::WrongType),
        ("b.toml".to_owned(), 2, 9, ProblemKind::Syntax),
        ("c.toml".to_owned(), 1, 1, ProblemKind::UnknownKey),
        ("d.toml".to_owned(), 1, 10, ProblemKind::Encoding),
    ];
    assert_eq!(found, expected, "{error}");
}

#[test]
fn an_alias_and_its_key_in_two_files_are_no_duplicate() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/a.toml", "old_first = 10\n");
    sandbox.write("conf.d/b.toml", "first = 11\n");
    assert_eq!(store(&sandbox).load().first, 11);
    sandbox.write("conf.d/c.toml", "first = 12\nold_first = 13\n");
    let error = Hot::<Config>::builder().dir(sandbox.at("conf.d")).build().unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    assert_eq!(error.problems()[0].kind(), ProblemKind::DuplicateKey);
}

#[test]
fn files_come_change_and_go() {
    let sandbox = Sandbox::new();
    for builder in both_ways(|| Hot::<Config>::builder().dir(sandbox.at("conf.d"))) {
        let cfg = builder.build().unwrap();
        assert!(!cfg.status().sources()[0].is_present());
        let mut changes = cfg.subscribe();
        sandbox.write("conf.d/b.toml", "first = 10\nsecond = 20\n");
        wait_for(&mut changes, |config| config.second == 20);
        sandbox.replace("conf.d/a.toml", "first = 11\nthird = 30\n");
        wait_for(&mut changes, |config| config.third == 30 && config.first == 10);
        sandbox.write("conf.d/a.toml", "first = 11\nthird = 31\n");
        wait_for(&mut changes, |config| config.third == 31);
        sandbox.replace("conf.d/c.toml", "first = 12\n");
        wait_for(&mut changes, |config| config.first == 12);
        sandbox.remove("conf.d/b.toml");
        wait_for(&mut changes, |config| config.second == 2 && config.first == 12);
        std::fs::rename(sandbox.at("conf.d/c.toml"), sandbox.at("conf.d/c.toml.off")).unwrap();
        wait_for(&mut changes, |config| config.first == 11);
        std::fs::remove_dir_all(sandbox.at("conf.d")).unwrap();
        wait_for(&mut changes, |config| (config.first, config.third) == (1, 3));
        assert_eq!(cfg.status().last_error(), None);
        assert!(changes.next_timeout(MOMENT).is_err());
    }
}

#[test]
fn links_are_followed() {
    let sandbox = Sandbox::new();
    sandbox.write("store/..1/app.toml", "first = 10\n");
    sandbox.write("store/..2/app.toml", "first = 20\n");
    sandbox.link("..1", "store/..data");
    sandbox.link("..data/app.toml", "store/app.toml");
    sandbox.link("nowhere.toml", "store/dangling.toml");
    sandbox.link("store", "conf.d");
    let cfg = store(&sandbox);
    assert_eq!(cfg.load().first, 10);
    let mut changes = cfg.subscribe();
    sandbox.relink("..2", "store/..data");
    wait_for(&mut changes, |config| config.first == 20);
}

#[test]
fn what_a_link_in_it_leads_to_is_heard_of() {
    let sandbox = Sandbox::new();
    sandbox.write("store/app.toml", "first = 10\n");
    sandbox.link("../store/app.toml", "conf.d/app.toml");
    let cfg = store(&sandbox);
    let mut changes = cfg.subscribe();
    for value in 11..14 {
        sandbox.replace("store/app.toml", format!("first = {value}\n"));
        wait_for(&mut changes, |config| config.first == value);
    }
    // Below the events there is a net of looks, which counts what it catches.
    assert_eq!(cfg.status().watcher().missed(), 0);
}

#[test]
fn a_file_that_is_away_for_a_moment_is_waited_for() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/a.toml", "first = 10\n");
    let looks = Gate::new();
    let passed = looks.clone();
    let builder = Hot::<Config>::builder().dir(sandbox.at("conf.d"));
    // The folder has been looked at when this is passed.
    let after = Probe::silent(|| {}).with_check(move || passed.pass());
    let cfg = builder.source(after).build().unwrap();
    let mut changes = cfg.subscribe();
    for value in 11..14 {
        let before = looks.passes();
        sandbox.remove("conf.d/a.toml");
        looks.wait_for_passes(before + 1);
        assert!(changes.next_timeout(MOMENT / 4).is_err(), "a version without the file");
        sandbox.replace("conf.d/a.toml", format!("first = {value}\n"));
        let change = changes.next_timeout(DEADLINE).unwrap();
        assert_eq!(change.new().first, value, "a version without the file");
    }
}

/// The folder and a file after it are changed together, when the folder was read and the file was not.
#[test]
fn what_changes_while_it_is_read_is_read_again() {
    let edits: [fn(&Sandbox); 2] = [
        |sandbox| sandbox.replace("conf.d/a.toml", "first = 20\n"),
        |sandbox| sandbox.write("conf.d/b.toml", "first = 20\n"),
    ];
    for edit in edits {
        let sandbox = Arc::new(Sandbox::new());
        sandbox.write("conf.d/a.toml", "first = 10\n");
        sandbox.write("last.toml", "third = 10\n");
        let builder = Hot::<Config>::builder().dir(sandbox.at("conf.d"));
        let cfg = reloaded_while(builder, &sandbox, move |sandbox| {
            edit(sandbox);
            sandbox.replace("last.toml", "third = 20\n");
        });
        let config = cfg.load();
        assert_eq!((config.first, config.third), (20, 20));
    }
}

#[test]
fn a_folder_of_more_files_than_any_configuration_has_is_refused() {
    let sandbox = Sandbox::new();
    for number in 0..=10_000 {
        sandbox.write(format!("conf.d/{number}"), "");
    }
    let error = Hot::<Config>::builder().dir(sandbox.at("conf.d")).build().unwrap_err();
    assert!(error.to_string().contains("more than 10000 files"), "{error}");
}

#[test]
fn a_file_that_turns_bad_keeps_the_last_good_one() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/a.toml", "first = 10\n");
    sandbox.write("conf.d/b.toml", "second = 20\n");
    let cfg = store(&sandbox);
    let refusals = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.to_string())).forever();
    let mut changes = cfg.subscribe();
    sandbox.replace("conf.d/b.toml", "second = \n");
    let told = refusals.wait_for(1);
    assert!(told[0].contains("b.toml:1:"), "{told:?}");
    assert_eq!(cfg.load().second, 20);
    assert!(cfg.status().sources()[0].has_failed());
    sandbox.replace("conf.d/a.toml", "");
    assert!(matches!(cfg.reload(), Outcome::Rejected(error) if error.problems().len() == 2));
    sandbox.replace("conf.d/a.toml", "first = 10\n");
    sandbox.replace("conf.d/b.toml", "second = 21\n");
    wait_for(&mut changes, |config| config.second == 21);
    assert_eq!(cfg.version(), 2);
}

#[test]
fn only_what_differs_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/a.toml", "first = 10\n");
    sandbox.write("conf.d/b.toml", "second = 20\n");
    let cfg = Hot::<Config>::builder().dir(sandbox.at("conf.d")).watch(Watch::Off).build().unwrap();
    sandbox.write("conf.d/c.toml", "# nothing yet\n");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    sandbox.remove("conf.d/c.toml");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    sandbox.write("conf.d/b.toml", "second = 21\n");
    let Outcome::Applied(change) = cfg.reload() else { panic!("a file has changed") };
    assert_eq!(change.keys().iter().map(ToString::to_string).collect::<Vec<_>>(), ["second"]);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d", "first = 10\n");
    let error = Hot::<Config>::builder().dir(sandbox.at("conf.d")).build().unwrap_err();
    assert!(error.to_string().contains("a file, and not a folder"), "{error}");
}
