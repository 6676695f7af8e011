//! Mixtures of normal distributions, their variance known or fitted.

use super::components::Normal;
use super::mixture_kind::Kind;
use super::spread::NormalSpread;
use super::{DataTable, Mixtures, SelectionError, Starts};
#[cfg(doc)]
use crate::closed_form;
use crate::sampler::Control;

/// The least common deviation, as a share of that of the data; the least one of a component, as a
/// share of the common one.
const LEAST_COMMON: f64 = 1e-3;
const LEAST_SHARE: f64 = 0.2;

impl Mixtures {
    /// Mixtures of normal distributions N(θ, σ² I) in as many dimensions as there are columns.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] for σ not positive, or so small beside the deviation s of the data
    /// that the rounding of ℓ, of order n (s/σ)², would exceed 10⁻³; for no components or starts out
    /// of range; and
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
}
