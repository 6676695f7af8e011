//! The ideal of a mixture: moments of clusters of components about the true ones, and how many are
//! enough.

use super::{Kernel, Mixture, ModelError};
use crate::Budget;
use crate::algebra::{GroebnerBasis, Monomial, Polynomial, Rational, Variables};

/// The moments that generate the ideal of a mixture at a true parameter; see [`Mixture`] for the
/// proof.
pub(super) fn moments(
    kernel: Kernel,
    ring: &Variables,
    weights: &[Rational],
    truth: &[Rational],
) -> Result<Vec<Polynomial>, ModelError> {
    let h = weights.len();
    let place = |i: usize| {
        (
            &truth[h - 1 + i],
            kernel.has_variance().then(|| &truth[2 * h - 1 + i]),
        )
    };
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    for i in 0..h {
        match clusters.iter_mut().find(|c| place(c[0]) == place(i)) {
            Some(cluster) => cluster.push(i),
            None => clusters.push(vec![i]),
        }
    }
    let variable = |i: usize| Polynomial::variable(ring, i);
    let shifted = |i: usize| &variable(i) - &Polynomial::constant(ring, truth[i].clone());
    let mut generators = Vec::new();
    for cluster in clusters {
        let last = highest_moment(kernel, &cluster, weights)?;
        let mut sums = vec![Polynomial::zero(ring); last + 1];
        let mut true_weight = Rational::ZERO;
        for &i in &cluster {
            let weight = if i + 1 < h {
                variable(i)
            } else {
                Mixture::last_weight(ring, h)
            };
            let variance = kernel.has_variance().then(|| shifted(2 * h - 1 + i));
            let local = local_moments(&shifted(h - 1 + i), variance.as_ref(), last);
            for (sum, q) in sums.iter_mut().zip(&local) {
                *sum = &*sum + &(&weight * q);
            }
            true_weight = &true_weight + &weights[i];
        }
        sums[0] = &sums[0] - &Polynomial::constant(ring, true_weight);
        generators.extend(sums);
    }
    Ok(generators)
}

/// q₀, …, q_last: the derivatives at t = 0 of exp(μt + vt²/2); q_{k+1} = μ q_k + k v q_{k−1}.
fn local_moments(mean: &Polynomial, variance: Option<&Polynomial>, last: usize) -> Vec<Polynomial> {
    let mut q = vec![Polynomial::constant(mean.variables(), Rational::ONE)];
    for k in 0..last {
        let mut next = mean * &q[k];
        if let Some(variance) = variance
            && k > 0
        {
            next = &next + &(variance * &q[k - 1]).scale(&Rational::from(k));
        }
        q.push(next);
    }
    q
}

/// The number K such that the moments 0, …, K of a cluster generate all of them.
fn highest_moment(
    kernel: Kernel,
    cluster: &[usize],
    weights: &[Rational],
) -> Result<usize, ModelError> {
    let size = cluster.len();
    if !kernel.has_variance() {
        return Ok(size);
    }
    if size == 1 {
        return Ok(2);
    }
    let idle = cluster.iter().filter(|i| weights[**i].is_zero()).count();
    if size == 2 && idle == 1 {
        // Weights a → 0 and b > 0. The first two moments give the mean and variance of the true
        // component as multiples of a; the moment k ≥ 3 becomes a·(q_k(μ, v) + a·…), of weighted
        // degree k in the idle component's μ and v. q₃ = μ³ + 3μv and q₄ = μ⁴ + 6μ²v + 3v² vanish
        // together at 0 alone, so they contain every monomial of degree above 3 + 4 − 1 − 2 = 4,
        // and so do the brackets near a = 0 (Nakayama).
        return Ok(4);
    }
    if idle > 0 {
        return Err(ModelError::Truncation {
            reason: "several components, one of weight 0, share mean and variance with others",
        });
    }
    // Means of weight 1, then variances of weight 2, at the true weights.
    let names = (0..2 * size).map(|i| format!("u{i}"));
    let ring = Variables::new(names)?;
    let variable = |i: usize| Polynomial::variable(&ring, i);
    let limit = 4 * size + 2;
    let mut sums = vec![Polynomial::zero(&ring); limit + 1];
    for (i, component) in cluster.iter().enumerate() {
        let local = local_moments(&variable(i), Some(&variable(size + i)), limit);
        for (sum, q) in sums.iter_mut().zip(&local) {
            *sum = &*sum + &q.scale(&weights[*component]);
        }
    }
    let budget = Budget::default();
    for last in 2 * size..=limit {
        let basis = GroebnerBasis::of(&sums[1..=last], &budget)?;
        if basis.dimension() != Some(0) {
            continue;
        }
        let mut all = true;
        for degree in [last + 1, last + 2] {
            for exponents in weighted_monomials(size, degree) {
                let monomial = Monomial::new(&exponents);
                let monomial = Polynomial::from_terms(&ring, [(monomial, Rational::ONE)]);
                all = all && basis.contains(&monomial, &budget)?;
            }
        }
        if all {
            return Ok(last);
        }
    }
    Err(ModelError::Truncation {
        reason: "the moments within reach leave a singular point or too many monomials",
    })
}

/// Exponents of all monomials of this weighted degree in `size` variables of weight 1 and as many
/// of weight 2.
fn weighted_monomials(size: usize, degree: usize) -> Vec<Vec<u32>> {
    let mut partial = vec![(Vec::new(), degree)];
    for variable in 0..2 * size {
        let weight = 1 + variable / size;
        partial = partial
            .into_iter()
            .flat_map(|(exponents, left)| {
                (0..=left / weight).map(move |e| {
                    let mut longer: Vec<u32> = exponents.clone();
                    longer.push(e as u32);
                    (longer, left - e * weight)
                })
            })
            .collect();
    }
    partial
        .into_iter()
        .filter(|(_, left)| *left == 0)
        .map(|(e, _)| e)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monomials_of_a_weighted_degree_are_counted() {
        // 1/((1−t)²(1−t²)²) = 1 + 2t + 5t² + 8t³ + 14t⁴ + …
        let counts = [1, 2, 5, 8, 14];
        for (degree, count) in counts.into_iter().enumerate() {
            assert_eq!(weighted_monomials(2, degree).len(), count);
        }
    }

    #[test]
    fn two_normal_components_of_unknown_variance_need_four_moments() {
        let half = Rational::ONE / Rational::from(2);
        let last = highest_moment(Kernel::Normal, &[0, 1], &[half.clone(), half]).unwrap();
        assert_eq!(last, 4);
        let (zero, one) = (Rational::ZERO, Rational::ONE);
        let idle = [zero.clone(), one.clone()];
        assert_eq!(highest_moment(Kernel::Normal, &[0, 1], &idle), Ok(4));
        let refused = highest_moment(Kernel::Normal, &[0, 1, 2], &[zero.clone(), zero, one]);
        assert!(matches!(refused, Err(ModelError::Truncation { .. })));
    }
}
