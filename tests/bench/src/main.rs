//! What hotconf costs, measured beside its peers in the same run: `cargo run --release -p hotconf-bench -- loading`.
//!
//! Figures are ratios of processor time, medians of interleaved turns. Without a name all tables are printed.

#[cfg(feature = "peers")]
mod bad_path;
mod cases;
#[cfg(feature = "peers")]
mod clean_build;
#[cfg(feature = "peers")]
mod clock;
mod counts;
#[cfg(feature = "peers")]
mod derive;
#[cfg(feature = "peers")]
mod growing;
#[cfg(all(feature = "peers", target_os = "linux"))]
mod latency;
#[cfg(feature = "peers")]
mod listening;
#[cfg(feature = "peers")]
mod loading;
#[cfg(feature = "peers")]
mod median;
#[cfg(feature = "peers")]
mod plot;
#[cfg(feature = "peers")]
mod reads;
#[cfg(feature = "peers")]
mod reloading;
#[cfg(feature = "peers")]
mod table;
mod workload;

use std::process::ExitCode;

/// A table by its name.
type Table = (&'static str, fn());

/// The tables in the order in which they are printed.
#[cfg(feature = "peers")]
const TABLES: &[Table] = &[
    ("reads", reads::measure),
    ("loading", loading::measure),
    ("reloading", reloading::measure),
    #[cfg(target_os = "linux")]
    ("latency", latency::measure),
    ("listening", listening::measure),
    ("growing", growing::measure),
    ("bad-path", bad_path::measure),
    ("derive", derive::measure),
    ("clean-build", clean_build::measure),
];

#[cfg(not(feature = "peers"))]
const TABLES: &[Table] = &[];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    match wanted.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["run", name, times] => return run(name, times),
        ["counts"] => return counts::measure(false),
        ["counts", "--write"] => return counts::measure(true),
        _ => {}
    }
    if let Some(unknown) = wanted.iter().find(|wanted| TABLES.iter().all(|(name, _)| name != wanted)) {
        let names: Vec<_> = TABLES.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no table `{unknown}`; there are {}, counts", names.join(", "));
        return ExitCode::from(2);
    }
    for (name, measure) in TABLES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure();
        }
    }
    ExitCode::SUCCESS
}

/// Does the work of one case so often, for a program that counts.
fn run(name: &str, times: &str) -> ExitCode {
    let case = cases::CASES.iter().find(|(case, _, _)| *case == name);
    let (_, _, work) = case.unwrap_or_else(|| panic!("there is no case `{name}`"));
    work(times.parse().expect("how often is a number"));
    ExitCode::SUCCESS
}
