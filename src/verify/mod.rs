//! Holding any estimator of λ against exact values: instances of the catalogue, one case at a time,
//! and the question whether its intervals hold λ as often as they say. What samples at one inverse
//! temperature estimates U(t) and not λ: it may answer with that, and is held against
//! [`energy`](energy()), made by quadrature.
//!
//! An [`Estimator`] sees a [`Case`]: polynomials, moved so that the point is 0, a prior, a seed and
//! a time, and never λ. [`Suite`] runs it over the catalogue, and a [`Report`] tells by family how
//! many intervals hold λ, and whether that rejects a coverage of 90 %. A [`Program`] is an
//! estimator in another process, in any language: `docs/conformance.md` is its protocol.

mod case;
mod energy;
mod landscape;
mod own;
mod program;
mod report;
mod suite;

pub use case::{Case, Claim, PROTOCOL, Quantity, Terms};
pub use energy::{ERROR, EnergyDocument, EnergyReference, TEMPERATURES, energy};
pub use landscape::landscape;
pub use own::Own;
pub use program::{Program, VerifyError};
pub use report::Report;
pub use suite::Suite;

/// Something that estimates λ, or U at one inverse temperature.
pub trait Estimator {
    /// λ̂ or Û of a case, or why there is none: then the case has failed.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    fn estimate(&mut self, case: &Case) -> Result<Claim, String>;
}

impl<F: FnMut(&Case) -> Result<Claim, String>> Estimator for F {
    fn estimate(&mut self, case: &Case) -> Result<Claim, String> {
        self(case)
    }
}
