//! What hotconf costs, measured beside its peers in the same run: `cargo run --release -p hotconf-bench -- loading`.
//!
//! Figures are ratios of processor time, medians of interleaved turns. Without a name all tables are printed.

mod bad_path;
mod cases;
mod clock;
mod derive;
mod loading;
mod median;
mod table;
mod workload;

/// The tables by name, in the order in which they are printed.
const TABLES: [(&str, fn()); 3] = [("loading", loading::measure), ("bad-path", bad_path::measure), ("derive", derive::measure)];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [command, name, times] = wanted.as_slice() {
        if command == "run" {
            return run(name, times);
        }
    }
    for unknown in wanted.iter().filter(|wanted| TABLES.iter().all(|(name, _)| name != wanted)) {
        let names: Vec<_> = TABLES.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no table `{unknown}`; there are {}", names.join(", "));
        std::process::exit(2);
    }
    for (name, measure) in TABLES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure();
        }
    }
}

/// Does the work of one case so often, for a program that counts.
fn run(name: &str, times: &str) {
    let case = cases::CASES.iter().find(|(case, _, _)| *case == name);
    let (_, _, work) = case.unwrap_or_else(|| panic!("there is no case `{name}`"));
    work(times.parse().expect("how often is a number"));
}
