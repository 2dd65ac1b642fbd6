//! What a configuration says of itself: `cargo run -p hotconf-examples --bin template`.
//!
//! That prints the shop's commented file, its keys and its variables. With `toml`, `yaml` or `json` it prints the file
//! alone, and with `written` as well the file sets every default:
//! `cargo run -p hotconf-examples --bin template -- yaml written > local.yaml`.
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use hotconf::{EnvTable, Format, KeyTable, Template};
use shop::settings::AppConfig;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = match arguments[..] {
        [] => Some(overview()),
        [format] => template(format).map(|template| template.to_string()),
        [format, "written"] => template(format).map(|template| template.written().to_string()),
        _ => None,
    };
    let Some(text) = text else {
        eprintln!("Usage: template [toml|yaml|json [written]]");
        return ExitCode::FAILURE;
    };
    print!("{text}");
    ExitCode::SUCCESS
}

fn template(extension: &str) -> Option<Template> {
    let format = Format::of(&Path::new("shop").with_extension(extension))?;
    Some(Template::of::<AppConfig>(format).env("APP"))
}

fn overview() -> String {
    let template = Template::of::<AppConfig>(Format::Toml).env("APP");
    let keys = KeyTable::of::<AppConfig>();
    let variables = EnvTable::of::<AppConfig>("APP");
    format!("{template}\n# Keys\n\n{keys}\n# Variables\n\n{variables}")
}
