//! Closed forms against published values, against each other, and against independent formulas.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail"
)]

use proptest::prelude::*;
use rlct::LearningCoefficient;
use rlct::algebra::Rational;
use rlct::closed_form::{
    ClosedForm, ClosedFormError, deep_linear, normal_crossing, reduced_rank, regular,
};
use serde::Deserialize;

fn q(text: &str) -> Rational {
    text.parse().unwrap()
}

fn pair(lambda: &str, multiplicity: usize) -> LearningCoefficient {
    LearningCoefficient::new(q(lambda), multiplicity)
}

/// λ less the part r(H_in + H_out − r)/2 that the truth occupies.
fn core(truth: &ClosedForm, widths: &[usize], rank: usize) -> Rational {
    let (inputs, outputs) = (widths[0], widths[widths.len() - 1]);
    truth.lambda() - Rational::from(rank * (inputs + outputs - rank)) / Rational::from(2)
}

// ---- golden values --------------------------------------------------------------------------

#[test]
fn normal_crossings_of_the_textbook() {
    for (k, h, lambda, m) in [
        (&[1, 2][..], &["0", "0"][..], "1/4", 1),
        (&[1, 2], &["0", "1"], "1/2", 2),
        (&[2, 3], &["1", "2"], "1/2", 2),
        (&[1, 1], &["0", "0"], "1/2", 2),
        (&[0, 3], &["7", "0"], "1/6", 1),
        (&[1, 3], &["1/2", "7/2"], "3/4", 2),
    ] {
        let h: Vec<_> = h.iter().map(|h| q(h)).collect();
        assert_eq!(
            normal_crossing(k, &h).unwrap().coefficient(),
            &pair(lambda, m),
            "{k:?} {h:?}"
        );
    }
}

#[test]
fn reduced_rank_regressions_of_the_literature() {
    for ((m, n, h, r), lambda, order) in [
        ((2, 2, 2, 0), "3/2", 1),
        ((2, 2, 2, 1), "2", 2),
        ((3, 3, 3, 0), "7/2", 2),
        ((4, 3, 2, 1), "4", 1),
        ((5, 5, 3, 0), "13/2", 2),
        ((3, 4, 8, 0), "6", 1),
        ((1, 1, 2, 0), "1/2", 1),
        ((2, 2, 1, 0), "1", 2),
    ] {
        let truth = reduced_rank(m, n, h, r).unwrap();
        assert_eq!(
            truth.coefficient(),
            &pair(lambda, order),
            "({m}, {n}, {h}, {r})"
        );
    }
}

#[test]
fn deep_linear_networks_of_the_literature() {
    for (widths, rank, lambda, order) in [
        (&[1, 1, 1, 1][..], 0, "1/2", 3),
        (&[2, 2, 2, 2], 0, "3/2", 3),
        (&[2, 2, 2, 2], 1, "2", 3),
        (&[2, 2, 2, 2, 2], 0, "3/2", 5),
        (&[3, 3, 3, 3], 0, "3", 1),
        (&[2, 1, 2, 2], 0, "1", 3),
        (&[2, 3, 3, 2], 0, "2", 3),
        (&[7, 7, 8, 9, 12, 13], 0, "39/2", 3),
        (&[8, 8, 11, 11, 11, 13, 13, 13, 15], 0, "55/2", 4),
        (&[10, 5, 5, 10], 3, "55/2", 1),
        (&[100, 50, 60, 100], 10, "1950", 1),
        // random architectures used to measure estimators
        (&[10, 8, 3, 5, 11, 5], 1, "21/2", 1),
        (&[8, 6, 12], 4, "36", 1),
        (&[6, 3, 11], 2, "17", 1),
    ] {
        let truth = deep_linear(widths, rank).unwrap();
        assert_eq!(truth.lambda(), &q(lambda), "{widths:?} rank {rank}");
        assert_eq!(truth.multiplicity(), order, "{widths:?} rank {rank}");
    }
}

/// A network of constant width d, deeper than d, has 2λ = d(d + 1)/2.
#[test]
fn deep_networks_of_constant_width() {
    for d in 1usize..9 {
        let truth = deep_linear(&vec![d; d + 2], 0).unwrap();
        assert_eq!(
            truth.lambda(),
            &(Rational::from(d * (d + 1)) / Rational::from(4)),
            "d = {d}"
        );
    }
}

// ---- the catalogue --------------------------------------------------------------------------

#[derive(Deserialize)]
struct Instance {
    family: String,
    params: Params,
    lambda: Rational,
    m: usize,
    exact: bool,
    source: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Params {
    d: usize,
    codim: usize,
    k: Vec<u32>,
    prior_h: Vec<u32>,
    inputs: usize,
    outputs: usize,
    hidden: usize,
    rank_true: usize,
    widths: Vec<usize>,
}

#[test]
fn every_catalogue_instance_agrees() {
    let instances: Vec<Instance> =
        serde_json::from_str(include_str!("data/closed_form.json")).unwrap();
    assert_eq!(instances.len(), 68, "an instance went missing");
    for Instance {
        family,
        params,
        lambda,
        m,
        exact,
        source,
    } in instances
    {
        assert!(exact, "a bound is no golden value");
        let ours = match family.as_str() {
            "regular" => regular(params.d),
            "morse_bott" => regular(params.codim),
            "normal_crossing" => {
                let h: Vec<_> = params.prior_h.iter().map(|&h| h.into()).collect();
                normal_crossing(&params.k, &h)
            }
            "reduced_rank_regression" => reduced_rank(
                params.inputs,
                params.outputs,
                params.hidden,
                params.rank_true,
            ),
            "deep_linear_network" => deep_linear(&params.widths, params.rank_true),
            other => panic!("unknown family {other}"),
        }
        .unwrap();
        let expected = LearningCoefficient::new(lambda, m);
        assert_eq!(
            ours.coefficient(),
            &expected,
            "{family}: {} ({source})",
            ours.model()
        );
    }
}

// ---- independent formulas -------------------------------------------------------------------

/// Reduced rank by the volume of small singular values: with M' = M − r and so on,
/// k = min(M', H') and δ = |M' − H'|, the core is ½ min_j N'j + (k−j)(δ+k−j) over 0 ≤ j ≤ k,
/// and m counts the minimising j.
fn by_singular_values(m: usize, n: usize, h: usize, r: usize) -> (Rational, usize) {
    let (k, delta) = ((m - r).min(h - r), (m - r).abs_diff(h - r));
    let costs: Vec<_> = (0..=k)
        .map(|j| (n - r) * j + (k - j) * (delta + k - j))
        .collect();
    let least = *costs.iter().min().unwrap();
    let attained = costs.iter().filter(|&&cost| cost == least).count();
    (
        Rational::from(r * (m + n - r) + least) / Rational::from(2),
        attained,
    )
}

/// All sizes M, N ≤ 8, H ≤ 10: the four cases, the deep-linear formula at depth two, the minimum
/// over singular-value exponents, transposition, and λ ≤ d/2.
#[test]
fn three_formulas_agree_on_every_small_reduced_rank_regression() {
    let mut tuples = 0;
    for m in 1..=8 {
        for n in 1..=8 {
            for h in 1..=10 {
                for r in 0..=m.min(n).min(h) {
                    let four_cases = reduced_rank(m, n, h, r).unwrap();
                    let deep = deep_linear(&[m, h, n], r).unwrap();
                    let transposed = reduced_rank(n, m, h, r).unwrap();
                    let (lambda, attained) = by_singular_values(m, n, h, r);
                    let sizes = (m, n, h, r);
                    assert_eq!(four_cases.coefficient(), deep.coefficient(), "{sizes:?}");
                    assert_eq!(
                        four_cases.coefficient(),
                        transposed.coefficient(),
                        "{sizes:?}"
                    );
                    assert_eq!(four_cases.lambda(), &lambda, "{sizes:?}");
                    assert_eq!(four_cases.multiplicity(), attained, "{sizes:?}");
                    let half_dimension = Rational::from(h * (m + n)) / Rational::from(2);
                    assert!(four_cases.lambda() <= &half_dimension, "{sizes:?}");
                    tuples += 1;
                }
            }
        }
    }
    assert_eq!(tuples, 2344);
}

/// Twice the core of λ as the codimension of Lehalleur & Rimányi (arXiv:2411.19920): with
/// d₀ ≤ … ≤ d_L the widths in excess of the rank, the least of
/// Σ_{j≤i} e_i(e_j + d_j − d_{j−1}) over e ∈ ℕ^L with Σe = d₀.
fn codimension(widths: &[usize], rank: usize) -> usize {
    let mut d: Vec<_> = widths.iter().map(|width| width - rank).collect();
    d.sort_unstable();
    fn least(d: &[usize], i: usize, left: usize, e: &mut Vec<usize>) -> usize {
        if i == d.len() {
            return if left == 0 { 0 } else { usize::MAX };
        }
        (0..=left)
            .map(|e_i| {
                e.push(e_i);
                let cost: usize = (1..=i).map(|j| e_i * (e[j - 1] + d[j] - d[j - 1])).sum();
                let rest = least(d, i + 1, left - e_i, e);
                e.pop();
                rest.saturating_add(cost)
            })
            .min()
            .unwrap()
    }
    least(&d, 1, d[0], &mut Vec::new())
}

/// Widths and a rank that fits them.
fn network(largest: usize, longest: usize) -> impl Strategy<Value = (Vec<usize>, usize)> {
    prop::collection::vec(1..=largest, 2..=longest).prop_flat_map(|widths| {
        let narrowest = widths.iter().copied().min().unwrap();
        (Just(widths), 0..=narrowest)
    })
}

proptest! {
    #[test]
    fn twice_lambda_is_a_codimension((widths, rank) in network(7, 6)) {
        let truth = deep_linear(&widths, rank).unwrap();
        let core = core(&truth, &widths, rank);
        prop_assert_eq!(core * Rational::from(2), Rational::from(codimension(&widths, rank)));
    }

    #[test]
    fn core_and_multiplicity_ignore_the_order_of_layers(
        ((widths, rank), shuffled) in network(40, 9).prop_flat_map(|(widths, rank)| {
            let shuffled = Just(widths.clone()).prop_shuffle();
            (Just((widths, rank)), shuffled)
        })
    ) {
        let (one, other) = (deep_linear(&widths, rank)?, deep_linear(&shuffled, rank)?);
        prop_assert_eq!(core(&one, &widths, rank), core(&other, &shuffled, rank));
        prop_assert_eq!(one.multiplicity(), other.multiplicity());
    }

    #[test]
    fn reversing_a_network_changes_nothing((widths, rank) in network(1_000_000, 9)) {
        let reversed: Vec<_> = widths.iter().rev().copied().collect();
        let (one, other) = (deep_linear(&widths, rank)?, deep_linear(&reversed, rank)?);
        prop_assert_eq!(one.coefficient(), other.coefficient());
    }

    #[test]
    fn lambda_is_at_most_half_the_dimension((widths, rank) in network(1_000_000, 9)) {
        let dimension: Rational = widths
            .windows(2)
            .map(|pair| Rational::from(pair[0]) * Rational::from(pair[1]))
            .sum();
        let truth = deep_linear(&widths, rank)?;
        prop_assert!(truth.lambda().is_positive());
        prop_assert!(truth.lambda() <= &(dimension / Rational::from(2)));
        prop_assert!(truth.multiplicity() <= widths.len() * widths.len() / 4 + 1);
    }

    #[test]
    fn a_layer_wider_than_all_parameters_is_free(
        (widths, rank) in network(30, 6),
        at in 0usize..7,
    ) {
        let wide = 1000;
        let mut longer = widths.clone();
        // between inputs and outputs, whose widths enter the value themselves
        longer.insert(1 + at % (widths.len() - 1), wide);
        let (one, other) = (deep_linear(&widths, rank)?, deep_linear(&longer, rank)?);
        prop_assert_eq!(one.coefficient(), other.coefficient());
    }

    #[test]
    fn reduced_rank_is_depth_two_at_any_size(
        (widths, rank) in prop::collection::vec(1usize..=1_000_000, 3).prop_flat_map(|widths| {
            let narrowest = widths.iter().copied().min().unwrap();
            (Just(widths), 0..=narrowest)
        })
    ) {
        let shallow = reduced_rank(widths[0], widths[2], widths[1], rank)?;
        let deep = deep_linear(&widths, rank)?;
        prop_assert_eq!(shallow.coefficient(), deep.coefficient());
    }

    #[test]
    fn normal_crossings_are_products_and_scale(
        coordinates in prop::collection::vec((0u32..6, 0u32..6, 1u32..4), 1..6),
        power in 1u32..5,
    ) {
        prop_assume!(coordinates.iter().any(|(k, ..)| *k > 0));
        let k: Vec<_> = coordinates.iter().map(|c| c.0).collect();
        let h: Vec<Rational> = coordinates
            .iter()
            .map(|c| Rational::from(c.1) / Rational::from(c.2))
            .collect();
        let whole = normal_crossing(&k, &h)?;
        // coordinate by coordinate
        let product = (0..k.len())
            .filter_map(|i| normal_crossing(&k[i..=i], &h[i..=i]).ok())
            .map(|truth| truth.coefficient().clone())
            .reduce(|a, b| a.product(&b))
            .unwrap();
        prop_assert_eq!(whole.coefficient(), &product);
        // K^p has λ/p and the same m
        let scaled: Vec<_> = k.iter().map(|k| k * power).collect();
        let scaled = normal_crossing(&scaled, &h)?;
        prop_assert_eq!(scaled.lambda() * Rational::from(power), whole.lambda().clone());
        prop_assert_eq!(scaled.multiplicity(), whole.multiplicity());
    }
}

// ---- sizes at the edge ----------------------------------------------------------------------

#[test]
fn enormous_widths_do_not_overflow() {
    let n = usize::MAX;
    let square = Rational::from(n) * Rational::from(n);
    let full_rank = deep_linear(&[n, n, n], n).unwrap();
    assert_eq!(full_rank.lambda(), &(&square / Rational::from(2)));
    assert_eq!(
        full_rank.coefficient(),
        reduced_rank(n, n, n, n).unwrap().coefficient()
    );
    let zero_truth = reduced_rank(n, n, n, 0).unwrap();
    assert_eq!(
        zero_truth.coefficient(),
        deep_linear(&[n, n, n], 0).unwrap().coefficient()
    );
    assert_eq!(
        regular(n).unwrap().lambda(),
        &(Rational::from(n) / Rational::from(2))
    );

    let million = deep_linear(&[1_000_000; 1000], 0).unwrap();
    assert!(million.lambda() < &Rational::from(1_000_000_000_000i64));
}

#[test]
fn impossible_sizes_are_refused() {
    use ClosedFormError::*;
    assert_eq!(regular(0), Err(NoParameters));
    assert_eq!(deep_linear(&[], 0), Err(TooFewWidths { given: 0 }));
    assert_eq!(deep_linear(&[5], 0), Err(TooFewWidths { given: 1 }));
    assert_eq!(deep_linear(&[5, 0, 5], 0), Err(ZeroWidth { layer: 1 }));
    assert_eq!(
        deep_linear(&[9, 7, 3, 8], 4),
        Err(RankTooLarge {
            rank: 4,
            narrowest: 3
        })
    );
    assert_eq!(reduced_rank(0, 2, 2, 0), Err(ZeroWidth { layer: 0 }));
    assert_eq!(reduced_rank(2, 0, 2, 0), Err(ZeroWidth { layer: 2 }));
    assert_eq!(reduced_rank(2, 2, 0, 0), Err(ZeroWidth { layer: 1 }));
    assert_eq!(
        reduced_rank(4, 3, 2, 3),
        Err(RankTooLarge {
            rank: 3,
            narrowest: 2
        })
    );
    assert_eq!(normal_crossing(&[], &[]), Err(NoPositivePower));
    assert_eq!(
        normal_crossing(&[0, 0], &[q("0"), q("0")]),
        Err(NoPositivePower)
    );
    assert_eq!(
        normal_crossing(&[1], &[]),
        Err(LengthMismatch {
            powers: 1,
            amplitude: 0
        })
    );
    assert_eq!(
        normal_crossing(&[1, 1], &[q("0"), q("-1/2")]),
        Err(NegativeAmplitude {
            index: 1,
            value: q("-1/2")
        })
    );
}

#[test]
fn values_survive_json() {
    let truth = deep_linear(&[10, 5, 10], 3).unwrap();
    let json = serde_json::to_string(&truth).unwrap();
    assert_eq!(
        json,
        r#"{"coefficient":{"lambda":"32","multiplicity":1},"family":"deep-linear","model":"widths 10-5-10, truth of rank 3"}"#
    );
    assert_eq!(serde_json::from_str::<ClosedForm>(&json).unwrap(), truth);
}
