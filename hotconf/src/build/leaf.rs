//! The standard types that are one value each, and types that are read whole by serde.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{IntErrorKind, NonZero};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::deserialize::{InputDeserializer, ReadError, Refusal};
use super::mismatch::Name;
use super::{
    Build, ConfigValue, Content, EmptyValue, Input, Mismatch, ReadPlain, ReadWhole, remedies, shown,
};
use crate::error::Error;
use crate::key::{Key, KeyPath};
use crate::origin::OriginKind;
use crate::schema::{Leaf, Shape};
use crate::tree::{Draft, DraftContent, Layer, LayerName, Merged, Place};
use crate::value::{IntoValue, Value, View};

/// Implements [`ConfigValue`] for a single-value type with the function that reads it.
macro_rules! leaves {
    ($($type:ty: $name:expr, $read:expr;)*) => {$(
        impl ConfigValue for $type {
            type Keys<C: 'static> = Key<C, $type>;

            const SHAPE: Shape = Shape::Leaf(
                Leaf::new($name, |view| {
                    let read: fn(View<'_>) -> Result<$type, Mismatch> = $read;
                    read(view).ok().map(IntoValue::into_value)
                })
                .empty(leaves!(@empty $type)),
            );

            const READ: Option<ReadPlain<Self>> = Some(|spot| {
                let read: fn(View<'_>) -> Result<$type, Mismatch> = $read;
                read(spot.view()).ok()
            });

            fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
                build.leaf(&input, $read)
            }
        }
    )*};
    (@empty $type:ty) => {
        || None
    };
}

/// The same for types with a `Default`, which is then their empty value.
macro_rules! leaves_with_default {
    ($($type:ty: $name:expr, $read:expr;)*) => {$(
        impl ConfigValue for $type {
            type Keys<C: 'static> = Key<C, $type>;

            const SHAPE: Shape = Shape::Leaf(
                Leaf::new($name, |view| {
                    let read: fn(View<'_>) -> Result<$type, Mismatch> = $read;
                    read(view).ok().map(IntoValue::into_value)
                })
                .empty(|| Some(<$type>::default().into_value())),
            );

            const READ: Option<ReadPlain<Self>> = Some(|spot| {
                let read: fn(View<'_>) -> Result<$type, Mismatch> = $read;
                read(spot.view()).ok()
            });

            fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
                build.leaf(&input, $read)
            }
        }

        impl EmptyValue for $type {
            fn empty(_: &mut Build<'_>) -> Option<Self> {
                Some(<$type>::default())
            }
        }
    )*};
}

/// An integer type with its limits, so that all of them share one reader.
trait Whole128: Copy + FromStr {
    const NAME: &'static str;
    const LEAST: i128;
    /// The largest value, in digits because that of `u128` is beyond `i128`.
    fn most() -> String;
    fn from_wide(wide: i128) -> Option<Self>;
}

macro_rules! integers {
    ($($integer:ident),*) => {
        $(impl Whole128 for $integer {
            const NAME: &'static str = stringify!($integer);
            const LEAST: i128 = $integer::MIN as i128;

            fn most() -> String {
                $integer::MAX.to_string()
            }

            fn from_wide(wide: i128) -> Option<Self> {
                wide.try_into().ok()
            }
        })*

        leaves_with_default! {
            $($integer: concat!("integer (", stringify!($integer), ")"), integer::<$integer>;)*
        }

        leaves! {
            $(NonZero<$integer>: concat!("integer (", stringify!($integer), ", not zero)"), non_zero::<$integer, _>;)*
        }
    };
}

integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

leaves_with_default! {
    bool: "true or false", truth;
    f64: "number", float;
    f32: "number", narrow_float;
    char: "character", character;
    String: "text", |view| text(view).map(str::to_owned);
    Box<str>: "text", |view| text(view).map(Into::into);
    Arc<str>: "text", |view| text(view).map(Into::into);
    Cow<'static, str>: "text", |view| text(view).map(|text| Cow::Owned(text.to_owned()));
    PathBuf: "path", |view| text(view).map(PathBuf::from);
    Duration: "duration", duration;
}

leaves! {
    IpAddr: "IP address", |view| parsed(view, "an IP address", remedies::address);
    Ipv4Addr: "IPv4 address", |view| parsed(view, "an IPv4 address", remedies::address);
    Ipv6Addr: "IPv6 address", |view| parsed(view, "an IPv6 address", remedies::address);
    SocketAddr: "socket address", |view| parsed(view, "a socket address (`127.0.0.1:8080`)", remedies::socket);
    SocketAddrV4: "IPv4 socket address", |view| parsed(view, "an IPv4 socket address (`127.0.0.1:8080`)", remedies::socket);
    SocketAddrV6: "IPv6 socket address", |view| parsed(view, "an IPv6 socket address (`[::1]:8080`)", remedies::socket);
}

fn integer<T: Whole128>(view: View<'_>) -> Result<T, Mismatch> {
    let expected = || Mismatch::expected(format!("a whole number ({})", T::NAME));
    match view {
        View::Integer(number) => T::from_wide(number).ok_or_else(|| beyond::<T>(number < T::LEAST)),
        View::Digits(digits) | View::Raw(digits) => {
            let digits = digits.trim();
            if let Ok(number) = digits.parse::<T>() {
                return Ok(number);
            }
            let (negative, bare) = match digits.strip_prefix('-') {
                Some(bare) => (true, bare),
                None => (false, digits.strip_prefix('+').unwrap_or(digits)),
            };
            if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(beyond::<T>(negative));
            }
            Err(expected().with_remedy_for_value(remedies::whole_number(digits)))
        }
        View::Text(text) => match (text.parse::<i128>(), text.trim().parse::<T>()) {
            // A number that no `Value::Integer` holds is the text of its digits there.
            (Err(error), Ok(number)) if *error.kind() == IntErrorKind::PosOverflow => Ok(number),
            _ => Err(expected().with_remedy_for_value(remedies::whole_number(text))),
        },
        View::Float(number) => Err(expected().with_remedy_for_value(remedies::fraction(number))),
        View::Bool(_) | View::Null | View::Time(_) | View::List | View::Map => Err(expected()),
    }
}

fn beyond<T: Whole128>(below: bool) -> Mismatch {
    if below { Mismatch::too_small(T::NAME, T::LEAST) } else { Mismatch::too_large(T::NAME, T::most()) }
}

fn non_zero<T: Whole128, N: TryFrom<T>>(view: View<'_>) -> Result<N, Mismatch> {
    let number = integer::<T>(view)?;
    N::try_from(number).map_err(|_| Mismatch::refused("must not be zero".to_owned()))
}

fn truth(view: View<'_>) -> Result<bool, Mismatch> {
    match view {
        View::Bool(truth) => Ok(truth),
        View::Raw(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(Mismatch::expected("true or false").with_remedy_for_value(remedies::truth(text))),
        },
        View::Text(text) => {
            Err(Mismatch::expected("true or false").with_remedy_for_value(remedies::truth(text)))
        }
        View::Integer(0) => {
            Err(Mismatch::expected("true or false").with_remedy_for_value(Some("write `false`")))
        }
        View::Integer(1) => {
            Err(Mismatch::expected("true or false").with_remedy_for_value(Some("write `true`")))
        }
        _ => Err(Mismatch::expected("true or false")),
    }
}

fn float(view: View<'_>) -> Result<f64, Mismatch> {
    let number = match view {
        View::Float(number) => number,
        View::Integer(number) => number as f64,
        View::Digits(digits) => digits.parse().map_err(|_| Mismatch::expected("a number"))?,
        View::Raw(text) => text
            .trim()
            .parse()
            .map_err(|_| Mismatch::expected("a number").with_remedy_for_value(remedies::number(text)))?,
        View::Text(text) => {
            return Err(Mismatch::expected("a number").with_remedy_for_value(remedies::number(text)));
        }
        _ => return Err(Mismatch::expected("a number")),
    };
    // A number that is not equal to itself would make every reload look like a change.
    if number.is_finite() { Ok(number) } else { Err(Mismatch::expected("a finite number")) }
}

fn narrow_float(view: View<'_>) -> Result<f32, Mismatch> {
    let narrow = float(view)? as f32;
    match narrow {
        f32::INFINITY => Err(Mismatch::too_large("f32", f32::MAX)),
        f32::NEG_INFINITY => Err(Mismatch::too_small("f32", f32::MIN)),
        finite => Ok(finite),
    }
}

fn text(view: View<'_>) -> Result<&str, Mismatch> {
    match view {
        View::Text(text) | View::Raw(text) | View::Time(text) => Ok(text),
        View::List | View::Map | View::Null => Err(Mismatch::expected("a text")),
        _ => Err(Mismatch::expected("a text").with_remedy("put it in quotes")),
    }
}

fn character(view: View<'_>) -> Result<char, Mismatch> {
    let text = text(view).map_err(|_| Mismatch::expected("one character"))?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(Mismatch::not("one character")),
    }
}

fn parsed<T: FromStr>(
    view: View<'_>,
    what: &'static str,
    remedy: fn(&str) -> Option<String>,
) -> Result<T, Mismatch> {
    let (View::Text(text) | View::Raw(text)) = view else { return Err(Mismatch::expected(what)) };
    text.trim().parse().map_err(|_| Mismatch::not(what).with_remedy_for_value(remedy(text)))
}

fn duration(view: View<'_>) -> Result<Duration, Mismatch> {
    const WHAT: &str = "a duration, such as \"30s\" or \"1h 30m\"";
    match view {
        View::Text(text) | View::Raw(text) => humantime::parse_duration(text.trim())
            .map_err(|_| Mismatch::not(WHAT).with_remedy_for_value(remedies::duration(text))),
        View::Integer(number) => Err(Mismatch::expected(WHAT)
            .with_remedy_for_value(Some(format!("say the unit, as in \"{number}s\" or \"{number}ms\"")))),
        View::Float(_) | View::Digits(_) => Err(Mismatch::expected(WHAT).with_remedy("say the unit")),
        _ => Err(Mismatch::expected(WHAT)),
    }
}

/// The shape of a type that is read whole by its `Deserialize`.
#[doc(hidden)]
pub struct Whole<T>(PhantomData<fn() -> T>);

impl<T> Whole<T> {
    pub const SHAPE_REF: &'static Shape = &Shape::Leaf(
        Leaf::new("value", |view| match view {
            View::Null | View::List | View::Map => None,
            View::Bool(truth) => Some(Value::Bool(truth)),
            View::Integer(number) => Some(Value::Integer(number)),
            View::Float(number) => Some(Value::Float(number)),
            View::Digits(text) | View::Text(text) | View::Raw(text) | View::Time(text) => {
                Some(Value::String(text.to_owned()))
            }
        })
        .structured(),
    );
}

/// Reads a value by the `Deserialize` of its type. A missing value is offered to the type as `None`, because `Option`
/// fields take it.
pub(super) fn read_whole<'a, T: DeserializeOwned>(input: &Input<'a>, build: &mut Build<'a>) -> Option<T> {
    read_by(input, build, |deserializer| T::deserialize(deserializer))
}

impl<'a> Build<'a> {
    /// A value that is read whole by its `Deserialize`.
    pub fn whole<T: ReadWhole>(&mut self, input: Input<'a>) -> Option<T> {
        read_whole(&input, self)
    }

    /// A value that a function reads over serde. It is not asked about a missing one, which is nothing it was given.
    pub fn whole_with<T>(
        &mut self,
        input: Input<'a>,
        read: impl Fn(InputDeserializer<'a>) -> Result<T, ReadError<'a>>,
    ) -> Option<T> {
        if input.is_absent() { self.missing(&input) } else { read_by(&input, self, read) }
    }
}

fn read_by<'a, T>(
    input: &Input<'a>,
    build: &mut Build<'a>,
    read: impl Fn(InputDeserializer<'a>) -> Result<T, ReadError<'a>>,
) -> Option<T> {
    let by_text = read(InputDeserializer::new(input.clone(), build.secret)).or_else(|refusal| {
        // A type that takes a text or a number cannot say which it would have the text of a variable be.
        let may_be_untyped = matches!(input.view(), Some(View::Raw(_) | View::List | View::Map));
        let by_number = || read(InputDeserializer::taking_text_for_more(input.clone(), build.secret)).ok();
        may_be_untyped.then(by_number).flatten().ok_or(refusal)
    });
    match by_text {
        Ok(value) => Some(value),
        Err(_) if input.is_absent() || input.view() == Some(View::Null) => build.missing(input),
        Err(ReadError(refusal)) => {
            let is_secret = refusal.at.as_ref().map_or(input.is_secret(), Merged::is_secret);
            let secret = build.secret || is_secret;
            // A name within a secret may be part of it, and is not told.
            let refusal = if secret && refusal.is_key { refusal.of_all() } else { *refusal };
            let key = refusal.key(build.path_as_spelt(input), secret);
            let Refusal { mismatch, inner, at, is_in_own_words, is_key } = refusal;
            let is_missing = matches!(mismatch.name(), Some(Name::Missing(_)));
            let place = at.map_or_else(|| input.clone(), |place| Input { content: Content::Place(place) });
            let is_of_several = is_missing || is_in_own_words && place.view() == Some(View::Map);
            if is_of_several && build.may_lack(|| key.clone()) {
                return None;
            }
            let (origin, layer) = match &place.content {
                Content::Place(section) if is_missing => section.home(),
                _ if is_key => place.origin(build.stack, Place::Key),
                _ => place.origin(build.stack, shown(secret)),
            };
            let view = match inner.first() {
                Some(Step::Name(name)) if is_key => View::Text(name),
                _ => place.view().unwrap_or(View::Null),
            };
            let help = if is_missing { build.where_to_add(&key) } else { None };
            let problem = mismatch.into_problem(view, secret).with_help(help);
            build.report(problem.with_key(key).with_origin(origin, layer));
            None
        }
    }
}

/// Reads a value that stands by itself as a `V`.
pub(crate) fn read_value<V: DeserializeOwned>(
    value: Option<Value>,
    path: KeyPath,
    secret: bool,
) -> Result<V, Error> {
    let draft = Draft { content: DraftContent::Value(value.unwrap_or_default()), origin: None };
    let mut whole = Draft::default();
    whole.insert(["value"], draft);
    let layer = Layer::from_draft(LayerName::Other(OriginKind::Override), &whole);
    let stack = [Arc::new(layer)];
    let place = Merged::root(&stack).entry("value");
    let input = Input { content: Content::Place(place) };
    V::deserialize(InputDeserializer::new(input.clone(), secret)).map_err(|ReadError(refusal)| {
        let view = refusal.at.as_ref().and_then(Merged::view).or(input.view()).unwrap_or(View::Null);
        let path = refusal.key(path, secret);
        refusal.mismatch.into_problem(view, secret).with_key(path).into()
    })
}

impl Refusal<'_> {
    /// The key that it is about, where the whole value has this one.
    fn key(&self, whole: KeyPath, secret: bool) -> KeyPath {
        let key = self.inner.iter().rev().fold(whole, |key, step| match step {
            Step::Name(name) => key.join(name),
            Step::Index(index) => key.join(&index.to_string()),
        });
        match self.mismatch.name() {
            Some(Name::Missing(name)) => key.join(name),
            Some(Name::Unknown(name)) if !self.is_key && !secret => key.join(name),
            _ => key,
        }
    }

    /// The same as one of the whole value, which names nothing within.
    fn of_all(self) -> Self {
        Self { inner: Vec::new(), at: None, is_key: false, ..self }
    }
}

/// A step from a value that is read whole to one inside of it.
#[derive(Debug, Clone)]
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}
