//! Real zeros of polynomial systems in the torus (ℝ∖0)^f, orthant by orthant.

use super::coset::Coset;
use crate::algebra::{GroebnerBasis, Monomial, Polynomial, Rational, Univariate, Variables};
use crate::budget::{Exhausted, Meter};
use crate::polyhedron::rank;
use num_integer::Integer;
use std::collections::{BTreeMap, BTreeSet};

/// The signs ±1 of an orthant of (ℝ∖0)^f.
pub(super) type Orthant = Vec<i8>;

/// Steps that one Gröbner basis may take before the zeros are called unknown.
const BASIS_STEPS: u64 = 1_000_000;

/// How often one system may be split at a binomial factor.
const MOST_SPLITS: usize = 8;

/// What is known about the real zeros of a system in some orthants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RealZeros {
    /// There are none: proved.
    None,
    /// Exactly the points of these cosets.
    Cosets(Vec<Coset>),
    /// Perhaps infinitely many, perhaps irrational, perhaps none.
    Unknown,
}

/// The sign of a polynomial on an orthant, if all its terms agree.
fn definite_sign(p: &Polynomial, orthant: &[i8]) -> Option<i8> {
    let mut signs = p.terms().map(|(exponents, c)| {
        let odd = exponents
            .iter()
            .zip(orthant)
            .filter(|(e, s)| *e % 2 == 1 && **s < 0)
            .count();
        if odd % 2 == 1 {
            -c.signum()
        } else {
            c.signum()
        }
    });
    let first = signs.next()?;
    signs.all(|s| s == first).then_some(first)
}

/// The orthants on which no polynomial of the system has one sign throughout: only there the
/// system can have zeros.
pub(super) fn undecided_orthants(system: &[Polynomial], orthants: &[Orthant]) -> Vec<Orthant> {
    orthants
        .iter()
        .filter(|orthant| system.iter().all(|p| definite_sign(p, orthant).is_none()))
        .cloned()
        .collect()
}

/// The polynomial in one variable, as such.
pub(super) fn univariate(p: &Polynomial) -> Univariate {
    let mut coefficients = vec![Rational::ZERO; p.degree() as usize + 1];
    for (exponents, c) in p.terms() {
        coefficients[exponents[0] as usize] = c.clone();
    }
    Univariate::new(coefficients)
}

/// Real roots of a univariate polynomial on the half-lines of the given orthants.
pub(super) fn count_roots(p: &Univariate, orthants: &[Orthant]) -> usize {
    orthants
        .iter()
        .map(|o| {
            if o[0] > 0 {
                p.count_positive_roots()
            } else {
                p.count_negative_roots()
            }
        })
        .sum()
}

fn sign_matches(x: &Rational, sign: i8) -> bool {
    x.signum() == sign
}

/// The real zeros of a system in the torus, within the orthants.
///
/// Signs come first; then a Gröbner basis together with the inverse of the product of the
/// coordinates, which is the unit ideal when there are no complex torus zeros; then signs of its
/// elements; at last, in dimension zero, Sturm sequences of the coordinates' minimal polynomials.
pub(super) fn real_zeros(
    system: &[Polynomial],
    orthants: &[Orthant],
    meter: &Meter,
) -> Result<RealZeros, Exhausted> {
    let system: Vec<Polynomial> = system.iter().filter(|p| !p.is_zero()).cloned().collect();
    let orthants = undecided_orthants(&system, orthants);
    let Some(dimension) = orthants.first().map(Vec::len) else {
        return Ok(RealZeros::None);
    };
    if system.is_empty() {
        return Ok(RealZeros::Unknown);
    }
    if dimension == 1 {
        let common = system.iter().map(univariate).reduce(|a, b| a.gcd(&b));
        return Ok(common.map_or(RealZeros::Unknown, |p| univariate_zeros(&p, &orthants)));
    }
    let part = meter.part(BASIS_STEPS);
    let found = zeros_by_basis(&system, orthants, dimension, MOST_SPLITS, &part);
    meter.settle(&part)?;
    match found {
        Err(Exhausted::Steps(_) | Exhausted::Size(_)) => Ok(RealZeros::Unknown),
        other => other,
    }
}

fn univariate_zeros(p: &Univariate, orthants: &[Orthant]) -> RealZeros {
    let rational: Vec<Rational> = p
        .rational_roots()
        .into_iter()
        .filter(|x| orthants.iter().any(|o| sign_matches(x, o[0])))
        .collect();
    match count_roots(p, orthants) {
        0 => RealZeros::None,
        n if n == rational.len() => {
            RealZeros::Cosets(rational.into_iter().map(|x| Coset::point(&[x])).collect())
        }
        _ => RealZeros::Unknown,
    }
}

fn zeros_by_basis(
    system: &[Polynomial],
    orthants: Vec<Orthant>,
    dimension: usize,
    splits: usize,
    meter: &Meter,
) -> Result<RealZeros, Exhausted> {
    // one more coordinate t with t·∏ s = 1
    let mut names = system[0].variables().names().to_vec();
    names.push("inverse".to_string());
    let ring = Variables::from_trusted(names);
    let mut torus: Vec<Polynomial> = system.iter().filter_map(|p| p.in_ring(&ring)).collect();
    let all = (Monomial::new(&vec![1; dimension + 1]), Rational::ONE);
    let one = (Monomial::one(dimension + 1), Rational::from(-1));
    torus.push(Polynomial::from_terms(&ring, [all, one]));
    let basis = GroebnerBasis::within(&torus, meter)?;
    if basis.is_unit() {
        return Ok(RealZeros::None);
    }
    let mut candidates: Vec<Orthant> = orthants
        .into_iter()
        .map(|mut orthant| {
            orthant.push(orthant.iter().product());
            orthant
        })
        .collect();
    candidates = undecided_orthants(basis.elements(), &candidates);
    if candidates.is_empty() {
        return Ok(RealZeros::None);
    }
    if basis.elements().iter().all(|p| p.len() == 2) {
        candidates.iter_mut().for_each(|o| o.truncate(dimension));
        let coset = Coset::of_binomials(basis.elements(), candidates)?;
        return Ok(coset.map_or(RealZeros::Unknown, |coset| RealZeros::Cosets(vec![coset])));
    }
    if basis.dimension() != Some(0) {
        candidates.iter_mut().for_each(|o| o.truncate(dimension));
        let ring = system[0].variables();
        let in_torus = basis.elements().iter().filter_map(|p| p.in_ring(ring));
        let split = in_torus
            .chain(system.iter().cloned())
            .find_map(|p| binomial_factor(&p));
        return match split {
            Some(split) if splits > 0 => {
                zeros_by_splitting(system, &split, &candidates, splits - 1, meter)
            }
            _ => Ok(RealZeros::Unknown),
        };
    }
    let mut coordinates = Vec::with_capacity(dimension);
    for i in 0..dimension {
        let Some(p) = basis.minimal_polynomial(i, 60, meter)? else {
            return Ok(RealZeros::Unknown);
        };
        candidates.retain(|o| count_roots(&p, &[vec![o[i]]]) > 0);
        coordinates.push(p);
    }
    if candidates.is_empty() {
        return Ok(RealZeros::None);
    }
    let rational: Vec<Vec<Rational>> = coordinates.iter().map(Univariate::rational_roots).collect();
    let complete = coordinates
        .iter()
        .zip(&rational)
        .enumerate()
        .all(|(i, (p, roots))| {
            candidates.iter().all(|o| {
                let found = roots.iter().filter(|x| sign_matches(x, o[i])).count();
                count_roots(p, &[vec![o[i]]]) == found
            })
        });
    let combinations: usize = rational.iter().map(Vec::len).product();
    if !complete || combinations > 10_000 {
        return Ok(RealZeros::Unknown);
    }
    meter.spend(combinations as u64 * 16)?;
    let mut points: Vec<Vec<Rational>> = vec![Vec::new()];
    for roots in &rational {
        points = points
            .iter()
            .flat_map(|point| {
                roots
                    .iter()
                    .map(|x| [point.as_slice(), std::slice::from_ref(x)].concat())
            })
            .collect();
    }
    points.retain(|point| {
        candidates
            .iter()
            .any(|o| point.iter().zip(o).all(|(x, s)| sign_matches(x, *s)))
            && system
                .iter()
                .all(|p| p.evaluate(point).is_ok_and(|v| v.is_zero()))
    });
    Ok(if points.is_empty() {
        RealZeros::None
    } else {
        RealZeros::Cosets(points.iter().map(|p| Coset::point(p)).collect())
    })
}

/// A polynomial p(s) = ∏ (s^m − c)·cofactor, up to monomials.
struct Split {
    binomials: Vec<Polynomial>,
    cofactor: Polynomial,
}

/// Finds the binomial factors of p in one direction m, if they are not all of p and the real c are
/// rational. On each line of exponents parallel to m, p is a polynomial in the monomial s^m; the
/// roots that all these have in common are the c. The segment of a factor s^m − c is a Minkowski
/// summand of the Newton polytope of p, so m is parallel to a difference of exponents.
fn binomial_factor(p: &Polynomial) -> Option<Split> {
    const MOST_TERMS: usize = 60;
    if p.len() < 4 || p.len() > MOST_TERMS {
        return None;
    }
    let exponents: Vec<Vec<i64>> = p
        .terms()
        .map(|(e, _)| e.iter().map(|&e| i64::from(e)).collect())
        .collect();
    let mut directions: BTreeSet<Vec<i64>> = BTreeSet::new();
    for (i, a) in exponents.iter().enumerate() {
        for b in &exponents[..i] {
            let difference: Vec<i64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
            let content = difference.iter().fold(0, |g: i64, x| g.gcd(x));
            let sign = difference
                .iter()
                .find(|x| **x != 0)
                .map_or(1, |x| x.signum());
            directions.insert(difference.iter().map(|x| sign * x / content).collect());
        }
    }
    directions.iter().find_map(|m| factor_along(p, m))
}

/// The factors s^m − c of p for one primitive m.
fn factor_along(p: &Polynomial, m: &[i64]) -> Option<Split> {
    // each line by its lowest point with exponents ≥ 0 and the coefficients along it
    let mut lines: BTreeMap<Vec<i64>, BTreeMap<usize, Rational>> = BTreeMap::new();
    for (exponents, c) in p.terms() {
        let mut base: Vec<i64> = exponents.iter().map(|&e| i64::from(e)).collect();
        let mut place = 0;
        while base.iter().zip(m).all(|(b, m)| b - m >= 0) {
            base.iter_mut().zip(m).for_each(|(b, m)| *b -= m);
            place += 1;
        }
        lines.entry(base).or_default().insert(place, c.clone());
    }
    let along = |line: &BTreeMap<usize, Rational>| {
        let length = line.keys().last().map_or(0, |n| n + 1);
        Univariate::new((0..length).map(|i| line.get(&i).cloned().unwrap_or_default()))
    };
    let common = lines
        .values()
        .map(along)
        .reduce(|a, b| a.gcd(&b))?
        .without_root_zero();
    if common.degree()? == 0 {
        return None;
    }
    let roots = common.rational_roots();
    if roots.len() != common.count_positive_roots() + common.count_negative_roots() {
        return None;
    }
    let ring = p.variables();
    let monomial = |base: &[i64], place: usize| -> Option<Monomial> {
        let exponents: Option<Vec<u32>> = base
            .iter()
            .zip(m)
            .map(|(b, m)| u32::try_from(b + m * i64::try_from(place).ok()?).ok())
            .collect();
        exponents.map(|e| Monomial::new(&e))
    };
    let origin: Vec<i64> = m.iter().map(|m| (-m).max(0)).collect();
    let binomials = roots
        .iter()
        .map(|c| {
            Some(Polynomial::from_terms(
                ring,
                [
                    (monomial(&origin, 1)?, Rational::ONE),
                    (monomial(&origin, 0)?, -c),
                ],
            ))
        })
        .collect::<Option<_>>()?;
    let mut terms = Vec::new();
    for (base, line) in &lines {
        let quotient = along(line).exact_quotient(&common)?;
        for (place, c) in quotient.coefficients().iter().enumerate() {
            terms.push((monomial(base, place)?, c.clone()));
        }
    }
    let cofactor = Polynomial::from_terms(ring, terms);
    Some(Split {
        binomials,
        cofactor,
    })
}

/// The zeros of the system as those on the factors of one of its consequences.
fn zeros_by_splitting(
    system: &[Polynomial],
    split: &Split,
    orthants: &[Orthant],
    splits: usize,
    meter: &Meter,
) -> Result<RealZeros, Exhausted> {
    let mut cosets: Vec<Coset> = Vec::new();
    for factor in split.binomials.iter().chain([&split.cofactor]) {
        let part = [system, std::slice::from_ref(factor)].concat();
        let orthants = undecided_orthants(&part, orthants);
        let Some(dimension) = orthants.first().map(Vec::len) else {
            continue;
        };
        match zeros_by_basis(&part, orthants, dimension, splits, meter)? {
            RealZeros::None => {}
            RealZeros::Cosets(found) => {
                let new: Vec<Coset> = found.into_iter().filter(|c| !cosets.contains(c)).collect();
                cosets.extend(new);
            }
            RealZeros::Unknown => return Ok(RealZeros::Unknown),
        }
    }
    Ok(if cosets.is_empty() {
        RealZeros::None
    } else {
        RealZeros::Cosets(cosets)
    })
}

/// Points of an orthant with small coordinates, for sampling.
fn sample_points(orthant: &[i8]) -> Vec<Vec<Rational>> {
    const MOST: usize = 2000;
    let sizes = [(1, 1), (2, 1), (1, 2), (1, 1000), (1000, 1), (3, 1), (1, 3)]
        .map(|(n, d)| Rational::new(n, d).unwrap_or(Rational::ONE));
    let mut choices = sizes.len();
    while choices > 1 && choices.saturating_pow(orthant.len() as u32) > MOST {
        choices -= 1;
    }
    let mut points: Vec<Vec<Rational>> = vec![Vec::new()];
    for &sign in orthant {
        let values: Vec<Rational> = sizes[..choices]
            .iter()
            .map(|x| x * Rational::from(i32::from(sign)))
            .collect();
        points = points
            .iter()
            .flat_map(|point| {
                values
                    .iter()
                    .map(|x| [point.as_slice(), std::slice::from_ref(x)].concat())
            })
            .collect();
    }
    points
}

/// Whether the system surely has a real zero in one of the orthants at which its differentials
/// are independent: a rational one found by sampling, or for a single square-free polynomial a
/// change of sign. `false` means not found.
pub(super) fn has_smooth_real_zero(
    system: &[Polynomial],
    orthants: &[Orthant],
    meter: &Meter,
) -> Result<bool, Exhausted> {
    let gradients: Vec<Vec<Polynomial>> = system
        .iter()
        .map(|p| (0..p.dimension()).map(|i| p.derivative(i)).collect())
        .collect();
    for orthant in orthants {
        let (mut positive, mut negative) = (false, false);
        for point in sample_points(orthant) {
            let mut values = Vec::with_capacity(system.len());
            for p in system {
                meter.spend(p.len() as u64)?;
                values.push(p.evaluate(&point).map_or(1, |v| v.signum()));
            }
            if values.iter().all(|v| *v == 0) {
                let differentials: Vec<Vec<Rational>> = gradients
                    .iter()
                    .map(|g| {
                        g.iter()
                            .map(|p| p.evaluate(&point).unwrap_or_default())
                            .collect()
                    })
                    .collect();
                if rank(&differentials) == system.len() {
                    return Ok(true);
                }
            }
            if let [value] = values.as_slice() {
                positive |= *value > 0;
                negative |= *value < 0;
            }
            if positive && negative {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    fn zeros(texts: &[&str], orthants: &[&[i8]]) -> RealZeros {
        let system = Polynomial::parse_all(texts).unwrap();
        let orthants: Vec<Orthant> = orthants.iter().map(|o| o.to_vec()).collect();
        real_zeros(&system, &orthants, &Budget::default().start()).unwrap()
    }

    const PLANE: [&[i8]; 4] = [&[1, 1], &[1, -1], &[-1, 1], &[-1, -1]];

    #[test]
    fn signs_decide_first() {
        assert_eq!(zeros(&["x + y"], &[&[1, 1]]), RealZeros::None);
        assert_eq!(zeros(&["x^2 + y^2"], &PLANE), RealZeros::None);
    }

    #[test]
    fn finite_rational_zeros_are_listed() {
        let point = |x: i64, y: i64| Coset::point(&[x, y].map(Rational::from));
        assert_eq!(
            zeros(&["x*y - 1", "x - y"], &[&[1, 1]]),
            RealZeros::Cosets(vec![point(1, 1)])
        );
        assert_eq!(
            zeros(&["x + y - 3", "x*y - 2"], &PLANE),
            RealZeros::Cosets(vec![point(1, 2), point(2, 1)])
        );
        assert_eq!(zeros(&["x*y - 1", "x + y"], &PLANE), RealZeros::None); // ±i
    }

    #[test]
    fn irrational_and_infinite_zeros_are_unknown() {
        assert_eq!(zeros(&["x^2 - 2", "y - 1"], &PLANE), RealZeros::Unknown);
        assert_eq!(zeros(&["x + y - 3"], &PLANE), RealZeros::Unknown);
        assert_eq!(zeros(&["x^2 - 2"], &[&[1]]), RealZeros::Unknown);
    }

    #[test]
    fn products_of_binomials_split() {
        let RealZeros::Cosets(cosets) = zeros(&["x*y - x + y - 1"], &PLANE) else {
            panic!("(x + 1)(y - 1) is a union of two cosets");
        };
        assert_eq!(cosets.len(), 2);
        assert!(
            cosets
                .iter()
                .all(|c| c.codimension() == 1 && c.values == [Rational::ONE])
        );
        // the cofactor x + y − 3 is no binomial
        assert_eq!(zeros(&["(x - 1)*(x + y - 3)"], &PLANE), RealZeros::Unknown);
        assert_eq!(
            zeros(&["(x - y)*(x^2 + y^2 + 1)"], &[&[1, -1]]),
            RealZeros::None
        );
    }

    #[test]
    fn witnesses_of_real_zeros() {
        let meter = Budget::default().start();
        let positive: Vec<Orthant> = vec![vec![1, 1]];
        let system = |texts: &[&str]| Polynomial::parse_all(texts).unwrap();
        assert_eq!(
            has_smooth_real_zero(&system(&["x - 3/4*y"]), &positive, &meter),
            Ok(true)
        );
        assert_eq!(
            has_smooth_real_zero(&system(&["x - y", "x*y - 1"]), &positive, &meter),
            Ok(true)
        );
        assert_eq!(
            has_smooth_real_zero(&system(&["x + y"]), &positive, &meter),
            Ok(false)
        );
    }
}
