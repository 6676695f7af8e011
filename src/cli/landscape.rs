//! The numerical lane's view of the user's words: a loss, the point, a prior.

use super::CliError;
use super::germ::germ;
use super::question::{Form, Question};
use crate::Budget;
use crate::algebra::Rational;
use crate::estimate::CandidatePoles;
use crate::loss::{LinearNetwork, Loss, LossForm, PolynomialLoss, Prior, Term};
use crate::resolution::Germ;
use std::time::Duration;

/// The time that the poles of K may take, which only serve a remark.
const TIME_FOR_POLES: Duration = Duration::from_secs(1);

/// A loss with the point w* and the prior.
#[derive(Debug)]
pub(super) struct Landscape {
    pub(super) loss: Box<dyn Loss<f64>>,
    pub(super) w_star: Vec<f64>,
    pub(super) prior: Prior,
    /// The generators in w − w*, where the loss is written as polynomials.
    pub(super) polynomials: Option<(Vec<Vec<Term>>, LossForm)>,
}

impl Landscape {
    /// The loss of a germ, moved so that the point is the origin: floating point resolves K
    /// best there.
    ///
    /// Away from a coordinate's zero its amplitude is a positive factor and its half-line no
    /// boundary: both are left out.
    pub(super) fn of_germ(question: &Question) -> Result<Self, CliError> {
        Self::of(&germ(question)?, question)
    }

    /// The loss of the germ of a question.
    pub(super) fn of(germ: &Germ, question: &Question) -> Result<Self, CliError> {
        let d = germ.variables().len();
        let index = |name: &str| germ.variables().index_of(name);
        let at_zero = germ.zero_coordinates()?;
        let generators = germ.local_terms()?;
        let form = match question.form {
            Form::Ideal => LossForm::Ideal,
            Form::Loss => LossForm::Loss,
        };
        let half_lines: Vec<usize> = question
            .nonnegative
            .iter()
            .filter_map(|name| index(name))
            .filter(|&i| at_zero[i])
            .collect();
        let exponents = germ.prior_exponents().iter();
        let mut exponents: Vec<f64> = exponents.map(Rational::to_f64).collect();
        for (exponent, at_zero) in exponents.iter_mut().zip(&at_zero) {
            if !at_zero {
                *exponent = 0.0;
            }
        }
        let prior = Prior::flat(d)
            .with_amplitude(&exponents)?
            .with_nonnegative(&half_lines)?;
        let loss = Box::new(PolynomialLoss::from_terms(d, &generators, form)?);
        Ok(Self {
            loss,
            w_star: vec![0.0; d],
            prior,
            polynomials: Some((generators, form)),
        })
    }

    /// The population loss of a linear network, at the deepest point over a truth of this rank.
    pub(super) fn of_linear_network(widths: &[usize], rank: usize) -> Result<Self, CliError> {
        let (loss, w_star) = LinearNetwork::of_rank(widths, rank)?;
        let prior = Prior::flat(w_star.len());
        Ok(Self {
            loss: Box::new(loss),
            w_star,
            prior,
            polynomials: None,
        })
    }

    /// Candidates for the poles of K with some parameters held at the point; `None` if K is no
    /// polynomial or its Newton polyhedron takes too long.
    pub(super) fn candidate_poles(&self, fixed: &[usize]) -> Option<CandidatePoles> {
        let (generators, form) = self.polynomials.as_ref()?;
        let free: Vec<usize> = (0..self.dimension())
            .filter(|i| !fixed.contains(i))
            .collect();
        let generators: Vec<Vec<Term>> = generators
            .iter()
            .map(|generator| {
                let stays = |(e, _): &&Term| fixed.iter().all(|&i| e.get(i) == Some(&0));
                let moves = |e: &[u32]| free.iter().map(|&i| e[i]).collect();
                let terms = generator.iter().filter(stays);
                terms.map(|(e, c)| (moves(e), *c)).collect()
            })
            .collect();
        let amplitude: Vec<f64> = free.iter().map(|&i| self.prior.amplitude()[i]).collect();
        let half_lines: Vec<usize> = (0..free.len())
            .filter(|&place| self.prior.nonnegative()[free[place]])
            .collect();
        let prior = Prior::flat(free.len())
            .with_amplitude(&amplitude)
            .and_then(|prior| prior.with_nonnegative(&half_lines))
            .ok()?;
        let budget = Budget::default().with_time(TIME_FOR_POLES);
        CandidatePoles::of(&generators, *form, &prior, &budget).ok()?
    }

    /// The number of parameters.
    pub(super) fn dimension(&self) -> usize {
        self.w_star.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn landscape(text: &str) -> Landscape {
        let question = serde_json::from_str(text).unwrap();
        Landscape::of_germ(&question).unwrap()
    }

    fn value(landscape: &Landscape, w: &[f64]) -> f64 {
        landscape
            .loss
            .value(w, &mut vec![0.0; landscape.loss.scratch_len()])
    }

    #[test]
    fn the_point_moves_to_the_origin() {
        let k = landscape(
            r#"{"generators": ["x*y - 1"], "form": "ideal", "at": {"x": 2, "y": "1/2"}}"#,
        );
        assert_eq!(value(&k, &k.w_star), 0.0);
        assert_eq!(value(&k, &[1.0, 0.0]), 0.25);
    }

    #[test]
    fn parameters_that_are_held_have_no_part_in_the_poles() {
        let k = landscape(r#"{"generators": ["x*y + x^2 + z"], "form": "ideal"}"#);
        // (xy + x²)² with z held: (2 + k)/4 and (1 + k)/2
        let held = k.candidate_poles(&[2]).unwrap();
        assert_eq!(held.gaps(), [0.25, 0.5, 0.75, 1.0]);
        assert_eq!(held.multiplicity(), 2);
        // x⁴ with y and z held
        assert_eq!(k.candidate_poles(&[1, 2]).unwrap().gaps()[0], 0.25);
        // nothing is left of K
        assert_eq!(k.candidate_poles(&[0, 2]), None);
    }

    #[test]
    fn irrational_points_leave_no_rest() {
        let k = landscape(
            r#"{"generators": ["x^2 - 2*y^2"], "form": "ideal", "at": {"x": "s", "y": 1},
                "where": ["s^2 = 2, 1 < s < 2"]}"#,
        );
        // (x + s)² − 2(y + 1)² = x² + 2 s x − 2 y² − 4 y
        assert_eq!(value(&k, &k.w_star), 0.0);
        let expected = 2f64.sqrt().mul_add(2.0, 1.0).powi(2);
        assert!((value(&k, &[1.0, 0.0]) - expected).abs() < 1e-12);
    }

    #[test]
    fn only_what_happens_at_the_point_counts() {
        let text = r#"{"generators": ["x*y*z - z"], "form": "ideal", "amplitude": "x^2*z",
            "nonnegative": ["x", "z"], "at": {"x": 1, "y": 1}}"#;
        let k = landscape(text);
        assert_eq!(k.prior.amplitude(), [0.0, 0.0, 1.0]);
        assert_eq!(k.prior.nonnegative(), [false, false, true]);
    }
}
