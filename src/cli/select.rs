//! `rlct select`: models chosen from data by sBIC, BIC and WBIC.

use super::interrupt::{Interrupt, time_limit};
use super::output::Output;
use super::progress::Progress;
use super::words::{ByName, count};
use super::{CliError, Exit};
use crate::estimate::Doubt;
use crate::selection::{
    Convergence, DataTable, FactorAnalysis, Mixtures, NoiseCovariance, ReducedRankRegression,
    SampledFamily, Selection, SelectionError, Starts, Wbic, WbicEstimate,
};
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;
use std::cell::OnceCell;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

const HELP: &str = "\
The file is a CSV whose first line names the columns. sBIC, BIC and −WBIC are all on the scale of
the log marginal likelihood, so that the greatest is best; a star marks the choice of each. `λ's`
says whether sBIC used exact learning coefficients throughout or also upper bounds.

WBIC is sampled for reduced-rank and factor-analysis.

Exit code 3: sBIC's choice rests on upper bounds, WBIC is not decided within three standard errors,
or a fit is doubtful.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModelArg {
    /// y = c + BAx + noise with BA of rank 0, 1, …
    ReducedRank,
    /// y ~ N(μ, D + LLᵀ) with 0, 1, … factors
    FactorAnalysis,
    /// Features independent given one of 1, 2, … classes; the values of a column are its states
    LatentClass,
    /// Numbers of successes in --trials trials, with 1, 2, … probabilities
    BinomialMixture,
    /// 1, 2, … components N(θ, σ² I) with σ = --deviation
    NormalMixture,
}

/// What is to be chosen from which data.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(after_help = HELP)]
pub(super) struct SelectArgs {
    /// The family of models
    #[arg(long, value_parser = ByName::<ModelArg>::new())]
    model: ModelArg,
    /// The data, a CSV with a line of names
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// The predictors' columns, for reduced-rank
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        required_if_eq("model", "reduced-rank")
    )]
    predictors: Vec<String>,
    /// The responses' columns, for reduced-rank
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        required_if_eq("model", "reduced-rank")
    )]
    responses: Vec<String>,
    /// The noise is N(0, σ² I) with this σ; without, its covariance is estimated (reduced-rank)
    #[arg(long, value_name = "SIGMA")]
    noise: Option<f64>,
    /// The observed variables' columns, for all other families
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        required_if_eq_any([
            ("model", "factor-analysis"),
            ("model", "latent-class"),
            ("model", "binomial-mixture"),
            ("model", "normal-mixture"),
        ])
    )]
    columns: Vec<String>,
    /// The most factors; without, as many as there are degrees of freedom for (factor-analysis)
    #[arg(long, value_name = "K", value_parser = count::<usize>)]
    max_factors: Option<usize>,
    /// The most components or classes (mixtures) [default: 2]
    #[arg(long, value_name = "K", value_parser = count::<usize>)]
    max_components: Option<usize>,
    /// The number of trials (binomial-mixture)
    #[arg(
        long,
        value_name = "N",
        required_if_eq("model", "binomial-mixture"),
        value_parser = count::<usize>,
    )]
    trials: Option<usize>,
    /// The standard deviation of the components (normal-mixture)
    #[arg(long, value_name = "SIGMA", required_if_eq("model", "normal-mixture"))]
    deviation: Option<f64>,
    /// The number of random starts of each fit (not reduced-rank, whose fit is exact) [default: 10]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    starts: Option<usize>,
    /// Leave WBIC out, which is sampled
    #[arg(long)]
    no_wbic: bool,
    /// The seed of starts and samplers
    #[arg(long, default_value_t = 0, value_parser = count::<u64>)]
    seed: u64,
    /// The time for sampling WBIC, in seconds; then models that were not reached have none
    #[arg(long, value_name = "SECONDS", value_parser = time_limit, conflicts_with = "no_wbic")]
    time: Option<Duration>,
}

impl SelectArgs {
    /// An option of another family, which would be passed over in silence.
    fn foreign(&self) -> Option<&'static str> {
        use ModelArg::{BinomialMixture, FactorAnalysis, NormalMixture, ReducedRank};
        let (model, rank) = (self.model, self.model == ReducedRank);
        let mixture = model != ReducedRank && model != FactorAnalysis;
        [
            ("--predictors", !rank && !self.predictors.is_empty()),
            ("--responses", !rank && !self.responses.is_empty()),
            ("--noise", !rank && self.noise.is_some()),
            ("--columns", rank && !self.columns.is_empty()),
            ("--starts", rank && self.starts.is_some()),
            (
                "--max-factors",
                model != FactorAnalysis && self.max_factors.is_some(),
            ),
            (
                "--max-components",
                !mixture && self.max_components.is_some(),
            ),
            (
                "--trials",
                model != BinomialMixture && self.trials.is_some(),
            ),
            (
                "--deviation",
                model != NormalMixture && self.deviation.is_some(),
            ),
        ]
        .into_iter()
        .find_map(|(option, foreign)| foreign.then_some(option))
    }

    fn table(&self, names: &[String]) -> Result<DataTable, CliError> {
        let file = File::open(&self.data).map_err(|error| CliError::Read {
            path: self.data.clone(),
            error,
        })?;
        DataTable::from_csv(file, names).map_err(|error| self.told(error))
    }

    fn told(&self, error: SelectionError) -> CliError {
        CliError::Selection {
            path: self.data.clone(),
            error,
        }
    }

    /// sBIC and BIC, and WBIC unless it is not wanted.
    fn sampled(
        &self,
        family: &dyn SampledFamily,
        interrupt: &OnceCell<Interrupt>,
    ) -> Result<Selection, SelectionError> {
        let selection = Selection::new(family)?;
        if self.no_wbic {
            return Ok(selection);
        }
        let progress = Progress::bar(0, "steps of WBIC");
        let watch = |seen: crate::sampler::Progress| progress.set(seen.done, seen.total);
        // before, Ctrl-C ends the process at once: fits have nothing to show for a part of them
        let interrupt = interrupt.get_or_init(|| Interrupt::install().within(self.time));
        let control = interrupt.control().with_progress(&watch);
        selection.with_wbic_under(family, &Wbic::new().seed(self.seed), &control)
    }

    /// A mixture's criteria; WBIC has no loss of it.
    fn mixture(
        &self,
        data: &DataTable,
        starts: &Starts,
    ) -> Result<(Selection, Vec<Convergence>), SelectionError> {
        let most = self.max_components.unwrap_or(2);
        let family = match self.model {
            ModelArg::BinomialMixture => {
                Mixtures::binomial(data, self.trials.unwrap_or(0), most, starts)?
            }
            ModelArg::NormalMixture => {
                Mixtures::normal(data, self.deviation.unwrap_or(f64::NAN), most, starts)?
            }
            _ => Mixtures::latent_classes(data, most, starts)?,
        };
        let fits = family.fits().iter().map(|fit| fit.convergence.clone());
        Ok((Selection::new(&family)?, fits.collect()))
    }
}

pub(super) fn run(
    args: &SelectArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    if let Some(option) = args.foreign() {
        return Err(CliError::ForeignOption { option });
    }
    let interrupt = OnceCell::new();
    let starts = Starts::new().with_seed(args.seed);
    let starts = match args.starts {
        Some(count) => starts.with_count(count),
        None => starts,
    };
    let found = match args.model {
        ModelArg::ReducedRank => {
            let predictors = args.table(&args.predictors)?;
            let responses = args.table(&args.responses)?;
            let noise = args
                .noise
                .map_or(NoiseCovariance::Estimated, NoiseCovariance::Known);
            ReducedRankRegression::new(&predictors, &responses, noise)
                .and_then(|family| Ok((args.sampled(&family, &interrupt)?, Vec::new())))
        }
        ModelArg::FactorAnalysis => {
            FactorAnalysis::new(&args.table(&args.columns)?, args.max_factors, &starts).and_then(
                |family| {
                    let fits = family.fits().iter().map(|fit| fit.convergence.clone());
                    Ok((args.sampled(&family, &interrupt)?, fits.collect()))
                },
            )
        }
        _ => args.mixture(&args.table(&args.columns)?, &starts),
    };
    let (selection, fits) = found.map_err(|error| args.told(error))?;
    if output.is_json() {
        output.value(&json!({
            "num_samples": selection.num_samples(),
            "scale": "log marginal likelihood; wbic is its negative",
            "chosen": {
                "sbic": selection.by_sbic().name,
                "bic": selection.by_bic().name,
                "wbic": selection.by_wbic().map(|score| &score.name),
            },
            "wbic_is_decided": selection.is_decided_by_wbic(),
            "models": selection.scores(),
            "wbic": selection.wbic(),
            "fits": fits,
        }))?;
    } else {
        output.line(table(&selection))?;
        output.line(selection.verdict())?;
    }
    let doubts = doubts(&selection, &fits);
    for doubt in &doubts {
        drop(writeln!(stderr, "doubtful: {doubt}"));
    }
    if let Some((exit, why)) = interrupt.get().and_then(Interrupt::end) {
        let stopped = |doubt: &Doubt| matches!(doubt, Doubt::Stopped | Doubt::Time { .. });
        let whole = |wbic: &&WbicEstimate| !wbic.verdict.doubts().iter().any(stopped);
        let all = selection.scores().len();
        let done = selection.wbic().iter().filter(whole).count();
        if done < all {
            drop(writeln!(
                stderr,
                "{why} after the WBIC of {done} of {all} models"
            ));
            return Ok(exit);
        }
    }
    let decided = selection.by_wbic().is_none() || selection.is_decided_by_wbic();
    let exact = selection.scores().iter().all(|score| score.exact);
    Ok(if doubts.is_empty() && decided && exact {
        Exit::Success
    } else {
        Exit::Undecided
    })
}

fn table(selection: &Selection) -> String {
    let mut lines = selection.lines().into_iter();
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let heading = lines.next().unwrap_or_default();
    let columns = heading.len();
    table.set_header(heading);
    for place in 1..columns {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in lines {
        table.add_row(line);
    }
    table.trim_fmt()
}

/// What makes a fit or a sampling doubtful, by model.
fn doubts(selection: &Selection, fits: &[Convergence]) -> Vec<String> {
    let mut doubts = Vec::new();
    for (index, score) in selection.scores().iter().enumerate() {
        let name = &score.name;
        if let Some(fit) = fits.get(index) {
            let Convergence {
                starts,
                converged,
                agreeing,
                ..
            } = fit;
            if *converged == 0 {
                doubts.push(format!("{name}: none of {starts} starts converged"));
            } else if *agreeing < 2 && *starts > 1 {
                doubts.push(format!(
                    "{name}: only one of {starts} starts found the best fit"
                ));
            }
            if fit.on_boundary {
                doubts.push(format!(
                    "{name}: the best fit lies on the boundary of the model, where λ may differ"
                ));
            }
        }
        if let Some(wbic) = selection.wbic().get(index) {
            let found = wbic.verdict.doubts().iter();
            doubts.extend(found.map(|doubt| format!("{name}, WBIC: {doubt}")));
        }
    }
    doubts
}
