//! What several tests of the exact engine share.

#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::Budget;
use rlct::algebra::{Polynomial, Rational, Variables};
use rlct::resolution::{Answer, Reading};
use serde::Deserialize;
use std::time::Duration;

/// A germ whose learning coefficient the literature or a derivation gives.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) variables: Vec<String>,
    pub(crate) generators: Vec<String>,
    pub(crate) form: Reading,
    #[serde(default)]
    pub(crate) amplitude: Option<String>,
    #[serde(default)]
    pub(crate) nonnegative: Vec<String>,
    pub(crate) lambda: Rational,
    pub(crate) multiplicity: usize,
}

impl Case {
    pub(crate) fn ring(&self) -> Variables {
        Variables::new(&self.variables).unwrap()
    }

    pub(crate) fn polynomials(&self) -> Vec<Polynomial> {
        let ring = self.ring();
        let read = |g: &String| Polynomial::parse_in(g, &ring).unwrap();
        self.generators.iter().map(read).collect()
    }

    /// The exponents h of the amplitude |w|^h.
    pub(crate) fn amplitude_exponents(&self) -> Vec<u32> {
        self.amplitude
            .as_ref()
            .map_or(vec![0; self.variables.len()], |text| {
                let monomial = Polynomial::parse_in(text, &self.ring()).unwrap();
                monomial.terms().next().unwrap().0.to_vec()
            })
    }
}

/// All the germs of both files with known values.
pub(crate) fn known_cases() -> Vec<Case> {
    let files = [
        include_str!("../data/cases.json"),
        include_str!("../data/more_cases.json"),
    ];
    let read = |text: &str| serde_json::from_str::<Vec<Case>>(text).unwrap();
    files.into_iter().flat_map(read).collect()
}

/// Steps and not time, so that the outcome is the same on every machine.
pub(crate) fn steps(steps: u64) -> Budget {
    Budget::default()
        .with_steps(steps)
        .with_time(Duration::from_secs(3600))
}

/// Whether a right answer is exact; what is wrong with a wrong one. Bounds are right when they
/// hold the value.
pub(crate) fn judge(
    found: &Answer,
    lambda: &Rational,
    multiplicity: usize,
) -> Result<bool, String> {
    let right = match found.coefficient() {
        Some(pair) => pair.lambda() == lambda && pair.multiplicity() == multiplicity,
        None => found.lower() <= lambda && lambda <= found.upper(),
    };
    if right {
        Ok(found.coefficient().is_some())
    } else {
        Err(format!("{found}, but λ = {lambda}, m = {multiplicity}"))
    }
}
