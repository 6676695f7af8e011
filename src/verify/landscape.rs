//! The loss of an instance of the catalogue, around its point.

use crate::catalogue::Instance;
use crate::closed_form::Family;
use crate::loss::{FnLoss, FnValue, Loss, Prior, Superposition};
use crate::problem::Problem;

/// K of an instance with its point and prior, ready for every estimator: from its
/// [`polynomials`](Instance::polynomials), moved so that the point is 0, or else from a formula of
/// its family, in its own coordinates:
///
/// | family | K(w) | w* |
/// |---|---|---|
/// | deep linear, reduced rank | ½‖W_L ⋯ W₁ − W*‖² | each Wₗ has `rank` ones on its diagonal |
/// | Boltzmann machine | log mean_v q(v) − mean_v log q(v), q = Πⱼ cosh(Σᵢ w_ij vᵢ) | 0 |
/// | ReLU units on a line | (Σ_{bᵢ>0} aᵢbᵢ)² + (Σ_{bᵢ<0} aᵢbᵢ)² | 0 |
/// | superposition | L(w) − L(w*) | a polygon |
///
/// `None` for instances of which neither is there: bounds without a germ, two hidden Markov states,
/// and a few large sizes. `examples/estimators/losses.py` has the
/// same in numpy.
///
/// # Examples
///
/// ```
/// use rlct::{catalogue, verify};
///
/// let all = catalogue::instances()?;
/// let id = "deep-linear: widths 10-8-3-5-11-5, truth of rank 1";
/// let instance = all.iter().find(|instance| instance.id() == id).expect("it is there");
/// let problem = verify::landscape(instance).expect("it has a loss");
/// let local = problem.local_loss()?;
/// let mut scratch = vec![0.0; local.loss().scratch_len()];
/// assert_eq!(local.loss().value(local.w_star(), &mut scratch), 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn landscape(instance: &Instance) -> Option<Problem> {
    let problem = match instance.polynomials() {
        Some(text) => Problem::of(text.germ().ok()?),
        None => by_formula(instance)?,
    };
    Some(problem.called(instance.id()))
}

fn by_formula(instance: &Instance) -> Option<Problem> {
    let size = |name: &str| -> Option<usize> {
        let value = instance.parameters().get(name)?.as_u64()?;
        usize::try_from(value).ok()
    };
    match instance.family() {
        Family::DeepLinear => {
            let widths = instance.parameters().get("widths")?.clone();
            let widths: Vec<usize> = serde_json::from_value(widths).ok()?;
            Problem::linear_network(&widths, size("rank")?).ok()
        }
        Family::ReducedRank => {
            let widths = [size("inputs")?, size("hidden")?, size("outputs")?];
            Problem::linear_network(&widths, size("rank")?).ok()
        }
        Family::BoltzmannMachine => machine(size("visible")?, size("hidden")?),
        Family::ReluLine => units(size("units")?),
        Family::Superposition => polygon(instance.parameters().get("polygon")?.as_str()?),
        _ => None,
    }
}

/// w: the weights of a hidden unit to the visible ones, unit after unit.
fn machine(visible: usize, hidden: usize) -> Option<Problem> {
    let states = 1_usize << visible;
    let argument = move |w: &[f64], state: usize| -> f64 {
        let signs = (0..visible).map(|i| if state >> i & 1 == 0 { 1.0 } else { -1.0 });
        w.iter().zip(signs).map(|(w, sign)| w * sign).sum()
    };
    let function = move |w: &[f64], gradient: &mut [f64]| -> f64 {
        let weight = |state: usize| -> f64 {
            let units = w.chunks_exact(visible);
            units.map(|unit| argument(unit, state).cosh().ln()).sum()
        };
        let logs: Vec<f64> = (0..states).map(weight).collect();
        let mean = logs.iter().sum::<f64>() / states as f64;
        let excess: f64 = logs.iter().map(|log| (log - mean).exp_m1()).sum();
        gradient.fill(0.0);
        let total = states as f64 + excess;
        for (state, log) in logs.iter().enumerate() {
            let difference = (log - mean).exp() / total - 1.0 / states as f64;
            let units = w.chunks_exact(visible);
            for (own, unit) in gradient.chunks_exact_mut(visible).zip(units) {
                let slope = difference * argument(unit, state).tanh();
                for (i, g) in own.iter_mut().enumerate() {
                    *g += if state >> i & 1 == 0 { slope } else { -slope };
                }
            }
        }
        (excess / states as f64).ln_1p()
    };
    let d = visible * hidden;
    let loss = FnLoss::new(d, function).ok()?;
    Some(Problem::numerical(loss, vec![0.0; d], Prior::flat(d)))
}

/// w: a and b of a unit, unit after unit.
fn units(units: usize) -> Option<Problem> {
    let function = |w: &[f64]| -> f64 {
        let half = |sign: f64| -> f64 {
            let own = w.chunks_exact(2).filter(|unit| unit[1] * sign > 0.0);
            own.map(|unit| unit[0] * unit[1]).sum()
        };
        half(1.0).powi(2) + half(-1.0).powi(2)
    };
    let d = 2 * units;
    let loss = FnValue::new(d, function).ok()?;
    Some(Problem::numerical(loss, vec![0.0; d], Prior::flat(d)))
}

/// Six features; w as [`Superposition`] has it.
fn polygon(name: &str) -> Option<Problem> {
    let loss = Superposition::new(6).ok()?;
    let (live, positive) = match name {
        "6-gon" => (6, 0),
        "5-gon, negative bias" => (5, 0),
        "5-gon, positive bias" => (5, 1),
        _ => return None,
    };
    let point = loss.polygon(live, positive).ok()?.w;
    let d = point.len();
    let least = loss.value(&point, &mut []);
    let excess = FnLoss::new(d, move |w: &[f64], gradient: &mut [f64]| -> f64 {
        loss.gradient(w, gradient, &mut []) - least
    });
    Some(Problem::numerical(excess.ok()?, point, Prior::flat(d)))
}
