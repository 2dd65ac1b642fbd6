//! Thirty bad inputs through each library: what it says of the mistakes in them.
//!
//! `cargo run -p hotconf-rivals --bin mistakes` prints the table of docs/COMPARE.md; with the name of a library, what it
//! says of each input, and how that is judged.
//!
//! One rule judges all. The text of an error is everything that it can be printed as, and the most generous counts: its
//! `Display` and `Debug`, both in the alternate form as well, the same of every error behind it, and what the library
//! renders for people. In this text a mistake is
//!
//! * *named* where the key, or the word that is wrong, stands in it,
//! * *placed* where the file's name and the number of a line that the mistake can be said to be in stand in it; for a
//!   variable, its name,
//! * *pointed at* where the column follows the line, or a caret stands beneath it,
//! * *remedied* where a word stands in it that is to be written instead, be it in a list of all that may stand there.
//!
//! A library that stops at the first mistake has not named the others; where it is another one from run to run, the best
//! of many runs counts. What a library cannot read is counted neither for
//! it nor against it, nor is a place or a remedy where none can be told. Unknown keys and variables are refused: where
//! a library accepts them by itself, with `deny_unknown_fields` or `strict_env`. A secret is *printed* where it stands anywhere in the text.

mod inputs;
mod judge;
mod libraries;
mod structs;

use std::process::Command;

use hotconf::testing::Sandbox;

use inputs::{INPUTS, Input};
use judge::{Score, judge};
use libraries::{LIBRARIES, Library};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => table(),
        [library] => details(known(library)),
        // What this program runs itself as: one library, one input, in a process that has the variables of the input.
        [library, folder, sources @ ..] => {
            if let Some(text) = (known(library).load)(folder.as_ref(), sources) {
                print!("{text}");
            }
        }
    }
}

fn known(name: &str) -> &'static Library {
    LIBRARIES.iter().find(|library| library.name == name).unwrap_or_else(|| {
        let names: Vec<_> = LIBRARIES.iter().map(|library| library.name).collect();
        panic!("{name} is none of {}", names.join(", "))
    })
}

fn table() {
    println!("| | named | placed | pointed at | remedied | secrets printed |\n|---|---|---|---|---|---|");
    for library in LIBRARIES {
        let mut total = Score::default();
        for input in INPUTS {
            if let Some((_, score)) = best(library, input) {
                total.add(score);
            }
        }
        let Score { named, placed, pointed_at, remedied, printed } = total;
        println!("| {} | {named} | {placed} | {pointed_at} | {remedied} | {printed} |", library.name);
    }
}

fn details(library: &Library) {
    for input in INPUTS {
        println!("== {}", input.what);
        match best(library, input) {
            Some((text, score)) => println!("{text}\n-- {score:?}"),
            None => println!("-- not read"),
        }
    }
}

/// What a library says of an input, and how that is judged: the best that it says, where it has several things to say.
fn best(library: &Library, input: &Input) -> Option<(String, Score)> {
    let tries = if input.mistakes.len() > 1 { library.tries } else { 1 };
    let judged = (0..tries).filter_map(|_| said(library, input)).map(|text| {
        let score = judge(input, library.variable_of, &text);
        (text, score)
    });
    judged.max_by_key(|(_, score)| score.rank())
}

/// What a library says of an input, everything that it says; `None` where it does not read such a source.
fn said(library: &Library, input: &Input) -> Option<String> {
    let is_read = input.files.iter().all(|file| library.formats.contains(&file.extension()));
    let is_single = input.files.len() == 1 && input.variables.is_empty();
    if !is_read || !(is_single || library.has_layers) {
        return None;
    }
    let sandbox = Sandbox::new();
    let mut command = Command::new(std::env::current_exe().expect("a program has a path"));
    command.env_clear().arg(library.name).arg(sandbox.root());
    for file in input.files {
        sandbox.write(file.name, file.text());
        command.arg(file.name);
    }
    for (path, value) in input.variables {
        command.env((library.variable_of)(path), value);
    }
    let output = command.output().expect("this program can be started");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}: {}", library.name, String::from_utf8_lossy(&output.stderr));
    // The name of the folder has digits of its own.
    let folder = sandbox.root().file_name().expect("it has a name").to_string_lossy();
    Some(text.replace(&*folder, ""))
}
