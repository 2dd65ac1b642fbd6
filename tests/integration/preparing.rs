//! Those who take part in a change: asked before it is published, done after it, and heard when they refuse.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use hotconf::testing::Memory;
use hotconf::{BoxError, Hot, HotConfig, Outcome, ProblemKind};
use hotconf_tests::{DEADLINE, Gate, Record, Sandbox};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 4)]
    workers: u64,
    #[hot(default = 1, restart)]
    slots: u64,
    #[hot(default)]
    database: Database,
}

#[derive(Debug, HotConfig)]
struct Database {
    #[hot(default = "localhost")]
    host: String,
    #[hot(default = "hunter2", secret)]
    password: String,
    #[hot(default = 5432)]
    port: u16,
}

fn store() -> (Hot<App>, Memory) {
    let memory = Memory::new();
    (Hot::builder().source(memory.clone()).build().expect("good"), memory)
}

/// Says what happens to what was prepared.
struct Step {
    told: Record<String>,
    name: &'static str,
}

impl Step {
    fn prepared(told: &Record<String>, name: &'static str) -> Self {
        told.push(format!("{name} is prepared"));
        Self { told: told.clone(), name }
    }

    fn commit(self) {
        self.told.push(format!("{} is done", self.name));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.told.push(format!("{} is dropped", self.name));
    }
}

fn agreeing(
    told: &Record<String>,
    name: &'static str,
) -> impl Fn(&App, &App) -> Result<Box<dyn FnOnce() + Send>, BoxError> + use<> {
    let told = told.clone();
    move |_, _| {
        let step = Step::prepared(&told, name);
        Ok(Box::new(move || step.commit()))
    }
}

#[test]
fn all_prepare_before_the_change_and_are_done_after_it() {
    let (cfg, _memory) = store();
    let told = Record::new();
    let weak = cfg.downgrade();
    let heard = told.clone();
    cfg.prepare(move |old: &App, new: &App| {
        let running = weak.upgrade().expect("there is a handle").load().workers;
        heard.push(format!("from {} to {}, while {running} runs", old.workers, new.workers));
        let (heard, weak) = (heard.clone(), weak.clone());
        Ok(move || heard.push(format!("{} runs", weak.upgrade().expect("there is a handle").load().workers)))
    })
    .forever();
    cfg.prepare(agreeing(&told, "second")).forever();
    let outcome = cfg.set("workers", 8).expect("all agree");
    assert_eq!(outcome.change().expect("it is applied").version(), 2);
    assert_eq!(
        told.all(),
        ["from 4 to 8, while 4 runs", "second is prepared", "8 runs", "second is done", "second is dropped"]
    );
}

#[test]
fn one_refusal_refuses_for_all_and_what_was_prepared_is_dropped_last_first() {
    let (cfg, memory) = store();
    let (told, refusals) = (Record::new(), Record::new());
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.to_string())).forever();
    cfg.prepare(agreeing(&told, "first")).forever();
    cfg.prepare(agreeing(&told, "second")).forever();
    let line = line!() + 1;
    let doubtful = cfg.prepare(|_: &App, new: &App| {
        if new.workers > 100 {
            let cause = std::io::Error::other("the disk is full");
            return Err(BoxError::from(format!("no room for {} workers: {cause}", new.workers)));
        }
        Ok(|| ())
    });
    doubtful.forever();
    cfg.prepare(agreeing(&told, "never asked")).forever();
    memory.set("workers", 101);
    memory.set("database.port", 5433);
    let outcome = cfg.reload();
    let error = outcome.error().expect("it is refused");
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!((problem.kind(), problem.code()), (ProblemKind::Refused, "refused"));
    let expected = format!(
        "the participant of {}:{line} refuses the change of database.port, workers: no room for 101 workers: the disk is full",
        file!()
    );
    assert_eq!(problem.message(), expected);
    assert_eq!(
        told.all(),
        ["first is prepared", "second is prepared", "second is dropped", "first is dropped"]
    );
    assert_eq!((cfg.version(), cfg.load().workers, cfg.load().database.port), (1, 4, 5432));
    assert_eq!(cfg.status().last_error().map(ToString::to_string), Some(error.to_string()));
    // The same content is tried again when somebody asks, and announced once.
    assert!(cfg.reload().error().is_some());
    assert_eq!(told.len(), 8);
    memory.set("workers", 7);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!((cfg.load().workers, cfg.status().last_error().is_none()), (7, true));
    assert_eq!(refusals.wait_for(1).len(), 1);
}

#[test]
fn of_what_is_set_and_refused_nothing_is_kept() {
    let (cfg, memory) = store();
    let refuse = |_: &App, new: &App| if new.workers > 8 { Err("too many".into()) } else { Ok(|| ()) };
    cfg.prepare(refuse).named("the pool").forever();
    let error = cfg.set("workers", 9).expect_err("it is refused");
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(problem.message(), "`the pool` refuses the change of workers: too many");
    assert_eq!(problem.key().map(ToString::to_string).as_deref(), Some("workers"));
    memory.set("workers", 5);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!(cfg.load().workers, 5);
}

#[test]
fn a_panic_refuses_as_well_and_says_whose_it_is() {
    let (cfg, _memory) = store();
    let told = Record::new();
    cfg.prepare(agreeing(&told, "first")).forever();
    let panics = |_: &App, _: &App| -> Result<fn(), BoxError> { panic!("out of order") };
    let participant = cfg.prepare(panics).named("the machine");
    let error = cfg.set("workers", 5).expect_err("it is refused");
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(problem.kind(), ProblemKind::Panic);
    assert_eq!(problem.message(), "`the machine` panicked over the change of workers: out of order");
    assert_eq!(told.all(), ["first is prepared", "first is dropped"]);
    drop(participant);
    assert!(cfg.set("workers", 5).is_ok(), "it takes part no more");
}

#[test]
fn a_panic_after_publication_stops_nobody_and_is_told() {
    let (cfg, _memory) = store();
    let told = Record::new();
    let panics = |_: &App, _: &App| Ok(|| panic!("too late"));
    cfg.prepare(panics).named("the machine").forever();
    cfg.prepare(agreeing(&told, "second")).forever();
    assert!(matches!(cfg.set("workers", 5), Ok(Outcome::Applied(_))));
    assert_eq!(told.all(), ["second is prepared", "second is done", "second is dropped"]);
    let status = cfg.status();
    let [warning] = status.warnings() else { panic!("{status:#?}") };
    let expected = "`the machine` panicked after the change was published: too late";
    assert_eq!((warning.kind(), warning.message()), (ProblemKind::Panic, expected));
}

#[test]
fn a_panic_while_something_is_taken_back_stops_nobody() {
    struct Bad(Record<String>);
    impl Drop for Bad {
        fn drop(&mut self) {
            self.0.push("bad".to_owned());
            panic!("in a destructor");
        }
    }
    let (cfg, _memory) = store();
    let told = Record::new();
    cfg.prepare(agreeing(&told, "first")).forever();
    let heard = told.clone();
    cfg.prepare(move |_: &App, _: &App| {
        let bad = Bad(heard.clone());
        Ok(move || std::mem::forget(bad))
    })
    .forever();
    cfg.prepare(|_: &App, _: &App| -> Result<fn(), BoxError> { Err("no".into()) })
        .named("the last")
        .forever();
    assert!(cfg.set("workers", 5).is_err());
    assert_eq!(told.all(), ["first is prepared", "bad", "first is dropped"]);
}

#[test]
fn a_participant_of_a_key_is_asked_only_where_that_changes() {
    let (cfg, memory) = store();
    let keys = App::keys();
    let told = Record::new();
    let heard = told.clone();
    cfg.prepare_for(keys.database.port, move |old: &u16, new: &u16| {
        heard.push(format!("port {old} {new}"));
        Ok(|| ())
    })
    .forever();
    let heard = told.clone();
    cfg.prepare_for(&keys.database, move |old: &Database, new: &Database| {
        heard.push(format!("database {} {}", old.host, new.host));
        if new.host.is_empty() {
            Err("nowhere")?;
        }
        Ok(|| ())
    })
    .forever();
    let _ = cfg.set("workers", 5).expect("nobody is asked");
    assert!(told.is_empty());
    let _ = cfg.set("database.host", "db").expect("good");
    assert_eq!(told.all(), ["database localhost db"]);
    let _ = cfg.set(keys.database.port, 5433_u16).expect("good");
    assert_eq!(told.all()[1..], ["port 5432 5433", "database db db"]);
    memory.set("workers", 6);
    let error = cfg.update(|edit| {
        edit.set("database.host", "");
        edit.set("database.port", 1);
    });
    let error = error.expect_err("it is refused");
    let key = error.problems()[0].key().map(ToString::to_string);
    assert_eq!(key.as_deref(), Some("database"), "{error}");
    assert_eq!(cfg.load().database.port, 5433);
}

#[test]
fn nobody_is_asked_about_what_is_no_change() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 4\n");
    let cfg: Hot<App> = Hot::builder().file(sandbox.at("app.toml")).build().expect("good");
    let told = Record::new();
    cfg.prepare(agreeing(&told, "it")).forever();
    sandbox.write("app.toml", "workers = 4 # the same\n");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    sandbox.write("app.toml", "workers = \"four\"\n");
    assert!(cfg.reload().error().is_some());
    sandbox.write("app.toml", "workers = 4\nslots = 2\n");
    assert!(matches!(cfg.reload(), Outcome::Unchanged), "it waits for a restart");
    assert_eq!(cfg.status().pending_restart().len(), 1);
    assert!(told.is_empty(), "{:?}", told.all());
    // What is asked about is what will run.
    let told = Record::new();
    let heard = told.clone();
    cfg.prepare(move |_: &App, new: &App| {
        heard.push((new.workers, new.slots));
        Ok(|| ())
    })
    .forever();
    sandbox.write("app.toml", "workers = 5\nslots = 2\n");
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!(told.all(), [(5, 1)]);
}

#[test]
fn a_change_that_nobody_waits_for_is_prepared_as_well() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "workers = 4\n");
    let cfg: Hot<App> = Hot::builder().file(sandbox.at("app.toml")).build().expect("good");
    let refusals = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.problems()[0].kind())).forever();
    let refuse = |_: &App, new: &App| if new.workers > 8 { Err("too many".into()) } else { Ok(|| ()) };
    cfg.prepare(refuse).forever();
    let mut changes = cfg.subscribe();
    sandbox.replace("app.toml", "workers = 9\n");
    assert_eq!(refusals.wait_for(1), [ProblemKind::Refused]);
    sandbox.replace("app.toml", "workers = 8\n");
    assert_eq!(changes.next_timeout(DEADLINE).expect("it is good again").new().workers, 8);
    assert_eq!(cfg.status().last_error(), None);
}

#[test]
fn a_participant_may_call_the_store_and_is_put_off() {
    let (cfg, _memory) = store();
    let told = Record::new();
    let (weak, heard) = (cfg.downgrade(), told.clone());
    cfg.prepare(move |_: &App, new: &App| {
        let cfg = weak.upgrade().expect("there is a handle");
        if new.workers == 5 {
            heard.push(format!("{:?}, {:?}", cfg.reload(), cfg.set("workers", 6).expect("it is put off")));
            // It is not asked about the change under way.
            cfg.prepare(|_: &App, _: &App| -> Result<fn(), BoxError> { Err("later".into()) }).forever();
        }
        Ok(|| ())
    })
    .forever();
    assert!(matches!(cfg.set("workers", 5), Ok(Outcome::Applied(_))));
    assert_eq!(told.all(), ["Deferred, Deferred"]);
    let error = cfg.set("workers", 7).expect_err("the second participant refuses");
    assert!(error.to_string().contains("later"));
    assert_eq!(cfg.load().workers, 5, "what was put off was refused by it too");
}

#[test]
fn no_secret_is_in_what_is_said_of_a_refusal() {
    let (cfg, _memory) = store();
    let told = |_: &App, new: &App| -> Result<fn(), BoxError> {
        Err(format!("postgres://shop:{}@{} does not answer", new.database.password, new.database.host).into())
    };
    cfg.prepare(told).named("the pool").forever();
    let error = cfg.set("database.password", "swordfish").expect_err("it is refused");
    let expected =
        "`the pool` refuses the change of database.password: postgres://shop:***@localhost does not answer";
    assert_eq!(error.problems()[0].message(), expected);
    for text in [format!("{error:#}"), format!("{error:?}"), format!("{:?}", cfg.status())] {
        assert!(!text.contains("swordfish") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn the_first_configuration_is_prepared_for() {
    let told = Record::new();
    let step = |name: &'static str| {
        let told = told.clone();
        move |_: &App| {
            let step = Step::prepared(&told, name);
            Ok(move || step.commit())
        }
    };
    let builder = || Hot::<App>::builder().prepare_initial(step("first")).prepare_initial(step("second"));
    let line = line!() + 1;
    let refused = builder().prepare_initial(|new| -> Result<fn(), BoxError> {
        Err(format!("no way to {} with {}", new.database.host, new.database.password).into())
    });
    let error = refused.build().expect_err("it is refused");
    let expected = format!(
        "the participant of {}:{} refuses the first configuration: no way to localhost with ***",
        file!(),
        line
    );
    assert_eq!(
        (error.problems()[0].kind(), error.problems()[0].message()),
        (ProblemKind::Refused, &*expected)
    );
    let both = ["first is prepared", "second is prepared"];
    assert_eq!(told.all()[..2], both);
    assert_eq!(told.all()[2..], ["second is dropped", "first is dropped"]);
    for build in [
        |builder: hotconf::Builder<App>| drop(builder.build()),
        |builder: hotconf::Builder<App>| drop(builder.load()),
    ] {
        let before = told.len();
        build(builder());
        let done = ["first is done", "first is dropped", "second is done", "second is dropped"];
        assert_eq!(told.all()[before..], [&both[..], &done[..]].concat());
    }
    let panics =
        Hot::<App>::builder().prepare_initial(|_| -> Result<fn(), BoxError> { panic!("out of order") });
    let error = panics.build().expect_err("it is refused");
    assert_eq!(error.problems()[0].kind(), ProblemKind::Panic);
}

#[test]
fn a_store_without_sources_asks_too() {
    let cfg = Hot::fixed(App {
        workers: 1,
        slots: 1,
        database: Database { host: "a".into(), password: "b".into(), port: 1 },
    });
    let app = |workers| App {
        workers,
        slots: 1,
        database: Database { host: "a".into(), password: "b".into(), port: 1 },
    };
    let told = Record::new();
    let (weak, heard) = (cfg.downgrade(), told.clone());
    cfg.prepare(move |old: &App, new: &App| {
        let cfg = weak.upgrade().expect("there is a handle");
        heard.push((old.workers, new.workers, cfg.replace(App { ..app(9) }).error().is_some()));
        if new.workers > 8 {
            Err("too many")?;
        }
        Ok(|| ())
    })
    .forever();
    assert!(cfg.replace(app(9)).error().is_some());
    assert_eq!((cfg.version(), cfg.load().workers), (1, 1));
    assert!(matches!(cfg.replace(app(2)), Outcome::Applied(_)));
    assert_eq!((cfg.version(), cfg.load().workers), (2, 2));
    assert_eq!(told.all(), [(1, 9, true), (1, 2, true)]);
    // Several at once: each is asked about the change from the version before.
    let told = Record::new();
    let heard = told.clone();
    cfg.prepare(move |old: &App, new: &App| {
        let (old, new) = (old.workers, new.workers);
        let heard = heard.clone();
        Ok(move || heard.push((old, new)))
    })
    .forever();
    std::thread::scope(|scope| {
        for workers in [3, 4, 5, 6] {
            let cfg = &cfg;
            scope.spawn(move || assert!(matches!(cfg.replace(app(workers)), Outcome::Applied(_))));
        }
    });
    assert_eq!((cfg.version(), told.len()), (6, 4));
    let mut steps = told.all();
    let mut at = 2;
    while !steps.is_empty() {
        let next = steps.iter().position(|(old, _)| *old == at).expect("each begins where one ended");
        at = steps.swap_remove(next).1;
    }
    assert_eq!(cfg.load().workers, at);
}

#[test]
fn what_is_prepared_while_the_store_ends_is_dropped() {
    let (cfg, _memory) = store();
    let (told, gate) = (Record::new(), Gate::new());
    let (heard, held) = (told.clone(), gate.clone());
    gate.close();
    cfg.prepare(move |_: &App, _: &App| {
        held.pass();
        let step = Step::prepared(&heard, "it");
        Ok(move || step.commit())
    })
    .forever();
    let (snapshot, mut changes) = (cfg.snapshot(), cfg.subscribe());
    std::thread::scope(|scope| {
        let weak = cfg.downgrade();
        let caller = scope.spawn(move || weak.upgrade().map(|cfg| cfg.set("workers", 5)).is_some());
        gate.wait_for_somebody();
        let end = scope.spawn(move || drop(cfg));
        gate.open();
        assert!(caller.join().expect("no panic"));
        end.join().expect("no panic");
    });
    assert_eq!(told.all().first().map(String::as_str), Some("it is prepared"));
    told.wait_for(2);
    // Either it was published before the end, or it was taken back; never both, and never neither.
    let published = changes.by_ref().count() == 1;
    let last = told.all();
    assert_eq!(last.contains(&"it is done".to_owned()), published, "{last:?}");
    assert_eq!(last.last().map(String::as_str), Some("it is dropped"));
    assert_eq!(snapshot.workers, 4);
}

/// What it is for: a socket that moves to another address while the program runs.
#[test]
fn a_socket_moves_only_where_it_can() {
    #[derive(HotConfig)]
    struct Server {
        listen: SocketAddr,
    }
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "listen = \"127.0.0.1:0\"\n");
    let socket = Arc::new(Mutex::new(None));
    let bind = |installed: Arc<Mutex<Option<TcpListener>>>, address: SocketAddr| {
        let bound = TcpListener::bind(address)?;
        Ok(move || *installed.lock().expect("no panic") = Some(bound))
    };
    let first = socket.clone();
    let cfg: Hot<Server> = Hot::builder()
        .file(sandbox.at("app.toml"))
        .prepare_initial(move |new: &Server| bind(first, new.listen))
        .build()
        .expect("it can be bound");
    let installed = socket.clone();
    cfg.prepare_for(Server::keys().listen, move |_: &SocketAddr, new: &SocketAddr| {
        bind(installed.clone(), *new)
    })
    .named("the listening socket")
    .forever();
    let address =
        || socket.lock().expect("no panic").as_ref().map(|socket| socket.local_addr().expect("it is bound"));
    let before = address().expect("it was bound at the start");
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    sandbox.write("app.toml", format!("listen = \"{}\"\n", taken.local_addr().expect("it is bound")));
    let outcome = cfg.reload();
    let error = outcome.error().expect("the port is taken");
    assert!(error.to_string().contains("`the listening socket` refuses the change of listen: "), "{error}");
    assert_eq!(address(), Some(before));
    drop(taken);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)), "the port is free now");
    assert_eq!(address(), Some(cfg.load().listen));
}
