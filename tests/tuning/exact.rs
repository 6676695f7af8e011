//! E[tK] under exp(−tK − |w|²/2) by quadrature, for losses whose other integrals are Gaussian.

use rlct::loss::{Loss, Scalar};

/// K = ½ Σ hᵢ wᵢ².
#[derive(Debug, Clone)]
pub(crate) struct Quadratic {
    curvature: Vec<f64>,
}

impl Quadratic {
    /// Curvatures in a geometric sequence.
    pub(crate) fn between(d: usize, low: f64, high: f64) -> Self {
        let ratio = |i: usize| (i as f64 / (d as f64 - 1.0).max(1.0)) * (high / low).ln();
        Self {
            curvature: (0..d).map(|i| low * ratio(i).exp()).collect(),
        }
    }

    /// ½ Σ th/(th + γ).
    pub(crate) fn energy(&self, t: f64, gamma: f64) -> f64 {
        let each = self.curvature.iter().map(|h| 0.5 * t * h / (t * h + gamma));
        each.sum()
    }
}

impl<T: Scalar> Loss<T> for Quadratic {
    fn dimension(&self) -> usize {
        self.curvature.len()
    }
    fn value(&self, w: &[T], _: &mut [T]) -> T {
        let each = self.curvature.iter().zip(w);
        T::of(0.5 * each.map(|(h, w)| h * w.float() * w.float()).sum::<f64>())
    }
    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        for ((g, h), w) in gradient.iter_mut().zip(&self.curvature).zip(w) {
            *g = T::of(h * w.float());
        }
        self.value(w, scratch)
    }
}

/// The mean of `energy` under `weight` over (0, ∞), by the trapezoidal rule in log r, which
/// converges exponentially.
fn half_line(log_weight: impl Fn(f64) -> f64, energy: impl Fn(f64) -> f64) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for i in -4000..600 {
        let r = (f64::from(i) * 0.01).exp();
        let weight = (log_weight(r) + r.ln()).exp();
        above += weight * energy(r);
        below += weight;
    }
    above / below
}

/// K = ½|a|²|b|², a ∈ ℝᵖ integrated by hand.
pub(crate) fn bottleneck_of_one(t: f64, p: u32, q: u32) -> f64 {
    let (p, q) = (f64::from(p), f64::from(q));
    half_line(
        |r| (q - 1.0) * r.ln() - r * r / 2.0 - p / 2.0 * (t * r * r).ln_1p(),
        |r| p / 2.0 * t * r * r / (1.0 + t * r * r),
    )
}

/// K = ½‖BA‖² with B of q×2 and A of 2×p, A integrated by hand, over the eigenvalues of BᵀB.
pub(crate) fn bottleneck_of_two(t: f64, p: u32, q: u32) -> f64 {
    let (p, q) = (f64::from(p), f64::from(q));
    let log_weight = |x: f64| (q - 3.0) / 2.0 * x.ln() - x / 2.0 - p / 2.0 * (t * x).ln_1p();
    let energy = |x: f64| p / 2.0 * t * x / (1.0 + t * x);
    let nodes: Vec<(f64, f64, f64)> = (-1500..350)
        .map(|i| (f64::from(i) * 0.02).exp())
        .map(|x| (x, (log_weight(x) + x.ln()).exp(), energy(x)))
        .collect();
    let (mut above, mut below) = (0.0, 0.0);
    for &(x, wx, ex) in &nodes {
        for &(y, wy, ey) in &nodes {
            let weight = wx * wy * (x - y).abs();
            above += weight * (ex + ey);
            below += weight;
        }
    }
    above / below
}

/// K = ½|a|²c²|b|², a ∈ ℝᵖ, b ∈ ℝ^q.
pub(crate) fn two_bottlenecks(t: f64, p: u32, q: u32) -> f64 {
    let (p, q) = (f64::from(p), f64::from(q));
    let (mut above, mut below) = (0.0, 0.0);
    for i in -1200..150 {
        let c = (f64::from(i) * 0.02).exp();
        for j in -1200..150 {
            let r = (f64::from(j) * 0.02).exp();
            let a = t * (c * r).powi(2);
            let log = q * r.ln() + c.ln() - (r * r + c * c) / 2.0 - p / 2.0 * a.ln_1p();
            above += log.exp() * p / 2.0 * a / (1.0 + a);
            below += log.exp();
        }
    }
    above / below
}

/// K(x, y) with K(−x, y) = K(x, y), by the trapezoidal rule in asinh of scaled coordinates.
pub(crate) fn plane(t: f64, k: impl Fn(f64, f64) -> f64) -> f64 {
    const SCALE: f64 = 1e-4;
    const NODES: i32 = 3000;
    let end = (7.0 / SCALE).asinh();
    let step = end / f64::from(NODES);
    let at = |i: i32| {
        let u = f64::from(i) * step;
        (SCALE * u.sinh(), u.cosh())
    };
    let (mut above, mut below) = (0.0, 0.0);
    for i in 0..=NODES {
        let (x, dx) = at(i);
        let dx = if i == 0 { dx / 2.0 } else { dx };
        for j in -NODES..=NODES {
            let (y, dy) = at(j);
            let energy = t * k(x, y);
            let weight = dx * dy * (-energy - (x * x + y * y) / 2.0).exp();
            above += weight * energy;
            below += weight;
        }
    }
    above / below
}
