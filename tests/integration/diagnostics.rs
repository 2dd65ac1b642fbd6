//! Errors as miette shows them: the words, the line with its number and column in the file, and no secret.

use hotconf::{Builder, Diagnosis, Error, Format, Hot, HotConfig, Watch};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, JSONReportHandler, NarratableReportHandler, Severity,
    SourceCode,
};

#[derive(HotConfig)]
struct Config {
    #[hot(default)]
    server: Server,
    #[hot(default)]
    größen: Vec<u8>,
    #[hot(default, secret)]
    password: u32,
}

#[derive(HotConfig)]
struct Server {
    #[hot(default = 8000)]
    port: u16,
    #[hot(default = "info", deprecated = "use log.level")]
    level: String,
}

fn builder() -> Builder<Config> {
    Hot::builder().watch(Watch::Off)
}

fn failed(builder: Builder<Config>) -> Error {
    builder.build().expect_err("it is wrong")
}

fn graphical(diagnostic: &dyn Diagnostic) -> String {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(80);
    handler.render_report(&mut text, diagnostic).unwrap();
    text
}

fn narrated(diagnostic: &dyn Diagnostic) -> String {
    let mut text = String::new();
    NarratableReportHandler::new().render_report(&mut text, diagnostic).unwrap();
    text
}

fn json(diagnostic: &dyn Diagnostic) -> serde_json::Value {
    let mut text = String::new();
    JSONReportHandler::new().render_report(&mut text, diagnostic).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Without blanks at the ends of lines, which nobody can see in a test.
#[track_caller]
fn assert_shows(shown: &str, expected: &str) {
    let lines: Vec<_> = shown.lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n").trim(), expected.trim(), "\n{shown}");
}

const BELOW: &str = "[server]\nport = 9000\n";
const ABOVE: &str = "# local\n\n  server:\n    port: 70000\n    levle: debug\n  password: tulip\n";

#[test]
fn a_single_problem_is_the_diagnostic() {
    let error = failed(builder().text(Format::Toml, BELOW).text(Format::Yaml, "server:\n    port: 70000"));
    let line = "
   ╭─[embedded YAML:2:11]
 2 │ port: 70000
   ·       ─────
   ╰────
  help: also set at embedded TOML:2:8";
    let diagnosis = "hotconf::out-of-range

  × server.port: 70000 is too large for u16 (at most 65535)";
    assert_shows(&graphical(&error.clone().diagnosis()), &format!("{diagnosis}{line}"));
    let problem = format!("{diagnosis}\n  │   at embedded YAML:2:11{line}");
    assert_shows(&graphical(&error.problems()[0]), &problem);
    let whole = problem.replace("× ", "× 1 problem in the configuration\n  │ ");
    assert_shows(&graphical(&error), &whole);
}

#[test]
fn several_problems_are_related() {
    let error = failed(builder().text(Format::Toml, BELOW).text(Format::Yaml, ABOVE));
    assert_shows(
        &graphical(&error.clone().diagnosis()),
        "
  × 3 problems in the configuration

Error: hotconf::out-of-range

  × server.port: 70000 is too large for u16 (at most 65535)
   ╭─[embedded YAML:4:11]
 4 │ port: 70000
   ·       ─────
   ╰────
  help: also set at embedded TOML:2:8

Error: hotconf::unknown-key

  × server.levle: unknown key
   ╭─[embedded YAML:5:5]
 5 │ levle
   · ─────
   ╰────
  help: did you mean `level`?

Error: hotconf::wrong-type

  × password: expected a whole number (u32), found a text
   ╭─[embedded YAML:6:13]
 6 │ password: ***
   ·           ───
   ╰────",
    );
    let related: Vec<_> = error.related().unwrap().map(ToString::to_string).collect();
    let problems: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(related, problems);
    assert!(error.code().is_none() && error.source_code().is_none() && error.help().is_none());
}

#[test]
fn columns_count_characters() {
    let text = "# größer\n\"größen\" = [ 'ä', 1, 2, 300 ] # ü";
    let error = failed(builder().text(Format::Toml, text));
    assert_shows(
        &graphical(&error.clone().diagnosis()),
        "
  × 2 problems in the configuration

Error: hotconf::wrong-type

  × größen.0: expected a whole number (u8), found the text \"ä\"
   ╭─[embedded TOML:2:14]
 2 │ 'ä'
   · ───
   ╰────

Error: hotconf::out-of-range

  × größen.3: 300 is too large for u8 (at most 255)
   ╭─[embedded TOML:2:25]
 2 │ 300
   · ───
   ╰────",
    );
    assert_eq!(label_of(&error.problems()[0]), ("embedded TOML".to_owned(), 2, 14, "'ä'".to_owned()));
}

#[test]
fn a_line_is_read_from_where_it_is_shown() {
    let error = failed(builder().text(Format::Yaml, "größen:\n    - &größe 300"));
    let problem = &error.problems()[0];
    let (source, span) = (problem.source_code().unwrap(), *problem.labels().unwrap().next().unwrap().inner());
    let all = source.read_span(&span, 1, 1).unwrap();
    assert_eq!((all.line(), all.line_count()), (1, 1));
    let end = span.offset() + span.len();
    for outside in [(end, 1), (0, end + 1), (usize::MAX, 2)] {
        assert!(source.read_span(&outside.into(), 0, 0).is_err(), "{outside:?}");
    }
    let source = failed(builder().arg_overrides(["größen=x"])).problems()[0].origin().unwrap().clone();
    assert!(source.read_span(&(0, 0).into(), 0, 0).is_err());
}

/// The name, the line and the column of what is underlined, and the text of it.
fn label_of(diagnostic: &dyn Diagnostic) -> (String, usize, usize, String) {
    let label = diagnostic.labels().unwrap().next().unwrap();
    let read = diagnostic.source_code().unwrap().read_span(label.inner(), 0, 0).unwrap();
    let text = String::from_utf8(read.data().to_vec()).unwrap();
    (read.name().unwrap().to_owned(), read.line() + 1, read.column() + 1, text)
}

#[derive(HotConfig)]
struct Plain {
    #[hot(default)]
    ports: Vec<u16>,
}

#[test]
fn of_a_text_that_cannot_be_parsed_the_line_is_shown() {
    let error = Hot::<Plain>::builder().text(Format::Json, "{\n\t\"ports\": [1, ß]\n}").build().unwrap_err();
    let (.., line, column, piece) = label_of(&error);
    assert_eq!((line, column, piece.as_str()), (2, 15, "ß"));
    let shown = graphical(&error.diagnosis());
    assert!(
        shown.contains("╭─[embedded JSON:2:15]\n 2 │ \"ports\": [1, ß]\n   ·              ─\n"),
        "{shown}"
    );
    // A line may have somebody's secret, where the schema has any.
    let error = failed(builder().text(Format::Json, "{ ß }"));
    let shown = graphical(&error.diagnosis());
    assert!(shown.contains("\n  │   at embedded JSON:1:3\n") && !shown.contains('ß'), "{shown}");
}

#[test]
fn what_is_in_no_line_says_where_it_is_from() {
    let variables = [("APP_SERVER_PORT".to_owned(), "x".to_owned())];
    let error = failed(builder().file("services/none.toml").env_from(variables).env("APP"));
    assert_shows(
        &graphical(&error.diagnosis()),
        "
  × 2 problems in the configuration

Error: hotconf::missing-source

  × the file does not exist; create it, or name it with `optional_file`
  │   at services/none.toml

Error: hotconf::wrong-type

  × server.port: expected a whole number (u16), found the text \"x\"
  │   from APP_SERVER_PORT (environment)",
    );
}

#[test]
fn handlers_for_machines_and_for_readers_aloud() {
    let error = failed(builder().text(Format::Toml, BELOW).text(Format::Yaml, ABOVE));
    let diagnosis = error.clone().diagnosis();
    let related = |message: &str, code: &str, help: Option<&str>, offset: usize, length: usize| {
        let mut related = serde_json::json!({
            "message": message,
            "code": code,
            "severity": "error",
            "causes": [],
            "filename": "embedded YAML",
            "labels": [{ "span": { "offset": offset, "length": length } }],
            "related": [],
        });
        if let Some(help) = help {
            related["help"] = help.into();
        }
        related
    };
    let port = "server.port: 70000 is too large for u16 (at most 65535)";
    let also = Some("also set at embedded TOML:2:8");
    let password = "password: expected a whole number (u32), found a text";
    assert_eq!(
        json(&diagnosis),
        serde_json::json!({
            "message": "3 problems in the configuration",
            "severity": "error",
            "causes": [],
            "labels": [],
            "related": [
                related(port, "hotconf::out-of-range", also, 6, 5),
                related("server.levle: unknown key", "hotconf::unknown-key", Some("did you mean `level`?"), 0, 5),
                related(password, "hotconf::wrong-type", None, 10, 3),
            ],
        })
    );
    assert_eq!(json(&error)["message"], error.to_string());

    let told = narrated(&diagnosis);
    let place =
        "Begin snippet for embedded YAML starting at line 4, column 5\n\nsnippet line 4: port: 70000\n";
    assert!(told.contains(&format!("{place}    label at line 4, columns 7 to 11\n")), "{told}");
}

#[test]
fn warnings_are_warnings_and_the_same_is_an_error_where_it_refuses() {
    let variables = [("APP_SERVER_PROT".to_owned(), "1".to_owned())];
    let lenient =
        builder().text(Format::Toml, "server.level = 'debug'").env_from(variables.clone()).env("APP");
    let status = lenient.build().unwrap().status();
    let [variable, deprecated] = status.warnings() else { panic!("{:?}", status.warnings()) };
    for warning in [variable, deprecated] {
        assert_eq!(warning.severity(), Some(Severity::Warning), "{warning}");
    }
    assert_shows(
        &graphical(deprecated),
        "hotconf::deprecated-key

  ⚠ server.level: deprecated: use log.level
  │   at embedded TOML:1:8
   ╭─[embedded TOML:1:8]
 1 │ level
   · ─────
   ╰────",
    );
    let strict = failed(builder().env_from(variables).strict_env("APP"));
    assert_eq!(strict.problems()[0].kind(), variable.kind());
    assert_eq!(strict.severity(), Some(Severity::Error));
}

#[test]
fn no_secret_is_in_a_diagnostic() {
    for text in ["password = 'tulip'", "password = ['tulip']", "password = tulip", "passwrod = 'tulip'"] {
        let error = failed(builder().text(Format::Toml, text).arg_overrides(["password=tulip"]));
        let diagnosis = error.clone().diagnosis();
        for diagnostic in [&error as &dyn Diagnostic, &diagnosis, &error.problems()[0]] {
            let debug = format!("{diagnostic:?}{diagnostic:#?}");
            let told = [graphical(diagnostic), narrated(diagnostic), json(diagnostic).to_string(), debug];
            for shown in told {
                assert!(shown.contains("embedded TOML") || shown.contains("rgument"), "{shown}");
                assert!(!shown.contains("tulip"), "{shown}");
            }
        }
    }
}

#[derive(Debug)]
struct Startup(Error);

impl std::fmt::Display for Startup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the shop cannot start")
    }
}

impl std::error::Error for Startup {}

impl Diagnostic for Startup {
    fn diagnostic_source(&self) -> Option<&dyn Diagnostic> {
        Some(&self.0)
    }
}

#[test]
fn an_error_can_be_the_source_of_another_and_become_a_report() {
    let error = failed(builder().arg_overrides(["server.port=x"]));
    let shown = graphical(&Startup(error.clone()));
    assert!(shown.contains("× the shop cannot start\n") && shown.contains("hotconf::wrong-type"), "{shown}");
    let report = miette::Report::from(Diagnosis::from(error.clone()));
    assert_eq!(report.downcast_ref::<Diagnosis>().unwrap().error(), &error);
    let problem: &dyn std::error::Error = &error.problems()[0];
    assert!(problem.source().is_none());
}

#[test]
fn what_to_do_about_a_missing_key_is_its_help() {
    #[derive(HotConfig)]
    struct Needy {
        database: Database,
    }
    #[derive(HotConfig)]
    struct Database {
        url: String,
        #[hot(default = 10)]
        pool_size: u32,
    }
    let builder = Hot::<Needy>::builder().watch(Watch::Off);
    let error = builder.text(Format::Toml, "[database]\npool_size = 5\n").build().expect_err("it is wrong");
    let help = error.problems()[0].help().expect("it can be added");
    assert_eq!(help, "add `url` to the section `database`");
    assert!(
        graphical(&error.clone().diagnosis()).contains(help),
        "{}",
        graphical(&error.clone().diagnosis())
    );
}
