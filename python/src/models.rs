//! Statistical models by name, as `rlct exact --model` has them.

use crate::errors::{GermError, of_problem};
use pyo3::prelude::*;
use rlct::Problem;
use rlct::algebra::Rational;
use rlct::loss::Loss;
use rlct::model::{
    Activation, DeepLinearNetwork, Inputs, Kernel, Mixture, Model, ModelError, ShallowNetwork,
    binomial_mixture, factor_analysis, naive_bayes, reduced_rank_regression,
    restricted_boltzmann_machine,
};
use rlct::resolution::Locus;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The families, each with what its sizes are.
const FAMILIES: [(&str, &str); 9] = [
    ("reduced-rank", "inputs, hidden, outputs"),
    ("deep-linear", "widths"),
    ("tanh", "inputs, hidden, outputs"),
    ("naive-bayes", "classes, states, …"),
    ("normal-mixture", "components"),
    ("poisson-mixture", "components"),
    ("binomial-mixture", "components, trials"),
    ("factor-analysis", "variables, factors"),
    ("boltzmann", "visible, hidden"),
];

/// A family, its sizes and the true parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    family: String,
    sizes: Vec<usize>,
    /// Values of parameters, 0 where there is none.
    truth: BTreeMap<String, String>,
}

/// What is wanted of a model.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// All of its domain.
    pub(crate) locus: bool,
    /// A loss on so many samples, drawn by this seed.
    pub(crate) samples: Option<(usize, u64)>,
}

/// A model at a true parameter.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) problem: Problem,
    pub(crate) names: Vec<String>,
    pub(crate) truth: Vec<f64>,
    pub(crate) locus: Option<Locus>,
    pub(crate) sampled: Option<Box<dyn Loss<f64>>>,
}

impl Asked {
    /// The model, with what is wanted of it.
    pub(crate) fn placed(&self, py: Python<'_>, wanted: Wanted) -> PyResult<Placed> {
        let no_model = |error: ModelError| GermError::new_err(error.to_string());
        match (self.family.as_str(), self.sizes.as_slice()) {
            ("reduced-rank", &[n, h, m]) => {
                let model = reduced_rank_regression(n, h, m).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("deep-linear", widths) => {
                let model = DeepLinearNetwork::new(widths).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("tanh", &[n, h, m]) => {
                let tanh = Activation::Tanh;
                let model = ShallowNetwork::new(n, h, m, tanh, Inputs::Normal).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("naive-bayes", [classes, states @ ..]) => {
                let model = naive_bayes(*classes, states).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("normal-mixture", &[h]) => {
                let model = Mixture::new(Kernel::NormalLocation, h).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("poisson-mixture", &[h]) => {
                let model = Mixture::new(Kernel::Poisson, h).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("binomial-mixture", &[h, n]) => {
                let model = binomial_mixture(h, n).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("factor-analysis", &[p, k]) => {
                let model = factor_analysis(p, k).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            ("boltzmann", &[v, h]) => {
                let model = restricted_boltzmann_machine(v, h).map_err(no_model)?;
                self.at(py, &model, wanted)
            }
            (family, sizes) => Err(unknown(family, sizes)),
        }
    }

    fn at<M: Model>(&self, py: Python<'_>, model: &M, wanted: Wanted) -> PyResult<Placed> {
        let no_model = |error: ModelError| GermError::new_err(error.to_string());
        let mut truth = vec![Rational::ZERO; model.dimension()];
        for (name, value) in &self.truth {
            let place = model.parameters().index_of(name).ok_or_else(|| {
                let known = model.parameters().names().join(", ");
                GermError::new_err(format!(
                    "the model has no parameter `{name}`; its parameters are {known}"
                ))
            })?;
            truth[place] = value.parse().map_err(|_| {
                GermError::new_err(format!(
                    "{name} = {value}: the value is no rational number; write it as 1/2 or 0.5"
                ))
            })?;
        }
        let problem = Problem::at(model, &truth).map_err(|error| of_problem(py, &[], &error))?;
        let locus = wanted.locus.then(|| model.locus(&truth)).transpose();
        let sampled = wanted.samples.map(|(n, seed)| {
            let data = model.sample(&truth, n, seed)?;
            model.sample_loss(&data)
        });
        Ok(Placed {
            names: model.parameters().names().to_vec(),
            truth: truth.iter().map(Rational::to_f64).collect(),
            locus: locus.map_err(no_model)?,
            sampled: sampled.transpose().map_err(no_model)?,
            problem,
        })
    }
}

fn unknown(family: &str, sizes: &[usize]) -> PyErr {
    let known = FAMILIES.iter().find(|(name, _)| *name == family);
    GermError::new_err(match known {
        Some((_, needed)) => format!(
            "the sizes of {family} are {needed}; {} are given",
            sizes.len()
        ),
        None => {
            let names = FAMILIES.map(|(name, _)| name).join(", ");
            format!("there is no family `{family}` of models; the families are {names}")
        }
    })
}

/// The families of models by name, each with what its sizes are.
#[pyfunction]
pub(crate) fn model_families() -> Vec<(&'static str, &'static str)> {
    FAMILIES.to_vec()
}
