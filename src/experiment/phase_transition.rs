//! Two singularities compete for the posterior.

use super::{Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use crate::Budget;
use crate::estimate::{EstimateError, Quadrature};
use crate::plot::{Axis, Chart, Curve};
use crate::problem::Problem;
use crate::sampler::Splitting;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "phase_transition",
    about: "Two singularities compete: where the posterior changes sides as n grows, with λ that \
            rises, λ that falls, and a truth with two optima",
    source: "Watanabe 2009, §7.6; Chen, Lau, Mendel, Wei & Murfet 2023 (arXiv:2310.06301), \
             internal model selection",
    predictions,
    run,
};

const FREE_ENERGY: &str = "F = nL + λ log n + c with the constants of both integrals, by hand";

/// K = (w − 1)² for w > 0, K = loss + (scale·(w + 1))⁴ for w < 0, uniform on [−2, 2].
#[derive(Debug, Clone, Copy)]
struct Wells {
    loss: f64,
    scale: f64,
}

/// A has the higher λ and the lower loss.
const FIRST_KIND: Wells = Wells {
    loss: 1e-3,
    scale: 1.0,
};
/// Equal loss; B has the lower λ and less volume.
const EQUAL: Wells = Wells {
    loss: 0.0,
    scale: 4.0,
};
/// The same with a little loss, so that B can win in the middle only: the wells, the keys, where
/// the window of B begins and ends, and the tolerances.
type Window = (Wells, [&'static str; 2], [f64; 2], [f64; 2]);
const REENTRANT: [Window; 2] = [
    (
        Wells {
            loss: 1e-4,
            scale: 4.0,
        },
        ["reentrant_start", "reentrant_end"],
        [259.55, 9171.9],
        [0.01, 0.1],
    ),
    (
        Wells {
            loss: 5e-5,
            scale: 4.0,
        },
        ["reentrant_start_half", "reentrant_end_half"],
        [245.74, 22924.0],
        [0.01, 1.0],
    ),
];
/// n and P_B/P_A of the wells of equal loss.
const EQUAL_ODDS: [(f64, f64); 6] = [
    (50.0, 0.680),
    (100.0, 0.809),
    (200.0, 0.962),
    (234.0, 1.000),
    (300.0, 1.064),
    (1000.0, 1.438),
];
/// n, E F and Var F of the model with two optima, F relative to n L(w₀).
const TWO_OPTIMA: [(f64, f64, f64); 4] = [
    (1e2, -4.933, 36.3),
    (1e3, -20.986, 363.2),
    (1e4, -74.377, 3633.7),
    (1e5, -245.745, 36338.0),
];

fn predictions(_: &Settings) -> Vec<Prediction> {
    let mut stated = vec![
        Prediction::new(
            "crossing",
            "A: (w−1)², λ = 1/2; B: .001 + (w+1)⁴, λ = 1/4: n at which the posterior leaves B for \
             A, by quadrature",
            Demand::near(1911.41, 0.01),
            FREE_ENERGY,
        ),
        Prediction::new(
            "leading_order",
            "the same n from L and the engine's λ alone, .001 n = (λ_A − λ_B) log n",
            Demand::near(1885.49, 0.01),
            "Watanabe 2009: F = nL + λ log n",
        ),
        Prediction::new(
            "crossing_sampled",
            "the same n from volumes {K < ε} sampled in each well",
            Demand::agrees(1911.41, 60.0),
            FREE_ENERGY,
        ),
        Prediction::new(
            "equal_loss",
            "A: (w−1)², B: (4(w+1))⁴, equal loss: n at which the posterior leaves A for B; λ falls",
            Demand::near(233.9566, 1e-3),
            "n = (2·4·√π/Γ(1/4))⁴, by hand",
        ),
        Prediction::new(
            "equal_loss_odds",
            "the same: largest error of P_B/P_A at n = 50, 100, 200, 234, 300, 1000",
            Demand::at_most(5e-4),
            "reference program (quadrature): .680 .809 .962 1.000 1.064 1.438",
        ),
        Prediction::new(
            "equal_loss_sampled",
            "the same crossing from sampled volumes",
            Demand::agrees(233.9566, 30.0),
            "n = (2·4·√π/Γ(1/4))⁴, by hand",
        ),
    ];
    for (wells, keys, values, tolerances) in REENTRANT {
        for (end, what) in ["comes to B", "goes back to A"].into_iter().enumerate() {
            stated.push(Prediction::new(
                keys[end],
                format!(
                    "B with {} more loss: n at which the posterior {what}",
                    wells.loss
                ),
                Demand::near(values[end], tolerances[end]),
                FREE_ENERGY,
            ));
        }
    }
    stated.push(Prediction::new(
        "two_optima_mean",
        "a truth with two optimal distributions: largest error of E F at n = 10², …, 10⁵",
        Demand::at_most(1e-3),
        "reference program: −4.933 −20.986 −74.377 −245.745",
    ));
    stated.push(Prediction::new(
        "two_optima_order",
        "the same: E F + √(2n/π) − ½ log n from n = 10⁴ to 10⁵ changes by at most",
        Demand::at_most(0.01),
        "E F = −√(2n/π) + λ log n + c, λ = 1/2: by hand",
    ));
    stated.push(Prediction::new(
        "two_optima_variance",
        "the same: Var F/(n(1 − 2/π)) at n = 10⁵; it would be O(1)/n for one optimum",
        Demand::near(1.0, 1e-3),
        "Var √n|S| for S ~ N(0, 1), by hand",
    ));
    stated
}

impl Wells {
    /// log P_A and log P_B at n, up to the same constant.
    fn log_masses(self, n: f64) -> Result<[f64; 2], EstimateError> {
        let a = Quadrature::of(|w| -n * (w - 1.0).powi(2), &[0.0, 1.0, 2.0])?;
        let b = |w: f64| -n * (self.loss + (self.scale * (w + 1.0)).powi(4));
        let b = Quadrature::of(b, &[-2.0, -1.0, 0.0])?;
        Ok([a.log_mass(), b.log_mass()])
    }

    /// log P_B/P_A at n.
    fn log_odds(self, n: f64) -> Result<f64, EstimateError> {
        let [a, b] = self.log_masses(n)?;
        Ok(b - a)
    }
}

/// The zero of a function between two numbers at which its signs differ, by halving until floating
/// point ends it.
pub(super) fn zero(
    mut f: impl FnMut(f64) -> Result<f64, EstimateError>,
    [mut low, mut high]: [f64; 2],
) -> Result<f64, ExperimentError> {
    let sign = f(low)?.signum();
    if f(high)?.signum() == sign {
        return Err(ExperimentError::Numerical {
            what: "a crossing".into(),
            reason: format!("the log odds have the same sign at {low} and {high}"),
        });
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return Ok(middle);
        }
        match f(middle)?.signum() == sign {
            true => low = middle,
            false => high = middle,
        }
    }
}

/// The exact λ of a loss of one variable at 0.
fn exact_lambda(loss: &str) -> Result<f64, ExperimentError> {
    let exact = Problem::loss(loss)?.exact(&Budget::default())?;
    let pair = exact.answer().coefficient();
    pair.map(|pair| pair.lambda().to_f64())
        .ok_or_else(|| ExperimentError::Numerical {
            what: loss.into(),
            reason: "the engine gives bounds alone".into(),
        })
}

/// log ∫ e^(−nK) over the box |w − w*| ≤ 1 of width 2, from volumes {K < ε}.
fn sampled_log_mass(
    loss: &str,
    seed: u64,
    lab: &Lab<'_>,
) -> Result<impl Fn(f64) -> f64 + use<>, ExperimentError> {
    let problem = Problem::loss(loss)?;
    let local = problem.local_loss()?;
    let splitting = Splitting {
        // far below what n needs
        min_log_epsilon: -25.0,
        ..Splitting::new()
            .with_particles(lab.size().pick(1000, 4000, 16_000))
            .with_seed(seed)
    };
    let run = splitting.run(local.loss(), local.w_star(), local.prior(), lab.control())?;
    lab.go_on()?;
    Ok(move |n: f64| {
        let masses = run.replicates.iter().map(|r| r.partition(n).0.exp());
        (2.0 * masses.sum::<f64>() / run.replicates.len() as f64).ln()
    })
}

/// E F and Var F of the model N(g(w), 1), g = ±(1 + (|w|−1)²) with the sign of w, at n samples of
/// N(0, 1), relative to n L(w₀) and without the noise ½Σx² that all w share.
fn two_optima(n: f64) -> Result<(f64, f64), EstimateError> {
    let root = n.sqrt();
    let free_energy = |s: f64| {
        let branch = |sign: f64| {
            let log = |w: f64| {
                let g = sign * (1.0 + (w - 1.0).powi(2));
                root * s * g - 0.5 * n * (g * g - 1.0)
            };
            Quadrature::of(log, &[0.0, 1.0, 2.0]).map(|q| q.log_mass())
        };
        match (branch(1.0), branch(-1.0)) {
            (Ok(plus), Ok(minus)) => {
                let top = plus.max(minus);
                // uniform: density 1/4
                4.0_f64.ln() - top - ((plus - top).exp() + (minus - top).exp()).ln()
            }
            _ => f64::NAN,
        }
    };
    // F has a kink at s = 0 of width 1/√n, which the density alone does not know
    let kink = 8.0 / root;
    let breaks = [-12.0, -4.0, -1.0, -kink, 0.0, kink, 1.0, 4.0, 12.0];
    let normal = Quadrature::of(|s| -0.5 * s * s, &breaks)?;
    let mean = normal.mean(free_energy);
    let variance = normal.mean(|s| (free_energy(s) - mean).powi(2));
    Ok((mean, variance))
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let lambdas = [exact_lambda("x^2")?, exact_lambda("x^4")?];
    let crossing = zero(|n| FIRST_KIND.log_odds(n), [100.0, 1e4])?;
    lab.measure("crossing", Measured::exact(crossing))?;
    let order = |n: f64| Ok((lambdas[0] - lambdas[1]) * n.ln() - FIRST_KIND.loss * n);
    lab.measure("leading_order", Measured::exact(zero(order, [100.0, 1e4])?))?;
    let crossing = zero(|n| EQUAL.log_odds(n), [10.0, 1e4])?;
    lab.measure("equal_loss", Measured::exact(crossing))?;

    let mut table = Table::new(
        "P_B/P_A of the wells of equal loss",
        ["n", "quadrature", "reference"],
    );
    let mut worst: f64 = 0.0;
    for (n, reference) in EQUAL_ODDS {
        let odds = EQUAL.log_odds(n)?.exp();
        worst = worst.max((odds - reference).abs());
        table.row([n.into(), odds.into(), reference.into()]);
    }
    lab.table(table);
    lab.measure("equal_loss_odds", Measured::exact(worst))?;

    for (wells, keys, values, _) in REENTRANT {
        let middle = (values[0] * values[1]).sqrt();
        let places = [[10.0, middle], [middle, 1e6]];
        for (key, place) in keys.into_iter().zip(places) {
            let crossing = zero(|n| wells.log_odds(n), place)?;
            lab.measure(key, Measured::exact(crossing))?;
        }
    }
    lab.go_on()?;
    optima(lab)?;
    lab.go_on()?;
    charts(lab)?;

    for (key, wells, b, place) in [
        ("crossing_sampled", FIRST_KIND, "x^4", [100.0, 1e5]),
        ("equal_loss_sampled", EQUAL, "(4*x)^4", [20.0, 4e3]),
    ] {
        let crossings = lab.over_seeds("volumes", |seed| {
            let a = sampled_log_mass("x^2", 2 * seed, lab)?;
            let b = sampled_log_mass(b, 2 * seed + 1, lab)?;
            zero(|n| Ok(b(n) - a(n) - n * wells.loss), place)
        })?;
        lab.measure(key, Measured::mean(&crossings))?;
    }
    lab.remark(
        "The sampled crossings come from multilevel splitting in each well, whose volumes know \
         neither λ nor the constants.",
    );
    Ok(())
}

fn optima(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut table = Table::new(
        "A truth between two optimal distributions",
        [
            "n",
            "E F",
            "reference",
            "E F + √(2n/π) − ½ log n",
            "Var F",
            "reference",
        ],
    );
    let (mut worst, mut rest, mut ratio) = (0.0_f64, [0.0; 2], 0.0);
    for (n, reference, reference_variance) in TWO_OPTIMA {
        let (mean, variance) = two_optima(n)?;
        worst = worst.max((mean - reference).abs());
        let constant = mean + (2.0 * n / std::f64::consts::PI).sqrt() - 0.5 * n.ln();
        rest = [rest[1], constant];
        ratio = variance / (n * (1.0 - 2.0 / std::f64::consts::PI));
        table.row([
            n.into(),
            mean.into(),
            reference.into(),
            constant.into(),
            variance.into(),
            reference_variance.into(),
        ]);
    }
    lab.table(table);
    lab.measure("two_optima_mean", Measured::exact(worst))?;
    lab.measure(
        "two_optima_order",
        Measured::exact((rest[1] - rest[0]).abs()),
    )?;
    lab.measure("two_optima_variance", Measured::exact(ratio))
}

fn charts(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut chart = Chart::new(
        "odds",
        "Which singularity has the posterior: above 0 well B (λ = 1/4), below A (λ = 1/2)",
        Axis::logarithmic("n"),
        Axis::linear("log P(B)/P(A)").with_range(-4.0, 3.0),
    );
    for (wells, name) in [
        (FIRST_KIND, "loss falls and λ rises: crossing at 1911"),
        (EQUAL, "equal loss, λ falls: crossing at 234"),
        (
            REENTRANT[0].0,
            "a little more loss: B from 260 to 9172 alone",
        ),
    ] {
        let mut points = Vec::new();
        for step in 0..=100 {
            let n = 10.0_f64.powf(1.0 + 4.0 * f64::from(step) / 100.0);
            points.push((n, wells.log_odds(n)?));
        }
        chart = chart.with(Curve::line(name, points));
    }
    let chart = chart.with(Curve::dashed("", [(10.0, 0.0), (1e5, 0.0)]).with_colour(7));
    lab.chart(chart);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_is_found_or_refused() {
        let root = zero(|x| Ok(x * x - 2.0), [0.0, 2.0]).unwrap();
        assert!((root - 2.0_f64.sqrt()).abs() < 1e-15);
        assert!(zero(|x| Ok(x * x + 2.0), [0.0, 2.0]).is_err());
    }
}
