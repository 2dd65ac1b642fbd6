//! Reads: nobody sees a torn or an older value, whatever way they read, and nothing is kept for longer than it is used.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use hotconf::{
    Bell, Change, Error, Explanation, Format, Guard, Hot, HotConfig, Key, KeyPath, Listener, Outcome, Reader,
    Reading, Snapshot, Status, Subscription, Value, WaitError, WeakHot,
};
use hotconf_tests::{DEADLINE, Gate, Probe, Sandbox, wait_until};

/// Two fields that are always changed together, by counting both up.
#[derive(Debug, HotConfig)]
pub struct Pair {
    #[hot(default = 0)]
    pub left: u64,
    /// The same number as text, so that its memory is given back with the snapshot that it belongs to.
    #[hot(default = "0")]
    pub right: String,
}

impl Pair {
    /// The number, which both fields have to agree about.
    fn number(&self) -> u64 {
        assert_eq!(self.right, self.left.to_string(), "both fields belong to one version");
        self.left
    }
}

fn text(number: u64) -> String {
    format!("left = {number}\nright = '{number}'\n")
}

fn set_both(cfg: &Hot<Pair>, number: u64) {
    let outcome = cfg.update(|edit| {
        edit.set(Pair::keys().left, number);
        edit.set(Pair::keys().right, number.to_string());
    });
    assert!(outcome.unwrap().change().is_some());
}

fn fresh() -> Hot<Pair> {
    Hot::builder().build().unwrap()
}

/// What one thread has seen so far; it never sees less.
#[derive(Default)]
struct Seen {
    version: u64,
    number: u64,
}

impl Seen {
    #[track_caller]
    fn number(&mut self, number: u64) -> u64 {
        assert!(number >= self.number, "{number} was seen after {}", self.number);
        self.number = number;
        number
    }

    #[track_caller]
    fn version(&mut self, version: u64, number: u64) -> u64 {
        assert!(version >= self.version, "version {version} was seen after {}", self.version);
        if version == self.version {
            assert_eq!(number, self.number, "a version is one value");
        }
        self.version = version;
        self.number(number)
    }
}

/// Reads until the last number is seen.
fn read_until(last: u64, mut read: impl FnMut() -> u64) {
    let deadline = Instant::now() + DEADLINE;
    while read() != last {
        assert!(Instant::now() < deadline, "the last version is not seen");
        thread::yield_now();
    }
}

/// Threads read in every way while `flip` is called with 1, 2 and so on up to `last`.
fn nobody_sees_a_torn_or_older_value(cfg: &Hot<Pair>, last: u64, mut flip: impl FnMut(u64)) {
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut seen = Seen::default();
            read_until(last, || {
                let guard = cfg.load();
                seen.version(guard.version(), guard.number())
            });
        });
        scope.spawn(|| {
            let mut seen = Seen::default();
            read_until(last, || {
                let (outer, inner) = cfg.read(|outer| {
                    let inner = cfg.read(Pair::number);
                    (outer.number(), inner)
                });
                seen.number(outer);
                seen.number(inner)
            });
        });
        scope.spawn(|| {
            let mut seen = Seen::default();
            read_until(last, || {
                let snapshot = cfg.snapshot();
                seen.version(snapshot.version(), snapshot.number())
            });
        });
        scope.spawn(|| {
            let (mut seen, mut reader) = (Seen::default(), cfg.reader());
            read_until(last, || {
                seen.number(reader.load().number());
                let snapshot = reader.snapshot();
                seen.version(snapshot.version(), snapshot.number())
            });
        });
        // All ways in one thread go forward together.
        scope.spawn(|| {
            let (mut seen, mut reader, mut changes) = (Seen::default(), cfg.reader(), cfg.subscribe());
            read_until(last, || {
                let guard = cfg.load();
                seen.version(guard.version(), guard.number());
                seen.number(reader.load().number());
                if let Some(change) = changes.try_next() {
                    seen.version(change.version(), change.new().number());
                }
                let snapshot = cfg.snapshot();
                seen.version(snapshot.version(), snapshot.number());
                seen.number(cfg.read(Pair::number))
            });
        });
        for number in 1..=last {
            flip(number);
        }
    });
    assert_eq!(cfg.load().number(), last);
}

#[test]
fn nobody_sees_a_torn_or_older_value_of_overrides() {
    let cfg = fresh();
    nobody_sees_a_torn_or_older_value(&cfg, 1000, |number| set_both(&cfg, number));
    assert_eq!(cfg.version(), 1001);
}

#[test]
fn nobody_sees_a_torn_or_older_value_of_a_file() {
    let sandbox = Sandbox::new();
    sandbox.write("pair.toml", text(0));
    let cfg: Hot<Pair> = Hot::builder().file(sandbox.at("pair.toml")).build().unwrap();
    nobody_sees_a_torn_or_older_value(&cfg, 60, |number| {
        sandbox.replace("pair.toml", text(number));
        // Some are published one by one, and some meet a look that is under way.
        if number % 3 == 0 {
            wait_until("the file is read", || cfg.load().left == number);
        }
    });
}

/// A source of numbers, and the bell of the store that reads it.
fn bell_and_numbers() -> (impl hotconf::Source, mpsc::Receiver<Bell>, Arc<Mutex<u64>>) {
    let (give, bell) = mpsc::channel();
    let number = Arc::new(Mutex::new(0));
    let said = number.clone();
    let source = Probe::new("numbers", move || Ok(Reading::text(Format::Toml, text(*said.lock().unwrap()))));
    let source = source.with_bell(move |bell| give.send(bell).unwrap());
    (source, bell, number)
}

#[test]
fn nobody_sees_a_torn_or_older_value_of_an_own_source() {
    let (source, bell, said) = bell_and_numbers();
    let cfg: Hot<Pair> =
        Hot::builder().source(source).settle(Duration::ZERO, Duration::from_secs(1)).build().unwrap();
    let bell = bell.recv().unwrap();
    nobody_sees_a_torn_or_older_value(&cfg, 500, |number| {
        *said.lock().unwrap() = number;
        bell.ring();
        if number % 2 == 0 {
            wait_until("the source is read", || cfg.load().left == number);
        }
    });
}

#[test]
fn a_guard_keeps_its_version() {
    let cfg = fresh();
    let first = cfg.load();
    set_both(&cfg, 1);
    let second = cfg.load();
    let also_second = cfg.load();
    set_both(&cfg, 2);
    let third = cfg.load();
    let numbers = [&first, &second, &also_second, &third].map(|guard| (guard.version(), guard.number()));
    assert_eq!(numbers, [(1, 0), (2, 1), (2, 1), (3, 2)]);
    drop((third, first));
    assert_eq!((second.number(), cfg.load().number()), (1, 2));
    // The guard is of the value and not of the store.
    drop(cfg);
    assert_eq!(also_second.number(), 1);
}

#[test]
fn a_read_within_a_read_may_be_of_a_later_version() {
    let cfg = fresh();
    // What the thread saw last is nothing at first, and lent to the outer read the second time.
    for first in [0, 2] {
        let seen = cfg.read(|outer| {
            set_both(&cfg, first + 1);
            let inner = cfg.read(|inner| {
                set_both(&cfg, first + 2);
                (inner.number(), cfg.load().number(), cfg.snapshot().number())
            });
            (outer.number(), inner, cfg.read(Pair::number))
        });
        assert_eq!(seen, (first, (first + 1, first + 2, first + 2), first + 2));
    }
}

#[test]
fn what_is_read_outlives_the_store() {
    let cfg = fresh();
    let mut reader = cfg.reader();
    set_both(&cfg, 1);
    let snapshot = cfg.snapshot();
    set_both(&cfg, 2);
    drop(cfg);
    assert_eq!((reader.load().number(), reader.snapshot().version()), (2, 3));
    let elsewhere = thread::spawn(move || (snapshot.number(), reader.load().number()));
    assert_eq!(elsewhere.join().unwrap(), (1, 2));
}

#[test]
fn the_clone_of_a_reader_goes_its_own_way() {
    let cfg = fresh();
    let mut reader = cfg.reader();
    set_both(&cfg, 1);
    let mut clone = reader.clone();
    assert_eq!(reader.load().number(), 1);
    set_both(&cfg, 2);
    assert_eq!((clone.load().number(), reader.load().number()), (2, 2));
}

#[test]
fn versions_count_changes_and_nothing_else() {
    let cfg = fresh();
    assert_eq!(cfg.version(), 1);
    set_both(&cfg, 1);
    set_both(&cfg, 2);
    assert!(matches!(cfg.set("left", 2), Ok(Outcome::Unchanged)));
    assert!(cfg.set("left", "many").is_err());
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    assert_eq!(
        (cfg.version(), cfg.load().version(), cfg.snapshot().version(), cfg.status().version()),
        (3, 3, 3, 3)
    );
}

/// A store of the same type pushes another out of a thread's slot, and neither may notice. The steps are in no order that
/// the slot could like, and the same in every run.
#[test]
fn many_stores_of_one_type_in_one_thread() {
    let stores: Vec<Hot<Pair>> = (0..9).map(|_| fresh()).collect();
    let mut readers: Vec<Reader<Pair>> = stores.iter().map(Hot::reader).collect();
    let mut held: Vec<(u64, Guard<Pair>)> = Vec::new();
    let mut numbers = [0; 9];
    let mut random: u64 = 0x9E37_79B9;
    for step in 1..4000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // First few of the stores, then more, so that the slot is enough at first.
        let at = (random >> 40) as usize % (2 + step / 500);
        match (random >> 33) % 8 {
            0 => {
                numbers[at] += 1;
                set_both(&stores[at], numbers[at]);
            }
            1 => assert_eq!(stores[at].snapshot().number(), numbers[at]),
            2 => assert_eq!(readers[at].load().number(), numbers[at]),
            3 => held.push((numbers[at], stores[at].load())),
            4 => held.truncate(3),
            _ => assert_eq!(stores[at].load().number(), numbers[at]),
        }
        assert!(held.iter().all(|(number, guard)| guard.number() == *number));
    }
}

/// A thread between its reads: it answers each question, which store to read, with what it loads.
struct Thread {
    ask: Option<mpsc::Sender<usize>>,
    answer: mpsc::Receiver<u64>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Thread {
    fn reading(cfg: &Hot<Pair>) -> Self {
        Self::reading_all(std::slice::from_ref(cfg))
    }

    fn reading_all(stores: &[Hot<Pair>]) -> Self {
        let stores = stores.to_vec();
        let (ask, asked) = mpsc::channel();
        let (tell, answer) = mpsc::channel();
        let thread = thread::spawn(move || {
            while let Ok(at) = asked.recv() {
                let cfg: &Hot<Pair> = &stores[at];
                tell.send(cfg.load().number()).unwrap();
            }
        });
        Self { ask: Some(ask), answer, thread: Some(thread) }
    }

    fn load(&self) -> u64 {
        self.load_of(0)
    }

    fn load_of(&self, store: usize) -> u64 {
        self.ask.as_ref().unwrap().send(store).unwrap();
        self.answer.recv().unwrap()
    }

    fn end(mut self) {
        drop(self.ask.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

#[track_caller]
fn wait_for_live_snapshots(cfg: &Hot<Pair>, count: usize) {
    wait_until(&format!("{count} snapshots, not {}", cfg.status().live_snapshots()), || {
        cfg.status().live_snapshots() == count
    });
}

#[test]
fn a_thread_keeps_at_most_the_snapshot_it_saw_last() {
    let cfg = fresh();
    let threads = [Thread::reading(&cfg), Thread::reading(&cfg), Thread::reading(&cfg)];
    assert_eq!(cfg.status().live_snapshots(), 1);
    assert_eq!(threads.each_ref().map(Thread::load), [0, 0, 0]);
    assert_eq!(cfg.status().live_snapshots(), 1, "all have the same");
    for number in 1..=20 {
        set_both(&cfg, number);
        wait_for_live_snapshots(&cfg, 2);
    }
    // Each has another one, and no more than that.
    assert_eq!(threads[0].load(), 20);
    set_both(&cfg, 21);
    assert_eq!(threads[1].load(), 21);
    set_both(&cfg, 22);
    wait_for_live_snapshots(&cfg, 4);
    // The next read gives the old one up.
    assert_eq!(threads[0].load(), 22);
    wait_for_live_snapshots(&cfg, 3);
    // And so does the end of the thread.
    let [first, second, third] = threads;
    second.end();
    wait_for_live_snapshots(&cfg, 2);
    third.end();
    wait_for_live_snapshots(&cfg, 1);
    set_both(&cfg, 23);
    wait_for_live_snapshots(&cfg, 2);
    first.end();
    wait_for_live_snapshots(&cfg, 1);
}

/// However much is published, and whatever each of the threads saw last.
#[test]
fn idle_threads_keep_one_snapshot_each_over_many_changes() {
    let cfg = fresh();
    let threads: Vec<Thread> = (0..9).map(|_| Thread::reading(&cfg)).collect();
    let mut have_read = 0;
    for number in 1..=100 {
        set_both(&cfg, number);
        if number % 11 == 0 {
            assert_eq!(threads[have_read].load(), number);
            have_read += 1;
        }
        // The last of the threads has read the newest.
        let newest_is_also_theirs = usize::from(number % 11 == 0);
        wait_for_live_snapshots(&cfg, 1 + have_read - newest_is_also_theirs);
    }
    assert_eq!(have_read, threads.len());
    wait_for_live_snapshots(&cfg, 1 + threads.len());
    for (number, thread) in threads.iter().enumerate() {
        assert_eq!(thread.load(), 100);
        wait_for_live_snapshots(&cfg, threads.len() - number);
    }
}

#[test]
fn a_thread_keeps_one_snapshot_of_each_store() {
    let stores: Vec<Hot<Pair>> = (0..3).map(|_| fresh()).collect();
    let thread = Thread::reading_all(&stores);
    for number in 1..=5 {
        (0..stores.len()).for_each(|at| assert_eq!(thread.load_of(at), number - 1));
        for cfg in &stores {
            set_both(cfg, number);
            wait_for_live_snapshots(cfg, 2);
        }
    }
    // A read of one gives up nothing of the others.
    assert_eq!(thread.load_of(1), 5);
    for (cfg, count) in stores.iter().zip([2, 1, 2]) {
        wait_for_live_snapshots(cfg, count);
    }
    thread.end();
    stores.iter().for_each(|cfg| wait_for_live_snapshots(cfg, 1));
}

#[test]
fn guards_keep_one_snapshot_for_each_version() {
    let cfg = fresh();
    let mut held = Vec::new();
    for number in 1..=5 {
        set_both(&cfg, number);
        held.push((cfg.load(), cfg.load()));
        wait_for_live_snapshots(&cfg, held.len());
    }
    let first_of_each: Vec<_> = held.into_iter().map(|(first, _)| first).collect();
    wait_for_live_snapshots(&cfg, first_of_each.len());
    drop(first_of_each);
    wait_for_live_snapshots(&cfg, 1);
}

#[test]
fn readers_snapshots_and_subscriptions_keep_one_snapshot_each() {
    let cfg = fresh();
    let mut reader = cfg.reader();
    let mut changes = cfg.subscribe();
    let snapshot = cfg.snapshot();
    // This thread has read, and keeps what it has read as well.
    let _ = cfg.load();
    set_both(&cfg, 1);
    wait_for_live_snapshots(&cfg, 2);
    assert_eq!((reader.load().number(), cfg.load().number()), (1, 1));
    set_both(&cfg, 2);
    let _ = (reader.load(), cfg.load());
    wait_for_live_snapshots(&cfg, 2);
    drop(snapshot);
    wait_for_live_snapshots(&cfg, 2);
    let change = changes.try_next().unwrap();
    assert_eq!((change.old().number(), change.new().number()), (0, 2));
    wait_for_live_snapshots(&cfg, 2);
    drop(change);
    wait_for_live_snapshots(&cfg, 1);
}

/// Counts how many of it there are.
#[derive(Debug)]
pub struct Counted;

static COUNTED: AtomicUsize = AtomicUsize::new(0);

impl<'de> serde::Deserialize<'de> for Counted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer)?;
        COUNTED.fetch_add(1, Ordering::SeqCst);
        Ok(Self)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        COUNTED.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Debug, HotConfig)]
pub struct Counting {
    #[hot(leaf)]
    pub counted: Counted,
    pub number: u64,
}

/// Stores come and go while one thread reads them all. What is left of them is bounded, and ends with the thread.
#[test]
fn dropped_stores_leave_next_to_nothing_in_a_thread() {
    let open = |number: u64| -> Hot<Counting> {
        Hot::builder().text(Format::Toml, format!("counted = 1\nnumber = {number}")).build().unwrap()
    };
    thread::spawn(move || {
        for number in 0..100 {
            let cfg = open(number);
            assert_eq!(cfg.load().number, number);
            let _ = cfg.set("number", number + 1).unwrap();
            assert_eq!(cfg.load().number, number + 1);
        }
        wait_until("few are left", || COUNTED.load(Ordering::SeqCst) <= 4);
        // A store that comes after all of them is read as well as any.
        let (one, two) = (open(1), open(2));
        for _ in 0..10 {
            assert_eq!((one.load().number, two.load().number), (1, 2));
        }
    })
    .join()
    .unwrap();
    wait_until("none is left", || COUNTED.load(Ordering::SeqCst) == 0);
}

/// Loads when a thread's locals end, and tells what it saw.
struct LoadsAtTheEnd {
    cfg: Hot<Pair>,
    tell: mpsc::Sender<(u64, u64)>,
}

impl Drop for LoadsAtTheEnd {
    fn drop(&mut self) {
        let number = self.cfg.read(|pair| self.cfg.load().number().max(pair.number()));
        let seen = (number, self.cfg.snapshot().number());
        self.tell.send(seen).unwrap();
    }
}

thread_local! {
    static AT_THE_END: RefCell<Option<LoadsAtTheEnd>> = const { RefCell::new(None) };
}

/// Locals end in the reverse of the order in which they were first used: once the slot is still there, once it is gone.
#[test]
fn a_thread_local_destructor_may_load() {
    let cfg = fresh();
    set_both(&cfg, 1);
    for slot_ends_first in [true, false] {
        let (tell, told) = mpsc::channel();
        let last = LoadsAtTheEnd { cfg: cfg.clone(), tell };
        let at_work = cfg.clone();
        let thread = thread::spawn(move || {
            if slot_ends_first {
                AT_THE_END.with_borrow_mut(|at_the_end| *at_the_end = Some(last));
                assert_eq!(at_work.load().number(), 1);
            } else {
                assert_eq!(at_work.load().number(), 1);
                AT_THE_END.with_borrow_mut(|at_the_end| *at_the_end = Some(last));
            }
        });
        assert_eq!(told.recv_timeout(DEADLINE).unwrap(), (1, 1));
        thread.join().unwrap();
    }
    wait_for_live_snapshots(&cfg, 1);
}

/// Reads the store that it is part of when it ends.
#[derive(Debug)]
pub struct LoadsWhenDropped {
    number: u64,
}

static SELF_READING: OnceLock<WeakHot<SelfReading>> = OnceLock::new();
static SELF_READS: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, HotConfig)]
pub struct SelfReading {
    #[hot(leaf)]
    pub inner: LoadsWhenDropped,
}

impl<'de> serde::Deserialize<'de> for LoadsWhenDropped {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { number: u64::deserialize(deserializer)? })
    }
}

impl Drop for LoadsWhenDropped {
    fn drop(&mut self) {
        let Some(cfg) = SELF_READING.get().and_then(WeakHot::upgrade) else { return };
        let newest = cfg.load().inner.number;
        assert!(newest >= self.number, "what ends is no newer than what is in place");
        assert!(cfg.snapshot().inner.number >= newest);
        assert!(cfg.reader().load().inner.number >= newest);
        let _ = (cfg.get("inner"), cfg.status(), cfg.subscribe().try_next());
        SELF_READS.fetch_add(1, Ordering::SeqCst);
    }
}

/// The value may end on any thread: that of the store, a reader's, the caller's; in the middle of a load, and with the
/// thread.
#[test]
fn the_drop_of_the_configuration_may_load() {
    let cfg: Hot<SelfReading> = Hot::builder().text(Format::Toml, "inner = 0").build().unwrap();
    assert!(SELF_READING.set(cfg.downgrade()).is_ok());
    // Ends on the thread of the store, or of the caller, whose outcome has it too.
    let _ = cfg.set("inner", 1).unwrap();
    wait_until("the first has ended", || SELF_READS.load(Ordering::SeqCst) == 1);
    // Ends within a load, which gives up what its thread saw last.
    assert_eq!(cfg.load().inner.number, 1);
    let _ = cfg.set("inner", 2).unwrap();
    assert_eq!(SELF_READS.load(Ordering::SeqCst), 1);
    assert_eq!(cfg.load().inner.number, 2);
    assert_eq!(SELF_READS.load(Ordering::SeqCst), 2);
    // Ends within the load of a reader.
    let mut reader = cfg.reader();
    let _ = cfg.set("inner", 3).unwrap();
    let _ = cfg.load();
    assert_eq!(SELF_READS.load(Ordering::SeqCst), 2);
    assert_eq!(reader.load().inner.number, 3);
    assert_eq!(SELF_READS.load(Ordering::SeqCst), 3);
    // Ends with a thread, whose slot is going away.
    let (read, has_read) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let other = cfg.clone();
    let thread = thread::spawn(move || {
        read.send(other.load().inner.number).unwrap();
        let _ = gone.recv();
    });
    assert_eq!(has_read.recv().unwrap(), 3);
    let _ = cfg.set("inner", 4).unwrap();
    let _ = (cfg.load(), reader.load());
    drop(go);
    thread.join().unwrap();
    wait_until("what the thread held has ended", || SELF_READS.load(Ordering::SeqCst) == 4);
    // Ends because it is refused: `set` has built it, and the rest is bad.
    let refused = cfg.update(|edit| {
        edit.set("inner", 4).set("unknown", 1);
    });
    assert!(refused.is_err());
    assert_eq!(cfg.load().inner.number, 4);
    // Ends with the store.
    drop((cfg, reader));
}

/// A look that is under way, and stuck, is nothing that a reader or a question could notice.
#[test]
fn a_reload_under_way_stalls_no_reader() {
    let gate = Gate::new();
    let at_source = gate.clone();
    let cfg: Hot<Pair> = Hot::builder()
        .text(Format::Toml, text(7))
        .source(Probe::silent(move || at_source.pass()))
        .build()
        .unwrap();
    gate.close();
    thread::scope(|scope| {
        let reload = scope.spawn(|| cfg.reload());
        gate.wait_for_somebody();
        assert_eq!((cfg.load().number(), cfg.snapshot().number(), cfg.reader().load().number()), (7, 7, 7));
        assert_eq!(scope.spawn(|| cfg.load().number()).join().unwrap(), 7);
        assert_eq!(cfg.get_as::<u64>("left").unwrap(), 7);
        assert_eq!(cfg.explain("left").value(), Some(&Value::Integer(7)));
        assert_eq!((cfg.version(), cfg.status().version()), (1, 1));
        assert!(cfg.subscribe().try_next().is_none());
        drop(cfg.on_change(|_| {}));
        assert!(format!("{cfg:?} {}", cfg.values()).contains("left"));
        gate.open();
        assert!(matches!(reload.join().unwrap(), Outcome::Unchanged));
    });
}

fn is_shared<T: Send + Sync + 'static>() {}

#[test]
fn what_lives_longer_may_go_anywhere() {
    is_shared::<Hot<Pair>>();
    is_shared::<WeakHot<Pair>>();
    is_shared::<Snapshot<Pair>>();
    is_shared::<Reader<Pair>>();
    is_shared::<Change<Pair>>();
    is_shared::<Outcome<Pair>>();
    is_shared::<Subscription<Pair>>();
    is_shared::<Listener>();
    is_shared::<Error>();
    is_shared::<Status>();
    is_shared::<Explanation>();
    is_shared::<Value>();
    is_shared::<KeyPath>();
    is_shared::<Key<Pair, u64>>();
    is_shared::<WaitError>();
    is_shared::<Bell>();
    // What awaits a change can be spawned.
    fn is_send(_: &impl Send) {}
    let cfg = fresh();
    let mut changes = cfg.subscribe();
    is_send(&async move { changes.changed().await.map(|change| change.version()) });
    let snapshot = cfg.snapshot();
    is_send(&async move {
        std::future::ready(()).await;
        snapshot.number()
    });
}

/// Where `T` is `Send` this has two answers, and does not compile.
trait IsNotSend<Answer> {
    const HOLDS: bool = true;
}

impl<T: ?Sized> IsNotSend<()> for T {}

struct Sendable;

impl<T: ?Sized + Send> IsNotSend<Sendable> for T {}

#[test]
fn a_guard_stays_in_its_thread() {
    const { assert!(<Guard<Pair> as IsNotSend<_>>::HOLDS) };
}

#[derive(Debug, HotConfig)]
pub struct Confidential {
    #[hot(secret)]
    pub password: String,
    pub plain: String,
    #[hot(restart, secret)]
    pub fixed: String,
}

#[test]
fn debug_shows_no_value() {
    let text = |number: u32| {
        format!("password = 'hush-{number}'\nplain = 'loud-{number}'\nfixed = 'hush-too-{number}'\n")
    };
    let said = Arc::new(Mutex::new(text(1)));
    let at_source = said.clone();
    let builder = Hot::<Confidential>::builder();
    let builder = builder
        .source(Probe::new("the source", move || {
            Ok(Reading::text(Format::Toml, at_source.lock().unwrap().clone()))
        }))
        .text(Format::Toml, "# 'hush' and 'loud'");
    let mut shown = vec![format!("{builder:?} {builder:#?}")];
    let cfg = builder.build().unwrap();
    let mut changes = cfg.subscribe();
    let listener = cfg.on(Confidential::keys().password, |_, _| {});
    *said.lock().unwrap() = text(2);
    let outcome = cfg.reload();
    let change = changes.next().unwrap();
    assert_eq!(change.keys(), ["password", "plain"]);
    shown.push(format!("{cfg:?} {cfg:#?} {:?}", cfg.downgrade()));
    shown.push(format!("{:?} {:#?}", cfg.load(), cfg.snapshot()));
    shown.push(format!("{:?} {:?} {listener:?}", cfg.reader(), changes));
    shown.push(format!("{outcome:?} {change:?} {change:#?} {change}"));
    let status = cfg.status();
    assert_eq!(status.pending_restart().len(), 1);
    shown.push(format!("{status:?} {}", serde_json::to_string(&status).unwrap()));
    shown.push(format!(
        "{:?} {:?}",
        Reading::values([("a", "hush")]),
        Reading::text(Format::Toml, "a = 'loud'")
    ));
    let _ = cfg.update(|edit| {
        edit.set("plain", "loud-3").set("password", "hush-3");
        shown.push(format!("{edit:?} {edit:#?}"));
    });
    // These show values, though no secret ones.
    let mut masked = vec![format!("{:?} {}", cfg.values(), serde_json::to_string(&cfg.values()).unwrap())];
    for key in ["password", "fixed"] {
        masked.push(format!("{} {:?}", cfg.explain(key), cfg.explain(key)));
        masked.push(format!("{:?} {}", cfg.get(key), serde_json::to_string(&cfg.explain(key)).unwrap()));
    }
    // A bad value and its place are told, and not what is secret.
    *said.lock().unwrap() = "password = ['hush-4']\nplain = 1\nfixed = { hush = 'hush-too' }\n".to_owned();
    let refused = cfg.reload();
    masked.push(format!("{refused:?} {:?}", cfg.status()));
    if let Outcome::Rejected(error) = &refused {
        masked.push(format!("{error} {error:?} {error:#?}"));
    }
    for text in shown.iter().chain(&masked) {
        assert!(!text.contains("hush"), "a secret is shown: {text}");
    }
    for text in &shown {
        assert!(!text.contains("loud"), "a value is shown: {text}");
    }
}
