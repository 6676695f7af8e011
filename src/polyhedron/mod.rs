//! Convex geometry over ℚ: linear programs, Newton polyhedra with all their faces.

mod facets;
mod guided;
mod linear_program;
mod newton;

pub(crate) use crate::algebra::rank;
pub(crate) use facets::primitive_scale;
pub use linear_program::{LinearProgram, Optimum};
pub use newton::{Face, Facet, NewtonPole, NewtonPolyhedron};
