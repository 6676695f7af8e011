//! Mixtures of normal distributions, their variance known or fitted.

use super::components::Normal;
use super::mixture_kind::Kind;
use super::spread::NormalSpread;
use super::{DataTable, Mixtures, SelectionError, Starts};
#[cfg(doc)]
use crate::closed_form;
use crate::sampler::Control;

/// The least common deviation, as a share of that of the data; the least one of a component that
/// has a prior, as a share of the common one: never reached.
const LEAST_COMMON: f64 = 1e-3;
const LEAST_SHARE: f64 = 1e-6;
/// v^−α exp(−β/v), β in units of the common variance: inverse gamma of ν/2 and ν₀/2 with ν = 3
/// and ν₀ = 1 (Fraley & Raftery 2007).
const PRIOR: [f64; 2] = [2.5, 0.5];

impl Mixtures {
    /// Mixtures of normal distributions N(θ, σ² I) in as many dimensions as there are columns.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for σ not positive, or so small beside the deviation s of the
    /// data that the rounding of ℓ, of order n (s/σ)², would exceed 10⁻³; for no components or
    /// starts out of range; and [`SelectionError::TooFewRows`] for not more rows than components.
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
        let kind = Kind::Normal {
            dimension,
            deviation,
        };
        Self::fitted(data, &model, kind, max_components, starts, control)
    }

    /// Mixtures of normal distributions N(θ, σ²) of one variable with a common σ that is fitted.
    ///
    /// σ is kept above s/1000, s being the deviation of the data: the likelihood is not bounded
    /// where there are as many components as different values.
    ///
    /// Two components at a truth of one have the λ of [`closed_form::common_variance_mixture`], 7/6
    /// from φ = 1/3 on; i components at one at most 1 + (i − 1)/6; others at most that of a known σ
    /// and 1/2.
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
    /// The likelihood is not bounded: a component at one value, its σ → 0. Unless `least_deviation`
    /// is given, what is maximised is ℓ + Σ log φ(σᵢ²) with φ inverse gamma(3/2, σ_c²/2): the prior
    /// of Fraley & Raftery 2007, in the package mclust of R, in which σ_c², the common variance of
    /// the largest model that [`normal_common_variance`](Self::normal_common_variance) fits, stands
    /// in place of s²/K². That is in the scale of the groups, however far these are apart. A
    /// component has the σ² of its rows and of five more, with σ_c² in sum.
    /// [`MixtureFit::log_likelihood`] is ℓ at that maximum; [`Convergence::log_likelihoods`] have
    /// the logarithm of the prior added, and ℓ may fall a little with the number of components.
    ///
    /// With `least_deviation`, ℓ itself is maximised over σ ≥ that, which with a bound that
    /// decreases slowly with n is consistent (Tanaka & Takemura 2006). A fit at the bound is said
    /// to lie on the boundary: it is a spurious maximum, at a few values that happen to be near
    /// each other, or the bound is too high for a group that is there.
    ///
    /// [`MixtureFit::log_likelihood`]: super::MixtureFit::log_likelihood
    /// [`Convergence::log_likelihoods`]: super::Convergence::log_likelihoods
    ///
    /// # Errors
    /// As [`normal_common_variance`](Self::normal_common_variance), and
    /// [`SelectionError::Setting`] for a least deviation that is not positive and below that of the
    /// data.
    ///
    /// # References
    /// Fraley & Raftery 2007, *Bayesian regularization for normal mixture estimation and
    /// model-based clustering*, Journal of Classification 24, 155–181. Tanaka & Takemura 2006,
    /// *Strong consistency of the maximum likelihood estimator for finite mixtures of
    /// location-scale distributions when the scale parameters are exponentially small*, Bernoulli
    /// 12, 1003–1017.
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
        let model = match least_deviation {
            Some(least) => NormalSpread::new(data, false, |_| least)?,
            None => {
                let all = Self::normal_common_variance(data, max_components, starts, control)?;
                let last = all.fits.last().and_then(|fit| fit.parameters.first());
                let common = last.map_or(f64::NAN, |parameters| parameters[1]);
                let [alpha, beta] = PRIOR;
                NormalSpread::new(data, false, |_| LEAST_SHARE * common)?
                    .with_prior([alpha, beta * common * common])
            }
        };
        Self::fitted(
            data,
            &model,
            Kind::Variances,
            max_components,
            starts,
            control,
        )
    }
}
