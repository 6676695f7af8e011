//! Gradients of population and sampled losses against central differences.

use super::instances::{all, rng};
use rand::RngExt;
use rlct::loss::Loss;

/// The derivative along coordinate i by differences with steps h and h/2, extrapolated, and its
/// error.
fn difference(value: &mut dyn FnMut(&[f64]) -> f64, w: &[f64], i: usize) -> (f64, f64) {
    let mut central = |h: f64| {
        let mut moved = w.to_vec();
        moved[i] = w[i] + h;
        let above = value(&moved);
        moved[i] = w[i] - h;
        (above - value(&moved)) / (2.0 * h)
    };
    let (coarse, fine) = (central(1e-3), central(5e-4));
    ((4.0 * fine - coarse) / 3.0, (fine - coarse).abs() / 4.0)
}

fn check(name: &str, loss: &dyn Loss<f64>, w: &[f64], batch: Option<&[u32]>) {
    let mut scratch = vec![f64::NAN; loss.scratch_len()];
    let mut gradient = vec![f64::NAN; w.len()];
    let value = match batch {
        None => loss.gradient(w, &mut gradient, &mut scratch),
        Some(batch) => loss.batch_gradient(w, batch, &mut gradient, &mut scratch),
    };
    let mut evaluate = |w: &[f64]| match batch {
        None => loss.value(w, &mut scratch),
        Some(batch) => loss.batch_value(w, batch, &mut scratch),
    };
    let again = evaluate(w);
    assert!(
        (again - value).abs() <= 1e-12 * value.abs(),
        "{name}: {again} and {value}"
    );
    for (i, found) in gradient.iter().enumerate() {
        let (expected, error) = difference(&mut evaluate, w, i);
        // Rounding: a value of size |L| is known to 10⁻¹⁵ |L|, divided by the step.
        let tolerance = error + 1e-11 * (1.0 + value.abs()) + 1e-7 * expected.abs();
        assert!(
            (found - expected).abs() <= tolerance,
            "{name}: derivative {i} is {found}, differences give {expected} ± {tolerance}"
        );
    }
}

#[test]
fn gradients_agree_with_differences() {
    let mut rng = rng(5);
    for instance in all() {
        let data = instance.sampled(60, 3);
        for _ in 0..8 {
            // Differences need the neighbourhood inside too.
            let w = loop {
                let w = instance.near(0.3, &mut rng);
                let inner = (0..w.len()).all(|i| {
                    [-2e-3, 2e-3].iter().all(|h| {
                        let mut moved = w.clone();
                        moved[i] += h;
                        instance.inside(&moved)
                    })
                });
                if inner {
                    break w;
                }
            };
            if instance
                .population
                .value(&w, &mut vec![0.0; instance.population.scratch_len()])
                .is_infinite()
            {
                continue;
            }
            check(instance.name, &*instance.population, &w, None);
            check(instance.name, &*data, &w, None);
            let batch: Vec<u32> = (0..7).map(|_| rng.random_range(0..60)).collect();
            check(instance.name, &*data, &w, Some(&batch));
        }
    }
}

#[test]
fn batches_make_up_the_whole() {
    let mut rng = rng(6);
    for instance in all() {
        let n = 41;
        let loss = instance.sampled(n, 4);
        assert_eq!(loss.num_samples(), Some(n), "{}", instance.name);
        assert_eq!(loss.dimension(), instance.truth.len(), "{}", instance.name);
        let w = instance.near(0.1, &mut rng);
        let mut scratch = vec![f64::NAN; loss.scratch_len()];
        let whole = loss.value(&w, &mut scratch);
        let (left, right): (Vec<u32>, Vec<u32>) = (0..n as u32).partition(|i| i % 3 == 0);
        let mut mean = 0.0;
        for part in [left, right] {
            mean += loss.batch_value(&w, &part, &mut scratch) * part.len() as f64 / n as f64;
        }
        let name = instance.name;
        assert!(
            (mean - whole).abs() < 1e-10 * (1.0 + whole.abs()),
            "{name}: {mean} and {whole}"
        );
    }
}
