//! `rlct estimate`: λ̂, or the energy U(t) at one temperature, with its standard error.

mod picture;
mod region;

use super::checkpoints::{self, Checkpoint, Seen};
use super::interrupt::{Interrupt, time_limit};
use super::kept_run::KeptRun;
use super::method::{Method, Settings};
use super::network::TrainedArgs;
use super::output::Output;
use super::prior::{Coordinates, WithPrior, with_factors};
use super::progress::Progress;
use super::subject::{NetworkArgs, Subject, SubjectArgs, Told, asked};
use super::words::{ByName, count, trimmed};
use super::{CliError, Exit};
use crate::draws::{DrawsFile, DrawsFormat, Recording};
use crate::estimate::{EstimateError, VolumeScaling};
use crate::problem::LocalLoss;
use crate::report::EstimateReport;
use clap::{ArgGroup, Args};
use serde::Serialize;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  rlct estimate 'x^2*y^4'                            the loss K = x^2*y^4 itself
  rlct estimate --ideal 'x^2-y^3' --seed 7           K = (x^2-y^3)^2
  rlct estimate --model naive-bayes --sizes 2,2,2    K(w) at a true parameter, here 0
  rlct estimate --ideal 'y^2-x^2*(x+1)' --on 'x in [-2, 2], y in [-2, 2]'
                                                     the worst of all zeros in a box
  rlct estimate --linear-network 6,3,11 --rank 2     by the ladder
  rlct estimate 'x^2*y^2' --energy                   U(t) at one temperature, by HMC
  rlct estimate 'x^2+y^2' --energy --method sgld --step 1e-4
  rlct estimate 'x^2+y^2' --energy --fix 1           by HMC, of x alone
  rlct estimate 'x^2*y^2' --energy --prior 'normal(0,1)' --prior 'x: uniform(-1,2)'
  rlct estimate 'x^2*y^2' --energy --draws d.zarr    and the draws, for ArviZ
  rlct estimate 'x^2*y^2' --energy --time 60 --save-state run.state
  rlct estimate 'x^2*y^2' --energy --time 60 --resume run.state
                                                     the same run in two parts
  rlct estimate 'x^2*y^2' --energy --checkpoints run.csv
                                                     along the points of a file
  rlct estimate --run run --energy --time 60         along a run of `rlct train`
  rlct estimate --network net.json --data train.npz --weights model.safetensors --energy
  rlct estimate --network net.json --data train.npz --checkpoints 'run/step-*.safetensors' --energy \
       --method sgld --batch 64

Volume scaling and the temperature ladder estimate λ. Chains, which are the other methods, run at
one temperature and give the energy U(t) = t·E_t[K], which is not λ: how far λ is likely from it is
told, and the exit code is 3 unless --energy asks for U(t) itself.

The same seed gives the same estimate, whatever the number of threads. An estimate with
doubts is printed with them, and the exit code is 3.

--draws writes in the format that the ending chooses: .zarr, a Zarr v3 store that ArviZ opens;
.json, summaries of each parameter and the traces of losses; .csv, a line a draw. Of more than 1000
parameters the first are written. After Ctrl-C the draws so far are.

With --save-state a run of chains that --time, Ctrl-C or a power cut ends goes on with --resume, and
gives what it would have given without the stop, to the last bit: pilots, burn-in and draws are
kept, and --time does not shorten the pilots. The state of another question, version or file that was
changed is refused; --time may differ, and at one temperature, once the chains draw, --num-draws and
--budget may be larger. Of --method volume, ladder and nuts, and at a list of points, no state is
kept.

--checkpoints reads CSV, a line a point, with or without a line of names (the variables, in any
order, and perhaps `step`), or JSON, an array of arrays. The answer is a line a point; points that
are no minima are told; --orthogonal keeps their chains from running down the gradient. For a
network of layers they may also be a pattern of .safetensors files, in quotes, in the order of the
numbers at the end of their names. The time of --time is shared among them.

The loss of a network of layers is the mean negative log likelihood on its samples, and n their
number. At trained weights U(t) tells about the minimum nearby as far as temperature and γ resolve
it, not about the true parameter.";

/// What to do for an estimate of λ where chains gave U(t).
pub(super) fn for_lambda(loss: &LocalLoss) -> &'static str {
    match loss.loss().num_samples() {
        None => {
            "U(t) is not an estimate of λ: for λ use --method ladder or --method volume; --energy \
             says that U(t) is asked for"
        }
        Some(_) => {
            "U(t) is not an estimate of λ: for λ use --method temperatures or --method ladder; \
             --energy says that U(t) is asked for"
        }
    }
}

/// The points of a list, and what else is known of them.
type Listed = (Vec<Checkpoint>, Vec<Seen>);

/// The loss, the way to estimate, and its settings.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = EXAMPLES,
    group = ArgGroup::new("loss_kind")
        .required(true)
        .args(["loss", "ideal", "model", "linear_network", "network", "perceptron", "run"]),
    group = ArgGroup::new("written").multiple(true).args(["draws", "save_state"]),
)]
pub(super) struct EstimateArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    network: NetworkArgs,
    #[command(flatten)]
    trained: TrainedArgs,
    /// The worst (λ, m) of all zeros in a bounded region and not at a point: 'x in [-2, 2], y >= 0,
    /// x + y <= 1', or with --model `model` for its own domain; by volume scaling
    #[arg(
        long,
        value_name = "REGION",
        value_parser = trimmed,
        conflicts_with_all = [
            "amplitude", "nonnegative", "at", "numbers", "linear_network", "network", "perceptron",
            "run", "energy", "radius", "checkpoints", "draws", "save_state", "resume", "picture"
        ]
    )]
    on: Option<String>,
    /// The way to estimate [default: volume; of more than 20 parameters, and for a linear network
    /// up to 500, and of up to 20 on 1000 samples or more, ladder; else temperatures; with --energy
    /// and at a list of points hmc]
    #[arg(long, value_parser = ByName::<Method>::new())]
    method: Option<Method>,
    /// chains: the quantity asked for is U(t), the energy at one temperature, and not λ
    #[arg(long)]
    energy: bool,
    /// The seed of all random streams
    #[arg(long, default_value_t = 0, value_parser = count::<u64>)]
    seed: u64,
    /// chains: n of the posterior at β = 1/log n [default: 10000]
    #[arg(long, value_name = "N", conflicts_with = "nbeta", value_parser = count::<usize>)]
    samples: Option<usize>,
    /// chains: nβ itself
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    nbeta: Option<f64>,
    /// chains: the strength γ of the pull towards the point [default: 1]
    #[arg(long, value_name = "G", allow_negative_numbers = true)]
    localization: Option<f64>,
    /// chains: the step size ε; MALA and HMC adapt it in the burn-in [default: chosen by pilot
    /// chains]
    #[arg(long, value_name = "E", allow_negative_numbers = true)]
    step: Option<f64>,
    /// chains: the number of chains [default: 4]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    chains: Option<usize>,
    /// chains: the draws of each chain [default: until the standard error is 2 % of U(t)]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    num_draws: Option<usize>,
    /// chains: the steps of each chain before its first draw [default: a fifth of the chain]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    burn_in: Option<usize>,
    /// chains: gradients in all, pilot included; of each checkpoint [default, if the number of
    /// draws is not set: 2e8 over the number of parameters, 1e5 to 2e6]
    #[arg(long, value_name = "N", value_parser = count::<u64>)]
    budget: Option<u64>,
    /// chains: the steps from one draw to the next [default: 1]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    thin: Option<usize>,
    /// volume: the particles of each replicate [default: 500]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    particles: Option<usize>,
    /// ladder: the sweeps of each ladder [default: 12000, in more than 8 dimensions 12000·√(8/d)]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    sweeps: Option<usize>,
    /// volume, ladder: half the side of the box around the point [default: 1]
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    radius: Option<f64>,
    /// sghmc: the friction α; sgnht: the diffusion a [default: 0.1]
    #[arg(long, value_name = "A", allow_negative_numbers = true)]
    friction: Option<f64>,
    /// sgnht: the rate κ of the thermostat [default: 0.01]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    thermostat_rate: Option<f64>,
    /// hmc: the leapfrog steps of a trajectory [default: 10]
    #[arg(long, value_name = "N", value_parser = count::<usize>)]
    leapfrog: Option<usize>,
    /// hmc: by which part the length of a leapfrog step varies [default: 0.2]
    #[arg(long, value_name = "J", allow_negative_numbers = true)]
    jitter: Option<f64>,
    /// preconditioned-sgld: the decay ρ of the mean square gradient [default: 0.99]
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    decay: Option<f64>,
    /// preconditioned-sgld: the damping δ of the preconditioner [default: 1e-5]
    #[arg(long, value_name = "D", allow_negative_numbers = true)]
    damping: Option<f64>,
    /// chains: parameters held at the point, by name or index from 0, of a network of layers by
    /// tensor, layer or kind (layer2.weight, layer2, embedding, bias): the refined coefficient of
    /// the rest
    #[arg(long, value_name = "WORD,…", value_delimiter = ',', value_parser = trimmed)]
    fix: Vec<String>,
    /// chains: only these parameters move, named as for --fix
    #[arg(long, value_name = "WORD,…", value_delimiter = ',', value_parser = trimmed,
          conflicts_with = "fix")]
    only: Vec<String>,
    /// chains without Metropolis test: so many samples in each step [default: all of them]
    #[arg(long, value_name = "B", value_parser = count::<usize>)]
    batch: Option<usize>,
    /// chains: write the draws to a file that ends in .zarr, .json or .csv
    #[arg(long, value_name = "FILE")]
    draws: Option<PathBuf>,
    /// chains: keep the state of the run in a file, from which it can go on: every 30 seconds and
    /// when the run ends, also by --time or Ctrl-C
    #[arg(long, value_name = "FILE", conflicts_with_all = ["draws", "checkpoints"])]
    save_state: Option<PathBuf>,
    /// chains: go on from a state, and keep it there if --save-state names no other file; the rest
    /// of the command is to be as before
    #[arg(long, value_name = "FILE", conflicts_with_all = ["draws", "checkpoints"])]
    resume: Option<PathBuf>,
    /// Let --draws or --save-state replace a file that exists
    #[arg(long, requires = "written")]
    force: bool,
    /// Write log p(sample | w) of each sample too, for `loo` and `waic` of ArviZ, which want
    /// --nbeta n; needs data, and a store that ends in .zarr
    #[arg(long, requires = "draws")]
    log_likelihoods: bool,
    /// chains: estimate at every point of a file, CSV or JSON, `-` reads stdin; of a network of
    /// layers also a pattern of .safetensors files
    #[arg(long, value_name = "FILE", conflicts_with_all = ["draws", "at", "numbers"])]
    checkpoints: Option<PathBuf>,
    /// A picture in a file that ends in .svg: U(t) against log t with λ̂, of several temperatures;
    /// with --run or --checkpoints the estimates along the points
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// chains: only directions orthogonal to the gradient at the point
    #[arg(long)]
    orthogonal: bool,
    /// A factor of the prior: powers, x^(-1/2)*y, or 'x,y: dirichlet(A1,A2,A3)'; of chains also
    /// normal(MEAN,SD), uniform(A,B), half-normal(SD), of all parameters or as
    /// 'x,y: normal(0,1)'; repeated for a product
    #[arg(long, value_name = "DENSITY", value_parser = trimmed, allow_hyphen_values = true)]
    prior: Vec<String>,
    /// The time for all of it, in seconds; then the answer is what was sampled so far
    #[arg(long, value_name = "SECONDS", value_parser = time_limit)]
    time: Option<Duration>,
}

impl EstimateArgs {
    fn settings(&self, subject: &Subject) -> Result<Settings, CliError> {
        Ok(Settings {
            seed: self.seed,
            num_samples: self.samples,
            nbeta: self.nbeta,
            localization: self.localization,
            step_size: self.step,
            chains: self.chains,
            draws: self.num_draws,
            burn_in: self.burn_in,
            steps_between_draws: self.thin,
            particles: self.particles,
            rounds: None,
            sweeps: self.sweeps,
            radius: self.radius,
            friction: self.friction,
            thermostat_rate: self.thermostat_rate,
            leapfrog_steps: self.leapfrog,
            jitter: self.jitter,
            decay: self.decay,
            damping: self.damping,
            fixed: subject.held(&self.only, &self.fix)?,
            orthogonal: self.orthogonal,
            budget: self.budget,
            batch: self.batch,
        })
    }

    /// What is asked about, and the method that suits it.
    fn subject(&self) -> Result<(Subject, Method), CliError> {
        let subject = match self.trained.trained(self.checkpoints.as_deref())? {
            Some(trained) => match self.subject.germ.of_polynomials() {
                None => Subject::of(trained),
                Some(option) => {
                    return Err(CliError::NoEffect {
                        option,
                        method: "a network of layers".into(),
                        needs: "it is about polynomials near a point; the weights are the point",
                    });
                }
            },
            None => asked(&self.subject, &self.network)?,
        };
        let dimension = subject.problem.dimension();
        let listed = self.checkpoints.is_some()
            || subject
                .trained
                .as_ref()
                .is_some_and(|trained| trained.is_list);
        let one_temperature = match self.batch {
            Some(_) => Method::Sgld,
            None => Method::Hmc,
        };
        let suited = match (self.energy, &subject.understood) {
            (true, _) => one_temperature,
            (false, Told::Layers(_) | Told::Network(_)) if listed => one_temperature,
            (false, _) if self.batch.is_some() => Method::Temperatures,
            (false, Told::Layers(_)) => {
                let samples = subject.problem.local_loss()?.loss().num_samples();
                self.suited_to_samples(dimension, samples.unwrap_or(0))
            }
            (false, Told::Germ(_)) => Method::suited_to_germ(dimension),
            (false, Told::Network(_)) => Method::suited_to_network(dimension),
        };
        Ok((subject, suited))
    }

    /// The default for λ on samples: what looks at the options that are given.
    fn suited_to_samples(&self, dimension: usize, samples: usize) -> Method {
        let suited = Method::suited_to_samples(dimension, samples);
        let kept = self.save_state.is_some() || self.resume.is_some();
        match kept || self.without_effect(suited).is_some() {
            true => Method::Temperatures,
            false => suited,
        }
    }

    /// An option that the method does not look at, and what does.
    fn without_effect(&self, method: Method) -> Option<(&'static str, &'static str)> {
        use Method::{Hmc, Ladder, PreconditionedSgld, Sghmc, Sgnht, Temperatures, Volume};
        const CHAINS: &str = "it is for chains, --method hmc, mala, sgld and others";
        const TUNED: &str = "it is for chains of this program, --method hmc, mala, sgld and others";
        const UNTESTED: &str = "it is for --method sgld, preconditioned-sgld, sghmc and sgnht";
        const BOX: &str = "it is for --method volume and ladder";
        let chains = !matches!(method, Volume | Ladder);
        let own = method.is_chains();
        let momentum = matches!(method, Sghmc | Sgnht);
        let preconditioned = method == PreconditionedSgld;
        let untested = momentum || preconditioned || method == Method::Sgld;
        [
            ("--samples", self.samples.is_some(), chains, CHAINS),
            ("--nbeta", self.nbeta.is_some(), chains, CHAINS),
            (
                "--localization",
                self.localization.is_some(),
                chains,
                CHAINS,
            ),
            ("--chains", self.chains.is_some(), chains, CHAINS),
            ("--num-draws", self.num_draws.is_some(), chains, CHAINS),
            ("--burn-in", self.burn_in.is_some(), chains, CHAINS),
            ("--thin", self.thin.is_some(), chains, CHAINS),
            (
                "--step",
                self.step.is_some(),
                own && method != Temperatures,
                TUNED,
            ),
            ("--budget", self.budget.is_some(), own, TUNED),
            ("--fix", !self.fix.is_empty(), own, TUNED),
            ("--only", !self.only.is_empty(), own, TUNED),
            (
                "--batch",
                self.batch.is_some(),
                untested || method == Temperatures,
                UNTESTED,
            ),
            ("--orthogonal", self.orthogonal, own, TUNED),
            ("--radius", self.radius.is_some(), !chains, BOX),
            (
                "--particles",
                self.particles.is_some(),
                method == Volume,
                "it is for --method volume",
            ),
            (
                "--sweeps",
                self.sweeps.is_some(),
                method == Ladder,
                "it is for --method ladder",
            ),
            (
                "--friction",
                self.friction.is_some(),
                momentum,
                "it is for --method sghmc and sgnht",
            ),
            (
                "--thermostat-rate",
                self.thermostat_rate.is_some(),
                method == Sgnht,
                "it is for --method sgnht",
            ),
            (
                "--leapfrog",
                self.leapfrog.is_some(),
                method == Hmc,
                "it is for --method hmc",
            ),
            (
                "--jitter",
                self.jitter.is_some(),
                method == Hmc,
                "it is for --method hmc",
            ),
            (
                "--decay",
                self.decay.is_some(),
                preconditioned,
                "it is for --method preconditioned-sgld",
            ),
            (
                "--damping",
                self.damping.is_some(),
                preconditioned,
                "it is for --method preconditioned-sgld",
            ),
        ]
        .into_iter()
        .find_map(|(option, given, looks, needs)| (given && !looks).then_some((option, needs)))
    }

    /// The points of a list, and what else is known of them, if there is a list.
    fn points(&self, subject: &Subject) -> Result<Option<Listed>, CliError> {
        if let Some(trained) = subject.trained.as_ref().filter(|trained| trained.is_list) {
            let seen = trained.points.iter().map(|point| trained.seen(&point.w));
            return Ok(Some((trained.points.clone(), seen.collect())));
        }
        let Some(path) = &self.checkpoints else {
            return Ok(None);
        };
        let dimension = subject.problem.dimension();
        let points = checkpoints::read(path, dimension, &subject.names)?;
        Ok(Some((points, Vec::new())))
    }

    /// The loss with the prior of --prior, if there is one.
    fn with_prior(
        &self,
        subject: &Subject,
        loss: &LocalLoss,
    ) -> Result<Option<WithPrior>, CliError> {
        if self.prior.is_empty() {
            return Ok(None);
        }
        let point = subject.point(self.subject.at())?;
        let coordinates = Coordinates {
            names: &subject.names,
            point: &point,
        };
        with_factors(loss, &self.prior, &coordinates)
    }

    /// What asks for the loss in its own coordinates, in which a prior that is unbounded at 0 is
    /// not sampled.
    fn check_unbounded(&self) -> Result<(), CliError> {
        let options = [
            ("--draws", self.draws.is_some()),
            ("--checkpoints", self.checkpoints.is_some()),
            ("--orthogonal", self.orthogonal),
        ];
        match options.into_iter().find(|(_, given)| *given) {
            Some((option, _)) => Err(CliError::NoEffect {
                option,
                method: "a prior that is unbounded at 0".into(),
                needs: "it is for the loss in its own coordinates, and this one is sampled in \
                        powers of them: write loss and prior in u = x^(1 + h) yourself",
            }),
            None => Ok(()),
        }
    }

    /// Where the draws go, if they can be written there.
    fn draws_file(&self) -> Result<Option<DrawsFile>, CliError> {
        let Some(path) = &self.draws else {
            return Ok(None);
        };
        let file = DrawsFile::new(path)?.replacing(self.force);
        if self.log_likelihoods && file.format() != DrawsFormat::Zarr {
            return Err(CliError::LogLikelihoodsNeedZarr);
        }
        file.check()?;
        Ok(Some(file))
    }
}

#[derive(Serialize)]
struct View<'a> {
    schema: u32,
    #[serde(flatten)]
    asked: &'a Told,
    /// The factors of --prior.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    prior: &'a [String],
    dimension: usize,
    #[serde(flatten)]
    report: &'a EstimateReport,
    trustworthy: bool,
    converged: bool,
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    draws: Option<&'a Path>,
    details: Value,
}

pub(super) fn run(
    args: &EstimateArgs,
    output: &mut Output<'_>,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::install().within(args.time);
    if let Some(on) = &args.on {
        return region::run(args, on, &interrupt, output);
    }
    let (subject, suited) = args.subject()?;
    let (asked, loss) = (&subject.understood, subject.problem.local_loss()?);
    let with_prior = args.with_prior(&subject, loss)?;
    let loss = with_prior.as_ref().map_or(loss, |with| &with.loss);
    let method = args.method.unwrap_or(suited);
    let settings = args.settings(&subject)?;
    if subject.trained.is_some() && method == Method::Volume {
        return Err(CliError::NoEffect {
            option: "--method",
            method: method.label().to_string(),
            needs: "it needs a loss whose least value is known: on samples there are --method \
                    ladder and temperatures, and chains at one temperature",
        });
    }
    if args.method.is_none() && !args.energy {
        let dimension = loss.dimension();
        let too_many = match (asked, method) {
            (Told::Germ(_), Method::Ladder) => {
                Some(("volume scaling", VolumeScaling::LARGEST_DIMENSION))
            }
            (Told::Network(_), Method::Temperatures) => {
                Some(("the ladder", Method::LARGEST_LADDER))
            }
            _ => None,
        };
        if let Some((usual, most)) = too_many {
            drop(writeln!(
                stderr,
                "note: the method is {}, for {usual} is for at most {most} parameters, and there \
                 are {dimension}",
                method.label()
            ));
        }
    }
    if !method.is_there() {
        return Err(CliError::NoNuts);
    }
    if args.energy && !method.is_one_temperature() {
        return Err(CliError::OnlyChains { option: "--energy" });
    }
    if !method.is_one_temperature() || !method.is_chains() {
        let options = [
            ("--draws", &args.draws),
            ("--checkpoints", &args.checkpoints),
        ];
        if let Some((option, _)) = options.into_iter().find(|(_, given)| given.is_some()) {
            return Err(CliError::OnlyChains { option });
        }
    }
    if let Some((option, needs)) = args.without_effect(method) {
        return Err(CliError::NoEffect {
            option,
            method: method.label().to_string(),
            needs,
        });
    }
    if loss.has_unbounded_prior() {
        args.check_unbounded()?;
    }
    if let Some(with) = &with_prior {
        if method.is_one_temperature() {
            with.check_energy()?;
        }
        if let Some(note) = with.note() {
            drop(writeln!(stderr, "{note}"));
        }
    }
    let list = args.points(&subject)?;
    let mut kept = KeptRun::of(
        method,
        args.resume.as_deref(),
        args.save_state.as_deref(),
        args.force,
    )?;
    if kept.is_some() && list.is_some() {
        return Err(CliError::NoEffect {
            option: "--save-state or --resume",
            method: "an estimate at a list of points".into(),
            needs: "it is for an estimate at one point; give one by --weights or --at",
        });
    }
    match &args.picture {
        Some(_) if list.is_none() && !matches!(method, Method::Temperatures | Method::Ladder) => {
            return Err(CliError::NoEffect {
                option: "--picture",
                method: method.label().into(),
                needs: "it is for several temperatures and for --run and --checkpoints",
            });
        }
        Some(path) => checkpoints::check_picture(path)?,
        None => {}
    }
    if let Some((points, seen)) = list {
        let run = checkpoints::Run {
            reading: asked.reading().to_string(),
            method,
            points,
            seen,
            energy: args.energy,
            picture: args.picture.clone(),
        };
        return run.answer(&settings, loss, &interrupt, output, stderr);
    }
    let file = args.draws_file()?;
    let (estimated, draws) = {
        let progress = Progress::bar(0, method.label());
        match &file {
            Some(_) => {
                let names = match &subject.trained {
                    Some(trained) => trained.names(),
                    None => subject.names.clone(),
                };
                let mut recording = Recording::new().with_names(names);
                recording.log_likelihoods = args.log_likelihoods;
                let watched = (&interrupt, &progress);
                let (estimated, draws) = settings.record(method, loss, watched, &recording)?;
                (
                    estimated,
                    Some(draws.with_attribute("model", asked.reading())),
                )
            }
            None => {
                let watched = (&interrupt, &progress);
                let estimated = settings.estimate(method, loss, watched, kept.as_mut());
                (estimated, None)
            }
        }
    };
    let written = match (&file, draws) {
        (Some(file), Some(draws)) => {
            let coordinates = if subject.is_moved {
                "relative to the point"
            } else {
                "those of the model"
            };
            draws.with_attribute("coordinates", coordinates).write(file)
        }
        _ => Ok(()),
    };
    let closed = match &kept {
        Some(kept) => kept.close(&estimated, &interrupt, stderr),
        None => Ok(()),
    };
    let estimated = match estimated {
        Ok(estimated) => estimated,
        Err(EstimateError::State(_)) if closed.is_err() => return closed.map(|()| Exit::BadInput),
        Err(error) => {
            if let (Some(file), Ok(())) = (&file, &written) {
                let path = file.path().display();
                drop(writeln!(stderr, "the draws so far are in {path}"));
            }
            return Err(error.into());
        }
    };
    if let Some(path) = &args.picture {
        picture::write(path, asked.reading(), &estimated)?;
    }
    let report = estimated.report;
    if output.is_json() {
        output.value(&View {
            schema: crate::SCHEMA,
            asked,
            prior: &args.prior,
            dimension: loss.dimension(),
            report: &report,
            trustworthy: report.is_trustworthy(),
            converged: report.is_converged(),
            seed: args.seed,
            draws: file
                .as_ref()
                .filter(|_| written.is_ok())
                .map(DrawsFile::path),
            details: estimated.details,
        })?;
    } else {
        output.line(asked.reading())?;
        if let Some(with) = &with_prior {
            output.line(with.reading(&args.prior))?;
        }
        output.line(&report)?;
        for remark in asked.remarks() {
            output.line(remark)?;
        }
        for note in &estimated.notes {
            output.line(note)?;
        }
        if let (Some(file), Ok(())) = (&file, &written) {
            output.line(format_args!("draws: {}", file.path().display()))?;
        }
    }
    written?;
    closed?;
    // what was asked for is λ, unless the energy was
    let answered = report.is_trustworthy() || (args.energy && report.is_converged());
    if report.quantity().is_energy() && !args.energy {
        drop(writeln!(stderr, "{}", for_lambda(loss)));
    }
    Ok(match (interrupt.is_set(), answered) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Undecided,
    })
}
