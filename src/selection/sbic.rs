//! The singular Bayesian information criterion.

use super::{Candidate, SelectionError};
use serde::{Deserialize, Serialize};

/// The posterior probability from which a model is chosen.
pub(super) const DECIDED: f64 = 0.9;

/// What sBIC and BIC say of one model, both on the scale of log marginal likelihoods: the greatest
/// is best.
///
/// # Examples
///
/// ```
/// use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient, sbic}};
///
/// let own = PairCoefficient::Exact(LearningCoefficient::new(1.into(), 1));
/// let score = &sbic(&[Candidate::new("regular", -120.0, 2, own)], 100)?[0];
/// assert_eq!(score.bic, -120.0 - 100_f64.ln());
/// assert!((score.sbic - score.bic).abs() < 1e-9);
/// assert!(score.exact);
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Score {
    /// The model's name.
    pub name: String,
    /// The maximised log-likelihood ℓ.
    pub log_likelihood: f64,
    /// The dimension d.
    pub dimension: usize,
    /// ℓ − (d/2) log n (Schwarz 1978).
    pub bic: f64,
    /// log L(M), the singular criterion.
    pub sbic: f64,
    /// The prior probability of the model: its weight over the sum of all.
    pub prior: f64,
    /// The posterior probability by sBIC: P(Mᵢ) exp(sBICᵢ), over the sum of all.
    pub sbic_probability: f64,
    /// The posterior probability by BIC: P(Mᵢ) exp(BICᵢ), over the sum of all.
    pub bic_probability: f64,
    /// Whether every learning coefficient that sBIC used is exact; else some are upper bounds.
    pub exact: bool,
}

/// The singular Bayesian information criterion of every candidate.
///
/// With L′ᵢⱼ = exp(ℓᵢ) n^{−λᵢⱼ} (log n)^{mᵢⱼ−1}, where (λᵢⱼ, mᵢⱼ) is the learning coefficient of
/// model i at generic points of its submodel j, the L(Mᵢ) are the positive solution of
///
/// Σ_{j ≤ i} (L(Mᵢ) − L′ᵢⱼ) L(Mⱼ) P(Mⱼ) = 0,
///
/// one quadratic after the other; sBICᵢ = log L(Mᵢ). L(Mᵢ) is thus an average of the L′ᵢⱼ, weighted
/// by what the data say of the submodels. All is computed in logarithms.
///
/// The posterior probabilities of the models follow from the same P(Mᵢ), which are equal unless
/// [`Candidate::with_weight`] says otherwise, or from others that [`Candidate::with_prior`] says.
///
/// Where every λᵢⱼ is dᵢ/2 with m = 1, sBIC is BIC. With upper bounds for λ it remains defined, and
/// [`Score::exact`] says so.
///
/// # Errors
/// [`SelectionError::NoCandidates`]; [`SelectionError::Setting`] for n < 3, where log n ≤ 1;
/// [`SelectionError::Candidate`] for a log-likelihood that is not finite, a weight that is not
/// positive, a submodel that is named twice or does not come before the model.
///
/// # References
/// Drton & Plummer 2017, *A Bayesian information criterion for singular models*, Journal of the
/// Royal Statistical Society B 79, 323–380.
///
/// # Examples
///
/// ```
/// use rlct::{LearningCoefficient, selection::{Candidate, PairCoefficient, sbic}};
///
/// let pair = |l: &str| -> Result<_, rlct::algebra::RationalError> {
///     Ok(PairCoefficient::Exact(LearningCoefficient::new(l.parse()?, 1)))
/// };
/// let small = Candidate::new("small", -1e6, 2, pair("1")?);
/// let large = Candidate::new("large", -1e6 + 1.0, 4, pair("2")?).with_submodel(0, pair("3/2")?);
/// let scores = sbic(&[small, large], 100)?;
/// assert!(scores[1].sbic > scores[1].bic); // BIC punishes the surplus parameters too hard
/// assert!(scores[1].sbic < scores[0].sbic);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sbic(candidates: &[Candidate], num_samples: usize) -> Result<Vec<Score>, SelectionError> {
    if candidates.is_empty() {
        return Err(SelectionError::NoCandidates);
    }
    if num_samples < 3 {
        return Err(SelectionError::Setting {
            what: "the number of samples",
            expected: "at least 3".into(),
            found: num_samples as f64,
        });
    }
    for (place, candidate) in candidates.iter().enumerate() {
        check(place, candidate)?;
    }
    let log_n = (num_samples as f64).ln();
    // a common origin keeps the digits of differences at large |ℓ|
    let origin = candidates
        .iter()
        .fold(f64::NEG_INFINITY, |top, c| top.max(c.log_likelihood));
    let mut logs: Vec<f64> = Vec::with_capacity(candidates.len());
    let mut scores: Vec<Score> = Vec::with_capacity(candidates.len());
    for model in candidates {
        let offset = model.log_likelihood - origin;
        let own = offset + model.own.log_penalty(log_n);
        let below: Vec<(f64, f64)> = model
            .submodels
            .iter()
            .map(|(j, pair)| {
                let weight = logs[*j] + (candidates[*j].weight / model.weight).ln();
                (weight, offset + pair.log_penalty(log_n))
            })
            .collect();
        let log = positive_root(own, &below);
        logs.push(log);
        let known = |(j, pair): &(usize, _)| {
            let pair: &super::PairCoefficient = pair;
            pair.is_exact() && scores[*j].exact
        };
        scores.push(Score {
            name: model.name.clone(),
            log_likelihood: model.log_likelihood,
            dimension: model.dimension,
            bic: model.log_likelihood - model.dimension as f64 / 2.0 * log_n,
            sbic: origin + log,
            prior: model.prior.unwrap_or(model.weight),
            sbic_probability: f64::NAN,
            bic_probability: f64::NAN,
            exact: model.own.is_exact() && model.submodels.iter().all(known),
        });
    }
    let priors: Vec<f64> = scores.iter().map(|score| score.prior).collect();
    let by_sbic = probabilities(&priors, scores.iter().map(|score| score.sbic));
    let by_bic = probabilities(&priors, scores.iter().map(|score| score.bic));
    let equal = probabilities(&priors, scores.iter().map(|_| 0.0));
    for (index, score) in scores.iter_mut().enumerate() {
        score.prior = equal[index];
        score.sbic_probability = by_sbic[index];
        score.bic_probability = by_bic[index];
    }
    Ok(scores)
}

/// Pᵢ exp(xᵢ) over the sum of all, for log marginal likelihoods xᵢ.
pub(super) fn probabilities(priors: &[f64], values: impl Iterator<Item = f64>) -> Vec<f64> {
    let logs: Vec<f64> = priors.iter().zip(values).map(|(p, x)| p.ln() + x).collect();
    let all = log_sum(logs.iter().copied());
    logs.into_iter().map(|log| (log - all).exp()).collect()
}

fn check(place: usize, candidate: &Candidate) -> Result<(), SelectionError> {
    let refused = |reason: String| SelectionError::Candidate {
        name: candidate.name.clone(),
        reason,
    };
    if !candidate.log_likelihood.is_finite() {
        let value = candidate.log_likelihood;
        return Err(refused(format!("its log-likelihood is {value}")));
    }
    let wrong = |weight: &f64| !(*weight > 0.0 && weight.is_finite());
    let mut weights = [Some(candidate.weight), candidate.prior]
        .into_iter()
        .flatten();
    if let Some(weight) = weights.find(wrong) {
        return Err(refused(format!(
            "its prior weight must be positive, got {weight}"
        )));
    }
    for (k, (j, _)) in candidate.submodels.iter().enumerate() {
        if *j >= place {
            return Err(refused(format!(
                "its submodel {j} must come before it in the list"
            )));
        }
        if candidate.submodels[..k].iter().any(|(other, _)| other == j) {
            return Err(refused(format!("its submodel {j} is named twice")));
        }
    }
    Ok(())
}

/// The logarithm of the positive root x of x² + (S − L′) x − C = 0 with S = Σ wⱼ and
/// C = Σ wⱼ L′ⱼ, given log L′ and the pairs (log wⱼ, log L′ⱼ).
fn positive_root(own: f64, below: &[(f64, f64)]) -> f64 {
    if below.is_empty() {
        return own;
    }
    let sum = log_sum(below.iter().map(|(weight, _)| *weight));
    let constant = log_sum(below.iter().map(|(weight, value)| weight + value));
    // log |S − L′| and log √((S − L′)² + 4C)
    let (high, low) = (sum.max(own), sum.min(own));
    let difference = high + (-(low - high).exp_m1()).ln();
    let four = 4_f64.ln();
    let root = log_sum([2.0 * difference, four + constant].into_iter()) / 2.0;
    let two = 2_f64.ln();
    let denominator = log_sum([difference, root].into_iter());
    if own >= sum {
        denominator - two
    } else {
        // the other form, without cancellation
        two + constant - denominator
    }
}

/// log Σ exp(xᵢ).
fn log_sum(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + terms.map(|x| (x - top).exp()).sum::<f64>().ln()
}
