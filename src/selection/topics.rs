//! The number of topics of documents, fitted by EM.

use super::ascent::{self, Ascent};
use super::topics_em::{Counts, TopicsEm};
use super::{
    Candidate, ComponentsPrior, Convergence, DataTable, FittedFamily, PairCoefficient,
    SelectionError, Starts,
};
use crate::closed_form;
use crate::sampler::Control;

/// Probabilities this near 0 lie there.
pub(super) const EDGE: f64 = 1e-6;
/// Sweeps in search of an interior factorisation.
const SWEEPS: usize = 2000;
/// What progress counts for each number of topics.
const STEPS: f64 = 100.0;

/// Documents of 1, 2, …, H topics: p(word | document) = Σ_h A\[word, h\] B\[h, document\], the
/// columns of A (M words by H topics) and of B (H topics by N documents) on simplices. That is
/// latent Dirichlet allocation with the documents' shares of topics as parameters, probabilistic
/// latent semantic analysis, stochastic matrix factorisation.
///
/// The data are a table of counts, a row for each document, a column for each word. An observation
/// is a token, a word with its document: n is the number of tokens, and ℓ = Σ count · log p(word |
/// document), given the documents' lengths.
///
/// # Dimension
/// A and B have H(M − 1) + N(H − 1) parameters, but AB is the same under H(H − 1) changes of
/// coordinates: d is the dimension of the set of distributions AB, that of the matrices of rank H
/// whose columns add up to 1, M − 1 + (H − 1)(M + N − 1 − H). That is what BIC is to charge.
///
/// # Learning coefficients
/// Exact: (λ, m) of H topics at a truth of H₀ is [`closed_form::latent_dirichlet`] of rank H₀ − 1
/// (Hayashi 2021), where the truth has a factorisation into H₀ topics with positive A and B. Then
/// repeating a topic gives one of H topics whose centred factors have rank H₀ − 1 and are inside,
/// as the theorem asks, and the centred truth generically has that rank for H₀ ≤ min(M, N). Of H
/// topics at themselves λ = d/2. Every prior that is positive on the simplices, such as the uniform
/// one, gives the same. Models of more than min(M, N) topics are all distributions, and refused.
///
/// Where a fit cannot be written with positive A and B, it lies on the boundary of the set
/// ([`Convergence::on_boundary`]), where λ may be another one. Zeros alone do not say so: A and B
/// are looked for among the changes of coordinates of the fit.
///
/// # Fit
/// EM accelerated by SQUAREM from [`Starts::count`] random starts, every other one at documents
/// drawn as by k-means++; from the fit of one topic less with a topic split and with a new one at
/// the documents it explains worst; and from that fit itself with a topic in two equal halves, so
/// that ℓ never falls with H. Their profiles are log p of 256 cells with counts; else all is as
/// with [`Mixtures`](super::Mixtures).
///
/// # References
/// Hofmann 2001, *Unsupervised learning by probabilistic latent semantic analysis*, Machine
/// Learning 42, 177–196. Hayashi 2021, Neural Networks 137, 127–137.
///
/// # Examples
///
/// ```
/// use rlct::selection::{DataTable, Selection, Starts, Topics};
///
/// // four documents of two kinds
/// let columns = [("sea", [30, 28, 2, 1]), ("ship", [19, 22, 1, 3]), ("tree", [2, 1, 35, 31])];
/// let data = DataTable::new(columns.map(|(word, k)| (word, k.map(f64::from).to_vec())))?;
/// let family = Topics::new(&data, 2, &Starts::new())?;
/// let selection = Selection::new(&family)?;
/// assert_eq!(selection.by_sbic().name, "2 topics");
/// assert_eq!(selection.num_samples(), 175);
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Topics {
    pub(super) counts: Counts,
    fits: Vec<TopicsFit>,
    complete: bool,
    components_prior: ComponentsPrior,
    data: DataTable,
}

/// The fit of one number of topics.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TopicsFit {
    /// The maximised log-likelihood ℓ.
    pub log_likelihood: f64,
    /// The share of each topic among all tokens, the greatest first.
    pub weights: Vec<f64>,
    /// The columns of A: the probabilities of the words in each topic.
    pub topics: Vec<Vec<f64>>,
    /// The columns of B: the shares of the topics in each document.
    pub shares: Vec<Vec<f64>>,
    /// How the fit went.
    pub convergence: Convergence,
}

impl Topics {
    /// Fits up to `max_topics` topics to a table of counts.
    ///
    /// # Errors
    /// [`SelectionError::Cell`] for a value that is not a whole number from 0 to 2³²,
    /// [`SelectionError::TooFewColumns`] for less than two words, [`SelectionError::NoTokens`] for
    /// a document without words or a word that never occurs, [`SelectionError::Setting`] for more
    /// topics than words or documents, none, or starts out of range.
    pub fn new(
        data: &DataTable,
        max_topics: usize,
        starts: &Starts,
    ) -> Result<Self, SelectionError> {
        Self::new_under(data, max_topics, starts, &Control::new())
    }

    /// The same under a [`Control`], which can watch and stop it. A stopped family has the numbers
    /// of topics whose search was over, one in any case.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn new_under(
        data: &DataTable,
        max_topics: usize,
        starts: &Starts,
        control: &Control<'_>,
    ) -> Result<Self, SelectionError> {
        starts.check()?;
        let counts = read(data)?;
        let most = counts.words.min(counts.documents);
        if !(1..=most).contains(&max_topics) {
            return Err(SelectionError::Setting {
                what: "the number of topics",
                expected: format!(
                    "from 1 to {most}: {} documents of {} words have no more",
                    counts.documents, counts.words
                ),
                found: max_topics as f64,
            });
        }
        let overall = counts.overall();
        let mut point = [overall, vec![1.0; counts.documents]].concat();
        let value = TopicsEm::new(&counts, 1).log_likelihood(&point);
        let mut family = Self {
            fits: Vec::new(),
            complete: true,
            components_prior: ComponentsPrior::Equal,
            data: data.clone(),
            counts,
        };
        let mut found = (value, ascent::known(value));
        for topics in 1..=max_topics {
            if topics > 1 {
                let nested = TopicsEm::larger(&family.counts, &point, found.0, starts.seed);
                let report = |share: f64| {
                    let done = STEPS * (topics as f64 - 2.0 + share);
                    control.report(done as u64, (STEPS * (max_topics as f64 - 1.0)) as u64);
                };
                let mut em = TopicsEm::new(&family.counts, topics);
                let name = name(topics);
                let summit = ascent::search(&mut em, &name, nested, starts, control, &report)?;
                let Some(summit) = summit else {
                    family.complete = false;
                    break;
                };
                point = summit.point;
                found = (summit.log_likelihood, summit.convergence);
            }
            let fit = family.fit(topics, &point, &found);
            family.fits.push(fit);
        }
        Ok(family)
    }

    fn fit(&self, topics: usize, point: &[f64], found: &(f64, Convergence)) -> TopicsFit {
        let (a, b) = point.split_at(topics * self.counts.words);
        let columns: Vec<&[f64]> = a.chunks_exact(self.counts.words).collect();
        let shares: Vec<&[f64]> = b.chunks_exact(topics).collect();
        let (sizes, total) = (self.counts.of_documents(), self.counts.total());
        let weight = |h: usize| {
            let pairs = sizes.iter().zip(&shares);
            pairs.map(|(size, own)| size * own[h]).sum::<f64>() / total
        };
        let weights: Vec<f64> = (0..topics).map(weight).collect();
        let mut order: Vec<usize> = (0..topics).collect();
        order.sort_by(|x, y| weights[*y].total_cmp(&weights[*x]));
        let mut convergence = found.1.clone();
        convergence.on_boundary = !is_interior(&columns, &shares);
        TopicsFit {
            log_likelihood: found.0,
            weights: order.iter().map(|&h| weights[h]).collect(),
            topics: order.iter().map(|&h| columns[h].to_vec()).collect(),
            shares: shares
                .iter()
                .map(|own| order.iter().map(|&h| own[h]).collect())
                .collect(),
            convergence,
        }
    }

    /// Sets the prior of the number of topics; by default all are equally probable.
    #[must_use]
    pub fn with_components_prior(mut self, prior: ComponentsPrior) -> Self {
        self.components_prior = prior;
        self
    }

    /// The prior of the number of topics.
    #[must_use]
    pub fn components_prior(&self) -> ComponentsPrior {
        self.components_prior
    }

    /// The fits, by the number of topics, from 1; as many as asked for unless stopped.
    #[must_use]
    pub fn fits(&self) -> &[TopicsFit] {
        &self.fits
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &DataTable {
        &self.data
    }

    /// Whether there are fits of all numbers of topics asked for: not if stopped.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The shares of the topics in each document, in the model of so many topics; `None` if there
    /// is no such fit.
    #[must_use]
    pub fn memberships(&self, topics: usize) -> Option<Vec<Vec<f64>>> {
        Some(self.fits.get(topics.checked_sub(1)?)?.shares.clone())
    }
}

/// The counts of a table.
fn read(data: &DataTable) -> Result<Counts, SelectionError> {
    let (documents, words) = (data.num_rows(), data.num_columns());
    if words < 2 {
        return Err(SelectionError::TooFewColumns {
            what: "topics",
            least: 2,
            found: words,
        });
    }
    let mut cells = Vec::new();
    for document in 0..documents {
        let before = cells.len();
        for (word, name) in data.names().iter().enumerate() {
            let count = data.column(word)[document];
            if !(count >= 0.0 && count <= f64::from(u32::MAX) && count.fract() == 0.0) {
                return Err(SelectionError::Cell {
                    line: data.line(document),
                    column: name.clone(),
                    text: count.to_string(),
                    expected: "a count, a whole number from 0 on".into(),
                });
            }
            if count > 0.0 {
                cells.push((document, word, count));
            }
        }
        if cells.len() == before {
            return Err(SelectionError::NoTokens {
                what: format!("the document of line {} has no words", data.line(document)),
            });
        }
    }
    for (word, name) in data.names().iter().enumerate() {
        if cells.iter().all(|cell| cell.1 != word) {
            return Err(SelectionError::NoTokens {
                what: format!("the word of column `{name}` never occurs"),
            });
        }
    }
    Ok(Counts {
        words,
        documents,
        cells,
    })
}

/// Whether AB has a factorisation into as many topics with positive entries near A and B.
///
/// A(1 + εT) and (1 + εT)⁻¹B have the same product for every T whose columns add up to 0, and for
/// small ε > 0 positive entries, if (AT)ᵥₕ > 0 where Aᵥₕ = 0 and (TB)ₕₙ < 0 where Bₕₙ = 0. Such a T
/// is looked for by the rule of the perceptron; none found within many sweeps counts as none.
fn is_interior(topics: &[&[f64]], shares: &[&[f64]]) -> bool {
    let all = topics.len();
    let centred = |mut row: Vec<f64>| {
        let mean = row.iter().sum::<f64>() / all as f64;
        row.iter_mut().for_each(|x| *x -= mean);
        let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
        row.iter_mut().for_each(|x| *x /= length.max(1e-300));
        row
    };
    // conditions ⟨row, column h of T⟩ > 0 and ⟨row h of T, row⟩ > 0
    let mut conditions: Vec<(bool, usize, Vec<f64>)> = Vec::new();
    for (h, topic) in topics.iter().enumerate() {
        for word in (0..topic.len()).filter(|word| topic[*word] < EDGE) {
            let row = topics.iter().map(|other| other[word]).collect();
            conditions.push((true, h, centred(row)));
        }
    }
    for own in shares {
        for h in (0..all).filter(|h| own[*h] < EDGE) {
            conditions.push((false, h, own.iter().map(|b| -b).collect()));
        }
    }
    let mut t = vec![0.0; all * all];
    let place = |column: bool, h: usize, k: usize| if column { k * all + h } else { h * all + k };
    for _ in 0..SWEEPS {
        let mut right = true;
        for (column, h, row) in &conditions {
            let value = |t: &[f64]| -> f64 {
                let all = row.iter().enumerate();
                all.map(|(k, x)| x * t[place(*column, *h, k)]).sum()
            };
            if value(&t) <= 1e-9 {
                right = false;
                for (k, x) in row.iter().enumerate() {
                    // columns of T keep the sum 0
                    let step = if *column { 0.0 } else { x / all as f64 };
                    t[place(*column, *h, k)] += x;
                    for other in 0..all {
                        t[place(*column, other, k)] -= step;
                    }
                }
            }
        }
        if right {
            return true;
        }
    }
    false
}

fn name(topics: usize) -> String {
    format!("{topics} topic{}", if topics == 1 { "" } else { "s" })
}

impl FittedFamily for Topics {
    /// The number of tokens.
    fn num_samples(&self) -> usize {
        self.counts.total() as usize
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        let (words, documents) = (self.counts.words, self.counts.documents);
        let pair = |i: usize, j: usize| -> Result<PairCoefficient, SelectionError> {
            let value = closed_form::latent_dirichlet(words, documents, i, j - 1)?;
            Ok(PairCoefficient::from(&value))
        };
        let candidate = |(index, fit): (usize, &TopicsFit)| {
            let i = index + 1;
            let dimension = words - 1 + index * (words + documents - 1 - i);
            let new = Candidate::new(name(i), fit.log_likelihood, dimension, pair(i, i)?)
                .with_prior(self.components_prior.weight(i));
            (1..i).try_fold(new, |new, j| Ok(new.with_submodel(j - 1, pair(i, j)?)))
        };
        self.fits.iter().enumerate().map(candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Topics, is_interior};
    use crate::selection::{DataTable, FittedFamily, Starts};

    #[test]
    fn zeros_on_one_side_alone_can_be_moved_inside() {
        let positive: [&[f64]; 3] = [&[0.6, 0.3, 0.1], &[0.2, 0.7, 0.1], &[0.1, 0.2, 0.7]];
        let pure: [&[f64]; 3] = [&[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0]];
        assert!(is_interior(&positive, &positive));
        assert!(is_interior(&positive, &pure));
        assert!(is_interior(&pure, &positive));
        // the product is on the boundary of the simplex itself
        assert!(!is_interior(&pure, &pure));
        // a document without topic 3 in a corner of the simplex without word 3
        let edge: [&[f64]; 2] = [&[0.5, 0.5, 0.0], &[0.2, 0.3, 0.5]];
        assert!(!is_interior(&pure, &edge));
        // a topic without word 3, which no document has for its own
        let free: [&[f64]; 3] = [&[0.6, 0.4, 0.0], &[0.2, 0.7, 0.1], &[0.1, 0.2, 0.7]];
        assert!(is_interior(&free, &[&[0.5, 0.5, 0.0], &[0.0, 0.3, 0.7]]));
    }

    #[test]
    fn one_topic_is_in_closed_form_and_more_never_fit_worse() {
        let columns = [
            ("a", [9, 4, 0, 2, 7]),
            ("b", [1, 0, 6, 5, 2]),
            ("c", [3, 3, 3, 3, 1]),
            ("d", [0, 8, 2, 1, 5]),
        ];
        let data = columns.map(|(word, k)| (word, k.map(f64::from).to_vec()));
        let data = DataTable::new(data).unwrap();
        let family = Topics::new(&data, 4, &Starts::new()).unwrap();
        let n = 65.0;
        let sums = [22.0_f64, 14.0, 13.0, 16.0];
        let expected: f64 = sums.iter().map(|k| k * (k / n).ln()).sum();
        assert!((family.fits()[0].log_likelihood - expected).abs() < 1e-12);
        assert_eq!(family.num_samples(), 65);
        let values: Vec<f64> = family.fits().iter().map(|fit| fit.log_likelihood).collect();
        assert!(values.is_sorted(), "{values:?}");
        // four topics of four words are all distributions
        let all: f64 = (0..5)
            .map(|d| {
                let size: f64 = (0..4).map(|w| data.column(w)[d]).sum();
                let terms = (0..4).map(|w| data.column(w)[d]).filter(|k| *k > 0.0);
                terms.map(|k| k * (k / size).ln()).sum::<f64>()
            })
            .sum();
        assert!((values[3] - all).abs() < 1e-3, "{} {all}", values[3]);
        let fit = &family.fits()[1];
        assert!((fit.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(fit.weights[0] >= fit.weights[1]);
        assert_eq!(family.memberships(2).unwrap().len(), 5);
        assert!(family.memberships(5).is_none() && family.memberships(0).is_none());
    }

    #[test]
    fn what_is_no_count_is_told_with_its_place() {
        let told = |a: [f64; 3], b: [f64; 3], most: usize| {
            let data = DataTable::new([("a", a.to_vec()), ("b", b.to_vec())]).unwrap();
            let error = Topics::new(&data, most, &Starts::new()).unwrap_err();
            error.to_string()
        };
        let right = [1.0, 2.0, 3.0];
        for (a, b, most, text) in [
            (
                right,
                [1.0, -2.0, 0.0],
                1,
                "line 2, column `b`: `-2` is not",
            ),
            (
                [1.0, 2.0, 0.5],
                right,
                1,
                "line 3, column `a`: `0.5` is not",
            ),
            ([1.0, 0.0, 1.0], [1.0, 0.0, 0.0], 1, "line 2 has no words"),
            (right, [0.0; 3], 1, "column `b` never occurs"),
            (right, right, 3, "from 1 to 2"),
            (right, right, 0, "from 1 to 2"),
        ] {
            let error = told(a, b, most);
            assert!(error.contains(text), "{error}");
        }
    }
}
