//! The question: an ideal or a loss at a point, with amplitude and domain.

mod builder;
mod elsewhere;
mod error;
mod homogeneous;
mod negative;
mod place;
mod point;
mod resolve;
mod squares;
mod statement;

pub use builder::Germ;
pub use error::GermError;
