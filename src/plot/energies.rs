//! U(t) at several temperatures, and what was made of it.

use super::{Axis, Chart, Curve};
use crate::estimate::Energy;

/// Standard errors of the band around λ̂.
const BAND: f64 = 1.96;

/// U(t) = t E_t(K) against log t, with λ̂ ± 1.96 standard errors, which was fitted to it: U tends
/// to λ as t grows, like λ − (m − 1)/log t.
///
/// # Examples
///
/// ```
/// use rlct::estimate::Ladder;
/// use rlct::loss::LinearNetwork;
/// use rlct::plot::energies;
/// use rlct::sampler::Tempering;
///
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let short = Tempering::new().with_sweeps(1000);
/// let ladder = Ladder::new(&loss, &[0.0]).tempering(short).estimate()?;
/// let fitted = (ladder.lambda(), ladder.standard_error());
/// let chart = energies("w²/2", ladder.energies(), fitted);
/// assert_eq!(chart.curves().len(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn energies(title: &str, energies: &[Energy], (lambda, error): (f64, f64)) -> Chart {
    let points = energies.iter().map(|u| (u.log_t, u.mean));
    let errors = energies.iter().map(|u| BAND * u.standard_error);
    let ends = energies.iter().map(|u| u.log_t);
    let (least, most) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
        (a.min(x), b.max(x))
    });
    let level = |y: f64| [(least, y), (most, y)];
    let said = format!("{title}: λ̂ = {lambda:.4} ± {error:.4}");
    Chart::new(
        "energies",
        said,
        Axis::linear("log t"),
        Axis::linear("U(t) = t E_t(K)"),
    )
    .with(
        Curve::points("U(t), 95 % intervals", points)
            .with_errors(errors)
            .with_colour(0),
    )
    .with(Curve::line("λ̂", level(lambda)).with_colour(1))
    .with(Curve::dashed("its 95 % interval", level(lambda - BAND * error)).with_colour(1))
    .with(Curve::dashed("", level(lambda + BAND * error)).with_colour(1))
}
