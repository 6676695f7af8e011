//! Steps downhill.

use super::NetworkError;
use super::cone::cone_direction;
use crate::loss::Scalar;
use faer::traits::math_utils;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How a gradient g becomes a step at rate η. Decay with coefficient c is *coupled* if c w is added
/// to g (L2 regularisation, PyTorch's `weight_decay` of SGD and Adam), *decoupled* if w is
/// multiplied by 1 − ηc beside the step (Loshchilov and Hutter 2019, PyTorch's AdamW).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimizer {
    /// v ← μ v + g, w ← w − η v.
    Sgd {
        /// μ; 0 is plain gradient descent.
        #[serde(default)]
        momentum: f64,
        /// c.
        #[serde(default)]
        decay: f64,
        /// Whether the decay is decoupled.
        #[serde(default)]
        decoupled: bool,
    },
    /// Kingma and Ba (2015): w ← w − η m̂/(√v̂ + ε), m̂ and v̂ the means of g and g² with weights
    /// β₁ and β₂, corrected for their start at 0.
    Adam {
        /// β₁ and β₂.
        #[serde(default = "betas")]
        betas: [f64; 2],
        /// ε.
        #[serde(default = "epsilon")]
        epsilon: f64,
        /// c.
        #[serde(default)]
        decay: f64,
        /// Whether the decay is decoupled.
        #[serde(default)]
        decoupled: bool,
    },
    /// w ← w + η d with the unit vector d of [`cone_direction`]: within the angle α of −g, and as
    /// far back towards an anchor as that allows. The anchor is what
    /// [`TrainingState::first`](super::TrainingState::first) holds: the start, unless
    /// [`TrainingState::anchored`](super::TrainingState::anchored) says otherwise.
    Cone {
        /// α, in radians, from 0 (normalised gradient descent) to π/2.
        angle: f64,
    },
}

fn betas() -> [f64; 2] {
    [0.9, 0.999]
}

fn epsilon() -> f64 {
    1e-8
}

impl Optimizer {
    /// Adam with β = (0.9, 0.999), ε = 10⁻⁸ and no decay.
    #[must_use]
    pub fn adam() -> Self {
        Self::Adam {
            betas: betas(),
            epsilon: epsilon(),
            decay: 0.0,
            decoupled: false,
        }
    }

    /// Stochastic gradient descent without momentum or decay.
    #[must_use]
    pub fn sgd() -> Self {
        Self::Sgd {
            momentum: 0.0,
            decay: 0.0,
            decoupled: false,
        }
    }

    pub(super) fn check(&self) -> Result<(), NetworkError> {
        let below_one = |what, x: f64| match x {
            x if (0.0..1.0).contains(&x) => Ok(()),
            found => Err(NetworkError::Setting {
                what,
                expected: "from 0 to below 1",
                found,
            }),
        };
        let not_negative = |what, x: f64| match x {
            x if x.is_finite() && x >= 0.0 => Ok(()),
            found => Err(NetworkError::Setting {
                what,
                expected: "finite and not negative",
                found,
            }),
        };
        match *self {
            Self::Sgd {
                momentum, decay, ..
            } => {
                below_one("the momentum", momentum)?;
                not_negative("the weight decay", decay)
            }
            Self::Adam {
                betas,
                epsilon,
                decay,
                ..
            } => {
                below_one("β₁", betas[0])?;
                below_one("β₂", betas[1])?;
                not_negative("ε", epsilon)?;
                not_negative("the weight decay", decay)
            }
            Self::Cone { angle } => match angle {
                x if (0.0..=std::f64::consts::FRAC_PI_2).contains(&x) => Ok(()),
                found => Err(NetworkError::Setting {
                    what: "the angle of the cone",
                    expected: "from 0 to π/2",
                    found,
                }),
            },
        }
    }

    /// One step, the `count`-th from 1; `first` and `second` are what it remembers, and `seed` what
    /// is random about it.
    #[allow(clippy::too_many_arguments, reason = "called in one place")]
    pub(super) fn step<T: Scalar>(
        &self,
        seed: u64,
        count: u64,
        rate: f64,
        w: &mut [T],
        gradient: &[T],
        first: &mut [T],
        second: &mut [T],
    ) {
        let (decay, decoupled) = match *self {
            Self::Sgd {
                decay, decoupled, ..
            }
            | Self::Adam {
                decay, decoupled, ..
            } => (decay, decoupled),
            Self::Cone { .. } => (0.0, false),
        };
        let coupled = T::of(if decoupled { 0.0 } else { decay });
        let shrink = T::of(if decoupled { 1.0 - rate * decay } else { 1.0 });
        match *self {
            Self::Sgd { momentum, .. } => {
                let (momentum, rate) = (T::of(momentum), T::of(rate));
                for ((w, &g), v) in w.iter_mut().zip(gradient).zip(first) {
                    *v = momentum * *v + (g + coupled * *w);
                    *w = shrink * *w - rate * *v;
                }
            }
            Self::Adam { betas, epsilon, .. } => {
                let count = count.min(1 << 30) as i32;
                let corrections = betas.map(|beta| 1.0 - beta.powi(count));
                let rate = T::of(rate / corrections[0]);
                let root = T::of(1.0 / corrections[1].sqrt());
                let [keep, keep_square] = betas.map(T::of);
                let [take, take_square] = betas.map(|beta| T::of(1.0 - beta));
                let epsilon = T::of(epsilon);
                let memory = first.iter_mut().zip(second);
                for ((w, &g), (m, v)) in w.iter_mut().zip(gradient).zip(memory) {
                    let g = g + coupled * *w;
                    *m = keep * *m + take * g;
                    *v = keep_square * *v + take_square * g * g;
                    *w = shrink * *w - rate * *m / (math_utils::sqrt(v) * root + epsilon);
                }
            }
            Self::Cone { angle } => {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(count);
                cone_direction(gradient, w, first, angle, &mut rng, second);
                for (w, &d) in w.iter_mut().zip(&*second) {
                    *w += T::of(rate) * d;
                }
            }
        }
    }
}
