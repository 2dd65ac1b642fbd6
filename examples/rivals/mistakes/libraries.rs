//! Each library loading the sources of one input, and everything that its error can be printed as.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::path::{Path, PathBuf};

use crate::structs;

pub(crate) struct Library {
    pub(crate) name: &'static str,
    /// The extensions of the files that it reads.
    pub(crate) formats: &'static [&'static str],
    /// Whether it reads more than one file, and variables.
    pub(crate) has_layers: bool,
    /// How often it is asked: which of several mistakes it stops at differs from run to run, and the best counts.
    pub(crate) tries: usize,
    /// How it spells the variable of a key.
    pub(crate) variable_of: fn(&[&str]) -> String,
    /// Loads these files, the lowest first, and the variables of the process; gives what it says is wrong.
    pub(crate) load: fn(&Path, &[String]) -> Option<String>,
}

pub(crate) const LIBRARIES: &[Library] = &[
    Library {
        name: "hotconf",
        formats: &["toml", "yaml", "json"],
        has_layers: true,
        tries: 1,
        variable_of: single_underscores,
        load: hotconf,
    },
    Library {
        name: "figment",
        formats: &["toml", "yaml", "json"],
        has_layers: true,
        tries: 1,
        variable_of: double_underscores,
        load: figment,
    },
    Library {
        name: "config-rs",
        formats: &["toml", "yaml", "json"],
        has_layers: true,
        tries: 20,
        variable_of: double_underscores,
        load: config_rs,
    },
    Library {
        name: "confique",
        formats: &["toml", "yaml", "json"],
        has_layers: true,
        tries: 1,
        variable_of: single_underscores,
        load: confique,
    },
    Library {
        name: "dynamic-config",
        formats: &["toml", "yaml", "json"],
        has_layers: true,
        tries: 1,
        variable_of: double_underscores,
        load: dynamic_config,
    },
    #[cfg(feature = "clapfig")]
    Library {
        name: "clapfig",
        formats: &["toml"],
        has_layers: true,
        tries: 1,
        variable_of: double_underscores_everywhere,
        load: clapfig,
    },
    Library {
        name: "serde and toml",
        formats: &["toml"],
        has_layers: false,
        tries: 1,
        variable_of: single_underscores,
        load: serde_and_toml,
    },
];

fn single_underscores(path: &[&str]) -> String {
    format!("APP_{}", path.join("_").to_uppercase())
}

fn double_underscores(path: &[&str]) -> String {
    format!("APP_{}", path.join("__").to_uppercase())
}

#[cfg(feature = "clapfig")]
fn double_underscores_everywhere(path: &[&str]) -> String {
    format!("APP__{}", path.join("__").to_uppercase())
}

fn paths(folder: &Path, files: &[String]) -> Vec<PathBuf> {
    files.iter().map(|file| folder.join(file)).collect()
}

/// The text of an error: all that there is of it.
fn forms(error: &(impl Display + Debug)) -> String {
    format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n")
}

/// The same with the errors behind it.
fn chain(error: &(impl Error + 'static)) -> String {
    let mut text = forms(error);
    let mut behind = error.source();
    while let Some(error) = behind {
        text += &format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n");
        behind = error.source();
    }
    text
}

fn hotconf(folder: &Path, files: &[String]) -> Option<String> {
    let builder = hotconf::Hot::<structs::App>::builder().watch(hotconf::Watch::Off);
    let builder = paths(folder, files).into_iter().fold(builder, hotconf::Builder::file);
    builder.strict_env("APP").build().err().map(|error| chain(&error))
}

fn figment(folder: &Path, files: &[String]) -> Option<String> {
    use figment::providers::{Env, Format, Json, Toml, Yaml};
    let mut figment = figment::Figment::new();
    for file in paths(folder, files) {
        figment = match file.extension().and_then(|extension| extension.to_str()) {
            Some("yaml") => figment.merge(Yaml::file_exact(file)),
            Some("json") => figment.merge(Json::file_exact(file)),
            _ => figment.merge(Toml::file_exact(file)),
        };
    }
    let loaded = figment.merge(Env::prefixed("APP_").split("__")).extract::<structs::plain::App>();
    loaded.err().map(|error| error.into_iter().map(|error| chain(&error)).collect())
}

fn config_rs(folder: &Path, files: &[String]) -> Option<String> {
    let mut builder = config::Config::builder();
    for file in paths(folder, files) {
        builder = builder.add_source(config::File::from(file));
    }
    let variables = config::Environment::with_prefix("APP").prefix_separator("_").separator("__");
    let built = builder.add_source(variables).build();
    built.and_then(config::Config::try_deserialize::<structs::plain::App>).err().map(|error| chain(&error))
}

fn confique(folder: &Path, files: &[String]) -> Option<String> {
    use confique::Config;
    let mut builder = structs::with_confique::App::builder().env();
    for file in paths(folder, files).into_iter().rev() {
        builder = builder.file(file);
    }
    builder.load().err().map(|error| chain(&error))
}

fn dynamic_config(folder: &Path, files: &[String]) -> Option<String> {
    let mut builder = dynamic_config::Builder::<structs::plain::App>::new("").whole_document();
    for file in paths(folder, files) {
        builder = builder.file(file.display().to_string());
    }
    builder.env("APP_").load().err().map(|error| chain(&error))
}

#[cfg(feature = "clapfig")]
fn clapfig(folder: &Path, files: &[String]) -> Option<String> {
    use clapfig::{Clapfig, SearchPath};
    // Its files have one name, each in a folder of its own; they are rendered with the folder.
    let mut searched = Vec::new();
    for file in files {
        let within = folder.join(format!("{file}.folder"));
        std::fs::create_dir_all(&within).expect("a folder can be made");
        std::fs::rename(folder.join(file), within.join("app.toml")).expect("a file can be moved");
        searched.push(SearchPath::Path(within));
    }
    let builder = Clapfig::typed::<structs::with_clapfig::App>().app_name("app").file_name("app.toml");
    let error = builder.search_paths(searched).load().err()?;
    let rendered = clapfig::render::render_plain(&error);
    Some(chain(&error) + &rendered)
}

fn serde_and_toml(folder: &Path, files: &[String]) -> Option<String> {
    let [file] = &paths(folder, files)[..] else { return None };
    let text = std::fs::read_to_string(file).expect("the file was written");
    let read = toml::from_str::<structs::plain::App>(&text);
    // A program that does this by hand names the file.
    read.err().map(|error| format!("{}\n{}", file.display(), chain(&error)))
}
