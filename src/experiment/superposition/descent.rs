//! The plateaus of SGD.

use super::super::{Demand, ExperimentError, Lab, Measured, Prediction, Settings, Table};
use super::LEVELS;
use crate::loss::{Loss, Superposition, SuperpositionSample};
use crate::network::{Optimizer, Training, TrainingState};
use crate::plot::{Axis, Chart, Curve};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

const SAMPLES: usize = 1000;
const BATCH: usize = 20;
const RATE: f64 = 0.005;
/// Epochs, and epochs between two looks.
const EPOCHS: [u64; 2] = [4500, 30];
/// How near to a level a plateau is.
const NEAR: f64 = 1e-3;

pub(super) fn predictions(settings: &Settings) -> Vec<Prediction> {
    let source =
        "independent reference program (16 and 8 runs); Chen et al. 2023: 95 % within 3·10⁻⁴";
    let mut stated = vec![
        Prediction::new(
            "plateaus",
            "SGD from the square, six features: share of checkpoints with L within 10⁻³ of a level \
             of a polygon",
            Demand::at_least(0.9),
            source,
        ),
        Prediction::new(
            "descends",
            "the same: largest rise of L above its least value before",
            Demand::at_most(1e-3),
            "plateaus follow each other downhill, by an independent reference program",
        ),
    ];
    if super::is_long(settings) {
        stated.push(Prediction::new(
            "sequence",
            "the same: runs, of 30, that go from 4 by 4+ to 5",
            Demand::at_least(3.0),
            source,
        ));
    }
    stated
}

/// The level of six features that is nearest.
fn nearest(value: f64) -> (f64, f64) {
    let levels = LEVELS
        .iter()
        .filter(|level| level.0 == 6)
        .map(|level| level.3);
    let near = levels.map(|level| (level, (value - level).abs()));
    near.min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((f64::NAN, f64::NAN))
}

pub(super) fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let population = Superposition::new(6)?;
    let settings = lab.settings();
    let long = super::is_long(&settings);
    let runs: Vec<u64> = (1..=settings.seeds.max(if long { 30 } else { 1 })).collect();
    let steps_of = |epochs: u64| epochs * (SAMPLES / BATCH) as u64;
    let epochs = settings.size.pick(900, EPOCHS[0], EPOCHS[0]);
    let curves = lab.map("SGD from the square", &runs, |&seed| {
        let data = SuperpositionSample::draw(&population, SAMPLES, seed)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut w = population.polygon(4, 0)?.w;
        for (index, w) in w.iter_mut().enumerate() {
            // dead biases start at 0
            let noise: f64 = StandardNormal.sample(&mut rng);
            *w = 0.01 * noise + if index >= 16 { 0.0 } else { *w };
        }
        let training = Training {
            steps: steps_of(epochs),
            batch: Some(BATCH),
            seed,
            checkpoints: (0..=epochs)
                .step_by(EPOCHS[1] as usize)
                .map(steps_of)
                .collect(),
            ..Training::new(Optimizer::sgd(), RATE)
        };
        let mut curve = Vec::new();
        let start = TrainingState::start(&w);
        training.descend(&data, start, lab.control(), |step, w: &[f64]| {
            let epoch = step / steps_of(1);
            curve.push((epoch as f64, population.value(w, &mut [])));
            Ok(())
        })?;
        Ok(curve)
    })?;
    let values = || curves.iter().flatten().map(|point| point.1);
    let near = values().filter(|value| nearest(*value).1 <= NEAR).count();
    let share = near as f64 / values().count() as f64;
    lab.measure("plateaus", Measured::exact(share))?;
    let rises = curves.iter().flat_map(|curve| {
        let mut least = f64::INFINITY;
        curve.iter().map(move |point| {
            least = least.min(point.1);
            point.1 - least
        })
    });
    lab.measure("descends", Measured::exact(rises.fold(0.0, f64::max)))?;
    let mut table = Table::new("Levels that SGD passes, in order", ["run", "levels"]);
    let mut sequences = 0;
    for (run, curve) in runs.iter().zip(&curves) {
        let mut passed: Vec<f64> = Vec::new();
        for (_, value) in curve {
            let (level, distance) = nearest(*value);
            if distance <= NEAR && passed.last() != Some(&level) {
                passed.push(level);
            }
        }
        let at = |low: f64, high: f64| passed.iter().position(|l| (low..high).contains(l));
        let (square, plus, five) = (at(0.11, 0.12), at(0.09, 0.105), at(0.05, 0.07));
        if let (Some(square), Some(plus), Some(five)) = (square, plus, five) {
            sequences += i32::from(square < plus && plus < five);
        }
        let text: Vec<String> = passed.iter().map(|level| format!("{level:.4}")).collect();
        table.row([(*run as usize).into(), text.join(" ").into()]);
    }
    lab.table(table);
    if long {
        lab.measure("sequence", Measured::exact(sequences.into()))?;
    }
    let mut chart = Chart::new(
        "descent",
        "SGD on six features: plateaus at the levels of polygons",
        Axis::linear("epoch"),
        Axis::linear("population loss").with_range(0.04, 0.12),
    );
    for (index, curve) in curves.iter().take(8).enumerate() {
        chart = chart.with(Curve::line("", curve.clone()).with_colour(index % 6));
    }
    for level in LEVELS.iter().filter(|level| level.0 == 6) {
        let line = [(0.0, level.3), (epochs as f64, level.3)];
        chart = chart.with(Curve::dashed("", line).with_colour(7));
    }
    lab.chart(chart);
    Ok(())
}
