//! figment providers, and the source that tests change by hand.

use std::sync::{Arc, Mutex};

use figment::providers::Serialized;
use figment::value::{Dict, Map};
use figment::{Metadata, Profile, Provider};
use hotconf::testing::Memory;
use hotconf::testing::conformance::{Conformance, Kind};
use hotconf::{Format, Value};

use super::{as_json, as_toml};

/// A provider of somebody else that says something else each time.
#[derive(Clone, Default)]
struct Elsewhere(Arc<Mutex<Option<Value>>>);

impl Provider for Elsewhere {
    fn metadata(&self) -> Metadata {
        Metadata::named("elsewhere")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        match &*self.0.lock().unwrap() {
            Some(value) => Serialized::defaults(value).data(),
            None => Err("it cannot be reached".to_owned().into()),
        }
    }
}

#[test]
fn a_figment_provider() {
    Conformance::new(
        || Elsewhere(Arc::new(Mutex::new(Some(Value::Map([].into()))))),
        |elsewhere: &mut Elsewhere, builder| builder.provider(elsewhere.clone()),
        |elsewhere, contents| *elsewhere.0.lock().unwrap() = Some(contents.value().clone()),
    )
    .failure("it cannot be reached", |elsewhere, _| *elsewhere.0.lock().unwrap() = None)
    .only_on_reload()
    .check();
}

#[test]
fn a_figment_of_several_profiles() {
    Conformance::new(
        || Value::Map([].into()),
        |held: &mut Value, builder| {
            let global = Serialized::from(held.clone(), "production");
            builder.figment(figment::Figment::from(global)).profile("production")
        },
        |held, contents| *held = contents.value().clone(),
    )
    .fixed()
    .check();
}

#[test]
fn a_memory_of_values() {
    Conformance::new(
        Memory::new,
        |memory: &mut Memory, builder| builder.source(memory.clone()),
        |memory, contents| {
            let Value::Map(entries) = contents.value().clone() else { panic!("contents are a map") };
            memory.set_all(entries);
        },
    )
    .removal(|memory| memory.remove())
    .failure("it is away", |memory, _| memory.fail("it is away"))
    .failure("it says a text that is garbled", |memory, planted| {
        memory.set_text(Format::Json, format!("{{\"{planted}\": "));
    })
    .check();
}

#[test]
fn a_memory_of_texts() {
    Conformance::new(
        Memory::new,
        |memory: &mut Memory, builder| builder.source(memory.clone()),
        |memory, contents| memory.set_text(Format::Toml, as_toml(contents)),
    )
    .without(Kind::Nulls)
    .removal(|memory| memory.remove())
    .failure("it is garbled", |memory, planted| memory.set_text(Format::Toml, planted))
    .check();
    Conformance::new(
        Memory::new,
        |memory: &mut Memory, builder| builder.source(memory.clone()),
        |memory, contents| memory.set_text(Format::Json, as_json(contents)),
    )
    .check();
}
