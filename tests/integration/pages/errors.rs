//! The pages of problems: there is one for each code, its bad example gives the report that stands in it, and its good one
//! builds.
//!
//! `docs/errors/README.md` says how a page is written. What is Rust in it is the text of a module beneath this one.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use hotconf::{Builder, Error, Hot, HotConfig, Watch};
use hotconf_tests::Sandbox;

use super::{files, read, root};

/// The modules of the pages, which are named as their codes. Those that end in `by_hand` make the problem by themselves.
macro_rules! pages {
    ($($module:ident $($by_hand:ident)?,)*) => {
        $(mod $module;)*

        const PAGES: &[&str] = &[$(stringify!($module)),*];

        mod of {
            $(
                #[test]
                fn $module() {
                    let runs = pages!(@runs $module $($by_hand)?);
                    super::check(stringify!($module), &runs);
                }
            )*
        }
    };
    (@runs $module:ident by_hand) => {
        super::Runs::ByHand { bad: super::$module::bad, good: super::$module::good }
    };
    (@runs $module:ident) => {
        super::Runs::Inputs(super::load::<super::$module::AppConfig>)
    };
}

pages! {
    ambiguous_key by_hand,
    ambiguous_variable by_hand,
    deprecated_key,
    duplicate_key,
    empty_source by_hand,
    encoding by_hand,
    invalid_value,
    last_good by_hand,
    limit,
    missing_key,
    missing_source by_hand,
    misuse by_hand,
    needs_restart by_hand,
    no_variant,
    out_of_range,
    panic by_hand,
    refused by_hand,
    rule,
    shrink by_hand,
    syntax,
    unknown_key,
    unknown_variable,
    unknown_variant,
    unreadable_source by_hand,
    wrong_type,
}

/// How the examples of a page are run.
enum Runs {
    /// By what stands in their blocks.
    Inputs(fn(&Block, &Path) -> Result<Vec<String>, Error>),
    /// By functions, whose bodies stand in their blocks.
    ByHand { bad: fn(&Path) -> Error, good: fn(&Path) -> Result<(), Error> },
}

/// A block of code with what stands behind its fence.
struct Block {
    info: String,
    text: String,
}

/// The warnings of a store that has the input of a block.
fn load<T: HotConfig + Send + Sync>(block: &Block, folder: &Path) -> Result<Vec<String>, Error> {
    let builder: Builder<T> = Hot::builder().watch(Watch::Off);
    let language = block.info.split(' ').next().unwrap();
    let builder = match language {
        "toml" | "yaml" | "json" => {
            let file = folder.join(format!("app.{language}"));
            std::fs::write(&file, &block.text).unwrap();
            builder.file(file)
        }
        "sh" => {
            let mut words = block.text.split_whitespace();
            let variables = words.by_ref().take_while(|word| *word != "shop");
            let variables: Vec<_> = variables
                .map(|word| word.split_once('=').unwrap_or_else(|| panic!("{word} is no variable")))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            builder.env_from(variables).env("APP").arg_overrides(words)
        }
        other => panic!("no example is in {other}"),
    };
    let status = builder.build()?.status();
    let mut warnings = Vec::new();
    for warning in status.warnings() {
        warnings.push(format!("warning[{}]: {warning}\n", warning.code()));
    }
    Ok(warnings)
}

/// The page as it should be, with the codes that its bad example is told of by.
fn rewritten(page: &str, module: &str, runs: &Runs) -> String {
    let source = read(&format!("tests/integration/pages/errors/{module}.rs"));
    let mut parts = source.split("\npub fn ");
    let structs = parts.next().unwrap().to_owned();
    let bodies: Vec<_> = parts.map(body).collect();
    let mut told = String::new();
    let mut is_first = true;
    rewrite(page, |block| {
        let sandbox = Sandbox::new();
        let folder = sandbox.root();
        let text = match (&*block.info, runs) {
            ("rust", _) if std::mem::take(&mut is_first) => structs.clone(),
            ("rust bad", Runs::ByHand { bad, .. }) => {
                told = bad(folder).report().to_string() + "\n";
                bodies[0].clone()
            }
            ("rust good", Runs::ByHand { good, .. }) => {
                good(folder).unwrap();
                bodies[1].clone()
            }
            ("text report", _) => return std::mem::take(&mut told),
            (info, Runs::Inputs(load)) if info.ends_with(" bad") => {
                told = match load(block, folder) {
                    Ok(warnings) => warnings.concat(),
                    Err(error) => error.report().to_string() + "\n",
                };
                block.text.clone()
            }
            (info, Runs::Inputs(load)) if info.ends_with(" good") => {
                let warnings = load(block, folder).unwrap_or_else(|error| panic!("{error:#}"));
                assert!(warnings.is_empty(), "{warnings:?}");
                block.text.clone()
            }
            (info, _) => panic!("`{info}` is no block of such a page"),
        };
        told = told.replace(&format!("{}/", folder.display()), "");
        text
    })
}

/// The lines of a function, without its head and its end.
fn body(function: &str) -> String {
    let lines: Vec<_> = function.lines().skip(1).take_while(|line| *line != "}").collect();
    let lines = lines.iter().map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.fold(String::new(), |body, line| body + line + "\n")
}

/// The page with other texts in its blocks.
fn rewrite(page: &str, mut text_of: impl FnMut(&Block) -> String) -> String {
    let mut written = String::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some(Block { info: info.to_owned(), text: String::new() }),
            (Some(block), Some("")) => {
                written += &text_of(block);
                open = None;
            }
            (Some(block), _) => {
                writeln!(block.text, "{line}").unwrap();
                continue;
            }
            (None, None) => {}
        }
        writeln!(written, "{line}").unwrap();
    }
    written
}

fn check(module: &str, runs: &Runs) {
    let code = module.replace('_', "-");
    let name = format!("docs/errors/{code}.md");
    let page = read(&name);
    let written = rewritten(&page, module, runs);
    if std::env::var_os("HOTCONF_PAGES").is_some_and(|wish| wish == "write") {
        std::fs::write(root().join(&name), &written).unwrap();
    }
    let page = read(&name);
    for (at, (is, should)) in page.lines().zip(written.lines()).enumerate() {
        assert_eq!(is, should, "{name}:{}; `HOTCONF_PAGES=write` writes it anew", at + 1);
    }
    assert_eq!(page, written);
    let mut blocks = Vec::new();
    rewrite(&written, |block| {
        blocks.push((block.info.clone(), block.text.clone()));
        block.text.clone()
    });
    let report = &blocks.iter().find(|(info, _)| info == "text report").expect("a report").1;
    let named = report.lines().filter_map(|line| {
        let rest = line.strip_prefix("error[").or_else(|| line.strip_prefix("warning["))?;
        rest.split(']').next()
    });
    let mut named: Vec<_> = named.collect();
    if code == "last-good" {
        // What cannot stand in for bad sources is told behind what is wrong with them.
        named.drain(..named.len() - 1);
    }
    assert_eq!(named, [&*code], "the report is of this problem, and of no other");
    let has = |end: &str| blocks.iter().any(|(info, _)| info.ends_with(end));
    assert!(has(" bad") && has(" good") && blocks[0].0 == "rust", "{name} lacks an example");
}

/// The kinds of problems as the source has them: what they mean, their names, their codes.
fn kinds() -> Vec<[String; 3]> {
    let source = read("hotconf/src/error/kind.rs");
    let (_, list) = source.split_once("\nkinds! {").unwrap();
    let lines: Vec<_> = list.lines().map(str::trim).collect();
    let mut kinds = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((kind, code)) = line.split_once(" = ") else { continue };
        let meaning = lines[at - 1].strip_prefix("/// ").expect("a line of documentation");
        kinds.push([meaning, kind, code.trim_matches(['"', ','])].map(str::to_owned));
    }
    assert!(kinds.len() > 20, "{kinds:?}");
    kinds
}

#[test]
fn every_code_has_its_page() {
    let index = read("docs/errors/README.md");
    let mut expected = BTreeSet::from(["README.md".to_owned()]);
    for [meaning, kind, code] in kinds() {
        let row = format!("\n| [{code}]({code}.md) | `{kind}` | {meaning} |\n");
        assert!(index.contains(&row), "docs/errors/README.md has no row{row}");
        let head = format!("# {code}\n\n{meaning} In code it is `ProblemKind::{kind}`.\n");
        let page = read(&format!("docs/errors/{code}.md"));
        assert!(page.starts_with(&head), "docs/errors/{code}.md does not begin with\n{head}");
        assert!(PAGES.contains(&&*code.replace('-', "_")), "the page of {code} is not run");
        expected.insert(format!("{code}.md"));
    }
    let names = files("docs/errors").into_iter().map(|path| path.file_name().unwrap().to_owned());
    let names: BTreeSet<_> = names.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(names, expected);
}
