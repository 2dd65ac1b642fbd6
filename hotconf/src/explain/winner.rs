//! The value in effect at a place, and where it is from.

use super::located::Located;
use crate::origin::{Origin, OriginKind};
use crate::schema::DefaultValue;
use crate::tree::{Place, Secrets, default_as_seen};
use crate::value::{Value, View};

/// The value in effect at one place.
#[derive(Default)]
pub(super) struct Winner {
    pub(super) value: Option<Value>,
    pub(super) origin: Option<Origin>,
    /// The source text of the default that makes it, where that cannot be shown.
    pub(super) code: Option<String>,
}

impl Winner {
    pub(super) fn new(located: &Located<'_>) -> Self {
        let value = located.value(Secrets::Masked);
        let seen = located.seen();
        let is_set = match seen.view() {
            None => false,
            // A null on top of everything leaves the default.
            Some(View::Null) => value.is_none() && matches!(located.default, DefaultValue::None),
            Some(_) => true,
        };
        let default = default_text(located);
        let origin = if is_set {
            seen.origin(Place::Value)
        } else {
            let is_default = value.is_some() || default.is_some() || located.is_made();
            is_default.then(|| Origin::new(OriginKind::Default))
        };
        let code = default.filter(|_| !is_set && value.is_none());
        Self { value, origin, code }
    }
}

/// The default of a place, for people; masked where there is a secret in it.
pub(super) fn default_text(located: &Located<'_>) -> Option<String> {
    if located.marks.secret && !matches!(located.default, DefaultValue::None) {
        return Some(Value::Secret.to_string());
    }
    match (located.default, located.shape) {
        (DefaultValue::None, _) | (_, None) => None,
        // The text of the code has what it puts into the secrets further in.
        (DefaultValue::Code { .. }, Some(shape)) if shape.has_secret() => Some(Value::Secret.to_string()),
        (DefaultValue::Code { source, .. }, _) => Some(format!("`{source}`")),
        (default, Some(shape)) => {
            let value = default_as_seen(shape, default, Secrets::Masked);
            Some(value.map_or("empty".to_owned(), |value| value.to_string()))
        }
    }
}
