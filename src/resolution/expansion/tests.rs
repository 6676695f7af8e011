use super::super::chart::{Coordinate, Function, ring};
use super::*;
use crate::Budget;
use crate::certificate::format::{Domain, Extent};

/// Local coordinates w1, w2 and functions w3, w4 that vanish on the centre.
fn chart(relations: [&str; 2], generators: &[&str]) -> Chart {
    let parse = |text: &str| Polynomial::parse_in(text, ring(4)).unwrap();
    let coordinate = Coordinate {
        domain: Domain::Line,
        extent: Extent::Local,
        amplitude: Rational::ZERO,
    };
    Chart {
        names: ["t", "s", "y", "z"].map(String::from).to_vec(),
        coordinates: vec![coordinate; 2],
        functions: relations
            .map(|text| Function {
                relation: parse(text),
                between: None,
            })
            .to_vec(),
        zeros: vec![parse("w3"), parse("w4")],
        units: Vec::new(),
        positive: Vec::new(),
        generators: generators.iter().map(|text| parse(text)).collect(),
    }
}

/// The terms of order 2 in the coordinates alone.
fn lowest(g: &Polynomial) -> Polynomial {
    let terms = g.sorted_terms().iter();
    let low = terms.filter(|(m, _)| m.degree() <= 2 && m.exponents()[2..] == [0, 0]);
    Polynomial::from_terms(g.variables(), low.cloned())
}

#[test]
fn relations_that_need_each_other_are_solved_together() {
    // y = (t + s)/2 + …, z = (t − s)/2 + …
    let relations = ["w3 + w4 - w1 - w1*w3", "w3 - w4 - w2 + w2*w4^2"];
    let chart = chart(relations, &["w1^3", "w2^3", "w3*w4"]);
    let meter = Budget::default().start();
    let (_, next) = expanded(&chart, &meter).unwrap().unwrap();
    let product = lowest(&next.generators[2]);
    let expected = Polynomial::parse_in("w1^2 - w2^2", ring(4)).unwrap();
    assert_eq!(product.primitive_part(), expected);
}

#[test]
fn multiple_factors_stay_multiple() {
    // y = t² + …: (y − s²)³ shows (t² − s²)³
    let relations = ["2*w3 - 2*w1^2 + w3^3", "w4 - w2"];
    let chart = chart(relations, &["(w3 - w2^2)^3"]);
    let meter = Budget::default().start();
    let (_, next) = expanded(&chart, &meter).unwrap().unwrap();
    let factors = next.generators[0].square_free_factors().unwrap();
    assert!(factors.iter().all(|(_, k)| *k == 3), "{factors:?}");
}
