//! A mark on a section, a map or something flattened covers all beneath it.

use std::collections::BTreeMap;

use hotconf::{Format, Hot, HotConfig, Outcome, Value, testing::Memory};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 1)]
    workers: u32,
    #[hot(restart)]
    server: Server,
    #[hot(default, restart)]
    listeners: BTreeMap<String, Listener>,
    #[hot(default, restart, secret)]
    labels: BTreeMap<String, String>,
    #[hot(restart)]
    #[serde(flatten)]
    network: Network,
    inner: Inner,
}

#[derive(Debug, HotConfig)]
struct Server {
    #[hot(default = 8000)]
    port: u16,
    #[hot(default)]
    names: Vec<String>,
    pool: Pool,
    tls: Option<Tls>,
    #[hot(default)]
    routes: BTreeMap<String, Pool>,
}

#[derive(Debug, HotConfig)]
struct Pool {
    #[hot(default = 10)]
    size: u32,
    #[hot(default = 1)]
    spare: u32,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: String,
}

#[derive(Debug, HotConfig)]
struct Listener {
    port: u16,
    #[hot(default = 100)]
    backlog: u32,
}

#[derive(Debug, HotConfig)]
struct Network {
    #[hot(default = "eth0")]
    #[serde(alias = "nic")]
    interface: String,
    dns: Dns,
    #[hot(default)]
    peers: BTreeMap<String, u16>,
}

#[derive(Debug, HotConfig)]
struct Dns {
    #[hot(default = "::1")]
    address: String,
}

#[derive(Debug, HotConfig)]
struct Inner {
    #[hot(default, restart)]
    #[serde(flatten)]
    rest: BTreeMap<String, u32>,
}

struct Running {
    memory: Memory,
    cfg: Hot<App>,
}

impl Running {
    #[track_caller]
    fn new(text: &str) -> Self {
        let memory = Memory::new();
        memory.set_text(Format::Toml, text);
        let cfg = Hot::builder().source(memory.clone()).build().expect("the first state is good");
        Self { memory, cfg }
    }

    /// Says this text; nothing of it is put in place, and these keys wait.
    #[track_caller]
    fn waits(&self, text: &str, keys: &[&str]) {
        let (before, version) = (format!("{:?}", *self.cfg.load()), self.cfg.version());
        self.memory.set_text(Format::Toml, text);
        let outcome = self.cfg.reload();
        assert!(matches!(outcome, Outcome::Unchanged), "{outcome:?}");
        assert_eq!((format!("{:?}", *self.cfg.load()), self.cfg.version()), (before, version));
        self.expect_pending(keys);
    }

    #[track_caller]
    fn expect_pending(&self, keys: &[&str]) {
        let status = self.cfg.status();
        let pending: Vec<_> = status.pending_restart().iter().map(|pending| pending.key().clone()).collect();
        assert_eq!(pending, keys);
        assert_eq!(status.last_error(), None);
    }
}

#[test]
fn everything_in_a_section_waits() {
    let text = "[server]\nport = 80\nnames = ['a']\n[server.routes.x]\nsize = 5\n";
    let running = Running::new(text);
    running.waits(&text.replace("80", "81"), &["server.port"]);
    running.waits(&text.replace("'a'", "'a', 'b'"), &["server.names"]);
    running.waits(
        &format!("{text}[server.pool]\nsize = 4\nspare = 2\n"),
        &["server.pool.size", "server.pool.spare"],
    );
    running.waits(&format!("{text}[server.tls]\ncert = 'c'\n"), &["server.tls"]);
    running.waits(&format!("{text}spare = 2\n"), &["server.routes.x.spare"]);
    running.waits(&text.replace("[server.routes.x]\nsize = 5\n", ""), &["server.routes.x"]);
    running.waits("# nothing\n", &["server.names", "server.port", "server.routes.x"]);
    running.waits(text, &[]);
}

#[test]
fn an_optional_section_within_one_comes_and_goes_by_a_restart_only() {
    let with = "[server.tls]\ncert = 'c'\n";
    let running = Running::new(with);
    running.waits("[server.tls]\ncert = 'd'\n", &["server.tls.cert"]);
    running.waits("[server]\nport = 8000\n", &["server.tls"]);
    assert_eq!(running.cfg.load().server.tls.as_ref().unwrap().cert, "c");
    running.waits(with, &[]);
}

/// What comes to a map is a change of the map, whose running value is kept.
#[test]
fn entries_of_a_map_come_change_and_go_by_a_restart_only() {
    let text = "[listeners.a]\nport = 1\n[listeners.b]\nport = 2\n";
    let running = Running::new(text);
    running.waits(&text.replace("= 2", "= 3"), &["listeners.b.port"]);
    running.waits("[listeners.b]\nport = 2\n", &["listeners.a"]);
    let more = format!("{text}[listeners.c]\nport = 3\n");
    running.waits(&more, &["listeners"]);
    let pending = running.cfg.status().pending_restart()[0].clone();
    let running_value = "{ a = { backlog = 100, port = 1 }, b = { backlog = 100, port = 2 } }";
    assert_eq!(pending.running().unwrap().to_string(), running_value);
    assert!(pending.configured().unwrap().to_string().contains("c = { backlog = 100, port = 3 }"));
    assert_eq!(pending.origin().unwrap().line(), Some(1));
    assert!(running.cfg.explain("listeners").is_pending());
    let explained = running.cfg.explain("listeners.c").to_string();
    assert!(explained.contains("waits for a restart"), "{explained}");
    // One comes, one changes, one goes.
    running.waits("[listeners.a]\nport = 9\n[listeners.c]\nport = 3\n", &["listeners"]);
    running.waits(&more, &["listeners"]);
    running.waits(text, &[]);
    // The first that comes.
    let running = Running::new("workers = 2\n");
    running.waits(&format!("workers = 2\n{text}"), &["listeners"]);
    assert_eq!(running.cfg.status().pending_restart()[0].running(), Some(&Value::Map(BTreeMap::new())));
    running.waits("workers = 2\n", &[]);
    // The same within a section that has the mark.
    running.waits("workers = 2\n[server.routes.x]\nsize = 1\n", &["server.routes"]);
    running.waits("workers = 2\n", &[]);
}

#[test]
fn the_rest_of_the_edit_applies() {
    let running = Running::new("[listeners.a]\nport = 1\n");
    running.memory.set_text(Format::Toml, "workers = 5\n[listeners.a]\nport = 1\n[listeners.b]\nport = 2\n");
    let _ = running.cfg.reload();
    assert_eq!((running.cfg.load().workers, running.cfg.load().listeners.len()), (5, 1));
    running.expect_pending(&["listeners"]);
    // It waits on, while others come and go.
    running.memory.set_text(Format::Toml, "workers = 6\n[listeners.a]\nport = 1\n[listeners.b]\nport = 2\n");
    let _ = running.cfg.reload();
    assert_eq!((running.cfg.load().workers, running.cfg.load().listeners.len()), (6, 1));
    running.expect_pending(&["listeners"]);
}

#[test]
fn what_is_set_in_a_section_waits_as_well() {
    let running = Running::new("[listeners.a]\nport = 1\n");
    for (key, pending) in [
        ("server.port", "server.port"),
        ("server.pool.size", "server.pool.size"),
        ("listeners.b.port", "listeners"),
        ("listeners.a.port", "listeners.a.port"),
        ("dns.address", "dns.address"),
        ("nic", "interface"),
    ] {
        let value = if key == "nic" || key == "dns.address" {
            Value::String("7".to_owned())
        } else {
            Value::Integer(7)
        };
        assert!(matches!(running.cfg.set(key, value), Ok(Outcome::Unchanged)), "{key}");
        running.expect_pending(&[pending]);
        assert!(matches!(running.cfg.unset(key), Ok(Outcome::Unchanged)), "{key}");
        running.expect_pending(&[]);
    }
}

#[test]
fn everything_in_a_flattened_section_waits() {
    let text = "interface = 'eth1'\n[dns]\naddress = '::2'\n[peers]\na = 1\n";
    let running = Running::new(text);
    running.waits(&text.replace("eth1", "eth2"), &["interface"]);
    running.waits(&text.replace("interface = 'eth1'", "nic = 'eth2'"), &["interface"]);
    running.waits(&text.replace("::2", "::3"), &["dns.address"]);
    running.waits(&text.replace("[dns]\naddress = '::2'\n", ""), &["dns.address"]);
    running.waits(&format!("{text}b = 2\n"), &["peers"]);
    running.waits(&text.replace("a = 1\n", ""), &["peers.a"]);
    running.waits("# nothing\n", &["dns.address", "interface", "peers.a"]);
    running.waits(text, &[]);
    assert_eq!(running.cfg.load().network.interface, "eth1");
}

/// There is no key above its entries whose value could be kept, so that one which comes is put in place.
#[test]
fn entries_of_a_flattened_map_change_and_go_by_a_restart_only() {
    let text = "[inner]\na = 1\nb = 2\n";
    let running = Running::new(text);
    running.waits("[inner]\na = 1\nb = 3\n", &["inner.b"]);
    running.waits("[inner]\na = 1\n", &["inner.b"]);
    running.waits(text, &[]);
    running.memory.set_text(Format::Toml, "[inner]\na = 1\nb = 2\nc = 3\n");
    let _ = running.cfg.reload();
    assert_eq!(running.cfg.load().inner.rest.len(), 3);
    running.expect_pending(&[]);
}

#[test]
fn secrets_in_a_map_are_masked_while_it_waits() {
    let running = Running::new("[labels]\na = 'hunter2-a'\n");
    running.waits("[labels]\na = 'hunter2-a'\nb = 'hunter2-b'\n", &["labels"]);
    let pending = running.cfg.status().pending_restart()[0].clone();
    assert_eq!((pending.running(), pending.configured()), (Some(&Value::Secret), Some(&Value::Secret)));
    let shown =
        format!("{:?} {}", running.cfg.status(), serde_json::to_string(&running.cfg.status()).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}
