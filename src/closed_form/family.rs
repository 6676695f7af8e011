//! The families, and how far their formulas are to be trusted.

use super::{Family, Source};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a family file says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) name: &'static str,
    pub(super) source: Source,
    pub(super) conditions: &'static str,
    pub(super) tier: Tier,
}

/// How far a formula is to be trusted beyond the authority of its source.
///
/// # Examples
///
/// ```
/// use rlct::closed_form::{Family, Tier};
///
/// assert_eq!(Family::DeepLinear.tier(), Tier::Computed);
/// assert_eq!(Tier::Published.to_string(), "as published, not recomputed");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tier {
    /// Equal to independent exact computations over a range of sizes, or elementary.
    Computed,
    /// Derived from the model, in the documentation of the function or in `proofs/`, and confirmed
    /// at small sizes by certificates of the engine or by volumes.
    Derived,
    /// As its source states it.
    Published,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Computed => "equal to independent exact computations",
            Self::Derived => "derived, confirmed at small sizes",
            Self::Published => "as published, not recomputed",
        })
    }
}

/// The families, from one table: a row is a few words, the name of the family, and the file with
/// its function and what is said of it. The enumeration, the list of all families, which of them
/// give bounds, and the public functions follow from it, so that none can be forgotten.
macro_rules! families {
    (
        exact {$(
            #[doc = $words:literal]
            $exact:ident: $file:ident::{$value:ident, $about:ident};
        )*}
        bounds {$(
            #[doc = $bounded_words:literal]
            $bounded:ident: $bounded_file:ident::{$bounds:ident, $bounded_about:ident};
        )*}
    ) => {
        $(pub use $file::$value;)*
        $(pub use $bounded_file::$bounds;)*

        /// A family of models whose learning coefficient, or bounds of it, are known in closed
        /// form.
        ///
        /// # Examples
        ///
        /// ```
        /// use rlct::closed_form::Family;
        ///
        /// assert_eq!(Family::ReducedRank.to_string(), "reduced-rank regression");
        /// assert_eq!(Family::ReducedRank.source().year(), 2005);
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Family {
            $(
                #[doc = concat!(
                    "[`", stringify!($value), "`](", stringify!($value), "()):", $words
                )]
                $exact,
            )*
            $(
                #[doc = concat!(
                    "[`", stringify!($bounds), "`](", stringify!($bounds), "()):", $bounded_words,
                )]
                $bounded,
            )*
        }

        impl Family {
            /// Every family.
            ///
            /// ```
            /// # use rlct::closed_form::Family;
            /// assert!(Family::ALL.len() >= 40);
            /// ```
            pub const ALL: [Self; [$(stringify!($exact),)* $(stringify!($bounded),)*].len()] =
                [$(Self::$exact,)* $(Self::$bounded,)*];

            /// What the file of the family says of it.
            fn about(self) -> &'static family::About {
                match self {
                    $(Self::$exact => &$file::$about,)*
                    $(Self::$bounded => &$bounded_file::$bounded_about,)*
                }
            }

            /// Whether only bounds are known, a [`ClosedFormBounds`].
            ///
            /// ```
            /// # use rlct::closed_form::Family;
            /// assert!(Family::MixtureBounds.gives_bounds());
            /// assert!(!Family::FiniteMixture.gives_bounds());
            /// ```
            #[must_use]
            pub fn gives_bounds(self) -> bool {
                match self {
                    $(Self::$exact => false,)*
                    $(Self::$bounded => true,)*
                }
            }
        }
    };
}

pub(super) use families;

impl Family {
    /// The name in words.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.name(), "deep linear network");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// The name for programs, as in JSON: `deep-linear`.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.key(), "deep-linear");
    /// ```
    #[must_use]
    pub fn key(self) -> String {
        let mut key = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !key.is_empty() {
                key.push('-');
            }
            key.extend(letter.to_lowercase());
        }
        key
    }

    /// Where the formula is published.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert_eq!(Family::DeepLinear.source().authors(), "Aoyagi");
    /// ```
    #[must_use]
    pub fn source(self) -> Source {
        self.about().source
    }

    /// What must hold of model, truth and prior for the formula to apply.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::Regular.conditions().contains("positive definite"));
    /// ```
    #[must_use]
    pub fn conditions(self) -> &'static str {
        self.about().conditions
    }

    /// Whether the conditions say that λ is the smallest over the fibre, and so the model's; else
    /// it is that of a point, and whether another has a smaller one is not said.
    ///
    /// ```
    /// # use rlct::closed_form::Family;
    /// assert!(Family::DeepLinear.is_global());
    /// assert!(!Family::ReducedRankLocal.is_global());
    /// ```
    #[must_use]
    pub fn is_global(self) -> bool {
        let conditions = self.conditions();
        conditions.contains("the global coefficient")
            && !conditions.contains("not the global coefficient")
    }

    /// How far the formula is to be trusted.
    ///
    /// ```
    /// # use rlct::closed_form::{Family, Tier};
    /// assert_eq!(Family::SoftmaxAttention.tier(), Tier::Published);
    /// ```
    #[must_use]
    pub fn tier(self) -> Tier {
        self.about().tier
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
