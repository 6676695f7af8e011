//! What a run was asked, so that nothing else goes on from its state.

use super::state_error::StateError;
use super::{EstimateError, Llc};
use crate::loss::Scalar;
use crate::sampler::packed::bytes;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Display;

/// What may grow from one part of a run to the next, where the chains of one temperature draw.
const DRAWS: &str = "the number of draws";
const BUDGET: &str = "the budget of gradients";
/// Points at which a loss is told from others, besides w*.
const PROBES: u64 = 2;

/// Everything that the draws depend on, by name and in words, in which numbers are exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question(Vec<(String, String)>);

impl Question {
    fn with(mut self, name: &str, value: impl Display) -> Self {
        self.0.push((name.to_string(), value.to_string()));
        self
    }

    /// Whether a run that is asked this goes on from a state that was asked `saved`. Of one
    /// temperature whose chains draw there may be more draws and a larger budget.
    pub(super) fn goes_on_from(&self, saved: &Self, draws: bool) -> Result<(), StateError> {
        let of = |question: &Self, name: &str| {
            let mut found = question.0.iter().filter(|(n, _)| n == name);
            found
                .next()
                .map_or("not told", |(_, value)| value)
                .to_string()
        };
        let names = self.0.iter().chain(&saved.0).map(|(name, _)| name);
        for name in names {
            let (saved, here) = (of(saved, name), of(self, name));
            if saved == here {
                continue;
            }
            let what = name.clone();
            if draws && [DRAWS, BUDGET].contains(&name.as_str()) {
                let numbers = (saved.parse::<u64>(), here.parse::<u64>());
                match numbers {
                    (Ok(before), Ok(now)) if before <= now => continue,
                    (Ok(_), Ok(_)) => return Err(StateError::Fewer { what, saved, here }),
                    _ => {}
                }
            }
            return Err(StateError::Question { what, saved, here });
        }
        Ok(())
    }
}

/// The first digits of a SHA-256, which tell as much as anybody compares.
fn digest(parts: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let bytes = hash.finalize();
    bytes[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl<T: Scalar> Llc<'_, T> {
    /// The question at the inverse temperatures given, and how they were come by.
    pub(super) fn question(
        &self,
        method: &str,
        temperatures: &[f64],
    ) -> Result<Question, EstimateError> {
        let Some(&nbeta) = temperatures.first() else {
            return Ok(Question(Vec::new()));
        };
        // what is wrong with the settings is told before the loss is asked
        self.check(&self.posterior(nbeta)?)?;
        let json = |value: serde_json::Result<String>| value.unwrap_or_else(|e| e.to_string());
        let chosen = |given: bool, value: usize| match given {
            true => value.to_string(),
            false => "chosen".to_string(),
        };
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".into());
        let list: Vec<String> = temperatures.iter().map(f64::to_string).collect();
        let chains = &self.chains;
        let prior = json(serde_json::to_string(&self.prior));
        let prior = match prior.len() {
            0..200 => prior,
            _ => digest(&[prior.into_bytes()]),
        };
        let mask = self.mask.as_ref().map(|mask| {
            let free = mask.iter().filter(|&&free| free).count();
            let bytes = mask.iter().map(|&free| u8::from(free)).collect();
            format!("{free} parameters, {}", digest(&[bytes]))
        });
        Ok(Question(Vec::new())
            .with("the number of parameters", self.loss.dimension())
            .with(
                "the number of samples",
                or_none(self.loss.num_samples().map(|n| n.to_string())),
            )
            .with("the seed", chains.seed)
            .with("the method", method)
            .with(
                "the sampler",
                self.sampler.map_or("chosen".into(), |sampler| {
                    json(serde_json::to_string(&sampler))
                }),
            )
            .with(
                "the choice of the step",
                match self.has_pilot() {
                    true => "by pilots",
                    false => "by hand",
                },
            )
            .with("the number of dispersed starts", self.starts_away())
            .with("nβ", list.join(", "))
            .with("the localization γ", self.localization)
            .with("the prior", prior)
            .with("what moves", or_none(mask))
            .with(
                "the restriction to directions orthogonal to ∇L(w*)",
                self.orthogonal,
            )
            .with("the number of chains", chains.num_chains)
            .with(DRAWS, chosen(self.draws_given, chains.num_draws))
            .with("the burn-in", chosen(self.burn_in_given, chains.burn_in))
            .with(
                "the number of steps between draws",
                chains.steps_between_draws,
            )
            .with(
                "the size of batches",
                or_none(chains.batch_size.map(|size| size.to_string())),
            )
            .with(
                "the drawing of batches",
                json(serde_json::to_string(&chains.batch_sampling)),
            )
            .with(
                "the loss of a draw",
                json(serde_json::to_string(&chains.recorded)),
            )
            .with(
                BUDGET,
                or_none(self.length.budget.map(|budget| budget.to_string())),
            )
            .with("the point w*", digest(&[bytes(self.w_star)]))
            .with(
                "the loss, by its values at w* and nearby,",
                self.loss_digest(),
            ))
    }

    /// Loss and gradient at w* and nearby, on all the data and on the first and last sample: two
    /// losses that agree there in every bit are the same for any run. On another processor sums may
    /// round otherwise, and then a run would not go on bit for bit.
    fn loss_digest(&self) -> String {
        let loss = self.loss;
        let mut scratch = vec![T::of(0.0); loss.scratch_len()];
        let mut gradient = vec![T::of(0.0); self.w_star.len()];
        let mut parts = Vec::new();
        for probe in 0..=PROBES {
            let mut rng = ChaCha8Rng::seed_from_u64(probe);
            let width = if probe == 0 { 0.0 } else { 0.01 };
            let offset: Vec<T> = self.w_star.iter().map(|_| T::normal(&mut rng)).collect();
            let point = self.moved(&offset, width);
            let value = loss.gradient(&point, &mut gradient, &mut scratch);
            parts.extend([bytes(&[value]), bytes(&gradient)]);
            if let Some(last) = loss.num_samples().and_then(|n| n.checked_sub(1)) {
                for sample in [0, last as u32] {
                    let value = loss.batch_gradient(&point, &[sample], &mut gradient, &mut scratch);
                    parts.extend([bytes(&[value]), bytes(&gradient)]);
                }
            }
        }
        digest(&parts)
    }
}
