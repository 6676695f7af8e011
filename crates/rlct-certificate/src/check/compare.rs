//! Whether two questions are the same.

use super::chart::{Chart, Function, monic, proportional};
use super::error::{Checked, entry, malformed, shown};
use super::evidence::{coefficients, roots_within};
use super::question::{Germ, germ};
use super::work::Work;
use super::{CheckErrorKind, CheckLimits};
use crate::format::{CoordinateDomain, Question, Reading};
use rlct_algebra::{Polynomial, Rational, Univariate, Variables};
use std::fmt;

/// How the question of a certificate differs from the one that was asked.
///
/// ```
/// # use rlct_certificate::Difference;
/// let difference = Difference::Variables { certified: "x, y".into(), asked: "x".into() };
/// assert_eq!(difference.to_string(), "the variables are x, y; asked was about x");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The rings differ.
    Variables {
        /// The variables of the certificate.
        certified: String,
        /// Those that were asked about.
        asked: String,
    },
    /// The polynomials give K in another way.
    Reading {
        /// The reading of the certificate.
        certified: Reading,
        /// The one that was asked about.
        asked: Reading,
    },
    /// The polynomials differ.
    Generators {
        /// The generators of the certificate.
        certified: String,
        /// Those that were asked about.
        asked: String,
    },
    /// A coordinate of the point differs, or is not seen to be the same number.
    Point {
        /// The variable.
        name: String,
        /// Its value in the certificate.
        certified: String,
        /// The one that was asked about.
        asked: String,
    },
    /// A constant of the point is another number, or not seen to be the same.
    Constant {
        /// Its name.
        name: String,
    },
    /// A variable is ≥ 0 on one domain only.
    Domain {
        /// The variable.
        name: String,
        /// Its values in the certificate.
        certified: &'static str,
        /// Those that were asked about.
        asked: &'static str,
    },
    /// The amplitudes differ.
    Amplitude {
        /// The variable.
        name: String,
        /// Its exponent in the certificate.
        certified: Rational,
        /// The one that was asked about.
        asked: Rational,
    },
    /// One of the questions cannot be read.
    Unreadable(CheckErrorKind),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variables { certified, asked } => {
                write!(f, "the variables are {certified}; asked was about {asked}")
            }
            Self::Reading { certified, asked } => {
                write!(f, "the reading is {certified}; asked was about {asked}")
            }
            Self::Generators { certified, asked } => {
                write!(f, "the generators are {certified}; asked was about {asked}")
            }
            Self::Point {
                name,
                certified,
                asked,
            } => write!(
                f,
                "the point has {name} = {certified}; asked was about {name} = {asked}"
            ),
            Self::Constant { name } => write!(
                f,
                "the constant {name} is not the number that was asked about"
            ),
            Self::Domain {
                name,
                certified,
                asked,
            } => write!(f, "{name} {certified}; asked was about {name} that {asked}"),
            Self::Amplitude {
                name,
                certified,
                asked,
            } => write!(
                f,
                "the amplitude is |{name}|^({certified}); asked was about |{name}|^({asked})"
            ),
            Self::Unreadable(inner) => write!(f, "it cannot be compared: {inner}"),
        }
    }
}

impl std::error::Error for Difference {}

impl From<CheckErrorKind> for Difference {
    fn from(kind: CheckErrorKind) -> Self {
        Self::Unreadable(kind)
    }
}

impl Question {
    /// That this question, a certificate's, is the one that was asked: the same polynomials in the
    /// same variables, in any order, at the same point, with the same domain and amplitude near it.
    ///
    /// Generators of an ideal may differ in order and by non-zero rational factors, a loss by a
    /// positive one: this changes no pole. What shows that a loss is ≥ 0 is not compared.
    ///
    /// # Errors
    /// The first difference.
    ///
    /// ```
    /// # use rlct_certificate::{Difference, format::Question};
    /// let ideal = |generators: &str| -> serde_json::Result<Question> {
    ///     serde_json::from_str(&format!(
    ///         r#"{{"variables": ["x", "y"], "generators": {generators}, "reading": "ideal"}}"#
    ///     ))
    /// };
    /// let certified = ideal(r#"["x^2 - y^3", "x*y"]"#)?;
    /// let same = ideal(r#"["y*x", "2*y^3 - 2*x^2"]"#)?;
    /// assert_eq!(certified.is_the_same_as(&same), Ok(()));
    /// let other = ideal(r#"["x^2 - y^5", "x*y"]"#)?;
    /// let difference = certified.is_the_same_as(&other);
    /// assert!(matches!(difference, Err(Difference::Generators { .. })));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn is_the_same_as(&self, asked: &Self) -> Result<(), Difference> {
        let work = Work::new(&CheckLimits::default());
        let sorted = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort_unstable();
            names
        };
        if sorted(&self.variables) != sorted(&asked.variables) {
            return Err(Difference::Variables {
                certified: listed(&self.variables),
                asked: listed(&asked.variables),
            });
        }
        if self.reading != asked.reading {
            return Err(Difference::Reading {
                certified: self.reading,
                asked: asked.reading,
            });
        }
        let (own, other) = (germ(self, &work)?, germ(asked, &work)?);
        generators(self, (&own, &other), &work)?;
        for (i, name) in self.variables.iter().enumerate() {
            let place = other.chart.ring.index_of(name);
            let j = place.ok_or_else(|| unknown(name))?;
            coordinate(name, (&own, i), (&other, j), &work)?;
        }
        Ok(())
    }
}

fn unknown(name: &str) -> CheckErrorKind {
    CheckErrorKind::Malformed(format!("there is no {name}"))
}

fn listed(texts: &[String]) -> String {
    match texts {
        [] => "none".to_string(),
        texts => texts.join(", "),
    }
}

/// That the polynomials are the same, in their own variables.
fn generators(
    question: &Question,
    (own, other): (&Germ, &Germ),
    work: &Work,
) -> Result<(), Difference> {
    let ring = Variables::new(question.variables.iter().cloned())
        .map_err(|e| CheckErrorKind::Malformed(e.to_string()))?;
    let normal = |germ: &Germ| -> Checked<Vec<Polynomial>> {
        let mut list = Vec::new();
        for g in germ.generators.iter().filter(|g| !g.is_zero()) {
            work.pass(g)?;
            let own = g.in_ring(&ring);
            let g = own.ok_or_else(|| unknown("polynomial in the variables"))?;
            // the sign of an ideal's generator does not matter
            list.push(monic(&g, question.reading != Reading::Ideal));
        }
        Ok(list)
    };
    let (certified, asked) = (normal(own)?, normal(other)?);
    let all_in = |some: &[Polynomial], others: &[Polynomial]| -> Checked<bool> {
        for p in some {
            work.spend(others.len() as u64)?;
            if !others.contains(p) {
                return Ok(false);
            }
        }
        Ok(true)
    };
    if all_in(&certified, &asked)? && all_in(&asked, &certified)? {
        return Ok(());
    }
    let told = |list: &[Polynomial]| {
        let texts: Vec<String> = list.iter().map(shown).collect();
        listed(&texts)
    };
    Err(Difference::Generators {
        certified: told(&certified),
        asked: told(&asked),
    })
}

/// That a coordinate has the same value, domain and amplitude.
fn coordinate(
    name: &str,
    (own, i): (&Germ, usize),
    (other, j): (&Germ, usize),
    work: &Work,
) -> Result<(), Difference> {
    let (a, b) = (
        entry(&own.chart.coordinates, i, "coordinate")?,
        entry(&other.chart.coordinates, j, "coordinate")?,
    );
    let (value, asked) = (
        entry(&own.values, i, "coordinate")?,
        entry(&other.values, j, "coordinate")?,
    );
    let differs = || Difference::Point {
        name: name.to_string(),
        certified: value.to_string(),
        asked: asked.to_string(),
    };
    let ring = own.chart.ring.union(&other.chart.ring);
    let (Some(left), Some(right)) = (value.in_ring(&ring), asked.in_ring(&ring)) else {
        return Err(unknown(name).into());
    };
    if left != right {
        return Err(differs());
    }
    for constant in involved(value) {
        same_constant(&constant, &own.chart, &other.chart, work)?;
    }
    if a.domain != b.domain {
        let told = |domain: CoordinateDomain| match domain {
            CoordinateDomain::Line => "takes both signs",
            CoordinateDomain::HalfLine => "is ≥ 0",
        };
        return Err(Difference::Domain {
            name: name.to_string(),
            certified: told(a.domain),
            asked: told(b.domain),
        });
    }
    if a.amplitude != b.amplitude {
        return Err(Difference::Amplitude {
            name: name.to_string(),
            certified: a.amplitude.clone(),
            asked: b.amplitude.clone(),
        });
    }
    Ok(())
}

/// The names of the variables that occur in a polynomial.
fn involved(p: &Polynomial) -> Vec<String> {
    let names = p.variables().names().iter().enumerate();
    let occurring = names.filter(|(i, _)| p.degree_in(*i) > 0);
    occurring.map(|(_, name)| name.clone()).collect()
}

/// That constants of one name are the same number: the same relation over the same constants in the
/// same interval, or, if both relations involve nothing else, one with a common root where their
/// intervals meet. Each has one root in its own interval.
fn same_constant(name: &str, own: &Chart, other: &Chart, work: &Work) -> Result<(), Difference> {
    let (i, f) = constant(name, own)?;
    let (j, g) = constant(name, other)?;
    let differs = || Difference::Constant {
        name: name.to_string(),
    };
    let (Some([a, b]), Some([c, d])) = (&f.between, &g.between) else {
        return Err(differs());
    };
    let others = |p: &Polynomial| involved(p).into_iter().filter(|n| n != name);
    let (before, after): (Vec<String>, Vec<String>) =
        (others(&f.relation).collect(), others(&g.relation).collect());
    if !before.is_empty() || !after.is_empty() {
        let ring = own.ring.union(&other.ring);
        let pair = (f.relation.in_ring(&ring), g.relation.in_ring(&ring));
        let same = matches!(&pair, (Some(p), Some(q)) if proportional(p, q));
        if !same || f.between != g.between {
            return Err(differs());
        }
        for earlier in before {
            work.spend(1)?;
            same_constant(&earlier, own, other, work)?;
        }
        return Ok(());
    }
    let (low, high) = (a.max(c), b.min(d));
    let univariate = |p: &Polynomial, i: usize, ends: &[Rational; 2]| {
        coefficients(p, i, Some(ends), work).map(Univariate::new)
    };
    let p = univariate(&f.relation, i, &[low.clone(), high.clone()])?;
    let q = univariate(&g.relation, j, &[low.clone(), high.clone()])?;
    let common = p.gcd(&q);
    let meet = || roots_within(common.coefficients().to_vec(), low, high) > 0;
    if low < high && meet() {
        return Ok(());
    }
    Err(differs())
}

/// A constant of a chart, with its place in the ring.
fn constant<'a>(name: &str, chart: &'a Chart) -> Checked<(usize, &'a Function)> {
    let i = chart.ring.index_of(name).ok_or_else(|| unknown(name))?;
    let Some(k) = i.checked_sub(chart.dimension()) else {
        return malformed(format!("{name} is a variable"));
    };
    Ok((i, entry(&chart.functions, k, "constant")?))
}
