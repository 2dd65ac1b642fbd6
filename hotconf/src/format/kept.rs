//! How the last good configuration is kept: one JSON text, with the origin of each value, that gives the same layers again.
//!
//! Read level by level as JSON within values is, so that deep layers take no more of the stack than they did at first.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use serde::de::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json, json};

use super::json_value::{Entries, JsonFault, JsonText, number};
use crate::key::{DEEPEST, KeyPath};
use crate::origin::{Origin, OriginKind};
use crate::tree::{Draft, DraftContent};
use crate::value::Value;

/// The number of this way of writing it, which rises when an older reader would take something else from it.
const FORMAT: u64 = 1;

/// A configuration that was good, as its sources said it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    /// The name of the type that it is of.
    pub(crate) configuration: String,
    /// Which version of its store it was.
    pub(crate) version: u64,
    /// When it was kept, to the second.
    pub(crate) time: SystemTime,
    /// The keys of the secrets that are not in it.
    pub(crate) left_out: Vec<KeyPath>,
    /// The sources, the lowest first, without those that belong to one start of the program.
    pub(crate) sources: Vec<KeptSource>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptSource {
    pub(crate) name: String,
    pub(crate) layers: Vec<KeptLayer>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptLayer {
    pub(crate) kind: OriginKind,
    pub(crate) content: Draft,
}

/// Why a text is not what was kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum KeptFault {
    /// It is written in another way.
    OtherFormat(u64),
    Damaged(JsonFault),
}

impl fmt::Display for KeptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFormat(other) => {
                write!(f, "the file has the format {other}, and this version of hotconf reads {FORMAT}")
            }
            Self::Damaged(fault) => write!(f, "the file is damaged: {}", fault.message),
        }
    }
}

impl From<JsonFault> for KeptFault {
    fn from(fault: JsonFault) -> Self {
        Self::Damaged(fault)
    }
}

impl Kept {
    pub(crate) fn to_text(&self) -> String {
        let layer = |layer: &KeptLayer| json!({ "from": place(&Origin::new(layer.kind.clone()), None), "says": said(&layer.content, &layer.kind) });
        let sources = self.sources.iter().map(|source| {
            json!({ "name": source.name, "layers": source.layers.iter().map(layer).collect::<Vec<_>>() })
        });
        let text = json!({
            "hotconf_last_good": FORMAT,
            "configuration": self.configuration,
            "version": self.version,
            "kept": humantime::format_rfc3339_seconds(self.time).to_string(),
            "left_out": self.left_out.iter().map(KeyPath::as_str).collect::<Vec<_>>(),
            "sources": sources.collect::<Vec<_>>(),
        });
        format!("{text}\n")
    }

    pub(crate) fn of_text(text: &str) -> Result<Self, KeptFault> {
        let reader = Reader(JsonText(text));
        let whole = reader.entries(reader.0.parse::<&RawValue>(text)?)?;
        let format = whole.read("hotconf_last_good")?;
        if format != FORMAT {
            return Err(KeptFault::OtherFormat(format));
        }
        let time: String = whole.read("kept")?;
        let time = humantime::parse_rfc3339(&time).map_err(|_| whole.lacks("kept"))?;
        let left_out: Vec<String> = whole.read("left_out")?;
        let sources: Vec<&RawValue> = whole.read("sources")?;
        Ok(Self {
            configuration: whole.read("configuration")?,
            version: whole.read("version")?,
            time,
            left_out: left_out.iter().map(|key| KeyPath::parse(key)).collect(),
            sources: sources.into_iter().map(|source| reader.source(source)).collect::<Result<_, _>>()?,
        })
    }
}

/// Where a value is from; of what is from the place of its whole layer only line and column. `None` where there is nothing
/// to say.
fn place(origin: &Origin, layer: Option<&OriginKind>) -> Option<Json> {
    let mut place = Map::new();
    let mut say = |name: &str, value: Json| {
        place.insert(name.to_owned(), value);
    };
    if layer != Some(origin.kind()) {
        let file = |file: &Path| Json::from(file.to_string_lossy());
        let named = |name: &str| Json::from(name);
        let (sort, name, path) = match origin.kind() {
            OriginKind::File(path) => ("file", None, Some(file(path))),
            OriginKind::Text(name) => ("text", Some(named(name)), None),
            OriginKind::Environment(name) => ("variable", Some(named(name)), None),
            OriginKind::EnvironmentFile { name, file: path } => {
                ("variable in a file", Some(named(name)), Some(file(path)))
            }
            OriginKind::VariableFile { name, file: path } => {
                ("file of a variable", Some(named(name)), Some(file(path)))
            }
            OriginKind::Argument(key) => ("argument", Some(named(key)), None),
            OriginKind::Override => ("override", None, None),
            OriginKind::Source(name) => ("source", Some(named(name)), None),
            OriginKind::Default => ("default", None, None),
        };
        say("sort", sort.into());
        name.into_iter().for_each(|name| say("name", name));
        path.into_iter().for_each(|path| say("file", path));
    }
    if let (Some(line), Some(column)) = (origin.line(), origin.column()) {
        say("line", line.into());
        say("column", column.into());
    }
    if origin.is_secret() {
        say("secret", true.into());
    }
    (!place.is_empty()).then_some(Json::Object(place))
}

/// What stands at one place of a layer.
fn said(draft: &Draft, layer: &OriginKind) -> Json {
    let entries = |entries: &BTreeMap<String, Draft>| {
        let entries = entries.iter().map(|(name, entry)| (name.clone(), said(entry, layer)));
        Json::Object(entries.collect())
    };
    let (sort, content) = match &draft.content {
        DraftContent::Value(value) => plain(value),
        DraftContent::Raw(text) => ("raw", text.as_str().into()),
        DraftContent::Digits(text) => ("digits", text.as_str().into()),
        DraftContent::Time(text) => ("time", text.as_str().into()),
        DraftContent::Nothing => ("nothing", Json::Null),
        DraftContent::List(items) => ("list", items.iter().map(|item| said(item, layer)).collect()),
        DraftContent::WholeList(items) => {
            ("whole list", items.iter().map(|item| said(item, layer)).collect())
        }
        DraftContent::Map(map) => ("map", entries(map)),
        DraftContent::Whole(map) => ("whole", entries(map)),
    };
    let mut whole = Map::from_iter([(sort.to_owned(), content)]);
    if let Some(at) = draft.origin.as_ref().and_then(|origin| place(origin, Some(layer))) {
        whole.insert("at".to_owned(), at);
    }
    Json::Object(whole)
}

fn plain(value: &Value) -> (&'static str, Json) {
    let whole = |value: &Value| {
        let (sort, content) = plain(value);
        json!({ sort: content })
    };
    match value {
        Value::Null | Value::Secret => ("value", Json::Null),
        Value::Bool(truth) => ("value", (*truth).into()),
        Value::Integer(number) => match i64::try_from(*number) {
            Ok(number) => ("value", number.into()),
            Err(_) => ("digits", number.to_string().into()),
        },
        // JSON has no words for what is no number, or for what is beyond all of them.
        Value::Float(number) if !number.is_finite() => ("float", number.to_string().into()),
        Value::Float(number) => ("value", (*number).into()),
        Value::String(text) => ("value", text.as_str().into()),
        Value::List(items) => ("list", items.iter().map(whole).collect()),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(name, entry)| (name.clone(), whole(entry)));
            ("map", Json::Object(entries.collect()))
        }
    }
}

#[derive(Clone, Copy)]
struct Reader<'t>(JsonText<'t>);

/// The entries of one map, and the map itself.
struct Found<'t> {
    text: JsonText<'t>,
    whole: &'t RawValue,
    entries: BTreeMap<String, &'t RawValue>,
}

impl<'t> Found<'t> {
    fn read<T: Deserialize<'t>>(&self, name: &str) -> Result<T, JsonFault> {
        let entry = self.entries.get(name).ok_or_else(|| self.lacks(name))?;
        serde_json::from_str(entry.get()).map_err(|_| self.text.fault(unfit(name), entry.get(), 0))
    }

    /// What need not be there.
    fn find<T: Deserialize<'t>>(&self, name: &str) -> Result<Option<T>, JsonFault> {
        self.entries.contains_key(name).then(|| self.read(name)).transpose()
    }

    fn lacks(&self, name: &str) -> JsonFault {
        let place = self.entries.get(name).unwrap_or(&self.whole);
        self.text.fault(unfit(name), place.get(), 0)
    }
}

fn unfit(name: &str) -> String {
    format!("there is no `{name}` as it should be")
}

impl<'t> Reader<'t> {
    fn entries(self, json: &'t RawValue) -> Result<Found<'t>, JsonFault> {
        let Entries(entries) = self.0.parse(json.get())?;
        Ok(Found { text: self.0, whole: json, entries })
    }

    fn source(self, json: &'t RawValue) -> Result<KeptSource, JsonFault> {
        let source = self.entries(json)?;
        let layers: Vec<&RawValue> = source.read("layers")?;
        let layers = layers.into_iter().map(|layer| {
            let layer = self.entries(layer)?;
            let origin = self.place(layer.read("from")?, None)?;
            let content = self.said(layer.read("says")?, origin.kind(), 0)?;
            Ok(KeptLayer { kind: origin.kind().clone(), content })
        });
        Ok(KeptSource { name: source.read("name")?, layers: layers.collect::<Result<_, JsonFault>>()? })
    }

    fn place(self, json: &'t RawValue, layer: Option<&OriginKind>) -> Result<Origin, JsonFault> {
        let place = self.entries(json)?;
        let name = || place.read::<String>("name").map(Arc::<str>::from);
        let file = || place.read::<String>("file").map(|file| Arc::<Path>::from(Path::new(&file)));
        let kind = match (place.find::<String>("sort")?.as_deref(), layer) {
            (None, Some(layer)) => layer.clone(),
            (Some("file"), _) => OriginKind::File(file()?),
            (Some("text"), _) => OriginKind::Text(name()?),
            (Some("variable"), _) => OriginKind::Environment(name()?),
            (Some("variable in a file"), _) => OriginKind::EnvironmentFile { name: name()?, file: file()? },
            (Some("file of a variable"), _) => OriginKind::VariableFile { name: name()?, file: file()? },
            (Some("argument"), _) => OriginKind::Argument(name()?),
            (Some("override"), _) => OriginKind::Override,
            (Some("source"), _) => OriginKind::Source(name()?),
            (Some("default"), _) => OriginKind::Default,
            _ => return Err(place.lacks("sort")),
        };
        let mut origin = Origin::new(kind).last_good();
        if let (Some(line), Some(column)) = (place.find("line")?, place.find("column")?) {
            origin = origin.at(line, column);
        }
        Ok(if place.find("secret")? == Some(true) { origin.secret() } else { origin })
    }

    fn said(self, json: &'t RawValue, layer: &OriginKind, depth: usize) -> Result<Draft, JsonFault> {
        if depth > DEEPEST {
            return Err(self.0.fault(format!("nested deeper than {DEEPEST} levels"), json.get(), 0));
        }
        let found = self.entries(json)?;
        let entries = |name| {
            let entries = self.entries(found.read(name)?)?.entries.into_iter();
            let entries = entries.map(|(name, entry)| Ok((name, self.said(entry, layer, depth + 1)?)));
            entries.collect::<Result<BTreeMap<_, _>, JsonFault>>()
        };
        let items = |name| {
            let items: Vec<&RawValue> = found.read(name)?;
            items.into_iter().map(|item| self.said(item, layer, depth + 1)).collect::<Result<Vec<_>, _>>()
        };
        let mut sorts = found.entries.keys().map(String::as_str).filter(|name| *name != "at");
        let content = match (sorts.next(), sorts.next()) {
            (Some("value"), None) => self.plain(found.read("value")?)?,
            (Some("float"), None) => {
                let number = found.read::<String>("float")?.parse().map_err(|_| found.lacks("float"))?;
                DraftContent::Value(Value::Float(number))
            }
            (Some("raw"), None) => DraftContent::Raw(found.read("raw")?),
            (Some("digits"), None) => {
                let digits: String = found.read("digits")?;
                let is_whole =
                    digits.strip_prefix('-').unwrap_or(&digits).bytes().all(|c| c.is_ascii_digit());
                if !is_whole {
                    return Err(found.lacks("digits"));
                }
                DraftContent::Digits(digits)
            }
            (Some("time"), None) => DraftContent::Time(found.read("time")?),
            (Some("nothing"), None) => DraftContent::Nothing,
            (Some("list"), None) => DraftContent::List(items("list")?),
            (Some("whole list"), None) => DraftContent::WholeList(items("whole list")?),
            (Some("map"), None) => DraftContent::Map(entries("map")?),
            (Some("whole"), None) => DraftContent::Whole(entries("whole")?),
            _ => return Err(found.lacks("value")),
        };
        let origin = match found.find("at")? {
            Some(at) => self.place(at, Some(layer))?,
            None => Origin::new(layer.clone()).last_good(),
        };
        Ok(Draft::new(content, origin))
    }

    fn plain(self, json: &'t RawValue) -> Result<DraftContent, JsonFault> {
        let text = json.get();
        Ok(match text.as_bytes().first() {
            Some(b'"') => DraftContent::Value(Value::String(self.0.parse(text)?)),
            Some(b't' | b'f') => DraftContent::Value(Value::Bool(self.0.parse(text)?)),
            Some(b'n') => DraftContent::Value(Value::Null),
            Some(b'{' | b'[') => return Err(self.0.fault(unfit("value"), text, 0)),
            _ => number(text),
        })
    }
}
