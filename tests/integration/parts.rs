//! One section for a component that is to see nothing else.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use hotconf::{Hot, HotConfig, Part};
use hotconf_tests::{MOMENT, Record};

#[derive(HotConfig)]
struct AppConfig {
    pool: Pool,
    #[hot(default = 1)]
    other: u8,
}

#[derive(HotConfig)]
struct Pool {
    #[hot(default = 10)]
    size: usize,
    inner: Inner,
}

#[derive(HotConfig)]
struct Inner {
    #[hot(default = "a")]
    name: String,
}

/// A component that knows nothing of `AppConfig`.
#[derive(Clone)]
struct Component {
    config: Part<Pool>,
}

fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}

struct Still;

impl Wake for Still {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn it_reads_its_section_as_it_is() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let component = Component { config: cfg.view(AppConfig::keys().pool) };
    is_shared(&component);
    is_shared(&component.config.snapshot());
    let before = component.config.snapshot();
    assert_eq!((before.size, before.version()), (10, 1));
    assert_eq!(component.config.read(|pool| pool.inner.name.clone()), "a");

    let _ = cfg.set("pool.size", 20).unwrap();
    let name: Part<String> = cfg.view(&AppConfig::keys().pool.inner.name);
    let thread = std::thread::spawn(move || component.config.read(|pool| pool.size));
    assert_eq!((thread.join().unwrap(), before.size), (20, 10));
    assert_eq!(name.snapshot().as_str(), "a");
    assert_eq!(format!("{name:?} {:?}", name.snapshot()), "Part PartSnapshot { version: 2, .. }");
}

#[test]
fn it_hears_of_its_section_only() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let pool = cfg.view(AppConfig::keys().pool);
    let heard = Record::new();
    let record = heard.clone();
    let listener = pool.on_change(move |old, new| record.push((old.size, new.size)));
    let (mut changes, mut tried) = (pool.subscribe(), pool.subscribe());
    let mut awaited = pool.subscribe();

    let _ = cfg.set("other", 2).unwrap();
    assert!(tried.try_next().is_none());
    {
        let waker = Waker::from(Arc::new(Still));
        let mut future = pin!(awaited.changed());
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        let _ = cfg.set("pool.size", 20).unwrap();
        let Poll::Ready(Some(change)) = future.as_mut().poll(&mut Context::from_waker(&waker)) else {
            panic!("there is a change");
        };
        assert_eq!((change.old().size, change.new().size), (10, 20));
    }
    let change = changes.next().unwrap();
    assert_eq!((change.old().size, change.new().size, change.new().version()), (10, 20, 3));
    assert_eq!(format!("{change:?}"), "PartChange { old: 1, new: 3 }");
    assert_eq!(tried.try_next().unwrap().clone().new().size, 20);
    assert_eq!(heard.wait_for(1), [(10, 20)]);

    drop(listener);
    let _ = cfg.set("pool.size", 30).unwrap();
    std::thread::park_timeout(MOMENT);
    assert_eq!(heard.len(), 1);
}

#[test]
fn it_keeps_the_store_going_and_its_subscription_does_not() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let (weak, pool) = (cfg.downgrade(), cfg.view(AppConfig::keys().pool));
    let mut changes = pool.subscribe();
    drop(cfg);
    let _ = weak.upgrade().unwrap().set("pool.size", 20).unwrap();
    assert_eq!(pool.read(|pool| pool.size), 20);
    drop(pool);
    assert!(weak.upgrade().is_none());
    assert_eq!(changes.next().unwrap().new().size, 20);
    assert!(changes.next().is_none());
}

#[test]
fn a_fixed_store_has_parts_too() {
    let pool = |size| Pool { size, inner: Inner { name: "b".to_owned() } };
    let cfg = Hot::fixed(AppConfig { pool: pool(1), other: 0 });
    let part = cfg.view(AppConfig::keys().pool);
    let mut changes = part.subscribe();
    let _ = cfg.replace(AppConfig { pool: pool(2), other: 0 });
    assert_eq!((changes.next().unwrap().new().size, part.read(|pool| pool.size)), (2, 2));
}
