//! The Newton polyhedron of the germ at its point, with what the picture needs.

use rlct::Budget;
use rlct::algebra::{Polynomial, Rational, Variables};
use rlct::certificate::Certificate;
use rlct::certificate::format::{Reading, StatedChart};
use rlct::polyhedron::NewtonPolyhedron;
use serde::Serialize;
use std::time::Duration;

/// More points are not drawn.
const MOST_POINTS: usize = 5_000;

/// The polyhedron Γ, or why it is not shown.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Polyhedron {
    Shown(Box<Shown>),
    Missing { reason: String },
}

#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    variables: Vec<String>,
    /// The exponents that occur.
    points: Vec<Vec<u32>>,
    /// Those of them that are vertices.
    vertices: Vec<Vec<u32>>,
    facets: Vec<Face>,
    /// The direction of the ray: 1 plus the exponents of the prior.
    ray: Vec<String>,
    /// The ray is in Γ from this parameter on.
    parameter: String,
    /// What Γ gives for λ, an upper bound, and for m.
    lambda: String,
    multiplicity: usize,
}

/// A facet with its inward normal.
#[derive(Debug, Serialize)]
struct Face {
    normal: Vec<String>,
    level: String,
    /// Whether the ray enters Γ through it.
    entered: bool,
}

fn missing(reason: impl ToString) -> Polyhedron {
    Polyhedron::Missing {
        reason: reason.to_string(),
    }
}

/// The generators of a chart as polynomials in its coordinates; nothing where functions occur.
pub(crate) fn generators(chart: &StatedChart) -> Option<Vec<Polynomial>> {
    if !chart.functions.is_empty() {
        return None;
    }
    let ring = Variables::new(chart.coordinates.iter().map(|c| c.name.clone())).ok()?;
    let texts = chart.generators.iter();
    texts
        .map(|text| Polynomial::parse_in(text, &ring).ok())
        .collect()
}

/// The polyhedron of the germ of the question, which the last step has with the point moved to
/// the origin.
pub(crate) fn of_germ(certificate: &Certificate) -> Polyhedron {
    let Some(step) = certificate.steps.last() else {
        return missing("the certificate has no steps");
    };
    let Some(generators) = generators(&step.chart) else {
        return missing(
            "the point is irrational, and the coefficients there are algebraic numbers",
        );
    };
    let points: Vec<Vec<u32>> = generators
        .iter()
        .flat_map(|g| g.terms().map(|(exponents, _)| exponents.to_vec()))
        .collect();
    if points.len() > MOST_POINTS {
        return missing(format!("the germ has {} terms", points.len()));
    }
    let names: Vec<String> = step
        .chart
        .coordinates
        .iter()
        .map(|c| c.name.clone())
        .collect();
    let ray: Vec<Rational> = step
        .chart
        .coordinates
        .iter()
        .map(|c| &c.amplitude + Rational::ONE)
        .collect();
    let budget = Budget::default()
        .with_time(Duration::from_secs(1))
        .with_steps(2_000_000);
    let polyhedron = match NewtonPolyhedron::new(names.len(), points, &budget) {
        Ok(polyhedron) => polyhedron,
        Err(exhausted) => return missing(exhausted),
    };
    let Some(pole) = polyhedron.pole(&ray) else {
        return missing("K does not vanish at the point");
    };
    let faces = match polyhedron.compact_faces(&budget) {
        Ok(faces) => faces,
        Err(exhausted) => return missing(exhausted),
    };
    let vertex = |face: &rlct::polyhedron::Face| match face.points() {
        [only] => polyhedron.points().get(*only).cloned(),
        _ => None,
    };
    let of_ideal = pole.coefficient().lambda();
    let parameter = (of_ideal + of_ideal).recip().unwrap_or(Rational::ZERO);
    // K itself, where it is not a sum of squares of the generators, has twice the λ of its ideal
    let lambda = match certificate.question.reading {
        Reading::Ideal => of_ideal.clone(),
        Reading::Loss | Reading::Absolute => of_ideal + of_ideal,
    };
    let facets = polyhedron.facets().iter().enumerate();
    Polyhedron::Shown(Box::new(Shown {
        variables: names,
        points: polyhedron.points().to_vec(),
        vertices: faces.iter().filter_map(vertex).collect(),
        facets: facets
            .map(|(i, facet)| Face {
                normal: facet.normal().iter().map(ToString::to_string).collect(),
                level: facet.level().to_string(),
                entered: pole.tied_facets().contains(&i),
            })
            .collect(),
        ray: ray.iter().map(ToString::to_string).collect(),
        parameter: parameter.to_string(),
        lambda: lambda.to_string(),
        multiplicity: pole.coefficient().multiplicity(),
    }))
}
