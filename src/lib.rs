//! Learning coefficients of singular statistical models: exact (λ, m) beside estimated λ̂.
//!
//! A model whose parameter map is not one-to-one (a neural network, a mixture, a reduced-rank
//! regression) is *singular*: its Fisher information degenerates, and its complexity is not d/2 but
//! the learning coefficient λ, the real log canonical threshold of the loss K at its minimum, with
//! the multiplicity m. They rule the Bayesian free energy,
//! F_n ≈ n L + λ log n − (m − 1) log log n (Watanabe 2009).
//!
//! Two lanes run from a model to a number, share no code, and meet in the report, so that each
//! checks the other:
//!
//! ```text
//! model ──► ideal ──► resolution ──► certificate ──► checker ──► (λ, m)  exact ─┐
//!   │                                                                           ├──► comparison, report
//!   └─────► loss ───► sampler ──► draws ──► estimate ──► λ̂ ± s.e. ─────────────────┘
//! ```
//!
//! - **exact**: [`algebra`] (ℚ, polynomials, Gröbner bases, real roots) → [`polyhedron`] (linear
//!   programs, Newton polyhedra) → [`resolution`] (germs and their poles) → [`certificate`] (the proof, and
//!   the checker that replays it); no floating-point number on the way, and proved bounds where the engine cannot decide. [`closed_form`] has the formulas
//!   of the literature, [`catalogue`] their instances, held against the engine;
//! - **both**: [`model`] (statistical models, written once: an ideal at a true parameter, a loss, data);
//!   [`fisher`] tells where and how a model is singular, exactly and numerically;
//! - **numerical**: [`loss`] (landscapes) → [`sampler`] (Langevin chains, tempering, multilevel
//!   splitting) → [`draws`] (recorded, written for ArviZ) and [`diagnostics`] → [`estimate`] (λ̂
//!   over several temperatures or volumes, U(t) at one, with standard error and verdict);
//! - **on data**: [`selection`] (sBIC from exact λ's, beside BIC and a sampled WBIC).
//!
//! # Examples
//!
//! The loss K = x²y⁴, exactly and from samples:
//!
//! ```
//! use rlct::algebra::Polynomial;
//! use rlct::estimate::VolumeScaling;
//! use rlct::loss::{Reading, PolynomialLoss};
//! use rlct::resolution::Germ;
//! use rlct::{Budget, closed_form};
//!
//! let k: Polynomial = "x^2*y^4".parse()?;
//! let answer = Germ::of(&k)?.learning_coefficient(&Budget::default())?;
//! assert_eq!(answer.to_string(), "λ = 1/4, m = 1");
//!
//! let loss = PolynomialLoss::new(&[k], Reading::Loss)?;
//! let estimate = VolumeScaling::new(&loss, &[0.0, 0.0]).seed(1).estimate()?;
//! assert!((estimate.lambda() - 0.25).abs() < 3.0 * estimate.standard_error());
//!
//! // and a formula: a deep linear network of widths 10, 5, 10 at rank 3
//! assert_eq!(closed_form::deep_linear(&[10, 5, 10], 3)?.lambda().to_string(), "32");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `cli` | yes | the command `rlct`: arguments, progress, tables, Ctrl-C |
//! | `plot` | no | pictures of sweeps over settings, as SVG |
//! | `parallel` | yes | chains, particles and ladders in parallel; results do not depend on it |
//! | `nuts` | no | the No-U-Turn sampler of nuts-rs, to compare with; biased at singular minima |

pub mod algebra;
mod budget;
pub mod catalogue;
#[cfg(feature = "cli")]
pub mod cli;
pub mod closed_form;
pub mod diagnostics;
pub mod draws;
pub mod estimate;
pub mod fisher;
mod learning_coefficient;
pub mod loss;
pub mod model;
#[cfg(feature = "plot")]
pub mod plot;
pub mod polyhedron;
pub mod problem;
pub mod report;
pub mod resolution;
pub mod sampler;
pub mod selection;

/// The version of the fields of this crate's JSON, CSV and Zarr of estimates: 2 since U(t), the
/// mean
/// at one temperature, is called `energy` and no longer `lambda`.
pub const SCHEMA: u32 = 2;

pub use budget::{Budget, Exhausted};
pub use learning_coefficient::LearningCoefficient;
pub use problem::Problem;
pub use rlct_certificate as certificate;
