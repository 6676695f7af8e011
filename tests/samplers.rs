//! The samplers in exact limits: no noise, Gaussians, a singular density with known moments.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::print_stdout,
    reason = "figures of a test, shown when it fails"
)]

use rlct::estimate::Llc;
use rlct::loss::{
    LinearNetwork, LinearNetworkSample, Loss, PolynomialLoss, Prior, Reading, Scalar,
};
use rlct::sampler::{
    BatchSampling, Chains, Control, Draws, Hmc, Langevin, Mala, Posterior, PreconditionedSgld,
    Sghmc, Sgld, Sgnht,
};

/// L = ½ Σ kᵢ (wᵢ − μᵢ)².
#[derive(Debug)]
struct Quadratic {
    curvature: Vec<f64>,
    mean: Vec<f64>,
}

impl<T: Scalar> Loss<T> for Quadratic {
    fn dimension(&self) -> usize {
        self.mean.len()
    }
    fn value(&self, w: &[T], _: &mut [T]) -> T {
        let terms = w.iter().zip(&self.mean).zip(&self.curvature);
        T::of(
            terms
                .map(|((w, m), k)| k * (w.float() - m).powi(2) / 2.0)
                .sum(),
        )
    }
    fn gradient(&self, w: &[T], gradient: &mut [T], scratch: &mut [T]) -> T {
        for (i, g) in gradient.iter_mut().enumerate() {
            *g = T::of(self.curvature[i] * (w[i].float() - self.mean[i]));
        }
        self.value(w, scratch)
    }
}

/// All samplers at step size ε, less where gradients are small; none adapts.
fn all(step: f64) -> [Langevin; 7] {
    let preconditioned = PreconditionedSgld::new(step / 40.0);
    [
        Sgld::new(step).into(),
        Mala::new(step).into(),
        preconditioned.into(),
        preconditioned.adapting_throughout().into(),
        Sghmc::new(step).into(),
        Sgnht::new(step).into(),
        Hmc::new(step, 3).into(),
    ]
}

fn run<T: Scalar>(posterior: &Posterior<'_, T>, chains: &Chains, sampler: Langevin) -> Draws {
    chains.run(posterior, &sampler, &Control::new()).unwrap()
}

#[test]
fn zero_gradient_and_zero_temperature_leave_the_point() {
    // Temperature 10⁻²⁰⁰: the noise is far below the last bit of the coordinates.
    let flat = Quadratic {
        curvature: vec![0.0; 3],
        mean: vec![0.0; 3],
    };
    let minimum = Quadratic {
        curvature: vec![1.0, 2.0, 3.0],
        mean: vec![1.0, -2.0, 0.5],
    };
    let w_star = [1.0, -2.0, 0.5];
    let chains = Chains::new().with_burn_in(20).with_num_draws(100);
    for loss in [&flat, &minimum] {
        let posterior = Posterior::new(loss, &w_star, Prior::flat(3), 1e200, 0.0).unwrap();
        for sampler in all(1e-201) {
            for chain in run(&posterior, &chains, sampler).chains {
                assert_eq!(chain.failure, None);
                assert_eq!(chain.last_point, w_star, "{sampler:?}");
                assert!(chain.losses.iter().all(|&l| l == chain.losses[0]));
            }
        }
    }
}

#[test]
fn without_noise_momentum_is_gradient_descent_with_momentum() {
    // v ← (1 − α)v − ηk w, w ← w + v from w = 1, by hand.
    let loss = Quadratic {
        curvature: vec![1.0],
        mean: vec![0.0],
    };
    let posterior = Posterior::<f64>::new(&loss, &[1.0], Prior::flat(1), 1e200, 0.0).unwrap();
    let steps = 30;
    let chains = Chains::new().with_burn_in(0).with_num_draws(steps);
    let (mut w, mut v) = (1.0, 0.0);
    for _ in 0..steps {
        v = 0.75 * v - 0.05 * w;
        w += v;
    }
    let sampler = Sghmc::new(0.1e-200).with_friction(0.25);
    let draws = run(&posterior, &chains, sampler.into());
    assert!((draws.chains[0].last_point[0] - w).abs() < 1e-13);
    let descent = run(&posterior, &chains, Sgld::new(0.1e-200).into());
    let exact = 0.95_f64.powi(steps as i32);
    assert!((descent.chains[0].last_point[0] - exact).abs() < 1e-13);
}

/// Checks mean and variance of a Gaussian in 2,000 dimensions, where a sampler's stationary
/// variance is `factor`(k) times the exact one.
fn check_gaussian<T: Scalar>(sampler: Langevin, chains: &Chains, factor: impl Fn(f64) -> f64) {
    const D: usize = 2000;
    let curvature: Vec<f64> = (0..D).map(|i| 0.5 + 1.5 * i as f64 / D as f64).collect();
    let mean: Vec<f64> = (0..D).map(|i| (i as f64 * 0.37).sin()).collect();
    let loss = Quadratic {
        curvature: curvature.clone(),
        mean: mean.clone(),
    };
    let w_star: Vec<T> = mean.iter().map(|&m| T::of(m)).collect();
    let llc = Llc::new(&loss, &w_star)
        .nbeta(NBETA)
        .localization(0.0)
        .sampler(sampler)
        .burn_in(chains.burn_in)
        .draws(chains.num_draws)
        .seed(chains.seed)
        .estimate()
        .unwrap();
    // λ̂ is half the sum of the variances in units of the exact ones.
    let exact: f64 = curvature.iter().map(|&k| factor(k) / 2.0).sum();
    let deviation = (llc.energy() - exact) / llc.standard_error();
    println!(
        "{sampler:?}: {} ± {} against {exact}, acceptance {:?}",
        llc.energy(),
        llc.standard_error(),
        llc.acceptance()
    );
    assert!(
        llc.standard_error() < 0.005 * exact,
        "{}",
        llc.standard_error()
    );
    assert!(deviation.abs() < 4.0, "{sampler:?}: {deviation}");
    // The last points are independent over coordinates and chains.
    let (mut sum, mut square, mut count) = (0.0, 0.0, 0.0);
    for chain in llc.chains() {
        for (i, w) in chain.last_point.iter().enumerate() {
            let k = curvature[i];
            let z = (w - mean[i]) * (NBETA * k / factor(k)).sqrt();
            sum += z;
            square += z * z;
            count += 1.0;
        }
    }
    assert!(sum.abs() < 4.0 * f64::sqrt(count), "{sampler:?}: {sum}");
    assert!(
        (square - count).abs() < 4.0 * f64::sqrt(2.0 * count),
        "{sampler:?}: {square} of {count}"
    );
}

const NBETA: f64 = 1e3;

#[test]
fn sghmc_reproduces_a_gaussian() {
    let chains = Chains::new().with_burn_in(400).with_num_draws(1500);
    for (friction, step) in [(0.1, 1e-4), (0.5, 4e-4), (1.0, 4e-4)] {
        let sampler = Sghmc::new(step).with_friction(friction);
        // The variance of the recursion, step and all; at α = 1 that of SGLD.
        let factor = |k: f64| 1.0 / (1.0 - step / 2.0 * NBETA * k / (2.0 * (2.0 - friction)));
        check_gaussian::<f64>(sampler.into(), &chains, factor);
    }
}

#[test]
fn sgld_reproduces_a_gaussian() {
    let chains = Chains::new().with_burn_in(400).with_num_draws(1500);
    let factor = |k: f64| 1.0 / (1.0 - 4e-4 * NBETA * k / 4.0);
    check_gaussian::<f64>(Sgld::new(4e-4).into(), &chains, factor);
}

#[test]
fn sgnht_reproduces_a_gaussian() {
    let chains = Chains::new().with_burn_in(600).with_num_draws(1500);
    for diffusion in [0.05, 0.4] {
        let sampler = Sgnht::new(4e-4).with_diffusion(diffusion);
        check_gaussian::<f64>(sampler.into(), &chains, |_| 1.0);
    }
}

#[test]
fn preconditioned_sgld_reproduces_a_gaussian() {
    let chains = Chains::new().with_burn_in(6000).with_num_draws(6000);
    let step = 5e-7;
    let sampler = PreconditionedSgld::new(step).with_decay(0.999);
    // In equilibrium the gradient of coordinate i has the square k/nβ, whose inverse root is G.
    let factor = |k: f64| 1.0 / (1.0 - step * (NBETA / k).sqrt() * NBETA * k / 4.0);
    check_gaussian::<f64>(sampler.into(), &chains, factor);
}

#[test]
fn hmc_reproduces_a_gaussian() {
    let chains = Chains::new().with_burn_in(150).with_num_draws(200);
    check_gaussian::<f64>(Hmc::adaptive(1e-4, 12).into(), &chains, |_| 1.0);
}

#[test]
fn single_precision_reproduces_a_gaussian() {
    let chains = Chains::new().with_burn_in(600).with_num_draws(1500);
    check_gaussian::<f32>(Sgnht::new(4e-4).into(), &chains, |_| 1.0);
    let step = 4e-4;
    let factor = |k: f64| 1.0 / (1.0 - step / 2.0 * NBETA * k / 3.8);
    check_gaussian::<f32>(Sghmc::new(step).into(), &chains, factor);
}

/// E[n x²y²] under exp(−n x²y² − (x² + y²)/2), y integrated by hand, x by the trapezoidal rule in
/// log x, which converges exponentially.
fn normal_crossing_energy(n: f64) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for i in -8000..1000 {
        let x = (f64::from(i) * 0.005).exp();
        let a = 2.0 * n * x * x;
        let weight = x * (-x * x / 2.0).exp() / (1.0 + a).sqrt();
        above += weight * a / 2.0 / (1.0 + a);
        below += weight;
    }
    above / below
}

#[test]
fn the_energy_of_a_normal_crossing_is_that_of_the_quadrature() {
    for (n, expected) in [(1e2, 0.3542), (1e4, 0.4123), (1e6, 0.4375)] {
        assert!((normal_crossing_energy(n) - expected).abs() < 5e-5, "{n}");
    }
}

fn crossing(n: f64, sampler: Langevin, draws: usize, thin: usize) {
    let loss = PolynomialLoss::<f64>::new(&["x*y".parse().unwrap()], Reading::Ideal).unwrap();
    let llc = Llc::new(&loss, &[0.0; 2])
        .nbeta(n)
        .sampler(sampler)
        .chains(8)
        .burn_in(20_000)
        .draws(draws)
        .steps_between_draws(thin)
        .seed(11)
        .estimate()
        .unwrap();
    let exact = normal_crossing_energy(n);
    let deviation = (llc.energy() - exact) / llc.standard_error();
    println!(
        "n = {n:e}, {sampler:?}: {:.4} ± {:.4} against {exact:.4}, ess {:.0}, R̂ {:.3}",
        llc.energy(),
        llc.standard_error(),
        llc.effective_sample_size(),
        llc.rhat()
    );
    assert!(deviation.abs() < 4.0, "{sampler:?} at {n}: {deviation}");
    assert!(llc.standard_error() < 0.05 * exact);
}

#[test]
fn samplers_agree_with_the_quadrature_where_they_mix() {
    crossing(1e2, Hmc::adaptive(1e-2, 8).into(), 20_000, 4);
    crossing(1e2, Sghmc::new(2e-4).into(), 20_000, 20);
    crossing(1e2, Sgnht::new(4e-4).into(), 20_000, 20);
    crossing(1e2, Sgld::new(1e-4).into(), 20_000, 60);
}

#[test]
#[ignore = "minutes: the narrow arms mix slowly at low temperature"]
fn samplers_agree_with_the_quadrature_at_low_temperature() {
    crossing(1e4, Hmc::adaptive(1e-3, 30).into(), 100_000, 4);
    // Across the arm |x| the width is 1/(|x|√(2n)), and a leapfrog step √ε is stable below twice
    // that. At n = 10⁶ the step tuned to an acceptance of 0.8 on average, 4·10⁻³, is stable up to
    // |x| = 0.34 alone: no draw has |x| > 0.5, where a tenth of the mass is, and the mean is low by
    // 3 % with R̂ = 1.000. 3·10⁻⁴ is stable up to |x| = 4.
    crossing(1e6, Hmc::new(9e-8, 300).into(), 100_000, 4);
}

#[test]
fn masked_parameters_stay_and_the_others_are_sampled() {
    let loss = Quadratic {
        curvature: vec![1.0; 6],
        mean: vec![0.1; 6],
    };
    let w_star = [0.1; 6];
    let free = [true, false, true, false, false, true];
    for sampler in all(1e-4) {
        let chains = 4;
        let llc = Llc::new(&loss, &w_star)
            .nbeta(1e3)
            .localization(0.0)
            .mask(&free)
            .sampler(sampler)
            .chains(chains)
            .draws(4000)
            .steps_between_draws(if sampler.is_metropolised() { 5 } else { 10 })
            .estimate()
            .unwrap();
        for chain in llc.chains() {
            for (i, &w) in chain.last_point.iter().enumerate() {
                assert_eq!(w == 0.1, !free[i], "{sampler:?}");
            }
        }
        // Three parameters move; the step's bias is at most 4 %, that of the changing
        // preconditioner more.
        let tolerance = match sampler {
            Langevin::PreconditionedSgld(s) if s.adapts_throughout() => 0.5,
            _ => 0.06 + 4.0 * llc.standard_error(),
        };
        assert!(
            (llc.energy() - 1.5).abs() < tolerance,
            "{sampler:?}: {} ± {}",
            llc.energy(),
            llc.standard_error()
        );
    }
}

#[test]
fn the_subspace_orthogonal_to_the_gradient_is_kept() {
    // L = ½|w − μ|² at w* = 0, whose gradient is −μ: the component along μ must not move, and the
    // excess loss of the others is that of a minimum, λ = 3/2.
    let mean = vec![0.5, -1.0, 2.0, 0.25];
    let loss = Quadratic {
        curvature: vec![1.0; 4],
        mean: mean.clone(),
    };
    for sampler in all(1e-4) {
        let llc = Llc::new(&loss, &[0.0; 4])
            .nbeta(1e3)
            .localization(0.0)
            .orthogonal_to_gradient()
            .sampler(sampler)
            .draws(4000)
            .steps_between_draws(10)
            .estimate()
            .unwrap();
        for chain in llc.chains() {
            let along: f64 = chain.last_point.iter().zip(&mean).map(|(w, m)| w * m).sum();
            assert!(along.abs() < 1e-10, "{sampler:?}: {along}");
            assert!(chain.last_point.iter().all(|&w| w != 0.0));
        }
        let tolerance = match sampler {
            Langevin::PreconditionedSgld(s) if s.adapts_throughout() => 0.5,
            _ => 0.06 + 4.0 * llc.standard_error(),
        };
        assert!(
            (llc.energy() - 1.5).abs() < tolerance,
            "{sampler:?}: {} ± {}",
            llc.energy(),
            llc.standard_error()
        );
    }
    // Where the gradient vanishes nothing is restricted, and a mask goes first.
    let posterior = |w: &'static [f64]| {
        Posterior::new(&loss, w, Prior::flat(4), 1.0, 0.0)
            .unwrap()
            .orthogonal_to_gradient()
            .unwrap()
    };
    assert_eq!(posterior(&[0.5, -1.0, 2.0, 0.25]).moving_dimension(), 4);
    let both = posterior(&[0.0; 4]).with_mask(&[true, true, false, false]);
    assert_eq!(both.unwrap().moving_dimension(), 1);
}

#[test]
fn half_lines_reflect() {
    // K = ½w² on w ≥ 0, λ = 1/2 as on the line.
    let loss = Quadratic {
        curvature: vec![1.0; 2],
        mean: vec![0.0; 2],
    };
    for sampler in all(1e-4) {
        let llc = Llc::new(&loss, &[0.0; 2])
            .prior(Prior::flat(2).with_nonnegative(&[0]).unwrap())
            .nbeta(1e3)
            .localization(0.0)
            .sampler(sampler)
            .draws(4000)
            .steps_between_draws(10)
            .estimate()
            .unwrap();
        assert!(llc.chains().iter().all(|c| c.last_point[0] >= 0.0));
        let tolerance = match sampler {
            Langevin::PreconditionedSgld(s) if s.adapts_throughout() => 0.5,
            _ => 0.06 + 4.0 * llc.standard_error(),
        };
        assert!(
            (llc.energy() - 1.0).abs() < tolerance,
            "{sampler:?}: {} ± {}",
            llc.energy(),
            llc.standard_error()
        );
    }
}

#[test]
fn batches_with_and_without_replacement() {
    let (population, w_star) = LinearNetwork::<f64>::of_rank(&[2, 2], 2).unwrap();
    let loss = LinearNetworkSample::draw(&population, 200, 1.0, 1).unwrap();
    let estimate = |batch: usize, sampling: BatchSampling| {
        Llc::new(&loss, &w_star)
            .sampler(Sgnht::new(2e-3))
            .batch_size(batch)
            .batch_sampling(sampling)
            .recorded_loss(rlct::sampler::RecordedLoss::Full)
            .draws(10_000)
            .estimate()
            .unwrap()
    };
    let exact = Llc::new(&loss, &w_star).draws(10_000).estimate().unwrap();
    for sampling in [
        BatchSampling::WithReplacement,
        BatchSampling::WithoutReplacement,
    ] {
        let llc = estimate(50, sampling);
        let spread = llc.standard_error().hypot(exact.standard_error());
        let deviation = (llc.energy() - exact.energy()) / spread;
        // The thermostat takes up the noise of the batches but for its anisotropy.
        assert!(
            deviation.abs() < 5.0,
            "{sampling:?}: {} ± {} against {}",
            llc.energy(),
            llc.standard_error(),
            exact.energy()
        );
    }
    // All samples without replacement are the data: only the order of summation differs.
    let whole = estimate(200, BatchSampling::WithoutReplacement);
    assert!((whole.energy() - exact.energy()).abs() < 4.0 * whole.standard_error() + 0.05);
    let again = estimate(50, BatchSampling::WithReplacement);
    assert_eq!(again, estimate(50, BatchSampling::WithReplacement));
}

#[cfg(feature = "parallel")]
#[test]
fn draws_of_every_sampler_do_not_depend_on_the_number_of_threads() {
    let (population, w_star) = LinearNetwork::<f32>::of_rank(&[3, 2, 3], 1).unwrap();
    let loss = LinearNetworkSample::draw(&population, 100, 1.0, 5).unwrap();
    let posterior = Posterior::new(&loss, &w_star, Prior::flat(12), 20.0, 1.0).unwrap();
    let chains = Chains::new()
        .with_num_chains(5)
        .with_burn_in(50)
        .with_num_draws(100);
    let everything = || -> Vec<Draws> {
        let full = all(1e-3)
            .into_iter()
            .map(|sampler| run(&posterior, &chains, sampler));
        let batches = chains
            .clone()
            .with_batch_size(16)
            .with_batch_sampling(BatchSampling::WithReplacement);
        let stochastic = all(1e-3)
            .into_iter()
            .filter(|sampler| !sampler.is_metropolised())
            .map(|sampler| run(&posterior, &batches, sampler));
        full.chain(stochastic).collect()
    };
    let within = |threads: usize| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(everything)
    };
    let one = within(1);
    assert_eq!(one.len(), 12);
    assert!(one.iter().all(|draws| draws.failures().is_empty()));
    assert_eq!(one, within(2));
}
