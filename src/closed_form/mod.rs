//! Learning coefficients known in closed form, one file a family, each with its source.
//!
//! Every function returns a [`ClosedForm`]: the pair (λ, m) beside the publication it comes from
//! and the conditions under which it holds. The arithmetic is exact at every size.
//!
//! | family | function | loss | source |
//! |---|---|---|---|
//! | regular | [`regular`] | `Σ wᵢ²` | Watanabe 2009 |
//! | normal crossing | [`normal_crossing`] | `Π wᵢ^(2kᵢ)`, prior `Π ǀwᵢǀ^hᵢ` | Watanabe 2009 |
//! | reduced-rank regression | [`reduced_rank`] | `‖BA − B₀A₀‖²` | Aoyagi & Watanabe 2005 |
//! | deep linear network | [`deep_linear`] | `‖W_L⋯W₁ − W*‖²` | Aoyagi 2024 |
//!
//! The statement numbers in the sources are quoted from later papers that restate the theorems;
//! the values themselves are held to independent computations by the tests of this module (the
//! minimum over singular-value exponents, the codimension formula of Lehalleur & Rimányi, and the
//! equality of the two families at depth two).
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
pub use family::{Family, Source, Tier};
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
pub use superposition::{Polygon, superposition};
pub use symmetric::{principal_components, symmetric_factorisation};
pub use tensor::{tensor_bounds, tensor_two_terms};
pub use two_units::two_units;
pub use value::ClosedForm;
