//! Lesson 2: a model of one's own, given by polynomials.
//!
//! One learns to write a statistical model once, by the probabilities of its outcomes, and to have
//! of it the exact learning coefficient at a true parameter, an estimate, and a loss on sampled
//! data for the samplers.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::Budget;
use rlct::estimate::VolumeScaling;
use rlct::model::{FiniteOutcomes, Model, rational_point};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A hidden coin of bias a chooses between coins of biases b and c, which is thrown twice.
    let heads = "a*b^2 + (1 - a)*c^2";
    let mixed = "2*a*b*(1 - b) + 2*(1 - a)*c*(1 - c)";
    let tails = "a*(1 - b)^2 + (1 - a)*(1 - c)^2";
    let model = FiniteOutcomes::parse(["a", "b", "c"], [heads, mixed, tails])?;
    let model = model.on(["a", "1 - a", "b", "1 - b", "c", "1 - c"])?; // all in [0, 1]

    // In truth both coins have the bias 1/4, so that the data say nothing about a.
    let w_star = [0.5, 0.25, 0.25];
    let truth = rational_point(&w_star)?;
    let germ = model.germ(&truth)?;
    let exact = germ.learning_coefficient(&Budget::default())?;
    println!("exact:          {exact}");

    let k = model.population_loss(&truth)?;
    let volume = VolumeScaling::new(&*k, &w_star).radius(0.2).seed(1);
    let volume = volume.particles(100).estimate()?;
    let (lambda, error) = (volume.lambda(), volume.standard_error());
    println!("volume scaling: λ̂ = {lambda:.4} ± {error:.4}");

    // The same model on a thousand throws, with mini-batches, for the samplers.
    let loss = model.sample_loss(&model.sample(&truth, 1000, 1)?)?;
    let mut scratch = vec![0.0; loss.scratch_len()];
    println!("L_n(w*):        {:.4}", loss.value(&w_star, &mut scratch));
    Ok(())
}
