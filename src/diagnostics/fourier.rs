//! Autocovariances at all lags at once, by the fast Fourier transform.

use std::f64::consts::PI;

/// Σᵢ xᵢ x_{i+lag} of a sequence for all lags from 0 on, in O(n log n).
pub(super) fn autocorrelation_sums(x: &[f64]) -> Vec<f64> {
    // twice the length in zeros, so that nothing wraps around
    let size = (2 * x.len()).next_power_of_two();
    let mut values: Vec<(f64, f64)> = x.iter().map(|&x| (x, 0.0)).collect();
    values.resize(size, (0.0, 0.0));
    transform(&mut values);
    for value in &mut values {
        *value = (value.0 * value.0 + value.1 * value.1, 0.0);
    }
    // of a real even sequence the inverse transform is the transform over its length
    transform(&mut values);
    let length = size as f64;
    values[..x.len()].iter().map(|v| v.0 / length).collect()
}

/// The discrete Fourier transform of a sequence whose length is a power of two, in place (Cooley
/// and Tukey 1965).
fn transform(values: &mut [(f64, f64)]) {
    let size = values.len();
    let bits = size.trailing_zeros();
    if bits == 0 {
        return;
    }
    for i in 0..size {
        let j = i.reverse_bits() >> (usize::BITS - bits);
        if i < j {
            values.swap(i, j);
        }
    }
    let roots: Vec<(f64, f64)> = (0..size / 2)
        .map(|k| {
            let (sin, cos) = (-2.0 * PI * k as f64 / size as f64).sin_cos();
            (cos, sin)
        })
        .collect();
    let mut half = 1;
    while half < size {
        let stride = size / (2 * half);
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (k, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let (re, im) = roots[k * stride];
                let turned = (b.0 * re - b.1 * im, b.0 * im + b.1 * re);
                *b = (a.0 - turned.0, a.1 - turned.1);
                *a = (a.0 + turned.0, a.1 + turned.1);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_definition() {
        for length in [1, 2, 7, 100] {
            let x: Vec<f64> = (0..length)
                .map(|i| (f64::from(i) * 0.7).sin() + 0.1)
                .collect();
            let sums = autocorrelation_sums(&x);
            assert_eq!(sums.len(), x.len());
            for (lag, sum) in sums.iter().enumerate() {
                let direct: f64 = x.iter().zip(&x[lag..]).map(|(a, b)| a * b).sum();
                assert!(
                    (sum - direct).abs() < 1e-10,
                    "{length}, {lag}: {sum} {direct}"
                );
            }
        }
    }
}
