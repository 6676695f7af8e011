//! What a command is asked about: a germ in words, a model, or a linear network.

use super::CliError;
use super::germ::{GermArgs, germ};
use super::model::{ModelArgs, ModelName};
use super::network::Trained;
use super::question::Understood;
use super::words::count;
use crate::algebra::Rational;
use crate::estimate::EstimateError;
use crate::problem::Problem;
use crate::resolution::{Assignment, Locus};
use crate::sampler::SamplerError;
use clap::Args;
use serde::Serialize;

/// A germ, or a model at a true parameter.
#[derive(Debug, Clone, Args)]
pub(super) struct SubjectArgs {
    #[command(flatten)]
    pub(super) germ: GermArgs,
    #[command(flatten)]
    model: ModelArgs,
}

/// A linear network, whose population loss is known.
#[derive(Debug, Clone, Args)]
pub(super) struct NetworkArgs {
    /// The widths of a linear network: K = ½‖W_L⋯W_1 − W*‖², at its deepest point
    #[arg(long, value_name = "W,…", value_delimiter = ',',
          conflicts_with_all = ["amplitude", "nonnegative", "at", "numbers", "variables", "reading"],
          value_parser = count::<usize>)]
    linear_network: Vec<usize>,
    /// The rank of W* of a linear network
    #[arg(
        long,
        value_name = "R",
        default_value_t = 0,
        conflicts_with_all = ["loss", "ideal", "model"],
        value_parser = count::<usize>
    )]
    rank: usize,
}

/// What was asked about, and how it was understood.
pub(super) struct Subject {
    pub(super) problem: Problem,
    pub(super) understood: Told,
    /// The parameters, in the order of the loss; none for a network, where they may be many.
    pub(super) names: Vec<String>,
    /// Whether the coordinates of the loss are those of the user minus the point.
    pub(super) is_moved: bool,
    /// The network of layers, if it is one.
    pub(super) trained: Option<Trained>,
}

impl Subject {
    /// A network of layers at its first point.
    pub(super) fn of(trained: Trained) -> Self {
        Self {
            problem: trained.problem(),
            understood: Told::Layers(trained.reading.clone()),
            names: Vec::new(),
            is_moved: false,
            trained: Some(trained),
        }
    }

    /// The parameters that words mean: by index from 0, by name, and of a network of layers by
    /// tensor, layer or kind.
    fn meant(&self, words: &[String]) -> Result<Vec<usize>, CliError> {
        let dimension = self.problem.dimension();
        let mut meant = Vec::new();
        for word in words {
            if let Ok(index) = word.parse::<usize>() {
                if index >= dimension {
                    let error = SamplerError::NoSuchParameter { index, dimension };
                    return Err(EstimateError::from(error).into());
                }
                meant.push(index);
            } else if let Some(index) = self.names.iter().position(|name| name == word) {
                meant.push(index);
            } else if let Some(trained) = &self.trained {
                let mask = trained.network.only(&[word])?;
                meant.extend((0..dimension).filter(|&i| mask[i]));
            } else {
                let known = match self.names.is_empty() {
                    true => format!("they are named by an index from 0 to {}", dimension - 1),
                    false => format!("there are: {}", self.names.join(", ")),
                };
                return Err(CliError::Setting(format!(
                    "there is no parameter `{word}`; {known}"
                )));
            }
        }
        meant.sort_unstable();
        meant.dedup();
        Ok(meant)
    }

    /// The parameters that are held: those that `fix` means, or all but those that `only` does.
    pub(super) fn held(&self, only: &[String], fix: &[String]) -> Result<Vec<usize>, CliError> {
        if only.is_empty() {
            return self.meant(fix);
        }
        let mut held = vec![true; self.problem.dimension()];
        for index in self.meant(only)? {
            held[index] = false;
        }
        Ok((0..held.len()).filter(|&i| held[i]).collect())
    }
}

impl Subject {
    /// Where the origin of the loss's coordinates is in those of the user.
    pub(super) fn point(&self, at: Vec<Assignment>) -> Result<Vec<f64>, CliError> {
        let mut point = vec![0.0; self.problem.dimension()];
        if !self.is_moved {
            return Ok(point);
        }
        for Assignment { name, value } in at {
            let Some(index) = self.names.iter().position(|known| *known == name) else {
                continue;
            };
            point[index] = match value.parse::<Rational>() {
                Ok(value) => value.to_f64(),
                Err(error) => return Err(CliError::Coordinate { name, error }),
            };
        }
        Ok(point)
    }
}

/// What was understood, for programs.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Told {
    Germ(Understood),
    Network(#[serde(serialize_with = "as_reading")] String),
    Layers(#[serde(serialize_with = "as_reading")] String),
}

/// `{"reading": "…"}`.
fn as_reading<S: serde::Serializer>(reading: &str, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry("reading", reading)?;
    map.end()
}

impl Told {
    pub(super) fn reading(&self) -> &str {
        match self {
            Self::Germ(understood) => &understood.reading,
            Self::Network(reading) | Self::Layers(reading) => reading,
        }
    }

    /// What people should read beside the answer, a line each.
    pub(super) fn remarks(&self) -> Vec<String> {
        match self {
            Self::Germ(understood) => understood.remarks().collect(),
            Self::Network(_) | Self::Layers(_) => Vec::new(),
        }
    }
}

impl SubjectArgs {
    /// The family of models that is asked about, if one is.
    pub(super) fn family(&self) -> Option<ModelName> {
        self.model.model
    }

    /// In short, before it is read: for a progress bar.
    pub(super) fn shown(&self) -> String {
        match self.family() {
            Some(_) => "the model".to_string(),
            None => self.germ.text().to_string(),
        }
    }

    /// The values of the point.
    pub(super) fn at(&self) -> Vec<Assignment> {
        self.germ.text().at
    }

    /// A model on all of its domain, if one is asked about.
    pub(super) fn on_domain(&self) -> Result<Option<Locus>, CliError> {
        let asked = self.model.on_domain()?;
        Ok(asked.and_then(|asked| asked.locus))
    }

    /// The problem, and what was understood of it.
    pub(super) fn subject(&self) -> Result<(Problem, Understood, Vec<String>), CliError> {
        let text = self.germ.text();
        if let Some(asked) = self.model.asked(&text.at)? {
            return Ok((asked.problem, asked.understood, asked.names));
        }
        let germ = germ(&text)?;
        let understood = Understood::new(&text, &germ);
        let names = germ.variables().names().to_vec();
        Ok((Problem::of(germ), understood, names))
    }
}

/// What the arguments of an estimate ask about.
pub(super) fn asked(subject: &SubjectArgs, network: &NetworkArgs) -> Result<Subject, CliError> {
    if network.linear_network.is_empty() {
        let (problem, understood, names) = subject.subject()?;
        return Ok(Subject {
            problem,
            understood: Told::Germ(understood),
            names,
            is_moved: subject.family().is_none() && !subject.germ.text().at.is_empty(),
            trained: None,
        });
    }
    let (widths, rank) = (&network.linear_network, network.rank);
    let shown: Vec<_> = widths.iter().map(ToString::to_string).collect();
    let widths_shown = shown.join("-");
    let reading = format!("K = ½‖W_L⋯W_1 − W*‖², widths {widths_shown}, W* of rank {rank}");
    Ok(Subject {
        problem: Problem::linear_network(widths, rank)?,
        understood: Told::Network(reading),
        names: Vec::new(),
        is_moved: false,
        trained: None,
    })
}
