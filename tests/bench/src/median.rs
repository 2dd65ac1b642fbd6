//! Medians of interleaved turns.

/// The median of the turns of each peer. `turn` is asked for one turn of one peer.
pub(crate) fn of_turns(peers: usize, turns: usize, mut turn: impl FnMut(usize) -> f64) -> Vec<f64> {
    let mut taken = vec![Vec::with_capacity(turns); peers];
    for _ in 0..turns {
        for (peer, taken) in taken.iter_mut().enumerate() {
            taken.push(turn(peer));
        }
    }
    taken.into_iter().map(median).collect()
}

pub(crate) fn median(figures: Vec<f64>) -> f64 {
    quantile(figures, 0.5)
}

/// The figure that this share of all figures is not above.
pub(crate) fn quantile(mut figures: Vec<f64>, share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    let last = figures.len() - 1;
    figures[((last as f64 * share).round() as usize).min(last)]
}
