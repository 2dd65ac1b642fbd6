use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(defualt = 5, depricated = "x", maxitems = 3, envs = "A")]
    port: u16,
}

fn main() {}
