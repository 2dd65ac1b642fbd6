//! Errors as a compiler shows them: each problem with the line it is in, and what to do about it.

use std::fmt;

use super::{Error, Printable, Problem};
use crate::origin::Origin;

/// An [`Error`] as a compiler would show it. `Display` is a block for each problem: what is wrong, the line with the
/// guilty piece underlined, where else the key is set, and what was probably meant.
///
/// ```text
/// error[out-of-range]: server.port: 70000 is too large for u16 (at most 65535)
///   --> config/production.yaml:3:9
///    |
///  3 | port: 70000
///    |       ^^^^^
///    = note: also set at config/default.yaml:4:9
/// ```
///
/// Of a line only the key and the value are shown, and of a secret only the key.
#[derive(Debug, Clone, Copy)]
#[must_use = "a report does nothing until it is printed"]
pub struct Report<'e> {
    error: &'e Error,
    is_colored: bool,
}

impl Error {
    /// The error as a compiler would show it, without colours. The alternate form of `Display`, `{error:#}`, is the same.
    ///
    /// ```
    /// use hotconf::{Format, Hot, HotConfig};
    ///
    /// #[derive(Debug, HotConfig)]
    /// struct AppConfig {
    ///     port: u16,
    /// }
    ///
    /// # #[cfg(feature = "toml")] {
    /// let error = Hot::<AppConfig>::builder().text(Format::Toml, "port = 70000").build().unwrap_err();
    /// assert_eq!(
    ///     error.report().to_string(),
    ///     "\
    /// error[out-of-range]: port: 70000 is too large for u16 (at most 65535)
    ///   --> embedded TOML:1:8
    ///    |
    ///  1 | port = 70000
    ///    |        ^^^^^
    ///
    /// 1 problem in the configuration",
    /// );
    /// # }
    /// ```
    pub fn report(&self) -> Report<'_> {
        Report { error: self, is_colored: false }
    }
}

impl<'e> Report<'e> {
    /// The same with the colours of terminals, or without them, whatever it is printed on;
    /// [`colored_for`](Self::colored_for) looks at that.
    pub fn colored(self, is_colored: bool) -> Self {
        Self { is_colored, ..self }
    }

    fn paint(&self, style: Style) -> (&'static str, &'static str) {
        match (self.is_colored, style) {
            (false, _) => ("", ""),
            (true, Style::Fault) => ("\x1b[1;31m", "\x1b[0m"),
            (true, Style::Frame) => ("\x1b[1;34m", "\x1b[0m"),
            (true, Style::Words) => ("\x1b[1m", "\x1b[0m"),
        }
    }

    fn problem(&self, f: &mut fmt::Formatter<'_>, problem: &Problem) -> fmt::Result {
        let (fault, end) = self.paint(Style::Fault);
        let (words, _) = self.paint(Style::Words);
        write!(f, "{fault}error[{}]{end}{words}: ", problem.code())?;
        problem.headline(f)?;
        writeln!(f, "{end}")?;
        let (frame, end) = self.paint(Style::Frame);
        let line = problem.origin().and_then(Origin::line).unwrap_or_default();
        let width = line.to_string().len().max(1);
        if let Some(origin) = problem.origin() {
            writeln!(f, "{:width$} {frame}-->{end} {}", "", Printable(origin))?;
            if let Some(excerpt) = origin.excerpt() {
                let (fault, end_of_fault) = self.paint(Style::Fault);
                let (text, guilty) = (excerpt.text(), excerpt.guilty());
                let indent = text[..guilty.start].chars().count();
                let carets = "^".repeat(text[guilty].chars().count().max(1));
                writeln!(f, "{:width$}  {frame}|{end}", "")?;
                writeln!(f, " {frame}{line} |{end} {text}")?;
                writeln!(f, "{:width$}  {frame}|{end} {:indent$}{fault}{carets}{end_of_fault}", "", "")?;
            }
        }
        let mut note =
            |word: &str, text: &dyn fmt::Display| writeln!(f, "{:width$}  {frame}={end} {word}: {text}", "");
        for other in problem.also_set() {
            note("note", &format_args!("also set {} {}", other.preposition(), Printable(other)))?;
        }
        if let Some(suggestion) = problem.suggestion() {
            note("help", &format_args!("did you mean `{suggestion}`?"))?;
        }
        if let Some(help) = problem.help() {
            note("help", &help)?;
        }
        writeln!(f)
    }
}

#[derive(Clone, Copy)]
enum Style {
    Fault,
    Frame,
    Words,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in self.error.problems() {
            self.problem(f, problem)?;
        }
        self.error.count(f)
    }
}
