//! Losses in Rust.

use crate::errors::{EstimateError, GermError, of_problem};
use crate::exact::Written;
use crate::models::{Asked, Wanted};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlct::Problem;
use rlct::loss::{Loss, Prior, Scalar};
use rlct::network::{Dataset, Network, NetworkDescription, NetworkError, NetworkLoss, Table};
use rlct::problem::LocalLoss;

/// What computes a loss.
#[derive(Debug)]
pub(crate) enum Engine {
    Local(Box<LocalLoss>),
    Double(Box<dyn Loss<f64>>),
    Single(Box<dyn Loss<f32>>),
}

/// A loss that is computed in Rust, with the prior and the point that belong to it.
#[pyclass(frozen, module = "rlct._rlct")]
#[derive(Debug)]
pub(crate) struct NativeLoss {
    pub(crate) engine: Engine,
    pub(crate) prior: Prior,
    w_star: Option<Vec<f64>>,
    names: Vec<String>,
    network: Option<Network>,
}

impl NativeLoss {
    fn local(local: LocalLoss, names: Vec<String>) -> Self {
        Self {
            prior: local.prior().clone(),
            w_star: Some(local.w_star().to_vec()),
            names,
            network: None,
            engine: Engine::Local(Box::new(local)),
        }
    }

    /// The loss in double precision, if it is in it.
    pub(crate) fn double(&self) -> Option<&dyn Loss<f64>> {
        match &self.engine {
            Engine::Local(local) => Some(local.loss()),
            Engine::Double(loss) => Some(&**loss),
            Engine::Single(_) => None,
        }
    }

    fn network_of(&self) -> PyResult<&Network> {
        let none = || PyValueError::new_err("this loss is no network");
        self.network.as_ref().ok_or_else(none)
    }
}

#[pymethods]
impl NativeLoss {
    /// Polynomials near a point, as JSON.
    #[staticmethod]
    fn polynomial(py: Python<'_>, germ: &str) -> PyResult<Self> {
        let written: Written =
            serde_json::from_str(germ).map_err(|error| GermError::new_err(error.to_string()))?;
        let germ = written.germ(py)?;
        let names = germ.variables().names().to_vec();
        let problem = Problem::of(germ);
        let local = problem
            .local_loss()
            .map_err(|error| of_problem(py, &written.generators, &error))?;
        if local.has_unbounded_prior() {
            return Err(GermError::new_err(
                "the amplitude has a power below 0, for which estimates have no prior; ask the \
                 exact engine",
            ));
        }
        Ok(Self::local(local.clone(), names))
    }

    /// A model at a true parameter, as JSON: its Kullback–Leibler divergence, or the loss on
    /// samples drawn from it.
    #[staticmethod]
    fn model(py: Python<'_>, model: &str, samples: Option<(usize, u64)>) -> PyResult<Self> {
        let asked: Asked =
            serde_json::from_str(model).map_err(|error| GermError::new_err(error.to_string()))?;
        let wanted = Wanted {
            samples,
            ..Wanted::default()
        };
        let placed = asked.placed(py, wanted)?;
        let Some(sampled) = placed.sampled else {
            let local = placed.problem.local_loss();
            let local = local.map_err(|error| of_problem(py, &[], &error))?;
            return Ok(Self::local(local.clone(), placed.names));
        };
        let prior = match placed.problem.local_loss() {
            Ok(local) => local.prior().clone(),
            Err(_) => Prior::flat(placed.truth.len()),
        };
        Ok(Self {
            engine: Engine::Double(sampled),
            prior,
            w_star: Some(placed.truth),
            names: placed.names,
            network: None,
        })
    }

    /// A network, described by JSON, on inputs (n × k) and targets (n × k′).
    #[staticmethod]
    #[pyo3(signature = (description, inputs, targets, *, single=false, population=false))]
    fn network(
        description: &str,
        inputs: PyReadonlyArray2<'_, f64>,
        targets: PyReadonlyArray2<'_, f64>,
        single: bool,
        population: bool,
    ) -> PyResult<Self> {
        let refused = |error: NetworkError| EstimateError::new_err(error.to_string());
        let network = NetworkDescription::parse(description)
            .and_then(|description| Network::new(&description))
            .map_err(refused)?;
        let data = Dataset::new(
            &network,
            table("inputs", &inputs).map_err(refused)?,
            table("targets", &targets).map_err(refused)?,
        )
        .map_err(refused)?;
        let engine = match single {
            true => Engine::Single(of_network(&network, &data, population).map_err(refused)?),
            false => Engine::Double(of_network(&network, &data, population).map_err(refused)?),
        };
        Ok(Self {
            engine,
            prior: Prior::flat(network.dimension()),
            w_star: None,
            names: Vec::new(),
            network: Some(network),
        })
    }

    /// The number d of parameters.
    #[getter]
    fn dimension(&self) -> usize {
        match (&self.engine, self.double()) {
            (Engine::Single(loss), _) => loss.dimension(),
            (_, loss) => loss.map_or(0, Loss::dimension),
        }
    }

    /// The number n of samples, None of a deterministic loss.
    #[getter]
    fn num_samples(&self) -> Option<usize> {
        match (&self.engine, self.double()) {
            (Engine::Single(loss), _) => loss.num_samples(),
            (_, loss) => loss.and_then(Loss::num_samples),
        }
    }

    /// The point that belongs to the loss, None of a network.
    #[getter]
    fn w_star<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray1<f64>>> {
        self.w_star
            .as_ref()
            .map(|w_star| PyArray1::from_slice(py, w_star))
    }

    /// The names of the parameters, where they have some.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// The parameters of a network: name, shape, place of the first of them.
    fn layout(&self) -> PyResult<Vec<(String, Vec<usize>, usize)>> {
        let parameters = self.network_of()?.parameters().iter();
        Ok(parameters
            .map(|p| (p.name.clone(), p.shape.clone(), p.range().start))
            .collect())
    }

    /// A start for the training of a network.
    fn initial<'py>(&self, py: Python<'py>, seed: u64) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let w: Vec<f64> = self.network_of()?.initial(seed);
        Ok(PyArray1::from_vec(py, w))
    }

    /// (value, gradient) at w, on all the data or on a batch of samples.
    #[pyo3(signature = (w, batch=None))]
    fn gradient<'py>(
        &self,
        py: Python<'py>,
        w: PyReadonlyArray1<'py, f64>,
        batch: Option<Vec<u32>>,
    ) -> PyResult<(f64, Bound<'py, PyArray1<f64>>)> {
        let w = w.to_vec()?;
        if w.len() != self.dimension() {
            return Err(PyValueError::new_err(format!(
                "the loss has {} parameters, and w has {} entries",
                self.dimension(),
                w.len()
            )));
        }
        if let Some(batch) = &batch {
            let samples = self.num_samples().unwrap_or(0);
            if batch.is_empty() {
                return Err(PyValueError::new_err("a batch has at least one sample"));
            }
            if let Some(index) = batch.iter().find(|index| **index as usize >= samples) {
                return Err(PyValueError::new_err(format!(
                    "the batch has the sample {index}, and there are {samples}"
                )));
            }
        }
        let batch = batch.as_deref();
        let (value, gradient) = match (&self.engine, self.double()) {
            (Engine::Single(loss), _) => {
                let w: Vec<f32> = w.iter().map(|w| *w as f32).collect();
                let (value, gradient) = py.detach(|| evaluated(&**loss, &w, batch));
                let gradient = gradient.iter().map(|g| f64::from(*g)).collect();
                (f64::from(value), gradient)
            }
            (_, Some(loss)) => py.detach(|| evaluated(loss, &w, batch)),
            (_, None) => return Err(PyValueError::new_err("a loss without an engine")),
        };
        Ok((value, PyArray1::from_vec(py, gradient)))
    }
}

fn table(source: &str, array: &PyReadonlyArray2<'_, f64>) -> Result<Table, NetworkError> {
    let entries = array.as_array().iter().copied().collect();
    Table::new(source, array.shape()[1], entries)
}

fn of_network<T: Scalar>(
    network: &Network,
    data: &Dataset,
    population: bool,
) -> Result<Box<dyn Loss<T>>, NetworkError> {
    let loss = NetworkLoss::<T>::new(network, data)?;
    Ok(Box::new(match population {
        true => loss.as_population(),
        false => loss,
    }))
}

fn evaluated<T: Scalar>(loss: &dyn Loss<T>, w: &[T], batch: Option<&[u32]>) -> (T, Vec<T>) {
    let mut gradient = vec![T::of(0.0); w.len()];
    let mut scratch = vec![T::of(0.0); loss.scratch_len()];
    let value = match batch {
        Some(batch) => loss.batch_gradient(w, batch, &mut gradient, &mut scratch),
        None => loss.gradient(w, &mut gradient, &mut scratch),
    };
    (value, gradient)
}
