//! The order of a hidden Markov chain, fitted by EM.

use super::ascent::{self, Ascent};
use super::markov_em::{MarkovEm, Sequences, stationary};
use super::markov_pairs::{default_concentration, dimension, most_states, pair};
use super::{
    Candidate, ComponentsPrior, Convergence, DataTable, FittedFamily, SelectionError, Starts,
};
use crate::algebra::Rational;
#[cfg(doc)]
use crate::closed_form;
use crate::sampler::Control;

/// Probabilities this near 0 lie there.
pub(super) const EDGE: f64 = 1e-6;
/// What progress counts for each number of states.
const STEPS: f64 = 100.0;

/// Stationary hidden Markov chains of 1, 2, …, K states: a symbol at each time, drawn from the
/// distribution of a hidden state; states follow each other by a matrix Q of transitions. One state
/// is symbols drawn independently.
///
/// The first state of a sequence is drawn from the stationary distribution of Q. So it has no
/// parameters of its own, d = K(K − 1) + K(M − 1) for M symbols whether there is one long sequence
/// or there are many short ones, and a chain of fewer states is a special case of one of more,
/// exactly. n is the number of symbols.
///
/// # Learning coefficients
/// Of K states at themselves λ = d/2: the parameters are generically identifiable, up to the order
/// of the states, from 2k + 1 consecutive symbols with C(k + M − 1, M − 1) ≥ K (Allman, Matias &
/// Rhodes 2009, theorem 6; Leroux 1992 for the whole process); models for which no sequence is so
/// long are refused. At a truth of K₀ < K states only upper bounds are known,
///
/// λ ≤ ½{K₀(K₀ − 1) + K₀(M − 1) + (K − K₀) min(φK₀, K₀ − 1 + (M − 1)/2, K₀ + K − 2)}:
///
/// surplus states are never entered, which for the uniform prior φ = 1 is
/// [`closed_form::markov_bounds`] (cf. Yamazaki & Watanabe 2005); or repeat another one; or are
/// drawn anew at each time. The rows of Q have Dirichlet priors of index φ, the distributions of
/// symbols any positive one. By default φ = M/2, where the bound no longer depends on it, as for
/// [`Mixtures`](super::Mixtures) and for the same reason.
///
/// # What sBIC rests on here
/// Its theory is for independent observations. Of a chain, K is the rate of the divergence per
/// symbol. At a truth of K states that is regular ℓ is asymptotically quadratic (Bickel, Ritov &
/// Rydén 1998), so that d/2 · log n is right as with independent ones. The bounds hold for the
/// rate. That log n times the λ of the rate is what the log marginal likelihood of a chain pays at
/// a smaller truth is not known; ℓ of surplus states itself is not bounded in probability there
/// (Gassiat & Keribin 2000).
///
/// # Fit
/// Scaled forward and backward recursions (Baum & Welch), with the gradient of the stationary
/// distribution added to the expected transitions; halved where ℓ fell; accelerated by SQUAREM;
/// from [`Starts::count`] random starts, from the fit of one state less with each state split, with
/// a new state at rare symbols, and from that fit itself with a state doubled, so that ℓ never
/// falls with K. Profiles are log p(symbol | symbols before) at 256 times; else all is as with
/// [`Mixtures`](super::Mixtures).
///
/// # References
/// Allman, Matias & Rhodes 2009, Annals of Statistics 37, 3099–3132. Leroux 1992, Stochastic
/// Processes and their Applications 40, 127–143. Bickel, Ritov & Rydén 1998, Annals of Statistics
/// 26, 1614–1635. Gassiat & Keribin 2000, ESAIM Probability and Statistics 4, 25–52.
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, HiddenMarkov, Selection, Starts};
///
/// // long runs of one symbol, and of the other
/// let runs = (0..300_u32).map(|t| f64::from((t / 30 + u32::from(t % 7 == 0)) % 2));
/// let data = DataTable::new([("x", runs.collect())])?;
/// let family = HiddenMarkov::new(&data, "x", None, 2, &Starts::new())?;
/// assert_eq!(Selection::new(&family)?.by_sbic().name, "2 states");
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenMarkov {
    sequences: Sequences,
    /// The row of the data of each time.
    rows: Vec<usize>,
    /// The words for the symbols.
    pub(super) symbols: Vec<String>,
    pub(super) name: String,
    fits: Vec<HiddenMarkovFit>,
    complete: bool,
    concentration: Rational,
    components_prior: ComponentsPrior,
    data: DataTable,
}

/// The fit of one number of states.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HiddenMarkovFit {
    /// The maximised log-likelihood ℓ.
    pub log_likelihood: f64,
    /// The stationary distribution of the states, the most frequent first.
    pub weights: Vec<f64>,
    /// Q: the probabilities of the next state, a row for each state.
    pub transitions: Vec<Vec<f64>>,
    /// The probabilities of the symbols in each state.
    pub emissions: Vec<Vec<f64>>,
    /// How the fit went.
    pub convergence: Convergence,
    point: Vec<f64>,
}

impl HiddenMarkov {
    /// Fits up to `max_states` states to the column `symbol`, whose rows are in the order of time,
    /// each a symbol: a word or a whole number. Rows with different values of the column `sequence`
    /// belong to different sequences; without it there is one.
    ///
    /// # Errors
    /// [`SelectionError::NoColumn`], [`SelectionError::Cell`] for a number that is not whole,
    /// [`SelectionError::OneSymbol`] for a column of one symbol alone, [`SelectionError::Setting`]
    /// for more states than are known to be identifiable from sequences of this length, none, or
    /// starts out of range, [`SelectionError::TooFewRows`] for not more symbols than states.
    pub fn new(
        data: &DataTable,
        symbol: &str,
        sequence: Option<&str>,
        max_states: usize,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::new_under(data, symbol, sequence, max_states, starts, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it. A stopped family has the numbers
    /// of states whose search was over, one in any case.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn new_under(
        data: &DataTable,
        symbol: &str,
        sequence: Option<&str>,
        max_states: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        starts.check()?;
        let data = match sequence {
            Some(sequence) => data.with_columns(&[symbol, sequence])?,
            None => data.with_columns(&[symbol])?,
        };
        let (symbols, codes) = coded(&data)?;
        let (rows, lengths) = ordered(&data, sequence.is_some());
        let sequences = Sequences {
            symbols: symbols.len(),
            codes: rows.iter().map(|row| codes[*row]).collect(),
            lengths,
        };
        let longest = sequences.lengths.iter().copied().max().unwrap_or(0);
        let most = most_states(symbols.len(), longest);
        if max_states == 0 || max_states > most {
            let expected = if max_states == 0 {
                "at least 1".to_string()
            } else {
                format!(
                    "at most {most} with sequences of {longest} symbols: more are not known to be \
                     identifiable"
                )
            };
            return Err(SelectionError::Setting {
                what: "the number of states",
                expected,
                found: max_states as f64,
            });
        }
        if rows.len() <= max_states {
            return Err(SelectionError::TooFewRows {
                model: format!("a hidden Markov chain of {max_states} states"),
                least: max_states + 1,
                found: rows.len(),
            });
        }
        let mut point = [vec![1.0], sequences.overall()].concat();
        let value = MarkovEm::new(&sequences, 1).log_likelihood(&point);
        let mut found = (value, ascent::known(value));
        let mut fits = Vec::new();
        let mut complete = true;
        for states in 1..=max_states {
            if states > 1 {
                let nested = MarkovEm::larger(&sequences, &point, found.0, starts.seed);
                let report = |share: f64| {
                    let done = STEPS * (states as f64 - 2.0 + share);
                    control.report(done as u64, (STEPS * (max_states as f64 - 1.0)) as u64);
                };
                let mut em = MarkovEm::new(&sequences, states);
                let name = state_name(states);
                let summit = ascent::search(&mut em, &name, nested, starts, control, &report)?;
                let Some(summit) = summit else {
                    complete = false;
                    break;
                };
                point = summit.point;
                found = (summit.log_likelihood, summit.convergence);
            }
            let fit = HiddenMarkovFit::new(states, symbols.len(), &point, &found);
            point.clone_from(&fit.point);
            fits.push(fit);
        }
        Ok(Self {
            concentration: default_concentration(symbols.len()),
            components_prior: ComponentsPrior::default(),
            name: symbol.into(),
            sequences,
            rows,
            symbols,
            fits,
            complete,
            data,
        })
    }

    /// Sets the index φ of the Dirichlet priors of the rows of Q. The fits do not depend on it.
    ///
    /// # Errors
    /// [`SelectionError::Setting`] unless φ is positive.
    pub fn with_concentration(mut self, concentration: Rational) -> Result<Self, SelectionError> {
        if !concentration.is_positive() {
            return Err(SelectionError::Setting {
                what: "the concentration of the transitions' Dirichlet prior",
                expected: "positive".into(),
                found: concentration.to_f64(),
            });
        }
        self.concentration = concentration;
        Ok(self)
    }

    /// The index φ of the Dirichlet priors of the rows of Q.
    #[must_use]
    pub fn concentration(&self) -> &Rational {
        &self.concentration
    }

    /// Sets the prior of the number of states.
    #[must_use]
    pub fn with_components_prior(mut self, prior: ComponentsPrior) -> Self {
        self.components_prior = prior;
        self
    }

    /// The prior of the number of states.
    #[must_use]
    pub fn components_prior(&self) -> ComponentsPrior {
        self.components_prior
    }

    /// The fits, by the number of states, from 1; as many as asked for unless stopped.
    #[must_use]
    pub fn fits(&self) -> &[HiddenMarkovFit] {
        &self.fits
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &DataTable {
        &self.data
    }

    /// Whether there are fits of all numbers of states asked for: not if stopped.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The probabilities of the states at each row given all symbols, in the model of so many
    /// states; `None` if there is no such fit.
    #[must_use]
    pub fn memberships(&self, states: usize) -> Option<Vec<Vec<f64>>> {
        let fit = self.fits.get(states.checked_sub(1)?)?;
        let smoothed = MarkovEm::new(&self.sequences, states).smoothed(&fit.point);
        let mut rows = vec![Vec::new(); smoothed.len()];
        for (row, shares) in self.rows.iter().zip(smoothed) {
            rows[*row] = shares;
        }
        Some(rows)
    }
}

impl HiddenMarkovFit {
    fn new(states: usize, symbols: usize, point: &[f64], found: &(f64, Convergence)) -> Self {
        let weights = stationary(point, states).unwrap_or_else(|| vec![f64::NAN; states]);
        let (q, e) = point.split_at(states * states);
        let mut order: Vec<usize> = (0..states).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        let transitions: Vec<Vec<f64>> = order
            .iter()
            .map(|&from| order.iter().map(|&to| q[from * states + to]).collect())
            .collect();
        let emissions: Vec<Vec<f64>> = order
            .iter()
            .map(|&state| e[state * symbols..][..symbols].to_vec())
            .collect();
        let mut convergence = found.1.clone();
        convergence.on_boundary = point.iter().any(|p| *p < EDGE);
        Self {
            log_likelihood: found.0,
            weights: order.iter().map(|&state| weights[state]).collect(),
            point: [transitions.concat(), emissions.concat()].concat(),
            transitions,
            emissions,
            convergence,
        }
    }
}

/// The words for the symbols of the first column, and the symbol of each row.
fn coded(data: &DataTable) -> Result<(Vec<String>, Vec<usize>), SelectionError> {
    let column = data.column(0);
    let name = &data.names()[0];
    if let Some(row) = column.iter().position(|x| x.fract() != 0.0) {
        return Err(SelectionError::Cell {
            line: data.line(row),
            column: name.clone(),
            text: column[row].to_string(),
            expected: "a symbol, a word or a whole number".into(),
        });
    }
    let mut values = column.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup();
    if values.len() < 2 {
        return Err(SelectionError::OneSymbol {
            column: name.clone(),
        });
    }
    let words = data.states(0);
    let word = |value: &f64| match words.get(*value as usize) {
        Some(word) => word.clone(),
        None => value.to_string(),
    };
    let code = |x: &f64| values.partition_point(|value| value < x);
    let codes = column.iter().map(code).collect();
    Ok((values.iter().map(word).collect(), codes))
}

/// The rows, sequence after sequence in the order in which these begin, and the lengths.
fn ordered(data: &DataTable, sequenced: bool) -> (Vec<usize>, Vec<usize>) {
    let all = data.num_rows();
    if !sequenced {
        return ((0..all).collect(), vec![all]);
    }
    let mut places = std::collections::HashMap::new();
    let mut sequences: Vec<Vec<usize>> = Vec::new();
    for (row, label) in data.column(1).iter().enumerate() {
        // −0 and 0 are the same label
        let label = (label + 0.0).to_bits();
        let place = *places.entry(label).or_insert_with(|| {
            sequences.push(Vec::new());
            sequences.len() - 1
        });
        sequences[place].push(row);
    }
    let lengths = sequences.iter().map(Vec::len).collect();
    (sequences.concat(), lengths)
}

fn state_name(states: usize) -> String {
    format!("{states} state{}", if states == 1 { "" } else { "s" })
}

impl FittedFamily for HiddenMarkov {
    /// The number of symbols.
    fn num_samples(&self) -> usize {
        self.rows.len()
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        let symbols = self.symbols.len();
        let pair = |i: usize, j: usize| pair(symbols, i, j, &self.concentration);
        let candidate = |(index, fit): (usize, &HiddenMarkovFit)| {
            let i = index + 1;
            let d = dimension(i, symbols);
            let new = Candidate::new(state_name(i), fit.log_likelihood, d, pair(i, i))
                .with_prior(self.components_prior.weight(i));
            (1..i).fold(new, |new, j| new.with_submodel(j - 1, pair(i, j)))
        };
        Ok(self.fits.iter().enumerate().map(candidate).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::HiddenMarkov;
    use crate::selection::{CsvFormat, DataTable, FittedFamily, Starts};

    fn table(text: &str, names: &[&str]) -> DataTable {
        let read = CsvFormat::new()
            .with_words(true)
            .read(text.as_bytes(), names);
        read.unwrap().table
    }

    #[test]
    fn rows_belong_to_sequences_and_keep_their_places() {
        let rows: Vec<String> = (0..60_usize)
            .map(|t| {
                let word = ["up", "down", "still"][(t * t / 5 + t / 4) % 3];
                format!("{word},{}", ["b", "a"][t % 2])
            })
            .collect();
        let data = table(&format!("x,who\n{}\n", rows.join("\n")), &["who", "x"]);
        let family = HiddenMarkov::new(&data, "x", Some("who"), 3, &Starts::new()).unwrap();
        assert_eq!(family.symbols, ["down", "still", "up"]);
        assert_eq!(family.sequences.lengths, [30, 30]);
        assert_eq!(family.rows[..3], [0, 2, 4]);
        let values: Vec<f64> = family.fits().iter().map(|fit| fit.log_likelihood).collect();
        assert!(values.is_sorted(), "{values:?}");
        // one state: independent symbols
        let shares = family.fits()[0].emissions[0].clone();
        let expected: f64 = shares.iter().map(|p| 60.0 * p * p.ln()).sum();
        assert!((values[0] - expected).abs() < 1e-10);
        let rows = family.memberships(2).unwrap();
        assert_eq!(rows.len(), 60);
        for row in &rows {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert!(family.memberships(4).is_none() && family.memberships(0).is_none());
        let fit = &family.fits()[2];
        assert!(fit.weights.is_sorted_by(|a, b| a >= b));
        // weights are stationary
        for (to, weight) in fit.weights.iter().enumerate() {
            let pairs = fit.weights.iter().zip(&fit.transitions);
            let next: f64 = pairs.map(|(p, row)| p * row[to]).sum();
            assert!((next - weight).abs() < 1e-10);
        }
        let dimensions: Vec<usize> = family
            .candidates()
            .unwrap()
            .iter()
            .map(|c| c.dimension())
            .collect();
        assert_eq!(dimensions, [2, 6, 12]);
    }

    #[test]
    fn what_is_no_sequence_of_symbols_is_told() {
        let told = |text: &str, sequence: Option<&str>, most: usize| {
            let names: Vec<&str> = ["x"].into_iter().chain(sequence).collect();
            let data = table(text, &names);
            let error = HiddenMarkov::new(&data, "x", sequence, most, &Starts::new());
            error.unwrap_err().to_string()
        };
        for (text, sequence, most, part) in [
            (
                "x\n1\n0.5\n2\n",
                None,
                1,
                "line 3, column `x`: `0.5` is not a symbol",
            ),
            ("x\nno\nno\nno\n", None, 1, "column `x` has one symbol only"),
            ("x\n1\n0\n1\n", None, 0, "at least 1"),
            ("x\n1\n0\n1\n0\n", None, 3, "at most 2 with sequences of 4"),
            (
                "x,s\n1,a\n0,b\n1,c\n",
                Some("s"),
                2,
                "at most 1 with sequences of 1",
            ),
        ] {
            let error = told(text, sequence, most);
            assert!(error.contains(part), "{error}");
        }
    }
}
