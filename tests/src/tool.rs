//! Programs that people edit files with.

use std::path::Path;
use std::process::{Command, Stdio};

/// The command of an installed program, working in `folder`; says so and gives nothing where it is not installed.
#[must_use]
pub fn tool(name: &str, folder: &Path) -> Option<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join(name).is_file()) {
        println!("skipped: there is no {name} on this machine");
        return None;
    }
    let mut command = Command::new(name);
    command.current_dir(folder).stdin(Stdio::null());
    Some(command)
}

/// Runs a command to its end.
///
/// # Panics
///
/// When it fails; the message has what it printed.
#[track_caller]
pub fn run(command: &mut Command) {
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("{command:?} could not be started: {error}"),
    }
}
