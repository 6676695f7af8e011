//! Gaussian latent trees whose truth is a forest.

use super::family::{About, Tier};
use super::size::{half, rational};
use super::{ClosedForm, ClosedFormError, Family, Source};
use crate::algebra::Rational;
use crate::polyhedron::NewtonPolyhedron;
use crate::{Budget, LearningCoefficient};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ABOUT: About = About {
    name: "Gaussian latent tree",
    source: Source::publication(
        "Drton, Lin, Weihs & Zwiernik",
        2017,
        "Marginal likelihood and model selection for Gaussian latent tree and forest models",
        "Bernoulli 23, 1202–1232",
        "theorem 4.3; here by the Newton polyhedron",
    ),
    conditions: "normal distributions of the leaves of a tree whose inner nodes are hidden; the \
                 truth is a forest in it with correlations different from 0 and ±1 on its edges; \
                 the prior is positive on the fibre",
    tier: Tier::Computed,
};

/// A tree: edges between numbered nodes, the observed nodes its leaves.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::Tree;
///
/// let quartet = Tree::new(&[(1, 5), (2, 5), (3, 6), (4, 6), (5, 6)])?;
/// assert_eq!(quartet.leaves().len(), 4);
/// assert!(Tree::new(&[(1, 2), (2, 3), (3, 1)]).is_err());
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    edges: Vec<(usize, usize)>,
    neighbours: BTreeMap<usize, Vec<usize>>,
}

fn refuse(what: String) -> ClosedFormError {
    ClosedFormError::NotAForest { what }
}

impl Tree {
    /// The tree of these edges.
    ///
    /// # Errors
    /// [`ClosedFormError::NotAForest`] if there is no edge or the edges make no tree.
    ///
    /// ```
    /// # use rlct::closed_form::Tree;
    /// assert!(Tree::new(&[(0, 1), (2, 3)]).is_err());
    /// ```
    pub fn new(edges: &[(usize, usize)]) -> Result<Self, ClosedFormError> {
        let mut neighbours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &(a, b) in edges {
            neighbours.entry(a).or_default().push(b);
            neighbours.entry(b).or_default().push(a);
        }
        let tree = Self {
            edges: edges.to_vec(),
            neighbours,
        };
        let Some(&root) = tree.neighbours.keys().next() else {
            return Err(refuse("a tree needs at least one edge".to_string()));
        };
        let nodes = tree.neighbours.len();
        if nodes != edges.len() + 1 || tree.reached(root).len() != nodes {
            let edges = edges.len();
            return Err(refuse(format!(
                "{edges} edges on {nodes} nodes are no tree: it has one node more than edges and \
                 is connected"
            )));
        }
        Ok(tree)
    }

    /// The nodes of degree one, which are observed.
    ///
    /// ```
    /// # use rlct::closed_form::Tree;
    /// assert_eq!(Tree::new(&[(1, 0), (0, 2)])?.leaves(), [1, 2]);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn leaves(&self) -> Vec<usize> {
        let leaves = self.neighbours.iter().filter(|(_, n)| n.len() == 1);
        leaves.map(|(&node, _)| node).collect()
    }

    /// From each node that can be reached, the one before it on the path from the root.
    fn reached(&self, root: usize) -> BTreeMap<usize, usize> {
        let mut before = BTreeMap::from([(root, root)]);
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            for &next in self.neighbours.get(&node).into_iter().flatten() {
                if let std::collections::btree_map::Entry::Vacant(place) = before.entry(next) {
                    place.insert(node);
                    open.push(next);
                }
            }
        }
        before
    }
}

/// An edge whichever way it is written.
fn edge(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

/// The learning coefficient of the Gaussian latent model of a tree at a truth that is the forest
/// of the edges `forest` of the tree (none: the leaves are independent).
///
/// The correlation of two leaves is the product of the correlations along their path. Pairs that
/// the forest connects, and the variances, are dim F coordinates: the number of leaves and of
/// edges of F, less its hidden nodes of degree two. The other pairs give, up to units, the monomial
/// ideal of the products along the path outside F. So (λ, m) is dim F/2 plus the pole of a Newton
/// polyhedron.
///
/// # Errors
/// [`ClosedFormError::NotAForest`] if an edge is not in the tree or a path of the forest ends at a
/// hidden node; [`ClosedFormError::Unfinished`] if the polyhedron is beyond the default budget.
///
/// # References
/// Drton, Lin, Weihs & Zwiernik 2017, Bernoulli 23, 1202–1232. Their λ is dim F/2 + w/4 with w the
/// number of ends of edges outside F at nodes of F or leaves; the multiplicity of the program
/// differs where a hidden node of degree two lies between two hidden nodes outside F.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{Tree, gaussian_latent_forest};
///
/// let quartet = Tree::new(&[(1, 5), (2, 5), (3, 6), (4, 6), (5, 6)])?;
/// let independent = gaussian_latent_forest(&quartet, &[])?;
/// assert_eq!(independent.coefficient().to_string(), "λ = 3, m = 1");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
pub fn gaussian_latent_forest(
    tree: &Tree,
    forest: &[(usize, usize)],
) -> Result<ClosedForm, ClosedFormError> {
    let all: BTreeSet<_> = tree.edges.iter().map(|&(a, b)| edge(a, b)).collect();
    let chosen: BTreeSet<_> = forest.iter().map(|&(a, b)| edge(a, b)).collect();
    if let Some((a, b)) = chosen.difference(&all).next() {
        return Err(refuse(format!(
            "the edge {a}–{b} of the forest is not in the tree"
        )));
    }
    let leaves = tree.leaves();
    let mut hidden_of_degree_two = 0;
    for node in tree.neighbours.keys().filter(|node| !leaves.contains(node)) {
        let degree = chosen
            .iter()
            .filter(|(a, b)| a == node || b == node)
            .count();
        match degree {
            1 => {
                return Err(refuse(format!(
                    "the forest ends at the hidden node {node}; it must end at leaves"
                )));
            }
            2 => hidden_of_degree_two += 1,
            _ => {}
        }
    }
    let dimension = leaves.len() + chosen.len() - hidden_of_degree_two;
    let regular = half(rational(dimension));
    let outside: Vec<_> = all.difference(&chosen).copied().collect();
    let mut monomials = Vec::new();
    for (i, &leaf) in leaves.iter().enumerate() {
        let before = tree.reached(leaf);
        for &other in &leaves[..i] {
            let mut exponents = vec![0; outside.len()];
            let mut node = other;
            while let Some(&previous) = before.get(&node).filter(|_| node != leaf) {
                if let Ok(at) = outside.binary_search(&edge(node, previous)) {
                    exponents[at] = 1;
                }
                node = previous;
            }
            if exponents.contains(&1) {
                monomials.push(exponents);
            }
        }
    }
    let coefficient = if monomials.is_empty() {
        LearningCoefficient::new(regular, 1)
    } else {
        let gamma = NewtonPolyhedron::new(outside.len(), monomials, &Budget::default())?;
        let pole = gamma.pole(&vec![Rational::ONE; outside.len()]);
        let core = pole.ok_or(ClosedFormError::NoParameters)?;
        LearningCoefficient::new(
            regular + core.coefficient().lambda(),
            core.coefficient().multiplicity(),
        )
    };
    let text = |edges: &BTreeSet<(usize, usize)>| {
        let edges: Vec<_> = edges.iter().map(|(a, b)| format!("{a}–{b}")).collect();
        edges.join(" ")
    };
    let model = match chosen.len() {
        0 => format!("tree {}, independent leaves", text(&all)),
        _ => format!("tree {}, forest {}", text(&all), text(&chosen)),
    };
    Ok(ClosedForm::new(
        coefficient,
        Family::GaussianLatentForest,
        model,
    ))
}
