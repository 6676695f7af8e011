//! The EM algorithm for topics: documents as mixtures of distributions of words.

use super::ascent::{Ascent, Nested, normalise, places};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// The share of the overall profile in a topic placed at a document.
const SHARE: f64 = 0.2;
/// New topics that are tried at documents, and topics that are split.
const NEW: usize = 4;
const SPLIT: usize = 4;

/// Word counts of documents, as their cells that are not zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counts {
    pub(super) words: usize,
    pub(super) documents: usize,
    /// (document, word, count), document by document.
    pub(super) cells: Vec<(usize, usize, f64)>,
}

impl Counts {
    pub(super) fn total(&self) -> f64 {
        self.cells.iter().map(|cell| cell.2).sum()
    }

    /// The tokens of each word.
    fn of_words(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.words];
        for (_, word, count) in &self.cells {
            sums[*word] += count;
        }
        sums
    }

    /// The tokens of each document.
    pub(super) fn of_documents(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.documents];
        for (document, _, count) in &self.cells {
            sums[*document] += count;
        }
        sums
    }

    /// The distribution of words over all documents.
    pub(super) fn overall(&self) -> Vec<f64> {
        let total = self.total();
        self.of_words().iter().map(|count| count / total).collect()
    }

    /// The distribution of words in one document.
    fn profile(&self, document: usize) -> Vec<f64> {
        let mut own = vec![0.0; self.words];
        for (_, word, count) in self.cells.iter().filter(|cell| cell.0 == document) {
            own[*word] = *count;
        }
        normalise(&mut own);
        own
    }
}

/// EM with some number of topics H. A point has the topics' distributions of words one after the
/// other, then the documents' distributions of topics.
#[derive(Debug)]
pub(super) struct TopicsEm<'a> {
    counts: &'a Counts,
    topics: usize,
    shares: Vec<f64>,
}

impl<'a> TopicsEm<'a> {
    pub(super) fn new(counts: &'a Counts, topics: usize) -> Self {
        Self {
            counts,
            topics,
            shares: vec![0.0; topics],
        }
    }

    fn split_at(&self) -> usize {
        self.topics * self.counts.words
    }

    /// p(word | document) of each cell.
    fn probabilities<'b>(&self, point: &'b [f64]) -> impl Iterator<Item = f64> + use<'b, '_, 'a> {
        let (a, b) = point.split_at(self.split_at());
        let (topics, words) = (self.topics, self.counts.words);
        self.counts.cells.iter().map(move |(document, word, _)| {
            let own = &b[document * topics..][..topics];
            own.iter()
                .enumerate()
                .map(|(h, share)| share * a[h * words + word])
                .sum()
        })
    }

    /// A point of these topics, from documents that share them `own`.
    fn point(topics: &[Vec<f64>], shares: impl Iterator<Item = Vec<f64>>) -> Vec<f64> {
        let mut point = topics.concat();
        point.extend(shares.flatten());
        point
    }

    /// Starts of one topic more than `smaller`, whose maximum is `value`.
    pub(super) fn larger(counts: &Counts, smaller: &[f64], value: f64, seed: u64) -> Nested {
        let (words, documents) = (counts.words, counts.documents);
        let old = smaller.len() / (words + documents);
        let (a, b) = smaller.split_at(old * words);
        let topics: Vec<Vec<f64>> = a.chunks_exact(words).map(<[f64]>::to_vec).collect();
        let shares: Vec<&[f64]> = b.chunks_exact(old).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::MAX);
        let sizes = counts.of_documents();
        let weight = |h: usize| -> f64 {
            let pairs = sizes.iter().zip(&shares);
            pairs.map(|(size, own)| size * own[h]).sum()
        };
        let mut heaviest: Vec<usize> = (0..old).collect();
        heaviest.sort_by(|x, y| weight(*y).total_cmp(&weight(*x)));
        // a topic in two halves: the same words in every document
        let halved = |which: usize, parts: [Vec<f64>; 2]| {
            let [first, second] = parts;
            let mut topics = topics.clone();
            topics[which] = first;
            topics.push(second);
            let each = shares.iter().map(|own| {
                let mut own = own.to_vec();
                own[which] /= 2.0;
                own.push(own[which]);
                own
            });
            Self::point(&topics, each)
        };
        let own = |which: usize| topics[which].clone();
        let same = halved(heaviest[0], [own(heaviest[0]), own(heaviest[0])]);
        let mut starts = Vec::new();
        for which in heaviest.iter().take(SPLIT) {
            let mut parts = [own(*which), own(*which)];
            let [first, second] = &mut parts;
            for (a, b) in first.iter_mut().zip(second) {
                let normal: f64 = StandardNormal.sample(&mut rng);
                *a *= (0.5 * normal).exp();
                *b *= (-0.5 * normal).exp();
            }
            parts.iter_mut().for_each(|part| {
                normalise(part);
            });
            starts.push(halved(*which, parts));
        }
        // a new topic at the documents that the old ones explain worst
        let model = TopicsEm::new(counts, old);
        let mut lack = vec![0.0; documents];
        let pairs = counts.cells.iter().zip(model.probabilities(smaller));
        for ((document, _, count), p) in pairs {
            lack[*document] += count * (count / sizes[*document] / p).ln();
        }
        let mut worst: Vec<usize> = (0..documents).collect();
        worst.sort_by(|x, y| lack[*y].total_cmp(&lack[*x]));
        let overall = counts.overall();
        for document in worst.into_iter().take(NEW) {
            let mut topics = topics.clone();
            topics.push(mixed(&counts.profile(document), &overall));
            let each = shares.iter().enumerate().map(|(other, own)| {
                let new = if other == document { 0.8 } else { 0.1 };
                let mut own: Vec<f64> = own.iter().map(|share| share * (1.0 - new)).collect();
                own.push(new);
                own
            });
            starts.push(Self::point(&topics, each));
        }
        Nested {
            same: Some((same, value)),
            starts,
        }
    }

    /// Topics at documents drawn as by k-means++ (Arthur & Vassilvitskii 2007), with probability
    /// proportional to the divergence of a document from the nearest topic so far.
    fn centres(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        let counts = self.counts;
        let (overall, sizes) = (counts.overall(), counts.of_documents());
        let mut lack = sizes.clone();
        let mut nearest = vec![0; counts.documents];
        let mut topics: Vec<Vec<f64>> = Vec::new();
        for h in 0..self.topics {
            let target = rng.random::<f64>() * lack.iter().sum::<f64>();
            let mut below = 0.0;
            let drawn = lack.iter().position(|lack| {
                below += lack;
                below > target
            });
            let document = drawn.unwrap_or_else(|| rng.random_range(0..counts.documents));
            let topic = mixed(&counts.profile(document), &overall);
            let mut divergence = vec![0.0; counts.documents];
            for (document, word, count) in &counts.cells {
                divergence[*document] += count * (count / sizes[*document] / topic[*word]).ln();
            }
            for (document, divergence) in divergence.into_iter().enumerate() {
                let divergence = divergence.max(0.0);
                if h == 0 || divergence < lack[document] {
                    (lack[document], nearest[document]) = (divergence, h);
                }
            }
            topics.push(topic);
        }
        let other = 0.4 / self.topics as f64;
        let each = nearest.into_iter().map(|h| {
            let mut own = vec![other; self.topics];
            own[h] += 0.6;
            own
        });
        Self::point(&topics, each)
    }
}

fn mixed(own: &[f64], overall: &[f64]) -> Vec<f64> {
    let pairs = own.iter().zip(overall);
    pairs.map(|(p, q)| p + SHARE * (q - p)).collect()
}

impl Ascent for TopicsEm<'_> {
    fn step(&mut self, from: &[f64], to: &mut [f64]) -> f64 {
        let (topics, words, split) = (self.topics, self.counts.words, self.split_at());
        let (a, b) = from.split_at(split);
        to.fill(0.0);
        let (next_a, next_b) = to.split_at_mut(split);
        let mut value = 0.0;
        for (document, word, count) in &self.counts.cells {
            let own = &b[document * topics..][..topics];
            let mut sum = 0.0;
            for (h, (joint, share)) in self.shares.iter_mut().zip(own).enumerate() {
                *joint = share * a[h * words + word];
                sum += *joint;
            }
            value += count * sum.ln();
            let scale = count / sum;
            let next = &mut next_b[document * topics..][..topics];
            for (h, (joint, next)) in self.shares.iter().zip(next).enumerate() {
                let tokens = joint * scale;
                next_a[h * words + word] += tokens;
                *next += tokens;
            }
        }
        for (next, old) in next_a.chunks_exact_mut(words).zip(a.chunks_exact(words)) {
            if !normalise(next) {
                // a topic without tokens keeps its words
                next.copy_from_slice(old);
            }
        }
        for next in next_b.chunks_exact_mut(topics) {
            normalise(next);
        }
        value
    }

    fn log_likelihood(&mut self, point: &[f64]) -> f64 {
        let pairs = self.counts.cells.iter().zip(self.probabilities(point));
        pairs.map(|((_, _, count), p)| count * p.ln()).sum()
    }

    fn simplices(&self) -> Vec<usize> {
        let mut lengths = vec![self.counts.words; self.topics];
        lengths.resize(self.topics + self.counts.documents, self.topics);
        lengths
    }

    fn profile(&mut self, point: &[f64]) -> Vec<f64> {
        let logs: Vec<f64> = self.probabilities(point).map(f64::ln).collect();
        places(logs.len()).map(|place| logs[place]).collect()
    }

    /// Every other start is at documents, the others' topics are the overall distribution times
    /// exp(z), z ~ N(0, 1), and their shares uniform on the simplex.
    fn random(&self, start: usize, seed: u64) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(start as u64);
        if start.is_multiple_of(2) {
            return self.centres(&mut rng);
        }
        let overall = self.counts.overall();
        let topics: Vec<Vec<f64>> = (0..self.topics)
            .map(|_| {
                let drawn = overall.iter().map(|p| {
                    let normal: f64 = StandardNormal.sample(&mut rng);
                    p * normal.exp()
                });
                let mut topic: Vec<f64> = drawn.collect();
                normalise(&mut topic);
                topic
            })
            .collect();
        let shares: Vec<Vec<f64>> = (0..self.counts.documents)
            .map(|_| uniform(&mut rng, self.topics))
            .collect();
        Self::point(&topics, shares.into_iter())
    }
}

/// A point drawn uniformly from a simplex.
pub(super) fn uniform(rng: &mut ChaCha8Rng, length: usize) -> Vec<f64> {
    let drawn = (0..length).map(|_| -(1.0 - rng.random::<f64>()).max(1e-12).ln());
    let mut point: Vec<f64> = drawn.map(|x| x.max(1e-12)).collect();
    normalise(&mut point);
    point
}

#[cfg(test)]
mod tests {
    use super::super::ascent::tests::never_falls;
    use super::{Ascent, Counts, TopicsEm};

    #[test]
    fn steps_never_fall_and_a_split_topic_is_the_same() {
        let cells = (0..6).flat_map(|d| (0..5).map(move |w| (d, w)));
        let cells = cells.map(|(d, w)| (d, w, ((d * d + 3 * w * d + 2 * w) % 7) as f64));
        let counts = Counts {
            words: 5,
            documents: 6,
            cells: cells.filter(|cell| cell.2 > 0.0).collect(),
        };
        never_falls(&mut TopicsEm::new(&counts, 3), 100);
        let mut two = TopicsEm::new(&counts, 2);
        let point = two.random(1, 7);
        let value = two.log_likelihood(&point);
        let nested = TopicsEm::larger(&counts, &point, value, 0);
        let mut three = TopicsEm::new(&counts, 3);
        let (same, _) = nested.same.unwrap();
        assert!((three.log_likelihood(&same) - value).abs() < 1e-10);
        for start in nested.starts {
            assert_eq!(start.len(), 3 * 11);
            let mut rest = &start[..];
            for length in three.simplices() {
                let (block, other) = rest.split_at(length);
                assert!((block.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                rest = other;
            }
        }
    }
}
