//! The question: an ideal or a loss at a point, with amplitude and domain.

mod error;

pub use error::GermError;

use super::answer::{Answer, Resolution, Undecided};
use super::chart::{Chart, Coordinate, Function, ring};
use super::evidence::nonvanishing;
use super::point::{Point, Sign};
use super::search::{CRUDE_TIME, Search};
use super::squares::{is_plainly_nonnegative, sum_of_squares};
use crate::algebra::{
    AlgebraicNumber, Monomial, ParseErrorReason, Polynomial, Rational, Variables, distinguishable,
    watched,
};
use crate::budget::{Budget, Exhausted, Meter, abandonable, look};
use crate::certificate::CheckLimits;
use crate::certificate::format::{Constant, Domain, Extent, Question, Squares};
use crate::polyhedron::{LinearProgram, NewtonPolyhedron, Optimum};
use std::time::Duration;

pub use crate::certificate::format::Reading;

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
    reading: Reading,
    ring: Variables,
    generators: Vec<Polynomial>,
    amplitude: Vec<Rational>,
    nonnegative: Vec<bool>,
    point: Point,
}

/// The exponents of a term, and its coefficient to machine precision.
pub type ApproximateTerm = (Vec<u32>, f64);

impl Germ {
    /// The germ at the origin of K = `loss`, which must be ≥ 0.
    ///
    /// # Errors
    /// [`GermError::ZeroIdeal`] for the polynomial 0. That K vanishes at the point is checked by
    /// [`Self::resolve`], and a K that is seen to be negative near it is refused there. Where K ≥ 0
    /// is neither refuted nor proved, the answer is that of |K|, see [`Resolution::reading`].
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
    /// look alike. A loss is one polynomial.
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

    /// The germ with a prior that vanishes like the monomial, as in `a*b^2`.
    ///
    /// # Errors
    /// If the text is not a monomial in the germ's variables.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let answer = Germ::ideal(["x*y"])?.amplitude("x")?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn amplitude(mut self, monomial: &str) -> Result<Self, GermError> {
        let malformed = || GermError::Amplitude {
            amplitude: monomial.to_string(),
        };
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

    /// The germ with amplitude ∏ |w_i|^{h_i} for rational h_i ≥ 0.
    ///
    /// # Errors
    /// If a variable is unknown or an exponent negative.
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
            if exponent.is_negative() {
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
    /// let answer = Germ::ideal(["x + y"])?.nonnegative(["x", "y"])?.learning_coefficient(&Budget::default())?;
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
    /// assert_eq!(local(-1).learning_coefficient(&Budget::default())?.to_string(), "λ = 1/2, m = 1");
    /// assert_eq!(local(1).learning_coefficient(&Budget::default())?.to_string(), "λ = 1/4, m = 1");
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

    /// The germ with a real algebraic number in which the values of [`Self::at_values`] may be written.
    ///
    /// # Errors
    /// [`GermError::NameTaken`] if a variable or another number has its name,
    /// [`GermError::Names`] if one looks like it.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let k: rlct::algebra::Polynomial = "(x^2 - 2)^2*(x - 1)^6".parse().unwrap();
    /// let germ = Germ::of(&k)?.number("s^2 = 2, 1 < s < 2".parse().unwrap())?.at_values([("x", "s")])?;
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
    /// let germ = Germ::ideal(["y^2 - x^3 + 3*x - 2"])?.number("s^2 = 3, 1 < s < 2".parse().unwrap())?;
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

    /// The generators as polynomials in w − point, for the numerical lane: coefficients to machine precision.
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
    pub fn local_terms(&self) -> Result<Vec<Vec<ApproximateTerm>>, GermError> {
        let (mut germ, signs) = self.placed()?;
        let chart = germ.chart(&signs)?;
        let generators = chart.generators.iter();
        Ok(generators
            .map(|g| germ.point.approximate_terms(g))
            .collect())
    }

    /// The germ with its point checked, and the signs of the point's coordinates.
    fn placed(&self) -> Result<(Self, Vec<Sign>), GermError> {
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

    /// An error unless K vanishes at the point. Numbers that prove to be zeros of a divisor of their polynomial are
    /// stated as that.
    fn expect_zero(&mut self) -> Result<(), GermError> {
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
    fn chart(&mut self, signs: &[Sign]) -> Result<Chart, GermError> {
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
                Domain::HalfLine
            } else {
                Domain::Line
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

    /// The question as a certificate states it, without what shows that a loss is ≥ 0.
    ///
    /// # Errors
    /// If the point is outside the domain, or the generators cannot be moved to it.
    ///
    /// ```
    /// # use rlct::resolution::Germ;
    /// let question = Germ::ideal(["x^2 - y^3"])?.nonnegative(["x"])?.to_question()?;
    /// assert_eq!(
    ///     question.to_string(),
    ///     "K = Σ gᵢ² over the ideal (-y^3 + x^2), in x, y, at the origin, x ≥ 0"
    /// );
    /// # Ok::<(), rlct::resolution::GermError>(())
    /// ```
    pub fn to_question(&self) -> Result<Question, GermError> {
        let (mut germ, signs) = self.placed()?;
        let chart = germ.chart(&signs)?;
        Ok(germ.question(&chart))
    }

    /// The same by its chart.
    fn question(&self, chart: &Chart) -> Question {
        let none_if = |trivial: bool, list: Vec<Rational>| if trivial { Vec::new() } else { list };
        let (d, names) = (self.ring.len(), self.ring.names());
        let constant = |k: usize| -> Option<Constant> {
            let number = &self.point.numbers()[k];
            let relation = &chart.functions[k].relation;
            let evidence = nonvanishing(chart, &relation.derivative(d + k))?;
            Some(Constant {
                name: number.name().to_string(),
                relation: chart.show(relation),
                between: Some(number.between().clone()),
                evidence: evidence.stated(chart),
            })
        };
        // where a value is not rational, it is positive, and its sign no bound
        let bounded =
            |i: usize| self.nonnegative[i] && self.point.values()[i].as_constant().is_some();
        Question {
            variables: names.to_vec(),
            generators: self.generators.iter().map(ToString::to_string).collect(),
            reading: self.reading,
            squares: None,
            amplitude: none_if(
                self.amplitude.iter().all(Rational::is_zero),
                self.amplitude.clone(),
            ),
            nonnegative: (0..d)
                .filter(|&i| bounded(i))
                .map(|i| names[i].clone())
                .collect(),
            constants: (0..self.point.numbers().len())
                .filter_map(constant)
                .collect(),
            point: if self.point.is_origin() {
                Vec::new()
            } else {
                self.point
                    .values()
                    .iter()
                    .map(ToString::to_string)
                    .collect()
            },
        }
    }

    /// The question with the proof that the loss is ≥ 0 near the point, or read as K = |g| if none
    /// is found.
    fn with_sign(&self, chart: &Chart, mut question: Question) -> Question {
        /// A tenth of what the whole check may cost.
        const WORK: u64 = 30_000_000;
        let limits = CheckLimits::default().with_work(WORK);
        if self.reading != Reading::Loss || question.is_accepted(&limits) {
            return question;
        }
        question.squares = self.squares(chart);
        if question.squares.is_none() || !question.is_accepted(&limits) {
            question.squares = None;
            question.reading = Reading::Absolute;
        }
        question
    }

    /// A sum of squares that shows the loss to be ≥ 0 near the point, in the germ's variables.
    fn squares(&self, chart: &Chart) -> Option<Squares> {
        let limits = watched();
        let [loss] = self.generators.as_slice() else {
            return None;
        };
        let half_line = |c: &Coordinate| c.domain == Domain::HalfLine;
        let half_lines: Vec<bool> = chart.coordinates.iter().map(half_line).collect();
        let is_plain = |moved: &Polynomial| {
            let terms = self.point.coefficients(moved).into_iter();
            let signs = terms.map(|(e, c)| (e, self.point.clone().sign(&c)));
            is_plainly_nonnegative(&signs.collect::<Vec<_>>(), &half_lines)
        };
        let (sum, back) = match self.point.rational() {
            // near the origin more is plain
            Some(point) => {
                let moved = loss.translate(&point, &limits).ok()?;
                let back: Vec<Rational> = point.iter().map(|x| -x).collect();
                (sum_of_squares(&moved, &is_plain)?, back)
            }
            None => {
                let own = self.point.ring();
                let names = self.ring.names().iter().chain(own.names());
                let full = Variables::from_trusted(names.cloned().collect());
                let is_plain = |p: &Polynomial| {
                    let moved = self.point.moved(p, &full, &limits);
                    moved.is_ok_and(|moved| is_plain(&moved))
                };
                (
                    sum_of_squares(loss, &is_plain)?,
                    vec![Rational::ZERO; self.ring.len()],
                )
            }
        };
        let stated = |p: &Polynomial| Some(p.translate(&back, &limits).ok()?.to_string());
        let is_one = sum.multiplier.as_constant().is_some_and(|c| c.is_one());
        let terms = sum.terms.iter();
        Some(Squares {
            multiplier: match is_one {
                true => None,
                false => Some(stated(&sum.multiplier)?),
            },
            terms: terms
                .map(|(c, q)| Some((stated(c)?, stated(q)?)))
                .collect::<Option<_>>()?,
        })
    }

    /// Positive weights v in which every generator is weighted homogeneous, g(t^v w) = t^k g(w), with the germ at the
    /// origin; `None` if there are none.
    ///
    /// Then the origin is the worst point: the flow t^v moves every zero into any neighbourhood of the origin without
    /// changing its λ and m, and the integral near the origin is at least that near the moved zero.
    ///
    /// # Errors
    /// If the linear program for the weights ends early.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::Germ};
    /// let weights = Germ::ideal(["x^2 - y^3"])?.homogeneous_weights(&Budget::default())?.unwrap();
    /// assert_eq!(&weights[0] * &2.into(), &weights[1] * &3.into());
    /// assert!(Germ::ideal(["x^2 - y^3 - y^4"])?.homogeneous_weights(&Budget::default())?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn homogeneous_weights(&self, budget: &Budget) -> Result<Option<Vec<Rational>>, Exhausted> {
        if !self.point.is_origin() {
            return Ok(None);
        }
        let d = self.ring.len();
        // the smallest weights v ≥ 1 with v·(α − β) = 0 for all terms of a generator
        let mut program = LinearProgram::maximise(vec![Rational::from(-1); d]);
        for i in 0..d {
            let unit = (0..d).map(|j| Rational::from(i64::from(i == j)));
            program = program.at_least(unit.collect(), Rational::ONE);
        }
        // all differences are combinations of these
        let mut independent: Vec<Vec<Rational>> = Vec::new();
        let meter = budget.start();
        for g in &self.generators {
            let mut terms = g.terms().map(|(e, _)| e);
            let Some(first) = terms.next() else { continue };
            for e in terms {
                meter.spend((d * (1 + independent.len())) as u64)?;
                let difference = first.iter().zip(e);
                let row = difference.map(|(&a, &b)| Rational::from(i64::from(a) - i64::from(b)));
                extend_basis(&mut independent, row.collect());
            }
        }
        for row in independent {
            program = program.equal(row, Rational::ZERO);
        }
        Ok(match program.solve_within(&meter)? {
            Optimum::Attained { point, .. } => Some(point),
            Optimum::Unbounded | Optimum::Infeasible => None,
        })
    }

    /// The learning coefficient at the point: exact, or between proved bounds when the engine
    /// cannot decide or the budget ends.
    ///
    /// # Errors
    /// If the question has no answer: K does not vanish at the point, the point is outside the
    /// domain, or a loss is seen to be negative nearby.
    ///
    /// # References
    /// Watanabe 2009, *Algebraic Geometry and Statistical Learning Theory*, chapters 2 and 6;
    /// Varchenko 1976 and Howald 2003 for the Newton polyhedron.
    ///
    /// ```
    /// # use rlct::{Budget, resolution::{Germ, GermError}};
    /// let answer = Germ::ideal(["x^2 - y^3"])?.learning_coefficient(&Budget::default())?;
    /// assert_eq!(answer.to_string(), "λ = 5/12, m = 1");
    /// let unit = Germ::ideal(["x + 3"])?.learning_coefficient(&Budget::default());
    /// assert!(matches!(unit, Err(GermError::Unit { .. })));
    /// let indefinite = Germ::of(&"x^2 - y^2".parse().unwrap())?;
    /// let refused = indefinite.learning_coefficient(&Budget::default());
    /// assert!(matches!(refused, Err(GermError::NegativeLoss { .. })));
    /// # Ok::<(), GermError>(())
    /// ```
    pub fn learning_coefficient(&self, budget: &Budget) -> Result<Answer, GermError> {
        Ok(self.resolve(budget)?.answer().clone())
    }

    /// The learning coefficient at the point together with the certificate that proves it.
    ///
    /// # Errors
    /// As [`learning_coefficient`](Self::learning_coefficient).
    ///
    /// ```
    /// # use rlct::{Budget, resolution::{Germ, GermError}};
    /// let resolution = Germ::ideal(["x^2 - y^3"])?.resolve(&Budget::default())?;
    /// assert_eq!(resolution.answer().to_string(), "λ = 5/12, m = 1");
    /// assert!(!resolution.certificate().steps.is_empty());
    /// # Ok::<(), GermError>(())
    /// ```
    pub fn resolve(&self, budget: &Budget) -> Result<Resolution, GermError> {
        /// The search follows hundreds of charts one above the other.
        const STACK: usize = 256 << 20;
        std::thread::scope(|scope| {
            let work = || self.resolved(budget);
            let thread = std::thread::Builder::new().stack_size(STACK);
            match thread.spawn_scoped(scope, work) {
                Ok(handle) => handle
                    .join()
                    .unwrap_or_else(|p| std::panic::resume_unwind(p)),
                // no thread is to be had: the caller's stack is mostly enough
                Err(_) => work(),
            }
        })
    }

    fn resolved(&self, budget: &Budget) -> Result<Resolution, GermError> {
        let (meter, whole) = (budget.start_half(), budget.start());
        let (chart, question) = self.posed(&whole, &meter)?;
        let crude = |by_order: bool, allowance: Duration| {
            within(&whole.at_least(allowance), || {
                let mut search = Search::new(&meter);
                let last = match by_order {
                    true => search.crude_root(&chart),
                    false => search.crudest_root(&chart),
                };
                Resolution::verified(&question, search.into_steps(), last, None)
            })
        };
        // a long germ takes long to check, in any proof: its shortest one comes first
        let terms: usize = chart.generators.iter().map(Polynomial::len).sum();
        let secured = match (terms > MANY_TERMS).then(|| crude(false, CRUDEST_TIME)) {
            Some(Ok(Ok(resolution))) => resolution,
            _ => None,
        };
        let mut search = Search::new(&meter);
        let (last, reason) = search.root(&chart);
        let steps = search.into_steps();
        let checked = within(&whole.at_least(CHECK_TIME), || {
            Resolution::verified(&question, steps, last, reason)
        });
        let reason = match checked {
            Ok(Ok(Some(resolution))) => return Ok(resolution),
            Ok(Ok(None)) => Undecided::Unverified("they bound λ on one side only".to_string()),
            Ok(Err(error)) => Undecided::Unverified(error.to_string()),
            Err(exhausted) => Undecided::Budget(exhausted),
        };
        if let Some(resolution) = secured {
            return Ok(resolution.because(reason));
        }
        // where the time was up, that is why there is no more than one side
        let mut refusal = match reason {
            Undecided::Budget(exhausted) => exhausted.into(),
            ref other => GermError::Certificate(other.to_string()),
        };
        for (by_order, allowance) in [(true, CRUDE_TIME), (false, CRUDEST_TIME)] {
            match crude(by_order, allowance) {
                Ok(Ok(Some(resolution))) => return Ok(resolution.because(reason)),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => refusal = GermError::Certificate(error.to_string()),
                Err(exhausted) => refusal = exhausted.into(),
            }
        }
        Err(refusal)
    }

    /// The chart with the point at the origin, and the question as a certificate states it: an
    /// error
    /// if it has no answer, as far as that is seen in time.
    fn posed(&self, whole: &Meter, meter: &Meter) -> Result<(Chart, Question), GermError> {
        // without these there is not even a bound
        let posed = within(&whole.at_least(CRUDE_TIME), || {
            let (mut germ, signs) = self.placed()?;
            germ.expect_zero()?;
            let chart = germ.chart(&signs)?;
            let question = germ.question(&chart);
            Ok::<_, GermError>((germ, chart, question))
        });
        let (germ, chart, mut question) = posed??;
        if self.reading == Reading::Loss {
            // an exhausted budget is no evidence against the loss, nor for it
            if let Ok(refused) = within(meter, || refuse_negative(&chart, &germ.point, meter)) {
                refused?;
            }
            let unsigned = Question {
                reading: Reading::Absolute,
                ..question.clone()
            };
            let signed = within(meter, || {
                Ok::<_, GermError>(germ.with_sign(&chart, question))
            });
            question = signed.map_or(Ok(unsigned), |signed| signed)?;
        }
        Ok((chart, question))
    }
}

/// The terms of a germ whose check takes long.
const MANY_TERMS: usize = 1000;

/// How long the shortest proof of a bound may take beyond the time limit.
const CRUDEST_TIME: Duration = Duration::from_millis(500);

/// How long the check of what was proved may take, where little of the time limit is left.
const CHECK_TIME: Duration = Duration::from_millis(100);

/// The work under a watch. An error that is only due to the time that was up is that of the budget.
fn within<T, E>(
    meter: &Meter,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<Result<T, E>, Exhausted> {
    let watch = meter.watch();
    let done = abandonable(work)?;
    drop(watch);
    match (&done, meter.over()) {
        (Err(_), Some(exhausted)) => Err(exhausted),
        _ => Ok(done),
    }
}

/// Adds a vector to independent ones, reduced so that they are echelon rows, unless it depends on
/// them.
fn extend_basis(rows: &mut Vec<Vec<Rational>>, mut vector: Vec<Rational>) {
    for row in rows.iter() {
        let Some(pivot) = row.iter().position(|x| !x.is_zero()) else {
            continue;
        };
        let factor = &vector[pivot] / &row[pivot];
        if !factor.is_zero() {
            for (x, y) in vector.iter_mut().zip(row) {
                *x -= &factor * y;
            }
        }
    }
    if vector.iter().any(|x| !x.is_zero()) {
        rows.push(vector);
    }
}

/// An error if the terms of a loss on some compact face are negative at a point of the torus:
/// along the weights of the face the loss is then negative arbitrarily near the origin.
fn refuse_negative(chart: &Chart, point: &Point, meter: &Meter) -> Result<(), GermError> {
    /// Beyond this many lines only the vertices are looked at.
    const MOST_LINES: usize = 8;
    let Some(loss) = chart.generators.first() else {
        return Ok(());
    };
    let none = vec![false; chart.dimension()];
    let part = meter.part(1_000_000);
    let d = chart.dimension();
    // the coefficients, polynomials in the numbers of the point
    let numbers = point.ring();
    let mut coefficients: Vec<(Vec<u32>, Polynomial)> =
        point.coefficients(loss).into_iter().collect();
    coefficients.retain(|(_, c)| c.as_constant().is_some() || point.clone().sign(c) != Sign::Zero);
    let is_negative = |value: &Polynomial| point.clone().sign(value) == Sign::Negative;
    let points: Vec<Vec<u32>> = coefficients.iter().map(|(e, _)| e.clone()).collect();
    // an exhausted budget is no evidence against the loss
    let Ok(gamma) = NewtonPolyhedron::within(chart.dimension(), points, &part) else {
        return Ok(());
    };
    let Ok(faces) = gamma.faces(&none, &none, &part) else {
        return Ok(());
    };
    let lines: Vec<usize> = (0..chart.dimension())
        .filter(|&i| chart.coordinates[i].domain == Domain::Line)
        .collect();
    for face in faces {
        look(8 * face.points().len());
        let on_face = |e: &[u32]| {
            let place = gamma.points().binary_search_by(|p| p.as_slice().cmp(e));
            place.is_ok_and(|place| face.points().binary_search(&place).is_ok())
        };
        let terms: Vec<&(Vec<u32>, Polynomial)> =
            coefficients.iter().filter(|(e, _)| on_face(e)).collect();
        let negative = if lines.len() <= MOST_LINES {
            (0..1_u32 << lines.len()).any(|choice| {
                let flipped = |e: &[u32]| {
                    let odd = lines
                        .iter()
                        .enumerate()
                        .filter(|(bit, i)| choice >> bit & 1 == 1 && e[**i] % 2 == 1);
                    odd.count() % 2 == 1
                };
                look(terms.len() * d);
                let zero = Polynomial::zero(&numbers);
                let value = terms.iter().fold(zero, |sum, (e, c)| match flipped(e) {
                    true => &sum - c,
                    false => &sum + c,
                });
                is_negative(&value)
            })
        } else {
            let [(e, c)] = terms.as_slice() else { continue };
            is_negative(c) || (lines.iter().any(|&i| e[i] % 2 == 1) && is_negative(&-c))
        };
        if negative {
            let on_face = loss.terms().filter(|(e, _)| on_face(&e[..d]));
            let terms = on_face.map(|(e, c)| (Monomial::new(e), c.clone()));
            let shown = chart.show(&Polynomial::from_terms(chart.ring(), terms));
            return Err(GermError::NegativeLoss { terms: shown });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(generators: &[&str]) -> String {
        let germ = Germ::ideal(generators).unwrap();
        germ.learning_coefficient(&Budget::default())
            .unwrap()
            .to_string()
    }

    #[test]
    fn the_three_cases_of_a_face() {
        // no effect, smooth without and with a tie, singular at a rational centre
        assert_eq!(answer(&["(y^2-x^3)^2-x^5*y"]), "λ = 5/24, m = 1");
        assert_eq!(answer(&["x^2+y^3+z^5"]), "λ = 1/2, m = 1");
        assert_eq!(answer(&["x^2-y^2"]), "λ = 1/2, m = 2");
        assert_eq!(answer(&["(y-x^2)^3*(y+x^2)"]), "λ = 1/6, m = 1");
    }

    #[test]
    fn ties_at_irrational_real_points_count_and_complex_ones_do_not() {
        assert_eq!(answer(&["(y^2-2*x^2)^3+x^7"]), "λ = 1/6, m = 2");
        let loss: Polynomial = "(y^2+2*x^2)^3+x^7".parse().unwrap();
        let complex = Germ::of(&loss)
            .unwrap()
            .learning_coefficient(&Budget::default())
            .unwrap();
        assert_eq!(complex.to_string(), "λ = 1/3, m = 1");
    }

    #[test]
    fn bad_questions_are_named() {
        let germ = || Germ::ideal(["x*y"]).unwrap();
        assert!(matches!(Germ::ideal([""; 0]), Err(GermError::EmptyIdeal)));
        assert!(matches!(
            Germ::ideal(["x-x", "0*y"]),
            Err(GermError::ZeroIdeal)
        ));
        assert!(matches!(
            Germ::ideal(["x", "y+"]),
            Err(GermError::Parse { generator: 2, .. })
        ));
        assert!(matches!(
            germ().amplitude("x+y"),
            Err(GermError::Amplitude { .. })
        ));
        assert!(matches!(
            germ().amplitude("2*x"),
            Err(GermError::Amplitude { .. })
        ));
        assert!(matches!(
            germ().amplitude("z"),
            Err(GermError::UnknownVariable { .. })
        ));
        assert!(matches!(
            germ().nonnegative(["z"]),
            Err(GermError::UnknownVariable { .. })
        ));
        let negative = germ().amplitude_exponents([("x", Rational::from(-1))]);
        assert!(matches!(negative, Err(GermError::NegativeAmplitude { .. })));
        let outside = germ()
            .nonnegative(["x"])
            .unwrap()
            .at([("x", Rational::from(-1))])
            .unwrap();
        let outside = outside.learning_coefficient(&Budget::default());
        assert!(matches!(outside, Err(GermError::OutsideDomain { .. })));
    }

    #[test]
    fn an_exhausted_budget_leaves_proved_bounds() {
        let germ = Germ::ideal(["x^2*y - z^3*w + x*w^4", "x*z - y^2*w + z^5"]).unwrap();
        for steps in [0, 10, 100, 1000, 10_000] {
            let answer = germ
                .learning_coefficient(&Budget::default().with_steps(steps))
                .unwrap();
            assert!(answer.lower() <= answer.upper(), "{answer}");
        }
    }
}
