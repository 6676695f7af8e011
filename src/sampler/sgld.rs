//! Stochastic gradient Langevin dynamics.

use super::chain_state::ChainState;
use super::error::SamplerError;
use super::failure::Failure;
use super::kernel::{Kernel, Sampler};
use super::overdamped::Overdamped;
use super::saved::{SavedKernel, Unfit};
use super::update::LangevinStep;
use crate::loss::Scalar;
use pulp::Arch;
use serde::{Deserialize, Serialize};

/// Stochastic gradient Langevin dynamics (Welling and Teh 2011),
///
/// w ← w − ε/2·(nβ ∇L_b(w) + γ(w − w*) − ∇log φ(w)) + N(0, ε).
///
/// Half-lines of the prior reflect. The draws are biased at any fixed step; [`Mala`](super::Mala)
/// is exact.
///
/// # Examples
///
/// ```
/// use rlct::sampler::Sgld;
///
/// assert_eq!(Sgld::new(1e-4).step_size(), 1e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sgld {
    step_size: f64,
}

impl Sgld {
    /// SGLD with step size ε.
    ///
    /// ```
    /// # use rlct::sampler::Sgld;
    /// let sampler = Sgld::new(1e-5);
    /// # let _ = sampler;
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self { step_size }
    }

    /// The step size ε.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }
}

impl Sampler for Sgld {
    fn name(&self) -> &'static str {
        "SGLD"
    }

    fn check(&self) -> Result<(), SamplerError> {
        Ok(())
    }

    fn step_size(&self) -> f64 {
        self.step_size
    }

    fn fixed_at(self, step_size: f64) -> Self {
        Self::new(step_size)
    }

    fn adapting_from(self, _: f64) -> Self {
        self
    }

    fn target_acceptance(&self) -> Option<f64> {
        None
    }

    fn is_metropolised(&self) -> bool {
        false
    }

    fn gradients(&self) -> usize {
        1
    }

    fn learns_in_burn_in(&self) -> bool {
        false
    }

    fn metric_at(&self, _: f64) -> f64 {
        1.0
    }

    fn friction_of_step(&self) -> f64 {
        1.0
    }

    fn virial_tells(&self) -> bool {
        true
    }

    // The drift is w − w* ← (1 − εγ/2)(w − w*).
    fn relaxation(&self, localization: f64) -> Option<f64> {
        Some(2.0 / (localization * self.step_size()))
    }

    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>> {
        let free = !state.posterior.restriction.is_proper();
        let prior = &state.posterior.prior;
        let varies = prior.has_amplitude() || prior.has_normals();
        if state.is_batched() && free && !varies {
            Box::new(FusedSgld { arch: Arch::new() })
        } else {
            Box::new(SgldKernel(Overdamped::new(state, true)))
        }
    }
}

/// SGLD in general.
struct SgldKernel<T>(Overdamped<T>);

impl<T: Scalar> Kernel<T> for SgldKernel<T> {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        self.0.step(state, |_| {})
    }

    fn save(&self) -> SavedKernel<T> {
        self.0.save()
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        self.0.restore(saved)
    }
}

/// SGLD with batches on all of ℝᵈ, φ constant up to boundaries, in one pass over w in place after
/// the gradient, which is checked on the way: where it is not finite, the pass ends before the
/// block of that component.
struct FusedSgld {
    arch: Arch,
}

impl<T: Scalar> Kernel<T> for FusedSgld {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        state.compute();
        if !state.point.value.finite() {
            return Err(Failure::Loss);
        }
        state.check_divergence()?;
        state.record();
        let (nbeta, gamma) = (state.posterior.nbeta, state.posterior.localization);
        state.keep_moments_of(nbeta, gamma);
        let step = LangevinStep {
            nbeta: T::of(nbeta),
            gamma: T::of(gamma),
            half: T::of(0.5 * state.step_size),
            scale: T::of(state.step_size.sqrt()),
        };
        let (w, w_star) = (&mut state.point.w[..], state.posterior.w_star);
        let (g, stream) = (&state.point.drift[..], &mut state.noise.stream);
        let mut start = 0;
        while start < w.len() {
            let noise = stream.take(w.len() - start);
            let range = start..start + noise.len();
            let (centre, g) = (&w_star[range.clone()], &g[range.clone()]);
            start = range.end;
            step.apply(self.arch, &mut w[range], centre, g, noise)?;
        }
        state.reflect_point();
        Ok(())
    }

    fn save(&self) -> SavedKernel<T> {
        SavedKernel::empty()
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        saved.nothing()
    }
}
