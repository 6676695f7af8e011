//! The grammar of polynomials on the page.
//!
//! ```text
//! sum     = ['-'] product { ('+' | '-') product }
//! product = factor { '*' factor }
//! factor  = atom ['^' digits]          a fraction has no exponent
//! atom    = digits ['/' digits] | name | '(' sum ')'
//! ```
//!
//! Spaces may stand between these, but not in a fraction. What people write besides (`2x`, `x**2`,
//! `x²`, `x/2`, `0.5`) is refused here before the reader of such texts, which knows all of it, is
//! asked for the polynomial.

use std::iter::Peekable;
use std::str::CharIndices;

/// Parentheses nested deeper than this are refused.
const MAX_DEPTH: usize = 100;

/// What was read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing, or the parenthesis that opens a sum.
    Start,
    /// An operator: an atom has to follow.
    Operator,
    /// An atom that may have an exponent.
    Atom,
    /// A fraction or an exponent.
    Closed,
}

/// Takes characters as long as they are of a kind; how many there were.
fn take(places: &mut Peekable<CharIndices<'_>>, kind: impl Fn(char) -> bool) -> usize {
    let mut count = 0;
    while places.next_if(|(_, c)| kind(*c)).is_some() {
        count += 1;
    }
    count
}

/// That a text is a polynomial in the grammar of the page.
///
/// # Errors
/// What is wrong, and the byte where.
pub(super) fn in_grammar(text: &str) -> Result<(), (usize, &'static str)> {
    let digit = |c: char| c.is_ascii_digit();
    let begins_name = |c: char| c == '_' || c.is_alphabetic();
    let superscript = |c: char| "⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c);
    let in_name = |c: char| begins_name(c) || c == '\'' || (c.is_alphanumeric() && !superscript(c));
    let mut places = text.char_indices().peekable();
    let (mut last, mut depth) = (Last::Start, 0_usize);
    while let Some(&(place, c)) = places.peek() {
        let wants_atom = matches!(last, Last::Start | Last::Operator);
        last = match c {
            ' ' => {
                places.next();
                last
            }
            '-' if last == Last::Start => {
                places.next();
                Last::Operator
            }
            '+' | '-' | '*' if !wants_atom => {
                places.next();
                Last::Operator
            }
            '^' if last == Last::Atom => {
                places.next();
                take(&mut places, |c| c == ' ');
                if take(&mut places, digit) == 0 {
                    return Err((place, "an exponent is digits alone"));
                }
                Last::Closed
            }
            '(' if wants_atom => {
                places.next();
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err((place, "parentheses nested deeper than 100"));
                }
                Last::Start
            }
            ')' if !wants_atom && depth > 0 => {
                places.next();
                depth -= 1;
                Last::Atom
            }
            c if wants_atom && digit(c) => {
                take(&mut places, digit);
                if places.next_if(|(_, c)| *c == '/').is_none() {
                    Last::Atom
                } else if take(&mut places, digit) > 0 {
                    Last::Closed
                } else {
                    return Err((place, "a fraction is digits, `/` and digits"));
                }
            }
            c if wants_atom && begins_name(c) => {
                take(&mut places, in_name);
                Last::Atom
            }
            _ if wants_atom => return Err((place, "a number, a name or `(` is expected")),
            _ => return Err((place, "an operator + - * ^, a `)` or the end is expected")),
        };
    }
    match last {
        Last::Start | Last::Operator => Err((text.len(), "a number, a name or `(` is expected")),
        _ if depth > 0 => Err((text.len(), "a `)` is missing")),
        Last::Atom | Last::Closed => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_in_the_grammar() {
        for text in [
            "0",
            "-x",
            "-x^3 + 2*x*y' - 1/2",
            "(-1)*(z + w)",
            "3/4*θ_1^2",
            "((x))^2*(-y)",
            " x ^ 2 * ( 1 - y ) ",
            "2*x3",
        ] {
            assert_eq!(in_grammar(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn other_ways_to_write_are_refused() {
        let deep = format!("{}x{}", "(".repeat(101), ")".repeat(101));
        for text in [
            "",
            " ",
            "+x",
            "x +",
            "- -x",
            "x*-y",
            "2x",
            "x y",
            "2(x)",
            "(x)(y)",
            "x**2",
            "x²",
            "x^-1",
            "x^(2)",
            "x^2^3",
            "x/2",
            "1/2/3",
            "1 /2",
            "1/x",
            "1/2^2",
            "0.5",
            "2e3",
            "x·y",
            "[x]",
            "x^",
            "(x",
            "x)",
            "()",
            "x\ty",
            "x\u{a0}+ y",
            "x, y",
            "f(x)",
            &deep,
        ] {
            assert!(in_grammar(text).is_err(), "{text:.40} is in the grammar");
        }
        assert_eq!(in_grammar("x + 2y").unwrap_err().0, 5);
    }
}
