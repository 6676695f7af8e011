//! Where chains that started somewhere have settled.

use super::thresholds::traces::LARGEST_BURN_IN;

/// Draws that make a batch.
const BATCH: usize = 5;

/// The burn-in by MSER-5 (White 1997, *Simulation* 69, 323): the mean over the chains is cut into
/// batches of five draws, and so many of the first ones are left out as make the squared standard
/// error of the mean of the others least,
///
///   d* = argmin_d (m − d)⁻² Σ_{j ≥ d} (z_j − z̄_d)²,   d ≤ m/2.
///
/// Draws that have settled widen the error when they are left out, draws of another level widen it
/// when they are kept. `None` if the least is at the end of the range: the run does not show where
/// it settles.
pub(super) fn burn_in(chains: &[&[f64]]) -> Option<usize> {
    let length = chains.iter().map(|chain| chain.len()).min().unwrap_or(0);
    let batches = length / BATCH;
    let origin = chains.first().and_then(|chain| chain.first()).copied();
    let origin = origin.unwrap_or(0.0);
    let batch = |j: usize| -> f64 {
        let draws = chains
            .iter()
            .flat_map(|chain| &chain[j * BATCH..(j + 1) * BATCH]);
        draws.map(|loss| loss - origin).sum::<f64>() / (BATCH * chains.len()) as f64
    };
    // Welford's recurrence from the end: the mean and the squares of the last `kept` batches
    let (mut kept, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let largest = (LARGEST_BURN_IN * batches as f64).floor() as usize;
    let mut best = (f64::INFINITY, largest);
    for j in (0..batches).rev() {
        let z = batch(j);
        kept += 1.0;
        let difference = z - mean;
        mean += difference / kept;
        squares += difference * (z - mean);
        let error = squares / (kept * kept);
        // of equal ones the shortest burn-in
        if j <= largest && error <= best.0 {
            best = (error, j);
        }
    }
    let (_, cut) = best;
    (cut < largest || largest == 0).then_some(BATCH * cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Scalar;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    /// Four chains x ← φx + noise that begin at `start`.
    fn chains(seed: u64, start: f64) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..4)
            .map(|_| {
                let mut x = start;
                (0..600)
                    .map(|_| {
                        x = 0.95 * x + f64::normal(&mut rng);
                        x
                    })
                    .collect()
            })
            .collect()
    }

    fn found(chains: &[Vec<f64>]) -> Option<usize> {
        burn_in(&chains.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// 60·0.95ⁱ is below the noise of a mean over chains, of standard deviation 1.6, from i = 70 on.
    #[test]
    fn a_start_far_off_is_left_out_and_little_besides() {
        let cuts: Vec<usize> = (0..20).filter_map(|s| found(&chains(s, 60.0))).collect();
        assert!(cuts.len() >= 19, "{cuts:?}");
        assert!(cuts.iter().all(|&cut| cut >= 25), "{cuts:?}");
        let mut sorted = cuts.clone();
        sorted.sort_unstable();
        assert!((35..=100).contains(&sorted[sorted.len() / 2]), "{cuts:?}");
        let settled = (0..20).filter(|&s| found(&chains(s, 0.0)).is_some_and(|cut| cut <= 60));
        assert!(settled.count() >= 14);
    }

    #[test]
    fn a_run_that_never_settles_has_no_burn_in() {
        let falling: Vec<f64> = (0..200).map(|i| -f64::from(i)).collect();
        assert_eq!(burn_in(&[&falling]), None);
        assert_eq!(burn_in(&[&[1.0; 40]]), Some(0));
    }
}
