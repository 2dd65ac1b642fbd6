//! What hotconf costs, measured beside its peers in the same run: `cargo run --release -p hotconf-bench -- derive`.
//!
//! Figures are ratios of medians. The turns of all peers are interleaved, so that a busy machine slows all of them.

mod derive;
mod median;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if is_wanted("derive") {
        derive::measure();
    }
}
