//! Sources as others write them: by the public face, and nothing else.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use hotconf::testing::Sandbox;
use hotconf::testing::conformance::{Conformance, Contents};
use hotconf::{Bell, Format, Reading, Request, Source, SourceError, SourcePath, Value};

/// A server whose answers arrive on a thread of their own, which keeps the last and rings.
struct Remote {
    answers: Arc<Mutex<Answer>>,
    feed: Option<Receiver<Answer>>,
    listening: Option<JoinHandle<()>>,
}

type Answer = Result<Option<Value>, String>;

/// The server's end: the last answer, and those who are to hear of the next.
#[derive(Default)]
struct Server {
    last: Option<Answer>,
    clients: Vec<(Arc<Mutex<Answer>>, Sender<Answer>)>,
}

impl Server {
    fn answer(&mut self, answer: Answer) {
        self.last = Some(answer.clone());
        // Who asks for it at once gets the new answer as well.
        self.clients.retain(|(kept, client)| {
            *kept.lock().unwrap() = answer.clone();
            client.send(answer.clone()).is_ok()
        });
    }

    fn connect(&mut self) -> Remote {
        let (sender, receiver) = channel();
        let answers = Arc::new(Mutex::new(self.last.clone().unwrap_or(Ok(None))));
        self.clients.push((answers.clone(), sender));
        Remote { answers, feed: Some(receiver), listening: None }
    }
}

impl Source for Remote {
    fn name(&self) -> String {
        "the server at 10.0.0.1".to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        match &*self.answers.lock().unwrap() {
            Ok(Some(values)) => Ok(Reading::value(values.clone())),
            Ok(None) => Ok(Reading::absent()),
            Err(reason) => Err(SourceError::new(reason)),
        }
    }

    fn connect(&mut self, bell: Bell) {
        let Some(feed) = self.feed.take() else { return };
        let listening = std::thread::spawn(move || feed.iter().for_each(|_| bell.ring()));
        self.listening = Some(listening);
    }
}

#[test]
fn a_server_that_rings() {
    Conformance::new(
        Server::default,
        |server: &mut Server, builder| builder.source(server.connect()),
        |server, contents| server.answer(Ok(Some(contents.value().clone()))),
    )
    .removal(|server| server.answer(Ok(None)))
    .failure("it is away", |server, _| server.answer(Err("connection refused".to_owned())))
    .check();
}

/// A file in a format of one's own: a line for each key, its value in JSON behind it. It keeps to the size that the
/// store wants, and asks for the file to be watched.
struct Ledger {
    path: PathBuf,
}

impl Source for Ledger {
    fn name(&self) -> String {
        format!("the ledger {}", self.path.display())
    }

    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError> {
        let length = match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Reading::absent()),
            metadata => metadata.map_err(SourceError::new)?.len(),
        };
        if length > request.max_file_size() {
            return Err(SourceError::new(format!("{length} bytes are more than are read")));
        }
        let text = std::fs::read_to_string(&self.path).map_err(SourceError::new)?;
        let mut pairs = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let pair = line.split_once('=').and_then(|(key, value)| {
                Some((key.to_owned(), serde_json::from_str::<serde_json::Value>(value).ok()?))
            });
            pairs.push(
                pair.ok_or_else(|| SourceError::new(format!("line {} is no `key=value`", number + 1)))?,
            );
        }
        let entries = pairs.into_iter().collect::<serde_json::Map<_, _>>();
        Ok(Reading::text(Format::Json, serde_json::Value::Object(entries).to_string()))
    }

    fn paths(&self) -> Vec<SourcePath> {
        vec![SourcePath::file(&self.path)]
    }
}

#[test]
fn a_file_that_is_watched() {
    let put = |sandbox: &mut Sandbox, contents: &Contents| {
        let Value::Map(entries) = contents.value() else { panic!("contents are a map") };
        let lines =
            entries.iter().map(|(key, value)| format!("{key}={}\n", serde_json::to_string(value).unwrap()));
        sandbox.write("ledger", lines.collect::<String>());
    };
    Conformance::new(
        Sandbox::new,
        |sandbox: &mut Sandbox, builder| builder.source(Ledger { path: sandbox.path("ledger") }),
        put,
    )
    .removal(|sandbox| {
        if sandbox.path("ledger").exists() {
            sandbox.remove("ledger");
        }
    })
    .failure("a line is garbled", |sandbox, planted| sandbox.write("ledger", planted))
    .size_limit()
    .check();
}

#[test]
fn a_source_is_connected_once_before_it_is_read() {
    struct Noted(Arc<Mutex<Vec<&'static str>>>);

    impl Source for Noted {
        fn name(&self) -> String {
            "noted".to_owned()
        }

        fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
            self.0.lock().unwrap().push("read");
            Ok(Reading::absent())
        }

        fn connect(&mut self, _: Bell) {
            self.0.lock().unwrap().push("connect");
        }
    }

    let notes = Arc::new(Mutex::new(Vec::new()));
    let builder = hotconf::Hot::<hotconf::testing::conformance::Sample>::builder();
    let cfg = builder.source(Noted(notes.clone())).build().unwrap();
    let _ = cfg.reload();
    let notes = notes.lock().unwrap();
    assert_eq!(notes[..2], ["connect", "read"]);
    assert!(notes.len() > 2 && notes[1..].iter().all(|note| *note == "read"), "{notes:?}");
}
