//! Data: columns of numbers, by name.

use super::SelectionError;
use std::io::Read;

/// Columns of finite numbers, all of the same length.
///
/// # Examples
///
/// ```
/// use rlct::selection::DataTable;
///
/// let csv = "a,b,note\n1,2,x\n3,5,y\n";
/// let table = DataTable::from_csv(csv.as_bytes(), &["b", "a"])?;
/// assert_eq!(table.num_rows(), 2);
/// assert_eq!(table.column(0), [2.0, 5.0]);
/// let error = DataTable::from_csv("a\n1\n2,5\n".as_bytes(), &["a"]).unwrap_err();
/// assert!(error.to_string().starts_with("line 3: "));
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    /// The lines of the file the rows come from; empty if there is no file.
    lines: Vec<u64>,
}

impl DataTable {
    /// A table of columns.
    ///
    /// # Errors
    /// [`SelectionError::TooFewColumns`] without columns, [`SelectionError::SameColumn`],
    /// [`SelectionError::Ragged`], [`SelectionError::Cell`] for a value that is not finite (its
    /// line counts from 1) and [`SelectionError::TooFewRows`] for less than two rows.
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// let table = DataTable::new([("x", vec![1.0, 2.0])])?;
    /// assert_eq!(table.names(), ["x"]);
    /// assert!(DataTable::new([("x", vec![1.0, f64::NAN])]).is_err());
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    pub fn new<S: Into<String>>(
        columns: impl IntoIterator<Item = (S, Vec<f64>)>,
    ) -> Result<Self, SelectionError> {
        let (names, columns): (Vec<String>, Vec<Vec<f64>>) =
            columns.into_iter().map(|(s, c)| (s.into(), c)).unzip();
        distinct(&names)?;
        let Some(expected) = columns.first().map(Vec::len) else {
            return Err(SelectionError::TooFewColumns {
                what: "data",
                least: 1,
                found: 0,
            });
        };
        for (name, column) in names.iter().zip(&columns) {
            if column.len() != expected {
                return Err(SelectionError::Ragged {
                    column: name.clone(),
                    expected,
                    found: column.len(),
                });
            }
            if let Some(row) = column.iter().position(|x| !x.is_finite()) {
                return Err(SelectionError::Cell {
                    line: row as u64 + 1,
                    column: name.clone(),
                    text: column[row].to_string(),
                    expected: "a finite number".into(),
                });
            }
        }
        if expected < 2 {
            return Err(SelectionError::TooFewRows {
                model: "a comparison of models".into(),
                least: 2,
                found: expected,
            });
        }
        Ok(Self {
            names,
            columns,
            lines: Vec::new(),
        })
    }

    /// Reads the named columns of a CSV whose first line names its columns; other columns may hold
    /// anything. Spaces around a cell do not count.
    ///
    /// # Errors
    /// [`SelectionError::Csv`] if it is no CSV (lines of different lengths, text that is not
    /// UTF-8), [`SelectionError::NoColumn`], [`SelectionError::SameColumn`],
    /// [`SelectionError::Missing`] and [`SelectionError::Cell`] with line and column, and as
    /// [`new`](Self::new).
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// let error = DataTable::from_csv("a,b\n1,2\n3,\n".as_bytes(), &["b"]).unwrap_err();
    /// assert!(error.to_string().starts_with("line 3, column `b`: the value is missing"));
    /// ```
    pub fn from_csv(reader: impl Read, names: &[impl AsRef<str>]) -> Result<Self, SelectionError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(reader);
        let headers: Vec<String> = reader
            .headers()
            .map_err(|error| refused(&error))?
            .iter()
            // a byte-order mark is no part of the first name
            .map(|name| name.trim_start_matches('\u{feff}').to_string())
            .collect();
        let places = names.iter().map(|name| {
            let name = name.as_ref();
            let mut found = (0..headers.len()).filter(|&i| headers[i] == name);
            match (found.next(), found.next()) {
                (Some(place), None) => Ok(place),
                (Some(_), Some(_)) => Err(SelectionError::SameColumn { name: name.into() }),
                (None, _) => Err(SelectionError::NoColumn {
                    name: name.into(),
                    columns: headers.clone(),
                }),
            }
        });
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let mut columns = vec![Vec::new(); places.len()];
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| refused(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            lines.push(line);
            for (&place, column) in places.iter().zip(&mut columns) {
                column.push(number(&record[place], line, &headers[place])?);
            }
        }
        let table = Self::new(names.iter().map(AsRef::as_ref).zip(columns))?;
        Ok(Self { lines, ..table })
    }

    /// The columns' names.
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// let table = DataTable::new([("x", vec![1.0, 2.0]), ("y", vec![0.0, 0.0])])?;
    /// assert_eq!(table.names(), ["x", "y"]);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number n of rows.
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// assert_eq!(DataTable::new([("x", vec![1.0, 2.0])])?.num_rows(), 2);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// The number of columns.
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// assert_eq!(DataTable::new([("x", vec![1.0, 2.0])])?.num_columns(), 1);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn num_columns(&self) -> usize {
        self.columns.len()
    }

    /// The values of a column.
    ///
    /// # Panics
    /// If there is no such column.
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// assert_eq!(DataTable::new([("x", vec![1.0, 2.0])])?.column(0), [1.0, 2.0]);
    /// # Ok::<(), rlct::selection::SelectionError>(())
    /// ```
    #[must_use]
    pub fn column(&self, index: usize) -> &[f64] {
        &self.columns[index]
    }

    /// The line of a row in its file, or its number from 1.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(row as u64 + 1)
    }

    /// The columns centred and scaled to mean square 1, with their standard deviations.
    pub(super) fn standardised(&self) -> Result<(Vec<Vec<f64>>, Vec<f64>), SelectionError> {
        let n = self.num_rows() as f64;
        let each = self.names.iter().zip(&self.columns).map(|(name, column)| {
            let constant = || SelectionError::Constant {
                column: name.clone(),
            };
            // scaled first, so that squares neither overflow nor vanish
            let size = column.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
            if column.iter().all(|x| *x == column[0]) {
                return Err(constant());
            }
            let mean = column.iter().map(|x| x / size).sum::<f64>() / n;
            let centred: Vec<f64> = column.iter().map(|x| x / size - mean).collect();
            let deviation = (centred.iter().map(|x| x * x).sum::<f64>() / n).sqrt();
            // what is left is rounding
            if deviation < 1e-13 {
                return Err(constant());
            }
            let scaled = centred.iter().map(|x| x / deviation).collect();
            Ok((scaled, deviation * size))
        });
        let each: Result<Vec<_>, _> = each.collect();
        Ok(each?.into_iter().unzip())
    }
}

fn distinct(names: &[String]) -> Result<(), SelectionError> {
    match (1..names.len()).find(|&i| names[..i].contains(&names[i])) {
        Some(i) => Err(SelectionError::SameColumn {
            name: names[i].clone(),
        }),
        None => Ok(()),
    }
}

fn number(text: &str, line: u64, column: &str) -> Result<f64, SelectionError> {
    if ["", "NA", "NaN", "nan", "?"].contains(&text) {
        return Err(SelectionError::Missing {
            line,
            column: column.into(),
        });
    }
    let value = text.parse::<f64>().ok().filter(|x| x.is_finite());
    value.ok_or_else(|| SelectionError::Cell {
        line,
        column: column.into(),
        text: text.into(),
        expected: "a finite number".into(),
    })
}

fn refused(error: &csv::Error) -> SelectionError {
    let line = error.position().map_or(0, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} cells, but {expected_len} columns have names"),
        csv::ErrorKind::Utf8 { err, .. } => format!("not UTF-8: {err}"),
        _ => error.to_string(),
    };
    SelectionError::Csv { line, reason }
}
