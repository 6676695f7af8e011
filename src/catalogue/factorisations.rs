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
        // all entries of the factors are 1, but for more than rank one the first are 2
        let value = |i: usize, h: usize| 1 + usize::from(rank > 1 && i == h && h <= rank);
        let germ = || {
            let product = entries(&[columns, inner, rows]);
            let mut generators = Vec::new();
            for (i, row) in product.iter().enumerate() {
                for (j, text) in row.iter().enumerate() {
                    let terms = (1..=inner).map(|h| value(i + 1, h) * value(j + 1, h));
                    generators.push(less(text, &Rational::from(terms.sum::<usize>())));
                }
            }
            let first = (1..=inner).flat_map(|h| (1..=columns).map(move |j| (h, j)));
            let second = (1..=rows).flat_map(|i| (1..=inner).map(move |h| (i, h)));
            let point = first
                .map(|(h, j)| (entry("a", h, j), Rational::from(value(j, h))))
                .chain(second.map(|(i, h)| (entry("b", i, h), Rational::from(value(i, h)))));
            GermText::ideal(generators)
                .at(point)
                .nonnegative(all_entries(rows, columns, inner))
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
        let small = rank == 0 && words * topics * documents <= 18;
        // of larger ones not even the truth is short
        let notes = match words * documents <= 60 {
            true => {
                Notes::default().germ_if(small, || topic_model([words, documents, topics], rank))
            }
            false => Notes::default(),
        };
        let notes = notes.second("reduced-rank regression of rank r + 1, less N/2");
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

/// At topics of which the first r differ from the last one and the others are equal to it, and
/// documents that differ in these r: all uniform for r = 0.
fn topic_model([words, documents, topics]: [usize; 3], rank: usize) -> GermText {
    let part = |numerator: usize, denominator: usize| {
        Rational::from(numerator) / Rational::from(denominator)
    };
    let a = |i: usize, h: usize| match i == h && h <= rank {
        true => part(3, 2 * words),
        false => part(1, words),
    };
    let b = |h: usize, j: usize| match h == j && h <= rank {
        true => part(5, 4 * topics),
        false => part(1, topics),
    };
    let mut generators = Vec::new();
    for i in 1..words {
        for j in 1..=documents {
            let last = entry("a", i, topics);
            let mixed = (1..topics).map(|h| {
                let difference = format!("({} - {last})", entry("a", i, h));
                format!("{difference}*{}", entry("b", h, j))
            });
            let text = sum(std::iter::once(last.clone()).chain(mixed));
            let differences = (1..topics).map(|h| (a(i, h) - a(i, topics)) * b(h, j));
            let truth = a(i, topics) + differences.sum::<Rational>();
            generators.push(less(&text, &truth));
        }
    }
    let topic = (1..words).flat_map(|i| (1..=topics).map(move |h| (i, h)));
    let share = (1..topics).flat_map(|h| (1..=documents).map(move |j| (h, j)));
    let point = topic
        .map(|(i, h)| (entry("a", i, h), a(i, h)))
        .chain(share.map(|(h, j)| (entry("b", h, j), b(h, j))));
    GermText::ideal(generators).at(point)
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
                let truth = usize::from(i <= rest && j == rank + i);
                let all = sum((1..=number).map(observed).chain((1..=latent).map(hidden)));
                less(&all, &Rational::from(truth))
            });
            // the latent concepts see what is in the kernel of B
            let hidden = (1..=rest).flat_map(|h| [entry("c", h, h), entry("d", h, rank + h)]);
            let observed = (1..=rank).map(|k| entry("b", k, k));
            let point = ones(observed.chain(hidden));
            GermText::ideal(concepts(inputs, number, rank).chain(map).collect()).at(point)
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
