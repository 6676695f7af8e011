//! Exact linear programming: the two-phase simplex method over ℚ.

use super::guided::guided;
use crate::algebra::Rational;
use crate::budget::{Budget, Exhausted, Meter, look};

/// A linear program over ℚ: maximise c·x subject to linear constraints and x ≥ 0.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, algebra::Rational, polyhedron::{LinearProgram, Optimum}};
///
/// let row = |a: i64, b: i64| vec![Rational::from(a), Rational::from(b)];
/// let program = LinearProgram::maximise(row(1, 1))
///     .at_most(row(2, 1), Rational::from(4))
///     .at_most(row(1, 3), Rational::from(6));
/// let Optimum::Attained { value, point, .. } = program.solve(&Budget::default())? else {
///     panic!("bounded and feasible");
/// };
/// assert_eq!(value, "14/5".parse().unwrap());
/// assert_eq!(point, ["6/5".parse().unwrap(), "8/5".parse().unwrap()]);
/// # Ok::<(), rlct::Exhausted>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinearProgram {
    pub(super) objective: Vec<Rational>,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) coefficients: Vec<Rational>,
    pub(super) relation: Relation,
    pub(super) bound: Rational,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    AtMost,
    AtLeast,
    Equal,
}

/// What a linear program comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Optimum {
    /// The maximum is attained.
    Attained {
        /// The maximum c·x.
        value: Rational,
        /// A point x that attains it.
        point: Vec<Rational>,
        /// One multiplier y_i a constraint, which prove the value: Σ y_i·row_i ≥ c, Σ y_i b_i is
        /// the value, and y_i ≥ 0 for "at most", y_i ≤ 0 for "at least" constraints.
        multipliers: Vec<Rational>,
    },
    /// The objective grows without bound.
    Unbounded,
    /// No point satisfies the constraints.
    Infeasible,
}

impl LinearProgram {
    /// The program to maximise c·x over x ≥ 0, so far without constraints.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::{LinearProgram, Optimum}};
    /// let program = LinearProgram::maximise(vec![Rational::ONE]);
    /// assert_eq!(program.solve(&Budget::default()), Ok(Optimum::Unbounded));
    /// ```
    #[must_use]
    pub fn maximise(objective: Vec<Rational>) -> Self {
        Self {
            objective,
            rows: Vec::new(),
        }
    }

    /// Adds the constraint row·x ≤ bound.
    ///
    /// # Panics
    /// If the row has not one entry for each variable.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, polyhedron::LinearProgram};
    /// let _ = LinearProgram::maximise(vec![Rational::ONE]).at_most(vec![Rational::ONE], 2.into());
    /// ```
    #[must_use]
    pub fn at_most(self, row: Vec<Rational>, bound: Rational) -> Self {
        self.constrain(row, Relation::AtMost, bound)
    }

    /// Adds the constraint row·x ≥ bound.
    ///
    /// # Panics
    /// If the row has not one entry for each variable.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::{LinearProgram, Optimum}};
    /// let program = LinearProgram::maximise(vec![Rational::from(-1)])
    ///     .at_least(vec![Rational::ONE], Rational::from(2))
    ///     .at_most(vec![Rational::ONE], Rational::from(1));
    /// assert_eq!(program.solve(&Budget::default()), Ok(Optimum::Infeasible));
    /// ```
    #[must_use]
    pub fn at_least(self, row: Vec<Rational>, bound: Rational) -> Self {
        self.constrain(row, Relation::AtLeast, bound)
    }

    /// Adds the constraint row·x = bound.
    ///
    /// # Panics
    /// If the row has not one entry for each variable.
    ///
    /// ```
    /// # use rlct::{algebra::Rational, polyhedron::LinearProgram};
    /// let _ = LinearProgram::maximise(vec![Rational::ONE]).equal(vec![Rational::ONE], 2.into());
    /// ```
    #[must_use]
    pub fn equal(self, row: Vec<Rational>, bound: Rational) -> Self {
        self.constrain(row, Relation::Equal, bound)
    }

    fn constrain(
        mut self,
        coefficients: Vec<Rational>,
        relation: Relation,
        bound: Rational,
    ) -> Self {
        assert_eq!(
            coefficients.len(),
            self.objective.len(),
            "a constraint has one coefficient for each variable"
        );
        self.rows.push(Row {
            coefficients,
            relation,
            bound,
        });
        self
    }

    /// Solves the program.
    ///
    /// # Errors
    /// [`Exhausted`] if the budget ends first.
    ///
    /// ```
    /// # use rlct::{Budget, algebra::Rational, polyhedron::{LinearProgram, Optimum}};
    /// let program =
    ///     LinearProgram::maximise(vec![Rational::ONE]).equal(vec![Rational::ONE], 2.into());
    /// assert!(matches!(program.solve(&Budget::default())?, Optimum::Attained { .. }));
    /// # Ok::<(), rlct::Exhausted>(())
    /// ```
    pub fn solve(&self, budget: &Budget) -> Result<Optimum, Exhausted> {
        self.solve_within(&budget.start())
    }

    pub(crate) fn solve_within(&self, meter: &Meter) -> Result<Optimum, Exhausted> {
        if let Some(optimum) = guided(self, meter)? {
            return Ok(optimum);
        }
        let mut tableau = Tableau::new(self);
        // first phase: drive the artificial variables to 0
        let artificial: Vec<Rational> = (0..tableau.width)
            .map(|j| {
                if j >= tableau.first_artificial {
                    Rational::from(-1)
                } else {
                    Rational::ZERO
                }
            })
            .collect();
        tableau.price(&artificial);
        tableau.improve(tableau.width, meter)?;
        if tableau.value.is_negative() {
            return Ok(Optimum::Infeasible);
        }
        tableau.expel_artificial();
        // second phase
        let mut objective = self.objective.clone();
        objective.resize(tableau.width, Rational::ZERO);
        tableau.price(&objective);
        if !tableau.improve(tableau.first_artificial, meter)? {
            return Ok(Optimum::Unbounded);
        }
        Ok(tableau.optimum(self))
    }

    /// Whether a point satisfies all constraints.
    pub(super) fn is_feasible(&self, point: &[Rational]) -> bool {
        let holds = |row: &Row| {
            look(point.len());
            let pairs = row.coefficients.iter().zip(point);
            let occurring = pairs.filter(|(a, x)| !a.is_zero() && !x.is_zero());
            let value: Rational = occurring.map(|(a, x)| a * x).sum();
            match row.relation {
                Relation::AtMost => value <= row.bound,
                Relation::AtLeast => value >= row.bound,
                Relation::Equal => value == row.bound,
            }
        };
        point.iter().all(|x| !x.is_negative()) && self.rows.iter().all(holds)
    }

    /// Whether multipliers prove an upper bound of the objective: Σ y_i·row_i ≥ c.
    pub(super) fn proves(&self, multipliers: &[Rational]) -> bool {
        let mut combined = vec![Rational::ZERO; self.objective.len()];
        for (row, y) in self.rows.iter().zip(multipliers) {
            let has_sign = match row.relation {
                Relation::AtMost => !y.is_negative(),
                Relation::AtLeast => !y.is_positive(),
                Relation::Equal => true,
            };
            if !has_sign {
                return false;
            }
            if y.is_zero() {
                continue;
            }
            look(combined.len());
            for (sum, a) in combined.iter_mut().zip(&row.coefficients) {
                if !a.is_zero() {
                    *sum += a * y;
                }
            }
        }
        combined
            .iter()
            .zip(&self.objective)
            .all(|(sum, c)| sum >= c)
    }
}

/// The simplex tableau. Every row has one column that is a unit vector at the start (a slack or an
/// artificial variable), from which the multipliers are read at the end.
struct Tableau {
    rows: Vec<Vec<Rational>>,
    bounds: Vec<Rational>,
    basis: Vec<usize>,
    /// Reduced costs c_j − z_j.
    costs: Vec<Rational>,
    value: Rational,
    width: usize,
    first_artificial: usize,
    /// For each row its unit column and whether the row was negated.
    units: Vec<(usize, bool)>,
}

impl Tableau {
    fn new(program: &LinearProgram) -> Self {
        let n = program.objective.len();
        let slacks = program
            .rows
            .iter()
            .filter(|r| r.relation != Relation::Equal)
            .count();
        let first_artificial = n + slacks;
        let mut artificial = 0;
        let mut slack = n;
        let mut layout = Vec::new();
        for row in &program.rows {
            let negated = row.bound.is_negative();
            let sign: i64 = match row.relation {
                Relation::AtMost => 1,
                Relation::AtLeast => -1,
                Relation::Equal => 0,
            };
            let sign = if negated { -sign } else { sign };
            let slack_column = (sign != 0).then(|| {
                slack += 1;
                (slack - 1, sign)
            });
            let unit = if sign == 1 {
                slack - 1
            } else {
                artificial += 1;
                first_artificial + artificial - 1
            };
            layout.push((negated, slack_column, unit));
        }
        let width = first_artificial + artificial;
        let mut tableau = Self {
            rows: Vec::new(),
            bounds: Vec::new(),
            basis: Vec::new(),
            costs: Vec::new(),
            value: Rational::ZERO,
            width,
            first_artificial,
            units: Vec::new(),
        };
        for (row, (negated, slack_column, unit)) in program.rows.iter().zip(layout) {
            let signed = |c: &Rational| if negated { -c } else { c.clone() };
            let mut entries: Vec<Rational> = row.coefficients.iter().map(signed).collect();
            entries.resize(width, Rational::ZERO);
            if let Some((column, sign)) = slack_column {
                entries[column] = Rational::from(sign);
            }
            entries[unit] = Rational::ONE;
            tableau.rows.push(entries);
            tableau.bounds.push(signed(&row.bound));
            tableau.basis.push(unit);
            tableau.units.push((unit, negated));
        }
        tableau
    }

    /// Sets the reduced costs and the value for an objective at the present basis.
    fn price(&mut self, objective: &[Rational]) {
        self.costs = objective.to_vec();
        self.value = Rational::ZERO;
        for (i, &basic) in self.basis.iter().enumerate() {
            let price = &objective[basic];
            if price.is_zero() {
                continue;
            }
            for (cost, entry) in self.costs.iter_mut().zip(&self.rows[i]) {
                *cost -= price * entry;
            }
            self.value += price * &self.bounds[i];
        }
    }

    /// Pivots among the first `columns` columns; false if unbounded. The largest reduced cost
    /// enters (Dantzig) while the value grows, and the first one (Bland) where it has not: so no
    /// basis comes twice.
    fn improve(&mut self, columns: usize, meter: &Meter) -> Result<bool, Exhausted> {
        let mut grows = true;
        loop {
            let mut improving = (0..columns).filter(|&j| self.costs[j].is_positive());
            let entering = match grows {
                true => {
                    improving.max_by(|&a, &b| self.costs[a].cmp(&self.costs[b]).then(b.cmp(&a)))
                }
                false => improving.next(),
            };
            let Some(entering) = entering else { break };
            let leaving = (0..self.rows.len())
                .filter(|&i| self.rows[i][entering].is_positive())
                .min_by(|&a, &b| {
                    let ratio = |i: usize| &self.bounds[i] / &self.rows[i][entering];
                    ratio(a)
                        .cmp(&ratio(b))
                        .then(self.basis[a].cmp(&self.basis[b]))
                });
            let Some(leaving) = leaving else {
                return Ok(false);
            };
            grows = self.bounds[leaving].is_positive();
            // looking at entries is cheap beside the arithmetic with those that are not 0
            let looked = (self.rows.len() * self.width / 64) as u64;
            meter.spend(looked + self.pivot(leaving, entering) / 4)?;
        }
        Ok(true)
    }

    /// The number of entries that were changed.
    fn pivot(&mut self, row: usize, column: usize) -> u64 {
        let Some(inverse) = self.rows[row][column].recip() else {
            return 0;
        };
        self.rows[row]
            .iter_mut()
            .for_each(|entry| *entry *= &inverse);
        self.bounds[row] *= &inverse;
        let (pivot_row, pivot_bound) = (self.rows[row].clone(), self.bounds[row].clone());
        let (mut changed, filled) = (0, pivot_row.iter().filter(|p| !p.is_zero()).count() as u64);
        let eliminate = |entries: &mut [Rational]| {
            let factor = entries[column].clone();
            if !factor.is_zero() {
                for (entry, p) in entries.iter_mut().zip(&pivot_row) {
                    if !p.is_zero() {
                        *entry -= &factor * p;
                    }
                }
            }
            factor
        };
        for (i, entries) in self.rows.iter_mut().enumerate() {
            look(pivot_row.len());
            if i != row {
                let factor = eliminate(entries);
                if !factor.is_zero() {
                    changed += filled;
                    self.bounds[i] -= &factor * &pivot_bound;
                }
            }
        }
        let factor = eliminate(&mut self.costs);
        self.value += &factor * &pivot_bound;
        self.basis[row] = column;
        changed
    }

    /// Artificial variables that stayed basic at 0 leave where another column can take over;
    /// where none can, the constraint is redundant and the row all zero but for artificials.
    fn expel_artificial(&mut self) {
        for i in 0..self.rows.len() {
            if self.basis[i] >= self.first_artificial
                && let Some(j) = (0..self.first_artificial).find(|&j| !self.rows[i][j].is_zero())
            {
                self.pivot(i, j);
            }
        }
    }

    fn optimum(&self, program: &LinearProgram) -> Optimum {
        let mut point = vec![Rational::ZERO; program.objective.len()];
        for (&basic, bound) in self.basis.iter().zip(&self.bounds) {
            if let Some(coordinate) = point.get_mut(basic) {
                *coordinate = bound.clone();
            }
        }
        let multiplier = |&(unit, negated): &(usize, bool)| {
            if negated {
                self.costs[unit].clone()
            } else {
                -&self.costs[unit]
            }
        };
        let multipliers = self.units.iter().map(multiplier).collect();
        Optimum::Attained {
            value: self.value.clone(),
            point,
            multipliers,
        }
    }
}

/// Programs for tests.
#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in super::super) fn row(entries: &[i64]) -> Vec<Rational> {
        entries.iter().map(|&e| Rational::from(e)).collect()
    }

    /// Constraints of the kind 0 for at most, 1 for at least, else equal.
    pub(in super::super) fn drawn(
        objective: &[i64],
        constraints: &[(Vec<i64>, u8, i64)],
    ) -> LinearProgram {
        let start = LinearProgram::maximise(row(objective));
        constraints
            .iter()
            .fold(start, |program, (coefficients, kind, bound)| {
                let (coefficients, bound) = (row(coefficients), Rational::from(*bound));
                match kind {
                    0 => program.at_most(coefficients, bound),
                    1 => program.at_least(coefficients, bound),
                    _ => program.equal(coefficients, bound),
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{drawn, row};
    use super::*;
    use proptest::prelude::*;

    fn dot(a: &[Rational], b: &[Rational]) -> Rational {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    proptest! {
        /// Weak duality makes the pair (point, multipliers) a proof of optimality.
        #[test]
        fn the_multipliers_prove_the_optimum(
            objective in prop::collection::vec(-5_i64..6, 3),
            constraints in prop::collection::vec(
                (prop::collection::vec(-4_i64..5, 3), 0_u8..3, -6_i64..7),
                1..6,
            ),
        ) {
            let program = drawn(&objective, &constraints);
            let optimum = program.solve(&Budget::default()).unwrap();
            if let Optimum::Attained { value, point, multipliers } = optimum {
                prop_assert_eq!(&dot(&program.objective, &point), &value);
                prop_assert!(point.iter().all(|x| !x.is_negative()));
                let mut proved = Rational::ZERO;
                let mut combined = vec![Rational::ZERO; 3];
                for (r, y) in program.rows.iter().zip(&multipliers) {
                    let left = dot(&r.coefficients, &point);
                    match r.relation {
                        Relation::AtMost => {
                            prop_assert!(left <= r.bound);
                            prop_assert!(!y.is_negative());
                        }
                        Relation::AtLeast => {
                            prop_assert!(left >= r.bound);
                            prop_assert!(!y.is_positive());
                        }
                        Relation::Equal => prop_assert_eq!(&left, &r.bound),
                    }
                    proved += y * &r.bound;
                    for (c, a) in combined.iter_mut().zip(&r.coefficients) {
                        *c += y * a;
                    }
                }
                prop_assert_eq!(proved, value);
                prop_assert!(combined.iter().zip(&program.objective).all(|(a, c)| a >= c));
            }
        }
    }

    #[test]
    fn cycling_examples_end() {
        // Beale's example cycles under the textbook rule
        let fraction = |n, d| Rational::new(n, d).unwrap();
        let program = LinearProgram::maximise(vec![
            fraction(3, 4),
            Rational::from(-150),
            fraction(1, 50),
            Rational::from(-6),
        ])
        .at_most(
            vec![
                fraction(1, 4),
                Rational::from(-60),
                fraction(-1, 25),
                Rational::from(9),
            ],
            Rational::ZERO,
        )
        .at_most(
            vec![
                fraction(1, 2),
                Rational::from(-90),
                fraction(-1, 50),
                Rational::from(3),
            ],
            Rational::ZERO,
        )
        .at_most(row(&[0, 0, 1, 0]), Rational::ONE);
        let Ok(Optimum::Attained { value, .. }) = program.solve(&Budget::default()) else {
            panic!("bounded");
        };
        assert_eq!(value, fraction(1, 20));
    }

    #[test]
    fn redundant_equalities_are_no_trouble() {
        let program = LinearProgram::maximise(row(&[1, 2]))
            .equal(row(&[1, 1]), Rational::from(3))
            .equal(row(&[2, 2]), Rational::from(6));
        let Ok(Optimum::Attained { value, .. }) = program.solve(&Budget::default()) else {
            panic!("bounded");
        };
        assert_eq!(value, Rational::from(6));
    }
}
