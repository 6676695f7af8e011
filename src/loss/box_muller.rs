//! The transform of Box and Muller (1958) from uniform words to normal numbers, without a branch.
//!
//! With u uniform in (0, 1] and θ uniform in the first quadrant, √(−2 ln u)·(cos θ, sin θ) and two
//! random signs are two independent standard normal numbers. At θ = y + π/4, |y| ≤ π/4, this is
//! √(−ln u)·(cos y − sin y, cos y + sin y). The logarithm is 2 artanh((m − 1)/(m + 1)) of the
//! significand m ∈ [√½, √2); artanh, cosine and sine are polynomials, interpolated at Chebyshev
//! points, with relative errors below 1.3·10⁻⁷ (`f32`) and 10⁻¹³ (`f64`). That displaces quantiles
//! by a factor 1 ± 10⁻⁷, which no test on fewer than 10¹³ samples could tell.
//!
//! Only sums, products, quotients and roots that IEEE 754 rounds correctly are used, and none is
//! contracted into a fused one: the same words give the same bits on every processor, in loops of
//! every width. The loops are written such that compilers turn them into vectors.

const SIGN_32: u32 = 1 << 31;
const SIGN_64: u64 = 1 << 63;
/// The bits of √½ and 1.
const ROOT_HALF_32: u32 = 0x3f35_04f3;
const ROOT_HALF_64: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE_64: u64 = 0x3ff0_0000_0000_0000;
/// The bits of 2⁵², to whose significand an integer below 2⁵² can be added.
const SHIFT_64: u64 = 0x4330_0000_0000_0000;

/// Two normal numbers from 64 bits: −ln u from 31 of them, at midpoints (so that the radius is at
/// most 6.66), y from 30, the signs from 2.
#[inline(always)]
fn pair_32(radius: u32, angle: u32) -> (f32, f32) {
    let x = (radius >> 1) as i32 as f32 + 0.5;
    let shifted = x.to_bits().wrapping_sub(ROOT_HALF_32) as i32;
    let m = f32::from_bits((shifted as u32 & 0x007f_ffff).wrapping_add(ROOT_HALF_32));
    let exponent = 31_i32.wrapping_sub(shifted >> 23) as f32;
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let ln = s * (2.000_000_2 + z * (0.666_522_74 + z * 0.412_949_1));
    let r = (exponent * std::f32::consts::LN_2 - ln).sqrt();
    let y = (angle << 2) as i32 as f32 * (std::f32::consts::FRAC_PI_4 / 2_147_483_648.0);
    let z = y * y;
    let sin = y * (1.0 + z * (-0.166_666_5 + z * (8.332_036e-3 + z * -1.950_390_4e-4)));
    let cos = 1.0 + z * (-0.499_998_57 + z * (4.165_501_5e-2 + z * -1.358_577_9e-3));
    let (a, b) = (r * (cos - sin), r * (cos + sin));
    (
        f32::from_bits(a.to_bits() ^ (angle & SIGN_32)),
        f32::from_bits(b.to_bits() ^ ((angle << 1) & SIGN_32)),
    )
}

/// Two normal numbers from 128 bits: u from 52 (so that the radius is at most 8.49), y from 52, the
/// signs from 2.
#[inline(always)]
fn pair_64(radius: u64, angle: u64) -> (f64, f64) {
    let u = 2.0 - f64::from_bits((radius >> 12) | ONE_64);
    let shifted = u.to_bits().wrapping_add(ONE_64 - ROOT_HALF_64);
    let m = f64::from_bits((shifted & ((1 << 52) - 1)).wrapping_add(ROOT_HALF_64));
    // 1023 − the exponent field, by way of 2⁵²: vectors of integers have no conversion.
    let exponent = 4_503_599_627_371_519.0 - f64::from_bits((shifted >> 52) | SHIFT_64);
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let tail =
        0.285_721_661_458_757_27 + z * (0.221_742_499_100_774_9 + z * 0.196_080_956_397_530_54);
    let ln = s * (2.0 + z * (0.666_666_666_795_792_6 + z * (0.399_999_948_918_323_8 + z * tail)));
    let r = (exponent * std::f64::consts::LN_2 - ln).sqrt();
    let y = (f64::from_bits((angle >> 12) | ONE_64) - 1.5) * std::f64::consts::FRAC_PI_2;
    let z = y * y;
    let tail = -1.984_126_329_839_051e-4
        + z * (2.755_527_189_338_981_7e-6 + z * -2.475_655_877_198_039e-8);
    let sin =
        y * (1.0 + z * (-0.166_666_666_666_166_86 + z * (8.333_333_323_878_15e-3 + z * tail)));
    let tail = -1.388_888_039_377_642_4e-3
        + z * (2.479_892_875_532_366_8e-5 + z * -2.717_342_984_102_282e-7);
    let cos = 1.0 + z * (-0.499_999_999_993_511_1 + z * (4.166_666_654_391_119e-2 + z * tail));
    let (a, b) = (r * (cos - sin), r * (cos + sin));
    (
        f64::from_bits(a.to_bits() ^ (angle << 63)),
        f64::from_bits(b.to_bits() ^ ((angle << 62) & SIGN_64)),
    )
}

/// Numbers of pairs by loops over arrays of fixed length, which compilers vectorise; then the rest.
macro_rules! each_pair {
    ($pair:ident, $words:expr, $normals:expr) => {{
        const CHUNK: usize = 128;
        let half = $words.len() / 2;
        let (radii, angles) = $words.split_at(half);
        let (first, second) = $normals.split_at_mut(half.min($normals.len()));
        let (radii, last_radii) = radii.as_chunks::<CHUNK>();
        let (angles, last_angles) = angles.as_chunks::<CHUNK>();
        let (first, last_first) = first.as_chunks_mut::<CHUNK>();
        let (second, last_second) = second.as_chunks_mut::<CHUNK>();
        let chunks = first.iter_mut().zip(second);
        for ((a, b), (radius, angle)) in chunks.zip(radii.iter().zip(angles)) {
            #[allow(clippy::needless_range_loop, reason = "four arrays of one length")]
            for i in 0..CHUNK {
                (a[i], b[i]) = $pair(radius[i], angle[i]);
            }
        }
        let rest = last_first.iter_mut().zip(last_second);
        for ((a, b), (&radius, &angle)) in rest.zip(last_radii.iter().zip(last_angles)) {
            (*a, *b) = $pair(radius, angle);
        }
    }};
}

/// The first half of the 32-bit words gives radii, the second half angles; the numbers of a pair
/// stand as far apart.
#[inline(always)]
pub(super) fn single(words: &[u64], normals: &mut [f32]) {
    let words: &[u32] = pulp::bytemuck::cast_slice(words);
    each_pair!(pair_32, words, normals);
}

/// As [`single`], with words of 64 bits.
#[inline(always)]
pub(super) fn double(words: &[u64], normals: &mut [f64]) {
    each_pair!(pair_64, words, normals);
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{Rng, SeedableRng};

    /// The pair by the library's logarithm, sine and cosine.
    fn direct(u: f64, y: f64, negative: (bool, bool)) -> (f64, f64) {
        let r = (-2.0 * u.ln()).sqrt();
        let theta = y + std::f64::consts::FRAC_PI_4;
        let sign = |negative: bool| if negative { -1.0 } else { 1.0 };
        (
            sign(negative.0) * r * theta.cos(),
            sign(negative.1) * r * theta.sin(),
        )
    }

    #[test]
    fn pairs_agree_with_the_formula() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let edges = [
            0,
            1,
            2,
            u64::MAX,
            u64::MAX - 1,
            1 << 63,
            (1 << 63) - 1,
            1 << 32,
            u64::MAX >> 32,
        ];
        let mut words: Vec<u64> = edges.to_vec();
        words.extend((0..20_000).map(|k| rng.next_u64() >> (k % 60)));
        for (k, &radius) in words.iter().enumerate() {
            let angle = if k < 1000 {
                words[k % edges.len()]
            } else {
                rng.next_u64()
            };
            let (a, b) = pair_64(radius, angle);
            let u = 1.0 - (radius >> 12) as f64 / 2_f64.powi(52);
            let y = ((angle >> 12) as f64 / 2_f64.powi(52) - 0.5) * std::f64::consts::FRAC_PI_2;
            let signs = (angle & 1 == 1, angle >> 1 & 1 == 1);
            let (x, z) = direct(u, y, signs);
            let scale = 1e-30 + x.hypot(z);
            // ln u near u = 1 is exact only in the transform itself: its own rounding is granted.
            assert!(
                (a - x).abs() < 3e-13 * scale && (b - z).abs() < 3e-13 * scale,
                "{radius:x} {angle:x}: {a} {x} {b} {z}"
            );
            let (radius, angle) = ((radius >> 32) as u32, (angle >> 32) as u32);
            let (a, b) = pair_32(radius, angle);
            let x = (radius >> 1) as f32 + 0.5;
            let u = f64::from(x) / 2_f64.powi(31);
            let y = f64::from((angle << 2) as i32) / 2_f64.powi(31) * std::f64::consts::FRAC_PI_4;
            let signs = (angle >> 31 == 1, angle >> 30 & 1 == 1);
            let (x, z) = direct(u, y, signs);
            let scale = 1e-30 + x.hypot(z);
            let error = (f64::from(a) - x).abs().max((f64::from(b) - z).abs());
            assert!(
                error < 6e-7 * scale,
                "{radius:x} {angle:x}: {a} {x} {b} {z}"
            );
        }
    }
}
