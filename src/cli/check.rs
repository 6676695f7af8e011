//! `rlct check`: certificates replayed.

use super::output::Output;
use super::{CliError, Exit};
use crate::certificate::{Certificate, Verified};
use clap::Args;
use serde_json::json;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The certificates to check.
#[derive(Debug, Clone, Args)]
pub(super) struct CheckArgs {
    /// Files with certificates, as `rlct exact --certificate` writes them; `-` reads stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(
    args: &CheckArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let mut exit = Exit::Success;
    for path in &args.files {
        let certificate = read(path)?;
        let name = path.display().to_string();
        match certificate.check() {
            Ok(verified) => {
                let answer = proved(&verified);
                if output.is_json() {
                    output.value(&json!({ "file": name, "accepted": true, "proves": answer }))?;
                } else {
                    let steps = certificate.steps.len();
                    output.line(format_args!("{name}: accepted, {steps} steps: {answer}"))?;
                }
            }
            Err(error) => {
                exit = exit.and(Exit::Disagreement);
                if output.is_json() {
                    let reason = error.to_string();
                    output.value(&json!({ "file": name, "accepted": false, "reason": reason }))?;
                } else {
                    drop(writeln!(stderr, "{name}: rejected: {error}"));
                }
            }
        }
    }
    Ok(exit)
}

/// What is proved, in words.
pub(super) fn proved(verified: &Verified) -> String {
    let (lower, upper) = (verified.lower(), verified.upper());
    match upper {
        Some(upper) if upper == lower => match lower.lambda() {
            Some(lambda) => format!("λ = {lambda}, m = {}", lower.multiplicity()),
            None => "no pole".to_string(),
        },
        Some(upper) => format!("{lower} ≤ (λ, m) ≤ {upper}"),
        None => format!("(λ, m) ≥ {lower}"),
    }
}

fn read(path: &Path) -> Result<Certificate, CliError> {
    let mut text = String::new();
    let result = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    result.map_err(|error| CliError::Read {
        path: path.to_path_buf(),
        error,
    })?;
    Certificate::from_json(&text).map_err(|error| CliError::Certificate {
        path: path.to_path_buf(),
        error,
    })
}
