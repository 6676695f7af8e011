//! Text with a caret under the place that an error speaks of.

use std::fmt;

/// How many characters of a long text are shown before and after the place.
const BEFORE: usize = 50;
const AFTER: usize = 26;

/// A line of text with carets under some of its characters.
///
/// A long line is cut to the neighbourhood of the carets.
///
/// # Examples
///
/// ```
/// use rlct::cli::Caret;
///
/// let caret = Caret::new("x + zz", 4, 2);
/// assert_eq!(caret.to_string(), "  x + zz\n      ^^");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caret {
    shown: String,
    indent: usize,
    width: usize,
}

impl Caret {
    /// Marks `width` characters of `text` from `column` on, counted in characters from 0.
    ///
    /// A column beyond the text marks the place right after its end.
    ///
    /// ```
    /// # use rlct::cli::Caret;
    /// assert_eq!(Caret::new("x +", 9, 1).to_string(), "  x +\n     ^");
    /// ```
    #[must_use]
    pub fn new(text: &str, column: usize, width: usize) -> Self {
        let characters: Vec<char> = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let column = column.min(characters.len());
        let start = column.saturating_sub(BEFORE);
        let end = column
            .saturating_add(width.min(AFTER))
            .saturating_add(AFTER);
        let end = end.min(characters.len());
        let dots = |cut: bool| if cut { "…" } else { "" };
        let middle: String = characters[start..end].iter().collect();
        let shown = format!(
            "{}{middle}{}",
            dots(start > 0),
            dots(end < characters.len())
        );
        let indent = column - start + usize::from(start > 0);
        let visible = (end - column).max(1);
        Self {
            shown,
            indent,
            width: width.clamp(1, visible),
        }
    }
}

impl fmt::Display for Caret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            shown,
            indent,
            width,
        } = self;
        write!(f, "  {shown}\n  {:indent$}{}", "", "^".repeat(*width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The characters over the carets.
    fn marked(caret: &Caret) -> String {
        let text = caret.to_string();
        let (line, carets) = text.split_once('\n').unwrap();
        line.chars()
            .zip(carets.chars())
            .filter_map(|(shown, mark)| (mark == '^').then_some(shown))
            .collect()
    }

    #[test]
    fn marks_characters_not_bytes() {
        assert_eq!(marked(&Caret::new("θ_1·θ_2 + ∞", 10, 1)), "∞");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = "x + ".repeat(250_000) + "y" + &" + x".repeat(250_000);
        let caret = Caret::new(&text, 1_000_000, 1);
        assert_eq!(marked(&caret), "y");
        assert!(caret.to_string().chars().count() < 200);
    }

    #[test]
    fn control_characters_do_not_shift_the_caret() {
        assert_eq!(marked(&Caret::new("x\t+\ny", 4, 1)), "y");
    }

    #[test]
    fn wide_marks_stay_within_the_text() {
        let caret = Caret::new("x/(y+1)", 2, 5);
        assert_eq!(marked(&caret), "(y+1)");
        assert_eq!(Caret::new("x", 0, usize::MAX).to_string(), "  x\n  ^");
        assert_eq!(Caret::new("", 0, 1).to_string(), "  \n  ^");
    }
}
