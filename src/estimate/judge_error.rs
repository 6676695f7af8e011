//! What can be wrong with losses that are to be judged.

use crate::diagnostics::DiagnosticsError;

/// Why losses of chains made elsewhere cannot be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// No temperature, or one without chains.
    #[error("there are no chains to judge")]
    NoChains,
    /// An inverse temperature that is not positive.
    #[error("the inverse temperature t = nβ must be positive and finite, got {nbeta}")]
    InverseTemperature {
        /// The one given.
        nbeta: f64,
    },
    /// Two sets of chains at one inverse temperature.
    #[error(
        "t = {nbeta} is given twice; chains of one temperature belong together, as chains of one \
         file, and different temperatures are needed for a difference quotient"
    )]
    SameTemperature {
        /// It.
        nbeta: f64,
    },
    /// L(w*) that is no number.
    #[error("the baseline L(w*) must be finite, got {baseline}")]
    Baseline {
        /// The one given.
        baseline: f64,
    },
    /// Chains too short.
    #[error(
        "at t = {nbeta} {left} draws of {draws} are left after a burn-in of {burn_in}, and at least \
         {least} are needed: {}",
        remedy(*draws, *least)
    )]
    TooFewDraws {
        /// The inverse temperature.
        nbeta: f64,
        /// The draws of each chain.
        draws: usize,
        /// Those left out.
        burn_in: usize,
        /// Those that are left.
        left: usize,
        /// As many are needed.
        least: usize,
    },
    /// There is no chain without NaN or infinite losses.
    #[error(
        "at t = {nbeta} no chain is finite throughout: draw {draw} of chain {chain} is {value}; \
         the chains ran away, take a smaller step ε"
    )]
    NoFiniteChain {
        /// The inverse temperature.
        nbeta: f64,
        /// The chain whose first bad draw is the earliest.
        chain: usize,
        /// That draw.
        draw: usize,
        /// Its loss.
        value: f64,
    },
    /// The draws cannot be judged.
    #[error(transparent)]
    Diagnostics(#[from] DiagnosticsError),
}

fn remedy(draws: usize, least: usize) -> &'static str {
    if draws < least {
        "run the chains longer, or record more of their steps"
    } else {
        "leave out less, or run the chains longer"
    }
}
