//! Steps of SGLD, all in: batch, gradient, noise, update, record.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rlct::loss::{
    LinearNetwork, LinearNetworkSample, Loss, LossForm, PolynomialLoss, Prior, Scalar,
};
use rlct::sampler::{Chains, Control, Posterior, Sgld};

const STEPS: usize = 200;

fn steps<T: Scalar>(
    criterion: &mut Criterion,
    name: &str,
    loss: &dyn Loss<T>,
    w_star: &[T],
    batch_size: Option<usize>,
) {
    let prior = Prior::flat(w_star.len());
    let posterior = Posterior::new(loss, w_star, prior, 100.0, 1.0).expect("a valid posterior");
    let mut chains = Chains::new()
        .with_num_chains(1)
        .with_burn_in(0)
        .with_num_draws(STEPS);
    chains.batch_size = batch_size;
    let sampler = Sgld::new(1e-6).into();
    let mut group = criterion.benchmark_group("sgld_step");
    group
        .sample_size(20)
        .throughput(Throughput::Elements(STEPS as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            chains
                .run(&posterior, &sampler, &Control::new())
                .expect("a run")
        });
    });
    group.finish();
}

fn all(criterion: &mut Criterion) {
    let k = "x^2*y^4".parse().expect("a polynomial");
    let polynomial = PolynomialLoss::<f64>::new(&[k], LossForm::Loss).expect("a loss");
    steps(
        criterion,
        "polynomial, d = 2",
        &polynomial,
        &[0.1, 0.1],
        None,
    );
    let networks: [(&str, &[usize], usize); 2] = [
        ("deep linear 10-10-10, batch 64", &[10, 10, 10], 64),
        ("deep linear 5 layers of 100, batch 500", &[100; 6], 500),
    ];
    for (name, widths, batch) in networks {
        let (population, w_star) = LinearNetwork::<f32>::of_rank(widths, 1).expect("widths");
        let loss = LinearNetworkSample::draw(&population, 1000, 1.0, 1).expect("data");
        steps(criterion, name, &loss, &w_star, Some(batch));
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
