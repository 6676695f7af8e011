//! `rlct compare --suite … --seeds K`: how often the intervals hold the exact λ.

mod drawn;
mod subject;
mod subjects;
mod ways;

use super::{CompareArgs, models};
use crate::cli::interrupt::Interrupt;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::words::holds;
use crate::cli::{CliError, Exit};
use crate::report::{CoverageSummary, SuiteModel, SuiteRun, coverage_table, model_table};
use crate::sampler::parallel;
use clap::ValueEnum;
use serde::Serialize;
use std::io::Write;
use subject::Subject;
use ways::Effort;

pub(super) use ways::Way;

/// A list of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Suite {
    /// The models of `rlct compare` without a suite
    Standard,
    /// Over fifty models, d from 1 to 60, and models drawn at random
    Full,
}

impl Suite {
    fn subjects(self) -> Result<Vec<Subject>, CliError> {
        match self {
            Self::Standard => {
                let mut subjects = Vec::new();
                for model in models::models()? {
                    if let Some(germ) = &model.germ {
                        subjects.push(Subject::germ("standard", model.name, germ)?);
                    } else if let Some((widths, rank)) = &model.network {
                        subjects.push(Subject::network("standard", widths, *rank)?);
                    }
                }
                Ok(subjects)
            }
            Self::Full => {
                let mut subjects = subjects::named()?;
                subjects.extend(drawn::drawn()?);
                Ok(subjects)
            }
        }
    }
}

/// The JSON of a suite.
#[derive(Serialize)]
struct SuiteView<'a> {
    schema: u32,
    suite: Suite,
    seeds: u64,
    planned_runs: usize,
    finished_runs: usize,
    groups: Vec<GroupView<'a>>,
    models: &'a [SuiteModel],
}

#[derive(Serialize)]
struct GroupView<'a> {
    group: &'a str,
    models: usize,
    ways: Vec<CoverageSummary>,
}

pub(super) fn run(
    suite: Suite,
    seeds: u64,
    args: &CompareArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let mut subjects = suite.subjects()?;
    if let Some(name) = &args.only {
        let known: Vec<&str> = subjects
            .iter()
            .map(|subject| subject.name.as_str())
            .collect();
        let known = known.join("; ");
        subjects.retain(|subject| holds(&subject.name, name));
        if subjects.is_empty() {
            let name = name.clone();
            return Err(CliError::NoSuchModel { name, known });
        }
    }
    let mut jobs: Vec<(usize, Way)> = Vec::new();
    for (model, subject) in subjects.iter().enumerate() {
        let chosen = |way: &Way| args.ways.is_empty() || args.ways.contains(way);
        let ways = Way::of(subject).into_iter().filter(chosen);
        jobs.extend(ways.map(|way| (model, way)));
    }
    if jobs.is_empty() {
        return Err(CliError::TooManyParameters {
            most: Effort::LARGEST_VOLUME,
        });
    }
    let interrupt = Interrupt::install().within(args.time);
    let progress = Progress::bar(subjects.len() as u64, "exact values");
    let solved = parallel::map(subjects.len(), |i| {
        let model = subjects[i].solve(&interrupt.budget());
        progress.advance();
        model
    });
    drop(progress);
    let solved: Result<Vec<_>, _> = solved.into_iter().collect();
    if let (Err(_), Some((exit, why))) = (&solved, interrupt.end()) {
        drop(writeln!(stderr, "{why} before the exact values were known"));
        return Ok(exit);
    }
    let mut models = solved?;

    // Seeds vary slowest: what is done when Ctrl-C comes rests on all models alike.
    let planned = jobs.len() * seeds as usize;
    let progress = Progress::bar(planned as u64, "runs");
    let runs: Vec<Option<(usize, SuiteRun)>> = parallel::map(planned, |job| {
        let control = interrupt.control();
        if control.stopped() {
            return None;
        }
        let (model, way) = jobs[job % jobs.len()];
        let seed = args.seed + (job / jobs.len()) as u64;
        let subject = &subjects[model];
        let m = models[model].exact().multiplicity();
        let run = Effort::of(subject).run(way, subject, m, seed, &control);
        progress.advance();
        // A run that Ctrl-C or the time cut short is none.
        (!control.stopped()).then_some((model, run))
    });
    drop(progress);
    let mut finished = 0;
    for (model, run) in runs.into_iter().flatten() {
        finished += 1;
        let with_run = models[model].clone().with_run(run);
        models[model] = with_run;
    }
    print(suite, seeds, planned, finished, &models, args, output)?;
    if let Some((exit, why)) = interrupt.end().filter(|_| finished < planned) {
        drop(writeln!(stderr, "{why} after {finished} of {planned} runs"));
        return Ok(exit);
    }
    Ok(Exit::Success)
}

fn print(
    suite: Suite,
    seeds: u64,
    planned: usize,
    finished: usize,
    models: &[SuiteModel],
    args: &CompareArgs,
    output: &mut Output<'_>,
) -> Result<(), CliError> {
    let groups = groups(models);
    if output.is_json() {
        return output.value(&SuiteView {
            schema: crate::SCHEMA,
            suite,
            seeds,
            planned_runs: planned,
            finished_runs: finished,
            groups: groups
                .iter()
                .map(|(group, models)| GroupView {
                    group,
                    models: models.len(),
                    ways: CoverageSummary::by_way(models),
                })
                .collect(),
            models,
        });
    }
    if args.verbose {
        output.line(model_table(models))?;
    }
    output.line(coverage_table(&groups))?;
    output.line(format_args!(
        "{} models, {seeds} seeds, {finished} of {planned} runs. U(t), at a single temperature, is \
         no estimate of λ: that its interval holds λ is chance, and m alone makes \
         −(m − 1)/log t of the distance. The other ways extrapolate to λ.",
        models.len()
    ))
}

/// All models, the named and the drawn ones where there are both, then group by group.
fn groups(models: &[SuiteModel]) -> Vec<(&str, Vec<&SuiteModel>)> {
    let chosen = |keep: &dyn Fn(&SuiteModel) -> bool| models.iter().filter(|m| keep(m)).collect();
    let mut groups: Vec<(&str, Vec<&SuiteModel>)> = vec![("all", chosen(&|_| true))];
    let mut names: Vec<&str> = Vec::new();
    for model in models {
        if !names.contains(&model.group()) {
            names.push(model.group());
        }
    }
    if names.len() > 1 {
        groups.push(("all named", chosen(&|m| m.group() != "drawn")));
        groups.extend(
            names
                .into_iter()
                .map(|name| (name, chosen(&|m| m.group() == name))),
        );
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    #[test]
    fn the_full_suite_is_wide_and_every_exact_value_is_known() {
        let subjects = Suite::Full.subjects().unwrap();
        let named = subjects.iter().filter(|s| s.group != "drawn").count();
        assert!(named >= 50, "{named} models");
        assert!(subjects.len() - named >= 12);
        let mut dimensions: Vec<usize> = subjects.iter().map(|s| s.loss.dimension()).collect();
        dimensions.sort_unstable();
        assert_eq!(
            (dimensions.first(), dimensions.last()),
            (Some(&1), Some(&60))
        );
        let mut names: Vec<&str> = subjects.iter().map(|s| s.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), subjects.len(), "a name occurs twice");
        for subject in &subjects {
            let model = subject.solve(&Budget::default()).unwrap();
            let most = subject.loss.dimension() as f64 / 2.0;
            assert!(model.exact().lambda().to_f64() <= most, "{}", subject.name);
            let (loss, w) = (subject.loss.loss(), subject.loss.w_star());
            let value = loss.value(w, &mut vec![0.0; loss.scratch_len()]);
            assert!(value.abs() < 1e-14, "{}: K(w*) = {value}", subject.name);
        }
    }
}
