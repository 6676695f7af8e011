//! From the user's words to the zeros of K in a region.

use super::germ::germ;
use super::subject::SubjectArgs;
use super::{Caret, CliError};
use crate::algebra::{Polynomial, Rational, Variables};
use crate::resolution::{Locus, Region, RegionTextError};

/// The ideal on the region that is meant.
pub(super) fn locus(
    subject: &SubjectArgs,
    text: &str,
    prior: Option<&str>,
) -> Result<Locus, CliError> {
    let (locus, domain) = match subject.on_domain()? {
        Some(locus) => (locus.clone(), Some(locus.region().clone())),
        None => {
            let germ = germ(&subject.germ.text())?;
            (Locus::of(&germ)?, None)
        }
    };
    let text = match (text, &domain) {
        ("model", Some(_)) => "everywhere",
        _ => text,
    };
    let region = Region::parse_in(text, locus.variables()).map_err(|error: RegionTextError| {
        let place = Caret::new(text, error.column, error.width);
        CliError::Setting(format!("{error}\n{place}"))
    })?;
    let region = match &domain {
        Some(domain) => region.within(domain)?,
        None => region,
    };
    let region = match prior {
        None => region,
        Some(prior) => with_prior(region, prior, locus.variables())?,
    };
    Ok(locus.on(region)?)
}

/// A region with the factors (x − a)^h and (b − x)^h of a text.
pub(super) fn with_prior(
    mut region: Region,
    text: &str,
    ring: &Variables,
) -> Result<Region, CliError> {
    let mut from = 0;
    for factor in factors(text) {
        let column = text[..from].chars().count();
        let refused = |reason: String| {
            let lead = factor.len() - factor.trim_start().len();
            let width = factor.trim().chars().count();
            let place = Caret::new(text, column + lead, width);
            CliError::Setting(format!("{reason}\n{place}"))
        };
        from += factor.len() + 1;
        let (base, exponent) = match factor.rsplit_once('^') {
            None => (factor, Rational::ONE),
            Some((base, exponent)) => {
                let inside = exponent
                    .trim()
                    .trim_start_matches('(')
                    .trim_end_matches(')');
                let exponent = inside.trim().parse::<Rational>().map_err(|_| {
                    refused("the exponent is no rational number, such as 2 or (-1/2)".into())
                })?;
                (base, exponent)
            }
        };
        let polynomial = Polynomial::parse_in(base, ring)
            .map_err(|error| refused(format!("`{}`: {error}", base.trim())))?;
        let Some((name, root, rises)) = Region::side(&polynomial) else {
            let own = polynomial
                .to_string()
                .parse::<Polynomial>()
                .unwrap_or(polynomial);
            let next = region.clone().with_power_of(&own, exponent);
            region = next.map_err(|_| {
                refused(
                    "a factor of the prior is linear in one variable, as x^(-1/2) or (1 - x)^2, or \
                     one of the region's inequalities"
                        .into(),
                )
            })?;
            continue;
        };
        let ends = region.ends(&name);
        let at_end = match rises {
            true => ends.0.as_ref() == Some(&root),
            false => ends.1.as_ref() == Some(&root),
        };
        if !at_end {
            return Err(refused(format!(
                "a factor of the prior vanishes at an end of an interval, as x^(1/2) on [0, 1]; \
                 this one vanishes at {name} = {root}. Leave it out where it is positive"
            )));
        }
        region = region
            .with_power(&name, !rises, exponent)
            .map_err(|error| refused(error.to_string()))?;
    }
    Ok(region)
}

/// The factors of a product, cut at the signs `*` that no parenthesis holds.
pub(super) fn factors(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut factors) = (0_i32, 0, Vec::new());
    for (place, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '*' if depth == 0 => {
                factors.push(&text[from..place]);
                from = place + 1;
            }
            _ => {}
        }
    }
    factors.push(&text[from..]);
    factors
}
