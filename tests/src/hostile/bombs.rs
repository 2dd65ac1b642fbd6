//! Texts that are small and would be large: each is refused, or costs no more than it says.

use hotconf::Format;

/// Each with its format and what it is.
pub fn bombs() -> Vec<(&'static str, Format, String)> {
    let mut bombs = Vec::new();
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    bombs.push(("a billion laughs", Format::Yaml, laughs));
    let mut merges = "m0: &m0 {k0: 1, l0: 2}\n".to_owned();
    for level in 1..40 {
        merges.push_str(&format!(
            "m{level}: &m{level}\n  <<: [*m{before}, *m{before}, *m{before}]\n  k{level}: *m{before}\n",
            before = level - 1
        ));
    }
    bombs.push(("merges of merges", Format::Yaml, merges));
    let long = "x".repeat(60_000);
    bombs.push(("a long text 100 times", Format::Yaml, format!("hosts: [&a {long}{}]", ", *a".repeat(100))));
    bombs.push(("an alias of what holds it", Format::Yaml, "hosts: &a [*a]\nflags: &b {c: *b}\n".to_owned()));
    bombs.push(("many anchors", Format::Yaml, (0..3_000).map(|n| format!("k{n}: &a{n} {n}\n")).collect()));
    bombs.push(("digits without end", Format::Toml, format!("wide = {}", "9".repeat(60_000))));
    bombs.push(("an exponent without end", Format::Json, format!("{{\"ratio\": 1e{}}}", "9".repeat(60_000))));
    bombs.push(("an exponent in YAML", Format::Yaml, "ratio: 1e999999999\nwide: 1e999999999\n".to_owned()));
    bombs.push((
        "headers of one table",
        Format::Toml,
        (0..8_000).map(|n| format!("[by_name.a{n}]\n")).collect(),
    ));
    bombs.push(("tables of an array", Format::Toml, "[[upstreams]]\n".repeat(4_000)));
    bombs.push((
        "one key, again and again",
        Format::Json,
        format!("{{{}\"a\":1}}", "\"a\":1,".repeat(9_000)),
    ));
    bombs.push(("quotes without end", Format::Toml, format!("name = {}", "\"\"\"".repeat(20_000))));
    bombs.push((
        "dotted keys",
        Format::Toml,
        (0..900).map(|n| format!("{}{n} = 1\n", "next.".repeat(12))).collect(),
    ));
    for (format, open) in
        [(Format::Toml, "hosts = "), (Format::Yaml, "hosts: "), (Format::Json, "{\"hosts\":")]
    {
        bombs.push(("brackets without end", format, format!("{open}{}", "[".repeat(60_000))));
        let end = if format == Format::Json { "}" } else { "" };
        bombs.push(("a list of many", format, format!("{open}[{}1]{end}", "1,".repeat(30_000))));
    }
    bombs
}
