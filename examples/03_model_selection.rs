//! Lesson 3: what learning coefficients are good for: which model do the data support?
//!
//! One learns to choose the rank of a reduced-rank regression on real data by sBIC, BIC and WBIC
//! side by side: what do weight, waist and pulse say about the exercises of twenty men?

#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use rlct::selection::{DataTable, NoiseCovariance, ReducedRankRegression, Selection, Wbic};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let csv = include_str!("data/linnerud.csv"); // source and licence: data/README.md
    let predictors = DataTable::from_csv(csv.as_bytes(), &["Weight", "Waist", "Pulse"])?;
    let responses = DataTable::from_csv(csv.as_bytes(), &["Chins", "Situps", "Jumps"])?;

    let family = ReducedRankRegression::new(&predictors, &responses, NoiseCovariance::Estimated)?;
    let correlations = family.singular_values().iter().map(|r| format!("{r:.4}"));
    let correlations = correlations.collect::<Vec<_>>().join(", ");
    println!("canonical correlations: {correlations}\n");

    let selection = Selection::new(&family)?.with_wbic(&family, &Wbic::new().seed(1))?;
    println!("{selection}");
    Ok(())
}
