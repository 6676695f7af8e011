//! The catalogue: instances of every family with their learning coefficients, to check estimators
//! and other implementations against.
//!
//! An [`Instance`] is a model of definite sizes: its [`Family`](crate::closed_form::Family), its
//! parameters, the pair (λ, m) or proved bounds, the source, and how the value is verified. Where
//! the model is a polynomial germ, the instance has it as text ([`GermText`]), and
//! [`Instance::confirm`] lets the exact engine compute the value again and checks its certificate.
//!
//! The values come from [`closed_form`](crate::closed_form), not from the engine: the two are held
//! against each other. The one exception is the table behind
//! [`attention_teacher`](crate::closed_form::attention_teacher()), whose entries the engine has
//! computed: a certificate of it is no second opinion there.
//!
//! # Examples
//!
//! ```
//! use rlct::catalogue;
//!
//! let all = catalogue::instances()?;
//! assert!(all.len() >= 450);
//! let exact = all.iter().filter(|instance| instance.coefficient().is_some());
//! assert!(exact.count() > 400);
//! # Ok::<(), rlct::closed_form::ClosedFormError>(())
//! ```

mod bibliography;
mod confirm;
mod document;
mod elementary;
mod factorisations;
mod inequalities;
mod instance;
mod keywords;
mod latent;
mod linear;
mod mixtures;
mod shallow;
mod singular_locus;
mod singularities;
mod text;
mod twins;
mod whole;

pub use crate::resolution::GermText;
pub use bibliography::bibliography;
pub use confirm::Confirmation;
pub(crate) use document::LICENCE;
pub use document::{Document, VERSION};
pub use instance::{Instance, Side, Verification, Written};
pub use keywords::KEYWORDS;

use crate::closed_form::ClosedFormError;

/// Every instance, family by family; the order and the content are the same on every run.
///
/// # Errors
/// None for the sizes of this catalogue; the error is that of the closed forms it asks.
///
/// # Examples
///
/// ```
/// use rlct::{catalogue, closed_form::Family};
///
/// let all = catalogue::instances()?;
/// let linear = all.iter().filter(|instance| instance.family() == Family::DeepLinear);
/// assert!(linear.count() > 20);
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
pub fn instances() -> Result<Vec<Instance>, ClosedFormError> {
    let mut shelf = instance::Shelf::default();
    elementary::fill(&mut shelf)?;
    singularities::fill(&mut shelf)?;
    linear::fill(&mut shelf)?;
    shallow::fill(&mut shelf)?;
    mixtures::fill(&mut shelf)?;
    latent::fill(&mut shelf)?;
    factorisations::fill(&mut shelf)?;
    inequalities::fill(&mut shelf)?;
    Ok(shelf.into_instances())
}
