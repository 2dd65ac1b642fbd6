//! `cargo run --release -p hotconf-soak -- --edits 20000 --seed 7` soaks, prints tables, and fails if hotconf did.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let plan = match plan(std::env::args().skip(1)) {
        Ok(plan) => plan,
        Err(words) => {
            eprintln!("{words}\n\n{}", usage());
            return ExitCode::from(2);
        }
    };
    match plan.soak() {
        Ok(report) => {
            println!("{report}");
            ExitCode::from(u8::from(!report.is_sound()))
        }
        Err(error) => {
            eprintln!("there is no folder for the files: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("the styles of writing are those of Linux");
    ExitCode::from(2)
}

#[cfg(target_os = "linux")]
fn plan(mut arguments: impl Iterator<Item = String>) -> Result<hotconf_soak::Plan, String> {
    let mut plan = hotconf_soak::Plan::default();
    while let Some(argument) = arguments.next() {
        if argument == "--styles" {
            plan.shows_all_styles = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value, or is unknown"))?;
        let number = || value.parse().map_err(|_| format!("{argument} {value} is not a number"));
        let [layouts, watchers, libraries] = hotconf_soak::Plan::names();
        let names = |known: &[&str]| -> Result<Vec<String>, String> {
            let names: Vec<String> = value.split(',').map(str::to_owned).collect();
            match names.iter().find(|name| !known.contains(&name.as_str())) {
                Some(unknown) => Err(format!("{argument} does not know {unknown}, but {}", known.join(", "))),
                None => Ok(names),
            }
        };
        match argument.as_str() {
            "--edits" => plan.edits = number()?,
            "--seed" => plan.seed = number()?,
            "--minutes" => plan.longest = Some(std::time::Duration::from_secs(60 * number()?)),
            "--layouts" => plan.layouts = names(&layouts)?,
            "--watchers" => plan.watchers = names(&watchers)?,
            "--libraries" => plan.libraries = names(&libraries)?,
            "--folder" => plan.folder = Some(value.into()),
            _ => return Err(format!("{argument} is unknown")),
        }
    }
    Ok(plan)
}

#[cfg(target_os = "linux")]
fn usage() -> String {
    let [layouts, watchers, libraries] = hotconf_soak::Plan::names().map(|names| names.join(","));
    [
        "--edits <number>      how many edits, in all lanes of a library together".to_owned(),
        "--seed <number>       what their order follows from".to_owned(),
        "--minutes <number>    no edit begins after so much time".to_owned(),
        format!("--layouts <names>     of {layouts}"),
        format!("--watchers <names>    of {watchers}"),
        format!("--libraries <names>   of {libraries}"),
        "--folder <path>       where another folder is made for the files".to_owned(),
        "--styles              all styles in the report".to_owned(),
    ]
    .join("\n")
}
