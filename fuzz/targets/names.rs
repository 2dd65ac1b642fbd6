//! Variables and arguments.
#![no_main]

use hotconf_tests::hostile::{Kind, take};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    take(Kind::Names, text);
});
