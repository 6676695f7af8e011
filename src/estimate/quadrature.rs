//! Integrals of unnormalised densities of one variable, by adaptive quadrature in logarithms.

use super::EstimateError;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// An unnormalised density e^g(x) on an interval as nodes x_i with weights: its logarithmic mass
/// log ∫ e^g dx, which may be far outside of floating point, and means under it.
///
/// The rule of Gauss and Kronrod with 15 nodes (Kronrod 1965; Piessens et al. 1983, *QUADPACK*) on
/// panels that are halved where they are worst, until the difference to the rule of Gauss with 7
/// nodes is 10⁻¹¹ of the whole; the error is then much smaller still. This is what the samplers are
/// held against: a free energy −log ∫ e^(−nL(w)) φ(w) dw is `-log_mass()`.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Quadrature;
///
/// // ∫ e^(−tx⁴) dx = ½ Γ(1/4) t^(−1/4), and t·E[x⁴] = λ = 1/4
/// let t = 1e12;
/// let quadrature = Quadrature::of(|x| -t * x.powi(4), &[-2.0, 0.0, 2.0])?;
/// let exact = (0.5 * 3.625_609_908_221_908_f64).ln() - 0.25 * t.ln();
/// assert!((quadrature.log_mass() - exact).abs() < 1e-12);
/// assert!((quadrature.mean(|x| t * x.powi(4)) - 0.25).abs() < 1e-12);
/// # Ok::<(), rlct::estimate::EstimateError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Quadrature {
    /// x and log of weight · density.
    nodes: Vec<(f64, f64)>,
    log_mass: f64,
}

/// Positive nodes of the rule of Kronrod on [−1, 1] but the last, which is 0; every second one,
/// from the second on, is one of Gauss.
const NODES: [f64; 8] = [
    0.991_455_371_120_812_6,
    0.949_107_912_342_758_5,
    0.864_864_423_359_769_1,
    0.741_531_185_599_394_4,
    0.586_087_235_467_691_1,
    0.405_845_151_377_397_2,
    0.207_784_955_007_898_47,
    0.0,
];
const KRONROD: [f64; 8] = [
    0.022_935_322_010_529_225,
    0.063_092_092_629_978_55,
    0.104_790_010_322_250_18,
    0.140_653_259_715_525_92,
    0.169_004_726_639_267_9,
    0.190_350_578_064_785_4,
    0.204_432_940_075_298_9,
    0.209_482_141_084_727_82,
];
const GAUSS: [f64; 4] = [
    0.129_484_966_168_869_7,
    0.279_705_391_489_276_64,
    0.381_830_050_505_118_9,
    0.417_959_183_673_469_4,
];

/// Where a panel ends at a break, its density is looked at so many more places between the end and
/// the node next to it, each sixteen times nearer than the last.
const PROBES: usize = 12;

/// The panel, its nodes, and logarithms of its mass and of the error of that.
#[derive(Debug)]
struct Panel {
    ends: [f64; 2],
    nodes: [(f64, f64); 15],
    log_mass: f64,
    log_error: f64,
}

impl Panel {
    fn new(
        ends: [f64; 2],
        breaks: &[f64],
        log_density: &mut impl FnMut(f64) -> f64,
    ) -> Option<Self> {
        let [start, end] = ends;
        let (centre, half) = (0.5 * (start + end), 0.5 * (end - start));
        let mut nodes = [(0.0, 0.0); 15];
        let mut gauss = [(0.0, 0.0); 7];
        let mut densities = [0.0; 15];
        for i in 0..15 {
            let place = i.min(14 - i);
            let x = centre + if i < 7 { -half } else { half } * NODES[place];
            let value = log_density(x);
            if value.is_nan() || value == f64::INFINITY {
                return None;
            }
            densities[i] = value;
            nodes[i] = (x, value + (half * KRONROD[place]).ln());
            if i % 2 == 1 {
                gauss[i / 2] = (x, value + (half * GAUSS[place / 2]).ln());
            }
        }
        let log_mass = log_sum(&nodes);
        let difference = (log_sum(&gauss) - log_mass).exp() - 1.0;
        let mut log_error = match log_mass {
            f64::NEG_INFINITY => f64::NEG_INFINITY,
            _ => log_mass + difference.abs().ln(),
        };
        // a maximum at a break that all nodes miss: as much mass lies there as near some probe
        for (end, node) in [(start, 0), (end, 14)] {
            if !breaks.contains(&end) {
                continue;
            }
            let (x, seen) = (nodes[node].0, densities[node]);
            let mut share: f64 = 1.0;
            for _ in 0..PROBES {
                share /= 16.0;
                let value = log_density(end + share * (x - end)) + share.ln();
                if value.is_finite() && value > seen {
                    log_error = log_error.max(value + (x - end).abs().ln());
                }
            }
        }
        Some(Self {
            ends,
            nodes,
            log_mass,
            log_error,
        })
    }
}

impl PartialEq for Panel {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Panel {}

impl PartialOrd for Panel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Panel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.log_error.total_cmp(&other.log_error)
    }
}

/// log Σ e^y over pairs (x, y).
fn log_sum(nodes: &[(f64, f64)]) -> f64 {
    let largest = nodes
        .iter()
        .fold(f64::NEG_INFINITY, |m, node| m.max(node.1));
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    let sum: f64 = nodes.iter().map(|node| (node.1 - largest).exp()).sum();
    largest + sum.ln()
}

impl Quadrature {
    /// The error that is aimed at, of the mass.
    const TOLERANCE: f64 = 1e-11;
    /// Panels at most.
    const PANELS: usize = 20_000;

    /// Integrates e^g for g = `log_density` from the first to the last of `breaks`, at least two
    /// increasing numbers. A maximum that is narrow, and every place where g is not smooth, should
    /// be one of them: the first nodes may all miss it. g may be −∞.
    ///
    /// # Errors
    /// [`EstimateError::Quadrature`] if `breaks` do not increase, if g is NaN or +∞ at a node, or
    /// if the panels do not suffice.
    pub fn of(log_density: impl FnMut(f64) -> f64, breaks: &[f64]) -> Result<Self, EstimateError> {
        Self::within(Self::TOLERANCE, log_density, breaks)
    }

    /// The same to a relative error of the mass of `tolerance`, for a density that is itself known
    /// to no more: an integral over another variable, say.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn within(
        tolerance: f64,
        mut log_density: impl FnMut(f64) -> f64,
        breaks: &[f64],
    ) -> Result<Self, EstimateError> {
        let refuse = |reason| Err(EstimateError::Quadrature { reason });
        let increasing = breaks.windows(2).all(|ends| ends[0] < ends[1]);
        if breaks.len() < 2 || !increasing || !breaks.iter().all(|x| x.is_finite()) {
            return refuse("its breaks must be at least two finite numbers that increase");
        }
        let mut panels = BinaryHeap::new();
        let mut push = |panels: &mut BinaryHeap<Panel>, ends| {
            let panel = Panel::new(ends, breaks, &mut log_density);
            panel.map(|panel| panels.push(panel)).is_some()
        };
        let infinite = "the density is NaN or infinite at a node";
        for ends in breaks.windows(2) {
            if !push(&mut panels, [ends[0], ends[1]]) {
                return refuse(infinite);
            }
        }
        loop {
            let masses: Vec<(f64, f64)> = panels.iter().map(|p| (0.0, p.log_mass)).collect();
            let errors: Vec<(f64, f64)> = panels.iter().map(|p| (0.0, p.log_error)).collect();
            let log_mass = log_sum(&masses);
            if log_sum(&errors) <= log_mass + tolerance.ln() || log_mass == f64::NEG_INFINITY {
                let nodes = panels.iter().flat_map(|panel| panel.nodes).collect();
                return Ok(Self { nodes, log_mass });
            }
            // a tenth of the panels at a time, so that the sums above cost little
            for _ in 0..=panels.len() / 10 {
                let Some(worst) = panels.pop() else { break };
                let [start, end] = worst.ends;
                let middle = 0.5 * (start + end);
                if !(start < middle && middle < end) || panels.len() >= Self::PANELS {
                    return refuse("the density is too rough for the panels there are");
                }
                if !push(&mut panels, [start, middle]) || !push(&mut panels, [middle, end]) {
                    return refuse(infinite);
                }
            }
        }
    }

    /// log ∫ e^g dx.
    #[must_use]
    pub fn log_mass(&self) -> f64 {
        self.log_mass
    }

    /// The mean of f under the density, ∫ f e^g dx / ∫ e^g dx. The nodes are those that suit the
    /// density: f should be no rougher.
    #[must_use]
    pub fn mean(&self, mut f: impl FnMut(f64) -> f64) -> f64 {
        let shares = self
            .nodes
            .iter()
            .map(|&(x, log)| (x, (log - self.log_mass).exp()));
        shares
            .map(|(x, share)| if share > 0.0 { share * f(x) } else { 0.0 })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_integrate_the_polynomials_they_should() {
        for power in 0..=22 {
            let exact = 1.0 / f64::from(power + 1);
            let mut log = |x: f64| f64::from(power) * x.ln();
            let panel = Panel::new([0.0, 1.0], &[], &mut log).unwrap();
            assert!((panel.log_mass.exp() - exact).abs() < 1e-15, "{power}");
            if power <= 13 {
                assert!((panel.log_error - panel.log_mass).exp() < 1e-14, "{power}");
            }
        }
    }

    #[test]
    fn narrow_and_rough_densities_are_resolved() {
        for t in [1.0_f64, 1e6, 1e16] {
            let gauss = Quadrature::of(|x| -t * x * x, &[-30.0, 0.0, 30.0]).unwrap();
            let exact = 0.5 * (std::f64::consts::PI / t).ln();
            assert!((gauss.log_mass() - exact).abs() < 1e-12, "{t}");
            assert!((gauss.mean(|x| t * x * x) - 0.5).abs() < 1e-8, "{t}");
        }
        // peaks of very different distances from a break, and what lies on its other side
        for t in [1e8, 1e14] {
            let both = Quadrature::of(|x| -t * (x - 1e-5).powi(2), &[-1.0, 0.0, 1e-5, 1.0]);
            let exact = 0.5 * (std::f64::consts::PI / t).ln();
            assert!((both.unwrap().log_mass() - exact).abs() < 1e-11, "{t}");
        }
        // the same where the density is infinite at the break
        let log = |t: f64| move |x: f64| (-x.abs().ln()).ln() - t * x * x;
        let [one, two] = [1e12, 4e12].map(|t| {
            let both = Quadrature::of(log(t), &[-1.0, 0.0, 3e-5, 1.0]).unwrap();
            both.log_mass() + 0.5 * f64::ln(t)
        });
        // ∫ −log|x| e^(−tx²) dx = √(π/t) (½ log t + log 2 + γ/2), γ Euler's constant
        let exact = |t: f64| {
            let constant = 2.0_f64.ln() + 0.5 * 0.577_215_664_901_532_9;
            (std::f64::consts::PI.sqrt() * (0.5 * t.ln() + constant)).ln()
        };
        assert!((one - exact(1e12)).abs() < 1e-10 && (two - exact(4e12)).abs() < 1e-10);
        // ∫ −log|x| = 2 on [−1, 1], and the step at 1/3
        let log = Quadrature::of(|x: f64| (-x.abs().ln()).ln(), &[-1.0, 0.0, 1.0]).unwrap();
        assert!((log.log_mass() - 2.0_f64.ln()).abs() < 1e-9);
        let step = |x: f64| {
            if x < 1.0 / 3.0 {
                0.0
            } else {
                f64::NEG_INFINITY
            }
        };
        let step = Quadrature::of(step, &[0.0, 1.0]).unwrap();
        assert!((step.log_mass() + 3.0_f64.ln()).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_integrated_is_refused() {
        for breaks in [&[][..], &[0.0], &[1.0, 0.0], &[0.0, f64::NAN]] {
            assert!(Quadrature::of(|_| 0.0, breaks).is_err());
        }
        assert!(Quadrature::of(|_| f64::NAN, &[0.0, 1.0]).is_err());
        // not integrable: −1 power of |x − 1/3|
        assert!(Quadrature::of(|x: f64| -(x - 1.0 / 3.0).abs().ln(), &[0.0, 1.0]).is_err());
    }
}
