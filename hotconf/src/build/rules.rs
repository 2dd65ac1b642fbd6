//! The rules of `#[validate(...)]`: run by the struct's own `Validate` once all its fields are there, and read from the
//! attributes for `range` and `length` where they are not, so that one mistake does not hide another.

use std::fmt::Display;

use validator::{Validate, ValidateLength, ValidateRange, ValidationError, ValidationErrorsKind};

use super::section::Section;
use super::shown;
use crate::error::{Problem, ProblemKind};
use crate::origin::{Origin, OriginKind};
use crate::schema::Field;
use crate::tree::Place;
use crate::value::View;

/// A struct whose rules can be run: one that derives validator's `Validate`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has `#[validate(...)]` rules and does not derive `Validate`",
    label = "its rules would never run",
    note = "add `Validate` to the derives: `#[derive(HotConfig, validator::Validate)]`"
)]
pub trait Validated {
    #[doc(hidden)]
    fn rules(&self) -> Result<(), validator::ValidationErrors>;
}

impl<T: Validate> Validated for T {
    fn rules(&self) -> Result<(), validator::ValidationErrors> {
        self.validate()
    }
}

impl Section<'_, '_> {
    /// Runs the struct's own rules. `None`, and problems, where it breaks one.
    pub fn validate<T: Validated>(&mut self, value: &T) -> Option<()> {
        let schema = self.schema;
        // A rule of the whole struct may say any of its values, also while it panics.
        let outside = self.build.secret;
        self.build.secret |= schema.has_secret();
        let result = value.rules();
        let has_secret = std::mem::replace(&mut self.build.secret, outside);
        let Err(errors) = result else { return Some(()) };
        let mut failed = false;
        for (name, kind) in errors.errors() {
            // What is nested is a section of its own, and has reported for itself.
            let ValidationErrorsKind::Field(broken) = kind else {
                failed |= self.nested_is_foreign(name);
                continue;
            };
            let field = schema.own_fields().iter().find(|field| field.rust_name == name);
            for error in broken {
                failed = true;
                let is_of_several = field.is_none() || error.code == "must_match";
                if is_of_several && self.build.may_lack(|| self.build.path()) {
                    continue;
                }
                let secret = self.build.secret
                    || field.map_or(has_secret, |field| field.secret || self.has_secret(field));
                self.broken(field, message_of(error, secret));
            }
        }
        (!failed).then_some(())
    }

    /// Whether the value of a field is from where only secrets are.
    fn has_secret(&self, field: &Field) -> bool {
        let place = self.place.as_ref().map(|place| place.field(field.name, field.aliases, &mut 0));
        place.is_some_and(|place| place.is_secret())
    }

    /// A nested value whose own build found nothing wrong breaks a rule all the same: it is read whole, and told of here.
    fn nested_is_foreign(&mut self, name: &str) -> bool {
        let field = self.schema.own_fields().iter().find(|field| field.rust_name == name);
        self.broken(field, "breaks a rule of its type".to_owned());
        true
    }

    /// The `range` rule of a field that was built while others were not.
    pub fn check_range<V, N>(
        &mut self,
        index: usize,
        value: &V,
        min: Option<N>,
        max: Option<N>,
        exclusive_min: Option<N>,
        exclusive_max: Option<N>,
    ) where
        V: ValidateRange<N>,
        N: Copy + Display,
    {
        if value.validate_range(min, max, exclusive_min, exclusive_max) {
            return;
        }
        let limits = limits([
            ("at least", min.map(|limit| limit.to_string())),
            ("more than", exclusive_min.map(|limit| limit.to_string())),
            ("at most", max.map(|limit| limit.to_string())),
            ("less than", exclusive_max.map(|limit| limit.to_string())),
        ]);
        let field = self.schema.own_fields().get(index);
        let message = match field.and_then(|field| self.number_of(field)) {
            Some(number) => format!("{number} is out of range; must be {limits}"),
            None => format!("must be {limits}"),
        };
        self.broken(field, message);
    }

    /// The `length` rule of a field that was built while others were not.
    pub fn check_length<V: ValidateLength<u64>>(
        &mut self,
        index: usize,
        value: &V,
        min: Option<u64>,
        max: Option<u64>,
        equal: Option<u64>,
    ) {
        if value.validate_length(min, max, equal) {
            return;
        }
        let limits = limits([
            ("at least", min.map(|limit| limit.to_string())),
            ("at most", max.map(|limit| limit.to_string())),
            ("exactly", equal.map(|limit| limit.to_string())),
        ]);
        self.broken(self.schema.own_fields().get(index), format!("must have a length of {limits}"));
    }

    /// The number that a source has for a field, as it is written there; `None` for a secret.
    fn number_of(&self, field: &Field) -> Option<String> {
        let place = self.place.as_ref()?.field(field.name, field.aliases, &mut 0);
        let is_secret = self.build.secret || place.is_secret() || field.secret || field.shape.has_secret();
        match place.view().filter(|_| !is_secret)? {
            View::Integer(number) => Some(number.to_string()),
            View::Float(number) => Some(number.to_string()),
            View::Digits(digits) | View::Raw(digits) => Some(digits.trim().to_owned()),
            _ => None,
        }
    }

    fn broken(&mut self, field: Option<&'static Field>, message: String) {
        let mut problem = Problem::new(ProblemKind::Rule, message);
        let place = match (field, &self.place) {
            (Some(field), Some(section)) => Some(section.field(field.name, field.aliases, &mut 0)),
            (None, place) => place.clone(),
            _ => None,
        };
        let key = match field {
            Some(field) => match place.as_ref().or(self.place.as_ref()) {
                Some(place) => self.build.key_as_spelt_at(place, field.name),
                None => self.build.path().join(field.name),
            },
            None => self
                .place
                .as_ref()
                .map_or_else(|| self.build.path(), |place| self.build.path_as_spelt_at(place)),
        };
        // What stands nowhere yet, or is put together from several layers, may be better than it looks.
        let is_whole = place.as_ref().is_some_and(|place| !matches!(place.view(), None | Some(View::Map)));
        if !is_whole && self.build.may_lack(|| key.clone()) {
            return;
        }
        problem = problem.with_key(key);
        problem = match place.filter(|place| !place.is_absent()) {
            Some(place) => {
                let secret = self.build.secret
                    || place.is_secret()
                    || field.is_some_and(|field| field.secret || field.shape.has_secret());
                let which = if field.is_some() { shown(secret) } else { Place::Key };
                problem.with_origin(place.origin(which), place.layer_index().unwrap_or(0))
            }
            None => {
                let origin = match field {
                    Some(field) => Origin::default_of(self.schema.name(), field.rust_name),
                    None => Origin::new(OriginKind::Default),
                };
                problem.with_origin(Some(origin), 0)
            }
        };
        self.build.report(problem);
    }
}

fn limits<const N: usize>(limits: [(&str, Option<String>); N]) -> String {
    let said: Vec<_> =
        limits.into_iter().filter_map(|(word, limit)| limit.map(|limit| format!("{word} {limit}"))).collect();
    said.join(" and ")
}

/// What a broken rule says. Its parameters hold the offending value, which is left out for a secret.
fn message_of(error: &ValidationError, secret: bool) -> String {
    // A whole number is said as one, whatever its type.
    let parameter = |name: &str| {
        let said = error.params.get(name).map(ToString::to_string)?;
        Some(said.strip_suffix(".0").map(str::to_owned).unwrap_or(said))
    };
    let named = |words: &[(&'static str, &str)]| {
        let said: Vec<_> = words
            .iter()
            .filter_map(|(word, name)| parameter(name).map(|limit| format!("{word} {limit}")))
            .collect();
        said.join(" and ")
    };
    if let (Some(message), false) = (&error.message, secret) {
        return message.to_string();
    }
    match &*error.code {
        "range" => {
            let limits = named(&[
                ("at least", "min"),
                ("more than", "exclusive_min"),
                ("at most", "max"),
                ("less than", "exclusive_max"),
            ]);
            match parameter("value").filter(|_| !secret) {
                Some(value) => format!("{value} is out of range; must be {limits}"),
                None => format!("must be {limits}"),
            }
        }
        "length" => {
            let limits = named(&[("at least", "min"), ("at most", "max"), ("exactly", "equal")]);
            format!("must have a length of {limits}")
        }
        "email" => "must be an e-mail address".to_owned(),
        "url" => "must be a URL".to_owned(),
        code => format!("breaks the rule `{code}`"),
    }
}
