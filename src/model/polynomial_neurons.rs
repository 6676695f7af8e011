//! Networks of one hidden layer with the activation s ↦ s^p.

use super::error::{at_least, at_most};
use super::{Inputs, ModelError, Regression};
use crate::algebra::{Polynomial, SizeLimits, Variables};

/// The network f(x) = Σ_i a_i (b_i · x)^p with H hidden units, N inputs and M outputs; p = 2 are
/// quadratic neurons. Inputs are standard normal.
///
/// Parameters: the output weights `a{k}_{i}` of unit i to output k, unit after unit, then the input
/// weights `b{j}_{i}`, unit after unit.
///
/// # Errors
/// [`ModelError::TooSmall`] for a size of 0, [`ModelError::TooLarge`].
///
/// ```
/// use rlct::model::{Model, polynomial_neurons};
/// let model = polynomial_neurons(2, 1, 1, 2)?;
/// assert_eq!(model.parameters().names(), ["a1_1", "b1_1", "b2_1"]);
/// assert_eq!(model.coefficients().len(), 3); // of x₁², x₁x₂, x₂²
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn polynomial_neurons(
    inputs: usize,
    hidden: usize,
    outputs: usize,
    power: u32,
) -> Result<Regression, ModelError> {
    for (what, size) in [
        ("the number of inputs", inputs),
        ("the number of hidden units", hidden),
        ("the number of outputs", outputs),
        ("the power", power as usize),
    ] {
        at_least(what, 1, size)?;
        at_most(what, 256, size)?;
    }
    let a = (1..=hidden).flat_map(|i| (1..=outputs).map(move |k| format!("a{k}_{i}")));
    let b = (1..=hidden).flat_map(|i| (1..=inputs).map(move |j| format!("b{j}_{i}")));
    let parameters = Variables::new(a.chain(b))?;
    let x = Variables::new((1..=inputs).map(|j| format!("x{j}")))?;
    let all = x.union(&parameters);
    let variable = |i: usize| Polynomial::variable(&all, i);
    let limits = SizeLimits::default();
    let mut functions = vec![Polynomial::zero(&all); outputs];
    for i in 0..hidden {
        let first = inputs + hidden * outputs + i * inputs;
        let argument = (0..inputs).fold(Polynomial::zero(&all), |sum, j| {
            &sum + &(&variable(first + j) * &variable(j))
        });
        let unit = argument.checked_pow(power, &limits)?;
        for (k, f) in functions.iter_mut().enumerate() {
            let weight = variable(inputs + i * outputs + k);
            *f = &*f + &unit.checked_mul(&weight, &limits)?;
        }
    }
    Regression::new(&x, &parameters, &functions, Inputs::Normal)
}
