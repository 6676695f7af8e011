//! Where the two lanes meet: exact answers and estimates side by side, as JSON and as tables.
//!
//! - [`Outcome`] is what the exact lane says of one germ: an [`Answer`](crate::Answer), or why not;
//!   [`CaseReport`] adds a name, a published value and the time. Their JSON is a contract.
//! - [`Comparison`] holds, model by model, exact values from several origins and estimates from
//!   several samplers, and decides whether they agree. An [`EstimateReport`] carries the name of
//!   what it is: an estimate of λ, or an energy U(t), which decides nothing.
//! - [`SuiteModel`] holds the runs of a suite of models over many seeds, [`CoverageSummary`] counts
//!   how often intervals hold the exact λ.
//!
//! # Examples
//!
//! ```
//! use rlct::{closed_form, report::CaseReport};
//!
//! let truth = closed_form::reduced_rank(2, 2, 2, 1)?;
//! let case = CaseReport::new("rrr", truth.coefficient().clone().into(), 0.5);
//! assert_eq!(
//!     serde_json::to_string(&case)?,
//!     r#"{"id":"rrr","answer":"exact","lambda":"2","multiplicity":2,"seconds":0.5}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agreement;
mod case;
mod comparison;
mod coverage;
mod coverage_summary;
#[cfg(feature = "cli")]
mod coverage_table;
mod coverage_test;
mod derivation;
mod estimate;
mod exact;
mod outcome;
mod problem;
mod row;
#[cfg(feature = "cli")]
mod table;

pub use agreement::{Agreement, Disagreement};
pub use case::{CaseReport, Summary};
pub use comparison::Comparison;
pub use coverage::{SuiteModel, SuiteRun};
pub use coverage_summary::{CoverageSummary, Share};
#[cfg(feature = "cli")]
pub use coverage_table::{coverage_table, model_table};
pub use coverage_test::CoverageTest;
pub use derivation::{Branch, Derivation, ToldStep};
pub use estimate::EstimateReport;
pub use exact::{ExactReport, Origin};
pub use outcome::Outcome;
pub use row::Row;
