//! Texts that mean harm, or nothing: they are read or refused, whoever wrote them, in time and with all that was said.

use hotconf::Format;
use hotconf_tests::hostile::{Kind, Played, Seen, bombs, boundary, play, programs, take, texts};
use hotconf_tests::{Sandbox, tool};

/// Takes so many texts of a kind; gives how many were accepted, and how many had a secret to keep.
fn takes(kind: Kind, count: u64) -> (usize, usize) {
    let seen: Vec<Seen> = texts(kind, count).map(|text| taken(kind, &text)).collect();
    let accepted = seen.iter().filter(|seen| seen.is_accepted).count();
    let kept = seen.iter().filter(|seen| seen.is_secret_kept).count();
    println!("{kind:?}: {accepted} of {} texts are accepted, {kept} had a secret to keep", seen.len());
    (accepted, kept)
}

/// Says which text it was, where something does not hold.
fn taken(kind: Kind, text: &str) -> Seen {
    std::panic::catch_unwind(|| take(kind, text)).unwrap_or_else(|panic| {
        let start = &text[..boundary(text, 2_000)];
        println!("{kind:?}, {} bytes: {start:?}", text.len());
        std::panic::resume_unwind(panic)
    })
}

/// A stream from which nothing is accepted, or in which no secret is planted, says little.
#[track_caller]
fn says_much((accepted, kept): (usize, usize), count: u64) {
    let enough = count as usize / 50;
    assert!(accepted > enough && kept > enough, "{accepted} accepted, {kept} with a secret, of {count}");
}

#[test]
fn toml() {
    says_much(takes(Kind::Text(Format::Toml), 250), 250);
}

#[test]
fn yaml() {
    says_much(takes(Kind::Text(Format::Yaml), 250), 250);
}

#[test]
fn json() {
    says_much(takes(Kind::Text(Format::Json), 500), 500);
}

#[test]
fn files_of_variables() {
    says_much(takes(Kind::EnvFile, 300), 300);
}

#[test]
fn variables_and_arguments() {
    says_much(takes(Kind::Names, 200), 200);
}

#[test]
fn two_layers_and_reloads() {
    says_much(takes(Kind::Layers, 100), 100);
}

/// Two files that are changed in all ways, with bells and without, while the store looks.
#[test]
fn files_that_are_changed_in_all_ways() {
    let mut all = Played::default();
    for program in programs(1_500) {
        let played = std::panic::catch_unwind(|| play(&program)).unwrap_or_else(|panic| {
            println!("{program:?}");
            std::panic::resume_unwind(panic)
        });
        all.changes += played.changes;
        all.refused += played.refused;
    }
    println!("{} changes, {} calls refused", all.changes, all.refused);
    assert!(all.changes > 500 && all.refused > 500, "{all:?}");
}

/// In a process of its own, that may have 1 GiB of memory and no more.
#[test]
fn texts_that_would_be_large() {
    const MARK: &str = "HOTCONF_HOSTILE_INNER";
    if std::env::var_os(MARK).is_some() {
        for (what, format, text) in bombs() {
            println!("{what} ({})", format.name());
            taken(Kind::Text(format), &text);
        }
        println!("all are taken");
        return;
    }
    let sandbox = Sandbox::new();
    let Some(mut shell) = tool("sh", sandbox.root()) else { return };
    let output = shell
        .args(["-c", "ulimit -v 1048576 && exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["hostile::texts_that_would_be_large", "--exact", "--nocapture"])
        .env(MARK, "1")
        .output()
        .unwrap();
    let printed =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success() && printed.contains("all are taken"), "{printed}");
}
