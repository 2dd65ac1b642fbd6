//! What generated code asks of types of the program, with words for those that cannot do it.

use std::fmt;

use serde::de::DeserializeOwned;

/// A type that is read whole by its `Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read whole, because it does not implement `Deserialize`",
    label = "serde cannot read this type",
    note = "derive serde's `Deserialize` for it, or derive `HotConfig` and take `leaf` away"
)]
pub trait ReadWhole: DeserializeOwned {}

impl<T: DeserializeOwned> ReadWhole for T {}

/// What a conversion says in failing.
#[diagnostic::on_unimplemented(
    message = "the error `{Self}` of this conversion cannot be told, because it does not implement `Display`",
    label = "nobody could read what is wrong with a value",
    note = "implement `Display` for the error: its text is shown at the place of the value"
)]
pub trait Told: fmt::Display {}

impl<T: fmt::Display> Told for T {}
