//! The numerical lane's view of the user's words: a loss, the point, a prior.

use super::CliError;
use super::germ::germ;
use super::question::{Form, Question};
use crate::algebra::Rational;
use crate::loss::{LinearNetwork, Loss, LossForm, PolynomialLoss, Prior};
use crate::resolution::Germ;

/// A loss with the point w* and the prior.
#[derive(Debug)]
pub(super) struct Landscape {
    pub(super) loss: Box<dyn Loss<f64>>,
    pub(super) w_star: Vec<f64>,
    pub(super) prior: Prior,
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
        })
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
