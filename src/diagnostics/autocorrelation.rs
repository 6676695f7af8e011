//! Effective sample size from autocorrelations.

use super::fourier::autocorrelation_sums;
use std::cell::OnceCell;

/// The mean autocovariance of centred chains at every lag.
fn autocovariances(centred: &[Vec<f64>]) -> Vec<f64> {
    let count = (centred[0].len() * centred.len()) as f64;
    let mut all = autocorrelation_sums(centred);
    all.iter_mut().for_each(|sum| *sum /= count);
    all
}

/// The lag up to which autocovariances are computed one by one: about as many cost as much as all
/// of them at once.
const FEW: usize = 32;

/// Σ aᵢ bᵢ over the shorter of the two, by eight partial sums, which need not wait for each other.
fn product(a: &[f64], b: &[f64]) -> f64 {
    const SUMS: usize = 8;
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    let mut sums = [0.0; SUMS];
    let (a_blocks, b_blocks) = (a.chunks_exact(SUMS), b.chunks_exact(SUMS));
    let rest = a_blocks.remainder().iter().zip(b_blocks.remainder());
    let rest: f64 = rest.map(|(x, y)| x * y).sum();
    for (a, b) in a_blocks.zip(b_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Effective size of several chains by Geyer's initial monotone sequence. A few lags are computed
/// one by one; where the sequence does not end there, all at once, O(draws · log draws).
pub(super) fn effective_size(chains: &[Vec<f64>]) -> f64 {
    let draws = chains[0].len();
    let total = (chains.len() * draws) as f64;
    let largest = chains
        .iter()
        .flatten()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let smallest = chains
        .iter()
        .flatten()
        .copied()
        .fold(f64::INFINITY, f64::min);
    if largest == smallest {
        return total;
    }
    let n = draws as f64;
    let centred: Vec<Vec<f64>> = chains
        .iter()
        .map(|c| {
            let mean = c.iter().sum::<f64>() / n;
            c.iter().map(|x| x - mean).collect()
        })
        .collect();
    let means: Vec<f64> = chains.iter().map(|c| c.iter().sum::<f64>() / n).collect();
    let all: OnceCell<Vec<f64>> = OnceCell::new();
    let autocovariance = |lag: usize| {
        if lag > FEW {
            return all.get_or_init(|| autocovariances(&centred))[lag];
        }
        centred
            .iter()
            .map(|c| product(c, &c[lag..]) / n)
            .sum::<f64>()
            / chains.len() as f64
    };
    let within = autocovariance(0) * n / (n - 1.0);
    let mut variance = within * (n - 1.0) / n;
    if chains.len() > 1 {
        variance += super::variance(&means);
    }
    let correlation = |lag: usize| 1.0 - (within - autocovariance(lag)) / variance;

    let mut rho = vec![0.0; draws];
    rho[0] = 1.0;
    let (mut even, mut odd) = (1.0, correlation(1));
    rho[1] = odd;
    let mut t = 1;
    while t + 3 < draws && even + odd > 0.0 {
        even = correlation(t + 1);
        odd = correlation(t + 2);
        if even + odd >= 0.0 {
            rho[t + 1] = even;
            rho[t + 2] = odd;
        }
        t += 2;
    }
    // The index of the last pair kept is t − 2, which is −1 if the loop never ran.
    let kept = t - 1;
    if even > 0.0 {
        rho[kept] = even;
    }
    let mut t = 1;
    while t + 3 <= kept {
        if rho[t + 1] + rho[t + 2] > rho[t - 1] + rho[t] {
            let mean = (rho[t - 1] + rho[t]) / 2.0;
            rho[t + 1] = mean;
            rho[t + 2] = mean;
        }
        t += 2;
    }
    let time = -1.0 + 2.0 * rho[..kept].iter().sum::<f64>() + rho[kept];
    total / time.max(1.0 / total.log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_one_by_one_are_those_of_the_transform() {
        let chains: Vec<Vec<f64>> = (0..3_u32)
            .map(|c| {
                let at = |i: u32| (f64::from(i) * 0.7 + f64::from(c)).sin() + 0.1;
                (0..1001).map(at).collect()
            })
            .collect();
        let all = autocovariances(&chains);
        for lag in [0, 1, 7, 8, 31, 32, 500, 1000] {
            let one = chains.iter().map(|c| product(c, &c[lag..])).sum::<f64>() / 3003.0;
            assert!((one - all[lag]).abs() < 1e-13, "{lag}: {one} {}", all[lag]);
        }
    }

    /// x ← φ x + noise has the autocorrelation time (1 + φ)/(1 − φ).
    #[test]
    fn long_correlations_are_found_too() {
        let phi: f64 = 0.998;
        let mut state = 1_u64;
        let mut noise = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / 2f64.powi(31) - 0.5
        };
        let mut x = 0.0;
        let chains: Vec<Vec<f64>> = (0..4)
            .map(|_| {
                (0..200_000)
                    .map(|_| {
                        x = phi * x + noise();
                        x
                    })
                    .collect()
            })
            .collect();
        let size = effective_size(&chains);
        let expected = 800_000.0 * (1.0 - phi) / (1.0 + phi);
        assert!((size / expected - 1.0).abs() < 0.2, "{size} {expected}");
    }
}
