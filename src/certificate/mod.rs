//! Certificates: proofs of learning coefficients, and their independent checker.
//!
//! A [`Certificate`] is a JSON document, described in `proofs/FORMAT.md`, that proves bounds of
//! (λ, m) by steps that need no search: [`Certificate::check`] recomputes every chart from the last
//! step down and believes nothing. This module depends on [`crate::algebra`] alone and shares no
//! code with the search in [`crate::resolution`], so that an error there cannot pass here.
//!
//! # Examples
//!
//! The normal crossing x·y has λ = 1/2 with multiplicity 2:
//!
//! ```
//! use rlct::certificate::{Certificate, Pole};
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
mod pole;

pub use check::{CheckError, CheckErrorKind, CheckLimits, Difference, Verified};
pub use format::Certificate;
pub use json::CertificateError;
pub use pole::Pole;
