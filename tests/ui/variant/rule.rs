use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk {
        #[validate(length(min = 1))]
        path: String,
    },
}

fn main() {}
