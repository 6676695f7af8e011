//! Limits hold: inputs made to be hard end with the time that is given, within the memory that is
//! allowed, and at once when they are interrupted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the figures are the result")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rlct::algebra::{AlgebraicNumber, Polynomial};
use rlct::resolution::{Answer, Germ, GermError, Reading};
use rlct::{Budget, Exhausted};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A question in words, as a user would type it.
#[derive(Debug, Clone)]
struct Hostile {
    kind: &'static str,
    loss: bool,
    generators: Vec<String>,
    amplitude: Option<String>,
    nonnegative: Vec<String>,
    numbers: Vec<String>,
    point: Vec<(String, String)>,
}

impl Hostile {
    fn ideal(kind: &'static str, generators: Vec<String>) -> Self {
        Self {
            kind,
            loss: false,
            generators,
            amplitude: None,
            nonnegative: Vec::new(),
            numbers: Vec::new(),
            point: Vec::new(),
        }
    }

    fn germ(&self) -> Option<Germ> {
        let polynomials = Polynomial::parse_all(&self.generators).ok()?;
        let reading = match self.loss {
            true => Reading::Loss,
            false => Reading::Ideal,
        };
        let mut germ = Germ::new(reading, polynomials).ok()?;
        if let Some(amplitude) = &self.amplitude {
            germ = germ.amplitude(amplitude).ok()?;
        }
        for number in &self.numbers {
            germ = germ.number(number.parse::<AlgebraicNumber>().ok()?).ok()?;
        }
        let germ = germ.nonnegative(&self.nonnegative).ok()?;
        germ.at_values(self.point.iter().map(|(name, value)| (name, value)))
            .ok()
    }
}

fn name(i: usize) -> String {
    format!("x{i}")
}

fn monomial(exponents: &[u64]) -> String {
    let factors = exponents.iter().enumerate().filter(|(_, e)| **e > 0);
    let factors: Vec<String> = factors.map(|(i, e)| format!("x{i}^{e}")).collect();
    match factors.is_empty() {
        true => "1".to_string(),
        false => factors.join("*"),
    }
}

/// A number other than 0 with so many digits.
fn number(rng: &mut ChaCha8Rng, digits: usize) -> String {
    let mut text = String::from(if rng.random_range(0..2) == 0 { "" } else { "-" });
    text.push(char::from(b'1' + rng.random_range(0..9_u8)));
    text.extend((1..digits).map(|_| char::from(b'0' + rng.random_range(0..10_u8))));
    text
}

/// So many terms in the first n variables, of degree at least 2.
fn sparse(rng: &mut ChaCha8Rng, n: usize, terms: usize, degree: u64, digits: usize) -> String {
    let mut text = String::from("0");
    for _ in 0..terms {
        let mut left = rng.random_range(2..=degree);
        let mut exponents = vec![0; n];
        while left > 0 {
            let part = rng.random_range(1..=left);
            exponents[rng.random_range(0..n)] += part;
            left -= part;
        }
        let c = number(rng, digits);
        text.push_str(&format!(" + ({c})*{}", monomial(&exponents)));
    }
    text
}

/// A linear form in the first n variables.
fn linear(rng: &mut ChaCha8Rng, n: usize) -> String {
    let part = |i| format!("({})*{}", rng.random_range(-9..=9), name(i));
    let parts: Vec<String> = (0..n).map(part).collect();
    format!("({} + {})", parts.join(" + "), name(0))
}

/// All monomials of two variables up to a degree, with random coefficients.
fn dense(rng: &mut ChaCha8Rng, degree: u64) -> String {
    let mut text = String::from("0");
    for total in 2..=degree {
        for e in 0..=total {
            let c = rng.random_range(-99..=99_i64);
            text.push_str(&format!(" + ({c})*{}", monomial(&[e, total - e])));
        }
    }
    text
}

const KINDS: u64 = 16;

fn hostile(seed: u64) -> Hostile {
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    let size = rng.random_range(1..=4_usize);
    let ideal = Hostile::ideal;
    match seed % KINDS {
        0 => ideal(
            "many variables",
            vec![sparse(rng, 5 * size, 30 * size, 8, 1)],
        ),
        1 => {
            let generators = (0..size).map(|_| sparse(rng, 4, 6 * size, 400, 2));
            let generators = generators.collect();
            ideal("high degrees", generators)
        }
        2 => {
            let degree = [90_000, 1_000_000, 4_000_000_000][rng.random_range(0..3)];
            ideal("huge exponents", vec![sparse(rng, size, 4, degree, 1)])
        }
        3 => {
            let digits = 10_usize.pow(rng.random_range(1..=3)) * 2;
            ideal(
                "huge coefficients",
                vec![sparse(rng, size + 1, 12, 9, digits)],
            )
        }
        4 => {
            let terms = [1_000, 3_000, 10_000][rng.random_range(0..3)];
            ideal(
                "many terms",
                vec![sparse(rng, 5 * size, terms, 100 * size as u64, 2)],
            )
        }
        5 => {
            let n = size + 2;
            let forms: Vec<String> = (0..n + size).map(|_| linear(rng, n)).collect();
            ideal("hyperplanes", vec![forms.join("*")])
        }
        6 => {
            let (k, n) = (rng.random_range(2..7), rng.random_range(9..40));
            let (a, b) = (rng.random_range(2..5), rng.random_range(3..7));
            let curve = format!("(x1^{a} - x0^{b} + 3*x0^{}*x1)", b - 1);
            ideal(
                "near degenerate",
                vec![format!(
                    "{curve}^{k} + x0^{n}*x1 + 1/1000000007*x0^{}",
                    2 * n
                )],
            )
        }
        7 => {
            let part = sparse(rng, 1, 100 * size, 400, 10 * size);
            let power = rng.random_range(1..4);
            let other = sparse(rng, 1, 50, 50, 3);
            ideal(
                "univariate",
                vec![format!("({part})*x0^{power}"), format!("({other})^3")],
            )
        }
        8 => {
            let count = 10 * size * size;
            let generators = (0..count).map(|_| sparse(rng, 2 * size, 1 + size, 8, 1));
            let generators = generators.collect();
            ideal("many generators", generators)
        }
        9 => {
            let n = size + 1;
            let mut found = ideal("points", Vec::new());
            let shift = |rng: &mut ChaCha8Rng, i: usize| {
                let (p, q) = (rng.random_range(1..99), rng.random_range(1..99));
                (name(i), format!("{p}/{q}"))
            };
            found.point = [0, n - 1].map(|i| shift(rng, i)).to_vec();
            let moved = |place: usize| {
                let (name, value) = &found.point[place];
                format!("({name} - {value})")
            };
            let (k, e) = (rng.random_range(2..9), rng.random_range(3..30));
            let text = format!("({})^{k} + {}^{e}*x0^{}", moved(0), moved(1), 10 * e);
            found.generators = vec![text];
            found.amplitude = Some(format!("{}^7", name(0)));
            found
        }
        10 => {
            let mut found = ideal("algebraic points", Vec::new());
            let degree = rng.random_range(2..30);
            let c = number(rng, 3 * size).replace('-', "");
            found.numbers = vec![format!("s^{degree} = {c}, 0 < s < {c}1")];
            found.point = vec![(name(0), "s".to_string())];
            let k = rng.random_range(1..5);
            let e = rng.random_range(2..12);
            let equation = format!("(x0^{degree} - {c})");
            let curve = format!("({equation} - 3*x1^2 + x1*x2^{e})^{k}");
            found.generators = vec![format!("{curve} + {equation}^{e}*x2")];
            found
        }
        11 => {
            let n = size + 1;
            let squares = (0..size + 1).map(|_| format!("({})^2", sparse(rng, n, 2 * size, 6, 1)));
            let squares: Vec<String> = squares.collect();
            let mut found = ideal("losses", vec![squares.join(" + ")]);
            found.loss = true;
            found
        }
        12 => ideal("dense", vec![dense(rng, 10 * size as u64)]),
        13 => {
            let forms: Vec<String> = (0..4).map(|_| linear(rng, size + 1)).collect();
            let inner = format!("({}*{} + {}^3)", forms[0], forms[1], forms[2]);
            ideal(
                "hidden powers",
                vec![
                    format!("{inner}^{} + {}^7", size + 1, forms[3]),
                    format!("{inner}*{}^{}", forms[2], size),
                ],
            )
        }
        14 => {
            // entries of a product of matrices that is not 0 at the point
            let (a, b, c) = (size + 1, size, size + 1);
            let entry = |i: usize, j: usize| {
                let parts = (0..b).map(|k| format!("x{}*x{}", i * b + k, a * b + k * c + j));
                parts.collect::<Vec<_>>().join(" + ")
            };
            let mut entries = Vec::new();
            for i in 0..a {
                entries.extend((0..c).map(|j| format!("({})^2 + x0*x{j}", entry(i, j))));
            }
            let mut found = ideal("matrices", entries);
            found.nonnegative = vec![name(0)];
            found
        }
        _ => {
            let p = sparse(rng, 3, 5 * size, 20, 4);
            let q = sparse(rng, 3, 3 * size, 9, 2);
            ideal(
                "products",
                vec![format!("({p})*({q})^2"), format!("({q})*x0")],
            )
        }
    }
}

/// What a line of the process's status says, in MiB, where the system says it.
fn status(label: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(label))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}

/// The processor time that this process has taken, where the system says: on a machine with other
/// work the limits can only be kept in it.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse().ok()?;
    let more: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis(10 * (ticks + more)))
}

/// One measurement at a time.
static TURN: Mutex<()> = Mutex::new(());

/// The time that work takes: by the clock, or, if that is less, of the processor.
fn measured<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let _turn = TURN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let (start, before) = (Instant::now(), processor_time());
    let done = work();
    let took = start.elapsed();
    let own = before.and_then(|before| Some(processor_time()?.saturating_sub(before)));
    (done, own.map_or(took, |own| took.min(own)))
}

fn expect_sound(input: &Hostile, answer: &Result<Answer, GermError>) {
    let head = || format!("{:.200}", format!("{input:?}"));
    match answer {
        Ok(answer) => assert!(answer.lower() <= answer.upper(), "{answer}: {}", head()),
        // refused: no zero, no loss, or too large for any proof
        Err(
            GermError::Unit { .. }
            | GermError::NegativeLoss { .. }
            | GermError::Certificate(_)
            | GermError::Undecided { .. }
            | GermError::Exhausted(_)
            | GermError::Polynomial(_),
        ) => {}
        Err(other) => panic!("{other}: {}", head()),
    }
}

/// Solves inputs, each within the time and 10 % + 1 s.
fn run(seeds: impl Iterator<Item = u64>, time: Duration) {
    let bar = time + time / 10 + Duration::from_secs(1);
    let (mut count, mut read, mut exact, mut longest) = (0, 0, 0, Duration::ZERO);
    for seed in seeds {
        let input = hostile(seed);
        let (answer, took) = measured(|| {
            let budget = Budget::default().with_time(time);
            input.germ().map(|germ| germ.learning_coefficient(&budget))
        });
        count += 1;
        if let Some(answer) = &answer {
            expect_sound(&input, answer);
            read += 1;
            exact += u32::from(answer.as_ref().is_ok_and(|a| a.coefficient().is_some()));
        }
        if took > longest || took > time + Duration::from_millis(300) {
            longest = longest.max(took);
            let memory = status("VmHWM:").unwrap_or(0);
            let shown = answer.map(|a| a.map_or_else(|e| e.to_string(), |a| a.to_string()));
            let shown = shown.unwrap_or_else(|| "not read".into());
            println!(
                "seed {seed} ({}): {took:?}, {memory} MiB: {shown:.120}",
                input.kind
            );
        }
        assert!(took < bar, "seed {seed} ({}): {took:?}", input.kind);
    }
    let memory = status("VmHWM:");
    println!(
        "{count} inputs, {read} read, {exact} exact; the longest took {longest:?} of {time:?}; \
         memory {memory:?} MiB"
    );
    assert!(memory.is_none_or(|m| m < 2048), "{memory:?} MiB");
}

#[test]
#[ignore = "takes minutes, and measures time and memory"]
fn hostile_inputs_keep_the_limits() {
    run(0..500, Duration::from_millis(300));
}

#[test]
fn a_sample_of_hostile_inputs_keeps_the_limits() {
    // two of each kind
    run((160..160 + 2 * KINDS).rev(), Duration::from_millis(150));
}

/// Six generic hyperplanes in ℝ⁴ once ran for 59 s of 10.
#[test]
fn generic_hyperplanes_keep_the_time() {
    let product =
        "(x+2*y+3*z-w)*(2*x-y+z+w)*(x-y-z+5*w)*(3*x+y-2*z+2*w)*(x+4*y-z-3*w)*(5*x-2*y+3*z+w)";
    let germ = Germ::ideal([product]).unwrap();
    let time = Duration::from_secs(2);
    let (answer, took) = measured(|| {
        germ.learning_coefficient(&Budget::default().with_time(time))
            .unwrap()
    });
    assert!(took < Duration::from_millis(3200), "{took:?}: {answer}");
    // λ of the product of n generic forms in d < n variables is min(1/2, d/(2n)) = 1/3
    let third = "1/3".parse().unwrap();
    assert!(
        *answer.lower() <= third && third <= *answer.upper(),
        "{answer}"
    );
}

#[test]
fn huge_powers_end_at_once() {
    for text in [
        "x^300000",
        "x^4000000000",
        "x^4000000000*y + y^3",
        "(x^2-3*y^3)*x^70000",
    ] {
        let germ = Germ::ideal([text]).unwrap();
        let (answer, took) = measured(|| germ.learning_coefficient(&Budget::default()));
        assert!(
            took < Duration::from_secs(2),
            "{text}: {took:?}, {answer:?}"
        );
    }
    let high = Germ::ideal(["x^90000"]).unwrap();
    let answer = high.learning_coefficient(&Budget::default()).unwrap();
    assert_eq!(answer.to_string(), "λ = 1/180000, m = 1");
}

/// The stop flag is seen within half a second, and what was proved is given soon after.
#[test]
fn interrupted_work_gives_what_it_has() {
    let inputs = [0, 5, 8, 12, 13, 14].map(|kind| hostile(160 + kind));
    for input in inputs {
        let Some(germ) = input.germ() else { continue };
        let stop = Arc::new(AtomicBool::new(false));
        let budget = Budget::default().with_time(Duration::from_secs(600));
        let budget = budget.with_steps(u64::MAX).with_stop(Arc::clone(&stop));
        let (answer, took) = measured(|| {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_millis(300));
                    stop.store(true, Ordering::Relaxed);
                });
                germ.learning_coefficient(&budget)
            })
        });
        expect_sound(&input, &answer);
        assert!(
            took < Duration::from_millis(1300),
            "{}: {took:?}",
            input.kind
        );
    }
}

#[test]
fn the_limit_that_is_named_is_the_one_that_was_reached() {
    let product =
        "(x+2*y+3*z-w)*(2*x-y+z+w)*(x-y-z+5*w)*(3*x+y-2*z+2*w)*(x+4*y-z-3*w)*(5*x-2*y+3*z+w)";
    let germ = Germ::ideal([product]).unwrap();
    let reason = |budget: Budget| match germ.learning_coefficient(&budget).unwrap() {
        Answer::Bounds {
            reason: Some(reason),
            ..
        } => reason.to_string(),
        exact @ Answer::Exact { .. } => panic!("{exact}"),
        other => panic!("{other:?}"),
    };
    let none = reason(Budget::default().with_time(Duration::ZERO));
    assert_eq!(none, Exhausted::Time(Duration::ZERO).to_string());
    let some = reason(Budget::default().with_time(Duration::from_millis(400)));
    let limit = Duration::from_millis(400);
    let share = limit / 2;
    let of_search = Exhausted::TimeShare { share, limit }.to_string();
    let of_all = Exhausted::Time(limit).to_string();
    assert!([of_search, of_all].contains(&some), "{some}");
    let steps = reason(Budget::default().with_steps(1_000));
    assert_eq!(steps, Exhausted::Steps(1_000).to_string());
    let stop = Arc::new(AtomicBool::new(true));
    let stopped = reason(Budget::default().with_stop(stop));
    assert_eq!(stopped, Exhausted::Interrupted.to_string());
}
