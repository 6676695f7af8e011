//! The estimate at one temperature, with its draws.

use super::llc_run::Ran;
use super::tuning::Handoff;
use super::{EstimateError, Llc, LlcEstimate};
use crate::draws::{RecordedDraws, Recorder, Recording};
use crate::loss::Scalar;
use crate::sampler::Control;
use serde_json::{Map, Value, json};

/// What a recorded run answers: the draws in any case, and the estimate if they suffice for one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedRun {
    /// The draws, those before a failure or a stop included.
    pub draws: RecordedDraws,
    /// U(t) from them, the same as [`Llc::estimate_with`] gives.
    pub estimate: Result<LlcEstimate, EstimateError>,
}

impl<T: Scalar> Llc<'_, T> {
    /// Runs the chains, estimates U(t), and keeps the draws.
    ///
    /// Memory is 8 bytes times what [`Recording::chosen`] allows, and 40 bytes a draw; with
    /// log-likelihoods 8 bytes more for each of them.
    ///
    /// # Errors
    /// [`EstimateError`] for settings with which nothing can run; for log-likelihoods
    /// [`EstimateError::NoSamples`] of a loss without samples, and
    /// [`EstimateError::TooManyLogLikelihoods`] if all draws could have more than
    /// [`Recording::max_values`] of them.
    ///
    /// ```
    /// use rlct::draws::Recording;
    /// use rlct::estimate::Llc;
    /// use rlct::loss::LinearNetwork;
    ///
    /// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500);
    /// let run = llc.record(&Recording::new())?;
    /// assert_eq!(run.draws.parameter(0, 0).len(), 500);
    /// assert_eq!(run.estimate, llc.estimate());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn record(&self, recording: &Recording) -> Result<RecordedRun, EstimateError> {
        self.record_with(recording, &Control::new())
    }

    /// [`record`](Self::record) under a [`Control`]. A stopped run keeps the draws so far.
    ///
    /// # Errors
    /// As [`record`](Self::record), and
    /// [`SamplerError::StoppedEarly`](crate::sampler::SamplerError::StoppedEarly) if it was stopped
    /// while a pilot looked for the settings.
    ///
    /// ```
    /// # use rlct::{draws::Recording, estimate::Llc, loss::LinearNetwork};
    /// # use rlct::sampler::{Control, Mala};
    /// # use std::sync::atomic::AtomicBool;
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let flag = AtomicBool::new(true);
    /// let control = Control::new().with_stop(&flag);
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).sampler(Mala::new(1e-3));
    /// let run = llc.record_with(&Recording::new(), &control)?;
    /// assert_eq!(run.draws.num_draws(), 0);
    /// assert!(run.estimate.is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn record_with(
        &self,
        recording: &Recording,
        control: &Control<'_>,
    ) -> Result<RecordedRun, EstimateError> {
        Ok(self.record_from(None, recording, control)?.0)
    }

    /// The same from where the chains of another temperature ended, if that is given, and where
    /// these ended.
    pub(super) fn record_from(
        &self,
        from: Option<&Handoff<T>>,
        recording: &Recording,
        control: &Control<'_>,
    ) -> Result<(RecordedRun, Option<Handoff<T>>), EstimateError> {
        let posterior = self.posterior(self.resolved_nbeta()?.0)?;
        self.check(&posterior)?;
        let chosen = recording.chosen(self.w_star.len(), self.most_draws()?);
        let num_samples = if recording.log_likelihoods {
            self.samples_with_room(recording)?
        } else {
            0
        };
        let mut recorders: Vec<Recorder<'_, T>> = (0..self.chains.num_chains)
            .map(|_| {
                let recorder = Recorder::new(&posterior, self.w_star, &chosen);
                match num_samples {
                    0 => recorder,
                    _ => recorder.with_samples(num_samples),
                }
            })
            .collect();
        let ran = self.run(from, control, &mut recorders)?;
        let mut attributes = self.attributes(&ran, &chosen);
        attributes.append(&mut answer(&ran.estimate));
        let chains = ran
            .draws
            .chains
            .iter()
            .zip(recorders)
            .map(|(chain, recorder)| (chain.clone(), recorder.into_trace(chain.losses.len())))
            .collect();
        let w_star = chosen.iter().map(|&i| self.w_star[i].float()).collect();
        let at = (ran.nbeta, ran.baseline);
        let names = &recording.names;
        let draws = attributes.into_iter().fold(
            RecordedDraws::new(chosen, names, w_star, at, chains).with_samples(num_samples),
            |draws, (name, value)| draws.with_attribute(name, value),
        );
        let estimate = ran.estimate.map(|mut estimate| {
            estimate.chains = ran.draws.chains;
            estimate
        });
        Ok((RecordedRun { draws, estimate }, ran.handoff))
    }

    /// The number of samples, if there is room for their log-likelihoods of all draws.
    fn samples_with_room(&self, recording: &Recording) -> Result<usize, EstimateError> {
        let num_samples = self.loss.num_samples().ok_or(EstimateError::NoSamples)?;
        let (needed, most) = (
            self.most_draws()?.saturating_mul(num_samples),
            recording.max_values,
        );
        if needed > most {
            return Err(EstimateError::TooManyLogLikelihoods {
                num_samples,
                most_draws: most / num_samples.max(1),
            });
        }
        Ok(num_samples)
    }

    /// At most so many draws all chains make together.
    fn most_draws(&self) -> Result<usize, EstimateError> {
        if self.draws_given {
            Ok(self.chains.num_chains.saturating_mul(self.chains.num_draws))
        } else {
            let budget = self.allowance(None, false)?.budget;
            Ok(budget as usize / self.chains.steps_between_draws.max(1))
        }
    }

    /// What the run was.
    fn attributes(&self, ran: &Ran<T>, chosen: &[usize]) -> Map<String, Value> {
        let of = |value| match value {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let failures: Vec<Value> = ran
            .draws
            .failures()
            .into_iter()
            .map(|(chain, failure)| {
                json!({"chain": chain, "step": failure.step, "reason": failure.failure.to_string()})
            })
            .collect();
        of(json!({
            "schema": crate::SCHEMA,
            "quantity": "energy",
            "inverse_temperature": ran.nbeta,
            "inference_library": "rlct",
            "inference_library_version": env!("CARGO_PKG_VERSION"),
            "nbeta": ran.nbeta,
            "localization": self.localization,
            "loss_at_w_star": ran.baseline,
            "dimension": self.w_star.len(),
            "recorded_parameters": chosen.len(),
            "all_parameters_recorded": chosen.len() == self.w_star.len(),
            "sampler": ran.sampler,
            "chains": ran.settings,
            "seed": self.chains.seed,
            "stopped": ran.draws.stopped,
            "failures": failures,
        }))
    }
}

/// The estimate, or why there is none.
fn answer(estimate: &Result<LlcEstimate, EstimateError>) -> Map<String, Value> {
    let pairs = match estimate {
        Ok(llc) => {
            let doubts = llc.verdict().doubts().iter().map(ToString::to_string);
            vec![
                ("energy", json!(llc.energy())),
                // for one release, beside the energy
                ("lambda_hat", Value::Null),
                ("standard_error", json!(llc.standard_error())),
                ("doubts", doubts.collect::<Vec<_>>().into()),
            ]
        }
        Err(error) => vec![("no_estimate", error.to_string().into())],
    };
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}
