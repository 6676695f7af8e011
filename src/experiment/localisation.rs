//! What a localising prior does to U at a point beside a worse singularity.

use super::{Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use crate::estimate::{EstimateError, Quadrature};
use crate::plot::{Axis, Chart, Curve};
use crate::problem::Problem;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "localisation",
    about: "A prior of strength γ around a point with λ = 1/2 beside one with λ = 1/4: which of the \
            two U(t) tells, and whether an estimate that mixes them says so",
    source: "Lau, Furman, Wang, Murfet & Wei 2023 (arXiv:2308.12108), the localised estimator; \
             limit by hand",
    predictions,
    run,
};

/// s of γ = ½ log t + log log t + s, the limit of U, and U at n = 10⁸ and 10¹² by quadrature.
const STRENGTHS: [(f64, f64, [f64; 2]); 6] = [
    (-4.0, 0.3155, [0.3287, 0.3168]),
    (-2.0, 0.3728, [0.3778, 0.3669]),
    (0.0, 0.4310, [0.4275, 0.4214]),
    (2.0, 0.4693, [0.4646, 0.4618]),
    (4.0, 0.4877, [0.4853, 0.4836]),
    (8.0, 0.4983, [0.4985, 0.4974]),
];
const SIZES: [f64; 2] = [1e8, 1e12];
/// c of γ = ct and U at n = 10⁶.
const PROPORTIONAL: [(f64, f64); 3] = [(0.1, 0.4551), (1.0, 0.2499), (3.0, 0.1250)];

fn predictions(_: &Settings) -> Vec<Prediction> {
    let reference = "reference program (quadrature)";
    vec![
        Prediction::new(
            "formula",
            "largest error of the limit (2 + R)/(4(1 + R)), R = 2^(−13/4) Γ(1/4) e^(−s/2), at s = \
             −4, −2, 0, 2, 4, 8",
            Demand::at_most(6e-5),
            "reference: .3155 .3728 .4310 .4693 .4877 .4983",
        ),
        Prediction::new(
            "quadrature",
            "K = ½(w₁−1)²(w₁²+w₂²)⁴, w* = (1, 0), t = n/log n, γ = ½ log t + log log t + s: \
             largest error of U at n = 10⁸ and 10¹²",
            Demand::at_most(2e-4),
            reference,
        ),
        Prediction::new(
            "limit",
            "the same: largest distance of U at n = 10¹² from the limit",
            Demand::at_most(0.012),
            "limit by hand; the distances are of order log log t/log t",
        ),
        Prediction::new(
            "crossover",
            "γ weaker or stronger by 12 takes U from near 1/4 to near 1/2: U(s = 8) − U(s = −4), \
             n = 10¹²",
            Demand::at_least(0.15),
            "λ of the two singularities, 1/4 and 1/2",
        ),
        Prediction::new(
            "proportional",
            "γ = ct: largest error of U = ½/(1 + c) at c = .1, 1, 3, n = 10⁶: localisation hides λ",
            Demand::at_most(1e-3),
            reference,
        ),
        Prediction::new(
            "leak",
            "γ = 1, n = 10⁶: U by quadrature, near 1/4 although λ at w* is 1/2",
            Demand::near(0.2781, 2e-4),
            reference,
        ),
        Prediction::new(
            "honest",
            "the same by chains: share of seeds that agree with quadrature or are not called \
             trustworthy",
            Demand::at_least(1.0),
            "an estimate with the verdict that it converged must be right",
        ),
    ]
}

/// U(t) = t·E\[K\] for the density ∝ e^(−tK − γ|w − w*|²/2) on the disc |w| ≤ 3.
fn energy(t: f64, gamma: f64) -> Result<f64, EstimateError> {
    let loss = |x: f64, y: f64| 0.5 * (x - 1.0).powi(2) * (x * x + y * y).powi(4);
    let line = |x: f64| {
        let edge = (9.0 - x * x).sqrt();
        let log = |y: f64| -t * loss(x, y) - 0.5 * gamma * ((x - 1.0).powi(2) + y * y);
        Quadrature::of(log, &[-edge, 0.0, edge])
    };
    let outer = Quadrature::of(
        |x| line(x).map_or(f64::NAN, |inner| inner.log_mass()),
        &[-2.999, 0.0, 1.0, 2.999],
    )?;
    Ok(outer.mean(|x| line(x).map_or(f64::NAN, |inner| inner.mean(|y| t * loss(x, y)))))
}

fn strength(t: f64, s: f64) -> f64 {
    0.5 * t.ln() + t.ln().ln() + s
}

fn limit(s: f64) -> f64 {
    let quarter = 3.625_609_908_221_908; // Γ(1/4)
    let r = 2.0_f64.powf(-3.25) * quarter * (-0.5 * s).exp();
    (2.0 + r) / (4.0 * (1.0 + r))
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut table = Table::new(
        "U under a prior of strength γ = ½ log t + log log t + s",
        [
            "s",
            "limit",
            "U, n = 10⁸",
            "reference",
            "U, n = 10¹²",
            "reference",
        ],
    );
    let cells: Vec<(usize, usize)> = (0..STRENGTHS.len())
        .flat_map(|i| [(i, 0), (i, 1)])
        .collect();
    let values = lab.map("quadrature", &cells, |&(i, j)| {
        let t = SIZES[j] / SIZES[j].ln();
        Ok(energy(t, strength(t, STRENGTHS[i].0))?)
    })?;
    if values.len() < cells.len() {
        return Err(ExperimentError::Stopped);
    }
    let (mut formula, mut error, mut distance) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (i, (s, stated, reference)) in STRENGTHS.into_iter().enumerate() {
        let found = [values[2 * i], values[2 * i + 1]];
        formula = formula.max((limit(s) - stated).abs());
        for (found, reference) in found.into_iter().zip(reference) {
            error = error.max((found - reference).abs());
        }
        distance = distance.max((found[1] - limit(s)).abs());
        table.row([
            s.into(),
            limit(s).into(),
            found[0].into(),
            reference[0].into(),
            found[1].into(),
            reference[1].into(),
        ]);
    }
    lab.table(table);
    lab.measure("formula", Measured::exact(formula))?;
    lab.measure("quadrature", Measured::exact(error))?;
    lab.measure("limit", Measured::exact(distance))?;
    let crossover = values[2 * STRENGTHS.len() - 1] - values[1];
    lab.measure("crossover", Measured::exact(crossover))?;

    let n: f64 = 1e6;
    let t = n / n.ln();
    let mut error: f64 = 0.0;
    for (c, reference) in PROPORTIONAL {
        let found = energy(t, c * t)?;
        error = error
            .max((found - reference).abs())
            .max((found - 0.5 / (1.0 + c)).abs());
    }
    lab.measure("proportional", Measured::exact(error))?;
    let leak = energy(t, 1.0)?;
    lab.measure("leak", Measured::exact(leak))?;

    let curve: Vec<f64> = (-10..=16).map(f64::from).collect();
    let points = lab.map("curve", &curve, |&s| {
        let t = SIZES[0] / SIZES[0].ln();
        Ok((s, energy(t, strength(t, s).max(0.0))?))
    })?;
    lab.chart(
        Chart::new(
            "crossover",
            "How strong a prior it takes to see the λ = 1/2 of the point and not the 1/4 beside it",
            Axis::linear("s = γ − ½ log t − log log t"),
            Axis::linear("U(t)").with_range(0.2, 0.55),
        )
        .with(Curve::points("quadrature, n = 10⁸", points))
        .with(Curve::dashed(
            "limit n → ∞",
            curve.iter().map(|&s| (s, limit(s))),
        )),
    );

    // Σ g² = 2K, and so half of t
    let problem = Problem::ideal(["(x-1)*(x^2+y^2)^2"])?.point([("x", "1")])?;
    let local = problem.local_loss()?;
    let runs = lab.over_seeds("chains at γ = 1", |seed| {
        let llc = local.llc().nbeta(0.5 * t).localization(1.0).seed(seed);
        let llc = llc.estimate_with(lab.control())?;
        let right = (llc.energy() - leak).abs() <= 4.0 * llc.standard_error();
        Ok((
            llc.energy(),
            llc.standard_error(),
            right,
            llc.verdict().is_converged(),
        ))
    })?;
    let mut table = Table::new(
        "Chains at γ = 1, n = 10⁶",
        ["seed", "U", "±", "agrees", "called trustworthy"],
    );
    let yes = |answer: bool| if answer { "yes" } else { "no" };
    for (index, &(value, error, right, trusted)) in runs.iter().enumerate() {
        let seed = index + 1;
        table.row([
            seed.into(),
            value.into(),
            error.into(),
            yes(right).into(),
            yes(trusted).into(),
        ]);
    }
    lab.table(table);
    let honest = |&(_, _, right, trusted): &(f64, f64, bool, bool)| right || !trusted;
    let honest: Vec<f64> = runs
        .iter()
        .map(|run| f64::from(u8::from(honest(run))))
        .collect();
    if honest.iter().any(|share| *share < 1.0) {
        lab.explain(
            "honest",
            "where no chain of the run ever reached the singularity beside the point, all agree on \
             the U of the point: what a prior this weak admits and no chain has seen, no diagnostic \
             of the chains can tell",
        )?;
    }
    lab.measure("honest", Measured::mean(&honest))
}
