//! `rlct compare --suite … --seeds K`: how often the intervals hold the exact λ.

mod drawn;
mod held_out;
mod subject;
mod subjects;
mod ways;

use super::{CompareArgs, models};
use crate::cli::interrupt::Interrupt;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::words::holds;
use crate::cli::{CliError, Exit};
use crate::estimate::thresholds::fit::LEAST_PROBABILITY_STATED;
use crate::report::{
    CoverageSummary, CoverageTest, SuiteModel, SuiteRun, coverage_table, model_table,
};
use crate::sampler::parallel;
use clap::ValueEnum;
use serde::Serialize;
use std::cmp::Ordering::Equal;
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
    /// Over forty models of the same kinds, drawn anew: no constant was chosen on them
    #[value(name = "held-out")]
    #[serde(rename = "held-out")]
    HeldOut,
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
            Self::HeldOut => held_out::held_out(),
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
    tests: &'a [CoverageTest],
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
    let tests = tests(models);
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
            tests: &tests,
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
    ))?;
    for way in CoverageSummary::by_way(&models.iter().collect::<Vec<_>>()) {
        if way.multiplicity_stated.of() > 0 {
            output.line(format_args!(
                "{}: m̂ is stated, at {:.0} % or more, in {} of {} runs, and right in {}.",
                way.way,
                100.0 * LEAST_PROBABILITY_STATED,
                way.multiplicity_stated.of(),
                way.runs,
                way.multiplicity_stated
            ))?;
        }
    }
    let mut rest = &tests[..];
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|test| test.way == first.way).count();
        let (of_way, others) = rest.split_at(same);
        output.line(told(of_way))?;
        rest = others;
    }
    Ok(())
}

/// Of every way that estimates λ: of every family of models, then of all of them.
fn tests(models: &[SuiteModel]) -> Vec<CoverageTest> {
    let all: Vec<&SuiteModel> = models.iter().collect();
    let mut families: Vec<&str> = Vec::new();
    for model in models {
        if !families.contains(&model.group()) {
            families.push(model.group());
        }
    }
    let ways = CoverageSummary::by_way(&all);
    let ways = ways.iter().filter(|way| way.energies == 0);
    ways.flat_map(|way| {
        let of = |family: &str, models: &[&SuiteModel]| CoverageTest::of(family, &way.way, models);
        let each = families.iter().map(|&family| {
            let members = all.iter().copied().filter(|model| model.group() == family);
            of(family, &members.collect::<Vec<_>>())
        });
        each.chain([of(ALL, &all)]).collect::<Vec<_>>()
    })
    .collect()
}

/// The family of all models.
const ALL: &str = "all";

/// What the tests of one way say; the last of them is that of all models.
fn told(tests: &[CoverageTest]) -> String {
    let Some((all, families)) = tests.split_last() else {
        return String::new();
    };
    let list = |tests: &[&CoverageTest]| {
        let each = tests.iter().map(ToString::to_string);
        each.collect::<Vec<_>>().join(", ")
    };
    let rejected = CoverageTest::rejected(families);
    let least = families
        .iter()
        .filter(|test| test.probability.is_some())
        .min_by(|a, b| a.probability.partial_cmp(&b.probability).unwrap_or(Equal));
    let of_families = match (rejected.is_empty(), least) {
        (false, _) => format!("too seldom in {}", list(&rejected)),
        (true, Some(least)) => format!("in no family too seldom, least often in {least}"),
        (true, None) => "in no family, for none is trustworthy".into(),
    };
    let pooled = match all.probability {
        Some(p) if p <= CoverageTest::LEVEL => "too seldom",
        _ => "not too seldom",
    };
    format!(
        "{}: that trustworthy intervals hold λ in {:.0} % of runs or more, models as clusters, at \
         {:.0} % by Holm: {of_families}; over all {pooled}, {all}.",
        all.way,
        100.0 * CoverageTest::LEAST,
        100.0 * CoverageTest::LEVEL,
    )
}

/// All models, the named and the drawn ones where there are both, then group by group.
fn groups(models: &[SuiteModel]) -> Vec<(&str, Vec<&SuiteModel>)> {
    let chosen = |keep: &dyn Fn(&SuiteModel) -> bool| models.iter().filter(|m| keep(m)).collect();
    let mut groups: Vec<(&str, Vec<&SuiteModel>)> = vec![(ALL, chosen(&|_| true))];
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
    fn the_held_out_models_are_others_and_every_exact_value_is_known() {
        let named = Suite::Full.subjects().unwrap();
        let held_out = Suite::HeldOut.subjects().unwrap();
        assert!(held_out.len() >= 40, "{} models", held_out.len());
        for subject in &held_out {
            let model = subject.solve(&Budget::default()).unwrap();
            let most = subject.loss.dimension() as f64 / 2.0;
            assert!(model.exact().lambda().to_f64() <= most, "{}", subject.name);
            let kin = named.iter().any(|named| named.group == subject.group);
            assert!(kin, "{} is of no group of the full suite", subject.name);
        }
    }

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
