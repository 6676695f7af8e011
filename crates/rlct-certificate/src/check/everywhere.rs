//! What steps prove of *every* point of a centre: bounds of the pole from above, all along it.
//!
//! A chart has three poles: L, every point of the centre has it or a better one; U, some point has
//! it or a worse one; and E, every point has it or a worse one. Where L and E agree the pole is the
//! same all along the centre. The lemmas are in `proofs/SOUNDNESS.md`, under *Every point*.

use super::error::entry;
use super::rules::divisor_pole;
use super::work::Work;
use super::{CheckError, CheckErrorKind, CheckLimits, Proved, prove};
use crate::Pole;
use crate::format::{Child, Extent, Rule, Step};
use rlct_algebra::Rational;

/// The three poles of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChartPoles {
    /// L: every point of the centre has this pole or a better one; λ = ∞ if there is none where the
    /// ideal is proper.
    pub lower: Pole,
    /// U: some point has this pole or a worse one; λ = ∞ claims nothing.
    pub upper: Pole,
    /// E: every point has this pole or a worse one; λ = ∞ claims nothing, and of an empty centre
    /// anything is true.
    pub every: Pole,
}

impl ChartPoles {
    /// Those of an empty centre in so many coordinates.
    #[must_use]
    pub fn nowhere(dimension: usize) -> Self {
        Self {
            lower: Pole::INFINITE,
            upper: Pole::INFINITE,
            every: Pole::nothing(dimension),
        }
    }

    /// The pole that every point of the centre has, if it is proved to be the same.
    #[must_use]
    pub fn uniform(&self) -> Option<&Pole> {
        (self.lower == self.every && !self.lower.is_infinite()).then_some(&self.lower)
    }
}

/// What steps prove of their charts: the last one stands for itself, every other has to be the
/// child of one.
///
/// # Errors
/// The first thing that is wrong; [`CheckErrorKind::TooLarge`] if the check would take too long.
pub fn poles_of_charts(
    steps: &[Step],
    limits: &CheckLimits,
) -> Result<Vec<ChartPoles>, CheckError> {
    let work = Work::new(limits);
    let proved = prove(steps, &work, |used| {
        if let Some(used) = used.last_mut() {
            *used = true;
        }
    })?;
    let mut every: Vec<Pole> = Vec::new();
    for (number, (step, proved)) in steps.iter().zip(&proved).enumerate() {
        let pole = pole_of_all(&step.rule, proved, &every, &work).map_err(|kind| CheckError {
            step: Some((number, step.rule.name())),
            kind,
        })?;
        every.push(pole);
    }
    let poles = proved.into_iter().zip(every);
    Ok(poles
        .map(|(proved, every)| ChartPoles {
            lower: proved.poles.0,
            upper: proved.poles.1,
            every,
        })
        .collect())
}

/// E of a step that was checked, by those of the steps before.
fn pole_of_all(
    rule: &Rule,
    proved: &Proved,
    earlier: &[Pole],
    work: &Work,
) -> Result<Pole, CheckErrorKind> {
    let chart = &proved.chart;
    let of = |child: &Child| entry(earlier, child.step, "step").cloned();
    let all = |children: &[Child]| children.iter().map(of).collect::<Result<Vec<Pole>, _>>();
    // of an empty centre everything is true
    let of_nothing = Pole::nothing(chart.dimension());
    let is_local = |i: usize| {
        let coordinate = chart.coordinates.get(i);
        coordinate.is_some_and(|c| c.extent == Extent::Local)
    };
    let only = |children: &[Child]| of(entry(children, 0, "child")?);
    let e = match rule {
        Rule::Unit {
            generator: None, ..
        } => of_nothing,
        Rule::Unit { .. } | Rule::Open { .. } | Rule::Order { .. } => Pole::INFINITE,
        Rule::Newton { weights, .. } => {
            let weighted = |v: &Vec<Rational>| {
                let mut places = v.iter().enumerate();
                places.all(|(i, weight)| weight.is_zero() || is_local(i))
            };
            match !weights.is_empty() && weights.iter().all(weighted) {
                true => proved.poles.1.clone(),
                false => Pole::INFINITE,
            }
        }
        Rule::Both { children } | Rule::BlowUp { children, .. } => {
            let poles = all(children)?;
            poles.iter().fold(Pole::INFINITE, |e, pole| e.worse(pole))
        }
        Rule::Split { children, .. } | Rule::Cover { children, .. } => {
            let poles = all(children)?;
            poles.iter().fold(of_nothing, |e, pole| e.better(pole))
        }
        Rule::Sum { children, .. } => {
            let poles = all(children)?;
            let none = Pole::new(Rational::ZERO, 1);
            poles.iter().fold(none, |e, pole| e.add(pole))
        }
        Rule::Factor { monomial, children } => {
            let mut e = only(children)?;
            for (i, (k, c)) in monomial.iter().zip(&chart.coordinates).enumerate() {
                if *k > 0 && is_local(i) {
                    e = e.combine(&divisor_pole(c, *k, work)?);
                }
            }
            e
        }
        Rule::Ideal { back, .. } if back.is_empty() => Pole::INFINITE,
        Rule::Ideal { children, .. }
        | Rule::Coordinate { children, .. }
        | Rule::Definite { children, .. }
        | Rule::Fold { children, .. } => only(children)?,
    };
    // a centre of one point at the most: what some point has, every point has
    let is_point = chart.functions.is_empty() && (0..chart.dimension()).all(is_local);
    Ok(match is_point {
        true => e.worse(&proved.poles.1),
        false => e,
    })
}
