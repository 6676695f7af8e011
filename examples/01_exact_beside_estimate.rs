//! Lesson 1: one question, and two answers that share no code.
//!
//! One learns to put a problem, the loss K = (x² − y³)² near its zero at the origin, to ask both
//! lanes for its learning coefficient λ, and to hold each against the other.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::{Budget, Problem};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cusp = Problem::ideal(["x^2 - y^3"])?; // K = Σ gᵢ² over these generators
    let exact = cusp.exact(&Budget::default())?;
    println!("exact:              {}", exact.answer());

    let volume = cusp.volume()?.seed(1).estimate()?;
    let (lambda, error) = (volume.lambda(), volume.standard_error());
    println!("volume scaling:     λ̂ = {lambda:.4} ± {error:.4}");

    let ladder = cusp.ladder()?.seed(1).estimate()?;
    let (lambda, error) = (ladder.lambda(), ladder.standard_error());
    println!("temperature ladder: λ̂ = {lambda:.4} ± {error:.4}");
    Ok(())
}
