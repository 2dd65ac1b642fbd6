//! Two documents, as two layers and by reloads.
#![no_main]

use hotconf_tests::hostile::{Kind, take};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    take(Kind::Layers, text);
});
