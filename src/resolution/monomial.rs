//! The pole of an ideal of monomials by linear programs: no facet of its Newton polyhedron but
//! those that matter is looked for.

use crate::algebra::{Rational, RationalMatrix};
use crate::budget::{Exhausted, Meter, look};
use crate::polyhedron::{LinearProgram, Optimum, primitive_scale};

/// λ, where 2λ = min {v·τ : v·α ≥ 1 for all exponents α, v ≥ 0} is 1/t for the t at which tτ enters
/// the Newton polyhedron; from both sides.
#[derive(Debug)]
pub(super) struct MonomialPole {
    pub(super) lambda: Rational,
    /// Multiples of optimal v, linearly independent, as many as there are: m of them.
    pub(super) weights: Vec<Vec<Rational>>,
    /// c ≥ 0 with sum 1 and Σ c·α ≤ τ/2λ, where c > 0 for all α, and the sum is less in all
    /// coordinates, for which that is possible in some optimum.
    pub(super) convex: Vec<Rational>,
}

/// A set of vectors, by independent ones with a leading entry of 1.
struct Span(Vec<(usize, Vec<Rational>)>);

impl Span {
    /// What is left of a vector modulo the span.
    fn reduced(&self, mut vector: Vec<Rational>) -> Vec<Rational> {
        for (place, row) in &self.0 {
            let factor = vector[*place].clone();
            if !factor.is_zero() {
                look(row.len());
                for (x, y) in vector.iter_mut().zip(row) {
                    *x -= &factor * y;
                }
            }
        }
        vector
    }

    fn has(&self, vector: Vec<Rational>) -> bool {
        self.reduced(vector).iter().all(Rational::is_zero)
    }

    fn insert(&mut self, vector: Vec<Rational>) {
        let mut rest = self.reduced(vector);
        if let Some(place) = rest.iter().position(|x| !x.is_zero())
            && let Some(inverse) = rest[place].recip()
        {
            rest.iter_mut().for_each(|x| *x *= &inverse);
            self.0.push((place, rest));
        }
    }
}

/// The exponents and τ as numbers of linear programs.
struct Face<'a> {
    /// By coordinate, then exponent.
    rows: Vec<Vec<Rational>>,
    points: &'a [Vec<u32>],
    tau: &'a [Rational],
}

/// What may be positive in an optimum: the factor of an exponent, or what a coordinate lacks to τ.
#[derive(Debug, Clone, Copy)]
enum Part {
    Factor(usize),
    Slack(usize),
}

/// Either end of a linear program that asks for more of a part.
enum Enlarged {
    /// An optimum in which the part is positive.
    Optimum(Vec<Rational>),
    /// y and a with y ≥ 0, y·α ≥ a, more for the part, and y·τ = 2λ·a.
    Weights(Vec<Rational>, Rational),
}

impl Face<'_> {
    fn program(&self, objective: Vec<Rational>) -> LinearProgram {
        let rows = self.rows.iter().zip(self.tau);
        rows.fold(LinearProgram::maximise(objective), |program, (row, tau)| {
            program.at_most(row.clone(), tau.clone())
        })
    }

    /// v·α.
    fn value(&self, v: &[Rational], point: usize) -> Rational {
        look(v.len());
        let pairs = v.iter().zip(&self.points[point]);
        let occurring = pairs.filter(|(_, e)| **e > 0);
        occurring.map(|(v, &e)| v * &Rational::from(e)).sum()
    }

    /// The direction that a part adds to the face of τ/2λ.
    fn direction(&self, part: Part, base: usize) -> Vec<Rational> {
        match part {
            Part::Factor(j) => {
                let pairs = self.points[j].iter().zip(&self.points[base]);
                pairs
                    .map(|(&a, &b)| Rational::from(a) - Rational::from(b))
                    .collect()
            }
            Part::Slack(i) => {
                let mut unit = vec![Rational::ZERO; self.tau.len()];
                unit[i] = Rational::ONE;
                unit
            }
        }
    }

    /// Affinely independent optimal v, as many as there are, around the mean of some that leave no
    /// other condition tight than those of the positive parts.
    fn around(
        &self,
        weights: &[Vec<Rational>],
        positive: &[usize],
        slacks: &[bool],
    ) -> Option<Vec<Vec<Rational>>> {
        let d = self.tau.len();
        let share = Rational::from(weights.len()).recip()?;
        let mean: Vec<Rational> = (0..d)
            .map(|i| weights.iter().map(|v| &v[i]).sum::<Rational>() * &share)
            .collect();
        let exponents = positive.iter().map(|&j| &self.points[j]);
        let tight = exponents.map(|e| e.iter().map(|&e| Rational::from(e)).collect());
        let unit = |i: usize| (0..d).map(|k| Rational::from(i64::from(k == i))).collect();
        let zero = (0..d).filter(|&i| slacks[i]).map(unit);
        let rows: Vec<Vec<Rational>> = tight.chain(zero).collect();
        let directions = RationalMatrix::from_rows(rows)
            .ok()?
            .rank()
            .null_basis()
            .to_vec();
        let mut found = vec![mean.clone()];
        for direction in directions {
            // half of the way to the first condition that is met
            let mut step = Rational::ONE;
            let mut keep = |room: Rational, slope: Rational| {
                if slope.is_negative()
                    && let Some(inverse) = (slope.abs() * Rational::from(2)).recip()
                {
                    step = step.clone().min(room * inverse);
                }
            };
            for j in 0..self.points.len() {
                keep(
                    self.value(&mean, j) - Rational::ONE,
                    self.value(&direction, j),
                );
            }
            for (x, slope) in mean.iter().zip(&direction) {
                keep(x.clone(), slope.clone());
            }
            if !step.is_positive() {
                return None;
            }
            let pairs = mean.iter().zip(&direction);
            found.push(pairs.map(|(x, u)| x + &(&step * u)).collect());
        }
        Some(found)
    }

    /// What is known of a part; `None` if the program has no optimum.
    fn enlarged(
        &self,
        part: Part,
        two_lambda: &Rational,
        meter: &Meter,
    ) -> Result<Option<Enlarged>, Exhausted> {
        let n = self.points.len();
        let (objective, least) = match part {
            Part::Factor(j) => {
                let mut objective = vec![Rational::ZERO; n];
                objective[j] = Rational::ONE;
                (objective, Rational::ZERO)
            }
            Part::Slack(i) => (self.rows[i].iter().map(|x| -x).collect(), -&self.tau[i]),
        };
        let program = self.program(objective);
        let program = program.equal(vec![Rational::ONE; n], two_lambda.clone());
        let Optimum::Attained {
            value,
            point,
            mut multipliers,
        } = program.solve_within(meter)?
        else {
            return Ok(None);
        };
        if value > least {
            return Ok(Some(Enlarged::Optimum(point)));
        }
        let Some(last) = multipliers.pop() else {
            return Ok(None);
        };
        if let Part::Slack(i) = part {
            multipliers[i] += Rational::ONE;
        }
        Ok(Some(Enlarged::Weights(multipliers, -&last)))
    }
}

/// The pole of monomials with these exponents, none of them 0, under τ > 0.
pub(super) fn monomial_pole(
    points: &[Vec<u32>],
    tau: &[Rational],
    meter: &Meter,
) -> Result<Option<MonomialPole>, Exhausted> {
    let (n, d) = (points.len(), tau.len());
    let row = |i: usize| points.iter().map(|e| Rational::from(e[i])).collect();
    let face = Face {
        rows: (0..d).map(row).collect(),
        points,
        tau,
    };
    let Optimum::Attained {
        value: two_lambda,
        point,
        multipliers,
    } = face.program(vec![Rational::ONE; n]).solve_within(meter)?
    else {
        return Ok(None);
    };
    let (mut inner, mut optima) = (point, 1_i64);
    let mut weights = vec![multipliers];
    let (mut span, mut spanned) = (Span(Vec::new()), vec![false; n + d]);
    let Some(base) = inner.iter().position(Rational::is_positive) else {
        return Ok(None);
    };
    loop {
        let optima_tau = |i: usize| &tau[i] * Rational::from(optima);
        let is_slack = |i: usize| {
            let sum: Rational = face.rows[i].iter().zip(&inner).map(|(a, c)| a * c).sum();
            sum < optima_tau(i)
        };
        let slacks: Vec<bool> = (0..d).map(is_slack).collect();
        let all = (0..n).map(Part::Factor).chain((0..d).map(Part::Slack));
        let is_known = |part: &Part| match *part {
            Part::Factor(j) => inner[j].is_positive(),
            Part::Slack(i) => slacks[i],
        };
        for (number, part) in all.clone().enumerate().filter(|(_, part)| is_known(part)) {
            if !std::mem::replace(&mut spanned[number], true) {
                meter.spend((d * (1 + span.0.len()) / 16) as u64)?;
                span.insert(face.direction(part, base));
            }
        }
        if d - span.0.len() == weights.len() {
            break;
        }
        let may_count = |part: &Part| match *part {
            Part::Factor(j) => weights.iter().all(|v| face.value(v, j) == Rational::ONE),
            Part::Slack(i) => weights.iter().all(|v| v[i].is_zero()),
        };
        let Some(part) = all
            .filter(|part| !is_known(part) && may_count(part))
            .find(|part| !span.has(face.direction(*part, base)))
        else {
            // what may be positive is positive in some optimum, or excluded: the rest of the
            // optimal v lies around their mean
            let positive: Vec<usize> = (0..n).filter(|&j| inner[j].is_positive()).collect();
            match face.around(&weights, &positive, &slacks) {
                Some(all) if all.len() == d - span.0.len() => weights = all,
                _ => return Ok(None),
            }
            break;
        };
        match face.enlarged(part, &two_lambda, meter)? {
            Some(Enlarged::Optimum(more)) => {
                inner.iter_mut().zip(&more).for_each(|(c, more)| *c += more);
                optima += 1;
            }
            Some(Enlarged::Weights(y, a)) => {
                // v + εy, over 1 + εa
                let step = match (&a + Rational::ONE).is_positive() {
                    true => Rational::ONE,
                    false => (a.abs() * Rational::from(2))
                        .recip()
                        .unwrap_or(Rational::ONE),
                };
                let Some(scale) = (Rational::ONE + &step * &a).recip() else {
                    return Ok(None);
                };
                let v = weights[0].iter().zip(&y);
                weights.push(v.map(|(v, y)| (v + &step * y) * &scale).collect());
            }
            None => return Ok(None),
        }
    }
    let total: Rational = inner.iter().sum();
    let (Some(scale), Some(half)) = (total.recip(), Rational::from(2).recip()) else {
        return Ok(None);
    };
    // as people write them, in coprime integers
    for v in &mut weights {
        if let Some(scale) = primitive_scale(v) {
            v.iter_mut().for_each(|x| *x *= &scale);
        }
    }
    Ok(Some(MonomialPole {
        lambda: two_lambda * half,
        weights,
        convex: inner.iter().map(|c| c * &scale).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::polyhedron::NewtonPolyhedron;
    use proptest::prelude::*;

    /// The edges of a graph with a perfect matching: halves cover them, and no cover is smaller than
    /// the matching.
    #[test]
    fn a_thousand_monomials_in_two_hundred_variables() {
        let edge = |a: usize, b: usize| -> Vec<u32> {
            (0..200).map(|i| u32::from(i == a || i == b)).collect()
        };
        let mut points: Vec<Vec<u32>> = (0..100).map(|i| edge(2 * i, 2 * i + 1)).collect();
        for k in 0..900 {
            let (a, b) = (k * 37 % 200, (k * k + 53 * k + 1) % 200);
            if a != b {
                points.push(edge(a, b));
            }
        }
        let tau = vec![Rational::ONE; 200];
        // two seconds, and more on a busy machine
        let time = std::time::Duration::from_secs(100);
        let meter = Budget::default().with_time(time).start();
        let found = monomial_pole(&points, &tau, &meter).unwrap().unwrap();
        assert_eq!(found.lambda, Rational::from(50));
        let sum: Rational = found.convex.iter().sum();
        assert_eq!(sum, Rational::ONE);
    }

    proptest! {
        /// As the facets of the Newton polyhedron tell it.
        #[test]
        fn the_pole_is_that_of_the_polyhedron(
            points in prop::collection::vec(prop::collection::vec(0_u32..4, 4), 1..7),
            tau in prop::collection::vec(1_i64..4, 4),
        ) {
            prop_assume!(points.iter().all(|e| e.iter().any(|e| *e > 0)));
            let tau: Vec<Rational> = tau.into_iter().map(Rational::from).collect();
            let meter = Budget::default().start();
            let found = monomial_pole(&points, &tau, &meter).unwrap().unwrap();
            let gamma = NewtonPolyhedron::within(4, points, &meter).unwrap();
            let pole = gamma.pole(&tau).unwrap();
            prop_assert_eq!(&found.lambda, pole.coefficient().lambda());
            prop_assert_eq!(found.weights.len(), pole.coefficient().multiplicity());
        }
    }
}
