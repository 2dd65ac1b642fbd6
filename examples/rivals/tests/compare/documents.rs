//! docs/COMPARE.md and docs/moving/ say what is here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The columns of the table, as the names of tests have them.
const COLUMNS: [&str; 7] =
    ["hotconf", "figment", "config_rs", "confique", "dynamic_config", "clapfig", "rtb_config"];

const WORDS: [&str; 3] = ["yes", "no", "partly"];

/// The tests that state a fact: `topic::fact::library_word`.
fn facts() -> BTreeSet<String> {
    let output = Command::new(std::env::current_exe().unwrap()).args(["--list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let tests = text.lines().filter_map(|line| line.strip_suffix(": test"));
    let states_a_fact = |test: &&str| {
        let name = test.rsplit("::").next().unwrap();
        name.rsplit_once('_')
            .is_some_and(|(library, word)| COLUMNS.contains(&library) && WORDS.contains(&word))
    };
    tests.filter(states_a_fact).map(str::to_owned).collect()
}

/// The rows of the tables: the test module that a row names, and the words of its cells.
fn rows(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let Some(module) = cells[0].rsplit('`').nth(1).filter(|_| cells.len() == COLUMNS.len() + 1) else {
            continue;
        };
        let words = cells[1..].iter().map(|cell| {
            let word: String = cell.chars().take_while(|c| c.is_alphabetic() || *c == '–').collect();
            word
        });
        let earlier = rows.insert(module.to_owned(), words.collect());
        assert!(earlier.is_none(), "{module} stands there twice");
    }
    rows
}

/// A cell that says yes, no or partly has the test that its row, its column and its word make; and each such test has
/// its cell.
#[test]
fn each_cell_of_the_table_is_a_test() {
    let text = fs::read_to_string(root().join("docs/COMPARE.md")).unwrap();
    let mut said = BTreeSet::new();
    for (module, words) in rows(&text) {
        for (column, word) in COLUMNS.iter().zip(words) {
            assert!(word == "–" || WORDS.contains(&&*word), "{module}, {column}: {word:?}");
            if word != "–" {
                said.insert(format!("{module}::{column}_{word}"));
            }
        }
    }
    let facts = facts();
    assert!(facts.len() > 150, "the tests were not found");
    assert_eq!(said.difference(&facts).collect::<Vec<_>>(), Vec::<&String>::new(), "said, and not tested");
    assert_eq!(facts.difference(&said).collect::<Vec<_>>(), Vec::<&String>::new(), "tested, and not said");
}

/// The table of the thirty inputs has the rows that the program computes.
#[test]
fn the_table_of_mistakes_is_computed() {
    let compare = fs::read_to_string(root().join("docs/COMPARE.md")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_mistakes")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.lines().count() >= 2 + 6, "{table}");
    for row in table.lines() {
        assert!(compare.lines().any(|line| line == row), "docs/COMPARE.md does not have {row}\nof\n{table}");
    }
}

/// Each note is referred to, and each reference has its note.
#[test]
fn notes_of_the_table_are_whole() {
    let text = fs::read_to_string(root().join("docs/COMPARE.md")).unwrap();
    let (mut notes, mut references) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        for (at, _) in line.match_indices("[^") {
            let name = line[at..].split_inclusive(']').next().unwrap();
            let is_note = at == 0 && line[name.len()..].starts_with(':');
            if is_note {
                notes.insert(name)
            } else {
                references.insert(name)
            };
        }
    }
    assert!(!notes.is_empty());
    assert_eq!(notes, references);
}

/// The versions that the documents name are those that the tests run with.
#[test]
fn the_documents_name_the_versions() {
    let manifest = fs::read_to_string(root().join("examples/rivals/Cargo.toml")).unwrap();
    let compare = fs::read_to_string(root().join("docs/COMPARE.md")).unwrap();
    let mut found = 0;
    for line in manifest.lines().filter(|line| line.contains("version = \"=")) {
        let name = line.split(' ').next().unwrap();
        let version = line.split("\"=").nth(1).unwrap().split('"').next().unwrap();
        assert!(compare.contains(&format!("{name} {version}")), "docs/COMPARE.md: {name} {version}");
        let guide = if name == "config" { "config-rs" } else { name };
        if let Ok(text) = fs::read_to_string(root().join(format!("docs/moving/{guide}.md"))) {
            assert!(
                text.contains(&format!("{name} {version}. ")),
                "docs/moving/{guide}.md: {name} {version}"
            );
            found += 1;
        }
    }
    assert_eq!(found, 4);
}

/// The Rust code in docs/moving/ is in the programs, so that it is compiled and run.
#[test]
fn code_in_the_guides_is_in_the_programs() {
    let programs = root().join("examples/rivals/moving");
    for library in ["figment", "config-rs", "confique", "dynamic-config"] {
        let folder = programs.join(library.replace('-', "_"));
        let [before, after] =
            ["before.rs", "after.rs"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
        let guide = fs::read_to_string(root().join(format!("docs/moving/{library}.md"))).unwrap();
        let blocks: Vec<&str> =
            guide.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        for block in &blocks {
            assert!(before.contains(block) || after.contains(block), "{library} has not:\n{block}");
        }
        let of = |text: &str| blocks.iter().filter(|block| text.contains(**block)).count();
        assert!(of(&before) > 0 && of(&after) > 0, "{library} shows one side only");
    }
}
