use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: std::rc::Rc<u16>,
}

fn main() {}
