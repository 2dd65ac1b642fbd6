//! What arrives is not what was put.

use std::collections::BTreeMap;

use hotconf::{Reading, SourceError, Value};

use super::{Habits, each, garbles, names, report_of_content, says};

#[test]
fn a_source_that_turns_texts_into_numbers() {
    struct Guess;
    impl Habits for Guess {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            each(&mut held, &mut |value| {
                if let Some(number) = value.as_str().and_then(|text| text.parse().ok()) {
                    *value = Value::Integer(number);
                }
            });
            Ok(Reading::value(held))
        }
    }
    let words = "{ text = \"00123\" } was put, and is refused: text: expected a text, found the number 123";
    garbles(|| Guess, &["texts", "types", "lists"], words);
}

#[test]
fn a_source_that_turns_everything_into_texts() {
    struct Texts;
    impl Habits for Texts {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            each(&mut held, &mut |value| {
                if let Value::Integer(_) | Value::Float(_) | Value::Bool(_) = value {
                    *value = Value::String(value.to_string());
                }
            });
            Ok(Reading::value(held))
        }
    }
    let report = report_of_content(|| Texts);
    names(&report, &["whole numbers", "fractions", "booleans", "types"]);
    let words = "`text` was put as 8080, and arrives as \"8080\"; a number must stay a number";
    says(&report, words);
}

#[test]
fn a_source_that_keeps_numbers_as_doubles() {
    struct Doubles;
    impl Habits for Doubles {
        #[allow(clippy::cast_possible_truncation)] // it is what the source does wrong
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            each(&mut held, &mut |value| {
                if let Value::Integer(number) = value {
                    *number = *number as f64 as i128;
                }
            });
            Ok(Reading::value(held))
        }
    }
    let words = "`whole` was put as 9007199254740993 and arrives as 9007199254740992";
    garbles(|| Doubles, &["whole numbers"], words);
}

#[test]
fn a_source_that_loses_lists() {
    struct NoLists;
    impl Habits for NoLists {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            if let Value::Map(entries) = &mut held {
                entries.retain(|_, value| !matches!(value, Value::List(_)));
            }
            Ok(Reading::value(held))
        }
    }
    let words = "`numbers` was put as [3, 1, 2, 1] and arrives as [-7]";
    garbles(|| NoLists, &["lists", "lists of maps", "empty"], words);
}

#[test]
fn a_source_that_sorts_lists_as_sets() {
    struct Sets;
    impl Habits for Sets {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            each(&mut held, &mut |value| {
                if let Value::List(items) = value {
                    items.sort_by_key(ToString::to_string);
                    items.dedup();
                }
            });
            Ok(Reading::value(held))
        }
    }
    garbles(
        || Sets,
        &["lists", "lists of maps"],
        "`numbers` was put as [3, 1, 2, 1] and arrives as [1, 2, 3]",
    );
}

#[test]
fn a_source_that_takes_keys_apart_at_dots() {
    struct Dots;
    fn flat(value: Value, key: String, pairs: &mut Vec<(String, Value)>) {
        match value {
            Value::Map(entries) if !entries.is_empty() => {
                let dot = if key.is_empty() { "" } else { "." };
                entries.into_iter().for_each(|(name, entry)| flat(entry, format!("{key}{dot}{name}"), pairs));
            }
            other => pairs.push((key, other)),
        }
    }
    impl Habits for Dots {
        fn say(&mut self, held: Value) -> Result<Reading, SourceError> {
            let mut pairs = Vec::new();
            flat(held, String::new(), &mut pairs);
            pairs.retain(|(key, _)| !key.is_empty());
            Ok(Reading::values(pairs))
        }
    }
    garbles(|| Dots, &["keys"], "entries");
}

#[test]
fn a_source_that_drops_what_is_empty_or_null() {
    struct Compact;
    fn without_nothing(value: &mut Value) {
        if let Value::Map(entries) = value {
            entries.values_mut().for_each(without_nothing);
            let is_nothing = |value: &Value| match value {
                Value::Null => true,
                Value::Map(entries) => entries.is_empty(),
                Value::List(items) => items.is_empty(),
                Value::String(text) => text.is_empty(),
                _ => false,
            };
            entries.retain(|_, value| !is_nothing(value));
        }
    }
    impl Habits for Compact {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            without_nothing(&mut held);
            Ok(Reading::value(held))
        }
    }
    garbles(|| Compact, &["texts", "empty", "nulls"], "`text` was put as \"\" and arrives as \"below\"");
}

#[test]
fn a_source_that_trims_texts_and_cuts_long_ones() {
    struct Trim;
    impl Habits for Trim {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            each(&mut held, &mut |value| {
                if let Value::String(text) = value {
                    *text = text.trim().chars().take(4096).collect();
                }
            });
            Ok(Reading::value(held))
        }
    }
    let words = "`text` was put as \"  space around  \" and arrives as \"space around\"";
    garbles(|| Trim, &["texts", "long texts"], words);
}

#[test]
fn a_source_that_says_null_for_what_it_does_not_hold() {
    struct Nulls;
    impl Habits for Nulls {
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            if let Value::Map(entries) = &mut held {
                entries.entry("text".to_owned()).or_default();
            }
            Ok(Reading::value(held))
        }
    }
    let report = report_of_content(|| Nulls);
    names(&report, &["silence"]);
    let words = "`text` is not held, a lower layer says \"below\", and it arrives as nothing";
    says(&report, words);
}

#[test]
fn a_source_that_never_forgets() {
    struct Sticky(BTreeMap<String, Value>);
    impl Habits for Sticky {
        fn say(&mut self, held: Value) -> Result<Reading, SourceError> {
            let Value::Map(entries) = held else { return Ok(Reading::value(held)) };
            self.0.extend(entries);
            Ok(Reading::value(Value::Map(self.0.clone())))
        }
    }
    let report = report_of_content(|| Sticky(BTreeMap::new()));
    names(&report, &["forgetting"]);
    says(&report, "`text` is not held, a lower layer says \"below\", and it arrives as \"held\"");
}
