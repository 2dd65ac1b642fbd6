use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::random::damaged;
use super::*;
use crate::format::advice::yaml::mistakes;
use crate::value::View;

const YAML: Format = Format::Yaml;

fn value(text: &str, path: &str) -> Option<Value> {
    at(&layer(YAML, text), path).to_value()
}

#[test]
fn keys_and_values_have_places() {
    let text = "# é\nname: é   # x\r\n\"q é\":   1\r\nserver:\n  port:   8080\n  'x': |\n    é\n    b\n\
                list:\n- a: é\n  b: {c: 'ä', d: [1, 2]}\n- x\n1: a\ntrue: b\n1.50: c\n";
    let places = [
        ("name", "key", "2:1"),
        ("name", "value", "2:7"),
        ("\"q é\"", "key", "3:1"),
        ("\"q é\"", "value", "3:10"),
        ("server", "key", "4:1"),
        ("server", "value", "5:3"),
        ("server.port", "value", "5:11"),
        ("server.x", "key", "6:3"),
        ("list", "key", "9:1"),
        ("list.0", "value", "10:1"),
        ("list.0.a", "value", "10:6"),
        ("list.0.b.c", "key", "11:7"),
        ("list.0.b.d", "key", "11:15"),
        ("list.0.b.d.1", "value", "11:22"),
        ("list.1", "value", "12:3"),
        ("1", "key", "13:1"),
        ("true", "value", "14:7"),
        ("\"1.50\"", "value", "15:7"),
    ];
    check(YAML, text, &places);
}

#[test]
fn items_that_are_maps_or_nothing_begin_at_their_dash() {
    let text = "b: &b {x: 1}\nl:\n- # é\n  x: 1\n-   x: 2\n- &c\n  # d\n  x: 3\n-\n- *b\n- - x: 4\n- {x: 5}\n- !!map {x: 6}\n- y\n- [{x: 7}]\n-";
    let places = [
        ("l.0", "value", "3:1"),
        ("l.0.x", "key", "4:3"),
        ("l.1", "value", "5:1"),
        ("l.2", "value", "6:1"),
        ("l.3", "value", "9:1"),
        ("l.4", "value", "10:1"),
        ("l.5.0", "value", "11:3"),
        ("l.6", "value", "12:1"),
        ("l.7", "value", "13:1"),
        ("l.8", "value", "14:3"),
        ("l.9", "value", "15:3"),
        ("l.9.0", "value", "15:4"),
        ("l.10", "value", "16:1"),
    ];
    check(YAML, text, &places);
}

#[test]
fn aliases_and_merges_stand_where_they_are_used() {
    let text = "base: &b\n  r: 3\n  s: {t: 1}\nsrv:\n  <<: *b\n  r: 4\nal: *b\nli: [*b]\nmany:\n  <<: [*b, {z: 1}]\n";
    let places = [
        ("base.r", "value", "2:6"),
        ("srv.r", "value", "6:6"),
        ("srv.s", "key", "5:7"),
        ("srv.s.t", "value", "5:7"),
        ("al", "value", "7:5"),
        ("al.r", "value", "7:5"),
        ("li.0.s.t", "key", "8:6"),
        ("many.r", "value", "10:8"),
        ("many.z", "value", "10:12"),
    ];
    check(YAML, text, &places);
    assert_eq!(value(text, "srv.r"), Some(Value::Integer(4)));
    assert_eq!(value(text, "srv.\"<<\""), None);
}

/// Every null of the text with its path, in which items of lists have no name.
fn nulls(text: &str) -> String {
    let stack = layer(YAML, text);
    let mut found = Vec::new();
    collect_nulls(&Merged::root(&stack), "", &mut found);
    found.join(" ")
}

fn collect_nulls(here: &Merged<'_>, path: &str, found: &mut Vec<String>) {
    match here.view() {
        Some(View::Null) => {
            let nothing = here.clone().without_nothing().is_absent();
            found.push(format!("{path}={}", if nothing { "nothing" } else { "null" }));
        }
        Some(View::Map) => {
            here.entries().for_each(|(key, entry)| collect_nulls(&entry, &format!("{path}{key}"), found));
        }
        _ => here.items().for_each(|item| collect_nulls(&item, path, found)),
    }
}

#[test]
fn nothing_is_not_null() {
    let cases = [
        ("a:", "a=nothing"),
        ("a: \r\nb: 1", "a=nothing"),
        ("a:\n  # b: 1\n\nnullable: 1\n", "a=nothing"),
        ("a: # x", "a=nothing"),
        ("\"a\" :\n'b':\nc: 1", "a=nothing b=nothing"),
        ("\"\\u0061\": ~\n\"\\u0062\":", "a=null b=nothing"),
        ("a: null", "a=null"),
        ("a: Null # x\nb: NULL\nc: ~", "a=null b=null c=null"),
        ("a:\n  null", "a=null"),
        ("a:\n  # x\n  ~\nb: 1", "a=null"),
        ("a:\n\n  !!null x", "a=null"),
        ("a: !!null x", "a=null"),
        ("a: {h: , i: ~, j: }", "ah=nothing ai=null aj=nothing"),
        ("a: {h, i: null}", "ah=nothing ai=null"),
        ("a: {\"h\":null,i:\n}", "ah=null ai=nothing"),
        ("a: [null, x]", "a=null"),
        ("a:\n  -\n  - Null", "a=nothing a=null"),
        ("a: ''\nb: \"\"\nc: nullx\nd: 'null'", ""),
        ("m: &m\nn: *m", "m=nothing n=nothing"),
        ("o: &o null\np: *o", "o=null p=null"),
        ("b: &b {x: , y: ~}\nc: {<<: *b}\nd: *b", "bx=nothing by=null cx=nothing cy=null dx=nothing dy=null"),
        ("? a\n? b\n: ~", "a=nothing b=null"),
        ("a:\n&x b: 1", "a=nothing"),
        ("a:\nnull : 1", "not valid"),
    ];
    let far = format!("a:\n# {0}\n  ~\nb:\n# {0}\nc: 1\n", "x".repeat(1_000));
    assert_eq!(nulls(&far), "a=null b=nothing");
    for (text, expected) in cases {
        if expected == "not valid" {
            problems(YAML, text);
        } else {
            assert_eq!(nulls(text), expected, "{text:?}");
        }
    }
    // A text with all of them is read the second way throughout, and so must say the same.
    for (text, expected) in cases.iter().filter(|(_, expected)| *expected != "not valid") {
        let again = format!("{text}\nzz: {{w}}\n");
        let expected = format!("{expected} zzw=nothing");
        assert_eq!(nulls(&again), expected.trim_start(), "{again:?}");
    }
}

#[test]
fn values_are_what_they_are() {
    let text = "a: 9223372036854775808\nb: 18446744073709551616\nc: -9223372036854775809\nd: +5\ne: 017\nf: 1_000\n\
                g: 2026-01-02\nh: yes\ni: .inf\nj: 0x1F\nk: 1e3\nl: \"5\"\nm: True\nn: 1e30\no: +18446744073709551616\n\
                p: !!str 5\nq: -0\nr: 0o17\ns: >-\n  x\n  y\nt: \"a\\u00e9\"\n";
    let stack = layer(YAML, text);
    let shown: Vec<_> = at(&stack, "").entries().map(|(_, entry)| entry.view().unwrap()).collect();
    let expected = "[Digits(\"9223372036854775808\"), Digits(\"18446744073709551616\"), \
                    Digits(\"-9223372036854775809\"), Integer(5), Text(\"017\"), Text(\"1_000\"), \
                    Text(\"2026-01-02\"), Text(\"yes\"), Float(inf), Integer(31), Float(1000.0), Text(\"5\"), \
                    Bool(true), Float(1e30), Digits(\"18446744073709551616\"), Text(\"5\"), Integer(0), \
                    Integer(15), Text(\"x y\"), Text(\"aé\")]";
    assert_eq!(format!("{shown:?}"), expected);
}

#[test]
fn a_text_without_keys_is_empty() {
    for text in ["", "# only\n", "\n\n", "---\n", "{}", "---\n# x\n...\n", "--- {}"] {
        assert!(layer(YAML, text)[0].is_empty(), "{text:?}");
        assert_eq!(at(&layer(YAML, text), "").to_value(), Some(Value::Map(Default::default())), "{text:?}");
    }
}

#[test]
fn the_reader_of_mistakes_finds_none_where_the_parser_finds_none() {
    for seed in 0..6_000 {
        let text = damaged(YAML, seed);
        let is_right = match read(YAML, &text) {
            Ok(_) => true,
            Err(problems) => problems.iter().all(|problem| problem.kind() != ProblemKind::Syntax),
        };
        assert!(!is_right || mistakes(&text).is_empty(), "{text}: {:?}", mistakes(&text));
    }
}

#[test]
fn mistakes_are_looked_for_in_no_more_than_the_time_of_reading() {
    let dashes = format!("a: b: c\nd:\n  {}x\n", "- ".repeat(50_000));
    let flow = format!("a: b: c\nd: [{}]\n", "\"x\", ".repeat(50_000));
    let brackets = format!("a: b: c\nd: {}\n", "[".repeat(100_000));
    let aliases = format!("a: b: c\nd: [{}]\n", "*x, ".repeat(50_000));
    for text in [dashes, flow, brackets, aliases] {
        let began = Instant::now();
        assert_eq!(problems(YAML, &text)[0].kind(), ProblemKind::Syntax);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?} for {:.40}", began.elapsed(), text);
    }
}

#[test]
fn errors_have_places_and_plain_words() {
    let cases = [
        ("# c\n  5\n", "2:3 the top level must be a map of keys"),
        ("- a\n", "1:1 the top level must be a map of keys"),
        (" ~", "1:2 the top level must be a map of keys"),
        (
            "a: &a [*a]",
            "1:8 not valid YAML: an alias within its own anchor; write the value that it was to stand for",
        ),
        ("~: 1", "1:1 not valid YAML: a key that is neither text nor number nor boolean; write it in quotes"),
        (
            "a: !!int b",
            "1:10 not valid YAML: a value that is not of the type of its tag; mend it, or delete the tag",
        ),
        (
            "é: {<<: 5}",
            "1:9 not valid YAML: `<<` with something that is no map; write the alias of a map, or a list of them",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(complaints(YAML, text), [expected], "{text:?}");
    }
}

#[test]
fn duplicates_are_all_told() {
    let text = "é:\n  a: 1\n  b: 2\n  \"a\": 3\nl:\n  - {}\n  - {x: 1, x: 2}\né: 1\n";
    let expected = [
        "4:3 é.a: duplicate key; it stands first at 2:3",
        "7:12 l.1.x: duplicate key; it stands first at 7:6",
        "8:1 é: duplicate key; it stands first at 1:1",
    ];
    assert_eq!(complaints(YAML, text), expected);
    // What a merge brings and the map has itself is no duplicate.
    layer(YAML, "b: &b {x: 1}\nc: &c {x: 3}\na: {<<: [*b, *c], x: 2}\n");
}

#[test]
fn attacks_are_refused_quickly() {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    let mut merges = "a0: &a0 {k: v}\n".to_owned();
    for level in 1..9 {
        let below = vec![format!("*a{}", level - 1); 9].join(",");
        writeln!(bomb, "a{level}: &a{level} [{below}]").unwrap();
        let maps: Vec<_> = (0..9).map(|key| format!("k{key}: *a{}", level - 1)).collect();
        writeln!(merges, "a{level}: &a{level} {{<<: *a{}, {}}}", level - 1, maps.join(",")).unwrap();
    }
    let flow = format!("a: {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let block: String = (0..3_000).map(|level| format!("{}k:\n", " ".repeat(level))).collect();
    let dashes = format!("a:\n  {}x\n", "- ".repeat(20_000));
    let long_key = format!("? {}\n: 1\n", "[a,".repeat(2_000));
    let quotes = format!("a: {}", "\"".repeat(50_001));
    let hidden = format!("a: &a {0}1{1}\nb: &b {0}*a{1}\nc: {0}*b{1}\n", "[".repeat(40), "]".repeat(40));
    let anchors: String = (0..5_000).map(|number| format!("&a{number} ")).collect();
    for text in [bomb, merges, flow, block, dashes, hidden] {
        let began = Instant::now();
        let found = problems(YAML, &text);
        assert_eq!(found[0].kind(), ProblemKind::Limit, "{:?}", found[0].message());
        assert!(began.elapsed() < Duration::from_secs(10), "{:?} for {:.40}", began.elapsed(), text);
    }
    for text in [long_key, quotes, anchors] {
        let began = Instant::now();
        problems(YAML, &text);
        assert!(began.elapsed() < Duration::from_secs(10), "{:?} for {:.40}", began.elapsed(), text);
    }
    let deep = |levels: usize| format!("a: {}{}\n", "[".repeat(levels), "]".repeat(levels));
    layer(YAML, &deep(63));
    assert_eq!(complaints(YAML, &deep(64)), ["1:67 nested deeper than 64 levels"]);
}

#[test]
fn large_and_shared_files_are_read() {
    let large: String =
        (0..6_000).map(|number| format!("section_{number}:\n  a: 1\n  b: x\n  c: [1, 2]\n")).collect();
    assert_eq!(at(&layer(YAML, &large), "").key_count(), 6_000);
    let keys: String = (0..40).map(|number| format!("k{number}: {number}, ")).collect();
    let mut shared = format!("base: &base {{{keys}}}\n");
    (0..500).for_each(|number| writeln!(shared, "s{number}: {{<<: *base, k1: x{number}}}").unwrap());
    assert_eq!(value(&shared, "s499.k1"), Some(Value::String("x499".into())));
    assert_eq!(value(&shared, "s499.k2"), Some(Value::Integer(2)));
}
