//! Tables in Markdown: every key, and every variable.

use std::fmt;

use super::entry::{Content, Default, Entry, Facts};
use super::prose::rules;
use super::walk::Walk;
use crate::cell::HotConfig;
use crate::schema::Schema;
use crate::value::Value;

/// Every key of a configuration as a table in Markdown, in the order of the fields.
///
/// Keys of the items of a list or the entries of a map have `<number>` or `<name>` in their path; those of the variants
/// of an enum name their variant. A secret has no default here. `Display` is the table.
///
/// ```
/// use hotconf::{HotConfig, KeyTable};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     /// Where it listens.
///     #[hot(default = 8000, restart)]
///     port: u16,
///     /// Who may see it.
///     #[hot(secret)]
///     password: String,
/// }
///
/// assert_eq!(
///     KeyTable::of::<AppConfig>().to_string(),
///     "\
/// | Key | Type | Default | Rules | Notes | Description |
/// |---|---|---|---|---|---|
/// | `port` | integer (u16) | `8000` |  | restart | Where it listens. |
/// | `password` | text | required |  | secret | Who may see it. |
/// "
/// );
/// ```
#[derive(Debug, Clone)]
pub struct KeyTable {
    schema: &'static Schema,
}

/// Every environment variable of a configuration as a table in Markdown, in the order of the fields.
///
/// Several variables may set one key: the first one wins. `NAME_FILE` is a file that has the value of each `NAME`. Lists,
/// maps and enums with data can also be set as JSON. `Display` is the table.
///
/// ```
/// use hotconf::{EnvTable, HotConfig};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     server: Server,
/// }
///
/// #[derive(HotConfig)]
/// struct Server {
///     /// Where it listens.
///     #[hot(default = 8000, env = "PORT")]
///     port: u16,
/// }
///
/// assert_eq!(
///     EnvTable::of::<AppConfig>("APP").to_string(),
///     "\
/// | Variable | Key | Type | Notes | Description |
/// |---|---|---|---|---|
/// | `APP_SERVER_PORT` | `server.port` | integer (u16) |  | Where it listens. |
/// | `PORT` | `server.port` | integer (u16) |  | Where it listens. |
/// "
/// );
/// ```
#[derive(Debug, Clone)]
pub struct EnvTable {
    schema: &'static Schema,
    prefix: String,
}

impl KeyTable {
    /// The table of this configuration.
    #[must_use]
    pub fn of<T: HotConfig>() -> Self {
        Self { schema: T::schema() }
    }
}

impl EnvTable {
    /// The table of this configuration, with the prefix that [`Builder::env`](crate::Builder::env) is given.
    #[must_use]
    pub fn of<T: HotConfig>(prefix: impl Into<String>) -> Self {
        Self { schema: T::schema(), prefix: prefix.into() }
    }
}

impl fmt::Display for KeyTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("| Key | Type | Default | Rules | Notes | Description |\n|---|---|---|---|---|---|\n")?;
        let entries = Walk::over_all(None).root(self.schema, &Value::Null);
        for facts in keys(&entries) {
            let default = match &facts.default {
                Default::None if facts.is_required => "required".to_owned(),
                Default::None => String::new(),
                Default::Empty => "empty".to_owned(),
                Default::Literal(literal) => code(&literal.to_string()),
                Default::Hidden => code("***"),
                Default::Code(source) => code(source),
            };
            row(
                f,
                &[
                    code(facts.path.as_str()),
                    cell(&facts.type_name),
                    default,
                    cell(&rules(facts).join(", ")),
                    cell(&notes(facts)),
                    cell(facts.doc),
                ],
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for EnvTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("| Variable | Key | Type | Notes | Description |\n|---|---|---|---|---|\n")?;
        let entries = Walk::over_all(Some(&self.prefix)).root(self.schema, &Value::Null);
        for facts in keys(&entries) {
            for variable in &facts.variables {
                row(
                    f,
                    &[
                        code(variable),
                        code(facts.path.as_str()),
                        cell(&facts.type_name),
                        cell(&notes(facts)),
                        cell(facts.doc),
                    ],
                )?;
            }
        }
        Ok(())
    }
}

/// What is known of each key, from the outermost inwards.
fn keys(entries: &[Entry]) -> Vec<&Facts> {
    let mut found = Vec::new();
    collect(entries, &mut found);
    found
}

fn collect<'e>(entries: &'e [Entry], found: &mut Vec<&'e Facts>) {
    for entry in entries {
        if entry.facts.is_key {
            found.push(&entry.facts);
        }
        for alternative in &entry.alternatives {
            collect(&alternative.fields, found);
        }
        match &entry.content {
            Content::Section(entries) => collect(entries, found),
            Content::Items(items) => items.iter().take(1).for_each(|item| collect(item, found)),
            Content::Nothing | Content::Value(_) => {}
        }
    }
}

fn notes(facts: &Facts) -> String {
    let variant = facts.variant.map(|name| format!("of the variant {name}"));
    let optional = facts.is_optional.then(|| "optional".to_owned());
    let secret = facts.is_secret.then(|| "secret".to_owned());
    let restart = facts.is_restart.then(|| "restart".to_owned());
    let merge = facts.merge.in_words();
    let deprecated = facts.deprecated.map(|remedy| format!("deprecated: {remedy}"));
    let aliases = (!facts.aliases.is_empty()).then(|| format!("also {}", facts.aliases.join(", ")));
    let note = facts.note.map(str::to_owned);
    let notes = [variant, optional, secret, restart, merge, deprecated, aliases, note];
    notes.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn row(f: &mut fmt::Formatter<'_>, cells: &[String]) -> fmt::Result {
    writeln!(f, "| {} |", cells.join(" | "))
}

/// A text that cannot end its cell or its row.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A text as code, between more backticks than it has.
fn code(text: &str) -> String {
    let text = cell(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
