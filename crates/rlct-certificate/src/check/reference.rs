//! References to earlier steps: the derived chart must be theirs, renamed and scaled.

use super::CheckErrorKind;
use super::chart::{Chart, Facts, exponent, monic, proportional};
use super::error::{Checked, entry, entry_mut, length, malformed, shown};
use super::work::Work;
use crate::format::{Child, CoordinateDomain, Extent};
use rlct_algebra::{Monomial, Polynomial, Rational, Variables};
use std::collections::HashSet;

/// How the variables of a step's chart C lie in the derived chart D.
#[derive(Debug)]
pub(super) struct Renaming {
    /// For each variable of C its place in D.
    places: Vec<usize>,
    /// Variable of D = scale × variable of C.
    scales: Vec<Rational>,
}

impl Renaming {
    /// The identity between charts of the same size.
    pub(super) fn identity(chart: &Chart) -> Self {
        Self {
            places: (0..chart.ring.len()).collect(),
            scales: vec![Rational::ONE; chart.ring.len()],
        }
    }

    /// The renaming that a reference states.
    pub(super) fn read(
        child: &Child,
        derived: &Chart,
        found: &Chart,
        work: &Work,
    ) -> Checked<Self> {
        let (d, e) = (derived.dimension(), derived.functions.len());
        work.spend(1 + derived.ring.len() as u64)?;
        length(found.dimension(), d, "coordinates")?;
        length(found.functions.len(), e, "functions")?;
        let mut places = permutation(child.coordinates.as_deref(), d, "coordinates")?;
        let functions = permutation(child.functions.as_deref(), e, "functions")?;
        let mut scales = match child.scale.as_deref() {
            None | Some([]) => vec![Rational::ONE; d],
            Some(scales) => scales.to_vec(),
        };
        length(scales.len(), d, "scales")?;
        for (scale, place) in scales.iter().zip(&places) {
            work.number(scale)?;
            let half = derived.coordinates.get(*place).map(|c| c.domain)
                == Some(CoordinateDomain::HalfLine);
            if scale.is_zero() || (half && scale.is_negative()) {
                return malformed(format!(
                    "{} cannot be scaled by {scale}",
                    derived.name(*place)
                ));
            }
        }
        places.extend(functions.iter().map(|f| f + d));
        scales.resize(d + e, Rational::ONE);
        Ok(Self { places, scales })
    }

    /// A polynomial of D in the variables of C.
    fn forward(&self, p: &Polynomial, ring: &Variables, work: &Work) -> Checked<Polynomial> {
        work.map_terms(p, ring, |exponents, c| {
            let mut c = c.clone();
            let mut image = Vec::with_capacity(exponents.len());
            for (place, scale) in self.places.iter().zip(&self.scales) {
                let n = exponent(exponents, *place)?;
                if n > 0 && !scale.is_one() {
                    c *= work.power(scale, n)?;
                }
                image.push(n);
            }
            Ok((image, c))
        })
    }

    /// A polynomial of C in the variables of D.
    pub(super) fn back(
        &self,
        p: &Polynomial,
        ring: &Variables,
        work: &Work,
    ) -> Checked<Polynomial> {
        work.map_terms(p, ring, |exponents, c| {
            let mut c = c.clone();
            let mut image = vec![0; exponents.len()];
            for ((place, scale), n) in self.places.iter().zip(&self.scales).zip(exponents) {
                if *n > 0 && !scale.is_one() {
                    c *= work.power(&work.inverse(scale)?, *n)?;
                }
                *entry_mut(&mut image, *place)? = *n;
            }
            Ok((image, c))
        })
    }

    /// Checks that the chart C of a step is the derived chart D. Whether both have the same
    /// centre; if not, that of C is larger.
    pub(super) fn matches(&self, derived: &Chart, found: &Chart, work: &Work) -> Checked<bool> {
        for (i, c) in found.coordinates.iter().enumerate() {
            let wanted = entry(&self.places, i, "place")
                .and_then(|place| entry(&derived.coordinates, *place, "coordinate"))?;
            if wanted != c {
                return malformed(format!(
                    "the domain, extent or amplitude of the coordinate {} differs: expected {}, \
                     found {}",
                    found.name(i),
                    described(wanted),
                    described(c)
                ));
            }
        }
        let expected = derived.map(&found.ring, work, |p, _| self.forward(p, &found.ring, work))?;
        let d = found.dimension();
        for (k, f) in found.functions.iter().enumerate() {
            let place = entry(&self.places, d + k, "place")?.checked_sub(d);
            let Some(wanted) = place.and_then(|place| expected.functions.get(place)) else {
                return malformed("the number of functions differs");
            };
            if f.between != wanted.between {
                return malformed(format!("the interval of {} differs", found.name(d + k)));
            }
            work.pass(&f.relation)?;
            if !proportional(&f.relation, &wanted.relation) {
                return malformed(format!(
                    "the relation of {} differs: expected {}, found {}",
                    found.name(d + k),
                    shown(&wanted.relation),
                    shown(&f.relation)
                ));
            }
        }
        same("generators", &expected.generators, &found.generators, work)?;
        // the centre is the same if the zeros are where the local coordinates are 0
        let local = |list: &[Polynomial]| -> Vec<Polynomial> {
            list.iter().map(|p| at_local_zero(found, p)).collect()
        };
        same("zeros", &local(&expected.zeros), &local(&found.zeros), work)?;
        // the coordinates and zeros are the same, and so is the restriction
        let facts = found.facts(work)?;
        let mut equal = true;
        for (what, sign, expected, found) in [
            ("units", false, &expected.units, &found.units),
            (
                "positive polynomials",
                true,
                &expected.positive,
                &found.positive,
            ),
        ] {
            let expected = conditions(expected, sign, &facts, work)?;
            let found = conditions(found, sign, &facts, work)?;
            if let Some(p) = found.iter().find(|p| !expected.contains(*p)) {
                return malformed(format!("{} is not among the {what}", shown(p)));
            }
            equal &= found.len() == expected.len();
        }
        Ok(equal)
    }
}

/// p with 0 put for the local coordinates.
fn at_local_zero(chart: &Chart, p: &Polynomial) -> Polynomial {
    let local = |(e, c): (&u32, &super::chart::Coordinate)| *e > 0 && c.extent == Extent::Local;
    let terms = p
        .terms()
        .filter(|(e, _)| !e.iter().zip(&chart.coordinates).any(local))
        .map(|(e, c)| (Monomial::new(e), c.clone()));
    Polynomial::from_terms(p.variables(), terms)
}

fn described(c: &super::chart::Coordinate) -> String {
    format!("({:?}, {:?}, {})", c.domain, c.extent, c.amplitude).to_lowercase()
}

/// The permutation of 0, …, n − 1 that is given; the identity if none is, or an empty list.
fn permutation(given: Option<&[usize]>, n: usize, what: &str) -> Checked<Vec<usize>> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok((0..n).collect());
    };
    let mut sorted = given.to_vec();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..n) {
        return malformed(format!("the {what} are not a permutation of 0, …, {n} - 1"));
    }
    Ok(given.to_vec())
}

/// That two lists are the same sets up to 0 and non-zero factors.
fn same(what: &str, expected: &[Polynomial], found: &[Polynomial], work: &Work) -> Checked<()> {
    let set = |list: &[Polynomial]| -> Checked<HashSet<Polynomial>> {
        let mut set = HashSet::new();
        for p in list.iter().filter(|p| !p.is_zero()) {
            // divided, hashed, and compared with its like
            work.passes(3, p)?;
            set.insert(monic(p, false));
        }
        Ok(set)
    };
    let (expected, found) = (set(expected)?, set(found)?);
    let missing = expected.iter().find(|p| !found.contains(*p));
    let unexpected = found.iter().find(|p| !expected.contains(*p));
    match (missing, unexpected) {
        (None, None) => Ok(()),
        (Some(p), Some(q)) => malformed(format!(
            "the {what} differ: expected {}, found {}",
            shown(p),
            shown(q)
        )),
        (Some(p), None) => malformed(format!("the {what} differ: {} is missing", shown(p))),
        (None, Some(q)) => malformed(format!("the {what} differ: {} is unexpected", shown(q))),
    }
}

/// The units, or the positive polynomials, that say something; up to non-zero or positive factors.
fn conditions(
    list: &[Polynomial],
    sign: bool,
    facts: &Facts,
    work: &Work,
) -> Checked<HashSet<Polynomial>> {
    let mut set = HashSet::new();
    for p in list {
        work.passes(3, p)?;
        let p = &facts.restrict(p, work)?;
        let says_nothing = match p.as_constant() {
            Some(c) if sign => c.is_positive(),
            Some(c) => !c.is_zero(),
            None => false,
        };
        if says_nothing {
            continue;
        }
        set.insert(monic(p, sign));
    }
    Ok(set)
}

/// That a child differs from what the rule makes.
pub(super) fn differs(child: usize, step: usize, error: CheckErrorKind) -> CheckErrorKind {
    match error {
        CheckErrorKind::Malformed(difference) => CheckErrorKind::Child {
            child,
            difference: format!("step {step} is about another chart: {difference}"),
        },
        other => other,
    }
}
