//! The families, and the publications their formulas come from.

use super::{deep_linear, normal_crossing, reduced_rank, regular};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A family of models whose learning coefficient is known in closed form.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::Family;
///
/// assert_eq!(Family::ReducedRank.to_string(), "reduced-rank regression");
/// assert_eq!(Family::ReducedRank.source().year(), 2005);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Family {
    /// [`regular`](super::regular()): a positive definite Hessian.
    Regular,
    /// [`normal_crossing`](super::normal_crossing()): a monomial loss.
    NormalCrossing,
    /// [`reduced_rank`](super::reduced_rank()): a product of two matrices.
    ReducedRank,
    /// [`deep_linear`](super::deep_linear()): a product of any number of matrices.
    DeepLinear,
}

impl Family {
    /// The name in words.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.name(), "deep linear network");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular model",
            Self::NormalCrossing => "normal crossing",
            Self::ReducedRank => "reduced-rank regression",
            Self::DeepLinear => "deep linear network",
        }
    }

    /// Where the formula is published.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.source().authors(), "Aoyagi");
    /// ```
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Self::Regular => regular::SOURCE,
            Self::NormalCrossing => normal_crossing::SOURCE,
            Self::ReducedRank => reduced_rank::SOURCE,
            Self::DeepLinear => deep_linear::SOURCE,
        }
    }

    /// What must hold of model, truth and prior for the formula to apply.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::Regular.conditions().contains("positive definite"));
    /// ```
    #[must_use]
    pub fn conditions(self) -> &'static str {
        match self {
            Self::Regular => regular::CONDITIONS,
            Self::NormalCrossing => normal_crossing::CONDITIONS,
            Self::ReducedRank => reduced_rank::CONDITIONS,
            Self::DeepLinear => deep_linear::CONDITIONS,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The publication a formula is taken from.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::Family;
///
/// let source = Family::ReducedRank.source();
/// assert_eq!(source.short(), "Aoyagi & Watanabe 2005");
/// assert_eq!(source.statement(), "main theorem");
/// assert!(source.to_string().contains("Neural Networks 18"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Source {
    pub(super) authors: &'static str,
    pub(super) year: u16,
    pub(super) title: &'static str,
    pub(super) venue: &'static str,
    pub(super) statement: &'static str,
}

impl Source {
    /// The authors' family names.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::Regular.source().authors(), "Watanabe");
    /// ```
    #[must_use]
    pub fn authors(&self) -> &'static str {
        self.authors
    }

    /// The year of publication.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::Regular.source().year(), 2009);
    /// ```
    #[must_use]
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The title.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::Regular.source().title().starts_with("Algebraic Geometry"));
    /// ```
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Journal and volume, or publisher.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::DeepLinear.source().venue().starts_with("Neural Networks 172"));
    /// ```
    #[must_use]
    pub fn venue(&self) -> &'static str {
        self.venue
    }

    /// The theorem or section within it.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.source().statement(), "Theorem 1");
    /// ```
    #[must_use]
    pub fn statement(&self) -> &'static str {
        self.statement
    }

    /// Authors and year, as one cites in passing.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.source().short(), "Aoyagi 2024");
    /// ```
    #[must_use]
    pub fn short(&self) -> String {
        format!("{} {}", self.authors, self.year)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            authors,
            year,
            title,
            venue,
            statement,
        } = self;
        write!(f, "{authors} {year}, {title}, {venue}, {statement}")
    }
}
