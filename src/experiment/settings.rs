//! How large an experiment is, and over which seeds.

use serde::Serialize;
use std::fmt;

/// How long an experiment may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// Seconds.
    Small,
    /// Minutes on two cores.
    #[default]
    Default,
    /// As long as the published figures took.
    Full,
}

impl Size {
    /// The value for this size.
    #[must_use]
    pub fn pick<T>(self, small: T, default: T, full: T) -> T {
        match self {
            Self::Small => small,
            Self::Default => default,
            Self::Full => full,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.pick("small", "default", "full"))
    }
}

/// Size and seeds of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The size.
    pub size: Size,
    /// How many seeds; they are 1, 2, ….
    pub seeds: u64,
}

impl Settings {
    /// The number of seeds unless another one is asked for.
    pub const SEEDS: u64 = 5;

    /// Five seeds.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            size,
            seeds: Self::SEEDS,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new(Size::Default)
    }
}
