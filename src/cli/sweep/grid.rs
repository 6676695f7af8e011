//! Lists and ranges of settings.

use std::str::FromStr;

/// Values of a setting: a list `0.1,1,10` or a range `1e-6..1e-3:7` of so many, evenly spaced in
/// the logarithm.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid(pub(super) Vec<f64>);

impl Grid {
    /// So many values from `low` to `high`, evenly spaced in the logarithm.
    fn logarithmic(low: f64, high: f64, count: usize) -> Self {
        let at = |i: usize| {
            let part = i as f64 / (count as f64 - 1.0);
            low * (part * (high / low).ln()).exp()
        };
        Self((0..count).map(at).collect())
    }

    /// A value, a quarter and a sixteenth of it, and four and sixteen times it.
    pub(super) fn around(value: f64) -> Self {
        Self::logarithmic(value / 16.0, value * 16.0, 5)
    }
}

impl FromStr for Grid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let value = text.trim().parse::<f64>();
            value
                .ok()
                .filter(|v| v.is_finite())
                .ok_or_else(|| format!("'{text}' is not a number"))
        };
        let Some((low, rest)) = text.split_once("..") else {
            return text
                .split(',')
                .map(number)
                .collect::<Result<_, _>>()
                .map(Self);
        };
        let (high, count) = rest
            .split_once(':')
            .ok_or("a range needs the number of its values, as in 1e-6..1e-3:7")?;
        let (low, high) = (number(low)?, number(high)?);
        let count: usize = count
            .parse()
            .map_err(|_| format!("'{count}' is not a number of values"))?;
        if !(low > 0.0 && high > low) {
            return Err("a range goes from a positive number to a larger one".into());
        }
        if !(2..=1000).contains(&count) {
            return Err("a range has 2 to 1000 values".into());
        }
        Ok(Self::logarithmic(low, high, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_are_read() {
        assert_eq!("0.1,1, 10".parse(), Ok(Grid(vec![0.1, 1.0, 10.0])));
        let Grid(range) = "1e-6..1e-3:4".parse().unwrap();
        for (value, expected) in range.iter().zip([1e-6, 1e-5, 1e-4, 1e-3]) {
            assert!((value / expected - 1.0).abs() < 1e-12, "{value}");
        }
    }

    #[test]
    fn others_are_refused() {
        for text in [
            "", "a", "1..2", "2..1:3", "0..1:3", "1..2:1", "1..2:x", "nan", "1,,2",
        ] {
            assert!(text.parse::<Grid>().is_err(), "{text}");
        }
    }
}
