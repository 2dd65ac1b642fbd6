//! Where in the configuration: dotted paths, and typed keys that know their path and how to read it.
//!
//! Invariant: nothing here knows of trees, sources or files.

pub(crate) mod number;
mod optional;
mod typed;

use std::borrow::{Borrow, Cow};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

pub use optional::{Entries, Items, OptionalKey, Pointer};
pub use typed::{
    AsKey, FieldAt, FieldNames, Found, Key, Lens, MakeKeys, Maker, Root, Step, ToKeyPath, TypedKey,
    keys_at_root,
};

/// The dotted path of one key, such as `server.port` or `upstreams.2.weight`.
///
/// A segment that itself contains a dot, a quote, a backslash, an equals sign or white space, or that is empty, stands
/// in double quotes: `feature_flags."beta.checkout"`. `Display` and [`as_str`](KeyPath::as_str) give that text; `Debug` gives it
/// quoted, so that a list of keys prints as `["server.port"]`. Paths order by their text.
///
/// The same segments are the same path, however they were spelt: quotes that are not needed are taken away, and those
/// that are needed are put in.
///
/// ```
/// use hotconf::KeyPath;
///
/// let path = KeyPath::parse("server.port");
/// assert_eq!(path, "server.port");
/// assert_eq!(path.segments().collect::<Vec<_>>(), ["server", "port"]);
/// assert!(KeyPath::parse("server").contains(&path));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct KeyPath {
    text: Box<str>,
}

/// The deepest that a configuration may be nested. Deeper trees are refused before anything walks them, because walking
/// takes from the stack.
pub(crate) const DEEPEST: usize = 64;

impl KeyPath {
    /// Whether it leads deeper than a configuration may be.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.segments().nth(DEEPEST).is_some()
    }

    /// The path that `text` spells. Any text is a path: a quote that is never closed reaches to the end, and what stands
    /// right behind one that is closed belongs to the same segment.
    ///
    /// ```
    /// use hotconf::KeyPath;
    ///
    /// assert_eq!(KeyPath::parse(r#""server".port"#), "server.port");
    /// assert_eq!(KeyPath::parse("server."), KeyPath::from_segments(["server", ""]));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if is_as_printed(text) { Self { text: text.into() } } else { Self::from_segments(segments(text)) }
    }

    /// The path of these segments, from the outermost inwards; segments are quoted where they must be.
    ///
    /// ```
    /// use hotconf::KeyPath;
    ///
    /// let path = KeyPath::from_segments(["feature_flags", "beta.checkout"]);
    /// assert_eq!(path, r#"feature_flags."beta.checkout""#);
    /// assert_eq!(path, KeyPath::from("feature_flags").join("beta.checkout"));
    /// ```
    #[must_use]
    pub fn from_segments<S: AsRef<str>>(segments: impl IntoIterator<Item = S>) -> Self {
        let mut text = String::new();
        for segment in segments {
            push_segment(&mut text, segment.as_ref());
        }
        Self { text: text.into() }
    }

    /// The path as it is printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is the path of the whole configuration.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// The segments from the outermost inwards, without their quotes. None for the root.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        segments(&self.text)
    }

    /// Whether `other` is this key or lies beneath it.
    #[must_use]
    pub fn contains(&self, other: &KeyPath) -> bool {
        match other.text.strip_prefix(&*self.text) {
            Some(rest) => rest.is_empty() || self.text.is_empty() || rest.starts_with('.'),
            None => false,
        }
    }

    /// What is left of this path beneath `outer`, which contains it; the whole path where it does not.
    pub(crate) fn beneath(&self, outer: &KeyPath) -> Self {
        let rest = self.text.strip_prefix(&*outer.text).unwrap_or(&self.text);
        Self { text: rest.strip_prefix('.').unwrap_or(rest).into() }
    }

    /// The path of `segment` beneath this one.
    #[must_use]
    pub fn join(&self, segment: &str) -> Self {
        let mut text = String::from(&*self.text);
        push_segment(&mut text, segment);
        Self { text: text.into() }
    }
}

/// Whether a path of this text prints so, as nearly all do: no segment of it needs quotes or has any.
fn is_as_printed(text: &str) -> bool {
    text.is_empty() || text.split('.').all(|segment| !needs_quotes(segment.as_bytes()))
}

/// Appends one segment, quoted where a reader could not tell its borders otherwise.
pub(crate) fn push_segment(text: &mut String, segment: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    if !needs_quotes(segment.as_bytes()) {
        text.push_str(segment);
        return;
    }
    text.push('"');
    for c in segment.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
}

const fn needs_quotes(segment: &[u8]) -> bool {
    let mut rest = segment;
    while let [first, after @ ..] = rest {
        if matches!(first, b'.' | b'"' | b'\\' | b'=') || starts_with_white_space(rest) {
            return true;
        }
        rest = after;
    }
    segment.is_empty()
}

/// As `char::is_whitespace` has it. Paths are made at compile time too, where there are no characters.
const fn starts_with_white_space(text: &[u8]) -> bool {
    matches!(
        text,
        [b' ' | b'\t'..=b'\r', ..]
            | [0xC2, 0x85 | 0xA0, ..]
            | [0xE1, 0x9A, 0x80, ..]
            | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..]
            | [0xE2, 0x81, 0x9F, ..]
            | [0xE3, 0x80, 0x80, ..]
    )
}

struct Segments<'a> {
    rest: Option<&'a str>,
}

fn segments(text: &str) -> Segments<'_> {
    Segments { rest: Some(text).filter(|text| !text.is_empty()) }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let text = self.rest?;
        let Some(quoted) = text.strip_prefix('"') else {
            return match text.split_once('.') {
                Some((segment, rest)) => {
                    self.rest = Some(rest);
                    Some(Cow::Borrowed(segment))
                }
                None => {
                    self.rest = None;
                    Some(Cow::Borrowed(text))
                }
            };
        };
        let mut segment = String::new();
        let mut chars = quoted.char_indices();
        self.rest = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => segment.extend(chars.next().map(|(_, escaped)| escaped)),
                '"' => {
                    let behind = &quoted[at + 1..];
                    let (more, rest) = match behind.split_once('.') {
                        Some((more, rest)) => (more, Some(rest)),
                        None => (behind, None),
                    };
                    segment.push_str(more);
                    self.rest = rest;
                    break;
                }
                other => segment.push(other),
            }
        }
        Some(Cow::Owned(segment))
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

impl PartialEq<str> for KeyPath {
    fn eq(&self, other: &str) -> bool {
        &*self.text == other
    }
}

impl PartialEq<&str> for KeyPath {
    fn eq(&self, other: &&str) -> bool {
        &*self.text == *other
    }
}

impl PartialEq<String> for KeyPath {
    fn eq(&self, other: &String) -> bool {
        *self.text == **other
    }
}

impl PartialEq<KeyPath> for String {
    fn eq(&self, other: &KeyPath) -> bool {
        **self == *other.text
    }
}

impl PartialEq<KeyPath> for str {
    fn eq(&self, other: &KeyPath) -> bool {
        self == &*other.text
    }
}

impl PartialEq<KeyPath> for &str {
    fn eq(&self, other: &KeyPath) -> bool {
        *self == &*other.text
    }
}

impl From<&str> for KeyPath {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl From<String> for KeyPath {
    fn from(text: String) -> Self {
        if is_as_printed(&text) { Self { text: text.into() } } else { Self::parse(&text) }
    }
}

impl From<KeyPath> for String {
    fn from(path: KeyPath) -> Self {
        path.text.into()
    }
}

/// As [`KeyPath::parse`]: every text is a path.
impl FromStr for KeyPath {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::parse(text))
    }
}

impl AsRef<str> for KeyPath {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Paths are equal, ordered and hashed by their text, so that a map by path is asked with a text.
impl Borrow<str> for KeyPath {
    fn borrow(&self) -> &str {
        &self.text
    }
}

/// As its text.
impl Serialize for KeyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::typed::Path;
    use super::*;

    #[test]
    fn segments_survive_the_round_trip() {
        for segments in [
            vec!["server", "port"],
            vec!["a.b", "c"],
            vec!["quo\"te", "back\\slash", ""],
            vec!["with space", "2", "é"],
        ] {
            let path = KeyPath::from_segments(&segments);
            assert_eq!(path.segments().collect::<Vec<_>>(), segments, "{path}");
        }
        assert!(KeyPath::default().segments().next().is_none());
    }

    #[test]
    fn white_space_of_any_sort_is_quoted() {
        for c in (char::MIN..=char::MAX).filter(|c| !matches!(c, '.' | '"' | '\\' | '=')) {
            let segment = format!("a{c}b");
            let is_quoted = KeyPath::from_segments([&segment]).as_str().starts_with('"');
            assert_eq!(is_quoted, c.is_whitespace(), "{c:?}");
        }
    }

    #[test]
    fn a_key_contains_itself_and_what_lies_beneath() {
        let server = KeyPath::parse("server");
        assert!(server.contains(&KeyPath::parse("server")));
        assert!(server.contains(&KeyPath::parse("server.port")));
        assert!(!server.contains(&KeyPath::parse("servers.port")));
        assert!(KeyPath::default().contains(&server));
    }

    #[test]
    fn compile_time_paths_quote_like_the_others() {
        const PATH: Path = Path::join(&Path::join(&Path::ROOT, Some("a")), Some("b.\"c"));
        assert_eq!(PATH.as_str(), KeyPath::from_segments(["a", "b.\"c"]).as_str());
    }
}
