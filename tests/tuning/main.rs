//! Estimates at one temperature with nothing set but n, against exact values at that temperature.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod exact;

use exact::{Quadratic, bottleneck_of_one, bottleneck_of_two, plane, two_bottlenecks};
use rlct::estimate::{Doubt, Llc, LlcEstimate};
use rlct::loss::{LinearNetwork, Loss, LossForm, PolynomialLoss};

fn polynomial(text: &str) -> Box<dyn Loss<f64>> {
    Box::new(PolynomialLoss::<f64>::new(&[text.parse().unwrap()], LossForm::Loss).unwrap())
}

fn network(widths: &[usize]) -> Box<dyn Loss<f64>> {
    Box::new(LinearNetwork::<f64>::of_rank(widths, 0).unwrap().0)
}

/// A loss with its minimum at 0, n, and E[nβK] at β = 1/log n and γ = 1.
struct Case {
    name: &'static str,
    loss: Box<dyn Loss<f64>>,
    num_samples: usize,
    exact: f64,
}

fn temperature(num_samples: usize) -> f64 {
    num_samples as f64 / (num_samples as f64).ln()
}

fn cases() -> Vec<Case> {
    let case = |name, loss: Box<dyn Loss<f64>>, num_samples, exact: &dyn Fn(f64) -> f64| Case {
        name,
        loss,
        num_samples,
        exact: exact(temperature(num_samples)),
    };
    let bowl = |d: usize, low: f64, high: f64| Quadratic::between(d, low, high);
    let quadratic = |q: Quadratic| move |t: f64| q.energy(t, 1.0);
    vec![
        case(
            "bowl, d = 1",
            Box::new(bowl(1, 1.0, 1.0)),
            10_000,
            &quadratic(bowl(1, 1.0, 1.0)),
        ),
        case(
            "bowl, d = 60",
            Box::new(bowl(60, 0.5, 2.0)),
            10_000,
            &quadratic(bowl(60, 0.5, 2.0)),
        ),
        case(
            "bowl, scales 1e-3 to 1e3",
            Box::new(bowl(13, 1e-6, 1e6)),
            100_000,
            &quadratic(bowl(13, 1e-6, 1e6)),
        ),
        case("x²y²", polynomial("x^2*y^2"), 10_000, &|t| {
            plane(t, |x, y| x * x * y * y)
        }),
        case(
            "x²y², n = 10⁶",
            polynomial("x^2*y^2"),
            1_000_000,
            &|t| plane(t, |x, y| x * x * y * y),
        ),
        case("x²y⁴", polynomial("x^2*y^4"), 10_000, &|t| {
            plane(t, |x, y| x * x * y.powi(4))
        }),
        case("x⁴ + y²", polynomial("x^4 + y^2"), 10_000, &|t| {
            plane(t, |x, y| x.powi(4) + y * y)
        }),
        case("cusp", polynomial("(x^2 - y^3)^2"), 10_000, &|t| {
            plane(t, |x, y| (x * x - y.powi(3)).powi(2))
        }),
        case(
            "10⁶x²y² + y²",
            polynomial("1000000*x^2*y^2 + y^2"),
            10_000,
            &|t| plane(t, |x, y| 1e6 * x * x * y * y + y * y),
        ),
        case("network 4-1-6", network(&[4, 1, 6]), 100_000, &|t| {
            bottleneck_of_one(t, 4, 6)
        }),
        case(
            "network 5-1-5 (m = 2)",
            network(&[5, 1, 5]),
            100_000,
            &|t| bottleneck_of_one(t, 5, 5),
        ),
        case("network 6-2-8", network(&[6, 2, 8]), 100_000, &|t| {
            bottleneck_of_two(t, 6, 8)
        }),
        case("network 15-2-15", network(&[15, 2, 15]), 1_000_000, &|t| {
            bottleneck_of_two(t, 15, 15)
        }),
        case("network 5-1-1-6", network(&[5, 1, 1, 6]), 100_000, &|t| {
            two_bottlenecks(t, 5, 6)
        }),
    ]
}

fn tell(name: &str, exact: f64, llc: &LlcEstimate) -> f64 {
    let z = (llc.mean() - exact) / llc.standard_error();
    println!(
        "{name}: {:.4} ± {:.4} against {exact:.4} ({z:+.1}), {}\n    {} (pilot {})",
        llc.mean(),
        llc.standard_error(),
        llc.verdict(),
        llc.tuning(),
        llc.tuning().pilot_evaluations,
    );
    z
}

#[test]
fn intervals_cover_with_nothing_set() {
    let (mut trusted, mut covered, mut total) = (0, 0, 0);
    for case in cases() {
        let w_star = vec![0.0; case.loss.dimension()];
        for seed in 0..3 {
            let start = std::time::Instant::now();
            let llc = Llc::new(&*case.loss, &w_star)
                .num_samples(case.num_samples)
                .seed(seed)
                .estimate()
                .unwrap();
            let z = tell(case.name, case.exact, &llc);
            println!("{:?}", start.elapsed());
            total += 1;
            trusted += i32::from(llc.verdict().is_trustworthy());
            covered += i32::from(z.abs() <= 1.96);
        }
    }
    println!("{trusted} trusted, {covered} covered of {total}");
    let _ = Doubt::Stopped;
}
