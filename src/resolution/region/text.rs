//! Regions as people write them: `x in [-2, 2], y >= 0` or `everywhere`.

use super::{Region, RegionError, RegionTextError};
use crate::algebra::{Polynomial, Rational, Variables};
use std::fmt;
use std::str::FromStr;

const KNOWN: &str = "a region is `everywhere`, or a list of `x in [a, b]`, `x >= a`, `x <= b`, \
                     `a <= x <= b`, or inequalities as `x + y <= 1`";

/// A part of the text, with its column.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    column: usize,
}

impl<'a> Part<'a> {
    fn trimmed(self) -> Self {
        let start = self.text.trim_start();
        let skipped = self.text.chars().count() - start.chars().count();
        Self {
            text: start.trim_end(),
            column: self.column + skipped,
        }
    }

    /// The part from a byte to another.
    fn slice(self, from: usize, to: usize) -> Self {
        Self {
            text: &self.text[from..to],
            column: self.column + self.text[..from].chars().count(),
        }
        .trimmed()
    }

    fn refused(self, reason: impl Into<String>) -> RegionTextError {
        RegionTextError {
            column: self.column,
            width: self.text.chars().count().max(1),
            reason: reason.into(),
        }
    }

    fn number(self) -> Result<Rational, RegionTextError> {
        let number = self.text.parse::<Rational>();
        number.map_err(|_| self.refused("this is no rational number, such as 2 or -1/2"))
    }

    /// Cut at the commas that no bracket holds.
    fn items(self) -> Vec<Part<'a>> {
        let (mut depth, mut from, mut items) = (0_i32, 0, Vec::new());
        for (place, c) in self.text.char_indices() {
            match c {
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                ',' | ';' if depth == 0 => {
                    items.push(self.slice(from, place));
                    from = place + 1;
                }
                _ => {}
            }
        }
        items.push(self.slice(from, self.text.len()));
        items
    }
}

impl FromStr for Region {
    type Err = RegionTextError;

    fn from_str(text: &str) -> Result<Self, RegionTextError> {
        Self::parsed(text, None)
    }
}

impl Region {
    /// A region in these variables, whose names are known then, as `x2` is in x1, x2.
    ///
    /// # Errors
    /// [`RegionTextError`], with the place.
    ///
    /// ```
    /// # use rlct::{algebra::Variables, resolution::Region};
    /// let ring = Variables::new(["x1", "x2"]).unwrap();
    /// assert_eq!(Region::parse_in("3*x2 <= 1", &ring)?.to_string(), "x2 <= 1/3");
    /// # Ok::<(), rlct::resolution::RegionTextError>(())
    /// ```
    pub fn parse_in(text: &str, ring: &Variables) -> Result<Self, RegionTextError> {
        Self::parsed(text, Some(ring))
    }

    fn parsed(text: &str, ring: Option<&Variables>) -> Result<Self, RegionTextError> {
        let whole = Part { text, column: 0 }.trimmed();
        if whole.text == "everywhere" {
            return Ok(Self::everywhere());
        }
        let mut region = Self::everywhere();
        // names that wait for their relation: x, y >= 0
        let mut waiting: Vec<Part<'_>> = Vec::new();
        for item in whole.items() {
            if item.text == "everywhere" {
                let reason = "`everywhere` stands alone: variables that are not mentioned take all \
                              values";
                return Err(item.refused(reason));
            }
            if is_name(item.text) {
                waiting.push(item);
                continue;
            }
            if waiting.is_empty()
                && let Some(function) = inequality(item, ring)?
            {
                let next = region.with_inequality(&function);
                region = next.map_err(|error| item.refused(error.to_string()))?;
                continue;
            }
            let (name, lower, upper) = statement(item)?;
            for name in waiting.drain(..).chain([name]) {
                let next = region.with_interval(name.text, lower.clone(), upper.clone());
                region = next.map_err(|error: RegionError| item.refused(error.to_string()))?;
            }
        }
        match waiting.first() {
            Some(name) => Err(name.refused(format!("nothing is said of it: {KNOWN}"))),
            None => Ok(region),
        }
    }
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    begins && chars.all(|c| c == '_' || c == '\'' || c.is_alphanumeric())
}

/// ℓ of `ℓ ≥ 0` for two sides that are no names alone; `None` if it is something else.
fn inequality(
    item: Part<'_>,
    ring: Option<&Variables>,
) -> Result<Option<Polynomial>, RegionTextError> {
    for (sign, ascending) in [("<=", true), ("≤", true), (">=", false), ("≥", false)] {
        let Some((left, right)) = item.text.split_once(sign) else {
            continue;
        };
        let is_plain = |text: &str| {
            let text = text.trim();
            is_name(text) || text.parse::<Rational>().is_ok()
        };
        // chains, and single variables, have ends
        if ["<", ">", "≤", "≥"].iter().any(|s| right.contains(s))
            || (is_plain(left)
                && is_plain(right)
                && !(is_name(left.trim()) && is_name(right.trim())))
        {
            return Ok(None);
        }
        let (small, large) = match ascending {
            true => (left, right),
            false => (right, left),
        };
        let text = format!("({large}) - ({small})");
        let function = match ring {
            Some(ring) => Polynomial::parse_in(&text, ring),
            None => text.parse(),
        };
        return function
            .map(Some)
            .map_err(|error| item.refused(format!("not understood: {error}; {KNOWN}")));
    }
    Ok(None)
}

type Statement<'a> = (Part<'a>, Option<Rational>, Option<Rational>);

/// One variable and its ends.
fn statement(item: Part<'_>) -> Result<Statement<'_>, RegionTextError> {
    if let Some(place) = item.text.find(" in ") {
        let name = item.slice(0, place);
        let ends = item.slice(place + 4, item.text.len());
        if !is_name(name.text) {
            return Err(name.refused("this is no name of a variable"));
        }
        let inside = ends
            .text
            .strip_prefix('[')
            .and_then(|t| t.strip_suffix(']'));
        let Some((inside, comma)) = inside.and_then(|t| Some((t, t.find(',')?))) else {
            return Err(ends.refused("an interval is closed and has two ends, as in [-1, 1/2]"));
        };
        let inside = Part {
            text: inside,
            column: ends.column + 1,
        };
        let lower = inside.slice(0, comma).number()?;
        let upper = inside.slice(comma + 1, inside.text.len()).number()?;
        return Ok((name, Some(lower), Some(upper)));
    }
    // a chain of <= or of >=
    for (sign, unicode, ascending) in [("<=", "≤", true), (">=", "≥", false)] {
        let mut parts = Vec::new();
        let mut from = 0;
        while let Some((place, length)) = [sign, unicode]
            .into_iter()
            .filter_map(|s| Some((item.text[from..].find(s)? + from, s.len())))
            .min()
        {
            parts.push(item.slice(from, place));
            from = place + length;
        }
        if parts.is_empty() {
            continue;
        }
        parts.push(item.slice(from, item.text.len()));
        if !ascending {
            parts.reverse();
        }
        return match parts[..] {
            [name, upper] if is_name(name.text) => Ok((name, None, Some(upper.number()?))),
            [lower, name] if is_name(name.text) => Ok((name, Some(lower.number()?), None)),
            [lower, name, upper] if is_name(name.text) => {
                Ok((name, Some(lower.number()?), Some(upper.number()?)))
            }
            _ => Err(item.refused(format!("not understood: {KNOWN}"))),
        };
    }
    if item.text.contains(['<', '>']) {
        let reason = "the ends belong to the region: write <= or >=";
        return Err(item.refused(reason));
    }
    Err(item.refused(format!("not understood: {KNOWN}")))
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.intervals.is_empty() && self.inequalities.is_empty() {
            return f.write_str("everywhere");
        }
        for (i, interval) in self.intervals.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            let x = &interval.variable;
            match (&interval.lower, &interval.upper) {
                (Some(a), Some(b)) => write!(f, "{x} in [{a}, {b}]")?,
                (Some(a), None) => write!(f, "{x} >= {a}")?,
                (None, Some(b)) => write!(f, "{x} <= {b}")?,
                (None, None) => f.write_str(x)?,
            }
        }
        for (i, inequality) in self.inequalities.iter().enumerate() {
            if i > 0 || !self.intervals.is_empty() {
                f.write_str(", ")?;
            }
            write!(f, "{} >= 0", inequality.function)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_read_as_people_write_them() {
        for (text, shown) in [
            ("x in [-2, 2], y in [0,1/2]", "x in [-2, 2], y in [0, 1/2]"),
            ("x, y >= 0; 1 <= z <= 2", "x >= 0, y >= 0, z in [1, 2]"),
            ("x <= 1, x >= 0", "x in [0, 1]"),
            ("2 ≥ x ≥ -1", "x in [-1, 2]"),
            ("x, y >= 0; 1-x-y >= 0", "x >= 0, y >= 0, -x - y + 1 >= 0"),
            ("x + y <= 1", "-x - y + 1 >= 0"),
            ("x <= y", "y - x >= 0"),
            ("2*x + 1 <= 2", "x <= 1/2"),
            (" everywhere ", "everywhere"),
        ] {
            let region: Region = text.parse().unwrap();
            assert_eq!(region.to_string(), shown, "{text}");
            let again: Region = shown.parse().unwrap();
            assert_eq!(again, region, "{text}");
        }
    }

    #[test]
    fn what_is_no_region_is_told_with_its_place() {
        for (text, column, width, reason) in [
            ("x in [0, 1", 5, 5, "two ends"),
            ("x in (0, 1)", 5, 6, "closed"),
            ("x in [0, one]", 9, 3, "no rational number"),
            ("y in [0,1], x > 0", 12, 5, "write <= or >="),
            ("x in [1, 0]", 0, 11, "empty"),
            ("x - x <= 1", 0, 10, "no variable"),
            ("everywhere, x >= 0", 0, 10, "stands alone"),
            ("x + <= 1", 0, 8, "not understood"),
            ("", 0, 1, "not understood"),
            ("x", 0, 1, "nothing is said"),
        ] {
            let error = text.parse::<Region>().unwrap_err();
            assert_eq!(
                (error.column, error.width),
                (column, width),
                "{text}: {error}"
            );
            assert!(error.reason.contains(reason), "{text}: {error}");
        }
    }
}
