//! A picture of what λ is: the volume of {K < ε} around a singular point shrinks like ε^λ.
//!
//! Multilevel splitting follows the volume over fifteen orders of magnitude for the cusp
//! K = (x² − y³)² and for a regular model of the same dimension; the exact λ gives the slopes.
//! Writes the file that is named, as that of the README, or `volume.svg` where files are temporary:
//!
//! ```console
//! $ cargo run --release --features plot --example 09_picture docs/volume.svg
//! ```

#![allow(clippy::print_stdout, reason = "the output of a program")]

use kuva::backend::svg::SvgBackend;
use kuva::plot::{LinePlot, ScatterPlot};
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;
use rlct::sampler::{Control, Splitting};
use rlct::{Budget, Problem};
use std::error::Error;
use std::path::PathBuf;

/// Decades of ε that are shown.
const DECADES: i32 = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let path = match std::env::args().nth(1) {
        Some(path) => PathBuf::from(path),
        None => std::env::temp_dir().join("volume.svg"),
    };
    let mut plots = Vec::new();
    for (problem, name, colour) in [
        (Problem::ideal(["x^2 - y^3"])?, "(x² − y³)²", "#c1272d"),
        (Problem::loss("x^2 + y^2")?, "x² + y²", "#0071bc"),
    ] {
        let exact = problem.exact(&Budget::default())?;
        let pair = exact
            .answer()
            .coefficient()
            .ok_or("the engine decides it")?;
        let sampled = problem.local_loss()?;
        let run = Splitting::new().with_seed(1).run(
            sampled.loss(),
            sampled.w_star(),
            sampled.prior(),
            &Control::new(),
        )?;
        // in powers of ten
        let volume = |decade: f64| {
            let log_epsilon = -decade * std::f64::consts::LN_10;
            let volumes = run.replicates.iter().map(|r| r.log_volume(log_epsilon));
            let mean = volumes.sum::<f64>() / run.replicates.len() as f64;
            mean / std::f64::consts::LN_10
        };
        let points: Vec<(f64, f64)> = (0..=2 * DECADES)
            .map(|half| f64::from(half) / 2.0)
            .map(|decade| (-decade, volume(decade)))
            .collect();
        let lambda = pair.lambda().to_f64();
        let last = f64::from(DECADES);
        let line = [0.0, last].map(|decade| (-decade, volume(last) + lambda * (last - decade)));
        plots.push(Plot::Line(
            LinePlot::new()
                .with_data(line)
                .with_color(colour)
                .with_stroke_width(1.5)
                .with_legend(format!("{name}: slope λ = {}", pair.lambda())),
        ));
        plots.push(Plot::Scatter(
            ScatterPlot::new()
                .with_data(points)
                .with_color(colour)
                .with_size(3.0),
        ));
    }
    let layout = Layout::auto_from_plots(&plots)
        .with_title("The volume of {K < ε}, sampled, and the exact slope")
        .with_x_label("log₁₀ ε")
        .with_y_label("log₁₀ volume")
        .with_width(720.0)
        .with_height(420.0);
    let svg = SvgBackend::default().render_scene(&render_multiple(plots, layout));
    std::fs::write(&path, svg)?;
    println!("{}", path.display());
    Ok(())
}
