//! The Newton polygon of a germ in two variables.

use super::{Axis, Chart, Curve};
use crate::Budget;
use crate::algebra::{Rational, Reading};
use crate::polyhedron::NewtonPolyhedron;
use crate::resolution::Germ;

/// How far the picture goes beyond the largest exponent.
const MARGIN: f64 = 1.0;

/// The Newton polygon of the generators of a germ in two variables, in coordinates at its point:
/// their exponents, its boundary, and the ray t·(h + 1), h the exponents of the prior, with the t
/// at which it meets the boundary. 1/(2t) for K = Σ gᵢ², and 1/t for K = g, is λ if the germ is
/// non-degenerate (Varchenko 1976), and an upper bound always. The side that the ray meets has a
/// colour of its own.
///
/// `None` where there are not two variables, no exponents, or the polygon holds the origin.
///
/// # Examples
///
/// ```
/// use rlct::{Budget, plot::newton_polygon, resolution::Germ};
///
/// let cusp = newton_polygon(&Germ::ideal(["x^2 - y^3"])?, &Budget::default()).unwrap();
/// assert_eq!(cusp.key(), "newton");
/// assert_eq!(cusp.curves().len(), 4); // exponents, boundary, the side that is met, ray
/// assert!(newton_polygon(&Germ::ideal(["x*y*z"])?, &Budget::default()).is_none());
/// # Ok::<(), rlct::resolution::GermError>(())
/// ```
#[must_use]
pub fn newton_polygon(germ: &Germ, budget: &Budget) -> Option<Chart> {
    let [first, second] = germ.variables().names() else {
        return None;
    };
    let terms = germ.local_terms().ok()?;
    let exponents: Vec<Vec<u32>> = terms.into_iter().flatten().map(|(e, _)| e).collect();
    let mut tau = germ.prior_exponents().to_vec();
    tau.resize(2, Rational::ZERO);
    let tau: Vec<Rational> = tau.iter().map(|h| h + &Rational::ONE).collect();
    let polygon = NewtonPolyhedron::new(2, exponents.iter().cloned(), budget).ok()?;
    let pole = polygon.pole(&tau)?;
    let factor = match germ.reading() {
        Reading::Ideal => Rational::ONE,
        _ => Rational::from(2),
    };
    let lambda = pole.coefficient().lambda() * &factor;
    let at = |e: &[u32]| (f64::from(e[0]), f64::from(e[1]));
    let most = exponents.iter().flatten().max().copied().map(f64::from)? + MARGIN;
    // the vertices from the left; beyond the first and the last the boundary goes on along the axes
    let mut vertices: Vec<(f64, f64)> = polygon.points().iter().map(|e| at(e)).collect();
    vertices.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let corners = lower_left(&vertices);
    let (left, right) = (*corners.first()?, *corners.last()?);
    let boundary = std::iter::once((left.0, most)).chain(corners.iter().copied());
    let boundary = boundary.chain(std::iter::once((most, right.1)));
    let boundary: Vec<(f64, f64)> = boundary.collect();
    let sides: Vec<(f64, f64, f64)> = pole
        .tied_facets()
        .iter()
        .map(|&i| {
            let facet = &polygon.facets()[i];
            let normal = facet.normal();
            (
                normal[0].to_f64(),
                normal[1].to_f64(),
                facet.level().to_f64(),
            )
        })
        .collect();
    // small integers: no rounding
    let is_met = |p: &&(f64, f64)| {
        sides
            .iter()
            .any(|(a, b, level)| a * p.0 + b * p.1 == *level)
    };
    let tied: Vec<(f64, f64)> = boundary.iter().filter(is_met).copied().collect();
    let tau: Vec<f64> = tau.iter().map(Rational::to_f64).collect();
    let longest = most / tau[0].max(tau[1]);
    let ray = [(0.0, 0.0), (longest * tau[0], longest * tau[1])];
    let name = germ.generators().iter().map(ToString::to_string);
    let name = name.collect::<Vec<_>>().join(", ");
    let title =
        format!("Newton polygon of {name}: λ ≤ {lambda}, and equal if it is non-degenerate");
    let x = Axis::linear(format!("exponent of {first}")).with_range(0.0, most);
    let y = Axis::linear(format!("exponent of {second}")).with_range(0.0, most);
    let points = exponents.iter().map(|e| at(e));
    Some(
        Chart::new("newton", title, x, y)
            .with(Curve::points("exponents", points).with_colour(6))
            .with(Curve::line("", boundary).with_colour(0))
            .with(Curve::line("sides that the ray meets", tied).with_colour(1))
            .with(Curve::dashed("t·(h + 1)", ray).with_colour(2)),
    )
}

/// The corners of the convex hull towards the origin, of points that are sorted from the left.
fn lower_left(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for &p in points {
        // only what lies lower than all before it is a corner
        if corners.last().is_some_and(|last| p.1 >= last.1) {
            continue;
        }
        while let [.., a, b] = corners[..]
            && (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) <= 0.0
        {
            corners.pop();
        }
        corners.push(p);
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_those_of_the_hull() {
        let points = [
            (0.0, 5.0),
            (1.0, 4.0),
            (1.0, 2.0),
            (2.0, 3.0),
            (3.0, 1.0),
            (6.0, 0.0),
        ];
        let corners = [(0.0, 5.0), (1.0, 2.0), (3.0, 1.0), (6.0, 0.0)];
        assert_eq!(lower_left(&points), corners);
        // and a point above the line between its neighbours is none
        assert_eq!(lower_left(&[(0.0, 3.0), (1.0, 2.5), (2.0, 0.0)]).len(), 2);
    }

    #[test]
    fn readings_and_priors_count() {
        let budget = Budget::default();
        let title = |germ: Germ| format!("{:?}", newton_polygon(&germ, &budget).unwrap());
        assert!(title(Germ::ideal(["x^2 - y^3"]).unwrap()).contains("λ ≤ 5/12"));
        assert!(title(Germ::loss("x^2 + y^4").unwrap()).contains("λ ≤ 3/4"));
        let prior = Germ::ideal(["x*y"]).unwrap().amplitude("x").unwrap();
        assert!(title(prior).contains("λ ≤ 1/2"));
    }
}
