//! Commented templates of configuration files, and tables of all keys and variables: what the schema says, for people.
//!
//! One walk over the schema makes a list of entries, each a key with what is known of it and what could stand there.
//! The formats and the tables only differ in how they write these entries.
//!
//! Invariant: reads no source, and shows no secret, not even the default of one.

mod alternatives;
mod entry;
mod json;
mod line;
mod literal;
mod placeholder;
mod prose;
mod table;
mod toml;
mod walk;
mod yaml;

use std::fmt;

use crate::cell::HotConfig;
use crate::format::Format;
use crate::schema::Schema;
use crate::value::Value;
use walk::{Mode, Walk};

pub use table::{EnvTable, KeyTable};

/// A configuration file with everything that the schema knows, as a text to begin with.
///
/// Every key is there with its documentation, type, rules and variants. Comments say what else is known: whether a change
/// waits for a restart, the variables that set the key, other names. As a rule the defaults are commented out, so that
/// the file says what they are and sets nothing; [`written`](Template::written) sets them, and
/// [`values`](Template::values) sets what it is given.
///
/// * `# ` begins a comment, and a `#` that is close to what follows takes a key out. Keys that are taken back in fit
///   together.
/// * What stands in angle brackets is to be filled in: `"<text>"`. A required key is commented out, so that one that was
///   forgotten is reported as missing.
/// * The key of a secret is commented out, and says where it is set from; its value is shown nowhere.
/// * Deprecated keys are left out.
/// * JSON has no comments: there the template has the defaults, and the required keys that are no secrets.
///
/// `Display` is the text.
///
/// ```
/// use hotconf::{Format, HotConfig, Template};
///
/// /// Settings of a server.
/// #[derive(HotConfig)]
/// struct AppConfig {
///     /// Where it listens.
///     #[hot(default = 8000, restart)]
///     port: u16,
///     name: String,
/// }
///
/// assert_eq!(
///     Template::of::<AppConfig>(Format::Toml).env("APP").to_string(),
///     "\
/// ## Settings of a server.
/// ##
/// ## Keys that are commented out have their default. What stands in angle brackets is to be filled in.
///
/// ## Where it listens.
/// ## Integer (u16). A change waits for a restart. Variable: APP_PORT.
/// ##port = 8000
///
/// ## Text. Required. Variable: APP_NAME.
/// ##name = \"<text>\"
/// "
/// );
/// ```
#[derive(Clone)]
pub struct Template {
    schema: &'static Schema,
    format: Format,
    prefix: Option<String>,
    mode: Mode,
    values: Value,
}

impl Template {
    /// The template of this configuration, with its defaults commented out.
    ///
    /// ```
    /// use hotconf::{Format, HotConfig, Template};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = "30s")]
    ///     timeout: std::time::Duration,
    /// }
    ///
    /// let template = Template::of::<AppConfig>(Format::Yaml).to_string();
    /// assert!(template.ends_with(
    ///     "# Duration, such as \"30s\" or \"1h 30m\".\n\
    ///      #timeout: \"30s\"\n"
    /// ));
    /// ```
    #[must_use]
    pub fn of<T: HotConfig>(format: Format) -> Self {
        Self { schema: T::schema(), format, prefix: None, mode: Mode::Commented, values: Value::Null }
    }

    /// Says of each key which variables set it, under the prefix that [`Builder::env`](crate::Builder::env) is given.
    /// Without it only the names are said that fields declare themselves.
    ///
    /// ```
    /// use hotconf::{Format, HotConfig, Template};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 8000, env = "PORT")]
    ///     port: u16,
    /// }
    ///
    /// let template = Template::of::<AppConfig>(Format::Toml).env("APP").to_string();
    /// assert!(template.contains("Variables: APP_PORT, PORT."));
    /// ```
    #[must_use]
    pub fn env(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Sets every default, so that what is loaded from the text is what is loaded without it. What has no value to be
    /// set stays commented out: options that are absent, required keys, secrets, and defaults that are made by code whose
    /// values are no [`IntoValue`](trait@crate::IntoValue).
    ///
    /// ```
    /// use hotconf::{Format, Hot, HotConfig, Template};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 8000)]
    ///     port: u16,
    ///     name: Option<String>,
    /// }
    ///
    /// let template = Template::of::<AppConfig>(Format::Toml).written().to_string();
    /// assert!(template.contains("\nport = 8000\n"));
    /// assert!(template.contains("\n#name = \"<text>\"\n"));
    /// let cfg: Hot<AppConfig> = Hot::builder().text(Format::Toml, template).build()?;
    /// assert_eq!(cfg.load().port, 8000);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn written(mut self) -> Self {
        self.mode = Mode::Written;
        self
    }

    /// Sets the keys that have a value in `values`, which is a map as [`Hot::values`](crate::Hot::values) gives it. So the
    /// configuration of a running store becomes a commented file. Its secrets are left out: such a key is commented out,
    /// and the whole of an enum with data that has one.
    ///
    /// ```
    /// use hotconf::{Format, Hot, HotConfig, Template};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 8000)]
    ///     port: u16,
    ///     #[hot(secret)]
    ///     password: String,
    /// }
    ///
    /// let cfg: Hot<AppConfig> =
    ///     Hot::builder().arg_overrides(["port=9000", "password=hunter2"]).build()?;
    /// let text = Template::of::<AppConfig>(Format::Toml).values(&cfg.values()).to_string();
    /// assert!(text.contains("\nport = 9000\n"));
    /// assert!(text.contains("\n#password = \"<text>\"\n") && !text.contains("hunter2"));
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn values(mut self, values: &Value) -> Self {
        self.mode = Mode::Values;
        self.values = values.clone();
        self
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // JSON has nothing but values.
        let mode = match (self.format, self.mode) {
            (Format::Json, Mode::Commented) => Mode::Written,
            (_, mode) => mode,
        };
        let walk = Walk::new(self.prefix.as_deref(), mode, self.format != Format::Toml);
        let entries = walk.root(self.schema, &self.values);
        match self.format {
            Format::Toml => f.write_str(&toml::text(self.schema, mode, &entries)),
            Format::Yaml => f.write_str(&yaml::text(self.schema, mode, &entries)),
            Format::Json => f.write_str(&json::text(&entries)),
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the values, which may have secrets in them.
        f.debug_struct("Template")
            .field("schema", &self.schema)
            .field("format", &self.format)
            .field("prefix", &self.prefix)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
