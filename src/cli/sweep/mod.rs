//! `rlct sweep`: the energy U(t) over a grid of settings.

mod grid;
mod plateau;
mod table;

use super::interrupt::{Interrupt, time_limit};
use super::method::{Method, Settings};
use super::output::Output;
use super::prior::{Coordinates, with_factors};
use super::progress::Progress;
use super::subject::{NetworkArgs, SubjectArgs, asked};
use super::words::{ByName, count, trimmed};
use super::{CliError, Exit};
use crate::estimate::{Doubt, EstimateError, LlcEstimate};
use crate::problem::LocalLoss;
use crate::sampler::SamplerError;
use clap::{ArgGroup, Args};
use grid::Grid;
use plateau::{Candidate, plateau};
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  rlct sweep 'x^2+y^2'                                    ε around the one pilot chains choose
  rlct sweep 'x^2*y^2' --step 1e-6..1e-3:7 --nbeta 100,1000
  rlct sweep --linear-network 5,3,5 --rank 1 --localization 0.1,1,10 --picture sweep.svg

Grids are lists, 0.1,1,10, or logarithmic ranges, 1e-6..1e-3:7. The table is of U(t) = t·E_t[K] at
t = nβ, which is not λ. A plateau is the largest set of neighbouring cells of the same t that have
converged (but for a spent budget) and agree; cells of which a chain diverged are told and never
averaged. The exit code is 0 if there is a plateau of U(t), else 3.";

/// The loss, the sampler, and the grid.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("sweep_loss")
        .required(true)
        .args(["loss", "ideal", "model", "linear_network"])
)]
pub(super) struct SweepArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    network: NetworkArgs,
    /// The sampler, one of the chains of `rlct estimate`
    #[arg(long, value_parser = ByName::<Method>::new(), default_value = "sgld")]
    method: Method,
    /// Step sizes ε, fixed [default: five around the one that pilot chains choose]
    #[arg(long, value_name = "GRID", allow_negative_numbers = true)]
    step: Option<Grid>,
    /// Localisations γ [default: 1]
    #[arg(long, value_name = "GRID", allow_negative_numbers = true)]
    localization: Option<Grid>,
    /// Inverse temperatures β [default: 1/log n]
    #[arg(long, value_name = "GRID", conflicts_with = "nbeta")]
    beta: Option<Grid>,
    /// nβ itself
    #[arg(long, value_name = "GRID", conflicts_with = "samples")]
    nbeta: Option<Grid>,
    /// n of the posterior [default: 10000]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    samples: Option<usize>,
    /// The seed of the first cell; the others have the next ones
    #[arg(long, default_value_t = 0, value_parser = count::<u64>)]
    seed: u64,
    /// The number of chains [default: 4]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    chains: Option<usize>,
    /// The draws of each chain [default: until the standard error is 2 % of U(t)]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    num_draws: Option<usize>,
    /// The steps of each chain before its first draw [default: 1000 and a fifth of the chain]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    burn_in: Option<usize>,
    /// The steps from one draw to the next [default: 1]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    thin: Option<usize>,
    /// Gradients for each cell [default, if the number of draws is not set: 200000]
    #[arg(long, value_name = "N", value_parser = count::<u64>)]
    budget: Option<u64>,
    /// Parameters held at the point, by index from 0
    #[arg(long, value_name = "I,…", value_delimiter = ',', value_parser = count::<usize>)]
    fix: Vec<usize>,
    /// A factor of the prior: normal(MEAN,SD), uniform(A,B), half-normal(SD), of all parameters or
    /// as 'x,y: normal(0,1)'; or powers, x^(-1/2)*y; repeated for a product
    #[arg(long, value_name = "DENSITY", value_parser = trimmed, allow_hyphen_values = true)]
    prior: Vec<String>,
    /// The time for the whole sweep, in seconds; then the answer is the cells that are done
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
    /// Write a heat map of U(t) over ε and β, or γ, to this SVG file (feature `plot`)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Let --picture replace a file that exists
    #[arg(long, requires = "picture")]
    force: bool,
}

/// One cell of the grid, and what came of it.
#[derive(Debug, Clone, Serialize)]
struct Cell {
    #[serde(skip)]
    place: [usize; 3],
    step_size: f64,
    localization: f64,
    nbeta: f64,
    #[serde(flatten)]
    end: End,
    plateau: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
enum End {
    Estimate(Numbers),
    /// Of a chain that was given up, with the reason; there is no U(t).
    Diverged {
        failed: usize,
        chains: usize,
        step: usize,
        reason: String,
    },
}

#[derive(Debug, Clone, Serialize)]
struct Numbers {
    energy: f64,
    /// Null, for one release beside the energy.
    lambda: Option<f64>,
    standard_error: f64,
    virial_bias: Option<f64>,
    acceptance: Option<f64>,
    rhat: f64,
    effective_sample_size: f64,
    converged: bool,
    /// The interval can be trusted, though it may be wider than was aimed at.
    #[serde(skip)]
    sound: bool,
    doubts: Vec<String>,
}

#[derive(Serialize)]
struct View<'a> {
    schema: u32,
    quantity: &'a str,
    reading: &'a str,
    /// The factors of --prior.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    prior: &'a [String],
    method: &'a str,
    seed: u64,
    complete: bool,
    plateau: Option<Plateau>,
    cells: &'a [Cell],
}

/// The values of U(t) on the plateau.
#[derive(Debug, Clone, Copy, Serialize)]
struct Plateau {
    inverse_temperature: f64,
    cells: usize,
    least: f64,
    most: f64,
}

impl Cell {
    fn numbers(&self) -> Option<&Numbers> {
        match &self.end {
            End::Estimate(numbers) => Some(numbers),
            End::Diverged { .. } => None,
        }
    }
}

impl SweepArgs {
    /// Gradients of a cell.
    const BUDGET: u64 = 200_000;

    fn settings(&self) -> Settings {
        Settings {
            seed: self.seed,
            num_samples: self.samples,
            chains: self.chains,
            draws: self.num_draws,
            burn_in: self.burn_in,
            steps_between_draws: self.thin,
            fixed: self.fix.clone(),
            budget: self
                .budget
                .or(self.num_draws.is_none().then_some(Self::BUDGET)),
            ..Settings::default()
        }
    }

    /// nβ of the grid.
    fn temperatures(&self) -> Vec<f64> {
        let n = self.samples.unwrap_or(Settings::NUM_SAMPLES) as f64;
        match (&self.nbeta, &self.beta) {
            (Some(Grid(nbeta)), _) => nbeta.clone(),
            (None, Some(Grid(beta))) => beta.iter().map(|beta| n * beta).collect(),
            (None, None) => vec![n / n.ln()],
        }
    }

    /// The step sizes of the grid, those around the pilot's if none are given.
    fn steps(
        &self,
        loss: &LocalLoss,
        at: (f64, f64),
        interrupt: &Interrupt,
    ) -> Result<Vec<f64>, CliError> {
        if let Some(Grid(steps)) = &self.step {
            return Ok(steps.clone());
        }
        // MALA and HMC adapt it themselves, without the preconditioner of a pilot
        let adapts = self.settings().sampler(self.method).adapts();
        let settings = Settings {
            localization: Some(at.0),
            nbeta: Some(at.1),
            draws: Some(50),
            burn_in: None,
            step_size: adapts.then_some(Settings::STEP_SIZE),
            ..self.settings()
        };
        let pilot = settings
            .llc(self.method, loss)
            .map_err(EstimateError::from)?
            .estimate_with(&interrupt.control())?;
        let Grid(steps) = Grid::around(pilot.tuning().sampler.step_size());
        Ok(steps)
    }
}

/// The answer of a cell; errors that are not of this cell alone end the sweep.
fn end(estimate: Result<LlcEstimate, EstimateError>) -> Result<End, EstimateError> {
    let llc = match estimate {
        Ok(llc) => llc,
        Err(EstimateError::Sampler(SamplerError::AllChainsFailed {
            chains,
            step,
            failure,
            ..
        })) => {
            return Ok(End::Diverged {
                failed: chains,
                chains,
                step,
                reason: failure.to_string(),
            });
        }
        Err(error) => return Err(error),
    };
    let failures = llc.chains().iter().filter_map(|chain| chain.failure);
    if let Some(first) = failures.clone().min_by_key(|failure| failure.step) {
        return Ok(End::Diverged {
            failed: failures.count(),
            chains: llc.chains().len(),
            step: first.step,
            reason: first.failure.to_string(),
        });
    }
    Ok(End::Estimate(Numbers {
        energy: llc.energy(),
        lambda: llc.lambda(),
        standard_error: llc.standard_error(),
        virial_bias: llc.virial_bias().map(|bias| bias.value),
        acceptance: llc.acceptance(),
        rhat: llc.rhat(),
        effective_sample_size: llc.effective_sample_size(),
        converged: llc.verdict().is_converged(),
        sound: llc
            .verdict()
            .doubts()
            .iter()
            .all(|doubt| matches!(doubt, Doubt::Budget { .. })),
        doubts: llc
            .verdict()
            .doubts()
            .iter()
            .map(ToString::to_string)
            .collect(),
    }))
}

/// Marks the cells of the plateau.
fn mark(cells: &mut [Cell]) -> Option<Plateau> {
    let (mut indices, mut candidates) = (Vec::new(), Vec::new());
    for (index, cell) in cells.iter().enumerate() {
        if let Some(numbers) = cell.numbers().filter(|numbers| numbers.sound) {
            indices.push(index);
            candidates.push(Candidate {
                place: cell.place,
                energy: numbers.energy,
                standard_error: numbers.standard_error,
            });
        }
    }
    let found = plateau(&candidates);
    for &i in &found {
        cells[indices[i]].plateau = true;
    }
    let energies = || found.iter().map(|&i| candidates[i].energy);
    found.first().map(|&first| Plateau {
        inverse_temperature: cells[indices[first]].nbeta,
        cells: found.len(),
        least: energies().fold(f64::INFINITY, f64::min),
        most: energies().fold(f64::NEG_INFINITY, f64::max),
    })
}

pub(super) fn run(
    args: &SweepArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    if !args.method.is_chains() || !args.method.is_one_temperature() {
        return Err(CliError::Setting(
            "a sweep is over chains at one temperature: `rlct sweep --help` lists them at --method"
                .into(),
        ));
    }
    if args.picture.is_some() && !cfg!(feature = "plot") {
        return Err(CliError::Setting(
            "this rlct was built without pictures; build it with --features plot".into(),
        ));
    }
    if let Some(path) = &args.picture
        && path.exists()
        && !args.force
    {
        return Err(CliError::Exists { path: path.clone() });
    }
    let interrupt = Interrupt::install().within(args.time);
    let subject = asked(&args.subject, &args.network)?;
    let reading = subject.understood.reading();
    let loss = subject.problem.local_loss()?;
    let point = subject.point(args.subject.at())?;
    let coordinates = Coordinates {
        names: &subject.names,
        point: &point,
    };
    let with_prior = with_factors(loss, &args.prior, &coordinates)?;
    if let Some(with) = &with_prior {
        with.check_energy()?;
    }
    let loss = with_prior.as_ref().map_or(loss, |with| &with.loss);
    let temperatures = args.temperatures();
    let Grid(localizations) = args.localization.clone().unwrap_or(Grid(vec![1.0]));
    let steps = args.steps(loss, (localizations[0], temperatures[0]), &interrupt)?;
    let total = steps.len() * localizations.len() * temperatures.len();
    let mut cells: Vec<Cell> = Vec::with_capacity(total);
    {
        let progress = Progress::bar(total as u64, "cells");
        let control = interrupt.control();
        'sweep: for (z, &nbeta) in temperatures.iter().enumerate() {
            for (y, &localization) in localizations.iter().enumerate() {
                for (x, &step_size) in steps.iter().enumerate() {
                    let settings = Settings {
                        step_size: Some(step_size),
                        localization: Some(localization),
                        nbeta: Some(nbeta),
                        // independent cells, so that their agreement means something
                        seed: args.seed.wrapping_add(cells.len() as u64),
                        ..args.settings()
                    };
                    let sampler = settings.sampler(args.method).fixed_at(step_size);
                    let llc = settings
                        .llc(args.method, loss)
                        .map_err(EstimateError::from)?
                        .sampler(sampler);
                    let estimate = llc.estimate_with(&control);
                    if control.stopped() {
                        break 'sweep; // the cell that was stopped is not one of the sweep
                    }
                    cells.push(Cell {
                        place: [x, y, z],
                        step_size,
                        localization,
                        nbeta,
                        end: end(estimate)?,
                        plateau: false,
                    });
                    progress.advance();
                }
            }
        }
    }
    let found = mark(&mut cells);
    if output.is_json() {
        output.value(&View {
            schema: crate::SCHEMA,
            quantity: "energy",
            reading,
            prior: &args.prior,
            method: args.method.label(),
            seed: args.seed,
            complete: cells.len() == total,
            plateau: found,
            cells: &cells,
        })?;
    } else {
        output.line(reading)?;
        if let Some(with) = &with_prior {
            output.line(with.reading(&args.prior))?;
        }
        output.line(table::table(&cells))?;
        output.line(table::summary(found))?;
    }
    let ended = interrupt.end().filter(|_| cells.len() < total);
    if let Some((_, why)) = &ended {
        let done = cells.len();
        drop(writeln!(stderr, "{why} after {done} of {total} cells"));
    }
    #[cfg(feature = "plot")]
    if let Some(path) = &args.picture {
        let svg = table::picture(reading, &cells, found);
        std::fs::write(path, svg).map_err(|error| CliError::WriteFile {
            path: path.clone(),
            error,
        })?;
    }
    Ok(match (ended, found) {
        (Some((exit, _)), _) => exit,
        (None, Some(_)) => Exit::Success,
        (None, None) => Exit::Undecided,
    })
}
