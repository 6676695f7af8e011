//! `rlct export`: a certificate as data for another program.

use super::check::read;
use super::output::Output;
use super::{CliError, Exit};
use clap::{ArgGroup, Args};
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  rlct export --coq proof.json               the certificate as a term of Coq
  rlct export --coq proof.json -o proof.v    … in a file, for `coqc -R proofs/coq RLCT proof.v`

The term is a transcription: nothing is checked. proofs/coq/run.sh lets Coq check it.";

/// The certificate, and as what it is written.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("language").required(true).args(["coq"]))]
pub(super) struct ExportArgs {
    /// The file with the certificate; `-` reads stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// As a term of Coq, in the data types of proofs/coq/Format.v
    #[arg(long)]
    coq: bool,
    /// The name that the term is given
    #[arg(long, value_name = "NAME", default_value = "the_certificate")]
    name: String,
    /// Write it to this file instead of stdout
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &ExportArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let certificate = read(&args.file)?;
    let term = certificate
        .to_coq(&args.name)
        .map_err(|error| CliError::NotExported {
            path: args.file.clone(),
            error: Box::new(error),
        })?;
    match &args.output {
        Some(path) => {
            std::fs::write(path, term).map_err(|error| CliError::WriteFile {
                path: path.clone(),
                error,
            })?;
            if output.is_json() {
                output.value(&json!({ "file": path.display().to_string() }))?;
            }
        }
        None if output.is_json() => output.value(&json!({ "coq": term }))?,
        None => output.line(term.trim_end())?,
    }
    Ok(Exit::Success)
}
