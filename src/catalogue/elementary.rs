//! Losses in separate coordinates, and forms.

use super::instance::{Notes, Shelf};
use super::text::{less, names, ones, product, products, sum};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, definite_form, morse_bott, normal_crossing, outer_product, regular,
    semi_regular, sum_of_powers,
};
use crate::resolution::GermText;
use serde_json::json;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for d in 1..=10 {
        let germ = || GermText::ideal(names("x", d));
        let notes = Notes::default().germ_if(d <= 6, germ);
        shelf.exact(&regular(d)?, json!({ "d": d }), notes);
    }
    minima(shelf)?;
    crossings(shelf)?;
    forms(shelf)?;
    for dimensions in [
        &[1, 2][..],
        &[2, 2],
        &[2, 3],
        &[3, 3],
        &[4, 4],
        &[4, 6],
        &[2, 2, 2],
        &[2, 2, 3],
        &[2, 3, 4],
        &[3, 3, 5],
        &[2, 2, 2, 2],
    ] {
        let vectors: Vec<_> = dimensions
            .iter()
            .zip(["a", "b", "c", "d"])
            .map(|(&n, letter)| names(letter, n))
            .collect();
        let small = dimensions.iter().product::<usize>() <= 16;
        let notes = Notes::default().germ_if(small, || GermText::ideal(products(&vectors)));
        let parameters = json!({ "dimensions": dimensions });
        shelf.exact(&outer_product(dimensions)?, parameters, notes);
    }
    Ok(())
}

/// Spheres and orthogonal groups.
fn minima(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for d in 2..=5 {
        let x = names("x", d);
        let squares = sum(x.iter().map(|x| format!("{x}^2")));
        let germ = GermText::ideal(vec![format!("{squares} - 1")]).at(ones(x.into_iter().take(1)));
        let parameters = json!({ "dimension": d, "codimension": 1, "minima": "sphere" });
        shelf.exact(&morse_bott(d, 1)?, parameters, Notes::default().germ(germ));
    }
    for n in 2..=4 {
        let entry = |i: usize, j: usize| format!("q{i}{j}");
        let columns = (1..=n).flat_map(|j| (j..=n).map(move |k| (j, k)));
        let generators = columns.map(|(j, k)| {
            let inner = sum((1..=n).map(|i| format!("{}*{}", entry(i, j), entry(i, k))));
            less(&inner, &Rational::from(usize::from(j == k)))
        });
        let germ = GermText::ideal(generators.collect()).at(ones((1..=n).map(|i| entry(i, i))));
        let codimension = n * (n + 1) / 2;
        let parameters =
            json!({ "dimension": n * n, "codimension": codimension, "minima": "orthogonal group" });
        let notes = Notes::default().germ_if(n <= 3, || germ);
        shelf.exact(&morse_bott(n * n, codimension)?, parameters, notes);
    }
    Ok(())
}

fn crossings(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let mut list: Vec<(Vec<u32>, Vec<usize>)> = (1..=5).map(|k| (vec![k], vec![0])).collect();
    for k1 in 1..=3 {
        for k2 in k1..=3 {
            for h in [[0, 0], [0, 1], [1, 0], [1, 1]] {
                list.push((vec![k1, k2], h.to_vec()));
            }
        }
    }
    for (k, h) in [
        (&[1, 1, 1][..], &[0, 0, 0][..]),
        (&[1, 2], &[0, 3]),
        (&[2, 3], &[1, 2]),
        (&[1, 0], &[0, 0]),
        (&[3, 3, 1], &[2, 2, 0]),
        (&[2, 4, 1], &[1, 3, 0]),
        (&[1, 2, 3], &[0, 1, 2]),
        (&[1, 1, 1, 1], &[0, 0, 0, 0]),
    ] {
        list.push((k.to_vec(), h.to_vec()));
    }
    for (k, h) in list {
        let prior: Vec<_> = h.iter().map(|&h| Rational::from(h)).collect();
        let powers = |e: Vec<usize>| {
            let some = e.into_iter().enumerate().filter(|(_, e)| *e > 0);
            product(some.map(|(i, e)| format!("x{}^{e}", i + 1)))
        };
        let monomial = powers(k.iter().map(|&k| k as usize).collect());
        let mut germ = GermText::ideal(vec![monomial]);
        if h.iter().any(|h| *h > 0) {
            germ = germ.amplitude(powers(h.clone()));
        }
        let parameters = json!({ "k": k, "h": h });
        shelf.exact(
            &normal_crossing(&k, &prior)?,
            parameters,
            Notes::default().germ(germ),
        );
    }
    Ok(())
}

fn forms(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let mut powers: Vec<Vec<usize>> = Vec::new();
    for a in 1..=4 {
        powers.extend((a..=4).map(|b| vec![a, b]));
    }
    powers.extend([
        vec![1, 1, 1],
        vec![1, 2, 3],
        vec![2, 2, 2],
        vec![1, 1, 2, 4],
    ]);
    for k in powers {
        let terms = k.iter().enumerate();
        let loss = sum(terms.map(|(i, k)| format!("x{}^{}", i + 1, 2 * k)));
        let notes = Notes::default().germ(GermText::loss(loss));
        shelf.exact(&sum_of_powers(&k)?, json!({ "k": k }), notes);
    }
    for (d, p) in [
        (1, 2),
        (2, 2),
        (3, 2),
        (4, 2),
        (2, 3),
        (3, 3),
        (4, 3),
        (2, 4),
    ] {
        let squares = sum(names("x", d).iter().map(|x| format!("{x}^2")));
        let notes = Notes::default().germ(GermText::loss(format!("({squares})^{p}")));
        let parameters = json!({ "d": d, "degree": 2 * p });
        shelf.exact(&definite_form(d, 2 * p)?, parameters, notes);
    }
    for (d, r, p) in [
        (2, 1, 2),
        (3, 2, 2),
        (3, 1, 2),
        (2, 1, 3),
        (4, 2, 2),
        (5, 2, 3),
        (4, 4, 2),
    ] {
        let mut terms: Vec<_> = names("x", r).iter().map(|x| format!("{x}^2")).collect();
        if r < d {
            let rest = sum(names("y", d - r).iter().map(|y| format!("{y}^2")));
            terms.push(format!("({rest})^{p}"));
        }
        let notes = Notes::default().germ(GermText::loss(sum(terms)));
        let parameters = json!({ "d": d, "fisher_rank": r, "order": p });
        shelf.exact(&semi_regular(d, r, p)?, parameters, notes);
    }
    Ok(())
}
