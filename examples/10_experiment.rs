//! Lesson 10: what the theory predicts, held against a run.
//!
//! One learns to run an experiment of the library, whose predictions are stated before, and to
//! judge it: `10_experiment [NAME [small|default|full [SEEDS]]]`, small and with five seeds unless
//! told otherwise. `rlct experiment` lists the names and writes pictures.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::experiment::{Experiment, Settings, Size, Verdict};
use rlct::sampler::Control;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |i: usize| arguments.get(i).map(String::as_str);
    let experiment = Experiment::named(argument(0).unwrap_or("phase_transition"))?;
    let mut settings = Settings::new(match argument(1) {
        None | Some("small") => Size::Small,
        Some("default") => Size::Default,
        Some("full") => Size::Full,
        Some(other) => return Err(format!("`{other}` is not small, default or full").into()),
    });
    if let Some(seeds) = argument(2) {
        settings.seeds = seeds.parse()?;
    }
    for prediction in experiment.predictions(&settings) {
        println!("predicted: {}: {}", prediction.claim, prediction.demand);
    }
    let report = experiment.run(settings, &Control::new(), &|_| {})?;
    println!("\n{}", report.text());
    Ok(match report.verdict {
        Verdict::Pass => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
