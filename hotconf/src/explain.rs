//! Questions by key: what a place holds, and why.

mod located;

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{DefaultValue, Schema};
use crate::tree::{Layer, Place, Secrets, Stack, default_as_seen, typed_value};
use crate::value::{Value, View};

pub(crate) use located::{Located, all_values, is_known, locate, places};

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
/// It serializes with the fields `key`, `value`, `origin`, `over`, `default`, `restart` and `notes`. Secrets are
/// masked.
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
    is_restart: bool,
    doc: &'static str,
}

impl Explanation {
    /// What is known of `path`, the configuration being these layers.
    pub(crate) fn new(schema: &'static Schema, stack: &Stack, path: KeyPath) -> Self {
        let mut explanation = Self::of_nothing(path);
        let Some(located) = locate(schema, stack, &explanation.key) else {
            explanation.notes.push("no such key".to_owned());
            return explanation;
        };
        explanation.is_known = true;
        explanation.value = located.value(Secrets::Masked);
        if let Some(field) = located.field {
            explanation.doc = field.doc;
            explanation.notes.extend(field.deprecated.map(|remedy| format!("deprecated: {remedy}")));
        }
        explanation.is_restart = located.marks.restart;
        explanation.default = default_text(&located);
        // Each layer is asked alone, because the losers are not part of the merged place.
        let mut said = stack.iter().rev().filter_map(|layer| told_by(schema, layer, &explanation.key));
        if located.seen().is_absent() {
            // What layers say is hidden by what stands in place of a section above them.
            let is_default = explanation.value.is_some() || explanation.default.is_some();
            explanation.origin = is_default.then(|| Origin::new(OriginKind::Default));
        } else {
            match said.next() {
                // A null on top of everything leaves the default.
                Some((Value::Null, origin)) if explanation.value.is_some() => {
                    explanation.origin = Some(Origin::new(OriginKind::Default));
                    explanation.over.push((Value::Null, origin));
                }
                Some((value, origin)) => {
                    explanation.is_null = value == Value::Null;
                    explanation.origin = Some(origin);
                }
                None => explanation.origin = Some(Origin::new(OriginKind::Default)),
            }
        }
        explanation.over.extend(said);
        // A value that is kept running has the origin it had, and its layer may still say it.
        let winner = explanation.origin.clone();
        let is_kept = stack.last().is_some_and(|top| top.index() == usize::MAX);
        explanation.over.retain(|(_, origin)| !is_kept || Some(origin) != winner.as_ref());
        if explanation.origin.as_ref().is_some_and(|origin| *origin.kind() == OriginKind::Default) {
            explanation.default = None;
        }
        explanation
    }

    fn of_nothing(path: KeyPath) -> Self {
        Self {
            value: None,
            origin: None,
            over: Vec::new(),
            default: None,
            notes: Vec::new(),
            is_known: false,
            is_in_code: false,
            is_null: false,
            is_restart: false,
            doc: "",
            key: path,
        }
    }

    /// What is known of `path` in a store without layers.
    pub(crate) fn in_code(schema: &'static Schema, path: KeyPath) -> Self {
        let mut explanation = Self::of_nothing(path);
        explanation.is_known = is_known(schema, &explanation.key);
        explanation.is_in_code = explanation.is_known;
        if explanation.is_known {
            // The field is known without any layer, except within lists and maps.
            let field = locate(schema, &[], &explanation.key).and_then(|located| located.field);
            explanation.doc = field.map_or("", |field| field.doc);
        } else {
            explanation.notes.push("no such key".to_owned());
        }
        explanation
    }

    /// Adds a line about something that is not in the layers.
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
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

    /// What other layers say, the strongest first, masked if secret.
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
        self.is_restart
    }

    /// The doc comment of the field.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.doc
    }
}

/// What one layer alone says of a key, and where.
fn told_by(schema: &'static Schema, layer: &Arc<Layer>, path: &KeyPath) -> Option<(Value, Origin)> {
    let alone = [layer.clone()];
    let located = locate(schema, &alone, path)?;
    let place = located.seen();
    let origin = place.origin(Place::Value)?;
    let value = match (located.is_secret(), place.view()?) {
        (true, _) => Value::Secret,
        (false, View::Null) => Value::Null,
        _ => match located.shape {
            // An empty variable takes an optional value away.
            Some(shape) => typed_value(shape, DefaultValue::None, &place, located.marks, Secrets::Masked)
                .unwrap_or_default(),
            None => located.place.to_value()?,
        },
    };
    Some((value, origin))
}

fn default_text(located: &Located<'_>) -> Option<String> {
    if located.marks.secret && !matches!(located.default, DefaultValue::None) {
        return Some(Value::Secret.to_string());
    }
    match (located.default, located.shape) {
        (DefaultValue::None, _) | (_, None) => None,
        // The text of the code has what it puts into the secrets further in.
        (DefaultValue::Code { .. }, Some(shape)) if shape.has_secret() => Some(Value::Secret.to_string()),
        (DefaultValue::Code { source, .. }, _) => Some(format!("`{source}`")),
        (default, Some(shape)) => {
            let value = default_as_seen(shape, default, Secrets::Masked);
            Some(value.map_or("empty".to_owned(), |value| value.to_string()))
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.value, &self.origin) {
            (Some(value), _) => write!(f, "{} = {value}", self.key)?,
            (None, Some(_)) if self.is_null => write!(f, "{} = null", self.key)?,
            (None, Some(_)) => write!(f, "{} is set, to something that cannot be shown", self.key)?,
            (None, None) if self.is_in_code => write!(f, "{} is set in code", self.key)?,
            (None, None) => write!(f, "{} is not set", self.key)?,
        }
        if let Some(origin) = &self.origin {
            match origin.kind() {
                OriginKind::Default => f.write_str("\n  the default")?,
                _ => write!(f, "\n  {} {origin}", origin.preposition())?,
            }
        }
        for (value, origin) in &self.over {
            write!(f, "\n  over {value} {} {origin}", origin.preposition())?;
        }
        if let Some(default) = &self.default {
            write!(f, "\n  over {default}, the default")?;
        }
        for note in &self.notes {
            write!(f, "\n  {note}")?;
        }
        Ok(())
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut explanation = serializer.serialize_struct("Explanation", 7)?;
        explanation.serialize_field("key", self.key.as_str())?;
        explanation.serialize_field("value", &self.value)?;
        explanation.serialize_field("origin", &self.origin)?;
        explanation.serialize_field("over", &self.over)?;
        explanation.serialize_field("default", &self.default)?;
        explanation.serialize_field("restart", &self.is_restart)?;
        explanation.serialize_field("notes", &self.notes)?;
        explanation.end()
    }
}
