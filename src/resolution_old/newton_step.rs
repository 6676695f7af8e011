//! The Newton step: the pole of a chart from its Newton polyhedron and the real torus zeros of
//! its face polynomials.
//!
//! Write c = 2λ_N. At a real torus zero q of the face polynomials of F, over the stratum of the
//! divisors through F, inversion of adjunction over ℂ gives λ(q) ≥ min(λ_N, lct_ℂ(face ideal)/2),
//! and lct_ℂ ≥ p where p differentials are independent, lct_ℂ ≥ 1/μ at multiplicity μ. So:
//!
//! 1. *no effect*: lct_ℂ > c, then q changes neither λ nor m;
//! 2. *smooth*: the ideal is u^k·(v₁,…,v_p) there, with the pole p/2 beside those of the divisors,
//!    one order higher if p/2 = λ_N;
//! 3. *singular*: q is the centre of new germs.

use super::answer::Undecided;
use super::bracket::Bracket;
use super::centre::germs_at;
use super::chart::{Chart, Extent};
use super::coset::Coset;
use super::differentials::{derivatives_below, jacobian_minors};
use super::face_ideal::FaceIdeal;
use super::search::Search;
use super::torus_zeros::{RealZeros, count_roots, has_smooth_real_zero, real_zeros, univariate};
use crate::algebra::{Polynomial, Rational, Univariate};
use crate::budget::{Exhausted, Meter};
use crate::polyhedron::{Face, NewtonPole, NewtonPolyhedron};

/// The pole of an ideal in connected coordinates.
pub(super) fn newton_pole(
    chart: &Chart,
    depth: usize,
    search: &Search<'_>,
) -> Result<Bracket, Exhausted> {
    let meter = search.meter;
    let points: Vec<Vec<u32>> = chart
        .generators
        .iter()
        .flat_map(Polynomial::terms)
        .map(|(e, _)| chart.without_units(e))
        .collect();
    let gamma = NewtonPolyhedron::within(chart.dimension(), points, meter)?;
    let pole = gamma.pole(&chart.tau());
    let newton = match &pole {
        Some(pole) => {
            let coefficient = pole.coefficient();
            Bracket::exact(coefficient.lambda().clone(), coefficient.multiplicity())
        }
        None => Bracket::unit(),
    };
    let step = Step {
        chart,
        gamma: &gamma,
        pole: pole.as_ref(),
        depth,
        search,
        meter,
    };
    let mut result = newton.clone();
    let torus = chart.has_extent(Extent::Torus);
    let local = chart.has_extent(Extent::Local);
    let allowed: Vec<bool> = local.iter().map(|local| !local).collect();
    let faces = match gamma.faces(&allowed, &torus, meter) {
        Ok(faces) => faces,
        Err(error) => {
            return Ok(step
                .open(chart.crude_lower_bound(), error.into())
                .min(newton));
        }
    };
    for face in &faces {
        let contribution = match FaceIdeal::of(chart, &gamma, face) {
            Ok(None) => continue,
            Ok(Some(ideal)) => {
                let floor = ideal.lct_lower_bound();
                step.face(face, &ideal)
                    .unwrap_or_else(|error| Some(step.open(step.adjunction(&floor), error.into())))
            }
            Err(error) => Some(step.open(chart.crude_lower_bound(), error.into())),
        };
        if let Some(contribution) = contribution {
            result = result.min(contribution);
        }
    }
    Ok(result.at_least(chart.crude_lower_bound()))
}

/// One chart with its polyhedron.
struct Step<'a> {
    chart: &'a Chart,
    gamma: &'a NewtonPolyhedron,
    pole: Option<&'a NewtonPole>,
    depth: usize,
    search: &'a Search<'a>,
    meter: &'a Meter,
}

impl Step<'_> {
    fn lambda_n(&self) -> Option<Rational> {
        self.pole.map(|p| p.coefficient().lambda().clone())
    }

    /// c = 2λ_N; `None` is +∞.
    fn threshold(&self) -> Option<Rational> {
        self.lambda_n().map(|lambda| lambda * Rational::from(2))
    }

    /// Whether a zero with this lct has no effect.
    fn exceeds_threshold(&self, lct: &Rational) -> bool {
        self.threshold().is_some_and(|c| *lct > c)
    }

    /// min(λ_N, lct/2).
    fn adjunction(&self, lct: &Rational) -> Option<Rational> {
        let half = lct / Rational::from(2);
        Some(
            self.lambda_n()
                .map_or(half.clone(), |lambda| lambda.min(half)),
        )
    }

    /// A zero that could not be opened.
    fn open(&self, lower: Option<Rational>, reason: Undecided) -> Bracket {
        Bracket::between(lower, None, self.chart.dimension(), reason)
    }

    /// The facets through a face that attain λ_N.
    fn tied_through(&self, face: &Face) -> Vec<usize> {
        let tied = self.pole.map_or(&[][..], NewtonPole::tied_facets);
        face.facets
            .iter()
            .copied()
            .filter(|f| tied.contains(f))
            .collect()
    }

    /// How many generators have terms on the smallest face through F and t*τ.
    fn active_on_tied_face(&self, tied: &[usize]) -> usize {
        let facets = self.gamma.facets();
        let on_face = |exponents: &[u32]| {
            tied.iter().all(|&f| {
                let value: Rational = facets[f]
                    .normal()
                    .iter()
                    .zip(exponents)
                    .map(|(v, &e)| v * &Rational::from(e))
                    .sum();
                value == *facets[f].level()
            })
        };
        self.chart
            .generators
            .iter()
            .filter(|g| g.terms().any(|(e, _)| on_face(e)))
            .count()
    }

    /// What the real torus zeros of one face contribute; `None` if they have no effect.
    fn face(&self, face: &Face, ideal: &FaceIdeal) -> Result<Option<Bracket>, Exhausted> {
        if ideal.dimension() == 1 {
            self.edge(face, ideal)
        } else {
            self.higher_face(face, ideal)
        }
    }

    /// A face with one torus coordinate: the face ideal is principal, (∏ (s − ρ)^μ).
    fn edge(&self, face: &Face, ideal: &FaceIdeal) -> Result<Option<Bracket>, Exhausted> {
        let common = ideal
            .polynomials
            .iter()
            .map(univariate)
            .reduce(|a, b| a.gcd(&b))
            .unwrap_or_else(|| Univariate::new([]));
        let mut result: Option<Bracket> = None;
        for (factor, multiplicity) in common.square_free() {
            let count = count_roots(&factor, &ideal.orthants);
            let Some(lct) = i64::try_from(multiplicity)
                .ok()
                .and_then(|m| Rational::new(1, m).ok())
            else {
                continue;
            };
            if count == 0 || self.exceeds_threshold(&lct) {
                continue;
            }
            let bracket = self.edge_roots(face, ideal, &factor, multiplicity, &lct, count)?;
            if let Some(bracket) = bracket {
                result = Some(result.map_or(bracket.clone(), |r| r.min(bracket)));
            }
        }
        Ok(result)
    }

    /// The `count` real roots of one square-free factor, all of multiplicity μ.
    fn edge_roots(
        &self,
        face: &Face,
        ideal: &FaceIdeal,
        factor: &Univariate,
        multiplicity: usize,
        lct: &Rational,
        count: usize,
    ) -> Result<Option<Bracket>, Exhausted> {
        let tie = self.threshold().as_ref() == Some(lct);
        if tie {
            // Fibrewise ∫|f|^{−c(1−ε)} dv ≤ C/ε by Hölder, so the order is at most one more than
            // that of the divisors; it is attained where all divisors through q are tied, since
            // there the ideal restricts to (v^μ) on their intersection.
            let tied = self.tied_through(face);
            let order = self.gamma.rank_of(&tied) + 1;
            let all_tied = tied.len() == face.facets.len() && ideal.spectators.is_empty();
            let smooth = multiplicity == 1 && self.active_on_tied_face(&tied) == 1;
            if all_tied || smooth {
                return Ok(self.lambda_n().map(|lambda| Bracket::exact(lambda, order)));
            }
            if self
                .pole
                .is_some_and(|p| order <= p.coefficient().multiplicity())
            {
                return Ok(None);
            }
        } else if multiplicity == 1 && self.chart.generators.len() == 1 {
            return Ok(Rational::new(1, 2).ok().map(|half| Bracket::exact(half, 1)));
        }
        let roots: Vec<Rational> = factor
            .rational_roots()
            .into_iter()
            .filter(|x| ideal.orthants.iter().any(|o| x.signum() == o[0]))
            .collect();
        let lower = self.adjunction(lct);
        if roots.len() < count {
            let reason = Undecided::IrrationalCentre {
                face: ideal.shown(),
            };
            return Ok(Some(self.open(lower, reason)));
        }
        let cosets: Vec<Coset> = roots.into_iter().map(|x| Coset::point(&[x])).collect();
        self.centres(face, ideal, &cosets, lower).map(Some)
    }

    /// Recursion along cosets of zeros.
    fn centres(
        &self,
        face: &Face,
        ideal: &FaceIdeal,
        cosets: &[Coset],
        lower: Option<Rational>,
    ) -> Result<Bracket, Exhausted> {
        let mut result = Bracket::unit();
        for coset in cosets {
            let germs = match germs_at(self.chart, self.gamma, face, ideal, coset, self.meter) {
                Ok(germs) => germs,
                Err(error) => {
                    result = result.min(self.open(lower.clone(), error.into()));
                    continue;
                }
            };
            for germ in &germs {
                result = result.min(self.search.pole_of(germ, self.depth + 1));
            }
        }
        Ok(result.at_least(lower))
    }

    /// A face with several torus coordinates.
    fn higher_face(&self, face: &Face, ideal: &FaceIdeal) -> Result<Option<Bracket>, Exhausted> {
        let zeros = |extra: &[Polynomial]| -> Result<RealZeros, Exhausted> {
            let system = [ideal.polynomials.as_slice(), extra].concat();
            real_zeros(&system, &ideal.orthants, self.meter)
        };
        let all = zeros(&[])?;
        if all == RealZeros::None {
            return Ok(None);
        }
        let one = Rational::ONE;
        // below 1 every smooth zero is without effect, and so is a multiplicity below 1/c
        if let Some(c) = self.threshold().filter(|c| *c < one) {
            let Some(order) = smallest_order(&c) else {
                return Ok(Some(self.open_zeros(ideal, &ideal.lct_lower_bound())));
            };
            return match derivatives_below(&ideal.polynomials, order) {
                Some(derivatives) => match zeros(&derivatives)? {
                    RealZeros::None => Ok(None),
                    RealZeros::Cosets(cosets) => {
                        let lower = self.adjunction(&ideal.lct_lower_bound());
                        self.centres(face, ideal, &cosets, lower).map(Some)
                    }
                    RealZeros::Unknown => {
                        Ok(Some(self.open_zeros(ideal, &ideal.lct_lower_bound())))
                    }
                },
                None => Ok(Some(self.open_zeros(ideal, &ideal.lct_lower_bound()))),
            };
        }
        self.zeros_of_rank(face, ideal, &all, &zeros)
    }

    /// c ≥ 1: zeros are sorted by the rank of their differentials.
    fn zeros_of_rank(
        &self,
        face: &Face,
        ideal: &FaceIdeal,
        all: &RealZeros,
        zeros: &dyn Fn(&[Polynomial]) -> Result<RealZeros, Exhausted>,
    ) -> Result<Option<Bracket>, Exhausted> {
        let f = ideal.dimension();
        let most = ideal.polynomials.len().min(f);
        let c = self.threshold();
        // the largest rank that every real zero is proved to have
        let mut rank = 0;
        let mut lower_rank = RealZeros::Unknown;
        while rank < most {
            let Some(minors) = jacobian_minors(&ideal.polynomials, f, rank + 1) else {
                break;
            };
            lower_rank = zeros(&minors)?;
            if lower_rank != RealZeros::None {
                break;
            }
            rank += 1;
            if self.exceeds_threshold(&Rational::from(rank)) {
                return Ok(None);
            }
        }
        let lct = if rank > 0 {
            Rational::from(rank)
        } else {
            ideal.lct_lower_bound()
        };
        if c.as_ref() == Some(&Rational::from(rank)) {
            return self.smooth_tie(face, ideal, rank);
        }
        let complete_intersection = self.chart.generators.len() == ideal.active
            && ideal.active == ideal.polynomials.len()
            && rank == ideal.active;
        if complete_intersection {
            return self.smooth_zeros(ideal, rank).map(Some);
        }
        if let RealZeros::Cosets(all) = all {
            return self
                .centres(face, ideal, all, self.adjunction(&lct))
                .map(Some);
        }
        if self.chart.generators.len() == 1 && rank == 0 {
            return self
                .singular_hypersurface(face, ideal, &lower_rank, zeros)
                .map(Some);
        }
        Ok(Some(self.open_zeros(ideal, &lct)))
    }

    /// A hypersurface with singular torus zeros, c ≥ 1.
    fn singular_hypersurface(
        &self,
        face: &Face,
        ideal: &FaceIdeal,
        singular: &RealZeros,
        zeros: &dyn Fn(&[Polynomial]) -> Result<RealZeros, Exhausted>,
    ) -> Result<Bracket, Exhausted> {
        let smooth_part = if self.threshold() == Some(Rational::ONE) {
            self.smooth_tie(face, ideal, 1)?
                .unwrap_or_else(Bracket::unit)
        } else {
            self.smooth_zeros(ideal, 1)?
        };
        let lct = ideal.lct_lower_bound();
        if let RealZeros::Cosets(cosets) = singular {
            let centres = self.centres(face, ideal, cosets, self.adjunction(&lct))?;
            return Ok(smooth_part.min(centres));
        }
        // where the Hessian has rank ≥ 3 the singularity is canonical: the pair stays purely log
        // terminal and the pole is that of a smooth zero
        let p = &ideal.polynomials[0];
        let equations = derivatives_below(&ideal.polynomials, 2).and_then(|mut equations| {
            let gradient: Vec<Polynomial> =
                (0..ideal.dimension()).map(|i| p.derivative(i)).collect();
            equations.extend(jacobian_minors(&gradient, ideal.dimension(), 3)?);
            Some(equations)
        });
        if let Some(equations) = equations
            && zeros(&equations)? == RealZeros::None
        {
            return Ok(smooth_part);
        }
        Ok(smooth_part.min(self.open_zeros(ideal, &lct)))
    }

    /// Smooth zeros of codimension p < c at which the ideal is u^k·(v₁,…,v_p): λ(q) = p/2.
    fn smooth_zeros(&self, ideal: &FaceIdeal, p: usize) -> Result<Bracket, Exhausted> {
        let lct = Rational::from(p);
        if has_smooth_real_zero(&ideal.polynomials, &ideal.orthants, self.meter)? {
            return Ok(Bracket::exact(lct / Rational::from(2), 1));
        }
        let reason = Undecided::SmoothZeros {
            face: ideal.shown(),
        };
        Ok(self.open(self.adjunction(&lct), reason))
    }

    /// Zeros of rank at least p = c: λ stays, the order may rise by one. It does where the ideal,
    /// restricted to the intersection of the tied divisors, is smooth of codimension p.
    fn smooth_tie(
        &self,
        face: &Face,
        ideal: &FaceIdeal,
        p: usize,
    ) -> Result<Option<Bracket>, Exhausted> {
        let tied = self.tied_through(face);
        let order = self.gamma.rank_of(&tied) + 1;
        if self
            .pole
            .is_some_and(|pole| order <= pole.coefficient().multiplicity())
        {
            return Ok(None);
        }
        let Some(lambda) = self.lambda_n() else {
            return Ok(None);
        };
        let restricts_well = ideal.polynomials.len() == p && self.active_on_tied_face(&tied) == p;
        if restricts_well && has_smooth_real_zero(&ideal.polynomials, &ideal.orthants, self.meter)?
        {
            return Ok(Some(Bracket::exact(lambda, order)));
        }
        let reason = Undecided::SmoothZeros {
            face: ideal.shown(),
        };
        let mut open = self.open(Some(lambda), reason);
        open.multiplicity.1 = order;
        Ok(Some(open))
    }

    fn open_zeros(&self, ideal: &FaceIdeal, lct: &Rational) -> Bracket {
        self.open(
            self.adjunction(lct),
            Undecided::Zeros {
                face: ideal.shown(),
            },
        )
    }
}

/// The smallest integer k with 1/k ≤ c.
fn smallest_order(c: &Rational) -> Option<u64> {
    let inverse = c.recip()?;
    let numerator = inverse.numerator();
    let k = num_integer::Integer::div_ceil(&numerator, &inverse.denominator());
    u64::try_from(k).ok()
}
