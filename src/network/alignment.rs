//! The symmetries of a network with one hidden layer, taken out.

use super::NetworkError;
use super::activation::Activation;
use super::architecture::Network;
use super::description::{Inputs, Layer};
use crate::loss::Scalar;
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Similarities are rounded to this part of the largest, for the assignment is over integers.
const RESOLUTION: f64 = 1e12;

impl Network {
    /// The parameters that give the same function as `w`, with the hidden units in the order (and,
    /// for tanh, the signs) in which they are nearest to those of `to`: the permutation π and the
    /// signs that maximise Σⱼ ⟨to_j, ±w_π(j)⟩ over the weights into and out of a unit (weight
    /// matching, Ainsworth, Hayase, Srinivasa 2022; an assignment problem, solved exactly).
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for a network that is not dense, activation, dense on real inputs;
    /// [`NetworkError::Dimension`] or [`NetworkError::Weight`] for parameters that do not fit.
    ///
    /// ```
    /// use rlct::network::{Activation, Head, Network, NetworkDescription};
    ///
    /// let head = Head::CrossEntropy;
    /// let description = NetworkDescription::perceptron(&[1, 2, 2], Activation::Tanh, head);
    /// let network = Network::new(&description)?;
    /// let to = [1.0, 2.0, 0.1, 0.2, 3.0, 4.0, 5.0, 6.0, 0.0, 0.0];
    /// // the units swapped, one of them with its sign
    /// let w = [-2.0, 1.0, -0.2, 0.1, -4.0, 3.0, -6.0, 5.0, 0.0, 0.0];
    /// assert_eq!(network.aligned(&w, &to)?, to);
    /// # Ok::<(), rlct::network::NetworkError>(())
    /// ```
    pub fn aligned<T: Scalar>(&self, w: &[T], to: &[T]) -> Result<Vec<T>, NetworkError> {
        self.check(w)?;
        self.check(to)?;
        let (bias, activation) = match (self.inputs(), &self.description().layers[..]) {
            (Inputs::Real(_), [Layer::Dense { bias, .. }, activation, Layer::Dense { .. }])
                if activation.activation().is_some() =>
            {
                (*bias, activation.activation())
            }
            _ => {
                return Err(NetworkError::Shape {
                    what: "layers",
                    reason: "symmetries are known of a dense layer, an activation and a dense \
                             layer on real inputs"
                        .into(),
                });
            }
        };
        let odd = matches!(activation, Some(Activation::Tanh | Activation::Identity));
        let shape = &self.parameters()[0].shape;
        let (hidden, inputs) = (shape[0], shape[1]);
        let out = &self.parameters()[1 + usize::from(bias)];
        // where the weights of a unit stand: into it, its bias, out of it
        let unit = |j: usize| {
            let into = j * inputs..(j + 1) * inputs;
            let of_bias = bias.then_some(hidden * inputs + j);
            let from = (0..out.shape[0]).map(move |k| out.offset + k * hidden + j);
            into.chain(of_bias).chain(from)
        };
        let product = |j: usize, k: usize| -> f64 {
            let pairs = unit(j).zip(unit(k));
            pairs.map(|(a, b)| to[a].float() * w[b].float()).sum()
        };
        let products: Vec<f64> = (0..hidden * hidden)
            .map(|jk| product(jk / hidden, jk % hidden))
            .collect();
        let worth = |x: f64| if odd { x.abs() } else { x };
        let largest = products
            .iter()
            .fold(f64::MIN_POSITIVE, |a, x| a.max(x.abs()));
        let rounded = |jk: usize| (RESOLUTION * worth(products[jk]) / largest).round() as i64;
        let weights = Matrix::from_fn(hidden, hidden, |(j, k)| rounded(j * hidden + k));
        let (_, assigned) = kuhn_munkres(&weights);
        let mut aligned = w.to_vec();
        for (j, &k) in assigned.iter().enumerate() {
            let flips = odd && products[j * hidden + k] < 0.0;
            for (place, from) in unit(j).zip(unit(k)) {
                aligned[place] = if flips { T::of(0.0) - w[from] } else { w[from] };
            }
        }
        Ok(aligned)
    }
}
