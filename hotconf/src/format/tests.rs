#[cfg(feature = "json")]
mod json;
mod random;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

use std::sync::Arc;

use super::{Format, parse};
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::tree::{Layer, LayerName, Merged, Place, Stack};
use crate::value::Value;

fn read(format: Format, text: &str) -> Result<Layer, Vec<Problem>> {
    parse(LayerName::Text("text".into()), format, text, 0)
}

#[track_caller]
fn layer(format: Format, text: &str) -> [Arc<Layer>; 1] {
    match read(format, text) {
        Ok(layer) => [Arc::new(layer)],
        Err(problems) => panic!("{} {text:?}: {problems:?}", format.name()),
    }
}

#[track_caller]
fn problems(format: Format, text: &str) -> Vec<Problem> {
    read(format, text).expect_err(text)
}

/// Where problems stand, and what they say.
#[track_caller]
fn complaints(format: Format, text: &str) -> Vec<String> {
    let place =
        |problem: &Problem| problem.origin().unwrap().to_string().split_once(':').unwrap().1.to_owned();
    let key = |problem: &Problem| problem.key().map_or_else(String::new, |key| format!("{key}: "));
    let complaint = |problem: &Problem| format!("{} {}{}", place(problem), key(problem), problem.message());
    problems(format, text).iter().map(complaint).collect()
}

fn at<'a>(stack: &'a Stack, path: &str) -> Merged<'a> {
    KeyPath::parse(path).segments().fold(Merged::root(stack), |here, segment| {
        match segment.parse::<usize>().ok().and_then(|number| here.items().nth(number)) {
            Some(item) => item,
            None => here.entry(&segment),
        }
    })
}

#[track_caller]
fn check(format: Format, text: &str, places: &[(&str, &str, &str)]) {
    let stack = layer(format, text);
    for (path, what, expected) in places {
        let place = if *what == "key" { Place::Key } else { Place::Value };
        let origin = at(&stack, path).origin(place).unwrap_or_else(|| panic!("no {path} in {text:?}"));
        let found = format!("{}:{}", origin.line().unwrap_or(0), origin.column().unwrap_or(0));
        assert_eq!(found, *expected, "{} {what} of {path} in {text:?}", format.name());
    }
}
