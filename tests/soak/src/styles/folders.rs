//! Folders and links on the way to the file.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::Edit;

const CONF: &str = "opt/app/conf";
const APP: &str = "opt/app";

pub(super) fn swapped(edit: &mut Edit<'_>) -> io::Result<()> {
    let (next, old) = (edit.place.fresh(), edit.place.fresh());
    edit.place.write_folder(&next)?;
    fs::rename(edit.place.at(CONF), old)?;
    edit.done("renamed the old one away");
    fs::rename(next, edit.place.at(CONF))
}

pub(super) fn exchanged(edit: &mut Edit<'_>) -> io::Result<()> {
    let next = edit.place.fresh();
    edit.place.write_folder(&next)?;
    renameat_with(CWD, &next, CWD, edit.place.at(CONF), RenameFlags::EXCHANGE)?;
    Ok(())
}

pub(super) fn made_again(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_dir_all(edit.place.at(CONF))?;
    edit.done("removed the folder");
    edit.place.write_folder(&edit.place.at(CONF))
}

pub(super) fn made_again_above(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_dir_all(edit.place.at("opt"))?;
    edit.done("removed the folders");
    edit.place.write_folder(&edit.place.at(CONF))
}

pub(super) fn swapped_above(edit: &mut Edit<'_>) -> io::Result<()> {
    let (next, old) = (edit.place.fresh(), edit.place.fresh());
    edit.place.write_folder(&next.join("conf"))?;
    fs::rename(edit.place.at(APP), old)?;
    edit.done("renamed the old one away");
    fs::rename(next, edit.place.at(APP))
}

pub(super) fn away_and_back(edit: &mut Edit<'_>) -> io::Result<()> {
    let away = edit.place.fresh();
    fs::rename(edit.place.at("opt"), &away)?;
    edit.done("away");
    fs::rename(&away, edit.place.at("opt"))?;
    edit.done("and back");
    // All files are written under one more name, so that they change together.
    exchanged(edit)
}

/// As a kubelet does: a new folder, a new link, which is renamed over the old one.
fn swap_data(edit: &mut Edit<'_>) -> io::Result<PathBuf> {
    let old = edit.place.behind_data();
    let release = edit.place.next_release();
    edit.place.write_folder(&edit.place.behind_data())?;
    let link = edit.place.at("volume/..data_tmp");
    symlink(format!("..data_{release}"), &link)?;
    fs::rename(link, edit.place.at("volume/..data"))?;
    edit.done("swapped ..data");
    Ok(old)
}

pub(super) fn data_swapped(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_dir_all(swap_data(edit)?)
}

/// The old folder goes later, and quietly.
pub(super) fn data_swapped_and_kept(edit: &mut Edit<'_>) -> io::Result<()> {
    let old = swap_data(edit)?;
    fs::rename(old, edit.place.fresh())
}

pub(super) fn volume_swapped(edit: &mut Edit<'_>) -> io::Result<()> {
    let (next, old) = (edit.place.fresh(), edit.place.fresh());
    edit.place.next_release();
    edit.place.write_volume(&next)?;
    fs::rename(edit.place.at("volume"), old)?;
    edit.done("renamed the old one away");
    fs::rename(next, edit.place.at("volume"))
}

/// Puts the text into the store under a new name. Gives what a link to it says, and the file that was there before.
fn store(edit: &mut Edit<'_>) -> io::Result<(PathBuf, Option<PathBuf>)> {
    let old = edit.place.stored().map(|old| edit.place.store(old));
    let stored = edit.place.next_stored();
    edit.place.set_stored(Some(stored));
    fs::write(edit.place.store(stored), &edit.text)?;
    Ok((edit.place.target(), old))
}

fn forget(file: Option<PathBuf>) -> io::Result<()> {
    file.map_or(Ok(()), fs::remove_file)
}

pub(super) fn file_relinked(edit: &mut Edit<'_>) -> io::Result<()> {
    let (target, old) = store(edit)?;
    let (link, next) = (edit.place.link(), edit.place.fresh());
    symlink(target, &next)?;
    fs::rename(next, link)?;
    forget(old)
}

pub(super) fn file_link_made_again(edit: &mut Edit<'_>) -> io::Result<()> {
    let (target, old) = store(edit)?;
    fs::remove_file(edit.place.link())?;
    edit.done("removed the link");
    symlink(target, edit.place.link())?;
    forget(old)
}

pub(super) fn link_replaced_by_file(edit: &mut Edit<'_>) -> io::Result<()> {
    let old = edit.place.stored().map(|old| edit.place.store(old));
    fs::rename(edit.aside()?, edit.place.link())?;
    edit.place.set_stored(None);
    forget(old)
}

/// Makes a new release and has `current` lead to it. Gives the old one.
fn switch_release(edit: &mut Edit<'_>) -> io::Result<PathBuf> {
    let before = edit.place.release();
    let (_, old) = store(edit)?;
    let release = edit.place.next_release();
    edit.place.make_release()?;
    let next = edit.place.fresh();
    symlink(format!("releases/r{release}"), &next)?;
    fs::rename(next, edit.place.at("current"))?;
    edit.done("switched");
    forget(old)?;
    Ok(before)
}

/// The old release goes later, and quietly.
pub(super) fn release_switched(edit: &mut Edit<'_>) -> io::Result<()> {
    let old = switch_release(edit)?;
    fs::rename(old, edit.place.fresh())
}

pub(super) fn release_switched_and_deleted(edit: &mut Edit<'_>) -> io::Result<()> {
    fs::remove_dir_all(switch_release(edit)?)
}
