//! Certificates: proofs of learning coefficients, and their independent checker.
//!
//! A [`Certificate`] is a JSON document, described in `proofs/FORMAT.md`, that proves bounds of
//! (λ, m), the learning coefficient of a singular statistical model and its multiplicity, by steps
//! that need no search: [`Certificate::check`] recomputes every chart from the last step down and
//! believes nothing. This crate depends on [`rlct_algebra`] alone and shares no code with the
//! search, which is in the crate `rlct`, so that an error there cannot pass here.
//!
//! The program `rlct-check` checks files: `rlct-check FILE…`, with exit code 0 if all prove an
//! exact (λ, m), 1 if one is refused, 2 if one cannot be read or the command line is wrong, 3 if
//! one proves bounds only, 4 if one claims nothing; of several files the gravest counts, in the
//! order 1, 2, 4, 3, 0.
//!
//! # Examples
//!
//! The normal crossing x·y has λ = 1/2 with multiplicity 2:
//!
//! ```
//! use rlct_certificate::{Certificate, Pole};
//!
//! let certificate = Certificate::from_json(
//!     r#"{"format": "rlct-certificate", "version": 1,
//!     "question": {"variables": ["x", "y"], "generators": ["x*y"], "reading": "ideal"},
//!     "claim": {"lower": {"lambda": "1/2", "multiplicity": 2},
//!               "upper": {"lambda": "1/2", "multiplicity": 2}},
//!     "steps": [{"chart": {"coordinates": [
//!             {"name": "x", "domain": "line", "extent": "local", "amplitude": "0"},
//!             {"name": "y", "domain": "line", "extent": "local", "amplitude": "0"}],
//!         "generators": ["x*y"]},
//!       "rule": "newton", "weights": [["1", "0"], ["0", "1"]],
//!       "terms": [{"generator": 0, "coefficient": "1"}]}]}"#,
//! )?;
//! let verified = certificate.check()?;
//! assert_eq!(verified.lower(), &Pole::new("1/2".parse()?, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
pub mod format;
mod json;
mod numbers;
mod pole;
pub mod region;
mod strict;

pub use check::{
    ChartPoles, CheckError, CheckErrorKind, CheckLimits, Difference, MAX_DEGREE, Verified,
    VerifiedRegion, poles_of, poles_of_charts,
};
pub use format::Certificate;
pub use json::{CertificateError, text_of};
pub use pole::Pole;
pub use region::RegionCertificate;
