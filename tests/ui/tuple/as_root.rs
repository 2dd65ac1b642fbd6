use hotconf::{Hot, HotConfig};

#[derive(HotConfig)]
struct Port(u16);

fn main() {
    let _ = Hot::<Port>::builder();
}
