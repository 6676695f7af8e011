//! The numerical side of a problem: a loss near w*, in floating point.

use super::ProblemError;
use crate::Budget;
use crate::algebra::{FloatTerm, Rational, Reading};
use crate::estimate::{CandidatePoles, Ladder, Llc, VolumeScaling};
use crate::loss::{Loss, LossError, PolynomialLoss, PowerCoordinates, Prior};
use crate::resolution::Germ;
use std::sync::Arc;

/// A loss, the point w* around which it is asked about, and the prior there: what estimates are
/// made of.
#[derive(Debug, Clone)]
pub struct LocalLoss {
    loss: Arc<dyn Loss<f64>>,
    w_star: Vec<f64>,
    prior: Prior,
    /// The powers below 0 of the prior, with the loss in which they are not flat yet.
    unbounded: Option<Unbounded>,
    /// The generators in w − w*, and how they give K, where the loss is written as polynomials.
    polynomials: Option<(Vec<Vec<FloatTerm>>, Reading)>,
}

/// A loss in its own coordinates, and the powers below 0 of some of them.
type Unbounded = (Arc<dyn Loss<f64>>, Vec<(usize, f64)>);

impl LocalLoss {
    pub(super) fn new(loss: Arc<dyn Loss<f64>>, w_star: Vec<f64>, prior: Prior) -> Self {
        Self {
            loss,
            w_star,
            prior,
            unbounded: None,
            polynomials: None,
        }
    }

    /// The loss of a germ, moved so that the point is the origin: floating point resolves K best
    /// there. What the prior does away from 0 in a coordinate (a factor that is positive there, a
    /// boundary that is not near) is left out.
    pub(super) fn of_germ(germ: &Germ) -> Result<Self, ProblemError> {
        let d = germ.variables().len();
        let terms = germ.local_terms()?;
        let loss = PolynomialLoss::from_terms(d, &terms, germ.reading())?;
        let at_zero = germ.zero_coordinates()?;
        let local = |exponent: (&Rational, &bool)| match exponent.1 {
            true => exponent.0.to_f64(),
            false => 0.0,
        };
        let exponents = germ.prior_exponents().iter().zip(&at_zero);
        let exponents: Vec<f64> = exponents.map(local).collect();
        let half_lines: Vec<usize> = (0..d)
            .filter(|&i| germ.half_lines()[i] && at_zero[i])
            .collect();
        let prior = Prior::flat(d).with_nonnegative(&half_lines)?;
        let local = Self {
            polynomials: Some((terms, germ.reading())),
            ..Self::new(Arc::new(loss), vec![0.0; d], prior)
        };
        local.with_powers(&exponents)
    }

    /// Multiplies the prior by Π |wᵢ|^{hᵢ} for coordinates with w*ᵢ = 0. The exponents of the whole
    /// prior have to be above −1. Where they are below 0 the loss is written in the power u of the
    /// coordinate whose density is flat, [`PowerCoordinates`]: λ is the same, U(t) too.
    ///
    /// # Errors
    /// [`ProblemError::Loss`] for another number of exponents, one that is not 0 where w*ᵢ is not,
    /// one that leads to −1 or less, and one below 0 beside a density by name.
    pub fn with_powers(self, exponents: &[f64]) -> Result<Self, ProblemError> {
        let d = self.dimension();
        if exponents.len() != d {
            return Err(ProblemError::Loss(LossError::Length {
                what: "the amplitude",
                expected: d,
                found: exponents.len(),
            }));
        }
        let (base, below) = match self.unbounded {
            Some((base, below)) => (base, below),
            None => (self.loss, Vec::new()),
        };
        let mut sums = self.prior.amplitude().to_vec();
        for (index, power) in below {
            sums[index] = power;
        }
        let mut unbounded = Vec::new();
        for (index, (sum, &own)) in sums.iter_mut().zip(exponents).enumerate() {
            *sum += own;
            let is_named =
                self.prior.normal(index).is_some() || self.prior.interval(index).is_some();
            let is_far = own != 0.0 && self.w_star[index] != 0.0;
            if sum.is_nan() || *sum <= -1.0 || is_far || (*sum < 0.0 && is_named) {
                return Err(ProblemError::Loss(LossError::Amplitude {
                    index,
                    exponent: own,
                }));
            }
            if *sum < 0.0 {
                unbounded.push((index, *sum));
                *sum = 0.0;
            }
        }
        let prior = self.prior.with_amplitude(&sums)?;
        if unbounded.is_empty() {
            return Ok(Self {
                loss: base,
                prior,
                unbounded: None,
                w_star: self.w_star,
                polynomials: self.polynomials,
            });
        }
        let loss = PowerCoordinates::new(Arc::clone(&base), &unbounded)?;
        Ok(Self {
            loss: Arc::new(loss),
            prior,
            unbounded: Some((base, unbounded)),
            w_star: self.w_star,
            polynomials: self.polynomials,
        })
    }

    /// Whether the prior has powers below 0, so that the coordinates of the loss are powers of
    /// those of the question.
    #[must_use]
    pub fn has_unbounded_prior(&self) -> bool {
        self.unbounded.is_some()
    }

    /// The number d of parameters.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.w_star.len()
    }

    /// The loss.
    #[must_use]
    pub fn loss(&self) -> &dyn Loss<f64> {
        &*self.loss
    }

    /// The point w*, in the coordinates of the loss.
    #[must_use]
    pub fn w_star(&self) -> &[f64] {
        &self.w_star
    }

    /// The prior around w*, in the coordinates of the loss.
    #[must_use]
    pub fn prior(&self) -> &Prior {
        &self.prior
    }

    /// The same with another prior, beside the powers below 0 that there are. λ is that of the
    /// powers and the boundary that pass through w* alone; U(t) depends on all of it.
    ///
    /// # Errors
    /// [`ProblemError::Loss`] if it is of another dimension, or has a density by name or a power in
    /// a coordinate that has one below 0.
    pub fn with_prior(self, prior: Prior) -> Result<Self, ProblemError> {
        let expected = self.dimension();
        if prior.dimension() != expected {
            return Err(ProblemError::Loss(LossError::Length {
                what: "the prior",
                expected,
                found: prior.dimension(),
            }));
        }
        for &(index, exponent) in self.unbounded.iter().flat_map(|(_, below)| below) {
            let is_named = prior.normal(index).is_some() || prior.interval(index).is_some();
            if is_named || prior.amplitude()[index] != 0.0 {
                return Err(ProblemError::Loss(LossError::Amplitude { index, exponent }));
            }
        }
        Ok(Self { prior, ..self })
    }

    /// Volume scaling: λ̂ and m̂ from the volume of {K < ε}.
    #[must_use]
    pub fn volume(&self) -> VolumeScaling<'_> {
        VolumeScaling::new(&*self.loss, &self.w_star).prior(self.prior.clone())
    }

    /// The temperature ladder: λ̂ and m̂ from E\[K\] over many temperatures.
    #[must_use]
    pub fn ladder(&self) -> Ladder<'_> {
        Ladder::new(&*self.loss, &self.w_star).prior(self.prior.clone())
    }

    /// U(t), the energy at one temperature, by chains.
    #[must_use]
    pub fn llc(&self) -> Llc<'_, f64> {
        Llc::new(&*self.loss, &self.w_star).prior(self.prior.clone())
    }

    /// Candidates for the poles of ∫ K^z φ dw with some parameters held at the point; `None` if the
    /// loss is not written as polynomials, or its Newton polyhedron exceeds the budget.
    #[must_use]
    pub fn candidate_poles(&self, held: &[usize], budget: &Budget) -> Option<CandidatePoles> {
        // what these add to U(t) at a temperature is not in the poles
        let has_more = self.prior.has_normals() || self.prior.has_intervals();
        // and in powers of the coordinates the generators are polynomials no more
        if has_more || self.unbounded.is_some() {
            return None;
        }
        let (generators, reading) = self.polynomials.as_ref()?;
        let free: Vec<usize> = (0..self.dimension())
            .filter(|i| !held.contains(i))
            .collect();
        let generators: Vec<Vec<FloatTerm>> = generators
            .iter()
            .map(|terms| {
                let stays = |(e, _): &&FloatTerm| held.iter().all(|&i| e.get(i) == Some(&0));
                let moves = |e: &[u32]| free.iter().map(|&i| e[i]).collect();
                let kept = terms.iter().filter(stays);
                kept.map(|(e, c)| (moves(e), *c)).collect()
            })
            .collect();
        let amplitude: Vec<f64> = free.iter().map(|&i| self.prior.amplitude()[i]).collect();
        let half_lines: Vec<usize> = (0..free.len())
            .filter(|&place| self.prior.nonnegative()[free[place]])
            .collect();
        let prior = Prior::flat(free.len())
            .with_amplitude(&amplitude)
            .and_then(|prior| prior.with_nonnegative(&half_lines))
            .ok()?;
        CandidatePoles::of(&generators, *reading, &prior, budget).ok()?
    }
}
