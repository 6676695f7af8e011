//! Links from a chart to one with the same pole: rules that still lack the step of that chart.

use super::chart::Chart;
use crate::algebra::{Polynomial, Rational};
use crate::certificate::format::{Child, Evidence, Form, Row, Rule};

/// A link and the chart that it leads to.
pub(super) type Change = (Link, Chart);

/// What a chart has in common with the next one, in the words of the first.
#[derive(Debug, Clone)]
pub(super) enum Link {
    /// Other generators of the same ideal.
    Ideal(Rewriting),
    /// A polynomial in the place of a coordinate.
    Coordinate {
        /// The coordinate.
        index: usize,
        /// The polynomial, as it is stated.
        polynomial: String,
        /// Whether the old coordinate is solved for, or becomes a function.
        form: Form,
        /// Why the polynomial may be a coordinate.
        evidence: Option<Evidence>,
    },
    /// The terms of a generator that has one sign, one by one.
    Definite {
        /// The generator.
        generator: usize,
    },
    /// A power in the place of a coordinate.
    Fold {
        /// The coordinate.
        index: usize,
        /// The power.
        power: u32,
    },
}

/// The change from generators g to generators f, modulo the relations r.
#[derive(Debug, Clone)]
pub(super) struct Rewriting {
    /// For each f, a combination of the g.
    pub(super) forward: Vec<Combination>,
    /// For each g, a combination of the f.
    pub(super) back: Vec<Combination>,
}

/// unit·p = Σ a·q over some of the other generators q, + Σ c·r over some of the relations r.
#[derive(Debug, Clone)]
pub(super) struct Combination {
    /// The unit, with the evidence that it has no zero on the centre; 1 if there is none.
    pub(super) unit: Option<(Polynomial, Evidence)>,
    /// The numbers of the q, and the a.
    pub(super) generators: Vec<(usize, Polynomial)>,
    /// The numbers of the r, and the c.
    pub(super) relations: Vec<(usize, Polynomial)>,
}

/// A rule that is whole as soon as the step of its one child is known. All else is written down
/// already: polynomials take more memory than their texts, and charts may wait for long.
pub(super) type Waiting = Box<dyn FnOnce(Child) -> Rule>;

impl Link {
    /// The rule of the link, with the rows that state a change of generators.
    pub(super) fn waiting(self, rows: impl FnOnce(&Rewriting) -> (Vec<Row>, Vec<Row>)) -> Waiting {
        match self {
            Self::Ideal(rewriting) => {
                let (forward, back) = rows(&rewriting);
                Box::new(|child| Rule::Ideal {
                    forward,
                    back,
                    children: vec![child],
                })
            }
            Self::Coordinate {
                index,
                polynomial,
                form,
                evidence,
            } => Box::new(move |child| Rule::Coordinate {
                index,
                polynomial,
                form,
                evidence,
                children: vec![child],
            }),
            Self::Definite { generator } => Box::new(move |child| Rule::Definite {
                generator,
                children: vec![child],
            }),
            Self::Fold { index, power } => Box::new(move |child| Rule::Fold {
                index,
                power,
                children: vec![child],
            }),
        }
    }
}

impl Combination {
    /// The combination as a certificate states it in the names of a chart. `generators` gives, for
    /// the number of a generator, the number and the multiple by which it is stated, if it is
    /// stated at all; everything is multiplied by `factor` besides.
    pub(super) fn stated(
        &self,
        chart: &Chart,
        factor: &Rational,
        generators: impl Fn(usize) -> Option<(usize, Rational)>,
    ) -> Row {
        let combination = self.generators.iter().filter_map(|(i, a)| {
            let (place, multiple) = generators(*i)?;
            Some((place, multiple_of(chart, a, &(&multiple * factor))))
        });
        let relations = self.relations.iter();
        Row {
            unit: self.unit.as_ref().map(|(unit, _)| chart.show(unit)),
            evidence: self.unit.as_ref().map(|(_, evidence)| evidence.clone()),
            combination: combination.collect(),
            relations: relations
                .map(|(l, c)| (*l, multiple_of(chart, c, factor)))
                .collect(),
        }
    }
}

/// A multiple of a polynomial. The number stands before the polynomial, not in its coefficients: so
/// one sees in a certificate what comes from the order and the scale of the generators alone.
fn multiple_of(chart: &Chart, p: &Polynomial, factor: &Rational) -> String {
    let shown = chart.show(p);
    match factor.is_one() {
        true => shown,
        false => format!("({factor})*({shown})"),
    }
}
