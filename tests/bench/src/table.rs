//! Interleaved turns of several cases, and the table that is made of them.
//!
//! Each turn measures every case once, beginning with another one each time; a ratio is formed within a turn, and what is
//! printed is the median of all turns. So a machine that is busy for a while slows all cases alike.

use crate::clock;
use crate::median::median;

/// Something that is measured: `run` is told how often, and says how many nanoseconds of processor time that took.
pub(crate) struct Case<'a> {
    name: String,
    run: Box<dyn FnMut(u64) -> f64 + 'a>,
    target: &'static str,
}

/// How long one turn of a case lasts at least, in nanoseconds.
const TURN: f64 = 2e6;

pub(crate) struct Table<'a> {
    title: String,
    /// The names of the cases that the others are divided by.
    peers: Vec<usize>,
    cases: Vec<Case<'a>>,
    turns: usize,
}

impl<'a> Table<'a> {
    pub(crate) fn new(title: impl Into<String>, turns: usize) -> Self {
        Self { title: title.into(), peers: Vec::new(), cases: Vec::new(), turns }
    }

    /// A case that others are divided by.
    pub(crate) fn peer(&mut self, name: &str, work: impl FnMut() + 'a) {
        self.peers.push(self.cases.len());
        self.case(name, "", work);
    }

    /// A case of which all the work is measured.
    pub(crate) fn case(&mut self, name: &str, target: &'static str, mut work: impl FnMut() + 'a) {
        self.timed(name, target, move |times| {
            let before = clock::of_process();
            (0..times).for_each(|_| work());
            clock::of_process() - before
        });
    }

    /// A case that knows itself which of its work counts.
    pub(crate) fn timed(&mut self, name: &str, target: &'static str, run: impl FnMut(u64) -> f64 + 'a) {
        self.cases.push(Case { name: name.to_owned(), run: Box::new(run), target });
    }

    /// The same, for one that others are divided by.
    pub(crate) fn timed_peer(&mut self, name: &str, run: impl FnMut(u64) -> f64 + 'a) {
        self.peers.push(self.cases.len());
        self.timed(name, "", run);
    }

    /// Measures all cases and prints the table. Gives the medians, in nanoseconds.
    pub(crate) fn print(mut self) -> Vec<f64> {
        let times: Vec<u64> = self.cases.iter_mut().map(times_of_a_turn).collect();
        let count = self.cases.len();
        let mut taken = vec![Vec::with_capacity(self.turns); count];
        for turn in 0..self.turns {
            for number in 0..count {
                let number = (number + turn) % count;
                let took = (self.cases[number].run)(times[number]);
                taken[number].push(took / times[number] as f64);
            }
        }
        let medians: Vec<f64> = taken.iter().cloned().map(median).collect();
        println!("\n### {}\n", self.title);
        print!("| case | time |");
        self.peers.iter().for_each(|&peer| print!(" of {} |", self.cases[peer].name));
        print!(" target |\n|---|---|");
        println!("{}---|", "---|".repeat(self.peers.len()));
        for (number, case) in self.cases.iter().enumerate() {
            print!("| {} | {} |", case.name, readable(medians[number]));
            for &peer in &self.peers {
                let ratios = taken[number].iter().zip(&taken[peer]).map(|(own, peer)| own / peer);
                print!(" {:.2} |", median(ratios.collect()));
            }
            println!(" {} |", case.target);
        }
        medians
    }
}

/// How often a case is run in one turn.
fn times_of_a_turn(case: &mut Case<'_>) -> u64 {
    let mut times = 1;
    loop {
        let took = (case.run)(times);
        if took >= TURN || times >= 1 << 30 {
            return times;
        }
        times = (times * 2).max((times as f64 * TURN / took.max(1.0)).min(times as f64 * 16.0) as u64);
    }
}

/// A time in the unit that suits it.
pub(crate) fn readable(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 1e3 => format!("{short:.2} ns"),
        middle if middle < 1e6 => format!("{:.1} µs", middle / 1e3),
        long => format!("{:.2} ms", long / 1e6),
    }
}
