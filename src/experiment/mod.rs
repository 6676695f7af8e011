//! The experiments that made the theory believable: each states what the theory predicts, runs, and
//! is judged.
//!
//! An [`Experiment`] is two functions. `predictions` says, from the [`Settings`] alone, what will be
//! measured and which figures are to be called agreement; `run` is handed a [`Lab`], which gives
//! seeds and control and takes figures, [`Table`]s and [`Chart`](crate::plot::Chart)s. A figure of
//! which nothing was predicted is refused. What comes of it is an [`ExperimentReport`] with PASS or
//! FAIL for each prediction; one that fails is reported as failing.
//!
//! Nothing is computed here that the library does not offer: experiments ask closed forms, losses,
//! samplers, estimators and training.
//!
//! # Examples
//!
//! ```
//! use rlct::experiment::{Experiment, Settings, Size, Verdict};
//! use rlct::sampler::Control;
//!
//! let experiment = Experiment::named("phase_transition")?;
//! let settings = Settings::new(Size::Small);
//! let report = experiment.run(settings, &Control::new(), &|_| {})?;
//! assert_eq!(report.verdict, Verdict::Pass);
//! # Ok::<(), rlct::experiment::ExperimentError>(())
//! ```

mod bayes_sgd;
mod cone_descent;
mod double_descent_and_scaling;
mod entropic_selection;
mod error;
mod grokking_learning_rate;
mod lab;
mod localisation;
mod measured;
mod mode_connectivity;
mod modular_addition;
mod not_one_to_one;
mod phase_transition;
mod policies;
mod prediction;
mod relu;
mod report;
mod restricted_rank;
mod settings;
mod superposition;
mod table;
#[cfg(feature = "cli")]
mod text;
mod two_learners;

pub use error::ExperimentError;
pub use lab::{Lab, Observer, Stage};
pub use measured::Measured;
pub use prediction::{Demand, Prediction, Verdict};
pub use report::{ExperimentReport, Finding};
pub use settings::{Settings, Size};
pub use table::{Cell, Table};

use crate::sampler::Control;
use std::time::Instant;

/// The experiments there are, in the order of `rlct experiment --all`.
pub static EXPERIMENTS: [&Experiment; 15] = [
    &phase_transition::EXPERIMENT,
    &restricted_rank::EXPERIMENT,
    &policies::EXPERIMENT,
    &two_learners::EXPERIMENT,
    &double_descent_and_scaling::EXPERIMENT,
    &localisation::EXPERIMENT,
    &entropic_selection::EXPERIMENT,
    &cone_descent::EXPERIMENT,
    &superposition::EXPERIMENT,
    &not_one_to_one::EXPERIMENT,
    &relu::EXPERIMENT,
    &modular_addition::EXPERIMENT,
    &grokking_learning_rate::EXPERIMENT,
    &bayes_sgd::EXPERIMENT,
    &mode_connectivity::EXPERIMENT,
];

/// An experiment.
#[derive(Debug)]
pub struct Experiment {
    name: &'static str,
    about: &'static str,
    source: &'static str,
    predictions: fn(&Settings) -> Vec<Prediction>,
    run: fn(&mut Lab<'_>) -> Result<(), ExperimentError>,
}

impl Experiment {
    /// The experiment of this name.
    ///
    /// # Errors
    /// [`ExperimentError::Unknown`] with the names there are.
    pub fn named(name: &str) -> Result<&'static Self, ExperimentError> {
        let named = EXPERIMENTS.into_iter().find(|e| e.name == name);
        named.ok_or_else(|| ExperimentError::Unknown {
            name: name.into(),
            known: EXPERIMENTS.map(|experiment| experiment.name).join(", "),
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is about, in a line.
    #[must_use]
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// Whose it is.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// What is predicted of a run with these settings.
    #[must_use]
    pub fn predictions(&self, settings: &Settings) -> Vec<Prediction> {
        (self.predictions)(settings)
    }

    /// States the predictions, runs, and judges. A run that is stopped through `control` gives the
    /// report of what was measured before.
    ///
    /// # Errors
    /// [`ExperimentError::NoSeeds`], and whatever the library refuses.
    pub fn run(
        &self,
        settings: Settings,
        control: &Control<'_>,
        observer: Observer<'_>,
    ) -> Result<ExperimentReport, ExperimentError> {
        if settings.seeds == 0 {
            return Err(ExperimentError::NoSeeds);
        }
        let start = Instant::now();
        let predictions = self.predictions(&settings);
        let mut lab = Lab::new(settings, predictions, *control, observer);
        let complete = match (self.run)(&mut lab) {
            Ok(()) => !control.stopped(),
            Err(error) if error.is_stop() => false,
            Err(error) => return Err(error),
        };
        let findings: Vec<Finding> = std::mem::take(&mut lab.predictions)
            .into_iter()
            .map(|prediction| {
                let measured = lab.measured.remove(prediction.key);
                let verdict = match &measured {
                    Some(measured) => prediction.demand.judge(measured),
                    None => Verdict::NotMeasured,
                };
                Finding {
                    explanation: lab.explanations.remove(prediction.key),
                    prediction,
                    measured,
                    verdict,
                }
            })
            .collect();
        Ok(ExperimentReport {
            schema: ExperimentReport::SCHEMA,
            experiment: self.name,
            about: self.about,
            source: self.source,
            settings,
            verdict: report::overall(&findings),
            complete,
            seconds: start.elapsed().as_secs_f64(),
            findings,
            tables: lab.tables,
            charts: lab.charts,
            remarks: lab.remarks,
        })
    }
}

#[cfg(test)]
mod tests;
