//! Annealing against exact sums and integrals.

use super::conjugate::log_dirichlet;
use super::{Annealing, ConjugateMixtures};
use crate::sampler::Control;
use crate::selection::DataTable;

fn column(values: &[f64]) -> DataTable {
    DataTable::new([("x", values.to_vec())]).unwrap()
}

fn items() -> DataTable {
    let digit = |by: u32| (0..11).map(|i| f64::from((i * i / by) % 3 % 2)).collect();
    DataTable::new([("a", digit(1)), ("b", digit(2)), ("c", digit(3))]).unwrap()
}

/// Families of few rows, some of which occur several times.
fn families() -> Vec<ConjugateMixtures> {
    let counts = column(&[0.0, 1.0, 1.0, 2.0, 7.0, 8.0, 8.0, 8.0, 3.0, 9.0]);
    let reals = column(&[-2.0, -1.5, -1.2, 0.3, 0.3, 1.9, 2.2, 2.5, 3.1]);
    let plane = [
        ("x", vec![-1.0, 0.0, 2.0, 2.5, 3.0]),
        ("y", vec![1.0, 0.5, -2.0, -1.0, 0.0]),
    ];
    vec![
        ConjugateMixtures::binomial(&counts, 9).unwrap(),
        ConjugateMixtures::poisson(&counts).unwrap(),
        ConjugateMixtures::normal_spread(&reals, true).unwrap(),
        ConjugateMixtures::normal_spread(&reals, false).unwrap(),
        ConjugateMixtures::normal(&reals, 0.7).unwrap(),
        ConjugateMixtures::normal_with(&DataTable::new(plane).unwrap(), 1.0, &[(1.0, 2.0); 2])
            .unwrap(),
        ConjugateMixtures::latent_classes(&items()).unwrap(),
    ]
}

/// log Σ over all labels of ∫ Π p(xᵢ | θ of its component) φ(w) φ(θ), by counts of labels of each
/// different row, with their multinomial coefficients.
fn by_labels(family: &ConjugateMixtures, components: usize) -> f64 {
    let counts = family.model.counts();
    let rows = counts.len();
    let mut logs = Vec::new();
    let mut labels = vec![0.0; components * rows];
    enumerate(
        counts,
        components,
        0,
        0.0,
        &mut labels,
        &mut |labels, log_ways| {
            let sizes: Vec<f64> = labels.chunks_exact(rows).map(|l| l.iter().sum()).collect();
            let weights = log_dirichlet(family.concentration, &sizes);
            logs.push(log_ways + weights + family.model.log_marginal(labels));
        },
    );
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + logs.iter().map(|log| (log - top).exp()).sum::<f64>().ln()
}

/// Calls `with` for all numbers of labels, and the logarithm of how many ways lead to them.
fn enumerate(
    counts: &[f64],
    components: usize,
    row: usize,
    log_ways: f64,
    labels: &mut Vec<f64>,
    with: &mut impl FnMut(&[f64], f64),
) {
    use statrs::function::gamma::ln_gamma;
    if row == counts.len() {
        return with(labels, log_ways);
    }
    let rows = counts.len();
    // all compositions of the row's count
    let mut parts = vec![0_usize; components];
    parts[0] = counts[row] as usize;
    loop {
        let mut ways = ln_gamma(counts[row] + 1.0);
        for (component, part) in parts.iter().enumerate() {
            labels[component * rows + row] = *part as f64;
            ways -= ln_gamma(*part as f64 + 1.0);
        }
        enumerate(counts, components, row + 1, log_ways + ways, labels, with);
        let last = parts[components - 1];
        let Some(place) = (0..components - 1).rev().find(|place| parts[*place] > 0) else {
            return;
        };
        parts[components - 1] = 0;
        parts[place] -= 1;
        parts[place + 1] = last + 1;
    }
}

#[test]
fn one_component_is_met_by_sampling() {
    for family in families() {
        let exact = Annealing::new().estimate(&family, 1).unwrap();
        assert!(exact.exact && (exact.value - by_labels(&family, 1)).abs() < 1e-9);
        let sampled = Annealing::new()
            .with_steps(300)
            .sampled(&family, 1, &Control::new())
            .unwrap();
        let error = sampled.standard_error;
        assert!(!sampled.exact && error < 0.1, "{family:?} {sampled:?}");
        let off = (sampled.value - exact.value).abs();
        assert!(off < 4.0 * error, "{family:?} {exact:?} {sampled:?}");
    }
}

#[test]
fn sums_over_all_labels_are_met() {
    for (components, concentration) in [(2, 1.0), (2, 0.3), (3, 2.0)] {
        for family in families() {
            let family = family.with_concentration(concentration).unwrap();
            let exact = by_labels(&family, components);
            let sampled = Annealing::new()
                .with_steps(600)
                .estimate(&family, components)
                .unwrap();
            let (off, error) = (sampled.value - exact, sampled.standard_error);
            println!(
                "{components} {concentration} {exact:.4} {off:+.4} ± {error:.4} {}",
                sampled.steps
            );
            assert!(
                error < 0.1 && off.abs() < 4.0 * error,
                "{family:?} {exact} {sampled:?}"
            );
            assert!(!sampled.is_doubtful());
        }
    }
}
