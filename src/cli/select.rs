//! `rlct select`: models chosen from data by sBIC, BIC and WBIC.

mod doubts;
mod fitted;
mod input;
mod mixture;
mod sequence;

use self::fitted::{FittedArgs, Memberships};
use self::input::InputArgs;
use super::interrupt::{Interrupt, time_limit};
use super::output::Output;
use super::progress::Progress;
use super::select_prior::Prior;
use super::words::{ByName, count};
use super::{CliError, Exit};
use crate::algebra::Rational;
use crate::estimate::Doubt;
use crate::sampler::{self, Control};
use crate::selection::{
    ComponentsPrior, Convergence, CsvRead, DataTable, DescribedFamily, FactorAnalysis, FittedModel,
    NoiseCovariance, ReducedRankRegression, SampledFamily, Score, Selection, SelectionError,
    Starts, Wbic, WbicEstimate,
};
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

const HELP: &str = "\
The file is a CSV whose first line names the columns. sBIC, BIC and −WBIC are all on the scale of
the log marginal likelihood, so that the greatest is best. P(sBIC) and P(BIC) are the posterior
probabilities, P(M) exp(sBIC) over the sum of all. Before the data K components, classes or states
have P(K) ∝ 1/K! (--components-prior), other models are equally probable; sBIC itself averages over
submodels that are equally probable, as the package sBIC of R does. A star marks a model that has
90 %; without, a criterion is undecided. `λ's` says whether sBIC used exact learning coefficients
throughout or also upper bounds.

The weights of mixtures and latent classes have the Dirichlet prior Π a^(φ-1). By default φ is
(N + 1)/2 for N parameters a component, where λ is greatest and no longer depends on φ; a smaller φ
favours more components.

With --model topics n is the number of tokens, and the λ's are exact for every positive prior. With
--model hidden-markov n is the number of symbols, chains begin in their stationary distribution, and
λ at a truth of fewer states is only bounded above.

With --model fits the file has models fitted elsewhere, a row a model and submodel: model,
log_likelihood, dimension, submodel (empty: the model itself), lambda (as 9/2), multiplicity and,
if wanted, bound (yes: λ is an upper bound).

WBIC is sampled for reduced-rank and factor-analysis, under the prior N(0, s²) of each parameter in
coordinates that --json tells; s is 1 for factor-analysis, for reduced-rank the root of the greatest
singular value of the fit, but at least 1. WBIC is undecided, and why is said, where a sampling has
not converged, another WBIC is within three standard errors, the model has less than 90 %, or
another one would be chosen if s were halved or doubled.

--marginal samples the log marginal likelihood itself: of mixtures and latent classes by annealed
importance sampling under conjugate priors, which are printed (one component is integrated exactly);
of reduced-rank and factor-analysis by thermodynamic integration under the prior of WBIC.

A fit is doubtful where no two starts that differ at the beginning found it. Ctrl-C and --time end
the fits and WBIC with the models that are there.

Exit code 3: sBIC or WBIC is undecided, sBIC rests on upper bounds, a fit is doubtful, or the time
was over; 130 after Ctrl-C.";

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
    /// y = c + bx + noise of --responses on --predictors, with 1, 2, … lines (c, b); σ = --noise or
    /// a common one that is fitted
    RegressionMixture,
    /// Counts of words, a row a document and a column a word, with 1, 2, … topics
    Topics,
    /// Symbols, words or whole numbers, in the order of time, with 1, 2, … hidden states
    HiddenMarkov,
    /// Models fitted elsewhere to --num-samples rows, with their ℓ, d and learning coefficients
    Fits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ComponentsPriorArg {
    /// P(K) ∝ 1/K!
    Poisson,
    /// All numbers equally probable
    Equal,
}

impl From<ComponentsPriorArg> for ComponentsPrior {
    fn from(prior: ComponentsPriorArg) -> Self {
        match prior {
            ComponentsPriorArg::Poisson => Self::Poisson,
            ComponentsPriorArg::Equal => Self::Equal,
        }
    }
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
    #[command(flatten)]
    input: InputArgs,
    /// The number of rows that the models were fitted to (fits)
    #[arg(long, value_name = "N", required_if_eq("model", "fits"), value_parser = count::<usize>)]
    num_samples: Option<usize>,
    /// The predictors' columns, for reduced-rank and regression-mixture
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        required_if_eq_any([("model", "reduced-rank"), ("model", "regression-mixture")])
    )]
    predictors: Vec<String>,
    /// The responses' columns, for reduced-rank and (one) regression-mixture
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        required_if_eq_any([("model", "reduced-rank"), ("model", "regression-mixture")])
    )]
    responses: Vec<String>,
    /// The noise is N(0, σ² I) with this σ; without, it is estimated (reduced-rank,
    /// regression-mixture)
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
            ("model", "topics"),
            ("model", "hidden-markov"),
        ])
    )]
    columns: Vec<String>,
    /// The most factors; without, as many as there are degrees of freedom for (factor-analysis)
    #[arg(long, value_name = "K", value_parser = count::<usize>)]
    max_factors: Option<usize>,
    /// The most components, classes, topics or states [default: 2]
    #[arg(long, value_name = "K", value_parser = count::<usize>)]
    max_components: Option<usize>,
    /// The column that tells to which sequence a row belongs; without, all rows are one
    /// (hidden-markov)
    #[arg(long, value_name = "NAME")]
    sequence: Option<String>,
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
    /// The index φ of the Dirichlet prior of the weights, such as 1 or 7/2 (mixtures), or of the
    /// rows of transitions (hidden-markov) [default: half of a component's number of parameters
    /// plus one; half of the number of symbols]
    #[arg(long, value_name = "PHI")]
    concentration: Option<Rational>,
    /// The prior of the number of components, classes, topics or states [default: poisson; equal
    /// for topics]
    #[arg(long, value_enum, value_name = "PRIOR")]
    components_prior: Option<ComponentsPriorArg>,
    /// The standard deviation s of the prior of WBIC and --marginal (reduced-rank,
    /// factor-analysis) [default: see below]
    #[arg(long, value_name = "S")]
    prior_deviation: Option<f64>,
    /// The variance of the components is fitted, to one column (normal-mixture)
    #[arg(long, value_enum)]
    variance: Option<VarianceArg>,
    /// The least standard deviation of a component where each has its own (--variance free);
    /// without, the variances have an inverse gamma prior
    #[arg(long, value_name = "SIGMA", requires = "variance")]
    least_deviation: Option<f64>,
    /// The number of random starts of each fit, beside those derived from the data (not
    /// reduced-rank, whose fit is exact) [default: 10]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    starts: Option<usize>,
    #[command(flatten)]
    fitted: FittedArgs,
    /// Leave WBIC out, which is sampled
    #[arg(long)]
    no_wbic: bool,
    /// Also sample the log marginal likelihood (not topics, hidden-markov, regression-mixture,
    /// fits)
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
        use ModelArg::{
            BinomialMixture, FactorAnalysis, Fits, HiddenMarkov, NormalMixture, ReducedRank,
            RegressionMixture, Topics,
        };
        let (model, lines) = (self.model, self.model == RegressionMixture);
        let rank = model == ReducedRank || lines;
        let fits = model == Fits;
        let parts = model != ReducedRank && model != FactorAnalysis && !fits;
        let mixture = parts && model != Topics && model != HiddenMarkov;
        [
            ("--predictors", !rank && !self.predictors.is_empty()),
            ("--responses", !rank && !self.responses.is_empty()),
            ("--noise", !rank && self.noise.is_some()),
            ("--columns", (rank || fits) && !self.columns.is_empty()),
            (
                "--starts",
                (model == ReducedRank || fits) && self.starts.is_some(),
            ),
            ("--num-samples", !fits && self.num_samples.is_some()),
            // a line left out would join what was not together
            (
                "--missing",
                (fits || model == HiddenMarkov) && self.input.drops(),
            ),
            (
                "--sequence",
                model != HiddenMarkov && self.sequence.is_some(),
            ),
            (
                "--marginal",
                (parts && !mixture || lines || fits) && self.marginal,
            ),
            ("--verbose", fits && self.fitted.verbose),
            ("--fitted", fits && self.fitted.fitted.is_some()),
            ("--memberships", !parts && self.fitted.memberships.is_some()),
            (
                "--max-factors",
                model != FactorAnalysis && self.max_factors.is_some(),
            ),
            ("--max-components", !parts && self.max_components.is_some()),
            (
                "--concentration",
                !mixture && model != HiddenMarkov && self.concentration.is_some(),
            ),
            (
                "--components-prior",
                !parts && self.components_prior.is_some(),
            ),
            (
                "--prior-deviation",
                (parts || fits) && self.prior_deviation.is_some(),
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

    /// The columns that are used.
    fn columns(&self) -> Vec<String> {
        let sequence: Vec<String> = self.sequence.iter().cloned().collect();
        [&self.predictors, &self.responses, &self.columns, &sequence]
            .map(Vec::as_slice)
            .concat()
    }

    /// The family's criteria for the data; without data, those of models fitted elsewhere.
    fn found(&self, read: Option<&CsvRead>, interrupt: &Interrupt) -> Result<Found, CliError> {
        let Some(read) = read else {
            let table = self.input.fits(self.num_samples.unwrap_or(0))?;
            let selection = Selection::new(&table).map_err(|error| self.input.told(error))?;
            return Ok(Found::of(selection));
        };
        let table = &read.table;
        match self.model {
            ModelArg::ReducedRank => self.reduced_rank(table, interrupt),
            ModelArg::FactorAnalysis => self.factor_analysis(table, interrupt),
            ModelArg::Topics => self.topics(table, interrupt),
            ModelArg::HiddenMarkov => self.hidden_markov(table, interrupt),
            _ => self.mixture(table, interrupt),
        }
        .map_err(|error| self.input.told(error))
    }

    fn reduced_rank(
        &self,
        data: &DataTable,
        interrupt: &Interrupt,
    ) -> Result<Found, SelectionError> {
        let predictors = data.with_columns(&self.predictors)?;
        let responses = data.with_columns(&self.responses)?;
        let noise = self
            .noise
            .map_or(NoiseCovariance::Estimated, NoiseCovariance::Known);
        let family = ReducedRankRegression::new(&predictors, &responses, noise)?;
        Ok(Found {
            prior: Some(self.prior_of_wbic(&family)),
            conjugate: self.prior_of_marginal(&family),
            fitted: family.fitted()?,
            ..Found::of(self.sampled(&family, interrupt)?)
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
            prior: Some(self.prior_of_wbic(&family)),
            conjugate: self.prior_of_marginal(&family),
            fits: fits.collect(),
            complete: family.is_complete(),
            fitted: family.fitted()?,
            ..Found::of(self.sampled(&family, interrupt)?)
        })
    }

    /// sBIC and BIC, and WBIC unless it is not wanted.
    fn sampled(
        &self,
        family: &dyn SampledFamily,
        interrupt: &Interrupt,
    ) -> Result<Selection, SelectionError> {
        let mut selection = Selection::new(family)?;
        if self.has_wbic() {
            selection = self.with_wbic(selection, family, interrupt)?;
        }
        if self.marginal {
            let progress = Progress::bar(0, "sweeps of the marginal likelihood");
            let watch = |seen: sampler::Progress| progress.set(seen.done, seen.total);
            let control = interrupt.control().with_progress(&watch);
            let deviation = self.prior_deviation;
            selection = selection.with_free_energies(family, deviation, self.seed, &control)?;
        }
        Ok(selection)
    }

    fn with_wbic(
        &self,
        selection: Selection,
        family: &dyn SampledFamily,
        interrupt: &Interrupt,
    ) -> Result<Selection, SelectionError> {
        let progress = Progress::bar(0, "steps of WBIC");
        let watch = |seen: sampler::Progress| progress.set(seen.done, seen.total);
        let control = interrupt.control().with_progress(&watch);
        let settings = Wbic::new().seed(self.seed);
        let settings = match self.prior_deviation {
            Some(deviation) => settings.prior_deviation(deviation),
            None => settings,
        };
        selection.with_wbic_under(family, &settings, &control)
    }

    /// The prior of the log marginal likelihood, in words, if it is sampled.
    fn prior_of_marginal(&self, family: &dyn SampledFamily) -> Option<String> {
        let own = || family.prior_deviation();
        let deviation = self.prior_deviation.unwrap_or_else(own);
        let prior = format!("parameters N(0, s²) with s = {deviation:.3}");
        self.marginal.then_some(prior)
    }

    fn prior_of_wbic(&self, family: &dyn SampledFamily) -> Prior {
        if !self.has_wbic() {
            return Prior::Models;
        }
        Prior::Wbic {
            deviation: self
                .prior_deviation
                .unwrap_or_else(|| family.prior_deviation()),
            coordinates: family.prior_coordinates(),
        }
    }
}

/// What there is to print.
struct Found {
    selection: Selection,
    /// None that is used, of models fitted elsewhere.
    prior: Option<Prior>,
    fits: Vec<Convergence>,
    /// Whether all models asked for were fitted.
    complete: bool,
    /// The parameters of each model; none of models fitted elsewhere.
    fitted: Vec<FittedModel>,
    memberships: Option<Box<dyn Memberships>>,
    /// The priors under which the likelihoods were integrated.
    conjugate: Option<String>,
}

impl Found {
    fn of(selection: Selection) -> Self {
        Self {
            selection,
            prior: None,
            fits: Vec::new(),
            complete: true,
            fitted: Vec::new(),
            memberships: None,
            conjugate: None,
        }
    }

    fn with_memberships(mut self, family: impl Memberships + 'static) -> Self {
        self.memberships = Some(Box::new(family));
        self
    }

    /// The scores, each with what was fitted.
    fn models(&self) -> Vec<Value> {
        let models = self.selection.scores().iter().enumerate();
        let model = |(index, score): (usize, &Score)| {
            let mut value = json!(score);
            if let (Value::Object(fields), Some(fitted)) = (&mut value, self.fitted.get(index)) {
                fields.insert("parameters".into(), json!(fitted.parameters));
                fields.insert("degeneracies".into(), json!(fitted.degeneracies));
            }
            value
        };
        models.map(model).collect()
    }
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
    if args.no_wbic && !args.marginal && args.prior_deviation.is_some() {
        let reason = "--prior-deviation is that of WBIC and --marginal, and neither is asked for: \
                      leave out --no-wbic, or give --marginal";
        return Err(CliError::Setting(reason.into()));
    }
    let interrupt = Interrupt::install().within(args.time);
    args.fitted.check()?;
    let words = [ModelArg::LatentClass, ModelArg::HiddenMarkov].contains(&args.model);
    let is_data = args.model != ModelArg::Fits;
    let read = is_data
        .then(|| args.input.table(&args.columns(), words))
        .transpose()?;
    let found = args.found(read.as_ref(), &interrupt)?;
    let (selection, complete) = (&found.selection, found.complete);
    args.fitted
        .write(selection, &found.fitted, found.memberships.as_deref())?;
    let mut doubts = doubts::doubts(selection, &found.fits);
    let mut notes = Vec::new();
    for (index, model) in found.fitted.iter().enumerate() {
        let on_boundary = found.fits.get(index).is_some_and(|fit| fit.on_boundary);
        let (doubtful, noted) = fitted::remarks(model, on_boundary);
        doubts.extend(doubtful);
        notes.extend(noted);
    }
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
            "decided": {
                "sbic": selection.is_decided_by_sbic(),
                "bic": selection.is_decided_by_bic(),
                "wbic": selection.by_wbic().map(|_| selection.is_decided_by_wbic()),
            },
            "decided_from": Selection::DECIDED,
            "wbic_choice": selection.wbic_choice(),
            "prior": found.prior.as_ref().map(Prior::json),
            "models": found.models(),
            "wbic": selection.wbic(),
            "marginals": selection.marginals(),
            "marginal_probabilities": selection.marginal_probabilities(),
            "prior_of_marginals": found.conjugate,
            "fits": found.fits,
            "data": read.as_ref().map(input::understood),
            "complete": complete,
            "doubts": doubts,
            "notes": notes,
        }))?;
    } else {
        if let Some(read) = &read {
            drop(writeln!(stderr, "{}", args.input.read(read)));
        }
        output.line(table(selection))?;
        output.line(selection.verdict())?;
        if let Some(prior) = &found.prior {
            output.line(prior)?;
        }
        if let Some(prior) = &found.conjugate {
            output.line(format!("prior of the log marginal likelihood: {prior}"))?;
        }
        if args.fitted.verbose {
            let width = usize::from(output.width());
            for (index, model) in found.fitted.iter().enumerate() {
                for line in fitted::lines(model, found.fits.get(index), width) {
                    output.line(line)?;
                }
            }
        }
        for note in &notes {
            drop(writeln!(stderr, "note: {note}"));
        }
    }
    for wbic in selection.prior_effects() {
        drop(writeln!(stderr, "note: {wbic}"));
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
    let sampled = selection.by_wbic().is_none() || selection.is_decided_by_wbic();
    let decided = selection.is_decided_by_sbic() && sampled;
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
    for column in table.column_iter_mut() {
        // every criterion within 80 columns
        column.set_padding((0, 1));
    }
    table.trim_fmt()
}
