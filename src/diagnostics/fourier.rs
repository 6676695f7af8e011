//! Autocovariances at all lags at once, by the fast Fourier transform.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// The least 2ᵏ·f of at least this size, f one of a few small factors: a power of two alone may be
/// nearly twice as large.
fn size_for(least: usize) -> usize {
    [1, 3, 5, 9, 15]
        .into_iter()
        .map(|factor| factor * least.div_ceil(factor).next_power_of_two())
        .min()
        .unwrap_or(least)
}

/// Σᵢ xᵢ x_{i+lag} for all lags from 0 on, summed over sequences of equal length, in O(n log n).
pub(super) fn autocorrelation_sums(sequences: &[Vec<f64>]) -> Vec<f64> {
    let length = sequences.first().map_or(0, Vec::len);
    // twice the length in zeros, so that nothing wraps around
    let size = size_for(2 * length);
    let transform = FftPlanner::new().plan_fft_forward(size);
    let mut scratch = vec![Complex::default(); transform.get_inplace_scratch_len()];
    let mut power = vec![Complex::default(); size];
    let mut values = vec![Complex::default(); size];
    // Two real sequences x + iy at a time: of the transform z,
    // |z_k|² + |z_{−k}|² = 2(|x_k|² + |y_k|²).
    for pair in sequences.chunks(2) {
        values.fill(Complex::default());
        for (value, &x) in values.iter_mut().zip(&pair[0]) {
            value.re = x;
        }
        if let [_, other] = pair {
            for (value, &y) in values.iter_mut().zip(other) {
                value.im = y;
            }
        }
        transform.process_with_scratch(&mut values, &mut scratch);
        for (k, power) in power.iter_mut().enumerate() {
            let mirrored = values[(size - k) % size].norm_sqr();
            power.re += f64::midpoint(values[k].norm_sqr(), mirrored);
        }
    }
    // of a real even sequence the inverse transform is the transform over its length
    transform.process_with_scratch(&mut power, &mut scratch);
    power[..length].iter().map(|v| v.re / size as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_little_larger_than_they_must_be() {
        assert_eq!([1, 2, 3, 100, 2050].map(size_for), [1, 2, 3, 120, 2304]);
        for least in 16..5000 {
            let size = size_for(least);
            assert!(
                least <= size && size * 4 <= 5 * least + 4,
                "{least}: {size}"
            );
        }
    }

    #[test]
    fn sums_are_those_of_the_definition() {
        for (count, length) in [(1, 1), (1, 7), (2, 2), (3, 100)] {
            let sequence = |c: u32| -> Vec<f64> {
                let at = |i: u32| (f64::from(i) * 0.7 + f64::from(c)).sin() + 0.1;
                (0..length).map(at).collect()
            };
            let x: Vec<Vec<f64>> = (0..count).map(sequence).collect();
            let sums = autocorrelation_sums(&x);
            assert_eq!(sums.len(), length as usize);
            for (lag, sum) in sums.iter().enumerate() {
                let products = x.iter().flat_map(|x| x.iter().zip(&x[lag..]));
                let direct: f64 = products.map(|(a, b)| a * b).sum();
                assert!(
                    (sum - direct).abs() < 1e-9,
                    "{length}, {lag}: {sum} {direct}"
                );
            }
        }
    }
}
