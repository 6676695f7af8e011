//! The state of the search: an ideal in a coordinate chart.

use crate::algebra::{Polynomial, Rational, Variables};

/// The values that a coordinate takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Domain {
    /// Both signs.
    Line,
    /// Only values ≥ 0.
    HalfLine,
}

/// Where a coordinate runs over its domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Extent {
    /// Near 0.
    Local,
    /// Everywhere on its domain, 0 included.
    Extended,
    /// Over all positive numbers; its domain and amplitude do not matter.
    Torus,
}

/// An ideal along a coordinate subspace of a chart, with amplitude |w|^h and a domain.
///
/// Coordinates are *local*, near 0, or they take every value of their domain (*extended*), or every
/// positive value (*torus*). The pole of a chart is that over its *centre*, all points whose local
/// coordinates are 0: the smallest λ, with the largest m among its minimisers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Chart {
    pub(super) ring: Variables,
    pub(super) generators: Vec<Polynomial>,
    /// h ≥ 0, one a coordinate.
    pub(super) amplitude: Vec<Rational>,
    pub(super) domain: Vec<Domain>,
    pub(super) extent: Vec<Extent>,
}

impl Chart {
    pub(super) fn dimension(&self) -> usize {
        self.ring.len()
    }

    /// τ = h + 1.
    pub(super) fn tau(&self) -> Vec<Rational> {
        self.amplitude.iter().map(|h| h + Rational::ONE).collect()
    }

    /// Which coordinates have this extent.
    pub(super) fn has_extent(&self, extent: Extent) -> Vec<bool> {
        self.extent.iter().map(|e| *e == extent).collect()
    }

    /// Exponents with those of torus coordinates, which are units, left out.
    pub(super) fn without_units(&self, exponents: &[u32]) -> Vec<u32> {
        let kept = |(e, x): (&u32, &Extent)| if *x == Extent::Torus { 0 } else { *e };
        exponents.iter().zip(&self.extent).map(kept).collect()
    }

    /// The part of a polynomial without local coordinates: its restriction to the centre.
    pub(super) fn on_centre(&self, p: &Polynomial) -> Polynomial {
        let free = |e: &[u32]| {
            e.iter()
                .zip(&self.extent)
                .all(|(e, x)| *e == 0 || *x != Extent::Local)
        };
        let terms = p.sorted_terms().iter().filter(|(m, _)| free(m.exponents()));
        Polynomial::from_terms(&self.ring, terms.cloned())
    }

    /// Whether a polynomial has surely no zero on the centre: there, all its terms have the same
    /// sign, and one of them is a unit.
    pub(super) fn is_unit(&self, p: &Polynomial) -> bool {
        let on_centre = self.on_centre(p);
        let sign = on_centre.terms().next().map_or(0, |(_, c)| c.signum());
        let is_even = |i: usize, e: u32| {
            e.is_multiple_of(2)
                || self.extent[i] == Extent::Torus
                || self.domain[i] == Domain::HalfLine
        };
        let definite = on_centre
            .terms()
            .all(|(e, c)| c.signum() == sign && e.iter().enumerate().all(|(i, e)| is_even(i, *e)));
        definite
            && on_centre
                .terms()
                .any(|(e, _)| self.without_units(e).iter().all(|e| *e == 0))
    }

    /// 1/(2 ord): a lower bound of λ at every point, since lct ≥ 1/ord over ℂ and |w|^h is
    /// bounded. The order at a point off the origin is at most the degree.
    pub(super) fn crude_lower_bound(&self) -> Option<Rational> {
        let along = self.extent.iter().any(|x| *x != Extent::Local);
        let order = |p: &Polynomial| if along { Some(p.degree()) } else { p.order() };
        let smallest = self.generators.iter().filter_map(order).min()?;
        Rational::new(1, i64::try_from(2 * smallest).ok()?).ok()
    }

    /// Σ τ_i/(2 ord): an upper bound of λ, the pole of the divisor of the blow-up of the subspace
    /// where all but the torus coordinates are 0 (every weight vector gives one). `None` if a
    /// generator does not vanish there.
    pub(super) fn crude_upper_bound(&self) -> Option<Rational> {
        let order = |(e, _): (&[u32], &Rational)| {
            self.without_units(e)
                .iter()
                .map(|&e| i64::from(e))
                .sum::<i64>()
        };
        let smallest = self
            .generators
            .iter()
            .flat_map(Polynomial::terms)
            .map(order)
            .min()?;
        let inverse = Rational::new(1, 2 * smallest).ok()?;
        let weights = self.tau().into_iter().zip(&self.extent);
        let total: Rational = weights
            .filter(|(_, x)| **x != Extent::Torus)
            .map(|(t, _)| t)
            .sum();
        Some(total * inverse)
    }

    /// The chart in fewer coordinates, given by their numbers; the generators must not involve
    /// the others.
    pub(super) fn restricted_to(&self, coordinates: &[usize], generators: Vec<Polynomial>) -> Self {
        let names = coordinates
            .iter()
            .map(|&i| self.ring.names()[i].clone())
            .collect();
        let ring = Variables::from_trusted(names);
        let generators = generators.iter().filter_map(|g| g.in_ring(&ring)).collect();
        Self {
            generators,
            amplitude: coordinates
                .iter()
                .map(|&i| self.amplitude[i].clone())
                .collect(),
            domain: coordinates.iter().map(|&i| self.domain[i]).collect(),
            extent: coordinates.iter().map(|&i| self.extent[i]).collect(),
            ring,
        }
    }
}
