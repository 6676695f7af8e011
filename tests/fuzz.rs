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
                let input = cook(&seeds, &WORDS, recipe);
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
        assert!(10 * accepted >= tried, "{accepted} of {tried}");
    }
}
