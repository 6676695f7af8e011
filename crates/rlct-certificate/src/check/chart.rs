//! Charts: coordinates, functions, the centre and the ideal.

use super::CheckErrorKind;
use super::error::{Checked, entry, entry_mut, malformed};
use super::work::Work;
use crate::format::{CoordinateDomain, Extent, StatedChart};
use rlct_algebra::{Monomial, Polynomial, Rational, Variables};

/// A chart. Its ring has the coordinates and then the functions; only their places matter, the
/// names are for messages.
#[derive(Debug, Clone)]
pub(super) struct Chart {
    pub(super) ring: Variables,
    pub(super) coordinates: Vec<Coordinate>,
    pub(super) functions: Vec<Function>,
    pub(super) zeros: Vec<Polynomial>,
    pub(super) units: Vec<Polynomial>,
    pub(super) positive: Vec<Polynomial>,
    pub(super) generators: Vec<Polynomial>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coordinate {
    pub(super) domain: CoordinateDomain,
    pub(super) extent: Extent,
    pub(super) amplitude: Rational,
}

impl Coordinate {
    /// τ = h + 1.
    pub(super) fn tau(&self) -> Rational {
        &self.amplitude + Rational::ONE
    }
}

#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) relation: Polynomial,
    pub(super) between: Option<[Rational; 2]>,
}

/// What the lists of a chart say of single variables.
#[derive(Debug)]
pub(super) struct Facts {
    /// 0 on the centre.
    pub(super) zero: Vec<bool>,
    /// Alone one of the units or the positive polynomials.
    pub(super) unit: Vec<bool>,
    /// Alone, times a positive factor, one of the positive polynomials.
    pub(super) positive: Vec<bool>,
    /// Never negative: the same, or on a half-line.
    pub(super) nonnegative: Vec<bool>,
}

/// The variable and the factor, if a polynomial is a constant times one variable.
pub(super) fn alone(p: &Polynomial) -> Option<(usize, &Rational)> {
    let mut terms = p.terms();
    let (exponents, c) = terms.next()?;
    if terms.next().is_some() || exponents.iter().map(|e| u64::from(*e)).sum::<u64>() != 1 {
        return None;
    }
    Some((exponents.iter().position(|e| *e == 1)?, c))
}

/// Whether a variable occurs.
pub(super) fn involves(p: &Polynomial, i: usize) -> bool {
    let occurs = |exponents: &[u32]| exponents.get(i).is_some_and(|e| *e > 0);
    p.terms().any(|(exponents, _)| occurs(exponents))
}

/// The exponent of a variable in a term.
pub(super) fn exponent(exponents: &[u32], i: usize) -> Checked<u32> {
    entry(exponents, i, "variable").copied()
}

/// The polynomial divided by its leading coefficient, or by the size of it: of all its multiples
/// by rational numbers, or by positive ones, the same.
pub(super) fn monic(p: &Polynomial, keeps_sign: bool) -> Polynomial {
    let leading = p.terms().next().and_then(|(_, c)| c.recip());
    match leading {
        Some(inverse) if keeps_sign => p.scale(&inverse.abs()),
        Some(inverse) => p.scale(&inverse),
        None => p.clone(),
    }
}

/// Whether two polynomials agree up to a non-zero factor.
pub(super) fn proportional(p: &Polynomial, q: &Polynomial) -> bool {
    p.len() == q.len() && monic(p, false) == monic(q, false)
}

impl Chart {
    /// The chart that is written in a step.
    pub(super) fn read(stated: &StatedChart, work: &Work) -> Checked<Self> {
        let coordinate_names = stated.coordinates.iter().map(|c| c.name.clone());
        let function_names = stated.functions.iter().map(|f| f.name.clone());
        let ring = Variables::new(coordinate_names.chain(function_names))
            .map_err(|e| CheckErrorKind::Malformed(e.to_string()))?;
        let mut coordinates = Vec::new();
        for c in &stated.coordinates {
            check_amplitude(&c.amplitude, &c.name, work)?;
            coordinates.push(Coordinate {
                domain: c.domain,
                extent: c.extent,
                amplitude: c.amplitude.clone(),
            });
        }
        let mut functions = Vec::new();
        for f in &stated.functions {
            check_interval(f.between.as_ref(), &f.name, work)?;
            let relation = work.parse(&f.relation, &ring, &format!("relation of {}", f.name))?;
            functions.push(Function {
                relation: work.hold_polynomial(relation)?,
                between: f.between.clone(),
            });
        }
        Ok(Self {
            zeros: work.parse_all(&stated.zeros, &ring, "zero")?,
            units: work.parse_all(&stated.units, &ring, "unit")?,
            positive: work.parse_all(&stated.positive, &ring, "positive polynomial")?,
            generators: work.parse_all(&stated.generators, &ring, "generator")?,
            ring,
            coordinates,
            functions,
        })
    }

    /// d, the number of coordinates.
    pub(super) fn dimension(&self) -> usize {
        self.coordinates.len()
    }

    /// The name of a variable, for messages.
    pub(super) fn name(&self, i: usize) -> &str {
        self.ring.names().get(i).map_or("?", String::as_str)
    }

    /// The polynomial that is one variable.
    pub(super) fn variable(&self, i: usize) -> Checked<Polynomial> {
        if i < self.ring.len() {
            return Ok(Polynomial::variable(&self.ring, i));
        }
        malformed(format!("there is no variable {i}"))
    }

    pub(super) fn constant(&self, value: Rational) -> Polynomial {
        Polynomial::constant(&self.ring, value)
    }

    pub(super) fn relations(&self) -> impl Iterator<Item = &Polynomial> {
        self.functions.iter().map(|f| &f.relation)
    }

    /// All polynomials of the chart.
    pub(super) fn polynomials(&self) -> impl Iterator<Item = &Polynomial> {
        let conditions = self.zeros.iter().chain(&self.units).chain(&self.positive);
        self.relations().chain(conditions).chain(&self.generators)
    }

    pub(super) fn facts(&self, work: &Work) -> Checked<Facts> {
        let conditions = self.zeros.len() + self.units.len() + self.positive.len();
        work.spend((conditions + self.ring.len()) as u64)?;
        let mut facts = Facts {
            zero: vec![false; self.ring.len()],
            unit: vec![false; self.ring.len()],
            positive: vec![false; self.ring.len()],
            nonnegative: vec![false; self.ring.len()],
        };
        let mark = |list: &mut Vec<bool>, i: usize| -> Checked<()> {
            *entry_mut(list, i)? = true;
            Ok(())
        };
        for (i, c) in self.coordinates.iter().enumerate() {
            if c.extent == Extent::Local {
                mark(&mut facts.zero, i)?;
            }
            if c.domain == CoordinateDomain::HalfLine {
                mark(&mut facts.nonnegative, i)?;
            }
        }
        for (i, _) in self.zeros.iter().filter_map(alone) {
            mark(&mut facts.zero, i)?;
        }
        for (i, _) in self.units.iter().filter_map(alone) {
            mark(&mut facts.unit, i)?;
        }
        for (i, factor) in self.positive.iter().filter_map(alone) {
            mark(&mut facts.unit, i)?;
            if factor.is_positive() {
                mark(&mut facts.positive, i)?;
                mark(&mut facts.nonnegative, i)?;
            }
        }
        Ok(facts)
    }

    /// A copy, paid for.
    pub(super) fn copied(&self, work: &Work) -> Checked<Self> {
        self.map(&self.ring, work, |p, _| {
            work.pass(p)?;
            Ok(p.clone())
        })
    }

    /// The same chart with every polynomial replaced; the flag says which must keep their sign.
    pub(super) fn map(
        &self,
        ring: &Variables,
        work: &Work,
        mut image: impl FnMut(&Polynomial, bool) -> Checked<Polynomial>,
    ) -> Checked<Self> {
        let mut list = |polynomials: &[Polynomial], sign: bool| -> Checked<Vec<Polynomial>> {
            let image = |p| work.hold_polynomial(image(p, sign)?);
            polynomials.iter().map(image).collect()
        };
        let relations: Vec<Polynomial> = self.relations().cloned().collect();
        let functions = list(&relations, false)?
            .into_iter()
            .zip(&self.functions)
            .map(|(relation, f)| Function {
                relation,
                between: f.between.clone(),
            })
            .collect();
        Ok(Self {
            ring: ring.clone(),
            coordinates: self.coordinates.clone(),
            functions,
            zeros: list(&self.zeros, false)?,
            units: list(&self.units, false)?,
            positive: list(&self.positive, true)?,
            generators: list(&self.generators, false)?,
        })
    }

    /// The chart of some of the coordinates and functions, in this order, with the conditions and
    /// generators that involve these variables alone, and at least one of them.
    ///
    /// Relations must not involve others.
    pub(super) fn part(
        &self,
        coordinates: &[usize],
        functions: &[usize],
        work: &Work,
    ) -> Checked<Self> {
        let d = self.dimension();
        let mut places = coordinates.to_vec();
        for f in functions {
            entry(&self.functions, *f, "function")?;
            places.push(d + f);
        }
        work.spend((1 + places.len() + self.ring.len()) as u64)?;
        let mut inside = vec![false; self.ring.len()];
        for place in &places {
            match inside.get_mut(*place) {
                Some(seen) if !*seen => *seen = true,
                _ => return malformed(format!("variable {place} is repeated or does not exist")),
            }
        }
        let names = places.iter().map(|i| self.name(*i).to_string()).collect();
        let ring = Variables::from_trusted(names);
        let moved = |p: &Polynomial| {
            let moved = work.map_terms(p, &ring, |e, c| {
                let exponents: Checked<_> = places.iter().map(|i| exponent(e, *i)).collect();
                Ok((exponents?, c.clone()))
            });
            work.hold_polynomial(moved?)
        };
        let select = |list: &[Polynomial]| -> Checked<Vec<Polynomial>> {
            let mut selected = Vec::new();
            for p in list {
                work.pass(p)?;
                if belongs(p, &inside) {
                    selected.push(moved(p)?);
                }
            }
            Ok(selected)
        };
        let mut chart = Self {
            coordinates: Vec::new(),
            functions: Vec::new(),
            zeros: select(&self.zeros)?,
            units: select(&self.units)?,
            positive: select(&self.positive)?,
            generators: select(&self.generators)?,
            ring: ring.clone(),
        };
        for i in coordinates {
            let coordinate = entry(&self.coordinates, *i, "coordinate")?;
            chart.coordinates.push(coordinate.clone());
        }
        for k in functions {
            let function = entry(&self.functions, *k, "function")?;
            if !function.relation.is_zero() && !belongs(&function.relation, &inside) {
                return super::error::condition(format!(
                    "the relation of {} involves other variables",
                    self.name(d + k)
                ));
            }
            chart.functions.push(Function {
                relation: moved(&function.relation)?,
                between: function.between.clone(),
            });
        }
        Ok(chart)
    }
}

/// Whether a polynomial involves variables of this set alone, and at least one.
pub(super) fn belongs(p: &Polynomial, inside: &[bool]) -> bool {
    let within = |exponents: &[u32]| exponents.iter().zip(inside).all(|(e, i)| *e == 0 || *i);
    p.terms().all(|(exponents, _)| within(exponents)) && p.as_constant().is_none()
}

pub(super) fn check_amplitude(h: &Rational, name: &str, work: &Work) -> Checked<()> {
    work.number(h)?;
    if !(h + Rational::ONE).is_positive() {
        return malformed(format!("the amplitude {h} of {name} is not above -1"));
    }
    Ok(())
}

pub(super) fn check_interval(
    between: Option<&[Rational; 2]>,
    name: &str,
    work: &Work,
) -> Checked<()> {
    if let Some([a, b]) = between {
        work.number(a)?;
        work.number(b)?;
        if a >= b {
            return malformed(format!("the interval of {name} is empty"));
        }
    }
    Ok(())
}

impl Facts {
    /// Whether variable `i` is alone a unit.
    pub(super) fn is_unit(&self, i: usize) -> bool {
        self.unit.get(i) == Some(&true)
    }

    /// p̄: p with 0 put for the variables that are 0 on the centre.
    pub(super) fn restrict(&self, p: &Polynomial, work: &Work) -> Checked<Polynomial> {
        work.pass(p)?;
        let kept = p.terms().filter(|(exponents, _)| {
            let mut pairs = exponents.iter().zip(&self.zero);
            pairs.all(|(e, zero)| *e == 0 || !zero)
        });
        let terms = kept.map(|(exponents, c)| (Monomial::new(exponents), c.clone()));
        Ok(Polynomial::from_terms(p.variables(), terms))
    }

    /// The sign that all terms have where the known signs hold: each variable of odd exponent is
    /// never negative. `None` if there are terms of both signs, of unknown sign, or no terms.
    pub(super) fn sign(&self, p: &Polynomial) -> Option<i8> {
        let mut common = None;
        for (exponents, c) in p.terms() {
            let mut pairs = exponents.iter().zip(&self.nonnegative);
            if !pairs.all(|(e, known)| e % 2 == 0 || *known) {
                return None;
            }
            if common.is_some_and(|sign| sign != c.signum()) {
                return None;
            }
            common = Some(c.signum());
        }
        common
    }
}
