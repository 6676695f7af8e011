//! The germs at a torus zero of the face polynomials: the centre moved to the origin.

use super::chart::{Chart, Domain, Extent};
use super::coset::Coset;
use super::face_ideal::FaceIdeal;
use crate::algebra::{Monomial, Polynomial, Rational, SizeLimits, Variables};
use crate::budget::{Exhausted, Meter};
use crate::polyhedron::{Face, NewtonPolyhedron};
use fixedbitset::FixedBitSet;
use std::collections::HashSet;

/// More cones or sign choices than this at one centre are not followed.
const MOST_CHARTS: usize = 512;

/// A coefficient with more bits than this ends the search: centres one above the other on a branch
/// without end double the digits every time.
const MOST_BITS: u64 = 2_000;

/// All germs over a coset {y = c} of torus zeros of the face polynomials, where y_1, …, y_k are
/// some of the coordinates along the face, in suitable ones; the others, z, run over the torus.
///
/// The points over the origin whose stratum belongs to the face F lie in the charts
/// w = σ·u^V·s^W, one for every simplicial cone V (columns v_j) of a triangulation of the normal
/// cone N(F) and every orthant σ. Real positive coordinates need no regular fan: the monomial map
/// is a diffeomorphism of (0,∞)^d whenever (V|W) is invertible. Where N(F) is not simplicial, the
/// triangulation has walls inside, and a stratum of a wall C′ is met at every value of the
/// coordinates u_j, j ∉ C′: these are extended in the germ along the wall.
pub(super) fn germs_at(
    chart: &Chart,
    gamma: &NewtonPolyhedron,
    face: &Face,
    ideal: &FaceIdeal,
    coset: &Coset,
    meter: &Meter,
) -> Result<Vec<Chart>, Exhausted> {
    let cones = NormalCone::of(gamma, face).strata(meter)?;
    let mut germs: Vec<Chart> = Vec::new();
    let mut seen: HashSet<Vec<Polynomial>> = HashSet::new();
    let choices = orthants_over(chart, ideal, coset)?;
    for (cone, walls) in &cones {
        seen.clear();
        for signs in &choices {
            let germ = pull_back(chart, gamma, cone, ideal, coset, signs, meter)?;
            let normalised: Vec<Polynomial> = germ
                .generators
                .iter()
                .map(Polynomial::primitive_part)
                .collect();
            if !seen.insert(normalised) {
                continue;
            }
            for wall in walls {
                let mut along = germ.clone();
                for (j, ray) in cone.iter().enumerate() {
                    if !wall.contains(ray) {
                        along.extent[j] = Extent::Extended;
                    }
                }
                germs.push(along);
                if germs.len() > MOST_CHARTS {
                    return Err(Exhausted::Size("number of charts"));
                }
            }
        }
    }
    Ok(germs)
}

/// The orthants of the chart in which the coordinates s have signs of the coset.
fn orthants_over(
    chart: &Chart,
    ideal: &FaceIdeal,
    coset: &Coset,
) -> Result<Vec<Vec<i8>>, Exhausted> {
    let lines: Vec<usize> = (0..chart.dimension())
        .filter(|i| chart.domain[*i] == Domain::Line && !ideal.spectators.contains(i))
        .collect();
    if lines.len() > 12 {
        return Err(Exhausted::Size("number of orthants"));
    }
    let mut found = Vec::new();
    for choice in 0..1_u32 << lines.len() {
        let mut signs = vec![1_i8; chart.dimension()];
        for (bit, &i) in lines.iter().enumerate() {
            if choice >> bit & 1 == 1 {
                signs[i] = -1;
            }
        }
        let image: Vec<i8> = ideal
            .lattice
            .basis
            .iter()
            .map(|b| {
                let odd = b
                    .iter()
                    .zip(&signs)
                    .filter(|(b, s)| *b % 2 != 0 && **s < 0)
                    .count();
                if odd % 2 == 1 { -1 } else { 1 }
            })
            .collect();
        if coset.orthants.contains(&image) {
            found.push(signs);
        }
    }
    Ok(found)
}

/// The chart of one cone and orthant: coordinates u_j ≥ 0 for the rays, then v_l = y_l − c_l, then
/// the z and the spectators.
fn pull_back(
    chart: &Chart,
    gamma: &NewtonPolyhedron,
    cone: &[usize],
    ideal: &FaceIdeal,
    coset: &Coset,
    signs: &[i8],
    meter: &Meter,
) -> Result<Chart, Exhausted> {
    let overflow = || Exhausted::Size("exponent");
    let (f, k) = (ideal.dimension(), coset.codimension());
    let names = (1..=cone.len())
        .map(|j| format!("u{j}"))
        .chain((1..=k).map(|l| format!("v{l}")))
        .chain((1..=f - k).map(|l| format!("z{l}")))
        .chain((1..=ideal.spectators.len()).map(|i| format!("p{i}")))
        .collect();
    let ring = Variables::from_trusted(names);
    let normals: Vec<Vec<u64>> = cone
        .iter()
        .map(|&ray| {
            let entry = |v: &Rational| v.to_i64().and_then(|v| u64::try_from(v).ok());
            gamma.facets()[ray]
                .normal()
                .iter()
                .map(entry)
                .collect::<Option<_>>()
        })
        .collect::<Option<_>>()
        .ok_or_else(overflow)?;
    // y_l = c_l + v_l, and the z
    let around: Vec<Polynomial> = (0..f)
        .map(|l| {
            let coordinate = Polynomial::variable(&ring, cone.len() + l);
            match coset.values.get(l) {
                Some(c) => &coordinate + &Polynomial::constant(&ring, c.clone()),
                None => coordinate,
            }
        })
        .collect();
    let mut generators = Vec::with_capacity(chart.generators.len());
    for g in &chart.generators {
        let coordinates: Vec<Vec<i64>> = g
            .terms()
            .map(|(e, _)| coset.exponents(&ideal.lattice.coordinates(e)?))
            .collect::<Result<_, _>>()?;
        let lowest: Vec<i64> = (0..f)
            .map(|l| coordinates.iter().map(|c| c[l]).min().unwrap_or(0))
            .collect();
        // exponents of u and of the spectators, and those of y and z
        let mut parts: Vec<(Monomial, Vec<u32>, Rational)> = Vec::with_capacity(g.len());
        for ((exponents, c), s) in g.terms().zip(&coordinates) {
            let mut outer = Vec::with_capacity(ring.len());
            for v in &normals {
                let value = v.iter().zip(exponents).try_fold(0_u64, |sum, (v, &e)| {
                    sum.checked_add(v.checked_mul(u64::from(e))?)
                });
                let value = value
                    .and_then(|v| u32::try_from(v).ok())
                    .ok_or_else(overflow)?;
                outer.push(value);
            }
            outer.extend(std::iter::repeat_n(0, f));
            outer.extend(ideal.spectators.iter().map(|&i| exponents[i]));
            let inner: Option<Vec<u32>> = s
                .iter()
                .zip(&lowest)
                .map(|(e, low)| u32::try_from(e.checked_sub(*low)?).ok())
                .collect();
            let odd = exponents
                .iter()
                .zip(signs)
                .filter(|(e, s)| *e % 2 == 1 && **s < 0)
                .count();
            let c = if odd % 2 == 1 { -c } else { c.clone() };
            parts.push((Monomial::new(&outer), inner.ok_or_else(overflow)?, c));
        }
        generators.push(expanded(&ring, &around, parts, meter)?);
    }
    let tau = chart.tau();
    let discrepancy = |v: &Vec<u64>| -> Rational {
        let weight = |v: &u64| i64::try_from(*v).map_or(Rational::ZERO, Rational::from);
        v.iter()
            .zip(&tau)
            .map(|(v, t)| weight(v) * t)
            .sum::<Rational>()
            - Rational::ONE
    };
    let mut amplitude: Vec<Rational> = normals.iter().map(discrepancy).collect();
    amplitude.extend(std::iter::repeat_n(Rational::ZERO, f));
    amplitude.extend(ideal.spectators.iter().map(|&i| chart.amplitude[i].clone()));
    let mut domain = vec![Domain::HalfLine; cone.len()];
    domain.extend(std::iter::repeat_n(Domain::Line, k));
    domain.extend(std::iter::repeat_n(Domain::HalfLine, f - k));
    domain.extend(ideal.spectators.iter().map(|&i| chart.domain[i]));
    let mut extent = vec![Extent::Local; cone.len() + k];
    extent.extend(std::iter::repeat_n(Extent::Torus, f - k));
    extent.extend(ideal.spectators.iter().map(|&i| chart.extent[i]));
    Ok(Chart {
        ring,
        generators,
        amplitude,
        domain,
        extent,
    })
}

/// Σ c·u^a·∏ (c_l + v_l)^{e_l}·z^e.
fn expanded(
    ring: &Variables,
    around: &[Polynomial],
    parts: Vec<(Monomial, Vec<u32>, Rational)>,
    meter: &Meter,
) -> Result<Polynomial, Exhausted> {
    let limits = SizeLimits::default()
        .with_terms(20_000)
        .with_work(2_000_000);
    let too_large = |_| Exhausted::Size("polynomial");
    let mut terms = Vec::new();
    for (outer, inner, c) in parts {
        let mut product = Polynomial::from_terms(ring, [(outer, c)]);
        for (base, e) in around.iter().zip(inner).filter(|(_, e)| *e > 0) {
            let power = base.checked_pow(e, &limits).map_err(too_large)?;
            let words = 1 + (power.coefficient_bits() + product.coefficient_bits()) / 64;
            meter.spend((power.len() * product.len()) as u64 * words)?;
            product = product.checked_mul(&power, &limits).map_err(too_large)?;
        }
        terms.extend(product.sorted_terms().iter().cloned());
    }
    let sum = Polynomial::from_terms(ring, terms);
    if sum.coefficient_bits() > MOST_BITS {
        return Err(Exhausted::Size("coefficient"));
    }
    Ok(sum)
}

/// The normal cone of a face: its rays are the facets through the face; each other point or
/// direction of the polyhedron cuts out a proper face of the cone, the rays that hold it.
struct NormalCone<'a> {
    gamma: &'a NewtonPolyhedron,
    rays: Vec<usize>,
    proper_faces: Vec<FixedBitSet>,
}

/// A simplicial cone and the minimal sets of its rays that lie inside the normal cone.
type ConeWithWalls = (Vec<usize>, Vec<Vec<usize>>);

impl<'a> NormalCone<'a> {
    fn of(gamma: &'a NewtonPolyhedron, face: &Face) -> Self {
        let count = gamma.facets().len();
        let mut rays = FixedBitSet::with_capacity(count);
        rays.extend(face.facets.iter().copied());
        let mut proper_faces: Vec<FixedBitSet> = gamma
            .rays_through_elements()
            .into_iter()
            .map(|holding| &holding & &rays)
            .filter(|holding| *holding != rays)
            .collect();
        proper_faces.sort_by(|a, b| a.ones().cmp(b.ones()));
        proper_faces.dedup();
        Self {
            gamma,
            rays: face.facets.clone(),
            proper_faces,
        }
    }

    fn set(&self, rays: &[usize]) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.gamma.facets().len());
        set.extend(rays.iter().copied());
        set
    }

    /// The pulling triangulation of a face of the cone, by the first ray.
    fn triangulation(&self, rays: &[usize], meter: &Meter) -> Result<Vec<Vec<usize>>, Exhausted> {
        meter.spend(64)?;
        if self.gamma.rank_of(rays) == rays.len() {
            return Ok(vec![rays.to_vec()]);
        }
        let all = self.set(rays);
        let mut facets: Vec<FixedBitSet> = self
            .proper_faces
            .iter()
            .map(|f| f & &all)
            .filter(|f| *f != all)
            .collect();
        facets.sort_by(|a, b| a.ones().cmp(b.ones()));
        facets.dedup();
        let maximal: Vec<FixedBitSet> = facets
            .iter()
            .filter(|f| !facets.iter().any(|g| *f != g && f.is_subset(g)))
            .cloned()
            .collect();
        let apex = rays[0];
        let mut cones = Vec::new();
        for facet in maximal.iter().filter(|f| !f.contains(apex)) {
            let facet: Vec<usize> = facet.ones().collect();
            for mut cone in self.triangulation(&facet, meter)? {
                cone.insert(0, apex);
                cones.push(cone);
            }
            if cones.len() > MOST_CHARTS {
                return Err(Exhausted::Size("number of cones"));
            }
        }
        Ok(cones)
    }

    /// The cones of a triangulation, each with its minimal walls: sets of rays in no proper face.
    fn strata(&self, meter: &Meter) -> Result<Vec<ConeWithWalls>, Exhausted> {
        let mut result = Vec::new();
        for cone in self.triangulation(&self.rays, meter)? {
            if cone.len() > 16 {
                return Err(Exhausted::Size("number of cones"));
            }
            let mut walls: Vec<Vec<usize>> = Vec::new();
            let mut subsets: Vec<u32> = (1..1_u32 << cone.len()).collect();
            subsets.sort_by_key(|s| s.count_ones());
            meter.spend(subsets.len() as u64)?;
            for subset in subsets {
                let wall: Vec<usize> = (0..cone.len())
                    .filter(|j| subset >> j & 1 == 1)
                    .map(|j| cone[j])
                    .collect();
                let minimal = !walls.iter().any(|w| w.iter().all(|r| wall.contains(r)));
                let set = self.set(&wall);
                if minimal && !self.proper_faces.iter().any(|f| set.is_subset(f)) {
                    walls.push(wall);
                }
            }
            result.push((cone, walls));
        }
        Ok(result)
    }
}
