//! Mixtures and latent classes, fitted by EM.

use super::components::{Binomial, Categories, Normal};
use super::em::Component;
use super::poisson::Poisson;
use super::search::{self, Fit};
use super::spread::NormalSpread;
use super::{
    Candidate, Convergence, DataTable, FittedFamily, PairCoefficient, SelectionError, Starts,
};
use crate::LearningCoefficient;
use crate::algebra::Rational;
use crate::closed_form;
use crate::sampler::Control;

/// Mixtures of 1, 2, …, K components, with a uniform prior of the weights.
///
/// | constructor | components | (λ, m) of i components at a truth of j |
/// |---|---|---|
/// | [`binomial`](Self::binomial) | Bin(t, p) | exact for t + 1 ≥ 3j ([`closed_form::binomial_mixture`]) and j = i; else a bound |
/// | [`poisson`](Self::poisson) | Poisson(r) | exact ([`closed_form::poisson_mixture`]) |
/// | [`normal`](Self::normal) | N(θ, σ² I), σ known | exact ([`closed_form::finite_mixture`]) |
/// | [`normal_common_variance`](Self::normal_common_variance) | N(θ, σ²), σ fitted, one for all | exact for j = i and for (2, 1), see there; else a bound |
/// | [`normal_variances`](Self::normal_variances) | N(θ, σ²), σ fitted, one each | exact for j = i and for (2, 1) ([`closed_form::normal_scale_mixture`]); else a bound |
/// | [`latent_classes`](Self::latent_classes) | independent categorical features | exact for j = i and for (2, 1) ([`closed_form::latent_class`]); else a bound |
///
/// The bounds are those of [`closed_form::mixture_bounds`]. Models beyond what is generically
/// identifiable are refused: their dimension would be in doubt.
///
/// # Fit
/// EM, accelerated by SQUAREM (Varadhan & Roland 2008) such that ℓ never falls, from
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
/// of any EM algorithm*, Scandinavian Journal of Statistics 35, 335–353. Arthur & Vassilvitskii
/// 2007, *k-means++: the advantages of careful seeding*, SODA.
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
    kind: Kind,
    fits: Vec<MixtureFit>,
    complete: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Binomial { trials: usize },
    Poisson,
    Normal { dimension: usize },
    CommonVariance,
    Variances,
    LatentClasses { states: Vec<usize> },
}

/// The fit of one number of components.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MixtureFit {
    /// The maximised log-likelihood ℓ.
    pub log_likelihood: f64,
    /// The weights.
    pub weights: Vec<f64>,
    /// Each component's parameters: a probability of success; a rate; a mean; a mean and
    /// a standard deviation; the probabilities of all
    /// states, feature after feature.
    pub parameters: Vec<Vec<f64>>,
    /// How the fit went.
    pub convergence: Convergence,
}

/// The least common deviation, as a share of that of the data; the least one of a component, as a
/// share of the common one.
const LEAST_COMMON: f64 = 1e-3;
const LEAST_SHARE: f64 = 0.2;

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

    /// Mixtures of normal distributions N(θ, σ² I) in as many dimensions as there are columns.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for σ not positive, no components or starts out of range,
    /// [`SelectionError::TooFewRows`] for not more rows than components.
    ///
    /// ```
    /// # use rlct::selection::{DataTable, FittedFamily, Mixtures, Starts};
    /// let data = DataTable::new([("x", vec![-2.1, -1.9, -2.0, 2.0, 1.8, 2.2])])?;
    /// let family = Mixtures::normal(&data, 0.2, 2, &Starts::new())?;
    /// assert!((family.fits()[1].weights[0] - 0.5).abs() < 1e-6);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn normal(
        data: &DataTable,
        deviation: f64,
        max_components: usize,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::normal_under(data, deviation, max_components, starts, &Control::new())
    }

    /// The same under a [`Control`], as in [`binomial_under`](Self::binomial_under).
    ///
    /// # Errors
    /// As [`normal`](Self::normal).
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use rlct::selection::{DataTable, Mixtures, Starts};
    /// # use std::sync::atomic::AtomicBool;
    /// let data = DataTable::new([("x", vec![-2.1, -1.9, 2.0, 1.8])])?;
    /// let stop = AtomicBool::new(false);
    /// let control = Control::new().with_stop(&stop);
    /// let family = Mixtures::normal_under(&data, 0.2, 2, &Starts::new(), &control)?;
    /// assert_eq!(family.fits().len(), 2);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn normal_under(
        data: &DataTable,
        deviation: f64,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let model = Normal::new(data, deviation)?;
        let dimension = data.num_columns();
        let kind = Kind::Normal { dimension };
        Self::fitted(data, &model, kind, max_components, starts, control)
    }

    /// Mixtures of normal distributions N(θ, σ²) of one variable with a common σ that is fitted.
    ///
    /// σ is kept above s/1000, s being the deviation of the data: the likelihood is not bounded
    /// where there are as many components as different values.
    ///
    /// Two components at a truth of one have λ = 7/6, m = 1. With weight a and difference δ of the
    /// means, the first two cumulants are coordinates, by the mean and σ, and give 1; left are
    /// a(1 − a)(1 − 2a)δ³ and a multiple of a(1 − a)δ⁴, a polynomial in a between them, of which the
    /// first generates the ideal but at a = 1/2: δ⁶ gives 1/6, and neither a = 0, 1 (1/2) nor
    /// a = 1/2 (⟨(1 − 2a)δ³, δ⁴⟩: 1/4) gives less. Other bounds are those of a known σ and 1/2.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless there is one column, for no components or starts out of
    /// range, [`SelectionError::Constant`], [`SelectionError::TooFewRows`] for not more rows than
    /// components.
    pub fn normal_common_variance(
        data: &DataTable,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let model = NormalSpread::new(data, true, |scale| LEAST_COMMON * scale)?;
        Self::fitted(
            data,
            &model,
            Kind::CommonVariance,
            max_components,
            starts,
            control,
        )
    }

    /// Mixtures of normal distributions N(θ, σ²) of one variable, each with a σ of its own.
    ///
    /// The likelihood is not bounded: a component at one value, its σ → 0. It is maximised over
    /// σ ≥ `least_deviation`, which with a bound that decreases slowly with n is consistent
    /// (Tanaka & Takemura 2006); without one, over σ ≥ σ_c/5, σ_c being the common deviation of the
    /// largest model that [`normal_common_variance`](Self::normal_common_variance) fits. That is in
    /// the scale of the groups, however far these are apart. A fit at the bound is said to lie on
    /// the boundary: it is a spurious maximum, at a few values that happen to be near each other,
    /// or the bound is too high for a group that is there. (At 30 samples of two groups, n = 100
    /// and 400, sBIC chose three of them 20 times with σ_c/20 and 11 times with σ_c/5.)
    ///
    /// # Errors
    /// As [`normal_common_variance`](Self::normal_common_variance), and
    /// [`SelectionError::Setting`] for a least deviation that is not positive and below that of the
    /// data.
    ///
    /// # References
    /// Tanaka & Takemura 2006, *Strong consistency of the maximum likelihood estimator for finite
    /// mixtures of location-scale distributions when the scale parameters are exponentially small*,
    /// Bernoulli 12, 1003–1017.
    ///
    /// ```
    /// # use rlct::{sampler::Control, selection::{DataTable, Mixtures, Starts}};
    /// let x = vec![-0.1, 0.1, 0.0, -0.2, 0.2, 3.0, 9.0, 5.0, 7.0, 8.0, 6.0];
    /// let data = DataTable::new([("x", x)])?;
    /// let (starts, control) = (Starts::new(), Control::new());
    /// let family = Mixtures::normal_variances(&data, Some(0.05), 2, &starts, &control)?;
    /// let narrow = |parameters: &Vec<f64>| (parameters[1] - 0.02_f64.sqrt()).abs() < 1e-3;
    /// assert!(family.fits()[1].parameters.iter().any(narrow));
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn normal_variances(
        data: &DataTable,
        least_deviation: Option<f64>,
        max_components: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        let least = match least_deviation {
            Some(least) => least,
            None => {
                let all = Self::normal_common_variance(data, max_components, starts, control)?;
                let last = all.fits.last().and_then(|fit| fit.parameters.first());
                LEAST_SHARE * last.map_or(f64::NAN, |parameters| parameters[1])
            }
        };
        let model = NormalSpread::new(data, false, |_| least)?;
        Self::fitted(
            data,
            &model,
            Kind::Variances,
            max_components,
            starts,
            control,
        )
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

    fn fitted(
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
            fits.push(MixtureFit {
                log_likelihood: fit.log_likelihood,
                weights: weights.to_vec(),
                parameters: parameters.map(|p| model.told(p)).collect(),
                convergence: fit.convergence.clone(),
            });
            smaller = Some(fit);
        }
        Ok(Self {
            num_samples,
            kind,
            complete: fits.len() == max_components,
            fits,
        })
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

    /// The number of parameters that all components share.
    fn shared_dimension(&self) -> usize {
        usize::from(self.kind == Kind::CommonVariance)
    }

    /// The number of parameters of one component.
    fn component_dimension(&self) -> usize {
        match &self.kind {
            Kind::Binomial { .. } | Kind::Poisson | Kind::CommonVariance => 1,
            Kind::Variances => 2,
            Kind::Normal { dimension } => *dimension,
            Kind::LatentClasses { states } => states.iter().map(|s| s - 1).sum(),
        }
    }

    /// i components at a truth of j.
    fn pair(&self, i: usize, j: usize) -> Result<PairCoefficient, SelectionError> {
        let dimension = self.component_dimension();
        if i == j {
            // identifiable, so regular at a generic truth: the generic fibre is finite
            let shared = self.shared_dimension();
            return Ok(PairCoefficient::regular(i * dimension + i - 1 + shared));
        }
        if self.kind == Kind::CommonVariance && (i, j) == (2, 1) {
            let lambda = Rational::from(7_usize) / Rational::from(6_usize);
            return Ok(PairCoefficient::Exact(LearningCoefficient::new(lambda, 1)));
        }
        let exact = match &self.kind {
            Kind::Variances if (i, j) == (2, 1) => Some(closed_form::normal_scale_mixture()?),
            Kind::Binomial { trials } if trials + 1 >= 3 * j => {
                Some(closed_form::binomial_mixture(*trials, i, j)?)
            }
            // strongly identifiable, as normal components of known σ are
            Kind::Poisson => Some(closed_form::finite_mixture(1, i, j, &Rational::ONE)?),
            Kind::Normal { dimension } => Some(closed_form::finite_mixture(
                *dimension,
                i,
                j,
                &Rational::ONE,
            )?),
            Kind::LatentClasses { states } if (i, j) == (2, 1) => {
                Some(closed_form::latent_class(states)?)
            }
            _ => None,
        };
        Ok(match exact {
            Some(value) => PairCoefficient::from(&value),
            None => {
                let bounds = closed_form::mixture_bounds(dimension, i, j, &Rational::ONE)?;
                PairCoefficient::from(&bounds).with_regular(self.shared_dimension())
            }
        })
    }
}

impl FittedFamily for Mixtures {
    fn num_samples(&self) -> usize {
        self.num_samples
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        let parts = match self.kind {
            Kind::LatentClasses { .. } => ("class", "classes"),
            _ => ("component", "components"),
        };
        let candidate = |(index, fit): (usize, &MixtureFit)| {
            let i = index + 1;
            let name = format!("{i} {}", if i == 1 { parts.0 } else { parts.1 });
            let dimension = i * self.component_dimension() + i - 1 + self.shared_dimension();
            let new = Candidate::new(name, fit.log_likelihood, dimension, self.pair(i, i)?);
            (1..i).try_fold(new, |new, j| Ok(new.with_submodel(j - 1, self.pair(i, j)?)))
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

/// Whether the features fall into three groups of κ₁, κ₂, κ₃ joint states with
/// Σ min(r, κ) ≥ 2r + 2: then r classes are generically identifiable.
fn identifiable(states: &[usize], classes: usize) -> bool {
    if classes == 1 {
        return true;
    }
    // sizes above r count as r, so that few different triples are reached
    let mut reached = std::collections::BTreeSet::from([[1_usize; 3]]);
    for &feature in states {
        let grown = reached.iter().flat_map(|&sizes| {
            (0..3).map(move |group| {
                let mut next = sizes;
                next[group] = next[group].saturating_mul(feature).min(classes);
                next.sort_unstable();
                next
            })
        });
        reached = grown.collect();
    }
    reached
        .iter()
        .any(|sizes| sizes.iter().sum::<usize>() >= 2 * classes + 2)
}

#[cfg(test)]
mod tests {
    use super::identifiable;

    #[test]
    fn identifiability_is_that_of_kruskal() {
        // three features of s states identify r ≤ (3s − 2)/2 classes
        assert!(identifiable(&[2, 2, 2], 2) && !identifiable(&[2, 2, 2], 3));
        assert!(identifiable(&[3, 3, 3], 3) && !identifiable(&[3, 3, 3], 4));
        assert!(identifiable(&[4, 4, 4], 5) && !identifiable(&[4, 4, 4], 6));
        // Allman, Matias & Rhodes: p binary features identify r if p ≥ 2⌈log₂ r⌉ + 1
        assert!(identifiable(&[2; 5], 4) && identifiable(&[2; 7], 8));
        assert!(identifiable(&[2; 40], 16));
    }
}
