//! What the suite has backends hold, and the configuration that is built of it.

use std::collections::BTreeMap;
use std::fmt;

use crate::cell::HotConfig;
use crate::key::KeyPath;
use crate::schema::FieldSchema;
use crate::value::{IntoValue, Value};

/// What the text is where nothing sets it.
const ABSENT: &str = "absent";

/// The configuration that the stores of the suite are built of: a field for each kind of content.
#[derive(hotconf_derive::HotConfig)]
#[hot(crate = crate)]
pub struct Sample {
    /// No `Option`, for which an empty variable is an absent one.
    #[hot(default = "absent")]
    text: String,
    whole: Option<i64>,
    fraction: Option<f64>,
    flag: Option<bool>,
    section: Section,
    /// Names are free here.
    entries: Option<BTreeMap<String, String>>,
    numbers: Option<Vec<i64>>,
    texts: Option<Vec<String>>,
    items: Option<Vec<Item>>,
    #[hot(secret)]
    password: Option<String>,
}

#[derive(hotconf_derive::HotConfig)]
#[hot(crate = crate)]
struct Section {
    name: Option<String>,
    two_words: Option<i64>,
    inner: Inner,
}

#[derive(hotconf_derive::HotConfig)]
#[hot(crate = crate)]
struct Inner {
    name: Option<String>,
}

#[derive(hotconf_derive::HotConfig)]
#[hot(crate = crate)]
struct Item {
    name: String,
    weight: Option<i64>,
}

impl Sample {
    /// The configuration as the values that make it; what is absent is null.
    pub(super) fn value(&self) -> Value {
        let item = |item: &Item| {
            map([("name", item.name.clone().into_value()), ("weight", item.weight.into_value())])
        };
        let items = self.items.as_ref().map(|items| items.iter().map(item).collect::<Vec<_>>());
        let inner = map([("name", self.section.inner.name.clone().into_value())]);
        let section = [
            ("name", self.section.name.clone().into_value()),
            ("two_words", self.section.two_words.into_value()),
            ("inner", inner),
        ];
        map([
            ("text", Some(self.text.clone()).filter(|text| text != ABSENT).into_value()),
            ("whole", self.whole.into_value()),
            ("fraction", self.fraction.into_value()),
            ("flag", self.flag.into_value()),
            ("section", map(section)),
            ("entries", self.entries.clone().into_value()),
            ("numbers", self.numbers.clone().into_value()),
            ("texts", self.texts.clone().into_value()),
            ("items", items.into_value()),
            ("password", self.password.clone().into_value()),
        ])
    }
}

/// Shows no value.
impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sample")
    }
}

/// What a backend is to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    value: Value,
}

impl Contents {
    pub(super) fn new(value: Value) -> Self {
        Self { value }
    }

    pub(super) fn of<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Self {
        Self::new(map(entries))
    }

    /// All of it: a [`Value::Map`], sections, maps and lists within, which can be serialized.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The values by the fields of [`Sample`], for a backend of names and values: a list, and a map whose names are free,
    /// is one. A field that is not held is not in it.
    ///
    /// ```
    /// use hotconf::Value;
    /// use hotconf::testing::conformance::{Conformance, Contents, Kind};
    ///
    /// /// Each value as `KEY=VALUE`, as on a command line: texts as they are, lists and maps as JSON.
    /// fn arguments(contents: &Contents) -> Vec<String> {
    ///     let argument = |(field, value): (hotconf::FieldSchema, &Value)| match value {
    ///         Value::String(text) => format!("{}={text}", field.key()),
    ///         other => format!("{}={}", field.key(), serde_json::to_string(other).unwrap()),
    ///     };
    ///     contents.fields().into_iter().map(argument).collect()
    /// }
    ///
    /// Conformance::new(
    ///     Vec::new,
    ///     |held: &mut Vec<String>, builder| builder.arg_overrides(held.iter()),
    ///     |held, contents| *held = arguments(contents),
    /// )
    /// .fixed()
    /// .without(Kind::Types)
    /// .without(Kind::Nulls)
    /// .check();
    /// ```
    #[must_use]
    pub fn fields(&self) -> Vec<(FieldSchema, &Value)> {
        let fields = Sample::schema().fields();
        fields.filter_map(|field| self.at(field.key()).map(|value| (field, value))).collect()
    }

    fn at(&self, key: &KeyPath) -> Option<&Value> {
        key.segments().try_fold(&self.value, |here, segment| here.get(&segment))
    }

    /// What is configured where this lies over what `below` has.
    pub(super) fn over(&self, below: &Contents) -> Contents {
        let mut value = below.value.clone();
        lay_over(&mut value, &self.value);
        Contents { value }
    }
}

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.value))
    }
}

fn lay_over(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Map(below), Value::Map(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key.clone()).or_default(), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}

/// A map of these entries.
pub(super) fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// How what arrived differs from what was to arrive, in sentences. `put` is what the source was to say of it.
pub(super) fn differences(put: &Contents, expected: &Contents, arrived: &Value) -> Vec<String> {
    let (put, expected, arrived) = (leaves(&put.value), leaves(&expected.value), leaves(arrived));
    let keys: std::collections::BTreeSet<_> = expected.keys().chain(arrived.keys()).collect();
    let there = |leaves: &BTreeMap<KeyPath, Value>, key: &KeyPath| {
        leaves.get(key).filter(|value| **value != Value::Null).cloned()
    };
    let differing = keys.into_iter().filter(|key| there(&expected, key) != there(&arrived, key));
    let told = differing.map(|key| {
        let found = there(&arrived, key).map_or("nothing".to_owned(), |value| shown(&value));
        match (put.get(key), expected.get(key)) {
            (Some(value), _) => format!("`{key}` was put as {} and arrives as {found}", shown(value)),
            (None, Some(below)) => {
                format!("`{key}` is not held, a lower layer says {}, and it arrives as {found}", shown(below))
            }
            (None, None) => format!("`{key}` is not held, and arrives as {found}"),
        }
    });
    told.collect()
}

/// The values that stand at the ends, by key. Lists and empty maps are ends.
fn leaves(value: &Value) -> BTreeMap<KeyPath, Value> {
    let mut found = BTreeMap::new();
    let mut open = vec![(KeyPath::default(), value)];
    while let Some((key, value)) = open.pop() {
        match value {
            Value::Map(entries) if !entries.is_empty() => {
                open.extend(entries.iter().map(|(name, entry)| (key.join(name), entry)));
            }
            Value::List(items) => {
                found.insert(key, Value::List(items.iter().map(without_nulls).collect()));
            }
            other => {
                found.insert(key, other.clone());
            }
        }
    }
    found
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Map(entries) => {
            let there = entries.iter().filter(|(_, entry)| **entry != Value::Null);
            Value::Map(there.map(|(key, entry)| (key.clone(), without_nulls(entry))).collect())
        }
        other => other.clone(),
    }
}

/// A value as it is shown in a sentence: a long one by its beginning.
pub(super) fn shown(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}
