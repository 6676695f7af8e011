//! Standard normal numbers, nanoseconds each: the block-wise stream beside one number at a time.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::rngs::{ChaCha8Rng, Xoshiro256PlusPlus};
use rand::{Rng, SeedableRng};
use rlct::loss::Scalar;
use rlct::sampler::NormalStream;

const COUNT: usize = 1 << 14;

fn one_by_one<T: Scalar>(criterion: &mut Criterion, name: &str, mut rng: impl Rng) {
    let mut group = criterion.benchmark_group("noise");
    group.throughput(Throughput::Elements(COUNT as u64));
    let mut buffer = vec![T::of(0.0); COUNT];
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            for z in &mut buffer {
                *z = T::normal(&mut rng);
            }
        });
    });
    group.finish();
}

fn blocks<T: Scalar>(criterion: &mut Criterion, name: &str) {
    let mut group = criterion.benchmark_group("noise");
    group.throughput(Throughput::Elements(COUNT as u64));
    let mut stream = NormalStream::<T>::new(&mut ChaCha8Rng::seed_from_u64(1));
    let mut buffer = vec![T::of(0.0); COUNT];
    group.bench_function(name, |bencher| bencher.iter(|| stream.fill(&mut buffer)));
    group.finish();
}

fn all(criterion: &mut Criterion) {
    blocks::<f32>(criterion, "NormalStream, f32");
    blocks::<f64>(criterion, "NormalStream, f64");
    let chacha = || ChaCha8Rng::seed_from_u64(1);
    let xoshiro = || Xoshiro256PlusPlus::seed_from_u64(1);
    one_by_one::<f32>(criterion, "rand_distr on ChaCha8, f32", chacha());
    one_by_one::<f64>(criterion, "rand_distr on ChaCha8, f64", chacha());
    one_by_one::<f32>(criterion, "rand_distr on xoshiro256++, f32", xoshiro());
    one_by_one::<f64>(criterion, "rand_distr on xoshiro256++, f64", xoshiro());
}

criterion_group!(benches, all);
criterion_main!(benches);
