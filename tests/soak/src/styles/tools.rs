//! The programs that people change files with.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::Edit;

/// Runs a program to its end, which has to be a good one.
fn run(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(format!("{command:?}: {words}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The commands of an editor that replaces the number, and the check over all.
fn substitutions(edit: &Edit<'_>) -> [String; 2] {
    let substitutes = edit.scribe.substitutes(&edit.before, edit.number);
    substitutes.map(|(before, after)| format!("s/{before}/{after}/g"))
}

pub(super) fn sed(edit: &mut Edit<'_>) -> io::Result<()> {
    let [number, check] = substitutions(edit);
    run(Command::new("sed").args(["-i", "-e", &number, "-e", &check]).arg(&edit.file)).map(drop)
}

pub(super) fn perl(edit: &mut Edit<'_>) -> io::Result<()> {
    let [number, check] = substitutions(edit);
    run(Command::new("perl").args(["-pi", "-e", &format!("{number}; {check}")]).arg(&edit.file)).map(drop)
}

pub(super) fn vim(edit: &mut Edit<'_>) -> io::Result<()> {
    let [number, check] = substitutions(edit);
    let copies = ["yes", "no", "auto"][edit.chance.below(3) as usize];
    // Without the first setting files in temporary folders are not backed up, and so always written in place.
    let settings = format!("set backupskip= backupcopy={copies}");
    let mut vim = Command::new("vim");
    vim.args(["-u", "NONE", "-i", "NONE", "-es", "-c", &settings]);
    vim.args(["-c", &format!("%{number}"), "-c", &format!("%{check}"), "-c", "wq"]).arg(&edit.file);
    run(&mut vim).map(drop)
}

/// Writes the text to a file of its own, and has a program put it in place.
fn with_file(edit: &mut Edit<'_>, program: &str, arguments: &[&str]) -> io::Result<()> {
    let next = edit.aside()?;
    run(Command::new(program).args(arguments).arg(&next).arg(&edit.file))?;
    match fs::remove_file(next) {
        // It may have been moved.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

pub(super) fn shell(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "sh", &["-c", "cat \"$0\" > \"$1\""])
}

pub(super) fn cp(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "cp", &[])
}

pub(super) fn cp_removing(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "cp", &["--remove-destination"])
}

pub(super) fn install(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "install", &["-m", "644"])
}

pub(super) fn mv(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "mv", &[])
}

pub(super) fn rsync(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "rsync", &["--ignore-times"])
}

pub(super) fn rsync_in_place(edit: &mut Edit<'_>) -> io::Result<()> {
    with_file(edit, "rsync", &["--inplace", "--ignore-times"])
}

pub(super) fn tee(edit: &mut Edit<'_>) -> io::Result<()> {
    let mut command = Command::new("tee");
    let mut tee = command.arg(&edit.file).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut input) = tee.stdin.take() {
        input.write_all(edit.text.as_bytes())?;
    }
    match tee.wait()?.success() {
        true => Ok(()),
        false => Err(io::Error::other("tee failed")),
    }
}

/// Puts the text into a repository, and has git write the file from there.
pub(super) fn git(edit: &mut Edit<'_>) -> io::Result<()> {
    let repository = edit.place.fresh();
    let next = edit.aside()?;
    let (Some(folder), Some(name)) = (edit.file.parent(), edit.file.file_name()) else { return Ok(()) };
    let git = |arguments: &[&str], last: &OsStr| {
        let mut git = Command::new("git");
        git.args(arguments).arg(last).env("GIT_DIR", &repository).env("GIT_WORK_TREE", folder);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").current_dir(folder);
        run(&mut git)
    };
    git(&["init"], OsStr::new("--quiet"))?;
    let content = git(&["hash-object", "-w"], next.as_os_str())?;
    let content = format!("100644,{content},{}", name.to_string_lossy());
    git(&["update-index", "--add", "--cacheinfo"], OsStr::new(&content))?;
    git(&["checkout-index", "--force"], name).map(drop)
}
