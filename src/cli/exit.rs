//! Exit codes, which scripts may rely on.

use std::process::ExitCode;

/// How a run of the command line ended.
///
/// | code | meaning |
/// |---|---|
/// | 0 | an exact answer, a trustworthy estimate, U(t) where it is asked for, or agreement throughout |
/// | 1 | disagreement with a published value or trustworthy estimates; a certificate refused; a prediction of an experiment that failed |
/// | 2 | wrong usage, bad input, or a file that cannot be read or written |
/// | 3 | undecided: bounds only, an estimate not to be trusted, or U(t) in place of λ |
/// | 4 | a certificate that claims nothing |
/// | 130 | interrupted; what was finished before is printed |
///
/// # Examples
///
/// ```
/// use rlct::cli::Exit;
///
/// assert_eq!(Exit::Interrupted.code(), 130);
/// // of several, the gravest counts
/// assert_eq!(Exit::Undecided.and(Exit::Disagreement), Exit::Disagreement);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// Everything asked for was answered.
    Success,
    /// Something has no definite answer.
    Undecided,
    /// A certificate claims nothing.
    Nothing,
    /// Something asked for makes no sense or cannot be read.
    BadInput,
    /// Values that should be equal are not.
    Disagreement,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The table of codes, as `--help` shows it.
    pub(super) const HELP: &'static str = "\
Exit codes:
  0    an exact answer, a trustworthy estimate, U(t) where it is asked for, or
       agreement throughout
  1    disagreement: with a published value, or between exact values and
       trustworthy estimates; a certificate that is refused; a prediction of an
       experiment that failed
  2    wrong usage, bad input, or a file that cannot be read or written
  3    undecided: bounds only, an estimate not to be trusted, or U(t), the mean
       at one temperature, in place of λ
  4    a certificate that claims nothing
  130  interrupted (Ctrl-C); what was finished before is printed";

    /// The code for the operating system.
    ///
    /// ```
    /// # use rlct::cli::Exit;
    /// assert_eq!(Exit::Success.code(), 0);
    /// ```
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Disagreement => 1,
            Self::BadInput => 2,
            Self::Undecided => 3,
            Self::Nothing => 4,
            Self::Interrupted => 130,
        }
    }

    /// The graver of two ends. From grave to harmless the codes are 130, 1, 2, 4, 3, 0.
    ///
    /// ```
    /// # use rlct::cli::Exit;
    /// assert_eq!(Exit::Success.and(Exit::BadInput), Exit::BadInput);
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
