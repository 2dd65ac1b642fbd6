//! Folders on the way to the file.

use super::Style;

styles! {
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
}
