//! The search: settles one chart after the other and writes down every step.

mod cutoff;
mod passes;
mod rules;
mod settle;
mod size;
mod state;
mod stated;

pub(super) use passes::CRUDE_TIME;
pub(super) use state::Search;
