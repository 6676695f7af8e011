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

mod deep_linear;
mod error;
mod family;
mod normal_crossing;
mod reduced_rank;
mod regular;
mod value;

pub use deep_linear::deep_linear;
pub use error::ClosedFormError;
pub use family::{Family, Source};
pub use normal_crossing::normal_crossing;
pub use reduced_rank::reduced_rank;
pub use regular::regular;
pub use value::ClosedForm;
