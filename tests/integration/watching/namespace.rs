//! A namespace of its own, in which one test of this binary is run again: what is set up there is seen by nobody else.

use std::path::PathBuf;

use hotconf::Hot;
use hotconf_tests::{Sandbox, outer_folder, run_alone, tool};

use super::{Followed, text};

/// Runs an ignored test of `watching` in new namespaces, after a shell has set them up.
pub(super) fn run_inside(test: &str, sandbox: &Sandbox, set_up: &str) {
    let unshare = |program: &str, arguments: &[&str]| {
        let mut unshare = tool("unshare", sandbox.root())?;
        unshare.args(["-Urm", program]).args(arguments);
        Some(unshare)
    };
    let Some(mut probe) = unshare("true", &[]) else { return };
    if !probe.status().is_ok_and(|status| status.success()) {
        println!("skipped: namespaces are not allowed here");
        return;
    }
    let script = format!("{{ {set_up}; }} || exit 77; exec \"$0\" \"$@\"");
    run_alone(&format!("watching::{test}"), sandbox.root(), unshare("sh", &["-c", &script]));
}

/// The store of the sandbox that the outer process has made.
pub(super) fn inside() -> Option<(PathBuf, Followed)> {
    let folder = outer_folder()?;
    let store = Followed::new(Hot::builder().file(folder.join("conf/app.toml")));
    Some((folder, store))
}

pub(super) fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("conf/app.toml", text(1000));
    sandbox
}

pub(super) fn warns_of(store: &Followed, words: &str) -> bool {
    store.cfg.status().warnings().iter().any(|warning| warning.message().contains(words))
}
