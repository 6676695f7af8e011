//! Losses of chains in a Zarr store, version 2 or 3, as ArviZ, devinterp and this crate lay it out.

use super::{LossTrace, TraceError};
use flate2::read::MultiGzDecoder;
use flate2::read::ZlibDecoder;
use ruzstd::decoding::StreamingDecoder;
use serde_json::Value;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Arrays that hold losses, the first that is there is taken: of this crate and ArviZ, of devinterp
/// 1 and 2.
const ARRAYS: [&str; 5] = [
    "loss",
    "losses",
    "loss_trace",
    "sampling_loss",
    "sampling_loss_micro",
];
/// Groups of a store that may hold it.
const GROUPS: [&str; 3] = ["", "sample_stats", "posterior"];
const CHAIN: [&str; 2] = ["chain", "chains"];
const DRAW: [&str; 4] = ["draw", "draws", "step", "iteration"];

/// The most losses that are read, and the largest chunk in numbers: 2²⁸, 2 GiB of doubles.
const MOST: usize = 1 << 28;

fn refused(path: &Path, reason: impl Into<String>) -> TraceError {
    TraceError::Store {
        path: path.into(),
        reason: reason.into(),
    }
}

/// A file's bytes, or `None` if it is not there.
fn bytes(path: &Path) -> Result<Option<Vec<u8>>, TraceError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TraceError::Read {
            path: path.into(),
            error,
        }),
    }
}

/// A description in JSON, or `None` if it is not there.
fn description(path: &Path) -> Result<Option<Value>, TraceError> {
    let Some(bytes) = bytes(path)? else {
        return Ok(None);
    };
    let value = serde_json::from_slice(&bytes);
    value
        .map(Some)
        .map_err(|error| refused(path, format!("no JSON: {error}")))
}

/// The attributes of a group or array.
fn attributes(folder: &Path) -> Result<Value, TraceError> {
    if let Some(mut node) = description(&folder.join("zarr.json"))? {
        return Ok(node["attributes"].take());
    }
    Ok(description(&folder.join(".zattrs"))?.unwrap_or(Value::Null))
}

/// Reads the losses of a store; `wanted` names the array, if it has another name.
pub(super) fn read(path: &Path, wanted: &[String]) -> Result<LossTrace, TraceError> {
    if let [_, _, ..] = wanted {
        return Err(refused(
            path,
            "of a Zarr store one array is read; name only one",
        ));
    }
    let is_there = |folder: &Path| {
        let files = ["zarr.json", ".zgroup", ".zarray"];
        files.iter().any(|file| folder.join(file).is_file())
    };
    if !is_there(path) {
        return Err(refused(
            path,
            "a folder without zarr.json, .zgroup or .zarray is no Zarr store",
        ));
    }
    let names: Vec<&str> = match wanted {
        [name] => vec![name.as_str()],
        _ => ARRAYS.to_vec(),
    };
    let folders = names.iter().flat_map(|name| {
        let inside = GROUPS.map(|group| path.join(group).join(name));
        inside.into_iter()
    });
    let mut found = None;
    // the store may be the array itself
    for folder in std::iter::once(path.to_path_buf()).chain(folders) {
        if let Some(array) = Array::open(&folder)? {
            found = Some(array);
            break;
        }
    }
    let Some(array) = found else {
        let reason = format!(
            "no array {} in the root, in sample_stats or in posterior; there are: {}. Name one by \
             --column",
            names.join(", "),
            arrays(path).join(", ")
        );
        return Err(refused(path, reason));
    };
    let root = attributes(path)?;
    let mut trace = array.losses()?;
    let sampler = &root["metadata"]["config"]["sampler"];
    let told = [&root["nbeta"], &root["n_beta"], &sampler["n_beta"]];
    trace.nbeta = told.into_iter().find_map(Value::as_f64);
    trace.baseline = root["loss_at_w_star"].as_f64();
    let place = array.path.strip_prefix(path).unwrap_or(&array.path);
    trace.layout = format!("Zarr array {}, {}", place.display(), trace.layout);
    Ok(trace)
}

/// The arrays of a store, for a message.
fn arrays(path: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for group in GROUPS {
        let entries = fs::read_dir(path.join(group))
            .into_iter()
            .flatten()
            .flatten();
        for entry in entries {
            if matches!(Array::open(&entry.path()), Ok(Some(_))) {
                let name = entry.file_name().to_string_lossy().into_owned();
                names.push(if group.is_empty() {
                    name
                } else {
                    format!("{group}/{name}")
                });
            }
        }
    }
    names.sort();
    names.truncate(12);
    names
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    Float,
    Integer,
    Natural,
}

/// What is done with the bytes of a chunk when they are read, in this order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unpack {
    Zstd,
    Gzip,
    Zlib,
    /// The last four bytes are a checksum.
    Checksum,
}

/// An array and how its chunks are stored.
#[derive(Debug)]
struct Array {
    path: PathBuf,
    shape: Vec<usize>,
    chunk: Vec<usize>,
    dimensions: Vec<String>,
    number: Number,
    size: usize,
    big_endian: bool,
    unpack: Vec<Unpack>,
    /// Where the chunks are, and what is between their indices.
    folder: PathBuf,
    prefix: &'static str,
    separator: String,
    fill: f64,
    /// The last index runs slowest.
    fortran: bool,
}

impl Array {
    /// The array of a folder; `None` if there is none, or a group.
    fn open(path: &Path) -> Result<Option<Self>, TraceError> {
        if let Some(node) = description(&path.join("zarr.json"))? {
            if node["node_type"] != "array" {
                return Ok(None);
            }
            return Self::version_3(path, &node).map(Some);
        }
        match description(&path.join(".zarray"))? {
            Some(node) => Self::version_2(path, &node).map(Some),
            None => Ok(None),
        }
    }

    fn version_3(path: &Path, node: &Value) -> Result<Self, TraceError> {
        let kind = node["data_type"].as_str().unwrap_or("");
        let (number, bits) = match kind.find(|c: char| c.is_ascii_digit()) {
            Some(at) => (&kind[..at], &kind[at..]),
            None => (kind, ""),
        };
        let grid = &node["chunk_grid"];
        if grid["name"] != "regular" {
            return Err(refused(path, "chunks of different sizes are not read"));
        }
        let mut unpack = Vec::new();
        let mut big_endian = false;
        for codec in node["codecs"].as_array().into_iter().flatten() {
            let name = codec["name"]
                .as_str()
                .or_else(|| codec.as_str())
                .unwrap_or("");
            match name {
                "bytes" => big_endian = codec["configuration"]["endian"] == "big",
                "zstd" => unpack.push(Unpack::Zstd),
                "gzip" => unpack.push(Unpack::Gzip),
                "numcodecs.zlib" => unpack.push(Unpack::Zlib),
                "crc32c" => unpack.push(Unpack::Checksum),
                other => return Err(unreadable(path, other)),
            }
        }
        unpack.reverse();
        let keys = &node["chunk_key_encoding"];
        let default = keys["name"] != "v2";
        let separator = keys["configuration"]["separator"].as_str();
        let names = node["dimension_names"].as_array().into_iter().flatten();
        Self {
            path: path.into(),
            shape: lengths(path, &node["shape"])?,
            chunk: lengths(path, &grid["configuration"]["chunk_shape"])?,
            dimensions: names
                .map(|name| name.as_str().unwrap_or("").into())
                .collect(),
            number: number_of(path, number, kind)?,
            size: bits.parse::<usize>().unwrap_or(0) / 8,
            big_endian,
            unpack,
            folder: path.into(),
            prefix: if default { "c" } else { "" },
            separator: separator.unwrap_or(if default { "/" } else { "." }).into(),
            fill: fill(&node["fill_value"]),
            fortran: false,
        }
        .checked(&node["attributes"])
    }

    fn version_2(path: &Path, node: &Value) -> Result<Self, TraceError> {
        let kind = node["dtype"].as_str().unwrap_or("");
        let mut letters = kind.chars();
        let (order, letter, size) = (letters.next(), letters.next(), letters.as_str());
        let number = match letter {
            Some('f') => "float",
            Some('i') => "int",
            Some('u') => "uint",
            _ => "",
        };
        let filters = node["filters"]
            .as_array()
            .is_some_and(|filters| !filters.is_empty());
        if filters {
            return Err(unreadable(path, "a filter"));
        }
        let unpack = match node["compressor"]["id"].as_str() {
            None => vec![],
            Some("zstd") => vec![Unpack::Zstd],
            Some("gzip") => vec![Unpack::Gzip],
            Some("zlib") => vec![Unpack::Zlib],
            Some(other) => return Err(unreadable(path, other)),
        };
        let attributes = attributes(path)?;
        let names = attributes["_ARRAY_DIMENSIONS"]
            .as_array()
            .into_iter()
            .flatten();
        Self {
            path: path.into(),
            shape: lengths(path, &node["shape"])?,
            chunk: lengths(path, &node["chunks"])?,
            dimensions: names
                .map(|name| name.as_str().unwrap_or("").into())
                .collect(),
            number: number_of(path, number, kind)?,
            size: size.parse().unwrap_or(0),
            big_endian: order == Some('>'),
            unpack,
            folder: path.into(),
            prefix: "",
            separator: node["dimension_separator"].as_str().unwrap_or(".").into(),
            fill: fill(&node["fill_value"]),
            fortran: node["order"] == "F",
        }
        .checked(&attributes)
    }

    /// The array if all of it makes sense.
    fn checked(self, attributes: &Value) -> Result<Self, TraceError> {
        let Self {
            path, shape, chunk, ..
        } = &self;
        let sizes: &[usize] = match self.number {
            Number::Float => &[4, 8],
            Number::Integer | Number::Natural => &[1, 2, 4, 8],
        };
        let product =
            |lengths: &[usize]| lengths.iter().try_fold(1, |a: usize, b| a.checked_mul(*b));
        let reason = if !sizes.contains(&self.size) {
            "numbers of this size are not read; save the array as float32 or float64".to_string()
        } else if shape.len() != chunk.len() || chunk.contains(&0) || shape.is_empty() {
            "shape and chunks do not fit".to_string()
        } else if product(chunk).is_none_or(|n| n > MOST) || product(shape).is_none() {
            format!("chunks of more than {MOST} numbers are not read")
        } else if ["scale_factor", "add_offset"]
            .iter()
            .any(|name| !attributes[*name].is_null())
        {
            "the losses are stored scaled (scale_factor); save them plain".to_string()
        } else {
            return Ok(self);
        };
        Err(refused(path, reason))
    }

    /// The axes of chains and draws.
    fn axes(&self) -> Result<(Option<usize>, usize), TraceError> {
        let names = &self.dimensions;
        let axis = |known: &[&str]| {
            let is = |name: &String| known.contains(&name.to_lowercase().as_str());
            names.iter().position(is)
        };
        let unnamed = names.iter().all(String::is_empty);
        match (axis(&CHAIN), axis(&DRAW), self.shape.len()) {
            (chain, Some(draw), _) => Ok((chain, draw)),
            (None, None, 1) if unnamed => Ok((None, 0)),
            (None, None, 2) if unnamed => Ok((Some(0), 1)),
            _ => Err(refused(
                &self.path,
                format!(
                    "the dimensions are ({}), one must be `draw` or `step`, another may be `chain`",
                    names.join(", ")
                ),
            )),
        }
    }

    /// The losses, means over all axes but those of chains and draws.
    fn losses(&self) -> Result<LossTrace, TraceError> {
        let (chain_axis, draw_axis) = self.axes()?;
        let chains = chain_axis.map_or(1, |axis| self.shape[axis]);
        let draws = self.shape[draw_axis];
        if chains.checked_mul(draws).is_none_or(|n| n > MOST) {
            let reason = format!("{chains} × {draws} losses are more than are read ({MOST})");
            return Err(refused(&self.path, reason));
        }
        let mut losses = vec![vec![0.0; draws]; chains];
        let grid: Vec<usize> = (self.shape.iter().zip(&self.chunk))
            .map(|(n, c)| n.div_ceil(*c))
            .collect();
        let mut place = vec![0; grid.len()];
        while !grid.contains(&0) {
            let numbers = self.chunk(&place)?;
            let mut within = vec![0; grid.len()];
            for number in &numbers {
                let inside = (0..grid.len())
                    .all(|axis| place[axis] * self.chunk[axis] + within[axis] < self.shape[axis]);
                if inside {
                    let at = |axis: usize| place[axis] * self.chunk[axis] + within[axis];
                    losses[chain_axis.map_or(0, at)][at(draw_axis)] += number;
                }
                self.next(&mut within);
            }
            if !advance(&mut place, &grid, false) {
                break;
            }
        }
        let others = self.shape.iter().enumerate();
        let others: Vec<(usize, usize)> = others
            .filter(|(axis, _)| Some(*axis) != chain_axis && *axis != draw_axis)
            .map(|(axis, length)| (axis, *length))
            .collect();
        let count: usize = others.iter().map(|(_, length)| length).product();
        for loss in losses.iter_mut().flatten() {
            *loss /= count as f64;
        }
        let mut layout = match chain_axis {
            Some(_) => "chains × draws".to_string(),
            None => "one chain".to_string(),
        };
        let averaged: Vec<String> = others
            .iter()
            .filter(|(_, length)| *length > 1)
            .map(|(axis, _)| self.dimensions[*axis].clone())
            .collect();
        if !averaged.is_empty() {
            layout += &format!(", means over {}", averaged.join(", "));
        }
        Ok(LossTrace {
            nbeta: None,
            baseline: None,
            names: (0..chains).map(|chain| chain.to_string()).collect(),
            losses,
            layout,
        })
    }

    /// The next index within a chunk, in the order of storage.
    fn next(&self, within: &mut [usize]) {
        advance(within, &self.chunk, self.fortran);
    }

    /// The numbers of a chunk; one that is not stored holds the fill value.
    fn chunk(&self, place: &[usize]) -> Result<Vec<f64>, TraceError> {
        let indices: Vec<String> = place.iter().map(ToString::to_string).collect();
        let mut key = indices.join(&self.separator);
        if !self.prefix.is_empty() {
            key = format!("{}{}{key}", self.prefix, self.separator);
        }
        let path = self.folder.join(key);
        let count: usize = self.chunk.iter().product();
        let Some(mut stored) = bytes(&path)? else {
            return Ok(vec![self.fill; count]);
        };
        let length = count * self.size;
        for step in &self.unpack {
            stored = step.apply(&stored, length).map_err(|e| refused(&path, e))?;
        }
        if stored.len() != length {
            let found = stored.len();
            let reason = format!("the chunk has {found} bytes, expected {length}: it is cut off");
            return Err(refused(&path, reason));
        }
        Ok(stored
            .chunks_exact(self.size)
            .map(|b| self.decode(b))
            .collect())
    }

    fn decode(&self, bytes: &[u8]) -> f64 {
        let mut padded = [0; 8];
        for (to, at) in padded.iter_mut().zip(0..self.size) {
            *to = bytes[if self.big_endian {
                self.size - 1 - at
            } else {
                at
            }];
        }
        let bits = u64::from_le_bytes(padded);
        match (self.number, self.size) {
            (Number::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Number::Float, _) => f64::from_bits(bits),
            (Number::Natural, _) => bits as f64,
            (Number::Integer, size) => {
                let unused = 64 - 8 * size as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
        }
    }
}

/// The next index below `ends`; the last axis runs fastest, or the first. False after the last one.
fn advance(index: &mut [usize], ends: &[usize], first_fastest: bool) -> bool {
    let count = index.len();
    for k in 0..count {
        let axis = if first_fastest { k } else { count - 1 - k };
        index[axis] += 1;
        if index[axis] < ends[axis] {
            return true;
        }
        index[axis] = 0;
    }
    false
}

impl Unpack {
    /// The bytes before they were packed, of which there are `length` or a few more.
    fn apply(self, packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
        // no more than is needed is unpacked, whatever a broken file says
        let most = length as u64 + 8;
        let mut bytes = Vec::new();
        let read = match self {
            Self::Checksum => {
                let end = packed.len().saturating_sub(4);
                return Ok(packed[..end].to_vec());
            }
            Self::Gzip => MultiGzDecoder::new(packed)
                .take(most)
                .read_to_end(&mut bytes),
            Self::Zlib => ZlibDecoder::new(packed).take(most).read_to_end(&mut bytes),
            Self::Zstd => match StreamingDecoder::new(packed) {
                Ok(decoder) => decoder.take(most).read_to_end(&mut bytes),
                Err(error) => return Err(format!("the chunk is no zstd: {error}")),
            },
        };
        read.map_err(|error| format!("the chunk cannot be unpacked: {error}"))?;
        Ok(bytes)
    }
}

fn unreadable(path: &Path, codec: &str) -> TraceError {
    refused(
        path,
        format!(
            "chunks packed by {codec} are not read, but plain ones and those by zstd, gzip or zlib \
             are: write the losses again with one of these, or as CSV"
        ),
    )
}

fn number_of(path: &Path, number: &str, kind: &str) -> Result<Number, TraceError> {
    match number {
        "float" => Ok(Number::Float),
        "int" => Ok(Number::Integer),
        "uint" => Ok(Number::Natural),
        _ => Err(refused(
            path,
            format!("the array holds `{kind}`, and no losses"),
        )),
    }
}

fn lengths(path: &Path, value: &Value) -> Result<Vec<usize>, TraceError> {
    let lengths = value.as_array().map(|lengths| {
        let length = |v: &Value| v.as_u64().and_then(|n| usize::try_from(n).ok());
        lengths.iter().map(length).collect::<Option<Vec<_>>>()
    });
    lengths
        .flatten()
        .ok_or_else(|| refused(path, "shape or chunks are no lists of counts"))
}

/// The value of what is not stored.
fn fill(value: &Value) -> f64 {
    match value.as_str() {
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => value.as_f64().unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A folder that is removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("rlct-zarr-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            drop(fs::remove_dir_all(&path));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, bytes: &[u8]) {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn packed(numbers: &[f32], unpack: Unpack) -> Vec<u8> {
        use std::io::Write;
        let plain: Vec<u8> = numbers.iter().flat_map(|x| x.to_be_bytes()).collect();
        let level = flate2::Compression::default();
        match unpack {
            Unpack::Zstd => {
                let fastest = ruzstd::encoding::CompressionLevel::Fastest;
                ruzstd::encoding::compress_to_vec(plain.as_slice(), fastest)
            }
            Unpack::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
                writer.write_all(&plain).unwrap();
                writer.finish().unwrap()
            }
            Unpack::Zlib => {
                let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), level);
                writer.write_all(&plain).unwrap();
                writer.finish().unwrap()
            }
            Unpack::Checksum => [plain.as_slice(), &[0; 4]].concat(),
        }
    }

    /// Draws × chains, in chunks that do not divide the shape, of version 2 in Fortran's order.
    #[test]
    fn chunks_of_both_versions_are_put_together() {
        for (unpack, id) in [
            (Unpack::Zstd, "zstd"),
            (Unpack::Gzip, "gzip"),
            (Unpack::Zlib, "zlib"),
        ] {
            let store = Folder::new(id);
            store.write(".zgroup", br#"{"zarr_format": 2}"#);
            store.write(".zattrs", br#"{"n_beta": 50, "loss_at_w_star": 0.5}"#);
            store.write(
                "posterior/loss/.zarray",
                json!({
                    "zarr_format": 2, "shape": [3, 2], "chunks": [2, 2], "dtype": ">f4",
                    "compressor": {"id": id}, "filters": null, "order": "F", "fill_value": null,
                })
                .to_string()
                .as_bytes(),
            );
            let names = br#"{"_ARRAY_DIMENSIONS": ["draw", "chain"]}"#;
            store.write("posterior/loss/.zattrs", names);
            store.write("posterior/loss/0.0", &packed(&[1.0, 2.0, 4.0, 5.0], unpack));
            store.write("posterior/loss/1.0", &packed(&[3.0, 9.0, 6.0, 9.0], unpack));
            let trace = read(&store.0, &[]).unwrap();
            assert_eq!(trace.losses, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
            assert_eq!((trace.nbeta, trace.baseline), (Some(50.0), Some(0.5)));

            store.write("posterior/loss/0.0", &packed(&[1.0, 2.0, 4.0], unpack));
            let error = read(&store.0, &[]).unwrap_err().to_string();
            assert!(
                error.contains("posterior/loss/0.0: the chunk has 12 bytes"),
                "{error}"
            );
            store.write("posterior/loss/0.0", b"nonsense");
            assert!(read(&store.0, &[]).is_err());
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let store = Folder::new("refused");
        let told = |wanted: &[String]| read(&store.0, wanted).unwrap_err().to_string();
        assert!(told(&[]).contains("is no Zarr store"));
        store.write("zarr.json", br#"{"node_type": "group", "attributes": {}}"#);
        let array = |codecs: Value, kind: &str, shape: Value| {
            let node = json!({
                "node_type": "array", "shape": shape, "data_type": kind,
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 2]}},
                "chunk_key_encoding": {"name": "default"}, "fill_value": "NaN",
                "codecs": codecs, "dimension_names": ["chain", "draw"],
            });
            store.write("mine/zarr.json", node.to_string().as_bytes());
        };
        array(json!([{"name": "bytes"}]), "float64", json!([1, 2]));
        assert!(
            told(&[]).contains("there are: mine. Name one by --column"),
            "{}",
            told(&[])
        );
        let mine = ["mine".to_string()];
        // nothing stored is the fill value
        assert!(
            read(&store.0, &mine).unwrap().losses[0]
                .iter()
                .all(|x| x.is_nan())
        );
        for (codecs, kind, shape, part) in [
            (
                json!([{"name": "blosc"}]),
                "float64",
                json!([1, 2]),
                "packed by blosc are not read",
            ),
            (
                json!([]),
                "float16",
                json!([1, 2]),
                "save the array as float32",
            ),
            (json!([]), "complex64", json!([1, 2]), "holds `complex64`"),
            (
                json!([]),
                "float64",
                json!([1, 2, 3]),
                "shape and chunks do not fit",
            ),
            (json!([]), "float64", json!([-1, 2]), "no lists of counts"),
            (
                json!([]),
                "float64",
                json!([1 << 20, 1 << 20]),
                "more than are read",
            ),
        ] {
            array(codecs, kind, shape);
            assert!(told(&mine).contains(part), "{}", told(&mine));
        }
        store.write("mine/zarr.json", b"{");
        assert!(told(&mine).contains("no JSON"));
    }
}
