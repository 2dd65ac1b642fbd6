//! The programs that people change files with, as far as they are installed.

use std::io::Write;
use std::process::{Command, Stdio};

use hotconf::Hot;
use hotconf_tests::{Sandbox, run, tool};

use super::{Followed, polling, text};

/// Has a program make `app.toml` say another value, three times, under a store that hears and one that looks. `edit`
/// gets the command, the value before, and the value after; the text of the latter is in `next.toml`. It runs the
/// command itself.
fn check(program: &str, edit: fn(&Sandbox, &mut Command, u64, u64)) {
    for change in [|builder| builder, polling] {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text(1000));
        let mut store = Followed::new(change(Hot::builder().file(sandbox.at("app.toml"))));
        for value in 1001..1004 {
            let Some(mut command) = tool(program, sandbox.root()) else { return };
            sandbox.write("next.toml", text(value));
            edit(&sandbox, &mut command, value - 1, value);
            store.expect(value);
        }
        store.finish();
    }
}

#[test]
fn sed_in_place() {
    check("sed", |_, sed, before, after| run(sed.args(["-i", &format!("s/{before}/{after}/"), "app.toml"])));
}

#[test]
fn sed_in_place_with_a_backup() {
    check("sed", |_, sed, before, after| {
        run(sed.args(["-i.bak", &format!("s/{before}/{after}/"), "app.toml"]));
    });
}

#[test]
fn perl_in_place() {
    check("perl", |_, perl, before, after| {
        run(perl.args(["-pi", "-e", &format!("s/{before}/{after}/"), "app.toml"]));
    });
}

#[test]
fn cp_over() {
    check("cp", |_, cp, _, _| run(cp.args(["next.toml", "app.toml"])));
}

#[test]
fn cp_over_what_is_removed_first() {
    check("cp", |_, cp, _, _| run(cp.args(["--remove-destination", "next.toml", "app.toml"])));
}

#[test]
fn cp_with_the_times_of_the_original() {
    check("cp", |sandbox, cp, _, _| {
        sandbox.set_modified("next.toml", sandbox.modified("app.toml"));
        run(cp.args(["-p", "next.toml", "app.toml"]));
    });
}

#[test]
fn mv_over() {
    check("mv", |_, mv, _, _| run(mv.args(["next.toml", "app.toml"])));
}

#[test]
fn mv_exchanged() {
    check("perl", |sandbox, perl, _, after| {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            sandbox.write("app.toml", text(after));
            return;
        }
        // renameat2 with RENAME_EXCHANGE: at no time is there no file, and the old one has the other name then.
        run(perl.args([
            "-e",
            "my ($a, $b) = ('app.toml', 'next.toml'); exit(syscall(316, -100, $a, -100, $b, 2) != 0)",
        ]));
        sandbox.write("next.toml", text(after + 500));
    });
}

#[test]
fn install() {
    check("install", |_, install, _, _| run(install.args(["-m", "644", "next.toml", "app.toml"])));
}

#[test]
fn ln_over() {
    check("ln", |sandbox, ln, _, after| {
        sandbox.rename("next.toml", format!("{after}.toml"));
        run(ln.args(["-sfn", &format!("{after}.toml"), "app.toml"]));
    });
}

#[test]
fn tee() {
    check("tee", |_, tee, _, after| {
        let mut child = tee.arg("app.toml").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text(after).as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    });
}

#[test]
fn dd_without_truncating() {
    check("dd", |_, dd, _, _| run(dd.args(["if=next.toml", "of=app.toml", "conv=notrunc", "bs=100"])));
}

#[test]
fn tar_unpacked() {
    check("tar", |sandbox, tar, _, _| {
        sandbox.rename("next.toml", "unpacked/app.toml");
        run(tar.args(["-cf", "app.tar", "-C", "unpacked", "app.toml"]));
        run(Command::new("tar").args(["-xf", "app.tar"]).current_dir(sandbox.root()));
    });
}

#[test]
fn vim() {
    for copy in ["yes", "no", "auto", "auto nowritebackup"] {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text(1000));
        let mut store = Followed::new(Hot::builder().file(sandbox.at("app.toml")));
        for value in 1001..1004 {
            let Some(mut vim) = tool("vim", sandbox.root()) else { return };
            // Vim makes no backups in a temporary folder unless it is told to.
            let settings = format!("set backupskip= directory=. backupcopy={copy}");
            let substitute = format!("%s/{}/{value}/", value - 1);
            run(vim.args(["-u", "NONE", "-es", "-c", &settings, "-c", &substitute, "-c", "wq", "app.toml"]));
            store.expect(value);
        }
        store.finish();
    }
}

#[test]
fn rsync() {
    check("rsync", |_, rsync, _, _| run(rsync.args(["--ignore-times", "next.toml", "app.toml"])));
}

#[test]
fn rsync_in_place() {
    check("rsync", |_, rsync, _, _| {
        run(rsync.args(["--inplace", "--ignore-times", "next.toml", "app.toml"]));
    });
}

#[test]
fn git_checkout() {
    let sandbox = Sandbox::new();
    let git = |arguments: &[&str]| {
        let Some(mut git) = tool("git", &sandbox.at("repository")) else { return false };
        git.args([
            "-c",
            "user.name=Somebody",
            "-c",
            "user.email=somebody@localhost",
            "-c",
            "core.hooksPath=/nowhere",
        ]);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        run(git.args(arguments));
        true
    };
    sandbox.make_folder("repository");
    if !git(&["init", "--quiet"]) {
        return;
    }
    for value in 1000..1003 {
        for file in ["one", "other"] {
            sandbox.write(format!("repository/conf/{file}.toml"), text(value));
        }
        git(&["add", "."]);
        git(&["commit", "--quiet", "-m", "save"]);
        git(&["tag", &value.to_string()]);
    }
    let one = sandbox.at("repository/conf/one.toml");
    let mut store = Followed::new(Hot::builder().file(one).file(sandbox.at("repository/conf/other.toml")));
    for value in [1001, 1000, 1002, 1000] {
        git(&["checkout", "--quiet", &value.to_string()]);
        store.expect(value);
    }
    store.finish();
}

#[test]
fn a_shell_that_redirects() {
    check("sh", |_, sh, _, _| run(sh.args(["-c", "cat next.toml > app.toml"])));
}

#[test]
fn a_shell_that_swaps_folders() {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    let mut store = Followed::new(Hot::builder().file(sandbox.at("conf/app.toml")));
    for value in 1001..1004 {
        let Some(mut sh) = tool("sh", sandbox.root()) else { return };
        sandbox.write("conf.next/app.toml", text(value));
        run(sh.args(["-c", "rm -rf conf.old && mv conf conf.old && mv conf.next conf"]));
        store.expect(value);
    }
    store.finish();
}
