//! m̂: where it is stated it is right as often as its probability says, and the probabilities of m
//! are calibrated.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "a study shows what it finds")]

use rlct::estimate::{Estimate, thresholds};
use rlct::sampler::Tempering;
use rlct::{Budget, Problem};
use statrs::distribution::{Binomial, DiscreteCDF};

/// Ideals with m from 1 to 3, which the engine tells.
const GERMS: [&[&str]; 10] = [
    &["x*y"],
    &["x*y*z"],
    &["x^2*y^3"],
    &["x^2 - y^3"],
    &["x", "y"],
    &["x*y", "z^2"],
    &["x^2*y^2*z"],
    &["x*y*(x + y)"],
    &["x^2*y", "x*y^2"],
    &["x*y", "x*z"],
];

/// What is stated, and how probable the true m was.
#[derive(Default)]
struct Seen {
    stated: u64,
    right: u64,
    /// Σ of the probability of the true m's being the likeliest, less how often it was.
    excess: f64,
    variance: f64,
}

impl Seen {
    fn take(&mut self, estimate: &dyn Estimate, m: usize) {
        let Some(pole) = estimate.pole() else {
            return;
        };
        let probability = pole.probability();
        let right = pole.multiplicity == m;
        self.excess += f64::from(u8::from(right)) - probability;
        self.variance += probability * (1.0 - probability);
        if probability >= thresholds::fit::LEAST_PROBABILITY_STATED {
            self.stated += 1;
            self.right += u64::from(right);
        }
    }

    fn judge(&self, way: &str) {
        let wrong = self.stated - self.right;
        // how likely as many wrong ones are at 5 %
        let chance = Binomial::new(0.05, self.stated).unwrap();
        let as_many = wrong.checked_sub(1).map_or(1.0, |fewer| chance.sf(fewer));
        println!(
            "{way}: {} stated, {wrong} wrong; {:+.2}",
            self.stated, self.excess
        );
        assert!(
            self.stated >= 4 && as_many > 0.01,
            "{way}: {wrong} of {}",
            self.stated
        );
        // right less often than the probabilities say, all taken together
        let deviation = self.excess / self.variance.max(1e-9).sqrt();
        assert!(
            deviation > -3.0,
            "{way}: {deviation:.1} deviations, {:+.2}",
            self.excess
        );
    }
}

/// Estimates of so many seeds each, judged.
fn check(way: &str, seeds: u64, estimate: impl Fn(&Problem, u64) -> Box<dyn Estimate>) {
    let mut seen = Seen::default();
    for generators in GERMS {
        let problem = Problem::ideal(generators).unwrap();
        let exact = problem.exact(&Budget::default()).unwrap();
        let m = exact.answer().coefficient().unwrap().multiplicity();
        for seed in 0..seeds {
            seen.take(&*estimate(&problem, seed), m);
        }
    }
    seen.judge(way);
}

fn by_volume(seeds: u64, particles: usize) {
    // without the rounds that go on until m is decided
    check("volume scaling", seeds, |problem, seed| {
        let volume = problem.volume().unwrap().seed(seed);
        let volume = volume.particles(particles).rounds(1);
        Box::new(volume.estimate().unwrap())
    });
}

fn by_ladder(seeds: u64, sweeps: usize) {
    check("ladder", seeds, |problem, seed| {
        let tempering = Tempering::new().with_sweeps(sweeps).with_seed(seed);
        let ladder = problem.ladder().unwrap().tempering(tempering);
        Box::new(ladder.estimate().unwrap())
    });
}

#[test]
fn a_stated_multiplicity_is_right_as_often_as_it_says() {
    by_volume(2, 60);
}

#[test]
#[ignore = "takes an hour"]
fn stated_multiplicities_of_many_seeds() {
    by_volume(40, 100);
    by_ladder(30, 1000);
}
