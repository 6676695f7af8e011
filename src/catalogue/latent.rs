//! Models with hidden variables: latent classes, factors, trees, Boltzmann machines.

use super::instance::{Notes, Shelf};
use super::text::{entry, less, names, ones, product, sum};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, NaiveBayesTruth, Tree, boltzmann_machine, factor_analysis,
    gaussian_latent_forest, latent_class, naive_bayes, off_diagonal_gram, one_factor,
    principal_components, symmetric_factorisation,
};
use crate::resolution::GermText;
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    classes(shelf)?;
    factors(shelf)?;
    symmetric(shelf)?;
    forests(shelf)?;
    machines(shelf)
}

/// The moments of n binary features of means aᵢ and bᵢ in the two classes, of weights p and
/// 1 − p, less their values at a point.
fn naive_bayes_germ(n: usize, p: Rational, means: &[(i64, i64)]) -> GermText {
    let moment = |set: usize| {
        let members = || (0..n).filter(move |i| set >> i & 1 == 1);
        let class = |letter: &'static str| product(members().map(|i| format!("{letter}{i}")));
        let value = |class: fn(&(i64, i64)) -> i64| {
            members()
                .map(|i| Rational::from(class(&means[i])))
                .product::<Rational>()
        };
        let truth = &p * &value(|m| m.0) + (Rational::ONE - p.clone()) * value(|m| m.1);
        less(
            &format!("p*{} + (1 - p)*{}", class("a"), class("b")),
            &truth,
        )
    };
    let mut point = vec![("p".to_string(), p.clone())];
    for (i, (a, b)) in means.iter().enumerate() {
        point.push((format!("a{i}"), Rational::from(*a)));
        point.push((format!("b{i}"), Rational::from(*b)));
    }
    let germ = GermText::ideal((1..1_usize << n).map(moment).collect()).at(point);
    if p.is_zero() {
        germ.nonnegative(["p".to_string()])
    } else {
        germ
    }
}

fn classes(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let half = || Rational::ONE / Rational::from(2);
    for n in 2..=6 {
        let mut truths = vec![
            NaiveBayesTruth::Independent,
            NaiveBayesTruth::OneDependentPair,
        ];
        if n > 2 {
            truths.push(NaiveBayesTruth::Generic);
        }
        for truth in truths {
            let germ = || match truth {
                NaiveBayesTruth::Independent => {
                    naive_bayes_germ(n, Rational::ZERO, &vec![(0, 0); n])
                }
                NaiveBayesTruth::OneDependentPair => {
                    let mut means = vec![(0, 0); n];
                    means[..2].fill((1, -1));
                    naive_bayes_germ(n, half(), &means)
                }
                NaiveBayesTruth::Generic => naive_bayes_germ(n, half(), &vec![(1, -1); n]),
            };
            let small = n <= 3;
            let notes = Notes::default().germ_if(small, germ);
            let notes = match truth {
                NaiveBayesTruth::Independent => notes.second("latent classes of two states each"),
                _ => notes,
            };
            let parameters = json!({ "features": n, "truth": truth.to_string() });
            shelf.exact(&naive_bayes(n, truth)?, parameters, notes);
        }
    }
    for states in [
        &[2, 2][..],
        &[2, 3],
        &[3, 3],
        &[2, 4],
        &[2, 2, 2],
        &[2, 2, 3],
        &[3, 3, 3],
        &[2, 4, 4],
        &[2, 2, 2, 2],
    ] {
        // the means are coordinates c, the covariances s u_v u_w
        let u = |v: usize| names(&format!("u{v}"), states[v] - 1);
        let means = states.iter().map(|s| s - 1).sum();
        let mut generators = names("c", means);
        for v in 0..states.len() {
            for w in 0..v {
                for one in u(v) {
                    generators.extend(u(w).iter().map(|other| format!("s*{one}*{other}")));
                }
            }
        }
        let germ = GermText::ideal(generators).nonnegative(["s".to_string()]);
        let notes = Notes::default().germ(germ);
        shelf.exact(&latent_class(states)?, json!({ "states": states }), notes);
    }
    Ok(())
}

/// ⟨lᵢ, lⱼ⟩ of two rows of a matrix.
fn inner(i: usize, j: usize, columns: usize) -> String {
    let term = |k| format!("{}*{}", entry("l", i, k), entry("l", j, k));
    sum((1..=columns).map(term))
}

/// The covariance D + LLᵀ less its value, at D = I and L with the given ones.
fn covariance(p: usize, columns: usize, loadings: &[(usize, usize, i64)]) -> GermText {
    let at = |i: usize, k: usize| {
        let found = loadings.iter().find(|(a, b, _)| (*a, *b) == (i, k));
        found.map_or(0, |(.., value)| *value)
    };
    let mut generators = Vec::new();
    for i in 1..=p {
        for j in 1..=i {
            let value: i64 = (1..=columns).map(|k| at(i, k) * at(j, k)).sum();
            let text = inner(i, j, columns);
            generators.push(if i == j {
                less(&format!("d{i} + {text}"), &Rational::from(value))
            } else {
                less(&text, &Rational::from(value))
            });
        }
    }
    let point = loadings
        .iter()
        .map(|(i, k, value)| (entry("l", *i, *k), Rational::from(*value)));
    GermText::ideal(generators).at(point)
}

fn factors(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for rows in 2..=5 {
        for columns in 1..=4 {
            let germ = || {
                let pairs = (1..=rows).flat_map(|i| (1..i).map(move |j| (i, j)));
                GermText::ideal(pairs.map(|(i, j)| inner(i, j, columns)).collect())
            };
            let small = rows * columns <= 9 && rows <= 4 || columns == 1;
            let notes = Notes::default().germ_if(small, germ);
            let parameters = json!({ "rows": rows, "columns": columns });
            shelf.exact(&off_diagonal_gram(rows, columns)?, parameters, notes);
        }
    }
    for variables in 2..=6 {
        for loadings in [0, 2, variables] {
            let point: Vec<_> = (1..=loadings).map(|i| (i, 1, 1)).collect();
            let germ = || covariance(variables, 1, &point);
            let notes = Notes::default().germ_if(variables <= 5, germ);
            let parameters = json!({ "variables": variables, "loadings": loadings });
            shelf.exact(&one_factor(variables, loadings)?, parameters, notes);
        }
    }
    for (variables, factors, truth) in [
        (2, 1, 0),
        (3, 1, 0),
        (3, 2, 0),
        (4, 1, 0),
        (4, 2, 0),
        (4, 3, 0),
        (6, 1, 0),
        (6, 2, 0),
        (6, 3, 0),
        (4, 2, 1),
        (5, 2, 1),
        (6, 2, 1),
        (3, 1, 1),
        (4, 1, 1),
        (5, 2, 2),
        (6, 2, 2),
        (6, 3, 3),
    ] {
        // generic loadings for the true factors
        let point: Vec<_> = (1..=truth)
            .flat_map(|k| (1..=variables).map(move |i| (i, k, (i as i64).pow(k as u32 - 1) % 7)))
            .collect();
        let small = variables * factors <= 6 && truth != 1 || (factors, truth) == (1, 1);
        let notes = Notes::default().germ_if(small, || covariance(variables, factors, &point));
        let notes = if truth == 0 {
            notes.second("off-diagonal Gram ideal and the variances")
        } else {
            notes
        };
        let parameters =
            json!({ "variables": variables, "factors": factors, "true_factors": truth });
        shelf.exact(
            &factor_analysis(variables, factors, truth)?,
            parameters,
            notes,
        );
    }
    Ok(())
}

fn symmetric(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let germ = |d: usize, q: usize, rank: usize, noise: &str| {
        let pairs = (1..=d).flat_map(|i| (1..=i).map(move |j| (i, j)));
        let generators = pairs.map(|(i, j)| {
            let noise = if i == j { noise } else { "" };
            let truth = Rational::from(usize::from(i == j && i <= rank));
            less(&format!("{}{noise}", inner(i, j, q)), &truth)
        });
        let point = (1..=rank).map(|i| entry("l", i, i));
        GermText::ideal(generators.collect()).at(ones(point))
    };
    for (d, q, rank) in [
        (1, 1, 0),
        (2, 1, 0),
        (2, 1, 1),
        (2, 2, 0),
        (2, 2, 1),
        (2, 2, 2),
        (3, 1, 0),
        (3, 2, 1),
        (3, 5, 0),
        (4, 3, 2),
    ] {
        let notes = Notes::default().germ_if(d * q <= 6, || germ(d, q, rank, ""));
        let parameters = json!({ "dimension": d, "columns": q, "rank": rank });
        shelf.exact(&symmetric_factorisation(d, q, rank)?, parameters, notes);
    }
    for (d, q, rank) in [
        (2, 1, 0),
        (2, 1, 1),
        (3, 1, 0),
        (3, 1, 1),
        (3, 2, 0),
        (3, 2, 1),
        (3, 2, 2),
        (4, 1, 0),
        (5, 3, 1),
        (10, 4, 2),
    ] {
        let notes = Notes::default().germ_if(d * q <= 6, || germ(d, q, rank, " + s"));
        let parameters = json!({ "dimension": d, "components": q, "true_components": rank });
        shelf.exact(&principal_components(d, q, rank)?, parameters, notes);
    }
    Ok(())
}

type Edges = &'static [(usize, usize)];

const QUARTET: Edges = &[(1, 5), (2, 5), (3, 6), (4, 6), (5, 6)];
const CATERPILLAR: Edges = &[(1, 6), (2, 6), (3, 7), (4, 8), (5, 8), (6, 7), (7, 8)];
const CHAINED: Edges = &[(1, 5), (2, 5), (5, 6), (6, 7), (3, 7), (4, 7)];

fn forests(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let list: [(&str, Edges, Edges); 18] = [
        ("path of two edges", &[(0, 1), (0, 2)], &[]),
        ("path of two edges", &[(0, 1), (0, 2)], &[(0, 1), (0, 2)]),
        ("path of three edges", &[(1, 5), (5, 6), (2, 6)], &[]),
        ("star of three", &[(0, 1), (0, 2), (0, 3)], &[]),
        (
            "star of three",
            &[(0, 1), (0, 2), (0, 3)],
            &[(0, 1), (0, 2)],
        ),
        (
            "star of three",
            &[(0, 1), (0, 2), (0, 3)],
            &[(0, 1), (0, 2), (0, 3)],
        ),
        ("star of four", &[(0, 1), (0, 2), (0, 3), (0, 4)], &[]),
        (
            "star of four",
            &[(0, 1), (0, 2), (0, 3), (0, 4)],
            &[(0, 1), (0, 2)],
        ),
        ("quartet", QUARTET, &[]),
        ("quartet", QUARTET, &[(1, 5), (2, 5)]),
        ("quartet", QUARTET, &[(1, 5), (2, 5), (3, 6), (4, 6)]),
        ("quartet", QUARTET, &[(1, 5), (2, 5), (3, 6), (5, 6)]),
        ("quartet", QUARTET, QUARTET),
        ("caterpillar", CATERPILLAR, &[]),
        ("caterpillar", CATERPILLAR, &[(1, 6), (2, 6)]),
        (
            "caterpillar",
            CATERPILLAR,
            &[(1, 6), (2, 6), (4, 8), (5, 8)],
        ),
        ("two pairs and a chain", CHAINED, &[]),
        (
            "two pairs and a chain",
            CHAINED,
            &[(1, 5), (2, 5), (3, 7), (4, 7)],
        ),
    ];
    for (name, edges, forest) in list {
        let tree = Tree::new(edges)?;
        let notes = Notes::default().germ(correlations(&tree, edges, forest));
        let parameters = json!({ "tree": name, "edges": edges, "forest": forest });
        shelf.exact(&gaussian_latent_forest(&tree, forest)?, parameters, notes);
    }
    Ok(())
}

/// The variances of the leaves and their correlations, products along paths, less the truth: 1/2 on
/// the edges of the forest, 0 on the others.
fn correlations(tree: &Tree, edges: Edges, forest: Edges) -> GermText {
    let variable = |(a, b): (usize, usize)| format!("e{a}_{b}");
    let half = Rational::ONE / Rational::from(2);
    let leaves = tree.leaves();
    let mut generators: Vec<_> = leaves.iter().map(|leaf| format!("v{leaf}")).collect();
    for (i, &leaf) in leaves.iter().enumerate() {
        // from each node the edge towards the leaf
        let mut towards: BTreeMap<usize, (usize, (usize, usize))> = BTreeMap::new();
        let mut open = vec![leaf];
        while let Some(node) = open.pop() {
            for &(a, b) in edges.iter().filter(|(a, b)| *a == node || *b == node) {
                let other = a + b - node;
                if other != leaf && !towards.contains_key(&other) {
                    towards.insert(other, (node, (a, b)));
                    open.push(other);
                }
            }
        }
        for &other in &leaves[..i] {
            let (mut node, mut path) = (other, Vec::new());
            while let Some(&(next, along)) = towards.get(&node) {
                path.push(along);
                node = next;
            }
            let connected = path.iter().all(|along| forest.contains(along));
            let truth = if connected {
                half.pow(path.len() as u32)
            } else {
                Rational::ZERO
            };
            let text = product(path.iter().map(|along| variable(*along)));
            generators.push(less(&text, &truth));
        }
    }
    let point = forest.iter().map(|along| (variable(*along), half.clone()));
    GermText::ideal(generators).at(point)
}

/// The coefficients of the characters of the visible units in Π_j (mean over the hidden unit of Π_i
/// (1 + t_ij v_i h)), t = tanh of the weights: all but the constant vanish at the uniform truth.
fn machine(visible: usize, hidden: usize) -> GermText {
    let even = || (0..1_usize << visible).filter(|set| set.count_ones() % 2 == 0);
    let monomial = |set: usize, j: usize| {
        let members = (0..visible).filter(|i| set >> i & 1 == 1);
        members.map(|i| entry("t", i + 1, j)).collect::<Vec<_>>()
    };
    let mut product_so_far: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::from([(0, vec![vec![]])]);
    for j in 1..=hidden {
        let mut next: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::new();
        for (set, terms) in &product_so_far {
            for factor in even() {
                let longer = terms.iter().map(|term| {
                    let mut term = term.clone();
                    term.extend(monomial(factor, j));
                    term
                });
                next.entry(set ^ factor).or_default().extend(longer);
            }
        }
        product_so_far = next;
    }
    product_so_far.remove(&0);
    let terms = product_so_far.into_values();
    GermText::ideal(
        terms
            .map(|terms| sum(terms.into_iter().map(product)))
            .collect(),
    )
}

fn machines(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (visible, hidden) in [
        (2, 1),
        (3, 1),
        (3, 2),
        (3, 3),
        (3, 5),
        (4, 1),
        (4, 2),
        (5, 1),
        (5, 2),
        (5, 3),
        (6, 3),
        (10, 4),
    ] {
        let small = hidden == 1 && visible <= 5 || (visible, hidden) == (3, 2);
        // 2 to this power are the products of even sets
        let notes = match (visible - 1) * hidden <= 8 {
            true => Notes::default().germ_if(small, || machine(visible, hidden)),
            false => Notes::default(),
        };
        let parameters = json!({ "visible": visible, "hidden": hidden });
        shelf.exact(&boltzmann_machine(visible, hidden)?, parameters, notes);
    }
    Ok(())
}
