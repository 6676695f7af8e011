//! The loops of the chains allocate nothing: ten times the steps, the same allocations.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use allocation_counter::measure;
use rlct::loss::{LinearNetwork, LinearNetworkSample, Loss, PolynomialLoss, Prior, Reading};
use rlct::network::{Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Table};
use rlct::sampler::{
    BatchSampling, Chains, Control, Hmc, Langevin, Mala, Posterior, PreconditionedSgld, Sghmc,
    Sgld, Sgnht,
};

/// Counts the allocations of a run on this thread, which runs its one chain itself.
fn allocations(
    loss: &dyn Loss<f32>,
    w_star: &[f32],
    sampler: &Langevin,
    batch: Option<usize>,
    sampling: BatchSampling,
    steps: usize,
) -> u64 {
    let prior = Prior::flat(w_star.len());
    let posterior = Posterior::new(loss, w_star, prior, 100.0, 1.0).unwrap();
    let mut chains = Chains::new()
        .with_num_chains(1)
        .with_burn_in(0)
        .with_num_draws(2)
        .with_steps_between_draws(steps)
        .with_batch_sampling(sampling);
    chains.batch_size = batch;
    let run = || {
        let draws = chains.run(&posterior, sampler, &Control::new()).unwrap();
        assert!(draws.failures().is_empty());
    };
    // In the thread pool the chain would run where nothing is counted.
    #[cfg(feature = "parallel")]
    {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        pool.install(|| measure(run)).count_total
    }
    #[cfg(not(feature = "parallel"))]
    {
        measure(run).count_total
    }
}

#[test]
fn no_step_allocates() {
    let terms = [vec![(vec![2, 4], 1.0)]];
    let polynomial = PolynomialLoss::<f32>::from_terms(2, &terms, Reading::Loss).unwrap();
    let (population, w_linear) = LinearNetwork::<f32>::of_rank(&[40, 30, 40], 3).unwrap();
    let linear = LinearNetworkSample::draw(&population, 300, 1.0, 1).unwrap();
    let description = NetworkDescription::modular_addition(13, 8, 16, Activation::Gelu);
    let network = Network::new(&description).unwrap();
    let pairs = Dataset::modular_addition(&network).unwrap();
    let addition = NetworkLoss::<f32>::new(&network, &pairs).unwrap();
    let w_addition: Vec<f32> = network.initial(1);
    let head = Head::CrossEntropy;
    let description = NetworkDescription::perceptron(&[8, 30, 5], Activation::Gelu, head);
    let network = Network::new(&description).unwrap();
    let inputs = (0..8 * 300)
        .map(|i| f64::from(i * 37 % 101) / 101.0)
        .collect();
    let labels = (0..300).map(|i| f64::from(i % 5)).collect();
    let inputs = Table::new("inputs", 8, inputs).unwrap();
    let labels = Table::new("labels", 1, labels).unwrap();
    let data = Dataset::new(&network, inputs, labels).unwrap();
    let perceptron = NetworkLoss::<f32>::new(&network, &data).unwrap();
    let w_network: Vec<f32> = network.initial(1);
    let losses: [(&dyn Loss<f32>, &[f32]); 4] = [
        (&perceptron, &w_network),
        (&polynomial, &[0.1, 0.2]),
        (&linear, &w_linear),
        (&addition, &w_addition),
    ];
    let samplers: [Langevin; 6] = [
        Sgld::new(1e-6).into(),
        PreconditionedSgld::new(1e-6).into(),
        Sghmc::new(1e-6).into(),
        Sgnht::new(1e-6).into(),
        Mala::new(1e-6).into(),
        Hmc::new(1e-6, 2).into(),
    ];
    use BatchSampling::{WithReplacement, WithoutReplacement};
    for (loss, w_star) in losses {
        for sampler in &samplers {
            for batch in [None, Some(20)] {
                if batch.is_some() && (sampler.is_metropolised() || loss.num_samples().is_none()) {
                    continue;
                }
                for sampling in [WithReplacement, WithoutReplacement] {
                    let count = |steps| allocations(loss, w_star, sampler, batch, sampling, steps);
                    // Once for what a first use sets up, such as a product's buffer of the thread.
                    count(2);
                    let few = count(10);
                    assert!(few > 0, "nothing was counted");
                    assert_eq!(few, count(100), "{sampler:?} on {loss:?}, batch {batch:?}");
                }
            }
        }
    }
}
