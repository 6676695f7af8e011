//! What the checker objects to, and where.

use crate::json::plain;
use rlct_algebra::{ParseError, Polynomial};
use std::fmt;

/// Why a certificate proves nothing: the first thing that is wrong with it.
///
/// # Examples
///
/// ```
/// use rlct_certificate::Certificate;
///
/// let certificate = Certificate::from_json(
///     r#"{"format": "rlct-certificate", "version": 1,
///     "question": {"variables": ["x"], "generators": ["x"], "reading": "ideal"},
///     "claim": {"lower": {"lambda": "1", "multiplicity": 1}},
///     "steps": [{"chart": {"coordinates":
///             [{"name": "x", "domain": "line", "extent": "local", "amplitude": "0"}],
///         "generators": ["x"]},
///       "rule": "newton", "weights": [["0"]]}]}"#,
/// )?;
/// let error = certificate.check().unwrap_err();
/// assert_eq!(error.to_string(), "step 0 (newton): weight vector 0: it is 0");
/// assert_eq!(error.step(), Some(0));
/// # Ok::<(), rlct_certificate::CertificateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckError {
    pub(super) step: Option<(usize, &'static str)>,
    pub(super) kind: CheckErrorKind,
}

/// What is wrong.
///
/// ```
/// use rlct_certificate::CheckErrorKind;
///
/// let kind = CheckErrorKind::Condition("the power is below 2".to_string());
/// assert_eq!(kind.to_string(), "the power is below 2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckErrorKind {
    /// The certificate is not well formed: a bad number, name, index or list.
    Malformed(String),
    /// A text is not a polynomial in the variables of its chart.
    Polynomial {
        /// Which text.
        place: String,
        /// What is wrong with it.
        source: ParseError,
    },
    /// A condition of the rule does not hold.
    Condition(String),
    /// An evidence does not show what it should.
    Evidence(String),
    /// A real point is not in the centre.
    Point(String),
    /// A loss is not shown to be ≥ 0 near its point.
    Sign(String),
    /// The step of a child is not about the chart that the rule makes.
    Child {
        /// The number of the child in its list.
        child: usize,
        /// How they differ.
        difference: String,
    },
    /// The claim is not what the last step proves.
    Claim(String),
    /// Nothing refers to a step that is not the last.
    Unused,
    /// Numbers or polynomials grow too large, or the work for the check is spent.
    TooLarge(String),
}

impl fmt::Display for CheckErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(inner) => write!(f, "{inner}"),
            Self::Polynomial { place, source } => write!(f, "{place}: {source}"),
            Self::Condition(inner) => write!(f, "{inner}"),
            Self::Evidence(inner) => write!(f, "evidence: {inner}"),
            Self::Point(inner) => write!(f, "real point: {inner}"),
            Self::Sign(inner) => write!(f, "that K ≥ 0 near the point is not shown: {inner}"),
            Self::Child { child, difference } => write!(f, "child {child}: {difference}"),
            Self::Claim(inner) => write!(f, "the claim differs: {inner}"),
            Self::Unused => write!(f, "it is not used"),
            Self::TooLarge(inner) => write!(f, "too large: {inner}"),
        }
    }
}

impl std::error::Error for CheckErrorKind {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Polynomial { source, .. } => Some(source),
            Self::Malformed(_)
            | Self::Condition(_)
            | Self::Evidence(_)
            | Self::Point(_)
            | Self::Sign(_)
            | Self::Child { .. }
            | Self::Claim(_)
            | Self::Unused
            | Self::TooLarge(_) => None,
        }
    }
}

impl CheckError {
    /// The number of the step, from 0; `None` if the trouble is with the question or the claim.
    ///
    /// ```
    /// # use rlct_certificate::{CheckError, CheckErrorKind};
    /// fn place(error: &CheckError) -> String {
    ///     error.step().map_or("the question".to_string(), |n| format!("step {n}"))
    /// }
    /// ```
    #[must_use]
    pub fn step(&self) -> Option<usize> {
        self.step.map(|(number, _)| number)
    }

    /// The rule of the step, as it is written.
    ///
    /// ```
    /// # use rlct_certificate::CheckError;
    /// fn is_blow_up(error: &CheckError) -> bool {
    ///     error.rule() == Some("blow_up")
    /// }
    /// ```
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        self.step.map(|(_, rule)| rule)
    }

    /// What is wrong.
    ///
    /// ```
    /// # use rlct_certificate::{CheckError, CheckErrorKind};
    /// fn is_too_large(error: &CheckError) -> bool {
    ///     matches!(error.kind(), CheckErrorKind::TooLarge(_))
    /// }
    /// ```
    #[must_use]
    pub fn kind(&self) -> &CheckErrorKind {
        &self.kind
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = plain(&self.kind);
        match self.step {
            Some((number, rule)) => write!(f, "step {number} ({rule}): {kind}"),
            None => f.write_str(&kind),
        }
    }
}

impl std::error::Error for CheckError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

pub(super) type Checked<T> = Result<T, CheckErrorKind>;

pub(super) fn malformed<T>(message: impl Into<String>) -> Checked<T> {
    Err(CheckErrorKind::Malformed(message.into()))
}

pub(super) fn condition<T>(message: impl Into<String>) -> Checked<T> {
    Err(CheckErrorKind::Condition(message.into()))
}

/// The entry of a list, or that there is none.
pub(super) fn entry<'a, T>(list: &'a [T], index: usize, what: &str) -> Checked<&'a T> {
    list.get(index)
        .ok_or_else(|| no_entry(list.len(), index, what))
}

/// The entry of a list of variables to be changed, or that there is none.
pub(super) fn entry_mut<T>(list: &mut [T], index: usize) -> Checked<&mut T> {
    let n = list.len();
    list.get_mut(index)
        .ok_or_else(|| no_entry(n, index, "variable"))
}

fn no_entry(n: usize, index: usize, what: &str) -> CheckErrorKind {
    CheckErrorKind::Malformed(format!("there is no {what} {index}, only {n} from 0"))
}

/// That a list has the right length.
pub(super) fn length(found: usize, expected: usize, what: &str) -> Checked<()> {
    if found == expected {
        return Ok(());
    }
    malformed(format!("expected {expected} {what} but found {found}"))
}

/// A polynomial for a message, cut when long.
pub(super) fn shown(p: &Polynomial) -> String {
    const LONGEST: usize = 120;
    let text = p.to_string();
    let start: String = text.chars().take(LONGEST).collect();
    let dots = if start.len() < text.len() { " …" } else { "" };
    format!("`{start}{dots}`")
}
