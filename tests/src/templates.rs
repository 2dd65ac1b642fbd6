//! The promise of templates, for any configuration: they load, and nothing is other than without them.

use hotconf::{Format, Hot, HotConfig, Template, Value};

const FORMATS: [Format; 3] = [Format::Toml, Format::Yaml, Format::Json];

/// Panics unless the templates of this configuration, in all formats, load to what is loaded without them. `given` are
/// arguments (`KEY=VALUE`) for what the configuration cannot do without, and for enums with data that are required in a
/// list; the placeholders that are left are filled in by their type.
///
/// * With the defaults commented out, and with the defaults written: nothing is other.
/// * With the marks taken away before every key that is commented out: whatever is there without the template is
///   there and the same; options, lists and maps may have more.
pub fn template_loads_back<T: HotConfig + Send + Sync>(given: &[&str]) {
    let name = T::schema().name();
    let defaults = loaded::<T>(Format::Toml, "", given).unwrap_or_else(|error| panic!("{name}: {error}"));
    for format in FORMATS {
        for is_written in [false, true] {
            let template = Template::of::<T>(format).env("APP");
            let template = if is_written { template.written() } else { template };
            let text = template.to_string();
            let loads = |text: &str| {
                let values = loaded::<T>(format, text, given);
                values.unwrap_or_else(|error| panic!("{name}, {format:?}: {error}\nis told of\n{text}"))
            };
            assert_eq!(loads(&text), defaults, "{name} differs by\n{text}");

            let whole = filled(&uncommented(&text));
            let values = loads(&whole);
            assert!(covers(&defaults, &values), "{name}: {defaults} is not {values} of\n{whole}");
        }
    }
}

fn loaded<T: HotConfig + Send + Sync>(
    format: Format,
    text: &str,
    given: &[&str],
) -> Result<Value, hotconf::Error> {
    let cfg: Hot<T> = Hot::builder().text(format, text).arg_overrides(given).build()?;
    let warnings = cfg.status().warnings().to_vec();
    assert!(warnings.is_empty(), "{warnings:?} of\n{text}");
    Ok(cfg.values())
}

/// The text without the marks of comment that stand close to what they comment out.
pub fn uncommented(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let key = line.trim_start();
        let indent = &line[..line.len() - key.len()];
        match key.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => format!("{indent}{rest}\n"),
            _ => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// The text with something in place of each placeholder, as its type reads it.
pub fn filled(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, placeholder)) = rest.split_once("\"<") {
        let (placeholder, after) = placeholder.split_once(">\"").expect("a placeholder has an end");
        filled.push_str(before);
        filled.push_str(&filling(placeholder));
        rest = after;
    }
    filled + rest
}

fn filling(placeholder: &str) -> String {
    let first = |names: &str| names.split([',', ' ']).next().unwrap_or_default().to_owned();
    match placeholder {
        "true or false" => "true".to_owned(),
        "number" => "1.5".to_owned(),
        "duration" => "\"1s\"".to_owned(),
        "IP address" | "IPv4 address" => "\"127.0.0.1\"".to_owned(),
        "IPv6 address" => "\"::1\"".to_owned(),
        "socket address" | "IPv4 socket address" => "\"127.0.0.1:80\"".to_owned(),
        "IPv6 socket address" => "\"[::1]:80\"".to_owned(),
        integer if integer.starts_with("integer") => "1".to_owned(),
        choice if choice.starts_with("one of ") => format!("\"{}\"", first(&choice["one of ".len()..])),
        // Of a map's key, which may be a number, or of any text.
        _ => "\"1\"".to_owned(),
    }
}

/// Whether `other` says all that `value` says, and where it says more it is of an option, a list or a map.
fn covers(value: &Value, other: &Value) -> bool {
    match (value, other) {
        (Value::Map(entries), Value::Map(others)) => {
            entries.iter().all(|(key, entry)| others.get(key).is_some_and(|other| covers(entry, other)))
        }
        (Value::List(items), Value::List(_)) if items.is_empty() => true,
        (value, other) => value == other,
    }
}
