//! What an estimate at one temperature answers.

use super::{Quantity, Tuning, Verdict, WithError};
use crate::sampler::{Chain, RecordedLoss};
use serde::{Deserialize, Serialize};

/// The energy U(t) at one inverse temperature t = nβ, with what is needed to judge it.
///
/// U(t) is not λ: U(t) → λ as t → ∞, and at the temperatures that are sampled it is often a tenth
/// or more below. [`likely_distance`](Self::likely_distance) tells how far, for polynomials; an
/// estimate of λ takes several temperatures, [`Ladder`](super::Ladder).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LlcEstimate {
    pub(super) energy: f64,
    pub(super) standard_error: f64,
    pub(super) effective_sample_size: f64,
    pub(super) rhat: f64,
    pub(super) drift: f64,
    pub(super) acceptance: Option<f64>,
    pub(super) nbeta: f64,
    pub(super) wbic_samples: Option<usize>,
    pub(super) localization: f64,
    pub(super) baseline: f64,
    pub(super) recorded: RecordedLoss,
    pub(super) virial_bias: Option<WithError>,
    pub(super) localization_effect: WithError,
    pub(super) temperature_slope: Option<WithError>,
    pub(super) tuning: Tuning,
    pub(super) verdict: Verdict,
    pub(super) chains: Vec<Chain>,
}

impl LlcEstimate {
    /// U(t) = t (E_t\[L_n\] − L_n(w*)) at t = nβ.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert!(llc.energy() > 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn energy(&self) -> f64 {
        self.energy
    }

    /// λ̂: `None`, for one temperature alone does not extrapolate to λ.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert_eq!(llc.lambda(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lambda(&self) -> Option<f64> {
        None
    }

    /// What was estimated: the energy at inverse temperature t.
    ///
    /// ```
    /// # use rlct::{estimate::{Llc, Quantity}, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert_eq!(llc.quantity(), Quantity::Energy { inverse_temperature: 1e3 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        Quantity::Energy {
            inverse_temperature: self.nbeta,
        }
    }

    /// Monte Carlo standard error of U(t), from the autocorrelation and the spread of the chains.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert!(llc.standard_error() < 0.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// Effective number of draws.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert!(llc.effective_sample_size() > 50.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn effective_sample_size(&self) -> f64 {
        self.effective_sample_size
    }

    /// Rank-normalised split R̂ of the losses.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert!(llc.rhat() < 1.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rhat(&self) -> f64 {
        self.rhat
    }

    /// Late minus early mean loss, in standard errors.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert!(llc.drift().is_finite());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn drift(&self) -> f64 {
        self.drift
    }

    /// Mean Metropolis acceptance; for SGLD on all the data that of its proposals.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert!(llc.acceptance().is_some_and(|a| a > 0.3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn acceptance(&self) -> Option<f64> {
        self.acceptance
    }

    /// nβ, the inverse temperature t of U(t).
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// assert_eq!(Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).estimate()?.nbeta(), 1e3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn nbeta(&self) -> f64 {
        self.nbeta
    }

    /// L_n(w*) on all the data.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// assert_eq!(Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).estimate()?.baseline(), 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn baseline(&self) -> f64 {
        self.baseline
    }

    /// WBIC = n E[L_n(w)] at β = 1/log n (Watanabe 2013, *Journal of Machine Learning Research* 14,
    /// 867), which is n L_n(w*) + U log n: the free energy F_n up to O(√log n). The localisation γ
    /// acts as a normal prior, and a constant left out of the loss is left out here. `None` unless
    /// the loss is on data and β was left at its default.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetworkSample};
    /// let loss = LinearNetworkSample::new(&[1, 1], &[1.0; 4], &[0.3, -0.2, 0.9, 0.1])?;
    /// let llc = Llc::new(&loss, &[0.275]).draws(500);
    /// assert!(llc.estimate()?.wbic().is_some());
    /// assert!(llc.inverse_temperature(1.0).estimate()?.wbic().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn wbic(&self) -> Option<WithError> {
        self.wbic_samples.map(|num_samples| {
            let n = num_samples as f64;
            WithError {
                value: n * self.baseline + self.energy * n.ln(),
                standard_error: self.standard_error * n.ln(),
            }
        })
    }

    /// Whether U(t) and its standard error have converged. It says nothing of λ, and is never
    /// [trustworthy](Verdict::is_trustworthy).
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let short = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(20).estimate()?;
    /// assert!(!short.verdict().is_converged());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The chains: traces of losses, failures.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// assert_eq!(Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).estimate()?.chains().len(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// The same without its chains, whose losses and last points may be long.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(500).estimate()?;
    /// assert_eq!((llc.chains().len(), llc.without_chains().chains().len()), (4, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn without_chains(self) -> Self {
        Self {
            chains: Vec::new(),
            ..self
        }
    }

    /// By how much the step raises U(t), relatively, as the virial identity tells: with U = −log
    /// density and D the dimension in which w moves, E[(w − w*)·∇U] = D for the posterior
    /// (integration by parts), and the relative excess (E[(w − w*)·∇U] − D)/E[(w − w*)·nβ∇L] is the
    /// relative bias of U(t) where K is homogeneous. For SGLD it is ε/4·E|∇U_b|² over the same, the
    /// noise of mini-batches included. SGNHT makes the excess vanish by construction: there it
    /// proves nothing. `None` where a boundary of the prior does not pass through w*.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork, sampler::Sgld};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// // h = nβ + γ = 1001: SGLD raises the variance by 1/(1 − εh/4)
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).sampler(Sgld::new(4e-4)).estimate()?;
    /// let bias = llc.virial_bias().unwrap();
    /// assert!((bias.value - 0.111).abs() < 4.0 * bias.standard_error);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn virial_bias(&self) -> Option<WithError> {
        self.virial_bias
    }

    /// The effect of the localisation: dU/d log γ = −γ/2·Cov(nβ L, |w − w*|²). Doubling γ changes
    /// U(t) by about 0.7 times as much.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// // U = ½·nβ/(nβ + γ), here at γ = nβ
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(100.0).localization(100.0).estimate()?;
    /// let effect = llc.localization_effect();
    /// assert!((effect.value + 0.125).abs() < 4.0 * effect.standard_error);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn localization_effect(&self) -> WithError {
        self.localization_effect
    }

    /// How U still moves with the temperature: dU/d log t = E\[tK\] − Var(tK) at t = nβ, which
    /// tends to 0 as U tends to λ. `None` if the recorded losses are those of mini-batches.
    /// [`CandidatePoles`](super::CandidatePoles) has what it says of λ − U.
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).estimate()?;
    /// let slope = llc.temperature_slope().unwrap();
    /// assert!(slope.value.abs() < 4.0 * slope.standard_error);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn temperature_slope(&self) -> Option<WithError> {
        self.temperature_slope
    }

    /// What was chosen for the run, and why.
    ///
    /// ```
    /// # use rlct::{estimate::{LengthRule, Llc}, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).estimate()?;
    /// assert_eq!(llc.tuning().length_rule, LengthRule::Target { relative_error: 0.02 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tuning(&self) -> &Tuning {
        &self.tuning
    }

    /// The part of U(t) − λ that a multiplicity m makes: −(m − 1)/log(nβ), to leading order as nβ
    /// grows. The next poles make another one, also for m = 1: see
    /// [`likely_distance`](Self::likely_distance).
    ///
    /// ```
    /// # use rlct::{estimate::Llc, loss::LinearNetwork};
    /// # let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
    /// let llc = Llc::new(&loss, &[0.0]).nbeta(1e3).draws(50).estimate()?;
    /// assert_eq!(llc.temperature_bias(1), 0.0);
    /// assert!((llc.temperature_bias(2) + 0.1448).abs() < 1e-4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn temperature_bias(&self, multiplicity: usize) -> f64 {
        -(multiplicity.saturating_sub(1) as f64) / self.nbeta.ln()
    }
}
