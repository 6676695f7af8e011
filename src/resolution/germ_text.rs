//! A germ as text: what people, files and the catalogue write.

use super::{Germ, GermError, Reading};
use crate::algebra::{AlgebraicNumber, Polynomial, Rational};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A value of a variable: `a=1/2`, or a polynomial in algebraic numbers: `a=1+s`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The value: a rational number, or a polynomial in numbers given beside it.
    pub value: String,
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

/// A polynomial germ as text: generators, how they are read, prior, domain and point, as
/// `rlct exact` and its files have it and as the catalogue writes it.
///
/// # Examples
///
/// ```
/// use rlct::resolution::GermText;
///
/// let text = GermText::ideal(vec!["a*c".into(), "b".into()]).nonnegative(["a".to_string()]);
/// assert_eq!(text.to_string(), "K = Σ gᵢ² over the ideal (a*c, b), a ≥ 0");
/// assert_eq!(text.germ()?.variables().len(), 3);
/// # Ok::<(), rlct::resolution::GermError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GermText {
    pub(crate) generators: Vec<String>,
    pub(crate) form: Reading,
    /// The point, where it is not the origin.
    #[serde(
        default,
        deserialize_with = "assignments",
        serialize_with = "as_map",
        alias = "point",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) at: Vec<Assignment>,
    /// Variables that are ≥ 0 on the domain.
    #[serde(
        default,
        deserialize_with = "names",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) nonnegative: Vec<String>,
    /// A monomial whose absolute value the prior is proportional to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amplitude: Option<String>,
    /// The ring; without it the variables that occur.
    #[serde(
        default,
        deserialize_with = "ring",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) variables: Option<Vec<String>>,
    /// Real algebraic numbers for the point.
    #[serde(
        default,
        rename = "where",
        deserialize_with = "numbers",
        serialize_with = "as_texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) numbers: Vec<AlgebraicNumber>,
}

impl GermText {
    /// The germ at the origin that these polynomials give, with a flat prior on a full
    /// neighbourhood.
    #[must_use]
    pub fn new(form: Reading, generators: Vec<String>) -> Self {
        Self {
            generators,
            form,
            at: Vec::new(),
            nonnegative: Vec::new(),
            amplitude: None,
            variables: None,
            numbers: Vec::new(),
        }
    }

    /// The germ of an ideal at the origin.
    #[must_use]
    pub fn ideal(generators: Vec<String>) -> Self {
        Self::new(Reading::Ideal, generators)
    }

    /// The germ of a loss at the origin.
    #[must_use]
    pub fn loss(loss: String) -> Self {
        Self::new(Reading::Loss, vec![loss])
    }

    /// At the point with these coordinates, the others 0.
    #[must_use]
    pub fn at(mut self, point: impl IntoIterator<Item = (String, Rational)>) -> Self {
        let moved = point.into_iter().filter(|(_, c)| !c.is_zero());
        let assigned = moved.map(|(name, value)| Assignment {
            name,
            value: value.to_string(),
        });
        self.at = assigned.collect();
        self.at.sort_by(|one, other| one.name.cmp(&other.name));
        self
    }

    /// Where these variables are ≥ 0.
    #[must_use]
    pub fn nonnegative(mut self, variables: impl IntoIterator<Item = String>) -> Self {
        self.nonnegative = variables.into_iter().collect();
        self
    }

    /// With the prior proportional to the monomial's absolute value.
    #[must_use]
    pub fn amplitude(mut self, monomial: String) -> Self {
        self.amplitude = Some(monomial);
        self
    }

    /// The polynomials.
    #[must_use]
    pub fn generators(&self) -> &[String] {
        &self.generators
    }

    /// The germ for the engine; every name is that of a variable.
    ///
    /// # Errors
    /// As [`Germ::new`] and its builders; none for the germs of the catalogue.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// let text = all.iter().find_map(|instance| instance.germ()).unwrap();
    /// assert_eq!(text.germ().unwrap().generators().len(), 1);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    pub fn germ(&self) -> Result<Germ, GermError> {
        let polynomials =
            Polynomial::parse_own(&self.generators).map_err(|(i, source)| GermError::Parse {
                generator: i + 1,
                source,
            })?;
        self.placed(Germ::new(self.form, polynomials)?)
    }

    /// The germ of the generators with the prior, the domain and the point that are written.
    pub(crate) fn placed(&self, mut germ: Germ) -> Result<Germ, GermError> {
        if let Some(amplitude) = &self.amplitude {
            germ = germ.amplitude(amplitude)?;
        }
        for number in &self.numbers {
            germ = germ.number(number.clone())?;
        }
        let point = self.at.iter().map(|at| (&at.name, &at.value));
        germ.nonnegative(&self.nonnegative)?.at_values(point)
    }

    /// The reading that is answered, in one line, with the ring and the point.
    #[must_use]
    pub fn in_ring(&self, names: &[String]) -> String {
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
            Reading::Loss => format!("K = {}", shortened(&self.generators)),
            Reading::Absolute => format!("K = |{}|", shortened(&self.generators)),
            Reading::Ideal => format!("K = Σ gᵢ² over the ideal ({})", shortened(&self.generators)),
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

impl fmt::Display for GermText {
    /// The question in one line, without the ring, which only the germ knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(""))
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

/// Writes `{"a": "1/2"}`.
fn as_map<S: Serializer>(values: &[Assignment], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(values.len()))?;
    for value in values {
        map.serialize_entry(&value.name, &value.value)?;
    }
    map.end()
}

/// Writes `["s^2 = 2, 1 < s < 2"]`.
fn as_texts<S: Serializer>(numbers: &[AlgebraicNumber], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(numbers.iter().map(ToString::to_string))
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
        let question: GermText = serde_json::from_str(text).unwrap();
        assert_eq!(
            question.to_string(),
            "K = Σ gᵢ² over the ideal (a*c, b), prior ∝ |a|, a, b ≥ 0, at a = 0, c = 1/2"
        );
        let loss: GermText =
            serde_json::from_str(r#"{"generators": ["x^2"], "form": "loss"}"#).unwrap();
        assert_eq!(loss.to_string(), "K = x^2");
    }
}
