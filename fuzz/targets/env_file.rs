//! Files of variables.
#![no_main]

use hotconf_tests::hostile::{Kind, take};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    take(Kind::EnvFile, text);
});
