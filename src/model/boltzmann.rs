//! Restricted Boltzmann machines of ±1 units without biases.

use super::error::{at_least, at_most};
use super::{Domain, FiniteOutcomes, ModelError};
use crate::algebra::{Polynomial, Rational, SizeLimits, Variables};

/// The restricted Boltzmann machine of M visible and N hidden ±1 units without biases:
/// p(v) ∝ Σ_h exp(Σ w_ij v_i h_j) = 2^N Π_j cosh(Σ_i w_ij v_i).
///
/// The parameters are t_ij = tanh w_ij ∈ (−1, 1), an analytic change of coordinates that leaves λ
/// and m as they are: since cosh(Σ_i w_i v_i) = Π_i cosh w_i · Σ_{|S| even} Π_{i∈S} t_i v_i, the
/// weights q(v) = Π_j Σ_{|S| even} Π_{i∈S} t_ij v_i are polynomials, and p = q/Σq (Aoyagi, JMLR 11
/// (2010) 1243–1272). They are named `t{i}_{j}`, unit j after unit j. Outcomes: v, the last unit
/// fastest, +1 first.
///
/// # Errors
/// [`ModelError::TooSmall`] for no unit; [`ModelError::TooLarge`] for M > 10; as for polynomials
/// that grow too large.
///
/// ```
/// use rlct::{Budget, model::{Model, rational_point, restricted_boltzmann_machine}};
/// let model = restricted_boltzmann_machine(3, 1)?;
/// let germ = model.germ(&rational_point(&[0.0; 3])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 3/4, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn restricted_boltzmann_machine(
    visible: usize,
    hidden: usize,
) -> Result<FiniteOutcomes, ModelError> {
    at_least("the number of visible units", 1, visible)?;
    at_least("the number of hidden units", 1, hidden)?;
    at_most("the number of visible units", 10, visible)?;
    at_most("the number of hidden units", 256, hidden)?;
    let names = (1..=hidden).flat_map(|j| (1..=visible).map(move |i| format!("t{i}_{j}")));
    let ring = Variables::new(names)?;
    let limits = SizeLimits::default();
    let one = Polynomial::constant(&ring, Rational::ONE);
    let half = Rational::ONE / Rational::from(2);
    let mut weights = Vec::with_capacity(1 << visible);
    for configuration in 0..1_usize << visible {
        let mut weight = one.clone();
        for j in 0..hidden {
            // Even subsets: ½ [Π (1 + t_i v_i) + Π (1 − t_i v_i)].
            let mut products = [one.clone(), one.clone()];
            for i in 0..visible {
                let t = Polynomial::variable(&ring, j * visible + i);
                let positive = configuration >> (visible - 1 - i) & 1 == 0;
                let (up, down) = (&one + &t, &one - &t);
                let (first, second) = if positive { (up, down) } else { (down, up) };
                products[0] = products[0].checked_mul(&first, &limits)?;
                products[1] = products[1].checked_mul(&second, &limits)?;
            }
            let even = (&products[0] + &products[1]).scale(&half);
            weight = weight.checked_mul(&even, &limits)?;
        }
        weights.push(weight);
    }
    let bounds = (0..ring.len()).flat_map(|i| {
        let t = Polynomial::variable(&ring, i);
        [&one - &t, &one + &t]
    });
    let domain = Domain::new(&ring, bounds.collect())?;
    Ok(FiniteOutcomes::unnormalised(&ring, &weights)?.on_domain(domain))
}
