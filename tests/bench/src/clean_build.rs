//! What the dependency costs the build of a new program: one small program that reads a file and variables and follows
//! changes of the file, with hotconf and with what people put together for it.
//!
//! Processor time of everything that is compiled, from an empty folder, in the ordinary profiles, offline, with the
//! versions that the workspace has.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::clock;
use crate::derive::{compiler, write};
use crate::median::median;

const TURNS: usize = 3;

struct Peer {
    name: &'static str,
    dependencies: fn(&Path) -> String,
    source: &'static str,
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "figment, notify, parking_lot, serde",
        dependencies: |_| {
            "figment = { version = \"0.10\", features = [\"toml\", \"env\"] }\nnotify = \"8\"\n\
             parking_lot = \"0.12\"\nserde = { version = \"1\", features = [\"derive\"] }\n"
                .to_owned()
        },
        source: r#"
            use figment::{Figment, providers::{Env, Format, Toml}};
            use notify::Watcher as _;
            use std::{path::Path, sync::Arc};

            #[derive(serde::Deserialize)]
            struct Config { host: String, port: u16, workers: usize }

            fn load() -> figment::Result<Config> {
                Figment::new().merge(Toml::file("app.toml")).merge(Env::prefixed("APP_")).extract()
            }

            fn main() -> Result<(), Box<dyn std::error::Error>> {
                let cfg = Arc::new(parking_lot::RwLock::new(Arc::new(load()?)));
                let newest = cfg.clone();
                let mut watcher = notify::recommended_watcher(move |_| match load() {
                    Ok(config) => *newest.write() = Arc::new(config),
                    Err(error) => eprintln!("{error}"),
                })?;
                watcher.watch(Path::new("."), notify::RecursiveMode::NonRecursive)?;
                let config = cfg.read().clone();
                println!("{}:{} {}", config.host, config.port, config.workers);
                Ok(())
            }
        "#,
    },
    Peer {
        name: "hotconf",
        dependencies: |root| format!("hotconf = {{ path = \"{}/hotconf\" }}\n", root.display()),
        source: r#"
            #[derive(hotconf::HotConfig)]
            struct Config { host: String, port: u16, workers: usize }

            fn main() -> Result<(), hotconf::Error> {
                let cfg = hotconf::Hot::<Config>::builder().file("app.toml").env("APP").build()?;
                let config = cfg.load();
                println!("{}:{} {}", config.host, config.port, config.workers);
                Ok(())
            }
        "#,
    },
];

pub(crate) fn measure() {
    println!(
        "\n### A clean build of a small program: processor time, median of {TURNS} turns\n\n{}",
        compiler()
    );
    let folders: Vec<_> = PEERS.iter().map(prepare).collect();
    for command in ["build", "check"] {
        let mut taken = vec![Vec::new(); PEERS.len()];
        let mut crates = vec![0; PEERS.len()];
        for _ in 0..TURNS {
            for (peer, folder) in folders.iter().enumerate() {
                let took;
                (took, crates[peer]) = from_nothing(folder.path(), command);
                taken[peer].push(took);
            }
        }
        println!("\n| cargo {command} | crates | s | of {} | goal |\n|---|---|---|---|---|", PEERS[0].name);
        for (number, peer) in PEERS.iter().enumerate() {
            let ratios = taken[number].iter().zip(&taken[0]).map(|(own, peer)| own / peer).collect();
            println!(
                "| {} | {} | {:.2} | {:.2} | {} |",
                peer.name,
                crates[number],
                median(taken[number].clone()),
                median(ratios),
                if number == 0 { "" } else { "at most 1.0" }
            );
        }
    }
}

/// A crate of its own with this peer as its dependencies.
fn prepare(peer: &Peer) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dependencies = (peer.dependencies)(&root);
    let manifest = format!(
        "[package]\nname = \"measured\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}"
    );
    write(&folder.path().join("Cargo.toml"), &manifest);
    // The versions that the workspace has, so that nothing has to be looked up.
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("the workspace has a lock file");
    write(&folder.path().join("Cargo.lock"), &lock);
    fs::create_dir_all(folder.path().join("src")).expect("a folder can be made");
    write(&folder.path().join("src/main.rs"), peer.source);
    folder
}

/// The processor time, in seconds, of compiling all of it, and how many crates there are beside the program.
fn from_nothing(folder: &Path, command: &str) -> (f64, usize) {
    let target = folder.join("target");
    if target.exists() {
        fs::remove_dir_all(&target).expect("what was built can be removed");
    }
    let before = clock::of_children();
    let output = Command::new("cargo")
        .args([command, "--offline"])
        .current_dir(folder)
        // As a crate from a registry is compiled, wherever hotconf lies here.
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TERM_COLOR", "never")
        .env("RUSTFLAGS", "-A warnings")
        .stdout(Stdio::null())
        .output()
        .expect("cargo is there");
    let took = clock::of_children() - before;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the program does not compile:\n{said}");
    let is_crate = |line: &&str| {
        let word = line.split_whitespace().next();
        word == Some("Compiling") || word == Some("Checking")
    };
    let mut crates: Vec<&str> = said.lines().filter(is_crate).filter_map(crate_of).collect();
    crates.sort_unstable();
    crates.dedup();
    (took, crates.len() - 1)
}

/// The name and version in a line that says what is compiled.
fn crate_of(line: &str) -> Option<&str> {
    line.trim_start().split_once(' ').map(|(_, name)| name)
}
