//! Tests that need a process of their own, because of what they do to it or what is done to it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Says in the inner process where the sandbox of the outer one is.
const OUTER: &str = "HOTCONF_TESTS_OUTER";

/// Runs an ignored test of this binary again, in a process of its own, by way of `through` where that is given: a program
/// that ends by running what its arguments say. The inner test finds the folder by [`outer_folder`].
///
/// # Panics
///
/// When the inner test fails. A status of 77 says that the machine cannot do it, and is passed over.
pub fn run_alone(test: &str, folder: &Path, through: Option<Command>) {
    let exe = std::env::current_exe().expect("the path of the tests");
    let mut command = match through {
        Some(mut through) => {
            through.arg(exe);
            through
        }
        None => Command::new(exe),
    };
    command.env(OUTER, folder).args(["--ignored", "--exact", "--nocapture", "--test-threads", "1", test]);
    let output = command.output().expect("it can be started");
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.code() == Some(77) {
        println!("skipped: this machine cannot do it: {errors}");
        return;
    }
    assert!(output.status.success() && told.contains("1 passed"), "{:?}\n{told}{errors}", output.status);
}

/// The folder that [`run_alone`] was called with; `None` in a process that it did not start.
#[must_use]
pub fn outer_folder() -> Option<PathBuf> {
    std::env::var_os(OUTER).map(PathBuf::from)
}
