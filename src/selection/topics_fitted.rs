//! What was fitted of topics.

use super::fitted::{Degeneracy, DescribedFamily, FittedModel, FittedParameter};
use super::topics::{EDGE, Topics, TopicsFit};
use super::{FittedFamily, SelectionError};

fn part(index: usize) -> String {
    format!("topic {}", index + 1)
}

/// Zeros of words in topics, where the fit lies on the boundary; else they can be moved inside.
fn edges(fit: &TopicsFit, names: &[String]) -> Vec<Degeneracy> {
    if !fit.convergence.on_boundary {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, topic) in fit.topics.iter().enumerate() {
        for (name, _) in names.iter().zip(topic).filter(|(_, p)| **p < EDGE) {
            found.push(Degeneracy::Edge {
                part: part(index),
                variable: "word".into(),
                state: Some(name.clone()),
                value: 0.0,
            });
        }
    }
    found
}

impl DescribedFamily for Topics {
    /// The topics' shares of all tokens, then the words of one topic after the other, the heaviest
    /// first. The shares in each document are [`Topics::memberships`].
    fn fitted(&self) -> Result<Vec<FittedModel>, SelectionError> {
        let names = self.data().names();
        let total = self.counts.total();
        let mut models = Vec::new();
        for (candidate, fit) in self.candidates()?.iter().zip(self.fits()) {
            let mut model = FittedModel::new(candidate.name());
            for (index, weight) in fit.weights.iter().enumerate() {
                let weight = FittedParameter::new("weight", *weight);
                model.parameters.push(weight.within(part(index)));
            }
            for (index, topic) in fit.topics.iter().enumerate() {
                for (name, value) in names.iter().zip(topic) {
                    let probability = FittedParameter::new("probability", *value);
                    model
                        .parameters
                        .push(probability.of("word").at(name).within(part(index)));
                }
            }
            for (index, weight) in fit.weights.iter().enumerate() {
                if weight * total < 0.5 {
                    model.degeneracies.push(Degeneracy::Empty {
                        part: part(index),
                        weight: *weight,
                    });
                }
            }
            model.degeneracies.extend(edges(fit, names));
            models.push(model);
        }
        Ok(models)
    }
}
