//! Files of points: CSV or JSON, errors with line and column.

use crate::cli::CliError;
use crate::cli::exact::{place, reason};
use serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

/// A point of the file.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Checkpoint {
    /// Its step as the file has it, or its number from 1.
    pub(in crate::cli) step: String,
    pub(in crate::cli) w: Vec<f64>,
}

/// Reads points of `dimension` coordinates, whose names are `names` or unknown; `-` is stdin.
pub(in crate::cli) fn read(
    path: &Path,
    dimension: usize,
    names: &[String],
) -> Result<Vec<Checkpoint>, CliError> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|error| CliError::Read {
        path: path.into(),
        error,
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let points = if text.trim_start().starts_with('[') {
        from_json(text, dimension).map_err(|error| CliError::Json {
            path: path.into(),
            line: error.line(),
            place: place(text, &error),
            reason: reason(&error),
        })?
    } else {
        from_csv(text, dimension, names).map_err(|(line, reason)| CliError::Checkpoint {
            path: path.into(),
            line,
            reason,
        })?
    };
    if points.is_empty() {
        return Err(CliError::Checkpoint {
            path: path.into(),
            line: 1,
            reason: "there is no point in it".into(),
        });
    }
    Ok(points)
}

fn number(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|x: &f64| x.is_finite())
}

/// What each column of a CSV is: a coordinate, or the step.
struct Columns {
    coordinates: Vec<Option<usize>>,
    names: Option<Vec<String>>,
}

impl Columns {
    fn of_header(
        cells: &csv::StringRecord,
        dimension: usize,
        names: &[String],
    ) -> Result<Self, String> {
        let mut coordinates = Vec::with_capacity(cells.len());
        let mut seen = 0;
        for cell in cells {
            let coordinate = match names.iter().position(|name| name == cell) {
                Some(i) if coordinates.contains(&Some(i)) => {
                    return Err(format!("the column `{cell}` is there twice"));
                }
                Some(i) => Some(i),
                None if cell == "step" => None,
                None if names.is_empty() => Some(seen),
                None => {
                    let names = names.join(", ");
                    return Err(format!(
                        "the column `{cell}` is no variable; they are {names}, and there may be \
                         `step`"
                    ));
                }
            };
            seen += usize::from(coordinate.is_some());
            coordinates.push(coordinate);
        }
        if seen == dimension {
            let names = Some(cells.iter().map(String::from).collect());
            return Ok(Self { coordinates, names });
        }
        let missing = (0..names.len()).find(|&i| !coordinates.contains(&Some(i)));
        Err(match missing {
            Some(i) => format!("there is no column for the variable `{}`", names[i]),
            None => format!("{seen} columns of parameters, the loss has {dimension}"),
        })
    }

    fn name(&self, column: usize) -> String {
        match self.names.as_ref().and_then(|names| names.get(column)) {
            Some(name) => format!("column {} (`{name}`)", column + 1),
            None => format!("column {}", column + 1),
        }
    }

    fn point(&self, cells: &csv::StringRecord, row: usize) -> Result<Checkpoint, String> {
        let expected = self.coordinates.len();
        if cells.len() != expected {
            let found = cells.len();
            let column = found.min(expected) + 1;
            return Err(format!(
                "column {column}: the line has {found} cells, expected {expected}"
            ));
        }
        let mut point = Checkpoint {
            step: (row + 1).to_string(),
            w: vec![0.0; self.coordinates.iter().flatten().count()],
        };
        for (column, (cell, coordinate)) in cells.iter().zip(&self.coordinates).enumerate() {
            match coordinate {
                None => point.step = cell.to_string(),
                Some(i) => {
                    point.w[*i] = number(cell).ok_or_else(|| {
                        format!("{}: `{cell}` is not a finite number", self.name(column))
                    })?;
                }
            }
        }
        Ok(point)
    }
}

/// The points, or the line and what is wrong there. A first line without any number names the
/// columns.
fn from_csv(
    text: &str,
    dimension: usize,
    names: &[String],
) -> Result<Vec<Checkpoint>, (u64, String)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns = Columns {
        coordinates: (0..dimension).map(Some).collect(),
        names: None,
    };
    let mut points = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            (line, error.to_string())
        })?;
        // The reader counts a record from the blank lines before it on.
        let from = record.position().map_or(0, csv::Position::line);
        let blank = text.lines().skip(from.saturating_sub(1) as usize);
        let blank = blank.take_while(|line| line.trim().is_empty()).count();
        let line = from + blank as u64;
        let header = index == 0 && record.iter().all(|cell| cell.parse::<f64>().is_err());
        if header {
            columns = Columns::of_header(&record, dimension, names).map_err(|e| (line, e))?;
        } else {
            points.push(
                columns
                    .point(&record, points.len())
                    .map_err(|e| (line, e))?,
            );
        }
    }
    Ok(points)
}

/// The points of an array of arrays; errors have the line and the column.
fn from_json(text: &str, dimension: usize) -> serde_json::Result<Vec<Checkpoint>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let points = Rows { dimension }.deserialize(&mut reader)?;
    reader.end()?;
    let numbered = points.into_iter().enumerate();
    Ok(numbered
        .map(|(i, w)| Checkpoint {
            step: (i + 1).to_string(),
            w,
        })
        .collect())
}

struct Rows {
    dimension: usize,
}

struct Row {
    dimension: usize,
}

impl<'de> DeserializeSeed<'de> for Rows {
    type Value = Vec<Vec<f64>>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows {
    type Value = Vec<Vec<f64>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
        let dimension = self.dimension;
        let mut points = Vec::new();
        while let Some(point) = rows.next_element_seed(Row { dimension })? {
            points.push(point);
        }
        Ok(points)
    }
}

impl<'de> DeserializeSeed<'de> for Row {
    type Value = Vec<f64>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row {
    type Value = Vec<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of {} numbers", self.dimension)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Self::Value, A::Error> {
        let mut point = Vec::with_capacity(self.dimension);
        while let Some(coordinate) = row.next_element()? {
            point.push(coordinate);
        }
        if point.len() == self.dimension {
            Ok(point)
        } else {
            Err(A::Error::invalid_length(point.len(), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> [String; 2] {
        ["x", "y"].map(String::from)
    }

    fn csv(text: &str) -> Result<Vec<Checkpoint>, (u64, String)> {
        from_csv(text, 2, &names())
    }

    #[test]
    fn points_are_read() {
        let point = |step: &str, w: [f64; 2]| Checkpoint {
            step: step.into(),
            w: w.to_vec(),
        };
        assert_eq!(
            csv("1, 2\n3,4\n"),
            Ok(vec![point("1", [1.0, 2.0]), point("2", [3.0, 4.0])])
        );
        assert_eq!(
            csv("y,step,x\n1,100,2\n"),
            Ok(vec![point("100", [2.0, 1.0])])
        );
        let network = from_csv("step,a,b\n7,1,2\n", 2, &[]);
        assert_eq!(network, Ok(vec![point("7", [1.0, 2.0])]));
        let json = from_json("[[1, 2.5],\n [0, -1e-3]]", 2).unwrap();
        assert_eq!(json, [point("1", [1.0, 2.5]), point("2", [0.0, -1e-3])]);
    }

    #[test]
    fn errors_have_line_and_column() {
        for (text, line, part) in [
            (
                "1,2\n\n3,abc\n",
                3,
                "column 2: `abc` is not a finite number",
            ),
            ("x,y\n1,2\n3,nan\n", 3, "column 2 (`y`): `nan`"),
            ("1,2\n3\n", 2, "column 2: the line has 1 cells, expected 2"),
            ("1,2,3\n", 1, "column 3: the line has 3 cells"),
            ("1,two\n", 1, "column 2: `two`"),
            (
                "x,z\n1,2\n",
                1,
                "the column `z` is no variable; they are x, y",
            ),
            ("x,x\n1,2\n", 1, "`x` is there twice"),
            ("x\n1\n", 1, "no column for the variable `y`"),
        ] {
            let (at, reason) = csv(text).unwrap_err();
            assert_eq!(at, line, "{text}");
            assert!(reason.contains(part), "{text}: {reason}");
        }
        for (text, line, column) in [
            ("[[1, 2],\n [3, \"a\"]]", 2, 8),
            ("[[1, 2],\n [3, 4, 5]]", 2, 10),
            ("[[1, 2], 3]", 1, 10),
        ] {
            let error = from_json(text, 2).unwrap_err();
            assert_eq!(
                (error.line(), error.column()),
                (line, column),
                "{text}: {error}"
            );
        }
    }
}
