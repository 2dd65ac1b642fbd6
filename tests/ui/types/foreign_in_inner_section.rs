use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Inner {
    host: Foreign,
}

#[derive(HotConfig)]
struct Server {
    inner: Vec<Inner>,
}

fn main() {}
