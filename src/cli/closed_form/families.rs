//! The families that have a subcommand, with named sizes.

use crate::Answer;
use crate::algebra::{Factors, Polynomial, Rational, Variables};
use crate::cli::locus::factors;
use crate::cli::words::{ByName, count};
use crate::closed_form::{
    self as forms, ClosedForm, ClosedFormBounds, ClosedFormError, Family, NaiveBayesTruth,
    NamedGerm, Polygon, Tree,
};
use clap::Subcommand;
use std::collections::BTreeSet;
use std::str::FromStr;

/// What the literature has on a model: the answer, and what it is about.
pub(super) struct Found {
    pub(super) answer: Answer,
    pub(super) family: Family,
    pub(super) model: String,
}

impl From<ClosedForm> for Found {
    fn from(value: ClosedForm) -> Self {
        Self {
            answer: value.answer(),
            family: value.family(),
            model: value.model().to_string(),
        }
    }
}

impl From<ClosedFormBounds> for Found {
    fn from(value: ClosedFormBounds) -> Self {
        Self {
            answer: value.answer(),
            family: value.family(),
            model: value.model().to_string(),
        }
    }
}

/// An edge of a tree: `1-5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge(usize, usize);

impl FromStr for Edge {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ends = text.split_once('-');
        let ends = ends.and_then(|(a, b)| Some(Self(a.parse().ok()?, b.parse().ok()?)));
        ends.ok_or_else(|| format!("`{text}` is no edge; write it as 1-5"))
    }
}

/// Linear forms, by the coefficients of their variables, with their powers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinearForms(Vec<(Vec<(String, Rational)>, u32)>);

impl FromStr for LinearForms {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "`{text}` is no product of linear forms without constant, as x, x - 2*y or (x+y)^2"
            )
        };
        let mut forms = Vec::new();
        for factor in factors(text) {
            // a power of a form is not multiplied out
            let power = factor.rsplit_once('^').and_then(|(base, k)| {
                let power = k.trim().parse::<u32>().ok().filter(|k| *k > 0)?;
                let base = read(base.trim())
                    .ok()
                    .filter(|_| is_one_operand(base.trim()))?;
                (base.degree() == 1).then_some((base, power))
            });
            let powers = match power {
                Some(power) => vec![power],
                None => read(factor)?.square_free_factors().ok_or_else(refused)?,
            };
            for (factor, power) in powers {
                for form in factor.simple_factors() {
                    if form.degree() != 1 || !form.constant_term().is_zero() {
                        return Err(refused());
                    }
                    let names = form.variables().names();
                    let coefficient = |(e, c): (&[u32], &Rational)| {
                        let (_, name) = e.iter().zip(names).find(|(e, _)| **e > 0)?;
                        Some((name.clone(), c.clone()))
                    };
                    forms.push((form.terms().filter_map(coefficient).collect(), power));
                }
            }
        }
        match forms.is_empty() {
            true => Err(refused()),
            false => Ok(Self(forms)),
        }
    }
}

/// Whether a power behind a text is a power of all of it: a name, or all in parentheses.
fn is_one_operand(text: &str) -> bool {
    let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut depth = 0_i32;
    let closes_last = text.char_indices().all(|(place, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth > 0 || place + c.len_utf8() == text.len()
    });
    is_name || (text.starts_with('(') && closes_last && depth == 0)
}

/// A factor in which x3 is a name: x^3 is no linear form.
fn read(text: &str) -> Result<Polynomial, String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split(|c| !is_part(c));
    let names = words.filter(|w| w.starts_with(char::is_alphabetic));
    let named = Variables::new(names.map(str::to_string).collect::<BTreeSet<_>>());
    let read = text.parse::<Polynomial>().or_else(|error| match named {
        Ok(ring) => Polynomial::parse_in(text, &ring).map_err(|_| error),
        Err(_) => Err(error),
    });
    read.map_err(|error| error.to_string())
}

impl LinearForms {
    /// All forms in the variables that occur in one of them.
    fn together(all: &[Self]) -> Vec<(Vec<Rational>, u32)> {
        let forms = || all.iter().flat_map(|one| &one.0);
        let mut names: Vec<&String> = Vec::new();
        for (name, _) in forms().flat_map(|(form, _)| form) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let entry = |form: &[(String, Rational)], name: &String| {
            let found = form.iter().find(|(own, _)| own == name);
            found.map_or(Rational::ZERO, |(_, c)| c.clone())
        };
        let row = |(form, power): &(Vec<(String, Rational)>, u32)| {
            (names.iter().map(|name| entry(form, name)).collect(), *power)
        };
        forms().map(row).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(super) enum FamilyArgs {
    /// A regular model, λ = d/2: the loss is a sum of squares in suitable coordinates
    Regular {
        /// The number of parameters, or the codimension of a manifold of minima
        #[arg(short, long, value_name = "D", value_parser = count::<usize>)]
        parameters: usize,
    },
    /// A monomial loss Π w_i^(2k_i) under a monomial prior Π |w_i|^(h_i)
    NormalCrossing {
        /// The exponents k_1,k_2,… (half the exponents of the loss)
        #[arg(
            long,
            value_name = "K,…",
            value_delimiter = ',',
            required = true,
            value_parser = count::<u32>,
        )]
        powers: Vec<u32>,
        /// The exponents h_1,h_2,… of the prior, rational numbers ≥ 0 [default: all 0, flat]
        #[arg(long, value_name = "H,…", value_delimiter = ',')]
        prior: Option<Vec<Rational>>,
    },
    /// Reduced-rank regression y = BAx + noise, a linear network with one hidden layer
    ReducedRank {
        /// The number of inputs M
        #[arg(long, value_name = "M", value_parser = count::<usize>)]
        inputs: usize,
        /// The number of outputs N
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        outputs: usize,
        /// The number of hidden units H
        #[arg(long, value_name = "H", value_parser = count::<usize>)]
        hidden: usize,
        /// The rank of the true map
        #[arg(long, value_name = "R", default_value_t = 0, value_parser = count::<usize>)]
        rank: usize,
    },
    /// Reduced-rank regression at one point of the fibre BA = C, by the ranks of A, B and C
    ReducedRankLocal {
        /// The number of inputs M
        #[arg(long, value_name = "M", value_parser = count::<usize>)]
        inputs: usize,
        /// The number of outputs N
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        outputs: usize,
        /// The number of hidden units H
        #[arg(long, value_name = "H", value_parser = count::<usize>)]
        hidden: usize,
        /// The rank of A, the first layer
        #[arg(long, value_name = "S", value_parser = count::<usize>)]
        rank_a: usize,
        /// The rank of B, the second layer
        #[arg(long, value_name = "T", value_parser = count::<usize>)]
        rank_b: usize,
        /// The rank of the true map
        #[arg(long, value_name = "R", default_value_t = 0, value_parser = count::<usize>)]
        rank: usize,
    },
    /// A linear network of any depth
    DeepLinear {
        /// The widths from the inputs to the outputs
        #[arg(
            long,
            value_name = "W,…",
            value_delimiter = ',',
            required = true,
            value_parser = count::<usize>,
        )]
        widths: Vec<usize>,
        /// The rank of the true map
        #[arg(long, value_name = "R", default_value_t = 0, value_parser = count::<usize>)]
        rank: usize,
    },
    /// A network Σ a_i tanh(b_i x) with one input, or another analytic activation
    ShallowNetwork {
        /// The number of outputs
        #[arg(long, value_name = "M", default_value_t = 1, value_parser = count::<usize>)]
        outputs: usize,
        /// The number of hidden units
        #[arg(long, value_name = "H", value_parser = count::<usize>)]
        units: usize,
        /// The number of units of the truth
        #[arg(long, value_name = "R", default_value_t = 0, value_parser = count::<usize>)]
        true_units: usize,
        /// Q for Taylor coefficients of the orders 1, 1 + Q, 1 + 2Q, …: 2 for odd functions
        #[arg(long, value_name = "Q", default_value_t = 2, value_parser = count::<usize>)]
        step: usize,
    },
    /// A mixture of strongly identifiable components (normal of known covariance, Poisson, …)
    FiniteMixture {
        /// The number of parameters of one component
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = count::<usize>)]
        dimension: usize,
        /// The number of components
        #[arg(long, value_name = "H", value_parser = count::<usize>)]
        components: usize,
        /// The number of components of the truth
        #[arg(long, value_name = "R", default_value_t = 1, value_parser = count::<usize>)]
        true_components: usize,
        /// The index φ of the Dirichlet prior of the weights
        #[arg(long, value_name = "PHI", default_value = "1")]
        dirichlet: Rational,
    },
    /// The naive Bayes model of two hidden classes and binary features
    NaiveBayes {
        /// The number of features
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        features: usize,
        /// What is true of the features
        #[arg(long, value_parser = ByName::<NaiveBayesTruth>::new(), default_value = "independent")]
        truth: NaiveBayesTruth,
    },
    /// Factor analysis: covariance D + LLᵀ; bounds where no exact value is known
    FactorAnalysis {
        /// The number of variables
        #[arg(long, value_name = "P", value_parser = count::<usize>)]
        variables: usize,
        /// The number of factors
        #[arg(long, value_name = "K", value_parser = count::<usize>)]
        factors: usize,
        /// The number of factors of the truth
        #[arg(long, value_name = "L", default_value_t = 0, value_parser = count::<usize>)]
        true_factors: usize,
    },
    /// Probabilistic principal component analysis: covariance WWᵀ + sI
    PrincipalComponents {
        /// The number of variables
        #[arg(long, value_name = "D", value_parser = count::<usize>)]
        variables: usize,
        /// The number of components
        #[arg(long, value_name = "Q", value_parser = count::<usize>)]
        components: usize,
        /// The number of components of the truth
        #[arg(long, value_name = "Q0", default_value_t = 0, value_parser = count::<usize>)]
        true_components: usize,
    },
    /// A Gaussian latent tree whose truth is a forest in it
    LatentForest {
        /// The edges of the tree; its leaves are observed
        #[arg(long, value_name = "A-B,…", value_delimiter = ',', required = true)]
        tree: Vec<Edge>,
        /// The edges of the true forest [default: none, independent leaves]
        #[arg(long, value_name = "A-B,…", value_delimiter = ',')]
        forest: Vec<Edge>,
    },
    /// A restricted Boltzmann machine; bounds where no exact value is known
    BoltzmannMachine {
        /// The number of visible units
        #[arg(long, value_name = "M", value_parser = count::<usize>)]
        visible: usize,
        /// The number of hidden units
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        hidden: usize,
        /// The number of hidden units of the truth
        #[arg(long, value_name = "K", default_value_t = 0, value_parser = count::<usize>)]
        true_hidden: usize,
    },
    /// Non-negative matrix factorisation at truth 0 or at a strictly positive truth
    NonnegativeFactorisation {
        /// The number of rows
        #[arg(long, value_name = "M", value_parser = count::<usize>)]
        rows: usize,
        /// The number of columns
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        columns: usize,
        /// The inner size
        #[arg(long, value_name = "H", value_parser = count::<usize>)]
        inner: usize,
        /// The rank of the truth, with a strictly positive factorisation of this rank
        #[arg(long, value_name = "R", default_value_t = 0, value_parser = count::<usize>)]
        rank: usize,
    },
    /// Latent Dirichlet allocation
    LatentDirichlet {
        /// The number of words
        #[arg(long, value_name = "M", value_parser = count::<usize>)]
        words: usize,
        /// The number of documents
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        documents: usize,
        /// The number of topics
        #[arg(long, value_name = "H", value_parser = count::<usize>)]
        topics: usize,
        /// The rank of the centred truth
        #[arg(long, value_name = "R", default_value_t = 0, value_parser = count::<usize>)]
        rank: usize,
    },
    /// The minors of one size of a general matrix
    Minors {
        /// The number of rows
        #[arg(long, value_name = "M", value_parser = count::<usize>)]
        rows: usize,
        /// The number of columns
        #[arg(long, value_name = "N", value_parser = count::<usize>)]
        columns: usize,
        /// The size of the minors
        #[arg(long, value_name = "K", value_parser = count::<usize>)]
        size: usize,
    },
    /// A central arrangement of hyperplanes: K is the square of the product of linear forms
    Arrangement {
        /// The linear forms, and powers or products of them: x 'x - y' '(x + 2*y)^2'
        #[arg(value_name = "FORM", required = true)]
        forms: Vec<LinearForms>,
    },
    /// Softmax attention at a generic teacher
    AttentionTeacher {
        /// The number of tokens v
        #[arg(long, value_name = "V", value_parser = count::<usize>)]
        vocabulary: usize,
        /// The dimension e of the embeddings
        #[arg(long, value_name = "E", value_parser = count::<usize>)]
        embedding: usize,
        /// The rank k of the teacher
        #[arg(long, value_name = "K", value_parser = count::<usize>)]
        rank: usize,
    },
    /// A quadratic network at a generic point
    QuadraticNetworkLocal {
        /// The number of units K
        #[arg(long, value_name = "K", value_parser = count::<usize>)]
        units: usize,
        /// The number of inputs d
        #[arg(long, value_name = "D", value_parser = count::<usize>)]
        inputs: usize,
        /// The number of outputs p
        #[arg(long, value_name = "P", value_parser = count::<usize>)]
        outputs: usize,
    },
    /// A policy on a simplex, with its regret as loss
    PolicyRegret {
        /// The exponents α of the suboptimal actions: the prior is ∝ p^(α−1) near 0
        #[arg(long, value_name = "A,…", value_delimiter = ',', required = true)]
        concentrations: Vec<Rational>,
        /// Each probability is a product of so many factors
        #[arg(long, value_name = "L", default_value_t = 1, value_parser = count::<usize>)]
        factors: usize,
    },
    /// A polygon of the toy model of superposition, locally
    Superposition {
        /// The critical point
        #[arg(long, value_parser = ByName::<Polygon>::new())]
        polygon: Polygon,
    },
    /// A germ that the literature studies
    SingleGerm {
        /// Which
        #[arg(long, value_parser = ByName::<NamedGerm>::new())]
        name: NamedGerm,
    },
}

fn pairs(edges: &[Edge]) -> Vec<(usize, usize)> {
    edges.iter().map(|edge| (edge.0, edge.1)).collect()
}

impl FamilyArgs {
    pub(super) fn found(&self) -> Result<Found, ClosedFormError> {
        Ok(match self {
            Self::Regular { parameters } => forms::regular(*parameters)?.into(),
            Self::NormalCrossing { powers, prior } => {
                let flat = || vec![Rational::ZERO; powers.len()];
                let prior = prior.clone().unwrap_or_else(flat);
                forms::normal_crossing(powers, &prior)?.into()
            }
            Self::ReducedRank {
                inputs,
                outputs,
                hidden,
                rank,
            } => forms::reduced_rank(*inputs, *outputs, *hidden, *rank)?.into(),
            Self::ReducedRankLocal {
                inputs,
                outputs,
                hidden,
                rank_a,
                rank_b,
                rank,
            } => {
                let ranks = [*rank_a, *rank_b];
                forms::reduced_rank_local(*inputs, *outputs, *hidden, ranks, *rank)?.into()
            }
            Self::DeepLinear { widths, rank } => forms::deep_linear(widths, *rank)?.into(),
            Self::ShallowNetwork {
                outputs,
                units,
                true_units,
                step,
            } => forms::shallow_network(*outputs, *step, *units, *true_units)?.into(),
            Self::FiniteMixture {
                dimension,
                components,
                true_components,
                dirichlet,
            } => {
                let truth = *true_components;
                forms::finite_mixture(*dimension, *components, truth, dirichlet)?.into()
            }
            Self::NaiveBayes { features, truth } => forms::naive_bayes(*features, *truth)?.into(),
            Self::FactorAnalysis {
                variables,
                factors,
                true_factors,
            } => or_bounds(
                forms::factor_analysis(*variables, *factors, *true_factors),
                || forms::factor_analysis_bounds(*variables, *factors, *true_factors),
            )?,
            Self::PrincipalComponents {
                variables,
                components,
                true_components,
            } => forms::principal_components(*variables, *components, *true_components)?.into(),
            Self::LatentForest { tree, forest } => {
                let tree = Tree::new(&pairs(tree))?;
                forms::gaussian_latent_forest(&tree, &pairs(forest))?.into()
            }
            Self::BoltzmannMachine {
                visible,
                hidden,
                true_hidden: 0,
            } => or_bounds(forms::boltzmann_machine(*visible, *hidden), || {
                forms::boltzmann_bounds(*visible, *hidden, 0)
            })?,
            Self::BoltzmannMachine {
                visible,
                hidden,
                true_hidden,
            } => forms::boltzmann_bounds(*visible, *hidden, *true_hidden)?.into(),
            Self::NonnegativeFactorisation {
                rows,
                columns,
                inner,
                rank: 0,
            } => forms::nonnegative_zero(*rows, *columns, *inner)?.into(),
            Self::NonnegativeFactorisation {
                rows,
                columns,
                inner,
                rank,
            } => forms::nonnegative_positive(*rows, *columns, *inner, *rank)?.into(),
            Self::LatentDirichlet {
                words,
                documents,
                topics,
                rank,
            } => forms::latent_dirichlet(*words, *documents, *topics, *rank)?.into(),
            Self::Minors {
                rows,
                columns,
                size,
            } => forms::minors(*rows, *columns, *size)?.into(),
            Self::Arrangement { forms: all } => {
                forms::arrangement(&LinearForms::together(all))?.into()
            }
            Self::AttentionTeacher {
                vocabulary,
                embedding,
                rank,
            } => forms::attention_teacher(*vocabulary, *embedding, *rank)?.into(),
            Self::QuadraticNetworkLocal {
                units,
                inputs,
                outputs,
            } => forms::quadratic_network_local(*units, *inputs, *outputs)?.into(),
            Self::PolicyRegret {
                concentrations,
                factors,
            } => forms::policy_regret(concentrations, *factors)?.into(),
            Self::Superposition { polygon } => forms::superposition(*polygon)?.into(),
            Self::SingleGerm { name } => forms::single_germ(*name)?.into(),
        })
    }
}

/// The exact value, or the bounds where none is known.
fn or_bounds(
    exact: Result<ClosedForm, ClosedFormError>,
    bounds: impl FnOnce() -> Result<ClosedFormBounds, ClosedFormError>,
) -> Result<Found, ClosedFormError> {
    match exact {
        Err(ClosedFormError::NotKnown { .. }) => Ok(bounds()?.into()),
        exact => Ok(exact?.into()),
    }
}
