//! What came of it, as tables.

use std::fmt;
use std::time::Duration;

use crate::judge::Tally;
use crate::lane::Course;
use crate::styles::{STYLES, missing_programs};

/// What a soak has found. `Display` is for people.
#[derive(Debug)]
pub struct Report {
    pub(crate) lanes: Vec<Lane>,
    /// What libraries cannot be asked for.
    pub(crate) lacking: Vec<String>,
    pub(crate) took: Duration,
    pub(crate) seed: u64,
    pub(crate) shows_all_styles: bool,
}

/// One lane, with a tally for each style.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) course: Course,
    pub(crate) styles: Vec<Tally>,
    pub(crate) words: Vec<String>,
}

impl Lane {
    fn total(&self) -> Tally {
        sum(&self.styles)
    }
}

fn sum<'a>(tallies: impl IntoIterator<Item = &'a Tally>) -> Tally {
    let mut total = Tally::default();
    tallies.into_iter().for_each(|tally| total.add(tally));
    total
}

const HEADINGS: [&str; 17] = [
    "",
    "edits",
    "versions",
    "lost",
    "torn",
    "writer stood still",
    "went back",
    "not converged",
    "events",
    "out of order",
    "bad",
    "refused",
    "stale status",
    "needless",
    "p50 ms",
    "p99 ms",
    "max ms",
];

impl Report {
    /// Whether hotconf kept all that is promised: nothing is lost or torn, went back, or was left unrefused.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.ours().all(|lane| lane.total().is_sound())
    }

    /// How many edits were made under hotconf.
    #[must_use]
    pub fn edits(&self) -> u64 {
        self.ours().map(|lane| lane.total().edits).sum()
    }

    fn ours(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter().filter(|lane| lane.course.library == crate::store::Library::Hotconf)
    }

    /// The lanes of each library.
    fn libraries(&self) -> impl Iterator<Item = &[Lane]> {
        self.lanes.chunk_by(|one, other| one.course.library == other.course.library)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Seed {}, {:.0} s.", self.seed, self.took.as_secs_f64())?;
        for program in missing_programs() {
            writeln!(f, "There is no {program} on this machine.")?;
        }
        for lacking in &self.lacking {
            writeln!(f, "{lacking}.")?;
        }
        for lanes in self.libraries() {
            let name = lanes[0].course.library.name();
            writeln!(f, "\n### {name}\n")?;
            let rows = lanes.iter().map(|lane| {
                (format!("{}, {}", lane.course.layout.name(), lane.course.watcher.name()), lane.total())
            });
            let all = ("all".to_owned(), sum(lanes.iter().flat_map(|lane| &lane.styles)));
            table(f, "layout, watcher", rows.chain([all]))?;

            let styles = STYLES
                .iter()
                .enumerate()
                .map(|(at, style)| (style.name.to_owned(), sum(lanes.iter().map(|lane| &lane.styles[at]))));
            let told: Vec<_> = styles
                .filter(|(_, tally)| tally.edits > 0 && (self.shows_all_styles || tally.is_remarkable()))
                .collect();
            if !told.is_empty() {
                let which =
                    if self.shows_all_styles { "style" } else { "style in which something went wrong" };
                writeln!(f)?;
                table(f, which, told)?;
            }
            let words = lanes.iter().flat_map(|lane| &lane.words);
            for (at, words) in words.enumerate() {
                if at == 0 {
                    writeln!(f)?;
                }
                writeln!(f, "* {}", words.replace('\n', " / "))?;
            }
        }
        Ok(())
    }
}

fn table(
    f: &mut fmt::Formatter<'_>,
    first: &str,
    rows: impl IntoIterator<Item = (String, Tally)>,
) -> fmt::Result {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    first.clone_into(&mut lines[0][0]);
    lines.extend(rows.into_iter().map(|(name, tally)| cells(name, &tally)));
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default())
        .collect();
    for (at, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            write!(f, "| {cell:width$} ")?;
        }
        writeln!(f, "|")?;
        if at == 0 {
            widths.iter().try_for_each(|width| write!(f, "|{}", "-".repeat(width + 2)))?;
            writeln!(f, "|")?;
        }
    }
    Ok(())
}

fn cells(name: String, tally: &Tally) -> [String; 17] {
    let [half, most, longest] = tally.spread.cells();
    [
        name,
        tally.edits.to_string(),
        tally.versions.to_string(),
        tally.lost.to_string(),
        tally.torn.to_string(),
        (tally.excused + tally.excused_refusals).to_string(),
        tally.back.to_string(),
        tally.unconverged.to_string(),
        tally.events.to_string(),
        tally.broken_events.to_string(),
        tally.bad.to_string(),
        tally.refused.to_string(),
        tally.stale_status.to_string(),
        tally.needless.to_string(),
        half,
        most,
        longest,
    ]
}
