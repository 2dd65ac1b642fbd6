//! A subscription as a stream, polled by hand.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use hotconf::{Change, Hot, HotConfig};
use hotconf_tests::wait_until;

#[derive(HotConfig)]
struct AppConfig {
    #[hot(default = 4)]
    workers: usize,
}

/// A task that counts how often it was woken.
#[derive(Default)]
struct Task {
    woken: AtomicUsize,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, Ordering::SeqCst);
    }
}

fn poll<S: Stream + Unpin>(stream: &mut S, task: &Arc<Task>) -> Poll<Option<S::Item>> {
    let waker = Waker::from(task.clone());
    Pin::new(stream).poll_next(&mut Context::from_waker(&waker))
}

/// The loop of an executor with one task: polls when woken, else rests.
fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match Pin::new(&mut *stream).poll_next(&mut context) {
            Poll::Ready(item) => return item,
            Poll::Pending => std::thread::park_timeout(hotconf_tests::DEADLINE),
        }
    }
}

fn is_sent<S: Stream<Item = Change<AppConfig>> + Send + Unpin + 'static>(_: &S) {}

#[test]
fn it_wakes_gives_merged_changes_and_ends() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let mut stream = cfg.subscribe().into_stream();
    is_sent(&stream);
    let task = Arc::new(Task::default());

    assert!(poll(&mut stream, &task).is_pending());
    assert_eq!(task.woken.load(Ordering::SeqCst), 0);
    let _ = cfg.set("workers", 8).unwrap();
    wait_until("the task is woken", || task.woken.load(Ordering::SeqCst) == 1);
    let Poll::Ready(Some(change)) = poll(&mut stream, &task) else { panic!("there is a change") };
    assert_eq!((change.version(), change.of(AppConfig::keys().workers)), (2, Some((&4, &8))));

    // Nobody polls meanwhile.
    let _ = cfg.set("workers", 9).unwrap();
    let _ = cfg.set("workers", 10).unwrap();
    let Poll::Ready(Some(change)) = poll(&mut stream, &task) else { panic!("there is a change") };
    assert_eq!((change.version(), change.of(AppConfig::keys().workers)), (4, Some((&8, &10))));
    assert!(poll(&mut stream, &task).is_pending());
    assert!(!stream.is_terminated());

    let _ = cfg.set("workers", 11).unwrap();
    drop(cfg);
    assert!(matches!(poll(&mut stream, &task), Poll::Ready(Some(change)) if change.version() == 5));
    assert!(matches!(poll(&mut stream, &task), Poll::Ready(None)));
    assert!(matches!(poll(&mut stream, &task), Poll::Ready(None)));
    assert!(stream.is_terminated());
}

#[test]
fn a_task_that_only_polls_when_woken_ends_at_the_newest_version() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let mut stream = cfg.subscribe().into_stream();
    let follower = std::thread::spawn(move || {
        let (mut seen, mut count) = (1, 0);
        while let Some(change) = next(&mut stream) {
            assert_eq!(change.old().version(), seen);
            assert!(change.version() > seen);
            (seen, count) = (change.version(), count + 1);
        }
        (seen, count)
    });
    for workers in 5..55_usize {
        let _ = cfg.set("workers", workers).unwrap();
    }
    drop(cfg);
    let (seen, count) = follower.join().unwrap();
    assert_eq!(seen, 51);
    assert!((1..=50).contains(&count));
}

#[test]
fn it_goes_on_where_the_subscription_stood() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let mut changes = cfg.subscribe();
    let _ = cfg.set("workers", 5).unwrap();
    assert_eq!(changes.next().unwrap().version(), 2);
    let _ = cfg.set("workers", 6).unwrap();
    let mut stream = changes.into_stream();
    assert_eq!(next(&mut stream).unwrap().old().version(), 2);
    assert_eq!(format!("{stream:?}"), "Changes { seen: 3, .. }");
}
