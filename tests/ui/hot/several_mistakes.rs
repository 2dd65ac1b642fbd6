use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secrte, default = 70000, restart = true)]
    port: u16,
    #[hot(default = "no", leef)]
    debug: bool,
}

fn main() {}
