use hotconf::HotConfig;

#[derive(HotConfig)]
#[validate(context = Limits)]
struct Server {
    #[validate(range(min = 1))]
    port: u16,
}

struct Limits;

fn main() {}
