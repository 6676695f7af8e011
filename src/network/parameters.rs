//! Where the weights of a network stand in the flat parameter slice, and their names.

use super::NetworkError;

/// One tensor of a network: the entries `offset..offset + len()` of the parameter slice, row-major.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// `layer` and the index of the layer among all layers, activations counted (as in PyTorch's
    /// `Sequential`), then `weight`, `bias`, or `table`, number and `weight` for one of several
    /// tables: `layer2.weight`.
    pub name: String,
    /// Rows and columns; the length, for a bias.
    pub shape: Vec<usize>,
    /// Where it begins.
    pub offset: usize,
    /// `dense`, `tied` or `embedding`.
    pub kind: &'static str,
}

impl Parameter {
    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no entry; never, in a network.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where its entries stand.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.offset..self.offset + self.len()
    }

    /// Whether a word means it: its name, its layer, its kind, `weight` or `bias`.
    fn answers_to(&self, word: &str) -> bool {
        let last = self.name.rsplit('.').next();
        let first = self.name.split('.').next();
        self.name == word || self.kind == word || first == Some(word) || last == Some(word)
    }
}

/// Which entries of the slice belong to tensors that one of the words means.
pub(super) fn marked(
    parameters: &[Parameter],
    dimension: usize,
    words: &[impl AsRef<str>],
) -> Result<Vec<bool>, NetworkError> {
    let mut mask = vec![false; dimension];
    for word in words {
        let word = word.as_ref();
        let mut found = false;
        for parameter in parameters.iter().filter(|p| p.answers_to(word)) {
            mask[parameter.range()].fill(true);
            found = true;
        }
        if !found {
            return Err(NetworkError::UnknownParameter {
                name: word.to_string(),
                known: parameters.iter().map(|p| p.name.clone()).collect(),
            });
        }
    }
    Ok(mask)
}
