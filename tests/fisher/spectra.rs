//! Numerical ranks and spectra on degenerate and on large inputs.

use nalgebra::{DMatrix, SymmetricEigen};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rlct::fisher::{
    FisherOperator, HessianOperator, Lanczos, MatrixOperator, NumericalError, NumericalRank,
    RankDoubt, SampleGradients, SpectralDensity, trace,
};
use rlct::loss::{LinearNetworkSample, Loss};

fn random(n: usize, d: usize, seed: u64) -> DMatrix<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    DMatrix::from_fn(n, d, |_, _| rng.random_range(-1.0..1.0))
}

#[test]
fn degenerate_matrices() {
    let rank = |m: &DMatrix<f64>| NumericalRank::of(m).unwrap();
    assert_eq!(rank(&DMatrix::zeros(0, 0)).rank(), 0);
    assert_eq!(rank(&DMatrix::zeros(4, 0)).rank(), 0);
    assert!(rank(&DMatrix::zeros(4, 3)).is_clear());
    for bad in [f64::NAN, f64::INFINITY] {
        let mut m = random(3, 4, 1);
        m[(1, 2)] = bad;
        let error = NumericalRank::of(&m).unwrap_err();
        assert!(matches!(
            error,
            NumericalError::NotFinite {
                row: 1,
                column: 2,
                ..
            }
        ));
        assert!(SampleGradients::try_from(&m).is_err());
    }
    assert_eq!(
        SampleGradients::new(0, 3, vec![]),
        Err(NumericalError::NoSamples)
    );
    assert!(matches!(
        SampleGradients::new(2, 3, vec![0.0]),
        Err(NumericalError::Length { .. })
    ));
    // every row twice
    let half = random(3, 8, 2);
    let twice = DMatrix::from_fn(6, 8, |i, j| half[(i / 2, j)]);
    assert!(rank(&twice).rank() == 3 && rank(&twice).is_clear());
}

#[test]
fn wild_scales() {
    let plain = &random(12, 3, 3) * &random(3, 7, 4);
    for exponent in [-150, 150] {
        let scales = [
            1.0,
            10_f64.powi(exponent),
            1.0,
            10_f64.powi(-exponent),
            1.0,
            2.0,
            1e-30,
        ];
        let columns = DMatrix::from_fn(12, 7, |i, j| plain[(i, j)] * scales[j]);
        let rank = NumericalRank::of(&columns).unwrap();
        assert_eq!(rank.rank(), 3);
        let rows = DMatrix::from_fn(12, 7, |i, j| plain[(i, j)] * scales[i % 7]);
        let rank = NumericalRank::of(&rows).unwrap();
        assert_eq!(rank.rank(), 3, "{rank:?}");
        assert!(
            rank.doubts()
                .iter()
                .any(|d| matches!(d, RankDoubt::Scaling { .. }))
        );
        let gradients = SampleGradients::try_from(&(rows * 1e10)).unwrap();
        assert_eq!(gradients.fisher(), Err(NumericalError::Overflow));
    }
    // subnormal numbers
    let tiny = DMatrix::from_fn(2, 2, |i, j| if i == j { 1e-310 } else { 0.0 });
    assert_eq!(NumericalRank::of(&tiny).unwrap().rank(), 2);
}

#[test]
fn tall_and_wide_matrices_agree_with_nalgebra() {
    for (n, d, r) in [(40, 5, 3), (5, 40, 4), (20, 20, 11), (1, 9, 1)] {
        let m = &random(n, r, 5) * &random(r, d, 6);
        let rank = NumericalRank::of(&m).unwrap();
        assert_eq!(rank.rank(), r);
        assert_eq!(m.clone().svd(false, false).rank(1e-10), r);
        assert!(rank.gap() > 1e9, "{}", rank.gap());
        let gradients = SampleGradients::try_from(&m).unwrap();
        assert_eq!(DMatrix::from(&gradients), m);
        assert_eq!(gradients.rank().unwrap().rank(), r);
        let expected = m.transpose() * &m / n as f64;
        assert!((gradients.fisher().unwrap() - &expected).amax() < 1e-13);
        let gram = &m * m.transpose() / n as f64;
        assert!((gradients.gram().unwrap() - gram).amax() < 1e-13);
    }
}

#[test]
fn lanczos_finds_what_a_dense_solver_finds() {
    let m = random(60, 90, 7);
    let gradients = SampleGradients::try_from(&m).unwrap();
    let mut dense: Vec<f64> = SymmetricEigen::new(gradients.fisher().unwrap())
        .eigenvalues
        .iter()
        .copied()
        .collect();
    dense.sort_by(|a, b| b.total_cmp(a));
    let mut operator = FisherOperator::new(&gradients);
    let full = Lanczos::new(90).seed(3).run(&mut operator).unwrap();
    // 60 eigenvalues and 0 once
    assert!(full.is_complete());
    for (a, b) in full.ritz_values().iter().zip(&dense).take(60) {
        assert!((a - b).abs() < 1e-10 * dense[0], "{a} {b}");
    }
    assert!(full.smallest().abs() < 1e-10);
    // error bounds hold before convergence
    let few = Lanczos::new(20).run(&mut operator).unwrap();
    for (theta, error) in few.ritz_values().iter().zip(few.errors()) {
        let nearest = dense
            .iter()
            .map(|x| (x - theta).abs())
            .fold(f64::INFINITY, f64::min);
        assert!(nearest <= error + 1e-12, "{theta}: {nearest} > {error}");
    }
    let estimate = trace(&mut operator, 100, 5).unwrap();
    let exact: f64 = dense.iter().sum();
    assert!((estimate.mean - exact).abs() < 4.0 * estimate.standard_error);
    let density = SpectralDensity::of(&mut operator, 90, 20, 5).unwrap();
    assert!((density.moment(0) - 1.0).abs() < 1e-12);
    assert!((density.moment(1) * 90.0 / exact - 1.0).abs() < 0.1);
    // a third of the eigenvalues is 0
    assert!((density.share(-1e-9, 1e-9) - 1.0 / 3.0).abs() < 0.05);
}

/// A network of n samples with d parameters in two layers.
fn network(inputs: usize, hidden: usize, n: usize) -> (LinearNetworkSample<f64>, Vec<f64>) {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut draw =
        |count: usize| -> Vec<f64> { (0..count).map(|_| rng.random_range(-1.0..1.0)).collect() };
    let (x, y) = (draw(inputs * n), draw(n));
    let w = draw(inputs * hidden + hidden);
    (
        LinearNetworkSample::new(&[inputs, hidden, 1], &x, &y).unwrap(),
        w,
    )
}

#[test]
fn the_fisher_rank_of_a_linear_network() {
    // one output: the product is a vector of N entries, so at most N of the parameters are seen
    let (loss, w) = network(6, 4, 40);
    let rank = SampleGradients::of(&loss, &w).unwrap().rank().unwrap();
    assert!(rank.rank() == 6 && rank.is_clear(), "{rank:?}");
    // the Hessian away from a minimum sees more, but it is symmetric
    let hessian = HessianOperator::new(&loss, &w).unwrap().matrix().unwrap();
    let eigen = SymmetricEigen::new(hessian.clone()).eigenvalues;
    let largest = Lanczos::new(28)
        .run(&mut HessianOperator::new(&loss, &w).unwrap())
        .unwrap();
    assert!((largest.largest() - eigen.max()).abs() < 1e-6);
    assert!(MatrixOperator::new(hessian).is_ok());
    assert!(HessianOperator::new(&loss, &w[1..]).is_err());
    assert!(HessianOperator::new(&loss, &vec![f64::NAN; w.len()]).is_err());
}

/// The most memory this process ever held, in bytes.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<usize>()
        .unwrap()
        * 1024
}

#[test]
#[ignore = "a minute and 3 GiB: a hundred thousand parameters"]
#[cfg(target_os = "linux")]
fn a_hundred_thousand_parameters_in_a_few_blocks() {
    let (inputs, hidden, n) = (999, 100, 1000);
    let (loss, w) = network(inputs, hidden, n);
    assert_eq!(loss.dimension(), 100_000);
    let gradients = SampleGradients::of(&loss, &w).unwrap();
    let block = 8 * n * w.len();
    let top = Lanczos::new(20)
        .run(&mut FisherOperator::new(&gradients))
        .unwrap();
    assert!(top.errors()[0] < 1e-6 * top.largest());
    println!("largest eigenvalue {}, {} MiB", top.largest(), peak() >> 20);
    let rank = gradients.rank().unwrap();
    println!(
        "rank {}, gap {:e}, {} MiB",
        rank.rank(),
        rank.gap(),
        peak() >> 20
    );
    assert_eq!(rank.rank(), inputs); // n = 1000 rows, N = 999 entries of the product
    assert!(
        peak() < 5 * block,
        "{} blocks",
        peak() as f64 / block as f64
    );
}
