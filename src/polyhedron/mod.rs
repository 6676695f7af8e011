//! Convex geometry over ℚ: linear programs, Newton polyhedra with all their faces, lattices.

mod facets;
mod lattice;
mod linear_program;
mod newton;

pub(crate) use lattice::{FaceLattice, rank};
pub use linear_program::{LinearProgram, Optimum};
pub use newton::{Face, Facet, NewtonPole, NewtonPolyhedron};
