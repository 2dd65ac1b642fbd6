use hotconf::{Format, Hot, HotConfig, Watch};

use super::{check, refused};

const ALIAS: &str = "an alias of an anchor that is not there; write the anchor `&…` before it, or quotes around a text \
                     that begins with `*`";
const BLANK: &str = "a blank is missing behind the colon; write `: ` between key and value";
const COLON: &str = "a second colon with a blank behind it in one line; write quotes around the value, or the second \
                     key in a line of its own";
const COMMA: &str = "a comma is missing here; write one between two entries";
const COMMENT: &str = "a comment that does not begin with `#`; write `#`";
const CONFLICT: &str = "a merge conflict was left here; keep one of its sides and delete the lines of `<<<<<<<`, \
                        `=======` and `>>>>>>>`";
const DASH: &str = "a blank is missing behind the dash; write `- `";
const DEEPER: &str =
    "a line that is indented deeper than the one before, which has its value; align it with its siblings";
const DOCUMENT: &str =
    "a second document begins here, and only one is read; delete it, or write it into a file of its own";
const EQUALS: &str = "an equals sign between key and value; write `: `";
const ITEM: &str = "an item of a list among keys; indent it beneath the key that it belongs to";
const KEY: &str =
    "a key among the items of a list; write `- ` before it, or indent it as the keys of its item";
const MISALIGNED: &str = "a line that is aligned with none before it; indent it as its siblings are";
const MORE: &str = "more stands behind the value; delete it, or write all of it in quotes";
const NO_KEY: &str =
    "a line without a key; write `key: ` before it, or quotes around a text of several lines";
const PLACEHOLDER: &str = "a placeholder was not filled in; write its value, or quotes around it";
const SIGN: &str = "a value that begins with a sign of YAML; write it in quotes";
const TAB: &str = "a tab in the indentation; write spaces";
const TAG: &str = "a tag that is not known; delete it, or write quotes around a text that begins with `!`";
const UNCLOSED: &str = "a text is not closed; write `\"` where it ends";
const UNCLOSED_LIST: &str = "`[` is not closed; write `]` where it ends";
const UNCLOSED_MAP: &str = "`{` is not closed; write `}` where it ends";

#[test]
fn indentation() {
    let cases: &[(&str, &[&str])] = &[
        ("b:\n⟦\t⟧c: 1\n", &[TAB]),
        ("b: 1\n⟦\t⟧c: 2\n", &[TAB]),
        ("b:\n  c: 1\n  ⟦\t⟧d: 2\n", &[TAB]),
        ("b: 1\n  ⟦c⟧: 2\n", &[DEEPER]),
        ("b: 1\n ⟦c⟧: 2\nd: 3\n  ⟦e⟧: 4\n", &[DEEPER, DEEPER]),
        ("b:\n  c: 1\n ⟦d⟧: 2\n", &[MISALIGNED]),
        ("  b: 1\n⟦c⟧: 2\n", &[MISALIGNED]),
        ("b:\n  - c: 1\n    d: 2\n   ⟦e⟧: 3\n", &[MISALIGNED]),
        ("b:\n  - c: 1\n     ⟦d⟧: 2\n", &[DEEPER]),
        ("b: 1\n⟦-⟧ c\n", &[ITEM]),
        ("b:\n  c: 1\n  ⟦-⟧ d\n", &[ITEM]),
        ("b:\n  - c\n  ⟦d⟧: 1\n", &[KEY]),
        ("b:\n  - c\n  ⟦-⟧d\n", &[DASH]),
        (
            "b: |\n    c\n  ⟦d⟧\ne: 1\n",
            &["a line that is indented less than the first of its text; indent it as that one"],
        ),
        (
            "b: |\n⟦c⟧\nd: 1\n",
            &["a text behind `|` or `>` that is not indented; indent it deeper than its key"],
        ),
        (
            "b: | ⟦c⟧\nd: 1\n",
            &["a text in the line of `|` or `>`; write it in the lines below, or in quotes"],
        ),
        (
            "b: ⟦-⟧ c\n",
            &["a list that begins in the line of its key; write its items in lines of their own, or `[…]`"],
        ),
    ];
    check(Format::Yaml, cases);
}

#[test]
fn keys_and_signs() {
    let cases: &[(&str, &[&str])] = &[
        ("port⟦:⟧8080\nb: x\n", &[BLANK]),
        ("b: x\nport⟦:⟧8080\nc⟦:⟧1\n", &[BLANK, BLANK]),
        ("port⟦:⟧8080\n", &[BLANK]),
        ("b: 1\nc⟦=⟧1\nd ⟦=⟧ 2\n", &[EQUALS, EQUALS]),
        ("b: 1\n⟦c⟧\nd: 2\n", &[NO_KEY]),
        ("⟦h⟧unter2\n", &[NO_KEY]),
        ("b: c⟦:⟧ d\n", &[COLON]),
        ("b: c⟦:⟧ d\ne: f⟦:⟧ g\n", &[COLON, COLON]),
        ("⟦/⟧/ b\nc: 1\n", &[COMMENT]),
        ("b: 1\n⟦/⟧/ c\nd: 2\n", &[COMMENT]),
        ("b: 1\n⟦<⟧<<<<<< HEAD\nc: 1\n=======\nc: 2\n>>>>>>> d\n", &[CONFLICT]),
        ("b: 1\n⟦-⟧--\nc: 2\n", &[DOCUMENT]),
        ("b: 1\n⟦-⟧--\nc: 2\n---\nd: 3\n", &[DOCUMENT]),
        ("⟦n⟧ull: 1\n", &["a key that is neither text nor number nor boolean; write it in quotes"]),
        ("⟦[⟧b]: 1\n", &["a key in brackets; write a key as text, without brackets"]),
    ];
    check(Format::Yaml, cases);
}

#[test]
fn quotes() {
    let cases: &[(&str, &[&str])] = &[
        ("b: ⟦\"⟧hunter2\nc: 1\n", &[UNCLOSED]),
        ("b: ⟦\"⟧hunter2\nc: \"x\"\n", &[UNCLOSED]),
        ("b:\n  c: ⟦\"⟧hunter2\n  d: 1\ne: 2\n", &[UNCLOSED]),
        ("b: ⟦'⟧hunter2\nc: 1\n", &["a text is not closed; write `'` where it ends"]),
        (
            "b: ⟦\"⟧C:\\\"\nc: 1\n",
            &[
                "a text is not closed, since `\\\"` is a quote within it; write `\\\\` for a backslash, or the \
               text in single quotes",
            ],
        ),
        (
            "b: \"C:⟦\\⟧path\"\n",
            &[
                "a backslash that begins no escape of YAML; write the text in single quotes, or `\\\\` for a backslash",
            ],
        ),
        (
            "b: \"C:⟦\\⟧Users\"\n",
            &[
                "`\\U` without 8 hexadecimal digits; write the text in single quotes, or `\\\\` for a backslash",
            ],
        ),
        (
            "b: \"say ⟦\"⟧hi\" now\"\n",
            &["a quote within a text; write `\\\"` for it, or the text in single quotes"],
        ),
        ("b: 'it⟦'⟧s'\n", &["a single quote within a text; write `''` for it, or the text in double quotes"]),
        ("b: \"x\" ⟦y⟧\nc: [1] ⟦2⟧\n", &[MORE, MORE]),
        ("b: \"x\"⟦#⟧ c\n", &["a blank is missing before the comment; write one"]),
        (
            "b: \"⟦\u{1b}⟧\"\n",
            &["a control character (`\\u{1b}`) within a text; write `\\x1b` for it in double quotes"],
        ),
    ];
    check(Format::Yaml, cases);
}

#[test]
fn brackets() {
    let cases: &[(&str, &[&str])] = &[
        ("b: ⟦[⟧1, 2\nc: 3\n", &[UNCLOSED_LIST]),
        ("b: ⟦[⟧\n  1,\n  2\nc: 3\nd: 4\n", &[UNCLOSED_LIST]),
        ("b: ⟦{⟧c: 1\nd: 2\n", &[UNCLOSED_MAP]),
        ("b: [1, ⟦{⟧c: 2\nd: 3\n", &["brackets are not closed; write `}]` where they end"]),
        ("b: [1⟦}⟧\n", &["`}` stands where `[` is open; write `]`"]),
        ("b: [1, 2]⟦]⟧\n", &["a `]` too many; delete it"]),
        ("b: [\"x\"⟦⟧ \"y\", {c: 1}⟦⟧ {}]\n", &[COMMA, COMMA]),
    ];
    check(Format::Yaml, cases);
}

#[test]
fn values_that_begin_with_a_sign() {
    let cases: &[(&str, &[&str])] = &[
        ("b: ⟦@⟧x\nc: ⟦`⟧x`\n", &[SIGN, SIGN]),
        ("b: ⟦%⟧x\n", &[SIGN]),
        ("b: ⟦*⟧nope\n", &[ALIAS]),
        ("b: [&c 1, *c, ⟦*⟧d]\n", &[ALIAS]),
        ("b: ⟦*⟧ * * *\nc: ⟦*⟧.example.com\n", &[SIGN, SIGN]),
        ("b: ⟦&⟧\nc: 1\n", &[SIGN]),
        ("b: ⟦!⟧hunter2 c\n", &[TAG]),
        ("b: ⟦{⟧{ port }}\nc: [⟦{⟧{ x }}]\n", &[PLACEHOLDER, PLACEHOLDER]),
        ("b: !!int ⟦x⟧\n", &["a value that is not of the type of its tag; mend it, or delete the tag"]),
    ];
    check(Format::Yaml, cases);
}

/// What is a mistake elsewhere is a text here, and nothing is told of it beside a mistake.
#[test]
fn what_is_right_is_not_told() {
    let text = "a: 1\nb: it's a \"text\" {{ x }} # it's\nc: |\n  d: e: f\n\n   - \"\n  \tg\nh: >-\n  'x\ni:\n- j: http://x:80/y#z\n  k: [\n    a-b, 'c: d', \
                \"e\": f,\n  ]\n-\n  - l\n  - - m\n    - n\no: p\n  q\n   r\ns: \"t\n  u: v\"\nw: &x {y: 1}\nz: *x\n? aa\n: bb\n";
    let error = refused(Format::Yaml, &text.replace("? aa\n: bb\n", "cc: dd: ee\n"));
    let lines: Vec<_> = error.problems().iter().map(hotconf::Problem::message).collect();
    assert_eq!(lines, [format!("not valid YAML: {COLON}")], "{error}");
}

#[derive(Debug, HotConfig)]
struct Fleet {
    ships: Vec<Ship>,
}

#[derive(Debug, HotConfig)]
struct Ship {
    url: String,
}

#[test]
fn what_an_item_lacks_is_told_at_its_dash() {
    let text = "ships:\n  - url: x\n  - # later\n    {}\n  -\n";
    let error = Hot::<Fleet>::builder().watch(Watch::Off).text(Format::Yaml, text).build().unwrap_err();
    let places: Vec<_> = error.problems().iter().filter_map(|problem| problem.origin()).collect();
    let places: Vec<_> =
        places.iter().map(|origin| (origin.line().unwrap(), origin.column().unwrap())).collect();
    assert_eq!(places, [(3, 3), (5, 3)], "{error}");
}
