use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 170141183460469231731687303715884105728)]
    id: u128,
}

fn main() {}
