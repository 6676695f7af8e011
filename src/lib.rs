//! Learning coefficients of singular statistical models: exact (λ, m) beside estimated λ̂.
//!
//! A model whose parameter map is not one-to-one (a neural network, a mixture, a reduced-rank
//! regression) is *singular*: its Fisher information degenerates, and its complexity is not d/2 but
//! the learning coefficient λ, the real log canonical threshold of the loss K at its minimum, with
//! the multiplicity m. They rule the Bayesian free energy,
//! F_n ≈ n L + λ log n − (m − 1) log log n (Watanabe 2009).
//!
//! Two lanes run from a question to a number, share no code, and meet in the report, so that each
//! checks the other:
//!
//! ```text
//! polynomials ─┐          ┌─► resolution ─► certificate ─► checker ─► (λ, m) ─┐
//!              ├─► Problem┤                                                   ├─► report
//! model ───────┘          └─► loss ─► sampler ─► draws ─► λ̂ ± s.e. ───────────┘
//! ```
//!
//! - [`Problem`]: a loss near a zero, with prior, of which both lanes are asked;
//! - [`Answer`]: what is proved of it, the pair (λ, m) ([`LearningCoefficient`]) or bounds of λ;
//! - **exact**: [`algebra`] (ℚ, polynomials, Gröbner bases, real roots) → [`polyhedron`] (linear
//!   programs, Newton polyhedra) → [`resolution`] (germs and their poles) → [`certificate`] (the
//!   proof, and the checker that replays it); no floating-point number on the way, and proved
//!   bounds where the engine cannot decide. [`closed_form`] has the formulas of the literature,
//!   [`catalogue`] their instances, held against the engine;
//! - **both**: [`model`] (statistical models, written once: an ideal at a true parameter, a loss,
//!   data); [`fisher`] tells where and how a model is singular, exactly and numerically;
//! - **networks**: [`network`] (layers, data, weights from elsewhere, training) are losses too;
//! - **numerical**: [`loss`] (landscapes) → [`sampler`] (Langevin chains, tempering, multilevel
//!   splitting) → [`draws`] (recorded, written for ArviZ) and [`diagnostics`] → [`estimate`] (λ̂
//!   over several temperatures or volumes, U(t) at one, with standard error and verdict);
//! - **on data**: [`selection`] (sBIC from exact λ's, beside BIC and a sampled WBIC);
//! - **in experiments**: [`experiment`] states what the theory predicts, runs, and judges.
//!
//! # Examples
//!
//! A model of one's own, normal variables with means ac, ad, bc, bd, where all vanish in truth:
//!
//! ```
//! use rlct::model::{Noise, PolynomialMeans, rational_point};
//! use rlct::{Budget, Problem};
//!
//! let noise = Noise::Normal;
//! let means = ["a*c", "a*d", "b*c", "b*d"];
//! let model = PolynomialMeans::parse(["a", "b", "c", "d"], means, noise)?;
//! let problem = Problem::at(&model, &rational_point(&[0.0; 4])?)?.called("rank one");
//!
//! let exact = problem.exact(&Budget::default())?; // with its proof: exact.certificate()
//! assert_eq!(exact.answer().to_string(), "λ = 1, m = 2");
//! let ladder = problem.ladder()?.seed(1).estimate()?;
//! let volume = problem.volume()?.seed(1).estimate()?;
//! println!("λ̂ = {} by temperatures, {} by volumes", ladder.lambda(), volume.lambda());
//! println!("{}", problem.compare(&Budget::default()).table());
//! # assert!((volume.lambda() - 1.0).abs() < 4.0 * volume.standard_error());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `cli` | yes | the command `rlct`: arguments, progress, tables, Ctrl-C |
//! | `plot` | yes | pictures of polygons, estimates, strata, sweeps and experiments, as SVG |
//! | `parallel` | yes | chains, particles and ladders in parallel; results do not depend on it |
//! | `nuts` | no | the No-U-Turn sampler of nuts-rs, to compare with; biased at singular minima |

pub mod algebra;
mod answer;
mod budget;
pub mod catalogue;
#[cfg(feature = "cli")]
pub mod cli;
mod clock;
pub mod closed_form;
pub mod diagnostics;
pub mod draws;
pub mod estimate;
pub mod experiment;
pub mod fisher;
mod learning_coefficient;
pub mod loss;
pub mod model;
pub mod network;
pub mod plot;
pub mod polyhedron;
pub mod problem;
pub mod report;
pub mod resolution;
pub mod sampler;
pub mod selection;
pub mod verify;

/// The version of the fields of this crate's JSON, CSV and Zarr of estimates: 2 since U(t), the
/// mean at one temperature, is called `energy` and no longer `lambda`.
pub const SCHEMA: u32 = 2;

pub use answer::Answer;
pub use budget::{Budget, Exhausted};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub use clock::set_clock;
pub use learning_coefficient::LearningCoefficient;
pub use problem::Problem;
pub use rlct_certificate as certificate;
