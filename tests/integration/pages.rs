//! The pages of documentation say what there is: every word of the derive, the errors as the compiler prints them, links
//! that lead somewhere.

mod errors;
mod reliability;
mod surface;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(name: &str) -> String {
    let path = root().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Everything beneath a folder.
fn files(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

/// The lines of a page with whether they stand in a block of code.
fn lines(page: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut in_code = false;
    page.lines().map(move |line| {
        let is_fence = line.starts_with("```");
        in_code ^= is_fence;
        (in_code || is_fence, line)
    })
}

fn headings(page: &str) -> Vec<&str> {
    let headings = lines(page).filter(|(in_code, line)| !in_code && line.starts_with('#'));
    headings.map(|(_, line)| line.trim_start_matches('#').trim()).collect()
}

/// What a link to a heading is called.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The headings of a page with what stands beneath each.
fn sections(page: &str) -> Vec<(&str, String)> {
    let mut sections: Vec<(&str, String)> = Vec::new();
    for (in_code, line) in lines(page) {
        match sections.last_mut() {
            _ if !in_code && line.starts_with('#') => {
                sections.push((line.trim_start_matches('#').trim(), String::new()));
            }
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    sections
}

/// The blocks of text that are not code to run.
fn texts(page: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match &mut open {
            Some(_) if line == "```" => texts.extend(open.take()),
            Some(text) => {
                text.push_str(line);
                text.push('\n');
            }
            None if line == "```text" => open = Some(String::new()),
            None => {}
        }
    }
    texts
}

/// The words in a list of the derive's source.
fn listed(source: &str, list: &str) -> Vec<String> {
    let (_, rest) = source.split_once(&format!("const {list}:")).unwrap_or_else(|| panic!("no list {list}"));
    let (_, rest) = rest.split_once('=').unwrap();
    let (list, _) = rest.split_once(';').unwrap();
    // A list of pairs has the word first.
    let is_pairs = list.contains("(\"");
    let words = list.split(if is_pairs { "(\"" } else { "\"" }).skip(1);
    let words = words.step_by(if is_pairs { 1 } else { 2 }).map(|word| word.split('"').next().unwrap());
    let words: Vec<_> = words.map(str::to_owned).collect();
    assert!(!words.is_empty(), "{list}");
    words
}

/// The words that the derive's readers match.
fn matched(source: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for line in source.lines().map(str::trim) {
        let Some((pattern, _)) = line.split_once("=>") else { continue };
        words.extend(pattern.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    assert!(words.len() > 5, "{words:?}");
    words
}

#[test]
fn every_word_of_the_derive_has_its_section() {
    let page = read("docs/ATTRIBUTES.md");
    let sections = sections(&page);
    let section = |attribute: &str, word: &str| {
        let found = sections.iter().find(|(heading, _)| {
            let words = heading.strip_prefix(attribute).and_then(|rest| rest.strip_prefix(": "));
            words.is_some_and(|words| words.split(" and ").any(|own| own == word))
        });
        found.unwrap_or_else(|| panic!("docs/ATTRIBUTES.md has no section `{attribute}: {word}`")).1.as_str()
    };
    let table = |heading: &str| {
        let found = sections.iter().find(|(own, _)| *own == heading);
        found.unwrap_or_else(|| panic!("docs/ATTRIBUTES.md has no section `{heading}`")).1.as_str()
    };
    let hot = read("hotconf-derive/src/attr/hot.rs");
    let serde = read("hotconf-derive/src/attr/serde.rs");
    let mut all = Vec::new();
    for (attribute, source, list) in [
        ("hot", &hot, "ON_FIELDS"),
        ("hot", &hot, "ON_STRUCTS"),
        ("serde", &serde, "ON_FIELDS"),
        ("serde", &serde, "ON_VARIANTS"),
        ("serde", &serde, "ON_ITEMS"),
    ] {
        for word in listed(source, list) {
            let text = section(attribute, &word);
            assert!(text.contains("```rust"), "`{attribute}: {word}` has no example");
            assert!(text.contains("assert"), "the example of `{attribute}: {word}` proves nothing");
            assert!(text.contains("```text\nerror"), "`{attribute}: {word}` has no error");
            assert!(text.contains("*On:*"), "`{attribute}: {word}` does not say where it stands");
            all.push(word);
        }
    }
    for (list, heading) in [("WITHOUT_EFFECT", "Words without effect"), ("REFUSED", "Words that are refused")]
    {
        for word in listed(&serde, list) {
            assert!(table(heading).contains(&format!("\n| `{word}` |")), "{heading}: {word}");
        }
    }
    // Each word that has a section is found from the top, and nothing that a reader matches goes unsaid.
    let (top, _) = page.split_once("\n## ").unwrap();
    for word in &all {
        assert!(top.contains(&format!("`{word}`")), "the table at the top has no `{word}`");
    }
    let validate = read("hotconf-derive/src/attr/validate.rs");
    for word in [&hot, &serde, &validate].into_iter().flat_map(|source| matched(source)) {
        let is_named = page.contains(&format!("`{word}`")) || page.contains(&format!("`\"{word}\"`"));
        assert!(
            is_named || page.contains(&format!("{word} = ")),
            "docs/ATTRIBUTES.md does not name `{word}`"
        );
    }
}

#[test]
fn quoted_errors_are_those_of_the_compiler() {
    let expected =
        files("tests/ui").into_iter().filter(|path| path.extension().is_some_and(|end| end == "stderr"));
    let expected: Vec<_> = expected.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let mut count = 0;
    for text in texts(&read("docs/ATTRIBUTES.md")).iter().filter(|text| text.starts_with("error")) {
        let occurs = expected
            .iter()
            .any(|whole| text.lines().all(|line| whole.lines().any(|own| own.trim() == line.trim())));
        assert!(occurs, "no test in tests/ui expects:\n{text}");
        count += 1;
    }
    assert!(count > 30, "only {count} errors were found");
}

#[test]
fn links_lead_somewhere() {
    let mut pages = files("docs");
    pages.extend(["README.md", "CHANGELOG.md", "examples/README.md"].map(|name| root().join(name)));
    let mut count = 0;
    for path in pages.iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let page = std::fs::read_to_string(path).unwrap();
        for (in_code, line) in lines(&page) {
            let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            for link in links.filter(|link| !in_code && !link.contains("://")) {
                let (file, place) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { path.clone() } else { path.with_file_name(file) };
                assert!(target.exists(), "{}: {link}", path.display());
                if !place.is_empty() {
                    let other = std::fs::read_to_string(&target).unwrap();
                    let leads = headings(&other).iter().any(|heading| anchor(heading) == place);
                    assert!(leads, "{}: {link}", path.display());
                }
                count += 1;
            }
        }
    }
    assert!(count > 40, "only {count} links were found");
}

/// `HOTCONF_PAGES=write` writes the page anew, beneath the headings that it has.
#[test]
fn the_page_of_the_api_has_every_public_item() {
    let bodies = surface::bodies();
    assert!(bodies.len() > 60, "only {} public names were found", bodies.len());
    let page = std::fs::read_to_string(surface::page()).unwrap();
    let (written, headings) = surface::rewritten(&page, &bodies);
    if std::env::var_os("HOTCONF_PAGES").is_some_and(|wish| wish == "write") {
        std::fs::write(surface::page(), &written).unwrap();
    }
    let public: BTreeSet<_> = bodies.keys().cloned().collect();
    let missing: Vec<_> = public.difference(&headings).collect();
    assert!(missing.is_empty(), "docs/API.md has no heading for {missing:?}");
    let gone: Vec<_> = headings.difference(&public).collect();
    assert!(gone.is_empty(), "docs/API.md has a heading for {gone:?}, which are not public");
    let page = std::fs::read_to_string(surface::page()).unwrap();
    for (at, (is, should)) in page.lines().zip(written.lines()).enumerate() {
        assert_eq!(is, should, "docs/API.md:{}; `HOTCONF_PAGES=write` writes it anew", at + 1);
    }
    assert_eq!(page, written);
}
