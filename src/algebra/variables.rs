//! Named variables: the ring ℚ[x₁,…,x_d] a polynomial lives in.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The most variables one ring may have. Beyond it the exact methods are hopeless and an input
/// that asks for more is a mistake.
pub const MAX_VARIABLES: usize = 256;

/// An ordered list of distinct variable names, cheap to clone.
///
/// # Examples
///
/// ```
/// use rlct::algebra::Variables;
///
/// let ring = Variables::new(["x", "y"])?;
/// assert_eq!(ring.index_of("y"), Some(1));
/// assert_eq!(ring.len(), 2);
/// # Ok::<(), rlct::algebra::VariablesError>(())
/// ```
#[derive(Clone, Eq)]
pub struct Variables(Arc<[String]>);

/// What is wrong with a list of variable names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VariablesError {
    /// A name occurs twice.
    #[error("the variable `{name}` is listed twice")]
    Duplicate {
        /// The repeated name.
        name: String,
    },
    /// A name is not a letter or underscore followed by letters, digits and underscores.
    #[error("`{name}` cannot be a variable; start with a letter, go on with letters, digits or _")]
    Malformed {
        /// The name as given.
        name: String,
    },
    /// There are more than [`MAX_VARIABLES`] names.
    #[error("{count} variables are more than the {MAX_VARIABLES} that are supported")]
    TooMany {
        /// How many were given.
        count: usize,
    },
}

pub(crate) fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

pub(crate) fn continues_name(c: char) -> bool {
    (c == '_' || c == '\'' || c.is_alphanumeric()) && superscript_digit(c).is_none()
}

/// The digit that a superscript character stands for: `²` is 2.
pub(crate) fn superscript_digit(c: char) -> Option<u32> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|s| s == c).map(|i| i as u32)
}

impl Variables {
    /// The variables of these names, in this order.
    ///
    /// # Errors
    /// If a name is malformed or repeated, or there are more than [`MAX_VARIABLES`].
    ///
    /// ```
    /// # use rlct::algebra::Variables;
    /// assert!(Variables::new(["x", "x"]).is_err());
    /// ```
    pub fn new<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self, VariablesError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.len() > MAX_VARIABLES {
            return Err(VariablesError::TooMany { count: names.len() });
        }
        for (i, name) in names.iter().enumerate() {
            let mut characters = name.chars();
            let well_formed =
                characters.next().is_some_and(starts_name) && characters.all(continues_name);
            if !well_formed {
                return Err(VariablesError::Malformed { name: name.clone() });
            }
            if names[..i].contains(name) {
                return Err(VariablesError::Duplicate { name: name.clone() });
            }
        }
        Ok(Self(names.into()))
    }

    /// Names the crate made itself, known to be distinct and well formed.
    pub(crate) fn from_trusted(names: Vec<String>) -> Self {
        Self(names.into())
    }

    /// How many variables there are: the dimension d.
    ///
    /// ```
    /// # use rlct::algebra::Variables;
    /// assert_eq!(Variables::new(["a", "b", "c"])?.len(), 3);
    /// # Ok::<(), rlct::algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none: the ring is ℚ.
    ///
    /// ```
    /// # use rlct::algebra::Variables;
    /// assert!(Variables::new([""; 0])?.is_empty());
    /// # Ok::<(), rlct::algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of a name, counted from 0.
    ///
    /// ```
    /// # use rlct::algebra::Variables;
    /// assert_eq!(Variables::new(["a"])?.index_of("b"), None);
    /// # Ok::<(), rlct::algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|n| n == name)
    }

    /// The names in order.
    ///
    /// ```
    /// # use rlct::algebra::Variables;
    /// assert_eq!(Variables::new(["a", "b"])?.names(), ["a", "b"]);
    /// # Ok::<(), rlct::algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// These variables followed by those of `other` that are not among them.
    ///
    /// ```
    /// # use rlct::algebra::Variables;
    /// let (a, b) = (Variables::new(["x", "y"])?, Variables::new(["z", "x"])?);
    /// assert_eq!(a.union(&b).names(), ["x", "y", "z"]);
    /// # Ok::<(), rlct::algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if other.0.iter().all(|name| self.0.contains(name)) {
            return self.clone();
        }
        let mut names = self.0.to_vec();
        names.extend(other.0.iter().filter(|n| !self.0.contains(n)).cloned());
        Self(names.into())
    }
}

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Hash for Variables {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter()).finish()
    }
}
