//! The rank of a Jacobian at almost every point.

use super::{FisherError, Jacobian};
use crate::algebra::{Monomial, Polynomial, Rational, RationalMatrix};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// Points are drawn from {−9, …, 9} to be readable, and once from {−2³¹, …, 2³¹ − 1} to be sure.
const SMALL: i64 = 9;
const LARGE: i64 = 1 << 31;
/// How many small points are tried.
const TRIALS: usize = 8;
/// The highest degree of vector fields that are looked for.
const FIELD_DEGREE: u32 = 4;
/// The most multiplications that a search for fields of one degree may take.
const FIELD_WORK: usize = 300_000_000;

/// Why the rank is nowhere above.
///
/// # Examples
///
/// ```
/// use rlct::fisher::{Ceiling, Jacobian};
///
/// let full = Jacobian::of(&["x*y".parse().unwrap(), "x".parse().unwrap()])?.generic_rank();
/// assert_eq!(full.ceiling(), &Ceiling::Size);
/// # Ok::<(), rlct::fisher::FisherError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ceiling {
    /// The matrix has no more rows, or columns that are not 0.
    Size,
    /// Polynomial vector fields v with J(w) v(w) = 0 identically, as many as columns are missing,
    /// and independent at the point that attains the rank.
    Fields {
        /// Their components.
        #[serde(serialize_with = "as_texts")]
        fields: Vec<Vec<Polynomial>>,
    },
    /// No proof: if the rank were higher somewhere, a minor that is a polynomial of known degree D
    /// would vanish at a random point of a cube of N^d points with probability at most D/N
    /// (Schwartz 1980, Zippel 1979).
    Probable {
        /// The bound D/N.
        failure: Rational,
    },
}

fn as_texts<S: Serializer>(fields: &[Vec<Polynomial>], serializer: S) -> Result<S::Ok, S::Error> {
    let texts = fields
        .iter()
        .map(|field| field.iter().map(ToString::to_string).collect::<Vec<_>>());
    serializer.collect_seq(texts)
}

/// The generic rank of a Jacobian: the largest rank at any point, attained at almost every one.
///
/// - it is attained at a rational point, which proves that it is at least that;
/// - a [`Ceiling`] shows that it is not more: proved by an identity, or said to be probable.
///
/// Vector fields are looked for up to degree 4: the infinitesimal symmetries of products of
/// matrices and of scalings are linear.
///
/// # Examples
///
/// ```
/// use rlct::fisher::Jacobian;
///
/// // B A with A, B ∈ ℝ²ˣ¹ and ℝ¹ˣ²: rank 3 of 4
/// let entries = ["a*c", "a*d", "b*c", "b*d"].map(|t| t.parse().unwrap());
/// let generic = Jacobian::of(&entries)?.generic_rank();
/// assert_eq!((generic.rank(), generic.redundancy()), (3, 1));
/// assert!(generic.is_proved());
/// # Ok::<(), rlct::fisher::FisherError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GenericRank {
    rank: usize,
    dimension: usize,
    point: Vec<Rational>,
    ceiling: Ceiling,
}

impl GenericRank {
    /// The rank.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// assert_eq!(Jacobian::of(&["x^2".parse().unwrap()]).unwrap().generic_rank().rank(), 1);
    /// ```
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The redundancy d − rank: how many parameters are superfluous near a generic point, where the
    /// fibres of the map are manifolds of that dimension.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// assert_eq!(
    ///     Jacobian::of(&["x + y".parse().unwrap()])
    ///         .unwrap()
    ///         .generic_rank()
    ///         .redundancy(),
    ///     1
    /// );
    /// ```
    #[must_use]
    pub fn redundancy(&self) -> usize {
        self.dimension - self.rank
    }

    /// A point at which the rank is attained.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// let jacobian = Jacobian::of(&["x^2".parse().unwrap()])?;
    /// assert_eq!(jacobian.at(jacobian.generic_rank().point())?.rank().rank(), 1);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn point(&self) -> &[Rational] {
        &self.point
    }

    /// Why it is not more.
    ///
    /// ```
    /// # use rlct::fisher::{Ceiling, Jacobian};
    /// let sum = Jacobian::of(&["x + y".parse().unwrap()]).unwrap().generic_rank();
    /// assert_eq!(sum.ceiling(), &Ceiling::Size);
    /// ```
    #[must_use]
    pub fn ceiling(&self) -> &Ceiling {
        &self.ceiling
    }

    /// Whether the ceiling is proved.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// assert!(Jacobian::of(&["x + y".parse().unwrap()]).unwrap().generic_rank().is_proved());
    /// ```
    #[must_use]
    pub fn is_proved(&self) -> bool {
        !matches!(self.ceiling, Ceiling::Probable { .. })
    }

    /// Replays the proof: the rank at the point, the identities J v = 0, the independence of the
    /// fields at the point. False for a probable ceiling.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// let jacobian = Jacobian::of(&["x*y".parse().unwrap(), "x^2*y^2".parse().unwrap()])?;
    /// assert!(jacobian.generic_rank().proves(&jacobian));
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn proves(&self, jacobian: &Jacobian) -> bool {
        let attained = jacobian.at(&self.point).map(|m| m.rank().rank());
        if attained.as_ref() != Ok(&self.rank) || jacobian.variables().len() != self.dimension {
            return false;
        }
        match &self.ceiling {
            Ceiling::Size => self.rank == size_bound(jacobian),
            Ceiling::Fields { fields } => {
                let vanishes = |field: &Vec<Polynomial>| {
                    field.len() == self.dimension
                        && jacobian.rows().iter().all(|row| {
                            let products = row.iter().zip(field).map(|(a, b)| a * b);
                            products.reduce(|a, b| &a + &b).is_none_or(|s| s.is_zero())
                        })
                };
                fields.len() == self.redundancy()
                    && fields.iter().all(vanishes)
                    && values(fields, &self.point)
                        .is_ok_and(|m| m.rank().rank() == self.redundancy())
            }
            Ceiling::Probable { .. } => false,
        }
    }
}

impl fmt::Display for GenericRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}, ", self.rank, self.dimension)?;
        match &self.ceiling {
            Ceiling::Size => f.write_str("as many as can be"),
            Ceiling::Fields { fields } => {
                write!(f, "proved by {} polynomial null fields", fields.len())
            }
            Ceiling::Probable { failure } => {
                let odds = failure.recip().map_or(0, |odds| odds.numerator().bits());
                write!(
                    f,
                    "at least; equal but for a chance below 2^-{}",
                    odds.saturating_sub(1)
                )
            }
        }
    }
}

impl Jacobian {
    /// The generic rank with its certificate.
    ///
    /// ```
    /// # use rlct::fisher::Jacobian;
    /// let powers = ["x + y", "x^2 + y^2", "x^3 + y^3"].map(|t| t.parse().unwrap());
    /// assert_eq!(Jacobian::of(&powers)?.generic_rank().rank(), 2);
    /// # Ok::<(), rlct::fisher::FisherError>(())
    /// ```
    #[must_use]
    pub fn generic_rank(&self) -> GenericRank {
        let dimension = self.variables().len();
        let most = size_bound(self);
        let mut draw = Sequence(0x9e37_79b9_7f4a_7c15);
        let mut best: Option<(usize, Vec<Rational>)> = None;
        for trial in 0..=TRIALS {
            let size = if trial < TRIALS { SMALL } else { LARGE };
            let point: Vec<Rational> = (0..dimension).map(|_| draw.below(size)).collect();
            let rank = self.at(&point).map_or(0, |m| m.rank().rank());
            if best.as_ref().is_none_or(|(found, _)| rank > *found) {
                best = Some((rank, point));
            }
            if best.as_ref().is_some_and(|(found, _)| *found == most) {
                break;
            }
        }
        let (rank, point) = best.unwrap_or_default();
        let ceiling = if rank == most {
            Ceiling::Size
        } else if let Some(fields) = self.annihilated(&point, dimension - rank) {
            Ceiling::Fields { fields }
        } else {
            // each entry of a minor of order r + 1 has at most the largest degree of its row
            let degree = |row: &Vec<Polynomial>| row.iter().map(Polynomial::degree).max();
            let mut degrees: Vec<u64> = self.rows().iter().filter_map(degree).collect();
            degrees.sort_unstable_by(|a, b| b.cmp(a));
            let degree: u64 = degrees.iter().take(rank + 1).sum();
            let bound = Rational::from(degree as usize) / Rational::from(2 * LARGE);
            Ceiling::Probable { failure: bound }
        };
        GenericRank {
            rank,
            dimension,
            point,
            ceiling,
        }
    }

    /// So many polynomial vector fields that J annihilates, independent at the point.
    fn annihilated(&self, point: &[Rational], count: usize) -> Option<Vec<Vec<Polynomial>>> {
        (0..=FIELD_DEGREE).find_map(|degree| {
            let fields = self.fields_of_degree(degree)?;
            let proof = values(&fields, point).ok()?.transpose().rank();
            let chosen = proof.pivot_columns();
            (chosen.len() == count).then(|| chosen.iter().map(|&k| fields[k].clone()).collect())
        })
    }

    /// A basis of the vector fields of at most this degree that J annihilates; `None` if that is
    /// too much work.
    fn fields_of_degree(&self, degree: u32) -> Option<Vec<Vec<Polynomial>>> {
        let (ring, d) = (self.variables(), self.variables().len());
        let monomials = monomials_up_to(d, degree, FIELD_WORK)?;
        let unknowns = monomials.len().checked_mul(d)?;
        let mut equations: BTreeMap<(usize, Monomial), Vec<(usize, Rational)>> = BTreeMap::new();
        let mut terms = 0_usize;
        for (i, row) in self.rows().iter().enumerate() {
            for (j, entry) in row.iter().enumerate() {
                for (k, monomial) in monomials.iter().enumerate() {
                    for (exponents, c) in entry.terms() {
                        let product = Monomial::new(exponents).checked_mul(monomial)?;
                        let equation = equations.entry((i, product)).or_default();
                        equation.push((j * monomials.len() + k, c.clone()));
                        terms += 1;
                    }
                }
                if terms > FIELD_WORK / 100 {
                    return None;
                }
            }
        }
        let work = unknowns
            .checked_mul(unknowns)?
            .checked_mul(equations.len())?;
        if work > FIELD_WORK {
            return None;
        }
        let rows = equations.into_values().map(|equation| {
            let mut row = vec![Rational::ZERO; unknowns];
            for (place, c) in equation {
                row[place] += c;
            }
            row
        });
        let entries: Vec<Rational> = rows.flatten().collect();
        let count = entries.len().checked_div(unknowns)?;
        let matrix = RationalMatrix::new(count, unknowns, entries).ok()?;
        let field = |v: &Vec<Rational>| {
            v.chunks_exact(monomials.len())
                .map(|c| {
                    let terms = monomials.iter().cloned().zip(c.iter().cloned());
                    Polynomial::from_terms(ring, terms)
                })
                .collect()
        };
        Some(matrix.rank().null_basis().iter().map(field).collect())
    }
}

/// The smaller of the numbers of rows and of columns that are not identically 0.
fn size_bound(jacobian: &Jacobian) -> usize {
    let rows = jacobian.rows();
    let used_rows = rows
        .iter()
        .filter(|row| row.iter().any(|p| !p.is_zero()))
        .count();
    let used = |j: &usize| rows.iter().any(|row| !row[*j].is_zero());
    let used_columns = (0..jacobian.variables().len()).filter(used).count();
    used_rows.min(used_columns)
}

/// The values of vector fields at a point, a row each.
fn values(fields: &[Vec<Polynomial>], point: &[Rational]) -> Result<RationalMatrix, FisherError> {
    let mut entries = Vec::new();
    for p in fields.iter().flatten() {
        entries.push(p.evaluate(point)?);
    }
    Ok(RationalMatrix::new(fields.len(), point.len(), entries)?)
}

/// All monomials up to a degree, by degree; `None` if there are more than `limit`.
fn monomials_up_to(d: usize, degree: u32, limit: usize) -> Option<Vec<Monomial>> {
    // C(d + degree, degree)
    let count = (1..=u128::from(degree))
        .try_fold(1_u128, |c, k| Some(c.checked_mul(d as u128 + k)? / k))?;
    if count > limit as u128 / 1000 {
        return None;
    }
    let mut all = vec![Monomial::one(d)];
    let mut last = vec![(Monomial::one(d), 0)];
    for _ in 0..degree {
        let mut next = Vec::new();
        for (monomial, from) in &last {
            for i in *from..d {
                next.push((monomial.checked_mul(&Monomial::variable(d, i))?, i));
            }
        }
        all.extend(next.iter().map(|(m, _)| m.clone()));
        last = next;
    }
    Some(all)
}

/// Numbers without pattern, the same on every run (splitmix64, Steele, Lea & Flood 2014).
struct Sequence(u64);

impl Sequence {
    /// From {−size, …, size − 1}.
    fn below(&mut self, size: i64) -> Rational {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        Rational::from((z % (2 * size as u64)) as i64 - size)
    }
}
