use hotconf::HotConfig;
use hotconf::Hot;

#[derive(HotConfig)]
struct Server {
    port: u16,
}

fn listen(cfg: &Hot<Server>) {
    cfg.on("port", |_, _| {}).forever();
}

fn main() {}
