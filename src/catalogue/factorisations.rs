//! Factorisations with constraints, bottlenecks, tensors.

use super::instance::{Notes, Shelf};
use super::linear::entries;
use super::text::{entry, less, ones, sum};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, concept_bottleneck, latent_dirichlet, nonnegative_positive, nonnegative_zero,
    partial_bottleneck, tensor_two_terms,
};
use crate::resolution::GermText;
use serde_json::json;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    nonnegative(shelf)?;
    dirichlet(shelf)?;
    bottlenecks(shelf)?;
    let index = |letter: &str, h: usize, i: usize| format!("{letter}{h}{i}");
    let mut generators = Vec::new();
    for i in 1..=2 {
        for j in 1..=2 {
            for k in 1..=2 {
                generators.push(sum((1..=2).map(|h| {
                    format!(
                        "{}*{}*{}",
                        index("a", h, i),
                        index("b", h, j),
                        index("c", h, k)
                    )
                })));
            }
        }
    }
    let notes = Notes::default().germ(GermText::ideal(generators));
    shelf.exact(
        &tensor_two_terms()?,
        json!({ "dimensions": [2, 2, 2], "terms": 2 }),
        notes,
    );
    Ok(())
}

/// The entries of the matrices of two layers.
fn all_entries(rows: usize, columns: usize, inner: usize) -> Vec<String> {
    let first = (1..=inner).flat_map(|h| (1..=columns).map(move |j| entry("a", h, j)));
    let second = (1..=rows).flat_map(|i| (1..=inner).map(move |h| entry("b", i, h)));
    first.chain(second).collect()
}

fn nonnegative(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (rows, columns, inner) in [
        (1, 1, 1),
        (1, 2, 1),
        (1, 1, 2),
        (2, 2, 1),
        (2, 2, 2),
        (2, 3, 1),
        (2, 3, 2),
        (3, 3, 1),
        (3, 3, 2),
        (4, 5, 3),
    ] {
        let germ = || {
            let product = entries(&[columns, inner, rows]);
            GermText::ideal(product.concat()).nonnegative(all_entries(rows, columns, inner))
        };
        let notes = Notes::default().germ_if(inner * (rows + columns) <= 8, germ);
        let parameters = json!({ "rows": rows, "columns": columns, "inner": inner });
        shelf.exact(&nonnegative_zero(rows, columns, inner)?, parameters, notes);
    }
    for (rows, columns, inner, rank) in [
        (1, 1, 2, 1),
        (2, 2, 1, 1),
        (2, 2, 2, 1),
        (2, 3, 2, 1),
        (3, 3, 2, 1),
        (3, 4, 1, 1),
        (5, 5, 1, 1),
        (4, 4, 3, 1),
        (4, 5, 2, 2),
    ] {
        // all entries of the factors are 1, those of their product the inner size
        let germ = || {
            let product = entries(&[columns, inner, rows]).concat();
            let truth = Rational::from(inner);
            let generators = product.iter().map(|text| less(text, &truth)).collect();
            let all = all_entries(rows, columns, inner);
            GermText::ideal(generators)
                .at(ones(all.clone()))
                .nonnegative(all)
        };
        let small = rank == 1 && inner * (rows + columns) <= 10;
        let notes = Notes::default()
            .germ_if(small, germ)
            .second("reduced-rank regression");
        let parameters = json!({ "rows": rows, "columns": columns, "inner": inner, "rank": rank });
        shelf.exact(
            &nonnegative_positive(rows, columns, inner, rank)?,
            parameters,
            notes,
        );
    }
    Ok(())
}

fn dirichlet(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (words, documents, topics, rank) in [
        (2, 1, 2, 0),
        (2, 2, 2, 0),
        (3, 2, 2, 0),
        (3, 3, 2, 0),
        (2, 2, 3, 0),
        (4, 3, 2, 1),
        (4, 4, 4, 1),
        (5, 6, 3, 1),
        (10, 5, 4, 2),
        (6, 10, 5, 2),
        (20, 30, 7, 3),
    ] {
        // all topics equal and uniform, all documents uniform over topics
        let germ = || {
            let mut generators = Vec::new();
            let uniform = Rational::ONE / Rational::from(words);
            for i in 1..words {
                for j in 1..=documents {
                    let mixed = (1..topics).map(|h| {
                        let difference =
                            format!("({} - {})", entry("a", i, h), entry("a", i, topics));
                        format!("{difference}*{}", entry("b", h, j))
                    });
                    let text = sum(std::iter::once(entry("a", i, topics)).chain(mixed));
                    generators.push(less(&text, &uniform));
                }
            }
            let a = (1..words).flat_map(|i| (1..=topics).map(move |h| entry("a", i, h)));
            let b = (1..topics).flat_map(|h| (1..=documents).map(move |j| entry("b", h, j)));
            let share = Rational::ONE / Rational::from(topics);
            let point = a
                .map(|name| (name, uniform.clone()))
                .chain(b.map(|name| (name, share.clone())));
            GermText::ideal(generators).at(point)
        };
        let small = rank == 0 && words * topics * documents <= 18;
        let notes = Notes::default()
            .germ_if(small, germ)
            .second("reduced-rank regression of rank r + 1, less N/2");
        let parameters =
            json!({ "words": words, "documents": documents, "topics": topics, "rank": rank });
        shelf.exact(
            &latent_dirichlet(words, documents, topics, rank)?,
            parameters,
            notes,
        );
    }
    Ok(())
}

fn bottlenecks(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    // A is N outputs by K concepts, B is K by inputs; the truth has B = diag(1, …), A = 0
    let concepts = |inputs: usize, concepts: usize, rank: usize| {
        let all = (1..=concepts).flat_map(move |k| (1..=inputs).map(move |j| (k, j)));
        all.map(move |(k, j)| {
            let truth = usize::from(k == j && k <= rank);
            less(&entry("b", k, j), &Rational::from(truth))
        })
    };
    let point = |rank: usize| ones((1..=rank).map(|k| entry("b", k, k)));
    for (inputs, number, outputs, rank) in [
        (1, 1, 1, 0),
        (1, 1, 1, 1),
        (2, 1, 1, 1),
        (2, 2, 1, 1),
        (2, 2, 2, 1),
        (2, 2, 2, 2),
        (3, 2, 1, 2),
        (4, 3, 2, 2),
    ] {
        let germ = || {
            let map = (1..=outputs).flat_map(|i| (1..=inputs).map(move |j| (i, j)));
            let map = map.map(|(i, j)| {
                let term = |k| format!("{}*{}", entry("a", i, k), entry("b", k, j));
                sum((1..=number).map(term))
            });
            GermText::ideal(concepts(inputs, number, rank).chain(map).collect()).at(point(rank))
        };
        let notes = Notes::default().germ_if(inputs * number <= 6, germ);
        let parameters =
            json!({ "inputs": inputs, "concepts": number, "outputs": outputs, "rank": rank });
        shelf.exact(
            &concept_bottleneck(inputs, number, outputs, rank)?,
            parameters,
            notes,
        );
    }
    for ([inputs, number, latent, outputs], rank, rest) in [
        ([2, 1, 1, 1], 1, 0),
        ([2, 1, 1, 2], 1, 0),
        ([2, 1, 1, 2], 0, 0),
        ([3, 1, 1, 2], 1, 0),
        ([4, 1, 2, 3], 1, 1),
        ([5, 2, 3, 4], 2, 1),
    ] {
        let germ = || {
            let map = (1..=outputs).flat_map(|i| (1..=inputs).map(move |j| (i, j)));
            let map = map.map(|(i, j)| {
                let observed = |k| format!("{}*{}", entry("a", i, k), entry("b", k, j));
                let hidden = |h| format!("{}*{}", entry("c", i, h), entry("d", h, j));
                sum((1..=number).map(observed).chain((1..=latent).map(hidden)))
            });
            GermText::ideal(concepts(inputs, number, rank).chain(map).collect()).at(point(rank))
        };
        let notes = Notes::default().germ_if(rest == 0, germ);
        let parameters = json!({
            "inputs": inputs, "concepts": number, "latent": latent, "outputs": outputs,
            "rank": rank, "latent_rank": rest
        });
        let value = partial_bottleneck([inputs, number, latent, outputs], rank, rest)?;
        shelf.exact(&value, parameters, notes);
    }
    Ok(())
}
