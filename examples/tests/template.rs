//! The commented file of the shop, and the program that prints it.

use std::path::{Path, PathBuf};
use std::process::Command;

use hotconf::{EnvTable, Format, Hot, KeyTable, Template};
use shop::settings::AppConfig;

fn example_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("shop/config.example.toml")
}

fn open(path: &Path) -> Hot<AppConfig> {
    let url = "database.url=postgresql://localhost/shop";
    Hot::builder().file(path).arg_overrides([url]).watch(hotconf::Watch::Off).build().unwrap()
}

#[test]
fn the_committed_file_is_what_the_settings_say() {
    let committed = std::fs::read_to_string(example_file()).unwrap_or_default();
    let template = Template::of::<AppConfig>(Format::Toml).env("APP").to_string();
    assert_eq!(
        committed, template,
        "write it again: cargo run -p hotconf-examples --bin template -- toml > examples/shop/config.example.toml"
    );
}

#[test]
fn templates_load_to_the_defaults() {
    let defaults = open(&example_file()).values();
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [("shop.toml", Format::Toml), ("shop.yaml", Format::Yaml)] {
        let path = folder.path().join(name);
        std::fs::write(&path, Template::of::<AppConfig>(format).written().to_string()).unwrap();
        let cfg = open(&path);
        assert_eq!(cfg.values(), defaults);
        assert!(cfg.explain("server.port").to_string().contains(name), "it is set there");
    }
}

#[test]
fn the_program_prints_the_file_and_the_tables() {
    let run = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_template")).args(arguments).env_clear().output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (_, all) = run(&[]);
    assert!(all.starts_with(&Template::of::<AppConfig>(Format::Toml).env("APP").to_string()));
    assert!(all.contains(&KeyTable::of::<AppConfig>().to_string()));
    assert!(all.ends_with(&EnvTable::of::<AppConfig>("APP").to_string()));
    let written = Template::of::<AppConfig>(Format::Yaml).env("APP").written().to_string();
    assert_eq!(run(&["yaml", "written"]), (true, written));
    assert_eq!(run(&["ini"]), (false, String::new()));
}
