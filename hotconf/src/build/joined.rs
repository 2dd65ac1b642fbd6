//! The items of a list that several layers give.

use super::{Build, ConfigValue, Content, Input, Mismatch, Segment, mismatch, shown};
use crate::error::{Problem, ProblemKind};
use crate::schema::KeyOfItems;
use crate::tree::{Fault, Item, Merged, Place};
use crate::value::View;

/// The items of the list at this place, each built. `None` once one of them failed, after all were tried.
pub(super) fn items<'a, T: ConfigValue>(list: &Merged<'a>, build: &mut Build<'a>) -> Option<Vec<T>> {
    let mut is_sound = build.is_of_lists(list, T::SHAPE.has_secret());
    let key = list.key_of_items();
    let found = list.joined_items();
    let count = found.len();
    let mut items = Vec::with_capacity(count);
    for (index, Item { place, fault }) in found.into_iter().enumerate() {
        let content = Content::Place(place.clone());
        build.path.push(Segment::Joined { index, place: build.joined.len() });
        build.joined.push(place);
        if let (Some(key), Some(fault)) = (&key, fault) {
            is_sound &= build.is_of_one_key(key, fault);
        }
        let input = Input { content };
        items.extend(input.plain().or_else(|| T::build(input, build)));
        build.joined.pop();
        build.path.pop();
    }
    (is_sound && items.len() == count).then_some(items)
}

impl<'a> Build<'a> {
    /// Whether all that the layers say of a list are lists; else it is reported.
    fn is_of_lists(&mut self, list: &Merged<'a>, has_secret: bool) -> bool {
        let Some(other) = list.beneath_lists() else { return true };
        let mismatch = Mismatch::expected("a list").with_remedy("stronger layers add to it");
        self.mismatch_in_place_of(has_secret, &Input { content: Content::Place(other) }, mismatch);
        false
    }

    /// Whether the item here can be told from the others; else it is reported.
    fn is_of_one_key(&mut self, key: &KeyOfItems, fault: Fault<'a>) -> bool {
        let item = self.joined.last().cloned();
        let outside = self.secret;
        self.secret |= key.is_secret;
        self.path.push(Segment::Name(key.name));
        let is_sound = match (fault, item) {
            (Fault::Second { key: second, first }, _) => {
                self.second_item(key.name, &second, &first);
                false
            }
            // That it is no section, or that its key is missing, is told where it is built.
            (Fault::NoKey, Some(item)) if item.view() == Some(View::Map) && key.has_default => {
                self.item_without_key(&item)
            }
            (Fault::NoKey, _) => true,
        };
        self.path.pop();
        self.secret = outside;
        is_sound
    }

    fn second_item(&mut self, name: &str, key: &Merged<'a>, first: &Merged<'a>) {
        let is_secret = self.secret || key.is_secret();
        let value = mismatch::quote(key.view().unwrap_or(View::Null), is_secret);
        let place = first.origin(Place::Value).map(|first| format!(", {} {first}", first.preposition()));
        let message = format!(
            "{value} is the `{name}` of another item of this source too{}; keep one of them",
            place.unwrap_or_default()
        );
        let problem = Problem::new(ProblemKind::DuplicateKey, message).with_key(self.path_as_spelt_at(key));
        self.report(problem.with_origin(key.origin(shown(is_secret)), key.layer_index().unwrap_or(0)));
    }

    fn item_without_key(&mut self, item: &Merged<'a>) -> bool {
        if self.may_lack(|| self.path()) {
            return true;
        }
        let message = "is required, though it has a default, because it says which item of the list this is";
        let problem = Problem::new(ProblemKind::MissingKey, message).with_key(self.path_as_spelt_at(item));
        self.report(problem.with_origin(item.origin(Place::Key), item.layer_index().unwrap_or(0)));
        false
    }
}
