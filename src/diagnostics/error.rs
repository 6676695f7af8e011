//! What can be wrong with chains.

/// Why a diagnostic cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiagnosticsError {
    /// No chain at all.
    #[error("diagnostics need at least one chain")]
    NoChains,
    /// Chains too short.
    #[error("diagnostics need at least {least} draws a chain, got {found}")]
    TooFewDraws {
        /// The least number of draws.
        least: usize,
        /// The number found.
        found: usize,
    },
    /// Chains of different lengths.
    #[error("chain {chain} has {found} draws, the first one {expected}")]
    UnequalChains {
        /// Index of the chain.
        chain: usize,
        /// Length of the first chain.
        expected: usize,
        /// Length of this one.
        found: usize,
    },
    /// A draw that is infinite or NaN.
    #[error("draw {draw} of chain {chain} is not finite")]
    NotFinite {
        /// Index of the chain.
        chain: usize,
        /// Index of the draw.
        draw: usize,
    },
}
