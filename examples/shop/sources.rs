//! Where the configuration comes from: files, the environment, the command line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hotconf::{Builder, Hot};

use crate::settings::AppConfig;

/// The prefix of the shop's environment variables.
pub const PREFIX: &str = "APP";

/// Everything that the configuration is read from. It is all given, so that tests need not change the process.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The folder of the files.
    pub folder: PathBuf,
    /// The environment variables.
    pub variables: BTreeMap<String, String>,
    /// `KEY=VALUE` texts from the command line.
    pub arguments: Vec<String>,
    /// Where the last good configuration is kept, for a start with bad files.
    pub last_good: Option<PathBuf>,
}

impl Sources {
    /// Which environment this is: it chooses the file that is laid over `default.yaml`.
    #[must_use]
    pub fn environment(&self) -> &str {
        self.variables.get("APP_ENV").map_or("development", String::as_str)
    }

    /// The sources in their order. Later layers win.
    pub fn builder(&self) -> Builder<AppConfig> {
        // APP_ENV chooses a file and is no setting. Left in, it would be reported as a variable that belongs to no key.
        let mut variables = self.variables.clone();
        variables.remove("APP_ENV");
        let builder = Hot::builder()
            .file(self.folder.join("default.yaml"))
            .optional_file(self.folder.join(format!("{}.yaml", self.environment())))
            .optional_file(self.folder.join("local.yaml"))
            .env_from(variables)
            .env(PREFIX)
            .arg_overrides(&self.arguments);
        match &self.last_good {
            Some(file) => builder.last_good(file),
            None => builder,
        }
    }
}
