//! The question, built step by step: an ideal or a loss at a point, with amplitude and domain.

use super::error::GermError;
use super::point::Point;
use crate::algebra::{
    AlgebraicNumber, ParseErrorReason, Polynomial, Rational, Variables, distinguishable,
};
use crate::certificate::format::Reading;

/// The germ of a loss at a point: K with a prior |w|^h near the point, on a domain that is a
/// product of lines and half-lines.
///
/// Its zeta function ζ(z) = ∫ K(w)^z |w|^h dw has its largest pole at −λ, of order m.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, resolution::Germ};
///
/// // reduced-rank regression 2×1×2 at rank 0, with a prior that vanishes like |a|
/// let germ = Germ::ideal(["a*c", "a*d", "b*c", "b*d"])?.amplitude("a")?;
/// let answer = germ.learning_coefficient(&Budget::default())?;
/// assert_eq!(answer.to_string(), "λ = 1, m = 1");
/// # Ok::<(), rlct::resolution::GermError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Germ {
    pub(super) reading: Reading,
    pub(super) ring: Variables,
    pub(super) generators: Vec<Polynomial>,
    pub(super) amplitude: Vec<Rational>,
    pub(super) nonnegative: Vec<bool>,
    pub(super) point: Point,
}

impl Germ {
    /// The germ at the origin of K = `loss`, which must be ≥ 0.
    ///
    /// # Errors
    /// [`GermError::ZeroIdeal`] for the polynomial 0. That K vanishes at the point is checked by
    /// [`Self::resolve`], and a K that is seen to be negative near it is refused there. Where K ≥ 0
    /// is neither refuted nor proved, the answer is that of |K|, see
    /// [`Resolution::reading`](crate::resolution::Resolution::reading).
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let k = "x^2*y^4".parse().unwrap();
    /// let answer = Germ::of(&k)?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 1/4, m = 1");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn of(loss: &Polynomial) -> Result<Self, GermError> {
        Self::new(Reading::Loss, vec![loss.clone()])
    }

    /// The germ at the origin of K, read from a text; the variables are those that occur, in order
    /// of appearance.
    ///
    /// # Errors
    /// [`GermError::Parse`] for a text that is no polynomial; as [`of`](Self::of).
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// assert_eq!(Germ::loss("x^2*y^4")?.variables().names(), ["x", "y"]);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn loss(text: &str) -> Result<Self, GermError> {
        let generators = Polynomial::parse_all([text]).map_err(|(i, source)| GermError::Parse {
            generator: i + 1,
            source,
        })?;
        Self::new(Reading::Loss, generators)
    }

    /// The germ at the origin of K = |f| for an f of either sign, read from a text: a saddle, or the
    /// level of a loss through a point that is no minimum. Its λ is twice that of the ideal (f), and
    /// m the same.
    ///
    /// # Errors
    /// As [`loss`](Self::loss), but no sign is refused.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let saddle = Germ::absolute("x^2 + y^2 - z^2")?;
    /// let answer = saddle.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 1, m = 1");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn absolute(text: &str) -> Result<Self, GermError> {
        Ok(Self {
            reading: Reading::Absolute,
            ..Self::loss(text)?
        })
    }

    /// The germ at the origin of K = Σ g_i², the generators read from texts; the variables are
    /// those that occur, in order of appearance.
    ///
    /// # Errors
    /// If there is no generator, or one cannot be read.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x^2 - y^2"])?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 1/2, m = 2");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn ideal<S: AsRef<str>>(
        generators: impl IntoIterator<Item = S>,
    ) -> Result<Self, GermError> {
        let parsed = Polynomial::parse_all(generators).map_err(|(i, source)| GermError::Parse {
            generator: i + 1,
            source,
        })?;
        Self::new(Reading::Ideal, parsed)
    }

    /// The germ at the origin of given polynomials.
    ///
    /// # Errors
    /// [`GermError::EmptyIdeal`] or [`GermError::ZeroIdeal`]; [`GermError::Names`] if two variables
    /// look alike; [`GermError::NotOnePolynomial`] for a loss, or |g|, of several.
    ///
    /// ```
    /// # use rlct::{algebra::Polynomial, resolution::{Germ, GermError, Reading}};
    /// assert_eq!(Germ::new(Reading::Ideal, vec![]), Err(GermError::EmptyIdeal));
    /// let zero: Polynomial = "x - x".parse().unwrap();
    /// assert_eq!(Germ::new(Reading::Loss, vec![zero]), Err(GermError::ZeroIdeal));
    /// ```
    pub fn new(reading: Reading, generators: Vec<Polynomial>) -> Result<Self, GermError> {
        let Some(ring) = generators
            .iter()
            .map(|g| g.variables().clone())
            .reduce(|a, b| a.union(&b))
        else {
            return Err(GermError::EmptyIdeal);
        };
        let generators: Vec<Polynomial> =
            generators.iter().filter_map(|g| g.in_ring(&ring)).collect();
        if generators.iter().all(Polynomial::is_zero) {
            return Err(GermError::ZeroIdeal);
        }
        if reading != Reading::Ideal && generators.len() > 1 {
            return Err(GermError::NotOnePolynomial {
                found: generators.len(),
            });
        }
        distinguishable(ring.names())?;
        let d = ring.len();
        Ok(Self {
            reading,
            ring,
            generators,
            amplitude: vec![Rational::ZERO; d],
            nonnegative: vec![false; d],
            point: Point::origin(d),
        })
    }

    fn place(&self, name: &str) -> Result<usize, GermError> {
        self.ring
            .index_of(name)
            .ok_or_else(|| GermError::UnknownVariable {
                name: name.to_string(),
                known: self.ring.names().join(", "),
            })
    }

    /// The germ with a prior like the monomial, `a*b^2`, or a product of powers with rational
    /// exponents above −1, `a^(-1/2)*b`.
    ///
    /// # Errors
    /// If the text is neither in the germ's variables, or an exponent is −1 or less.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x*y"])?
    ///     .amplitude("x")?
    ///     .learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn amplitude(mut self, monomial: &str) -> Result<Self, GermError> {
        let malformed = || GermError::Amplitude {
            amplitude: monomial.to_string(),
        };
        if let Some(powers) = powers(monomial) {
            self.amplitude.fill(Rational::ZERO);
            return self.amplitude_exponents(powers);
        }
        let parsed =
            Polynomial::parse_in(monomial, &self.ring).map_err(|error| match error.reason() {
                ParseErrorReason::UnknownVariable { name, known } => GermError::UnknownVariable {
                    name: name.clone(),
                    known: known.clone(),
                },
                _ => malformed(),
            })?;
        let mut terms = parsed.terms();
        let (Some((exponents, c)), None) = (terms.next(), terms.next()) else {
            return Err(malformed());
        };
        if !c.is_one() {
            return Err(malformed());
        }
        for (exponent, &e) in self.amplitude.iter_mut().zip(exponents) {
            *exponent = Rational::from(e);
        }
        Ok(self)
    }

    /// The germ with amplitude ∏ |w_i|^{h_i} for rational h_i > −1; a Dirichlet prior of index α
    /// has h = α − 1.
    ///
    /// # Errors
    /// If a variable is unknown or an exponent is −1 or less.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let germ = Germ::ideal(["x*y"])?.amplitude_exponents([("x", "1/2".parse().unwrap())])?;
    /// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn amplitude_exponents<S: AsRef<str>>(
        mut self,
        exponents: impl IntoIterator<Item = (S, Rational)>,
    ) -> Result<Self, GermError> {
        for (name, exponent) in exponents {
            let name = name.as_ref();
            let i = self.place(name)?;
            if !(&exponent + Rational::ONE).is_positive() {
                return Err(GermError::NegativeAmplitude {
                    name: name.to_string(),
                    exponent,
                });
            }
            self.amplitude[i] = exponent;
        }
        Ok(self)
    }

    /// The germ on the domain where these variables are ≥ 0.
    ///
    /// # Errors
    /// If a variable is unknown.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x + y"])?
    ///     .nonnegative(["x", "y"])?
    ///     .learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 1, m = 1"); // on ℝ² it is 1/2
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn nonnegative<S: AsRef<str>>(
        mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self, GermError> {
        for name in names {
            let i = self.place(name.as_ref())?;
            self.nonnegative[i] = true;
        }
        Ok(self)
    }

    /// The germ at another point; coordinates that are not named stay 0.
    ///
    /// # Errors
    /// If a variable is unknown.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, resolution::Germ};
    /// let germ = Germ::ideal(["(x + 1)*(x - 1)^2"])?;
    /// let local = |x: i64| germ.clone().at([("x", Rational::from(x))]).unwrap();
    /// assert_eq!(
    ///     local(-1)
    ///         .learning_coefficient(&Budget::default())?
    ///         .to_string(),
    ///     "λ = 1/2, m = 1"
    /// );
    /// assert_eq!(
    ///     local(1)
    ///         .learning_coefficient(&Budget::default())?
    ///         .to_string(),
    ///     "λ = 1/4, m = 1"
    /// );
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn at<S: AsRef<str>>(
        mut self,
        coordinates: impl IntoIterator<Item = (S, Rational)>,
    ) -> Result<Self, GermError> {
        for (name, value) in coordinates {
            let i = self.place(name.as_ref())?;
            self.point.set_rational(i, value);
        }
        Ok(self)
    }

    /// The germ with a real algebraic number in which the values of [`Self::at_values`] may be
    /// written.
    ///
    /// # Errors
    /// [`GermError::NameTaken`] if a variable or another number has its name,
    /// [`GermError::Names`] if one looks like it.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let k: rlct::algebra::Polynomial = "(x^2 - 2)^2*(x - 1)^6".parse().unwrap();
    /// let germ = Germ::of(&k)?
    ///     .number("s^2 = 2, 1 < s < 2".parse().unwrap())?
    ///     .at_values([("x", "s")])?;
    /// assert_eq!(germ.learning_coefficient(&Budget::default())?.to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn number(mut self, number: AlgebraicNumber) -> Result<Self, GermError> {
        let name = number.name();
        let taken = |ring: &Variables| ring.index_of(name).is_some();
        if taken(&self.ring) || taken(&self.point.ring()) {
            return Err(GermError::NameTaken {
                name: name.to_string(),
            });
        }
        let own = self.point.ring();
        let names = self.ring.names().iter().chain(own.names());
        distinguishable(names.map(String::as_str).chain([name]))?;
        self.point.add_number(number);
        Ok(self)
    }

    /// The germ at another point, its coordinates polynomials over ℚ in the numbers given before.
    ///
    /// # Errors
    /// If a variable is unknown, or a value cannot be read.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// // the cubic y² = x³ − 3x + 2 crosses itself at (1, 0); this is another of its points
    /// let germ =
    ///     Germ::ideal(["y^2 - x^3 + 3*x - 2"])?.number("s^2 = 3, 1 < s < 2".parse().unwrap())?;
    /// let germ = germ.at_values([("x", "1 + s"), ("y", "3 + s")])?;
    /// assert!(germ.learning_coefficient(&Budget::default()).is_err()); // which it is not
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn at_values<S: AsRef<str>, T: AsRef<str>>(
        mut self,
        coordinates: impl IntoIterator<Item = (S, T)>,
    ) -> Result<Self, GermError> {
        for (name, text) in coordinates {
            let i = self.place(name.as_ref())?;
            let value = Polynomial::parse_in(text.as_ref(), &self.point.ring());
            let value = value.map_err(|source| GermError::Value {
                name: name.as_ref().to_string(),
                text: text.as_ref().to_string(),
                source,
            })?;
            self.point.set(i, value);
        }
        Ok(self)
    }

    /// The exponents h_i of the amplitude ∏ |w_i|^{h_i}, a number a variable.
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// let germ = Germ::ideal(["x*y"])?.amplitude("y^2")?;
    /// assert_eq!(germ.prior_exponents(), [0.into(), 2.into()]);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn prior_exponents(&self) -> &[Rational] {
        &self.amplitude
    }

    /// Whether the i-th variable is ≥ 0 on the domain.
    /// By variable, whether it is ≥ 0 on the domain.
    #[must_use]
    pub fn half_lines(&self) -> &[bool] {
        &self.nonnegative
    }

    pub(super) fn is_nonnegative(&self, i: usize) -> bool {
        self.nonnegative.get(i) == Some(&true)
    }

    /// The i-th coordinate of the point, if it is written as a rational number.
    pub(super) fn rational_coordinate(&self, i: usize) -> Option<Rational> {
        self.point.values().get(i)?.as_constant()
    }

    /// A value near that of each coordinate of the point.
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// let germ = Germ::ideal(["x^2 - 2"])?.number("s^2 = 2, 1 < s < 2".parse().unwrap())?;
    /// assert_eq!(germ.at_values([("x", "s")])?.approximate_point(), [2f64.sqrt()]);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn approximate_point(&self) -> Vec<f64> {
        let values = self.point.values().iter();
        values.map(|v| self.point.approximate(v)).collect()
    }

    /// How the polynomials give K.
    ///
    /// ```
    /// # use rlct::resolution::{Germ, Reading};
    /// assert_eq!(Germ::ideal(["x"])?.reading(), Reading::Ideal);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// The variables.
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// assert_eq!(Germ::ideal(["y - x^2"])?.variables().names(), ["y", "x"]);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn variables(&self) -> &Variables {
        &self.ring
    }

    /// The generators.
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// assert_eq!(Germ::ideal(["x", "y"])?.generators().len(), 2);
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    #[must_use]
    pub fn generators(&self) -> &[Polynomial] {
        &self.generators
    }

    /// The point, if its coordinates are rational and no algebraic numbers are given.
    pub(crate) fn rational_point(&self) -> Option<Vec<Rational>> {
        self.point.rational()
    }
}

/// A product of powers with rational exponents, `a^(-1/2)*b`: each variable once, with its
/// exponent.
fn powers(text: &str) -> Option<Vec<(String, Rational)>> {
    let mut found: Vec<(String, Rational)> = Vec::new();
    for power in text.split('*') {
        let (name, exponent) = power.split_once('^').unwrap_or((power, "1"));
        let (name, exponent) = (name.trim(), exponent.trim());
        let inside = exponent
            .strip_prefix('(')
            .map(|rest| rest.strip_suffix(')'));
        let exponent: Rational = inside.unwrap_or(Some(exponent))?.trim().parse().ok()?;
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name {
            return None;
        }
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum += exponent,
            None => found.push((name.to_string(), exponent)),
        }
    }
    Some(found)
}
