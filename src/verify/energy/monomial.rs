//! Monomials c·∏ |wᵢ|^{aᵢ} under ∏ |wᵢ|^{hᵢ}: −log ∏|wᵢ|^{aᵢ} is a sum of independent exponential
//! variables of rates (hᵢ + 1)/aᵢ, whatever the signs of w.

use super::split::Summand;
use crate::estimate::Quadrature;

/// U(t); `None` if the summand is no monomial, or negative somewhere.
pub(super) fn energy(summand: &Summand, t: f64) -> Option<f64> {
    let [(exponents, c)] = &summand.terms[..] else {
        return None;
    };
    let pairs = || exponents.iter().zip(&summand.axes);
    let is_even = pairs().all(|(e, axis)| axis.nonnegative || e % 2 == 0);
    if !is_even || *c <= 0.0 {
        return None;
    }
    let mut rates: Vec<f64> = pairs()
        .filter(|(e, _)| **e > 0)
        .map(|(&e, axis)| (axis.power + 1.0) / f64::from(e))
        .collect();
    rates.sort_by(f64::total_cmp);
    let t = c * t;
    let slowest = *rates.first()?;
    let density = Density::of(&rates);
    let log = |l: f64| density.at(l).ln() - t * (-l).exp();
    // K is about 1/t at log t; what lies so far beyond has a share of e^{−40}
    let middle = t.ln().max(1.0);
    let line = Quadrature::within(1e-10, log, &[0.0, middle, middle + 40.0 / slowest]).ok()?;
    Some(line.mean(|l| t * (-l).exp()))
}

/// The density of a sum of exponential variables, as terms c·l^k·e^{−ρl}.
struct Density {
    terms: Vec<(f64, i32, f64)>,
}

impl Density {
    /// By partial fractions of ∏ ρᵢ/(ρᵢ − s), of rates in increasing order.
    fn of(rates: &[f64]) -> Self {
        let mut terms = Vec::new();
        let mut first = 0;
        while first < rates.len() {
            let rate = rates[first];
            let same = |other: f64| (other - rate).abs() <= 1e-12 * rate;
            let order = rates[first..].iter().take_while(|r| same(**r)).count();
            // around s = ρ − u the other factors are a power series in u
            let mut series = vec![0.0; order];
            series[0] = rate.powi(order as i32);
            for other in rates.iter().filter(|r| !same(**r)) {
                let gap = other - rate;
                // times other/(gap + u)
                let mut product = vec![0.0; order];
                for k in 0..order {
                    let before = if k > 0 { product[k - 1] } else { 0.0 };
                    product[k] = (other * series[k] - before) / gap;
                }
                series = product;
            }
            let mut factorial = 1.0;
            for power in 0..order {
                factorial *= power.max(1) as f64;
                terms.push((series[order - 1 - power] / factorial, power as i32, rate));
            }
            first += order;
        }
        Self { terms }
    }

    fn at(&self, l: f64) -> f64 {
        let of = |&(c, k, rate): &(f64, i32, f64)| c * l.powi(k) * (-rate * l).exp();
        // cancellation near 0, where almost nothing is
        self.terms.iter().map(of).sum::<f64>().max(0.0)
    }
}
