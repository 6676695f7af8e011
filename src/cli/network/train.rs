//! `rlct train`: a network, trained on samples, with checkpoints.

use super::run::{Precision, RunDirectory, RunFile};
use super::{Data, NetworkOptions};
use crate::cli::interrupt::{Interrupt, time_limit};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::words::{ByName, count};
use crate::cli::{CliError, Exit};
use crate::loss::Scalar;
use crate::network::{
    Dataset, Network, NetworkLoss, Optimizer, TracePoint, Training, TrainingState,
};
use crate::sampler::BatchSampling;
use clap::{ArgGroup, Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  rlct train --perceptron 64,32,10 --data digits.csv --hold-out 360 --out run
  rlct train --network net.json --data train.npz --test test.npz --optimizer sgd \\
       --momentum 0.9 --rate 0:0.1,2000:0.01 --steps 3000 --batch 64 --out run
  rlct train --resume run                     goes on after Ctrl-C or --time
  rlct train --resume run --steps 5000        and further
  rlct estimate --run run --energy            U(t) at every checkpoint

The directory holds run.json (what was asked for), step-….safetensors (the checkpoints: weights by
name), state.safetensors (from which --resume goes on, to the last bit) and trace.csv. The same seed
gives the same weights, whatever the number of threads.

The loss is the mean negative log likelihood per sample. Batches are drawn anew in every epoch,
without replacement; --replacement draws each independently.";

/// What to train, and how.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("trained").required(true).args(["network", "perceptron", "resume"])
)]
pub(in crate::cli) struct TrainArgs {
    #[command(flatten)]
    network: NetworkOptions,
    #[command(flatten)]
    data: Data,
    /// What is done with a gradient [default: adam]
    #[arg(long, value_parser = ByName::<OptimizerName>::new())]
    optimizer: Option<OptimizerName>,
    /// The rate, or steps and the rates from them on: 0:0.1,2000:0.01 [default: adam 0.005, sgd
    /// 0.1]
    #[arg(long, value_name = "R", value_delimiter = ',', value_parser = rate)]
    rate: Vec<Rate>,
    /// sgd: the momentum μ [default: 0]
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    momentum: Option<f64>,
    /// The weight decay c [default: 0]
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    decay: Option<f64>,
    /// Decay beside the step and not in the gradient: AdamW
    #[arg(long, requires = "decay")]
    decoupled: bool,
    /// Steps in all [default: 1000]
    #[arg(long, value_name = "N", value_parser = count::<u64>)]
    steps: Option<u64>,
    /// Samples of a batch [default: 64, or all where there are fewer]
    #[arg(long, value_name = "B", value_parser = count::<usize>, conflicts_with = "full_batch")]
    batch: Option<usize>,
    /// All the samples in every step
    #[arg(long)]
    full_batch: bool,
    /// The samples of a batch are drawn with replacement
    #[arg(long, conflicts_with = "full_batch")]
    replacement: bool,
    /// The seed of start and batches
    #[arg(long, value_name = "S", value_parser = count::<u64>)]
    seed: Option<u64>,
    /// Weights to start from, .safetensors [default: random ones, as PyTorch's layers have]
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,
    /// The steps before which the weights are kept; 0 is the start [default: 0, then ten, each
    /// about twice the last, the end among them]
    #[arg(long, value_name = "K,…", value_delimiter = ',', value_parser = count::<u64>)]
    checkpoints: Vec<u64>,
    /// The losses are recorded every so many steps [default: a twentieth of the steps]
    #[arg(long, value_name = "N", value_parser = count::<u64>)]
    trace_every: Option<u64>,
    /// The precision of the weights [default: f32]
    #[arg(long, value_parser = ByName::<Precision>::new())]
    precision: Option<Precision>,
    /// Where the run goes: a directory
    #[arg(long, value_name = "DIR", required_unless_present = "resume")]
    out: Option<PathBuf>,
    /// Let --out replace a run
    #[arg(long, requires = "out")]
    force: bool,
    /// Go on with the run in this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "out", "data", "test", "hold_out", "optimizer", "rate", "momentum", "decay", "batch",
        "full_batch", "replacement", "seed", "start", "checkpoints", "trace_every", "precision",
    ])]
    resume: Option<PathBuf>,
    /// The time for all of it, in seconds; then --resume goes on
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OptimizerName {
    /// Gradient descent, stochastic on batches
    Sgd,
    /// Adam
    Adam,
}

/// A rate, and the step from which it holds if one was named.
type Rate = (Option<u64>, f64);

fn rate(text: &str) -> Result<Rate, String> {
    let number = |text: &str| {
        let number: Option<f64> = text.trim().parse().ok();
        let fits = number.filter(|x| x.is_finite() && *x >= 0.0);
        fits.ok_or_else(|| format!("`{text}` is not a rate, such as 0.1"))
    };
    match text.split_once(':') {
        Some((step, rate)) => Ok((Some(count(step)?), number(rate)?)),
        None => Ok((None, number(text)?)),
    }
}

impl TrainArgs {
    fn schedule(&self, default: f64) -> Result<Vec<(u64, f64)>, CliError> {
        match self.rate[..] {
            [] => Ok(vec![(0, default)]),
            [(None, rate)] => Ok(vec![(0, rate)]),
            _ => {
                let named = self.rate.iter().map(|&(step, rate)| Some((step?, rate)));
                let named: Option<Vec<_>> = named.collect();
                named.ok_or_else(|| {
                    let why = "of several rates each needs its step, as --rate 0:0.1,2000:0.01";
                    CliError::Setting(why.into())
                })
            }
        }
    }

    fn optimizer(&self) -> Result<(Optimizer, f64), CliError> {
        let (decay, decoupled) = (self.decay.unwrap_or(0.0), self.decoupled);
        match self.optimizer.unwrap_or(OptimizerName::Adam) {
            OptimizerName::Sgd => {
                let momentum = self.momentum.unwrap_or(0.0);
                let sgd = Optimizer::Sgd {
                    momentum,
                    decay,
                    decoupled,
                };
                Ok((sgd, 0.1))
            }
            OptimizerName::Adam if self.momentum.is_some() => Err(CliError::NoEffect {
                option: "--momentum",
                method: "adam".into(),
                needs: "it is for --optimizer sgd",
            }),
            OptimizerName::Adam => match Optimizer::adam() {
                Optimizer::Adam { betas, epsilon, .. } => Ok((
                    Optimizer::Adam {
                        betas,
                        epsilon,
                        decay,
                        decoupled,
                    },
                    0.005,
                )),
                other => Ok((other, 0.005)),
            },
        }
    }

    fn training(&self, samples: usize) -> Result<Training, CliError> {
        const BATCH: usize = 64;
        let (optimizer, rate) = self.optimizer()?;
        let steps = self.steps.unwrap_or(1000);
        let batch = self.batch.unwrap_or(BATCH.min(samples));
        let checkpoints = if self.checkpoints.is_empty() {
            doubling(steps)
        } else {
            self.checkpoints.clone()
        };
        if let Some(late) = checkpoints.iter().find(|&&step| step > steps) {
            return Err(CliError::Setting(format!(
                "a checkpoint before step {late} is after the end: there are {steps} steps"
            )));
        }
        Ok(Training {
            schedule: self.schedule(rate)?,
            steps,
            batch: (!self.full_batch).then_some(batch),
            sampling: match self.replacement {
                true => BatchSampling::WithReplacement,
                false => BatchSampling::WithoutReplacement,
            },
            seed: self.seed.unwrap_or(0),
            checkpoints,
            trace_every: self.trace_every.unwrap_or((steps / 20).max(1)),
            ..Training::new(optimizer, rate)
        })
    }

    /// The run, new or as it was left.
    fn run(&self) -> Result<TrainingRun, CliError> {
        if let Some(path) = &self.resume {
            let directory = RunDirectory::new(path);
            let mut asked = directory.asked()?;
            let network = Network::new(&asked.network)?;
            if let Some(steps) = self.steps {
                let last = asked.training.steps;
                if steps < last {
                    return Err(CliError::Setting(format!(
                        "the run has {last} steps; --resume can only go further than that"
                    )));
                }
                asked.training.steps = steps;
                asked.training.checkpoints.push(steps);
                directory.write_asked(&asked)?;
            }
            let samples = asked.data.read(&network)?;
            return Ok(TrainingRun {
                directory,
                asked,
                network,
                samples,
                resumes: true,
                replaces: false,
            });
        }
        let (Some(description), Some(out)) = (self.network.description()?, &self.out) else {
            let missing = "give a network, by --network or --perceptron, and --out DIR";
            return Err(CliError::Setting(missing.into()));
        };
        let network = Network::new(&description)?;
        let samples = self.data.read(&network)?;
        let training = self.training(samples.0.num_samples())?;
        let (data, start) = (self.data.clone(), self.start.clone());
        let precision = self.precision.unwrap_or_default();
        let asked = RunFile::new(description, data, (precision, start), training);
        Ok(TrainingRun {
            directory: RunDirectory::new(out),
            asked,
            network,
            samples,
            resumes: false,
            replaces: self.force,
        })
    }
}

/// 0, then ten steps that double up to the last, without those that would coincide.
fn doubling(steps: u64) -> Vec<u64> {
    let mut all: Vec<u64> = (0..10).map(|i| steps >> i).chain([0]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub(in crate::cli) fn run(
    args: &TrainArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install().within(args.time);
    let run = args.run()?;
    match run.asked.precision {
        Precision::F32 => run.train::<f32>(&interrupt, output, stderr),
        Precision::F64 => run.train::<f64>(&interrupt, output, stderr),
    }
}

struct TrainingRun {
    directory: RunDirectory,
    asked: RunFile,
    network: Network,
    /// For training, and for the test.
    samples: (Dataset, Option<Dataset>),
    resumes: bool,
    /// Whether a run that is there may be replaced.
    replaces: bool,
}

impl TrainingRun {
    fn start<T: Scalar>(&self) -> Result<TrainingState<T>, CliError> {
        let network = &self.network;
        if self.resumes {
            return Ok(TrainingState::read(&self.directory.state(), network)?);
        }
        let w = match &self.asked.start {
            Some(path) => network.read_weights(path, &BTreeMap::new())?,
            None => network.initial(self.asked.training.seed),
        };
        Ok(TrainingState::start(&w))
    }

    fn train<T: Scalar>(
        &self,
        interrupt: &Interrupt,
        output: &mut Output<'_>,
        stderr: &mut dyn Write,
    ) -> Result<Exit, CliError> {
        let (data, test) = &self.samples;
        let loss = NetworkLoss::<T>::new(&self.network, data)?;
        let test_loss = test
            .as_ref()
            .map(|test| NetworkLoss::new(&self.network, test));
        let test_loss = test_loss.transpose()?;
        let training = &self.asked.training;
        training.check(data.num_samples())?;
        let start = self.start::<T>()?;
        if !self.resumes {
            self.directory.create(self.replaces, &self.asked)?;
        }
        let state = {
            let progress = Progress::bar(training.steps, "training");
            let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
            let control = interrupt.control().with_progress(&watch);
            training.resume(&loss, test_loss.as_ref(), start, &control, |state| {
                let file = self.directory.checkpoint(state.step);
                self.network.write_weights(&file, &state.w)?;
                state.write(&self.directory.state())
            })?
        };
        state.write(&self.directory.state())?;
        self.directory.write_trace(&state.trace)?;
        let kept = self.directory.checkpoints()?.len();
        let reading = format!(
            "{} parameters: {}; n = {} of {}",
            self.network.dimension(),
            super::data::in_words(&self.asked.network),
            data.num_samples(),
            self.asked.data.source()
        );
        let path = self.directory.path().display();
        if output.is_json() {
            output.value(&json!({
                "schema": crate::SCHEMA,
                "reading": reading,
                "run": path.to_string(),
                "dimension": self.network.dimension(),
                "num_samples": data.num_samples(),
                "asked": self.asked,
                "step": state.step,
                "finished": state.step >= training.steps,
                "checkpoints": kept,
                "trace": state.trace,
            }))?;
        } else {
            output.line(&reading)?;
            output.line(table(&state.trace))?;
            output.line(format_args!(
                "{path}: {kept} checkpoints, the state after step {}",
                state.step
            ))?;
        }
        if state.step >= training.steps {
            return Ok(Exit::Success);
        }
        let (exit, why) = interrupt
            .end()
            .unwrap_or((Exit::Interrupted, "interrupted".into()));
        drop(writeln!(
            stderr,
            "{why} after {} of {} steps; rlct train --resume {path} goes on",
            state.step, training.steps
        ));
        Ok(exit)
    }
}

/// At most a screen of records.
fn table(trace: &[TracePoint]) -> String {
    const MOST: usize = 12;
    let with_accuracy = trace.iter().any(|point| point.accuracy.is_some());
    let with_test = trace.iter().any(|point| point.test_loss.is_some());
    let mut header = vec!["step", "rate", "loss"];
    header.extend(with_accuracy.then_some("accuracy"));
    header.extend(with_test.then_some("test loss"));
    header.extend((with_test && with_accuracy).then_some("test accuracy"));
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(&header);
    let every = trace.len().div_ceil(MOST).max(1);
    let last = trace.len().saturating_sub(1);
    let shown = trace.iter().enumerate();
    for (_, point) in shown.filter(|(i, _)| (last - i).is_multiple_of(every)) {
        let share = |x: Option<f64>| x.map_or(String::new(), |x| format!("{:.2} %", 100.0 * x));
        let mut row = vec![
            point.step.to_string(),
            format!("{}", point.rate),
            format!("{:.5}", point.loss),
        ];
        row.extend(with_accuracy.then(|| share(point.accuracy)));
        let test = || point.test_loss.map_or(String::new(), |x| format!("{x:.5}"));
        row.extend(with_test.then(test));
        row.extend((with_test && with_accuracy).then(|| share(point.test_accuracy)));
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}
