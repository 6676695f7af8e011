//! Mixtures and hidden Markov models.

use super::instance::{Notes, Shelf};
use super::text::{monomials, names, product, products, sum};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, binomial_mixture, common_variance_mixture, finite_mixture, fixed_ratio,
    known_component, normal_scale_mixture, poisson_mixture, symmetric_mixture, two_state_markov,
};
use crate::resolution::GermText;
use serde_json::json;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    identifiable(shelf)?;
    for (components, truth) in [(2, 1), (2, 2), (3, 1), (3, 2), (4, 2), (6, 2), (5, 3)] {
        let notes = Notes::default()
            .loss(gathered(1, components, truth))
            .second("strongly identifiable mixture");
        let parameters = json!({ "components": components, "true_components": truth });
        shelf.exact(&poisson_mixture(components, truth)?, parameters, notes);
    }
    for (trials, components, truth) in [
        (2, 2, 1),
        (3, 2, 1),
        (2, 3, 1),
        (3, 3, 1),
        (2, 4, 1),
        (5, 3, 2),
        (8, 4, 3),
    ] {
        let germ = || centred_moments(1, components, trials);
        let notes = match truth {
            1 => Notes::default().germ_if(components <= 3, germ),
            _ => Notes::default().loss(gathered(1, components, truth)),
        };
        let notes = notes.second("strongly identifiable mixture");
        let parameters =
            json!({ "trials": trials, "components": components, "true_components": truth });
        shelf.exact(
            &binomial_mixture(trials, components, truth)?,
            parameters,
            notes,
        );
    }
    small(shelf)
}

/// All centred moments up to an order, at one component of weight one and the others 0:
/// Σ wᵢ bᵢ^α with w₁ = 1 − w₂ − ….
fn centred_moments(dimension: usize, components: usize, order: usize) -> GermText {
    let weights = names("w", components);
    let surplus: Vec<String> = weights[1..].to_vec();
    let others: String = surplus.iter().map(|w| format!(" - {w}")).collect();
    let first = format!("(1{others})");
    let powers = |component: usize, degree: usize| {
        monomials(&names(&format!("b{component}"), dimension), degree)
    };
    let mut generators = Vec::new();
    for degree in 1..=order {
        for at in 0..powers(1, degree).len() {
            let terms = (1..=components).map(|i| {
                let weight = if i == 1 { &first } else { &weights[i - 1] };
                product([weight.clone(), powers(i, degree)[at].clone()])
            });
            generators.push(sum(terms));
        }
    }
    GermText::ideal(generators).nonnegative(surplus)
}

/// The moments of all surplus components at one true component, and the regular directions of the
/// other true ones: their weights and places.
fn gathered(dimension: usize, components: usize, truth: usize) -> GermText {
    let surplus = components - truth;
    let mut text = centred_moments(dimension, surplus + 1, 2);
    let regular = names("c", (truth - 1) * (dimension + 1));
    text.generators.extend(regular);
    text
}

fn identifiable(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (dimension, components, truth, phi) in [
        (1, 2, 1, "1"),
        (1, 3, 1, "1"),
        (1, 4, 1, "1"),
        (1, 3, 2, "1"),
        (1, 5, 2, "1"),
        (1, 10, 3, "1"),
        (2, 2, 1, "1"),
        (2, 3, 1, "1"),
        (2, 4, 2, "1"),
        (3, 2, 1, "1"),
        (3, 4, 2, "1"),
        (5, 3, 1, "1"),
        (1, 2, 1, "2"),
        (1, 3, 1, "1/4"),
        (1, 2, 1, "1/2"),
        (2, 2, 1, "2"),
        (3, 3, 1, "3/2"),
        (3, 3, 1, "2"),
        (3, 2, 1, "2"),
        (4, 2, 1, "2"),
    ] {
        let concentration: Rational = phi.parse().unwrap_or(Rational::ONE);
        let germ = || {
            let germ = gathered(dimension, components, truth);
            let powers = |power: &str| {
                let surplus = names("w", components - truth + 1);
                product(surplus[1..].iter().map(|w| format!("{w}{power}")))
            };
            match phi {
                "1" => germ,
                "2" => germ.amplitude(powers("")),
                _ => germ.amplitude(powers(&format!("^({})", &concentration - &Rational::ONE))),
            }
        };
        let small = truth == 1
            && components <= 3
            && dimension * components <= 8
            && ["1", "2"].contains(&phi);
        let notes = Notes::default().germ_if(small, germ);
        let parameters = json!({
            "dimension": dimension, "components": components, "true_components": truth,
            "dirichlet_index": phi
        });
        let value = finite_mixture(dimension, components, truth, &concentration)?;
        shelf.exact(&value, parameters, notes);
    }
    Ok(())
}

/// k! [t^k] exp(μt + vt²/2): the k-th moment of a normal distribution.
fn normal_moment(k: usize, mean: &str, variance: &str) -> String {
    let factorial = |n: usize| (1..=n).product::<usize>().max(1);
    let term = |j: usize| {
        let coefficient =
            factorial(k) / (factorial(j) * factorial(k - 2 * j) * 2_usize.pow(j as u32));
        let mut factors = vec![coefficient.to_string()];
        if k > 2 * j {
            factors.push(format!("{mean}^{}", k - 2 * j));
        }
        if j > 0 {
            factors.push(format!("{variance}^{j}"));
        }
        product(factors)
    };
    sum((0..=k / 2).map(term))
}

fn small(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for dimension in 1..=5 {
        let parameters = json!({ "dimension": dimension });
        let b = names("b", dimension);
        let weighted = products(&[vec!["a".to_string()], b.clone()]);
        let germ = GermText::ideal(weighted).nonnegative(["a".to_string()]);
        let notes = Notes::default().germ(germ);
        shelf.exact(&known_component(dimension)?, parameters.clone(), notes);

        // b/3 + 2c/3 and b²/3 + 2c²/3, tripled
        let mut generators = Vec::new();
        for degree in 1..=2 {
            let pairs = monomials(&b, degree)
                .into_iter()
                .zip(monomials(&names("c", dimension), degree));
            generators.extend(pairs.map(|(one, other)| format!("{one} + 2*{other}")));
        }
        let notes = Notes::default().germ_if(dimension <= 3, || GermText::ideal(generators));
        shelf.exact(&fixed_ratio(dimension)?, parameters.clone(), notes);

        let notes = Notes::default().germ(GermText::ideal(monomials(&b, 2)));
        shelf.exact(&symmetric_mixture(dimension)?, parameters, notes);
    }
    // the first six moments of a N(u, d) + (1 − a) N(v, e) in excess of those of N(0, 0)
    let moment = |k: usize| {
        let (one, other) = (normal_moment(k, "u", "d"), normal_moment(k, "v", "e"));
        format!("a*({one}) + (1 - a)*({other})")
    };
    let germ = GermText::ideal((1..=6).map(moment).collect()).nonnegative(["a".to_string()]);
    let notes = Notes::default().germ(germ);
    shelf.exact(
        &normal_scale_mixture()?,
        json!({ "components": 2, "true_components": 1 }),
        notes,
    );
    // the same with one variance
    let moment = |k: usize| {
        let (one, other) = (normal_moment(k, "u", "d"), normal_moment(k, "v", "d"));
        format!("a*({one}) + (1 - a)*({other})")
    };
    let germ = GermText::ideal((1..=6).map(moment).collect()).nonnegative(["a".to_string()]);
    shelf.exact(
        &common_variance_mixture(&Rational::ONE)?,
        json!({ "components": 2, "true_components": 1, "concentration": "1" }),
        Notes::default().germ(germ),
    );
    let notes = Notes::default().second("strongly identifiable mixture");
    shelf.exact(
        &two_state_markov()?,
        json!({ "states": 2, "true_states": 1 }),
        notes,
    );
    Ok(())
}
