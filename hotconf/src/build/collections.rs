//! Types made of other configuration types: options, boxes, lists, sets, maps.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use super::{Build, ConfigValue, Content, EmptyValue, Input, Mismatch, ReadPlain, Segment, joined, remedies};
use crate::error::{Problem, ProblemKind};
use crate::key::Key;
use crate::schema::{Schema, Shape};
use crate::tree::{Merged, Place, Spot};
use crate::value::View;

impl<T: ConfigValue> ConfigValue for Option<T> {
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::Option(T::SHAPE_REF);

    const SECTION: Option<&'static Schema> = T::SECTION;

    const ITEMS: Option<&'static Schema> = T::ITEMS;

    const IS_SECRET: bool = T::IS_SECRET;

    const READ: Option<ReadPlain<Self>> = match T::READ {
        Some(_) => Some(|spot| match spot.view() {
            // What of the value is then left depends on the type.
            View::Null | View::Raw("") => None,
            _ => T::READ?(spot).map(Some),
        }),
        None => None,
    };

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        let is_leaf = matches!(T::SHAPE, Shape::Leaf(_));
        let input = if is_leaf { input } else { input.without_nothing() };
        match input.view() {
            None | Some(View::Null) => Some(None),
            // A variable cannot be absent and set at once, so an empty one is how people take a value away.
            Some(View::Raw("")) if is_leaf => Some(None),
            Some(_) => T::build(input, build).map(Some),
        }
    }
}

impl<T: ConfigValue> EmptyValue for Option<T> {
    fn empty(_: &mut Build<'_>) -> Option<Self> {
        Some(None)
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<T: ConfigValue> ConfigValue for $pointer<T> {
            type Keys<C: 'static> = Key<C, Self>;

            const SHAPE: Shape = T::SHAPE;

            const SECTION: Option<&'static Schema> = T::SECTION;

            const ITEMS: Option<&'static Schema> = T::ITEMS;

            const IS_SECRET: bool = T::IS_SECRET;

            const READ: Option<ReadPlain<Self>> = match T::READ {
                Some(_) => Some(|spot| T::READ?(spot).map($pointer::new)),
                None => None,
            };

            fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
                T::build(input, build).map($pointer::new)
            }
        }

        impl<T: EmptyValue> EmptyValue for $pointer<T> {
            fn empty(build: &mut Build<'_>) -> Option<Self> {
                T::empty(build).map($pointer::new)
            }
        }
    )*};
}

pointers!(Box, Arc);

/// The items of a list, each built. `None` once one of them failed, after all were tried.
fn items<'a, T: ConfigValue>(input: Input<'a>, build: &mut Build<'a>) -> Option<Vec<T>> {
    let input = input.without_nothing();
    match input.view() {
        None | Some(View::Null) => build.missing(&input),
        Some(View::List) => {
            if let Content::Place(place) = &input.content
                && place.merges()
            {
                return joined::items(place, build);
            }
            let count = input.item_count();
            let mut items = Vec::with_capacity(count);
            for (index, place) in input.items().enumerate() {
                items.extend(place.plain().or_else(|| {
                    build.path.push(Segment::Index(index));
                    let item = T::build(place, build);
                    build.path.pop();
                    item
                }));
            }
            (items.len() == count).then_some(items)
        }
        Some(view) => {
            let remedy = match view {
                View::Text(text) => Some(remedies::list(text)),
                View::Map if is_by_number(&input) => {
                    Some("an item has no key of its own; set the whole list".to_owned())
                }
                // One item, where several could be.
                View::Map if T::SHAPE.has_keys() => {
                    Some("write a list, with this in it as an item".to_owned())
                }
                _ => None,
            };
            let mismatch = Mismatch::expected("a list").with_remedy_for_value(remedy);
            build.mismatch_in_place_of(T::SHAPE.has_secret(), &input, mismatch);
            None
        }
    }
}

/// Whether the keys in place of a list are the numbers of its items.
fn is_by_number(input: &Input<'_>) -> bool {
    let Content::Place(place) = &input.content else { return false };
    place.key_count() > 0 && place.keys().all(|(name, _)| name.parse::<usize>().is_ok())
}

impl<T: ConfigValue> ConfigValue for Vec<T> {
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::List(T::SHAPE_REF);

    const ITEMS: Option<&'static Schema> = T::SECTION;

    const IS_SECRET: bool = T::IS_SECRET;

    const READ: Option<ReadPlain<Self>> = match T::READ {
        Some(_) => Some(|spot| {
            let items = spot.items()?;
            let mut list = Vec::with_capacity(items.len());
            for item in items {
                list.push(T::READ?(item)?);
            }
            Some(list)
        }),
        None => None,
    };

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        items(input, build)
    }
}

macro_rules! made_of_vec {
    ($($list:ty),*) => {$(
        impl<T: ConfigValue> ConfigValue for $list {
            type Keys<C: 'static> = Key<C, Self>;

            const SHAPE: Shape = Shape::List(T::SHAPE_REF);

            const ITEMS: Option<&'static Schema> = T::SECTION;

            const IS_SECRET: bool = T::IS_SECRET;

            fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
                items(input, build).map(Self::from)
            }
        }
    )*};
}

made_of_vec!(VecDeque<T>, Box<[T]>, Arc<[T]>);

impl<T: ConfigValue, const N: usize> ConfigValue for [T; N] {
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::List(T::SHAPE_REF);

    const ITEMS: Option<&'static Schema> = T::SECTION;

    const IS_SECRET: bool = T::IS_SECRET;

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        let found = input.clone().without_nothing();
        let count = found.item_count();
        // That an item is wrong does not hide that there are too few.
        if found.view() == Some(View::List) && count != N {
            build.mismatch(&found, item_count(N, count));
        }
        items(input, build)?.try_into().ok()
    }
}

pub(super) fn item_count(expected: usize, found: usize) -> Mismatch {
    Mismatch::expected(format!("a list of {expected} items")).with_remedy(format!("this one has {found}"))
}

impl<T: ConfigValue + Ord> ConfigValue for BTreeSet<T> {
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::Set(T::SHAPE_REF);

    const IS_SECRET: bool = T::IS_SECRET;

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        items(input, build).map(|items| items.into_iter().collect())
    }
}

impl<T, H> ConfigValue for HashSet<T, H>
where
    T: ConfigValue + Eq + Hash,
    H: BuildHasher + Default + 'static,
{
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::Set(T::SHAPE_REF);

    const IS_SECRET: bool = T::IS_SECRET;

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        items(input, build).map(|items| items.into_iter().collect())
    }
}

/// The entries of a map, each built and handed to `insert`, which says whether the key was new; the name is read as a
/// value of the key's type. `None` once one of them failed, after all were tried.
fn entries<'a, K: ConfigValue, T: ConfigValue>(
    input: Input<'a>,
    build: &mut Build<'a>,
    mut insert: impl FnMut(K, T) -> bool,
) -> Option<()> {
    let input = input.without_nothing();
    let place = match (&input.content, input.view()) {
        (_, None | Some(View::Null)) => return build.missing(&input),
        (Content::Place(place), Some(View::Map)) => place,
        _ => {
            let mut mismatch = Mismatch::expected("a map (names with values)");
            if input.view() == Some(View::List) {
                mismatch = mismatch.with_remedy("write its entries without a list around them");
            }
            build.mismatch_in_place_of(T::SHAPE.has_secret(), &input, mismatch);
            return None;
        }
    };
    let mut is_whole = true;
    for (name, entry) in place.entries() {
        build.path.push(Segment::Name(name));
        let key = K::READ
            .and_then(|read| read(Spot::of_name(name)))
            .or_else(|| K::build(Input { content: Content::Name { name, entry: entry.clone() } }, build));
        let value = Input { content: Content::Place(entry) };
        let value = value.plain().or_else(|| T::build(value, build));
        is_whole &= match key.zip(value) {
            Some((key, value)) => insert(key, value) || build.second_spelling(&place.entry(name)),
            None => false,
        };
        build.path.pop();
    }
    is_whole.then_some(())
}

impl Build<'_> {
    /// Two names that are one key, as `1` and `01` are one number.
    fn second_spelling(&mut self, entry: &Merged<'_>) -> bool {
        let message = "is another spelling of a key that is set here already; keep one of them";
        let problem = Problem::new(ProblemKind::DuplicateKey, message).with_key(self.path_as_spelt_at(entry));
        self.report(problem.with_origin(entry.origin(Place::Key), entry.layer_index().unwrap_or(0)));
        false
    }
}

/// A sorted map in the making. Entries that come in their order, as those do whose keys are texts, make it at once in the
/// end: that is sooner done, and its nodes are full.
struct Sorted<K, T> {
    in_order: Vec<(K, T)>,
    /// All of them, once one came out of its order.
    map: BTreeMap<K, T>,
}

impl<K: Ord, T> Sorted<K, T> {
    fn insert(&mut self, key: K, value: T) -> bool {
        if self.map.is_empty() && self.in_order.last().is_none_or(|(last, _)| *last < key) {
            self.in_order.push((key, value));
            return true;
        }
        self.map.extend(self.in_order.drain(..));
        self.map.insert(key, value).is_none()
    }

    fn finish(self) -> BTreeMap<K, T> {
        if self.map.is_empty() { self.in_order.into_iter().collect() } else { self.map }
    }
}

impl<K: ConfigValue + Ord, T: ConfigValue> ConfigValue for BTreeMap<K, T> {
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::Map(T::SHAPE_REF);

    const IS_SECRET: bool = T::IS_SECRET;

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        let mut sorted = Sorted { in_order: Vec::new(), map: BTreeMap::new() };
        entries(input, build, |key, value| sorted.insert(key, value))?;
        Some(sorted.finish())
    }
}

impl<K, T, H> ConfigValue for HashMap<K, T, H>
where
    K: ConfigValue + Eq + Hash,
    T: ConfigValue,
    H: BuildHasher + Default + 'static,
{
    type Keys<C: 'static> = Key<C, Self>;

    const SHAPE: Shape = Shape::Map(T::SHAPE_REF);

    const IS_SECRET: bool = T::IS_SECRET;

    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
        let mut map = Self::default();
        entries(input, build, |key, value| map.insert(key, value).is_none())?;
        Some(map)
    }
}

macro_rules! empty_by_default {
    ($([$($generics:tt)*] $collection:ty;)*) => {$(
        impl<$($generics)*> EmptyValue for $collection
        where
            Self: ConfigValue,
        {
            fn empty(_: &mut Build<'_>) -> Option<Self> {
                Some(Self::default())
            }
        }
    )*};
}

empty_by_default! {
    [T: 'static] Vec<T>;
    [T: 'static] BTreeSet<T>;
    [T: 'static] VecDeque<T>;
    [T: 'static] Box<[T]>;
    [T: 'static] Arc<[T]>;
    [T: 'static, H: Default + 'static] HashSet<T, H>;
    [K: 'static, T: 'static] BTreeMap<K, T>;
    [K: 'static, T: 'static, H: Default + 'static] HashMap<K, T, H>;
}
