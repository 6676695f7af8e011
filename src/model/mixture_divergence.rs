//! The divergence of a mixture from its truth, several nodes of the grid at a time and without
//! cancellation near the truth.

use super::Kernel;
use super::lanes::{LANES, Lanes, excess, exp};
use super::mixture_loss::{MixtureLoss, Summands};
use crate::loss::Evaluate;
use pulp::{Arch, Simd, WithSimd};
use std::fmt;

/// Σ_x h p* (u − log(1 + u)) with p = p*(1 + u), which is Σ_x h [p* log(p*/p) − p* + p].
///
/// Each component i is compared with the component of the truth of the same index. Components with
/// the same true location and variance form a cluster C with density k_C, R = k_C/p* and true
/// weight a*_C. With d_i = log k(x|w_i) − log k_C(x), a quadratic c₀ + c₁y + c₂y² in y = x − m_C
/// (Poisson: in x),
///
/// u = Σ_C R_C(x) [(a_C − a*_C) + Σ_{i∈C} a_i (e^{d_i(x)} − 1)].
///
/// Differences from the truth are taken of parameters, not of densities: near the truth nothing
/// cancels but what does in w. Far from it, where exponentials would overflow, the direct sum is
/// used.
pub(super) struct MixtureDivergence {
    arch: Arch,
    direct: MixtureLoss,
    /// The true parameter.
    truth: Vec<f64>,
    clusters: Vec<Cluster>,
    /// The cluster of the last component, whose weight is what the others leave.
    last: usize,
    /// h p* by node; the last block is filled with nodes of weight 0.
    weights: Vec<Lanes>,
}

/// Components of one true location and variance.
struct Cluster {
    members: Vec<usize>,
    /// y and R by node.
    y: Vec<Lanes>,
    ratio: Vec<Lanes>,
}

/// The largest d and the least p/p* of the sum by lanes, and the largest R.
const LARGEST: f64 = 400.0;
const LEAST_RATIO: f64 = 1e-150;
const LARGEST_RATIO: f64 = 1e100;

impl MixtureDivergence {
    /// Takes the place of the direct sum, or gives it back where it alone will do: for true Poisson
    /// components of mean 0, for components far from all others of the truth, and on data.
    pub(super) fn new(direct: MixtureLoss, truth: &[f64]) -> Result<Self, MixtureLoss> {
        let Summands::Divergence {
            step,
            truth: log_density,
        } = &direct.summands
        else {
            return Err(direct);
        };
        let (shape, points) = (&direct.shape, &direct.points);
        let (kernel, last) = (shape.kernel, shape.components - 1);
        let places = (0..=last).map(|i| {
            let (_, location, variance) = shape.component(i, truth);
            (location, variance)
        });
        let mut clusters: Vec<((f64, f64), Vec<usize>)> = Vec::new();
        for (i, place) in places.enumerate() {
            match clusters.iter_mut().find(|(at, _)| *at == place) {
                Some((_, members)) => members.push(i),
                None => clusters.push((place, vec![i])),
            }
        }
        let clusters: Vec<Cluster> = clusters
            .into_iter()
            .map(|((location, variance), members)| {
                let centre = match kernel {
                    Kernel::Poisson => 0.0,
                    _ => location,
                };
                let log = |k: usize| kernel.log_density(points[k], location, variance);
                Cluster {
                    members,
                    y: blocks(points.len(), |k| points[k] - centre),
                    ratio: blocks(points.len(), |k| (log(k) - log_density[k]).exp()),
                }
            })
            .collect();
        let mut ratios = clusters.iter().flat_map(|c| c.ratio.as_flattened());
        let has_rate_zero = kernel == Kernel::Poisson && truth[last..].contains(&0.0);
        if !ratios.all(|r| *r <= LARGEST_RATIO) || has_rate_zero {
            return Err(direct);
        }
        let mut weights = blocks(points.len(), |k| step * log_density[k].exp());
        weights.as_flattened_mut()[points.len()..].fill(0.0);
        Ok(Self {
            arch: Arch::new(),
            truth: truth.to_vec(),
            last: clusters
                .iter()
                .position(|c| c.members.contains(&last))
                .unwrap_or(0),
            clusters,
            weights,
            direct,
        })
    }

    fn components(&self) -> usize {
        self.direct.shape.components
    }
}

/// Values by node, in blocks; a node beyond the last is the last one again.
fn blocks(nodes: usize, value: impl Fn(usize) -> f64) -> Vec<Lanes> {
    let block =
        |block: usize| std::array::from_fn(|lane| value((block * LANES + lane).min(nodes - 1)));
    (0..nodes.div_ceil(LANES)).map(block).collect()
}

/// A component at w: a, c₀, c₁, c₂, then m − m_C (Poisson: m) and the variance.
type Component = [f64; 6];

/// One evaluation, compiled for each set of vector instructions.
struct Sum<'a> {
    loss: &'a MixtureDivergence,
    /// By component.
    components: &'a [Component],
    /// e^d and e^d − 1 at the nodes of one block, by component.
    powers: &'a mut [Lanes],
    less_one: &'a mut [Lanes],
    /// a_C − a*_C, by cluster.
    differences: &'a [f64],
    /// For the gradient: the sums of g R by cluster, and of g R (e^d − 1), g R e^d (x − m) and g R
    /// e^d (x − m)² by component, with g = h p* u/(1 + u).
    sums: Option<(&'a mut [Lanes], &'a mut [[Lanes; 3]])>,
}

impl WithSimd for Sum<'_> {
    /// The sum, and whether it was within the range of the exponentials.
    type Output = Option<f64>;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) -> Option<f64> {
        let mut total = [0.0; LANES];
        let mut largest = [0.0; LANES];
        let mut least = [f64::INFINITY; LANES];
        for (block, weight) in self.loss.weights.iter().enumerate() {
            let mut u = [0.0; LANES];
            let mut r = [0.0; LANES];
            for (c, cluster) in self.loss.clusters.iter().enumerate() {
                let (y, ratio) = (&cluster.y[block], &cluster.ratio[block]);
                let mut excess = [self.differences[c]; LANES];
                let mut whole = [0.0; LANES];
                for &i in &cluster.members {
                    let [a, c0, c1, c2, ..] = self.components[i];
                    let mut d = [0.0; LANES];
                    for l in 0..LANES {
                        d[l] = c0 + y[l] * (c1 + y[l] * c2);
                        largest[l] = if d[l] > largest[l] { d[l] } else { largest[l] };
                    }
                    let (mut power, mut less_one) = ([0.0; LANES], [0.0; LANES]);
                    for l in 0..LANES {
                        (power[l], less_one[l]) = exp(d[l].clamp(-LARGEST, LARGEST));
                    }
                    for l in 0..LANES {
                        excess[l] += a * less_one[l];
                        whole[l] += a * power[l];
                    }
                    self.powers[i] = power;
                    self.less_one[i] = less_one;
                }
                for l in 0..LANES {
                    u[l] += ratio[l] * excess[l];
                    r[l] += ratio[l] * whole[l];
                }
            }
            for l in 0..LANES {
                least[l] = if r[l] < least[l] { r[l] } else { least[l] };
                total[l] += weight[l] * excess(u[l], r[l]);
            }
            if let Some((by_cluster, by_component)) = &mut self.sums {
                for (c, cluster) in self.loss.clusters.iter().enumerate() {
                    let (y, ratio) = (&cluster.y[block], &cluster.ratio[block]);
                    let mut g = [0.0; LANES];
                    for l in 0..LANES {
                        g[l] = weight[l] * u[l] / r[l] * ratio[l];
                        by_cluster[c][l] += g[l];
                    }
                    for &i in &cluster.members {
                        let [.., location, _] = self.components[i];
                        let (power, less_one) = (&self.powers[i], &self.less_one[i]);
                        let [excess, first, second] = &mut by_component[i];
                        for l in 0..LANES {
                            let deviation = y[l] - location;
                            let moment = g[l] * power[l] * deviation;
                            excess[l] += g[l] * less_one[l];
                            first[l] += moment;
                            second[l] += moment * deviation;
                        }
                    }
                }
            }
        }
        let value = total.iter().sum::<f64>();
        let in_range = largest.iter().all(|d| *d < LARGEST)
            && least.iter().all(|r| *r > LEAST_RATIO)
            && !value.is_nan();
        in_range.then_some(value)
    }
}

impl MixtureDivergence {
    /// Components at w, and a_C − a*_C: the differences of weights add up to 0 exactly.
    fn prepare(&self, w: &[f64], components: &mut [Component], differences: &mut [f64]) {
        let h = self.components();
        let mut rest = 0.0;
        let mut of_others = 0.0;
        differences.fill(0.0);
        for (c, cluster) in self.clusters.iter().enumerate() {
            for &i in &cluster.members {
                if i + 1 < h {
                    let difference = w[i] - self.truth[i];
                    differences[c] += difference;
                    if c != self.last {
                        of_others += difference;
                    }
                    rest += w[i];
                }
                let mu = w[h - 1 + i] - self.truth[h - 1 + i];
                let a = if i + 1 < h { w[i] } else { 0.0 };
                components[i] = match self.direct.shape.kernel {
                    Kernel::NormalLocation => [a, -mu * mu / 2.0, mu, 0.0, mu, 1.0],
                    Kernel::Normal => {
                        let (v, at) = (w[2 * h - 1 + i], self.truth[2 * h - 1 + i]);
                        let eta = (v - at) / at;
                        [
                            a,
                            -(eta.ln_1p() + mu * mu / v) / 2.0,
                            mu / v,
                            eta / (2.0 * v),
                            mu,
                            v,
                        ]
                    }
                    Kernel::Poisson => {
                        let m = w[h - 1 + i];
                        [a, -mu, (mu / self.truth[h - 1 + i]).ln_1p(), 0.0, m, m]
                    }
                };
            }
        }
        components[h - 1][0] = (1.0 - rest).max(0.0);
        differences[self.last] = -of_others;
    }

    /// ∇K from the sums over the nodes.
    fn write_gradient(
        &self,
        components: &[Component],
        by_cluster: &[Lanes],
        by_component: &[[Lanes; 3]],
        gradient: &mut [f64],
    ) {
        let h = self.components();
        let sum = |lanes: &Lanes| lanes.iter().sum::<f64>();
        let last = sum(&by_component[h - 1][0]);
        for (c, cluster) in self.clusters.iter().enumerate() {
            let whole = sum(&by_cluster[c]);
            // Σ g (R_C − R of the last component's cluster)
            let between = if c == self.last {
                0.0
            } else {
                whole - sum(&by_cluster[self.last])
            };
            for &i in &cluster.members {
                let [a, .., variance] = components[i];
                let [excess, first, second] = &by_component[i];
                let excess = sum(excess);
                if i + 1 < h {
                    gradient[i] = excess - last + between;
                }
                gradient[h - 1 + i] = a * sum(first) / variance;
                if self.direct.shape.kernel.has_variance() {
                    let relative = sum(second) / variance - (excess + whole);
                    gradient[2 * h - 1 + i] = a * relative / (2.0 * variance);
                }
            }
        }
    }
}

impl Evaluate for MixtureDivergence {
    type Scalar = f64;

    fn dimension(&self) -> usize {
        self.truth.len()
    }

    fn scratch_len(&self) -> usize {
        let (h, clusters) = (self.components(), self.clusters.len());
        LANES * (5 * h + clusters) + 6 * h + clusters.max(self.direct.scratch_len())
    }

    fn num_samples(&self) -> Option<usize> {
        None
    }

    fn evaluate(
        &self,
        w: &[f64],
        batch: Option<&[u32]>,
        gradient: Option<&mut [f64]>,
        scratch: &mut [f64],
    ) -> f64 {
        let (h, clusters) = (self.components(), self.clusters.len());
        let (rows, rest) = scratch.split_at_mut(LANES * (5 * h + clusters));
        let (components, rest) = rest.split_at_mut(6 * h);
        let components = components.as_chunks_mut::<6>().0;
        let differences = &mut rest[..clusters];
        let (powers, rows) = rows.as_chunks_mut::<LANES>().0.split_at_mut(h);
        let (less_one, rows) = rows.split_at_mut(h);
        let (by_cluster, rows) = rows.split_at_mut(clusters);
        let by_component = rows.as_chunks_mut::<3>().0;
        let mut value = None;
        if self.direct.shape.bounds.contain(w) {
            self.prepare(w, components, differences);
            let sums = gradient.is_some().then(|| {
                by_cluster.fill([0.0; LANES]);
                by_component.fill([[0.0; LANES]; 3]);
                (&mut *by_cluster, &mut *by_component)
            });
            value = self.arch.dispatch(Sum {
                loss: self,
                components,
                powers,
                less_one,
                differences,
                sums,
            });
        }
        match (value, gradient) {
            (None, gradient) => self.direct.evaluate(w, batch, gradient, rest),
            (Some(value), None) => value,
            (Some(value), Some(gradient)) => {
                self.write_gradient(components, by_cluster, by_component, gradient);
                value
            }
        }
    }
}

impl fmt::Debug for MixtureDivergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MixtureDivergence")
            .field("direct", &self.direct)
            .field("truth", &self.truth)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Loss;
    use crate::model::{Mixture, rational_point};
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    /// The loss by lanes, and what it falls back to.
    fn both(kernel: Kernel, components: usize, truth: &[f64]) -> (MixtureDivergence, MixtureLoss) {
        let model = Mixture::new(kernel, components).unwrap();
        let direct = model.direct(&rational_point(truth).unwrap()).unwrap();
        let fast = MixtureDivergence::new(direct.clone(), truth).unwrap();
        (fast, direct)
    }

    fn gradient(loss: &dyn Loss<f64>, w: &[f64]) -> (f64, Vec<f64>) {
        let mut gradient = vec![f64::NAN; w.len()];
        let mut scratch = vec![f64::NAN; loss.scratch_len()];
        let value = loss.gradient(w, &mut gradient, &mut scratch);
        assert_eq!(value.to_bits(), loss.value(w, &mut scratch).to_bits());
        (value, gradient)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_meets_the_direct_sum(
            kernel in prop::sample::select(
                vec![Kernel::NormalLocation, Kernel::Normal, Kernel::Poisson],
            ),
            shift in prop::collection::vec(-1.0..1.0_f64, 8),
            is_clustered in any::<bool>(),
            size in -3..=0_i32,
        ) {
            // three components, two of them alike or none
            let second = if is_clustered { 2.0 } else { 3.0 };
            let mut truth = vec![0.25, 0.5, 2.0, second, 5.0];
            if kernel.has_variance() {
                truth.extend([1.0, 1.0, 0.5]);
            }
            let (fast, direct) = both(kernel, 3, &truth);
            let size = 0.2 * 10_f64.powi(size);
            let w: Vec<f64> = truth.iter().zip(&shift).map(|(t, s)| t + size * s).collect();
            let (value, slope) = gradient(&fast, &w);
            let (expected, slope_expected) = gradient(&direct, &w);
            assert_relative_eq!(value, expected, max_relative = 1e-9, epsilon = 1e-13);
            for (a, b) in slope.iter().zip(&slope_expected) {
                assert_abs_diff_eq!(a, b, epsilon = 1e-9 * expected.sqrt() + 1e-14);
            }
        }
    }

    #[test]
    fn it_is_exact_near_the_truth() {
        // K = m²/2 to the last digits, for two components on the same place
        let (loss, _) = both(Kernel::NormalLocation, 2, &[0.5, 0.0, 0.0]);
        for m in [1e-3, 1e-60, 1e-150] {
            let (value, slope) = gradient(&loss, &[0.3, m, m]);
            assert_relative_eq!(value, m * m / 2.0, max_relative = 1e-9);
            assert_relative_eq!(slope[1], 0.3 * m, max_relative = 1e-9);
            assert_relative_eq!(slope[2], 0.7 * m, max_relative = 1e-9);
            assert_abs_diff_eq!(slope[0], 0.0, epsilon = 1e-12 * m * m);
        }
        let (value, slope) = gradient(&loss, &[0.3, 0.0, 0.0]);
        assert_eq!((value, slope), (0.0, vec![0.0; 3]));
    }

    #[test]
    fn far_away_the_direct_sum_takes_over() {
        let (fast, direct) = both(Kernel::NormalLocation, 2, &[0.5, 0.0, 0.0]);
        for w in [
            [0.5, 40.0, 50.0],
            [1.0, -60.0, 0.0],
            [0.5, f64::NAN, 0.0],
            [2.0, 0.0, 0.0],
        ] {
            let (a, b) = (gradient(&fast, &w), gradient(&direct, &w));
            assert_eq!((a.0.to_bits(), a.1.len()), (b.0.to_bits(), b.1.len()));
        }
        // a mean of 0 among true Poisson components has no log-linear form
        let model = Mixture::new(Kernel::Poisson, 2).unwrap();
        let truth = [0.5, 0.0, 2.0];
        let direct = model.direct(&rational_point(&truth).unwrap()).unwrap();
        assert!(MixtureDivergence::new(direct, &truth).is_err());
    }
}
