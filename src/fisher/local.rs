//! What the rank of the Hessian says of the learning coefficient.

use super::{FisherError, GenericRank, Jacobian, SquaresAndRemainder, hessian};
use crate::LearningCoefficient;
use crate::algebra::{GroebnerBasis, Polynomial, Rational, RationalMatrix, watched};
use crate::budget::{Budget, abandonable};
use crate::resolution::{Germ, Reading};
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// Why the true set is a manifold of codimension r.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Smooth {
    /// The rank at the point is proved to be the largest possible, so it is constant near the point
    /// (constant rank theorem).
    ConstantRank,
    /// r generators with independent gradients are solved for r coordinates, and the others vanish
    /// where these do.
    Solved,
    /// r generators with independent gradients generate the ideal (a Gröbner basis).
    Generated,
}

/// Whether K is Morse–Bott at the point: the true set a manifold of codimension r = rank of the
/// Hessian.
///
/// # Examples
///
/// ```
/// use rlct::{fisher::{LocalGeometry, MorseBott}, resolution::Germ};
///
/// let singular = LocalGeometry::of(&Germ::ideal(["x", "y^3"])?)?;
/// assert_eq!(singular.morse_bott(), MorseBott::Singular { order: 3 });
/// let smooth = LocalGeometry::of(&Germ::ideal(["x", "x*y"])?)?;
/// assert!(matches!(smooth.morse_bott(), MorseBott::Smooth { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MorseBott {
    /// It is.
    Smooth {
        /// Why.
        by: Smooth,
    },
    /// It is not: a remainder of this order is left beside the squares.
    Singular {
        /// The lowest degree in the remainder.
        order: u64,
    },
    /// Nothing is left up to this degree, and no proof that nothing is left at all.
    Undecided {
        /// The degree.
        seen: u64,
    },
}

impl fmt::Display for MorseBott {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smooth { by } => {
                f.write_str("a manifold of that codimension (")?;
                f.write_str(match by {
                    Smooth::ConstantRank => "the rank is constant near the point)",
                    Smooth::Solved => "the other generators vanish where these do)",
                    Smooth::Generated => "that many generators generate the ideal)",
                })
            }
            Self::Singular { order } => {
                write!(
                    f,
                    "singular: a remainder of order {order} beside the squares"
                )
            }
            Self::Undecided { seen } => {
                write!(
                    f,
                    "not decided: no remainder up to degree {seen}, but no proof"
                )
            }
        }
    }
}

/// Whether parameters near the point can be told from it by the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Identifiability {
    /// Rank d: the map is injective near the point.
    Identifiable,
    /// The fibre through the point is a manifold of positive dimension d − r.
    NotIdentifiable,
    /// The rank is d at almost every point, but not here.
    GenericallyIdentifiable,
    /// The rank is nowhere d: almost every point lies on a fibre of positive dimension. Here the
    /// rank is smaller still (or the fibre not understood), and first derivatives do not decide.
    GenericallyNotIdentifiable,
    /// The generic rank is not proved, or K was given as a loss.
    Undecided,
}

impl fmt::Display for Identifiability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identifiable => "locally identifiable at the point",
            Self::NotIdentifiable => "not identifiable: the point lies on a manifold of equal ones",
            Self::GenericallyIdentifiable => {
                "identifiable at almost every point, not decided at this one (its rank is smaller)"
            }
            Self::GenericallyNotIdentifiable => {
                "not identifiable at almost every point; not decided by first derivatives at this \
                 one"
            }
            Self::Undecided => "not decided",
        })
    }
}

/// The first-order geometry of a germ at a rational point, and what it implies for (λ, m).
///
/// Let K vanish at the point, with Hessian of rank r, in d variables. By the splitting lemma K ≍
/// |x|² + R(y) in coordinates (x, y), x ∈ ℝʳ, where R = Σ ρᵢ(y)² (or a function R ≥ 0) vanishes to
/// order o ≥ 2 in ρ (o ≥ 3 for a function). Poles add over disjoint variables (Watanabe 2009,
/// Remark 7.2), λ = r/2 + λ(R), so for a positive prior on a full neighbourhood:
///
/// - R = 0, that is: the true set is a manifold of codimension r (Morse–Bott): λ = r/2 and m = 1.
///   Else λ > r/2.
/// - λ(R) ≤ (d − r)/(2o) for ideals, (d − r)/o for a loss R: one blow-up at the point has this
///   candidate pole, and every candidate of an exceptional divisor bounds λ from above. With o ≥ 2
///   (o ≥ 4 for a loss, which is ≥ 0): λ ≤ (d + r)/4 ≤ d/2.
/// - λ(R) ≥ 1/(2o), 1/o: along lines in a generic direction |ρ| < ε has length O(ε^{1/o}),
///   uniformly (Weierstrass' preparation theorem).
///
/// The lower bounds also hold for priors that are bounded and domains that are smaller; the upper
/// ones and the equality do not, and are left out there.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, fisher::LocalGeometry, resolution::Germ};
///
/// // reduced rank 2 × 1 × 2 at rank 1: B A = (1, 0)ᵀ (1, 0)
/// let germ = Germ::ideal(["a*c - 1", "a*d", "b*c", "b*d"])?
///     .at([("a", "1".parse()?), ("c", "1".parse()?)])?;
/// let geometry = LocalGeometry::of(&germ)?;
/// assert_eq!((geometry.rank(), geometry.null_directions().len()), (3, 1));
/// // a smooth point: λ = 3/2, as the engine finds
/// assert_eq!(
///     geometry.coefficient().as_ref(),
///     germ.learning_coefficient(&Budget::default())?.coefficient()
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalGeometry {
    dimension: usize,
    rank: usize,
    null_directions: Vec<Vec<Rational>>,
    generic: Option<GenericRank>,
    identifiability: Identifiability,
    splitting: SquaresAndRemainder,
    morse_bott: MorseBott,
    lower: Rational,
    upper: Option<Rational>,
}

impl LocalGeometry {
    /// The geometry of a germ.
    ///
    /// # Errors
    /// [`FisherError::IrrationalPoint`], [`FisherError::NotAZero`], [`FisherError::NotAMinimum`],
    /// [`FisherError::Indefinite`], or those of a germ that is none.
    ///
    /// ```
    /// # use rlct::{fisher::{FisherError, LocalGeometry}, resolution::Germ};
    /// let error = LocalGeometry::of(&Germ::ideal(["x + 3"]).unwrap()).unwrap_err();
    /// assert!(matches!(error, FisherError::NotAZero { generator: 1, .. }));
    /// ```
    pub fn of(germ: &Germ) -> Result<Self, FisherError> {
        let point = germ.rational_point().ok_or(FisherError::IrrationalPoint)?;
        let free = germ.is_unrestricted()?;
        let limits = watched();
        let mut local = Vec::with_capacity(germ.generators().len());
        for (i, g) in germ.generators().iter().enumerate() {
            let moved = g.translate(&point, &limits)?;
            let value = moved.constant_term();
            if !value.is_zero() {
                return Err(FisherError::NotAZero {
                    generator: i + 1,
                    value: value.to_string(),
                });
            }
            local.push(moved);
        }
        match (germ.reading(), local.as_slice()) {
            (Reading::Absolute, _) => Err(FisherError::Absolute),
            (Reading::Loss, [k]) => Self::of_loss(k, free),
            _ => Self::of_ideal(&local, free),
        }
    }

    /// The same within a budget.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`FisherError::Exhausted`] if the time limit is reached or the budget's
    /// stop flag set. Steps are not counted.
    ///
    /// ```
    /// # use rlct::{Budget, fisher::LocalGeometry, resolution::Germ};
    /// let germ = Germ::ideal(["x - y^2"]).unwrap();
    /// assert_eq!(LocalGeometry::within(&germ, &Budget::default())?, LocalGeometry::of(&germ)?);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    pub fn within(germ: &Germ, budget: &Budget) -> Result<Self, FisherError> {
        let meter = budget.start();
        let watch = meter.watch();
        let done = abandonable(|| Self::of(germ))?;
        drop(watch);
        match (&done, meter.over()) {
            // what was not found because the time was up
            (Err(FisherError::Polynomial(_)), Some(exhausted)) => Err(exhausted.into()),
            _ => done,
        }
    }

    fn of_ideal(local: &[Polynomial], free: bool) -> Result<Self, FisherError> {
        let jacobian = Jacobian::of(local)?;
        let ring = jacobian.variables();
        let d = ring.len();
        let proof = jacobian.at(&vec![Rational::ZERO; d])?.rank();
        let generic = jacobian.generic_rank();
        let chosen = |i: &usize| proof.pivot_rows().contains(i);
        let map = jacobian.map();
        let equations: Vec<Polynomial> =
            proof.pivot_rows().iter().map(|&i| map[i].clone()).collect();
        let others: Vec<Polynomial> = (0..map.len())
            .filter(|i| !chosen(i))
            .map(|i| map[i].clone())
            .collect();
        let splitting =
            SquaresAndRemainder::of(&equations, &others, proof.pivot_columns(), ring.names())?;
        let constant = generic.is_proved() && generic.rank() == proof.rank();
        let morse_bott = if constant {
            MorseBott::Smooth {
                by: Smooth::ConstantRank,
            }
        } else if let Some(order) = splitting.order() {
            MorseBott::Singular { order }
        } else if splitting.is_smooth() {
            MorseBott::Smooth { by: Smooth::Solved }
        } else if generates(&equations, &others) {
            MorseBott::Smooth {
                by: Smooth::Generated,
            }
        } else {
            MorseBott::Undecided {
                seen: splitting.seen(),
            }
        };
        let identifiability = if proof.rank() == d {
            Identifiability::Identifiable
        } else if matches!(morse_bott, MorseBott::Smooth { .. }) {
            Identifiability::NotIdentifiable
        } else if generic.rank() == d {
            Identifiability::GenericallyIdentifiable
        } else if generic.is_proved() {
            Identifiability::GenericallyNotIdentifiable
        } else {
            Identifiability::Undecided
        };
        let least_order = splitting.seen().max(1) + 1;
        let (lower, upper) = bounds(d, proof.rank(), morse_bott, least_order, 2);
        Ok(Self {
            dimension: d,
            rank: proof.rank(),
            null_directions: proof.null_basis().to_vec(),
            generic: Some(generic),
            identifiability,
            splitting,
            morse_bott,
            lower,
            upper: free.then_some(upper),
        })
    }

    fn of_loss(k: &Polynomial, free: bool) -> Result<Self, FisherError> {
        let ring = k.variables();
        let d = ring.len();
        let origin = vec![Rational::ZERO; d];
        let slopes: Vec<Polynomial> = (0..d).map(|j| k.derivative(j)).collect();
        for (j, slope) in slopes.iter().enumerate() {
            let value = slope.constant_term();
            if !value.is_zero() {
                return Err(FisherError::NotAMinimum {
                    variable: ring.names()[j].clone(),
                    value: value.to_string(),
                });
            }
        }
        let matrix = hessian(k, &origin)?;
        if !is_semidefinite(&matrix) {
            return Err(FisherError::Indefinite);
        }
        let proof = matrix.rank();
        let pivots = proof.pivot_columns();
        // of a semi-definite matrix independent columns have independent rows of the same numbers
        let equations: Vec<Polynomial> = pivots.iter().map(|&j| slopes[j].clone()).collect();
        let splitting =
            SquaresAndRemainder::of(&equations, std::slice::from_ref(k), pivots, ring.names())?;
        let morse_bott = if let Some(order) = splitting.order() {
            MorseBott::Singular { order }
        } else if splitting.is_smooth() {
            MorseBott::Smooth { by: Smooth::Solved }
        } else {
            MorseBott::Undecided {
                seen: splitting.seen(),
            }
        };
        let identifiability = if proof.rank() == d {
            Identifiability::Identifiable
        } else if matches!(morse_bott, MorseBott::Smooth { .. }) {
            Identifiability::NotIdentifiable
        } else {
            Identifiability::Undecided
        };
        // a function ≥ 0 has even order, at least 4 beside the squares
        let least_order = (splitting.seen() + 1).next_multiple_of(2).max(4);
        let (lower, upper) = bounds(d, proof.rank(), morse_bott, least_order, 1);
        Ok(Self {
            dimension: d,
            rank: proof.rank(),
            null_directions: proof.null_basis().to_vec(),
            generic: None,
            identifiability,
            splitting,
            morse_bott,
            lower,
            upper: free.then_some(upper),
        })
    }

    /// Without what belongs to the generators away from the point: for ideals that stand for a
    /// model near the point only.
    #[cfg(feature = "cli")]
    pub(crate) fn at_the_point_only(self) -> Self {
        let identifiability = match self.identifiability {
            local @ (Identifiability::Identifiable | Identifiability::NotIdentifiable) => local,
            _ => Identifiability::Undecided,
        };
        Self {
            generic: None,
            identifiability,
            ..self
        }
    }

    /// The number d of variables.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// assert_eq!(LocalGeometry::of(&Germ::ideal(["x*y"]).unwrap())?.dimension(), 2);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The rank r of the Hessian of K, which is that of the Fisher information, at the point.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// assert_eq!(LocalGeometry::of(&Germ::ideal(["x + y"]).unwrap())?.rank(), 1);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// A basis of its null space: coprime integers.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x + y"]).unwrap())?;
    /// assert_eq!(geometry.null_directions(), [[-1, 1].map(Rational::from)]);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn null_directions(&self) -> &[Vec<Rational>] {
        &self.null_directions
    }

    /// The generic rank of the generators' Jacobian, with its certificate; none if K was given as a
    /// loss.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x*y"]).unwrap())?;
    /// assert_eq!(geometry.generic().unwrap().rank(), 1);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn generic(&self) -> Option<&GenericRank> {
        self.generic.as_ref()
    }

    /// Whether parameters near the point can be told from it.
    ///
    /// ```
    /// # use rlct::{fisher::{Identifiability, LocalGeometry}, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x + y"]).unwrap())?;
    /// assert_eq!(geometry.identifiability(), Identifiability::NotIdentifiable);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn identifiability(&self) -> Identifiability {
        self.identifiability
    }

    /// K as squares and a remainder.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x", "y*z"]).unwrap())?;
    /// assert_eq!(geometry.splitting().remainder()[0].to_string(), "y*z");
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn splitting(&self) -> &SquaresAndRemainder {
        &self.splitting
    }

    /// Whether the true set is a manifold of codimension r there.
    ///
    /// ```
    /// # use rlct::{fisher::{LocalGeometry, MorseBott}, resolution::Germ};
    /// let geometry = LocalGeometry::of(&Germ::ideal(["x*y"]).unwrap())?;
    /// assert_eq!(geometry.morse_bott(), MorseBott::Singular { order: 2 });
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn morse_bott(&self) -> MorseBott {
        self.morse_bott
    }

    /// The lower bound of λ: r/2, and more where a remainder is known to be left.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// assert_eq!(
    ///     LocalGeometry::of(&Germ::ideal(["x", "y^2"]).unwrap())?
    ///         .lower()
    ///         .to_string(),
    ///     "3/4"
    /// );
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn lower(&self) -> &Rational {
        &self.lower
    }

    /// The upper bound of λ, at most (d + r)/4 ≤ d/2; none where the prior vanishes or the domain
    /// ends at the point.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let half = Germ::ideal(["x", "y^2"]).unwrap().nonnegative(["x"]).unwrap();
    /// assert_eq!(LocalGeometry::of(&half)?.upper(), None);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn upper(&self) -> Option<&Rational> {
        self.upper.as_ref()
    }

    /// λ = r/2 and m = 1, where the true set is proved to be a manifold of codimension r > 0, the
    /// prior positive and the domain full.
    ///
    /// ```
    /// # use rlct::{fisher::LocalGeometry, resolution::Germ};
    /// let smooth = LocalGeometry::of(&Germ::ideal(["x - y^2", "x^2 - y^4"]).unwrap())?;
    /// assert_eq!(smooth.coefficient().unwrap().to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> Option<LearningCoefficient> {
        let smooth = matches!(self.morse_bott, MorseBott::Smooth { .. });
        (smooth && self.upper.is_some() && self.rank > 0)
            .then(|| LearningCoefficient::new(self.lower.clone(), 1))
    }
}

/// Bounds of λ; λ(R) for a remainder of order o lies between 1/(fo) and (d − r)/(fo), f = 2 for
/// ideals and 1 for losses.
fn bounds(
    d: usize,
    r: usize,
    morse_bott: MorseBott,
    least_order: u64,
    factor: u64,
) -> (Rational, Rational) {
    let half = Rational::from(r) / Rational::from(2);
    let divided =
        |k: usize, order: u64| Rational::from(k) / Rational::from((factor * order) as usize);
    match morse_bott {
        MorseBott::Smooth { .. } => (half.clone(), half),
        MorseBott::Singular { order } => (&half + divided(1, order), &half + divided(d - r, order)),
        MorseBott::Undecided { .. } => {
            let upper = &half + divided(d - r, least_order);
            (half, upper)
        }
    }
}

/// Whether the equations generate an ideal that contains the others (everywhere, which is more than
/// is needed).
fn generates(equations: &[Polynomial], others: &[Polynomial]) -> bool {
    let budget = Budget::default()
        .with_steps(200_000)
        .with_time(Duration::from_secs(2));
    let contained = || {
        let basis = GroebnerBasis::of(equations, &budget)?;
        for g in others {
            if !basis.contains(g, &budget)? {
                return Ok(false);
            }
        }
        Ok::<bool, crate::Exhausted>(true)
    };
    !equations.is_empty() && contained().unwrap_or(false)
}

/// Whether a symmetric matrix is positive semi-definite: elimination with pivots on the diagonal.
fn is_semidefinite(matrix: &RationalMatrix) -> bool {
    let n = matrix.rows();
    let mut rows: Vec<Vec<Rational>> = (0..n).map(|i| matrix.row(i).to_vec()).collect();
    for k in 0..n {
        if rows[k][k].is_negative() {
            return false;
        }
        if rows[k][k].is_zero() {
            if rows[k][k..].iter().any(|x| !x.is_zero()) {
                return false;
            }
            continue;
        }
        let pivot = rows[k].clone();
        for row in &mut rows[k + 1..] {
            let factor = &row[k] / &pivot[k];
            for (x, p) in row.iter_mut().zip(&pivot) {
                *x -= &factor * p;
            }
        }
    }
    true
}
