//! The picture of the Newton polygon of a germ in two variables.

use super::ExactArgs;
use crate::Problem;
use crate::cli::CliError;
use crate::cli::checkpoints::check_picture;

/// Whether a picture can be written, if one is asked for: before the work.
pub(super) fn check(args: &ExactArgs) -> Result<(), CliError> {
    let Some(path) = &args.picture else {
        return Ok(());
    };
    check_picture(path)?;
    match !args.force && path.exists() {
        true => Err(CliError::Exists { path: path.clone() }),
        false => Ok(()),
    }
}

/// Writes the picture, if one is asked for.
#[cfg(feature = "plot")]
pub(super) fn write(args: &ExactArgs, problem: &Problem) -> Result<(), CliError> {
    let Some(path) = &args.picture else {
        return Ok(());
    };
    let none = || {
        let told = "a Newton polygon is of a germ in two variables that is 0 at the point";
        CliError::Setting(told.into())
    };
    let chart = crate::plot::newton_polygon(problem.germ()?, &crate::Budget::default());
    let svg = chart.ok_or_else(none)?.svg();
    std::fs::write(path, svg).map_err(|error| CliError::WriteFile {
        path: path.clone(),
        error,
    })
}

/// Without the feature there are none, which was told before.
#[cfg(not(feature = "plot"))]
pub(super) fn write(_: &ExactArgs, _: &Problem) -> Result<(), CliError> {
    Ok(())
}
