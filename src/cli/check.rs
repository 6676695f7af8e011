//! `rlct check`: certificates replayed, and their questions compared with the user's.

use super::germ::germ;
use super::output::Output;
use super::words::trimmed;
use super::{CliError, Exit};
use crate::algebra::AlgebraicNumber;
use crate::algebra::Reading;
use crate::certificate::format;
use crate::certificate::{
    Certificate, CertificateError, Pole, RegionCertificate, Verified, text_of,
};
use crate::resolution::{Assignment, GermText};
use clap::{ArgGroup, Args};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  rlct check proof.json                            what it proves, and of which question
  rlct check proof.json --ideal 'x^2 - y^3'        … refused if it is about another one
  rlct check proof.json --loss '(y-x)^2' --at x=1,y=1

Exit codes:
  0    every file proves an exact value
  1    a file is refused: it proves nothing, or answers another question
  2    a file cannot be read
  3    bounds only
  4    a file claims nothing
Of several files the gravest counts, in the order 1, 2, 4, 3, 0.";

/// The certificates to check.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = EXAMPLES,
    group = ArgGroup::new("asked").args(["ideal", "loss", "absolute"])
)]
pub(super) struct CheckArgs {
    /// Files with certificates, as `rlct exact --certificate` writes them; `-` reads stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    asked: AskedArgs,
}

/// The question that the certificates should answer.
#[derive(Debug, Clone, Args)]
struct AskedArgs {
    /// Refuse what is not about this ideal: generators g₁ g₂ … with K = Σ gᵢ²
    #[arg(long, value_name = "G", num_args = 1.., value_parser = trimmed)]
    ideal: Vec<String>,
    /// Refuse what is not about this loss K
    #[arg(long, value_name = "K", value_parser = trimmed)]
    loss: Option<String>,
    /// Refuse what is not about K = |G|
    #[arg(long, value_name = "G", value_parser = trimmed)]
    absolute: Option<String>,
    /// … with this monomial as amplitude
    #[arg(long, value_name = "A", value_parser = trimmed, requires = "asked")]
    amplitude: Option<String>,
    /// … on the domain where these variables are ≥ 0
    #[arg(
        long,
        value_name = "X,…",
        value_delimiter = ',',
        value_parser = trimmed,
        requires = "asked"
    )]
    nonnegative: Vec<String>,
    /// … at this point: values of variables, 0 where not given
    #[arg(long, value_name = "X=Q,…", value_delimiter = ',', requires = "asked")]
    at: Vec<Assignment>,
    /// … that is written in this real algebraic number
    #[arg(long = "where", value_name = "S^2 = 2, 1 < S < 2", requires = "asked")]
    numbers: Vec<AlgebraicNumber>,
    /// … in the ring of these variables [default: those that occur]
    #[arg(
        long,
        value_name = "X,…",
        value_delimiter = ',',
        value_parser = trimmed,
        requires = "asked"
    )]
    variables: Option<Vec<String>>,
}

impl AskedArgs {
    /// The question in the form of certificates, if one is asked.
    fn question(&self) -> Result<Option<format::Question>, CliError> {
        let (form, generators) = match (&self.loss, &self.absolute) {
            (Some(k), _) | (None, Some(k)) => (Reading::Loss, vec![k.clone()]),
            (None, None) if self.ideal.is_empty() => return Ok(None),
            (None, None) => (Reading::Ideal, self.ideal.clone()),
        };
        let mut question = GermText::new(form, generators);
        question.variables.clone_from(&self.variables);
        question.amplitude.clone_from(&self.amplitude);
        question.nonnegative.clone_from(&self.nonnegative);
        question.at.clone_from(&self.at);
        question.numbers.clone_from(&self.numbers);
        let mut asked = germ(&question)?.to_question()?;
        if self.absolute.is_some() {
            asked.reading = Reading::Absolute;
        }
        Ok(Some(asked))
    }
}

pub(super) fn run(
    args: &CheckArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let asked = args.asked.question()?;
    let mut exit = Exit::Success;
    for path in &args.files {
        exit = exit.and(check(path, asked.as_ref(), output, stderr)?);
    }
    Ok(exit)
}

/// Checks one file and tells what it proves.
fn check(
    path: &Path,
    asked: Option<&format::Question>,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let name = path.display().to_string();
    let certificate = match read_any(path) {
        Ok(Proof::Region(certificate)) => {
            return check_region(&name, &certificate, asked, output, stderr);
        }
        Ok(Proof::Germ(certificate)) => certificate,
        Err(error) => {
            if output.is_json() {
                output.value(&json!({ "file": name, "error": error.to_string() }))?;
            }
            drop(writeln!(stderr, "error: {error}"));
            return Ok(Exit::BadInput);
        }
    };
    let question = &certificate.question;
    let verified = certificate.check().map_err(|error| error.to_string());
    let same = verified.and_then(|verified| {
        let same = asked.map_or(Ok(()), |asked| question.is_the_same_as(asked));
        let told = |error| format!("it answers another question: {error}");
        same.map(|()| verified)
            .map_err(|error| told(error.to_string()))
    });
    match same {
        Ok(verified) => {
            let (verdict, exit) = verdict(&verified);
            let answer = verified.to_string();
            if output.is_json() {
                output.value(&json!({
                    "file": name,
                    "accepted": true,
                    "verdict": verdict,
                    "proves": answer,
                    "lower": pole(verified.lower()),
                    "upper": verified.upper().map(pole),
                    "question": stated(question),
                }))?;
            } else {
                let steps = certificate.steps.len();
                let accepted = match exit {
                    Exit::Nothing => "no claim",
                    _ => "accepted",
                };
                output.line(format_args!("{name}: {accepted}, {steps} steps: {answer}"))?;
                output.line(format_args!("  {question}"))?;
            }
            Ok(exit)
        }
        Err(reason) => {
            if output.is_json() {
                output.value(&json!({
                    "file": name,
                    "accepted": false,
                    "verdict": "refused",
                    "reason": reason,
                    "question": stated(question),
                }))?;
            } else {
                drop(writeln!(stderr, "{name}: refused: {reason}"));
            }
            Ok(Exit::Disagreement)
        }
    }
}

/// How much is proved, in a word and as an exit code.
fn verdict(verified: &Verified) -> (&'static str, Exit) {
    if verified.is_exact() {
        ("exact", Exit::Success)
    } else if verified.is_empty() {
        ("nothing", Exit::Nothing)
    } else {
        ("bounds", Exit::Undecided)
    }
}

/// A pole for programs; λ = ∞ is null.
fn pole(pole: &Pole) -> Value {
    json!({ "lambda": pole.lambda(), "multiplicity": pole.multiplicity() })
}

/// The question for programs: all of it, with nothing left out.
fn stated(question: &format::Question) -> Value {
    let origin = vec!["0".to_string(); question.variables.len()];
    let values = match question.point.as_slice() {
        [] => &origin,
        _ => &question.point,
    };
    let named = question.variables.iter().zip(values);
    let at: serde_json::Map<String, Value> = named
        .map(|(name, value)| (name.clone(), Value::from(value.clone())))
        .collect();
    let damped = question.variables.iter().zip(&question.amplitude);
    let amplitude: serde_json::Map<String, Value> = damped
        .filter(|(_, h)| !h.is_zero())
        .map(|(name, h)| (name.clone(), Value::from(h.to_string())))
        .collect();
    let constants = question
        .constants
        .iter()
        .map(|c| json!({ "name": c.name, "relation": c.relation, "between": c.between }));
    json!({
        "variables": question.variables,
        "generators": question.generators,
        "reading": question.reading,
        "at": at,
        "constants": constants.collect::<Vec<_>>(),
        "amplitude": amplitude,
        "nonnegative": question.nonnegative,
        "text": question.to_string(),
    })
}

/// A certificate about a point or about a region.
enum Proof {
    Germ(Box<Certificate>),
    Region(Box<RegionCertificate>),
}

/// Checks a certificate about a region, and tells what it proves.
fn check_region(
    name: &str,
    certificate: &RegionCertificate,
    asked: Option<&format::Question>,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let question = &certificate.question;
    let verified = match asked {
        Some(_) => Err("it answers another question: about a region, not a point".to_string()),
        None => certificate.check().map_err(|error| error.to_string()),
    };
    match verified {
        Ok(verified) => {
            let (verdict, exit) = match (verified.is_exact(), verified.is_empty()) {
                (true, _) => ("exact", Exit::Success),
                (false, true) => ("nothing", Exit::Nothing),
                (false, false) => ("bounds", Exit::Undecided),
            };
            if output.is_json() {
                output.value(&json!({
                    "file": name,
                    "accepted": true,
                    "verdict": verdict,
                    "proves": verified.to_string(),
                    "no_zero": verified.has_no_zero(),
                    "lower": pole(verified.lower()),
                    "upper": verified.upper().map(pole),
                    "question": json!(question),
                }))?;
            } else {
                let (steps, faces) = (certificate.steps.len(), certificate.faces.len());
                output.line(format_args!(
                    "{name}: accepted, {faces} faces, {steps} steps: {verified}"
                ))?;
                output.line(format_args!("  {question}"))?;
            }
            Ok(exit)
        }
        Err(reason) => {
            if output.is_json() {
                output.value(&json!({
                    "file": name,
                    "accepted": false,
                    "verdict": "refused",
                    "reason": reason,
                    "question": json!(question),
                }))?;
            } else {
                drop(writeln!(stderr, "{name}: refused: {reason}"));
            }
            Ok(Exit::Disagreement)
        }
    }
}

/// The text of a file; `-` is stdin.
fn text(path: &Path) -> Result<String, CliError> {
    let unreadable = |error| CliError::Read {
        path: path.to_path_buf(),
        error,
    };
    let read = if path.as_os_str() == "-" {
        text_of(std::io::stdin())
    } else {
        text_of(std::fs::File::open(path).map_err(unreadable)?)
    };
    read.map_err(|error| refused(path, error))
}

fn refused(path: &Path, error: CertificateError) -> CliError {
    match error {
        CertificateError::Io(error) => CliError::Read {
            path: path.to_path_buf(),
            error,
        },
        error => CliError::Certificate {
            path: path.to_path_buf(),
            error,
        },
    }
}

fn read_any(path: &Path) -> Result<Proof, CliError> {
    let text = text(path)?;
    let read = match RegionCertificate::is_meant(&text) {
        true => RegionCertificate::from_json(&text).map(|found| Proof::Region(Box::new(found))),
        false => Certificate::from_json(&text).map(|found| Proof::Germ(Box::new(found))),
    };
    read.map_err(|error| refused(path, error))
}

/// Reads a certificate from a file; `-` is stdin.
pub(super) fn read(path: &Path) -> Result<Certificate, CliError> {
    Certificate::from_json(&text(path)?).map_err(|error| refused(path, error))
}
