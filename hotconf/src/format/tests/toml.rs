use super::random::damaged;
use super::*;
use crate::format::advice::toml::mistakes;
use crate::format::toml::{is_of_form, read};

const TOML: Format = Format::Toml;

#[test]
fn keys_and_values_have_places() {
    let text = "# é\nname = 'é' # x\r\n'q é' = 1\r\n\n[server]\nport   = 8080\ntls.cert = 'a'\n\
                \"x\".y = { z = 'ä', w = [1, 2] }\n[a.b]\nc = true\n";
    let places = [
        ("name", "key", "2:1"),
        ("name", "value", "2:8"),
        ("\"q é\"", "key", "3:1"),
        ("\"q é\"", "value", "3:9"),
        ("server", "key", "5:2"),
        ("server", "value", "5:2"),
        ("server.port", "key", "6:1"),
        ("server.port", "value", "6:10"),
        ("server.tls", "key", "7:1"),
        ("server.tls", "value", "7:1"),
        ("server.tls.cert", "key", "7:5"),
        ("server.tls.cert", "value", "7:12"),
        ("server.x", "key", "8:1"),
        ("server.x.y", "key", "8:5"),
        ("server.x.y", "value", "8:9"),
        ("server.x.y.z", "key", "8:11"),
        ("server.x.y.z", "value", "8:15"),
        ("server.x.y.w", "key", "8:20"),
        ("server.x.y.w", "value", "8:24"),
        ("server.x.y.w.1", "value", "8:28"),
        ("a", "key", "9:2"),
        ("a.b", "key", "9:4"),
        ("a.b.c", "value", "10:5"),
    ];
    check(TOML, text, &places);
}

#[test]
fn tables_in_lists_begin_at_their_own_header() {
    let text =
        "[[upstreams]]\nhost = 'é'\n\n  [[upstreams]]\n  host = 'b'\n  [upstreams.limits]\n  rate = 1\n";
    let places = [
        ("upstreams", "key", "1:3"),
        ("upstreams", "value", "1:1"),
        ("upstreams.0", "value", "1:1"),
        ("upstreams.0.host", "value", "2:8"),
        ("upstreams.1", "value", "4:3"),
        ("upstreams.1.host", "value", "5:10"),
        ("upstreams.1.limits", "key", "6:14"),
        ("upstreams.1.limits.rate", "value", "7:10"),
    ];
    check(TOML, text, &places);
}

#[test]
fn values_are_what_they_are() {
    let text = "a = 9223372036854775808\nb = 0xffff_ffff_ffff_ffff_ffff\nc = -9223372036854775809\nd = 1_0\n\
                e = 0xff\nf = 1_0.5\ng = 2026-01-02T03:04:05Z\nh = inf\ni = 07:32:00\nj = '''\nx'''\nk = -0\n\
                l = 0xffffffffffffffffffffffffffffffffffff\n";
    let stack = layer(TOML, text);
    let shown: Vec<_> = at(&stack, "").entries().map(|(_, entry)| entry.view().unwrap()).collect();
    let expected = "[Digits(\"9223372036854775808\"), Digits(\"1208925819614629174706175\"), \
                    Digits(\"-9223372036854775809\"), Integer(10), Integer(255), Float(10.5), \
                    Time(\"2026-01-02T03:04:05Z\"), Float(inf), Time(\"07:32:00\"), Text(\"x\"), Integer(0), \
                    Digits(\"0xffffffffffffffffffffffffffffffffffff\")]";
    assert_eq!(format!("{shown:?}"), expected);
}

#[test]
fn the_reader_of_mistakes_agrees_with_the_parser() {
    for seed in 0..6_000 {
        let text = damaged(TOML, seed);
        let (_, errors) = read(&text);
        let noticed =
            errors.iter().filter(|error| is_of_form(error)).map(|error| error.span().unwrap().end).min();
        let found = mistakes(&text);
        assert_eq!(noticed.is_some(), !found.is_empty(), "{text}: {found:?} {errors:?}");
        if let Some(noticed) = noticed {
            let between = text.get(noticed..found[0].start).unwrap_or_default();
            assert!(!between.contains('\n'), "{text}: {found:?} {errors:?}");
        }
    }
}

#[test]
fn all_syntax_errors_are_told_at_once() {
    let text = "a = = 1\nb = \nc = 1\n\"é\" = x\n[x\n";
    let expected = [
        "1:5 not valid TOML: an `=` too many; delete it",
        "2:4 not valid TOML: a value is missing here; write one, or delete the line",
        "4:7 not valid TOML: a text without quotes; write texts in quotes",
        "5:1 not valid TOML: a header that is not closed; write `]` behind its name",
    ];
    assert_eq!(complaints(TOML, text), expected);
    assert_eq!(problems(TOML, &"=\n".repeat(10_000)).len(), 50);
    assert_eq!(problems(TOML, &"=\n".repeat(1_000_000)).len(), 50);
}

#[test]
fn control_characters_are_errors() {
    for text in ["a = 1\0", "a = '\u{1}'", "# \u{7f}", "a\u{0}b = 1", "a = 1\rb = 2"] {
        assert!(problems(TOML, text).iter().all(|problem| problem.kind() == ProblemKind::Syntax), "{text:?}");
    }
}

#[test]
fn duplicates_are_named_with_their_path() {
    let found = complaints(
        TOML,
        "[server]\nport = 1\n'po\\rt' = 1\n\"port\" = 2\n[[u]]\na.b = 1\n[[u]]\na.b = 1\na.b = 2\n[server]\nx = { y = 1, y = 2 }\n",
    );
    let expected = [
        "4:1 server.port: duplicate key; it stands first at 2:1",
        "9:3 u.1.a.b: duplicate key; it stands first at 8:3",
        "10:2 server: duplicate table; it stands first at 1:2; write all its keys there",
        "11:14 server.x.y: duplicate key; it stands first at 11:7",
    ];
    assert_eq!(found, expected);
    assert!(problems(TOML, "a = 1\na = 2").iter().all(|problem| problem.kind() == ProblemKind::DuplicateKey));
}

#[test]
fn nesting_is_bounded_before_it_can_hurt() {
    let keys = ["a"; 79].join(".");
    let product = format!("x = {}1{}\n", format!("{{ {keys} = ").repeat(79), " }".repeat(79));
    let headers = format!("[{keys}]\n{keys} = 1\n");
    let brackets = format!("a = {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    let dotted = format!("{} = 1\n", ["a"; 20_000].join("."));
    let twice = format!("{product}{product}");
    for text in [product, headers, brackets, dotted, twice] {
        let found = problems(TOML, &text);
        assert_eq!(found[0].kind(), ProblemKind::Limit, "{:?}", found[0].message());
    }
    let deep = |levels: usize| format!("a = {}{}\n", "[".repeat(levels), "]".repeat(levels));
    layer(TOML, &deep(63));
    assert_eq!(complaints(TOML, &deep(64)), ["1:68 nested deeper than 64 levels"]);
    // Brackets and dots in strings and comments are no nesting.
    let quiet = "a = '[[[{{{' # {{{.....\nb = \"\\\"{{{{{\"\nc = '''{{{\n{{{'''\n";
    layer(TOML, &quiet.replace("{{{", &"{.".repeat(500)));
}
