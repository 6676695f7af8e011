//! Samples for a network: inputs and targets, checked against it.

use super::NetworkError;
use super::architecture::Network;
use super::description::{Head, Inputs};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// A table of numbers with the name of where it comes from, for errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The file and, in an archive, the array.
    pub source: String,
    /// The number of rows: samples.
    pub rows: usize,
    /// The number of columns.
    pub columns: usize,
    /// Row-major.
    pub entries: Vec<f64>,
}

impl Table {
    /// A table that was computed, row-major.
    ///
    /// # Errors
    /// [`NetworkError::Size`] if the entries do not fill the rows.
    pub fn new(
        source: impl Into<String>,
        columns: usize,
        entries: Vec<f64>,
    ) -> Result<Self, NetworkError> {
        let source = source.into();
        let rows = entries.len().checked_div(columns).unwrap_or(0);
        if rows * columns != entries.len() || columns == 0 {
            return Err(NetworkError::Size {
                what: source,
                unit: "entries",
                expected: rows * columns,
                found: entries.len(),
            });
        }
        Ok(Self {
            source,
            rows,
            columns,
            entries,
        })
    }

    /// Some of the rows.
    fn rows_where(&self, kept: impl Fn(usize) -> bool) -> Self {
        let rows = self.entries.chunks_exact(self.columns).enumerate();
        let rows: Vec<&[f64]> = rows.filter(|(i, _)| kept(*i)).map(|(_, row)| row).collect();
        Self {
            source: self.source.clone(),
            rows: rows.len(),
            columns: self.columns,
            entries: rows.concat(),
        }
    }

    /// The columns, of which there must be so many.
    fn sized(&self, expected: usize) -> Result<(), NetworkError> {
        if self.columns == expected {
            return Ok(());
        }
        Err(NetworkError::Size {
            what: self.source.clone(),
            unit: "columns",
            expected,
            found: self.columns,
        })
    }

    /// An error at an entry.
    fn entry(&self, index: usize, expected: String) -> NetworkError {
        NetworkError::Entry {
            what: self.source.clone(),
            row: index / self.columns,
            column: index % self.columns,
            value: self.entries[index].to_string(),
            expected,
        }
    }

    /// All entries must be finite.
    fn finite(&self) -> Result<(), NetworkError> {
        match self.entries.iter().position(|x| !x.is_finite()) {
            Some(index) => Err(self.entry(index, "a finite number".into())),
            None => Ok(()),
        }
    }

    /// All entries must be integers from 0 to below a bound.
    fn below(&self, bound: usize) -> Result<(), NetworkError> {
        let fits = |x: &f64| x.fract() == 0.0 && *x >= 0.0 && *x < bound as f64;
        match self.entries.iter().position(|x| !fits(x)) {
            Some(index) => {
                let last = bound.saturating_sub(1);
                Err(self.entry(index, format!("an integer from 0 to {last}")))
            }
            None => Ok(()),
        }
    }
}

/// Inputs and targets, row by row, that fit a network.
///
/// # Examples
///
/// ```
/// use rlct::network::{Dataset, Head, Network, NetworkDescription, Activation, Table};
///
/// let head = Head::CrossEntropy;
/// let description = NetworkDescription::perceptron(&[2, 3], Activation::Tanh, head);
/// let network = Network::new(&description)?;
/// let inputs = Table::new("x", 2, vec![0.5, 1.0, -1.0, 0.0])?;
/// let labels = Table::new("y", 1, vec![2.0, 3.0])?;
/// let error = Dataset::new(&network, inputs, labels).unwrap_err();
/// assert_eq!(error.to_string(), "y, row 1, column 0: 3 is not an integer from 0 to 2");
/// # Ok::<(), rlct::network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    pub(super) inputs: Table,
    pub(super) targets: Table,
}

impl Dataset {
    /// Inputs (n × inputs, finite, or tokens) and targets (n × outputs for squared error; zeros
    /// and ones for the logistic head; n × 1 labels for cross entropy).
    ///
    /// # Errors
    /// [`NetworkError::NoSamples`], [`NetworkError::Size`], and [`NetworkError::Entry`] with file,
    /// row and column.
    pub fn new(network: &Network, inputs: Table, targets: Table) -> Result<Self, NetworkError> {
        if inputs.rows == 0 {
            return Err(NetworkError::NoSamples {
                what: inputs.source,
            });
        }
        if inputs.rows > u32::MAX as usize {
            return Err(NetworkError::Size {
                what: inputs.source,
                unit: "rows",
                expected: u32::MAX as usize,
                found: inputs.rows,
            });
        }
        if inputs.rows != targets.rows {
            return Err(NetworkError::Size {
                what: targets.source,
                unit: "rows",
                expected: inputs.rows,
                found: targets.rows,
            });
        }
        match network.inputs() {
            Inputs::Real(width) => {
                inputs.sized(width)?;
                inputs.finite()?;
            }
            Inputs::Tokens { count, vocabulary } => {
                inputs.sized(count)?;
                inputs.below(vocabulary)?;
            }
        }
        let outputs = network.num_outputs();
        match network.head() {
            Head::SquaredError { .. } => {
                targets.sized(outputs)?;
                targets.finite()?;
            }
            Head::CrossEntropy => {
                targets.sized(1)?;
                targets.below(outputs)?;
            }
            Head::Logistic => {
                targets.sized(outputs)?;
                targets.below(2)?;
            }
        }
        Ok(Self { inputs, targets })
    }

    /// Two parts: what is left, and `held` samples that are held out for a test. Which ones, the
    /// seed decides; in both parts they stand in their old order.
    ///
    /// # Errors
    /// [`NetworkError::NoSamples`] if one part would be empty.
    pub fn hold_out(self, held: usize, seed: u64) -> Result<(Self, Self), NetworkError> {
        let n = self.num_samples();
        let empty = |what: &str| NetworkError::NoSamples {
            what: format!("{what} of {}", self.inputs.source),
        };
        if held == 0 {
            return Err(empty("the part held out"));
        }
        if held >= n {
            return Err(empty("what is left"));
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut out = vec![false; n];
        for index in rand::seq::index::sample(&mut rng, n, held) {
            out[index] = true;
        }
        let part = |held: bool| Self {
            inputs: self.inputs.rows_where(|row| out[row] == held),
            targets: self.targets.rows_where(|row| out[row] == held),
        };
        Ok((part(false), part(true)))
    }

    /// The number n of samples.
    #[must_use]
    pub fn num_samples(&self) -> usize {
        self.inputs.rows
    }
}
