//! Replica exchange of a posterior with a normal prior, whose states are handed on.

use super::check::{check_point, check_positive};
use super::control::Control;
use super::error::SamplerError;
use crate::loss::{Loss, Prior};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// Replica exchange (Hukushima and Nemoto 1996) by Hamiltonian Monte Carlo over densities
/// ∝ exp(−βₖ n L(w)) N(w; 0, s²I), β₁ > β₂ > …, of which the states at β₁ are handed on.
///
/// Where [`Tempering`](super::Tempering) measures energies around one point, this one asks which of
/// several phases a posterior is in: hot replicas cross the barriers between them. Every replica
/// starts at a draw of the prior; its step size is tuned in the burn-in to an acceptance of 0.8.
/// Neighbours exchange by the deterministic even–odd scheme (Okabe et al. 2001). A last β of 0 is
/// the prior itself, of which every sweep is a new draw.
///
/// # Examples
///
/// ```
/// use rlct::loss::{PolynomialLoss, Reading};
/// use rlct::sampler::{Control, ReplicaExchange};
///
/// // two wells at ±1, as often one as the other
/// let terms = vec![(vec![4], 1.0), (vec![2], -2.0), (vec![0], 1.0)];
/// let loss = PolynomialLoss::from_terms(1, &[terms], Reading::Loss)?;
/// let exchange = ReplicaExchange { sweeps: 4000, ..ReplicaExchange::geometric(20.0, 8, 0.01) };
/// let mut right = 0;
/// exchange.run(&loss, &Control::new(), |w| right += i32::from(w[0] > 0.0))?;
/// assert!((1500..2500).contains(&right));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaExchange {
    /// n.
    pub num_samples: f64,
    /// βₖ, the first one that of the states that are handed on, decreasing.
    pub inverse_temperatures: Vec<f64>,
    /// s.
    pub prior_deviation: f64,
    /// Sweeps after the burn-in.
    pub sweeps: usize,
    /// Sweeps before, in which steps are tuned. Nothing of them is handed on.
    pub burn_in: usize,
    /// Leapfrog steps of a trajectory.
    pub leapfrogs: usize,
    /// The seed.
    pub seed: u64,
}

/// How a run went.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeRun {
    /// The acceptance of trajectories, a number a replica.
    pub acceptance: Vec<f64>,
    /// The rate of exchange of neighbours.
    pub exchange: Vec<f64>,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

/// Draws of the prior among which a replica looks for one of finite loss to start from.
const STARTS: usize = 1000;

/// A replica: its state with −log density of likelihood and prior.
struct Replica {
    w: Vec<f64>,
    gradient: Vec<f64>,
    loss: f64,
    step: f64,
    accepted: f64,
}

impl ReplicaExchange {
    /// `replicas` of them with β from 1 to `least` in geometric progression, prior N(0, I), 10 000
    /// sweeps after 2000, trajectories of five steps.
    #[must_use]
    pub fn geometric(num_samples: f64, replicas: usize, least: f64) -> Self {
        let last = replicas.saturating_sub(1).max(1) as f64;
        Self {
            num_samples,
            inverse_temperatures: (0..replicas).map(|k| least.powf(k as f64 / last)).collect(),
            prior_deviation: 1.0,
            sweeps: 10_000,
            burn_in: 2000,
            leapfrogs: 5,
            seed: 0,
        }
    }

    fn check(&self, loss: &dyn Loss<f64>) -> Result<(), SamplerError> {
        check_positive("n", self.num_samples)?;
        check_positive("the deviation of the prior", self.prior_deviation)?;
        for (what, found) in [
            ("replicas", self.inverse_temperatures.len()),
            ("sweeps", self.sweeps),
            ("leapfrog steps", self.leapfrogs),
        ] {
            if found == 0 {
                return Err(SamplerError::TooFew {
                    what,
                    least: 1,
                    found,
                });
            }
        }
        let (last, rest) = match self.inverse_temperatures.split_last() {
            Some((last, rest)) if *last == 0.0 => (1.0, rest),
            Some((last, rest)) => (*last, rest),
            None => (1.0, &[][..]),
        };
        check_positive("an inverse temperature", last)?;
        for beta in rest {
            check_positive("an inverse temperature", *beta)?;
        }
        let d = loss.dimension();
        check_point(loss, &vec![0.0; d], &Prior::flat(d))?;
        Ok(loss.check_gradient(&vec![0.0; d])?)
    }

    /// Runs, and calls `visit` with the state at β₁ after every sweep that is no burn-in.
    ///
    /// # Errors
    /// [`SamplerError::NotPositive`] and [`SamplerError::TooFew`] for settings out of range,
    /// [`SamplerError::NotFinite`] if the loss is finite at no draw of the prior.
    pub fn run(
        &self,
        loss: &dyn Loss<f64>,
        control: &Control<'_>,
        mut visit: impl FnMut(&[f64]),
    ) -> Result<ExchangeRun, SamplerError> {
        self.sweep(loss, control, |replicas| visit(&replicas[0].w))
    }

    /// The same, where `visit` is called with the losses L(w) at all βₖ, in their order.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_losses(
        &self,
        loss: &dyn Loss<f64>,
        control: &Control<'_>,
        mut visit: impl FnMut(&[f64]),
    ) -> Result<ExchangeRun, SamplerError> {
        let mut losses = vec![0.0; self.inverse_temperatures.len()];
        self.sweep(loss, control, |replicas| {
            for (value, replica) in losses.iter_mut().zip(replicas) {
                *value = replica.loss;
            }
            visit(&losses);
        })
    }

    fn sweep(
        &self,
        loss: &dyn Loss<f64>,
        control: &Control<'_>,
        mut visit: impl FnMut(&[Replica]),
    ) -> Result<ExchangeRun, SamplerError> {
        self.check(loss)?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let d = loss.dimension();
        let mut scratch = vec![0.0; loss.scratch_len()];
        let mut replicas = Vec::new();
        for beta in &self.inverse_temperatures {
            let mut replica = Replica {
                w: vec![0.0; d],
                gradient: vec![0.0; d],
                loss: f64::INFINITY,
                step: 0.1 * self.prior_deviation / (1.0 + beta * self.num_samples).sqrt(),
                accepted: 0.0,
            };
            for _ in 0..STARTS {
                self.draw(loss, &mut replica, &mut scratch, &mut rng);
                if replica.loss.is_finite() {
                    break;
                }
            }
            if !replica.loss.is_finite() {
                return Err(SamplerError::NotFinite {
                    what: "the loss at draws of the prior",
                });
            }
            replicas.push(replica);
        }
        let count = replicas.len();
        let mut exchanged = vec![0.0; count - 1];
        let mut trajectory = Trajectory::new(d, scratch);
        let mut done = 0;
        for sweep in 0..self.burn_in + self.sweeps {
            if control.stopped() {
                break;
            }
            let tunes = sweep < self.burn_in;
            for (replica, beta) in replicas.iter_mut().zip(&self.inverse_temperatures) {
                if *beta == 0.0 {
                    self.draw(loss, replica, &mut trajectory.scratch, &mut rng);
                    replica.accepted += f64::from(u8::from(!tunes));
                    continue;
                }
                let chance = trajectory.take(self, loss, replica, *beta, &mut rng);
                if tunes {
                    let rate = 2.0 / (1.0 + sweep as f64).sqrt();
                    replica.step *= (rate * (chance - 0.8)).clamp(-0.5, 0.5).exp();
                } else {
                    replica.accepted += chance;
                }
            }
            for k in (sweep % 2..count.saturating_sub(1)).step_by(2) {
                let [colder, hotter] = [k, k + 1].map(|k| self.inverse_temperatures[k]);
                let gain = replicas[k].loss - replicas[k + 1].loss;
                let log_ratio = (colder - hotter) * self.num_samples * gain;
                if rng.random::<f64>().ln() < log_ratio {
                    let (left, right) = replicas.split_at_mut(k + 1);
                    let (one, other) = (&mut left[k], &mut right[0]);
                    std::mem::swap(&mut one.w, &mut other.w);
                    std::mem::swap(&mut one.gradient, &mut other.gradient);
                    std::mem::swap(&mut one.loss, &mut other.loss);
                    exchanged[k] += f64::from(u8::from(!tunes));
                }
            }
            if !tunes {
                done += 1;
                visit(&replicas);
            }
        }
        let sweeps = f64::from(done.max(1));
        Ok(ExchangeRun {
            acceptance: replicas.iter().map(|r| r.accepted / sweeps).collect(),
            // every pair is asked every other sweep
            exchange: exchanged.iter().map(|count| 2.0 * count / sweeps).collect(),
            stopped: (done as usize) < self.sweeps,
        })
    }
}

impl ReplicaExchange {
    /// Moves a replica to a draw of the prior.
    fn draw(
        &self,
        loss: &dyn Loss<f64>,
        replica: &mut Replica,
        scratch: &mut [f64],
        rng: &mut ChaCha8Rng,
    ) {
        replica.w.fill_with(|| self.prior_deviation * normal(rng));
        replica.loss = match loss.gradient(&replica.w, &mut replica.gradient, scratch) {
            // of no use to a neighbour
            value if value.is_nan() => f64::INFINITY,
            value => value,
        };
    }
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// The buffers of a trajectory.
struct Trajectory {
    w: Vec<f64>,
    momentum: Vec<f64>,
    gradient: Vec<f64>,
    scratch: Vec<f64>,
}

impl Trajectory {
    fn new(d: usize, scratch: Vec<f64>) -> Self {
        Self {
            w: vec![0.0; d],
            momentum: vec![0.0; d],
            gradient: vec![0.0; d],
            scratch,
        }
    }

    /// Moves a replica along a trajectory, if it is accepted; the chance of that.
    fn take(
        &mut self,
        settings: &ReplicaExchange,
        loss: &dyn Loss<f64>,
        replica: &mut Replica,
        beta: f64,
        rng: &mut ChaCha8Rng,
    ) -> f64 {
        let nbeta = beta * settings.num_samples;
        let precision = settings.prior_deviation.powi(-2);
        let squares = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
        let energy = |value: f64, w: &[f64], p: &[f64]| {
            nbeta * value + 0.5 * precision * squares(w) + 0.5 * squares(p)
        };
        self.momentum.iter_mut().for_each(|p| *p = normal(rng));
        self.w.copy_from_slice(&replica.w);
        self.gradient.copy_from_slice(&replica.gradient);
        let before = energy(replica.loss, &self.w, &self.momentum);
        // so that no period locks in
        let step = replica.step * (0.8 + 0.4 * rng.random::<f64>());
        let mut value = replica.loss;
        for _ in 0..settings.leapfrogs {
            self.kick(nbeta, precision, 0.5 * step);
            for (w, p) in self.w.iter_mut().zip(&self.momentum) {
                *w += step * p;
            }
            value = loss.gradient(&self.w, &mut self.gradient, &mut self.scratch);
            self.kick(nbeta, precision, 0.5 * step);
        }
        let after = energy(value, &self.w, &self.momentum);
        // beyond overflow the energy is no number, and `min` would take that for 1
        let chance = match before - after {
            gain if gain.is_nan() || !value.is_finite() => 0.0,
            gain => gain.exp().min(1.0),
        };
        if rng.random::<f64>() < chance {
            std::mem::swap(&mut self.w, &mut replica.w);
            std::mem::swap(&mut self.gradient, &mut replica.gradient);
            replica.loss = value;
        }
        chance
    }

    fn kick(&mut self, nbeta: f64, precision: f64, time: f64) {
        for ((p, g), w) in self.momentum.iter_mut().zip(&self.gradient).zip(&self.w) {
            *p -= time * (nbeta * g + precision * w);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{PolynomialLoss, Reading};

    #[test]
    fn the_coldest_replica_samples_its_posterior() {
        // N(0, 1) times e^(−n x²): variance 1/(1 + 2n)
        let loss = PolynomialLoss::from_terms(1, &[vec![(vec![1], 1.0)]], Reading::Ideal).unwrap();
        let exchange = ReplicaExchange::geometric(12.0, 5, 0.05);
        let (mut sum, mut count) = (0.0, 0.0);
        let run = exchange
            .run(&loss, &Control::new(), |w| {
                sum += w[0] * w[0];
                count += 1.0;
            })
            .unwrap();
        assert!((25.0 * sum / count - 1.0).abs() < 0.1, "{}", sum / count);
        assert!(run.acceptance.iter().all(|a| *a > 0.6), "{run:?}");
        assert!(run.exchange.iter().all(|x| *x > 0.2) && !run.stopped);
        for bad in [
            ReplicaExchange::geometric(-1.0, 3, 0.1),
            ReplicaExchange::geometric(1.0, 0, 0.1),
            ReplicaExchange {
                leapfrogs: 0,
                ..ReplicaExchange::geometric(1.0, 3, 0.1)
            },
        ] {
            assert!(bad.run(&loss, &Control::new(), |_| {}).is_err());
        }
    }
}
