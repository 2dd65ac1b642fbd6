//! The house stays in order: floors, what is never there, the weight of the crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every source file of the crate with the module of the top floor that it belongs to, and its text without tests.
fn sources() -> Vec<(String, PathBuf, String)> {
    let base = root().join("hotconf/src");
    let mut found = Vec::new();
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let inner = path.strip_prefix(&base).unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_test = inner.components().any(|part| {
                let name = part.as_os_str().to_string_lossy();
                name.starts_with("tests") || name.contains("_tests") || name == "scripted.rs"
            });
            if is_test || inner == Path::new("lib.rs") {
                continue;
            }
            let module = inner.components().next().unwrap().as_os_str().to_string_lossy();
            let module = module.trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("\nmod tests {").next().unwrap().to_owned();
            found.push((module, inner, text));
        }
    }
    assert!(found.len() > 30, "the sources were not found");
    found
}

/// The code of a file: without comments, which may name what code may not.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The floors as the document says them.
fn floors() -> BTreeMap<String, u32> {
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let floor = cells.next()?.parse().ok()?;
        Some((cells.next()?.to_owned(), floor))
    });
    rows.collect()
}

/// The modules that a file imports.
fn imports(text: &str) -> BTreeSet<String> {
    let mut imports = BTreeSet::new();
    for line in code(text) {
        for (at, _) in line.match_indices("crate::") {
            // `$crate::` stands in a macro, for the code that uses it.
            if line[..at].ends_with('$') {
                continue;
            }
            let rest = &line[at + "crate::".len()..];
            let module: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            imports.insert(module);
        }
    }
    imports
}

#[test]
fn modules_import_from_lower_floors_and_in_no_circle() {
    let floors = floors();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, file, text) in sources() {
        let mine = floors.get(&module);
        let mine = mine.unwrap_or_else(|| panic!("{module} has no floor in docs/ARCHITECTURE.md"));
        for other in imports(&text) {
            let Some(theirs) = floors.get(&other) else {
                assert!(
                    other.starts_with("__") || other.is_empty(),
                    "{}: crate::{other} is no module",
                    file.display()
                );
                continue;
            };
            assert!(theirs <= mine, "{} (floor {mine}) imports {other} (floor {theirs})", file.display());
            if other != module {
                graph.entry(module.clone()).or_default().insert(other);
            }
        }
    }
    // The one pair that the document excepts.
    graph.get_mut("hot").unwrap().remove("builder");
    for start in floors.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&String> = graph.get(start).into_iter().flatten().collect();
        while let Some(module) = open.pop() {
            assert_ne!(module, start, "{start} imports itself in a circle");
            if seen.insert(module) {
                open.extend(graph.get(module).into_iter().flatten());
            }
        }
    }
    let modules: BTreeSet<_> = sources().into_iter().map(|(module, ..)| module).collect();
    let named: BTreeSet<_> = floors.keys().cloned().collect();
    assert_eq!(modules, named, "docs/ARCHITECTURE.md names the modules there are");
}

#[test]
fn what_is_never_there_is_not_there() {
    let rules: &[(&[&str], &[&str])] = &[
        (&["std::fs", "std::env::", "File::open", "current_dir"], &["source", "watch", "testing"]),
        (
            &[
                "Instant::now",
                "SystemTime::now",
                "thread::spawn",
                "thread::Builder",
                "thread::sleep",
                "park_timeout",
            ],
            &["watch", "reload"],
        ),
        (&["notify::"], &["watch"]),
        (&["toml::de", "serde_saphyr", "jsonc_parser", "serde_json"], &["format"]),
        (&["unsafe ", "unsafe{"], &[]),
    ];
    for (module, file, text) in sources() {
        for line in code(&text) {
            assert!(!(line.contains("pub use ") && line.contains('*')), "{}: {line}", file.display());
            for (words, allowed) in rules {
                for word in *words {
                    let is_allowed = allowed.contains(&module.as_str());
                    assert!(is_allowed || !line.contains(word), "{}: {line}", file.display());
                }
            }
        }
    }
    for name in ["hotconf/src/lib.rs", "hotconf-derive/src/lib.rs"] {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{name}");
    }
}

/// Formats that write the number of fields ahead of them, as binary ones do, believe it.
#[test]
fn what_is_serialized_has_as_many_fields_as_it_says() {
    let mut structs = 0;
    for (_, file, text) in sources() {
        for part in text.split(".serialize_struct(\"").skip(1) {
            let (name, rest) = part.split_once("\", ").unwrap();
            let (stated, rest) = rest.split_once(')').unwrap();
            let fields = rest.split(".end()").next().unwrap().matches(".serialize_field(").count();
            assert_eq!(stated.parse(), Ok(fields), "{name} in {}", file.display());
            structs += 1;
        }
    }
    assert!(structs > 10, "they were not found");
}

#[test]
fn the_readme_has_the_quick_start_whole() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let (readme, quickstart) = (read("README.md"), read("examples/quickstart.rs"));
    assert!(readme.contains(&format!("```rust\n{quickstart}```\n")), "README.md has another quick start");
    assert!(quickstart.lines().count() < 60);
}

/// The crates below hotconf with these features, by name and version, without itself.
fn crates_below(features: &[&str]) -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal", "--package", "hotconf", "--prefix", "none", "--format", "{p}"])
        .args(features)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let crates = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
    });
    crates.filter(|(name, _)| name != "hotconf").collect()
}

#[test]
fn the_crate_stays_light() {
    let (all, least) = (crates_below(&[]), crates_below(&["--no-default-features"]));
    println!("{} crates below hotconf by default, {} without default features", all.len(), least.len());
    assert!(all.len() < 45, "{} crates: {all:?}", all.len());
    assert!(least.len() < 30, "{} crates: {least:?}", least.len());
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let said = format!("stand on {} crates, without them on {}.", all.len(), least.len());
    assert!(readme.contains(&said), "README.md does not say: {said}");
}

#[test]
fn the_stated_rust_version_is_that_of_what_is_used_by_default() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let number = |version: &str| -> Vec<u32> {
        let mut parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
        parts.resize(3, 0);
        parts
    };
    let stated = packages.iter().find(|package| package["name"] == "hotconf").unwrap()["rust_version"]
        .as_str()
        .unwrap();
    let below = crates_below(&[]);
    for package in packages {
        let named =
            (package["name"].as_str().unwrap().to_owned(), package["version"].as_str().unwrap().to_owned());
        if let (true, Some(needed)) = (below.contains(&named), package["rust_version"].as_str()) {
            assert!(number(needed) <= number(stated), "{named:?} needs {needed}, and {stated} is stated");
        }
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("Rust {stated}")), "README.md states another version than {stated}");
}
