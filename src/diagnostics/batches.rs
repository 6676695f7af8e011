//! Diagnostics of long chains from their batches, at a cost below that of the draws.

use super::{DiagnosticsError, checked, drift, effective_size, rhat, split, variance};

/// Draws of a chain up to which all of them count. Longer chains are seen by as many means of
/// consecutive draws, or by as many of their draws, evenly spaced: a mean over k draws has the
/// variance of those draws' mean whatever their correlation, so that the error of the mean over
/// all is the same, and R̂ needs to tell chains apart by hundredths only.
const MOST: usize = 4096;

/// The mean of a quantity over all draws of all chains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mean {
    pub(crate) value: f64,
    /// The Monte Carlo standard error, as [`standard_error_of_mean`](super::standard_error_of_mean)
    /// has it where there are few draws.
    pub(crate) standard_error: f64,
    /// The variance of the draws over the square of that error.
    pub(crate) effective_sample_size: f64,
}

/// How many consecutive draws make a batch.
fn batch(length: usize) -> usize {
    length.div_ceil(MOST).max(1)
}

/// The mean of `quantity(chain, draw)` over chains of equal length.
pub(crate) fn mean_of(
    chains: usize,
    length: usize,
    quantity: impl Fn(usize, usize) -> f64,
) -> Result<Mean, DiagnosticsError> {
    let size = batch(length);
    let mut sum = 0.0;
    let mut batches = Vec::with_capacity(chains);
    for chain in 0..chains {
        let mut means = Vec::with_capacity(length / size);
        for start in (0..length).step_by(size) {
            let end = (start + size).min(length);
            let mut of_batch = 0.0;
            for draw in start..end {
                let x = quantity(chain, draw);
                if !x.is_finite() {
                    return Err(DiagnosticsError::NotFinite { chain, draw });
                }
                sum += x;
                of_batch += x;
            }
            // the last draws of a length that is no multiple make no batch
            if end - start == size {
                means.push(of_batch / size as f64);
            }
        }
        batches.push(means);
    }
    let views = checked(&batches)?;
    let count = (chains * length) as f64;
    let value = sum / count;
    let mut squares = 0.0;
    for chain in 0..chains {
        for draw in 0..length {
            squares += (quantity(chain, draw) - value).powi(2);
        }
    }
    let effective_batches = effective_size(&split(&views));
    let square = variance(&batches.concat()) / effective_batches;
    let effective_sample_size = if size == 1 {
        effective_batches
    } else if square > 0.0 {
        squares / (count - 1.0) / square
    } else {
        count
    };
    Ok(Mean {
        value,
        standard_error: square.sqrt(),
        effective_sample_size,
    })
}

/// [`rhat`] of some of the draws of each chain, evenly spaced; of all where there are few.
pub(crate) fn rhat_of_some(chains: &[&[f64]]) -> Result<f64, DiagnosticsError> {
    let size = chains.first().map_or(1, |chain| batch(chain.len()));
    if size == 1 {
        return rhat(chains);
    }
    let some = |chain: &&[f64]| chain.chunks_exact(size).map(|c| c[size - 1]).collect();
    let some: Vec<Vec<f64>> = chains.iter().map(some).collect();
    rhat(&some)
}

/// [`drift`] of means of consecutive draws; of all draws where there are few.
pub(crate) fn drift_of_batches(chains: &[&[f64]]) -> Result<f64, DiagnosticsError> {
    let size = chains.first().map_or(1, |chain| batch(chain.len()));
    if size == 1 {
        return drift(chains);
    }
    let mean = |batch: &[f64]| batch.iter().sum::<f64>() / size as f64;
    let means = |chain: &&[f64]| chain.chunks_exact(size).map(mean).collect();
    let means: Vec<Vec<f64>> = chains.iter().map(means).collect();
    drift(&means)
}

#[cfg(test)]
mod tests {
    use super::super::{effective_sample_size, standard_error_of_mean};
    use super::*;
    use crate::loss::Scalar;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    /// x ← φ x + noise.
    fn chains(seed: u64, phi: f64, length: usize) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut x = 0.0;
        let mut next = || {
            x = phi * x + f64::normal(&mut rng);
            x
        };
        (0..4)
            .map(|_| (0..length).map(|_| next()).collect())
            .collect()
    }

    fn views(chains: &[Vec<f64>]) -> Vec<&[f64]> {
        chains.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn few_draws_are_seen_as_they_are() {
        let chains = chains(1, 0.9, 500);
        let views = views(&chains);
        let mean = mean_of(4, 500, |c, i| chains[c][i]).unwrap();
        let error = standard_error_of_mean(&chains).unwrap();
        assert!((mean.standard_error / error - 1.0).abs() < 1e-12);
        let size = effective_sample_size(&chains).unwrap();
        assert_eq!(mean.effective_sample_size, size);
        assert_eq!(rhat_of_some(&views), rhat(&chains));
        assert_eq!(drift_of_batches(&views), drift(&chains));
    }

    #[test]
    fn batches_tell_the_error_of_the_mean_whatever_the_correlation() {
        for phi in [-0.5, 0.0, 0.5, 0.95, 0.998] {
            let length = 50 * MOST + 7;
            let chains = chains(2, phi, length);
            let mean = mean_of(4, length, |c, i| chains[c][i]).unwrap();
            // the variance of the mean is that of the noise over (1 − φ)²
            let exact = 1.0 / (1.0 - phi) / ((4 * length) as f64).sqrt();
            let ratio = mean.standard_error / exact;
            assert!((ratio - 1.0).abs() < 0.1, "{phi}: {ratio}");
            let size = (4 * length) as f64 * (1.0 - phi) / (1.0 + phi);
            let ratio = mean.effective_sample_size / size;
            assert!((ratio - 1.0).abs() < 0.2, "{phi}: {ratio}");
            assert!((rhat_of_some(&views(&chains)).unwrap() - 1.0).abs() < 0.01);
        }
    }

    #[test]
    fn long_chains_that_disagree_or_drift_are_seen() {
        let mut apart = chains(3, 0.5, 3 * MOST);
        apart[1].iter_mut().for_each(|x| *x += 1.0);
        assert!(rhat_of_some(&views(&apart)).unwrap() > 1.05);
        let mut drifting = chains(4, 0.5, 3 * MOST);
        for chain in &mut drifting {
            chain[..MOST].iter_mut().for_each(|x| *x += 1.0);
        }
        assert!(drift_of_batches(&views(&drifting)).unwrap() < -10.0);
    }

    #[test]
    fn a_draw_that_is_not_finite_is_named() {
        let mut chains = chains(5, 0.0, 2 * MOST);
        chains[2][4097] = f64::INFINITY;
        let found = mean_of(4, 2 * MOST, |c, i| chains[c][i]);
        let (chain, draw) = (2, 4097);
        assert_eq!(found, Err(DiagnosticsError::NotFinite { chain, draw }));
        assert_eq!(mean_of(0, 10, |_, _| 0.0), Err(DiagnosticsError::NoChains));
        let constant = mean_of(2, 3 * MOST, |_, _| 1.0).unwrap();
        assert_eq!((constant.value, constant.standard_error), (1.0, 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_error_scales_with_its_quantity(
            seed in 0..1000_u64,
            length in 8..3 * MOST,
            scale in 0.1..10.0_f64,
            shift in -5.0..5.0_f64,
        ) {
            let chains = chains(seed, 0.7, length);
            let one = mean_of(4, length, |c, i| chains[c][i]).unwrap();
            let other = mean_of(4, length, |c, i| scale * chains[c][i] + shift).unwrap();
            let expected = scale * one.standard_error;
            prop_assert!((other.standard_error / expected - 1.0).abs() < 1e-6);
            prop_assert!((other.value - (scale * one.value + shift)).abs() < 1e-9);
            let ratio = other.effective_sample_size / one.effective_sample_size;
            prop_assert!((ratio - 1.0).abs() < 1e-6);
        }
    }
}
