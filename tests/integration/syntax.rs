//! Texts that are not of their format: each mistake is told at its place, with what to write instead.

mod json;
mod toml;
mod yaml;

use hotconf::{Error, Format, Hot, HotConfig, Watch};

/// Without a secret in it, so that the lines of its texts are shown.
#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default)]
    a: u8,
}

fn refused(format: Format, text: &str) -> Error {
    let built = Hot::<Config>::builder().watch(Watch::Off).text(format, text).build();
    built.err().unwrap_or_else(|| panic!("{} {text:?} is not refused", format.name()))
}

/// Each text has its mistakes marked, `⟦…⟧` around the character where one begins, and is told with these messages and
/// no others.
#[track_caller]
fn check(format: Format, cases: &[(&str, &[&str])]) {
    for (marked, messages) in cases {
        let text = marked.replace(['⟦', '⟧'], "");
        let error = refused(format, &text);
        let name = |message: &str| format!("not valid {}: {message}", format.name());
        let places = marked.match_indices('⟦').map(|(at, _)| {
            let before = marked[..at].replace(['⟦', '⟧'], "");
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            let guilty = marked[at + '⟦'.len_utf8()..].split('⟧').next().unwrap();
            (line, column, guilty)
        });
        let expected: Vec<_> =
            places.zip(*messages).map(|((line, column, _), message)| (line, column, name(message))).collect();
        let problems = error.problems().iter();
        let found: Vec<_> = problems
            .map(|problem| {
                let origin = problem.origin().unwrap();
                let (line, column) = (origin.line().unwrap() as usize, origin.column().unwrap() as usize);
                (line, column, problem.message().to_owned())
            })
            .collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(found.len(), messages.len(), "{text}: a mark for each message");
        check_carets(&error, &text, marked);
    }
}

/// The caret of each problem stands under the character that is marked.
#[track_caller]
fn check_carets(error: &Error, text: &str, marked: &str) {
    let report = format!("{error:#}");
    let lines: Vec<_> = report.lines().collect();
    let under =
        lines.iter().enumerate().filter(|(_, line)| line.trim_start().trim_start_matches("| ").trim() == "^");
    let visible = |c: Option<char>| c.filter(|c| !c.is_whitespace() && !c.is_control());
    let under: Vec<_> = under
        .map(|(number, line)| {
            let column = line.chars().take_while(|&c| c != '^').count();
            visible(lines[number - 1].chars().nth(column))
        })
        .collect();
    let guilty = marked.split('⟦').skip(1).map(|rest| visible(rest.chars().next().filter(|&c| c != '⟧')));
    assert_eq!(under, guilty.collect::<Vec<_>>(), "{text}\n{report}");
}

/// What a source holds neither steers a terminal nor begins a line of a log.
#[test]
fn control_characters_are_printed_as_escapes() {
    let text = "{\"b\\u001b[2J\\n\": 1, \"a\": \"\\u001b[31m\\u009b\"}";
    let error = refused(Format::Json, text);
    let shown = [error.to_string(), format!("{error:#}"), error.problems()[0].message().to_owned()];
    for shown in shown {
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    }
    let lines: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.contains("b\\u{1b}[2J\\n")), "{lines:?}");
}
