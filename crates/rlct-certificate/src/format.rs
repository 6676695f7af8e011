//! The certificate as data: what `proofs/FORMAT.md` describes, field by field.

use super::json::plain;
use super::numbers;
use super::strict;
use rlct_algebra::Rational;
pub use rlct_algebra::Reading;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The value of [`Certificate::format`].
pub const FORMAT: &str = "rlct-certificate";

/// The newest value of [`Certificate::version`]: with it evidence may rest on what is
/// [positive](Evidence::positive).
pub const VERSION: u32 = 3;

/// The value of [`Certificate::version`] from which on a loss may be shown to be ≥ 0 by
/// [`Question::squares`], or be read as an absolute value.
pub const SQUARES_VERSION: u32 = 2;

/// The value of [`Certificate::version`] for certificates that need none of these.
pub const FIRST_VERSION: u32 = 1;

/// A proof of bounds of (λ, m); the last step belongs to the germ of the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always [`FORMAT`].
    pub format: String,
    /// From [`FIRST_VERSION`] to [`VERSION`].
    pub version: u32,
    /// What was asked.
    #[serde(deserialize_with = "strict::object")]
    pub question: Question,
    /// What is proved.
    #[serde(deserialize_with = "strict::object")]
    pub claim: Claim,
    /// The steps, each after its children.
    #[serde(deserialize_with = "strict::objects")]
    pub steps: Vec<Step>,
}

/// The germ whose pole is asked for.
///
/// ```
/// # use rlct_certificate::format::Question;
/// let question: Question = serde_json::from_str(
///     r#"{"variables": ["x", "y"], "generators": ["x^2 - y^3"], "reading": "ideal"}"#,
/// )?;
/// assert!(question.to_string().starts_with("K = Σ gᵢ² over the ideal (x^2 - y^3), in x, y"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The names of the variables.
    pub variables: Vec<String>,
    /// The polynomials g_i.
    pub generators: Vec<String>,
    /// Whether K = Σ gᵢ², K = g₁ or K = |g₁|.
    pub reading: Reading,
    /// That a loss is ≥ 0 near the point, where its terms do not show it.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squares: Option<Squares>,
    /// The exponents h_i of the amplitude; empty for none.
    #[serde(default, deserialize_with = "numbers::list")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amplitude: Vec<Rational>,
    /// The variables that take values ≥ 0 only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nonnegative: Vec<String>,
    /// Real algebraic numbers that occur in the point.
    #[serde(default, deserialize_with = "strict::objects")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<Constant>,
    /// The point, polynomials in the constants; empty for the origin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub point: Vec<String>,
}

impl fmt::Display for Question {
    /// The question in one line: K, the ring, the point, and what is not left out. Control
    /// characters are written as their numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_line =
            |text: &String| plain(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        let list = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(one_line).collect();
            texts.join(", ")
        };
        let generators = list(&self.generators);
        match self.reading {
            Reading::Ideal => write!(f, "K = Σ gᵢ² over the ideal ({generators})")?,
            Reading::Loss => write!(f, "K = {generators}")?,
            Reading::Absolute => write!(f, "K = |{generators}|")?,
        }
        write!(f, ", in {}", list(&self.variables))?;
        let named = |texts: &[String]| {
            let pairs = self.variables.iter().zip(texts);
            let pairs = pairs.map(|(name, text)| format!("{} = {text}", plain(name)));
            pairs.collect::<Vec<_>>().join(", ")
        };
        match self.point.is_empty() || self.point.iter().all(|x| x.trim() == "0") {
            true => f.write_str(", at the origin")?,
            false => {
                let values: Vec<String> = self.point.iter().map(one_line).collect();
                write!(f, ", at {}", named(&values))?;
            }
        }
        for c in &self.constants {
            write!(f, ", where {} = 0", one_line(&c.relation))?;
            if let Some([a, b]) = &c.between {
                write!(f, " and {a} < {} < {b}", plain(&c.name))?;
            }
        }
        let exponents = self.variables.iter().zip(&self.amplitude);
        let damped: Vec<String> = exponents
            .filter(|(_, h)| !h.is_zero())
            .map(|(name, h)| format!("|{}|^({h})", plain(name)))
            .collect();
        if !damped.is_empty() {
            write!(f, ", prior ∝ {}", damped.join("·"))?;
        }
        if !self.nonnegative.is_empty() {
            write!(f, ", {} ≥ 0", list(&self.nonnegative))?;
        }
        match self.reading {
            Reading::Absolute => f.write_str("; K = |g|: that g ≥ 0 near the point is not proved"),
            Reading::Ideal | Reading::Loss => Ok(()),
        }
    }
}

/// That K ≥ 0 near the point: u·K = Σ c_i·q_i², where u and the c_i are plainly ≥ 0 there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Squares {
    /// The polynomial u ≠ 0; left out for 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier: Option<String>,
    /// The pairs (c_i, q_i).
    pub terms: Vec<(String, String)>,
}

/// A real algebraic number y: r(y) = 0, a < y < b, perhaps over earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// The polynomial r.
    pub relation: String,
    /// The open interval (a, b), in which r has one root. The checker refuses a constant without.
    #[serde(default, deserialize_with = "numbers::some_pair")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<[Rational; 2]>,
    /// That ∂r/∂y ≠ 0.
    #[serde(deserialize_with = "strict::object")]
    pub evidence: Evidence,
}

/// Both bounds of the pole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The pole is at least this.
    #[serde(deserialize_with = "strict::object")]
    pub lower: StatedPole,
    /// The pole is this or worse; `None` if nothing is claimed.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<StatedPole>,
}

/// A pole as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedPole {
    /// λ.
    #[serde(deserialize_with = "numbers::one")]
    pub lambda: Rational,
    /// m.
    pub multiplicity: usize,
}

/// A chart and the rule that gives its poles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The chart.
    #[serde(deserialize_with = "strict::object")]
    pub chart: StatedChart,
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
}

/// A chart as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedChart {
    /// The coordinates w_1, …, w_d.
    #[serde(default, deserialize_with = "strict::objects")]
    pub coordinates: Vec<Coordinate>,
    /// The functions y_1, …, y_e.
    #[serde(default, deserialize_with = "strict::objects")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
    /// Polynomials that are 0 on the centre.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zeros: Vec<String>,
    /// Polynomials without zero on the centre.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Polynomials that are positive on the centre.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub positive: Vec<String>,
    /// The generators of the ideal.
    #[serde(default)]
    pub generators: Vec<String>,
}

/// A coordinate of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coordinate {
    /// Its name.
    pub name: String,
    /// Its values.
    pub domain: CoordinateDomain,
    /// Where the centre lies.
    pub extent: Extent,
    /// h > −1.
    #[serde(deserialize_with = "numbers::one")]
    pub amplitude: Rational,
}

/// The values that a coordinate takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoordinateDomain {
    /// Both signs.
    Line,
    /// Only values ≥ 0.
    HalfLine,
}

/// Where a coordinate runs on the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// It is 0.
    Local,
    /// All of its domain.
    Extended,
}

/// A function y of the coordinates, r(w, y) = 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The polynomial r.
    pub relation: String,
    /// The open interval of its values on the centre.
    #[serde(default, deserialize_with = "numbers::some_pair")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<[Rational; 2]>,
}

/// That polynomials q_1, …, q_r have no common zero on the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// a_1, …, a_r; empty stands for a_1 = 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub combination: Vec<String>,
    /// Coefficients b of restricted relations and zeros, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zeros: Vec<(usize, String)>,
    /// Products s·∏ p̄^n of what is positive on the centre, with one exponent for each p, which
    /// are subtracted: then all terms of e and of every s are ≥ 0, and one is not 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub positive: Vec<(String, Vec<u32>)>,
    /// Exponents n of the units in e = Σ a q̄ + Σ b z̄ = r·∏ ū^n; empty for r = e.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<u32>,
    /// The polynomial r, given if `units` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// Why r has no zero.
    #[serde(deserialize_with = "strict::because")]
    pub because: Because,
}

/// Why a polynomial has no zero on the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// All its terms have one sign there.
    Signs,
    /// It is univariate, in this variable, without a real root in the domain.
    NoRealRoot(String),
}

/// A real point of the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealPoint {
    /// Values of the coordinates.
    #[serde(deserialize_with = "numbers::list")]
    pub coordinates: Vec<Rational>,
    /// Intervals of the functions.
    #[serde(default, deserialize_with = "numbers::pairs")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<[Rational; 2]>,
}

/// A reference to an earlier step, with a renaming of the derived chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// The number of the step, from 0.
    pub step: usize,
    /// For each coordinate of that step's chart its number in the derived chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Vec<usize>>,
    /// The same for functions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions: Option<Vec<usize>>,
    /// Derived coordinate = scale × the step's coordinate.
    #[serde(default, deserialize_with = "numbers::some_list")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Vec<Rational>>,
}

/// One term of a convex combination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvexTerm {
    /// The number of the generator.
    pub generator: usize,
    /// c > 0.
    #[serde(deserialize_with = "numbers::one")]
    pub coefficient: Rational,
    /// That its cofactor beside the monomial content has no zero; left out for constants.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// A component of a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its coordinates, by number.
    #[serde(default)]
    pub coordinates: Vec<usize>,
    /// Its functions, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<usize>,
}

/// A row of a change of generators: unit·target = Σ a·source + Σ c·relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The unit e; left out for 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// That e has no zero.
    #[serde(default, deserialize_with = "strict::some_object")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Coefficients of the sources, by number.
    pub combination: Vec<(usize, String)>,
    /// Coefficients of the relations, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<(usize, String)>,
}

/// The form of a change of coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// t = U·w + q is solved for w.
    Explicit,
    /// w becomes a function of t and the other coordinates.
    Implicit,
}

/// The rule of a step; `proofs/FORMAT.md` states each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// A generator has no zero on the centre, or the centre is empty.
    Unit {
        /// The generator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generator: Option<usize>,
        /// The evidence.
        #[serde(deserialize_with = "strict::object")]
        evidence: Evidence,
    },
    /// Nothing is claimed.
    Open {
        /// Why.
        reason: String,
    },
    /// The Newton polyhedron: weights above, a convex combination of monomials below.
    Newton {
        /// Weight vectors.
        #[serde(default, deserialize_with = "numbers::lists")]
        #[serde(skip_serializing_if = "Vec::is_empty")]
        weights: Vec<Vec<Rational>>,
        /// A real point at which their coordinates are 0.
        #[serde(default, deserialize_with = "strict::some_object")]
        #[serde(skip_serializing_if = "Option::is_none")]
        point: Option<RealPoint>,
        /// The convex combination.
        #[serde(default, deserialize_with = "strict::objects")]
        #[serde(skip_serializing_if = "Vec::is_empty")]
        terms: Vec<ConvexTerm>,
    },
    /// Low multiplicity on the stratum of some divisors.
    Order {
        /// The generator.
        generator: usize,
        /// Exponents of derivatives without common zero.
        derivatives: Vec<Vec<u32>>,
        /// The monomial that is divided out.
        divisor: Vec<u32>,
        /// The evidence.
        #[serde(deserialize_with = "strict::object")]
        evidence: Evidence,
    },
    /// Several proofs for one chart.
    Both {
        /// The proofs.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// Ideals in disjoint variables.
    Sum {
        /// The variables of each.
        #[serde(deserialize_with = "strict::objects")]
        parts: Vec<Part>,
        /// A real point in the remaining variables.
        #[serde(default, deserialize_with = "strict::some_object")]
        #[serde(skip_serializing_if = "Option::is_none")]
        point: Option<RealPoint>,
        /// Their proofs.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// A monomial in coordinates of its own times an ideal.
    Factor {
        /// The exponents of the monomial.
        monomial: Vec<u32>,
        /// One proof.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// A weighted blow-up of a coordinate subspace.
    BlowUp {
        /// Pairs (coordinate, weight), in the order of the charts.
        weights: Vec<(usize, u32)>,
        /// A proof a chart.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// Where a polynomial is not 0, and where it is.
    Split {
        /// The polynomial.
        polynomial: String,
        /// Two proofs.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// Polynomials without common zero.
    Cover {
        /// The polynomials.
        polynomials: Vec<String>,
        /// The evidence.
        #[serde(deserialize_with = "strict::object")]
        evidence: Evidence,
        /// A proof a polynomial.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// A polynomial becomes a coordinate.
    Coordinate {
        /// The coordinate that it replaces.
        index: usize,
        /// The polynomial.
        polynomial: String,
        /// How.
        #[serde(deserialize_with = "strict::form")]
        form: Form,
        /// That the derivative has no zero; left out for constants.
        #[serde(default, deserialize_with = "strict::some_object")]
        #[serde(skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
        /// One proof.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// Other generators.
    Ideal {
        /// Each new generator from the old ones.
        #[serde(deserialize_with = "strict::objects")]
        forward: Vec<Row>,
        /// Each old generator from the new ones.
        #[serde(default, deserialize_with = "strict::objects")]
        #[serde(skip_serializing_if = "Vec::is_empty")]
        back: Vec<Row>,
        /// One proof.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// A polynomial whose terms cannot cancel.
    Definite {
        /// The generator.
        generator: usize,
        /// One proof.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
    /// A power of a coordinate becomes the coordinate.
    Fold {
        /// The coordinate.
        index: usize,
        /// The power.
        power: u32,
        /// One proof.
        #[serde(deserialize_with = "strict::objects")]
        children: Vec<Child>,
    },
}

impl Rule {
    /// The name of the rule, as it is written in a certificate.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unit { .. } => "unit",
            Self::Open { .. } => "open",
            Self::Newton { .. } => "newton",
            Self::Order { .. } => "order",
            Self::Both { .. } => "both",
            Self::Sum { .. } => "sum",
            Self::Factor { .. } => "factor",
            Self::BlowUp { .. } => "blow_up",
            Self::Split { .. } => "split",
            Self::Cover { .. } => "cover",
            Self::Coordinate { .. } => "coordinate",
            Self::Ideal { .. } => "ideal",
            Self::Definite { .. } => "definite",
            Self::Fold { .. } => "fold",
        }
    }

    /// All evidence in the rule.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        let (one, terms, rows): (Option<&Evidence>, &[ConvexTerm], [&[Row]; 2]) = match self {
            Self::Unit { evidence, .. }
            | Self::Order { evidence, .. }
            | Self::Cover { evidence, .. } => (Some(evidence), &[], [&[], &[]]),
            Self::Coordinate { evidence, .. } => (evidence.as_ref(), &[], [&[], &[]]),
            Self::Newton { terms, .. } => (None, terms, [&[], &[]]),
            Self::Ideal { forward, back, .. } => (None, &[], [forward, back]),
            _ => (None, &[], [&[], &[]]),
        };
        let rows = rows.into_iter().flatten();
        one.into_iter()
            .chain(terms.iter().filter_map(|term| term.evidence.as_ref()))
            .chain(rows.filter_map(|row| row.evidence.as_ref()))
    }

    /// The children of the rule, in order.
    ///
    /// ```
    /// use rlct_certificate::format::Rule;
    /// let open = Rule::Open { reason: "too large".to_string() };
    /// assert!(open.children().is_empty());
    /// ```
    #[must_use]
    pub fn children(&self) -> &[Child] {
        match self {
            Self::Both { children }
            | Self::Sum { children, .. }
            | Self::Factor { children, .. }
            | Self::BlowUp { children, .. }
            | Self::Split { children, .. }
            | Self::Cover { children, .. }
            | Self::Coordinate { children, .. }
            | Self::Ideal { children, .. }
            | Self::Definite { children, .. }
            | Self::Fold { children, .. } => children,
            Self::Unit { .. } | Self::Open { .. } | Self::Newton { .. } | Self::Order { .. } => &[],
        }
    }

    /// The list of children; `None` for rules without.
    pub fn child_list(&mut self) -> Option<&mut Vec<Child>> {
        match self {
            Self::Both { children }
            | Self::Sum { children, .. }
            | Self::Factor { children, .. }
            | Self::BlowUp { children, .. }
            | Self::Split { children, .. }
            | Self::Cover { children, .. }
            | Self::Coordinate { children, .. }
            | Self::Ideal { children, .. }
            | Self::Definite { children, .. }
            | Self::Fold { children, .. } => Some(children),
            Self::Unit { .. } | Self::Open { .. } | Self::Newton { .. } | Self::Order { .. } => {
                None
            }
        }
    }
}
