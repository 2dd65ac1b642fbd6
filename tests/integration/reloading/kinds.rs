//! What else may stand where a file should: refused at once, told clearly, and healed when it is gone.

use std::time::{Duration, Instant};

use hotconf::{Hot, ProblemKind};
use hotconf_tests::{DEADLINE, Sandbox, outer_folder, run, run_alone, tool};

use super::{App, Kept, rejection};

/// Something that is put in the place of `app.toml`, and what is said about it. False where this machine cannot do it.
struct Kind {
    name: &'static str,
    put: fn(&Sandbox) -> bool,
    kind: ProblemKind,
    words: &'static str,
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

const KINDS: [Kind; 14] = [
    Kind {
        name: "a directory",
        put: |sandbox| {
            sandbox.make_folder("app.toml");
            true
        },
        kind: ProblemKind::UnreadableSource,
        words: "this is a directory, not a regular file",
    },
    Kind {
        name: "a FIFO",
        put: |sandbox| tool("mkfifo", sandbox.root()).map(|mut mkfifo| run(mkfifo.arg("app.toml"))).is_some(),
        kind: ProblemKind::UnreadableSource,
        words: "this is a FIFO, not a regular file",
    },
    Kind {
        name: "a socket",
        put: |sandbox| std::os::unix::net::UnixListener::bind(sandbox.at("app.toml")).is_ok(),
        kind: ProblemKind::UnreadableSource,
        words: "this is a socket, not a regular file",
    },
    Kind {
        name: "a device without an end",
        put: |sandbox| {
            sandbox.link("/dev/zero", "app.toml");
            true
        },
        kind: ProblemKind::UnreadableSource,
        words: "this is a device, not a regular file",
    },
    Kind {
        name: "a circle of links",
        put: |sandbox| {
            sandbox.link("other.toml", "app.toml");
            sandbox.link("app.toml", "other.toml");
            true
        },
        kind: ProblemKind::UnreadableSource,
        words: "go in circles",
    },
    Kind {
        name: "a link that leads nowhere",
        put: |sandbox| {
            sandbox.link("nowhere/app.toml", "app.toml");
            true
        },
        kind: ProblemKind::MissingSource,
        words: "does not exist",
    },
    Kind {
        name: "a link through a file",
        put: |sandbox| {
            sandbox.write("file", "");
            sandbox.link("file/app.toml", "app.toml");
            true
        },
        kind: ProblemKind::MissingSource,
        words: "does not exist",
    },
    Kind {
        name: "more than is read",
        put: |sandbox| {
            sandbox.write("app.toml", "#".repeat(5000));
            true
        },
        kind: ProblemKind::Limit,
        words: "5000 bytes, more than the limit of 4096",
    },
    Kind {
        name: "UTF-16 with a mark",
        put: |sandbox| {
            sandbox.write("app.toml", utf16("\u{feff}low = 2\n", u16::to_le_bytes));
            true
        },
        kind: ProblemKind::Encoding,
        words: "UTF-16, save it as UTF-8",
    },
    Kind {
        name: "UTF-16 without a mark",
        put: |sandbox| {
            sandbox.write("app.toml", utf16("low = 2\n", u16::to_be_bytes));
            true
        },
        kind: ProblemKind::Encoding,
        words: "UTF-16, save it as UTF-8",
    },
    Kind {
        name: "another encoding",
        put: |sandbox| {
            sandbox.write("app.toml", b"low = 2\nname = \"J\xfcrgen\"\n");
            true
        },
        kind: ProblemKind::Encoding,
        words: "not UTF-8 from byte 17 on (line 2, column 10)",
    },
    Kind {
        name: "a NUL",
        put: |sandbox| {
            sandbox.write("app.toml", b"low = 2\nname = \"a\0b\"\n");
            true
        },
        kind: ProblemKind::Encoding,
        words: "NUL byte at line 2, column 10",
    },
    Kind {
        name: "zeros, as after a crash",
        put: |sandbox| {
            sandbox.write("app.toml", [0; 512]);
            true
        },
        kind: ProblemKind::Encoding,
        words: "NUL byte at line 1, column 1",
    },
    Kind {
        name: "what the format cannot nest",
        put: |sandbox| {
            sandbox.write("app.toml", format!("low = {}1{}\n", "[".repeat(900), "]".repeat(900)));
            true
        },
        kind: ProblemKind::Limit,
        words: "",
    },
];

#[test]
fn each_is_refused_and_healed() {
    for kind in &KINDS {
        let mut kept = Kept::with("low = 2\n", |builder, _| builder.max_file_size(4096));
        kept.sandbox.remove("app.toml");
        if !(kind.put)(&kept.sandbox) {
            continue;
        }
        let begun = Instant::now();
        let error = rejection(kept.cfg.reload());
        assert!(begun.elapsed() < Duration::from_secs(5), "{}: it hung", kind.name);
        assert_eq!(error.problems().len(), 1, "{}: {error}", kind.name);
        assert_eq!(error.problems()[0].kind(), kind.kind, "{}: {error}", kind.name);
        assert!(error.to_string().contains(kind.words), "{}: {error}", kind.name);
        assert!(error.to_string().contains("app.toml"), "{}: {error}", kind.name);
        assert_eq!(kept.cfg.load().low, 2);

        let path = kept.sandbox.at("app.toml");
        if path.is_dir() {
            kept.sandbox.remove_folder("app.toml");
        }
        kept.save("low = 3\n");
        kept.expect(2, &["low"]);
        assert_eq!(kept.last_error(), None, "{}", kind.name);
    }
}

#[test]
fn none_is_a_good_start() {
    for kind in &KINDS {
        for is_required in [true, false] {
            let sandbox = Sandbox::new();
            if !(kind.put)(&sandbox) {
                continue;
            }
            let builder = Hot::<App>::builder().max_file_size(4096);
            let path = sandbox.at("app.toml");
            let builder = if is_required { builder.file(path) } else { builder.optional_file(path) };
            match builder.build() {
                Err(error) => {
                    assert_eq!(error.problems()[0].kind(), kind.kind, "{}: {error}", kind.name);
                    assert!(error.to_string().contains(kind.words), "{}: {error}", kind.name);
                }
                // What leads nowhere is an optional file that is not there.
                Ok(_) => assert!(!is_required && kind.kind == ProblemKind::MissingSource, "{}", kind.name),
            }
        }
    }
}

/// Nobody asks for a reload: what cannot be a save that is under way is refused without any grace.
#[test]
fn what_is_no_file_is_refused_at_once() {
    for kind in &KINDS[..4] {
        let kept = Kept::new("low = 2\n");
        kept.sandbox.remove("app.toml");
        if !(kind.put)(&kept.sandbox) {
            continue;
        }
        let error = kept.refusals.wait_for(1).remove(0);
        assert!(error.to_string().contains(kind.words), "{}: {error}", kind.name);
    }
}

#[test]
fn a_file_that_may_not_be_read_is_refused_and_healed() {
    let kept = Kept::new("low = 2\n");
    kept.sandbox.set_mode("app.toml", 0o000);
    if std::fs::read(kept.sandbox.at("app.toml")).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let error = kept.refusals.wait_for(1).remove(0);
    assert!(error.to_string().contains("permission denied"), "{error}");
    kept.sandbox.set_mode("app.toml", 0o644);
    hotconf_tests::wait_until("the error is gone", || kept.last_error().is_none());
    assert_eq!(kept.cfg.version(), 1);
}

#[test]
fn a_file_without_a_format_is_refused_at_build() {
    let sandbox = Sandbox::new();
    sandbox.write("app.conf", "low = 2\n");
    let error = Hot::<App>::builder().file(sandbox.at("app.conf")).build().expect_err("no format");
    assert!(error.to_string().contains("file_as"), "{error}");
    let builder = Hot::<App>::builder().file_as(sandbox.at("app.conf"), hotconf::Format::Toml);
    assert_eq!(builder.build().expect("a format").load().low, 2);
}

#[test]
fn a_process_without_descriptors_keeps_the_last_good_one() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "low = 2\n");
    let Some(mut shell) = tool("sh", sandbox.root()) else { return };
    shell.args(["-c", "ulimit -n 64 && exec \"$0\" \"$@\""]);
    run_alone("reloading::kinds::there_are_no_descriptors_left", sandbox.root(), Some(shell));
}

#[test]
#[ignore = "run by another test, in a process that may open little"]
fn there_are_no_descriptors_left() {
    let Some(folder) = outer_folder() else { return };
    let file = folder.join("app.toml");
    let cfg: Hot<App> = Hot::builder().file(&file).build().expect("good");
    let mut taken = Vec::new();
    while let Ok(one) = std::fs::File::open(&file) {
        taken.push(one);
    }
    let error = rejection(cfg.reload());
    assert_eq!(error.problems()[0].kind(), ProblemKind::UnreadableSource);
    assert!(
        error.to_string().contains("Too many open files") && error.to_string().contains("app.toml"),
        "{error}"
    );
    assert_eq!(cfg.load().low, 2);
    let mut changes = cfg.subscribe();
    taken.pop();
    taken.pop();
    std::fs::write(&file, "low = 3\n").expect("there is a descriptor again");
    drop(taken);
    assert_eq!(changes.next_timeout(DEADLINE).expect("it heals by itself").new().low, 3);
    assert_eq!(cfg.status().last_error(), None);
}
