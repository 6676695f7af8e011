//! Isolated singularities, arrangements, minors, single germs.

use super::instance::{Notes, Shelf};
use super::text::{names, ones, product, subsets, sum};
use crate::algebra::Rational;
use crate::closed_form::{
    ClosedFormError, NamedGerm, SingularityType, arrangement, braid_arrangement, brieskorn_pham,
    generic_arrangement, isolated_form, minors, simple_singularity, single_germ, symmetric_minors,
    weighted_homogeneous,
};
use crate::resolution::GermText;
use serde_json::json;

pub(super) fn fill(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    curves(shelf)?;
    simple(shelf)?;
    arrangements(shelf)?;
    determinants(shelf)?;
    for germ in NamedGerm::ALL {
        let notes = Notes::default()
            .germ(named(germ))
            .source(germ.origin().to_string());
        shelf.exact(
            &single_germ(germ)?,
            json!({ "germ": germ.to_string() }),
            notes,
        );
    }
    Ok(())
}

fn curves(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for d in 2..=4 {
        for p in 1..=5 {
            let last = if p % 2 == 0 { " - " } else { " + " };
            let head = sum((1..d).map(|i| format!("x{i}^{p}")));
            let germ = GermText::ideal(vec![format!("{head}{last}x{d}^{p}")]);
            let notes = Notes::default().germ(germ);
            shelf.exact(&isolated_form(d, p)?, json!({ "d": d, "degree": p }), notes);
        }
    }
    for a in 2..=4_i64 {
        for b in 2..=4_i64 {
            let first = Rational::ONE / Rational::from(a);
            let second = Rational::from(a - 1) / Rational::from(a * b);
            let notes = Notes::default().germ(GermText::ideal(vec![format!("x^{a} + x*y^{b}")]));
            let parameters = json!({ "weights": [first.to_string(), second.to_string()] });
            shelf.exact(&weighted_homogeneous(&[first, second])?, parameters, notes);
        }
    }
    for exponents in [
        &[2, 3][..],
        &[2, 4],
        &[2, 5],
        &[2, 7],
        &[3, 3],
        &[3, 4],
        &[3, 5],
        &[3, 7],
        &[4, 4],
        &[4, 5],
        &[5, 7],
        &[2, 2, 3],
        &[2, 3, 4],
        &[3, 3, 3],
        &[3, 3, 4],
        &[2, 4, 6],
        &[3, 4, 5],
    ] {
        let terms = exponents.iter().enumerate();
        let text = sum(terms.map(|(i, a)| format!("x{}^{a}", i + 1)));
        let notes = Notes::default().germ(GermText::ideal(vec![text]));
        let parameters = json!({ "exponents": exponents });
        shelf.exact(&brieskorn_pham(exponents)?, parameters, notes);
    }
    Ok(())
}

fn simple(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let mut types: Vec<_> = (1..=8)
        .map(|k| (SingularityType::A(k), format!("x^{} - y^2", k + 1)))
        .collect();
    types.extend((4..=8).map(|k| (SingularityType::D(k), format!("x^2*y - y^{}", k - 1))));
    types.push((SingularityType::E6, "x^3 + y^4".to_string()));
    types.push((SingularityType::E7, "x^3 + x*y^3".to_string()));
    types.push((SingularityType::E8, "x^3 + y^5".to_string()));
    for (kind, f) in types {
        for (variables, tail) in [(2, ""), (3, " + z^2")] {
            let notes = Notes::default().germ(GermText::ideal(vec![format!("{f}{tail}")]));
            let parameters = json!({ "type": kind.to_string(), "variables": variables });
            shelf.exact(&simple_singularity(kind, variables)?, parameters, notes);
        }
    }
    Ok(())
}

fn arrangements(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    for (d, n) in [
        (2_usize, 2_usize),
        (2, 3),
        (2, 4),
        (2, 5),
        (2, 6),
        (3, 2),
        (3, 3),
        (3, 4),
        (3, 5),
        (4, 4),
        (4, 5),
    ] {
        // the coordinates, then the forms (1, t, t², …), t = 1, 2, …: all minors are positive
        let form = |t: usize| sum((1..=d).map(|i| format!("{}*x{i}", t.pow(i as u32 - 1))));
        let others = (1..=n.saturating_sub(d)).map(|t| format!("({})", form(t)));
        let forms = names("x", n.min(d)).into_iter().chain(others);
        let germ = || GermText::ideal(vec![product(forms)]);
        let notes = Notes::default().germ_if(n <= 4 || d == 2, germ);
        let parameters = json!({ "d": d, "hyperplanes": n });
        shelf.exact(&generic_arrangement(d, n)?, parameters, notes);
    }
    for (forms, terms) in [
        (
            vec![
                (vec![1, 0, 0], 2),
                (vec![0, 1, 0], 1),
                (vec![1, -1, 0], 1),
                (vec![0, 0, 1], 3),
            ],
            "x1^2*x2*(x1 - x2)*x3^3",
        ),
        (
            vec![
                (vec![1, 0], 1),
                (vec![0, 1], 1),
                (vec![1, 1], 1),
                (vec![1, -1], 1),
            ],
            "x1*x2*(x1 + x2)*(x1 - x2)",
        ),
        (
            vec![
                (vec![1, 0, 0, 0], 1),
                (vec![0, 1, 0, 0], 1),
                (vec![1, 1, 0, 0], 1),
                (vec![0, 0, 1, 0], 1),
                (vec![0, 0, 0, 1], 1),
                (vec![0, 0, 1, 1], 1),
            ],
            "x1*x2*(x1 + x2)*x3*x4*(x3 + x4)",
        ),
        (
            vec![
                (vec![1, 0, 0], 1),
                (vec![0, 1, 0], 1),
                (vec![1, -1, 0], 1),
                (vec![1, 1, 0], 1),
                (vec![0, 0, 1], 2),
            ],
            "x1*x2*(x1 - x2)*(x1 + x2)*x3^2",
        ),
    ] {
        let whole = |(form, s): (Vec<i64>, u32)| {
            (form.into_iter().map(Rational::from).collect::<Vec<_>>(), s)
        };
        let forms: Vec<(Vec<Rational>, u32)> = forms.into_iter().map(whole).collect();
        let notes = Notes::default().germ(GermText::ideal(vec![terms.to_string()]));
        shelf.exact(&arrangement(&forms)?, json!({ "forms": terms }), notes);
    }
    for n in 2..=5 {
        // the sum of the coordinates is a flat direction: the last is 0
        let x = names("x", n - 1);
        let mut forms = x.clone();
        for (i, a) in x.iter().enumerate() {
            forms.extend(x[..i].iter().map(|b| format!("({a} - {b})")));
        }
        let germ = || GermText::ideal(vec![product(forms)]);
        let notes = Notes::default().germ_if(n <= 4, germ);
        shelf.exact(&braid_arrangement(n)?, json!({ "variables": n }), notes);
    }
    Ok(())
}

/// The determinant of the rows and columns given, by its first row.
fn determinant(
    entry: &dyn Fn(usize, usize) -> String,
    rows: &[usize],
    columns: &[usize],
) -> String {
    let [first, rest @ ..] = rows else {
        return "1".to_string();
    };
    let minor = |(at, column): (usize, &usize)| {
        let others: Vec<usize> = columns.iter().copied().filter(|c| c != column).collect();
        let sign = if at % 2 == 0 { "" } else { "(-1)*" };
        let rest = determinant(entry, rest, &others);
        format!("{sign}{}*({rest})", entry(*first, *column))
    };
    sum(columns.iter().enumerate().map(minor))
}

fn determinants(shelf: &mut Shelf) -> Result<(), ClosedFormError> {
    let general = |i: usize, j: usize| format!("x{}{}", i + 1, j + 1);
    for rows in 2..=4 {
        for columns in rows..=5 {
            for size in 1..=rows {
                let germ = || {
                    let columns = subsets(columns, size);
                    let pairs = subsets(rows, size)
                        .into_iter()
                        .flat_map(|r| columns.iter().map(move |c| (r.clone(), c)));
                    GermText::ideal(pairs.map(|(r, c)| determinant(&general, &r, c)).collect())
                };
                let small = (size == 1 && rows * columns <= 9)
                    || (size == 2 && rows * columns <= 10)
                    || (size == 3 && columns == 3);
                let notes = Notes::default().germ_if(small, germ);
                let parameters = json!({ "rows": rows, "columns": columns, "size": size });
                shelf.exact(&minors(rows, columns, size)?, parameters, notes);
            }
        }
    }
    let symmetric = |i: usize, j: usize| format!("x{}{}", i.min(j) + 1, i.max(j) + 1);
    for n in 2..=4 {
        for size in 1..=n {
            let germ = || {
                let sets = subsets(n, size);
                let pairs = sets
                    .iter()
                    .enumerate()
                    .flat_map(|(i, r)| sets[i..].iter().map(move |c| (r, c)));
                GermText::ideal(pairs.map(|(r, c)| determinant(&symmetric, r, c)).collect())
            };
            let notes = Notes::default().germ_if(n <= 3, germ);
            shelf.exact(
                &symmetric_minors(n, size)?,
                json!({ "n": n, "size": size }),
                notes,
            );
        }
    }
    Ok(())
}

fn named(germ: NamedGerm) -> GermText {
    let ideal = |text: &str| GermText::ideal(vec![text.to_string()]);
    let loss = |text: &str| GermText::loss(text.to_string());
    let minus = |name: &str| [(name.to_string(), Rational::from(-1))];
    match germ {
        NamedGerm::TwoPuiseuxPairs => ideal("(y^2 - x^3)^2 - 4*x^5*y - x^7"),
        NamedGerm::WhitneyUmbrella => ideal("x^2 - y^2*z"),
        NamedGerm::ShearedParabola => loss("(y - x^2)^2 + x^10"),
        NamedGerm::HiddenSquare => loss("(x + y^2)^2 + z^2"),
        NamedGerm::LineAndPointAtPoint => ideal("(x - 1)*(x^2 + y^2)^2"),
        NamedGerm::LineAndPointAtLine => ideal("(x - 1)*(x^2 + y^2)^2").at(ones(["x".to_string()])),
        NamedGerm::TwoWellsSteep => loss("(w + 1)^2*(w - 1)^4").at(minus("w")),
        NamedGerm::TwoWellsFlat => loss("(w + 1)^2*(w - 1)^4").at(ones(["w".to_string()])),
        NamedGerm::SimpleElliptic => ideal("x^3 + y^3 + z^3"),
        NamedGerm::Swallowtail => {
            ideal("256*a^3 - 128*a^2*c^2 + 144*a*b^2*c - 27*b^4 + 16*a*c^4 - 4*b^2*c^3")
        }
        NamedGerm::CrossedParabolas => ideal("x^4 - y^4"),
    }
}
