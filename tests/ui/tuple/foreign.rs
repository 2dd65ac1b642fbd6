use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct One(Foreign);

#[derive(HotConfig)]
struct Two(u8, Foreign);

fn main() {}
