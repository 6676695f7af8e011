//! Running the ladders of a replica exchange.

use super::check::baseline;
use super::control::Control;
use super::curve_moves::Walker;
use super::error::SamplerError;
use super::ladder_plan::Plan;
use super::ladder_state::{LadderState, Landscape};
use super::ladder_trace::TemperingRun;
use super::parallel;
use super::tempering::{BLOCKS, Tempering};
use crate::loss::{Loss, Prior};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Steps of the descent to the least loss of samples, and halvings of one of them: more than the
/// settling of t·K, which is some units at the coldest rung, needs.
const DESCENT: usize = 200;
const HALVINGS: usize = 60;

impl Tempering {
    /// Runs all ladders around `w_star`.
    ///
    /// # Errors
    /// [`SamplerError`] for settings out of range, a point of the wrong length, not finite or
    /// outside the prior, a loss that is not finite at w* or at draws of the prior.
    ///
    /// ```
    /// # use rlct::loss::{Reading, PolynomialLoss, Prior};
    /// # use rlct::sampler::{Control, SamplerError, Tempering};
    /// let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal)?;
    /// let one = Tempering::new().with_ladders(1);
    /// assert_eq!(
    ///     one.run(&loss, &[0.0], &Prior::flat(1), &Control::new()),
    ///     Err(SamplerError::TooFew { what: "ladders", least: 2, found: 1 })
    /// );
    /// # Ok::<(), rlct::loss::LossError>(())
    /// ```
    pub fn run(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
        control: &Control<'_>,
    ) -> Result<TemperingRun, SamplerError> {
        self.check(loss, w_star, prior)?;
        let baseline = match loss.num_samples() {
            Some(_) => self.least_near(loss, w_star, prior)?,
            None => baseline(loss, w_star)?,
        };
        let (scale, finite) = self.typical_excess(loss, w_star, prior, baseline)?;
        let landscape = Landscape {
            loss,
            w_star,
            prior,
            baseline,
        };
        let plan = Plan::of(self, landscape, -scale.ln(), control)?;
        let (log_t, steps) = (plan.log_t, plan.steps);
        let effort = self.effort(w_star.len());
        let block = effort.sweeps / BLOCKS;
        let total = ((2 * effort.burn_in + block * BLOCKS) * self.ladders) as u64;
        let done = AtomicU64::new(0);
        let report = |sweeps: usize| {
            let sweeps = sweeps as u64;
            control.report(done.fetch_add(sweeps, Ordering::Relaxed) + sweeps, total);
        };
        report(0);
        let stopped = AtomicBool::new(false);
        let go_on = || {
            let halted = control.stopped();
            if halted {
                stopped.store(true, Ordering::Relaxed);
            }
            !halted
        };
        let ladders = parallel::map(self.ladders, |ladder| {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(ladder as u64 + 1);
            let mut state = LadderState::new(self, landscape, &log_t, &steps, rng);
            let moves = effort.burn_in;
            state.start(ladder % 2 == 0, moves, |rung| {
                report((rung + 1) * moves / log_t.len() - rung * moves / log_t.len());
                go_on()
            });
            let mut tuned = 0;
            while tuned < effort.burn_in && go_on() {
                let now = (effort.burn_in - tuned).min(100);
                // The pilot has found the steps: they need little more.
                state.tune(now, 0.5, go_on);
                report(now);
                tuned += now;
            }
            for _ in 0..BLOCKS {
                if !go_on() {
                    break;
                }
                state.sample(block, go_on);
                report(block);
            }
            state.finish()
        });
        let evaluations = plan.evaluations + ladders.iter().map(|l| l.evaluations).sum::<u64>();
        Ok(TemperingRun {
            log_t,
            reference: -scale.ln(),
            baseline,
            ladders,
            finite,
            stopped: stopped.into_inner(),
            evaluations,
        })
    }

    /// The least loss that a descent from w* finds inside the box: of samples it is below L(w*).
    fn least_near(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
    ) -> Result<f64, SamplerError> {
        let mut least = baseline(loss, w_star)?;
        let mut scratch = vec![0.0; loss.scratch_len()];
        let mut gradient = vec![0.0; w_star.len()];
        let (mut w, mut moved) = (w_star.to_vec(), w_star.to_vec());
        let inside = |w: &[f64]| {
            let near = w.iter().zip(w_star);
            near.into_iter().all(|(x, c)| (x - c).abs() <= self.radius) && prior.contains(w)
        };
        let mut rate = 1.0;
        for _ in 0..DESCENT {
            loss.gradient(&w, &mut gradient, &mut scratch);
            // twice as far where the last step went down, and half as far until this one does
            rate *= 2.0;
            let down = (0..HALVINGS).find_map(|_| {
                let steps = w.iter().zip(&gradient).map(|(w, g)| w - rate * g);
                moved.iter_mut().zip(steps).for_each(|(m, w)| *m = w);
                let value = inside(&moved).then(|| loss.value(&moved, &mut scratch));
                rate *= 0.5;
                value.filter(|&value| value < least)
            });
            let Some(value) = down else {
                break;
            };
            // the rate of this step
            rate *= 2.0;
            least = value;
            std::mem::swap(&mut w, &mut moved);
        }
        Ok(least)
    }

    /// The median of K under the prior, and whether K was finite at all draws.
    fn typical_excess(
        &self,
        loss: &dyn Loss<f64>,
        w_star: &[f64],
        prior: &Prior,
        baseline: f64,
    ) -> Result<(f64, bool), SamplerError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut walker = Walker::new(loss, prior, w_star, baseline, self.radius);
        let mut offset = vec![0.0; w_star.len()];
        let mut values: Vec<f64> = (0..301)
            .map(|_| {
                walker.draw_prior(&mut offset, &mut rng);
                walker.excess(&offset)
            })
            .collect();
        // K may be infinite on a part of the box: the scale is that of the rest.
        let drawn = values.len();
        values.retain(|k| k.is_finite());
        values.sort_by(f64::total_cmp);
        let median = values.get(values.len() / 2).copied().unwrap_or(f64::NAN);
        if median.is_finite() && median > 0.0 {
            Ok((median, values.len() == drawn))
        } else {
            Err(SamplerError::NotFinite {
                what: "the logarithm of the median loss on the box",
            })
        }
    }
}
