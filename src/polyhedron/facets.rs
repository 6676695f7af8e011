//! The facets of a Newton polyhedron by the double description method.

use crate::algebra::Rational;
use crate::budget::{Exhausted, Meter};
use fixedbitset::FixedBitSet;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Zero};

/// The most bytes that the rays may take.
const MOST_MEMORY: u64 = 256 << 20;

/// A half-space normal·x ≥ level with coprime integer entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HalfSpace {
    pub(super) normal: Vec<Rational>,
    pub(super) level: Rational,
}

impl HalfSpace {
    /// normal·α − level.
    fn slack(&self, point: &[u32]) -> Rational {
        let value: Rational = self
            .normal
            .iter()
            .zip(point)
            .map(|(v, &a)| v * &Rational::from(a))
            .sum();
        value - &self.level
    }
}

/// An extreme ray of the cone of valid half-spaces, and the constraints that it saturates.
struct Ray {
    space: HalfSpace,
    saturated: FixedBitSet,
}

/// The irredundant half-spaces whose intersection is conv(points) + ℝ^d_≥0, in a fixed order.
///
/// They are the extreme rays (v, k) of the cone {v ≥ 0, v·α ≥ k for every point α}, but for the
/// trivial ray (0, −1). The double description method (Motzkin et al. 1953; Fukuda & Prodon 1996)
/// adds one point at a time; two rays are adjacent when no third one saturates all that they
/// saturate both.
pub(super) fn facets(
    dimension: usize,
    points: &[Vec<u32>],
    meter: &Meter,
) -> Result<Vec<HalfSpace>, Exhausted> {
    let constraints = dimension + points.len();
    let Some((first, others)) = points.split_first() else {
        return Ok(Vec::new());
    };
    let unit = |i: usize| {
        let mut normal = vec![Rational::ZERO; dimension];
        normal[i] = Rational::ONE;
        normal
    };
    let mut rays: Vec<Ray> = (0..dimension)
        .map(|i| {
            let mut saturated = FixedBitSet::with_capacity(constraints);
            saturated.extend((0..=dimension).filter(|&j| j != i));
            Ray {
                space: HalfSpace {
                    normal: unit(i),
                    level: Rational::from(first[i]),
                },
                saturated,
            }
        })
        .collect();
    let mut trivial = FixedBitSet::with_capacity(constraints);
    trivial.extend(0..dimension);
    let zero = HalfSpace {
        normal: vec![Rational::ZERO; dimension],
        level: Rational::from(-1),
    };
    rays.push(Ray {
        space: zero,
        saturated: trivial,
    });

    for (index, point) in others.iter().enumerate() {
        rays = cut(rays, point, dimension + 1 + index, dimension, meter)?;
    }
    let mut found: Vec<HalfSpace> = rays
        .into_iter()
        .map(|r| r.space)
        .filter(|s| s.normal.iter().any(|v| !v.is_zero()))
        .collect();
    found.sort_by(|a, b| a.normal.cmp(&b.normal));
    Ok(found)
}

/// The cone after adding the constraint v·point ≥ k, which has the given index.
fn cut(
    rays: Vec<Ray>,
    point: &[u32],
    index: usize,
    dimension: usize,
    meter: &Meter,
) -> Result<Vec<Ray>, Exhausted> {
    meter.spend((rays.len() * dimension) as u64)?;
    let slacks: Vec<Rational> = rays.iter().map(|r| r.space.slack(point)).collect();
    let mut fresh = Vec::new();
    // one comparison of sets of constraints, in words
    let set = rays
        .first()
        .map_or(1, |r| r.saturated.len() as u64 / 64 + 1);
    let size = 32 * (dimension as u64 + 2) + 8 * set;
    for (p, positive) in rays
        .iter()
        .enumerate()
        .filter(|(p, _)| slacks[*p].is_positive())
    {
        for (n, negative) in rays
            .iter()
            .enumerate()
            .filter(|(n, _)| slacks[*n].is_negative())
        {
            let common = &positive.saturated & &negative.saturated;
            meter.spend(1 + set / 4)?;
            if common.count_ones(..) + 1 < dimension {
                continue;
            }
            let mut others = rays.iter().enumerate();
            let between =
                others.position(|(r, ray)| r != p && r != n && common.is_subset(&ray.saturated));
            // most of the rays that are no subsets show it in their first word
            meter.spend(between.unwrap_or(rays.len()) as u64 / 8)?;
            if between.is_none() {
                if (rays.len() + fresh.len()) as u64 * size > MOST_MEMORY {
                    return Err(Exhausted::Size("polyhedron"));
                }
                let space = combine(&positive.space, &slacks[p], &negative.space, &slacks[n]);
                let mut saturated = common;
                saturated.insert(index);
                fresh.push(Ray { space, saturated });
            }
        }
    }
    let mut kept: Vec<Ray> = Vec::with_capacity(rays.len() + fresh.len());
    for (mut ray, slack) in rays.into_iter().zip(&slacks) {
        if slack.is_zero() {
            ray.saturated.insert(index);
        }
        if !slack.is_negative() {
            kept.push(ray);
        }
    }
    kept.extend(fresh);
    Ok(kept)
}

/// The point of the segment between two half-spaces that saturates the new constraint.
fn combine(a: &HalfSpace, slack_a: &Rational, b: &HalfSpace, slack_b: &Rational) -> HalfSpace {
    let mix = |x: &Rational, y: &Rational| slack_a * y - slack_b * x;
    let normal: Vec<Rational> = a
        .normal
        .iter()
        .zip(&b.normal)
        .map(|(x, y)| mix(x, y))
        .collect();
    let level = mix(&a.level, &b.level);
    primitive(normal, level)
}

/// The positive factor that makes the entries of a vector coprime integers; `None` for 0.
pub(crate) fn primitive_scale(vector: &[Rational]) -> Option<Rational> {
    let mut numerator = BigInt::zero();
    let mut denominator = BigInt::one();
    for v in vector {
        numerator = numerator.gcd(&v.numerator());
        denominator = denominator.lcm(&v.denominator());
    }
    Some(Rational::from(denominator) * Rational::from(numerator).recip()?)
}

/// Divides by the greatest common divisor of the entries of the normal vector. The level of a
/// facet is then an integer too, being the value at a lattice point.
fn primitive(normal: Vec<Rational>, level: Rational) -> HalfSpace {
    let Some(scale) = primitive_scale(&normal) else {
        return HalfSpace {
            normal,
            level: Rational::from(i64::from(level.signum())),
        };
    };
    let normal = normal.iter().map(|v| v * &scale).collect();
    HalfSpace {
        normal,
        level: level * scale,
    }
}
