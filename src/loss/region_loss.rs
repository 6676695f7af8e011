//! A loss on a bounded region, in coordinates in which the prior on the region is flat.

use super::{Loss, LossError, Prior};
use std::sync::Arc;

/// One variable x in [a, b], by a coordinate v in which the density (x − a)^h (b − x)^k is flat
/// times what is positive and bounded.
#[derive(Debug, Clone, PartialEq)]
struct Axis {
    /// Where v is 0: 0 if it is between the ends, else the end that is nearer to it. There floating
    /// point is finest.
    origin: f64,
    /// The lengths from there down to a and up to b; 0 of an axis with one side.
    lengths: [f64; 2],
    /// 1/(1 + h) and 1/(1 + k).
    powers: [f64; 2],
}

impl Axis {
    fn new(lower: f64, upper: f64) -> Self {
        let origin = 0.0_f64.clamp(lower, upper);
        Self {
            origin,
            lengths: [origin - lower, upper - origin],
            powers: [1.0; 2],
        }
    }

    fn has_one_side(&self) -> bool {
        self.lengths.contains(&0.0)
    }

    /// x at v, which is in [−1, 1], or in [0, 1] of an axis with one side.
    ///
    /// From the origin to the end e at v = 1, 1 − (x − o)/(e − o) = (1 − v)^{p}, p = 1/(1 + h),
    /// so that the distance from e has the density of the power h near e and a positive one
    /// elsewhere; where the origin is an end itself, v^{p} of its power stands for v.
    fn value(&self, v: f64) -> f64 {
        let from_end = |v: f64, power: f64| -(power * (-v).ln_1p()).exp_m1();
        match self.lengths {
            [0.0, length] => {
                self.origin + length * from_end(v.powf(self.powers[0]), self.powers[1])
            }
            [length, 0.0] => {
                self.origin - length * from_end(v.powf(self.powers[1]), self.powers[0])
            }
            [below, _] if v < 0.0 => self.origin - below * from_end(-v, self.powers[0]),
            [_, above] => self.origin + above * from_end(v, self.powers[1]),
        }
    }
}

/// ℓ(x) ≥ 0 with ℓ = Σ slopesᵢ xᵢ + constant, and the power h ≥ 0 of ℓ in the prior.
#[derive(Debug, Clone, PartialEq)]
struct Side {
    slopes: Vec<f64>,
    constant: f64,
    power: f64,
    /// A bound of ℓ on the box.
    most: f64,
}

/// K on a bounded region D = {x : aᵢ ≤ xᵢ ≤ bᵢ, ℓₖ(x) ≥ 0} under a prior
/// ∝ ∏ (xᵢ − aᵢ)^{hᵢ} (bᵢ − xᵢ)^{kᵢ} ∏ ℓₖ^{hₖ} times what is positive and bounded: what
/// [`VolumeScaling::over`](crate::estimate::VolumeScaling::over) asks how fast the whole of
/// {x ∈ D : K < ε} shrinks.
///
/// The coordinates are vᵢ in [−1, 1], or in [0, 1] for a variable whose interval does not have 0
/// inside, and one more in [0, 1] for each ℓₖ with a power, under which K is infinite but for the
/// share (ℓₖ/max ℓₖ)^{hₖ}. λ and m are those of K under the prior; constants are not.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, PolynomialLoss, Reading, RegionLoss};
/// use std::sync::Arc;
///
/// // (xy)² where x ≥ 0, y ≥ 0, x + y ≤ 1
/// let loss = PolynomialLoss::from_terms(2, &[vec![(vec![1, 1], 1.0)]], Reading::Ideal)?;
/// let simplex = RegionLoss::new(Arc::new(loss), &[(0.0, 1.0), (0.0, 1.0)])?
///     .with_side(&[-1.0, -1.0], 1.0, 0.0)?;
/// let mut scratch = vec![0.0; simplex.scratch_len()];
/// assert_eq!(simplex.value(&[0.5, 0.5], &mut scratch), 0.0625);
/// assert_eq!(simplex.value(&[0.75, 0.5], &mut scratch), f64::INFINITY);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RegionLoss {
    loss: Arc<dyn Loss<f64>>,
    axes: Vec<Axis>,
    sides: Vec<Side>,
    curved: Vec<Arc<dyn Loss<f64>>>,
}

impl RegionLoss {
    /// K on a box, an interval for each parameter.
    ///
    /// # Errors
    /// [`LossError::Length`] for another number of intervals, [`LossError::PriorInterval`] for one
    /// whose ends are not finite or not in order.
    pub fn new(loss: Arc<dyn Loss<f64>>, intervals: &[(f64, f64)]) -> Result<Self, LossError> {
        let expected = loss.dimension();
        if intervals.len() != expected {
            return Err(LossError::Length {
                what: "the list of intervals",
                expected,
                found: intervals.len(),
            });
        }
        for (index, &(lower, upper)) in intervals.iter().enumerate() {
            if !(lower.is_finite() && upper.is_finite() && lower < upper) {
                return Err(LossError::PriorInterval {
                    index,
                    lower,
                    upper,
                });
            }
        }
        Ok(Self {
            loss,
            axes: intervals.iter().map(|&(a, b)| Axis::new(a, b)).collect(),
            sides: Vec::new(),
            curved: Vec::new(),
        })
    }

    /// Multiplies the prior by (x − a)^h (b − x)^k for the parameter with this index; both powers
    /// are above −1 and stand for those given before.
    ///
    /// # Errors
    /// [`LossError::Length`] for an index that is not there, [`LossError::EndPower`].
    pub fn with_powers(mut self, index: usize, powers: [f64; 2]) -> Result<Self, LossError> {
        let expected = self.axes.len();
        let axis = self.axes.get_mut(index).ok_or(LossError::Length {
            what: "the list of intervals",
            expected,
            found: index + 1,
        })?;
        for exponent in powers {
            if !(exponent > -1.0 && exponent.is_finite()) {
                return Err(LossError::EndPower { exponent });
            }
        }
        axis.powers = powers.map(|h| 1.0 / (1.0 + h));
        Ok(self)
    }

    /// Where also ℓ = Σ slopesᵢ xᵢ + constant ≥ 0, and multiplies the prior by ℓ^power.
    ///
    /// # Errors
    /// [`LossError::Length`] if there is not a slope for each parameter, [`LossError::SidePower`]
    /// for a power below 0, [`LossError::PriorInterval`] if ℓ is positive nowhere on the box.
    pub fn with_side(
        mut self,
        slopes: &[f64],
        constant: f64,
        power: f64,
    ) -> Result<Self, LossError> {
        if slopes.len() != self.axes.len() {
            return Err(LossError::Length {
                what: "the list of slopes",
                expected: self.axes.len(),
                found: slopes.len(),
            });
        }
        if !(power >= 0.0 && power.is_finite()) {
            return Err(LossError::SidePower { exponent: power });
        }
        let most = |(axis, slope): (&Axis, &f64)| {
            let [below, above] = axis.lengths;
            slope * axis.origin + (slope * above).max(-slope * below)
        };
        let most = constant + self.axes.iter().zip(slopes).map(most).sum::<f64>();
        if !(most > 0.0 && most.is_finite()) {
            let (lower, upper) = (constant, most);
            return Err(LossError::PriorInterval {
                index: self.sides.len(),
                lower,
                upper,
            });
        }
        self.sides.push(Side {
            slopes: slopes.to_vec(),
            constant,
            power,
            most,
        });
        Ok(self)
    }

    /// Where also ℓ(x) ≥ 0, for any function ℓ of the parameters.
    ///
    /// # Errors
    /// [`LossError::Length`] for a function of another number of parameters.
    pub fn with_curved_side(mut self, side: Arc<dyn Loss<f64>>) -> Result<Self, LossError> {
        if side.dimension() != self.axes.len() {
            return Err(LossError::Length {
                what: "the parameters of a side",
                expected: self.axes.len(),
                found: side.dimension(),
            });
        }
        self.curved.push(side);
        Ok(self)
    }

    /// The prior on the coordinates: flat, with half-lines.
    pub(crate) fn prior(&self) -> Result<Prior, LossError> {
        let one_sided = (0..self.axes.len()).filter(|&i| self.axes[i].has_one_side());
        let more = self.axes.len()..self.dimension();
        let nonnegative: Vec<usize> = one_sided.chain(more).collect();
        Prior::flat(self.dimension()).with_nonnegative(&nonnegative)
    }

    /// Σ (1 + h) over all sides: no λ is larger where there is a zero, since K is at least as small
    /// as a linear function of the distance from it.
    pub(crate) fn largest_coefficient(&self) -> f64 {
        let of = |axis: &Axis| axis.powers.iter().map(|p| 1.0 / p).fold(1.0, f64::max);
        let ends: f64 = self.axes.iter().map(of).sum();
        ends + self.sides.iter().map(|side| side.power).sum::<f64>()
    }

    /// The parameters x at the coordinates v.
    #[must_use]
    pub fn point(&self, v: &[f64]) -> Vec<f64> {
        let values = self.axes.iter().zip(v).map(|(axis, &v)| axis.value(v));
        values.collect()
    }

    /// Whether x, with the coordinates that powers of sides have, is in the region.
    fn contains(&self, x: &[f64], more: &[f64], scratch: &mut [f64]) -> bool {
        let mut curved = self.curved.iter();
        if !curved.all(|side| side.value(x, &mut scratch[..side.scratch_len()]) >= 0.0) {
            return false;
        }
        let mut more = more.iter();
        self.sides.iter().all(|side| {
            let terms = side.slopes.iter().zip(x).map(|(slope, x)| slope * x);
            let value = side.constant + terms.sum::<f64>();
            let share = match side.power > 0.0 {
                true => more.next().copied().unwrap_or(0.0),
                false => 0.0,
            };
            value >= 0.0 && share <= (value / side.most).powf(side.power)
        })
    }
}

impl Loss<f64> for RegionLoss {
    fn dimension(&self) -> usize {
        self.axes.len() + self.sides.iter().filter(|side| side.power > 0.0).count()
    }

    fn scratch_len(&self) -> usize {
        let sides = self.curved.iter().map(|side| side.scratch_len());
        self.axes.len() + sides.fold(self.loss.scratch_len(), usize::max)
    }

    /// K; +∞ outside the region.
    fn value(&self, w: &[f64], scratch: &mut [f64]) -> f64 {
        let (x, rest) = scratch.split_at_mut(self.axes.len());
        for ((x, axis), &v) in x.iter_mut().zip(&self.axes).zip(w) {
            *x = axis.value(v);
        }
        match self.contains(x, &w[self.axes.len()..], rest) {
            true => self.loss.value(x, &mut rest[..self.loss.scratch_len()]),
            false => f64::INFINITY,
        }
    }

    /// NaN: see [`check_gradient`](Loss::check_gradient).
    fn gradient(&self, w: &[f64], gradient: &mut [f64], scratch: &mut [f64]) -> f64 {
        gradient.fill(f64::NAN);
        self.value(w, scratch)
    }

    fn check_gradient(&self, _w: &[f64]) -> Result<(), LossError> {
        Err(LossError::NoGradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// v ↦ x is onto the interval, increasing but for an axis that ends at 0, and flat in v stands
    /// for the power: the mass of {x − a < r} shrinks as r^{1 + h}.
    #[test]
    fn coordinates_have_the_powers_at_the_ends() {
        let ends = [
            (-2.0, 3.0),
            (0.0, 1.0),
            (-1.0, 0.0),
            (1.0, 4.0),
            (-4.0, -1.0),
        ];
        for (a, b) in ends {
            for powers in [[0.0, 0.0], [-0.5, 0.0], [0.0, 2.0], [1.5, -0.75]] {
                let mut axis = Axis::new(a, b);
                axis.powers = powers.map(|h: f64| 1.0 / (1.0 + h));
                let least: f64 = if axis.has_one_side() { 0.0 } else { -1.0 };
                let values = [axis.value(least), axis.value(1.0)];
                let (low, high) = (values[0].min(values[1]), values[0].max(values[1]));
                assert!(
                    (low - a).abs() < 1e-12 && (high - b).abs() < 1e-12,
                    "{values:?}"
                );
                let at = |x: f64| {
                    // bisection for v
                    let (mut v, mut w) = (least, 1.0);
                    let rising = axis.value(1.0) > axis.value(least);
                    for _ in 0..200 {
                        let middle = 0.5 * (v + w);
                        match (axis.value(middle) < x) == rising {
                            true => v = middle,
                            false => w = middle,
                        }
                    }
                    v
                };
                let mass = |x: f64, end: f64| (at(x) - at(end)).abs();
                for (end, sign, h) in [(a, 1.0, powers[0]), (b, -1.0, powers[1])] {
                    // near, and not so near that rounding counts
                    let r = 1e-6_f64.powf(1.0 / (1.0 + h)).max(1e-9);
                    let ratio = mass(end + sign * r, end) / mass(end + sign * 2.0 * r, end);
                    let expected = 0.5_f64.powf(1.0 + h);
                    assert!(
                        (ratio / expected - 1.0).abs() < 2e-2,
                        "{a} {b} {powers:?}: {ratio}"
                    );
                }
            }
        }
    }
}
