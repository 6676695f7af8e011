//! A question for both lanes: a loss near one of its zeros, with a prior.

mod error;

pub use error::ProblemError;

use crate::Budget;
use crate::algebra::Rational;
use crate::estimate::{CandidatePoles, Ladder, Llc, VolumeScaling};
use crate::fisher::LocalGeometry;
use crate::loss::{FloatTerm, LinearNetwork, Loss, PolynomialLoss, Prior};
use crate::model::{Model, ModelError};
use crate::resolution::{Germ, Reading, Resolution};
use std::sync::Arc;

/// A loss K near a point w* where it vanishes, and the prior φ there: what (λ, m) are asked of,
/// exactly ([`exact`](Self::exact)) and by estimates ([`volume`](Self::volume),
/// [`ladder`](Self::ladder), [`llc`](Self::llc)).
///
/// A problem is put by polynomials, by a [`Germ`], by a [`Model`] at a true parameter, or, for
/// estimates alone, by any [`Loss`].
///
/// # Examples
///
/// ```
/// use rlct::{Budget, Problem};
///
/// let problem = Problem::ideal(["a*c", "a*d", "b*c", "b*d"])?.amplitude("a")?;
/// let exact = problem.exact(&Budget::default())?;
/// let estimate = problem.volume().seed(1).estimate()?;
/// let lambda = exact.answer().coefficient().unwrap().lambda().to_f64();
/// assert!((estimate.lambda() - lambda).abs() < 4.0 * estimate.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Problem {
    name: String,
    exact: Exact,
    loss: Arc<dyn Loss<f64>>,
    w_star: Vec<f64>,
    prior: Prior,
}

/// What the exact lane has.
#[derive(Debug, Clone)]
enum Exact {
    Germ(Germ),
    /// The germ of a model, or why it has none that is proved; the loss is not that of the germ.
    Model(Result<Germ, ModelError>),
    /// Nothing: the loss alone is known.
    Nothing,
}

impl Problem {
    /// K itself, a polynomial ≥ 0 near the origin and 0 there.
    ///
    /// # Errors
    /// [`ProblemError::Germ`] for a text that is no polynomial, and for 0.
    ///
    /// ```
    /// # use rlct::{Budget, Problem};
    /// let exact = Problem::loss("x^2*y^4")?.exact(&Budget::default())?;
    /// assert_eq!(exact.answer().to_string(), "λ = 1/4, m = 1");
    /// # Ok::<(), rlct::problem::ProblemError>(())
    /// ```
    pub fn loss(k: &str) -> Result<Self, ProblemError> {
        Self::of(Germ::loss(k)?)
    }

    /// K = Σ gᵢ² near the origin, by the generators gᵢ of an ideal.
    ///
    /// # Errors
    /// As [`loss`](Self::loss).
    pub fn ideal<S: AsRef<str>>(
        generators: impl IntoIterator<Item = S>,
    ) -> Result<Self, ProblemError> {
        Self::of(Germ::ideal(generators)?)
    }

    /// The loss of a germ, with its point, prior and domain. For estimates the point is moved to
    /// the origin, where floating point resolves K best, and what the prior does away from 0 in a
    /// coordinate (a factor that is positive there, a boundary that is not near) is left out.
    ///
    /// # Errors
    /// [`ProblemError::Germ`] if the point is irrational in a way that cannot be computed with;
    /// [`ProblemError::Loss`] for exponents beyond those of floating point.
    pub fn of(germ: Germ) -> Result<Self, ProblemError> {
        let d = germ.variables().len();
        let terms = germ.local_terms()?;
        let loss = PolynomialLoss::from_terms(d, &terms, germ.reading())?;
        let at_zero = germ.zero_coordinates()?;
        let local = |exponent: (&Rational, &bool)| match exponent.1 {
            true => exponent.0.to_f64(),
            false => 0.0,
        };
        let exponents = germ.prior_exponents().iter().zip(&at_zero);
        let exponents: Vec<f64> = exponents.map(local).collect();
        let half_lines: Vec<usize> = (0..d)
            .filter(|&i| germ.half_lines()[i] && at_zero[i])
            .collect();
        let prior = Prior::flat(d)
            .with_amplitude(&exponents)?
            .with_nonnegative(&half_lines)?;
        let generators: Vec<String> = germ.generators().iter().map(ToString::to_string).collect();
        let generators = generators.join(", ");
        let name = match germ.reading() {
            Reading::Ideal => format!("⟨{generators}⟩"),
            Reading::Loss => generators,
            Reading::Absolute => format!("|{generators}|"),
        };
        Ok(Self {
            name,
            exact: Exact::Germ(germ),
            loss: Arc::new(loss),
            w_star: vec![0.0; d],
            prior,
        })
    }

    /// A model at a true parameter: the germ of its ideal, and its population loss
    /// K(w) = ∫ q log(q/p(·|w)) with a flat prior on its domain.
    ///
    /// # Errors
    /// [`ProblemError::Model`] for a true parameter of the wrong length or outside the domain. A
    /// model without a proved ideal at this parameter is an error of [`exact`](Self::exact) only.
    ///
    /// ```
    /// # use rlct::{Budget, Problem};
    /// use rlct::model::{naive_bayes, rational_point};
    ///
    /// let model = naive_bayes(2, &[2, 2, 2])?;
    /// let truth = rational_point(&[0.0, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25])?;
    /// let exact = Problem::at(&model, &truth)?.exact(&Budget::default())?;
    /// assert_eq!(exact.answer().to_string(), "λ = 2, m = 1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at<M: Model + ?Sized>(model: &M, truth: &[Rational]) -> Result<Self, ProblemError> {
        Ok(Self {
            name: format!("a model of {} parameters", model.dimension()),
            loss: model.population_loss(truth)?.into(),
            exact: Exact::Model(model.germ(truth)),
            w_star: truth.iter().map(Rational::to_f64).collect(),
            prior: model.domain().prior(),
        })
    }

    /// The population loss of a linear network at the deepest point over a truth of this rank, with
    /// a flat prior. Its exact λ is a closed form, [`crate::closed_form::deep_linear`]; the germ in
    /// all parameters is [`DeepLinearNetwork`](crate::model::DeepLinearNetwork)'s.
    ///
    /// # Errors
    /// [`ProblemError::Loss`] for widths or a rank that no network has.
    pub fn linear_network(widths: &[usize], rank: usize) -> Result<Self, ProblemError> {
        let (loss, w_star) = LinearNetwork::of_rank(widths, rank)?;
        let prior = Prior::flat(w_star.len());
        Ok(Self::numerical(loss, w_star, prior))
    }

    /// Any loss around a point, for estimates alone.
    pub fn numerical(loss: impl Loss<f64> + 'static, w_star: Vec<f64>, prior: Prior) -> Self {
        Self {
            name: format!("a loss of {} parameters", w_star.len()),
            exact: Exact::Nothing,
            loss: Arc::new(loss),
            w_star,
            prior,
        }
    }

    /// The same with a prior proportional to the absolute value of a monomial near the point.
    ///
    /// # Errors
    /// [`ProblemError::Germ`] for a text that is no monomial in the variables;
    /// [`ProblemError::NoPolynomials`] where the problem was not put by polynomials.
    pub fn amplitude(self, monomial: &str) -> Result<Self, ProblemError> {
        self.changed(|germ| Ok(germ.amplitude(monomial)?))
    }

    /// The same on the domain where these variables are ≥ 0.
    ///
    /// # Errors
    /// As [`amplitude`](Self::amplitude).
    pub fn nonnegative<S: AsRef<str>>(
        self,
        variables: impl IntoIterator<Item = S>,
    ) -> Result<Self, ProblemError> {
        self.changed(|germ| Ok(germ.nonnegative(variables)?))
    }

    /// The same near the point with these coordinates, the others 0.
    ///
    /// # Errors
    /// As [`amplitude`](Self::amplitude).
    ///
    /// ```
    /// # use rlct::{Budget, Problem};
    /// let problem = Problem::loss("(x*y - 1)^2")?.point([("x", "2"), ("y", "1/2")])?;
    /// let exact = problem.exact(&Budget::default())?;
    /// assert_eq!(exact.answer().to_string(), "λ = 1/2, m = 1");
    /// # Ok::<(), rlct::problem::ProblemError>(())
    /// ```
    pub fn point<S: AsRef<str>, T: AsRef<str>>(
        self,
        point: impl IntoIterator<Item = (S, T)>,
    ) -> Result<Self, ProblemError> {
        self.changed(|germ| Ok(germ.at_values(point)?))
    }

    fn changed(
        self,
        change: impl FnOnce(Germ) -> Result<Germ, ProblemError>,
    ) -> Result<Self, ProblemError> {
        match self.exact {
            Exact::Germ(germ) => Ok(Self {
                name: self.name,
                ..Self::of(change(germ)?)?
            }),
            Exact::Model(_) | Exact::Nothing => Err(ProblemError::NoPolynomials),
        }
    }

    /// The same under another name, by which tables call it: the polynomials otherwise.
    #[must_use]
    pub fn called(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// What tables call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number d of parameters of the loss.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.w_star.len()
    }

    /// The germ of the exact lane.
    ///
    /// # Errors
    /// [`ProblemError::NoPolynomials`] for a problem of a loss alone; [`ProblemError::Model`] for a
    /// model without a proved ideal at its true parameter.
    pub fn germ(&self) -> Result<&Germ, ProblemError> {
        match &self.exact {
            Exact::Germ(germ) | Exact::Model(Ok(germ)) => Ok(germ),
            Exact::Model(Err(error)) => Err(error.clone().into()),
            Exact::Nothing => Err(ProblemError::NoPolynomials),
        }
    }

    /// The loss of the numerical lane.
    #[must_use]
    pub fn loss_function(&self) -> &dyn Loss<f64> {
        &*self.loss
    }

    /// The point w* in the coordinates of the loss.
    #[must_use]
    pub fn w_star(&self) -> &[f64] {
        &self.w_star
    }

    /// The prior around w* in the coordinates of the loss.
    #[must_use]
    pub fn prior(&self) -> &Prior {
        &self.prior
    }

    /// (λ, m) or proved bounds, with the certificate.
    ///
    /// # Errors
    /// As [`germ`](Self::germ) and [`Germ::resolve`].
    pub fn exact(&self, budget: &Budget) -> Result<Resolution, ProblemError> {
        Ok(self.germ()?.resolve(budget)?)
    }

    /// Rank and null directions of the Fisher information, and what they say of λ.
    ///
    /// # Errors
    /// As [`germ`](Self::germ) and [`LocalGeometry::within`].
    pub fn fisher(&self, budget: &Budget) -> Result<LocalGeometry, ProblemError> {
        Ok(LocalGeometry::within(self.germ()?, budget)?)
    }

    /// Volume scaling: λ̂ and m̂ from the volume of {K < ε}.
    #[must_use]
    pub fn volume(&self) -> VolumeScaling<'_> {
        VolumeScaling::new(&*self.loss, &self.w_star).prior(self.prior.clone())
    }

    /// The temperature ladder: λ̂ and m̂ from E\[K\] over many temperatures.
    #[must_use]
    pub fn ladder(&self) -> Ladder<'_> {
        Ladder::new(&*self.loss, &self.w_star).prior(self.prior.clone())
    }

    /// U(t), the energy at one temperature, by chains.
    #[must_use]
    pub fn llc(&self) -> Llc<'_, f64> {
        Llc::new(&*self.loss, &self.w_star).prior(self.prior.clone())
    }

    /// Candidates for the poles of ∫ K^z φ dw with some parameters held at the point; `None` if the
    /// problem was not put by polynomials, or its Newton polyhedron exceeds the budget.
    #[must_use]
    pub fn candidate_poles(&self, held: &[usize], budget: &Budget) -> Option<CandidatePoles> {
        let Exact::Germ(germ) = &self.exact else {
            return None;
        };
        let free: Vec<usize> = (0..self.dimension())
            .filter(|i| !held.contains(i))
            .collect();
        let stays = |(e, _): &&FloatTerm| held.iter().all(|&i| e.get(i) == Some(&0));
        let moves = |e: &[u32]| free.iter().map(|&i| e[i]).collect();
        let generators: Vec<Vec<FloatTerm>> = germ
            .local_terms()
            .ok()?
            .iter()
            .map(|terms| {
                let kept = terms.iter().filter(stays);
                kept.map(|(e, c)| (moves(e), *c)).collect()
            })
            .collect();
        let amplitude: Vec<f64> = free.iter().map(|&i| self.prior.amplitude()[i]).collect();
        let half_lines: Vec<usize> = (0..free.len())
            .filter(|&place| self.prior.nonnegative()[free[place]])
            .collect();
        let prior = Prior::flat(free.len())
            .with_amplitude(&amplitude)
            .and_then(|prior| prior.with_nonnegative(&half_lines))
            .ok()?;
        CandidatePoles::of(&generators, germ.reading(), &prior, budget).ok()?
    }
}

impl TryFrom<Germ> for Problem {
    type Error = ProblemError;

    fn try_from(germ: Germ) -> Result<Self, ProblemError> {
        Self::of(germ)
    }
}
