//! Named variables: the ring ℚ[x₁,…,x_d] a polynomial lives in.

use std::collections::HashMap;
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
/// use rlct_algebra::Variables;
///
/// let ring = Variables::new(["x", "y"])?;
/// assert_eq!(ring.index_of("y"), Some(1));
/// assert_eq!(ring.len(), 2);
/// # Ok::<(), rlct_algebra::VariablesError>(())
/// ```
#[derive(Clone, Eq)]
pub struct Variables(Arc<[String]>);

/// What is wrong with a list of variable names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VariablesError {
    /// A name occurs twice.
    Duplicate {
        /// The repeated name.
        name: String,
    },
    /// A name is not a letter or underscore followed by letters, digits and underscores.
    Malformed {
        /// The name as given.
        name: String,
    },
    /// There are more than [`MAX_VARIABLES`] names.
    TooMany {
        /// How many were given.
        count: usize,
    },
    /// Two names that differ only by characters that look alike.
    LookAlike {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A name has Latin and Cyrillic letters.
    MixedScripts {
        /// The name.
        name: String,
    },
}

impl fmt::Display for VariablesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { name } => write!(f, "the variable `{name}` is listed twice"),
            Self::Malformed { name } => write!(
                f,
                "`{name}` cannot be a variable; start with a letter, go on with letters, digits or \
                 _"
            ),
            Self::TooMany { count } => write!(
                f,
                "{count} variables are more than the {MAX_VARIABLES} that are supported"
            ),
            Self::LookAlike { first, second } => write!(
                f,
                "the names `{first}` and `{second}` look alike but are not the same; \
         write both in one alphabet, or rename one"
            ),
            Self::MixedScripts { name } => write!(
                f,
                "the name `{name}` mixes Latin and Cyrillic letters; write it in one alphabet"
            ),
        }
    }
}

impl std::error::Error for VariablesError {}

/// Characters that look like letters of the Latin alphabet, by alphabet, each row with the letters
/// that they look like. What is only similar stays apart: `α` and `a`, `ρ` and `p`.
const LOOK_ALIKES: [[&str; 2]; 6] = [
    // Cyrillic
    [
        "асԁеһіјӏорԛѕѵухԝАВСЕԌНІЈКМОРԚЅТѴԜХУҮӀ",
        "acdehijlopqsvyxwABCEGHIJKMOPQSTVWXYYI",
    ],
    // Greek
    ["οϲϳνΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ocjvABEZHIKMNOPTYXCJ"],
    // Armenian
    ["օոսհցյզՕՍՏԼ", "onuhgjqOUSL"],
    // Latin letters of other alphabets and of phonetics
    ["ıȷɡɑ", "ijga"],
    // letters as symbols, and the Greek ones that look like Greek letters
    [
        "ℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤℨ\u{212A}\u{212B}ℬℭℯℰℱℳℴℹⅅⅆⅇⅈⅉ\u{2126}\u{B5}",
        "CgHHHhIILlNPQRRRZZKÅBCeEFMoiDdeijΩμ",
    ],
    // Roman numerals
    ["ⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿ", "IVXLCDMivxlcdm"],
];

/// The letters of the mathematical Greek alphabets U+1D6A8 to U+1D7CB, five times over.
const GREEK: &str = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΘΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂εθκφρπ";

/// A character of this place in an alphabet that begins at `first` and is `length` long, repeated.
fn nth(c: char, first: u32, length: u32) -> u32 {
    (u32::from(c) - first) % length
}

/// The character that `c` looks like, by the table above and the blocks of letters in fullwidth and
/// in mathematical type; `c` itself if there is none.
fn likeness(c: char) -> char {
    let latin = |i: u32| char::from_u32(if i < 26 { 0x41 + i } else { 0x61 + i - 26 });
    let digit = |i: u32| char::from_u32(0x30 + i);
    let plain = match u32::from(c) {
        0..0x80 => return c,
        0xFF10..=0xFF19 => digit(nth(c, 0xFF10, 10)),
        0xFF21..=0xFF3A => latin(nth(c, 0xFF21, 26)),
        0xFF41..=0xFF5A => latin(26 + nth(c, 0xFF41, 26)),
        0x1D400..=0x1D6A3 => latin(nth(c, 0x1D400, 52)),
        0x1D6A4 => Some('i'),
        0x1D6A5 => Some('j'),
        0x1D6A8..=0x1D7CB => GREEK.chars().nth(nth(c, 0x1D6A8, 58) as usize),
        0x1D7CE..=0x1D7FF => digit(nth(c, 0x1D7CE, 10)),
        _ => None,
    };
    let c = plain.unwrap_or(c);
    let mut pairs = LOOK_ALIKES
        .iter()
        .flat_map(|[from, to]| from.chars().zip(to.chars()));
    pairs.find(|(from, _)| *from == c).map_or(c, |(_, to)| to)
}

/// Whether names are told apart by the eye: no two that differ look alike, and none mixes Latin
/// with Cyrillic letters. Greek letters go beside Latin ones: `θ`, `Δx`.
///
/// Look-alikes of Latin letters are known in Cyrillic, Greek, Armenian, fullwidth and mathematical
/// type, among letterlike symbols and Roman numerals. What plain ASCII has (`l`, `1` and `I`) is
/// left to the reader.
///
/// # Errors
/// [`VariablesError::LookAlike`] or [`VariablesError::MixedScripts`] with the first such names.
///
/// ```
/// # use rlct_algebra::distinguishable;
/// assert!(distinguishable(["x", "x_1", "θ", "Δx"]).is_ok());
/// assert!(distinguishable(["x", "\u{445}"]).is_err()); // the second is Cyrillic
/// ```
pub fn distinguishable<S: AsRef<str>>(
    names: impl IntoIterator<Item = S>,
) -> Result<(), VariablesError> {
    let mut seen: HashMap<String, String> = HashMap::new();
    for name in names {
        let name = name.as_ref();
        let latin = |c: char| c.is_ascii_alphabetic();
        let cyrillic = |c: char| matches!(u32::from(c), 0x400..0x530);
        if name.chars().any(latin) && name.chars().any(cyrillic) {
            return Err(VariablesError::MixedScripts {
                name: name.to_string(),
            });
        }
        let first = seen
            .entry(name.chars().map(likeness).collect())
            .or_insert_with(|| name.to_string());
        if first != name {
            return Err(VariablesError::LookAlike {
                first: first.clone(),
                second: name.to_string(),
            });
        }
    }
    Ok(())
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
    /// # use rlct_algebra::Variables;
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
    pub fn from_trusted(names: Vec<String>) -> Self {
        Self(names.into())
    }

    /// How many variables there are: the dimension d.
    ///
    /// ```
    /// # use rlct_algebra::Variables;
    /// assert_eq!(Variables::new(["a", "b", "c"])?.len(), 3);
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none: the ring is ℚ.
    ///
    /// ```
    /// # use rlct_algebra::Variables;
    /// assert!(Variables::new([""; 0])?.is_empty());
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of a name, counted from 0.
    ///
    /// ```
    /// # use rlct_algebra::Variables;
    /// assert_eq!(Variables::new(["a"])?.index_of("b"), None);
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|n| n == name)
    }

    /// The names in order.
    ///
    /// ```
    /// # use rlct_algebra::Variables;
    /// assert_eq!(Variables::new(["a", "b"])?.names(), ["a", "b"]);
    /// # Ok::<(), rlct_algebra::VariablesError>(())
    /// ```
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// These variables followed by those of `other` that are not among them.
    ///
    /// ```
    /// # use rlct_algebra::Variables;
    /// let (a, b) = (Variables::new(["x", "y"])?, Variables::new(["z", "x"])?);
    /// assert_eq!(a.union(&b).names(), ["x", "y", "z"]);
    /// # Ok::<(), rlct_algebra::VariablesError>(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_pairs_letters_with_what_they_look_like() {
        for [from, to] in LOOK_ALIKES {
            assert_eq!(from.chars().count(), to.chars().count(), "{from}");
            for c in from.chars() {
                assert!(!c.is_ascii() && c.is_alphabetic(), "{c}");
            }
        }
        assert_eq!(GREEK.chars().count(), 58);
    }

    #[test]
    fn letters_of_other_alphabets_and_types_look_like_latin_ones() {
        for (c, like) in [
            ('\u{445}', 'x'),   // Cyrillic ha
            ('\u{3BF}', 'o'),   // Greek omicron
            ('\u{3BD}', 'v'),   // Greek nu
            ('\u{FF58}', 'x'),  // fullwidth
            ('\u{FF3A}', 'Z'),  // fullwidth
            ('\u{1D465}', 'x'), // mathematical italic
            ('\u{1D400}', 'A'), // mathematical bold, the first
            ('\u{1D6A3}', 'z'), // mathematical monospace, the last
            ('\u{1D703}', 'θ'), // mathematical italic theta: a Greek letter
            ('\u{1D7FF}', '9'), // mathematical monospace digit
            ('\u{1D708}', 'v'), // mathematical italic nu
            ('\u{212A}', 'K'),  // the sign of Kelvin
            ('\u{2179}', 'x'),  // a small Roman ten
            ('x', 'x'),
            ('θ', 'θ'),
            ('α', 'α'),
        ] {
            assert_eq!(likeness(c), like, "{c}");
        }
    }

    #[test]
    fn look_alikes_are_told_with_both_names() {
        for [a, b] in [
            ["x", "\u{445}"],
            ["x_1", "\u{FF58}_1"],
            ["\u{441}", "\u{3F2}"],
            ["v", "ν"],
            ["\u{3A9}", "\u{2126}"],
        ] {
            let error = distinguishable(["y", a, b]).unwrap_err();
            let (first, second) = (a.to_string(), b.to_string());
            assert_eq!(error, VariablesError::LookAlike { first, second });
            assert!(distinguishable(["y", b]).is_ok());
        }
        let name = "x\u{445}".to_string();
        let mixed = distinguishable([&name]).unwrap_err();
        assert_eq!(mixed, VariablesError::MixedScripts { name });
        // the same name again is no other name
        assert!(distinguishable(["x", "x", "α", "a", "ρ", "p", "Δx", "l", "I"]).is_ok());
    }
}
