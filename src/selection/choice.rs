//! The criteria side by side.

use super::{
    FittedFamily, LogMarginal, SampledFamily, Score, SelectionError, Wbic, WbicChoice,
    WbicEstimate, sbic,
};
use crate::estimate::{EstimateError, FreeEnergy};
use crate::sampler::{Control, SamplerError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The models of a family under sBIC, BIC and, if sampled, WBIC.
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection, Wbic};
///
/// let predictors = DataTable::new([("x", vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0])])?;
/// let responses = DataTable::new([("y", vec![0.1, 0.9, 2.2, 2.8, 4.1, 5.0])])?;
/// let noise = NoiseCovariance::Known(0.2);
/// let family = ReducedRankRegression::new(&predictors, &responses, noise)?;
/// let selection = Selection::new(&family)?.with_wbic(&family, &Wbic::new().draws(500))?;
/// assert_eq!(selection.by_wbic().map(|row| row.name.as_str()), Some("rank 1"));
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    num_samples: usize,
    scores: Vec<Score>,
    wbic: Vec<WbicEstimate>,
    #[serde(default)]
    marginals: Vec<LogMarginal>,
}

impl Selection {
    /// The posterior probability from which a model is chosen; below it the choice is undecided.
    /// Against one other model it is a lead of log 9 = 2.2.
    pub const DECIDED: f64 = sbic::DECIDED;

    /// sBIC and BIC of every model of a family.
    ///
    /// # Errors
    /// As [`FittedFamily::candidates`] and [`sbic`].
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert_eq!(Selection::new(&family)?.scores().len(), 2);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn new(family: &dyn FittedFamily) -> Result<Self, SelectionError> {
        let num_samples = family.num_samples();
        let scores = sbic(&family.candidates()?, num_samples)?;
        Ok(Self {
            num_samples,
            scores,
            wbic: Vec::new(),
            marginals: Vec::new(),
        })
    }

    /// Samples WBIC of every model.
    ///
    /// # Errors
    /// As [`SampledFamily::loss`] and [`Wbic::estimate`].
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection, Wbic};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// let selection = Selection::new(&family)?.with_wbic(&family, &Wbic::new().draws(200))?;
    /// assert_eq!(selection.wbic().len(), 2);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn with_wbic(
        self,
        family: &dyn SampledFamily,
        settings: &Wbic,
    ) -> Result<Self, SelectionError> {
        self.with_wbic_under(family, settings, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it. The WBIC of a model that was
    /// stopped with enough draws has the doubt that says so, later models have none, and there is
    /// no choice by WBIC unless all models have one.
    ///
    /// # Errors
    /// As [`with_wbic`](Self::with_wbic).
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection, Wbic};
    /// # use std::time::Duration;
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// let control = Control::new().with_time(Duration::ZERO);
    /// let selection = Selection::new(&family)?.with_wbic_under(&family, &Wbic::new(), &control)?;
    /// assert!(selection.wbic().is_empty() && selection.by_wbic().is_none());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn with_wbic_under(
        mut self,
        family: &dyn SampledFamily,
        settings: &Wbic,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let own = || family.prior_deviation();
        let deviation = settings.prior_deviation.unwrap_or_else(own);
        let too_early = |error: &SelectionError| match error {
            SelectionError::Estimate(error) => is_too_early(error),
            _ => false,
        };
        self.wbic.clear();
        for index in 0..self.scores.len() {
            if control.stopped() {
                break;
            }
            match settings.estimate_with(&*family.loss(index)?, deviation, control) {
                Ok(wbic) => self.wbic.push(wbic),
                Err(error) if too_early(&error) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(self)
    }

    /// With log marginal likelihoods of the models, in their order; later models may have none.
    #[must_use]
    pub fn with_marginals(mut self, mut marginals: Vec<LogMarginal>) -> Self {
        marginals.truncate(self.scores.len());
        self.marginals = marginals;
        self
    }

    /// With log marginal likelihoods −F under the prior of WBIC, by [`FreeEnergy`], in the models'
    /// order; a `control` that stops leaves out the later models.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for s not positive, [`SelectionError::Estimate`] if the chains
    /// cannot run.
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// let selection = Selection::new(&family)?;
    /// let selection = selection.with_free_energies(&family, Some(1.0), 0, &Control::new())?;
    /// assert_eq!(selection.marginals().len(), 2);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn with_free_energies(
        self,
        family: &dyn SampledFamily,
        prior_deviation: Option<f64>,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let deviation = prior_deviation.unwrap_or_else(|| family.prior_deviation());
        let settings = FreeEnergy::new(deviation).seed(seed);
        let mut marginals = Vec::new();
        for index in 0..self.scores.len() {
            if control.stopped() {
                break;
            }
            match settings.estimate_with(&*family.loss(index)?, control) {
                Ok(found) => marginals.push(LogMarginal::of_free_energy(&found)),
                Err(error) if is_too_early(&error) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(self.with_marginals(marginals))
    }

    /// The log marginal likelihoods that [`with_marginals`](Self::with_marginals) was given.
    #[must_use]
    pub fn marginals(&self) -> &[LogMarginal] {
        &self.marginals
    }

    /// The model of the greatest posterior probability by the log marginal likelihoods, if all have
    /// one.
    #[must_use]
    pub fn by_marginal(&self) -> Option<&Score> {
        let probabilities = self.marginal_probabilities()?;
        self.scores.get(greatest(probabilities.into_iter()))
    }

    /// The posterior probabilities of the models by the log marginal likelihoods, if all have one.
    #[must_use]
    pub fn marginal_probabilities(&self) -> Option<Vec<f64>> {
        if self.marginals.len() < self.scores.len() {
            return None;
        }
        let values = self.marginals.iter().map(|marginal| marginal.value);
        Some(sbic::probabilities(&self.priors(), values))
    }

    fn priors(&self) -> Vec<f64> {
        self.scores.iter().map(|score| score.prior).collect()
    }

    /// The number n of samples.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert_eq!(Selection::new(&family)?.num_samples(), 4);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn num_samples(&self) -> usize {
        self.num_samples
    }

    /// The models with sBIC and BIC.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert!(Selection::new(&family)?.scores()[1].exact);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn scores(&self) -> &[Score] {
        &self.scores
    }

    /// WBIC of the models, in the same order; empty if not sampled.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert!(Selection::new(&family)?.wbic().is_empty());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn wbic(&self) -> &[WbicEstimate] {
        &self.wbic
    }

    /// The model of the greatest posterior probability by sBIC, decided or not; where the models
    /// are equally probable before the data, that of the greatest sBIC.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert_eq!(Selection::new(&family)?.by_sbic().dimension, 3);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn by_sbic(&self) -> &Score {
        let posterior = |score: &Score| score.prior.ln() + score.sbic;
        &self.scores[greatest(self.scores.iter().map(posterior))]
    }

    /// The model of the greatest BIC, decided or not.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert_eq!(Selection::new(&family)?.by_bic().dimension, 3);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn by_bic(&self) -> &Score {
        &self.scores[greatest(self.scores.iter().map(|score| score.bic))]
    }

    /// The model of the least WBIC, decided or not, if it was sampled.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
    /// # let x = DataTable::new([("x", vec![1.0, -1.0, 1.0, -1.0])])?;
    /// # let y = DataTable::new([("y", vec![2.0, -2.0, 0.0, 0.0])])?;
    /// # let family = ReducedRankRegression::new(&x, &y, NoiseCovariance::Estimated)?;
    /// assert!(Selection::new(&family)?.by_wbic().is_none());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn by_wbic(&self) -> Option<&Score> {
        if self.wbic.len() < self.scores.len() {
            return None;
        }
        self.scores
            .get(greatest(self.wbic.iter().map(|wbic| -wbic.value)))
    }

    /// Whether a model has at least [`DECIDED`](Self::DECIDED) of the posterior probability by
    /// sBIC.
    #[must_use]
    pub fn is_decided_by_sbic(&self) -> bool {
        self.by_sbic().sbic_probability >= Self::DECIDED
    }

    /// Whether a model has at least [`DECIDED`](Self::DECIDED) of the posterior probability by BIC.
    #[must_use]
    pub fn is_decided_by_bic(&self) -> bool {
        self.by_bic().bic_probability >= Self::DECIDED
    }

    /// What the choice by WBIC is worth, if there is one.
    #[must_use]
    pub fn wbic_choice(&self) -> Option<WbicChoice> {
        let chosen = self.by_wbic()?;
        let priors = self.priors();
        let names: Vec<&str> = self
            .scores
            .iter()
            .map(|score| score.name.as_str())
            .collect();
        Some(WbicChoice::of(&chosen.name, &names, &priors, &self.wbic))
    }

    /// Whether WBIC decides, [`WbicChoice::is_decided`]; false if it was not sampled.
    #[must_use]
    pub fn is_decided_by_wbic(&self) -> bool {
        self.wbic_choice().is_some_and(|choice| choice.is_decided())
    }

    /// The lines of the table: a heading, then a model each. Every criterion is on the scale of the
    /// log marginal likelihood; a star marks the model that it decides for.
    pub(crate) fn lines(&self) -> Vec<Vec<String>> {
        let mut heading = vec!["model", "ℓ", "d", "sBIC", "P(sBIC)", "BIC", "P(BIC)"];
        if !self.wbic.is_empty() {
            heading.push("−WBIC");
        }
        if !self.marginals.is_empty() {
            heading.push("log marginal");
        }
        heading.push("λ's");
        let star = |chosen: bool| if chosen { "*" } else { " " };
        let sampled = self.is_decided_by_wbic();
        let least = greatest(self.wbic.iter().map(|wbic| -wbic.value));
        let integrated = self.marginal_probabilities();
        let mut lines = vec![heading.into_iter().map(String::from).collect::<Vec<_>>()];
        for (index, score) in self.scores.iter().enumerate() {
            let mut line = vec![
                score.name.clone(),
                format!("{:.3}", score.log_likelihood),
                score.dimension.to_string(),
                format!(
                    "{:.3}{}",
                    score.sbic,
                    star(score.sbic_probability >= Self::DECIDED)
                ),
                percent(score.sbic_probability),
                format!(
                    "{:.3}{}",
                    score.bic,
                    star(score.bic_probability >= Self::DECIDED)
                ),
                percent(score.bic_probability),
            ];
            if let Some(wbic) = self.wbic.get(index) {
                let (value, error) = (-wbic.value, wbic.standard_error);
                let star = star(sampled && index == least);
                line.push(format!("{value:.3} ± {error:.3}{star}"));
            } else if !self.wbic.is_empty() {
                line.push("not sampled".into());
            }
            if let Some(marginal) = self.marginals.get(index) {
                let all = integrated.as_ref();
                let decided = all.is_some_and(|all| all[index] >= Self::DECIDED);
                let (value, error) = (marginal.value, marginal.standard_error);
                let error = match marginal.exact {
                    true => String::new(),
                    false => format!(" ± {error:.3}"),
                };
                line.push(format!("{value:.3}{error}{}", star(decided)));
            } else if !self.marginals.is_empty() {
                line.push("not sampled".into());
            }
            line.push(if score.exact { "exact" } else { "bounds" }.to_string());
            lines.push(line);
        }
        lines
    }

    /// How WBIC depends on the prior, in words, where doubling its deviation changes WBIC by 0.1 or
    /// more.
    pub(crate) fn prior_effects(&self) -> Vec<String> {
        let told = |(wbic, score): (&WbicEstimate, &Score)| {
            let change = std::f64::consts::LN_2 * wbic.prior_effect.value;
            let text = format!(
                "{}: WBIC depends on the prior (by about {change:+.2} if s were doubled)",
                score.name
            );
            (change.abs() >= 0.1).then_some(text)
        };
        self.wbic
            .iter()
            .zip(&self.scores)
            .filter_map(told)
            .collect()
    }

    /// What each criterion chooses, in words, a line each.
    pub(crate) fn verdict(&self) -> String {
        let one = |name: &str, decided: bool, probability: f64| {
            let probability = percent(probability);
            if decided {
                format!("{name} ({probability})")
            } else {
                format!("undecided ({name} has {probability})")
            }
        };
        let (sbic, bic) = (self.by_sbic(), self.by_bic());
        let sbic = one(&sbic.name, self.is_decided_by_sbic(), sbic.sbic_probability);
        let bic = one(&bic.name, self.is_decided_by_bic(), bic.bic_probability);
        let n = self.num_samples;
        let mut text = format!("chosen from n = {n}: sBIC {sbic},\n  BIC {bic}");
        if let Some(choice) = self.wbic_choice() {
            text += &format!(",\n  WBIC {choice}");
        }
        if let Some(all) = self.marginal_probabilities() {
            let best = greatest(all.iter().copied());
            let (name, decided) = (&self.scores[best].name, all[best] >= Self::DECIDED);
            text += &format!(
                ",\n  log marginal likelihood {}",
                one(name, decided, all[best])
            );
        }
        text
    }
}

/// Whether a run was stopped before it could tell anything.
fn is_too_early(error: &EstimateError) -> bool {
    matches!(
        error,
        EstimateError::Sampler(SamplerError::StoppedEarly | SamplerError::TimeTooShort { .. })
    )
}

/// A probability in per cent, never rounded to certainty.
fn percent(probability: f64) -> String {
    let percent = 100.0 * probability;
    match percent {
        p if p > 99.9 => "> 99.9 %".into(),
        p if p < 0.1 => "< 0.1 %".into(),
        p => format!("{p:.1} %"),
    }
}

/// The place of the greatest; the first of equal ones, that is the smallest model.
fn greatest(values: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (index, value) in values.enumerate() {
        if value > best.1 {
            best = (index, value);
        }
    }
    best.0
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        let columns = lines.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = lines.iter().map(|line| line[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for line in &lines {
            let cells = line.iter().zip(&widths).enumerate();
            let cells = cells.map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("   ").trim_end())?;
        }
        write!(f, "{}", self.verdict())?;
        for effect in self.prior_effects() {
            write!(f, "\n{effect}")?;
        }
        Ok(())
    }
}
