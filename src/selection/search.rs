//! The search for the maximum of a mixture's likelihood, from several starts.

use super::climb::{Climb, Limits};
use super::em::{Component, Em, Point};
use super::seeding;
use super::starts::{Attempt, begins_anew, best, descending, distance};
use super::{Convergence, SelectionError, Starts};
use crate::sampler::Control;

/// A component of less weight counts as gone.
const GONE: f64 = 1e-6;
/// EM steps of every start, before the best are climbed to the end. This, the leaders and the
/// second lot of random starts were raised while looking at simulated latent classes (n = 300) and
/// normal clusters in the plane: what is found on those is no test of them.
const FIRST: usize = 16;
/// As many are climbed in any case, which differ by so much per row after the first steps.
const LEADERS: usize = 6;
const APART: f64 = 1e-3;
/// As many are climbed at most, until two that began differently agree; then again once.
const MOST: usize = 10;
/// Climbs that come as near to each other on the fewer rows have one end.
const SAME: f64 = 1e-5;
/// Rows at which starts are compared.
const PROFILE: usize = 256;

/// A mixture as fitted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) point: Point,
    /// The responsibilities of the components for each different row, component after component.
    pub(super) shares: Vec<f64>,
    pub(super) log_likelihood: f64,
    pub(super) convergence: Convergence,
}

/// The best of several starts: random ones, and those that [`seeding::larger`] makes from
/// `smaller`, a fit of one component less, below which the likelihood never falls. Where no two
/// that began differently agree, there are twice as many random starts more. `None` if the control
/// ended the search. `report` is told the share that is done.
pub(super) fn fit<C: Component>(
    model: &C,
    components: usize,
    smaller: Option<&Fit>,
    starts: &Starts,
    control: &Control<'_>,
    report: &dyn Fn(f64),
) -> Result<Option<Fit>, SelectionError> {
    let fewer = model.condensed();
    let mut search = Search {
        em: Em::new(model, components),
        coarse: fewer
            .as_ref()
            .map(|fewer| (Em::new(fewer, components), f64::NEG_INFINITY)),
        rows: profile_rows(fewer.as_ref().unwrap_or(model).counts()),
        starts,
        control,
        report,
        attempts: Vec::new(),
        ends: Vec::new(),
        left: Vec::new(),
        started: 0,
    };
    if components == 1 {
        search.known();
    } else {
        let mut points = search.random(0..starts.count);
        if let Some(smaller) = smaller {
            points.extend(search.larger(smaller));
        }
        let more = starts.count..3 * starts.count;
        if !search.climb(points) || (!search.confirmed() && !search.climb_random(more)) {
            return Ok(None);
        }
    }
    let Some((found, mut convergence)) = best(&search.attempts) else {
        let name = format!("{components} components");
        let reason = "no start of the fit has a finite likelihood".into();
        return Err(SelectionError::Candidate { name, reason });
    };
    convergence.starts = search.started;
    convergence.left = descending(search.left.iter().copied());
    let mut shares = search.em.shares(&found.fit.point).to_vec();
    for column in shares.chunks_exact_mut(model.counts().len()) {
        for (share, count) in column.iter_mut().zip(model.counts()) {
            *share /= count;
        }
    }
    let (weights, parameters) = found.fit.point.split_at(components);
    let mut parameters = parameters.chunks_exact(model.size());
    convergence.on_boundary =
        weights.iter().any(|w| *w < GONE) || parameters.any(|p| model.on_boundary(p));
    Ok(Some(Fit {
        log_likelihood: found.log_likelihood - search.em.log_prior(&found.fit.point),
        point: found.fit.point.clone(),
        shares,
        convergence,
    }))
}

/// The climbs to the maxima of one number of components.
struct Search<'a, C> {
    em: Em<'a, C>,
    /// The same of fewer rows, on which climbs of very many begin, and the best ℓ there.
    coarse: Option<(Em<'a, C>, f64)>,
    /// The rows, of those if there are, at which starts are compared.
    rows: Vec<usize>,
    starts: &'a Starts,
    control: &'a Control<'a>,
    report: &'a dyn Fn(f64),
    /// The climbs that are over.
    attempts: Vec<Attempt<Climb>>,
    /// Maxima on the fewer rows, and where the climb from there ended.
    ends: Vec<(Vec<f64>, Climb)>,
    /// ℓ of those that were left after a few steps.
    left: Vec<f64>,
    /// All starts, also those that were not climbed to the end.
    started: usize,
}

impl<C: Component> Search<'_, C> {
    /// One component, whose maximum is known.
    fn known(&mut self) {
        let model = self.em.model();
        let mut point = vec![1.0; 1 + model.size()];
        model.estimate(model.counts(), &mut point[1..]);
        let mut climb = Climb::from(point);
        climb.value = self.em.log_likelihood(&climb.point);
        climb.converged = true;
        self.attempts.push(attempt(climb, Vec::new()));
        self.started = 1;
    }

    fn random(&self, numbers: std::ops::Range<usize>) -> Vec<Point> {
        numbers
            .map(|start| seeding::random(&self.em, start, self.starts.seed))
            .collect()
    }

    fn climb_random(&mut self, numbers: std::ops::Range<usize>) -> bool {
        let points = self.random(numbers);
        self.climb(points)
    }

    /// Starts from a smaller fit; that fit itself, as a mixture of one component more, is at its
    /// end already.
    fn larger(&mut self, smaller: &Fit) -> Vec<Point> {
        let model = self.em.model();
        let doubled = seeding::doubled(model, &smaller.point);
        let mut points = seeding::larger(model, &smaller.point, self.starts.seed);
        if self.em.log_prior(&doubled) != 0.0 {
            // a component with half the rows is not where it was
            points.push(doubled);
            return points;
        }
        let profile = self.profile(&doubled);
        let mut climb = Climb::from(doubled);
        // the same density, but for rounding
        climb.value = smaller.log_likelihood;
        climb.converged = true;
        self.attempts.push(attempt(climb, profile));
        self.started += 1;
        points
    }

    /// A few steps from each point, then the best that differ to the end, and further ones until
    /// two that began differently agree. Whether the control let it finish.
    fn climb(&mut self, points: Vec<Point>) -> bool {
        let all = points.len() as f64;
        let (starts, control) = (self.starts, self.control);
        let again = self.started > 1;
        let mut waiting: Vec<Attempt<Climb>> = Vec::new();
        for (place, point) in points.into_iter().enumerate() {
            (self.report)(0.5 * place as f64 / all);
            let profile = self.profile(&point);
            let mut climb = Climb::from(point);
            let most = FIRST.min(starts.iterations);
            let coarse = self.coarse.as_mut().map(|(coarse, _)| coarse);
            let em = coarse.unwrap_or(&mut self.em);
            let limits = Limits {
                most,
                tolerance: starts.tolerance,
                least: f64::NEG_INFINITY,
            };
            em.climb(&mut climb, &limits, control);
            if control.stopped() {
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
            let here = self.profile(&next.fit.point);
            let far = |other: &Vec<f64>| distance(other, &here) > APART;
            // further random starts are there to confirm what was found
            let enough = again && self.confirmed();
            if leading.len() < LEADERS && leading.iter().all(far) && !enough {
                if !self.finish(next, leading.len()) {
                    return false;
                }
                leading.push(here);
            } else {
                followers.push(next);
            }
        }
        // first those that tell most: that began unlike all that agree so far
        followers.sort_by_key(|next| !begins_anew(&self.attempts, &next.profile));
        for (place, next) in followers.into_iter().enumerate() {
            if place >= MOST - LEADERS || self.confirmed() {
                self.left.push(next.log_likelihood);
                continue;
            }
            if !self.finish(next, LEADERS + place) {
                return false;
            }
        }
        true
    }

    /// Climbs to the end.
    fn finish(&mut self, mut next: Attempt<Climb>, place: usize) -> bool {
        (self.report)(0.5 + 0.5 * place as f64 / MOST as f64);
        let (starts, control) = (self.starts, self.control);
        let values = self.attempts.iter().map(|attempt| attempt.log_likelihood);
        let mut limits = Limits {
            most: starts.iterations,
            tolerance: starts.tolerance,
            least: values.fold(f64::NEG_INFINITY, f64::max),
        };
        let mut reached = None;
        if let Some((coarse, best)) = &mut self.coarse {
            let own = Limits {
                least: *best,
                ..limits
            };
            let climb = &mut next.fit;
            coarse.climb(climb, &own, control);
            *best = best.max(climb.value);
            if climb.converged {
                let here = self.profile(&next.fit.point);
                let same = |(there, _): &&(Vec<f64>, Climb)| distance(there, &here) < SAME;
                if let Some((_, end)) = self.ends.iter().find(same) {
                    let steps = next.fit.steps;
                    next.fit = end.clone();
                    next.fit.steps = steps;
                    self.attempts.push(attempt(next.fit, next.profile));
                    return !control.stopped();
                }
                reached = Some(here);
            } else {
                // what was given up there is not worth more here
                limits.most = limits.most.min(climb.steps) + FIRST;
            }
            next.fit.converged = false;
        }
        self.em.climb(&mut next.fit, &limits, control);
        let ended = reached.filter(|_| next.fit.converged);
        self.ends.extend(ended.map(|from| (from, next.fit.clone())));
        self.attempts.push(attempt(next.fit, next.profile));
        !control.stopped()
    }

    fn confirmed(&self) -> bool {
        best(&self.attempts).is_some_and(|(_, found)| found.is_confirmed())
    }

    /// log f at the rows where starts are compared.
    fn profile(&mut self, point: &[f64]) -> Vec<f64> {
        let coarse = self.coarse.as_mut().map(|(coarse, _)| coarse);
        let values = coarse.unwrap_or(&mut self.em).log_mixture(point);
        self.rows.iter().map(|row| values[*row]).collect()
    }
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

/// Rows at the quantiles of the data in their order.
fn profile_rows(counts: &[f64]) -> Vec<usize> {
    let total: f64 = counts.iter().sum();
    let mut below = 0.0;
    let mut rows = Vec::with_capacity(PROFILE);
    for (row, count) in counts.iter().enumerate() {
        below += count;
        let reached = (below / total * PROFILE as f64).round() as usize;
        rows.resize(reached.max(rows.len()), row);
    }
    rows
}
