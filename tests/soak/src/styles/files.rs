//! The file itself.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Edit, set_modified};

pub(super) fn truncated(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::write(&edit.file, &edit.text)
}

/// Writes in two to eight pieces, and rests before each of them if it is to.
fn write_pieces(edit: &mut Edit<'_>, file: &mut File, text: &str, rests: bool) -> io::Result<()> {
    let pieces = 2 + edit.chance.below(7) as usize;
    for piece in text.as_bytes().chunks(text.len().div_ceil(pieces).max(1)) {
        if rests {
            edit.rest();
        }
        file.write_all(piece)?;
        edit.done("wrote a piece");
    }
    Ok(())
}

pub(super) fn in_pieces(edit: &mut Edit<'_>) -> io::Result<()> {
    let (mut file, text) = (File::create(&edit.file)?, edit.text.clone());
    write_pieces(edit, &mut file, &text, false)
}

pub(super) fn slowly(edit: &mut Edit<'_>) -> io::Result<()> {
    let (mut file, text) = (File::create(&edit.file)?, edit.text.clone());
    write_pieces(edit, &mut file, &text, true)
}

/// Writes no more than the bytes that differ, one run of them after the other.
pub(super) fn overwritten(edit: &mut Edit<'_>) -> io::Result<()> {
    let (before, after) = (edit.before.as_bytes(), edit.text.as_bytes());
    let file = edit.open()?;
    let mut at = 0;
    while at < after.len() {
        let differs = |at: usize| before.get(at) != after.get(at);
        let end = (at..after.len()).find(|&next| differs(next) != differs(at)).unwrap_or(after.len());
        if differs(at) {
            file.write_all_at(&after[at..end], at as u64)?;
            edit.done("wrote what differs");
        }
        at = end;
    }
    file.set_len(after.len() as u64)
}

pub(super) fn overwritten_and_cut(edit: &mut Edit<'_>) -> io::Result<()> {
    let (mut file, text) = (edit.open()?, edit.text.clone());
    write_pieces(edit, &mut file, &text, false)?;
    file.set_len(text.len() as u64)?;
    file.sync_data()
}

pub(super) fn appended(edit: &mut Edit<'_>) -> io::Result<()> {
    let more = edit.text[edit.before.len()..].to_owned();
    let mut file = File::options().append(true).open(&edit.file)?;
    write_pieces(edit, &mut file, &more, false)
}

/// Between the two the file cannot be read: the machine may stop there for longer than anybody waits.
pub(super) fn opened_twice(edit: &mut Edit<'_>) -> io::Result<()> {
    let cut = edit.scribe.unreadable_cut(&edit.text);
    fs::write(&edit.file, &edit.text[..cut])?;
    edit.done("closed the first half");
    File::options().append(true).open(&edit.file)?.write_all(&edit.text.as_bytes()[cut..])
}

pub(super) fn unnoticed(edit: &mut Edit<'_>) -> io::Result<()> {
    let time = fs::metadata(&edit.file)?.modified()?;
    let mut file = edit.open()?;
    file.write_all(edit.text.as_bytes())?;
    edit.done("wrote it");
    file.set_modified(time)
}

pub(super) fn by_another_name(edit: &mut Edit<'_>) -> io::Result<()> {
    let name = edit.place.fresh();
    fs::hard_link(&edit.file, &name)?;
    fs::write(&name, &edit.text)?;
    fs::remove_file(&name)
}

pub(super) fn kept_open(edit: &mut Edit<'_>) -> io::Result<()> {
    let mut file = File::create(&edit.file)?;
    file.write_all(edit.text.as_bytes())?;
    edit.place.held = Some(file);
    Ok(())
}

pub(super) fn renamed(edit: &mut Edit<'_>) -> io::Result<()> {
    let next = edit.beside(".next");
    fs::write(&next, &edit.text)?;
    fs::rename(&next, &edit.file)
}

pub(super) fn renamed_and_flushed(edit: &mut Edit<'_>) -> io::Result<()> {
    let next = edit.beside(".next");
    let mut file = File::create(&next)?;
    file.write_all(edit.text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    fs::rename(&next, &edit.file)?;
    edit.file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

pub(super) fn renamed_from_afar(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::rename(edit.aside()?, &edit.file)
}

pub(super) fn exchanged(edit: &mut Edit<'_>) -> io::Result<()> {
    let next = edit.beside(".next");
    fs::write(&next, &edit.text)?;
    renameat_with(CWD, &next, CWD, &edit.file, RenameFlags::EXCHANGE)?;
    fs::remove_file(&next)
}

pub(super) fn replaced_unnoticed(edit: &mut Edit<'_>) -> io::Result<()> {
    let time = fs::metadata(&edit.file)?.modified()?;
    let next = edit.aside()?;
    set_modified(&next, time)?;
    fs::rename(next, &edit.file)
}

pub(super) fn hard_linked(edit: &mut Edit<'_>) -> io::Result<()> {
    let next = edit.aside()?;
    fs::remove_file(&edit.file)?;
    edit.done("removed it");
    fs::hard_link(&next, &edit.file)?;
    fs::remove_file(&next)
}

pub(super) fn renamed_with_mode(edit: &mut Edit<'_>) -> io::Result<()> {
    renamed(edit)?;
    let mode = if edit.number % 2 == 0 { 0o644 } else { 0o640 };
    fs::set_permissions(&edit.file, fs::Permissions::from_mode(mode))
}

pub(super) fn removed_and_written(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_file(&edit.file)?;
    edit.done("removed it");
    fs::write(&edit.file, &edit.text)
}

pub(super) fn removed_for_a_while(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_file(&edit.file)?;
    edit.done("removed it");
    edit.rest();
    fs::write(&edit.file, &edit.text)
}

pub(super) fn removed_and_renamed(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_file(&edit.file)?;
    edit.done("removed it");
    renamed(edit)
}

pub(super) fn backed_up(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::rename(&edit.file, edit.beside("~"))?;
    edit.done("renamed it");
    fs::write(&edit.file, &edit.text)
}

pub(super) fn through_a_third_name(edit: &mut Edit<'_>) -> io::Result<()> {
    let (new, old) = (edit.beside(".new"), edit.beside(".old"));
    fs::write(&new, &edit.text)?;
    fs::rename(&edit.file, &old)?;
    edit.done("renamed it");
    fs::rename(&new, &edit.file)?;
    fs::remove_file(&old)
}
