//! Learning coefficients of hidden Markov chains at truths of fewer states.

use super::PairCoefficient;
use crate::algebra::Rational;

/// φ = M/2 for M symbols: no bound of [`pair`] depends on an index of max(1, (M − 1)/2) or more,
/// and this is the least half-integer above (M − 1)/2, as for mixtures.
pub(super) fn default_concentration(symbols: usize) -> Rational {
    Rational::from(symbols) / Rational::from(2)
}

/// The number of parameters of K states: K(K − 1) transitions, K(M − 1) probabilities of symbols;
/// the stationary distribution of the first state has none of its own.
pub(super) fn dimension(states: usize, symbols: usize) -> usize {
    states * (states - 1) + states * (symbols - 1)
}

/// K states at a generic truth of K₀, rows of transitions with Dirichlet priors of index φ, M
/// symbols, each state's distribution of them with a positive prior: d/2 for K = K₀, else the bound
///
/// λ ≤ ½{K₀(K₀ − 1) + K₀(M − 1) + (K − K₀) min(φK₀, K₀ − 1 + (M − 1)/2, K₀ − 1 + K − 1)},
///
/// for three ways in which K − K₀ states are too many. At each of them the chain forgets its past
/// at a geometric rate, uniformly near it, so that the conditional log p(symbol | past) has bounded
/// derivatives of the first two orders there, and the rate of the divergence is at most a constant
/// times the mean square of its differences.
///
/// 1. *Never entered.* The K₀(K − K₀) transitions into surplus states are small, ε each. The
///    differences are of order ε: each transition costs φ/2. That is
///    `closed_form::markov_bounds` (cf. Yamazaki & Watanabe 2005) for φ = 1.
/// 2. *Repeated.* The states fall into K₀ groups, each of which is a true state. Let v be the
///    differences, within groups, of the distributions of symbols and of the transitions to groups,
///    (K − K₀)(M − 1 + K₀ − 1) in number; at v = 0 the groups are the true chain, however the
///    transitions within a group are. Let c be the distribution within each group in stationarity,
///    and η what transitions between two groups change of it, K₀(K − K₀) numbers less the K − K₀ of
///    c. At η = 0 the place within a group is independent of the path of groups, so that to first
///    order v acts by its means under c, which move the true chain's own parameters. With those as
///    coordinates the differences are of order |v|² + |η||v|. For v of order √ε and η of order √ε
///    each costs 1/4 (in powers of the rate ε²).
/// 3. *Drawn anew.* Each group has one row of transitions to groups, and the place within it is
///    drawn independently of all before, with c: then its states may have any distributions of
///    symbols whose mean is the true one. That are (K − 1)(K − K₀) + (K₀ − 1)(K − K₀) equations.
pub(super) fn pair(symbols: usize, states: usize, truth: usize, phi: &Rational) -> PairCoefficient {
    if states == truth {
        // generically identifiable, so regular at a generic truth
        return PairCoefficient::regular(dimension(states, symbols));
    }
    let two = Rational::from(2);
    let surplus = states - truth;
    let vanish = phi * &Rational::from(truth);
    let repeat = Rational::from(truth - 1) + Rational::from(symbols - 1) / &two;
    let anew = Rational::from(truth + states - 2);
    let others = Rational::from(surplus) * repeat.min(anew).min(vanish);
    PairCoefficient::AtMost((Rational::from(dimension(truth, symbols)) + others) / two)
}

/// The most states K that are generically identifiable from `length` = 2k + 1 consecutive symbols,
/// or one more: C(k + M − 1, M − 1) (Allman, Matias & Rhodes 2009, theorem 6).
pub(super) fn most_states(symbols: usize, length: usize) -> usize {
    let (k, others) = (length.saturating_sub(1) / 2, symbols - 1);
    let (least, most) = (k.min(others) as u128, k.max(others) as u128);
    let mut count = 1_u128;
    for i in 1..=least {
        // C(most + i, i) from C(most + i − 1, i − 1)
        count = count * (most + i) / i;
        if count > u128::from(u64::MAX) {
            return usize::MAX;
        }
    }
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::ascent::Ascent;
    use super::super::markov_em::{MarkovEm, Sequences};
    use super::{default_concentration, dimension, most_states, pair};
    use crate::algebra::Rational;
    use crate::closed_form::markov_bounds;
    use crate::{Budget, Problem};

    fn bound(symbols: usize, states: usize, truth: usize, phi: &str) -> String {
        let phi: Rational = phi.parse().unwrap();
        let pair = pair(symbols, states, truth, &phi);
        pair.lambda().to_string()
    }

    #[test]
    fn the_default_index_is_where_bounds_no_longer_depend_on_it() {
        for symbols in 2..7 {
            let phi = default_concentration(symbols);
            for states in 2..7 {
                for truth in 1..states {
                    let own = pair(symbols, states, truth, &phi);
                    let far = pair(symbols, states, truth, &Rational::from(1000));
                    assert_eq!(own, far, "{symbols} {states} {truth}");
                    let d = Rational::from(dimension(states, symbols)) / Rational::from(2);
                    assert!(!own.is_exact() && *own.lambda() < d);
                    let uniform = pair(symbols, states, truth, &Rational::ONE);
                    let known = markov_bounds(states, truth, symbols - 1).unwrap();
                    assert!(uniform.lambda() <= known.upper());
                }
            }
        }
    }

    #[test]
    fn sequences_of_three_identify_as_many_states_as_symbols() {
        for (symbols, length, most) in [
            (3, 1, 1),
            (3, 2, 1),
            (3, 3, 3),
            (3, 4, 3),
            (3, 5, 6),
            (2, 7, 4),
            (2, 199, 100),
            (1000, 5, 500_500),
            (1000, 100_000, usize::MAX),
        ] {
            assert_eq!(most_states(symbols, length), most, "{symbols} {length}");
        }
    }

    /// Two states of two symbols whose symbols are independent in truth: with s the stationary
    /// weight of the first state, c that of staying there twice, and 1/2 + x, 1/2 + y their
    /// probabilities of the first symbol, the law of two symbols has the mean and p₀₀ below.
    #[test]
    fn the_engine_finds_the_bound_of_two_states_at_one() {
        let pairs = [
            "s*x + (1 - s)*y",
            "c*x^2 + 2*(s - c)*x*y + (1 - 2*s + c)*y^2",
        ];
        // c ≠ s², and c = s² where the states themselves are independent
        for point in [[("s", "1/2"), ("c", "3/8")], [("s", "1/3"), ("c", "1/9")]] {
            let problem = Problem::ideal(pairs).unwrap().point(point).unwrap();
            let answer = problem.exact(&Budget::default()).unwrap();
            let lambda = answer.answer().coefficient().unwrap().lambda().to_string();
            assert_eq!(lambda, bound(2, 2, 1, "1"));
        }
        assert_eq!(bound(2, 2, 1, "1/4"), "5/8");
        assert_eq!(bound(3, 3, 2, "1"), "4");
    }

    /// The divergence of all sequences of seven symbols, truth of two states, the second repeated.
    fn divergence(v: f64, eta: f64) -> f64 {
        let share = 0.35;
        // places within the group keep their shares, and remember where they were
        let (stay, other) = (share + 0.3 * (1.0 - share), 0.7 * share);
        let split = share + eta;
        let (a, b) = ((1.0 - share) * v, -share * v);
        let (to_a, to_b) = (0.4 + 0.5 * a, 0.4 + 0.5 * b);
        let three = [
            [0.7, 0.3 * split, 0.3 * (1.0 - split)],
            [to_a, (1.0 - to_a) * stay, (1.0 - to_a) * (1.0 - stay)],
            [to_b, (1.0 - to_b) * other, (1.0 - to_b) * (1.0 - other)],
        ];
        let symbols = [0.8, 0.2, 0.3 + a, 0.7 - a, 0.3 + b, 0.7 - b];
        let fitted = [&three.concat()[..], &symbols].concat();
        let truth = [0.7, 0.3, 0.4, 0.6, 0.8, 0.2, 0.3, 0.7];
        let each = (0..128_usize).map(|sequence| {
            let data = Sequences {
                symbols: 2,
                codes: (0..7).map(|t| sequence >> t & 1).collect(),
                lengths: vec![7],
            };
            let own = MarkovEm::new(&data, 2).log_likelihood(&truth);
            own.exp() * (own - MarkovEm::new(&data, 3).log_likelihood(&fitted))
        });
        each.sum()
    }

    #[test]
    fn repeated_states_cost_what_the_bound_says() {
        assert!(divergence(0.0, 0.2).abs() < 1e-12);
        let order = |eta: &dyn Fn(f64) -> f64| {
            let at = |v: f64| divergence(v, eta(v)).ln();
            (at(0.1) - at(0.05)) / 2_f64.ln()
        };
        // |η|²|v|², and |v|⁴ where η is of the order of v
        assert!((order(&|_| 0.2) - 2.0).abs() < 0.05);
        assert!((order(&|v| 0.2 * v) - 4.0).abs() < 0.05);
    }
}
