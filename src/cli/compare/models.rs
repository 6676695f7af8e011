//! The models of `rlct compare`.

use crate::algebra::{Rational, Reading};
use crate::closed_form::{self, ClosedForm, ClosedFormError};
use crate::resolution::GermText;

/// A model, with every way there is to know its learning coefficient.
pub(super) struct Model {
    pub(super) name: &'static str,
    /// The polynomials, for the engine, volume scaling and the temperature ladder.
    pub(super) germ: Option<GermText>,
    /// Widths and rank of a linear network too large for volume scaling: for the ladder, beside
    /// U(t) by MALA chains.
    pub(super) network: Option<(Vec<usize>, usize)>,
    /// Formulas of the literature.
    pub(super) closed_forms: Vec<ClosedForm>,
}

impl Model {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            germ: None,
            network: None,
            closed_forms: Vec::new(),
        }
    }

    fn loss(self, k: &str) -> Self {
        self.germ(Reading::Loss, vec![k.into()])
    }

    fn ideal(self, generators: &[&str]) -> Self {
        self.germ(
            Reading::Ideal,
            generators.iter().map(ToString::to_string).collect(),
        )
    }

    fn germ(mut self, form: Reading, generators: Vec<String>) -> Self {
        self.germ = Some(GermText::new(form, generators));
        self
    }

    fn network(mut self, widths: &[usize], rank: usize) -> Self {
        self.network = Some((widths.to_vec(), rank));
        self
    }

    /// Moves the germ to the point where these coordinates are 1.
    fn at(mut self, ones: &[&str]) -> Self {
        let point = || ones.iter().map(|name| (name.to_string(), Rational::ONE));
        self.germ = self.germ.map(|germ| germ.at(point()));
        self
    }

    fn amplitude(mut self, monomial: &str) -> Self {
        self.germ = self.germ.map(|germ| germ.amplitude(monomial.into()));
        self
    }

    fn closed_form(mut self, value: ClosedForm) -> Self {
        self.closed_forms.push(value);
        self
    }
}

/// Normal crossings, plane curves, matrix products and small networks: every kind of answer, each
/// known in at least two ways.
pub(super) fn models() -> Result<Vec<Model>, ClosedFormError> {
    let flat = |d: usize| vec![Rational::ZERO; d];
    let crossing = closed_form::normal_crossing;
    Ok(vec![
        Model::new("x²y⁴")
            .loss("x^2*y^4")
            .closed_form(crossing(&[1, 2], &flat(2))?),
        Model::new("(xyz)²")
            .ideal(&["x*y*z"])
            .closed_form(crossing(&[1, 1, 1], &flat(3))?),
        Model::new("(xy)², prior ∝ |xy²|")
            .ideal(&["x*y"])
            .amplitude("x*y^2")
            .closed_form(crossing(&[1, 1], &[1.into(), 2.into()])?),
        Model::new("sphere |w|², d = 3")
            .loss("x^2+y^2+z^2")
            .closed_form(closed_form::regular(3)?),
        Model::new("node (x²−y²)²").ideal(&["x^2-y^2"]),
        Model::new("cusp (x²−y³)²").ideal(&["x^2-y^3"]),
        Model::new("one factor, 3 variables").ideal(&["u*v", "u*w", "v*w"]),
        Model::new("tanh network, 2 units").ideal(&["a*b+c*d", "a*b^3+c*d^3"]),
        Model::new("linear 2-1-1-2, rank 0")
            .ideal(&["a0*b*c0", "a0*b*c1", "a1*b*c0", "a1*b*c1"])
            .closed_form(closed_form::deep_linear(&[2, 1, 1, 2], 0)?),
        Model::new("linear 2-1-2, rank 0")
            .germ(Reading::Ideal, product(2, 1, 2))
            .closed_form(closed_form::reduced_rank(2, 2, 1, 0)?)
            .closed_form(closed_form::deep_linear(&[2, 1, 2], 0)?),
        Model::new("linear 2-2-1, rank 0")
            .germ(Reading::Ideal, product(2, 2, 1))
            .closed_form(closed_form::reduced_rank(2, 1, 2, 0)?)
            .closed_form(closed_form::deep_linear(&[2, 2, 1], 0)?),
        Model::new("linear 2-2-2, rank 0")
            .germ(Reading::Ideal, product(2, 2, 2))
            .closed_form(closed_form::reduced_rank(2, 2, 2, 0)?)
            .closed_form(closed_form::deep_linear(&[2, 2, 2], 0)?),
        Model::new("linear 2-2-2, rank 1")
            .germ(Reading::Ideal, over_rank_one(2, 2, 2))
            .at(&["b0_0", "a0_0"])
            .closed_form(closed_form::reduced_rank(2, 2, 2, 1)?)
            .closed_form(closed_form::deep_linear(&[2, 2, 2], 1)?),
        Model::new("linear 10-5-10, rank 3")
            .network(&[10, 5, 10], 3)
            .closed_form(closed_form::reduced_rank(10, 10, 5, 3)?)
            .closed_form(closed_form::deep_linear(&[10, 5, 10], 3)?),
        Model::new("linear 8-6-12, rank 4")
            .network(&[8, 6, 12], 4)
            .closed_form(closed_form::reduced_rank(8, 12, 6, 4)?)
            .closed_form(closed_form::deep_linear(&[8, 6, 12], 4)?),
        Model::new("linear 6-3-11, rank 2")
            .network(&[6, 3, 11], 2)
            .closed_form(closed_form::reduced_rank(6, 11, 3, 2)?)
            .closed_form(closed_form::deep_linear(&[6, 3, 11], 2)?),
    ])
}

/// The entries of BA, with A of shape `hidden × inputs` and B of shape `outputs × hidden`.
fn product(inputs: usize, hidden: usize, outputs: usize) -> Vec<String> {
    let mut entries = Vec::new();
    for i in 0..outputs {
        for j in 0..inputs {
            let terms: Vec<_> = (0..hidden).map(|k| format!("b{i}_{k}*a{k}_{j}")).collect();
            entries.push(terms.join(" + "));
        }
    }
    entries
}

/// The entries of BA − E, with 1 in the first place of E and 0 elsewhere.
fn over_rank_one(inputs: usize, hidden: usize, outputs: usize) -> Vec<String> {
    let mut entries = product(inputs, hidden, outputs);
    entries[0] += " - 1";
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrix_products_are_written_out() {
        assert_eq!(product(2, 1, 1), ["b0_0*a0_0", "b0_0*a0_1"]);
        assert_eq!(over_rank_one(1, 1, 1), ["b0_0*a0_0 - 1"]);
        assert_eq!(product(1, 2, 1), ["b0_0*a0_0 + b0_1*a1_0"]);
    }
}
