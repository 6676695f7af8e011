//! Where training is no sampling: the coin line.
//!
//! An agent at p on the line 0, …, L and a coin at its right end, encoded as (1, p, L), all
//! labelled *right*; asked at (1, L/2, 0), with the coin at the left end. Of two-layer ReLU
//! networks f(x) = m^(−1/2) Σ aⱼ φ(uⱼ·x) with unit normal parameters that have the labels, a share
//! goes right there: as m → ∞ the orthant probability of a Gaussian process, Q(4) = .7228. Full
//! batch gradient descent only ever raises f there, since all labels are the same and inner
//! products of inputs positive, and its share tends to one that is at least 1 − (15/16)^m (problem
//! O86 of agenda MAIS-A8 and its candidate solution).

use super::Data;
use crate::experiment::{Demand, ExperimentError, Lab, Measured, Prediction};
use crate::loss::{Loss, Scalar};
use crate::network::{
    Activation, Dataset, Head, Inputs, Layer, Network, NetworkDescription, NetworkLoss, Optimizer,
    Training, TrainingState,
};
use crate::sampler::Control;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// L, and the number of inputs that are trained on.
const LENGTH: usize = 4;
const WIDTH: usize = 64;
/// η of the parametrisation above.
const RATE: f64 = 1.0;
/// Steps at which f at the probe is looked at.
const LOOKS: [u64; 5] = [0, 10, 100, 1000, 3000];
/// 4·10⁶ draws of the Gaussian process by Cholesky's factor of its covariance, ± .0002.
const POSTERIOR: f64 = 0.7228;
const SOURCE: &str = "MAIS-A8, question 5.10 (O86), and the candidate solution in its issue 28";
/// Streams of the generator that the rest of the experiment does not use.
const STREAM: u64 = 1 << 32;

pub(super) fn predictions() -> Vec<Prediction> {
    vec![
        Prediction::new(
            "coin_sampled",
            "coin line: share of networks drawn at random that have the labels and go right at \
             the probe",
            Demand::agrees(POSTERIOR, 0.02),
            "Q(4) of the Gaussian process",
        ),
        Prediction::new(
            "coin_rises",
            "coin line: largest fall of the probe's logit in training by gradient descent",
            Demand::at_most(1e-4),
            SOURCE,
        ),
        Prediction::new(
            "coin_gap",
            "coin line: share of trained networks that go right there, less Q(4): training is not \
             random sampling",
            Demand::at_least(0.1),
            "a reference program with other draws: .21 after a tenth of the time",
        ),
    ]
}

struct CoinLine {
    /// The inputs that are trained on; with the probe behind them.
    train: NetworkLoss<f32>,
    all: NetworkLoss<f32>,
}

impl CoinLine {
    fn new() -> Result<Self, ExperimentError> {
        let dense = |outputs| Layer::Dense {
            outputs,
            bias: false,
        };
        let network = Network::new(&NetworkDescription {
            inputs: Inputs::Real(3),
            layers: vec![dense(WIDTH), Activation::Relu.into(), dense(1)],
            head: Head::Logistic,
        })?;
        let end = LENGTH as f64;
        let mut rows: Vec<f64> = (0..LENGTH).flat_map(|p| [1.0, p as f64, end]).collect();
        rows.extend([1.0, LENGTH.div_ceil(2) as f64, 0.0]);
        let loss = |count: usize| -> Result<NetworkLoss<f32>, ExperimentError> {
            let inputs = Data::new("inputs", 3, rows[..3 * count].to_vec())?;
            let labels = Data::new("labels", 1, vec![1.0; count])?;
            let data = Dataset::new(&network, inputs, labels)?;
            Ok(NetworkLoss::new(&network, &data)?)
        };
        Ok(Self {
            train: loss(LENGTH)?,
            all: loss(LENGTH + 1)?,
        })
    }

    /// m^(−1/2) Σ aⱼ φ(uⱼ·x) is Σ a'ⱼ φ(u'ⱼ·x) with a' = m^(−1/4) a and u' = m^(−1/4) u.
    fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let deviation = f32::of((WIDTH as f64).powf(-0.25));
        let count = self.train.dimension();
        (0..count).map(|_| deviation * f32::normal(rng)).collect()
    }

    /// Whether the labels are right, and f at the probe.
    fn look(&self, w: &[f32], scratch: &mut [f32]) -> (bool, f32) {
        let mut outputs = [0.0; LENGTH + 1];
        self.all.outputs(w, &mut outputs, scratch);
        let right = outputs[..LENGTH].iter().all(|&f| f > 0.0);
        (right, outputs[LENGTH])
    }

    /// Of so many draws that have the labels, the share that goes right at the probe.
    fn sampled(&self, lab: &Lab<'_>, seed: u64) -> Result<f64, ExperimentError> {
        let enough = lab.size().pick(1000, 20_000, 80_000);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(STREAM);
        let mut scratch = vec![0.0; self.all.scratch_len()];
        let mut found = [0_u64; 2];
        while found.iter().sum::<u64>() < enough {
            for _ in 0..1000 {
                let w = self.draw(&mut rng);
                let (right, probe) = self.look(&w, &mut scratch);
                found[usize::from(probe > 0.0)] += u64::from(right);
            }
            lab.go_on()?;
        }
        Ok(found[1] as f64 / found.iter().sum::<u64>() as f64)
    }

    /// The share of trained networks that go right at the probe, and the largest fall of f there.
    fn trained(&self, lab: &Lab<'_>, seed: u64) -> Result<(f64, f64), ExperimentError> {
        let runs = lab.size().pick(50, 200, 800);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(STREAM + 1);
        let mut scratch = vec![0.0; self.all.scratch_len()];
        let (mut count, mut fall) = (0_u64, 0.0_f64);
        for _ in 0..runs {
            // dw = −η ∂L/∂w is dw' = −η m^(−1/2) ∂L/∂w'
            let rate = RATE / (WIDTH as f64).sqrt();
            let mut training = Training {
                batch: None,
                trace_every: 0,
                ..Training::new(Optimizer::sgd(), rate)
            };
            let mut state = TrainingState::start(&self.draw(&mut rng));
            let mut before = f32::NEG_INFINITY;
            for steps in LOOKS {
                training.steps = steps;
                state = training.resume(&self.train, None, state, &Control::new(), |_| Ok(()))?;
                let (_, probe) = self.look(&state.w, &mut scratch);
                fall = fall.max(f64::from(before - probe));
                before = probe;
            }
            count += u64::from(before > 0.0);
            lab.go_on()?;
        }
        Ok((count as f64 / runs as f64, fall))
    }
}

pub(super) fn run(lab: &mut Lab<'_>) -> Result<(), ExperimentError> {
    let line = CoinLine::new()?;
    let sampled = lab.over_seeds("coin line: sampling", |seed| line.sampled(lab, seed))?;
    let trained = lab.over_seeds("coin line: descent", |seed| line.trained(lab, seed))?;
    lab.measure("coin_sampled", Measured::mean(&sampled))?;
    let fall = trained.iter().fold(0.0_f64, |most, one| most.max(one.1));
    lab.measure("coin_rises", Measured::exact(fall))?;
    let gaps: Vec<f64> = trained.iter().map(|one| one.0 - POSTERIOR).collect();
    lab.measure("coin_gap", Measured::mean(&gaps))
}
