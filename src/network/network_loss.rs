//! A network on data as a loss.

use super::NetworkError;
use super::architecture::Network;
use super::dataset::Dataset;
use super::description::{Head, Inputs};
use super::head::Targets;
use super::pass::{Given, Pass, Purpose};
use super::plan::Plan;
use crate::loss::{Loss, Scalar};
use pulp::Arch;

/// The mean negative log likelihood of a network on n samples,
///
/// L_n(w) = −1/n Σᵢ log p(yᵢ | xᵢ, w),
///
/// p by the [`Head`]; the constant ½ log(2πσ²) of normal noise is left out, so that L is 0 where a
/// squared error is. With this mean, n and the inverse temperature β mean what they do in theory.
/// Gradients are computed by hand, on products over views of the parameter slice, the layout of
/// which [`Network`] tells. Sums over samples are in double precision.
///
/// A loss that is not finite somewhere is returned as floating point gives it.
///
/// # Examples
///
/// ```
/// use rlct::loss::Loss;
/// use rlct::network::{Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Table};
///
/// // f(x) = v tanh(u x), without biases beyond those at 0, at y = 0: L = ½ (v tanh u)²
/// let head = Head::SquaredError { variance: 1.0, outputs: Default::default() };
/// let description = NetworkDescription::perceptron(&[1, 1, 1], Activation::Tanh, head);
/// let network = Network::new(&description)?;
/// let table = |x| Table::new("one sample", 1, vec![x]);
/// let data = Dataset::new(&network, table(1.0)?, table(0.0)?)?;
/// let loss = NetworkLoss::<f64>::new(&network, &data)?;
/// let mut scratch = vec![0.0; loss.scratch_len()];
/// let value = loss.value(&[0.5, 0.0, 2.0, 0.0], &mut scratch);
/// assert!((value - 2.0 * 0.5_f64.tanh().powi(2)).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct NetworkLoss<T> {
    network: Network,
    plan: Plan,
    arch: Arch,
    given: Given<T>,
    targets: Targets<T>,
    num_samples: usize,
    is_population: bool,
}

impl<T: Scalar> std::fmt::Debug for NetworkLoss<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkLoss")
            .field("network", self.network.description())
            .field("num_samples", &self.num_samples)
            .finish_non_exhaustive()
    }
}

impl<T: Scalar> NetworkLoss<T> {
    /// The loss of a network on data that was checked against it, or one of the same shape.
    ///
    /// # Errors
    /// As [`Dataset::new`], if the data was checked against a network of another shape.
    pub fn new(network: &Network, data: &Dataset) -> Result<Self, NetworkError> {
        let data = Dataset::new(network, data.inputs.clone(), data.targets.clone())?;
        let num_samples = data.num_samples();
        let real = |entries: &[f64]| entries.iter().map(|&x| T::of(x)).collect();
        let integers = |entries: &[f64]| entries.iter().map(|&x| x as u32).collect();
        Ok(Self {
            network: network.clone(),
            plan: Plan::new(network.stages.clone(), num_samples),
            arch: Arch::new(),
            given: match network.inputs() {
                Inputs::Real(_) => Given::Real(real(&data.inputs.entries)),
                Inputs::Tokens { .. } => Given::Tokens(integers(&data.inputs.entries)),
            },
            targets: match network.head() {
                Head::CrossEntropy => Targets::Labels(integers(&data.targets.entries)),
                _ => Targets::Real(real(&data.targets.entries)),
            },
            num_samples,
            is_population: false,
        })
    }

    /// The same loss, its samples taken for all there is and not for a draw of more: a population
    /// loss, with its least value at a true parameter, as for targets without noise. Estimators
    /// then go to any temperature, and not to that of n samples.
    ///
    /// ```
    /// # use rlct::loss::Loss;
    /// # use rlct::network::{Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss};
    /// # use rlct::network::Table;
    /// # let head = Head::SquaredError { variance: 1.0, outputs: Default::default() };
    /// # let network =
    /// #     Network::new(&NetworkDescription::perceptron(&[1, 1, 1], Activation::Tanh, head))?;
    /// # let table = |x| Table::new("one sample", 1, vec![x]);
    /// # let data = Dataset::new(&network, table(1.0)?, table(0.0)?)?;
    /// let loss = NetworkLoss::<f64>::new(&network, &data)?;
    /// assert_eq!(loss.num_samples(), Some(1));
    /// assert_eq!(loss.as_population().num_samples(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn as_population(mut self) -> Self {
        self.is_population = true;
        self
    }

    /// How many samples there are, of a population loss too.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.num_samples
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    fn run(&self, w: &[T], batch: Option<&[u32]>, purpose: Purpose<'_, T>, scratch: &mut [T]) -> T {
        let pass = Pass {
            plan: &self.plan,
            arch: self.arch,
            given: &self.given,
            targets: Some(&self.targets),
            head: self.network.head(),
            w,
            batch,
            count: batch.map_or(self.num_samples, <[u32]>::len),
        };
        pass.run(purpose, scratch)
    }

    /// The outputs f(xᵢ) of all samples, row-major: logits for cross entropy and the logistic
    /// head. `outputs` has n times the number of outputs entries.
    pub fn outputs(&self, w: &[T], outputs: &mut [T], scratch: &mut [T]) {
        self.run(w, None, Purpose::Outputs(outputs), scratch);
    }

    /// The share of samples whose label is the largest output (cross entropy) or all of whose
    /// outputs are on their target's side of 0 (logistic); `None` for squared error.
    #[must_use]
    pub fn accuracy(&self, w: &[T]) -> Option<f64> {
        if matches!(self.network.head(), Head::SquaredError { .. }) {
            return None;
        }
        let width = self.network.num_outputs();
        let mut outputs = vec![T::of(0.0); self.num_samples * width];
        self.outputs(
            w,
            &mut outputs,
            &mut vec![T::of(0.0); Loss::scratch_len(self)],
        );
        let right =
            outputs
                .chunks_exact(width)
                .enumerate()
                .filter(|(i, row)| match &self.targets {
                    Targets::Labels(labels) => {
                        let label = row[labels[*i] as usize];
                        let below = row.iter().filter(|&&f| f < label).count();
                        below + 1 == width
                    }
                    Targets::Real(targets) => {
                        let targets = &targets[i * width..][..width];
                        let zero = T::of(0.0);
                        row.iter()
                            .zip(targets)
                            .all(|(&f, &y)| (f > zero) == (y > zero))
                    }
                });
        Some(right.count() as f64 / self.num_samples as f64)
    }
}

impl<T: Scalar> Loss<T> for NetworkLoss<T> {
    fn dimension(&self) -> usize {
        self.network.dimension()
    }

    fn scratch_len(&self) -> usize {
        self.plan.scratch_len()
    }

    fn num_samples(&self) -> Option<usize> {
        (!self.is_population).then_some(self.num_samples)
    }

    fn cost_in_samples(&self) -> Option<usize> {
        Some(self.num_samples)
    }

    fn value(&self, w: &[T], scratch: &mut [T]) -> T {
        self.run(w, None, Purpose::Value, scratch)
    }

    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.run(w, None, Purpose::Gradient(gradient), scratch)
    }

    fn batch_value(&self, w: &[T], batch: &[u32], scratch: &mut [T]) -> T {
        self.run(w, Some(batch), Purpose::Value, scratch)
    }

    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], scratch: &mut [T]) -> T {
        self.run(w, Some(batch), Purpose::Gradient(gradient), scratch)
    }

    fn sample_values(&self, w: &[T], values: &mut [T], scratch: &mut [T]) {
        self.run(w, None, Purpose::Each(values), scratch);
    }
}
