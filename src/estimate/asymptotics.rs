//! Fitting the pole (λ, m) to slopes of a logarithm.
//!
//! Both log V(ε) against L = −log ε and log Z(t) against L = log t behave as
//! −λL + log F(L), where F(L) = P(L) + O(e^{−δL}), P a polynomial of degree m − 1 and δ the gap
//! to the next pole. Given estimates of the slope −d/dL on a row of bins, each with an error, this
//! module averages over the candidates for F and over where the asymptotic range begins:
//!
//! - m = 1: F = 1, or F = 1 ± r·e^{−δL} with any gap δ and amplitude r, or a term a·e^{−δL} in the
//!   slope, as of many factors;
//! - m ≥ 2: F = (L + c)^{m−1}, with or without such a term.
//!
//! λ (and a) enter linearly and are integrated out; the others are summed over a grid. The weight
//! of a candidate is its marginal likelihood times e^{−(bins left out)} (the information criterion
//! of Jay and Neil 2021, *Physical Review D* 103, 114502; where errors are inflated for correlation
//! a bin counts for less) times 4^{−m}, about as often as multiplicities occur in the catalogue.
//! The estimate is the mean of the resulting mixture and its standard error the standard deviation,
//! with a tenth of the way from the last bins to λ̂ for what no candidate describes: it contains
//! the uncertainty about the model and the window, not only that of the slopes.

use super::thresholds::fit::LARGEST_REDUCED_CHI_SQUARED;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Slopes −d log(·)/dL, means over bins in L, with independent errors.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Slopes {
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    pub(super) slope: Vec<f64>,
    pub(super) standard_error: Vec<f64>,
    /// By what factor the variances were raised over those of independent bins.
    pub(super) inflation: f64,
}

/// λ̂ under the assumption of one multiplicity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Conditional {
    /// The multiplicity assumed.
    pub multiplicity: usize,
    /// Its weight among all multiplicities considered.
    pub probability: f64,
    /// λ̂ given that multiplicity.
    pub lambda: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The pole fitted to slopes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoleFit {
    /// λ̂, the mean over models.
    pub lambda: f64,
    /// Standard error of λ̂: noise, choice of model and of window together.
    pub standard_error: f64,
    /// The multiplicity of largest weight.
    pub multiplicity: usize,
    /// λ̂ for each multiplicity considered, from m = 1 on.
    pub given: Vec<Conditional>,
    /// χ² of the best candidate.
    pub chi_squared: f64,
    /// Degrees of freedom of the best candidate.
    pub degrees_of_freedom: usize,
    /// Where in L the best candidate's window begins.
    pub window_start: f64,
    /// Where in L the data end.
    pub window_end: f64,
}

impl PoleFit {
    /// The probability of the multiplicity of largest weight.
    ///
    /// ```
    /// # use rlct::{estimate::VolumeScaling, loss::LinearNetwork};
    /// // one parameter: m = 1
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let volume = VolumeScaling::new(&loss, &[0.0]).particles(20).estimate()?;
    /// assert_eq!(volume.fit().probability(), 1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn probability(&self) -> f64 {
        self.given
            .iter()
            .find(|given| given.multiplicity == self.multiplicity)
            .map_or(f64::NAN, |given| given.probability)
    }

    /// The doubt a bad fit raises.
    pub(super) fn doubt(&self) -> Option<super::Doubt> {
        let reduced_chi_squared = self.chi_squared / self.degrees_of_freedom.max(1) as f64;
        (reduced_chi_squared > LARGEST_REDUCED_CHI_SQUARED).then_some(super::Doubt::Fit {
            reduced_chi_squared,
        })
    }
}

/// The largest multiplicity considered. Chosen by hand: one of the 908 exact values of the
/// catalogue has a larger one.
pub(super) const LARGEST_MULTIPLICITY: usize = 6;
/// The fewest bins a window may have, and the part of all bins that it has at least. Chosen by
/// hand: a candidate has up to four parameters, and the last bins must not decide alone.
const LEAST_BINS: usize = 10;
const LEAST_PART: usize = 4;
/// Bins that are there at least besides those of the smallest window, so that where the window
/// begins is a question at all.
const MORE_BINS: usize = 2;
/// How well the shape of the slope beyond the data is known, relative to how far λ̂ lies from the
/// last bins. Chosen by hand.
pub(super) const EXTRAPOLATION: f64 = 0.1;
/// The fewest runs of which leaving out each in turn tells an error: of three, Student's
/// distribution makes it 2.2 times as wide.
const LEAST_RUNS: usize = 4;
/// How often a normal estimate is further off than so many standard errors.
const OUTSIDE: f64 = 0.05;
const NORMAL_OUTSIDE: f64 = 1.96;

/// A candidate for log F up to the term a·e^{−δL}, at x = L − reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// F = 1.
    Pure,
    /// F = (x + c)^{degree}.
    Logarithmic { degree: f64, c: f64 },
    /// F = 1 + r·e^{−δx}, r > −1.
    NextPole { gap: f64, r: f64 },
}

impl Shape {
    /// d log F/dx; not a number where F has not begun to be positive.
    pub(super) fn slope(self, x: f64) -> f64 {
        match self {
            Self::Pure => 0.0,
            Self::Logarithmic { degree, c } if x + c > 0.0 => degree / (x + c),
            Self::Logarithmic { .. } => f64::NAN,
            Self::NextPole { gap, r } => {
                let next = r * (-gap * x).exp();
                if next > -1.0 {
                    -gap * next / (1.0 + next)
                } else {
                    f64::NAN
                }
            }
        }
    }

    fn log(self, x: f64) -> f64 {
        match self {
            Self::Pure => 0.0,
            Self::Logarithmic { degree, c } => degree * (x + c).ln(),
            Self::NextPole { gap, r } => (r * (-gap * x).exp()).ln_1p(),
        }
    }
}

/// Weighted sums over bins, from the last one backwards.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    w: f64,
    wz: f64,
    wzz: f64,
    wf: f64,
    wff: f64,
    wzf: f64,
}

/// λ̂ and weight of one candidate on one window.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    multiplicity: usize,
    log_weight: f64,
    lambda: f64,
    variance: f64,
    chi_squared: f64,
    start: usize,
    parameters: usize,
}

impl Sums {
    fn add(&mut self, z: f64, f: f64, weight: f64) {
        self.w += weight;
        self.wz += weight * z;
        self.wzz += weight * z * z;
        self.wf += weight * f;
        self.wff += weight * f * f;
        self.wzf += weight * z * f;
    }

    /// log marginal likelihood, λ̂, its variance and χ² of z = λ + noise.
    fn constant(&self) -> (f64, f64, f64, f64) {
        let lambda = self.wz / self.w;
        let chi_squared = (self.wzz - self.wz * lambda).max(0.0);
        (
            -0.5 * chi_squared - 0.5 * self.w.ln(),
            lambda,
            1.0 / self.w,
            chi_squared,
        )
    }

    /// The same for z = λ + a·f + noise with a ~ N(0, scale²).
    fn with_term(&self, scale: f64) -> (f64, f64, f64, f64) {
        let corner = self.wff + 1.0 / (scale * scale);
        let determinant = self.w * corner - self.wf * self.wf;
        let lambda = (corner * self.wz - self.wf * self.wzf) / determinant;
        let a = (self.w * self.wzf - self.wf * self.wz) / determinant;
        let chi_squared = (self.wzz - lambda * self.wz - a * self.wzf).max(0.0);
        let evidence = -0.5 * chi_squared - 0.5 * determinant.ln() - scale.ln();
        (evidence, lambda, corner / determinant, chi_squared)
    }
}

/// Fits the pole. `reference` is the L at which the asymptotic regime might begin at the earliest
/// (V or Z of order one); `max_multiplicity` is at most d.
///
/// Answers `None` when there are too few bins or a slope is not finite.
pub(super) fn fit(slopes: &Slopes, reference: f64, max_multiplicity: usize) -> Option<PoleFit> {
    let bins = slopes.slope.len();
    let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
    if bins < LEAST_BINS + MORE_BINS
        || !finite(&slopes.slope)
        || !finite(&slopes.standard_error)
        || slopes.standard_error.iter().any(|&s| s <= 0.0)
    {
        return None;
    }
    let scale = slopes.slope[bins / 2..].iter().sum::<f64>() / (bins - bins / 2) as f64;
    let mut search = Search {
        slopes,
        reference,
        scale,
        unit: scale.min(1.0),
        candidates: Vec::new(),
    };
    search.all(max_multiplicity);
    let mut fit = search.average(max_multiplicity)?;
    let last = &slopes.slope[bins - LEAST_BINS..];
    let beyond = fit.lambda - last.iter().sum::<f64>() / LEAST_BINS as f64;
    fit.standard_error = fit.standard_error.hypot(EXTRAPOLATION * beyond);
    Some(fit)
}

/// The standard error of a mean-like λ̂ from its values without each of several independent runs in
/// turn (Tukey 1958), wide enough for intervals of ±1.96 of it to be those of Student's
/// distribution; 0 for fewer than [`LEAST_RUNS`], or where one of the fits failed.
pub(super) fn jackknife(without_each: impl Iterator<Item = Option<PoleFit>>) -> f64 {
    let lambdas: Option<Vec<f64>> = without_each.map(|fit| Some(fit?.lambda)).collect();
    let Some(lambdas) = lambdas.filter(|lambdas| lambdas.len() >= LEAST_RUNS) else {
        return 0.0;
    };
    let degrees = (lambdas.len() - 1) as f64;
    let mean = lambdas.iter().sum::<f64>() / lambdas.len() as f64;
    let squares: f64 = lambdas.iter().map(|l| (l - mean).powi(2)).sum();
    (degrees / lambdas.len() as f64 * squares).sqrt() * student(degrees, OUTSIDE) / NORMAL_OUTSIDE
}

/// How many standard errors of so many degrees of freedom chance exceeds, up or down, with a
/// probability (Student's distribution).
pub(super) fn student(degrees: f64, probability: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees)
        .map_or(f64::INFINITY, |t| t.inverse_cdf(1.0 - probability / 2.0))
}

struct Search<'a> {
    slopes: &'a Slopes,
    reference: f64,
    /// The size of λ.
    scale: f64,
    /// The unit of gaps: λ, but at most 1. Directions in which K is quadratic add to λ and not to
    /// the gaps.
    unit: f64,
    candidates: Vec<Candidate>,
}

/// How much likelier m is than m + 1 before the data. Of the 908 exact values of the catalogue,
/// 713, 147, 31, 11, 4, 1 and 1 have m = 1, 2, 3, 4, 5, 6 and 7: chosen by looking at the
/// catalogue.
pub(super) const MULTIPLICITY_RATIO: f64 = 4.0;
/// The weights before the data, for m = 1, of F = 1, of one next pole, and of a term of many.
/// Chosen by hand, about equal.
const SIMPLE_SHARES: [f64; 3] = [0.4, 0.3, 0.3];
/// The weight before the data, for m ≥ 2, of F with a term a·e^{−δL}, and of F without: equal.
pub(super) const WITH_TERM: f64 = 0.5;
/// The standard deviation of that term's amplitude before the data, in units of λ: for m = 1 it is
/// the slope of many next poles and may be as large as λ; for m ≥ 2 it is a correction. Chosen by
/// hand.
pub(super) const TERM: f64 = 1.0;
pub(super) const CORRECTION: f64 = 0.3;
/// Gaps δ to the next pole, in units of λ, or of 1 where λ is larger: about evenly spaced in the
/// logarithm. Chosen by hand.
pub(super) const GAPS: [f64; 12] = [
    0.1, 0.13, 0.17, 0.22, 0.29, 0.37, 0.49, 0.63, 0.82, 1.1, 1.5, 2.0,
];
/// Amplitudes of the next pole at the reference, from close to −1, where F would vanish, densely
/// near there, to several times the first pole's. Chosen by hand.
pub(super) const AMPLITUDES: [f64; 20] = [
    -0.99, -0.97, -0.94, -0.9, -0.84, -0.77, -0.68, -0.57, -0.44, -0.3, -0.15, 0.15, 0.3, 0.5,
    0.75, 1.1, 1.6, 2.3, 3.3, 5.0,
];
/// Constants c of (L + c)^{m−1} at the reference, in units of 1/λ, or of 1 where λ is larger: about
/// evenly spaced in the logarithm, to either side of where [`constant_weight`] has its maximum.
/// Chosen by hand.
const CONSTANTS: [f64; 20] = [
    0.25, 0.33, 0.44, 0.59, 0.78, 1.04, 1.38, 1.84, 2.4, 3.3, 4.3, 5.8, 7.7, 10.2, 13.6, 18.0,
    24.0, 32.0, 43.0, 57.0,
];

/// Negative ones, for an approach that begins only later than the reference, as where a part of K
/// is much smaller than the rest; together they have this share of the weight before the data.
/// Chosen by hand.
const LATE_CONSTANTS: [f64; 7] = [-0.5, -1.0, -2.0, -3.0, -4.5, -6.5, -9.0];
const LATE_SHARE: f64 = 0.02;

/// Weight of a constant before the data: log-normal around 2 + 0.9(m − 1), which is about where
/// it lies for the monomials w₁⋯w_m (2.7, 3.7 and 4.7 for m = 2, 3, 4), with a factor e^{1.2} of
/// spread, chosen by hand.
fn constant_weight(constant: f64, degree: f64) -> f64 {
    const CENTRE: [f64; 2] = [2.0, 0.9];
    const SPREAD: f64 = 1.2;
    let deviation = (constant / (CENTRE[0] + CENTRE[1] * degree)).ln() / SPREAD;
    (-0.5 * deviation * deviation).exp()
}

/// The constants with their weights before the data.
pub(super) fn constants(degree: f64) -> impl Iterator<Item = (f64, f64)> {
    let total: f64 = CONSTANTS.iter().map(|&c| constant_weight(c, degree)).sum();
    let usual = CONSTANTS.map(|c| (c, (1.0 - LATE_SHARE) * constant_weight(c, degree) / total));
    let late = LATE_CONSTANTS.map(|c| (c, LATE_SHARE / LATE_CONSTANTS.len() as f64));
    usual.into_iter().chain(late)
}

impl Search<'_> {
    fn all(&mut self, max_multiplicity: usize) {
        let [pure, next_pole, term] = SIMPLE_SHARES;
        let next_pole = (next_pole / (GAPS.len() * AMPLITUDES.len()) as f64).ln();
        let term = (term / GAPS.len() as f64).ln();
        self.windows(1, Shape::Pure, None, pure.ln(), 1);
        for gap in GAPS.map(|g| g * self.unit) {
            for r in AMPLITUDES {
                self.windows(1, Shape::NextPole { gap, r }, None, next_pole, 3);
            }
            // Of many factors each with its next pole the first order in e^{−δL} is larger than
            // one could have.
            self.windows(1, Shape::Pure, Some(gap), term, 3);
        }
        for multiplicity in 2..=max_multiplicity {
            let degree = (multiplicity - 1) as f64;
            for (constant, weight) in constants(degree) {
                let prior = (WITH_TERM * weight).ln();
                let shape = Shape::Logarithmic {
                    degree,
                    c: constant / self.unit,
                };
                self.windows(multiplicity, shape, None, prior, 2);
                for gap in GAPS.map(|g| g * self.unit) {
                    let prior = prior - (GAPS.len() as f64).ln();
                    self.windows(multiplicity, shape, Some(gap), prior, 4);
                }
            }
        }
    }

    /// Adds the candidate on each window; `gap` is that of a further term a·e^{−δL}.
    fn windows(
        &mut self,
        multiplicity: usize,
        shape: Shape,
        gap: Option<f64>,
        log_prior: f64,
        parameters: usize,
    ) {
        let bins = self.slopes.slope.len();
        let mut sums = Sums::default();
        for bin in (0..bins).rev() {
            let (a, b) = (
                self.slopes.lower[bin] - self.reference,
                self.slopes.upper[bin] - self.reference,
            );
            let z = self.slopes.slope[bin] + (shape.log(b) - shape.log(a)) / (b - a);
            if !z.is_finite() {
                // The window would begin before the approach does.
                return;
            }
            let f = gap.map_or(0.0, |g| ((-g * a).exp() - (-g * b).exp()) / (g * (b - a)));
            sums.add(z, f, self.slopes.standard_error[bin].powi(-2));
            if bins - bin < LEAST_BINS.max(bins / LEAST_PART) {
                continue;
            }
            let (evidence, lambda, variance, chi_squared) = match gap {
                None => sums.constant(),
                Some(_) if multiplicity == 1 => sums.with_term(TERM * self.scale),
                Some(_) => sums.with_term(CORRECTION * self.scale),
            };
            let log_weight = evidence + log_prior
                - bin as f64 / self.slopes.inflation.sqrt()
                - multiplicity as f64 * MULTIPLICITY_RATIO.ln();
            self.candidates.push(Candidate {
                multiplicity,
                log_weight,
                lambda,
                variance,
                chi_squared,
                start: bin,
                parameters,
            });
        }
    }

    /// Mean and standard deviation of the mixture.
    fn average(&self, max_multiplicity: usize) -> Option<PoleFit> {
        let best = self
            .candidates
            .iter()
            .filter(|c| c.log_weight.is_finite())
            .max_by(|a, b| a.log_weight.total_cmp(&b.log_weight))?;
        let moments = |multiplicity: Option<usize>| {
            let mut sums = [0.0; 3];
            for c in &self.candidates {
                if multiplicity.is_none_or(|m| m == c.multiplicity) {
                    let weight = (c.log_weight - best.log_weight).exp();
                    sums[0] += weight;
                    sums[1] += weight * c.lambda;
                    sums[2] += weight * (c.variance + c.lambda * c.lambda);
                }
            }
            let mean = sums[1] / sums[0];
            (
                sums[0],
                mean,
                (sums[2] / sums[0] - mean * mean).max(0.0).sqrt(),
            )
        };
        let (total, lambda, standard_error) = moments(None);
        let given: Vec<Conditional> = (1..=max_multiplicity)
            .map(|multiplicity| {
                let (weight, lambda, standard_error) = moments(Some(multiplicity));
                Conditional {
                    multiplicity,
                    probability: weight / total,
                    lambda,
                    standard_error,
                }
            })
            .collect();
        let multiplicity = given
            .iter()
            .max_by(|a, b| a.probability.total_cmp(&b.probability))?
            .multiplicity;
        let bins = self.slopes.slope.len();
        Some(PoleFit {
            lambda,
            standard_error,
            multiplicity,
            given,
            chi_squared: best.chi_squared,
            degrees_of_freedom: (bins - best.start).saturating_sub(best.parameters),
            window_start: self.slopes.lower[best.start],
            window_end: self.slopes.upper[bins - 1],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Slopes at L = 0.5, 1, … of a given shape, exact but for what is stated as their error.
    fn slopes(bins: usize, error: f64, slope: impl Fn(f64) -> f64) -> Slopes {
        let mut slopes = Slopes {
            inflation: 1.0,
            ..Slopes::default()
        };
        for bin in 1..=bins {
            let at = 0.5 * bin as f64;
            slopes.lower.push(at - 0.01);
            slopes.upper.push(at + 0.01);
            slopes.slope.push(slope(at));
            slopes.standard_error.push(error);
        }
        slopes
    }

    #[test]
    fn many_next_poles_at_a_small_gap_are_seen_through() {
        // Sixteen factors, each with its next pole a half further: far from λ for long.
        let fit = fit(&slopes(30, 0.01, |l| 8.0 - 7.0 * (-0.5 * l).exp()), 0.0, 6).unwrap();
        assert_eq!(fit.multiplicity, 1);
        assert!((fit.lambda - 8.0).abs() < 2.0 * fit.standard_error);
        assert!(fit.standard_error < 0.05);
    }

    #[test]
    fn an_approach_that_begins_late_is_not_cut_short() {
        // λ = 2, m = 3 from L = 6 on only, 3/2 before.
        let late = |l: f64| if l < 6.0 { 1.5 } else { 2.0 - 2.0 / (l - 2.0) };
        let fit = fit(&slopes(60, 0.01, late), 0.0, 6).unwrap();
        assert!((fit.lambda - 2.0).abs() < 2.0 * fit.standard_error);
    }

    #[test]
    fn the_error_has_a_share_of_the_extrapolation() {
        let crossing = |l: f64| 0.5 - 1.0 / (l + 5.0);
        let fit = fit(&slopes(60, 1e-6, crossing), 0.0, 2).unwrap();
        let beyond = 1.0 / (27.75 + 5.0);
        assert_eq!(fit.multiplicity, 2);
        assert!(fit.standard_error > 0.09 * beyond);
    }

    #[test]
    fn the_jackknife_of_means_is_the_error_of_the_mean() {
        let values = [1.0, 2.0, 4.0, 7.0, 11.0];
        let n = values.len() as f64;
        let total: f64 = values.iter().sum();
        let mut of = fit(&slopes(30, 0.1, |_| 1.0), 0.0, 1).unwrap();
        let without = values.map(|v| {
            of.lambda = (total - v) / (n - 1.0);
            Some(of.clone())
        });
        let squares: f64 = values.iter().map(|v| (v - total / n).powi(2)).sum();
        // 2.776 is the 97.5 % point of Student's distribution with four degrees of freedom.
        let expected = (squares / (n - 1.0) / n).sqrt() * 2.776_445_105 / 1.96;
        assert_relative_eq!(
            jackknife(without.clone().into_iter()),
            expected,
            max_relative = 1e-6
        );
        assert_eq!(jackknife(without.into_iter().take(3)), 0.0);
    }
}
