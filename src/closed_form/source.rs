//! The publications the formulas come from.

use serde::Serialize;
use std::fmt;

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

impl Source {
    /// A derivation that this project states itself, in the documentation or in `proofs/`.
    pub(super) const fn derivation(title: &'static str, statement: &'static str) -> Self {
        Self {
            authors: "this project",
            year: 2026,
            title,
            venue: "documentation and proofs",
            statement,
        }
    }

    /// A publication.
    pub(super) const fn publication(
        authors: &'static str,
        year: u16,
        title: &'static str,
        venue: &'static str,
        statement: &'static str,
    ) -> Self {
        Self {
            authors,
            year,
            title,
            venue,
            statement,
        }
    }
}
