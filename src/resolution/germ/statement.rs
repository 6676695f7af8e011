//! The germ as a certificate states it, with what shows that a loss is ≥ 0.

use super::super::chart::{Chart, Coordinate};
use super::super::nonvanishing::nonvanishing;
use super::builder::Germ;
use super::error::GermError;
use super::squares::{is_plainly_nonnegative, sum_of_squares};
use crate::algebra::{Polynomial, Rational, Variables, watched};
use crate::certificate::CheckLimits;
use crate::certificate::format::{Constant, CoordinateDomain, Question, Reading, Squares};

impl Germ {
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
    pub(super) fn question(&self, chart: &Chart) -> Question {
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
    pub(super) fn with_sign(&self, chart: &Chart, question: Question) -> Question {
        /// A tenth of what the whole check may cost.
        const WORK: u64 = 30_000_000;
        let limits = CheckLimits::default().with_work(WORK);
        if self.reading != Reading::Loss || question.is_accepted(&limits) {
            return question;
        }
        let proved = self.squares(chart).map(|squares| Question {
            squares: Some(squares),
            ..question.clone()
        });
        match proved {
            Some(proved) if proved.is_accepted(&limits) => proved,
            _ => Question {
                reading: Reading::Absolute,
                ..question
            },
        }
    }

    /// A sum of squares that shows the loss to be ≥ 0 near the point, in the germ's variables.
    fn squares(&self, chart: &Chart) -> Option<Squares> {
        let limits = watched();
        let [loss] = self.generators.as_slice() else {
            return None;
        };
        let half_line = |c: &Coordinate| c.domain == CoordinateDomain::HalfLine;
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
}
