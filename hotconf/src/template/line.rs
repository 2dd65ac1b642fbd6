//! Lines with or without a mark of comment, and how they become a text.

use std::borrow::Cow;

use super::literal::is_mark;

/// One line of a template.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) indent: usize,
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Whether it is the head of what follows, from which no empty line parts it.
    pub(super) is_head: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What is said about the keys.
    Prose,
    /// A key that is set.
    Set,
    /// A key that is not, and would be without its mark.
    Commented,
    /// An empty line, unless a head is above it.
    Gap,
    /// An empty line.
    Break,
}

impl Kind {
    pub(super) fn of(is_set: bool) -> Self {
        if is_set { Self::Set } else { Self::Commented }
    }
}

impl Line {
    pub(super) fn new(indent: usize, kind: Kind, text: impl Into<String>) -> Self {
        Self { indent, kind, text: text.into(), is_head: false }
    }

    /// A line that belongs to those beneath it.
    pub(super) fn head(indent: usize, kind: Kind, text: impl Into<String>) -> Self {
        Self { is_head: true, ..Self::new(indent, kind, text) }
    }

    pub(super) fn gap() -> Self {
        Self::new(0, Kind::Gap, "")
    }

    pub(super) fn break_() -> Self {
        Self::new(0, Kind::Break, "")
    }

    fn written(&self) -> String {
        let Self { indent, kind, text, .. } = self;
        let mark = match kind {
            Kind::Prose if text.is_empty() => "#",
            Kind::Prose => "# ",
            Kind::Commented => "#",
            Kind::Set | Kind::Gap | Kind::Break => "",
        };
        let text = match kind {
            Kind::Prose => printable(text),
            _ => Cow::Borrowed(text.as_str()),
        };
        format!("{:indent$}{mark}{text}", "")
    }
}

/// A text without what no comment may have, which the names of keys or a documentation may.
fn printable(text: &str) -> Cow<'_, str> {
    let is_printable = |c: char| c == '\t' || !is_mark(c);
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if is_printable(c) { c } else { ' ' }).collect())
}

/// The lines as they are written, without an empty one at the beginning or end or two of them together.
fn written(lines: &[Line]) -> Vec<String> {
    let mut written: Vec<String> = Vec::with_capacity(lines.len());
    let (mut is_apart, mut is_beneath_head) = (false, false);
    for line in lines {
        match line.kind {
            Kind::Gap => is_apart |= !is_beneath_head,
            Kind::Break => is_apart = true,
            Kind::Prose | Kind::Set | Kind::Commented => {
                if std::mem::take(&mut is_apart) && !written.is_empty() {
                    written.push(String::new());
                }
                written.push(line.written());
                is_beneath_head = line.is_head;
            }
        }
    }
    written
}

/// The lines as one text.
pub(super) fn joined(lines: &[Line]) -> String {
    written(lines).into_iter().map(|line| line + "\n").collect()
}

/// The lines as something that is only told of: as they are when all of them are set.
pub(super) fn told(mut lines: Vec<Line>, indent: usize) -> Vec<Line> {
    for line in lines.iter_mut().filter(|line| line.kind == Kind::Commented) {
        line.kind = Kind::Set;
    }
    let told = written(&lines).into_iter().map(|line| match line.as_str() {
        "" => String::new(),
        line => format!("    {line}"),
    });
    told.map(|text| Line::new(indent, Kind::Prose, text)).collect()
}
