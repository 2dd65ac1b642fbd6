//! What has to be refused; and the source beside the files, which can be good and bad.

use std::fs;
use std::io;

use hotconf::Format;

use super::{Edit, files};

fn with_wrong_type(edit: &mut Edit<'_>) {
    edit.text = edit.scribe.of_the_wrong_type(&edit.text);
}

fn with_bad_syntax(edit: &mut Edit<'_>) {
    edit.text.truncate(edit.scribe.unreadable_cut(&edit.text));
}

pub(super) fn wrong_type_written(edit: &mut Edit<'_>) -> io::Result<()> {
    with_wrong_type(edit);
    files::truncated(edit)
}

pub(super) fn wrong_type_renamed(edit: &mut Edit<'_>) -> io::Result<()> {
    with_wrong_type(edit);
    files::renamed(edit)
}

pub(super) fn syntax_written(edit: &mut Edit<'_>) -> io::Result<()> {
    with_bad_syntax(edit);
    files::truncated(edit)
}

pub(super) fn syntax_renamed(edit: &mut Edit<'_>) -> io::Result<()> {
    with_bad_syntax(edit);
    files::renamed(edit)
}

pub(super) fn emptied(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::write(&edit.file, "")
}

pub(super) fn removed(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_file(&edit.file)
}

pub(super) fn memory_set(edit: &mut Edit<'_>) -> io::Result<()> {
    if let Some(memory) = edit.memory {
        memory.set_text(Format::Toml, edit.text.as_str());
    }
    Ok(())
}

pub(super) fn memory_failed(edit: &mut Edit<'_>) -> io::Result<()> {
    if let Some(memory) = edit.memory {
        memory.fail("it is away");
    }
    Ok(())
}
