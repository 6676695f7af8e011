//! The floating-point numbers a loss can be computed in.

use super::{box_muller, exponential};
use faer::traits::RealField;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use std::fmt::Display;

/// `f32` or `f64`: arithmetic from [`faer::traits::RealField`], so that matrices of it have fast
/// products, and conversions.
///
/// # Examples
///
/// ```
/// use rlct::loss::Scalar;
///
/// fn half<T: Scalar>() -> T {
///     T::of(0.5)
/// }
/// assert_eq!(half::<f32>().float(), 0.5_f64);
/// ```
pub trait Scalar: RealField + Copy + Display + Send + Sync + 'static {
    /// The nearest number of this type.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// assert_eq!(f32::of(0.25), 0.25_f32);
    /// ```
    fn of(value: f64) -> Self;

    /// The value as `f64`.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// assert_eq!(0.25_f32.float(), 0.25);
    /// ```
    fn float(self) -> f64;

    /// The distance from |`value`|, rounded to this type, to the next larger number of this type.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// assert_eq!(f32::spacing(-1e5), 2_f64.powi(16 - 23));
    /// assert_eq!(f64::spacing(1.0), f64::EPSILON);
    /// ```
    fn spacing(value: f64) -> f64;

    /// Neither infinite nor NaN.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// assert!(!Scalar::finite(f32::NAN));
    /// ```
    fn finite(self) -> bool;

    /// A standard normal number.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// use rand::{SeedableRng, rngs::ChaCha8Rng};
    /// let mut rng = ChaCha8Rng::seed_from_u64(1);
    /// assert!(f64::normal(&mut rng).abs() < 10.0);
    /// ```
    fn normal<R: Rng + ?Sized>(rng: &mut R) -> Self;

    /// 2ᵏ and eʳ − 1, where x = k ln 2 + r and |r| ≤ ln 2 / 2: eˣ is 2ᵏ + 2ᵏ(eʳ − 1), and eˣ − 1
    /// is 2ᵏ(eʳ − 1) + (2ᵏ − 1) without cancellation. Within 2 units in the last place; x is first
    /// limited to where 2ᵏ is finite and normal, NaN stays NaN. No branch, no fused operation: loops
    /// become vectors, and the bits are the same on every processor.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// let (power, rest) = 1.5_f64.exponential_parts();
    /// assert!((power + power * rest - 1.5_f64.exp()).abs() < 2e-15);
    /// ```
    fn exponential_parts(self) -> (Self, Self);

    /// Φ(x) beside `bell` = e^(−x²/2), Φ the distribution function of N(0, 1): within rounding for
    /// `f64`, within 10⁻⁷ and without a branch for `f32` (Abramowitz and Stegun 1964, 26.2.17).
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// assert!((0.0_f32.normal_cdf_beside(1.0) - 0.5).abs() < 1e-6);
    /// ```
    fn normal_cdf_beside(self, bell: Self) -> Self;

    /// How many numbers [`normals`](Self::normals) makes of one random word.
    const NORMALS_PER_WORD: usize;

    /// Standard normal numbers from an even number of uniformly random words, by the transform of
    /// Box and Muller (1958) without a branch; `normals` has `NORMALS_PER_WORD` entries for each
    /// word. The same words give the same bits on every processor. At most 6.7 (`f32`) or 8.5
    /// (`f64`) in absolute value.
    ///
    /// ```
    /// # use rlct::loss::Scalar;
    /// let mut normals = [0.0; 2];
    /// f64::normals(&[u64::MAX << 12, 1 << 63], &mut normals);
    /// assert!((normals[0] - 52_f64.exp2().ln().sqrt()).abs() < 1e-12); // u = 2⁻⁵², θ = π/4
    /// ```
    fn normals(words: &[u64], normals: &mut [Self]);
}

impl Scalar for f32 {
    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn float(self) -> f64 {
        f64::from(self)
    }
    fn spacing(value: f64) -> f64 {
        let value = (value as Self).abs();
        f64::from(value.next_up()) - f64::from(value)
    }
    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn normal<R: Rng + ?Sized>(rng: &mut R) -> Self {
        StandardNormal.sample(rng)
    }
    #[inline(always)]
    fn exponential_parts(self) -> (Self, Self) {
        exponential::single(self)
    }
    #[inline(always)]
    fn normal_cdf_beside(self, bell: Self) -> Self {
        let t = 1.0 / (1.0 + 0.231_641_9 * self.abs());
        let series = 0.127_414_8
            + t * (-0.142_248_38 + t * (0.710_706_9 + t * (-0.726_576 + t * 0.530_702_7)));
        let tail = bell * t * series;
        if self < 0.0 { tail } else { 1.0 - tail }
    }
    const NORMALS_PER_WORD: usize = 2;
    #[inline(always)]
    fn normals(words: &[u64], normals: &mut [Self]) {
        box_muller::single(words, normals);
    }
}

impl Scalar for f64 {
    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn float(self) -> f64 {
        self
    }
    fn spacing(value: f64) -> f64 {
        value.abs().next_up() - value.abs()
    }
    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn normal<R: Rng + ?Sized>(rng: &mut R) -> Self {
        StandardNormal.sample(rng)
    }
    #[inline(always)]
    fn exponential_parts(self) -> (Self, Self) {
        exponential::double(self)
    }
    fn normal_cdf_beside(self, _: Self) -> Self {
        0.5 * statrs::function::erf::erfc(-self * std::f64::consts::FRAC_1_SQRT_2)
    }
    const NORMALS_PER_WORD: usize = 1;
    #[inline(always)]
    fn normals(words: &[u64], normals: &mut [Self]) {
        box_muller::double(words, normals);
    }
}
