//! `rlct-check FILE…`: what certificates prove, read by this crate alone.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the output of a program"
)]

use rlct_certificate::{Certificate, RegionCertificate, Verified, text_of};
use std::process::ExitCode;

const USAGE: &str = "\
Checks certificates of learning coefficients.

Usage: rlct-check FILE…

  FILE  a certificate (format rlct-certificate or rlct-region); `-` reads the standard input

Exit codes: 0 every file proves an exact value; 1 a file is refused; 2 a file cannot be read, or
the command line is wrong; 3 bounds only; 4 a file claims nothing. Of several files the gravest
counts, in the order 1, 2, 4, 3, 0.";

/// What a file came to, from the least grave to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Exact,
    Bounds,
    Nothing,
    Unreadable,
    Refused,
}

impl Outcome {
    fn code(self) -> u8 {
        match self {
            Self::Exact => 0,
            Self::Refused => 1,
            Self::Unreadable => 2,
            Self::Bounds => 3,
            Self::Nothing => 4,
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let texts: Vec<_> = arguments.iter().filter_map(|a| a.to_str()).collect();
    if texts.iter().any(|a| matches!(*a, "-h" | "--help")) {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    if texts.iter().any(|a| matches!(*a, "-V" | "--version")) {
        println!("rlct-check {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    if let Some(option) = texts.iter().find(|a| a.starts_with('-') && **a != "-") {
        eprintln!("error: unknown option `{option}`; a file of that name is `./{option}`");
        return ExitCode::from(Outcome::Unreadable.code());
    }
    if arguments.is_empty() {
        eprintln!("error: no file is given\n\n{USAGE}");
        return ExitCode::from(Outcome::Unreadable.code());
    }
    let outcomes = arguments.iter().map(|file| {
        let (outcome, text) = check(file);
        let shown = file.display();
        match outcome {
            Outcome::Unreadable | Outcome::Refused => eprintln!("{shown}: {text}"),
            Outcome::Exact | Outcome::Bounds | Outcome::Nothing => println!("{shown}: {text}"),
        }
        outcome
    });
    ExitCode::from(outcomes.max().map_or(0, Outcome::code))
}

/// What a file proves, in words.
fn check(file: &std::ffi::OsStr) -> (Outcome, String) {
    let text = if file == "-" {
        text_of(std::io::stdin())
    } else {
        match std::fs::File::open(file) {
            Ok(file) => text_of(file),
            Err(error) => return (Outcome::Unreadable, format!("cannot be read: {error}")),
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => return (Outcome::Unreadable, error.to_string()),
    };
    if RegionCertificate::is_meant(&text) {
        return check_region(&text);
    }
    let certificate = match Certificate::from_json(&text) {
        Ok(certificate) => certificate,
        Err(error) => return (Outcome::Unreadable, error.to_string()),
    };
    match certificate.check() {
        Err(error) => (Outcome::Refused, format!("refused: {error}")),
        Ok(verified) => {
            let proved = format!("proves {verified}, for {}", certificate.question);
            (outcome(&verified), proved)
        }
    }
}

/// The same about a region.
fn check_region(text: &str) -> (Outcome, String) {
    let certificate = match RegionCertificate::from_json(text) {
        Ok(certificate) => certificate,
        Err(error) => return (Outcome::Unreadable, error.to_string()),
    };
    match certificate.check() {
        Err(error) => (Outcome::Refused, format!("refused: {error}")),
        Ok(verified) => {
            let proved = format!("proves {verified}, for {}", certificate.question);
            let outcome = match (verified.is_exact(), verified.is_empty()) {
                (true, _) => Outcome::Exact,
                (false, true) => Outcome::Nothing,
                (false, false) => Outcome::Bounds,
            };
            (outcome, proved)
        }
    }
}

/// How much is proved.
fn outcome(verified: &Verified) -> Outcome {
    if verified.is_exact() {
        Outcome::Exact
    } else if verified.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Bounds
    }
}
