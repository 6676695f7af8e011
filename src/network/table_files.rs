//! Tables from CSV, `.npy` and `.npz` files.

use super::NetworkError;
use super::architecture::Network;
use super::dataset::{Dataset, Table};
use super::description::{Head, Inputs};
use npyz::{NpyFile, Order};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// The names an archive's array of inputs may have, and that of targets.
const INPUTS: [&str; 4] = ["x", "X", "inputs", "data"];
const TARGETS: [&str; 5] = ["y", "Y", "targets", "target", "labels"];

fn broken(file: &str, reason: impl ToString) -> NetworkError {
    NetworkError::File {
        file: file.to_string(),
        reason: reason.to_string(),
    }
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|e| e.to_str()).unwrap_or("")
}

fn open(path: &Path) -> Result<BufReader<File>, NetworkError> {
    let file = File::open(path).map_err(|error| broken(&path.display().to_string(), error))?;
    Ok(BufReader::new(file))
}

impl Table {
    /// Reads `.csv` (numbers; a first line that is none is one of names), `.npy`, or an array of
    /// an `.npz` archive by its name. Arrays of one axis are one column; of more than two, all
    /// but the first are one.
    ///
    /// # Errors
    /// [`NetworkError::File`] with the file, and for CSV line and column.
    pub fn read(path: &Path, array: Option<&str>) -> Result<Self, NetworkError> {
        let source = path.display().to_string();
        match (extension(path), array) {
            ("csv", _) => csv(&source, open(path)?),
            ("npy", _) => npy(&source, open(path)?),
            ("npz", Some(name)) => {
                let mut archive = Archive::open(path)?;
                archive.table(&[name])
            }
            ("npz", None) => Err(broken(&source, "say which array of the archive")),
            _ => Err(broken(&source, "is none of .csv, .npy and .npz")),
        }
    }

    /// The columns before and from `at` on.
    fn split(self, at: usize) -> (Self, Self) {
        let part = |range: std::ops::Range<usize>| Self {
            source: self.source.clone(),
            rows: self.rows,
            columns: range.len(),
            entries: self
                .entries
                .chunks_exact(self.columns)
                .flat_map(|row| &row[range.clone()])
                .copied()
                .collect(),
        };
        (part(0..at), part(at..self.columns))
    }
}

impl Dataset {
    /// Reads samples for a network: an `.npz` archive with arrays `x` (or `inputs`) and `y` (or
    /// `targets`, `labels`), or a `.csv` or `.npy` table whose first columns are the inputs and
    /// whose last the targets.
    ///
    /// # Errors
    /// As [`Table::read`] and [`Dataset::new`].
    pub fn read(network: &Network, path: &Path) -> Result<Self, NetworkError> {
        if extension(path) == "npz" {
            let mut archive = Archive::open(path)?;
            let inputs = archive.table(&INPUTS)?;
            let targets = archive.table(&TARGETS)?;
            return Self::new(network, inputs, targets);
        }
        let table = Table::read(path, None)?;
        let inputs = match network.inputs() {
            Inputs::Real(width) => width,
            Inputs::Tokens { count, .. } => count,
        };
        let targets = match network.head() {
            Head::CrossEntropy => 1,
            _ => network.num_outputs(),
        };
        if table.columns != inputs + targets {
            return Err(NetworkError::Size {
                what: table.source,
                unit: "columns",
                expected: inputs + targets,
                found: table.columns,
            });
        }
        let (inputs, targets) = table.split(inputs);
        Self::new(network, inputs, targets)
    }
}

/// An `.npz` archive.
struct Archive {
    source: String,
    zip: zip::ZipArchive<BufReader<File>>,
}

impl Archive {
    fn open(path: &Path) -> Result<Self, NetworkError> {
        let source = path.display().to_string();
        let zip = zip::ZipArchive::new(open(path)?).map_err(|error| broken(&source, error))?;
        Ok(Self { source, zip })
    }

    /// The array with the first of these names that there is.
    fn table(&mut self, names: &[&str]) -> Result<Table, NetworkError> {
        let files: Vec<String> = self.zip.file_names().map(String::from).collect();
        let has = |name: &&&str| files.contains(&format!("{name}.npy"));
        let Some(name) = names.iter().find(has) else {
            let known: Vec<_> = files.iter().map(|f| f.trim_end_matches(".npy")).collect();
            let reason = format!(
                "has no array `{}`; there are: {}",
                names[0],
                known.join(", ")
            );
            return Err(broken(&self.source, reason));
        };
        let source = format!("{}, array {name}", self.source);
        let entry = self.zip.by_name(&format!("{name}.npy"));
        let entry = entry.map_err(|error| broken(&source, error))?;
        npy(&source, BufReader::new(entry))
    }
}

fn npy(source: &str, reader: impl Read) -> Result<Table, NetworkError> {
    let file = NpyFile::new(reader).map_err(|error| broken(source, error))?;
    let shape = file.shape().to_vec();
    let order = file.order();
    let kind = file.dtype().descr();
    let size = |n: u64| usize::try_from(n).map_err(|_| broken(source, "is too large"));
    let rows = size(shape.first().copied().unwrap_or(1))?;
    let columns = shape
        .iter()
        .skip(1)
        .try_fold(1_u64, |n, &s| n.checked_mul(s));
    let columns = size(columns.unwrap_or(u64::MAX))?;
    if columns == 0 {
        return Err(broken(source, "has no columns"));
    }
    if order == Order::Fortran && shape.len() > 2 {
        return Err(broken(
            source,
            "has more than two axes in Fortran's order; save it in C's",
        ));
    }
    let entries = numbers(file).map_err(|error| match error {
        Some(error) => broken(source, error),
        None => broken(source, format!("holds {kind}, not numbers")),
    })?;
    if entries.len() != rows.saturating_mul(columns) {
        return Err(broken(source, "is truncated"));
    }
    let entries = if order == Order::Fortran && columns > 1 {
        let at = |k: usize| entries[k % columns * rows + k / columns];
        (0..entries.len()).map(at).collect()
    } else {
        entries
    };
    Ok(Table {
        source: source.to_string(),
        rows,
        columns,
        entries,
    })
}

/// The entries, whatever numbers they are; `None` for what is none.
fn numbers<R: Read>(file: NpyFile<R>) -> Result<Vec<f64>, Option<std::io::Error>> {
    macro_rules! try_each {
        ($file:ident, $($number:ty),*) => {{
            $(
                let $file = match $file.try_data::<$number>() {
                    Ok(data) => {
                        return data.map(|x| x.map(|x| x as f64)).collect::<Result<_, _>>().map_err(Some);
                    }
                    Err(file) => file,
                };
            )*
            $file
        }};
    }
    let file = try_each!(file, f32, f64, i64, i32, u8, u32, u64, i16, u16, i8);
    match file.try_data::<bool>() {
        Ok(data) => {
            let entries = data.map(|x| x.map(|x| f64::from(u8::from(x))));
            entries.collect::<Result<_, _>>().map_err(Some)
        }
        Err(_) => Err(None),
    }
}

fn csv(source: &str, reader: impl Read) -> Result<Table, NetworkError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(reader);
    let (mut entries, mut rows, mut columns) = (Vec::new(), 0, 0);
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| broken(source, error))?;
        let names = index == 0 && record.iter().all(|cell| cell.parse::<f64>().is_err());
        columns = record.len();
        if names {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        for (column, cell) in record.iter().enumerate() {
            let number: f64 = cell.parse().map_err(|_| {
                let column = column + 1;
                broken(
                    source,
                    format!("line {line}, column {column}: `{cell}` is not a number"),
                )
            })?;
            entries.push(number);
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(NetworkError::NoSamples {
            what: source.to_string(),
        });
    }
    Ok(Table {
        source: source.to_string(),
        rows,
        columns,
        entries,
    })
}
