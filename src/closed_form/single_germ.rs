//! Single germs that the literature studies.

use super::family::{About, Tier};
use super::size::rational;
use super::{ClosedForm, ClosedFormError, Family, Source};
use std::fmt;

pub(super) const ABOUT: About = About {
    name: "single germ",
    source: Source::derivation("Germs of the literature", "see each germ"),
    conditions: "K as given, near the point given; the prior is positive there",
    tier: Tier::Computed,
};

/// A germ of the literature.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::NamedGerm;
///
/// assert_eq!(NamedGerm::WhitneyUmbrella.to_string(), "Whitney umbrella");
/// assert!(NamedGerm::ALL.contains(&NamedGerm::TwoPuiseuxPairs));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NamedGerm {
    /// ((y² − x³)² − 4x⁵y − x⁷)²: a plane branch with two Puiseux pairs.
    TwoPuiseuxPairs,
    /// (x² − y²z)².
    WhitneyUmbrella,
    /// (y − x²)² + x¹⁰: the Newton polyhedron in these coordinates gives only λ ≤ 3/4.
    ShearedParabola,
    /// (x + y²)² + z²: nondegenerate on the facets of its polyhedron alone.
    HiddenSquare,
    /// ((x − 1)(x² + y²)²)² at the origin.
    LineAndPointAtPoint,
    /// ((x − 1)(x² + y²)²)² at (1, 0).
    LineAndPointAtLine,
    /// (w + 1)²(w − 1)⁴ at w = −1.
    TwoWellsSteep,
    /// (w + 1)²(w − 1)⁴ at w = 1.
    TwoWellsFlat,
    /// (x³ + y³ + z³)², the simple elliptic singularity P₈.
    SimpleElliptic,
    /// The swallowtail x⁴ + ax² + bx + c's discriminant, squared.
    Swallowtail,
    /// (x⁴ − y⁴)², a real form of X₉.
    CrossedParabolas,
}

impl NamedGerm {
    /// Every germ.
    ///
    /// ```
    /// # use rlct::closed_form::NamedGerm;
    /// assert!(NamedGerm::ALL.len() > 5);
    /// ```
    pub const ALL: [Self; 11] = [
        Self::TwoPuiseuxPairs,
        Self::WhitneyUmbrella,
        Self::ShearedParabola,
        Self::HiddenSquare,
        Self::LineAndPointAtPoint,
        Self::LineAndPointAtLine,
        Self::TwoWellsSteep,
        Self::TwoWellsFlat,
        Self::SimpleElliptic,
        Self::Swallowtail,
        Self::CrossedParabolas,
    ];

    /// Where its value comes from.
    ///
    /// ```
    /// # use rlct::closed_form::NamedGerm;
    /// assert!(NamedGerm::WhitneyUmbrella.origin().contains("(s + 1)²(s + 3/2)"));
    /// ```
    #[must_use]
    pub fn origin(self) -> &'static str {
        match self {
            Self::TwoPuiseuxPairs => {
                "semigroup ⟨4, 6, 13⟩: lct 1/4 + 1/6, the largest root of the Bernstein polynomial"
            }
            Self::WhitneyUmbrella => "Bernstein polynomial (s + 1)²(s + 3/2)",
            Self::ShearedParabola | Self::HiddenSquare => "coordinate change to a sum of powers",
            Self::LineAndPointAtPoint | Self::LineAndPointAtLine => {
                "up to a unit, a power of |w|² and a coordinate"
            }
            Self::TwoWellsSteep | Self::TwoWellsFlat => "up to a unit, a power of a coordinate",
            Self::SimpleElliptic | Self::CrossedParabolas => "one blow-up",
            Self::Swallowtail => "weights 2, 3, 4 and degree 12: (2 + 3 + 4)/24",
        }
    }
}

impl fmt::Display for NamedGerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::TwoPuiseuxPairs => "two Puiseux pairs",
            Self::WhitneyUmbrella => "Whitney umbrella",
            Self::ShearedParabola => "sheared parabola",
            Self::HiddenSquare => "hidden square",
            Self::LineAndPointAtPoint => "line and point, at the point",
            Self::LineAndPointAtLine => "line and point, at the line",
            Self::TwoWellsSteep => "two wells, the steep one",
            Self::TwoWellsFlat => "two wells, the flat one",
            Self::SimpleElliptic => "simple elliptic singularity",
            Self::Swallowtail => "swallowtail",
            Self::CrossedParabolas => "crossed parabolas",
        })
    }
}

/// The learning coefficient of a germ of the literature.
///
/// # Errors
/// None at present; a `Result` like the other families.
///
/// # References
/// [`NamedGerm::origin`] says where each value comes from; the engine confirms all of them.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{NamedGerm, single_germ};
///
/// assert_eq!(single_germ(NamedGerm::TwoPuiseuxPairs)?.lambda().to_string(), "5/24");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
pub fn single_germ(germ: NamedGerm) -> Result<ClosedForm, ClosedFormError> {
    let (p, q, m) = match germ {
        NamedGerm::TwoPuiseuxPairs => (5, 24, 1),
        NamedGerm::WhitneyUmbrella | NamedGerm::SimpleElliptic => (1, 2, 2),
        NamedGerm::ShearedParabola => (3, 5, 1),
        NamedGerm::HiddenSquare => (1, 1, 1),
        NamedGerm::LineAndPointAtPoint | NamedGerm::TwoWellsFlat | NamedGerm::CrossedParabolas => {
            (1, 4, 1)
        }
        NamedGerm::LineAndPointAtLine | NamedGerm::TwoWellsSteep => (1, 2, 1),
        NamedGerm::Swallowtail => (3, 8, 1),
    };
    let lambda = rational(p) / rational(q);
    Ok(ClosedForm::of(
        lambda,
        m,
        Family::SingleGerm,
        germ.to_string(),
    ))
}
