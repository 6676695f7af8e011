//! Diagonal linear networks.

use super::error::{at_least, at_most};
use super::{Inputs, ModelError, Regression};
use crate::algebra::{Polynomial, Rational, Variables};

/// The diagonal linear network f(x) = Σ_j (Π_l u_lj) x_j of N inputs and L layers: a linear
/// regression whose coefficients are products. Inputs are standard normal.
///
/// Parameters: `u{layer}_{input}`, layer after layer. The ideal at the origin is Σ_j of the
/// monomial ideals ⟨Π_l u_lj⟩, so there λ = N/2 and m = N(L − 1) + 1.
///
/// # Errors
/// [`ModelError::TooSmall`] for a size of 0, [`ModelError::TooLarge`].
///
/// ```
/// use rlct::{Budget, model::{Model, diagonal_linear_network, rational_point}};
/// let germ = diagonal_linear_network(2, 3)?.germ(&rational_point(&[0.0; 6])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1, m = 5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn diagonal_linear_network(inputs: usize, layers: usize) -> Result<Regression, ModelError> {
    for (what, size) in [
        ("the number of inputs", inputs),
        ("the number of layers", layers),
    ] {
        at_least(what, 1, size)?;
        at_most(what, 256, size)?;
    }
    let names = (1..=layers).flat_map(|l| (1..=inputs).map(move |j| format!("u{l}_{j}")));
    let parameters = Variables::new(names)?;
    let x = Variables::new((1..=inputs).map(|j| format!("x{j}")))?;
    let all = x.union(&parameters);
    let mut f = Polynomial::zero(&all);
    for j in 0..inputs {
        let one = Polynomial::constant(&all, Rational::ONE);
        let coefficient = (0..layers).fold(one, |product, l| {
            &product * &Polynomial::variable(&all, inputs + l * inputs + j)
        });
        f = &f + &(&coefficient * &Polynomial::variable(&all, j));
    }
    Regression::new(&x, &parameters, &[f], Inputs::Normal)
}
