//! Ranks at generic, true and special points against those derived by hand in
//! proofs/fisher-ranks.md.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rlct::algebra::{Monomial, Polynomial, Rational, RationalMatrix, Variables};
use rlct::fisher::{Identifiability, Jacobian, LocalGeometry, SampleGradients};
use rlct::model::{
    Activation, DeepLinearNetwork, FisherInformation, Inputs, Kernel, Mixture, Model, Noise,
    PolynomialMeans, ShallowNetwork, naive_bayes, reduced_rank_regression,
};

fn at(texts: &[&str]) -> Vec<Rational> {
    texts.iter().map(|t| t.parse().unwrap()).collect()
}

/// The rank at a true parameter, and that the bounds contain nothing absurd.
fn rank<M: Model>(model: &M, truth: &[Rational]) -> usize {
    let jacobian = Jacobian::of(&model.ideal(truth).unwrap()).unwrap();
    jacobian.at(truth).unwrap().rank().rank()
}

/// Section 1: N·rk B + M·rk A − rk A·rk B.
#[test]
fn reduced_rank_regression_at_all_ranks_of_the_factors() {
    for (n, h, m) in [(2, 2, 3), (3, 1, 2), (3, 2, 2), (2, 3, 2)] {
        let model = reduced_rank_regression(n, h, m).unwrap();
        for ra in 0..=h.min(n) {
            for rb in 0..=h.min(m) {
                // A is H × N and B is M × H, column after column; units of A from the first on,
                // those of B from the last
                let mut w = Vec::new();
                for column in 0..n {
                    w.extend(
                        (0..h).map(|row| Rational::from(usize::from(row == column && row < ra))),
                    );
                }
                for column in 0..h {
                    let unit = h - 1 - column;
                    w.extend(
                        (0..m).map(|row| Rational::from(usize::from(row == unit && unit < rb))),
                    );
                }
                assert_eq!(
                    rank(&model, &w),
                    n * rb + m * ra - ra * rb,
                    "{n} {h} {m}: {ra} {rb}"
                );
                let information = model.fisher_information(&w).unwrap();
                assert_eq!(information.rank().rank(), n * rb + m * ra - ra * rb);
            }
        }
        // generic: rank-h matrices are a variety of dimension h(N + M − h), h at most N and M
        let k = h.min(n).min(m);
        let zero = vec![Rational::ZERO; model.dimension()];
        let generic = Jacobian::of(&model.ideal(&zero).unwrap())
            .unwrap()
            .generic_rank();
        assert_eq!(generic.rank(), k * (n + m - k), "{n} {h} {m}");
        assert!(generic.is_proved(), "{n} {h} {m}: {generic}");
    }
}

/// Section 2: r(H₀ + H_L − r), generic with r = min Hᵢ and at the deepest point over a truth of
/// rank r.
#[test]
fn deep_linear_networks() {
    for widths in [
        &[2, 2, 2][..],
        &[2, 1, 3],
        &[1, 1, 1, 1],
        &[2, 1, 2, 1],
        &[3, 3],
    ] {
        let model = DeepLinearNetwork::new(widths).unwrap();
        let zero = vec![Rational::ZERO; model.dimension()];
        let jacobian = Jacobian::of(&model.ideal(&zero).unwrap()).unwrap();
        let generic = jacobian.generic_rank();
        let r = *widths.iter().min().unwrap();
        let ends = widths[0] + widths[widths.len() - 1];
        assert_eq!(generic.rank(), r * (ends - r), "{widths:?}");
        assert_eq!(generic.redundancy(), model.dimension() - r * (ends - r));
        assert!(generic.proves(&jacobian), "{widths:?}: {generic}");
        for r in 0..=r {
            let deepest: Vec<Rational> = widths
                .windows(2)
                .flat_map(|pair| {
                    let (columns, rows) = (pair[0], pair[1]);
                    (0..rows * columns).map(move |i| (i % rows, i / rows))
                })
                .map(|(row, column)| Rational::from(usize::from(row == column && row < r)))
                .collect();
            let expected = if widths.len() > 2 {
                r * (ends - r)
            } else {
                widths[0] * widths[1]
            };
            assert_eq!(rank(&model, &deepest), expected, "{widths:?}, rank {r}");
        }
    }
}

/// Section 3.
#[test]
fn tanh_networks() {
    let model = |h| ShallowNetwork::new(1, h, 1, Activation::Tanh, Inputs::Normal).unwrap();
    for (truth, expected) in [
        (["1", "1/2"], 2),
        (["0", "1/2"], 1), // only ∂a
        (["3", "0"], 1),   // only ∂b
        (["0", "0"], 0),
    ] {
        assert_eq!(rank(&model(1), &at(&truth)), expected, "{truth:?}");
    }
    for (truth, expected) in [
        (["1", "2", "1/2", "1"], 4),
        (["1", "2", "1/2", "1/2"], 2), // the same unit twice: tanh and its slope
        (["1", "2", "1/2", "-1/2"], 2), // the same up to sign
        (["1", "0", "1/2", "1"], 3),   // an idle unit: only its ∂a
        (["1", "0", "1/2", "0"], 2),   // nothing of the second
        (["1", "3", "0", "0"], 1),     // x alone
    ] {
        assert_eq!(rank(&model(2), &at(&truth)), expected, "{truth:?}");
    }
}

/// Section 4.
#[test]
fn normal_and_poisson_mixtures() {
    for (truth, expected) in [
        (["1/3", "1", "2"], 3),
        (["1/3", "1", "1"], 1), // N′ alone
        (["0", "1", "2"], 2),   // ∂m₁ = 0
        (["0", "1", "1"], 1),
    ] {
        for kernel in [Kernel::NormalLocation, Kernel::Poisson] {
            let model = Mixture::new(kernel, 2).unwrap();
            assert_eq!(rank(&model, &at(&truth)), expected, "{truth:?}");
        }
    }
}

/// Section 5.
#[test]
fn naive_bayes_models() {
    for n in 1..=4_usize {
        let model = naive_bayes(2, &vec![2; n]).unwrap();
        let point = |weight: &str, difference: i64| {
            let mut w = at(&[weight]);
            for v in 0..n as i64 {
                w.push(Rational::new(1 + v, 9).unwrap());
                w.push(Rational::new(1 + v + difference, 9).unwrap());
            }
            w
        };
        let generic = point("1/3", 2);
        let expected = (2 * n + 1).min((1 << n) - 1);
        assert_eq!(rank(&model, &generic), expected, "{n}");
        let information = model.fisher_information(&generic).unwrap();
        assert_eq!(information.rank().rank(), expected, "{n}");
        assert_eq!(rank(&model, &point("1/3", 0)), n);
        assert_eq!(rank(&model, &point("0", 2)), if n > 1 { n + 1 } else { 1 });
    }
}

#[test]
fn verdicts_of_identifiability() {
    let verdict = |ideal: &[&str]| {
        let germ = rlct::resolution::Germ::ideal(ideal).unwrap();
        LocalGeometry::of(&germ).unwrap().identifiability()
    };
    assert_eq!(verdict(&["x", "y + x^2"]), Identifiability::Identifiable);
    assert_eq!(verdict(&["x + y^2"]), Identifiability::NotIdentifiable);
    // x³ is injective, but its derivative at 0 does not show it
    assert_eq!(verdict(&["x^3"]), Identifiability::GenericallyIdentifiable);
    // a point on the real line over 0, although circles around it are not
    assert_eq!(
        verdict(&["x^2 + y^2"]),
        Identifiability::GenericallyNotIdentifiable
    );
}

#[test]
fn the_singular_locus_of_reduced_rank_regression() {
    // rank 3 is missed exactly where A = 0 or B = 0: the minors vanish there and at no other of
    // these points
    let ring = Variables::new(["a", "b", "c", "d"]).unwrap();
    let entries = ["a*c", "a*d", "b*c", "b*d"].map(|t| Polynomial::parse_in(t, &ring).unwrap());
    let jacobian = Jacobian::of(&entries).unwrap();
    let minors = jacobian.minors(3).unwrap();
    for w in [
        [0, 0, 0, 0],
        [1, 2, 0, 0],
        [0, 0, 3, 1],
        [1, 0, 0, 1],
        [1, 2, 3, 4],
        [0, 1, 1, 0],
    ] {
        let point = w.map(Rational::from);
        let singular = minors.iter().all(|m| m.evaluate(&point).unwrap().is_zero());
        assert_eq!(
            singular,
            jacobian.at(&point).unwrap().rank().rank() < 3,
            "{w:?}"
        );
        assert_eq!(singular, w[..2] == [0, 0] || w[2..] == [0, 0], "{w:?}");
    }
}

/// A few polynomials with small coefficients in three variables, in which special points are
/// frequent.
fn means() -> impl Strategy<Value = Vec<Polynomial>> {
    let term = (prop::collection::vec(0_u32..3, 3), -2_i64..3);
    let polynomial = prop::collection::vec(term, 1..4).prop_map(|terms| {
        let ring = Variables::new(["a", "b", "c"]).unwrap();
        let terms = terms
            .into_iter()
            .map(|(e, c)| (Monomial::new(&e), Rational::from(c)));
        Polynomial::from_terms(&ring, terms)
    });
    prop::collection::vec(polynomial, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        rng_seed: RngSeed::Fixed(66),
        ..ProptestConfig::default()
    })]

    #[test]
    fn exact_and_numerical_ranks_agree(
        means in means(),
        w in prop::collection::vec(-2_i64..3, 3),
        seed in any::<u64>(),
    ) {
        let ring = Variables::new(["a", "b", "c"]).unwrap();
        let model = PolynomialMeans::new(&ring, &means, Noise::Normal).unwrap();
        let exact: Vec<Rational> = w.iter().map(|x| Rational::from(*x)).collect();
        let jacobian = Jacobian::of(&means).unwrap();
        let proof = jacobian.at(&exact).unwrap().rank();
        prop_assert!(proof.proves(&jacobian.at(&exact).unwrap()));
        prop_assert_eq!(model.fisher_information(&exact).unwrap().rank().rank(), proof.rank());
        // gradients Jᵀ(c(w) − yᵢ) of ten random samples span the row space of J
        let data = model.sample(&exact, 10, seed).unwrap();
        let loss = model.sample_loss(&data).unwrap();
        let floats: Vec<f64> = w.iter().map(|x| *x as f64).collect();
        let numerical = SampleGradients::of(&*loss, &floats).unwrap().rank().unwrap();
        prop_assert_eq!(numerical.rank(), proof.rank(), "{:?}", numerical);
        let generic = jacobian.generic_rank();
        prop_assert!(generic.rank() >= proof.rank());
        prop_assert!(!generic.is_proved() || generic.proves(&jacobian));
    }
}

#[test]
fn two_hundred_rows_of_fifty_bits() {
    // the product of random 200 × 190 and 190 × 200 matrices has entries of about 50 bits
    let mut state = 1_u64;
    let mut draw = |bits: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Rational::from((state >> (64 - bits)) as i64 - (1 << (bits - 1)))
    };
    let left = RationalMatrix::from_fn(200, 190, |_, _| draw(21));
    let right = RationalMatrix::from_fn(190, 200, |_, _| draw(21));
    let low = left.product(&right).unwrap();
    let full = RationalMatrix::from_fn(200, 200, |_, _| draw(50));
    assert_eq!(full.rank().rank(), 200);
    assert_eq!(low.rank().rank(), 190);
}
