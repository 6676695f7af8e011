//! The command line: a thin front over the library.
//!
//! Every command prints text for people or, with `--json`, JSON for programs, and ends with an
//! [`Exit`] code that scripts may rely on. Answers go to stdout; errors, warnings and progress go
//! to stderr.
//!
//! # Examples
//!
//! ```
//! use clap::Parser;
//! use rlct::cli::{Cli, Exit};
//!
//! let cli = Cli::try_parse_from(["rlct", "closed-form", "deep-linear", "--widths", "10,5,10"])?;
//! let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
//! assert_eq!(cli.run(&mut stdout, &mut stderr), Exit::Success);
//! assert!(String::from_utf8(stdout)?.starts_with("λ = 22, m = 2\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boxes;
mod caret;
mod catalogue;
mod check;
mod checkpoints;
mod closed_form;
mod compare;
mod error;
mod estimate;
mod exact;
mod exit;
mod experiment;
mod explain;
mod export;
mod fisher;
mod germ;
mod interrupt;
mod judge;
mod kept_run;
mod locus;
mod method;
mod model;
mod network;
mod output;
mod prior;
mod progress;
mod question;
mod select;
mod select_prior;
mod shell;
mod strata;
mod subject;
mod sweep;
mod usage;
mod verify;
mod words;

pub use caret::Caret;
pub use error::CliError;
pub use exit::Exit;

use clap::{Parser, Subcommand};
use output::Output;
use serde_json::json;
use std::io::{self, Write};
use std::process::ExitCode;

/// Learning coefficients of singular models: exact (λ, m) beside estimated λ̂.
///
/// The learning coefficient λ and its multiplicity m say how fast the Bayesian free energy of a
/// model grows, F_n ≈ n L + λ log n − (m−1) log log n. They are computed here exactly from
/// polynomials, looked up in closed form, and estimated by sampling; each checks the others.
#[derive(Debug, Clone, Parser)]
#[command(name = "rlct", version, after_help = Exit::HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print JSON for programs; rationals are strings "p/q"
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Compute (λ, m) exactly from a polynomial loss or an ideal
    Exact(exact::ExactArgs),
    /// Divide the zeros of K into strata of the same (λ, m)
    Strata(strata::StrataArgs),
    /// Tell how (λ, m) is found: the charts as a tree, the moves, where the minimum is attained
    Explain(explain::ExplainArgs),
    /// Tell where and how a model is singular: rank of the Fisher information, null directions,
    /// bounds of λ
    Fisher(fisher::FisherArgs),
    /// Check certificates: replay every step of a proof, independently of the engine
    Check(check::CheckArgs),
    /// Write a certificate as a term of the proof assistant Coq
    Export(export::ExportArgs),
    /// Look up (λ, m) of a model family in the literature
    ClosedForm(closed_form::ClosedFormArgs),
    /// List the instances of every family, or let the engine confirm them
    Catalogue(catalogue::CatalogueArgs),
    /// Estimate λ, or U(t) at one temperature, by sampling the loss
    Estimate(Box<estimate::EstimateArgs>),
    /// Judge losses of chains that another program ran: U(t), effective draws, R̂, what to change
    Judge(judge::JudgeArgs),
    /// Train a network of layers on data, with checkpoints for `estimate --run`
    Train(Box<network::TrainArgs>),
    /// Tabulate U(t) over step sizes, localisations and temperatures: a heat map, the plateau
    Sweep(Box<sweep::SweepArgs>),
    /// Choose a model from data: sBIC from exact learning coefficients, BIC and WBIC side by side
    Select(Box<select::SelectArgs>),
    /// Run experiments of the theory: what is predicted, what is measured, PASS or FAIL
    Experiment(experiment::ExperimentArgs),
    /// Compare every way to know λ on a list of models (the default command)
    Compare(compare::CompareArgs),
    /// Hold any estimator of λ, in any language, against exact values
    Verify(verify::VerifyArgs),
    /// Write a script that lets a shell complete the commands
    Completions(shell::CompletionsArgs),
    /// Write a page of the manual, for `man -l -`
    Man(shell::ManArgs),
}

impl Cli {
    /// Carries out the command: answers to `stdout`, errors and warnings to `stderr`.
    ///
    /// ```
    /// # use clap::Parser;
    /// # use rlct::cli::{Cli, Exit};
    /// let cli = Cli::try_parse_from(["rlct", "closed-form", "deep-linear", "--widths", "5"])?;
    /// let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    /// assert_eq!(cli.run(&mut stdout, &mut stderr), Exit::BadInput);
    /// assert!(String::from_utf8(stderr)?.starts_with("error: a linear network needs"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self, stdout: &mut dyn Write, stderr: &mut dyn Write) -> Exit {
        let mut output = Output::new(stdout, self.json);
        let result = match &self.command {
            Some(Command::Exact(args)) => exact::run(args, &mut output, stderr),
            Some(Command::Strata(args)) => strata::run(args, &mut output),
            Some(Command::Explain(args)) => explain::run(args, &mut output),
            Some(Command::Fisher(args)) => fisher::run(args, &mut output),
            Some(Command::Check(args)) => check::run(args, &mut output, stderr),
            Some(Command::Export(args)) => export::run(args, &mut output),
            Some(Command::ClosedForm(args)) => closed_form::run(args, &mut output),
            Some(Command::Catalogue(args)) => catalogue::run(args, &mut output, stderr),
            Some(Command::Estimate(args)) => estimate::run(args, &mut output, stderr),
            Some(Command::Judge(args)) => judge::run(args, &mut output, stderr),
            Some(Command::Train(args)) => network::train(args, &mut output, stderr),
            Some(Command::Sweep(args)) => sweep::run(args, &mut output, stderr),
            Some(Command::Select(args)) => select::run(args, &mut output, stderr),
            Some(Command::Experiment(args)) => experiment::run(args, &mut output, stderr),
            Some(Command::Compare(args)) => compare::run(args, &mut output, stderr),
            Some(Command::Verify(args)) => verify::run(args, &mut output),
            Some(Command::Completions(args)) => shell::completions(args, &mut output),
            Some(Command::Man(args)) => shell::man(args, &mut output),
            None => compare::run(&compare::CompareArgs::default(), &mut output, stderr),
        };
        result.unwrap_or_else(|error| {
            let exit = error.exit();
            if exit != Exit::Success {
                if self.json {
                    let message = error.to_string();
                    // if stdout is gone, stderr below still tells
                    drop(output.value(&json!({ "answer": "error", "message": message })));
                }
                drop(writeln!(stderr, "error: {error}"));
            }
            exit
        })
    }
}

/// Reads the arguments of the process, carries out the command, and returns the exit code.
///
/// Wrong usage is explained on stderr and ends the process with code 2.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     rlct::cli::main()
/// }
/// ```
#[must_use]
pub fn main() -> ExitCode {
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    match usage::command(std::env::args_os(), &mut stdout) {
        Ok(cli) => cli.run(&mut stdout, &mut stderr),
        Err(exit) => exit,
    }
    .into()
}
