//! Hyperplane arrangements: K is the square of a product of linear forms.

use super::family::{About, Tier};
use super::flats::Flats;
use super::size::{at_least, half, positive, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;

const MUSTATA: Source = Source::publication(
    "Mustaţă",
    2006,
    "Multiplier ideals of hyperplane arrangements",
    "Transactions of the AMS 358, 5015–5023",
    "corollary 0.3",
);

pub(super) const GENERIC: About = About {
    name: "hyperplanes in general position",
    source: MUSTATA,
    conditions: "K = Π lᵢ², any d of the linear forms lᵢ independent; the prior is positive at the \
                 origin",
    tier: Tier::Computed,
};

pub(super) const ANY: About = About {
    name: "central arrangement",
    source: MUSTATA,
    conditions: "K = Π lᵢ^(2sᵢ), the lᵢ linear forms; the prior is positive at the origin",
    tier: Tier::Computed,
};

pub(super) const BRAID: About = About {
    name: "braid arrangement",
    source: MUSTATA,
    conditions: "K = Π_{i<j} (xᵢ − xⱼ)²; the prior is positive at the origin",
    tier: Tier::Computed,
};

/// The learning coefficient of K = Π lᵢ² for `hyperplanes` linear forms in `dimension` variables,
/// any `dimension` of which are independent.
///
/// 2λ is the least of codim(W)/#{i: lᵢ = 0 on W} over the intersections W: 1 at the hyperplanes
/// and d/n at the origin. So λ = d/(2n), m = 1 for n > d, and λ = 1/2, m = n for n ≤ d (normal
/// crossings). In the plane, any n different lines are in general position.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a number is 0; for n > d = 1 the forms are equal up to factors:
/// that is a [`normal_crossing`](super::normal_crossing()), and an error here.
///
/// # References
/// Mustaţă 2006, *Multiplier ideals of hyperplane arrangements*, Transactions of the AMS 358.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// // xyz(x + y + z)
/// assert_eq!(closed_form::generic_arrangement(3, 4)?.lambda().to_string(), "3/8");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn generic_arrangement(
    dimension: usize,
    hyperplanes: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("dimension", dimension), ("hyperplanes", hyperplanes)])?;
    if hyperplanes > 1 {
        at_least("dimension", dimension, 2)?;
    }
    let model = format!("{hyperplanes} hyperplanes in dimension {dimension}");
    let (ratio, m) = if hyperplanes > dimension {
        (rational(dimension) / rational(hyperplanes), 1)
    } else {
        (Rational::ONE, hyperplanes)
    };
    Ok(ClosedForm::of(
        half(ratio),
        m,
        Family::GenericArrangement,
        model,
    ))
}

/// The learning coefficient of K = Π lᵢ^(2sᵢ) for linear forms lᵢ, given by their coefficients (what
/// a shorter list lacks is 0), and multiplicities sᵢ.
///
/// A flat W is an intersection of hyperplanes lᵢ = 0; it is irreducible if the forms that vanish on
/// it are no union of two sets in independent directions. 2λ is the least of codim(W)/Σ sᵢ, the sum
/// over the forms that vanish on W, and attained at irreducible ones; m is the size of the largest
/// nested set of irreducible flats that attain it: one in which those that do not contain one
/// another intersect in a direct sum. (Blow-ups of all irreducible flats make the arrangement
/// normal crossings, and the exceptional divisors that meet are the nested sets: De Concini &
/// Procesi 1995.)
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for no forms, forms that are 0 or a multiplicity 0;
/// [`ClosedFormError::NotKnown`] for more than 20,000 flats, or where m is not found within so many
/// steps.
///
/// # References
/// Mustaţă 2006, *Multiplier ideals of hyperplane arrangements*, Transactions of the AMS 358;
/// Teitler 2008, *A note on Mustaţă's computation of multiplier ideals of hyperplane arrangements*,
/// Proceedings of the AMS 136 (irreducible flats and multiplicities).
///
/// # Examples
///
/// ```
/// use rlct::{algebra::Rational, closed_form};
///
/// // x²·y·(x − y)·z³: the plane z = 0 thrice, beside three that share a line
/// let form = |l: [i64; 3], s| (l.map(Rational::from).to_vec(), s);
/// let forms = [form([1, 0, 0], 2), form([0, 1, 0], 1), form([1, -1, 0], 1), form([0, 0, 1], 3)];
/// let pair = closed_form::arrangement(&forms)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 1/6, m = 1");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn arrangement(forms: &[(Vec<Rational>, u32)]) -> Result<ClosedForm, ClosedFormError> {
    at_least("forms", forms.len(), 1)?;
    let width = forms.iter().map(|(form, _)| form.len()).max().unwrap_or(0);
    let mut padded = Vec::new();
    for (form, s) in forms {
        let occurring = form.iter().filter(|c| !c.is_zero()).count();
        at_least("variables of a form", occurring, 1)?;
        at_least("multiplicity", *s as usize, 1)?;
        let mut form = form.clone();
        form.resize(width, Rational::ZERO);
        padded.push((form, *s));
    }
    let not_known = || ClosedFormError::NotKnown {
        what: "arrangements of so many flats",
    };
    let flats = Flats::of(&padded).ok_or_else(not_known)?;
    let (ratio, m) = flats.least().ok_or_else(not_known)?;
    let [of_forms, of_variables] = [(forms.len(), "form"), (width, "variable")].map(|(n, word)| {
        let end = if n == 1 { "" } else { "s" };
        format!("{n} {word}{end}")
    });
    let model = format!("{of_forms} in {of_variables}");
    Ok(ClosedForm::of(half(ratio), m, Family::Arrangement, model))
}

/// The learning coefficient of K = Π_{i<j} (xᵢ − xⱼ)² in n variables: λ = 1/n, m = 1.
///
/// Where k coordinates coincide, k(k−1)/2 forms vanish on a subspace of codimension k − 1: the
/// ratio 2/k is least at k = n.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two variables.
///
/// # References
/// Mustaţă 2006, *Multiplier ideals of hyperplane arrangements*, Transactions of the AMS 358.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::braid_arrangement(4)?.lambda().to_string(), "1/4");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn braid_arrangement(variables: usize) -> Result<ClosedForm, ClosedFormError> {
    at_least("variables", variables, 2)?;
    let lambda = Rational::ONE / rational(variables);
    let model = format!("{variables} variables");
    Ok(ClosedForm::of(lambda, 1, Family::BraidArrangement, model))
}
