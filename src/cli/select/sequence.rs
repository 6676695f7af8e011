//! The number of topics, and the order of a hidden Markov chain.

use super::super::interrupt::Interrupt;
use super::super::select_prior::Prior;
use super::{Found, SelectArgs, watched};
use crate::selection::{
    DataTable, DescribedFamily, HiddenMarkov, Selection, SelectionError, Topics,
};

impl SelectArgs {
    pub(super) fn topics(
        &self,
        data: &DataTable,
        interrupt: &Interrupt,
    ) -> Result<Found, SelectionError> {
        let most = self.max_components.unwrap_or(2);
        let starts = self.starts();
        let family = watched(interrupt, |control| {
            Topics::new_under(data, most, &starts, control)
        })?;
        let family = match self.components_prior {
            Some(prior) => family.with_components_prior(prior.into()),
            None => family,
        };
        let fits = family.fits().iter().map(|fit| fit.convergence.clone());
        Ok(Found {
            prior: Some(Prior::Topics(family.components_prior())),
            fits: fits.collect(),
            complete: family.is_complete(),
            fitted: family.fitted()?,
            ..Found::of(Selection::new(&family)?)
        }
        .with_memberships(family))
    }

    pub(super) fn hidden_markov(
        &self,
        data: &DataTable,
        interrupt: &Interrupt,
    ) -> Result<Found, SelectionError> {
        let [symbol] = &self.columns[..] else {
            return Err(SelectionError::Setting {
                what: "the number of columns of a hidden Markov chain",
                expected: "1".into(),
                found: self.columns.len() as f64,
            });
        };
        let most = self.max_components.unwrap_or(2);
        let (starts, sequence) = (self.starts(), self.sequence.as_deref());
        let family = watched(interrupt, |control| {
            HiddenMarkov::new_under(data, symbol, sequence, most, &starts, control)
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
        let prior = (family.components_prior(), family.concentration().clone());
        Ok(Found {
            prior: Some(Prior::HiddenMarkov(prior.0, prior.1)),
            fits: fits.collect(),
            complete: family.is_complete(),
            fitted: family.fitted()?,
            ..Found::of(Selection::new(&family)?)
        }
        .with_memberships(family))
    }
}
