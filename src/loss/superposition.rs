//! The toy model of superposition, in closed form.

use super::{Loss, LossError};

/// The population loss of the toy model of superposition (Elhage et al. 2022; Chen, Lau, Mendel,
/// Wei & Murfet 2023, arXiv:2310.06301) with c features and two hidden dimensions:
///
/// L(W, b) = E|x − ReLU(WᵀW x + b)|², x = μ eᵢ, i uniform among c, μ uniform in \[0, 1\],
///
/// W a 2 × c matrix, b ∈ ℝᶜ; the squares of the c outputs are summed and not halved. As −log
/// likelihood of normal outputs of variance 1 a sample has L/2: nβ is to be halved with it.
///
/// Parameters: the columns W₁, …, W_c of two entries each, then b; d = 3c. With A = WᵀW the loss is
/// H/(3c), H a sum over pairs of input i and output j of rational functions of Aᵢⱼ and bⱼ that change
/// where ReLU does; it is once continuously differentiable. Derived anew for this crate; tests hold
/// it against quadrature.
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, Superposition};
///
/// // four features in a square, which two dimensions represent without error
/// let loss = Superposition::new(4)?;
/// let w = [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0];
/// assert_eq!(loss.value(&w, &mut []), 0.0);
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Superposition {
    features: usize,
}

/// A term of H, and its derivatives in a = Aᵢⱼ and b = bⱼ.
pub(super) type Term = [f64; 3];

/// 3 E(ReLU(μa + b))²: input i, output j ≠ i.
pub(super) fn off_diagonal(a: f64, b: f64) -> Term {
    let sum = a + b;
    if b > 0.0 {
        if a < -b {
            [-b.powi(3) / a, b.powi(3) / (a * a), -3.0 * b * b / a]
        } else {
            [
                a * a + 3.0 * a * b + 3.0 * b * b,
                2.0 * a + 3.0 * b,
                3.0 * a + 6.0 * b,
            ]
        }
    } else if a > 0.0 && sum > 0.0 {
        let square = 3.0 * sum * sum / a;
        [sum.powi(3) / a, square - sum.powi(3) / (a * a), square]
    } else {
        [0.0; 3]
    }
}

/// 3 E(μ − ReLU(μa + b))²: input and output i, a = |Wᵢ|².
pub(super) fn diagonal(a: f64, b: f64) -> Term {
    let rest = 1.0 - a;
    let value = rest * rest - 3.0 * rest * b + 3.0 * b * b;
    let (by_a, by_b) = (-2.0 * rest + 3.0 * b, -3.0 * rest + 6.0 * b);
    if b > 0.0 {
        return [value, by_a, by_b];
    }
    if a > 0.0 && a + b > 0.0 {
        let (square, cube) = (b * b, b.powi(3));
        return [
            value + cube / (a * a) + cube / a,
            by_a - 2.0 * cube / a.powi(3) - cube / (a * a),
            by_b + 3.0 * square / (a * a) + 3.0 * square / a,
        ];
    }
    [1.0, 0.0, 0.0]
}

impl Superposition {
    /// The model with c features.
    ///
    /// # Errors
    /// [`LossError::Features`] for c < 2 and above 1000.
    pub fn new(features: usize) -> Result<Self, LossError> {
        if !(2..=1000).contains(&features) {
            return Err(LossError::Features { found: features });
        }
        Ok(Self { features })
    }

    /// c.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    fn evaluate(&self, w: &[f64], mut gradient: Option<&mut [f64]>) -> f64 {
        let c = self.features;
        let (columns, biases) = w.split_at(2 * c);
        let scale = 1.0 / (3 * c) as f64;
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.fill(0.0);
        }
        let mut sum = 0.0;
        for i in 0..c {
            let (x, y) = (columns[2 * i], columns[2 * i + 1]);
            for j in 0..c {
                let (u, v) = (columns[2 * j], columns[2 * j + 1]);
                let a = x * u + y * v;
                let [value, by_a, by_b] = match i == j {
                    true => diagonal(a, biases[j]),
                    false => off_diagonal(a, biases[j]),
                };
                sum += value;
                if let Some(gradient) = gradient.as_deref_mut() {
                    let p = scale * by_a;
                    gradient[2 * i] += p * u;
                    gradient[2 * i + 1] += p * v;
                    gradient[2 * j] += p * x;
                    gradient[2 * j + 1] += p * y;
                    gradient[2 * c + j] += scale * by_b;
                }
            }
        }
        scale * sum
    }
}

impl Loss<f64> for Superposition {
    fn dimension(&self) -> usize {
        3 * self.features
    }

    fn value(&self, w: &[f64], _: &mut [f64]) -> f64 {
        self.evaluate(w, None)
    }

    fn gradient(&self, w: &[f64], gradient: &mut [f64], _: &mut [f64]) -> f64 {
        self.evaluate(w, Some(gradient))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    /// L by Simpson's rule between the kinks.
    fn by_quadrature(c: usize, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..c {
            for j in 0..c {
                let a = w[2 * i] * w[2 * j] + w[2 * i + 1] * w[2 * j + 1];
                let b = w[2 * c + j];
                let target = if i == j { 1.0 } else { 0.0 };
                let error = |mu: f64| (target * mu - (mu * a + b).max(0.0)).powi(2);
                let kink = (-b / a).clamp(0.0, 1.0);
                let kink = if kink.is_finite() { kink } else { 0.0 };
                for (start, end) in [(0.0, kink), (kink, 1.0)] {
                    let width: f64 = end - start;
                    let middle = 0.5 * (start + end);
                    // exact for squares of linear functions
                    sum += width / 6.0 * (error(start) + 4.0 * error(middle) + error(end));
                }
            }
        }
        sum / c as f64
    }

    #[test]
    fn the_closed_form_is_the_integral_and_gradients_are_differences() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for case in 0..200 {
            let c = 2 + case % 5;
            let loss = Superposition::new(c).unwrap();
            let w: Vec<f64> = (0..3 * c).map(|_| rng.random_range(-1.6..1.6)).collect();
            let value = loss.value(&w, &mut []);
            assert!((value - by_quadrature(c, &w)).abs() < 1e-13 * (1.0 + value));
            let mut gradient = vec![0.0; 3 * c];
            assert_eq!(loss.gradient(&w, &mut gradient, &mut []), value);
            for k in 0..3 * c {
                let at = |step: f64| {
                    let mut moved = w.clone();
                    moved[k] += step;
                    loss.value(&moved, &mut [])
                };
                let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!(
                    (slope - gradient[k]).abs() < 1e-8 * (1.0 + slope.abs()),
                    "{case} {k}"
                );
            }
        }
    }

    #[test]
    fn too_few_and_too_many_features_are_refused() {
        for features in [0, 1, 1001] {
            let error = Superposition::new(features).unwrap_err();
            assert_eq!(error, LossError::Features { found: features });
        }
    }
}
