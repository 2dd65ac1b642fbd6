//! How the lists that several layers have for one key become one list.

use std::fmt;

use super::fit::is_same;
use super::{Field, Schema, Shape};

/// How the lists that several layers have for one key become one, as [`FieldSchema::merge`](crate::FieldSchema::merge)
/// tells it. `#[hot(merge = "…")]` on the field declares it; `Display` is the text that stands there.
///
/// Whatever the rule, an explicit null discards what weaker layers say, and the default of the field stands only where no
/// layer sets it.
///
/// ```
/// use hotconf::{Format, Hot, HotConfig};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(merge = "append")]
///     plugins: Vec<String>,
///     #[hot(merge = "by-key(name)")]
///     upstreams: Vec<Upstream>,
/// }
///
/// #[derive(HotConfig)]
/// struct Upstream {
///     name: String,
///     #[hot(default = 1)]
///     weight: u32,
/// }
///
/// # #[cfg(feature = "yaml")] {
/// let cfg: Hot<AppConfig> = Hot::builder()
///     .text(Format::Yaml, "plugins: [log]\nupstreams: [{name: a}, {name: b}]")
///     .text(Format::Yaml, "plugins: [trace]\nupstreams: [{name: b, weight: 5}, {name: c}]")
///     .build()?;
/// let config = cfg.load();
/// assert_eq!(config.plugins, ["log", "trace"]);
/// let upstreams: Vec<_> = config.upstreams.iter().map(|one| (one.name.as_str(), one.weight)).collect();
/// assert_eq!(upstreams, [("a", 1), ("b", 5), ("c", 1)]);
/// # }
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Merge {
    /// The list of the strongest layer stands alone. So it is where nothing is declared, and for everything that is no
    /// list.
    #[default]
    Replace,
    /// The items of all layers, those of the weakest first.
    Append,
    /// Items are sections, and those with the same value of this field are one item: it is merged as sections are, and
    /// stands where the weakest layer has it. Others come behind those of weaker layers.
    ByKey(&'static str),
}

impl fmt::Display for Merge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Merge::Replace => f.write_str("replace"),
            Merge::Append => f.write_str("append"),
            Merge::ByKey(name) => write!(f, "by-key({name})"),
        }
    }
}

impl Merge {
    /// The rule in words; `None` for the one that goes without saying.
    pub(crate) fn in_words(self) -> Option<String> {
        match self {
            Merge::Replace => None,
            Merge::Append => Some("items of all sources are appended".to_owned()),
            Merge::ByKey(name) => Some(format!("items of all sources are merged by `{name}`")),
        }
    }
}

impl Shape {
    /// Whether it has items that those of other layers could be appended to.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        match self {
            Shape::Option(inner) => inner.is_list(),
            Shape::List(_) | Shape::Set(_) => true,
            Shape::Leaf(_) | Shape::Section(_) | Shape::Tuple(_) | Shape::Map(_) | Shape::Union(_) => false,
        }
    }

    /// Whether it is a list of sections, of which one key could say which is which.
    #[must_use]
    pub const fn is_list_of_sections(&self) -> bool {
        match self {
            Shape::Option(inner) => inner.is_list_of_sections(),
            Shape::List(item) => matches!(item, Shape::Section(_)),
            _ => false,
        }
    }
}

impl Schema {
    /// Why no field of this name can say which item of a list a section is; `None` where it can, or where that cannot be told
    /// so early.
    #[doc(hidden)]
    #[must_use]
    pub const fn misfit_of_key(items: Option<&Schema>, name: &str) -> Option<&'static str> {
        let Some(schema) = items else { return None };
        let mut index = 0;
        while index < schema.fields.len() {
            let field = &schema.fields[index];
            if !field.is_flat && is_same(field.name, name) {
                return match field.shape {
                    Shape::Leaf(_) => None,
                    _ => Some(
                        "the key of `by-key` is one value that every item has: no option, section, list or map",
                    ),
                };
            }
            index += 1;
        }
        // It may be a field of what is flattened into the section.
        if schema.flattens { None } else { Some("the items have no field of the name that `by-key` gives") }
    }

    /// The fields of this struct whose lists are to be merged by a key that their items do not have, each with that key.
    pub(crate) fn unkeyed_lists(&'static self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.fields.iter().filter_map(|field| match field.merge {
            Merge::ByKey(key) if field.key_of_items().is_none() => Some((field.name, key)),
            _ => None,
        })
    }
}

/// The key that says which item of a list is which.
pub(crate) struct KeyOfItems {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) shape: &'static Shape,
    pub(crate) is_secret: bool,
    /// Whether an item without it would be built all the same.
    pub(crate) has_default: bool,
}

impl Field {
    /// The field, if its list is made of those of several layers.
    pub(crate) fn merging(&'static self) -> Option<&'static Self> {
        (self.merge != Merge::Replace).then_some(self)
    }

    /// The key that says which of its items is which; `None` where it is not merged by one, or its items have no such key.
    pub(crate) fn key_of_items(&'static self) -> Option<KeyOfItems> {
        let (Merge::ByKey(name), Shape::List(item)) = (self.merge, self.shape.inner()) else { return None };
        let member = item.section()?.member(name)?;
        let is_one_value = matches!(member.shape, Shape::Leaf(_)) && member.union.is_none();
        is_one_value.then_some(KeyOfItems {
            name: member.name?,
            aliases: member.aliases,
            shape: member.shape,
            is_secret: member.marks.secret,
            has_default: member.field.has_default(),
        })
    }
}
