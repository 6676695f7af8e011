//! Discrete Bayesian networks, some of their nodes hidden.

use super::error::{at_least, at_most};
use super::simplices::Simplices;
use super::{FiniteOutcomes, ModelError};
use crate::algebra::{Polynomial, Rational, SizeLimits};

/// The most joint states of all nodes, hidden ones included.
const MAX_JOINT_STATES: usize = 65_536;

/// A node of a Bayesian network.
///
/// # Examples
///
/// ```
/// use rlct::model::Node;
/// let cause = Node::hidden(2, &[]);
/// let effect = Node::observed(3, &[0]);
/// assert_eq!((cause.is_hidden(), effect.states()), (true, 3));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    states: usize,
    parents: Vec<usize>,
    hidden: bool,
}

impl Node {
    /// A node that is seen in the data, its parents given by their positions in the network.
    ///
    /// ```
    /// # use rlct::model::Node;
    /// assert_eq!(Node::observed(2, &[0, 1]).parents(), [0, 1]);
    /// ```
    #[must_use]
    pub fn observed(states: usize, parents: &[usize]) -> Self {
        Self {
            states,
            parents: parents.to_vec(),
            hidden: false,
        }
    }

    /// A node that is summed over.
    ///
    /// ```
    /// # use rlct::model::Node;
    /// assert!(Node::hidden(2, &[]).is_hidden());
    /// ```
    #[must_use]
    pub fn hidden(states: usize, parents: &[usize]) -> Self {
        Self {
            hidden: true,
            ..Self::observed(states, parents)
        }
    }

    /// The number of states.
    ///
    /// ```
    /// # use rlct::model::Node;
    /// assert_eq!(Node::hidden(4, &[]).states(), 4);
    /// ```
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// The positions of the parents.
    ///
    /// ```
    /// # use rlct::model::Node;
    /// assert!(Node::hidden(4, &[]).parents().is_empty());
    /// ```
    #[must_use]
    pub fn parents(&self) -> &[usize] {
        &self.parents
    }

    /// Whether the node is summed over.
    ///
    /// ```
    /// # use rlct::model::Node;
    /// assert!(!Node::observed(4, &[]).is_hidden());
    /// ```
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }
}

/// The model of the observed nodes of a Bayesian network: p(x) = Σ_hidden Π_v p(x_v |
/// x_parents(v)).
///
/// Nodes stand after their parents. Parameters: node after node, for each joint state of its
/// parents (the last parent fastest) the probabilities of all its states but the last, named
/// `p{node}`, `p{node}_{states of the parents}`, with `_{state}` (from 1) appended for more than
/// two states. Outcomes: joint states of the observed nodes, the last node fastest. The domain is a
/// product of simplices.
///
/// # Errors
/// [`ModelError::Graph`] for a parent that does not come before its child or no observed node;
/// [`ModelError::TooSmall`] for fewer than two states; [`ModelError::TooLarge`] for more than
/// 65,536 joint states.
///
/// ```
/// use rlct::model::{Model, Node, bayesian_network};
///
/// // a hidden cause of two observed effects
/// let model = bayesian_network(&[
///     Node::hidden(2, &[]),
///     Node::observed(2, &[0]),
///     Node::observed(2, &[0]),
/// ])?;
/// assert_eq!(model.parameters().names(), ["p0", "p1_0", "p1_1", "p2_0", "p2_1"]);
/// assert_eq!(model.weights().len(), 4);
/// # Ok::<(), rlct::model::ModelError>(())
/// ```
pub fn bayesian_network(nodes: &[Node]) -> Result<FiniteOutcomes, ModelError> {
    let mut joint = 1_usize;
    for (v, node) in nodes.iter().enumerate() {
        at_least("the number of states of a node", 2, node.states)?;
        if node.parents.iter().any(|p| *p >= v) {
            return Err(ModelError::Graph {
                reason: "a node has a parent that does not come before it",
            });
        }
        joint = joint.saturating_mul(node.states);
    }
    if nodes.iter().all(|n| n.hidden) {
        return Err(ModelError::Graph {
            reason: "no node is observed",
        });
    }
    at_most("the number of joint states", MAX_JOINT_STATES, joint)?;
    let mut simplices = Simplices::default();
    let mut tables = Vec::with_capacity(nodes.len());
    for (v, node) in nodes.iter().enumerate() {
        let radices: Vec<usize> = node.parents.iter().map(|p| nodes[*p].states).collect();
        let configurations: usize = radices.iter().product();
        tables.push(simplices.len());
        for configuration in 0..configurations {
            let mut name = format!("p{v}");
            for state in digits(configuration, &radices) {
                name.push_str(&format!("_{state}"));
            }
            simplices.point(&name, node.states);
        }
    }
    let (domain, points) = simplices.finish()?;
    let radices: Vec<usize> = nodes.iter().map(|n| n.states).collect();
    let seen: Vec<usize> = nodes
        .iter()
        .map(|n| if n.hidden { 1 } else { n.states })
        .collect();
    let ring = points[0][0].variables().clone();
    let outcomes: usize = seen.iter().product();
    let mut probabilities = vec![Polynomial::zero(&ring); outcomes];
    let limits = SizeLimits::default();
    for state in 0..joint {
        let states = digits(state, &radices);
        let mut product = Polynomial::constant(&ring, Rational::ONE);
        let mut outcome = 0;
        for (v, node) in nodes.iter().enumerate() {
            let configuration = node
                .parents
                .iter()
                .fold(0, |c, &p| c * nodes[p].states + states[p]);
            product =
                product.checked_mul(&points[tables[v] + configuration][states[v]], &limits)?;
            if !node.hidden {
                outcome = outcome * node.states + states[v];
            }
        }
        probabilities[outcome] = &probabilities[outcome] + &product;
    }
    Ok(FiniteOutcomes::new(&ring, &probabilities)?.on_domain(domain))
}

/// The digits of a number in mixed radices, the last one fastest.
fn digits(mut number: usize, radices: &[usize]) -> Vec<usize> {
    let mut digits = vec![0; radices.len()];
    for (digit, radix) in digits.iter_mut().zip(radices).rev() {
        *digit = number % radix;
        number /= radix;
    }
    digits
}
