//! λ over a region: the worst point of all zeros of K in a box, or everywhere.
//!
//! Every zero lies on one of the faces of the box; on a face the variables at an end are half-lines
//! from there, the others are free along the centre of a chart, and the search settles all of it at
//! once. Where the zeros outside the box are no worse, the box can be forgotten. An upper bound is
//! a germ at one point.

mod candidates;
mod domain;
mod sides;
mod solve;
mod special_points;
mod strata;
mod text;

pub use domain::{Region, RegionError, RegionTextError};
pub use strata::{Landscape, Stratum};

use super::Undecided;
use crate::algebra::{Polynomial, Rational, Reading, Variables};
use crate::budget::Budget;
use crate::certificate::region::RegionCertificate;
use crate::certificate::{Pole, VerifiedRegion};
use crate::{Answer, LearningCoefficient};
use std::fmt;

/// The zeros of K in a region: an ideal (K = Σ gᵢ²) or K = |g|.
///
/// # Examples
///
/// ```
/// use rlct::Budget;
/// use rlct::resolution::{Locus, Region};
///
/// // a node at the origin, smooth elsewhere
/// let node = Locus::ideal(["y^2 - x^2*(x + 1)"])?;
/// let boxed: Region = "x in [-2, 2], y in [-2, 2]".parse()?;
/// let found = node.on(boxed)?.resolve(&Budget::default())?;
/// assert_eq!(found.to_string(), "λ = 1/2, m = 2");
/// // away from the node
/// let right: Region = "x in [1, 2], y in [-2, 2]".parse()?;
/// let found = node.on(right)?.resolve(&Budget::default())?;
/// assert_eq!(found.to_string(), "λ = 1/2, m = 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Locus {
    pub(super) ring: Variables,
    pub(super) generators: Vec<Polynomial>,
    pub(super) reading: Reading,
    pub(super) region: Region,
    /// The functions of the region's inequalities.
    pub(super) inequalities: Vec<Polynomial>,
    /// Zeros at which an upper bound is looked for first.
    pub(super) known: Vec<Vec<Rational>>,
}

/// What is known of the worst (λ, m) in a region, with its proof.
#[derive(Debug, Clone)]
pub struct RegionResolution {
    certificate: RegionCertificate,
    verified: VerifiedRegion,
    attained: Option<Vec<String>>,
    reason: Option<Undecided>,
    undecided: Vec<String>,
}

impl Locus {
    /// The zeros of an ideal, everywhere until [`on`](Self::on) says where.
    ///
    /// # Errors
    /// [`RegionError::Germ`] for what is no polynomial, and for no generator at all.
    pub fn ideal<S: AsRef<str>>(
        generators: impl IntoIterator<Item = S>,
    ) -> Result<Self, RegionError> {
        Self::of(&super::Germ::ideal(generators)?)
    }

    /// The zeros of K = |g|.
    ///
    /// # Errors
    /// As [`ideal`](Self::ideal).
    pub fn absolute(g: &str) -> Result<Self, RegionError> {
        Ok(Self {
            reading: Reading::Absolute,
            ..Self::ideal([g])?
        })
    }

    /// The zeros of the generators of a germ, whose point and prior are forgotten. A loss is read
    /// as K = |g|: of K ≥ 0 there is no proof all over a region.
    ///
    /// # Errors
    /// [`RegionError::Germ`] if the germ has no terms to show.
    pub fn of(germ: &super::Germ) -> Result<Self, RegionError> {
        let reading = match germ.reading() {
            Reading::Ideal => Reading::Ideal,
            Reading::Loss | Reading::Absolute => Reading::Absolute,
        };
        Ok(Self {
            ring: germ.variables().clone(),
            generators: germ.generators().to_vec(),
            reading,
            region: Region::everywhere(),
            inequalities: Vec::new(),
            known: Vec::new(),
        })
    }

    /// The same, with a point at which an upper bound is looked for first; it need not be one of
    /// the zeros.
    #[must_use]
    pub fn with_candidate(mut self, point: &[Rational]) -> Self {
        self.known.push(point.to_vec());
        self
    }

    /// The variables.
    #[must_use]
    pub fn variables(&self) -> &Variables {
        &self.ring
    }

    /// The polynomials whose zeros are meant.
    #[must_use]
    pub fn generators(&self) -> &[Polynomial] {
        &self.generators
    }

    /// How K is made of them.
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The same zeros, in another region.
    ///
    /// # Errors
    /// [`RegionError::NoVariable`] if the region is about a variable that there is not.
    pub fn on(&self, region: Region) -> Result<Self, RegionError> {
        let names = self.ring.names();
        for name in region.variables() {
            if !names.iter().any(|known| known == name) {
                return Err(RegionError::NoVariable {
                    name: name.to_string(),
                    known: names.to_vec(),
                });
            }
        }
        let mut inequalities = Vec::new();
        for inequality in &region.inequalities {
            let function = Polynomial::parse_in(&inequality.function, &self.ring);
            inequalities.push(function.map_err(|_| RegionError::NoVariable {
                name: inequality.function.clone(),
                known: names.to_vec(),
            })?);
        }
        let locus = Self {
            region,
            inequalities,
            ..self.clone()
        };
        Ok(locus.without_implied_ends())
    }

    /// The worst (λ, m) of all zeros in the region, or that there is none, with its proof.
    ///
    /// # Errors
    /// [`RegionError::Certificate`] if the checker refuses what was found, which is a mistake of
    /// the search.
    pub fn resolve(&self, budget: &Budget) -> Result<RegionResolution, RegionError> {
        solve::resolve(self, budget)
    }

    /// The zeros inside the region, divided into strata along which (λ, m) is proved to be the
    /// same, as far as the search gets: (λ, m) is that of a neighbourhood in ℝᵈ, with a prior that
    /// is positive there. On the sides of the region it may be larger; that is for
    /// [`resolve`](Self::resolve).
    ///
    /// # Errors
    /// [`RegionError::TooLarge`] for polynomials that cannot be expanded, [`RegionError::TooLong`]
    /// for those of very many terms.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Locus};
    /// // a node: two branches cross
    /// let strata = Locus::ideal(["y^2 - x^2*(x + 1)"])?.landscape(&Budget::default())?.strata;
    /// let value = |place: usize| strata[place].coefficient().unwrap().to_string();
    /// assert_eq!(value(0), "λ = 1/2, m = 2");
    /// assert!((1..strata.len()).all(|place| value(place) == "λ = 1/2, m = 1"));
    /// # Ok::<(), rlct::resolution::RegionError>(())
    /// ```
    pub fn landscape(&self, budget: &Budget) -> Result<Landscape, RegionError> {
        strata::landscape(self, budget)
    }
}

impl RegionResolution {
    /// Whether it is proved that K has no zero in the region.
    #[must_use]
    pub fn has_no_zero(&self) -> bool {
        self.verified.has_no_zero()
    }

    /// Whether the answer is exact, that there is no zero too.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.verified.is_exact()
    }

    /// The worst (λ, m), if it is exact and there is a zero.
    #[must_use]
    pub fn coefficient(&self) -> Option<LearningCoefficient> {
        let lower = self.verified.lower();
        let lambda = lower.lambda()?;
        let exact = self.verified.is_exact();
        exact.then(|| LearningCoefficient::new(lambda.clone(), lower.multiplicity()))
    }

    /// Every zero has this pole or a better one.
    #[must_use]
    pub fn lower(&self) -> &Pole {
        self.verified.lower()
    }

    /// Some zero has this pole or a worse one.
    #[must_use]
    pub fn upper(&self) -> Option<&Pole> {
        self.verified.upper()
    }

    /// A point that attains the upper bound, a text for each variable, if one is known.
    #[must_use]
    pub fn attained(&self) -> Option<&[String]> {
        self.attained.as_deref()
    }

    /// Why the bounds differ, if they do.
    #[must_use]
    pub fn reason(&self) -> Option<&Undecided> {
        self.reason.as_ref()
    }

    /// The parts of the region that are not settled, if the bounds differ: `x = 0, 0 < y < 1`, or
    /// `anywhere` for all of it at once.
    #[must_use]
    pub fn undecided_where(&self) -> &[String] {
        &self.undecided
    }

    /// The proof.
    #[must_use]
    pub fn certificate(&self) -> &RegionCertificate {
        &self.certificate
    }

    /// What the checker found proved.
    #[must_use]
    pub fn proved(&self) -> &VerifiedRegion {
        &self.verified
    }

    /// The answer in the form of that at a point; `None` if K has no zero in the region, or if no
    /// zero in it is known.
    #[must_use]
    pub fn answer(&self) -> Option<Answer<Undecided>> {
        if let Some(exact) = self.coefficient() {
            return Some(exact.into());
        }
        Some(Answer::Bounds {
            lower: self.verified.lower().lambda().cloned(),
            upper: self.verified.upper()?.lambda()?.clone(),
            reason: self.reason.clone(),
        })
    }
}

impl fmt::Display for Locus {
    /// What K is, and where.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.question().fmt(f)
    }
}

impl fmt::Display for RegionResolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verified.fmt(f)
    }
}
