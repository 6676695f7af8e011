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
    let mut order: Vec<(f64, usize)> = chains
        .iter()
        .flatten()
        .enumerate()
        .map(|(i, &x)| (x, i))
        .collect();
    // equal draws share a score: their order does not matter
    order.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let normal = Normal::standard();
    let count = order.len() as f64;
    let mut scores = vec![0.0; order.len()];
    let mut start = 0;
    while start < order.len() {
        let (value, _) = order[start];
        let ties = order[start..].iter().take_while(|(x, _)| *x == value);
        let end = start + ties.count();
        let rank = (start + end + 1) as f64 / 2.0;
        let score = normal.inverse_cdf((rank - 0.375) / (count + 0.25));
        for &(_, i) in &order[start..end] {
            scores[i] = score;
        }
        start = end;
    }
    scores.chunks_exact(draws).map(<[f64]>::to_vec).collect()
}

/// Distances from the median of all draws.
pub(super) fn folded(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let centre = quantile(chains.concat(), 0.5);
    chains
        .iter()
        .map(|c| c.iter().map(|x| (x - centre).abs()).collect())
        .collect()
}

/// 1 where a draw is at most the quantile of all draws, else 0.
pub(super) fn indicator_below_quantile(chains: &[&[f64]], level: f64) -> Vec<Vec<f64>> {
    let cut = quantile(chains.concat(), level);
    chains
        .iter()
        .map(|c| c.iter().map(|&x| f64::from(u8::from(x <= cut))).collect())
        .collect()
}

/// The quantile with linear interpolation between order statistics.
fn quantile(mut values: Vec<f64>, level: f64) -> f64 {
    let position = level * (values.len() - 1) as f64;
    let below = position.floor() as usize;
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (position - below as f64) * (high - low)
}

/// The same of values in order.
pub(crate) fn quantile_of_sorted(sorted: &[f64], level: f64) -> f64 {
    let position = level * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_that_of_the_sorted_values() {
        let values: Vec<f64> = (0..101_u32).map(|i| (1.7 * f64::from(i)).sin()).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        for level in [0.0, 0.05, 0.5, 0.503, 0.95, 1.0] {
            let expected = quantile_of_sorted(&sorted, level);
            assert_eq!(quantile(values.clone(), level), expected, "{level}");
        }
    }

    #[test]
    fn equal_draws_share_their_score() {
        let scores = rank_normalised(&[vec![2.0, 0.0, -0.0], vec![2.0, 1.0, 2.0]]);
        assert_eq!(scores[0][1], scores[0][2]);
        assert_eq!((scores[0][0], scores[0][0]), (scores[1][0], scores[1][2]));
        // of ranks 1.5 and 5 among 6: Φ⁻¹(0.18) and Φ⁻¹(0.74)
        assert!((scores[0][1] + 0.915_365).abs() < 1e-6);
        assert!((scores[0][0] - 0.643_345).abs() < 1e-6);
    }
}
