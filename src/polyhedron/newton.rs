//! Newton polyhedra of ideals: facets, faces, and the pole they give.

use super::facets;
use super::rank;
use super::{LinearProgram, Optimum};
use crate::LearningCoefficient;
use crate::algebra::Rational;
use crate::budget::{Budget, Exhausted, Meter};
use fixedbitset::FixedBitSet;
use std::collections::HashSet;

/// The most bytes that the incidences, or the faces, may take.
const MOST_MEMORY: u64 = 256 << 20;

/// The Newton polyhedron Γ = conv(exponents) + ℝ^d_≥0 of an ideal.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, algebra::Rational, polyhedron::NewtonPolyhedron};
///
/// // the cusp x² − y³
/// let cusp = NewtonPolyhedron::new(2, [vec![2, 0], vec![0, 3]], &Budget::default())?;
/// let pole = cusp.pole(&[Rational::ONE, Rational::ONE]).unwrap();
/// assert_eq!(pole.coefficient().to_string(), "λ = 5/12, m = 1");
/// # Ok::<(), rlct::Exhausted>(())
/// ```
#[derive(Debug, Clone)]
pub struct NewtonPolyhedron {
    dimension: usize,
    points: Vec<Vec<u32>>,
    facets: Vec<Facet>,
    /// For each facet the points on it, and behind them the directions e_i parallel to it.
    incidence: Vec<FixedBitSet>,
}

/// A facet {x ∈ Γ : normal·x = level} of a Newton polyhedron, with coprime integers normal ≥ 0.
///
/// In toric resolution the normal v is a divisor: the ideal vanishes there to order k = level,
/// the Jacobian and amplitude to order v·τ − 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    normal: Vec<Rational>,
    level: Rational,
}

impl Facet {
    /// The normal vector v, the weights of the divisor.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let line = NewtonPolyhedron::new(1, [vec![3]], &Budget::default())?;
    /// assert_eq!(line.facets()[0].normal()[0].to_string(), "1");
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn normal(&self) -> &[Rational] {
        &self.normal
    }

    /// The level k = min over Γ of normal·x: the order of the ideal along the divisor.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let line = NewtonPolyhedron::new(1, [vec![3]], &Budget::default())?;
    /// assert_eq!(line.facets()[0].level().to_string(), "3");
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn level(&self) -> &Rational {
        &self.level
    }

    /// (v·τ)/(2k): the pole of this divisor, `None` for k = 0.
    fn ratio(&self, tau: &[Rational]) -> Option<Rational> {
        let discrepancy: Rational = self.normal.iter().zip(tau).map(|(v, t)| v * t).sum();
        let twice = &self.level + &self.level;
        twice.recip().map(|inverse| discrepancy * inverse)
    }
}

/// A face of a Newton polyhedron: the support points on it and the facets through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    pub(crate) points: Vec<usize>,
    pub(crate) directions: Vec<usize>,
    pub(crate) facets: Vec<usize>,
}

impl Face {
    /// The support points on the face, by number.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let cusp = NewtonPolyhedron::new(2, [vec![2, 0], vec![0, 3]], &Budget::default())?;
    /// let faces = cusp.compact_faces(&Budget::default())?;
    /// assert!(faces.iter().any(|face| face.points() == [0, 1]));
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn points(&self) -> &[usize] {
        &self.points
    }
}

/// The largest pole that the Newton polyhedron gives: λ_N and m_N.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewtonPole {
    coefficient: LearningCoefficient,
    tied: Vec<usize>,
}

impl NewtonPole {
    /// (λ_N, m_N): λ_N = 1/(2t*) with t* = min{t : tτ ∈ Γ}, and m_N the codimension of the
    /// smallest face that holds t*τ. Always λ ≤ λ_N; equality needs non-degeneracy.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::NewtonPolyhedron};
    /// let node = NewtonPolyhedron::new(2, [vec![1, 1]], &Budget::default())?;
    /// let pole = node.pole(&[Rational::ONE, Rational::ONE]).unwrap();
    /// assert_eq!(pole.coefficient().to_string(), "λ = 1/2, m = 2");
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> &LearningCoefficient {
        &self.coefficient
    }

    /// The numbers of the facets that attain it: those through t*τ.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::NewtonPolyhedron};
    /// let node = NewtonPolyhedron::new(2, [vec![1, 1]], &Budget::default())?;
    /// assert_eq!(node.pole(&[Rational::ONE, Rational::ONE]).unwrap().tied_facets().len(), 2);
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn tied_facets(&self) -> &[usize] {
        &self.tied
    }
}

impl NewtonPolyhedron {
    /// The polyhedron of the given exponents in ℝ^d.
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// # Panics
    /// If an exponent vector has not d entries.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let gamma =
    ///     NewtonPolyhedron::new(2, [vec![3, 0], vec![1, 1], vec![0, 4]], &Budget::default())?;
    /// assert_eq!(gamma.facets().len(), 4);
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn new(
        dimension: usize,
        exponents: impl IntoIterator<Item = Vec<u32>>,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        Self::within(dimension, exponents.into_iter().collect(), &budget.start())
    }

    pub(crate) fn within(
        dimension: usize,
        mut points: Vec<Vec<u32>>,
        meter: &Meter,
    ) -> Result<Self, Exhausted> {
        assert!(
            points.iter().all(|p| p.len() == dimension),
            "every exponent vector has {dimension} entries"
        );
        points.sort();
        points.dedup();
        let minimal = minimal_elements(&points, meter)?;
        let facets: Vec<Facet> = facets::facets(dimension, &minimal, meter)?
            .into_iter()
            .map(|space| Facet {
                normal: space.normal,
                level: space.level,
            })
            .collect();
        if (facets.len() * (points.len() + dimension)) as u64 / 8 > MOST_MEMORY {
            return Err(Exhausted::Size("polyhedron"));
        }
        let mut incidence = Vec::with_capacity(facets.len());
        for facet in &facets {
            meter.spend((points.len() * dimension) as u64)?;
            let mut set = FixedBitSet::with_capacity(points.len() + dimension);
            for (i, point) in points.iter().enumerate() {
                let value: Rational = facet
                    .normal
                    .iter()
                    .zip(point)
                    .map(|(v, &a)| v * &Rational::from(a))
                    .sum();
                set.set(i, value == facet.level);
            }
            for (i, v) in facet.normal.iter().enumerate() {
                set.set(points.len() + i, v.is_zero());
            }
            incidence.push(set);
        }
        Ok(Self {
            dimension,
            points,
            facets,
            incidence,
        })
    }

    /// The support points, sorted.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let gamma = NewtonPolyhedron::new(1, [vec![3], vec![2]], &Budget::default())?;
    /// assert_eq!(gamma.points(), [[2], [3]]);
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn points(&self) -> &[Vec<u32>] {
        &self.points
    }

    /// The facets, coordinate hyperplanes included.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let gamma = NewtonPolyhedron::new(2, [vec![1, 1]], &Budget::default())?;
    /// assert_eq!(gamma.facets().len(), 2);
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn facets(&self) -> &[Facet] {
        &self.facets
    }

    /// (λ_N, m_N) for τ = h + 1, h the amplitude's exponents; `None` if 0 ∈ Γ (no pole).
    ///
    /// # Panics
    /// If τ has not d entries.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::NewtonPolyhedron};
    /// // x·y with amplitude |x|
    /// let node = NewtonPolyhedron::new(2, [vec![1, 1]], &Budget::default())?;
    /// let pole = node.pole(&[Rational::from(2), Rational::ONE]).unwrap();
    /// assert_eq!(pole.coefficient().to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    #[must_use]
    pub fn pole(&self, tau: &[Rational]) -> Option<NewtonPole> {
        assert_eq!(
            tau.len(),
            self.dimension,
            "τ has one entry for each variable"
        );
        let ratios: Vec<Option<Rational>> = self.facets.iter().map(|f| f.ratio(tau)).collect();
        let lambda = ratios.iter().flatten().min()?.clone();
        let tied: Vec<usize> = (0..self.facets.len())
            .filter(|&i| ratios[i].as_ref() == Some(&lambda))
            .collect();
        let multiplicity = self.rank_of(&tied);
        Some(NewtonPole {
            coefficient: LearningCoefficient::new(lambda, multiplicity),
            tied,
        })
    }

    /// The rank of the normals of some facets.
    pub(crate) fn rank_of(&self, facets: &[usize]) -> usize {
        let normals: Vec<Vec<Rational>> = facets
            .iter()
            .map(|&i| self.facets[i].normal.clone())
            .collect();
        rank(&normals)
    }

    /// The compact faces, vertices included.
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// ```
    /// # use rlct::{Budget, polyhedron::NewtonPolyhedron};
    /// let cusp = NewtonPolyhedron::new(2, [vec![2, 0], vec![0, 3]], &Budget::default())?;
    /// assert_eq!(cusp.compact_faces(&Budget::default())?.len(), 3); // two vertices, one edge
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn compact_faces(&self, budget: &Budget) -> Result<Vec<Face>, Exhausted> {
        let none = vec![false; self.dimension];
        self.faces(&none, &none, &budget.start())
    }

    /// The faces whose recession directions are all `allowed` and include the `required` ones.
    pub(crate) fn faces(
        &self,
        allowed: &[bool],
        required: &[bool],
        meter: &Meter,
    ) -> Result<Vec<Face>, Exhausted> {
        let n = self.points.len();
        let mut whole = FixedBitSet::with_capacity(n + self.dimension);
        whole.insert_range(..);
        // the sets themselves, and the lists of their elements
        let size = (n + self.dimension) as u64 / 4 + 256;
        let mut listed = 0;
        let mut seen = HashSet::from([whole.clone()]);
        let mut queue = vec![whole];
        let mut faces = Vec::new();
        while let Some(set) = queue.pop() {
            let bounded = (0..self.dimension).all(|i| allowed[i] || !set.contains(n + i));
            if bounded {
                let facets = (0..self.facets.len())
                    .filter(|&f| set.is_subset(&self.incidence[f]))
                    .collect();
                let (points, directions): (Vec<usize>, Vec<usize>) =
                    set.ones().partition(|&i| i < n);
                let directions = directions.into_iter().map(|i| i - n).collect();
                listed += 8 * points.len() as u64;
                faces.push(Face {
                    points,
                    directions,
                    facets,
                });
            }
            meter.spend((self.facets.len() * (1 + (n + self.dimension) / 64)) as u64)?;
            for facet in &self.incidence {
                let smaller = &set & facet;
                let kept = (0..self.dimension).all(|i| !required[i] || smaller.contains(n + i));
                if kept && smaller.count_ones(..n) > 0 && !seen.contains(&smaller) {
                    if seen.len() as u64 * size + listed > MOST_MEMORY {
                        return Err(Exhausted::Size("polyhedron"));
                    }
                    seen.insert(smaller.clone());
                    queue.push(smaller);
                }
            }
        }
        // small faces first, in a fixed order
        faces.sort_by(|a, b| {
            a.points
                .len()
                .cmp(&b.points.len())
                .then_with(|| a.points.cmp(&b.points))
        });
        Ok(faces)
    }

    /// λ_N by linear programming alone: max Σ y_α subject to Σ y_α α ≤ τ, y ≥ 0, is 2λ_N.
    /// It needs no facets, so it also serves where these are too many. `None` if 0 ∈ Γ.
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::NewtonPolyhedron};
    /// let tau = [Rational::ONE, Rational::ONE];
    /// let lambda = NewtonPolyhedron::lambda_by_program(
    ///     &[vec![2, 0], vec![0, 3]],
    ///     &tau,
    ///     &Budget::default(),
    /// )?;
    /// assert_eq!(lambda.unwrap().to_string(), "5/12");
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn lambda_by_program(
        points: &[Vec<u32>],
        tau: &[Rational],
        budget: &Budget,
    ) -> Result<Option<Rational>, Exhausted> {
        Self::lambda_within(points, tau, &budget.start())
    }

    pub(crate) fn lambda_within(
        points: &[Vec<u32>],
        tau: &[Rational],
        meter: &Meter,
    ) -> Result<Option<Rational>, Exhausted> {
        let points = minimal_elements(points, meter)?;
        let mut program = LinearProgram::maximise(vec![Rational::ONE; points.len()]);
        for (i, bound) in tau.iter().enumerate() {
            let row = points
                .iter()
                .map(|point| Rational::from(point[i]))
                .collect();
            program = program.at_most(row, bound.clone());
        }
        Ok(match program.solve_within(meter)? {
            Optimum::Attained { value, .. } => Some(value / Rational::from(2)),
            _ => None,
        })
    }
}

/// The points that are not ≥ another point in every coordinate: the others do not change Γ.
fn minimal_elements(points: &[Vec<u32>], meter: &Meter) -> Result<Vec<Vec<u32>>, Exhausted> {
    let mut sorted: Vec<&Vec<u32>> = points.iter().collect();
    sorted.sort_by_key(|p| (p.iter().map(|&e| u64::from(e)).sum::<u64>(), *p));
    sorted.dedup();
    let mut minimal: Vec<Vec<u32>> = Vec::new();
    for point in sorted {
        meter.spend(minimal.len() as u64 + 1)?;
        if !minimal
            .iter()
            .any(|m| m.iter().zip(point).all(|(a, b)| a <= b))
        {
            minimal.push(point.clone());
        }
    }
    Ok(minimal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ones(d: usize) -> Vec<Rational> {
        vec![Rational::ONE; d]
    }

    fn polyhedron(points: &[&[u32]]) -> NewtonPolyhedron {
        let points: Vec<Vec<u32>> = points.iter().map(|p| p.to_vec()).collect();
        NewtonPolyhedron::new(points[0].len(), points, &Budget::default()).unwrap()
    }

    #[test]
    fn golden_poles() {
        // (exponents, λ_N, m_N) by hand, see the cases file for sources
        let cases: [(&[&[u32]], &str); 6] = [
            (&[&[3, 0], &[1, 1], &[0, 4]], "λ = 1/2, m = 2"),
            (&[&[1, 1, 0], &[1, 0, 1], &[0, 1, 1]], "λ = 3/4, m = 1"),
            (
                &[&[1, 1, 1], &[4, 0, 0], &[0, 4, 0], &[0, 0, 4]],
                "λ = 1/2, m = 3",
            ),
            (&[&[2, 0, 0], &[0, 2, 1]], "λ = 1/2, m = 1"),
            (&[&[101, 0], &[0, 100]], "λ = 201/20200, m = 1"),
            (
                &[&[1, 0, 1, 0], &[1, 0, 0, 1], &[0, 1, 1, 0], &[0, 1, 0, 1]],
                "λ = 1, m = 2",
            ),
        ];
        for (points, expected) in cases {
            let gamma = polyhedron(points);
            let pole = gamma.pole(&ones(points[0].len())).unwrap();
            assert_eq!(pole.coefficient().to_string(), expected, "{points:?}");
        }
    }

    #[test]
    fn a_constant_term_has_no_pole() {
        assert_eq!(polyhedron(&[&[0, 0], &[1, 2]]).pole(&ones(2)), None);
    }

    proptest! {
        #[test]
        fn facets_and_program_agree(
            points in prop::collection::vec(prop::collection::vec(0_u32..6, 3), 1..8),
            h in prop::collection::vec((0_i64..4, 1_i64..3), 3),
        ) {
            let tau: Vec<Rational> =
                h.iter().map(|&(n, d)| Rational::ONE + Rational::new(n, d).unwrap()).collect();
            let gamma = NewtonPolyhedron::new(3, points.clone(), &Budget::default()).unwrap();
            let by_program =
                NewtonPolyhedron::lambda_by_program(&points, &tau, &Budget::default()).unwrap();
            let by_facets = gamma.pole(&tau).map(|p| p.coefficient().lambda().clone());
            prop_assert_eq!(by_facets, by_program);
            // every facet is valid and holds d affinely independent points and directions
            for (facet, set) in gamma.facets().iter().zip(&gamma.incidence) {
                for point in gamma.points() {
                    let pairs = facet.normal.iter().zip(point);
                    let products = pairs.map(|(v, &a)| v * &Rational::from(a));
                    let value: Rational = products.sum();
                    prop_assert!(value >= facet.level);
                }
                let n = gamma.points.len();
                let base = set.ones().next().unwrap();
                prop_assert!(base < n);
                let spanning: Vec<Vec<Rational>> = set
                    .ones()
                    .skip(1)
                    .map(|i| (0..3).map(|j| if i < n {
                        let at = |point: usize| i64::from(gamma.points[point][j]);
                        Rational::from(at(i) - at(base))
                    } else {
                        Rational::from(i64::from(i - n == j))
                    }).collect())
                    .collect();
                prop_assert_eq!(rank(&spanning), 2);
            }
        }

        /// Euler's relation for the compact faces of an unbounded polyhedron with compact
        /// vertices: the complex of compact faces is contractible, so its characteristic is 1.
        #[test]
        fn compact_faces_obey_euler(
            points in prop::collection::vec(prop::collection::vec(0_u32..5, 3), 1..8),
        ) {
            let gamma = NewtonPolyhedron::new(3, points, &Budget::default()).unwrap();
            let faces = gamma.compact_faces(&Budget::default()).unwrap();
            let characteristic: i32 = faces
                .iter()
                .map(|face| 3 - gamma.rank_of(&face.facets))
                .map(|dimension| if dimension.is_multiple_of(2) { 1 } else { -1 })
                .sum();
            prop_assert_eq!(characteristic, 1);
        }
    }
}
