//! Learning coefficients of hidden Markov chains at truths of fewer states.

use super::{PairCoefficient, SelectionError};
use crate::algebra::Rational;
use crate::closed_form;

/// φ = M/2 for M symbols: the least index at and above which no bound of [`pair`] depends on it, is
/// max(1, (M − 1)/2) at most; it is half an integer above (M − 1)/2, as for mixtures.
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
///    [`closed_form::markov_bounds`] (cf. Yamazaki & Watanabe 2005) for φ = 1.
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
pub(super) fn pair(
    symbols: usize,
    states: usize,
    truth: usize,
    phi: &Rational,
) -> Result<PairCoefficient, SelectionError> {
    if states == truth {
        // generically identifiable, so regular at a generic truth
        return Ok(PairCoefficient::regular(dimension(states, symbols)));
    }
    let two = Rational::from(2);
    let surplus = states - truth;
    let vanish = phi * &Rational::from(truth);
    let repeat = Rational::from(truth - 1) + Rational::from(symbols - 1) / &two;
    let anew = Rational::from(truth + states - 2);
    let others = Rational::from(surplus) * repeat.min(anew).min(vanish);
    let bound = (Rational::from(dimension(truth, symbols)) + others) / two;
    if *phi == Rational::ONE {
        let known = closed_form::markov_bounds(states, truth, symbols - 1)?;
        return Ok(PairCoefficient::AtMost(bound.min(known.upper().clone())));
    }
    Ok(PairCoefficient::AtMost(bound))
}

/// The least length 2k + 1 of a sequence from which `states` states are generically identifiable:
/// C(k + M − 1, M − 1) ≥ K (Allman, Matias & Rhodes 2009, theorem 6).
pub(super) fn least_length(symbols: usize, states: usize) -> usize {
    let mut count = 1_usize;
    let mut k = 0;
    while count < states {
        k += 1;
        // C(k + M − 1, k) from C(k + M − 2, k − 1)
        count = count.saturating_mul(k + symbols - 1) / k;
    }
    2 * k + 1
}

#[cfg(test)]
mod tests {
    use super::{default_concentration, dimension, least_length, pair};
    use crate::Budget;
    use crate::algebra::Rational;
    use crate::model::{Model, hidden_markov, rational_point};

    fn bound(symbols: usize, states: usize, truth: usize, phi: &str) -> String {
        let phi: Rational = phi.parse().unwrap();
        let pair = pair(symbols, states, truth, &phi).unwrap();
        pair.lambda().to_string()
    }

    #[test]
    fn the_default_index_is_where_bounds_no_longer_depend_on_it() {
        for symbols in 2..7 {
            let phi = default_concentration(symbols);
            for states in 2..7 {
                for truth in 1..states {
                    let own = pair(symbols, states, truth, &phi).unwrap();
                    let far = pair(symbols, states, truth, &Rational::from(1000)).unwrap();
                    assert_eq!(own, far, "{symbols} {states} {truth}");
                    let d = Rational::from(dimension(states, symbols)) / Rational::from(2);
                    assert!(!own.is_exact() && *own.lambda() < d);
                }
            }
        }
    }

    #[test]
    fn sequences_of_three_identify_as_many_states_as_symbols() {
        assert_eq!(least_length(3, 1), 1);
        assert_eq!(least_length(3, 3), 3);
        assert_eq!(least_length(3, 4), 5);
        assert_eq!(least_length(2, 4), 7);
        // C(k + 1, 1) = k + 1
        assert_eq!(least_length(2, 100), 199);
    }

    #[test]
    fn the_engine_finds_no_more_than_the_bounds() {
        // sequences of three symbols, of which the first state is free: K − 1 parameters more,
        // which cost no more than what is subtracted
        let symbols_of_two = |point: &[f64]| {
            let model = hidden_markov(2, 2, 3).unwrap();
            let germ = model.germ(&rational_point(point).unwrap()).unwrap();
            let answer = germ.learning_coefficient(&Budget::default()).unwrap();
            answer.coefficient().unwrap().lambda().clone()
        };
        let three_quarters = "3/4".parse::<Rational>().unwrap();
        assert_eq!(bound(2, 2, 1, "1"), "3/4");
        assert_eq!(bound(2, 2, 1, "1/4"), "5/8");
        // both states emit alike: s, t1, t2, e1, e2; from the stationary start 2/5
        let repeated = symbols_of_two(&[0.4, 0.5, 0.25, 0.5, 0.5]);
        assert!(repeated <= three_quarters, "{repeated}");
    }
}
