//! What an estimator is asked, and what it answers.

use crate::algebra::{Polynomial, Rational, Reading};
use crate::catalogue::Instance;
use crate::resolution::{Germ, GermText};
use serde::{Deserialize, Serialize};

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;

/// A polynomial as exponents and coefficients, in the order of the variables.
pub type Terms = Vec<(Vec<u32>, Rational)>;

/// A question: K near 0, where it vanishes, and the prior there. λ is not told.
///
/// K = Σ gᵢ² of the generators with `"reading": "ideal"`, K = g₁ with `"loss"`. The prior is
/// ∏ |wᵢ|^hᵢ, h the `amplitude`, on the box |wᵢ| ≤ 1, and wᵢ ≥ 0 for the variables that are
/// `nonnegative`. λ is asked for, or U at the inverse temperature t.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The instance of the catalogue.
    pub id: String,
    /// Its family.
    pub family: String,
    /// The variables, in order.
    pub variables: Vec<String>,
    /// The generators as texts, with the point moved to 0.
    pub generators: Vec<String>,
    /// The same as exponents and coefficients "p/q".
    pub terms: Vec<Terms>,
    /// How K is made of them.
    pub reading: Reading,
    /// The exponents h, one a variable.
    pub amplitude: Vec<Rational>,
    /// The variables that are ≥ 0.
    pub nonnegative: Vec<String>,
    /// The inverse temperature of [`energy`](super::energy), which may be answered in place of λ.
    pub t: f64,
    /// The seed of this run.
    pub seed: u64,
    /// The time after which the case has failed, in seconds.
    pub seconds: f64,
}

impl Case {
    /// The case of an instance by its polynomials; `None` but at a rational point, and for
    /// amplitudes that the catalogue does not have.
    pub(super) fn of(instance: &Instance, polynomials: &GermText) -> Option<Self> {
        let germ = polynomials.germ().ok()?;
        let names = germ.variables().names().to_vec();
        let point = match germ.rational_point() {
            Some(point) if !point.is_empty() => point,
            Some(_) => vec![Rational::ZERO; names.len()],
            None => return None,
        };
        let moved = moved(&germ, &point)?;
        let terms = |g: &Polynomial| g.terms().map(|(e, c)| (e.to_vec(), c.clone())).collect();
        let half = names.iter().zip(germ.half_lines().iter().zip(&point));
        // a half-line is one at its end alone, and so is a power
        let half = half.filter(|(_, (half, value))| **half && value.is_zero());
        let powers = germ.prior_exponents().iter().zip(&point);
        let power = |(h, value): (&Rational, &Rational)| match value.is_zero() {
            true => h.clone(),
            false => Rational::ZERO,
        };
        let mut amplitude: Vec<Rational> = powers.map(power).collect();
        amplitude.resize(names.len(), Rational::ZERO);
        Some(Self {
            protocol: PROTOCOL,
            id: instance.id().to_string(),
            family: instance.family().key(),
            generators: moved.iter().map(ToString::to_string).collect(),
            terms: moved.iter().map(terms).collect(),
            reading: germ.reading(),
            amplitude,
            nonnegative: half.map(|(name, _)| name.clone()).collect(),
            variables: names,
            t: super::TEMPERATURES[1],
            seed: 0,
            seconds: 0.0,
        })
    }

    /// The number of parameters.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.variables.len()
    }

    /// The germ that is asked about.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn germ(&self) -> Result<Germ, String> {
        let told = |error: &dyn std::fmt::Display| error.to_string();
        let ring = crate::algebra::Variables::new(&self.variables).map_err(|e| told(&e))?;
        let generators = self.generators.iter();
        let generators: Result<Vec<Polynomial>, String> = generators
            .map(|g| Polynomial::parse_in(g, &ring).map_err(|e| told(&e)))
            .collect();
        let germ = Germ::new(self.reading, generators?).map_err(|e| told(&e))?;
        let germ = germ.nonnegative(&self.nonnegative).map_err(|e| told(&e))?;
        let powers = self.variables.iter().zip(&self.amplitude);
        let powers: Vec<String> = powers
            .filter(|(_, h)| !h.is_zero())
            .map(|(name, h)| format!("{name}^({h})"))
            .collect();
        match powers.is_empty() {
            true => Ok(germ),
            false => germ.amplitude(&powers.join("*")).map_err(|e| told(&e)),
        }
    }
}

/// The generators with the point moved to 0.
fn moved(germ: &Germ, point: &[Rational]) -> Option<Vec<Polynomial>> {
    let ring = germ.variables();
    let image = |(i, value): (usize, &Rational)| {
        &Polynomial::variable(ring, i) + &Polynomial::constant(ring, value.clone())
    };
    let images: Vec<Polynomial> = point.iter().enumerate().map(image).collect();
    let generators = germ.generators().iter();
    generators
        .map(|g| g.compose(&images, &Default::default()).ok())
        .collect()
}

/// What a number is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The learning coefficient λ.
    Lambda,
    /// U at the t of the case: [`energy`](super::energy).
    Energy,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What the value is of.
    pub quantity: Quantity,
    /// λ̂, or Û.
    pub value: f64,
    /// Its standard error: the value ± 1.96 of them is a 95 % interval.
    pub standard_error: f64,
    /// m̂, if the estimator tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplicity: Option<usize>,
}

impl Claim {
    /// λ̂ with its standard error.
    #[must_use]
    pub fn lambda(value: f64, standard_error: f64) -> Self {
        Self {
            quantity: Quantity::Lambda,
            value,
            standard_error,
            multiplicity: None,
        }
    }

    /// Û at the t of the case with its standard error.
    #[must_use]
    pub fn energy(value: f64, standard_error: f64) -> Self {
        Self {
            quantity: Quantity::Energy,
            ..Self::lambda(value, standard_error)
        }
    }

    /// Why it is no answer, if it is none.
    pub(super) fn refusal(&self) -> Option<String> {
        if !self.value.is_finite() {
            return Some(format!("the value is {}", self.value));
        }
        if !(self.standard_error > 0.0 && self.standard_error.is_finite()) {
            return Some(format!(
                "the standard error is {}, which is not positive and finite",
                self.standard_error
            ));
        }
        None
    }
}
