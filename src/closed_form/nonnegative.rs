//! Factorisations into matrices with entries that are not negative.

use super::family::{About, Tier};
use super::reduced_rank::reduced_rank;
use super::size::{at_least, at_most, half, multiplicity, positive, rational};
use super::{ClosedForm, ClosedFormBounds, ClosedFormError, Family, Source};
use crate::LearningCoefficient;
use crate::algebra::Rational;

const HAYASHI_WATANABE: Source = Source::publication(
    "Hayashi & Watanabe",
    2017,
    "Upper bound of Bayesian generalization error in non-negative matrix factorization",
    "Neurocomputing 266, 21–28",
    "main theorem; the tighter bound of the same authors at SSCI 2017",
);

pub(super) const ZERO: About = About {
    name: "non-negative matrix factorisation of 0",
    source: HAYASHI_WATANABE,
    conditions: "K = ‖XY‖², the entries of X and Y ≥ 0; the prior is positive at 0",
    tier: Tier::Computed,
};

pub(super) const POSITIVE: About = About {
    name: "non-negative matrix factorisation of a positive truth",
    source: Source::derivation(
        "Strictly positive factorisations are interior",
        "non-negative matrix factorisation",
    ),
    conditions: "K = ‖XY − C‖², the entries of X and Y ≥ 0, C = XY for strictly positive X and Y \
                 with the given number of columns and rows and of the same rank as C; the prior is \
                 positive there; the global coefficient",
    tier: Tier::Derived,
};

pub(super) const LATENT_DIRICHLET: About = About {
    name: "latent Dirichlet allocation",
    source: Source::publication(
        "Hayashi",
        2021,
        "The exact asymptotic form of Bayesian generalization error in latent Dirichlet allocation",
        "Neural Networks 137, 127–137",
        "main theorem",
    ),
    conditions: "stochastic matrix factorisation K = ‖AB − A₀B₀‖², the columns of A (words by \
                 topics) and B (topics by documents) in simplices, a truth inside that factors of \
                 rank r of the centred matrices reach inside; the prior is positive there; the \
                 global coefficient",
    tier: Tier::Derived,
};

pub(super) const BOUNDS: About = About {
    name: "bounds for non-negative matrix factorisation",
    source: HAYASHI_WATANABE,
    conditions: "K = ‖XY − C‖², the entries of X and Y ≥ 0, C of rank and of non-negative rank H₀; \
                 the prior is positive on the fibre",
    tier: Tier::Published,
};

/// The learning coefficient of non-negative matrix factorisation with M × H and H × N factors at
/// truth 0: λ = H min(M, N)/2, m = H + 1 if M = N, else 1.
///
/// No term of XY is negative, so K is comparable to Σ_h |x_h|²|y_h|²: a sum of products.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0, [`ClosedFormError::MultiplicityTooLarge`] beyond
/// the machine word.
///
/// # References
/// Hayashi & Watanabe 2017, Neurocomputing 266, 21–28, the case of equality.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::nonnegative_zero(2, 2, 2)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 2, m = 3");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn nonnegative_zero(
    rows: usize,
    columns: usize,
    inner: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("rows", rows), ("columns", columns), ("inner size", inner)])?;
    let m = if rows == columns {
        multiplicity(inner.checked_add(1))?
    } else {
        1
    };
    let lambda = half(rational(inner) * rational(rows.min(columns)));
    let model = format!("{rows} rows, {columns} columns, inner size {inner}, truth 0");
    Ok(ClosedForm::of(lambda, m, Family::NonnegativeZero, model))
}

/// The learning coefficient of non-negative matrix factorisation at a truth of rank `rank` that has
/// a strictly positive factorisation of that rank at the inner size: the pair of
/// [`reduced_rank`].
///
/// Near such a factorisation the constraint is not felt, and a constraint never lowers λ.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size or the rank is 0, [`ClosedFormError::TooLarge`] if the
/// rank exceeds a size.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let pair = closed_form::nonnegative_positive(2, 2, 2, 1)?;
/// assert_eq!(pair.coefficient().to_string(), "λ = 2, m = 2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn nonnegative_positive(
    rows: usize,
    columns: usize,
    inner: usize,
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    positive(&[("rows", rows), ("columns", columns), ("inner size", inner)])?;
    at_least("rank", rank, 1)?;
    at_most("rank", rank, rows.min(columns).min(inner))?;
    let linear = reduced_rank(columns, rows, inner, rank)?;
    let model = format!("{rows} rows, {columns} columns, inner size {inner}, rank {rank}");
    let coefficient = linear.coefficient().clone();
    Ok(ClosedForm::new(
        coefficient,
        Family::NonnegativePositive,
        model,
    ))
}

/// The learning coefficient of latent Dirichlet allocation with M = `words`, N = `documents` and
/// H = `topics`, where the centred truth has rank r: (M − 1)/2 plus the pair of reduced-rank
/// regression of sizes M − 1, N − 1, H − 1 and rank r.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] for less than two words or no document or topic,
/// [`ClosedFormError::TooLarge`] if the rank exceeds a size less one.
///
/// # References
/// Hayashi 2021, Neural Networks 137, 127–137: λ = λ_RRR(M, N, H, r + 1) − N/2, the same value.
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// assert_eq!(closed_form::latent_dirichlet(4, 3, 2, 1)?.lambda().to_string(), "7/2");
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn latent_dirichlet(
    words: usize,
    documents: usize,
    topics: usize,
    rank: usize,
) -> Result<ClosedForm, ClosedFormError> {
    at_least("words", words, 2)?;
    positive(&[("documents", documents), ("topics", topics)])?;
    let (m, n, h) = (words - 1, documents - 1, topics - 1);
    at_most("rank", rank, m.min(n).min(h))?;
    let means = LearningCoefficient::new(half(rational(m)), 1);
    let coefficient = if n == 0 || h == 0 {
        means
    } else {
        means.sum(reduced_rank(n, m, h, rank)?.coefficient())
    };
    let model = format!("{words} words, {documents} documents, {topics} topics, rank {rank}");
    Ok(ClosedForm::new(coefficient, Family::LatentDirichlet, model))
}

/// Bounds of the learning coefficient of non-negative matrix factorisation with M × H and H × N
/// factors at a truth of rank and non-negative rank H₀: that of [`reduced_rank`] below, and
/// ((H − H₀) min(M, N) + H₀(M + N − 2) + δ)/2 above, δ = 1 for odd H₀ and else 0.
///
/// # Errors
/// [`ClosedFormError::TooSmall`] if a size is 0, [`ClosedFormError::TooLarge`] if the rank exceeds
/// a size.
///
/// # References
/// Hayashi & Watanabe 2017, Neurocomputing 266, 21–28 and SSCI 2017. For strictly positive truths
/// the upper bound is not attained: [`nonnegative_positive`].
///
/// # Examples
///
/// ```
/// use rlct::closed_form;
///
/// let bounds = closed_form::nonnegative_bounds(4, 5, 2, 1)?;
/// assert_eq!(bounds.to_string().split(" (").next(), Some("11/2 ≤ λ ≤ 6"));
/// # Ok::<(), closed_form::ClosedFormError>(())
/// ```
pub fn nonnegative_bounds(
    rows: usize,
    columns: usize,
    inner: usize,
    rank: usize,
) -> Result<ClosedFormBounds, ClosedFormError> {
    positive(&[("rows", rows), ("columns", columns), ("inner size", inner)])?;
    at_most("rank", rank, rows.min(columns).min(inner))?;
    let linear = reduced_rank(columns, rows, inner, rank)?;
    let [m, n, h, r] = [rows, columns, inner, rank].map(rational);
    let odd = rational(rank % 2);
    let twice = (h - &r) * m.clone().min(n.clone()) + r * (m + n - Rational::from(2)) + odd;
    let model = format!("{rows} rows, {columns} columns, inner size {inner}, rank {rank}");
    let lower = linear.lambda().clone();
    ClosedFormBounds::new(Some(lower), half(twice), Family::NonnegativeBounds, model)
}
