//! Instances that ask the same question.

use super::Instance;
use crate::algebra::Rational;
use std::collections::HashSet;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A generator: its terms, in which variables stand at other places.
type Terms = Vec<(Vec<u32>, Rational)>;

/// A text that two instances share only where one becomes the other by names of variables and the
/// order and constant factors of generators; `None` without polynomials at a rational point. Which
/// variable stands where is decided by what tells variables apart; where that leaves several, the
/// order given stands, and some that are the same may be missed.
pub(super) fn twin_key(instance: &Instance) -> Option<String> {
    let (text, written) = (instance.polynomials()?, instance.written()?);
    if !text.numbers.is_empty() {
        return None;
    }
    let (generators, form) = (written.terms(), format!("{:?}", text.form));
    let (prior, point, domain) = (written.prior(), written.point(), written.domain());
    let own = |i: usize| format!("{} {} {:?}", prior[i], point[i], domain[i]);
    let order = order(written.dimension(), generators, own);
    let placed = |e: &[u32]| -> Vec<u32> { order.iter().map(|&i| e[i]).collect() };
    let mut lines: Vec<String> = generators.iter().map(|g| line(g, &placed)).collect();
    lines.sort();
    let mut key = form;
    for &i in &order {
        let _ = write!(key, ";{}", own(i));
    }
    key.push('|');
    key.push_str(&lines.join("|"));
    Some(key)
}

/// A generator with its variables at other places, up to a constant factor.
fn line(generator: &Terms, placed: &impl Fn(&[u32]) -> Vec<u32>) -> String {
    let mut terms: Vec<(Vec<u32>, &Rational)> =
        generator.iter().map(|(e, c)| (placed(e), c)).collect();
    terms.sort();
    let first = terms.first().map_or(Rational::ONE, |(_, c)| (*c).clone());
    let written = terms.iter().map(|(e, c)| format!("{e:?} {}", *c / &first));
    written.collect::<Vec<_>>().join("+")
}

/// The variables by what they are in: at first by what is said of each alone, then, again and
/// again, by the exponents and the company they have in the generators. By hashes: a collision
/// makes an order worse, and no two keys equal that are not.
fn order(dimension: usize, generators: &[Terms], own: impl Fn(usize) -> String) -> Vec<usize> {
    let mut colours: Vec<u64> = (0..dimension).map(|i| hash(&own(i))).collect();
    let mut count = distinct(&colours);
    loop {
        let mut company: Vec<Vec<u64>> = vec![Vec::new(); dimension];
        for generator in generators {
            let monomial = |e: &[u32]| {
                let parts = e.iter().zip(&colours).filter(|(k, _)| **k > 0);
                sorted_hash(parts.map(|part| hash(&part)).collect())
            };
            let own: Vec<u64> = generator.iter().map(|(e, _)| monomial(e)).collect();
            let whole = sorted_hash(own.clone());
            for ((e, _), own) in generator.iter().zip(own) {
                for (i, &k) in e.iter().enumerate().filter(|(_, k)| **k > 0) {
                    company[i].push(hash(&(k, own, whole)));
                }
            }
        }
        let next = company.into_iter().zip(&colours);
        let next: Vec<u64> = next
            .map(|(company, colour)| hash(&(colour, sorted_hash(company))))
            .collect();
        let finer = distinct(&next);
        if finer == count {
            break;
        }
        (colours, count) = (next, finer);
    }
    let mut order: Vec<usize> = (0..dimension).collect();
    order.sort_by_key(|&i| colours[i]);
    order
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

fn sorted_hash(mut hashes: Vec<u64>) -> u64 {
    hashes.sort_unstable();
    hash(&hashes)
}

fn distinct(colours: &[u64]) -> usize {
    colours.iter().collect::<HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::instances;
    use std::collections::HashMap;

    #[test]
    fn an_instance_with_other_names_and_another_order_has_the_same_key() {
        let generators: [Terms; 2] = [
            vec![
                (vec![1, 2, 0], Rational::from(2)),
                (vec![0, 0, 1], Rational::from(4)),
            ],
            vec![(vec![0, 3, 0], Rational::ONE)],
        ];
        let renamed: [Terms; 2] = [
            vec![(vec![0, 0, 3], Rational::from(5))],
            vec![
                (vec![1, 0, 0], Rational::from(2)),
                (vec![0, 1, 2], Rational::ONE),
            ],
        ];
        let key = |generators: &[Terms]| {
            let order = order(3, generators, |_| String::new());
            let placed = |e: &[u32]| -> Vec<u32> { order.iter().map(|&i| e[i]).collect() };
            let mut lines: Vec<_> = generators.iter().map(|g| line(g, &placed)).collect();
            lines.sort();
            lines
        };
        assert_eq!(key(&generators), key(&renamed));
    }

    /// What is said to be the same has the same value: two closed forms, one question.
    #[test]
    fn twins_have_the_same_value() {
        let all = instances().unwrap();
        let by_id: HashMap<_, _> = all.iter().map(|i| (i.id(), i)).collect();
        for twin in &all {
            if let Some(first) = twin.same_as() {
                let first = by_id[first];
                assert!(first.same_as().is_none(), "{}", twin.id());
                let (a, b) = (first.value(), twin.value());
                assert!(
                    a.lower() <= b.upper() && b.lower() <= a.upper(),
                    "{}",
                    twin.id()
                );
                if let (Some(a), Some(b)) = (a.coefficient(), b.coefficient()) {
                    assert_eq!(a, b, "{} and {}", first.id(), twin.id());
                }
            }
        }
    }
}
