use std::fmt::Write as _;

use hotconf::{Format, ProblemKind};

use super::{check, refused};

const BACKSLASH: &str =
    "a backslash that begins no escape of TOML; write the text in single quotes, or `\\\\` for a backslash";
const BLANK: &str = "a blank within a key; write the key in quotes, or `_` for the blank";
const COLON: &str = "a colon between key and value; write `=`";
const COMMA: &str = "a comma is missing here; write one between two entries";
const COMMA_BEHIND: &str = "a comma behind a value; delete it, and write one key in each line";
const COMMENT: &str = "a comment that does not begin with `#`; write `#`";
const CONFLICT: &str = "a merge conflict was left here; keep one of its sides and delete the lines of `<<<<<<<`, \
                        `=======` and `>>>>>>>`";
const MORE: &str = "more stands behind the end; delete it, or write it in a line of its own";
const NOTHING_BEFORE: &str = "a comma with nothing before it; delete it";
const NO_KEY: &str = "a key is missing here; write one before the sign";
const NO_SIGN: &str = "an `=` is missing here; write it between key and value";
const NO_VALUE: &str = "a value is missing here; write one, or delete the line";
const OTHER_SIGN: &str = "another sign than `=` between key and value; write `=`";
const SIGN: &str = "a key with a sign that needs quotes; write the key in quotes";
const TEXT: &str = "a text without quotes; write texts in quotes";
const TYPOGRAPHIC: &str = "typographic quotes around a text; write plain ones, `\"`";
const UNCLOSED: &str = "a text is not closed; write the same quote where it ends";
const UNCLOSED_LIST: &str = "`[` is not closed; write `]` where it ends";
const UNCLOSED_TABLE: &str = "`{` is not closed; write `}` where it ends";

#[test]
fn keys_and_signs() {
    let cases: &[(&str, &[&str])] = &[
        ("a =⟦⟧\nb = 1\nc =⟦ ⟧\nd = ⟦x⟧\n", &[NO_VALUE, NO_VALUE, TEXT]),
        ("b =⟦ ⟧# later\n", &[NO_VALUE]),
        (
            "x = 1\nhost⟦:⟧ 'b'\n[s]\nb ⟦:⟧= 1\nc ⟦=⟧> 1\nd ⟦=⟧= 1\n",
            &[COLON, OTHER_SIGN, OTHER_SIGN, OTHER_SIGN],
        ),
        (
            "[s]\nserver⟦:⟧\n  port⟦:⟧ 80\n",
            &["a colon behind a key; write a table as `[name]`, and a value as `name = value`", COLON],
        ),
        ("port⟦ ⟧ 8080\n", &[NO_SIGN]),
        ("b = 1\nport⟦⟧\n", &["a key without a value; write `=` and the value behind it"]),
        ("⟦=⟧ 1\n", &[NO_KEY]),
        ("b = ⟦=⟧ 1\n", &["an `=` too many; delete it"]),
        ("my⟦ ⟧key = 1\nexport⟦ ⟧FOO=1\n", &[BLANK, BLANK]),
        ("⟦é⟧ = 1\n⟦b⟧/c = 1\n⟦$⟧x = 1\n", &[SIGN, SIGN, SIGN]),
        ("b.⟦.⟧c = 1\n", &["a dot with no key before it; delete it, or write the key in quotes"]),
        ("⟦b⟧. = 1\n", &["a key that ends with a dot; delete the dot, or write the key in quotes"]),
        (
            "⟦-⟧ x\n",
            &["an item of a list as YAML has it; write `name = [ … ]` with commas between the items"],
        ),
    ];
    check(Format::Toml, cases);
}

#[test]
fn behind_a_value() {
    let cases: &[(&str, &[&str])] = &[
        ("b = 1 ⟦2⟧\nc = 'x' ⟦y⟧\nd = [1] ⟦2⟧\ne = 1 ⟦f⟧ = 2\n", &[MORE, MORE, MORE, MORE]),
        ("b = 1⟦,⟧\nc = 'x'⟦,⟧\n", &[COMMA_BEHIND, COMMA_BEHIND]),
        ("b = 1⟦;⟧\n", &["a semicolon behind a value; delete it"]),
        ("⟦/⟧/ x\nb = 1 ⟦/⟧/ y\n⟦;⟧ z\nc = 1 ⟦;⟧ w\n", &[COMMENT, COMMENT, COMMENT, COMMENT]),
        ("b = 1 ⟦}⟧\nc = [1]⟦]⟧\n", &["a `}` too many; delete it", "a `]` too many; delete it"]),
        ("b = 1\n⟦}⟧\n", &["a `}` that closes nothing; delete it"]),
        ("b = 1\n⟦<⟧<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n", &[CONFLICT]),
    ];
    check(Format::Toml, cases);
}

#[test]
fn quotes() {
    let cases: &[(&str, &[&str])] = &[
        ("b = ⟦“⟧x”\nc = ⟦‘⟧x’\n⟦“⟧d” = 1\n", &[TYPOGRAPHIC, TYPOGRAPHIC, TYPOGRAPHIC]),
        ("b = ⟦`⟧x`\n", &["backticks around a text; write double quotes, `\"`"]),
        ("password = ⟦h⟧unter2\nb = ⟦3⟧0 seconds\nc = ⟦h⟧ttp://x\n", &[TEXT, TEXT, TEXT]),
        ("b = ⟦\"⟧hunter2\nc = ⟦'⟧x\n⟦\"⟧d = 1\n", &[UNCLOSED, UNCLOSED, UNCLOSED]),
        ("b = ⟦\"⟧\"\"hunter2\na = 1\na = 1\n", &["a text is not closed; write `\"\"\"` where it ends"]),
        ("b = ⟦'⟧''hunter2\n", &["a text is not closed; write `'''` where it ends"]),
        (
            "b = \"say ⟦\"⟧hi\" now\"\nc = 'it⟦'⟧s'\n",
            &[
                "a quote within a text; write `\\\"` for it, or the text in single quotes",
                "a single quote within a text; write the text in double quotes",
            ],
        ),
        ("b = \"C:⟦\\⟧path\\more\"\n", &[BACKSLASH]),
        (
            "b = \"C:⟦\\⟧Users\"\n",
            &[
                "`\\U` without 8 hexadecimal digits; write the text in single quotes, or `\\\\` for a backslash",
            ],
        ),
        (
            "b = ⟦\"⟧C:\\dir\\\"\n",
            &[
                "a text is not closed, since `\\\"` is a quote within it; write `\\\\` for a backslash, or the \
               text in single quotes",
            ],
        ),
        ("b = \"⟦\\⟧ud800\"\n", &["an escape of a character that there is not; write the character itself"]),
        (
            "b = \"⟦\u{1b}⟧\"\n",
            &["a control character (`\\u{1b}`) within a text; write `\\u001b` for it in double quotes"],
        ),
    ];
    check(Format::Toml, cases);
}

#[test]
fn brackets() {
    let cases: &[(&str, &[&str])] = &[
        ("b = ⟦[⟧1, 2\nc = 1\n", &[UNCLOSED_LIST]),
        ("b = ⟦[⟧\n  'x',\n  'y'\n\n[server]\na = 1\n", &[UNCLOSED_LIST]),
        ("b = ⟦{⟧ c = 1\nd = 2\n", &[UNCLOSED_TABLE]),
        ("b = ⟦{⟧ c = 1, d = { e = 1 }\n", &[UNCLOSED_TABLE]),
        ("b = [\n  { c = 1 },\n  ⟦{⟧ c = 2\n]\n", &[UNCLOSED_TABLE]),
        ("b = [[1], ⟦[⟧2\n", &["brackets are not closed; write `]]` where they end"]),
        ("b = [1⟦}⟧\n", &["`}` stands where `[` is open; write `]`"]),
        ("b = [1⟦ ⟧2, 'x'⟦ ⟧'y']\nc = { d = 1⟦ ⟧e = 2 }\n", &[COMMA, COMMA, COMMA]),
        ("b = [1,⟦,⟧ 2]\nc = [⟦,⟧1]\n", &[NOTHING_BEFORE, NOTHING_BEFORE]),
        ("b = [1⟦;⟧ 2]\n", &["a semicolon between entries; write a comma"]),
        ("b = { c⟦:⟧ 1, d⟦ ⟧1 }\n", &[COLON, NO_SIGN]),
        ("b = { c =⟦ ⟧}\n", &["a value is missing here; write one"]),
        (
            "b = ⟦[⟧c = 1]\n",
            &["a key stands within `[`; write `{…}` around key and value, or close the list before"],
        ),
        ("⟦[⟧a\nb = 1\n", &["a header that is not closed; write `]` behind its name"]),
        (
            "⟦[⟧[b]\nc = 1\n",
            &[
                "a header with two brackets before its name and one behind; write `]]`, or `[` for a single table",
            ],
        ),
        (
            "[b]⟦]⟧\nc = 1\n",
            &[
                "a header with one bracket before its name and more behind; write `]`, or `[[` for a list of tables",
            ],
        ),
        ("⟦[⟧]\n", &["a header without a name; write one between its brackets"]),
        ("[b⟦ ⟧c]\n[⟦d⟧/e]\n", &[BLANK, SIGN]),
        ("[b] ⟦c⟧ = 1\n", &[MORE]),
    ];
    check(Format::Toml, cases);
}

#[test]
fn words_and_numbers() {
    let mut lines = String::new();
    let mut expected: Vec<String> = Vec::new();
    let words = [("True", "true"), ("yes", "true"), ("on", "true"), ("False", "false"), ("NaN", "nan")];
    for (number, (word, right)) in words.into_iter().enumerate() {
        writeln!(lines, "k{number} = ⟦{}⟧{}", &word[..1], &word[1..]).unwrap();
        expected.push(format!("`{word}` is no word of TOML; write `{right}`, or quotes around a text"));
    }
    let none = |word: &str| format!("TOML has no `{word}`; delete the line, or write quotes around a text");
    lines.push_str("n = ⟦n⟧ull\no = ⟦N⟧one\n");
    expected.extend([none("null"), none("None")]);
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check(Format::Toml, &[(&lines, &expected)]);
    let digit = "a number with `_` elsewhere than between two digits; delete it";
    let cases: &[(&str, &[&str])] = &[
        ("b = ⟦0⟧8\n", &["a number that begins with `0`; write it without, or in quotes if it is a text"]),
        ("b = ⟦1⟧.\n", &["a number that ends with its point; write `0` behind it"]),
        ("b = ⟦.⟧5\n", &["a number that begins with its point; write `0` before it"]),
        ("b = ⟦1⟧_000_\nc = ⟦1⟧__0\n", &[digit, digit]),
        ("b = ⟦0⟧x\n", &["a number without digits; write them, or `0` alone"]),
        ("b = ⟦0⟧X1F\n", &["a prefix in upper case; write `0x`, `0o` or `0b`"]),
        ("b = ⟦+⟧0x1\n", &["a sign before a number that is not decimal; delete the sign"]),
        ("b = ⟦1⟧,5\n", &["a number with a comma; write a point for it"]),
        (
            "b = ⟦2⟧5:99\nc = ⟦2⟧026-13-45\n",
            &["a date or a time that there is not; mend it, or write quotes around a text"; 2],
        ),
        ("b = ⟦5⟧0%\nc = ⟦3⟧0s\nd = ⟦1⟧.2.3\n", &[TEXT, TEXT, TEXT]),
        (
            "b = ⟦{⟧{ x }}\nc = ⟦$⟧{PORT}\n",
            &["a placeholder was not filled in; write its value, in quotes if it is a text"; 2],
        ),
    ];
    check(Format::Toml, cases);
}

#[test]
fn other_characters_and_other_formats() {
    let other = |format: &str| {
        format!("it looks like {format}; write it as TOML, or let the name of its file end as that format's")
    };
    let cases: &[(&str, &[&str])] = &[
        ("b =⟦\u{a0}⟧1\n", &["a blank that is none (`\\u{a0}`) stands here; write a plain blank for it"]),
        ("b = 1\n⟦\u{feff}⟧c = 1\n", &["a byte order mark (`\\u{feff}`) stands within the text; delete it"]),
        ("b = 1⟦\u{0}⟧\n", &["a control character (`\\u{0}`) stands here; delete it"]),
        ("b = 1 # ⟦\u{1b}⟧\n", &["a control character (`\\u{1b}`) in a comment; delete it"]),
        ("b = 1⟦\r⟧c = 2\n", &["a carriage return without the end of a line (`\\u{d}`); delete it"]),
        ("⟦{⟧\n  \"a\": 1\n}\n", &[&other("JSON")]),
        ("⟦-⟧--\na: 1\n", &[&other("YAML")]),
        ("a⟦:⟧ 1\nb:\n  c: x\n", &[&other("YAML")]),
    ];
    check(Format::Toml, cases);
}

#[test]
fn one_name_for_two_things() {
    let braces =
        "no keys can be added to a table in `{…}`; it stands first at 1:1; write them between its brackets";
    let both = "a value and a table cannot have one name; it stands first at 1:1; rename one of them";
    let dotted =
        "a header for a table that keys with dots made; it stands first at 1:1; write all its keys there";
    let lists = "a table and a list of tables cannot have one name; it stands first at";
    let cases = [
        ("a = 1\na = 2", "a 2:1 duplicate key; it stands first at 1:1".to_owned()),
        (
            "[b]\nc = 1\n[b]\nd = 1",
            "b 3:2 duplicate table; it stands first at 1:2; write all its keys there".into(),
        ),
        ("b = 1\n[b]\nc = 1", format!("b 2:2 {both}")),
        ("b = 1\n[b.c]\nd = 1", format!("b 2:2 {both}")),
        ("b = 1\nb.c = 1", format!("b 2:1 {both}")),
        ("b = { c = 1 }\nb.d = 1", format!("b 2:1 {braces}")),
        ("b = { c = 1 }\n[b.d]\ne = 1", format!("b 2:2 {braces}")),
        ("b.c = 1\n[b]\nd = 1", format!("b 2:2 {dotted}")),
        (
            "[b.c]\nd = 1\n[b]\nc = 1",
            "b.c 4:1 a value and a table cannot have one name; it stands first at 1:4; rename one of them"
                .into(),
        ),
        ("[[b]]\nc = 1\n[b]\nd = 1", format!("b 3:2 {lists} 1:3; write `[[…]]` for both")),
        ("[b]\nc = 1\n[[b]]\nd = 1", format!("b 3:3 {lists} 1:2; write `[[…]]` for both")),
        ("b = [1]\n[[b]]\nc = 1", format!("b 2:3 {both}")),
    ];
    for (text, expected) in cases {
        let error = refused(Format::Toml, text);
        let [problem] = error.problems() else { panic!("{text}: {error}") };
        assert_eq!(problem.kind(), ProblemKind::DuplicateKey, "{text}");
        let origin = problem.origin().unwrap();
        let place = format!("{}:{}", origin.line().unwrap(), origin.column().unwrap());
        assert_eq!(format!("{} {place} {}", problem.key().unwrap(), problem.message()), expected, "{text}");
    }
}

#[test]
fn keys_that_stand_twice_are_told_beside_other_mistakes() {
    let error = refused(Format::Toml, "b = \nc = 1\nc = 2\nd = x\n");
    let lines: Vec<_> =
        error.problems().iter().map(|problem| problem.origin().unwrap().line().unwrap()).collect();
    assert_eq!(lines, [1, 3, 4], "{error}");
}
