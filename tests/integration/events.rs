//! Changes and those who hear of them: subscriptions, callbacks, refusals, and what a change says of itself.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use hotconf::{
    Bell, Change, ConfigValue, Error, Format, Hot, HotConfig, Listener, OriginKind, Outcome, ProblemKind,
    Reading, SourceError, Subscription, WaitError, WeakHot,
};
use hotconf_tests::{DEADLINE, Gate, MOMENT, Probe, Record, Sandbox, run_alone, wait_until};

#[derive(Debug, HotConfig)]
pub struct Shop {
    pub server: Server,
    #[hot(default = false)]
    pub debug: bool,
    #[hot(default = "info")]
    pub level: Level,
    #[hot(default)]
    pub flags: BTreeMap<String, bool>,
    #[hot(default)]
    pub tenants: BTreeMap<String, Tenant>,
    #[hot(default)]
    pub upstreams: Vec<Upstream>,
    pub tls: Option<Tls>,
}

#[derive(Debug, HotConfig)]
pub struct Server {
    #[hot(default = 8000)]
    pub port: u16,
    #[hot(default = 4)]
    #[serde(alias = "threads")]
    pub workers: u32,
    #[hot(default = "30s")]
    pub timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    Info,
    Error,
}

#[derive(Debug, HotConfig)]
pub struct Tenant {
    #[hot(default = 10)]
    pub quota: u32,
}

#[derive(Debug, HotConfig)]
pub struct Upstream {
    pub url: String,
}

#[derive(Debug, HotConfig)]
pub struct Tls {
    pub cert: String,
    #[hot(default = 443)]
    pub port: u16,
    #[hot(default)]
    pub headers: BTreeMap<String, String>,
    pub client: Option<Client>,
}

#[derive(Debug, HotConfig)]
pub struct Client {
    pub ca: String,
}

fn fresh() -> Hot<Shop> {
    Hot::builder().build().unwrap()
}

/// Sets the number of workers, which has to be another one.
#[track_caller]
fn set_workers(cfg: &Hot<Shop>, workers: u32) -> Change<Shop> {
    match cfg.set(Shop::keys().server.workers, workers) {
        Ok(Outcome::Applied(change)) => change,
        other => panic!("not applied: {other:?}"),
    }
}

/// What a source of one's own says next: a text, or that it cannot.
type Saying = Result<String, &'static str>;

/// A store over one source that a test has in its hands.
struct Store {
    cfg: Hot<Shop>,
    said: Arc<Mutex<Saying>>,
    bell: Bell,
    reads: Gate,
}

impl Store {
    fn saying(text: &str) -> Self {
        let said = Arc::new(Mutex::new(Ok(text.to_owned())));
        let (give, bell) = mpsc::channel();
        let reads = Gate::new();
        let (at_source, passed) = (said.clone(), reads.clone());
        let source = Probe::new("the source", move || {
            passed.pass();
            match at_source.lock().unwrap().clone() {
                Ok(text) => Ok(Reading::text(Format::Toml, text)),
                Err(message) => Err(SourceError::new(message)),
            }
        });
        let source = source.with_bell(move |bell| give.send(bell).unwrap());
        let cfg = Hot::builder().source(source).build().unwrap();
        Self { cfg, said, bell: bell.recv().unwrap(), reads }
    }

    /// Says something else, and has it looked at.
    fn say(&self, text: &str) -> Outcome<Shop> {
        *self.said.lock().unwrap() = Ok(text.to_owned());
        self.cfg.reload()
    }

    /// Says something else, and rings the bell until it was read.
    fn ring(&self, saying: Saying) {
        *self.said.lock().unwrap() = saying;
        let passes = self.reads.passes();
        self.bell.ring();
        self.reads.wait_for_passes(passes + 1);
    }

    #[track_caller]
    fn change(&self, text: &str) -> Change<Shop> {
        match self.say(text) {
            Outcome::Applied(change) => change,
            other => panic!("not applied: {other:?}"),
        }
    }
}

/// Runs its closure when it is dropped.
struct AtEnd<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// The result of a thread, which has to come.
#[track_caller]
fn join<T>(thread: JoinHandle<T>) -> T {
    wait_until("the thread ends", || thread.is_finished());
    thread.join().unwrap()
}

/// A callback that writes the versions of changes down.
fn versions(record: &Record<(u64, u64)>) -> impl FnMut(&Change<Shop>) + Send + 'static {
    let record = record.clone();
    move |change| record.push((change.old().version(), change.new().version()))
}

/// Waits until the callbacks of a store have been told of all that has happened. The fence is a callback that is called
/// after those that were registered before it.
fn callbacks_are_done(cfg: &Hot<Shop>) {
    let heard = Record::new();
    let fence = {
        let heard = heard.clone();
        cfg.on_change(move |change| heard.push(change.version()))
    };
    let debug = !cfg.load().debug;
    let version = cfg.set("debug", debug).unwrap().change().unwrap().version();
    wait_until("the fence is reached", || heard.all().last() == Some(&version));
    drop(fence);
}

// ---- Subscriptions

#[test]
fn an_iterator_of_changes() {
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    let (tell, told) = mpsc::channel();
    let thread = thread::spawn(move || {
        // By the trait, as a `for` loop has it.
        for change in changes.by_ref() {
            tell.send((change.version(), change.new().server.workers)).unwrap();
        }
        assert!(changes.next().is_none() && changes.try_next().is_none());
    });
    for workers in 10..20 {
        let version = set_workers(&cfg, workers).version();
        assert_eq!(told.recv_timeout(DEADLINE).unwrap(), (version, workers));
    }
    drop(cfg);
    join(thread);
}

#[test]
fn waiting_for_a_time() {
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    assert_eq!(changes.next_timeout(Duration::ZERO).unwrap_err(), WaitError::Timeout);
    let start = Instant::now();
    assert_eq!(changes.next_timeout(MOMENT).unwrap_err(), WaitError::Timeout);
    assert!(start.elapsed() >= MOMENT);
    // One that is there is given whatever the time is.
    set_workers(&cfg, 5);
    assert_eq!(changes.next_timeout(Duration::ZERO).unwrap().version(), 2);
    // One that comes while it waits.
    let (waits, is_waiting) = mpsc::channel();
    let waiting = thread::spawn(move || {
        waits.send(()).unwrap();
        let change = changes.next_timeout(DEADLINE).unwrap();
        assert_eq!(change.version(), 3);
        waits.send(()).unwrap();
        // The end that comes while it waits.
        assert_eq!(changes.next_timeout(DEADLINE).unwrap_err(), WaitError::Closed);
        changes
    });
    is_waiting.recv().unwrap();
    set_workers(&cfg, 6);
    is_waiting.recv().unwrap();
    drop(cfg);
    let mut changes = join(waiting);
    assert_eq!(changes.next_timeout(Duration::ZERO).unwrap_err(), WaitError::Closed);
    assert_eq!(WaitError::Timeout.to_string(), "nothing has changed within the time");
    assert_eq!(WaitError::Closed.to_string(), "the configuration's last handle is gone");
}

#[test]
fn trying_does_not_wait() {
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    assert!(changes.try_next().is_none());
    let change = set_workers(&cfg, 5);
    let tried = changes.try_next().unwrap();
    assert_eq!((tried.version(), tried.keys()), (change.version(), change.keys()));
    assert!(changes.try_next().is_none());
    // A subscription hears of nothing that was before it.
    assert!(cfg.subscribe().try_next().is_none());
}

#[test]
fn the_end_comes_after_the_newest() {
    let cfg = fresh();
    let ways: [fn(Subscription<Shop>) -> Vec<u64>; 4] = [
        |changes| changes.map(|change| change.version()).collect(),
        |mut changes| {
            let mut versions = Vec::new();
            while let Ok(change) = changes.next_timeout(DEADLINE) {
                versions.push(change.version());
            }
            versions
        },
        |mut changes| std::iter::from_fn(|| changes.try_next()).map(|change| change.version()).collect(),
        |mut changes| {
            let versions = || block_on(changes.changed()).map(|change| change.version());
            std::iter::from_fn(versions).collect()
        },
    ];
    let subscriptions: Vec<_> = ways.iter().map(|_| cfg.subscribe()).collect();
    let weak = cfg.downgrade();
    let clone = cfg.clone();
    drop(cfg);
    set_workers(&clone, 5);
    set_workers(&clone, 6);
    drop(clone);
    assert!(weak.upgrade().is_none(), "subscriptions do not keep a store going");
    for (way, subscription) in ways.iter().zip(subscriptions) {
        let way = *way;
        assert_eq!(join(thread::spawn(move || way(subscription))), [3]);
    }
}

#[test]
fn a_slow_subscription_sees_merged_changes() {
    let cfg = fresh();
    let keys = Shop::keys();
    let mut changes = cfg.subscribe();
    set_workers(&cfg, 5);
    let _ = cfg.set(keys.debug, true).unwrap();
    set_workers(&cfg, 6);
    let _ = cfg.set("flags.dark_mode", true).unwrap();
    let change = changes.next().unwrap();
    assert_eq!((change.old().version(), change.new().version()), (1, 5));
    assert_eq!(change.keys(), ["debug", "flags.dark_mode", "server.workers"]);
    assert_eq!(change.of(keys.server.workers), Some((&4, &6)));
    assert!(changes.try_next().is_none());
    // What it saw last is where the next one starts.
    set_workers(&cfg, 7);
    let change = changes.next().unwrap();
    assert_eq!((change.old().version(), change.new().version()), (5, 6));
    assert_eq!((change.of(keys.server.workers), change.of(keys.debug)), (Some((&6, &7)), None));
    // There and back again: a later version with the same values.
    set_workers(&cfg, 8);
    set_workers(&cfg, 7);
    let change = changes.next().unwrap();
    assert_eq!((change.version(), change.keys().len()), (8, 0));
    assert_eq!(change.to_string(), "version 8: nothing differs");
    assert!(change.of(keys.server.workers).is_none() && change.of(keys).is_none());
}

// ---- Subscriptions, asynchronously

/// Wakes a thread that is parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "the future was not woken");
        thread::park_timeout(left);
    }
}

/// Counts how often it is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Count {
    fn new() -> (Arc<Self>, Waker) {
        let count = Arc::new(Self::default());
        (count.clone(), Waker::from(count))
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The version that comes, if it is there already.
fn poll(changes: &mut Subscription<Shop>, waker: &Waker) -> Poll<Option<u64>> {
    let polled = pin!(changes.changed()).poll(&mut Context::from_waker(waker));
    polled.map(|change| change.map(|change| change.version()))
}

#[test]
fn awaiting_changes() {
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    let (tell, told) = mpsc::channel();
    let thread = thread::spawn(move || {
        block_on(async {
            while let Some(change) = changes.changed().await {
                tell.send(change.version()).unwrap();
            }
            assert!(changes.changed().await.is_none());
        });
    });
    for workers in 10..200 {
        let version = set_workers(&cfg, workers).version();
        assert_eq!(told.recv_timeout(DEADLINE).unwrap(), version);
    }
    drop(cfg);
    join(thread);
}

#[test]
fn the_last_waker_is_woken_once() {
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    let ((first, waker_of_first), (second, waker_of_second)) = (Count::new(), Count::new());
    assert_eq!(poll(&mut changes, &waker_of_first), Poll::Pending);
    assert_eq!(poll(&mut changes, &waker_of_second), Poll::Pending);
    // The task has moved: nobody keeps its former waker.
    drop(waker_of_first);
    assert_eq!(Arc::strong_count(&first), 1);
    set_workers(&cfg, 5);
    set_workers(&cfg, 6);
    assert_eq!((first.get(), second.get()), (0, 1));
    assert_eq!(poll(&mut changes, &waker_of_second), Poll::Ready(Some(3)));
    // It is not waiting any more, so nobody is woken.
    set_workers(&cfg, 7);
    assert_eq!(second.get(), 1);
    assert_eq!(poll(&mut changes, &waker_of_second), Poll::Ready(Some(4)));
    assert_eq!(poll(&mut changes, &waker_of_second), Poll::Pending);
    // The end wakes too.
    drop(cfg);
    assert_eq!(second.get(), 2);
    assert_eq!(poll(&mut changes, &waker_of_second), Poll::Ready(None));
    assert_eq!(poll(&mut changes, &waker_of_second), Poll::Ready(None));
    drop(waker_of_second);
    assert_eq!(Arc::strong_count(&second), 1);
}

#[test]
fn a_future_may_be_dropped() {
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    let (count, waker) = Count::new();
    // `poll` drops its future each time, before and after it was woken.
    assert_eq!(poll(&mut changes, &waker), Poll::Pending);
    set_workers(&cfg, 5);
    assert_eq!(count.get(), 1);
    // One that was never asked is dropped as well.
    drop(changes.changed());
    assert_eq!(changes.try_next().unwrap().version(), 2);
    // Ways of waiting may be mixed.
    assert_eq!(poll(&mut changes, &waker), Poll::Pending);
    set_workers(&cfg, 6);
    assert_eq!(changes.next().unwrap().version(), 3);
    assert_eq!(poll(&mut changes, &waker), Poll::Pending);
    set_workers(&cfg, 7);
    assert_eq!(block_on(changes.changed()).unwrap().version(), 4);
}

#[test]
fn thousands_of_subscriptions_leave_nothing_behind() {
    let cfg = fresh();
    let (count, waker) = Count::new();
    let mut kept = VecDeque::new();
    for turn in 0..5000 {
        let mut changes = cfg.subscribe();
        assert_eq!(poll(&mut changes, &waker), Poll::Pending);
        assert_eq!(poll(&mut changes, &waker), Poll::Pending);
        kept.push_back(changes);
        if turn % 3 > 0 {
            kept.pop_front();
        }
    }
    // Each that is there is woken once; those that are gone are not.
    let (waiting, before) = (kept.len(), count.get());
    set_workers(&cfg, 5);
    assert_eq!(count.get() - before, waiting);
    assert!(kept.iter_mut().all(|changes| poll(changes, &waker) == Poll::Ready(Some(2))));
    assert!(kept.iter_mut().all(|changes| poll(changes, &waker) == Poll::Pending));
    drop(kept);
    drop(waker);
    assert_eq!(Arc::strong_count(&count), 1, "no waker is left");
    wait_until("only the newest is left", || cfg.status().live_snapshots() == 1);
}

/// A task of an executor that has several threads.
struct Task {
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: mpsc::Sender<Arc<Task>>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let queue = self.queue.clone();
        // The threads are gone when the test is over.
        let _ = queue.send(self);
    }
}

/// Tasks that are woken on the thread of the store and go on now on this thread, now on that one.
#[test]
fn tasks_on_several_threads_all_end_at_the_newest() {
    let cfg = fresh();
    let (queue, tasks) = mpsc::channel::<Arc<Task>>();
    let tasks = Mutex::new(tasks);
    let ended = Record::new();
    for _ in 0..20 {
        let (mut changes, ended) = (cfg.subscribe(), ended.clone());
        let future = async move {
            let mut last = 1;
            while let Some(change) = changes.changed().await {
                assert_eq!(change.old().version(), last, "no change is left out");
                last = change.version();
            }
            ended.push(last);
        };
        let future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(future);
        queue.send(Arc::new(Task { future: Mutex::new(Some(future)), queue: queue.clone() })).unwrap();
    }
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let _over = AtEnd(|| is_over.store(true, Ordering::SeqCst));
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let task = tasks.lock().unwrap().recv_timeout(Duration::from_millis(5));
                    let Ok(task) = task else { continue };
                    // A task that is woken while it runs is polled again by the thread that takes it then.
                    let mut future = task.future.lock().unwrap();
                    let waker = Waker::from(task.clone());
                    let is_ready = future.as_mut().is_some_and(|future| {
                        future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
                    });
                    if is_ready {
                        *future = None;
                    }
                }
            });
        }
        for workers in 0..300 {
            set_workers(&cfg, 1000 + workers);
        }
        drop(cfg);
        assert_eq!(ended.wait_for(20), [301; 20]);
    });
}

#[test]
fn threads_all_end_at_the_newest() {
    let cfg = fresh();
    let threads: Vec<_> = (0..4)
        .map(|way| {
            let mut changes = cfg.subscribe();
            thread::spawn(move || {
                let mut last = 1;
                loop {
                    let change = match way {
                        0 => changes.next(),
                        1 => changes.next_timeout(DEADLINE).ok(),
                        _ => block_on(changes.changed()),
                    };
                    let Some(change) = change else { return last };
                    assert_eq!(change.old().version(), last);
                    last = change.version();
                }
            })
        })
        .collect();
    for workers in 0..300 {
        set_workers(&cfg, 1000 + workers);
    }
    drop(cfg);
    for thread in threads {
        assert_eq!(join(thread), 301);
    }
}

/// Does everything that one may want to do when it is woken.
struct Busy {
    cfg: WeakHot<Shop>,
    did: Record<String>,
}

impl Wake for Busy {
    fn wake(self: Arc<Self>) {
        let Some(cfg) = self.cfg.upgrade() else { return };
        let (_, waker) = Count::new();
        let mut others = cfg.subscribe();
        let is_pending = poll(&mut others, &waker).is_pending();
        drop((others, cfg.on_change(|_| {})));
        let outcome = cfg.set("debug", true);
        self.did.push(format!("{} {} {is_pending} {outcome:?}", cfg.load().server.workers, cfg.version()));
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(cfg) = self.cfg.upgrade() {
            let (_, waker) = Count::new();
            assert!(poll(&mut cfg.subscribe(), &waker).is_pending());
        }
        self.did.push(format!("ended in version {:?}", self.cfg.upgrade().map(|cfg| cfg.version())));
    }
}

/// A waker is foreign code: no lock is held while it is woken, cloned or dropped.
#[test]
fn a_waker_may_use_the_store() {
    let cfg = fresh();
    let did = Record::new();
    let waker = || Waker::from(Arc::new(Busy { cfg: cfg.downgrade(), did: did.clone() }));
    let mut changes = cfg.subscribe();
    assert_eq!(poll(&mut changes, &waker()), Poll::Pending);
    assert_eq!(poll(&mut changes, &waker()), Poll::Pending);
    assert_eq!(did.all(), ["ended in version Some(1)"]);
    set_workers(&cfg, 5);
    assert_eq!(did.wait_for(3)[1..], ["5 2 true Ok(Deferred)", "ended in version Some(2)"]);
    wait_until("what was deferred is done", || cfg.load().debug);
    assert_eq!(poll(&mut changes, &waker()), Poll::Ready(Some(3)));
    assert_eq!(poll(&mut changes, &waker()), Poll::Pending);
    drop(changes);
    assert_eq!(did.len(), 5);
}

/// Notes what the status tells when it is woken.
struct Curious {
    cfg: WeakHot<Shop>,
    told: Record<u64>,
}

impl Wake for Curious {
    fn wake(self: Arc<Self>) {
        if let Some(cfg) = self.cfg.upgrade() {
            self.told.push(cfg.status().version());
        }
    }
}

#[test]
fn whoever_is_told_of_a_version_finds_it_in_the_status() {
    let cfg = fresh();
    let told = Record::new();
    let waker = Waker::from(Arc::new(Curious { cfg: cfg.downgrade(), told: told.clone() }));
    let mut changes = cfg.subscribe();
    for workers in 10..13 {
        assert_eq!(poll(&mut changes, &waker), Poll::Pending);
        let version = set_workers(&cfg, workers).version();
        assert_eq!(told.all().last(), Some(&version));
        assert_eq!(poll(&mut changes, &waker), Poll::Ready(Some(version)));
    }
}

/// Panics when it is woken.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("a waker panics on purpose");
    }
}

#[test]
fn a_waker_that_panics_stops_nobody() {
    let cfg = fresh();
    let heard = Record::new();
    cfg.on_change(versions(&heard)).forever();
    let (mut bad, mut good) = (cfg.subscribe(), cfg.subscribe());
    let (count, waker) = Count::new();
    assert_eq!(poll(&mut bad, &Waker::from(Arc::new(Panics))), Poll::Pending);
    assert_eq!(poll(&mut good, &waker), Poll::Pending);
    assert_eq!(set_workers(&cfg, 5).version(), 2);
    wait_until("the other one is woken", || count.get() == 1);
    assert_eq!(heard.wait_for(1), [(1, 2)]);
    assert_eq!(poll(&mut bad, &Waker::from(Arc::new(Panics))), Poll::Ready(Some(2)));
    // At the end too, which is in somebody's `drop`.
    assert_eq!(poll(&mut bad, &Waker::from(Arc::new(Panics))), Poll::Pending);
    assert_eq!(poll(&mut good, &waker), Poll::Ready(Some(2)));
    assert_eq!(poll(&mut good, &waker), Poll::Pending);
    drop(cfg);
    assert_eq!(count.get(), 2);
}

// ---- Callbacks

#[test]
fn callbacks_hear_of_what_concerns_them() {
    let store = Store::saying("server.port = 1");
    let keys = Shop::keys();
    let heard = Record::new();
    let listen = |name: &'static str| {
        let heard = heard.clone();
        move |text: String| heard.push(format!("{name}: {text}"))
    };
    let said = listen("root");
    let _root = store.cfg.on(keys, move |old, new| said(format!("{} {}", old.server.port, new.server.port)));
    let said = listen("server");
    let _server = store.cfg.on(keys.server, move |old, new| said(format!("{} {}", old.workers, new.workers)));
    let said = listen("port");
    let _port = store.cfg.on(keys.server.port, move |old, new| said(format!("{old} {new}")));
    let said = listen("timeout");
    let _timeout = store.cfg.on(&keys.server.timeout, move |old, new| said(format!("{old:?} {new:?}")));
    let said = listen("level");
    let _level = store.cfg.on(keys.level, move |old, new| said(format!("{old:?} {new:?}")));
    let said = listen("flags");
    let _flags = store.cfg.on(keys.flags, move |old, new| said(format!("{old:?} {new:?}")));
    let said = listen("tenants");
    let _tenants = store.cfg.on(keys.tenants, move |old, new| said(format!("{} {}", old.len(), new.len())));
    let said = listen("upstreams");
    let _upstreams =
        store.cfg.on(keys.upstreams, move |old, new| said(format!("{} {}", old.len(), new.len())));
    let said = listen("tls");
    let _tls = store.cfg.on(keys.tls, move |old, new| {
        let certificate = |tls: &Option<Tls>| tls.as_ref().map_or("none".to_owned(), |tls| tls.cert.clone());
        said(format!("{} {}", certificate(old), certificate(new)));
    });
    let said = listen("all");
    let _all = store.cfg.on_change(move |change| said(change.to_string()));

    let mut told = 0;
    let mut step = |text: &str, expected: &[&str]| {
        store.change(text);
        told += expected.len();
        let heard = heard.wait_for(told);
        assert_eq!(heard[told - expected.len()..], *expected);
    };
    step("server.port = 2", &["root: 1 2", "server: 4 4", "port: 1 2", "all: version 2: server.port"]);
    step(
        "server.port = 2\nserver.timeout = '1m'\nlevel = 'error'\n",
        &[
            "root: 2 2",
            "server: 4 4",
            "timeout: 30s 60s",
            "level: Info Error",
            "all: version 3: level, server.timeout",
        ],
    );
    let base = "server.port = 2\nserver.timeout = '1m'\nlevel = 'error'\n";
    step(
        &format!("{base}flags.dark = true\n"),
        &["root: 2 2", "flags: {} {\"dark\": true}", "all: version 4: flags.dark"],
    );
    step(
        &format!("{base}flags.dark = false\ntenants.one.quota = 1\n"),
        &[
            "root: 2 2",
            "flags: {\"dark\": true} {\"dark\": false}",
            "tenants: 0 1",
            "all: version 5: flags.dark, tenants.one",
        ],
    );
    step(
        &format!("{base}flags.dark = false\ntenants.one.quota = 2\n"),
        &["root: 2 2", "tenants: 1 1", "all: version 6: tenants.one.quota"],
    );
    step(
        &format!("{base}upstreams = [{{ url = 'a' }}]\n"),
        &[
            "root: 2 2",
            "flags: {\"dark\": false} {}",
            "tenants: 1 0",
            "upstreams: 0 1",
            "all: version 7: flags.dark, tenants.one, upstreams",
        ],
    );
    step(
        &format!("{base}upstreams = [{{ url = 'b' }}]\n"),
        &["root: 2 2", "upstreams: 1 1", "all: version 8: upstreams"],
    );
    step(
        &format!("{base}upstreams = [{{ url = 'b' }}]\ntls.cert = 'c'\n"),
        &["root: 2 2", "tls: none c", "all: version 9: tls.cert, tls.port"],
    );
    step(
        &format!("{base}upstreams = [{{ url = 'b' }}]\ntls.cert = 'd'\n"),
        &["root: 2 2", "tls: c d", "all: version 10: tls.cert"],
    );
    step(
        &format!("{base}upstreams = [{{ url = 'b' }}]\n"),
        &["root: 2 2", "tls: d none", "all: version 11: tls.cert, tls.port"],
    );
    callbacks_are_done(&store.cfg);
    assert_eq!(heard.len(), told + 2, "the fence is heard by two of them, and nothing else was");
}

#[test]
fn callbacks_run_in_the_order_of_their_registration() {
    let cfg = fresh();
    let keys = Shop::keys();
    let heard = Record::new();
    let name = |name: u32| {
        let heard = heard.clone();
        move || heard.push(name)
    };
    let mut listeners = Vec::new();
    for at in (0..40).step_by(4) {
        let (all, leaf, section, root) = (name(at), name(at + 1), name(at + 2), name(at + 3));
        listeners.push(cfg.on_change(move |_| all()));
        listeners.push(cfg.on(keys.server.workers, move |_, _| leaf()));
        listeners.push(cfg.on(keys.server, move |_, _| section()));
        listeners.push(cfg.on(keys, move |_, _| root()));
    }
    set_workers(&cfg, 5);
    assert_eq!(heard.wait_for(40), (0..40).collect::<Vec<_>>());
    // Also where some are gone and others have come.
    drop(listeners.drain(4..36));
    let late = name(40);
    listeners.push(cfg.on(keys.server.workers, move |_, _| late()));
    set_workers(&cfg, 6);
    assert_eq!(heard.wait_for(49)[40..], [0, 1, 2, 3, 36, 37, 38, 39, 40]);
}

/// Tells when it is dropped, and uses the store for it: so no lock may be held.
struct TellsItsEnd {
    cfg: WeakHot<Shop>,
    ends: Record<Option<u32>>,
}

impl Drop for TellsItsEnd {
    fn drop(&mut self) {
        let cfg = self.cfg.upgrade();
        if let Some(cfg) = &cfg {
            drop(cfg.on_change(|_| {}));
        }
        self.ends.push(cfg.map(|cfg| cfg.load().server.workers));
    }
}

#[test]
fn a_listener_that_is_dropped_is_called_no_more() {
    let cfg = fresh();
    let (heard, ends) = (Record::new(), Record::new());
    let end = TellsItsEnd { cfg: cfg.downgrade(), ends: ends.clone() };
    let mut write = versions(&heard);
    let listener = cfg.on_change(move |change| {
        let _ = &end;
        write(change);
    });
    let kept = cfg.on_change(versions(&heard));
    set_workers(&cfg, 5);
    assert_eq!(heard.wait_for(2), [(1, 2), (1, 2)]);
    drop(listener);
    assert_eq!(ends.all(), [Some(5)], "what it captured ends with it");
    set_workers(&cfg, 6);
    assert_eq!(heard.wait_for(3)[2..], [(2, 3)]);
    callbacks_are_done(&cfg);
    assert_eq!(heard.len(), 4);
    drop(kept);
}

#[test]
fn a_listener_may_be_dropped_in_its_own_callback_and_in_another() {
    let cfg = fresh();
    let (heard, ends) = (Record::new(), Record::new());
    let slot: Arc<Mutex<Vec<Listener>>> = Arc::default();
    let end = TellsItsEnd { cfg: cfg.downgrade(), ends: ends.clone() };
    let (mut write, own) = (versions(&heard), slot.clone());
    let listener = cfg.on_change(move |change| {
        let _ = &end;
        write(change);
        // Drops this very listener, and the next one before its turn.
        drop(std::mem::take(&mut *own.lock().unwrap()));
        assert!(change.new().server.workers > 0);
    });
    slot.lock().unwrap().extend([listener, cfg.on_change(versions(&heard))]);
    let last = cfg.on_change(versions(&heard));
    set_workers(&cfg, 5);
    set_workers(&cfg, 6);
    wait_until("the last one heard of the newest", || heard.all().last().is_some_and(|heard| heard.1 == 3));
    let heard = heard.all();
    assert!(heard == [(1, 2), (1, 2), (2, 3)] || heard == [(1, 3), (1, 3)], "{heard:?}");
    assert_eq!(ends.len(), 1);
    drop(last);
}

#[test]
fn dropping_a_listener_does_not_wait_for_it() {
    let cfg = fresh();
    let (gate, heard) = (Gate::new(), Record::new());
    gate.close();
    let (mut write, at_callback) = (versions(&heard), gate.clone());
    let listener = cfg.on_change(move |change| {
        at_callback.pass();
        write(change);
    });
    set_workers(&cfg, 5);
    gate.wait_for_somebody();
    drop(listener);
    gate.open();
    assert_eq!(heard.wait_for(1), [(1, 2)]);
    callbacks_are_done(&cfg);
    assert_eq!(heard.len(), 1);
}

#[test]
fn forever_is_as_long_as_the_store() {
    let cfg = fresh();
    let (heard, ends) = (Record::new(), Record::new());
    let end = TellsItsEnd { cfg: cfg.downgrade(), ends: ends.clone() };
    let mut write = versions(&heard);
    cfg.on_change(move |change| {
        let _ = &end;
        write(change);
    })
    .forever();
    for workers in 5..8 {
        set_workers(&cfg, workers);
        heard.wait_for(workers as usize - 4);
    }
    // What has happened is told, also when the store has ended meanwhile.
    set_workers(&cfg, 8);
    drop(cfg);
    assert_eq!(heard.wait_for(4), [(1, 2), (2, 3), (3, 4), (4, 5)]);
    assert_eq!(ends.wait_for(1), [None]);
}

#[test]
fn a_listener_may_outlive_its_store() {
    let cfg = fresh();
    let ends = Record::new();
    let end = TellsItsEnd { cfg: cfg.downgrade(), ends: ends.clone() };
    let listener = cfg.on_change(move |_| drop(end.cfg.clone()));
    drop(cfg);
    assert_eq!(ends.wait_for(1), [None], "the callback ends with the store");
    drop(listener);
}

#[test]
fn a_panic_in_a_callback_is_caught_and_told() {
    let store = Store::saying("");
    let keys = Shop::keys();
    let heard = Record::new();
    let _first = store.cfg.on_change(versions(&heard));
    let _bad = store.cfg.on_change(|_| panic!("on purpose, in on_change"));
    let _worse = store.cfg.on(keys.server.workers, |_, new| panic!("on purpose, at {new}"));
    let _rejected = store.cfg.on_rejected(|_| panic!("on purpose, in on_rejected"));
    let last = Record::new();
    let _last = store.cfg.on_change(versions(&last));
    set_workers(&store.cfg, 5);
    assert_eq!((heard.wait_for(1), last.wait_for(1)), (vec![(1, 2)], vec![(1, 2)]));
    // They are called again all the same.
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let _again = store.cfg.on_change(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        panic!("on purpose, each time");
    });
    set_workers(&store.cfg, 6);
    last.wait_for(2);
    set_workers(&store.cfg, 7);
    assert_eq!(last.wait_for(3)[1..], [(2, 3), (3, 4)]);
    wait_until("it is called twice", || calls.load(Ordering::SeqCst) == 2);
    store.ring(Err("out of order"));
    let panics = || {
        let status = store.cfg.status();
        let panics = status.warnings().iter().filter(|warning| warning.kind() == ProblemKind::Panic);
        panics.map(|panic| panic.message().to_owned()).collect::<Vec<_>>()
    };
    let expected = [
        "a callback panicked: on purpose, in on_change",
        "a callback panicked: on purpose, at 5",
        "a callback panicked: on purpose, at 6",
        "a callback panicked: on purpose, each time",
        "a callback panicked: on purpose, at 7",
        "a callback panicked: on purpose, in on_rejected",
    ];
    wait_until("all are told", || panics().len() >= expected.len());
    assert_eq!(panics(), expected);
    // They are still there after the next change.
    store.ring(Ok("debug = true".to_owned()));
    wait_until("the source has recovered", || store.cfg.load().debug);
    assert_eq!(panics()[..expected.len()], expected);
}

/// All in one callback: whatever it calls answers, and what cannot be done within is done right after.
#[test]
fn a_callback_may_call_anything() {
    let sandbox = Sandbox::new();
    sandbox.write("shop.toml", "server.port = 1");
    let cfg: Hot<Shop> =
        Hot::builder().file(sandbox.at("shop.toml")).watch(hotconf::Watch::Off).build().unwrap();
    let (weak, heard, inner) = (cfg.downgrade(), Record::new(), Record::new());
    let kept: Arc<Mutex<Vec<Listener>>> = Arc::default();
    let (write, write_inner, keep) = (heard.clone(), inner.clone(), kept.clone());
    let _listener = cfg.on(Shop::keys().server.workers, move |_, new| {
        let cfg = weak.upgrade().unwrap();
        assert_eq!((cfg.load().server.workers, cfg.snapshot().server.workers), (*new, *new));
        assert_eq!((cfg.reader().load().server.workers, cfg.read(|shop| shop.server.workers)), (*new, *new));
        assert_eq!(cfg.get("server.workers"), Some(hotconf::Value::Integer(i128::from(*new))));
        assert_eq!(cfg.get_as::<u32>("server.workers").unwrap(), *new);
        assert!(cfg.explain("server.workers").to_string().contains("server.workers"));
        assert_eq!(cfg.status().version(), cfg.version());
        let _ = (cfg.values().to_string(), format!("{cfg:?}"), cfg.subscribe().try_next());
        keep.lock().unwrap().push(cfg.on_change(versions(&write_inner)));
        drop(cfg.on_rejected(|_| {}));
        // Nothing waits for the file but this.
        let outcomes = [
            cfg.reload(),
            cfg.set("debug", true).unwrap(),
            cfg.update(|edit| {
                edit.set("flags.one", true).set("flags.two", true);
            })
            .unwrap(),
            cfg.unset("flags.one").unwrap(),
            // It will be refused, and changes nothing.
            cfg.set("server.port", "none").unwrap(),
        ];
        write.push(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Deferred)));
        assert!(!cfg.load().debug, "not yet");
    });
    sandbox.replace("shop.toml", "server.port = 2");
    set_workers(&cfg, 5);
    assert_eq!(heard.wait_for(1), [true]);
    wait_until("all is done", || cfg.version() == 6);
    let now = cfg.load();
    assert_eq!((now.server.port, now.debug), (2, true));
    assert_eq!(now.flags, BTreeMap::from([("two".to_owned(), true)]));
    // The listener that was registered within hears of what came after, and up to the newest.
    wait_until("the inner one heard of the newest", || inner.all().last().is_some_and(|heard| heard.1 == 6));
    assert_eq!(inner.all()[0].0, 2);
    assert_eq!(heard.len(), 1);
}

#[test]
fn deferred_changes_make_changes_of_their_own() {
    let cfg = fresh();
    let (weak, heard) = (cfg.downgrade(), Record::new());
    let write = heard.clone();
    let _listener = cfg.on(Shop::keys().server.workers, move |old, new| {
        write.push((*old, *new));
        if *new < 20 {
            assert!(matches!(weak.upgrade().unwrap().set("server.workers", new + 1), Ok(Outcome::Deferred)));
        }
    });
    set_workers(&cfg, 10);
    let expected: Vec<_> =
        std::iter::once((4, 10)).chain((10..20).map(|workers| (workers, workers + 1))).collect();
    assert_eq!(heard.wait_for(11), expected);
    assert_eq!(cfg.version(), 12);
}

/// Also the code of a source is run by the store.
#[test]
fn a_source_may_call_the_store() {
    let handle: Arc<OnceLock<WeakHot<Shop>>> = Arc::default();
    let (in_source, outcomes) = (handle.clone(), Record::new());
    let write = outcomes.clone();
    let source = Probe::silent(move || {
        if let Some(cfg) = in_source.get().and_then(WeakHot::upgrade) {
            let workers = cfg.load().server.workers;
            let set = cfg.set("server.workers", 9).unwrap();
            write.push(format!("{workers} {set:?} {}", cfg.load().server.workers));
        }
    });
    let cfg = Hot::builder().source(source).build().unwrap();
    handle.set(cfg.downgrade()).unwrap();
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    assert_eq!(outcomes.all(), ["4 Deferred 4"]);
    wait_until("what was deferred is done", || cfg.load().server.workers == 9);
}

#[test]
fn a_later_listener_hears_of_later_changes() {
    let cfg = fresh();
    set_workers(&cfg, 5);
    let (first, second) = (Record::new(), Record::new());
    let _first = cfg.on_change(versions(&first));
    set_workers(&cfg, 6);
    let _second = cfg.on_change(versions(&second));
    set_workers(&cfg, 7);
    wait_until("the newest is heard of", || first.all().last().is_some_and(|heard| heard.1 == 4));
    assert_eq!(second.wait_for(1), [(3, 4)]);
    assert_eq!(first.all()[0].0, 2);
}

/// A store whose callbacks are stuck in a gate, which is the first of them, after version 2.
fn stuck() -> (Hot<Shop>, Gate, Record<(u64, u64)>, Listener) {
    let cfg = fresh();
    let (gate, heard) = (Gate::new(), Record::new());
    gate.close();
    let (at_callback, mut write) = (gate.clone(), versions(&heard));
    let listener = cfg.on_change(move |change| {
        write(change);
        at_callback.pass();
    });
    set_workers(&cfg, 5);
    gate.wait_for_somebody();
    (cfg, gate, heard, listener)
}

#[test]
fn a_stuck_callback_stalls_nothing_and_ends_at_the_newest() {
    let (cfg, gate, heard, _listener) = stuck();
    let (after, workers) = (Record::new(), Record::new());
    let _after = cfg.on_change(versions(&after));
    let write = workers.clone();
    let _workers = cfg.on(Shop::keys().server.workers, move |old, new| write.push((*old, *new)));
    let mut changes = cfg.subscribe();
    for workers in 6..106 {
        assert_eq!(set_workers(&cfg, workers).version(), u64::from(workers) - 3);
        assert_eq!(cfg.load().server.workers, workers);
        assert_eq!(changes.next().unwrap().new().server.workers, workers);
    }
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    assert!(cfg.set("server.workers", "many").is_err());
    assert_eq!(heard.all(), [(1, 2)]);
    gate.open();
    assert_eq!(heard.wait_for(2), [(1, 2), (2, 102)]);
    assert_eq!(after.wait_for(1), [(2, 102)]);
    assert_eq!(workers.wait_for(1), [(5, 105)]);
}

#[test]
fn a_stuck_callback_does_not_stall_the_end() {
    let (cfg, gate, heard, listener) = stuck();
    set_workers(&cfg, 6);
    let start = Instant::now();
    drop(cfg);
    // The bound for a load that is under way is two seconds; there is none.
    assert!(start.elapsed() < Duration::from_secs(2));
    gate.open();
    assert_eq!(heard.wait_for(2), [(1, 2), (2, 3)]);
    drop(listener);
}

/// Whoever comes while the others are stuck is told of what came after it, also where that takes back what came before.
#[test]
fn a_newcomer_hears_of_what_came_after_it() {
    let (cfg, gate, heard, _listener) = stuck();
    let keys = Shop::keys();
    let (workers, debug, all, none) = (Record::new(), Record::new(), Record::new(), Record::new());
    set_workers(&cfg, 6);
    let write = workers.clone();
    let _workers = cfg.on(keys.server.workers, move |old, new| write.push((*old, *new)));
    let write = none.clone();
    let _level = cfg.on(keys.level, move |_, _| write.push(()));
    set_workers(&cfg, 5);
    let _ = cfg.set(keys.debug, true).unwrap();
    let write = debug.clone();
    let _debug = cfg.on(keys.debug, move |old, new| write.push((*old, *new)));
    let _all = cfg.on_change(versions(&all));
    let _ = cfg.set(keys.level, "error").unwrap();
    let _ = cfg.set(keys.level, "info").unwrap();
    gate.open();
    assert_eq!(heard.wait_for(2), [(1, 2), (2, 7)]);
    assert_eq!(all.wait_for(1), [(5, 7)]);
    assert_eq!(workers.wait_for(1), [(6, 5)]);
    callbacks_are_done(&cfg);
    assert_eq!(debug.all(), [(true, false)], "only the fence");
    assert!(none.is_empty());
}

static SLOW_DEFAULT: OnceLock<Gate> = OnceLock::new();

/// A default may be any code; this one can be stopped where callbacks are told.
fn slow_default() -> u32 {
    if let Some(gate) = SLOW_DEFAULT.get() {
        if thread::current().name() == Some("hotconf-listen") {
            gate.pass();
        }
    }
    7
}

#[derive(Debug, HotConfig)]
pub struct Slow {
    #[hot(default = slow_default())]
    pub number: u32,
    #[hot(default = 0)]
    pub other: u32,
}

/// Whoever comes in the very moment in which the others are about to be told of something older.
#[test]
fn a_newcomer_does_not_hear_of_what_was_before_it() {
    let cfg: Hot<Slow> = Hot::builder().build().unwrap();
    let (at_default, at_callback) = (Gate::new(), Gate::new());
    assert!(SLOW_DEFAULT.set(at_default.clone()).is_ok());
    let heard = Record::new();
    let (write, gate) = (heard.clone(), at_callback.clone());
    let _stuck = cfg.on_change(move |change| {
        write.push((change.old().version(), change.new().version()));
        gate.pass();
    });
    at_callback.close();
    let _ = cfg.set("number", 1).unwrap();
    at_callback.wait_for_somebody();
    let _ = cfg.set("other", 1).unwrap();
    let _ = cfg.unset("number").unwrap();
    // Versions 2 to 4 are compared now, which asks for the default.
    at_default.close();
    at_callback.open();
    at_default.wait_for_somebody();
    let _ = cfg.set("other", 2).unwrap();
    let late = Record::new();
    let write = late.clone();
    let _late = cfg.on_change(move |change| write.push((change.old().version(), change.new().version())));
    at_default.open();
    assert_eq!(heard.wait_for(3), [(1, 2), (2, 4), (4, 5)]);
    let _ = cfg.set("other", 3).unwrap();
    assert_eq!(heard.wait_for(4)[3..], [(5, 6)]);
    assert_eq!(late.wait_for(1), [(5, 6)]);
}

#[test]
fn callbacks_keep_no_snapshot() {
    let cfg = fresh();
    let keys = Shop::keys();
    let heard = Record::new();
    let mut listeners = Vec::new();
    for workers in 5..15 {
        // Each of them comes in another version, and most hear of nothing.
        listeners.push(cfg.on(keys.debug, |_, _| {}));
        listeners.push(cfg.on_rejected(|_| {}));
        listeners.push(cfg.on(keys.server.workers, |_, _| {}));
        set_workers(&cfg, workers);
    }
    listeners.push(cfg.on_change(versions(&heard)));
    set_workers(&cfg, 20);
    heard.wait_for(1);
    wait_until(&format!("only the newest is left, not {}", cfg.status().live_snapshots()), || {
        cfg.status().live_snapshots() == 1
    });
}

#[test]
fn a_callback_may_have_a_handle_for_as_long_as_it_runs() {
    let cfg = fresh();
    let (weak, heard) = (cfg.downgrade(), Record::new());
    let (write, gate) = (heard.clone(), Gate::new());
    let at_callback = gate.clone();
    cfg.on_change(move |change| {
        let upgraded = weak.upgrade();
        write.push((change.version(), upgraded.as_ref().map(Hot::version)));
        at_callback.pass();
        // It may be the last one by now.
        drop(upgraded);
        write.push((change.version(), weak.upgrade().map(|cfg| cfg.version())));
    })
    .forever();
    set_workers(&cfg, 5);
    assert_eq!(heard.wait_for(2), [(2, Some(2)), (2, Some(2))]);
    gate.close();
    set_workers(&cfg, 6);
    gate.wait_for_somebody();
    let weak = cfg.downgrade();
    drop(cfg);
    assert!(weak.upgrade().is_some(), "the callback has one");
    gate.open();
    assert_eq!(heard.wait_for(4)[2..], [(3, Some(3)), (3, None)]);
    assert!(weak.upgrade().is_none());
}

/// How many threads the process has.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "counts the threads of its process: run by the test below in one of its own"]
fn in_a_process_of_its_own_all_threads_end_with_their_store() {
    let before = threads();
    let sandbox = Sandbox::new();
    sandbox.write("shop.toml", "server.port = 1");
    let gone = |what: &str| {
        wait_until(what, || threads() == before);
    };
    let open = || -> Hot<Shop> {
        let cfg = Hot::builder().file(sandbox.at("shop.toml")).build().unwrap();
        assert!(threads() > before);
        cfg
    };
    drop(open());
    gone("the last handle is dropped");

    let cfg = open();
    cfg.on_change(|_| {}).forever();
    drop(cfg);
    gone("there was a callback");

    let cfg = open();
    let _listeners = [cfg.on_change(|_| {}), cfg.on_rejected(|_| {})];
    let mut changes = cfg.subscribe();
    let (mut reader, snapshot) = (cfg.reader(), cfg.snapshot());
    drop(cfg);
    gone("only what reads and waits is left");
    assert!(changes.next().is_none() && reader.load().server.port == snapshot.server.port);

    // In a callback, which owns the last handle.
    let cfg = open();
    let owned = Arc::new(Mutex::new(None));
    let taken = owned.clone();
    cfg.on_change(move |_| drop(taken.lock().unwrap().take())).forever();
    *owned.lock().unwrap() = Some(cfg.clone());
    let (weak, mut changes) = (cfg.downgrade(), cfg.subscribe());
    set_workers(&cfg, 5);
    drop(cfg);
    gone("a callback dropped the last handle");
    assert!(weak.upgrade().is_none());
    assert_eq!(changes.by_ref().map(|change| change.version()).collect::<Vec<_>>(), [2]);

    // In a callback that hears of a refusal, and within a panic.
    let store = Store::saying("");
    let owned = Arc::new(Mutex::new(Some(store.cfg.clone())));
    let taken = owned.clone();
    store
        .cfg
        .on_rejected(move |_| {
            let _last = taken.lock().unwrap().take();
            panic!("on purpose, with the last handle");
        })
        .forever();
    store.ring(Err("out of order"));
    drop(store);
    gone("a callback dropped the last handle in a panic");

    // In the source, on the thread that loads.
    let owned: Arc<Mutex<Option<Hot<Shop>>>> = Arc::default();
    let taken = owned.clone();
    let (give, bell) = mpsc::channel();
    let source = Probe::silent(move || drop(taken.lock().unwrap().take()));
    let source = source.with_bell(move |bell| give.send(bell).unwrap());
    let cfg: Hot<Shop> = Hot::builder().source(source).build().unwrap();
    cfg.on_change(|_| {}).forever();
    *owned.lock().unwrap() = Some(cfg);
    bell.recv().unwrap().ring();
    gone("a source dropped the last handle");

    // By a waker, on the thread that loads.
    let cfg = open();
    let owned = Arc::new(Mutex::new(Some(cfg.clone())));
    let at_end = Arc::new(AtEnd(move || drop(owned.lock().unwrap().take())));
    struct Drops<F: FnMut()>(Arc<AtEnd<F>>);
    impl<F: FnMut()> Wake for Drops<F> {
        fn wake(self: Arc<Self>) {}
    }
    let mut changes = cfg.subscribe();
    assert_eq!(poll(&mut changes, &Waker::from(Arc::new(Drops(at_end)))), Poll::Pending);
    set_workers(&cfg, 5);
    drop(cfg);
    gone("a waker dropped the last handle");

    // Many at once, by two threads.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let cfg = fresh();
                    let clone = cfg.clone();
                    // It would keep the store going if it were kept.
                    drop(cfg.on_change(move |_| drop(clone.snapshot())));
                    let weak = cfg.downgrade();
                    cfg.on_change(move |_| drop(weak.upgrade())).forever();
                    set_workers(&cfg, 5);
                    drop(cfg);
                }
            });
        }
    });
    gone("many stores came and went");
}

#[cfg(target_os = "linux")]
#[test]
fn all_threads_end_with_their_store() {
    let name = "events::in_a_process_of_its_own_all_threads_end_with_their_store";
    run_alone(name, std::path::Path::new("."), None);
}

// ---- Refusals

fn messages(record: &Record<String>) -> impl FnMut(&Error) + Send + 'static {
    let record = record.clone();
    move |error| {
        let messages: Vec<_> = error.problems().iter().map(|problem| problem.message().to_owned()).collect();
        record.push(messages.join("; "));
    }
}

#[test]
fn a_refusal_is_announced_once() {
    let store = Store::saying("server.port = 1");
    let (heard, changed) = (Record::new(), Record::new());
    let _rejected = store.cfg.on_rejected(messages(&heard));
    let _changed = store.cfg.on_change(versions(&changed));
    for _ in 0..3 {
        store.ring(Err("out of order"));
    }
    assert_eq!(heard.wait_for(1), ["out of order"]);
    assert!(store.cfg.status().last_error().is_some());
    assert_eq!(store.cfg.load().server.port, 1);
    // Who asks is answered each time, and nobody else is told.
    for _ in 0..2 {
        let Outcome::Rejected(error) = store.cfg.reload() else { panic!("not rejected") };
        assert_eq!(error.problems()[0].message(), "out of order");
    }
    // A set is no matter of the source.
    set_workers(&store.cfg, 5);
    changed.wait_for(1);
    // Another fault is another refusal, and so is the same one after it was good again.
    store.ring(Err("still out of order"));
    assert_eq!(heard.wait_for(2)[1..], ["still out of order"]);
    store.ring(Ok("server.port = 2".to_owned()));
    wait_until("it is good again", || store.cfg.load().server.port == 2);
    assert!(store.cfg.status().last_error().is_none());
    store.ring(Err("still out of order"));
    assert_eq!(heard.wait_for(3)[2..], ["still out of order"]);
    // Good again without a change.
    store.ring(Ok("server.port = 2".to_owned()));
    wait_until("it is good again", || store.cfg.status().last_error().is_none());
    store.ring(Err("still out of order"));
    heard.wait_for(4);
    assert!(matches!(store.say("server.port = 3"), Outcome::Applied(_)));
    changed.wait_for(3);
    assert_eq!(heard.len(), 4);
    // A refused set is for its caller only.
    assert!(store.cfg.set("server.port", "none").is_err());
    callbacks_are_done(&store.cfg);
    assert_eq!(heard.len(), 4);
}

#[test]
fn every_refusal_has_its_problems() {
    let store = Store::saying("server.port = 1");
    let heard = Record::new();
    let write = heard.clone();
    let _rejected = store.cfg.on_rejected(move |error| {
        let problems = error.problems().iter();
        write.push(
            problems
                .map(|problem| (problem.key().map(ToString::to_string), problem.kind()))
                .collect::<Vec<_>>(),
        );
    });
    assert!(matches!(store.say("server.port = 'x'\nsrver = 1\n"), Outcome::Rejected(_)));
    let heard = heard.wait_for(1);
    let keys: Vec<_> = heard[0].iter().filter_map(|(key, _)| key.as_deref()).collect();
    assert_eq!(keys, ["server.port", "srver"]);
}

#[test]
fn refusals_and_changes_are_told_in_their_order() {
    let store = Store::saying("");
    let (gate, heard) = (Gate::new(), Record::new());
    let (at_callback, write) = (gate.clone(), heard.clone());
    let _changed = store.cfg.on_change(move |change| {
        write.push(format!("version {}", change.version()));
        at_callback.pass();
    });
    let write = heard.clone();
    let _rejected = store.cfg.on_rejected(move |error| write.push(error.problems()[0].message().to_owned()));
    gate.close();
    set_workers(&store.cfg, 5);
    gate.wait_for_somebody();
    // Out of order, and then good again: whoever is told of both must not end with the fault.
    let refused = |message| {
        *store.said.lock().unwrap() = Err(message);
        assert!(matches!(store.cfg.reload(), Outcome::Rejected(_)));
    };
    refused("out of order");
    store.change("server.port = 2");
    refused("out of order again");
    // Whoever comes now hears of nothing that was before.
    let late = Record::new();
    let _late = store.cfg.on_rejected(messages(&late));
    gate.open();
    assert_eq!(heard.wait_for(4), ["version 2", "out of order", "version 3", "out of order again"]);
    refused("out of order at last");
    assert_eq!(heard.wait_for(5)[4..], ["out of order at last"]);
    assert_eq!(late.wait_for(1), ["out of order at last"]);
}

#[test]
fn a_later_listener_hears_of_later_refusals() {
    let store = Store::saying("");
    store.ring(Err("before anybody listened"));
    wait_until("it is refused", || store.cfg.status().last_error().is_some());
    let heard = Record::new();
    let _first = store.cfg.on_rejected(messages(&heard));
    store.ring(Err("while one listened"));
    assert_eq!(heard.wait_for(1), ["while one listened"]);
}

/// Panics when it ends on the thread of callbacks.
#[derive(Debug)]
pub struct Touchy;

impl<'de> serde::Deserialize<'de> for Touchy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Drop for Touchy {
    fn drop(&mut self) {
        assert!(thread::current().name() != Some("hotconf-listen"), "on purpose, at the end of a value");
    }
}

#[derive(Debug, HotConfig)]
pub struct WithTouchy {
    #[hot(leaf)]
    pub touchy: Touchy,
    #[hot(default = 0)]
    pub number: u32,
}

/// The thread of callbacks may be the last to hold a version.
#[test]
fn a_panic_at_the_end_of_a_value_stops_no_callback() {
    let cfg: Hot<WithTouchy> = Hot::builder().text(Format::Toml, "touchy = 1").build().unwrap();
    let (gate, heard) = (Gate::new(), Record::new());
    let (at_callback, write) = (gate.clone(), heard.clone());
    let _listener = cfg.on_change(move |change| {
        write.push((change.old().version(), change.version()));
        at_callback.pass();
    });
    for number in 1..4u32 {
        gate.close();
        let outcome = cfg.set("number", number).unwrap();
        gate.wait_for_somebody();
        // From here on nobody else has the old one.
        drop(outcome);
        gate.open();
        gate.wait_for_passes(number.into());
    }
    // The callback may still be at the gate when the next change comes, and then hears of two in one.
    wait_until("the last version is heard of", || heard.all().last().is_some_and(|&(_, new)| new == 4));
    let chain = heard.all();
    assert_eq!(chain[0].0, 1);
    assert!(chain.windows(2).all(|pair| pair[0].1 == pair[1].0), "{chain:?}");
    wait_until("the panic is told", || {
        cfg.status().warnings().iter().any(|warning| warning.message().ends_with("at the end of a value"))
    });
}

/// What ends with a callback may panic, and so may the end of a value that a change was the last to hold.
#[test]
fn a_panic_at_the_end_of_a_callback_stops_nobody() {
    let cfg = fresh();
    let slot: Arc<Mutex<Option<Listener>>> = Arc::default();
    let own = slot.clone();
    let end = AtEnd(|| panic!("on purpose, at the end of a callback"));
    let listener = cfg.on_change(move |_| {
        let _ = &end;
        drop(own.lock().unwrap().take());
    });
    *slot.lock().unwrap() = Some(listener);
    let heard = Record::new();
    let _other = cfg.on_change(versions(&heard));
    set_workers(&cfg, 5);
    wait_until("the listener is gone", || slot.lock().unwrap().is_none());
    heard.wait_for(1);
    set_workers(&cfg, 6);
    assert_eq!(heard.wait_for(2), [(1, 2), (2, 3)]);
    assert_eq!(
        cfg.status().warnings()[0].message(),
        "a callback panicked: on purpose, at the end of a callback"
    );
}

#[test]
fn refusals_wait_in_bounds() {
    let store = Store::saying("");
    let (gate, heard) = (Gate::new(), Record::new());
    let (at_callback, mut write) = (gate.clone(), messages(&heard));
    let _rejected = store.cfg.on_rejected(move |error| {
        write(error);
        at_callback.pass();
    });
    gate.close();
    store.ring(Err("first"));
    gate.wait_for_somebody();
    for turn in 0..100 {
        *store.said.lock().unwrap() = Err(if turn % 2 == 0 { "even" } else { "odd" });
        assert!(matches!(store.cfg.reload(), Outcome::Rejected(_)));
    }
    gate.open();
    *store.said.lock().unwrap() = Err("last");
    assert!(matches!(store.cfg.reload(), Outcome::Rejected(_)));
    wait_until("the last one is told", || heard.all().last().is_some_and(|last| last == "last"));
    assert!(heard.len() < 20, "{}", heard.len());
}

// ---- Many

macro_rules! tree {
    ($($name:ident)*) => {
        #[derive(Debug, HotConfig)]
        pub struct Root { $(pub $name: Branch,)* }

        #[derive(Debug, HotConfig)]
        pub struct Branch { $(pub $name: Twig,)* }

        #[derive(Debug, HotConfig)]
        pub struct Twig { $(#[hot(default = 0)] pub $name: u32,)* }

        type Keys<S> = <S as ConfigValue>::Keys<Root>;

        /// So many keys are too much for the stack of a test.
        static KEYS: Keys<Root> = Root::keys();

        /// Calls `each` with all the innermost sections, and `leaf` with all that is in them.
        fn each_key(mut each: impl FnMut(&Keys<Twig>), mut leaf: impl FnMut(hotconf::Key<Root, u32>)) {
            for branch in [$(&KEYS.$name),*] {
                for twig in [$(&branch.$name),*] {
                    each(twig);
                    for key in [$(twig.$name),*] {
                        leaf(key);
                    }
                }
            }
        }
    };
}

tree!(a b c d e f g h i j k l m n o p q r s t u v);

#[test]
fn ten_thousand_callbacks_of_which_one_is_called() {
    let cfg: Hot<Root> = Hot::builder().build().unwrap();
    let heard = Record::new();
    let (mut leaves, mut sections) = (Vec::new(), Vec::new());
    each_key(
        |section| {
            let heard = heard.clone();
            sections.push(cfg.on(section, move |_, _| heard.push("a section".to_owned())));
        },
        |key| {
            let heard = heard.clone();
            leaves.push(cfg.on(key, move |old, new| heard.push(format!("{}: {old} {new}", key.path()))));
        },
    );
    assert_eq!((leaves.len(), sections.len()), (22 * 22 * 22, 22 * 22));
    drop(sections);
    // It is called after all others.
    let last = heard.clone();
    let _last = cfg.on_change(move |_| last.push("the last".to_owned()));
    let _ = cfg.set(KEYS.k.l.m, 1).unwrap();
    assert_eq!(heard.wait_for(2), ["k.l.m: 0 1", "the last"]);
    let _ = cfg.update(|edit| {
        edit.set("v.v.v", 1).set("a.a.a", 1).set("k.l.m", 2);
    });
    assert_eq!(heard.wait_for(6)[2..], ["a.a.a: 0 1", "k.l.m: 1 2", "v.v.v: 0 1", "the last"]);
    drop(leaves);
    let _ = cfg.set("k.l.m", 3).unwrap();
    assert_eq!(heard.wait_for(7)[6..], ["the last"]);
}

/// Registering, hearing and dropping at once from many threads, while changes come.
#[test]
fn callbacks_come_and_go_while_changes_come() {
    let cfg = fresh();
    let is_over = AtomicBool::new(false);
    let calls = Arc::new(AtomicU64::new(0));
    thread::scope(|scope| {
        let _over = AtEnd(|| is_over.store(true, Ordering::SeqCst));
        for way in 0..3 {
            let (cfg, is_over, calls) = (&cfg, &is_over, &calls);
            scope.spawn(move || {
                while !is_over.load(Ordering::SeqCst) {
                    let mut last = cfg.version();
                    let calls = calls.clone();
                    let check = move |old: u64, new: u64| {
                        assert!(old < new && old >= last, "told of {old} to {new} after {last}");
                        last = new;
                        calls.fetch_add(1, Ordering::SeqCst);
                    };
                    let mut check = check;
                    let listener = match way {
                        0 => cfg.on_change(move |change| check(change.old().version(), change.version())),
                        _ => cfg.on(Shop::keys(), move |old, new| {
                            assert_ne!(old.server.workers, new.server.workers);
                            // The first version has the default.
                            let version = |shop: &Shop| u64::from(shop.server.workers.max(1000)) - 999;
                            check(version(old), version(new));
                        }),
                    };
                    thread::yield_now();
                    drop(listener);
                }
            });
        }
        set_workers(&cfg, 1001);
        for workers in 1002..1600 {
            set_workers(&cfg, workers);
        }
    });
    callbacks_are_done(&cfg);
    assert_eq!(cfg.status().warnings(), [], "no callback panicked");
}

// ---- What a change says

#[test]
fn the_keys_of_a_change() {
    let store = Store::saying("");
    let keys = |text: &str| {
        let change = store.change(text);
        let mut sorted = change.keys().to_vec();
        sorted.sort();
        assert_eq!(sorted, change.keys(), "sorted by path");
        change.keys().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    // Leaves, not their sections; in one list, not by section.
    assert_eq!(
        keys("server.workers = 5\ndebug = true\nserver.port = 1\n"),
        "debug server.port server.workers"
    );
    // Entries of a map, each by its own key, which is quoted where it has to be.
    assert_eq!(
        keys("[flags]\nb = true\na = true\n'with.dot' = true\n'' = true\n"),
        "debug flags.\"\" flags.\"with.dot\" flags.a flags.b server.port server.workers"
    );
    // One that stays is none that changes; one that goes is.
    assert_eq!(keys("[flags]\nb = true\na = false\n"), "flags.\"\" flags.\"with.dot\" flags.a");
    // The entries of a map of sections come and go by their name, and change by their leaves.
    assert_eq!(keys("tenants.x = {}\ntenants.y.quota = 3\n"), "flags.a flags.b tenants.x tenants.y");
    assert_eq!(keys("tenants.x.quota = 11\ntenants.y.quota = 3\n"), "tenants.x.quota");
    // A list is one key, whatever changes in it.
    assert_eq!(keys("upstreams = [{ url = 'a' }, { url = 'b' }]\n"), "tenants.x tenants.y upstreams");
    assert_eq!(keys("upstreams = [{ url = 'a' }, { url = 'c' }]\n"), "upstreams");
    // An optional section comes and goes by its leaves, those with defaults as well.
    assert_eq!(keys("tls.cert = 'c'\n"), "tls.cert tls.port upstreams");
    assert_eq!(keys("[tls]\ncert = 'c'\nheaders.a = 'b'\nclient.ca = 'd'\n"), "tls.client.ca tls.headers.a");
    assert_eq!(keys("# nothing"), "tls.cert tls.client.ca tls.headers.a tls.port");
}

#[test]
fn the_values_of_a_change() {
    let store = Store::saying("server.port = 1\n");
    let keys = Shop::keys();
    let change =
        store.change("server.port = 2\ntls.cert = 'c'\nupstreams = [{ url = 'a' }]\nflags.a = true\n");
    assert_eq!(change.of(keys.server.port), Some((&1, &2)));
    assert_eq!(change.of(&keys.server.port), Some((&1, &2)));
    assert_eq!(change.of(keys.server.workers), None);
    let (old, new) = change.of(keys.server).unwrap();
    assert_eq!((old.port, new.port, old.workers), (1, 2, 4));
    let (old, new) = change.of(&keys.server).unwrap();
    assert_eq!((old.port, new.port), (1, 2));
    let (old, new) = change.of(keys.tls).unwrap();
    assert_eq!((old.is_none(), new.as_ref().map(|tls| tls.port)), (true, Some(443)));
    let (old, new) = change.of(keys.upstreams).unwrap();
    assert_eq!((old.len(), new[0].url.as_str()), (0, "a"));
    let (old, new) = change.of(keys.flags).unwrap();
    assert_eq!((old.len(), new.len()), (0, 1));
    assert!(change.of(keys.tenants).is_none());
    let (old, new) = change.of(keys).unwrap();
    assert_eq!((old.server.port, new.server.port), (1, 2));
    // It keeps its values, whatever comes later, and clones are the same.
    let clone = change.clone();
    store.change("server.port = 3");
    drop(store);
    assert_eq!(clone.of(keys.server.port), Some((&1, &2)));
    assert_eq!((clone.old().server.port, clone.new().server.port, clone.version()), (1, 2, 2));
    assert_eq!(clone.to_string(), "version 2: flags.a, server.port, tls.cert, tls.port, upstreams");
    assert_eq!(clone.to_string(), change.to_string());
}

#[test]
fn the_origins_of_a_change() {
    let sandbox = Sandbox::new();
    sandbox.write("shop.toml", "");
    let cfg: Hot<Shop> = Hot::builder()
        .env_from([("APP_LEVEL".to_owned(), "debug".to_owned())])
        .env("APP")
        .file(sandbox.at("shop.toml"))
        .watch(hotconf::Watch::Off)
        .build()
        .unwrap();
    let keys = Shop::keys();
    let change = |text: &str| {
        sandbox.replace("shop.toml", text);
        match cfg.reload() {
            Outcome::Applied(change) => change,
            other => panic!("not applied: {other:?}"),
        }
    };
    let file = sandbox.at("shop.toml");
    let at = |line: u32, column: u32| Some(format!("{}:{line}:{column}", file.display()));
    let first =
        change("debug = true\n[server]\n  threads = 5\n[flags]\n'a.b' = true\n[[upstreams]]\nurl = 'a'\n");
    let origin = |change: &Change<Shop>, key: &str| change.origin(key).map(|origin| origin.to_string());
    assert_eq!(origin(&first, "debug"), at(1, 9));
    assert_eq!(first.origin(keys.debug).unwrap().file(), Some(&*file));
    // By its alias.
    assert_eq!(origin(&first, "server.workers"), at(3, 13));
    assert_eq!(first.origin(keys.server.workers), first.origin("server.workers"));
    assert_eq!(origin(&first, "flags.\"a.b\""), at(5, 9));
    assert_eq!(origin(&first, "upstreams.0.url"), at(7, 7));
    assert!(first.origin(keys.upstreams).is_some_and(|origin| origin.file() == Some(&*file)));
    // What did not change has an origin too; a default has none, nor has what nobody knows.
    assert_eq!(first.origin(keys.level).unwrap().to_string(), "APP_LEVEL (environment)");
    assert_eq!(origin(&first, "server.port"), None);
    assert_eq!(origin(&first, "tls"), None);
    assert_eq!(origin(&first, "no.such.key"), None);
    // An override, and what is uncovered by its end.
    let second = cfg.set(keys.server.workers, 6).unwrap();
    let second = second.change().unwrap();
    assert_eq!(*second.origin(keys.server.workers).unwrap().kind(), OriginKind::Override);
    assert_eq!(origin(second, "debug"), at(1, 9));
    let third = cfg.unset(keys.server.workers).unwrap();
    assert_eq!(origin(third.change().unwrap(), "server.workers"), at(3, 13));
    // What nothing sets any more has none, and the change before still has its own.
    let fourth = change("# nothing\n");
    assert_eq!((origin(&fourth, "debug"), origin(&first, "debug")), (None, at(1, 9)));
    assert_eq!(fourth.of(keys.debug), Some((&true, &false)));
}

#[test]
fn another_spelling_is_no_change() {
    let said = Arc::new(Mutex::new(String::new()));
    let at_source = said.clone();
    let source = Probe::new("the source", move || {
        Ok(Reading::text(Format::Toml, format!("# \n{}", at_source.lock().unwrap())))
    });
    let cfg: Hot<Shop> = Hot::builder()
        .env_from([("APP_SERVER_PORT".to_owned(), "8000".to_owned())])
        .env("APP")
        .source(source)
        .build()
        .unwrap();
    let mut changes = cfg.subscribe();
    let say = |text: &str| {
        *said.lock().unwrap() = text.to_owned();
        cfg.reload()
    };
    assert!(cfg.explain("server.port").to_string().contains("APP_SERVER_PORT"));
    // The same number from elsewhere; the same time in other words.
    assert!(matches!(say("server.port = 8000\nserver.timeout = '30s'"), Outcome::Unchanged));
    assert_eq!(
        cfg.explain("server.port").to_string(),
        "server.port = 8000\n  from the source:2:15\n  over 8000 from APP_SERVER_PORT (environment)\n  over 8000, the default"
    );
    assert!(matches!(say("server.port = 0x1F40\nserver.timeout = '30000ms'"), Outcome::Unchanged));
    assert!(cfg.explain("server.timeout").to_string().contains("the source:3:18"));
    // The default said aloud, and an alias for the name.
    assert!(matches!(
        say("debug = false\nlevel = 'info'\nserver.threads = 4\nupstreams = []"),
        Outcome::Unchanged
    ));
    assert!(matches!(cfg.set("debug", false), Ok(Outcome::Unchanged)));
    assert!(cfg.explain("debug").origin().is_some_and(|origin| *origin.kind() == OriginKind::Override));
    assert!(matches!(cfg.unset("debug"), Ok(Outcome::Unchanged)));
    assert_eq!((cfg.version(), changes.try_next().is_none()), (1, true));
    // The next change has the origins of its own time.
    let Outcome::Applied(change) = say("server.threads = 4\ndebug = true") else { panic!("not applied") };
    assert_eq!(change.keys(), ["debug"]);
    assert_eq!(change.origin("server.workers").unwrap().to_string(), "the source:2:18");
}
