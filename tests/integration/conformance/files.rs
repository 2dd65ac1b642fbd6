//! Files, folders of files and texts.

use hotconf::testing::Sandbox;
use hotconf::testing::conformance::{Conformance, Contents, Kind};
use hotconf::{Format, Value};

use super::{as_json, as_toml, as_yaml};

type Write = fn(&Contents) -> String;

const FORMATS: [(&str, Format, Write); 3] = [
    ("app.toml", Format::Toml, as_toml),
    ("app.yaml", Format::Yaml, as_yaml),
    ("app.json", Format::Json, as_json),
];

/// What the format of the file cannot hold is left out.
fn within<B: 'static>(format: Format, suite: Conformance<B>) -> Conformance<B> {
    if format == Format::Toml { suite.without(Kind::Nulls) } else { suite }
}

/// A text with the word in it that is none of the format.
fn garbled(format: Format, planted: &str) -> String {
    match format {
        Format::Toml => format!("text = \"{planted}"),
        Format::Yaml => format!("text: [\"{planted}\""),
        _ => format!("{{\"text\": \"{planted}\", oops"),
    }
}

#[test]
fn a_required_file_in_every_format() {
    for (name, format, write) in FORMATS {
        let suite = Conformance::new(
            Sandbox::new,
            move |sandbox: &mut Sandbox, builder| builder.file(sandbox.path(name)),
            move |sandbox, contents| sandbox.write(name, write(contents)),
        )
        .failure("the file is away", move |sandbox, _| {
            if sandbox.path(name).exists() {
                sandbox.remove(name);
            }
        })
        .failure("the file is garbled", move |sandbox, planted| sandbox.write(name, garbled(format, planted)))
        .size_limit();
        within(format, suite).check();
    }
}

#[test]
fn an_optional_file_that_is_written_in_place() {
    for (name, format, write) in FORMATS {
        let suite = Conformance::new(
            Sandbox::new,
            move |sandbox: &mut Sandbox, builder| builder.optional_file(sandbox.path(name)),
            move |sandbox, contents| {
                if sandbox.path(name).is_dir() {
                    sandbox.remove(name);
                }
                sandbox.write_in_place(name, write(contents));
            },
        )
        .removal(move |sandbox| {
            if sandbox.path(name).exists() {
                sandbox.remove(name);
            }
        })
        .failure("a folder is in the file's place", move |sandbox, _| {
            if sandbox.path(name).exists() {
                sandbox.remove(name);
            }
            sandbox.make_dir(name);
        })
        .failure("the file is no text", move |sandbox, planted| {
            sandbox.write_in_place(name, [planted.as_bytes(), b"\xff\xfe"].concat());
        })
        .size_limit();
        within(format, suite).check();
    }
}

#[test]
fn a_file_of_any_name_behind_a_link_that_is_turned() {
    let turn = |sandbox: &mut (Sandbox, u32), text: String| {
        sandbox.1 += 1;
        sandbox.0.write(format!("releases/{}/settings", sandbox.1), text);
        sandbox.0.link(format!("releases/{}", sandbox.1), "current");
    };
    Conformance::new(
        || (Sandbox::new(), 0),
        |sandbox: &mut (Sandbox, u32), builder| {
            builder.file_as(sandbox.0.path("current/settings"), Format::Yaml)
        },
        move |sandbox, contents| turn(sandbox, as_yaml(contents)),
    )
    .failure("the link leads to a garbled file", move |sandbox, planted| {
        turn(sandbox, garbled(Format::Yaml, planted));
    })
    .failure("the link leads nowhere", |sandbox, _| sandbox.0.link("none", "current"))
    .size_limit()
    .check();
}

/// A folder whose contents are spread over a file for each key, in all formats.
fn spread(sandbox: &mut Sandbox, contents: &Contents) {
    // The next content is made aside and put in place as a whole.
    sandbox.make_dir("next");
    if let Value::Map(entries) = contents.value() {
        for (number, (key, value)) in entries.iter().enumerate() {
            let part = serde_json::json!({ key: value });
            let (extension, text) = match number % 2 {
                0 => ("json", part.to_string()),
                _ => ("yaml", format!("{key}: {}\n", part[key])),
            };
            sandbox.write(format!("next/{number:02}-{key}.{extension}"), text);
        }
    }
    sandbox.write("next/README", "no configuration");
    put_in_place(sandbox);
}

/// A folder cannot be renamed onto one that is not empty: the old one steps aside, as with releases.
fn put_in_place(sandbox: &mut Sandbox) {
    if sandbox.path("conf.d").exists() {
        sandbox.rename("conf.d", "last");
    }
    sandbox.rename("next", "conf.d");
    if sandbox.path("last").exists() {
        sandbox.remove("last");
    }
}

#[test]
fn a_folder_of_files() {
    Conformance::new(
        Sandbox::new,
        |sandbox: &mut Sandbox, builder| builder.dir(sandbox.path("conf.d")),
        spread,
    )
    .removal(|sandbox| {
        if sandbox.path("conf.d").exists() {
            sandbox.remove("conf.d");
        }
    })
    .failure("one file is garbled", |sandbox, planted| {
        sandbox.write("conf.d/99-last.toml", garbled(Format::Toml, planted));
    })
    .failure("a file is in the folder's place", |sandbox, planted| {
        if sandbox.path("conf.d").exists() {
            sandbox.remove("conf.d");
        }
        sandbox.write("conf.d", planted);
    })
    .size_limit()
    .check();
}

#[test]
fn a_text_in_every_format() {
    for (_, format, write) in FORMATS {
        let suite = Conformance::new(
            String::new,
            move |text: &mut String, builder| builder.text(format, text.clone()),
            move |text, contents| *text = write(contents),
        )
        .failure("the text is garbled", move |text, planted| *text = garbled(format, planted))
        .fixed();
        within(format, suite).check();
    }
}

#[test]
fn what_is_not_tried_of_a_file_is_told() {
    let suite = Conformance::new(
        Sandbox::new,
        |sandbox: &mut Sandbox, builder| builder.file(sandbox.path("app.toml")),
        |sandbox, contents| sandbox.write("app.toml", as_toml(contents)),
    );
    let report = suite.without(Kind::Nulls).only_on_reload().run();
    assert!(report.faults().is_empty(), "{report}");
    let skipped: Vec<_> =
        report.skipped().iter().map(|(promise, reason)| format!("{promise}: {reason}")).collect();
    assert_eq!(
        skipped,
        [
            "nulls: the backend does not hold nulls",
            "size: the source is not said to keep to a size",
            "notice: changes are found on reload only",
            "burst: changes are found on reload only",
            "removal: there is no way to remove the content",
            "start: there is no way to fail",
            "failure: there is no way to fail",
            "recovery: there is no way to fail",
            "secrets: there is no way to fail",
        ]
    );
    assert!(report.kept().contains(&"change") && report.kept().contains(&"texts"));
}
