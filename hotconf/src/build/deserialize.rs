//! A serde deserializer over one place of the configuration, for types that are read whole.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::leaf::Step;
use super::{Content, Input, Mismatch};
use crate::tree::Merged;
use crate::value::{Value, View};

/// What a type said when it refused a value, and where within the value. Boxed, because the good path returns it as well.
#[doc(hidden)]
#[derive(Debug)]
pub struct ReadError<'a>(pub(super) Box<Refusal<'a>>);

#[derive(Debug)]
pub(super) struct Refusal<'a> {
    pub(super) mismatch: Mismatch,
    /// The steps from the value to the place, the innermost first.
    pub(super) inner: Vec<Step<'a>>,
    pub(super) at: Option<Merged<'a>>,
    /// Whether the type has used words of its own, which may be about what is missing.
    pub(super) is_in_own_words: bool,
    /// Whether it is the key that was refused, and not the value behind it.
    pub(super) is_key: bool,
}

impl<'a> ReadError<'a> {
    fn new(mismatch: Mismatch) -> Self {
        let refusal =
            Refusal { mismatch, inner: Vec::new(), at: None, is_in_own_words: false, is_key: false };
        Self(Box::new(refusal))
    }

    fn in_own_words(words: String) -> Self {
        let mut error = Self::new(Mismatch::refused(words));
        error.0.is_in_own_words = true;
        error
    }

    /// Notes, on the way out, the place the error came from and the step that led there.
    fn within(mut self, step: Step<'a>, input: &Input<'a>) -> Self {
        let refusal = &mut *self.0;
        if let (None, Content::Place(place)) = (&refusal.at, &input.content) {
            refusal.at = Some(place.clone());
        }
        refusal.inner.push(step);
        self
    }

    /// Notes that the name of this entry was refused.
    fn of_key(mut self, name: &'a str, entry: &Merged<'a>) -> Self {
        let refusal = &mut *self.0;
        refusal.at = Some(entry.clone());
        refusal.is_key = true;
        refusal.inner.push(Step::Name(name));
        self
    }
}

impl fmt::Debug for Merged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Merged")
    }
}

impl fmt::Display for ReadError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value was refused by its type")
    }
}

impl std::error::Error for ReadError<'_> {}

impl de::Error for ReadError<'_> {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::in_own_words(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(Mismatch::expected(expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(Mismatch::expected(expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Mismatch::variant(expected.iter().copied()))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Mismatch::unknown_key(field, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Mismatch::missing_key(field))
    }
}

#[doc(hidden)]
pub struct InputDeserializer<'a> {
    input: Input<'a>,
    secret: bool,
    /// Whether untyped text that could be a number or a truth is offered as one to a type that takes anything.
    takes_text_for_more: bool,
}

impl<'a> InputDeserializer<'a> {
    pub(super) fn new(input: Input<'a>, secret: bool) -> Self {
        Self { input, secret, takes_text_for_more: false }
    }

    /// As [`new`](Self::new), for a type that takes anything and has refused the text of a variable as a text.
    pub(super) fn taking_text_for_more(input: Input<'a>, secret: bool) -> Self {
        Self { input, secret, takes_text_for_more: true }
    }

    fn inner(&self, input: Input<'a>) -> Self {
        Self { input, secret: self.secret, takes_text_for_more: self.takes_text_for_more }
    }

    /// The number or the truth that untyped text could be.
    fn more_than_text(&self) -> Option<Value> {
        let (Content::Place(_), View::Raw(text), true) =
            (&self.input.content, self.view(), self.takes_text_for_more)
        else {
            return None;
        };
        let text = text.trim();
        let truth = || text.parse().ok().map(Value::Bool);
        let whole = || text.parse().ok().map(Value::Integer);
        let fraction = || text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float);
        truth().or_else(whole).or_else(fraction)
    }

    fn view(&self) -> View<'a> {
        self.input.view().unwrap_or(View::Null)
    }
}

/// Typed requests read untyped text by the type that is asked for; all else is offered as it is.
macro_rules! parsed_from_raw {
    ($($method:ident => $visit:ident: $type:ty,)*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
            match self.view() {
                View::Raw(text) | View::Digits(text) => match text.trim().parse::<$type>() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => self.deserialize_any(visitor),
                },
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

fn visit_integer<'a, V: Visitor<'a>>(number: i128, visitor: V) -> Result<V::Value, ReadError<'a>> {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(small), _) => visitor.visit_i64(small),
        (_, Ok(positive)) => visitor.visit_u64(positive),
        _ => visitor.visit_i128(number),
    }
}

impl<'a> Deserializer<'a> for InputDeserializer<'a> {
    type Error = ReadError<'a>;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
        match self.more_than_text() {
            Some(Value::Bool(truth)) => return visitor.visit_bool(truth),
            Some(Value::Integer(number)) => return visit_integer(number, visitor),
            Some(Value::Float(number)) => return visitor.visit_f64(number),
            _ => {}
        }
        match self.view() {
            View::Null => visitor.visit_unit(),
            View::Bool(truth) => visitor.visit_bool(truth),
            View::Integer(number) => visit_integer(number, visitor),
            View::Digits(digits) => {
                match (digits.parse::<u64>(), digits.parse::<i128>(), digits.parse::<u128>()) {
                    (Ok(positive), ..) => visitor.visit_u64(positive),
                    (_, Ok(number), _) => visitor.visit_i128(number),
                    (_, _, Ok(positive)) => visitor.visit_u128(positive),
                    _ => visitor.visit_borrowed_str(digits),
                }
            }
            View::Float(number) => visitor.visit_f64(number),
            View::Text(text) | View::Raw(text) | View::Time(text) => visitor.visit_borrowed_str(text),
            View::List => {
                let items: Vec<_> = self.input.items().collect();
                let items = items.into_iter().enumerate();
                visitor.visit_seq(Items { deserializer: &self, items })
            }
            View::Map => {
                let entries = match &self.input.content {
                    Content::Place(place) => place.entries().collect(),
                    _ => Vec::new(),
                };
                visitor.visit_map(Entries { deserializer: &self, entries: entries.into_iter(), value: None })
            }
        }
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
        match self.view() {
            View::Null | View::Raw("") => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError<'a>> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
        match self.view() {
            View::Raw(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => visitor.visit_bool(true),
                "false" | "no" | "off" | "0" => visitor.visit_bool(false),
                _ => self.deserialize_any(visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError<'a>> {
        match (self.view(), &self.input.content) {
            (View::Text(name) | View::Raw(name), _) => visitor.visit_enum(name.into_deserializer()),
            (View::Map, Content::Place(place)) => {
                let mut entries = place.entries();
                match (entries.next(), entries.next()) {
                    (Some((name, entry)), None) => {
                        let value = self.inner(Input { content: Content::Place(entry) });
                        visitor.visit_enum(Choice { name, value })
                    }
                    _ => Err(de::Error::custom("expected one key, the name of the variant")),
                }
            }
            _ => {
                Err(ReadError::new(Mismatch::expected("the name of a variant, or a map with one as its key")))
            }
        }
    }

    fn deserialize_u128<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
        let number = match self.view() {
            View::Raw(text) | View::Digits(text) => text.trim().parse().ok(),
            // A number that no `Value::Integer` holds is the text of its digits there.
            View::Text(text) => text.parse().ok().filter(|&number: &u128| i128::try_from(number).is_err()),
            _ => None,
        };
        match number {
            Some(number) => visitor.visit_u128(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
        Self { takes_text_for_more: false, ..self }.deserialize_any(visitor)
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError<'a>> {
        self.deserialize_str(visitor)
    }

    parsed_from_raw! {
        deserialize_i8 => visit_i8: i8,
        deserialize_i16 => visit_i16: i16,
        deserialize_i32 => visit_i32: i32,
        deserialize_i64 => visit_i64: i64,
        deserialize_i128 => visit_i128: i128,
        deserialize_u8 => visit_u8: u8,
        deserialize_u16 => visit_u16: u16,
        deserialize_u32 => visit_u32: u32,
        deserialize_u64 => visit_u64: u64,
        deserialize_f32 => visit_f32: f32,
        deserialize_f64 => visit_f64: f64,
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'d, 'a, I> {
    deserializer: &'d InputDeserializer<'a>,
    items: I,
}

impl<'a, I: Iterator<Item = (usize, Input<'a>)>> SeqAccess<'a> for Items<'_, 'a, I> {
    type Error = ReadError<'a>;

    fn next_element_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError<'a>> {
        let Some((index, item)) = self.items.next() else { return Ok(None) };
        let value = seed.deserialize(self.deserializer.inner(item.clone()));
        value.map(Some).map_err(|error| error.within(Step::Index(index), &item))
    }

    fn size_hint(&self) -> Option<usize> {
        self.items.size_hint().1
    }
}

struct Entries<'d, 'a> {
    deserializer: &'d InputDeserializer<'a>,
    entries: std::vec::IntoIter<(&'a str, Merged<'a>)>,
    value: Option<(&'a str, Input<'a>)>,
}

impl<'a> MapAccess<'a> for Entries<'_, 'a> {
    type Error = ReadError<'a>;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError<'a>> {
        let Some((name, entry)) = self.entries.next() else { return Ok(None) };
        // As untyped text, so that a map may have numbers for keys.
        let key = Input { content: Content::Name { name, entry: entry.clone() } };
        self.value = Some((name, Input { content: Content::Place(entry.clone()) }));
        let read = seed.deserialize(self.deserializer.inner(key));
        read.map(Some).map_err(|error| error.of_key(name, &entry))
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, ReadError<'a>> {
        let Some((name, input)) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let value = seed.deserialize(self.deserializer.inner(input.clone()));
        value.map_err(|error| error.within(Step::Name(name), &input))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A variant that has a value: a map with the variant's name as its only key.
struct Choice<'a> {
    name: &'a str,
    value: InputDeserializer<'a>,
}

impl<'a> EnumAccess<'a> for Choice<'a> {
    type Error = ReadError<'a>;
    type Variant = ChoiceValue<'a>;

    fn variant_seed<S: DeserializeSeed<'a>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), ReadError<'a>> {
        let name: StringDeserializer<ReadError<'a>> = self.name.to_owned().into_deserializer();
        let variant = seed.deserialize(name)?;
        Ok((variant, ChoiceValue { name: self.name, value: self.value }))
    }
}

struct ChoiceValue<'a> {
    name: &'a str,
    value: InputDeserializer<'a>,
}

impl<'a> ChoiceValue<'a> {
    fn read<T>(
        self,
        read: impl FnOnce(InputDeserializer<'a>) -> Result<T, ReadError<'a>>,
    ) -> Result<T, ReadError<'a>> {
        let Self { name, value } = self;
        let input = value.input.clone();
        read(value).map_err(|error| error.within(Step::Name(name), &input))
    }
}

impl<'a> VariantAccess<'a> for ChoiceValue<'a> {
    type Error = ReadError<'a>;

    fn unit_variant(self) -> Result<(), ReadError<'a>> {
        self.read(de::Deserialize::deserialize)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<S::Value, ReadError<'a>> {
        self.read(|value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'a>>(self, length: usize, visitor: V) -> Result<V::Value, ReadError<'a>> {
        self.read(|value| value.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError<'a>> {
        self.read(|value| value.deserialize_struct("", fields, visitor))
    }
}
