//! Running several chains, in parallel.

use super::chains::Chains;
use super::control::{Control, Pace};
use super::error::SamplerError;
use super::langevin::Langevin;
use super::markov_chain::MarkovChain;
use super::parallel;
use super::posterior::Posterior;
use super::trace::{Draws, Observer};
use crate::loss::Scalar;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

impl Chains {
    /// Checks the settings against the posterior and the sampler; L(w*).
    pub(crate) fn check<T: Scalar>(
        &self,
        posterior: &Posterior<'_, T>,
        sampler: &Langevin,
    ) -> Result<f64, SamplerError> {
        sampler.check()?;
        for (what, found) in [
            ("chains", self.num_chains),
            ("draws", self.num_draws),
            ("steps between draws", self.steps_between_draws),
        ] {
            if found == 0 {
                return Err(SamplerError::TooFew {
                    what,
                    least: 1,
                    found,
                });
            }
        }
        match (self.batch_size, posterior.loss.num_samples()) {
            (None, _) => {}
            (Some(_), _) if sampler.is_metropolised() => {
                return Err(SamplerError::BatchWithMetropolis);
            }
            (Some(_), None) => return Err(SamplerError::BatchWithoutSamples),
            (Some(0), _) => {
                return Err(SamplerError::TooFew {
                    what: "samples in a batch",
                    least: 1,
                    found: 0,
                });
            }
            (Some(batch), Some(num_samples)) if batch > num_samples => {
                return Err(SamplerError::BatchTooLarge { batch, num_samples });
            }
            (Some(_), Some(_)) => {}
        }
        posterior.baseline()
    }

    /// Runs the chains from w*.
    ///
    /// A chain whose loss, gradient or parameters stop being finite is given up there; its draws
    /// so far and the step are kept, and the other chains go on.
    ///
    /// # Errors
    /// [`SamplerError`] for settings out of range, a batch larger than the data set, mini-batches
    /// with MALA or HMC or without data, and a loss that is not finite at w*.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Chains, Control, Posterior, SamplerError, Sgld};
    /// # let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// # let posterior = Posterior::new(&loss, &[0.0], Prior::flat(1), 100.0, 0.0)?;
    /// let sampler = Sgld::new(1e-3).into();
    /// let none = Chains::new().with_num_chains(0).run(&posterior, &sampler, &Control::new());
    /// assert_eq!(none, Err(SamplerError::TooFew { what: "chains", least: 1, found: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run<T: Scalar>(
        &self,
        posterior: &Posterior<'_, T>,
        sampler: &Langevin,
        control: &Control<'_>,
    ) -> Result<Draws, SamplerError> {
        let observers = || None::<Unobserved>;
        self.run_observed(posterior, sampler, control, observers)
            .map(|(draws, _)| draws)
    }

    /// Runs the chains, each with an observer of its draws.
    pub(crate) fn run_observed<T: Scalar, O: Observer<T>>(
        &self,
        posterior: &Posterior<'_, T>,
        sampler: &Langevin,
        control: &Control<'_>,
        observer: impl Fn() -> Option<O> + Sync,
    ) -> Result<(Draws, Vec<Option<O>>), SamplerError> {
        let baseline = self.check(posterior, sampler)?;
        let steps = self.burn_in + self.num_draws * self.steps_between_draws;
        let total = (steps * self.num_chains) as u64;
        let done = AtomicU64::new(0);
        let stopped = AtomicBool::new(false);
        let chains = parallel::map(self.num_chains, |index| {
            let mut observer = observer();
            let seen = observer.as_mut().map(|o| o as &mut dyn Observer<T>);
            let mut chain =
                MarkovChain::new(self, posterior, sampler, baseline, index as u64, seen);
            let mut pace = Pace::new();
            let mut step = 0;
            while step < steps {
                if control.stopped() {
                    stopped.store(true, Ordering::Relaxed);
                    break;
                }
                let block = pace.block(steps - step);
                if let Err(failure) = chain.advance(block) {
                    done.fetch_add((steps - step) as u64, Ordering::Relaxed);
                    return (chain.finish(Some(failure)), observer);
                }
                step += block;
                pace.taken();
                let now = done.fetch_add(block as u64, Ordering::Relaxed) + block as u64;
                control.report(now, total);
            }
            (chain.finish(None), observer)
        });
        let (chains, observers) = chains.into_iter().unzip();
        let draws = Draws {
            chains,
            stopped: stopped.into_inner(),
        };
        Ok((draws, observers))
    }
}

/// No observer.
struct Unobserved;

impl<T> Observer<T> for Unobserved {
    fn draw(&mut self, _: &[T]) {}
}
