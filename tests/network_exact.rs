//! Networks built as such, on sampled inputs, against the exact λ of the model that they are.
//!
//! Each network is described layer by layer and sees n inputs that a seed draws; its truth is a
//! parameter of its own. λ is from the exact engine, of the germ of the same model at that
//! parameter, and judges the estimates alone. Without noise K_n = L_n has the zeros of K and its λ
//! (n inputs are more than there are independent functions): volume scaling. With noise there is
//! no such K_n ≥ 0: the temperature ladder, with the least loss free.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table of estimates is the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::Budget;
use rlct::estimate::{Estimate, Ladder, VolumeScaling};
use rlct::model::{self, Model, ShallowNetwork, polynomial_neurons, rational_point};
use rlct::network::{
    Activation, Dataset, Head, Inputs, Layer, Network, NetworkDescription, NetworkLoss, Reduction,
    Table,
};
use rlct::problem::Problem;
use statrs::distribution::{Binomial, DiscreteCDF};

/// One hidden layer without biases: widths, activation, and the entries of the true parameter that
/// are not 0, by the names of the model, `a{output}_{unit}` and `b{input}_{unit}`.
struct Shape {
    widths: [usize; 3],
    activation: Activation,
    truth: &'static [(&'static str, f64)],
}

const SHAPES: [Shape; 10] = [
    shape([1, 1, 1], Activation::Tanh, &[]),
    shape([1, 2, 1], Activation::Tanh, &[]),
    shape([2, 1, 1], Activation::Tanh, &[]),
    shape([1, 1, 2], Activation::Tanh, &[]),
    shape([1, 1, 1], Activation::Tanh, &[("a1_1", 1.0), ("b1_1", 1.0)]),
    // two units that share one
    shape(
        [1, 2, 1],
        Activation::Tanh,
        &[("a1_1", 0.5), ("a1_2", 0.5), ("b1_1", 1.0), ("b1_2", 1.0)],
    ),
    shape([1, 2, 1], Activation::Square, &[]),
    shape([2, 1, 1], Activation::Square, &[]),
    shape(
        [2, 2, 1],
        Activation::Square,
        &[("a1_1", 1.0), ("b1_1", 1.0)],
    ),
    shape([2, 1, 2], Activation::Square, &[]),
];

const fn shape(
    widths: [usize; 3],
    activation: Activation,
    truth: &'static [(&'static str, f64)],
) -> Shape {
    Shape {
        widths,
        activation,
        truth,
    }
}

impl Shape {
    fn name(&self) -> String {
        let [inputs, units, outputs] = self.widths;
        let truth = if self.truth.is_empty() {
            "0"
        } else {
            "one unit"
        };
        format!(
            "{:?} {inputs}-{units}-{outputs}, truth {truth}",
            self.activation
        )
    }

    fn entry(&self, name: &str) -> f64 {
        let known = self.truth.iter().find(|(entry, _)| *entry == name);
        known.map_or(0.0, |&(_, value)| value)
    }

    /// λ and m of the model at the true parameter, by the engine.
    fn exact(&self) -> (f64, usize) {
        let [inputs, units, outputs] = self.widths;
        let tanh = model::Activation::Tanh;
        match self.activation {
            Activation::Square => {
                self.exact_of(&polynomial_neurons(inputs, units, outputs, 2).unwrap())
            }
            _ => self.exact_of(
                &ShallowNetwork::new(inputs, units, outputs, tanh, model::Inputs::Uniform).unwrap(),
            ),
        }
    }

    fn exact_of<M: Model>(&self, model: &M) -> (f64, usize) {
        let names = model.parameters().names();
        let truth: Vec<f64> = names.iter().map(|name| self.entry(name)).collect();
        let problem = Problem::at(model, &rational_point(&truth).unwrap()).unwrap();
        let resolution = problem.exact(&Budget::default()).unwrap();
        let found = resolution.answer().coefficient().unwrap();
        (found.lambda().to_f64(), found.multiplicity())
    }

    /// The loss on n inputs, uniform or normal as the model has them, and the true parameter.
    fn loss(&self, n: usize, noise: f64, seed: u64) -> (NetworkLoss<f64>, Vec<f64>) {
        let [inputs, units, outputs] = self.widths;
        let dense = |outputs| Layer::Dense {
            outputs,
            bias: false,
        };
        let network = Network::new(&NetworkDescription {
            inputs: Inputs::Real(inputs),
            layers: vec![dense(units), self.activation.into(), dense(outputs)],
            head: Head::SquaredError {
                variance: 1.0,
                outputs: Reduction::Sum,
            },
        })
        .unwrap();
        // the layout of the network: rows of W₁, then rows of W₂
        let first = (1..=units).flat_map(|i| (1..=inputs).map(move |j| format!("b{j}_{i}")));
        let second = (1..=outputs).flat_map(|k| (1..=units).map(move |i| format!("a{k}_{i}")));
        let w: Vec<f64> = first.chain(second).map(|name| self.entry(&name)).collect();
        assert_eq!(w.len(), network.dimension());
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut normal = ChaCha8Rng::seed_from_u64(seed);
        normal.set_stream(1);
        let mut draw = || -> f64 {
            match self.activation {
                Activation::Square => StandardNormal.sample(&mut rng),
                _ => rng.random_range(-1.0..1.0),
            }
        };
        let x: Vec<f64> = (0..n * inputs).map(|_| draw()).collect();
        let table = |name: &str, columns, entries| Table::new(name, columns, entries).unwrap();
        let zeros = table("targets", outputs, vec![0.0; n * outputs]);
        let data = Dataset::new(&network, table("inputs", inputs, x.clone()), zeros).unwrap();
        let plain = NetworkLoss::<f64>::new(&network, &data).unwrap();
        let mut y = vec![0.0; n * outputs];
        let mut scratch = vec![0.0; rlct::loss::Loss::scratch_len(&plain)];
        plain.outputs(&w, &mut y, &mut scratch);
        for y in &mut y {
            let e: f64 = StandardNormal.sample(&mut normal);
            *y += noise * e;
        }
        let targets = table("targets", outputs, y);
        let data = Dataset::new(&network, table("inputs", inputs, x), targets).unwrap();
        (NetworkLoss::new(&network, &data).unwrap(), w)
    }
}

/// Runs of one method, and how many of them hold λ.
#[derive(Default)]
struct Tally {
    runs: u64,
    held: u64,
    trusted: u64,
    trusted_held: u64,
    errors: Vec<f64>,
}

impl Tally {
    fn add(&mut self, what: &str, (lambda, m): (f64, usize), found: &dyn Estimate) {
        let off = (found.value() - lambda) / found.standard_error();
        let (holds, trusted) = (off.abs() <= 1.96, found.verdict().is_trustworthy());
        println!(
            "{what}: λ = {lambda:.4}, m = {m}, λ̂ = {:.4} ± {:.4} ({off:+.1}) {}",
            found.value(),
            found.standard_error(),
            found.verdict(),
        );
        self.runs += 1;
        self.held += u64::from(holds);
        self.trusted += u64::from(trusted);
        self.trusted_held += u64::from(holds && trusted);
        self.errors.push((found.value() / lambda - 1.0).abs());
    }

    fn tell(&mut self, what: &str) {
        self.errors.sort_by(f64::total_cmp);
        println!(
            "{what}: {} of {} hold λ, {} of {} trusted ones; median error {:.1} %",
            self.held,
            self.runs,
            self.trusted_held,
            self.trusted,
            100.0 * self.errors[self.errors.len() / 2]
        );
    }

    /// That 95 % of the intervals hold λ is not rejected at 1 %, of all and of the trusted ones.
    fn assert_holds(&mut self, what: &str) {
        self.tell(what);
        for (held, runs) in [(self.held, self.runs), (self.trusted_held, self.trusted)] {
            let chance = match runs {
                0 => 1.0,
                runs => Binomial::new(0.95, runs).unwrap().cdf(held),
            };
            assert!(chance > 0.01, "{what}: {held} of {runs}, {chance}");
        }
    }
}

fn volumes<'a>(
    shapes: impl IntoIterator<Item = &'a Shape>,
    n: usize,
    particles: usize,
    sets: u64,
) -> Tally {
    let mut tally = Tally::default();
    for shape in shapes {
        let exact = shape.exact();
        for set in 1..=sets {
            let (loss, w) = shape.loss(n, 0.0, 1000 * n as u64 + set);
            let volume = VolumeScaling::new(&loss, &w).particles(particles).seed(set);
            let found = volume.estimate().unwrap();
            let what = format!("{}, n = {n}, set {set}", shape.name());
            tally.add(&what, exact, &found);
        }
    }
    tally
}

/// Twenty inputs are enough for K_n to have the λ of the model.
#[test]
fn volumes_of_networks_hold_lambda() {
    let quick = [0, 2, 3, 4, 9].map(|place| &SHAPES[place]);
    volumes(quick, 20, 24, 1).assert_holds("volume scaling, n = 20");
}

#[test]
#[ignore = "an hour: millions of evaluations on 10⁴ inputs"]
fn volumes_of_networks_on_ten_thousand_inputs_hold_lambda() {
    let quick = [0, 2, 3, 4, 9].map(|place| &SHAPES[place]);
    volumes(quick, 10_000, 24, 1).assert_holds("volume scaling, n = 10⁴");
}

/// Without noise K_n is followed to any temperature, and all shapes are to hold λ. With noise,
/// where a true unit can split, λ̂ on so few data is late, and the ladder does not see it: of a
/// truth that is not 0 it is told and not demanded that intervals hold λ.
#[test]
#[ignore = "an hour"]
fn ladders_of_networks_on_data_hold_lambda() {
    for (n, noise, sets) in [(10_000, 0.0, 3), (10_000, 1.0, 3), (100_000, 1.0, 1)] {
        let (mut zero, mut live) = (Tally::default(), Tally::default());
        for shape in &SHAPES {
            for set in 1..=sets {
                let (mut loss, w) = shape.loss(n, noise, 1000 * n as u64 + set);
                if noise == 0.0 {
                    // K_n itself, down to any temperature
                    loss = loss.as_population();
                }
                let found = Ladder::new(&loss, &w).seed(set).estimate().unwrap();
                let what = format!("{}, n = {n}, noise {noise}, set {set}", shape.name());
                let tally = match shape.truth {
                    [] => &mut zero,
                    _ => &mut live,
                };
                tally.add(&what, shape.exact(), &found);
            }
        }
        let what = format!("ladder, n = {n}, noise {noise}, a true unit");
        match noise > 0.0 {
            true => live.tell(&what),
            false => live.assert_holds(&what),
        }
        zero.assert_holds(&format!("ladder, n = {n}, noise {noise}, truth 0"));
    }
}
