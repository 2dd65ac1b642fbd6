//! JSON documents.
#![no_main]

use hotconf::Format;
use hotconf_tests::hostile::{Kind, take};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    take(Kind::Text(Format::Json), text);
});
