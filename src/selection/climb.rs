//! The climb to a maximum of the likelihood: EM, accelerated.

use super::anderson::Anderson;
use super::em::{Component, Em, Point};
use crate::sampler::Control;

/// How far a climb has come.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Climb {
    pub(super) point: Point,
    /// ℓ; −∞ until it is known.
    pub(super) value: f64,
    /// EM steps taken.
    pub(super) steps: usize,
    pub(super) converged: bool,
}

impl Climb {
    pub(super) fn from(point: Point) -> Self {
        Self {
            point,
            value: f64::NEG_INFINITY,
            steps: 0,
            converged: false,
        }
    }
}

/// How far a climb goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The most steps.
    pub(super) most: usize,
    /// Converged where less is left to gain in ℓ.
    pub(super) tolerance: f64,
    /// ℓ below which an end is worth nothing.
    pub(super) least: f64,
}

/// A climb is given up after so many steps at the earliest, where so many times what is left to
/// gain would not do.
const PATIENCE: usize = 300;
const HOPE: f64 = 1000.0;
/// Cycles without an extrapolation by [`Anderson`] after one that failed at once, at most.
const LONGEST_WAIT: usize = 16;

/// The points of a climb: x and two steps of EM from it.
struct Steps {
    first: Point,
    second: Point,
    /// Where an extrapolation leads.
    bold: Point,
}

/// r = θ₁ − θ and v = θ₂ − 2θ₁ + θ: |r|², |v|² and r·v.
struct Turn {
    rr: f64,
    vv: f64,
    rv: f64,
}

impl Turn {
    fn of(zero: &[f64], steps: &Steps) -> Self {
        let (mut rr, mut vv, mut rv) = (0.0, 0.0, 0.0);
        for ((zero, one), two) in zero.iter().zip(&steps.first).zip(&steps.second) {
            let (r, v) = (one - zero, two - 2.0 * one + zero);
            rr += r * r;
            vv += v * v;
            rv += r * v;
        }
        Self { rr, vv, rv }
    }

    /// |r|/|v|: along one direction 1/(1 − ρ), where the error shrinks by ρ in a step.
    fn length(&self) -> f64 {
        if self.vv > 0.0 {
            (self.rr / self.vv).sqrt()
        } else {
            1.0
        }
    }
}

impl<C: Component> Em<'_, C> {
    /// Cycles of two steps of EM from θ, to θ₁ and θ₂, and an extrapolation of one of two kinds to
    /// a point at which ℓ is not less than at the last one:
    ///
    /// - [`Anderson`]'s from all that was seen, where it points uphill, and again from the point
    ///   that it reached for as long as ℓ rises: near a maximum, however flat, a secant method;
    /// - elsewhere, near saddles above all, SQUAREM's (Varadhan & Roland 2008, scheme S3): with
    ///   r = θ₁ − θ, v = θ₂ − 2θ₁ + θ and a = |r|/|v| a step of EM from θ + 2ar + a²v, brought back
    ///   into the domain; where ℓ is less there, from θ₂.
    ///
    /// Along a slow direction the error shrinks by 1 − 1/a in a step, so that after a step that
    /// gained g about g·a/2 is left to gain (Aitken). The climb has converged when g·a is below the
    /// tolerance (or g below the rounding of ℓ) twice in turn, and steps do not grow.
    ///
    /// Ends after [`Limits::most`] steps in all, or when the control says so, and where a thousand
    /// times what is left to gain would not lead to [`Limits::least`].
    pub(super) fn climb(&mut self, climb: &mut Climb, limits: &Limits, control: &Control<'_>) {
        let Limits {
            most,
            tolerance,
            least,
        } = *limits;
        let mut steps = Steps {
            first: climb.point.clone(),
            second: climb.point.clone(),
            bold: climb.point.clone(),
        };
        let rows = self.model().counts().len() as f64;
        let mut anderson = Anderson::default();
        let (mut longest, mut quiet) = (1.0_f64, 0);
        let (mut wait, mut waits) = (0, 1);
        while climb.steps < most && !control.stopped() {
            let before = self.step(&climb.point, &mut steps.first);
            let value = self.step(&steps.first, &mut steps.second);
            climb.steps += 2;
            if !value.is_finite() {
                break;
            }
            anderson.see(&climb.point, &steps.first);
            anderson.see(&steps.first, &steps.second);
            let turn = Turn::of(&climb.point, &steps);
            let known = anderson.next(&mut steps.bold);
            let (ahead, jump) = along(&steps);
            let length = turn.length();
            let gain = value - before;
            let left = gain * length.max(if known { jump } else { 1.0 }).max(1.0);
            let rounding = 4.0 * f64::EPSILON * value.abs() * rows.sqrt();
            let little = gain <= rounding || (turn.rv <= 0.0 && left <= tolerance);
            quiet = if little { quiet + 1 } else { 0 };
            if quiet == 2 {
                std::mem::swap(&mut climb.point, &mut steps.first);
                climb.value = value;
                climb.converged = true;
                return;
            }
            if climb.steps >= PATIENCE && turn.rv <= 0.0 && value + HOPE * left < least {
                break;
            }
            if wait > 0 {
                wait -= 1;
            } else if known && ahead > 0.0 && turn.rv <= 0.0 {
                let taken = self.bold(climb, &mut steps, &mut anderson, value, limits);
                if taken == 0 {
                    (wait, waits) = (waits, (2 * waits).min(LONGEST_WAIT));
                    anderson.forget();
                } else {
                    waits = 1;
                }
                continue;
            }
            self.squarem(climb, &mut steps, &turn, value, &mut longest);
        }
        climb.value = self.log_likelihood(&climb.point);
    }

    /// Steps to where Anderson's extrapolation leads, from θ₂ on, for as long as ℓ rises; the
    /// number of those that did.
    fn bold(
        &mut self,
        climb: &mut Climb,
        steps: &mut Steps,
        anderson: &mut Anderson,
        mut value: f64,
        limits: &Limits,
    ) -> usize {
        // F of the last point, from which ℓ is known to rise
        std::mem::swap(&mut climb.point, &mut steps.second);
        let mut taken = 0;
        while climb.steps < limits.most {
            self.confine(&mut steps.bold, &climb.point);
            let reached = self.step(&steps.bold, &mut steps.first);
            climb.steps += 1;
            if reached < value || reached.is_nan() {
                break;
            }
            anderson.see(&steps.bold, &steps.first);
            climb.point.copy_from_slice(&steps.first);
            taken += 1;
            let gain = reached - value;
            value = reached;
            if gain <= limits.tolerance || !anderson.next(&mut steps.bold) {
                break;
            }
        }
        taken
    }

    fn squarem(
        &mut self,
        climb: &mut Climb,
        steps: &mut Steps,
        turn: &Turn,
        value: f64,
        longest: &mut f64,
    ) {
        let a = turn.length().clamp(1.0, *longest);
        let mut taken = true;
        if a <= 1.0 {
            std::mem::swap(&mut climb.point, &mut steps.second);
        } else {
            let points = climb.point.iter().zip(&steps.first).zip(&steps.second);
            for (bold, ((zero, one), two)) in steps.bold.iter_mut().zip(points) {
                let (r, v) = (one - zero, two - 2.0 * one + zero);
                *bold = zero + 2.0 * a * r + a * a * v;
            }
            self.confine(&mut steps.bold, &steps.second);
            let reached = self.step(&steps.bold, &mut steps.first);
            climb.steps += 1;
            taken = reached >= value;
            if taken {
                std::mem::swap(&mut climb.point, &mut steps.first);
            } else {
                std::mem::swap(&mut climb.point, &mut steps.second);
                *longest = (*longest / 4.0).max(1.0);
            }
        }
        if taken && a >= *longest {
            *longest *= 4.0;
        }
    }
}

/// How far the extrapolation goes from θ₁ along θ₂ − θ₁, and its length by that of θ₂ − θ₁.
fn along(steps: &Steps) -> (f64, f64) {
    let (mut ahead, mut jump, mut ff) = (0.0, 0.0, 0.0);
    for ((one, two), bold) in steps.first.iter().zip(&steps.second).zip(&steps.bold) {
        ahead += (bold - one) * (two - one);
        jump += (bold - one) * (bold - one);
        ff += (two - one) * (two - one);
    }
    (ahead, if ff > 0.0 { (jump / ff).sqrt() } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::super::components::{Binomial, Categories, Normal};
    use super::super::em::{Component, Em};
    use super::super::{DataTable, seeding};
    use super::{Climb, Limits};
    use crate::sampler::Control;

    /// ℓ after some steps is not below where they began, nor above the end, and the end not below
    /// plain EM.
    fn ascends(model: &impl Component, components: usize) {
        let mut em = Em::new(model, components);
        for start in 0..5 {
            let begin = seeding::random(&em, start, 1);
            let first = em.log_likelihood(&begin);
            let mut after = |most: usize| {
                let mut climb = Climb::from(begin.clone());
                let limits = Limits {
                    most,
                    tolerance: 1e-9,
                    least: f64::NEG_INFINITY,
                };
                em.climb(&mut climb, &limits, &Control::new());
                let sum: f64 = climb.point[..components].iter().sum();
                assert!((sum - 1.0).abs() < 1e-12);
                climb.value
            };
            let last = after(5000);
            for most in 1..150 {
                let value = after(most);
                assert!(
                    value >= first && value <= last + 1e-9,
                    "{most}: {value} {last}"
                );
            }
            let mut plain = [begin.clone(), begin];
            for _ in 0..150 {
                let [from, to] = &mut plain;
                em.step(from, to);
                plain.swap(0, 1);
            }
            assert!(last >= em.log_likelihood(&plain[0]) - 1e-3);
        }
    }

    #[test]
    fn accelerated_steps_ascend() {
        // two heaps that overlap, a third at the boundary
        let k = (0..90_u32).map(|i| f64::from([i % 4, 3 + i % 5, 12][(i % 3) as usize]));
        let x: Vec<f64> = k.collect();
        let data = DataTable::new([("x", x.clone())]).unwrap();
        ascends(&Normal::new(&data, 1.5).unwrap(), 3);
        ascends(&Binomial::new(&data, 12).unwrap(), 3);
        let digit = |by: f64| x.iter().map(|k| (k / by).floor() % 3.0).collect::<Vec<_>>();
        let data = [("a", digit(1.0)), ("b", digit(2.0)), ("c", digit(4.0))];
        ascends(&Categories::new(&DataTable::new(data).unwrap()).unwrap(), 3);
    }

    #[test]
    fn a_climb_that_cannot_reach_what_is_known_is_given_up() {
        // two components where one is enough: EM is slow
        let data = DataTable::new([("x", (0..400).map(|i| f64::from(i % 7)).collect())]).unwrap();
        let model = Normal::new(&data, 2.0).unwrap();
        let mut em = Em::new(&model, 3);
        let begin = seeding::random(&em, 4, 0);
        let mut end = |least: f64| {
            let mut climb = Climb::from(begin.clone());
            let limits = Limits {
                most: 100_000,
                tolerance: 1e-13,
                least,
            };
            em.climb(&mut climb, &limits, &Control::new());
            climb
        };
        let whole = end(f64::NEG_INFINITY);
        assert!(whole.converged);
        let given_up = end(whole.value + 1.0);
        assert!(whole.steps <= 300 || !given_up.converged && given_up.steps < whole.steps);
        assert!(end(whole.value - 1.0).converged);
    }
}
