//! Steps of SGLD on networks: batch, gradient, noise, update, record. benches/network_step.py takes
//! the same steps with PyTorch.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::loss::{Prior, Scalar};
use rlct::network::{
    Activation, Dataset, Head, Inputs, Network, NetworkDescription, NetworkLoss, Reduction, Table,
};
use rlct::sampler::{Chains, Control, Posterior, Sgld};

/// A network, its number of samples and of those in a batch.
struct Case {
    name: &'static str,
    description: NetworkDescription,
    samples: usize,
    batch: usize,
    steps: usize,
}

fn perceptron(widths: &[usize], activation: Activation, head: Head) -> NetworkDescription {
    NetworkDescription::perceptron(widths, activation, head)
}

fn cases() -> Vec<Case> {
    use Activation::{Relu, Tanh};
    let squares = Head::SquaredError {
        variance: 1.0,
        outputs: Reduction::Sum,
    };
    vec![
        Case {
            name: "64-32-10, batch 64",
            description: perceptron(&[64, 32, 10], Tanh, Head::CrossEntropy),
            samples: 1797,
            batch: 64,
            steps: 1000,
        },
        Case {
            name: "784-256-10, batch 128",
            description: perceptron(&[784, 256, 10], Relu, Head::CrossEntropy),
            samples: 2000,
            batch: 128,
            steps: 500,
        },
        Case {
            name: "3 layers of 512, batch 512",
            description: perceptron(&[512; 4], Relu, squares),
            samples: 2000,
            batch: 512,
            // a chain evaluates all samples at w* before its first step, about two steps' work
            steps: 60,
        },
        Case {
            name: "modular addition 53-12-48, batch 64",
            description: NetworkDescription::modular_addition(53, 12, 48, Activation::Gelu),
            samples: 2668,
            batch: 64,
            steps: 1000,
        },
    ]
}

fn data(network: &Network, samples: usize) -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut table = |columns: usize, below: usize| {
        let mut entry = || match below {
            0 => f64::normal(&mut rng),
            _ => rng.random_range(0..below) as f64,
        };
        let entries = (0..samples * columns).map(|_| entry()).collect();
        Table::new("random", columns, entries).expect("a table")
    };
    let inputs = match network.inputs() {
        Inputs::Real(width) => table(width, 0),
        Inputs::Tokens { count, vocabulary } => table(count, vocabulary),
    };
    let targets = match network.head() {
        Head::CrossEntropy => table(1, network.num_outputs()),
        _ => table(network.num_outputs(), 0),
    };
    Dataset::new(network, inputs, targets).expect("data that fit")
}

fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("network_step");
    for case in cases() {
        let network = Network::new(&case.description).expect("a network");
        let loss = NetworkLoss::<f32>::new(&network, &data(&network, case.samples));
        let loss = loss.expect("a loss");
        let w: Vec<f32> = network.initial(1);
        let prior = Prior::flat(w.len());
        let posterior = Posterior::new(&loss, &w, prior, 100.0, 1.0).expect("a posterior");
        let mut chains = Chains::new()
            .with_num_chains(1)
            .with_burn_in(0)
            .with_num_draws(case.steps);
        chains.batch_size = Some(case.batch);
        let sampler = Sgld::new(1e-7).into();
        group
            .sample_size(10)
            .throughput(Throughput::Elements(case.steps as u64));
        group.bench_function(case.name, |bencher| {
            bencher.iter(|| {
                let run = chains.run(&posterior, &sampler, &Control::new());
                run.expect("a run")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, all);
criterion_main!(benches);
