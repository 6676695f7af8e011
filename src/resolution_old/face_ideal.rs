//! The ideal of face polynomials of a face, in torus coordinates along it.

use super::chart::{Chart, Domain};
use super::torus_zeros::{Orthant, undecided_orthants};
use crate::algebra::{Monomial, Polynomial, Rational, Variables};
use crate::budget::Exhausted;
use crate::polyhedron::{Face, FaceLattice, NewtonPolyhedron};
use std::collections::{BTreeSet, HashSet};

/// The face polynomials g_{i,F} of the generators with terms on a face F, divided by monomials and
/// written in coordinates s_1, …, s_f of the torus along the face.
#[derive(Debug, Clone)]
pub(super) struct FaceIdeal {
    /// Each with at least two terms, primitive and distinct.
    pub(super) polynomials: Vec<Polynomial>,
    /// How many generators have terms on the face.
    pub(super) active: usize,
    /// The orthants of the s that the domain reaches and no sign pattern rules out.
    pub(super) orthants: Vec<Orthant>,
    pub(super) lattice: FaceLattice,
    /// Extended and torus coordinates of the chart that the face polynomials do not involve; they
    /// stay coordinates beside the s.
    pub(super) spectators: Vec<usize>,
}

impl FaceIdeal {
    /// The ideal, or `None` if it has no real torus zero for an obvious reason: a face polynomial
    /// is a monomial, or has one sign in every orthant.
    pub(super) fn of(
        chart: &Chart,
        gamma: &NewtonPolyhedron,
        face: &Face,
    ) -> Result<Option<Self>, Exhausted> {
        let on_face: HashSet<&[u32]> = face
            .points
            .iter()
            .map(|&i| gamma.points()[i].as_slice())
            .collect();
        let mut parts = Vec::new();
        for g in &chart.generators {
            let terms: Vec<(&[u32], &Rational)> = g
                .terms()
                .filter(|(exponents, _)| {
                    on_face.contains(chart.without_units(exponents).as_slice())
                })
                .collect();
            match terms.len() {
                0 => {}
                1 => return Ok(None),
                _ => parts.push(terms),
            }
        }
        let varies = |i: usize| {
            parts
                .iter()
                .any(|terms| terms.iter().any(|(e, _)| e[i] != terms[0].0[i]))
        };
        let spectators: Vec<usize> = face
            .directions
            .iter()
            .copied()
            .filter(|&i| !varies(i))
            .collect();
        let lattice = lattice_along(chart.dimension(), gamma, face, &spectators)?;
        let names = (1..=lattice.dimension()).map(|l| format!("s{l}")).collect();
        let ring = Variables::from_trusted(names);
        let mut polynomials: Vec<Polynomial> = Vec::new();
        for terms in &parts {
            let p = along(&ring, &lattice, terms)?;
            if !polynomials.contains(&p) {
                polynomials.push(p);
            }
        }
        let orthants = undecided_orthants(&polynomials, &reached_orthants(chart, &lattice));
        if orthants.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            polynomials,
            active: parts.len(),
            orthants,
            lattice,
            spectators,
        }))
    }

    /// The number f of torus coordinates.
    pub(super) fn dimension(&self) -> usize {
        self.lattice.dimension()
    }

    /// The polynomials for a message.
    pub(super) fn shown(&self) -> String {
        const MOST: usize = 120;
        let text = self
            .polynomials
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        if text.chars().count() <= MOST {
            return text;
        }
        text.chars().take(MOST).chain("…".chars()).collect()
    }

    /// A proved lower bound of the complex lct of the ideal at every torus zero: 1 over the
    /// multiplicity, which is at most the degree and less than the number of terms (on a generic
    /// one-parameter subgroup through the zero the polynomial has no more terms than before).
    pub(super) fn lct_lower_bound(&self) -> Rational {
        let multiplicity = |p: &Polynomial| p.degree().min(p.len() as u64 - 1).max(1);
        let smallest = self.polynomials.iter().map(multiplicity).min().unwrap_or(1);
        i64::try_from(smallest)
            .ok()
            .and_then(|m| Rational::new(1, m).ok())
            .unwrap_or_default()
    }
}

/// The lattice parallel to the face, without the directions of the spectators.
fn lattice_along(
    dimension: usize,
    gamma: &NewtonPolyhedron,
    face: &Face,
    spectators: &[usize],
) -> Result<FaceLattice, Exhausted> {
    let units: Vec<Vec<Rational>> = spectators
        .iter()
        .map(|&i| {
            (0..dimension)
                .map(|j| Rational::from(i64::from(i == j)))
                .collect()
        })
        .collect();
    let normals: Vec<&[Rational]> = face
        .facets
        .iter()
        .map(|&f| gamma.facets()[f].normal())
        .chain(units.iter().map(Vec::as_slice))
        .collect();
    let mut lattice = FaceLattice::orthogonal_to(&normals, dimension)?;
    // w_l matters only modulo what is orthogonal to the basis; e_i for a spectator is
    for w in &mut lattice.dual {
        for &i in spectators {
            w[i] = 0;
        }
    }
    Ok(lattice)
}

/// A face polynomial in the coordinates s, divided by a monomial, primitive.
fn along(
    ring: &Variables,
    lattice: &FaceLattice,
    terms: &[(&[u32], &Rational)],
) -> Result<Polynomial, Exhausted> {
    let coordinates: Vec<Vec<i64>> = terms
        .iter()
        .map(|(e, _)| lattice.coordinates(e))
        .collect::<Result<_, _>>()?;
    let lowest: Vec<i64> = (0..lattice.dimension())
        .map(|l| coordinates.iter().map(|c| c[l]).min().unwrap_or(0))
        .collect();
    let mut shifted = Vec::with_capacity(terms.len());
    for (c, (_, coefficient)) in coordinates.iter().zip(terms) {
        let exponents: Option<Vec<u32>> = c
            .iter()
            .zip(&lowest)
            .map(|(e, low)| u32::try_from(e.checked_sub(*low)?).ok())
            .collect();
        let exponents = exponents.ok_or(Exhausted::Size("exponent"))?;
        shifted.push((Monomial::new(&exponents), (*coefficient).clone()));
    }
    Ok(Polynomial::from_terms(ring, shifted).primitive_part())
}

/// The orthants of s = x^b that the orthants of the domain are mapped to: a subgroup of {±1}^f.
fn reached_orthants(chart: &Chart, lattice: &FaceLattice) -> Vec<Orthant> {
    let mut group = BTreeSet::from([vec![1_i8; lattice.dimension()]]);
    for (i, _) in chart
        .domain
        .iter()
        .enumerate()
        .filter(|(_, d)| **d == Domain::Line)
    {
        let flips: Vec<bool> = lattice.basis.iter().map(|b| b[i] % 2 != 0).collect();
        let flipped: Vec<Orthant> = group
            .iter()
            .map(|o| {
                o.iter()
                    .zip(&flips)
                    .map(|(s, flip)| if *flip { -s } else { *s })
                    .collect()
            })
            .collect();
        group.extend(flipped);
    }
    group.into_iter().rev().collect()
}
