//! Edits with a bad state in their middle that lasts for longer than a burst of events.

use hotconf::{Format, Hot};
use hotconf_tests::{Gate, Probe, Sandbox};

use super::{Followed, text};

/// Both steps of an edit; a look comes between them. Neither a version nor a refusal tells of the state in the middle.
fn check(is_required: bool, first: fn(&Sandbox), then: fn(&Sandbox, &str)) {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    let looks = Gate::new();
    let passed = looks.clone();
    let (builder, path) = (Hot::builder().text(Format::Toml, ""), sandbox.at("conf/app.toml"));
    let builder = if is_required { builder.file(path) } else { builder.optional_file(path) };
    // The file has been looked at when this is passed.
    let after = Probe::silent(|| {}).with_check(move || passed.pass());
    let mut store = Followed::new(builder.source(after));
    for value in 1001..1004 {
        let before = looks.passes();
        first(&sandbox);
        looks.wait_for_passes(before + 1);
        then(&sandbox, &text(value));
        store.expect(value);
    }
    store.finish();
}

#[test]
fn a_required_file_that_is_away_for_a_moment() {
    check(
        true,
        |sandbox| sandbox.remove("conf/app.toml"),
        |sandbox, text| sandbox.write("conf/app.toml", text),
    );
}

#[test]
fn an_optional_file_that_is_away_for_a_moment() {
    check(
        false,
        |sandbox| sandbox.remove("conf/app.toml"),
        |sandbox, text| sandbox.write("conf/app.toml", text),
    );
}

#[test]
fn the_folder_of_a_required_file_that_is_away_for_a_moment() {
    check(
        true,
        |sandbox| sandbox.remove_folder("conf"),
        |sandbox, text| sandbox.write("conf/app.toml", text),
    );
}

#[test]
fn the_folder_of_an_optional_file_that_is_away_for_a_moment() {
    check(
        false,
        |sandbox| sandbox.remove_folder("conf"),
        |sandbox, text| sandbox.write("conf/app.toml", text),
    );
}

#[test]
fn a_file_that_is_empty_for_a_moment() {
    for is_required in [true, false] {
        check(
            is_required,
            |sandbox| sandbox.write("conf/app.toml", ""),
            |sandbox, text| {
                sandbox.write("conf/app.toml", text);
            },
        );
    }
}

#[test]
fn a_file_that_is_half_there_for_a_moment() {
    check(
        true,
        |sandbox| sandbox.write("conf/app.toml", "[[saves]]\nvalue = "),
        |sandbox, text| {
            sandbox.write("conf/app.toml", text);
        },
    );
}

#[test]
fn a_file_that_is_full_of_zeros_for_a_moment() {
    check(
        true,
        |sandbox| sandbox.write("conf/app.toml", vec![0; 4096]),
        |sandbox, text| {
            sandbox.write("conf/app.toml", text);
        },
    );
}
