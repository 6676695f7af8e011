//! The draws of every sampler, bit for bit as recorded: a change of structure changes no chain.
//!
//! `tests/data/golden_draws.json` has, for each run, the last loss or energy and a hash over the
//! bits of all that was drawn. The losses here are sums and products in a fixed order, so that
//! the bits are those of IEEE arithmetic; logarithms and exponentials are the platform's, and the
//! file is of x86-64 Linux. After an intended change of a sampler the file is made anew with
//! `RLCT_RECORD_DRAWS=1 cargo test --test golden_draws`, and the change is told in CHANGELOG.md.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::estimate::Llc;
use rlct::loss::{Loss, PolynomialLoss, Prior, Reading, Scalar};
use rlct::sampler::{
    BatchSampling, Chains, Control, Draws, Hmc, Langevin, Mala, Posterior, PreconditionedSgld,
    RecordedLoss, Sghmc, Sgld, Sgnht, Splitting, Tempering,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/golden_draws.json");

/// ½ (y − a b x)² over samples: singular along a b = 1, with batches.
#[derive(Debug)]
struct Product {
    samples: Vec<(f64, f64)>,
}

impl Product {
    fn new() -> Self {
        let x = |i: u32| f64::from((i * 37) % 101) / 50.0 - 1.0;
        let noise = |i: u32| f64::from((i * 53) % 97) / 97.0 - 0.5;
        let samples = (0..60).map(|i| (x(i), x(i) + noise(i))).collect();
        Self { samples }
    }

    fn over<T: Scalar>(&self, w: &[T], gradient: Option<&mut [T]>, batch: &[u32]) -> T {
        let (a, b) = (w[0].float(), w[1].float());
        let (mut sum, mut slope) = (0.0, 0.0);
        for &i in batch {
            let (x, y) = self.samples[i as usize];
            let rest = y - a * b * x;
            sum += 0.5 * rest * rest;
            slope -= rest * x;
        }
        let count = batch.len() as f64;
        if let Some(gradient) = gradient {
            gradient[0] = T::of(slope * b / count);
            gradient[1] = T::of(slope * a / count);
        }
        T::of(sum / count)
    }

    fn all(&self) -> Vec<u32> {
        (0..self.samples.len() as u32).collect()
    }
}

impl<T: Scalar> Loss<T> for Product {
    fn dimension(&self) -> usize {
        2
    }
    fn num_samples(&self) -> Option<usize> {
        Some(self.samples.len())
    }
    fn value(&self, w: &[T], _: &mut [T]) -> T {
        self.over(w, None, &self.all())
    }
    fn gradient(&self, w: &[T], gradient: &mut [T], _: &mut [T]) -> T {
        self.over(w, Some(gradient), &self.all())
    }
    fn batch_value(&self, w: &[T], batch: &[u32], _: &mut [T]) -> T {
        self.over(w, None, batch)
    }
    fn batch_gradient(&self, w: &[T], batch: &[u32], gradient: &mut [T], _: &mut [T]) -> T {
        self.over(w, Some(gradient), batch)
    }
}

/// FNV-1a over the bits of numbers.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, x: f64) {
        for byte in x.to_bits().to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn of(values: impl IntoIterator<Item = f64>) -> String {
        let mut hash = Self::new();
        let mut last = f64::NAN;
        for value in values {
            hash.add(value);
            last = value;
        }
        let mut text = String::new();
        write!(text, "{last:e} {:016x}", hash.0).unwrap();
        text
    }
}

fn of_draws(draws: &Draws) -> String {
    let mut values = Vec::new();
    for chain in &draws.chains {
        assert_eq!(chain.failure, None);
        values.extend(&chain.last_point);
        values.push(chain.step_size);
        values.push(chain.acceptance.unwrap_or(-1.0));
        values.extend(&chain.losses);
    }
    Hash::of(values)
}

fn samplers() -> Vec<(&'static str, Langevin)> {
    let preconditioned = PreconditionedSgld::new(2e-5);
    vec![
        ("sgld", Sgld::new(1e-3).into()),
        ("preconditioned", preconditioned.into()),
        ("adapting", preconditioned.adapting_throughout().into()),
        ("mala", Mala::new(1e-3).into()),
        ("mala-adaptive", Mala::adaptive(1e-3).into()),
        ("hmc", Hmc::new(1e-3, 3).into()),
        (
            "hmc-adaptive",
            Hmc::adaptive(1e-3, 5).with_jitter(0.3).into(),
        ),
        ("sghmc", Sghmc::new(1e-3).with_friction(0.2).into()),
        ("sgnht", Sgnht::new(1e-3).into()),
    ]
}

/// All samplers on one posterior.
fn record<T: Scalar>(
    runs: &mut BTreeMap<String, String>,
    name: &str,
    posterior: &Posterior<'_, T>,
    chains: &Chains,
) {
    for (sampler_name, sampler) in samplers() {
        if sampler.is_metropolised() && chains.batch_size.is_some() {
            continue;
        }
        let draws = chains.run(posterior, &sampler, &Control::new()).unwrap();
        runs.insert(format!("{name} {sampler_name}"), of_draws(&draws));
    }
}

fn on<T: Scalar>(runs: &mut BTreeMap<String, String>, scalar: &str) {
    let chains = Chains::new()
        .with_num_chains(2)
        .with_burn_in(60)
        .with_num_draws(80)
        .with_steps_between_draws(3)
        .with_seed(7);
    let terms = [
        vec![(vec![1, 1, 0], 1.0), (vec![0, 0, 2], 0.5)],
        vec![(vec![0, 2, 1], -1.0)],
    ];
    let germ = PolynomialLoss::<T>::from_terms(3, &terms, Reading::Ideal).unwrap();
    let origin = [T::of(0.0); 3];
    let flat = Posterior::new(&germ, &origin, Prior::flat(3), 50.0, 1.0).unwrap();
    record(runs, &format!("{scalar} flat"), &flat, &chains);
    let prior = Prior::flat(3)
        .with_amplitude(&[1.0, 0.0, 0.5])
        .unwrap()
        .with_nonnegative(&[1])
        .unwrap();
    let bounded = Posterior::new(&germ, &origin, prior, 50.0, 1.0).unwrap();
    record(runs, &format!("{scalar} prior"), &bounded, &chains);
    let masked = Posterior::new(&germ, &origin, Prior::flat(3), 50.0, 1.0).unwrap();
    let masked = masked.with_mask(&[true, false, true]).unwrap();
    record(runs, &format!("{scalar} mask"), &masked, &chains);
    let product = Product::new();
    let w_star = [T::of(1.0), T::of(1.0)];
    let sampled = || Posterior::new(&product, &w_star, Prior::flat(2), 30.0, 1.0).unwrap();
    record(runs, &format!("{scalar} data"), &sampled(), &chains);
    let batches = chains.with_batch_size(10);
    record(runs, &format!("{scalar} batch"), &sampled(), &batches);
    let again = batches
        .clone()
        .with_batch_sampling(BatchSampling::WithReplacement)
        .with_recorded_loss(RecordedLoss::Full);
    record(runs, &format!("{scalar} replaced"), &sampled(), &again);
    let oblique = Posterior::new(
        &product,
        &[T::of(0.9), T::of(0.8)],
        Prior::flat(2),
        30.0,
        1.0,
    )
    .map(|posterior| {
        let oblique = posterior.orthogonal_to_gradient().unwrap();
        let draws = batches.run(&oblique, &Sgld::new(1e-3).into(), &Control::new());
        of_draws(&draws.unwrap())
    });
    runs.insert(format!("{scalar} oblique sgld"), oblique.unwrap());
}

fn everything() -> BTreeMap<String, String> {
    let mut runs = BTreeMap::new();
    on::<f64>(&mut runs, "f64");
    on::<f32>(&mut runs, "f32");
    let germ = PolynomialLoss::<f64>::new(&["x*y".parse().unwrap()], Reading::Ideal).unwrap();
    let half = Prior::flat(2).with_amplitude(&[1.0, 0.0]).unwrap();
    for (name, prior) in [("flat", Prior::flat(2)), ("amplitude", half)] {
        let ladder = Tempering::new()
            .with_ladders(2)
            .with_sweeps(100)
            .with_seed(5);
        let run = ladder
            .run(&germ, &[0.0; 2], &prior, &Control::new())
            .unwrap();
        let traces = run.ladders.iter().flat_map(|ladder| {
            let of = |blocks: &Vec<Vec<f64>>| blocks.concat();
            let rates = [&ladder.acceptance, &ladder.exchange, &ladder.unresolved];
            [
                of(&ladder.energies),
                of(&ladder.controls),
                of(&ladder.distances),
                rates.into_iter().flatten().copied().collect(),
                vec![ladder.evaluations as f64],
            ]
            .concat()
        });
        let hash = Hash::of(run.log_t.iter().copied().chain(traces));
        runs.insert(format!("ladder {name}"), hash);
        let splitting = Splitting::new()
            .with_particles(40)
            .with_replicates(2)
            .with_min_log_volume(-30.0)
            .with_seed(5)
            .run(&germ, &[0.0; 2], &prior, &Control::new())
            .unwrap();
        let deaths = splitting.replicates.iter().flat_map(|r| &r.deaths);
        let hash = Hash::of(deaths.flat_map(|d| [d.log_epsilon, d.alive as f64]));
        runs.insert(format!("splitting {name}"), hash);
    }
    let estimate = Llc::new(&germ, &[0.0; 2])
        .num_samples(1000)
        .draws(200)
        .seed(3)
        .estimate()
        .unwrap();
    let points = estimate.chains().iter().flat_map(|c| {
        let mut values = c.losses.clone();
        values.extend(&c.last_point);
        values
    });
    let values = [estimate.energy(), estimate.standard_error()];
    runs.insert("llc".into(), Hash::of(values.into_iter().chain(points)));
    let product = Product::new();
    for (name, sampler) in samplers() {
        let mut llc = Llc::new(&product, &[1.0, 1.0])
            .draws(100)
            .seed(3)
            .sampler(sampler)
            .tune_step_size();
        if !sampler.is_metropolised() {
            llc = llc.batch_size(10);
        }
        let estimate = llc.estimate().unwrap();
        let losses = estimate.chains().iter().flat_map(|c| c.losses.clone());
        let values = [estimate.tuning().sampler.step_size(), estimate.energy()];
        let hash = Hash::of(values.into_iter().chain(losses));
        runs.insert(format!("pilot {name}"), hash);
    }
    #[cfg(feature = "nuts")]
    {
        let gaussian =
            PolynomialLoss::<f64>::new(&["x^2 + x*y + 3*y^2".parse().unwrap()], Reading::Loss);
        let estimate = Llc::new(&gaussian.unwrap(), &[0.0; 2])
            .nbeta(100.0)
            .draws(200)
            .seed(3)
            .estimate_by_nuts(&rlct::sampler::Nuts::new())
            .unwrap();
        let losses = estimate.chains().iter().flat_map(|c| c.losses.clone());
        runs.insert("nuts".into(), Hash::of(losses));
    }
    runs
}

#[test]
fn draws_are_bit_for_bit_those_on_record() {
    let found = everything();
    if std::env::var_os("RLCT_RECORD_DRAWS").is_some() {
        let text = serde_json::to_string_pretty(&found).unwrap();
        std::fs::write(FILE, text + "\n").unwrap();
    }
    let text = std::fs::read_to_string(FILE).unwrap();
    let recorded: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
    for (name, hash) in &found {
        assert_eq!(recorded.get(name), Some(hash), "{name}");
    }
    let unknown = |name: &&String| !found.contains_key(*name) && name.as_str() != "nuts";
    assert_eq!(
        recorded.keys().find(unknown),
        None,
        "a run is no longer made"
    );
}
