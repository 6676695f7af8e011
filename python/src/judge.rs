//! Judgement on chains of other tools.

use crate::errors::EstimateError;
use numpy::{PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use rlct::estimate::TraceJudge;
use serde_json::json;

/// Judges losses of chains (chains × draws) at inverse temperatures; JSON.
#[pyfunction]
#[pyo3(signature = (traces, *, baseline=None, burn_in=None, on_all_data=false))]
pub(crate) fn judge(
    py: Python<'_>,
    traces: Vec<(f64, PyReadonlyArray2<'_, f64>)>,
    baseline: Option<f64>,
    burn_in: Option<usize>,
    on_all_data: bool,
) -> PyResult<String> {
    let mut judge = TraceJudge::new().on_all_data(on_all_data);
    for (nbeta, losses) in &traces {
        let rows = losses.as_array();
        let chains: Vec<Vec<f64>> = match losses.shape()[1] {
            0 => Vec::new(),
            _ => rows.rows().into_iter().map(|row| row.to_vec()).collect(),
        };
        judge = judge.at(*nbeta, &chains);
    }
    if let Some(baseline) = baseline {
        judge = judge.baseline(baseline);
    }
    if let Some(draws) = burn_in {
        judge = judge.burn_in(draws);
    }
    let judged = py
        .detach(|| judge.judge())
        .map_err(|error| EstimateError::new_err(error.to_string()))?;
    let verdict = judged.verdict();
    let told = json!({
        "judgement": judged,
        "verdict": crate::estimate::told(&verdict),
    });
    Ok(told.to_string())
}
