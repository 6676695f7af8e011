//! Summands in two variables: an integral over one of them of integrals over the other.

use super::split::{Axis, Summand};
use crate::estimate::Quadrature;
use nalgebra::DMatrix;
use std::collections::HashMap;

/// To which the mass over the inner and over the outer variable is known.
const INNER: f64 = 1e-9;
const OUTER: f64 = 1e-7;
/// Breaks that are nearer to each other are one.
const APART: f64 = 1e-9;
/// Parts of the outer interval to begin with, to either side of 0.
const PARTS: usize = 4;

/// U(t) of a summand with two axes.
pub(super) fn energy(summand: &Summand, t: f64) -> Option<f64> {
    let degree = |axis: usize| {
        summand
            .terms
            .iter()
            .map(|(e, _)| e[axis])
            .max()
            .unwrap_or(0)
    };
    // the inner variable is the one in which K has fewer critical points
    let (inner, outer) = if degree(0) < degree(1) {
        (0, 1)
    } else {
        (1, 0)
    };
    let axes = [summand.axes[inner], summand.axes[outer]];
    let length = usize::try_from(degree(inner)).ok()? + 1;
    // the mean of tK over the inner variable, at outer coordinates where it was computed
    let mut means: HashMap<u64, f64> = HashMap::new();
    let mut over_inner = |s: f64| -> f64 {
        let x = axes[1].place(s);
        let mut row = vec![0.0; length];
        for (e, c) in &summand.terms {
            row[e[inner] as usize] += c * x.powi(e[outer]);
        }
        let at = |s: f64| {
            let y = axes[0].place(s);
            t * row.iter().rev().fold(0.0, |sum, c| sum * y + c)
        };
        match Quadrature::within(INNER, |s| -at(s), &breaks(&row, axes[0])) {
            Ok(line) => {
                means.insert(s.to_bits(), line.mean(at));
                line.log_mass()
            }
            // which the outer one refuses
            Err(_) => f64::NAN,
        }
    };
    let mut parts: Vec<f64> = Vec::new();
    for ends in axes[1].breaks().windows(2) {
        let step = (ends[1] - ends[0]) / PARTS as f64;
        parts.extend((0..PARTS).map(|k| ends[0] + k as f64 * step));
    }
    parts.push(1.0);
    let plane = Quadrature::within(OUTER, &mut over_inner, &parts);
    Some(
        plane
            .ok()?
            .mean(|s| means.get(&s.to_bits()).copied().unwrap_or(f64::NAN)),
    )
}

/// The interval of an axis, broken at 0 and where the polynomial in w with these coefficients has a
/// critical point, nearly.
fn breaks(row: &[f64], axis: Axis) -> Vec<f64> {
    let slope: Vec<f64> = row
        .iter()
        .enumerate()
        .skip(1)
        .map(|(k, c)| k as f64 * c)
        .collect();
    let mut all = axis.breaks().to_vec();
    for w in real_parts_of_roots(&slope) {
        let s = axis.coordinate(w);
        let inside = s > all[0] + APART && s < 1.0 - APART;
        if inside && all.iter().all(|other| (other - s).abs() > APART) {
            all.push(s);
        }
    }
    all.sort_by(f64::total_cmp);
    all
}

/// Of a polynomial by its coefficients, the constant first: those of the eigenvalues of its
/// companion matrix.
fn real_parts_of_roots(coefficients: &[f64]) -> Vec<f64> {
    let largest = coefficients.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
    let is_there = |c: &f64| c.abs() > 1e-13 * largest;
    let Some(degree) = coefficients.iter().rposition(is_there).filter(|&d| d > 0) else {
        return Vec::new();
    };
    let leading = coefficients[degree];
    let companion = DMatrix::from_fn(degree, degree, |i, j| match (i, j) {
        (0, j) => -coefficients[degree - 1 - j] / leading,
        (i, j) if i == j + 1 => 1.0,
        _ => 0.0,
    });
    if companion.iter().any(|c| !c.is_finite()) {
        return Vec::new();
    }
    let Some(schur) = nalgebra::linalg::Schur::try_new(companion, f64::EPSILON, 1000) else {
        return Vec::new();
    };
    schur
        .complex_eigenvalues()
        .iter()
        .map(|root| root.re)
        .collect()
}
