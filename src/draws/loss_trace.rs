//! Losses of chains that another program ran.

/// The losses L(w) of chains that were run elsewhere at one inverse temperature, as a file holds
/// them, and how it was read. [`TraceJudge`](crate::estimate::TraceJudge) judges them.
///
/// A file is one of three things.
///
/// - A table (CSV, or separated by semicolons, tabs or spaces) with *a column a chain*. Of the
///   columns those count whose name has `chain` or `loss` in it; where there is none, all of them
///   but a count of the draws. A table of numbers alone needs no names.
/// - A table with *a line a draw*: the column `chain`, perhaps `draw`, `step` or `iteration`, by
///   which the draws are put in order, perhaps `nbeta` or `inverse_temperature` for chains at
///   several temperatures, and a column of losses, `loss` if there are several. This crate writes
///   such a table ([`DrawsFile`](super::DrawsFile)).
/// - A Zarr store, version 2 or 3: the array `loss`, or what devinterp calls it, in the root, in
///   `sample_stats` or in `posterior`, with the dimensions `chain` and `draw` or `step`. Over
///   further dimensions (samples of a batch, positions of a text) the mean is taken. Chunks may be
///   plain, or compressed by zstd, gzip or zlib.
///
/// # Examples
///
/// ```
/// use rlct::draws::LossTrace;
///
/// let table = "chain,step,loss\n0,10,0.25\n1,10,0.5\n0,20,0.125\n1,20,0.5\n";
/// let traces = LossTrace::from_text(table, &[]).map_err(|(line, why)| format!("{line}: {why}"))?;
/// assert_eq!(traces[0].losses, [[0.25, 0.125], [0.5, 0.5]]);
/// assert_eq!((traces.len(), traces[0].nbeta), (1, None));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LossTrace {
    /// The inverse temperature t = nβ, where the file tells it.
    pub nbeta: Option<f64>,
    /// L(w*), where the file tells it.
    pub baseline: Option<f64>,
    /// What the file calls the chains.
    pub names: Vec<String>,
    /// The losses of each chain, draw after draw. What the file has as NaN or infinite stays so.
    pub losses: Vec<Vec<f64>>,
    /// How the file was read, in words.
    pub layout: String,
}

impl LossTrace {
    /// The draws of the longest chain.
    #[must_use]
    pub fn num_draws(&self) -> usize {
        self.losses.iter().map(Vec::len).max().unwrap_or(0)
    }
}
