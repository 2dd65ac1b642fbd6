//! Files and folders that the kernel treats in a way of its own.

use std::fs;

use hotconf::{Format, Hot, HotConfig, Watch};
use hotconf_tests::{Sandbox, outer_folder, run, run_alone, tool, wait_until};

use super::{Followed, polling, text};

/// Stores into the memory of a mapped file make no event, and closing it makes none either.
#[test]
fn a_file_that_is_mapped_into_memory() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    let Some(_) = tool("python3", sandbox.root()) else { return };
    let script = "import mmap, sys
with open('app.toml', 'r+b') as file, mmap.mmap(file.fileno(), 0) as memory:
    memory[:] = memory[:].replace(sys.argv[1].encode(), sys.argv[2].encode())
    memory.flush()";
    for change in [|builder| builder, polling] {
        let mut store = Followed::new(change(Hot::builder().file(sandbox.at("app.toml"))));
        for (from, to) in [("1000", "1001"), ("1001", "1000")] {
            let mut python = tool("python3", sandbox.root()).expect("it was there");
            run(python.args(["-c", script, from, to]));
            store.expect(to.parse().expect("a number"));
        }
        store.finish();
    }
}

/// A file that the kernel makes up while it is read: of no size, and without events. Here it is the name of this thread.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_kernel_makes_up() {
    #[derive(Debug, HotConfig)]
    struct Small {
        value: u64,
    }
    let file = fs::canonicalize("/proc/thread-self").expect("a system with /proc").join("comm");
    fs::write(&file, "value=1").expect("a thread may name itself");
    let cfg: Hot<Small> = Hot::builder().file_as(&file, Format::Toml).build().expect("good");
    assert_eq!(cfg.load().value, 1);
    let status = cfg.status();
    let told = status.warnings().iter().any(|warning| warning.message().contains("mounted by proc"));
    assert!(told, "{status:#?}");
    fs::write(&file, "value=2").expect("a thread may name itself");
    wait_until("the second name", || cfg.load().value == 2);
}

#[test]
fn a_program_that_goes_to_another_folder() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", text(1000));
    run_alone("watching::kernel::it_goes_to_another_folder", sandbox.root(), None);
}

#[test]
#[ignore = "run by another test, in a process that may go elsewhere"]
fn it_goes_to_another_folder() {
    let Some(folder) = outer_folder() else { return };
    std::env::set_current_dir(&folder).unwrap();
    let mut store = Followed::new(Hot::builder().file("app.toml").watch(Watch::Auto));
    fs::create_dir("elsewhere").unwrap();
    fs::write("elsewhere/app.toml", text(1999)).unwrap();
    std::env::set_current_dir("elsewhere").unwrap();
    assert!(matches!(store.cfg.reload(), hotconf::Outcome::Unchanged));
    fs::write(folder.join("app.toml"), text(1001)).unwrap();
    store.expect(1001);
    store.finish();
}
