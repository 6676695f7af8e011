//! The population loss of small networks of rectified units of one input, in closed form.

use super::{Loss, LossError};

/// K(w) = ½ E (f(x) − f₀(x))² for f(x) = Σᵢ vᵢ max(aᵢx + bᵢ, 0), x uniform on \[−1, 1\], f₀ of the
/// same kind.
///
/// Parameters are a₁, b₁, v₁, a₂, …: three a unit. f − f₀ is linear between the kinks, so that the
/// integral and its gradient are sums over the intervals between them, without quadrature: exact up
/// to rounding however near w is to the truth. With negative log likelihood ½(y − f)² this is the
/// divergence from N(f₀(x), 1), although K is not analytic in w.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, ReluPopulation};
///
/// // max(x, 0) against 0: ½·½·∫₀¹ x² dx = 1/12
/// let loss = ReluPopulation::new(1, &[])?;
/// let mut scratch = vec![0.0; loss.scratch_len()];
/// let value = loss.value(&[1.0, 0.0, 1.0], &mut scratch);
/// assert!((value - 1.0 / 12.0).abs() < 1e-15);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReluPopulation {
    units: usize,
    /// a, b, v of each unit of f₀.
    truth: Vec<f64>,
}

/// Parameters of a unit.
const UNIT: usize = 3;

impl ReluPopulation {
    /// So many units, and the a, b, v of each unit of the truth.
    ///
    /// # Errors
    /// [`LossError::NoParameters`] for no unit, [`LossError::Length`] if the truth is not made of
    /// whole units, [`LossError::NotFinite`] if it is not finite.
    pub fn new(units: usize, truth: &[f64]) -> Result<Self, LossError> {
        if units == 0 {
            return Err(LossError::NoParameters);
        }
        if !truth.len().is_multiple_of(UNIT) {
            return Err(LossError::Length {
                what: "the truth, three numbers a unit,",
                expected: truth.len().next_multiple_of(UNIT),
                found: truth.len(),
            });
        }
        if let Some(index) = truth.iter().position(|x| !x.is_finite()) {
            let what = "the truth";
            return Err(LossError::NotFinite { what, index });
        }
        Ok(Self {
            units,
            truth: truth.to_vec(),
        })
    }

    /// The kinks of all units within (−1, 1), sorted, between −1 and 1; how many there are.
    fn kinks(&self, w: &[f64], places: &mut [f64]) -> usize {
        places[0] = -1.0;
        let mut count = 1;
        for unit in w.chunks_exact(UNIT).chain(self.truth.chunks_exact(UNIT)) {
            let kink = -unit[1] / unit[0];
            if kink > -1.0 && kink < 1.0 {
                places[count] = kink;
                count += 1;
            }
        }
        places[count] = 1.0;
        count += 1;
        places[..count].sort_by(f64::total_cmp);
        count
    }

    /// f − f₀ on an interval without kinks around `middle`, as slope and constant. Equal units of
    /// both cancel before they are added up.
    fn difference(&self, w: &[f64], middle: f64) -> [f64; 2] {
        let mut sum = [0.0; 2];
        let mut add = |unit: &[f64], sign: f64| {
            if unit[0] * middle + unit[1] > 0.0 {
                sum[0] += sign * unit[2] * unit[0];
                sum[1] += sign * unit[2] * unit[1];
            }
        };
        w.chunks_exact(UNIT).for_each(|unit| add(unit, 1.0));
        self.truth
            .chunks_exact(UNIT)
            .for_each(|unit| add(unit, -1.0));
        sum
    }
}

impl Loss<f64> for ReluPopulation {
    fn dimension(&self) -> usize {
        UNIT * self.units
    }

    fn scratch_len(&self) -> usize {
        self.units + self.truth.len() / UNIT + 2
    }

    fn value(&self, w: &[f64], scratch: &mut [f64]) -> f64 {
        let count = self.kinks(w, scratch);
        let mut sum = 0.0;
        for ends in scratch[..count].windows(2) {
            let [slope, constant] = self.difference(w, 0.5 * (ends[0] + ends[1]));
            let [l, r] = [ends[0], ends[1]].map(|x| slope * x + constant);
            sum += (ends[1] - ends[0]) / 3.0 * (l * l + l * r + r * r);
        }
        0.25 * sum
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        let count = self.kinks(w, scratch);
        gradient.fill(0.0);
        let mut sum = 0.0;
        for ends in scratch[..count].windows(2) {
            let (left, right) = (ends[0], ends[1]);
            let middle = 0.5 * (left + right);
            let width = right - left;
            let [slope, constant] = self.difference(w, middle);
            let at = |x: f64| slope * x + constant;
            let (l, m, r) = (at(left), at(middle), at(right));
            sum += width / 3.0 * (l * l + l * r + r * r);
            // ∫ (f − f₀) dx and ∫ (f − f₀) x dx, by Simpson's rule, which is exact here
            let whole = width * m;
            let moment = width / 6.0 * (l * left + 4.0 * m * middle + r * right);
            for (unit, g) in w.chunks_exact(UNIT).zip(gradient.chunks_exact_mut(UNIT)) {
                if unit[0] * middle + unit[1] > 0.0 {
                    g[0] += 0.5 * unit[2] * moment;
                    g[1] += 0.5 * unit[2] * whole;
                    g[2] += 0.5 * (unit[0] * moment + unit[1] * whole);
                }
            }
        }
        0.25 * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(count: usize) -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(-2.0..2.0_f64, UNIT * count)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_is_the_integral_and_its_gradient(w in units(3), truth in units(2)) {
            let loss = ReluPopulation::new(3, &truth).unwrap();
            let mut scratch = vec![0.0; loss.scratch_len()];
            let f = |units: &[f64], x: f64| -> f64 {
                units.chunks_exact(UNIT).map(|u| u[2] * (u[0] * x + u[1]).max(0.0)).sum()
            };
            let nodes = 20_000;
            let squares = (0..nodes).map(|k| {
                let x = (2.0 * k as f64 + 1.0) / nodes as f64 - 1.0;
                (f(&w, x) - f(&truth, x)).powi(2)
            });
            let mean = 0.5 * squares.sum::<f64>() / nodes as f64;
            let value = loss.value(&w, &mut scratch);
            prop_assert!((value - mean).abs() < 1e-6 * (1.0 + mean), "{value} {mean}");
            let mut gradient = vec![0.0; w.len()];
            prop_assert_eq!(loss.gradient(&w, &mut gradient, &mut scratch), value);
            for i in 0..w.len() {
                let h = 1e-5;
                let mut at = |x: f64| {
                    let mut moved = w.clone();
                    moved[i] += x;
                    loss.value(&moved, &mut scratch)
                };
                let difference = (at(h) - at(-h)) / (2.0 * h);
                prop_assert!((difference - gradient[i]).abs() < 1e-6 * (1.0 + difference.abs()));
            }
        }
    }
}
