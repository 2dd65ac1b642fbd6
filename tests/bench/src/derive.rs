//! What the derive costs a build: a program of 50 structs with 10 fields each that loads them from a TOML file, with
//! serde's `Deserialize` and the `toml` crate, and with `HotConfig`.
//!
//! The structs are really loaded, because what serde's derive writes is generic, and compiled where it is used.
//! Processor time of the compiler, because the time on the clock depends on what else the machine does. The crates below
//! are built before.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::clock;
use crate::median::of_turns;

const STRUCTS: usize = 50;
const TURNS: usize = 5;

/// What each program adds to its structs, and how it loads them.
const PEERS: [Peer; 4] = [
    Peer { name: "plain structs", derives: "", on_fields: false, load: "let _ = text;" },
    Peer {
        name: "derive(Deserialize)",
        derives: "serde::Deserialize",
        on_fields: false,
        load: "let root: Root = toml::from_str(&text).unwrap(); std::hint::black_box(&root);",
    },
    Peer { name: "derive(HotConfig)", derives: "hotconf::HotConfig", on_fields: false, load: HOT },
    Peer {
        name: "derive(HotConfig), a default and a comment on each field",
        derives: "hotconf::HotConfig",
        on_fields: true,
        load: HOT,
    },
];

const HOT: &str = "let cfg = hotconf::Hot::<Root>::builder().text(hotconf::Format::Toml, text).build().unwrap(); \
     std::hint::black_box(cfg.load().section0.port);";

struct Peer {
    name: &'static str,
    derives: &'static str,
    on_fields: bool,
    load: &'static str,
}

/// How the program is compiled: with what command, and whether after an edit of one line, with what is left of the
/// compilation before.
const WAYS: [(&str, &str, bool); 3] = [
    ("cargo check, from scratch", "check", false),
    ("cargo build, from scratch", "build", false),
    ("cargo build, after one line", "build", true),
];

pub(crate) fn measure() {
    println!(
        "\n### A program of 50 structs with 10 fields each: processor time of the compiler, median of {TURNS} turns\n"
    );
    println!("{}", compiler());
    for (way, command, is_edit) in WAYS {
        let folders: Vec<_> = PEERS.iter().map(prepare).collect();
        let path = |peer: usize| folders[peer].path();
        (0..PEERS.len()).for_each(|peer| _ = compile(path(peer), command, is_edit, 0));
        let mut edits = 0;
        let medians = of_turns(PEERS.len(), TURNS, |peer| {
            edits += 1;
            compile(path(peer), command, is_edit, edits)
        });
        // Of the derives alone: the structs themselves cost the same everywhere.
        let serde = medians[1] - medians[0];
        println!("\n| {way} | s | of which the derive | of derive(Deserialize) |\n|---|---|---|---|");
        for (peer, median) in PEERS.iter().zip(&medians) {
            let own = median - medians[0];
            println!("| {} | {median:.2} | {own:.2} | {:.2} |", peer.name, own / serde);
        }
    }
}

pub(crate) fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(
        |error| error.to_string(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// A crate of its own with the structs of this peer.
fn prepare(peer: &Peer) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = format!(
        "[package]\nname = \"measured\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         hotconf = {{ path = \"{}/hotconf\" }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
         toml = {{ version = \"1\", default-features = false, features = [\"parse\", \"serde\", \"std\"] }}\n",
        root.display()
    );
    write(&folder.path().join("Cargo.toml"), &manifest);
    // The versions that the workspace has, so that nothing has to be looked up.
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("the workspace has a lock file");
    write(&folder.path().join("Cargo.lock"), &lock);
    fs::create_dir_all(folder.path().join("src")).expect("a folder can be made");
    write(&folder.path().join("src/main.rs"), &source(peer));
    folder
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn source(peer: &Peer) -> String {
    let fields = [
        ("host", "String", "\"localhost\""),
        ("port", "u16", "8000"),
        ("workers", "usize", "4"),
        ("ratio", "f64", "0.5"),
        ("verbose", "bool", "false"),
        ("name", "Option<String>", ""),
        ("hosts", "Vec<String>", "[]"),
        ("limit", "Option<u32>", ""),
        ("path", "std::path::PathBuf", "\"/srv\""),
        ("tags", "std::collections::BTreeMap<String, u32>", ""),
    ];
    let mut text = String::new();
    for number in 0..STRUCTS {
        if !peer.derives.is_empty() {
            let _ = writeln!(text, "#[derive({})]", peer.derives);
        }
        let _ = writeln!(text, "pub struct Section{number} {{");
        for (name, ty, default) in fields {
            if peer.on_fields {
                let default =
                    if default.is_empty() { "default".to_owned() } else { format!("default = {default}") };
                let _ = writeln!(text, "    /// The {name}.\n    #[hot({default})]");
            }
            let _ = writeln!(text, "    pub {name}: {ty},");
        }
        text.push_str("}\n");
    }
    if !peer.derives.is_empty() {
        let _ = writeln!(text, "#[derive({})]", peer.derives);
    }
    text.push_str("pub struct Root {\n");
    (0..STRUCTS).for_each(|number| _ = writeln!(text, "    pub section{number}: Section{number},"));
    let _ = writeln!(
        text,
        "}}\nfn main() {{\n    let text = std::fs::read_to_string(\"all.toml\").unwrap();\n    {}\n}}",
        peer.load
    );
    text
}

/// The processor time, in seconds, of compiling the program in this folder anew, or after an edit with a number of its
/// own.
fn compile(folder: &Path, command: &str, is_edit: bool, edit: usize) -> f64 {
    let source = folder.join("src/main.rs");
    let text = fs::read_to_string(&source).expect("it was written before");
    let (text, _) = text.split_once("// edit").unwrap_or((&text, ""));
    write(&source, &format!("{text}// edit\nfn _edited() -> usize {{ {edit} }}\n"));
    let before = clock::of_children();
    let status = Command::new("cargo")
        .args([command, "--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", if is_edit { "1" } else { "0" })
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("RUSTFLAGS", "-A warnings")
        .stdout(Stdio::null())
        .status()
        .expect("cargo is there");
    assert!(status.success(), "the program does not compile");
    clock::of_children() - before
}
