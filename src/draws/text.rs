//! Draws as JSON, summarised, and as CSV, a line a draw.

use super::RecordedDraws;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Attributes, summaries and the traces of losses; what is not finite is null.
pub(super) fn write_json(draws: &RecordedDraws, path: &Path) -> io::Result<()> {
    let chains: Vec<Value> = (0..draws.num_chains())
        .map(|chain| {
            let (of_chain, _) = &draws.chains[chain];
            json!({
                "losses": draws.losses(chain),
                "step_size": of_chain.step_size,
                "acceptance": of_chain.acceptance,
                "failure": of_chain.failure,
            })
        })
        .collect();
    let mut value = Map::from_iter([("format".into(), "rlct-draws".into())]);
    value.insert("attributes".into(), draws.attributes.clone().into());
    value.insert("summaries".into(), serde_json::to_value(draws.summaries())?);
    value.insert("chains".into(), chains.into());
    let mut file = BufWriter::new(File::create(path)?);
    serde_json::to_writer(&mut file, &value)?;
    file.write_all(b"\n")?;
    file.flush()
}

/// The columns chain, draw, loss, lp, distance and the parameters kept; numbers in the shortest
/// form that reads back to the same bits.
pub(super) fn write_csv(draws: &RecordedDraws, path: &Path) -> io::Result<()> {
    let mut file = csv::Writer::from_path(path)?;
    let columns = ["chain", "draw", "loss", "lp", "distance"];
    let names = draws.names();
    file.write_record(columns.into_iter().chain(names.iter().map(String::as_str)))?;
    let width = names.len();
    for (chain, (of_chain, trace)) in draws.chains.iter().enumerate() {
        let densities = draws.log_densities(chain);
        for (draw, distance) in trace.distances.iter().enumerate() {
            file.write_field(chain.to_string())?;
            file.write_field(draw.to_string())?;
            let numbers = [of_chain.losses[draw], densities[draw], *distance];
            for number in numbers
                .iter()
                .chain(&trace.points[draw * width..(draw + 1) * width])
            {
                file.write_field(format!("{number:?}"))?;
            }
            file.write_record(None::<&[u8]>)?;
        }
    }
    file.flush()
}
