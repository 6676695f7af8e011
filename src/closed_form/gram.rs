//! Inner products of different rows.

use super::family::{About, Tier};
use super::size::{at_least, quarter, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

pub(super) const ABOUT: About = About {
    name: "off-diagonal Gram ideal",
    source: Source::derivation("Volumes by the norms of rows", "Finner's inequality"),
    conditions: "K = Σ_{i<j} ⟨aᵢ, aⱼ⟩² for M rows in N dimensions; the prior is positive at 0",
    tier: Tier::Derived,
};

/// The learning coefficient of the ideal of the inner products of different rows of a `rows` ×
/// `columns` matrix: λ = min(MN, M(M − 1))/4, m = M if N = M − 1, else 1.
///
/// It is the core of factor analysis and of restricted Boltzmann machines at truth 0.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two rows or no column.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::off_diagonal_gram(3, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 3/2, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn off_diagonal_gram(rows: usize, columns: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("rows", rows, 2)?;
    at_least("columns", columns, 1)?;
    let m = if columns == rows - 1 { rows } else { 1 };
    let [r, c] = [rows, columns].map(rational);
    let least = c.min(&r - &Rational::ONE);
    let model = format!("{rows} rows, {columns} columns");
    Ok(ClosedForm::of(
        quarter(r * least),
        m,
        Family::OffDiagonalGram,
        model,
    ))
}
