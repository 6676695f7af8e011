//! Parameters that are points of simplices: probabilities of states, weights of components.

use super::{Domain, ModelError};
use crate::algebra::{Polynomial, Rational, Variables};

/// Names of parameters, in order, and which of them make up the points of simplices.
///
/// A point of s entries has parameters for its first s − 1 entries; the last is what remains to 1.
#[derive(Debug, Default)]
pub(super) struct Simplices {
    names: Vec<String>,
    /// First parameter and number of entries.
    points: Vec<(usize, usize)>,
}

impl Simplices {
    /// Adds a point of `entries` entries; its parameters are `prefix` or `prefix_1`, `prefix_2`, …
    /// Returns its number.
    pub(super) fn point(&mut self, prefix: &str, entries: usize) -> usize {
        let free = entries - 1;
        self.points.push((self.names.len(), entries));
        if free == 1 {
            self.names.push(prefix.to_string());
        } else {
            self.names
                .extend((1..=free).map(|i| format!("{prefix}_{i}")));
        }
        self.points.len() - 1
    }

    /// How many points there are.
    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// The ring of all parameters, and the entries of every point as polynomials in it.
    pub(super) fn finish(self) -> Result<(Domain, Vec<Vec<Polynomial>>), ModelError> {
        let ring = Variables::new(self.names)?;
        let one = Polynomial::constant(&ring, Rational::ONE);
        let mut constraints: Vec<Polynomial> = (0..ring.len())
            .map(|i| Polynomial::variable(&ring, i))
            .collect();
        let mut points = Vec::with_capacity(self.points.len());
        for (start, entries) in self.points {
            let mut point: Vec<Polynomial> = (start..start + entries - 1)
                .map(|i| Polynomial::variable(&ring, i))
                .collect();
            let rest = point.iter().fold(one.clone(), |rest, p| &rest - p);
            if entries > 1 {
                constraints.push(rest.clone());
            }
            point.push(rest);
            points.push(point);
        }
        Ok((Domain::new(&ring, constraints)?, points))
    }
}
