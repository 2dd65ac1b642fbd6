//! The programs as they are started from a shell.
#![cfg(unix)]

// Not every test file uses all of it.
#[allow(dead_code)] // each of the test programs uses a part of it
mod support;

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use support::{DEADLINE, eventually, folder, request};

#[test]
fn the_quick_start_runs_to_its_end() {
    let output = Command::new(env!("CARGO_BIN_EXE_quickstart")).env_clear().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for expected in [
        "4 workers on port 8000\n",
        "debug: false -> true\n",
        "version 2: debug, server.workers: 8 workers\n",
        "2 problems in the configuration\ndebgu: unknown key; did you mean `debug`?\n  at ",
        "app.toml:1:1\n",
        "app.toml:3:11\nstill 8 workers\n",
        "server.workers = 8\n  at ",
        "server.port = 8000\n  the default\n",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
    }
}

#[test]
fn the_shop_runs_reloads_and_stops() {
    let folder = folder();
    let local = folder.path().join("local.yaml");
    let (mut shop, address) = Running::start(folder.path(), &[]);
    shop.prints("It listens on http://127.0.0.1:");
    shop.prints(&format!("{}   (not there)", local.display()));
    shop.prints("DATABASE_URL");
    eventually("the port", || std::net::TcpStream::connect(address).is_ok());
    assert_eq!(request(address, "GET", "/checkout", "").status, 200);
    shop.logs("INFO  an order");

    std::fs::write(&local, "feature_flags: { new_checkout: true }\nlog_level: DEBUG\n").unwrap();
    shop.prints("version 2");
    shop.prints(&format!("  feature_flags.new_checkout: false -> true  ({}:1:32)", local.display()));
    shop.prints(&format!("  log_level: \"INFO\" -> \"DEBUG\"  ({}:2:12)", local.display()));
    assert!(request(address, "GET", "/feature/new_checkout", "").body.contains("\"enabled\":true"));
    // The log follows on a thread of its own.
    eventually("a log of requests", || {
        request(address, "GET", "/settings", "");
        shop.errors.try_iter().any(|line| line.contains("DEBUG GET /settings: 200"))
    });

    std::fs::write(&local, "feature_flags: { new_checkout: perhaps }\n").unwrap();
    shop.prints("refused; version 2 keeps serving");
    shop.prints(&format!("    at {}:1:32", local.display()));
    std::fs::write(&local, "feature_flags: { new_checkout: true }\nlog_level: DEBUG\n").unwrap();
    shop.prints("good again; version 2 serves");

    assert!(shop.stop().success());
    shop.prints("stopped");
    assert!(!shop.seen.contains("postgresql://"));
}

#[test]
fn a_bad_start_says_why_and_fails() {
    let folder = folder();
    std::fs::write(folder.path().join("local.yaml"), "server: { workers: 0, prot: 1 }\n").unwrap();
    let (status, errors) = fails(Command::new(env!("CARGO_BIN_EXE_shop")).arg("--config").arg(folder.path()));
    assert_eq!(status.code(), Some(1));
    assert!(errors.contains("2 problems in the configuration\n"), "{errors}");
    assert!(errors.contains("local.yaml:1:20\n") && errors.contains("did you mean `port`?"), "{errors}");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("server.port={}", taken.local_addr().unwrap().port());
    let (status, errors) =
        fails(Command::new(env!("CARGO_BIN_EXE_shop")).args(["server.host=127.0.0.1", &port]));
    assert_eq!(status.code(), Some(1));
    assert!(errors.contains("cannot listen on 127.0.0.1:"), "{errors}");

    let (status, errors) = fails(Command::new(env!("CARGO_BIN_EXE_shop")).arg("--prot"));
    assert_eq!(status.code(), Some(1));
    assert!(errors.contains("unknown option --prot"), "{errors}");
}

#[test]
fn a_check_says_what_a_start_would_come_to() {
    let folder = folder();
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        let output = command.args(["--check", "--config"]).arg(folder.path()).env_clear().output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    std::fs::write(folder.path().join("local.yaml"), "server: { workers: 8 }\n").unwrap();
    let (code, text) = check();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.starts_with("the configuration is good\nof the defaults "), "{text}");
    let local = folder.path().join("local.yaml");
    assert!(text.contains(&format!("\n  server.workers: 4 -> 8, at {}:1:20\n", local.display())), "{text}");
    assert!(
        text.contains("\n  database.url: nothing -> ***, at ") && !text.contains("postgresql://"),
        "{text}"
    );

    std::fs::write(folder.path().join("local.yaml"), "server: { workers: 800 }\n").unwrap();
    let (code, text) = check();
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("server.workers") && text.contains("workers: 800"), "{text}");
}

#[test]
fn the_shop_starts_from_its_last_good_configuration() {
    let folder = folder();
    let (local, kept) = (folder.path().join("local.yaml"), folder.path().join("last-good.json"));
    let arguments = ["--last-good", kept.to_str().unwrap()];
    std::fs::write(&local, "server: { workers: 8 }\n").unwrap();
    let (mut shop, _) = Running::start(folder.path(), &arguments);
    shop.prints("It listens on ");
    eventually("what is kept", || kept.exists());
    assert!(shop.stop().success());
    assert!(!std::fs::read_to_string(&kept).unwrap().contains("postgresql://"));

    std::fs::write(&local, "server: { workers: 800 }\n").unwrap();
    let (mut shop, address) = Running::start(folder.path(), &arguments);
    shop.prints("warning: the sources have been bad since the start");
    let status = || request(address, "GET", "/status", "").body;
    eventually("the port", || std::net::TcpStream::connect(address).is_ok());
    assert!(status().contains("800 is out of range"), "{}", status());
    assert!(request(address, "GET", "/settings/server.workers", "").body.starts_with("server.workers = 8\n"));

    std::fs::write(&local, "server: { workers: 80 }\n").unwrap();
    shop.prints("  server.workers: 8 -> 80  (");
    assert!(status().contains("\"started_from_last_good\":null"), "{}", status());
    assert!(shop.stop().success());
}

fn fails(command: &mut Command) -> (ExitStatus, String) {
    let output = command.env_clear().output().unwrap();
    (output.status, String::from_utf8(output.stderr).unwrap())
}

/// A shop in a process of its own, killed when the test fails.
struct Running {
    child: Child,
    output: Receiver<String>,
    errors: Receiver<String>,
    seen: String,
}

impl Running {
    fn start(folder: &std::path::Path, arguments: &[&str]) -> (Self, SocketAddr) {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_shop"))
            .env_clear()
            .arg("--config")
            .arg(folder)
            .args(["server.host=127.0.0.1", &format!("server.port={}", free.port())])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = lines(child.stdout.take().unwrap());
        let errors = lines(child.stderr.take().unwrap());
        (Self { child, output, errors, seen: String::new() }, free)
    }

    /// Waits for a printed line with `text` in it.
    #[track_caller]
    fn prints(&mut self, text: &str) {
        wait_for(&self.output, text, &mut self.seen);
    }

    /// Waits for a logged line with `text` in it.
    #[track_caller]
    fn logs(&mut self, text: &str) {
        wait_for(&self.errors, text, &mut self.seen);
    }

    /// Asks it to stop, as a service manager does.
    fn stop(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the shop did not stop");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn wait_for(lines: &Receiver<String>, text: &str, seen: &mut String) {
    let end = Instant::now() + DEADLINE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let Ok(line) = lines.recv_timeout(left) else { panic!("{text} did not come; there was\n{seen}") };
        seen.push_str(&line);
        seen.push('\n');
        if line.contains(text) {
            return;
        }
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
