//! Reduced-rank regression.

use super::error::{at_least, at_most};
use super::{Inputs, ModelError, Regression};
use crate::algebra::{Polynomial, Variables};

/// Reduced-rank regression y = B A x + N(0, I) with `inputs` N, `hidden` H, `outputs` M: A is H ×
/// N, B is M × H.
///
/// Parameters: the entries `a{h}_{n}` of A, column after column, then `b{m}_{h}` of B. K = ½‖BA −
/// B*A*‖² for standard normal inputs. Learning coefficient:
/// [`closed_form::reduced_rank`](crate::closed_form::reduced_rank) (Aoyagi & Watanabe 2005).
///
/// # Errors
/// [`ModelError::TooSmall`] for a width of 0; [`ModelError::TooLarge`].
///
/// ```
/// use rlct::{Budget, model::{Model, rational_point, reduced_rank_regression}};
/// let model = reduced_rank_regression(1, 2, 2)?;
/// let germ = model.germ(&rational_point(&[0.0; 6])?)?;
/// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1, m = 2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reduced_rank_regression(
    inputs: usize,
    hidden: usize,
    outputs: usize,
) -> Result<Regression, ModelError> {
    for (what, width) in [
        ("the number of inputs", inputs),
        ("the number of hidden units", hidden),
        ("the number of outputs", outputs),
    ] {
        at_least(what, 1, width)?;
        at_most(what, 256, width)?;
    }
    let a = (1..=inputs).flat_map(|n| (1..=hidden).map(move |h| format!("a{h}_{n}")));
    let b = (1..=hidden).flat_map(|h| (1..=outputs).map(move |m| format!("b{m}_{h}")));
    let parameters = Variables::new(a.chain(b))?;
    let x = Variables::new((1..=inputs).map(|n| format!("x{n}")))?;
    let all = x.union(&parameters);
    let variable = |i: usize| Polynomial::variable(&all, i);
    let mut functions = Vec::with_capacity(outputs);
    for m in 0..outputs {
        let mut f = Polynomial::zero(&all);
        for h in 0..hidden {
            let b = variable(inputs + inputs * hidden + h * outputs + m);
            for n in 0..inputs {
                f = &f + &(&(&b * &variable(inputs + n * hidden + h)) * &variable(n));
            }
        }
        functions.push(f);
    }
    Regression::new(&x, &parameters, &functions, Inputs::Normal)
}
