//! Everything that is wrong is told at once, whatever layer it is in and whatever else is wrong there.

mod enums;
mod keys;
mod layers;
mod places;
mod shown;
mod sources;
mod spelling;

use hotconf::{Builder, Error, HotConfig};

/// What may be shown nowhere.
const SECRET: &str = "hunter2";

/// Every problem of a store that cannot be built, none of which shows a secret.
#[track_caller]
fn told<T: HotConfig + Send + Sync>(builder: Builder<T>) -> Vec<String> {
    match builder.build() {
        Ok(_) => panic!("nothing is wrong"),
        Err(error) => lines(&error),
    }
}

/// Every problem, none of which shows a secret.
#[track_caller]
fn lines(error: &Error) -> Vec<String> {
    let shown = format!("{error:#} {error:?} {}", serde_json::to_string(error).unwrap());
    assert!(!shown.contains(SECRET), "{shown}");
    error.problems().iter().map(ToString::to_string).collect()
}

/// Variables for `env_from`.
fn variables<const N: usize>(variables: [(&str, &str); N]) -> [(String, String); N] {
    variables.map(|(name, value)| (name.to_owned(), value.to_owned()))
}
