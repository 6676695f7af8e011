//! The No-U-Turn sampler, by the crate nuts-rs.

use super::chains::Chains;
use super::control::Control;
use super::error::SamplerError;
use super::failure::Failure;
use super::mala::Mala;
use super::parallel;
use super::posterior::Posterior;
use super::trace::{Chain, ChainFailure, Draws, Moments};
use crate::loss::Scalar;
use nuts_rs::{
    Chain as _, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings,
};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The No-U-Turn sampler (Hoffman and Gelman 2014, *Journal of Machine Learning Research* 15, 1593)
/// with a diagonal mass matrix, as the crate nuts-rs has it. To compare with, never a reference: at
/// singular minima it does not enter the narrow arms. Of exp(−n w₁²w₂²) × N(0, I) at n = 10⁶ four
/// chains of 5000 draws gave E\[nK\] = 0.344 ± 0.010 (`tests/nuts.rs`), another run of one chain
/// 0.332, where the value is 0.4375: 21 to 24 % too low. Its divergences, trajectories that lost
/// their energy, tell (944 of 20000); they are a doubt on the estimate.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Llc;
/// use rlct::loss::LinearNetwork;
/// use rlct::sampler::Nuts;
///
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).estimate_by_nuts(&Nuts::new())?;
/// assert!((llc.energy() - 0.5).abs() < 4.0 * llc.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Nuts {
    /// The acceptance to which the step is adapted. Default 0.8.
    pub target_acceptance: f64,
    /// A trajectory has less than 2 to this many steps. Default 10.
    pub max_depth: u64,
}

impl Default for Nuts {
    fn default() -> Self {
        Self {
            target_acceptance: 0.8,
            max_depth: 10,
        }
    }
}

impl Nuts {
    /// The default settings.
    ///
    /// ```
    /// # use rlct::sampler::Nuts;
    /// assert_eq!(Nuts::new().max_depth, 10);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the acceptance to which the step is adapted, between 0 and 1.
    ///
    /// ```
    /// # use rlct::sampler::Nuts;
    /// assert_eq!(Nuts::new().with_target_acceptance(0.95).target_acceptance, 0.95);
    /// ```
    #[must_use]
    pub fn with_target_acceptance(mut self, acceptance: f64) -> Self {
        self.target_acceptance = acceptance;
        self
    }

    /// Sets the depth of the tree of a trajectory.
    ///
    /// ```
    /// # use rlct::sampler::Nuts;
    /// assert_eq!(Nuts::new().with_max_depth(6).max_depth, 6);
    /// ```
    #[must_use]
    pub fn with_max_depth(mut self, depth: u64) -> Self {
        self.max_depth = depth;
        self
    }

    /// Runs the chains: the draws, and how many of how many trajectories after the burn-in
    /// diverged. A chain ends where its next trajectory could take more than its share of `most`
    /// gradients.
    pub(crate) fn run<T: Scalar>(
        &self,
        chains: &Chains,
        posterior: &Posterior<'_, T>,
        most: Option<u64>,
        control: &Control<'_>,
    ) -> Result<NutsRun, SamplerError> {
        chains.check(posterior, &Mala::new(1.0).into())?;
        if !(0.0 < self.target_acceptance && self.target_acceptance < 1.0) {
            return Err(SamplerError::Range {
                what: "the target acceptance",
                range: "above 0 and below 1",
                value: self.target_acceptance,
            });
        }
        let unsupported = if posterior.moving_dimension() < posterior.w_star.len() {
            Some("masks and subspaces")
        } else if posterior.prior.has_boundary() || posterior.prior.has_amplitude() {
            Some("half-lines and amplitudes of the prior")
        } else {
            None
        };
        if let Some(what) = unsupported {
            let sampler = "NUTS";
            return Err(SamplerError::Unsupported { sampler, what });
        }
        let steps = chains.burn_in + chains.num_draws * chains.steps_between_draws;
        let total = (steps * chains.num_chains) as u64;
        let done = AtomicU64::new(0);
        let stopped = AtomicBool::new(false);
        let share = most.map(|most| most / chains.num_chains.max(1) as u64);
        let ran = parallel::map(chains.num_chains, |index| {
            self.chain(chains, posterior, index as u64, share, || {
                let now = done.fetch_add(1, Ordering::Relaxed);
                control.report(now, total);
                let halted = control.stopped();
                if halted {
                    stopped.store(true, Ordering::Relaxed);
                }
                !halted
            })
        });
        let cut = ran.iter().any(|ran| ran.cut);
        let divergences = ran.iter().map(|ran| ran.divergences).sum();
        let trajectories = ran.iter().map(|ran| ran.trajectories).sum();
        let gradients = ran.iter().map(|ran| ran.gradients).sum();
        let (chains, moments) = ran.into_iter().map(|ran| (ran.chain, ran.moments)).unzip();
        let draws = Draws {
            chains,
            stopped: stopped.into_inner(),
        };
        Ok(NutsRun {
            draws,
            cut,
            moments,
            divergences,
            trajectories,
            gradients,
        })
    }

    /// One chain, from w* moved by N(0, 1/nβ): at w* itself the gradient may vanish, from which the
    /// first mass matrix is taken.
    fn chain<T: Scalar>(
        &self,
        chains: &Chains,
        posterior: &Posterior<'_, T>,
        stream: u64,
        share: Option<u64>,
        go_on: impl Fn() -> bool,
    ) -> Ran {
        let mut rng = ChaCha8Rng::seed_from_u64(chains.seed);
        rng.set_stream(stream);
        let scale = posterior.nbeta.powf(-0.5);
        let mut place: Vec<f64> = Vec::with_capacity(posterior.w_star.len());
        for w in posterior.w_star {
            let z: f64 = StandardNormal.sample(&mut rng);
            place.push(w.float() + scale * z);
        }
        let mut settings = DiagNutsSettings {
            num_tune: chains.burn_in as u64,
            num_draws: (chains.num_draws * chains.steps_between_draws) as u64,
            maxdepth: self.max_depth,
            ..DiagNutsSettings::default()
        };
        settings.adapt_options.step_size_settings.target_accept = self.target_acceptance;
        let mut ran = Ran::at(&place, chains.num_draws);
        let counted = Arc::new(AtomicU64::new(0));
        let gradients = || counted.load(Ordering::Relaxed);
        let density = Density::new(posterior, &counted);
        let begun = settings
            .new_chain(stream, CpuMath::new(density), &mut rng)
            .and_then(|mut chain| chain.set_position(&place).map(|()| chain));
        let Ok(mut chain) = begun else {
            ran.fail(0);
            return ran;
        };
        let mut density = Density::new(posterior, &counted);
        let steps = chains.burn_in + chains.num_draws * chains.steps_between_draws;
        // a trajectory of depth k has less than 2ᵏ steps, and a draw takes one gradient more
        let longest = 1_u64.checked_shl(self.max_depth as u32).unwrap_or(u64::MAX);
        for step in 0..steps {
            ran.cut = share.is_some_and(|share| gradients().saturating_add(longest) > share);
            if ran.cut || !go_on() {
                break;
            }
            let Ok((point, info)) = chain.draw() else {
                ran.gradients = gradients();
                ran.fail(step);
                return ran;
            };
            if let Some(after) = step.checked_sub(chains.burn_in) {
                ran.trajectories += 1;
                ran.divergences += usize::from(info.diverging);
                if after % chains.steps_between_draws == 0 {
                    let loss = density.keep(&point, &mut ran.moments);
                    ran.chain.losses.push(loss);
                }
            }
            ran.chain.step_size = info.step_size;
            ran.chain.last_point = point.into_vec();
        }
        ran.gradients = gradients();
        ran
    }
}

/// What a chain of NUTS answers.
struct Ran {
    chain: Chain,
    moments: Moments,
    divergences: usize,
    trajectories: usize,
    gradients: u64,
    /// Whether it ended for want of gradients.
    cut: bool,
}

/// What became of all chains.
pub(crate) struct NutsRun {
    pub(crate) draws: Draws,
    pub(crate) moments: Vec<Moments>,
    /// Of the trajectories after the burn-in.
    pub(crate) divergences: usize,
    pub(crate) trajectories: usize,
    /// Of all trajectories, and of looks for a step size.
    pub(crate) gradients: u64,
    /// Whether a chain ended for want of gradients.
    pub(crate) cut: bool,
}

impl Ran {
    fn at(place: &[f64], num_draws: usize) -> Self {
        Self {
            chain: Chain {
                losses: Vec::with_capacity(num_draws),
                last_point: place.to_vec(),
                acceptance: None,
                step_size: f64::NAN,
                failure: None,
            },
            moments: Moments::default(),
            divergences: 0,
            trajectories: 0,
            gradients: 0,
            cut: false,
        }
    }

    fn fail(&mut self, step: usize) {
        let failure = Failure::Loss;
        self.chain.failure = Some(ChainFailure { step, failure });
    }
}

/// The log density with its gradient, in f64 as nuts-rs has it.
struct Density<'a, T: Scalar> {
    posterior: &'a Posterior<'a, T>,
    w: Vec<T>,
    gradient: Vec<T>,
    scratch: Vec<T>,
    /// Gradients of a chain.
    gradients: Arc<AtomicU64>,
}

impl<'a, T: Scalar> Density<'a, T> {
    fn new(posterior: &'a Posterior<'a, T>, gradients: &Arc<AtomicU64>) -> Self {
        let zeros = |length| vec![T::of(0.0); length];
        Self {
            posterior,
            w: zeros(posterior.w_star.len()),
            gradient: zeros(posterior.w_star.len()),
            scratch: zeros(posterior.loss.scratch_len()),
            gradients: Arc::clone(gradients),
        }
    }

    fn place(&mut self, point: &[f64]) {
        for (w, &x) in self.w.iter_mut().zip(point) {
            *w = T::of(x);
        }
    }

    /// The loss at a draw; its moments are kept.
    fn keep(&mut self, point: &[f64], moments: &mut Moments) -> f64 {
        self.place(point);
        self.gradients.fetch_add(1, Ordering::Relaxed);
        let loss = self.posterior.loss;
        let value = loss.gradient(&self.w, &mut self.gradient, &mut self.scratch);
        self.posterior.drift(&self.w, &mut self.gradient);
        let (mut virial, mut square) = (0.0, 0.0);
        let offsets = self.w.iter().zip(self.posterior.w_star);
        for ((w, w_star), g) in offsets.zip(&self.gradient) {
            let offset = w.float() - w_star.float();
            virial += offset * g.float();
            square += offset * offset;
        }
        moments.virials.push(virial);
        moments.squares.push(square);
        value.float()
    }
}

/// A density that is not finite: nuts-rs counts it as a divergence.
#[derive(Debug, thiserror::Error)]
#[error("the log density is not finite")]
struct NotFinite;

impl LogpError for NotFinite {
    fn is_recoverable(&self) -> bool {
        true
    }
}

impl<T: Scalar> HasDims for Density<'_, T> {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([("unconstrained_parameter".to_string(), self.w.len() as u64)])
    }
}

impl<T: Scalar> CpuLogpFunc for Density<'_, T> {
    type LogpError = NotFinite;
    type FlowParameters = ();
    type ExpandedVector = ();

    fn dim(&self) -> usize {
        self.w.len()
    }

    fn logp(&mut self, point: &[f64], gradient: &mut [f64]) -> Result<f64, NotFinite> {
        self.place(point);
        self.gradients.fetch_add(1, Ordering::Relaxed);
        let posterior = self.posterior;
        let loss = posterior.loss;
        let value = loss.gradient(&self.w, &mut self.gradient, &mut self.scratch);
        posterior.drift(&self.w, &mut self.gradient);
        for (to, from) in gradient.iter_mut().zip(&self.gradient) {
            *to = -from.float();
        }
        let density = posterior.log_density(&self.w, value);
        let finite = density.is_finite() && gradient.iter().all(|g| g.is_finite());
        finite.then_some(density).ok_or(NotFinite)
    }

    fn expand_vector<R: Rng + ?Sized>(&mut self, _: &mut R, _: &[f64]) -> Result<(), CpuMathError> {
        Ok(())
    }
}
