//! What to write instead of a value that its type cannot read, where that can be told from the value.

use std::net::{IpAddr, SocketAddr};

/// For a text in place of a whole number.
pub(super) fn whole_number(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(bare) = without_quotes(text) {
        return whole_number(bare).or_else(|| bare.parse::<i128>().ok().map(|_| take_quotes_away()));
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(digits) && digits.len() > 1 && digits.starts_with('0') {
        let bare = digits.trim_start_matches('0');
        let bare = if bare.is_empty() { "0" } else { bare };
        return Some(format!("a number has no zero in front: write {sign}{bare}"));
    }
    if is_number(digits) {
        return Some(take_quotes_away());
    }
    let joined: String = digits.chars().filter(|c| !matches!(c, '_' | ',' | '\'' | ' ')).collect();
    if is_number(&joined) && digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(format!("write {sign}{joined}"));
    }
    let radixes = [("0x", 16), ("0X", 16), ("0o", 8), ("0b", 2)];
    let of_radix = radixes.iter().find_map(|(prefix, radix)| {
        let digits = digits.strip_prefix(prefix)?.replace('_', "");
        i128::from_str_radix(&digits, *radix).ok()
    });
    if let Some(number) = of_radix {
        return Some(format!("write {sign}{number}"));
    }
    // `10MB` and the like: the type has no unit of its own.
    let number_end = digits.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = digits.split_at(number_end);
    let is_unit = !number.is_empty() && unit.chars().all(|c| c.is_alphabetic() || c == ' ');
    is_unit.then(|| "write the number alone, without a unit".to_owned())
}

/// For a number with a fraction in place of a whole one.
pub(super) fn fraction(number: f64) -> Option<String> {
    // Beyond this a float does not tell its neighbours apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() < EXACT).then(|| format!("write {number:.0}"))
}

/// For a text in place of a number.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim();
    if without_quotes(text).unwrap_or(text).parse::<f64>().is_ok() {
        return Some(take_quotes_away());
    }
    if let Some(percent) = text.strip_suffix('%') {
        let share = percent.trim().parse::<f64>().ok()? / 100.0;
        return Some(format!("write {share}"));
    }
    let with_point = text.replace(',', ".");
    with_point.parse::<f64>().is_ok().then(|| format!("write {with_point}"))
}

/// For a text in place of `true` or `false`.
pub(super) fn truth(text: &str) -> Option<&'static str> {
    let text = text.trim();
    match without_quotes(text).unwrap_or(text).to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "enabled" | "1" => Some("write `true`, without quotes"),
        "false" | "no" | "off" | "n" | "disabled" | "0" => Some("write `false`, without quotes"),
        _ => None,
    }
}

/// For a text in place of an IP address.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(format!("write {:?}, without the port", address.ip().to_string()));
    }
    if text.eq_ignore_ascii_case("localhost") {
        return Some("a name is no address: write \"127.0.0.1\"".to_owned());
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    bare.filter(|bare| bare.parse::<IpAddr>().is_ok()).map(|bare| format!("write {bare:?}"))
}

/// For a text in place of an address with a port.
pub(super) fn socket(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(address) = text.parse::<IpAddr>() {
        let example = SocketAddr::new(address, 8080).to_string();
        return Some(format!("the port is missing, as in {example:?}"));
    }
    if let Some(port) = text.strip_prefix(':').filter(|port| port.parse::<u16>().is_ok()) {
        let example = format!("0.0.0.0:{port}");
        return Some(format!("the address is missing, as in {example:?}"));
    }
    let (name, port) = text.rsplit_once(':')?;
    let example = format!("127.0.0.1:{port}");
    let is_name = port.parse::<u16>().is_ok() && name.eq_ignore_ascii_case("localhost");
    is_name.then(|| format!("a name is no address: write {example:?}"))
}

/// For a text that is no duration.
pub(super) fn duration(text: &str) -> Option<String> {
    let text = text.trim();
    if text.parse::<f64>().is_ok() {
        return Some("say the unit".to_owned());
    }
    if let Some(iso) = text.strip_prefix("PT").or_else(|| text.strip_prefix("pt")) {
        let plain = iso.to_ascii_lowercase();
        return humantime::parse_duration(&plain).ok().map(|_| format!("write {plain:?}"));
    }
    let parts: Option<Vec<u64>> = text.split(':').map(|part| part.parse().ok()).collect();
    match parts?.as_slice() {
        [hours, minutes, seconds] => Some(format!("write \"{hours}h {minutes}m {seconds}s\"")),
        [first, second] => {
            Some(format!("write \"{first}h {second}m\" or \"{first}m {second}s\", whichever is meant"))
        }
        _ => None,
    }
}

/// For a text in place of a list.
pub(super) fn list(text: &str) -> String {
    let items: Vec<_> = text.split(',').map(|item| format!("{:?}", item.trim())).collect();
    let shown = items.join(", ");
    // Nobody copies a long one from a message.
    if shown.len() > 60 { "put it in brackets".to_owned() } else { format!("write [{shown}]") }
}

fn without_quotes(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

fn take_quotes_away() -> String {
    "take the quotes away".to_owned()
}
