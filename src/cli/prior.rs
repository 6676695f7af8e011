//! Priors by name: `normal(0,1)`, `x: uniform(-1,1)`, `x^(1/2)*y`.

use super::words::same;
use super::{Caret, CliError};
use crate::algebra::Rational;
use crate::loss::{LossError, Prior};

const KNOWN: &str = "normal(MEAN,SD), uniform(A,B), half-normal(SD), or powers such as x^(1/2)*y";

/// The parameters, and where the point is in the user's coordinates if those of the loss are
/// relative to it.
pub(super) struct Coordinates<'a> {
    pub(super) names: &'a [String],
    pub(super) point: &'a [f64],
}

/// A part of a text, with its column in characters.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    column: usize,
}

impl<'a> Part<'a> {
    fn trimmed(self) -> Self {
        let start = self.text.trim_start();
        let skipped = self.text.chars().count() - start.chars().count();
        Self {
            text: start.trim_end(),
            column: self.column + skipped,
        }
    }

    fn split(self, at: char) -> Vec<Part<'a>> {
        let mut column = self.column;
        let part = |text: &'a str| {
            let part = Part { text, column };
            column += text.chars().count() + 1;
            part.trimmed()
        };
        self.text.split(at).map(part).collect()
    }

    fn refused(self, whole: &str, reason: &str) -> CliError {
        let width = self.text.chars().count().max(1);
        let place = Caret::new(whole, self.column, width);
        CliError::Setting(format!("{reason}\n{place}"))
    }
}

/// Multiplies a prior by what a text says.
pub(super) fn multiplied(
    prior: Prior,
    text: &str,
    at: &Coordinates<'_>,
) -> Result<Prior, CliError> {
    let whole = Part { text, column: 0 };
    let (chosen, factor) = match text.split_once(':') {
        None => (None, whole.trimmed()),
        Some((names, rest)) => {
            let column = names.chars().count() + 1;
            let names = Part {
                text: names,
                column: 0,
            };
            let chosen = names.split(',').into_iter();
            let chosen: Result<Vec<usize>, CliError> =
                chosen.map(|name| index(name, text, at)).collect();
            (Some(chosen?), Part { text: rest, column }.trimmed())
        }
    };
    let Some((name, rest)) = factor.text.split_once('(') else {
        return powers(prior, factor, text, at, chosen.is_some());
    };
    let known = ["normal", "uniform", "half-normal"];
    let Some(known) = known.into_iter().find(|known| same(known, name.trim())) else {
        // x^(1/2) has a parenthesis, too
        if name.contains(['^', '*']) {
            return powers(prior, factor, text, at, chosen.is_some());
        }
        let name = Part {
            text: name.trim_end(),
            ..factor
        };
        return Err(name.refused(
            text,
            &format!("there is no prior of this name; there are {KNOWN}"),
        ));
    };
    let column = factor.column + name.chars().count() + 1;
    let Some(inside) = rest.strip_suffix(')') else {
        return Err(factor.refused(text, "the parenthesis is not closed at the end"));
    };
    let inside = Part {
        text: inside,
        column,
    };
    let numbers: Result<Vec<f64>, CliError> = inside
        .split(',')
        .into_iter()
        .map(|part| number(part, text))
        .collect();
    let numbers = numbers?;
    let all: Vec<usize> = (0..prior.dimension()).collect();
    let chosen = chosen.unwrap_or(all);
    let shift = |i: usize| at.point.get(i).copied().unwrap_or(0.0);
    let apply = |prior: Prior, i: usize| match (known, &numbers[..]) {
        ("normal", &[mean, sd]) => prior.with_normal(i, mean - shift(i), sd),
        ("uniform", &[a, b]) => prior.with_uniform(i, a - shift(i), b - shift(i)),
        (_, &[sd]) if shift(i) == 0.0 => prior.with_half_normal(i, sd),
        // a half-line that ends far from the point: its other end is as good as infinite
        (_, &[sd]) => {
            let far = shift(i).abs() + 40.0 * sd.abs();
            let normal = prior.with_normal(i, -shift(i), sd)?;
            normal.with_uniform(i, -shift(i), far)
        }
        _ => Ok(prior),
    };
    let expected = if known == "half-normal" { 1 } else { 2 };
    if numbers.len() != expected {
        let reason = format!(
            "{known} has {expected} number(s), got {}: {KNOWN}",
            numbers.len()
        );
        return Err(inside.refused(text, &reason));
    }
    let multiplied = chosen.into_iter().try_fold(prior, apply);
    multiplied.map_err(|error: LossError| inside.refused(text, &error.to_string()))
}

/// A product of powers of parameters.
fn powers(
    prior: Prior,
    factor: Part<'_>,
    text: &str,
    at: &Coordinates<'_>,
    has_names: bool,
) -> Result<Prior, CliError> {
    if has_names {
        let reason = format!("after names of parameters there is a density by name: {KNOWN}");
        return Err(factor.refused(text, &reason));
    }
    let mut exponents = prior.amplitude().to_vec();
    for power in factor.split('*') {
        let (name, exponent) = match power.text.split_once('^') {
            None => (power, 1.0),
            Some((name, exponent)) => {
                let inside = exponent
                    .trim()
                    .trim_start_matches('(')
                    .trim_end_matches(')');
                let exponent: Option<Rational> = inside.trim().parse().ok();
                let Some(exponent) = exponent.map(|exponent| exponent.to_f64()) else {
                    let reason = "the exponent is no rational number, such as 2 or (1/2)";
                    return Err(power.refused(text, reason));
                };
                (
                    Part {
                        text: name,
                        ..power
                    }
                    .trimmed(),
                    exponent,
                )
            }
        };
        let i = index(name, text, at)?;
        if exponent < 0.0 {
            let reason = "a power below 0 is unbounded at 0, and chains cannot sample it; the exact \
                          answer is that of the loss and prior in u = x^(1 + h)";
            return Err(power.refused(text, reason));
        }
        if at.point.get(i).is_some_and(|x| *x != 0.0) {
            let reason = "the point has another value than 0 here, where this power is positive: \
                          leave it out";
            return Err(power.refused(text, reason));
        }
        exponents[i] += exponent;
    }
    let multiplied = prior.with_amplitude(&exponents);
    multiplied.map_err(|error| factor.refused(text, &error.to_string()))
}

/// The parameter of a name, or of an index from 0 where there are no names.
fn index(name: Part<'_>, text: &str, at: &Coordinates<'_>) -> Result<usize, CliError> {
    let found = match at.names.iter().position(|known| known == name.text) {
        None => name.text.parse().ok().filter(|i| *i < at.point.len()),
        found => found,
    };
    found.ok_or_else(|| {
        let known = match at.names {
            [] => format!("an index from 0 to {}", at.point.len().saturating_sub(1)),
            names => format!("there are: {}", names.join(", ")),
        };
        let reason = format!("there is no such parameter, {known}; densities are {KNOWN}");
        name.refused(text, &reason)
    })
}

fn number(part: Part<'_>, text: &str) -> Result<f64, CliError> {
    let ratio = part
        .text
        .parse::<Rational>()
        .ok()
        .map(|ratio| ratio.to_f64());
    let value = ratio.or_else(|| part.text.parse().ok());
    value
        .filter(|value| value.is_finite())
        .ok_or_else(|| part.refused(text, "this is no number, such as 0.5 or 1/2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prior(texts: &[&str], point: &[f64]) -> Result<Prior, String> {
        let names = ["x", "y"].map(String::from);
        let at = Coordinates {
            names: &names,
            point,
        };
        texts.iter().try_fold(Prior::flat(2), |prior, text| {
            multiplied(prior, text, &at).map_err(|error| error.to_string())
        })
    }

    #[test]
    fn densities_by_name_are_understood() {
        let flat = || Prior::flat(2);
        let same = |texts: &[&str], expected: Result<Prior, LossError>| {
            assert_eq!(
                prior(texts, &[0.0, 0.0]).unwrap(),
                expected.unwrap(),
                "{texts:?}"
            );
        };
        let both = flat()
            .with_normal(0, 0.0, 2.0)
            .unwrap()
            .with_normal(1, 0.0, 2.0);
        same(&["normal(0, 2)"], both);
        same(&["y : Half_Normal(1/2)"], flat().with_half_normal(1, 0.5));
        let product = flat()
            .with_normal(0, 1.0, 1.0)
            .unwrap()
            .with_uniform(0, -1.0, 3.0);
        same(&["x: normal(1,1)", "x: uniform(-1,3)"], product);
        same(&["x^(1/2)*y"], flat().with_amplitude(&[0.5, 1.0]));
        // the coordinates of the loss are relative to the point
        let moved = prior(&["x: normal(1,1)"], &[3.0, 0.0]).unwrap();
        assert_eq!(moved, flat().with_normal(0, -2.0, 1.0).unwrap());
    }

    #[test]
    fn what_is_wrong_is_under_a_caret() {
        for (text, reason, place) in [
            (
                "nromal(0,1)",
                "no prior of this name",
                "  nromal(0,1)\n  ^^^^^^",
            ),
            ("x: normal(0,-1)", "standard deviation", "            ^^^^"),
            ("uniform(2,1)", "from 2 to 1 there is none", "          ^^^"),
            (
                "z: normal(0,1)",
                "no such parameter, there are: x, y",
                "  ^",
            ),
            ("normal(0)", "normal has 2 number(s), got 1", "         ^"),
            ("normal(0,one)", "no number", "           ^^^"),
            ("normal(0,1", "not closed", "^^^^^^^^^^"),
            ("x^(-1/2)*y", "a power below 0", "  ^^^^^^^^"),
            ("x^z", "no rational number", "  ^^^"),
            ("x: y^2", "after names of parameters", "     ^^^"),
        ] {
            let error = prior(&[text], &[0.0, 0.0]).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(error.ends_with(place), "{text}: {error}");
        }
    }
}
