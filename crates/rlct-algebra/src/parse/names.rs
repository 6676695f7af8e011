//! Names that a text does not settle: where no ring is given, `xy` may be a variable or a product.
//!
//! Singular prints x²y³ as `x2y3`, people write `xy` for x·y, and Python names variables `x0`,
//! `x1`. Read as it stands, each of them is one variable, and another ring than the one that was
//! meant gives another λ. So a name that may well be a product is refused, unless the ring is
//! given in words.

use std::collections::{BTreeMap, BTreeSet};

/// Names of letters, and constants of that kind, which nobody means as products.
const LETTERS_IN_WORDS: [&str; 24] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
];

/// Letters that by themselves are coordinates wherever polynomials are written.
const COORDINATES: &str = "stuvwxyz";

/// Functions that people apply to arguments. None of them is a polynomial.
const FUNCTIONS: [&str; 32] = [
    "abs",
    "acos",
    "arccos",
    "arcsin",
    "arctan",
    "asin",
    "atan",
    "cos",
    "cosh",
    "cot",
    "erf",
    "exp",
    "gelu",
    "ln",
    "log",
    "logistic",
    "max",
    "min",
    "pow",
    "relu",
    "sec",
    "sgn",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "subscript",
    "tan",
    "tanh",
];

/// Whether a name is that of a well-known function, in any case: `Sin`, `tanh`.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name.to_lowercase().as_str())
}

/// What a name before an argument looks like, and what to write instead.
pub(super) fn application(name: &str, argument: &str) -> String {
    let lower = name.to_lowercase();
    let product = format!("{name}*{argument}");
    match lower.as_str() {
        "tanh" => format!(
            "looks like a function, and K is a polynomial: tanh networks are the models \
             `rlct fisher --model tanh` and `rlct compare tanh`; write {product} for a product"
        ),
        "exp" => format!(
            "looks like a function, and K is a polynomial: mixtures of normal and Poisson \
             distributions are models of `rlct fisher --model`; write {product} for a product"
        ),
        "sqrt" => format!(
            "looks like a root, and coefficients are rational: scale the variable so that the root \
             goes, or give a point by --where 's^2 = 2, 1 < s < 2'; write {product} for a product"
        ),
        _ if is_function(name) => format!(
            "looks like a function, and K is a polynomial: write the first terms of its series, \
             or {product} for a product"
        ),
        _ if argument == "[" => format!(
            "looks like an index: write {name}_1 for a variable with an index, {product} for a \
             product"
        ),
        _ => format!(
            "looks like a function or an index: write {product} for a product, {name}_1 for a \
             variable with an index"
        ),
    }
}

/// A factor of a name that is read as a product: a letter and the digits behind it.
type Factor<'a> = (char, &'a str);

/// The name cut before each letter; `None` if it has other characters than letters and digits.
fn factors(name: &str) -> Option<Vec<Factor<'_>>> {
    let starts: Vec<(usize, char)> = name
        .char_indices()
        .filter(|(_, c)| c.is_alphabetic())
        .collect();
    let end = |i: usize| starts.get(i + 1).map_or(name.len(), |(next, _)| *next);
    let cut = |(i, &(start, letter)): (usize, &(usize, char))| {
        let digits = &name[start + letter.len_utf8()..end(i)];
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then_some((letter, digits))
    };
    let first_is_letter = starts.first().is_some_and(|(start, _)| *start == 0);
    first_is_letter.then(|| starts.iter().enumerate().map(cut).collect())?
}

/// The product that a name may stand for: `x^2*y` for `x2y`.
fn product(factors: &[Factor<'_>]) -> String {
    let power = |&(letter, digits): &Factor<'_>| match digits {
        "" => letter.to_string(),
        digits => format!("{letter}^{digits}"),
    };
    factors.iter().map(power).collect::<Vec<_>>().join("*")
}

/// The first of the names, by its place, that may be a product as well as a variable, with the
/// product.
///
/// - Letters behind digits, `x2y`, are no usual name but Singular's way to print x²·y.
/// - One letter with a number, `x2`, is a usual name, though not where `x` is one too, or where the
///   least number behind that letter is 2 or more; entries of a matrix, from `a11` on, are usual
///   where no letter stands alone.
/// - Several letters, `xy`, perhaps with digits behind, may be a product if one of them occurs by
///   itself, if all are usual coordinates, if they are two, or if they follow the alphabet; not if
///   they spell a letter, as `mu`.
pub(super) fn doubtful(names: &[String]) -> Option<(usize, String)> {
    let cut: Vec<_> = names.iter().map(|name| factors(name)).collect();
    let mut numbers: BTreeMap<char, BTreeSet<&str>> = BTreeMap::new();
    for factors in cut.iter().flatten() {
        if let [(letter, digits)] = factors.as_slice() {
            numbers.entry(*letter).or_default().insert(digits);
        }
    }
    let is_row = |letter: &char| {
        let Some(numbers) = numbers.get(letter) else {
            return false;
        };
        numbers.iter().any(|n| n.parse().is_ok_and(|n: u64| n < 2))
            || numbers.contains("11") && !names.iter().any(|name| name.chars().count() == 1)
    };
    let is_bare = |letter: char| names.iter().any(|name| name.chars().eq([letter]));
    let is_doubtful = |name: &str, factors: &[Factor<'_>]| match factors {
        [] | [(_, "")] => false,
        [(letter, _)] => is_bare(*letter) || !is_row(letter),
        [most @ .., _] => {
            let inner_digits = most.iter().any(|(_, digits)| !digits.is_empty());
            let letters: String = factors.iter().map(|(letter, _)| *letter).collect();
            let alphabetical = || most.iter().zip(&factors[1..]).all(|(a, b)| a.0 < b.0);
            let spells = LETTERS_IN_WORDS.contains(&letters.to_lowercase().as_str());
            let functions = is_function(name);
            inner_digits
                || !spells
                    && !functions
                    && (factors.len() == 2
                        || letters.chars().any(is_bare)
                        || letters.chars().all(|c| COORDINATES.contains(c))
                        || factors.len() <= 4 && alphabetical())
        }
    };
    names
        .iter()
        .zip(&cut)
        .enumerate()
        .find_map(|(i, (name, factors))| {
            let factors = factors.as_deref()?;
            is_doubtful(name, factors).then(|| (i, product(factors)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(names: &[&str]) -> Option<String> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        doubtful(&names).map(|(_, product)| product)
    }

    #[test]
    fn usual_names_are_names() {
        for names in [
            &["x", "y", "z"][..],
            &["x1", "x2", "x3"],
            &["x0", "x1", "y1", "y2"],
            &["a11", "a12", "a21", "a_2", "b1_1", "b21", "b11"],
            &["mu", "sigma", "theta1", "theta2"],
            &["x_2", "y_3", "x'"],
            &["bias", "weight", "foo1"],
            &["θ", "é1"],
        ] {
            assert_eq!(first(names), None, "{names:?}");
        }
    }

    #[test]
    fn products_in_disguise_are_seen() {
        for (names, product) in [
            (&["x2y3"][..], "x^2*y^3"),
            (&["x", "xy"], "x*y"),
            (&["ab"], "a*b"),
            (&["xyz"], "x*y*z"),
            (&["xy2z"], "x*y^2*z"),
            (&["x2", "y3"], "x^2"),
            (&["x", "x2"], "x^2"),
            (&["y", "x1y"], "x^1*y"),
            (&["abc3"], "a*b*c^3"),
            (&["x11", "y"], "x^11"),
            (&["x10", "y1"], "x^10"),
        ] {
            assert_eq!(first(names).as_deref(), Some(product), "{names:?}");
        }
    }
}
