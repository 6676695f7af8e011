//! K and Σ gᵢ² are comparable near the true parameter.

use super::instances::{Instance, all, rng};
use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rlct::algebra::{Polynomial, SizeLimits};
use rlct::loss::{Loss, PolynomialLoss, Reading};

/// The generators as functions of w − w*, without cancellation.
struct Generators {
    each: Vec<PolynomialLoss<f64>>,
    dimension: usize,
}

impl Generators {
    fn of(instance: &Instance) -> Self {
        let limits = SizeLimits::default();
        let compile = |g: &Polynomial| {
            let moved = g.translate(&instance.truth, &limits).unwrap();
            assert!(moved.constant_term().is_zero(), "{}", instance.name);
            PolynomialLoss::new(&[moved], Reading::Loss).unwrap()
        };
        Self {
            each: instance.ideal.iter().map(compile).collect(),
            dimension: instance.truth.len(),
        }
    }

    /// Values and derivatives, one generator a row.
    fn at(&self, u: &[f64]) -> (DVector<f64>, DMatrix<f64>) {
        let mut values = DVector::zeros(self.each.len());
        let mut jacobian = DMatrix::zeros(self.each.len(), self.dimension);
        let mut gradient = vec![0.0; self.dimension];
        for (i, g) in self.each.iter().enumerate() {
            values[i] = g.gradient(u, &mut gradient, &mut vec![0.0; g.scratch_len()]);
            jacobian.set_row(i, &DVector::from_column_slice(&gradient).transpose());
        }
        (values, jacobian)
    }

    fn sum_of_squares(&self, u: &[f64]) -> f64 {
        let value = |g: &PolynomialLoss<f64>| g.value(u, &mut vec![0.0; g.scratch_len()]);
        self.each.iter().map(|g| value(g).powi(2)).sum()
    }
}

/// The smallest and largest K/Σ gᵢ² at random points within t of w*, and at points on the way from
/// there to the true set by damped Gauss–Newton steps on Σ gᵢ².
fn ratios(
    instance: &Instance,
    generators: &Generators,
    t: f64,
    points: usize,
    rng: &mut ChaCha8Rng,
) -> (f64, f64) {
    let origin: Vec<f64> = instance.truth.iter().map(|x| x.to_f64()).collect();
    let k = &*instance.population;
    let mut scratch = vec![0.0; k.scratch_len()];
    let (mut least, mut largest) = (f64::INFINITY, 0.0_f64);
    for _ in 0..points {
        let mut w = instance.near(t, rng);
        for _ in 0..12 {
            let u: Vec<f64> = w.iter().zip(&origin).map(|(w, o)| w - o).collect();
            let sum = generators.sum_of_squares(&u);
            let divergence = k.value(&w, &mut scratch);
            // Beyond this the rounding of w itself shows in both.
            if sum < 1e-22 && divergence < 1e-20 {
                break;
            }
            let ratio = divergence / sum;
            assert!(ratio > 0.0, "{}: K/Σgᵢ² = {ratio} at {w:?}", instance.name);
            least = least.min(ratio);
            largest = largest.max(ratio);
            let (values, jacobian) = generators.at(&u);
            let normal = jacobian.tr_mul(&jacobian);
            let damping = DMatrix::identity(u.len(), u.len()) * (1e-6 * normal.trace());
            let Some(step) = (normal + damping).lu().solve(&jacobian.tr_mul(&values)) else {
                break;
            };
            // Halve the step until Σ gᵢ² falls, inside the domain and within 2t.
            let length = rng.random_range(0.5..1.0);
            let next = (0..30).find_map(|halvings| {
                let scale = length * 0.5_f64.powi(halvings);
                let moved: Vec<f64> = w.iter().zip(&step).map(|(w, s)| w - scale * s).collect();
                let u: Vec<f64> = moved.iter().zip(&origin).map(|(w, o)| w - o).collect();
                let good = u.iter().all(|u| u.abs() < 2.0 * t)
                    && instance.inside(&moved)
                    && generators.sum_of_squares(&u) < sum;
                good.then_some(moved)
            });
            let Some(next) = next else { break };
            w = next;
        }
    }
    (least, largest)
}

#[test]
fn k_is_comparable_with_the_sum_of_squares() {
    let mut rng = rng(11);
    for instance in all() {
        let generators = Generators::of(&instance);
        let mut scale = vec![];
        for t in [0.03, 0.01, 0.003] {
            scale.push(ratios(&instance, &generators, t, 150, &mut rng));
        }
        // Comparable: the bounds do not widen as the neighbourhood shrinks by a factor of ten.
        let (name, (least, largest)) = (instance.name, scale[0]);
        for (low, high) in &scale[1..] {
            assert!(
                *low > least / 10.0 && *high < 10.0 * largest,
                "{name}: K/Σg² from {least} to {largest}, nearer from {low} to {high}"
            );
        }
        assert!(
            largest / least < 1e6,
            "{name}: K/Σg² from {least} to {largest}"
        );
    }
}

/// The comparison is a test: where no generator is superfluous, K/Σ gᵢ² is unbounded without one.
#[test]
fn the_comparison_sees_a_missing_generator() {
    let minimal = [
        "own outcomes",
        "Boltzmann (3, 1)",
        "tanh, zero truth",
        "tanh, one true unit",
        "matrix factorisation",
        "factor analysis",
        "normal mixture",
        "normal mixture, variances",
        "Poisson mixture",
    ];
    let mut rng = rng(13);
    let mut seen = 0;
    for instance in all().iter().filter(|i| minimal.contains(&i.name)) {
        let mut generators = Generators::of(instance);
        let spread = |generators: &Generators, rng: &mut ChaCha8Rng| {
            let (least, largest) = ratios(instance, generators, 0.01, 40, rng);
            largest / least
        };
        let whole = spread(&generators, &mut rng);
        for i in 0..generators.each.len() {
            let removed = generators.each.remove(i);
            let part = spread(&generators, &mut rng);
            let name = instance.name;
            assert!(
                part > 20.0 * whole,
                "{name}: spread {whole}, without generator {i} {part}"
            );
            generators.each.insert(i, removed);
        }
        seen += 1;
    }
    assert_eq!(seen, minimal.len());
}

#[test]
fn k_vanishes_at_the_truth_and_is_positive_where_the_ideal_is() {
    let mut rng = rng(12);
    for instance in all() {
        let origin: Vec<f64> = instance.truth.iter().map(|x| x.to_f64()).collect();
        let k = &*instance.population;
        let mut scratch = vec![0.0; k.scratch_len()];
        let zero = k.value(&origin, &mut scratch);
        assert!(
            (0.0..1e-28).contains(&zero),
            "{}: K(w*) = {zero}",
            instance.name
        );
        for _ in 0..20 {
            let value = k.value(&instance.near(0.3, &mut rng), &mut scratch);
            assert!(value > 0.0, "{}: {value}", instance.name);
        }
    }
}
