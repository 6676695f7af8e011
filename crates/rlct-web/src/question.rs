//! The question as the fields of the page have it.

use crate::fault::{Fault, Field};
use rlct::algebra::{AlgebraicNumber, AlgebraicNumberError, Polynomial, Variables};
use rlct::resolution::{Assignment, Germ, GermError, Reading};
use serde::Deserialize;

/// A germ as text, each part as a person types it.
///
/// ```
/// let text = r#"{"form": "ideal", "generators": ["x*y"], "amplitude": "x", "at": "x=0"}"#;
/// let question: rlct_web::Question = serde_json::from_str(text)?;
/// assert!(question.germ().is_ok());
/// let text = r#"{"form": "ideal", "generators": ["x*y"], "at": "y = 1, z = 2"}"#;
/// let question: rlct_web::Question = serde_json::from_str(text)?;
/// assert_eq!(question.germ().unwrap_err().column, Some(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    form: Reading,
    generators: Vec<String>,
    /// As `x=1, y=1/2`.
    #[serde(default)]
    at: String,
    /// As `s^2 = 2, 1 < s < 2`, a number each.
    #[serde(default, rename = "where")]
    numbers: Vec<String>,
    /// As `x, y`.
    #[serde(default)]
    nonnegative: String,
    /// As `a*b^2`.
    #[serde(default)]
    amplitude: String,
    /// As `x, y, z`; those that occur where it is empty.
    #[serde(default)]
    variables: String,
}

/// The pieces between commas that are not blank, with the column at which each begins.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut column = 0;
    let mut found = Vec::new();
    for piece in text.split(',') {
        let blank = piece.chars().take_while(|c| c.is_whitespace()).count();
        if !piece.trim().is_empty() {
            found.push((column + blank, piece.trim()));
        }
        column += piece.chars().count() + 1;
    }
    found
}

/// The column at which the side of an equation begins that reads so without blanks around it.
fn side_of(equation: &str, side: &str) -> usize {
    let blank = equation.chars().take_while(|c| c.is_whitespace()).count();
    match equation.split_once('=') {
        Some((left, _)) if left.trim() != side => left.chars().count() + 1,
        _ => blank,
    }
}

impl Question {
    /// The germ for the engine.
    ///
    /// # Errors
    /// [`Fault`] with the field and the column.
    pub fn germ(&self) -> Result<Germ, Fault> {
        let germ = Germ::new(self.form, self.polynomials()?)
            .map_err(|error| Fault::of(Field::Generators, error))?;
        let germ = self.with_prior(germ)?;
        self.placed(self.on_half_lines(germ)?)
    }

    fn polynomials(&self) -> Result<Vec<Polynomial>, Fault> {
        let names = pieces(&self.variables);
        if names.is_empty() {
            return Polynomial::parse_all(&self.generators)
                .map_err(|(i, error)| Fault::parsed(Field::Generators, i, 0, &error));
        }
        let ring = Variables::new(names.iter().map(|(_, name)| *name))
            .map_err(|error| Fault::of(Field::Variables, error))?;
        let texts = self.generators.iter().enumerate();
        texts
            .map(|(i, text)| {
                Polynomial::parse_in(text, &ring)
                    .map_err(|error| Fault::parsed(Field::Generators, i, 0, &error))
            })
            .collect()
    }

    fn with_prior(&self, germ: Germ) -> Result<Germ, Fault> {
        let monomial = self.amplitude.trim();
        if monomial.is_empty() {
            return Ok(germ);
        }
        let blank = self.amplitude.chars().take_while(|c| c.is_whitespace());
        let column = blank.count();
        germ.amplitude(monomial).map_err(|error| {
            let width = monomial.chars().count();
            Fault::of(Field::Amplitude, error).at(column, width)
        })
    }

    fn on_half_lines(&self, mut germ: Germ) -> Result<Germ, Fault> {
        for (column, name) in pieces(&self.nonnegative) {
            germ = germ.nonnegative([name]).map_err(|error| {
                Fault::of(Field::Nonnegative, error).at(column, name.chars().count())
            })?;
        }
        Ok(germ)
    }

    fn placed(&self, mut germ: Germ) -> Result<Germ, Fault> {
        for (index, text) in self.numbers.iter().enumerate() {
            let refused = |fault: Fault| Fault { index, ..fault };
            let number: AlgebraicNumber = text.parse().map_err(|error| {
                let fault = Fault::of(Field::Where, &error);
                refused(match &error {
                    AlgebraicNumberError::Parse { text: side, source } => {
                        let column = side_of(text, side) + source.column();
                        fault.at(column, source.width())
                    }
                    _ => fault,
                })
            })?;
            germ = germ
                .number(number)
                .map_err(|error| refused(Fault::of(Field::Where, error)))?;
        }
        let mut given: Vec<String> = Vec::new();
        for (column, piece) in pieces(&self.at) {
            let whole =
                |error: String| Fault::of(Field::At, error).at(column, piece.chars().count());
            let at: Assignment = piece.parse().map_err(whole)?;
            if given.contains(&at.name) {
                return Err(whole(format!("the point has two values of `{}`", at.name)));
            }
            germ = germ
                .at_values([(&at.name, &at.value)])
                .map_err(|error| match &error {
                    GermError::Value { source, .. } => {
                        let name = piece.split('=').next().unwrap_or_default();
                        let value = piece[name.len()..].trim_start_matches('=').trim_start();
                        let before = piece.chars().count() - value.chars().count();
                        Fault::parsed(Field::At, 0, column + before, source)
                    }
                    GermError::UnknownVariable { name, .. } => {
                        Fault::of(Field::At, &error).at(column, name.chars().count())
                    }
                    _ => whole(error.to_string()),
                })?;
            given.push(at.name);
        }
        Ok(germ)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        let question: Question = serde_json::from_str(text).expect("the question is JSON");
        question.germ().expect_err("it is wrong")
    }

    #[test]
    fn pieces_know_their_columns() {
        assert_eq!(pieces(" a, ,bé ,c"), [(1, "a"), (5, "bé"), (9, "c")]);
    }

    #[test]
    fn errors_tell_field_and_column() {
        let found = fault(r#"{"form": "ideal", "generators": ["x", "x + )"]}"#);
        assert_eq!((found.field, found.index), (Field::Generators, 1));
        assert_eq!(found.column, Some(4));
        let found = fault(r#"{"form": "ideal", "generators": ["x"], "at": "x = 1 +"}"#);
        assert_eq!((found.field, found.column), (Field::At, Some(7)));
        let found = fault(r#"{"form": "ideal", "generators": ["x"], "at": "x=0, x=0"}"#);
        assert_eq!((found.column, found.width), (Some(5), 3));
        let found = fault(r#"{"form": "loss", "generators": ["x^2"], "nonnegative": "x, yy"}"#);
        assert_eq!((found.field, found.column), (Field::Nonnegative, Some(3)));
        assert_eq!(found.width, 2);
        let found = fault(r#"{"form": "loss", "generators": ["x^2"], "amplitude": " x + 1"}"#);
        assert_eq!((found.field, found.column), (Field::Amplitude, Some(1)));
        let found =
            fault(r#"{"form": "loss", "generators": ["x^2"], "where": ["s^2 = ), 1<s<2"]}"#);
        assert_eq!((found.field, found.column), (Field::Where, Some(6)));
        let found = fault(r#"{"form": "loss", "generators": ["x"], "where": [" s ^ = 2, 1<s<2"]}"#);
        assert_eq!((found.field, found.column), (Field::Where, Some(4)));
        let found = fault(r#"{"form": "loss", "generators": ["x^2 + z"], "variables": "x, y"}"#);
        assert_eq!((found.field, found.column), (Field::Generators, Some(6)));
    }
}
