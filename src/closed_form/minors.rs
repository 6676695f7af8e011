//! Minors of matrices with independent entries.

use super::family::{About, Tier};
use super::size::{at_least, at_most, half, positive, quarter, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};

pub(super) const MINORS: About = About {
    name: "minors of a general matrix",
    source: Source::publication(
        "Johnson",
        2003,
        "Multiplier ideals of determinantal ideals",
        "PhD thesis, University of Michigan",
        "theorem 6.1; Docampo 2013",
    ),
    conditions: "K is the sum of the squares of all minors of one size of a matrix of independent \
                 entries; the prior is positive at the matrix 0",
    tier: Tier::Computed,
};

pub(super) const SYMMETRIC_MINORS: About = About {
    name: "minors of a symmetric matrix",
    source: Source::derivation("Volumes of small eigenvalues", "symmetric minors"),
    conditions: "K is the sum of the squares of all minors of one size of a real symmetric matrix \
                 of independent entries; the prior is positive at the matrix 0",
    tier: Tier::Derived,
};

/// The learning coefficient of the ideal of all minors of the given size of a general
/// `rows` × `columns` matrix: λ is the least of (n−k)(m−k)/(2(size−k)) over 0 ≤ k < size, and m
/// the number of k that attain it.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] if the size
/// exceeds rows or columns.
///
/// # Complexity
/// O(1): with j = size − k the ratio is j + (a + b) + ab/j, convex in j, where a and b are rows and
/// columns less the size; it is least next to √(ab).
///
/// # References
/// Johnson 2003 and Docampo 2013 for λ; m by the volume of small singular values.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::minors(3, 4, 2)?.coefficient().to_string(), "λ = 3, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn minors(rows: usize, columns: usize, size: usize) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("rows", rows), ("columns", columns), ("size", size)])?;
    at_most("size", size, rows.min(columns))?;
    let (a, b) = (rows - size, columns - size);
    let root = usize::try_from((a as u128 * b as u128).isqrt()).unwrap_or(usize::MAX);
    let first = root.clamp(1, size);
    let second = root.saturating_add(1).clamp(1, size);
    let value =
        |j: usize| half((rational(a) + rational(j)) * (rational(b) + rational(j)) / rational(j));
    let (one, other) = (value(first), value(second));
    let m = 1 + usize::from(first != second && one == other);
    let model = format!("{size}-minors of a {rows} × {columns} matrix");
    Ok(ClosedForm::of(one.min(other), m, Family::Minors, model))
}

/// The learning coefficient of the ideal of all minors of the given size of a general symmetric
/// n × n matrix: λ is the least of (n−k)(n−k+1)/(4(size−k)) over 0 ≤ k < size, and m the number
/// of k that attain it.
///
/// Eigenvalues of a symmetric matrix repel each other linearly: the volume of the matrices whose
/// n − k smallest eigenvalues are below ε is ε to the power (n−k)(n−k+1)/2.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0, [`ClosedFormError::TooLarge`] if the minors
/// are larger than the matrix.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::symmetric_minors(3, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 3/2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn symmetric_minors(n: usize, size: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("size", size, 1)?;
    at_most("size", size, n)?;
    // with j = size − k and a = n − size the ratio is j + 2a + 1 + a(a + 1)/j, least at a and a + 1
    let a = n - size;
    let first = a.clamp(1, size);
    let second = a.saturating_add(1).clamp(1, size);
    let value = |j: usize| {
        let width = rational(a) + rational(j);
        quarter(&width * &(&width + &rational(1)) / rational(j))
    };
    let (one, other) = (value(first), value(second));
    let m = 1 + usize::from(first != second && one == other);
    let model = format!("{size}-minors of a symmetric {n} × {n} matrix");
    Ok(ClosedForm::of(
        one.min(other),
        m,
        Family::SymmetricMinors,
        model,
    ))
}
