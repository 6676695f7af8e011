//! How far the draws of pilot chains spread in every parameter, and what that tells of scales.

use crate::estimate::StateError;
use crate::estimate::run_state::SavedSpread;
use crate::loss::Scalar;
use crate::sampler::Observer;
use crate::sampler::packed::{Exact, Numbers};

/// The variance over parameters of the logarithms of their variances, less that of noise, from
/// which these precondition: they then differ by a factor of e either way. And how many times the
/// noise it is at least, which is half the squared difference between two halves of the chains.
/// Both chosen by hand.
const SCALES: f64 = 1.0;
const SIGNAL: f64 = 4.0;
/// How many draws the median of the variances counts for in each of them: one of few draws is not
/// known well. Chosen by hand.
const SHRINKAGE: f64 = 5.0;
/// How many times its own variance what a parameter's is drawn to is at the most: those that are
/// much narrower than the median keep about their scale. Chosen by hand.
const LARGEST_SHARE: f64 = 1e3;

/// Mean and sum of squares of every parameter over the draws of a chain (Welford), and the sum of
/// the squared distances from each draw to the next.
pub(super) struct Spread {
    pub(super) count: f64,
    pub(super) mean: Vec<f64>,
    pub(super) squares: Vec<f64>,
    last: Vec<f64>,
    pub(super) jumps: f64,
}

impl Spread {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            count: 0.0,
            mean: vec![0.0; dimension],
            squares: vec![0.0; dimension],
            last: vec![0.0; dimension],
            jumps: 0.0,
        }
    }
}

impl Spread {
    /// The sums for a journal; without those of each parameter where nobody asks for them.
    pub(super) fn save(&self, whole: bool) -> SavedSpread {
        let of = |list: &[f64]| Numbers(if whole { list.to_vec() } else { Vec::new() });
        SavedSpread {
            count: Exact(self.count),
            jumps: Exact(self.jumps),
            mean: of(&self.mean),
            squares: of(&self.squares),
            last: of(&self.last),
        }
    }

    /// The sums of a journal, of so many parameters or of none.
    pub(super) fn restore(saved: &SavedSpread, dimension: usize) -> Result<Self, StateError> {
        let lists = [&saved.mean, &saved.squares, &saved.last];
        let length = lists[0].0.len();
        if lists.iter().any(|list| list.0.len() != length) || ![0, dimension].contains(&length) {
            return Err(StateError::Unfit("a spread of the pilot"));
        }
        let [mean, squares, last] = lists.map(|list| list.0.clone());
        Ok(Self {
            count: saved.count.0,
            mean,
            squares,
            last,
            jumps: saved.jumps.0,
        })
    }
}

impl<T: Scalar> Observer<T> for Spread {
    fn draw(&mut self, w: &[T]) {
        let first = self.count == 0.0;
        self.count += 1.0;
        let mut jump = 0.0;
        let moments = self.mean.iter_mut().zip(&mut self.squares);
        for (((mean, square), last), w) in moments.zip(&mut self.last).zip(w) {
            let before = w.float() - *mean;
            *mean += before / self.count;
            *square += before * (w.float() - *mean);
            jump += (w.float() - *last).powi(2);
            *last = w.float();
        }
        self.jumps += if first { 0.0 } else { jump };
    }
}

/// The variance of every parameter over all chains, drawn a little towards their median where
/// draws are few.
pub(super) fn variances(spreads: &[Spread]) -> Vec<f64> {
    let count: f64 = spreads.iter().map(|s| s.count).sum();
    let d = spreads.first().map_or(0, |s| s.mean.len());
    let mut variances: Vec<f64> = (0..d)
        .map(|i| {
            let mean = spreads.iter().map(|s| s.count * s.mean[i]).sum::<f64>() / count;
            let within: f64 = spreads.iter().map(|s| s.squares[i]).sum();
            let between: f64 = spreads
                .iter()
                .map(|s| s.count * (s.mean[i] - mean).powi(2))
                .sum();
            (within + between) / (count - 1.0)
        })
        .collect();
    let mut sorted: Vec<f64> = variances.iter().copied().filter(|&v| v > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(1.0);
    for v in &mut variances {
        *v = (count * *v + SHRINKAGE * median.min(LARGEST_SHARE * *v)) / (count + SHRINKAGE);
        if !(*v > 0.0 && v.is_finite()) {
            *v = median; // a parameter that does not move
        }
    }
    variances
}

/// The variances, if parameters differ in scale by more than chains do about each of them: where
/// they do not, as where narrow directions lie across the parameters, a preconditioner of them is
/// noise.
pub(super) fn preconditioner(spreads: &[Spread]) -> Option<Vec<f64>> {
    let (even, odd): (Vec<&Spread>, Vec<&Spread>) = {
        let moved = spreads.iter().filter(|spread| spread.count > 1.0);
        let halves = moved
            .enumerate()
            .partition::<Vec<_>, _>(|(i, _)| i % 2 == 0);
        let of = |half: Vec<(usize, _)>| half.into_iter().map(|(_, spread)| spread).collect();
        (of(halves.0), of(halves.1))
    };
    let log_variance = |half: &[&Spread], i: usize| {
        let squares: f64 = half.iter().map(|s| s.squares[i]).sum();
        let count: f64 = half.iter().map(|s| s.count - 1.0).sum();
        (squares / count).ln()
    };
    let d = spreads.first().map_or(0, |s| s.mean.len());
    let (mut sum, mut square, mut noise, mut count) = (0.0, 0.0, 0.0, 0.0_f64);
    for i in 0..d {
        let (a, b) = (log_variance(&even, i), log_variance(&odd, i));
        let (mean, difference) = (0.5 * (a + b), 0.5 * (a - b));
        if mean.is_finite() {
            sum += mean;
            square += mean * mean;
            noise += difference * difference;
            count += 1.0;
        }
    }
    let between = (square - sum * sum / count.max(1.0)) / (count - 1.0).max(1.0);
    let noise = noise / count.max(1.0);
    (between - noise > SCALES && between > SIGNAL * noise).then(|| variances(spreads))
}
