//! Data: columns of numbers, by name.

use super::SelectionError;

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
    /// The words for the values 0, 1, … of each column; none for a column of numbers.
    states: Vec<Vec<String>>,
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
            states: vec![Vec::new(); names.len()],
            names,
            columns,
            lines: Vec::new(),
        })
    }

    /// The same with the lines of the file the rows come from, and the words for values.
    pub(super) fn with_origin(mut self, lines: Vec<u64>, states: Vec<Vec<String>>) -> Self {
        self.lines = lines;
        self.states = states;
        self
    }

    /// The table of some of the columns, in the order asked for.
    ///
    /// # Errors
    /// [`SelectionError::NoColumn`], [`SelectionError::SameColumn`].
    pub fn with_columns(&self, names: &[impl AsRef<str>]) -> Result<Self, SelectionError> {
        let names: Vec<String> = names.iter().map(|name| name.as_ref().to_string()).collect();
        distinct(&names)?;
        let place = |name: &String| {
            let found = self.names.iter().position(|own| own == name);
            found.ok_or_else(|| SelectionError::NoColumn {
                name: name.clone(),
                columns: self.names.clone(),
            })
        };
        let places = names.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            columns: places.iter().map(|&i| self.columns[i].clone()).collect(),
            states: places.iter().map(|&i| self.states[i].clone()).collect(),
            lines: self.lines.clone(),
            names,
        })
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

    /// The words for the values 0, 1, … of a column; none for a column of numbers.
    ///
    /// # Panics
    /// If there is no such column.
    #[must_use]
    pub fn states(&self, index: usize) -> &[String] {
        &self.states[index]
    }

    /// The line of a row in its file, or its number from 1.
    #[must_use]
    pub fn line(&self, row: usize) -> u64 {
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
