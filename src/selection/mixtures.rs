//! Mixtures and latent classes, fitted by EM.

use super::components::{Binomial, Categories};
use super::em::Component;
use super::fitted_mixtures::order;
use super::identifiable::identifiable;
use super::mixture_kind::Kind;
use super::mixture_pairs::default_concentration;
use super::poisson::Poisson;
use super::search::{self, Fit};
use super::{
    Candidate, ComponentsPrior, Convergence, DataTable, FittedFamily, SelectionError, Starts,
};
use crate::algebra::Rational;
#[cfg(doc)]
use crate::closed_form;
use crate::sampler::Control;

/// Mixtures of 1, 2, …, K components.
///
/// | constructor | components | (λ, m) of i components at a truth of j |
/// |---|---|---|
/// | [`binomial`](Self::binomial) | Bin(t, p) | exact for t + 1 ≥ 3j and j = i; else a bound |
/// | [`poisson`](Self::poisson) | Poisson(r) | exact |
/// | [`normal`](Self::normal) | N(θ, σ² I), σ known | exact |
/// | [`normal_common_variance`](Self::normal_common_variance) | N(θ, σ²), σ fitted, one for all | exact for j = i and for (2, 1) ([`closed_form::common_variance_mixture`]); else a bound |
/// | [`normal_variances`](Self::normal_variances) | N(θ, σ²), σ fitted, one each | exact for j = i and for (2, 1) ([`closed_form::normal_scale_mixture_dirichlet`]); else a bound |
/// | [`regressions`](Self::regressions) | y = c + bx + N(0, σ²) | exact for σ known and predictors in general position; else a bound |
/// | [`latent_classes`](Self::latent_classes) | independent categorical features | exact for j = i and for (2, 1) ([`closed_form::latent_class_dirichlet`]); else a bound |
///
/// Models beyond what is generically identifiable are refused: their dimension would be in doubt.
///
/// # Prior
/// The weights have the symmetric Dirichlet prior Π aᵢ^(φ−1), the components' N parameters a
/// positive one. Then λ = ½{jN + j − 1 + (i − j) min(φ, N/2)} ([`closed_form::finite_mixture`]),
/// exactly or as an upper bound: each surplus component either loses its weight, which costs φ/2,
/// or repeats another one, which costs N/4. By default φ = (N + 1)/2, as in the package sBIC of R:
/// it is above N/2, where λ is greatest and no longer depends on φ. At smaller φ, say at the
/// uniform 1, sBIC takes components that are not there, the more the greater N is. With
/// [`with_concentration`](Self::with_concentration) φ is any other.
///
/// The number K of components has P(K) ∝ 1/K! (Nobile 2005), or what
/// [`with_components_prior`](Self::with_components_prior) sets. A surplus component of one
/// parameter costs λ = 1/4 only, a factor of 3 at n = 100: under equal probabilities no number
/// could reach 90 % there.
///
/// # Fit
/// EM, accelerated by SQUAREM (Varadhan & Roland 2008) and by Anderson's extrapolation (Henderson &
/// Varadhan 2019); of more than 512 values on a line on a condensed copy first. From
///
/// - [`Starts::count`] random starts: components at rows drawn as by k-means++ (Arthur &
///   Vassilvitskii 2007), with probability proportional to what the components so far lack,
///   log p(row | its best component) − log p(row); every fifth from random responsibilities;
/// - the fit of one component less with a new component, at the rows where its weight raises ℓ most
///   (however rare they are), and with each of its heaviest components split; up to four of each;
/// - that fit itself with its heaviest component doubled: ℓ never falls with their number.
///
/// All climb a few steps, the best six that still differ to convergence: until what is left to gain
/// by the rate of the last steps (Aitken) is below [`Starts::tolerance`]. Where no two that began
/// differently agree, further ones are climbed, and twice as many random starts made.
/// [`MixtureFit::convergence`] says what came of it, and [`Convergence`] what that is evidence of.
///
/// # References
/// Varadhan & Roland 2008, *Simple and globally convergent methods for accelerating the convergence
/// of any EM algorithm*, Scandinavian Journal of Statistics 35, 335–353. Henderson & Varadhan 2019,
/// *Damped Anderson acceleration with restarts and monotonicity control for accelerating EM and
/// EM-like algorithms*, Journal of Computational and Graphical Statistics 28, 834–846. Arthur &
/// Vassilvitskii 2007, *k-means++: the advantages of careful seeding*, SODA.
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, Mixtures, Selection, Starts};
///
/// // successes in 8 trials: two kinds
/// let data = [1, 2, 1, 0, 7, 6, 1, 8, 7, 2, 6, 1, 7, 0, 7, 1].map(f64::from);
/// let data = DataTable::new([("k", data.to_vec())])?;
/// let family = Mixtures::binomial(&data, 8, 3, &Starts::new())?;
/// assert_eq!(Selection::new(&family)?.by_sbic().name, "2 components");
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mixtures {
    num_samples: usize,
    pub(super) kind: Kind,
    concentration: Rational,
    components_prior: ComponentsPrior,
    pub(super) fits: Vec<MixtureFit>,
    complete: bool,
    pub(super) data: DataTable,
    /// Which of the different rows each row is.
    pub(super) places: Vec<u32>,
}

/// The fit of one number of components.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MixtureFit {
    /// The maximised log-likelihood ℓ.
    pub log_likelihood: f64,
    /// The weights, the greatest first; of equal ones, to six digits, by their parameters.
    pub weights: Vec<f64>,
    /// Each component's parameters: a probability of success; a rate; a mean; a mean and
    /// a standard deviation; the probabilities of all
    /// states, feature after feature.
    pub parameters: Vec<Vec<f64>>,
    /// How the fit went.
    pub convergence: Convergence,
    /// The responsibilities for each different row, component after component.
    pub(super) shares: Vec<f64>,
}

/// What progress counts for each number of components.
const STEPS: f64 = 100.0;

impl Mixtures {
    /// Mixtures of binomial distributions of `trials` trials; the data are one column of numbers
    /// of successes.
    ///
    /// # Errors
    /// [`SelectionError::TooFewColumns`] unless there is one column, [`SelectionError::Cell`] for a
    /// value that is not a whole number from 0 to `trials`, [`SelectionError::Setting`] for more
    /// than (trials + 1)/2 components, which are not identifiable (Blischke 1964), none, or starts
    /// out of range.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// let data = DataTable::new([("k", vec![0.0, 1.0, 5.0])])?;
    /// assert!(Mixtures::binomial(&data, 4, 2, &Starts::new()).is_err()); // 5 of 4
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn binomial(
        data: &DataTable,
        trials: usize,
        max_components: usize,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::binomial_under(data, trials, max_components, starts, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it. A stopped family has the numbers
    /// of components whose search was over, one component in any case.
    ///
    /// # Errors
    /// As [`binomial`](Self::binomial).
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// # use std::time::Duration;
    /// let data = DataTable::new([("k", vec![0.0, 1.0, 5.0, 6.0])])?;
    /// let control = Control::new().with_time(Duration::ZERO);
    /// let family = Mixtures::binomial_under(&data, 6, 3, &Starts::new(), &control)?;
    /// assert_eq!(family.fits().len(), 1);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn binomial_under(
        data: &DataTable,
        trials: usize,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        if data.num_columns() != 1 {
            return Err(SelectionError::Setting {
                what: "the number of columns of a binomial mixture",
                expected: "1".into(),
                found: data.num_columns() as f64,
            });
        }
        at_most(max_components, trials.div_ceil(2), "trials")?;
        let model = Binomial::new(data, trials as u64)?;
        let kind = Kind::Binomial { trials };
        Self::fitted(data, &model, kind, max_components, starts, control)
    }

    /// Mixtures of Poisson distributions; the data are one column of counts.
    ///
    /// # Errors
    /// [`SelectionError::Cell`] for a value that is not a whole number from 0 to 2³²,
    /// [`SelectionError::Setting`] unless there is one column, for no components or starts out of
    /// range, [`SelectionError::TooFewRows`] for not more rows than components.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// let k = [0, 2, 1, 0, 1, 19, 22, 17].map(f64::from);
    /// let family = Mixtures::poisson(&DataTable::new([("k", k.to_vec())])?, 2, &Starts::new())?;
    /// let rates: Vec<f64> = family.fits()[1].parameters.concat();
    /// assert!(rates.iter().any(|rate| (rate - 58.0 / 3.0).abs() < 0.01));
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn poisson(
        data: &DataTable,
        max_components: usize,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::poisson_under(data, max_components, starts, &Control::new())
    }

    /// The same under a [`Control`], as in [`binomial_under`](Self::binomial_under).
    ///
    /// # Errors
    /// As [`poisson`](Self::poisson).
    pub fn poisson_under(
        data: &DataTable,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let model = Poisson::new(data)?;
        Self::fitted(data, &model, Kind::Poisson, max_components, starts, control)
    }

    /// Latent class models; each column is a feature, each of its different values, which are
    /// whole numbers, a state.
    ///
    /// # Errors
    /// [`SelectionError::TooFewColumns`] for less than three features, [`SelectionError::Cell`]
    /// for a value that is not a whole number ≥ 0, [`SelectionError::Constant`],
    /// [`SelectionError::Setting`] for more classes than the condition of Allman, Matias & Rhodes
    /// (2009, corollary 5) shows to be generically identifiable, none, or starts out of range.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// let column = |a: u32| (0..20).map(|i| f64::from((i / a) % 2)).collect::<Vec<_>>();
    /// let data = DataTable::new([("a", column(1)), ("b", column(2)), ("c", column(3))])?;
    /// let starts = Starts::new().with_count(3);
    /// assert!(Mixtures::latent_classes(&data, 2, &starts).is_ok());
    /// assert!(Mixtures::latent_classes(&data, 3, &starts).is_err());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn latent_classes(
        data: &DataTable,
        max_components: usize,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::latent_classes_under(data, max_components, starts, &Control::new())
    }

    /// The same under a [`Control`], as in [`binomial_under`](Self::binomial_under).
    ///
    /// # Errors
    /// As [`latent_classes`](Self::latent_classes).
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// # use std::time::Duration;
    /// let column = |a: u32| (0..20).map(|i| f64::from((i / a) % 2)).collect::<Vec<_>>();
    /// let data = DataTable::new([("a", column(1)), ("b", column(2)), ("c", column(3))])?;
    /// let control = Control::new().with_time(Duration::ZERO);
    /// let family = Mixtures::latent_classes_under(&data, 2, &Starts::new(), &control)?;
    /// assert_eq!(family.fits().len(), 1);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn latent_classes_under(
        data: &DataTable,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        if data.num_columns() < 3 {
            return Err(SelectionError::TooFewColumns {
                what: "latent classes",
                least: 3,
                found: data.num_columns(),
            });
        }
        let model = Categories::new(data)?;
        let states = model.states().to_vec();
        let most = (1..=max_components.max(1))
            .take_while(|classes| identifiable(&states, *classes))
            .last()
            .unwrap_or(1);
        at_most(max_components, most, "features")?;
        let kind = Kind::LatentClasses { states };
        Self::fitted(data, &model, kind, max_components, starts, control)
    }

    pub(super) fn fitted(
        data: &DataTable,
        model: &impl Component,
        kind: Kind,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        starts.check()?;
        at_most(max_components, usize::MAX, "data")?;
        let num_samples = data.num_rows();
        if num_samples <= max_components {
            return Err(SelectionError::TooFewRows {
                model: format!("a mixture of {max_components} components"),
                least: max_components + 1,
                found: num_samples,
            });
        }
        let mut fits: Vec<MixtureFit> = Vec::new();
        let mut smaller: Option<Fit> = None;
        for components in 1..=max_components {
            // as many steps of progress for each number of components
            let report = |share: f64| {
                let done = STEPS * (components as f64 - 1.0 + share);
                control.report(done as u64, (STEPS * max_components as f64) as u64);
            };
            let found = search::fit(
                model,
                components,
                smaller.as_ref(),
                starts,
                control,
                &report,
            )?;
            let Some(fit) = found else {
                break;
            };
            let (weights, parameters) = fit.point.split_at(components);
            let parameters = parameters.chunks_exact(model.size());
            let parameters: Vec<Vec<f64>> = parameters.map(|p| model.told(p)).collect();
            let order = order(weights, &parameters);
            let different = model.counts().len();
            let share = |&k: &usize| &fit.shares[k * different..(k + 1) * different];
            fits.push(MixtureFit {
                log_likelihood: fit.log_likelihood,
                weights: order.iter().map(|&k| weights[k]).collect(),
                parameters: order.iter().map(|&k| parameters[k].clone()).collect(),
                convergence: fit.convergence.clone(),
                shares: order.iter().flat_map(share).copied().collect(),
            });
            smaller = Some(fit);
        }
        Ok(Self {
            num_samples,
            concentration: default_concentration(kind.dimension()),
            components_prior: ComponentsPrior::default(),
            kind,
            complete: fits.len() == max_components,
            fits,
            data: data.clone(),
            places: model.row_places().to_vec(),
        })
    }

    /// Sets the index φ of the Dirichlet prior of the weights. The fits do not depend on it.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless φ is positive.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, FittedFamily, Mixtures, Starts};
    /// let data = DataTable::new([("x", vec![-2.0, 0.0, 1.0]), ("y", vec![0.0, 1.0, 0.0])])?;
    /// let family = Mixtures::normal(&data, 1.0, 2, &Starts::new())?;
    /// assert_eq!(family.concentration().to_string(), "3/2");
    /// let sparse = family.with_concentration("1/2".parse().expect("a rational"))?;
    /// let candidates = sparse.candidates()?;
    /// assert_eq!(candidates[1].submodels()[0].1.lambda().to_string(), "5/4");
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn with_concentration(mut self, concentration: Rational) -> Result<Self, SelectionError> {
        if !concentration.is_positive() {
            return Err(SelectionError::Setting {
                what: "the concentration of the weights' Dirichlet prior",
                expected: "positive".into(),
                found: concentration.to_f64(),
            });
        }
        self.concentration = concentration;
        Ok(self)
    }

    /// The index φ of the Dirichlet prior of the weights.
    #[must_use]
    pub fn concentration(&self) -> &Rational {
        &self.concentration
    }

    /// Sets the prior of the number of components.
    #[must_use]
    pub fn with_components_prior(mut self, prior: ComponentsPrior) -> Self {
        self.components_prior = prior;
        self
    }

    /// The prior of the number of components.
    #[must_use]
    pub fn components_prior(&self) -> ComponentsPrior {
        self.components_prior
    }

    /// The fits, by the number of components, from 1; as many as asked for unless stopped.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// let data = DataTable::new([("x", vec![-1.0, 0.0, 1.0])])?;
    /// let family = Mixtures::normal(&data, 1.0, 1, &Starts::new())?;
    /// assert_eq!(family.fits()[0].weights, [1.0]);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn fits(&self) -> &[MixtureFit] {
        &self.fits
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &DataTable {
        &self.data
    }

    /// Whether there are fits of all numbers of components asked for: not if stopped.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// let data = DataTable::new([("x", vec![-1.0, 0.0, 1.0])])?;
    /// assert!(Mixtures::normal(&data, 1.0, 2, &Starts::new())?.is_complete());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

impl FittedFamily for Mixtures {
    fn num_samples(&self) -> usize {
        self.num_samples
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        let parts = self.kind.parts();
        let pair = |i: usize, j: usize| self.kind.pair(i, j, &self.concentration);
        let candidate = |(index, fit): (usize, &MixtureFit)| {
            let i = index + 1;
            let name = format!("{i} {}", if i == 1 { parts.0 } else { parts.1 });
            let dimension = self.kind.dimension_of(i);
            let new = Candidate::new(name, fit.log_likelihood, dimension, pair(i, i)?)
                .with_prior(self.components_prior.weight(i));
            (1..i).try_fold(new, |new, j| Ok(new.with_submodel(j - 1, pair(i, j)?)))
        };
        self.fits.iter().enumerate().map(candidate).collect()
    }
}

fn at_most(components: usize, most: usize, what: &str) -> Result<(), SelectionError> {
    if (1..=most).contains(&components) {
        return Ok(());
    }
    let expected = if components == 0 {
        "at least 1".to_string()
    } else {
        format!("at most {most} with these {what}: more are not known to be identifiable")
    };
    Err(SelectionError::Setting {
        what: "the number of components",
        expected,
        found: components as f64,
    })
}
