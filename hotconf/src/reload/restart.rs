//! Keys whose change waits for a restart: which they are, and the layer that keeps their running values on top.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::{Error, Problem, ProblemKind};
use crate::explain::locate;
use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{DefaultValue, Marks, Schema, Shape, Tagging, Union};
use crate::status::PendingRestart;
use crate::tree::{Chosen, Draft, DraftContent, Layer, LayerName, Merged, Place, Secrets, Stack};
use crate::value::{Value, View};

type Entries = BTreeMap<String, Draft>;

/// What of a change has to wait.
#[derive(Default)]
pub(super) struct Held {
    pub(super) pending: Vec<PendingRestart>,
    draft: Draft,
}

impl Held {
    /// The keys among `changed` that are marked, with what they were in `running` and are in `configured`.
    pub(super) fn new(
        schema: &'static Schema,
        changed: &[KeyPath],
        running: &Stack,
        configured: &Stack,
    ) -> Self {
        let mut held = Self::default();
        if !schema.has_restart() {
            return held;
        }
        let paths: BTreeSet<_> =
            changed.iter().filter_map(|key| path_to_hold(schema, key, running, configured)).collect();
        // What is held whole has in it what else would be held of it.
        for path in paths.iter().filter(|path| !is_within_another(path, &paths)) {
            held.hold(schema, path.clone(), running, configured);
        }
        held
    }

    /// Refuses to let anything wait.
    pub(super) fn refuse(&self) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let problems = self.pending.iter().map(|pending| {
            let value = |value: &Option<Value>| {
                value.as_ref().map_or_else(|| "no value".to_owned(), ToString::to_string)
            };
            let (running, configured) = (value(&pending.running), value(&pending.configured));
            let message = format!("runs with {running}, and {configured} needs a restart");
            let problem = Problem::new(ProblemKind::NeedsRestart, message).with_key(pending.key.clone());
            problem.with_origin(pending.origin.clone(), 0)
        });
        Err(Error::new(problems.collect()))
    }

    fn hold(&mut self, schema: &'static Schema, path: KeyPath, running: &Stack, configured: &Stack) {
        let segments: Vec<_> = path.segments().collect();
        let (before, after) = (locate(schema, running, &path), locate(schema, configured, &path));
        let draft = match &before {
            Some(before) if !before.seen().is_absent() => draft_of(&before.seen(), before.shape).into_whole(),
            // A null leaves the default, which is what it runs with.
            _ => Draft::value(Value::Null, Origin::new(OriginKind::Default)),
        };
        self.draft.insert(segments.iter().map(AsRef::as_ref), draft);
        self.pending.push(PendingRestart {
            running: before.and_then(|before| before.value(Secrets::Masked)),
            configured: after.as_ref().and_then(|after| after.value(Secrets::Masked)),
            origin: after.and_then(|after| after.place.origin(Place::Value)),
            key: path,
        });
    }

    /// The layer of the running values; `None` where nothing waits.
    pub(super) fn layer(&self) -> Option<Arc<Layer>> {
        if self.pending.is_empty() {
            return None;
        }
        let name = LayerName::Other(OriginKind::Source("the running configuration".into()));
        Some(Arc::new(Layer::from_draft(name, &self.draft)))
    }
}

fn is_within_another(path: &KeyPath, paths: &BTreeSet<KeyPath>) -> bool {
    let mut above = KeyPath::default();
    path.segments().any(|segment| {
        above = above.join(&segment);
        above != *path && paths.contains(&above)
    })
}

/// Where the running value has to be kept for a changed key; `None` where the change applies at once: the key is not
/// marked, or there is no running value because it is within a new entry of a map.
fn path_to_hold(
    schema: &'static Schema,
    key: &KeyPath,
    running: &Stack,
    configured: &Stack,
) -> Option<KeyPath> {
    let is_there = |place: &Merged<'_>| !matches!(place.view(), None | Some(View::Null));
    let (mut before, mut after) = (Merged::root(running), Merged::root(configured));
    let mut marks = Marks::default();
    let mut section = Some(schema);
    let mut shape: Option<&'static Shape> = None;
    let mut is_made = false;
    let mut path = KeyPath::default();
    for segment in key.segments() {
        let joined = path.join(&segment);
        let outer = std::mem::replace(&mut path, joined);
        shape = match (section, shape.map(Shape::inner)) {
            (Some(schema), _) => {
                let member = schema.member(&segment)?;
                marks = marks.and(member.marks);
                is_made = matches!(member.default, DefaultValue::Code { .. });
                let name = member.name.unwrap_or(&segment);
                before = before.without_nothing().named(name, member.aliases);
                after = after.without_nothing().named(name, member.aliases);
                if member.name.is_none() && !is_there(&before) {
                    return None;
                }
                Some(member.shape)
            }
            (None, Some(Shape::Map(entry))) => {
                (before, after) = (before.entry(&segment), after.entry(&segment));
                if !is_there(&before) {
                    // An entry that is not to come has no value to be kept, and the map that it is in has.
                    return marks.restart.then_some(outer);
                }
                Some(entry)
            }
            _ => return marks.restart.then_some(path),
        };
        section = shape.and_then(Shape::section);
        if let (Some(inner), true, true) = (section, is_made, is_there(&before) != is_there(&after)) {
            // Code makes it where nobody sets it, with values that the defaults of its fields do not have.
            return (marks.restart || has_marked_field(inner)).then_some(path);
        }
        let is_optional_section = matches!(shape, Some(Shape::Option(_))) && section.is_some();
        if is_optional_section && is_there(&before) != is_there(&after) {
            // It comes or goes as a whole, so it is kept as a whole; what is in it has no running value of its own.
            return marks.restart.then_some(path);
        }
    }
    let items = shape.and_then(Shape::items).unwrap_or_default();
    let items_are_marked = items.iter().any(|item| item.section().is_some_and(has_marked_field));
    (marks.restart || items_are_marked).then_some(path)
}

/// Whether any field of a list's items waits for restarts; the list, which is one value, then waits as a whole.
fn has_marked_field(schema: &'static Schema) -> bool {
    schema.fields().any(|field| field.is_restart())
}

/// What stands at a place of this shape, with the origins it has.
fn draft_of(place: &Merged<'_>, shape: Option<&'static Shape>) -> Draft {
    let content = match place.view() {
        None | Some(View::Null) => DraftContent::Value(Value::Null),
        Some(View::Raw(text)) => DraftContent::Raw(text.to_owned()),
        Some(View::Digits(digits)) => DraftContent::Digits(digits.to_owned()),
        Some(View::List) => {
            let shape_of = |index| shape.and_then(|shape| shape.item(index));
            let items = place.items().enumerate();
            DraftContent::List(items.map(|(index, item)| draft_of(&item, shape_of(index))).collect())
        }
        Some(View::Map) => DraftContent::Map(entries_of(place, shape)),
        Some(_) => DraftContent::Value(place.to_value().unwrap_or_default()),
    };
    Draft { content, origin: place.origin(Place::Value) }
}

/// The entries of what is a map in the sources.
fn entries_of(place: &Merged<'_>, shape: Option<&'static Shape>) -> Entries {
    match shape.map(Shape::inner) {
        Some(Shape::Section(schema)) => entries_of_section(place, schema()),
        Some(Shape::Union(union)) => entries_of_variant(place, union()),
        _ => {
            let shape_of = |name| shape.and_then(|shape| shape.beneath(name));
            place.entries().map(|(name, entry)| (name.to_owned(), draft_of(&entry, shape_of(name)))).collect()
        }
    }
}

fn entries_of_section(place: &Merged<'_>, schema: &'static Schema) -> Entries {
    let mut entries = Entries::new();
    let mut flat: Vec<&'static Union> = Vec::new();
    for (name, entry) in place.entries() {
        let Some(member) = schema.member(name) else {
            entries.insert(name.to_owned(), draft_of(&entry, None));
            continue;
        };
        match member.union {
            Some((union, _)) if union.is_clear(place) => {
                if !flat.iter().any(|known| std::ptr::eq(*known, union)) {
                    flat.push(union);
                }
            }
            _ if member.merging.is_some() => {
                let list = place.of_member(&member, name).without_nothing();
                entries.insert(member.name.unwrap_or(name).to_owned(), draft_of(&list, Some(member.shape)));
            }
            _ => _ = entries.insert(name.to_owned(), draft_of(&entry, Some(member.shape))),
        }
    }
    for union in flat {
        let is_own = |name: &str| {
            let union_of = schema.member(name).and_then(|member| member.union);
            union_of.is_some_and(|(other, _)| std::ptr::eq(other, union))
        };
        entries.extend(entries_of_variant(place, union).into_iter().filter(|(name, _)| is_own(name)));
    }
    entries
}

/// The entries of an enum: those of the variant that stands there, from the layers that have a say in it.
fn entries_of_variant(place: &Merged<'_>, union: &'static Union) -> Entries {
    if union.tagging == Tagging::Untagged {
        let content = union.first_that_fits(place).and_then(|number| union.content(number));
        return entries_of(place, content);
    }
    let Ok(Chosen { number, content, step, .. }) = union.choose(place) else {
        return entries_of(place, None);
    };
    let shape = union.content(number);
    let mut entries = match step {
        Some(_) if content.is_absent() => Entries::new(),
        Some(step) => Entries::from([(step.to_owned(), draft_of(&content, shape))]),
        None if shape.is_some() => entries_of(&content, shape),
        None => Entries::new(),
    };
    if let Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } = union.tagging {
        let mut tags = place.layers().map(|layer| layer.entry(tag));
        let names = tags.find(|tag| !matches!(tag.view(), None | Some(View::Null)));
        entries.extend(names.map(|name| (tag.to_owned(), draft_of(&name, None))));
    }
    entries
}

/// Why a change cannot even be half applied: what is left of it does not go together with what waits.
pub(super) fn needs_restart(error: &Error, held: &Held) -> Error {
    let waiting: Vec<_> = held.pending.iter().map(|pending| pending.key.to_string()).collect();
    let waiting = waiting.join(", ");
    let problems = error.problems().iter().map(|problem| {
        let message = format!(
            "{}; the change needs a restart, because the running {waiting} cannot be changed before",
            problem.message()
        );
        let restated =
            Problem::new(ProblemKind::NeedsRestart, message).with_origin(problem.origin().cloned(), 0);
        match problem.key() {
            Some(key) => restated.with_key(key.clone()),
            None => restated,
        }
    });
    Error::new(problems.collect())
}
