//! Where to divide the centre, and what to blow up.

use super::chart::{Chart, content_monomial, layers, without_monomial};
use super::generators::{reduced, without_units};
use super::leaves::unit_leaf;
use super::moves::blow_up;
use super::nonvanishing::nonvanishing;
use super::straighten::generator_as_coordinate;
use crate::algebra::{Factors, Monomial, Polynomial, Rational};
use crate::budget::{Exhausted, Meter, look};
use crate::polyhedron::{Facet, NewtonPolyhedron};

/// Weights of a blow-up: coordinates and integers.
type Weights = Vec<(usize, u32)>;

/// How the ideal lies along the centre.
pub(super) struct Along {
    local: Vec<usize>,
    /// Exponents at which a coefficient has no zero on the centre.
    decided: Vec<Vec<u32>>,
    /// The others, with their coefficients.
    open: Vec<(Vec<u32>, Polynomial)>,
}

impl Along {
    pub(super) fn of(chart: &Chart) -> Self {
        let local = chart.local();
        let mut decided = Vec::new();
        let mut open = Vec::new();
        for g in &chart.generators {
            for (e, c) in layers(chart, g, &local) {
                look(c.len());
                if chart.vanishes_by_relation(&c) {
                    continue;
                }
                if c.as_constant().is_some() || nonvanishing(chart, &c).is_some() {
                    decided.push(e);
                } else {
                    open.push((e, c));
                }
            }
        }
        decided.sort_unstable();
        decided.dedup();
        open.retain(|(e, _)| !decided.contains(e));
        let total = |e: &[u32]| e.iter().map(|e| u64::from(*e)).sum::<u64>();
        open.sort_by_key(|(e, c)| (total(e), c.len(), c.degree()));
        Self {
            local,
            decided,
            open,
        }
    }

    /// The Newton polyhedron of the decided exponents.
    pub(super) fn hull(&self, meter: &Meter) -> Result<NewtonPolyhedron, Exhausted> {
        NewtonPolyhedron::within(self.local.len(), self.decided.clone(), meter)
    }

    /// Whether the exponents of a monomial in the local coordinates lie in such a polyhedron.
    pub(super) fn covers(&self, hull: &NewtonPolyhedron, m: &Monomial) -> bool {
        let e: Vec<u32> = self.local.iter().map(|&i| m.exponents()[i]).collect();
        self.contains(hull, &e)
    }

    fn contains(&self, hull: &NewtonPolyhedron, e: &[u32]) -> bool {
        let reaches = |f: &Facet| {
            look(2 * e.len());
            let products = f.normal().iter().zip(e);
            let value: Rational = products.map(|(v, &e)| v * &Rational::from(e)).sum();
            value >= *f.level()
        };
        !self.decided.is_empty() && hull.facets().iter().all(reaches)
    }

    /// A polynomial at whose zeros the centre should be divided: a factor of a coefficient that
    /// decides the Newton polyhedron.
    pub(super) fn splitting_polynomial(
        &self,
        chart: &Chart,
        meter: &Meter,
    ) -> Result<Option<Polynomial>, Exhausted> {
        if self.open.is_empty() {
            return Ok(None);
        }
        let hull = self.hull(meter)?;
        for (e, c) in &self.open {
            if self.contains(&hull, e) {
                continue;
            }
            // a factor that may vanish; or else one that is not yet known as a unit
            let factors = c.simple_factors();
            let may_vanish = factors.iter().find(|q| nonvanishing(chart, q).is_none());
            let unknown = || factors.iter().find(|q| !chart.units.contains(q));
            return Ok(may_vanish.or_else(unknown).cloned());
        }
        Ok(None)
    }

    /// Weights for blow-ups of local coordinates: the normals of the Newton polyhedron's facets,
    /// those that the search likes best first.
    pub(super) fn candidates(
        &self,
        chart: &Chart,
        meter: &Meter,
    ) -> Result<Vec<Weights>, Exhausted> {
        const MOST_WEIGHT: i64 = 1 << 20;
        let mut points = self.decided.clone();
        points.extend(self.open.iter().map(|(e, _)| e.clone()));
        let gamma = NewtonPolyhedron::within(self.local.len(), points, meter)?;
        let tau: Vec<_> = self.local.iter().map(|&i| chart.tau(i)).collect();
        let tied = gamma
            .pole(&tau)
            .map(|p| p.tied_facets().to_vec())
            .unwrap_or_default();
        let mut found: Vec<(bool, i64, Weights)> = Vec::new();
        for (f, facet) in gamma.facets().iter().enumerate() {
            let mut weights = Vec::new();
            let mut total = 0;
            for (v, &i) in facet.normal().iter().zip(&self.local) {
                match v.to_i64() {
                    Some(0) => {}
                    Some(v) if v <= MOST_WEIGHT => {
                        total += v;
                        weights.push((i, v as u32));
                    }
                    _ => {
                        weights.clear();
                        break;
                    }
                }
            }
            if weights.len() >= 2 {
                found.push((!tied.contains(&f), total, weights));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, _, w)| w).collect())
    }
}

/// The blow-up whose charts look simplest, among some.
pub(super) fn best_blow_up(
    chart: &Chart,
    candidates: &[Weights],
    meter: &Meter,
) -> Result<Option<Weights>, Exhausted> {
    const MOST_CANDIDATES: usize = 12;
    if candidates.len() < 2 {
        return Ok(candidates.first().cloned());
    }
    let mut best: Option<(u64, &Weights)> = None;
    for weights in candidates.iter().take(MOST_CANDIDATES) {
        let Some(charts) = blow_up(chart, weights) else {
            continue;
        };
        let mut cost = 0_u64;
        for next in &charts {
            cost = cost.saturating_add(difficulty(next, meter)?);
            if best.as_ref().is_some_and(|(least, _)| cost >= *least) {
                break;
            }
        }
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, weights));
        }
    }
    Ok(best.map(|(_, w)| w.clone()))
}

/// A guess how much work a chart is: after the simple moves, terms that are not monomial
/// generators, weighed by the number of coordinates among them.
fn difficulty(chart: &Chart, meter: &Meter) -> Result<u64, Exhausted> {
    let mut chart = chart.clone();
    for _ in 0..12 {
        let size: usize = chart.generators.iter().map(Polynomial::len).sum();
        meter.spend(size as u64 * 16)?;
        if unit_leaf(&chart).is_some() {
            return Ok(1);
        }
        if let Some((_, next)) = without_units(&chart).or_else(|| reduced(&chart)) {
            chart = next;
            continue;
        }
        // one change of coordinates is enough of a look ahead: more favours charts that only seem
        // simple
        if let Some((_, next)) = generator_as_coordinate(&chart) {
            chart = next;
        }
        break;
    }
    let common = content_monomial(&chart.generators, chart.variables());
    let open: Vec<Polynomial> = chart
        .generators
        .iter()
        .map(|g| without_monomial(g, &common))
        .filter(|g| g.len() > 1)
        .collect();
    let involved = (0..chart.dimension())
        .filter(|&i| open.iter().any(|g| g.degree_in(i) > 0))
        .count();
    let terms: usize = open.iter().map(Polynomial::len).sum();
    Ok(2 + (terms as u64) * (1 << involved.min(20)))
}
