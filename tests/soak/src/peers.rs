//! The two libraries that are nearest to hotconf, followed in the ways that they have.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use dynamic_config::Dynamic as DynamicConfig;
use dynamic_config::watch::{WatchHandle, WatchMode, WatchOptions};

use crate::judge::{Judge, Sight, Told};
use crate::state::Parts;
use crate::store::{Eye, INTERVAL, Store, Watcher, eye};

/// The quiet time that the documentation of dynamic-config has in its examples.
const QUIET: Duration = Duration::from_millis(100);

pub(crate) struct Dynamic {
    config: Arc<DynamicConfig<Parts>>,
    _watching: WatchHandle,
}

impl Dynamic {
    pub(crate) fn open(files: &[PathBuf], watcher: Watcher, judge: &Arc<Judge>) -> Self {
        let mut builder = dynamic_config::Builder::new("").whole_document();
        for file in files {
            builder = builder.file(file.display().to_string());
        }
        let config = DynamicConfig::new(builder);
        config.init().expect("the first state is good");
        let (heard, told) = (judge.clone(), Mutex::new(Told::default()));
        config.on_reload(move |old, new| {
            // Without a lock of its own the order of what is told would be that of the threads.
            if let Ok(mut told) = told.lock() {
                told.hear(&heard, (None, old), (None, new));
            }
        });
        let heard = judge.clone();
        config.on_reload_failed(move |failure| {
            heard.refused(|| format!("{:?} {}", failure.kind, failure.path));
        });
        let mode = match watcher {
            Watcher::Polling => WatchMode::Poll { interval: INTERVAL },
            Watcher::Events | Watcher::Memory => WatchMode::Native,
        };
        let watching = config.watch_with(WatchOptions::new(QUIET), mode).expect("there are files to watch");
        Self { config: Arc::new(config), _watching: watching }
    }
}

impl Store for Dynamic {
    fn eyes(&self) -> Vec<Box<dyn Eye>> {
        let config = self.config.clone();
        vec![eye(move |show| {
            if let Some(parts) = config.current() {
                show(None, &parts);
            }
        })]
    }

    fn is_refusing(&self) -> Option<bool> {
        Some(!self.config.status().is_healthy())
    }

    fn is_followed_to_its_end(&self) -> bool {
        true
    }

    fn status(&self) -> String {
        format!("{:?}", self.config.status())
    }
}

pub(crate) struct Rtb {
    config: Option<rtb_config::Config<Parts>>,
    watching: Option<rtb_config::WatchHandle>,
    following: Option<JoinHandle<()>>,
}

impl Rtb {
    pub(crate) fn open(files: &[PathBuf], judge: &Arc<Judge>) -> Self {
        let mut builder = rtb_config::Config::builder();
        for file in files {
            builder = builder.user_file(file);
        }
        let config: rtb_config::Config<Parts> = builder.build().expect("the first state is good");
        let watching = config.watch_files().expect("there are files to watch");
        let (mut changes, heard) = (config.subscribe(), judge.clone());
        let following = std::thread::spawn(move || {
            let mut sight = Sight::default();
            while block_on(changes.changed()).is_ok() {
                let parts = changes.borrow_and_update().clone();
                heard.count(|tally| tally.events += 1);
                heard.see(None, &parts, &mut sight);
            }
        });
        Self { config: Some(config), watching: Some(watching), following: Some(following) }
    }
}

impl Store for Rtb {
    fn eyes(&self) -> Vec<Box<dyn Eye>> {
        let config = self.config.clone();
        vec![eye(move |show| {
            if let Some(config) = &config {
                show(None, &config.get());
            }
        })]
    }

    fn is_refusing(&self) -> Option<bool> {
        None
    }

    fn is_followed_to_its_end(&self) -> bool {
        true
    }

    fn status(&self) -> String {
        "it says nothing of itself".to_owned()
    }
}

impl Drop for Rtb {
    fn drop(&mut self) {
        // The watcher has a handle as well, and the subscription ends with the last of them.
        drop(self.watching.take());
        drop(self.config.take());
        self.following.take().map(JoinHandle::join);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
