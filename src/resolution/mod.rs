//! The exact engine: from the germ of an ideal to its learning coefficient, or to proved bounds,
//! each with a certificate.
//!
//! A [`Germ`] is an ideal (or a loss) at a point, with an amplitude and a domain. The search
//! resolves its singularity chart by chart: it simplifies (equal ideals, shears that leave fewer
//! terms, straightened coordinates, disjoint variables), divides the centre where coefficients
//! vanish, and blows up with weights that the Newton polyhedron suggests, until every ideal is
//! monomial or has no effect. Each move is written down as a step of a
//! [certificate](crate::certificate) that the checker replays.

mod answer;
mod balance;
mod boxes;
mod canonical;
mod centres;
mod chart;
mod essential;
mod expansion;
mod generators;
mod germ;
mod germ_text;
mod large_stack;
mod leaves;
mod lowest_terms;
mod monomial;
mod moves;
mod nonvanishing;
mod products;
mod projection;
mod real_point;
mod region;
mod search;
mod shears;
mod straighten;
mod structure;

pub use crate::algebra::FloatTerm;
pub use crate::certificate::format::Reading;
pub use answer::{Answer, Resolution, Undecided};
pub use germ::{Germ, GermError};
pub use germ_text::{Assignment, GermText};
pub use region::{
    Landscape, Locus, Region, RegionError, RegionResolution, RegionTextError, Stratum,
};
