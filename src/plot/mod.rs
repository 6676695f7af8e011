//! Pictures: what they show, and with the feature `plot` their SVG text, by a thin layer over
//! kuva.

mod chart;
mod energies;
#[cfg(feature = "plot")]
mod heat_map;
mod newton;

pub use chart::{Axis, Chart, Curve, Mark};
pub use energies::energies;
#[cfg(feature = "plot")]
pub use heat_map::HeatMap;
pub use newton::newton_polygon;
