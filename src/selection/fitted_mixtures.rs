//! What was fitted of mixtures and latent classes.

use super::fitted::{Degeneracy, DescribedFamily, FittedModel, FittedParameter};
use super::mixture_kind::Kind;
use super::mixtures::{MixtureFit, Mixtures};
use super::{FittedFamily, SelectionError};

/// Probabilities this near 0 or 1 lie there.
const EDGE: f64 = 1e-6;
/// Components whose parameters differ by less, as a share of their size, are the same.
const SAME: f64 = 1e-6;
/// Rows so many known deviations from their means contradict them.
const NARROW: f64 = 10.0;

/// Data have a column.
static NAMELESS: String = String::new();

impl Mixtures {
    /// The posterior probabilities of the components for every row of the data, row by row, in the
    /// model of so many components: πₖ p(x | k) / Σⱼ πⱼ p(x | j) at the maximum. `None` if there is
    /// no such fit.
    #[must_use]
    pub fn memberships(&self, components: usize) -> Option<Vec<Vec<f64>>> {
        let fit = self.fits.get(components.checked_sub(1)?)?;
        let different = fit.shares.len() / components;
        let of = |place: &u32| {
            let columns = fit.shares.chunks_exact(different);
            columns.map(|column| column[*place as usize]).collect()
        };
        Some(self.places.iter().map(of).collect())
    }

    /// `component 1` or `class 1`.
    fn part(&self, index: usize) -> String {
        format!("{} {}", self.kind.parts().0, index + 1)
    }

    /// The words for the states of a feature.
    fn words(&self, feature: usize) -> Vec<String> {
        let words = self.data.states(feature);
        if !words.is_empty() {
            return words.to_vec();
        }
        let mut values = self.data.column(feature).to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values.iter().map(f64::to_string).collect()
    }

    /// A parameter of one component without its value: what, of which column, at which state.
    fn labels(&self) -> Vec<FittedParameter> {
        let names = self.data.names().iter();
        match &self.kind {
            Kind::Binomial { .. } => {
                let new = |name: &String| FittedParameter::new("success probability", 0.0).of(name);
                names.map(new).collect()
            }
            Kind::Poisson => names
                .map(|name| FittedParameter::new("rate", 0.0).of(name))
                .collect(),
            Kind::Normal { .. } => names
                .map(|name| FittedParameter::new("mean", 0.0).of(name))
                .collect(),
            Kind::Lines { known, .. } => {
                let names = self.data.names();
                let (response, predictors) = names.split_last().unwrap_or((&NAMELESS, &[]));
                let slopes = predictors
                    .iter()
                    .map(|name| FittedParameter::new("coefficient", 0.0).of(name));
                let noise = FittedParameter::new("standard deviation", 0.0).of(response);
                let noise = (!known).then_some(noise);
                let intercept = FittedParameter::new("intercept", 0.0);
                [intercept].into_iter().chain(slopes).chain(noise).collect()
            }
            Kind::CommonVariance | Kind::Variances => {
                let both = |name: &String| {
                    ["mean", "standard deviation"]
                        .map(|what| FittedParameter::new(what, 0.0).of(name))
                };
                names.flat_map(both).collect()
            }
            Kind::LatentClasses { .. } => {
                let each = names.enumerate().flat_map(|(feature, name)| {
                    let words = self.words(feature).into_iter();
                    words.map(|word| FittedParameter::new("probability", 0.0).of(name).at(&word))
                });
                each.collect()
            }
        }
    }

    fn degeneracies(&self, fit: &MixtureFit, labels: &[FittedParameter]) -> Vec<Degeneracy> {
        let mut found = Vec::new();
        let n = self.data.num_rows() as f64;
        for (index, weight) in fit.weights.iter().enumerate() {
            let part = self.part(index);
            if weight * n < 0.5 || *weight < EDGE {
                found.push(Degeneracy::Empty {
                    part,
                    weight: *weight,
                });
            }
        }
        for (index, parameters) in fit.parameters.iter().enumerate() {
            let same = |other: &Vec<f64>| {
                let mut pairs = parameters.iter().zip(other);
                pairs.all(|(a, b)| (a - b).abs() <= SAME * a.abs().max(b.abs()))
            };
            if let Some(other) = fit.parameters[..index].iter().position(same) {
                found.push(Degeneracy::Same {
                    part: self.part(other),
                    other: self.part(index),
                });
            }
        }
        for (index, parameters) in fit.parameters.iter().enumerate() {
            for (label, value) in labels.iter().zip(parameters) {
                let is_success = label.quantity == "success probability";
                let is_probability = is_success || label.state.is_some();
                // of the states, those that do not occur say all
                let high = is_success && *value > 1.0 - EDGE;
                if is_probability && (*value < EDGE || high) {
                    found.push(Degeneracy::Edge {
                        part: self.part(index),
                        variable: label.variable.clone().unwrap_or_default(),
                        state: label.state.clone(),
                        value: value.round(),
                    });
                }
            }
        }
        found
    }

    /// What is wrong with the data, or a known deviation in the light of the largest model.
    fn degeneracies_of_data(&self) -> Vec<Degeneracy> {
        let mut found = Vec::new();
        let columns: Vec<&[f64]> = (0..self.data.num_columns())
            .map(|j| self.data.column(j))
            .collect();
        for (name, column) in self.data.names().iter().zip(&columns) {
            if column.iter().all(|x| *x == column[0]) {
                found.push(Degeneracy::Constant {
                    variable: name.clone(),
                });
            }
        }
        let Kind::Normal { deviation, .. } = self.kind else {
            return found;
        };
        let range = |column: &&[f64]| {
            let least = column.iter().fold(f64::INFINITY, |least, x| least.min(*x));
            let most = column
                .iter()
                .fold(f64::NEG_INFINITY, |most, x| most.max(*x));
            most - least
        };
        let half_range = columns.iter().map(range).fold(0.0, f64::hypot) / 2.0;
        if deviation >= half_range {
            found.push(Degeneracy::Wide {
                deviation,
                half_range,
            });
        }
        if let (Some(fit), Some(rows)) = (self.fits.last(), self.memberships(self.fits.len())) {
            let mut sum = 0.0;
            for (i, row) in rows.iter().enumerate() {
                for (share, means) in row.iter().zip(&fit.parameters) {
                    let pairs = columns.iter().zip(means);
                    sum += share * pairs.map(|(x, mean)| (x[i] - mean).powi(2)).sum::<f64>();
                }
            }
            let distance = (sum / (rows.len() * columns.len()) as f64).sqrt();
            if distance > NARROW * deviation {
                found.push(Degeneracy::Narrow {
                    deviation,
                    distance,
                });
            }
        }
        found
    }
}

impl DescribedFamily for Mixtures {
    /// Weights, then the parameters of one component after the other, the heaviest first.
    fn fitted(&self) -> Result<Vec<FittedModel>, SelectionError> {
        let labels = self.labels();
        let mut models = Vec::new();
        for (candidate, fit) in self.candidates()?.iter().zip(&self.fits) {
            let mut model = FittedModel::new(candidate.name());
            for (index, weight) in fit.weights.iter().enumerate() {
                let weight = FittedParameter::new("weight", *weight);
                model.parameters.push(weight.within(self.part(index)));
            }
            for (index, parameters) in fit.parameters.iter().enumerate() {
                for (label, value) in labels.iter().zip(parameters) {
                    let mut parameter = label.clone().within(self.part(index));
                    parameter.value = *value;
                    model.parameters.push(parameter);
                }
            }
            model.degeneracies = self.degeneracies(fit, &labels);
            models.push(model);
        }
        if let Some(largest) = models.last_mut() {
            largest.degeneracies.extend(self.degeneracies_of_data());
        }
        Ok(models)
    }
}

/// The order in which components are told: by weight, the heaviest first; of equal weights, to six
/// digits, by their parameters, the least first.
pub(super) fn order(weights: &[f64], parameters: &[Vec<f64>]) -> Vec<usize> {
    let rounded = |x: f64| (x * 1e6).round() + 0.0;
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| {
        let by_weight = rounded(weights[b]).total_cmp(&rounded(weights[a]));
        let mut pairs = parameters[a].iter().zip(&parameters[b]);
        let differing = pairs.find(|(x, y)| rounded(**x) != rounded(**y));
        by_weight.then(differing.map_or(std::cmp::Ordering::Equal, |(x, y)| x.total_cmp(y)))
    });
    order
}

#[cfg(test)]
mod tests {
    use super::order;
    use crate::selection::{CsvFormat, DataTable, Degeneracy, DescribedFamily, Mixtures, Starts};

    #[test]
    fn components_are_told_by_weight_then_parameters() {
        let parameters = [vec![2.0], vec![-1.0], vec![7.0], vec![-1.0 + 1e-9]];
        assert_eq!(
            order(&[0.2, 0.2 + 1e-9, 0.4, 0.2], &parameters),
            [2, 1, 3, 0]
        );
    }

    #[test]
    fn memberships_are_bayes_rule_in_the_order_of_the_rows() {
        let x = vec![2.5, -2.0, 2.0, -2.5, -2.0, 0.1, -1.5, 2.5];
        let data = DataTable::new([("x", x.clone())]).unwrap();
        let family = Mixtures::normal(&data, 1.0, 2, &Starts::new()).unwrap();
        let fit = &family.fits()[1];
        assert!(fit.weights[0] >= fit.weights[1]);
        let rows = family.memberships(2).unwrap();
        for (x, row) in x.iter().zip(&rows) {
            let joint =
                |k: usize| fit.weights[k] * (-(x - fit.parameters[k][0]).powi(2) / 2.0).exp();
            let expected = joint(0) / (joint(0) + joint(1));
            assert!((row[0] - expected).abs() < 1e-6, "{x}: {row:?}");
            assert!((row[0] + row[1] - 1.0).abs() < 1e-12);
        }
        assert!(family.memberships(3).is_none() && family.memberships(0).is_none());
    }

    #[test]
    fn labels_are_names_and_words() {
        let rows: Vec<String> = (0..60)
            .map(|i| {
                let yes = i % 3 == 0;
                let word = if yes { "yes" } else { "no" };
                let c = if yes { 7 } else { 3 };
                format!("{word},{word},{c}")
            })
            .collect();
        let text = format!("a,b,c\n{}\n", rows.join("\n"));
        let read = CsvFormat::new()
            .with_words(true)
            .read(text.as_bytes(), &["a", "b", "c"]);
        let data = read.unwrap().table;
        let family = Mixtures::latent_classes(&data, 2, &Starts::new()).unwrap();
        let two = &family.fitted().unwrap()[1];
        let find = |variable: &str, state: &str, part: &str| {
            let mut all = two.parameters.iter();
            let found = all.find(|p| {
                p.variable.as_deref() == Some(variable)
                    && p.state.as_deref() == Some(state)
                    && p.part.as_deref() == Some(part)
            });
            found.unwrap().value
        };
        // class 1 is the heavier one: two thirds say no, and have c = 3 throughout
        assert!((two.parameters[0].value - 2.0 / 3.0).abs() < 1e-3);
        assert!(find("a", "yes", "class 1") < 0.2 && find("b", "no", "class 1") > 0.8);
        assert!(find("c", "7", "class 1") < 1e-6 && find("c", "3", "class 2") < 1e-6);
        let edges: Vec<String> = two.degeneracies.iter().map(ToString::to_string).collect();
        let expected = ["1: P(a = yes)", "1: P(b = yes)", "1: P(c = 7)"].into_iter();
        let expected = expected.chain(["2: P(a = no)", "2: P(b = no)", "2: P(c = 3)"]);
        let expected: Vec<String> = expected.map(|e| format!("class {e} is 0")).collect();
        assert_eq!(edges, expected);
    }

    #[test]
    fn a_deviation_that_does_not_fit_the_data_is_told() {
        let x: Vec<f64> = (0..20).map(|i| f64::from(i * i)).collect();
        let data = DataTable::new([("x", x), ("y", vec![3.0; 20])]).unwrap();
        let told = |deviation: f64| {
            let family = Mixtures::normal(&data, deviation, 2, &Starts::new()).unwrap();
            family.fitted().unwrap().pop().unwrap().degeneracies
        };
        let constant = Degeneracy::Constant {
            variable: "y".into(),
        };
        assert_eq!(told(50.0), std::slice::from_ref(&constant));
        let wide = told(181.0);
        assert!(
            matches!(wide[..], [.., Degeneracy::Wide { half_range, .. }] if half_range == 180.5)
        );
        let narrow = told(0.1);
        let last = narrow.last().unwrap();
        assert!(matches!(last, Degeneracy::Narrow { distance, .. } if *distance > 20.0));
        assert!(last.is_doubt() && !constant.is_doubt());
        for deviation in [1e-7, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = Mixtures::normal(&data, deviation, 2, &Starts::new()).unwrap_err();
            assert!(error.to_string().contains("standard deviation"), "{error}");
        }
    }
}
