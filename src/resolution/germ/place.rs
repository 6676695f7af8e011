//! A germ at its point: whether it may be there, and its chart with the point at the origin.

use super::super::chart::{Chart, Coordinate, Function, ring};
use super::builder::Germ;
use super::error::GermError;
use super::point::Sign;
use crate::algebra::{FloatTerm, Polynomial, Rational, Variables, watched};
use crate::certificate::format::{CoordinateDomain, Extent, Reading};

impl Germ {
    /// Whether the prior is positive at the point and the domain a full neighbourhood of it.
    pub(crate) fn is_unrestricted(&self) -> Result<bool, GermError> {
        let at_zero = self.zero_coordinates()?;
        let restricted = |i: usize| self.nonnegative[i] || !self.amplitude[i].is_zero();
        Ok((0..at_zero.len()).all(|i| !at_zero[i] || !restricted(i)))
    }

    /// Which coordinates of the point are 0.
    ///
    /// # Errors
    /// If the point is outside the domain.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, resolution::Germ};
    /// let germ = Germ::ideal(["x - y"])?.at([("x", Rational::ONE), ("y", Rational::ONE)])?;
    /// assert_eq!(germ.zero_coordinates()?, [false, false]);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn zero_coordinates(&self) -> Result<Vec<bool>, GermError> {
        let (_, signs) = self.placed()?;
        Ok(signs.iter().map(|s| *s == Sign::Zero).collect())
    }

    /// The generators as polynomials in w − point, for the numerical lane: coefficients to machine
    /// precision.
    ///
    /// # Errors
    /// If the point is outside the domain, or the generators cannot be moved to it.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, resolution::Germ};
    /// let germ = Germ::ideal(["x^2 - 1"])?.at([("x", Rational::ONE)])?;
    /// let [terms] = germ.local_terms()?.try_into().unwrap();
    /// assert_eq!(terms, [(vec![1], 2.0), (vec![2], 1.0)]);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn local_terms(&self) -> Result<Vec<Vec<FloatTerm>>, GermError> {
        let (mut germ, signs) = self.placed()?;
        let chart = germ.chart(&signs)?;
        let generators = chart.generators.iter();
        Ok(generators
            .map(|g| germ.point.approximate_terms(g))
            .collect())
    }

    /// The germ with its point checked, and the signs of the point's coordinates.
    pub(super) fn placed(&self) -> Result<(Self, Vec<Sign>), GermError> {
        let mut germ = self.clone();
        let d = self.ring.len();
        let mut signs = Vec::with_capacity(d);
        for (i, value) in self.point.values().iter().enumerate() {
            let sign = germ.point.sign(value);
            if sign == Sign::Zero {
                germ.point.set_rational(i, Rational::ZERO);
            }
            if germ.nonnegative[i] && !matches!(sign, Sign::Zero | Sign::Positive) {
                return Err(GermError::OutsideDomain {
                    name: self.ring.names()[i].clone(),
                    value: germ.shown(value),
                });
            }
            signs.push(sign);
        }
        if self.reading == Reading::Loss {
            // the signs of coefficients are to be seen from the intervals
            germ.point = germ.point.with_short_intervals();
        }
        let damped = |i: usize| !self.amplitude[i].is_zero() && signs[i] != Sign::Zero;
        if (0..d).any(damped) {
            germ.point = germ.point.with_signs_shown();
        }
        Ok((germ, signs))
    }

    /// A value of the point in words.
    fn shown(&self, value: &Polynomial) -> String {
        match value.as_constant() {
            Some(c) => c.to_string(),
            None => format!("{value} ≈ {:.6}", self.point.approximate(value)),
        }
    }

    /// An error unless K vanishes at the point. Numbers that prove to be zeros of a divisor of
    /// their polynomial are stated as that.
    pub(super) fn expect_zero(&mut self) -> Result<(), GermError> {
        let generators = self.generators.clone();
        for (i, g) in generators.iter().enumerate() {
            let value = match self.point.rational() {
                Some(point) => Polynomial::constant(&self.point.ring(), g.evaluate(&point)?),
                None => g.compose(self.point.values(), &watched())?,
            };
            match self.point.sign(&value) {
                Sign::Zero => {}
                Sign::Unknown => return Err(GermError::Undecided { generator: i + 1 }),
                Sign::Negative | Sign::Positive => {
                    return Err(GermError::Unit {
                        generator: i + 1,
                        value: self.shown(&value),
                    });
                }
            }
        }
        Ok(())
    }

    /// The chart with the point at the origin, by the signs of the point's coordinates.
    pub(super) fn chart(&mut self, signs: &[Sign]) -> Result<Chart, GermError> {
        let d = self.ring.len();
        let own_names = self.point.ring();
        let names = self.ring.names().iter().chain(own_names.names());
        let names: Vec<String> = names.cloned().collect();
        let full = Variables::from_trusted(names.clone());
        let own_ring = ring(names.len());
        let own =
            |g: &Polynomial| Polynomial::from_sorted(own_ring.clone(), g.sorted_terms().to_vec());
        let limits = watched();
        let mut generators = Vec::with_capacity(self.generators.len());
        for g in &self.generators {
            let moved = match self.point.rational() {
                Some(point) => g.translate(&point, &limits)?,
                None => self.point.moved(g, &full, &limits)?,
            };
            generators.push(moved);
        }
        for moved in &generators {
            self.point.learn_from(moved);
        }
        let numbers = self.point.numbers();
        let coordinate = |i: usize| Coordinate {
            domain: if self.nonnegative[i] && signs[i] == Sign::Zero {
                CoordinateDomain::HalfLine
            } else {
                CoordinateDomain::Line
            },
            extent: Extent::Local,
            amplitude: if signs[i] == Sign::Zero {
                self.amplitude[i].clone()
            } else {
                Rational::ZERO
            },
        };
        let function = |k: usize| Function {
            relation: self.point.relation(k, own_ring, d + k),
            between: Some(numbers[k].between().clone()),
        };
        Ok(Chart {
            names,
            coordinates: (0..d).map(coordinate).collect(),
            functions: (0..numbers.len()).map(function).collect(),
            zeros: Vec::new(),
            units: Vec::new(),
            positive: Vec::new(),
            generators: generators.iter().map(own).collect(),
        })
    }
}
