//! The face as the documentation shows it: other programs are written against these very lines.

use hotconf::{Hot, HotConfig};
use std::{collections::BTreeMap, net::IpAddr, time::Duration};
use validator::Validate;

use hotconf_tests::DEADLINE;

/// Settings of the shop.
#[derive(Debug, HotConfig)]
pub struct AppConfig {
    /// Where the shop listens.
    pub server: Server,
    pub database: Database,
    /// How much is logged.
    #[hot(default = "INFO")]
    pub log_level: LogLevel,
    #[hot(default = false)]
    pub debug: bool,
    pub rate_limit: RateLimit,
    /// Feature switches by name.
    #[hot(default)]
    pub feature_flags: BTreeMap<String, bool>,
    #[hot(default)]
    pub upstreams: Vec<Upstream>,
    pub tls: Option<Tls>,
}

#[derive(Debug, HotConfig, Validate)]
pub struct Server {
    #[hot(default = "0.0.0.0", restart)]
    pub host: IpAddr,
    #[hot(default = 8000, restart)]
    #[validate(range(min = 1))]
    pub port: u16,
    #[hot(default = 4)]
    #[validate(range(min = 1, max = 512))]
    pub workers: usize,
    #[hot(default = "30s")]
    pub timeout: Duration,
}

#[derive(Debug, HotConfig)]
pub struct Database {
    #[hot(secret, env = "DATABASE_URL")]
    pub url: String,
    #[hot(default = 10)]
    pub pool_size: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, HotConfig)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
}

#[derive(Debug, HotConfig)]
pub struct RateLimit {
    #[hot(default = 100)]
    pub requests_per_minute: u32,
    #[hot(default = 20)]
    pub burst_size: u32,
}

#[derive(Debug, HotConfig)]
pub struct Upstream {
    pub url: String,
    #[hot(default = 1)]
    pub weight: u32,
}

#[derive(Debug, HotConfig)]
pub struct Tls {
    pub cert: std::path::PathBuf,
    #[hot(secret)]
    pub key: String,
}

struct Files {
    dir: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let files = Self { dir };
        files.write(
            "default.yaml",
            "server:\n  host: \"0.0.0.0\"\n  port: 8000\ndatabase:\n  url: \"postgresql://u:hunter2@db\"\n",
        );
        files.write(
            "production.yaml",
            "server:\n  workers: 8\n  port: 8080\nrate_limit:\n  burst_size: 100\n",
        );
        files
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let aside = self.path(&format!(".{name}.new"));
        std::fs::write(&aside, text).unwrap();
        std::fs::rename(aside, self.path(name)).unwrap();
    }

    fn open(&self) -> Hot<AppConfig> {
        Hot::builder()
            .file(self.path("default.yaml"))
            .optional_file(self.path("production.yaml"))
            .optional_file(self.path("local.yaml"))
            .env_from([("APP_SERVER_PORT".to_owned(), "9000".to_owned())])
            .env("APP")
            .build()
            .unwrap()
    }
}

#[test]
fn load_and_read() -> Result<(), hotconf::Error> {
    let files = Files::new();
    let env = "production";
    let cfg: Hot<AppConfig> = Hot::builder()
        .file(files.path("default.yaml"))
        .optional_file(files.path(&format!("{env}.yaml")))
        .optional_file(files.path("local.yaml"))
        .env_from([])
        .env("APP")
        .provider(figment::providers::Serialized::default("debug", false))
        .arg_overrides(["server.port=9000"])
        .build()?;

    let port = cfg.load().server.port;
    assert_eq!(port, 9000);
    let snap = cfg.snapshot();
    let port = cfg.read(|c| c.server.port);
    assert_eq!(port, snap.server.port);
    let mut reader = cfg.reader();
    let workers = reader.load().server.workers;
    assert_eq!(workers, 8);
    Ok(())
}

#[test]
fn ask_by_key() -> Result<(), hotconf::Error> {
    let files = Files::new();
    let cfg = files.open();
    let snap = cfg.snapshot();

    let keys = AppConfig::keys();
    assert_eq!(keys.server.port.path(), "server.port");
    const PORT: hotconf::Key<AppConfig, u16> = AppConfig::keys().server.port;

    let port: &u16 = keys.server.port.get(&snap);
    assert_eq!((*port, *PORT.get(&snap)), (9000, 9000));
    let value: Option<hotconf::Value> = cfg.get("server.port");
    assert_eq!(value, Some(hotconf::Value::Integer(9000)));
    let port: u16 = cfg.get_as("server.port")?;
    assert_eq!(port, 9000);

    let [default, production] = ["default.yaml", "production.yaml"].map(|name| files.path(name));
    assert_eq!(
        cfg.explain("server.port").to_string(),
        format!(
            "server.port = 9000\n  from APP_SERVER_PORT (environment)\n  over 8080 at {}:3:9\n  over 8000 at {}:3:9\n  \
             over 8000, the default",
            production.display(),
            default.display(),
        )
    );
    let fields: Vec<_> = AppConfig::schema().fields().collect();
    assert_eq!(fields[0].key(), "server.host");
    let port = fields.iter().find(|field| *field.key() == "server.port").unwrap();
    assert_eq!(port.type_name(), "integer (u16)");
    assert_eq!(port.default().as_deref(), Some("8000"));
    assert_eq!(port.rules()[0].to_string(), "range(min = 1)");
    assert!(port.is_restart() && !port.is_secret() && !port.is_required());
    assert_eq!(port.env_names("APP"), ["APP_SERVER_PORT"]);
    let url = fields.iter().find(|field| *field.key() == "database.url").unwrap();
    assert_eq!(url.env_names("APP"), ["APP_DATABASE_URL", "DATABASE_URL"]);
    assert!(url.is_secret() && url.is_required());
    let level = fields.iter().find(|field| *field.key() == "log_level").unwrap();
    assert_eq!(level.doc(), "How much is logged.");
    assert_eq!(level.type_name(), "one of DEBUG, INFO, WARNING, ERROR");
    Ok(())
}

#[test]
fn hear_of_changes() {
    let files = Files::new();
    let cfg = files.open();
    let keys = AppConfig::keys();
    let (heard, hears) = std::sync::mpsc::channel();

    let listener = cfg.on_change({
        let heard = heard.clone();
        move |change| heard.send(format!("{change}")).unwrap()
    });
    cfg.on(keys.log_level, {
        let heard = heard.clone();
        move |old, new| heard.send(format!("{old:?} {new:?}")).unwrap()
    })
    .forever();
    cfg.on(&keys.rate_limit, move |_, new| heard.send(format!("{}", new.burst_size)).unwrap()).forever();
    cfg.on_rejected(|error| println!("{error}")).forever();

    let mut changes = cfg.subscribe();
    files.write("local.yaml", "log_level: DEBUG\nrate_limit:\n  burst_size: 7\n");
    let change = changes.next_timeout(DEADLINE).unwrap();
    println!("version {}: {:?}", change.version(), change.keys());
    assert_eq!(format!("{:?}", change.keys()), r#"["log_level", "rate_limit.burst_size"]"#);
    assert_eq!(change.of(keys.rate_limit.burst_size), Some((&100, &7)));
    assert_eq!(
        change.of(&keys.rate_limit).map(|(old, new)| (old.burst_size, new.burst_size)),
        Some((100, 7))
    );
    assert!(change.of(keys.server.workers).is_none());
    let (old, new) = (change.old(), change.new());
    assert_eq!((old.log_level, new.log_level), (LogLevel::Info, LogLevel::Debug));
    let said: Vec<String> = (0..3).map(|_| hears.recv_timeout(DEADLINE).unwrap()).collect();
    assert_eq!(said, ["version 2: log_level, rate_limit.burst_size", "Info Debug", "7"]);
    drop(listener);
}

#[test]
fn change_it() -> Result<(), hotconf::Error> {
    use hotconf::Outcome;
    let files = Files::new();
    let cfg = files.open();
    let keys = AppConfig::keys();
    match cfg.reload() {
        Outcome::Unchanged => {}
        Outcome::Applied(change) => panic!("{change}"),
        Outcome::Rejected(error) => panic!("{error}"),
        Outcome::Deferred => panic!("nobody is being told of anything"),
    }
    let _ = cfg.set(keys.server.workers, 16)?;
    let _ = cfg.update(|edit| {
        edit.set(keys.debug, true);
        edit.set("rate_limit.burst_size", 50);
        edit.unset("log_level");
    })?;
    let config = cfg.snapshot();
    assert_eq!((config.server.workers, config.debug, config.rate_limit.burst_size), (16, true, 50));
    let status = cfg.status();
    assert_eq!((status.version(), status.last_error(), status.sources().len()), (3, None, 4));
    assert!(status.pending_restart().is_empty() && status.warnings().is_empty());
    assert_eq!(status.watching().len(), 3);
    assert!(status.since() <= std::time::SystemTime::now());
    Ok(())
}

#[test]
fn the_error_text_has_the_documented_shape() {
    let files = Files::new();
    files.write("production.yaml", "server:\n  workers: 8\n  port: 70000\n");
    files.write("local.yaml", "serverr:\n  port: 1\n");
    let [production, local] = ["production.yaml", "local.yaml"].map(|name| files.path(name));
    let error = Hot::<AppConfig>::builder()
        .file(files.path("default.yaml"))
        .optional_file(&production)
        .optional_file(&local)
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "2 problems in the configuration\nserver.port: 70000 is too large for u16 (at most 65535)\n  at \
             {}:3:9\nserverr: unknown key; did you mean `server`?\n  at {}:1:1",
            production.display(),
            local.display()
        )
    );
    let problem = &error.problems()[0];
    assert_eq!(problem.key().unwrap(), "server.port");
    assert_eq!(problem.kind(), hotconf::ProblemKind::OutOfRange);
    assert_eq!(problem.code(), "out-of-range");
    let origin = problem.origin().unwrap();
    assert_eq!((origin.file(), origin.line(), origin.column()), (Some(&*production), Some(3), Some(9)));
    assert_eq!(error.problems()[1].suggestion(), Some("server"));
}
