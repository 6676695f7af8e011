//! The time that each certificate of proofs/ takes to be read and checked.
//!
//! Against an earlier state of the checker: `cargo bench -p rlct-certificate -- --save-baseline
//! before` there, then `-- --baseline before` here, with one `CARGO_TARGET_DIR` for both.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use rlct_certificate::Certificate;
use std::fs;
use std::path::Path;
use std::time::Duration;

fn proofs(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proofs");
    let mut texts: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path().join("certificate.json")).ok()?;
            Some((entry.file_name().into_string().unwrap(), text))
        })
        .collect();
    assert!(texts.len() > 100, "the certificates are not there");
    texts.sort();
    let mut group = criterion.benchmark_group("proofs");
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(20)
        .nresamples(2000)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    for (name, text) in &texts {
        group.bench_function(name, |bencher| {
            bencher.iter(|| Certificate::from_json(text).unwrap().check().unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, proofs);
criterion_main!(benches);
