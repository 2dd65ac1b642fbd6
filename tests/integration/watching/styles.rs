//! One table: the ways in which a file comes to say something else, without any program but this one.
//!
//! Each is tried three times in a row, because a watch on what a name stood for dies with the first replacement, and
//! under three stores: one that hears events, one that only looks, and one for which the file is optional.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use hotconf::{Format, Hot};
use hotconf_tests::Sandbox;

use super::{Followed, polling, text};

/// How a file lies there at first, and how it is changed.
struct Style {
    /// The name under which the store knows it.
    file: &'static str,
    /// Makes it say what the text says.
    set_up: fn(&Sandbox, &str),
    /// The so-many-th edit, from one on.
    edit: fn(&Sandbox, u64, &str),
    /// How many versions one edit may make: more than one where the edit has a good state in its middle.
    versions: u64,
}

const FIRST: u64 = 1000;
const EDITS: u64 = 3;

#[derive(Clone, Copy, PartialEq)]
enum Under {
    Events,
    Looking,
    EventsOptional,
}

fn check(style: &Style, under: Under) {
    let sandbox = Sandbox::new();
    (style.set_up)(&sandbox, &text(FIRST));
    let path = sandbox.at(style.file);
    let builder = Hot::builder().text(Format::Toml, "");
    let mut store = Followed::new(match under {
        Under::Events => builder.file(path),
        Under::Looking => polling(builder.file(path)),
        Under::EventsOptional => builder.optional_file(path),
    });
    assert_eq!(store.cfg.load().said(), FIRST);
    for edit in 1..=EDITS {
        (style.edit)(&sandbox, edit, &text(FIRST + edit));
        store.expect_within(FIRST + edit, style.versions);
    }
    store.finish();
}

macro_rules! styles {
    ($($name:ident: $style:expr;)*) => {
        mod heard {
            $(#[test]
            fn $name() {
                super::check(&super::$name(), super::Under::Events);
            })*
        }

        mod looked_at {
            $(#[test]
            fn $name() {
                super::check(&super::$name(), super::Under::Looking);
            })*
        }

        mod optional {
            $(#[test]
            fn $name() {
                super::check(&super::$name(), super::Under::EventsOptional);
            })*
        }

        $(fn $name() -> Style {
            $style
        })*
    };
}

/// A plain file, and one save for each version.
fn plain(edit: fn(&Sandbox, u64, &str)) -> Style {
    Style { file: "app.toml", set_up: |sandbox, text| sandbox.write("app.toml", text), edit, versions: 1 }
}

/// Writes a Kubernetes volume as its kubelet does: a folder for each generation, and links to it that are swapped.
fn publish_volume(sandbox: &Sandbox, generation: u64, text: &str) {
    let folder = format!("volume/..generation_{generation}");
    sandbox.write(format!("{folder}/app.toml"), text);
    sandbox.link(format!("..generation_{generation}"), "volume/..data_tmp");
    sandbox.rename("volume/..data_tmp", "volume/..data");
    if generation > 0 {
        sandbox.remove_folder(format!("volume/..generation_{}", generation - 1));
    }
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

    link_pointed_elsewhere: Style {
        file: "app.toml",
        set_up: |sandbox, text| {
            sandbox.write("store/0.toml", text);
            sandbox.link("store/0.toml", "app.toml");
        },
        edit: |sandbox, edit, text| {
            sandbox.write(format!("store/{edit}.toml"), text);
            sandbox.relink(format!("store/{edit}.toml"), "app.toml");
        },
        versions: 1,
    };

    link_removed_and_made_anew: Style {
        file: "app.toml",
        set_up: |sandbox, text| {
            sandbox.write("store/0.toml", text);
            sandbox.link("store/0.toml", "app.toml");
        },
        edit: |sandbox, edit, text| {
            sandbox.write(format!("store/{edit}.toml"), text);
            sandbox.remove("app.toml");
            sandbox.link(format!("store/{edit}.toml"), "app.toml");
        },
        versions: 1,
    };

    target_of_a_link_written: Style {
        file: "conf/app.toml",
        set_up: |sandbox, text| {
            sandbox.write("store/app.toml", text);
            sandbox.link("../store/app.toml", "conf/app.toml");
        },
        edit: |sandbox, _, text| sandbox.write("store/app.toml", text),
        versions: 1,
    };

    target_of_a_link_replaced: Style {
        file: "conf/app.toml",
        set_up: |sandbox, text| {
            sandbox.write("store/app.toml", text);
            sandbox.link(sandbox.at("store/app.toml"), "conf/app.toml");
        },
        edit: |sandbox, _, text| sandbox.replace("store/app.toml", text),
        versions: 1,
    };

    link_replaced_by_a_file: Style {
        file: "app.toml",
        set_up: |sandbox, text| {
            sandbox.write("store/app.toml", text);
            sandbox.link("store/app.toml", "app.toml");
        },
        edit: |sandbox, edit, text| match edit {
            1 => sandbox.replace("app.toml", text),
            2 => {
                sandbox.write("store/app.toml", text);
                sandbox.relink("store/app.toml", "app.toml");
            }
            _ => sandbox.write("store/app.toml", text),
        },
        versions: 1,
    };

    kubernetes_volume: Style {
        file: "volume/app.toml",
        set_up: |sandbox, text| {
            publish_volume(sandbox, 0, text);
            sandbox.link("..data/app.toml", "volume/app.toml");
        },
        edit: publish_volume,
        versions: 1,
    };

    kubernetes_volume_through_a_link: Style {
        file: "etc/service/app.toml",
        set_up: |sandbox, text| {
            publish_volume(sandbox, 0, text);
            sandbox.link("..data/app.toml", "volume/app.toml");
            sandbox.link(sandbox.at("volume"), "etc/service");
        },
        edit: publish_volume,
        versions: 1,
    };

    current_release: Style {
        file: "releases/current/conf/app.toml",
        set_up: |sandbox, text| {
            sandbox.write("releases/0/conf/app.toml", text);
            sandbox.link("0", "releases/current");
        },
        edit: |sandbox, edit, text| {
            sandbox.write(format!("releases/{edit}/conf/app.toml"), text);
            sandbox.relink(edit.to_string(), "releases/current");
        },
        versions: 1,
    };

    current_release_with_the_old_one_deleted: Style {
        file: "releases/current/conf/app.toml",
        set_up: |sandbox, text| {
            sandbox.write("releases/0/conf/app.toml", text);
            sandbox.link("0", "releases/current");
        },
        edit: |sandbox, edit, text| {
            sandbox.write(format!("releases/{edit}/conf/app.toml"), text);
            sandbox.relink(edit.to_string(), "releases/current");
            sandbox.remove_folder(format!("releases/{}", edit - 1));
        },
        versions: 1,
    };

    any_link_of_a_long_way: Style {
        file: "start/conf/app.toml",
        set_up: |sandbox, text| {
            sandbox.write("store/a/app.toml", text);
            sandbox.link("../store/a/app.toml", "files/app.toml");
            sandbox.link(sandbox.at("files"), "relative/real");
            sandbox.link("../relative/../relative/./real/.", "start/conf");
        },
        edit: |sandbox, edit, text| {
            sandbox.write(format!("store/{edit}/app.toml"), text);
            sandbox.link(format!("../store/{edit}/app.toml"), format!("files-{edit}/app.toml"));
            match edit {
                1 => sandbox.relink("../store/1/app.toml", "files/app.toml"),
                2 => sandbox.relink("../files-2", "relative/real"),
                _ => sandbox.relink("../files-3", "start/conf"),
            }
        },
        versions: 1,
    };

    folder_renamed_away_and_another_in: Style {
        file: "conf/app.toml",
        set_up: |sandbox, text| sandbox.write("conf/app.toml", text),
        edit: |sandbox, edit, text| {
            sandbox.write("conf.new/app.toml", text);
            sandbox.rename("conf", format!("conf.{edit}"));
            sandbox.rename("conf.new", "conf");
        },
        versions: 1,
    };

    folder_deleted_and_made_again: Style {
        file: "conf/app.toml",
        set_up: |sandbox, text| sandbox.write("conf/app.toml", text),
        edit: |sandbox, _, text| {
            sandbox.remove_folder("conf");
            sandbox.write("conf/app.toml", text);
        },
        versions: 1,
    };

    folders_deleted_and_made_again: Style {
        file: "a/b/c/app.toml",
        set_up: |sandbox, text| sandbox.write("a/b/c/app.toml", text),
        edit: |sandbox, edit, text| {
            sandbox.remove_folder(["a", "a/b", "a/b/c"][edit as usize - 1]);
            sandbox.write("a/b/c/app.toml", text);
        },
        versions: 1,
    };

    ancestor_renamed_and_another_in: Style {
        file: "opt/app/etc/conf/app.toml",
        set_up: |sandbox, text| sandbox.write("opt/app/etc/conf/app.toml", text),
        edit: |sandbox, edit, text| {
            sandbox.write("opt/app.new/etc/conf/app.toml", text);
            sandbox.rename("opt/app", format!("opt/app.{edit}"));
            sandbox.rename("opt/app.new", "opt/app");
        },
        versions: 1,
    };

    after_an_ancestor_was_renamed_and_back: Style {
        file: "opt/app/conf/app.toml",
        set_up: |sandbox, text| sandbox.write("opt/app/conf/app.toml", text),
        edit: |sandbox, _, text| {
            sandbox.rename("opt", "opt.away");
            sandbox.rename("opt.away", "opt");
            sandbox.write("opt/app/conf/app.toml", text);
        },
        versions: 1,
    };

    with_a_name_that_is_no_text: {
        #[cfg(target_os = "linux")]
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
