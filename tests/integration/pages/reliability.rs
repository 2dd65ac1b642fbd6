//! The tests that the page of reliability names are there, and the faults have all their numbers.

use super::{files, lines, read};

const PAGE: &str = "docs/RELIABILITY.md";

/// The names of tests in a text: what stands between backticks and has the sign of a path in it.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |word: &&str| word.contains("::") && !word.contains(|c: char| " .(<…".contains(c));
    text.split('`').skip(1).step_by(2).filter(is_name)
}

/// The names of the tests of this binary.
fn tests() -> Vec<String> {
    let exe = std::env::current_exe().unwrap();
    let output = std::process::Command::new(exe).arg("--list").output().unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    list.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// Whether a name, in which a star stands for one segment, is that of a test.
fn is_named(name: &str, test: &str) -> bool {
    let (mut name, mut test) = (name.split("::"), test.split("::"));
    loop {
        match (name.next(), test.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part == "*" || part == segment => {}
            _ => return false,
        }
    }
}

#[test]
fn every_test_that_keeps_a_promise_is_there() {
    let page = read(PAGE);
    let tests = tests();
    let own: Vec<_> =
        files("hotconf/src").into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let mut count = 0;
    for name in names(&page) {
        count += 1;
        let is_there = match name.strip_prefix("hotconf::") {
            // The tests of the crate itself are in another binary.
            Some(path) => {
                let function = format!("fn {}(", path.rsplit("::").next().unwrap());
                own.iter().any(|text| text.contains("#[test]") && text.contains(&function))
            }
            None => tests.iter().any(|test| is_named(name, test)),
        };
        assert!(is_there, "{PAGE} names {name}, which is not there");
    }
    assert!(count > 100, "only {count} names were found");
}

#[test]
fn the_faults_are_numbered_through() {
    let page = read(PAGE);
    let rows = lines(&page).filter_map(|(_, line)| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let number: usize = cells.first()?.parse().ok()?;
        Some((number, cells.len(), names(line).count(), cells.last()? == &"—"))
    });
    for (at, (number, cells, tests, is_untried)) in rows.enumerate() {
        assert_eq!((number, cells), (at + 1, 4));
        assert!(tests > 0 || is_untried, "nothing keeps fault {number}");
    }
}
