//! Draws of Langevin chains: recorded, summarised, and written for other programs.
//!
//! [`Llc::record`](crate::estimate::Llc::record) runs the chains of an estimate and keeps what a
//! [`Recording`] asks for: by default the first parameters, as many as fit in its limits, never all
//! of a large network. The [`RecordedDraws`] go to one of three formats, by the ending of a
//! [`DrawsFile`]:
//!
//! | ending | holds |
//! |---|---|
//! | `.zarr` | a directory, the Zarr v3 store that ArviZ opens: `posterior`, `sample_stats`, `constant_data` |
//! | `.json` | summaries of each parameter (mean, sd, quantiles, effective sample sizes, R̂) and the traces of losses |
//! | `.csv` | a line a draw |
//!
//! # The Zarr store
//!
//! One `zarr.json` for each group and array, one uncompressed little-endian chunk for each chain,
//! dimensions `chain`, `draw` and perhaps `parameter`.
//!
//! - `posterior`: each parameter under its name, or all in `w` with the coordinate `parameter` of
//!   their indices; `distance` = |w − w*|; `energy` = t (L(w) − L(w*)) at t = nβ, of which U(t) is
//!   the mean and the standard error of U(t) what ArviZ calls `mcse_mean`. U(t) is not λ: see
//!   [`crate::estimate`].
//! - `sample_stats`: `loss` as recorded; `lp`, the log density up to a constant; `step_size`;
//!   `acceptance_rate`, the mean of the steps since the draw before (for SGLD on all the data of
//!   what its proposals would have had, one step late), where it is known; `diverging`, true at the
//!   last draw of a chain that then ran away.
//! - `constant_data`: `w_star`.
//! - attributes of the store: `schema` ([`SCHEMA`](crate::SCHEMA)), `quantity` = `energy`,
//!   `inverse_temperature` t, `energy` U(t), `lambda_hat` = null (for one release), standard error
//!   and doubts, nβ, γ, L(w*), the sampler and settings of the chains, the
//!   dimension, how many parameters are recorded, failures of chains, the version.
//!
//! Chains that failed or were stopped are shorter than others; their missing draws are NaN, and
//! ArviZ's statistics then too. The attributes `equal_chains` and `equal_draws` say which chains,
//! cut to which length, U(t) is from; take these (below).
//!
//! ```python
//! import arviz, xarray
//! tree = xarray.open_datatree("draws.zarr", engine="zarr", consolidated=False)
//! idata = arviz.InferenceData.from_datatree(tree)
//! last = tree.attrs["equal_draws"] - 1
//! idata = idata.sel(chain=tree.attrs["equal_chains"], draw=slice(0, last))
//! arviz.summary(idata)
//! ```
//!
//! This was run with xarray 2026.9.0, zarr 3.1.6, ArviZ 0.23.4 and arviz-stats 0.8.0: for the
//! example `rlct estimate 'x^2+x*y+y^2' --seed 1` mean, standard deviation, `mcse_mean`,
//! `ess_bulk`, `ess_tail` and `r_hat` of all quantities agree with the summaries of the `.json` to
//! 10⁻¹⁴, and mean and `mcse_mean` of `energy` are U(t) and its standard error. (arviz-stats takes
//! other quantiles for `ess_tail`, which is then another number.) `arviz.from_zarr` of ArviZ 0.23.4
//! refuses any Zarr 3.
//!
//! The other way round, [`LossTrace`] reads losses that other programs wrote, for
//! [`TraceJudge`](crate::estimate::TraceJudge).
//!
//! # Examples
//!
//! ```
//! use rlct::draws::{DrawsFile, Recording};
//! use rlct::estimate::Llc;
//! use rlct::loss::{Reading, PolynomialLoss};
//!
//! let loss = PolynomialLoss::new(&["x^2 + x*y + y^2".parse()?], Reading::Loss)?;
//! let recording = Recording::new().with_names(["x", "y"]);
//! let run = Llc::new(&loss, &[0.0, 0.0]).nbeta(1e3).draws(500).record(&recording)?;
//! let path = std::env::temp_dir().join(format!("rlct-doc-{}.csv", std::process::id()));
//! DrawsFile::new(&path)?.replacing(true).write(&run.draws)?;
//! assert!(std::fs::read_to_string(&path)?.starts_with("chain,draw,loss,lp,distance,x,y\n"));
//! # std::fs::remove_file(path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod file;
mod loss_file;
mod loss_table;
mod loss_trace;
mod recorded;
mod recording;
mod summary;
mod text;
mod trace_error;
mod zarr;
mod zarr_reader;

pub use error::DrawsError;
pub use file::{DrawsFile, DrawsFormat};
pub use loss_trace::LossTrace;
pub use recorded::RecordedDraws;
pub use recording::Recording;
pub(crate) use recording::{Recorder, Trace};
pub use summary::Summary;
pub use trace_error::TraceError;
