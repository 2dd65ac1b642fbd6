//! Four small services, each written with another library and moved to hotconf. docs/moving/ speaks of them; the tests
//! run each pair on the same files and the same environment.
//!
//! `moving figment before` runs one of them. A line on its standard input is a request.

mod config_rs;
mod confique;
mod dynamic_config;
mod figment;

use std::error::Error;

/// What a program says in the end.
type Done = Result<(), Box<dyn Error>>;

/// Stands for the work of a service: answers each request.
fn serve(answer: impl Fn() -> String) -> Done {
    for request in std::io::stdin().lines() {
        request?;
        println!("{}", answer());
    }
    Ok(())
}

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let run = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["figment", "before"] => figment::before::run,
        ["figment", "after"] => figment::after::run,
        ["config-rs", "before"] => config_rs::before::run,
        ["config-rs", "after"] => config_rs::after::run,
        ["confique", "before"] => confique::before::run,
        ["confique", "after"] => confique::after::run,
        ["dynamic-config", "before"] => dynamic_config::before::run,
        ["dynamic-config", "after"] => dynamic_config::after::run,
        _ => return Err("which library, before or after?".into()),
    };
    // The text for people; what `main` returns would be shown with `Debug`.
    run().inspect_err(|error| eprintln!("{error}")).or_else(|_| std::process::exit(1))
}
