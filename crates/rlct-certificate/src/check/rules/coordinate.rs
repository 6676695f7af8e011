//! The rule that makes a polynomial a coordinate.

use super::{Context, Poles};
use crate::check::chart::{Chart, Coordinate, Function, involves, proportional};
use crate::check::error::{Checked, condition, entry, entry_mut, shown};
use crate::check::evidence::no_zero;
use crate::format::{Child, CoordinateDomain, Evidence, Extent, Form};
use rlct_algebra::{Polynomial, Rational, Variables};

impl Context<'_> {
    pub(super) fn coordinate(
        &self,
        index: usize,
        polynomial: &str,
        form: Form,
        evidence: Option<&Evidence>,
        children: &[Child],
    ) -> Checked<Poles> {
        let (chart, work) = (self.chart, self.work);
        let facts = chart.facts(work)?;
        let name = chart.name(index);
        let w = entry(&chart.coordinates, index, "coordinate")?;
        if !facts.is_unit(index) && (w.domain != CoordinateDomain::Line || !w.amplitude.is_zero()) {
            return condition(format!(
                "{name} is neither a unit nor on a line with amplitude 0"
            ));
        }
        let p = work.parse(polynomial, &chart.ring, "polynomial")?;
        let involves_function = (chart.dimension()..chart.ring.len()).any(|i| involves(&p, i));
        let mut dependent = None;
        if involves_function {
            for r in chart.relations() {
                let derivative = work.derivative(r, index)?;
                if !facts.restrict(&derivative, work)?.is_zero() {
                    dependent = Some(r);
                }
            }
        }
        if let (Form::Explicit, Some(r)) = (form, dependent) {
            return condition(format!("the relation {} depends on {name}", shown(r)));
        }
        // where p is 0 on the centre, t is local
        let mut before = chart.copied(work)?;
        before.zeros.retain(|z| !proportional(z, &p));
        let listed = before.zeros.len() < chart.zeros.len();
        let restricted = facts.restrict(&p, work)?;
        let mut zero = restricted.is_zero() || listed;
        for z in &chart.zeros {
            zero = zero || proportional(&facts.restrict(z, work)?, &restricted);
        }
        if w.extent == Extent::Local && form == Form::Explicit && !restricted.is_zero() {
            return condition(format!("{} does not vanish with {name}", shown(&p)));
        }
        if form == Form::Implicit && !zero {
            return condition(format!("{} is not shown to be 0 on the centre", shown(&p)));
        }
        let t = Coordinate {
            domain: CoordinateDomain::Line,
            extent: if zero {
                Extent::Local
            } else {
                Extent::Extended
            },
            amplitude: Rational::ZERO,
        };
        let mut after = match form {
            Form::Explicit => self.solved(&before, index, &p, evidence)?,
            Form::Implicit => {
                let slope = match dependent {
                    None => work.derivative(&p, index)?,
                    Some(_) => self.jacobian(index, &p)?,
                };
                no_zero(chart, &slope, evidence, work)?;
                self.implicit(&before, index, &p)?
            }
        };
        *entry_mut(&mut after.coordinates, index)? = t;
        self.only(children, &after)
    }

    /// t = U·w + q: every polynomial F becomes U^e·F(w = (t − q)/U).
    fn solved(
        &self,
        chart: &Chart,
        index: usize,
        p: &Polynomial,
        evidence: Option<&Evidence>,
    ) -> Checked<Chart> {
        let work = self.work;
        if p.degree_in(index) > 1 {
            return condition(format!(
                "{} is not linear in {}",
                shown(p),
                chart.name(index)
            ));
        }
        let slope = work.derivative(p, index)?;
        no_zero(self.chart, &slope, evidence, work)?;
        let t = chart.variable(index)?;
        let rest = work.sub(p, &work.mul(&slope, &t)?)?;
        let numerator = work.sub(&t, &rest)?;
        let image = |f: &Polynomial, sign: bool| {
            let degree = f.degree_in(index);
            let degree = if sign { degree + degree % 2 } else { degree };
            work.substitute(f, index, (&numerator, &slope), degree)
        };
        let mut after = chart.map(&chart.ring, work, image)?;
        if entry(&chart.coordinates, index, "coordinate")?.domain == CoordinateDomain::HalfLine {
            after.positive.push(image(&t, true)?);
        }
        // the old centre has no points with U = 0
        after.units.push(slope);
        Ok(after)
    }

    /// det ∂(r_1, …, r_k, p)/∂(y_1, …, y_k, w).
    fn jacobian(&self, index: usize, p: &Polynomial) -> Checked<Polynomial> {
        let (chart, work) = (self.chart, self.work);
        let variables: Vec<usize> = (chart.dimension()..chart.ring.len())
            .chain([index])
            .collect();
        let mut matrix = Vec::new();
        for r in chart.relations().chain([p]) {
            let derivative = |&v| work.hold_polynomial(work.derivative(r, v)?);
            let row: Checked<Vec<_>> = variables.iter().map(derivative).collect();
            matrix.push(row?);
        }
        let all: Vec<usize> = (0..matrix.len()).collect();
        self.minor(&matrix, &all, 0)
    }

    /// The determinant of these rows and the columns from `column` on, by its first column.
    fn minor(
        &self,
        matrix: &[Vec<Polynomial>],
        rows: &[usize],
        column: usize,
    ) -> Checked<Polynomial> {
        let work = self.work;
        work.spend(1 + rows.len() as u64)?;
        let empty = Rational::from(i64::from(rows.is_empty()));
        let mut sum = self.chart.constant(empty);
        for (i, row) in rows.iter().enumerate() {
            let first = entry(entry(matrix, *row, "row")?, column, "column")?;
            if first.is_zero() {
                continue;
            }
            let mut others = rows.to_vec();
            others.remove(i);
            let held = work.held();
            work.hold_polynomial(sum.clone())?;
            let product = work.mul(first, &self.minor(matrix, &others, column + 1)?)?;
            work.release(held);
            sum = if i % 2 == 0 {
                work.add(&sum, &product)?
            } else {
                work.sub(&sum, &product)?
            };
        }
        Ok(sum)
    }

    /// w becomes a function with the relation p − t.
    fn implicit(&self, chart: &Chart, index: usize, p: &Polynomial) -> Checked<Chart> {
        let work = self.work;
        let mut fresh = format!("{}'", chart.name(index));
        while chart.ring.index_of(&fresh).is_some() {
            fresh.push('\'');
        }
        let mut names = chart.ring.names().to_vec();
        let old = std::mem::replace(entry_mut(&mut names, index)?, fresh);
        names.push(old);
        let ring = Variables::from_trusted(names);
        let moved = |f: &Polynomial| {
            work.map_terms(f, &ring, |exponents, c| {
                let mut image = exponents.to_vec();
                let power = std::mem::take(entry_mut(&mut image, index)?);
                image.push(power);
                Ok((image, c.clone()))
            })
        };
        let mut after = chart.map(&ring, work, |f, _| moved(f))?;
        let relation = work.sub(&moved(p)?, &after.variable(index)?)?;
        after.functions.push(Function {
            relation,
            between: None,
        });
        let function = after.variable(chart.ring.len())?;
        let w = entry(&chart.coordinates, index, "coordinate")?;
        if w.extent == Extent::Local {
            after.zeros.push(function.clone());
        }
        if w.domain == CoordinateDomain::HalfLine {
            after.positive.push(function);
        }
        Ok(after)
    }
}
