//! What an instance is good for, in a few words.

use super::Written;
use crate::Answer;
use crate::algebra::Rational;
use crate::closed_form::Family;
use crate::resolution::GermText;
use std::cmp::Ordering;

/// The words for what an instance is good for, and what they mean.
pub const KEYWORDS: [(&str, &str); 11] = [
    ("regular", "λ = d/2"),
    ("singular", "λ < d/2"),
    (
        "m > 1",
        "the largest pole is multiple: finite n sees λ late",
    ),
    (
        "slow",
        "(m − 1)/log t, by which U(t) is below λ, is more than λ/10 at t = 10,000",
    ),
    (
        "global",
        "λ is the smallest over the fibre, as the conditions of its family say",
    ),
    (
        "local",
        "λ at the point; whether another point of the fibre has a smaller one is not said",
    ),
    ("boundary", "variables that are bounded at the point"),
    ("prior", "a prior that vanishes or has a pole at the point"),
    ("bounds", "only bounds of λ are known"),
    ("small", "at most 4 variables"),
    ("large", "more than 12 variables"),
];

/// 1/log 10,000, rounded to three digits: words are no proofs.
const SLOW_TERM: (i64, i64) = (109, 1000);
/// The part of λ that counts.
const SLOW_PART: (i64, i64) = (1, 10);

/// The words of an instance.
pub(super) fn keywords(
    family: Family,
    value: &Answer,
    germ: Option<&GermText>,
    written: Option<&Written>,
) -> Vec<String> {
    let dimension = written.map(Written::dimension);
    let pair = value.coefficient();
    let half = dimension.map(|d| Rational::from(d) / Rational::from(2));
    let compared = pair.zip(half).map(|(pair, half)| pair.lambda().cmp(&half));
    let holds = [
        compared == Some(Ordering::Equal),
        compared == Some(Ordering::Less),
        pair.is_some_and(|pair| pair.multiplicity() > 1),
        pair.is_some_and(|pair| {
            let ratio = |(p, q): (i64, i64)| Rational::from(p) / Rational::from(q);
            let late = Rational::from(pair.multiplicity() - 1) * ratio(SLOW_TERM);
            late > ratio(SLOW_PART) * pair.lambda()
        }),
        family.is_global(),
        !family.is_global(),
        germ.is_some_and(|germ| !germ.nonnegative.is_empty()),
        written.is_some_and(|w| w.prior().iter().any(|h| !h.is_zero())),
        pair.is_none(),
        dimension.is_some_and(|d| d <= 4),
        dimension.is_some_and(|d| d > 12),
    ];
    let words = KEYWORDS.into_iter().zip(holds).filter(|(_, holds)| *holds);
    words.map(|((word, _), _)| word.to_string()).collect()
}
