//! Files that are changed in all ways beneath a store.
#![no_main]

use hotconf_tests::hostile::play;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|program: &[u8]| {
    play(program);
});
