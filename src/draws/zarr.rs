//! Draws as a Zarr v3 store (zarr-specs.readthedocs.io, core protocol 3.0) in the layout of ArviZ.

use super::RecordedDraws;
use serde_json::{Map, Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What an array holds, in the order of its last dimension first.
enum Data<'a> {
    Integers(Vec<i64>),
    /// One chunk for each chain, padded with NaN where the chain is short.
    Floats(Vec<Vec<f64>>),
    /// One chunk for each chain, padded with false.
    Flags(Vec<Vec<bool>>),
    /// A single chunk.
    Constant(&'a [f64]),
}

/// A group: a folder with a description, and arrays in it.
struct Group {
    path: PathBuf,
    draws: usize,
}

impl Group {
    fn create(path: PathBuf, draws: usize, attributes: &Map<String, Value>) -> io::Result<Self> {
        fs::create_dir_all(&path)?;
        let description = json!({
            "zarr_format": 3, "node_type": "group", "attributes": attributes,
        });
        describe(&path, &description)?;
        Ok(Self { path, draws })
    }

    /// Writes an array with dimensions chain and draw, and one more if it has a name and an extent.
    fn per_draw(
        &self,
        name: &str,
        more: Option<(&'static str, usize)>,
        data: Data<'_>,
        text: &str,
    ) -> io::Result<()> {
        let mut dimensions = vec!["chain", "draw"];
        let mut shape = vec![0, self.draws];
        if let Some((dimension, extent)) = more {
            dimensions.push(dimension);
            shape.push(extent);
        }
        self.array(name, &dimensions, shape, data, text)
    }

    /// The coordinates 0, 1, … of a dimension.
    fn count(&self, name: &str, length: usize) -> io::Result<()> {
        let numbers = Data::Integers((0..length as i64).collect());
        self.array(name, &[name], vec![length], numbers, "")
    }

    fn array(
        &self,
        name: &str,
        dimensions: &[&str],
        mut shape: Vec<usize>,
        data: Data<'_>,
        text: &str,
    ) -> io::Result<()> {
        let path = self.path.join(name);
        let mut chunk = shape.clone();
        let (kind, fill, chunks): (_, _, Vec<Vec<u8>>) = match data {
            Data::Integers(numbers) => {
                let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
                ("int64", json!(0), vec![bytes])
            }
            Data::Constant(numbers) => ("float64", json!("NaN"), vec![little_endian(numbers)]),
            Data::Floats(chains) => {
                (shape[0], chunk[0]) = (chains.len(), 1);
                let length = chunk.iter().product();
                let padded = chains.into_iter().map(|mut numbers| {
                    numbers.resize(length, f64::NAN);
                    little_endian(&numbers)
                });
                ("float64", json!("NaN"), padded.collect())
            }
            Data::Flags(chains) => {
                (shape[0], chunk[0]) = (chains.len(), 1);
                let padded = chains.into_iter().map(|mut flags| {
                    flags.resize(self.draws, false);
                    flags.into_iter().map(u8::from).collect()
                });
                ("bool", json!(false), padded.collect())
            }
        };
        let codec = if kind == "bool" {
            json!({"name": "bytes"})
        } else {
            json!({"name": "bytes", "configuration": {"endian": "little"}})
        };
        let attributes = if text.is_empty() {
            json!({})
        } else {
            json!({"description": text})
        };
        fs::create_dir_all(&path)?;
        describe(
            &path,
            &json!({
                "zarr_format": 3,
                "node_type": "array",
                "shape": shape,
                "data_type": kind,
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunk}},
                "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
                "fill_value": fill,
                "codecs": [codec],
                "attributes": attributes,
                "dimension_names": dimensions,
            }),
        )?;
        for (index, bytes) in chunks.into_iter().enumerate() {
            let rest = std::iter::repeat_n("0".to_string(), shape.len() - 1);
            let key = [index.to_string()].into_iter().chain(rest);
            let file = path.join("c").join(key.collect::<PathBuf>());
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(file, bytes)?;
        }
        Ok(())
    }
}

fn describe(path: &Path, description: &Value) -> io::Result<()> {
    let text = serde_json::to_string_pretty(description)?;
    fs::write(path.join("zarr.json"), text)
}

fn little_endian(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// Names that can be those of folders and do not clash with each other or with what else is there,
/// also where the case of letters makes no difference.
fn can_be_arrays(names: &[String]) -> bool {
    let plain = |name: &String| {
        name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with('_')
    };
    let taken = ["chain", "draw", "parameter", "distance", "energy", "c"];
    let mut lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    lower.extend(taken.map(String::from));
    lower.sort_unstable();
    let distinct = lower.windows(2).all(|pair| pair[0] != pair[1]);
    distinct && names.iter().all(|name| !name.is_empty() && plain(name))
}

/// Writes the store into a folder that does not exist.
pub(super) fn write(draws: &RecordedDraws, path: &Path) -> io::Result<()> {
    let (chains, length) = (draws.num_chains(), draws.num_draws());
    let each = |values: &dyn Fn(usize) -> Vec<f64>| Data::Floats((0..chains).map(values).collect());
    Group::create(path.to_path_buf(), length, &draws.attributes)?;
    let indices: Vec<i64> = draws.parameters.iter().map(|&i| i as i64).collect();

    let group = Group::create(path.join("posterior"), length, &draws.attributes)?;
    group.count("chain", chains)?;
    group.count("draw", length)?;
    group.per_draw(
        "energy",
        None,
        each(&|c| draws.excesses(c)),
        "t (L(w) − L(w*)) at t = nβ, of mean U(t)",
    )?;
    let distances = each(&|c| draws.chains[c].1.distances.clone());
    group.per_draw("distance", None, distances, "|w − w*|, over all parameters")?;
    match &draws.given_names {
        Some(names) if can_be_arrays(names) => {
            for (place, name) in names.iter().enumerate() {
                group.per_draw(name, None, each(&|c| draws.parameter(c, place)), "")?;
            }
        }
        _ if indices.is_empty() => {}
        _ => {
            let points = each(&|c| draws.chains[c].1.points.clone());
            group.per_draw(
                "w",
                Some(("parameter", indices.len())),
                points,
                "parameters, by index from 0",
            )?;
            let (width, numbers) = (vec![indices.len()], Data::Integers(indices.clone()));
            group.array("parameter", &["parameter"], width, numbers, "")?;
        }
    }

    let group = Group::create(path.join("sample_stats"), length, &draws.attributes)?;
    group.count("chain", chains)?;
    group.count("draw", length)?;
    group.per_draw(
        "loss",
        None,
        each(&|c| draws.losses(c).to_vec()),
        "the loss as recorded",
    )?;
    let densities = each(&|c| draws.log_densities(c));
    group.per_draw("lp", None, densities, "log density up to a constant")?;
    let steps = each(&|c| vec![draws.chains[c].0.step_size; draws.losses(c).len()]);
    group.per_draw(
        "step_size",
        None,
        steps,
        "ε; Hamiltonian steps have length √ε",
    )?;
    if draws
        .chains
        .iter()
        .any(|(chain, _)| chain.acceptance.is_some())
    {
        let rates = each(&|c| draws.chains[c].1.acceptances.clone());
        group.per_draw("acceptance_rate", None, rates, "mean since the draw before")?;
    }
    let flags = (0..chains).map(|c| {
        let mut flags = vec![false; draws.losses(c).len()];
        if let Some(last) = flags.last_mut() {
            *last = draws.diverged(c);
        }
        flags
    });
    let text = "the chain ran away after this draw";
    group.per_draw("diverging", None, Data::Flags(flags.collect()), text)?;

    let num_samples = draws.num_samples;
    if num_samples > 0 {
        let group = Group::create(path.join("log_likelihood"), length, &Map::new())?;
        group.count("chain", chains)?;
        group.count("draw", length)?;
        group.count("sample", num_samples)?;
        let values = each(&|c| draws.log_likelihoods(c).to_vec());
        let text = "log p(sample | w)";
        group.per_draw("y", Some(("sample", num_samples)), values, text)?;
    }

    if !indices.is_empty() {
        let group = Group::create(path.join("constant_data"), length, &Map::new())?;
        let width = vec![indices.len()];
        group.array(
            "parameter",
            &["parameter"],
            width.clone(),
            Data::Integers(indices),
            "",
        )?;
        let w_star = Data::Constant(&draws.w_star);
        group.array(
            "w_star",
            &["parameter"],
            width,
            w_star,
            "w*, of the parameters recorded",
        )?;
    }
    Ok(())
}
