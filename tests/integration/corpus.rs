//! The corpus of bad inputs in `tests/corpus`: files with mistakes in them, and what is told of each. Its README says how
//! a case is written.
//!
//! `CORPUS=update` writes the reports anew. What is checked besides is not written anew: that all mistakes which are
//! planted are told, each once and at its place, and nothing else.

mod case;
mod schema;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::slice;

use case::{Case, Mistake, Told};
use hotconf::{Origin, Problem};

const FOLDER: &str = "corpus";

/// Stands for every secret of the corpus.
const SECRET: &str = "hunter2";

/// A guilty text that nobody would see at the end of a line of mistakes, or there is none.
const BLANK: &str = "␣";
const TAB: &str = "⇥";
const END_OF_LINE: &str = "⏎";

/// Kinds that are about the declarations, and a key that is missing where no text is read: nothing has a place for them.
const WITHOUT_PLACE: [&str; 3] = ["ambiguous-variable", "ambiguous-key", "missing-key"];

#[test]
fn every_bad_input_is_told_of_as_it_is_written_down() {
    let is_update = std::env::var_os("CORPUS").is_some_and(|word| word == "update");
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let told = case.tell();
        wrong.extend(
            faults(case, &told).into_iter().map(|fault| format!("{}: {fault}", case.input.display())),
        );
        if told.report == case.report {
            continue;
        }
        if is_update {
            fs::write(&case.told, case.with_report(&told.report)).unwrap();
        } else {
            let name = case.told.display();
            wrong.push(format!(
                "{name}: what is told is not as written\n{}",
                difference(&case.report, &told.report)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} faults\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_corpus_is_wide() {
    let cases = cases();
    assert!(cases.len() >= 250, "there are {} cases", cases.len());
    let inputs: BTreeSet<PathBuf> = cases.iter().map(|case| case.told.clone()).collect();
    let texts: BTreeSet<PathBuf> = files(&folders(&folders(&[PathBuf::from(FOLDER)])))
        .into_iter()
        .filter(|path| has_extension(path, "txt"))
        .collect();
    assert_eq!(inputs, texts, "every input has a text, and every text an input");
}

/// What is wrong with what is told of a case, apart from its words.
fn faults(case: &Case, told: &Told) -> Vec<String> {
    let mut faults = Vec::new();
    if !case.planted.iter().any(|mistake| mistake.code == case.kind) {
        faults.push(format!("no mistake of the kind {} is planted", case.kind));
    }
    if told.report.contains(SECRET) || told.every_way.contains(SECRET) {
        faults.push(format!("a secret is shown\n{}\n{}", told.report, told.every_way));
    }
    let mut open: Vec<&Mistake> = case.planted.iter().collect();
    for (index, problem) in told.problems.iter().enumerate() {
        let underlined = told.underlined(index);
        let same = |mistake: &&Mistake| {
            mistake.code == problem.code()
                && mistake.key == key_of(problem)
                && is_at(problem, underlined.as_deref(), &mistake.guilty)
        };
        match open.iter().position(same) {
            Some(found) => {
                open.remove(found);
            }
            None => faults.push(format!("told, and not planted: {}", found(problem, underlined))),
        }
        if problem.origin().is_none() && !WITHOUT_PLACE.contains(&problem.code()) {
            faults.push(format!("told without a place: {problem}"));
        }
    }
    faults.extend(open.iter().map(|mistake| format!("planted, and not told: {mistake}")));
    faults
}

/// Whether a problem is told at this text: its place is where the text begins, and no more and no less is underlined; of
/// a text that cannot be read its first character. What is no place in a text is named by the mistake as the problem
/// names it.
fn is_at(problem: &Problem, underlined: Option<&str>, guilty: &str) -> bool {
    let Some(origin) = problem.origin() else { return guilty == "-" };
    let Some(rest) = rest_of_line(origin) else { return origin_is(origin, guilty) };
    if guilty == END_OF_LINE {
        return rest.is_empty();
    }
    let guilty = guilty.replace(BLANK, " ").replace(TAB, "\t");
    if !rest.starts_with(&guilty) {
        return false;
    }
    // A tab is shown as a blank.
    let guilty = guilty.replace('\t', " ");
    let is_underlined = |shown: &str| {
        let is_covered = ["***", "[…]", "{…}"].contains(&shown);
        let is_shortened = shown.strip_suffix('…').is_some_and(|shown| guilty.starts_with(shown));
        let is_first = problem.code() == "syntax" && guilty.chars().next() == shown.chars().next();
        is_covered || is_shortened || is_first || shown == guilty
    };
    underlined.is_none_or(is_underlined)
}

fn origin_is(origin: &Origin, guilty: &str) -> bool {
    let shown = origin.to_string();
    let mut names = vec![shown.clone()];
    names.extend(shown.rsplit_once('/').map(|(_, name)| name.to_owned()));
    names.extend(shown.starts_with("an override").then(|| "an override".to_owned()));
    names.iter().any(|name| name == guilty)
}

/// What stands at the place of a problem, to the end of the line; `None` where the place is not in a file.
fn rest_of_line(origin: &Origin) -> Option<String> {
    let (line, column) = (origin.line()?, origin.column()?);
    let text = fs::read(origin.file()?).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let line = text.split('\n').nth(line as usize - 1)?;
    Some(line.trim_end_matches('\r').chars().skip(column as usize - 1).collect())
}

/// A problem as a mistake that could be planted.
fn found(problem: &Problem, underlined: Option<String>) -> Mistake {
    let origin = problem.origin();
    let guilty = match origin.and_then(rest_of_line) {
        Some(rest) => format!("`{}` of `{rest}`", underlined.unwrap_or_default()),
        None => origin.map_or("-".to_owned(), ToString::to_string),
    };
    Mistake { code: problem.code().to_owned(), key: key_of(problem), guilty }
}

/// The key of a problem as a mistake names it, control characters escaped; `-` where it is about no key.
fn key_of(problem: &Problem) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    problem.key().map_or("-".to_owned(), |key| key.as_str().chars().map(escaped).collect())
}

/// The lines in which two texts differ, each with the ones around it.
fn difference(expected: &str, told: &str) -> String {
    let (expected, told): (Vec<_>, Vec<_>) = (expected.lines().collect(), told.lines().collect());
    // How many lines are common to what is left of both, from each pair of lines on.
    let mut common = vec![vec![0; told.len() + 1]; expected.len() + 1];
    for (i, line) in expected.iter().enumerate().rev() {
        for (j, other) in told.iter().enumerate().rev() {
            let skipped = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if line == other { common[i + 1][j + 1] + 1 } else { skipped };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < expected.len() || j < told.len() {
        if i < expected.len() && j < told.len() && expected[i] == told[j] {
            lines.push((' ', told[j]));
            (i, j) = (i + 1, j + 1);
        } else if j == told.len() || i < expected.len() && common[i + 1][j] >= common[i][j + 1] {
            lines.push(('-', expected[i]));
            i += 1;
        } else {
            lines.push(('+', told[j]));
            j += 1;
        }
    }
    let is_near_change = |at: usize| {
        let around = at.saturating_sub(1)..(at + 2).min(lines.len());
        lines[around].iter().any(|(mark, _)| *mark != ' ')
    };
    let shown = lines.iter().enumerate().filter(|(at, _)| is_near_change(*at));
    shown.map(|(_, (mark, line))| format!("{mark} {line}")).collect::<Vec<_>>().join("\n")
}

/// Every input, in the order of their paths.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in folders(&[PathBuf::from(FOLDER)]) {
        for format in folders(slice::from_ref(&kind)) {
            let inputs =
                files(slice::from_ref(&format)).into_iter().filter(|path| !has_extension(path, "txt"));
            cases.extend(inputs.map(|input| Case::new(&name(&kind), &name(&format), input)));
        }
    }
    cases
}

fn entries(folders: &[PathBuf]) -> Vec<PathBuf> {
    let read = |folder: &PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = folders.iter().flat_map(read).collect();
    found.sort();
    found
}

fn folders(within: &[PathBuf]) -> Vec<PathBuf> {
    entries(within).into_iter().filter(|path| path.is_dir()).collect()
}

fn files(within: &[PathBuf]) -> Vec<PathBuf> {
    entries(within).into_iter().filter(|path| path.is_file()).collect()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
