//! Exponentials and logarithms of a few numbers side by side, without a branch.
//!
//! The loops over [`Lanes`] are written such that compilers turn them into vectors. Only sums,
//! products and quotients that IEEE 754 rounds correctly are used, and none is contracted into a
//! fused one: the same numbers give the same bits on every processor.

/// How many numbers stand side by side. Loops over sixteen become vectors; over eight they are
/// unrolled first, and then stay as they are.
pub(super) const LANES: usize = 16;
pub(super) type Lanes = [f64; LANES];

/// The bits of 1 and √½.
const ONE: u64 = 0x3ff0_0000_0000_0000;
const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const SIGNIFICAND: u64 = (1 << 52) - 1;
/// 2⁵², with its bits, to which an integer below 2⁵² can be added.
const SHIFT: f64 = 4_503_599_627_370_496.0;
/// log 2 in two parts; integers below 2²⁰ times the first are exact.
const LN_2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);

/// (eˣ, eˣ − 1) for |x| ≤ 700, both to a relative error of some 10⁻¹⁶.
///
/// x = k log 2 + f with |f| ≤ log(2)/2; eᶠ − 1 is the Taylor polynomial of degree 13, whose next
/// term is below 10⁻¹⁷ f.
#[inline(always)]
pub(crate) fn exp(x: f64) -> (f64, f64) {
    // k in the last bits of 1.5·2⁵² + k
    let shifted = x * std::f64::consts::LOG2_E + 1.5 * SHIFT;
    let k = shifted - 1.5 * SHIFT;
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(ONE));
    let f = (x - k * LN_2.0) - k * LN_2.1;
    let mut sum = 1.0 / 6_227_020_800.0;
    for inverse in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
    ] {
        sum = sum * f + inverse;
    }
    let less_one = f + f * f * sum;
    (power + power * less_one, (power - 1.0) + power * less_one)
}

/// tanh x = (e²ˣ − 1)/(e²ˣ + 1), to a relative error of some 10⁻¹⁶.
#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    // beyond 20 it is ±1 to the last digit
    let (power, less_one) = exp(2.0 * x.clamp(-20.0, 20.0));
    less_one / (power + 1.0)
}

/// u − log(1 + u), given u > −1 and r = 1 + u > 0 (not subnormal), each to full precision: without
/// cancellation near u = 0.
///
/// log r = k log 2 + 2 artanh(s) with s = (m − 1)/(m + 1) for the significand m of r in [√½, √2);
/// artanh is its Taylor polynomial of degree 21. With k = 0, u − 2s = us.
#[inline(always)]
pub(super) fn excess(u: f64, r: f64) -> f64 {
    let shifted = r.to_bits().wrapping_add(ONE - ROOT_HALF);
    let m = f64::from_bits((shifted & SIGNIFICAND).wrapping_add(ROOT_HALF));
    // the exponent field, by way of 2⁵²: vectors of integers have no conversion
    let k = f64::from_bits((shifted >> 52) | SHIFT.to_bits()) - (SHIFT + 1023.0);
    let is_near = k == 0.0;
    let v = if is_near { u } else { m - 1.0 };
    let s = v / (2.0 + v);
    let z = s * s;
    let mut sum = 1.0 / 21.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum * z + 1.0 / odd;
    }
    let tail = 2.0 * z * sum;
    if is_near {
        s * (u - tail)
    } else {
        (u - k * std::f64::consts::LN_2) - s * (2.0 + tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    #[test]
    fn edges() {
        assert_eq!(exp(0.0), (1.0, 0.0));
        assert_eq!(exp(1e-300), (1.0, 1e-300));
        assert_eq!(tanh(-0.0), 0.0);
        assert_eq!(tanh(1e300), 1.0);
        assert_eq!(tanh(f64::NEG_INFINITY), -1.0);
        assert!(tanh(f64::NAN).is_nan());
        assert_eq!(excess(0.0, 1.0), 0.0);
        assert_relative_eq!(excess(1e-100, 1.0), 5e-201, max_relative = 1e-15);
        for x in [700.0_f64, -700.0] {
            assert_relative_eq!(exp(x).0, x.exp(), max_relative = 1e-15);
        }
        // √½ and √2, where the significand changes
        for bits in [ROOT_HALF - 1, ROOT_HALF, ROOT_HALF + 1] {
            for r in [f64::from_bits(bits), 2.0 * f64::from_bits(bits)] {
                let direct = (r - 1.0) - r.ln();
                assert_relative_eq!(excess(r - 1.0, r), direct, max_relative = 4e-15);
            }
        }
    }

    proptest! {
        #[test]
        fn they_meet_the_library_s(x in -700.0..700.0_f64, size in -40..0_i32) {
            let small = x * 2_f64.powi(size);
            assert_relative_eq!(exp(x).0, x.exp(), max_relative = 1e-15);
            assert_relative_eq!(exp(small).1, small.exp_m1(), max_relative = 1e-15);
            assert_relative_eq!(tanh(small), small.tanh(), max_relative = 2e-15);
            let u = small.clamp(-600.0, 600.0).exp_m1();
            let (far, l) = (exp(small), small);
            // e^l − 1 − l; for small l by its first terms
            let exact = if l.abs() < 1e-4 {
                l * l * (0.5 + l * (1.0 / 6.0 + l * (1.0 / 24.0 + l / 120.0)))
            } else {
                u - l
            };
            if l.abs() < 600.0 {
                let cancelled = 4e-16 * l.abs() / exact.abs();
                assert_relative_eq!(excess(u, far.0), exact, max_relative = 4e-15 + cancelled);
            }
        }
    }
}
