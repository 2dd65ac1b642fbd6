//! What a change takes away: entries of maps, lists and sets, and all that a section had.
//!
//! What sources say is compared with what they say in place, defaults and overrides aside. Where both are made of the
//! very same nodes nothing is looked at, so that the cost follows what changed.

use std::collections::BTreeSet;

use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::schema::{DefaultValue, Marks, Schema, Shape, Tagging, Union};
use crate::tree::{Chosen, Merged, Place, Secrets, Stack, typed_value};
use crate::value::{Value, View};

/// What a change takes away.
#[derive(Default)]
pub(crate) struct Shrinkage {
    /// The largest share that any collection loses; 1 where a section is emptied.
    pub(crate) most: f64,
    /// What is more than is allowed.
    pub(crate) problems: Vec<Problem>,
}

/// What `new` has less than `old`, held against the share that may go.
pub(crate) fn shrinkage(schema: &'static Schema, share: f64, old: &Stack, new: &Stack) -> Shrinkage {
    let mut walk = Walk { share, found: Shrinkage::default() };
    walk.section(schema, Merged::root(old), Merged::root(new), &KeyPath::default());
    walk.found
}

struct Walk {
    share: f64,
    found: Shrinkage,
}

impl Walk {
    /// A section with a key of its own, or the whole configuration.
    fn section(&mut self, schema: &'static Schema, old: Merged<'_>, new: Merged<'_>, path: &KeyPath) {
        if !has_keys(&old) {
            return;
        }
        if has_keys(&new) {
            self.fields(schema, &old, &new, path);
        } else {
            self.emptied(&old, &new, path);
        }
    }

    fn fields(&mut self, schema: &'static Schema, old: &Merged<'_>, new: &Merged<'_>, path: &KeyPath) {
        for field in schema.own_fields() {
            let old = old.member(schema, field, &mut 0);
            let new = new.member(schema, field, &mut 0);
            if !old.is_same_as(&new) {
                self.place(field.shape, field.is_flat, old, new, &field.path_in(path));
            }
        }
    }

    /// Any place. What is flat has no key of its own, and so is never emptied by itself.
    fn place(&mut self, shape: &Shape, is_flat: bool, old: Merged<'_>, new: Merged<'_>, path: &KeyPath) {
        let (old, new) = (old.without_nothing(), new.without_nothing());
        match (shape.inner(), old.view()) {
            (_, None | Some(View::Null)) => {}
            (Shape::Section(schema), _) if is_flat => self.fields(schema(), &old, &new, path),
            (Shape::Section(schema), _) => self.section(schema(), old, new, path),
            (Shape::Union(union), Some(View::Map)) => self.variant(union(), is_flat, &old, &new, path),
            (Shape::Map(entry), Some(View::Map)) => self.entries(Some(entry), &old, &new, path),
            // A value that is read whole, which is a map to whoever writes it.
            (Shape::Leaf(_), Some(View::Map)) => self.entries(None, &old, &new, path),
            (Shape::Set(_), Some(View::List)) => {
                let (before, after) = (distinct(shape, &old), distinct(shape, &new));
                let lost = before.difference(&after).count();
                self.lost(lost, before.len(), &old, &new, path);
            }
            // Items have no names, so that one which is another now cannot be told from one that is gone.
            (Shape::List(_) | Shape::Leaf(_), Some(View::List)) => {
                let (before, after) = (old.items().len(), new.items().len());
                self.lost(before.saturating_sub(after), before, &old, &new, path);
            }
            _ => {}
        }
    }

    fn entries(&mut self, entry: Option<&Shape>, old: &Merged<'_>, new: &Merged<'_>, path: &KeyPath) {
        let is_there = |place: &Merged<'_>| match (entry, place.view()) {
            (_, None) => false,
            (Some(Shape::Option(_)) | None, _) => true,
            (Some(_), view) => view != Some(View::Null),
        };
        let mut lost = 0;
        for name in Merged::names_apart(old, new) {
            let (old, new) = (old.entry(name), new.entry(name));
            match (is_there(&old), is_there(&new)) {
                (true, false) => lost += 1,
                (true, true) if !old.is_same_as(&new) => {
                    if let Some(entry) = entry {
                        self.place(entry, false, old, new, &path.join(name));
                    }
                }
                _ => {}
            }
        }
        if lost > 0 {
            let before = old.entries().filter(|(_, entry)| is_there(entry)).count();
            self.lost(lost, before, old, new, path);
        }
    }

    /// An enum with content: one that goes is emptied, and within one variant it is as anywhere.
    fn variant(
        &mut self,
        union: &'static Union,
        is_flat: bool,
        old: &Merged<'_>,
        new: &Merged<'_>,
        path: &KeyPath,
    ) {
        if matches!(new.view(), None | Some(View::Null)) {
            if !is_flat {
                self.emptied(old, new, path);
            }
            return;
        }
        if union.tagging == Tagging::Untagged {
            return;
        }
        let (Ok(before), Ok(after)) = (union.choose(old), union.choose(new)) else { return };
        let Chosen { number, content: old, step, .. } = before;
        if let (Some(content), true) = (union.content(number), number == after.number) {
            let path = step.map_or_else(|| path.clone(), |step| path.join(step));
            self.place(content, step.is_none(), old, after.content, &path);
        }
    }

    fn lost(&mut self, lost: usize, before: usize, old: &Merged<'_>, new: &Merged<'_>, path: &KeyPath) {
        if lost == 0 {
            return;
        }
        let share = lost as f64 / before as f64;
        self.found.most = self.found.most.max(share);
        if share > self.share {
            let percent = (self.share * 1000.0).round() / 10.0;
            let noun = if before == 1 { "entry" } else { "entries" };
            let message = format!(
                "would lose {lost} of {before} {noun}, more than the shrink guard of {percent} % allows"
            );
            self.tell(&message, old, new, path);
        }
    }

    fn emptied(&mut self, old: &Merged<'_>, new: &Merged<'_>, path: &KeyPath) {
        self.found.most = 1.0;
        let what = if path.is_root() { "the configuration would lose all" } else { "would lose all" };
        let message = format!("{what} that the sources set in it, which the shrink guard does not allow");
        self.tell(&message, old, new, path);
    }

    fn tell(&mut self, message: &str, old: &Merged<'_>, new: &Merged<'_>, path: &KeyPath) {
        let message = format!("{message}; where that is meant, `waive_guards` lets the change pass");
        let problem = Problem::new(ProblemKind::Shrink, message).with_key(path.clone());
        // What is gone stands nowhere, and is to be looked for in what it stood in.
        let whole = || old.root_of_layer().and_then(|root| root.origin(Place::Key));
        let origin = new.origin(Place::Key).or_else(whole);
        let layer = new.layer_index().or_else(|| old.layer_index()).unwrap_or(0);
        self.found.problems.push(problem.with_origin(origin, layer));
    }
}

fn has_keys(place: &Merged<'_>) -> bool {
    place.view() == Some(View::Map) && place.key_count() > 0
}

/// The items of a set as its type reads them, each once.
fn distinct(shape: &Shape, place: &Merged<'_>) -> BTreeSet<String> {
    match typed_value(shape, DefaultValue::None, place, Marks::default(), Secrets::Kept) {
        Some(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
        _ => BTreeSet::new(),
    }
}
