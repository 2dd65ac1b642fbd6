//! What comments say of a key.

use super::entry::{Alternative, Default, Entry, Facts};
use super::literal::Literal;
use super::walk::{Mode, sentence};
use crate::schema::{Rule, Schema};

/// The widest that a line of what is known becomes; documentation keeps its own lines.
const WIDTH: usize = 100;

/// How a format writes a key with a value in one line.
pub(super) type Assigned = fn(&str, &Literal) -> String;

/// The head of a file: what the configuration is, and how to read the template.
pub(super) fn head(schema: &'static Schema, mode: Mode) -> Vec<String> {
    let mut lines = paragraphs(schema.documentation());
    if !lines.is_empty() {
        lines.push(String::new());
    }
    let how = match mode {
        Mode::Commented => {
            "Keys that are commented out have their default. What stands in angle brackets is to be filled in."
        }
        Mode::Written | Mode::Values => {
            "Keys that are commented out are not set. What stands in angle brackets is to be filled in."
        }
    };
    lines.push(how.to_owned());
    lines
}

/// Everything that is said above a key.
pub(super) fn of(entry: &Entry, assigned: Assigned) -> Vec<String> {
    let facts = &entry.facts;
    let mut lines = paragraphs(facts.doc);
    let is_more_than_a_name =
        |one: &Alternative| !one.doc.is_empty() || one.example.is_some() || one.stands_for_others;
    let has_much_to_say = entry.alternatives.iter().any(is_more_than_a_name);
    let mut facts_line = known(facts);
    if has_much_to_say {
        // Only names would be left of what the list says in full.
        facts_line =
            facts_line.strip_prefix(&sentence(&facts.type_name)).unwrap_or(&facts_line).trim().to_owned();
        lines.push(
            if facts.type_name.starts_with("list") || facts.type_name.starts_with("set") {
                "Each is one of:"
            } else {
                "One of:"
            }
            .to_owned(),
        );
        for alternative in &entry.alternatives {
            lines.extend(alternative_lines(alternative, &entry.key, assigned));
        }
    }
    lines.extend(wrapped(&facts_line));
    lines
}

fn alternative_lines(alternative: &Alternative, key: &str, assigned: Assigned) -> Vec<String> {
    let Alternative { name, doc, example, stands_for_others: _, stands_beside, fields } = alternative;
    let mut doc = paragraphs(doc).into_iter();
    let mut lines = vec![match doc.next() {
        Some(first) => format!("- {name}: {first}"),
        None => format!("- {name}"),
    }];
    lines.extend(doc.map(|line| format!("  {line}")));
    for field in fields.iter().filter(|field| !field.key.is_empty()) {
        let doc = field.facts.doc.replace('\n', " ");
        let known = known(&field.facts);
        let said = [doc.trim(), known.trim()].into_iter().filter(|text| !text.is_empty());
        let said = said.collect::<Vec<_>>().join(" ");
        let colon = if said.is_empty() { "" } else { ": " };
        lines.extend(
            wrapped(&format!("{}{colon}{said}", field.key)).into_iter().map(|line| format!("  {line}")),
        );
    }
    match (example, stands_beside) {
        (Some(example), false) => lines.push(format!("    {}", assigned(key, example))),
        (Some(Literal::Map(entries)), true) => {
            lines.extend(entries.iter().map(|(key, value)| format!("    {}", assigned(key, value))));
        }
        _ => {}
    }
    lines
}

/// What is known of a key, in a few short sentences.
pub(super) fn known(facts: &Facts) -> String {
    let mut said = Vec::new();
    if !facts.type_name.is_empty() {
        let mut what = facts.type_name.clone();
        if what == "duration" {
            what.push_str(", such as \"30s\" or \"1h 30m\"");
        }
        for rule in rules(facts) {
            what = format!("{what}, {rule}");
        }
        said.push(match &facts.subject {
            Some(subject) => format!("{subject}: {what}."),
            None => sentence(what),
        });
    }
    said.extend(facts.note.map(sentence));
    if facts.is_required {
        said.push("Required.".to_owned());
    }
    if facts.is_optional {
        said.push("Optional.".to_owned());
    }
    said.extend(facts.merge.in_words().map(sentence));
    if let Default::Hidden = facts.default {
        said.push("The default has secrets in it, and is not shown.".to_owned());
    }
    if let Default::Code(source) = facts.default {
        said.push(format!("The default is that of `{}`.", source.replace('\n', " ")));
    }
    if let Some(example) = facts.example {
        said.push(format!("Example: `{}`.", example.replace('\n', " ")));
    }
    if facts.is_restart {
        said.push("A change waits for a restart.".to_owned());
    }
    if let Some(remedy) = facts.deprecated {
        said.push(format!("Deprecated: {remedy}."));
    }
    if !facts.aliases.is_empty() {
        said.push(format!("Also called {}.", facts.aliases.join(", ")));
    }
    let variables = facts.variables.join(", ");
    said.extend(match (facts.is_secret && !facts.type_name.is_empty(), facts.variables.len()) {
        (true, 0) => Some("Secret: keep it out of files that others read.".to_owned()),
        (true, _) => Some(format!("Secret: set by {variables}.")),
        (false, 0) => None,
        (false, 1) => Some(format!("Variable: {variables}.")),
        (false, _) => Some(format!("Variables: {variables}.")),
    });
    said.join(" ")
}

/// The rules in words, or as they are written where there are none for them.
pub(super) fn rules(facts: &Facts) -> Vec<String> {
    let most = facts.max_items.map(|most| format!("at most {most} items"));
    facts.rules.iter().map(rule).chain(most).collect()
}

fn rule(rule: &Rule) -> String {
    let of_length = match rule.name() {
        "range" => "",
        "length" => "length ",
        _ => return rule.to_string(),
    };
    let limits = rule.arguments().split(", ").map(|argument| {
        let (name, limit) = argument.split_once(" = ")?;
        let word = match name {
            "min" => "at least",
            "max" => "at most",
            "exclusive_min" => "more than",
            "exclusive_max" => "less than",
            "equal" => "exactly",
            _ => return None,
        };
        // A name or an expression says nothing to those who write the file.
        limit.parse::<f64>().ok().map(|_| format!("{word} {limit}"))
    });
    match limits.collect::<Option<Vec<_>>>() {
        Some(limits) => format!("{of_length}{}", limits.join(", ")),
        None => rule.to_string(),
    }
}

/// The lines of a documentation.
fn paragraphs(doc: &str) -> Vec<String> {
    doc.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
