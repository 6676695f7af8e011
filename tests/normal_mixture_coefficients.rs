//! Learning coefficients of normal mixtures with fitted variances, against the engine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::algebra::Rational;
use rlct::closed_form::{common_variance_mixture, normal_scale_mixture_dirichlet};
use rlct::resolution::Germ;
use rlct::{Budget, LearningCoefficient};

/// The k-th moment of N(u, v) in excess of that of N(0, 1), by Hermite polynomials:
/// Σⱼ k!/(j! (k − 2j)! 2ʲ) u^(k−2j) v^j, v being the excess of the variance.
fn moment(k: usize, mean: &str, excess: &str) -> String {
    let factorial = |n: usize| (1..=n).product::<usize>();
    let term = |j: usize| {
        let count = factorial(k) / (factorial(j) * factorial(k - 2 * j) * (1 << j));
        format!("{count}*{mean}^{}*{excess}^{j}", k - 2 * j)
    };
    (0..=k / 2).map(term).collect::<Vec<_>>().join(" + ")
}

/// The engine's pair where the weight of the first component is s^root, at s = 0 under the amplitude
/// s^power or at another value of it.
fn engine(common: bool, root: usize, power: usize, at: Option<Rational>) -> LearningCoefficient {
    let (one, other) = if common { ("d", "d") } else { ("d", "e") };
    let generators = (1..=6).map(|k| {
        let (one, other) = (moment(k, "u", one), moment(k, "v", other));
        format!("s^{root}*({one}) + (1 - s^{root})*({other})")
    });
    let germ = Germ::ideal(generators.collect::<Vec<_>>()).unwrap();
    let germ = match at {
        Some(value) => germ.at([("s", value)]).unwrap(),
        None => germ.nonnegative(["s"]).unwrap(),
    };
    let germ = match power {
        0 => germ,
        power => germ.amplitude(&format!("s^{power}")).unwrap(),
    };
    let found = germ.learning_coefficient(&Budget::default()).unwrap();
    found.coefficient().unwrap().clone()
}

/// a = s^r with the amplitude s^p has the index φ = (p + 1)/r: a^(φ−1) da = r s^(rφ−1) ds. The pair of
/// all is the less of that at the boundary and those inside.
#[test]
fn two_at_one_have_the_engines_coefficient_for_every_index() {
    let first = |a: LearningCoefficient, b: LearningCoefficient| {
        let key = |pair: &LearningCoefficient| {
            (
                pair.lambda().clone(),
                std::cmp::Reverse(pair.multiplicity()),
            )
        };
        if key(&a) <= key(&b) { a } else { b }
    };
    for common in [true, false] {
        let [half, third] = [2, 3].map(|k| Rational::new(1, k).unwrap());
        let inside = first(
            engine(common, 1, 0, Some(half)),
            engine(common, 1, 0, Some(third)),
        );
        for (root, power) in [
            (4, 0),
            (3, 0),
            (2, 0),
            (3, 1),
            (1, 0),
            (2, 2),
            (1, 1),
            (1, 2),
        ] {
            let index = Rational::new(power as i64 + 1, root as i64).unwrap();
            let form = if common {
                common_variance_mixture(&index)
            } else {
                normal_scale_mixture_dirichlet(&index)
            };
            let found = first(engine(common, root, power, None), inside.clone());
            assert_eq!(form.unwrap().coefficient(), &found, "{common} {index}");
        }
    }
    assert!(common_variance_mixture(&Rational::ZERO).is_err());
    assert!(normal_scale_mixture_dirichlet(&Rational::from(-1)).is_err());
}

/// Three at one with one variance: the bound that sBIC takes, 1 + 2/6, is not below λ.
#[test]
fn three_at_one_are_not_above_their_bound() {
    use rlct::sampler::Control;
    use rlct::selection::{DataTable, FittedFamily, Mixtures, Starts};
    let data = DataTable::new([("x", vec![0.0, 1.0, 3.0, 4.5, 9.0])]).unwrap();
    let family = Mixtures::normal_common_variance(&data, 3, &Starts::new(), &Control::new());
    let candidates = family.unwrap().candidates().unwrap();
    let bound = &candidates[2].submodels()[0].1;
    assert_eq!(bound.lambda().to_string(), "4/3");
    assert!(!bound.is_exact());
    // the means −p − q + …: u, v, w with weights 1/3 each, whose differences are of order t
    let generators = (1..=6).map(|k| {
        let each = ["u", "v", "w"].map(|mean| moment(k, mean, "d"));
        each.join(" + ")
    });
    let germ = Germ::ideal(generators.collect::<Vec<_>>()).unwrap();
    let found = germ.learning_coefficient(&Budget::default()).unwrap();
    let lambda = found.coefficient().unwrap().lambda().clone();
    assert!(&lambda <= bound.lambda(), "{lambda}");
}
