//! The state of training in a file, from which it goes on bit by bit.

use super::NetworkError;
use super::architecture::Network;
use super::train::{TracePoint, TrainingState};
use super::weights::{broken, misfit, tensor_bytes, tensor_entries};
use crate::loss::Scalar;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::path::Path;

/// What each column of the tensor `trace` is. A number there is not is NaN.
const TRACE: [&str; 6] = [
    "step",
    "rate",
    "loss",
    "accuracy",
    "test_loss",
    "test_accuracy",
];

impl<T: Scalar> TrainingState<T> {
    /// Writes the state: a `.safetensors` file with the tensors `w`, `first` and `second` in the
    /// precision they have, `step` (U64), and `trace` (F64, a row a record: step, rate, loss,
    /// accuracy, test loss, test accuracy; NaN where there is none). The file is written beside
    /// its place and then moved there, so that one of the two is whole whatever happens.
    ///
    /// # Errors
    /// [`NetworkError::File`].
    pub fn write(&self, path: &Path) -> Result<(), NetworkError> {
        let parts = [&self.w, &self.first, &self.second].map(|part| tensor_bytes(part));
        let step = self.step.to_le_bytes();
        let none = f64::NAN;
        let rows = self.trace.iter().flat_map(|point| {
            [
                point.step as f64,
                point.rate,
                point.loss,
                point.accuracy.unwrap_or(none),
                point.test_loss.unwrap_or(none),
                point.test_accuracy.unwrap_or(none),
            ]
        });
        let trace: Vec<u8> = rows.flat_map(f64::to_le_bytes).collect();
        let shape = vec![self.trace.len(), TRACE.len()];
        let view = |kind, shape, data| {
            TensorView::new(kind, shape, data).map_err(|error| broken(path, error))
        };
        let mut tensors = vec![
            ("step", view(Dtype::U64, vec![1], &step[..])?),
            ("trace", view(Dtype::F64, shape, &trace[..])?),
        ];
        for (name, (kind, bytes)) in ["w", "first", "second"].into_iter().zip(&parts) {
            tensors.push((name, view(*kind, vec![self.w.len()], bytes)?));
        }
        let file = safetensors::serialize(tensors, None).map_err(|error| broken(path, error))?;
        let beside = path.with_extension("partial");
        std::fs::write(&beside, file).map_err(|error| broken(&beside, error))?;
        std::fs::rename(&beside, path).map_err(|error| broken(path, error))
    }

    /// Reads what [`write`](Self::write) wrote, for a network.
    ///
    /// # Errors
    /// [`NetworkError::File`] for a file that is none or is truncated; [`NetworkError::Tensor`]
    /// for one of another network or precision.
    pub fn read(path: &Path, network: &Network) -> Result<Self, NetworkError> {
        let bytes = std::fs::read(path).map_err(|error| broken(path, error))?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| broken(path, error))?;
        let tensor = |name: &str| {
            let reason = || misfit(path, format!("has no tensor `{name}`: it is no state"));
            file.tensor(name).map_err(|_| reason())
        };
        let whole = |name: &str| {
            let view = tensor(name)?;
            let (kind, _) = tensor_bytes::<T>(&[]);
            if view.dtype() != kind {
                let reason = format!(
                    "`{name}` holds {:?}, and training is in {kind:?}",
                    view.dtype()
                );
                return Err(misfit(path, reason));
            }
            if view.shape() != [network.dimension()] {
                let (shape, d) = (view.shape(), network.dimension());
                let reason = format!("`{name}` has shape {shape:?}, the network {d} parameters");
                return Err(misfit(path, reason));
            }
            let mut entries = vec![T::of(0.0); network.dimension()];
            tensor_entries(&view, &mut entries).map_err(|reason| misfit(path, reason))?;
            Ok(entries)
        };
        let (step, trace) = (tensor("step")?, tensor("trace")?);
        let number = step.data().as_chunks::<8>().0.first();
        let (Dtype::U64, Some(number)) = (step.dtype(), number) else {
            return Err(misfit(path, "`step` is no number of 64 bits".into()));
        };
        let (Dtype::F64, &[_, columns]) = (trace.dtype(), trace.shape()) else {
            return Err(misfit(path, "`trace` is no table".into()));
        };
        if columns != TRACE.len() {
            let reason = format!("`trace` has {columns} columns, expected {}", TRACE.len());
            return Err(misfit(path, reason));
        }
        let numbers: Vec<f64> = trace
            .data()
            .as_chunks::<8>()
            .0
            .iter()
            .map(|b| f64::from_le_bytes(*b))
            .collect();
        let some = |x: f64| (!x.is_nan()).then_some(x);
        let trace = numbers.as_chunks::<6>().0.iter().map(|row| TracePoint {
            step: row[0] as u64,
            rate: row[1],
            loss: row[2],
            accuracy: some(row[3]),
            test_loss: some(row[4]),
            test_accuracy: some(row[5]),
        });
        Ok(Self {
            step: u64::from_le_bytes(*number),
            w: whole("w")?,
            first: whole("first")?,
            second: whole("second")?,
            trace: trace.collect(),
        })
    }
}
