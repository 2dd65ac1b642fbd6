//! What is known of a key, gathered from the schema and the layers.

use std::sync::Arc;

use super::apart::paths_apart;
use super::facts::Facts;
use super::listing::Listing;
use super::located::{Located, all_values, locate, shape_of};
use super::winner::{Winner, default_text};
use super::{Explanation, hidden, unknown};
use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{DefaultValue, Schema, Shape, Tagging};
use crate::source::names_of;
use crate::tree::{Chosen, Layer, Merged, Place, Secrets, Stack, typed_value};
use crate::value::{Value, View};

impl Explanation {
    /// What is known of `path`, the configuration being these layers, and variables read under these prefixes.
    pub(crate) fn new(schema: &'static Schema, prefixes: &[String], stack: &Stack, path: KeyPath) -> Self {
        if path.is_root() {
            return Self::of_root(schema, stack);
        }
        let mut explanation = Self::of_nothing(path);
        // Nothing stands deeper than a configuration may be, and a walk there has no end that anybody waits for.
        let is_too_deep = explanation.key.is_too_deep();
        let Some(located) = locate(schema, stack, &explanation.key) else {
            explanation.notes.push("no such key".to_owned());
            if is_too_deep {
                return explanation;
            }
            explanation.suggestions = unknown::suggestions(schema, prefixes, stack, &explanation.key);
            explanation.strays =
                stack.iter().rev().filter_map(|layer| stray(layer, &explanation.key)).collect();
            return explanation;
        };
        explanation.is_known = true;
        explanation.say_where(schema, stack, &located);
        explanation.say_what(&located);
        if let Some(field) = located.field {
            explanation.notes.extend(field.deprecated.map(|remedy| format!("deprecated: {remedy}")));
        }
        if is_too_deep {
            return explanation;
        }
        explanation.hidden = hidden::hidden(schema, stack, &explanation.key);
        explanation.listing = Listing::beneath(schema, stack, &explanation.key, &located);
        explanation.variant = variant(&located);
        if located.is_nowhere {
            explanation.away = outer_keys(&explanation.key)
                .find(|outer| locate(schema, stack, outer).is_some_and(|outer| outer.is_away()));
        }
        explanation.env_names = names_of(schema, prefixes, &explanation.key, stack);
        if explanation.env_names.is_empty() {
            explanation.set_whole = outer_keys(&explanation.key).rev().find_map(|outer| {
                let names = names_of(schema, prefixes, &outer, stack);
                (!names.is_empty()).then_some((outer, names))
            });
        }
        explanation
    }

    /// The value in effect and where it is from, and what it is over.
    fn say_where(&mut self, schema: &'static Schema, stack: &Stack, located: &Located<'_>) {
        let winner = Winner::new(located);
        let is_default = winner.origin.as_ref().is_some_and(|origin| *origin.kind() == OriginKind::Default);
        self.value = winner.value;
        self.code = winner.code;
        self.default = default_text(located);
        // Each layer is asked alone, because the losers are not part of the merged place.
        let apart = paths_apart(schema, stack, &self.key, usize::MAX).unwrap_or_default();
        let mut said =
            stack.iter().zip(&apart).rev().filter_map(|(layer, own)| told_by(schema, layer, own.whole()?));
        // What layers say is hidden by what stands in place of a section above them, and a null on top leaves the default.
        self.origin = if located.seen().is_absent() || is_default {
            winner.origin
        } else {
            match said.next() {
                Some((value, origin)) if winner.origin.as_ref().is_none_or(|winner| *winner == origin) => {
                    self.is_null = value == Value::Null;
                    self.own_part = Some(value).filter(|value| located.place.merges() && !value.is_null());
                    Some(origin)
                }
                // The strongest layer cannot be asked alone where a weaker one says which variant it adds to.
                weaker => {
                    self.over.extend(weaker);
                    winner.origin.or_else(|| Some(Origin::new(OriginKind::Default)))
                }
            }
        };
        self.over.extend(said);
        // A value that is kept running has the origin it had, and its layer may still say it.
        let winner = self.origin.clone();
        let has_kept = stack.last().is_some_and(|top| top.index() == usize::MAX);
        let is_kept = has_kept && located.seen().layer_index() == Some(usize::MAX);
        self.own_part.take_if(|_| is_kept);
        self.over.retain(|(_, origin)| !is_kept || Some(origin) != winner.as_ref());
        if self.origin.as_ref().is_some_and(|origin| *origin.kind() == OriginKind::Default) {
            self.default = None;
        }
    }

    /// What the schema says of the key.
    fn say_what(&mut self, located: &Located<'_>) {
        let facts = Facts::new(located.shape, located.own);
        self.facts = if located.is_secret() { facts.secret() } else { facts };
        self.facts.is_restart = located.marks.restart;
        self.facts.doc = located.field.map_or("", |field| field.doc);
        let asked = self.key.segments().last();
        let name = located.own.map(|field| field.name);
        self.facts.name = name.filter(|name| asked.as_deref() != Some(*name));
    }

    /// The whole configuration.
    fn of_root(schema: &'static Schema, stack: &Stack) -> Self {
        let mut explanation = Self::of_nothing(KeyPath::default());
        explanation.is_known = true;
        explanation.root = Some(schema.name());
        explanation.facts.doc = schema.documentation();
        explanation.facts.type_name = Some(format!("section ({})", schema.name()));
        explanation.value = Some(all_values(schema, stack));
        explanation.listing = Listing::of_all(schema, stack);
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
            own_part: None,
            facts: Facts::default(),
            code: None,
            env_names: Vec::new(),
            set_whole: None,
            hidden: Vec::new(),
            away: None,
            variant: None,
            root: None,
            listing: Listing::default(),
            suggestions: Vec::new(),
            strays: Vec::new(),
            configured: None,
            key: path,
        }
    }

    /// What is known of `path` in a store without layers.
    pub(crate) fn in_code(schema: &'static Schema, path: KeyPath) -> Self {
        let mut explanation = Self::of_nothing(path);
        let shape = shape_of(schema, &explanation.key);
        let is_root = explanation.key.is_root();
        explanation.is_known = is_root || shape.is_some();
        explanation.is_in_code = explanation.is_known;
        if !explanation.is_known {
            explanation.notes.push("no such key".to_owned());
            if !explanation.key.is_too_deep() {
                explanation.suggestions = unknown::suggestions(schema, &[], &[], &explanation.key);
            }
            return explanation;
        }
        explanation.listing = Listing::in_code(schema, &explanation.key, shape);
        explanation.facts = Facts::new(shape, None);
        if is_root {
            explanation.root = Some(schema.name());
            explanation.facts.doc = schema.documentation();
            explanation.facts.type_name = Some(format!("section ({})", schema.name()));
        }
        // The field is known without any layer, except within lists and maps.
        if let Some(located) = locate(schema, &[], &explanation.key) {
            explanation.say_what(&located);
        }
        explanation
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

/// The keys around one, the outermost first.
fn outer_keys(path: &KeyPath) -> impl DoubleEndedIterator<Item = KeyPath> + use<> {
    let segments: Vec<String> = path.segments().map(Into::into).collect();
    (1..segments.len()).map(move |length| KeyPath::from_segments(&segments[..length]))
}

/// Where a layer sets a key that the schema does not know.
fn stray(layer: &Arc<Layer>, path: &KeyPath) -> Option<Origin> {
    let alone = [layer.clone()];
    let place = path.segments().fold(Merged::root(&alone), |place, segment| place.entry(&segment));
    place.origin(Place::Key)
}

/// The name of the variant that stands there, and where it does.
fn variant(located: &Located<'_>) -> Option<(String, Option<Origin>)> {
    let Some(Shape::Union(union)) = located.shape.map(Shape::inner) else { return None };
    let (union, place) = (union(), located.seen());
    if located.is_secret() || !union.is_clear(&place) {
        return None;
    }
    let Chosen { number, step, .. } = union.choose(&place).ok()?;
    let origin = match (union.tagging, step) {
        (Tagging::Internal { tag } | Tagging::Adjacent { tag, .. }, _) => {
            place.entry(tag).origin(Place::Value)
        }
        (_, Some(step)) if place.view() == Some(View::Map) => place.entry(step).origin(Place::Key),
        _ => place.origin(Place::Value),
    };
    Some((union.variants[number].name.to_owned(), origin))
}
