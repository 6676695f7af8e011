//! Other generators of the same ideal: units stripped, reduced against each other and modulo the
//! relations of the functions. Every change is tracked, for the certificate.

mod reduction;
mod small;
mod tracked;
mod units;

pub(super) use reduction::{by_relations, reduced};
pub(super) use small::{MOST_TERMS, small_functions};
pub(super) use tracked::Tracked;
pub(super) use units::{without_any_unit_factors, without_unit_factors, without_units};
