//! Other generators of the same ideal: units stripped, reduced against each other and modulo the
//! relations of the functions. Every change is tracked, for the certificate.

use super::centres::layers;
use super::chart::{Chart, content_monomial, plain, without_monomial};
use super::evidence::nonvanishing;
use super::expansion::small_relations;
use crate::algebra::{
    Factors, Monomial, Polynomial, Rational, SizeLimits, combination_to, watched,
};
use crate::budget::look;
use crate::certificate::format::{self, Row, Rule};

fn limits() -> SizeLimits {
    watched().with_terms(3_000).with_work(200_000)
}

/// Longer generators are not factored in search of units.
const MOST_FACTORED: usize = 1_000;

/// A sparse row of polynomial coefficients.
type Sparse = Vec<(usize, Polynomial)>;

fn add_to(row: &mut Sparse, k: usize, p: &Polynomial) {
    if p.is_zero() {
        return;
    }
    match row.iter_mut().find(|(i, _)| *i == k) {
        Some((_, sum)) => *sum = &*sum + p,
        None => row.push((k, p.clone())),
    }
    row.retain(|(_, p)| !p.is_zero());
}

/// Units in front of generators are divided out.
pub(super) fn without_units(chart: &Chart) -> Option<(Rule, Chart)> {
    divided_by(chart, unit_part)
}

/// Powers of factors without zero are divided out, in plane charts: multiple factors decide there, and with such a unit they hide in
/// the product of both.
pub(super) fn without_unit_factors(chart: &Chart) -> Option<(Rule, Chart)> {
    if chart.local().len() > 2 {
        return None;
    }
    divided_by(chart, unit_factor)
}

/// g = unit·rest with evidence that the unit has no zero on the centre.
type Parts = (Polynomial, Polynomial, format::Evidence);

fn divided_by(
    chart: &Chart,
    unit_of: impl Fn(&Chart, &Polynomial) -> Option<Parts>,
) -> Option<(Rule, Chart)> {
    let mut next = chart.clone();
    let mut rows = (Vec::new(), Vec::new());
    let mut changed = false;
    for (i, g) in chart.generators.iter().enumerate() {
        let one = chart.constant(1);
        let stripped = unit_of(chart, g);
        let (unit, rest, evidence) = match stripped {
            Some((unit, rest, evidence)) => {
                changed = true;
                (unit, rest, Some(evidence))
            }
            None => (one.clone(), g.clone(), None),
        };
        let show = |p: &Polynomial| chart.show(p);
        rows.0.push(Row {
            unit: evidence.as_ref().map(|_| show(&unit)),
            evidence,
            combination: vec![(i, show(&one))],
            relations: Vec::new(),
        });
        rows.1.push(Row {
            unit: None,
            evidence: None,
            combination: vec![(i, show(&unit))],
            relations: Vec::new(),
        });
        next.generators[i] = rest;
    }
    let rule = Rule::Ideal {
        forward: rows.0,
        back: rows.1,
        children: Vec::new(),
    };
    changed.then_some((rule, next))
}

/// g = unit·rest with evidence, if there is such a unit that is not constant.
fn unit_part(chart: &Chart, g: &Polynomial) -> Option<Parts> {
    let n = chart.variables();
    // powers of unit variables
    let mut content = content_monomial([g], n);
    for (i, e) in content.iter_mut().enumerate() {
        if !chart.is_unit_variable(i) {
            *e = 0;
        }
    }
    if content.iter().any(|e| *e > 0) {
        let unit = chart.monomial(&content);
        let evidence = nonvanishing(chart, &unit)?.stated(chart);
        return Some((unit, without_monomial(g, &content), evidence));
    }
    // all but the monomial
    let content = content_monomial([g], n);
    let cofactor = without_monomial(g, &content);
    if cofactor.as_constant().is_some() {
        return None;
    }
    if content.iter().any(|e| *e > 0)
        && let Some(evidence) = nonvanishing(chart, &cofactor)
    {
        return Some((cofactor, chart.monomial(&content), evidence.stated(chart)));
    }
    // a known unit
    for u in chart.units.iter().chain(&chart.positive) {
        if plain(u).is_none()
            && u.as_constant().is_none()
            && let Some(rest) = g.exact_quotient(u)
            && let Some(evidence) = nonvanishing(chart, u)
        {
            return Some((u.clone(), rest, evidence.stated(chart)));
        }
    }
    None
}

/// The same with the powers of the irreducible factors that have no zero on the centre, beside others, among multiple ones.
fn unit_factor(chart: &Chart, g: &Polynomial) -> Option<Parts> {
    if g.len() > MOST_FACTORED {
        return None;
    }
    let mut unit = chart.constant(1);
    for (product, k) in g.square_free_factors()?.iter().filter(|(_, k)| *k > 1) {
        for f in product.simple_factors() {
            if plain(&f).is_none() && nonvanishing(chart, &f).is_some() {
                let power = f.checked_pow(*k, &limits()).ok()?;
                unit = unit.checked_mul(&power, &limits()).ok()?;
            }
        }
    }
    if unit.as_constant().is_some() {
        return None;
    }
    let evidence = nonvanishing(chart, &unit)?;
    Some((
        unit.clone(),
        g.exact_quotient(&unit)?,
        evidence.stated(chart),
    ))
}

/// Generators under reduction: f_j = Σ forward·g + Σ c·r and e_i·g_i = Σ back·f + Σ c·r.
#[derive(Clone)]
pub(super) struct Tracked {
    polynomials: Vec<Polynomial>,
    forward: Vec<Sparse>,
    forward_relations: Vec<Sparse>,
    back: Vec<Sparse>,
    back_relations: Vec<Sparse>,
    /// The units e_i of e_i·g_i = Σ back·f + ….
    units: Vec<Polynomial>,
    /// Work with coefficients that is left; then nothing changes any more.
    left: u64,
    /// At least as many terms as there are in all.
    terms: u64,
}

/// The most terms that the polynomials and their combinations may have together.
const MOST_HELD: u64 = 3_000_000;

/// Work with the coefficients of one list of generators, in operations on machine words.
const MOST_WORK: u64 = 100_000_000;

/// The work of a product: that of its coefficients is in their common divisors, bit by bit.
fn work_of(p: &Polynomial, q: &Polynomial) -> u64 {
    let words = 1 + (p.coefficient_bits() + q.coefficient_bits()) / 64;
    let each = match words {
        1 | 2 => 1,
        words => words.saturating_mul(words).saturating_mul(64),
    };
    (p.len() as u64)
        .saturating_mul(q.len() as u64)
        .saturating_mul(each)
}

impl Tracked {
    pub(super) fn new(chart: &Chart) -> Self {
        let one = chart.constant(1);
        let n = chart.generators.len();
        let unit = |i: usize| vec![(i, one.clone())];
        let (forward, back) = ((0..n).map(unit).collect(), (0..n).map(unit).collect());
        Self {
            polynomials: chart.generators.clone(),
            forward,
            forward_relations: vec![Vec::new(); n],
            back,
            back_relations: vec![Vec::new(); n],
            units: vec![one; n],
            left: MOST_WORK,
            terms: 0,
        }
    }

    /// Books the work of multiplying some polynomials by q; false if there is not as much left.
    fn affords<'a>(
        &mut self,
        all: impl IntoIterator<Item = &'a Polynomial>,
        q: &Polynomial,
    ) -> bool {
        let (mut work, mut terms) = (0_u64, 0_u64);
        for p in all {
            work = work.saturating_add(work_of(p, q));
            let products = p.len().saturating_mul(q.len());
            terms += products.min(limits().terms) as u64;
        }
        let affords = work <= self.left;
        self.left = self.left.saturating_sub(work);
        self.terms += terms;
        if self.terms > MOST_HELD {
            self.terms = terms + self.held();
        }
        affords && self.terms <= MOST_HELD
    }

    /// The terms of all polynomials and combinations.
    fn held(&self) -> u64 {
        let combinations = [
            &self.forward,
            &self.forward_relations,
            &self.back,
            &self.back_relations,
        ];
        let combinations = combinations.into_iter().flatten().flatten();
        let own = self.polynomials.iter().chain(&self.units);
        let all = own.chain(combinations.map(|(_, p)| p));
        all.map(|p| p.len() as u64).sum()
    }

    pub(super) fn polynomials(&self) -> &[Polynomial] {
        &self.polynomials
    }

    /// f_j − q·f_i in the place of f_j; false if that is too large.
    fn subtract(&mut self, j: usize, q: &Polynomial, i: usize) -> bool {
        let limits = limits();
        let mut factors = vec![self.polynomials[i].clone()];
        let rows = self.forward[i].iter().chain(&self.forward_relations[i]);
        factors.extend(rows.map(|(_, p)| p.clone()));
        let at_j = self.back.iter().flatten().filter(|(k, _)| *k == j);
        factors.extend(at_j.map(|(_, p)| p.clone()));
        if !self.affords(&factors, q) {
            return false;
        }
        let times = |p: &Polynomial| p.checked_mul(q, &limits).ok();
        let Some(product) = times(&self.polynomials[i]) else {
            return false;
        };
        let scaled = |row: &Sparse| -> Option<Sparse> {
            row.iter().map(|(k, p)| Some((*k, times(p)?))).collect()
        };
        let (Some(forward), Some(relations)) =
            (scaled(&self.forward[i]), scaled(&self.forward_relations[i]))
        else {
            return false;
        };
        look(4 * self.back.len());
        let mut back = self.back.clone();
        for row in &mut back {
            let Some(at_j) = row.iter().find(|(k, _)| *k == j).map(|(_, p)| p.clone()) else {
                continue;
            };
            let Some(more) = times(&at_j) else {
                return false;
            };
            add_to(row, i, &more);
        }
        self.back = back;
        self.polynomials[j] = &self.polynomials[j] - &product;
        for (k, p) in &forward {
            add_to(&mut self.forward[j], *k, &-p);
        }
        for (k, p) in &relations {
            add_to(&mut self.forward_relations[j], *k, &-p);
        }
        true
    }

    /// u·f_j, u a unit, in the place of f_j; false if that is too large.
    pub(super) fn multiply(&mut self, j: usize, unit: &Polynomial) -> bool {
        let limits = limits();
        let mut factors = vec![self.polynomials[j].clone()];
        let rows = [&self.forward[j], &self.forward_relations[j]].into_iter();
        factors.extend(rows.flatten().map(|(_, p)| p.clone()));
        if !self.affords(&factors, unit) {
            return false;
        }
        let times = |p: &Polynomial| p.checked_mul(unit, &limits).ok();
        let all = |row: &Sparse, but: Option<usize>| -> Option<Sparse> {
            let entries = row.iter().map(|(k, p)| match but == Some(*k) {
                true => Some((*k, p.clone())),
                false => Some((*k, times(p)?)),
            });
            entries.collect()
        };
        let multiplied = || {
            let mut next = self.clone();
            next.polynomials[j] = times(&self.polynomials[j])?;
            next.forward[j] = all(&self.forward[j], None)?;
            next.forward_relations[j] = all(&self.forward_relations[j], None)?;
            for (i, row) in self.back.iter().enumerate() {
                if row.iter().any(|(k, _)| *k == j) {
                    next.back[i] = all(row, Some(j))?;
                    next.back_relations[i] = all(&self.back_relations[i], None)?;
                    next.units[i] = times(&self.units[i])?;
                }
            }
            Some(next)
        };
        match multiplied() {
            Some(next) => *self = next,
            None => return false,
        }
        true
    }

    /// f_j − c·r_l in the place of f_j.
    pub(super) fn subtract_relation(
        &mut self,
        j: usize,
        c: &Polynomial,
        l: usize,
        relation: &Polynomial,
    ) -> bool {
        let limits = limits();
        if !self.affords([relation], c) {
            return false;
        }
        let Ok(product) = c.checked_mul(relation, &limits) else {
            return false;
        };
        // By row, if the row has an entry at j.
        let more = |row: &Sparse| {
            let at_j = row.iter().find(|(k, _)| *k == j);
            at_j.map(|(_, p)| p.checked_mul(c, &limits)).transpose()
        };
        let Ok(more) = self.back.iter().map(more).collect::<Result<Vec<_>, _>>() else {
            return false;
        };
        self.polynomials[j] = &self.polynomials[j] - &product;
        add_to(&mut self.forward_relations[j], l, &-c);
        for (more, relations) in more.iter().zip(&mut self.back_relations) {
            if let Some(more) = more {
                add_to(relations, l, more);
            }
        }
        true
    }

    /// Changes the factors of f_j modulo relation l, each by itself, so that multiple factors stay what they are: where
    /// `change` gives (u, q) for p, u·p = q modulo the relation, with a unit u. False if nothing changes.
    pub(super) fn change_factors(
        &mut self,
        chart: &Chart,
        j: usize,
        l: usize,
        change: impl Fn(&Polynomial) -> Option<(Polynomial, Polynomial)>,
    ) -> bool {
        let limits = limits();
        let g = &self.polynomials[j];
        let power_of = |p: &Polynomial, k: u32| p.checked_pow(k, &limits).ok();
        let changed = || -> Option<(Polynomial, Polynomial)> {
            let factors = g.square_free_factors().unwrap_or_default();
            if factors.iter().all(|(_, k)| *k == 1) {
                return change(g);
            }
            let (mut units, mut product) = (chart.constant(1), chart.constant(1));
            let mut unchanged = g.clone();
            let mut any = false;
            for (p, k) in &factors {
                if let Some((unit, q)) = change(p) {
                    any = true;
                    unchanged = unchanged.exact_quotient(&power_of(p, *k)?)?;
                    units = units.checked_mul(&power_of(&unit, *k)?, &limits).ok()?;
                    product = product.checked_mul(&power_of(&q, *k)?, &limits).ok()?;
                }
            }
            let product = product.checked_mul(&unchanged, &limits).ok()?;
            any.then_some((units, product))
        };
        let Some((unit, product)) = changed() else {
            return false;
        };
        let relation = &chart.functions[l].relation;
        let Some(multiple) = g.checked_mul(&unit, &limits).ok() else {
            return false;
        };
        let Some(cofactor) = (&multiple - &product).exact_quotient(relation) else {
            return false;
        };
        (unit.as_constant().is_some_and(|u| u.is_one()) || self.multiply(j, &unit))
            && self.subtract_relation(j, &cofactor, l, relation)
    }

    /// The change of generators, and the chart with them; `None` if no evidence is found for a unit.
    pub(super) fn rule(self, chart: &Chart) -> Option<(Rule, Chart)> {
        let kept: Vec<usize> = (0..self.polynomials.len())
            .filter(|&j| !self.polynomials[j].is_zero())
            .collect();
        let show = |row: &Sparse| -> Vec<(usize, String)> {
            row.iter().map(|(k, p)| (*k, chart.show(p))).collect()
        };
        let forward = kept
            .iter()
            .map(|&j| Row {
                unit: None,
                evidence: None,
                combination: show(&self.forward[j]),
                relations: show(&self.forward_relations[j]),
            })
            .collect();
        let renumbered = |row: &Sparse| -> Sparse {
            row.iter()
                .filter_map(|(k, p)| Some((kept.iter().position(|j| j == k)?, p.clone())))
                .collect()
        };
        let back = self
            .back
            .iter()
            .zip(&self.back_relations)
            .zip(&self.units)
            .map(|((row, relations), unit)| {
                // a constant is divided out, another unit stated with its evidence
                let (evidence, factor) = match unit.as_constant() {
                    Some(c) => (None, c.recip()?),
                    None => (
                        Some(nonvanishing(chart, unit)?.stated(chart)),
                        Rational::ONE,
                    ),
                };
                let scaled = |row: Sparse| -> Sparse {
                    row.into_iter()
                        .map(|(k, p)| (k, p.scale(&factor)))
                        .collect()
                };
                Some(Row {
                    unit: evidence.as_ref().map(|_| chart.show(unit)),
                    evidence,
                    combination: show(&scaled(renumbered(row))),
                    relations: show(&scaled(relations.clone())),
                })
            })
            .collect::<Option<_>>()?;
        let mut next = chart.clone();
        next.generators = kept.iter().map(|&j| self.polynomials[j].clone()).collect();
        let rule = Rule::Ideal {
            forward,
            back,
            children: Vec::new(),
        };
        Some((rule, next))
    }
}

/// The generators reduced modulo the relations, against each other as vectors over ℚ from the
/// lowest monomial up, and by those that are monomials or divisors of others.
pub(super) fn reduced(chart: &Chart) -> Option<(Rule, Chart)> {
    let mut tracked = Tracked::new(chart);
    let mut by_relations = false;
    let small = small_relations(chart);
    for j in 0..tracked.polynomials.len() {
        by_relations |= reduce_by_relations(chart, &mut tracked, &small, j);
    }
    interreduce(chart, &mut tracked);
    while reduce_by_monomials(chart, &mut tracked) | drop_multiples(&mut tracked) {}
    // in another order of the variables the elimination may go back: only what is shorter counts
    let terms = |list: &[Polynomial]| list.iter().map(Polynomial::len).sum::<usize>();
    let shorter = terms(&tracked.polynomials) < terms(&chart.generators);
    if by_relations || shorter {
        return tracked.rule(chart);
    }
    None
}

/// Powers of functions are rewritten by their relations; a generator that is a multiple of p, where
/// p = t is a relation, becomes a multiple of t.
fn reduce_by_relations(chart: &Chart, tracked: &mut Tracked, small: &[usize], j: usize) -> bool {
    let mut changed = false;
    for _ in 0..64 {
        let mut step = false;
        for (l, f) in chart.functions.iter().enumerate() {
            let is_small = small.contains(&l);
            step |= !is_small && by_power(chart, tracked, j, l, &f.relation)
                || by_coordinate(chart, tracked, j, l, &f.relation)
                || !is_small && by_layers(chart, tracked, j, l, &f.relation);
        }
        step = step || by_combination(chart, tracked, j);
        if !step {
            break;
        }
        changed = true;
    }
    changed
}

/// c = Σ a_l·r̄_l on the centre: the a_l, for a small c and two or more relations.
pub(super) fn by_relations(chart: &Chart, c: &Polynomial) -> Option<Vec<Polynomial>> {
    const MOST_DEGREE: u64 = 8;
    const MOST_TERMS: usize = 12;
    let relations = chart
        .functions
        .iter()
        .map(|f| chart.restricted(&f.relation));
    let relations: Vec<Polynomial> = relations.collect();
    let small = |p: &Polynomial| p.degree() <= MOST_DEGREE && p.len() <= MOST_TERMS;
    (relations.len() > 1 && relations.iter().all(small) && small(c))
        .then(|| combination_to(&relations, c))
        .flatten()
}

/// A coefficient of a monomial in the local coordinates that is 0 on the centre by several relations together.
fn by_combination(chart: &Chart, tracked: &mut Tracked, j: usize) -> bool {
    if chart.functions.len() < 2 {
        return false;
    }
    let local = chart.local();
    let layers = layers(chart, &tracked.polynomials[j], &local);
    let found = layers
        .iter()
        .find_map(|(e, c)| Some((e, by_relations(chart, c)?)));
    let Some((e, factors)) = found else {
        return false;
    };
    let monomial = chart.monomial_in(&local, e);
    let mut parts = factors.iter().enumerate().filter(|(_, a)| !a.is_zero());
    parts.all(|(l, a)| {
        tracked.subtract_relation(j, &(a * &monomial), l, &chart.functions[l].relation)
    })
}

/// The relation as c·y^n + lower powers of its own function y: rewrites y^n.
fn by_power(
    chart: &Chart,
    tracked: &mut Tracked,
    j: usize,
    l: usize,
    relation: &Polynomial,
) -> bool {
    let v = chart.dimension() + l;
    let degree = relation.degree_in(v);
    if degree == 0 || tracked.polynomials[j].degree_in(v) < degree {
        return false;
    }
    let Some(leading) = relation.leading_in(v) else {
        return false;
    };
    if leading.as_constant().is_none() && nonvanishing(chart, &leading).is_none() {
        return false;
    }
    let inverse = leading.as_constant().and_then(|c| c.recip());
    let limits = limits();
    // lc^k·p = …: no term of the rest may bring the power back
    let rewritten = |p: &Polynomial| -> Option<(Polynomial, Polynomial)> {
        let mut rest = p.clone();
        let mut unit = chart.constant(1);
        while !rest.is_zero() && rest.degree_in(v) >= degree {
            let shift = rest.degree_in(v) - degree;
            let top = rest.leading_in(v)?;
            let mut power = vec![0; chart.variables()];
            power[v] = shift;
            let mut factor = &top * &chart.monomial(&power);
            match &inverse {
                Some(inverse) => factor = factor.scale(inverse),
                None => {
                    unit = unit.checked_mul(&leading, &limits).ok()?;
                    rest = rest.checked_mul(&leading, &limits).ok()?;
                }
            }
            rest = &rest - &factor.checked_mul(relation, &limits).ok()?;
        }
        Some((unit, rest))
    };
    tracked.change_factors(chart, j, l, |p| {
        (p.degree_in(v) >= degree).then(|| rewritten(p))?
    })
}

/// Coefficients of monomials in the local coordinates that are, on the centre, multiples of the relation.
fn by_layers(
    chart: &Chart,
    tracked: &mut Tracked,
    j: usize,
    l: usize,
    relation: &Polynomial,
) -> bool {
    let on_centre = chart.restricted(relation);
    if on_centre.is_zero() {
        return false;
    }
    let local = chart.local();
    let limits = limits();
    let rewritten = |p: &Polynomial| -> Option<(Polynomial, Polynomial)> {
        let mut factor = Polynomial::zero(p.variables());
        for (e, c) in layers(chart, p, &local) {
            if let Some(quotient) = c.exact_quotient(&on_centre) {
                factor = &factor + &(&quotient * &chart.monomial_in(&local, &e));
            }
        }
        let product = factor.checked_mul(relation, &limits).ok()?;
        (!factor.is_zero()).then(|| (chart.constant(1), p - &product))
    };
    tracked.change_factors(chart, j, l, rewritten)
}

/// The relation p − t with t a coordinate that p does not involve: multiples of p become multiples of t.
fn by_coordinate(
    chart: &Chart,
    tracked: &mut Tracked,
    j: usize,
    l: usize,
    relation: &Polynomial,
) -> bool {
    let g = &tracked.polynomials[j];
    if g.is_zero() {
        return false;
    }
    for t in 0..chart.dimension() {
        if relation.degree_in(t) != 1 {
            continue;
        }
        let [p, c] = &relation.coefficients_in(t)[..] else {
            continue;
        };
        if c.as_constant().is_none() || p.len() < 2 {
            continue;
        }
        if let Some(quotient) = g.exact_quotient(p) {
            // g = a·p = a·r − a·c·t
            return tracked.subtract_relation(j, &quotient, l, relation);
        }
    }
    false
}

/// Gaussian elimination on the coefficients, pivoting at lowest monomials.
fn interreduce(chart: &Chart, tracked: &mut Tracked) {
    let mut open: Vec<usize> = (0..tracked.polynomials.len()).collect();
    let lowest = |p: &Polynomial| p.sorted_terms().last().map(|(m, _)| m.clone());
    while !open.is_empty() {
        look(16 * open.len());
        open.retain(|&j| !tracked.polynomials[j].is_zero());
        let Some(&pivot) = open.iter().min_by(|&&a, &&b| {
            lowest(&tracked.polynomials[a])
                .cmp(&lowest(&tracked.polynomials[b]))
                .then(
                    tracked.polynomials[a]
                        .len()
                        .cmp(&tracked.polynomials[b].len()),
                )
                .then(a.cmp(&b))
        }) else {
            break;
        };
        open.retain(|&j| j != pivot);
        let Some((monomial, leading)) = tracked.polynomials[pivot].sorted_terms().last().cloned()
        else {
            continue;
        };
        for j in (0..tracked.polynomials.len()).filter(|&j| j != pivot) {
            look(tracked.polynomials[j].len() / 8 + 1);
            let at = tracked.polynomials[j]
                .sorted_terms()
                .iter()
                .find(|(m, _)| *m == monomial)
                .map(|(_, c)| c.clone());
            if let Some(c) = at {
                let q = Polynomial::constant(chart.ring(), c / &leading);
                tracked.subtract(j, &q, pivot);
            }
        }
    }
}

/// Drops terms that are multiples of generators that are monomials.
fn reduce_by_monomials(chart: &Chart, tracked: &mut Tracked) -> bool {
    let mut changed = false;
    for i in 0..tracked.polynomials.len() {
        let [(monomial, leading)] = tracked.polynomials[i].sorted_terms() else {
            continue;
        };
        let (monomial, leading) = (monomial.clone(), leading.clone());
        for j in (0..tracked.polynomials.len()).filter(|&j| j != i) {
            look(tracked.polynomials[j].len() + 1);
            let multiples: Vec<(Monomial, Rational)> = tracked.polynomials[j]
                .sorted_terms()
                .iter()
                .filter_map(|(m, c)| Some((m.checked_div(&monomial)?, c / &leading)))
                .collect();
            if !multiples.is_empty() {
                let q = Polynomial::from_terms(chart.ring(), multiples);
                changed |= tracked.subtract(j, &q, i);
            }
        }
    }
    changed
}

/// Drops generators that are multiples of another one.
fn drop_multiples(tracked: &mut Tracked) -> bool {
    let mut changed = false;
    for i in 0..tracked.polynomials.len() {
        if tracked.polynomials[i].len() < 2 {
            continue;
        }
        for j in (0..tracked.polynomials.len()).filter(|&j| j != i) {
            look(1);
            let (f, g) = (&tracked.polynomials[i], &tracked.polynomials[j]);
            if g.is_zero() || g.degree() < f.degree() {
                continue;
            }
            if let Some(q) = g.exact_quotient(f) {
                changed |= tracked.subtract(j, &q, i);
            }
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::super::chart::{Coordinate, Function, ring};
    use super::*;
    use crate::certificate::format::{Domain, Extent};

    /// A local coordinate w1 and a function w2 that vanishes with it, 3·w2 = w1.
    fn chart(generators: &[&str]) -> Chart {
        let parse = |text: &str| Polynomial::parse_in(text, ring(2)).unwrap();
        Chart {
            names: ["w1", "w2"].map(String::from).to_vec(),
            coordinates: vec![Coordinate {
                domain: Domain::Line,
                extent: Extent::Local,
                amplitude: Rational::ZERO,
            }],
            functions: vec![Function {
                relation: parse("3*w2 - w1"),
                between: None,
            }],
            zeros: vec![parse("w2")],
            units: Vec::new(),
            positive: Vec::new(),
            generators: generators.iter().map(|text| parse(text)).collect(),
        }
    }

    /// Σ combination·f + Σ relations·r, less the row's unit times g.
    fn defect(chart: &Chart, row: &Row, from: &[Polynomial], g: &Polynomial) -> Polynomial {
        let parse = |text: &str| Polynomial::parse_in(text, ring(2)).unwrap();
        let unit = row.unit.as_deref().map_or(chart.constant(1), parse);
        let start = &unit * g;
        let relations = row.relations.iter();
        let relations = relations.map(|(l, c)| (parse(c), &chart.functions[*l].relation));
        let combination = row.combination.iter().map(|(k, c)| (parse(c), &from[*k]));
        let parts = combination.chain(relations);
        parts.fold(start, |rest, (c, p)| &rest - &(&c * p))
    }

    #[test]
    fn rows_hold_after_a_multiplication_by_a_constant() {
        let chart = chart(&["w2^2 + w1^3", "w1^5"]);
        let mut tracked = Tracked::new(&chart);
        // 3·(y² + t³) − y·(3·y − t) = t·y + 3·t³
        assert!(tracked.multiply(0, &chart.constant(3)));
        let relation = &chart.functions[0].relation;
        assert!(tracked.subtract_relation(0, &chart.variable(1), 0, relation));
        let (rule, next) = tracked.rule(&chart).unwrap();
        let Rule::Ideal { forward, back, .. } = rule else {
            panic!("{rule:?}");
        };
        for (row, f) in forward.iter().zip(&next.generators) {
            assert!(defect(&chart, row, &chart.generators, f).is_zero());
        }
        for (row, g) in back.iter().zip(&chart.generators) {
            assert!(defect(&chart, row, &next.generators, g).is_zero());
        }
    }
}
