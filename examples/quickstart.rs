//! hotconf from end to end: `cargo run -p hotconf-examples --bin quickstart`.

use std::error::Error;
use std::fs;

use hotconf::{Hot, HotConfig, Outcome};

/// Settings of a small server.
#[derive(HotConfig)]
struct AppConfig {
    server: Server,
    #[hot(default = false)]
    debug: bool,
}

#[derive(HotConfig)]
struct Server {
    /// Where it listens; a change waits for a restart.
    #[hot(default = 8000, restart)]
    port: u16,
    workers: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("quickstart-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let file = folder.join("app.toml");
    fs::write(&file, "[server]\nworkers = 4\n")?;

    // Layers: later ones win. Loads, checks, and watches the file.
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).env("QUICKSTART").build()?;
    println!("{} workers on port {}", cfg.load().server.workers, cfg.load().server.port);

    // Be called when one key changes, or wait for any change.
    cfg.on(AppConfig::keys().debug, |old, new| println!("debug: {old} -> {new}")).forever();
    let mut changes = cfg.subscribe();

    // An edit is in place a moment later.
    fs::write(&file, "debug = true\n[server]\nworkers = 8\n")?;
    if let Some(change) = changes.next() {
        println!("{change}: {} workers", change.new().server.workers);
    }

    // A bad edit changes nothing, and every mistake is named with its place.
    fs::write(&file, "debgu = true\n[server]\nworkers = \"many\"\n")?;
    if let Outcome::Rejected(error) = cfg.reload() {
        println!("{error}\nstill {} workers", cfg.load().server.workers);
    }

    // Every value can say where it comes from.
    println!("{}", cfg.explain("server.workers"));
    println!("{}", cfg.explain("server.port"));
    fs::remove_dir_all(&folder)?;
    Ok(())
}
