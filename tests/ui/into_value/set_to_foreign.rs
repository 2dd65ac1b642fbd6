use hotconf::HotConfig;
use hotconf::Hot;

#[derive(HotConfig)]
struct Server {
    port: u16,
}

fn set(cfg: &Hot<Server>) {
    let _ = cfg.set(Server::keys().port, std::time::Instant::now());
}

fn main() {}
