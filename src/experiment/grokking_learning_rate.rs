//! Jumps of the learning rate after a network has memorised: do they hasten grokking?

use super::modular_addition::{Labels, Task};
use super::{
    Cell, Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Table,
};
use crate::plot::{Axis, Chart, Curve};

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "grokking_learning_rate",
    about: "Addition modulo 53 is memorised at a small learning rate, which then jumps: when the \
            network generalises, and what U does",
    source: "Pope's comment on learning rates and grokking; Panickssery & Vaintrob 2023",
    predictions,
    run,
};

const P: usize = 53;
const SHARE: f64 = 0.6;
const RATE: f64 = 0.001;
/// The batch before which the rate jumps, the last one, and the batches between two looks.
const JUMP: u64 = 4000;
const STEPS: u64 = 12_000;
const EVERY: u64 = 100;
/// The length of the jump that is taken back.
const WINDOW: u64 = 1000;
/// What generalises: the share of the other pairs that is right.
const GROKKED: f64 = 0.95;
/// Batches after the jump within which the training accuracy is looked at.
const SOON: u64 = 500;
/// The share of the training pairs that a network that has memorised them has right.
const MEMORISED: f64 = 0.99;

/// A schedule: by which factor the rate jumps, and whether it stays there.
#[derive(Debug, Clone, Copy)]
struct Jump {
    name: &'static str,
    factor: f64,
    stays: bool,
}

const JUMPS: [Jump; 4] = [
    Jump {
        name: "no jump",
        factor: 1.0,
        stays: true,
    },
    Jump {
        name: "10 times",
        factor: 10.0,
        stays: true,
    },
    Jump {
        name: "10 times, 1000 batches",
        factor: 10.0,
        stays: false,
    },
    Jump {
        name: "50 times",
        factor: 50.0,
        stays: true,
    },
];

fn predictions(_: &Settings) -> Vec<Prediction> {
    const REFERENCE: &str = "an independent program in C, two seeds: 6500 and 7500 batches in place \
                             of more than 12000";
    const COMMENT: &str = "Pope's comment";
    vec![
        Prediction::new(
            "memorised",
            "share of training pairs that are right before the jump",
            Demand::at_least(MEMORISED),
            "so that what jumps has memorised",
        ),
        Prediction::new(
            "hastens",
            "share of seeds of which a jump to 10 times the rate takes less than .75 of the time \
             to 95 % of the test pairs (that of the run without one is cut at 12000)",
            Demand::at_least(0.8),
            REFERENCE,
        ),
        Prediction::new(
            "rises",
            "rise of the test accuracy within 1000 batches of the jump",
            Demand::at_least(0.15),
            REFERENCE,
        ),
        Prediction::new(
            "falls_at_jump",
            "share of seeds of which the training accuracy falls by 1 % or more within 500 batches \
             of the jump",
            Demand::at_least(0.8),
            COMMENT,
        ),
        Prediction::new(
            "energy_falls",
            "U at the end of the run with the jump over U at the memorised network",
            Demand::at_most(0.9),
            COMMENT,
        ),
    ]
}

/// A run with one schedule.
struct Course {
    /// Test and training accuracy, and the loss, at every look.
    test: Vec<f64>,
    train: Vec<f64>,
    /// U where the rate jumps, and at the end.
    energies: [f64; 2],
}

impl Course {
    /// The batch at which the test pairs are right, or the last one.
    fn grokked(&self) -> u64 {
        let first = self.test.iter().position(|&right| right >= GROKKED);
        first.map_or(STEPS, |look| look as u64 * EVERY)
    }

    fn at(values: &[f64], step: u64) -> f64 {
        let look = (step / EVERY) as usize;
        values.get(look).copied().unwrap_or(f64::NAN)
    }
}

fn course(lab: &Lab<'_>, jump: Jump, seed: u64) -> Result<Course, ExperimentError> {
    let task = Task::new(P, SHARE, Labels::Sum, seed)?;
    let mut training = task.training(RATE, STEPS);
    training.schedule.push((JUMP, RATE * jump.factor));
    if !jump.stays {
        training.schedule.push((JUMP + WINDOW, RATE));
    }
    training.trace_every = EVERY;
    training.checkpoints = vec![JUMP];
    let mut memorised = Vec::new();
    let (loss, test) = (&task.loss, Some(&task.test));
    let end = training.run(loss, test, &task.start(), lab.control(), |state| {
        memorised.clone_from(&state.w);
        Ok(())
    })?;
    lab.go_on()?;
    let energy = |w: &[f32]| -> Result<f64, ExperimentError> {
        let energy = task.energy(w, task.nbeta(1.0), true, lab.control())?;
        Ok(energy.unwrap_or(f64::NAN))
    };
    let looks = || {
        end.trace
            .iter()
            .filter(|point| point.step.is_multiple_of(EVERY))
    };
    Ok(Course {
        test: looks().filter_map(|point| point.test_accuracy).collect(),
        train: looks().filter_map(|point| point.accuracy).collect(),
        energies: [energy(&memorised)?, energy(&end.w)?],
    })
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let seeds = lab.settings().seeds;
    // those of which something is predicted, and the others
    let jumps = lab.size().pick(2, JUMPS.len(), JUMPS.len());
    let tasks: Vec<(usize, u64)> = (0..jumps)
        .flat_map(|jump| (1..=seeds).map(move |seed| (jump, seed)))
        .collect();
    let courses = lab.map("training", &tasks, |&(jump, seed)| {
        Ok((jump, seed, course(lab, JUMPS[jump], seed)?))
    })?;
    let of = |jump: usize| {
        let courses = courses.iter().filter(move |(j, ..)| *j == jump);
        courses
            .map(|(_, seed, course)| (*seed, course))
            .collect::<Vec<_>>()
    };
    // what was stopped has fewer of them
    let pairs: Vec<(&Course, &Course)> = of(0)
        .into_iter()
        .filter_map(|(seed, without)| {
            let with = of(1).into_iter().find(|(other, _)| *other == seed)?;
            Some((without, with.1))
        })
        .collect();
    let share = |holds: &dyn Fn(&(&Course, &Course)) -> bool| {
        let count = pairs.iter().filter(|pair| holds(pair)).count();
        Measured::exact(count as f64 / pairs.len() as f64)
    };
    let mean = |value: &dyn Fn(&Course) -> f64| {
        Measured::mean(
            &pairs
                .iter()
                .map(|(_, with)| value(with))
                .collect::<Vec<_>>(),
        )
    };
    let right = mean(&|with| Course::at(&with.train, JUMP));
    if right.figure < MEMORISED {
        for key in ["memorised", "falls_at_jump"] {
            lab.explain(
                key,
                "at the batch of the jump the network is on its way, and not one that has \
                 memorised: a larger rate raises the training accuracy instead of lowering it",
            )?;
        }
    }
    lab.measure("memorised", right)?;
    let hastens = |(without, with): &(&Course, &Course)| {
        (with.grokked() as f64) < 0.75 * without.grokked() as f64
    };
    lab.measure("hastens", share(&hastens))?;
    let rise = |with: &Course| Course::at(&with.test, JUMP + WINDOW) - Course::at(&with.test, JUMP);
    lab.measure("rises", mean(&rise))?;
    let falls = |(_, with): &(&Course, &Course)| {
        let (from, to) = ((JUMP / EVERY) as usize, ((JUMP + SOON) / EVERY) as usize);
        let least = with.train[from..=to]
            .iter()
            .copied()
            .fold(f64::INFINITY, f64::min);
        least <= with.train[from] - 0.01
    };
    lab.measure("falls_at_jump", share(&falls))?;
    lab.measure(
        "energy_falls",
        mean(&|with| with.energies[1] / with.energies[0]),
    )?;
    let mut table = Table::new(
        "Schedules, means over the seeds",
        [
            "rate after batch 4000",
            "95 % right at",
            "never",
            "test, at the end",
            "U at 4000",
            "U at the end",
        ],
    );
    let axes = (
        Axis::linear("batch"),
        Axis::linear("share of test pairs right"),
    );
    let mut chart = Chart::new("test", "Jumps of the learning rate", axes.0, axes.1);
    for (place, jump) in JUMPS[..jumps].iter().enumerate() {
        let courses = of(place);
        let mean = |value: &dyn Fn(&Course) -> f64| {
            let values: Vec<f64> = courses.iter().map(|(_, course)| value(course)).collect();
            Measured::mean(&values)
        };
        let never = courses
            .iter()
            .filter(|(_, c)| c.test.iter().all(|&right| right < GROKKED));
        table.row([
            Cell::from(jump.name),
            Cell::from(mean(&|course| course.grokked() as f64).to_string()),
            Cell::from(format!("{} of {}", never.count(), courses.len())),
            Cell::from(mean(&|course| course.test.last().copied().unwrap_or(f64::NAN)).to_string()),
            Cell::from(mean(&|course| course.energies[0]).to_string()),
            Cell::from(mean(&|course| course.energies[1]).to_string()),
        ]);
        let looks = courses
            .iter()
            .map(|(_, course)| course.test.len())
            .min()
            .unwrap_or(0);
        let points = (0..looks).map(|look| {
            let right = mean(&|course| course.test[look]).figure;
            ((look as u64 * EVERY) as f64, right)
        });
        chart = chart.with(Curve::line(jump.name, points));
    }
    lab.table(table);
    lab.chart(chart);
    lab.remark(
        "Training: Adam, weight decay 2·10⁻⁴ in the gradient, batches of 128 with replacement, 60 % \
         of the pairs. A run that never gets 95 % of the test pairs right counts with its length.",
    );
    Ok(())
}
