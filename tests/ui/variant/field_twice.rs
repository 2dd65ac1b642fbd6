use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk {
        path: String,
        #[serde(alias = "path")]
        folder: String,
    },
}

fn main() {}
