//! SGLD preconditioned by the root mean square of the gradient.

use super::SamplerError;
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
    pub(super) step_size: f64,
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
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert_eq!(PreconditionedSgld::new(1e-4).step_size(), 1e-4);
    /// ```
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
    ///
    /// ```
    /// # use rlct::sampler::PreconditionedSgld;
    /// assert!(!PreconditionedSgld::new(1e-4).adapts_throughout());
    /// ```
    #[must_use]
    pub fn adapts_throughout(&self) -> bool {
        self.throughout
    }

    pub(super) fn check(&self) -> Result<(), SamplerError> {
        if !(0.0..1.0).contains(&self.decay) {
            return Err(SamplerError::Range {
                what: "the decay ρ",
                range: "at least 0 and below 1",
                value: self.decay,
            });
        }
        super::check::check_positive("the damping δ", self.damping)
    }
}
