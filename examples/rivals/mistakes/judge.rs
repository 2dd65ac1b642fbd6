//! What counts.

use std::fmt;

use crate::inputs::{Input, Mistake, Place};

/// So many of so many that there could be.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    is: usize,
    of: usize,
}

impl Count {
    fn count(&mut self, is: bool) {
        self.is += usize::from(is);
        self.of += 1;
    }

    fn add(&mut self, other: Self) {
        self.is += other.is;
        self.of += other.of;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.is, self.of)
    }
}

/// What was said of some mistakes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Score {
    pub(crate) named: Count,
    pub(crate) placed: Count,
    pub(crate) pointed_at: Count,
    pub(crate) remedied: Count,
    pub(crate) printed: Count,
}

impl Score {
    /// The higher the better.
    pub(crate) fn rank(&self) -> [usize; 4] {
        [self.named, self.placed, self.pointed_at, self.remedied].map(|count| count.is)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.named.add(other.named);
        self.placed.add(other.placed);
        self.pointed_at.add(other.pointed_at);
        self.remedied.add(other.remedied);
        self.printed.add(other.printed);
    }
}

/// Judges everything that was said of an input.
pub(crate) fn judge(input: &Input, variable_of: fn(&[&str]) -> String, text: &str) -> Score {
    let mut score = Score::default();
    for (number, mistake) in input.mistakes.iter().enumerate() {
        let Mistake { words, remedies } = mistake;
        score.named.count(words.iter().any(|word| text.contains(word)));
        if !remedies.is_empty() {
            score.remedied.count(remedies.iter().any(|remedy| text.contains(remedy)));
        }
        let places: Vec<_> = input
            .files
            .iter()
            .flat_map(|file| file.places(number + 1).into_iter().map(move |place| (file.name, place)))
            .collect();
        if !places.is_empty() {
            score.placed.count(places.iter().any(|(file, place)| is_placed(text, file, place)));
            score.pointed_at.count(places.iter().any(|(file, place)| is_pointed_at(text, file, place)));
        }
    }
    if let [(path, _)] = input.variables {
        score.placed.count(text.contains(&variable_of(path)));
    }
    if input.secret {
        score.printed.count(text.contains(crate::inputs::SECRET));
    }
    score
}

/// The numbers in a text that follow each other, each with where it ends.
fn numbers(text: &str) -> Vec<(usize, u32)> {
    let mut numbers = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_digit(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                numbers.extend(text[from..at].parse().ok().map(|number| (at, number)));
                start = None;
            }
            _ => {}
        }
    }
    numbers
}

fn is_placed(text: &str, file: &str, place: &Place) -> bool {
    text.contains(file) && numbers(text).iter().any(|(_, number)| *number == place.line)
}

/// The column is the next number behind that of the line, and near, or a caret stands beneath it.
fn is_pointed_at(text: &str, file: &str, place: &Place) -> bool {
    const NEAR: usize = 12;
    let numbers = numbers(text);
    let follows = numbers.windows(2).any(|pair| {
        let [(end, line), (next, column)] = pair else { return false };
        *line == place.line && *column == place.column && next - end <= NEAR
    });
    is_placed(text, file, place) && (follows || has_caret(text, place))
}

/// A caret in the line beneath that of the text.
fn has_caret(text: &str, place: &Place) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).any(|pair| {
        let Some(at) = pair[0].find(place.text.as_str()).filter(|_| !place.text.is_empty()) else {
            return false;
        };
        let before = pair[0][..at].chars().count();
        pair[1].chars().position(|c| c == '^') == Some(before + place.column as usize - 1)
    })
}
