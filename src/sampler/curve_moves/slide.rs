//! Moves along a thin and curved set {K < ε}.
//!
//! Where {K < ε} is a thin sheet around a curved hypersurface, curves chosen without regard to it
//! leave it at once. A slide moves all coordinates but one along such a curve by any amount and
//! then finds the sheet again along the one left: the segment of {K < ε} on that line, on which the
//! new point is drawn evenly. The ratio of the segments' lengths is the Metropolis ratio; the way
//! back must find the segment it came from (Zappa, Holmes-Cerfon and Goodman 2018, *Communications
//! on Pure and Applied Mathematics* 71, 2609, have the check).

use super::{Curve, Walker};
use rand::{Rng, RngExt};

/// Newton steps towards the sheet before the slide is given up.
const MOST_STEPS: usize = 8;
/// K in units of the threshold from which on a slide is far from the sheet: some 10⁴ of its widths,
/// the root of the precision of numbers apart from a margin.
const FAR: f64 = 1e8;
/// How often a step is doubled to leave a segment.
const MOST_DOUBLINGS: usize = 40;
/// Evaluations that closing in on the end of a segment may cost.
const MOST_CLOSINGS: usize = 60;
/// How precisely the ends of a segment are found, in its length or as √K.
const PRECISION: f64 = 1e-6;

/// Where a slide goes: along a curve in all coordinates but `axis`.
#[derive(Debug, Clone, Copy)]
struct Slide {
    axis: usize,
    curve: Curve,
    /// The parameter of the point on the curve.
    t: f64,
    /// The direction of the curve in the coordinate `axis`, used to begin the search for the sheet
    /// only.
    along: f64,
}

/// A segment of {K < ε} on a line parallel to an axis: the smallest and largest value of that
/// coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Segment {
    low: f64,
    high: f64,
}

/// A value of a coordinate inside of {K < ε}, and K there.
#[derive(Debug, Clone, Copy)]
struct Inside {
    value: f64,
    excess: f64,
}

impl Slide {
    /// Where the search begins on the line at the curve's parameter t, coming from a value on the
    /// line at 0.
    fn start(self, value: f64, t: f64) -> f64 {
        self.curve.point(value, self.along, t)
    }
}

impl Segment {
    fn length(self) -> f64 {
        self.high - self.low
    }

    fn holds(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl Walker<'_> {
    /// One slide of the particle at `offset`.
    pub(super) fn slide(
        &mut self,
        offset: &mut [f64],
        excess: &mut f64,
        threshold: f64,
        population: &[f64],
        rng: &mut impl Rng,
    ) {
        let slide = self.draw_slide(population, rng);
        self.move_along(slide.curve, slide.t, offset);
        if self.proposal == offset || !self.inside(&self.proposal) {
            return;
        }
        let mut here = std::mem::take(&mut self.line);
        let mut there = std::mem::take(&mut self.proposal);
        here.copy_from_slice(offset);
        if let Some(candidate) = self.find(slide, &mut here, &mut there, *excess, threshold, rng) {
            offset.copy_from_slice(&there);
            *excess = candidate;
        }
        self.line = here;
        self.proposal = there;
    }

    /// Sets the direction along a difference of two particles, or of their logarithms.
    fn draw_slide(&mut self, population: &[f64], rng: &mut impl Rng) -> Slide {
        let axis = rng.random_range(0..self.direction.len());
        let curve = if rng.random() {
            self.difference_of_logarithms(population, rng);
            Curve::Scaling
        } else {
            self.difference(population, rng);
            for v in &mut self.direction {
                if rng.random() {
                    *v = 0.0;
                }
            }
            Curve::Line
        };
        let along = if rng.random() {
            self.direction[axis]
        } else {
            0.0
        };
        self.direction[axis] = 0.0;
        let t = 2.0 * rng.random::<f64>() - 1.0;
        Slide {
            axis,
            curve,
            t,
            along,
        }
    }

    /// Finds the sheet from `here` on the line through `there`, and draws a point on it: K at that
    /// point, with `there` moved to it, or `None` where the particle stays.
    fn find(
        &mut self,
        slide: Slide,
        here: &mut [f64],
        there: &mut [f64],
        excess: f64,
        threshold: f64,
        rng: &mut impl Rng,
    ) -> Option<f64> {
        let Slide { axis, t, .. } = slide;
        let value = here[axis];
        let usual = self.segments[axis];
        let old = self.segment(here, axis, Inside { value, excess }, usual, threshold)?;
        let start = slide.start(value, t);
        let found = self.approach(there, axis, start, old.length(), threshold)?;
        let new = self.segment(there, axis, found, old.length(), threshold)?;
        let drawn = new.low + new.length() * rng.random::<f64>();
        let floor = (1.0 - rng.random::<f64>()).ln();
        here[axis] = value;
        there[axis] = drawn;
        let log_ratio = (new.length() / old.length()).ln()
            + t * self.log_jacobian(slide.curve)
            + self.density_ratio(here, there);
        if log_ratio < floor {
            return None;
        }
        let candidate = self.excess(there);
        if candidate >= threshold {
            return None;
        }
        let back = self.approach(here, axis, slide.start(drawn, -t), new.length(), threshold)?;
        old.holds(back.value).then_some(candidate)
    }

    /// K where the coordinate `axis` of `line` has a value; infinite outside of the box.
    fn on_line(&mut self, line: &mut [f64], axis: usize, value: f64) -> f64 {
        if value < self.lowest_offset(axis) || value > self.radius {
            return f64::INFINITY;
        }
        line[axis] = value;
        self.excess(line)
    }

    /// A value of the coordinate `axis` at which K < threshold, by Newton's method for the minimum
    /// of K on the line, from far away for the root of √K: on steps of the width of the sheet its
    /// first differences are still resolved where the second ones of K are not.
    fn approach(
        &mut self,
        line: &mut [f64],
        axis: usize,
        start: f64,
        width: f64,
        threshold: f64,
    ) -> Option<Inside> {
        let mut at = start;
        let mut k = self.on_line(line, axis, at);
        for _ in 0..MOST_STEPS {
            if k < threshold {
                return Some(Inside {
                    value: at,
                    excess: k,
                });
            }
            let h = 0.5 * width;
            let (left, right) = (
                self.on_line(line, axis, at - h),
                self.on_line(line, axis, at + h),
            );
            let next = if k > FAR * threshold {
                at - 2.0 * h * k.sqrt() / (right.sqrt() - left.sqrt())
            } else {
                let curvature = left - 2.0 * k + right;
                if curvature <= 0.0 {
                    return None;
                }
                at + 0.5 * h * (left - right) / curvature
            };
            if !next.is_finite() {
                return None;
            }
            let below = self.on_line(line, axis, next);
            if below.is_nan() || below > 0.9 * k {
                return None;
            }
            (at, k) = (next, below);
        }
        None
    }

    /// The segment around a value of the coordinate `axis` at which K < threshold.
    fn segment(
        &mut self,
        line: &mut [f64],
        axis: usize,
        within: Inside,
        width: f64,
        threshold: f64,
    ) -> Option<Segment> {
        let high = self.end(line, axis, within, width, threshold)?;
        let low = self.end(line, axis, within, -width, threshold)?;
        // One that floating point does not resolve says nothing about the next one's length.
        (high > low).then(|| {
            self.segments[axis] = high - low;
            Segment { low, high }
        })
    }

    /// The end of the segment beyond `within`, on the side of `step`.
    fn end(
        &mut self,
        line: &mut [f64],
        axis: usize,
        within: Inside,
        step: f64,
        threshold: f64,
    ) -> Option<f64> {
        let bound = if step > 0.0 {
            self.radius
        } else {
            self.lowest_offset(axis)
        };
        let level = threshold.sqrt();
        let (mut inner, mut below) = (within.value, within.excess.sqrt() - level);
        let (mut outer, mut above);
        let mut step = step;
        let mut doublings = 0;
        loop {
            outer = inner + step;
            if (outer - bound) * step >= 0.0 {
                outer = bound;
            }
            above = self.on_line(line, axis, outer).sqrt() - level;
            if above.is_nan() || above >= 0.0 {
                break;
            }
            if outer == bound {
                return Some(bound);
            }
            (inner, below) = (outer, above);
            step *= 2.0;
            doublings += 1;
            if doublings > MOST_DOUBLINGS {
                return None;
            }
        }
        let resolution = 2.0 * f64::EPSILON * (self.centre[axis] + within.value).abs();
        // Regula falsi on √K − √ε (Illinois), every third time bisection.
        let mut last_inner = None;
        for closing in 0..MOST_CLOSINGS {
            let gap = outer - inner;
            if gap.abs() <= (PRECISION * (outer - within.value).abs()).max(resolution) {
                return Some(inner);
            }
            let share = below / (below - above);
            let share = if closing % 3 < 2 && share > 0.0 && share < 1.0 {
                share
            } else {
                0.5
            };
            // Beside an end that is the root but for rounding, by what is still resolved: that
            // closes in from the other side.
            let least = (PRECISION * (inner - within.value).abs()).max(resolution);
            let step = (share * gap.abs()).clamp(
                least.min(0.5 * gap.abs()),
                (gap.abs() - least).max(0.5 * gap.abs()),
            );
            let middle = inner + step.copysign(gap);
            let value = self.on_line(line, axis, middle).sqrt() - level;
            if value.abs() <= PRECISION * level {
                return Some(middle);
            }
            if value < 0.0 {
                (inner, below) = (middle, value);
                if last_inner == Some(true) {
                    above *= 0.5;
                }
                last_inner = Some(true);
            } else {
                (outer, above) = (middle, value);
                if last_inner == Some(false) {
                    below *= 0.5;
                }
                last_inner = Some(false);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{LossForm, PolynomialLoss, Prior};
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    /// Means of x and x² over slides within {(y − x²)² < ε}, a sheet √ε thick, and how many slides
    /// moved.
    fn slide_along_the_parabola(prior: &Prior, threshold: f64, slides: usize) -> (f64, f64, usize) {
        let terms = vec![(vec![0, 1], 1.0), (vec![2, 0], -1.0)];
        let loss = PolynomialLoss::from_terms(2, &[terms], LossForm::Ideal).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut walker = Walker::new(&loss, prior, &[0.0; 2], 0.0, 1.0);
        // Differences between these are the directions of the slides.
        let population: Vec<f64> = (1..40)
            .flat_map(|i| {
                let x = f64::from(i) / 20.0 - 1.0;
                [x, x * x]
            })
            .collect();
        let mut offset = [0.5, 0.25];
        let mut excess = 0.0;
        let (mut first, mut second, mut moved) = (0.0, 0.0, 0);
        for _ in 0..slides {
            let before = offset;
            walker.slide(&mut offset, &mut excess, threshold, &population, &mut rng);
            assert!((offset[1] - offset[0].powi(2)).powi(2) < threshold);
            moved += usize::from(offset != before);
            first += offset[0];
            second += offset[0].powi(2);
        }
        (first / slides as f64, second / slides as f64, moved)
    }

    #[test]
    fn slides_leave_the_even_law_on_a_curved_sheet_invariant() {
        // In the direction of y the sheet is equally thick everywhere: x is even on [−1, 1].
        let (first, second, moved) = slide_along_the_parabola(&Prior::flat(2), 1e-12, 200_000);
        assert!(moved > 4_000, "{moved}");
        assert!(first.abs() < 0.03, "{first}");
        assert!((second - 1.0 / 3.0).abs() < 0.015, "{second}");
    }

    #[test]
    fn slides_find_a_sheet_whose_second_differences_are_lost() {
        // 10⁻¹² thick: second differences of K over its width are 10⁻²⁴ of K away from it.
        let (first, second, moved) = slide_along_the_parabola(&Prior::flat(2), 1e-24, 50_000);
        assert!(moved > 1_000, "{moved}");
        assert!(first.abs() < 0.06, "{first}");
        assert!((second - 1.0 / 3.0).abs() < 0.03, "{second}");
    }

    #[test]
    fn slides_leave_an_amplitude_invariant() {
        // Density ∝ x on [0, 1]: means 2/3 and 1/2.
        let prior = Prior::flat(2)
            .with_amplitude(&[1.0, 0.0])
            .unwrap()
            .with_nonnegative(&[0])
            .unwrap();
        let (first, second, moved) = slide_along_the_parabola(&prior, 1e-12, 200_000);
        assert!(moved > 4_000, "{moved}");
        assert!((first - 2.0 / 3.0).abs() < 0.015, "{first}");
        assert!((second - 0.5).abs() < 0.015, "{second}");
    }
}
