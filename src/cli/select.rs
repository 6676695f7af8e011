//! `rlct select`: models chosen from data by sBIC, BIC and WBIC.

use super::interrupt::{Interrupt, time_limit};
use super::output::Output;
use super::progress::Progress;
use super::words::{ByName, count};
use super::{CliError, Exit};
use crate::estimate::{Doubt, EstimateError};
use crate::sampler::{self, Control, SamplerError};
use crate::selection::{
    Annealing, ConjugateMixtures, Convergence, DataTable, FactorAnalysis, LogMarginal, Mixtures,
    NoiseCovariance, ReducedRankRegression, SampledFamily, Selection, SelectionError, Starts, Wbic,
    WbicEstimate,
};
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

const HELP: &str = "\
The file is a CSV whose first line names the columns. sBIC, BIC and −WBIC are all on the scale of
the log marginal likelihood, so that the greatest is best; a star marks the choice of each. `λ's`
says whether sBIC used exact learning coefficients throughout or also upper bounds.

WBIC is sampled for reduced-rank and factor-analysis. --marginal samples the log marginal likelihood
of mixtures and latent classes itself, by annealed importance sampling under conjugate priors, which
are printed; one component is integrated exactly.

A fit is doubtful where no two starts that differ at the beginning found it. Ctrl-C and --time end
the fits and WBIC with the models that are there.

Exit code 3: sBIC's choice rests on upper bounds, WBIC is not decided within three standard errors,
a fit is doubtful, or the time was over; 130 after Ctrl-C.";

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
    /// Counts, with 1, 2, … rates
    PoissonMixture,
    /// 1, 2, … components N(θ, σ² I) with σ = --deviation, or σ fitted as --variance says
    NormalMixture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VarianceArg {
    /// One for all components
    Common,
    /// One for each component
    Free,
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
            ("model", "poisson-mixture"),
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
    #[arg(long, value_name = "SIGMA", conflicts_with = "variance")]
    deviation: Option<f64>,
    /// The variance of the components is fitted, to one column (normal-mixture)
    #[arg(long, value_enum)]
    variance: Option<VarianceArg>,
    /// The least standard deviation of a component where each has its own (--variance free);
    /// without, a fifth of the common one of the largest model
    #[arg(long, value_name = "SIGMA", requires = "variance")]
    least_deviation: Option<f64>,
    /// The number of random starts of each fit, beside those derived from the data (not
    /// reduced-rank, whose fit is exact) [default: 10]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    starts: Option<usize>,
    /// Leave WBIC out, which is sampled
    #[arg(long)]
    no_wbic: bool,
    /// Also sample the log marginal likelihood (mixtures, latent-class)
    #[arg(long)]
    marginal: bool,
    /// The seed of starts and samplers
    #[arg(long, default_value_t = 0, value_parser = count::<u64>)]
    seed: u64,
    /// The time for all, in seconds: models that were not fitted by then are left out, and those
    /// whose WBIC was not reached have none
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
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
            ("--marginal", !mixture && self.marginal),
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
            (
                "--variance",
                model != NormalMixture && self.variance.is_some(),
            ),
        ]
        .into_iter()
        .find_map(|(option, foreign)| foreign.then_some(option))
    }

    /// A normal mixture's deviation is known or fitted.
    fn check_variance(&self) -> Result<(), CliError> {
        let normal = self.model == ModelArg::NormalMixture;
        let text = if normal && self.deviation.is_none() && self.variance.is_none() {
            "--model normal-mixture needs --deviation SIGMA, or --variance common or free"
        } else if self.least_deviation.is_some() && self.variance != Some(VarianceArg::Free) {
            "--least-deviation belongs to --variance free"
        } else {
            return Ok(());
        };
        Err(CliError::Setting(text.into()))
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

    /// Whether WBIC is to be sampled; it has no loss of a mixture.
    fn has_wbic(&self) -> bool {
        let sampled = [ModelArg::ReducedRank, ModelArg::FactorAnalysis];
        !self.no_wbic && sampled.contains(&self.model)
    }

    fn starts(&self) -> Starts {
        let starts = Starts::new().with_seed(self.seed);
        match self.starts {
            Some(count) => starts.with_count(count),
            None => starts,
        }
    }

    /// The family's criteria.
    fn found(&self, interrupt: &Interrupt) -> Result<Found, CliError> {
        match self.model {
            ModelArg::ReducedRank => {
                let predictors = self.table(&self.predictors)?;
                let responses = self.table(&self.responses)?;
                self.reduced_rank(&predictors, &responses, interrupt)
            }
            ModelArg::FactorAnalysis => {
                self.factor_analysis(&self.table(&self.columns)?, interrupt)
            }
            _ => self.mixture(&self.table(&self.columns)?, interrupt),
        }
        .map_err(|error| self.told(error))
    }

    fn reduced_rank(
        &self,
        predictors: &DataTable,
        responses: &DataTable,
        interrupt: &Interrupt,
    ) -> Result<Found, SelectionError> {
        let noise = self
            .noise
            .map_or(NoiseCovariance::Estimated, NoiseCovariance::Known);
        let family = ReducedRankRegression::new(predictors, responses, noise)?;
        Ok(Found {
            selection: self.sampled(&family, interrupt)?,
            fits: Vec::new(),
            complete: true,
            prior: None,
        })
    }

    fn factor_analysis(
        &self,
        data: &DataTable,
        interrupt: &Interrupt,
    ) -> Result<Found, SelectionError> {
        let fitted = |control: &Control<'_>| {
            FactorAnalysis::new_under(data, self.max_factors, &self.starts(), control)
        };
        let family = watched(interrupt, fitted)?;
        let fits = family.fits().iter().map(|fit| fit.convergence.clone());
        Ok(Found {
            selection: self.sampled(&family, interrupt)?,
            fits: fits.collect(),
            complete: family.is_complete(),
            prior: None,
        })
    }

    fn mixture(&self, data: &DataTable, interrupt: &Interrupt) -> Result<Found, SelectionError> {
        let most = self.max_components.unwrap_or(2);
        let starts = self.starts();
        let family = watched(interrupt, |control| match self.model {
            ModelArg::BinomialMixture => {
                let trials = self.trials.unwrap_or(0);
                Mixtures::binomial_under(data, trials, most, &starts, control)
            }
            ModelArg::NormalMixture => match self.variance {
                Some(VarianceArg::Common) => {
                    Mixtures::normal_common_variance(data, most, &starts, control)
                }
                Some(VarianceArg::Free) => {
                    let least = self.least_deviation;
                    Mixtures::normal_variances(data, least, most, &starts, control)
                }
                None => {
                    let deviation = self.deviation.unwrap_or(f64::NAN);
                    Mixtures::normal_under(data, deviation, most, &starts, control)
                }
            },
            ModelArg::PoissonMixture => Mixtures::poisson_under(data, most, &starts, control),
            _ => Mixtures::latent_classes_under(data, most, &starts, control),
        })?;
        let fits = family.fits().iter().map(|fit| fit.convergence.clone());
        let mut selection = Selection::new(&family)?;
        let mut prior = None;
        if self.marginal {
            let conjugate = self.conjugate(data)?;
            let found = self.marginals(&conjugate, selection.scores().len(), interrupt)?;
            selection = selection.with_marginals(found);
            prior = Some(conjugate.prior());
        }
        Ok(Found {
            selection,
            fits: fits.collect(),
            complete: family.is_complete(),
            prior,
        })
    }

    /// The mixtures under conjugate priors.
    fn conjugate(&self, data: &DataTable) -> Result<ConjugateMixtures, SelectionError> {
        match self.model {
            ModelArg::BinomialMixture => {
                ConjugateMixtures::binomial(data, self.trials.unwrap_or(0))
            }
            ModelArg::NormalMixture => match self.variance {
                Some(which) => ConjugateMixtures::normal_spread(data, which == VarianceArg::Common),
                None => ConjugateMixtures::normal(data, self.deviation.unwrap_or(f64::NAN)),
            },
            ModelArg::PoissonMixture => ConjugateMixtures::poisson(data),
            _ => ConjugateMixtures::latent_classes(data),
        }
    }

    /// The log marginal likelihoods of 1, 2, … components, as far as the time allows.
    fn marginals(
        &self,
        family: &ConjugateMixtures,
        most: usize,
        interrupt: &Interrupt,
    ) -> Result<Vec<LogMarginal>, SelectionError> {
        let annealing = Annealing::new().with_seed(self.seed);
        let mut found = Vec::new();
        for components in 1..=most {
            let progress = Progress::bar(0, "steps of the log marginal likelihood");
            let watch = |seen: sampler::Progress| progress.set(seen.done, seen.total);
            let control = interrupt.control().with_progress(&watch);
            match annealing.estimate_under(family, components, &control) {
                Ok(marginal) => found.push(marginal),
                Err(SelectionError::Estimate(EstimateError::Sampler(
                    SamplerError::StoppedEarly | SamplerError::TimeTooShort { .. },
                ))) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// sBIC and BIC, and WBIC unless it is not wanted.
    fn sampled(
        &self,
        family: &dyn SampledFamily,
        interrupt: &Interrupt,
    ) -> Result<Selection, SelectionError> {
        let selection = Selection::new(family)?;
        if !self.has_wbic() {
            return Ok(selection);
        }
        let progress = Progress::bar(0, "steps of WBIC");
        let watch = |seen: sampler::Progress| progress.set(seen.done, seen.total);
        let control = interrupt.control().with_progress(&watch);
        selection.with_wbic_under(family, &Wbic::new().seed(self.seed), &control)
    }
}

/// What there is to print.
struct Found {
    selection: Selection,
    fits: Vec<Convergence>,
    /// Whether all models asked for were fitted.
    complete: bool,
    /// The priors under which the likelihoods were integrated.
    prior: Option<String>,
}

/// Fits under a progress bar, until Ctrl-C or the end of the time.
fn watched<F>(interrupt: &Interrupt, fit: impl FnOnce(&Control<'_>) -> F) -> F {
    let progress = Progress::bar(0, "steps of the fits");
    let watch = |seen: sampler::Progress| progress.set(seen.done, seen.total);
    fit(&interrupt.control().with_progress(&watch))
}

pub(super) fn run(
    args: &SelectArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    if let Some(option) = args.foreign() {
        return Err(CliError::ForeignOption { option });
    }
    args.check_variance()?;
    let interrupt = Interrupt::install().within(args.time);
    let Found {
        selection,
        fits,
        complete,
        prior,
    } = args.found(&interrupt)?;
    let doubts = doubts(&selection, &fits);
    if output.is_json() {
        output.value(&json!({
            "num_samples": selection.num_samples(),
            "scale": "log marginal likelihood; wbic is its negative",
            "chosen": {
                "sbic": selection.by_sbic().name,
                "bic": selection.by_bic().name,
                "wbic": selection.by_wbic().map(|score| &score.name),
                "marginal": selection.by_marginal().map(|score| &score.name),
            },
            "wbic_is_decided": selection.is_decided_by_wbic(),
            "models": selection.scores(),
            "wbic": selection.wbic(),
            "marginals": selection.marginals(),
            "prior": prior,
            "fits": fits,
            "complete": complete,
            "doubts": doubts,
        }))?;
    } else {
        output.line(table(&selection))?;
        output.line(selection.verdict())?;
        if let Some(prior) = prior {
            output.line(format!("prior of the log marginal likelihood: {prior}"))?;
        }
    }
    for doubt in &doubts {
        drop(writeln!(stderr, "doubtful: {doubt}"));
    }
    if let Some((exit, why)) = interrupt.end() {
        let all = selection.scores().len();
        if !complete {
            drop(writeln!(stderr, "{why} after the fits of {all} model(s)"));
            return Ok(exit);
        }
        let stopped = |doubt: &Doubt| matches!(doubt, Doubt::Stopped | Doubt::Time { .. });
        let whole = |wbic: &&WbicEstimate| !wbic.verdict.doubts().iter().any(stopped);
        let done = selection.wbic().iter().filter(whole).count();
        if args.has_wbic() && done < all {
            drop(writeln!(
                stderr,
                "{why} after the WBIC of {done} of {all} models"
            ));
            return Ok(exit);
        }
    }
    if args.marginal
        && selection.by_marginal().is_none()
        && let Some((exit, why)) = interrupt.end()
    {
        let (done, all) = (selection.marginals().len(), selection.scores().len());
        drop(writeln!(
            stderr,
            "{why} after the log marginal likelihood of {done} of {all} models"
        ));
        return Ok(exit);
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
                climbed,
                converged,
                agreeing,
                ..
            } = fit;
            if *converged == 0 {
                doubts.push(format!("{name}: none of {starts} starts converged"));
            } else if !fit.is_confirmed() {
                let began = if *agreeing < 2 {
                    "one start alone".to_string()
                } else {
                    format!("{agreeing} starts that began alike")
                };
                doubts.push(format!(
                    "{name}: {began} found the best fit, of {climbed} climbed to the end"
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
        if let Some(marginal) = selection.marginals().get(index) {
            if marginal.is_doubtful() {
                let (counting, all) = (marginal.effective_populations, marginal.populations);
                let error = marginal.standard_error;
                doubts.push(format!(
                    "{name}, log marginal likelihood: {counting:.1} of {all} populations count, \
                     standard error {error:.2}"
                ));
            }
            if marginal.is_far_below(score.log_likelihood, score.dimension) {
                let highest = marginal.highest_log_likelihood.unwrap_or(f64::NAN);
                doubts.push(format!(
                    "{name}, log marginal likelihood: no point came near the fit (highest ℓ \
                     {highest:.1}): a part of the posterior was not met, or the fit is a spike of \
                     little weight"
                ));
            }
        }
    }
    doubts
}
