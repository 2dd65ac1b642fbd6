//! Instructions, as valgrind counts them: the same for the same program, however busy the machine is, so that a
//! regression can be refused.
//!
//! `counts` prints them beside those of the last time, which `counts.txt` holds, and fails where one is higher by more
//! than three in a hundred and the tools are those they were taken with. `counts --write` writes the file anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::cases::{CASES, Case};

/// How much higher a count may be, in hundredths.
const TOLERANCE: f64 = 3.0;

pub(crate) fn measure(writes: bool) -> ExitCode {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("instructions are not counted: there is no valgrind");
        return ExitCode::FAILURE;
    }
    let tools = tools();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.txt");
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    let is_comparable = before.lines().next() == Some(tools.as_str());
    println!("\n### Instructions, by {tools}\n\n| case | before | now | more |\n|---|---|---|---|");
    let mut text = format!("{tools}\n");
    let mut is_worse = false;
    for case in &CASES {
        let now = of_one(case);
        let (name, ..) = *case;
        let known = before.lines().find_map(|line| line.strip_suffix(name)?.trim().parse::<f64>().ok());
        let more = known.map(|known| (now / known - 1.0) * 100.0);
        let shown =
            |figure: Option<f64>| figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.0}"));
        let percent = more.map_or_else(|| "-".to_owned(), |more| format!("{more:+.1} %"));
        println!("| {name} | {} | {now:.0} | {percent} |", shown(known));
        is_worse |= is_comparable && more.is_some_and(|more| more > TOLERANCE);
        let _ = writeln!(text, "{now:>12.0} {name}");
    }
    if writes {
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        return ExitCode::SUCCESS;
    }
    if !is_comparable {
        println!("\nthe counts before were not taken with these tools, and are not held against these");
    }
    if is_worse {
        eprintln!(
            "\na count is higher by more than {TOLERANCE} %; if that has to be, write them anew: counts --write"
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The instructions of doing a case once: what doing it twice as often takes more.
fn of_one((name, times, _): &Case) -> f64 {
    let once = of_run(name, *times);
    let twice = of_run(name, 2 * times);
    (twice - once) / *times as f64
}

fn of_run(name: &str, times: u64) -> f64 {
    let program: PathBuf = std::env::current_exe().expect("a program knows where it is");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["run", name, &times.to_string()])
        // What is in the environment lies on the stack, and moves what comes after it.
        .env_clear()
        .output()
        .expect("valgrind is there");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    match count.map(str::parse) {
        Some(Ok(count)) if output.status.success() => count,
        _ => panic!("valgrind counted nothing:\n{said}"),
    }
}

/// What the counts depend on beside the program: the compiler, the C library with its allocator, the processor, for which
/// that library chooses how it copies, and what counts.
fn tools() -> String {
    let version = |tool: &str| {
        let output = Command::new(tool).arg("--version").output();
        let said =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        said.lines().next().unwrap_or("unknown").trim().to_owned()
    };
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model).to_owned();
    [version("rustc"), version("ldd"), model, version("valgrind")].join(", ")
}
