//! Polynomials as text.

use crate::algebra::Rational;

/// `x1`, `x2`, … `xn`.
pub(super) fn names(letter: &str, n: usize) -> Vec<String> {
    (1..=n).map(|i| format!("{letter}{i}")).collect()
}

/// The name of an entry of a matrix.
pub(super) fn entry(letter: &str, i: usize, j: usize) -> String {
    format!("{letter}{i}{j}")
}

/// Terms joined by plus signs; `0` for none.
pub(super) fn sum(terms: impl IntoIterator<Item = String>) -> String {
    let terms: Vec<String> = terms.into_iter().collect();
    if terms.is_empty() {
        "0".to_string()
    } else {
        terms.join(" + ")
    }
}

/// Factors joined by asterisks; `1` for none.
pub(super) fn product(factors: impl IntoIterator<Item = String>) -> String {
    let factors: Vec<String> = factors.into_iter().collect();
    if factors.is_empty() {
        "1".to_string()
    } else {
        factors.join("*")
    }
}

/// All monomials of the given degree in the variables.
pub(super) fn monomials(variables: &[String], degree: usize) -> Vec<String> {
    fn extend(variables: &[String], degree: usize, head: &mut Vec<String>, all: &mut Vec<String>) {
        if degree == 0 {
            all.push(product(head.clone()));
            return;
        }
        for (i, variable) in variables.iter().enumerate() {
            head.push(variable.clone());
            extend(&variables[i..], degree - 1, head, all);
            head.pop();
        }
    }
    let mut all = Vec::new();
    extend(variables, degree, &mut Vec::new(), &mut all);
    all
}

/// The products of one of each list.
pub(super) fn products(lists: &[Vec<String>]) -> Vec<String> {
    let mut all = vec![Vec::new()];
    for list in lists {
        let longer = |head: &Vec<String>| {
            let head = head.clone();
            list.iter().map(move |factor| {
                let mut longer = head.clone();
                longer.push(factor.clone());
                longer
            })
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.into_iter().map(product).collect()
}

/// The subsets of 0..n of the given size, in order.
pub(super) fn subsets(n: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in 0..n {
        for rest in subsets(n - first - 1, size - 1) {
            let rest = rest.iter().map(|i| i + first + 1);
            all.push(std::iter::once(first).chain(rest).collect());
        }
    }
    all
}

/// `text` less a number.
pub(super) fn less(text: &str, value: &Rational) -> String {
    if value.is_zero() {
        text.to_string()
    } else {
        format!("{text} - ({value})")
    }
}

/// Coordinates that are 1 at a point.
pub(super) fn ones(
    variables: impl IntoIterator<Item = String>,
) -> impl Iterator<Item = (String, Rational)> {
    variables.into_iter().map(|name| (name, Rational::ONE))
}
