//! The picture of an estimate at one point: U(t) against log t.

use crate::cli::CliError;
use crate::cli::method::Estimated;
use std::path::Path;

/// Writes the picture.
#[cfg(feature = "plot")]
pub(super) fn write(path: &Path, reading: &str, estimated: &Estimated) -> Result<(), CliError> {
    let report = &estimated.report;
    let fitted = (report.value(), report.standard_error());
    let chart = crate::plot::energies(reading, &estimated.energies, fitted);
    std::fs::write(path, chart.svg()).map_err(|error| CliError::WriteFile {
        path: path.into(),
        error,
    })
}

/// Without the feature there are none, which was told before the work.
#[cfg(not(feature = "plot"))]
pub(super) fn write(_: &Path, _: &str, _: &Estimated) -> Result<(), CliError> {
    Ok(())
}
