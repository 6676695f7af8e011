//! The search over a region: faces that are settled, and cut up where they are not.

use super::candidates::{Candidate, candidates};
use super::special_points::Value;
use super::{Locus, Region, RegionError, RegionResolution};
use crate::algebra::{Monomial, Polynomial, Rational, SizeLimits};
use crate::budget::{Budget, Exhausted, Meter, abandonable};
use crate::certificate::format::{Certificate, CoordinateDomain, Extent, StatedPole, Step};
use crate::certificate::region::{
    Face, Place, REGION_FORMAT, REGION_VERSION, RegionCertificate, RegionClaim, RegionQuestion,
};
use crate::certificate::{CheckLimits, Pole, poles_of};
use crate::clock::Instant;
use crate::resolution::answer::used_steps;
use crate::resolution::chart::{Chart, Coordinate, ring};
use crate::resolution::large_stack::on_large_stack;
use crate::resolution::search::{CRUDE_TIME, Search};
use crate::resolution::{Germ, Undecided};
use std::time::Duration;

/// So many variables of a face are given places at once.
const AT_ONCE: usize = 3;

/// The share of the time for points that may give an upper bound.
const FOR_POINTS: u32 = 4;

/// The most time for one point.
const FOR_ONE_POINT: Duration = Duration::from_secs(1);

/// Eighths of the time for the search; the rest is for checks.
const FOR_SEARCH: u32 = 6;

/// How long the last check may take, however little time there was.
const LEAST_CHECK: Duration = Duration::from_millis(200);

/// The most faces.
const MOST_FACES: usize = 729;

/// What there is at a face.
pub(super) enum FaceChart {
    Chart(Box<Chart>),
    /// No point.
    Empty,
    /// This inequality is one more than are needed to be there: it has to be forgotten.
    Degenerate(usize),
    /// Numbers are too large.
    None,
}

/// A face that was settled.
struct Settled {
    face: Vec<Place>,
    steps: Vec<Step>,
    reason: Option<Undecided>,
}

/// What the time is up for.
struct Clock<'a> {
    budget: &'a Budget,
    whole: Meter,
    end: Instant,
}

impl Clock<'_> {
    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// A budget for one of so many pieces of work.
    fn share(&self, of: u32) -> Budget {
        self.budget.clone().with_time(self.left() / of.max(1))
    }

    /// Why no more is searched, if the time is up or the work was stopped.
    fn over(&self) -> Option<Undecided> {
        match self.whole.over() {
            Some(exhausted) => Some(exhausted.into()),
            None if self.left().is_zero() => Some(Exhausted::Time(self.budget.time()).into()),
            None => None,
        }
    }

    /// The work, if it ends in time: what is left of the search, and this much more.
    fn checked<T>(&self, more: Duration, work: impl FnOnce() -> T) -> Option<T> {
        let budget = Budget::default().with_time(self.left() + more);
        let meter = budget.start();
        let watch = meter.watch();
        let done = abandonable(work).ok();
        drop(watch);
        done
    }
}

pub(super) fn resolve(locus: &Locus, budget: &Budget) -> Result<RegionResolution, RegionError> {
    on_large_stack(|| resolved(locus, budget))
}

fn resolved(locus: &Locus, budget: &Budget) -> Result<RegionResolution, RegionError> {
    let clock = Clock {
        budget,
        whole: budget.start(),
        end: Instant::now() + budget.time() * FOR_SEARCH / 8,
    };
    // the rest, for checks
    let rest = (budget.time() * (8 - FOR_SEARCH) / 8).max(LEAST_CHECK);
    // everywhere the charts themselves have a point, most of the time
    let is_everywhere = locus.region == Region::everywhere();
    let (mut upper, mut witness) = match is_everywhere {
        true => (Pole::INFINITE, None),
        false => best_point(locus, &clock),
    };
    let mut open = locus.first_faces();
    let mut settled: Vec<Settled> = Vec::new();
    while let Some(mut face) = open.pop() {
        let charted = |face: &[Place]| {
            let timed = clock.checked(rest / 4, || locus.chart(face));
            timed.unwrap_or(FaceChart::None)
        };
        let mut chart = charted(&face);
        while let FaceChart::Degenerate(place) = chart {
            face[place] = Place::Any;
            chart = charted(&face);
        }
        if matches!(chart, FaceChart::None) {
            return Err(RegionError::TooLarge);
        }
        if matches!(chart, FaceChart::Empty) {
            settled.push(Settled {
                face,
                steps: Vec::new(),
                reason: None,
            });
            continue;
        }
        let waiting = open.len() + settled.len() + 1;
        let is_exact = locus.is_exact(&face);
        let share = u32::try_from(open.len())
            .unwrap_or(u32::MAX)
            .saturating_add(2);
        let over = clock.over();
        let (mut steps, mut reason) = match &over {
            None => locus.settle(&face, &clock.share(share)),
            Some(over) => (locus.crude(&face), Some(over.clone())),
        };
        let check = |steps: &[Step]| {
            let poles = clock.checked(rest / 4, || poles_of(steps, &CheckLimits::default()));
            let factor = locus.factor();
            let (lower, upper) = poles?.ok()?.pop()?;
            Some((lower.scale(&factor), upper.scale(&factor)))
        };
        let (lower, u) = check(&steps).unwrap_or_else(|| {
            // what takes too long to check, or is refused
            steps = locus.crude(&face);
            let unverified = Undecided::Unverified("of a face".to_string());
            reason = Some(clock.over().unwrap_or(unverified));
            let nothing = (Pole::nothing(locus.ring.len()), Pole::INFINITE);
            check(&steps).unwrap_or(nothing)
        });
        if is_exact {
            upper = upper.min(u);
        }
        // what was forgotten since it is one too many stays so
        let is_last = is_exact || locus.is_cut(&face);
        let is_done = lower >= upper || is_last || waiting > MOST_FACES;
        let cuts = match is_done || clock.over().is_some() {
            true => Vec::new(),
            false => locus.cut(&face, &clock),
        };
        if cuts.is_empty() {
            // of the time that a face had nobody was told: what it was a share of
            let reason = match reason {
                Some(Undecided::Budget(
                    Exhausted::Time(share) | Exhausted::TimeShare { share, .. },
                )) => clock.over().unwrap_or_else(|| {
                    let limit = budget.time();
                    Exhausted::TimeShare { share, limit }.into()
                }),
                reason => reason
                    .or_else(|| clock.over())
                    .unwrap_or(Undecided::NoBlowUp),
            };
            // what is inside of curved sides has bounds of its own, above all from above
            let inside = locus.inside_curves(&face).filter(|_| lower < upper);
            let reason = match inside.is_some() && matches!(reason, Undecided::NoBlowUp) {
                true => Undecided::CurvedSide,
                false => reason,
            };
            open.extend(inside.filter(|_| clock.over().is_none()));
            // what forgets the curves bounds all of it from below
            let is_extra = (0..face.len()).any(|i| face[i] == Place::Inside && locus.is_curved(i));
            let reason = (lower < upper && !is_extra).then_some(reason);
            settled.push(Settled {
                face,
                steps,
                reason,
            });
        } else {
            open.extend(cuts);
        }
    }
    if is_everywhere && settled.iter().any(|part| part.reason.is_some()) {
        witness = best_point(locus, &clock).1;
    }
    let faces: Vec<Vec<Place>> = settled.iter().map(|part| part.face.clone()).collect();
    match clock.checked(rest, || locus.assembled(settled, witness.clone())) {
        Some(Ok(found)) => Ok(found),
        refused => {
            // with the shortest proofs
            let why = match refused {
                Some(Err(error)) => Undecided::Unverified(error.to_string()),
                _ => Exhausted::Time(budget.time()).into(),
            };
            let crude = faces.into_iter().map(|face| Settled {
                steps: locus.crude(&face),
                face,
                reason: Some(why.clone()),
            });
            locus.assembled(crude.collect(), witness)
        }
    }
}

/// The worst upper bound among points of the region, with its proof.
fn best_point(locus: &Locus, clock: &Clock<'_>) -> (Pole, Option<Certificate>) {
    let points = candidates(locus);
    let pieces = u32::try_from(points.len()).unwrap_or(u32::MAX).max(1);
    let share = (clock.left() / FOR_POINTS / pieces).min(FOR_ONE_POINT);
    let mut best = (Pole::INFINITE, None);
    for candidate in points {
        let budget = clock.budget.clone().with_time(share);
        let resolution = locus
            .germ(&candidate)
            .and_then(|germ| germ.resolve(&budget).ok());
        let Some(resolution) = resolution else {
            continue;
        };
        if let Some(pole) = resolution.proved().upper()
            && *pole < best.0
        {
            best = (pole.clone(), Some(resolution.certificate().clone()));
        }
    }
    best
}

impl Locus {
    /// K's poles are so many times those of the generators.
    pub(super) fn factor(&self) -> Rational {
        match self.reading {
            crate::algebra::Reading::Ideal => Rational::ONE,
            _ => Rational::from(2),
        }
    }

    /// The germ at a candidate.
    fn germ(&self, candidate: &Candidate) -> Option<Germ> {
        let names = self.ring.names();
        let germ = Germ::new(self.reading, self.generators.clone()).ok()?;
        let at_end = candidate.at_end.iter().map(|&i| names[i].as_str());
        let mut germ = germ.nonnegative(at_end).ok()?;
        let powers: Vec<String> = candidate
            .at_end
            .iter()
            .filter_map(|&i| {
                let h = self.region.interval(&names[i])?.at_lower();
                (!h.is_zero()).then(|| format!("{}^({h})", names[i]))
            })
            .collect();
        if !powers.is_empty() {
            germ = germ.amplitude(&powers.join("*")).ok()?;
        }
        at(germ, names, &candidate.point)
    }

    /// All of the region at once, but for variables whose density is unbounded at an end.
    fn first_faces(&self) -> Vec<Vec<Place>> {
        let mut faces = vec![Vec::new()];
        for (i, name) in self.ring.names().iter().enumerate() {
            let unbounded = self.region.interval(name).is_some_and(|interval| {
                interval.at_lower().is_negative() || interval.at_upper().is_negative()
            });
            let places = match unbounded {
                true => self.places(i),
                false => vec![Place::Any],
            };
            faces = with_each(&faces, &places);
        }
        for (k, inequality) in self.region.inequalities.iter().enumerate() {
            let places = match inequality.power().is_negative() {
                true => self.places(self.ring.len() + k),
                false => vec![Place::Any],
            };
            faces = with_each(&faces, &places);
        }
        faces
    }

    /// The places of a variable that together are all of its interval; after the variables those
    /// of the inequalities.
    fn places(&self, i: usize) -> Vec<Place> {
        if i >= self.ring.len() {
            return vec![Place::Inside, Place::Lower];
        }
        let Some(interval) = self.region.interval(&self.ring.names()[i]) else {
            return vec![Place::Any];
        };
        let mut places = vec![Place::Inside];
        places.extend(interval.lower.as_ref().map(|_| Place::Lower));
        places.extend(interval.upper.as_ref().map(|_| Place::Upper));
        places
    }

    /// The variables of a face whose interval is forgotten.
    fn forgotten(&self, face: &[Place]) -> Vec<usize> {
        let names = self.ring.names();
        let has_ends = |i: usize| {
            let name = names.get(i);
            name.is_none_or(|name| self.region.interval(name).is_some())
        };
        (0..face.len())
            .filter(|&i| face[i] == Place::Any && has_ends(i))
            .collect()
    }

    fn is_exact(&self, face: &[Place]) -> bool {
        self.forgotten(face).is_empty()
    }

    /// Whether what is forgotten of a face is one inequality too many.
    fn is_cut(&self, face: &[Place]) -> bool {
        let forgotten = self.forgotten(face);
        forgotten.iter().all(|&i| i >= self.ring.len())
            && forgotten.iter().all(|&i| {
                if self.is_curved(i) {
                    return true;
                }
                let mut at_zero = face.to_vec();
                at_zero[i] = Place::Lower;
                matches!(self.chart(&at_zero), FaceChart::Degenerate(_))
            })
    }

    /// Whether the condition with this number is a curved side, of which there is only what is
    /// inside, and what forgets it.
    fn is_curved(&self, i: usize) -> bool {
        let k = i.checked_sub(self.ring.len());
        k.and_then(|k| self.inequalities.get(k))
            .is_some_and(is_curved)
    }

    /// A face that forgets nothing but curved sides, inside these.
    fn inside_curves(&self, face: &[Place]) -> Option<Vec<Place>> {
        let forgotten = self.forgotten(face);
        let all_curved = forgotten.iter().all(|&i| self.is_curved(i));
        (all_curved && !forgotten.is_empty()).then(|| {
            let mut inside = face.to_vec();
            for i in forgotten {
                inside[i] = Place::Inside;
            }
            inside
        })
    }

    /// A face that is not settled, with more places: of all variables where they are few, else of
    /// the one for which what is inside has the best bound.
    fn cut(&self, face: &[Place], clock: &Clock<'_>) -> Vec<Vec<Place>> {
        let mut forgotten = self.forgotten(face);
        forgotten.retain(|&i| !self.is_curved(i));
        if forgotten.len() > AT_ONCE {
            let tried = |&i: &usize| {
                let mut inside = face.to_vec();
                inside[i] = Place::Inside;
                let budget = clock.share(4 * u32::try_from(face.len()).unwrap_or(u32::MAX));
                let (steps, _) = self.settle(&inside, &budget);
                let poles = poles_of(&steps, &CheckLimits::default());
                poles
                    .ok()
                    .and_then(|poles| poles.last().map(|(lower, _)| lower.clone()))
            };
            let best = forgotten.iter().copied().max_by_key(|i| tried(i));
            forgotten = best.into_iter().collect();
        }
        let mut faces = vec![Vec::new()];
        for (i, place) in face.iter().enumerate() {
            let places = match forgotten.contains(&i) {
                true => self.places(i),
                false => vec![*place],
            };
            faces = with_each(&faces, &places);
        }
        faces
    }

    /// The chart of a face.
    pub(super) fn chart(&self, face: &[Place]) -> FaceChart {
        self.charted(face).unwrap_or(FaceChart::None)
    }

    fn charted(&self, face: &[Place]) -> Option<FaceChart> {
        let ring = ring(self.ring.len());
        let limits = SizeLimits::default();
        let mut coordinates = Vec::new();
        let mut images = Vec::new();
        let mut positive = Vec::new();
        for (i, (name, place)) in self.ring.names().iter().zip(face).enumerate() {
            let x = Polynomial::variable(ring, i);
            let constant = |c: &Rational| Polynomial::constant(ring, c.clone());
            let interval = self.region.interval(name);
            let lower = interval.and_then(|v| v.lower.as_ref());
            let upper = interval.and_then(|v| v.upper.as_ref());
            let (image, amplitude) = match (place, interval) {
                (Place::Lower, Some(interval)) => {
                    (&x + &constant(lower?), Some(interval.at_lower()))
                }
                (Place::Upper, Some(interval)) => {
                    (&constant(upper?) - &x, Some(interval.at_upper()))
                }
                (Place::Inside, Some(_)) => {
                    positive.extend(lower.map(|a| &x - &constant(a)));
                    positive.extend(upper.map(|b| &constant(b) - &x));
                    (x, None)
                }
                _ => (x, None),
            };
            images.push(image);
            let (domain, extent) = match amplitude {
                Some(_) => (CoordinateDomain::HalfLine, Extent::Local),
                None => (CoordinateDomain::Line, Extent::Extended),
            };
            coordinates.push(Coordinate {
                domain,
                extent,
                amplitude: amplitude.unwrap_or(Rational::ZERO),
            });
        }
        let own = |g: &Polynomial| {
            let terms = g.terms().map(|(e, c)| (Monomial::new(e), c.clone()));
            Polynomial::from_terms(ring, terms)
        };
        let moved = |g: &Polynomial| own(g).compose(&images, &limits).ok();
        let generators = self.generators.iter().map(moved);
        let mut generators = generators.collect::<Option<Vec<_>>>()?;
        let functions = self.inequalities.iter().map(moved);
        let mut functions = functions.collect::<Option<Vec<_>>>()?;
        // an inequality that is 0 takes the place of its first variable that is at no end
        let places = &face[self.ring.len()..];
        let mut replaced = vec![false; self.ring.len()];
        for k in (0..functions.len()).filter(|&k| places[k] == Place::Lower) {
            let function = functions[k].clone();
            let is_free = |&i: &usize| {
                [Place::Any, Place::Inside].contains(&face[i])
                    && !replaced[i]
                    && function.degree_in(i) > 0
            };
            let Some(i) = (0..self.ring.len()).find(is_free) else {
                let constant = function.terms().any(|(e, _)| e.iter().all(|e| *e == 0));
                return Some(match constant {
                    true => FaceChart::Empty,
                    false => FaceChart::Degenerate(self.ring.len() + k),
                });
            };
            let x = Polynomial::variable(ring, i);
            let slope = function.terms().find(|(e, _)| e[i] == 1)?.1.clone();
            let rest = &function - &x.scale(&slope);
            let mut change: Vec<Polynomial> = (0..self.ring.len())
                .map(|j| Polynomial::variable(ring, j))
                .collect();
            change[i] = (&x - &rest).scale(&slope.recip()?);
            let others = functions.iter_mut().enumerate().filter(|(l, _)| *l != k);
            let others = others.map(|(_, p)| p);
            for p in others.chain(&mut positive).chain(&mut generators) {
                *p = p.compose(&change, &limits).ok()?;
            }
            functions[k] = x;
            replaced[i] = true;
            coordinates[i] = Coordinate {
                domain: CoordinateDomain::HalfLine,
                extent: Extent::Local,
                amplitude: self.region.inequalities[k].power(),
            };
        }
        let inside = functions.into_iter().zip(places);
        let inside = inside.filter(|(_, place)| **place == Place::Inside);
        positive.extend(inside.map(|(function, _)| function));
        Some(FaceChart::Chart(Box::new(Chart {
            names: self.ring.names().to_vec(),
            coordinates,
            functions: Vec::new(),
            zeros: Vec::new(),
            units: Vec::new(),
            positive,
            generators,
        })))
    }

    /// The steps of the search about a face, and why its bounds differ if they do.
    fn settle(&self, face: &[Place], budget: &Budget) -> (Vec<Step>, Option<Undecided>) {
        let meter = budget.start();
        let watch = meter.watch();
        let chart = abandonable(|| self.chart(face));
        drop(watch);
        let Ok(FaceChart::Chart(chart)) = chart else {
            return (Vec::new(), Some(Undecided::NoBlowUp));
        };
        let mut search = Search::new(&meter);
        let (last, reason) = search.root(&chart);
        (used_steps(search.into_steps(), last), reason)
    }

    /// The shortest proof of a bound.
    fn crude(&self, face: &[Place]) -> Vec<Step> {
        let budget = Budget::default().with_time(CRUDE_TIME);
        let meter = budget.start();
        let FaceChart::Chart(chart) = self.chart(face) else {
            return Vec::new();
        };
        let mut search = Search::new(&meter);
        let last = search.crudest_root(&chart);
        used_steps(search.into_steps(), last)
    }

    /// The certificate of all faces, checked.
    fn assembled(
        &self,
        settled: Vec<Settled>,
        witness: Option<Certificate>,
    ) -> Result<RegionResolution, RegionError> {
        let mut steps: Vec<Step> = Vec::new();
        let mut faces = Vec::new();
        let mut reason = None;
        let mut undecided = Vec::new();
        for part in settled {
            if part.reason.is_some() {
                undecided.push(self.told(&part.face));
            }
            let first = steps.len();
            steps.extend(part.steps.into_iter().map(|mut step| {
                for child in step.rule.child_list().into_iter().flatten() {
                    child.step += first;
                }
                step
            }));
            let mut places = part.face;
            let inequalities = places.split_off(self.ring.len());
            faces.push(Face {
                places,
                inequalities,
                step: steps.len().saturating_sub(1),
            });
            reason = match (reason, part.reason) {
                (Some(Undecided::Budget(exhausted)), _) => Some(Undecided::Budget(exhausted)),
                (before, new) => new.or(before),
            };
        }
        let mut certificate = RegionCertificate {
            format: REGION_FORMAT.to_string(),
            version: match witness
                .as_ref()
                .is_some_and(|w| !w.question.constants.is_empty())
                || self.inequalities.iter().any(is_curved)
            {
                true => REGION_VERSION,
                false => 1,
            },
            question: self.question(),
            claim: RegionClaim {
                lower: None,
                upper: None,
            },
            faces,
            witness,
            steps,
        };
        let limits = CheckLimits::default();
        let verified = certificate
            .proved(&limits)
            .map_err(|error| RegionError::Certificate(Box::new(error)))?;
        let stated = |pole: &Pole| {
            pole.lambda().map(|lambda| StatedPole {
                lambda: lambda.clone(),
                multiplicity: pole.multiplicity(),
            })
        };
        certificate.claim = RegionClaim {
            lower: stated(verified.lower()),
            upper: verified.upper().and_then(stated),
        };
        let attained = certificate.witness.as_ref().and_then(|witness| {
            let claimed = witness.claim.upper.clone();
            let point = match witness.question.point.is_empty() {
                true => vec!["0".to_string(); self.ring.len()],
                false => witness.question.point.clone(),
            };
            let where_of = |x: String| {
                let constant = witness.question.constants.iter().find(|c| c.name == x);
                match constant.map(|c| (&c.relation, &c.between)) {
                    Some((relation, Some([a, b]))) => {
                        format!("{x} ({relation} = 0, {a} < {x} < {b})")
                    }
                    _ => x,
                }
            };
            let point = point.into_iter().map(where_of).collect();
            (claimed == certificate.claim.upper).then_some(point)
        });
        if verified.is_exact() {
            undecided.clear();
        }
        Ok(RegionResolution {
            reason: (!verified.is_exact()).then_some(reason).flatten(),
            undecided,
            certificate,
            verified,
            attained,
        })
    }

    /// A face in words: `x = 0, 0 < y < 1`.
    fn told(&self, face: &[Place]) -> String {
        let names = self.ring.names().iter();
        let variables = names.zip(face).filter_map(|(name, place)| {
            let interval = self.region.interval(name)?;
            let end = |end: &Option<Rational>| end.as_ref().map(ToString::to_string);
            let (lower, upper) = (end(&interval.lower), end(&interval.upper));
            match place {
                Place::Any => None,
                Place::Lower => Some(format!("{name} = {}", lower?)),
                Place::Upper => Some(format!("{name} = {}", upper?)),
                Place::Inside => Some(match (lower, upper) {
                    (Some(a), Some(b)) => format!("{a} < {name} < {b}"),
                    (Some(a), None) => format!("{name} > {a}"),
                    (None, Some(b)) => format!("{name} < {b}"),
                    (None, None) => return None,
                }),
            }
        });
        let sides = self
            .region
            .inequalities
            .iter()
            .zip(&face[self.ring.len()..]);
        let sides = sides.filter_map(|(side, place)| match place {
            Place::Inside => Some(format!("{} > 0", side.function)),
            Place::Lower => Some(format!("{} = 0", side.function)),
            _ => None,
        });
        let all: Vec<String> = variables.chain(sides).collect();
        match all.is_empty() {
            true => "anywhere".to_string(),
            false => all.join(", "),
        }
    }

    /// The question as a certificate states it.
    pub(super) fn question(&self) -> RegionQuestion {
        RegionQuestion {
            variables: self.ring.names().to_vec(),
            generators: self.generators.iter().map(ToString::to_string).collect(),
            reading: self.reading,
            intervals: self.region.intervals.clone(),
            inequalities: self.region.inequalities.clone(),
        }
    }
}

/// A germ at a point.
pub(super) fn at(mut germ: Germ, names: &[String], point: &[Value]) -> Option<Germ> {
    for (name, value) in names.iter().zip(point) {
        germ = match value {
            Value::Rational(value) => germ.at([(name.as_str(), value.clone())]).ok()?,
            Value::Number(number) => {
                let own = number.name().to_string();
                let germ = germ.number(number.clone()).ok()?;
                germ.at_values([(name.as_str(), own)]).ok()?
            }
        };
    }
    Some(germ)
}

/// Whether a side is no half-space.
fn is_curved(function: &Polynomial) -> bool {
    function.degree() > 1
}

/// Faces with every one of these places after those they have.
fn with_each(faces: &[Vec<Place>], places: &[Place]) -> Vec<Vec<Place>> {
    let longer = |face: &Vec<Place>, place: Place| {
        let mut face = face.clone();
        face.push(place);
        face
    };
    let faces = faces.iter();
    faces
        .flat_map(|face| places.iter().map(move |place| longer(face, *place)))
        .collect()
}
