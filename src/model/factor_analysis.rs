//! Factor analysis and probabilistic principal components.

use super::covariance::place;
use super::error::{at_least, at_most};
use super::{Domain, GaussianCovariance, ModelError};
use crate::algebra::{Polynomial, Variables};

/// Factor analysis of p observed variables with k factors: Σ = D + LLᵀ, D diagonal with entries ≥
/// 0, L a p × k matrix.
///
/// Parameters: the variances `d1`, …, `dp`, then the loadings `l{variable}_{factor}`, factor after
/// factor. Learning coefficients: Drton & Plummer 2017 (JRSS B 79:323–380), Table 2, many of them
/// bounds.
///
/// # Errors
/// [`ModelError::TooSmall`] for no variable or factor, [`ModelError::TooLarge`].
///
/// ```
/// use rlct::{Budget, model::{Model, factor_analysis, rational_point}};
/// // one factor, three variables, independent in truth: 3p/4
/// let germ = factor_analysis(3, 1)?.germ(&rational_point(&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 9/4, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn factor_analysis(variables: usize, factors: usize) -> Result<GaussianCovariance, ModelError> {
    let names = (1..=variables).map(|i| format!("d{i}")).collect();
    loadings(variables, factors, names, "l")
}

/// Probabilistic principal component analysis (Tipping & Bishop 1999) of p variables with q
/// components: Σ = s I + WWᵀ, s ≥ 0.
///
/// Parameters: `s`, then the entries `w{variable}_{component}` of W, component after component.
///
/// # Errors
/// [`ModelError::TooSmall`] for no variable or component, [`ModelError::TooLarge`].
///
/// ```
/// use rlct::model::{Model, principal_components};
/// assert_eq!(principal_components(2, 1)?.parameters().names(), ["s", "w1_1", "w2_1"]);
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn principal_components(
    variables: usize,
    components: usize,
) -> Result<GaussianCovariance, ModelError> {
    loadings(variables, components, vec!["s".to_string()], "w")
}

/// Σ = diagonal + LLᵀ; the diagonal entries are `diagonal`, or all equal to the only one.
fn loadings(
    variables: usize,
    factors: usize,
    diagonal: Vec<String>,
    prefix: &str,
) -> Result<GaussianCovariance, ModelError> {
    at_least("the number of variables", 1, variables)?;
    at_most("the number of variables", 64, variables)?;
    at_least("the number of factors", 1, factors)?;
    at_most("the number of factors", 256, factors)?;
    let num_diagonal = diagonal.len();
    let columns =
        (1..=factors).flat_map(|k| (1..=variables).map(move |i| format!("{prefix}{i}_{k}")));
    let ring = Variables::new(diagonal.into_iter().chain(columns))?;
    let variable = |i: usize| Polynomial::variable(&ring, i);
    let mut entries = vec![Polynomial::zero(&ring); variables * (variables + 1) / 2];
    for i in 0..variables {
        for j in i..variables {
            let mut sum = if i == j {
                variable(i % num_diagonal)
            } else {
                Polynomial::zero(&ring)
            };
            for k in 0..factors {
                let first = num_diagonal + k * variables;
                sum = &sum + &(&variable(first + i) * &variable(first + j));
            }
            entries[place(variables, i, j)] = sum;
        }
    }
    let domain = Domain::new(&ring, (0..num_diagonal).map(variable).collect())?;
    Ok(GaussianCovariance::new(&ring, variables, &entries)?.on_domain(domain))
}
