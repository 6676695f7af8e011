//! What was measured.

use super::prediction::short;
use serde::Serialize;
use std::fmt;

/// A figure, and how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// The figure.
    pub figure: f64,
    /// Its standard error; none of a figure that is computed and not sampled.
    pub standard_error: Option<f64>,
    /// What it is the mean of, a value a seed; empty where it is no mean.
    pub values: Vec<f64>,
}

impl Measured {
    /// The mean over seeds with its standard error, s/√k; of one value without an error. Values
    /// that are not finite make a figure that is not, and so one that fails.
    ///
    /// ```
    /// use rlct::experiment::Measured;
    ///
    /// let measured = Measured::mean(&[1.0, 2.0, 3.0]);
    /// assert_eq!(measured.figure, 2.0);
    /// assert_eq!(measured.standard_error, Some((1.0_f64 / 3.0).sqrt()));
    /// ```
    #[must_use]
    pub fn mean(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let figure = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|x| (x - figure).powi(2)).sum::<f64>();
        Self {
            figure,
            standard_error: (count > 1.0).then(|| (squares / (count - 1.0) / count).sqrt()),
            values: values.to_vec(),
        }
    }

    /// A figure whose standard error is known otherwise.
    #[must_use]
    pub fn with_error(figure: f64, standard_error: f64) -> Self {
        Self {
            figure,
            standard_error: Some(standard_error),
            values: Vec::new(),
        }
    }

    /// A figure that is computed and not sampled.
    #[must_use]
    pub fn exact(figure: f64) -> Self {
        Self {
            figure,
            standard_error: None,
            values: Vec::new(),
        }
    }
}

impl fmt::Display for Measured {
    /// With an error, as many digits as its second one; without, seven.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = self.figure;
        match self.standard_error {
            Some(error) if error > 0.0 && error.is_finite() && figure.is_finite() => {
                let digits = (1.0 - error.log10().floor()).clamp(0.0, 8.0) as usize;
                if error < 1e-6 {
                    write!(f, "{figure:.3e} ± {error:.1e}")
                } else {
                    write!(f, "{figure:.digits$} ± {error:.digits$}")
                }
            }
            _ => f.write_str(&rounded(figure, 7)),
        }
    }
}

/// A number to so many significant digits.
pub(super) fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    match text.parse() {
        Ok(value) => short(value),
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_are_known() {
        for (measured, text) in [
            (Measured::with_error(3.718_28, 0.012), "3.718 ± 0.012"),
            (Measured::with_error(271.828, 12.0), "272 ± 12"),
            (Measured::exact(1911.4134), "1911.413"),
            (Measured::exact(2e-16), "2e-16"),
            (Measured::mean(&[1.0, 1.0]), "1"),
        ] {
            assert_eq!(measured.to_string(), text);
        }
        assert_eq!(Measured::mean(&[2.0]).standard_error, None);
        assert!(Measured::mean(&[]).figure.is_nan());
    }
}
