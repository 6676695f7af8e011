//! Certificates about a whole region: the format, in `proofs/FORMAT.md` under *Regions*.

use super::format::{Certificate, Reading, StatedPole, Step};
use super::json::{self, CertificateError};
use super::{numbers, strict};
use rlct_algebra::Rational;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The value of [`RegionCertificate::format`].
pub const REGION_FORMAT: &str = "rlct-region";

/// The value of [`RegionCertificate::version`].
pub const REGION_VERSION: u32 = 2;

/// A proof of bounds of the worst (λ, m) of all zeros in a box, or that there is no zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionCertificate {
    /// Always [`REGION_FORMAT`].
    pub format: String,
    /// From 1 to [`REGION_VERSION`].
    pub version: u32,
    /// What was asked.
    #[serde(deserialize_with = "strict::object")]
    pub question: RegionQuestion,
    /// What is proved.
    #[serde(deserialize_with = "strict::object")]
    pub claim: RegionClaim,
    /// Parts that cover the box, each with the step that settles it.
    #[serde(deserialize_with = "strict::objects")]
    pub faces: Vec<Face>,
    /// A germ at a point of the box, whose upper bound is one for the region.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Certificate>,
    /// The steps, each after its children.
    #[serde(deserialize_with = "strict::objects")]
    pub steps: Vec<Step>,
}

/// The ideal and the box.
///
/// ```
/// # use rlct_certificate::region::RegionQuestion;
/// let question: RegionQuestion = serde_json::from_str(
///     r#"{"variables": ["x", "y"], "generators": ["x*y"], "reading": "ideal",
///     "box": [{"variable": "x", "lower": "-1", "upper": "1"}]}"#,
/// )?;
/// assert_eq!(question.to_string(), "K = Σ gᵢ² over the ideal (x*y), in x, y, for x in [-1, 1]");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionQuestion {
    /// The names of the variables.
    pub variables: Vec<String>,
    /// The polynomials g_i.
    pub generators: Vec<String>,
    /// Whether K = Σ gᵢ² or K = |g₁|.
    pub reading: Reading,
    /// The intervals of variables; those that are not here take all real values.
    #[serde(rename = "box", default, deserialize_with = "strict::objects")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<Interval>,
    /// Functions c₀ + Σ cᵢxᵢ that are ≥ 0, too.
    #[serde(default, deserialize_with = "strict::objects")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inequalities: Vec<Inequality>,
}

/// A function ℓ ≥ 0, and what the density of the prior does where it is 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inequality {
    /// ℓ, of degree 1; from version 2 on of any degree without an exponent.
    pub function: String,
    /// h > −1 of the factor ℓ^h of the density; left out for 0.
    #[serde(default, deserialize_with = "numbers::some")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exponent: Option<Rational>,
}

/// Where a variable lies, and what the density of the prior does at the ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Its name.
    pub variable: String,
    /// The lower end a; left out for −∞.
    #[serde(default, deserialize_with = "numbers::some")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<Rational>,
    /// The upper end b; left out for ∞.
    #[serde(default, deserialize_with = "numbers::some")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<Rational>,
    /// h > −1 of the factor (x − a)^h of the density; left out for 0.
    #[serde(default, deserialize_with = "numbers::some")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower_exponent: Option<Rational>,
    /// h > −1 of the factor (b − x)^h of the density; left out for 0.
    #[serde(default, deserialize_with = "numbers::some")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_exponent: Option<Rational>,
}

/// What is proved: bounds, or that K has no zero in the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionClaim {
    /// Every zero has this pole or a better one; left out where there is no zero.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<StatedPole>,
    /// Some zero has this pole or a worse one.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<StatedPole>,
}

/// A part of the box: one place for each variable, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Where each variable is.
    #[serde(deserialize_with = "strict::places")]
    pub places: Vec<Place>,
    /// For each inequality whether it is forgotten, ℓ > 0 (`inside`) or ℓ = 0 (`lower`).
    #[serde(default, deserialize_with = "strict::places")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inequalities: Vec<Place>,
    /// The step that settles this part.
    pub step: usize,
}

/// Where a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Anywhere on the line, the interval forgotten: a lower bound there is one in the interval.
    Any,
    /// Between the ends.
    Inside,
    /// At the lower end.
    Lower,
    /// At the upper end.
    Upper,
}

impl Inequality {
    /// The exponent.
    #[must_use]
    pub fn power(&self) -> Rational {
        self.exponent.clone().unwrap_or(Rational::ZERO)
    }
}

impl Interval {
    /// The exponent at the lower end.
    #[must_use]
    pub fn at_lower(&self) -> Rational {
        self.lower_exponent.clone().unwrap_or(Rational::ZERO)
    }

    /// The exponent at the upper end.
    #[must_use]
    pub fn at_upper(&self) -> Rational {
        self.upper_exponent.clone().unwrap_or(Rational::ZERO)
    }
}

impl RegionCertificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// [`CertificateError`] if the text is not of the form in `proofs/FORMAT.md`, or too long.
    ///
    /// ```
    /// # use rlct_certificate::region::RegionCertificate;
    /// assert!(RegionCertificate::from_json("{}").is_err());
    /// ```
    pub fn from_json(text: &str) -> Result<Self, CertificateError> {
        json::checked(text)?;
        Ok(strict::region(text)?)
    }

    /// Whether a text says that it is such a certificate, whatever else is in it.
    ///
    /// ```
    /// # use rlct_certificate::region::RegionCertificate;
    /// assert!(RegionCertificate::is_meant(r#"{"format": "rlct-region", "version": 7}"#));
    /// assert!(!RegionCertificate::is_meant(r#"{"format": "rlct-certificate"}"#));
    /// ```
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Heading {
            format: String,
        }
        let heading: Result<Heading, _> = serde_json::from_str(text);
        heading.is_ok_and(|heading| heading.format == REGION_FORMAT)
    }
}

impl fmt::Display for RegionQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(json::plain).collect();
            texts.join(", ")
        };
        let generators = list(&self.generators);
        match self.reading {
            Reading::Ideal => write!(f, "K = Σ gᵢ² over the ideal ({generators})")?,
            Reading::Loss | Reading::Absolute => write!(f, "K = |{generators}|")?,
        }
        write!(f, ", in {}", list(&self.variables))?;
        let intervals: Vec<String> = self
            .intervals
            .iter()
            .filter_map(|interval| {
                let x = json::plain(&interval.variable);
                match (&interval.lower, &interval.upper) {
                    (Some(a), Some(b)) => Some(format!("{x} in [{a}, {b}]")),
                    (Some(a), None) => Some(format!("{x} ≥ {a}")),
                    (None, Some(b)) => Some(format!("{x} ≤ {b}")),
                    (None, None) => None,
                }
            })
            .collect();
        let own = |l: &Inequality| format!("{} ≥ 0", json::plain(&l.function));
        let conditions = intervals
            .into_iter()
            .chain(self.inequalities.iter().map(own));
        let conditions: Vec<String> = conditions.collect();
        match conditions.is_empty() {
            true => f.write_str(", everywhere")?,
            false => write!(f, ", for {}", conditions.join(", "))?,
        }
        let mut factors = Vec::new();
        for l in self.inequalities.iter().filter(|l| !l.power().is_zero()) {
            factors.push(format!("({})^({})", json::plain(&l.function), l.power()));
        }
        for interval in &self.intervals {
            let x = json::plain(&interval.variable);
            let ends = [
                (&interval.lower, interval.at_lower(), true),
                (&interval.upper, interval.at_upper(), false),
            ];
            for (end, h, below) in ends {
                match (end, below) {
                    (Some(_), _) if h.is_zero() => {}
                    (Some(a), true) if a.is_zero() => factors.push(format!("{x}^({h})")),
                    (Some(a), true) => factors.push(format!("({x} - ({a}))^({h})")),
                    (Some(b), false) => factors.push(format!("({b} - {x})^({h})")),
                    (None, _) => {}
                }
            }
        }
        if !factors.is_empty() {
            write!(f, ", prior ∝ {}", factors.join("·"))?;
        }
        Ok(())
    }
}
