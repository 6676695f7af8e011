//! Splitting, ranking and folding of draws.

use statrs::distribution::{ContinuousCDF, Normal};

/// Halves of all chains; the middle draw of an odd number is left out.
pub(super) fn split(chains: &[&[f64]]) -> Vec<Vec<f64>> {
    let half = chains[0].len() / 2;
    chains
        .iter()
        .flat_map(|c| [c[..half].to_vec(), c[c.len() - half..].to_vec()])
        .collect()
}

/// Normal scores of the ranks among all draws; ties share their mean rank.
pub(super) fn rank_normalised(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let draws = chains[0].len();
    let all: Vec<f64> = chains.concat();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| all[a].total_cmp(&all[b]));
    let normal = Normal::standard();
    let mut scores = vec![0.0; all.len()];
    let mut start = 0;
    while start < order.len() {
        let value = all[order[start]];
        let end = start
            + order[start..]
                .iter()
                .take_while(|&&i| all[i] == value)
                .count();
        let rank = (start + end + 1) as f64 / 2.0;
        let score = normal.inverse_cdf((rank - 0.375) / (all.len() as f64 + 0.25));
        for &i in &order[start..end] {
            scores[i] = score;
        }
        start = end;
    }
    scores.chunks_exact(draws).map(<[f64]>::to_vec).collect()
}

/// Distances from the median of all draws.
pub(super) fn folded(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let centre = quantile(&chains.concat(), 0.5);
    chains
        .iter()
        .map(|c| c.iter().map(|x| (x - centre).abs()).collect())
        .collect()
}

/// 1 where a draw is at most the quantile of all draws, else 0.
pub(super) fn indicator_below_quantile(chains: &[&[f64]], level: f64) -> Vec<Vec<f64>> {
    let cut = quantile(&chains.concat(), level);
    chains
        .iter()
        .map(|c| c.iter().map(|&x| f64::from(u8::from(x <= cut))).collect())
        .collect()
}

/// The quantile with linear interpolation between order statistics.
fn quantile(values: &[f64], level: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile_of_sorted(&sorted, level)
}

/// The same of values in order.
pub(crate) fn quantile_of_sorted(sorted: &[f64], level: f64) -> f64 {
    let position = level * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}
