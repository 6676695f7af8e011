//! The exponential function in parts, without a branch.
//!
//! k is x/ln 2 rounded to an integer by adding 1.5·2^(bits of the significand), whose last bits
//! then are k; ln 2 is subtracted k times in two pieces, the first short enough for exact products;
//! eʳ − 1 is its Taylor polynomial, cut off below rounding.

use std::f64::consts::LOG2_E;

#[inline(always)]
pub(super) fn single(x: f32) -> (f32, f32) {
    const SHIFT: f32 = 12_582_912.0;
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * (LOG2_E as f32) + SHIFT;
    let k = shifted - SHIFT;
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    let r = (x - k * 0.693_359_4) - k * -2.121_944_4e-4;
    let tail = 1.0 + r * (1.0 / 6.0) * (1.0 + r * (1.0 / 7.0));
    let tail = 1.0 + r * 0.25 * (1.0 + r * 0.2 * tail);
    (power, r * (1.0 + r * 0.5 * (1.0 + r * (1.0 / 3.0) * tail)))
}

#[inline(always)]
pub(super) fn double(x: f64) -> (f64, f64) {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let x = if x < -708.0 { -708.0 } else { x };
    let x = if x > 709.0 { 709.0 } else { x };
    let shifted = x * LOG2_E + SHIFT;
    let k = shifted - SHIFT;
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let r = (x - k * 0.693_147_180_369_123_8) - k * 1.908_214_929_270_587_7e-10;
    let mut p = 1.0;
    for i in [
        13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0,
    ] {
        p = 1.0 + r * (1.0 / i) * p;
    }
    (power, r * p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_exponential_of_the_library() {
        for i in -400_000..400_000 {
            let x = f64::from(i) * 1.7e-3;
            let (power, rest) = double(x);
            let exact = x.exp_m1();
            assert!(((power * rest + (power - 1.0)) / exact - 1.0).abs() < 1e-15 || i == 0);
            let x = f64::from(i) * 2.1e-4;
            let (power, rest) = single(x as f32);
            let exact = f64::from(x as f32).exp_m1();
            let value = f64::from(power * rest + (power - 1.0));
            assert!(
                (value / exact - 1.0).abs() < 3e-7 || i == 0,
                "{x} {value} {exact}"
            );
        }
        assert_eq!(single(0.0), (1.0, 0.0));
        assert!(single(f32::NAN).1.is_nan() && double(f64::NAN).1.is_nan());
        assert!(single(f32::NEG_INFINITY).0 < 1e-37 && double(-1e300).0 < 1e-300);
    }
}
