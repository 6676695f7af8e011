//! Pictures: what they show, and with the feature `plot` their SVG text, by a thin layer over
//! kuva.

mod chart;
#[cfg(feature = "plot")]
mod heat_map;

pub use chart::{Axis, Chart, Curve, Mark};
#[cfg(feature = "plot")]
pub use heat_map::HeatMap;
