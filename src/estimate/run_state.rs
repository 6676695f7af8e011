//! What is kept of a run, so that it goes on bit for bit as if it had never stopped.

use super::state_error::StateError;
use super::state_question::Question;
use crate::loss::Scalar;
use crate::sampler::packed::{Exact, Numbers, precision};
use crate::sampler::{Chains, Langevin, SavedChain};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The state of a run of [`Llc`](super::Llc) or [`Temperatures`](super::Temperatures): what was
/// asked, what the pilots found, and the chains between two steps, with their random streams. A
/// run that goes on from it gives, bit for bit, what it would have given without the stop.
///
/// Made by [`Llc::begin`](super::Llc::begin), moved on by [`Llc::go_on`](super::Llc::go_on), kept
/// as text or in a [`StateFile`](super::StateFile). It takes 2 to 5 numbers a parameter and chain,
/// while pilots run about 25.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Llc, RunState};
/// use rlct::loss::LinearNetwork;
/// use rlct::sampler::Control;
/// use std::time::Duration;
///
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let llc = Llc::new(&loss, &[0.0]).seed(1);
/// let mut state = llc.begin()?;
/// let brief = Control::new().with_time(Duration::from_millis(2));
/// drop(llc.go_on(&mut state, None, &brief)); // stopped, if it is not done by then
/// let mut again = RunState::<f64>::from_text(&state.to_text()?)?;
/// let estimate = llc.go_on(&mut again, None, &Control::new())?;
/// assert_eq!(estimate, llc.estimate()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub struct RunState<T: Scalar> {
    pub(super) question: Question,
    /// One a temperature, in their order; the last is under way.
    pub(super) stages: Vec<Stage<T>>,
}

/// The run at one temperature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct Stage<T: Scalar> {
    /// The legs of the pilot that are done, until the chains begin.
    pub(super) legs: Vec<SavedLeg<T>>,
    pub(super) under_way: Option<UnderWay<T>>,
    pub(super) begun: Option<Begun<T>>,
}

/// Chains that draw, or have drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct Begun<T: Scalar> {
    pub(super) pilot: Option<SavedPilot<T>>,
    pub(super) settings: Chains,
    /// Draws of each chain that are wanted in this round.
    pub(super) draws: usize,
    pub(super) chains: Vec<SavedChain<T>>,
}

/// What the pilot found, but for the starts: the chains have begun there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct SavedPilot<T: Scalar> {
    pub(super) dispersed: Vec<bool>,
    pub(super) strayed: usize,
    pub(super) hotter: usize,
    pub(super) metric: Option<Numbers<T>>,
    /// The sampler, where none was given; with the step size apart, which decimals may not hold.
    pub(super) sampler: Option<Langevin>,
    pub(super) step_size: Exact,
    pub(super) target_acceptance: Option<Exact>,
    pub(super) evaluations: u64,
}

/// A leg of a pilot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct SavedLeg<T: Scalar> {
    pub(super) points: Vec<Numbers<T>>,
    pub(super) step_size: Exact,
    pub(super) gradients: u64,
    pub(super) spreads: Vec<SavedSpread>,
    pub(super) losses: Vec<Numbers<f64>>,
}

/// A leg that is not done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Scalar")]
pub(super) struct UnderWay<T: Scalar> {
    pub(super) chains: Vec<SavedChain<T>>,
    pub(super) spreads: Vec<SavedSpread>,
}

/// Means and squares of a chain of a pilot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedSpread {
    pub(super) count: Exact,
    pub(super) jumps: Exact,
    pub(super) mean: Numbers<f64>,
    pub(super) squares: Numbers<f64>,
    pub(super) last: Numbers<f64>,
}

impl<T: Scalar> Stage<T> {
    pub(super) fn new() -> Self {
        Self {
            legs: Vec::new(),
            under_way: None,
            begun: None,
        }
    }
}

/// The first line of a state.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: String,
    format_version: u32,
    version: String,
    precision: String,
    sha256: String,
}

/// What the first line says of itself, read before anything else.
#[derive(Debug, Deserialize)]
struct Preamble {
    format: String,
    format_version: u32,
}

const FORMAT: &str = "rlct run state";
const FORMAT_VERSION: u32 = 1;
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The checksum of a state: of all that its first line says besides, and of the second.
fn checksum(precision: &str, version: &str, body: &str) -> String {
    let mut hash = Sha256::new();
    for part in [precision, "\n", version, "\n", body] {
        hash.update(part);
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<T: Scalar> RunState<T> {
    pub(super) fn new(question: Question) -> Self {
        Self {
            question,
            stages: Vec::new(),
        }
    }

    /// The steps that the chains have taken, over all chains and temperatures, pilots apart.
    #[must_use]
    pub fn steps(&self) -> u64 {
        let begun = self.stages.iter().filter_map(|stage| stage.begun.as_ref());
        let chains = begun.flat_map(|begun| &begun.chains);
        chains.map(|chain| chain.step() as u64).sum()
    }

    /// Two lines of JSON: format, version of this crate, precision and SHA-256 of the second line;
    /// and that line, in which lists of numbers are base64 of their bytes.
    ///
    /// # Errors
    /// [`StateError::Unwritable`] if the state cannot be put into words.
    pub fn to_text(&self) -> Result<String, StateError> {
        let unwritable = |error: serde_json::Error| StateError::Unwritable(error.to_string());
        let body = serde_json::to_string(self).map_err(unwritable)?;
        let header = Header {
            format: FORMAT.into(),
            format_version: FORMAT_VERSION,
            version: VERSION.into(),
            precision: precision::<T>().into(),
            sha256: checksum(precision::<T>(), VERSION, &body),
        };
        let header = serde_json::to_string(&header).map_err(unwritable)?;
        Ok(format!("{header}\n{body}\n"))
    }

    /// The state that [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// [`StateError::NotAState`], [`StateError::Format`], [`StateError::Version`] and
    /// [`StateError::Precision`] for the text of something else, [`StateError::Damaged`] for one
    /// that was cut short or changed.
    pub fn from_text(text: &str) -> Result<Self, StateError> {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let preamble: Preamble = serde_json::from_str(first).map_err(|_| StateError::NotAState)?;
        if preamble.format != FORMAT {
            return Err(StateError::NotAState);
        }
        if preamble.format_version != FORMAT_VERSION {
            return Err(StateError::Format {
                found: preamble.format_version,
                known: FORMAT_VERSION,
            });
        }
        let damaged = |reason: String| StateError::Damaged { reason };
        let header: Header = serde_json::from_str(first)
            .map_err(|error| damaged(format!("line 1, column {}: {error}", error.column())))?;
        if header.version != VERSION {
            return Err(StateError::Version {
                found: header.version,
                here: VERSION,
            });
        }
        if header.precision != precision::<T>() {
            return Err(StateError::Precision {
                found: header.precision,
                here: precision::<T>(),
            });
        }
        let Some(body) = rest.strip_suffix('\n') else {
            return Err(damaged("it ends within line 2".into()));
        };
        if checksum(&header.precision, &header.version, body) != header.sha256 {
            return Err(damaged(
                "line 2 does not have the checksum of line 1".into(),
            ));
        }
        serde_json::from_str(body)
            .map_err(|error| damaged(format!("line 2, column {}: {error}", error.column())))
    }
}
