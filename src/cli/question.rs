//! One germ as the user wrote it.

use crate::algebra::AlgebraicNumber;
use crate::resolution::{Germ, Reading, Resolution};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
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
        if [name, value].iter().any(|side| side.trim().is_empty()) {
            return Err(format!("`{text}` has an empty side; write it as a=1/2"));
        }
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
    #[serde(default, deserialize_with = "ring")]
    pub(super) variables: Option<Vec<String>>,
    /// A monomial whose absolute value the prior is proportional to.
    #[serde(default)]
    pub(super) amplitude: Option<String>,
    /// Variables that are ≥ 0 on the domain.
    #[serde(default, deserialize_with = "names")]
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

/// Reads `["x", "y"]`; spaces around a name are none of it.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(names.iter().map(|name| name.trim().to_string()).collect())
}

/// Reads `["x", "y"]`, or `null`.
fn ring<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let names = Option::<Vec<String>>::deserialize(deserializer)?;
    Ok(names.map(|names| names.iter().map(|name| name.trim().to_string()).collect()))
}

/// Reads `{"a": "1/2", "b": 1}`. A name that occurs twice is an error.
fn assignments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Assignment>, D::Error> {
    struct Values;

    impl<'de> serde::de::Visitor<'de> for Values {
        type Value = Vec<Assignment>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of values, such as {\"a\": \"1/2\", \"b\": 1}")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut values: Vec<Assignment> = Vec::new();
            while let Some((name, value)) = map.next_entry::<String, Value>()? {
                let name = name.trim().to_string();
                if values.iter().any(|earlier| earlier.name == name) {
                    let message = format!("the point has two values of `{name}`");
                    return Err(serde::de::Error::custom(message));
                }
                let value = match value {
                    Value::Integer(value) => value.to_string(),
                    Value::Text(value) => value,
                };
                values.push(Assignment { name, value });
            }
            values.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(values)
        }
    }

    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "values are integers, or texts such as \"1/2\" and \"0.25\", read exactly"
    )]
    enum Value {
        Integer(i64),
        Text(String),
    }
    deserializer.deserialize_map(Values)
}

/// What was understood of a question: what programs read beside the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Understood {
    /// The question in one line.
    pub(super) reading: String,
    form: Form,
    variables: Vec<String>,
    generators: Vec<String>,
    /// The value of every variable at the point.
    at: BTreeMap<String, String>,
    /// The algebraic numbers of the point.
    #[serde(rename = "where")]
    numbers: Vec<String>,
    /// The exponents of the amplitude, where they are not 0: the prior is ∝ ∏ |w|^h.
    prior: BTreeMap<String, String>,
    nonnegative: Vec<String>,
    /// Zeros of K away from the point, of which the answer does not speak.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_zeros: Vec<BTreeMap<String, String>>,
    /// What the answer to a loss leaves open.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'static str>,
}

impl Understood {
    /// What `germ` made of `question`.
    pub(super) fn new(question: &Question, germ: &Germ) -> Self {
        let names = germ.variables().names();
        let at = |name: &String| {
            let given = question.at.iter().find(|at| at.name == *name);
            given.map_or("0".to_string(), |at| at.value.clone())
        };
        let exponents = names.iter().zip(germ.prior_exponents());
        let zeros = germ.zeros_elsewhere().into_iter();
        Self {
            reading: question.in_ring(names),
            form: question.form,
            variables: names.to_vec(),
            generators: germ.generators().iter().map(ToString::to_string).collect(),
            at: names.iter().map(|name| (name.clone(), at(name))).collect(),
            numbers: question.numbers.iter().map(ToString::to_string).collect(),
            prior: exponents
                .filter(|(_, h)| !h.is_zero())
                .map(|(name, h)| (name.clone(), h.to_string()))
                .collect(),
            nonnegative: question.nonnegative.clone(),
            other_zeros: zeros
                .map(|(name, value)| BTreeMap::from([(name, value.to_string())]))
                .collect(),
            remark: None,
        }
    }

    /// The same once it is resolved: a loss may be understood up to its sign only.
    pub(super) fn resolved(self, resolution: &Resolution) -> Self {
        let remark = (resolution.reading() == Reading::Absolute)
            .then_some("K = |g|: that K ≥ 0 near the point is not proved");
        Self { remark, ..self }
    }

    /// What people should read beside the answer, a line each.
    pub(super) fn remarks(&self) -> impl Iterator<Item = String> {
        self.remark
            .map(str::to_string)
            .into_iter()
            .chain(self.elsewhere())
    }

    /// That the answer is local, where K has other zeros that are easily seen.
    fn elsewhere(&self) -> Option<String> {
        const MOST: usize = 3;
        let zeros = || self.other_zeros.iter().flatten();
        let shown: Vec<String> = zeros()
            .take(MOST)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let more = if zeros().count() > MOST { ", …" } else { "" };
        let (name, value) = zeros().next()?;
        Some(format!(
            "local: K = 0 also at {}{more}; λ there: --at {name}={value}",
            shown.join(", ")
        ))
    }
}

impl Question {
    /// The reading that is answered, in one line, with the ring and the point.
    fn in_ring(&self, names: &[String]) -> String {
        let place = if self.at.is_empty() {
            " at the origin"
        } else {
            ""
        };
        let ring = names.join(", ");
        self.told(&format!(" in {ring}{place}"))
    }

    /// The parts of the question, with the ring after the polynomials.
    fn told(&self, ring: &str) -> String {
        let mut told = match self.form {
            Form::Loss => format!("K = {}", shortened(&self.generators)),
            Form::Ideal => format!("K = Σ gᵢ² over the ideal ({})", shortened(&self.generators)),
        };
        told.push_str(ring);
        if let Some(amplitude) = &self.amplitude {
            told.push_str(&format!(", prior ∝ |{amplitude}|"));
        }
        if !self.nonnegative.is_empty() {
            told.push_str(&format!(", {} ≥ 0", self.nonnegative.join(", ")));
        }
        if !self.at.is_empty() {
            let at: Vec<_> = self.at.iter().map(ToString::to_string).collect();
            told.push_str(&format!(", at {}", at.join(", ")));
        }
        for number in &self.numbers {
            told.push_str(&format!(", where {number}"));
        }
        told
    }
}

/// The polynomials in a line; of many or long ones the beginning.
fn shortened(generators: &[String]) -> String {
    const MOST: usize = 400;
    let line = generators.join(", ");
    if line.chars().count() <= MOST {
        return line;
    }
    let beginning: String = line.chars().take(MOST).collect();
    match generators.len() {
        1 => format!("{beginning}…"),
        n => format!("{beginning}…, {n} generators"),
    }
}

impl fmt::Display for Question {
    /// The question in one line, without the ring, which only the germ knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(""))
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
