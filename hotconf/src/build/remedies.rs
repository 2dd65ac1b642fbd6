//! What to write instead of a value that its type cannot read, where that can be told from the value.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// For a text in place of anything else that is no text; `is_raw` for that of a variable or an argument.
pub(super) fn any(text: &str, is_raw: bool) -> Option<&'static str> {
    if text.is_empty() && is_raw {
        return Some("an empty text is a value as well: take the key away instead");
    }
    let is_placeholder = text.contains("${") || text.contains("{{") || is_name_of_variable(text);
    is_placeholder.then_some("placeholders are not filled in: write the value itself")
}

/// `$PORT`, as a shell would have it.
fn is_name_of_variable(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

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
    if is_clock(digits) {
        return Some("a time is no number: write the one that is meant".to_owned());
    }
    // `10MB` and the like: the type has no unit of its own.
    let number_end = digits.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = digits.split_at(number_end);
    match unit.trim_start() {
        _ if number.is_empty() => None,
        "%" => Some(format!("write {sign}{number}, without the percent sign")),
        unit => match multiple(unit) {
            Some(factor) => {
                let whole = number.parse().ok().and_then(|number: u128| number.checked_mul(factor));
                let whole = whole.map_or(String::new(), |whole| format!(": {sign}{whole}"));
                Some(format!("write the number in full, without a unit{whole}"))
            }
            None => unit
                .chars()
                .all(char::is_alphabetic)
                .then(|| "write the number alone, without a unit".to_owned()),
        },
    }
}

/// How many a suffix of multiples stands for: thousands, and by the letter `i` the powers of 1024.
fn multiple(unit: &str) -> Option<u128> {
    let unit = unit.to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let (base, letter): (u128, _) = match unit.strip_suffix('i') {
        Some(letter) => (1024, letter),
        None => (1000, unit),
    };
    let power = ["k", "m", "g", "t"].iter().position(|known| *known == letter)?;
    base.checked_pow(power as u32 + 1)
}

/// Whether it is a time of day, or another number in sixties.
fn is_clock(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.contains(':') && text.split(':').all(is_number)
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
    if is_clock(text) {
        return Some("a time is no number: write the one that is meant".to_owned());
    }
    let plain = text.replace('_', "");
    if plain.parse::<f64>().is_ok() {
        return Some(format!("write {plain}"));
    }
    let groups: Vec<&str> = text.split(',').collect();
    let joined = groups.concat();
    if let [whole, thousands] = groups[..]
        && thousands.len() == 3
        && (1..=3).contains(&whole.len())
        && joined.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(format!("write {joined} or {whole}.{thousands}, whichever is meant"));
    }
    // With more than one comma they can only part the thousands.
    let plain = if groups.len() > 2 { joined } else { groups.join(".") };
    if plain.parse::<f64>().is_ok() {
        return Some(format!("write {plain}"));
    }
    whole_number(text)
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
    if let Some((address, _)) = text.split_once('/').filter(|(address, _)| address.parse::<IpAddr>().is_ok())
    {
        return Some(format!("a network is no address: write {address:?}"));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let bare = bare.filter(|bare| bare.parse::<IpAddr>().is_ok());
    bare.map(|bare| format!("write {bare:?}")).or_else(|| no_address(text, "127.0.0.1"))
}

/// For a text in place of an address with a port.
pub(super) fn socket(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((address, port)) = text.rsplit_once(':')
        && let (Ok(address), Ok(port)) = (address.parse::<Ipv6Addr>(), port.parse::<u16>())
    {
        let example = SocketAddr::new(address.into(), port).to_string();
        return Some(format!("an IPv6 address with a port stands in brackets, as in {example:?}"));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        let example = SocketAddr::new(address, 8080).to_string();
        return Some(format!("the port is missing, as in {example:?}"));
    }
    if let Some(port) = text.strip_prefix(':').filter(|port| port.parse::<u16>().is_ok()) {
        let example = format!("0.0.0.0:{port}");
        return Some(format!("the address is missing, as in {example:?}"));
    }
    let Some((name, port)) = text.rsplit_once(':').filter(|_| !text.contains("://")) else {
        return no_address(text, "127.0.0.1:8080");
    };
    if port.parse::<u64>().is_ok_and(|port| port > u64::from(u16::MAX)) {
        return Some("a port is at most 65535".to_owned());
    }
    let is_port = port.parse::<u16>().is_ok();
    is_port.then(|| no_address(name, &format!("127.0.0.1:{port}"))).flatten()
}

/// For the name of a machine, or a URL, in place of its address.
fn no_address(text: &str, of_this_machine: &str) -> Option<String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Some(format!("a name is no address: write {of_this_machine:?}"));
    }
    if text.contains("://") {
        return Some(format!("a URL is no address: write the address alone, as in {of_this_machine:?}"));
    }
    let is_of_names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_name = text.chars().all(is_of_names) && text.contains(|c: char| c.is_ascii_alphabetic());
    is_name.then(|| "a name is no address: write the address of that machine".to_owned())
}

/// For a text that is no duration.
pub(super) fn duration(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('-') {
        return Some("a duration is never negative".to_owned());
    }
    if text.parse::<f64>().is_ok() {
        return Some("say the unit".to_owned());
    }
    if let Some(plain) = of_iso_duration(text) {
        return Some(format!("write {plain:?}"));
    }
    if is_clock(text) {
        let parts: Option<Vec<u64>> = text.split(':').map(|part| part.parse().ok()).collect();
        return match parts?.as_slice() {
            [hours, minutes, seconds] => Some(format!("write \"{hours}h {minutes}m {seconds}s\"")),
            [first, second] => {
                Some(format!("write \"{first}h {second}m\" or \"{first}m {second}s\", whichever is meant"))
            }
            _ => None,
        };
    }
    let has_number = text.starts_with(|c: char| c.is_ascii_digit());
    has_number.then(|| "the units are ns, us, ms, s, m, h, d, w".to_owned())
}

/// `P1DT2H` as it is written here. Months and years are not of one length, and are left to whoever means them.
fn of_iso_duration(text: &str) -> Option<String> {
    let iso = text.strip_prefix(['P', 'p'])?;
    let (date, time) = iso.split_once(['T', 't']).unwrap_or((iso, ""));
    if date.contains(['M', 'm', 'Y', 'y']) {
        return None;
    }
    let parts = [date, time].map(str::to_ascii_lowercase).map(|part| {
        part.split_inclusive(|c: char| c.is_ascii_alphabetic()).map(str::to_owned).collect::<Vec<_>>()
    });
    let plain = parts.concat().join(" ");
    humantime::parse_duration(&plain).ok().map(|_| plain)
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
