//! Networks with one hidden layer, attention heads, the toy model of superposition.

use super::instance::{Notes, Shelf};
use super::linear::network;
use super::text::{less, monomials, names, ones, product, products, sum};
use crate::algebra::{Rational, Reading};
use crate::closed_form::{
    ClosedFormError, Polygon, analytic_unit, attention_teacher, linear_attention, location_network,
    policy_regret, polynomial_unit, quadratic_network, quadratic_network_local, relu_line,
    shallow_network, shallow_zero_truth, softmax_attention, superposition, two_units,
};
use crate::resolution::GermText;
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    units(shelf)?;
    lines(shelf)?;
    many_inputs(shelf)?;
    for (units, inputs, outputs) in [(3, 4, 2), (5, 10, 5), (2, 3, 1), (100, 2, 1), (5, 4, 3)] {
        let parameters = json!({ "units": units, "inputs": inputs, "outputs": outputs });
        let truth = quadratic_network_local(units, inputs, outputs)?;
        let notes = match units * (inputs + outputs) <= DIFFERENT {
            true => Notes::default().loss(quadratic_at_a_point(units, inputs, outputs)),
            false => Notes::default(),
        };
        shelf.exact(&truth, parameters, notes);
    }
    for vocabulary in 2..=4 {
        for embedding in [1, 2, 3, 5, 8] {
            // logits less their mean, which depend on the output and the embeddings alone
            let notes = Notes::default()
                .loss(network(&[vocabulary, embedding, vocabulary - 1], 0))
                .second("reduced-rank regression with v − 1 outputs");
            let parameters = json!({ "vocabulary": vocabulary, "embedding": embedding });
            shelf.exact(
                &softmax_attention(vocabulary, embedding)?,
                parameters,
                notes,
            );
        }
    }
    teachers(shelf)?;
    policies(shelf)?;
    for vocabulary in 2..=5 {
        let cubic = monomials(&names("e", vocabulary), 3);
        let outputs = names("u", vocabulary);
        let germ = || GermText::ideal(products(&[cubic, vec!["q".to_string()], outputs]));
        let notes = Notes::default().germ_if(vocabulary <= 4, germ);
        let parameters = json!({ "vocabulary": vocabulary });
        shelf.exact(&linear_attention(vocabulary)?, parameters, notes);
    }
    for polygon in [
        Polygon::Hexagon,
        Polygon::Pentagon,
        Polygon::PentagonPositive,
    ] {
        let parameters = json!({ "polygon": polygon.to_string() });
        shelf.exact(&superposition(polygon)?, parameters, Notes::default());
    }
    Ok(())
}

/// The numbers from 1 to 72 are the powers of 5 modulo 73.
const DIFFERENT: usize = 72;

/// The coefficients of Σ_k a_ik (u_k · x)² less their values at a generic point, whose entries are
/// different: at most [`DIFFERENT`] of them.
fn quadratic_at_a_point(units: usize, inputs: usize, outputs: usize) -> GermText {
    let u = |unit: usize| names(&format!("u{unit}_"), inputs);
    let a = |output: usize, unit: usize| format!("a{output}_{unit}");
    let all = (1..=units).flat_map(u);
    let all = all.chain((1..=outputs).flat_map(|i| (1..=units).map(move |k| a(i, k))));
    let drawn = std::iter::successors(Some(5_i64), |x| Some(x * 5 % 73));
    let point: BTreeMap<String, i64> = all.zip(drawn).collect();
    let at = |name: &str| Rational::from(point.get(name).copied().unwrap_or(0));
    let mut generators = Vec::new();
    for i in 1..=outputs {
        for (p, q) in (0..inputs).flat_map(|q| (0..=q).map(move |p| (p, q))) {
            let factors = |k: usize| [a(i, k), u(k)[p].clone(), u(k)[q].clone()];
            let value = |k: usize| factors(k).iter().map(|name| at(name)).product::<Rational>();
            let truth: Rational = (1..=units).map(value).sum();
            generators.push(less(&sum((1..=units).map(|k| product(factors(k)))), &truth));
        }
    }
    let point = point.into_iter();
    GermText::ideal(generators).at(point.map(|(name, value)| (name, Rational::from(value))))
}

/// Policies on a simplex: sums of products of numbers ≥ 0.
fn policies(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (alpha, shown, n, factors) in [
        (Rational::ONE, "1", 1, 1),
        (Rational::ONE, "1", 3, 1),
        (Rational::from(2), "2", 2, 1),
        (Rational::ONE, "1", 2, 2),
        (Rational::ONE, "1", 3, 2),
        (Rational::from(2), "2", 2, 3),
    ] {
        let products: Vec<Vec<String>> = (1..=n)
            .map(|i| (1..=factors).map(|l| format!("s{i}_{l}")).collect())
            .collect();
        let all: Vec<String> = products.concat();
        let mut germ = GermText::new(Reading::Loss, vec![sum(products.into_iter().map(product))]);
        germ = germ.nonnegative(all.iter().cloned());
        if alpha != Rational::ONE {
            germ = germ.amplitude(product(all));
        }
        let concentrations = vec![alpha; n];
        let parameters = json!({ "concentration": shown, "actions": n, "factors": factors });
        let notes = Notes::default().germ(germ);
        shelf.exact(&policy_regret(&concentrations, factors)?, parameters, notes);
    }
    Ok(())
}

/// Attention at a generic teacher: the regular directions, and the ideal that is left.
fn teachers(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for v in 2..=5 {
        for e in 1..=4 {
            for k in 1..=e.min(v - 1) {
                let truth = match attention_teacher(v, e, k) {
                    Err(ClosedFormError::NotKnown { .. }) => continue,
                    known => known?,
                };
                let mut generators = left_of_teacher(v, e, k);
                generators.extend(names("q", k * (2 * v - 1)));
                let parameters = json!({ "vocabulary": v, "embedding": e, "rank": k });
                // certified without the regular directions; with them in more steps than a test has
                let is_long = [[3, 4, 1], [4, 3, 1], [5, 3, 1]].contains(&[v, e, k]);
                let notes = Notes::default().germ(GermText::ideal(generators));
                shelf.exact(&truth, parameters, notes.beyond_engine(is_long));
            }
        }
    }
    Ok(())
}

/// (L·D, L·Y, X·L̄ᵀ, L·Z·L̄ᵀ), L̄ the first v − 1 − k rows of L.
fn left_of_teacher(v: usize, e: usize, k: usize) -> Vec<String> {
    let (a, s, r) = (v - k, v - 1 - k, e - k);
    let l = |i: usize, q: usize| format!("l{i}_{q}");
    let mut generators = Vec::new();
    for i in 1..=a {
        let by = |name: &str, j: usize| sum((1..=r).map(|q| format!("{}*{name}{q}_{j}", l(i, q))));
        generators.extend((1..=s).map(|j| by("d", j)));
        generators.extend((1..=k).map(|j| by("y", j)));
        for j in 1..=s {
            let pairs = (1..=r).flat_map(|p| (1..=r).map(move |q| (p, q)));
            let term = |(p, q)| format!("{}*z{p}_{q}*{}", l(i, p), l(j, q));
            generators.push(sum(pairs.map(term)));
        }
    }
    for j in 1..=s {
        let by = |i: usize| sum((1..=r).map(|q| format!("x{i}_{q}*{}", l(j, q))));
        generators.extend((1..=k).map(by));
    }
    generators.retain(|g| g != "0");
    generators
}

fn units(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for outputs in 1..=3 {
        for inputs in 1..=4 {
            let generators = products(&[names("a", outputs), names("b", inputs)]);
            let notes = Notes::default().germ(GermText::ideal(generators));
            let parameters = json!({ "outputs": outputs, "inputs": inputs });
            shelf.exact(&analytic_unit(outputs, inputs)?, parameters, notes);
        }
    }
    for (outputs, inputs, degree) in [
        (1, 1, 2),
        (1, 2, 2),
        (1, 3, 2),
        (2, 2, 2),
        (2, 4, 2),
        (1, 2, 3),
        (1, 3, 3),
        (1, 4, 3),
    ] {
        let inner = monomials(&names("w", inputs), degree);
        let germ = GermText::ideal(products(&[names("a", outputs), inner]));
        let parameters = json!({ "outputs": outputs, "inputs": inputs, "degree": degree });
        let truth = polynomial_unit(outputs, inputs, degree)?;
        shelf.exact(&truth, parameters, Notes::default().germ(germ));
    }
    for (inputs, units) in [
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (2, 1),
        (3, 1),
        (4, 1),
        (2, 2),
    ] {
        let w = |unit: usize| names(&format!("w{unit}"), inputs);
        let squares: Vec<_> = (1..=units).map(|unit| monomials(&w(unit), 2)).collect();
        let coefficient = |at: usize| {
            let terms = squares.iter().enumerate();
            sum(terms.map(|(unit, list)| format!("a{}*{}", unit + 1, list[at])))
        };
        let germ = GermText::ideal((0..squares[0].len()).map(coefficient).collect());
        let parameters = json!({ "inputs": inputs, "units": units });
        let truth = quadratic_network(inputs, units)?;
        shelf.exact(&truth, parameters, Notes::default().germ(germ));
    }
    Ok(())
}

/// Σᵢ a_ki bᵢ^order.
fn moment(output: usize, units: usize, order: usize) -> String {
    let power = match order {
        0 => String::new(),
        order => format!("^{order}"),
    };
    sum((1..=units).map(|i| {
        if order == 0 {
            format!("a{output}{i}")
        } else {
            format!("a{output}{i}*b{i}{power}")
        }
    }))
}

fn lines(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for outputs in 1..=3 {
        for step in 1..=3 {
            for units in 1..=6 {
                zero_truth(shelf, outputs, step, units)?;
            }
        }
    }
    for (outputs, step, units) in [(1, 1, 10), (1, 2, 8), (1, 2, 9), (1, 2, 16), (2, 2, 8)] {
        zero_truth(shelf, outputs, step, units)?;
    }
    for (outputs, units, truth) in [
        (1, 1, 1),
        (1, 2, 1),
        (1, 3, 1),
        (1, 4, 1),
        (1, 2, 2),
        (1, 3, 2),
        (1, 5, 2),
        (1, 8, 3),
        (2, 1, 1),
        (2, 2, 1),
        (2, 3, 1),
        (2, 4, 2),
        (3, 4, 1),
    ] {
        // all surplus units at the first true unit, the further ones regular in coordinates c
        let gathered = units - truth + 1;
        let germ = || {
            let mut generators = Vec::new();
            for k in 1..=outputs {
                generators.push(format!("{} - 1", moment(k, gathered, 0)));
                generators.extend((1..=gathered).map(|n| moment(k, gathered, n)));
            }
            generators.extend(names("c", (truth - 1) * (outputs + 1)));
            let weights = (1..=outputs).map(|k| format!("a{k}1"));
            GermText::ideal(generators).at(ones(weights))
        };
        let notes = Notes::default().germ_if(gathered * outputs <= 4 && gathered <= 3, germ);
        let parameters =
            json!({ "outputs": outputs, "step": 2, "units": units, "true_units": truth });
        shelf.exact(
            &shallow_network(outputs, 2, units, truth)?,
            parameters,
            notes,
        );
    }
    for (outputs, units) in [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 2), (1, 7)] {
        let germ = || {
            let orders = |k| (0..units).map(move |n| moment(k, units, n));
            GermText::ideal((1..=outputs).flat_map(orders).collect())
        };
        let notes = Notes::default().germ_if(units <= 2 || (outputs, units) == (1, 3), germ);
        let parameters = json!({ "outputs": outputs, "units": units });
        shelf.exact(&location_network(outputs, units)?, parameters, notes);
    }
    for units in [1, 2, 5] {
        shelf.exact(
            &relu_line(units)?,
            json!({ "units": units }),
            Notes::default(),
        );
    }
    Ok(())
}

fn zero_truth(
    shelf: &mut Shelf,
    outputs: usize,
    step: usize,
    units: usize,
) -> Result<(), ClosedFormError> {
    let germ = || {
        let orders = |k| (0..units).map(move |n| moment(k, units, step * n + 1));
        GermText::ideal((1..=outputs).flat_map(orders).collect())
    };
    let small = units <= 2 || (outputs, step, units) == (1, 2, 3);
    let notes = Notes::default()
        .germ_if(small, germ)
        .second("least over the number of collisions");
    let parameters = json!({ "outputs": outputs, "step": step, "units": units });
    shelf.exact(
        &shallow_zero_truth(outputs, step, units)?,
        parameters,
        notes,
    );
    Ok(())
}

fn many_inputs(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for outputs in 1..=3 {
        for inputs in 1..=4 {
            for step in 1..=2 {
                let germ = || {
                    let b = |unit: usize| names(&format!("b{unit}"), inputs);
                    let mut generators = Vec::new();
                    for k in 1..=outputs {
                        for degree in [1, 1 + step] {
                            let (first, second) =
                                (monomials(&b(1), degree), monomials(&b(2), degree));
                            let pairs = first.into_iter().zip(second);
                            generators.extend(pairs.map(|(one, other)| {
                                let one = product([format!("a{k}1"), one]);
                                sum([one, product([format!("a{k}2"), other])])
                            }));
                        }
                    }
                    GermText::ideal(generators)
                };
                let notes = Notes::default().germ_if(outputs <= 2 && inputs <= 2, germ);
                let parameters = json!({ "outputs": outputs, "inputs": inputs, "step": step });
                shelf.exact(&two_units(outputs, inputs, step)?, parameters, notes);
            }
        }
    }
    Ok(())
}
