//! Policies on a simplex.

use super::family::{About, Tier};
use super::size::at_least;
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

pub(super) const ABOUT: About = About {
    name: "policy with its regret as loss",
    source: Source::derivation(
        "The regret is a sum of probabilities",
        "policies on a simplex",
    ),
    conditions: "K = Σ Δᵢ·pᵢ over the suboptimal actions i of the states that every optimal policy \
                 visits, Δᵢ > 0, the optimal action there unique; pᵢ = a product of factors ≥ 0, \
                 each with a prior ∝ s^(αᵢ−1) near 0 (a Dirichlet prior for one factor)",
    tier: Tier::Derived,
};

/// The learning coefficient of the regret of a policy, for suboptimal actions whose probabilities
/// are products of `factors` numbers with prior exponents α₁, α₂, …: λ = Σ αᵢ, and m = 1 for one
/// factor, n·(L − 1) + 1 for n actions with L factors.
///
/// One factor is a Dirichlet(α) prior of the action probabilities themselves; squares pᵢ = sᵢ²
/// under a flat prior are α = 1/2. Logits under a normal prior have no zero of K at all, and ties
/// between optimal actions are another germ: ask the engine.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for no action or no factor; [`ClosedFormError::NotPositive`] for
/// an exponent that is not positive.
///
/// # References
/// Each product of L factors has the pole (α, L); sums in disjoint variables add (λ, m − 1).
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// // three suboptimal arms of a bandit under a flat prior
/// let flat = vec![Rational::ONE; 3];
/// assert_eq!(closed_form::policy_regret(&flat, 1)?.coefficient().to_string(), "λ = 3, m = 1");
/// assert_eq!(closed_form::policy_regret(&flat, 2)?.coefficient().to_string(), "λ = 3, m = 4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn policy_regret(
    concentrations: &[Rational],
    factors: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("suboptimal actions", concentrations.len(), 1)?;
    at_least("factors", factors, 1)?;
    if let Some(alpha) = concentrations.iter().find(|a| !a.is_positive()) {
        return Err(ClosedFormError::NotPositive {
            name: "concentration",
            value: alpha.clone(),
        });
    }
    let n = concentrations.len();
    let m = n.checked_mul(factors - 1).and_then(|m| m.checked_add(1));
    let m = m.ok_or(ClosedFormError::MultiplicityTooLarge)?;
    let sum: Rational = concentrations.iter().sum();
    let shown: Vec<String> = concentrations.iter().map(ToString::to_string).collect();
    let each = if factors == 1 { "factor" } else { "factors" };
    let model = format!("α = ({}), {factors} {each}", shown.join(", "));
    Ok(ClosedForm::of(sum, m, Family::PolicyRegret, model))
}
