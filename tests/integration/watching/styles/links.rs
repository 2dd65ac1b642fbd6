//! Links on the way to the file.

use hotconf_tests::Sandbox;

use super::Style;

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

styles! {
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
}
