//! The EM algorithm for stationary hidden Markov chains.

use super::ascent::{Ascent, Nested, normalise, places};
use super::topics_em::uniform;
use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Halvings of a step after which ℓ fell.
const HALVINGS: usize = 40;
/// Symbols at which a new state is tried.
const NEW: usize = 4;

/// Sequences of symbols 0, 1, …, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sequences {
    pub(super) symbols: usize,
    pub(super) codes: Vec<usize>,
    pub(super) lengths: Vec<usize>,
}

impl Sequences {
    /// How often each symbol occurs, as shares.
    pub(super) fn overall(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.symbols];
        for code in &self.codes {
            shares[*code] += 1.0 / self.codes.len() as f64;
        }
        shares
    }
}

/// EM with K hidden states. A point has the rows of the transition matrix, then the states'
/// distributions of symbols. The first state of a sequence is drawn from the stationary
/// distribution of the transitions.
#[derive(Debug)]
pub(super) struct MarkovEm<'a> {
    data: &'a Sequences,
    states: usize,
    /// P(state at t | symbols up to t), one time after the other.
    filtered: Vec<f64>,
    /// p(symbol at t | symbols before t).
    scales: Vec<f64>,
    backward: Vec<f64>,
    scratch: Vec<f64>,
}

impl<'a> MarkovEm<'a> {
    pub(super) fn new(data: &'a Sequences, states: usize) -> Self {
        Self {
            data,
            states,
            filtered: vec![0.0; data.codes.len() * states],
            scales: vec![0.0; data.codes.len()],
            backward: vec![0.0; states],
            scratch: vec![0.0; states],
        }
    }

    /// The filter; ℓ, −∞ where no stationary distribution is unique.
    fn forward(&mut self, point: &[f64]) -> f64 {
        let (k, m) = (self.states, self.data.symbols);
        let Some(initial) = stationary(point, k) else {
            return f64::NEG_INFINITY;
        };
        let (q, e) = point.split_at(k * k);
        let (mut value, mut at) = (0.0, 0);
        for length in &self.data.lengths {
            for t in at..at + length {
                let (before, here) = self.filtered.split_at_mut(t * k);
                let here = &mut here[..k];
                if t == at {
                    here.copy_from_slice(&initial);
                } else {
                    here.fill(0.0);
                    for (p, row) in before[(t - 1) * k..].iter().zip(q.chunks_exact(k)) {
                        for (here, q) in here.iter_mut().zip(row) {
                            *here += p * q;
                        }
                    }
                }
                let code = self.data.codes[t];
                let mut sum = 0.0;
                for (state, here) in here.iter_mut().enumerate() {
                    *here *= e[state * m + code];
                    sum += *here;
                }
                for here in here {
                    *here /= sum;
                }
                self.scales[t] = sum;
                value += sum.ln();
            }
            at += length;
        }
        value
    }

    /// P(state at t | all symbols) for all times, at a point; calls `pair` with
    /// P(state at t, state at t + 1 | all) for each place (from, to).
    fn backward(
        &mut self,
        point: &[f64],
        mut each: impl FnMut(usize, &[f64]),
        mut pair: impl FnMut(usize, usize, f64),
    ) {
        let (k, m) = (self.states, self.data.symbols);
        let (q, e) = point.split_at(k * k);
        let mut end = self.data.codes.len();
        for length in self.data.lengths.iter().rev() {
            // P(later symbols | state) over P(later symbols | symbols so far)
            self.backward.fill(1.0);
            let start = end - length;
            for t in (start..end).rev() {
                let here = &self.filtered[t * k..][..k];
                for (share, (p, b)) in self.scratch.iter_mut().zip(here.iter().zip(&self.backward))
                {
                    *share = p * b;
                }
                each(t, &self.scratch);
                if t == start {
                    break;
                }
                let (code, scale) = (self.data.codes[t], self.scales[t]);
                let later = self.scratch.iter_mut().zip(&self.backward).enumerate();
                for (state, (later, b)) in later {
                    *later = b * e[state * m + code] / scale;
                }
                let before = &self.filtered[(t - 1) * k..][..k];
                for (from, row) in q.chunks_exact(k).enumerate() {
                    let mut sum = 0.0;
                    for (to, (q, later)) in row.iter().zip(&self.scratch).enumerate() {
                        let joint = q * later;
                        sum += joint;
                        pair(from, to, before[from] * joint);
                    }
                    self.backward[from] = sum;
                }
            }
            end = start;
        }
    }

    /// P(state | all symbols), a row for each time.
    pub(super) fn smoothed(&mut self, point: &[f64]) -> Vec<Vec<f64>> {
        self.forward(point);
        let mut rows = vec![Vec::new(); self.data.codes.len()];
        self.backward(
            point,
            |t, shares| {
                rows[t] = shares.to_vec();
                normalise(&mut rows[t]);
            },
            |_, _, _| {},
        );
        rows
    }

    /// Starts of one state more than `smaller`, whose maximum is `value`.
    pub(super) fn larger(data: &Sequences, smaller: &[f64], value: f64, seed: u64) -> Nested {
        let m = data.symbols;
        // K² + KM numbers
        let old = (1..)
            .find(|k| k * (k + m) >= smaller.len())
            .unwrap_or_default();
        let (q, e) = smaller.split_at(old * old);
        let weights = stationary(smaller, old).unwrap_or_else(|| vec![1.0; old]);
        let mut heaviest: Vec<usize> = (0..old).collect();
        heaviest.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        let doubled = |which: usize| {
            let mut rows: Vec<Vec<f64>> = q.chunks_exact(old).map(<[f64]>::to_vec).collect();
            for row in &mut rows {
                row[which] /= 2.0;
                row.push(row[which]);
            }
            rows.push(rows[which].clone());
            let mut emissions: Vec<Vec<f64>> = e.chunks_exact(m).map(<[f64]>::to_vec).collect();
            emissions.push(emissions[which].clone());
            (rows, emissions)
        };
        let joined = |(rows, emissions): (Vec<Vec<f64>>, Vec<Vec<f64>>)| {
            [rows.concat(), emissions.concat()].concat()
        };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::MAX);
        let mut starts = Vec::new();
        for &which in &heaviest {
            for sticky in [false, true] {
                let (mut rows, mut emissions) = doubled(which);
                let differing = uniform(&mut rng, m);
                for ((p, q), own) in differing.iter().zip(&e[which * m..]).zip(0..m) {
                    emissions[which][own] = 0.6 * q + 0.4 * p;
                }
                if sticky {
                    // each half goes to itself rather than to the other
                    for (from, other) in [(which, old), (old, which)] {
                        let moved = 0.8 * rows[from][other];
                        rows[from][other] -= moved;
                        rows[from][from] += moved;
                    }
                }
                starts.push(joined((rows, emissions)));
            }
        }
        let overall = data.overall();
        let mut rarest: Vec<usize> = (0..m).collect();
        rarest.sort_by(|a, b| overall[*a].total_cmp(&overall[*b]));
        for symbol in rarest.into_iter().take(NEW) {
            let (mut rows, mut emissions) = doubled(heaviest[0]);
            let (new, share) = (old, 0.1);
            for row in &mut rows {
                row.iter_mut().for_each(|p| *p *= 1.0 - share);
                row[new] += share;
            }
            emissions[new] = overall.iter().map(|p| 0.4 * p).collect();
            emissions[new][symbol] += 0.6;
            starts.push(joined((rows, emissions)));
        }
        Nested {
            same: Some((joined(doubled(heaviest[0])), value)),
            starts,
        }
    }
}

/// π with πQ = π; `None` where it is not unique.
pub(super) fn stationary(point: &[f64], states: usize) -> Option<Vec<f64>> {
    let k = states;
    // π(1 − Q + J) = 1ᵀ for J of ones alone
    let system = DMatrix::from_fn(k, k, |i, j| {
        let identity = if i == j { 1.0 } else { 0.0 };
        identity - point[j * k + i] + 1.0
    });
    let found = system.lu().solve(&DVector::from_element(k, 1.0))?;
    let mut found: Vec<f64> = found.iter().map(|p| p.max(0.0)).collect();
    (normalise(&mut found) && found.iter().all(|p| p.is_finite())).then_some(found)
}

impl Ascent for MarkovEm<'_> {
    /// A step of EM but for the stationary distribution π(Q) of the first states, whose gradient is
    /// that of dπ = π dQ Z, Z = (1 − Q + 1π)⁻¹ (Kemeny & Snell 1960). With it the expected
    /// transitions from i to j are ξᵢⱼ + qᵢⱼ(gᵢⱼ − ḡᵢ + κᵢ), κᵢ the least number for which none is
    /// negative: a direction in which ℓ grows; the step is halved where ℓ is less at its end.
    fn step(&mut self, from: &[f64], to: &mut [f64]) -> f64 {
        let (k, m) = (self.states, self.data.symbols);
        let value = self.forward(from);
        to.copy_from_slice(from);
        let Some(initial) = stationary(from, k) else {
            return value;
        };
        let mut transitions = vec![0.0; k * k];
        let mut emissions = vec![0.0; k * m];
        let mut first = vec![0.0; k];
        let mut starts = vec![false; self.data.codes.len()];
        let mut at = 0;
        for length in &self.data.lengths {
            starts[at] = true;
            at += length;
        }
        let codes = &self.data.codes;
        self.backward(
            from,
            |t, shares| {
                for (state, share) in shares.iter().enumerate() {
                    emissions[state * m + codes[t]] += share;
                    if starts[t] {
                        first[state] += share;
                    }
                }
            },
            |from, to, joint| transitions[from * k + to] += joint,
        );
        let fundamental = DMatrix::from_fn(k, k, |i, j| {
            let identity = if i == j { 1.0 } else { 0.0 };
            identity - from[i * k + j] + initial[j]
        });
        let pull = DVector::from_iterator(
            k,
            first
                .iter()
                .zip(&initial)
                .map(|(share, p)| share / p.max(1e-300)),
        );
        let pull = fundamental.lu().solve(&pull);
        let pull = pull.filter(|pull| pull.iter().all(|x| x.is_finite()));
        for i in 0..k {
            let row = &from[i * k..][..k];
            let next = &mut to[i * k..][..k];
            next.copy_from_slice(&transitions[i * k..][..k]);
            if let Some(pull) = &pull {
                let gradient = |j: usize| initial[i] * pull[j];
                let mean: f64 = (0..k).map(|j| row[j] * gradient(j)).sum();
                let least = (0..k).map(gradient).fold(f64::INFINITY, f64::min);
                for (j, next) in next.iter_mut().enumerate() {
                    *next += row[j] * (gradient(j) - mean + (mean - least).max(0.0));
                }
            }
            if !normalise(next) {
                next.copy_from_slice(row);
            }
        }
        let (_, next) = to.split_at_mut(k * k);
        for (state, next) in next.chunks_exact_mut(m).enumerate() {
            let own = &mut emissions[state * m..][..m];
            if normalise(own) {
                next.copy_from_slice(own);
            }
        }
        for _ in 0..HALVINGS {
            let reached = self.forward(to);
            if reached >= value - 2.0 * f64::EPSILON * value.abs() {
                return value;
            }
            for (to, from) in to.iter_mut().zip(from) {
                *to = (*to + from) / 2.0;
            }
        }
        to.copy_from_slice(from);
        value
    }

    fn log_likelihood(&mut self, point: &[f64]) -> f64 {
        self.forward(point)
    }

    fn simplices(&self) -> Vec<usize> {
        let mut lengths = vec![self.states; self.states];
        lengths.resize(2 * self.states, self.data.symbols);
        lengths
    }

    fn profile(&mut self, point: &[f64]) -> Vec<f64> {
        self.forward(point);
        let scales = &self.scales;
        places(scales.len())
            .map(|place| scales[place].ln())
            .collect()
    }

    /// Rows drawn uniformly, in every other start nearer to staying; distributions of symbols half
    /// drawn uniformly, half the overall one.
    fn random(&self, start: usize, seed: u64) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(start as u64);
        let k = self.states;
        let stay = if start.is_multiple_of(2) {
            rng.random_range(0.3..0.9)
        } else {
            0.0
        };
        let mut point = Vec::with_capacity(k * (k + self.data.symbols));
        for state in 0..k {
            let mut row = uniform(&mut rng, k);
            row.iter_mut().for_each(|q| *q *= 1.0 - stay);
            row[state] += stay;
            point.extend(row);
        }
        let overall = self.data.overall();
        for _ in 0..k {
            let drawn = uniform(&mut rng, self.data.symbols);
            let pairs = drawn.iter().zip(&overall);
            point.extend(pairs.map(|(p, q)| 0.7 * p + 0.3 * q));
        }
        point
    }
}

#[cfg(test)]
mod tests {
    use super::super::ascent::tests::never_falls;
    use super::{Ascent, MarkovEm, Sequences, stationary};

    fn data() -> Sequences {
        let codes = (0..90).map(|t: usize| (t * t / 7 + t / 11) % 3);
        Sequences {
            symbols: 3,
            codes: codes.collect(),
            lengths: vec![40, 3, 1, 5, 6, 35],
        }
    }

    #[test]
    fn the_likelihood_is_the_sum_over_all_paths() {
        let data = Sequences {
            symbols: 2,
            codes: vec![0, 1, 1, 0, 1],
            lengths: vec![3, 2],
        };
        let mut em = MarkovEm::new(&data, 2);
        let point = [0.7, 0.3, 0.45, 0.55, 0.9, 0.1, 0.2, 0.8];
        // π = (3/5, 2/5)
        let initial = [0.6, 0.4];
        assert!((stationary(&point, 2).unwrap()[0] - 0.6).abs() < 1e-14);
        let (q, e) = (
            |i: usize, j: usize| point[2 * i + j],
            |i: usize, x: usize| point[4 + 2 * i + x],
        );
        let mut three = 0.0;
        let mut middle = [0.0; 2];
        for path in 0..8_usize {
            let [a, b, c] = [path & 1, path >> 1 & 1, path >> 2];
            let p = initial[a] * e(a, 0) * q(a, b) * e(b, 1) * q(b, c) * e(c, 1);
            three += p;
            middle[b] += p;
        }
        let mut two = 0.0;
        for path in 0..4_usize {
            let (a, b) = (path & 1, path >> 1);
            two += initial[a] * e(a, 0) * q(a, b) * e(b, 1);
        }
        let expected = f64::ln(three) + f64::ln(two);
        assert!((em.log_likelihood(&point) - expected).abs() < 1e-13);
        let smoothed = em.smoothed(&point);
        assert!((smoothed[1][0] - middle[0] / three).abs() < 1e-13);
    }

    #[test]
    fn steps_never_fall_and_a_doubled_state_is_the_same() {
        let data = data();
        never_falls(&mut MarkovEm::new(&data, 3), 100);
        let mut two = MarkovEm::new(&data, 2);
        let point = two.random(1, 5);
        let value = two.log_likelihood(&point);
        let nested = MarkovEm::larger(&data, &point, value, 0);
        let mut three = MarkovEm::new(&data, 3);
        let (same, _) = nested.same.unwrap();
        assert!((three.log_likelihood(&same) - value).abs() < 1e-10);
        assert_eq!(nested.starts.len(), 4 + 3);
        for start in nested.starts {
            let mut rest = &start[..];
            for length in three.simplices() {
                let (block, other) = rest.split_at(length);
                assert!((block.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                rest = other;
            }
        }
    }

    #[test]
    fn a_step_goes_uphill_in_the_stationary_likelihood() {
        // short sequences, where the first states tell much of the transitions
        let codes = [0, 0, 1, 0, 0, 1, 0, 2, 0, 0, 0, 2, 1, 0, 0, 0];
        let data = Sequences {
            symbols: 3,
            codes: codes.to_vec(),
            lengths: vec![2; 8],
        };
        let mut em = MarkovEm::new(&data, 2);
        let mut from = em.random(0, 3);
        let mut to = from.clone();
        for _ in 0..20_000 {
            em.step(&from, &mut to);
            std::mem::swap(&mut from, &mut to);
        }
        // no direction in the simplices has a slope at the end, but towards a boundary
        let value = em.log_likelihood(&from);
        let mut start = 0;
        for length in em.simplices() {
            for a in start..start + length {
                for b in (start..start + length).filter(|b| *b != a) {
                    let h = 1e-6;
                    if from[a] < 1e-5 {
                        continue;
                    }
                    let mut near = from.clone();
                    near[a] -= h;
                    near[b] += h;
                    let slope = (em.log_likelihood(&near) - value) / h;
                    assert!(slope < 1e-2, "{slope} {a} {b} {from:?}");
                }
            }
            start += length;
        }
    }
}
