//! Functions that random sampling finds, and those that training finds.

mod coin_line;

use super::modular_addition::line;
use super::{
    Cell, Demand, Experiment, ExperimentError, Lab, Measured, Prediction, Settings, Size, Table,
};
use crate::estimate::Llc;
use crate::loss::{Loss, Scalar};
use crate::network::{
    Activation, Dataset, Head, Network, NetworkDescription, NetworkLoss, Optimizer, Reduction,
    Table as Data, Training, TrainingState,
};
use crate::plot::{Axis, Chart, Curve};
use crate::sampler::BatchSampling;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use statrs::distribution::{ContinuousCDF, StudentsT};

pub(super) static EXPERIMENT: Experiment = Experiment {
    name: "bayes_sgd",
    about: "Boolean functions of four inputs: how often parameters drawn at random that fit eight \
            inputs have a function, how often training ends in it, and its λ̂",
    source: "Mingard, Valle-Pérez, Skalse & Louis 2021, Is SGD a Bayesian sampler? Well, almost",
    predictions,
    run,
};

const BITS: usize = 4;
const INPUTS: usize = 1 << BITS;
/// Inputs that are trained on; the labels of the others make the function.
const TRAINED: usize = 8;
const FUNCTIONS: usize = 1 << (INPUTS - TRAINED);
const HIDDEN: usize = 16;
/// The deviation of the biases of the prior; that of weights is √(2/inputs).
const BIAS: f64 = 0.3;
const BATCH: usize = 4;
/// Epochs after which training that does not fit is given up.
const EPOCHS: u64 = 2000;
/// Counts of a function from which it is compared.
const FEWEST: u64 = 10;
/// Tasks into which the draws and the runs of a seed are divided.
const PARTS: u64 = 16;
/// Parameters kept of a function, for its λ̂.
const KEPT: usize = 3;
/// Of λ̂: t, γ = 1, and gradients.
const NBETA: f64 = 1e4;
const GRADIENTS: u64 = 20_000;

const SATURATED: &str = "λ of a function is half the rank of its 16 outputs in 369 parameters, and \
                         parameters drawn at random have nearly all of it, whatever the function: \
                         λ̂ is near 8 for all of them, so that it cannot tell frequent ones from \
                         rare ones";
const REFERENCE: &str = "an independent program in C: Pearson .914 and .792, TV .15 and .22";

fn predictions(settings: &Settings) -> Vec<Prediction> {
    let mut stated = vec![
        Prediction::new(
            "sgd_correlation",
            "SGD: correlation of the logarithms of both probabilities, over functions found ten \
             times or more by both",
            Demand::at_least(0.8),
            REFERENCE,
        ),
        Prediction::new(
            "sgd_slope",
            "SGD: slope of log P_SGD against log P_B",
            Demand::within(0.8, 1.3),
            REFERENCE,
        ),
        Prediction::new(
            "sgd_distance",
            "SGD: total variation between the two distributions",
            Demand::at_most(0.25),
            REFERENCE,
        ),
        Prediction::new(
            "sgd_errors",
            "SGD: mean errors on the eight other inputs, less those of random sampling",
            Demand::at_most(0.1),
            REFERENCE,
        ),
        Prediction::new(
            "adam_correlation",
            "Adam: the same correlation",
            Demand::at_least(0.75),
            "the same program: .869",
        ),
        Prediction::new(
            "control",
            "control: total variation between P_SGD and P_B of other training inputs",
            Demand::at_least(0.5),
            "functions of other inputs have nothing in common but their number",
        ),
    ];
    stated.extend(coin_line::predictions());
    if settings.size != Size::Small {
        stated.extend([
            Prediction::new(
                "lambda",
                "rank correlation of λ̂ of a function and log P_B",
                Demand::at_most(0.0),
                "Mingard et al. 2021; Valle-Pérez, Camargo & Louis 2019: simple is frequent",
            ),
            Prediction::new(
                "lambda_chance",
                "largest probability over the seeds that chance gives such a rank correlation",
                Demand::at_most(0.01),
                "the same",
            ),
        ]);
    }
    stated
}

/// A target, of which eight inputs are trained on.
struct Task {
    network: Network,
    /// On all inputs, those that are trained on first; and on those alone.
    all: NetworkLoss<f32>,
    train: NetworkLoss<f32>,
    inputs: Data,
    labels: Vec<bool>,
    seed: u64,
}

/// He's weights and normal biases.
fn draw(network: &Network, rng: &mut ChaCha8Rng, w: &mut [f32]) {
    for parameter in network.parameters() {
        let deviation = match parameter.shape[..] {
            [_, inputs] => (2.0 / inputs as f64).sqrt(),
            _ => BIAS,
        };
        for w in &mut w[parameter.range()] {
            *w = f32::of(deviation) * f32::normal(rng);
        }
    }
}

impl Task {
    fn new(seed: u64) -> Result<Self, ExperimentError> {
        let widths = [BITS, HIDDEN, HIDDEN, 1];
        let description = NetworkDescription::perceptron(&widths, Activation::Relu, Head::Logistic);
        let network = Network::new(&description)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..INPUTS).collect();
        order.shuffle(&mut rng);
        let bit = |input: usize, i: usize| if input >> i & 1 == 1 { 1.0 } else { -1.0 };
        let rows = order
            .iter()
            .flat_map(|&input| (0..BITS).map(move |i| bit(input, i)));
        let inputs = Data::new("inputs", BITS, rows.collect())?;
        let zeros = Data::new("labels", 1, vec![0.0; INPUTS])?;
        let any = NetworkLoss::new(&network, &Dataset::new(&network, inputs.clone(), zeros)?)?;
        // a network of the prior whose function is not nearly constant
        let mut w = vec![0.0; network.dimension()];
        let mut scratch = vec![0.0; Loss::<f32>::scratch_len(&any)];
        let mut outputs = vec![0.0; INPUTS];
        let labels = loop {
            draw(&network, &mut rng, &mut w);
            any.outputs(&w, &mut outputs, &mut scratch);
            let labels: Vec<bool> = outputs.iter().map(|&f| f > 0.0).collect();
            let ones = labels.iter().filter(|&&label| label).count();
            if (5..=INPUTS - 5).contains(&ones) {
                break labels;
            }
        };
        let loss = |count: usize| -> Result<NetworkLoss<f32>, ExperimentError> {
            let rows = inputs.entries[..count * BITS].to_vec();
            let bits = labels[..count]
                .iter()
                .map(|&label| f64::from(u8::from(label)));
            let rows = Data::new("inputs", BITS, rows)?;
            let labels = Data::new("labels", 1, bits.collect())?;
            Ok(NetworkLoss::new(
                &network,
                &Dataset::new(&network, rows, labels)?,
            )?)
        };
        let (all, train) = (loss(INPUTS)?, loss(TRAINED)?);
        Ok(Self {
            network,
            all,
            train,
            inputs,
            labels,
            seed,
        })
    }

    /// The function of a network that fits, as a number; `None` of one that does not.
    fn function(&self, w: &[f32], outputs: &mut [f32], scratch: &mut [f32]) -> Option<usize> {
        self.all.outputs(w, outputs, scratch);
        let mut signs = outputs.iter().map(|&f| f > 0.0);
        let fits = signs
            .by_ref()
            .zip(&self.labels)
            .take(TRAINED)
            .all(|(a, &b)| a == b);
        let rest = outputs[TRAINED..].iter().enumerate();
        fits.then(|| rest.map(|(i, &f)| usize::from(f > 0.0) << i).sum())
    }

    /// The errors of a function on the inputs that are not trained on.
    fn errors(&self, function: usize) -> u32 {
        let truth: usize = self.labels[TRAINED..]
            .iter()
            .enumerate()
            .map(|(i, &label)| usize::from(label) << i)
            .sum();
        (truth ^ function).count_ones()
    }

    fn rng(&self, part: u64, what: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(1 + part + what * PARTS);
        rng
    }

    /// Draws of the prior until enough of them fit.
    fn sampled(&self, lab: &Lab<'_>, part: u64) -> Result<Found, ExperimentError> {
        let enough = lab.size().pick(2000, 20_000, 80_000) / PARTS;
        let mut rng = self.rng(part, 0);
        let mut found = Found::new();
        let mut w = vec![0.0; self.network.dimension()];
        let mut scratch = vec![0.0; Loss::<f32>::scratch_len(&self.all)];
        let mut outputs = vec![0.0; INPUTS];
        while found.total < enough {
            for _ in 0..1000 {
                draw(&self.network, &mut rng, &mut w);
                if let Some(function) = self.function(&w, &mut outputs, &mut scratch) {
                    found.add(function, &w);
                }
            }
            lab.go_on()?;
        }
        Ok(found)
    }

    /// Runs of training from draws of the prior, each until it fits.
    fn trained(
        &self,
        lab: &Lab<'_>,
        part: u64,
        (optimizer, rate): (Optimizer, f64),
    ) -> Result<Found, ExperimentError> {
        let runs = lab.size().pick(2000, 20_000, 80_000) / PARTS;
        let mut rng = self.rng(part, 1);
        let mut found = Found::new();
        let mut w = vec![0.0; self.network.dimension()];
        let mut scratch = vec![0.0; Loss::<f32>::scratch_len(&self.all)];
        let mut outputs = vec![0.0; INPUTS];
        let epoch = (TRAINED / BATCH) as u64;
        for run in 0..runs {
            draw(&self.network, &mut rng, &mut w);
            let mut training = Training {
                batch: Some(BATCH),
                sampling: BatchSampling::WithoutReplacement,
                seed: self.seed + part * runs + run,
                trace_every: 0,
                ..Training::new(optimizer, rate)
            };
            let mut state = TrainingState::start(&w);
            for epochs in 1..=EPOCHS {
                training.steps = epochs * epoch;
                let control = crate::sampler::Control::new();
                state = training.resume(&self.train, None, state, &control, |_| Ok(()))?;
                if let Some(function) = self.function(&state.w, &mut outputs, &mut scratch) {
                    found.add(function, &[]);
                    break;
                }
            }
            lab.go_on()?;
        }
        Ok(found)
    }

    /// λ̂ of a function: of the squared error to the outputs of parameters that have it.
    fn lambda(&self, lab: &Lab<'_>, w: &[f32]) -> Result<f64, ExperimentError> {
        let mut scratch = vec![0.0; Loss::<f32>::scratch_len(&self.all)];
        let mut outputs = vec![0.0_f32; INPUTS];
        self.all.outputs(w, &mut outputs, &mut scratch);
        let mut description = self.network.description().clone();
        description.head = Head::SquaredError {
            variance: 1.0,
            outputs: Reduction::Sum,
        };
        let network = Network::new(&description)?;
        // the same parameters in f64 give the same outputs but for rounding: these are the truth
        let w: Vec<f64> = w.iter().map(|&x| f64::from(x)).collect();
        let zeros = Data::new("outputs", 1, vec![0.0; INPUTS])?;
        let data = Dataset::new(&network, self.inputs.clone(), zeros)?;
        let plain = NetworkLoss::<f64>::new(&network, &data)?;
        let mut scratch = vec![0.0; plain.scratch_len()];
        let mut targets = vec![0.0; INPUTS];
        plain.outputs(&w, &mut targets, &mut scratch);
        let targets = Data::new("outputs", 1, targets)?;
        let data = Dataset::new(&network, self.inputs.clone(), targets)?;
        let loss = NetworkLoss::<f64>::new(&network, &data)?;
        let llc = Llc::new(&loss, &w)
            .nbeta(NBETA)
            .budget(GRADIENTS)
            .seed(self.seed);
        Ok(llc.estimate_with(lab.control())?.energy())
    }
}

/// How often each function was found, and some parameters that have it.
struct Found {
    counts: Vec<u64>,
    total: u64,
    examples: Vec<Vec<Vec<f32>>>,
}

impl Found {
    fn new() -> Self {
        Self {
            counts: vec![0; FUNCTIONS],
            total: 0,
            examples: vec![Vec::new(); FUNCTIONS],
        }
    }

    fn add(&mut self, function: usize, w: &[f32]) {
        self.counts[function] += 1;
        self.total += 1;
        let examples = &mut self.examples[function];
        if examples.len() < KEPT && !w.is_empty() {
            examples.push(w.to_vec());
        }
    }

    fn together(parts: Vec<Self>) -> Self {
        let mut all = Self::new();
        for part in parts {
            all.total += part.total;
            for (function, count) in part.counts.iter().enumerate() {
                all.counts[function] += count;
            }
            for (kept, examples) in all.examples.iter_mut().zip(part.examples) {
                let room = KEPT - kept.len();
                kept.extend(examples.into_iter().take(room));
            }
        }
        all
    }

    fn share(&self, function: usize) -> f64 {
        self.counts[function] as f64 / self.total as f64
    }

    /// log₁₀ of both shares, of functions that both found often enough.
    fn logs(&self, other: &Self) -> Vec<(f64, f64)> {
        let often = |f: &usize| self.counts[*f] >= FEWEST && other.counts[*f] >= FEWEST;
        let functions = (0..FUNCTIONS).filter(often);
        functions
            .map(|f| (self.share(f).log10(), other.share(f).log10()))
            .collect()
    }

    fn distance(&self, other: &Self) -> f64 {
        (0..FUNCTIONS)
            .map(|f| 0.5 * (self.share(f) - other.share(f)).abs())
            .sum()
    }

    fn errors(&self, task: &Task) -> f64 {
        (0..FUNCTIONS)
            .map(|f| self.share(f) * f64::from(task.errors(f)))
            .sum()
    }
}

/// Ranks from 0, equal values sharing theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |x: f64| {
        let below = values.iter().filter(|&&y| y < x).count() as f64;
        let equal = values.iter().filter(|&&y| y == x).count() as f64;
        below + 0.5 * (equal - 1.0)
    };
    values.iter().map(|&x| rank(x)).collect()
}

/// Spearman's rank correlation, and the probability that chance gives one as negative.
fn spearman(points: &[(f64, f64)]) -> (f64, f64) {
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let pairs: Vec<(f64, f64)> = ranks(&x).into_iter().zip(ranks(&y)).collect();
    let correlation = line(&pairs).1;
    let degrees = points.len() as f64 - 2.0;
    let t = correlation * (degrees / (1.0 - correlation * correlation)).sqrt();
    let chance = StudentsT::new(0.0, 1.0, degrees).map_or(f64::NAN, |student| student.cdf(t));
    (correlation, chance)
}

/// What one target gives.
struct Outcome {
    sampled: Found,
    sgd: Found,
    adam: Found,
    errors: [f64; 2],
    /// λ̂ and log₁₀ P_B of functions.
    lambdas: Vec<(f64, f64)>,
}

fn outcome(lab: &Lab<'_>, seed: u64) -> Result<Outcome, ExperimentError> {
    let task = Task::new(seed)?;
    let parts: Vec<u64> = (0..PARTS).collect();
    let what = |name: &str| format!("target {seed}: {name}");
    let sampled = lab.map(&what("random sampling"), &parts, |&part| {
        task.sampled(lab, part)
    })?;
    let sgd = (Optimizer::sgd(), 0.1);
    let sgd = lab.map(&what("SGD"), &parts, |&part| task.trained(lab, part, sgd))?;
    let adam = (Optimizer::adam(), 0.01);
    let adam = lab.map(&what("Adam"), &parts, |&part| task.trained(lab, part, adam))?;
    let [sampled, sgd, adam] = [sampled, sgd, adam].map(Found::together);
    let mut lambdas = Vec::new();
    if lab.size() != Size::Small {
        let often = (0..FUNCTIONS).filter(|&f| sampled.counts[f] >= FEWEST);
        let often: Vec<usize> = often.collect();
        lambdas = lab.map(&what("λ̂"), &often, |&function| {
            let examples = &sampled.examples[function];
            let of = examples.iter().map(|w| task.lambda(lab, w));
            let of: Vec<f64> = of.collect::<Result<_, _>>()?;
            let mean = of.iter().sum::<f64>() / of.len() as f64;
            Ok((mean, sampled.share(function).log10()))
        })?;
    }
    let errors = [sampled.errors(&task), sgd.errors(&task)];
    Ok(Outcome {
        sampled,
        sgd,
        adam,
        errors,
        lambdas,
    })
}

fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let mut outcomes = Vec::new();
    for seed in 1..=lab.settings().seeds {
        outcomes.push(outcome(lab, seed)?);
    }
    let mean = |value: &dyn Fn(&Outcome) -> f64| {
        Measured::mean(&outcomes.iter().map(value).collect::<Vec<_>>())
    };
    lab.measure(
        "sgd_correlation",
        mean(&|o| line(&o.sampled.logs(&o.sgd)).1),
    )?;
    lab.measure("sgd_slope", mean(&|o| line(&o.sampled.logs(&o.sgd)).0))?;
    lab.measure("sgd_distance", mean(&|o| o.sampled.distance(&o.sgd)))?;
    lab.measure("sgd_errors", mean(&|o| o.errors[1] - o.errors[0]))?;
    lab.measure(
        "adam_correlation",
        mean(&|o| line(&o.sampled.logs(&o.adam)).1),
    )?;
    let others = outcomes.iter().zip(outcomes.iter().cycle().skip(1));
    let control = others.map(|(one, other)| other.sampled.distance(&one.sgd));
    lab.measure("control", Measured::mean(&control.collect::<Vec<_>>()))?;
    coin_line::run(lab)?;
    let columns = [
        "target",
        "functions",
        "Pearson",
        "slope",
        "TV",
        "TV, Adam",
        "errors B, SGD",
    ];
    let mut table = Table::new(
        "Functions found by random sampling and by training",
        columns,
    );
    let (x, y) = (Axis::linear("log₁₀ P_B"), Axis::linear("log₁₀ P_SGD"));
    let mut chart = Chart::new("functions", "Functions: sampled and trained", x, y);
    for (place, outcome) in outcomes.iter().enumerate() {
        let logs = outcome.sampled.logs(&outcome.sgd);
        let (slope, correlation) = line(&logs);
        table.row([
            Cell::from(place + 1),
            Cell::from(logs.len()),
            Cell::from(correlation),
            Cell::from(slope),
            Cell::from(outcome.sampled.distance(&outcome.sgd)),
            Cell::from(outcome.sampled.distance(&outcome.adam)),
            Cell::from(format!(
                "{:.2}, {:.2}",
                outcome.errors[0], outcome.errors[1]
            )),
        ]);
        chart = chart.with(Curve::points(format!("target {}", place + 1), logs));
    }
    lab.table(table);
    lab.chart(chart.with(Curve::dashed("equal", [(-4.0, -4.0), (0.0, 0.0)])));
    if lab.size() == Size::Small {
        return Ok(());
    }
    let spearmans: Vec<(f64, f64)> = outcomes.iter().map(|o| spearman(&o.lambdas)).collect();
    let correlations: Vec<f64> = spearmans.iter().map(|s| s.0).collect();
    for key in ["lambda", "lambda_chance"] {
        lab.explain(key, SATURATED)?;
    }
    lab.measure("lambda", Measured::mean(&correlations))?;
    let chances = spearmans.iter().map(|s| s.1);
    let worst = chances.fold(0.0, |worst: f64, p| if p <= worst { worst } else { p });
    lab.measure("lambda_chance", Measured::exact(worst))?;
    let (x, y) = (Axis::linear("λ̂, U at t = 10⁴"), Axis::linear("log₁₀ P_B"));
    let mut chart = Chart::new(
        "lambda",
        "Functions: λ̂ and how often they are sampled",
        x,
        y,
    );
    for (place, outcome) in outcomes.iter().enumerate() {
        let points = outcome.lambdas.iter().copied();
        chart = chart.with(Curve::points(format!("target {}", place + 1), points));
    }
    lab.chart(chart);
    lab.remark(
        "λ̂ of a function is U(t) of the squared error to the outputs of parameters that have it, \
         mean over up to three of them: cross entropy at zero error has its infimum at infinity.",
    );
    Ok(())
}
