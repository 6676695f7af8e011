//! `rlct catalogue`: the instances of every family, and the engine's word on them.

use super::interrupt::Interrupt;
use super::output::Output;
use super::progress::Progress;
use super::verify::of_families;
use super::words::{count, same};
use super::{CliError, Exit};
use crate::catalogue::{self, Confirmation, Document, Instance, Verification};
use crate::closed_form::Family;
use crate::verify::EnergyDocument;
use crate::{Answer, Budget};
use clap::Args;
use serde::Serialize;
use std::io::Write;

/// What is asked of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(super) struct CatalogueArgs {
    /// The instances of this family, by its key (`rlct catalogue` lists them)
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// The sources, as a BibTeX file
    #[arg(long, conflicts_with_all = ["family", "verify", "steps", "json"])]
    bibliography: bool,
    /// U(t) of the instances by quadrature, as JSON: what samplers at one temperature are held
    /// against (`rlct verify --energies`)
    #[arg(long, conflicts_with_all = ["verify", "steps", "bibliography"])]
    energies: bool,
    /// Let the engine compute every instance that is a polynomial germ, and compare
    #[arg(long)]
    verify: bool,
    /// With --verify: `model` asks for the worst of all zeros on the domain of the model, where the
    /// germ holds all over it, in place of the point
    #[arg(long, value_name = "model", requires = "verify")]
    on: Option<Domain>,
    /// The number of elementary steps for each germ with --verify, the same on every machine
    #[arg(long, value_name = "N", requires = "verify", value_parser = count::<u64>)]
    steps: Option<u64>,
}

/// Where the engine looks with --verify, in place of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Domain {
    /// All of the model's domain.
    Model,
}

pub(super) fn run(
    args: &CatalogueArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    if args.bibliography {
        output.bytes(catalogue::bibliography().as_bytes())?;
        return Ok(Exit::Success);
    }
    if args.energies {
        return energies(args, output, stderr);
    }
    let mut instances = catalogue::instances()?;
    if let Some(key) = &args.family {
        let known = |family: &Family| instances.iter().any(|i| i.family() == *family);
        let known = Family::ALL.iter().copied().filter(known).map(Family::key);
        let known: Vec<String> = known.collect();
        let known = known.join(", ");
        instances.retain(|instance| same(&instance.family().key(), key));
        if instances.is_empty() {
            let name = key.clone();
            return Err(CliError::NoSuchFamily { name, known });
        }
    }
    if args.verify {
        verify(&instances, args, output, stderr)
    } else if output.is_json() {
        output.bytes(Document::new(instances).to_json().as_bytes())?;
        Ok(Exit::Success)
    } else if args.family.is_some() {
        for instance in &instances {
            output.line(line(instance))?;
        }
        Ok(Exit::Success)
    } else {
        overview(&instances, output)
    }
}

/// The finite-n references, computed anew.
fn energies(
    args: &CatalogueArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let suite = of_families(args.family.as_slice(), false)?;
    let interrupt = Interrupt::install();
    let progress = Progress::bar(0, "cases");
    let references = suite.compute_energies(&mut |done, total| {
        progress.set(done as u64, total as u64);
        !interrupt.is_set()
    });
    drop(progress);
    output.bytes(EnergyDocument::new(references).to_json().as_bytes())?;
    match interrupt.is_set() {
        true => {
            drop(writeln!(stderr, "interrupted: not all of them"));
            Ok(Exit::Interrupted)
        }
        false => Ok(Exit::Success),
    }
}

/// `λ = 2, m = 2   2 inputs, …  [engine certificate]`.
fn line(instance: &Instance) -> String {
    let value = match instance.value() {
        Answer::Bounds { lower, upper, .. } if lower.as_ref() == Some(upper) => {
            format!("λ = {upper}")
        }
        value => value.to_string(),
    };
    let ways = instance.verified().iter().map(|way| match way {
        Verification::EngineCertificate => "engine certificate".to_string(),
        Verification::RegionCertificate => "certified globally".to_string(),
        Verification::SecondFormula { formula } => formula.clone(),
        Verification::LiteratureOnly => "literature only".to_string(),
    });
    let ways = ways.collect::<Vec<_>>().join("; ");
    format!("{value:<18} {}  [{ways}]", instance.model())
}

fn overview(instances: &[Instance], output: &mut Output<'_>) -> Result<Exit, CliError> {
    output.line("instances  certified  globally  family")?;
    let mut families = 0;
    for family in Family::ALL {
        let of_family = || instances.iter().filter(|i| i.family() == family);
        let certified = of_family().filter(|i| i.is_certified()).count();
        let globally = of_family().filter(|i| i.is_certified_globally()).count();
        let all = of_family().count();
        if all > 0 {
            families += 1;
            let key = family.key();
            output.line(format_args!(
                "{all:>9}  {certified:>9}  {globally:>8}  {key:<26} {family}"
            ))?;
        }
    }
    let exact = instances.iter().filter(|i| i.coefficient().is_some());
    let certified = instances.iter().filter(|i| i.is_certified()).count();
    let globally = instances
        .iter()
        .filter(|i| i.is_certified_globally())
        .count();
    output.line(format_args!(
        "{} instances of {families} families: {} exact, {certified} certified by the engine, \
         {globally} globally",
        instances.len(),
        exact.count()
    ))?;
    Ok(Exit::Success)
}

/// The engine's word on one instance, for programs.
#[derive(Serialize)]
struct Report<'a> {
    id: &'a str,
    confirmation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<String>,
}

fn verify(
    instances: &[Instance],
    args: &CatalogueArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install();
    let mut budget = Budget::default().with_stop(interrupt.flag());
    if let Some(steps) = args.steps {
        budget = budget.with_steps(steps);
    }
    let globally = args.on == Some(Domain::Model);
    let is_asked = |i: &&Instance| i.germ().is_some() && (!globally || i.region().is_some());
    let germs: Vec<&Instance> = instances.iter().filter(is_asked).collect();
    let progress = Progress::bar(germs.len() as u64, "");
    let mut reports = Vec::with_capacity(germs.len());
    let (mut certified, mut undecided, mut wrong) = (0, 0, 0);
    let mut exit = Exit::Success;
    for instance in &germs {
        if interrupt.is_set() {
            break;
        }
        progress.message(instance.id());
        let (confirmation, is_claimed) = match globally {
            true => {
                let found = instance.confirm_on_region(&budget)?;
                (found, instance.is_certified_globally())
            }
            false => (instance.confirm(&budget)?, instance.is_certified()),
        };
        if interrupt.is_set() {
            break;
        }
        let (word, engine) = match &confirmation {
            Confirmation::Certified => ("certified", None),
            Confirmation::Undecided(answer) => ("undecided", Some(answer.to_string())),
            Confirmation::Contradicted(answer) => ("contradicted", Some(answer.to_string())),
            Confirmation::Refused(error) => ("refused", Some(error.to_string())),
            Confirmation::NoGerm => ("no germ", None),
        };
        match confirmation {
            Confirmation::Certified => certified += 1,
            // only a claim that is not kept is a failure
            Confirmation::Undecided(_) if is_claimed => {
                undecided += 1;
                exit = exit.and(Exit::Undecided);
            }
            Confirmation::Undecided(_) | Confirmation::NoGerm => undecided += 1,
            _ => {
                wrong += 1;
                exit = exit.and(Exit::Disagreement);
            }
        }
        if !output.is_json() {
            let engine_says = engine
                .as_ref()
                .map(|e| format!(": {e}"))
                .unwrap_or_default();
            let text = format!("{word:<12} {}{engine_says}", instance.id());
            progress.suspend(|| output.line(text))?;
        }
        reports.push(Report {
            id: instance.id(),
            confirmation: word,
            engine,
        });
        progress.advance();
    }
    drop(progress);
    if output.is_json() {
        output.lines(&reports)?;
    } else {
        output.line(format_args!(
            "{} germs: {certified} certified, {undecided} undecided, {wrong} contradicted",
            reports.len()
        ))?;
    }
    if interrupt.is_set() {
        let (done, all) = (reports.len(), germs.len());
        drop(writeln!(stderr, "interrupted after {done} of {all} germs"));
        exit = Exit::Interrupted;
    }
    Ok(exit)
}
