//! Everything that generated code names, and nobody else. Not part of the public interface.

use std::collections::BTreeMap;
use std::marker::PhantomData;

#[cfg(feature = "validator")]
pub use crate::build::Validated;
pub use crate::build::{
    Build, ConfigValue, EmptyValue, Input, InputDeserializer, Items, Make, ReadError, ReadPlain, ReadWhole,
    Section, Told, Whole, canonical_choice,
};
pub use crate::cell::{HotConfig, Slot, with_slot};
pub use crate::key::number::{
    Digits, N0, N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, N12, N13, N14, N15, N16, N17, N18, N19, N20,
    N21, N22, N23, N24, N25, N26, N27, N28, N29, N30, N31,
};
pub use crate::key::{
    AsKey, FieldAt, FieldNames, Key, KeyPath, Lens, MakeKeys, Maker, Root, Step, ToKeyPath, keys_at_root,
};
pub use crate::schema::{
    DefaultValue, Facts, Field, Leaf, Literal, Merge, Rule, Schema, Shape, Tagging, Union, Unknown, Variant,
};
pub use crate::tree::Spot;
pub use crate::value::{IntoValue, Value, View};
pub use serde::de::DeserializeOwned;
pub use std::option::Option::{self, None, Some};

/// The constant facts of a struct.
pub trait Described {
    /// Of a type with parameters, which cannot have a static of its own.
    const FIELDS: &'static [Field] = &[];
    const SCHEMA: &'static Schema;
}

/// The schema of a struct.
#[must_use]
pub fn schema_of<T: Described>() -> &'static Schema {
    T::SCHEMA
}

/// The constant facts of an enum whose variants hold something.
pub trait DescribedUnion {
    const UNION: &'static Union;
}

/// The fields of a variant as one value. What has no name of its own is flattened.
#[must_use]
pub fn fields_as_value<const N: usize>(fields: [(Option<&str>, Value); N]) -> Value {
    let mut entries = BTreeMap::new();
    for (name, value) in fields {
        match (name, value) {
            (Some(name), value) => _ = entries.insert(name.to_owned(), value),
            (None, Value::Map(inner)) => entries.extend(inner),
            (None, _) => {}
        }
    }
    Value::Map(entries)
}

/// The value of a default that is an expression, where its type has one to show: `Shown(value).shown()` is the inherent
/// method for a type that is [`IntoValue`], and that of [`NotShown`] for any other.
pub struct Shown<T>(pub T);

impl<T: IntoValue> Shown<T> {
    #[must_use]
    pub fn shown(self) -> Option<Value> {
        Some(self.0.into_value())
    }
}

pub trait NotShown: Sized {
    fn shown(self) -> Option<Value> {
        None
    }
}

impl<T> NotShown for Shown<T> {}

/// The value of a type's `Default`, in the same way.
pub struct ShownEmpty<T>(PhantomData<T>);

impl<T> ShownEmpty<T> {
    #[must_use]
    #[allow(clippy::new_without_default)] // made by the macro below and nowhere else
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Default + IntoValue> ShownEmpty<T> {
    #[must_use]
    pub fn shown(self) -> Option<Value> {
        Some(T::default().into_value())
    }
}

impl<T> NotShown for ShownEmpty<T> {}

/// The value of a type's `Default`, or none.
#[doc(hidden)]
#[macro_export]
macro_rules! __shown_empty {
    ($type:ty) => {{
        #[allow(unused_imports)] // a type that can be shown does not need the trait
        use $crate::__private::NotShown as _;
        $crate::__private::ShownEmpty::<$type>::new().shown()
    }};
}

/// The value of a default that is an expression, or none.
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($value:expr) => {{
        #[allow(unused_imports)] // a type that can be shown does not need the trait
        use $crate::__private::NotShown as _;
        $crate::__private::Shown($value).shown()
    }};
}

/// Whether a type that is read over serde is a secret: `OfType::<T>::IS_SECRET` is the inherent constant for a type that is
/// a [`ConfigValue`] as well, and that of [`NotSecret`] for any other.
pub struct OfType<T>(PhantomData<T>);

impl<T: ConfigValue> OfType<T> {
    pub const IS_SECRET: bool = T::IS_SECRET;
}

pub trait NotSecret {
    const IS_SECRET: bool = false;
}

impl<T> NotSecret for OfType<T> {}

#[doc(hidden)]
#[macro_export]
macro_rules! __is_secret {
    ($type:ty) => {{
        #[allow(unused_imports)] // a type that is known does not need the trait
        use $crate::__private::NotSecret as _;
        <$crate::__private::OfType<$type>>::IS_SECRET
    }};
}

pub use crate::{__is_secret as is_secret, __shown as shown, __shown_empty as shown_empty};
