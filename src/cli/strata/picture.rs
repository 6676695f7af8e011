//! The picture of zeros in two variables, coloured by λ.

use crate::cli::CliError;
use crate::resolution::{Landscape, Locus};
use std::path::Path;

/// Without the feature there are none, which is told before.
#[cfg(not(feature = "plot"))]
pub(super) fn write(_: &Path, _: &Locus, _: &Landscape) -> Result<(), CliError> {
    Ok(())
}

#[cfg(feature = "plot")]
pub(super) use drawn::write;

#[cfg(feature = "plot")]
mod drawn {
    use super::{CliError, Landscape, Locus, Path};
    use crate::algebra::{Polynomial, Rational};
    use crate::plot::{Axis, Chart, Curve};
    use crate::resolution::Stratum;

    /// Cells of a side of the picture.
    const CELLS: usize = 240;

    /// Half a side, where a variable has no end.
    const HALF: f64 = 2.0;

    /// A polynomial in x and y in floating point.
    struct Float(Vec<(f64, i32, i32)>);

    impl Float {
        fn of(p: &Polynomial) -> Self {
            let power = |e: u32| i32::try_from(e).unwrap_or(i32::MAX);
            let terms = p.terms();
            Self(
                terms
                    .map(|(e, c)| (c.to_f64(), power(e[0]), power(e[1])))
                    .collect(),
            )
        }

        fn at(&self, [x, y]: [f64; 2]) -> f64 {
            let terms = self.0.iter();
            terms.map(|(c, i, j)| c * x.powi(*i) * y.powi(*j)).sum()
        }
    }

    /// The polynomials of a stratum that is a curve.
    struct Curved<'a> {
        stratum: &'a Stratum,
        zeros: Vec<Float>,
        positive: Vec<Float>,
    }

    /// Writes the picture.
    pub(in super::super) fn write(
        path: &Path,
        locus: &Locus,
        landscape: &Landscape,
    ) -> Result<(), CliError> {
        let names = locus.variables().names();
        let range = |i: usize| -> [f64; 2] {
            let (lower, upper) = locus.extent(i);
            let number = |end: Option<Rational>| end.map(|end| end.to_f64());
            match (number(lower), number(upper)) {
                (Some(a), Some(b)) => [a, b],
                (Some(a), None) => [a, a + 2.0 * HALF],
                (None, Some(b)) => [b - 2.0 * HALF, b],
                (None, None) => [-HALF, HALF],
            }
        };
        let ranges = [range(0), range(1)];
        let axis = |i: usize| Axis::linear(names[i].clone()).with_range(ranges[i][0], ranges[i][1]);
        let title = "zeros of K, by (λ, m)";
        let mut chart = Chart::new("strata", title, axis(0), axis(1));
        // a colour for each value
        let mut values: Vec<String> = Vec::new();
        let curves = landscape.strata.iter().filter(|s| s.dimension != Some(0));
        let curves: Vec<Curved<'_>> = curves
            .map(|stratum| Curved {
                stratum,
                zeros: stratum.zeros.iter().map(Float::of).collect(),
                positive: stratum.positive.iter().map(Float::of).collect(),
            })
            .collect();
        for curve in &curves {
            let label = label(curve.stratum);
            let colour = place(&mut values, &label);
            let points = points(curve, ranges);
            chart = chart.with(Curve::points(label, points).with_colour(colour));
        }
        for stratum in landscape.strata.iter().filter(|s| s.dimension == Some(0)) {
            let label = label(stratum);
            let colour = place(&mut values, &label);
            let point = stratum.example.as_ref().and_then(|point| {
                let numbers: Vec<f64> = point.iter().filter_map(|x| number(x)).collect();
                <[f64; 2]>::try_from(numbers).ok()
            });
            let points = point.map(|[x, y]| (x, y));
            let label = format!("{label}, a point");
            chart = chart.with(Curve::points(label, points).with_colour(colour));
        }
        std::fs::write(path, chart.svg()).map_err(|error| CliError::WriteFile {
            path: path.into(),
            error,
        })
    }

    fn label(stratum: &Stratum) -> String {
        let (lambda, m) = super::super::values(stratum);
        match stratum.is_uniform {
            true => format!("λ = {lambda}, m = {m}"),
            false => format!("λ {lambda}"),
        }
    }

    fn place(values: &mut Vec<String>, label: &str) -> usize {
        let known = values.iter().position(|value| value == label);
        known.unwrap_or_else(|| {
            values.push(label.to_string());
            values.len() - 1
        })
    }

    /// A coordinate of an example: a rational number, or the middle of its interval.
    fn number(text: &str) -> Option<f64> {
        if let Ok(value) = text.parse::<Rational>() {
            return Some(value.to_f64());
        }
        let inside = text.rsplit_once(", ")?.1.trim_end_matches(')');
        let mut ends = inside.split(" < ");
        let low: Rational = ends.next()?.parse().ok()?;
        let high: Rational = ends.nth(1)?.parse().ok()?;
        Some(0.5 * (low.to_f64() + high.to_f64()))
    }

    /// Points of a curve: zeros of its first polynomial on the sides of cells, where the others are
    /// small and what is positive is.
    fn points(curve: &Curved<'_>, [across, up]: [[f64; 2]; 2]) -> Vec<(f64, f64)> {
        let mut found = Vec::new();
        let step = |[a, b]: [f64; 2]| (b - a) / CELLS as f64;
        let (dx, dy) = (step(across), step(up));
        // off the lattice, on which the zeros of people lie
        let at = |i: usize, j: usize| {
            let (x, y) = (i as f64 + 0.382, j as f64 + 0.382);
            [across[0] + dx * x, up[0] + dy * y]
        };
        let Some(first) = curve.zeros.first() else {
            return found;
        };
        for i in 0..CELLS {
            for j in 0..CELLS {
                let here = at(i, j);
                for there in [at(i + 1, j), at(i, j + 1)] {
                    // any of them may be the one that changes sign
                    let changes = |p: &Float| p.at(here) * p.at(there) < 0.0;
                    if !curve.zeros.iter().all(changes) {
                        continue;
                    }
                    let (a, b) = (first.at(here), first.at(there));
                    let share = a / (a - b);
                    let point = [0, 1].map(|k| here[k] + share * (there[k] - here[k]));
                    let inside = (across[0]..=across[1]).contains(&point[0])
                        && (up[0]..=up[1]).contains(&point[1]);
                    if inside && curve.positive.iter().all(|p| p.at(point) > 0.0) {
                        found.push((point[0], point[1]));
                    }
                }
            }
        }
        found
    }
}
