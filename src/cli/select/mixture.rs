//! Mixtures and latent classes, and their log marginal likelihoods.

use super::super::CliError;
use super::super::interrupt::Interrupt;
use super::super::progress::Progress;
use super::super::select_prior::Prior;
use super::{Found, ModelArg, SelectArgs, VarianceArg, watched};
use crate::estimate::EstimateError;
use crate::sampler::{self, SamplerError};
use crate::selection::{
    Annealing, ConjugateMixtures, DataTable, DescribedFamily, LogMarginal, Mixtures, Selection,
    SelectionError,
};

impl SelectArgs {
    /// A normal mixture's deviation is known or fitted.
    pub(super) fn check_variance(&self) -> Result<(), CliError> {
        let normal = self.model == ModelArg::NormalMixture;
        let text = if normal && self.deviation.is_none() && self.variance.is_none() {
            "--model normal-mixture needs --deviation SIGMA, or --variance common or free"
        } else if self.least_deviation.is_some() && self.variance != Some(VarianceArg::Free) {
            "--least-deviation belongs to --variance free"
        } else {
            return Ok(());
        };
        Err(CliError::Setting(text.into()))
    }

    pub(super) fn mixture(
        &self,
        data: &DataTable,
        interrupt: &Interrupt,
    ) -> Result<Found, SelectionError> {
        let most = self.max_components.unwrap_or(2);
        let starts = self.starts();
        let family = watched(interrupt, |control| match self.model {
            ModelArg::BinomialMixture => {
                let trials = self.trials.unwrap_or(0);
                Mixtures::binomial_under(data, trials, most, &starts, control)
            }
            ModelArg::NormalMixture => match self.variance {
                Some(VarianceArg::Common) => {
                    Mixtures::normal_common_variance(data, most, &starts, control)
                }
                Some(VarianceArg::Free) => {
                    let least = self.least_deviation;
                    Mixtures::normal_variances(data, least, most, &starts, control)
                }
                None => {
                    let deviation = self.deviation.unwrap_or(f64::NAN);
                    Mixtures::normal_under(data, deviation, most, &starts, control)
                }
            },
            ModelArg::PoissonMixture => Mixtures::poisson_under(data, most, &starts, control),
            ModelArg::RegressionMixture => {
                let predictors = data.with_columns(&self.predictors)?;
                let response = data.with_columns(&self.responses)?;
                let noise = self.noise;
                Mixtures::regressions(&predictors, &response, noise, most, &starts, control)
            }
            _ => Mixtures::latent_classes_under(data, most, &starts, control),
        })?;
        let family = match &self.concentration {
            Some(index) => family.with_concentration(index.clone())?,
            None => family,
        };
        let family = match self.components_prior {
            Some(prior) => family.with_components_prior(prior.into()),
            None => family,
        };
        let fits = family.fits().iter().map(|fit| fit.convergence.clone());
        let mut selection = Selection::new(&family)?;
        let mut conjugate = None;
        if self.marginal {
            let index = family.concentration().to_f64();
            let model = self.conjugate(data)?.with_concentration(index)?;
            let found = self.marginals(&model, selection.scores().len(), interrupt)?;
            selection = selection.with_marginals(found);
            conjugate = Some(model.prior());
        }
        Ok(Found {
            selection,
            prior: Some(Prior::Mixture(
                family.components_prior(),
                family.concentration().clone(),
            )),
            conjugate,
            fits: fits.collect(),
            complete: family.is_complete(),
            fitted: family.fitted()?,
            memberships: Some(Box::new(family)),
        })
    }

    /// The mixtures under conjugate priors.
    fn conjugate(&self, data: &DataTable) -> Result<ConjugateMixtures, SelectionError> {
        match self.model {
            ModelArg::BinomialMixture => {
                ConjugateMixtures::binomial(data, self.trials.unwrap_or(0))
            }
            ModelArg::NormalMixture => match self.variance {
                Some(which) => ConjugateMixtures::normal_spread(data, which == VarianceArg::Common),
                None => ConjugateMixtures::normal(data, self.deviation.unwrap_or(f64::NAN)),
            },
            ModelArg::PoissonMixture => ConjugateMixtures::poisson(data),
            _ => ConjugateMixtures::latent_classes(data),
        }
    }

    /// The log marginal likelihoods of 1, 2, … components, as far as the time allows.
    fn marginals(
        &self,
        family: &ConjugateMixtures,
        most: usize,
        interrupt: &Interrupt,
    ) -> Result<Vec<LogMarginal>, SelectionError> {
        let annealing = Annealing::new().with_seed(self.seed);
        let mut found = Vec::new();
        for components in 1..=most {
            let progress = Progress::bar(0, "steps of the log marginal likelihood");
            let watch = |seen: sampler::Progress| progress.set(seen.done, seen.total);
            let control = interrupt.control().with_progress(&watch);
            match annealing.estimate_under(family, components, &control) {
                Ok(marginal) => found.push(marginal),
                Err(SelectionError::Estimate(EstimateError::Sampler(
                    SamplerError::StoppedEarly | SamplerError::TimeTooShort { .. },
                ))) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}
