//! The EM algorithm for mixtures of components that are fitted in closed form.

use super::starts::{Attempt, best};
use super::{Convergence, SelectionError, Starts};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// The distribution of one component, on rows that are already known.
pub(super) trait Component {
    /// How often each different row occurs.
    fn counts(&self) -> &[f64];

    /// The maximum-likelihood parameters for weighted rows.
    fn estimate(&self, weights: &[f64]) -> Vec<f64>;

    /// log p(row | parameters); −∞ where the row is impossible.
    fn log_density(&self, parameters: &[f64], row: usize) -> f64;

    /// Whether the parameters lie on the boundary of their domain.
    fn on_boundary(&self, parameters: &[f64]) -> bool;
}

/// A mixture as fitted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) weights: Vec<f64>,
    pub(super) parameters: Vec<Vec<f64>>,
}

/// A component of less weight counts as gone.
const GONE: f64 = 1e-6;

/// The best of several starts: random responsibilities, and `smaller`, a fit of one component
/// less, with its heaviest component doubled, so that the likelihood never falls with their number.
pub(super) fn fit(
    model: &impl Component,
    components: usize,
    smaller: Option<&Fit>,
    starts: &Starts,
) -> Result<(Fit, f64, Convergence), SelectionError> {
    let rows = model.counts().len();
    let mut attempts = Vec::new();
    // one component has one maximum
    let count = if components == 1 { 1 } else { starts.count };
    for start in 0..count {
        let mut rng = ChaCha8Rng::seed_from_u64(starts.seed);
        rng.set_stream(start as u64);
        let shares = (0..rows).map(|_| {
            let raw = (0..components).map(|_| {
                let normal: f64 = StandardNormal.sample(&mut rng);
                (3.0 * normal).exp()
            });
            normalised(raw.collect())
        });
        let shares: Vec<Vec<f64>> = shares.collect();
        attempts.push(climb(model, maximise(model, &shares), starts));
    }
    if let Some(smaller) = smaller {
        let mut start = smaller.clone();
        let heaviest = (0..start.weights.len())
            .max_by(|a, b| start.weights[*a].total_cmp(&start.weights[*b]))
            .unwrap_or(0);
        start.weights[heaviest] /= 2.0;
        start.weights.push(start.weights[heaviest]);
        start.parameters.push(start.parameters[heaviest].clone());
        attempts.push(climb(model, start, starts));
    }
    let Some((fit, value, mut convergence)) = best(attempts) else {
        let name = format!("{components} components");
        let reason = "no start of the fit has a finite likelihood".into();
        return Err(SelectionError::Candidate { name, reason });
    };
    convergence.on_boundary = fit.weights.iter().any(|w| *w < GONE)
        || fit.parameters.iter().any(|p| model.on_boundary(p));
    Ok((fit, value, convergence))
}

fn normalised(raw: Vec<f64>) -> Vec<f64> {
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|x| x / sum).collect()
}

fn climb(model: &impl Component, mut fit: Fit, starts: &Starts) -> Attempt<Fit> {
    let mut value = f64::NEG_INFINITY;
    for iteration in 1..=starts.iterations {
        let (higher, shares) = expect(model, &fit);
        let gain = higher - value;
        value = higher;
        if gain < starts.tolerance || !value.is_finite() {
            return Attempt {
                fit,
                log_likelihood: value,
                iterations: iteration,
                converged: value.is_finite(),
            };
        }
        fit = maximise(model, &shares);
    }
    Attempt {
        log_likelihood: expect(model, &fit).0,
        fit,
        iterations: starts.iterations,
        converged: false,
    }
}

/// ℓ and every row's responsibilities.
fn expect(model: &impl Component, fit: &Fit) -> (f64, Vec<Vec<f64>>) {
    let mut value = 0.0;
    let mut shares = Vec::with_capacity(model.counts().len());
    for (row, count) in model.counts().iter().enumerate() {
        let parts = fit.weights.iter().zip(&fit.parameters);
        let logs: Vec<f64> = parts
            .map(|(w, p)| w.ln() + model.log_density(p, row))
            .collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let raw: Vec<f64> = logs.iter().map(|x| (x - top).exp()).collect();
        value += count * (top + raw.iter().sum::<f64>().ln());
        shares.push(normalised(raw));
    }
    (value, shares)
}

fn maximise(model: &impl Component, shares: &[Vec<f64>]) -> Fit {
    let counts = model.counts();
    let components = shares.first().map_or(0, Vec::len);
    let total: f64 = counts.iter().sum();
    let (mut weights, mut parameters) = (Vec::new(), Vec::new());
    for component in 0..components {
        let pairs = shares.iter().zip(counts);
        // a vanishing component keeps defined parameters
        let column: Vec<f64> = pairs
            .map(|(share, count)| share[component].max(1e-300) * count)
            .collect();
        weights.push(column.iter().sum::<f64>() / total);
        parameters.push(model.estimate(&column));
    }
    Fit {
        weights,
        parameters,
    }
}
