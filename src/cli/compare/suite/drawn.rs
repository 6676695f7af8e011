//! Models drawn at random, to judge estimators on models they were not developed with.

use super::subject::Subject;
use crate::algebra::Reading;
use crate::cli::CliError;
use crate::resolution::GermText;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeSet;

/// The seed of the draw: always the same models.
const SEED: u64 = 20_090_815;
const NAMES: [&str; 4] = ["x", "y", "z", "w"];

/// Monomials, ideals of monomials, quasi-homogeneous curves and linear networks.
pub(super) fn drawn() -> Result<Vec<Subject>, CliError> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut subjects = Vec::new();
    for d in [2, 3, 3, 4] {
        let monomial = monomial(d, &mut rng);
        let name = format!("drawn ({monomial})²");
        subjects.push(germ(name, vec![monomial])?);
    }
    for (d, count) in [(2, 2), (3, 2), (3, 3), (4, 3)] {
        let generators: Vec<String> = (0..count).map(|_| monomial(d, &mut rng)).collect();
        let name = format!("drawn ⟨{}⟩", generators.join(", "));
        subjects.push(germ(name, generators)?);
    }
    for _ in 0..3 {
        let (a, b) = (rng.random_range(2..=5_u32), rng.random_range(2..=6_u32));
        let curve = format!("x^{a} - y^{b}");
        subjects.push(germ(format!("drawn ({curve})²"), vec![curve])?);
    }
    for layers in [2, 2, 3, 4] {
        let widths: Vec<usize> = (0..=layers).map(|_| rng.random_range(2..=4)).collect();
        let narrowest = widths.iter().copied().min().unwrap_or(0);
        let rank = rng.random_range(0..narrowest);
        let mut subject = Subject::network("drawn", &widths, rank)?;
        subject.name = format!("drawn {}", subject.name);
        subjects.push(subject);
    }
    // what is drawn twice is one subject
    let mut names = BTreeSet::new();
    subjects.retain(|subject| names.insert(subject.name.clone()));
    Ok(subjects)
}

fn germ(name: String, generators: Vec<String>) -> Result<Subject, CliError> {
    Subject::germ("drawn", name, &GermText::new(Reading::Ideal, generators))
}

/// Exponents from 0 to 3, not all of them 0.
fn monomial(d: usize, rng: &mut ChaCha8Rng) -> String {
    loop {
        let factors: Vec<String> = NAMES[..d]
            .iter()
            .filter_map(|name| match rng.random_range(0..=3_u32) {
                0 => None,
                1 => Some((*name).to_string()),
                k => Some(format!("{name}^{k}")),
            })
            .collect();
        if !factors.is_empty() {
            return factors.join("*");
        }
    }
}
