//! The functions between layers, in loops that become vectors.

use crate::loss::Scalar;
use pulp::{Arch, Simd, WithSimd};

/// A function applied to every unit of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Activation {
    /// x.
    Identity,
    /// max(x, 0), with derivative 0 at 0.
    Relu,
    /// x for x > 0, `slope`·x else.
    LeakyRelu {
        /// The slope of the negative half.
        slope: f64,
    },
    /// tanh x.
    Tanh,
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// x Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016).
    Gelu,
    /// log(1 + eˣ).
    Softplus,
    /// x².
    Square,
}

impl Activation {
    /// Whether the derivative is not a function of the value.
    pub(super) fn keeps_slopes(self) -> bool {
        matches!(self, Self::Gelu | Self::Softplus | Self::Square)
    }
}

#[inline(always)]
fn exp<T: Scalar>(x: T) -> T {
    let (power, rest) = x.exponential_parts();
    power + power * rest
}

#[inline(always)]
fn absolute<T: Scalar>(x: T) -> T {
    if x < T::of(0.0) { T::of(0.0) - x } else { x }
}

#[inline(always)]
fn tanh<T: Scalar>(x: T) -> T {
    let (power, rest) = (T::of(-2.0) * absolute(x)).exponential_parts();
    let e = power * rest + (power - T::of(1.0));
    let t = e / (T::of(2.0) + e);
    if x < T::of(0.0) { t } else { T::of(0.0) - t }
}

/// 1/(1 + e⁻ˣ) and e^−|x|.
#[inline(always)]
pub(super) fn sigmoid<T: Scalar>(x: T) -> (T, T) {
    let e = exp(T::of(0.0) - absolute(x));
    let r = T::of(1.0) / (T::of(1.0) + e);
    (if x < T::of(0.0) { e * r } else { r }, e)
}

/// log(1 + eˣ) and its derivative. log(1 + e) is 2 artanh(e/(2 + e)), a series in at most 1/9,
/// cut off below rounding.
#[inline(always)]
pub(super) fn softplus<T: Scalar>(x: T) -> (T, T) {
    let (slope, e) = sigmoid(x);
    let s = e / (T::of(2.0) + e);
    let z = s * s;
    let mut sum = T::of(1.0 / 33.0);
    for k in [31.0, 29.0, 27.0, 25.0, 23.0, 21.0, 19.0, 17.0] {
        sum = sum * z + T::of(1.0 / k);
    }
    for k in [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum * z + T::of(1.0 / k);
    }
    let log = T::of(2.0) * s * (z * sum + T::of(1.0));
    let positive = if x > T::of(0.0) { x } else { T::of(0.0) };
    (positive + log, slope)
}

#[inline(always)]
fn gelu<T: Scalar>(x: T) -> (T, T) {
    let bell = exp(T::of(-0.5) * x * x);
    let cdf = x.normal_cdf_beside(bell);
    (x * cdf, cdf + x * bell * T::of(0.398_942_280_401_432_7))
}

/// x ← σ(x + b) for columns of `rows` entries, b one a column; σ′ into `slopes`, if wanted.
pub(super) struct Forward<'a, T> {
    pub(super) activation: Activation,
    pub(super) rows: usize,
    pub(super) bias: Option<&'a [T]>,
    pub(super) columns: &'a mut [T],
    pub(super) slopes: Option<&'a mut [T]>,
}

impl<T: Scalar> Forward<'_, T> {
    pub(super) fn run(self, arch: Arch) {
        if self.activation != Activation::Identity || self.bias.is_some() {
            arch.dispatch(self);
        }
    }

    #[inline(always)]
    fn values(self, f: impl Fn(T) -> T) {
        let Some(bias) = self.bias else {
            self.columns.iter_mut().for_each(|x| *x = f(*x));
            return;
        };
        for (column, &b) in self.columns.chunks_exact_mut(self.rows).zip(bias) {
            column.iter_mut().for_each(|x| *x = f(*x + b));
        }
    }

    #[inline(always)]
    fn with_slopes(self, f: impl Fn(T) -> (T, T)) {
        let rows = self.rows;
        let Some(slopes) = self.slopes else {
            return Self {
                slopes: None,
                ..self
            }
            .values(|x| f(x).0);
        };
        let Some(bias) = self.bias else {
            for (x, slope) in self.columns.iter_mut().zip(slopes) {
                (*x, *slope) = f(*x);
            }
            return;
        };
        let columns = self.columns.chunks_exact_mut(rows);
        for ((column, slopes), &b) in columns.zip(slopes.chunks_exact_mut(rows)).zip(bias) {
            for (x, slope) in column.iter_mut().zip(slopes) {
                (*x, *slope) = f(*x + b);
            }
        }
    }
}

impl<T: Scalar> WithSimd for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let zero = T::of(0.0);
        match self.activation {
            Activation::Identity => self.values(|x| x),
            // Written such that NaN stays NaN.
            Activation::Relu => self.values(|x| if x < zero { zero } else { x }),
            Activation::LeakyRelu { slope } => {
                let slope = T::of(slope);
                self.values(|x| if x < zero { slope * x } else { x });
            }
            Activation::Tanh => self.values(tanh),
            Activation::Sigmoid => self.values(|x| sigmoid(x).0),
            Activation::Gelu => self.with_slopes(gelu),
            Activation::Softplus => self.with_slopes(softplus),
            Activation::Square => self.with_slopes(|x| (x * x, x + x)),
        }
    }
}

/// δ ← δ·σ′, by the values or, where they are kept, by the slopes; and the sums of the columns
/// are added to the gradient of the bias.
pub(super) struct Backward<'a, T> {
    pub(super) activation: Activation,
    pub(super) rows: usize,
    pub(super) errors: &'a mut [T],
    /// The values, or the slopes where they are kept.
    pub(super) known: &'a [T],
    pub(super) bias: Option<&'a mut [T]>,
}

impl<T: Scalar> Backward<'_, T> {
    pub(super) fn run(self, arch: Arch) {
        if self.activation != Activation::Identity || self.bias.is_some() {
            arch.dispatch(self);
        }
    }

    #[inline(always)]
    fn by(self, slope: impl Fn(T) -> T) {
        const LANES: usize = 16;
        let Some(bias) = self.bias else {
            for (error, &known) in self.errors.iter_mut().zip(self.known) {
                *error *= slope(known);
            }
            return;
        };
        let columns = self.errors.chunks_exact_mut(self.rows);
        let columns = columns.zip(self.known.chunks_exact(self.rows));
        for ((errors, known), bias) in columns.zip(bias) {
            // In lanes, for a sum in order is no vector.
            let mut sums = [T::of(0.0); LANES];
            let (errors, last_errors) = errors.as_chunks_mut::<LANES>();
            let (known, last_known) = known.as_chunks::<LANES>();
            for (errors, known) in errors.iter_mut().zip(known) {
                for l in 0..LANES {
                    errors[l] *= slope(known[l]);
                    sums[l] += errors[l];
                }
            }
            for ((error, &known), sum) in last_errors.iter_mut().zip(last_known).zip(&mut sums) {
                *error *= slope(known);
                *sum += *error;
            }
            let mut total = T::of(0.0);
            for sum in sums {
                total += sum;
            }
            *bias += total;
        }
    }
}

impl<T: Scalar> WithSimd for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (zero, one) = (T::of(0.0), T::of(1.0));
        match self.activation {
            Activation::Identity => self.by(|_| one),
            Activation::Relu => self.by(|y| if y > zero { one } else { zero }),
            Activation::LeakyRelu { slope } => {
                let slope = T::of(slope);
                self.by(|y| if y > zero { one } else { slope });
            }
            Activation::Tanh => self.by(|y| one - y * y),
            Activation::Sigmoid => self.by(|y| y * (one - y)),
            Activation::Gelu | Activation::Softplus | Activation::Square => self.by(|slope| slope),
        }
    }
}
