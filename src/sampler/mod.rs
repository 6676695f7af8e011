//! Samplers: Langevin and Hamiltonian chains, replica exchange over temperatures, multilevel
//! splitting.
//!
//! Every chain, ladder and replicate owns one ChaCha8 stream, numbered, from which a chain also
//! seeds its [`NormalStream`]: the same seed gives the same draws bit for bit, whatever the number
//! of threads and whether or not the feature `parallel` is on.

mod apart;
mod batches;
mod chain_run;
mod chain_saving;
mod chain_state;
mod chains;
pub(crate) mod check;
mod control;
mod curve_moves;
mod error;
mod failure;
mod hmc;
mod kernel;
mod ladder_buffers;
mod ladder_plan;
mod ladder_run;
mod ladder_state;
mod ladder_trace;
mod langevin;
mod langevin_path;
mod mala;
mod markov_chain;
mod metropolis;
mod momentum;
mod noise;
#[cfg(feature = "nuts")]
mod nuts;
mod overdamped;
pub(crate) mod packed;
pub(crate) mod parallel;
mod population;
mod posterior;
mod preconditioned;
mod replica_exchange;
mod restriction;
mod rounds;
mod saved;
mod sghmc;
mod sgld;
mod sgnht;
mod splitting;
mod tempering;
mod trace;
mod update;

pub use apart::Apart;
pub use chains::{BatchSampling, Chains, RecordedLoss};
pub use control::{Control, Halt, Progress};
pub use error::SamplerError;
pub use failure::Failure;
pub use hmc::Hmc;
pub(crate) use ladder_plan::Plateau;
pub use ladder_trace::{LadderTrace, TemperingRun};
pub use langevin::Langevin;
pub use langevin_path::{LangevinPath, PathEnd};
pub use mala::Mala;
pub use noise::NormalStream;
#[cfg(feature = "nuts")]
pub use nuts::Nuts;
pub use posterior::Posterior;
pub use preconditioned::PreconditionedSgld;
pub use replica_exchange::{ExchangeRun, ReplicaExchange};
pub(crate) use rounds::Rounds;
pub(crate) use saved::{SavedChain, Unfit};
pub use sghmc::Sghmc;
pub use sgld::Sgld;
pub use sgnht::Sgnht;
pub use splitting::{Death, Replicate, Splitting, SplittingEnd, SplittingRun};
pub use tempering::Tempering;
pub use trace::{Chain, ChainFailure, Draws};
pub(crate) use trace::{Moments, Observer, Roughness};
