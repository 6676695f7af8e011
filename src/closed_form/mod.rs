//! Learning coefficients known in closed form, one file a family, each with its source.
//!
//! A function returns a [`ClosedForm`]: the pair (λ, m) beside the publication it comes from and the
//! conditions under which it holds; or, where no exact value is known, a [`ClosedFormBounds`]. A bound
//! is never returned where an exact value is meant. The arithmetic is exact at every size.
//!
//! | losses | functions |
//! |---|---|
//! | elementary | [`regular`], [`morse_bott`], [`normal_crossing`], [`sum_of_powers`], [`definite_form`], [`semi_regular`], [`outer_product`] |
//! | squares of singular functions | [`isolated_form`], [`weighted_homogeneous`], [`brieskorn_pham`], [`simple_singularity`], [`single_germ`] |
//! | arrangements, determinants | [`generic_arrangement`], [`braid_arrangement`], [`minors`], [`symmetric_minors`] |
//! | linear networks | [`reduced_rank`], [`reduced_rank_local`], [`low_rank_approximation`], [`deep_linear`], [`residual_linear`], [`diagonal_linear`], [`tied_diagonal_linear`], [`power_difference`] |
//! | networks with one hidden layer | [`analytic_unit`], [`shallow_zero_truth`], [`shallow_network`], [`location_network`], [`relu_line`], [`two_units`], [`polynomial_unit`], [`quadratic_network`], [`quadratic_network_local`], [`superposition`] |
//! | attention | [`softmax_attention`], [`linear_attention`] |
//! | mixtures | [`finite_mixture`], [`poisson_mixture`], [`binomial_mixture`], [`known_component`], [`fixed_ratio`], [`symmetric_mixture`], [`normal_scale_mixture`], [`two_state_markov`] |
//! | hidden variables | [`naive_bayes`], [`latent_class`], [`off_diagonal_gram`], [`one_factor`], [`factor_analysis`], [`symmetric_factorisation`], [`principal_components`], [`gaussian_latent_forest`], [`boltzmann_machine`] |
//! | constrained factorisations | [`nonnegative_zero`], [`nonnegative_positive`], [`latent_dirichlet`], [`concept_bottleneck`], [`partial_bottleneck`], [`tensor_two_terms`] |
//! | bounds | [`mixture_bounds`], [`markov_bounds`], [`relu_bounds`], [`factor_analysis_bounds`], [`boltzmann_bounds`], [`nonnegative_bounds`], [`tensor_bounds`] |
//!
//! Each [`Family`] has a source, conditions, and a [`Tier`] that says how far it is to be trusted. The
//! statement numbers in the sources are quoted from later papers that restate the theorems; the
//! values themselves are held to independent computations by the tests, and instances of most
//! families to certificates of the exact engine ([`catalogue`](crate::catalogue)).
//!
//! # Examples
//!
//! ```
//! use rlct::closed_form;
//!
//! let truth = closed_form::deep_linear(&[10, 5, 10], 3)?;
//! assert_eq!(truth.to_string(), "λ = 32, m = 1 (deep linear network, Aoyagi 2024)");
//! # Ok::<(), rlct::closed_form::ClosedFormError>(())
//! ```

mod arrangement;
mod attention;
mod boltzmann;
mod bottleneck;
mod bounded;
mod bounds;
mod deep_linear;
mod diagonal;
mod elementary;
mod error;
mod factor_analysis;
mod family;
mod gram;
mod isolated;
mod latent_class;
mod latent_forest;
mod local_rank;
mod minors;
mod mixture;
mod nonnegative;
mod normal_crossing;
mod quadratic;
mod reduced_rank;
mod regular;
mod shallow;
mod single_germ;
mod size;
mod small_mixture;
mod source;
mod superposition;
mod symmetric;
mod tensor;
mod two_units;
mod value;

pub use arrangement::{braid_arrangement, generic_arrangement};
pub use attention::{linear_attention, softmax_attention};
pub use boltzmann::{boltzmann_bounds, boltzmann_machine};
pub use bottleneck::{concept_bottleneck, partial_bottleneck};
pub use bounded::ClosedFormBounds;
pub use bounds::{markov_bounds, mixture_bounds, relu_bounds};
pub use deep_linear::deep_linear;
pub use diagonal::{diagonal_linear, power_difference, tied_diagonal_linear};
pub use elementary::{definite_form, morse_bott, outer_product, semi_regular, sum_of_powers};
pub use error::ClosedFormError;
pub use factor_analysis::{factor_analysis, factor_analysis_bounds, one_factor};
pub use family::{Family, Tier};
pub use gram::off_diagonal_gram;
pub use isolated::{
    SingularityType, brieskorn_pham, isolated_form, simple_singularity, weighted_homogeneous,
};
pub use latent_class::{NaiveBayesTruth, latent_class, naive_bayes};
pub use latent_forest::{Tree, gaussian_latent_forest};
pub use local_rank::{low_rank_approximation, reduced_rank_local, residual_linear};
pub use minors::{minors, symmetric_minors};
pub use mixture::{binomial_mixture, finite_mixture, poisson_mixture};
pub use nonnegative::{
    latent_dirichlet, nonnegative_bounds, nonnegative_positive, nonnegative_zero,
};
pub use normal_crossing::normal_crossing;
pub use quadratic::{polynomial_unit, quadratic_network, quadratic_network_local};
pub use reduced_rank::reduced_rank;
pub use regular::regular;
pub use shallow::{
    analytic_unit, location_network, relu_line, shallow_network, shallow_zero_truth,
};
pub use single_germ::{NamedGerm, single_germ};
pub use small_mixture::{
    fixed_ratio, known_component, normal_scale_mixture, symmetric_mixture, two_state_markov,
};
pub use source::Source;
pub use superposition::{Polygon, superposition};
pub use symmetric::{principal_components, symmetric_factorisation};
pub use tensor::{tensor_bounds, tensor_two_terms};
pub use two_units::two_units;
pub use value::ClosedForm;
