//! The generalised Kullback–Leibler divergence of positive numbers, accurate near 0.

use super::composite::Head;
use super::lanes;

/// φ(r) = r − log(1 + r), which is r²/2 near 0, without cancellation; +∞ for r ≤ −1.
pub(super) fn excess(r: f64) -> f64 {
    if r <= -1.0 {
        return f64::INFINITY;
    }
    lanes::excess(r, 1.0 + r)
}

/// e^l − 1 − l = φ(e^l − 1), without cancellation near l = 0 and for very negative l.
pub(super) fn excess_of_log(l: f64) -> f64 {
    if l.abs() > 1e-2 {
        return l.exp_m1() - l;
    }
    // Σ_{k≥2} l^k / k!
    let mut term = l * l / 2.0;
    let mut sum = 0.0;
    for k in 3..10 {
        sum += term;
        term *= l / f64::from(k);
    }
    sum
}

/// Σ_x [ c*_x log(c*_x / c_x) − c*_x + c_x ] with c_x = c*_x + g_x/(Z Z*): the divergence of finite
/// distributions (where Σ c = Σ c* = 1) and of independent Poisson variables of means c.
///
/// The map gives the numbers g_x, which vanish at the truth, and, if weights are not normalised, Z
/// − Z* last. Where c*_x = 0 the summand is c_x.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Divergence {
    pub(super) truth: Vec<f64>,
    /// Z* for weights that are not normalised.
    pub(super) normaliser: Option<f64>,
}

impl Head for Divergence {
    fn evaluate(
        &self,
        c: &[f64],
        _batch: Option<&[u32]>,
        derivative: Option<&mut [f64]>,
        _scratch: &mut [f64],
    ) -> f64 {
        let s = self.truth.len();
        let (z, z_star) = self.normaliser.map_or((1.0, 1.0), |z| (z + c[s], z));
        if z <= 0.0 {
            return f64::INFINITY;
        }
        let scale = 1.0 / (z * z_star);
        let mut value = 0.0;
        for (g, truth) in c.iter().zip(&self.truth) {
            let difference = g * scale;
            value += if *truth > 0.0 {
                truth * excess(difference / truth)
            } else if difference < -f64::EPSILON {
                f64::INFINITY
            } else {
                difference
            };
        }
        if let Some(derivative) = derivative {
            let mut by_normaliser = 0.0;
            for ((g, truth), out) in c.iter().zip(&self.truth).zip(derivative.iter_mut()) {
                let difference = g * scale;
                let by_outcome = if *truth > 0.0 {
                    difference / (truth + difference)
                } else {
                    1.0
                };
                *out = by_outcome * scale;
                by_normaliser -= by_outcome * difference / z;
            }
            if self.normaliser.is_some() {
                derivative[s] = by_normaliser;
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_series_meets_the_logarithm() {
        for r in [0.009_999, 0.010_001, -0.009_999, -0.010_001] {
            assert_relative_eq!(excess(r), r - f64::ln_1p(r), max_relative = 1e-11);
        }
        assert_relative_eq!(excess(1e-12), 5e-25, max_relative = 1e-11);
        assert_eq!(excess(-1.0), f64::INFINITY);
        assert_eq!(excess(0.0), 0.0);
        for l in [0.009_999, 0.010_001, -0.009_999, -0.010_001] {
            assert_relative_eq!(excess_of_log(l), excess(l.exp_m1()), max_relative = 1e-11);
        }
        assert_relative_eq!(excess_of_log(-1e-12), 5e-25, max_relative = 1e-11);
        assert_eq!(excess_of_log(-100.0), 99.0);
        assert_eq!(excess_of_log(f64::NEG_INFINITY), f64::INFINITY);
    }
}
