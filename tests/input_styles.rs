//! Polynomials as the languages of the field print them: understood as meant, or refused; never
//! read as another polynomial, nor in another ring.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rlct::algebra::{Monomial, Polynomial, Rational, Variables};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A polynomial that is meant: the names of its variables, exponents, coefficients p/q or decimal.
#[derive(Debug, Clone)]
struct Meant {
    names: Vec<&'static str>,
    terms: Vec<(Vec<u32>, Coefficient)>,
}

/// p/q, or p·10^k with k < 0, as a program that computes in floating point has it.
#[derive(Debug, Clone, Copy)]
enum Coefficient {
    Fraction(i64, i64),
    Decimal(i64, u32),
}

impl Coefficient {
    fn exact(self) -> Rational {
        match self {
            Self::Fraction(p, q) => Rational::new(p, q).unwrap(),
            Self::Decimal(p, k) => Rational::new(p, 10_i64.pow(k)).unwrap(),
        }
    }

    fn is_negative(self) -> bool {
        matches!(self, Self::Fraction(p, _) | Self::Decimal(p, _) if p < 0)
    }

    fn is_one(self) -> bool {
        matches!(self, Self::Fraction(p, q) if p.abs() == q)
    }
}

impl Meant {
    /// The polynomial in the ring of the variables that occur, in the order of the names; `None` if
    /// one of them, such as x[1], is no name of ours.
    fn exact(&self) -> Option<Polynomial> {
        let occurs = |i: &usize| self.terms.iter().any(|(e, _)| e[*i] > 0);
        let kept: Vec<usize> = (0..self.names.len()).filter(occurs).collect();
        let ring = Variables::new(kept.iter().map(|&i| self.names[i])).ok()?;
        let terms = self.terms.iter().map(|(e, c)| {
            let e: Vec<u32> = kept.iter().map(|&i| e[i]).collect();
            (Monomial::new(&e), c.exact())
        });
        Some(Polynomial::from_terms(&ring, terms))
    }
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    Python,
    Sympy,
    Mathematica,
    Singular,
    SingularShort,
    Macaulay2,
    Latex,
    Handwritten,
}

const STYLES: [Style; 8] = [
    Style::Python,
    Style::Sympy,
    Style::Mathematica,
    Style::Singular,
    Style::SingularShort,
    Style::Macaulay2,
    Style::Latex,
    Style::Handwritten,
];

impl Style {
    /// Names as the language has them. Where it writes functions or indices they are among them.
    fn names(self) -> Vec<Vec<&'static str>> {
        match self {
            Self::Python => vec![
                vec!["x", "y", "e"],
                vec!["x0", "x1", "x2"],
                vec!["w", "e1", "e2"],
            ],
            Self::Sympy => vec![
                vec!["x", "y", "z"],
                vec!["a_1", "b_1", "E1"],
                vec!["theta", "mu", "x"],
            ],
            Self::Mathematica => vec![
                vec!["x", "y", "z"],
                vec!["x1", "x2", "α"],
                vec!["x[1]", "x[2]", "y"],
            ],
            Self::Singular => vec![vec!["x1", "x2", "y1"], vec!["x(1)", "x(2)", "y(1)"]],
            // not e: 2e2 is 200 where no ring is given
            Self::SingularShort => vec![
                vec!["x", "y", "z"],
                vec!["a", "b", "c"],
                vec!["t", "u", "v"],
            ],
            Self::Macaulay2 => vec![
                vec!["x", "y", "z"],
                vec!["x_1", "x_2", "x_3"],
                vec!["x_(1,1)", "x_(1,2)", "t"],
            ],
            Self::Latex => vec![
                vec!["x", "y", "z"],
                vec!["w_1", "w_2", "e"],
                vec!["\\theta", "x", "y"],
            ],
            Self::Handwritten => vec![vec!["x", "y", "z"], vec!["a", "b", "c"]],
        }
    }

    fn coefficient(self, c: Coefficient) -> String {
        let magnitude = match c {
            Coefficient::Fraction(p, q) => Coefficient::Fraction(p.abs(), q),
            Coefficient::Decimal(p, k) => Coefficient::Decimal(p.abs(), k),
        };
        match (self, magnitude) {
            (_, Coefficient::Fraction(p, 1)) => p.to_string(),
            (Self::Macaulay2, Coefficient::Fraction(p, q)) => format!("({p}/{q})"),
            (Self::Latex, Coefficient::Fraction(p, q)) => format!("\\frac{{{p}}}{{{q}}}"),
            (_, Coefficient::Fraction(p, q)) => format!("{p}/{q}"),
            // 25·10⁻⁶: 2.5e-05 in Python, 2.5*^-5 in Mathematica
            (Self::Mathematica, Coefficient::Decimal(p, k)) => format!("{p}.*^-{k}"),
            (Self::Latex, Coefficient::Decimal(p, k)) => format!("{p} \\cdot 10^{{-{k}}}"),
            (Self::Sympy, Coefficient::Decimal(p, k)) => format!("{p}.0e-{k}"),
            (Self::Handwritten, Coefficient::Decimal(p, k)) => format!("{p}E-{k}"),
            (_, Coefficient::Decimal(p, k)) => format!("{p}e-{k:02}"),
        }
    }

    fn power(self, name: &str, e: u32) -> String {
        match (self, e) {
            (Self::SingularShort, 1) | (_, 1) => name.to_string(),
            (Self::SingularShort, e) => format!("{name}{e}"),
            (Self::Python | Self::Sympy, e) => format!("{name}**{e}"),
            (Self::Latex, e) => format!("{name}^{{{e}}}"),
            (_, e) => format!("{name}^{e}"),
        }
    }

    fn times(self) -> &'static str {
        match self {
            Self::Mathematica | Self::Latex => " ",
            Self::SingularShort | Self::Handwritten => "",
            _ => "*",
        }
    }

    fn written(self, meant: &Meant) -> String {
        let mut text = String::new();
        for (i, (exponents, c)) in meant.terms.iter().enumerate() {
            let sign = match (c.is_negative(), i) {
                (true, 0) => "-",
                (true, _) => " - ",
                (false, 0) => "",
                (false, _) => " + ",
            };
            let powers = meant.names.iter().zip(exponents).filter(|(_, e)| **e > 0);
            let mut factors: Vec<String> = powers.map(|(n, &e)| self.power(n, e)).collect();
            if !c.is_one() || factors.is_empty() {
                factors.insert(0, self.coefficient(*c));
            }
            text.push_str(sign);
            text.push_str(&factors.join(self.times()));
        }
        text
    }
}

fn meant() -> impl Strategy<Value = (Style, Meant)> {
    let coefficient = prop_oneof![
        3 => (1_i64..6).prop_map(|p| Coefficient::Fraction(p, 1)),
        1 => (-5_i64..0, 1_i64..4).prop_map(|(p, q)| Coefficient::Fraction(p, q)),
        1 => (-9_i64..0, 5_u32..9).prop_map(|(p, k)| Coefficient::Decimal(p, k)),
        1 => (1_i64..9, 5_u32..9).prop_map(|(p, k)| Coefficient::Decimal(p, k)),
    ];
    let terms = prop::collection::btree_map(prop::collection::vec(0_u32..5, 3), coefficient, 1..5);
    let styles = prop::sample::select(STYLES.to_vec());
    (styles, any::<prop::sample::Index>(), terms).prop_map(|(style, ring, terms)| {
        let rings = style.names();
        let names = rings[ring.index(rings.len())].clone();
        let terms = terms.into_iter().collect();
        (style, Meant { names, terms })
    })
}

/// Whether two polynomials are the same up to the order of the variables.
fn same(read: &Polynomial, meant: &Polynomial) -> bool {
    let named = |p: &Polynomial| -> BTreeMap<Vec<(String, u32)>, Rational> {
        let names = p.variables().names();
        p.terms()
            .map(|(e, c)| {
                let powers = names.iter().cloned().zip(e.iter().copied());
                let mut powers: Vec<_> = powers.filter(|(_, e)| *e > 0).collect();
                powers.sort();
                (powers, c.clone())
            })
            .collect()
    };
    let sorted = |p: &Polynomial| {
        let mut names = p.variables().names().to_vec();
        names.sort();
        names
    };
    sorted(read) == sorted(meant) && named(read) == named(meant)
}

#[test]
fn polynomials_of_other_languages_are_understood_or_refused() {
    let understood: RefCell<BTreeMap<Style, (u32, u32)>> = RefCell::default();
    let mut runner = TestRunner::new(Config {
        cases: 20_000,
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&meant(), |(style, meant)| {
        let text = style.written(&meant);
        let mut counts = understood.borrow_mut();
        let (read, all) = counts.entry(style).or_default();
        *all += 1;
        if let Ok(polynomial) = text.parse::<Polynomial>() {
            *read += 1;
            let ring = polynomial.variables();
            prop_assert!(
                meant.exact().is_some_and(|meant| same(&polynomial, &meant)),
                "{style:?}: {text} was read as {polynomial} in {ring:?}"
            );
        }
        Ok(())
    });
    result.unwrap();
    // most of what can be understood is
    for (style, (read, all)) in understood.into_inner() {
        let least = match style {
            Style::Python | Style::Sympy | Style::Macaulay2 => 0.5,
            Style::Singular | Style::Mathematica | Style::Latex => 0.1,
            Style::Handwritten => 0.01,
            // nearly all of it may be read as other names
            Style::SingularShort => 0.0,
        };
        let share = f64::from(read) / f64::from(all);
        assert!(share > least, "{style:?}: {read} of {all} understood");
    }
}
