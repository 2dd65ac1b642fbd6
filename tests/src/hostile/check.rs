//! What must hold of every error and of every store.

use hotconf::{Error, Hot, KeyPath, Origin, OriginKind, Problem, ProblemKind, Value};

use super::Seen;
use super::config::{Config, WORDS};

/// The most problems that are told of one load: of what is built 1,000 and one that says so, of each text that cannot be
/// read 50; and of lines that are each by itself one each.
const MOST_PROBLEMS: usize = 1_200;

/// The longest message, in bytes: no text is repeated whole.
const LONGEST_MESSAGE: usize = 4_000;

/// The texts that a store was made of.
pub(super) struct Texts {
    /// The length of each line, in characters.
    lines: Vec<Vec<usize>>,
    is_secret_kept: bool,
}

impl Texts {
    pub(super) fn new(texts: &[&str], is_secret_kept: bool) -> Self {
        let lines = texts.iter().map(|text| {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            text.split('\n').map(|line| line.chars().count()).collect()
        });
        Self { lines: lines.collect(), is_secret_kept }
    }

    /// A place in a text has a line and a column, and stands within one of the texts or right behind its end.
    fn is_within(&self, origin: &Origin) -> bool {
        match (origin.line(), origin.column()) {
            (Some(line), Some(column)) => self.lines.iter().any(|lines| {
                let length = (line as usize).checked_sub(1).and_then(|line| lines.get(line));
                length.is_some_and(|length| (1..=length + 1).contains(&(column as usize)))
            }),
            (None, None) => true,
            _ => false,
        }
    }

    /// Nothing that is shown has a planted word in it.
    fn assert_kept(&self, shown: &str, form: &str) {
        let leaks = self.is_secret_kept && WORDS.iter().any(|word| shown.contains(word));
        assert!(!leaks, "a secret is in {form}: {shown}");
    }
}

pub(super) fn outcome(built: &Result<Hot<Config>, Error>, texts: &Texts) -> Seen {
    match built {
        Ok(cfg) => store(cfg, texts),
        Err(error) => refusal(error, texts),
    }
    Seen { is_accepted: built.is_ok(), is_secret_kept: texts.is_secret_kept }
}

fn refusal(error: &Error, texts: &Texts) {
    let problems = error.problems();
    let most = MOST_PROBLEMS.max(texts.lines.iter().map(Vec::len).sum());
    assert!((1..=most).contains(&problems.len()), "{} problems", problems.len());
    problems.iter().for_each(|told| problem(told, texts));
    let (plain, report, colored) =
        (error.to_string(), error.report().to_string(), error.report().colored(true).to_string());
    assert_eq!(format!("{error:?}"), plain);
    assert_eq!(format!("{error:#}"), report);
    assert_eq!(without_colors(&colored), report);
    is_printable(&plain);
    is_printable(&report);
    let json = serde_json::to_string(error).expect("an error can be serialized");
    let read: Vec<serde_json::Value> = serde_json::from_str(&json).expect("as a list");
    assert_eq!(read.len(), problems.len());
    for (form, shown) in [("the text", plain), ("the report", report), ("the JSON", json)] {
        texts.assert_kept(&shown, form);
    }
}

fn problem(problem: &Problem, texts: &Texts) {
    let message = problem.message();
    let shown: String = message.chars().take(300).collect();
    // The name of a variable is told whole.
    let is_short = message.len() < LONGEST_MESSAGE || problem.kind() == ProblemKind::UnknownVariable;
    assert!(!message.is_empty() && is_short, "{} bytes: {shown}", message.len());
    is_printable(message);
    assert!(!message.contains('\n'), "a message of two lines: {message}");
    let kind = problem.kind();
    assert!(!matches!(kind, ProblemKind::Panic | ProblemKind::Misuse), "a fault of hotconf: {problem}");
    for origin in problem.origin().into_iter().chain(problem.also_set()) {
        assert!(texts.is_within(origin), "a place outside the text: {problem}");
    }
    // Of a text that cannot be read nobody knows where its secrets stand: of it only keys are told.
    if matches!(kind, ProblemKind::Syntax | ProblemKind::DuplicateKey | ProblemKind::Limit) {
        let told = [Some(message), problem.suggestion()].into_iter().flatten();
        let leaks = told.into_iter().any(|told| WORDS.iter().any(|word| told.contains(word)));
        assert!(!leaks, "a text that cannot be read is quoted: {problem}");
        let is_placed = problem.origin().is_some_and(|origin| {
            origin.line().is_some() || !matches!(origin.kind(), OriginKind::File(_) | OriginKind::Text(_))
        });
        assert!(is_placed || kind == ProblemKind::Limit, "without a place: {problem}");
    }
    texts.assert_kept(&format!("{problem} {problem:?} {:?}", problem.origin()), "a problem");
}

fn store(cfg: &Hot<Config>, texts: &Texts) {
    let values = cfg.values();
    let mut keys = Vec::new();
    collect(&values, &KeyPath::default(), &mut keys);
    for key in keys.iter().take(200) {
        let explanation = cfg.explain(key.as_str());
        let origins =
            explanation.origin().into_iter().chain(explanation.over().iter().map(|(_, origin)| origin));
        origins
            .for_each(|origin| assert!(texts.is_within(origin), "a place outside the text: {explanation}"));
        let json = serde_json::to_string(&explanation).expect("an explanation can be serialized");
        texts.assert_kept(&format!("{explanation}\n{explanation:?}\n{json}"), "an explanation");
        assert_eq!(explanation.key(), key);
        assert!(explanation.is_known(), "{key} has a value and is not known");
    }
    let status = cfg.status();
    for warning in status.warnings() {
        problem(warning, texts);
    }
    texts.assert_kept(&format!("{cfg:?} {values} {values:?} {status:?}"), "a store");
}

/// The path of every value.
fn collect(value: &Value, path: &KeyPath, keys: &mut Vec<KeyPath>) {
    match value {
        Value::Map(entries) => entries.iter().for_each(|(key, entry)| collect(entry, &path.join(key), keys)),
        _ => keys.push(path.clone()),
    }
}

/// Nothing is in it that a terminal would obey.
fn is_printable(text: &str) {
    let control = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(control, None, "a terminal would obey {text:?}");
}

fn without_colors(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |shown, piece| shown + piece.split_once('m').map_or(piece, |(_, rest)| rest))
}
