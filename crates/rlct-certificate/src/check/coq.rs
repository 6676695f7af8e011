//! Certificates as terms of Coq, for the checker in `proofs/coq/`.
//!
//! This is transcription and nothing else: texts become lists of exponents and coefficients, names
//! become the numbers of variables, and what the texts leave out stays left out. Whether any of it
//! proves anything is for the reader of the terms to find out.

use super::error::{Checked, malformed};
use super::work::Work;
use super::{CheckError, CheckErrorKind, CheckLimits, check_names};
use crate::format::{
    Because, Certificate, Child, Constant, ConvexTerm, CoordinateDomain, Evidence, Extent, FORMAT,
    Form, Question, Reading, RealPoint, Row, Rule, StatedChart, StatedPole, Step,
};
use rlct_algebra::{Rational, Variables};

/// Stands before every term.
const HEAD: &str = "\
From RLCT Require Import Checker.
Local Open Scope Q_scope.
Local Open Scope N_scope.
";

impl Certificate {
    /// This certificate as a definition in Coq, in the data types of `proofs/coq/Format.v`; it is
    /// transcribed and not checked.
    ///
    /// Polynomials are written as lists of (exponents, coefficient), multiplied out, and variables
    /// by their numbers, as the proof assistant reads neither texts nor names.
    ///
    /// # Errors
    /// If `name` is no identifier of Coq in ASCII letters, digits and `_`, if the format is
    /// another, if a text is no polynomial in the variables of its chart, if a name is unknown,
    /// twice there, or looks like another one, and [`CheckErrorKind::TooLarge`] beyond the limits
    /// of `proofs/FORMAT.md`.
    ///
    /// ```
    /// # use rlct_certificate::{Certificate, CheckError};
    /// fn print(certificate: &Certificate) -> Result<(), CheckError> {
    ///     println!("{}", certificate.to_coq("cusp")?);
    ///     Ok(())
    /// }
    /// ```
    pub fn to_coq(&self, name: &str) -> Result<String, CheckError> {
        let work = Work::new(&CheckLimits::default());
        let general = |kind| CheckError { step: None, kind };
        if !is_identifier(name) {
            return Err(general(CheckErrorKind::Malformed(format!(
                "`{name}` is no name in Coq: a letter, then letters, digits and `_`"
            ))));
        }
        if self.format != FORMAT {
            return Err(general(CheckErrorKind::Malformed(format!(
                "expected format {FORMAT}"
            ))));
        }
        let limits = CheckLimits::default();
        if self.steps.len() > limits.steps {
            return Err(general(CheckErrorKind::TooLarge(format!(
                "more than {} steps",
                limits.steps
            ))));
        }
        let constants = self.question.constants.iter().map(|c| &c.name);
        let own = self.question.variables.iter().chain(constants);
        check_names(own, &self.steps, &work).map_err(general)?;
        let question = question(&self.question, &work).map_err(general)?;
        let mut steps = Vec::new();
        for (number, step) in self.steps.iter().enumerate() {
            steps.push(written(step, &work).map_err(|kind| CheckError {
                step: Some((number, step.rule.name())),
                kind,
            })?);
        }
        let upper = option(self.claim.upper.as_ref().map(pole));
        Ok(format!(
            "{HEAD}\nDefinition {name} : certificate := Certificate {}\n {question}\n {} {upper}\n \
             [{}].\n",
            self.version,
            pole(&self.claim.lower),
            steps.join(";\n  "),
        ))
    }
}

fn is_identifier(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(inside)
}

fn list<T>(items: impl IntoIterator<Item = T>, show: impl Fn(T) -> String) -> String {
    let items: Vec<String> = items.into_iter().map(show).collect();
    format!("[{}]", items.join("; "))
}

fn fallible<T>(
    items: impl IntoIterator<Item = T>,
    show: impl Fn(T) -> Checked<String>,
) -> Checked<String> {
    let items: Vec<String> = items.into_iter().map(show).collect::<Checked<_>>()?;
    Ok(format!("[{}]", items.join("; ")))
}

fn option(item: Option<String>) -> String {
    item.map_or("None".to_string(), |text| format!("(Some {text})"))
}

fn rational(x: &Rational) -> String {
    let numerator = match x.is_negative() {
        true => format!("({})", x.numerator()),
        false => x.numerator().to_string(),
    };
    match x.is_integer() {
        true => format!("(int {numerator})"),
        false => format!("({numerator}#{})", x.denominator()),
    }
}

fn interval([a, b]: &[Rational; 2]) -> String {
    format!("({}, {})", rational(a), rational(b))
}

fn numbers<T: ToString>(list_: impl IntoIterator<Item = T>) -> String {
    list(list_, |n| n.to_string())
}

fn pole(p: &StatedPole) -> String {
    format!("(Pole {} {})", rational(&p.lambda), p.multiplicity)
}

fn variable(name: &str, ring: &Variables) -> Checked<usize> {
    match ring.index_of(name) {
        Some(number) => Ok(number),
        None => malformed(format!("{name} is not a variable")),
    }
}

fn reads(names: impl Iterator<Item = String>) -> Checked<Variables> {
    Variables::new(names).map_err(|e| CheckErrorKind::Malformed(e.to_string()))
}

/// The texts of one chart, or of the question.
struct Texts<'a> {
    ring: Variables,
    work: &'a Work,
}

impl Texts<'_> {
    fn polynomial(&self, text: &str, what: &str) -> Checked<String> {
        let p = self.work.parse(text, &self.ring, what)?;
        let term = |(exponents, c): (&[u32], &Rational)| {
            let used = exponents.iter().rposition(|e| *e > 0).map_or(0, |i| i + 1);
            format!("({}, {})", numbers(&exponents[..used]), rational(c))
        };
        Ok(list(p.terms(), term))
    }

    fn polynomials(&self, texts: &[String], what: &str) -> Checked<String> {
        fallible(texts, |text| self.polynomial(text, what))
    }

    fn numbered(&self, pairs: &[(usize, String)], what: &str) -> Checked<String> {
        fallible(pairs, |(k, text)| {
            Ok(format!("({k}, {})", self.polynomial(text, what)?))
        })
    }

    fn optional(&self, text: Option<&String>, what: &str) -> Checked<String> {
        Ok(option(
            text.map(|text| self.polynomial(text, what)).transpose()?,
        ))
    }

    fn evidence(&self, e: &Evidence) -> Checked<String> {
        if !e.positive.is_empty() {
            return malformed("evidence by what is positive is not written for Coq");
        }
        let because = match &e.because {
            Because::Signs => "Signs".to_string(),
            Because::NoRealRoot(name) => format!("(NoRealRoot {})", variable(name, &self.ring)?),
        };
        Ok(format!(
            "(Evidence {} {} {} {} {because})",
            self.polynomials(&e.combination, "combination")?,
            self.numbered(&e.zeros, "factor of a zero")?,
            numbers(&e.units),
            self.optional(e.rest.as_ref(), "rest")?,
        ))
    }

    fn maybe_evidence(&self, e: Option<&Evidence>) -> Checked<String> {
        Ok(option(e.map(|e| self.evidence(e)).transpose()?))
    }

    fn term(&self, t: &ConvexTerm) -> Checked<String> {
        Ok(format!(
            "ConvexTerm {} {} {}",
            t.generator,
            rational(&t.coefficient),
            self.maybe_evidence(t.evidence.as_ref())?
        ))
    }

    fn row(&self, r: &Row) -> Checked<String> {
        Ok(format!(
            "Row {} {} {} {}",
            self.optional(r.unit.as_ref(), "unit of a row")?,
            self.maybe_evidence(r.evidence.as_ref())?,
            self.numbered(&r.combination, "factor of a generator")?,
            self.numbered(&r.relations, "factor of a relation")?,
        ))
    }

    fn chart(&self, c: &StatedChart) -> Checked<String> {
        let coordinates = list(&c.coordinates, |w| {
            let half = w.domain == CoordinateDomain::HalfLine;
            let local = w.extent == Extent::Local;
            format!("Coordinate {half} {local} {}", rational(&w.amplitude))
        });
        let functions = fallible(&c.functions, |f| {
            let relation = self.polynomial(&f.relation, "relation")?;
            let between = option(f.between.as_ref().map(interval));
            Ok(format!("Function {relation} {between}"))
        })?;
        Ok(format!(
            "(Chart {coordinates} {functions} {} {} {} {})",
            self.polynomials(&c.zeros, "zero")?,
            self.polynomials(&c.units, "unit")?,
            self.polynomials(&c.positive, "positive polynomial")?,
            self.polynomials(&c.generators, "generator")?,
        ))
    }

    fn rule(&self, rule: &Rule) -> Checked<String> {
        Ok(match rule {
            Rule::Unit {
                generator,
                evidence,
            } => format!(
                "Unit {} {}",
                option(generator.map(|i| i.to_string())),
                self.evidence(evidence)?
            ),
            Rule::Open { reason: _ } => "Open".to_string(),
            Rule::Newton {
                weights,
                point,
                terms,
            } => format!(
                "Newton {} {} {}",
                list(weights, |v| list(v, rational)),
                option(point.as_ref().map(real_point)),
                fallible(terms, |t| self.term(t))?
            ),
            Rule::Order {
                generator,
                derivatives,
                divisor,
                evidence,
            } => format!(
                "Order {generator} {} {} {}",
                list(derivatives, numbers),
                numbers(divisor),
                self.evidence(evidence)?
            ),
            Rule::Both { children } => format!("Both {}", list(children, child)),
            Rule::Sum {
                parts,
                point,
                children,
            } => format!(
                "Sum {} {} {}",
                list(parts, |part| format!(
                    "Part {} {}",
                    numbers(&part.coordinates),
                    numbers(&part.functions)
                )),
                option(point.as_ref().map(real_point)),
                list(children, child)
            ),
            Rule::Factor { monomial, children } => {
                format!("Factor {} {}", numbers(monomial), list(children, child))
            }
            Rule::BlowUp { weights, children } => format!(
                "BlowUp {} {}",
                list(weights, |(i, a)| format!("({i}, {a})")),
                list(children, child)
            ),
            Rule::Split {
                polynomial,
                children,
            } => format!(
                "Split {} {}",
                self.polynomial(polynomial, "polynomial")?,
                list(children, child)
            ),
            Rule::Cover {
                polynomials,
                evidence,
                children,
            } => format!(
                "Cover {} {} {}",
                self.polynomials(polynomials, "polynomial")?,
                self.evidence(evidence)?,
                list(children, child)
            ),
            Rule::Coordinate {
                index,
                polynomial,
                form,
                evidence,
                children,
            } => format!(
                "Coordinate_ {index} {} {} {} {}",
                self.polynomial(polynomial, "polynomial")?,
                match form {
                    Form::Explicit => "Explicit",
                    Form::Implicit => "Implicit",
                },
                self.maybe_evidence(evidence.as_ref())?,
                list(children, child)
            ),
            Rule::Ideal {
                forward,
                back,
                children,
            } => format!(
                "Ideal {} {} {}",
                fallible(forward, |r| self.row(r))?,
                fallible(back, |r| self.row(r))?,
                list(children, child)
            ),
            Rule::Definite {
                generator,
                children,
            } => format!("Definite {generator} {}", list(children, child)),
            Rule::Fold {
                index,
                power,
                children,
            } => format!("Fold {index} {power} {}", list(children, child)),
        })
    }
}

fn real_point(p: &RealPoint) -> String {
    format!(
        "(Point {} {})",
        list(&p.coordinates, rational),
        list(&p.functions, interval)
    )
}

fn child(c: &Child) -> String {
    format!(
        "Child {} {} {} {}",
        c.step,
        numbers(c.coordinates.iter().flatten()),
        numbers(c.functions.iter().flatten()),
        list(c.scale.iter().flatten(), rational)
    )
}

fn written(step: &Step, work: &Work) -> Checked<String> {
    let coordinates = step.chart.coordinates.iter().map(|w| w.name.clone());
    let functions = step.chart.functions.iter().map(|f| f.name.clone());
    let texts = Texts {
        ring: reads(coordinates.chain(functions))?,
        work,
    };
    Ok(format!(
        "Step {}\n   ({})",
        texts.chart(&step.chart)?,
        texts.rule(&step.rule)?
    ))
}

fn question(q: &Question, work: &Work) -> Checked<String> {
    let constants = q.constants.iter().map(|c| c.name.clone());
    let texts = Texts {
        ring: reads(q.variables.iter().cloned().chain(constants))?,
        work,
    };
    let variables = reads(q.variables.iter().cloned())?;
    let reading = match q.reading {
        Reading::Ideal => "ReadIdeal",
        Reading::Loss => "ReadLoss",
        Reading::Absolute => "ReadAbsolute",
    };
    let squares = match &q.squares {
        None => None,
        Some(squares) => Some(format!(
            "(Squares {} {})",
            texts.optional(squares.multiplier.as_ref(), "multiplier")?,
            fallible(&squares.terms, |(c, p)| Ok(format!(
                "({}, {})",
                texts.polynomial(c, "factor of a square")?,
                texts.polynomial(p, "square")?
            )))?
        )),
    };
    let constant = |c: &Constant| {
        Ok(format!(
            "Constant {} {} {}",
            texts.polynomial(&c.relation, "relation")?,
            option(c.between.as_ref().map(interval)),
            texts.evidence(&c.evidence)?
        ))
    };
    Ok(format!(
        "(Question {} {} {reading} {} {} {} {} {})",
        q.variables.len(),
        texts.polynomials(&q.generators, "generator")?,
        option(squares),
        list(&q.amplitude, rational),
        fallible(&q.nonnegative, |name| Ok(
            variable(name, &variables)?.to_string()
        ))?,
        fallible(&q.constants, constant)?,
        texts.polynomials(&q.point, "value")?,
    ))
}
