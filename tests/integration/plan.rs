//! What would come of the sources, without anything being done.

use std::process::ExitCode;
use std::time::Duration;

use hotconf::testing::Memory;
use hotconf::{Hot, HotConfig, Outcome, ProblemKind, Watch};
use hotconf_tests::{DEADLINE, MOMENT, Record, Sandbox};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 4)]
    workers: u8,
    #[hot(default = 1, restart)]
    slots: u64,
    #[hot(default = "hunter2", secret)]
    password: String,
    #[hot(default = false, deprecated = "use workers")]
    many: bool,
}

const LONG: Duration = Duration::from_secs(3600);

fn store() -> (Hot<App>, Memory) {
    let memory = Memory::new();
    (Hot::builder().source(memory.clone()).settle(LONG, LONG).build().expect("good"), memory)
}

#[test]
fn a_plan_tells_what_a_reload_would_do_and_does_nothing() {
    let (cfg, memory) = store();
    let told = Record::new();
    let (asked, heard) = (told.clone(), told.clone());
    cfg.prepare(move |_, _| {
        asked.push("asked".to_owned());
        Ok(|| ())
    })
    .forever();
    cfg.on_change(move |change| heard.push(change.to_string())).forever();
    memory.set_all([("workers", 8), ("slots", 5)]);
    let plan = cfg.plan();
    assert!(plan.is_good() && plan.error().is_none());
    assert_eq!(plan.change().expect("something differs").of(App::keys().workers), Some((&4, &8)));
    assert_eq!(plan.new().expect("good").workers, 8);
    assert_eq!(
        plan.to_string(),
        "the configuration is good\nof version 1 1 key would change:\n  workers: 4 -> 8, from memory\n\
         1 key waits for a restart:\n  slots: 1 -> 5, from memory"
    );
    assert_eq!((cfg.load().workers, cfg.status().version(), cfg.history().len()), (4, 1, 1));
    assert!(cfg.status().pending_restart().is_empty());
    assert!(told.is_empty());

    // What was planned is done by a reload, as ever.
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!(told.wait_for(2), ["asked", "version 2: workers"]);
    assert_eq!(cfg.plan().to_string().lines().nth(1), Some("nothing of version 2 would change"));
}

#[test]
fn what_goes_back_to_its_default_is_told_alike_whether_it_waits_or_not() {
    let memory = Memory::new();
    memory.set_all([("workers", 8), ("slots", 5)]);
    let cfg: Hot<App> = Hot::builder().source(memory.clone()).settle(LONG, LONG).build().expect("good");
    memory.unset("workers");
    memory.unset("slots");
    let plan = cfg.plan();
    assert_eq!(plan.changes()[0].to_string(), "workers: 8 -> 4, the default");
    assert_eq!(plan.pending_restart()[0].to_string(), "slots: 5 -> 1, the default");
}

#[test]
fn a_plan_tells_all_that_is_wrong() {
    let (cfg, memory) = store();
    memory.set_all([("workers", 800), ("wokers", 8)]);
    let plan = cfg.plan();
    let error = plan.error().expect("it is bad");
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::OutOfRange, ProblemKind::UnknownKey]);
    assert_eq!(plan.to_string(), error.to_string());
    assert_eq!(format!("{plan:#}"), format!("{error:#}"));
    assert!(plan.change().is_none() && plan.new().is_none() && plan.changes().is_empty());
    // A plan is no attempt.
    assert_eq!(cfg.status().last_error(), None);
    assert_eq!(cfg.reload().error(), Some(error));
}

#[test]
fn a_plan_does_not_use_up_the_sign_of_a_change() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 5");
    let cfg: Hot<App> = Hot::builder().file(sandbox.at("app.toml")).build().expect("good");
    let mut changes = cfg.subscribe();
    for workers in 6..10 {
        sandbox.replace("app.toml", format!("workers = {workers}"));
        let plan = cfg.plan();
        assert!(plan.is_good());
        let change = changes.next_timeout(DEADLINE).expect("the change comes all the same");
        assert_eq!(change.new().workers, workers);
    }
    // Below the events there is a net of looks, which would catch what the plan has used up.
    assert_eq!(cfg.status().watcher().missed(), 0);
}

#[test]
fn a_plan_of_a_store_that_does_not_watch_changes_nothing_later() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 5");
    let builder = Hot::<App>::builder().file(sandbox.at("app.toml")).watch(Watch::Off);
    let cfg = builder.build().expect("good");
    let mut changes = cfg.subscribe();
    sandbox.replace("app.toml", "workers = 6");
    assert_eq!(cfg.plan().changes()[0].key(), "workers");
    assert!(changes.next_timeout(MOMENT).is_err());
    assert_eq!(cfg.load().workers, 5);
}

#[test]
fn a_plan_sees_overrides_and_rollbacks_as_a_reload_does() {
    let (cfg, memory) = store();
    memory.set("workers", 8);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    let _ = cfg.set("workers", 9).expect("good");
    memory.set("workers", 7);
    assert!(cfg.plan().changes().is_empty());
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    let _ = cfg.rollback(1).expect("it is kept");
    // The sources are those that the rollback stands against.
    assert!(cfg.plan().changes().is_empty());
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
}

#[test]
fn a_plan_shows_no_secret() {
    let (cfg, memory) = store();
    memory.set("password", "correct horse");
    let plan = cfg.plan();
    let shown = format!("{plan} {plan:?} {}", serde_json::to_string(&plan).expect("json"));
    assert!(shown.contains("password: *** -> ***, from memory"), "{shown}");
    assert!(!shown.contains("horse") && !shown.contains("hunter"), "{shown}");
}

#[test]
fn a_plan_from_a_callback_is_an_error_and_no_deadlock() {
    let (cfg, _memory) = store();
    let weak = cfg.downgrade();
    let told = Record::new();
    let heard = told.clone();
    cfg.on_change(move |_| heard.push(weak.upgrade().expect("there is a handle").plan().to_string()))
        .forever();
    let _ = cfg.set("workers", 5).expect("good");
    assert!(told.wait_for(1)[0].contains("a plan cannot be made from inside of code that the store runs"));
}

#[test]
fn a_builder_plans_what_a_program_would_begin_with() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 5\nmany = true\npassword = \"correct horse\"");
    let sources = || Hot::<App>::builder().file(sandbox.at("app.toml")).arg_overrides(["slots=3"]);
    let plan = sources().prepare_initial(|_| -> Result<fn(), _> { panic!("nobody asks") }).plan();
    let file = sandbox.at("app.toml");
    let file = file.display();
    assert_eq!(
        plan.to_string(),
        format!(
            "the configuration is good\nof the defaults 4 keys differ:\n  many: false -> true, at {file}:2:8\n  \
             password: *** -> ***, at {file}:3:12\n  slots: 1 -> 3, from slots=… (argument)\n  \
             workers: 4 -> 5, at {file}:1:11\n1 warning:\n  many: deprecated: use workers\n  at {file}:2:1"
        )
    );
    assert_eq!(plan.exit_code(), ExitCode::SUCCESS);
    assert!(plan.change().is_none());
    assert_eq!(plan.new().expect("good").workers, 5);

    sandbox.write("app.toml", "workers = 500");
    let bad = sources().plan();
    assert_eq!(bad.exit_code(), ExitCode::FAILURE);
    assert_eq!(bad.error(), sources().build().err().as_ref());
    assert!(format!("{bad:#}").contains("workers = 500"));
    assert_eq!(
        Hot::<App>::builder().plan().to_string(),
        "the configuration is good\nall of it are the defaults"
    );
}

#[test]
fn a_fixed_store_plans_nothing() {
    let cfg = Hot::fixed(App { workers: 1, slots: 1, password: String::new(), many: false });
    let plan = cfg.plan();
    assert!(plan.is_good() && plan.changes().is_empty() && plan.change().is_none());
}
