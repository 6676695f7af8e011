//! From the arguments of the process to a command, and what is said where they make none.

use super::words::same;
use super::{Cli, Exit};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use serde_json::json;
use std::ffi::OsString;
use std::io::Write;

/// The command of the arguments; the exit code where there is none, once it has been told why.
pub(super) fn command(
    arguments: impl IntoIterator<Item = OsString>,
    stdout: &mut dyn Write,
) -> Result<Cli, Exit> {
    let arguments = prepared(arguments);
    let json = arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--json");
    Cli::try_parse_from(arguments).map_err(|error| {
        let error = listing(error);
        // help and the version are answers, not errors
        if json && error.use_stderr() {
            let message = error.render().to_string();
            let message = message
                .strip_prefix("error: ")
                .unwrap_or(&message)
                .trim_end();
            let version = env!("CARGO_PKG_VERSION");
            let told = json!({ "answer": "error", "message": message, "version": version });
            // if stdout is gone, stderr below still tells
            drop(writeln!(stdout, "{told:#}"));
        }
        drop(error.print());
        match error.exit_code() {
            0 => Exit::Success,
            _ => Exit::BadInput,
        }
    })
}

/// The arguments with polynomials that begin with a minus, and names of families, as clap reads
/// them.
fn prepared(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    // after `--` no argument is read as an option
    let mut may_be_option = true;
    let mut prepared: Vec<OsString> = arguments
        .into_iter()
        .map(|argument| {
            may_be_option &= argument != "--";
            match argument.to_str() {
                Some(text) if may_be_option && is_polynomial(text) => format!(" {text}").into(),
                _ => argument,
            }
        })
        .collect();
    let families = prepared.iter().position(|a| a == "closed-form");
    let family = families.and_then(|i| prepared.get_mut(i + 1));
    if let Some(family) = family
        && let Some(name) = family.to_str().and_then(family_of)
    {
        *family = name.into();
    }
    prepared
}

/// The family of this name, but for case, hyphens and underscores.
fn family_of(name: &str) -> Option<String> {
    families().into_iter().find(|family| same(family, name))
}

/// The families with a subcommand of `closed-form`.
fn families() -> Vec<String> {
    let command = Cli::command();
    let closed_form = command.find_subcommand("closed-form");
    let families = closed_form
        .into_iter()
        .flat_map(clap::Command::get_subcommands);
    families
        .map(|family| family.get_name().to_string())
        .collect()
}

/// The error with the names there are, where a subcommand is unknown.
fn listing(error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let usage = error.get(ContextKind::Usage).map(ToString::to_string);
    let of_families = usage.is_some_and(|usage| usage.contains("closed-form"));
    let names = if of_families {
        families()
    } else {
        let command = Cli::command();
        let names = command.get_subcommands().map(|c| c.get_name().to_string());
        names.collect()
    };
    let names = names.join(", ");
    let message = format!("unrecognized subcommand '{unknown}'; there are: {names}");
    Cli::command().error(ErrorKind::InvalidSubcommand, message)
}

/// Whether an argument that begins with one minus is a polynomial: a space before it keeps it from
/// being read as options.
fn is_polynomial(text: &str) -> bool {
    let Some(terms) = text.strip_prefix('-') else {
        return false;
    };
    !terms.starts_with('-')
        && terms.contains(['^', '*', '+', '-', '(', ' '])
        && !text.contains([',', '='])
        && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(arguments: &[&str]) -> (Exit, String) {
        let mut stdout = Vec::new();
        let arguments = arguments.iter().map(OsString::from);
        let exit = command(arguments, &mut stdout).map_or_else(|exit| exit, |_| Exit::Success);
        (exit, String::from_utf8(stdout).unwrap())
    }

    #[test]
    fn a_leading_minus_makes_a_polynomial_no_option() {
        for text in [
            "-x^2",
            "-2*x*y+x^2",
            "-(x+y)",
            "-x - y",
            "-x-y",
            "-x^2+1e-3",
        ] {
            assert!(is_polynomial(text), "{text}");
        }
        for text in [
            "-h", "-d3", "-d=3", "--json", "-1", "-1e-3", "-1,-2", "x-y", "-", "",
        ] {
            assert!(!is_polynomial(text), "{text}");
        }
    }

    #[test]
    fn families_have_names_without_regard_to_case() {
        assert_eq!(family_of("Deep_Linear").as_deref(), Some("deep-linear"));
        let (exit, _) = told(&["rlct", "closed-form", "deep_LINEAR", "--widths", "2,2"]);
        assert_eq!(exit, Exit::Success);
    }

    #[test]
    fn usage_errors_are_json_where_json_is_asked_for() {
        let (exit, stdout) = told(&["rlct", "--json", "closed-form", "no-such"]);
        assert_eq!(exit, Exit::BadInput);
        let value: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(value["answer"], "error");
        let message = value["message"].as_str().unwrap();
        assert!(message.contains("deep-linear"), "{message}");
        let (_, stdout) = told(&["rlct", "closed-form", "no-such", "--", "--json"]);
        assert_eq!(stdout, "");
    }
}
