//! Misuse of the derive fails to compile, with words that say what to do instead: one fault in each file.
//!
//! What the compiler prints differs from version to version, so the texts are those of one: the tests run on it only.

#[test]
fn misuse_of_the_derive_is_told_with_its_remedy() {
    let version = std::process::Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()))
        .arg("--version")
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    if !version.as_ref().is_ok_and(|version| version.starts_with("rustc 1.95.")) {
        println!("skipped: the expected texts are those of rustc 1.95, and this is {version:?}");
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}
