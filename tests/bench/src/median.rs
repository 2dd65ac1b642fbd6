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

fn median(mut turns: Vec<f64>) -> f64 {
    turns.sort_by(f64::total_cmp);
    turns[turns.len() / 2]
}
