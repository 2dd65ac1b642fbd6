//! A shop that runs in the test's process, and a reader of its pages.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use hotconf::Hot;
use log::{LevelFilter, Log, Metadata, Record};
use shop::service::{self, Operators};
use shop::settings::AppConfig;
use shop::sources::Sources;
use shop::{report, socket, welcome};

/// Nothing takes this long that comes at all.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Waits until `is_so`.
#[track_caller]
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A folder with the shop's own files.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("shop/config");
    for name in ["default.yaml", "production.yaml"] {
        std::fs::copy(files.join(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// An answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Asks once, on a connection of its own.
pub(crate) fn request(address: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// A shop on a free port with files of its own.
pub(crate) struct Shop {
    pub(crate) cfg: Hot<AppConfig>,
    folder: tempfile::TempDir,
    pub(crate) address: SocketAddr,
    printed: Arc<Mutex<String>>,
    answered: RefCell<String>,
    _runtime: tokio::runtime::Runtime,
}

impl Shop {
    /// A shop that nobody may change by requests.
    pub(crate) fn start(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_for(Operators::Nobody, variables, arguments)
    }

    pub(crate) fn start_for(operators: Operators, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        start_to_log();
        let folder = folder();
        let sources = Sources {
            folder: folder.path().to_owned(),
            variables: variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            last_good: None,
        };
        let cfg = sources.builder().build().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        // On a port of its own, whatever the files say, until they say something else.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let printed = Arc::new(Mutex::new(welcome::welcome(&cfg, &sources, address)));
        let lines = printed.clone();
        report::follow(&cfg, move |text| {
            let mut lines = lines.lock().unwrap();
            lines.push_str(text);
            lines.push('\n');
        });
        let (sender, sockets) = tokio::sync::mpsc::unbounded_channel();
        sender.send(listener).unwrap();
        socket::follow(&cfg, sender);
        runtime.spawn(service::serve(sockets, cfg.clone(), operators, std::future::pending()));
        Self { cfg, folder, address, printed, answered: RefCell::default(), _runtime: runtime }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    pub(crate) fn put(&self, path: &str, body: &str) -> Answer {
        self.ask("PUT", path, body)
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, "")
    }

    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let answer = request(self.address, method, path, body);
        let mut answered = self.answered.borrow_mut();
        answered.push_str(&answer.head);
        answered.push_str(&answer.body);
        answer
    }

    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.path().join(name)).unwrap();
    }

    /// Waits until the shop has printed `text`.
    #[track_caller]
    pub(crate) fn printed(&self, text: &str) {
        let end = Instant::now() + DEADLINE;
        while !self.printed.lock().unwrap().contains(text) {
            let printed = self.printed.lock().unwrap().clone();
            assert!(Instant::now() < end, "{text} was not printed, but\n{printed}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// No test may end with the database in anything that the shop has shown.
impl Drop for Shop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for shown in [&*self.printed.lock().unwrap(), &*self.answered.borrow(), &logged] {
            for line in shown.lines() {
                assert!(!line.contains("postgresql://"), "{line}");
            }
        }
    }
}

/// Everything that is logged in this process, at every level.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Collector;

impl Log for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        logged.push_str(&format!("{} {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}

fn start_to_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Collector).unwrap();
        log::set_max_level(LevelFilter::Trace);
    });
}
