//! A statistical model at a true parameter, by name: what every command takes that takes a germ.

use super::CliError;
use super::question::Understood;
use super::words::{ByName, count};
use crate::algebra::Rational;
use crate::model::{
    Activation, Inputs, Kernel, Mixture, Model, ModelError, ShallowNetwork, factor_analysis,
    naive_bayes, reduced_rank_regression, restricted_boltzmann_machine,
};
use crate::model::{DeepLinearNetwork, binomial_mixture};
use crate::problem::Problem;
use crate::resolution::{Assignment, Locus};
use clap::{Args, ValueEnum};

/// A family of models, its sizes and the true parameter.
#[derive(Debug, Clone, Args)]
pub(super) struct ModelArgs {
    /// A family of statistical models, in place of polynomials
    #[arg(
        long,
        value_name = "FAMILY",
        value_parser = ByName::<ModelName>::new(),
        requires = "sizes",
        conflicts_with_all = ["amplitude", "nonnegative", "numbers", "variables", "reading"],
    )]
    pub(super) model: Option<ModelName>,
    /// Its sizes: inputs,hidden,outputs; widths; classes,states,…; components
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        requires = "model",
        value_parser = count::<usize>,
    )]
    sizes: Vec<usize>,
    /// Its true parameter: values of parameters, 0 where not given
    #[arg(
        long,
        value_name = "W=Q,…",
        value_delimiter = ',',
        requires = "model",
        conflicts_with = "at"
    )]
    truth: Vec<Assignment>,
}

/// Families of models by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ModelName {
    /// Reduced-rank regression: inputs,hidden,outputs
    ReducedRank,
    /// A deep linear network: its widths
    DeepLinear,
    /// A tanh network of one hidden layer: inputs,hidden,outputs
    Tanh,
    /// Latent classes: classes, then the states of each feature
    NaiveBayes,
    /// A mixture of normal distributions of variance 1: components
    NormalMixture,
    /// A mixture of Poisson distributions: components
    PoissonMixture,
    /// A mixture of binomial distributions: components,trials
    BinomialMixture,
    /// Factor analysis: variables,factors
    FactorAnalysis,
    /// A restricted Boltzmann machine of ±1 units without biases: visible,hidden
    Boltzmann,
}

/// A model that was asked about.
pub(super) struct Asked {
    pub(super) problem: Problem,
    pub(super) understood: Understood,
    /// The parameters, in the order of the loss.
    pub(super) names: Vec<String>,
    /// All of the domain, if that is asked for.
    pub(super) locus: Option<Locus>,
}

impl ModelArgs {
    /// The model at its true parameter, which `at` gives where --truth does not; `None` if no model
    /// is asked about.
    pub(super) fn asked(&self, at: &[Assignment]) -> Result<Option<Asked>, CliError> {
        self.asked_about(at, false)
    }

    /// The same with all of its domain.
    pub(super) fn on_domain(&self) -> Result<Option<Asked>, CliError> {
        self.asked_about(&[], true)
    }

    fn asked_about(&self, at: &[Assignment], on_domain: bool) -> Result<Option<Asked>, CliError> {
        // beside polynomials the parser of arguments lets them pass
        let options = [
            ("--sizes", !self.sizes.is_empty()),
            ("--truth", !self.truth.is_empty()),
        ];
        if let (None, Some((option, _))) =
            (self.model, options.into_iter().find(|(_, given)| *given))
        {
            return Err(CliError::NoEffect {
                option,
                method: "polynomials".into(),
                needs: "it is for a family of models, --model",
            });
        }
        let truth = match self.truth.is_empty() {
            true => at,
            false => &self.truth,
        };
        self.model
            .map(|model| model.asked(&self.sizes, (truth, on_domain)))
            .transpose()
    }
}

impl ModelName {
    /// Whether the ideal stands for the model near the true parameter only, as finitely many
    /// moments do: elsewhere more of them would be needed, so their generic rank is not the
    /// model's.
    pub(super) fn has_local_ideal(self) -> bool {
        match self {
            Self::Tanh | Self::NormalMixture | Self::PoissonMixture => true,
            Self::ReducedRank
            | Self::DeepLinear
            | Self::NaiveBayes
            | Self::BinomialMixture
            | Self::FactorAnalysis
            | Self::Boltzmann => false,
        }
    }

    /// The name on the command line, the sizes it needs, and the family in words.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::ReducedRank => (
                "reduced-rank",
                "inputs,hidden,outputs",
                "reduced-rank regression",
            ),
            Self::DeepLinear => ("deep-linear", "widths", "deep linear network"),
            Self::Tanh => ("tanh", "inputs,hidden,outputs", "tanh network"),
            Self::NaiveBayes => ("naive-bayes", "classes,states,…", "naive Bayes"),
            Self::NormalMixture => ("normal-mixture", "components", "normal mixture"),
            Self::PoissonMixture => ("poisson-mixture", "components", "Poisson mixture"),
            Self::BinomialMixture => ("binomial-mixture", "components,trials", "binomial mixture"),
            Self::FactorAnalysis => ("factor-analysis", "variables,factors", "factor analysis"),
            Self::Boltzmann => (
                "boltzmann",
                "visible,hidden",
                "restricted Boltzmann machine",
            ),
        }
    }

    fn asked(self, sizes: &[usize], truth: (&[Assignment], bool)) -> Result<Asked, CliError> {
        match (self, sizes) {
            (Self::ReducedRank, &[n, h, m]) => {
                self.place(&reduced_rank_regression(n, h, m)?, truth)
            }
            (Self::DeepLinear, widths) => self.place(&DeepLinearNetwork::new(widths)?, truth),
            (Self::Tanh, &[n, h, m]) => {
                let tanh = Activation::Tanh;
                self.place(&ShallowNetwork::new(n, h, m, tanh, Inputs::Normal)?, truth)
            }
            (Self::NaiveBayes, [classes, states @ ..]) => {
                self.place(&naive_bayes(*classes, states)?, truth)
            }
            (Self::NormalMixture, &[h]) => {
                self.place(&Mixture::new(Kernel::NormalLocation, h)?, truth)
            }
            (Self::PoissonMixture, &[h]) => self.place(&Mixture::new(Kernel::Poisson, h)?, truth),
            (Self::BinomialMixture, &[h, n]) => self.place(&binomial_mixture(h, n)?, truth),
            (Self::FactorAnalysis, &[p, k]) => self.place(&factor_analysis(p, k)?, truth),
            (Self::Boltzmann, &[v, h]) => self.place(&restricted_boltzmann_machine(v, h)?, truth),
            (
                Self::ReducedRank
                | Self::Tanh
                | Self::NaiveBayes
                | Self::NormalMixture
                | Self::PoissonMixture
                | Self::BinomialMixture
                | Self::FactorAnalysis
                | Self::Boltzmann,
                _,
            ) => {
                let (model, needed, _) = self.words();
                Err(CliError::Sizes {
                    model,
                    needed,
                    found: sizes.len(),
                })
            }
        }
    }

    /// The model at the true parameter that these values give, 0 where there is none.
    fn place<M: Model>(
        self,
        model: &M,
        (values, on_domain): (&[Assignment], bool),
    ) -> Result<Asked, CliError> {
        let names = model.parameters().names();
        let mut truth = vec![Rational::ZERO; model.dimension()];
        for (i, at) in values.iter().enumerate() {
            let name = at.name.clone();
            if values[..i].iter().any(|earlier| earlier.name == name) {
                return Err(CliError::TwoValues { name });
            }
            let place = model.parameters().index_of(&name);
            let place = place.ok_or_else(|| ModelError::UnknownName { name: name.clone() })?;
            truth[place] = at
                .value
                .parse()
                .map_err(|error| CliError::Coordinate { name, error })?;
        }
        let problem = Problem::at(model, &truth)?;
        let at: Vec<(String, String)> = names
            .iter()
            .zip(&truth)
            .map(|(name, x)| (name.clone(), x.to_string()))
            .collect();
        let (_, _, family) = self.words();
        let shown: Vec<String> = at.iter().map(|(name, x)| format!("{name} = {x}")).collect();
        let reading = format!("{family}, true parameter {}", shown.join(", "));
        Ok(Asked {
            understood: Understood::of_model(reading, at, &problem),
            names: names.to_vec(),
            locus: on_domain.then(|| model.locus(&truth)).transpose()?,
            problem,
        })
    }
}
