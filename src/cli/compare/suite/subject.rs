//! A model of a suite: a problem to estimate on, and where its exact pair comes from.

use crate::Budget;
use crate::algebra::Reading;
use crate::cli::CliError;
use crate::cli::germ::germ;
use crate::cli::method::Method;
use crate::closed_form::{self, ClosedForm};
use crate::model::{Model, ModelError, rational_point};
use crate::problem::{LocalLoss, Problem};
use crate::report::{Origin, SuiteModel};
use crate::resolution::GermText;

/// Where the exact pair comes from; it is never written down here.
enum Exact {
    Engine,
    Formula(ClosedForm),
}

/// About how much a particle costs: the time of an evaluation of the loss, and how many moves it
/// takes to forget its twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// A tenth of a microsecond.
    Low,
    /// Some tenths of a microsecond.
    Medium,
    /// More than a microsecond, and slow mixing.
    High,
}

/// A model of a suite.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) group: &'static str,
    problem: Problem,
    /// Its numerical side.
    pub(super) loss: LocalLoss,
    /// Half the side of the box around w*.
    pub(super) radius: f64,
    pub(super) cost: Cost,
    /// What `rlct estimate` does without `--method`.
    pub(super) by_default: Method,
    exact: Exact,
}

impl Subject {
    /// A germ in polynomials, solved by the engine.
    pub(super) fn germ(
        group: &'static str,
        name: impl Into<String>,
        question: &GermText,
    ) -> Result<Self, CliError> {
        let problem = Problem::of(germ(question)?);
        Ok(Self {
            name: name.into(),
            group,
            by_default: Method::suited_to_germ(problem.dimension()),
            loss: problem.local_loss()?.clone(),
            problem,
            radius: 1.0,
            cost: Cost::Low,
            exact: Exact::Engine,
        })
    }

    /// K = Σ gᵢ² at the origin.
    pub(super) fn ideal(
        group: &'static str,
        name: &str,
        generators: &[&str],
    ) -> Result<Self, CliError> {
        let generators = generators.iter().map(ToString::to_string).collect();
        Self::germ(group, name, &GermText::new(Reading::Ideal, generators))
    }

    /// K itself, at the origin.
    pub(super) fn loss(group: &'static str, name: &str, k: &str) -> Result<Self, CliError> {
        Self::germ(group, name, &GermText::new(Reading::Loss, vec![k.into()]))
    }

    /// A linear network at its deepest point over a truth of this rank; around a truth that is not
    /// 0 the box is half as wide.
    pub(super) fn network(
        group: &'static str,
        widths: &[usize],
        rank: usize,
    ) -> Result<Self, CliError> {
        let shown: Vec<_> = widths.iter().map(ToString::to_string).collect();
        let problem = Problem::linear_network(widths, rank)?;
        Ok(Self {
            name: format!("linear {}, rank {rank}", shown.join("-")),
            group,
            by_default: Method::suited_to_network(problem.dimension()),
            loss: problem.local_loss()?.clone(),
            problem,
            radius: if rank == 0 { 1.0 } else { 0.5 },
            cost: Cost::Low,
            exact: Exact::Formula(closed_form::deep_linear(widths, rank)?),
        })
    }

    /// |w|² in d dimensions.
    pub(super) fn sphere(group: &'static str, d: usize) -> Result<Self, CliError> {
        let terms: Vec<_> = (1..=d).map(|i| format!("w{i}^2")).collect();
        let question = GermText::new(Reading::Loss, vec![terms.join("+")]);
        let problem = Problem::of(germ(&question)?);
        Ok(Self {
            name: format!("sphere |w|², d = {d}"),
            group,
            by_default: Method::suited_to_germ(d),
            loss: problem.local_loss()?.clone(),
            problem,
            radius: 1.0,
            cost: Cost::Low,
            exact: Exact::Formula(closed_form::regular(d)?),
        })
    }

    /// The divergence K of a statistical model at a true parameter, solved by the engine.
    pub(super) fn model<M: Model>(
        group: &'static str,
        name: &str,
        model: Result<M, ModelError>,
        truth: &[f64],
    ) -> Result<Self, CliError> {
        let model = model?;
        let problem = Problem::at(&model, &rational_point(truth)?)?;
        Ok(Self {
            name: name.into(),
            group,
            loss: problem.local_loss()?.clone(),
            by_default: Method::suited_to_germ(problem.dimension()),
            problem,
            radius: 0.5,
            cost: Cost::Medium,
            exact: Exact::Engine,
        })
    }

    /// With another cost than its kind usually has.
    pub(super) fn with_cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// The exact pair with its origin, without runs yet.
    pub(super) fn solve(&self, budget: &Budget) -> Result<SuiteModel, CliError> {
        let (exact, origin) = match &self.exact {
            Exact::Engine => {
                let answer = self.problem.germ()?.learning_coefficient(budget)?;
                let pair = answer.coefficient().ok_or_else(|| CliError::NoExactValue {
                    model: self.name.clone(),
                })?;
                (pair.clone(), Origin::Engine.to_string())
            }
            Exact::Formula(value) => (value.coefficient().clone(), value.source().short()),
        };
        Ok(SuiteModel::new(
            self.name.clone(),
            self.group,
            self.loss.dimension(),
            exact,
            origin,
        ))
    }
}
