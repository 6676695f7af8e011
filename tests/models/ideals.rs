//! K and Σ gᵢ² are comparable near the true parameter.

use super::instances::{Instance, all, rng};
use rand::rngs::ChaCha8Rng;
use rlct::algebra::SizeLimits;
use rlct::loss::{Loss, LossForm, PolynomialLoss};

/// Σ gᵢ² as a function of w − w*, without cancellation.
fn squares(instance: &Instance) -> PolynomialLoss<f64> {
    let limits = SizeLimits::default();
    let moved: Vec<_> = instance
        .ideal
        .iter()
        .map(|g| g.translate(&instance.truth, &limits).unwrap())
        .collect();
    assert!(
        moved.iter().all(|g| g.constant_term().is_zero()),
        "{}",
        instance.name
    );
    PolynomialLoss::new(&moved, LossForm::Ideal).unwrap()
}

/// The smallest and largest K/Σ gᵢ² at random points within t of w*, and at points on the way from there to the
/// true set by steps of steepest descent on Σ gᵢ².
fn ratios(
    instance: &Instance,
    squares: &PolynomialLoss<f64>,
    t: f64,
    rng: &mut ChaCha8Rng,
) -> (f64, f64) {
    let origin: Vec<f64> = instance.truth.iter().map(|x| x.to_f64()).collect();
    let k = &*instance.population;
    let mut scratch = vec![0.0; k.scratch_len().max(squares.scratch_len())];
    let mut gradient = vec![0.0; origin.len()];
    let (mut least, mut largest) = (f64::INFINITY, 0.0_f64);
    for _ in 0..60 {
        let mut w = instance.near(t, rng);
        let mut u: Vec<f64> = w.iter().zip(&origin).map(|(w, o)| w - o).collect();
        let mut step = 1.0;
        for _ in 0..25 {
            let sum = squares.gradient(&u, &mut gradient, &mut scratch);
            // Beyond this the rounding of w itself shows in K.
            if sum < 1e-22 {
                break;
            }
            let ratio = k.value(&w, &mut scratch) / sum;
            assert!(ratio > 0.0, "{}: K/Σg² = {ratio} at {w:?}", instance.name);
            least = least.min(ratio);
            largest = largest.max(ratio);
            // Halve the step until Σ gᵢ² falls, inside the domain and within 2t.
            let accepted = (0..40).any(|_| {
                let next: Vec<f64> = u.iter().zip(&gradient).map(|(u, g)| u - step * g).collect();
                let there: Vec<f64> = next.iter().zip(&origin).map(|(u, o)| u + o).collect();
                let good = next.iter().all(|u| u.abs() < 2.0 * t)
                    && instance.inside(&there)
                    && squares.value(&next, &mut scratch) < sum;
                if good {
                    (u, w) = (next, there);
                    step *= 2.0;
                } else {
                    step /= 2.0;
                }
                good
            });
            if !accepted {
                break;
            }
        }
    }
    (least, largest)
}

#[test]
fn k_is_comparable_with_the_sum_of_squares() {
    let mut rng = rng(11);
    for instance in all() {
        let squares = squares(&instance);
        let mut scale = vec![];
        for t in [0.03, 0.01, 0.003] {
            scale.push(ratios(&instance, &squares, t, &mut rng));
        }
        // Comparable: the bounds do not widen as the neighbourhood shrinks by a factor of ten.
        let (name, (least, largest)) = (instance.name, scale[0]);
        println!("{name}: {scale:?}");
        for (low, high) in &scale[1..] {
            assert!(
                *low > least / 3.0 && *high < 3.0 * largest,
                "{name}: K/Σg² from {least} to {largest}, nearer from {low} to {high}"
            );
        }
        assert!(
            largest / least < 1e6,
            "{name}: K/Σg² from {least} to {largest}"
        );
    }
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
