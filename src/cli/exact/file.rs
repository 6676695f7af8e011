//! Files of cases: a JSON array of germs, each with a name and perhaps a published value.

use crate::LearningCoefficient;
use crate::algebra::Rational;
use crate::cli::{Caret, CliError};
use crate::resolution::GermText;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// Fields that speak to readers of the file and do not change the question.
const COMMENTARY: [&str; 8] = [
    "tier", "source", "note", "comment", "verified", "name", "kind", "level",
];

/// Fields that are read.
const READ: [&str; 8] = [
    "generators",
    "form",
    "variables",
    "amplitude",
    "nonnegative",
    "at",
    "point",
    "where",
];

/// A named germ of a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Case {
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) question: GermText,
    #[serde(default)]
    lambda: Option<Rational>,
    #[serde(default)]
    multiplicity: Option<usize>,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl Case {
    /// The value that the file states, if it states one.
    pub(super) fn published(&self) -> Option<LearningCoefficient> {
        let (lambda, multiplicity) = (self.lambda.clone()?, self.multiplicity?);
        (lambda.is_positive() && multiplicity > 0)
            .then(|| LearningCoefficient::new(lambda, multiplicity))
    }

    /// That every field was understood, and that the published value can be one.
    pub(super) fn check(&self) -> Result<(), CliError> {
        let unknown = |name: &&String| {
            let name = name.as_str();
            !COMMENTARY.contains(&name) && !READ.contains(&name)
        };
        if let Some(field) = self.rest.keys().find(unknown) {
            return Err(CliError::Setting(format!(
                "the field `{field}` is unknown; a case has id, {}, lambda, multiplicity, and for \
                 readers {}",
                READ.join(", "),
                COMMENTARY.join(", ")
            )));
        }
        let stated = self.lambda.is_some() || self.multiplicity.is_some();
        if stated && self.published().is_none() {
            return Err(CliError::Setting(
                "a published value has both lambda, above 0, and multiplicity, from 1 on".into(),
            ));
        }
        Ok(())
    }
}

/// Reads the cases of a file; `-` is stdin.
pub(super) fn read(path: &Path) -> Result<Vec<Case>, CliError> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|error| CliError::Read {
        path: path.into(),
        error,
    })?;
    parse(&text).map_err(|error| CliError::Json {
        path: path.into(),
        line: error.line(),
        place: place(&text, &error),
        reason: reason(&error),
    })
}

fn parse(text: &str) -> serde_json::Result<Vec<Case>> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
}

/// The line of the error with a caret under its column.
pub(in crate::cli) fn place(text: &str, error: &serde_json::Error) -> Caret {
    let line = text
        .lines()
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    // serde_json counts bytes, from 1
    let bytes = error.column().saturating_sub(1);
    let column = line
        .char_indices()
        .take_while(|(at, _)| *at < bytes)
        .count();
    Caret::new(line, column, 1)
}

/// The message without ` at line 3 column 5`, which the caret shows.
pub(in crate::cli) fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_string(),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read() {
        let text = r#"[
          {"id": "x02", "tier": "x", "variables": ["x", "y"], "generators": ["x*y"],
           "form": "ideal", "amplitude": "x", "lambda": "1/2", "multiplicity": 1, "source": "s"},
          {"id": "n", "generators": ["x"], "form": "loss", "colour": "red"}
        ]"#;
        let cases = parse(text).unwrap();
        assert_eq!(cases[0].id, "x02");
        assert_eq!(cases[0].question.amplitude.as_deref(), Some("x"));
        assert_eq!(cases[0].published().unwrap().to_string(), "λ = 1/2, m = 1");
        assert!(cases[0].check().is_ok());
        assert_eq!(cases[1].published(), None);
        let refused = cases[1].check().unwrap_err().to_string();
        assert!(
            refused.starts_with("the field `colour` is unknown"),
            "{refused}"
        );
    }

    #[test]
    fn errors_are_placed() {
        let text = "[\n  {\"id\": \"θ\", }\n]";
        let error = parse(text).unwrap_err();
        let shown = place(text, &error).to_string();
        assert_eq!(shown, "    {\"id\": \"θ\", }\n                ^");
        assert_eq!(reason(&error), "trailing comma");
    }

    #[test]
    fn numbers_are_no_rationals() {
        let text = r#"[{"id": "a", "generators": ["x"], "form": "loss", "lambda": 0.5}]"#;
        assert!(parse(text).is_err());
    }
}
