//! The linear algebra of Fisher information beside nalgebra's and faer's own routines on the same
//! matrices.

use criterion::{Criterion, criterion_group, criterion_main};
use nalgebra::{DMatrix, SymmetricEigen};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rlct::algebra::{Rational, RationalMatrix};
use rlct::fisher::{FisherOperator, Lanczos, NumericalRank, SampleGradients};
use std::hint::black_box;

fn random(n: usize, d: usize) -> DMatrix<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    DMatrix::from_fn(n, d, |_, _| rng.random_range(-1.0..1.0))
}

fn faer_of(m: &DMatrix<f64>) -> faer::Mat<f64> {
    faer::Mat::from_fn(m.nrows(), m.ncols(), |i, j| m[(i, j)])
}

/// GᵀG/n of 1000 samples and 300 parameters.
fn assembly(c: &mut Criterion) {
    let m = random(1000, 300);
    let gradients = SampleGradients::try_from(&m).expect("finite entries");
    let mut group = c.benchmark_group("fisher/assembly 1000x300");
    group.bench_function("rlct", |b| b.iter(|| black_box(gradients.fisher())));
    group.bench_function("nalgebra", |b| b.iter(|| black_box(m.tr_mul(&m) / 1000.0)));
    let f = faer_of(&m);
    group.bench_function("faer", |b| b.iter(|| black_box(f.transpose() * &f)));
    group.finish();
}

/// Rank of a 400 × 100 matrix of rank 60, by singular values.
fn numerical_rank(c: &mut Criterion) {
    let m = random(400, 60) * random(60, 100);
    let mut group = c.benchmark_group("fisher/rank 400x100");
    group.sample_size(20);
    group.bench_function("rlct", |b| b.iter(|| black_box(NumericalRank::of(&m))));
    group.bench_function("nalgebra", |b| {
        b.iter(|| black_box(m.clone().svd(false, false).rank(1e-10)));
    });
    let f = faer_of(&m);
    group.bench_function("faer", |b| b.iter(|| black_box(f.singular_values())));
    group.finish();
}

/// The largest eigenvalues of the Fisher information of 500 samples and 1000 parameters.
fn lanczos(c: &mut Criterion) {
    let m = random(500, 1000);
    let gradients = SampleGradients::try_from(&m).expect("finite entries");
    let mut group = c.benchmark_group("fisher/largest eigenvalues 500x1000");
    group.sample_size(10);
    group.bench_function("rlct, 30 Lanczos steps", |b| {
        b.iter(|| black_box(Lanczos::new(30).run(&mut FisherOperator::new(&gradients))));
    });
    let gram = gradients.gram().expect("500 samples");
    group.bench_function("nalgebra, all of the Gram matrix", |b| {
        b.iter(|| black_box(SymmetricEigen::new(gram.clone())));
    });
    let f = faer_of(&gram);
    group.bench_function("faer, all of the Gram matrix", |b| {
        b.iter(|| black_box(f.self_adjoint_eigenvalues(faer::Side::Lower)));
    });
    group.finish();
}

/// 200 × 200 matrices over ℚ with entries of 50 bits.
fn exact_rank(c: &mut Criterion) {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut draw = |m: usize, n: usize, bits: u32| {
        RationalMatrix::from_fn(m, n, |_, _| {
            Rational::from(rng.random_range(-(1_i64 << (bits - 1))..1 << (bits - 1)))
        })
    };
    let full = draw(200, 200, 50);
    let mut group = c.benchmark_group("fisher/exact rank 200x200");
    group.sample_size(10);
    group.bench_function("full", |b| b.iter(|| black_box(full.rank())));
    for r in [190, 150, 100] {
        let (left, right) = (draw(200, r, 21), draw(r, 200, 21));
        let low = left.product(&right).expect("shapes fit");
        group.bench_function(format!("{r}"), |b| b.iter(|| black_box(low.rank())));
    }
    let small = draw(40, 40, 50);
    group.bench_function("40x40", |b| b.iter(|| black_box(small.rank())));
    group.bench_function("40x40, Bareiss", |b| {
        b.iter(|| black_box(small.rank_by_elimination()))
    });
    group.finish();
}

criterion_group!(benches, assembly, numerical_rank, lanczos, exact_rank);
criterion_main!(benches);
