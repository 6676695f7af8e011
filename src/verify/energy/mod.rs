//! E_t\[tK\] of cases, by quadrature: what an estimator at one inverse temperature is held against.
//!
//! λ is the limit for t → ∞, and no yardstick for a sampler at one t: (m − 1)/log t alone is more
//! than 10 % of λ on many germs. A *reference* is the number that the sampler should find:
//!
//! U(t) = t ∫ K e^{−tK} φ dw / ∫ e^{−tK} φ dw,
//!
//! K and φ of the [`Case`], φ = ∏ |wᵢ|^hᵢ on the box |wᵢ| ≤ 1 (wᵢ from 0 to 1 where it is not
//! negative), without localisation, at the t of [`TEMPERATURES`]. It is made by quadrature to a
//! relative error of at most [`ERROR`], and refuted by any computation of the same integral that
//! differs by more; a test does it by plain Monte Carlo.
//!
//! K is split into summands that share no variable, of which the energies add. A summand in one
//! variable is integrated by [`Quadrature`], one in two by two of them, and a monomial by the
//! distribution of its logarithm, which is that of a sum of exponential variables. Others have no
//! reference.

mod monomial;
mod plane;
mod split;

use super::Case;
use crate::catalogue::LICENCE;
use crate::estimate::Quadrature;
use serde::{Deserialize, Serialize};
use split::Summand;
use std::collections::BTreeMap;

/// The inverse temperatures t of the references.
pub const TEMPERATURES: [f64; 3] = [100.0, 1000.0, 10_000.0];
/// The relative error of a reference.
pub const ERROR: f64 = 1e-5;

/// The references of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnergyReference {
    /// The instance of the catalogue.
    pub id: String,
    /// U at each of the [`TEMPERATURES`].
    pub energies: [f64; 3],
}

/// The file `proofs/energies.json`: what is claimed, and the references.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnergyDocument {
    format: String,
    version: u32,
    licence: String,
    /// What the numbers are, how they were made, and what would refute them.
    definition: String,
    temperatures: [f64; 3],
    relative_error: f64,
    references: Vec<EnergyReference>,
}

const DEFINITION: &str = "U(t) = t E[K] under the density exp(-t K) prior on the box |w_i| <= 1 \
    (0 <= w_i <= 1 for variables that are not negative), prior = prod |w_i|^h_i; K is the sum of \
    the squares of the generators (form `ideal`) or the generator (`loss`), moved so that the \
    point is 0, as in a case of docs/conformance.md. By adaptive quadrature. Refuted by any \
    computation of these integrals that differs by more than relative_error.";

impl EnergyDocument {
    /// The file with these references.
    #[must_use]
    pub fn new(references: Vec<EnergyReference>) -> Self {
        Self {
            format: "rlct-energies".to_string(),
            version: 1,
            licence: LICENCE.to_string(),
            definition: DEFINITION.to_string(),
            temperatures: TEMPERATURES,
            relative_error: ERROR,
            references,
        }
    }

    /// The references.
    #[must_use]
    pub fn references(&self) -> &[EnergyReference] {
        &self.references
    }

    /// The text of the file, a line a reference.
    #[must_use]
    pub fn to_json(&self) -> String {
        let lines: Vec<String> = self.references.iter().map(in_json).collect();
        format!(
            "{{\"format\":{},\"version\":{},\"licence\":{},\"definition\":{},\n \
             \"temperatures\":{},\"relative_error\":{},\"references\":[\n  {}\n]}}\n",
            in_json(&self.format),
            self.version,
            in_json(&self.licence),
            in_json(&self.definition),
            in_json(&self.temperatures),
            in_json(&self.relative_error),
            lines.join(",\n  ")
        )
    }
}

fn in_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// U of a case at an inverse temperature t > 0, by quadrature; `None` where it has summands of
/// three variables or more that are no monomials, or where the quadrature does not converge.
///
/// # Examples
///
/// ```
/// use rlct::verify::{Suite, energy};
///
/// // K = w₁²: on [−1, 1] U is ½ but for what the box cuts off
/// let suite = Suite::catalogue()?.families(["regular"]).max_dimension(1);
/// let case = suite.cases().next().unwrap();
/// assert!((energy(case, 100.0).unwrap() - 0.5).abs() < 1e-9);
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[must_use]
pub fn energy(case: &Case, t: f64) -> Option<f64> {
    let summands = split::summands(case)?;
    summands.iter().map(|summand| of_summand(summand, t)).sum()
}

fn of_summand(summand: &Summand, t: f64) -> Option<f64> {
    if let Some(found) = monomial::energy(summand, t) {
        return Some(found);
    }
    match &summand.axes[..] {
        [axis] => {
            let at = |s: f64| t * summand.value(&[axis.place(s)]);
            let line = Quadrature::of(|s| -at(s), axis.breaks()).ok()?;
            Some(line.mean(at))
        }
        [_, _] => plane::energy(summand, t),
        _ => None,
    }
}

/// The references of the file, by instance.
pub(super) fn references() -> BTreeMap<String, [f64; 3]> {
    // a test reads the file: it is well formed
    let document: Option<EnergyDocument> =
        serde_json::from_str(include_str!("../../../proofs/energies.json")).ok();
    let references = document.map(|document| document.references);
    let pairs = references.into_iter().flatten();
    pairs.map(|of| (of.id, of.energies)).collect()
}
