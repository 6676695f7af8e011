//! Domains of parameters: affine inequalities, and the germ at a point of them.

use super::ModelError;
use crate::algebra::{Polynomial, Rational, SizeLimits, Variables};
use crate::loss::Prior;
use crate::resolution::{Germ, Reading};

/// The set of parameters on which a list of affine functions is ≥ 0.
///
/// Probabilities live on simplices and non-negative factors on orthants; at a true parameter on
/// the boundary the learning coefficient depends on that. A loss of a model is +∞ outside.
///
/// # Examples
///
/// ```
/// use rlct::algebra::Variables;
/// use rlct::model::Domain;
///
/// let ring = Variables::new(["a", "b"])?;
/// let simplex = Domain::parse(&ring, ["a", "b", "1 - a - b"])?;
/// assert!(simplex.contains(&[0.25, 0.5]));
/// assert!(!simplex.contains(&[0.75, 0.5]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    ring: Variables,
    constraints: Vec<Polynomial>,
}

impl Domain {
    /// All of ℝᵈ.
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::Domain};
    /// let line = Domain::whole(&Variables::new(["x"]).unwrap());
    /// assert!(line.constraints().is_empty());
    /// ```
    #[must_use]
    pub fn whole(ring: &Variables) -> Self {
        Self {
            ring: ring.clone(),
            constraints: Vec::new(),
        }
    }

    /// The domain on which every one of these affine functions is ≥ 0.
    ///
    /// # Errors
    /// [`ModelError::NotAffine`], or [`ModelError::UnknownName`] for a variable outside the ring.
    ///
    /// ```
    /// # use rlct::{algebra::{Polynomial, Variables}, model::{Domain, ModelError}};
    /// let ring = Variables::new(["x"]).unwrap();
    /// let square: Polynomial = "1 - x^2".parse().unwrap();
    /// let error = Domain::new(&ring, vec![square]).unwrap_err();
    /// assert!(matches!(error, ModelError::NotAffine { index: 0, .. }));
    /// ```
    pub fn new(ring: &Variables, constraints: Vec<Polynomial>) -> Result<Self, ModelError> {
        let mut own = Vec::with_capacity(constraints.len());
        for (index, constraint) in constraints.into_iter().enumerate() {
            if constraint.degree() > 1 {
                return Err(ModelError::NotAffine {
                    index,
                    constraint: constraint.to_string(),
                });
            }
            own.push(into_ring(&constraint, ring)?);
        }
        Ok(Self {
            ring: ring.clone(),
            constraints: own,
        })
    }

    /// The domain of affine functions given as texts.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`ModelError::Parse`].
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::Domain};
    /// let ring = Variables::new(["x"]).unwrap();
    /// assert!(Domain::parse(&ring, ["1 - y"]).is_err());
    /// ```
    pub fn parse<S: AsRef<str>>(
        ring: &Variables,
        constraints: impl IntoIterator<Item = S>,
    ) -> Result<Self, ModelError> {
        Self::new(ring, parse_in(ring, constraints)?)
    }

    /// The functions that are ≥ 0.
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::Domain};
    /// let ring = Variables::new(["x"]).unwrap();
    /// assert_eq!(Domain::parse(&ring, ["1 - x"]).unwrap().constraints()[0].to_string(), "-x + 1");
    /// ```
    #[must_use]
    pub fn constraints(&self) -> &[Polynomial] {
        &self.constraints
    }

    /// Whether a point lies in the domain.
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::Domain};
    /// let ring = Variables::new(["x"]).unwrap();
    /// assert!(Domain::parse(&ring, ["1 - x"]).unwrap().contains(&[1.0]));
    /// ```
    #[must_use]
    pub fn contains(&self, w: &[f64]) -> bool {
        Bounds::of(self).contain(w)
    }

    /// The flat prior with wᵢ ≥ 0 for the constraints of the form c·wᵢ ≥ 0, c > 0: what an
    /// estimator at a point with wᵢ = 0 needs to draw inside the domain. The other constraints show
    /// as +∞ in the losses.
    ///
    /// ```
    /// # use rlct::{algebra::Variables, model::Domain};
    /// let ring = Variables::new(["a", "b"]).unwrap();
    /// let prior = Domain::parse(&ring, ["a", "1 - a"]).unwrap().prior();
    /// assert!(prior.contains(&[2.0, -1.0]) && !prior.contains(&[-0.5, 0.0]));
    /// ```
    #[must_use]
    pub fn prior(&self) -> Prior {
        let bound = |constraint: &Polynomial| {
            let mut terms = constraint.terms();
            let (exponents, c) = terms.next()?;
            (terms.next().is_none() && c.is_positive())
                .then(|| exponents.iter().position(|e| *e > 0))?
        };
        let coordinates: Vec<usize> = self.constraints.iter().filter_map(bound).collect();
        let flat = Prior::flat(self.ring.len());
        flat.clone().with_nonnegative(&coordinates).unwrap_or(flat)
    }

    /// Length and inequalities of an exact point.
    pub(super) fn check(&self, point: &[Rational]) -> Result<(), ModelError> {
        if point.len() != self.ring.len() {
            return Err(ModelError::ParameterCount {
                expected: self.ring.len(),
                found: point.len(),
            });
        }
        for constraint in &self.constraints {
            let value = constraint.evaluate(point)?;
            if value.is_negative() {
                return Err(ModelError::OutsideDomain {
                    constraint: constraint.to_string(),
                    value,
                });
            }
        }
        Ok(())
    }

    /// The germ of Σ gᵢ² at a point of the domain.
    ///
    /// A constraint ℓ ≥ 0 that is active (ℓ = 0 at the point) becomes a coordinate with a
    /// half-line: one of its parameters is replaced by ℓ and lends it its name. For ℓ = wᵢ nothing
    /// changes. Active constraints must be independent.
    pub(super) fn germ(
        &self,
        generators: Vec<Polynomial>,
        point: &[Rational],
    ) -> Result<Germ, ModelError> {
        self.check(point)?;
        let mut active: Vec<&Polynomial> = Vec::new();
        for constraint in &self.constraints {
            if constraint.degree() == 1 && constraint.evaluate(point)?.is_zero() {
                let same = |other: &&Polynomial| {
                    let (a, b) = (other.primitive_part(), constraint.primitive_part());
                    // Equal up to a positive factor: the same half-space.
                    a == b && leading_sign(other) == leading_sign(constraint)
                };
                if !active.iter().any(same) {
                    active.push(constraint);
                }
            }
        }
        let (pivots, images) = self.coordinates(&active)?;
        let limits = SizeLimits::default();
        let moved = if pivots.is_empty() {
            generators
        } else {
            generators
                .iter()
                .map(|g| g.compose(&images, &limits))
                .collect::<Result<Vec<_>, _>>()?
        };
        let names = self.ring.names();
        let coordinates = point.iter().enumerate().map(|(i, value)| {
            let value = if pivots.contains(&i) {
                Rational::ZERO
            } else {
                value.clone()
            };
            (names[i].as_str(), value)
        });
        let germ = Germ::new(Reading::Ideal, moved)?
            .nonnegative(pivots.iter().map(|&i| names[i].as_str()))?
            .at(coordinates)?;
        Ok(germ)
    }

    /// For each active constraint the parameter it replaces, and every parameter in terms of the
    /// new coordinates (Gauss–Jordan elimination over ℚ).
    fn coordinates(
        &self,
        active: &[&Polynomial],
    ) -> Result<(Vec<usize>, Vec<Polynomial>), ModelError> {
        let (d, k) = (self.ring.len(), active.len());
        // Row i says: Σ a_j w_j + constant − u_i = 0, as (a | coefficients of u | constant).
        let mut rows: Vec<Vec<Rational>> = Vec::with_capacity(k);
        for (i, constraint) in active.iter().enumerate() {
            let mut row = vec![Rational::ZERO; d + k + 1];
            for (exponents, c) in constraint.terms() {
                let place = exponents.iter().position(|e| *e > 0).unwrap_or(d + k);
                row[place] = c.clone();
            }
            row[d + i] = Rational::from(-1);
            rows.push(row);
        }
        let mut pivots = Vec::with_capacity(k);
        for i in 0..k {
            let Some(pivot) = (0..d).find(|j| !rows[i][*j].is_zero()) else {
                return Err(ModelError::Corner {
                    constraints: active
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join(", "),
                });
            };
            let scale = rows[i][pivot].clone();
            for entry in &mut rows[i] {
                *entry = &*entry / &scale;
            }
            let row = rows[i].clone();
            for other in (0..k).filter(|other| *other != i) {
                let factor = rows[other][pivot].clone();
                if !factor.is_zero() {
                    for (entry, own) in rows[other].iter_mut().zip(&row) {
                        *entry = &*entry - &(&factor * own);
                    }
                }
            }
            pivots.push(pivot);
        }
        let mut images: Vec<Polynomial> = (0..d)
            .map(|j| Polynomial::variable(&self.ring, j))
            .collect();
        for (row, &pivot) in rows.iter().zip(&pivots) {
            let mut image = Polynomial::constant(&self.ring, -row[d + k].clone());
            for j in (0..d).filter(|j| *j != pivot) {
                image = &image - &Polynomial::variable(&self.ring, j).scale(&row[j]);
            }
            for (i, &place) in pivots.iter().enumerate() {
                image = &image - &Polynomial::variable(&self.ring, place).scale(&row[d + i]);
            }
            images[pivot] = image;
        }
        Ok((pivots, images))
    }
}

fn leading_sign(p: &Polynomial) -> i8 {
    p.terms().next().map_or(0, |(_, c)| c.signum())
}

/// The polynomial in a larger ring, or which of its variables is unknown there.
pub(super) fn into_ring(p: &Polynomial, ring: &Variables) -> Result<Polynomial, ModelError> {
    p.in_ring(ring).ok_or_else(|| {
        let names = p.variables().names();
        let occurs = |i: usize| p.degree_in(i) > 0;
        let unknown = (0..names.len()).find(|&i| occurs(i) && ring.index_of(&names[i]).is_none());
        ModelError::UnknownName {
            name: unknown.map_or_else(String::new, |i| names[i].clone()),
        }
    })
}

/// Polynomials of one ring from texts.
pub(super) fn parse_in<S: AsRef<str>>(
    ring: &Variables,
    texts: impl IntoIterator<Item = S>,
) -> Result<Vec<Polynomial>, ModelError> {
    let parse = |(index, text): (usize, S)| {
        Polynomial::parse_in(text.as_ref(), ring)
            .map_err(|source| ModelError::Parse { index, source })
    };
    texts.into_iter().enumerate().map(parse).collect()
}

/// The inequalities in floating point.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds(Vec<(f64, Vec<(usize, f64)>)>);

impl Bounds {
    pub(super) fn of(domain: &Domain) -> Self {
        let affine = |constraint: &Polynomial| {
            let linear = constraint.terms().filter_map(|(exponents, c)| {
                let place = exponents.iter().position(|e| *e > 0)?;
                Some((place, c.to_f64()))
            });
            (constraint.constant_term().to_f64(), linear.collect())
        };
        Self(domain.constraints.iter().map(affine).collect())
    }

    /// Whether w obeys all of them; NaN does not.
    #[inline]
    pub(super) fn contain(&self, w: &[f64]) -> bool {
        self.0.iter().all(|(constant, linear)| {
            linear.iter().fold(*constant, |sum, &(i, c)| sum + c * w[i]) >= 0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    fn rationals(texts: &[&str]) -> Vec<Rational> {
        texts.iter().map(|t| t.parse().unwrap()).collect()
    }

    /// λ of the ideal at a point of the domain.
    fn lambda(constraints: &[&str], ideal: &[&str], point: &[&str]) -> String {
        let ring = Variables::new(["x", "y"]).unwrap();
        let domain = Domain::parse(&ring, constraints).unwrap();
        let generators = parse_in(&ring, ideal).unwrap();
        let germ = domain.germ(generators, &rationals(point)).unwrap();
        germ.learning_coefficient(&Budget::default())
            .unwrap()
            .to_string()
    }

    #[test]
    fn an_active_constraint_becomes_a_half_line() {
        // x + y on the quadrant, and the same one turned and moved: 1 − x − … at the corner (1, 0).
        assert_eq!(lambda(&["x", "y"], &["x + y"], &["0", "0"]), "λ = 1, m = 1");
        assert_eq!(
            lambda(&["1 - x - y", "y"], &["1 - x"], &["1", "0"]),
            "λ = 1, m = 1"
        );
        // the interior of the same domain
        assert_eq!(
            lambda(&["x", "y"], &["x + y - 2"], &["1", "1"]),
            "λ = 1/2, m = 1"
        );
        // one active constraint that is no coordinate: x − y ≥ 0 and the ideal (x − y)
        assert_eq!(
            lambda(&["x - y"], &["x^2 - y^2"], &["1", "1"]),
            "λ = 1/2, m = 1"
        );
        // a constraint given twice is one
        assert_eq!(
            lambda(&["x", "2*x", "y"], &["x + y"], &["0", "0"]),
            "λ = 1, m = 1"
        );
    }

    #[test]
    fn points_outside_and_corners_are_refused() {
        let ring = Variables::new(["x", "y"]).unwrap();
        let ideal = || parse_in(&ring, ["x + y"]).unwrap();
        let domain = Domain::parse(&ring, ["x", "y", "x + y"]).unwrap();
        let corner = domain.germ(ideal(), &rationals(&["0", "0"]));
        assert!(
            matches!(corner, Err(ModelError::Corner { .. })),
            "{corner:?}"
        );
        let outside = domain.germ(ideal(), &rationals(&["1", "-1"]));
        assert!(
            matches!(outside, Err(ModelError::OutsideDomain { .. })),
            "{outside:?}"
        );
        let short = domain.germ(ideal(), &rationals(&["1"]));
        assert_eq!(
            short,
            Err(ModelError::ParameterCount {
                expected: 2,
                found: 1
            })
        );
        assert!(!domain.contains(&[f64::NAN, 0.0]));
    }
}
