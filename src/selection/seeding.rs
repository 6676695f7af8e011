//! Where the climbs of a mixture's likelihood begin.

use super::em::{Component, Em, Point, exp};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// Every so many of the random starts is one of random responsibilities.
const RANDOM_RESPONSIBILITIES: usize = 5;
/// The share of the overall estimate in a component placed at a row: of a start, of a new one.
const SHARE: f64 = 0.2;
const NEW_SHARE: f64 = 0.05;
/// Rows at which a new component is tried, beyond which they are drawn.
const TRIED: usize = 30;
/// New components that are kept, and components that are split.
const NEW: usize = 4;
const SPLIT: usize = 4;

/// The random start of this number.
pub(super) fn random<C: Component>(em: &Em<'_, C>, start: usize, seed: u64) -> Point {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(start as u64);
    if start % RANDOM_RESPONSIBILITIES == RANDOM_RESPONSIBILITIES - 1 {
        responsibilities(em, &mut rng)
    } else {
        // every other start goes by rows, however rare, and not by their numbers
        centres(em, start % 2 == 1, &mut rng)
    }
}

/// Responsibilities exp(3z), z ~ N(0, 1), normalised.
fn responsibilities<C: Component>(em: &Em<'_, C>, rng: &mut ChaCha8Rng) -> Point {
    let (model, components) = (em.model(), em.components());
    let counts = model.counts();
    let mut shares = vec![0.0; counts.len() * components];
    let mut row_shares = vec![0.0; components];
    for (row, count) in counts.iter().enumerate() {
        for share in &mut row_shares {
            let normal: f64 = StandardNormal.sample(rng);
            *share = (3.0 * normal).exp();
        }
        let sum: f64 = row_shares.iter().sum();
        for (component, share) in row_shares.iter().enumerate() {
            shares[component * counts.len() + row] = count * share / sum;
        }
    }
    let total: f64 = counts.iter().sum();
    let mut point = vec![0.0; components * (1 + model.size())];
    let (weights, parameters) = point.split_at_mut(components);
    let parameters = parameters.chunks_exact_mut(model.size());
    let columns = shares.chunks_exact(counts.len());
    for ((weight, parameters), column) in weights.iter_mut().zip(parameters).zip(columns) {
        *weight = column.iter().sum::<f64>() / total;
        model.estimate(column, parameters);
    }
    point
}

/// Centres as by k-means++ (Arthur & Vassilvitskii 2007): each next row is drawn with probability
/// proportional to what the components so far lack, log p(row | its best component) less log
/// p(row), which for normal components is half the squared distance in units of σ; a component is
/// placed at each, and gets the rows that it explains best as its weight.
fn centres<C: Component>(em: &Em<'_, C>, by_row: bool, rng: &mut ChaCha8Rng) -> Point {
    let (model, components) = (em.model(), em.components());
    let (counts, best) = (model.counts(), model.best());
    let mut overall = vec![0.0; model.size()];
    model.estimate(counts, &mut overall);
    let weighted = |row: usize| if by_row { 1.0 } else { counts[row] };
    let mut lack = vec![1.0; counts.len()];
    let mut nearest = vec![0; counts.len()];
    let mut values = vec![0.0; counts.len()];
    let mut point = vec![0.0; components * (1 + model.size())];
    let (weights, parameters) = point.split_at_mut(components);
    let parameters = parameters.chunks_exact_mut(model.size());
    for (component, parameters) in parameters.enumerate() {
        let row = drawn(rng, counts.len(), |row| weighted(row) * lack[row]);
        model.near(row, SHARE, &overall, parameters);
        model.log_densities(parameters, &mut values);
        for row in 0..counts.len() {
            let missing = (best[row] - values[row]).max(0.0);
            if component == 0 || missing < lack[row] {
                (lack[row], nearest[row]) = (missing, component);
            }
        }
    }
    for (component, count) in nearest.iter().zip(counts) {
        weights[*component] += count;
    }
    let total: f64 = counts.iter().sum();
    let components = components as f64;
    for weight in weights {
        // none without any weight
        *weight = 0.9 * *weight / total + 0.1 / components;
    }
    point
}

/// A row drawn with probability proportional to its weight.
fn drawn(rng: &mut ChaCha8Rng, rows: usize, weight: impl Fn(usize) -> f64) -> usize {
    let sum: f64 = (0..rows).map(&weight).sum();
    let target = rng.random::<f64>() * sum;
    let mut below = 0.0;
    let reached = (0..rows).find(|row| {
        below += weight(*row);
        below > target
    });
    // all explained: any row will do
    reached.unwrap_or_else(|| rng.random_range(0..rows))
}

/// Starts from `smaller`, a fit of one component less: with a new component where it gains most,
/// and with one of its heaviest components split.
pub(super) fn larger<C: Component>(model: &C, smaller: &[f64], seed: u64) -> Vec<Point> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::MAX);
    let mut points = added(model, smaller, &mut rng);
    points.extend(split(model, smaller, &mut rng));
    points
}

fn num_components(model: &impl Component, point: &[f64]) -> usize {
    point.len() / (1 + model.size())
}

/// The places of the components, the heaviest first.
fn by_weight(weights: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    order
}

/// The same density with one component more: the heaviest one doubled.
pub(super) fn doubled(model: &impl Component, smaller: &[f64]) -> Point {
    let (weights, parameters) = smaller.split_at(num_components(model, smaller));
    let heaviest = by_weight(weights)[0];
    let half = weights[heaviest] / 2.0;
    let own = &parameters[heaviest * model.size()..][..model.size()];
    let mut point = [weights, &[half], parameters, own].concat();
    point[heaviest] = half;
    point
}

/// A new component with density q and weight ε raises ℓ by Σ log(1 + ε(q/f − 1)), concave in ε;
/// it is tried near the rows for which log p(row | its best component) − log f(row) is largest and
/// near rows drawn with probability proportional to it, and the best that differ are kept.
fn added<C: Component>(model: &C, smaller: &[f64], rng: &mut ChaCha8Rng) -> Vec<Point> {
    let components = num_components(model, smaller);
    let (counts, best) = (model.counts(), model.best());
    let mut overall = vec![0.0; model.size()];
    model.estimate(counts, &mut overall);
    let log_mixture = Em::new(model, components).log_mixture(smaller).to_vec();
    let lack = |row: usize| (best[row] - log_mixture[row]).max(0.0);
    let mut rows: Vec<usize> = (0..counts.len()).collect();
    if rows.len() > TRIED {
        rows.sort_by(|a, b| lack(*b).total_cmp(&lack(*a)));
        rows.truncate(TRIED / 3);
        for draw in 0..2 * TRIED / 3 {
            let weight = |row: usize| lack(row) * if draw % 2 == 0 { counts[row] } else { 1.0 };
            rows.push(drawn(rng, counts.len(), weight));
        }
    }
    let mut ratios = vec![0.0; counts.len()];
    let mut tried: Vec<(f64, f64, usize, Vec<f64>)> = Vec::new();
    for row in rows {
        let mut parameters = vec![0.0; model.size()];
        model.near(row, NEW_SHARE, &overall, &mut parameters);
        model.log_densities(&parameters, &mut ratios);
        for (ratio, log_mixture) in ratios.iter_mut().zip(&log_mixture) {
            // q/f − 1, without overflow
            *ratio = exp((*ratio - log_mixture).min(600.0)) - 1.0;
        }
        let (weight, gain) = best_weight(counts, &ratios);
        tried.push((gain, weight, row, parameters));
    }
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (weights, parameters) = smaller.split_at(components);
    let mut kept: Vec<Point> = Vec::new();
    let mut values = vec![0.0; counts.len()];
    // rows that a kept component explains nearly as well as their own would
    let mut done = vec![false; counts.len()];
    for (_, weight, row, new) in tried {
        if kept.len() == NEW || done[row] {
            continue;
        }
        model.log_densities(&new, &mut values);
        for (done, (value, best)) in done.iter_mut().zip(values.iter().zip(best)) {
            *done |= best - value < 0.5;
        }
        let mut point = [weights, &[weight], parameters, &new].concat();
        for old in &mut point[..components] {
            *old *= 1.0 - weight;
        }
        kept.push(point);
    }
    kept
}

/// The weight ε in (10⁻⁶, 1/2) that gains most, and the gain.
fn best_weight(counts: &[f64], ratios: &[f64]) -> (f64, f64) {
    let slope = |weight: f64| -> f64 {
        let terms = counts.iter().zip(ratios);
        terms.map(|(c, u)| c * u / (1.0 + weight * u)).sum()
    };
    let (mut least, mut most) = (1e-6_f64, 0.5_f64);
    for _ in 0..6 {
        let middle = (least * most).sqrt();
        if slope(middle) > 0.0 {
            least = middle;
        } else {
            most = middle;
        }
    }
    let weight = (least * most).sqrt();
    let terms = counts.iter().zip(ratios);
    (weight, terms.map(|(c, u)| c * (weight * u).ln_1p()).sum())
}

/// Each of the heaviest components in two, near rows of it that are drawn as centres are.
fn split<C: Component>(model: &C, smaller: &[f64], rng: &mut ChaCha8Rng) -> Vec<Point> {
    let components = num_components(model, smaller);
    let (counts, best) = (model.counts(), model.best());
    let shares = Em::new(model, components).shares(smaller).to_vec();
    let (weights, parameters) = smaller.split_at(components);
    let mut values = vec![0.0; counts.len()];
    let splits = by_weight(weights).into_iter().take(SPLIT).map(|which| {
        let shares = &shares[which * counts.len()..][..counts.len()];
        let own = &parameters[which * model.size()..][..model.size()];
        let mut halves = [own.to_vec(), own.to_vec()];
        let row = drawn(rng, counts.len(), |row| shares[row]);
        model.near(row, SHARE, own, &mut halves[0]);
        model.log_densities(&halves[0], &mut values);
        let lack = |row: usize| shares[row] * (best[row] - values[row]).max(0.0);
        let row = drawn(rng, counts.len(), lack);
        model.near(row, SHARE, own, &mut halves[1]);
        let half = weights[which] / 2.0;
        let mut point = [weights, &[half], parameters, &halves[1]].concat();
        point[which] = half;
        let place = components + 1 + which * model.size();
        point[place..place + model.size()].copy_from_slice(&halves[0]);
        point
    });
    splits.collect()
}
