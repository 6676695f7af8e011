//! Convex geometry over ℚ: linear programs, Newton polyhedra with all their faces.

mod facets;
mod linear_program;
mod newton;
mod rank;

pub use linear_program::{LinearProgram, Optimum};
pub use newton::{Face, Facet, NewtonPole, NewtonPolyhedron};
pub(crate) use rank::rank;
