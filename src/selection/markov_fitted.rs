//! What was fitted of hidden Markov chains.

use super::fitted::{Degeneracy, DescribedFamily, FittedModel, FittedParameter};
use super::markov::{EDGE, HiddenMarkov};
use super::{FittedFamily, SelectionError};

fn part(index: usize) -> String {
    format!("state {}", index + 1)
}

impl DescribedFamily for HiddenMarkov {
    /// The stationary weights, then the transitions and the probabilities of the symbols of one
    /// state after the other, the most frequent first.
    fn fitted(&self) -> Result<Vec<FittedModel>, SelectionError> {
        let mut models = Vec::new();
        for (candidate, fit) in self.candidates()?.iter().zip(self.fits()) {
            let mut model = FittedModel::new(candidate.name());
            let parameters = &mut model.parameters;
            for (index, weight) in fit.weights.iter().enumerate() {
                let weight = FittedParameter::new("weight", *weight);
                parameters.push(weight.within(part(index)));
                if weight_is_empty(fit.weights[index], self.num_samples()) {
                    model.degeneracies.push(Degeneracy::Empty {
                        part: part(index),
                        weight: fit.weights[index],
                    });
                }
            }
            for (index, row) in fit.transitions.iter().enumerate() {
                for (to, value) in row.iter().enumerate() {
                    let transition = FittedParameter::new("transition", *value);
                    parameters.push(transition.of(&part(to)).within(part(index)));
                    if *value < EDGE {
                        model.degeneracies.push(Degeneracy::Edge {
                            part: part(index),
                            variable: "next".into(),
                            state: Some(part(to)),
                            value: 0.0,
                        });
                    }
                }
            }
            for (index, own) in fit.emissions.iter().enumerate() {
                for (symbol, value) in self.symbols.iter().zip(own) {
                    let probability = FittedParameter::new("probability", *value);
                    parameters.push(probability.of(&self.name).at(symbol).within(part(index)));
                    if *value < EDGE {
                        model.degeneracies.push(Degeneracy::Edge {
                            part: part(index),
                            variable: self.name.clone(),
                            state: Some(symbol.clone()),
                            value: 0.0,
                        });
                    }
                }
            }
            models.push(model);
        }
        Ok(models)
    }
}

/// Whether a state explains less than half a symbol.
fn weight_is_empty(weight: f64, num_samples: usize) -> bool {
    weight * (num_samples as f64) < 0.5
}
