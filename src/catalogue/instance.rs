//! An instance of a family, with all that is known of it.

use super::bibliography::key;
use super::keywords::keywords;
use super::twins::twin_key;
use super::{singular_locus, whole};
use crate::algebra::{Polynomial, Rational};
use crate::closed_form::{ClosedForm, ClosedFormBounds, Family, Tier};
use crate::resolution::GermText;
use crate::{Answer, LearningCoefficient};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A way in which a value is verified beyond its source.
///
/// # Examples
///
/// ```
/// use rlct::catalogue::Verification;
///
/// let text = serde_json::to_string(&Verification::EngineCertificate)?;
/// assert_eq!(text, r#"{"by":"engine-certificate"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verification {
    /// The exact engine computes the same from the germ, with a certificate that the checker
    /// accepts. That the germ stands for the model, and its point for the whole fibre, is not part
    /// of it.
    EngineCertificate,
    /// The exact engine computes the same as the worst of all zeros on the domain of the model
    /// ([`Instance::region`]), with a certificate that the checker accepts.
    RegionCertificate,
    /// An independent formula gives the same.
    SecondFormula {
        /// The formula.
        formula: String,
    },
    /// Nothing beyond the source.
    LiteratureOnly,
}

/// A model of definite sizes whose learning coefficient, or bounds of it, are known.
///
/// # Examples
///
/// ```
/// use rlct::catalogue;
///
/// let all = catalogue::instances()?;
/// let id = "reduced-rank: 2 inputs, 2 outputs, 2 hidden, truth of rank 1";
/// let instance = all.iter().find(|i| i.id() == id);
/// assert_eq!(instance.unwrap().coefficient().unwrap().to_string(), "λ = 2, m = 2");
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    id: String,
    family: Family,
    model: String,
    parameters: serde_json::Map<String, serde_json::Value>,
    #[serde(flatten)]
    value: Answer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    germ: Option<GermText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    loss: Option<GermText>,
    #[serde(flatten)]
    written: Option<Written>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dim_singular: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same_as: Option<String>,
    keywords: Vec<String>,
    source: String,
    reference: String,
    tier: Tier,
    verified: Vec<Verification>,
}

/// A germ for programs that do not read polynomials: everything by number, in one order of the
/// variables.
///
/// # Examples
///
/// ```
/// use rlct::catalogue;
///
/// let all = catalogue::instances()?;
/// let crossing = all.iter().find(|i| i.id() == "normal-crossing: k = (1, 2), h = (0, 0)");
/// let written = crossing.and_then(|i| i.written()).expect("it has a germ");
/// assert_eq!(written.dimension(), 2);
/// assert_eq!(written.variables(), ["x1", "x2"]);
/// // the ideal (x1*x2^2), whose square is the loss
/// assert_eq!(written.terms()[0][0].0, [1, 2]);
/// # Ok::<(), rlct::closed_form::ClosedFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written {
    dimension: usize,
    variables: Vec<String>,
    /// The value of each variable: a rational number, or a polynomial in numbers of the germ.
    point: Vec<String>,
    /// Where each variable may go near the point.
    #[serde(default)]
    domain: Vec<Side>,
    /// The exponent h of each variable: the prior is ∝ ∏ |w|^h.
    prior: Vec<Rational>,
    /// For each generator its terms, exponents and coefficient.
    terms: Vec<Vec<(Vec<u32>, Rational)>>,
}

/// Where a variable may go near the point of an instance.
///
/// # Examples
///
/// ```
/// use rlct::catalogue::Side;
///
/// assert_eq!(serde_json::to_string(&Side::Nonnegative)?, r#""nonnegative""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// To both sides.
    Real,
    /// Where it is ≥ 0.
    Nonnegative,
}

impl Written {
    /// The most exponents of a [`loss`](Instance::loss): variables times terms.
    pub const MOST_ENTRIES: usize = 12_000;

    /// The number of exponents.
    fn entries(&self) -> usize {
        self.dimension * self.terms.iter().map(Vec::len).sum::<usize>()
    }

    fn of(text: &GermText) -> Option<Self> {
        let germ = text.germ().ok()?;
        let variables = germ.variables().names().to_vec();
        let value = |name: &String| {
            let given = text.at.iter().find(|at| at.name == *name);
            given.map_or_else(|| "0".to_string(), |at| at.value.clone())
        };
        let terms = |g: &Polynomial| g.terms().map(|(e, c)| (e.to_vec(), c.clone())).collect();
        let mut prior = germ.prior_exponents().to_vec();
        prior.resize(variables.len(), Rational::ZERO);
        let side = |name: &String| match text.nonnegative.contains(name) {
            true => Side::Nonnegative,
            false => Side::Real,
        };
        Some(Self {
            dimension: variables.len(),
            point: variables.iter().map(value).collect(),
            domain: variables.iter().map(side).collect(),
            prior,
            terms: germ.generators().iter().map(terms).collect(),
            variables,
        })
    }

    /// The number of variables.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The variables, in order.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The value of each variable at the point, as text: a rational number, or a polynomial in the
    /// numbers that the germ defines.
    #[must_use]
    pub fn point(&self) -> &[String] {
        &self.point
    }

    /// Where each variable may go near the point.
    #[must_use]
    pub fn domain(&self) -> &[Side] {
        &self.domain
    }

    /// The exponents h of the prior ∏ |w|^h, one a variable.
    #[must_use]
    pub fn prior(&self) -> &[Rational] {
        &self.prior
    }

    /// For each generator its terms: exponents, one a variable, and the coefficient.
    #[must_use]
    pub fn terms(&self) -> &[Vec<(Vec<u32>, Rational)>] {
        &self.terms
    }
}

impl Instance {
    /// A name that no other instance has: the family and the model.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert_eq!(catalogue::instances()?[0].id(), "regular: d = 1");
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The family.
    ///
    /// ```
    /// # use rlct::{catalogue, closed_form::Family};
    /// assert_eq!(catalogue::instances()?[0].family(), Family::Regular);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// The model in words, with its sizes.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert_eq!(catalogue::instances()?[0].model(), "d = 1");
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The sizes by name.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert_eq!(catalogue::instances()?[0].parameters()["d"], 1);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn parameters(&self) -> &serde_json::Map<String, serde_json::Value> {
        &self.parameters
    }

    /// λ and m, or bounds, for which no reason is given.
    ///
    /// ```
    /// # use rlct::{Answer, catalogue};
    /// assert!(matches!(catalogue::instances()?[0].value(), Answer::Exact(_)));
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn value(&self) -> &Answer {
        &self.value
    }

    /// The pair (λ, m), where it is exact.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let first = &catalogue::instances()?[0];
    /// assert_eq!(first.coefficient().unwrap().to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn coefficient(&self) -> Option<LearningCoefficient> {
        self.value.coefficient().cloned()
    }

    /// The polynomial germ, where there is one.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert!(catalogue::instances()?[0].germ().is_some());
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn germ(&self) -> Option<&GermText> {
        self.germ.as_ref()
    }

    /// K as polynomials at the point, where the engine is not asked for λ: of sizes that it does
    /// not decide, or not in reasonable time, with at most [`Written::MOST_ENTRIES`] exponents.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// let id = "reduced-rank: 4 inputs, 4 outputs, 3 hidden, truth of rank 1";
    /// let large = all.iter().find(|i| i.id() == id).unwrap();
    /// assert!(large.germ().is_none() && large.loss().is_some());
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn loss(&self) -> Option<&GermText> {
        self.loss.as_ref()
    }

    /// The germ or else the loss: K as polynomials, if either is there.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// let known = all.iter().filter(|i| i.polynomials().is_some());
    /// assert!(known.count() > 850);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn polynomials(&self) -> Option<&GermText> {
        self.germ.as_ref().or(self.loss.as_ref())
    }

    /// The polynomials by numbers, where there are any.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert_eq!(catalogue::instances()?[0].written().unwrap().dimension(), 1);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn written(&self) -> Option<&Written> {
        self.written.as_ref()
    }

    /// The domain of the model, where the generators of the germ are those of the model at every
    /// parameter: `everywhere`, or conditions as `rlct exact --on` takes them.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// let id = "naive-bayes: 2 binary features, truth independent";
    /// let instance = all.iter().find(|i| i.id() == id).unwrap();
    /// assert!(instance.region().unwrap().contains("p in [0, 1]"));
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The dimension at the point of the singular locus of the zero set of the polynomials (over ℂ,
    /// as a set: multiplicities do not count), −1 where the set is smooth there; where it is known:
    /// of monomials, of as many equations as their linear parts are independent, of one equation
    /// that is weighted homogeneous, and of generic determinants.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// let of = |id: &str| all.iter().find(|i| i.id() == id).unwrap().dim_singular();
    /// assert_eq!(of("regular: d = 1"), Some(-1));
    /// // x1 * x2² vanishes on two lines that meet
    /// assert_eq!(of("normal-crossing: k = (1, 2), h = (0, 0)"), Some(0));
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn dim_singular(&self) -> Option<i64> {
        self.dim_singular
    }

    /// The first instance with the same polynomials at the same point with the same prior, if there
    /// is one before this: the same but for the names of variables and the order of generators.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// let twins = all.iter().filter(|i| i.same_as().is_some());
    /// assert!(twins.count() > 50);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn same_as(&self) -> Option<&str> {
        self.same_as.as_deref()
    }

    /// What the instance is good for, by words of [`KEYWORDS`](super::KEYWORDS).
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert_eq!(catalogue::instances()?[0].keywords(), ["regular", "local", "small"]);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn keywords(&self) -> &[String] {
        &self.keywords
    }

    /// The key of the source in the [`bibliography`](super::bibliography()).
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert_eq!(catalogue::instances()?[0].reference(), "watanabe2009algebraicgeometry");
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The publication or derivation.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert!(catalogue::instances()?[0].source().starts_with("Watanabe 2009"));
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How the value is verified beyond its source; never empty.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// assert!(catalogue::instances()?.iter().all(|i| !i.verified().is_empty()));
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn verified(&self) -> &[Verification] {
        &self.verified
    }

    /// Whether the value is said to be confirmed by a certificate of the engine.
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let certified = catalogue::instances()?.iter().filter(|i| i.is_certified()).count();
    /// assert!(certified >= 120);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn is_certified(&self) -> bool {
        self.verified.contains(&Verification::EngineCertificate)
    }

    /// Whether the value is said to be confirmed by a certificate for the whole domain of the model
    /// ([`confirm_on_region`](Self::confirm_on_region)).
    ///
    /// ```
    /// # use rlct::catalogue;
    /// let all = catalogue::instances()?;
    /// assert!(all.iter().filter(|i| i.is_certified_globally()).count() >= 80);
    /// # Ok::<(), rlct::closed_form::ClosedFormError>(())
    /// ```
    #[must_use]
    pub fn is_certified_globally(&self) -> bool {
        self.verified.contains(&Verification::RegionCertificate)
    }
}

/// An instance being written: what is said of it beyond its value.
#[derive(Debug, Default)]
pub(super) struct Notes {
    germ: Option<GermText>,
    loss: Option<GermText>,
    beyond_engine: bool,
    formulas: Vec<String>,
    source: Option<String>,
}

impl Notes {
    /// The germ, which the engine confirms.
    pub(super) fn germ(mut self, germ: GermText) -> Self {
        self.germ = Some(germ);
        self
    }

    /// The germ, where the engine confirms it; else the loss that it is.
    pub(super) fn germ_if(self, confirmed: bool, germ: impl FnOnce() -> GermText) -> Self {
        match confirmed {
            true => self.germ(germ()),
            false => self.loss(germ()),
        }
    }

    /// K as polynomials at the point, of which the engine is not asked.
    pub(super) fn loss(mut self, loss: GermText) -> Self {
        self.loss = Some(loss);
        self
    }

    /// The engine does not decide the germ, or not in reasonable time.
    pub(super) fn beyond_engine(mut self, is: bool) -> Self {
        self.beyond_engine |= is;
        self
    }

    /// An independent formula that a test holds the value against.
    pub(super) fn second(mut self, formula: &str) -> Self {
        self.formulas.push(formula.to_string());
        self
    }

    /// A source of this instance's own.
    pub(super) fn source(mut self, source: String) -> Self {
        self.source = Some(source);
        self
    }
}

/// Where instances are put.
#[derive(Debug, Default)]
pub(super) struct Shelf(Vec<Instance>);

impl Shelf {
    /// Puts an instance with an exact value; the same model a second time has no effect.
    pub(super) fn exact(
        &mut self,
        truth: &ClosedForm,
        parameters: serde_json::Value,
        notes: Notes,
    ) {
        let value = truth.answer();
        self.put(truth.family(), truth.model(), value, parameters, notes);
    }

    /// Puts an instance of which bounds are known.
    pub(super) fn bounds(
        &mut self,
        bounds: &ClosedFormBounds,
        parameters: serde_json::Value,
        notes: Notes,
    ) {
        let value = bounds.answer();
        self.put(bounds.family(), bounds.model(), value, parameters, notes);
    }

    fn put(
        &mut self,
        family: Family,
        model: &str,
        value: Answer,
        parameters: serde_json::Value,
        notes: Notes,
    ) {
        let id = format!("{}: {model}", family.key());
        if self.0.iter().any(|instance| instance.id == id) {
            return;
        }
        let mut verified = Vec::new();
        if notes.germ.is_some() && !notes.beyond_engine {
            verified.push(Verification::EngineCertificate);
        }
        let parameters = match parameters {
            serde_json::Value::Object(map) => map,
            other => [("value".to_string(), other)].into_iter().collect(),
        };
        let region = notes.germ.as_ref().and_then(|germ| {
            let written = Written::of(germ)?;
            whole::region(family, &parameters, germ, &written)
        });
        if region.is_some() && whole::is_decided(&id) {
            verified.push(Verification::RegionCertificate);
        }
        let formulas = notes.formulas.into_iter();
        verified.extend(formulas.map(|formula| Verification::SecondFormula { formula }));
        if verified.is_empty() {
            verified.push(Verification::LiteratureOnly);
        }
        let text = |loss: &GermText| loss.generators.iter().map(String::len).sum::<usize>();
        // before it is read; an exponent takes more than a letter
        let short = |loss: &GermText| text(loss) <= 8 * Written::MOST_ENTRIES;
        let loss = notes.loss.filter(short).and_then(|loss| {
            let written = Written::of(&loss)?;
            (written.entries() <= Written::MOST_ENTRIES).then_some((loss, written))
        });
        let (loss, written) = match (&notes.germ, loss) {
            (Some(germ), _) => (None, Written::of(germ)),
            (None, Some((loss, written))) => (Some(loss), Some(written)),
            (None, None) => (None, None),
        };
        let polynomials = notes.germ.as_ref().or(loss.as_ref());
        let keywords = keywords(family, &value, polynomials, written.as_ref());
        let dim_singular =
            singular_locus::dimension(family, &parameters, polynomials.zip(written.as_ref()));
        self.0.push(Instance {
            written,
            keywords,
            region,
            dim_singular,
            same_as: None,
            reference: key(&family.source()),
            id,
            family,
            model: model.to_string(),
            parameters,
            value,
            germ: notes.germ,
            loss,
            source: notes.source.unwrap_or_else(|| family.source().to_string()),
            tier: family.tier(),
            verified,
        });
    }

    pub(super) fn into_instances(self) -> Vec<Instance> {
        let mut instances = self.0;
        let mut first: HashMap<String, String> = HashMap::new();
        for instance in &mut instances {
            let Some(key) = twin_key(instance) else {
                continue;
            };
            match first.entry(key) {
                Entry::Occupied(before) => instance.same_as = Some(before.get().clone()),
                Entry::Vacant(place) => _ = place.insert(instance.id.clone()),
            }
        }
        instances
    }
}
