//! `rlct estimate … --on REGION`: the worst (λ, m) of all zeros in a region, by its volumes.

use super::super::interrupt::Interrupt;
use super::super::locus::locus;
use super::super::method::{Method, Settings};
use super::super::output::Output;
use super::super::progress::Progress;
use super::super::{CliError, Exit};
use super::EstimateArgs;
use crate::loss::Loss;
use crate::problem::region_loss;
use crate::report::EstimateReport;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct View<'a> {
    schema: u32,
    reading: &'a str,
    dimension: usize,
    #[serde(flatten)]
    report: &'a EstimateReport,
    trustworthy: bool,
    converged: bool,
    seed: u64,
    details: Value,
}

/// Answers the question of the command line about a region.
pub(super) fn run(
    args: &EstimateArgs,
    on: &str,
    interrupt: &Interrupt,
    output: &mut Output<'_>,
) -> Result<Exit, CliError> {
    let only_volume = |option, method: String| CliError::NoEffect {
        option,
        method,
        needs: "λ over a region is estimated by volume scaling alone",
    };
    match args.method {
        None | Some(Method::Volume) => {}
        Some(other) => return Err(only_volume("--on", other.label().to_string())),
    }
    if let Some((option, needs)) = args.without_effect(Method::Volume) {
        return Err(CliError::NoEffect {
            option,
            method: Method::Volume.label().to_string(),
            needs,
        });
    }
    let prior = (!args.prior.is_empty()).then(|| args.prior.join("*"));
    let locus = locus(&args.subject, on, prior.as_deref())?;
    let loss = region_loss(&locus)?;
    let settings = Settings {
        seed: args.seed,
        particles: args.particles,
        ..Settings::default()
    };
    let estimated = {
        let progress = Progress::bar(0, Method::Volume.label());
        settings.over_region(&loss, (interrupt, &progress))?
    };
    let (report, reading) = (&estimated.report, locus.to_string());
    if output.is_json() {
        output.value(&View {
            schema: crate::SCHEMA,
            reading: &reading,
            dimension: loss.dimension(),
            report,
            trustworthy: report.is_trustworthy(),
            converged: report.is_converged(),
            seed: args.seed,
            details: estimated.details,
        })?;
    } else {
        output.line(&reading)?;
        output.line(report)?;
        output.line(
            "λ̂ is of the worst zero in the region; one that holds little of its volume shows only \
             at small ε",
        )?;
        if let Some(remark) = args.subject.germ.remark_on_sign(locus.reading()) {
            output.line(remark)?;
        }
    }
    Ok(match (interrupt.is_set(), report.is_trustworthy()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Undecided,
    })
}
