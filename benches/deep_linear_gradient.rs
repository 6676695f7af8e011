//! Gradients of deep linear networks: matrix products on views, for several widths and batches.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, Scalar};
use std::hint::black_box;

/// Widths of the network and size of the batch.
const SHAPES: [(&[usize], usize); 4] = [
    (&[10, 10, 10], 64),
    (&[32, 32, 32], 64),
    (&[100, 100, 100, 100, 100, 100], 500),
    (&[512, 512, 512, 512], 512),
];

/// Multiplications and additions of one gradient: forward, and backward for weights and inputs.
fn operations(widths: &[usize], batch: usize) -> u64 {
    let weights: usize = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let first = widths[0] * widths[1];
    (2 * batch * (3 * weights - first)) as u64
}

fn gradient<T: Scalar>(criterion: &mut Criterion, scalar: &str) {
    let mut group = criterion.benchmark_group(format!("deep_linear_gradient/{scalar}"));
    group.sample_size(20);
    for (widths, batch) in SHAPES {
        let (population, w) = LinearNetwork::<T>::of_rank(widths, 1).expect("widths are valid");
        let loss = LinearNetworkSample::draw(&population, 2 * batch, 1.0, 1).expect("data");
        let indices: Vec<u32> = (0..batch as u32).map(|i| 2 * i).collect();
        let mut gradient = vec![T::of(0.0); w.len()];
        let mut scratch = vec![T::of(0.0); loss.scratch_len()];
        group.throughput(Throughput::Elements(operations(widths, batch)));
        let name = format!("{}x{}", widths.len() - 1, widths[0]);
        group.bench_function(BenchmarkId::new(name, batch), |bencher| {
            bencher
                .iter(|| loss.batch_gradient(black_box(&w), &indices, &mut gradient, &mut scratch));
        });
    }
    group.finish();
}

fn both(criterion: &mut Criterion) {
    gradient::<f32>(criterion, "f32");
    gradient::<f64>(criterion, "f64");
}

criterion_group!(benches, both);
criterion_main!(benches);
