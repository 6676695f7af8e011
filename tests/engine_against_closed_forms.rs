//! The engine against the formulas of the literature, family by family.
//!
//! Each row is a germ at the most singular point of the true set, where λ of the germ is that of
//! the model. Right is: exact and equal, or bounds that hold the value. Rows that the engine
//! does not decide are listed by name, so that a row cannot become undecided unnoticed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table of rows is the result")]

mod common;

use common::{judge, steps};
use rlct::LearningCoefficient;
use rlct::algebra::Rational;
use rlct::closed_form::{ClosedForm, deep_linear, reduced_rank};
use rlct::resolution::{Answer, Germ};

const STEPS: u64 = 1_500_000;

/// The rows that may end as bounds. To be shortened with the engine, never lengthened.
const OPEN: &[&str] = &["linear 2-2-2-2 rank 0", "generic activation H=3 M=1"];

struct Row {
    name: String,
    source: String,
    generators: Vec<String>,
    /// Coordinates of the point that are not 0.
    point: Vec<(String, i64)>,
    nonnegative: Vec<String>,
    expected: LearningCoefficient,
}

impl Row {
    /// A row at the origin.
    fn new(
        name: String,
        source: &str,
        generators: Vec<String>,
        expected: (Rational, usize),
    ) -> Self {
        Self {
            name,
            source: source.to_string(),
            generators,
            point: Vec::new(),
            nonnegative: Vec::new(),
            expected: LearningCoefficient::new(expected.0, expected.1),
        }
    }

    fn answer(&self) -> Answer {
        let germ = Germ::ideal(&self.generators).unwrap();
        let point = self.point.iter().map(|(v, c)| (v, Rational::from(*c)));
        let germ = germ.at(point).unwrap();
        let germ = germ.nonnegative(&self.nonnegative).unwrap();
        germ.learning_coefficient(&steps(STEPS)).unwrap()
    }
}

fn q(n: usize, d: usize) -> Rational {
    Rational::from(n) / Rational::from(d)
}

// ---- linear networks ------------------------------------------------------------------------

/// The entries of W_L···W_1 − W* at W_l = W* = I_r: the generic entries are `a`, `b`, ….
fn linear_network(widths: &[usize], rank: usize, truth: &ClosedForm) -> Row {
    let layer_name = |l: usize| char::from(b'a' + u8::try_from(l).unwrap());
    let entry = |l: usize, i: usize, j: usize| format!("{}{i}{j}", layer_name(l));
    // paths from output i to input j through the hidden units
    fn paths(
        widths: &[usize],
        l: usize,
        i: usize,
        j: usize,
        entry: &dyn Fn(usize, usize, usize) -> String,
    ) -> Vec<String> {
        if l == 0 {
            return vec![entry(0, i, j)];
        }
        (1..=widths[l])
            .flat_map(|k| {
                let left = entry(l, i, k);
                paths(widths, l - 1, k, j, entry)
                    .into_iter()
                    .map(move |rest| format!("{left}*{rest}"))
            })
            .collect()
    }
    let depth = widths.len() - 1;
    let (inputs, outputs) = (widths[0], widths[depth]);
    let mut generators = Vec::new();
    for i in 1..=outputs {
        for j in 1..=inputs {
            let product = paths(widths, depth - 1, i, j, &entry).join(" + ");
            let truth = if i == j && i <= rank { " - 1" } else { "" };
            generators.push(product + truth);
        }
    }
    let ones = |l: usize| (1..=rank).map(move |i| (entry(l, i, i), 1));
    Row {
        point: (0..depth).flat_map(ones).collect(),
        ..Row::new(
            format!(
                "linear {} rank {rank}",
                widths
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("-")
            ),
            &truth.source().short(),
            generators,
            (truth.lambda().clone(), truth.multiplicity()),
        )
    }
}

/// All sizes up to three outputs, three inputs and two hidden units.
fn reduced_rank_regressions() -> Vec<Row> {
    let mut rows = Vec::new();
    for inputs in 1..=3 {
        for outputs in 1..=3 {
            for hidden in 1..=2 {
                for rank in 0..=inputs.min(outputs).min(hidden) {
                    let truth = reduced_rank(inputs, outputs, hidden, rank).unwrap();
                    rows.push(linear_network(&[inputs, hidden, outputs], rank, &truth));
                }
            }
        }
    }
    rows
}

fn deep_linear_networks() -> Vec<Row> {
    let networks: [&[usize]; 8] = [
        &[1, 1, 1, 1],
        &[1, 1, 1, 1, 1],
        &[1, 2, 1, 1],
        &[1, 2, 2, 1],
        &[2, 1, 1, 2],
        &[2, 1, 2, 2],
        &[1, 2, 2, 2],
        &[2, 2, 2, 2],
    ];
    let ranks = |widths: &'static [usize]| {
        let narrowest = widths.iter().copied().min().unwrap();
        (0..=narrowest)
            .map(move |rank| linear_network(widths, rank, &deep_linear(widths, rank).unwrap()))
    };
    networks.into_iter().flat_map(ranks).collect()
}

// ---- shallow networks with analytic activation ----------------------------------------------

/// λ and m of ⟨Σᵢ a_ki bᵢ^(Qn+1)⟩ over k ≤ outputs, n < units: the least of
/// (2H + MQk(k+1)) / 4(1+kQ) over k ≥ 0, and how many k attain it.
fn vandermonde_value(outputs: usize, q_step: usize, units: usize) -> (Rational, usize) {
    let value = |k: usize| {
        q(
            2 * units + outputs * q_step * k * (k + 1),
            4 * (1 + k * q_step),
        )
    };
    let values: Vec<Rational> = (0..=2 * units).map(value).collect();
    let least = values.iter().min().unwrap().clone();
    let attained = values.iter().filter(|v| **v == least).count();
    (least, attained)
}

fn vandermonde(outputs: usize, q_step: usize, units: usize) -> Row {
    let generator = |k: usize, n: usize| {
        let terms = (1..=units).map(|i| format!("a{k}{i}*b{i}^{}", q_step * n + 1));
        terms.collect::<Vec<_>>().join(" + ")
    };
    let generators = (1..=outputs)
        .flat_map(|k| (0..units).map(move |n| (k, n)))
        .map(|(k, n)| generator(k, n))
        .collect();
    let activation = if q_step == 2 {
        "tanh"
    } else {
        "generic activation"
    };
    Row::new(
        format!("{activation} H={units} M={outputs}"),
        "Aoyagi 2009; H, M ≤ 4 enumerated",
        generators,
        vandermonde_value(outputs, q_step, units),
    )
}

fn shallow_networks() -> Vec<Row> {
    let mut rows = Vec::new();
    for (q_step, units, outputs) in [
        (2, 1, 1),
        (2, 2, 1),
        (2, 3, 1),
        (2, 1, 2),
        (2, 2, 2),
        (1, 1, 1),
        (1, 2, 1),
        (1, 3, 1),
        (1, 1, 2),
        (1, 2, 2),
    ] {
        rows.push(vandermonde(outputs, q_step, units));
    }
    // one unit a(w·x)^p with M outputs and N inputs: a_k w^α, |α| = p, that is ⟨a⟩·⟨w⟩^p
    for (outputs, inputs, p) in [(1, 1, 2), (1, 2, 2), (2, 2, 2), (1, 3, 3)] {
        let mut powers = vec![String::new()];
        for _ in 0..p {
            let longer = |w: &String| {
                (1..=inputs)
                    .map(move |i| format!("{w}*w{i}"))
                    .collect::<Vec<_>>()
            };
            powers = powers.iter().flat_map(longer).collect();
        }
        let generators = (1..=outputs).flat_map(|k| powers.iter().map(move |w| format!("a{k}{w}")));
        let (a, w) = (q(outputs, 2), q(inputs, 2 * p));
        let m = 1 + usize::from(a == w);
        rows.push(Row::new(
            format!("one unit of degree {p} M={outputs} N={inputs}"),
            "product of disjoint ideals",
            generators.collect(),
            (a.min(w), m),
        ));
    }
    rows
}

// ---- latent variables -----------------------------------------------------------------------

fn pairs(names: &[String]) -> Vec<String> {
    let mut products = Vec::new();
    for (i, u) in names.iter().enumerate() {
        products.extend(names[..i].iter().map(|v| format!("{u}*{v}")));
    }
    products
}

fn latent_variable_models() -> Vec<Row> {
    let mut rows = Vec::new();
    for n in 2..=6 {
        let u: Vec<String> = (1..=n).map(|i| format!("u{i}")).collect();
        // at n = 2 the two divisors u1 = 0 and u2 = 0 tie
        rows.push(Row::new(
            format!("one factor, {n} variables"),
            "Drton, Lin, Weihs, Zwiernik 2017; Newton program",
            pairs(&u),
            (q(n, 4), 1 + usize::from(n == 2)),
        ));
        let s = pairs(&u).into_iter().map(|uv| format!("s*{uv}")).collect();
        rows.push(Row {
            nonnegative: vec!["s".to_string()],
            ..Row::new(
                format!("naive Bayes core, {n} features"),
                "Rusakov, Geiger 2005, Theorem 4",
                s,
                (q(1, 2), if n == 2 { 3 } else { 1 }),
            )
        });
    }
    // k factors: off-diagonal entries of LLᵀ, rows of L in ℝᴺ
    for (rows_of_l, columns) in [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2)] {
        let inner = |i: usize, j: usize| {
            let terms = (1..=columns).map(|k| format!("l{i}{k}*l{j}{k}"));
            terms.collect::<Vec<_>>().join(" + ")
        };
        let generators = (1..=rows_of_l)
            .flat_map(|i| (1..i).map(move |j| (i, j)))
            .map(|(i, j)| inner(i, j))
            .collect();
        let m = if columns + 1 == rows_of_l {
            rows_of_l
        } else {
            1
        };
        rows.push(Row::new(
            format!("off-diagonal Gram {rows_of_l}×{columns}"),
            "derivation by norms and Finner's inequality",
            generators,
            (
                q((rows_of_l * columns).min(rows_of_l * (rows_of_l - 1)), 4),
                m,
            ),
        ));
    }
    rows.extend([2, 3].map(naive_bayes));
    // two classes, two features of several states: s·⟨u⟩·⟨v⟩
    for (u, v) in [(1, 1), (1, 2), (2, 2)] {
        let generators = (1..=u).flat_map(|i| (1..=v).map(move |j| format!("s*u{i}*v{j}")));
        rows.push(Row {
            nonnegative: vec!["s".to_string()],
            ..Row::new(
                format!("latent classes core, {} and {} states", u + 1, v + 1),
                "product of disjoint ideals",
                generators.collect(),
                (q(1, 2), 1 + [u, v].iter().filter(|n| **n == 1).count()),
            )
        });
    }
    rows
}

/// Two hidden classes of weights p and 1 − p, n binary features of means aᵢ and bᵢ measured from
/// the truth, which is independent: all mixed moments vanish. At p = 0 and all means true:
/// the means give n/2, the rest s·uᵢuⱼ with s = p(1−p), u = a − b, gives 1/2.
fn naive_bayes(n: usize) -> Row {
    let moment = |set: usize| {
        let product = |letter: char| {
            let members = (0..n).filter(|i| set >> i & 1 == 1);
            members.map(|i| format!("*{letter}{i}")).collect::<String>()
        };
        format!("p{} + (1 - p){}", product('a'), product('b'))
    };
    Row {
        nonnegative: vec!["p".to_string()],
        ..Row::new(
            format!("naive Bayes, {n} features"),
            "Rusakov, Geiger 2005, Theorem 4",
            (1..1_usize << n).map(moment).collect(),
            (q(n + 1, 2), if n == 2 { 3 } else { 1 }),
        )
    }
}

// ---- determinants ---------------------------------------------------------------------------

/// The determinant of the rows and columns given, by its first row.
fn determinant(rows: &[usize], columns: &[usize]) -> String {
    let [first, rest @ ..] = rows else {
        return "1".to_string();
    };
    let minor = |(at, column): (usize, &usize)| {
        let others: Vec<usize> = columns.iter().copied().filter(|c| c != column).collect();
        let sign = if at % 2 == 0 { '+' } else { '-' };
        format!("{sign} x{first}{column}*({})", determinant(rest, &others))
    };
    columns
        .iter()
        .enumerate()
        .map(minor)
        .collect::<Vec<_>>()
        .join(" ")
}

fn subsets(n: usize, k: usize) -> Vec<Vec<usize>> {
    (0..1_usize << n)
        .filter(|set| set.count_ones() as usize == k)
        .map(|set| (0..n).filter(|i| set >> i & 1 == 1).collect())
        .collect()
}

/// The k-minors of a generic matrix: 2λ is the least of (m−i)(n−i)/(k−i) over i < k, and each i
/// that attains it is a divisor through one real point of the complete collineations.
fn determinantal_ideals() -> Vec<Row> {
    let row = |(m, n, k): (usize, usize, usize)| {
        let values: Vec<Rational> = (0..k).map(|i| q((m - i) * (n - i), 2 * (k - i))).collect();
        let least = values.iter().min().unwrap().clone();
        let attained = values.iter().filter(|v| **v == least).count();
        let generators = subsets(m, k).into_iter().flat_map(|rows| {
            subsets(n, k)
                .into_iter()
                .map(move |columns| determinant(&rows, &columns))
        });
        Row::new(
            format!("{k}-minors of {m}×{n}"),
            "Johnson 2003; Docampo 2013",
            generators.collect(),
            (least, attained),
        )
    };
    [
        (2, 2, 1),
        (2, 2, 2),
        (2, 3, 2),
        (2, 4, 2),
        (3, 3, 2),
        (3, 3, 3),
    ]
    .map(row)
    .into()
}

// ---- the comparison -------------------------------------------------------------------------

fn check(rows: &[Row]) {
    assert!(!rows.is_empty(), "no rows");
    let (mut wrong, mut newly_open) = (Vec::new(), Vec::new());
    for row in rows {
        let found = row.answer();
        let Row {
            name,
            source,
            expected,
            ..
        } = row;
        println!("{name}: {found}; {expected} by {source}");
        match judge(&found, expected.lambda(), expected.multiplicity()) {
            Ok(true) => {}
            Ok(false) if OPEN.contains(&name.as_str()) => {}
            Ok(false) => newly_open.push(format!("{name}: {found}, expected {expected}")),
            Err(why) => wrong.push(format!("{name} ({source}): {why}")),
        }
    }
    assert!(wrong.is_empty(), "wrong:\n{}", wrong.join("\n"));
    assert!(
        newly_open.is_empty(),
        "undecided but not listed as such:\n{}",
        newly_open.join("\n")
    );
}

#[test]
fn reduced_rank_regression() {
    check(&reduced_rank_regressions());
}

#[test]
fn deep_linear_network() {
    check(&deep_linear_networks());
}

#[test]
fn shallow_network() {
    check(&shallow_networks());
}

#[test]
fn latent_variables() {
    check(&latent_variable_models());
}

#[test]
fn determinants() {
    check(&determinantal_ideals());
}

#[test]
fn the_list_of_open_rows_names_rows() {
    let rows: Vec<Row> = [
        reduced_rank_regressions(),
        deep_linear_networks(),
        shallow_networks(),
        latent_variable_models(),
        determinantal_ideals(),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (i, row) in rows.iter().enumerate() {
        let twin = rows[..i].iter().any(|other| other.name == row.name);
        assert!(!twin, "{} twice", row.name);
    }
    for name in OPEN {
        assert!(rows.iter().any(|row| row.name == *name), "no row {name}");
    }
}
