//! Lesson 5: several temperatures find λ of networks.
//!
//! One learns how well the temperature ladder does as it comes: ten random deep linear networks, 51
//! to 414 parameters, at the deepest singularity of each, whose λ Aoyagi's formula gives (2024,
//! *Neural Networks* 172, 106132).
//!
//! ```text
//! 05_ten_networks [HOW_MANY [SEED]]
//! ```
//!
//! Without arguments the smallest one, in seconds; all with
//! `cargo run --release --example 05_ten_networks -- 10`.

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::closed_form;
use rlct::estimate::Ladder;
use rlct::loss::LinearNetwork;
use rlct::sampler::Tempering;
use std::time::Instant;

/// Widths and ranks, the smallest first.
const NETWORKS: [(&[usize], usize); 10] = [
    (&[6, 3, 11], 2),
    (&[12, 3, 12, 11, 3], 2),
    (&[8, 6, 12], 4),
    (&[7, 7, 12], 3),
    (&[10, 8, 3, 5, 11, 5], 1),
    (&[7, 6, 12, 5, 5], 3),
    (&[12, 7, 10], 1),
    (&[9, 9, 11, 5, 7], 2),
    (&[11, 5, 10, 6, 9, 11], 4),
    (&[5, 9, 11, 6, 12, 11], 3),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |i: usize| arguments.get(i).map_or(Ok(1), |text| text.parse::<u64>());
    let (count, seed) = (argument(0)? as usize, argument(1)?);
    let (mut errors, mut covered, mut trusted) = (Vec::new(), 0, 0);
    for (widths, rank) in NETWORKS.into_iter().take(count) {
        let exact = closed_form::deep_linear(widths, rank)?;
        let lambda = exact.lambda().to_f64();
        let (loss, w_star) = LinearNetwork::of_rank(widths, rank)?;
        let start = Instant::now();
        let ladder = Ladder::new(&loss, &w_star)
            .tempering(Tempering::new().with_seed(seed))
            .estimate()?;
        let seconds = start.elapsed().as_secs_f64();
        let fit = ladder.fit();
        let error = fit.lambda - lambda;
        let within = error.abs() < 1.96 * fit.standard_error;
        let trustworthy = ladder.verdict().is_trustworthy();
        println!(
            "{widths:?}, rank {rank}: {} parameters, λ = {}\n  λ̂ = {:.3} ± {:.3}, {:+.1} %, {}in \
             the 95 % interval, {seconds:.1} s",
            w_star.len(),
            exact.lambda(),
            fit.lambda,
            fit.standard_error,
            100.0 * error / lambda,
            if within { "" } else { "not " },
        );
        for doubt in ladder.verdict().doubts() {
            println!("  doubtful: {doubt}");
        }
        errors.push((error / lambda).abs());
        covered += usize::from(within);
        trusted += usize::from(trustworthy);
    }
    errors.sort_by(f64::total_cmp);
    let percent = |error: Option<&f64>| 100.0 * error.copied().unwrap_or(f64::NAN);
    println!(
        "{} networks: relative error, median {:.1} %, largest {:.1} %; in the 95 % interval \
         {covered}, trustworthy {trusted}",
        errors.len(),
        percent(errors.get(errors.len() / 2)),
        percent(errors.last()),
    );
    Ok(())
}
