//! Upper bounds that hold where no exact value is known.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, positive, rational};
use super::{ClosedFormBounds, ClosedFormError, Family, Source};
use crate::algebra::Rational;

pub(super) const MIXTURE: About = About {
    name: "bound for mixtures",
    source: Source::publication(
        "Yamazaki & Watanabe",
        2003,
        "Singularities in mixture models and upper bounds of stochastic complexity",
        "Neural Networks 16, 1029–1038",
        "main theorem; Drton & Plummer 2017 with a Dirichlet prior",
    ),
    conditions: "i components of N parameters each, weights of a Dirichlet prior; the truth has j \
                 components; the prior of the parameters is positive",
    tier: Tier::Derived,
};

pub(super) const MARKOV: About = About {
    name: "bound for hidden Markov models",
    source: Source::publication(
        "Yamazaki & Watanabe",
        2005,
        "Algebraic geometry and stochastic complexity of hidden Markov models",
        "Neurocomputing 69, 62–84",
        "main theorem; here by an embedding",
    ),
    conditions: "K hidden states with emissions of M parameters each, uniform prior of the \
                 transition probabilities; the truth has K₀ states",
    tier: Tier::Derived,
};

pub(super) const RELU: About = About {
    name: "bound for ReLU networks with biases",
    source: Source::publication(
        "Nagayasu & Watanabe",
        2023,
        "Free energy of Bayesian convolutional and deep neural networks with ReLU activation",
        "arXiv:2303.15739",
        "units that are off cost nothing; here by an embedding",
    ),
    conditions: "one hidden layer of ReLU units, biases in both layers, inputs in a compact set, \
                 any number of units; the truth is such a network of the given number of units; \
                 the prior is positive on an open set where the further units are off",
    tier: Tier::Derived,
};

/// An upper bound of the learning coefficient of a mixture with `components` = i components of
/// `dimension` = N parameters, of which the truth has `true_ones` = j, weights of a Dirichlet
/// prior with index φ: λ ≤ ½ min{jN + j − 1 + φ(i − j), iN + j − 1}.
///
/// The first is the cost of surplus weights that vanish, the second that of surplus components
/// which repeat a true one.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] if the truth has
/// more components than are fitted, [`ClosedFormError::NotPositive`] for φ ≤ 0.
///
/// # References
/// Yamazaki & Watanabe 2003, Neural Networks 16, 1029–1038; the form is that of Drton & Plummer
/// 2017.
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// let bounds = closed_form::mixture_bounds(1, 3, 1, &Rational::ONE)?;
/// assert_eq!(bounds.upper().to_string(), "3/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn mixture_bounds(
    dimension: usize,
    components: usize,
    true_ones: usize,
    concentration: &Rational,
) -> Result<ClosedFormBounds, ClosedFormError> {
    positive(&[("dimension", dimension), ("components", components)])?;
    at_least("true components", true_ones, 1)?;
    at_most("true components", true_ones, components)?;
    if !concentration.is_positive() {
        return Err(ClosedFormError::NotPositive {
            name: "Dirichlet index",
            value: concentration.clone(),
        });
    }
    let [n, i, j] = [dimension, components, true_ones].map(rational);
    let weights = &j - &Rational::ONE;
    let vanish = &j * &n + &weights + concentration * &(&i - &j);
    let repeat = i * n + weights;
    let model = format!(
        "{components} components of dimension {dimension}, {true_ones} true, Dirichlet index \
         {concentration}"
    );
    ClosedFormBounds::new(None, half(vanish.min(repeat)), Family::MixtureBounds, model)
}

/// An upper bound of the learning coefficient of a hidden Markov model with `states` = K states, of
/// which the truth has `true_states` = K₀, and emissions of `dimension` = M parameters:
/// λ ≤ (K₀(K − 1) + K₀M)/2, the cost of transitions into surplus states that vanish.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] if the truth has
/// more states than are fitted.
///
/// # References
/// Cf. Yamazaki & Watanabe 2005, Neurocomputing 69, 62–84.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::markov_bounds(3, 1, 1)?.upper().to_string(), "3/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn markov_bounds(
    states: usize,
    true_states: usize,
    dimension: usize,
) -> Result<ClosedFormBounds, ClosedFormError> {
    positive(&[("states", states), ("dimension", dimension)])?;
    at_least("true states", true_states, 1)?;
    at_most("true states", true_states, states)?;
    let each = rational(states - 1) + rational(dimension);
    let upper = half(rational(true_states) * each);
    let model = format!("{states} states, {true_states} true, emissions of dimension {dimension}");
    ClosedFormBounds::new(None, upper, Family::MarkovBounds, model)
}

/// An upper bound of the learning coefficient of a ReLU network with one hidden layer and biases
/// in both layers, whatever its number of units, where the truth has `true_units`: half the number
/// of parameters of the true network, less one for each unit's scaling,
/// λ ≤ (h(N + 1) + M(h + 1) − h)/2.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if inputs or outputs are 0.
///
/// # References
/// Cf. Nagayasu & Watanabe 2023, arXiv:2303.15739.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::relu_bounds(3, 1, 2)?.upper().to_string(), "9/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn relu_bounds(
    inputs: usize,
    outputs: usize,
    true_units: usize,
) -> Result<ClosedFormBounds, ClosedFormError> {
    positive(&[("inputs", inputs), ("outputs", outputs)])?;
    let [n, m, h] = [inputs, outputs, true_units].map(rational);
    let upper = half(&h * &n + m * (h + Rational::ONE));
    let model = format!("{inputs} inputs, {outputs} outputs, {true_units} true units");
    ClosedFormBounds::new(None, upper, Family::ReluBounds, model)
}
