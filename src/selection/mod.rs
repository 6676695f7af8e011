//! Model selection: sBIC from learning coefficients, beside BIC and a sampled WBIC.
//!
//! BIC charges every model d/2 · log n. Where a smaller model is true, a singular model that
//! contains it pays only λ log n with λ < d/2, so that BIC chooses too small models. The singular
//! criterion [`sbic`] (Drton & Plummer 2017) puts in the learning coefficient of each model at each
//! of its submodels; WBIC (Watanabe 2013) samples instead. All three are printed on the scale of
//! the log marginal likelihood: the greatest is best.
//!
//! | family | fit | (λ, m) at submodels |
//! |---|---|---|
//! | [`ReducedRankRegression`] | exact, by singular values | exact |
//! | [`FactorAnalysis`] | ECME from several starts | exact for no true factor, for as many as fitted, and for one of two; else upper bounds |
//! | [`Mixtures`]: binomial, Poisson, normal, latent classes | EM from several starts | exact or upper bounds, see there |
//! | [`Topics`] of documents | EM from several starts | exact |
//! | [`HiddenMarkov`] chains | EM from several starts | exact for the true number of states; else upper bounds |
//!
//! # Examples
//!
//! ```
//! use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection};
//!
//! let x: Vec<f64> = (0..30).map(|i| f64::from(i) / 10.0).collect();
//! let y = x.iter().enumerate().map(|(i, x)| 2.0 * x + if i % 2 == 0 { 0.3 } else { -0.3 });
//! let predictors = DataTable::new([("x", x.clone())])?;
//! let responses = DataTable::new([("y", y.collect())])?;
//! let noise = NoiseCovariance::Estimated;
//! let family = ReducedRankRegression::new(&predictors, &responses, noise)?;
//! let selection = Selection::new(&family)?;
//! assert_eq!(selection.by_sbic().name, "rank 1");
//! # Ok::<(), rlct::selection::SelectionError>(())
//! ```

mod anderson;
mod ascent;
mod candidate;
mod choice;
mod climb;
mod components;
mod components_prior;
mod condensed;
mod csv_format;
mod data;
mod em;
mod error;
mod factor_analysis;
mod factor_loss;
mod family;
mod fit_table;
mod fitted;
mod fitted_linear;
mod fitted_mixtures;
mod identifiable;
mod lines;
mod marginal;
mod markov;
mod markov_em;
mod markov_fitted;
mod markov_pairs;
mod mixture_kind;
mod mixture_pairs;
mod mixtures;
mod normal_mixtures;
mod poisson;
mod reduced_rank;
mod reduced_rank_loss;
mod sbic;
mod search;
mod seeding;
mod spread;
mod starts;
mod topics;
mod topics_em;
mod topics_fitted;
mod wbic;
mod wbic_choice;

pub use candidate::{Candidate, PairCoefficient};
pub use choice::Selection;
pub use components_prior::ComponentsPrior;
pub use csv_format::{CsvFormat, CsvRead};
pub use data::DataTable;
pub use error::SelectionError;
pub use factor_analysis::{FactorAnalysis, FactorFit};
pub use family::{FittedFamily, SampledFamily};
pub use fit_table::FitTable;
pub use fitted::{Degeneracy, DescribedFamily, FittedModel, FittedParameter};
pub use marginal::{Annealing, ConjugateMixtures, LogMarginal};
pub use markov::{HiddenMarkov, HiddenMarkovFit};
pub use mixtures::{MixtureFit, Mixtures};
pub use reduced_rank::{NoiseCovariance, ReducedRankRegression};
pub use sbic::{Score, sbic};
pub use starts::{Convergence, Starts};
pub use topics::{Topics, TopicsFit};
pub use wbic::{Wbic, WbicEstimate};
pub use wbic_choice::WbicChoice;
