//! Mounts: of files and folders, over one another, of little space.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hotconf::ProblemKind;
use hotconf_tests::{run, tool, wait_until};

use super::namespace::{inside, run_inside, sandbox, warns_of};
use super::text;

fn command(folder: &Path, arguments: &[&str]) {
    run(tool(arguments[0], folder).expect("a program to mount with").args(&arguments[1..]));
}

#[test]
fn what_is_mounted_over_a_folder_is_found_and_counted() {
    let sandbox = sandbox();
    sandbox.write("other/app.toml", text(1001));
    run_inside("mounts::something_is_mounted_over_the_folder", &sandbox, "true");
}

#[test]
#[ignore = "run by another test, where mounts are allowed"]
fn something_is_mounted_over_the_folder() {
    let Some((folder, mut store)) = inside() else { return };
    command(&folder, &["mount", "--bind", "other", "conf"]);
    store.expect(1001);
    assert_eq!(store.cfg.status().watcher().missed(), 1);
    fs::write(folder.join("other/app.toml"), text(1002)).unwrap();
    store.expect(1002);
    command(&folder, &["umount", "conf"]);
    store.expect(1000);
    assert_eq!(store.cfg.status().watcher().missed(), 2);
    store.finish();
}

#[test]
fn a_mount_of_one_file_is_heard_of_and_its_end_is_told() {
    let sandbox = sandbox();
    sandbox.write("host/app.toml", text(1000));
    run_inside("mounts::one_file_is_mounted", &sandbox, "mount --bind host/app.toml conf/app.toml");
}

#[test]
#[ignore = "run by another test, where the file is mounted"]
fn one_file_is_mounted() {
    let Some((folder, mut store)) = inside() else { return };
    assert!(warns_of(&store, "mounted as a single file"), "{:#?}", store.cfg.status());
    for value in 1001..1003 {
        let begun = Instant::now();
        fs::write(folder.join("host/app.toml"), text(value)).unwrap();
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "as slowly as a net below events");
    }
    fs::write(folder.join("host/next.toml"), text(1003)).unwrap();
    fs::rename(folder.join("host/next.toml"), folder.join("host/app.toml")).unwrap();
    wait_until("a warning that the mount is dead", || {
        let _ = store.cfg.reload();
        warns_of(&store, "deleted or replaced outside")
    });
    assert_eq!(store.cfg.load().said(), 1002);
    store.finish();
}

#[test]
fn a_mounted_folder_is_heard_of() {
    let sandbox = sandbox();
    sandbox.write("host/app.toml", text(1000));
    run_inside("mounts::the_folder_is_mounted", &sandbox, "mount --bind host conf");
}

#[test]
#[ignore = "run by another test, where the folder is mounted"]
fn the_folder_is_mounted() {
    let Some((folder, mut store)) = inside() else { return };
    for value in 1001..1004 {
        let begun = Instant::now();
        fs::write(folder.join("host/next.toml"), text(value)).unwrap();
        fs::rename(folder.join("host/next.toml"), folder.join("host/app.toml")).unwrap();
        store.expect(value);
        assert!(begun.elapsed() < Duration::from_secs(4), "as slowly as a net below events");
    }
    store.finish();
}

#[test]
fn a_folder_that_is_swapped_outside_is_told() {
    let sandbox = sandbox();
    sandbox.write("host/app.toml", text(1000));
    run_inside("mounts::the_folder_is_swapped_outside", &sandbox, "mount --bind host conf");
}

#[test]
#[ignore = "run by another test, where the folder is mounted"]
fn the_folder_is_swapped_outside() {
    let Some((folder, store)) = inside() else { return };
    let [host, next] = ["host", "next"].map(|name| folder.join(name));
    fs::create_dir(&next).unwrap();
    fs::write(next.join("app.toml"), text(1001)).unwrap();
    fs::remove_dir_all(&host).unwrap();
    fs::rename(&next, &host).unwrap();
    // What was mounted is gone for good, with the file in it.
    let refusal = store.refusals.wait_for(1).remove(0);
    assert!(refusal.contains("does not exist"), "{refusal}");
    assert_eq!(store.cfg.load().said(), 1000);
}

#[test]
fn the_lower_layer_of_an_overlay_shows_through_until_a_file_is_copied_up() {
    let sandbox = sandbox();
    sandbox.rename("conf", "lower");
    ["conf", "upper", "work"].iter().for_each(|name| sandbox.make_folder(name));
    let set_up = "mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work conf";
    run_inside("mounts::the_folder_is_an_overlay", &sandbox, set_up);
}

#[test]
#[ignore = "run by another test, where the folder is an overlay"]
fn the_folder_is_an_overlay() {
    let Some((folder, mut store)) = inside() else { return };
    for value in 1001..1003 {
        fs::write(folder.join("conf/app.toml"), text(value)).unwrap();
        store.expect(value);
    }
    // Behind the back of the overlay, which sends no event.
    fs::write(folder.join("upper/app.toml"), text(1003)).unwrap();
    store.expect(1003);
    store.finish();
}

#[test]
fn a_disk_that_is_full_keeps_the_last_good_one() {
    let sandbox = sandbox();
    let set_up = "mount -t tmpfs -o size=16k tmpfs conf";
    run_inside(
        "mounts::the_disk_is_small",
        &sandbox,
        &format!("cp conf/app.toml . && {set_up} && mv app.toml conf"),
    );
}

#[test]
#[ignore = "run by another test, where the disk is small"]
fn the_disk_is_small() {
    let Some((folder, mut store)) = inside() else { return };
    let file = folder.join("conf/app.toml");
    let long = format!("saves = [\n{}]\n", "# more than there is room for\n".repeat(900));
    assert!(fs::write(&file, long).is_err(), "there was room for it all");
    store.refusals.wait_for(1);
    assert_eq!(store.cfg.load().said(), 1000);
    let status = store.cfg.status();
    assert_eq!(status.last_error().unwrap().problems()[0].kind(), ProblemKind::Syntax);
    fs::write(&file, text(1001)).unwrap();
    store.expect(1001);
    assert_eq!(store.cfg.status().last_error(), None);
}
