//! Questions by key: what a place holds, and why.

mod apart;
mod asked;
mod facts;
mod hidden;
mod listing;
mod located;
mod showable;
mod told;
mod unknown;
mod winner;

use crate::key::KeyPath;
use crate::origin::Origin;
use crate::schema::{Merge, Rule};
use crate::value::Value;

use facts::Facts;
pub use listing::ExplainedKey;
use listing::Listing;
pub(crate) use located::{all_values, is_known, locate, places, secret_texts};
pub(crate) use showable::{of_keys, showable};

/// Where the value of one key comes from: the layer that wins, those that lose, the default.
///
/// `Display` is for people, one line for each layer:
///
/// ```text
/// server.port = 9000
///   from APP_SERVER_PORT (environment)
///   over 8080 at config/production.yaml:3:9
///   over 8000 at config/default.yaml:4:9
///   over 8000, the default
/// ```
///
/// Of a list that is [made of those of several layers](Merge) it says what each of them gives:
///
/// ```text
/// plugins = ["log", "trace", "auth"]
///   ["auth"] at config/production.yaml:7:10
///   with ["log", "trace"] at config/default.yaml:9:10
/// ```
///
/// The alternate form, `{:#}`, says after that all that is known of the key: its documentation, its type and its rules,
/// the variables that set it, the keys beneath it with their values, and what was probably meant by a key that there is
/// not.
///
/// ```text
/// server.port = 9000
///   from APP_SERVER_PORT (environment)
///   over 8000, the default
///   Where the shop listens.
///   type: integer (u16)
///   rules: range(min = 1024)
///   variables: APP_SERVER_PORT, APP_SERVER_PORT_FILE
/// ```
///
/// The explanation of the root, whose path is empty, lists every key with its value and where that is from.
///
/// It serializes with a field for each of its methods, by the method's name without `is_`. Secrets are masked in all of
/// it.
///
/// ```
/// use hotconf::{Hot, HotConfig, OriginKind, Value};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["workers=8"]).build()?;
/// let why = cfg.explain(AppConfig::keys().workers);
/// assert_eq!(why.value(), Some(&Value::Integer(8)));
/// assert_eq!(why.origin().map(|origin| origin.kind()), Some(&OriginKind::Argument("workers".into())));
/// assert_eq!(why.default(), Some("4"));
/// assert_eq!(why.to_string(), "workers = 8\n  from workers=… (argument)\n  over 4, the default");
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    key: KeyPath,
    value: Option<Value>,
    origin: Option<Origin>,
    over: Vec<(Value, Origin)>,
    default: Option<String>,
    notes: Vec<String>,
    is_known: bool,
    is_in_code: bool,
    /// Whether it is set to nothing.
    is_null: bool,
    /// What the strongest layer has of a list that is made of those of several.
    own_part: Option<Value>,
    facts: Facts,
    /// The source text of a default in effect that cannot be shown.
    code: Option<String>,
    env_names: Vec<String>,
    /// The outer key that variables set as a whole, and its variables, where they do not reach this one.
    set_whole: Option<(KeyPath, Vec<String>)>,
    hidden: Vec<String>,
    /// The optional section around it that is not there.
    away: Option<KeyPath>,
    variant: Option<(String, Option<Origin>)>,
    /// The name of the whole configuration, where it is that.
    root: Option<&'static str>,
    listing: Listing,
    suggestions: Vec<KeyPath>,
    /// Where layers set a key that there is not.
    strays: Vec<Origin>,
    configured: Option<(Option<Value>, Option<Origin>)>,
}

impl Explanation {
    /// Says that a key around this one, it itself or one beneath it is configured otherwise, and waits for a restart.
    pub(crate) fn wait(&mut self, key: &KeyPath, configured: Option<&Value>, origin: Option<&Origin>) {
        let text = configured.map_or_else(|| "nothing".to_owned(), ToString::to_string);
        if key.contains(&self.key) {
            self.notes.push(format!("{text} is configured, and waits for a restart"));
        }
        if *key == self.key {
            self.configured = Some((configured.cloned(), origin.cloned()));
        } else {
            self.listing.wait(key, &text);
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &KeyPath {
        &self.key
    }

    /// The value in effect, masked if secret; `None` where there is none, or it is an expression that cannot be shown.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// Where the value comes from; `None` where there is none.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// What other layers say, the strongest first, masked if secret: what the value is over, and of a list that
    /// [merges](Merge) what they add to it.
    #[must_use]
    pub fn over(&self) -> &[(Value, Origin)] {
        &self.over
    }

    /// The default, where another value wins over it: as it would stand in a file, or the source text of an expression;
    /// masked if secret.
    #[must_use]
    pub fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// Whether the schema has such a key at all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// What else there is to say: that the key is unknown, deprecated, or waits for a restart with another value.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// Whether the value was set in code, by [`Hot::fixed`](crate::Hot::fixed) or [`Hot::replace`](crate::Hot::replace),
    /// so that there is nothing else to tell.
    #[must_use]
    pub fn is_in_code(&self) -> bool {
        self.is_in_code
    }

    /// Whether a change of the key waits for a restart.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.facts.is_restart
    }

    /// The doc comment of the field; of the root that of the struct.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.facts.doc
    }

    /// What the value is, for people: `integer (u16)`, `duration`, `list of text`. `None` for a key that there is not, and
    /// within a value that is read whole.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.facts.type_name.as_deref()
    }

    /// The rules of `#[validate(...)]` on the field.
    #[must_use]
    pub fn rules(&self) -> &'static [Rule] {
        self.facts.rules
    }

    /// The most items that the list or map may have, where the field declares it.
    #[must_use]
    pub fn max_items(&self) -> Option<usize> {
        self.facts.max_items
    }

    /// How the lists that several layers have for the key become one, where the field declares it.
    #[must_use]
    pub fn merge(&self) -> Merge {
        self.facts.merge
    }

    /// The names that sources may write for the variants of an enum; of a list or a map those of its items. None for every
    /// other type.
    pub fn variants(&self) -> impl Iterator<Item = &'static str> {
        self.facts.variants.iter().map(|(name, _)| *name)
    }

    /// The variant of an enum with content that stands there; `None` for every other type, and of a secret.
    #[must_use]
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_ref().map(|(name, _)| name.as_str())
    }

    /// Where the name of the variant stands.
    #[must_use]
    pub fn variant_origin(&self) -> Option<&Origin> {
        self.variant.as_ref()?.1.as_ref()
    }

    /// The environment variables that set the key, the one that wins first. There are none where the store reads no
    /// variables, and for a key that they do not reach, such as one within an enum.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4, env = "WORKERS")] workers: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().env_from([]).env("APP").build()?;
    /// let names = ["APP_WORKERS", "APP_WORKERS_FILE", "WORKERS", "WORKERS_FILE"];
    /// assert_eq!(cfg.explain("workers").env_names(), names);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn env_names(&self) -> &[String] {
        &self.env_names
    }

    /// Other names under which sources may set the key.
    #[must_use]
    pub fn aliases(&self) -> &'static [&'static str] {
        self.facts.aliases
    }

    /// The example value that the field declares; none for a secret.
    #[must_use]
    pub fn example(&self) -> Option<&'static str> {
        self.facts.example
    }

    /// What to do instead, where the key is deprecated.
    #[must_use]
    pub fn deprecated(&self) -> Option<&'static str> {
        self.facts.deprecated
    }

    /// Whether the value is shown nowhere, because of its key or of where it is from.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.facts.is_secret
    }

    /// Whether the key may be absent without a default in its place: its type is an `Option`.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.facts.is_optional
    }

    /// Whether the section that the key is in cannot be built without it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.facts.is_required
    }

    /// Whether another value is configured, and waits for a restart.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.configured.is_some()
    }

    /// The value that waits for a restart, masked if secret; `None` where none waits, and where it is nothing.
    #[must_use]
    pub fn configured(&self) -> Option<&Value> {
        self.configured.as_ref()?.0.as_ref()
    }

    /// The keys beneath a section, each with its value and where that is from; of a list its items, of a map its entries.
    /// There are 200 at most, and [`keys_left_out`](Explanation::keys_left_out) counts the others.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(secret, default = "t")] token: String }
    /// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["workers=8"]).build()?;
    /// let lines: Vec<String> = cfg.explain("").keys().iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, ["workers = 8, from workers=… (argument)", "token = ***, the default"]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn keys(&self) -> &[ExplainedKey] {
        &self.listing.keys
    }

    /// How many keys beneath it are not listed, because there are too many.
    #[must_use]
    pub fn keys_left_out(&self) -> usize {
        self.listing.left_out
    }

    /// What layers say in vain, because a null or something that is no section stands above it: a line for each, without
    /// any value.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.hidden.iter().map(String::as_str)
    }

    /// The keys that were probably meant by one that there is not, the likeliest first.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// assert_eq!(cfg.explain("wokers").suggestions(), ["workers"]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn suggestions(&self) -> &[KeyPath] {
        &self.suggestions
    }
}
