//! The floating-point numbers a loss can be computed in.

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
}

impl Scalar for f32 {
    fn of(value: f64) -> Self {
        value as f32
    }
    fn float(self) -> f64 {
        f64::from(self)
    }
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn normal<R: Rng + ?Sized>(rng: &mut R) -> Self {
        StandardNormal.sample(rng)
    }
}

impl Scalar for f64 {
    fn of(value: f64) -> Self {
        value
    }
    fn float(self) -> f64 {
        self
    }
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn normal<R: Rng + ?Sized>(rng: &mut R) -> Self {
        StandardNormal.sample(rng)
    }
}
