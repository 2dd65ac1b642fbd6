//! What hotconf has for the tests of programs.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use hotconf::testing::{Memory, Sandbox, check_defaults};
use hotconf::{Format, Hot, HotConfig, Outcome, Value};
use hotconf_tests::{DEADLINE, wait_until};
use validator::Validate;

#[derive(HotConfig)]
struct AppConfig {
    #[hot(default = 4)]
    workers: u8,
    server: Server,
}

#[derive(HotConfig)]
struct Server {
    #[hot(default = 8000)]
    port: u16,
}

#[test]
fn a_memory_says_what_it_is_told_and_rings() {
    let memory = Memory::new();
    memory.set("server.port", 9000);
    let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build().unwrap();
    let mut changes = cfg.subscribe();
    assert_eq!((cfg.load().workers, cfg.load().server.port), (4, 9000));
    assert_eq!(cfg.explain("server.port").origin().unwrap().to_string(), "memory");

    memory.set("workers", 8);
    assert_eq!(changes.next_timeout(DEADLINE).unwrap().keys(), ["workers"]);
    memory.unset("server.port");
    assert_eq!(changes.next_timeout(DEADLINE).unwrap().new().server.port, 8000);
    memory.set_text(Format::Toml, "server.port = 7000");
    let change = changes.next_timeout(DEADLINE).unwrap();
    assert_eq!((change.new().workers, change.new().server.port), (4, 7000));
    memory.set("workers", Value::Integer(5));
    let change = changes.next_timeout(DEADLINE).unwrap();
    assert_eq!((change.new().workers, change.new().server.port), (5, 8000));
    memory.remove();
    assert_eq!(changes.next_timeout(DEADLINE).unwrap().new().workers, 4);
    assert!(!cfg.status().sources()[0].is_present());
}

#[test]
fn a_memory_that_fails_or_is_wrong_refuses_the_change() {
    let memory = Memory::new();
    memory.set("workers", 5);
    let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build().unwrap();
    memory.fail("the server is away");
    wait_until("the refusal", || cfg.status().last_error().is_some());
    let Outcome::Rejected(error) = cfg.reload() else { panic!("it fails") };
    assert_eq!(error.to_string(), "1 problem in the configuration\nthe server is away\n  from memory");
    memory.set("workers", 1000);
    let Outcome::Rejected(error) = cfg.reload() else { panic!("it is too large") };
    assert!(error.to_string().contains("workers: 1000 is too large"), "{error}");
    assert_eq!((cfg.version(), cfg.load().workers), (1, 5));
    memory.set("workers", 6);
    wait_until("it heals by itself", || cfg.load().workers == 6);
    assert!(cfg.status().last_error().is_none());
}

#[test]
fn one_memory_may_feed_several_stores_and_outlive_them() {
    let memory = Memory::default();
    let [one, two]: [Hot<AppConfig>; 2] =
        std::array::from_fn(|_| Hot::builder().source(memory.clone()).build().unwrap());
    memory.set("workers", 9);
    wait_until("both follow", || one.load().workers == 9 && two.load().workers == 9);
    drop((one, two));
    memory.set("workers", 10);
}

#[test]
fn a_memory_changes_all_its_values_in_one_step() {
    let memory = Memory::new();
    memory.set("server.port", 9000);
    let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build().unwrap();
    let mut changes = cfg.subscribe();
    memory.set_all([("workers", 6)]);
    let change = changes.next_timeout(DEADLINE).unwrap();
    assert_eq!(change.keys(), ["server.port", "workers"]);
    assert_eq!((change.new().workers, change.new().server.port), (6, 8000));
    memory.set("server.port", 7000);
    let change = changes.next_timeout(DEADLINE).unwrap();
    assert_eq!((change.new().workers, change.new().server.port), (6, 7000));
}

#[test]
fn a_sandbox_changes_files_in_the_ways_that_programs_do() {
    let sandbox = Sandbox::new();
    sandbox.write("releases/1/app.toml", "workers = 1");
    sandbox.make_dir("releases/2");
    sandbox.write_in_place("releases/2/app.yaml", "workers: 9");
    sandbox.write_in_place("releases/2/app.yaml", "workers: 2");
    assert_eq!(sandbox.read("releases/2/app.yaml"), "workers: 2");
    sandbox.link("releases/1", "current");
    let cfg = sandbox.builder::<AppConfig>().dir(sandbox.path("current")).build().unwrap();
    let workers = || {
        let _ = cfg.reload();
        cfg.load().workers
    };
    assert_eq!(workers(), 1);
    sandbox.link("releases/2", "current");
    assert_eq!(workers(), 2);
    sandbox.rename("releases/2/app.yaml", "away/app.yaml");
    assert_eq!(workers(), 4);
    sandbox.rename("away", "releases/2/inner");
    assert_eq!(workers(), 4);
    sandbox.write("releases/2/b.json", r#"{"workers": 3}"#);
    assert_eq!(workers(), 3);
    sandbox.remove("current");
    assert!(sandbox.path("releases/2/b.json").exists(), "the link is taken away, and not what it leads to");
    sandbox.remove("releases");
    assert!(std::fs::read_dir(sandbox.root()).unwrap().next().is_none());
    assert!(catch_unwind(|| sandbox.read("releases/1/app.toml")).is_err());
}

#[test]
fn what_a_sandbox_writes_aside_is_no_file_of_a_folder() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/workers", "5");
    // It is as if the write were interrupted before its last step.
    std::fs::create_dir(sandbox.path("secrets/server.port")).unwrap();
    std::fs::write(sandbox.path("secrets/server.port/in_the_way"), "").unwrap();
    assert!(catch_unwind(|| sandbox.write("secrets/server.port", "many")).is_err());
    let cfg = sandbox.builder::<AppConfig>().secrets_dir(sandbox.path("secrets")).build().unwrap();
    assert_eq!(cfg.status().sources()[0].ignored(), [".next.server.port", "server.port"]);
    assert_eq!(cfg.load().workers, 5);
}

#[test]
fn a_sandbox_holds_the_variables_of_the_stores_to_come() {
    let mut sandbox = Sandbox::new();
    sandbox.var("APP_WORKERS", "6").var("APP_SERVER_PORT", "1");
    let first = sandbox.builder::<AppConfig>().env("APP").build().unwrap();
    sandbox.remove_var("APP_WORKERS").remove_var("APP_NONE");
    assert_eq!(sandbox.vars().collect::<Vec<_>>(), [("APP_SERVER_PORT".to_owned(), "1".to_owned())]);
    let second: Hot<AppConfig> = Hot::builder().env_from(sandbox.vars()).env("APP").build().unwrap();
    assert_eq!((first.load().workers, second.load().workers), (6, 4));
    assert_eq!(second.load().server.port, 1);
}

#[test]
fn sandboxes_do_not_meet() {
    let (mut one, two) = (Sandbox::new(), Sandbox::new());
    assert_ne!(one.root(), two.root());
    one.var("APP_WORKERS", "6").var("APP_WORKERS", "7").var("APP_SERVER_PORT", "1");
    one.write("a/b.toml", "workers = 1");
    two.write("a/b.toml", "workers = 2");
    let load = |sandbox: &Sandbox| {
        sandbox.builder::<AppConfig>().file(sandbox.path("a/b.toml")).env("APP").build().unwrap()
    };
    let (first, second) = (load(&one), load(&two));
    assert_eq!((first.load().workers, first.load().server.port), (7, 1));
    assert_eq!((second.load().workers, second.load().server.port), (2, 8000));

    two.write("a/b.toml", "workers = 3");
    assert!(matches!(second.reload(), Outcome::Applied(_)));
    two.remove("a/b.toml");
    assert!(matches!(second.reload(), Outcome::Rejected(_)));
    assert_eq!(second.load().workers, 3);

    let root = one.root().to_owned();
    drop((one, first));
    assert!(!root.exists() && two.root().exists());
    assert!(catch_unwind(|| two.remove("none")).is_err());
}

#[derive(HotConfig, Validate)]
struct Bad {
    url: String,
    #[hot(default = few())]
    #[validate(length(min = 3))]
    list: Vec<u8>,
    tls: Option<Tls>,
    #[hot(default)]
    upstreams: Vec<Tls>,
    #[hot(default)]
    pools: BTreeMap<String, Tls>,
    #[hot(default)]
    numbered: BTreeMap<u16, Node>,
    #[hot(default)]
    #[validate(length(max = 0))]
    none: Vec<Node>,
    node: Node,
}

fn few() -> Vec<u8> {
    vec![1]
}

#[derive(HotConfig, Validate)]
#[validate(schema(function = "is_in_order"))]
struct Tls {
    #[hot(default = 9)]
    low: u8,
    #[hot(default = 5)]
    high: u8,
}

fn is_in_order(tls: &Tls) -> Result<(), validator::ValidationError> {
    if tls.low <= tls.high { Ok(()) } else { Err(validator::ValidationError::new("order")) }
}

#[derive(HotConfig, serde::Serialize)]
struct Node {
    required: String,
    next: Option<Box<Node>>,
}

#[test]
fn good_defaults_pass_and_required_keys_are_no_faults() {
    check_defaults::<AppConfig>();
    check_defaults::<Node>();
}

#[test]
fn bad_defaults_are_named_wherever_they_stand() {
    let panic = catch_unwind(check_defaults::<Bad>).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    println!("{message}");
    assert!(message.starts_with("defaults of Bad: 4 problems"), "{message}");
    for key in ["\nlist: ", "\ntls: ", "\nupstreams.0: ", "\npools.1: "] {
        assert!(message.contains(key), "{key:?} in {message}");
    }
}
