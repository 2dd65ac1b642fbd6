//! What the walk finds: keys with what is known of them, and what could stand there.

use super::literal::Literal;
use super::placeholder::NAME;
use crate::key::KeyPath;
use crate::schema::{self, Merge, Rule};

/// One key, or something that is said between keys.
pub(super) struct Entry {
    /// Its own name; empty where there is no key and something is said all the same.
    pub(super) key: String,
    pub(super) facts: Facts,
    /// Whether it is set, or commented out.
    pub(super) is_set: bool,
    /// Whether its mere presence says something, also of a section without keys.
    pub(super) is_presence: bool,
    /// Whether it is one of several that may all be absent, so that it is required only beside those.
    pub(super) is_away: bool,
    pub(super) content: Content,
    /// What there is to choose from.
    pub(super) alternatives: Vec<Alternative>,
    /// The keys of one item of a list, or entry of a map, that has none.
    pub(super) item: Option<Item>,
}

/// What stands behind a key.
pub(super) enum Content {
    Nothing,
    Value(Literal),
    /// Keys with values: of a section, or the names of a map.
    Section(Vec<Entry>),
    /// A list of sections.
    Items(Vec<Vec<Entry>>),
}

/// One that could be among many.
pub(super) struct Item {
    /// The name that stands for that of any entry, where it is an entry of a map.
    pub(super) name: Option<&'static str>,
    pub(super) entries: Vec<Entry>,
}

/// One variant of an enum.
pub(super) struct Alternative {
    /// The name that sources use, or what the content is where they use none.
    pub(super) name: String,
    pub(super) doc: &'static str,
    /// How it is written, where that is more than its name.
    pub(super) example: Option<Literal>,
    /// Whether every name that no other has means it.
    pub(super) stands_for_others: bool,
    /// Whether its keys stand beside those of others, and not behind one of their own.
    pub(super) stands_beside: bool,
    pub(super) fields: Vec<Entry>,
}

/// A default, for people.
#[derive(Clone, Copy, Default)]
pub(super) enum Default {
    #[default]
    None,
    Empty,
    Literal(&'static schema::Literal),
    /// One that has secrets in it.
    Hidden,
    /// The source text of the code that makes it.
    Code(&'static str),
}

/// What is known of a key.
#[derive(Clone, Default)]
pub(super) struct Facts {
    pub(super) path: KeyPath,
    pub(super) doc: &'static str,
    /// What the value is, for people; empty for a section, which its keys describe.
    pub(super) type_name: String,
    pub(super) rules: &'static [Rule],
    pub(super) max_items: Option<usize>,
    pub(super) merge: Merge,
    pub(super) is_required: bool,
    pub(super) is_optional: bool,
    /// Whether it has a value where no source has one.
    pub(super) has_default: bool,
    /// The default as it was declared; none for a secret.
    pub(super) default: Default,
    /// The variables that set it.
    pub(super) variables: Vec<String>,
    pub(super) aliases: &'static [&'static str],
    pub(super) is_secret: bool,
    pub(super) is_restart: bool,
    pub(super) deprecated: Option<&'static str>,
    /// An example that is not what stands behind the key.
    pub(super) example: Option<&'static str>,
    /// Whether it has a row of its own in a table.
    pub(super) is_key: bool,
    /// The variant of an enum that it belongs to.
    pub(super) variant: Option<&'static str>,
    /// What is spoken of, where no key is beneath that says so.
    pub(super) subject: Option<String>,
    /// What else is to be said.
    pub(super) note: Option<&'static str>,
}

impl Entry {
    pub(super) fn new(key: impl Into<String>, facts: Facts, content: Content) -> Self {
        Self {
            key: key.into(),
            facts,
            is_set: false,
            is_presence: false,
            is_away: false,
            content,
            alternatives: Vec::new(),
            item: None,
        }
    }
}

impl Item {
    /// What is said of one item or entry of a list or a map, where this is all that stands there.
    pub(super) fn of(content: Content) -> Option<Self> {
        match content {
            Content::Items(items) => Some(Self { name: None, entries: items.into_iter().next()? }),
            Content::Section(entries) => Some(Self { name: Some(NAME), entries }),
            Content::Nothing | Content::Value(_) => None,
        }
    }
}
