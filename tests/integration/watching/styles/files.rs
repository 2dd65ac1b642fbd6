//! The file itself.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use hotconf_tests::Sandbox;

use super::Style;

/// A plain file, and one save for each version.
fn plain(edit: fn(&Sandbox, u64, &str)) -> Style {
    Style { file: "app.toml", set_up: |sandbox, text| sandbox.write("app.toml", text), edit, versions: 1 }
}

/// Writes at one stroke, and makes the file look as if nothing had happened.
fn write_unnoticed(sandbox: &Sandbox, text: &str, time: impl Fn(SystemTime) -> SystemTime) {
    let before = sandbox.modified("app.toml");
    sandbox.write("app.toml", text);
    sandbox.set_modified("app.toml", time(before));
}

fn hour() -> Duration {
    Duration::from_secs(3600)
}

styles! {
    truncated_and_written: plain(|sandbox, _, text| sandbox.write("app.toml", text));

    written_in_chunks: plain(|sandbox, _, text| {
        let mut file = sandbox.open("app.toml", true);
        for chunk in text.as_bytes().chunks(512) {
            file.write_all(chunk).unwrap();
        }
    });

    overwritten_and_cut: plain(|sandbox, edit, text| {
        let mut file = fs::File::options().write(true).open(sandbox.at("app.toml")).unwrap();
        let tail = "# more\n".repeat(10 - edit as usize);
        write!(file, "{text}{tail}").unwrap();
        file.set_len((text.len() + tail.len()) as u64).unwrap();
        file.sync_all().unwrap();
    });

    appended: plain(|sandbox, _, text| {
        sandbox.open("app.toml", false).write_all(text.as_bytes()).unwrap();
    });

    two_opens: Style {
        versions: 2,
        ..plain(|sandbox, _, text| {
            // As `echo … > file; echo … >> file` does. Between the two the file cannot be read, in case that the
            // machine takes longer over it than hotconf waits.
            let cut = text.find("value = ").unwrap() + "value = ".len();
            sandbox.write("app.toml", &text[..cut]);
            sandbox.open("app.toml", false).write_all(&text.as_bytes()[cut..]).unwrap();
        })
    };

    renamed_into_place: plain(|sandbox, _, text| sandbox.replace("app.toml", text));

    renamed_from_afar: plain(|sandbox, _, text| {
        sandbox.write("elsewhere/next.toml", text);
        sandbox.rename("elsewhere/next.toml", "app.toml");
    });

    renamed_into_place_with_all_flushed: plain(|sandbox, _, text| {
        let mut file = sandbox.open("app.toml.next", true);
        file.write_all(text.as_bytes()).unwrap();
        file.sync_all().unwrap();
        drop(file);
        sandbox.rename("app.toml.next", "app.toml");
        fs::File::open(sandbox.root()).unwrap().sync_all().unwrap();
    });

    renamed_and_then_given_its_mode: plain(|sandbox, edit, text| {
        sandbox.replace("app.toml", text);
        sandbox.set_mode("app.toml", if edit % 2 == 0 { 0o644 } else { 0o640 });
    });

    backed_up_by_renaming: plain(|sandbox, _, text| {
        sandbox.rename("app.toml", "app.toml~");
        sandbox.write("app.toml", text);
    });

    backed_up_by_copying: plain(|sandbox, _, text| {
        fs::copy(sandbox.at("app.toml"), sandbox.at("app.toml~")).unwrap();
        sandbox.write("app.toml", text);
        sandbox.remove("app.toml~");
    });

    swapped_through_a_third_name: plain(|sandbox, _, text| {
        sandbox.write("app.toml.new", text);
        sandbox.rename("app.toml", "app.toml.old");
        sandbox.rename("app.toml.new", "app.toml");
        sandbox.remove("app.toml.old");
    });

    hard_linked_anew: plain(|sandbox, _, text| {
        sandbox.write("next.toml", text);
        sandbox.remove("app.toml");
        sandbox.hard_link("next.toml", "app.toml");
        sandbox.remove("next.toml");
    });

    written_by_another_name: Style {
        file: "app.toml",
        set_up: |sandbox, text| {
            sandbox.write("elsewhere/other.toml", text);
            sandbox.hard_link("elsewhere/other.toml", "app.toml");
        },
        edit: |sandbox, _, text| sandbox.write("elsewhere/other.toml", text),
        versions: 1,
    };

    deleted_and_written_again: plain(|sandbox, _, text| {
        sandbox.remove("app.toml");
        sandbox.write("app.toml", text);
    });

    deleted_and_renamed_into_place: plain(|sandbox, _, text| {
        sandbox.remove("app.toml");
        sandbox.replace("app.toml", text);
    });

    of_the_same_size_and_time: plain(|sandbox, _, text| write_unnoticed(sandbox, text, |before| before));

    older_than_before: plain(|sandbox, _, text| write_unnoticed(sandbox, text, |before| before - hour()));

    from_the_future: plain(|sandbox, _, text| write_unnoticed(sandbox, text, |before| before + 24 * hour()));

    replaced_by_one_of_the_same_time: plain(|sandbox, _, text| {
        let before = sandbox.modified("app.toml");
        sandbox.write("next.toml", text);
        sandbox.set_modified("next.toml", before);
        sandbox.rename("next.toml", "app.toml");
    });

    with_an_unusual_name: {
        const NAME: &str = "caf\u{e9} \u{1f980}.toml";
        Style {
            file: NAME,
            set_up: |sandbox, text| sandbox.write(NAME, text),
            edit: |sandbox, edit, text| match edit {
                1 => sandbox.write(NAME, text),
                _ => sandbox.replace(Path::new(NAME), text),
            },
            versions: 1,
        }
    };
}
