use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[doc(hidden)]
    #[hot(defaut = 5)]
    port: u16,
}

fn main() {}
