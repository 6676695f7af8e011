//! Accelerated ascent of a likelihood by any map under which it does not fall, from several starts.

use super::starts::{Attempt, begins_anew, best, descending, distance};
use super::{Convergence, SelectionError, Starts};
use crate::sampler::Control;

/// Steps of every start, before the best are climbed to the end.
const FIRST: usize = 16;
/// As many are climbed in any case, whose profiles differ by so much after the first steps.
const LEADERS: usize = 6;
const APART: f64 = 1e-3;
/// As many are climbed at most, until two that began differently agree; then again once.
const MOST: usize = 10;
/// The length of a profile.
const PROFILE: usize = 256;
/// An extrapolation leaves at least this share of a probability.
const KEPT: f64 = 0.1;

/// A model of some size whose parameters are points of simplices, one after the other.
pub(super) trait Ascent {
    /// ℓ at `from`, and a point where it is not less: a step of EM.
    fn step(&mut self, from: &[f64], to: &mut [f64]) -> f64;

    /// ℓ at a point.
    fn log_likelihood(&mut self, point: &[f64]) -> f64;

    /// The lengths of the simplices.
    fn simplices(&self) -> Vec<usize>;

    /// log p of some observations at a point, which tell starts apart.
    fn profile(&mut self, point: &[f64]) -> Vec<f64>;

    /// The random start of this number.
    fn random(&self, start: usize, seed: u64) -> Vec<f64>;
}

/// Where the maximum was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summit {
    pub(super) point: Vec<f64>,
    pub(super) log_likelihood: f64,
    pub(super) convergence: Convergence,
}

/// A smaller fit written as a point of the larger model, where ℓ is the same, and starts made from
/// it.
#[derive(Debug, Default)]
pub(super) struct Nested {
    pub(super) same: Option<(Vec<f64>, f64)>,
    pub(super) starts: Vec<Vec<f64>>,
}

/// The best of several starts, below which no smaller fit is: the rules are those of the search for
/// mixtures. `None` if the control ended the search.
pub(super) fn search<A: Ascent>(
    model: &mut A,
    name: &str,
    nested: Nested,
    starts: &Starts,
    control: &Control<'_>,
    report: &dyn Fn(f64),
) -> Result<Option<Summit>, SelectionError> {
    let mut search = Search {
        simplices: model.simplices(),
        model,
        starts,
        control,
        report,
        attempts: Vec::new(),
        left: Vec::new(),
        started: 0,
    };
    let random = |search: &Search<'_, A>, numbers: std::ops::Range<usize>| {
        numbers
            .map(|start| search.model.random(start, starts.seed))
            .collect::<Vec<_>>()
    };
    let mut points = random(&search, 0..starts.count);
    points.extend(nested.starts);
    if let Some((point, value)) = nested.same {
        search.started += 1;
        let profile = search.model.profile(&point);
        let climb = Climb {
            point,
            value,
            steps: 0,
            converged: true,
        };
        search.attempts.push(attempt(climb, profile));
    }
    if !search.climb(points) {
        return Ok(None);
    }
    if !search.confirmed() {
        let more = random(&search, starts.count..3 * starts.count);
        if !search.climb(more) {
            return Ok(None);
        }
    }
    let Some((found, mut convergence)) = best(&search.attempts) else {
        let reason = "no start of the fit has a finite likelihood".into();
        return Err(SelectionError::Candidate {
            name: name.into(),
            reason,
        });
    };
    convergence.starts = search.started;
    convergence.left = descending(search.left.iter().copied());
    Ok(Some(Summit {
        point: found.fit.point.clone(),
        log_likelihood: found.log_likelihood,
        convergence,
    }))
}

/// The convergence of a fit in closed form.
pub(super) fn known(log_likelihood: f64) -> Convergence {
    Convergence {
        starts: 1,
        climbed: 1,
        converged: 1,
        agreeing: 1,
        independent: 1,
        log_likelihoods: vec![log_likelihood],
        left: Vec::new(),
        iterations: 0,
        on_boundary: false,
    }
}

/// Places of a profile: at most 256 of `count`, evenly spread.
pub(super) fn places(count: usize) -> impl Iterator<Item = usize> {
    let all = count.min(PROFILE);
    (0..all).map(move |place| place * count / all)
}

/// How far a climb has come.
#[derive(Debug)]
struct Climb {
    point: Vec<f64>,
    value: f64,
    steps: usize,
    converged: bool,
}

fn attempt(climb: Climb, profile: Vec<f64>) -> Attempt<Climb> {
    Attempt {
        profile,
        log_likelihood: climb.value,
        iterations: climb.steps,
        converged: climb.converged,
        fit: climb,
    }
}

struct Search<'a, A> {
    model: &'a mut A,
    simplices: Vec<usize>,
    starts: &'a Starts,
    control: &'a Control<'a>,
    report: &'a dyn Fn(f64),
    attempts: Vec<Attempt<Climb>>,
    /// ℓ of those that were left after a few steps.
    left: Vec<f64>,
    started: usize,
}

impl<A: Ascent> Search<'_, A> {
    /// A few steps from each point, then the best that differ to the end, and further ones until
    /// two that began differently agree. Whether the control let it finish.
    fn climb(&mut self, points: Vec<Vec<f64>>) -> bool {
        let all = points.len() as f64;
        let mut waiting: Vec<Attempt<Climb>> = Vec::new();
        for (place, point) in points.into_iter().enumerate() {
            (self.report)(0.5 * place as f64 / all);
            let profile = self.model.profile(&point);
            let mut climb = Climb {
                point,
                value: f64::NEG_INFINITY,
                steps: 0,
                converged: false,
            };
            self.ascend(&mut climb, FIRST.min(self.starts.iterations));
            if self.control.stopped() {
                return false;
            }
            self.started += 1;
            if climb.value.is_finite() {
                waiting.push(attempt(climb, profile));
            }
        }
        waiting.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
        let mut leading: Vec<Vec<f64>> = Vec::new();
        let mut followers = Vec::new();
        for next in waiting {
            let here = self.model.profile(&next.fit.point);
            let far = |other: &Vec<f64>| distance(other, &here) > APART;
            if leading.len() < LEADERS && leading.iter().all(far) {
                if !self.finish(next, leading.len()) {
                    return false;
                }
                leading.push(here);
            } else {
                followers.push(next);
            }
        }
        // first those that began unlike all that agree so far: they tell most
        followers.sort_by_key(|next| !begins_anew(&self.attempts, &next.profile));
        for (place, next) in followers.into_iter().enumerate() {
            if place >= MOST - LEADERS || self.confirmed() {
                self.left.push(next.log_likelihood);
            } else if !self.finish(next, LEADERS + place) {
                return false;
            }
        }
        true
    }

    /// Climbs to the end.
    fn finish(&mut self, mut next: Attempt<Climb>, place: usize) -> bool {
        (self.report)(0.5 + 0.5 * place as f64 / MOST as f64);
        self.ascend(&mut next.fit, self.starts.iterations);
        self.attempts.push(attempt(next.fit, next.profile));
        !self.control.stopped()
    }

    fn confirmed(&self) -> bool {
        best(&self.attempts).is_some_and(|(_, found)| found.is_confirmed())
    }

    /// SQUAREM (Varadhan & Roland 2008, scheme S3), such that ℓ never falls from one cycle to the
    /// next: an extrapolation is kept only where ℓ is not less. Converged where what is left to
    /// gain by the rate of the last steps (Aitken) is below the tolerance twice in turn.
    fn ascend(&mut self, climb: &mut Climb, most: usize) {
        let mut first = climb.point.clone();
        let mut second = first.clone();
        let mut bold = first.clone();
        let (mut longest, mut quiet) = (1.0_f64, 0);
        while climb.steps < most && !self.control.stopped() {
            let before = self.model.step(&climb.point, &mut first);
            let value = self.model.step(&first, &mut second);
            climb.steps += 2;
            if !value.is_finite() {
                break;
            }
            let (mut rr, mut vv, mut rv) = (0.0, 0.0, 0.0);
            for ((zero, one), two) in climb.point.iter().zip(&first).zip(&second) {
                let (r, v) = (one - zero, two - 2.0 * one + zero);
                rr += r * r;
                vv += v * v;
                rv += r * v;
            }
            let length = if vv > 0.0 { (rr / vv).sqrt() } else { 1.0 };
            let gain = value - before;
            let rounding = 4.0 * f64::EPSILON * value.abs();
            let tolerance = self.starts.tolerance;
            let little = gain <= rounding || (rv <= 0.0 && gain * length.max(1.0) <= tolerance);
            quiet = if little { quiet + 1 } else { 0 };
            if quiet == 2 {
                std::mem::swap(&mut climb.point, &mut first);
                climb.value = value;
                climb.converged = true;
                return;
            }
            let a = length.clamp(1.0, longest);
            let mut taken = true;
            if a > 1.0 {
                let points = climb.point.iter().zip(&first).zip(&second);
                for (bold, ((zero, one), two)) in bold.iter_mut().zip(points) {
                    let (r, v) = (one - zero, two - 2.0 * one + zero);
                    *bold = zero + 2.0 * a * r + a * a * v;
                }
                on_simplices(&mut bold, &second, &self.simplices);
                taken = self.model.step(&bold, &mut first) >= value;
                climb.steps += 1;
            }
            if a > 1.0 && taken {
                std::mem::swap(&mut climb.point, &mut first);
            } else {
                std::mem::swap(&mut climb.point, &mut second);
            }
            if !taken {
                longest = (longest / 4.0).max(1.0);
            } else if a >= longest {
                longest *= 4.0;
            }
        }
        climb.value = self.model.log_likelihood(&climb.point);
    }
}

/// Makes extrapolated numbers probabilities, none below a share of its safe one.
fn on_simplices(point: &mut [f64], safe: &[f64], lengths: &[usize]) {
    let mut start = 0;
    for length in lengths {
        let block = &mut point[start..start + length];
        let mut sum = 0.0;
        for (p, safe) in block.iter_mut().zip(&safe[start..]) {
            *p = p.max(KEPT * safe);
            sum += *p;
        }
        for p in block {
            *p /= sum;
        }
        start += length;
    }
}

/// Divides numbers that are not negative by their sum; leaves them if that vanishes.
pub(super) fn normalise(values: &mut [f64]) -> bool {
    let sum: f64 = values.iter().sum();
    if !(sum > 1e-300 && sum.is_finite()) {
        return false;
    }
    for value in values {
        *value /= sum;
    }
    true
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Ascent, Climb, Search, on_simplices};
    use crate::sampler::Control;
    use crate::selection::Starts;

    /// ℓ after ever more steps never falls, and comes at least as far as plain steps do.
    pub(in super::super) fn never_falls(model: &mut impl Ascent, cycles: usize) {
        let starts = Starts::new();
        for start in 0..5 {
            let begin = model.random(start, 1);
            let (mut from, mut to) = (begin.clone(), begin.clone());
            let mut last = f64::NEG_INFINITY;
            for _ in 0..cycles {
                let value = model.step(&from, &mut to);
                assert!(value >= last - 1e-10 * value.abs(), "{last} {value}");
                last = value;
                std::mem::swap(&mut from, &mut to);
            }
            let plain = last;
            let mut last = model.log_likelihood(&begin);
            for most in (1..cycles).step_by(3) {
                let control = Control::new();
                let mut search = Search {
                    simplices: model.simplices(),
                    model,
                    starts: &starts,
                    control: &control,
                    report: &|_| {},
                    attempts: Vec::new(),
                    left: Vec::new(),
                    started: 0,
                };
                let mut climb = Climb {
                    point: begin.clone(),
                    value: f64::NEG_INFINITY,
                    steps: 0,
                    converged: false,
                };
                search.ascend(&mut climb, most);
                let value = climb.value;
                assert!(
                    value >= last - 1e-10 * value.abs(),
                    "{most}: {last} {value}"
                );
                last = value;
            }
            assert!(last >= plain - 0.5, "{last} {plain}");
        }
    }

    #[test]
    fn extrapolations_are_probabilities() {
        let mut point = vec![-0.5, 1.5, 0.2, 0.9, 0.4];
        on_simplices(&mut point, &[0.1, 0.9, 0.3, 0.3, 0.4], &[2, 3]);
        assert!((point[0] - 0.01 / 1.51).abs() < 1e-15 && (point[4] - 0.4 / 1.5).abs() < 1e-15);
        assert!((point[..2].iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }
}
