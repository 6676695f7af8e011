//! A first look: the loss K = (x² − y³)² exactly, by volume scaling, and by the temperature ladder.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::Budget;
use rlct::algebra::Polynomial;
use rlct::estimate::{Ladder, VolumeScaling};
use rlct::loss::{PolynomialLoss, Reading};
use rlct::resolution::Germ;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cusp: Polynomial = "x^2 - y^3".parse()?;
    let germ = Germ::new(Reading::Ideal, vec![cusp.clone()])?;
    let answer = germ.learning_coefficient(&Budget::default())?;
    println!("exact:              {answer}");

    let loss = PolynomialLoss::new(&[cusp], Reading::Ideal)?;
    let origin = [0.0, 0.0];
    let volume = VolumeScaling::new(&loss, &origin).seed(1).estimate()?;
    println!(
        "volume scaling:     λ̂ = {:.4} ± {:.4}",
        volume.lambda(),
        volume.standard_error()
    );

    let ladder = Ladder::new(&loss, &origin).seed(1).estimate()?;
    println!(
        "temperature ladder: λ̂ = {:.4} ± {:.4}",
        ladder.lambda(),
        ladder.standard_error()
    );
    Ok(())
}
