//! Laws of noticing, tried on many sequences. Time is an argument here, and so is what the operating system says.

mod settling;
mod watcher;

use proptest::prelude::*;

use super::SignKind;

/// How often a law is tried; more often where `PROPTEST_CASES` asks for more than the usual 256.
fn cases(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: cases * asked.cases / 256, failure_persistence: None, ..asked }
}

fn kind() -> impl Strategy<Value = SignKind> {
    prop::sample::select(vec![
        SignKind::Written,
        SignKind::Data,
        SignKind::Created,
        SignKind::FolderCreated,
        SignKind::Renamed,
        SignKind::Removed,
        SignKind::Metadata,
        SignKind::Unknown,
    ])
}
