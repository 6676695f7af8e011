//! Fuzzing, one module and one folder of `tests/corpus` a target.
//!
//! Under `cargo test` an input is a mutation of the corpus by random numbers with a fixed number of
//! iterations. The same tests run coverage-guided under `cargo bolero test`. An input that once
//! failed belongs into the corpus of its target.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::print_stdout,
    reason = "the figures of the long run are the result"
)]

use std::path::Path;

/// The inputs kept for a target, by file name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(target);
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, std::fs::read(entry.path()).unwrap())
    };
    let mut inputs: Vec<_> = std::fs::read_dir(folder).unwrap().map(read).collect();
    inputs.sort();
    inputs
}

/// Which input of the corpus, and what is done to it: kind, place and argument.
type Recipe = (u16, Vec<(u8, u16, u16)>);

/// Longer inputs of the corpus are tried as they are and not mutated; so are those whose file names
/// begin with `heavy`.
const LONGEST_SEED: usize = 3000;

/// The inputs to mutate.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let light =
        |(name, seed): &(String, Vec<u8>)| seed.len() <= LONGEST_SEED && !name.starts_with("heavy");
    let inputs = corpus(target).into_iter().filter(light);
    inputs.map(|(_, seed)| seed).collect()
}

/// Mutates as the recipe says; `words` are what inputs of the target are made of.
fn cook(seeds: &[Vec<u8>], words: &[&str], (seed, steps): &Recipe) -> Vec<u8> {
    let at = |n: u16, length: usize| usize::from(n) % (length + 1);
    let mut input = seeds[usize::from(*seed) % seeds.len()].clone();
    for (kind, place, argument) in steps.iter().take(12) {
        let start = at(*place, input.len());
        let end = at(*argument, (input.len() - start).min(16)) + start;
        let piece = input[start..end].to_vec();
        let word = words[usize::from(*argument) % words.len()]
            .as_bytes()
            .to_vec();
        match kind % 8 {
            0 | 1 => drop(input.splice(start..start, word)),
            2 => drop(input.drain(start..end)),
            3 => drop(input.splice(end..end, piece)),
            4 => {
                let times = at(*place, 64);
                drop(input.splice(start..start, word.repeat(times)));
            }
            5 => {
                let other = &seeds[usize::from(*argument) % seeds.len()];
                drop(input.splice(start..start, other.iter().copied().take(200)));
            }
            6 => {
                input.insert(start, b'(');
                input.insert(at(*argument, input.len() - start) + start, b')');
            }
            _ => input.insert(start, argument.to_le_bytes()[0]),
        }
    }
    input
}

/// Inputs of a long run: `RLCT_FUZZ_INPUTS`, or a million.
fn long_run() -> usize {
    std::env::var("RLCT_FUZZ_INPUTS").map_or(1_000_000, |n| n.parse().unwrap())
}

/// The reader of polynomials.
mod parser {
    use super::{Recipe, cook, corpus, long_run, seeds};
    use rlct::algebra::Polynomial;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    const WORDS: [&str; 44] = [
        "x",
        "y",
        "θ",
        "x_1",
        "x'",
        "0",
        "1",
        "7",
        "99",
        "4294967295",
        "4294967296",
        "0.5",
        ".",
        "^",
        "**",
        "^2",
        "^(3)",
        "²",
        "¹⁰",
        "+",
        "-",
        "−",
        "*",
        "·",
        "/",
        "÷",
        "(",
        ")",
        "[",
        "]",
        " ",
        "\n",
        "\u{a0}",
        "\u{0}",
        "\u{202e}",
        "\u{301}",
        "𝒙",
        "🙂",
        "٣",
        "=",
        "(x+y)",
        "^-1",
        "e",
        "(x-2y)^2",
    ];

    /// Not a measurement but the difference between slow and never.
    const HANGS: Duration = Duration::from_secs(60);

    /// What must hold for every input, and whether it is a polynomial.
    fn holds(input: &[u8]) -> bool {
        let text = String::from_utf8_lossy(input);
        let start = Instant::now();
        let accepted = match text.parse::<Polynomial>() {
            Ok(p) => {
                let shown = p.to_string();
                let again = Polynomial::parse_in(&shown, p.variables());
                assert_eq!(again.as_ref(), Ok(&p), "{text:?} is shown as {shown:?}");
                true
            }
            Err(error) => {
                let length = text.chars().count();
                // the end of the text is a place too
                assert!(error.column() <= length, "{text:?}: {error}");
                assert!(
                    error.column() + error.width() <= length.max(error.column() + 1),
                    "{text:?}: {error} is {} wide",
                    error.width()
                );
                assert!(!error.to_string().is_empty(), "{text:?}");
                false
            }
        };
        assert!(
            start.elapsed() < HANGS,
            "{text:?} took {:?}",
            start.elapsed()
        );
        accepted
    }

    /// Inputs tried, polynomials among them, and the microseconds of the slowest.
    static FIGURES: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];

    fn run(inputs: usize) {
        let [tried, accepted, slowest] = &FIGURES;
        let seeds = seeds("parser");
        bolero::check!()
            .with_type::<Recipe>()
            .with_iterations(inputs)
            .for_each(|recipe| {
                // few changes leave a polynomial more often than many
                let (seed, steps) = recipe;
                let few = steps.iter().take(1 + usize::from(*seed >> 8) % 4);
                let input = cook(&seeds, &WORDS, &(*seed, few.copied().collect()));
                let start = Instant::now();
                let polynomial = holds(&input);
                let took = u64::try_from(start.elapsed().as_micros()).unwrap();
                tried.fetch_add(1, Ordering::Relaxed);
                accepted.fetch_add(u64::from(polynomial), Ordering::Relaxed);
                if slowest.fetch_max(took, Ordering::Relaxed) < took && took > 100_000 {
                    let text = String::from_utf8_lossy(&input);
                    println!("{took} µs: {text:?}");
                }
            });
    }

    #[test]
    fn the_corpus() {
        let inputs = corpus("parser");
        assert!(inputs.len() >= 60, "the corpus has gone missing");
        let accepted = inputs.iter().filter(|(_, input)| holds(input)).count();
        assert!(accepted >= 20, "only {accepted} polynomials in the corpus");
    }

    #[test]
    fn mutations_of_the_corpus() {
        run(5_000);
    }

    #[test]
    #[ignore = "a million inputs take minutes"]
    fn many_mutations_of_the_corpus() {
        run(long_run());
        let [tried, accepted, slowest] = FIGURES.each_ref().map(|n| n.load(Ordering::Relaxed));
        println!("{tried} inputs, {accepted} polynomials, the slowest took {slowest} µs");
        // a fuzzer whose inputs are all refused at the first character tests nothing
        assert!(20 * accepted >= tried, "{accepted} of {tried}");
    }
}

/// The checker, on certificates of `proofs/` with parts replaced, moved, dropped or doubled.
mod checker {
    use super::{Recipe, long_run};
    use rlct::certificate::{Certificate, CheckLimits};
    use serde_json::{Value, json};
    use std::path::Path;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    /// Longer certificates are left to `tests/certificates.rs`.
    const LONGEST: usize = 6000;

    /// Not a measurement but the difference between slow and never.
    const HANGS: Duration = Duration::from_secs(60);

    const WORDS: [&str; 40] = [
        "0",
        "1",
        "-1",
        "1/2",
        "-1/3",
        "2",
        "9999999999999999999999",
        "1/0",
        "x",
        "y",
        "x - 1",
        "x^2 + 1",
        "t1",
        "x*y",
        "(x+y)^9",
        "x^4294967295",
        "",
        "line",
        "half-line",
        "local",
        "extended",
        "signs",
        "explicit",
        "implicit",
        "newton",
        "order",
        "unit",
        "open",
        "both",
        "sum",
        "factor",
        "blow_up",
        "split",
        "cover",
        "coordinate",
        "ideal",
        "definite",
        "fold",
        "loss",
        "🙂",
    ];

    fn certificates() -> Vec<Value> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().join("certificate.json"))
            .filter(|path| path.exists())
            .collect();
        files.sort();
        let texts = files
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap());
        texts
            .filter(|text| text.len() <= LONGEST)
            .map(|text| serde_json::from_str(&text).unwrap())
            .collect()
    }

    /// All places in a document.
    fn places(value: &Value, here: &str, found: &mut Vec<String>) {
        found.push(here.to_string());
        match value {
            Value::Array(list) => {
                for (i, v) in list.iter().enumerate() {
                    places(v, &format!("{here}/{i}"), found);
                }
            }
            Value::Object(map) => {
                for (key, v) in map {
                    places(v, &format!("{here}/{key}"), found);
                }
            }
            _ => {}
        }
    }

    /// The certificate that a recipe starts from, and what it makes of it.
    fn cook<'a>(seeds: &'a [Value], (seed, steps): &Recipe) -> (&'a Value, Value) {
        let original = &seeds[usize::from(*seed) % seeds.len()];
        let mut document = original.clone();
        for (kind, place, argument) in steps.iter().take(4) {
            let mut all = Vec::new();
            places(&document, "", &mut all);
            let at = |n: u16| all[1 + usize::from(n) % (all.len() - 1)].clone();
            let other = document.pointer(&at(*argument)).unwrap().clone();
            let word = WORDS[usize::from(*argument) % WORDS.len()];
            let slot = at(*place);
            let number = usize::from(*argument);
            let slot = document.pointer_mut(&slot).unwrap();
            match slot {
                // a word, or what stands elsewhere; sometimes of another kind
                Value::String(text) => match (kind % 8, &other) {
                    (0, _) => *slot = other,
                    (1..4, Value::String(other)) => text.clone_from(other),
                    (4, _) => text.push_str(word),
                    _ => *text = word.to_string(),
                },
                Value::Array(list) if !list.is_empty() => {
                    let (n, place) = (list.len(), number % list.len());
                    match kind % 4 {
                        0 => drop(list.remove(place)),
                        1 => list.push(list[place].clone()),
                        2 => list.swap(0, place),
                        _ => list.rotate_left(place.min(n)),
                    }
                }
                Value::Object(_) if other.is_object() && kind % 2 == 0 => *slot = other,
                Value::Object(_) | Value::Array(_) => {}
                _ if kind % 8 == 0 => *slot = json!(i64::from(*argument) - 9),
                _ => *slot = json!(argument % 7),
            }
            if !document.is_object() || all.len() < 3 {
                break;
            }
        }
        (original, document)
    }

    /// Inputs tried, certificates that can be read among them, and accepted ones.
    static FIGURES: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];

    fn run(inputs: usize) {
        let [tried, read, accepted] = &FIGURES;
        let seeds = certificates();
        assert!(seeds.len() >= 20, "the proofs have gone missing");
        let limits = CheckLimits::default().with_work(3_000_000);
        bolero::check!()
            .with_type::<Recipe>()
            .with_iterations(inputs)
            .for_each(|recipe| {
                let (original, document) = cook(&seeds, recipe);
                tried.fetch_add(1, Ordering::Relaxed);
                let start = Instant::now();
                let Ok(certificate) = Certificate::from_json(&document.to_string()) else {
                    return;
                };
                read.fetch_add(1, Ordering::Relaxed);
                let verified = certificate.check_within(&limits);
                assert!(start.elapsed() < HANGS, "{document}");
                let Ok(verified) = verified else { return };
                accepted.fetch_add(1, Ordering::Relaxed);
                // about the same germ, no bound goes past the true pole
                if document["question"] == original["question"] {
                    let truth = Certificate::from_json(&original.to_string()).unwrap();
                    let truth = truth.check().unwrap();
                    assert!(verified.lower() <= truth.lower(), "{document}");
                    assert!(
                        verified.upper().is_none_or(|u| u >= truth.lower()),
                        "{document}"
                    );
                }
            });
    }

    #[test]
    fn altered_certificates() {
        run(600);
    }

    #[test]
    #[ignore = "a million inputs take minutes"]
    fn many_altered_certificates() {
        run(long_run());
        let [tried, read, accepted] = FIGURES.each_ref().map(|n| n.load(Ordering::Relaxed));
        println!("{tried} inputs, {read} certificates, {accepted} accepted");
        // a fuzzer whose inputs are all refused by the reader tests nothing
        assert!(10 * read >= tried, "{read} of {tried}");
    }
}
