//! The shop as its users see it: over HTTP, and by what it prints.

mod support;

use std::net::TcpStream;

use serde_json::json;
use shop::service::Operators;
use support::{Shop, eventually};

/// What the shop's own files say, with nothing over them.
fn settings_of_the_files() -> serde_json::Value {
    json!({
        "server": { "host": "0.0.0.0", "port": 8000, "workers": 4, "timeout": "30s" },
        "database": { "url": "***", "pool_size": 10 },
        "log_level": "INFO",
        "debug": false,
        "rate_limit": { "requests_per_minute": 100, "burst_size": 20 },
        "feature_flags": { "new_checkout": false, "dark_mode": true },
    })
}

#[test]
fn the_files_are_served() {
    let shop = Shop::start(&[], &[]);
    assert_eq!(shop.json("/settings"), settings_of_the_files());
    assert_eq!(shop.json("/feature/dark_mode"), json!({ "name": "dark_mode", "enabled": true }));
    assert_eq!(shop.json("/feature/new_checkout"), json!({ "name": "new_checkout", "enabled": false }));
    assert_eq!(shop.json("/feature/unheard_of"), json!({ "name": "unheard_of", "enabled": false }));
    assert!(shop.get("/").body.contains("/settings"));

    let explained = shop.get("/settings/server.workers");
    assert_eq!(explained.status, 200);
    assert!(explained.body.starts_with("server.workers = 4\n"), "{}", explained.body);
    assert!(explained.body.contains("default.yaml:5:12"), "{}", explained.body);
    assert_eq!(shop.get("/settings/server").status, 200);
    assert_eq!(shop.get("/settings/feature_flags.dark_mode").status, 200);
    assert_eq!(shop.get("/settings/server.prot").status, 404);
    assert_eq!(shop.get("/nowhere").status, 404);

    let status = shop.json("/status");
    assert_eq!(status["version"], 1);
    assert_eq!(status["last_error"], json!(null));
    assert_eq!(status["warnings"], json!([]));
}

#[test]
fn production_lies_over_the_defaults() {
    let shop = Shop::start(&[("APP_ENV", "production")], &[]);
    let mut expected = settings_of_the_files();
    expected["server"]["workers"] = json!(8);
    expected["database"]["pool_size"] = json!(20);
    expected["log_level"] = json!("WARNING");
    expected["rate_limit"] = json!({ "requests_per_minute": 1000, "burst_size": 100 });
    assert_eq!(shop.json("/settings"), expected);
    assert_eq!(shop.json("/status")["warnings"], json!([]), "APP_ENV chooses a file, and is not unknown");
}

#[test]
fn the_environment_and_overrides_survive_a_change_of_the_files() {
    let variables = [
        ("APP_SERVER_WORKERS", "6"),
        ("APP_FEATURE_FLAGS__DARK_MODE", "false"),
        ("DATABASE_URL", "postgresql://env/x"),
    ];
    let shop = Shop::start_for(Operators::ThisMachine, &variables, &["log_level=ERROR"]);
    assert_eq!(shop.put("/settings/rate_limit.burst_size", "7").status, 200);

    let text = shop.file("default.yaml");
    let text = text.replace("workers: 4", "workers: 5").replace("\"INFO\"", "\"DEBUG\"");
    let text = text
        .replace("burst_size: 20", "burst_size: 50")
        .replace("dark_mode: true", "dark_mode: true # still");
    shop.write("default.yaml", &text.replace("debug: false", "debug: true"));
    eventually("the new file", || shop.json("/settings")["debug"] == json!(true));

    let settings = shop.json("/settings");
    assert_eq!(settings["server"]["workers"], 6);
    assert_eq!(settings["log_level"], "ERROR");
    assert_eq!(settings["rate_limit"]["burst_size"], 7);
    assert_eq!(settings["feature_flags"]["dark_mode"], false);
    let explained = shop.get("/settings/server.workers").body;
    assert!(explained.contains("from APP_SERVER_WORKERS (environment)\n  over 5 at "), "{explained}");

    // Taken back, the override uncovers what the file says by now.
    assert_eq!(shop.delete("/settings/rate_limit.burst_size").status, 200);
    assert_eq!(shop.json("/settings")["rate_limit"]["burst_size"], 50);
}

#[test]
fn only_operators_may_set() {
    let shop = Shop::start(&[], &[]);
    assert_eq!(shop.put("/settings/server.workers", "8").status, 405);
    assert_eq!(shop.delete("/settings/server.workers").status, 405);

    let shop = Shop::start_for(Operators::ThisMachine, &[], &[]);
    assert_eq!(shop.put("/settings/server.workers", "8").status, 200);
    assert_eq!(shop.put("/settings/log_level", "\"DEBUG\"").status, 200);
    assert_eq!(shop.json("/settings")["server"]["workers"], 8);
    let refused = shop.put("/settings/server.workers", "8000");
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("server.workers: 8000 is out of range"), "{}", refused.body);
    assert_eq!(shop.put("/settings/server.worker", "8").status, 422);
    assert_eq!(shop.put("/settings/server.workers", "eight").status, 400);
    assert_eq!(shop.json("/settings")["server"]["workers"], 8);
    shop.printed("server.workers: 4 -> 8  (an override set at ");
}

#[test]
fn a_feature_is_switched_while_the_shop_runs() {
    let shop = Shop::start(&[], &[]);
    for (old, new, version) in [(false, true, 2), (true, false, 3)] {
        shop.write("local.yaml", &format!("feature_flags:\n  new_checkout: {new}\n"));
        eventually("the switch", || shop.json("/feature/new_checkout")["enabled"] == json!(new));
        assert_eq!(shop.json("/status")["version"], version);
        shop.printed(&format!("version {version}\n  feature_flags.new_checkout: {old} -> {new}  ("));
    }
    assert_eq!(shop.json("/feature/dark_mode")["enabled"], true, "the other entries of the map stay");
}

#[test]
fn the_rate_limit_follows_and_forgets_nothing() {
    let shop = Shop::start(&[], &["rate_limit.requests_per_minute=1"]);
    let checkouts = |count: usize| (0..count).map(|_| shop.get("/checkout").status).collect::<Vec<_>>();
    shop.write("local.yaml", "rate_limit: { burst_size: 2 }\n");
    eventually("the limit", || shop.json("/settings")["rate_limit"]["burst_size"] == 2);
    assert_eq!(checkouts(3), [200, 200, 429]);

    shop.write("local.yaml", "rate_limit: { burst_size: 4 }\n");
    eventually("the limit", || shop.json("/settings")["rate_limit"]["burst_size"] == 4);
    assert_eq!(checkouts(3), [200, 200, 429], "two of the four were used before");
    assert!(shop.get("/checkout").head.contains("retry-after: "));
}

#[test]
fn a_bad_edit_changes_nothing_and_names_every_mistake() {
    let shop = Shop::start(&[], &[]);
    let good = shop.file("default.yaml");
    shop.write(
        "default.yaml",
        &good.replace("workers: 4", "workers: 0").replace("debug: false", "debug: maybe"),
    );
    shop.write("local.yaml", "serverr:\n  port: 1\nserver:\n  port: 70000\nlog_level: INF\n");
    let mistakes = [
        ("default.yaml:5:12", "server.workers"),
        ("default.yaml:10:8", "debug"),
        ("local.yaml:1:1", "serverr"),
        ("local.yaml:4:9", "server.port"),
        ("local.yaml:5:12", "log_level"),
    ];
    let problems = || shop.json("/status")["last_error"].as_array().cloned().unwrap_or_default();
    eventually("every mistake", || problems().len() == mistakes.len());
    for (problem, (place, key)) in problems().iter().zip(mistakes) {
        assert_eq!(problem["key"], key);
        let origin = problem["origin"].as_str().unwrap_or_default();
        assert!(origin.ends_with(place), "{key} at {origin}");
        shop.printed(origin);
    }
    shop.printed("refused; version 1 keeps serving\n  5 problems in the configuration\n");
    shop.printed("serverr: unknown key; did you mean `server`?");
    shop.printed("did you mean `INFO`?");
    assert_eq!(shop.json("/settings"), settings_of_the_files());
    assert_eq!(shop.json("/status")["version"], 1);

    // Back to what is in place: nothing to publish, and nothing wrong any more.
    shop.write("default.yaml", &good);
    shop.remove("local.yaml");
    eventually("the end of the error", || shop.json("/status")["last_error"].is_null());
    assert_eq!(shop.json("/status")["version"], 1);
    shop.printed("good again; version 1 serves");
}

#[test]
fn a_file_that_does_not_parse_or_vanishes_changes_nothing() {
    let shop = Shop::start(&[], &[]);
    shop.write("local.yaml", "server:\n  workers: [4\n");
    eventually("the error", || shop.json("/status")["last_error"][0]["code"] == "syntax");
    let origin = shop.json("/status")["last_error"][0]["origin"].to_string();
    assert!(origin.contains("local.yaml:"), "{origin}");
    shop.remove("local.yaml");
    eventually("the end of the error", || shop.json("/status")["last_error"].is_null());

    let good = shop.file("default.yaml");
    shop.remove("default.yaml");
    eventually("the error", || shop.json("/status")["last_error"][0]["code"] == "missing-source");
    assert_eq!(shop.json("/settings"), settings_of_the_files());
    shop.write("default.yaml", &good);
    eventually("the end of the error", || shop.json("/status")["last_error"].is_null());
    assert_eq!(shop.json("/status")["version"], 1);
}

#[test]
fn a_pool_waits_for_a_restart() {
    let shop = Shop::start(&[], &[]);
    shop.write("local.yaml", "database: { pool_size: 20 }\n");
    eventually("the pending pool", || {
        shop.json("/status")["pending_restart"][0]["key"] == "database.pool_size"
    });
    let pending = shop.json("/status")["pending_restart"][0].clone();
    assert_eq!((&pending["running"], &pending["configured"]), (&json!(10), &json!(20)));
    assert_eq!(shop.json("/settings")["database"]["pool_size"], 10);
    shop.printed("waits for a restart\n  database.pool_size: 10 runs, 20 is configured  (");

    shop.remove("local.yaml");
    eventually("nothing pending", || shop.json("/status")["pending_restart"] == json!([]));
    shop.printed("nothing waits for a restart any more");
}

/// Another port is bound and served before the one before is let go, and one that is taken is refused.
#[test]
fn the_shop_moves_to_another_port() {
    let mut shop = Shop::start(&[], &["server.host=127.0.0.1"]);
    let first = shop.address;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = taken.local_addr().unwrap();
    shop.write("local.yaml", &format!("server: {{ port: {} }}\n", place.port()));
    eventually("the refusal", || shop.json("/status")["last_error"][0]["code"] == "refused");
    shop.printed("refused; version 1 keeps serving");
    shop.printed(&format!("`the socket` refuses the change of server.port: cannot listen on {place}: "));
    assert_eq!(shop.json("/settings")["server"]["port"], 8000);

    drop(taken);
    shop.write("local.yaml", &format!("server: {{ port: {} }} # free by now\n", place.port()));
    eventually("the new place", || TcpStream::connect(place).is_ok());
    shop.printed(&format!("version 2\n  server.port: 8000 -> {}  (", place.port()));
    shop.address = place;
    assert_eq!(shop.json("/settings")["server"]["port"], place.port());
    eventually("the end of the old place", || TcpStream::connect(first).is_err());
}

#[test]
fn the_database_is_shown_nowhere() {
    // Each running shop looks for `postgresql://` in all it has shown, when the test ends.
    let shop = Shop::start_for(Operators::ThisMachine, &[], &[]);
    assert_eq!(shop.json("/settings")["database"]["url"], "***");
    assert!(shop.get("/settings/database.url").body.starts_with("database.url = ***\n"));

    shop.write("local.yaml", "database: { url: \"postgresql://a:b@file/x\" }\n");
    shop.printed("version 2\n  database.url: *** -> ***  (");
    assert_eq!(shop.put("/settings/database.url", "\"postgresql://a:b@operator/x\"").status, 200);
    shop.printed("version 3\n  database.url: *** -> ***  (");
    assert_eq!(shop.put("/settings/database.url", "[\"postgresql://a:b@operator/x\"]").status, 422);
    assert_eq!(shop.delete("/settings/database.url").status, 200);
    shop.printed("version 4\n  database.url: *** -> ***  (");
    assert_eq!(shop.cfg.read(|config| config.database.url.clone()), "postgresql://a:b@file/x");

    let good = shop.file("local.yaml");
    for (bad, code) in [
        ("database: { url: [\"postgresql://a:b@list/x\"] }\n", "wrong-type"),
        ("database: { urll: \"postgresql://a:b@unknown/x\" }\n", "unknown-key"),
        ("database: { url: \"postgresql://a:b@open/x }\n", "syntax"),
        ("database:\n  url: postgresql://a:b@twice/x\n  url: postgresql://a:b@twice/y\n", "duplicate-key"),
        ("postgresql://a:b@text/x\n", "syntax"),
    ] {
        shop.write("local.yaml", bad);
        eventually(bad, || shop.json("/status")["last_error"][0]["code"] == code);
        shop.write("local.yaml", &good);
        eventually("the end of the error", || shop.json("/status")["last_error"].is_null());
    }
    shop.printed("refused; version 4 keeps serving");
    shop.get("/settings/database");
    shop.get("/settings/database.url");
}

#[test]
fn a_database_in_place_of_its_section_is_not_shown() {
    let shop = Shop::start(&[], &[]);
    shop.write("local.yaml", "database: \"postgresql://a:b@section/x\"\n");
    eventually("the error", || shop.json("/status")["last_error"][0]["code"] == "wrong-type");
    shop.printed("refused; version 1 keeps serving");
}
