//! Certificates with the rules that those of `proofs/` hardly have: cover, both, definite, and
//! implicit coordinates; and with evidence by what is positive.
//!
//! The germs are Arnold's and others with a name, quadratic and cubic tangents with irrational
//! slopes, cones over plane curves, forms on octants, and cones beside a power of their axis, which
//! are, by hand, u^k·(f, u^j) after a blow-up. The engine wrote the certificates.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rlct::certificate::Certificate;
use rlct::certificate::format::{Form, Rule};
use std::collections::BTreeMap;
use std::path::Path;

/// The values, of the ideal or of the loss. Those of the quasi-homogeneous germs with isolated
/// zeros are half the sum of the weights, or 1/2 (Arnold, Gusein-Zade, Varchenko 1988, §13).
const VALUES: [(&str, &str, usize); 52] = [
    ("J10-split", "1/4", 1),
    ("J10", "1/4", 1),
    ("P8-hesse", "1/2", 2),
    ("Q11", "17/36", 1),
    ("S11-minus", "15/32", 1),
    ("S11", "15/32", 1),
    ("T-2-3-7", "1/2", 3),
    ("T-3-3-4", "1/2", 3),
    ("T-3-4-5", "1/2", 3),
    ("X9-crossing", "1/4", 1),
    ("X9-definite", "1/4", 1),
    ("X9-double", "1/4", 2),
    ("bent-cone", "2/3", 1),
    ("bronze", "1/4", 2),
    ("calyx", "5/12", 1),
    ("casus", "1/6", 1),
    ("clebsch-2", "1/2", 2),
    ("clebsch", "1/2", 2),
    ("cone-and-cube", "2/3", 1),
    ("cone-and-fourth", "3/4", 1),
    ("cone-half", "5/8", 1),
    ("cone-in-four", "5/6", 1),
    ("cone-loss", "5/8", 1),
    ("cone-octant", "2/3", 1),
    ("conjugate-definite", "1/3", 1),
    ("cubic-quadrant", "2/3", 1),
    ("cubic-tangents", "1/3", 1),
    ("elliptic-37", "1/2", 2),
    ("elliptic-simple", "1/2", 2),
    ("flirt", "1/2", 1),
    ("golden-cubed", "1/6", 2),
    ("golden", "1/4", 2),
    ("hesse-pencil", "1/2", 2),
    ("klein-2-tail", "1/2", 2),
    ("klein-2-thick", "1/2", 2),
    ("klein-2", "1/2", 2),
    ("klein-4", "3/10", 1),
    ("klein-octant", "3/8", 1),
    ("klein", "3/8", 1),
    ("line-parabola-half", "1/2", 2),
    ("lines-double", "1/4", 2),
    ("node-amplitude", "1/4", 1),
    ("quartic-c", "3/8", 1),
    ("quintic", "1/10", 1),
    ("silver", "1/4", 2),
    ("tanz", "1/2", 3),
    ("three-cone", "3/8", 1),
    ("three-products-octant", "3/4", 1),
    ("three-products", "3/4", 1),
    ("trisection", "1/6", 1),
    ("two-lines-loss", "1/2", 2),
    ("whitney-cusp", "1/6", 1),
];

fn rare(rule: &Rule) -> Option<&'static str> {
    match rule {
        Rule::Cover { .. } => Some("cover"),
        Rule::Both { .. } => Some("both"),
        Rule::Definite { .. } => Some("definite"),
        Rule::Coordinate {
            form: Form::Implicit,
            ..
        } => Some("implicit"),
        _ => None,
    }
}

#[test]
fn rare_rules_have_eight_certificates_each() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rule-certificates");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), VALUES.len());
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, lambda, m) in VALUES {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let certificate = Certificate::from_json(&text).unwrap();
        let verified = certificate
            .check()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(
            verified.to_string(),
            format!("λ = {lambda}, m = {m}"),
            "{name}"
        );
        let evidence = certificate.steps.iter().flat_map(|s| s.rule.evidence());
        let positive = evidence.filter(|e| !e.positive.is_empty());
        let mut rules: Vec<_> = certificate
            .steps
            .iter()
            .filter_map(|s| rare(&s.rule))
            .chain(positive.map(|_| "positive"))
            .collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            *files.entry(rule).or_default() += 1;
        }
    }
    assert_eq!(files.len(), 5, "{files:?}");
    assert!(files.values().all(|count| *count >= 8), "{files:?}");
}
