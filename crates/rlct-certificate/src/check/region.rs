//! The check of certificates about a region.

use super::chart::{Chart, Coordinate, check_amplitude};
use super::error::{Checked, condition, length, malformed};
use super::point::{Interval as RealInterval, evaluate};
use super::reference::Renaming;
use super::rules::Poles;
use super::work::Work;
use super::{CheckError, CheckErrorKind, CheckLimits, check_names, claimed, factor, prove};
use crate::Pole;
use crate::format::{Certificate, CoordinateDomain, Extent, Reading, Step};
use crate::region::{
    Face, Inequality, Interval, Place, REGION_FORMAT, REGION_VERSION, RegionCertificate,
    RegionQuestion,
};
use rlct_algebra::{Polynomial, Rational, Variables};
use std::fmt;

/// What a certificate about a region proves, as [`RegionCertificate::check`] recomputed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedRegion {
    steps: Vec<Poles>,
    lower: Pole,
    upper: Option<Pole>,
}

impl VerifiedRegion {
    /// Every zero of K in the region has this pole or a better one; λ = ∞ if there is none.
    #[must_use]
    pub fn lower(&self) -> &Pole {
        &self.lower
    }

    /// Some zero of K in the region has this pole or a worse one; `None` if nothing is proved.
    #[must_use]
    pub fn upper(&self) -> Option<&Pole> {
        self.upper.as_ref()
    }

    /// Whether it is proved that K has no zero in the region.
    #[must_use]
    pub fn has_no_zero(&self) -> bool {
        self.lower.is_infinite()
    }

    /// Whether the worst (λ, m) is proved, or that there is no zero.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.has_no_zero() || self.upper.as_ref() == Some(&self.lower)
    }

    /// Whether nothing is proved: λ ≥ 0 and no upper bound.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upper.is_none() && self.lower.lambda().is_some_and(|l| !l.is_positive())
    }

    /// For every step the poles (L, U) of its chart.
    #[must_use]
    pub fn steps(&self) -> &[(Pole, Pole)] {
        &self.steps
    }
}

impl fmt::Display for VerifiedRegion {
    /// What is proved, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lower = &self.lower;
        match (&self.upper, lower.lambda()) {
            (_, None) => f.write_str("K has no zero there"),
            (Some(upper), Some(lambda)) if upper == lower => {
                write!(f, "λ = {lambda}, m = {}", lower.multiplicity())
            }
            (Some(upper), _) => write!(f, "{lower} ≤ (λ, m) ≤ {upper}"),
            (None, _) if self.is_empty() => f.write_str("nothing"),
            (None, _) => write!(f, "(λ, m) ≥ {lower}, if there is a zero"),
        }
    }
}

impl RegionCertificate {
    /// Checks every step, with [`CheckLimits::default`].
    ///
    /// # Errors
    /// The first thing that is wrong; [`CheckErrorKind::TooLarge`] if the check would take too
    /// long.
    pub fn check(&self) -> Result<VerifiedRegion, CheckError> {
        self.check_within(&CheckLimits::default())
    }

    /// Checks every step within given limits.
    ///
    /// # Errors
    /// As for [`RegionCertificate::check`].
    pub fn check_within(&self, limits: &CheckLimits) -> Result<VerifiedRegion, CheckError> {
        let general = |kind| CheckError { step: None, kind };
        if self.format != REGION_FORMAT || !(1..=REGION_VERSION).contains(&self.version) {
            let expected =
                format!("expected format {REGION_FORMAT} in version 1 to {REGION_VERSION}");
            return Err(general(CheckErrorKind::Malformed(expected)));
        }
        let verified = self.proved(limits)?;
        let claim = &self.claim;
        let stated = |pole: &Option<_>| pole.as_ref().map(claimed).transpose();
        let lower = stated(&claim.lower).map_err(general)?;
        let upper = stated(&claim.upper).map_err(general)?;
        let proved = (!verified.has_no_zero()).then(|| verified.lower.clone());
        if lower != proved || upper != verified.upper {
            let wrong = format!("what is proved is: {verified}");
            return Err(general(CheckErrorKind::Claim(wrong)));
        }
        Ok(verified)
    }

    /// What the faces and the witness prove, whatever is claimed.
    ///
    /// # Errors
    /// The first thing that is wrong with them; [`CheckErrorKind::TooLarge`] if the check would
    /// take too long.
    pub fn proved(&self, limits: &CheckLimits) -> Result<VerifiedRegion, CheckError> {
        let general = |kind| CheckError { step: None, kind };
        let work = Work::new(limits);
        if self.steps.len() > limits.steps {
            let many = format!("more than {} steps", limits.steps);
            return Err(general(CheckErrorKind::TooLarge(many)));
        }
        let question = &self.question;
        check_names(question.variables.iter(), &self.steps, &work).map_err(general)?;
        let region = Region::read(question, self.version, &work).map_err(general)?;
        region.check_cover(&self.faces, &work).map_err(general)?;
        let proved = prove(&self.steps, &work, |used| {
            for face in &self.faces {
                if let Some(used) = used.get_mut(face.step) {
                    *used = true;
                }
            }
        })?;
        let factor = factor(question.reading);
        let (mut lower, mut upper) = (Pole::INFINITE, Pole::INFINITE);
        for face in &self.faces {
            let Some(step) = proved.get(face.step) else {
                let none = format!("a face needs step {}, which is not there", face.step);
                return Err(general(CheckErrorKind::Malformed(none)));
            };
            let Some(root) = region.chart(face, &work).map_err(general)? else {
                // no point lies there
                continue;
            };
            let same = root.dimension() == step.chart.dimension()
                && step.chart.functions.is_empty()
                && Renaming::identity(&root)
                    .matches(&root, &step.chart, &work)
                    .map_err(general)?;
            if !same {
                let other = format!("step {} is not about the chart of its face", face.step);
                return Err(general(CheckErrorKind::Malformed(other)));
            }
            let (l, u) = &step.poles;
            lower = lower.min(l.scale(&factor));
            if region.is_exact(face) {
                upper = upper.min(u.scale(&factor));
            }
        }
        if let Some(witness) = &self.witness {
            region
                .check_witness(witness, question, &work)
                .map_err(general)?;
            let verified = witness.check_within(limits)?;
            if verified.is_empty() {
                return Err(general(CheckErrorKind::Condition(
                    "the witness claims nothing".to_string(),
                )));
            }
            if let Some(pole) = verified.upper() {
                upper = upper.min(pole.clone());
            }
        }
        if lower > upper {
            return Err(general(CheckErrorKind::Condition(
                "the bounds contradict each other".to_string(),
            )));
        }
        Ok(VerifiedRegion {
            steps: proved.into_iter().map(|p| p.poles).collect(),
            lower,
            upper: (!upper.is_infinite()).then_some(upper),
        })
    }
}

/// What steps prove of their charts, (L, U) each: the last one stands for itself, every other has
/// to be the child of one.
///
/// # Errors
/// The first thing that is wrong; [`CheckErrorKind::TooLarge`] if the check would take too long.
pub fn poles_of(steps: &[Step], limits: &CheckLimits) -> Result<Vec<(Pole, Pole)>, CheckError> {
    let work = Work::new(limits);
    let proved = prove(steps, &work, |used| {
        if let Some(used) = used.last_mut() {
            *used = true;
        }
    })?;
    Ok(proved.into_iter().map(|step| step.poles).collect())
}

/// A question about a region as it was read.
struct Region {
    version: u32,
    ring: Variables,
    generators: Vec<Polynomial>,
    /// Of each variable, if it has one.
    intervals: Vec<Option<Interval>>,
    /// The inequalities with their functions.
    inequalities: Vec<(Polynomial, Inequality)>,
}

impl Region {
    fn read(question: &RegionQuestion, version: u32, work: &Work) -> Checked<Self> {
        let ring = Variables::new(question.variables.iter().cloned())
            .map_err(|e| CheckErrorKind::Malformed(e.to_string()))?;
        match question.reading {
            Reading::Ideal => {}
            Reading::Absolute => length(question.generators.len(), 1, "generators of a loss")?,
            Reading::Loss => return malformed("a region has no reading `loss`, but `absolute`"),
        }
        let mut intervals = vec![None; ring.len()];
        for interval in &question.intervals {
            let name = &interval.variable;
            let place = question.variables.iter().position(|v| v == name);
            let Some(slot) = place.and_then(|i| intervals.get_mut(i)) else {
                return malformed(format!("{name} has an interval and is no variable"));
            };
            if slot.is_some() {
                return malformed(format!("{name} has two intervals"));
            }
            check_interval(interval, work)?;
            *slot = Some(interval.clone());
        }
        let mut inequalities = Vec::new();
        for inequality in &question.inequalities {
            let function = work.parse(&inequality.function, &ring, "inequality")?;
            match function.degree() {
                0 => return condition("an inequality between constants"),
                1 => {}
                _ if version < 2 => {
                    return condition("an inequality is not of degree 1, in version 1");
                }
                _ if !inequality.power().is_zero() => {
                    return condition("an inequality is not of degree 1 and has an exponent");
                }
                _ => {}
            }
            check_amplitude(&inequality.power(), "an inequality", work)?;
            inequalities.push((work.hold_polynomial(function)?, inequality.clone()));
        }
        Ok(Self {
            generators: work.parse_all(&question.generators, &ring, "generator")?,
            version,
            intervals,
            inequalities,
            ring,
        })
    }

    fn interval(&self, i: usize) -> Option<&Interval> {
        self.intervals.get(i).and_then(Option::as_ref)
    }

    /// Whether the places of a face forget nothing of the box.
    fn is_exact(&self, face: &Face) -> bool {
        let mut places = face.places.iter().enumerate();
        places.all(|(i, place)| *place != Place::Any || self.interval(i).is_none())
            && !face.inequalities.contains(&Place::Any)
    }

    /// That the faces are well formed and that every point of the box lies on one of them.
    fn check_cover(&self, faces: &[Face], work: &Work) -> Checked<()> {
        for face in faces {
            length(face.places.len(), self.ring.len(), "places of a face")?;
            for (i, place) in face.places.iter().enumerate() {
                let interval = self.interval(i);
                let allowed = match (place, interval) {
                    // the density is bounded by a constant near every point
                    (Place::Any, Some(interval)) => {
                        !interval.at_lower().is_negative() && !interval.at_upper().is_negative()
                    }
                    (Place::Any, None) => true,
                    (Place::Inside, interval) => interval.is_some(),
                    (Place::Lower, interval) => interval.is_some_and(|v| v.lower.is_some()),
                    (Place::Upper, interval) => interval.is_some_and(|v| v.upper.is_some()),
                };
                if !allowed {
                    return condition(format!(
                        "a face has a place of {} that its interval does not have, or an \
                         unbounded density there",
                        self.ring.names().get(i).map_or("?", String::as_str)
                    ));
                }
            }
            length(
                face.inequalities.len(),
                self.inequalities.len(),
                "places of inequalities",
            )?;
            for (place, (function, inequality)) in face.inequalities.iter().zip(&self.inequalities)
            {
                let allowed = match place {
                    Place::Any => !inequality.power().is_negative(),
                    Place::Inside => true,
                    // a curved side is no coordinate
                    Place::Lower => function.degree() == 1,
                    Place::Upper => false,
                };
                if !allowed {
                    return condition(
                        "a face has a place of an inequality that is none, or an unbounded \
                         density there",
                    );
                }
            }
        }
        self.covered(faces, work)
    }

    /// That for every choice of places a face has all of them, or takes any. Without recursion:
    /// there may be very many conditions.
    fn covered(&self, faces: &[Face], work: &Work) -> Checked<()> {
        let d = self.ring.len();
        let says = |face: &Face, i: usize| {
            let place = match i.checked_sub(d) {
                None => face.places.get(i),
                Some(k) => face.inequalities.get(k),
            };
            place.copied().unwrap_or(Place::Any)
        };
        // the faces that are left after the choices for the first conditions
        let mut open: Vec<(usize, Vec<&Face>)> = vec![(0, faces.iter().collect())];
        while let Some((from, faces)) = open.pop() {
            if faces.is_empty() {
                return condition("the faces do not cover the box");
            }
            for i in from..d + self.inequalities.len() {
                work.spend(1 + faces.len() as u64)?;
                // where all of them take any value, there is one case
                if faces.iter().all(|face| says(face, i) == Place::Any) {
                    continue;
                }
                let mut ends = vec![Place::Inside];
                if i >= d {
                    ends.push(Place::Lower);
                }
                if let Some(interval) = self.interval(i) {
                    ends.extend(interval.lower.as_ref().map(|_| Place::Lower));
                    ends.extend(interval.upper.as_ref().map(|_| Place::Upper));
                }
                for end in ends {
                    let there = |face: &&&Face| [Place::Any, end].contains(&says(face, i));
                    open.push((i + 1, faces.iter().filter(there).copied().collect()));
                }
                break;
            }
        }
        Ok(())
    }

    /// The chart of a face: a variable at an end is a half-line from there, one inside lies
    /// between its ends; an inequality ℓ = 0 takes the place of the first variable of it that is at
    /// no end, as a half-line. `None` if the face has no point: there ℓ is a constant ≠ 0.
    fn chart(&self, face: &Face, work: &Work) -> Checked<Option<Chart>> {
        let d = self.ring.len();
        let mut chart = Chart {
            ring: self.ring.clone(),
            coordinates: Vec::new(),
            functions: Vec::new(),
            zeros: Vec::new(),
            units: Vec::new(),
            positive: Vec::new(),
            generators: Vec::new(),
        };
        let mut generators = self.generators.clone();
        // of the variables at an end
        let mut images = Vec::new();
        for (i, place) in face.places.iter().enumerate().take(d) {
            let interval = self.interval(i);
            let x = Polynomial::variable(&self.ring, i);
            let constant = |c: &Rational| Polynomial::constant(&self.ring, c.clone());
            let (mut lower, mut upper) = (None, None);
            if let Some(interval) = interval {
                lower = interval.lower.as_ref().map(|a| (a, interval.at_lower()));
                upper = interval.upper.as_ref().map(|b| (b, interval.at_upper()));
            }
            let (image, amplitude) = match (place, lower, upper) {
                (Place::Lower, Some((a, h)), _) => (work.add(&x, &constant(a))?, Some(h)),
                (Place::Upper, _, Some((b, h))) => (
                    work.add(&constant(b), &x.scale(&Rational::from(-1)))?,
                    Some(h),
                ),
                (Place::Inside, lower, upper) => {
                    if let Some((a, _)) = lower {
                        let above = work.add(&x, &constant(&-a.clone()))?;
                        chart.positive.push(above);
                    }
                    if let Some((b, _)) = upper {
                        let below = work.add(&constant(b), &x.scale(&Rational::from(-1)))?;
                        chart.positive.push(below);
                    }
                    (x, None)
                }
                _ => (x, None),
            };
            chart.coordinates.push(Coordinate {
                domain: match amplitude {
                    Some(_) => CoordinateDomain::HalfLine,
                    None => CoordinateDomain::Line,
                },
                extent: match amplitude {
                    Some(_) => Extent::Local,
                    None => Extent::Extended,
                },
                amplitude: amplitude.clone().unwrap_or(Rational::ZERO),
            });
            if amplitude.is_some() {
                let one = Polynomial::constant(&self.ring, Rational::ONE);
                for g in &mut generators {
                    let degree = g.degree_in(i);
                    *g = work.substitute(g, i, (&image, &one), degree)?;
                }
                images.push((i, image));
            }
        }
        // the functions of the inequalities, then the positive polynomials, then the generators
        let one = Polynomial::constant(&self.ring, Rational::ONE);
        let mut functions: Vec<Polynomial> = Vec::new();
        for (function, _) in &self.inequalities {
            let mut moved = function.clone();
            for (i, image) in &images {
                let degree = moved.degree_in(*i);
                moved = work.substitute(&moved, *i, (image, &one), degree)?;
            }
            functions.push(moved);
        }
        let mut replaced = vec![false; d];
        for k in 0..functions.len() {
            let at_zero = face.inequalities.get(k) == Some(&Place::Lower);
            let Some(function) = functions.get(k).filter(|_| at_zero).cloned() else {
                continue;
            };
            let is_free = |i: &usize| {
                let place = face.places.get(*i).copied().unwrap_or(Place::Any);
                let free = [Place::Any, Place::Inside].contains(&place);
                free && replaced.get(*i) == Some(&false)
            };
            let Some(i) = (0..d).filter(is_free).find(|&i| function.degree_in(i) > 0) else {
                // of coordinates that are 0 on the centre
                let constant = function.terms().find(|(e, _)| e.iter().all(|e| *e == 0));
                return match constant {
                    Some(_) => Ok(None),
                    None => condition(
                        "more inequalities meet at a face than its dimension has: leave out those \
                         that follow from others",
                    ),
                };
            };
            // ℓ = c·x + rest = t, x = (t − rest)/c
            let x = Polynomial::variable(&self.ring, i);
            let slope = function
                .terms()
                .find(|(e, _)| e.get(i) == Some(&1))
                .map(|(_, c)| c.clone());
            let Some(inverse) = slope.as_ref().and_then(Rational::recip) else {
                return malformed("an inequality without slope");
            };
            let rest = work.add(&function, &x.scale(&slope.map_or(Rational::ZERO, |c| -c)))?;
            let image = work
                .add(&x, &rest.scale(&Rational::from(-1)))?
                .scale(&inverse);
            let after = functions.iter_mut().enumerate().filter(|(l, _)| *l != k);
            let all = after
                .map(|(_, p)| p)
                .chain(&mut chart.positive)
                .chain(&mut generators);
            for p in all {
                let degree = p.degree_in(i);
                *p = work.substitute(p, i, (&image, &one), degree)?;
            }
            if let Some(slot) = functions.get_mut(k) {
                *slot = x;
            }
            if let Some(slot) = replaced.get_mut(i) {
                *slot = true;
            }
            let power = self
                .inequalities
                .get(k)
                .map_or(Rational::ZERO, |(_, l)| l.power());
            if let Some(coordinate) = chart.coordinates.get_mut(i) {
                coordinate.domain = CoordinateDomain::HalfLine;
                coordinate.extent = Extent::Local;
                coordinate.amplitude = power;
            }
        }
        for (place, function) in face.inequalities.iter().zip(functions) {
            if *place == Place::Inside {
                chart.positive.push(function);
            }
        }
        let mut held = Vec::new();
        for p in std::mem::take(&mut chart.positive) {
            held.push(work.hold_polynomial(p)?);
        }
        chart.positive = held;
        for g in generators {
            chart.generators.push(work.hold_polynomial(g)?);
        }
        Ok(Some(chart))
    }

    /// That a germ is one of the same ideal at a point of the box, with the prior that is there.
    fn check_witness(
        &self,
        witness: &Certificate,
        question: &RegionQuestion,
        work: &Work,
    ) -> Checked<()> {
        let germ = &witness.question;
        if germ.variables != question.variables || germ.reading != question.reading {
            return condition("the witness is about other variables or another reading");
        }
        let generators = work.parse_all(&germ.generators, &self.ring, "generator")?;
        if generators != self.generators {
            return condition("the witness is about other generators");
        }
        if !germ.constants.is_empty() && self.version < 2 {
            return condition("the point of the witness is not rational, in version 1");
        }
        // that they are numbers between these is checked with the witness
        let names = germ.constants.iter().map(|c| c.name.clone());
        let constants =
            Variables::new(names).map_err(|error| CheckErrorKind::Malformed(error.to_string()))?;
        let mut between = Vec::new();
        for constant in &germ.constants {
            let Some([low, high]) = &constant.between else {
                return malformed("a constant of the witness has no interval");
            };
            work.number(low)?;
            work.number(high)?;
            between.push(RealInterval {
                low: low.clone(),
                high: high.clone(),
            });
        }
        let given = !germ.point.is_empty();
        if given {
            length(
                germ.point.len(),
                self.ring.len(),
                "coordinates of the point",
            )?;
        }
        if !germ.amplitude.is_empty() {
            length(germ.amplitude.len(), self.ring.len(), "amplitudes")?;
        }
        let mut values = Vec::new();
        for (i, name) in question.variables.iter().enumerate() {
            let text = germ.point.get(i).map_or("0", String::as_str);
            let value = work.parse(text, &constants, &format!("value of {name}"))?;
            let half = germ.nonnegative.contains(name);
            let amplitude = germ.amplitude.get(i).cloned().unwrap_or(Rational::ZERO);
            let range = evaluate(&value, &between, work)?;
            let above = |a: &Rational| *a < range.low;
            let below = |b: &Rational| range.high < *b;
            let interval = self.interval(i);
            let is_inside = interval.is_none_or(|interval| {
                interval.lower.as_ref().is_none_or(above)
                    && interval.upper.as_ref().is_none_or(below)
            });
            let is_plain = !half && amplitude.is_zero();
            let fits = match (value.as_constant(), interval) {
                // of what may be 0 the germ keeps a half-line and a power
                (None, _) => is_inside && is_plain,
                (Some(_), None) => is_plain,
                // it forgets them of what is not 0
                (Some(value), Some(_)) if is_inside => !value.is_zero() || is_plain,
                (Some(value), Some(interval)) => {
                    let at_zero = value.is_zero() && interval.lower.as_ref() == Some(&value);
                    let below = interval.upper.as_ref().is_none_or(below);
                    below && at_zero && half && amplitude == interval.at_lower()
                }
            };
            values.push(range);
            if !fits {
                return condition(format!(
                    "the value {value} of {name} in the witness is not in the box, or its prior \
                     is another"
                ));
            }
        }
        for (function, _) in &self.inequalities {
            if !evaluate(function, &values, work)?.low.is_positive() {
                return condition("an inequality is not strict at the point of the witness");
            }
        }
        Ok(())
    }
}

/// That an interval has an inside, and a prior that can be integrated.
fn check_interval(interval: &Interval, work: &Work) -> Checked<()> {
    let name = &interval.variable;
    if let (Some(a), Some(b)) = (&interval.lower, &interval.upper)
        && a >= b
    {
        return condition(format!("the interval of {name} is empty"));
    }
    let ends = [
        (&interval.lower, &interval.lower_exponent),
        (&interval.upper, &interval.upper_exponent),
    ];
    for (end, exponent) in ends {
        let Some(exponent) = exponent else { continue };
        if end.is_none() {
            return malformed(format!(
                "{name} has an exponent at an end that is not there"
            ));
        }
        check_amplitude(exponent, name, work)?;
    }
    Ok(())
}
