//! A file of variables: matched as those of the environment are, and followed while the program runs.

use hotconf::{Builder, Hot, HotConfig, OriginKind, Outcome, ProblemKind, Watch};
use hotconf_tests::{DEADLINE, Record, Sandbox};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default = 8000)]
    port: u16,
    server: Server,
    #[hot(default = "none", secret, env = "PGPASSWORD")]
    password: String,
}

#[derive(Debug, HotConfig)]
struct Server {
    #[hot(default = 4)]
    workers: usize,
    #[hot(default)]
    hosts: Vec<String>,
}

fn builder<const N: usize>(variables: [(&str, &str); N]) -> Builder<Config> {
    Hot::builder().env_from(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

#[test]
fn variables_are_matched_by_the_prefixes_of_the_environment() {
    let sandbox = Sandbox::new();
    let text = "# for this machine\nexport APP_PORT=9000\nAPP_SERVER_WORKERS='8'\n\nSERVER_WORKERS=99\n\
                PGPASSWORD=\"p\\\"w\"\nAPP_SERVER_HOSTS=a,b # two\n";
    sandbox.write("app.env", text);
    let cfg = builder([("APP_PORT", "9001")]).env_file(sandbox.at("app.env")).env("APP").build().unwrap();
    let config = cfg.load();
    assert_eq!((config.port, config.server.workers, config.password.as_str()), (9001, 8, "p\"w"));
    assert_eq!(config.server.hosts, ["a", "b"]);
    let path = sandbox.at("app.env").display().to_string();
    assert_eq!(
        cfg.explain("port").to_string(),
        format!(
            "port = 9001\n  from APP_PORT (environment)\n  over 9000 from APP_PORT ({path}:2:17)\n  over 8000, the default"
        )
    );
    let explanation = cfg.explain("server.workers");
    let origin = explanation.origin().unwrap();
    assert_eq!((origin.file(), origin.line()), (Some(sandbox.at("app.env").as_path()), Some(3)));
    assert!(matches!(origin.kind(), OriginKind::EnvironmentFile { .. }));
    assert!(!cfg.explain("password").to_string().contains("p\""));
    let above = builder([("APP_PORT", "9001")]).env("APP").env_file(sandbox.at("app.env")).build().unwrap();
    assert_eq!(above.load().port, 9000);
}

#[test]
fn without_an_environment_names_are_bare() {
    let sandbox = Sandbox::new();
    sandbox.write("app.env", "PORT=9000\nSERVER_WORKERS=8\nHOME=/home/shop\n");
    let cfg = builder([("PORT", "1")]).env_file(sandbox.at("app.env")).build().unwrap();
    assert_eq!((cfg.load().port, cfg.load().server.workers), (9000, 8));
    assert!(cfg.status().warnings().is_empty());
}

#[test]
fn strangers_are_warnings_or_errors_as_those_of_the_environment() {
    let sandbox = Sandbox::new();
    sandbox.write("app.env", "APP_PROT=9000\n");
    let cfg = builder([]).env_file(sandbox.at("app.env")).env("APP").build().unwrap();
    let warning = cfg.status().warnings()[0].to_string();
    let path = sandbox.at("app.env").display().to_string();
    assert!(warning.contains("APP_PROT belongs to no key; did you mean `APP_PORT`"), "{warning}");
    assert!(warning.ends_with(&format!("from APP_PROT ({path}:1:1)")), "{warning}");
    let error = builder([]).env_file(sandbox.at("app.env")).strict_env("APP").build().unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::UnknownVariable);
}

#[test]
fn mistakes_have_their_place_and_show_no_line() {
    let sandbox = Sandbox::new();
    sandbox.write("app.env", "PORT=9000\nk4n4rie\n  1=k4n4rie\nPASSWORD='k4n4rie' k4n4rie\nA=\"k4n4rie");
    let error = builder([]).env_file(sandbox.at("app.env")).build().unwrap_err();
    assert!(!format!("{error:?}").contains("k4n4rie"), "{error}");
    let places = error.problems().iter().map(|problem| {
        let origin = problem.origin().unwrap();
        (problem.kind(), origin.line().unwrap(), origin.column().unwrap())
    });
    let places: Vec<_> = places.collect();
    let syntax = |line, column| (ProblemKind::Syntax, line, column);
    assert_eq!(places, [syntax(2, 8), syntax(3, 3), syntax(4, 20), syntax(5, 3)], "{error}");
    sandbox.write("app.env", "\nPORT=many\n");
    let error = builder([]).env_file(sandbox.at("app.env")).build().unwrap_err();
    let path = sandbox.at("app.env").display().to_string();
    assert!(error.to_string().contains(&format!("from PORT ({path}:2:6)")), "{error}");
}

#[test]
fn the_file_comes_changes_and_goes() {
    let sandbox = Sandbox::new();
    let cfg = builder([]).env_file(sandbox.at("app.env")).env("APP").build().unwrap();
    assert!(!cfg.status().sources()[0].is_present());
    let refusals = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.to_string())).forever();
    let mut changes = cfg.subscribe();
    let mut port = || changes.next_timeout(DEADLINE).unwrap().new().port;
    sandbox.write("app.env", "APP_PORT=1\n");
    assert_eq!(port(), 1);
    sandbox.replace("app.env", "APP_PORT=2\n");
    assert_eq!(port(), 2);
    sandbox.replace("app.env", "APP_PORT='2\n");
    assert!(refusals.wait_for(1)[0].contains("app.env:1:10"), "{:?}", refusals.all());
    sandbox.write("port", "3\n");
    sandbox.replace("app.env", format!("APP_PORT_FILE={}\n", sandbox.at("port").display()));
    assert_eq!(port(), 3);
    sandbox.replace("port", "4\n");
    assert_eq!(port(), 4);
    sandbox.remove("app.env");
    assert_eq!(port(), 8000);
}

#[test]
fn a_file_that_is_emptied_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("app.env", "PORT=1\n");
    let cfg = builder([]).env_file(sandbox.at("app.env")).watch(Watch::Off).build().unwrap();
    sandbox.write("app.env", "\n");
    for _ in 0..2 {
        let Outcome::Rejected(error) = cfg.reload() else { panic!("it had variables") };
        assert_eq!(error.problems()[0].kind(), ProblemKind::EmptySource);
    }
    sandbox.write("app.env", "# nothing\n");
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!(cfg.load().port, 8000);
}
