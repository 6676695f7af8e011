//! Overdamped Langevin dynamics: the proposals of SGLD and MALA, and the step of SGLD.

use super::chain_state::{ChainState, Point, reflect};
use super::failure::Failure;
use super::saved::{SavedKernel, Unfit};
use crate::loss::Scalar;

/// The step of SGLD, preconditioned or not: every proposal is taken.
pub(super) struct Overdamped<T> {
    /// The next point, and from then on the point before.
    proposal: Vec<T>,
    last: Option<Last<T>>,
}

/// What tells, one step later, the acceptance that a proposal would have had.
struct Last<T> {
    /// The gradient of −log density at the point before, and the log density.
    drift: Vec<T>,
    log_density: f64,
}

impl<T: Scalar> Overdamped<T> {
    /// The steps of a chain; on all the data with a look at their acceptance, if the density of
    /// its proposals is known.
    pub(super) fn new(state: &ChainState<'_, T>, known: bool) -> Self {
        let buffer = || vec![T::of(0.0); state.point.w.len()];
        Self {
            proposal: buffer(),
            last: (known && !state.is_batched()).then(|| Last {
                drift: buffer(),
                log_density: f64::NAN,
            }),
        }
    }

    /// One step; `adapt` may move the preconditioner by the gradient of the loss.
    pub(super) fn step(
        &mut self,
        state: &mut ChainState<'_, T>,
        adapt: impl FnOnce(&mut ChainState<'_, T>),
    ) -> Result<(), Failure> {
        if let Some(last) = &mut self.last {
            // `drift` becomes the gradient here, and that of one step before is kept.
            std::mem::swap(&mut state.point.drift, &mut last.drift);
        }
        state.evaluate()?;
        adapt(state);
        state.turn_to_drift();
        if let Some(last) = &mut self.last {
            last.look(state, &self.proposal);
        }
        propose(state, &mut self.proposal);
        reflect(state.posterior, &mut self.proposal);
        std::mem::swap(&mut state.point.w, &mut self.proposal);
        state.check_point()
    }

    /// The point before and its log density, if the next step looks at the acceptance of this one;
    /// else nothing is left of a step.
    pub(super) fn save(&self) -> SavedKernel<T> {
        match &self.last {
            Some(last) => SavedKernel::empty()
                .with_vector("the point before", &self.proposal)
                .with_number("the log density", last.log_density),
            None => SavedKernel::empty(),
        }
    }

    /// Takes up what was saved.
    pub(super) fn restore(&mut self, saved: &SavedKernel<T>) -> Result<(), Unfit> {
        if let Some(last) = &mut self.last {
            saved.fill("the point before", &mut self.proposal)?;
            last.log_density = saved.number("the log density")?;
        }
        Ok(())
    }
}

impl<T: Scalar> Last<T> {
    /// Counts the acceptance of the step from `before` to the point of the chain.
    fn look(&mut self, state: &mut ChainState<'_, T>, before: &[T]) {
        let Point { w, value, drift } = &state.point;
        let log_density = state.posterior.log_density(w, *value);
        let log_density_before = std::mem::replace(&mut self.log_density, log_density);
        if state.step > 0 {
            let new = End { w, drift };
            let old = End {
                w: before,
                drift: &self.drift,
            };
            let ratio = log_density - log_density_before
                + log_proposal_ratio(new, old, &state.metric, state.step_size);
            state.count_acceptance(ratio);
        }
    }
}

/// proposal ← w − ε/2·G∇U + N(0, εG), in the subspace in which the chain moves.
pub(super) fn propose<T: Scalar>(state: &mut ChainState<'_, T>, proposal: &mut [T]) {
    let half = T::of(0.5 * state.step_size);
    let scale = T::of(state.step_size.sqrt());
    let restriction = &state.posterior.restriction;
    let Point { w, drift, .. } = &state.point;
    if state.metric.is_empty() {
        state.noise.hand_out(restriction, w.len(), |range, z| {
            let from = w[range.clone()].iter().zip(&drift[range.clone()]);
            for (p, ((&w, &g), &z)) in proposal[range].iter_mut().zip(from.zip(z)) {
                *p = w - half * g + scale * z;
            }
        });
    } else {
        // In the subspace with projection P the preconditioner is P G P.
        state.noise.stream.fill(proposal);
        for ((z, &g), &metric) in proposal.iter_mut().zip(drift).zip(&state.metric) {
            *z = scale * T::of(metric.float().sqrt()) * *z - half * metric * g;
        }
        restriction.project(proposal);
        for (p, &w) in proposal.iter_mut().zip(w) {
            *p = w + *p;
        }
    }
}

/// One end of a step: the point, and the gradient of −log density there.
#[derive(Debug, Clone, Copy)]
pub(super) struct End<'a, T> {
    pub(super) w: &'a [T],
    pub(super) drift: &'a [T],
}

/// log q(new → old) − log q(old → new).
pub(super) fn log_proposal_ratio<T: Scalar>(
    new: End<'_, T>,
    old: End<'_, T>,
    metric: &[T],
    step_size: f64,
) -> f64 {
    let half = 0.5 * step_size;
    let mut sum = 0.0;
    for i in 0..new.w.len() {
        let (to, from) = (new.w[i].float(), old.w[i].float());
        let metric = metric.get(i).map_or(1.0, |g| g.float());
        let backward = from - to + half * metric * new.drift[i].float();
        let forward = to - from + half * metric * old.drift[i].float();
        sum += (forward * forward - backward * backward) / metric;
    }
    sum / (2.0 * step_size)
}
