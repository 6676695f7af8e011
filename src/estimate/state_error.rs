//! What can be wrong with the state of a run.

/// Why a run cannot go on from a state, or its state cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// A file that cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// A file that cannot be written.
    #[error("it cannot be written: {0}")]
    Unwritable(String),
    /// Text of something else.
    #[error("its first line is not that of the state of a run; give a file of --save-state")]
    NotAState,
    /// A state in another format.
    #[error(
        "its format is {found}, this rlct knows {known}: go on with the rlct that wrote it, or \
         begin again"
    )]
    Format {
        /// The state's format.
        found: u32,
        /// The format known.
        known: u32,
    },
    /// A state of another version, whose draws may differ.
    #[error(
        "it is of rlct {found}, this is rlct {here}, which may draw otherwise: go on with {found}, \
         or begin again"
    )]
    Version {
        /// The state's version.
        found: String,
        /// The version of this crate.
        here: &'static str,
    },
    /// A state in another floating-point type.
    #[error("its numbers are {found}, here they are {here}: go on in {found}, or begin again")]
    Precision {
        /// The state's.
        found: String,
        /// The one asked for.
        here: &'static str,
    },
    /// Text that was cut short or changed.
    #[error("it is damaged: {reason}; take another copy of it, or begin again")]
    Damaged {
        /// Where, and how.
        reason: String,
    },
    /// A state of another question.
    #[error(
        "it is of another question: {what} is {saved} there, and {here} here; ask as before, or \
         begin again"
    )]
    Question {
        /// What differs.
        what: String,
        /// In the state.
        saved: String,
        /// Here.
        here: String,
    },
    /// Fewer draws, or gradients, than the run was to take before.
    #[error("{what} may grow from {saved} on, and not shrink to {here}; ask for as many, or more")]
    Fewer {
        /// Draws or gradients.
        what: String,
        /// In the state.
        saved: String,
        /// Here.
        here: String,
    },
    /// A part that does not fit the others.
    #[error("{0} in it does not fit this run; take another copy of it, or begin again")]
    Unfit(&'static str),
}
