//! Certificates as text: JSON with one line a step.

use super::format::Certificate;
use super::region::RegionCertificate;
use super::strict;
use serde::Serialize;
use std::fmt;
use std::io::{self, Read};

/// Texts longer than this (in bytes) are refused.
const MAX_LENGTH: usize = 1 << 26;

/// Texts with more lists, objects, fields and entries than this are refused: each takes some
/// hundred bytes of memory and only one or two of the text.
const MAX_VALUES: usize = 4_000_000;

/// What the text has that no certificate has, looked for before memory is taken for it.
fn not_in_certificates(text: &str) -> Option<NotCertificate> {
    let (mut inside, mut escaped, mut values) = (false, false, 0_usize);
    let mut number = 0_u64;
    for (place, byte) in text.bytes().enumerate() {
        if inside {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => inside = false,
                _ => {}
            }
            continue;
        }
        if byte.is_ascii_digit() {
            number = 10 * number + u64::from(byte - b'0');
            if number > u64::from(u32::MAX) {
                return Some(NotCertificate::Other { place });
            }
            continue;
        }
        number = 0;
        match byte {
            b'"' => inside = true,
            b'[' | b'{' | b',' | b':' => {
                values += 1;
                if values > MAX_VALUES {
                    return Some(NotCertificate::TooMany);
                }
            }
            b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => return Some(NotCertificate::Other { place }),
        }
    }
    None
}

/// Why a text is seen to be no certificate before it is read.
enum NotCertificate {
    /// There are too many values.
    TooMany,
    /// Outside strings stands something else than an object, a list or a natural number below 2³².
    Other {
        /// The byte.
        place: usize,
    },
}

/// A text from a file for people to read: control characters, and those that only steer how others
/// are shown, are written as their numbers.
pub(super) fn plain(text: &impl fmt::Display) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(
                u32::from(c),
                0xAD | 0x61C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
            )
    };
    let mut shown = String::new();
    for c in text.to_string().chars() {
        if steers(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Why a text is not a certificate.
///
/// ```
/// use rlct_certificate::Certificate;
///
/// let error = Certificate::from_json("{}").unwrap_err();
/// assert_eq!(error.to_string(), "not a certificate: missing field `format` at line 1 column 2");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CertificateError {
    /// It is not JSON, or not of the form in `proofs/FORMAT.md`.
    Json(serde_json::Error),
    /// Outside its strings stands something else than objects, lists and natural numbers.
    Unexpected {
        /// The byte of the text, from 0.
        place: usize,
    },
    /// There are too many lists, objects, fields and entries.
    TooManyValues,
    /// It is too long.
    TooLong {
        /// Its length in bytes; of what is read from a stream, as much as was read.
        length: usize,
    },
    /// It cannot be read.
    Io(io::Error),
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(inner) => write!(f, "not a certificate: {}", plain(inner)),
            Self::TooLong { length } => write!(
                f,
                "too long: {length} bytes are more than the {MAX_LENGTH} that are read"
            ),
            Self::Unexpected { place } => write!(
                f,
                "not a certificate: at byte {place} stands neither a string nor a natural number \
                 below 2^32, a list or an object; `null`, signs and fractions have no meaning here"
            ),
            Self::TooManyValues => write!(
                f,
                "too long: the fields and entries are more than the {MAX_VALUES} that are read"
            ),
            Self::Io(inner) => write!(f, "cannot be read: {inner}"),
        }
    }
}

impl std::error::Error for CertificateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(inner) => Some(inner),
            Self::Io(inner) => Some(inner),
            Self::Unexpected { .. } | Self::TooManyValues | Self::TooLong { .. } => None,
        }
    }
}

impl From<serde_json::Error> for CertificateError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<io::Error> for CertificateError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Certificate {
    /// Reads a certificate; it may still be wrong, see [`Certificate::check`].
    ///
    /// # Errors
    /// If the text is not JSON of the form in `proofs/FORMAT.md`, unknown fields included.
    ///
    /// ```
    /// # use rlct_certificate::Certificate;
    /// assert!(Certificate::from_json("[]").is_err());
    /// ```
    pub fn from_json(text: &str) -> Result<Self, CertificateError> {
        checked(text)?;
        Ok(strict::certificate(text)?)
    }

    /// Reads a certificate from a file or another stream, and never more than 64 MiB of it.
    ///
    /// # Errors
    /// As for [`Certificate::from_json`]; [`CertificateError::Io`] if the stream cannot be read or
    /// is no UTF-8.
    ///
    /// ```
    /// # use rlct_certificate::Certificate;
    /// let endless = std::io::repeat(b' ');
    /// let error = Certificate::from_reader(endless).unwrap_err();
    /// assert!(error.to_string().starts_with("too long: "));
    /// ```
    pub fn from_reader(reader: impl Read) -> Result<Self, CertificateError> {
        Self::from_json(&text_of(reader)?)
    }

    /// The certificate as JSON, one line a step; [`Certificate::from_json`] reads it back.
    ///
    /// ```
    /// # use rlct_certificate::Certificate;
    /// # use rlct_certificate::format::{Claim, Question, Reading, StatedPole};
    /// let certificate = Certificate {
    ///     format: "rlct-certificate".to_string(),
    ///     version: 1,
    ///     question: Question {
    ///         variables: vec!["x".to_string()],
    ///         generators: vec!["x^2".to_string()],
    ///         reading: Reading::Loss,
    ///         squares: None,
    ///         amplitude: vec![],
    ///         nonnegative: vec![],
    ///         constants: vec![],
    ///         point: vec![],
    ///     },
    ///     claim: Claim {
    ///         lower: StatedPole { lambda: 0.into(), multiplicity: 1 },
    ///         upper: None,
    ///     },
    ///     steps: vec![],
    /// };
    /// assert_eq!(Certificate::from_json(&certificate.to_json())?, certificate);
    /// # Ok::<(), rlct_certificate::CertificateError>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let steps = lines(&self.steps);
        format!(
            "{{\n\"format\": {},\n\"version\": {},\n\"question\": {},\n\"claim\": {},\n\"steps\": \
             {steps}\n}}\n",
            line(&self.format),
            self.version,
            line(&self.question),
            line(&self.claim),
        )
    }
}

impl RegionCertificate {
    /// Reads a certificate from a file or another stream, and never more than 64 MiB of it.
    ///
    /// # Errors
    /// As for [`RegionCertificate::from_json`]; [`CertificateError::Io`] if the stream cannot be
    /// read or is no UTF-8.
    pub fn from_reader(reader: impl Read) -> Result<Self, CertificateError> {
        Self::from_json(&text_of(reader)?)
    }

    /// The certificate as JSON, one line a step; [`RegionCertificate::from_json`] reads it back.
    #[must_use]
    pub fn to_json(&self) -> String {
        let witness = match &self.witness {
            None => String::new(),
            Some(witness) => format!("\"witness\": {},\n", line(witness)),
        };
        format!(
            "{{\n\"format\": {},\n\"version\": {},\n\"question\": {},\n\"claim\": {},\n\"faces\": \
             {},\n{witness}\"steps\": {}\n}}\n",
            line(&self.format),
            self.version,
            line(&self.question),
            line(&self.claim),
            lines(&self.faces),
            lines(&self.steps),
        )
    }
}

/// A text from a stream, if it is not too long.
///
/// # Errors
/// [`CertificateError::TooLong`], and [`CertificateError::Io`] if the stream cannot be read or is
/// no UTF-8.
pub fn text_of(reader: impl Read) -> Result<String, CertificateError> {
    let mut bytes = Vec::new();
    reader.take(MAX_LENGTH as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_LENGTH {
        return Err(CertificateError::TooLong {
            length: bytes.len(),
        });
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))?;
    Ok(text)
}

/// That a text is short, and has nothing that no certificate has.
pub(super) fn checked(text: &str) -> Result<(), CertificateError> {
    if text.len() > MAX_LENGTH {
        return Err(CertificateError::TooLong { length: text.len() });
    }
    match not_in_certificates(text) {
        None => Ok(()),
        Some(NotCertificate::TooMany) => Err(CertificateError::TooManyValues),
        Some(NotCertificate::Other { place }) => Err(CertificateError::Unexpected { place }),
    }
}

/// A list, a line an entry.
fn lines<T: Serialize>(list: &[T]) -> String {
    let lines: Vec<String> = list.iter().map(line).collect();
    match lines.as_slice() {
        [] => "[]".to_string(),
        lines => format!("[\n{}\n]", lines.join(",\n")),
    }
}

/// One line of JSON. The types of the format have string keys and so cannot fail; what could not be
/// written would be refused when it is read.
fn line<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("not written: {error}"))
}

#[cfg(test)]
mod tests {
    use crate::format::*;
    use serde_json::Value;

    /// One step of each rule, with every optional field.
    const STEPS: &[&str] = &[
        r#""rule":"unit","generator":0,"evidence":{"combination":["1"],"zeros":[[0,"x"]],"because":"signs"}"#,
        r#""rule":"unit","evidence":{"units":[1,2],"rest":"1","because":"signs"}"#,
        r#""rule":"open","reason":"tired""#,
        r#""rule":"newton","weights":[["1/2"]],"point":{"coordinates":["0"],"functions":[["1","2"]]},"terms":[{"generator":0,"coefficient":"1","evidence":{"because":"signs"}}]"#,
        r#""rule":"order","generator":0,"derivatives":[[1]],"divisor":[0],"evidence":{"because":{"no_real_root":"x"}}"#,
        r#""rule":"both","children":[{"step":0},{"step":1,"coordinates":[0],"functions":[0],"scale":["-1"]}]"#,
        r#""rule":"sum","parts":[{"coordinates":[0],"functions":[0]}],"point":{"coordinates":[]},"children":[{"step":0}]"#,
        r#""rule":"factor","monomial":[1],"children":[{"step":0}]"#,
        r#""rule":"blow_up","weights":[[0,2]],"children":[{"step":0}]"#,
        r#""rule":"split","polynomial":"x","children":[{"step":0}]"#,
        r#""rule":"cover","polynomials":["x"],"evidence":{"because":"signs"},"children":[{"step":0}]"#,
        r#""rule":"coordinate","index":0,"polynomial":"x","form":"explicit","evidence":{"because":"signs"},"children":[{"step":0}]"#,
        r#""rule":"ideal","forward":[{"unit":"1","evidence":{"because":"signs"},"combination":[[0,"1"]],"relations":[[0,"1"]]}],"back":[{"combination":[]}],"children":[{"step":0}]"#,
        r#""rule":"definite","generator":0,"children":[{"step":0}]"#,
        r#""rule":"fold","index":0,"power":2,"children":[{"step":0}]"#,
    ];

    fn everything() -> String {
        let chart = r#"{"chart":{"coordinates":[{"name":"x","domain":"half-line","extent":"extended","amplitude":"1/2"}],"functions":[{"name":"y","relation":"y^2-2","between":["1","2"]}],"zeros":["0"],"units":["x"],"positive":["y"],"generators":["x"]},"#;
        let steps: Vec<String> = STEPS.iter().map(|s| format!("{chart}{s}}}")).collect();
        format!(
            r#"{{"format":"rlct-certificate","version":1,"question":{{"variables":["x"],"generators":["x"],"reading":"loss","squares":{{"multiplier":"1","terms":[["1","x"]]}},"amplitude":["1"],"nonnegative":["x"],"constants":[{{"name":"c","relation":"c^2-2","between":["1","2"],"evidence":{{"because":"signs"}}}}],"point":["c"]}},"claim":{{"lower":{{"lambda":"1","multiplicity":1}},"upper":{{"lambda":"1","multiplicity":1}}}},"steps":[{}]}}"#,
            steps.join(",")
        )
    }

    #[test]
    fn every_rule_is_read_and_written() {
        let text = everything();
        let certificate = Certificate::from_json(&text).unwrap();
        assert_eq!(certificate.steps.len(), STEPS.len());
        let written = certificate.to_json();
        assert_eq!(Certificate::from_json(&written).unwrap(), certificate);
        // the same JSON, and one line a step
        let (a, b): (Value, Value) = (
            serde_json::from_str(&text).unwrap(),
            serde_json::from_str(&written).unwrap(),
        );
        assert_eq!(a, b);
        assert_eq!(written.lines().count(), STEPS.len() + 8);
    }

    /// Every object of the document, by its JSON pointer.
    fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.push(at.to_string());
                for (key, field) in fields {
                    objects(field, &format!("{at}/{key}"), found);
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    objects(item, &format!("{at}/{i}"), found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn unknown_fields_are_refused_everywhere() {
        let value: Value = serde_json::from_str(&everything()).unwrap();
        let mut places = Vec::new();
        objects(&value, "", &mut places);
        assert!(places.len() > 60, "the document has many objects");
        for place in places {
            let mut changed = value.clone();
            let fields = changed
                .pointer_mut(&place)
                .unwrap()
                .as_object_mut()
                .unwrap();
            fields.insert("remark".to_string(), Value::from("?"));
            let result = Certificate::from_json(&changed.to_string());
            assert!(result.is_err(), "an unknown field in `{place}` is accepted");
        }
    }

    /// What serde reads in place of an object, a name of a rule and a name without fields.
    #[test]
    fn nothing_else_is_read_for_an_object_or_a_name() {
        let value: Value = serde_json::from_str(&everything()).unwrap();
        let mut places = Vec::new();
        objects(&value, "", &mut places);
        for place in places {
            let mut changed = value.clone();
            let object = changed.pointer_mut(&place).unwrap();
            let fields = object.as_object().unwrap().values().cloned().collect();
            *object = Value::Array(fields);
            let result = Certificate::from_json(&changed.to_string());
            assert!(
                result.is_err(),
                "a list for the object `{place}` is accepted"
            );
        }
        let mut number_of_rules = 0;
        for (i, step) in value["steps"].as_array().unwrap().iter().enumerate() {
            for (place, other) in [
                (format!("/steps/{i}/rule"), Value::from(number_of_rules)),
                (
                    format!("/steps/{i}/form"),
                    serde_json::json!({"explicit": {}}),
                ),
                (
                    format!("/steps/{i}/evidence/because"),
                    serde_json::json!({"signs": {}}),
                ),
                (
                    format!("/steps/{i}/evidence/because"),
                    serde_json::json!({}),
                ),
                (
                    format!("/steps/{i}/evidence/because"),
                    serde_json::json!({"no_real_root": "x", "signs": "x"}),
                ),
            ] {
                let mut changed = value.clone();
                let Some(field) = changed.pointer_mut(&place) else {
                    continue;
                };
                *field = other;
                let result = Certificate::from_json(&changed.to_string());
                assert!(result.is_err(), "{changed} is read");
            }
            let next = value["steps"].get(i + 1).map(|next| &next["rule"]);
            number_of_rules += usize::from(next != Some(&step["rule"]));
        }
    }

    #[test]
    fn repeated_fields_and_long_numbers_are_refused() {
        let text = everything();
        for (from, to) in [
            (r#""power":2"#, r#""power":2,"power":3"#),
            (r#""rule":"fold""#, r#""rule":"fold","rule":"fold""#),
            (r#""version":1"#, r#""version":1,"version":1"#),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert!(
                Certificate::from_json(&changed).is_err(),
                "{to} is accepted"
            );
        }
        for (number, read) in [("4294967295", true), ("4294967296", false)] {
            let changed = text.replacen(r#""power":2"#, &format!(r#""power":{number}"#), 1);
            assert_eq!(Certificate::from_json(&changed).is_ok(), read, "{number}");
        }
        let long = text.replacen(r#""1/2""#, &format!("\"{}\"", "7".repeat(1_000_000)), 1);
        assert!(Certificate::from_json(&long).is_err());
    }
}
