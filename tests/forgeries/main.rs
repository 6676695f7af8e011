//! Certificates of what is false, made of steps that are right: none is accepted.
//!
//! A forgery asks about a germ whose (λ, m) is known, and claims what whoever believes its steps
//! would conclude, if that is false; otherwise something else that is false. Where the steps turn
//! out to be right after all, what they prove must be true.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the counts are the result")]

mod evidence;
mod glue;
mod known;

use glue::{Forgery, WAYS, altered};
use known::{allows, holds, known};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rlct::certificate::format::{Certificate, Claim, FORMAT, StatedPole};
use rlct::certificate::{CheckErrorKind, CheckLimits, Pole};
use std::collections::BTreeMap;

/// How forgeries of one kind went.
#[derive(Debug, Default)]
struct Counts {
    /// All.
    tried: usize,
    /// Those with the false claim that their steps suggest.
    suggested: usize,
    /// Those whose steps are right, and prove something true.
    right: usize,
}

fn stated(pole: &Pole) -> Option<StatedPole> {
    Some(StatedPole {
        lambda: pole.lambda()?.clone(),
        multiplicity: pole.multiplicity(),
    })
}

/// The certificate with a false claim, and whether the steps suggest it.
fn forged(rng: &mut ChaCha8Rng, forgery: Forgery) -> Option<(Certificate, bool)> {
    let Forgery {
        question,
        version,
        steps,
        claim,
        truth,
        factor,
    } = forgery;
    let of_k = |(lower, upper): &known::Poles| (lower.scale(&factor), upper.scale(&factor));
    let is_false = |(lower, upper): &known::Poles| {
        let upper = (!upper.is_infinite()).then_some(upper);
        !lower.is_infinite() && !allows(lower, upper, &truth)
    };
    let mut poles = of_k(&claim);
    // no claim says that λ is infinite: a large number says as much
    if poles.0.is_infinite() {
        poles.0 = Pole::new(1000.into(), 1);
    }
    let suggested = is_false(&poles);
    for _ in 0..20 {
        if is_false(&poles) {
            break;
        }
        poles = altered(rng, &(truth.clone(), truth.clone()));
    }
    let claim = Claim {
        lower: stated(&poles.0)?,
        upper: stated(&poles.1),
    };
    let certificate = Certificate {
        format: FORMAT.to_string(),
        version,
        question,
        claim,
        steps: steps.into_iter().map(|g| g.step).collect(),
    };
    is_false(&poles).then_some((certificate, suggested))
}

/// So many forgeries; the counts by kind.
fn attack(count: usize, seed: u64, steps: usize, fresh: usize) -> BTreeMap<&'static str, Counts> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let known = known(&mut rng, steps, fresh);
    println!("{} right certificates", known.len());
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let limits = CheckLimits::default();
    let mut tried = 0;
    for (kind, way) in WAYS.iter().cycle() {
        if tried == count {
            break;
        }
        // one that suggests something false, if that is soon found
        let mut found = None;
        for _ in 0..8 {
            let Some(forgery) = way(&mut rng, &known) else {
                continue;
            };
            let truth = forgery.truth.clone();
            if let Some((certificate, suggested)) = forged(&mut rng, forgery) {
                found = Some((certificate, suggested, truth));
                if suggested {
                    break;
                }
            }
        }
        let Some((certificate, suggested, truth)) = found else {
            continue;
        };
        tried += 1;
        let counts = counts.entry(kind).or_default();
        counts.tried += 1;
        counts.suggested += usize::from(suggested);
        match certificate.check_within(&limits) {
            Ok(verified) => panic!(
                "{kind}: accepted as {verified}, not {truth}: {}",
                certificate.to_json()
            ),
            Err(error) => {
                if matches!(error.kind(), CheckErrorKind::Claim(_)) {
                    let Certificate {
                        question,
                        version,
                        steps,
                        ..
                    } = &certificate;
                    let proved = question.proved_by(*version, steps, &limits).unwrap();
                    let text = || certificate.to_json();
                    assert!(
                        holds(&proved, &truth),
                        "{kind}: {proved}, not {truth}: {}",
                        text()
                    );
                    counts.right += 1;
                }
            }
        }
    }
    for (kind, counts) in &counts {
        println!("{kind}: {counts:?}");
    }
    counts
}

/// That every kind is there, and that most claims are those that the steps suggest.
fn judge(counts: &BTreeMap<&str, Counts>, count: usize) {
    assert_eq!(counts.values().map(|c| c.tried).sum::<usize>(), count);
    assert_eq!(counts.len(), WAYS.len(), "{counts:?}");
    let suggested: usize = counts.values().map(|c| c.suggested).sum();
    assert!(4 * suggested >= count, "{counts:?}");
}

#[test]
fn no_forgery_is_accepted() {
    let count = 1000;
    judge(&attack(count, 7, 20, 12), count);
}

/// Ten thousand, from larger certificates too:
///
/// ```text
/// cargo test --release --test forgeries -- --ignored --nocapture
/// ```
#[test]
#[ignore = "takes minutes"]
fn none_of_ten_thousand_forgeries_is_accepted() {
    let count = 10_000;
    judge(&attack(count, 11, 60, 150), count);
}
