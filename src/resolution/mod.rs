//! The exact engine: from the germ of an ideal to its learning coefficient, or to proved bounds, each
//! with a certificate.
//!
//! A [`Germ`] is an ideal (or a loss) at a point, with an amplitude and a domain. The search
//! resolves its singularity chart by chart: it simplifies (equal ideals, shears that leave fewer terms, straightened
//! coordinates, disjoint variables), divides the centre where coefficients vanish, and blows up with weights that the Newton
//! polyhedron suggests, until every ideal is monomial or has no effect. Each move is written down as a step of a
//! [certificate](crate::certificate) that the checker replays.

mod answer;
mod canonical;
mod centres;
mod chart;
mod elsewhere;
mod essential;
mod evidence;
mod expansion;
mod generators;
mod germ;
mod leaves;
mod lowest_terms;
mod moves;
mod point;
mod search;
mod shears;
mod squares;
mod straighten;
mod structure;

pub use answer::{Answer, Resolution, Undecided};
pub use germ::{ApproximateTerm, Germ, GermError, Reading};
