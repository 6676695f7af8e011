//! Pareto-smoothed importance weights.

/// The weights above a cut-off, smoothed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tail {
    /// The shape k̂ of the generalised Pareto distribution that fits them; none where there are too
    /// few.
    pub(crate) shape: Option<f64>,
    /// log of the smoothed weights, in the order of those that were given.
    pub(crate) log_weights: Vec<f64>,
}

/// With less weights above the cut-off nothing is fitted.
const FEWEST: usize = 5;

/// The number of weights of the tail of S draws: min(S/5, 3√S), rounded up.
pub(crate) fn tail_size(draws: usize) -> usize {
    let draws = draws as f64;
    (0.2 * draws).min(3.0 * draws.sqrt()).ceil() as usize
}

/// Smooths the largest of a sample of importance weights: `largest` has the logarithms of M + 1, M
/// being [`tail_size`], in descending order. Those above the least of them are replaced by the
/// quantiles of the generalised Pareto distribution that fits their excesses over it, none above
/// the largest (Vehtari, Simpson, Gelman, Yao & Gabry 2024, *Pareto smoothed importance sampling*,
/// Journal of Machine Learning Research 25, 72).
pub(crate) fn smoothed_tail(largest: &[f64]) -> Tail {
    let unchanged = || Tail {
        shape: None,
        log_weights: largest.to_vec(),
    };
    let (Some(&top), Some(&cut)) = (largest.first(), largest.last()) else {
        return unchanged();
    };
    // relative to the largest weight, and no lower than the least normal number
    let cut_off = (cut - top).max(f64::MIN_POSITIVE.ln()).exp();
    let above = largest
        .iter()
        .take_while(|log| (**log - top).exp() > cut_off);
    let mut excesses: Vec<f64> = above.map(|log| (log - top).exp() - cut_off).collect();
    let size = excesses.len();
    if size < FEWEST {
        return unchanged();
    }
    excesses.reverse();
    let (shape, scale) = fitted(&excesses);
    if !(shape.is_finite() && scale.is_finite()) {
        return unchanged();
    }
    let mut log_weights = largest.to_vec();
    for (place, log) in log_weights[..size].iter_mut().enumerate() {
        let level = (size as f64 - place as f64 - 0.5) / size as f64;
        let excess = if shape.abs() < f64::EPSILON {
            -scale * (-level).ln_1p()
        } else {
            scale * (-shape * (-level).ln_1p()).exp_m1() / shape
        };
        *log = top + (excess + cut_off).ln().min(0.0);
    }
    Tail {
        shape: Some(shape),
        log_weights,
    }
}

/// The shape and scale of the generalised Pareto distribution of excesses in ascending order: the
/// quasi-Bayesian estimate of Zhang & Stephens 2009, with the shape drawn towards 1/2 by as much as
/// ten observations would (Vehtari, Simpson, Gelman, Yao & Gabry 2024, appendix G).
fn fitted(excesses: &[f64]) -> (f64, f64) {
    let n = excesses.len() as f64;
    let candidates = 30 + n.sqrt() as usize;
    let quartile = excesses[((n / 4.0 + 0.5) as usize).saturating_sub(1)];
    let largest = excesses[excesses.len() - 1];
    let shape_at = |b: f64| excesses.iter().map(|x| (-b * x).ln_1p()).sum::<f64>() / n;
    let profile: Vec<(f64, f64)> = (0..candidates)
        .map(|j| {
            let root = (candidates as f64 / (j as f64 + 0.5)).sqrt();
            let b = (1.0 - root) / (3.0 * quartile) + 1.0 / largest;
            let shape = shape_at(b);
            (b, n * ((-b / shape).ln() - shape - 1.0))
        })
        .collect();
    let top = profile
        .iter()
        .map(|(_, l)| *l)
        .fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = profile.iter().map(|(_, l)| (l - top).exp()).sum();
    let weighted = profile.iter().map(|(b, l)| (b, (l - top).exp() / sum));
    let kept = || weighted.clone().filter(|(_, w)| *w >= 10.0 * f64::EPSILON);
    let total: f64 = kept().map(|(_, w)| w).sum();
    let b: f64 = kept().map(|(b, w)| b * w / total).sum();
    let shape = shape_at(b);
    ((n * shape + 5.0) / (n + 10.0), -shape / b)
}

#[cfg(test)]
mod tests {
    use super::{smoothed_tail, tail_size};

    /// Quantiles of the generalised Pareto distribution, descending.
    fn quantiles(shape: f64, count: usize) -> Vec<f64> {
        let level = |i: usize| 1.0 - (i as f64 + 0.5) / count as f64;
        let quantile = |p: f64| ((1.0 - p).powf(-shape) - 1.0) / shape;
        (0..count)
            .map(|i| (1.0 + quantile(level(i))).ln())
            .collect()
    }

    #[test]
    fn shapes_are_found() {
        for shape in [-0.3, 0.2, 0.5, 0.7, 1.2] {
            let found = smoothed_tail(&quantiles(shape, 2001)).shape.unwrap();
            assert!((found - shape).abs() < 0.05, "{shape}: {found}");
        }
    }

    #[test]
    fn smoothing_keeps_the_order_and_the_maximum() {
        let logs = quantiles(0.9, 301);
        let tail = smoothed_tail(&logs);
        assert!(tail.log_weights.is_sorted_by(|a, b| a >= b));
        assert!(tail.log_weights[0] <= logs[0] && tail.log_weights[300] == logs[300]);
        // a shift of all logarithms shifts them all
        let shifted: Vec<f64> = logs.iter().map(|log| log - 1234.5).collect();
        let other = smoothed_tail(&shifted);
        assert!((other.shape.unwrap() - tail.shape.unwrap()).abs() < 1e-9);
    }

    /// `arviz.psislw(x, reff=1)` of ArviZ 0.23.4: k̂, and the logarithms of the largest, the
    /// thirtieth and the least weight, all weights adding up to 1.
    #[test]
    fn weights_are_those_of_arviz() {
        for (steepness, shape, expected) in [
            (
                0.3,
                0.319_101_292_228_558_4,
                [
                    -4.347_393_669_551_854,
                    -5.558_809_541_443_016,
                    -6.442_742_786_799_199,
                ],
            ),
            (
                0.8,
                0.744_471_743_670_530_7,
                [
                    -2.167_322_441_245_737_7,
                    -5.257_547_371_415_025,
                    -7.424_957_479_078_85,
                ],
            ),
            (
                1.3,
                1.154_879_580_943_354_5,
                [
                    -0.958_741_176_189_743_9,
                    -5.731_177_980_390_274,
                    -9.180_104_767_065_38,
                ],
            ),
        ] {
            let log = |i: u32| {
                let i = f64::from(i);
                -steepness * (1.0 - (i + 0.5) / 400.0_f64).ln() + 0.1 * i.sin()
            };
            let mut logs: Vec<f64> = (0..400).map(log).collect();
            logs.sort_by(|a, b| b.total_cmp(a));
            let tail = smoothed_tail(&logs[..=tail_size(400)]);
            assert!((tail.shape.unwrap() - shape).abs() < 1e-9, "{tail:?}");
            logs[..tail.log_weights.len()].copy_from_slice(&tail.log_weights);
            let total = logs.iter().map(|log| log.exp()).sum::<f64>().ln();
            for (place, expected) in [0, 29, 399].into_iter().zip(expected) {
                let found = logs[place] - total;
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
        }
    }

    #[test]
    fn few_or_equal_weights_have_no_shape() {
        assert_eq!(smoothed_tail(&[]).shape, None);
        assert_eq!(smoothed_tail(&[0.0; 50]).shape, None);
        assert_eq!(smoothed_tail(&[3.0, 2.0, 1.0]).log_weights, [3.0, 2.0, 1.0]);
        assert_eq!((tail_size(100), tail_size(8000)), (20, 269));
    }
}
