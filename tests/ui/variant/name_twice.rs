use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk { path: String },
    #[serde(rename = "Disk")]
    Folder { path: String },
}

fn main() {}
