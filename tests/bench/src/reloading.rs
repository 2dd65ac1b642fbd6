//! What a reload costs when one small layer of ten has changed.

use std::path::PathBuf;

use figment::Figment;
use figment::providers::Format as _;
use hotconf::{Hot, Watch};

use crate::cases::written;
use crate::clock;
use crate::plot::{self, Line};
use crate::table::Table;
use crate::workload::{Large, Texts, ten_routes};

/// How many keys the lowest layer has.
const SIZES: [(usize, usize, &str); 5] = [
    (1_000, 21, "at most 0.08 of figment"),
    (3_000, 11, ""),
    (10_000, 9, ""),
    (25_000, 7, ""),
    (50_000, 5, "at most 0.10 of figment"),
];

pub(crate) fn measure() {
    let mut hotconf = Line { name: "hotconf".to_owned(), points: Vec::new() };
    let mut figment = Line { name: "figment, all over again".to_owned(), points: Vec::new() };
    for (keys, turns, target) in SIZES {
        let medians = of_size(keys, turns, target);
        figment.points.push((keys as f64, medians[0] / 1e3));
        hotconf.points.push((keys as f64, medians[1] / 1e3));
    }
    plot::draw(
        "reload",
        "A reload after one of ten layers changed",
        "keys",
        "µs of processor time",
        &[hotconf, figment],
    );
}

fn of_size(keys: usize, turns: usize, target: &'static str) -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let over = (0..9).map(|layer| ten_routes(layer, 8000));
    let paths = written(&folder, std::iter::once(Texts::large(keys).toml).chain(over));
    let builder = paths.iter().fold(Hot::<Large>::builder(), hotconf::Builder::file);
    let cfg = builder.watch(Watch::Off).build().unwrap_or_else(|error| panic!("{error}"));

    let mut table = Table::new(format!("reload, {keys} keys in ten TOML layers, a small one changed"), turns);
    table.timed_peer(
        "figment, all over again",
        edited(&paths, || {
            let merge = |figment: Figment, path| figment.merge(figment::providers::Toml::file_exact(path));
            let config: Large =
                paths.iter().fold(Figment::new(), merge).extract().expect("the files are right");
            drop(std::hint::black_box(config));
        }),
    );
    table.timed(
        "hotconf, cfg.reload()",
        target,
        edited(&paths, || {
            let outcome = cfg.reload();
            assert!(outcome.change().is_some(), "{outcome:?}");
        }),
    );
    table.print()
}

/// Does the work after an edit of one of the layers, which is not measured.
fn edited(paths: &[PathBuf], work: impl Fn()) -> impl FnMut(u64) -> f64 {
    let mut edits = 0;
    move |times| {
        let mut took = 0.0;
        for _ in 0..times {
            edits += 1;
            std::fs::write(&paths[5], ten_routes(4, 9000 + edits % 50_000))
                .expect("the folder can be written to");
            let before = clock::of_process();
            work();
            took += clock::of_process() - before;
        }
        took
    }
}
