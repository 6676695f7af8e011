//! Losses that are seen to be negative near their point.

use super::super::chart::Chart;
use super::error::GermError;
use super::point::{Point, Sign};
use crate::algebra::{Monomial, Polynomial};
use crate::budget::{Meter, look};
use crate::certificate::format::CoordinateDomain;
use crate::polyhedron::NewtonPolyhedron;

/// An error if the terms of a loss on some compact face are negative at a point of the torus:
/// along the weights of the face the loss is then negative arbitrarily near the origin.
pub(super) fn refuse_negative(
    chart: &Chart,
    point: &Point,
    meter: &Meter,
) -> Result<(), GermError> {
    /// Beyond this many lines only the vertices are looked at.
    const MOST_LINES: usize = 8;
    let Some(loss) = chart.generators.first() else {
        return Ok(());
    };
    let none = vec![false; chart.dimension()];
    let part = meter.part(1_000_000);
    let d = chart.dimension();
    // the coefficients, polynomials in the numbers of the point
    let numbers = point.ring();
    let mut coefficients: Vec<(Vec<u32>, Polynomial)> =
        point.coefficients(loss).into_iter().collect();
    coefficients.retain(|(_, c)| c.as_constant().is_some() || point.clone().sign(c) != Sign::Zero);
    let is_negative = |value: &Polynomial| point.clone().sign(value) == Sign::Negative;
    let points: Vec<Vec<u32>> = coefficients.iter().map(|(e, _)| e.clone()).collect();
    // an exhausted budget is no evidence against the loss
    let Ok(gamma) = NewtonPolyhedron::within(chart.dimension(), points, &part) else {
        return Ok(());
    };
    let Ok(faces) = gamma.faces(&none, &none, &part) else {
        return Ok(());
    };
    let lines: Vec<usize> = (0..chart.dimension())
        .filter(|&i| chart.coordinates[i].domain == CoordinateDomain::Line)
        .collect();
    for face in faces {
        look(8 * face.points().len());
        let on_face = |e: &[u32]| {
            let place = gamma.points().binary_search_by(|p| p.as_slice().cmp(e));
            place.is_ok_and(|place| face.points().binary_search(&place).is_ok())
        };
        let terms: Vec<&(Vec<u32>, Polynomial)> =
            coefficients.iter().filter(|(e, _)| on_face(e)).collect();
        let negative = if lines.len() <= MOST_LINES {
            (0..1_u32 << lines.len()).any(|choice| {
                let flipped = |e: &[u32]| {
                    let odd = lines
                        .iter()
                        .enumerate()
                        .filter(|(bit, i)| choice >> bit & 1 == 1 && e[**i] % 2 == 1);
                    odd.count() % 2 == 1
                };
                look(terms.len() * d);
                let zero = Polynomial::zero(&numbers);
                let value = terms.iter().fold(zero, |sum, (e, c)| match flipped(e) {
                    true => &sum - c,
                    false => &sum + c,
                });
                is_negative(&value)
            })
        } else {
            let [(e, c)] = terms.as_slice() else { continue };
            is_negative(c) || (lines.iter().any(|&i| e[i] % 2 == 1) && is_negative(&-c))
        };
        if negative {
            let on_face = loss.terms().filter(|(e, _)| on_face(&e[..d]));
            let terms = on_face.map(|(e, c)| (Monomial::new(e), c.clone()));
            let shown = chart.show(&Polynomial::from_terms(chart.ring(), terms));
            return Err(GermError::NegativeLoss { terms: shown });
        }
    }
    Ok(())
}
