//! The finite-n references, U(t) by quadrature, against plain Monte Carlo and against formulas.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "an ignored study shows its figures")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rlct::algebra::Reading;
use rlct::verify::{Case, Claim, EnergyDocument, Own, Suite, TEMPERATURES, energy};
use statrs::function::gamma::{gamma, gamma_lr};

fn document() -> EnergyDocument {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/energies.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// U by draws from the prior, with its standard error and the draws that count.
fn by_draws(case: &Case, t: f64, draws: usize, seed: u64) -> [f64; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let number = |c: &rlct::algebra::Rational| c.to_f64();
    let generators: Vec<Vec<(Vec<i32>, f64)>> = case
        .terms
        .iter()
        .map(|g| {
            let whole = |e: &[u32]| e.iter().map(|&e| e as i32).collect();
            g.iter().map(|(e, c)| (whole(e), number(c))).collect()
        })
        .collect();
    let axes: Vec<(f64, bool)> = case
        .variables
        .iter()
        .zip(&case.amplitude)
        .map(|(name, h)| (1.0 / (1.0 + number(h)), case.nonnegative.contains(name)))
        .collect();
    let mut w = vec![0.0; axes.len()];
    let (mut pairs, mut mass, mut mean) = (Vec::with_capacity(draws), 0.0, 0.0);
    for _ in 0..draws {
        for (w, &(root, half)) in w.iter_mut().zip(&axes) {
            let sign = if half || rng.random() { 1.0 } else { -1.0 };
            *w = sign * rng.random::<f64>().powf(root);
        }
        let of = |g: &Vec<(Vec<i32>, f64)>| -> f64 {
            let term = |(e, c): &(Vec<i32>, f64)| {
                let powers = e
                    .iter()
                    .zip(&w)
                    .map(|(&e, w)| if e == 0 { 1.0 } else { w.powi(e) });
                c * powers.product::<f64>()
            };
            g.iter().map(term).sum()
        };
        let k: f64 = match case.reading {
            Reading::Ideal => generators.iter().map(|g| of(g).powi(2)).sum(),
            _ => of(&generators[0]),
        };
        let density = (-t * k).exp();
        mass += density;
        mean += density * t * k;
        pairs.push((density, t * k));
    }
    let u = mean / mass;
    let largest = pairs
        .iter()
        .fold(f64::MIN_POSITIVE, |m, pair| m.max(pair.0));
    let squares: f64 = pairs.iter().map(|(p, k)| (p * (k - u)).powi(2)).sum();
    let weights: f64 = pairs.iter().map(|(p, _)| (p / largest).powi(2)).sum();
    [u, squares.sqrt() / mass, (mass / largest).powi(2) / weights]
}

/// At least 200 references, of instances that are there, in the order of the suite.
#[test]
fn there_are_two_hundred_references() {
    let document = document();
    assert!(
        document.references().len() >= 200,
        "{}",
        document.references().len()
    );
    let suite = Suite::catalogue().unwrap().with_energies();
    assert_eq!(suite.len(), document.references().len());
    for (case, reference) in suite.cases().zip(document.references()) {
        assert_eq!(case.id, reference.id);
        assert!(
            reference.energies.iter().all(|u| u.is_finite() && *u > 0.0),
            "{reference:?}"
        );
    }
    assert_eq!(
        EnergyDocument::new(document.references().to_vec()).to_json(),
        {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/energies.json");
            std::fs::read_to_string(path).unwrap()
        }
    );
}

/// What the file has of these cases is what is computed now.
fn computed_again(suite: &Suite) {
    let known = suite.energies();
    let computed = suite.compute_energies(&mut |_, _| true);
    let again = "write it again: rlct catalogue --energies > proofs/energies.json";
    assert_eq!(computed.len(), known.len(), "{again}");
    for new in &computed {
        for (new, old) in new.energies.iter().zip(&known[&new.id]) {
            assert!((new - old).abs() <= 1e-7 * old, "{new} {old}: {again}");
        }
    }
}

#[test]
fn references_are_computed_again() {
    computed_again(&Suite::catalogue().unwrap().per_family(4));
}

#[test]
#[ignore = "half a minute"]
fn all_references_are_computed_again() {
    computed_again(&Suite::catalogue().unwrap());
}

/// Which cases are reproduced: evenly spread, of at most so many parameters.
fn sample(dimension: usize, count: usize) -> Vec<Case> {
    let suite = Suite::catalogue()
        .unwrap()
        .with_energies()
        .max_dimension(dimension);
    let cases: Vec<Case> = suite.cases().cloned().collect();
    let step = cases.len() as f64 / count.min(cases.len()) as f64;
    (0..count.min(cases.len()))
        .map(|i| cases[(i as f64 * step) as usize].clone())
        .collect()
}

/// How many could be.
fn reproduce(cases: &[Case], t: usize, draws: usize) -> usize {
    let known = Suite::catalogue().unwrap().energies();
    let mut checked = 0;
    for (seed, case) in cases.iter().enumerate() {
        let [u, error, effective] = by_draws(case, TEMPERATURES[t], draws, seed as u64);
        let reference = known[&case.id][t];
        println!(
            "{}: {reference} by quadrature, {u} ± {error} by draws",
            case.id
        );
        if effective < 200.0 {
            continue;
        }
        checked += 1;
        // one in a million, of those that are checked
        assert!(
            (u - reference).abs() < 5.0 * error + 1e-9,
            "{}: {reference}, {u} ± {error}",
            case.id
        );
    }
    println!(
        "t = {}: {checked} of {} by draws",
        TEMPERATURES[t],
        cases.len()
    );
    checked
}

/// A sample of forty by draws from the prior, at t = 100.
#[test]
fn forty_references_are_those_of_monte_carlo() {
    let cases = sample(2, 44);
    assert!(reproduce(&cases, 0, 100_000) >= 40);
}

/// All of them that draws from the prior can tell, at every t.
#[test]
#[ignore = "minutes"]
fn all_references_are_those_of_monte_carlo() {
    let cases = sample(3, usize::MAX);
    for t in 0..3 {
        assert!(reproduce(&cases, t, 2_000_000) * 4 >= cases.len() * 3);
    }
}

/// x^{2k}: U = t E[x^{2k}] is a ratio of incomplete gamma functions.
#[test]
fn powers_of_one_variable_are_those_of_the_formula() {
    for k in 1..=4_u32 {
        let line = format!(
            r#"{{"protocol": 1, "id": "x", "family": "regular", "variables": ["x"],
            "generators": ["x^{k}"], "terms": [[[[{k}], "1"]]], "reading": "ideal",
            "amplitude": ["1/2"], "nonnegative": [], "t": 100.0, "seed": 1, "seconds": 1.0}}"#
        );
        let case: Case = serde_json::from_str(&line).unwrap();
        for t in TEMPERATURES {
            // s = t x^{2k} has the density s^{λ−1} e^{−s} up to t, λ = (h + 1)/2k
            let lambda = 1.5 / f64::from(2 * k);
            let of = |a: f64| gamma(a) * gamma_lr(a, t);
            let exact = of(lambda + 1.0) / of(lambda);
            let found = energy(&case, t).unwrap();
            assert!(
                (found - exact).abs() < 1e-8 * exact,
                "{k} {t}: {found} {exact}"
            );
        }
    }
}

/// Who knows U and answers it passes; 10 % off, or half as wide an error, does not.
#[test]
fn energies_are_held_against_their_own_references() {
    let suite = Suite::catalogue().unwrap().with_energies().per_family(6);
    let known = suite.energies();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for (t, factor, width, passes) in [
        (0, 1.0, 1.0, true),
        (2, 1.0, 1.0, true),
        (1, 0.9, 1.0, false),
        (1, 1.0, 0.5, false),
    ] {
        let mut made_up = |case: &Case| {
            let u = known[&case.id][t];
            let z: f64 = StandardNormal.sample(&mut rng);
            Ok(Claim::energy(
                factor * u * (1.0 + 0.02 * z),
                width * 0.02 * u,
            ))
        };
        let report = suite.clone().temperature(TEMPERATURES[t]).run(&mut made_up);
        assert_eq!(report.passes(), passes, "{report}");
    }
    // what has no reference is a failed case
    let all = Suite::catalogue()
        .unwrap()
        .families(["minors"])
        .per_family(40);
    let report = all.run(&mut |_: &Case| Ok(Claim::energy(1.0, 0.1)));
    assert!(
        report
            .failures()
            .iter()
            .any(|(_, _, why)| why.contains("no reference"))
    );
}

/// λ is the limit: at the coldest t most energies are nearer to it than at the hottest.
#[test]
fn energies_tend_to_lambda() {
    let suite = Suite::catalogue().unwrap().with_energies();
    let (energies, lambdas) = (suite.energies(), suite.values());
    let nearer = energies.iter().filter(|(id, u)| {
        let lambda = lambdas[*id];
        (u[2] - lambda).abs() <= (u[0] - lambda).abs() + 1e-4
    });
    let nearer = nearer.count();
    assert!(
        nearer * 10 >= energies.len() * 9,
        "{nearer} of {}",
        energies.len()
    );
}

/// Chains at one temperature find U where they say.
#[test]
fn chains_at_one_temperature_find_their_energies() {
    let few = Suite::catalogue().unwrap().with_energies().max_dimension(2);
    let few = few.families(["regular", "normal-crossing"]).per_family(4);
    few.run(&mut Own::OneTemperature).assert_agrees();
}
