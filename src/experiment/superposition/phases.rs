//! λ̂ of the polygons, by SGLD at one temperature.

use super::super::{Demand, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table};
use super::{REFERENCE, is_long, name, spectrum};
use crate::loss::{Loss, Prior, Superposition, SuperpositionSample};
use crate::plot::{Axis, Chart, Curve};
use crate::sampler::{Chains, Posterior, Sgld};

const LOCALISATION: f64 = 0.1;

/// A phase at a size: c, corners, positive biases, the key, the reference and λ.
type Phase = (usize, usize, usize, &'static str, f64, &'static str);

/// n = 5·10⁴, ε = 3·10⁻⁵; the tolerance is stated with the predictions.
const MEDIUM: [Phase; 4] = [
    (6, 5, 0, "medium_5", 7.50, "7"),
    (6, 5, 1, "medium_5_plus", 8.87, "17/2"),
    (6, 6, 0, "medium_6", 8.75, "17/2"),
    (5, 5, 0, "medium_5_of_5", 7.31, "7"),
];
/// n = 5·10⁵, ε = 4·10⁻⁶.
const LARGE: [Phase; 5] = [
    (6, 5, 0, "large_5", 7.29, "7"),
    (6, 5, 1, "large_5_plus", 8.73, "17/2"),
    (6, 6, 0, "large_6", 8.70, "17/2"),
    (4, 4, 0, "large_4_of_4", 5.70, "11/2"),
    (6, 4, 0, "large_4", 7.66, "15/2"),
];
/// n = 5000 on data, ε = 10⁻⁴: the published values, with their standard deviations .85, 1.27, .59.
const DATA: [Phase; 3] = [
    (6, 5, 0, "data_5", 7.71, "7"),
    (6, 5, 1, "data_5_plus", 9.91, "17/2"),
    (6, 6, 0, "data_6", 9.03, "17/2"),
];

pub(super) fn predictions(settings: &Settings) -> Vec<Prediction> {
    let claim = |phase: &Phase, n: &str| {
        let name = name(phase.0, phase.1, phase.2);
        format!(
            "U of {name} of {} features, n = {n}; λ = {}",
            phase.0, phase.5
        )
    };
    let mut stated = Vec::new();
    for phase in &MEDIUM {
        let tolerance = if phase.0 == 5 { 0.15 } else { 0.2 };
        let demand = Demand::near(phase.4, tolerance);
        stated.push(Prediction::new(
            phase.3,
            claim(phase, "5·10⁴"),
            demand,
            REFERENCE,
        ));
    }
    stated.push(Prediction::new(
        "ordering",
        "U of 5+ and 6, the less, over U of 5−, n = 5·10⁴",
        Demand::at_least(1.05),
        "λ = 7 < 17/2 = 17/2",
    ));
    if !is_long(settings) {
        return stated;
    }
    for phase in &LARGE {
        let demand = Demand::near(phase.4, 0.015 * phase.4);
        stated.push(Prediction::new(
            phase.3,
            claim(phase, "5·10⁵"),
            demand,
            REFERENCE,
        ));
    }
    stated.push(Prediction::new(
        "harmonic",
        "5+ and 6, n = 5·10⁵: largest relative distance of U from ½Σ nβh/((nβh+γ)(1−ε(nβh+γ)/4)) \
         over the eigenvalues h of the Hessian",
        Demand::at_most(0.01),
        "stationary SGLD on a quadratic loss, by hand",
    ));
    stated.push(Prediction::new(
        "lambda_falls",
        "U of 4−− less U of 5−, n = 5·10⁵: the loss falls from 4−− to 5−, and λ with it",
        Demand::near(0.37, 0.2),
        "λ = 15/2 > 7: 4-gons are homogeneous of degree 2, (3c − 1 − #minus)/2, by hand",
    ));
    for phase in &DATA {
        let demand = Demand::near(phase.4, 1.5);
        let source = "Chen et al. 2023, table K.1";
        stated.push(Prediction::new(
            phase.3,
            claim(phase, "5000, on data"),
            demand,
            source,
        ));
    }
    stated
}

/// How chains are run.
#[derive(Debug, Clone, Copy)]
struct Run {
    n: f64,
    step_size: f64,
    steps: usize,
    chains: u64,
}

impl Run {
    fn nbeta(self) -> f64 {
        self.n / self.n.ln()
    }
}

/// U of each chain that stays in its phase, and how many were run. A chain leaves the phase when
/// its loss falls 5 % below that of the point.
fn energies(
    loss: &dyn Loss<f64>,
    w: &[f64],
    run: Run,
    what: &str,
    lab: &Lab<'_>,
) -> Result<(Vec<f64>, usize), ExperimentError> {
    let chains: Vec<u64> = (1..=run.chains).collect();
    let found = lab.map(what, &chains, |&seed| {
        let prior = Prior::flat(w.len());
        let posterior = Posterior::new(loss, w, prior, run.nbeta(), LOCALISATION)?;
        let chain = Chains::new()
            .with_num_chains(1)
            .with_num_draws(run.steps)
            .with_burn_in(run.steps / 10)
            .with_seed(seed);
        let draws = chain.run(&posterior, &Sgld::new(run.step_size).into(), lab.control())?;
        let baseline = loss.value(w, &mut vec![0.0; loss.scratch_len()]);
        let losses = &draws.chains[0].losses;
        let left = losses.iter().any(|value| *value < 0.95 * baseline);
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        Ok((run.nbeta() * (mean - baseline), left))
    })?;
    let kept = found.iter().filter(|(u, left)| !left && u.is_finite());
    Ok((kept.map(|(u, _)| *u).collect(), found.len()))
}

pub(super) fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let size = lab.size();
    let mut table = Table::new(
        "U of polygons by SGLD, γ = .1, over the chains that stayed in their phase",
        ["polygon, c", "n", "λ", "reference", "U", "±", "kept"],
    );
    let medium = Run {
        n: 5e4,
        step_size: 3e-5,
        steps: size.pick(20_000, 150_000, 500_000),
        chains: lab.settings().seeds * size.pick(1, 2, 4),
    };
    let large = Run {
        n: 5e5,
        step_size: 4e-6,
        steps: size.pick(0, 600_000, 2_000_000),
        ..medium
    };
    let data = Run {
        n: 5000.0,
        step_size: 1e-4,
        steps: size.pick(0, 10_000, 40_000),
        ..medium
    };
    let mut points = Vec::new();
    let groups = match size {
        Size::Small => vec![(medium, &MEDIUM[..])],
        _ => vec![
            (medium, &MEDIUM[..]),
            (large, &LARGE[..]),
            (data, &DATA[..]),
        ],
    };
    for (run, phases) in groups {
        for &(features, live, positive, key, reference, lambda) in phases {
            let population = Superposition::new(features)?;
            let w = population.polygon(live, positive)?.w;
            let name = name(features, live, positive);
            let what = format!("U of {name} at n = {}", run.n);
            let on_data = SuperpositionSample::draw(&population, 5000, 1)?;
            let loss: &dyn Loss<f64> = if run.n < 1e4 { &on_data } else { &population };
            let (kept, all) = energies(loss, &w, run, &what, lab)?;
            let measured = Measured::mean(&kept);
            table.row([
                format!("{name}, {features}").into(),
                run.n.into(),
                lambda.into(),
                reference.into(),
                measured.figure.into(),
                measured.standard_error.unwrap_or(f64::NAN).into(),
                format!("{}/{all}", kept.len()).into(),
            ]);
            if kept.is_empty() {
                lab.explain(key, "every chain left the phase")?;
            }
            if run.n == 5e4 && features == 6 {
                points.push((population.value(&w, &mut []), measured.figure));
            }
            lab.measure(key, measured)?;
        }
    }
    lab.table(table);
    if points.len() == 3 {
        let ratio = points[1].1.min(points[2].1) / points[0].1;
        lab.measure("ordering", Measured::exact(ratio))?;
        lab.chart(
            Chart::new(
                "energies",
                "Six features: the loss falls from 5− to 5+ to 6, and U rises (n = 5·10⁴)",
                Axis::linear("loss L"),
                Axis::linear("U"),
            )
            .with(Curve::line("", points.clone()).with_colour(0))
            .with(Curve::points("5−, 5+, 6 from the right", points).with_colour(0)),
        );
    }
    if size == Size::Small {
        return Ok(());
    }
    let figure = |lab: &Lab<'_>, key: &str| lab.figure(key).unwrap_or(f64::NAN);
    let falls = figure(lab, "large_4") - figure(lab, "large_5");
    lab.measure("lambda_falls", Measured::exact(falls))?;
    let loss = Superposition::new(6)?;
    let mut worst: f64 = 0.0;
    for (live, positive, key) in [(5, 1, "large_5_plus"), (6, 0, "large_6")] {
        let eigenvalues = spectrum(&loss, &loss.polygon(live, positive)?.w)?;
        let curved = eigenvalues.iter().filter(|h| **h > 1e-6);
        let harmonic: f64 = curved
            .map(|h| {
                let (action, all) = (large.nbeta() * h, large.nbeta() * h + LOCALISATION);
                0.5 * action / (all * (1.0 - 0.25 * large.step_size * all))
            })
            .sum();
        worst = worst.max((figure(lab, key) / harmonic - 1.0).abs());
    }
    lab.measure("harmonic", Measured::exact(worst))
}
