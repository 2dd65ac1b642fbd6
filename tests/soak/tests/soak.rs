//! The soak as it is run with all other tests.
#![cfg(target_os = "linux")]

use hotconf_soak::Plan;

#[test]
fn nothing_is_lost_or_torn() {
    let plan = Plan { edits: 20_000, seed: 7, ..Plan::default() };
    let report = plan.soak().expect("there is a folder for the files");
    println!("{report}");
    assert!(report.is_sound() && report.edits() >= plan.edits, "{report}");
}
