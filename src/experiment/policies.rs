//! Policies: regret as a loss, and prediction on the way.

use super::phase_transition::zero;
use super::{Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use crate::Budget;
use crate::estimate::{EstimateError, Quadrature};
use crate::plot::{Axis, Chart, Curve};
use crate::problem::Problem;
use crate::sampler::Splitting;

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "policies",
    about: "Regret as a loss: exact λ of policy classes, n·E[regret] → λ, the transition from a \
            context-blind to a full class, and the regret of online prediction",
    source: "Elliott et al. 2026 (singular learning theory of reinforcement learning); Watanabe \
             2009 for F = E R_n",
    predictions,
    run,
};

const BY_HAND: &str = "derived by hand; integrals checked by an independent program";

/// Policies of a bandit or of a small decision process: the regret in probabilities of suboptimal
/// arms, the variables that are not negative, and (λ, m).
const CLASSES: [(&str, &str, &[&str], &str, usize); 6] = [
    ("two arms, θ", "x", &["x"], "1", 1),
    ("two arms, θ = φ²", "x^2", &[], "1/2", 1),
    ("two arms, θ = φ₁φ₂", "x*y", &["x", "y"], "1", 2),
    // two states on the optimal path with three arms each: λ = number of suboptimal arms
    (
        "two states of three arms",
        "a+b+c+d-(a+b)*(c+d)",
        &["a", "b", "c", "d"],
        "4",
        1,
    ),
    // two suboptimal arms of two factors each: m = 1 + arms
    (
        "two arms of two factors",
        "a*b+c*d",
        &["a", "b", "c", "d"],
        "2",
        3,
    ),
    // leaving the path leads to a state of value ½(1 − r), r anything: off-path states are free
    (
        "an off-path state",
        "p+q-p*q-1/2*p*(1-r)",
        &["p", "q", "r"],
        "2",
        1,
    ),
];

/// n and n·E[G] of two arms whose probability has two factors.
const FACTORS: [(f64, f64); 4] = [
    (10.0, 0.6528),
    (100.0, 0.8070),
    (1e3, 0.8664),
    (1e5, 0.9173),
];
/// The frequency of the second context, and the odds that the prior gives the blind class.
const SECOND_CONTEXT: f64 = 0.05;
const PRIOR_ODDS: f64 = 1000.0;
/// n, R_n of the singular and the regular model, n·KL of the singular one.
const ONLINE: [(f64, f64, f64, f64); 5] = [
    (1e2, 0.6368, 1.5768, 0.3018),
    (1e3, 1.4138, 2.7281, 0.3649),
    (1e4, 2.2945, 3.8794, 0.3972),
    (1e6, 4.2098, 6.1820, 0.4303),
    (1e8, 6.2342, 8.4845, 0.4473),
];

fn predictions(_: &Settings) -> Vec<Prediction> {
    vec![
        Prediction::new(
            "classes",
            "policy classes of which the engine's (λ, m) is that of the theory, of 6",
            Demand::at_least(6.0),
            "λ = Σ over suboptimal arms of states on the optimal path; p = θ² halves it; L factors \
             an arm make m = 1 + (L − 1)·arms; off-path states are free",
        ),
        Prediction::new(
            "bandit",
            "two arms, n = 1000: largest error of n·E[G] for θ (1) and θ = φ² (1/2)",
            Demand::at_most(1e-4),
            BY_HAND,
        ),
        Prediction::new(
            "bandit_factors",
            "θ = φ₁φ₂ (λ = 1, m = 2): largest error of n·E[G] at n = 10, 100, 10³, 10⁵",
            Demand::at_most(1e-4),
            "reference program: .6528 .8070 .8664 .9173",
        ),
        Prediction::new(
            "bandit_sampled",
            "the same at n = 10³ from sampled volumes of {G < ε}",
            Demand::agrees(0.8664, 0.02),
            "reference program: .8664",
        ),
        Prediction::new(
            "transition",
            "context-blind (λ = 1, regret p) against full class (λ = 2), p = .05, prior odds 1000: \
             n at which the full class takes over, by quadrature",
            Demand::near(183.576, 0.01),
            "ρ(1−p)/(1−2p)·e^(−x) = (1 − e^(−x))/x, x = np = 9.1788: by hand",
        ),
        Prediction::new(
            "transition_sampled",
            "the same n from sampled volumes",
            Demand::agrees(183.576, 4.0),
            "as before",
        ),
        Prediction::new(
            "no_transition",
            "equal prior odds: largest log odds of the blind class over n from .5 to 50",
            Demand::at_most(0.0),
            "reference program: −.001 at n = .5, −1.44 at 50",
        ),
        Prediction::new(
            "online",
            "log-loss regret R_n = E F_n − nS, n = 10² to 10⁸: largest error for N(ab, 1) \
             (λ = 1/2, m = 2) and N(g, 1)",
            Demand::at_most(1e-3),
            "reference program: .6368 … 6.2342 and 1.5768 … 8.4845",
        ),
        Prediction::new(
            "online_singular",
            "R_n − ½ log n + log log n of N(ab, 1): change from n = 10⁶ to 10⁸",
            Demand::near(0.0, 0.05),
            "R_n = λ log n − (m − 1) log log n + O(1), Watanabe 2009",
        ),
        Prediction::new(
            "online_regular",
            "R_n − ½ log n of N(g, 1) at n = 10⁴",
            Demand::near(-0.7258, 1e-3),
            "½ log n − ½ log 2π + log 2 − ½: by hand",
        ),
        Prediction::new(
            "online_kl",
            "n·E KL of the prediction after n samples, N(ab, 1): largest error, n = 10² to 10⁸",
            Demand::at_most(1e-3),
            "reference program: .3018 .3649 .3972 .4303 .4473, tending to λ = 1/2",
        ),
    ]
}

/// n·E[G] of two arms whose suboptimal one has a probability of this density.
fn regret(n: f64, log_density: impl Fn(f64) -> f64) -> Result<f64, EstimateError> {
    let posterior = Quadrature::of(|g| log_density(g) - n * g, &[0.0, 1.0])?;
    Ok(posterior.mean(|g| n * g))
}

/// log odds of the context-blind class against the full one, for equal prior odds.
fn class_odds(n: f64) -> Result<f64, EstimateError> {
    let p = SECOND_CONTEXT;
    let uniform = |rate: f64| Quadrature::of(|x| -n * rate * x, &[0.0, 1.0]).map(|q| q.log_mass());
    // θ the probability of the second arm: regret (1−p)θ + p(1−θ); and (1−p)θ₁ + pθ₂
    Ok(-n * p + uniform(1.0 - 2.0 * p)? - uniform(1.0 - p)? - uniform(p)?)
}

/// e^(√n s g − n g²/2) times a density of g on [−1, 1]: the posterior of the mean g of n samples.
pub(super) fn posterior(
    n: f64,
    s: f64,
    log_density: impl Fn(f64) -> f64,
) -> Result<Quadrature, EstimateError> {
    let root = n.sqrt();
    let mut breaks = vec![-1.0, 0.0, 1.0];
    let peak = s / root;
    if peak.abs() > 1e-12 && peak.abs() < 1.0 {
        breaks.push(peak);
        breaks.sort_by(f64::total_cmp);
    }
    let log = |g: f64| log_density(g) + root * s * g - 0.5 * n * g * g;
    Quadrature::of(log, &breaks)
}

/// R_n: the mean over S ~ N(0, 1) of −log ∫ e^(√n S g − n g²/2) of a density of g on [−1, 1].
pub(super) fn online_regret(
    n: f64,
    log_density: &dyn Fn(f64) -> f64,
) -> Result<f64, EstimateError> {
    let free_energy =
        |s: f64| posterior(n, s, log_density).map_or(f64::NAN, |posterior| -posterior.log_mass());
    let normal = Quadrature::of(|s| -0.5 * s * s, &[-9.0, 0.0, 9.0])?;
    Ok(normal.mean(free_energy))
}

/// The density of g = ab, uniform on [−1, 1]², and of g itself.
fn densities() -> [Box<dyn Fn(f64) -> f64 + Sync>; 2] {
    [
        Box::new(|g: f64| (-0.5 * g.abs().ln()).ln()),
        Box::new(|_| 0.5_f64.ln()),
    ]
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    classes(lab)?;
    bandits(lab)?;
    lab.go_on()?;
    transition(lab)?;
    lab.go_on()?;
    online(lab)?;
    bandit_sampled(lab)?;
    transition_sampled(lab)
}

fn classes(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut table = Table::new(
        "Policy classes, by the exact engine",
        ["class", "regret", "(λ, m), theory", "engine"],
    );
    let mut right = 0;
    for (name, regret, half_lines, lambda, multiplicity) in CLASSES {
        let problem = Problem::loss(regret)?.nonnegative(half_lines.iter())?;
        let exact = problem.exact(&Budget::default())?;
        let theory = format!("λ = {lambda}, m = {multiplicity}");
        let engine = exact.answer().to_string();
        right += i32::from(theory == engine);
        table.row([name.into(), regret.into(), theory.into(), engine.into()]);
    }
    lab.table(table);
    lab.measure("classes", Measured::exact(right.into()))
}

fn bandits(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let direct = regret(1e3, |_| 0.0)?;
    let square = regret(1e3, |g| -0.5 * g.ln())?;
    let error = (direct - 1.0).abs().max((square - 0.5).abs());
    lab.measure("bandit", Measured::exact(error))?;
    let mut table = Table::new("n·E[G] of θ = φ₁φ₂", ["n", "quadrature", "reference"]);
    let mut error: f64 = 0.0;
    for (n, reference) in FACTORS {
        let value = regret(n, |g| (-g.ln()).ln())?;
        error = error.max((value - reference).abs());
        table.row([n.into(), value.into(), reference.into()]);
    }
    lab.table(table);
    lab.measure("bandit_factors", Measured::exact(error))?;
    Ok(())
}

fn bandit_sampled(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let energies = lab.over_seeds("volumes of the regret", |seed| {
        let (_, energies) = sampled("x*y", &["x", "y"], seed, &[1e3], lab)?;
        Ok(energies[0])
    })?;
    lab.measure("bandit_sampled", Measured::mean(&energies))
}

/// log ∫ e^(−nG) and n·E[G] at several n, uniform on the unit cube, from volumes {G < ε}.
fn sampled(
    regret: &str,
    half_lines: &[&str],
    seed: u64,
    sizes: &[f64],
    lab: &Lab<'_>,
) -> Result<(Vec<f64>, Vec<f64>), ExperimentError> {
    let problem = Problem::loss(regret)?.nonnegative(half_lines.iter())?;
    let local = problem.local_loss()?;
    let splitting = Splitting {
        min_log_epsilon: -25.0,
        ..Splitting::new()
            .with_particles(lab.size().pick(500, 2000, 8000))
            .with_seed(seed)
    };
    let run = splitting.run(local.loss(), local.w_star(), local.prior(), lab.control())?;
    lab.go_on()?;
    let count = run.replicates.len() as f64;
    let at = |&n: &f64| {
        let parts: Vec<(f64, f64)> = run.replicates.iter().map(|r| r.partition(n)).collect();
        let mass: f64 = parts.iter().map(|part| part.0.exp()).sum();
        let energy: f64 = parts.iter().map(|part| part.0.exp() * part.1).sum();
        ((mass / count).ln(), energy / mass)
    };
    Ok(sizes.iter().map(at).unzip())
}

fn transition(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let crossing = zero(|n| Ok(PRIOR_ODDS.ln() + class_odds(n)?), [10.0, 1e3])?;
    lab.measure("transition", Measured::exact(crossing))?;
    let mut worst = f64::NEG_INFINITY;
    let (mut even, mut simple) = (Vec::new(), Vec::new());
    for step in 0..=100 {
        let n = 0.5 * 1000.0_f64.powf(f64::from(step) / 100.0);
        let odds = class_odds(n)?;
        if n <= 50.0 {
            worst = worst.max(odds);
        }
        even.push((n, odds));
        simple.push((n, odds + PRIOR_ODDS.ln()));
    }
    lab.measure("no_transition", Measured::exact(worst))?;
    lab.remark(format!(
        "Without a prior that favours the simple class there is no transition: log odds {:.4} at \
         n = .5 and {:.3} at n = 50.",
        class_odds(0.5)?,
        class_odds(50.0)?
    ));
    let chart = Chart::new(
        "transition",
        "A context-blind policy class (above 0) against the full one, p = .05",
        Axis::logarithmic("n"),
        Axis::linear("log posterior odds"),
    );
    let chart = chart
        .with(Curve::line(
            "prior odds 1000: the blind class leads up to n = 184",
            simple,
        ))
        .with(Curve::line("prior odds 1", even))
        .with(Curve::dashed("", [(0.5, 0.0), (500.0, 0.0)]).with_colour(7));
    lab.chart(chart);
    Ok(())
}

fn transition_sampled(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let p = SECOND_CONTEXT;
    let sizes: Vec<f64> = (0..=80).map(|i| 140.0 + f64::from(i)).collect();
    let crossings = lab.over_seeds("volumes of both classes", |seed| {
        let (blind, _) = sampled("9/10*x", &["x"], 2 * seed, &sizes, lab)?;
        let full = "19/20*x+1/20*y";
        let (full, _) = sampled(full, &["x", "y"], 2 * seed + 1, &sizes, lab)?;
        let odds = sizes.iter().zip(blind.iter().zip(&full));
        let odds: Vec<(f64, f64)> = odds
            .map(|(&n, (blind, full))| (n, PRIOR_ODDS.ln() - n * p + blind - full))
            .collect();
        let step = odds
            .windows(2)
            .find(|pair| pair[0].1 > 0.0 && pair[1].1 <= 0.0);
        Ok(step.map_or(f64::NAN, |pair| {
            pair[0].0 + (pair[1].0 - pair[0].0) * pair[0].1 / (pair[0].1 - pair[1].1)
        }))
    })?;
    lab.measure("transition_sampled", Measured::mean(&crossings))
}

fn online(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let [singular, regular] = densities();
    let mut table = Table::new(
        "Log-loss regret of online prediction: R_n of N(ab, 1) and N(g, 1)",
        [
            "n",
            "R singular",
            "reference",
            "R regular",
            "reference",
            "n·KL singular",
            "reference",
        ],
    );
    let rows = lab.map("regret of online prediction", &ONLINE, |row| {
        let (n, step) = (row.0, 0.02_f64);
        let r = online_regret(n, &singular)?;
        let up = online_regret(n * step.exp(), &singular)?;
        let down = online_regret(n * (-step).exp(), &singular)?;
        Ok((r, online_regret(n, &regular)?, (up - down) / (2.0 * step)))
    })?;
    if rows.len() < ONLINE.len() {
        return Err(ExperimentError::Stopped);
    }
    let (mut error, mut kl_error) = (0.0_f64, 0.0_f64);
    for ((n, r_singular, r_regular, kl), found) in ONLINE.into_iter().zip(&rows) {
        error = error
            .max((found.0 - r_singular).abs())
            .max((found.1 - r_regular).abs());
        kl_error = kl_error.max((found.2 - kl).abs());
        table.row([
            n.into(),
            found.0.into(),
            r_singular.into(),
            found.1.into(),
            r_regular.into(),
            found.2.into(),
            kl.into(),
        ]);
    }
    lab.table(table);
    lab.measure("online", Measured::exact(error))?;
    lab.measure("online_kl", Measured::exact(kl_error))?;
    let rest = |place: usize| {
        let n = ONLINE[place].0;
        rows[place].0 - 0.5 * n.ln() + n.ln().ln()
    };
    lab.measure("online_singular", Measured::exact(rest(4) - rest(3)))?;
    let regular = rows[2].1 - 0.5 * ONLINE[2].0.ln();
    lab.measure("online_regular", Measured::exact(regular))
}
