//! The log marginal likelihood of mixtures, by annealed importance sampling.

mod annealing;
mod conjugate;
mod estimate;
mod gibbs;
mod rates;
mod spreads;
mod stages;
#[cfg(test)]
mod tests;

pub use estimate::{Annealing, LogMarginal};

use super::components::{Binomial, Categories, Normal};
use super::poisson::Poisson;
use super::spread::NormalSpread;
use super::{DataTable, SelectionError};
use conjugate::{Conjugate, NormalMeans, UniformBinomial, UniformCategories};
use rates::ExponentialRates;
use spreads::InverseGamma;

/// Mixtures of 1, 2, … components under conjugate priors, whose marginal likelihood
/// ∫ Πᵢ Σₖ wₖ p(xᵢ | θₖ) φ(w) φ(θ) dw dθ [`Annealing`] estimates.
///
/// The weights are Dirichlet(φ), φ = 1 unless
/// [`with_concentration`](Self::with_concentration) sets it; the components are independent, with
///
/// | constructor | components | prior of each |
/// |---|---|---|
/// | [`binomial`](Self::binomial) | Bin(t, p) | p uniform on \[0, 1\] |
/// | [`poisson`](Self::poisson) | Poisson(r) | r exponential, its mean that of the data |
/// | [`normal`](Self::normal) | N(θ, σ² I), σ known | θⱼ ~ N(mⱼ, τⱼ²); unless set, m the middle and τ the range of the column's values, at least σ (Richardson & Green 1997) |
/// | [`normal_spread`](Self::normal_spread) | N(θ, σ²), σ common or each its own | σ² inverse gamma(3/2, s²/2), θ given σ² N(x̄, 100σ²), x̄ and s the data's mean and deviation (Fraley & Raftery 2007, for one component) |
/// | [`latent_classes`](Self::latent_classes) | independent categorical features | each feature's states Dirichlet(1) |
///
/// These are the models of [`Mixtures`](super::Mixtures), whose λ's hold for every such prior.
///
/// # References
/// Richardson & Green 1997, *On Bayesian analysis of mixtures with an unknown number of
/// components*, Journal of the Royal Statistical Society B 59, 731–792. Fraley & Raftery 2007,
/// *Bayesian regularization for normal mixture estimation and model-based clustering*, Journal of
/// Classification 24, 155–181.
///
/// # Examples
///
/// ```
/// use rlct::selection::{Annealing, ConjugateMixtures, DataTable};
///
/// // two heads in two throws, of one coin and of two in some proportion: E[p²] and E[(wp + vq)²]
/// let data = DataTable::new([("k", vec![1.0, 1.0])])?;
/// let family = ConjugateMixtures::binomial(&data, 1)?;
/// let one = Annealing::new().estimate(&family, 1)?;
/// assert!((one.value.exp() - 1.0 / 3.0).abs() < 1e-12 && one.exact);
/// let two = Annealing::new().estimate(&family, 2)?;
/// assert!((two.value.exp() - 11.0 / 36.0).abs() < 5.0 * two.standard_error);
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug)]
pub struct ConjugateMixtures {
    num_samples: usize,
    concentration: f64,
    model: Box<dyn Conjugate>,
}

impl ConjugateMixtures {
    fn of(data: &DataTable, model: impl Conjugate + 'static) -> Self {
        Self {
            num_samples: data.num_rows(),
            concentration: 1.0,
            model: Box::new(model),
        }
    }

    /// Mixtures of binomial distributions of `trials` trials; the data are one column of numbers
    /// of successes.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless there is one column, [`SelectionError::Cell`] for a value
    /// that is not a whole number from 0 to `trials`.
    pub fn binomial(data: &DataTable, trials: usize) -> Result<Self, SelectionError> {
        one_column(data, "the number of columns of a binomial mixture")?;
        let model = Binomial::new(data, trials as u64)?;
        Ok(Self::of(data, UniformBinomial(model)))
    }

    /// Mixtures of Poisson distributions; the data are one column of counts.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless there is one column, [`SelectionError::Cell`] for a value
    /// that is not a whole number from 0 to 2³².
    pub fn poisson(data: &DataTable) -> Result<Self, SelectionError> {
        Ok(Self::of(data, ExponentialRates::new(Poisson::new(data)?)))
    }

    /// Mixtures of normal distributions N(θ, σ² I), σ = `deviation`, under the prior that the data
    /// suggest; see above.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for σ not positive and finite.
    pub fn normal(data: &DataTable, deviation: f64) -> Result<Self, SelectionError> {
        let model = Normal::new(data, deviation)?;
        let suggested = (0..data.num_columns()).map(|j| {
            let (least, most) = range(data.column(j));
            (least + (most - least) / 2.0, (most - least).max(deviation))
        });
        let prior = suggested.collect();
        Ok(Self::of(data, NormalMeans::new(model, prior)))
    }

    /// The same under θⱼ ~ N(mⱼ, τⱼ²), with (mⱼ, τⱼ) for each column.
    ///
    /// # Errors
    /// As [`normal`](Self::normal), and [`SelectionError::Setting`] for another number of pairs
    /// than of columns, or a pair that is not finite with τ positive.
    pub fn normal_with(
        data: &DataTable,
        deviation: f64,
        means: &[(f64, f64)],
    ) -> Result<Self, SelectionError> {
        let model = Normal::new(data, deviation)?;
        if means.len() != data.num_columns() {
            return Err(SelectionError::Setting {
                what: "the number of priors of means",
                expected: format!("that of the columns, {}", data.num_columns()),
                found: means.len() as f64,
            });
        }
        for (mean, spread) in means {
            finite("the mean of the prior of a mean", *mean)?;
            positive("the standard deviation of the prior of a mean", *spread)?;
        }
        Ok(Self::of(data, NormalMeans::new(model, means.to_vec())))
    }

    /// Mixtures of normal distributions of one variable whose σ is unknown, a `common` one or one
    /// each.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless there is one column, [`SelectionError::Constant`].
    pub fn normal_spread(data: &DataTable, common: bool) -> Result<Self, SelectionError> {
        // the prior needs no least deviation
        let model = NormalSpread::new(data, common, |scale| scale / 2.0)?;
        Ok(Self::of(data, InverseGamma(model)))
    }

    /// Latent class models; each column is a feature, each of its different values, which are
    /// whole numbers, a state.
    ///
    /// # Errors
    /// [`SelectionError::Cell`] for a value that is not a whole number ≥ 0,
    /// [`SelectionError::Constant`].
    pub fn latent_classes(data: &DataTable) -> Result<Self, SelectionError> {
        let model = Categories::new(data)?;
        Ok(Self::of(data, UniformCategories(model)))
    }

    /// Sets the concentration φ of the weights' prior, Dirichlet(φ, …, φ).
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for φ not positive and finite.
    pub fn with_concentration(mut self, concentration: f64) -> Result<Self, SelectionError> {
        positive("the concentration of the weights", concentration)?;
        self.concentration = concentration;
        Ok(self)
    }

    /// The number n of samples.
    #[must_use]
    pub fn num_samples(&self) -> usize {
        self.num_samples
    }

    /// The priors, in words.
    #[must_use]
    pub fn prior(&self) -> String {
        let concentration = self.concentration;
        format!("weights Dirichlet({concentration}); {}", self.model.prior())
    }
}

fn one_column(data: &DataTable, what: &'static str) -> Result<(), SelectionError> {
    if data.num_columns() == 1 {
        return Ok(());
    }
    Err(SelectionError::Setting {
        what,
        expected: "1".into(),
        found: data.num_columns() as f64,
    })
}

fn finite(what: &'static str, found: f64) -> Result<(), SelectionError> {
    if found.is_finite() {
        return Ok(());
    }
    Err(SelectionError::Setting {
        what,
        expected: "finite".into(),
        found,
    })
}

fn positive(what: &'static str, found: f64) -> Result<(), SelectionError> {
    if found > 0.0 && found.is_finite() {
        return Ok(());
    }
    Err(SelectionError::Setting {
        what,
        expected: "positive and finite".into(),
        found,
    })
}

/// The least and the greatest.
fn range(values: &[f64]) -> (f64, f64) {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    let wider = |(least, most): (f64, f64), x: &f64| (least.min(*x), most.max(*x));
    values.iter().fold(start, wider)
}
