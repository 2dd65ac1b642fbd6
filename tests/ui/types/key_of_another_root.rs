use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: u16,
}

#[derive(HotConfig)]
struct Client {
    port: u16,
}

fn read(client: &Client) -> u16 {
    *Server::keys().port.get(client)
}

fn main() {}
