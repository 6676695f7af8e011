//! Rational numbers as certificates write them: `p` or `p/q` in digits, `p` perhaps after a minus.
//!
//! What else people write, a decimal or `1e9999`, is not read: such a text says little of the size
//! of the number that it stands for.

use rlct_algebra::Rational;
use serde::{Deserialize, Deserializer, de::Error};

/// The most digits of one number: reading them takes quadratic time.
pub(crate) const MAX_DIGITS: usize = 2500;

/// A rational number whose text was seen to be in that form.
struct Written(Rational);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let size = text.strip_prefix('-').unwrap_or(&text);
        let (above, below) = match size.split_once('/') {
            Some((above, below)) => (above, Some(below)),
            None => (size, None),
        };
        if above.len() + below.map_or(0, str::len) > MAX_DIGITS {
            return Err(D::Error::custom(format_args!(
                "a number of more than {MAX_DIGITS} digits"
            )));
        }
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(above) || !below.is_none_or(digits) {
            let start: String = text.chars().take(40).collect();
            return Err(D::Error::custom(format_args!(
                "{start:?} is not a rational number p or p/q"
            )));
        }
        text.parse().map(Written).map_err(D::Error::custom)
    }
}

fn plain(list: Vec<Written>) -> Vec<Rational> {
    list.into_iter().map(|w| w.0).collect()
}

fn pair([a, b]: [Written; 2]) -> [Rational; 2] {
    [a.0, b.0]
}

/// One number.
pub(crate) fn one<'de, D: Deserializer<'de>>(d: D) -> Result<Rational, D::Error> {
    Ok(Written::deserialize(d)?.0)
}

/// A number that is there.
pub(crate) fn some<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Rational>, D::Error> {
    one(d).map(Some)
}

/// A list of numbers.
pub(crate) fn list<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Rational>, D::Error> {
    Ok(plain(Vec::deserialize(d)?))
}

/// A list of numbers that is there.
pub(crate) fn some_list<'de, D: Deserializer<'de>>(
    d: D,
) -> Result<Option<Vec<Rational>>, D::Error> {
    list(d).map(Some)
}

/// A list of lists of numbers.
pub(crate) fn lists<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Vec<Rational>>, D::Error> {
    let lists: Vec<Vec<Written>> = Vec::deserialize(d)?;
    Ok(lists.into_iter().map(plain).collect())
}

/// The ends of an interval that is there.
pub(crate) fn some_pair<'de, D: Deserializer<'de>>(
    d: D,
) -> Result<Option<[Rational; 2]>, D::Error> {
    Ok(Some(pair(<[Written; 2]>::deserialize(d)?)))
}

/// The ends of several intervals.
pub(crate) fn pairs<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<[Rational; 2]>, D::Error> {
    let pairs: Vec<[Written; 2]> = Vec::deserialize(d)?;
    Ok(pairs.into_iter().map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rationals_are_read_as_they_are_written() {
        let read = |text: &str| serde_json::from_str::<Written>(&format!("\"{text}\""));
        for text in ["0", "-1", "12/7", "-3/12", "007"] {
            assert_eq!(read(text).unwrap().0, text.parse().unwrap(), "{text}");
        }
        let most = format!("-{}/1", "7".repeat(MAX_DIGITS - 1));
        assert!(read(&most).is_ok());
        let long = format!("{}/1", "7".repeat(MAX_DIGITS));
        for text in [
            "", "-", "+1", "--1", " 1", "1 ", "1.5", "1e3", "1/-2", "1/", "/2", "1/0", "1/2/3",
            "x", "٣", &long,
        ] {
            assert!(read(text).is_err(), "{text:.20} is read");
        }
        // a number, not a text
        assert!(serde_json::from_str::<Written>("1").is_err());
    }
}
