//! Laws that hold for every configuration, tried on many: a rich schema, nasty values, all formats, any layers.
//!
//! A case is made of a value of the schema and of dice. The dice say who says what, and how it is written, so that what is
//! found to be wrong becomes smaller by itself: with all rolls at 0 there is one layer, written in the plainest way.

mod asking;
mod changing;
mod document;
mod found;
mod layers;
mod lists;
mod mistakes;
mod sample;
mod schema;
mod spreading;
mod tree;

use std::borrow::Cow;

use hotconf::KeyPath;
use proptest::prelude::*;

use layers::Layers;
use sample::Sample;
use schema::Config;
use tree::{Dice, Tree};

/// How often a law is tried; more often where `PROPTEST_CASES` asks for more than the usual 256.
fn cases(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: cases * asked.cases / 256,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..asked
    }
}

/// Fails, with the keys that differ and the layers, unless a configuration was read as it was said.
fn is_read(read: &Config, said: &Config, layers: &Layers) -> Result<(), TestCaseError> {
    if read == said {
        return Ok(());
    }
    let mut keys = Vec::new();
    said.differing(read, &KeyPath::default(), &mut keys);
    let keys = keys.iter().map(|key| {
        let path: Vec<String> = key.segments().map(Cow::into_owned).collect();
        let value = |config: &Config| config.tree().at(&path).map(Tree::value);
        format!("{key} is {:?} where {:?} was said", value(read), value(said))
    });
    let keys: Vec<String> = keys.collect();
    Err(TestCaseError::fail(format!("{}{layers}", keys.join("\n"))))
}

fn config() -> BoxedStrategy<Config> {
    Config::sample()
}

fn dice() -> impl Strategy<Value = Dice> {
    prop::collection::vec(any::<u8>(), 0..100).prop_map(Dice::new)
}
