//! `rlct experiment`: predictions of the theory, held against runs.

use super::interrupt::{Interrupt, time_limit};
use super::output::Output;
use super::progress::Progress;
use super::words::{count, same};
use super::{CliError, Exit};
use crate::experiment::{
    EXPERIMENTS, Experiment, ExperimentError, ExperimentReport, Settings, Size, Stage, Verdict,
};
use clap::Args;
use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  rlct experiment                                 the list of experiments
  rlct experiment phase_transition --size small   one, in seconds
  rlct experiment --all --out results             all, one table, and files of everything

Every experiment states what the theory predicts before anything is run, and a figure of which
nothing was predicted is refused. NAME.json has everything, NAME.txt the page, NAME.svg and
NAME.KEY.svg the pictures (feature `plot`). The exit code is 0 if all predictions PASS, 1 if one
FAILs, 3 or 130 if the time or Ctrl-C ended the run before all were measured.";

/// Which experiments, how large, and where the results go.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ExperimentArgs {
    /// The experiments to run [default: none, and a list of them]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Run all of them
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// How long each may take: seconds, minutes, or as long as the published one
    #[arg(long, value_enum, default_value_t = Size::Default)]
    size: Size,
    /// The number of seeds
    #[arg(long, value_name = "K", default_value_t = Settings::SEEDS, value_parser = count::<u64>)]
    seeds: u64,
    /// Write NAME.json, NAME.txt and pictures into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Let --out replace files that exist
    #[arg(long, requires = "out")]
    force: bool,
    /// The time for everything, in seconds; then the answer is what was measured
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
}

pub(super) fn run(
    args: &ExperimentArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let chosen = chosen(args)?;
    if chosen.is_empty() {
        return list(output);
    }
    if args.seeds == 0 {
        return Err(ExperimentError::NoSeeds.into());
    }
    if let Some(folder) = &args.out {
        prepare(folder, &chosen, args.force)?;
        if !cfg!(feature = "plot") {
            let told = "this rlct was built without pictures; build it with --features plot";
            drop(writeln!(stderr, "{told}"));
        }
    }
    let settings = Settings {
        size: args.size,
        seeds: args.seeds,
    };
    let interrupt = Interrupt::install().within(args.time);
    let mut reports = Vec::new();
    for experiment in &chosen {
        if !reports.is_empty() && interrupt.halted().is_some() {
            break;
        }
        let progress = Progress::bar(0, experiment.name());
        let observer = |stage: Stage<'_>| {
            progress.message(format!("{}: {}", experiment.name(), stage.what));
            progress.set(stage.done, stage.total);
        };
        let report = experiment.run(settings, &interrupt.control(), &observer)?;
        drop(progress);
        if let Some(folder) = &args.out {
            write(folder, &report)?;
        }
        if !output.is_json() && chosen.len() == 1 {
            output.line(report.text_within(output.width()))?;
        }
        reports.push(report);
    }
    if output.is_json() {
        match reports.as_slice() {
            [report] if chosen.len() == 1 => output.value(report)?,
            reports => output.lines(reports)?,
        }
    } else if chosen.len() > 1 {
        output.line(ExperimentReport::summary_within(&reports, output.width()))?;
    }
    let failed = reports.iter().any(|report| report.verdict == Verdict::Fail);
    let whole = reports.len() == chosen.len() && reports.iter().all(|report| report.complete);
    let mut exit = match failed {
        true => Exit::Disagreement,
        false => Exit::Success,
    };
    if reports.iter().any(|r| r.count(Verdict::NotMeasured) > 0) {
        exit = exit.and(Exit::Undecided);
    }
    if let Some((ended, why)) = interrupt.end().filter(|_| !whole) {
        let done = reports.iter().filter(|report| report.complete).count();
        drop(writeln!(
            stderr,
            "{why} after {done} of {} experiments",
            chosen.len()
        ));
        exit = exit.and(ended);
    }
    Ok(exit)
}

/// The experiments that are asked for.
fn chosen(args: &ExperimentArgs) -> Result<Vec<&'static Experiment>, CliError> {
    if args.all {
        return Ok(EXPERIMENTS.to_vec());
    }
    let find = |name: &String| {
        let meant = EXPERIMENTS.iter().find(|e| same(e.name(), name));
        match meant {
            Some(&experiment) => Ok(experiment),
            None => Experiment::named(name).map_err(CliError::from),
        }
    };
    args.names.iter().map(find).collect()
}

fn list(output: &mut Output<'_>) -> Result<Exit, CliError> {
    if output.is_json() {
        let entries = EXPERIMENTS.map(|experiment| {
            json!({
                "experiment": experiment.name(),
                "about": experiment.about(),
                "source": experiment.source(),
            })
        });
        output.lines(&entries)?;
        return Ok(Exit::Success);
    }
    for experiment in EXPERIMENTS {
        output.line(format_args!(
            "{}\n    {}\n    {}",
            experiment.name(),
            experiment.about(),
            experiment.source()
        ))?;
    }
    Ok(Exit::Success)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> CliError {
    move |error| CliError::WriteFile {
        path: path.to_owned(),
        error,
    }
}

/// Makes the folder, and looks for files that would be replaced before anything is run.
fn prepare(folder: &Path, chosen: &[&Experiment], force: bool) -> Result<(), CliError> {
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    for experiment in chosen {
        for ending in ["json", "txt", "svg"] {
            let path = folder.join(format!("{}.{ending}", experiment.name()));
            if path.exists() && !force {
                return Err(CliError::Exists { path });
            }
        }
    }
    Ok(())
}

fn write(folder: &Path, report: &ExperimentReport) -> Result<(), CliError> {
    let save = |name: String, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(failed(&path))
    };
    let name = report.experiment;
    let mut json = serde_json::to_string_pretty(report)
        .map_err(|error| CliError::Write(io::Error::from(error)))?;
    json.push('\n');
    save(format!("{name}.json"), &json)?;
    save(format!("{name}.txt"), &format!("{}\n", report.text()))?;
    #[cfg(feature = "plot")]
    for (index, chart) in report.charts.iter().enumerate() {
        let file = match index {
            0 => format!("{name}.svg"),
            _ => format!("{name}.{}.svg", chart.key()),
        };
        save(file, &chart.svg())?;
    }
    Ok(())
}
