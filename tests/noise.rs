//! Whether the block-wise Gaussian noise is Gaussian and independent. Every bound is a quantile of
//! the statistic's distribution under the hypothesis, at a false alarm rate of 10⁻⁵ a statistic
//! (|z| < 4.42); the seed is fixed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rlct::loss::Scalar;
use rlct::sampler::NormalStream;
use statrs::distribution::{ContinuousCDF, DiscreteCDF, Normal, Poisson};

/// The two-sided quantile of N(0, 1) at 10⁻⁵.
const BOUND: f64 = 4.417;

fn stream<T: Scalar>(number: u64) -> NormalStream<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(2024);
    rng.set_stream(number);
    NormalStream::new(&mut rng)
}

fn sample<T: Scalar>(number: u64, count: usize) -> Vec<f64> {
    let mut z = vec![T::of(0.0); count];
    stream(number).fill(&mut z);
    z.iter().map(|z| z.float()).collect()
}

/// Moments to the fourth, of means 0, 1, 0, 3 and variances 1, 2, 15, 96.
fn moments<T: Scalar>() {
    let z = sample::<T>(0, 4_000_000);
    for (power, mean, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
        let moment = z.iter().map(|z| z.powi(power)).sum::<f64>() / z.len() as f64;
        let score = (moment - mean) / (variance / z.len() as f64).sqrt();
        assert!(
            score.abs() < BOUND,
            "moment {power} is {moment}: {score} standard errors off"
        );
    }
}

#[test]
fn moments_are_those_of_the_normal_distribution() {
    moments::<f32>();
    moments::<f64>();
}

/// Kolmogorov and Smirnov: P(√n·D > x) ≈ 2 exp(−2x²), which is 10⁻⁵ at x = 2.47.
fn kolmogorov_smirnov<T: Scalar>() {
    let normal = Normal::standard();
    let mut z = sample::<T>(1, 1_000_000);
    z.sort_by(f64::total_cmp);
    let n = z.len() as f64;
    let distance = z.iter().enumerate().fold(0.0, |distance: f64, (i, &z)| {
        let p = normal.cdf(z);
        distance
            .max((p - i as f64 / n).abs())
            .max((p - (i + 1) as f64 / n).abs())
    });
    assert!(
        n.sqrt() * distance < 2.47,
        "√n·D is {}",
        n.sqrt() * distance
    );
}

#[test]
fn the_distribution_function_is_phi() {
    kolmogorov_smirnov::<f32>();
    kolmogorov_smirnov::<f64>();
}

/// The mean of the products of two sequences of independent numbers of variance 1, by its error.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len().min(y.len());
    x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / (n as f64).sqrt()
}

/// Numbers and their squares at lags within a vector, a lane, a pair, a block and beyond.
fn autocorrelation<T: Scalar>() {
    let z = sample::<T>(2, 2_000_000);
    let squares: Vec<f64> = z.iter().map(|z| (z * z - 1.0) / 2_f64.sqrt()).collect();
    let lags = [
        1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 32, 64, 120, 127, 128, 129, 136, 255, 256, 257, 264,
        511, 512, 513, 768, 1024, 4096, 65_536,
    ];
    for lag in lags {
        for (what, x, y) in [
            ("numbers", &z, &z),
            ("squares", &squares, &squares),
            ("a number and a square", &z, &squares),
        ] {
            let score = correlation(x, &y[lag..]);
            assert!(
                score.abs() < BOUND,
                "{what} at lag {lag}: {score} standard errors"
            );
        }
    }
}

#[test]
fn numbers_are_uncorrelated_at_many_lags() {
    autocorrelation::<f32>();
    autocorrelation::<f64>();
}

#[test]
fn chains_are_uncorrelated() {
    let chains: Vec<_> = (0..6)
        .map(|chain| sample::<f32>(chain, 1_000_000))
        .collect();
    for (i, x) in chains.iter().enumerate() {
        for (j, y) in chains[..i].iter().enumerate() {
            for lag in [0, 1, 8, 256] {
                let score = correlation(x, &y[lag..]);
                assert!(
                    score.abs() < BOUND,
                    "chains {i} and {j}, lag {lag}: {score}"
                );
            }
        }
    }
}

/// Counts beyond ±1, …, ±5 standard deviations, each by the Poisson distribution where it is rare
/// and by its normal limit where it is not.
fn tails<T: Scalar>(count: usize) {
    let normal = Normal::standard();
    let thresholds = [1.0, 2.0, 3.0, 4.0, 4.5, 5.0];
    let mut counts = [[0_u64; 2]; 6];
    let mut stream = stream::<T>(3);
    let mut left = count;
    while left > 0 {
        let z = stream.take(left);
        left -= z.len();
        for (counts, threshold) in counts.iter_mut().zip(thresholds) {
            let threshold = T::of(threshold);
            counts[0] += z.iter().filter(|&&z| z > threshold).count() as u64;
            counts[1] += z.iter().filter(|&&z| z < -threshold).count() as u64;
        }
    }
    for (counts, threshold) in counts.iter().zip(thresholds) {
        let p = normal.sf(threshold);
        let expected = p * count as f64;
        for &found in counts {
            if expected > 10_000.0 {
                let score = (found as f64 - expected) / (expected * (1.0 - p)).sqrt();
                assert!(
                    score.abs() < BOUND,
                    "{found} beyond {threshold}, expected {expected}"
                );
            } else {
                let poisson = Poisson::new(expected).unwrap();
                let (low, high) = (poisson.cdf(found), poisson.sf(found.saturating_sub(1)));
                assert!(
                    low.min(high) > 5e-6,
                    "{found} beyond {threshold}, expected {expected}"
                );
            }
        }
    }
}

#[test]
fn tails_have_the_exact_probabilities_to_five_standard_deviations() {
    tails::<f32>(100_000_000);
    tails::<f64>(40_000_000);
}
