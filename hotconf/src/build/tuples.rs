//! Lists of exactly so many items, each of its own type: tuples, and the tuple structs that the derive builds.

use std::vec::IntoIter;

use super::collections::item_count;
use super::deserialize::{InputDeserializer, ReadError};
use super::leaf::read_whole;
use super::{Build, ConfigValue, EmptyValue, Input, Mismatch, ReadWhole, Segment};
use crate::key::Key;
use crate::schema::Shape;
use crate::value::View;

/// The items of a list, asked for one after the other.
#[doc(hidden)]
pub struct Items<'b, 'a> {
    build: &'b mut Build<'a>,
    places: IntoIter<Input<'a>>,
    index: usize,
}

impl<'a> Build<'a> {
    /// The list that stands here, with as many items as the shape has. `None`, and a problem, where it is another.
    pub fn items<'b>(&'b mut self, input: Input<'a>, shape: &'static Shape) -> Option<Items<'b, 'a>> {
        let input = input.without_nothing();
        let expected = shape.items().map_or(0, <[_]>::len);
        match input.view() {
            None | Some(View::Null) => self.missing(&input),
            Some(View::List) => {
                let places: Vec<_> = input.items().collect();
                if places.len() != expected {
                    self.mismatch(&input, item_count(expected, places.len()));
                    return None;
                }
                Some(Items { build: self, places: places.into_iter(), index: 0 })
            }
            Some(_) => {
                let mismatch = Mismatch::expected(format!("a list of {expected} items"));
                self.mismatch_in_place_of(shape.has_secret(), &input, mismatch);
                None
            }
        }
    }
}

impl<'a> Items<'_, 'a> {
    /// The next item, of a configuration type.
    pub fn item<T: ConfigValue>(&mut self) -> Option<T> {
        self.step(T::build)
    }

    /// The next item, read whole by its `Deserialize`.
    pub fn leaf<T: ReadWhole>(&mut self) -> Option<T> {
        self.step(|input, build| read_whole(&input, build))
    }

    /// The next item, read by a function over serde.
    pub fn leaf_with<T>(
        &mut self,
        read: impl Fn(InputDeserializer<'a>) -> Result<T, ReadError<'a>>,
    ) -> Option<T> {
        self.step(|input, build| build.whole_with(input, read))
    }

    fn step<T>(&mut self, read: impl FnOnce(Input<'a>, &mut Build<'a>) -> Option<T>) -> Option<T> {
        let place = self.places.next()?;
        self.build.path.push(Segment::Index(self.index));
        let value = read(place, self.build);
        self.build.path.pop();
        self.index += 1;
        value
    }
}

macro_rules! tuples {
    ($($($item:ident)+;)*) => {$(
        // A list of what could be used instead would begin with all of these.
        #[diagnostic::do_not_recommend]
        impl<$($item: ConfigValue),+> ConfigValue for ($($item,)+) {
            type Keys<C: 'static> = Key<C, Self>;

            const SHAPE: Shape = Shape::Tuple(&[$($item::SHAPE_REF),+]);

            const IS_SECRET: bool = $($item::IS_SECRET)||+;

            #[allow(non_snake_case)] // a value is called as its type
            fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
                let mut items = build.items(input, Self::SHAPE_REF)?;
                $(let $item = items.item::<$item>();)+
                Some(($($item?,)+))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($item: EmptyValue),+> EmptyValue for ($($item,)+) {
            #[allow(non_snake_case)] // the type parameters name the items as well
            fn empty(build: &mut Build<'_>) -> Option<Self> {
                $(let $item = $item::empty(build);)+
                Some(($($item?,)+))
            }
        }
    )*};
}

tuples! {
    T1; T1 T2; T1 T2 T3; T1 T2 T3 T4; T1 T2 T3 T4 T5; T1 T2 T3 T4 T5 T6; T1 T2 T3 T4 T5 T6 T7;
    T1 T2 T3 T4 T5 T6 T7 T8;
}
