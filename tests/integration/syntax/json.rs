use hotconf::Format;

use super::{check, refused};

const COMMENT: &str = "JSON has no comments; delete it";
const COMMA: &str = "a comma is missing here; write one between two entries";
const CONFLICT: &str = "a merge conflict was left here; keep one of its sides and delete the lines of `<<<<<<<`, \
                        `=======` and `>>>>>>>`";
const END: &str = "more stands behind the end; write all keys within the one `{…}`";
const ESCAPE: &str = "a backslash that begins no escape of JSON; write `\\\\` for a backslash";
const KEY: &str = "a key without quotes; write keys in double quotes";
const MORE: &str = "more stands behind the value; write a comma and a key before it, or delete it";
const NO_VALUE: &str = "a value is missing here; write one, or `null`";
const SINGLE: &str = "single quotes around a text; write double quotes, `\"`";
const TEXT: &str = "a text without quotes; write texts in double quotes";
const TYPOGRAPHIC: &str = "typographic quotes around a text; write plain ones, `\"`";
const UNCLOSED: &str = "a text is not closed; write `\"` where it ends";
const UNCLOSED_LIST: &str = "`[` is not closed; write `]` where it ends";
const UNCLOSED_MAP: &str = "`{` is not closed; write `}` where it ends";

#[test]
fn signs_between_entries() {
    let cases: &[(&str, &[&str])] = &[
        ("{\"a\": 1⟦,⟧}", &["a comma stands before the closing `}`; delete it"]),
        ("{\"a\": [1, 2⟦,⟧\n]}", &["a comma stands before the closing `]`; delete it"]),
        ("{\"a\": 1⟦⟧\n \"b\": 2}", &[COMMA]),
        ("{\"é\": 1⟦⟧ \"b\": 2}", &[COMMA]),
        ("{\"a\": [1⟦⟧ 2, {\"b\": 1}⟦⟧ {}]}", &[COMMA, COMMA]),
        ("{\"a\": 1,⟦,⟧ \"b\": 2}", &["a comma with nothing before it; delete it"]),
        ("{\"a\": 1⟦;⟧ \"b\": 2}", &["a semicolon between entries; write a comma"]),
        ("{\"a\"⟦⟧ 1}", &["a colon is missing here; write one between key and value"]),
        ("{\"a\" ⟦=⟧ 1, \"b\" ⟦=⟧> 2}", &["an equals sign between key and value; write a colon"; 2]),
        ("{\"a\":⟦⟧ , \"b\":⟦}⟧", &[NO_VALUE, NO_VALUE]),
        ("{⟦\"⟧a\", ⟦\"⟧b\"}", &["a key without a value; write a colon and the value behind it"; 2]),
        ("{⟦:⟧ 1}", &["a key is missing here; write it in double quotes"]),
        ("{\"a\": \"x\" ⟦\"⟧y\"}", &[MORE]),
        ("{\"a\": 1} ⟦{⟧\"b\": 2}", &[END]),
        ("{\"a\": 1}⟦}⟧", &["a `}` too many; delete it"]),
        ("{\"a\": 1}⟦,⟧", &["a comma stands behind the end; delete it"]),
    ];
    check(Format::Json, cases);
}

#[test]
fn comments_and_conflicts() {
    let cases: &[(&str, &[&str])] = &[
        ("{\n  ⟦/⟧/ x\n  \"a\": 1, ⟦#⟧ y\n  ⟦/⟧* z\n */ \"b\": 2\n}", &[COMMENT, COMMENT, COMMENT]),
        ("{\"a\": 1} ⟦/⟧/ end", &[COMMENT]),
        ("{\n⟦<⟧<<<<<< HEAD\n\"a\": 1\n=======\n\"a\": 2,\n>>>>>>> b\n}", &[CONFLICT]),
        ("{\"a\": 1\n=======\n⟦>⟧>>>>>> b\n}", &[CONFLICT]),
    ];
    check(Format::Json, cases);
}

#[test]
fn quotes() {
    let cases: &[(&str, &[&str])] = &[
        ("{⟦'⟧a': ⟦'⟧b', \"c\": [⟦'⟧d']}", &[SINGLE, SINGLE, SINGLE]),
        ("{\"a\": ⟦`⟧b`}", &["backticks around a text; write double quotes, `\"`"]),
        ("{⟦“⟧a”: ⟦‘⟧b’}", &[TYPOGRAPHIC, TYPOGRAPHIC]),
        ("{⟦a⟧: 1, ⟦b⟧-c: 2}", &[KEY, KEY]),
        ("{\"password\": ⟦h⟧unter2, \"b\": 1}", &[TEXT]),
        ("{\"a\": ⟦h⟧ttp://x/y, \"b\": ⟦3⟧0 seconds}", &[TEXT, TEXT]),
        ("{\"a\": \"say ⟦\"⟧hi\" now\", \"b\": 1}", &["a quote within a text; write `\\\"` for it"]),
        ("{\"a\": ⟦\"⟧hunter2}", &[UNCLOSED]),
        ("{\"a\": ⟦\"⟧hunter2,\n \"b\": 1}", &[UNCLOSED]),
        ("{\"a\": ⟦\"⟧x, \"b\": 2}", &[UNCLOSED]),
        ("{⟦\"⟧a: 1, \"b\": 2}", &[UNCLOSED]),
        (
            "{\"a\": ⟦\"⟧C:\\dir\\\", \"b\": 1}",
            &["a text is not closed, since `\\\"` is a quote within it; write `\\\\` for a backslash"],
        ),
        ("{\"a\": \"one⟦⟧\ntwo\", \"b\": 1}", &["a line break within a text; write `\\n` for it"]),
        ("{\"a\": \"one⟦\t⟧two\"}", &["a tab within a text; write `\\t` for it"]),
        ("{\"a\": \"C:⟦\\⟧path\"}", &[ESCAPE]),
        (
            "{\"a\": \"⟦\\⟧u12\"}",
            &["`\\u` without four hexadecimal digits; write them, or `\\\\` for a backslash"],
        ),
        ("{\"a\": \"⟦\\⟧ud800\"}", &["`\\u` with half of a character; write the character itself"]),
        ("{\"a\": \"⟦\u{1b}⟧\"}", &["a control character (`\\u{1b}`) within a text; write `\\u001b` for it"]),
    ];
    check(Format::Json, cases);
}

#[test]
fn brackets() {
    let cases: &[(&str, &[&str])] = &[
        ("⟦{⟧\"a\": {\"b\": 1, \"c\": 2}", &[UNCLOSED_MAP]),
        ("{\n  \"a\": ⟦{⟧\n    \"b\": 1,\n  \"c\": 2\n}", &[UNCLOSED_MAP]),
        ("{\"a\": ⟦[⟧1, 2}", &[UNCLOSED_LIST]),
        ("{\"a\": {\"b\": ⟦[⟧1, 2", &["the text ends while brackets are open; write `]}}` where they end"]),
        ("{\"a\": 1⟦]⟧", &["`]` stands where `{` is open; write `}`"]),
        (
            "{\"a\": ⟦[⟧1, \"b\": 3}",
            &["a key stands within `[`; close the list with `]` before the key, or write `{` for `[`"],
        ),
        (
            "{\"a\": {}, ⟦{⟧\"c\": 2}}",
            &["a key is missing before the bracket; write it in double quotes and a colon behind it"],
        ),
        (
            "⟦\"⟧a\": 1, \"b\": 2",
            &["the keys stand in no brackets; write `{` before the first and `}` behind the last"],
        ),
    ];
    check(Format::Json, cases);
}

#[test]
fn words_and_numbers() {
    let cases: &[(&str, &[&str])] = &[
        ("{\"a\": ⟦T⟧rue}", &["`True` is no word of JSON; write `true`, or double quotes around a text"]),
        ("{\"a\": [⟦o⟧ff]}", &["`off` is no word of JSON; write `false`, or double quotes around a text"]),
        (
            "{\"a\": ⟦N⟧one, \"b\": ⟦u⟧ndefined}",
            &[
                "`None` is no word of JSON; write `null`, or double quotes around a text",
                "`undefined` is no word of JSON; write `null`, or double quotes around a text",
            ],
        ),
        ("{\"a\": ⟦N⟧aN}", &["JSON has no number `NaN`; write another number, or `null`"]),
        ("{\"a\": ⟦-⟧Infinity}", &["JSON has no number `-Infinity`; write another number, or `null`"]),
        ("{\"a\": ⟦t⟧ru}", &[TEXT]),
        ("{\"a\": ⟦+⟧1}", &["a number with `+`; write it without"]),
        ("{\"a\": ⟦.⟧5}", &["a number that begins with its point; write `0` before it"]),
        ("{\"a\": ⟦5⟧.}", &["a number that ends with its point; write `0` behind it"]),
        (
            "{\"a\": ⟦0⟧1}",
            &["a number that begins with `0`; write it without, or in double quotes if it is a text"],
        ),
        ("{\"a\": ⟦0⟧x10}", &["a number that is not decimal; write it in decimal, or in double quotes"]),
        ("{\"a\": ⟦1⟧_000}", &["a number with `_`; write its digits alone"]),
        ("{\"a\": ⟦3⟧0s, \"b\": ⟦1⟧2:30, \"c\": ⟦5⟧0%}", &[TEXT, TEXT, TEXT]),
        (
            "{\"a\": ⟦{⟧{ port }}, \"b\": ⟦$⟧{PORT}}",
            &["a placeholder was not filled in; write its value, in double quotes if it is a text"; 2],
        ),
    ];
    check(Format::Json, cases);
}

#[test]
fn other_characters_and_other_formats() {
    let other = |format: &str| {
        format!("it looks like {format}; write it as JSON, or let the name of its file end as that format's")
    };
    let cases: &[(&str, &[&str])] = &[
        ("{\"a\":⟦\u{a0}⟧1}", &["a blank that is none (`\\u{a0}`) stands here; write a plain blank for it"]),
        (
            "{\"a\": 1, ⟦\u{feff}⟧\"b\": 2}",
            &["a byte order mark (`\\u{feff}`) stands within the text; delete it"],
        ),
        ("{\"a\": ⟦\u{1}⟧1}", &["a control character (`\\u{1}`) stands here; delete it"]),
        ("⟦a⟧: 1\nb: 2", &[&other("YAML")]),
        ("⟦-⟧--\na: 1\n", &[&other("YAML")]),
        ("⟦a⟧ = 1\nb = 2", &[&other("TOML")]),
        ("⟦[⟧server]\na = 1\n", &[&other("TOML")]),
    ];
    check(Format::Json, cases);
}

#[test]
fn no_more_are_told_than_are_read() {
    let text = format!("{{{}}}", "a: b,".repeat(10_000));
    assert_eq!(refused(Format::Json, &text).problems().len(), 50);
}
