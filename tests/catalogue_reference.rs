//! The closed forms against a catalogue of reference values gathered from papers, authors' code and
//! independent computations, and against each other and the laws of λ.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rlct::LearningCoefficient;
use rlct::algebra::Rational;
use rlct::closed_form::*;
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
struct Reference {
    family: String,
    params: Json,
    lambda: Rational,
    m: Option<usize>,
    exact: bool,
    #[serde(default)]
    lambda_lower: Option<Rational>,
}

/// Families and instances of the reference that have no closed form here, with a word why.
const LEFT_OUT: &[(&str, usize, &str)] = &[(
    "vandermonde_multi_input",
    4,
    "three units: theorem 6 of Aoyagi 2019 seen in transcription only, m unknown, not decided by \
     the engine",
)];

/// What the closed form says of a reference instance.
enum Ours {
    Exact(LearningCoefficient),
    /// λ alone.
    Lambda(Rational),
    Bounds(ClosedFormBounds),
    LeftOut,
}

fn n(params: &Json, name: &str) -> usize {
    let value = params
        .get(name)
        .unwrap_or_else(|| panic!("{name} in {params}"));
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn list(params: &Json, name: &str) -> Vec<usize> {
    serde_json::from_value(params[name].clone()).unwrap()
}

fn text<'a>(params: &'a Json, name: &str) -> &'a str {
    params[name].as_str().unwrap_or_default()
}

fn singularity(name: &str) -> SingularityType {
    let k = name[1..].parse().unwrap();
    match (&name[..1], k) {
        ("A", k) => SingularityType::A(k),
        ("D", k) => SingularityType::D(k),
        (_, 6) => SingularityType::E6,
        (_, 7) => SingularityType::E7,
        _ => SingularityType::E8,
    }
}

fn edges(value: &Json) -> Vec<(usize, usize)> {
    serde_json::from_value(value.clone()).unwrap()
}

fn ours(family: &str, p: &Json) -> Ours {
    let size = |name: &str| n(p, name);
    let one = Rational::ONE;
    let value = match family {
        "regular" => regular(size("d")),
        "morse_bott" => morse_bott(size("d"), size("codim")),
        "normal_crossing" => {
            let k: Vec<u32> = serde_json::from_value(p["k"].clone()).unwrap();
            let h: Vec<Rational> = list(p, "prior_h").into_iter().map(Rational::from).collect();
            normal_crossing(&k, &h)
        }
        "sum_of_powers" => sum_of_powers(&list(p, "k")),
        "homogeneous_definite" => definite_form(size("d"), size("degree")),
        "homogeneous_isolated_indefinite_squared" => isolated_form(size("d"), size("deg_f")),
        "ADE_f2" => simple_singularity(singularity(text(p, "type")), size("n")),
        "ADE_f" => {
            // the zeta function of |f|: twice λ of f²
            let square = simple_singularity(singularity(text(p, "type")), size("n")).unwrap();
            let lambda = square.lambda() * &Rational::from(2);
            return Ours::Exact(LearningCoefficient::new(lambda, square.multiplicity()));
        }
        "ADE_f_definite" => {
            // x^(k+1) + y² (+ z²) itself, k odd
            let k: usize = text(p, "type")[1..].parse().unwrap();
            let mut powers = vec![1; size("n")];
            powers[0] = k.div_ceil(2);
            sum_of_powers(&powers)
        }
        "simple_elliptic" => single_germ(match text(p, "name") {
            "P8" => NamedGerm::SimpleElliptic,
            _ => NamedGerm::CrossedParabolas,
        }),
        "cusp_squared" => brieskorn_pham(&[size("a"), size("b")]),
        "two_puiseux_pairs" => single_germ(NamedGerm::TwoPuiseuxPairs),
        "newton_degenerate" => single_germ(match text(p, "K") {
            "(y-x^2)^2+x^10" => NamedGerm::ShearedParabola,
            _ => NamedGerm::HiddenSquare,
        }),
        "whitney_umbrella_squared" => single_germ(NamedGerm::WhitneyUmbrella),
        "local_vs_global" => single_germ(match text(p, "point") {
            "local at (1,0)" => NamedGerm::LineAndPointAtLine,
            _ => NamedGerm::LineAndPointAtPoint,
        }),
        "toy_1d" => single_germ(match text(p, "point") {
            "w=-1 (local)" => NamedGerm::TwoWellsSteep,
            _ => NamedGerm::TwoWellsFlat,
        }),
        "arrangement" => match text(p, "K") {
            "prod l_i^2" => generic_arrangement(2, size("lines_through_origin_in_R2")),
            "(x y z (x+y+z))^2" => generic_arrangement(3, 4),
            "generic n=5 hyperplanes through 0 in R^3" => generic_arrangement(3, 5),
            _ => braid_arrangement(4),
        },
        "determinantal_minors" => minors(size("n"), size("m_cols"), size("r") + 1),
        "symmetric_minors" => symmetric_minors(size("n"), size("r") + 1),
        "reduced_rank_regression" => reduced_rank(
            size("inputs"),
            size("outputs"),
            size("hidden"),
            size("rank_true"),
        ),
        "reduced_rank_regression_local" => reduced_rank_local(
            size("inputs"),
            size("outputs"),
            size("hidden"),
            [size("rank_A"), size("rank_B")],
            size("rank_true"),
        ),
        "rrr_unrealizable_truth" => {
            low_rank_approximation(size("inputs"), size("outputs"), size("hidden"))
        }
        "deep_linear_network" => deep_linear(&list(p, "widths"), size("rank_true")),
        "residual_linear_network" => residual_linear(size("n"), size("depth")),
        "diagonal_linear_network" => diagonal_linear(size("d"), size("zero_coords"), size("depth")),
        "diagonal_linear_network_tied" => {
            tied_diagonal_linear(size("d"), size("zero_coords"), size("depth"))
        }
        "diagonal_linear_network_diff" => power_difference(size("depth")),
        "vandermonde_N1" => shallow_zero_truth(size("M"), size("Q"), size("H")),
        "three_layer_tanh_1in_1out" => shallow_zero_truth(1, 2, size("H")),
        "vandermonde_multi_input" if size("H") == 2 => two_units(size("M"), size("N"), size("Q")),
        "vandermonde_multi_input" => return Ours::LeftOut,
        "one_hidden_unit" => analytic_unit(size("M"), size("N")),
        "three_layer_N1_true_r_units" => {
            shallow_network(size("M"), size("Q"), size("H"), size("r_true"))
        }
        "rbf_gaussian_location_zero_truth" => location_network(size("M"), size("H")),
        "relu_1d_no_bias_zero_truth" => relu_line(size("H")),
        "finite_mixture_strongly_identifiable" => {
            let phi = text(p, "dirichlet_phi").parse().unwrap();
            finite_mixture(size("N_component_dim"), size("H"), size("r_true"), &phi)
        }
        "poisson_mixture" => poisson_mixture(size("H"), size("r_true")),
        "finite_mixture_general_bound" => {
            let bounds = mixture_bounds(size("component_dim"), size("K"), size("K0"), &one);
            return Ours::Bounds(bounds.unwrap());
        }
        "gaussian_mixture_unknown_variance_1d" => normal_scale_mixture(),
        "two_component_one_known" => known_component(size("N")),
        "two_component_fixed_ratio" => fixed_ratio(size("N")),
        "naive_bayes_binary" => {
            let truth = match text(p, "truth") {
                "generic (type regular)" => NaiveBayesTruth::Generic,
                "exactly one dependent pair (S1)" | "dependent" => {
                    NaiveBayesTruth::OneDependentPair
                }
                _ => NaiveBayesTruth::Independent,
            };
            naive_bayes(size("features"), truth)
        }
        "latent_class_2classes_independent_truth" => latent_class(&list(p, "states")),
        "one_factor_analysis" => {
            let loadings = match text(p, "truth") {
                "exactly two nonzero loadings" => 2,
                "0 factors (diagonal)" => 0,
                _ => 3,
            };
            one_factor(size("p"), loadings)
        }
        "gaussian_latent_forest" => {
            let all = match p.get("edges") {
                Some(value) => edges(value),
                // the last is given by its name alone
                None => vec![(1, 5), (2, 5), (5, 6), (6, 7), (3, 7), (4, 7)],
            };
            let forest = edges(&p["true_subforest_edges"]);
            gaussian_latent_forest(&Tree::new(&all).unwrap(), &forest)
        }
        "factor_analysis" => {
            let (m, k, l) = (size("m"), size("k_model"), size("l_true"));
            match factor_analysis(m, k, l) {
                Err(ClosedFormError::NotKnown { .. }) => {
                    return Ours::Bounds(factor_analysis_bounds(m, k, l).unwrap());
                }
                known => known,
            }
        }
        "offdiagonal_gram" => off_diagonal_gram(size("M"), size("N")),
        "ppca" => principal_components(size("d"), size("q"), size("q0_true")),
        "symmetric_matrix_factorization" => {
            symmetric_factorisation(size("d"), size("q"), size("q0"))
        }
        "rbm_zero_truth" => boltzmann_machine(size("visible_M"), size("hidden_N")),
        "nmf" if size("H0") == 0 => nonnegative_zero(size("M"), size("N"), size("H")),
        "nmf" => nonnegative_positive(size("M"), size("N"), size("H"), size("H0")),
        "nmf_upper_bound" => {
            let bounds = nonnegative_bounds(size("M"), size("N"), size("H"), size("H0"));
            return Ours::Bounds(bounds.unwrap());
        }
        "lda" => latent_dirichlet(size("vocab_M"), size("docs_N"), size("topics_H"), size("r")),
        "concept_bottleneck_linear" => {
            concept_bottleneck(size("N"), size("K"), size("M"), size("rank_B0"))
        }
        "partial_concept_bottleneck_linear" => partial_bottleneck(
            [size("N"), size("K_observed"), size("H1_latent"), size("M")],
            size("rank_B2"),
            size("rank_rest"),
        ),
        "softmax_attention_uniform_truth" => softmax_attention(size("vocab"), size("embed")),
        "linear_attention_e1_zero_truth" => linear_attention(size("vocab")),
        "cp_tensor_rank1_zero_truth" => outer_product(&list(p, "dims")),
        "cp_tensor_rank2_zero_truth" if list(p, "dims") == [2, 2, 2] => tensor_two_terms(),
        "cp_tensor_rank2_zero_truth" => {
            let dims: [usize; 3] = list(p, "dims").try_into().unwrap();
            let bounds = tensor_bounds(dims, 2, 0).unwrap();
            assert_eq!(bounds.lower(), Some(bounds.upper()), "λ is known");
            return Ours::Lambda(bounds.upper().clone());
        }
        "cp_tensor_zero_truth_bound" | "cp_tensor_upper_bound" => {
            let dims: [usize; 3] = list(p, "dims").try_into().unwrap();
            let truth = p.get("H0").map_or(0, |_| size("H0"));
            return Ours::Bounds(tensor_bounds(dims, size("H"), truth).unwrap());
        }
        "quadratic_neuron" => quadratic_network(size("N"), size("H")),
        "kronecker_product" => outer_product(&[size("dimA"), size("dimB")]),
        "tms_kgon_local" => superposition(match (p["k"].as_u64(), text(p, "k")) {
            (Some(6), _) => Polygon::Hexagon,
            (_, "5+") => Polygon::PentagonPositive,
            _ => Polygon::Pentagon,
        }),
        "semi_regular" => semi_regular(size("d"), size("fisher_rank"), size("order_m")),
        "hmm_2state_true_iid" => two_state_markov(),
        "hmm_upper_bound" => {
            let bounds = markov_bounds(size("hidden_K"), size("true_K0"), size("emission_dim"));
            return Ours::Bounds(bounds.unwrap());
        }
        "rbm_upper_bound" => {
            let bounds = boltzmann_bounds(size("visible"), size("hidden"), size("true_hidden"));
            return Ours::Bounds(bounds.unwrap());
        }
        "relu_two_layer_bias_upper_bound" => {
            let bounds = relu_bounds(size("inputs"), size("outputs"), size("true_hidden"));
            return Ours::Bounds(bounds.unwrap());
        }
        "quadratic_network_nondegenerate_local" => {
            quadratic_network_local(size("H"), size("d_in"), size("d_out"))
        }
        other => panic!("the reference has the unknown family {other}"),
    };
    Ours::Exact(
        value
            .unwrap_or_else(|e| panic!("{family} {p}: {e}"))
            .coefficient()
            .clone(),
    )
}

#[test]
fn every_reference_instance_agrees() {
    let reference: Vec<Reference> =
        serde_json::from_str(include_str!("data/catalogue_reference.json")).unwrap();
    assert_eq!(reference.len(), 404, "an instance went missing");
    let mut left_out = std::collections::BTreeMap::<String, usize>::new();
    for Reference {
        family,
        params,
        lambda,
        m,
        exact,
        lambda_lower,
    } in &reference
    {
        match ours(family, params) {
            Ours::Exact(pair) => {
                assert!(exact, "{family} {params}: the reference has only a bound");
                assert_eq!(pair.lambda(), lambda, "{family} {params}");
                if let Some(m) = m {
                    assert_eq!(pair.multiplicity(), *m, "{family} {params}");
                }
            }
            Ours::Lambda(ours) => {
                assert!(*exact && m.is_none(), "{family} {params}");
                assert_eq!(&ours, lambda, "{family} {params}");
            }
            Ours::Bounds(bounds) => {
                assert!(!exact, "{family} {params}: the reference is exact");
                assert_eq!(bounds.upper(), lambda, "{family} {params}");
                if lambda_lower.is_some() {
                    assert_eq!(bounds.lower(), lambda_lower.as_ref(), "{family} {params}");
                }
            }
            Ours::LeftOut => *left_out.entry(family.clone()).or_default() += 1,
        }
    }
    let expected = LEFT_OUT
        .iter()
        .map(|(f, n, _)| ((*f).to_string(), *n))
        .collect();
    assert_eq!(left_out, expected, "instances without a closed form");
}

// ---- where families overlap -----------------------------------------------------------------

fn same(a: Result<ClosedForm, ClosedFormError>, b: Result<ClosedForm, ClosedFormError>) {
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(
        a.coefficient(),
        b.coefficient(),
        "{a}, {}; {b}, {}",
        a.model(),
        b.model()
    );
}

#[test]
fn overlapping_families_agree() {
    for k in 1..=7 {
        let flat = vec![Rational::ZERO; k];
        same(morse_bott(k + 2, k), regular(k));
        same(
            generic_arrangement(k.max(2), k),
            normal_crossing(&vec![1; k], &flat),
        );
        same(
            outer_product(&vec![1; k]),
            normal_crossing(&vec![1; k], &flat),
        );
        same(definite_form(k, 2), regular(k));
        same(semi_regular(k, k, 3), regular(k));
        same(diagonal_linear(1, 1, k), deep_linear(&vec![1; k + 1], 0));
        same(diagonal_linear(k, 0, 3), regular(k));
        same(tied_diagonal_linear(k, k, 1), regular(k));
        same(symmetric_mixture(k), definite_form(k, 4));
        same(shallow_network(k, 2, 3, 0), shallow_zero_truth(k, 2, 3));
        same(shallow_zero_truth(k, 2, 1), analytic_unit(k, 1));
        same(polynomial_unit(2, k, 1), analytic_unit(2, k));
        same(quadratic_network(k, 1), polynomial_unit(1, k, 2));
        same(latent_dirichlet(k + 1, 1, 2, 0), regular(k));
        same(
            linear_attention(k + 1),
            normal_crossing(&[3, 1], &[Rational::from(k), Rational::ZERO]),
        );
        // a unit, a matrix of rank one, a network with one hidden unit
        for n in 1..=5 {
            same(analytic_unit(k, n), outer_product(&[k, n]));
            same(analytic_unit(k, n), reduced_rank(n, k, 1, 0));
            same(minors(k, n, 1), regular(k * n));
            same(nonnegative_zero(k, n, 1), outer_product(&[k, n]));
            same(residual_linear(n, k), regular(n * n));
        }
        for h in 1..=6 {
            same(two_units(k, 1, 2), shallow_zero_truth(k, 2, 2));
            same(two_units(k, 1, 1), shallow_zero_truth(k, 1, 2));
            same(two_units(k, 1, 3), shallow_zero_truth(k, 3, 2));
            same(
                poisson_mixture(h, 1),
                finite_mixture(1, h, 1, &Rational::ONE),
            );
            same(binomial_mixture(8, h, 1), poisson_mixture(h, 1));
        }
    }
    for a in 2..=5 {
        for b in 2..=5 {
            let weight = |n: usize| Rational::ONE / Rational::from(n);
            if a % 2 == 1 || b % 2 == 1 {
                same(
                    brieskorn_pham(&[a, b]),
                    weighted_homogeneous(&[weight(a), weight(b)]),
                );
            }
        }
        same(
            simple_singularity(SingularityType::A(2 * a), 2),
            brieskorn_pham(&[2 * a + 1, 2]),
        );
        same(power_difference(a), isolated_form(2, a));
        same(braid_arrangement(2), regular(1));
        same(braid_arrangement(3), generic_arrangement(2, 3));
    }
    same(
        simple_singularity(SingularityType::D(4), 2),
        generic_arrangement(2, 3),
    );
    same(
        simple_singularity(SingularityType::E6, 2),
        brieskorn_pham(&[3, 4]),
    );
    same(
        simple_singularity(SingularityType::E8, 2),
        brieskorn_pham(&[3, 5]),
    );
    same(symmetric_minors(3, 1), regular(6));
    same(minors(2, 2, 2), isolated_form(4, 2));
    same(two_state_markov(), poisson_mixture(2, 1));
    same(
        single_germ(NamedGerm::SimpleElliptic),
        brieskorn_pham(&[3, 3, 3]),
    );
}

#[test]
fn factors_stars_and_grams_agree() {
    for p in 3..=7 {
        // a star is a tree with one hidden node: one factor
        let star: Vec<_> = (1..=p).map(|leaf| (0, leaf)).collect();
        let tree = Tree::new(&star).unwrap();
        same(gaussian_latent_forest(&tree, &[]), one_factor(p, 0));
        same(gaussian_latent_forest(&tree, &star[..2]), one_factor(p, 2));
        same(gaussian_latent_forest(&tree, &star), one_factor(p, p));
        same(factor_analysis(p, 1, 0), one_factor(p, 0));
        same(factor_analysis(p, 1, 1), one_factor(p, p));
        same(boltzmann_machine(p, 1), off_diagonal_gram(p, 1));
        for k in 1..p {
            let factors = factor_analysis(p, k, 0).unwrap();
            let gram = off_diagonal_gram(p, k).unwrap();
            let variances = LearningCoefficient::new(Rational::from(p) / Rational::from(2), 1);
            assert_eq!(
                factors.coefficient(),
                &variances.sum(gram.coefficient()),
                "{p} {k}"
            );
        }
    }
    let path = Tree::new(&[(0, 1), (0, 2)]).unwrap();
    same(gaussian_latent_forest(&path, &[]), one_factor(2, 0));
}

/// A lower or an upper bound never excludes an exact value.
#[test]
fn bounds_hold_exact_values() {
    for h in 1..=6 {
        for r in 1..=h {
            for dimension in 1..=4 {
                let exact = finite_mixture(dimension, h, r, &Rational::ONE).unwrap();
                let bounds = mixture_bounds(dimension, h, r, &Rational::ONE).unwrap();
                assert!(
                    exact.lambda() <= bounds.upper(),
                    "mixture {dimension} {h} {r}"
                );
            }
        }
    }
    for rows in 1..=5 {
        for columns in 1..=5 {
            for inner in 1..=4 {
                for rank in 0..=rows.min(columns).min(inner) {
                    let bounds = nonnegative_bounds(rows, columns, inner, rank).unwrap();
                    let exact = match rank {
                        0 => nonnegative_zero(rows, columns, inner).unwrap(),
                        _ => nonnegative_positive(rows, columns, inner, rank).unwrap(),
                    };
                    assert!(
                        exact.lambda() <= bounds.upper(),
                        "{rows} {columns} {inner} {rank}"
                    );
                    assert!(bounds.lower().unwrap() <= exact.lambda());
                }
            }
        }
    }
    for visible in 2..=6 {
        for hidden in 1..=6 {
            let bounds = boltzmann_bounds(visible, hidden, 0).unwrap();
            if let Ok(exact) = boltzmann_machine(visible, hidden) {
                assert!(exact.lambda() <= bounds.upper(), "{visible} {hidden}");
                assert!(
                    bounds.lower().unwrap() <= exact.lambda(),
                    "{visible} {hidden}"
                );
            }
        }
    }
    for p in 2..=7 {
        for k in 1..=p {
            for l in 0..=k {
                let bounds = factor_analysis_bounds(p, k, l).unwrap();
                if let Ok(exact) = factor_analysis(p, k, l) {
                    assert!(exact.lambda() <= bounds.upper(), "{p} {k} {l}");
                }
            }
        }
    }
    let two = tensor_bounds([2, 2, 2], 2, 0).unwrap();
    assert_eq!(two.upper(), tensor_two_terms().unwrap().lambda());
}

// ---- minima by enumeration ------------------------------------------------------------------

/// The least of the values and how many of them attain it.
fn least(values: impl Iterator<Item = Rational>) -> (Rational, usize) {
    let values: Vec<Rational> = values.collect();
    let least = values.iter().min().unwrap().clone();
    let attained = values.iter().filter(|v| **v == least).count();
    (least, attained)
}

#[test]
fn short_cuts_equal_the_enumerated_minima() {
    let q = |n: usize| Rational::from(n);
    for rows in 1..=9 {
        for columns in rows..=12 {
            for size in 1..=rows {
                let ratio = |k| q((rows - k) * (columns - k)) / q(2 * (size - k));
                let (lambda, m) = least((0..size).map(ratio));
                let ours = minors(rows, columns, size).unwrap();
                assert_eq!((ours.lambda(), ours.multiplicity()), (&lambda, m));
            }
        }
        for size in 1..=rows {
            let ratio = |k| q((rows - k) * (rows - k + 1)) / q(4 * (size - k));
            let (lambda, m) = least((0..size).map(ratio));
            let ours = symmetric_minors(rows, size).unwrap();
            assert_eq!((ours.lambda(), ours.multiplicity()), (&lambda, m));
        }
    }
}

/// The pair with the larger volume.
fn worse(a: LearningCoefficient, b: LearningCoefficient) -> LearningCoefficient {
    let order = |p: &LearningCoefficient| (p.lambda().clone(), std::cmp::Reverse(p.multiplicity()));
    if order(&a) <= order(&b) { a } else { b }
}

/// All ways to share the units among the true ones and 0, instead of the two extreme ones.
#[test]
fn clusters_of_units_equal_the_enumerated_minimum() {
    let q = |n: usize| Rational::from(n);
    for outputs in 1..=3 {
        let cluster = |h: usize| {
            let cost = |k| q(h) / q(2 * k) + q(outputs * (k + 1)) / q(4);
            let (lambda, m) = least((1..=h).map(cost));
            LearningCoefficient::new(lambda, m)
        };
        for step in 1..=2 {
            for units in 1..=9 {
                // the best share of the first i true units, by how many units they have in all
                let mut shares: Vec<Option<LearningCoefficient>> = vec![None; units + 1];
                for truth in 1..=units {
                    let mut next = vec![None; units + 1];
                    for (h, place) in (1..=units).flat_map(|h| (h..=units).map(move |t| (h, t))) {
                        let rest = match truth {
                            1 if place == h => Some(cluster(h)),
                            1 => None,
                            _ => shares[place - h].as_ref().map(|rest| rest.sum(&cluster(h))),
                        };
                        if let Some(found) = rest {
                            let best: &mut Option<LearningCoefficient> = &mut next[place];
                            *best = Some(match best.take() {
                                Some(old) => worse(old, found),
                                None => found,
                            });
                        }
                    }
                    shares = next;
                    let with_spare = (truth..=units).filter_map(|used| {
                        let gathered = shares[used].clone()?;
                        Some(match units - used {
                            0 => gathered,
                            spare => {
                                let zero = shallow_zero_truth(outputs, step, spare).unwrap();
                                gathered.sum(zero.coefficient())
                            }
                        })
                    });
                    let enumerated = with_spare.reduce(worse).unwrap();
                    let ours = shallow_network(outputs, step, units, truth).unwrap();
                    assert_eq!(ours.coefficient(), &enumerated, "{}", ours.model());
                }
            }
        }
    }
}

// ---- laws -----------------------------------------------------------------------------------

/// The same cases on every run.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(404),
        ..ProptestConfig::default()
    }
}

fn half(n: usize) -> Rational {
    Rational::from(n) / Rational::from(2)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn at_most_half_the_dimension(
        a in 1_usize..40,
        b in 1_usize..40,
        c in 1_usize..40,
        r in 0_usize..40,
    ) {
        let (l, s) = (a.min(b), r.min(a).min(b));
        let pairs = [
            (minors(a, b, l), a * b),
            (symmetric_minors(a, l.min(a)), a * (a + 1) / 2),
            (shallow_zero_truth(a, b, c), c * (a + 1)),
            (shallow_network(a, 2, c, r.min(c)), c * (a + 1)),
            (location_network(a, c), c * (a + 1)),
            (two_units(a, b, c), 2 * (a + b)),
            (finite_mixture(a, c, r.clamp(1, c), &Rational::ONE), c * a + c - 1),
            (off_diagonal_gram(a + 1, b), (a + 1) * b),
            (one_factor(a + 1, r.min(a + 1)), 2 * (a + 1)),
            (symmetric_factorisation(a, b, s), a * b),
            (principal_components(a + 1, a, r.min(a)), (a + 1) * a + 1),
            (nonnegative_zero(a, b, c), c * (a + b)),
            (latent_dirichlet(a + 1, b, c, 0), a * c + (c - 1) * b),
            (concept_bottleneck(a, b, c, s), b * (a + c)),
            (partial_bottleneck([a, b, c, 2], s, 0), b * (a + 2) + c * (a + 2)),
            (softmax_attention(a + 1, b), b * (2 * a + 1)),
            (low_rank_approximation(a + 1, a + 1, a), 2 * a * (a + 1)),
            (polynomial_unit(a, b, c), a + b),
        ];
        for (truth, d) in pairs {
            let truth = truth?;
            prop_assert!(truth.lambda().is_positive());
            prop_assert!(truth.lambda() <= &half(d), "{truth}, {}: d = {d}", truth.model());
            prop_assert!(truth.multiplicity() <= d);
        }
    }

    #[test]
    fn local_linear_values_lie_between_ranks_and_dimensions(
        [m, n, h] in [1_usize..12, 1..12, 1..12], seeds in [0_usize..12, 0..12, 0..12],
    ) {
        let (s, t) = (seeds[0].min(m).min(h), seeds[1].min(n).min(h));
        let r = seeds[2].clamp((s + t).saturating_sub(h), s.min(t));
        prop_assume!((m - s) * (n - t) * (h + r - s - t) > 0 || n * s + t * (m - s) > 0);
        let here = reduced_rank_local(m, n, h, [s, t], r)?;
        // the rank of the differential of BA, and the codimension of the fibre
        let rank = half(n * s + t * (m - s));
        prop_assert!(&rank <= here.lambda());
        prop_assert!(here.lambda() <= &half(h * (m + n)));
        prop_assert!(here.lambda() <= &half(m * n), "{}", here.model());
        // transposition exchanges the factors
        let transposed = reduced_rank_local(n, m, h, [t, s], r)?;
        prop_assert_eq!(here.coefficient(), transposed.coefficient());
        // a point near another one has no smaller λ: ranks can only grow
        if s < m.min(h) && s + t - r < h {
            let near = reduced_rank_local(m, n, h, [s + 1, t], r)?;
            prop_assert!(near.lambda() >= here.lambda(), "{}", here.model());
        }
    }

    #[test]
    fn more_parameters_or_outputs_do_not_lower_it(
        m in 1_usize..30, q in 1_usize..4, h in 1_usize..60, r in 0_usize..30,
    ) {
        let r = r.min(h);
        let value = |m, h, r| shallow_network(m, q, h, r).unwrap().lambda().clone();
        prop_assert!(value(m, h, r) <= value(m, h + 1, r));
        prop_assert!(value(m, h, r) <= value(m + 1, h, r));
        prop_assert!(value(m, h, r) <= value(m, h + 1, r + 1));
        let mixture = |h, r: usize| {
            finite_mixture(m, h, r, &Rational::ONE).unwrap().lambda().clone()
        };
        prop_assert!(mixture(h, r.max(1)) <= mixture(h + 1, r.max(1)));
        prop_assert!(mixture(h, r.max(1)) <= mixture(h + 1, r.max(1) + 1));
        let gram = |rows, columns| off_diagonal_gram(rows, columns).unwrap().lambda().clone();
        prop_assert!(gram(m + 1, h) <= gram(m + 2, h));
        prop_assert!(gram(m + 1, h) <= gram(m + 1, h + 1));
    }

    #[test]
    fn enormous_sizes_end(n in (usize::MAX - 1000)..usize::MAX) {
        prop_assert!(minors(n, n, n).is_ok());
        prop_assert!(symmetric_minors(n, n / 2).is_ok());
        prop_assert!(shallow_zero_truth(1, 2, n).is_ok());
        prop_assert!(shallow_network(n, 2, n, n / 2).is_ok());
        prop_assert!(reduced_rank_local(n, n, n, [n, 3], 3).is_ok());
        prop_assert!(factor_analysis(n, 2, 1).is_ok());
        prop_assert!(latent_dirichlet(n, n, n, 5).is_ok());
        prop_assert!(tensor_bounds([n, n, n], n, 1).is_ok());
        prop_assert_eq!(
            nonnegative_zero(n, n, usize::MAX),
            Err(ClosedFormError::MultiplicityTooLarge)
        );
        prop_assert_eq!(diagonal_linear(n, n, n), Err(ClosedFormError::MultiplicityTooLarge));
        prop_assert!(binomial_mixture(n, n, n).is_err());
    }
}

#[test]
fn impossible_sizes_are_refused() {
    use ClosedFormError::*;
    let too_small = |name, value, least| Err(TooSmall { name, value, least });
    let too_large = |name, value, most| Err(TooLarge { name, value, most });
    assert_eq!(morse_bott(3, 4), too_large("codimension", 4, 3));
    assert_eq!(minors(3, 4, 4), too_large("size", 4, 3));
    assert_eq!(
        reduced_rank_local(2, 2, 2, [2, 1], 0),
        too_small("rank of BA", 0, 1)
    );
    assert_eq!(
        reduced_rank_local(2, 2, 2, [1, 3], 0),
        too_large("rank of B", 3, 2)
    );
    assert_eq!(
        reduced_rank_local(2, 2, 3, [1, 1], 2),
        too_large("rank of BA", 2, 1)
    );
    assert_eq!(low_rank_approximation(3, 2, 2), too_large("hidden", 2, 1));
    assert_eq!(isolated_form(1, 3), too_small("dimension", 1, 2));
    assert_eq!(generic_arrangement(1, 2), too_small("dimension", 1, 2));
    assert_eq!(principal_components(3, 3, 0), too_large("components", 3, 2));
    assert_eq!(binomial_mixture(4, 3, 2), too_small("trials", 4, 5));
    assert_eq!(
        naive_bayes(2, NaiveBayesTruth::Generic),
        too_small("features", 2, 3)
    );
    assert!(matches!(definite_form(2, 3), Err(NotKnown { .. })));
    assert!(matches!(quadratic_network(3, 2), Err(NotKnown { .. })));
    assert!(matches!(boltzmann_machine(4, 4), Err(NotKnown { .. })));
    assert!(matches!(
        finite_mixture(1, 2, 1, &Rational::ZERO),
        Err(NotPositive { .. })
    ));
    assert!(matches!(Tree::new(&[]), Err(NotAForest { .. })));
    assert!(matches!(Tree::new(&[(0, 0)]), Err(NotAForest { .. })));
    assert!(matches!(
        Tree::new(&[(0, 1), (1, 0)]),
        Err(NotAForest { .. })
    ));
    let path = Tree::new(&[(0, 1), (0, 2)]).unwrap();
    assert!(matches!(
        gaussian_latent_forest(&path, &[(0, 1)]),
        Err(NotAForest { .. })
    ));
    assert!(matches!(
        gaussian_latent_forest(&path, &[(1, 2)]),
        Err(NotAForest { .. })
    ));
}
