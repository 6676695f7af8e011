//! The catalogue: enough of it, every claim of it kept, and the written file current.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::steps;
use rlct::algebra::Rational;
use rlct::catalogue::{self, Confirmation, Document, Instance, Verification, instances};
use rlct::closed_form::{
    self, Family, deep_linear, finite_mixture, latent_class, off_diagonal_gram, reduced_rank,
    reduced_rank_local,
};
use rlct::{Answer, Budget, LearningCoefficient};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn all() -> Vec<Instance> {
    instances().unwrap()
}

fn size(instance: &Instance, name: &str) -> usize {
    let value = &instance.parameters()[name];
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn sizes(instance: &Instance, name: &str) -> Vec<usize> {
    serde_json::from_value(instance.parameters()[name].clone()).unwrap()
}

fn q(n: usize) -> Rational {
    Rational::from(n)
}

#[test]
fn it_is_large_and_every_name_is_one_instance() {
    let all = all();
    let names: BTreeSet<&str> = all.iter().map(Instance::id).collect();
    assert_eq!(names.len(), all.len(), "two instances of one name");
    let families: BTreeSet<Family> = all.iter().map(Instance::family).collect();
    assert_eq!(
        families.len(),
        Family::ALL.len(),
        "a family without instance"
    );
    assert!(families.len() >= 40, "{} families", families.len());
    assert!(all.len() >= 450, "{} instances", all.len());
    let certified = all.iter().filter(|i| i.is_certified()).count();
    assert!(certified >= 120, "{certified} certified");
    for instance in &all {
        let bounds = matches!(instance.value(), Answer::Bounds { .. });
        assert_eq!(
            bounds,
            instance.family().gives_bounds(),
            "{}",
            instance.id()
        );
        assert!(!bounds || !instance.is_certified(), "{}", instance.id());
        assert!(
            !instance.is_certified() || instance.germ().is_some(),
            "{}",
            instance.id()
        );
    }
}

#[test]
fn families_with_certificates_are_many() {
    let all = all();
    let certified: BTreeSet<Family> = all
        .iter()
        .filter(|i| i.is_certified())
        .map(Instance::family)
        .collect();
    let without: Vec<String> = Family::ALL
        .iter()
        .filter(|family| !family.gives_bounds() && !certified.contains(family))
        .map(|family| family.key())
        .collect();
    // no germ: piecewise, floating-point or second-hand; the rest are equal to other families
    let expected = [
        "low-rank-approximation",
        "relu-line",
        "quadratic-network-local",
        "poisson-mixture",
        "two-state-markov",
        "softmax-attention",
        "superposition",
    ];
    assert_eq!(
        without, expected,
        "families without an instance confirmed by the engine"
    );
}

/// Every claim of an engine certificate, kept again: the engine's answer, the checker's replay of
/// its certificate, and the closed form are equal.
#[test]
fn every_certified_instance_is_certified_again() {
    let all = all();
    let budget = steps(1_500_000);
    let broken: Vec<String> = all
        .iter()
        .filter(|instance| instance.is_certified())
        .filter_map(|instance| match instance.confirm(&budget).unwrap() {
            Confirmation::Certified => None,
            other => Some(format!("{}: {other:?}", instance.id())),
        })
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Claims of a certificate for the whole domain of the model, kept again; what is not claimed is
/// not contradicted.
fn domains_are_certified_again(every: usize) {
    let all = all();
    let asked = all.iter().filter(|i| i.region().is_some()).step_by(every);
    let (mut claims, mut broken) = (0, Vec::new());
    for instance in asked {
        let word = instance.confirm_on_region(&steps(20_000_000)).unwrap();
        claims += usize::from(instance.is_certified_globally());
        match word {
            Confirmation::Certified => {}
            Confirmation::Undecided(_) if !instance.is_certified_globally() => {}
            word => broken.push(format!("{}: {word:?}", instance.id())),
        }
    }
    assert!(claims >= 80 / every, "{claims}");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn some_domains_are_certified_again() {
    domains_are_certified_again(6);
}

#[test]
#[ignore = "a minute"]
fn all_domains_are_certified_again() {
    domains_are_certified_again(1);
}

/// Of each family with a domain two instances at least are certified on all of it.
#[test]
fn families_with_a_domain_are_certified_on_it() {
    let all = all();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for instance in all.iter().filter(|i| i.region().is_some()) {
        let count = counts.entry(instance.family().key()).or_default();
        *count += usize::from(instance.is_certified_globally());
    }
    assert!(counts.len() >= 12, "{counts:?}");
    assert!(counts.values().all(|&count| count >= 2), "{counts:?}");
}

/// Germs that the engine does not decide are not contradicted by it either.
#[test]
#[ignore = "seconds of search that end in bounds"]
fn the_other_germs_are_not_contradicted() {
    let all = all();
    let open = all
        .iter()
        .filter(|i| i.germ().is_some() && !i.is_certified());
    for instance in open {
        let word = instance.confirm(&steps(1_500_000)).unwrap();
        assert!(
            matches!(word, Confirmation::Undecided(_)),
            "{}: {word:?}",
            instance.id()
        );
    }
}

// ---- the written file -----------------------------------------------------------------------

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_file_is_current() {
    let document = Document::new(all());
    let text = document.to_json();
    assert!(
        text == read("proofs/catalogue.json"),
        "write it again: rlct catalogue --json > proofs/catalogue.json"
    );
    let back: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(back, document);
    assert!(
        catalogue::bibliography() == read("proofs/references.bib"),
        "write it again: rlct catalogue --bibliography > proofs/references.bib"
    );
}

/// Every source has an entry, and different sources have different keys.
#[test]
fn references_are_in_the_bibliography() {
    let text = catalogue::bibliography();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for instance in all() {
        let key = instance.reference().to_string();
        assert!(text.contains(&format!("@misc{{{key},")), "{key}");
        let title = instance.family().source().title().to_string();
        let first = titles.entry(key.clone()).or_insert_with(|| title.clone());
        assert_eq!(*first, title, "{key}");
    }
}

/// The germ by numbers is the germ: it vanishes at the point, and has as many terms.
#[test]
fn written_germs_vanish_at_their_point() {
    let mut checked = 0;
    for instance in all() {
        assert!(instance.germ().is_none() || instance.loss().is_none());
        let Some(germ) = instance.polynomials() else {
            assert!(instance.written().is_none(), "{}", instance.id());
            continue;
        };
        let written = instance.written().unwrap();
        assert_eq!(written.dimension(), written.variables().len());
        assert_eq!(written.point().len(), written.dimension());
        assert_eq!(written.prior().len(), written.dimension());
        let point: Option<Vec<Rational>> = written
            .point()
            .iter()
            .map(|value| value.parse().ok())
            .collect();
        let Some(point) = point else { continue };
        for terms in written.terms() {
            let value = |(e, c): &(Vec<u32>, Rational)| {
                let powers = point.iter().zip(e).map(|(x, &k)| x.pow(k));
                powers.fold(c.clone(), |product, power| product * power)
            };
            let sum: Rational = terms.iter().map(value).sum();
            assert!(sum.is_zero(), "{}: {germ}", instance.id());
        }
        checked += 1;
    }
    assert!(checked > 800, "{checked}");
}

/// The engine has no say about a loss beyond it, in the time of a test; what it proves holds.
fn losses_are_not_contradicted(every: usize, budget: &Budget) {
    let all = all();
    let losses = all.iter().filter(|i| i.loss().is_some()).step_by(every);
    let (mut exact, mut open) = (0, 0);
    for instance in losses {
        match instance.confirm_loss(budget).unwrap() {
            Confirmation::Certified => exact += 1,
            Confirmation::Undecided(_) => open += 1,
            word => panic!("{}: {word:?}", instance.id()),
        }
    }
    assert!(exact + open > 200 / every);
}

#[test]
fn some_losses_are_not_contradicted_by_the_engine() {
    losses_are_not_contradicted(29, &steps(20_000));
}

#[test]
#[ignore = "seconds of search for each"]
fn no_loss_is_contradicted_by_the_engine() {
    losses_are_not_contradicted(1, &Budget::default());
}

/// Checks a value against the part of JSON Schema that the schema of the catalogue uses.
fn conforms(value: &Json, schema: &Json, root: &Json) -> Result<(), String> {
    let fail = |why: &str| Err(format!("{why}: {value}"));
    if let Some(reference) = schema.get("$ref") {
        let name = reference
            .as_str()
            .unwrap()
            .strip_prefix("#/$defs/")
            .unwrap();
        return conforms(value, &root["$defs"][name], root);
    }
    for (key, rule) in schema.as_object().unwrap() {
        match key.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "type" => {
                let right = match rule.as_str().unwrap() {
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64(),
                    other => panic!("the schema has the type {other}"),
                };
                if !right {
                    return fail(&format!("not of type {rule}"));
                }
            }
            "const" if value != rule => return fail(&format!("not {rule}")),
            "const" => {}
            "enum" if !rule.as_array().unwrap().contains(value) => return fail("not in the list"),
            "enum" => {}
            "pattern" => {
                // the one pattern: a rational number > 0 or of either sign, `p` or `p/q`
                assert_eq!(rule, "^-?[0-9]+(/[0-9]+)?$");
                if value.as_str().unwrap().parse::<Rational>().is_err() {
                    return fail("not a rational number");
                }
            }
            "minimum" if value.as_i64() < rule.as_i64() => return fail("too small"),
            "minimum" => {}
            "minItems" if (value.as_array().unwrap().len() as u64) < rule.as_u64().unwrap() => {
                return fail("too few");
            }
            "minItems" => {}
            "items" => {
                for item in value.as_array().unwrap() {
                    conforms(item, rule, root)?;
                }
            }
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        return fail(&format!("{name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(field) = value.get(name) {
                        conforms(field, rule, root)?;
                    }
                }
            }
            "additionalProperties" => match rule {
                Json::Bool(false) => {
                    let known = schema["properties"].as_object().unwrap();
                    for name in value.as_object().unwrap().keys() {
                        if !known.contains_key(name) {
                            return fail(&format!("{name} is unknown"));
                        }
                    }
                }
                rule => {
                    for field in value.as_object().unwrap().values() {
                        conforms(field, rule, root)?;
                    }
                }
            },
            "oneOf" => {
                let choices = rule.as_array().unwrap().iter();
                let fits = choices
                    .filter(|choice| conforms(value, choice, root).is_ok())
                    .count();
                if fits != 1 {
                    return fail(&format!("fits {fits} of the choices"));
                }
            }
            other => panic!("the schema uses {other}"),
        }
    }
    Ok(())
}

#[test]
fn the_file_conforms_to_its_schema() {
    let schema: Json = serde_json::from_str(&read("proofs/catalogue.schema.json")).unwrap();
    let file: Json = serde_json::from_str(&read("proofs/catalogue.json")).unwrap();
    conforms(&file, &schema, &schema).unwrap();
    let keys: Vec<Json> = Family::ALL.iter().map(|f| Json::from(f.key())).collect();
    for instance in file["instances"].as_array().unwrap() {
        assert!(keys.contains(&instance["family"]), "{instance}");
    }
    for family in Family::ALL {
        assert_eq!(
            serde_json::to_value(family).unwrap(),
            Json::from(family.key())
        );
    }

    // and the schema refuses what is none
    let mut broken = file.clone();
    broken["instances"][0]["lambda"] = Json::from("one half");
    assert!(conforms(&broken, &schema, &schema).is_err());
    let mut broken = file.clone();
    broken["instances"][0]
        .as_object_mut()
        .unwrap()
        .remove("multiplicity");
    assert!(conforms(&broken, &schema, &schema).is_err());
    let mut broken = file;
    broken["instances"][0]["rlct"] = Json::from("1/2");
    assert!(conforms(&broken, &schema, &schema).is_err());
}

/// The script of `examples/` accepts an estimator that is right and refuses one that is not.
#[test]
fn the_python_script_checks_an_estimator() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(python) = std::process::Command::new("python3")
        .arg(root.join("examples/check_estimator.py"))
        .arg(root.join("proofs/catalogue.json"))
        .output()
    else {
        println!("python3 is not installed: the script is not run");
        return;
    };
    let told = String::from_utf8(python.stdout).unwrap();
    assert!(
        python.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&python.stderr)
    );
    assert!(told.contains("0 wrong"), "{told}");
}

/// The reader of the guide needs Python and the file, and comes near λ.
#[test]
fn the_reader_of_the_guide_estimates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = read("docs/guide/catalogue.md");
    let (_, rest) = guide.split_once("```python\n").unwrap();
    let (program, _) = rest.split_once("```").unwrap();
    let lines = program
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count();
    assert!(lines <= 15, "{lines} lines");
    let run = std::process::Command::new("python3")
        .args(["-c", program])
        .current_dir(root)
        .output();
    let Ok(run) = run else {
        println!("python3 is not installed: the reader is not run");
        return;
    };
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let told = String::from_utf8(run.stdout).unwrap();
    let mut errors: Vec<f64> = told
        .lines()
        .map(|line| {
            let mut words = line.split('\t');
            let exact: Rational = words.next().unwrap().parse().unwrap();
            let found: f64 = words.next().unwrap().parse().unwrap();
            (found / exact.to_f64() - 1.0).abs()
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    assert!(errors.len() >= 20, "{told}");
    assert!(errors[errors.len() / 2] < 0.15, "{told}");
}

// ---- second formulas ------------------------------------------------------------------------

/// λ as half the codimension of Lehalleur & Rimányi: with d₀ ≤ … ≤ d_L the widths in excess of the
/// rank, the least of Σ_{j≤i} e_i(e_j + d_j − d_{j−1}) over e ∈ ℕ^L with Σe = d₀, here by a dynamic
/// program over the partial sums, and the part of the truth.
fn codimension(widths: &[usize], rank: usize) -> Rational {
    let mut d: Vec<usize> = widths.iter().map(|width| width - rank).collect();
    d.sort_unstable();
    // the least cost of e_1..e_i with a given sum: the cost of e_i depends on that sum alone,
    // e_i(e_1 + … + e_i) + e_i(d_i − d_0)
    let mut least: Vec<Option<usize>> = vec![None; d[0] + 1];
    least[0] = Some(0);
    for i in 1..d.len() {
        let mut next = vec![None; d[0] + 1];
        for (before, cost) in least.iter().enumerate() {
            let Some(cost) = cost else { continue };
            for e in 0..=d[0] - before {
                let total = cost + e * (before + e) + e * (d[i] - d[0]);
                let place: &mut Option<usize> = &mut next[before + e];
                *place = Some(place.map_or(total, |old| old.min(total)));
            }
        }
        least = next;
    }
    let through = rank * (widths[0] + widths[widths.len() - 1] - rank);
    (q(through) + q(least[d[0]].unwrap())) / q(2)
}

/// The least of (2H + MQk(k+1)) / 4(1+kQ) over k ≥ 0, and how many k attain it.
fn collisions(outputs: usize, step: usize, units: usize) -> (Rational, usize) {
    let value = |k: usize| q(2 * units + outputs * step * k * (k + 1)) / q(4 * (1 + k * step));
    let values: Vec<Rational> = (0..=2 * units).map(value).collect();
    let least = values.iter().min().unwrap().clone();
    let attained = values.iter().filter(|v| **v == least).count();
    (least, attained)
}

/// The value by the second formula: λ, and m where the formula gives it.
fn second(instance: &Instance, formula: &str) -> (Rational, Option<usize>) {
    let of = |name: &str| size(instance, name);
    let both =
        |truth: &closed_form::ClosedForm| (truth.lambda().clone(), Some(truth.multiplicity()));
    let regular = |twice: usize, core: &closed_form::ClosedForm| {
        (q(twice) / q(2) + core.lambda(), Some(core.multiplicity()))
    };
    match formula {
        "deep linear network of depth two" => {
            let widths = [of("inputs"), of("hidden"), of("outputs")];
            both(&deep_linear(&widths, of("rank")).unwrap())
        }
        "codimension of the fibre (Lehalleur & Rimányi 2024)" => {
            (codimension(&sizes(instance, "widths"), of("rank")), None)
        }
        "least over the number of collisions" => {
            let (lambda, m) = collisions(of("outputs"), of("step"), of("units"));
            (lambda, Some(m))
        }
        "normal form with a core of reduced rank" => {
            // by the least over singular-value exponents instead of the four cases
            let [m, n, h] = ["inputs", "outputs", "hidden"].map(of);
            let [s, t, r] = ["rank_a", "rank_b", "rank"].map(of);
            let (m1, n1, h1) = (m - s, n - t, h + r - s - t);
            let (k, delta) = (m1.min(h1), m1.abs_diff(h1));
            let costs: Vec<_> = (0..=k)
                .map(|j| n1 * j + (k - j) * (delta + k - j))
                .collect();
            let least = *costs.iter().min().unwrap();
            let attained = costs.iter().filter(|&&cost| cost == least).count();
            (q(n * s + t * (m - s) + least) / q(2), Some(attained))
        }
        "strongly identifiable mixture" => {
            let pair = |h: usize, r: usize| finite_mixture(1, h, r, &Rational::ONE).unwrap();
            if instance.family() == Family::TwoStateMarkov {
                both(&pair(of("states"), of("true_states")))
            } else {
                both(&pair(of("components"), of("true_components")))
            }
        }
        "latent classes of two states each" => {
            both(&latent_class(&vec![2; of("features")]).unwrap())
        }
        "off-diagonal Gram ideal and the variances" => {
            let p = of("variables");
            regular(p, &off_diagonal_gram(p, of("factors")).unwrap())
        }
        "reduced-rank regression with v − 1 outputs" => {
            let v = of("vocabulary");
            both(&deep_linear(&[v, of("embedding"), v - 1], 0).unwrap())
        }
        "reduced-rank regression" => {
            let widths = [of("columns"), of("inner"), of("rows")];
            both(&deep_linear(&widths, of("rank")).unwrap())
        }
        "reduced-rank regression of rank r + 1, less N/2" => {
            let n = of("documents");
            let truth = reduced_rank(of("words"), n, of("topics"), of("rank") + 1).unwrap();
            (truth.lambda() - q(n) / q(2), Some(truth.multiplicity()))
        }
        other => panic!("no such formula here: {other}"),
    }
}

#[test]
fn second_formulas_agree() {
    let mut checked: BTreeMap<String, usize> = BTreeMap::new();
    for instance in &all() {
        let pair = instance.coefficient();
        for way in instance.verified() {
            if let Verification::SecondFormula { formula } = way {
                let pair = pair.as_ref().unwrap();
                let (lambda, m) = second(instance, formula);
                assert_eq!(pair.lambda(), &lambda, "{}: {formula}", instance.id());
                if let Some(m) = m {
                    assert_eq!(pair.multiplicity(), m, "{}: {formula}", instance.id());
                }
                *checked.entry(formula.clone()).or_default() += 1;
            }
        }
    }
    assert!(checked.len() >= 10, "{checked:?}");
}

// ---- local values ---------------------------------------------------------------------------

/// Every point of the fibre BA = C in matrices up to 3 × 3, by ranks: the global value is the
/// least, it is attained at ranks (r, r), and the certified instances cover points of different
/// ranks.
#[test]
fn the_global_value_is_the_least_local_one() {
    for m in 1..=3 {
        for n in 1..=3 {
            for h in 1..=4 {
                for r in 0..=m.min(n).min(h) {
                    let global = reduced_rank(m, n, h, r).unwrap();
                    let mut least: Option<LearningCoefficient> = None;
                    for s in r..=m.min(h) {
                        for t in r..=n.min(h).min(h + r - s) {
                            let here = reduced_rank_local(m, n, h, [s, t], r).unwrap();
                            let here = here.coefficient();
                            assert!(here.lambda() >= global.lambda(), "{m} {n} {h} {s} {t} {r}");
                            if (s, t) == (r, r) {
                                least = Some(here.clone());
                            }
                        }
                    }
                    assert_eq!(
                        least.as_ref(),
                        Some(global.coefficient()),
                        "{m} {n} {h} {r}"
                    );
                }
            }
        }
    }
    let certified = all()
        .into_iter()
        .filter(|i| i.family() == Family::ReducedRankLocal && i.is_certified());
    let ranks: BTreeSet<Vec<usize>> = certified
        .map(|i| {
            ["rank_a", "rank_b", "rank"]
                .map(|name| size(&i, name))
                .to_vec()
        })
        .collect();
    assert!(ranks.len() >= 12, "{ranks:?}");
}

/// Deep networks at points where the middle layer has full rank: the layer can be left out, and the
/// value is that of two layers. Germs: entries of W₃W₂W₁ − C in 2 × 2 matrices with W₂ = 1 there.
#[test]
fn a_layer_of_full_rank_can_be_left_out() {
    use rlct::resolution::Germ;
    for (s, t, r) in [
        (0, 0, 0),
        (1, 0, 0),
        (0, 2, 0),
        (1, 1, 0),
        (1, 1, 1),
        (2, 1, 1),
        (2, 2, 2),
    ] {
        let entry = |i: usize, j: usize| {
            let paths = (1..=2).flat_map(|k| (1..=2).map(move |l| (k, l)));
            let terms: Vec<_> = paths
                .map(|(k, l)| format!("c{i}{k}*b{k}{l}*a{l}{j}"))
                .collect();
            let truth = usize::from(i == j && i <= r);
            format!("{} - {truth}", terms.join(" + "))
        };
        let generators: Vec<_> = (1..=2).flat_map(|i| (1..=2).map(move |j| (i, j))).collect();
        let generators = generators.into_iter().map(|(i, j)| entry(i, j));
        let germ = Germ::ideal(generators.collect::<Vec<_>>()).unwrap();
        // r units that both outer layers use, then those that only one does
        let mut point = vec!["b11".to_string(), "b22".to_string()];
        point.extend((1..=s).map(|u| format!("a{u}{u}")));
        point.extend((1..=t).map(|i| format!("c{i}{}", if i <= r { i } else { s + i - r })));
        let point = point.into_iter().map(|name| (name, Rational::ONE));
        let germ = germ.at(point).unwrap();
        let found = germ.learning_coefficient(&steps(1_500_000)).unwrap();
        let two = reduced_rank_local(2, 2, 2, [s, t], r).unwrap();
        assert_eq!(
            found.coefficient(),
            Some(two.coefficient()),
            "ranks {s}, {t}, {r}: {found}"
        );
    }
}
