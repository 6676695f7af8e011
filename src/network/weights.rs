//! Weights in `.safetensors` files.

use super::NetworkError;
use super::architecture::Network;
use super::parameters::Parameter;
use crate::loss::Scalar;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn broken(file: &Path, reason: impl ToString) -> NetworkError {
    NetworkError::File {
        file: file.display().to_string(),
        reason: reason.to_string(),
    }
}

pub(super) fn misfit(file: &Path, reason: String) -> NetworkError {
    NetworkError::Tensor {
        file: file.display().to_string(),
        reason,
    }
}

/// Digits as numbers, letters as they are: `10.weight` comes after `2.weight`.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    for c in name.chars() {
        match (c.to_digit(10), parts.last_mut()) {
            (Some(d), Some((n, text))) if text.is_empty() => {
                *n = n.saturating_mul(10).saturating_add(u64::from(d));
            }
            (Some(d), _) => parts.push((u64::from(d), String::new())),
            (None, Some((_, text))) if !text.is_empty() => text.push(c),
            (None, _) => parts.push((0, c.to_string())),
        }
    }
    parts
}

/// A tensor's module and its own name: `fc1.weight` is `fc1` and `weight`.
fn halves(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

/// Numbers as a tensor holds them, in the precision they have.
pub(super) fn tensor_bytes<T: Scalar>(w: &[T]) -> (Dtype, Vec<u8>) {
    if size_of::<T>() == size_of::<f32>() {
        let bytes = w.iter().flat_map(|x| (x.float() as f32).to_le_bytes());
        (Dtype::F32, bytes.collect())
    } else {
        let bytes = w.iter().flat_map(|x| x.float().to_le_bytes());
        (Dtype::F64, bytes.collect())
    }
}

/// The entries of a tensor of floats, or what it holds instead.
pub(super) fn tensor_entries<T: Scalar>(
    tensor: &TensorView<'_>,
    out: &mut [T],
) -> Result<(), String> {
    match tensor.dtype() {
        Dtype::F32 => {
            for (w, bytes) in out.iter_mut().zip(tensor.data().as_chunks::<4>().0) {
                *w = T::of(f64::from(f32::from_le_bytes(*bytes)));
            }
        }
        Dtype::F64 => {
            for (w, bytes) in out.iter_mut().zip(tensor.data().as_chunks::<8>().0) {
                *w = T::of(f64::from_le_bytes(*bytes));
            }
        }
        other => return Err(format!("holds {other:?}; save F32 or F64")),
    }
    Ok(())
}

impl Network {
    /// Reads the parameters from a `.safetensors` file of 32- or 64-bit floats.
    ///
    /// A tensor of the network, say `layer2.weight`, is looked up under the name that `names`
    /// gives for it, under its own, and under `2.weight`, as a PyTorch `Sequential` has it.
    /// Where that does not find all of them, whole modules are matched: modules of the file in
    /// natural order of their names with the layers in theirs if all shapes fit, otherwise each
    /// layer with the only module of its shapes. Weights of PyTorch's `Linear` (outputs × inputs)
    /// and `Embedding` (vocabulary × width) have the layout of this crate.
    ///
    /// # Errors
    /// [`NetworkError::File`] for a file that is none or is truncated, [`NetworkError::Tensor`]
    /// for tensors that are missing, do not fit or are of another type,
    /// [`NetworkError::UnknownParameter`] for a key of `names` that is no tensor of the network,
    /// and [`NetworkError::Weight`] for entries that are not finite.
    pub fn read_weights<T: Scalar>(
        &self,
        path: &Path,
        names: &BTreeMap<String, String>,
    ) -> Result<Vec<T>, NetworkError> {
        let bytes = std::fs::read(path).map_err(|error| broken(path, error))?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| broken(path, error))?;
        for key in names.keys() {
            if !self.parameters().iter().any(|p| p.name == *key) {
                return Err(NetworkError::UnknownParameter {
                    name: key.clone(),
                    known: self.parameters().iter().map(|p| p.name.clone()).collect(),
                });
            }
        }
        let mut w = vec![T::of(0.0); self.dimension()];
        for (parameter, name) in self.matched(path, &file, names)? {
            let tensor = file.tensor(&name).map_err(|error| broken(path, error))?;
            if tensor.shape() != parameter.shape {
                return Err(misfit(
                    path,
                    format!(
                        "tensor `{name}` has shape {:?}, but {} is {:?}",
                        tensor.shape(),
                        parameter.name,
                        parameter.shape
                    ),
                ));
            }
            let out = &mut w[parameter.range()];
            let filled = tensor_entries(&tensor, out);
            filled.map_err(|reason| misfit(path, format!("tensor `{name}` {reason}")))?;
        }
        self.check(&w)?;
        Ok(w)
    }

    /// Each tensor of the network with its name in the file.
    fn matched(
        &self,
        path: &Path,
        file: &SafeTensors<'_>,
        names: &BTreeMap<String, String>,
    ) -> Result<Vec<(&Parameter, String)>, NetworkError> {
        let known = file.names();
        let has = |name: &str| known.contains(&name);
        let mut pairs = Vec::new();
        let mut missing = Vec::new();
        for parameter in self.parameters() {
            if let Some(name) = names.get(&parameter.name) {
                if !has(name) {
                    let reason = format!("has no tensor `{name}`; there are: {}", known.join(", "));
                    return Err(misfit(path, reason));
                }
                pairs.push((parameter, name.clone()));
                continue;
            }
            let own = parameter.name.as_str();
            let sequential = own.trim_start_matches("layer");
            match [own, sequential].into_iter().find(|name| has(name)) {
                Some(name) => pairs.push((parameter, name.to_string())),
                None => missing.push(parameter),
            }
        }
        if !missing.is_empty() {
            pairs.retain(|(parameter, _)| names.contains_key(&parameter.name));
            pairs.extend(self.by_modules(path, file, names)?);
        }
        Ok(pairs)
    }

    /// Layers with modules of the file, for the tensors that have no explicit name.
    fn by_modules(
        &self,
        path: &Path,
        file: &SafeTensors<'_>,
        names: &BTreeMap<String, String>,
    ) -> Result<Vec<(&Parameter, String)>, NetworkError> {
        let mut layers: Vec<(&str, Vec<&Parameter>)> = Vec::new();
        let free = |p: &&Parameter| !names.contains_key(&p.name);
        for parameter in self.parameters().iter().filter(free) {
            let layer = halves(&parameter.name).0;
            match layers.last_mut() {
                Some((last, parameters)) if *last == layer => parameters.push(parameter),
                _ => layers.push((layer, vec![parameter])),
            }
        }
        let mut left = file.names();
        left.retain(|name| !names.values().any(|taken| taken == name));
        left.sort_by_key(|name| natural(name));
        let mut modules: Vec<&str> = left.iter().map(|name| halves(name).0).collect();
        modules.dedup();
        let join = |module: &str, own: &str| match module {
            "" => own.to_string(),
            module => format!("{module}.{own}"),
        };
        let fits = |parameters: &[&Parameter], module: &str| {
            let tensors = left.iter().filter(|name| halves(name).0 == module).count();
            tensors == parameters.len()
                && parameters.iter().all(|p| {
                    let tensor = file.tensor(&join(module, halves(&p.name).1));
                    tensor.is_ok_and(|tensor| tensor.shape() == p.shape)
                })
        };
        let in_order = layers.len() == modules.len()
            && layers
                .iter()
                .zip(&modules)
                .all(|((_, p), module)| fits(p, module));
        let mut pairs = Vec::new();
        for (i, (_, parameters)) in layers.iter().enumerate() {
            let all: Vec<&str> = if in_order {
                vec![modules[i]]
            } else {
                modules
                    .iter()
                    .copied()
                    .filter(|m| fits(parameters, m))
                    .collect()
            };
            let [module] = all[..] else {
                let wanted: Vec<_> = parameters
                    .iter()
                    .map(|p| format!("{} {:?}", p.name, p.shape))
                    .collect();
                let there: Vec<_> = file
                    .iter()
                    .map(|(name, tensor)| format!("{name} {:?}", tensor.shape()))
                    .collect();
                let how_many = if all.is_empty() {
                    "no module fits"
                } else {
                    "several modules fit"
                };
                let reason = format!(
                    "{how_many} {}; say which by name; there are: {}",
                    wanted.join(", "),
                    there.join(", ")
                );
                return Err(misfit(path, reason));
            };
            for parameter in parameters {
                pairs.push((*parameter, join(module, halves(&parameter.name).1)));
            }
        }
        Ok(pairs)
    }

    /// Writes the parameters, under their names, in the precision they have.
    ///
    /// # Errors
    /// [`NetworkError::Dimension`], [`NetworkError::File`].
    pub fn write_weights<T: Scalar>(&self, path: &Path, w: &[T]) -> Result<(), NetworkError> {
        if w.len() != self.dimension() {
            return Err(NetworkError::Dimension {
                expected: self.dimension(),
                found: w.len(),
            });
        }
        let (kind, bytes) = tensor_bytes(w);
        let size = size_of::<T>();
        let mut tensors = Vec::new();
        for parameter in self.parameters() {
            let range = parameter.range();
            let data = &bytes[range.start * size..range.end * size];
            let view = TensorView::new(kind, parameter.shape.clone(), data);
            tensors.push((&parameter.name, view.map_err(|error| broken(path, error))?));
        }
        let file = safetensors::serialize(tensors, None).map_err(|error| broken(path, error))?;
        std::fs::write(path, file).map_err(|error| broken(path, error))
    }
}
