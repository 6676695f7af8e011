//! Lesson 4: what one temperature says of λ, and what it does not.
//!
//! One learns to tell U(t), the energy at one inverse temperature, from λ: eleven germs by the
//! default chains at n = 10⁴, against U(t) by quadrature and the exact λ. An energy is called an
//! energy, and nothing is called a trustworthy λ.
//!
//! ```text
//! 04_one_temperature [SEEDS]
//! ```
//!
//! Without arguments one seed, in seconds; the 88 runs with
//! `cargo run --release --example 04_one_temperature -- 8`.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::algebra::Rational;
use rlct::estimate::{CandidatePoles, Llc};
use rlct::loss::{Loss, PolynomialLoss, Prior, Reading};
use rlct::model::{Activation, Inputs, Model, ShallowNetwork};
use rlct::report::EstimateReport;
use rlct::resolution::Germ;
use rlct::{Budget, LearningCoefficient};

type Failure = Box<dyn std::error::Error>;

/// How U(t) of a germ is integrated: what is left after Gaussian integrals by hand.
#[derive(Debug, Clone, Copy)]
enum Integral {
    /// Over one or two parameters, K even in the first.
    Plane,
    /// Over x and y of K = x²y²z², z by hand.
    Crossing,
    /// Over |(c, d)| of K = |(a, b)|²|(c, d)|², a and b by hand.
    Bottleneck,
}

/// A germ at the origin with its exact pair.
struct Case {
    name: &'static str,
    loss: Box<dyn Loss<f64>>,
    poles: Option<CandidatePoles>,
    exact: LearningCoefficient,
    integral: Integral,
    /// Whether the name is a polynomial that `rlct estimate` reads.
    is_polynomial: bool,
}

impl Case {
    fn polynomial(name: &'static str, integral: Integral) -> Result<Self, Failure> {
        let germ = Germ::of(&name.parse()?)?;
        let terms = germ.local_terms()?;
        let (d, budget) = (germ.variables().len(), Budget::default());
        Ok(Self {
            name,
            loss: Box::new(PolynomialLoss::<f64>::from_terms(d, &terms, Reading::Loss)?),
            poles: CandidatePoles::of(&terms, Reading::Loss, &Prior::flat(d), &budget)?,
            exact: exact(&germ)?,
            integral,
            is_polynomial: true,
        })
    }

    /// a·tanh(b x) for x uniform, truth 0: its K is no polynomial.
    fn tanh() -> Result<Self, Failure> {
        let network = ShallowNetwork::new(1, 1, 1, Activation::Tanh, Inputs::Uniform)?;
        let truth = [Rational::ZERO, Rational::ZERO];
        Ok(Self {
            name: "tanh, one unit",
            loss: network.population_loss(&truth)?,
            poles: None,
            exact: exact(&network.germ(&truth)?)?,
            integral: Integral::Plane,
            is_polynomial: false,
        })
    }

    /// U(t) under exp(−tK − |w|²/2), the posterior that the chains have.
    fn energy(&self, t: f64) -> f64 {
        let mut scratch = vec![0.0; self.loss.scratch_len()];
        let gauss = |r: f64| -r * r / 2.0;
        match (self.integral, self.loss.dimension()) {
            (Integral::Plane, 1) => line(|x| {
                let energy = t * self.loss.value(&[x], &mut scratch);
                (gauss(x) - energy, energy)
            }),
            (Integral::Plane, _) => plane(|x, y| {
                let energy = t * self.loss.value(&[x, y], &mut scratch);
                (gauss(x) + gauss(y) - energy, energy)
            }),
            (Integral::Crossing, _) => plane(|x, y| {
                let a = t * (x * y).powi(2);
                let log_weight = gauss(x) + gauss(y) - 0.5 * (2.0 * a).ln_1p();
                (log_weight, a / (1.0 + 2.0 * a))
            }),
            (Integral::Bottleneck, _) => line(|r| {
                let a = 2.0 * t * r * r;
                (r.abs().ln() + gauss(r) - a.ln_1p(), a / (1.0 + a))
            }),
        }
    }
}

fn exact(germ: &Germ) -> Result<LearningCoefficient, Failure> {
    let answer = germ.learning_coefficient(&Budget::default())?;
    let pair = answer.coefficient();
    Ok(pair.ok_or("the engine leaves a germ open")?.clone())
}

/// Nodes and weights for [0, 7], by the trapezoidal rule in asinh of a scaled coordinate: dense at
/// 0.
fn nodes() -> Vec<(f64, f64)> {
    const SCALE: f64 = 1e-4;
    const NODES: i32 = 3000;
    let step = (7.0 / SCALE).asinh() / f64::from(NODES);
    let node = |i: i32| {
        let u = f64::from(i) * step;
        (SCALE * u.sinh(), u.cosh() * if i == 0 { 0.5 } else { 1.0 })
    };
    (0..=NODES).map(node).collect()
}

/// The mean of an energy under a weight that is even, both given at a point.
fn line(mut at: impl FnMut(f64) -> (f64, f64)) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for (x, dx) in nodes() {
        let (log_weight, energy) = at(x);
        let weight = dx * log_weight.exp();
        above += weight * energy;
        below += weight;
    }
    above / below
}

/// The same over the plane, even in x.
fn plane(mut at: impl FnMut(f64, f64) -> (f64, f64)) -> f64 {
    let nodes = nodes();
    let (mut above, mut below) = (0.0, 0.0);
    for &(x, dx) in &nodes {
        for &(y, dy) in &nodes {
            for y in [-y, y] {
                let (log_weight, energy) = at(x, y);
                let weight = dx * dy * log_weight.exp();
                above += weight * energy;
                below += weight;
            }
        }
    }
    above / below
}

fn cases() -> Result<Vec<Case>, Failure> {
    let plane = |name| Case::polynomial(name, Integral::Plane);
    Ok(vec![
        plane("x^2")?,
        plane("x^2+y^2")?,
        plane("x^4+y^4")?,
        plane("x^2*y^2")?,
        plane("x^2*y^4")?,
        Case::polynomial("x^2*y^2*z^2", Integral::Crossing)?,
        plane("(x^2-y^2)^2")?,
        plane("(x^2-y^3)^2")?,
        plane("(x^4-y^2)^2")?,
        Case::tanh()?,
        Case::polynomial("(a^2+b^2)*(c^2+d^2)", Integral::Bottleneck)?,
    ])
}

/// The exit code of `rlct estimate` on a germ by one temperature; none without the command line.
fn exit_code(case: &Case) -> Result<Option<u8>, Failure> {
    match case.is_polynomial {
        true => code_of(case.name),
        false => Ok(None),
    }
}

#[cfg(feature = "cli")]
fn code_of(polynomial: &str) -> Result<Option<u8>, Failure> {
    use clap::Parser;
    let line = ["rlct", "estimate", polynomial, "--method", "hmc"];
    let exit = rlct::cli::Cli::try_parse_from(line)?.run(&mut Vec::new(), &mut Vec::new());
    Ok(Some(exit.code()))
}

#[cfg(not(feature = "cli"))]
fn code_of(_: &str) -> Result<Option<u8>, Failure> {
    Ok(None)
}

fn main() -> Result<(), Failure> {
    let seeds: u64 = std::env::args().nth(1).map_or(Ok(1), |text| text.parse())?;
    let (mut runs, mut converged, mut within, mut held, mut told) = (0, 0, 0, 0, 0);
    for case in cases()? {
        let (d, lambda) = (case.loss.dimension(), case.exact.lambda().to_f64());
        let w_star = vec![0.0; d];
        let (mut of_case, mut within_here, mut held_here, mut told_here) = (0, 0, 0, 0);
        let mut energy = f64::NAN;
        let mut widest: Option<(f64, f64)> = None;
        for seed in 0..seeds {
            let llc = Llc::new(&*case.loss, &w_star).seed(seed).estimate()?;
            if seed == 0 {
                energy = case.energy(llc.nbeta());
            }
            let error = llc.standard_error();
            let likely = case.poles.as_ref().and_then(|p| llc.likely_distance(p));
            let report = EstimateReport::from_estimate("HMC", &llc, 0.0);
            assert!(
                report.lambda().is_none() && !report.is_trustworthy(),
                "one temperature gives no λ"
            );
            of_case += usize::from(report.is_converged());
            within_here += usize::from((llc.energy() - energy).abs() <= 3.0 * error);
            if let Some(likely) = likely {
                let (lower, upper) = likely.lambda(llc.energy(), error);
                told_here += 1;
                held_here += usize::from(lower <= lambda && lambda <= upper);
                let (least, most) = widest.unwrap_or((lower, upper));
                widest = Some((least.min(lower), most.max(upper)));
            }
        }
        let range = widest.map_or("unknown".into(), |(lower, upper)| {
            format!("{lower:.3} to {upper:.3}, holds λ in {held_here} of {told_here}")
        });
        let code = exit_code(&case)?;
        assert!(code.is_none_or(|code| code == 3), "{}: {code:?}", case.name);
        println!(
            "{}: λ = {}, m = {}; U = {energy:.4} by quadrature, within 3 standard errors \
             {within_here} of {seeds}, converged {of_case}; likely λ: {range}; exit code {}",
            case.name,
            case.exact.lambda(),
            case.exact.multiplicity(),
            code.map_or("-".into(), |code| code.to_string()),
        );
        runs += seeds as usize;
        converged += of_case;
        within += within_here;
        held += held_here;
        told += told_here;
    }
    println!(
        "{runs} runs: {converged} converged, U within 3 standard errors of quadrature in {within}; \
         a likely range of λ in {told}, which holds λ in {held}; trustworthy estimates of λ: none"
    );
    assert!(
        10 * within >= 9 * runs,
        "U is off in {} of {runs} runs",
        runs - within
    );
    Ok(())
}
