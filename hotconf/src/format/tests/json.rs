use super::random::damaged;
use super::*;
use crate::format::advice::json::mistakes;

const JSON: Format = Format::Json;

#[test]
fn keys_and_values_have_places() {
    let text =
        "{\r\n  \"né\": \"ä\", \"port\":   8080,\r\n  \"li\": [ {\"x\": null}, true ],\n\"a\\\"b\": {}\n}\n";
    let places = [
        ("né", "key", "2:3"),
        ("né", "value", "2:9"),
        ("port", "key", "2:14"),
        ("port", "value", "2:24"),
        ("li", "value", "3:9"),
        ("li.0", "value", "3:11"),
        ("li.0.x", "key", "3:12"),
        ("li.0.x", "value", "3:17"),
        ("li.1", "value", "3:24"),
        ("\"a\\\"b\"", "key", "4:1"),
        ("\"a\\\"b\"", "value", "4:9"),
    ];
    check(JSON, text, &places);
}

#[test]
fn numbers_keep_every_digit() {
    let text = r#"{"a": 9223372036854775807, "b": 9223372036854775808, "c": 123456789012345678901234567890,
        "d": -9223372036854775809, "e": 1.5, "f": 1e20, "g": -0, "h": 9007199254740993.0, "i": -0.0}"#;
    let stack = layer(JSON, text);
    let shown: Vec<_> = at(&stack, "").entries().map(|(_, entry)| entry.view().unwrap()).collect();
    let expected = "[Integer(9223372036854775807), Digits(\"9223372036854775808\"), \
                    Digits(\"123456789012345678901234567890\"), Digits(\"-9223372036854775809\"), Float(1.5), \
                    Float(1e20), Integer(0), Float(9007199254740992.0), Float(-0.0)]";
    assert_eq!(format!("{shown:?}"), expected);
}

#[test]
fn duplicates_are_all_told() {
    let text = "{\"é\": {\"a\": 1, \"b\": 2, \"\\u0061\": 3},\n \"l\": [{}, {\"x\": 1, \"x\": {\"y\": 1, \"y\": 2}}],\n \"é\": 1}";
    let expected = [
        "1:24 é.a: duplicate key; it stands first at 1:8",
        "2:21 l.1.x: duplicate key; it stands first at 2:13",
        "2:35 l.1.x.y: duplicate key; it stands first at 2:27",
        "3:2 é: duplicate key; it stands first at 1:2",
    ];
    assert_eq!(complaints(JSON, text), expected);
}

#[test]
fn errors_have_places_in_characters() {
    let cases = [
        ("", "1:1 not valid JSON: the text is empty; write `{}` where there are no keys"),
        ("{\"é\": x}", "1:7 not valid JSON: a text without quotes; write texts in double quotes"),
        (
            "{\"a\": 1} é",
            "1:10 not valid JSON: more stands behind the end; write all keys within the one `{…}`",
        ),
        (" [1]", "1:2 the top level must be a map of keys"),
        ("5", "1:1 the top level must be a map of keys"),
        ("null", "1:1 the top level must be a map of keys"),
    ];
    for (text, expected) in cases {
        assert_eq!(complaints(JSON, text), [expected], "{text:?}");
    }
}

#[test]
fn the_reader_of_mistakes_agrees_with_the_parser() {
    for seed in 0..6_000 {
        let text = damaged(JSON, seed);
        let found = mistakes(&text);
        match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
            Ok(_) => assert!(found.is_empty(), "{text}: {found:?}"),
            Err(error) => {
                let noticed = crate::format::json::byte_offset(&text, error.line(), error.column());
                let first = found.first().unwrap_or_else(|| panic!("{error}: {text}"));
                assert!(first.start <= noticed + 2, "{error}: {text}: {found:?}");
            }
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = |levels: usize| format!("{{\"a\": {}{}}}", "[".repeat(levels), "]".repeat(levels));
    layer(JSON, &deep(63));
    assert_eq!(complaints(JSON, &deep(64)), ["1:70 nested deeper than 64 levels"]);
    assert_eq!(problems(JSON, &deep(100_000))[0].kind(), ProblemKind::Limit);
    assert_eq!(problems(JSON, &"{\"a\":".repeat(100_000))[0].kind(), ProblemKind::Limit);
}

#[test]
fn null_is_null() {
    let stack = layer(JSON, "{\"a\": null}");
    assert_eq!(at(&stack, "a").to_value(), Some(Value::Null));
}
