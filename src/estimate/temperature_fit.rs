//! Fitting (λ, m) to energies at a few inverse temperatures.
//!
//! U(t) = t (E_t\[L\] − b) at t₁ < … < t_k is fitted by
//!
//! U(t) = λ − d log F/dx + a·e^{−δx} + t (L₀ − b) + u·√(t/n) + noise, x = log t − reference,
//!
//! with the candidates for F, δ and a, and their weights before the data, of
//! [`asymptotics`](super::asymptotics). λ, a, L₀ and u enter linearly with normal weights before the
//! data and are integrated out. On a population loss L₀ = b and u = 0. On n samples L₀ is free, for
//! w* is rarely where L_n is least; and u, of variance λ/2, is the fluctuation that Watanabe (2013,
//! *Journal of Machine Learning Research* 14, 867, Theorem 4) bounds so: it is absent in regular
//! models, so that both cases weigh the same.

use super::asymptotics::{
    AMPLITUDES, CORRECTION, Conditional, EXTRAPOLATION, GAPS, MULTIPLICITY_RATIO, PoleFit, Shape,
    TERM, WITH_TERM, constants,
};
use nalgebra::{DMatrix, DVector};

/// Energies with independent standard errors, from the hottest to the coldest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Energies {
    pub(super) log_t: Vec<f64>,
    pub(super) energy: Vec<f64>,
    pub(super) standard_error: Vec<f64>,
}

/// What is known of the least loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Least {
    /// It is the baseline of the energies.
    Known,
    /// It is to be fitted, to the mean loss of so many samples.
    Free { samples: f64 },
}

/// The fit, and how far the least loss lies from the baseline of the energies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub(super) pole: PoleFit,
    /// L₀ − b with its standard error, where it was free.
    pub(super) least: Option<(f64, f64)>,
}

/// How many times its guess the standard deviation of λ before the data is: it is to say nothing.
const VAGUE: f64 = 10.0;
/// The relative precision to which any candidate describes U. Chosen by hand, above that of a
/// ladder: there are a few temperatures, and as many candidates.
const RESOLUTION: f64 = 1e-3;
/// The weights before the data, for m = 1, of F = 1, of one next pole, and of a term of many. Chosen
/// by hand: over a few temperatures, of which the hottest are hot, all that speaks for F = 1 may be
/// that nothing is seen against it, and many factors have many next poles.
const SHARES: [f64; 3] = [0.2, 0.3, 0.5];
/// The share of the candidates with a fluctuation u√(t/n) on data, and the variance of u in units
/// of λ.
const FLUCTUATING: f64 = 0.5;
const FLUCTUATION: f64 = 0.5;

/// One column of the linear part: its values and its standard deviation before the data.
struct Column {
    values: DVector<f64>,
    deviation: f64,
}

/// One candidate on the data.
struct Candidate {
    multiplicity: usize,
    log_weight: f64,
    lambda: f64,
    variance: f64,
    least: (f64, f64),
    chi_squared: f64,
}

struct Search<'a> {
    data: &'a Energies,
    least: Least,
    reference: f64,
    scale: f64,
    candidates: Vec<Candidate>,
}

/// Fits the pole; `reference` is the log t from which the asymptotic range may begin, and
/// `max_multiplicity` at most the number of parameters. `None` where the energies are not finite,
/// or fewer than three.
pub(super) fn fit(
    data: &Energies,
    least: Least,
    reference: f64,
    max_multiplicity: usize,
) -> Option<Fitted> {
    let k = data.energy.len();
    let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
    let all = [&data.log_t, &data.energy, &data.standard_error];
    if k < 3 || !all.iter().all(|values| finite(values)) || !reference.is_finite() {
        return None;
    }
    let scale = match least {
        Least::Known => data.energy[k / 2..].iter().sum::<f64>() / (k - k / 2) as f64,
        Least::Free { .. } => quotient(data),
    };
    let mut search = Search {
        data,
        least,
        reference,
        scale: scale.abs().max(f64::MIN_POSITIVE),
        candidates: Vec::new(),
    };
    search.all(max_multiplicity);
    search.average(max_multiplicity)
}

/// (E_{t'}L − E_tL)/(1/t' − 1/t) between the hottest and the coldest.
fn quotient(data: &Energies) -> f64 {
    let last = data.energy.len() - 1;
    let t = [data.log_t[0].exp(), data.log_t[last].exp()];
    (data.energy[0] / t[0] - data.energy[last] / t[1]) / (1.0 / t[0] - 1.0 / t[1])
}

impl Search<'_> {
    fn all(&mut self, max_multiplicity: usize) {
        let unit = self.scale.min(1.0);
        let [pure, next_pole, term] = SHARES;
        let gaps = GAPS.map(|g| g * unit);
        let next_pole = (next_pole / (gaps.len() * AMPLITUDES.len()) as f64).ln();
        let term = (term / gaps.len() as f64).ln();
        self.add(1, Shape::Pure, None, pure.ln());
        for gap in gaps {
            for r in AMPLITUDES {
                self.add(1, Shape::NextPole { gap, r }, None, next_pole);
            }
            self.add(1, Shape::Pure, Some(gap), term);
        }
        for multiplicity in 2..=max_multiplicity {
            let degree = (multiplicity - 1) as f64;
            for (constant, weight) in constants(degree) {
                let c = constant / unit;
                let shape = Shape::Logarithmic { degree, c };
                let prior = (WITH_TERM * weight).ln();
                self.add(multiplicity, shape, None, prior);
                let prior = prior - (gaps.len() as f64).ln();
                for gap in gaps {
                    self.add(multiplicity, shape, Some(gap), prior);
                }
            }
        }
    }

    /// Adds a candidate, on data with and without a fluctuation.
    fn add(&mut self, multiplicity: usize, shape: Shape, gap: Option<f64>, log_prior: f64) {
        let k = self.data.energy.len();
        let x = |j: usize| self.data.log_t[j] - self.reference;
        let log_f = DVector::from_fn(k, |j, _| shape.slope(x(j)));
        if log_f.iter().any(|slope| !slope.is_finite()) {
            return; // the approach would begin only later
        }
        let mut columns = vec![Column {
            values: DVector::from_element(k, 1.0),
            deviation: VAGUE * self.scale,
        }];
        if let Some(gap) = gap {
            let size = if multiplicity == 1 { TERM } else { CORRECTION };
            columns.push(Column {
                values: DVector::from_fn(k, |j, _| (-gap * x(j)).exp()),
                deviation: size * self.scale,
            });
        }
        let log_prior = log_prior - multiplicity as f64 * MULTIPLICITY_RATIO.ln();
        let Least::Free { samples } = self.least else {
            self.weigh(multiplicity, &log_f, &columns, None, log_prior);
            return;
        };
        let coldest = self.data.log_t[k - 1];
        let farthest = self
            .data
            .energy
            .iter()
            .fold(self.scale, |a, u| a.max(u.abs()));
        columns.push(Column {
            values: DVector::from_fn(k, |j, _| (self.data.log_t[j] - coldest).exp()),
            deviation: VAGUE * farthest,
        });
        let free = Some(columns.len() - 1);
        let calm = log_prior + (1.0 - FLUCTUATING).ln();
        self.weigh(multiplicity, &log_f, &columns, free, calm);
        columns.push(Column {
            values: DVector::from_fn(k, |j, _| (self.data.log_t[j].exp() / samples).sqrt()),
            deviation: (FLUCTUATION * self.scale).sqrt(),
        });
        let log_prior = log_prior + FLUCTUATING.ln();
        self.weigh(multiplicity, &log_f, &columns, free, log_prior);
    }

    /// Integrates the linear part out.
    fn weigh(
        &mut self,
        multiplicity: usize,
        log_f: &DVector<f64>,
        columns: &[Column],
        free: Option<usize>,
        log_prior: f64,
    ) {
        let k = self.data.energy.len();
        let mut covariance = DMatrix::from_diagonal(&DVector::from_fn(k, |j, _| {
            let resolution = RESOLUTION * self.scale;
            self.data.standard_error[j].powi(2) + resolution * resolution
        }));
        for column in columns {
            covariance += &column.values * column.values.transpose() * column.deviation.powi(2);
        }
        let Some(cholesky) = covariance.cholesky() else {
            return;
        };
        // U = λ − d log F/dx + …, and λ is about its guess
        let rest = DVector::from_fn(k, |j, _| self.data.energy[j] + log_f[j] - self.scale);
        let solved = cholesky.solve(&rest);
        let chi_squared = rest.dot(&solved);
        let log_determinant: f64 = 2.0 * cholesky.l().diagonal().map(f64::ln).sum();
        let of = |column: &Column| {
            let before = column.deviation.powi(2);
            let mean = before * column.values.dot(&solved);
            let gain = column.values.dot(&cholesky.solve(&column.values));
            (mean, (before - before * before * gain).max(0.0))
        };
        let (shift, variance) = of(&columns[0]);
        let (least, of_least) = free.map_or((0.0, 0.0), |free| of(&columns[free]));
        self.candidates.push(Candidate {
            multiplicity,
            log_weight: log_prior - 0.5 * (chi_squared + log_determinant),
            lambda: self.scale + shift,
            variance,
            least: (least, of_least.sqrt()),
            chi_squared,
        });
    }

    /// Mean and standard deviation of the mixture.
    fn average(&self, max_multiplicity: usize) -> Option<Fitted> {
        let usable = || self.candidates.iter().filter(|c| c.log_weight.is_finite());
        let best = usable().max_by(|a, b| a.log_weight.total_cmp(&b.log_weight))?;
        let weight = |c: &Candidate| (c.log_weight - best.log_weight).exp();
        let moments = |multiplicity: Option<usize>, of: &dyn Fn(&Candidate) -> (f64, f64)| {
            let mut sums = [0.0; 3];
            for c in usable().filter(|c| multiplicity.is_none_or(|m| m == c.multiplicity)) {
                let (mean, deviation) = of(c);
                sums[0] += weight(c);
                sums[1] += weight(c) * mean;
                sums[2] += weight(c) * (mean * mean + deviation * deviation);
            }
            let mean = sums[1] / sums[0];
            (
                sums[0],
                mean,
                (sums[2] / sums[0] - mean * mean).max(0.0).sqrt(),
            )
        };
        let of_lambda = |c: &Candidate| (c.lambda, c.variance.sqrt());
        let (total, lambda, spread) = moments(None, &of_lambda);
        let given: Vec<Conditional> = (1..=max_multiplicity)
            .map(|multiplicity| {
                let (weight, lambda, standard_error) = moments(Some(multiplicity), &of_lambda);
                Conditional {
                    multiplicity,
                    probability: weight / total,
                    lambda,
                    standard_error,
                }
            })
            .collect();
        let likeliest = given
            .iter()
            .max_by(|a, b| a.probability.total_cmp(&b.probability))?;
        let (_, shift, of_shift) = moments(None, &|c| c.least);
        let last = self.data.energy.len() - 1;
        let beyond = lambda - (self.data.energy[last] - shift);
        let coldest = self.data.log_t[last].exp();
        Some(Fitted {
            pole: PoleFit {
                lambda,
                standard_error: spread.hypot(EXTRAPOLATION * beyond),
                multiplicity: likeliest.multiplicity,
                chi_squared: best.chi_squared,
                degrees_of_freedom: self.data.energy.len(),
                window_start: self.data.log_t[0],
                window_end: self.data.log_t[last],
                given,
            },
            least: match self.least {
                Least::Known => None,
                Least::Free { .. } => Some((shift / coldest, of_shift / coldest)),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Scalar;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    fn energies(error: f64, seed: u64, u: impl Fn(f64) -> f64) -> Energies {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let log_t: Vec<f64> = (0..5).map(|k| 5.0 + 4.0_f64.ln() * k as f64).collect();
        let noise = |x: &f64| u(*x) + error * f64::normal(&mut rng);
        Energies {
            energy: log_t.iter().map(noise).collect(),
            standard_error: vec![error; log_t.len()],
            log_t,
        }
    }

    #[test]
    fn a_flat_energy_is_lambda() {
        let fitted = fit(&energies(0.01, 1, |_| 2.0), Least::Known, 0.0, 3).unwrap();
        let pole = fitted.pole;
        assert!(
            (pole.lambda - 2.0).abs() < 3.0 * pole.standard_error,
            "{pole:?}"
        );
        assert!(pole.standard_error < 0.2);
        assert_eq!((pole.multiplicity, fitted.least), (1, None));
    }

    #[test]
    fn a_free_least_loss_is_found() {
        // L₀ is below the baseline by 0.003
        let u = |x: f64| 20.0 - 0.003 * x.exp();
        let fitted = fit(&energies(0.01, 2, u), Least::Free { samples: 1e6 }, 0.0, 1).unwrap();
        let (least, error) = fitted.least.unwrap();
        assert!((least + 0.003).abs() < 4.0 * error, "{least} {error}");
        let pole = fitted.pole;
        assert!(
            (pole.lambda - 20.0).abs() < 3.0 * pole.standard_error,
            "{pole:?}"
        );
    }

    #[test]
    fn the_mixture_holds_lambda_as_often_as_it_says() {
        // λ = ½, m = 2, the monomial xy: U = ½ − 1/(x + c) with c around its usual place
        let mut held = 0;
        for seed in 0..200 {
            let c = [3.9, 5.8, 8.7][seed as usize % 3];
            let data = energies(0.005, seed, |x| 0.5 - 1.0 / (x + c));
            let pole = fit(&data, Least::Known, 0.0, 2).unwrap().pole;
            held += usize::from((pole.lambda - 0.5).abs() < 1.96 * pole.standard_error);
        }
        assert!(held >= 170, "{held} of 200");
    }

    #[test]
    fn too_few_or_infinite_energies_are_no_fit() {
        let mut data = energies(0.01, 1, |_| 2.0);
        data.energy[2] = f64::NAN;
        assert_eq!(fit(&data, Least::Known, 0.0, 2), None);
        let short = Energies {
            log_t: vec![5.0, 6.0],
            energy: vec![1.0, 1.0],
            standard_error: vec![0.1, 0.1],
        };
        assert_eq!(fit(&short, Least::Known, 0.0, 2), None);
    }
}
