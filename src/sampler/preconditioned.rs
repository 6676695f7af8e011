//! SGLD preconditioned by the root mean square of the gradient.

use super::chain_state::ChainState;
use super::check::check_positive;
use super::error::SamplerError;
use super::failure::Failure;
use super::kernel::{Kernel, Sampler};
use super::overdamped::Overdamped;
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;
use serde::{Deserialize, Serialize};

/// SGLD with the diagonal preconditioner of RMSprop (Li, Chen, Carlson and Carin 2016),
///
/// V ← ρ V + (1 − ρ) g²,  G = 1/(δ + √V),  w ← w − ε/2·G ∇U_b(w) + N(0, ε G),
///
/// with g = ∇L_b(w), U_b = nβ L_b + γ/2·|w − w*|² − log φ, and V = 1 at the start.
///
/// The exact diffusion has a correction term Γᵢ = Σⱼ ∂Gᵢⱼ/∂wⱼ in its drift, which the paper drops
/// and which is omitted here too. By default V is held after the burn-in: G is then constant,
/// Γ = 0, and the omission costs nothing. [`adapting_throughout`](Self::adapting_throughout)
/// follows the paper, with a bias that vanishes only as ρ → 1. Half-lines of the prior reflect.
///
/// # Examples
///
/// ```
/// use rlct::sampler::PreconditionedSgld;
///
/// let sampler = PreconditionedSgld::new(1e-4).with_decay(0.999);
/// assert_eq!((sampler.decay(), sampler.damping()), (0.999, 1e-5));
/// assert!(!sampler.adapts_throughout());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PreconditionedSgld {
    step_size: f64,
    decay: f64,
    damping: f64,
    throughout: bool,
}

impl PreconditionedSgld {
    /// Preconditioned SGLD with step size ε, ρ = 0.99 and δ = 10⁻⁵.
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert_eq!(PreconditionedSgld::new(1e-4).decay(), 0.99);
    /// ```
    #[must_use]
    pub fn new(step_size: f64) -> Self {
        Self {
            step_size,
            decay: 0.99,
            damping: 1e-5,
            throughout: false,
        }
    }

    /// Sets the decay ρ, at least 0 and below 1.
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert_eq!(PreconditionedSgld::new(1e-4).with_decay(0.9).decay(), 0.9);
    /// ```
    #[must_use]
    pub fn with_decay(mut self, decay: f64) -> Self {
        self.decay = decay;
        self
    }

    /// Sets the damping δ > 0, which bounds G by 1/δ.
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert_eq!(PreconditionedSgld::new(1e-4).with_damping(0.1).damping(), 0.1);
    /// ```
    #[must_use]
    pub fn with_damping(mut self, damping: f64) -> Self {
        self.damping = damping;
        self
    }

    /// Moves V after the burn-in too, as the paper does.
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert!(PreconditionedSgld::new(1e-4).adapting_throughout().adapts_throughout());
    /// ```
    #[must_use]
    pub fn adapting_throughout(mut self) -> Self {
        self.throughout = true;
        self
    }

    /// The step size ε.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.step_size
    }

    /// The decay ρ of the mean square.
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert_eq!(PreconditionedSgld::new(1e-4).decay(), 0.99);
    /// ```
    #[must_use]
    pub fn decay(&self) -> f64 {
        self.decay
    }

    /// The damping δ.
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert_eq!(PreconditionedSgld::new(1e-4).damping(), 1e-5);
    /// ```
    #[must_use]
    pub fn damping(&self) -> f64 {
        self.damping
    }

    /// Whether V moves after the burn-in.
    #[must_use]
    pub fn adapts_throughout(&self) -> bool {
        self.throughout
    }
}

impl Sampler for PreconditionedSgld {
    fn name(&self) -> &'static str {
        "preconditioned SGLD"
    }

    fn check(&self) -> Result<(), SamplerError> {
        if !(0.0..1.0).contains(&self.decay) {
            return Err(SamplerError::Range {
                what: "the decay ρ",
                range: "at least 0 and below 1",
                value: self.decay,
            });
        }
        check_positive("the damping δ", self.damping)
    }

    fn step_size(&self) -> f64 {
        self.step_size
    }

    fn fixed_at(self, step_size: f64) -> Self {
        Self { step_size, ..self }
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
        true
    }

    fn metric_at(&self, mean_square: f64) -> f64 {
        1.0 / (self.damping + mean_square.sqrt())
    }

    fn friction_of_step(&self) -> f64 {
        1.0
    }

    fn virial_tells(&self) -> bool {
        true
    }

    fn kernel<T: Scalar>(&self, state: &mut ChainState<'_, T>) -> Box<dyn Kernel<T>> {
        let d = state.point.w.len();
        state.metric = vec![T::of(1.0); d];
        // A proposal has a density that is known where the preconditioner is constant, in a
        // subspace spanned by coordinates.
        let known = !self.throughout && !state.posterior.restriction.is_oblique();
        Box::new(PreconditionedKernel {
            sgld: *self,
            mean_square: vec![T::of(1.0); d],
            dynamics: Overdamped::new(state, known),
        })
    }
}

struct PreconditionedKernel<T> {
    sgld: PreconditionedSgld,
    /// The mean square V of the gradient.
    mean_square: Vec<T>,
    dynamics: Overdamped<T>,
}

impl<T: Scalar> Kernel<T> for PreconditionedKernel<T> {
    fn step(&mut self, state: &mut ChainState<'_, T>) -> Result<(), Failure> {
        let (sgld, mean_square) = (&self.sgld, &mut self.mean_square);
        self.dynamics
            .step(state, |state| sgld.adapt_metric(mean_square, state))
    }

    fn save(&self) -> SavedKernel<T> {
        self.dynamics
            .save()
            .with_vector("the mean squares", &self.mean_square)
    }

    fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        saved.fill("the mean squares", &mut self.mean_square)?;
        self.dynamics.restore(saved)
    }
}

impl PreconditionedSgld {
    /// Moves V, and G with it, by the gradient of the loss in `drift`.
    fn adapt_metric<T: Scalar>(&self, mean_square: &mut [T], state: &mut ChainState<'_, T>) {
        if state.is_after_burn_in() && !self.throughout {
            return;
        }
        let (keep, take) = (T::of(self.decay), T::of(1.0 - self.decay));
        let damping = self.damping;
        let squares = mean_square.iter_mut().zip(&mut state.metric);
        for ((v, metric), &g) in squares.zip(&state.point.drift) {
            *v = keep * *v + take * g * g;
            *metric = T::of(1.0 / (damping + v.float().sqrt()));
        }
    }
}
