use hotconf::HotConfig;
use hotconf::Hot;

#[derive(HotConfig)]
struct Server {
    port: u16,
}

fn port(cfg: &Hot<Server>) -> hotconf::Explanation {
    cfg.explain(Server::keys().prot)
}

fn main() {}
