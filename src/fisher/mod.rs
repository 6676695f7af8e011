//! Fisher information: where and how a model is singular.
//!
//! At a true parameter the Fisher information is I = JᵀGJ with the Jacobian J of the parameter map
//! and a positive definite G, and the Hessian of K. So rank I = rank J, and its null space is that
//! of J. The rank says whether the model is singular, in which directions, and bounds λ: see
//! [`LocalGeometry`].
//!
//! Two halves that share no code, as everywhere in this crate:
//!
//! - **exact**: [`Jacobian`] (matrices of polynomials; their rank at a rational point with a
//!   [proof](crate::algebra::RankProof)), [`GenericRank`] (with a certificate), minors of the
//!   singular locus, [`LocalGeometry`] (the splitting of K into squares and a remainder, bounds of
//!   λ). Fisher informations over ℚ are at the models:
//!   [`FisherInformation`](crate::model::FisherInformation);
//! - **numerical**: [`SampleGradients`] of any loss (Fisher information, its Gram matrix, singular
//!   values, [`NumericalRank`] with the gap that supports it), and for many parameters without any
//!   matrix [`Operator`]s with [`Lanczos`], [`SpectralDensity`] and [`trace`]. Matrices are
//!   nalgebra's at the boundary and faer's inside.
//!
//! # Examples
//!
//! ```
//! use rlct::fisher::{LocalGeometry, MorseBott};
//! use rlct::resolution::Germ;
//!
//! // a b = 0 and c = 0: one square, and a remainder of order 2
//! let geometry = LocalGeometry::of(&Germ::ideal(["a*b", "c"])?)?;
//! assert_eq!((geometry.rank(), geometry.dimension()), (1, 3));
//! assert!(matches!(geometry.morse_bott(), MorseBott::Singular { order: 2 }));
//! assert_eq!(geometry.lower().to_string(), "3/4"); // λ = 1 lies between
//! assert_eq!(geometry.upper().unwrap().to_string(), "1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod density;
mod error;
mod generic;
mod gradients;
mod jacobian;
mod lanczos;
mod local;
mod minors;
mod numerical_error;
mod operator;
mod remainder;
mod singular;

pub use density::{SpectralDensity, TraceEstimate, trace};
pub use error::FisherError;
pub use generic::{Ceiling, GenericRank};
pub use gradients::SampleGradients;
pub use jacobian::{Jacobian, hessian};
pub use lanczos::{Lanczos, LanczosSpectrum};
pub use local::{Identifiability, LocalGeometry, MorseBott, Smooth};
pub use numerical_error::NumericalError;
pub use operator::{FisherOperator, HessianOperator, MatrixOperator, Operator};
pub use remainder::SquaresAndRemainder;
pub use singular::{NumericalRank, RankDoubt};
