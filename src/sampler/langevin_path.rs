//! Langevin dynamics in time: how long until a set is hit.

use super::check::{check_point, check_positive};
use super::control::Control;
use super::error::SamplerError;
use super::noise::NormalStream;
use crate::loss::{Loss, Prior};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// Overdamped Langevin dynamics dw = −∇K dt + √(2ε) dB at temperature ε, by steps of Euler and
/// Maruyama, until a set is hit. What is asked of it is the time, not the stationary density
/// e^(−K/ε), which the chains of this module sample better.
///
/// # Examples
///
/// ```
/// use rlct::loss::{PolynomialLoss, Reading};
/// use rlct::sampler::{Control, LangevinPath};
///
/// // in a flat landscape from 0 to ±1: E τ = 1/(2ε)
/// let flat = PolynomialLoss::from_terms(1, &[vec![(vec![1], 0.0)]], Reading::Ideal)?;
/// let mut mean = 0.0;
/// for seed in 0..400 {
///     let path = LangevinPath { temperature: 0.5, step: 1e-3, most: 1_000_000, seed };
///     let end = path.until(&flat, &[0.0], |w| w[0].abs() >= 1.0, &Control::new())?;
///     mean += end.time / 400.0;
/// }
/// assert!((mean - 1.0).abs() < 0.2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LangevinPath {
    /// ε.
    pub temperature: f64,
    /// The time of a step.
    pub step: f64,
    /// Steps at most.
    pub most: u64,
    /// The seed of the noise.
    pub seed: u64,
}

/// Where a path ended.
#[derive(Debug, Clone, PartialEq)]
pub struct PathEnd {
    /// The point.
    pub point: Vec<f64>,
    /// The time it took.
    pub time: f64,
    /// Whether the set was hit; else the steps were over, or it was stopped.
    pub hit: bool,
}

impl LangevinPath {
    /// Steps between two looks at the control.
    const LOOK: u64 = 1024;

    /// Goes on from `start` until `hit` is true of the point.
    ///
    /// # Errors
    /// [`SamplerError::NotPositive`] for a temperature or step that is not positive,
    /// [`SamplerError::Dimension`] and [`SamplerError::NotFinite`] for a start that does not fit the
    /// loss, and [`SamplerError::NotFinite`] where the path leaves the numbers.
    pub fn until(
        &self,
        loss: &dyn Loss<f64>,
        start: &[f64],
        hit: impl Fn(&[f64]) -> bool,
        control: &Control<'_>,
    ) -> Result<PathEnd, SamplerError> {
        check_point(loss, start, &Prior::flat(start.len()))?;
        loss.check_gradient(start)?;
        check_positive("the temperature", self.temperature)?;
        check_positive("the time of a step", self.step)?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut stream = NormalStream::<f64>::new(&mut rng);
        let mut noise = vec![0.0; start.len()];
        let mut gradient = vec![0.0; start.len()];
        let mut scratch = vec![0.0; loss.scratch_len()];
        let mut point = start.to_vec();
        let width = (2.0 * self.temperature * self.step).sqrt();
        let mut steps = 0;
        loop {
            let there = hit(&point);
            let look = steps % Self::LOOK == 0 && control.stopped();
            if there || look || steps >= self.most {
                return Ok(PathEnd {
                    point,
                    time: self.step * steps as f64,
                    hit: there,
                });
            }
            loss.gradient(&point, &mut gradient, &mut scratch);
            stream.fill(&mut noise);
            for ((w, g), z) in point.iter_mut().zip(&gradient).zip(&noise) {
                *w += width * z - self.step * g;
            }
            if !point.iter().all(|w| w.is_finite()) {
                return Err(SamplerError::NotFinite {
                    what: "a point of the path",
                });
            }
            steps += 1;
        }
    }
}
