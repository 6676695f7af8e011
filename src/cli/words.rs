//! Words and numbers on the command line, as people write them.

use crate::algebra::Rational;
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::Error;
use clap::{Arg, Command, ValueEnum};
use std::any::type_name;
use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;

/// A polynomial or a name without the spaces around it.
pub(super) fn trimmed(text: &str) -> Result<String, Infallible> {
    Ok(text.trim().to_owned())
}

/// A count: `10000`, `1e4` or `2.5e6`, but nothing that is not whole.
pub(super) fn count<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number: Option<Rational> = text.trim().parse().ok();
    let whole = number.filter(|n| n.is_integer() && !n.is_negative() && !text.contains('/'));
    let digits = whole.ok_or_else(|| format!("`{text}` is not a count, such as 10000 or 1e4"))?;
    let count = digits.to_string().parse::<u64>().ok();
    count
        .and_then(|count| T::try_from(count).ok())
        .ok_or_else(|| format!("{digits} is too large for a {}", type_name::<T>()))
}

/// Whether two names are the same but for case, hyphens, underscores and spaces.
pub(super) fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// Whether a name holds a text, but for case, hyphens, underscores and spaces.
pub(super) fn holds(name: &str, text: &str) -> bool {
    plain(name).contains(&plain(text))
}

fn plain(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    kept.flat_map(char::to_lowercase).collect()
}

/// The values of an enumeration by [`same`] names. Unknown ones are refused with the list.
#[derive(Debug)]
pub(super) struct ByName<T>(PhantomData<T>);

impl<T> ByName<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for ByName<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<T: ValueEnum + Clone + Send + Sync + 'static> TypedValueParser for ByName<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, Error> {
        let spelled = value.to_str().and_then(|text| {
            let values = T::value_variants().iter();
            let mut values = values.filter_map(ValueEnum::to_possible_value);
            let meant = |v: &PossibleValue| v.get_name_and_aliases().any(|name| same(name, text));
            values.find(meant).map(|v| OsString::from(v.get_name()))
        });
        let spelled = spelled.unwrap_or_else(|| value.to_owned());
        EnumValueParser::<T>::new().parse_ref(command, argument, &spelled)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = T::value_variants().iter();
        Some(Box::new(values.filter_map(ValueEnum::to_possible_value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole() {
        for (text, value) in [("0", 0), ("1e4", 10_000), ("2.5e6", 2_500_000), (" 7 ", 7)] {
            assert_eq!(count::<usize>(text), Ok(value));
        }
        for text in [
            "", "1.5", "-1", "1e-1", "4/2", "x", "1e99", "nan", "1e", "0x10",
        ] {
            assert!(count::<u64>(text).is_err(), "{text}");
        }
        assert!(count::<u32>("1e10").is_err());
    }

    #[test]
    fn names_are_the_same_without_regard_to_case_and_hyphens() {
        assert!(same("Preconditioned_SGLD", "preconditioned-sgld"));
        assert!(!same("sgld", "sgnht"));
        assert!(holds("reduced rank 2·2·2", "Reduced-Rank"));
    }
}
