//! The exact engine: from the germ of an ideal to its learning coefficient, or to proved bounds.
//!
//! A [`Germ`] is an ideal (or a loss) at a point, with an amplitude and a domain. Its
//! [`learning_coefficient`](Germ::learning_coefficient) is found in three steps, repeated:
//! simplify (equal ideals, straightened coordinates, disjoint variables), read off the Newton
//! polyhedron, and look at the real zeros of every face polynomial. A zero without effect, or at
//! which the ideal is smooth, is settled at once; a singular one becomes the centre of a new
//! germ. What cannot be opened leaves [`Answer::Bounds`], both ends proved.

mod answer;
mod bracket;
mod centre;
mod chart;
mod coset;
mod differentials;
mod face_ideal;
mod germ;
mod newton_step;
mod search;
mod simplify;
mod torus_zeros;

pub use answer::{Answer, Undecided};
pub use germ::{Germ, GermError, Reading};
