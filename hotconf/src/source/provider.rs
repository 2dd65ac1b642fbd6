//! Any figment provider as a layer.

use std::collections::BTreeMap;

use figment::value::{Dict, Empty, Map, Num, Value as Foreign};
use figment::{Figment, Metadata, Profile, Provider};

use super::{Reading, Request, Source, SourceError};
use crate::origin::OriginKind;
use crate::value::Value;

/// A figment provider: its values for the selected profile, over those of `default` and beneath those of `global`.
pub(crate) struct FigmentProvider {
    pub(crate) provider: Box<dyn Provider + Send + Sync>,
    pub(crate) profile: Option<Profile>,
}

impl Source for FigmentProvider {
    fn name(&self) -> String {
        let metadata = self.provider.metadata();
        match &metadata.source {
            Some(source) => format!("{} ({source})", metadata.name),
            None => metadata.name.into_owned(),
        }
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        // A Figment merges its profiles itself: that of several providers is not a sum of theirs.
        let figment = Figment::from(ByReference(&*self.provider));
        let figment = match &self.profile {
            Some(profile) => figment.select(profile.clone()),
            None => figment,
        };
        let found = figment.find_value("").map_err(|error| SourceError::new(without_excerpt(&error)))?;
        Ok(Reading::value(value(found)))
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::Source(self.name().into())
    }
}

/// figment takes providers of a known size only.
struct ByReference<'p>(&'p (dyn Provider + Send + Sync));

impl Provider for ByReference<'_> {
    fn metadata(&self) -> Metadata {
        self.0.metadata()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        self.0.data()
    }

    fn profile(&self) -> Option<Profile> {
        self.0.profile()
    }
}

/// What a provider's error says, without the lines of a file that it may quote: they may hold a secret.
fn without_excerpt(error: &figment::Error) -> String {
    let text = error.kind.to_string();
    let lines = text.lines().filter(|line| !line.contains('|') && !line.trim().is_empty());
    lines.collect::<Vec<_>>().join(": ")
}

fn value(foreign: Foreign) -> Value {
    match foreign {
        Foreign::String(_, text) => Value::String(text),
        Foreign::Char(_, character) => Value::String(character.to_string()),
        Foreign::Bool(_, truth) => Value::Bool(truth),
        Foreign::Num(_, number) => number_value(number),
        Foreign::Empty(_, Empty::None | Empty::Unit) => Value::Null,
        Foreign::Dict(_, entries) => Value::Map(
            entries.into_iter().map(|(key, entry)| (key, value(entry))).collect::<BTreeMap<_, _>>(),
        ),
        Foreign::Array(_, items) => Value::List(items.into_iter().map(value).collect()),
    }
}

fn number_value(number: Num) -> Value {
    match (number.to_i128(), number.to_u128(), number.to_f64()) {
        (Some(number), ..) => Value::Integer(number),
        (_, Some(number), _) => {
            i128::try_from(number).map_or_else(|_| Value::String(number.to_string()), Value::Integer)
        }
        (_, _, Some(number)) => Value::Float(number),
        _ => Value::Null,
    }
}
