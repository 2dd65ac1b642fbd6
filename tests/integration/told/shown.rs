//! What is shown of a line that cannot be read, where there are secrets: the key, if it is one of the program's.

use std::collections::BTreeMap;

use hotconf::{Format, Hot, HotConfig};

use super::{SECRET, lines};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default = 80)]
    port: u16,
    #[hot(default)]
    servers: Vec<Server>,
    #[hot(default)]
    names: BTreeMap<String, String>,
    #[hot(secret)]
    token: Option<String>,
}

#[derive(Debug, HotConfig)]
struct Server {
    #[serde(alias = "address")]
    host: Option<String>,
    kind: Option<Kind>,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type")]
enum Kind {
    Proxy { upstream: String },
}

/// The excerpt of the first problem: the lines with `|`.
#[track_caller]
fn shown(format: Format, text: &str) -> Vec<String> {
    let error = Hot::<Config>::builder().text(format, text).build().unwrap_err();
    lines(&error);
    let report = format!("{error:#}");
    let first = report.split("\n\n").next().unwrap();
    let excerpt =
        first.lines().filter_map(|line| line.split_once('|')).map(|(_, shown)| shown.trim_end().to_owned());
    excerpt.filter(|shown| !shown.is_empty()).collect()
}

#[test]
fn a_key_of_the_program_is_shown_without_its_value() {
    let marked = |text: &str, marks: &str| vec![format!(" {text}"), format!(" {marks}")];
    assert_eq!(shown(Format::Toml, &format!("token = {SECRET}")), marked("token = ***", "        ^^^"));
    assert_eq!(shown(Format::Toml, &format!("  'port'= {SECRET}")), marked("'port' = ***", "         ^^^"));
    assert_eq!(shown(Format::Toml, &format!("port = 1\nport = \"{SECRET}\"")), marked("port", "^^^^"));
    assert_eq!(
        shown(Format::Json, &format!("{{\"token\": {SECRET}}}")),
        marked("\"token\": ***", "         ^^^")
    );
    assert_eq!(
        shown(Format::Yaml, &format!("servers:\n- address: @{SECRET}")),
        marked("address: ***", "         ^^^")
    );
    assert_eq!(
        shown(Format::Toml, &format!("[[servers]]\nkind.upstream = {SECRET}")),
        marked("kind.upstream = ***", "                ^^^")
    );
}

#[test]
fn nothing_else_is_shown() {
    let nothing: Vec<String> = Vec::new();
    for text in [
        format!("{SECRET} = {SECRET}"),
        SECRET.to_owned(),
        format!("port {SECRET}"),
        format!("names.{SECRET} = {SECRET}"),
        format!("token = '''\na\n''' {SECRET}"),
        format!("[{SECRET}"),
        format!("servers = [{{host = 'a', {SECRET}}}]"),
    ] {
        assert_eq!(shown(Format::Toml, &text), nothing, "{text}");
    }
}
