//! A question for both lanes: a loss near one of its zeros, with a prior.

mod error;
mod local_loss;
mod region;

pub use error::ProblemError;
pub use local_loss::LocalLoss;
pub use region::region_loss;

use crate::Budget;
use crate::algebra::{Rational, Reading};
use crate::estimate::{Ladder, Llc, VolumeScaling};
use crate::fisher::LocalGeometry;
use crate::loss::{LinearNetwork, Loss, Prior};
use crate::model::{Model, ModelError};
use crate::resolution::{Germ, Resolution};
use std::sync::{Arc, OnceLock};

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
/// let estimate = problem.volume()?.seed(1).estimate()?;
/// let lambda = exact.answer().coefficient().unwrap().lambda().to_f64();
/// assert!((estimate.lambda() - lambda).abs() < 4.0 * estimate.standard_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Problem {
    /// As it was given, if it was.
    name: Option<String>,
    dimension: usize,
    exact: Exact,
    numerical: Numerical,
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

/// What the numerical lane has.
#[derive(Debug, Clone)]
enum Numerical {
    /// The loss of the germ, made when it is first asked for: exact answers do without.
    OfGerm(OnceLock<LocalLoss>),
    Known(LocalLoss),
    /// A model without a population loss at its true parameter.
    None(ModelError),
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
        Ok(Self::of(Germ::loss(k)?))
    }

    /// K = Σ gᵢ² near the origin, by the generators gᵢ of an ideal.
    ///
    /// # Errors
    /// As [`loss`](Self::loss).
    pub fn ideal<S: AsRef<str>>(
        generators: impl IntoIterator<Item = S>,
    ) -> Result<Self, ProblemError> {
        Ok(Self::of(Germ::ideal(generators)?))
    }

    /// The loss of a germ, with its point, prior and domain.
    #[must_use]
    pub fn of(germ: Germ) -> Self {
        Self {
            name: None,
            dimension: germ.variables().len(),
            exact: Exact::Germ(germ),
            numerical: Numerical::OfGerm(OnceLock::new()),
        }
    }

    /// A model at a true parameter: the germ of its ideal, and its population loss
    /// K(w) = ∫ q log(q/p(·|w)) with a flat prior on its domain.
    ///
    /// # Errors
    /// [`ProblemError::Model`] for a true parameter of the wrong length or outside the domain. A
    /// model without a proved ideal at this parameter is an error of [`exact`](Self::exact) only,
    /// one without a population loss an error of the estimates.
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
        let w_star = truth.iter().map(Rational::to_f64).collect();
        let known =
            |loss: Box<dyn Loss<f64>>| LocalLoss::new(loss.into(), w_star, model.domain().prior());
        let (germ, loss) = (model.germ(truth), model.population_loss(truth));
        let numerical = match (&germ, loss.map(known)) {
            (_, Ok(loss)) => Numerical::Known(loss),
            (Ok(_), Err(error)) => Numerical::None(error),
            (Err(_), Err(error)) => return Err(error.into()),
        };
        Ok(Self {
            name: None,
            dimension: model.dimension(),
            exact: Exact::Model(germ),
            numerical,
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
            name: None,
            dimension: w_star.len(),
            exact: Exact::Nothing,
            numerical: Numerical::Known(LocalLoss::new(Arc::new(loss), w_star, prior)),
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
                ..Self::of(change(germ)?)
            }),
            Exact::Model(_) | Exact::Nothing => Err(ProblemError::NoPolynomials),
        }
    }

    /// The same under another name, by which tables call it: the polynomials otherwise.
    #[must_use]
    pub fn called(self, name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..self
        }
    }

    /// What tables call it.
    #[must_use]
    pub fn name(&self) -> String {
        let d = self.dimension;
        match (&self.name, &self.exact) {
            (Some(name), _) => name.clone(),
            (None, Exact::Germ(germ)) => {
                let generators = germ.generators().iter().map(ToString::to_string);
                let generators = generators.collect::<Vec<_>>().join(", ");
                match germ.reading() {
                    Reading::Ideal => format!("⟨{generators}⟩"),
                    Reading::Loss => generators,
                    Reading::Absolute => format!("|{generators}|"),
                }
            }
            (None, Exact::Model(_)) => format!("a model of {d} parameters"),
            (None, Exact::Nothing) => format!("a loss of {d} parameters"),
        }
    }

    /// The number d of parameters of the loss.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
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

    /// The loss of the numerical lane, with its point and prior. For a germ the point is moved to
    /// the origin, where floating point resolves K best.
    ///
    /// # Errors
    /// [`ProblemError::Germ`] if the point is irrational in a way that cannot be computed with;
    /// [`ProblemError::Loss`] for numbers beyond those of floating point; [`ProblemError::Model`]
    /// for a model without a population loss at its true parameter.
    ///
    /// ```
    /// # use rlct::{Budget, Problem};
    /// let problem = Problem::loss("10^400*x^2")?;
    /// assert!(problem.exact(&Budget::default()).is_ok());
    /// assert!(problem.local_loss().is_err());
    /// # Ok::<(), rlct::problem::ProblemError>(())
    /// ```
    pub fn local_loss(&self) -> Result<&LocalLoss, ProblemError> {
        match &self.numerical {
            Numerical::Known(loss) => Ok(loss),
            Numerical::None(error) => Err(error.clone().into()),
            Numerical::OfGerm(made) => match made.get() {
                Some(loss) => Ok(loss),
                None => {
                    let loss = LocalLoss::of_germ(self.germ()?)?;
                    Ok(made.get_or_init(|| loss))
                }
            },
        }
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
    ///
    /// # Errors
    /// As [`local_loss`](Self::local_loss).
    pub fn volume(&self) -> Result<VolumeScaling<'_>, ProblemError> {
        Ok(self.local_loss()?.volume())
    }

    /// The temperature ladder: λ̂ and m̂ from E\[K\] over many temperatures.
    ///
    /// # Errors
    /// As [`local_loss`](Self::local_loss).
    pub fn ladder(&self) -> Result<Ladder<'_>, ProblemError> {
        Ok(self.local_loss()?.ladder())
    }

    /// U(t), the energy at one temperature, by chains.
    ///
    /// # Errors
    /// As [`local_loss`](Self::local_loss).
    pub fn llc(&self) -> Result<Llc<'_, f64>, ProblemError> {
        Ok(self.local_loss()?.llc())
    }
}

impl From<Germ> for Problem {
    fn from(germ: Germ) -> Self {
        Self::of(germ)
    }
}
