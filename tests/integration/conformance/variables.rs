//! Variables, files of variables, secrets and arguments: texts that are read by the type of their field.

use std::collections::BTreeMap;

use hotconf::testing::Sandbox;
use hotconf::testing::conformance::{Conformance, Contents, Kind};

use super::as_text;

type Variables = BTreeMap<String, String>;

fn variables(contents: &Contents, prefix: &str) -> Variables {
    let fields = contents.fields().into_iter();
    fields.map(|(field, value)| (field.env_names(prefix).remove(0), as_text(value))).collect()
}

#[test]
fn the_environment() {
    Conformance::new(
        Variables::new,
        |variables: &mut Variables, builder| builder.env_from(variables.clone()).env("APP"),
        |held, contents| *held = variables(contents, "APP"),
    )
    .failure("a variable is no JSON", |held, planted| {
        held.insert("APP_ITEMS".to_owned(), format!("[{planted}"));
    })
    .failure("a file is away that a variable names", |held, _| {
        held.insert("APP_FRACTION_FILE".to_owned(), "/nowhere/at/all".to_owned());
    })
    .fixed()
    .without(Kind::Types)
    .without(Kind::Nulls)
    .check();
}

/// A line for each variable; in single quotes where the text has none, else with everything escaped.
fn lines(variables: &Variables) -> String {
    let mut text = "# what is held\n".to_owned();
    for (name, value) in variables {
        if value.contains(['\'', '\r']) {
            let mut escaped = String::new();
            for c in value.chars() {
                match c {
                    '\n' => escaped.push_str("\\n"),
                    '\r' => escaped.push_str("\\r"),
                    '\\' | '"' | '$' => escaped.extend(['\\', c]),
                    other => escaped.push(other),
                }
            }
            text.push_str(&format!("{name}=\"{escaped}\"\n"));
        } else {
            text.push_str(&format!("export {name}='{value}'\n"));
        }
    }
    text
}

#[test]
fn a_file_of_variables() {
    for prefix in ["", "APP"] {
        Conformance::new(
            Sandbox::new,
            move |sandbox: &mut Sandbox, builder| {
                let builder = builder.env_file(sandbox.path(".env"));
                if prefix.is_empty() { builder } else { builder.env_from([]).env(prefix) }
            },
            move |sandbox, contents| sandbox.write(".env", lines(&variables(contents, prefix))),
        )
        .removal(|sandbox| {
            if sandbox.path(".env").exists() {
                sandbox.remove(".env");
            }
        })
        .failure("a line is garbled", move |sandbox, planted| {
            sandbox.write(".env", format!("APP_TEXT=\"{planted}\nTEXT='{planted}"));
        })
        .size_limit()
        .without(Kind::Types)
        .without(Kind::Nulls)
        .check();
    }
}

/// The folder is turned by links, as Kubernetes turns those of its secrets.
fn turn(held: &mut (Sandbox, u32), files: impl IntoIterator<Item = (String, String)>) {
    let (sandbox, revision) = held;
    *revision += 1;
    sandbox.make_dir(format!("revision-{revision}"));
    for (name, text) in files {
        sandbox.write(format!("revision-{revision}/{name}"), text + "\n");
    }
    sandbox.link(format!("revision-{revision}"), "secrets");
}

#[test]
fn a_folder_of_secrets() {
    for is_dotted in [true, false] {
        Conformance::new(
            || (Sandbox::new(), 0),
            |held: &mut (Sandbox, u32), builder| builder.secrets_dir(held.0.path("secrets")),
            move |held, contents| {
                let files = contents.fields().into_iter().map(|(field, value)| {
                    let name = match is_dotted {
                        true => field.key().to_string(),
                        false => field.env_names("").remove(0).to_lowercase(),
                    };
                    (name, as_text(value))
                });
                turn(held, files);
            },
        )
        .removal(|held| {
            if held.0.path("secrets").exists() {
                held.0.remove("secrets");
            }
        })
        .failure("a file is no JSON", |held, planted| {
            turn(held, [("items".to_owned(), format!("[{{{planted}"))]);
        })
        .failure("a key is set by two files", |held, planted| {
            let names = ["section.two_words", "section_two_words"];
            turn(held, names.map(|name| (name.to_owned(), planted.to_owned())));
        })
        .failure("a file is no text", |held, planted| {
            turn(held, []);
            let name = format!("revision-{}/text", held.1);
            held.0.write(name, [planted.as_bytes(), b"\xff"].concat());
        })
        .size_limit()
        .without(Kind::Types)
        .without(Kind::Nulls)
        .check();
    }
}

#[test]
fn arguments() {
    Conformance::new(
        Vec::new,
        |held: &mut Vec<String>, builder| builder.arg_overrides(held.iter()),
        |held, contents| {
            let fields = contents.fields().into_iter();
            *held = fields.map(|(field, value)| format!("{}={}", field.key(), as_text(value))).collect();
        },
    )
    .failure("an argument has no key", |held, planted| held.push(planted.to_owned()))
    .failure("an argument is no JSON", |held, planted| held.push(format!("items=[{planted}")))
    .fixed()
    .without(Kind::Types)
    .without(Kind::Nulls)
    .check();
}
