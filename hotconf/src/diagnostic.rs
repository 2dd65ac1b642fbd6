//! Errors for programs that show all of theirs by miette.
//!
//! miette reads source codes whole. Of a configuration one line may be shown, and not all of it, so an [`Origin`] is a
//! source code of that piece, which knows the line and the column that it begins at.

use std::fmt;
use std::iter;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan};

use crate::error::{Error, Problem};
use crate::origin::Origin;

/// An [`Error`] for miette's reports: [`Error::diagnosis`] makes it.
///
/// As a diagnostic it is its problem where there is one. Else it counts its problems, and they are related to it. Each has
/// a code such as `hotconf::missing-key`, what may be shown of its line, and what to do about it as help. `Display` is what
/// miette has as the headline.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    error: Error,
    problems: Vec<Headline>,
}

/// A problem whose `Display` leaves out what miette shows in places of their own.
#[derive(Clone)]
struct Headline(Problem);

impl Error {
    /// The error for miette's reports. `Error` is a `Diagnostic` as well, and tells every problem twice where there are
    /// several: in its own text, which has all of them, and as related to it.
    ///
    /// ```
    /// use hotconf::{Format, Hot, HotConfig};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 8000)]
    ///     port: u16,
    /// }
    ///
    /// fn run() -> miette::Result<()> {
    ///     let cfg: Hot<AppConfig> = Hot::builder()
    ///         .arg_overrides(["port=80000"])
    ///         .build()
    ///         .map_err(hotconf::Error::diagnosis)?;
    ///     println!("listening on port {}", cfg.load().port);
    ///     Ok(())
    /// }
    ///
    /// let report = run().unwrap_err();
    /// assert_eq!(report.code().unwrap().to_string(), "hotconf::out-of-range");
    /// assert_eq!(
    ///     report.to_string(),
    ///     "port: 80000 is too large for u16 (at most 65535)\n  from port=… (argument)",
    /// );
    /// ```
    #[must_use]
    pub fn diagnosis(self) -> Diagnosis {
        let problems = self.problems().iter().cloned().map(Headline).collect();
        Diagnosis { error: self, problems }
    }
}

impl From<Error> for Diagnosis {
    fn from(error: Error) -> Self {
        error.diagnosis()
    }
}

impl Diagnosis {
    /// The error that this shows.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    fn only(&self) -> Option<&Headline> {
        match &*self.problems {
            [only] => Some(only),
            _ => None,
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.only() {
            Some(only) => only.fmt(f),
            None => self.error.count(f),
        }
    }
}

impl std::error::Error for Diagnosis {}

impl fmt::Display for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(problem) = self;
        problem.headline(f)?;
        // The frame around the line says the place.
        match problem.origin() {
            Some(origin) if origin.excerpt().is_none() => write!(f, "\n  {} {origin}", origin.preposition()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Headline {}

/// The parts of a diagnostic that the problem knows, whatever shows its words.
macro_rules! as_problem {
    ($self:ident => $problem:expr) => {
        fn code<'a>(&'a $self) -> Option<Box<dyn fmt::Display + 'a>> {
            $problem.map(|problem| Box::new(format!("hotconf::{}", problem.code())) as Box<_>)
        }

        fn severity(&$self) -> Option<Severity> {
            let warns = |problem: &Problem| if problem.is_warning() { Severity::Warning } else { Severity::Error };
            $problem.map(warns)
        }

        fn help<'a>(&'a $self) -> Option<Box<dyn fmt::Display + 'a>> {
            $problem.and_then(help).map(|help| Box::new(help) as Box<_>)
        }

        fn source_code(&$self) -> Option<&dyn SourceCode> {
            let origin = $problem.and_then(shown_origin)?;
            Some(origin)
        }

        fn labels(&$self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
            let guilty = $problem.and_then(shown_origin)?.excerpt()?.guilty();
            Some(Box::new(iter::once(LabeledSpan::new_primary_with_span(None, guilty))))
        }
    };
}

/// The code, the severity, the piece of its line that may be shown, and as help what was probably meant and where else
/// the key is set.
impl Diagnostic for Problem {
    as_problem!(self => Some(self));
}

impl Diagnostic for Headline {
    as_problem!(self => Some(&self.0));
}

/// As a diagnostic it is its problem where there is one; else its problems are related to it.
impl Diagnostic for Error {
    as_problem!(self => only(self.problems()));

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        related(self.problems())
    }
}

impl Diagnostic for Diagnosis {
    as_problem!(self => self.only().map(|Headline(problem)| problem));

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        related(&self.problems)
    }
}

fn only(problems: &[Problem]) -> Option<&Problem> {
    match problems {
        [only] => Some(only),
        _ => None,
    }
}

fn related<D: Diagnostic>(problems: &[D]) -> Option<Box<dyn Iterator<Item = &dyn Diagnostic> + '_>> {
    let several = problems.len() > 1;
    several.then(|| Box::new(problems.iter().map(|problem| problem as &dyn Diagnostic)) as Box<_>)
}

fn help(problem: &Problem) -> Option<String> {
    let meant = problem.suggestion().map(|suggestion| format!("did you mean `{suggestion}`?"));
    let also = problem.also_set().iter();
    let also = also.map(|other| format!("also set {} {other}", other.preposition()));
    let to_do = problem.help().map(str::to_owned);
    let lines: Vec<_> = meant.into_iter().chain(to_do).chain(also).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn shown_origin(problem: &Problem) -> Option<&Origin> {
    problem.origin().filter(|origin| origin.excerpt().is_some())
}

/// What may be shown of the line that the origin is in, with the line's number and the columns of the file. Spans are
/// bytes of that piece, and nothing can be read of an origin that has none.
impl SourceCode for Origin {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, MietteError> {
        let excerpt = self.excerpt().ok_or(MietteError::OutOfBounds)?;
        let (text, guilty) = (excerpt.text(), excerpt.guilty());
        let end = span.offset().checked_add(span.len()).filter(|end| *end <= text.len());
        let end = end.ok_or(MietteError::OutOfBounds)?;
        let start = if context_lines_before == 0 { span.offset() } else { 0 };
        let end = if context_lines_after == 0 { end } else { text.len() };

        let from_zero = |number: Option<u32>| number.map_or(0, |number| number as usize - 1);
        let characters = |range| text.get(range).map_or(0, |piece: &str| piece.chars().count());
        let guilty_column = from_zero(self.column());
        let column = if start < guilty.start {
            guilty_column.saturating_sub(characters(start..guilty.start))
        } else {
            guilty_column + characters(guilty.start..start)
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name(),
            &text.as_bytes()[start..end],
            SourceSpan::from(start..end),
            from_zero(self.line()),
            column,
            1,
        )))
    }
}
