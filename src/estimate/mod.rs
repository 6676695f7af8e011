//! Estimates of λ and m, each with a standard error and a verdict.
//!
//! λ̂ is what was extrapolated to λ: over temperatures ([`Ladder`], and for any number of
//! parameters and on data [`Temperatures`]) or volumes ([`VolumeScaling`]). Chains at one temperature t ([`Llc`]) estimate the energy U(t) = t·E_t\[K\], which is not λ;
//! [`CandidatePoles`] tell how far λ is likely from it. What all of them have is [`Estimate`]; when
//! they are doubted is in [`thresholds`].

mod asymptotics;
mod burn_in;
mod candidate_poles;
mod chain_summary;
mod checkpoints;
mod course;
mod elsewhere;
mod error;
mod estimate_trait;
mod free_energy;
mod journal;
mod judge_error;
mod judgement;
mod ladder;
mod ladder_estimate;
mod ladder_rungs;
mod llc;
mod llc_estimate;
mod llc_run;
#[cfg(feature = "nuts")]
mod nuts;
mod predictive;
mod predictive_estimate;
mod quadrature;
mod quantity;
mod recorded_run;
mod resumable;
mod run_state;
mod smaller_box;
mod state_error;
mod state_file;
mod state_question;
mod temperature_fit;
mod temperatures;
mod temperatures_estimate;
pub mod thresholds;
mod trace_advice;
mod trace_judge;
mod trace_judgement;
mod tuning;
mod verdict;
mod volume;
mod volume_estimate;

pub use asymptotics::{Conditional, PoleFit};
pub use candidate_poles::{CandidatePoles, LikelyDistance, PolesError};
pub use error::EstimateError;
pub(crate) use estimate_trait::NORMAL_95;
pub use estimate_trait::{Estimate, EstimateCost, Evaluated};
pub use free_energy::{FreeEnergy, FreeEnergyEstimate};
pub use judge_error::JudgeError;
pub use ladder::Ladder;
pub use ladder_estimate::{Energy, LadderEstimate};
pub use llc::Llc;
pub use llc_estimate::LlcEstimate;
pub use predictive_estimate::{PredictiveEstimate, WithError};
pub use quadrature::Quadrature;
pub use quantity::Quantity;
pub use recorded_run::RecordedRun;
pub use run_state::RunState;
pub use smaller_box::InSmallerBox;
pub use state_error::StateError;
pub use state_file::StateFile;
pub use temperatures::Temperatures;
pub use temperatures_estimate::{LeastLoss, TemperaturesEstimate};
pub use trace_judge::TraceJudge;
pub use trace_judgement::{
    AdvisedDoubt, DifferenceQuotient, JudgedTemperature, NotFinite, TraceJudgement,
};
pub use tuning::{LengthRule, Starts, StepRule, Tuning};
pub use verdict::{Doubt, Verdict};
pub use volume::VolumeScaling;
pub use volume_estimate::VolumeEstimate;
