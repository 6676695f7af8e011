//! Restricted Boltzmann machines.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, quarter, rational};
use super::{ClosedForm, ClosedFormBounds, ClosedFormError, Family, Source};

pub(super) const ZERO_TRUTH: About = About {
    name: "restricted Boltzmann machine, truth 0",
    source: Source::derivation(
        "A restricted Boltzmann machine between a Gram ideal and its norm",
        "the setting of Aoyagi 2010, Journal of Machine Learning Research 11, 1243",
    ),
    conditions: "M visible and N hidden units ±1, no biases, uniform truth; the prior is positive \
                 at the origin; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const BOUNDS: About = About {
    name: "bound for restricted Boltzmann machines",
    source: Source::publication(
        "Yamazaki & Watanabe",
        2005,
        "Singularities in complete bipartite graph-type Boltzmann machines and upper bounds of \
         stochastic complexities",
        "IEEE Transactions on Neural Networks 16, 312–324",
        "here by subadditivity",
    ),
    conditions: "M visible and N hidden units ±1, no biases; the truth is such a machine of K₀ \
                 hidden units; the prior is positive on the fibre",
    tier: Tier::Derived,
};

/// The learning coefficient of a restricted Boltzmann machine with M = `visible` and N = `hidden`
/// units at the uniform truth, where it is known: MN/4, m = 1, for M > N + 1; (1/2, 2) for M = 2,
/// N = 1; (3/2, 3) for M = 3, N = 2 and (3/2, 1) for M = 3, N ≥ 3.
///
/// The log-probability is Σ over hidden units of log cosh, even in each. Its part of second order
/// in the visible units is the off-diagonal Gram matrix of the weights, which K bounds from above;
/// |W|⁴ bounds K. For M > N + 1 both have λ = MN/4.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two visible units or no hidden one,
/// [`ClosedFormError::NotKnown`] for other sizes: [`boltzmann_bounds`] then has bounds.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::boltzmann_machine(4, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 2, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn boltzmann_machine(visible: usize, hidden: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("visible", visible, 2)?;
    at_least("hidden", hidden, 1)?;
    let (lambda, m) = match (visible, hidden) {
        (2, 1) => (half(rational(1)), 2),
        (3, 2) => (half(rational(3)), 3),
        (3, n) if n >= 3 => (half(rational(3)), 1),
        (m, n) if m - 1 > n => (quarter(rational(m) * rational(n)), 1),
        _ => {
            return Err(ClosedFormError::NotKnown {
                what: "restricted Boltzmann machines with M ≤ N + 1 but for M = 2, N = 1 and for \
                       M = 3; boltzmann_bounds has bounds",
            });
        }
    };
    let model = format!("{visible} visible, {hidden} hidden");
    Ok(ClosedForm::of(lambda, m, Family::BoltzmannMachine, model))
}

/// Bounds of the learning coefficient of a restricted Boltzmann machine where the truth has
/// `truth` = K₀ hidden units: λ ≤ MK₀/2 + M(N − K₀)/4; at the uniform truth also
/// λ ≥ min(MN, M(M − 1))/4, the value of the Gram ideal.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two visible units or no hidden one,
/// [`ClosedFormError::TooLarge`] if the truth has more hidden units.
///
/// # References
/// Cf. Yamazaki & Watanabe 2005, IEEE Transactions on Neural Networks 16, 312–324.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::boltzmann_bounds(4, 3, 1)?.upper().to_string(), "4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn boltzmann_bounds(
    visible: usize,
    hidden: usize,
    truth: usize,
) -> Result<ClosedFormBounds, ClosedFormError> {
    at_least("visible", visible, 2)?;
    at_least("hidden", hidden, 1)?;
    at_most("true hidden units", truth, hidden)?;
    let [m, k, spare] = [visible, truth, hidden - truth].map(rational);
    let upper = half(&m * &k) + quarter(&m * &spare);
    let lower = (truth == 0).then(|| quarter(&m * &rational(hidden.min(visible - 1))));
    let model = format!("{visible} visible, {hidden} hidden, {truth} true");
    ClosedFormBounds::new(lower, upper, Family::BoltzmannBounds, model)
}
