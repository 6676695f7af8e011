//! One germ as the user wrote it.

use crate::algebra::AlgebraicNumber;
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;

/// How generators are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    /// K = Σ gᵢ².
    Ideal,
    /// K is the one polynomial given.
    Loss,
}

/// A value of a variable: `a=1/2`, or a polynomial in algebraic numbers: `a=1+s`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` has no `=`; write it as a=1/2"))?;
        Ok(Self {
            name: name.trim().to_string(),
            value: value.trim().to_string(),
        })
    }
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.value)
    }
}

/// A germ in words: generators, how to read them, prior, domain and point.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Question {
    pub(super) generators: Vec<String>,
    pub(super) form: Form,
    /// The ring; without it the variables that occur.
    #[serde(default)]
    pub(super) variables: Option<Vec<String>>,
    /// A monomial whose absolute value the prior is proportional to.
    #[serde(default)]
    pub(super) amplitude: Option<String>,
    /// Variables that are ≥ 0 on the domain.
    #[serde(default)]
    pub(super) nonnegative: Vec<String>,
    /// The point, where it is not the origin.
    #[serde(default, deserialize_with = "assignments", alias = "point")]
    pub(super) at: Vec<Assignment>,
    /// Real algebraic numbers for the point.
    #[serde(default, rename = "where", deserialize_with = "numbers")]
    pub(super) numbers: Vec<AlgebraicNumber>,
}

impl Question {
    /// A germ at the origin, with a flat prior on a full neighbourhood.
    pub(super) fn new(form: Form, generators: Vec<String>) -> Self {
        Self {
            generators,
            form,
            variables: None,
            amplitude: None,
            nonnegative: Vec::new(),
            at: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// The same at the point where the variable is 1.
    pub(super) fn with_one(mut self, name: &str) -> Self {
        self.at.push(Assignment {
            name: name.into(),
            value: "1".into(),
        });
        self
    }

    /// The same with a prior proportional to |monomial|.
    pub(super) fn with_amplitude(self, monomial: &str) -> Self {
        Self {
            amplitude: Some(monomial.into()),
            ..self
        }
    }
}

/// Reads `["s^2 = 2, 1 < s < 2"]`.
fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AlgebraicNumber>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| text.parse().map_err(serde::de::Error::custom);
    texts.iter().map(read).collect()
}

/// Reads `{"a": "1/2", "b": 1}`.
fn assignments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Assignment>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value {
        Integer(i64),
        Text(String),
    }
    let map = std::collections::BTreeMap::<String, Value>::deserialize(deserializer)?;
    Ok(map
        .into_iter()
        .map(|(name, value)| match value {
            Value::Integer(value) => Assignment {
                name,
                value: value.to_string(),
            },
            Value::Text(value) => Assignment { name, value },
        })
        .collect())
}

impl fmt::Display for Question {
    /// The reading that is answered, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let generators = self.generators.join(", ");
        match self.form {
            Form::Loss => write!(f, "K = {generators}")?,
            Form::Ideal => write!(f, "K = Σ gᵢ² over the ideal ({generators})")?,
        }
        if let Some(amplitude) = &self.amplitude {
            write!(f, ", prior ∝ |{amplitude}|")?;
        }
        if !self.nonnegative.is_empty() {
            write!(f, ", {} ≥ 0", self.nonnegative.join(", "))?;
        }
        if !self.at.is_empty() {
            let at: Vec<_> = self.at.iter().map(ToString::to_string).collect();
            write!(f, ", at {}", at.join(", "))?;
        }
        for number in &self.numbers {
            write!(f, ", where {number}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_read() {
        let assignment: Assignment = "a = -1/2".parse().unwrap();
        assert_eq!(assignment.to_string(), "a = -1/2");
        assert!("a".parse::<Assignment>().unwrap_err().contains("no `=`"));
        assert_eq!("a=1+s".parse::<Assignment>().unwrap().value, "1+s");
    }

    #[test]
    fn readings_are_told() {
        let text = r#"{"generators": ["a*c", "b"], "form": "ideal", "amplitude": "a",
            "nonnegative": ["a", "b"], "at": {"c": "1/2", "a": 0}}"#;
        let question: Question = serde_json::from_str(text).unwrap();
        assert_eq!(
            question.to_string(),
            "K = Σ gᵢ² over the ideal (a*c, b), prior ∝ |a|, a, b ≥ 0, at a = 0, c = 1/2"
        );
        let loss: Question =
            serde_json::from_str(r#"{"generators": ["x^2"], "form": "loss"}"#).unwrap();
        assert_eq!(loss.to_string(), "K = x^2");
    }
}
