//! Linear networks.

use super::instance::{Notes, Shelf};
use super::text::{entry, less, names, ones, product, sum};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, deep_linear, diagonal_linear, low_rank_approximation, power_difference,
    reduced_rank, reduced_rank_local, residual_linear, tied_diagonal_linear,
};
use crate::resolution::GermText;
use serde_json::json;

/// The name of the matrix of a layer.
const LAYERS: [&str; 5] = ["a", "b", "c", "d", "e"];

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    two_layers(shelf)?;
    local(shelf)?;
    for (m, n, h) in [(2, 2, 1), (3, 2, 1), (4, 3, 2), (5, 5, 3), (6, 4, 2)] {
        let notes = Notes::default()
            .germ_if((m, n, h) == (2, 2, 1), || approximation(m, n, h))
            .beyond_engine(true);
        let parameters = json!({ "inputs": m, "outputs": n, "hidden": h });
        shelf.exact(&low_rank_approximation(m, n, h)?, parameters, notes);
    }
    deep(shelf)?;
    residual(shelf)?;
    diagonal(shelf)
}

/// The entries of the product of the layers' matrices, the last on the left.
pub(super) fn entries(widths: &[usize]) -> Vec<Vec<String>> {
    fn paths(widths: &[usize], layer: usize, i: usize, j: usize) -> Vec<String> {
        if layer == 0 {
            return vec![entry(LAYERS[0], i, j)];
        }
        let through = (1..=widths[layer]).flat_map(|k| {
            let left = entry(LAYERS[layer], i, k);
            let rest = paths(widths, layer - 1, k, j).into_iter();
            rest.map(move |rest| format!("{left}*{rest}"))
        });
        through.collect()
    }
    let depth = widths.len() - 1;
    let row = |i| {
        (1..=widths[0])
            .map(|j| sum(paths(widths, depth - 1, i, j)))
            .collect()
    };
    (1..=widths[depth]).map(row).collect()
}

/// The truth is diag(c², …, 4, 1), whose best map of rank h keeps the first h entries: the excess
/// loss at the point where both layers have their roots.
fn approximation(m: usize, n: usize, h: usize) -> GermText {
    let rank = m.min(n);
    let root = |i: usize| Rational::from(rank - i);
    let mut squares = Vec::new();
    for (i, row) in entries(&[m, h, n]).iter().enumerate() {
        for (j, text) in row.iter().enumerate() {
            let truth = match i == j {
                true => root(i).pow(2),
                false => Rational::ZERO,
            };
            squares.push(format!("({})^2", less(text, &truth)));
        }
    }
    let least: Rational = (h..rank).map(|i| root(i).pow(4)).sum();
    let kept = (0..h).flat_map(|i| {
        let of = |letter| (entry(letter, i + 1, i + 1), root(i));
        [of("a"), of("b")]
    });
    GermText::loss(less(&sum(squares), &least)).at(kept)
}

/// The product less a truth of the given rank, where every layer has that many ones.
pub(super) fn network(widths: &[usize], rank: usize) -> GermText {
    let mut generators = Vec::new();
    for (i, row) in entries(widths).iter().enumerate() {
        for (j, text) in row.iter().enumerate() {
            let truth = usize::from(i == j && i < rank);
            generators.push(less(text, &Rational::from(truth)));
        }
    }
    let layers = LAYERS.iter().take(widths.len() - 1);
    let point = layers.flat_map(|layer| (1..=rank).map(move |i| entry(layer, i, i)));
    GermText::ideal(generators).at(ones(point))
}

fn two_layers(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let mut sizes = Vec::new();
    for m in 1..=4 {
        for n in 1..=4 {
            for h in 1..=3 {
                sizes.extend((0..=m.min(n).min(h)).map(|r| (m, n, h, r)));
            }
        }
    }
    sizes.extend([
        (4, 4, 4, 0),
        (5, 5, 4, 0),
        (4, 8, 3, 0),
        (3, 4, 8, 0),
        (5, 4, 3, 1),
        (6, 6, 4, 2),
        (10, 1, 3, 1),
        (1, 10, 3, 0),
        (2, 2, 5, 1),
        (2, 3, 6, 1),
        (7, 3, 2, 2),
        (3, 7, 3, 1),
        (6, 2, 6, 2),
        (5, 5, 5, 5),
        (1, 1, 5, 1),
        (5, 5, 3, 0),
        (10, 10, 5, 3),
    ]);
    for (m, n, h, r) in sizes {
        let small = m <= 3 && n <= 3 && h <= 2;
        let notes = Notes::default()
            .germ_if(small, || network(&[m, h, n], r))
            .second("deep linear network of depth two");
        let parameters = json!({ "inputs": m, "outputs": n, "hidden": h, "rank": r });
        shelf.exact(&reduced_rank(m, n, h, r)?, parameters, notes);
    }
    Ok(())
}

/// A point of the fibre BA = C with the given ranks: r hidden units that A and B share, then s − r
/// that only A uses, then t − r that only B uses.
pub(super) fn local_germ([m, n, h]: [usize; 3], [s, t]: [usize; 2], r: usize) -> GermText {
    let mut generators = Vec::new();
    for (i, row) in entries(&[m, h, n]).iter().enumerate() {
        for (j, text) in row.iter().enumerate() {
            generators.push(less(text, &Rational::from(usize::from(i == j && i < r))));
        }
    }
    let first = (1..=s).map(|u| entry("a", u, u));
    let second = (1..=t).map(|i| entry("b", i, if i <= r { i } else { s + i - r }));
    GermText::ideal(generators).at(ones(first.chain(second)))
}

fn local(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let sizes: [[usize; 3]; 9] = [
        [1, 1, 1],
        [1, 2, 1],
        [1, 2, 2],
        [2, 1, 2],
        [2, 2, 1],
        [2, 2, 2],
        [2, 2, 3],
        [3, 2, 2],
        [3, 3, 3],
    ];
    for [m, n, h] in sizes {
        for s in 0..=m.min(h) {
            for t in 0..=n.min(h) {
                for r in (s + t).saturating_sub(h)..=s.min(t) {
                    // no core of a full layer of 3 × 3
                    let core = (m - s) * (n - t) * (h + r - s - t);
                    let notes = Notes::default()
                        .germ_if(core < 12 && m * n * h <= 27, || {
                            local_germ([m, n, h], [s, t], r)
                        })
                        .second("normal form with a core of reduced rank");
                    let parameters = json!({
                        "inputs": m, "outputs": n, "hidden": h, "rank_a": s, "rank_b": t, "rank": r
                    });
                    shelf.exact(&reduced_rank_local(m, n, h, [s, t], r)?, parameters, notes);
                }
            }
        }
    }
    Ok(())
}

fn deep(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let mut list: Vec<(Vec<usize>, usize)> = Vec::new();
    for code in 0..16_usize {
        let widths: Vec<usize> = (0..4).map(|bit| 1 + (code >> bit & 1)).collect();
        list.push((widths.clone(), 0));
        list.push((widths, 1));
    }
    for (widths, rank) in [
        (&[1, 1, 1, 1, 1][..], 0),
        (&[1, 2, 1, 2, 1], 0),
        (&[1, 1, 1, 1, 1, 1], 0),
        (&[1, 1, 1, 2, 2], 0),
        (&[2, 2, 2, 2], 2),
        (&[2, 2, 2, 2, 2], 0),
        (&[3, 3, 3, 3], 0),
        (&[3, 3, 3, 3], 1),
        (&[3, 3, 3, 3, 3], 0),
        (&[4, 4, 4, 4, 4], 0),
        (&[5, 5, 5, 5], 2),
        (&[2, 3, 3, 2], 0),
        (&[3, 2, 2, 2], 0),
        (&[7, 7, 8, 9, 12, 13], 0),
        (&[8, 8, 11, 11, 11, 13, 13, 13, 15], 0),
        (&[3, 5, 7, 2], 1),
        (&[10, 5, 5, 10], 3),
        (&[6, 4, 3, 5, 6], 2),
        (&[20, 10, 15, 20], 5),
        (&[2, 5, 1, 4], 0),
        (&[9, 3, 7, 4, 8], 2),
        (&[5, 8, 8, 8, 5], 4),
        (&[100, 50, 60, 100], 10),
        (&[10, 8, 3, 5, 11, 5], 1),
    ] {
        list.push((widths.to_vec(), rank));
    }
    for (widths, rank) in list {
        let small = widths.len() <= 5 && widths.iter().all(|w| *w <= 2) && widths != [2; 5];
        let notes = match written_out(&widths) {
            true => Notes::default().germ_if(small, || network(&widths, rank)),
            false => Notes::default(),
        };
        let notes = notes.second("codimension of the fibre (Lehalleur & Rimányi 2024)");
        let parameters = json!({ "widths": widths, "rank": rank });
        shelf.exact(&deep_linear(&widths, rank)?, parameters, notes);
    }
    Ok(())
}

/// Whether the entries of the product are short enough to be written out.
fn written_out(widths: &[usize]) -> bool {
    widths.len() <= LAYERS.len() + 1 && widths.iter().product::<usize>() <= 1000
}

fn residual(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (width, depth) in [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 2), (3, 4)] {
        let germ = || {
            // the entries of the product as a network of matrices I + W, at W = 0
            let widths = vec![width; depth + 1];
            let mut generators = Vec::new();
            for (i, row) in entries(&widths).iter().enumerate() {
                for (j, text) in row.iter().enumerate() {
                    generators.push(less(text, &Rational::from(usize::from(i == j))));
                }
            }
            let layers = LAYERS.iter().take(depth);
            let identity = layers.flat_map(|layer| (1..=width).map(move |i| entry(layer, i, i)));
            GermText::ideal(generators).at(ones(identity))
        };
        let notes = Notes::default().germ_if(width * width * depth <= 12, germ);
        let parameters = json!({ "width": width, "depth": depth });
        shelf.exact(&residual_linear(width, depth)?, parameters, notes);
    }
    Ok(())
}

fn diagonal(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (d, zeros, depth) in [
        (1, 1, 2),
        (2, 1, 2),
        (2, 2, 2),
        (3, 0, 2),
        (3, 1, 2),
        (3, 3, 2),
        (2, 1, 3),
        (2, 2, 3),
        (2, 2, 4),
        (3, 1, 4),
    ] {
        let chain = |i: usize| {
            LAYERS[..depth]
                .iter()
                .map(move |layer| format!("{layer}{i}"))
        };
        let truth = |i: usize| Rational::from(usize::from(i > zeros));
        let generators = (1..=d).map(|i| less(&product(chain(i)), &truth(i)));
        let germ = GermText::ideal(generators.collect()).at(ones((zeros + 1..=d).flat_map(chain)));
        let parameters = json!({ "inputs": d, "zeros": zeros, "depth": depth });
        shelf.exact(
            &diagonal_linear(d, zeros, depth)?,
            parameters,
            Notes::default().germ(germ),
        );
    }
    for (d, zeros, depth) in [
        (1, 1, 2),
        (2, 1, 2),
        (3, 1, 2),
        (3, 3, 2),
        (2, 1, 3),
        (4, 2, 3),
        (3, 2, 4),
        (2, 0, 5),
    ] {
        let u = names("u", d);
        let truth = |i: usize| Rational::from(usize::from(i >= zeros));
        let tied = u.iter().enumerate();
        let generators = tied.map(|(i, u)| less(&format!("{u}^{depth}"), &truth(i)));
        let germ = GermText::ideal(generators.collect()).at(ones(u[zeros..].iter().cloned()));
        let parameters = json!({ "inputs": d, "zeros": zeros, "depth": depth });
        let truth = tied_diagonal_linear(d, zeros, depth)?;
        shelf.exact(&truth, parameters, Notes::default().germ(germ));
    }
    for depth in 1..=6 {
        let germ = GermText::ideal(vec![format!("u^{depth} - v^{depth}")]);
        let notes = Notes::default().germ(germ);
        shelf.exact(&power_difference(depth)?, json!({ "depth": depth }), notes);
    }
    Ok(())
}
