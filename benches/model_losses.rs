//! Population losses of statistical models near the truth: a value, and a value with its gradient.

use criterion::{Criterion, criterion_group, criterion_main};
use rlct::model::{
    Activation, Inputs, Kernel, Mixture, Model, ModelError, ShallowNetwork, binomial_mixture,
    naive_bayes, rational_point, restricted_boltzmann_machine,
};

fn cost<M: Model>(
    criterion: &mut Criterion,
    name: &str,
    model: Result<M, ModelError>,
    truth: &[f64],
) {
    let at_truth = |model: M| model.population_loss(&rational_point(truth)?);
    let loss = match model.and_then(at_truth) {
        Ok(loss) => loss,
        Err(error) => panic!("{name}: {error}"),
    };
    let mut scratch = vec![0.0; loss.scratch_len()];
    let mut gradient = vec![0.0; truth.len()];
    let shift = [0.0, 0.01, 0.02].into_iter().cycle();
    let w: Vec<f64> = truth.iter().zip(shift).map(|(t, s)| t + s).collect();
    let mut group = criterion.benchmark_group(name);
    group.bench_function("value", |b| b.iter(|| loss.value(&w, &mut scratch)));
    group.bench_function("gradient", |b| {
        b.iter(|| loss.gradient(&w, &mut gradient, &mut scratch));
    });
    group.finish();
}

fn all(c: &mut Criterion) {
    let mixture = |kernel| Mixture::new(kernel, 2);
    let tanh = |units| ShallowNetwork::new(1, units, 1, Activation::Tanh, Inputs::Uniform);
    let normal = [0.5, 0.0, 0.0, 1.0, 1.0];
    let bayes = [0.5, 0.5, 0.25, 0.5, 0.5, 0.25, 0.5];
    cost(
        c,
        "normal mixture",
        mixture(Kernel::NormalLocation),
        &normal[..3],
    );
    cost(
        c,
        "normal mixture, variances",
        mixture(Kernel::Normal),
        &normal,
    );
    cost(
        c,
        "Poisson mixture",
        mixture(Kernel::Poisson),
        &[0.5, 2.0, 2.0],
    );
    cost(
        c,
        "binomial mixture",
        binomial_mixture(2, 4),
        &[0.25, 0.5, 0.5],
    );
    cost(c, "naive Bayes", naive_bayes(2, &[2, 2, 2]), &bayes);
    let machine = restricted_boltzmann_machine(3, 2);
    cost(c, "Boltzmann machine 3 × 2", machine, &[0.0; 6]);
    cost(c, "tanh, 1 unit", tanh(1), &[0.0; 2]);
    cost(c, "tanh, 3 units", tanh(3), &[0.0; 6]);
}

criterion_group!(benches, all);
criterion_main!(benches);
