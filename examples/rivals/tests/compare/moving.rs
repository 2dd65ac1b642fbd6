//! The programs of `moving/`: before and after, on the same files and in the same environment.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::support::{Sandbox, wait_until};

/// A program that runs in the folder of the test, with these variables and no others.
struct Program {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Program {
    fn start(sandbox: &Sandbox, variables: &[(&str, &str)], library: &str, which: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_moving"))
            .args([library, which])
            .current_dir(sandbox.root())
            .env_clear()
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (requests, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, requests, answers }
    }

    /// What it answers to a request; nothing where it has ended.
    fn ask(&mut self) -> String {
        let _ = self.requests.write_all(b"\n");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        answer
    }

    /// Ends it, and gives what it said of mistakes and changes.
    fn stop(mut self) -> String {
        drop(self.requests);
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        self.child.wait().unwrap();
        errors
    }
}

/// What the program said that did not start.
fn refusal(sandbox: &Sandbox, variables: &[(&str, &str)], library: &str, which: &str) -> String {
    let program = Program::start(sandbox, variables, library, which);
    let errors = program.stop();
    println!("{library} {which}:\n{errors}");
    errors
}

/// The answer of both, which is the same.
#[track_caller]
fn same_answer(sandbox: &Sandbox, variables: &[(&str, &str)], library: &str) -> String {
    let [before, after] = ["before", "after"].map(|which| {
        let mut program = Program::start(sandbox, variables, library, which);
        let answer = program.ask();
        let errors = program.stop();
        assert!(!answer.is_empty(), "{which}: {errors}");
        answer
    });
    assert_eq!(before, after);
    after
}

/// Edits a file while both run: the one before does or does not see it, the one after does.
#[track_caller]
fn edit(
    sandbox: &Sandbox,
    variables: &[(&str, &str)],
    library: &str,
    file: (&str, &str),
    seen: &str,
    by_both: bool,
) -> [String; 2] {
    let [mut before, mut after] =
        ["before", "after"].map(|which| Program::start(sandbox, variables, library, which));
    assert!(!before.ask().contains(seen) && !after.ask().contains(seen));
    sandbox.write(file.0, file.1);
    wait_until("the edit, after", || after.ask().contains(seen));
    if by_both {
        wait_until("the edit, before", || before.ask().contains(seen));
    } else {
        assert!(!before.ask().contains(seen));
    }
    [before.stop(), after.stop()]
}

/// The problems that the text speaks of.
fn told<'a>(text: &str, keys: &[&'a str]) -> Vec<&'a str> {
    keys.iter().copied().filter(|key| text.contains(key)).collect()
}

mod figment {
    use super::*;

    const VARIABLES: &[(&str, &str)] =
        &[("APP_PORT", "9000"), ("APP_DATABASE__POOL_SIZE", "30"), ("APP_DATABASE__PASSWORD", "tulip")];

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write(
            "app.toml",
            "port = 8080\nlog_level = \"warn\"\nallowed_hosts = [\"a.example\", \"b.example\"]\n\
             [database]\npool_size = 20\n[tls]\ncert = \"cert.pem\"\nkey = \"key.pem\"\n",
        );
        sandbox.write("local.toml", "log_level = \"debug\"\n");
        sandbox
    }

    #[test]
    fn same_values() {
        let answer = same_answer(&sandbox(), VARIABLES, "figment");
        assert_eq!(
            answer,
            "AppConfig { address: 0.0.0.0, port: 9000, log_level: Debug, \
             allowed_hosts: [\"a.example\", \"b.example\"], \
             database: Database { url: \"postgresql://localhost/shop\", password: \"tulip\", pool_size: 30 }, \
             tls: Some(Tls { cert: \"cert.pem\", key: \"key.pem\" }) }\n"
        );
        assert!(same_answer(&Sandbox::new(), &[], "figment").ends_with("tls: None }\n"));
    }

    #[test]
    fn an_edit_needs_no_restart() {
        edit(&sandbox(), VARIABLES, "figment", ("local.toml", "log_level = \"info\""), "Info", false);
    }

    #[test]
    fn all_mistakes_at_once_and_where() {
        let sandbox = sandbox();
        sandbox.write("local.toml", "log_level = \"loud\"\nallowed_host = []\n[database]\npool_size = -1\n");
        let mistakes = ["log_level", "allowed_host:", "pool_size", "local.toml:4:13"];
        let before = refusal(&sandbox, &[], "figment", "before");
        assert_eq!(told(&before, &mistakes).len(), 1, "{before}");
        let after = refusal(&sandbox, &[], "figment", "after");
        assert_eq!(told(&after, &mistakes), mistakes);
    }

    #[test]
    fn a_password_of_digits() {
        let variables = [("APP_DATABASE__PASSWORD", "00123")];
        let before = refusal(&Sandbox::new(), &variables, "figment", "before");
        assert!(before.contains("found unsigned int `123`, expected a string"), "{before}");
        let answer = Program::start(&Sandbox::new(), &variables, "figment", "after").ask();
        assert!(answer.contains("password: \"00123\""), "{answer}");
    }

    /// figment reads a list in brackets without quotes; here it is commas, or JSON.
    #[test]
    fn a_list_in_a_variable() {
        let ask = |which, list| {
            let variables = [("APP_ALLOWED_HOSTS", list)];
            let mut program = Program::start(&Sandbox::new(), &variables, "figment", which);
            let answer = program.ask();
            (answer, program.stop())
        };
        let expected = "allowed_hosts: [\"a\", \"b\"]";
        assert!(ask("before", "[a, b]").0.contains(expected));
        assert!(ask("before", "a, b").1.contains("expected a sequence"));
        for list in ["a, b", "[\"a\", \"b\"]"] {
            assert!(ask("after", list).0.contains(expected), "{list}");
        }
        let (answer, errors) = ask("after", "[a, b]");
        assert!(!answer.contains(expected) && errors.contains("APP_ALLOWED_HOSTS"), "{answer}{errors}");
    }

    /// A variable that is named as before, where the field does not say so.
    #[test]
    fn an_old_name_is_told_of_with_the_new_one() {
        use hotconf::{Hot, HotConfig};

        #[derive(HotConfig)]
        struct AppConfig {
            database: Database,
        }
        #[derive(HotConfig)]
        struct Database {
            #[hot(default = 10)]
            pool_size: u32,
        }

        let variables = [("APP_DATABASE__POOL_SIZE".to_owned(), "30".to_owned())];
        let cfg: Hot<AppConfig> = Hot::builder().env_from(variables).env("APP").build().unwrap();
        assert_eq!(cfg.load().database.pool_size, 10);
        let warning = cfg.status().warnings()[0].to_string();
        assert!(warning.contains("did you mean `APP_DATABASE_POOL_SIZE`?"), "{warning}");
    }

    /// A file with sections for profiles stays as it is: its provider is a layer of hotconf.
    #[test]
    fn profiles_stay() {
        use ::figment::providers::{Format, Toml};
        use hotconf::{Hot, HotConfig, Outcome};

        #[derive(HotConfig)]
        struct AppConfig {
            port: u16,
        }

        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "[default]\nport = 1\n[production]\nport = 2\n");
        let provider = Toml::file_exact(sandbox.path("app.toml")).nested();
        let cfg: Hot<AppConfig> = Hot::builder().provider(provider).profile("production").build().unwrap();
        assert_eq!(cfg.load().port, 2);
        // A provider's file is not watched, and read again when somebody asks.
        assert!(cfg.status().watching().is_empty());
        sandbox.write("app.toml", "[default]\nport = 1\n[production]\nport = 3\n");
        assert!(matches!(cfg.reload(), Outcome::Applied(_)));
        assert_eq!(cfg.load().port, 3);
    }
}

mod config_rs {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[
        ("RUN_MODE", "production"),
        ("APP_QUEUE__TOKEN", "tulip"),
        ("APP_QUEUE__PREFETCH_COUNT", "64"),
        ("APP_TAGS", "eu,blue"),
    ];

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write(
            "config/default.toml",
            "[queue]\nurl = \"amqp://localhost\"\ntoken = \"none\"\nprefetch_count = 8\n[limits]\nperMinute = 60\n",
        );
        sandbox.write(
            "config/production.toml",
            "queue.url = \"amqp://queue\"\n[retry]\nattempts = 3\ndelay_ms = 50\n",
        );
        sandbox.write("config/local.toml", "debug = true\n");
        sandbox
    }

    #[test]
    fn same_values() {
        let answer = same_answer(&sandbox(), VARIABLES, "config-rs");
        assert_eq!(
            answer,
            "Settings { debug: true, queue: Queue { url: \"amqp://queue\", token: \"tulip\", prefetch_count: 64, \
             mode: AtLeastOnce }, retry: Some(Retry { attempts: 3, delay_ms: 50 }), tags: [\"eu\", \"blue\"], \
             limits: {\"perMinute\": 60} }\n"
        );
        let answer = same_answer(&sandbox(), &[], "config-rs");
        assert!(answer.contains("retry: None, tags: []"), "{answer}");
    }

    #[test]
    fn an_edit_needs_no_restart() {
        edit(
            &sandbox(),
            VARIABLES,
            "config-rs",
            ("config/local.toml", "debug = false"),
            "debug: false",
            false,
        );
    }

    #[test]
    fn all_mistakes_at_once_and_where() {
        let sandbox = sandbox();
        sandbox
            .write("config/local.toml", "debgu = true\n[queue]\nmode = \"never\"\nprefetch_count = 70000\n");
        let mistakes = ["debgu", "mode", "prefetch_count", "config/local.toml:4:18"];
        let before = refusal(&sandbox, &[], "config-rs", "before");
        assert_eq!(told(&before, &mistakes).len(), 1, "{before}");
        let after = refusal(&sandbox, &[], "config-rs", "after");
        assert_eq!(told(&after, &mistakes), mistakes);
    }

    #[test]
    fn a_token_of_digits() {
        let variables = [("APP_QUEUE__TOKEN", "00123")];
        let [before, after] =
            ["before", "after"].map(|which| Program::start(&sandbox(), &variables, "config-rs", which).ask());
        assert!(before.contains("token: \"123\""), "{before}");
        assert!(after.contains("token: \"00123\""), "{after}");
    }

    /// A number in quotes, and a text without: read before, refused after.
    #[test]
    fn types_are_not_converted_in_files() {
        let sandbox = sandbox();
        sandbox.write("config/local.toml", "[queue]\nprefetch_count = \"5\"\ntoken = 7\n");
        let before = Program::start(&sandbox, &[], "config-rs", "before").ask();
        assert!(before.contains("prefetch_count: 5") && before.contains("token: \"7\""), "{before}");
        let after = refusal(&sandbox, &[], "config-rs", "after");
        assert!(after.contains("found the text \"5\"; take the quotes away"), "{after}");
        assert!(after.contains("queue.token: expected a text, found a number; put it in quotes"), "{after}");
    }
}

mod confique {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[
        ("PORT", "9000"),
        ("API_KEY", "00123"),
        ("UPSTREAMS", "a.example,b.example"),
        ("LOG_LEVEL", "debug"),
    ];

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write(
            "proxy.toml",
            "upstreams = [\"localhost\"]\n[http]\nport = 8080\nworkers = 8\napi_key = \"none\"\n[log]\nfile = \"proxy.log\"\n",
        );
        sandbox.write("local.toml", "[http]\nbind = \"0.0.0.0\"\n");
        sandbox
    }

    #[test]
    fn same_values() {
        let answer = same_answer(&sandbox(), VARIABLES, "confique");
        assert_eq!(
            answer,
            "Conf { http: Http { port: 9000, bind: 0.0.0.0, workers: 8, api_key: \"00123\" }, \
             log: Log { level: Debug, file: Some(\"proxy.log\") }, upstreams: [\"a.example\", \"b.example\"] }\n"
        );
        let answer = same_answer(&sandbox(), &[], "confique");
        assert!(answer.contains("level: Info") && answer.contains("[\"localhost\"]"), "{answer}");
    }

    #[test]
    fn an_edit_needs_no_restart() {
        let file = ("local.toml", "http.workers = 16");
        edit(&sandbox(), VARIABLES, "confique", file, "workers: 16", false);
    }

    #[test]
    fn all_mistakes_at_once_and_where() {
        let sandbox = sandbox();
        sandbox.write("local.toml", "[http]\nworkers = 0\nworker = 1\n[log]\nlevel = \"loud\"\n");
        let mistakes = ["workers", "worker:", "level", "local.toml:5:9"];
        let before = refusal(&sandbox, &[], "confique", "before");
        assert_eq!(told(&before, &mistakes), ["workers"]);
        let after = refusal(&sandbox, &[], "confique", "after");
        assert_eq!(told(&after, &mistakes), mistakes);
    }

    /// A variable that is empty: as if it were not set before, a value after.
    #[test]
    fn an_empty_variable() {
        let variables = [("PORT", "")];
        assert!(Program::start(&sandbox(), &variables, "confique", "before").ask().contains("port: 8080"));
        let after = refusal(&sandbox(), &variables, "confique", "after");
        assert!(after.contains("from PORT (environment)"), "{after}");
    }

    #[test]
    fn each_key_has_a_name_from_its_path_too() {
        let variables = [("PORT", "1"), ("PROXY_HTTP_PORT", "2")];
        let answer = Program::start(&sandbox(), &variables, "confique", "after").ask();
        assert!(answer.contains("port: 2"), "{answer}");
    }

    /// `local.toml` is named first before, and last after; it wins in both.
    #[test]
    fn the_order_of_the_layers_is_turned_round() {
        let sandbox = sandbox();
        sandbox.write("local.toml", "[http]\nworkers = 2\n");
        assert!(same_answer(&sandbox, &[], "confique").contains("workers: 2"));
    }
}

mod dynamic_config {
    use super::*;

    const VARIABLES: &[(&str, &str)] =
        &[("APP_SERVER_PORT", "9000"), ("APP_DB_PASSWORD", "tulip"), ("APP_DB_POOL__MAX_SIZE", "30")];

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write(
            "config.toml",
            "[server]\nport = 8080\nfeatures = [\"search\"]\n\
             [db]\nurl = \"postgresql://localhost/shop\"\npassword = \"none\"\n[db.pool]\nmax_size = 10\n",
        );
        sandbox.write("local.toml", "[db.pool]\nmode = \"transaction\"\n");
        sandbox
    }

    #[test]
    fn same_values() {
        let answer = same_answer(&sandbox(), VARIABLES, "dynamic-config");
        let expected = "localhost:9000 [\"search\"] postgresql://localhost/shop, 5 letters, 30 Transaction\n";
        assert_eq!(answer, expected);
        assert!(same_answer(&sandbox(), &[], "dynamic-config").starts_with("localhost:8080"));
    }

    #[test]
    fn both_tell_of_an_edit() {
        let file = ("local.toml", "[db.pool]\nmax_size = 20\n");
        let told = edit(&sandbox(), &VARIABLES[..2], "dynamic-config", file, " 20 Session", true);
        assert_eq!(told.map(|text| text.contains("pool: 10 -> 20\n")), [true, true]);
    }

    #[test]
    fn all_mistakes_at_once_and_where() {
        let sandbox = sandbox();
        sandbox.write("local.toml", "[server]\nprot = 80\n[db.pool]\nmax_size = -1\nmode = \"loud\"\n");
        let mistakes = ["prot", "max_size", "mode", "local.toml:5:8"];
        let before = refusal(&sandbox, &[], "dynamic-config", "before");
        assert_eq!(told(&before, &mistakes).len(), 1, "{before}");
        let after = refusal(&sandbox, &[], "dynamic-config", "after");
        assert_eq!(told(&after, &mistakes), mistakes);
    }

    #[test]
    fn a_password_of_digits() {
        let variables = [("APP_DB_PASSWORD", "00123")];
        let before = refusal(&sandbox(), &variables, "dynamic-config", "before");
        assert!(
            before.contains("password: invalid type") && before.contains("expected a string"),
            "{before}"
        );
        let answer = Program::start(&sandbox(), &variables, "dynamic-config", "after").ask();
        assert!(answer.contains(", 5 letters,"), "{answer}");
    }

    /// A variable that is empty: as if it were not set before, a value after.
    #[test]
    fn an_empty_variable() {
        let variables = [("APP_SERVER_PORT", "")];
        let answer = Program::start(&sandbox(), &variables, "dynamic-config", "before").ask();
        assert!(answer.starts_with("localhost:8080"), "{answer}");
        let after = refusal(&sandbox(), &variables, "dynamic-config", "after");
        assert!(after.contains("from APP_SERVER_PORT (environment)"), "{after}");
    }
}
