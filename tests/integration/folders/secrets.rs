//! A folder of secrets: one file for each key, and nothing of it to be seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use hotconf::{Format, Hot, HotConfig, Outcome, ProblemKind, Value};
use hotconf_tests::{Record, Sandbox, wait_until};
use validator::Validate;

use super::{both_ways, reloaded_while, wait_for};

#[derive(Debug, HotConfig, Validate)]
struct Config {
    database: Database,
    /// Marked by nobody.
    #[hot(default = "none")]
    #[validate(length(max = 60))]
    plain: String,
    #[hot(default = 0)]
    number: u16,
    #[hot(default)]
    tags: Vec<String>,
    #[hot(default)]
    logins: BTreeMap<String, String>,
    #[hot(leaf, default = serde_json::Value::Null)]
    whole: serde_json::Value,
    #[hot(default = 5, restart)]
    fixed: u32,
    #[hot(default = 0)]
    a_b: u8,
    a: Nested,
}

#[derive(Debug, HotConfig)]
struct Database {
    #[hot(default = "postgresql://localhost", secret)]
    #[serde(alias = "dsn")]
    url: String,
    #[hot(default = 10)]
    pool_size: u32,
}

#[derive(Debug, HotConfig)]
struct Nested {
    #[hot(default = 0)]
    b: u8,
    #[hot(default = 0)]
    c_d: u8,
    c: Deeper,
}

#[derive(Debug, HotConfig)]
struct Deeper {
    #[hot(default = 0)]
    d: u8,
}

/// Stands in every secret, and may stand nowhere else.
const CANARY: &str = "k4n4rie";

fn store(sandbox: &Sandbox) -> Hot<Config> {
    Hot::builder().secrets_dir(sandbox.at("secrets")).build().unwrap()
}

#[track_caller]
fn refused(sandbox: &Sandbox) -> hotconf::Error {
    let error = Hot::<Config>::builder().secrets_dir(sandbox.at("secrets")).build().unwrap_err();
    let all = format!("{error} {error:?} {} {:?}", serde_json::to_string(&error).unwrap(), error.problems());
    assert!(!all.contains(CANARY), "{all}");
    error
}

#[test]
fn a_file_is_the_key_of_its_name() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/database.url", "postgresql://db\n");
    sandbox.write("secrets/database_pool_size", "20\n");
    sandbox.write("secrets/plain", "00123456\n\n");
    sandbox.write("secrets/number", " 8080 \r\n");
    sandbox.write("secrets/tags", "a, b");
    sandbox.write("secrets/logins", "{\"Anna\": \"1\"}");
    sandbox.write("secrets/logins.Bert", "2");
    sandbox.write("secrets/logins__cara", "3");
    sandbox.write("secrets/whole", "{\"x\": [1]}");
    let cfg = store(&sandbox);
    let config = cfg.load();
    assert_eq!((config.database.url.as_str(), config.database.pool_size), ("postgresql://db", 20));
    assert_eq!((config.plain.as_str(), config.number), ("00123456\n", 8080));
    assert_eq!(config.tags, ["a", "b"]);
    let logins: Vec<_> = config.logins.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(logins, [("Anna", "1"), ("Bert", "2"), ("cara", "3")]);
    assert_eq!(config.whole["x"][0], 1);
    assert_eq!(cfg.get_as::<u16>("number").unwrap(), 8080);
}

#[test]
fn strangers_are_listed_and_no_fault() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/plain", "x");
    for name in [".hidden", "..data/plain", "DATABASE_URL", "other", "database/url", "plain_file", "tags__0"]
    {
        sandbox.write(format!("secrets/{name}"), CANARY);
    }
    let cfg = store(&sandbox);
    let status = cfg.status();
    let source = &status.sources()[0];
    let expected = ["..data", ".hidden", "DATABASE_URL", "database", "other", "plain_file", "tags__0"];
    assert_eq!(source.ignored(), expected);
    assert!(source.is_present() && status.warnings().is_empty());
    let shown = serde_json::to_value(&status).unwrap();
    assert_eq!(shown["sources"][0]["ignored"].as_array().unwrap().len(), expected.len());
}

#[test]
fn a_stranger_that_comes_later_is_listed_as_well() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/plain", "x");
    let cfg = store(&sandbox);
    sandbox.write("secrets/stranger", "x");
    wait_until("the stranger is listed", || cfg.status().sources()[0].ignored() == ["stranger"]);
    assert_eq!(cfg.version(), 1);
}

#[test]
fn two_names_for_one_key_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/database.url", CANARY);
    sandbox.write("secrets/database_url", CANARY);
    let error = refused(&sandbox);
    assert_eq!(error.problems().len(), 1, "{error}");
    let problem = &error.problems()[0];
    assert_eq!(problem.kind(), ProblemKind::DuplicateKey);
    assert!(problem.message().contains("database.url and database_url"), "{error}");
    sandbox.remove("secrets/database_url");
    sandbox.write("secrets/database.dsn", CANARY);
    assert_eq!(refused(&sandbox).problems()[0].kind(), ProblemKind::DuplicateKey);
}

#[test]
fn a_name_that_may_mean_two_keys_is_refused_where_it_is_neither() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/a_b", "1");
    sandbox.write("secrets/a.b", "2");
    let cfg = store(&sandbox);
    assert_eq!((cfg.load().a_b, cfg.load().a.b), (1, 2));
    sandbox.write("secrets/a_c_d", "3");
    let error = refused(&sandbox);
    assert_eq!(error.problems()[0].kind(), ProblemKind::AmbiguousVariable);
    sandbox.remove("secrets/a_c_d");
    sandbox.write("secrets/a.c_d", "4");
    sandbox.write("secrets/a.c.d", "5");
    let cfg = store(&sandbox);
    assert_eq!((cfg.load().a.c_d, cfg.load().a.c.d), (4, 5));
}

#[test]
fn nothing_from_there_is_shown() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/database_url", format!("{CANARY}-url"));
    sandbox.write("secrets/plain", format!("{CANARY}-plain\n"));
    sandbox.write("secrets/tags", format!("{CANARY}-1, {CANARY}-2"));
    sandbox.write("secrets/logins", format!("{{\"anna\": \"{CANARY}\"}}"));
    sandbox.write("secrets/logins__bert", CANARY);
    sandbox.write("secrets/whole", format!("{{\"x\": [\"{CANARY}\"]}}"));
    let cfg: Hot<Config> = Hot::builder()
        .text(Format::Toml, "plain = 'visible'\nlogins.cara = 'visible'\nwhole.y = 1")
        .secrets_dir(sandbox.at("secrets"))
        .build()
        .unwrap();
    assert_eq!(cfg.load().plain, format!("{CANARY}-plain"));
    assert_eq!(cfg.load().logins["bert"], CANARY);
    assert_eq!(cfg.get("plain"), Some(Value::Secret));
    assert_eq!(cfg.get_as::<String>("plain").unwrap(), format!("{CANARY}-plain"));
    let refused = cfg.get_as::<u8>("plain").unwrap_err().to_string();
    let mut shown = format!("{refused} {:?} {:?} {}", cfg, cfg.values(), cfg.values());
    shown += &serde_json::to_string(&cfg.values()).unwrap();
    for key in [
        "database.url",
        "plain",
        "tags",
        "tags.0",
        "logins",
        "logins.anna",
        "logins.bert",
        "whole",
        "whole.x",
    ] {
        let explanation = cfg.explain(key);
        assert!(explanation.to_string().starts_with(&format!("{key} = ")), "{explanation}");
        shown += &format!("{explanation} {explanation:?} {:?}", cfg.get(key));
        shown += &serde_json::to_string(&explanation).unwrap();
    }
    shown += &format!("{:?} {}", cfg.status(), serde_json::to_string(&cfg.status()).unwrap());
    assert!(!shown.contains(CANARY), "{shown}");
    let place = sandbox.at("secrets/plain");
    let expected = format!(
        "plain = ***\n  at {}\n  over \"visible\" at embedded TOML:1:9\n  over \"none\", the default",
        place.display()
    );
    assert_eq!(cfg.explain("plain").to_string(), expected);
    // What lies over it is nobody's secret.
    let _ = cfg.set("plain", "seen").unwrap();
    assert_eq!(cfg.get("plain"), Some(Value::String("seen".to_owned())));
    assert!(!cfg.explain("plain").to_string().contains(CANARY));
}

#[test]
fn no_error_shows_what_it_is_about() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/number", CANARY);
    sandbox.write("secrets/logins", format!("{{\"anna\": \"{CANARY}\""));
    sandbox.write("secrets/database_pool_size", format!("{{\"{CANARY}\": 1}}"));
    sandbox.write("secrets/database", CANARY);
    let error = refused(&sandbox);
    assert_eq!(error.problems().len(), 4, "what is no JSON hides nothing: {error}");
    sandbox.remove("secrets/logins");
    sandbox.remove("secrets/database");
    let error = refused(&sandbox);
    let places: Vec<_> =
        error.problems().iter().map(|problem| problem.origin().unwrap().to_string()).collect();
    let at = |name: &str| sandbox.at("secrets").join(name).display().to_string();
    assert_eq!(places, [at("database_pool_size"), at("number")], "{error}");
    sandbox.remove("secrets/database_pool_size");
    sandbox.remove("secrets/number");
    sandbox.write("secrets/plain", CANARY.repeat(10));
    let error = refused(&sandbox);
    assert_eq!(error.problems()[0].kind(), ProblemKind::Rule, "{error}");
    sandbox.write("secrets/plain", [CANARY.as_bytes(), b"\xFF"].concat());
    assert!(refused(&sandbox).to_string().contains("UTF-8"));
}

#[test]
fn a_secret_that_waits_for_a_restart_is_not_shown() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/fixed", "46241");
    let cfg = store(&sandbox);
    sandbox.replace("secrets/fixed", "46242");
    wait_until("the change is pending", || {
        let _ = cfg.reload();
        cfg.status().pending_restart().len() == 1
    });
    let shown = format!("{:?} {} {}", cfg.status(), cfg.explain("fixed"), cfg.values());
    assert_eq!(cfg.load().fixed, 46241);
    assert!(!shown.contains("4624"), "{shown}");
}

#[test]
fn files_come_change_and_go() {
    let sandbox = Sandbox::new();
    for builder in both_ways(|| Hot::<Config>::builder().secrets_dir(sandbox.at("secrets"))) {
        let cfg = builder.build().unwrap();
        assert!(!cfg.status().sources()[0].is_present());
        let mut changes = cfg.subscribe();
        sandbox.write("secrets/plain", "one");
        wait_for(&mut changes, |config| config.plain == "one");
        sandbox.write("secrets/number", "7");
        wait_for(&mut changes, |config| config.number == 7);
        sandbox.replace("secrets/plain", "two\n");
        wait_for(&mut changes, |config| config.plain == "two");
        sandbox.remove("secrets/number");
        wait_for(&mut changes, |config| config.number == 0);
        std::fs::remove_dir_all(sandbox.at("secrets")).unwrap();
        wait_for(&mut changes, |config| config.plain == "none");
        assert_eq!(cfg.status().last_error(), None);
    }
}

/// As the kubelet does: `name -> ..data/name`, and `..data` is turned in one step.
#[test]
fn a_folder_that_is_turned_by_a_link_changes_at_once() {
    let sandbox = Sandbox::new();
    for turn in 1..=6 {
        sandbox.write(format!("secrets/..{turn}/plain"), format!("turn {turn}"));
        sandbox.write(format!("secrets/..{turn}/number"), format!("{turn}\n"));
    }
    sandbox.link("..1", "secrets/..data");
    sandbox.link("..data/plain", "secrets/plain");
    sandbox.link("..data/number", "secrets/number");
    let cfg = store(&sandbox);
    let mixed = Record::new();
    let heard = mixed.clone();
    let listener = cfg.on_change(move |change| {
        let new = change.new();
        if new.plain != format!("turn {}", new.number) {
            heard.push((new.plain.clone(), new.number));
        }
    });
    let mut changes = cfg.subscribe();
    for turn in 2..=6 {
        sandbox.relink(format!("..{turn}"), "secrets/..data");
        wait_for(&mut changes, |config| config.number == turn);
    }
    drop(listener);
    assert!(mixed.is_empty(), "half of a turn was seen: {:?}", mixed.all());
}

#[test]
fn what_a_link_in_it_leads_to_is_heard_of() {
    let sandbox = Sandbox::new();
    sandbox.write("store/number", "10");
    sandbox.link("../store/number", "secrets/number");
    let cfg = store(&sandbox);
    let mut changes = cfg.subscribe();
    for value in 11..14 {
        sandbox.replace("store/number", value.to_string());
        wait_for(&mut changes, |config| config.number == value);
    }
    // Below the events there is a net of looks, which counts what it catches.
    assert_eq!(cfg.status().watcher().missed(), 0);
}

/// The folder and a file after it are changed together, when the folder was read and the file was not.
#[test]
fn what_changes_while_it_is_read_is_read_again() {
    type Read = fn(&Config) -> u16;
    let values: [(&str, Read); 2] = [("number", |config| config.number), ("a_b", |config| config.a_b.into())];
    for (name, value) in values {
        let sandbox = Arc::new(Sandbox::new());
        sandbox.write("secrets/number", "10");
        sandbox.write("last.toml", "plain = '10'\n");
        let builder = Hot::<Config>::builder().secrets_dir(sandbox.at("secrets"));
        let cfg = reloaded_while(builder, &sandbox, move |sandbox| {
            sandbox.replace(format!("secrets/{name}"), "20");
            sandbox.replace("last.toml", "plain = '20'\n");
        });
        let config = cfg.snapshot();
        assert_eq!((value(&config), config.plain.as_str()), (20, "20"), "{name}");
    }
}

#[test]
fn a_bad_secret_keeps_the_last_good_one() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/number", "7");
    let cfg = store(&sandbox);
    let refusals = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.to_string())).forever();
    let mut changes = cfg.subscribe();
    sandbox.replace("secrets/number", CANARY);
    let told = refusals.wait_for(1);
    assert!(told[0].contains("secrets/number") && !told[0].contains(CANARY), "{told:?}");
    assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
    assert_eq!(cfg.load().number, 7);
    sandbox.replace("secrets/number", "8");
    wait_for(&mut changes, |config| config.number == 8);
}
