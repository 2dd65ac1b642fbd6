//! Texts without end, from texts that are good, and from a number: the same number gives the same text.

use hotconf::Format;

use super::{LONGEST, boundary};

/// What sort of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A document.
    Text(Format),
    /// A file of variables.
    EnvFile,
    /// Variables and arguments, one in a line.
    Names,
    /// Two documents with a line of `=` between them.
    Layers,
}

impl Kind {
    /// A text that is read, and one in which all is wrong.
    fn seeds(self) -> [&'static str; 2] {
        match self {
            Self::Text(Format::Toml) => [include_str!("seeds/all.toml"), include_str!("seeds/wrong.toml")],
            Self::Text(Format::Yaml) => [include_str!("seeds/all.yaml"), include_str!("seeds/wrong.yaml")],
            Self::Text(_) => [include_str!("seeds/all.json"), include_str!("seeds/wrong.json")],
            Self::EnvFile => [include_str!("seeds/all.env"), include_str!("seeds/wrong.env")],
            Self::Names => [include_str!("seeds/all.names"), include_str!("seeds/wrong.names")],
            Self::Layers => [include_str!("seeds/all.layers"), include_str!("seeds/wrong.layers")],
        }
    }

    /// The words of the dictionary that the fuzzer has, too.
    fn words(self) -> Vec<String> {
        let dictionary = match self {
            Self::Text(Format::Toml) => include_str!("toml.dict"),
            Self::Text(Format::Json) => include_str!("json.dict"),
            Self::Text(_) | Self::Layers => include_str!("yaml.dict"),
            Self::EnvFile | Self::Names => include_str!("lines.dict"),
        };
        dictionary.lines().map(word).collect()
    }
}

/// The word of a line such as `"\x0a\""`.
fn word(line: &str) -> String {
    let mut word = Vec::new();
    let mut rest = line.trim_matches('"').bytes();
    while let Some(byte) = rest.next() {
        match (byte, rest.clone().next()) {
            (b'\\', Some(b'x')) => {
                let digits = [rest.nth(1), rest.next()].map(|digit| digit.expect("two digits") as char);
                word.push(u8::from_str_radix(&String::from_iter(digits), 16).expect("digits"));
            }
            (b'\\', Some(escaped)) => {
                rest.next();
                word.push(escaped);
            }
            _ => word.push(byte),
        }
    }
    String::from_utf8(word).expect("words are UTF-8")
}

/// So many texts of this kind, beginning with those that nobody has damaged yet.
pub fn texts(kind: Kind, count: u64) -> impl Iterator<Item = String> {
    let words = kind.words();
    let damaged = (0..count).map(move |number| Damage { random: Random(number), words: &words, kind }.text());
    kind.seeds().into_iter().map(str::to_owned).chain(damaged)
}

/// So many programs of changes of a disk.
pub fn programs(count: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|number| {
        let mut random = Random(number);
        let steps = 1 + random.below(20);
        (0..2 * steps).map(|_| random.below(0x100) as u8).collect()
    })
}

/// What is done to one text.
struct Damage<'w> {
    random: Random,
    words: &'w [String],
    kind: Kind,
}

impl Damage<'_> {
    fn text(&mut self) -> String {
        let seeds = self.kind.seeds();
        if self.random.below(20) == 0 {
            return (0..self.random.below(300)).map(|_| self.random.character()).collect();
        }
        let mut text = self.random.pick(&seeds).to_owned();
        for _ in 0..=self.random.below(4) * self.random.below(2) {
            self.damage(&mut text);
            text.truncate(boundary(text.as_str(), LONGEST));
        }
        text
    }

    fn damage(&mut self, text: &mut String) {
        match self.random.below(12) {
            0 => {
                let end = self.place(text);
                text.truncate(end);
            }
            1 => {
                let (from, to) = self.range(text);
                text.replace_range(from..to, "");
            }
            2 => {
                let (from, to) = self.range(text);
                let piece = text[from..to].to_owned();
                let at = self.place(text);
                text.insert_str(at, &piece);
            }
            3 => {
                let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
                let (one, other) = (self.random.below(lines.len()), self.random.below(lines.len()));
                if !lines.is_empty() {
                    lines.swap(one, other);
                }
                *text = lines.concat();
            }
            4 | 5 => {
                let at = self.place(text);
                let character = self.random.character();
                text.insert(at, character);
            }
            6..=8 => {
                let (at, word) = (self.place(text), self.random.below(self.words.len()));
                text.insert_str(at, &self.words[word]);
            }
            9 => self.deepen(text),
            10 => {
                let (at, length) = (self.place(text), self.random.pick(&[100, 1_000, 20_000]));
                let character = self.random.pick(&['x', '1', ' ', 'é']);
                text.insert_str(at, &character.to_string().repeat(length));
            }
            _ => self.multiply(text),
        }
    }

    /// Brackets within brackets, with their ends or without.
    fn deepen(&mut self, text: &mut String) {
        let (open, close) = self.random.pick(&[
            ("[", "]"),
            ("{\"a\":", "}"),
            ("{a = ", "}"),
            ("a.", ""),
            ("- ", ""),
            ("[{a: ", "}]"),
        ]);
        let depth = self.random.pick(&[10, 63, 64, 65, 200, 3_000]);
        let close = if self.random.below(3) == 0 { "" } else { close };
        let at = self.place(text);
        text.insert_str(at, &[open.repeat(depth), "1".to_owned(), close.repeat(depth)].concat());
    }

    /// Many lines where there was one.
    fn multiply(&mut self, text: &mut String) {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let chosen = self.random.below(lines.len());
        let Some(line) = lines.get(chosen) else { return };
        let (first, rest) = line.split_at(boundary(line, self.random.below(line.len())));
        let count = self.random.pick(&[20, 300, 1_500]);
        let many: String = (0..count).map(|number| format!("{first}{number}{rest}")).collect();
        *text = [lines[..chosen].concat(), many, lines[chosen..].concat()].concat();
    }

    fn place(&mut self, text: &str) -> usize {
        boundary(text, self.random.below(text.len() + 1))
    }

    fn range(&mut self, text: &str) -> (usize, usize) {
        let from = self.place(text);
        let length = self.random.pick(&[1, 8, 60, 400]);
        (from, boundary(text, from + self.random.below(length + 1)).max(from))
    }
}

/// Small, known, and the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 16) as usize % bound.max(1)
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Any character; most are of a kind that means something to somebody.
    fn character(&mut self) -> char {
        match self.below(4) {
            0 => char::from(self.below(0x80) as u8),
            1 => char::from_u32(self.below(0x11_0000) as u32).unwrap_or('\u{fffd}'),
            2 => self
                .pick(&['\u{0}', '\u{1b}', '\u{7f}', '\u{85}', '\u{a0}', '\u{2028}', '\u{202e}', '\u{feff}']),
            _ => self.pick(&['"', '\'', '\\', '[', '{', ':', '=', '#', '-', '\n', '\r', '\t']),
        }
    }
}
