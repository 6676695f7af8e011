//! Critical points of the toy model of superposition: polygons.

use super::superposition::{diagonal, off_diagonal};
use super::{LossError, Superposition};
use std::f64::consts::TAU;

/// A regular k-gon as a critical point: k columns of length l at equal angles with bias b; the other
/// features have no column and the bias −1 or 1/(2c).
///
/// # Examples
///
/// ```
/// use rlct::loss::{Loss, Superposition};
///
/// let loss = Superposition::new(6)?;
/// let pentagon = loss.polygon(5, 0)?;
/// assert!((pentagon.length - 1.170_459_64).abs() < 1e-8);
/// let mut gradient = [0.0; 18];
/// let value = loss.gradient(&pentagon.w, &mut gradient, &mut []);
/// assert!((value - 0.068_743_58).abs() < 1e-8);
/// assert!(gradient.iter().all(|g| g.abs() < 1e-13));
/// # Ok::<(), rlct::loss::LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GonPoint {
    /// The parameters.
    pub w: Vec<f64>,
    /// l.
    pub length: f64,
    /// b.
    pub bias: f64,
    /// Whether exactly the neighbours up to ⌈k/4⌉ − 1 are heard by an output, −l² cos(2πs/k) < b for
    /// s in \[k/4 − 1, k/4): the condition under which the paper lists k-gons.
    pub in_chamber: bool,
}

/// H of a k-gon as a function of l and b, with its derivatives.
fn reduced(k: usize, l: f64, b: f64) -> [f64; 3] {
    let square = l * l;
    let mut sums = diagonal(square, b);
    sums[1] *= 2.0 * l;
    for m in 1..k {
        let cosine = (TAU * m as f64 / k as f64).cos();
        let [value, by_a, by_b] = off_diagonal(square * cosine, b);
        sums[0] += value;
        sums[1] += 2.0 * l * cosine * by_a;
        sums[2] += by_b;
    }
    sums.map(|sum| k as f64 * sum)
}

/// Newton's method for a zero of the derivatives, from a start; halved steps where they grow.
fn newton(k: usize, start: [f64; 2]) -> Option<[f64; 2]> {
    let slopes = |[l, b]: [f64; 2]| {
        let [_, by_l, by_b] = reduced(k, l, b);
        [by_l, by_b]
    };
    let size = |v: [f64; 2]| v[0].hypot(v[1]);
    let mut at = start;
    for _ in 0..200 {
        let value = slopes(at);
        if size(value) < 1e-15 {
            break;
        }
        let step = 1e-6;
        let column = |i: usize| {
            let mut moved = [at, at];
            moved[0][i] -= step;
            moved[1][i] += step;
            let [down, up] = moved.map(slopes);
            [
                (up[0] - down[0]) / (2.0 * step),
                (up[1] - down[1]) / (2.0 * step),
            ]
        };
        let (first, second) = (column(0), column(1));
        let determinant = first[0] * second[1] - second[0] * first[1];
        let change = [
            (value[0] * second[1] - second[0] * value[1]) / determinant,
            (first[0] * value[1] - value[0] * first[1]) / determinant,
        ];
        if !change.iter().all(|x| x.is_finite()) {
            return None;
        }
        let mut share = 1.0;
        loop {
            let next = [at[0] - share * change[0], at[1] - share * change[1]];
            if size(slopes(next)) < size(value) {
                at = next;
                break;
            }
            share *= 0.5;
            if share < 1e-6 {
                // no better point: as near as floating point comes, or no zero
                return (size(value) < 1e-12).then_some(at);
            }
        }
    }
    (size(slopes(at)) < 1e-12).then_some(at)
}

impl Superposition {
    /// The critical point that is a regular `live`-gon, with `positive` of the other features of
    /// bias 1/(2c) and the rest of bias −1. Of several k-gons the one of the least loss.
    ///
    /// # Errors
    /// [`LossError::Polygon`] for fewer than 4 or more than 12 features in the polygon, for more
    /// features than there are, and where there is no such point.
    pub fn polygon(&self, live: usize, positive: usize) -> Result<GonPoint, LossError> {
        let features = self.features();
        let refuse = |reason| LossError::Polygon {
            live,
            positive,
            features,
            reason,
        };
        if !(4..=12).contains(&live) {
            return Err(refuse("polygons have from 4 to 12 corners"));
        }
        if live + positive > features {
            return Err(refuse("there are fewer features"));
        }
        let (length, bias) = Self::gon(live).ok_or_else(|| refuse("there is no such point"))?;
        let mut w = vec![0.0; 3 * features];
        for j in 0..live {
            let (sine, cosine) = (TAU * j as f64 / live as f64).sin_cos();
            w[2 * j] = length * cosine;
            w[2 * j + 1] = length * sine;
            w[2 * features + j] = bias;
        }
        for j in live..features {
            let up = j < live + positive;
            w[2 * features + j] = if up { 0.5 / features as f64 } else { -1.0 };
        }
        let heard = live.div_ceil(4) - 1;
        let edge = |m: usize| length * length * (TAU * m as f64 / live as f64).cos();
        // the square, on the wall between chambers, hears no neighbour
        let in_chamber = edge(heard) + bias > 0.0 && edge(heard + 1) + bias <= 1e-12;
        Ok(GonPoint {
            w,
            length,
            bias,
            in_chamber,
        })
    }

    /// l and b.
    fn gon(k: usize) -> Option<(f64, f64)> {
        if k == 4 {
            return Some((1.0, 0.0));
        }
        let starts = (0..12).flat_map(|i| (0..12).map(move |j| (i, j)));
        let found = starts.filter_map(|(i, j)| {
            let start = [0.9 + 0.07 * f64::from(i), -0.05 - 0.15 * f64::from(j)];
            newton(k, start).filter(|[l, b]| *l > 0.5 && *b < 0.0 && l * l + b > 1e-6)
        });
        let least = found.min_by(|a, b| {
            let h = |p: &[f64; 2]| reduced(k, p[0], p[1])[0];
            h(a).total_cmp(&h(b))
        });
        least.map(|[l, b]| (l, b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Loss;

    /// k, l, b and H, by an independent program.
    const GONS: [(usize, f64, f64, f64); 7] = [
        (5, 1.170_459_64, -0.282_297_28, 0.237_384_41),
        (6, 1.320_526_33, -0.618_135_13, 0.867_462_77),
        (7, 1.448_393_75, -0.966_906_34, 1.748_695_08),
        (8, 1.550_449_69, -1.291_192_64, 2.773_102_43),
        (9, 1.617_110_85, -1.542_320_92, 3.871_68),
        (10, 1.618_034, -1.618_034, 5.0),
        (12, 1.033_22, -0.466_54, 7.052_66),
    ];

    #[test]
    fn polygons_are_those_of_the_reference() {
        for (k, l, b, h) in GONS {
            let loss = Superposition::new(12).unwrap();
            let point = loss.polygon(k, 0).unwrap();
            let level = 36.0 * loss.value(&point.w, &mut []) - (12 - k) as f64;
            assert!((point.length - l).abs() < 1e-5, "{k}: {point:?}");
            assert!((point.bias - b).abs() < 1e-5, "{k}: {point:?}");
            assert!((level - h).abs() < 1e-5, "{k}: {level}");
            let mut gradient = vec![0.0; 36];
            loss.gradient(&point.w, &mut gradient, &mut []);
            assert!(gradient.iter().all(|g| g.abs() < 1e-12), "{k}");
        }
        let loss = Superposition::new(6).unwrap();
        for (k, positive) in [(3, 0), (13, 0), (5, 2), (7, 0)] {
            assert!(loss.polygon(k, positive).is_err());
        }
    }
}
