//! Products of polynomials: dense and sparse, small and large coefficients, few and many variables.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rlct::algebra::{Polynomial, SizeLimits};
use std::hint::black_box;

fn power(text: &str, exponent: u32) -> Polynomial {
    let p: Polynomial = text.parse().expect("a polynomial");
    p.checked_pow(exponent, &SizeLimits::default())
        .expect("a small power")
}

fn multiplication(c: &mut Criterion) {
    let mut group = c.benchmark_group("multiplication");
    let inputs = [
        (
            "dense, 4 variables",
            power("1 + x + y + z + t", 8),
            power("1 + x + y + z + t", 8),
        ),
        (
            "sparse, 4 variables",
            power("1 + x^9 + y^7*z^5", 12),
            power("1 + t^8 + z^11*y", 12),
        ),
        (
            "rational coefficients",
            power("1/3 + 2/7*x - 5/11*y", 14),
            power("1/2 - 3/5*x + y", 14),
        ),
        // too many variables for one machine word a monomial
        ("40 variables", wide(40), wide(40)),
    ];
    for (name, p, q) in &inputs {
        group.throughput(Throughput::Elements((p.len() * q.len()) as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &(p, q), |b, (p, q)| {
            b.iter(|| black_box(*p * *q));
        });
    }
    group.finish();
}

/// (x₀ + x₁ + … )² in many variables.
fn wide(variables: usize) -> Polynomial {
    let sum: Vec<String> = (0..variables).map(|i| format!("x{i}")).collect();
    power(&sum.join(" + "), 2)
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = multiplication
}
criterion_main!(benches);
