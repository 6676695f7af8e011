//! Priors by name: `normal(0,1)`, `x: uniform(-1,1)`, `x^(1/2)*y`.

use super::words::same;
use super::{Caret, CliError};
use crate::algebra::Rational;
use crate::loss::{LossError, Prior};
use crate::problem::LocalLoss;

const KNOWN: &str = "normal(MEAN,SD), uniform(A,B), half-normal(SD), dirichlet(A1,…,AK), or powers \
                     such as x^(1/2)*y";

/// A loss with a prior of several factors.
pub(super) struct WithPrior {
    pub(super) loss: LocalLoss,
    /// Weights under a Dirichlet prior that are positive at the point: their smooth factors are
    /// left out.
    pub(super) left_out: Vec<String>,
}

/// Multiplies the prior of a loss by every one of these texts; `None` if there are none.
pub(super) fn with_factors(
    loss: &LocalLoss,
    texts: &[String],
    at: &Coordinates<'_>,
) -> Result<Option<WithPrior>, CliError> {
    if texts.is_empty() {
        return Ok(None);
    }
    let mut all = WithPrior {
        loss: loss.clone(),
        left_out: Vec::new(),
    };
    for text in texts {
        all = multiplied(all, text, at)?;
    }
    Ok(Some(all))
}

impl WithPrior {
    /// What was understood.
    pub(super) fn reading(&self, texts: &[String]) -> String {
        let sampled = match self.loss.has_unbounded_prior() {
            true => "; sampled in the powers of coordinates in which it is flat",
            false => "",
        };
        format!("times the prior {}{sampled}", texts.join(" · "))
    }

    /// Refuses what changes U(t) and is left out.
    pub(super) fn check_energy(&self) -> Result<(), CliError> {
        if self.left_out.is_empty() {
            return Ok(());
        }
        Err(CliError::Setting(format!(
            "U(t) depends on the Dirichlet factors of {}, which are positive at the point and are \
             left out; λ does not: ask for λ, without --energy or --method",
            self.left_out.join(", ")
        )))
    }

    /// What is left out, in words.
    pub(super) fn note(&self) -> Option<String> {
        let told = || {
            format!(
                "note: λ does not depend on the Dirichlet factors of {}, which are positive at the \
                 point; they are left out",
                self.left_out.join(", ")
            )
        };
        (!self.left_out.is_empty()).then(told)
    }
}

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
fn multiplied(all: WithPrior, text: &str, at: &Coordinates<'_>) -> Result<WithPrior, CliError> {
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
        return powers(all, factor, text, at, chosen.is_some());
    };
    let known = ["normal", "uniform", "half-normal", "dirichlet"];
    let Some(known) = known.into_iter().find(|known| same(known, name.trim())) else {
        // x^(1/2) has a parenthesis, too
        if name.contains(['^', '*']) {
            return powers(all, factor, text, at, chosen.is_some());
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
    let every: Vec<usize> = (0..all.loss.dimension()).collect();
    let chosen = chosen.unwrap_or(every);
    if known == "dirichlet" {
        return dirichlet(all, (&chosen, &numbers), (inside, text), at);
    }
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
    let prior = all.loss.prior().clone();
    let prior = chosen.into_iter().try_fold(prior, apply);
    let prior = prior.map_err(|error: LossError| inside.refused(text, &error.to_string()))?;
    let loss = all.loss.with_prior(prior);
    let loss = loss.map_err(|error| factor.refused(text, &error.to_string()))?;
    Ok(WithPrior { loss, ..all })
}

/// Dirichlet(α₁, …, α_k) of k − 1 weights and of 1 less their sum: the powers αᵢ − 1 of those that
/// are 0 at the point, which are half-lines there. The other factors are smooth and positive.
fn dirichlet(
    mut all: WithPrior,
    (chosen, numbers): (&[usize], &[f64]),
    (inside, text): (Part<'_>, &str),
    at: &Coordinates<'_>,
) -> Result<WithPrior, CliError> {
    if numbers.len() != chosen.len() + 1 {
        let reason = format!(
            "of {} weight(s) there are {} numbers, the last one of 1 less their sum; got {}",
            chosen.len(),
            chosen.len() + 1,
            numbers.len()
        );
        return Err(inside.refused(text, &reason));
    }
    if let Some(bad) = numbers.iter().find(|alpha| **alpha <= 0.0) {
        return Err(inside.refused(text, &format!("{bad} is not positive")));
    }
    // the point in the user's coordinates: those of the loss may be relative to it
    let w_star = all.loss.w_star().to_vec();
    let point = |i: usize| at.point.get(i).copied().unwrap_or(0.0) + w_star[i];
    let name = |i: usize| at.names.get(i).cloned().unwrap_or_else(|| i.to_string());
    let last = 1.0 - chosen.iter().map(|&i| point(i)).sum::<f64>();
    if let Some(&i) = chosen.iter().find(|&&i| point(i) < 0.0) {
        let reason = format!("the weight {} is negative at the point", name(i));
        return Err(inside.refused(text, &reason));
    }
    if last.abs() < 1e-9 || last < 0.0 {
        let reason = format!(
            "1 less the sum of the weights is {last} at the point, and it has to be positive: name \
             the other weights"
        );
        return Err(inside.refused(text, &reason));
    }
    let mut exponents = vec![0.0; all.loss.dimension()];
    let mut half_lines = Vec::new();
    for (&i, alpha) in chosen.iter().zip(numbers) {
        if point(i) == 0.0 {
            exponents[i] += alpha - 1.0;
            half_lines.push(i);
        } else if *alpha != 1.0 {
            all.left_out.push(name(i));
        }
    }
    if numbers.last() != Some(&1.0) {
        let names: Vec<String> = chosen.iter().map(|&i| name(i)).collect();
        all.left_out.push(format!("1 - {}", names.join(" - ")));
    }
    let prior = all.loss.prior().clone().with_nonnegative(&half_lines);
    let prior = prior.map_err(|error| inside.refused(text, &error.to_string()))?;
    let loss = all.loss.with_prior(prior);
    let loss = loss.and_then(|loss| loss.with_powers(&exponents));
    all.loss = loss.map_err(|error| inside.refused(text, &error.to_string()))?;
    Ok(all)
}

/// A product of powers of parameters.
fn powers(
    all: WithPrior,
    factor: Part<'_>,
    text: &str,
    at: &Coordinates<'_>,
    has_names: bool,
) -> Result<WithPrior, CliError> {
    if has_names {
        let reason = format!("after names of parameters there is a density by name: {KNOWN}");
        return Err(factor.refused(text, &reason));
    }
    let mut exponents = vec![0.0; all.loss.dimension()];
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
        if exponent <= -1.0 {
            let reason = "a power of -1 or less has no finite integral at 0";
            return Err(power.refused(text, reason));
        }
        if at.point.get(i).is_some_and(|x| *x != 0.0) || all.loss.w_star()[i] != 0.0 {
            let reason = "the point has another value than 0 here, where this power is positive: \
                          leave it out";
            return Err(power.refused(text, reason));
        }
        exponents[i] += exponent;
    }
    let loss = all.loss.with_powers(&exponents);
    let loss = loss.map_err(|error| factor.refused(text, &error.to_string()))?;
    Ok(WithPrior { loss, ..all })
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
    use crate::problem::Problem;
    use crate::resolution::Germ;

    fn with(texts: &[&str], point: &[f64]) -> Result<WithPrior, String> {
        let names = ["x", "y"].map(String::from);
        let at = Coordinates {
            names: &names,
            point,
        };
        let germ = Germ::ideal(["x*y"]).unwrap();
        let loss = Problem::of(germ).local_loss().unwrap().clone();
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_string()).collect();
        let found = with_factors(&loss, &texts, &at).map_err(|error| error.to_string());
        Ok(found?.unwrap())
    }

    fn prior(texts: &[&str], point: &[f64]) -> Result<Prior, String> {
        Ok(with(texts, point)?.loss.prior().clone())
    }

    /// L at a point of the loss's own coordinates.
    fn value(with: &WithPrior, u: &[f64]) -> f64 {
        let loss = with.loss.loss();
        loss.value(u, &mut vec![0.0; loss.scratch_len()])
    }

    #[test]
    fn unbounded_powers_are_flat_in_other_coordinates() {
        // K = x²y²; u = √x in x^(-1/2) dx
        let half = with(&["x^(-1/2)*y"], &[0.0, 0.0]).unwrap();
        assert_eq!(value(&half, &[0.5, 1.0]), 0.0625);
        let amplitude = Prior::flat(2).with_amplitude(&[0.0, 1.0]).unwrap();
        assert_eq!(half.loss.prior(), &amplitude);
        // the product of all factors counts, in any order
        let back = with(&["x^(-1/2)", "x^(3/2)"], &[0.0, 0.0]).unwrap();
        assert_eq!(value(&back, &[0.5, 1.0]), 0.25);
        assert_eq!(back.loss.prior().amplitude(), [1.0, 0.0]);
        assert!(with(&["x^(-1/2)", "normal(0,1)"], &[0.0, 0.0]).is_err());
        assert!(with(&["normal(0,1)", "x^(-1/2)"], &[0.0, 0.0]).is_err());
        assert!(with(&["x^(-1/2)", "x^(-1/2)"], &[0.0, 0.0]).is_err());
    }

    #[test]
    fn dirichlet_is_the_powers_of_the_weights_that_vanish() {
        let both = with(&["dirichlet(1/2, 3, 1)"], &[0.0, 0.0]).unwrap();
        assert_eq!(both.loss.prior().nonnegative(), [true, true]);
        assert_eq!(both.loss.prior().amplitude(), [0.0, 2.0]);
        assert_eq!(value(&both, &[0.5, 1.0]), 0.0625);
        assert!(both.left_out.is_empty());
        let one = with(&["x, y: dirichlet(2, 2, 1/2)"], &[0.0, 0.25]).unwrap();
        assert_eq!(one.loss.prior().nonnegative(), [true, false]);
        assert_eq!(one.left_out, ["y", "1 - x - y"]);
        for (text, point, reason) in [
            ("dirichlet(1,1)", [0.0; 2], "there are 3 numbers"),
            ("dirichlet(1,1,0)", [0.0; 2], "not positive"),
            ("dirichlet(1,1,1)", [0.5; 2], "name the other weights"),
            ("dirichlet(1,1,1)", [-0.5, 0.5], "weight x is negative"),
        ] {
            let error = with(&[text], &point).err().unwrap();
            assert!(error.contains(reason), "{text}: {error}");
        }
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
            ("x^(-1)*y", "no finite integral", "  ^^^^^^"),
            ("x^z", "no rational number", "  ^^^"),
            ("x: y^2", "after names of parameters", "     ^^^"),
        ] {
            let error = prior(&[text], &[0.0, 0.0]).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(error.ends_with(place), "{text}: {error}");
        }
    }
}
