//! Large linear programs: floating point guesses the optimal basis, exact arithmetic decides.
//!
//! In a tableau over ℚ the entries are quotients of minors, and have hundreds of digits where there
//! are hundreds of constraints. So the simplex method runs in floating point first. Of what it
//! comes to only the basis is taken, which columns are in it: the two systems of that basis are
//! solved over ℚ, and point and multipliers are an optimum if they are feasible, whatever led to
//! them. Otherwise there is no answer here. (So do QSopt_ex: Applegate, Cook, Dash, Espinoza 2007,
//! *Exact solutions to linear programming problems*.)

use super::linear_program::{LinearProgram, Optimum, Relation};
use crate::algebra::{Rational, solution};
use crate::budget::{Exhausted, Meter, look};

/// Entries of a tableau over ℚ from which it pays to guess.
const LEAST_ENTRIES: usize = 2_000;

/// What counts as 0 of an entry whose row has a largest entry of 1.
const SMALL: f64 = 1e-9;

/// Pivots for each row and column, beyond which the method is taken to circle.
const MOST_PIVOTS: usize = 20;

/// The optimum of a large program, if it has one and it is found.
pub(super) fn guided(program: &LinearProgram, meter: &Meter) -> Result<Option<Optimum>, Exhausted> {
    let (rows, n) = (program.rows.len(), program.objective.len());
    if rows * (rows + n) < LEAST_ENTRIES {
        return Ok(None);
    }
    let mut guess = Guess::new(program);
    if !guess.find(meter)? {
        return Ok(None);
    }
    Ok(verified(program, &guess.basis, &guess.slacks))
}

/// Columns of the tableau: first those of the program, then slacks, then one artificial variable
/// for each row that has no slack to start with.
struct Guess {
    width: usize,
    /// By rows, and in each the bound last.
    entries: Vec<f64>,
    basis: Vec<usize>,
    /// The column of the slack of each row.
    slacks: Vec<Option<usize>>,
    first_artificial: usize,
    objective: Vec<f64>,
}

impl Guess {
    fn new(program: &LinearProgram) -> Self {
        let n = program.objective.len();
        let mut next = n;
        let mut column = || {
            next += 1;
            next - 1
        };
        let slacks: Vec<Option<usize>> = program
            .rows
            .iter()
            .map(|row| (row.relation != Relation::Equal).then(&mut column))
            .collect();
        // a slack starts in the basis where it is not negative
        let starts = |relation: Relation, negated: bool| match relation {
            Relation::AtMost => !negated,
            Relation::AtLeast => negated,
            Relation::Equal => false,
        };
        let first_artificial = next;
        let mut basis = Vec::new();
        for (row, slack) in program.rows.iter().zip(&slacks) {
            let start = slack.filter(|_| starts(row.relation, row.bound.is_negative()));
            basis.push(start.unwrap_or_else(|| {
                next += 1;
                next - 1
            }));
        }
        let width = next + 1;
        let mut entries = vec![0.0; width * program.rows.len()];
        let lines = entries.chunks_exact_mut(width);
        for (((row, line), slack), &basic) in
            program.rows.iter().zip(lines).zip(&slacks).zip(&basis)
        {
            let sign = if row.bound.is_negative() { -1.0 } else { 1.0 };
            let coefficients = row.coefficients.iter().map(Rational::to_f64);
            for (entry, c) in line.iter_mut().zip(coefficients) {
                *entry = sign * c;
            }
            let largest = line.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            let scale = if largest > 0.0 { largest } else { 1.0 };
            for entry in line.iter_mut() {
                *entry /= scale;
            }
            line[width - 1] = sign * row.bound.to_f64() / scale;
            if let Some(slack) = *slack {
                let own = if row.relation == Relation::AtMost {
                    1.0
                } else {
                    -1.0
                };
                line[slack] = sign * own;
            }
            line[basic] = 1.0;
        }
        Self {
            width,
            entries,
            basis,
            slacks,
            first_artificial,
            objective: program.objective.iter().map(Rational::to_f64).collect(),
        }
    }

    /// Both phases; whether they come to an end with an optimum.
    fn find(&mut self, meter: &Meter) -> Result<bool, Exhausted> {
        if self.basis.iter().any(|&b| b >= self.first_artificial) {
            let artificial = |j| if j < self.first_artificial { 0.0 } else { -1.0 };
            let objective: Vec<f64> = (0..self.width - 1).map(artificial).collect();
            if !self.improve(&objective, self.width - 1, meter)? {
                return Ok(false);
            }
            self.expel_artificial();
        }
        let mut objective = std::mem::take(&mut self.objective);
        objective.resize(self.width - 1, 0.0);
        self.improve(&objective, self.first_artificial, meter)
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.entries[i * self.width..(i + 1) * self.width]
    }

    /// Reduced costs at the present basis.
    fn costs(&self, objective: &[f64]) -> Vec<f64> {
        let mut costs = objective.to_vec();
        costs.push(0.0);
        for (i, &basic) in self.basis.iter().enumerate() {
            let price = objective[basic];
            if price != 0.0 {
                for (cost, entry) in costs.iter_mut().zip(self.row(i)) {
                    *cost -= price * entry;
                }
            }
        }
        costs
    }

    fn improve(
        &mut self,
        objective: &[f64],
        columns: usize,
        meter: &Meter,
    ) -> Result<bool, Exhausted> {
        let mut costs = self.costs(objective);
        let rows = self.basis.len();
        for _ in 0..MOST_PIVOTS * (rows + columns) {
            let candidates = (0..columns).filter(|&j| costs[j] > SMALL);
            let Some(entering) = candidates.max_by(|&a, &b| costs[a].total_cmp(&costs[b])) else {
                return Ok(true);
            };
            // the largest pivot among the rows that bind first
            let bound = |i: usize| self.row(i)[self.width - 1].max(0.0);
            let binding = (0..rows).filter(|&i| self.row(i)[entering] > SMALL);
            let ratio = |i: usize| bound(i) / self.row(i)[entering];
            let Some(least) = binding.clone().map(ratio).min_by(f64::total_cmp) else {
                return Ok(false);
            };
            let close = binding.filter(|&i| ratio(i) <= least + SMALL);
            let larger = |a: &usize, b: &usize| {
                let pivots = [a, b].map(|i| self.row(*i)[entering]);
                pivots[0].total_cmp(&pivots[1])
            };
            let Some(leaving) = close.max_by(larger) else {
                return Ok(false);
            };
            meter.spend((rows * self.width / 256) as u64)?;
            self.pivot(leaving, entering, &mut costs);
        }
        Ok(false)
    }

    fn pivot(&mut self, row: usize, column: usize, costs: &mut [f64]) {
        look(self.entries.len() / 16);
        let width = self.width;
        let inverse = 1.0 / self.row(row)[column];
        let pivot_row: Vec<f64> = self.row(row).iter().map(|x| x * inverse).collect();
        let eliminate = |entries: &mut [f64]| {
            let factor = entries[column];
            if factor != 0.0 {
                for (entry, p) in entries.iter_mut().zip(&pivot_row) {
                    *entry -= factor * p;
                }
                entries[column] = 0.0;
            }
        };
        for (i, entries) in self.entries.chunks_exact_mut(width).enumerate() {
            match i == row {
                true => entries.copy_from_slice(&pivot_row),
                false => eliminate(entries),
            }
        }
        eliminate(costs);
        self.basis[row] = column;
    }

    /// Artificial variables that stayed in the basis leave it where another column can take over.
    fn expel_artificial(&mut self) {
        let mut unused = vec![0.0; self.width];
        for i in 0..self.basis.len() {
            if self.basis[i] < self.first_artificial {
                continue;
            }
            let size = |j: &usize| self.row(i)[*j].abs();
            let largest = (0..self.first_artificial).max_by(|a, b| size(a).total_cmp(&size(b)));
            if let Some(column) = largest.filter(|j| size(j) > SMALL) {
                self.pivot(i, column, &mut unused);
            }
        }
    }
}

/// Point and multipliers of a basis, if they are feasible: then both are optimal.
fn verified(program: &LinearProgram, basis: &[usize], slacks: &[Option<usize>]) -> Option<Optimum> {
    let (rows, n) = (&program.rows, program.objective.len());
    // a row whose slack is in the basis has no multiplier, and bounds none of the other columns
    let is_loose = |i: &usize| slacks[*i].is_some_and(|slack| basis.contains(&slack));
    let tight: Vec<usize> = (0..rows.len()).filter(|i| !is_loose(i)).collect();
    let columns: Vec<usize> = basis.iter().copied().filter(|&j| j < n).collect();
    if tight.len() != columns.len() {
        return None; // an artificial variable stayed
    }
    let entry = |i: usize, j: usize| rows[i].coefficients[j].clone();
    let system: Vec<Vec<Rational>> = tight
        .iter()
        .map(|&i| columns.iter().map(|&j| entry(i, j)).collect())
        .collect();
    let bounds: Vec<Rational> = tight.iter().map(|&i| rows[i].bound.clone()).collect();
    let values = solution(&system, &bounds)?;
    if values.iter().any(Rational::is_negative) {
        return None;
    }
    let mut point = vec![Rational::ZERO; n];
    for (&j, value) in columns.iter().zip(values) {
        point[j] = value;
    }
    let transposed: Vec<Vec<Rational>> = columns
        .iter()
        .map(|&j| tight.iter().map(|&i| entry(i, j)).collect())
        .collect();
    let costs: Vec<Rational> = columns
        .iter()
        .map(|&j| program.objective[j].clone())
        .collect();
    let mut multipliers = vec![Rational::ZERO; rows.len()];
    for (&i, y) in tight.iter().zip(solution(&transposed, &costs)?) {
        multipliers[i] = y;
    }
    let holds = program.is_feasible(&point) && program.proves(&multipliers);
    let value = program
        .objective
        .iter()
        .zip(&point)
        .map(|(c, x)| c * x)
        .sum();
    holds.then_some(Optimum::Attained {
        value,
        point,
        multipliers,
    })
}

#[cfg(test)]
mod tests {
    use super::super::linear_program::samples::drawn;
    use super::*;
    use crate::budget::Budget;
    use proptest::prelude::*;

    proptest! {
        /// Floating point and fractions come to the same value.
        #[test]
        fn the_guess_is_the_optimum(
            objective in prop::collection::vec(-5_i64..6, 4),
            constraints in prop::collection::vec(
                (prop::collection::vec(-4_i64..5, 4), 0_u8..3, -6_i64..7),
                1..6,
            ),
        ) {
            let program = drawn(&objective, &constraints);
            let meter = Budget::default().start();
            let exact = program.solve(&Budget::default()).unwrap();
            let mut guess = Guess::new(&program);
            let found = guess.find(&meter).unwrap();
            let guessed = found
                .then(|| verified(&program, &guess.basis, &guess.slacks))
                .flatten();
            if let Some(Optimum::Attained { value: guessed, .. }) = guessed {
                let Optimum::Attained { value, .. } = exact else {
                    panic!("{guessed}, but {exact:?}");
                };
                prop_assert_eq!(guessed, value);
            }
        }
    }
}
