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

/// An ideal along a coordinate subspace of a chart, with amplitude |w|^h and a domain.
///
/// Coordinates are either *local*, near 0, or *extended*: then they take every value of their
/// domain, not only small ones. The pole of a chart is that over all points whose local coordinates
/// are 0: the smallest λ, with the largest m among its minimisers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) ring: Variables,
    pub(super) generators: Vec<Polynomial>,
    /// h ≥ 0, one a coordinate.
    pub(super) amplitude: Vec<Rational>,
    pub(super) domain: Vec<Domain>,
    pub(super) extended: Vec<bool>,
}

impl Chart {
    pub(super) fn dimension(&self) -> usize {
        self.ring.len()
    }

    /// τ = h + 1.
    pub(super) fn tau(&self) -> Vec<Rational> {
        self.amplitude.iter().map(|h| h + Rational::ONE).collect()
    }

    /// The part of a polynomial without local coordinates: its restriction to the centre.
    pub(super) fn on_centre(&self, p: &Polynomial) -> Polynomial {
        let terms = p.sorted_terms().iter().filter(|(m, _)| {
            m.exponents()
                .iter()
                .zip(&self.extended)
                .all(|(e, x)| *e == 0 || *x)
        });
        Polynomial::from_terms(&self.ring, terms.cloned())
    }

    /// 1/(2 ord): a lower bound of λ at every point, since lct ≥ 1/ord over ℂ and |w|^h is
    /// bounded. The order at a point off the origin is at most the degree.
    pub(super) fn crude_lower_bound(&self) -> Option<Rational> {
        let along = self.extended.contains(&true);
        let order = |p: &Polynomial| if along { Some(p.degree()) } else { p.order() };
        let smallest = self.generators.iter().filter_map(order).min()?;
        Rational::new(1, i64::try_from(2 * smallest).ok()?).ok()
    }

    /// Σ τ_i/(2 ord): an upper bound of λ, the pole of the divisor of the blow-up of the origin
    /// (every weight vector gives one). `None` if a generator does not vanish there.
    pub(super) fn crude_upper_bound(&self) -> Option<Rational> {
        let smallest = self.generators.iter().filter_map(Polynomial::order).min()?;
        let inverse = Rational::new(1, i64::try_from(2 * smallest).ok()?).ok()?;
        Some(self.tau().iter().sum::<Rational>() * inverse)
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
            extended: coordinates.iter().map(|&i| self.extended[i]).collect(),
            ring,
        }
    }
}
