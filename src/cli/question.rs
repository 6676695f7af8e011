//! What was understood of a question.

use crate::problem::Problem;
use crate::resolution::{Germ, GermText, Reading, Resolution};
use serde::Serialize;
use std::collections::BTreeMap;

/// What an answer to a model leaves open.
const AT_ONE_PARAMETER: &str = "local: λ at this parameter; other parameters of the same \
                                distribution may have a smaller one, which then is the model's";

/// What was understood of a question: what programs read beside the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Understood {
    /// The question in one line.
    pub(super) reading: String,
    form: Reading,
    variables: Vec<String>,
    generators: Vec<String>,
    /// The value of every variable at the point.
    at: BTreeMap<String, String>,
    /// The algebraic numbers of the point.
    #[serde(rename = "where")]
    numbers: Vec<String>,
    /// The exponents of the amplitude, where they are not 0: the prior is ∝ ∏ |w|^h.
    prior: BTreeMap<String, String>,
    nonnegative: Vec<String>,
    /// Zeros of K away from the point, of which the answer does not speak.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_zeros: Vec<BTreeMap<String, String>>,
    /// What the answer to a loss leaves open.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'static str>,
}

impl Understood {
    /// What `germ` made of `question`.
    pub(super) fn new(question: &GermText, germ: &Germ) -> Self {
        let names = germ.variables().names();
        let at = |name: &String| {
            let given = question.at.iter().find(|at| at.name == *name);
            given.map_or("0".to_string(), |at| at.value.clone())
        };
        let exponents = names.iter().zip(germ.prior_exponents());
        let zeros = germ.zeros_elsewhere().into_iter();
        Self {
            reading: question.in_ring(names),
            form: question.form,
            variables: names.to_vec(),
            generators: germ.generators().iter().map(ToString::to_string).collect(),
            at: names.iter().map(|name| (name.clone(), at(name))).collect(),
            numbers: question.numbers.iter().map(ToString::to_string).collect(),
            prior: exponents
                .filter(|(_, h)| !h.is_zero())
                .map(|(name, h)| (name.clone(), h.to_string()))
                .collect(),
            nonnegative: question.nonnegative.clone(),
            other_zeros: zeros
                .map(|(name, value)| BTreeMap::from([(name, value.to_string())]))
                .collect(),
            remark: None,
        }
    }

    /// What a model at a true parameter is, as far as the exact lane knows it.
    pub(super) fn of_model(
        reading: String,
        truth: Vec<(String, String)>,
        problem: &Problem,
    ) -> Self {
        let germ = problem.germ().ok();
        let names = germ.map_or(&[][..], |germ| germ.variables().names());
        let generators = germ.map_or(&[][..], Germ::generators);
        let half_lines = germ.map_or(&[][..], Germ::half_lines);
        let bounded = names.iter().zip(half_lines).filter(|(_, half)| **half);
        Self {
            reading,
            form: Reading::Ideal,
            variables: names.to_vec(),
            generators: generators.iter().map(ToString::to_string).collect(),
            at: truth.into_iter().collect(),
            numbers: Vec::new(),
            prior: BTreeMap::new(),
            nonnegative: bounded.map(|(name, _)| name.clone()).collect(),
            other_zeros: Vec::new(),
            remark: Some(AT_ONE_PARAMETER),
        }
    }

    /// The same once it is resolved: a loss may be understood up to its sign only.
    pub(super) fn resolved(self, resolution: &Resolution) -> Self {
        let remark = (self.form == Reading::Loss && resolution.reading() == Reading::Absolute)
            .then_some("K = |g|: that K ≥ 0 near the point is not proved");
        Self {
            remark: remark.or(self.remark),
            ..self
        }
    }

    /// What people should read beside the answer, a line each.
    pub(super) fn remarks(&self) -> impl Iterator<Item = String> {
        self.remark
            .map(str::to_string)
            .into_iter()
            .chain(self.elsewhere())
    }

    /// That the answer is local, where K has other zeros that are easily seen.
    fn elsewhere(&self) -> Option<String> {
        const MOST: usize = 3;
        let zeros = || self.other_zeros.iter().flatten();
        let shown: Vec<String> = zeros()
            .take(MOST)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let more = if zeros().count() > MOST { ", …" } else { "" };
        let (name, value) = zeros().next()?;
        Some(format!(
            "local: K = 0 also at {}{more}; λ there: --at {name}={value}",
            shown.join(", ")
        ))
    }
}
