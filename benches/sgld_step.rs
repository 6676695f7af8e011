//! Steps of SGLD, all in: batch, gradient, noise, update, record.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rlct::loss::{
    LinearNetwork, LinearNetworkSample, Loss, PolynomialLoss, Prior, Reading, Scalar,
};
use rlct::network::{Activation, Dataset, Network, NetworkDescription, NetworkLoss};
use rlct::sampler::{Chains, Control, Posterior, Sgld};

const STEPS: usize = 100;

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
        .sample_size(10)
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
    let polynomial = PolynomialLoss::<f64>::new(&[k], Reading::Loss).expect("a loss");
    steps(
        criterion,
        "polynomial, d = 2",
        &polynomial,
        &[0.1, 0.1],
        None,
    );
    let mut gradient = [0.0; 2];
    let mut scratch = vec![0.0; polynomial.scratch_len()];
    criterion.bench_function("sgld_step/gradient alone of the polynomial", |bencher| {
        let loss: &dyn Loss<f64> = &polynomial;
        let w = std::hint::black_box([0.1, 0.1]);
        bencher.iter(|| loss.gradient(&w, &mut gradient, &mut scratch));
    });
    let networks: [(&str, &[usize], usize); 3] = [
        ("deep linear 10-10-10, batch 64", &[10, 10, 10], 64),
        ("deep linear 5 layers of 100, batch 500", &[100; 6], 500),
        ("deep linear 3 layers of 512, batch 512", &[512; 4], 512),
    ];
    for (name, widths, batch) in networks {
        let (population, w_star) = LinearNetwork::<f32>::of_rank(widths, 1).expect("widths");
        let loss = LinearNetworkSample::draw(&population, 1000, 1.0, 1).expect("data");
        steps(criterion, name, &loss, &w_star, Some(batch));
    }
    for (embedding, hidden) in [(64, 128), (128, 256)] {
        let gelu = Activation::Gelu;
        let description = NetworkDescription::modular_addition(53, embedding, hidden, gelu);
        let network = Network::new(&description).expect("a network");
        let pairs = Dataset::modular_addition(&network).expect("pairs");
        let loss = NetworkLoss::new(&network, &pairs).expect("a loss");
        let name = format!("modular addition 53-{embedding}-{hidden}, batch 64");
        steps::<f32>(criterion, &name, &loss, &network.initial(1), Some(64));
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
