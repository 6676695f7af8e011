//! Which poles the zeta function of a polynomial may have, and what they say of U(t) − λ.

use super::{LlcEstimate, WithError};
use crate::loss::{FloatTerm, LossError, Prior, Reading};
use crate::polyhedron::NewtonPolyhedron;
use crate::{Budget, Exhausted};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Candidates for the largest poles of ζ(z) = ∫ K(w)^z φ(w) dw at w* = 0, for a polynomial K: from
/// them follows how far U(t) may be from λ.
///
/// With poles −λ, −(λ + d₁), … the partition function is
/// Z(t) ∝ t^{−λ} ((log t + c)^{m−1} + a₁ t^{−d₁} + …), and U(t) = −d log Z/d log t. Where one term
/// besides t^{−λ} counts, with b = λ − U and the slope s = dU/d log t:
///
/// - m > 1: b = (m − 1)/(log t + c), and s = b²/(m − 1);
/// - m = 1, a next pole at the gap d: b = −d·x, x = a t^{−d}/(1 + a t^{−d}), and s = b(b + d).
///
/// The candidates are (v·τ + k)/ord_v(K), k = 0, 1, 2, …, for the facets of the Newton polyhedron
/// of K with normals v, τ the prior's exponents plus one. If K is degenerate there are others. So
/// in two dimensions or more every gap below 1 counts as a candidate besides, and every m up to 2;
/// in one dimension K is a power times a unit, and there are no others.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, estimate::{CandidatePoles, Llc}};
/// use rlct::loss::{Reading, PolynomialLoss, Prior};
///
/// let terms = [vec![(vec![2, 2], 1.0)]]; // K = x²y²
/// let prior = Prior::flat(2);
/// let poles = CandidatePoles::of(&terms, Reading::Loss, &prior, &Budget::default())?.unwrap();
/// assert_eq!(poles.multiplicity(), 2);
///
/// let loss = PolynomialLoss::from_terms(2, &terms, Reading::Loss)?;
/// let llc = Llc::new(&loss, &[0.0; 2]).seed(1).estimate()?;
/// let likely = llc.likely_distance(&poles).unwrap();
/// // U = 0.391 by quadrature, λ = 1/2
/// assert!(likely.lower < 0.109 && 0.109 < likely.upper, "{likely}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CandidatePoles {
    /// Gaps from the smallest candidate to the others, up to the largest gap that counts.
    gaps: Vec<f64>,
    /// The largest multiplicity that counts.
    multiplicity: usize,
    dimension: usize,
    /// Terms of K: degrees, and means over the box |wᵢ| ≤ √3.
    moments: Vec<(u32, f64)>,
}

/// The likely distance from U(t) to λ: λ − U(t) lies between two numbers.
///
/// Likely, not proved. It assumes that one term of the expansion of Z counts besides the first;
/// that its coefficient is at most that of the first, and 0 ≤ c ≤ log t, where K is measured in
/// units of its scale, up to a factor e; and that the slope dU/d log t is within two standard
/// errors of what was measured and a fifth of it, for the terms that are left out. The scale is the
/// largest mean of a term of K over the box |wᵢ| ≤ √(3/γ), whose variances are those of the
/// localisation. (In a sum over many directions each counts on its own: Z of |w|² in d dimensions
/// is that of one to the d.)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LikelyDistance {
    /// The least likely λ − U(t); negative if λ may be below U(t).
    pub lower: f64,
    /// The largest likely λ − U(t).
    pub upper: f64,
    /// The smallest gaps between poles that the Newton polyhedron of K has, at most three.
    pub newton_gaps: Vec<f64>,
    /// Whether all gaps up to 1 were considered besides, as for a K that may be degenerate.
    pub all_gaps: bool,
    /// The multiplicities considered go from 1 to this one.
    pub multiplicity: usize,
    /// dU/d log t as measured, if it was.
    pub slope: Option<WithError>,
}

/// Gaps beyond this change U by less than 1/t.
const LARGEST_GAP: f64 = 1.0;
/// The distance below which two poles are one: far above the rounding of the ratios that they are,
/// far below the difference of two ratios of small numbers.
const SAME: f64 = 1e-9;
/// The multiplicity that is possible in two dimensions and more where K may be degenerate.
const DEGENERATE_MULTIPLICITY: usize = 2;
/// How many gaps of the Newton polyhedron are told.
const GAPS_TOLD: usize = 3;
/// How many gaps stand for all those up to the largest one, evenly spaced in the logarithm, and the
/// smallest of them: a twentieth of log t at any t that is sampled, so that it is as good as 0.
const GAPS: usize = 200;
const SMALLEST_GAP: f64 = 1e-3;
/// Standard errors that are likely, of the slope and of U: those of 95 % of normal errors.
const ERRORS: f64 = 2.0;
/// The part of the slope that terms left out may make. Chosen by hand.
const PART_OF_SLOPE: f64 = 0.2;
/// log of the factor by which the scale of K may be off. Chosen by hand.
const UNSURE: f64 = 1.0;
/// log of K's scale times t below which nothing is asymptotic.
const LEAST_LOG: f64 = 2.0 * UNSURE;

impl CandidatePoles {
    /// The candidates of K, given by the terms of its generators in w − w* and how they make K.
    /// `None` if K(w*) ≠ 0 or K vanishes identically.
    ///
    /// # Errors
    /// [`PolesError::Loss`] for exponents that are not those of the prior's parameters,
    /// [`PolesError::Exhausted`] if the budget ends before the Newton polyhedron is known.
    ///
    /// ```
    /// # use rlct::{Budget, estimate::CandidatePoles, loss::{Reading, Prior}};
    /// // K = x²y⁴: poles from 1/4 and 1/2
    /// let terms = [vec![(vec![2, 4], 1.0)]];
    /// let prior = Prior::flat(2);
    /// let poles = CandidatePoles::of(&terms, Reading::Loss, &prior,
    /// &Budget::default())?.unwrap();
    /// assert_eq!(poles.gaps()[0], 0.25);
    /// # Ok::<(), rlct::estimate::PolesError>(())
    /// ```
    pub fn of(
        generators: &[Vec<FloatTerm>],
        form: Reading,
        prior: &Prior,
        budget: &Budget,
    ) -> Result<Option<Self>, PolesError> {
        let dimension = prior.dimension();
        for (exponents, _) in generators.iter().flatten() {
            if exponents.len() != dimension {
                return Err(LossError::Length {
                    what: "a term's list of exponents",
                    expected: dimension,
                    found: exponents.len(),
                }
                .into());
            }
        }
        let support: Vec<Vec<u32>> = terms(generators).map(|(e, _)| e.clone()).collect();
        let at_point = support.iter().any(|e| e.iter().all(|&e| e == 0));
        if support.is_empty() || at_point {
            return Ok(None);
        }
        let polyhedron = NewtonPolyhedron::new(dimension, support, budget)?;
        let squared = match form {
            Reading::Loss | Reading::Absolute => 1.0,
            Reading::Ideal => 2.0,
        };
        let tau: Vec<f64> = prior.amplitude().iter().map(|h| h + 1.0).collect();
        let divisors: Vec<(usize, f64, f64)> = polyhedron
            .facets()
            .iter()
            .enumerate()
            .filter_map(|(i, facet)| {
                let order = squared * facet.level().to_f64();
                let weights = facet.normal().iter().zip(&tau);
                let weight: f64 = weights.map(|(v, tau)| v.to_f64() * tau).sum();
                (order > 0.0).then_some((i, weight, order))
            })
            .collect();
        let poles = divisors.iter().map(|(_, weight, order)| weight / order);
        let first = poles.fold(f64::INFINITY, f64::min);
        let close = |a: f64, b: f64| (a - b).abs() < SAME;
        let tied: Vec<usize> = divisors
            .iter()
            .filter(|(_, weight, order)| close(weight / order, first))
            .map(|(i, _, _)| *i)
            .collect();
        let mut gaps = Vec::new();
        for (_, weight, order) in &divisors {
            let start = weight / order - first;
            let more = (0..).map(|k| start + f64::from(k) / order);
            gaps.extend(more.take_while(|&gap| gap <= LARGEST_GAP + SAME));
        }
        gaps.retain(|&gap| gap > SAME);
        gaps.sort_by(f64::total_cmp);
        gaps.dedup_by(|a, b| close(*a, *b));
        let multiplicity = polyhedron
            .rank_of(&tied)
            .max(dimension.min(DEGENERATE_MULTIPLICITY));
        Ok(Some(Self {
            gaps,
            multiplicity,
            dimension,
            moments: moments(generators, form, prior),
        }))
    }

    /// The gaps from the smallest candidate of the Newton polyhedron to the others, up to 1, in
    /// ascending order.
    ///
    /// ```
    /// # use rlct::{Budget, estimate::CandidatePoles, loss::{Reading, Prior}};
    /// let terms = [vec![(vec![4], 1.0)]]; // x⁴: 1/4, 2/4, …
    /// let prior = Prior::flat(1);
    /// let poles = CandidatePoles::of(&terms, Reading::Loss, &prior,
    /// &Budget::default())?.unwrap();
    /// assert_eq!(poles.gaps(), [0.25, 0.5, 0.75, 1.0]);
    /// # Ok::<(), rlct::estimate::PolesError>(())
    /// ```
    #[must_use]
    pub fn gaps(&self) -> &[f64] {
        &self.gaps
    }

    /// The largest multiplicity that counts: that of the Newton polyhedron, but at least 2 where
    /// there are two parameters.
    ///
    /// ```
    /// # use rlct::{Budget, estimate::CandidatePoles, loss::{Reading, Prior}};
    /// let terms = [vec![(vec![1, 1, 1], 1.0)]]; // (xyz)²
    /// let prior = Prior::flat(3);
    /// let poles = CandidatePoles::of(&terms, Reading::Ideal, &prior,
    /// &Budget::default())?.unwrap();
    /// assert_eq!(poles.multiplicity(), 3);
    /// # Ok::<(), rlct::estimate::PolesError>(())
    /// ```
    #[must_use]
    pub fn multiplicity(&self) -> usize {
        self.multiplicity
    }

    /// The largest mean of a term of K over the box |wᵢ| ≤ √(3/γ) under the prior's exponents.
    fn scale(&self, localization: f64) -> f64 {
        let side = if localization > 0.0 {
            localization.sqrt().recip()
        } else {
            1.0
        };
        let each = self.moments.iter();
        each.map(|&(degree, moment)| moment * side.powf(f64::from(degree)))
            .fold(0.0, f64::max)
    }

    /// The range of λ − U, where dU/d log t is in `slopes` and `log` is that of t times K's scale.
    fn range(&self, log: f64, slopes: (f64, f64)) -> Option<(f64, f64)> {
        let near = log - UNSURE;
        let mut range: Option<(f64, f64)> = None;
        let mut unite = |lower: f64, upper: f64| {
            if lower <= upper {
                let (least, most) = range.unwrap_or((lower, upper));
                range = Some((least.min(lower), most.max(upper)));
            }
        };
        for m in 2..=self.multiplicity {
            let order = m as f64 - 1.0;
            // the constant c between 0 and log t
            let (lower, upper) = (order / (2.0 * log), order / near);
            if slopes.1 >= 0.0 {
                let of_slope = |s: f64| (order * s.max(0.0)).sqrt();
                unite(lower.max(of_slope(slopes.0)), upper.min(of_slope(slopes.1)));
            }
        }
        let ratio: f64 = LARGEST_GAP / SMALLEST_GAP;
        let spaced = (0..=GAPS).map(|i| SMALLEST_GAP * ratio.powf(i as f64 / GAPS as f64));
        let all = spaced.filter(|_| self.dimension > 1);
        for gap in all.chain(self.gaps.iter().copied()) {
            let part = (-gap * near).exp();
            let (lower, upper) = (-gap * part / (1.0 + part), gap * part / (1.0 - part));
            // s = b(b + d), on the branch where the first pole outweighs the next
            let least = -0.25 * gap * gap;
            if slopes.1 >= least {
                let of_slope = |s: f64| {
                    if s.is_finite() {
                        0.5 * ((gap * gap + 4.0 * s.max(least)).sqrt() - gap)
                    } else if s > 0.0 {
                        f64::INFINITY
                    } else {
                        -0.5 * gap
                    }
                };
                unite(lower.max(of_slope(slopes.0)), upper.min(of_slope(slopes.1)));
            }
        }
        range
    }
}

impl LlcEstimate {
    /// How far λ is likely from U(t), by the candidates for the poles of K and the slope
    /// [`temperature_slope`](Self::temperature_slope). `None` if t is too small for K's scale, or
    /// no candidate fits the slope.
    ///
    /// ```
    /// # use rlct::{Budget, estimate::{CandidatePoles, Llc}};
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// let terms = [vec![(vec![2], 1.0)]]; // K = x²: only the gaps 1/2 and 1
    /// let prior = Prior::flat(1);
    /// let poles = CandidatePoles::of(&terms, Reading::Loss, &prior,
    /// &Budget::default())?.unwrap();
    /// let loss = PolynomialLoss::from_terms(1, &terms, Reading::Loss)?;
    /// let llc = Llc::new(&loss, &[0.0]).seed(1).estimate()?;
    /// let likely = llc.likely_distance(&poles).unwrap();
    /// // λ = 1/2, and so is U(t)
    /// assert!(likely.lower > -0.1 && likely.upper < 0.1, "{likely}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn likely_distance(&self, poles: &CandidatePoles) -> Option<LikelyDistance> {
        let log = (self.nbeta * poles.scale(self.localization)).ln();
        if log.is_nan() || log < LEAST_LOG {
            return None;
        }
        let slope = self.temperature_slope;
        let slopes = match slope {
            Some(slope) => {
                let off = ERRORS * slope.standard_error + PART_OF_SLOPE * slope.value.abs();
                (slope.value - off, slope.value + off)
            }
            None => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let (lower, upper) = poles.range(log, slopes)?;
        Some(LikelyDistance {
            lower,
            upper,
            newton_gaps: poles.gaps.iter().copied().take(GAPS_TOLD).collect(),
            all_gaps: poles.dimension > 1,
            multiplicity: poles.multiplicity,
            slope,
        })
    }
}

impl LikelyDistance {
    /// The likely range of λ around an energy with its standard error, two of which count; λ > 0.
    ///
    /// ```
    /// # use rlct::{Budget, estimate::{CandidatePoles, Llc}};
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # let terms = [vec![(vec![2], 1.0)]];
    /// # let prior = Prior::flat(1);
    /// # let poles = CandidatePoles::of(&terms, Reading::Loss, &prior,
    /// &Budget::default())?.unwrap();
    /// # let loss = PolynomialLoss::from_terms(1, &terms, Reading::Loss)?;
    /// let llc = Llc::new(&loss, &[0.0]).seed(1).estimate()?;
    /// let likely = llc.likely_distance(&poles).unwrap();
    /// let (lower, upper) = likely.lambda(llc.energy(), llc.standard_error());
    /// assert!(lower < 0.5 && 0.5 < upper);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lambda(&self, energy: f64, standard_error: f64) -> (f64, f64) {
        let error = ERRORS * standard_error;
        let lower = (energy + self.lower - error).max(0.0);
        (lower, energy + self.upper + error)
    }
}

impl fmt::Display for LikelyDistance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |x: f64| if x < 0.0 { "below" } else { "above" };
        let (lower, upper) = (self.lower, self.upper);
        write!(f, "λ is likely {:.3}", lower.abs())?;
        if side(lower) != side(upper) {
            write!(f, " {}", side(lower))?;
        }
        write!(f, " to {:.3} {} U(t): poles at ", upper.abs(), side(upper))?;
        let gaps: Vec<String> = self.newton_gaps.iter().map(|g| format!("{g:.3}")).collect();
        if self.all_gaps {
            f.write_str("all gaps up to 1")?;
            if !gaps.is_empty() {
                write!(f, " ({} by the Newton polyhedron)", gaps.join(", "))?;
            }
        } else if gaps.is_empty() {
            f.write_str("no gap up to 1")?;
        } else {
            write!(f, "the gaps {}", gaps.join(", "))?;
        }
        write!(f, ", m up to {}", self.multiplicity)?;
        match self.slope {
            Some(slope) => write!(
                f,
                ", dU/dlog t = {:.4} ± {:.4}",
                slope.value, slope.standard_error
            ),
            None => Ok(()),
        }
    }
}

/// Why there are no candidates.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PolesError {
    /// Terms that do not fit the prior.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// The budget ended first.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

/// The terms that are there.
fn terms(generators: &[Vec<FloatTerm>]) -> impl Iterator<Item = &FloatTerm> {
    generators.iter().flatten().filter(|(_, c)| *c != 0.0)
}

/// Degrees and means over the box |wᵢ| ≤ √3, under the density ∝ Π|wᵢ|^{hᵢ}, of the terms of K, of
/// Σ gᵢ² the squares of the generators' terms: E w^e = 3^{e/2}(h + 1)/(h + 1 + e) for even e, and
/// on half-lines for all; other terms have mean 0. On [−√3, √3] the variance is 1.
fn moments(generators: &[Vec<FloatTerm>], form: Reading, prior: &Prior) -> Vec<(u32, f64)> {
    let mut found = Vec::new();
    for (exponents, coefficient) in terms(generators) {
        let (times, coefficient) = match form {
            Reading::Loss => (1, *coefficient),
            // a mean of |g| is at least that of g: the size of its terms stands for it
            Reading::Absolute => (1, coefficient.abs()),
            Reading::Ideal => (2, coefficient * coefficient),
        };
        let (mut degree, mut moment) = (0_u32, coefficient);
        let sides = prior.amplitude().iter().zip(prior.nonnegative());
        for (e, (h, half_line)) in exponents.iter().zip(sides) {
            let e = e.saturating_mul(times);
            if e % 2 == 1 && !half_line {
                moment = 0.0;
            }
            degree = degree.saturating_add(e);
            moment *= 3_f64.powf(0.5 * f64::from(e)) * (h + 1.0) / (h + 1.0 + f64::from(e));
        }
        if moment > 0.0 {
            found.push((degree, moment));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn poles(dimension: usize, terms: &[(&[u32], f64)], form: Reading) -> CandidatePoles {
        let terms = terms.iter().map(|&(e, c)| (e.to_vec(), c)).collect();
        let prior = Prior::flat(dimension);
        CandidatePoles::of(&[terms], form, &prior, &Budget::default())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn the_candidates_are_those_of_the_facets() {
        // the cusp: (5 + k)/12 from the normal (3, 2) of level 12
        let cusp = poles(2, &[(&[2, 0], 1.0), (&[0, 3], -1.0)], Reading::Ideal);
        assert_eq!(cusp.gaps().len(), 12);
        assert!((cusp.gaps()[0] - 1.0 / 12.0).abs() < 1e-12);
        assert_eq!(cusp.multiplicity(), 2);
        // over the box E x⁴ = 9/5 and E y⁶ = 27/7; at γ = 4 divided by 2⁴ and 2⁶
        assert!((cusp.scale(1.0) - 27.0 / 7.0).abs() < 1e-12);
        assert!((cusp.scale(4.0) - 1.8 / 16.0).abs() < 1e-12);
        // on the half-line x ≥ 0 with density ∝ x: E x = √3·2/3
        let prior = Prior::flat(1).with_amplitude(&[1.0]).unwrap();
        let prior = prior.with_nonnegative(&[0]).unwrap();
        let line = [vec![(vec![1], 1.0)]];
        let line = CandidatePoles::of(&line, Reading::Loss, &prior, &Budget::default());
        let scale = line.unwrap().unwrap().scale(1.0);
        assert!((scale - 3_f64.sqrt() * 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_poles_has_no_candidates() {
        let prior = Prior::flat(1);
        let of = |generators: &[Vec<FloatTerm>]| {
            CandidatePoles::of(generators, Reading::Loss, &prior, &Budget::default())
        };
        assert_eq!(of(&[vec![(vec![0], 1.0), (vec![2], 1.0)]]), Ok(None));
        assert_eq!(of(&[vec![]]), Ok(None));
        assert!(matches!(
            of(&[vec![(vec![1, 1], 1.0)]]),
            Err(PolesError::Loss(LossError::Length { .. }))
        ));
    }

    /// U and dU/d log t of Z = t^−λ (1 + a t^−d), or of t^−λ (log t + c)^{m−1}.
    fn of_next_pole(lambda: f64, a: f64, gap: f64, log: f64) -> (f64, f64) {
        let x = a * (-gap * log).exp() / (1.0 + a * (-gap * log).exp());
        (lambda + gap * x, -gap * gap * x * (1.0 - x))
    }

    proptest! {
        /// The range holds λ − U for every expansion of the kinds it is made for, however well the
        /// slope is known.
        #[test]
        fn the_range_holds_what_it_is_made_for(
            (a, gap) in (-1.0..1.0_f64, 0.01..1.0_f64),
            (log, c) in (2.0..20.0_f64, 0.0..1.0_f64),
            error in prop_oneof![Just(1e-9), 1e-4..0.1_f64],
        ) {
            let node = poles(2, &[(&[2, 2], 1.0)], Reading::Loss);
            let (energy, slope) = of_next_pole(0.5, a, gap, log);
            // as near as the grid of gaps is dense
            let error_of_grid = 0.02 * slope.abs();
            let slopes = (slope - error - error_of_grid, slope + error + error_of_grid);
            let (lower, upper) = node.range(log, slopes).unwrap();
            let distance = 0.5 - energy;
            prop_assert!(lower <= distance + 1e-3 && distance <= upper + 1e-3,
                "{distance} not in [{lower}, {upper}]");
            let distance = 1.0 / (log + c * log);
            let slope = distance * distance;
            let (lower, upper) = node.range(log, (slope - error, slope + error)).unwrap();
            prop_assert!(lower <= distance + 1e-9 && distance <= upper + 1e-9,
                "{distance} not in [{lower}, {upper}]");
        }

        /// More noise in the slope never makes the range narrower.
        #[test]
        fn noise_widens_the_range(
            (log, slope) in (2.0..20.0_f64, -0.02..0.05_f64),
            (error, more) in (1e-3..0.05_f64, 0.0..0.05_f64),
        ) {
            let node = poles(2, &[(&[2, 2], 1.0)], Reading::Loss);
            let wide = node.range(log, (slope - error - more, slope + error + more));
            if let Some((lower, upper)) = node.range(log, (slope - error, slope + error)) {
                let (least, most) = wide.unwrap();
                prop_assert!(least <= lower && upper <= most);
            }
        }
    }
}
