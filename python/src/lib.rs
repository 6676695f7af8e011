//! The native half of the Python package `rlct`: functions of texts, numbers and arrays, and one
//! class, a loss in Rust. What users see is Python, in `python/rlct`.

mod callback;
mod errors;
mod estimate;
mod exact;
mod judge;
mod models;
mod native;
mod settings;
mod watch;

use pyo3::prelude::*;

#[pymodule]
fn _rlct(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("RlctError", py.get_type::<errors::RlctError>())?;
    module.add("ParseError", py.get_type::<errors::ParseError>())?;
    module.add("GermError", py.get_type::<errors::GermError>())?;
    module.add(
        "CertificateError",
        py.get_type::<errors::CertificateError>(),
    )?;
    module.add("EstimateError", py.get_type::<errors::EstimateError>())?;
    module.add_function(wrap_pyfunction!(watch::_panic, module)?)?;
    module.add_function(wrap_pyfunction!(models::model_families, module)?)?;
    module.add_function(wrap_pyfunction!(exact::resolve, module)?)?;
    module.add_function(wrap_pyfunction!(exact::check_certificate, module)?)?;
    module.add_function(wrap_pyfunction!(exact::newton_polyhedron, module)?)?;
    module.add_function(wrap_pyfunction!(estimate::estimate, module)?)?;
    module.add_function(wrap_pyfunction!(judge::judge, module)?)?;
    module.add_class::<native::NativeLoss>()?;
    Ok(())
}
